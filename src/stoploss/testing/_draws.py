"""Cheap draws: a world is a few hundred small integers, and each of them shrinks to the first, plainest choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from stoploss.money import Amount, AmountLike, cents, dollars, parse_amount

__all__ = ["amounts", "chance", "hostile_ids", "one_in", "optional", "pick", "refused_ids", "some_cents", "whole"]

Option = TypeVar("Option")

_CENTS = (10_000, 33_333, 50_000, 100_000, 0, 1)
_HOSTILE_IDS = (
    *("0001", "1e5", "-1", "+1", "NULL", "None", "nan", "true", "2025-01-01"),  # read as something else
    *("=1+1", "@SUM(A1)", "=cmd|' /C calc'!A0"),  # formulas
    *("<b>M1</b>", "<script>alert(1)</script>", "&amp;", "{{7*7}}", "%s%n", "${HOME}"),  # markup and templates
    *("a,b", 'say "hi"', "it's", "a;b", "a\\b", "../../M1", "'; DROP TABLE members; --", "C:M1"),  # separators
    *("É", "李", "ﷺ", "🦴", "Ⅷ", "ß", "a b", "M1#", "M" * 200),  # beyond plain letters; not short
    *("M1", "m1", "M01", "M10", "M9"),  # alike, and in another order than as numbers
)
_REFUSED_IDS = (
    *("", " ", " M1", "M1 ", "M1\n", "M\t1", "M1\x00"),
    *("M1\u200b", "\ufeffM1", "M\u00a01", "M\u202e1", "M\u00ad1"),  # invisible
    *("E\u0301", "\u212b", "\u1112\u1161\u11ab"),  # not in composed form
    "M\ud8001",  # half a character
)


@cache
def whole(least: int, most: int) -> st.SearchStrategy[int]:
    """Return the strategy of whole numbers from *least* to *most*, made once."""
    return st.integers(least, most)


def pick(draw: st.DrawFn, options: Sequence[Option]) -> Option:
    """Draw one of *options*; an option that is listed twice comes twice as often, the first one is the plainest."""
    return options[draw(whole(0, len(options) - 1))]


def one_in(draw: st.DrawFn, times: int) -> bool:
    """Draw whether something that happens once in *times* happens; it shrinks to not happening."""
    return draw(whole(0, times - 1)) == times - 1


def chance(draw: st.DrawFn) -> Callable[[], bool]:
    """Return what says of each of many terms whether it is there: of some policies few have a term, of others many."""
    times = pick(draw, (4, 6, 3, 2))
    return lambda: one_in(draw, times)


def some_cents(draw: st.DrawFn, least: int = 0) -> int:
    """Draw a round amount, nothing, a cent, or any up to 1,000.00; never below *least*."""
    some = pick(draw, _CENTS) if one_in(draw, 2) else draw(whole(0, 100_000))
    return max(some, least)


def optional(draw: st.DrawFn, amount: int) -> Amount | None:
    """Return an amount in one of three draws, else none."""
    return dollars(amount) if one_in(draw, 3) else None


def amounts(min_value: AmountLike = "0", max_value: AmountLike = "2000") -> st.SearchStrategy[Amount]:
    """
    Amounts with exactly two places, both bounds included.

    Args:
        min_value, max_value: Anything that is accepted for an amount.

    Raises:
        InvalidArgument: When the bounds are in the wrong order.
    """
    least, most = cents(parse_amount(min_value, "min_value")), cents(parse_amount(max_value, "max_value"))
    if least > most:
        raise InvalidArgument(f"amounts from {min_value} to {max_value}: there are none")
    return st.integers(least, most).map(dollars)


def hostile_ids() -> st.SearchStrategy[str]:
    """
    Valid ids that careless code mistakes for something else.

    Formulas, markup, separators, numbers that lose their zeros, letters of all kinds, ids that differ in case only.
    """
    return st.sampled_from(_HOSTILE_IDS)


def refused_ids() -> st.SearchStrategy[str]:
    """Texts that are no ids: blanks around them, invisible characters, or not in composed form."""
    return st.sampled_from(_REFUSED_IDS)


def __dir__() -> list[str]:
    return __all__
