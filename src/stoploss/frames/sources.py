"""Where a source has its columns, and whether each holds what it should: judged before anything is computed.

A column that is missing, almost named as it must be, or of another type is refused by its name.
Most of all floats: 0.1 + 0.2 is not 0.3, and no rounding brings the lost cent back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import narwhals as nw
from attrs import evolve, field, frozen

from stoploss.checks import check_id, check_label
from stoploss.choice import Choice
from stoploss.errors import Finding
from stoploss.facts import Administrator, Benefit, IneligibleFor, Status
from stoploss.feeds.cells import read_id
from stoploss.feeds.columns import Column as FeedColumn
from stoploss.feeds.header import match_header
from stoploss.feeds.records import Source
from stoploss.frames.amounts import amount_cell
from stoploss.frames.cells import (
    Cell,
    day_cell,
    id_cell,
    label_cell,
    labels_cell,
    text_cell,
    word_cell,
)
from stoploss.frames.columns import FAR
from stoploss.frames.engines import files
from stoploss.frames.engines.engine import Engine, Frame

__all__ = [
    "CLAIMS",
    "POLICY",
    "Column",
    "Holds",
    "SourceHeader",
    "cells_of",
    "header_of",
    "is_csv",
    "label_of",
    "wrong_type",
]


class Holds(Choice):
    """What a column holds."""

    ID = "an id"
    LABEL = "a label"
    TEXT = "a text"
    LABELS = "labels"
    WORD = "a word"
    DAY = "a day"
    AMOUNT = "an amount"
    UNITS = "a number of units"


@frozen(kw_only=True)
class Column:
    """
    A column of the claims.

    Args:
        name: What a source calls it.
        holds: What it holds.
        required: Whether every source has it, and every row.
        words, default: Of a word: those that there are, and the one that an empty cell stands for.
    """

    name: str
    holds: Holds
    required: bool = False
    words: type[Choice] | None = None
    default: str = ""

    @property
    def check(self) -> Callable[[object, str], None] | None:
        """What refuses an unusual text of this column."""
        return {Holds.ID: check_id, Holds.LABEL: check_label}.get(self.holds)


CLAIMS: tuple[Column, ...] = (
    Column(name="policy", holds=Holds.ID, required=True),
    Column(name="id", holds=Holds.ID, required=True),
    Column(name="member", holds=Holds.ID, required=True),
    Column(name="family", holds=Holds.ID),
    Column(name="benefit", holds=Holds.WORD, words=Benefit, default="medical"),
    Column(name="incurred_on", holds=Holds.DAY, required=True),
    Column(name="paid_on", holds=Holds.DAY),
    Column(name="amount", holds=Holds.AMOUNT, required=True),
    Column(name="adjusts", holds=Holds.ID),
    Column(name="status", holds=Holds.WORD, words=Status, default="paid"),
    Column(name="ineligible_for", holds=Holds.WORD, words=IneligibleFor, default="both"),
    Column(name="reason", holds=Holds.TEXT),
    Column(name="class", holds=Holds.LABEL),
    Column(name="accident", holds=Holds.ID),
    Column(name="administrator", holds=Holds.WORD, words=Administrator, default="current"),
    Column(name="reported_on", holds=Holds.DAY),
    Column(name="diagnosis", holds=Holds.LABELS),
    Column(name="tags", holds=Holds.LABELS),
    Column(name="legal_cost", holds=Holds.AMOUNT),
    Column(name="division", holds=Holds.LABEL),
)
"""The columns of ``docs/feeds.md``, after the policy's number."""

POLICY = FeedColumn(name="policy", read=read_id, required=True)
"""The column that every source of many policies has in front."""

_OF_NO_SPREADSHEET = frozenset({"policy", "accident"})
"""Ids of which the reader of feeds does not ask whether a spreadsheet took them for something else."""
_WHOLE = (
    nw.Int8,
    nw.Int16,
    nw.Int32,
    nw.Int64,
    nw.Int128,
    nw.UInt8,
    nw.UInt16,
    nw.UInt32,
    nw.UInt64,
    nw.UInt128,
)
_FLOATS = (nw.Float16, nw.Float32, nw.Float64)
_TEXTS = (nw.String, nw.Categorical, nw.Enum)


def is_csv(source: object) -> bool:
    """Say whether a source is a CSV file, of which every cell is text."""
    return isinstance(source, str | Path) and files.is_csv(Path(source))


def label_of(source: object, otherwise: str) -> str:
    """Return what messages call a source: a file by its name."""
    name = Path(source).name if isinstance(source, str | Path) else otherwise
    return name.encode("utf-8", "backslashreplace").decode()


@frozen(kw_only=True)
class SourceHeader:
    """
    What the names and types of a source's columns say.

    Args:
        held: The type of each column that is read and there.
        faults, notices: As in :class:`stoploss.feeds.header.Header`.
    """

    held: Mapping[str, nw.dtypes.DType] = field(factory=dict[str, nw.dtypes.DType])
    faults: tuple[Finding, ...] = ()
    notices: tuple[Finding, ...] = ()


