"""Seeded chance that is the same on every platform: whole numbers only.

Everything comes from :meth:`random.Random.randrange`, whose results do not depend on platform or Python version.
Amounts are looked up in tables of whole cents, between whose points they lie evenly: no logarithm, no power, no float.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Sequence
from typing import TypeVar

from attrs import field, frozen

__all__ = ["Dice", "Severity"]

Option = TypeVar("Option")

_WHOLE = 10_000


@frozen
class Severity:
    """
    How large claims are: the amounts in cents at some points of ten thousand, from the smallest to the largest.

    >>> Severity({0: 100, 5_000: 300, 10_000: 10_100}).at(5_001)
    301
    """

    points: dict[int, int]
    _places: tuple[int, ...] = field(init=False, repr=False)
    _cents: tuple[int, ...] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_places", tuple(self.points))
        object.__setattr__(self, "_cents", tuple(self.points.values()))

    def at(self, place: int) -> int:
        """Return the amount below which *place* of ten thousand claims lie."""
        upper = bisect_right(self._places, place)
        left, right = self._places[upper - 1], self._places[upper]
        low, high = self._cents[upper - 1], self._cents[upper]
        return low + (high - low) * (place - left) // (right - left)


class Dice:
    """
    Chance, from a seed.

    Args:
        seed: The same seed gives the same throws, in the same order.
    """

    def __init__(self, seed: int) -> None:
        self._below = random.Random(seed).randrange  # noqa: S311  # a made-up group is no secret

    def below(self, count: int) -> int:
        """Return a whole number from 0 up to, but not including, *count*."""
        return self._below(count)

    def between(self, least: int, most: int) -> int:
        """Return a whole number from *least* to *most*, both included."""
        return least + self._below(most - least + 1)

    def one_in(self, times: int) -> bool:
        """Say whether something happens that happens once in *times*."""
        return self._below(times) == 0

    def pick(self, options: Sequence[Option]) -> Option:
        """Return one of *options*; what is listed twice comes twice as often."""
        return options[self._below(len(options))]

    def cents(self, severity: Severity) -> int:
        """Return the size of a claim."""
        return severity.at(self._below(_WHOLE))

    def about(self, cents: int) -> int:
        """Return an amount within a tenth of *cents*."""
        tenth = cents // 10
        return cents - tenth + self._below(2 * tenth + 1)


def __dir__() -> list[str]:
    return __all__
