"""DuckDB: the embedded default. It computes in bounded memory, and spills to the folder for temporary files beyond."""

from __future__ import annotations

import atexit
import itertools
import secrets
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
from attrs import field, frozen

from stoploss.errors import EngineError, Finding
from stoploss.frames.columns import ROW, Kind
from stoploss.frames.engines.engine import Frame
from stoploss.frames.engines.files import header_of, is_csv, parquet_files, read_or_refuse, refuse_unlike

__all__ = ["DuckDBEngine"]

_TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.DAY: "DATE",
    Kind.WHOLE: "BIGINT",
    Kind.FLAG: "BOOLEAN",
    Kind.AMOUNT: "BIGINT",
}
_ROWS_IN_A_PART = 4_000_000
"""Numbers that are told apart at once: about 120 MB of them."""


@frozen(kw_only=True)
class _Stream:
    """A relation as nothing but an Arrow stream: DuckDB takes none of another connection otherwise."""

    relation: duckdb.DuckDBPyRelation

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.relation.__arrow_c_stream__(requested_schema)


def _connection() -> duckdb.DuckDBPyConnection:
    # Spilled rows are health information: nobody else may read them, and none stay.
    spill = tempfile.mkdtemp(prefix="stoploss-")
    atexit.register(shutil.rmtree, spill, ignore_errors=True)
    return duckdb.connect(config={"preserve_insertion_order": False, "temp_directory": spill})


