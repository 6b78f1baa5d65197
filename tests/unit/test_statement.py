"""The settlement: days, order of arrival, what is final, and numbers that cannot be wrong unnoticed."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError

from stoploss import statement as module
from stoploss.aggregate_sheet import AggregateSheet, aggregate_sheet
from stoploss.errors import FactError, InvariantError, UnknownFact, WrongType
from stoploss.lasers import Laser
from stoploss.money import ZERO, dollars
from stoploss.policy import Policy
from stoploss.riders import EarlyTermination
from stoploss.specific_sheet import SpecificSheet, specific_sheet
from stoploss.statement import Statement, settle
from tests.unit.given import (
    a_period,
    a_policy,
    a_year_of_units,
    aggregate,
    by_carrier,
    day,
    lines,
    paid,
    pending,
    refused,
    specific,
)

UNITS = a_year_of_units()
BOTH = a_policy(specific(basis="12/15"), aggregate())
PAYMENTS = [
    paid("c1", "M1", 80, "2025-02-01"),
    paid("c2", "M1", 100, "2025-03-01"),
    paid("r1", "M1", -30, "2025-07-01", adjusts="c2"),
    paid("c3", "M2", 90, "2026-02-01"),
    pending("c4", "M2", 1_000),
    paid("c5", "M3", 7, benefit="dental"),
]
RECEIVED = [by_carrier("k1", 40, "2025-04-01", member="M1"), by_carrier("k2", 5, "2026-01-31", coverage="aggregate")]


def test_a_statement_in_full() -> None:
    """
    Specific: M1 150, excess 50; M2 90. Aggregate, paid in 2025 only: M1 counts 100, less than 120.

    The plan paid 80 + 100 - 30 + 90 + 7 = 247; 50 of it are the carrier's.
    """
    zero_month = {"attachment": "10.00", "counted_to_date": "0.00"}
    statement = settle(BOTH, PAYMENTS, UNITS, RECEIVED)

    assert {
        "schema": 1,
        "policy": "SL-1",
        "as_of": None,
        "final": True,
        "claims": {"count": 5, "amount": "247.00"},
        "specific": {
            "excluded": [
                {"reason": "pending", "count": 1, "amount": "1000.00"},
                {"reason": "benefit_not_covered", "count": 1, "amount": "7.00"},
            ],
            "eligible": "240.00",
            "retained": "190.00",
            "laser": "0.00",
            "aggregating": "0.00",
            "employer_share": "0.00",
            "over_maximum": "0.00",
            "reimbursable": "50.00",
            "reimbursed": "40.00",
            "due": "10.00",
            "units": [
                {
                    "unit": "M1",
                    "deductible": "100.00",
                    "eligible": "150.00",
                    "retained": "100.00",
                    "laser": "0.00",
                    "aggregating": "0.00",
                    "employer_share": "0.00",
                    "over_maximum": "0.00",
                    "reimbursable": "50.00",
                    "reimbursed": "40.00",
                    "due": "10.00",
                },
                {
                    "unit": "M2",
                    "deductible": "100.00",
                    "eligible": "90.00",
                    "retained": "90.00",
                    "laser": "0.00",
                    "aggregating": "0.00",
                    "employer_share": "0.00",
                    "over_maximum": "0.00",
                    "reimbursable": "0.00",
                    "reimbursed": "0.00",
                    "due": "0.00",
                },
            ],
        },
        "aggregate": {
            "excluded": [
                {"reason": "pending", "count": 1, "amount": "1000.00"},
                {"reason": "benefit_not_covered", "count": 1, "amount": "7.00"},
                {"reason": "paid_after", "count": 1, "amount": "90.00"},
            ],
            "gross": "180.00",
            "voids_and_refunds": "-30.00",
            "eligible": "150.00",
            "over_loss_limit": "50.00",
            "reimbursed_by_specific": "0.00",
            "counted": "100.00",
            "months": [
                {"month": "2025-01-01", "attachment_to_date": "10.00"} | zero_month,
                {
                    "month": "2025-02-01",
                    "attachment": "10.00",
                    "attachment_to_date": "20.00",
                    "counted_to_date": "80.00",
                },
                *(
                    {
                        "month": f"2025-{month:02}-01",
                        "attachment": "10.00",
                        "attachment_to_date": f"{month}0.00",
                        "counted_to_date": "100.00",
                    }
                    for month in range(3, 13)
                ),
            ],
            "calculated_attachment": "120.00",
            "minimum_attachment": None,
            "attachment_point": "120.00",
            "excess": "0.00",
            "employer_share": "0.00",
            "over_maximum": "0.00",
            "reimbursable": "0.00",
            "reimbursed": "5.00",
            "due": "-5.00",
        },
        "employer_net": "197.00",
        "carrier_total": "50.00",
    } == statement.to_dict()


def test_the_order_of_arrival_decides_nothing() -> None:
    """Every permutation of the facts gives the same statement and the same splits."""
    expected = settle(BOTH, PAYMENTS, UNITS, RECEIVED)

    for rows in itertools.islice(itertools.permutations(PAYMENTS), 0, None, 37):
        found = settle(BOTH, rows, reversed(UNITS), reversed(RECEIVED))
        assert (expected, expected.splits) == (found, found.splits)


def test_facts_told_twice_count_once() -> None:
    """Payments, enrollment and carrier payments alike."""
    expected = settle(BOTH, PAYMENTS, UNITS, RECEIVED)

    assert expected == settle(BOTH, PAYMENTS * 2, UNITS * 2, RECEIVED * 2)


# ------------------------------------------------------------------ the day of the statement


@pytest.mark.parametrize(
    ("as_of", "claims", "eligible", "reimbursable", "reimbursed"),
    [
        ("2024-12-31", "0.00", "0.00", "0.00", "0.00"),
        ("2025-01-31", "0.00", "0.00", "0.00", "0.00"),
        ("2025-02-01", "80.00", "80.00", "0.00", "0.00"),
        ("2025-03-01", "180.00", "180.00", "80.00", "0.00"),
        ("2025-04-01", "180.00", "180.00", "80.00", "40.00"),
        ("2025-06-30", "187.00", "180.00", "80.00", "40.00"),
        ("2025-07-01", "157.00", "150.00", "50.00", "40.00"),
        ("2026-02-01", "247.00", "240.00", "50.00", "40.00"),
        ("2030-01-01", "247.00", "240.00", "50.00", "40.00"),
    ],
)
def test_a_statement_takes_what_was_paid_by_its_day(
    as_of: str, claims: str, eligible: str, reimbursable: str, reimbursed: str
) -> None:
    """That day included, for payments of the plan and of the carrier."""
    statement = settle(BOTH, PAYMENTS, UNITS, RECEIVED, as_of=day(as_of))
    assert statement.specific

    assert (claims, eligible, reimbursable, reimbursed) == (
        str(statement.claims.amount),
        str(statement.specific.eligible),
        str(statement.specific.reimbursable),
        str(statement.specific.reimbursed),
    )
    assert day(as_of) == statement.as_of


def test_pending_claims_are_listed_on_every_day() -> None:
    """They are known, though nobody has paid them."""
    statement = settle(BOTH, PAYMENTS, UNITS, as_of=day("2024-12-31"))

    assert ["c4"] == [split.id for split in statement.splits]
    assert 0 == statement.claims.count


def test_a_void_counts_no_earlier_than_what_it_undoes() -> None:
    """A void of March that names a payment of April is neither taken nor listed before April."""
    payments = [paid("c1", "M1", 150, "2025-04-01"), paid("r1", "M1", -150, "2025-03-01", adjusts="c1")]
    before, after = (settle(a_policy(specific()), payments, as_of=day(on)) for on in ("2025-03-31", "2025-04-01"))

    assert (0, ()) == (before.claims.count, before.splits)
    assert (2, ZERO) == (after.claims.count, after.claims.amount)


@pytest.mark.parametrize(
    ("policy", "as_of", "expected"),
    [
        (BOTH, None, True),
        (BOTH, "2025-12-31", False),
        (BOTH, "2026-03-30", False),
        (BOTH, "2026-03-31", True),
        (a_policy(aggregate=aggregate()), "2025-12-30", False),
        (a_policy(aggregate=aggregate()), "2025-12-31", True),
        (a_policy(specific(basis="incurred")), "2199-12-31", False),
        (a_policy(specific(basis="incurred")), None, True),
        (a_policy(specific(basis="12/15"), period=a_period(terminated="2025-05-31")), "2025-05-30", False),
        (a_policy(specific(basis="12/15"), period=a_period(terminated="2025-05-31")), "2025-05-31", True),
        (
            a_policy(
                specific(basis="12/15"),
                period=a_period(terminated="2025-05-31"),
                early_termination=EarlyTermination(windows="unchanged"),
            ),
            "2026-03-30",
            False,
        ),
    ],
)
def test_a_statement_is_final_when_the_last_paid_window_has_ended(
    policy: Policy, as_of: str | None, expected: bool
) -> None:
    """Or when it takes everything that was reported."""
    assert expected is settle(policy, [], UNITS, as_of=day(as_of) if as_of else None).final


@pytest.mark.parametrize(
    "as_of",
    [dt.datetime(2025, 6, 30), dt.datetime(2025, 6, 30, tzinfo=dt.UTC)],  # noqa: DTZ001 -- what is to be refused
)
def test_the_day_of_a_statement_is_a_date(as_of: Any) -> None:
    """A timestamp is refused."""
    assert [
        "as_of: a day is exactly a datetime.date, not a datetime; take the date at the policyholder's site [SL201]"
    ] == refused(WrongType, settle, BOTH, [], UNITS, as_of=as_of)


def test_enrollment_is_needed_up_to_the_day() -> None:
    """On March 15 three months are enough; for the final settlement they are not."""
    policy = a_policy(aggregate=aggregate())
    settle(policy, [], UNITS[:3], as_of=day("2025-03-15"))

    assert 9 == len(refused(FactError, settle, policy, [], UNITS[:3]))


def test_facts_that_cannot_be_settled_are_named_by_position() -> None:
    """One error with all of them, and nothing is settled."""
    assert [
        "payments[1].adjusts: a negative row undoes a payment of the same member [SL307]",
        f"carrier_payments[0].coverage: {NO_COVER}",
    ] == refused(
        FactError,
        settle,
        a_policy(specific()),
        [paid("c1", "M1", 100), paid("r1", "M2", -1, adjusts="c1")],
        (),
        [by_carrier("k1", 1, coverage="aggregate")],
    )


# ------------------------------------------------------------------ splits, units, steps


@pytest.mark.parametrize(
    ("consume_by", "expected"), [("paid", ["10", "9", "1", "2", "3"]), ("incurred", ["1", "10", "9", "2", "3"])]
)
def test_splits_are_in_the_order_of_the_deductible(consume_by: str, expected: list[str]) -> None:
    """Claims without a paid day come last, by id."""
    payments = [
        pending("3", "M1", 1),
        paid("9", "M1", 1, "2025-03-01", "2025-02-01"),
        pending("2", "M1", 1),
        paid("10", "M1", 1, "2025-03-01", "2025-02-01"),
        paid("1", "M2", 1, "2025-04-01", "2025-01-01"),
    ]
    statement = settle(a_policy(specific(consume_by=consume_by)), payments)

    assert expected == [split.id for split in statement.splits]
    assert statement.splits is statement.splits


def test_a_split_names_the_unit_of_what_it_undoes() -> None:
    """A refund that was reported under another family belongs to the family of its payment."""
    payments = [paid("c1", "M1", 100, family="F1"), paid("r1", "M1", -40, family="F2", adjusts="c1")]
    statement = settle(a_policy(specific(per="family")), payments)

    assert ["F1", "F1"] == [split.unit for split in statement.splits]


def test_one_split_and_one_unit_are_found_by_id() -> None:
    """What the statement holds is found."""
    statement = settle(BOTH, PAYMENTS, UNITS)

    assert "c2" == statement.split("c2").id
    assert {"retained": "100.00", "reimbursable": "50.00"} == lines(statement.unit("M1"))
    assert "retained" in [step.line for step in statement.unit_steps("M1")]
    assert "attachment_point" in [step.line for step in statement.aggregate_steps]


NO_COVER = "the policy has no aggregate cover under which the carrier could have paid [SL310]"
NO_CLAIM = "claim: the statement holds no such claim; it may have been paid after its day [SL320]"
NO_UNIT = "unit: specific holds no sheet for this member or family [SL321]"


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        (lambda statement: statement.split("c9"), NO_CLAIM),
        (lambda statement: statement.split("c3"), NO_CLAIM),  # paid after the day
        (lambda statement: statement.unit("M9"), NO_UNIT),
        (lambda statement: statement.unit("M2"), NO_UNIT),
        (lambda statement: statement.unit_steps("M9"), NO_UNIT),
    ],
)
def test_a_question_about_what_the_statement_does_not_hold_is_an_error(ask: Any, expected: str) -> None:
    """The message repeats no id."""
    statement = settle(BOTH, PAYMENTS, UNITS, as_of=day("2025-12-31"))

    assert [expected] == refused(UnknownFact, ask, statement)


def test_without_specific_there_is_no_unit() -> None:
    """The aggregate has no sheet of a unit."""
    statement = settle(a_policy(aggregate=aggregate()), PAYMENTS, UNITS)

    assert [NO_UNIT] == refused(UnknownFact, statement.unit, "M1")
    assert statement.specific is None
    assert statement.to_dict()["specific"] is None


def test_without_an_aggregate_there_are_no_steps_of_it() -> None:
    """And no worksheet."""
    statement = settle(a_policy(specific()), PAYMENTS)

    assert ((), None, None) == (statement.aggregate_steps, statement.aggregate, statement.to_dict()["aggregate"])


# ------------------------------------------------------------------ notices


@pytest.mark.parametrize(
    ("laser", "family", "rule"),
    [
        ({"member": "M9", "excluded": True}, {}, "no claim was reported for this lasered member; check the id [SL550]"),
        (
            {"family": "F9", "deductible": 200},
            {"per": "family"},
            "no claim was reported for this lasered family; check the id [SL550]",
        ),
    ],
)
def test_a_laser_on_nobody_is_a_notice(laser: dict[str, Any], family: dict[str, Any], rule: str) -> None:
    """It may be right; a misspelt id would lift the laser from its member."""
    terms = specific(lasers=[Laser(**laser)], **family)
    statement = settle(a_policy(terms), [paid("c1", "M1", 5, family="F1")])

    assert [f"specific.lasers[0]: {rule}"] == [str(notice) for notice in statement.notices]


def test_a_laser_on_somebody_with_claims_is_none() -> None:
    """Pending, excluded and later claims show that the id is right."""
    terms = specific(lasers=[Laser(member=member, excluded=True) for member in ("M2", "M3")])
    statement = settle(a_policy(terms), PAYMENTS, as_of=day("2025-01-01"))

    assert () == statement.notices


def test_a_policy_without_specific_has_no_laser() -> None:
    """Nothing to notice."""
    assert () == settle(a_policy(aggregate=aggregate()), [], UNITS).notices


# ------------------------------------------------------------------ what must never happen

CENT = dollars(1)
ADD_UP = "eligible and excluded do not add up to what the plan paid [SL901]"
NEGATIVE = "a line that cannot be negative is negative [SL902]"


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        (lambda sheet: evolve(sheet, eligible=sheet.eligible + CENT), [f"specific: {ADD_UP}"]),
        (lambda sheet: evolve(sheet, excluded=()), [f"specific: {ADD_UP}"]),
        (lambda sheet: evolve(sheet, reimbursable=-CENT), [f"specific: {NEGATIVE}"]),
        (lambda sheet: evolve(sheet, employer_share=-CENT), [f"specific: {NEGATIVE}"]),
        (lambda sheet: evolve(sheet, over_maximum=-CENT), [f"specific: {NEGATIVE}"]),
        (
            lambda sheet: evolve(sheet, eligible=ZERO, over_maximum=-CENT),
            [f"specific: {ADD_UP}", f"specific: {NEGATIVE}"],
        ),
    ],
)
def test_a_wrong_specific_sheet_is_never_stated(
    monkeypatch: pytest.MonkeyPatch, broken: Any, expected: list[str]
) -> None:
    """A cent too many or a line out of bounds is an error, not a number."""
    right = specific_sheet

    def wrong(*given: Any) -> SpecificSheet:
        sheet: SpecificSheet = broken(right(*given))
        return sheet

    monkeypatch.setattr(module, "specific_sheet", wrong)

    assert expected == refused(InvariantError, settle, BOTH, PAYMENTS, UNITS)


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        (lambda sheet: evolve(sheet, eligible=sheet.eligible - CENT), [f"aggregate: {ADD_UP}"]),
        (
            lambda sheet: evolve(sheet, excess=sheet.excess + CENT),
            ["aggregate: the lines do not add up to the excess [SL903]"],
        ),
        (
            lambda sheet: evolve(sheet, over_maximum=-CENT),
            [f"aggregate: {NEGATIVE}", "aggregate: the lines do not add up to the excess [SL903]"],
        ),
    ],
)
def test_a_wrong_worksheet_is_never_stated(monkeypatch: pytest.MonkeyPatch, broken: Any, expected: list[str]) -> None:
    """The worksheet is held against the same claims, and its outcome against the excess."""
    right = aggregate_sheet

    def wrong(*given: Any) -> AggregateSheet:
        sheet: AggregateSheet = broken(right(*given))
        return sheet

    monkeypatch.setattr(module, "aggregate_sheet", wrong)

    assert expected == refused(InvariantError, settle, BOTH, PAYMENTS, UNITS)


def test_a_statement_is_never_changed() -> None:
    """What was stated stays stated."""
    statement: Statement = settle(BOTH, PAYMENTS, UNITS)
    with pytest.raises(FrozenInstanceError):
        statement.carrier_total = ZERO  # type: ignore[misc]

    assert "50.00" == str(statement.carrier_total)
