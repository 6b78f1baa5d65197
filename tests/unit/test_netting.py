"""Netting: what each payment comes to after refunds, voids and the run-in limit."""

from __future__ import annotations

import pytest

from stoploss.basis import ContractBasis, DollarLimit
from stoploss.eligibility import Screened, in_order, unit_of
from stoploss.facts import Payment
from stoploss.netting import Netted, net, net_by_unit
from stoploss.statement import Statement, settle
from tests.unit.given import a_policy, a_year_of_units, aggregate, counted, lines, paid, specific, splits


def rows(*amounts: int) -> list[Payment]:
    """Return payments of one member, in order, one a day."""
    return [paid(f"c{day}", "M1", amount, f"2025-02-{day:02}") for day, amount in enumerate(amounts, start=1)]


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([140, 60], [140, 60]),
        ([140, 60, -60], [140, 0, 0]),  # the latest payment is undone
        ([50, 30, -40], [40, 0, 0]),  # 30 of the latest, 10 of the one before
        ([50, -40, 30], [10, 0, 30]),  # a later payment is not undone
        ([-40, 100], [0, 60]),  # a refund before any payment waits for the first
        ([-40, 30, 100], [0, 0, 90]),
        ([100, -30, -30, 50], [40, 0, 0, 50]),
        ([100, -100], [0, 0]),
        ([100, -150, 30], [0, -20, 0]),  # ends below zero: the rest is on the last negative row
        ([10, -30, -5], [0, 0, -25]),
        ([10, -30, 0], [0, -20, 0]),
        ([-5], [-5]),
        ([0, 10, 0, -10, 0], [0, 0, 0, 0, 0]),
        ([0], [0]),
    ],
)
def test_a_refund_without_a_name_undoes_the_latest_earlier_payments(amounts: list[int], expected: list[int]) -> None:
    """What remains of a payment is what no later refund takes; a remainder below zero is carried."""
    assert [amount * 100 for amount in expected] == net(rows(*amounts))


@pytest.mark.parametrize(
    "amounts", [[140, 60, -60], [50, 30, -40, 20, -10], [-40, 100, -5], [100, -150, 30], [7, -3, 9, -1]]
)
def test_the_closed_form(amounts: list[int]) -> None:
    """With m the least running total from here on, a row nets max(0, m) less max(0, m of the row before)."""
    totals = [sum(amounts[: end + 1]) for end in range(len(amounts))]
    least = [max(0, min(totals[start:])) for start in range(len(amounts))]
    expected = [after - before for before, after in zip([0, *least], least, strict=False)]
    if totals[-1] < 0:
        expected[max(position for position, amount in enumerate(amounts) if amount < 0)] = totals[-1]

    assert [amount * 100 for amount in expected] == net(rows(*amounts))


def test_a_void_is_folded_into_the_payment_that_it_names() -> None:
    """Neither a later payment nor an earlier one is touched."""
    payments = [*rows(100, 50, 70), paid("r1", "M1", -50, "2025-03-01", adjusts="c2")]

    assert [100_00, 0, 70_00, 0] == net(payments)


def test_a_payment_may_be_undone_in_parts_and_before_it_is_there() -> None:
    """Every row that names a payment takes from it, wherever it stands in the order."""
    payments = [
        paid("r1", "M1", -30, "2025-01-15", adjusts="c1"),
        paid("c1", "M1", 100, "2025-02-01"),
        paid("r2", "M1", -20, "2025-03-01", adjusts="c1"),
    ]

    assert [0, 50_00, 0] == net(payments)


def test_named_rows_are_folded_before_the_others_undo_anything() -> None:
    """100 less the 30 that name it is 70; 20 without a name leave 50."""
    payments = [*rows(100), paid("r1", "M1", -30, "2025-03-01", adjusts="c1"), paid("r2", "M1", -20, "2025-04-01")]

    assert [50_00, 0, 0] == net(payments)


def test_a_payment_and_its_void_leave_every_figure_as_if_neither_had_happened() -> None:
    """A: 140 + 60 - 60, excess 40, within the ASD of 50. B: 130 - 130 never took from the ASD."""
    policy = a_policy(specific(aggregating=50))
    statement = settle(
        policy,
        [
            paid("a1", "A", 140, "2025-02-01"),
            paid("b1", "B", 130, "2025-03-01"),
            paid("a2", "A", 60, "2025-04-01"),
            paid("a3", "A", -60, "2025-05-01"),
            paid("b2", "B", -130, "2025-06-01", adjusts="b1"),
        ],
    )

    assert {"retained": "100.00", "aggregating": "40.00"} == lines(statement.unit("A"))
    assert {} == lines(statement.unit("B"))
    assert {"retained": "100.00", "aggregating": "40.00"} == splits(statement)["a1"]
    assert [{}] * 4 == [own for claim, own in splits(statement).items() if claim != "a1"]


