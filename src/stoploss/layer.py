"""The one formula: what lies above an attachment, up to a limit.

Specific, laser and aggregate are this same layer over different running totals.
What one payment adds to a layer is the layer after it less the layer before it.

Example: of 300,000 over a deductible of 100,000, 200,000 lie above; with a limit of 150,000, 150,000.

Source: every excess clause ("in excess of the deductible, not to exceed the maximum"); see ``docs/clauses.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

W = TypeVar("W", bound=Hashable)

__all__ = ["above", "in_turn", "up_to"]


def above(total: int, attachment: int, limit: int | None = None) -> int:
    """
    Return the cents of *total* above *attachment*, at most *limit* (``None``: no limit); never below 0.

    >>> above(300, 100), above(300, 100, 150), above(80, 100)
    (200, 150, 0)
    """
    over = max(total - attachment, 0)
    return over if limit is None else min(over, limit)


def up_to(total: int, attachment: int | None) -> int:
    """
    Return the cents of *total* below *attachment* (``None``: all of them); a negative total stays negative.

    >>> up_to(300, 100), up_to(80, 100), up_to(-5, 100), up_to(300, None)
    (100, 80, -5, 300)
    """
    return total if attachment is None else min(total, attachment)


def in_turn(amounts: Iterable[tuple[W, int]], most: Callable[[W, int], int]) -> Iterator[tuple[int, int]]:
    """
    Yield what each amount finds before it, and what it adds to a part of the running total that it belongs to.

    Deductibles, funds and limits that several share are all this: first come, first taken.

    Args:
        amounts: Whose running total each belongs to, and its cents, in order.
        most: Returns the part of a running total, given whose it is.

    >>> list(in_turn([("A", 30), ("B", 20), ("A", 40)], lambda whose, total: up_to(total, 50)))
    [(0, 30), (0, 20), (30, 20)]
    """
    running: dict[W, int] = {}
    for whose, amount in amounts:
        before = running.get(whose, 0)
        running[whose] = before + amount
        yield before, most(whose, before + amount) - most(whose, before)


def __dir__() -> list[str]:
    return __all__
