"""Assignment: which of two policies takes a claim, and what an advance does to the paid window."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from stoploss.assignment import deemed_paid
from stoploss.basis import ContractBasis
from stoploss.errors import FactError, PolicyError, WrongType
from stoploss.facts import CarrierPayment, Payment
from stoploss.riders import AdvanceFunding, OtherPolicy, Overlap
from stoploss.statement import settle
from tests.unit.given import (
    a_period,
    a_policy,
    a_year_of_units,
    aggregate,
    by_carrier,
    counted,
    day,
    excluded,
    lines,
    paid,
    pending,
    refused,
    specific,
)


def another(effective: str, expires: str, basis: ContractBasis | str) -> OtherPolicy:
    """Return another policy of the employer."""
    return OtherPolicy(effective=day(effective), expires=day(expires), basis=basis)


NEXT = another("2026-01-01", "2026-12-31", "15/12")
"""Takes what was incurred from October 2025 on and paid in 2026."""
IN_BOTH = paid("c1", "M1", 150, "2026-01-20", incurred_on="2025-12-10")


def overlapping(rule: str, *others: OtherPolicy, basis: str = "12/15") -> Any:
    """Return a policy of 2025 with others beside it."""
    return a_policy(specific(basis=basis), aggregate(basis=basis), overlap=Overlap(rule=rule, other=others or (NEXT,)))


# ------------------------------------------------------------------ which policy


@pytest.mark.parametrize(
    ("rule", "elsewhere"),
    [
        ("incurred", False),  # in 2025
        ("paid", True),  # in 2026
        ("first", False),  # 2025 begins first
    ],
)
def test_a_claim_in_the_windows_of_two_policies_belongs_to_one(rule: str, elsewhere: bool) -> None:
    """Incurred in December, paid in January: 12/15 and the next year's 15/12 both hold it."""
    statement = settle(overlapping(rule), [IN_BOTH], a_year_of_units())

    expected = {"other_policy": (1, "150.00")} if elsewhere else {}
    assert expected == excluded(statement.specific) == excluded(statement.aggregate)


@pytest.mark.parametrize("rule", ["incurred", "paid", "first", "error"])
@pytest.mark.parametrize(
    "payment",
    [
        paid("c1", "M1", 150, "2025-12-20", incurred_on="2025-12-10"),  # paid before the other's window
        paid("c1", "M1", 150, "2026-01-20", incurred_on="2025-09-30"),  # incurred before it
    ],
)
def test_what_the_other_policy_does_not_hold_is_not_its_own(rule: str, payment: Payment) -> None:
    """One window is not enough."""
    statement = settle(overlapping(rule), [payment], a_year_of_units())

    assert {} == excluded(statement.specific) == excluded(statement.aggregate)


EARLIER = ContractBasis(
    incurred_from=day("2023-01-01"),
    incurred_through=day("2024-12-31"),
    paid_from=day("2024-01-01"),
    paid_through=day("2025-12-31"),
)


@pytest.mark.parametrize(
    ("others", "elsewhere"),
    [
        # 2024 began before 2025
        ([another("2024-01-01", "2024-12-31", EARLIER)], True),
        # 2022 began first, but does not hold it; nor does 2024 with another basis
        ([another("2022-01-01", "2022-12-31", "12/15"), another("2024-01-01", "2024-12-31", "12/12")], False),
        # 2026 holds it as well, and begins later
        (
            [
                another(
                    "2026-01-01",
                    "2026-12-31",
                    ContractBasis(
                        incurred_from=day("2023-01-01"),
                        incurred_through=day("2026-12-31"),
                        paid_from=day("2025-01-01"),
                        paid_through=day("2026-12-31"),
                    ),
                )
            ],
            False,
        ),
    ],
)
def test_in_nobodys_period_a_claim_belongs_to_the_first_that_holds_it(
    others: list[OtherPolicy], elsewhere: bool
) -> None:
    """Incurred in 2023, in the windows of policies whose periods began later: the earliest of them."""
    payment = paid("c1", "M1", 150, "2025-06-20", incurred_on="2023-06-10")
    statement = settle(overlapping("incurred", *others, basis="36/12"), [payment], a_year_of_units())

    assert ({"other_policy": (1, "150.00")} if elsewhere else {}) == excluded(statement.specific)


