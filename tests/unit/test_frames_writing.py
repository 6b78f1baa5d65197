"""Tables out: all of them or none, and what is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from stoploss.errors import EngineError, FeedError, Finding
from stoploss.policy import Policy
from stoploss.specific_terms import SpecificTerms
from stoploss.window import Period

pl: Any = pytest.importorskip("polars")
frames: Any = pytest.importorskip("stoploss.frames")
failures: Any = pytest.importorskip("stoploss.frames.engines.failures")

YEAR = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))
TERMS = SpecificTerms(basis="12/15", covers=["medical"], deductible="50,000")
CLAIMS = {
    "policy": ["SL-1", "SL-2"],
    "id": ["c1", "c1"],
    "member": ["M1", "M7"],
    "incurred_on": [dt.date(2025, 3, 3)] * 2,
    "paid_on": [dt.date(2025, 4, 1)] * 2,
    "amount": ["80000.00", "45000.00"],
}


@pytest.fixture
def settled() -> Any:
    """Return two policies, settled by polars."""
    policies = [
        Policy(policyholder="E", carrier="C", number=number, period=YEAR, specific=TERMS) for number in ("SL-1", "SL-2")
    ]
    return frames.settle(policies, pl.DataFrame(CLAIMS))


def refused(error: type[Exception], write: Callable[[], object]) -> Finding:
    """Return the finding with which something is refused."""
    with pytest.raises(error) as raised:
        write()
    findings: tuple[Finding, ...] = getattr(raised.value, "findings", ())
    (finding,) = findings
    return finding


def test_the_tables_are_written(settled: Any, tmp_path: Path) -> None:
    """A folder has the three tables, as they are asked for, and nothing else is left."""
    doing: list[str] = []
    settled.write(tmp_path / "out", doing=doing.append)
    files = sorted(path.name for path in (tmp_path / "out").iterdir())

    assert ["payments.parquet", "policies.parquet", "units.parquet"] == files
    assert ["writing policies", "writing units", "writing payments"] == doing
    assert settled.policies.equals(pl.read_parquet(tmp_path / "out" / "policies.parquet"))
    assert ["out"] == [path.name for path in tmp_path.iterdir()]


def test_an_empty_folder_is_as_good_as_none(settled: Any, tmp_path: Path) -> None:
    """An empty folder is filled."""
    (tmp_path / "out").mkdir()
    settled.write(str(tmp_path / "out"))

    assert 3 == len(list((tmp_path / "out").iterdir()))


def test_nothing_is_written_over(settled: Any, tmp_path: Path) -> None:
    """A folder with something in it, a file and a link are left as they are."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for there in (tmp_path / "out", tmp_path / "out" / "mine.txt", tmp_path / "link"):
        finding = refused(FeedError, partial(settled.write, there))
        assert ("SL497", str(there)) == (finding.code, finding.where)

    assert "mine" == (tmp_path / "out" / "mine.txt").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_made(settled: Any, tmp_path: Path) -> None:
    """Where there is no folder around it, nothing is made."""
    finding = refused(FeedError, lambda: settled.write(tmp_path / "deep" / "out"))

    assert ("SL495", "this folder cannot be written: no such file or directory") == (finding.code, finding.rule)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (pl.exceptions.ComputeError("c1 of M1"), "ComputeError"),
        (OSError(28, "c1 of M1"), "no space left on device"),
        (OSError("c1 of M1"), "OSError"),
        (MemoryError("c1 of M1"), "MemoryError"),
    ],
)
def test_an_engine_that_gives_up(error: Exception, words: str) -> None:
    """Errors of an engine's library, of the system and of memory are told by their kind, without their message."""

    def fail() -> None:
        with failures.computing("polars"):
            raise error

    finding = refused(EngineError, fail)
    assert ("SL809", f"the polars engine failed: {words}") == (finding.code, finding.rule)


def test_faults_of_this_package_are_not_hidden() -> None:
    """An error that is neither goes its way."""
    with pytest.raises(ZeroDivisionError), failures.computing("polars"):
        raise ZeroDivisionError
