"""Sources as claims: columns and their types judged before anything is computed, every cell as an engine takes it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stoploss.errors import EngineError, FeedError
from stoploss.frames.columns import FAR, ROWS
from stoploss.frames.reading import FACTS, read_claims
from tests.frame_sources import ENGINES, ROW, columns, made, parquet, rows, text

pa = pytest.importorskip("pyarrow")

pytestmark = pytest.mark.parametrize("engine", ENGINES)

DAY = dt.date(2025, 3, 1)


def facts(engine: str, source: object) -> list[dict[str, Any]]:
    """Return the facts of a source in the order of their ids."""
    computed = made(engine)
    return sorted(computed.rows(read_claims(computed, source).facts), key=lambda row: str(row["id"]))


def refusal(engine: str, source: object) -> list[str]:
    """Return what is said against a source."""
    with pytest.raises(FeedError) as caught:
        read_claims(made(engine), source)
    return [str(finding) for finding in caught.value.findings]


def test_a_claim_has_every_default_written_out(engine: str, tmp_path: Path) -> None:
    """Text that is missing is empty, a day that is missing is far away, an amount is cents."""
    expected = {
        "policy": "P1",
        "id": "c1",
        "member": "M1",
        "family": "",
        "benefit": "medical",
        "incurred_on": DAY,
        "paid_on": dt.date(2025, 4, 1),
        "cents": 120050,
        "adjusts": "",
        "status": "paid",
        "ineligible_for": "both",
        "reason": "",
        "class": "",
        "accident": "",
        "administrator": "current",
        "reported_on": FAR,
        "diagnosis": "",
        "tags": "",
        "legal_cost": 0,
        "division": "",
    }
    assert [expected] == facts(engine, parquet(tmp_path, [ROW]))


def test_csv_reads_as_parquet_does(engine: str, tmp_path: Path) -> None:
    """A file of text and one of types hold the same claims."""
    given = rows({}, {"status": "pending", "paid_on": None, "benefit": "rx"}, {"amount": Decimal("-0.07")})
    assert facts(engine, parquet(tmp_path, given)) == facts(engine, text(tmp_path, given))


def test_rows_are_the_columns_by_which_engines_settle(engine: str, tmp_path: Path) -> None:
    """What goes on to the engines has their columns, in their order."""
    read = read_claims(made(engine), parquet(tmp_path, [ROW]))
    assert list(ROWS) == read.rows.collect_schema().names()
    assert list(FACTS) == read.facts.collect_schema().names()


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("0", 0),
        ("7", 700),
        ("7.5", 750),
        ("7.05", 705),
        ("-0.01", -1),
        ("-1234.56", -123456),
        ("9999999999999.99", 999999999999999),
        ("0012.30", 1230),
    ],
)
def test_text_is_exact_cents(engine: str, tmp_path: Path, written: str, cents: int) -> None:
    """An amount in text becomes cents without ever being a float."""
    assert [cents] == [row["cents"] for row in facts(engine, text(tmp_path, rows({"amount": written})))]


@pytest.mark.parametrize(
    ("held", "amount", "cents"),
    [
        (pa.decimal128(18, 2), Decimal("9999999999999.99"), 999999999999999),
        (pa.decimal128(9, 0), Decimal(-12), -1200),
        (pa.decimal128(10, 1), Decimal("0.1"), 10),
        (pa.decimal128(38, 6), Decimal("-1234.560000"), -123456),
        (pa.int64(), 9999999999999, 999999999999900),
        (pa.int8(), -100, -10000),
        (pa.uint64(), 12, 1200),
        (pa.string(), "12.3", 1230),
    ],
    ids=str,
)
def test_decimals_and_whole_dollars_are_exact_cents(
    engine: str, tmp_path: Path, held: Any, amount: Any, cents: int
) -> None:
    """An amount is a decimal of any width, whole dollars or text."""
    source = parquet(tmp_path, rows({"amount": amount}, {"amount": amount}), {"amount": held})
    assert [cents, cents] == [row["cents"] for row in facts(engine, source)]


def test_labels_are_told_apart_by_semicolons_alone(engine: str, tmp_path: Path) -> None:
    """Blanks around labels and empty labels fall away, so that the same labels are the same text."""
    given = rows({"tags": " transplant ; home_hospital;;"}, {"tags": "transplant;home_hospital"})
    assert ["transplant;home_hospital"] * 2 == [row["tags"] for row in facts(engine, text(tmp_path, given))]


def test_a_timestamp_at_midnight_is_a_day(engine: str, tmp_path: Path) -> None:
    """What pandas has for days is read, as long as no time is in it."""
    given = rows({"paid_on": dt.datetime(2025, 4, 1)})  # noqa: DTZ001 -- a column without a time zone is meant
    source = parquet(tmp_path, given, {"paid_on": pa.timestamp("us")})
    assert [dt.date(2025, 4, 1)] == [row["paid_on"] for row in facts(engine, source)]


def test_an_empty_column_of_another_type_is_as_good_as_none(engine: str, tmp_path: Path) -> None:
    """A column of nulls alone has no type of its own: what wrote it may have made it a number."""
    source = parquet(tmp_path, rows({"adjusts": None, "family": None}), {"adjusts": pa.int64(), "family": pa.null()})
    assert [("", "")] == [(row["adjusts"], row["family"]) for row in facts(engine, source)]


def test_categories_are_text(engine: str, tmp_path: Path) -> None:
    """A column that has numbers for its few texts is read as text."""
    source = parquet(tmp_path, rows({"benefit": "rx"}), {"benefit": pa.dictionary(pa.int32(), pa.string())})
    assert ["rx"] == [row["benefit"] for row in facts(engine, source)]


@pytest.mark.parametrize("name", ["policy", "id", "member", "incurred_on", "amount"])
def test_a_missing_column_is_refused_by_its_name(engine: str, tmp_path: Path, name: str) -> None:
    """A required column that is not there is told before anything is computed."""
    given = [{each: cell for each, cell in ROW.items() if each != name}]
    assert [f"claims.parquet {name}: this column is missing [SL451]"] == refusal(engine, parquet(tmp_path, given))


def test_a_column_almost_named_as_it_must_be_is_refused(engine: str, tmp_path: Path) -> None:
    """Refunds whose ``Adjusts`` went unread would settle to another amount."""
    expected = (
        "claims.parquet adjusts: column 7 is almost named adjusts; "
        "did you mean adjusts? names are compared letter by letter, without blanks [SL450]"
    )
    assert [expected] == refusal(engine, parquet(tmp_path, [{**ROW, "Adjusts": "c1"}]))


@pytest.mark.parametrize(
    ("name", "held", "cell", "expected"),
    [
        (
            "amount",
            pa.float64(),
            1.5,
            (
                "this column holds an amount, and is of type Float64; "
                "give decimals with two places, whole dollars, or text such as 1234.56; never floats [SL101]"
            ),
        ),
        (
            "amount",
            pa.bool_(),
            True,
            (
                "this column holds an amount, and is of type Boolean; "
                "give decimals with two places, whole dollars, or text such as 1234.56; never floats [SL101]"
            ),
        ),
        (
            "member",
            pa.int64(),
            7,
            (
                "this column holds an id, and is of type Int64; "
                "read the column as text: a number has lost its leading zeros already [SL301]"
            ),
        ),
        (
            "paid_on",
            pa.timestamp("us", "UTC"),
            dt.datetime(2025, 4, 1, tzinfo=dt.UTC),
            (
                "this column holds a day, and is of type Datetime; "
                "give dates, or text such as 2025-01-31; a time zone must not decide the policy year [SL201]"
            ),
        ),
        (
            "incurred_on",
            pa.int64(),
            45000,
            (
                "this column holds a day, and is of type Int64; "
                "give dates, or text such as 2025-01-31; a time zone must not decide the policy year [SL201]"
            ),
        ),
        ("status", pa.int64(), 1, "this column holds a word, and is of type Int64; read the column as text [SL101]"),
    ],
)
def test_a_column_of_another_type_is_refused_by_its_name(
    engine: str, tmp_path: Path, name: str, held: Any, cell: Any, expected: str
) -> None:
    """A mistyped column is told with the way out; floats above all, which have lost a cent already."""
    assert [f"claims.parquet {name}: {expected}"] == refusal(
        engine, parquet(tmp_path, [{**ROW, name: cell}], {name: held})
    )


def test_every_fault_of_the_columns_is_told_at_once(engine: str, tmp_path: Path) -> None:
    """Nobody mends a file a column at a time."""
    given = [{"policy": "P1", "id": "c1", "incurred_on": DAY, "amount": 1.5}]
    said = refusal(engine, parquet(tmp_path, given, {"amount": pa.float64()}))
    assert ["SL451", "SL101"] == [line[-6:-1] for line in said]


def test_a_column_that_is_not_read_is_a_notice(engine: str, tmp_path: Path) -> None:
    """What the claims do not have is passed over, and said."""
    read = read_claims(made(engine), parquet(tmp_path, rows({"color": "red"})))
    assert ['claims.parquet: column 7 ("color") is not read [SL452]'] == list(map(str, read.notices))


def test_a_frame_is_read_as_a_file_is(engine: str) -> None:
    """Arrow tables, and frames of the engine's own kind, are sources too; messages call them claims."""
    source = pa.table(columns([{**ROW, "amount": 1.5}]))
    assert "claims amount: this column holds an amount" in refusal(engine, source)[0]