def test_a_refund_follows_its_claim_to_the_other_policy() -> None:
    """It is judged by the payment that it undoes."""
    void = paid("v1", "M1", -150, "2026-03-01", adjusts="c1")
    statement = settle(overlapping("paid"), [IN_BOTH, void], a_year_of_units())

    assert {"other_policy": (2, "0.00")} == excluded(statement.specific)


UNDECIDED = (
    'another policy takes this payment as well, and the overlap rule is error; write the rule that the policies have: "'
    'incurred", "paid" or "first" [SL315]'
)


def test_without_a_rule_an_overlap_is_a_fault_of_the_facts() -> None:
    """By position; what undoes such a payment, and what is pending, is not named again."""
    rows = [
        paid("c0", "M1", 5),
        IN_BOTH,
        paid("v1", "M1", -150, "2026-01-21", incurred_on="2025-12-10", adjusts="c1"),
        pending("c2", "M1", 5),
    ]

    assert [f"payments[1]: {UNDECIDED}"] == refused(FactError, settle, overlapping("error"), rows, a_year_of_units())


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ({"specific": specific(basis="12/15")}, ["specific"]),
        ({"specific": specific(basis="12/15")}, ["specific", "aggregate"]),
        ({"aggregate": aggregate(basis="12/15")}, ["aggregate"]),
    ],
)
def test_a_policy_with_one_cover_overlaps_by_that_cover(own: dict[str, Any], other: list[str]) -> None:
    """The windows of a cover that is not there hold nothing."""
    policy = a_policy(**own, overlap=Overlap(other=[evolve(NEXT, covers=other)]))

    assert [f"payments[0]: {UNDECIDED}"] == refused(FactError, settle, policy, [IN_BOTH], a_year_of_units())


def test_what_another_policys_specific_takes_counts_in_no_aggregate_of_ours() -> None:
    """That policy knows what it reimbursed; ours has no specific of its own that could take the claim."""
    policy = a_policy(aggregate=aggregate(basis="12/15"), overlap=Overlap(other=[NEXT]))
    statement = settle(policy, [IN_BOTH], a_year_of_units())

    assert {"other_policy": (1, "150.00")} == excluded(statement.aggregate)


@pytest.mark.parametrize(("benefits", "elsewhere"), [([], True), (["rx", "medical"], True), (["rx"], False)])
def test_another_policy_takes_the_benefits_that_it_covers(benefits: list[str], elsewhere: bool) -> None:
    """All, where it names none."""
    statement = settle(overlapping("paid", evolve(NEXT, benefits=benefits)), [IN_BOTH], a_year_of_units())

    assert ({"other_policy": (1, "150.00")} if elsewhere else {}) == excluded(statement.specific)


@pytest.mark.parametrize(("original", "elsewhere"), [(None, False), ("2025-06-01", True)])
def test_another_policy_on_a_paid_basis_reaches_back_to_its_first_day(original: str | None, elsewhere: bool) -> None:
    """Incurred since the first policy with its carrier; its own first day, unless another is given."""
    other = evolve(NEXT, basis="paid", original_effective=day(original) if original else None)
    statement = settle(overlapping("paid", other), [IN_BOTH], a_year_of_units())

    assert ({"other_policy": (1, "150.00")} if elsewhere else {}) == excluded(statement.specific)


# ------------------------------------------------------------------ terms


@pytest.mark.parametrize("others", [[], [NEXT, NEXT]])
def test_an_overlap_names_other_policies_each_once(others: list[OtherPolicy]) -> None:
    """None, or one twice, decides nothing."""
    assert ["other: an overlap names at least one other policy, and each once [SL560]"] == refused(
        PolicyError, Overlap, rule="first", other=others
    )


@pytest.mark.parametrize(
    ("effective", "expires"), [("2025-01-01", "2025-12-31"), ("2024-06-01", "2025-05-31"), ("2025-12-01", "2026-11-30")]
)
def test_another_policy_is_in_force_at_another_time(effective: str, expires: str) -> None:
    """Two policies of one employer do not run at once."""
    assert [
        ("overlap.other[1]: another policy is in force at another time than this one, 2025-01-01 to 2025-12-31 [SL560]")
    ] == refused(PolicyError, overlapping, "first", NEXT, another(effective, expires, "12/12"))


