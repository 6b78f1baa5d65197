"""Columns of amounts, as expressions: cents, and what is wrong with a cell; see :mod:`stoploss.frames.cells`.

Source: ``docs/feeds.md``.
"""

from __future__ import annotations

from decimal import Decimal

import narwhals as nw

from stoploss.frames.cells import Cell, faults_of, filled, written

__all__ = ["amount_cell"]

_LARGEST = 10**13
"""An amount has at most 13 digits before the point."""
_CENTS = nw.Decimal(15, 2)
_AMOUNT = "^-?[0-9]{1,13}(?:[.][0-9]{1,2})?$"
_NUMBER = "^-?[0-9]+(?:[.][0-9]+)?$"
_FINE = "[.][0-9]{3,}$"
_LARGE = "^-?[0-9]{14,}"


def amount_cell(name: str, held: nw.dtypes.DType, *, required: bool) -> Cell:
    """
    Return a column of amounts as cents.

    Args:
        name: The column.
        held: Text, a decimal or a whole number of dollars.
        required: Whether every row has one; an empty cell counts as zero.
    """
    if held == nw.String:
        made = _cents_of_text(name)
    elif isinstance(held, nw.Decimal):
        made = _cents_of_decimals(name, held)
    else:
        made = _cents_of_whole(name, signed=not isinstance(held, _UNSIGNED))
    return filled(made, name) if required else made


_TOO_FINE: tuple[str, str] = ("an amount has at most two places", "round it to the cent before it is reported")
_TOO_LARGE: tuple[str, str] = ("at most 13 digits stand before the point", "")
_NO_AMOUNT: tuple[str, str] = (
    "an amount is digits and at most two places behind a point",
    "write it as 1234.56 or -1234.56",
)


def _cents_of_text(name: str) -> Cell:
    text = written(name)
    empty = text == ""
    # A `$` may let a line break pass.
    one_line = ~text.str.contains("[\r\n]")
    good = text.str.contains(_AMOUNT) & one_line
    number = text.str.contains(_NUMBER) & one_line
    large, fine = number & text.str.contains(_LARGE), number & text.str.contains(_FINE)
    digits = nw.when(good).then(text).otherwise(nw.lit("0")).str.replace_all("[^0-9]", "").cast(nw.Int64)
    places = _chosen((text.str.contains("[.][0-9][0-9]$"), 1), (text.str.contains("[.][0-9]$"), 10), otherwise=100)
    sign = _chosen((text.str.starts_with("-"), -1), otherwise=1)
    return Cell(
        value=digits * places * sign,
        empty=empty,
        faults=faults_of(
            name,
            [
                ("SL104", fine & ~large, *_TOO_FINE),
                ("SL105", large, *_TOO_LARGE),
                ("SL458", ~empty & ~number, *_NO_AMOUNT),
            ],
        ),
    )


def _chosen(*cases: tuple[nw.Expr, int], otherwise: int) -> nw.Expr:
    chosen = nw.lit(otherwise, nw.Int64)
    for holds, value in reversed(cases):
        chosen = nw.when(holds).then(nw.lit(value, nw.Int64)).otherwise(chosen)
    return chosen


def _cents_of_decimals(name: str, held: nw.Decimal) -> Cell:
    column = nw.col(name)
    precision, scale = held.precision or 38, held.scale
    zero = Decimal(0).scaleb(-scale)
    amount = column.fill_null(zero)
    kinds: list[tuple[str, nw.Expr, str, str]] = []
    if scale > 2:
        kinds.append(("SL104", amount.round(2) != amount, *_TOO_FINE))
    if precision - scale > 13:
        kinds.append(("SL105", _beyond(amount, Decimal(_LARGEST)), *_TOO_LARGE))
    for _, holds, _, _ in kinds:
        amount = nw.when(holds).then(nw.lit(zero, held)).otherwise(amount)
    if kinds:
        amount = amount.cast(_CENTS)
    return Cell(value=(amount * 100).cast(nw.Int64), empty=column.is_null(), faults=faults_of(name, kinds))


_UNSIGNED = (nw.UInt64, nw.UInt128)


def _cents_of_whole(name: str, *, signed: bool) -> Cell:
    column = nw.col(name)
    amount = (column.cast(nw.Int64) if signed else column).fill_null(0)
    beyond = _beyond(amount, _LARGEST) if signed else amount >= _LARGEST
    known = nw.when(beyond).then(nw.lit(0)).otherwise(amount).cast(nw.Int64)
    return Cell(value=known * 100, empty=column.is_null(), faults=faults_of(name, [("SL105", beyond, *_TOO_LARGE)]))


def _beyond(amount: nw.Expr, largest: Decimal | int) -> nw.Expr:
    return (amount >= largest) | (amount <= -largest)


def __dir__() -> list[str]:
    return __all__
