"""Facts and splits out, as CSV with the pinned columns.

The same facts make the same bytes on every system: UTF-8, lines that end in LF, columns in their pinned order, and
only those that a row uses.
Each fact reads back as it was; one that would not is refused before anything is written.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO, TypeAlias, TypeVar

import attrs

from stoploss.errors import FactError, Finding, InvalidValue, raise_if_any
from stoploss.facts import CarrierPayment, CoveredUnits, Payment
from stoploss.feeds.carrier_payments import CARRIER_PAYMENTS
from stoploss.feeds.cells import FORMULA_STARTS, read_labels
from stoploss.feeds.claims import CLAIMS
from stoploss.feeds.columns import Column
from stoploss.feeds.enrollment import ENROLLMENT
from stoploss.feeds.records import PathLike
from stoploss.feeds.requests import DENIALS, REQUESTS
from stoploss.requests import Denial, Request

__all__ = [
    "SPLIT_COLUMNS",
    "Target",
    "write_carrier_payments",
    "write_claims",
    "write_denials",
    "write_enrollment",
    "write_requests",
    "write_rows",
    "write_splits",
]

Target: TypeAlias = PathLike | TextIO
"""A path, or a text file open for writing (with ``newline=""``, so that line ends stay as they are)."""

SPLIT_COLUMNS = (
    "id",
    "unit",
    "net",
    "retained",
    "laser",
    "aggregating",
    "employer_share",
    "over_maximum",
    "reimbursable",
    "excluded",
    "aggregate_net",
    "counted",
    "aggregate_excluded",
)
"""The columns of a split: one row per payment, what specific made of it first."""

Fact = TypeVar("Fact", bound=attrs.AttrsInstance)

# Most rows are not ineligible for anything, and "both" beside them would say the opposite; few are recoveries.
_BLANK_BY_DEFAULT = frozenset({"ineligible_for", "legal_cost"})
_UNWRITABLE = re.compile("[\r\0\ud800-\udfff]")


def write_claims(target: Target, payments: Iterable[Payment]) -> None:
    """
    Write a claims feed.

    Raises:
        FactError: With every value that a feed could not carry, such as an id that a spreadsheet takes for a formula.
    """
    write_rows(target, CLAIMS.columns, tuple(payments), "payments")


def write_enrollment(target: Target, units: Iterable[CoveredUnits]) -> None:
    """
    Write an enrollment feed.

    Raises:
        FactError: With every value that a feed could not carry.
    """
    write_rows(target, ENROLLMENT.columns, tuple(units), "units")


def write_carrier_payments(target: Target, carrier_payments: Iterable[CarrierPayment]) -> None:
    """
    Write a feed of the carrier's payments.

    Raises:
        FactError: With every value that a feed could not carry.
    """
    write_rows(target, CARRIER_PAYMENTS.columns, tuple(carrier_payments), "carrier_payments")


def write_requests(target: Target, requests: Iterable[Request]) -> None:
    """
    Write a feed of requests.

    Raises:
        FactError: With every value that a feed could not carry.
    """
    write_rows(target, REQUESTS.columns, tuple(requests), "requests")


def write_denials(target: Target, denials: Iterable[Denial]) -> None:
    """
    Write a feed of denials.

    Raises:
        FactError: With every value that a feed could not carry.
    """
    write_rows(target, DENIALS.columns, tuple(denials), "denials")


def write_splits(target: Target, splits: Iterable[object]) -> None:
    """
    Write one row per split; an amount or a reason that is ``None`` is an empty cell.

    An id that a spreadsheet would run as a formula gets an apostrophe in front: the file is to be read, not fed back.

    Args:
        target: Where to.
        splits: Named tuples with the fields of :data:`SPLIT_COLUMNS`, in any order.
    """
    write_table(target, SPLIT_COLUMNS, ([getattr(split, name) for name in SPLIT_COLUMNS] for split in splits))


def write_table(target: Target, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """
    Write rows for a person with a spreadsheet: ``None`` is an empty cell, and no text is run as a formula.

    Args:
        target: Where to.
        columns: Their names.
        rows: Each with a value for every column.
    """
    with _opened(target) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(map(_shown, row) for row in rows)


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value, "f")
    text = str(value)
    return f"'{text}" if text.startswith((*FORMULA_STARTS, "\t", "\r")) else text


def write_rows(target: Target, columns: Sequence[Column], facts: Sequence[Fact], what: str) -> None:
    """
    Write one row per fact, with the required columns and those that any fact uses.

    Args:
        target: Where to.
        columns: The pinned columns, in their order.
        facts: What the rows are made from.
        what: What they are called in an error.

    Raises:
        FactError: With every value that would not read back; nothing was written then.
    """
    used = [column for column in columns if column.required or _is_used(column, facts)]
    rows: list[list[str]] = []
    found: list[Finding] = []
    for position, fact in enumerate(facts):
        row: list[str] = []
        for column in used:
            value = getattr(fact, _argument(column))
            text = _cell(column, value, fact)
            if not _reads_back(column, text, value):
                rule = "a feed cannot carry this value"
                found.append(Finding(code="SL474", where=f"{what}[{position}].{_argument(column)}", rule=rule))
            row.append(text)
        rows.append(row)
    raise_if_any(FactError, found)
    with _opened(target) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(column.name for column in used)
        writer.writerows(rows)


def _argument(column: Column) -> str:
    return column.argument or column.name


def _default(column: Column, fact: attrs.AttrsInstance) -> object:
    attribute: attrs.Attribute[Any] = getattr(attrs.fields(type(fact)), _argument(column))
    return attribute.default


def _is_used(column: Column, facts: Sequence[Fact]) -> bool:
    return any(getattr(fact, _argument(column)) != _default(column, fact) for fact in facts)


def _cell(column: Column, value: object, fact: attrs.AttrsInstance) -> str:
    if value is None or (column.name in _BLANK_BY_DEFAULT and value == _default(column, fact)):
        return ""
    if column.read is read_labels:
        return ";".join(getattr(fact, _argument(column)))
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _reads_back(column: Column, text: str, value: object) -> bool:
    if not text:
        return value is None or value == () or column.name in _BLANK_BY_DEFAULT
    if _UNWRITABLE.search(text):
        return False
    with suppress(InvalidValue):
        back = column.read(text)
        return back == value or isinstance(value, Decimal)
    return False


@contextmanager
def _opened(target: Target) -> Generator[TextIO, None, None]:
    if isinstance(target, (str, os.PathLike)):
        with Path(target).open("w", encoding="utf-8", newline="") as file:
            yield file
    else:
        yield target


def __dir__() -> list[str]:
    return __all__
