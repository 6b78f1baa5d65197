"""What the unit tests share: short ways to write days, facts and policies, and to read what came out.

Nothing here computes a figure: what a test expects is written out in the test.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from stoploss.aggregate_sheet import AggregateSheet
from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import AggregateFactor
from stoploss.errors import StopLossError
from stoploss.facts import CarrierPayment, CoveredUnits, Payment
from stoploss.policy import Policy
from stoploss.specific_sheet import SpecificSheet
from stoploss.specific_terms import SpecificTerms
from stoploss.statement import Statement
from stoploss.window import Period

__all__ = [
    "LINES",
    "YEAR",
    "a_period",
    "a_policy",
    "a_year_of_units",
    "aggregate",
    "by_carrier",
    "counted",
    "covered",
    "day",
    "excluded",
    "lines",
    "paid",
    "pending",
    "refused",
    "specific",
    "splits",
]

LINES = ("retained", "laser", "aggregating", "employer_share", "over_maximum", "reimbursable")


def day(text: str) -> dt.date:
    """Return the day that ISO text names."""
    return dt.date.fromisoformat(text)


def a_period(effective: str = "2025-01-01", expires: str = "2025-12-31", **more: str) -> Period:
    """Return a policy period from ISO days."""
    return Period(effective=day(effective), expires=day(expires), **{name: day(text) for name, text in more.items()})


YEAR = a_period()


def paid(
    name: str, member: str, amount: str | int, paid_on: str = "2025-06-01", incurred_on: str = "2025-01-15", **more: Any
) -> Payment:
    """Return what the plan paid for a member, inside every window of 2025 unless the test says otherwise."""
    return Payment(id=name, member=member, amount=amount, paid_on=day(paid_on), incurred_on=day(incurred_on), **more)


def pending(name: str, member: str, amount: str | int) -> Payment:
    """Return a claim that is adjudicated and not paid."""
    return Payment(id=name, member=member, amount=amount, incurred_on=day("2025-01-15"), status="pending")


def by_carrier(name: str, amount: str | int, paid_on: str = "2025-09-01", **more: Any) -> CarrierPayment:
    """Return what the carrier paid, under specific unless the test says otherwise."""
    coverage = more.pop("coverage", "specific")
    return CarrierPayment(id=name, amount=amount, paid_on=day(paid_on), coverage=coverage, **more)


def covered(month: str, units: int = 1, tier: str = "single", **more: Any) -> CoveredUnits:
    """Return covered units of a policy month, named by a day in it or by the calendar month in which it begins."""
    return CoveredUnits(month=day(month) if len(month) == 10 else month, tier=tier, units=units, **more)


def a_year_of_units(units: int = 1, tier: str = "single", months: int = 12) -> list[CoveredUnits]:
    """Return the same covered units for the first months of 2025."""
    return [covered(f"2025-{month:02}", units, tier) for month in range(1, months + 1)]


def specific(**terms: Any) -> SpecificTerms:
    """Return a plain specific cover: 12/12, medical, 100 a member."""
    given: dict[str, Any] = {"basis": "12/12", "covers": ["medical"], "deductible": 100}
    return SpecificTerms(**given | terms)


def aggregate(**terms: Any) -> AggregateTerms:
    """Return a plain aggregate cover: 12/12, medical, 10 a month for each covered unit of the one tier."""
    factors = [AggregateFactor(tier="single", amount=10)]
    given: dict[str, Any] = {"basis": "12/12", "covers": ["medical"], "factors": factors}
    return AggregateTerms(**given | terms)


def a_policy(specific: SpecificTerms | None = None, aggregate: AggregateTerms | None = None, **more: Any) -> Policy:
    """Return a policy of 2025 with these covers."""
    given: dict[str, Any] = {"policyholder": "Employer", "carrier": "Carrier", "number": "SL-1", "period": YEAR}
    return Policy(**given | {"specific": specific, "aggregate": aggregate} | more)


def excluded(sheet: SpecificSheet | AggregateSheet | None) -> dict[str, tuple[int, str]]:
    """Return what a cover excludes: by reason how many payments, and what in all."""
    return {str(each.reason): (each.count, str(each.amount)) for each in sheet.excluded} if sheet else {}


def lines(sheet: object) -> dict[str, str]:
    """Return the lines of a sheet or split that are not zero, as text."""
    amounts = {name: getattr(sheet, name) for name in LINES}
    return {name: str(amount) for name, amount in amounts.items() if amount}


def splits(statement: Statement) -> dict[str, dict[str, str]]:
    """Return the lines that are not zero of each payment, by its id."""
    return {split.id: lines(split) for split in statement.splits}


def counted(statement: Statement) -> dict[str, str]:
    """Return what each payment counts toward the attachment point, by its id."""
    return {split.id: str(split.counted) for split in statement.splits}


def refused(error: type[StopLossError], make: Callable[..., object], *given: Any, **named: Any) -> list[str]:
    """Return what is wrong, one line a finding; the error is of exactly that class."""
    with pytest.raises(StopLossError) as raised:
        make(*given, **named)
    assert type(raised.value) is error
    return str(raised.value).splitlines()
