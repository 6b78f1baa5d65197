"""Everyday claims: visits, laboratories, prescriptions, now and then a hospital; and what is put right afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from stoploss.demo.dice import Dice, Severity
from stoploss.demo.group import MONTHS, Group, Health, Member, month_start
from stoploss.demo.lines import Line, paid_after, working_day
from stoploss.facts import Benefit, IneligibleFor

__all__ = ["everyday_claims", "ineligible_claims", "refunds", "voids_and_reissues"]

_MEDICAL = Severity(
    {0: 6_00, 1_000: 22_00, 2_500: 46_00, 5_000: 80_00, 7_500: 131_00, 9_000: 236_00, 9_500: 420_00}
    | {9_800: 940_00, 9_900: 1_800_00, 9_970: 4_600_00, 9_995: 14_500_00, 10_000: 42_000_00}
)
_PHARMACY = Severity(
    {0: 1_00, 2_500: 6_00, 5_000: 13_00, 7_500: 38_00, 9_000: 145_00, 9_600: 410_00, 9_900: 900_00, 10_000: 2_600_00}
)
_DENTAL = Severity({0: 40_00, 5_000: 92_00, 9_000: 240_00, 10_000: 1_150_00})
# Lines in a month, one of which is drawn.
_LINES = {
    Health.HEALTHY: (0, 0, 0, 0, 0, 0, 1, 1, 2, 3),
    Health.AVERAGE: (0, 0, 0, 1, 1, 2, 2, 2, 4, 5),
    Health.CHRONIC: (1, 2, 2, 3, 3, 4, 4, 5, 7, 10),
    Health.COMPLEX: (2, 4, 5, 6, 7, 8, 9, 10, 12, 15),
}
_BENEFITS = (Benefit.MEDICAL,) * 58 + (Benefit.RX,) * 40 + (Benefit.DENTAL,) * 2
_SEVERITIES = {Benefit.MEDICAL: _MEDICAL, Benefit.RX: _PHARMACY, Benefit.DENTAL: _DENTAL}
_NOT_ELIGIBLE = (
    ("experimental treatment", IneligibleFor.BOTH),
    ("not payable under the plan", IneligibleFor.BOTH),
    ("network access fee", IneligibleFor.AGGREGATE),
    ("late-payment interest", IneligibleFor.SPECIFIC),
)


def everyday_claims(dice: Dice, group: Group) -> Iterator[Line]:
    """Yield what every member costs in an ordinary month."""
    for member in group.members:
        if member.health is not None:
            for month in range(MONTHS):
                yield from _month_of(dice, member, member.health, month)


def _month_of(dice: Dice, member: Member, health: Health, month: int) -> Iterator[Line]:
    first, last = max(member.first, month_start(month)), min(member.last, month_start(month + 1) - dt.timedelta(days=1))
    days = (last - first).days + 1
    for _ in range(dice.pick(_LINES[health]) if days > 0 else 0):
        benefit = dice.pick(_BENEFITS)
        incurred_on = first + dt.timedelta(days=dice.below(days))
        yield Line(
            member=member,
            benefit=benefit,
            incurred_on=incurred_on,
            paid_on=paid_after(dice, benefit, incurred_on),
            cents=dice.cents(_SEVERITIES[benefit]),
        )


def voids_and_reissues(dice: Dice, lines: Sequence[Line]) -> Iterator[Line]:
    """
    Yield corrections: one payment in 150 is voided, and most of those are issued anew, to the right amount.

    A prescription that nobody fetched is voided within the week.
    """
    for line in lines:
        if line.is_case or not dice.one_in(150):
            continue
        voided_on = working_day(line.paid_on + dt.timedelta(days=dice.between(2, 70)))
        yield line.undone(line.cents, voided_on)
        if line.benefit is not Benefit.RX or dice.one_in(3):
            yield Line(
                member=line.member,
                benefit=line.benefit,
                incurred_on=line.incurred_on,
                paid_on=working_day(voided_on + dt.timedelta(days=dice.between(0, 9))),
                cents=dice.about(line.cents),
            )


def refunds(dice: Dice, lines: Sequence[Line]) -> Iterator[Line]:
    """
    Yield what comes back: one payment in 300 is refunded in part.

    Two refunds in three name the payment; the others only the member.
    """
    undone = {id(line.adjusts) for line in lines if line.adjusts}
    for line in lines:
        if line.is_case or line.adjusts or id(line) in undone or not dice.one_in(300):
            continue
        refund = line.undone(
            line.cents * dice.between(10, 60) // 100,
            working_day(line.paid_on + dt.timedelta(days=dice.between(20, 200))),
        )
        if dice.one_in(3):
            refund.adjusts = None
        yield refund


def ineligible_claims(dice: Dice, lines: Sequence[Line]) -> None:
    """Mark one payment in 400 as not eligible under the policy, for one of the covers or both."""
    for line in lines:
        if line.cents > 0 and not line.is_case and dice.one_in(400):
            line.reason, line.ineligible_for = dice.pick(_NOT_ELIGIBLE)


def __dir__() -> list[str]:
    return __all__
