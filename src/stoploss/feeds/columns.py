"""Which column of a file holds what: the pinned names, and a mapping for foreign layouts.

A mapping names, for a pinned column, the file's own: ``{"amount": "Paid Amt"}``.
Two more forms exist:

* several columns make one id, joined by hyphens: ``{"id": ["claim_id", "claim_line_number"]}``;
* a word that holds for the whole file, behind an equals sign: ``{"benefit": "=rx"}``.

A column that is not mapped keeps its pinned name.
In a feed file the mapping is the table ``[columns]``; see :func:`load_columns`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias, cast

from attrs import frozen

from stoploss.choice import nearest
from stoploss.errors import FeedError, Finding, InvalidValue
from stoploss.feeds.cells import Reader
from stoploss.feeds.records import PathLike, unreadable

__all__ = ["TUVA", "Column", "Columns", "load_columns", "mapping_faults"]

Columns: TypeAlias = Mapping[str, str | Sequence[str]]
"""Pinned column names, and what the file calls them."""

TUVA: Mapping[str, Columns] = MappingProxyType(
    {
        "medical_claim": MappingProxyType(
            {
                "id": ("claim_id", "claim_line_number"),
                "member": "person_id",
                "incurred_on": "claim_line_start_date",
                "paid_on": "paid_date",
                "amount": "paid_amount",
            }
        ),
        "pharmacy_claim": MappingProxyType(
            {
                "id": ("claim_id", "claim_line_number"),
                "member": "person_id",
                "benefit": "=rx",
                "incurred_on": "dispensing_date",
                "paid_on": "paid_date",
                "amount": "paid_amount",
            }
        ),
    }
)
"""The claims tables of the Tuva Project's input layer, exported as CSV; one row per claim line, final amounts."""


@frozen(kw_only=True)
class Column:
    """
    A pinned column.

    Args:
        name: What a file calls it.
        read: Turns a cell into a value; for a required column it refuses an empty one.
        required: Whether every file has it; an empty cell of another column is as good as none.
        argument: What the fact calls it; *name* unless given.
        joins: Whether a mapping may join several columns to it.
        stand_in: A right value that lets the rest of a row be judged where this cell is wrong; ``None`` where it could
            decide about other cells.
    """

    name: str
    read: Reader
    required: bool = False
    argument: str = ""
    joins: bool = False
    stand_in: object = None


def load_columns(path: PathLike) -> Columns:
    """
    Return the mapping in the ``[columns]`` table of a feed file (TOML).

    Raises:
        FeedError: For a file that is not TOML, another table, or a name that is not text or a list of texts.
    """
    label = Path(path).name
    try:
        document = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        fault = unreadable(label, error)
    except (ValueError, RecursionError) as error:
        rule = "this is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"this is not TOML: {error}"
        fault = Finding(code="SL446", where=label, rule=rule)
    else:
        return _columns_of(document, label)
    raise FeedError(fault)


def _columns_of(document: Mapping[str, object], label: str) -> Columns:
    table = document.get("columns")
    found: list[Finding] = []
    if not isinstance(table, dict) or len(document) > 1:
        found.append(Finding(code="SL475", where=label, rule="a feed file is one table, [columns]"))
    names = cast("dict[str, object]", table) if isinstance(table, dict) else {}
    columns: dict[str, str | tuple[str, ...]] = {}
    for name, theirs in names.items():
        if isinstance(theirs, str):
            columns[name] = theirs
        elif isinstance(theirs, list) and all(isinstance(part, str) for part in cast("list[object]", theirs)):
            columns[name] = tuple(cast("list[str]", theirs))
        else:
            rule = "a column's name is text, or a list of texts that are joined"
            found.append(Finding(code="SL475", where=f"{label} columns.{name}", rule=rule))
    if found:
        raise FeedError(found)
    return MappingProxyType(columns)


def mapping_faults(pinned: Sequence[Column], columns: Columns) -> Iterator[Finding]:
    """Yield what is wrong with a mapping, whatever the files."""
    by_name = {column.name: column for column in pinned}
    for name, theirs in columns.items():
        where = f"columns.{name}"
        if name not in by_name:
            yield Finding(
                code="SL447", where=where, rule="this is no column of this feed", help=nearest(name, [*by_name])
            )
        elif isinstance(theirs, str):
            yield from _constant_faults(by_name[name], theirs, where)
        elif not theirs:
            yield Finding(code="SL476", where=where, rule="a list of columns to join is not empty")
        elif not by_name[name].joins:
            yield Finding(code="SL476", where=where, rule="only an id is joined from several columns")


def _constant_faults(column: Column, theirs: str, where: str) -> Iterator[Finding]:
    if not theirs.startswith("="):
        return
    try:
        column.read(theirs[1:])
    except InvalidValue as error:
        yield error.findings[0].under(where)


def __dir__() -> list[str]:
    return __all__
