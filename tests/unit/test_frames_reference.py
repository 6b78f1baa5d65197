"""The three tables by the Python engine: the statement, its units and its splits, row by row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import AggregateFactor
from stoploss.cases import Case, load_case
from stoploss.errors import FactError
from stoploss.facts import CoveredUnits
from stoploss.frames.columns import LARGEST_TOTAL, PAYMENTS, POLICIES, UNITS, Kind
from stoploss.frames.reference import Columns, joined, tables_of
from stoploss.policy import Policy
from stoploss.sheets import to_document
from stoploss.splits import Parts, SpecificPart
from stoploss.statement import Statement, settle
from stoploss.testing.strategies import World, worlds
from stoploss.waterfall import Lines
from stoploss.window import Period

PATHS = sorted((Path(__file__).parent.parent / "cases").glob("*.toml"))
YEAR = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))


def settled(each: Case | World) -> Statement:
    """Settle a worked case, or a year that was drawn."""
    return settle(each.policy, each.payments, each.units, each.carrier_payments, as_of=each.as_of)


def rows(columns: Columns) -> list[dict[str, Any]]:
    """Return a table row by row."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def written(columns: Columns, kinds: Mapping[str, Kind]) -> list[dict[str, Any]]:
    """Return a table row by row as JSON writes it: amounts and days as text."""
    write: dict[Kind, Callable[[Any], str]] = {
        Kind.AMOUNT: lambda cents: f"{Decimal(cents) / 100:.2f}",
        Kind.DAY: lambda day: day.isoformat(),
    }
    return [
        {
            name: value if value is None or kinds[name] not in write else write[kinds[name]](value)
            for name, value in row.items()
        }
        for row in rows(columns)
    ]


def policy_row(document: dict[str, Any]) -> dict[str, Any]:
    """Return what the row of a policy shows, taken from the statement's JSON."""
    row = {name: document[name] for name in ("policy", "as_of", "final", "employer_net", "carrier_total")}
    row |= {"claims": document["claims"]["count"], "claims_amount": document["claims"]["amount"]}
    for name in POLICIES:
        cover, _, line = name.partition("_")
        if cover in {"specific", "aggregate"}:
            sheet = document[cover]
            row[name] = None if sheet is None else excluded(sheet) if line == "excluded" else sheet[line]
    return row


def excluded(sheet: dict[str, Any]) -> str:
    """Return the sum of everything that was excluded, other than what is pending."""
    amounts = [Decimal(each["amount"]) for each in sheet["excluded"] if each["reason"] != "pending"]
    return str(sum(amounts, Decimal("0.00")))


def unit_row(document: dict[str, Any], unit: dict[str, Any]) -> dict[str, Any]:
    """Return what the row of a unit shows, taken from the statement's JSON, which leaves out that none is excluded."""
    row = {"policy": document["policy"], "excluded": False} | unit
    return {name: row[name] for name in UNITS}


def assert_same(statement: Statement) -> None:
    """Assert that the tables of a statement are what its JSON and its splits say."""
    tables, document = tables_of(statement), statement.to_dict()
    units = document["specific"]["units"] if document["specific"] else []
    splits = {
        split.id: {name: to_document(value) for name, value in split._asdict().items()} for split in statement.splits
    }

    assert [policy_row(document)] == written(tables.policies, POLICIES)
    assert [unit_row(document, unit) for unit in units] == written(tables.units, UNITS)
    assert {name: {"policy": statement.policy} | split for name, split in splits.items()} == {
        row["id"]: row for row in written(tables.payments, PAYMENTS)
    }
    assert len(splits) == len(tables.payments["id"])


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_the_tables_of_every_case_show_its_figures(path: Path) -> None:
    """The tables of a worked case hold what its statement and its splits say."""
    assert_same(settled(load_case(path)))


@given(world=worlds())
def test_the_tables_of_every_year_show_its_figures(world: World) -> None:
    """So do those of years with any terms, on any day."""
    assert_same(settled(world))


@given(world=worlds())
def test_what_was_paid_is_eligible_or_excluded(world: World) -> None:
    """Under each cover, eligible and excluded claims add up to everything that the plan paid."""
    (row,) = rows(tables_of(settled(world)).policies)

    for cover in (cover for cover in ("specific", "aggregate") if getattr(world.policy, cover)):
        assert row["claims_amount"] == row[f"{cover}_eligible"] + row[f"{cover}_excluded"]


@given(world=worlds())
def test_columns_hold_plain_values(world: World) -> None:
    """What an engine is given is text, days, flags and whole numbers: no word of an enumeration, no decimal."""
    tables = tables_of(settled(world))
    types = {Kind.TEXT: str, Kind.DAY: dt.date, Kind.FLAG: bool, Kind.WHOLE: int, Kind.AMOUNT: int}

    for columns, kinds in ((tables.policies, POLICIES), (tables.units, UNITS), (tables.payments, PAYMENTS)):
        assert list(kinds) == list(columns)
        for name, column in columns.items():
            assert {type(value) for value in column} <= {types[kinds[name]], type(None)}


@given(several=st.lists(worlds(), max_size=3))
def test_tables_are_joined_in_order(several: list[World]) -> None:
    """The rows of several policies stand under one another, in the order of the policies."""
    tables = [tables_of(settled(world)) for world in several]
    together = joined(tables)

    for name in ("policies", "units", "payments"):
        assert [row for each in tables for row in rows(getattr(each, name))] == rows(getattr(together, name))


def test_a_total_beyond_a_column_is_refused() -> None:
    """Twelve months of 10^15 dollars are more than a column of decimals holds; the place is the column."""
    terms = AggregateTerms(
        basis="12/12", covers=("medical",), factors=(AggregateFactor(tier="single", amount="9999999999999"),)
    )
    policy = Policy(policyholder="A", carrier="B", number="1", period=YEAR, aggregate=terms)
    units = [CoveredUnits(month=f"2025-{month:02}", tier="single", units=100) for month in range(1, 13)]
    statement = settle(policy, [], units)

    with pytest.raises(FactError) as error:
        tables_of(statement)

    assert ["aggregate_calculated_attachment", "aggregate_attachment_point"] == [
        finding.where for finding in error.value.findings
    ]
    assert statement.aggregate
    assert LARGEST_TOTAL / 100 < statement.aggregate.attachment_point


def test_reprs_show_no_id_and_no_amount() -> None:
    """A repr says how many policies there are, and why a payment is excluded."""
    parts = Parts("c-77", "M-88", SpecificPart(Lines(1_234, 0, 0, 0, 0, 0), None), None)

    assert "Parts(specific=SpecificPart(excluded=None), aggregate=None)" == repr(parts)
    assert "Tables(0 policies)" == repr(joined([]))
