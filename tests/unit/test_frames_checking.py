"""Many policies checked before they are settled: what was found as a table, and files that change meanwhile."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from stoploss import frames
from stoploss.errors import EngineError, WrongType
from stoploss.feeds import RejectedFeed
from stoploss.frames.columns import PAYMENTS, POLICIES, UNITS
from stoploss.frames.stamps import stamps_of
from stoploss.frames.statements import splits_of, statement_of
from tests.unit.test_frames_settling import TWO, carrier_totals

ROWS: dict[str, list[Any]] = {
    "policy": ["SL-1", "SL-2", "SL-9"],
    "id": ["c1", "c1", "c2"],
    "member": ["M1", "M7", "M7"],
    "incurred_on": [dt.date(2025, 3, 3)] * 3,
    "paid_on": [dt.date(2025, 4, 1)] * 3,
    "amount": ["80000.00", "45000.00", "15000.50"],
}
RIGHT = pl.DataFrame(ROWS).head(2)
CHANGED = r"claims\.parquet: this file was changed while it was being settled.*\[SL811\]"


class TestWhatWasFound:
    """Everything that was found is a table, whether it keeps the policies from being settled or not."""

    @pytest.mark.parametrize("kind", [pl.DataFrame, pd.DataFrame, lambda rows: duckdb.from_arrow(pl.DataFrame(rows))])
    def test_is_a_table_of_the_kind_that_came(self, kind: Callable[[Any], Any]) -> None:
        """One row a kind of finding, counted, priced and with its first rows, where rows have an order."""
        claims = kind(ROWS)
        findings = frames.check(TWO, claims).findings
        (row,) = pl.DataFrame(findings).to_dicts()

        assert type(claims) is type(findings)
        assert list(frames.FINDINGS) == list(row)
        assert ("SL820", "claims", "policy", False, 1, Decimal("15000.50")) == tuple(row.values())[:6]

    def test_is_empty_where_all_is_well(self) -> None:
        """A table without rows has its columns all the same."""
        checked = frames.check(TWO, RIGHT)

        assert (list(frames.FINDINGS), 0) == (checked.findings.columns, len(checked.findings))
        assert () == checked.found

    def test_what_can_be_settled_is_settled_from_there(self) -> None:
        """Checking and settling are the two halves of settling."""
        checked = frames.check(TWO, RIGHT, as_of=dt.date(2025, 6, 30))

        assert carrier_totals(checked.settle()) == carrier_totals(frames.settle(TWO, RIGHT, as_of=dt.date(2025, 6, 30)))
        assert checked.conservation == checked.settle().conservation

    def test_what_cannot_be_settled_says_why(self) -> None:
        """A fault is told as the error that `settle` raises."""
        checked = frames.check(TWO, pl.DataFrame(ROWS))

        with pytest.raises(RejectedFeed) as refused:
            checked.settle()
        with pytest.raises(RejectedFeed) as told:
            frames.settle(TWO, pl.DataFrame(ROWS))
        assert str(told.value) == str(refused.value)

    def test_what_is_no_policy_is_refused_at_once(self) -> None:
        """What is wrong with the arguments is no finding of a feed."""
        with pytest.raises(WrongType, match=r"policies\[0\]: a Policy is settled, not a str"):
            frames.check(["SL-1"], RIGHT)  # type: ignore[list-item]  # what a caller without types may do

    def test_shows_no_row(self) -> None:
        """Its repr has no id and no amount."""
        shown = repr(frames.check(TWO, pl.DataFrame(ROWS)))

        assert [False] * 3 == [word in shown for word in ("M7", "15000.50", "c2")]


def written(path: Path, **others: Any) -> Path:
    """Write the claims of two policies."""
    RIGHT.with_columns(**others).write_parquet(path)
    return path


def later(path: Path) -> None:
    """Write other claims over the file, as the next night's feed does."""
    written(path, amount=pl.lit("90000.00"))
    os.utime(path, ns=(0, 0))


class TestAFileThatChanges:
    """A run reads a file more than once, and answers about one version of it or not at all."""

    @pytest.mark.parametrize("engine", ["duckdb", "polars", "pandas"])
    def test_before_it_is_settled(self, tmp_path: Path, engine: str) -> None:
        """What was checked is what is settled."""
        path = written(tmp_path / "claims.parquet")
        checked = frames.check(TWO, path, engine=engine)
        later(path)

        with pytest.raises(EngineError, match=CHANGED):
            checked.settle()

    def test_before_a_table_is_asked_for(self, tmp_path: Path) -> None:
        """A table is computed when it is asked for, from the file as it is then."""
        path = written(tmp_path / "claims.parquet")
        settled = frames.settle(TWO, path)
        later(path)

        with pytest.raises(EngineError, match=CHANGED):
            settled.payments  # noqa: B018 -- it is computed when it is asked for

    def test_before_tables_are_written(self, tmp_path: Path) -> None:
        """No folder is left."""
        path = written(tmp_path / "claims.parquet")
        settled = frames.settle(TWO, path)
        later(path)

        with pytest.raises(EngineError, match=CHANGED):
            settled.write(tmp_path / "out")
        assert ["claims.parquet"] == [each.name for each in tmp_path.iterdir()]

    def test_before_a_statement(self, tmp_path: Path) -> None:
        """A statement and its splits are of the same version as the settlement."""
        path = written(tmp_path / "claims.parquet")
        settled = frames.settle(TWO, path)
        later(path)

        with pytest.raises(EngineError, match=CHANGED):
            statement_of(TWO[0], settled)
        with pytest.raises(EngineError, match=CHANGED):
            list(splits_of(TWO[0], settled))

    def test_that_is_gone(self, tmp_path: Path) -> None:
        """A file that is not there any more was changed."""
        path = written(tmp_path / "claims.parquet")
        settled = frames.settle(TWO, path, engine="polars")
        path.unlink()

        with pytest.raises(EngineError):
            settled.write(tmp_path / "out")
        assert not list(tmp_path.iterdir())

    def test_every_file_of_every_source_is_looked_at(self, tmp_path: Path) -> None:
        """Files of a folder and of a set are; a frame, a URL and what is not there have nothing to look at."""
        parts = tmp_path / "parts"
        parts.mkdir()
        paths = [written(each) for each in (parts / "a.parquet", parts / "b.parquet", tmp_path / "c.parquet")]
        units = tmp_path / "units.csv"
        units.write_text("policy\n", encoding="utf-8")
        sources = (frames.FileSet(paths=[parts, paths[2]]), str(units), RIGHT, None, "s3a://bucket/claims")

        assert {*paths, units} == set(stamps_of(*sources))


@pytest.mark.parametrize(
    "columns", [POLICIES, UNITS, PAYMENTS, frames.FINDINGS], ids=["policies", "units", "payments", "findings"]
)
def test_every_column_is_explained(columns: Any) -> None:
    """The reference names each column of each table that goes out."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "frames.md").read_text(encoding="utf-8")
    between = {*columns} & {"retained", "laser", "aggregating", "employer_share", "over_maximum"}
    expected = [name for name in columns if name not in between]

    assert expected == [name for name in expected if f"`{name}`" in page]
