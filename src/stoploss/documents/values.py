"""The values of a document, one by one: amounts, days, words, text.

Amounts, shares and factors are text, because a number has gone through somebody's float, or will.
Each reader returns the value or raises with a finding that has no place yet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, TypeGuard, TypeVar

from stoploss.documents.decoding import Number
from stoploss.errors import Finding, InvalidValue, StopLossError, WrongType
from stoploss.money import AmountLike
from stoploss.window import check_day, parse_day

__all__ = ["NOT_A_NUMBER", "day", "exact", "flag", "is_list", "is_table", "month", "text", "whole"]

T = TypeVar("T")

NOT_A_NUMBER = "SL112"
"""The code of an amount, a share or a factor that is written as a number; its help quotes the number."""

_LONGEST_EXPONENT = 20


def is_table(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Say whether a value is a table; its keys may still be anything."""
    return isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[Sequence[Any]]:
    """Say whether a value is a list; text is none."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def exact(what: str, example: str, parse: Callable[[AmountLike, str], T]) -> Callable[[object], T]:
    """Return a reader of amounts, shares or factors, which tells a number what to be written as."""

    def read(value: object) -> T:
        if isinstance(value, str):
            return parse(value, "")
        written = _written(value)
        if written is None:
            rule, way_out = f"{what} is text", f"such as {example}"
        else:
            rule, way_out = f"{what} is written as text, never as a number", _way_out(written, example, parse)
        raise WrongType(Finding(code=NOT_A_NUMBER, where="", rule=rule, help=way_out))

    return read


def day(value: object) -> dt.date:
    """Read a TOML date, or ISO text."""
    if isinstance(value, str):
        return parse_day(value, "")
    if not isinstance(value, dt.date):
        raise WrongType(Finding(code="SL201", where="", rule="a day is a date", help="such as 2025-01-31"))
    check_day(value, "")
    return value


def month(value: object) -> dt.date | str:
    """Read a day, or the calendar month in which a policy month begins, such as ``2025-01``."""
    return value if isinstance(value, str) and value.count("-") == 1 else day(value)


def text(value: object) -> str:
    """Read text that can be written again."""
    if not isinstance(value, str):
        raise WrongType(Finding(code="SL575", where="", rule="this is text", help="write it in quotes"))
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise InvalidValue(Finding(code="SL576", where="", rule="half a character (a lone surrogate) is not text"))
    return value


def flag(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise WrongType(Finding(code="SL577", where="", rule="this is true or false", help="write it without quotes"))
    return value


def whole(value: object) -> int:
    """Read a whole number."""
    if type(value) is not int:
        rule = "this is a whole number"
        raise WrongType(Finding(code="SL578", where="", rule=rule, help="write it without quotes and without a point"))
    return value


def _written(value: object) -> str | None:
    """Return a number as it would be written out, or ``None`` for what is no number."""
    if isinstance(value, Number):
        plain = value.text.replace("_", "").lstrip("+")
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        plain = hex(value) if isinstance(value, int) and value.bit_length() > 64 else str(value)
    else:
        return None
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return plain
    writes_out = number.is_finite() and abs(number.adjusted()) < _LONGEST_EXPONENT
    return f"{number:f}" if writes_out else plain


def _way_out(written: str, example: str, parse: Callable[[AmountLike, str], object]) -> str:
    try:
        parse(written, "")
    except StopLossError as error:
        return error.findings[0].help or f"such as {example}"
    return f'write "{written}"'


def __dir__() -> list[str]:
    return __all__
