"""Riders: terms of the policy as a whole, and what they refuse."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from stoploss.attachment_terms import MinimumAttachment
from stoploss.basis import ContractBasis, Windows
from stoploss.errors import InvalidValue, PolicyError, WrongType
from stoploss.facts import Coverage
from stoploss.promises import ExperienceRefund, NoticeTerms, RenewalTerms
from stoploss.riders import Bridge, EarlyTermination, Rebates, Recoveries, TerminalLiability
from stoploss.statement import settle
from tests.unit.given import (
    a_period,
    a_policy,
    a_year_of_units,
    aggregate,
    excluded,
    paid,
    refused,
    specific,
)


def option(**terms: Any) -> TerminalLiability:
    """Return terminal liability, elected, of three months."""
    return TerminalLiability(**{"elected": True, "months": 3} | terms)


def windows(found: Windows | None) -> tuple[str, str]:
    """Return both windows as text."""
    assert found
    return str(found.incurred), str(found.paid)


YEAR, RUN_OUT = "2025-01-01 to 2025-12-31", "2025-01-01 to 2026-03-31"


# ------------------------------------------------------------------ terminal liability: the windows


@pytest.mark.parametrize(
    ("rider", "own", "group"),
    [
        (option(), RUN_OUT, RUN_OUT),
        # 90 days after December 31
        (option(months=None, days=90, attachment="unchanged"), RUN_OUT, RUN_OUT),
        # days for the windows, months for the attachment point
        (option(days=59), "2025-01-01 to 2026-02-28", "2025-01-01 to 2026-02-28"),
        (option(days=0, months=1), YEAR, YEAR),
        (option(covers=["specific"]), RUN_OUT, YEAR),
        (option(covers=["aggregate"]), YEAR, RUN_OUT),
        (option(covers=["aggregate", "specific"]), RUN_OUT, RUN_OUT),
        (option(elected=False), YEAR, YEAR),
        (None, YEAR, YEAR),
    ],
)
def test_terminal_liability_extends_the_paid_window(rider: TerminalLiability | None, own: str, group: str) -> None:
    """Of the covers that it names, or of both; only if it was elected."""
    policy = a_policy(specific(), aggregate(), terminal_liability=rider)

    assert (YEAR, own) == windows(policy.specific_windows)
    assert (YEAR, group) == windows(policy.aggregate_windows)


@pytest.mark.parametrize(
    ("rider", "paid_window"),
    [
        (option(), "2025-01-01 to 2025-11-30"),
        (option(days=30), "2025-01-01 to 2025-09-30"),
    ],
)
def test_it_runs_from_the_last_day_in_force(rider: TerminalLiability, paid_window: str) -> None:
    """Ended on August 31: what was incurred by then may be paid until the end of November, or for thirty days."""
    policy = a_policy(specific(), period=a_period(terminated="2025-08-31"), terminal_liability=rider)

    assert ("2025-01-01 to 2025-08-31", paid_window) == windows(policy.specific_windows)


def test_windows_that_go_on_have_nothing_to_extend() -> None:
    """Where termination leaves the specific windows as they are, terminal liability on specific is refused."""
    assert refused(
        PolicyError,
        a_policy,
        specific(),
        period=a_period(terminated="2025-08-31"),
        early_termination=EarlyTermination(windows="unchanged"),
        terminal_liability=option(months=1),
    ) == [
        (
            "early_termination.windows: the specific windows go on unchanged after termination, and terminal liability "
            'is for windows that end; write "to_termination", or take specific out of terminal_liability.covers [SL558]'
        )
    ]


def test_months_are_counted_in_one_step_from_the_effective_date() -> None:
    """Fifteen months from August 31 are over on November 30, and so the window ends on the day before."""
    period = a_period("2024-08-31", "2025-08-30")
    policy = a_policy(specific(), period=period, terminal_liability=option())

    assert ("2024-08-31 to 2025-08-30", "2024-08-31 to 2025-11-29") == windows(policy.specific_windows)


# ------------------------------------------------------------------ terminal liability: the attachment point


@pytest.mark.parametrize(
    ("rider", "minimum", "added", "point"),
    [
        # twelve months of 10, and the last three of them again
        (option(), None, "30.00", "150.00"),
        (option(attachment="ratio"), None, "30.00", "150.00"),
        (option(attachment="corridor", corridor="10%"), None, "12.00", "132.00"),
        (option(attachment="unchanged"), None, "0.00", "120.00"),
        # over a minimum of 200: the months are added, a ratio and a corridor are of the greater
        (option(), 200, "30.00", "230.00"),
        (option(attachment="ratio"), 200, "50.00", "250.00"),
        (option(attachment="corridor", corridor="10%"), 200, "20.00", "220.00"),
        # days alone add nothing
        (option(months=None, days=90, attachment="unchanged"), None, "0.00", "120.00"),
    ],
)
def test_terminal_liability_raises_the_attachment_point(
    rider: TerminalLiability, minimum: int | None, added: str, point: str
) -> None:
    """What is calculated, and the minimum, stay what they are; the last month shows the point itself."""
    group = aggregate(minimum=MinimumAttachment(amount=minimum) if minimum else None)
    statement = settle(a_policy(aggregate=group, terminal_liability=rider), [], a_year_of_units())
    assert statement.aggregate

    assert (added, point, point, "120.00") == (
        str(statement.aggregate.terminal_liability),
        str(statement.aggregate.attachment_point),
        str(statement.aggregate.months[-1].attachment_to_date),
        str(statement.aggregate.calculated_attachment),
    )


@pytest.mark.parametrize(
    ("covers", "rider"),
    [
        ({"aggregate": aggregate()}, option(elected=False)),
        ({"specific": specific(), "aggregate": aggregate()}, option(covers=["specific"])),
    ],
)
def test_where_it_does_not_extend_the_aggregate_nothing_is_added(covers: Any, rider: TerminalLiability) -> None:
    """And there is no key for it in plain data."""
    document = settle(a_policy(**covers, terminal_liability=rider), [], a_year_of_units()).to_dict()["aggregate"]

    assert "terminal_liability" not in document
    assert "120.00" == document["attachment_point"]


# ------------------------------------------------------------------ terminal liability: what it refuses

HOW_LONG = "terminal liability lasts a number of months, or of days [SL557]"
CORRIDOR = 'corridor: a corridor belongs to attachment = "corridor", which needs one [SL557]'


@pytest.mark.parametrize(
    ("given", "error", "expected"),
    [
        ({"months": None}, PolicyError, [HOW_LONG]),
        ({"attachment": "corridor"}, PolicyError, [CORRIDOR]),
        ({"corridor": "10%"}, PolicyError, [CORRIDOR]),
        ({"covers": ["specific", "specific"]}, PolicyError, ["covers: each cover is listed once [SL557]"]),
        ({"months": None, "attachment": "corridor"}, PolicyError, [HOW_LONG, CORRIDOR]),
        ({"months": 0}, PolicyError, ["months: this is 1 to 120 months [SL538]"]),
        ({"months": "3"}, WrongType, ["months: months are a whole number, not a str [SL578]"]),
        ({"days": -1}, PolicyError, ["days: this is 0 to 3,660 days [SL506]"]),
        ({"days": 1.5}, WrongType, ["days: days are a whole number, not a float [SL578]"]),
        ({"elected": "yes"}, WrongType, ["elected: this is True or False, not a str [SL577]"]),
        ({"covers": ["dental"]}, InvalidValue, ["this is one of specific, aggregate [SL106]"]),
    ],
)
def test_terminal_liability_that_contradicts_itself_is_refused(
    given: dict[str, Any], error: Any, expected: list[str]
) -> None:
    """Everything that is wrong at once."""
    assert expected == refused(error, option, **given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"specific": specific(), "terminal_liability": option(covers=["aggregate"])},
            ["terminal_liability.covers: the policy has no aggregate cover whose paid window it could extend [SL557]"],
        ),
        (
            {"aggregate": aggregate(), "terminal_liability": option(covers=["specific"])},
            ["terminal_liability.covers: the policy has no specific cover whose paid window it could extend [SL557]"],
        ),
        *(
            (
                {
                    "aggregate": aggregate(),
                    "terminal_liability": option(months=None, days=90, attachment=attachment),
                },
                [
                    (
                        f"terminal_liability.months: the attachment point goes up by months under attachment = "
                        f'"{attachment}"; give months beside days [SL557]'
                    )
                ],
            )
            for attachment in ("last_months", "ratio")
        ),
    ],
)
def test_terminal_liability_fits_the_covers(given: dict[str, Any], expected: list[str]) -> None:
    """It extends a cover that there is, and raises its attachment point by months that are given."""
    assert expected == refused(PolicyError, a_policy, **given)


def test_without_an_aggregate_days_are_enough() -> None:
    """There is no attachment point that would read months."""
    policy = a_policy(specific(), terminal_liability=option(months=None, days=90))

    assert (YEAR, RUN_OUT) == windows(policy.specific_windows)


@pytest.mark.parametrize("basis", ["12/15", "incurred", ContractBasis(label="12/12", run_out_days=1)])
def test_the_same_months_are_not_bought_twice(basis: Any) -> None:
    """A basis with run-out has what the option would sell, cover by cover."""
    policy: dict[str, Any] = {"specific": specific(basis=basis), "aggregate": aggregate()}
    policy["terminal_liability"] = option()

    assert [
        (
            "specific.basis: the basis of specific has run-out already, and the same months are not bought twice; take "
            "the run-out out of the basis, or the cover out of terminal_liability.covers [SL558]"
        )
    ] == refused(PolicyError, a_policy, **policy)
    assert a_policy(**policy | {"terminal_liability": option(covers=["aggregate"])}).aggregate


def test_a_basis_that_does_not_fit_is_told_once() -> None:
    """Whether it has run-out cannot be said."""
    found = refused(PolicyError, a_policy, specific(basis="6/9"), terminal_liability=option())

    assert ["SL504"] == [line.rsplit("[", 1)[1].rstrip("]") for line in found]


# ------------------------------------------------------------------ a bridge


@pytest.mark.parametrize(("renewed", "expected"), [(True, RUN_OUT), (False, YEAR)])
def test_a_bridge_replaces_the_specific_basis_once_renewed(renewed: bool, expected: str) -> None:
    """The aggregate keeps its own."""
    policy = a_policy(specific(), aggregate(), bridge=Bridge(basis="12/15", renewed=renewed))

    assert (YEAR, expected) == windows(policy.specific_windows)
    assert (YEAR, YEAR) == windows(policy.aggregate_windows)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"aggregate": aggregate(), "bridge": Bridge(basis="12/15")},
            ["bridge: a bridge replaces the specific basis, and there is none [SL559]"],
        ),
        (
            {
                "specific": specific(),
                "bridge": Bridge(basis="12/15", renewed=True),
                "period": a_period(terminated="2025-08-31"),
            },
            ["bridge.renewed: a policy that was terminated was not renewed [SL559]"],
        ),
        (
            {
                "specific": specific(),
                "bridge": Bridge(basis="12/15", renewed=True),
                "terminal_liability": option(),
            },
            ["bridge.renewed: terminal liability is for a policy that ends, a bridge for one that was renewed [SL559]"],
        ),
        (
            {"specific": specific(), "bridge": Bridge(basis="6/9", renewed=True)},
            [
                (
                    "bridge.basis: N/M of 6/9 are each at least the 12 months of the policy period; "
                    "a six-month policy with three months of run-out is 6/9 [SL504]"
                )
            ],
        ),
    ],
)
def test_a_bridge_is_for_a_policy_that_was_renewed(given: dict[str, Any], expected: list[str]) -> None:
    """With a specific cover, that ran its course, and with a basis that fits."""
    assert expected == refused(PolicyError, a_policy, **given)


def test_a_bridge_that_is_not_in_effect_contradicts_nothing() -> None:
    """Before renewal nobody knows."""
    early = a_policy(
        specific(),
        bridge=Bridge(basis="12/15"),
        period=a_period(terminated="2025-08-31"),
        terminal_liability=option(),
    )

    assert "2025-01-01 to 2025-11-30" == windows(early.specific_windows)[1]


# ------------------------------------------------------------------ rebates and recoveries


@pytest.mark.parametrize(
    ("treatment", "own", "group"),
    [
        ("net_per_claim", {}, {}),
        ("gross", {"rebate": (1, "-40.00")}, {"rebate": (1, "-40.00")}),
        ("net_at_aggregate", {"rebate": (1, "-40.00")}, {}),
    ],
)
def test_a_rebate_lowers_what_the_policy_says(
    treatment: str, own: dict[str, tuple[int, str]], group: dict[str, tuple[int, str]]
) -> None:
    """Claims under both covers, under the aggregate alone, or under neither."""
    policy = a_policy(specific(), aggregate(), rebates=Rebates(treatment=treatment))
    payments = [paid("c1", "M1", 150), paid("r1", "M1", -40, "2025-07-01", tags=["rebate"])]
    statement = settle(policy, payments, a_year_of_units())

    assert (own, group) == (excluded(statement.specific), excluded(statement.aggregate))


@pytest.mark.parametrize(
    "row",
    [
        paid("r1", "M1", -40, "2025-07-01"),  # another refund
        paid("r1", "M1", 40, "2025-07-01", tags=["rebate"]),  # no refund
        paid("r1", "M1", -40, "2025-07-01", tags=["rebate"], status="ineligible"),  # excluded for another reason
    ],
)
def test_only_a_negative_row_with_the_tag_is_a_rebate(row: Any) -> None:
    """And what is ineligible is that first."""
    policy = a_policy(specific(), rebates=Rebates(treatment="gross"))

    assert "rebate" not in excluded(settle(policy, [paid("c1", "M1", 150), row]).specific)


def test_whose_a_recovery_is_belongs_to_specific() -> None:
    """Without it there is nobody to share with; recomputing is what netting does anyway."""
    assert [
        (
            "recoveries.order: whose a recovery is first is a matter between the employer and the specific carrier; "
            'write "recompute", or leave it out [SL561]'
        )
    ] == refused(PolicyError, a_policy, aggregate=aggregate(), recoveries=Recoveries(order="pro_rata"))


@pytest.mark.parametrize("rider", [Recoveries, Rebates])
def test_a_tag_is_a_label(rider: Any) -> None:
    """Not empty, and nothing else than text."""
    expected = "tag: a label is not empty, and has no blanks around it and no invisible characters [SL317]"

    assert [expected] == refused(InvalidValue, rider, tag="")


# ------------------------------------------------------------------ what a settlement does not use


def test_notices_are_due_at_half_the_deductible_unless_they_say_otherwise() -> None:
    """By share, by dollars, or by neither."""
    assert (Decimal("0.5"), None) == (NoticeTerms().share, NoticeTerms().amount)
    assert (None, None) == (NoticeTerms(share=None).share, NoticeTerms(share=None).amount)


@pytest.mark.parametrize(
    ("given", "error", "expected"),
    [
        ({"amount": -1}, PolicyError, "amount: this amount is not negative [SL501]"),
        *(
            ({name: -1}, PolicyError, f"{name}: this is 0 to 3,660 days [SL506]")
            for name in ("notice_days", "proof_days", "stay_days")
        ),
        ({"notice_days": "9"}, WrongType, "notice_days: days are a whole number, not a str [SL578]"),
    ],
)
def test_notices_count_days_and_dollars(given: dict[str, Any], error: Any, expected: str) -> None:
    """Whole ones, from 0 on."""
    assert [expected] == refused(error, NoticeTerms, **given)


def test_renewal_promises_nothing_unless_it_says_so() -> None:
    """Caps, no new lasers, and a refund are each a promise of its own."""
    plain, promised = RenewalTerms(), RenewalTerms(rate_cap="50%", refund=ExperienceRefund(share="0.5", below="0.8"))

    assert (None, None, False, None) == (plain.rate_cap, plain.asd_cap, plain.no_new_lasers, plain.refund)
    assert (Decimal("0.5"), Decimal("0.8")) == (promised.rate_cap, promised.refund and promised.refund.below)


def test_a_settlement_uses_neither() -> None:
    """Notices and renewal are for others to read."""
    payments = [paid("c1", "M1", 150)]
    riders: list[dict[str, Any]] = [{}, {"notices": NoticeTerms(), "renewal": RenewalTerms(no_new_lasers=True)}]
    plain, told = (settle(a_policy(specific(), **more), payments) for more in riders)

    assert plain.to_dict() == told.to_dict()


def test_terminal_liability_extends_the_covers_of_the_policy() -> None:
    """Those that it names; all, where it names none; none, where it was not elected."""
    assert [True, False] == [option(covers=["specific"]).extends(coverage) for coverage in Coverage]
    assert [True, True] == [option().extends(coverage) for coverage in Coverage]
    assert [False, False] == [option(elected=False).extends(coverage) for coverage in Coverage]
