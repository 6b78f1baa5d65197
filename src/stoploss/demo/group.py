"""The group: employees with their families, who join and leave month by month.

As many employees are covered in every month as at the beginning: whoever leaves is replaced a month or two later.
Families are ``E0001`` and so on in the order in which they join; their members ``E0001-01`` (the employee), ``-02`` ...
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from enum import Enum

from attrs import define, field, frozen

from stoploss.demo.dice import Dice

__all__ = ["MONTHS", "OPENS", "REPORTED_ON", "TIERS", "Family", "Group", "Health", "Member", "hire", "month_start"]

OPENS = dt.date(2024, 1, 1)
"""First day of the first year of claims."""

REPORTED_ON = dt.date(2026, 4, 30)
"""The day on which the administrator wrote the files; nothing is known of later ones."""

MONTHS = 28
"""From January 2024 to April 2026."""

TIERS: tuple[str, ...] = ("single", "couple", "family")

_LEAVING_A_MONTH = 80  # one in so many employees: some 14 % a year
_ONE_DAY = dt.timedelta(days=1)
# Of a hundred employees.
_COMPOSITION = ("single",) * 48 + ("couple",) * 17 + ("family",) * 35
_CHILDREN = (1, 1, 2, 2, 2, 3)


class Health(Enum):
    """How often a member sees a doctor; tables in ``everyday`` go by it."""

    HEALTHY = 0
    AVERAGE = 1
    CHRONIC = 2
    COMPLEX = 3


_ADULTS = (Health.HEALTHY,) * 35 + (Health.AVERAGE,) * 42 + (Health.CHRONIC,) * 20 + (Health.COMPLEX,) * 3
_DEPENDANT_CHILDREN = (Health.HEALTHY,) * 66 + (Health.AVERAGE,) * 30 + (Health.CHRONIC,) * 4


@frozen(kw_only=True)
class Member:
    """
    A covered person.

    Args:
        id: Such as ``E0123-02``.
        family: The subscriber's id, ``E0123``.
        first, last: The days between which the person is covered, both included.
        health: ``None`` for a person whose claims are all told by a case.
    """

    id: str
    family: str
    first: dt.date
    last: dt.date
    health: Health | None


@define(kw_only=True)
class Family:
    """
    An employee with the dependants.

    Args:
        id: ``E0123``.
        tier: When it joined.
        joins, leaves: The first and the last month in which it is covered, counted from January 2024 as 0.
        members: The employee first.
        with_child_from: The month from which a couple with a newborn is a family.
    """

    id: str
    tier: str
    joins: int
    leaves: int
    members: list[Member] = field(factory=list[Member])
    with_child_from: int = MONTHS

    def tier_in(self, month: int) -> str:
        """Return the tier in a month; the newborn's is counted from the first of the month after birth."""
        return "family" if month >= self.with_child_from else self.tier

    def covered_in(self, first: int, last: int) -> bool:
        """Say whether the family is covered from month *first* through month *last*."""
        return self.joins <= first and last <= self.leaves

    def add(self, health: Health | None, first: dt.date | None = None) -> Member:
        """Cover one more person, from the day the family joins or from *first*."""
        member = Member(
            id=f"{self.id}-{len(self.members) + 1:02d}",
            family=self.id,
            first=first or month_start(self.joins),
            last=min(month_start(self.leaves + 1) - _ONE_DAY, REPORTED_ON),
            health=health,
        )
        self.members.append(member)
        return member


@define(kw_only=True)
class Group:
    """
    An employer's group.

    Args:
        families: In the order of their ids.
        told: Families whose story a case tells already.
    """

    families: list[Family]
    told: set[str] = field(factory=set[str])

    @property
    def members(self) -> Iterator[Member]:
        """Everybody who was ever covered."""
        return (member for family in self.families for member in family.members)

    def units(self, month: int) -> dict[str, int]:
        """Return the covered units of a month by tier."""
        counts = dict.fromkeys(TIERS, 0)
        for family in self.families:
            if family.covered_in(month, month):
                counts[family.tier_in(month)] += 1
        return counts

    def someone(self, dice: Dice, tier: str) -> Family:
        """
        Return a family of a tier that is covered all along and that no other case has told about.

        Where the group is so small that there is none, one more joins it.
        """
        fit = [
            family
            for family in self.families
            if family.tier == tier and family.covered_in(0, MONTHS - 1) and family.id not in self.told
        ]
        if not fit:
            width = len(self.families[0].id) - 1
            fit = [_joined(dice, f"E{len(self.families) + 1:0{width}d}", tier, 0, MONTHS - 1)]
            self.families += fit
        family = dice.pick(fit)
        self.told.add(family.id)
        return family


def month_start(month: int) -> dt.date:
    """Return the first day of a month, counted from January 2024 as 0."""
    return dt.date(OPENS.year + month // 12, month % 12 + 1, 1)


def hire(dice: Dice, employees: int) -> Group:
    """Return a group with *employees* in every month, but for the places that are vacant."""
    stays = sorted((stay for _ in range(employees) for stay in _place(dice)), key=lambda stay: stay[0])
    width = max(4, len(str(len(stays))))
    families = [
        _joined(dice, f"E{number:0{width}d}", dice.pick(_COMPOSITION), joins, leaves)
        for number, (joins, leaves) in enumerate(stays, 1)
    ]
    return Group(families=families)


def _place(dice: Dice) -> Iterator[tuple[int, int]]:
    """Yield who holds one place, one after the other: the first and the last month of each."""
    joins = 0
    for month in range(MONTHS):
        if month >= joins and dice.one_in(_LEAVING_A_MONTH):
            yield joins, month
            joins = month + dice.between(1, 2)
    if joins < MONTHS:
        yield joins, MONTHS - 1


def _joined(dice: Dice, id: str, tier: str, joins: int, leaves: int) -> Family:  # noqa: A002 -- a column
    family = Family(id=id, tier=tier, joins=joins, leaves=leaves)
    for _ in range(1 if tier == "single" else 2):
        family.add(dice.pick(_ADULTS))
    for _ in range(dice.pick(_CHILDREN) if tier == "family" else 0):
        family.add(dice.pick(_DEPENDANT_CHILDREN))
    return family


def __dir__() -> list[str]:
    return __all__
