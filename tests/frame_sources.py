"""Claims of many policies as sources of every engine, for the tests of reading and of findings."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import AggregateFactor
from stoploss.frames.engines import engine_named
from stoploss.frames.engines.engine import Engine
from stoploss.frames.inputs import Inputs, check_inputs
from stoploss.policy import Policy
from stoploss.specific_terms import SpecificTerms
from stoploss.window import Period

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

ENGINES = [
    pytest.param(name, marks=pytest.mark.skipif(find_spec(name) is None, reason=f"{name} is not installed"))
    for name in ("duckdb", "polars", "pandas")
]

ROW: Mapping[str, Any] = {
    "policy": "P1",
    "id": "c1",
    "member": "M1",
    "incurred_on": dt.date(2025, 3, 1),
    "paid_on": dt.date(2025, 4, 1),
    "amount": Decimal("1200.50"),
}
"""A claim with which nothing is wrong."""


def policy(number: str = "P1", **terms: Any) -> Policy:
    """Return a policy with a specific cover, unless *terms* say otherwise."""
    year = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))
    specific = SpecificTerms(basis="12/15", covers=["medical", "rx"], deductible="100000")
    known: dict[str, Any] = {
        "policyholder": "E",
        "carrier": "C",
        "number": number,
        "period": year,
        "specific": specific,
    }
    return Policy(**(known | terms))


def aggregate_policy(number: str = "P1") -> Policy:
    """Return a policy of two months with an aggregate alone."""
    terms = AggregateTerms(basis="2/2", covers=["medical"], factors=[AggregateFactor(tier="single", amount="500")])
    period = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 2, 28))
    return policy(number, period=period, specific=None, aggregate=terms)


def rows(*given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return claims like :data:`ROW`, each with an id of its own and with what is given."""
    return [{**ROW, "id": f"c{number}", **each} for number, each in enumerate(given, start=1)]


def columns(given: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return rows column by column; what a row does not have is null."""
    names = dict.fromkeys(name for row in given for name in row)
    return {name: [row.get(name) for row in given] for name in names}


def parquet(folder: Path, given: Sequence[Mapping[str, Any]], types: Mapping[str, Any] | None = None) -> Path:
    """Write rows as Parquet, an amount as a decimal of eighteen digits unless *types* say otherwise."""
    path = folder / "claims.parquet"
    decided = {"amount": pa.decimal128(18, 2)} | dict(types or {})
    arrays = {name: pa.array(cells, decided.get(name)) for name, cells in columns(given).items()}
    pq.write_table(pa.table(arrays), path)
    return path


def text(folder: Path, given: Sequence[Mapping[str, Any]], name: str = "claims.csv") -> Path:
    """Write rows as CSV."""
    path = folder / name
    table = columns(given)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table)
        writer.writerows(["" if cell is None else cell for cell in row] for row in zip(*table.values(), strict=True))
    return path


def check(engine: str, claims: object, *policies: Policy, **others: Any) -> Inputs:
    """Check claims, under one policy unless others are given."""
    return check_inputs(made(engine), policies or (policy(),), claims, **others)


def made(name: str) -> Engine:
    """Return an engine."""
    return engine_named(name)


def told(inputs: Inputs) -> list[str]:
    """Return the faults in words."""
    return [str(found.finding) for found in inputs.faults]


def noticed(inputs: Inputs) -> list[str]:
    """Return the notices in words."""
    return [str(found.finding) for found in inputs.notices]
