"""
Spark: where one machine is outgrown. It asks the driver for nothing but small frames, and Python runs on no executor.

Between its steps a frame is held by the executors, twice where there are several, so that one of them may be lost;
or, with a folder that all of them reach, there.
"""

# pyarrow has no types of its own.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import itertools
import os
import re
import uuid
import warnings
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import narwhals as nw
import pyarrow as pa
from attrs import field, frozen
from pyspark import SparkConf, SparkContext, StorageLevel
from pyspark.errors import PySparkRuntimeError
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as sf
from pyspark.sql.types import BooleanType, DataType, DateType, DecimalType, LongType, StringType

from stoploss.errors import EngineError, Finding
from stoploss.frames.columns import ROW, Kind
from stoploss.frames.engines.arrow import arrow_of
from stoploss.frames.engines.engine import Frame
from stoploss.frames.engines.files import is_csv, parquet_files, read_or_refuse
from stoploss.frames.engines.text import text_of

__all__ = ["SparkEngine"]

_TYPES: Mapping[Kind, DataType] = MappingProxyType(
    {Kind.TEXT: StringType(), Kind.DAY: DateType(), Kind.WHOLE: LongType(), Kind.FLAG: BooleanType()}
)
_ARROW: Mapping[Kind, Any] = MappingProxyType(
    {Kind.TEXT: pa.string(), Kind.DAY: pa.date32(), Kind.WHOLE: pa.int64(), Kind.FLAG: pa.bool_()}
)
_URL = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
"""``s3a://bucket`` or ``dbfs:/folder``, and not a drive's letter."""
_ANYWHERE = {"spark.log.level": "OFF", "spark.sql.ansi.enabled": "true"}
"""Spark's log is off: it may quote a row. What goes wrong comes as an error all the same."""
_HERE = {
    "spark.master": "local[2]",
    "spark.driver.memory": "4g",
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""On this machine alone, where nobody has said on which."""


def _session() -> SparkSession:
    active = SparkSession.getActiveSession()
    if active is not None:
        return active
    given = _given()
    own = _ANYWHERE if "spark.master" in given else _ANYWHERE | _HERE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # about pandas, which is not used here
        try:
            return SparkSession.builder.appName("stoploss").config(map={**own, **given}).getOrCreate()
        except PySparkRuntimeError as error:
            if error.getCondition() != "JAVA_GATEWAY_EXITED":
                raise
    rule = "the spark engine needs Java 17 or later, which could not be started"
    raise EngineError(Finding(code="SL802", where="engine", rule=rule, help="install it, and set JAVA_HOME"))


def _given() -> dict[str, str]:
    """Return what was set outside: by ``spark-submit``, which has started Spark already, or by its file of defaults."""
    if "PYSPARK_GATEWAY_PORT" in os.environ:
        # Without it SparkConf knows nothing of what was submitted, and there is no other way.
        SparkContext._ensure_initialized()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return dict(SparkConf().getAll())
    home = os.environ.get("SPARK_HOME")
    folder = os.environ.get("SPARK_CONF_DIR") or (home and f"{home}/conf")
    defaults = Path(folder) / "spark-defaults.conf" if folder else None
    if defaults is None or not defaults.is_file():
        return {}
    lines = (line.strip() for line in defaults.read_text(encoding="utf-8").splitlines())
    pairs = (re.split(r"\s*[=:]\s*|\s+", line, maxsplit=1) for line in lines if line and not line.startswith("#"))
    return {pair[0]: pair[1] for pair in pairs if len(pair) > 1}


def _strict(engine: SparkEngine, attribute: object, session: SparkSession) -> None:  # noqa: ARG001 -- attrs' signature
    if session.conf.get("spark.sql.ansi.enabled") != "true":
        rule = "without ANSI mode Spark makes a null of an amount that is too large"
        raise EngineError(
            Finding(code="SL806", where="spark.sql.ansi.enabled", rule=rule, help='set it to "true" in the session')
        )


@frozen(kw_only=True)
class SparkEngine:
    """
    Spark in the caller's session, in the one that runs, or in one made on this machine.

    Args:
        session: Where frames live.
        scratch: A folder that the driver and every executor reach, such as ``s3a://bucket/scratch``;
            with it a run outlives any number of executors. What is left there may be removed when the run is over.
    """

    session: SparkSession = field(factory=_session, validator=_strict, repr=False)
    scratch: str | None = None
    _numbers: itertools.count[int] = field(factory=itertools.count, init=False, repr=False)
    _run: str = field(factory=lambda: uuid.uuid4().hex, init=False, repr=False)
    name: str = field(default="spark", init=False)

    @classmethod
    def of(cls, source: object) -> SparkEngine:
        """Return the engine in the session of a frame."""
        return cls(session=cast("DataFrame", source).sparkSession)

    def read(self, source: object) -> Frame:
        """
        Return a Parquet or CSV file, an Arrow stream, or a frame, as it stands; a cell without text is null.

        Parquet is read by the executors, so that all of them have to reach its path, which may be a URL such as
        ``s3a://bucket/claims``. CSV is read by the driver: for a cluster's amounts of data, make it Parquet.
        """
        if isinstance(source, DataFrame):
            return nw.from_native(source)
        if isinstance(source, str | Path):
            return nw.from_native(self._scan(str(source)))
        return nw.from_native(self.session.createDataFrame(arrow_of(source)))

    def _scan(self, path: str) -> DataFrame:
        path = path.removeprefix("file://")
        if _URL.match(path):
            return self._remote(path)
        local = Path(path)
        return read_or_refuse(local, lambda: self._text(local) if is_csv(local) else self._parquet(local))

    def _remote(self, path: str) -> DataFrame:
        if is_csv(Path(path)):
            rule = "Spark's reader of CSV replaces bytes that are no text, and writes rows into its log"
            raise EngineError(Finding(code="SL807", where=path, rule=rule, help="give Parquet, or a Spark frame"))
        return self._files(path)

    def _parquet(self, path: Path) -> DataFrame:
        parquet_files(path)  # refuses what is no plain folder
        return self._files(str(path.absolute()))

    def _files(self, path: str) -> DataFrame:
        # Otherwise one file's columns would be those of all; types that differ are refused.
        return self.session.read.option("mergeSchema", "true").parquet(path)

    def _text(self, path: Path) -> DataFrame:
        return self.session.createDataFrame(text_of(path))

    def table(self, columns: Mapping[str, Sequence[Any]], kinds: Mapping[str, Kind]) -> Frame:
        """Return a small table from Python values; Spark knows its size, and sends it to every executor whole."""
        arrays = {name: pa.array(values, _ARROW.get(kinds[name], pa.int64())) for name, values in columns.items()}
        return nw.from_native(self.session.createDataFrame(pa.table(arrays)))

    def mat(self, name: str, frame: Frame) -> Frame:
        """Compute a frame into the executors' memory and disks, or into the scratch folder."""
        native = _native(frame)
        if self.scratch is None:
            return nw.from_native(native.localCheckpoint(storageLevel=self._level()))
        path = f"{self.scratch}/stoploss-{self._run}/{name}-{next(self._numbers)}"
        native.write.parquet(path, compression="lz4")
        return nw.from_native(self.session.read.schema(native.schema).parquet(path))

    def numbered(self, source: object, frame: Frame) -> Frame | None:
        """Return the rows of a CSV file with their numbers; nothing else has an order here."""
        del frame
        if not isinstance(source, str | Path) or not is_csv(Path(source)):
            return None
        text = text_of(Path(source))
        numbers = pa.array(range(1, len(text) + 1), pa.int64())
        return nw.from_native(self.session.createDataFrame(text.append_column(ROW, numbers)))

    def repeated(self, frame: Frame, names: Sequence[str]) -> Frame:
        """Return the values that more than one row has."""
        counted = frame.group_by(*names).agg(rows=nw.len()).filter(nw.col("rows") > 1)
        return self.mat("repeated", counted.select(*names))

    def _level(self) -> StorageLevel:
        return StorageLevel.MEMORY_AND_DISK if self.alone else StorageLevel.MEMORY_AND_DISK_2

    @property
    def alone(self) -> bool:
        """Whether one process computes everything: ``local-cluster`` is several."""
        master = self.session.conf.get("spark.master") or ""
        return master == "local" or master.startswith("local[")

    def dollars(self, frame: Frame, kinds: Mapping[str, Kind]) -> Frame:
        """Return the columns of a table that goes out, its cents as decimals with two places."""
        return nw.from_native(_native(frame).select(*(_edge(name, kind) for name, kind in kinds.items())))

    def native(self, frame: Frame) -> DataFrame:
        """Return a Spark frame."""
        return _native(frame)

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        """Return the rows of a small frame."""
        return [row.asDict() for row in _native(frame).collect()]

    def write(self, frame: Frame, path: Path) -> None:
        """Write a frame as a folder of Parquet files, one a task."""
        _native(frame).write.parquet(str(path), compression="zstd")

    def close(self) -> None:
        """Do nothing: what nobody holds any more is given back by itself."""


def _native(frame: Frame) -> DataFrame:
    native: DataFrame = frame.to_native()
    return native


def _edge(name: str, kind: Kind) -> Column:
    if kind is not Kind.AMOUNT:
        return sf.col(name).cast(_TYPES[kind]).alias(name)
    cents = sf.col(name).cast(DecimalType(20, 0))
    return (cents * sf.lit(Decimal("0.01"))).cast(DecimalType(18, 2)).alias(name)


def __dir__() -> list[str]:
    return __all__
