"""What an engine has to do, done alike by all of them; and the traps that the one definition of columns avoids."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stoploss.errors import FeedError
from stoploss.frames.columns import FAR, Kind
from stoploss.frames.engines import ENGINES, engine_named, engine_of

nw = pytest.importorskip("narwhals")

ROWS: dict[str, Sequence[Any]] = {
    "key": ["x", "é", None, ""],
    "day": [dt.date(2025, 1, 31), FAR, None, dt.date(1900, 1, 1)],
    "whole": [2**62, -(2**53) - 1, None, 0],
    "flag": [True, False, None, True],
    "amount": [-1, 10**18 - 1, None, 18_000_000],
}
KINDS = {"key": Kind.TEXT, "day": Kind.DAY, "whole": Kind.WHOLE, "flag": Kind.FLAG, "amount": Kind.AMOUNT}
DOLLARS = [Decimal("-0.01"), Decimal("9999999999999999.99"), None, Decimal("180000.00")]
WHOLE = {"g": Kind.TEXT, "id": Kind.TEXT, "x": Kind.WHOLE}


@pytest.fixture(scope="module", params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> Any:
    """Return each engine that this machine can run."""
    for package in ENGINES[request.param]:
        pytest.importorskip(package)
    if request.param == "spark" and shutil.which("java") is None:
        pytest.skip("Spark needs Java, and there is none here")
    return engine_named(request.param)


def rows(engine: Any, frame: Any) -> list[dict[str, Any]]:
    """Return the rows of a frame in the order of their first columns; no engine promises one."""
    found: list[dict[str, Any]] = engine.rows(frame)
    return sorted(found, key=lambda row: [str(value) for value in row.values()])


def as_rows(columns: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Return columns as rows, in the same order."""
    found = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return sorted(found, key=lambda row: [str(value) for value in row.values()])


def ledger(engine: Any, x: Sequence[int]) -> Any:
    """Return a frame of two groups whose rows come in another order than their ids."""
    return engine.table({"g": ["a", "b", "a", "b"], "id": ["2", "10", "10", "1"], "x": list(x)}, WHOLE)


# --- tables -----------------------------------------------------------------------------------------------------------


def test_a_table_holds_every_kind_and_nulls(engine: Any) -> None:
    """A small table gives back what it was made of: text, days up to the last, 64-bit integers, flags and nulls."""
    assert as_rows(ROWS) == rows(engine, engine.table(ROWS, KINDS))


def test_a_table_without_rows_has_its_columns(engine: Any) -> None:
    """An empty table has the columns and the types of a full one, before and after it is computed."""
    full, empty = engine.table(ROWS, KINDS), engine.table({name: [] for name in KINDS}, KINDS)

    assert rows(engine, empty) == []
    assert full.collect_schema() == empty.collect_schema() == engine.mat("empty", empty).collect_schema()


def test_a_table_of_nulls_has_its_types(engine: Any) -> None:
    """A column of nulls has the type of its kind."""
    nulls = engine.table({name: [None] for name in KINDS}, KINDS)

    assert engine.table(ROWS, KINDS).collect_schema() == nulls.collect_schema()


def test_a_computed_frame_is_the_frame(engine: Any) -> None:
    """Computing a frame changes none of it, and the same name may be used twice."""
    frame = engine.table(ROWS, KINDS)
    once, twice = engine.mat("same", frame), engine.mat("same", frame.filter(nw.col("whole") == 0))

    assert as_rows(ROWS) == rows(engine, once)
    assert [""] == [row["key"] for row in rows(engine, twice)]


# --- dollars ----------------------------------------------------------------------------------------------------------


def test_cents_become_decimals_exactly(engine: Any) -> None:
    """Cents go out as decimals with two places, negative ones, the largest and nulls included; nothing else changes."""
    out = engine.dollars(engine.table(ROWS, KINDS), KINDS)

    assert as_rows({**ROWS, "amount": DOLLARS}) == rows(engine, out)


def test_the_columns_that_go_out_are_those_asked_for(engine: Any) -> None:
    """Only the columns asked for go out, in the order in which they are asked for."""
    out = engine.dollars(engine.table(ROWS, KINDS), {"amount": Kind.AMOUNT, "key": Kind.TEXT})

    assert ["amount", "key"] == out.collect_schema().names()


