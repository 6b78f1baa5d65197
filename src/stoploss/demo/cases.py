"""The members whose year is a story: the ones for whom stop-loss is bought.

Amounts go by the specific deductible where the story is about it, and so fit a group of any size.
All of them are in the policy year 2025.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from attrs import evolve

from stoploss.demo.dice import Dice
from stoploss.demo.group import MONTHS, Family, Group, Member, month_start
from stoploss.demo.lines import Line, paid_after, working_day
from stoploss.facts import Benefit

__all__ = ["cancer_case", "dialysis", "near_the_deductible", "premature_birth", "to_the_cent"]

_PREMATURE = ("P07.24", "P22.0")
_DELIVERY = ("O60.14X0",)
_CANCER = ("C50.911",)
_KIDNEYS = ("N18.6", "Z99.2")
_HEART = ("I25.110",)
_INJURY = ("S06.5X0A",)


def _days_after(day: dt.date, days: int) -> dt.date:
    return day + dt.timedelta(days=days)


def _medical(member: Member, incurred_on: dt.date, paid_on: dt.date, cents: int, diagnosis: Sequence[str]) -> Line:
    return Line(
        member=member,
        benefit=Benefit.MEDICAL,
        incurred_on=incurred_on,
        paid_on=working_day(paid_on),
        cents=cents,
        diagnosis=tuple(diagnosis),
        is_case=True,
    )


def premature_birth(dice: Dice, group: Group) -> Iterator[Line]:
    """
    A child is born in February, fifteen weeks early, and leaves the hospital in June.

    The child is a covered person of its own from birth; the hospital bills every two weeks.
    The couple becomes a family on the first of March.
    """
    parents = group.someone(dice, "couple")
    born_on = dt.date(2025, 2, dice.between(3, 24))
    parents.with_child_from = 14
    mother, child = parents.members[1], parents.add(None, first=born_on)
    yield _medical(mother, born_on, _days_after(born_on, 38), dice.about(34_000_00), _DELIVERY)
    for stay in range(9):
        billed = _days_after(born_on, 14 * stay)
        daily = (9_400_00, 8_600_00, 7_300_00, 6_100_00, 5_200_00, 4_700_00, 4_300_00, 3_900_00, 3_500_00)[stay]
        yield _medical(child, billed, _days_after(billed, dice.between(30, 48)), 14 * dice.about(daily), _PREMATURE)
        yield _medical(child, billed, _days_after(billed, dice.between(24, 60)), dice.about(2_900_00), _PREMATURE)
    for visit in range(4):
        seen_on = _days_after(born_on, 150 + 35 * visit)
        yield _medical(child, seen_on, paid_after(dice, Benefit.MEDICAL, seen_on), dice.about(640_00), _PREMATURE)


def cancer_case(dice: Dice, group: Group, deductible: int) -> Iterator[Line]:
    """
    A tumour is found in March: surgery, infusions every three weeks, and a costly drug from the pharmacy.

    Medical and pharmacy claims are one person's.
    The hospital later pays back for an operation that it had billed twice, after the carrier has reimbursed it.
    """
    family = group.someone(dice, dice.pick(("single", "couple", "family")))
    patient = family.members[0]
    surgery_on = dt.date(2025, 3, dice.between(10, 21))
    surgery = _medical(patient, surgery_on, _days_after(surgery_on, 36), deductible * 46 // 100, _CANCER)
    yield surgery
    for cycle in range(12):
        given_on = _days_after(surgery_on, 28 + 21 * cycle)
        paid_on = _days_after(given_on, dice.between(21, 44))
        yield _medical(patient, given_on, paid_on, dice.about(deductible * 8 // 100), _CANCER)
    for month in range(4, 12):
        filled_on = dt.date(2025, month + 1, dice.between(2, 8))
        line = _medical(patient, filled_on, _days_after(filled_on, 11), dice.about(deductible * 9 // 100), _CANCER)
        line.benefit = Benefit.RX
        yield line
    yield surgery.undone(surgery.cents * 55 // 100, dt.date(2026, 3, 18))


def dialysis(dice: Dice, group: Group, deductible: int) -> tuple[Member, list[Line]]:
    """
    Kidneys failed before the policy year, so the carrier set a laser: dialysis, billed every month.

    The year costs a little more than twice the deductible, which is the laser.
    """
    patient = group.someone(dice, "single").members[0]
    lines: list[Line] = []
    for month in range(6, MONTHS):
        treated_on = _days_after(month_start(month + 1), -1)
        paid_on = _days_after(treated_on, dice.between(18, 34))
        lines.append(_medical(patient, treated_on, paid_on, dice.about(deductible * 183 // 1000), _KIDNEYS))
    return patient, lines


def near_the_deductible(dice: Dice, group: Group, deductible: int) -> Iterator[Line]:
    """
    Two members end just below the deductible and one above it; the last one's bills are paid in the run-out.

    Those bills count under specific (12/15), and come too late for the aggregate (12/12).
    """
    for percent in (93, 98):
        family = group.someone(dice, dice.pick(("single", "couple", "family")))
        yield from _hospital_stay(
            dice, family, dt.date(2025, dice.between(4, 8), 9), deductible * percent // 100, _HEART
        )
    hurt = group.someone(dice, "family")
    accident_on = dt.date(2025, 11, dice.between(12, 26))
    for week in range(5):
        treated_on = _days_after(accident_on, 7 * week)
        paid_on = dt.date(2026, 1, 12) + dt.timedelta(days=16 * week)
        yield _medical(hurt.members[0], treated_on, paid_on, dice.about(deductible * 23 // 100), _INJURY)


def _hospital_stay(
    dice: Dice, family: Family, admitted_on: dt.date, total: int, diagnosis: Sequence[str]
) -> Iterator[Line]:
    """Bill a stay in one large and some small parts."""
    parts = [total * 3 // 5, total // 5, total // 10]
    for day, part in enumerate([*parts, total - sum(parts)]):
        treated_on = _days_after(admitted_on, day)
        yield _medical(family.members[0], treated_on, _days_after(treated_on, dice.between(20, 60)), part, diagnosis)


def to_the_cent(dice: Dice, group: Group, deductible: int) -> Iterator[Line]:
    """A member whose claims of the year are the deductible exactly, to the cent: nothing is reimbursed."""
    family = group.someone(dice, "single")
    family.members[0] = evolve(family.members[0], health=None)
    yield from _hospital_stay(dice, family, dt.date(2025, 9, dice.between(2, 12)), deductible, _HEART)


def __dir__() -> list[str]:
    return __all__