def _by_code_point(_instance: object, _attribute: object, connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse a connection to which m1 and M1 are one member."""
    ((collation,),) = connection.execute("SELECT current_setting('default_collation')").fetchall()
    if collation:
        rule = f"this connection compares texts by {collation}, and ids differ by their letters as they are"
        raise EngineError(Finding(code="SL806", where="connection", rule=rule, help="RESET default_collation"))


@frozen(kw_only=True)
class DuckDBEngine:
    """
    DuckDB on a connection of its own, or on the caller's.

    Args:
        connection: Where tables are made; in memory unless given.
    """

    connection: duckdb.DuckDBPyConnection = field(factory=_connection, validator=_by_code_point, repr=False)
    _numbers: itertools.count[int] = field(factory=itertools.count, init=False, repr=False)
    _tables: list[str] = field(factory=list[str], init=False, repr=False, eq=False)
    _run: str = field(factory=lambda: secrets.token_hex(4), init=False, repr=False)
    """Two engines on one connection do not take each other's names."""
    name: str = field(default="duckdb", init=False)
    alone: bool = field(default=True, init=False, repr=False)

    @classmethod
    def of(cls, relation: object) -> DuckDBEngine:
        """Return the engine on DuckDB's default connection, where the relation lives there, else on one of its own."""
        shared = cls(connection=duckdb.default_connection())
        return shared if isinstance(relation, duckdb.DuckDBPyRelation) and shared._is_home_of(relation) else cls()

    def read(self, source: object) -> Frame:
        """
        Return a Parquet or CSV file, an Arrow stream, or a relation, as it stands; a cell without text is null.

        What can be read once only, or lives on another connection, is copied into a temporary table.
        """
        if isinstance(source, str | Path):
            return self._scan(Path(source))
        if isinstance(source, duckdb.DuckDBPyRelation):
            return nw.from_native(source) if self._is_home_of(source) else self._copy(_Stream(relation=source))
        return self._copy(source)

    def _scan(self, path: Path) -> Frame:
        return read_or_refuse(path, lambda: self._read_text(path) if is_csv(path) else self._parquet(path))

    def _parquet(self, path: Path) -> Frame:
        files = [str(each) for each in parquet_files(path)]
        if len(files) > 1:
            scans = map(self.connection.read_parquet, files)
            refuse_unlike(path, ([*zip(scan.columns, map(str, scan.types), strict=True)] for scan in scans))
        return nw.from_native(self.connection.read_parquet(files))

    def _read_text(self, path: Path) -> Frame:
        return self.mat("text", nw.from_native(self._text(path)))

    def _text(self, path: Path) -> duckdb.DuckDBPyRelation:
        # With its columns given, nothing is guessed: the guess passes over rows that do not fit it.
        return self.connection.read_csv(
            str(path),
            columns=dict.fromkeys(header_of(path), "VARCHAR"),
            auto_detect=False,
            header=True,
            delimiter=",",
            quotechar='"',
            escapechar='"',
            strict_mode=True,
        )

    def _is_home_of(self, relation: duckdb.DuckDBPyRelation) -> bool:
        try:
            relation.cross(self.connection.sql("SELECT 1 AS here"))
        except duckdb.InvalidInputException:
            return False
        return True

    def _copy(self, stream: object) -> Frame:
        return self.mat("copy", nw.from_native(self.connection.from_arrow(stream)))

    def table(self, columns: Mapping[str, Sequence[Any]], kinds: Mapping[str, Kind]) -> Frame:
        """Return a small table from Python values."""
        made = self._new("small")
        lists = ", ".join(
            f'unnest(CAST(${position} AS {_TYPES[kinds[name]]}[])) AS "{name}"'
            for position, name in enumerate(columns, start=1)
        )
        self.connection.execute(f"CREATE TEMP TABLE {made} AS SELECT {lists}", list(map(list, columns.values())))
        return nw.from_native(self.connection.table(made))

    def _new(self, name: str) -> str:
        made = f"{name}_{self._run}_{next(self._numbers)}"
        self._tables.append(made)
        return made

    def close(self) -> None:
        """Drop the temporary tables: on the caller's connection they would stay as long as it does."""
        while self._tables:
            self.connection.execute(f"DROP TABLE IF EXISTS {self._tables.pop()}")

    def mat(self, name: str, frame: Frame) -> Frame:
        """Compute a frame into a temporary table."""
        return nw.from_native(self.connection.table(self._made(name, frame.to_native())))

    def numbered(self, source: object, frame: Frame) -> Frame | None:
        """Return the rows of a file with their numbers; a relation has no order, and a copy may have lost it."""
        del frame
        if not isinstance(source, str | Path):
            return None
        path = Path(source)
        if is_csv(path):
            return self._numbered_text(path)
        files = parquet_files(path)
        if len(files) > 1:
            return None
        numbered = self.connection.read_parquet(str(files[0]), file_row_number=True)
        return nw.from_native(numbered.project(f'* EXCLUDE (file_row_number), file_row_number + 1 AS "{ROW}"'))

    def _numbered_text(self, path: Path) -> Frame:
        """Read a file in its order: a row that is read by itself is never overtaken."""
        (before,) = self.connection.execute("SELECT current_setting('preserve_insertion_order')").fetchone() or (True,)
        self.connection.execute("SET preserve_insertion_order = true")
        try:
            text = self._text(path).project(f'*, row_number() OVER () AS "{ROW}"')
            return self.mat("numbered", nw.from_native(text))
        finally:
            self.connection.execute(f"SET preserve_insertion_order = {str(before).lower()}")

    def repeated(self, frame: Frame, names: Sequence[str]) -> Frame:
        """
        Return the values that more than one row has.

        Texts are told apart by a number made of them, which is four times as fast as by themselves, and part by part,
        so that memory stays bounded; the few that share a number are then compared themselves.
        """
        listed = ", ".join(f'"{name}"' for name in names)
        rows = frame.to_native()
        numbers = self._made("numbers", rows.project(f"hash({listed}) AS number"))
        shared = self._made("shared", self.connection.table(numbers).limit(0))
        parts = 1 + self.connection.table(numbers).shape[0] // _ROWS_IN_A_PART
        for part in range(parts):
            in_part = self.connection.table(numbers).filter(f"number % {parts} = {part}")
            self._several(in_part, "number").insert_into(shared)
        self.connection.execute(f"DROP TABLE {numbers}")
        if not self.connection.table(shared).shape[0]:
            return self.mat("repeated", nw.from_native(rows.project(listed).limit(0)))
        looked_at = rows.project(f"{listed}, hash({listed}) AS number")
        looked_at = looked_at.join(self.connection.table(shared), "number", how="semi")
        return self.mat("repeated", nw.from_native(self._several(looked_at, listed)))

    def _made(self, name: str, relation: duckdb.DuckDBPyRelation) -> str:
        made = self._new(name)
        self.connection.execute(f"CREATE TEMP TABLE {made} AS {relation.sql_query()}")
        return made

    @staticmethod
    def _several(relation: duckdb.DuckDBPyRelation, listed: str) -> duckdb.DuckDBPyRelation:
        counted = relation.aggregate(f"{listed}, count(*) AS times", listed)
        return counted.filter("times > 1").project(listed)

    def dollars(self, frame: Frame, kinds: Mapping[str, Kind]) -> Frame:
        """Return the columns of a table that goes out, its cents as decimals with two places."""
        columns = [
            f'CAST("{name}" * 0.01::DECIMAL(3, 2) AS DECIMAL(18, 2)) AS "{name}"'
            if kind is Kind.AMOUNT
            else f'CAST("{name}" AS {_TYPES[kind]}) AS "{name}"'
            for name, kind in kinds.items()
        ]
        return nw.from_native(self.native(frame).project(", ".join(columns)))

    def native(self, frame: Frame) -> duckdb.DuckDBPyRelation:
        """Return a relation."""
        relation: duckdb.DuckDBPyRelation = frame.to_native()
        return relation

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        """Return the rows of a small frame."""
        relation = frame.to_native()
        names = relation.columns  # asked of DuckDB again each time
        return [dict(zip(names, row, strict=True)) for row in relation.fetchall()]

    def write(self, frame: Frame, path: Path) -> None:
        """Write a frame as Parquet, a group of rows at a time."""
        frame.to_native().write_parquet(str(path), compression="zstd")


def __dir__() -> list[str]:
    return __all__