@pytest.mark.parametrize("cents", [10**18, -(10**18), 2**62])
def test_an_amount_that_no_column_holds_is_refused(engine: Any, cents: int) -> None:
    """More than eighteen digits of cents are an error, and not a null or another amount."""
    frame = engine.table({"amount": [1, cents]}, KINDS)

    with pytest.raises(Exception, match=r"(?i)decimal|numeric"):
        engine.rows(engine.dollars(frame, {"amount": Kind.AMOUNT}))


# --- files ------------------------------------------------------------------------------------------------------------


def test_what_is_written_is_read_back(engine: Any, tmp_path: Path) -> None:
    """A table that was written is the same when it is read."""
    out = engine.dollars(engine.table(ROWS, KINDS), KINDS)
    engine.write(out, tmp_path / "out.parquet")
    read = engine.read(tmp_path / "out.parquet")

    assert rows(engine, out) == rows(engine, read)
    assert out.collect_schema() == read.collect_schema()


def test_what_one_engine_writes_all_others_read(engine: Any, tmp_path: Path) -> None:
    """DuckDB reads what any engine has written: one file, or Spark's folder of them."""
    duckdb = pytest.importorskip("stoploss.frames.engines.duckdb").DuckDBEngine()
    out = engine.dollars(engine.table(ROWS, KINDS), KINDS)
    engine.write(out, tmp_path / "out.parquet")

    assert rows(engine, out) == rows(duckdb, duckdb.read(tmp_path / "out.parquet"))


def test_a_csv_file_is_read_as_text(engine: Any, tmp_path: Path) -> None:
    """Cells are text as they stand: no number, day or word for null is guessed; an empty cell is null."""
    path = tmp_path / "claims.csv"
    path.write_bytes('\ufeffid,amount,note\r\n007,1e5,"a ""b"", c"\r\nNA,,""\r\n'.encode())
    expected: dict[str, Sequence[Any]] = {"id": ["007", "NA"], "amount": ["1e5", None], "note": ['a "b", c', None]}

    assert as_rows(expected) == rows(engine, engine.read(path))


@pytest.mark.parametrize("text", ["id,amount", "id,amount\n"])
def test_a_csv_file_may_be_a_header_alone(engine: Any, tmp_path: Path, text: str) -> None:
    """A feed without rows has its columns."""
    path = tmp_path / "claims.csv"
    path.write_text(text, encoding="utf-8")
    frame = engine.read(path)

    assert ["id", "amount"] == frame.collect_schema().names()
    assert [] == rows(engine, frame)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "SL459"),
        (b"id,ID\n1,2\n", "SL449"),
        (b"id,x,y\nm1,2,3\nm1,5\n", "claims.csv:3: this row has 2 cells, and the header has 3"),
        (b"id,x\nm1,2,3\nm1,5\n", "claims.csv:2: this row has 3 cells, and the header has 2"),
        (b"id,x\nm1,2\n\xff,3\n", "claims.csv:3: this is not UTF-8"),
        (b'id,x\n"m1,2\n', "claims.csv:2: a quote that opens in this row is never closed"),
        (b"PAR1", "SL441"),
    ],
)
def test_a_csv_file_with_faults_is_refused(engine: Any, tmp_path: Path, content: bytes, expected: str) -> None:
    """A file that is no table of text is refused as a whole, with the lines, and nothing of a row is quoted."""
    path = tmp_path / "claims.csv"
    path.write_bytes(content)

    with pytest.raises(FeedError, match=expected) as caught:
        engine.rows(engine.read(path))
    assert "m1" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("name", ["missing.parquet", "missing.csv"])
def test_a_file_that_is_not_there_is_refused(engine: Any, tmp_path: Path, name: str) -> None:
    """A path to nothing is an error of ours, whatever the engine would say."""
    with pytest.raises(FeedError, match="SL440"):
        engine.read(tmp_path / name)


def test_a_file_that_is_no_parquet_is_refused(engine: Any, tmp_path: Path) -> None:
    """A file with another content is refused when it is read, and not when the frame is computed."""
    path = tmp_path / "claims.parquet"
    path.write_text("id,amount\n1,2\n", encoding="utf-8")

    with pytest.raises(ValueError, match="SL805"):
        engine.read(path)