def test_another_policy_has_a_period_and_a_basis_that_fit() -> None:
    """As this one has."""
    assert ["N/M of 6/9 are each at least the 12 months of the policy period"] == [
        line.split(";")[0] for line in refused(PolicyError, another, "2026-01-01", "2026-12-31", "6/9")
    ]
    assert ["expires: the policy expires before it is effective (2026-01-01) [SL206]"] == refused(
        PolicyError, another, "2026-01-01", "2025-12-31", "12/12"
    )


# ------------------------------------------------------------------ advances

FUNDED = AdvanceFunding(paid_within_days=3)


def advance(name: str, paid_on: str, *claims: str, **more: Any) -> CarrierPayment:
    """Return money that the carrier paid before the plan did."""
    return by_carrier(name, 50, paid_on, member="M1", kind="advance", claims=claims, **more)


def returned(name: str, amount: int, paid_on: str) -> CarrierPayment:
    """Return money for the claim c1 that went back to the carrier."""
    return by_carrier(name, -amount, paid_on, member="M1", kind="advance", claims=["c1"])


@pytest.mark.parametrize(
    ("paid_on", "deemed"),
    [
        ("2026-01-01", True),
        # Tuesday, December 30: the third working day after it is Friday, January 2
        ("2026-01-02", True),
        ("2026-01-03", False),
        ("2026-01-05", False),
    ],
)
def test_a_claim_paid_soon_after_its_advance_counts_as_paid_with_it(paid_on: str, deemed: bool) -> None:
    """Under specific, in working days; the aggregate takes the day on which the plan paid."""
    policy = a_policy(specific(), aggregate(), advance_funding=FUNDED)
    rows = [paid("c1", "M1", 150, paid_on, incurred_on="2025-12-10")]
    statement = settle(policy, rows, a_year_of_units(), [advance("k1", "2025-12-30", "c1")])

    late = {"paid_after": (1, "150.00")}
    assert ({} if deemed else late) == excluded(statement.specific)
    assert late == excluded(statement.aggregate)
    expected = {"retained": "100.00", "reimbursable": "50.00"} if deemed else {}
    assert expected == lines(statement.unit("M1"))


@pytest.mark.parametrize(
    ("rider", "received", "expected"),
    [
        (FUNDED, [advance("k1", "2025-12-30", "c1", "c2", "c9")], {"c1", "c2"}),
        # both, by two advances
        (FUNDED, [advance("k1", "2025-12-30", "c1"), advance("k2", "2025-12-31", "c2")], {"c1", "c2"}),
        # the plan paid before the carrier did
        (FUNDED, [advance("k1", "2025-12-31", "c0")], set()),
        # after the paid window
        (FUNDED, [advance("k1", "2026-01-01", "c1")], set()),
        # returned before the plan paid, in part, or after it
        (FUNDED, [advance("k1", "2025-12-30", "c1"), returned("k2", 50, "2026-01-01")], set()),
        (FUNDED, [advance("k1", "2025-12-30", "c1"), returned("k2", 20, "2026-01-01")], {"c1"}),
        (FUNDED, [advance("k1", "2025-12-30", "c1"), returned("k2", 50, "2026-01-03")], {"c1"}),
        # no advance
        (FUNDED, [by_carrier("k1", 50, "2025-12-30", member="M1")], set()),
        # no working day is given
        (AdvanceFunding(), [advance("k1", "2025-12-30", "c1")], set()),
        (AdvanceFunding(paid_within_days=0), [advance("k1", "2025-12-30", "c1", "c0")], {"c0"}),
        (None, [advance("k1", "2025-12-30", "c1")], set()),
    ],
)
def test_which_claims_an_advance_carries_into_the_window(
    rider: AdvanceFunding | None, received: list[CarrierPayment], expected: set[str]
) -> None:
    """The claims that it was for, paid from its day on and soon enough; pending ones are not paid at all."""
    policy = a_policy(specific(), advance_funding=rider)
    rows = [
        paid("c0", "M1", 5, "2025-12-30"),
        paid("c1", "M1", 5, "2026-01-02"),
        paid("c2", "M1", 5, "2026-01-02"),
        pending("c9", "M1", 5),
    ]

    assert expected == deemed_paid(policy, received, {row.id: row for row in rows})


