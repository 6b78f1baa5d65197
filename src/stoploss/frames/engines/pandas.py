"""
pandas: in memory, on one core, for those who have it.

Every column is Arrow's, whatever the caller's frame was made of.
In a column of numpy integers a null turns all of it into floats, which lose cents beyond 2^53 without a word;
and numpy's timestamps cannot be compared with dates.
"""

# pandas and pyarrow have no types of their own.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false, reportAttributeAccessIssue=false
# pyright: reportArgumentType=false, reportMissingTypeArgument=false, reportUnknownLambdaType=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import narwhals as nw
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from attrs import field, frozen

from stoploss.errors import EngineError, Finding
from stoploss.frames.columns import ROW, Kind
from stoploss.frames.engines.arrow import arrow_of
from stoploss.frames.engines.engine import Frame
from stoploss.frames.engines.files import is_csv, parquet_files, read_or_refuse
from stoploss.frames.engines.text import text_of

__all__ = ["PandasEngine"]

_TYPES: Mapping[Kind, Any] = MappingProxyType(
    {Kind.TEXT: pa.string(), Kind.DAY: pa.date32(), Kind.WHOLE: pa.int64(), Kind.FLAG: pa.bool_()}
)
_CENT = pa.scalar(Decimal("0.01"), pa.decimal128(3, 2))


@frozen(kw_only=True)
class PandasEngine:
    """pandas on Arrow's columns; what goes out has Arrow's decimals."""

    name: str = field(default="pandas", init=False)
    alone: bool = field(default=True, init=False, repr=False)

    def read(self, source: object) -> Frame:
        """Return a Parquet or CSV file, an Arrow stream, or a frame, as it stands; a cell without text is null."""
        if isinstance(source, str | Path):
            return _frame(_scan(Path(source)))
        if isinstance(source, pd.DataFrame):
            return _frame(_arrow(source))
        return _frame(arrow_of(source))

    def table(self, columns: Mapping[str, Sequence[Any]], kinds: Mapping[str, Kind]) -> Frame:
        """Return a small table from Python values."""
        arrays = {name: pa.array(values, _TYPES.get(kinds[name], pa.int64())) for name, values in columns.items()}
        return _frame(pa.table(arrays))

    def mat(self, name: str, frame: Frame) -> Frame:
        """Return the frame, which is computed already, with all its columns Arrow's; floats are refused."""
        table = _table(frame)
        floats = [column.name for column in table.schema if pa.types.is_floating(column.type)]
        if floats:
            message = f"{name} has floats in {', '.join(floats)}"
            raise TypeError(message)
        return _frame(table)

    def numbered(self, source: object, frame: Frame) -> Frame:  # noqa: ARG002 (a frame in memory has its order)
        """Return the rows with their numbers."""
        table = _table(frame)
        return _frame(table.append_column(ROW, pa.array(range(1, len(table) + 1), pa.int64())))

    def repeated(self, frame: Frame, names: Sequence[str]) -> Frame:
        """Return the values that more than one row has."""
        counted = frame.group_by(*names).agg(rows=nw.len()).filter(nw.col("rows") > 1)
        return self.mat("repeated", counted.select(*names))

    def dollars(self, frame: Frame, kinds: Mapping[str, Kind]) -> Frame:
        """Return the columns of a table that goes out, its cents as decimals with two places."""
        table = _table(frame)
        return _frame(pa.table({name: _edge(table.column(name), kind) for name, kind in kinds.items()}))

    def native(self, frame: Frame) -> pd.DataFrame:
        """Return a frame of Arrow's columns, its rows numbered anew: parts that were put together have their own."""
        native: pd.DataFrame = frame.to_native()
        return native.reset_index(drop=True)

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        """Return the rows of a small frame."""
        rows: list[dict[str, Any]] = _table(frame).to_pylist()
        return rows

    def write(self, frame: Frame, path: Path) -> None:
        """Write a frame as Parquet."""
        pq.write_table(_table(frame), path, compression="zstd")

    def close(self) -> None:
        """Do nothing: what nobody holds any more is given back by itself."""


def _scan(path: Path) -> pa.Table:
    read = text_of if is_csv(path) else _parquet
    return read_or_refuse(path, lambda: read(path))


def _parquet(path: Path) -> pa.Table:
    return pa.concat_tables(pq.read_table(each, partitioning=None) for each in parquet_files(path))


def _arrow(source: pd.DataFrame) -> pa.Table:
    return pa.table({str(name): _column(str(name), source[name]) for name in source.columns})


def _column(name: str, series: pd.Series) -> pa.ChunkedArray | pa.Array:
    try:
        return pa.array(series, from_pandas=True)
    except pa.ArrowException:  # its message quotes a value
        rule = "the column has values of more than one type"
    raise EngineError(Finding(code="SL804", where=name, rule=rule))


def _table(frame: Frame) -> pa.Table:
    return _arrow(frame.to_native())


def _frame(table: pa.Table) -> Frame:
    frame: Frame = nw.from_native(table.to_pandas(types_mapper=pd.ArrowDtype)).lazy()
    return frame


def _edge(column: pa.ChunkedArray, kind: Kind) -> pa.ChunkedArray:
    if kind is not Kind.AMOUNT:
        return column.cast(_TYPES[kind])
    cents = column.cast(pa.int64()).cast(pa.decimal128(19, 0))
    return pc.multiply(cents, _CENT).cast(pa.decimal128(18, 2))


def __dir__() -> list[str]:
    return __all__