def test_a_zero_row_undoes_nothing() -> None:
    """Only a negative row belongs to the payment that it names."""
    statement = settle(a_policy(specific()), [paid("c1", "M1", 0, adjusts="last year"), paid("c2", "M1", 60)])

    assert {"c1": {}, "c2": {"retained": "60.00"}} == splits(statement)
    assert () == (statement.specific and statement.specific.excluded)


def test_a_remainder_below_zero_is_carried_by_its_unit() -> None:
    """A's refunds exceed its payments by 40: that is negative retained of A, and B is not touched."""
    policy = a_policy(specific(), aggregate())
    payments = [paid("a1", "A", 60), paid("a2", "A", -100, "2025-07-01"), paid("b1", "B", 150)]
    statement = settle(policy, payments, a_year_of_units())

    assert {"retained": "-40.00"} == lines(statement.unit("A")) == splits(statement)["a2"]
    assert {"retained": "100.00", "reimbursable": "50.00"} == lines(statement.unit("B"))
    assert {"a1": "0.00", "b1": "100.00", "a2": "-40.00"} == counted(statement)


# ------------------------------------------------------------------ run-in limits


def limited(per: str = "member", amount: int = 100) -> ContractBasis:
    """Return a basis with twelve months of run-in, of which so much counts."""
    return ContractBasis(label="24/12", run_in_limit=DollarLimit(amount=amount, per=per))


RUN_IN = [
    paid("c1", "M1", 80, "2025-02-01", "2024-12-01"),
    paid("c2", "M2", 50, "2025-03-01", "2024-12-01"),
    paid("c3", "M1", 30, "2025-04-01", "2024-12-31"),
    paid("c4", "M1", 10, "2025-05-01", "2024-06-01"),
    paid("c5", "M1", 40, "2025-06-01", "2025-01-01"),
]


def excluded(statement: Statement, cover: str = "specific") -> dict[str, tuple[int, str]]:
    """Return what a cover excluded, by reason."""
    return {str(row.reason): (row.count, str(row.amount)) for row in getattr(statement, cover).excluded}


@pytest.mark.parametrize(
    ("per", "nets", "over"),
    [
        # M1: 80 + 20 of 30, then nothing of 10; M2: 50
        ("member", ["80.00", "50.00", "20.00", "0.00", "40.00"], (2, "20.00")),
        # all together: 80 + 20 of 50, then nothing
        ("policy", ["80.00", "20.00", "0.00", "0.00", "40.00"], (3, "70.00")),
    ],
)
def test_the_earliest_run_in_dollars_count_up_to_the_limit(per: str, nets: list[str], over: tuple[int, str]) -> None:
    """Each payment that is cut, in whole or in part, is counted; what was incurred in the period is not limited."""
    statement = settle(a_policy(specific(basis=limited(per), deductible=1_000)), RUN_IN)

    assert nets == [str(split.net) for split in statement.splits]
    assert {"over_run_in_limit": over} == excluded(statement)


def test_a_payment_that_the_limit_cuts_says_so() -> None:
    """The reason stands beside what still counts."""
    statement = settle(a_policy(specific(basis=limited(), deductible=1_000)), RUN_IN)

    assert {"c1": None, "c2": None, "c3": "over_run_in_limit", "c4": "over_run_in_limit", "c5": None} == {
        split.id: split.excluded and str(split.excluded) for split in statement.splits
    }


@pytest.mark.parametrize(("per", "amount"), [("member", 120), ("policy", 170)])
def test_a_limit_that_is_just_reached_cuts_nothing(per: str, amount: int) -> None:
    """M1's run-in is 80 + 30 + 10 = 120, with M2's 50 it is 170."""
    statement = settle(a_policy(specific(basis=limited(per, amount), deductible=1_000)), RUN_IN)

    assert {} == excluded(statement)


