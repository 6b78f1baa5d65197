"""polars: in memory, on all cores, a batch of rows at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import narwhals as nw
import polars as pl
from attrs import field, frozen

from stoploss.frames.columns import ROW, Kind
from stoploss.frames.engines.engine import Frame
from stoploss.frames.engines.files import is_csv, parquet_files, read_or_refuse
from stoploss.frames.engines.text import text_of  # pyright: ignore[reportUnknownVariableType] -- see there

__all__ = ["PolarsEngine"]

_TYPES: Mapping[Kind, pl.DataType] = MappingProxyType(
    {Kind.TEXT: pl.String(), Kind.DAY: pl.Date(), Kind.WHOLE: pl.Int64(), Kind.FLAG: pl.Boolean()}
)
_CENT = Decimal("0.01")


@frozen(kw_only=True)
class PolarsEngine:
    """polars, lazy between the points where a frame is computed."""

    name: str = field(default="polars", init=False)
    alone: bool = field(default=True, init=False, repr=False)

    def read(self, source: object) -> Frame:
        """Return a Parquet or CSV file, an Arrow stream, or a frame, as it stands; a cell without text is null."""
        if isinstance(source, str | Path):
            return nw.from_native(_scan(Path(source)))
        if isinstance(source, pl.DataFrame | pl.LazyFrame):
            return nw.from_native(source.lazy())
        return nw.from_native(pl.DataFrame(cast("Any", source)).lazy())

    def table(self, columns: Mapping[str, Sequence[Any]], kinds: Mapping[str, Kind]) -> Frame:
        """Return a small table from Python values."""
        schema = {name: _TYPES.get(kinds[name], pl.Int64()) for name in columns}
        return nw.from_native(pl.DataFrame({name: list(values) for name, values in columns.items()}, schema).lazy())

    def mat(self, name: str, frame: Frame) -> Frame:  # noqa: ARG002 -- a frame in memory needs no name
        """Compute a frame into memory."""
        return nw.from_native(_computed(frame).lazy())

    def numbered(self, source: object, frame: Frame) -> Frame:  # noqa: ARG002 (a frame in memory has its order)
        """Return the rows with their numbers."""
        return nw.from_native(_lazy(frame).with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64)))

    def repeated(self, frame: Frame, names: Sequence[str]) -> Frame:
        """Return the values that more than one row has."""
        counted = frame.group_by(*names).agg(rows=nw.len()).filter(nw.col("rows") > 1)
        return self.mat("repeated", counted.select(*names))

    def dollars(self, frame: Frame, kinds: Mapping[str, Kind]) -> Frame:
        """Return the columns of a table that goes out, its cents as decimals with two places."""
        return nw.from_native(_lazy(frame).select(_edge(name, kind) for name, kind in kinds.items()))

    def native(self, frame: Frame) -> pl.DataFrame:
        """Return a frame that is computed, so that it is an Arrow stream as well."""
        return _computed(frame)

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        """Return the rows of a small frame."""
        return _computed(frame).to_dicts()

    def write(self, frame: Frame, path: Path) -> None:
        """Write a frame as Parquet, a batch of rows at a time."""
        _lazy(frame).sink_parquet(path, compression="zstd")

    def close(self) -> None:
        """Do nothing: what nobody holds any more is given back by itself."""


def _scan(path: Path) -> pl.LazyFrame:
    if is_csv(path):
        return read_or_refuse(path, lambda: pl.DataFrame(cast("Any", text_of(path)))).lazy()
    scan = pl.scan_parquet(parquet_files(path))
    read_or_refuse(path, scan.collect_schema)
    return scan


def _lazy(frame: Frame) -> pl.LazyFrame:
    native: pl.LazyFrame = frame.to_native()
    return native


def _computed(frame: Frame) -> pl.DataFrame:
    return _lazy(frame).collect(engine="streaming")


def _edge(name: str, kind: Kind) -> pl.Expr:
    if kind is not Kind.AMOUNT:
        return pl.col(name).cast(_TYPES[kind])
    return (pl.col(name).cast(pl.Decimal(38, 2)) * pl.lit(_CENT)).cast(pl.Decimal(18, 2))


def __dir__() -> list[str]:
    return __all__