def test_a_claim_that_is_deemed_paid_keeps_its_place_and_its_day() -> None:
    """As of the last day of the year it was not paid; in the order of payment it comes last."""
    policy = a_policy(specific(), advance_funding=FUNDED)
    rows = [
        paid("c1", "M1", 100, "2026-01-02", incurred_on="2025-12-10"),
        paid("c2", "M1", 80, "2025-12-31", incurred_on="2025-12-10"),
    ]
    received = [advance("k1", "2025-12-30", "c1")]

    assert "80.00" == str(settle(policy, rows, (), received, as_of=day("2025-12-31")).unit("M1").eligible)
    assert ["c2", "c1"] == [split.id for split in settle(policy, rows, (), received).splits]


def test_what_another_policy_holds_needs_no_advance() -> None:
    """Paid in the next year, and in that policy's windows: it is that policy's, whatever was advanced."""
    policy = a_policy(specific(), advance_funding=FUNDED, overlap=Overlap(rule="incurred", other=[NEXT]))
    claim = paid("c1", "M1", 150, "2026-01-02", incurred_on="2025-12-10")

    assert set() == deemed_paid(policy, [advance("k1", "2025-12-30", "c1")], {"c1": claim})


def test_a_claim_incurred_too_late_is_not_deemed_anything() -> None:
    """Only the paid window's test is passed."""
    policy = a_policy(specific(), advance_funding=FUNDED)
    rows = [paid("c1", "M1", 150, "2026-01-02", incurred_on="2026-01-01")]
    statement = settle(policy, rows, (), [advance("k1", "2025-12-30", "c1")])

    assert {"incurred_after": (1, "150.00")} == excluded(statement.specific)


def test_advances_belong_to_specific() -> None:
    """A policy without it has nobody whose claims could be advanced."""
    assert ["advance_funding: advance funding belongs to a specific cover [SL561]"] == refused(
        PolicyError, a_policy, aggregate=aggregate(), advance_funding=FUNDED
    )


@pytest.mark.parametrize(
    ("given", "error", "expected"),
    [
        ({"smallest": -1}, PolicyError, "smallest: this amount is not negative [SL501]"),
        ({"last_request_days": -1}, PolicyError, "last_request_days: this is 0 to 3,660 days [SL506]"),
        ({"paid_within_days": -1}, PolicyError, "paid_within_days: this is 0 to 3,660 days [SL506]"),
        (
            {"paid_within_days": True},
            WrongType,
            "paid_within_days: days are a whole number, not a bool [SL578]",
        ),
    ],
)
def test_advance_funding_counts_days_and_dollars(given: dict[str, Any], error: Any, expected: str) -> None:
    """Whole ones, from 0 on."""
    assert [expected] == refused(error, AdvanceFunding, **given)


@pytest.mark.parametrize(
    ("days", "terminated", "expected"),
    [(0, None, "2025-12-31"), (30, None, "2025-12-01"), (30, "2025-08-31", "2025-08-01")],
)
def test_the_last_request_is_counted_back_from_the_last_day_in_force(
    days: int, terminated: str | None, expected: str
) -> None:
    """That day itself, where there are none."""
    period = a_period(terminated=terminated) if terminated else a_period()

    assert day(expected) == AdvanceFunding(last_request_days=days).last_request(period)


def test_what_is_deemed_paid_counts_by_the_windows_of_the_aggregate_alone() -> None:
    """Screened out by the aggregate, it counts nothing there."""
    policy = a_policy(specific(), aggregate(), advance_funding=FUNDED)
    rows = [paid("c1", "M1", 150, "2026-01-02", incurred_on="2025-12-10")]
    statement = settle(policy, rows, a_year_of_units(), [advance("k1", "2025-12-30", "c1")])

    assert {"c1": "0.00"} == counted(statement)