def test_a_family_is_the_member_of_a_family_deductible() -> None:
    """The limit per member is per unit: 80 + 20 of 50 for the family."""
    policy = a_policy(specific(basis=limited(), per="family", deductible=1_000))
    family: list[Payment] = [
        paid("c1", "M1", 80, "2025-02-01", "2024-12-01", family="F1"),
        paid("c2", "M2", 50, "2025-03-01", "2024-12-01", family="F1"),
    ]

    assert {"over_run_in_limit": (1, "30.00")} == excluded(settle(policy, family))


def test_refunds_are_netted_before_the_limit() -> None:
    """80 less 50 is 30; with 30 and 10 that is 70, below the limit."""
    undone = [*RUN_IN, paid("r1", "M1", -50, "2025-07-01", adjusts="c1")]
    statement = settle(a_policy(specific(basis=limited(), deductible=1_000)), undone)

    assert {} == excluded(statement)
    assert ["30.00", "50.00", "30.00", "10.00", "40.00", "0.00"] == [str(split.net) for split in statement.splits]


def test_a_remainder_below_zero_is_not_limited() -> None:
    """A negative remainder is no run-in dollar that could count."""
    payments = [paid("r1", "M1", -30, "2025-02-01", "2024-12-01")]
    statement = settle(a_policy(specific(basis=limited(amount=0))), payments)

    assert {} == excluded(statement)
    assert {"retained": "-30.00"} == lines(statement.unit("M1"))


def test_a_limit_of_nothing_lets_nothing_count() -> None:
    """All run-in is over the limit."""
    payments = [*RUN_IN, paid("c6", "M3", "0.01", "2025-02-01", "2024-12-01")]
    statement = settle(a_policy(specific(basis=limited(amount=0), deductible=1_000)), payments)

    assert {"over_run_in_limit": (5, "170.01")} == excluded(statement)


def test_each_coverage_has_its_own_limit() -> None:
    """The aggregate limits the run-in of all together; specific does not limit it."""
    policy = a_policy(specific(basis="24/12", deductible=1_000), aggregate(basis=limited("policy")))
    statement = settle(policy, RUN_IN, a_year_of_units())

    assert {} == excluded(statement)
    assert {"over_run_in_limit": (3, "70.00")} == excluded(statement, "aggregate")
    assert {"c1": "80.00", "c2": "20.00", "c3": "0.00", "c4": "0.00", "c5": "40.00"} == counted(statement)


def test_what_specific_cuts_is_the_employers_and_counts() -> None:
    """Of M1's 120 run-in specific lets 100 count; the aggregate counts all of it, for nobody else pays it."""
    policy = a_policy(specific(basis=limited(), deductible=1_000), aggregate(basis="24/12"))

    assert {"c1": "80.00", "c2": "50.00", "c3": "30.00", "c4": "10.00", "c5": "40.00"} == counted(
        settle(policy, RUN_IN, a_year_of_units())
    )


# ------------------------------------------------------------------ accounts


def netted(*payments: Payment, per: str = "member") -> Netted:
    """Net payments under a plain policy, every one of them eligible."""
    policy = a_policy(specific(per=per))
    return net_by_unit(
        Screened(eligible=payments, excluded={}),
        {payment.id: payment for payment in payments},
        unit_of=unit_of(policy),
        order=in_order(policy),
    )


def test_an_account_has_its_payments_in_order() -> None:
    """By paid day and id, in whatever order they arrived."""
    late, early = paid("c1", "M1", 80, "2025-04-01"), paid("c2", "M1", 20, "2025-03-01")
    account = netted(late, paid("c3", "M2", 5), early).accounts["M1"]

    assert ([early, late], [20_00, 80_00]) == (account.payments, account.nets)
    assert (100_00, True) == (account.total, account.plain)


def test_an_account_with_a_refund_is_not_plain() -> None:
    """Its nets are not what was reported, though the total is."""
    account = netted(*rows(80, 20, -30)).accounts["M1"]

    assert ([70_00, 0, 0], 70_00, False) == (account.nets, account.total, account.plain)


def test_an_undoing_row_belongs_to_the_unit_of_its_payment() -> None:
    """Whatever family it names itself."""
    found = netted(paid("c1", "M1", 100, family="F1"), paid("r1", "M1", -40, family="F2", adjusts="c1"), per="family")

    assert {"F1": 60_00} == {unit: account.total for unit, account in found.accounts.items()}


def test_accounts_show_no_id_and_no_amount() -> None:
    """A repr counts, and tells nothing of anybody."""
    found = netted(paid("c1", "MARKED", 77))

    assert "Account(1 payments)" == repr(found.accounts["MARKED"])
    assert "Netted(1 units)" == repr(found)
