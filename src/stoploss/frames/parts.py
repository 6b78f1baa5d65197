"""Parts of running totals as columns: what lies above an attachment, up to a limit, and a share of it.

The same arithmetic as :mod:`stoploss.layer` and :mod:`stoploss.money`, over columns of whole cents.
"""

from __future__ import annotations

import narwhals as nw

from stoploss.frames.compiled import MILLIONTHS

__all__ = ["above", "choose", "not_negative", "share_of", "up_to"]


def up_to(total: nw.Expr, limit: nw.Expr) -> nw.Expr:
    """Return what of a total lies below a limit; a negative total does, whole."""
    return choose(total < limit, total, limit)


def above(total: nw.Expr, attachment: nw.Expr) -> nw.Expr:
    """Return what of a total lies above an attachment."""
    return choose(total > attachment, total - attachment, 0)


def not_negative(total: nw.Expr) -> nw.Expr:
    """Return a total, or 0 where it is below."""
    return choose(total > 0, total, 0)


def share_of(total: nw.Expr, millionths: nw.Expr) -> nw.Expr:
    """
    Return a share of a total that is not negative, half up to the cent.

    The total is taken apart, because its product with the millionths may not fit 64 bits.
    """
    millions = total // MILLIONTHS
    rest = total - millions * MILLIONTHS
    return millions * millionths + (rest * millionths + MILLIONTHS // 2) // MILLIONTHS


def choose(test: nw.Expr, then: nw.Expr, otherwise: nw.Expr | int) -> nw.Expr:
    """Return one of two columns, row by row."""
    return nw.when(test).then(then).otherwise(nw.lit(otherwise) if isinstance(otherwise, int) else otherwise)


def __dir__() -> list[str]:
    return __all__
