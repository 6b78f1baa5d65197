"""What may stand in a cell of a feed: one writing for each value, and nothing guessed.

A file is stricter than the interface, because whoever typed a row is not there to be asked:
an amount is digits, a point and at most two places (``-1234.5``), a day is ``2025-01-31``, a word is spelt as pinned.
Thousands separators, currency signs, parentheses, spreadsheet day numbers and two-digit years are refused, with the
way out.

A message never shows a cell's characters.
For a day it may show the cell's *shape* (``dd/dd/dddd``), which identifies nobody; for an id, not even that.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import cache
from typing import TypeAlias

from attrs import evolve

from stoploss.checks import check_id, check_month
from stoploss.choice import Choice
from stoploss.errors import Finding, InvalidValue
from stoploss.money import cents, parse_amount
from stoploss.window import parse_day

__all__ = [
    "FORMULA_STARTS",
    "Reader",
    "cents_of",
    "read_amount",
    "read_day",
    "read_id",
    "read_labels",
    "read_month",
    "read_text",
    "read_units",
    "word_reader",
]

Reader: TypeAlias = Callable[[str], object]
"""Turns the text of a cell into a value, or raises ``InvalidValue`` with an empty ``where``."""

FORMULA_STARTS = ("=", "+", "-", "@")
"""A spreadsheet runs a cell that begins so as a formula."""

_AMOUNT = re.compile(r"-?\d{1,13}(?:\.\d{1,2})?", re.ASCII)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_WHOLE = re.compile(r"-?\d{1,12}", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee][+-]\d+", re.ASCII)
_ISO_SHAPE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WITH_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d.*", re.ASCII)
_DIGITS_AND_SIGNS = re.compile(r"[\d/.: -]{1,24}", re.ASCII)
_PLACEHOLDER_DAYS = frozenset({"0000-00-00", "00000000", "9999-12-31", "99991231", "99999999"})
_PLACEHOLDER_AMOUNTS = frozenset(
    {"nan", "na", "n/a", "#n/a", "none", "null", "inf", "-inf", "infinity", "-infinity", "-", "."}
)


def read_id(text: str) -> str:
    """
    Return an id as it stands.

    Raises:
        InvalidValue: For an empty id, blanks around it, a formula, or a number that a spreadsheet has shortened.
    """
    check_id(text, "")
    if text[0] in FORMULA_STARTS:
        rule = "an id does not begin with =, +, - or @, which a spreadsheet takes for a formula"
        raise InvalidValue(Finding(code="SL455", where="", rule=rule, help="export the column as text"))
    if _SCIENTIFIC.fullmatch(text):
        rule = "this id was shortened to scientific notation by a spreadsheet, and its digits are lost"
        raise InvalidValue(Finding(code="SL456", where="", rule=rule, help="export it again from the source, as text"))
    return text


def read_amount(text: str) -> str:
    """
    Return the text of an amount, checked; ``Payment`` makes the amount of it.

    Raises:
        InvalidValue: For any other writing than digits, a point and at most two places.
    """
    if not _AMOUNT.fullmatch(text):
        raise _no_amount(text)
    return text


def cents_of(text: str) -> int:
    """
    Return an amount in cents, for a control total.

    Raises:
        InvalidValue: As :func:`read_amount` does.
    """
    return cents(parse_amount(read_amount(text), ""))


@cache
def read_day(text: str) -> dt.date:
    """
    Return the day that ``2025-01-31`` names.

    Raises:
        InvalidValue: For any other writing, or a day that does not exist.
    """
    if not text:
        raise _empty()
    try:
        return parse_day(text, "")
    except InvalidValue as error:
        found = error.findings[0]
    raise InvalidValue(evolve(found, help="; ".join(filter(None, (found.help, _how_to_write_day(text))))))


@cache
def read_month(text: str) -> dt.date | str:
    """
    Return a policy month: a day in it, or the calendar month in which it begins (``2025-01``).

    Raises:
        InvalidValue: For any other writing.
    """
    if not text or _ISO_SHAPE.fullmatch(text):
        return read_day(text)
    try:
        check_month(text, "")
    except InvalidValue as error:
        found = error.findings[0]
    else:
        return text
    raise InvalidValue(evolve(found, help=_how_to_write_day(text)))


def read_units(text: str) -> int:
    """
    Return a number of covered units; its bounds are those of ``CoveredUnits``.

    Raises:
        InvalidValue: For anything but whole digits.
    """
    if not text:
        raise _empty()
    if not _WHOLE.fullmatch(text):
        rule = "covered units are a whole number, in digits"
        raise InvalidValue(
            Finding(code="SL507", where="", rule=rule, help="such as 125, without separators or a point")
        )
    return int(text)


def read_text(text: str) -> str:
    """Return text as it stands."""
    return text


def read_labels(text: str) -> tuple[str, ...]:
    """
    Return the labels of a cell, which semicolons separate; blanks around one and empty ones fall away.

    >>> read_labels("transplant; home_hospital")
    ('transplant', 'home_hospital')
    """
    return tuple(label for part in text.split(";") if (label := part.strip(" ")))


def word_reader(words: type[Choice]) -> Callable[[str], Choice]:
    """Return a reader of one of *words*, which names the nearest one where a cell holds none of them."""

    def read_word(text: str) -> Choice:
        if not text:
            raise _empty()
        return words(text)

    # The words are few, and looking one up costs less than an enumeration's call.
    return cache(read_word)


def _empty() -> InvalidValue:
    return InvalidValue(Finding(code="SL457", where="", rule="this cell is empty", help="every row needs it"))


def _no_amount(text: str) -> InvalidValue:
    if not text:
        return _empty()
    if _NUMBER.fullmatch(text):
        try:
            parse_amount(text, "")
        except InvalidValue as error:
            return error
    rule = "an amount in a file is digits and at most two places behind a point"
    return InvalidValue(Finding(code="SL458", where="", rule=rule, help=_how_to_write_amount(text)))


def _how_to_write_amount(text: str) -> str:
    word = text.lower()
    for seen, way_out in _AMOUNT_HELP:
        if seen(word):
            return way_out
    return "write it as 1234.56 or -1234.56"


def _how_to_write_day(text: str) -> str:
    if text in _PLACEHOLDER_DAYS:
        return "a placeholder for an open or unknown day is none"
    if _WITH_TIME.fullmatch(text):
        return "leave the time out, and take the day at the policyholder's site"
    if _ISO_SHAPE.fullmatch(text) or not _DIGITS_AND_SIGNS.fullmatch(text):
        return ""
    shape = re.sub(r"\d", "d", text)
    if _DAY_NUMBER.fullmatch(shape):
        return f"found {shape}, a spreadsheet's day number; format the column as dates before exporting"
    if _SHORT_YEAR.fullmatch(shape):
        return f"found {shape}; write the year with four digits"
    return f"found {shape}"


_DAY_NUMBER = re.compile(r"d{5}(?:\.d+)?")
_SHORT_YEAR = re.compile(r"d{1,2}[/.-]d{1,2}[/.-]d{1,2}|d{6}")
_AMOUNT_HELP: tuple[tuple[Callable[[str], object], str], ...] = (
    (_PLACEHOLDER_AMOUNTS.__contains__, "a payment whose amount is not known is not reported yet"),
    (re.compile(r"\(.*|.*(?:-|cr|dr)").fullmatch, "write a negative amount with a minus in front: -1234.56"),
    (re.compile(r"[$€£]|\b[a-z]{3}\b").search, "leave the currency out: 1234.56"),
    (re.compile(r"\de[+-]?\d").search, "write the digits out: 1234.56"),
    (re.compile(r"[,'_]").search, "leave thousands separators out, and put a point before the cents: 1234.56"),
    (re.compile(r"\s").search, "leave the blanks out: 1234.56"),
)


def __dir__() -> list[str]:
    return __all__