def header_of(
    engine: Engine, frame: Frame, label: str, pinned: Sequence[FeedColumn], right: Callable[[str, nw.dtypes.DType], str]
) -> SourceHeader:
    """
    Return where the *pinned* columns are.

    Args:
        engine: Looks whether an odd column is empty.
        frame: The source as it stands.
        label: What messages call it.
        pinned: The columns that may be there.
        right: Returns what is wrong with a column's type, or nothing.
    """
    schema = frame.collect_schema()
    names = schema.names()
    # Of a single column the feed's reader says that its commas are missing.
    found = match_header(Source(label=label, path=Path(label)), 0, [*names, ""][: max(2, len(names))], pinned, {})
    place, told = f"{label}:0", f"{label}"
    faults = [evolve(fault, where=fault.where.replace(place, told)) for fault in found.faults]
    notices = [evolve(notice, where=notice.where.replace(place, told)) for notice in found.notices]
    held: dict[str, nw.dtypes.DType] = {}
    for column in pinned:
        if column.name not in names:
            continue
        wrong = right(column.name, schema[column.name])
        if wrong and not _is_empty(engine, frame, column.name):
            faults.append(_mistyped(column.name, wrong, schema[column.name], label))
        elif wrong and column.required and not _has_no_rows(engine, frame):
            faults.append(Finding(code="SL451", where=f"{label} {column.name}", rule="this column is empty"))
        elif not wrong:
            held[column.name] = schema[column.name]
    return SourceHeader(held=held, faults=tuple(faults), notices=tuple(notices))


def _is_empty(engine: Engine, frame: Frame, name: str) -> bool:
    """A column of nulls alone has no type of its own on some engines."""
    return _has_no_rows(engine, frame.select(name).filter(~nw.col(name).is_null()))


def _has_no_rows(engine: Engine, frame: Frame) -> bool:
    return not engine.rows(frame.head(1).select(nw.len().alias("n")))[0]["n"]


def _mistyped(name: str, wrong: str, held: nw.dtypes.DType, label: str) -> Finding:
    code, way_out = _WRONG_TYPES[wrong]
    rule = f"this column holds {wrong}, and is of type {type(held).__name__}"
    return Finding(code=code, where=f"{label} {name}", rule=rule, help=way_out)


_WRONG_TYPES: Mapping[str, tuple[str, str]] = {
    str(Holds.ID): ("SL301", "read the column as text: a number has lost its leading zeros already"),
    str(Holds.LABEL): ("SL101", "read the column as text"),
    str(Holds.TEXT): ("SL101", "read the column as text"),
    str(Holds.LABELS): ("SL101", "read the column as text, labels separated by semicolons"),
    str(Holds.WORD): ("SL101", "read the column as text"),
    str(Holds.DAY): ("SL201", "give dates, or text such as 2025-01-31; a time zone must not decide the policy year"),
    str(Holds.AMOUNT): ("SL101", "give decimals with two places, whole dollars, or text such as 1234.56; never floats"),
    str(Holds.UNITS): ("SL507", "give whole numbers"),
}


def wrong_type(holds: Holds, held: nw.dtypes.DType) -> str:
    """Return what a column should hold, where its type does not."""
    if holds is Holds.AMOUNT:
        right = held == nw.String or isinstance(held, (nw.Decimal, *_WHOLE))
    elif holds is Holds.UNITS:
        right = held == nw.String or isinstance(held, _WHOLE)
    elif holds is Holds.DAY:
        right = isinstance(held, nw.String | nw.Date) or (isinstance(held, nw.Datetime) and held.time_zone is None)
    else:
        right = isinstance(held, _TEXTS)
    return "" if right else str(holds)


def cells_of(
    columns: Sequence[Column], held: Mapping[str, nw.dtypes.DType], *, csv: bool
) -> Iterator[tuple[str, Cell]]:
    """Yield every column with what it holds; one that is not there is empty in every row."""
    for column in columns:
        if column.name in held:
            yield column.name, _cell(column, held[column.name], csv=csv)
        else:
            yield column.name, _nothing(column)


def _cell(column: Column, held: nw.dtypes.DType, *, csv: bool) -> Cell:
    name, required = column.name, column.required
    if column.holds is Holds.AMOUNT:
        return amount_cell(name, held, required=required)
    if column.holds is Holds.DAY:
        return day_cell(name, held, required=required)
    if column.holds is Holds.ID:
        return id_cell(name, required=required, typed_by_hand=csv and name not in _OF_NO_SPREADSHEET)
    if column.words is not None:
        return word_cell(name, column.words, column.default)
    return {Holds.LABEL: label_cell, Holds.LABELS: labels_cell}.get(column.holds, text_cell)(name)


def _nothing(column: Column) -> Cell:
    value = nw.lit(column.default)
    if column.holds is Holds.DAY:
        value = nw.lit(FAR.isoformat()).str.to_datetime(format="%Y-%m-%d").cast(nw.Date)
    elif column.holds is Holds.AMOUNT:
        value = nw.lit(0, nw.Int64)
    return Cell(value=value, empty=nw.lit(value=True), absent=True)


def __dir__() -> list[str]:
    return __all__