@pytest.mark.parametrize("missing", [None, "nan"])
def test_pandas_frames_of_objects_are_read(engine: str, missing: str | None) -> None:
    """Decimals and dates are objects to pandas, and a missing one is a float."""
    if engine != "pandas":
        pytest.skip("a frame of another engine's")
    pd = pytest.importorskip("pandas")
    given = rows({"paid_on": None, "status": "pending"}, {})
    source = pd.DataFrame(columns(given))
    if missing:
        source.loc[0, "paid_on"] = float(missing)
    assert [(120050, FAR), (120050, dt.date(2025, 4, 1))] == [
        (row["cents"], row["paid_on"]) for row in facts(engine, source)
    ]


def test_a_csv_file_of_another_name_is_told(engine: str, tmp_path: Path) -> None:
    """Everything that is not called .csv is read as Parquet; what is neither says which it was taken for."""
    source = tmp_path / "claims.txt"
    source.write_text("policy,id\n", encoding="utf-8")
    with pytest.raises(EngineError) as refused:
        read_claims(made(engine), source)
    rule = "this file is read as Parquet, because its name does not end in .csv, and it is no Parquet"

    assert f"claims.txt: {rule}; name a CSV file .csv [SL805]" == str(refused.value)


def test_a_file_that_is_cut_short_is_told(engine: str, tmp_path: Path) -> None:
    """A copy that was broken off begins like Parquet, and does not end like it."""
    whole = parquet(tmp_path, rows({}))
    cut = tmp_path / "cut.parquet"
    cut.write_bytes(whole.read_bytes()[:200])
    with pytest.raises(EngineError, match=r"it may be cut short: copy it again \[SL805\]"):
        read_claims(made(engine), cut)
