"""Several files as one source: the columns of each are checked, and what they say comes out as if one file said it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stoploss.errors import FeedError, InvalidValue, WrongType
from stoploss.policy import Policy
from stoploss.specific_terms import SpecificTerms
from stoploss.window import Period

pl: Any = pytest.importorskip("polars")
frames: Any = pytest.importorskip("stoploss.frames")

YEAR = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))
TERMS = SpecificTerms(basis="12/15", covers=["medical", "rx"], deductible="50,000")
POLICY = Policy(policyholder="E", carrier="C", number="SL-1", period=YEAR, specific=TERMS)
MEDICAL = "id,member,incurred_on,paid_on,amount\nc1,M1,2025-03-03,2025-04-01,80000\n"
PHARMACY = "id,member,incurred_on,paid_on,amount,benefit\nc2,M1,2025-03-03,2025-05-01,5000.50,rx\n"

ENGINES = ("duckdb", "polars", "pandas")


def write(folder: Path, **texts: str) -> list[Path]:
    """Write CSV files, and return their paths."""
    paths = [folder / f"{name}.csv" for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def faults(source: Any) -> list[str]:
    """Return what is wrong with claims."""
    with pytest.raises(FeedError) as error:
        frames.settle([POLICY], source, engine="polars")
    return str(error.value).splitlines()


@pytest.mark.parametrize("engine", ENGINES)
def test_the_files_of_one_policy(tmp_path: Path, engine: str) -> None:
    """Files that do not name their policy are settled under it; a column that one of them lacks is empty there."""
    pytest.importorskip(engine)
    paths = write(tmp_path, medical=MEDICAL, pharmacy=PHARMACY)
    settled = frames.settle([POLICY], frames.FileSet(paths=paths, policy="SL-1"), engine=engine)
    (row,) = settled.engine.rows(settled.frame("policies"))

    assert (2, Decimal("35000.50")) == (row["claims"], row["carrier_total"])
    assert "medical.csv, pharmacy.csv: 2 rows, 85,000.50 read" in str(settled.conservation)


def test_the_default_engine_is_that_of_a_path(tmp_path: Path) -> None:
    """Files call for DuckDB."""
    pytest.importorskip("duckdb")
    settled = frames.settle([POLICY], frames.FileSet(paths=write(tmp_path, medical=MEDICAL), policy="SL-1"))

    assert "duckdb" == settled.engine.name


def test_a_file_that_names_policies_is_believed(tmp_path: Path) -> None:
    """Rows of other policies are no rows of this one, whatever file they are in."""
    text = "policy," + MEDICAL.replace("c1", "SL-2,c1")

    assert faults(frames.FileSet(paths=write(tmp_path, medical=text), policy="SL-1")) == [
        "medical.csv row 1 policy: no policy of this number was given; add the policy, or correct the number [SL820]"
    ]


def test_the_faults_of_every_header(tmp_path: Path) -> None:
    """What is wrong with the columns of each file is told by its name."""
    paths = write(tmp_path, medical=MEDICAL.replace("amount", "Amount"), pharmacy=PHARMACY.replace("member", "person"))
    told = faults(frames.FileSet(paths=paths, policy="SL-1"))

    assert ["medical.csv amount: column 5 is almost named amount", "pharmacy.csv member: this column is missing"] == [
        line.split(";")[0].removesuffix(" [SL451]") for line in told
    ]


def test_the_row_of_a_fault(tmp_path: Path) -> None:
    """The row is that of its own file, and of several files it is said which."""
    one = write(tmp_path, medical=MEDICAL.replace("80000", "x"))
    two = [*one, *write(tmp_path, pharmacy=PHARMACY)]
    rule = "an amount is digits and at most two places behind a point"
    way_out = "write it as 1234.56 or -1234.56 [SL458]"

    assert [f"medical.csv row 1 amount: {rule}; {way_out}"] == faults(frames.FileSet(paths=one, policy="SL-1"))
    assert [f"medical.csv row 1 amount: {rule}; {way_out}"] == faults(frames.FileSet(paths=two, policy="SL-1"))


def test_the_rows_of_a_fault_of_two_files(tmp_path: Path) -> None:
    """Each row is said with the file that it is in."""
    paths = write(tmp_path, medical=MEDICAL.replace("80000", "x"), pharmacy=PHARMACY.replace("5000.50", "y"))
    source = frames.FileSet(paths=paths, policy="SL-1")
    rule = "an amount is digits and at most two places behind a point"
    findings = frames.check([POLICY], source, engine="polars").findings
    (row,) = findings.filter(pl.col("code") == "SL458").to_dicts()

    assert [
        (
            f"medical.csv row 1 amount: {rule}; 2 rows: 1 of medical.csv and 1 of pharmacy.csv; "
            "write it as 1234.56 or -1234.56 [SL458]"
        )
    ] == faults(source)
    assert "medical.csv 1, pharmacy.csv 1" == row["first_rows"]


@pytest.mark.parametrize("trusted", [False, True])
@pytest.mark.parametrize("engine", ENGINES)
def test_decimals_of_two_widths(tmp_path: Path, engine: str, trusted: bool) -> None:
    """Files may have their amounts to two places and to four: each cent is kept, whoever trusts them."""
    paths = [tmp_path / "medical.parquet", tmp_path / "pharmacy.parquet"]
    for path, kind, amount in zip(paths, [(12, 2), (18, 4)], ["80000.00", "5000.50"], strict=True):
        row = pl.DataFrame(
            {
                "id": [path.stem],
                "member": ["M1"],
                "incurred_on": [dt.date(2025, 3, 3)],
                "paid_on": [dt.date(2025, 4, 1)],
                "amount": pl.Series([amount]).cast(pl.Decimal(*kind)),
            }
        )
        row.write_parquet(path)
    source = frames.FileSet(paths=paths, policy="SL-1")
    settled = frames.settle([POLICY], source, engine=engine, trusted=trusted)
    (row,) = settled.engine.rows(settled.frame("policies"))

    assert (2, Decimal("35000.50")) == (row["claims"], row["carrier_total"])


def test_days_that_are_swapped_in_one_of_two_files(tmp_path: Path) -> None:
    """Each file is judged by itself: many right rows do not hide the wrong ones of another."""
    head = MEDICAL.splitlines()[0]
    right = "".join(f"c{number},M1,2025-03-03,2025-04-01,10\n" for number in range(200))
    wrong = "".join(f"r{number},M1,2025-04-01,2025-03-03,10\n" for number in range(30))
    paths = write(tmp_path, right=f"{head}\n{right}", wrong=f"{head}\n{wrong}")

    assert [
        "wrong.csv: 30 of 30 rows are paid before they were incurred; are paid_on and incurred_on swapped? [SL466]"
    ] == faults(frames.FileSet(paths=paths, policy="SL-1"))


@pytest.mark.parametrize(
    ("paths", "error", "line"),
    [
        ("claims.csv", WrongType, r"paths: a sequence of paths is needed here, not a str; put it in brackets"),
        (Path("claims.csv"), WrongType, "paths: a sequence of paths is needed here"),
        ([], InvalidValue, "paths: there is no file"),
    ],
)
def test_paths_that_are_none(paths: Any, error: type[Exception], line: str) -> None:
    """One path is no sequence of paths, and no path is no source."""
    with pytest.raises(error, match=line):
        frames.FileSet(paths=paths)


def test_a_mapping_is_the_sets_own(tmp_path: Path) -> None:
    """What the caller does with its dictionary afterwards changes nothing."""
    columns = {"amount": "Paid Amt"}
    source = frames.FileSet(paths=[tmp_path / "claims.csv"], columns=columns)
    columns["amount"] = "Billed"

    assert {"amount": "Paid Amt"} == dict(source.columns)


def test_a_mapping(tmp_path: Path) -> None:
    """A mapping renames columns and writes out words; a column under the pinned name is then somebody else's."""
    text = "id,member,incurred_on,paid_on,amount,Paid Amt\nc1,M1,2025-03-03,2025-04-01,1,80000\n"
    columns = {"amount": "Paid Amt", "benefit": "=rx"}
    source = frames.FileSet(paths=write(tmp_path, medical=text), policy="SL-1", columns=columns)
    settled = frames.settle([POLICY], source, engine="polars")

    assert [Decimal("30000.00")] == settled.policies["carrier_total"].to_list()


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        ({"amount": "Paid"}, 'medical.csv amount: the column "Paid" is missing [SL451]'),
        ({"amuont": "Paid"}, 'columns.amuont: this is no column of this feed; did you mean "amount"? [SL447]'),
        ({"adjusts": "Of"}, 'medical.csv adjusts: the column "Of" is missing [SL451]'),
        (
            {"id": ["id", "member"]},
            "columns.id: the polars engine joins no columns to an id; settle it by the Python engine [SL808]",
        ),
    ],
)
def test_a_mapping_that_is_wrong(tmp_path: Path, columns: dict[str, Any], line: str) -> None:
    """A mapping is wrong where a file does not have its column, or the feed has no such column."""
    told = faults(frames.FileSet(paths=write(tmp_path, medical=MEDICAL), policy="SL-1", columns=columns))

    assert line in told
