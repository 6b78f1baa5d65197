"""A portfolio as tables: how an engine is given it, what the Python engine makes of it, and how tables are read back.

What goes in has the pinned columns of the feeds with a column ``policy`` in front.
What comes out is rows of plain values, sorted by key, so that tables are equal or differ in a row that one can read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import attrs
import narwhals as nw
import pyarrow as pa

from stoploss.feeds.carrier_payments import CARRIER_PAYMENTS
from stoploss.feeds.claims import CLAIMS
from stoploss.feeds.enrollment import ENROLLMENT
from stoploss.feeds.layout import Layout
from stoploss.frames.columns import PAYMENTS, POLICIES, UNITS, Kind
from stoploss.frames.reference import Columns, joined, tables_of
from stoploss.money import dollars
from stoploss.statement import settle
from stoploss.testing.strategies import Portfolio, World

__all__ = ["KEYS", "SOURCES", "Rows", "by_python", "claims_of", "enrollment_of", "received_of", "rows_of"]

Rows: TypeAlias = list[dict[str, Any]]

KEYS: Mapping[str, tuple[Mapping[str, Kind], tuple[str, ...]]] = {
    "policies": (POLICIES, ("policy",)),
    "units": (UNITS, ("policy", "unit")),
    "payments": (PAYMENTS, ("policy", "id")),
}
"""Each table that comes out: its columns, and what tells its rows apart."""

_TYPES: Mapping[type, pa.DataType] = {
    str: pa.string(),
    dt.date: pa.date32(),
    Decimal: pa.decimal128(18, 2),
    int: pa.int64(),
}


def _in_duckdb(table: pa.Table) -> Any:
    import duckdb  # noqa: PLC0415  # only where this engine is tested

    return duckdb.from_arrow(table)


def _in_polars(table: pa.Table) -> Any:
    import polars as pl  # noqa: PLC0415  # only where this engine is tested

    return pl.from_arrow(table)


def _in_pandas(table: pa.Table) -> Any:
    return table.to_pandas(date_as_object=True)


SOURCES: Mapping[str, Callable[[pa.Table], Any]] = {
    "duckdb": _in_duckdb,
    "polars": _in_polars,
    "pandas": _in_pandas,
}
"""Makes of an Arrow table a frame of an engine's own kind."""


def claims_of(portfolio: Portfolio) -> pa.Table:
    """Return the claims of all policies, in an order in which those of different policies take turns."""
    return _table(CLAIMS, portfolio, lambda world: world.payments).sort_by("id")


def enrollment_of(portfolio: Portfolio) -> pa.Table:
    """Return the covered units of all policies; months are text, because some are no days."""
    return _table(ENROLLMENT, portfolio, lambda world: world.units)


def received_of(portfolio: Portfolio) -> pa.Table:
    """Return what the carriers have paid."""
    return _table(CARRIER_PAYMENTS, portfolio, lambda world: world.carrier_payments)


def _table(
    layout: Layout[Any], portfolio: Portfolio, facts_of: Callable[[World], Sequence[attrs.AttrsInstance]]
) -> pa.Table:
    facts = [(world.policy.number, fact) for world in portfolio.worlds for fact in facts_of(world)]
    arrays = {"policy": pa.array([number for number, _ in facts], pa.string())}
    for column in layout.columns:
        values = [_cell(column.name, getattr(fact, column.argument or column.name)) for _, fact in facts]
        arrays[column.name] = pa.array(values, _type(column.name))
    return pa.table(arrays)


def _cell(column: str, value: object) -> object:
    if isinstance(value, tuple):
        return ";".join(value) or None
    if column == "month":
        return value if isinstance(value, str) else str(value)
    return str(value) if isinstance(value, str) else value  # a word of an enumeration is text in a table


def _type(column: str) -> pa.DataType:
    if column in {"incurred_on", "paid_on", "reported_on"}:
        return _TYPES[dt.date]
    if column in {"amount", "legal_cost"}:
        return _TYPES[Decimal]
    return _TYPES[int if column == "units" else str]


def by_python(portfolio: Portfolio) -> dict[str, Rows]:
    """Return the three tables by the Python engine, each row as it has to come out of the others."""
    tables = joined(
        tables_of(settle(world.policy, world.payments, world.units, world.carrier_payments, as_of=portfolio.as_of))
        for world in portfolio.worlds
    )
    return {name: _in_dollars(getattr(tables, name), kinds, key) for name, (kinds, key) in KEYS.items()}


def _in_dollars(columns: Columns, kinds: Mapping[str, Kind], key: tuple[str, ...]) -> Rows:
    shown = [
        [dollars(cents) if isinstance(cents, int) and kinds[name] is Kind.AMOUNT else cents for cents in column]
        for name, column in columns.items()
    ]
    return _sorted((dict(zip(columns, row, strict=True)) for row in zip(*shown, strict=True)), key)


def rows_of(table: str, frame: Any) -> Rows:
    """Return the rows of a table as an engine gives it: a frame of its own kind."""
    found = nw.from_native(frame)
    arrow = found.collect("pyarrow").to_arrow() if isinstance(found, nw.LazyFrame) else found.to_arrow()
    _, key = KEYS[table]
    rows: Rows = arrow.to_pylist()
    return _sorted(rows, key)


def _sorted(rows: Iterable[dict[str, Any]], key: tuple[str, ...]) -> Rows:
    return sorted(rows, key=lambda row: tuple(row[name] for name in key))
