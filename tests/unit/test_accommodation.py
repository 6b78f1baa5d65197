"""The monthly aggregate accommodation: what the carrier advances before the year is settled."""

from __future__ import annotations

from typing import Any

import pytest

from stoploss.aggregate_sheet import AccommodationRow
from stoploss.attachment_terms import Accommodation, MinimumAttachment
from stoploss.errors import PolicyError, WrongType
from stoploss.facts import CarrierPayment
from stoploss.statement import Statement, settle
from tests.unit.given import (
    a_period,
    a_policy,
    a_year_of_units,
    aggregate,
    by_carrier,
    day,
    paid,
    refused,
    specific,
)

UNITS = a_year_of_units(10)
"""100 of attachment in each month."""
CLAIM = paid("c1", "M1", 330, "2025-03-10")


def row(found: AccommodationRow | None) -> list[str] | None:
    """Return threshold, counted, wanted, advanced and due as text, whole dollars without their cents."""
    names = ("threshold", "counted", "wanted", "advanced", "due")
    return None if found is None else [str(getattr(found, name)).removesuffix(".00") for name in names]


def settled(
    as_of: str | None,
    *more: Any,
    received: list[CarrierPayment] | None = None,
    period: Any = None,
    rider: Accommodation | None = None,
    **terms: Any,
) -> Statement:
    """Settle a claim of 330, paid in March, under an aggregate that accommodates."""
    group = aggregate(accommodation=rider or Accommodation(), **terms)
    policy = a_policy(aggregate=group, **({"period": period} if period else {}))
    return settle(policy, [CLAIM, *more], UNITS, received or [], as_of=day(as_of) if as_of else None)


def latest(statement: Statement) -> list[str] | None:
    """Return the latest position."""
    assert statement.aggregate
    return row(statement.aggregate.accommodation)


def advanced(amount: int, paid_on: str = "2025-02-20", name: str = "k1") -> CarrierPayment:
    """Return what the carrier has advanced."""
    return by_carrier(name, amount, paid_on, coverage="aggregate", kind="accommodation")


# ------------------------------------------------------------------ one month


@pytest.mark.parametrize(
    ("rider", "terms", "expected"),
    [
        # 330 against three months of 100
        ({}, {}, ["300", "330", "30", "10", "20"]),
        # 3 of the 30 are kept, and 40 keep all of it
        ({"keep": 3}, {}, ["300", "330", "27", "10", "17"]),
        ({"keep": 40}, {}, ["300", "330", "0", "10", "0"]),
        # half of them, less 3
        ({"keep": 3}, {"share": "50%"}, ["300", "330", "12", "10", "2"]),
        # a request of less than 20.01 waits
        ({"smallest": 20}, {}, ["300", "330", "30", "10", "20"]),
        ({"smallest": "20.01"}, {}, ["300", "330", "30", "10", "0"]),
        # a quarter of the minimum of 1,280 is 320
        ({}, {"minimum": MinimumAttachment(amount=1280)}, ["320", "330", "10", "10", "0"]),
        ({"minimum": "none"}, {"minimum": MinimumAttachment(amount=1280)}, ["300", "330", "30", "10", "20"]),
        # of a minimum below the months nothing is seen
        ({}, {"minimum": MinimumAttachment(amount=600)}, ["300", "330", "30", "10", "20"]),
        # the most that is reimbursed, or a ceiling on what counts
        ({}, {"maximum": 25}, ["300", "330", "25", "10", "15"]),
        ({"keep": 3}, {"maximum": 25}, ["300", "330", "25", "10", "15"]),
        ({}, {"maximum": 325, "maximum_kind": "ceiling"}, ["300", "330", "25", "10", "15"]),
        ({}, {"maximum": 290, "maximum_kind": "ceiling"}, ["300", "330", "0", "10", "0"]),
        ({}, {"maximum": 900, "maximum_kind": "ceiling"}, ["300", "330", "30", "10", "20"]),
    ],
)
def test_what_is_wanted_and_what_is_due(rider: dict[str, Any], terms: dict[str, Any], expected: list[str]) -> None:
    """At the end of March, with 10 advanced in February."""
    statement = settled("2025-03-31", received=[advanced(10)], rider=Accommodation(**rider), **terms)
    assert statement.aggregate

    assert expected == latest(statement) == row(statement.aggregate.months[2].accommodation)
    assert expected[-1] == str(statement.aggregate.due).removesuffix(".00")
    assert "0.00" == str(statement.aggregate.reimbursable)


@pytest.mark.parametrize(("repay", "expected"), [("at_end", "0"), ("when_recovered", "-30")])
def test_what_was_advanced_too_much_goes_back_at_the_end_or_at_once(repay: str, expected: str) -> None:
    """30 were advanced, and the claim was voided in April: nothing is wanted any more."""
    statement = settled(
        "2025-04-30",
        paid("v1", "M1", -330, "2025-04-10", adjusts="c1"),
        received=[advanced(30, "2025-04-05")],
        rider=Accommodation(repay=repay),
    )

    assert ["400", "0", "0", "30", expected] == latest(statement)


# ------------------------------------------------------------------ month by month


