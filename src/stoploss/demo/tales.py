"""The members for whom riders are bought: each one's year is a short table of bills.

Amounts are per cent of the specific deductible, so that the stories fit a group of any size.
The policy year is 2025; it ended early, on October 31st, and what was incurred by then may be paid until the end of
January 2026.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from attrs import field, frozen

from stoploss.demo.dice import Dice
from stoploss.demo.group import Group, Member
from stoploss.demo.lines import Line, working_day
from stoploss.facts import Administrator, Benefit

__all__ = ["TALES", "Bill", "Tale", "Told", "tell"]


@frozen
class Bill:
    """
    One bill.

    Args:
        incurred_on, paid_on: Days of service and payment; what is paid after the file is written is pending.
        percent: Of the specific deductible; negative for what comes back of the bill before it.
        tags: Labels.
        of: Whose: 0 for the employee, 1 for the first dependent.
    """

    incurred_on: str
    paid_on: str
    percent: int
    tags: tuple[str, ...] = ()
    of: int = 0


@frozen(kw_only=True)
class Tale:
    """
    A family's story.

    Args:
        bills: In any order, but for what comes back, which follows its bill.
        diagnosis: Of all of them.
        tier: Of the family.
        accident: In which several were hurt.
        administrator, reported_on: Who processed the bills, and since when they are known.
    """

    bills: tuple[Bill, ...]
    diagnosis: tuple[str, ...]
    tier: str = "single"
    accident: str | None = None
    administrator: Administrator = Administrator.CURRENT
    reported_on: dt.date | None = None


@frozen(kw_only=True)
class Told:
    """
    A story, told.

    Args:
        members: The family; the employee first.
        lines: Its claims.
    """

    members: Sequence[Member] = field(repr=False)
    lines: Sequence[Line] = field(repr=False)

    @property
    def patient(self) -> Member:
        """Whose story it is."""
        return self.members[0]


def _monthly(percent: int, first: int, last: int, tags: tuple[str, ...] = ()) -> tuple[Bill, ...]:
    """Return a bill for each month of 2025 from *first* to *last*, paid the month after."""
    return tuple(
        Bill(f"2025-{month:02}-06", f"2025-{month + 1:02}-11", percent, tags) for month in range(first, last + 1)
    )


TALES: Mapping[str, Tale] = {
    # Lasers.
    "hemophilia": Tale(diagnosis=("D66",), bills=(*_monthly(22, 1, 9), Bill("2025-10-07", "2025-11-12", 22))),
    "broken hip of the same": Tale(diagnosis=("S72.001A",), bills=(Bill("2025-05-14", "2025-06-18", 48),)),
    "transplant": Tale(
        diagnosis=("N18.6",),
        bills=(
            Bill("2025-02-11", "2025-03-19", 52),
            Bill("2025-04-08", "2025-05-13", 38),
            Bill("2025-06-17", "2025-07-29", 190, ("transplant",)),
            Bill("2025-08-05", "2025-09-09", 45, ("transplant",)),
            Bill("2025-10-02", "2025-11-18", 30),
        ),
    ),
    "multiple sclerosis": Tale(diagnosis=("G35",), bills=_monthly(14, 1, 9)),
    "excluded": Tale(diagnosis=("E72.29",), bills=_monthly(18, 1, 9)),
    # Maxima, caps and reductions.
    "lifetime": Tale(
        diagnosis=("C91.00",), bills=(Bill("2025-01-21", "2025-03-04", 95), Bill("2025-07-09", "2025-08-13", 80))
    ),
    "gene therapy": Tale(
        diagnosis=("G12.0",),
        tier="family",
        bills=(
            Bill("2025-06-03", "2025-07-16", 290, ("gene_therapy",), 2),
            Bill("2025-07-01", "2025-08-06", 20, (), 2),
        ),
    ),
    "own clinic": Tale(
        diagnosis=("I63.9",),
        bills=(
            Bill("2025-03-05", "2025-04-09", 70),
            Bill("2025-04-14", "2025-05-21", 60, ("own_clinic",)),
            Bill("2025-05-12", "2025-06-17", 45, ("own_clinic",)),
        ),
    ),
    # What several share.
    "bus accident": Tale(
        diagnosis=("S22.5XXA",),
        tier="family",
        accident="A-2025-05",
        bills=(
            Bill("2025-05-23", "2025-07-02", 70),
            Bill("2025-05-23", "2026-01-07", -30, ("recovery",)),
            Bill("2025-05-23", "2025-07-09", 55, (), 1),
        ),
    ),
    "others in the bus": Tale(
        diagnosis=("S82.201A",), tier="couple", accident="A-2025-05", bills=(Bill("2025-05-23", "2025-07-01", 60),)
    ),
    "influenza": Tale(
        diagnosis=("J10.00",),
        tier="family",
        bills=(
            Bill("2025-02-18", "2025-03-25", 58),
            Bill("2025-02-19", "2025-04-01", 52, (), 1),
            Bill("2025-02-21", "2025-04-03", 46, (), 2),
        ),
    ),
    # Run-in, run-out, the prior administrator and the policy before.
    "run-in": Tale(
        diagnosis=("I21.09",), bills=(Bill("2024-12-16", "2025-04-24", 85), Bill("2025-02-12", "2025-03-18", 55))
    ),
    "two years": Tale(
        diagnosis=("I61.9",),
        administrator=Administrator.PRIOR,
        reported_on=dt.date(2025, 2, 20),
        bills=(
            Bill("2024-08-06", "2024-09-17", 75),
            Bill("2024-09-03", "2025-02-25", 60),
            Bill("2024-09-19", "2025-04-03", 40, ("advanced",)),
        ),
    ),
    "reported late": Tale(
        diagnosis=("I50.9",),
        administrator=Administrator.PRIOR,
        reported_on=dt.date(2025, 4, 8),
        bills=(Bill("2024-12-10", "2025-04-29", 110),),
    ),
    "intensive care": Tale(
        diagnosis=("A41.9",),
        tier="couple",
        bills=(Bill("2025-10-06", "2025-12-09", 140), Bill("2025-10-20", "2025-12-16", 130)),
    ),
    # Not covered at all.
    "retired": Tale(diagnosis=("I25.110",), bills=(Bill("2025-04-22", "2025-05-28", 160),)),
    # Advanced by the carrier, and paid by the plan within days.
    "burns": Tale(
        diagnosis=("T31.30",),
        bills=(Bill("2025-06-30", "2025-08-12", 80), Bill("2025-07-21", "2025-09-18", 105, ("advanced",))),
    ),
    # Adjudicated, and not paid yet.
    "heart surgery": Tale(
        diagnosis=("I35.0",), bills=(Bill("2025-09-16", "2025-11-04", 65), Bill("2025-10-08", "2026-01-21", 95))
    ),
    "spinal injury": Tale(diagnosis=("S14.109A",), tier="family", bills=(Bill("2025-10-24", "2026-01-22", 135),)),
    "small and pending": Tale(diagnosis=("M17.11",), bills=(Bill("2025-10-14", "2026-01-23", 28),)),
    # Underpaid by the carrier; the third is the cancer case of the plain scenario.
    "stroke": Tale(
        diagnosis=("I63.50",), bills=(Bill("2025-08-12", "2025-09-16", 90), Bill("2025-08-29", "2025-10-14", 70))
    ),
    "injury": Tale(
        diagnosis=("S06.5X0A",),
        tier="couple",
        bills=(
            Bill("2025-09-30", "2025-10-28", 88),
            Bill("2025-10-08", "2025-11-20", 45),
            Bill("2025-10-21", "2025-12-11", 37),
        ),
    ),
}
"""By what happens; each in a family of its own, but for what happens to the same person."""

_OF_THE_SAME = {"broken hip of the same": "hemophilia"}
_LEGAL_SHARE = 3


def tell(dice: Dice, group: Group, deductible: int) -> dict[str, Told]:
    """
    Tell all stories, each of a family that no other story tells about.

    Args:
        dice: Chance.
        group: The families; it may get more of them.
        deductible: In cents.
    """
    told: dict[str, Told] = {}
    for name, tale in TALES.items():
        same = _OF_THE_SAME.get(name)
        members = told[same].members if same else group.someone(dice, tale.tier).members
        told[name] = Told(members=members, lines=tuple(_lines(dice, tale, members, deductible)))
    return told


def _lines(dice: Dice, tale: Tale, members: Sequence[Member], deductible: int) -> Iterator[Line]:
    before: Line | None = None
    for bill in tale.bills:
        line = _line(dice, tale, bill, members[bill.of], deductible)
        if bill.percent < 0:
            line.adjusts = before
            line.legal_cost = -line.cents // _LEGAL_SHARE
        yield line
        before = line


def _line(dice: Dice, tale: Tale, bill: Bill, member: Member, deductible: int) -> Line:
    whole = deductible * bill.percent // 100
    return Line(
        member=member,
        benefit=Benefit.MEDICAL,
        incurred_on=dt.date.fromisoformat(bill.incurred_on),
        paid_on=working_day(dt.date.fromisoformat(bill.paid_on)),
        # Within one per cent, so that nobody's bills are round.
        cents=whole + dice.below(abs(whole) // 100),
        diagnosis=tale.diagnosis,
        tags=bill.tags,
        accident=tale.accident,
        administrator=tale.administrator,
        reported_on=tale.reported_on,
        is_case=True,
    )


def __dir__() -> list[str]:
    return __all__
