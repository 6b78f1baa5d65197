"""Several files as one source: the columns of each are checked, and what they say comes out as if one file said it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stoploss.errors import FeedError
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


def test_the_row_of_a_fault_of_one_file(tmp_path: Path) -> None:
    """Rows of one file have numbers; those of several have none, because each file begins with 1."""
    one = write(tmp_path, medical=MEDICAL.replace("80000", "x"))
    two = [*one, *write(tmp_path, pharmacy=PHARMACY)]
    rule = "an amount is digits and at most two places behind a point"
    way_out = "write it as 1234.56 or -1234.56 [SL458]"

    assert [f"medical.csv row 1 amount: {rule}; {way_out}"] == faults(frames.FileSet(paths=one, policy="SL-1"))
    assert [f"medical.csv, pharmacy.csv amount: {rule}; 1 row; {way_out}"] == faults(
        frames.FileSet(paths=two, policy="SL-1")
    )


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
