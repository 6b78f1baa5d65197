"""DuckDB: the embedded default. It computes in bounded memory, and spills to disk beyond."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
from attrs import field, frozen

from stoploss.frames.columns import Kind
from stoploss.frames.engines.engine import Frame

__all__ = ["DuckDBEngine"]

_TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.DAY: "DATE",
    Kind.WHOLE: "BIGINT",
    Kind.FLAG: "BOOLEAN",
    Kind.AMOUNT: "BIGINT",
}


def _connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"preserve_insertion_order": False})


@frozen(kw_only=True)
class DuckDBEngine:
    """
    DuckDB on a connection of its own, or on the caller's.

    Args:
        connection: Where tables are made; in memory unless given.
    """

    connection: duckdb.DuckDBPyConnection = field(factory=_connection, repr=False)
    _numbers: itertools.count[int] = field(factory=itertools.count, init=False, repr=False)
    name: str = field(default="duckdb", init=False)

    def read(self, source: Any) -> Frame:
        """Return a Parquet or CSV file, an Arrow stream, or a relation, as it stands."""
        if isinstance(source, str | Path):
            return nw.from_native(self._scan(Path(source)))
        if isinstance(source, duckdb.DuckDBPyRelation):
            return nw.from_native(source)
        return nw.from_native(self.connection.from_arrow(source))

    def _scan(self, path: Path) -> duckdb.DuckDBPyRelation:
        if path.suffix == ".csv":
            return self.connection.read_csv(str(path), header=True, all_varchar=True)
        return self.connection.read_parquet(str(path))

    def table(self, columns: Mapping[str, Sequence[Any]], kinds: Mapping[str, Kind]) -> Frame:
        """Return a small table from Python values."""
        made = f"small_{next(self._numbers)}"
        lists = ", ".join(
            f'unnest(CAST(${position} AS {_TYPES[kinds[name]]}[])) AS "{name}"'
            for position, name in enumerate(columns, start=1)
        )
        self.connection.execute(f"CREATE TEMP TABLE {made} AS SELECT {lists}", list(map(list, columns.values())))
        return nw.from_native(self.connection.table(made))

    def mat(self, name: str, frame: Frame) -> Frame:
        """Compute a frame into a temporary table."""
        made = f"{name}_{next(self._numbers)}"
        self.connection.execute(f"CREATE TEMP TABLE {made} AS {frame.to_native().sql_query()}")
        return nw.from_native(self.connection.table(made))

    def dollars(self, frame: Frame, kinds: Mapping[str, Kind]) -> Frame:
        """Return the columns of a table that goes out, its cents as decimals with two places."""
        columns = [
            f'CAST("{name}" * 0.01::DECIMAL(3, 2) AS DECIMAL(18, 2)) AS "{name}"'
            if kind is Kind.AMOUNT
            else f'CAST("{name}" AS {_TYPES[kind]}) AS "{name}"'
            for name, kind in kinds.items()
        ]
        return nw.from_native(frame.to_native().project(", ".join(columns)))

    def native(self, frame: Frame) -> duckdb.DuckDBPyRelation:
        """Return a relation."""
        return frame.to_native()

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        """Return the rows of a small frame."""
        relation = frame.to_native()
        return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]

    def write(self, frame: Frame, path: Path) -> None:
        """Write a frame as Parquet, a group of rows at a time."""
        frame.to_native().write_parquet(str(path), compression="zstd")


def __dir__() -> list[str]:
    return __all__
