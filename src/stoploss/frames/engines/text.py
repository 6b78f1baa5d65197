"""
CSV files as Arrow's tables of text, for the engines that work in memory.

polars' own reader fills up a row that is too short, without a word; Arrow's refuses it.
"""

# pyarrow has no types of its own.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from stoploss.feeds.records import Source, records
from stoploss.frames.engines.files import header_of

__all__ = ["text_of"]


def text_of(path: Path) -> pa.Table:
    """Return a file's columns as text; an empty cell is null."""
    types = dict.fromkeys(header_of(path), pa.string())
    if not _has_rows(path):
        return pa.schema(types).empty_table()
    table = csv.read_csv(
        path,
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=True),
    )
    if table.column_names != list(types):
        raise ValueError
    return table


def _has_rows(path: Path) -> bool:
    with closing(records(Source(label=path.name, path=path))) as found:
        next(found)
        return next(found, None) is not None


def __dir__() -> list[str]:
    return __all__
