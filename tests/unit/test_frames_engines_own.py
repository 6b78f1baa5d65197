"""What one engine has to take care of, and the others have not."""

from __future__ import annotations

import datetime as dt
import gc
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stoploss.errors import EngineError
from stoploss.frames.columns import Kind
from stoploss.frames.engines import engine_named, engine_of

nw = pytest.importorskip("narwhals")


@pytest.fixture
def duckdb() -> Any:
    """Return DuckDB."""
    return pytest.importorskip("duckdb")


@pytest.fixture
def pandas() -> Any:
    """Return pandas, with what its engine needs."""
    pytest.importorskip("pyarrow")
    return pytest.importorskip("pandas")


@pytest.fixture(scope="module")
def session() -> Any:
    """Return a Spark session."""
    pytest.importorskip("pyspark")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, and there is none here")
    engine: Any = engine_named("spark")
    return engine.session


# --- DuckDB -----------------------------------------------------------------------------------------------------------


def test_a_relation_of_the_default_connection_stays_there(duckdb: Any) -> None:
    """What `duckdb.sql` gave is settled on DuckDB's default connection, and the results join with the caller's."""
    given = duckdb.sql("SELECT 'a' AS id")
    engine: Any = engine_of(given)
    native = engine.native(engine.mat("given", engine.read(given)))

    assert engine.connection is duckdb.default_connection()
    assert [("a",)] == native.join(given, "id").fetchall()


def test_a_relation_of_another_connection_is_copied(duckdb: Any) -> None:
    """A relation that lives elsewhere can be read, whatever its connection does afterwards."""
    given = duckdb.connect().sql("SELECT 'a' AS id, 1.50::DECIMAL(9, 2) AS amount")
    engine: Any = engine_of(given)
    frame = engine.read(given)

    assert engine.connection is not duckdb.default_connection()
    assert [{"id": "a", "amount": Decimal("1.50")}] == engine.rows(frame)


def test_results_outlive_their_engine(duckdb: Any) -> None:
    """A relation that goes out keeps its connection."""
    engine: Any = engine_named("duckdb")
    native = engine.native(engine.mat("out", engine.table({"id": ["a"]}, {"id": Kind.TEXT})))
    del engine
    gc.collect()

    assert [("a",)] == native.fetchall()
    assert isinstance(native, duckdb.DuckDBPyRelation)


def test_every_engine_has_a_connection_of_its_own(duckdb: Any) -> None:
    """Two engines share no table, and the default connection is left alone."""
    first, second = (engine_named("duckdb") for _ in range(2))
    first.mat("mine", first.table({"id": ["a"]}, {"id": Kind.TEXT}))

    assert [] == second.connection.sql("SHOW ALL TABLES").fetchall()  # type: ignore[attr-defined]
    assert [] == duckdb.sql("SHOW ALL TABLES").filter("name LIKE 'mine%'").fetchall()


# --- pandas -----------------------------------------------------------------------------------------------------------


def test_numpy_columns_become_arrows(pandas: Any) -> None:
    """A frame of numpy columns, timestamps and Python objects is read with the types that its values have."""
    given = pandas.DataFrame(
        {
            "id": ["a", None],
            "day": [dt.date(2025, 1, 31), None],
            "stamp": pandas.to_datetime(["2025-01-31", None]),
            "amount": [Decimal("1.50"), None],
            "cents": [2**53 + 1, 2],
        }
    )
    frame = engine_named("pandas").read(given)

    types = {"id": nw.String(), "day": nw.Date(), "amount": nw.Decimal(3, 2), "cents": nw.Int64()}

    assert types == {name: kind for name, kind in frame.collect_schema().items() if name != "stamp"}
    assert [2**53 + 1, 2] == [row["cents"] for row in engine_named("pandas").rows(frame)]


def test_a_column_of_several_types_is_refused_by_its_name(pandas: Any) -> None:
    """A column with text among days is refused by its name, and no value of it is shown."""
    given = pandas.DataFrame({"paid_on": [dt.date(2025, 1, 31), "m1"]})

    with pytest.raises(EngineError, match=r"paid_on: the column has values of more than one type \[SL804\]") as caught:
        engine_named("pandas").read(given)
    assert "m1" not in str(caught.value)
    assert caught.value.__context__ is None


def test_floats_do_not_pass(pandas: Any) -> None:
    """A column that became floats on the way is an error, and not an amount that is nearly right."""
    engine = engine_named("pandas")
    frame = nw.from_native(pandas.DataFrame({"cents": [1, None]})).lazy()

    with pytest.raises(TypeError, match="totals has floats in cents"):
        engine.mat("totals", frame)


# --- Spark ------------------------------------------------------------------------------------------------------------


def test_without_ansi_mode_spark_is_refused(session: Any) -> None:
    """A session in which an overflow becomes a null is refused by the name of its setting."""
    from stoploss.frames.engines.spark import SparkEngine  # noqa: PLC0415 -- Spark may be missing

    lenient = session.newSession()
    lenient.conf.set("spark.sql.ansi.enabled", "false")

    with pytest.raises(EngineError, match="SL806"):
        SparkEngine(session=lenient)


@pytest.mark.parametrize("path", ["s3a://bucket/claims.csv", "dbfs:/folder/claims.csv"])
def test_spark_reads_csv_of_this_machine_only(session: Any, path: str) -> None:
    """CSV elsewhere is refused: Spark's own reader replaces bytes that are no text."""
    from stoploss.frames.engines.spark import SparkEngine  # noqa: PLC0415 -- Spark may be missing

    with pytest.raises(EngineError, match="SL807"):
        SparkEngine(session=session).read(path)


def test_a_scratch_folder_holds_what_is_computed(session: Any, tmp_path: Path) -> None:
    """With a scratch folder a computed frame is read from there, with the types that it had."""
    from stoploss.frames.engines.spark import SparkEngine  # noqa: PLC0415 -- Spark may be missing

    engine = SparkEngine(session=session, scratch=str(tmp_path))
    frame = engine.table({"id": ["a", None], "x": [2**62, 1]}, {"id": Kind.TEXT, "x": Kind.WHOLE})
    made = engine.mat("made", frame)

    assert frame.collect_schema() == made.collect_schema()
    assert {"a": 2**62, None: 1} == {row["id"]: row["x"] for row in engine.rows(made)}
    assert list(tmp_path.rglob("*.parquet"))


def test_small_tables_are_sent_whole(session: Any) -> None:
    """A join with a small table moves the small table, and not the claims."""
    engine = engine_named("spark")
    small = engine.table({"id": ["a"], "x": [1]}, {"id": Kind.TEXT, "x": Kind.WHOLE})
    claims = engine.mat("claims", engine.table({"id": ["a"]}, {"id": Kind.TEXT}))
    plan = claims.join(small, on="id", how="inner").to_native()._jdf.queryExecution().toString()

    assert "BroadcastHashJoin" in plan
    assert session is not None