# --- sources ----------------------------------------------------------------------------------------------------------


def arrow_sources() -> Iterator[Any]:
    """Yield an Arrow table, a stream that can be read once, and an object that is nothing but a stream."""
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"id": ["a", None], "whole": [2**53 + 1, None], "amount": [Decimal("1.50"), None]})

    class Stream:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return table.__arrow_c_stream__(requested_schema)

    yield from (table, table.to_reader(), Stream())


@pytest.mark.parametrize("position", range(3))
def test_an_arrow_stream_is_read_as_often_as_needed(engine: Any, position: int) -> None:
    """An Arrow stream is a source, with its types; one that can be read only once can be settled all the same."""
    frame = engine.read(list(arrow_sources())[position])
    expected: dict[str, Sequence[Any]] = {
        "id": ["a", None],
        "whole": [2**53 + 1, None],
        "amount": [Decimal("1.50"), None],
    }

    assert as_rows(expected) == rows(engine, frame) == rows(engine, frame)


def test_a_frame_of_the_engine_itself_is_a_source(engine: Any) -> None:
    """What an engine gives out it takes back, and by its kind the engine is found."""
    native = engine.native(engine.mat("given", engine.table(ROWS, KINDS)))
    found = engine_of(native)

    assert engine.name == found.name
    assert as_rows(ROWS) == rows(found, found.read(native))


def test_what_goes_out_is_arrow(engine: Any) -> None:
    """A table that goes out is an Arrow stream with decimals of two places, whatever the engine; Spark has a method."""
    pa = pytest.importorskip("pyarrow")
    native = engine.native(engine.dollars(engine.table(ROWS, KINDS), KINDS))
    table = native.toArrow() if engine.name == "spark" else pa.table(native)

    assert pa.decimal128(18, 2) == table.schema.field("amount").type


# --- traps: what the one definition relies on -------------------------------------------------------------------------


