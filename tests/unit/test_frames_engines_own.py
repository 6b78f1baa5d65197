"""What one engine has to take care of, and the others have not."""

from __future__ import annotations

import datetime as dt
import gc
import os
import shutil
import subprocess
import sys
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


def test_columns_of_arrow_that_an_engine_does_not_know(pandas: Any) -> None:
    """Views of text, dates with a clock and narrow decimals are what other libraries write today."""
    del pandas
    pa = pytest.importorskip("pyarrow", minversion="19")
    given = pa.table(
        {
            "id": pa.array(["c1"], pa.string_view()),
            "paid_on": pa.array([dt.date(2025, 4, 1)], pa.date64()),
            "amount": pa.array([Decimal("1.50")], pa.decimal64(12, 2)),
        }
    )
    engine = engine_named("pandas")

    assert [{"id": "c1", "paid_on": dt.date(2025, 4, 1), "amount": Decimal("1.50")}] == engine.rows(engine.read(given))


def test_a_lazy_frame_of_polars_is_computed(pandas: Any) -> None:
    """A second table may come from another library than the claims."""
    del pandas
    pl = pytest.importorskip("polars")
    engine = engine_named("pandas")

    assert [{"id": "c1"}] == engine.rows(engine.read(pl.LazyFrame({"id": ["c1"]})))


def test_spark_takes_what_its_file_of_defaults_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, session: Any
) -> None:
    """What was set for the machine comes before the engine's own defaults; comments and empty values do not count."""
    from stoploss.frames.engines import spark  # noqa: PLC0415 -- Spark may be missing

    del session
    text = "# the cluster\nspark.master  spark://master:7077\nspark.executor.memory=12g\n\nspark.empty\n"
    (tmp_path / "spark-defaults.conf").write_text(text, encoding="utf-8")
    monkeypatch.delenv("PYSPARK_GATEWAY_PORT", raising=False)
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    expected = {"spark.master": "spark://master:7077", "spark.executor.memory": "12g"}

    assert expected == spark._given()


SUBMITTED = """
from stoploss.frames.engines.spark import SparkEngine
session = SparkEngine().session
asked = ("spark.master", "spark.sql.shuffle.partitions", "spark.sql.ansi.enabled")
print("\\n", *map(session.conf.get, asked))
"""


def test_spark_takes_what_was_submitted(tmp_path: Path, session: Any) -> None:
    """A job that is submitted to a cluster runs there, and with its partitions, though the engine makes the session."""
    del session
    job = tmp_path / "job.py"
    job.write_text(SUBMITTED, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("spark-submit")), "--master", "local[1]"]
    options = ["--conf", "spark.sql.shuffle.partitions=5", "--conf", "spark.ui.enabled=false"]
    done = subprocess.run([*command, *options, str(job)], capture_output=True, text=True, check=True)

    assert "local[1] 5 true" == done.stdout.splitlines()[-1].strip()


def test_spark_without_java_is_not_installed(tmp_path: Path) -> None:
    """What is missing is said, and how to get it; it is no fault of the engine."""
    pytest.importorskip("pyspark")
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("JAVA", "SPARK"))}
    script = "from stoploss.frames import engine_named; engine_named('spark')"
    environment["PATH"] = str(tmp_path)
    for tool in ("bash", "dirname", "env", "ps"):
        found = shutil.which(tool)
        if found:
            (tmp_path / tool).symlink_to(found)
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    line = "engine: the spark engine needs Java 17 or later, which could not be started; install it, and set JAVA_HOME"

    assert f"{line} [SL802]" in done.stderr.splitlines()[-1]


def test_a_relation_of_another_connection_needs_no_pyarrow(duckdb: Any) -> None:
    """It comes as an Arrow stream, which DuckDB makes and takes by itself."""
    del duckdb
    script = """
import sys
sys.modules["pyarrow"] = None
import duckdb
from stoploss.frames.engines.duckdb import DuckDBEngine
other = duckdb.connect()
engine = DuckDBEngine()
print(engine.rows(engine.read(other.sql("SELECT 1 AS one"))))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert "[{'one': 1}]\n" == done.stdout


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