def test_each_month_shows_what_it_was_at_its_end() -> None:
    """What counts, and what was advanced, by then: 30 are wanted at the end of March, nothing when 400 are reached."""
    received = [advanced(10), advanced(20, "2025-04-10", "k2")]
    statement = settled("2025-04-30", received=received)
    assert statement.aggregate

    assert [
        ["100", "0", "0", "0", "0"],
        ["200", "0", "0", "10", "0"],
        ["300", "330", "30", "10", "20"],
        ["400", "330", "0", "30", "0"],
    ] == [row(month.accommodation) for month in statement.aggregate.months]


def test_a_month_that_has_not_ended_has_no_position() -> None:
    """In the middle of April the latest is March's, less what was advanced since."""
    statement = settled("2025-04-29", received=[advanced(10), advanced(5, "2025-04-10", "k2")])
    assert statement.aggregate

    assert row(statement.aggregate.months[3].accommodation) is None
    assert ["300", "330", "30", "10", "20"] == row(statement.aggregate.months[2].accommodation)
    assert ["300", "330", "30", "15", "15"] == latest(statement)
    assert "15.00" == str(statement.aggregate.due)


def test_before_the_first_month_has_ended_there_is_no_position() -> None:
    """Nothing is due, whatever was paid."""
    statement = settled("2025-01-30", received=[advanced(10, "2025-01-10")])
    assert statement.aggregate

    assert (None, "0.00") == (latest(statement), str(statement.aggregate.due))


@pytest.mark.parametrize(
    ("rider", "period", "as_of", "months"),
    [
        # in the last month the year is settled
        ({}, None, None, 11),
        ({}, None, "2025-12-31", 11),
        ({"months_open": 3}, None, None, 3),
        ({"months_open": 12}, None, None, 11),
        # the last month in force is August
        ({}, a_period(terminated="2025-08-20"), None, 7),
        ({"months_open": 10}, a_period(terminated="2025-08-20"), None, 7),
    ],
)
def test_the_last_month_in_force_has_no_request(
    rider: dict[str, Any], period: Any, as_of: str | None, months: int
) -> None:
    """Requests are for the months before it, or as many as the rider has open."""
    statement = settled(as_of, period=period, rider=Accommodation(**rider))
    assert statement.aggregate
    shown = [number for number, month in enumerate(statement.aggregate.months, start=1) if month.accommodation]

    assert list(range(1, months + 1)) == shown


def test_after_the_period_the_year_is_settled() -> None:
    """1,500 over 1,200: 300 less 30 advanced; the latest position is that of November."""
    statement = settled(None, paid("c2", "M2", 1170, "2025-12-10"), received=[advanced(30)])
    assert statement.aggregate

    assert ("300.00", "270.00") == (str(statement.aggregate.reimbursable), str(statement.aggregate.due))
    assert ["1100", "330", "0", "30", "0"] == latest(statement)


def test_what_counts_by_a_months_end_is_what_specific_left_by_then() -> None:
    """The second payment lifts the unit over its deductible of 200 in April only."""
    policy = a_policy(specific(deductible=200), aggregate(accommodation=Accommodation()))
    payments = [paid("c1", "M1", 150, "2025-01-10"), paid("c2", "M1", 150, "2025-04-10")]
    statement = settle(policy, payments, UNITS, as_of=day("2025-04-30"))
    assert statement.aggregate

    assert ["150", "150", "150", "200"] == [row(month.accommodation)[1] for month in statement.aggregate.months]  # type: ignore[index]


def test_without_the_rider_there_are_no_keys() -> None:
    """A statement of a plain policy is what it always was."""
    document = settle(a_policy(aggregate=aggregate()), [], UNITS).to_dict()["aggregate"]

    assert "accommodation" not in document
    assert "accommodation" not in document["months"][0]


def test_a_position_is_plain_data() -> None:
    """Amounts as text."""
    document = settled("2025-03-31").to_dict()["aggregate"]

    assert {"threshold": "300.00", "counted": "330.00", "wanted": "30.00", "advanced": "0.00", "due": "30.00"} == (
        document["accommodation"]
    )


# ------------------------------------------------------------------ terms


@pytest.mark.parametrize(
    ("given", "error", "expected"),
    [
        ({"keep": -1}, PolicyError, ["keep: this amount is not negative [SL501]"]),
        (
            {"keep": -1, "smallest": -1},
            PolicyError,
            ["keep: this amount is not negative [SL501]", "smallest: this amount is not negative [SL501]"],
        ),
        ({"months_open": 0}, PolicyError, ["months_open: this is 1 to 120 months [SL538]"]),
        ({"months_open": 1.5}, WrongType, ["months_open: months are a whole number, not a float [SL578]"]),
    ],
)
def test_an_accommodation_that_is_none_is_refused(given: dict[str, Any], error: Any, expected: list[str]) -> None:
    """Dollars from 0 on, whole months from 1 on."""
    assert expected == refused(error, Accommodation, **given)


def test_no_more_months_are_open_than_there_are() -> None:
    """A period of twelve has no thirteenth."""
    assert ["aggregate.accommodation.months_open: the policy period has 12 policy months [SL538]"] == refused(
        PolicyError, a_policy, aggregate=aggregate(accommodation=Accommodation(months_open=13))
    )