def test_floor_division_floors_negatives(engine: Any) -> None:
    """`//` rounds towards minus infinity on every engine."""
    frame = ledger(engine, [-7, 7, -1, 2**53]).select("x", q=nw.col("x") // 2)

    assert {-7: -4, 7: 3, -1: -1, 2**53: 2**52} == {row["x"]: row["q"] for row in rows(engine, frame)}


def test_a_share_by_parts_is_exact(engine: Any) -> None:
    """A share of a total, taken of its millions and its rest, is exact where the product would not fit 64 bits."""
    total, millionths = 987_654_321_987_654, 333_333
    by_parts = nw.col("x") // 1_000_000
    rest = nw.col("x") - by_parts * 1_000_000
    share = by_parts * millionths + (rest * millionths + 500_000) // 1_000_000
    frame = ledger(engine, [total, 1, 2, 3]).select("x", y=share)

    assert {x: (x * millionths + 500_000) // 1_000_000 for x in (total, 1, 2, 3)} == {
        row["x"]: row["y"] for row in rows(engine, frame)
    }


def test_running_totals_go_by_text_order(engine: Any) -> None:
    """A running total goes by the id as text, "10" before "2", within its group."""
    running = nw.col("x").cum_sum().over("g", order_by=["id"]).cast(nw.Int64)
    frame = ledger(engine, [1, 20, 300, 2**53 + 1]).select("g", "id", t=running)

    assert as_rows(
        {"g": ["a", "a", "b", "b"], "id": ["10", "2", "1", "10"], "t": [300, 301, 2**53 + 1, 2**53 + 21]}
    ) == rows(engine, frame)


def test_the_least_of_what_follows(engine: Any) -> None:
    """The least from a row to the end of its group: what netting takes of running totals."""
    suffix = nw.col("x").cum_min(reverse=True).over("g", order_by=["id"])
    frame = ledger(engine, [5, -3, 7, 4]).select("g", "id", m=suffix)

    assert as_rows({"g": ["a", "a", "b", "b"], "id": ["10", "2", "1", "10"], "m": [5, 5, -3, -3]}) == rows(
        engine, frame
    )


def test_sums_are_64_bit_once_cast(engine: Any) -> None:
    """A sum that is cast is a 64-bit integer, beyond 2^53 as well; without the cast DuckDB's is not."""
    frame = (
        ledger(engine, [2**60, 1, 1, 1]).group_by("g").agg(nw.col("x").sum()).with_columns(nw.col("x").cast(nw.Int64))
    )

    assert nw.Int64() == frame.collect_schema()["x"]
    assert as_rows({"g": ["a", "b"], "x": [2**60 + 1, 2]}) == rows(engine, frame)


def test_a_computed_sum_keeps_its_type(engine: Any) -> None:
    """What is computed once has the type that it had as a plan."""
    frame = ledger(engine, [1, 2, 3, 4]).group_by("g").agg(nw.col("x").sum()).with_columns(nw.col("x").cast(nw.Int64))

    assert nw.Int64() == engine.mat("sums", frame).collect_schema()["x"]


def test_semi_and_anti_joins(engine: Any) -> None:
    """A semi join keeps the rows with a partner, once; an anti join the others."""
    frame = ledger(engine, [1, 2, 3, 4])
    others = engine.table({"g": ["a", "a", "c"]}, {"g": Kind.TEXT})

    assert [3, 1] == [row["x"] for row in rows(engine, frame.join(others, on="g", how="semi"))]
    assert [4, 2] == [row["x"] for row in rows(engine, frame.join(others, on="g", how="anti"))]


def test_a_left_join_loses_no_cent(engine: Any) -> None:
    """Integers that were nowhere joined come back whole: no engine makes floats of a column with a null."""
    frame = ledger(engine, [1, 2, 3, 4])
    large = engine.table({"g": ["a"], "y": [2**53 + 1]}, {"g": Kind.TEXT, "y": Kind.WHOLE})
    joined = frame.join(large, on="g", how="left").with_columns(nw.col("y").fill_null(0))

    assert nw.Int64() == joined.collect_schema()["y"]
    assert [2**53 + 1, 2**53 + 1, 0, 0] == [row["y"] for row in rows(engine, joined)]


def test_the_least_of_several_columns(engine: Any) -> None:
    """The least and the greatest of a row."""
    frame = ledger(engine, [5, -3, 0, 2**62]).select(
        "x", low=nw.min_horizontal(nw.col("x"), nw.lit(0)), high=nw.max_horizontal(nw.col("x"), nw.lit(0))
    )

    assert {5: (0, 5), -3: (-3, 0), 0: (0, 0), 2**62: (0, 2**62)} == {
        row["x"]: (row["low"], row["high"]) for row in rows(engine, frame)
    }


def test_days_compare_with_days(engine: Any) -> None:
    """A day is on or before another, that of another column or one that is given."""
    days = {"a": [dt.date(2025, 1, 1), dt.date(2025, 2, 1)], "b": [FAR, dt.date(2025, 1, 31)]}
    frame = engine.table(days, {"a": Kind.DAY, "b": Kind.DAY})

    assert [dt.date(2025, 1, 1)] == [row["a"] for row in rows(engine, frame.filter(nw.col("a") <= nw.col("b")))]
    assert [dt.date(2025, 2, 1)] == [row["a"] for row in rows(engine, frame.filter(nw.col("a") > dt.date(2025, 1, 1)))]


def test_nulls_are_no_partners_once_filtered(engine: Any) -> None:
    """Nulls as keys may match each other; a join of keys that are filtered first has none."""
    frame = engine.table({"g": ["a", None]}, {"g": Kind.TEXT})
    known = frame.filter(~nw.col("g").is_null())

    assert [{"g": "a"}] == rows(engine, known.join(known, on="g", how="inner"))


def test_frames_under_one_another(engine: Any) -> None:
    """Two frames under one another, one of them computed and one with a constant, are one of the same types."""
    first = engine.mat("first", ledger(engine, [1, 2, 3, 4])).select("g", "x")
    second = ledger(engine, [5, 6, 7, 8]).select("g", x=nw.lit(2**53 + 1))
    both = engine.mat("both", nw.concat([first, second], how="vertical"))

    assert nw.Int64() == both.collect_schema()["x"]
    assert sorted([1, 2, 3, 4, *[2**53 + 1] * 4]) == sorted(row["x"] for row in rows(engine, both))
