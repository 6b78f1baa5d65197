"""A law of reading: the engines refuse what the row-by-row reader refuses, and read the same facts."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stoploss.facts import Payment
from stoploss.feeds import RejectedFeed, read_claims
from stoploss.frames.columns import FAR
from stoploss.frames.engines.engine import Engine
from stoploss.frames.inputs import check_inputs
from stoploss.money import dollars
from tests.frame_sources import ENGINES, made, policy

DAYS = ["2025-03-01", "2024-02-29", "1900-01-01", "2199-12-31"]
NO_DAYS = ["2025-02-29", "2025-3-1", "1899-12-31", "2200-01-01", "01/02/2025", "2025-03-01T00:00", "x"]
AMOUNTS = ["1", "2.5", "-1.00", "-1", "0", "9999999999999.99", "0.10"]
NO_AMOUNTS = ["1,000", "1.001", "10000000000000", "", "$1", "1e2", ".5", "1.", "--1", "99999999999999.999"]
IDS = ["a", "b", "c"]
NO_IDS = ["", " a", "=a", "1E+5", "a\u200b", "e\u0301"]
MEMBERS = ["M1", "M2", "null", "M é"]

CELLS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "id": (IDS, NO_IDS),
    "member": (MEMBERS, NO_IDS),
    "family": (["", "F1", "F-2"], NO_IDS[1:]),
    "benefit": (["", "medical", "rx"], ["Medical", "x"]),
    "incurred_on": (DAYS, ["", *NO_DAYS]),
    "paid_on": (DAYS, ["", *NO_DAYS]),
    "amount": (AMOUNTS, NO_AMOUNTS),
    "adjusts": (["", "", *IDS], NO_IDS[1:]),
    "status": (["", "paid", "pending", "ineligible"], ["PAID"]),
    "ineligible_for": (["", "specific", "both"], ["all"]),
    "reason": (["", "any text, of two\nlines"], []),
    "class": (["", "active"], [" active", "a\tb"]),
    "accident": (["", "A1"], [" A1"]),
    "administrator": (["", "prior"], ["next"]),
    "reported_on": (["", *DAYS], NO_DAYS),
    "diagnosis": (["", "D66", "D66; E75.22 ;"], []),
    "tags": (["", "a;b", " a ;;b"], []),
    "legal_cost": (["", "0", "0.50"], ["-1", "1.001", "2000"]),
    "division": (["", "north"], ["north "]),
}


@st.composite
def files(draw: st.DrawFn) -> list[dict[str, str]]:
    """Draw a few rows of which most cells are right, so that it is often one cell that decides."""
    faulty = draw(st.sampled_from([0, 0, 1, 2]))
    rows = draw(
        st.lists(
            st.fixed_dictionaries({name: st.sampled_from(right) for name, (right, _) in CELLS.items()}), max_size=6
        )
    )
    again: bool = draw(st.booleans())
    if rows and again:
        rows.append(dict(draw(st.sampled_from(rows))))
    for _ in range(faulty if rows else 0):
        name = draw(st.sampled_from([name for name, (_, wrong) in CELLS.items() if wrong]))
        draw(st.sampled_from(rows))[name] = draw(st.sampled_from(CELLS[name][1]))
    if draw(st.booleans()):  # ids that differ, so that fewer files are refused for that
        for number, row in enumerate(rows):
            row["id"] = f"{row['id']}{number}" if row["id"] else ""
    return rows


def written(folder: Path, name: str, rows: Sequence[Mapping[str, str]], **more: str) -> Path:
    """Write rows as CSV."""
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*more, *CELLS])
        writer.writeheader()
        writer.writerows({**more, **row} for row in rows)
    return path


def payment(row: Mapping[str, Any]) -> Payment:
    """Return the payment that a row of facts is."""
    names = {"class": "covered_class"}
    values = {names.get(name, name): cell for name, cell in row.items() if cell not in {"", FAR}}
    for name in ("diagnosis", "tags"):
        values[name] = tuple(row[name].split(";")) if row[name] else ()
    values["amount"], values["legal_cost"] = dollars(values.pop("cents")), dollars(values["legal_cost"])
    del values["policy"]
    return Payment(**values)


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Return one engine for all examples: making one takes longer than reading a few rows."""
    return made(request.param)


@pytest.fixture(scope="module")
def polars() -> Engine:
    """Return the engine that is quickest on a few rows; the expressions are the same on all."""
    pytest.importorskip("polars")
    return made("polars")


@given(rows=files())
@settings(max_examples=25, deadline=None)
def test_engines_refuse_and_read_what_the_reader_of_feeds_does(engine: Engine, rows: list[dict[str, str]]) -> None:
    """A file is read whole or not at all, whoever reads it: the same facts, and the same codes of what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        inputs = check_inputs(engine, [policy()], written(Path(folder), "claims.csv", rows, policy="P1"))
        try:
            feed = read_claims(written(Path(folder), "feed.csv", rows))
        except RejectedFeed as error:
            refused = {finding.code for finding in error.findings}
        else:
            refused = set()
            facts = [payment(row) for row in engine.rows(inputs.facts)] if inputs.facts is not None else []
            assert sorted(feed.payments, key=lambda fact: fact.id) == sorted(facts, key=lambda fact: fact.id)
            assert feed.conservation.posted == inputs.conservation.posted
            assert feed.conservation.duplicates == inputs.conservation.duplicates
            assert {notice.code for notice in feed.notices} == {notice.code for notice in inputs.notices}
        assert bool(refused) == bool(inputs.faults)
        # A fact is refused for the first of its fields, a row of a frame for each: of several rows they may differ.
        assert not refused or {found.code for found in inputs.faults} & refused


@given(day=st.dates(dt.date(1880, 1, 1), dt.date(2220, 12, 31)), shift=st.integers(-3, 3))
@settings(max_examples=60, deadline=None)
def test_every_day_is_told_from_what_is_none(polars: Engine, day: dt.date, shift: int) -> None:
    """Months end where the calendar ends them, leap years included."""
    number = day.day + shift
    written_day = f"{day.year:04}-{day.month:02}-{max(0, number):02}"
    try:
        expected = dt.date.fromisoformat(written_day)
    except ValueError:
        expected = None
    right = expected is not None and 1900 <= expected.year <= 2199
    cells = {name: cells[0][0] for name, cells in CELLS.items()} | {"incurred_on": written_day}
    with tempfile.TemporaryDirectory() as folder:
        inputs = check_inputs(polars, [policy()], written(Path(folder), "claims.csv", [cells], policy="P1"))
    assert right == (not inputs.faults)
    if right and inputs.facts is not None:
        assert [expected] == [row["incurred_on"] for row in polars.rows(inputs.facts)]
