"""The claims of a part of a group, in columns: what is paid day by day, and what is put right afterwards.

Most rows lie in the policy year; some were incurred before or after it, or paid long after it.
One row in a hundred or so undoes another, whole or in part; one in two hundred takes money back and names nothing.
Few are pending or ineligible, and a handful undo a payment of another year, which is not in the file.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from attrs import field, frozen

from stoploss.demo.portfolio.chance import Chance, Column, Sizes
from stoploss.demo.portfolio.groups import Group
from stoploss.fact_words import Benefit, IneligibleFor, Status

__all__ = ["BENEFITS", "ELSEWHERE", "INELIGIBLE_FOR", "NOTHING", "STATUSES", "Rows", "rows_of"]

BENEFITS = tuple(str(benefit) for benefit in (Benefit.MEDICAL, Benefit.RX, Benefit.DENTAL))
STATUSES = tuple(str(status) for status in (Status.PAID, Status.PENDING, Status.INELIGIBLE))
INELIGIBLE_FOR = tuple(str(each) for each in (IneligibleFor.BOTH, IneligibleFor.SPECIFIC, IneligibleFor.AGGREGATE))
NOTHING = -1
"""In place of a position or a day: there is none."""
ELSEWHERE = -2
"""In place of a position: a payment that is not in the file."""

_PAID, _PENDING, _INELIGIBLE = range(3)
# A lognormal with a median of 85 dollars, and a heavier tail beyond one in a thousand.
_ORDINARY = Sizes(
    {0: 0, 2_000: 3_00, 50_000: 14_00, 100_000: 21_00, 250_000: 40_00, 500_000: 85_00, 750_000: 178_00}
    | {900_000: 348_00, 950_000: 519_00, 990_000: 1_098_00, 999_000: 2_545_00, 999_900: 11_500_00}
    | {999_990: 38_000_00, 1_000_000: 160_000_00}
)
# Of members who cost much: a median of 350 dollars.
_LARGE = Sizes(
    {0: 5_00, 100_000: 66_00, 250_000: 146_00, 500_000: 350_00, 750_000: 841_00, 900_000: 1_852_00}
    | {950_000: 2_970_00, 990_000: 7_200_00, 999_000: 19_400_00, 1_000_000: 90_000_00}
)
_BENEFITS_UP_TO = (66, 96)  # of a hundred rows: the first are medical, then come pharmacy and dental
_TO_ONE_WHO_COSTS_MUCH = 30  # one row in so many goes to one of them
_BEFORE, _AFTER = 20, 40  # one row in so many is incurred before or after the year
_LATE = 25
_VOIDS, _REFUNDS, _ELSEWHERE = 80, 200, 4_000  # one row in so many
_HIGH_REFUNDS = 60  # one refund in so many takes back more than the member ever cost
_NOT_PAID, _NOT_ELIGIBLE = 250, 250


@frozen(kw_only=True, eq=False)
class Rows:
    """
    Rows of claims; words are positions in the tuples of this module, days are counted from 1970.

    Args:
        group: Whose they are.
        first: The position of the first row among those of the group.
        member, benefit, incurred_on, cents, status, ineligible_for: One number a row.
        paid_on: ``NOTHING`` where a row is pending.
        adjusts: The position, from *first*, of the payment that a row undoes; ``NOTHING``, or ``ELSEWHERE``.
    """

    group: Group
    first: int
    member: Column = field(repr=False)
    benefit: Column = field(repr=False)
    incurred_on: Column = field(repr=False)
    paid_on: Column = field(repr=False)
    cents: Column = field(repr=False)
    adjusts: Column = field(repr=False)
    status: Column = field(repr=False)
    ineligible_for: Column = field(repr=False)

    def __len__(self) -> int:
        return len(self.cents)


def rows_of(group: Group, effective: dt.date, members: range, count: int, *, first: int, seed: int) -> Rows:
    """
    Return the claims of some members of a group.

    Args:
        group: The group.
        effective: The first day of its policy.
        members: The positions of the members.
        count: How many rows.
        first: The position of the first one.
        seed: Of the portfolio.
    """
    chance = Chance(seed, group.number, members.start)
    voids, refunds, elsewhere = (
        (count + int(chance.below(times, 1)[0])) // times for times in (_VOIDS, _REFUNDS, _ELSEWHERE)
    )
    paid = _payments(chance, group, effective, members, count - voids - refunds - elsewhere)
    undone = chance.among(len(paid["cents"]), voids + refunds)
    undone = undone[(paid["status"][undone] != _PENDING) & (paid["cents"][undone] > 0)]
    back = _taken_back(chance, paid, undone[:voids], undone[voids:])
    lost = _taken_back(
        chance, paid, undone[:0], chance.below(len(paid["cents"]), count - len(paid["cents"]) - len(back["cents"]))
    )
    lost["adjusts"][:elsewhere] = ELSEWHERE
    columns = {name: np.concatenate([paid[name], back[name], lost[name]]) for name in paid}
    return Rows(group=group, first=first, **columns)


def _payments(chance: Chance, group: Group, effective: dt.date, members: range, count: int) -> dict[str, Column]:
    """Return what was paid, and what is pending or ineligible."""
    member = members.start + chance.below(len(members), count)
    costly = np.flatnonzero(group.cost_much(np.arange(members.start, members.stop, dtype=np.int64))) + members.start
    if len(costly):
        theirs = np.flatnonzero(chance.one_in(_TO_ONE_WHO_COSTS_MUCH, count))
        member[theirs] = costly[chance.below(len(costly), len(theirs))]
    cents = np.where(group.cost_much(member), chance.cents(_LARGE, count), chance.cents(_ORDINARY, count))
    benefit = np.searchsorted(_BENEFITS_UP_TO, chance.below(100, count), side="right")
    incurred_on = _days_since_1970(effective) + chance.below(365, count)
    incurred_on -= chance.one_in(_BEFORE, count) * 300
    incurred_on += chance.one_in(_AFTER, count) * 330
    paid_on = incurred_on + 1 + chance.below(45, count) + chance.one_in(_LATE, count) * chance.below(300, count)
    pending, ineligible = chance.one_in(_NOT_PAID, count), chance.one_in(_NOT_ELIGIBLE, count)
    return {
        "member": member,
        "benefit": benefit.astype(np.int64),
        "incurred_on": incurred_on,
        "paid_on": np.where(pending, NOTHING, paid_on),
        "cents": cents,
        "adjusts": np.full(count, NOTHING, dtype=np.int64),
        "status": np.where(pending, _PENDING, np.where(ineligible, _INELIGIBLE, _PAID)).astype(np.int64),
        "ineligible_for": np.where(ineligible & ~pending, chance.below(len(INELIGIBLE_FOR), count), NOTHING),
    }


def _taken_back(chance: Chance, paid: dict[str, Column], voided: Column, refunded: Column) -> dict[str, Column]:
    """Return negative rows: those that undo payments by name, whole or half, and those that name nothing."""
    source = np.concatenate([voided, refunded])
    count = len(source)
    after = chance.below(120, count) - 5
    whole = chance.below(100, count) < 60
    cents = np.where(whole, paid["cents"][source], paid["cents"][source] // 2)
    cents[len(voided) :] *= 1 + 100 * chance.one_in(_HIGH_REFUNDS, len(refunded))
    seen = np.maximum(paid["paid_on"][source], paid["incurred_on"][source])
    columns = {name: paid[name][source] for name in ("member", "benefit", "incurred_on")}
    return columns | {
        "paid_on": seen + after,
        "cents": -np.maximum(cents, 1),
        "adjusts": np.where(np.arange(count) < len(voided), source, NOTHING),
        "status": np.full(count, _PAID, dtype=np.int64),
        "ineligible_for": np.full(count, NOTHING, dtype=np.int64),
    }


def _days_since_1970(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days


def __dir__() -> list[str]:
    return __all__
