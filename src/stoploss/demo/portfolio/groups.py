"""The groups of a portfolio: how many lines and members each has, who is whose family, and who costs much.

Everything is a function of positions, so that a group of any size needs no memory.
Ten families of one to five people repeat, ``E00001`` and so on; their members are ``E00001-1``, ``-2`` and so on.
The ids of members repeat from group to group, as they do in the books of different employers.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import frozen

from stoploss.demo.dice import Dice
from stoploss.demo.portfolio.chance import Column, Marks

__all__ = ["FEWEST_LINES", "TIERS", "Group", "groups"]

FEWEST_LINES = 20
"""Of a group."""

TIERS: tuple[str, ...] = ("single", "couple", "family")

_FAMILIES = (1, 2, 1, 4, 1, 3, 1, 2, 5, 1)
_OF_A_ROUND = sum(_FAMILIES)
_FAMILY_OF = np.repeat(np.arange(len(_FAMILIES), dtype=np.int64), _FAMILIES)
_PLACE_OF = np.concatenate([np.arange(size, dtype=np.int64) for size in _FAMILIES])
_MEMBERS_OF_A_HUNDRED_LINES = 3
_ONE_COSTS_MUCH_IN = 89
# Most employers are small, and few are large.
_WEIGHTS = (2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 8, 12, 20, 40)


@frozen(kw_only=True)
class Group:
    """
    One employer's group.

    Args:
        number: From 1.
        lines: Rows of claims.
        members: Covered persons.
        costly: The position of the first member who costs much, where there are so many; then comes each eighty-ninth.
    """

    number: int
    lines: int
    members: int
    costly: int

    @property
    def name(self) -> str:
        """The number of the policy."""
        return f"SL-{self.number:04d}"

    @property
    def digits(self) -> tuple[int, int]:
        """How many digits the numbers of families and of rows have, at least five and seven."""
        return max(5, len(str(self.families))), max(7, len(str(self.lines)))

    def member_id(self, member: int) -> str:
        """Return what a member is called."""
        place = int(_PLACE_OF[member % _OF_A_ROUND]) + 1
        return f"{self.family_id(self.family_of(member))}-{place}"

    def family_id(self, family: int) -> str:
        """Return what a family is called."""
        return f"E{family + 1:0{self.digits[0]}d}"

    @property
    def families(self) -> int:
        """How many families there are."""
        return self.family_of(self.members - 1) + 1

    @property
    def tiers(self) -> dict[str, int]:
        """How many families there are of each tier, and of how many people."""
        whole, rest = divmod(self.families, len(_FAMILIES))
        counts = dict.fromkeys(TIERS, 0)
        for position, size in enumerate(_FAMILIES):
            counts[TIERS[min(size, 3) - 1]] += whole + (position < rest)
        return counts

    def family_of(self, member: int) -> int:
        """Return the position of a member's family."""
        return member // _OF_A_ROUND * len(_FAMILIES) + int(_FAMILY_OF[member % _OF_A_ROUND])

    def families_of(self, members: Column) -> Column:
        """Return the positions of members' families."""
        return members // _OF_A_ROUND * len(_FAMILIES) + _FAMILY_OF[members % _OF_A_ROUND]

    def places_of(self, members: Column) -> Column:
        """Return the members' places in their families, from 0."""
        return _PLACE_OF[members % _OF_A_ROUND]

    def cost_much(self, members: Column) -> Marks:
        """Mark the members who cost much."""
        return np.equal(members % _ONE_COSTS_MUCH_IN, self.costly)

    def costly_members(self, most: int) -> list[int]:
        """Return the positions of the first few who cost much."""
        return list(range(self.costly, self.members, _ONE_COSTS_MUCH_IN))[:most]

    def parts(self, lines: int) -> Iterator[tuple[range, int]]:
        """
        Yield parts of the group that can be told one after the other: their members, and how many lines they have.

        No family is in two parts.

        Args:
            lines: The most of one part, unless it has one round of families only.
        """
        rounds = -(-self.members // _OF_A_ROUND)
        count = min(rounds, -(-self.lines // lines))
        for part in range(count):
            members = range(
                rounds * part // count * _OF_A_ROUND,
                min(rounds * (part + 1) // count * _OF_A_ROUND, self.members),
            )
            first, last = (self.lines * edge // self.members for edge in (members.start, members.stop))
            yield members, last - first


def groups(policies: int, lines: int, seed: int) -> Iterator[Group]:
    """Yield the groups of a portfolio, which together have so many *lines*."""
    dice = Dice(seed)
    weights = [dice.pick(_WEIGHTS) for _ in range(policies)]
    whole, spare = sum(weights), lines - FEWEST_LINES * policies
    before = 0
    for number, weight in enumerate(weights, start=1):
        own = FEWEST_LINES + spare * (before + weight) // whole - spare * before // whole
        before += weight
        members = max(1, own * _MEMBERS_OF_A_HUNDRED_LINES // 100)
        costly = dice.below(_ONE_COSTS_MUCH_IN)
        yield Group(number=number, lines=own, members=members, costly=costly)


def __dir__() -> list[str]:
    return __all__
