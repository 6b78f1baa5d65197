"""Claim lines before they have numbers, and how long it takes until the plan pays them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from attrs import define, field

from stoploss.demo.dice import Dice
from stoploss.demo.group import REPORTED_ON, Member
from stoploss.facts import Administrator, Benefit, IneligibleFor, Payment, Status
from stoploss.money import dollars

__all__ = ["Line", "numbered", "paid_after", "working_day"]

# Of ten medical claims three are paid within a month, four in the second, two in the third, one in the fourth.
_MONTHS_TO_PAY = (0, 0, 0, 1, 1, 1, 1, 2, 2, 3)
_SATURDAY = 5
# What will be paid within these days is adjudicated already: pending.
_ADJUDICATED = dt.timedelta(days=10)


@define(kw_only=True, eq=False)
class Line:
    """
    A line of a claim.

    Args:
        member: Whose.
        benefit: Of the plan.
        incurred_on, paid_on: Days of service and payment.
        cents: Signed.
        adjusts: The line that this one undoes.
        ineligible_for, reason: For a line that the policy does not cover.
        diagnosis, tags: Codes, and labels.
        accident: Id of a shared accident.
        administrator, reported_on: Who processed it, and since when it is known.
        legal_cost: Of a recovery, in cents.
        is_case: Whether a case tells of it; everyday corrections leave it alone.
    """

    member: Member
    benefit: Benefit
    incurred_on: dt.date
    paid_on: dt.date
    cents: int
    adjusts: Line | None = None
    ineligible_for: IneligibleFor | None = None
    reason: str | None = None
    diagnosis: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    accident: str | None = None
    administrator: Administrator = Administrator.CURRENT
    reported_on: dt.date | None = None
    legal_cost: int = 0
    is_case: bool = False
    number: str = field(default="", init=False)

    def undone(self, cents: int, paid_on: dt.date) -> Line:
        """Return the line that takes *cents* of this one back."""
        return Line(
            member=self.member,
            benefit=self.benefit,
            incurred_on=self.incurred_on,
            paid_on=paid_on,
            cents=-cents,
            adjusts=self,
            diagnosis=self.diagnosis,
            is_case=self.is_case,
        )


def working_day(day: dt.date) -> dt.date:
    """Return *day*, or the Monday after it."""
    late = day.weekday() - _SATURDAY
    return day if late < 0 else day + dt.timedelta(days=2 - late)


def paid_after(dice: Dice, benefit: Benefit, incurred_on: dt.date) -> dt.date:
    """Return when the plan pays: days after a pharmacy claim, months after a medical one."""
    days = dice.between(4, 16) if benefit is Benefit.RX else 30 * dice.pick(_MONTHS_TO_PAY) + dice.between(7, 32)
    return working_day(incurred_on + dt.timedelta(days=days))


def numbered(lines: Iterable[Line], reported_on: dt.date = REPORTED_ON) -> list[Payment]:
    """
    Return the payments that the administrator knows of, numbered in the order in which they were paid.

    Claims that are adjudicated but not paid yet come last, as pending.

    Args:
        lines: In any order.
        reported_on: The day on which the administrator writes the file.
    """
    lines = tuple(lines)
    known = [line for line in lines if line.paid_on <= reported_on]
    pending = [line for line in lines if reported_on < line.paid_on <= reported_on + _ADJUDICATED and line.cents > 0]
    known.sort(key=_by_day_paid)
    pending.sort(key=_by_day_paid)
    for position, line in enumerate([*known, *pending], 1):
        line.number = f"C{position:07d}"
    return [*(_payment(line, Status.PAID) for line in known), *(_payment(line, Status.PENDING) for line in pending)]


def _by_day_paid(line: Line) -> tuple[dt.date, dt.date, str]:
    return (line.paid_on, line.incurred_on, line.member.id)


def _payment(line: Line, status: Status) -> Payment:
    not_eligible = line.ineligible_for if status is Status.PAID else None
    return Payment(
        id=line.number,
        member=line.member.id,
        family=line.member.family,
        benefit=line.benefit,
        incurred_on=line.incurred_on,
        paid_on=line.paid_on if status is Status.PAID else None,
        amount=dollars(line.cents),
        adjusts=line.adjusts.number if line.adjusts else None,
        status=Status.INELIGIBLE if not_eligible else status,
        ineligible_for=not_eligible or IneligibleFor.BOTH,
        reason=line.reason if not_eligible else None,
        accident=line.accident,
        administrator=line.administrator,
        reported_on=line.reported_on,
        diagnosis=line.diagnosis,
        tags=line.tags,
        legal_cost=dollars(line.legal_cost),
    )


def __dir__() -> list[str]:
    return __all__
