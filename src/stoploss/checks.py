"""What every fact is checked for when it is built: ids, labels, days, months, units; all findings in one error.

No error shows an id or a member's amount.

Source: ``docs/clauses.md``, facts.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from typing import TypeAlias

from stoploss.errors import FactError, Finding, InvalidValue, StopLossError, WrongType, type_of
from stoploss.window import check_day

__all__ = [
    "Check",
    "Checks",
    "check_id",
    "check_label",
    "check_month",
    "check_optional_day",
    "check_optional_id",
    "check_optional_label",
    "check_optional_text",
    "check_units",
    "refuse_faults",
]

Check: TypeAlias = Callable[[object, str], None]
"""Refuses a value that is not what its field holds, given the field's name."""

Checks: TypeAlias = tuple[tuple[str, Check], ...]
"""The checks of a class, by field."""

_CALENDAR_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_MOST_UNITS = 100_000_000


def check_id(value: object, where: str) -> None:
    """
    Refuse an id that is not plain, non-empty text.

    Raises:
        WrongType: For anything but text; a number has lost its leading zeros already.
        InvalidValue: For blanks around it, control or invisible characters, or text that is not in composed form (NFC).
    """
    if type(value) is not str:
        rule = f"an id is text, not {type_of(value)}"
        raise WrongType(Finding(code="SL301", where=where, rule=rule, help="read the column as text"))
    if not value:
        raise InvalidValue(Finding(code="SL302", where=where, rule="an id is not empty"))
    if value.isascii() and value.isprintable() and value[0] != " " and value[-1] != " ":
        return
    if not value.isprintable() or value != value.strip():
        rule = "an id has no blanks around it and no invisible characters"
        raise InvalidValue(Finding(code="SL303", where=where, rule=rule))
    if not unicodedata.is_normalized("NFC", value):
        rule = "an id is in composed form (NFC), so that one person has one id"
        raise InvalidValue(Finding(code="SL304", where=where, rule=rule))


def check_label(value: object, where: str) -> None:
    """
    Refuse a label that is not plain, non-empty text.

    Raises:
        WrongType: For anything but text.
        InvalidValue: For an empty one, and for blanks around it.
    """
    if type(value) is not str:
        raise WrongType(Finding(code="SL101", where=where, rule=f"a label is text, not {type_of(value)}"))
    if not value or value != value.strip() or not value.isprintable():
        rule = "a label is not empty, and has no blanks around it and no invisible characters"
        raise InvalidValue(Finding(code="SL317", where=where, rule=rule))


def check_month(value: object, where: str) -> None:
    """
    Refuse what is neither a day nor a calendar month such as ``"2025-01"``.

    Raises:
        WrongType: For neither a day nor text.
        InvalidValue: For other text, or a year outside 1900 to 2199.
    """
    if not isinstance(value, str):
        check_day(value, where)
        return
    match = _CALENDAR_MONTH.fullmatch(value)
    if not match:
        rule = "a month is a day in it (2025-01-01) or the month in which it begins (2025-01)"
        raise InvalidValue(Finding(code="SL211", where=where, rule=rule))
    check_day(dt.date(max(1, int(match[1])), int(match[2]), 1), where)


def check_optional_id(value: object, where: str) -> None:
    """Refuse an id that is given and not one."""
    if value is not None:
        check_id(value, where)


def check_optional_day(value: object, where: str) -> None:
    """Refuse a day that is given and not one."""
    if value is not None:
        check_day(value, where)


def check_optional_text(value: object, where: str) -> None:
    """Refuse what is given and not text."""
    if value is not None and type(value) is not str:
        raise WrongType(Finding(code="SL575", where=where, rule=f"this is text, not {type_of(value)}"))


def check_optional_label(value: object, where: str) -> None:
    """Refuse a label that is given and not one."""
    if value is not None:
        check_label(value, where)


def check_units(value: object, where: str) -> None:
    """Refuse what is no number of covered units."""
    if type(value) is not int:
        rule = f"covered units are a whole number, not {type_of(value)}"
        raise WrongType(Finding(code="SL507", where=where, rule=rule))
    if not 0 <= value <= _MOST_UNITS:
        raise InvalidValue(Finding(code="SL508", where=where, rule=f"covered units are 0 to {_MOST_UNITS:,}"))


def refuse_faults(fact: object, checks: Checks, contradictions: tuple[Finding, ...]) -> None:
    """Raise one error with everything that is wrong with a fact; a wrong type alone is a ``WrongType``."""
    errors: list[StopLossError] = []
    for name, check in checks:
        try:
            check(getattr(fact, name), name)
        except StopLossError as error:
            errors.append(error)
    if errors or contradictions:
        found = [finding for error in errors for finding in error.findings]
        only_types = all(isinstance(error, WrongType) for error in errors) and not contradictions
        raise (WrongType if only_types else FactError)([*found, *contradictions])


def __dir__() -> list[str]:
    return __all__
