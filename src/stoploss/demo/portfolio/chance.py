"""Chance in columns: the same numbers from the same seed, on every platform and with every version of numpy.

Only the raw bits of a generator are taken, whose stream numpy does not change, and whole numbers made of them.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

__all__ = ["Chance", "Column", "Marks", "Sizes"]

Column: TypeAlias = NDArray[np.int64]
"""Whole numbers: cents, days since 1970, positions."""

Marks: TypeAlias = NDArray[np.bool_]
"""Which rows."""

_LOW_BITS = np.uint64(32)
_MILLION = 1_000_000


@frozen
class Sizes:
    """
    How large claims are: cents at some points of a million, evenly spread between two of them.

    >>> list(Sizes({0: 100, 500_000: 300, 1_000_000: 10_300}).at(np.array([0, 250_000, 750_000])))
    [np.int64(100), np.int64(200), np.int64(5300)]
    """

    points: dict[int, int]
    _places: Column = field(init=False, repr=False)
    _cents: Column = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_places", np.array(list(self.points), dtype=np.int64))
        object.__setattr__(self, "_cents", np.array(list(self.points.values()), dtype=np.int64))

    def at(self, places: Column) -> Column:
        """Return the amounts below which these points of a million lie."""
        upper = np.searchsorted(self._places, places, side="right")
        left, low = self._places[upper - 1], self._cents[upper - 1]
        rise: Column = (self._cents[upper] - low) * (places - left) // (self._places[upper] - left)
        return np.add(low, rise)


class Chance:
    """
    Throws by the column.

    Args:
        seed: The same numbers give the same throws, in the same order.
    """

    def __init__(self, *seed: int) -> None:
        self._raw = np.random.PCG64(np.random.SeedSequence(seed)).random_raw

    def below(self, count: int, size: int) -> Column:
        """Return *size* whole numbers from 0 up to, but not including, *count*, which is below 2 to the 31."""
        high = np.asarray(self._raw(size), dtype=np.uint64) >> _LOW_BITS
        return ((high * np.uint64(count)) >> _LOW_BITS).astype(np.int64)

    def one_in(self, times: int, size: int) -> Marks:
        """Mark what happens once in *times*."""
        return np.equal(self.below(times, size), 0)

    def cents(self, sizes: Sizes, size: int) -> Column:
        """Return the sizes of claims."""
        return sizes.at(self.below(_MILLION, size))

    def among(self, count: int, size: int) -> Column:
        """Return *size* different whole numbers below *count*, in no order; all of them where there are fewer."""
        if size * 3 > count:
            order = np.argsort(self.below(1 << 31, count), kind="stable")
            return order[:size].astype(np.int64)
        drawn = self.below(count, size + size // 2 + 8)
        _, first = np.unique(drawn, return_index=True)
        chosen = drawn[np.sort(first)][:size]
        return chosen if len(chosen) == size else self.among(count, size)


def __dir__() -> list[str]:
    return __all__
