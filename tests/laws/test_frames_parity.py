"""Every frame engine against the Python engine: the three tables of a portfolio agree, row by row and to the cent."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stoploss.errors import FeedError
from stoploss.frames.carried import uncarried
from stoploss.frames.columns import Kind
from stoploss.policy import Policy
from stoploss.testing.strategies import Portfolio, policies, portfolios
from tests.frames_tables import KEYS, SOURCES, Rows, by_python, claims_of, enrollment_of, received_of, rows_of

settle: Any = getattr(importlib.import_module("stoploss.frames"), "settle", None)

pytestmark = [
    pytest.mark.skipif(settle is None, reason="the engines are not there yet"),
    pytest.mark.parametrize("engine", sorted(SOURCES)),
]

MANY = settings(max_examples=3 * settings().max_examples)
REQUIRED = {"policy", "id", "member", "incurred_on", "paid_on", "amount", "month", "tier", "units", "coverage"}


def is_carried(policy: Policy) -> bool:
    """Say whether columns carry every term of a policy."""
    return not uncarried(policy, policy.period.effective)


CARRIED = policies(further=False).filter(is_carried) | policies().filter(is_carried)
"""Plain terms, and those further ones that columns carry."""


def settled(portfolio: Portfolio, engine: str, claims: pa.Table | None = None, received: pa.Table | None = None) -> Any:
    """Settle a portfolio by an engine, from frames of its own kind."""
    frame = SOURCES[engine]
    try:
        return settle(
            portfolio.policies,
            frame(claims_of(portfolio) if claims is None else claims),
            frame(enrollment_of(portfolio)),
            frame(received_of(portfolio) if received is None else received),
            as_of=portfolio.as_of,
            engine=engine,
        )
    except FeedError as error:
        # Days are drawn near edges, in any order: too many then look like two columns that were swapped.
        assume([finding.code for finding in error.findings] != ["SL466"])
        raise


def tables(found: Any) -> dict[str, Rows]:
    """Return the three tables that an engine gives, as rows."""
    return {name: rows_of(name, getattr(found, name)) for name in KEYS}


def types(rows: Rows) -> dict[str, set[type]]:
    """Return the types of the values of each column, missing ones aside."""
    return {name: {type(row[name]) for row in rows if row[name] is not None} for name in (rows[0] if rows else ())}


class TestEveryEngine:
    """Law 11: the Python engine is every frame engine, to the cent."""

    @MANY
    @given(portfolio=portfolios(policies=CARRIED))
    def test_agree_on_terms_that_columns_carry(self, engine: str, portfolio: Portfolio) -> None:
        """Every policy is settled as columns, on any day."""
        assert by_python(portfolio) == tables(settled(portfolio, engine))

    @given(portfolio=portfolios())
    def test_agree_on_every_term(self, engine: str, portfolio: Portfolio) -> None:
        """Some policies are settled by the Python engine in the same run, and the tables do not show which."""
        assert by_python(portfolio) == tables(settled(portfolio, engine))

    @given(portfolio=portfolios(policies=CARRIED, as_of=st.none(), members=("M1",), max_payments=16, max_policies=2))
    def test_agree_on_one_member(self, engine: str, portfolio: Portfolio) -> None:
        """Many payments and refunds of one person, who crosses every threshold."""
        assert by_python(portfolio) == tables(settled(portfolio, engine))

    @settings(max_examples=5)
    @given(portfolio=portfolios(max_policies=12, max_payments=3))
    def test_agree_on_more_policies(self, engine: str, portfolio: Portfolio) -> None:
        """What belongs to one policy stays with it."""
        assert by_python(portfolio) == tables(settled(portfolio, engine))

    @settings(max_examples=5)
    @given(portfolio=portfolios())
    def test_hold_what_their_columns_say(self, engine: str, portfolio: Portfolio) -> None:
        """Columns come in their order; an amount is a decimal with two places, and nothing is a float."""
        found = settled(portfolio, engine)

        for name, (kinds, _) in KEYS.items():
            rows = rows_of(name, getattr(found, name))
            assert all(list(kinds) == list(row) for row in rows)
            assert types(rows) == types(by_python(portfolio)[name])
            assert two_places(rows, kinds)


def two_places(rows: Rows, kinds: Mapping[str, Kind]) -> bool:
    """Say whether all amounts are written with two places."""
    amounts = [row[name] for row in rows for name, kind in kinds.items() if kind is Kind.AMOUNT]
    return all(amount.as_tuple().exponent == -2 for amount in amounts if isinstance(amount, Decimal))


class TestFactsInAnyForm:
    """However they are written and ordered, the same facts make the same tables."""

    @settings(max_examples=10)
    @given(portfolio=portfolios(), data=st.data())
    def test_in_any_order_and_told_twice(self, engine: str, portfolio: Portfolio, data: st.DataObject) -> None:
        """A row that comes a second time, word for word, is one fact; where it comes is of no matter."""
        claims, received = claims_of(portfolio), received_of(portfolio)
        again = settled(portfolio, engine, shuffled(claims, data), shuffled(received, data))

        assert by_python(portfolio) == tables(again)

    @settings(max_examples=10)
    @given(portfolio=portfolios(further=False))
    def test_without_columns_that_nobody_fills(self, engine: str, portfolio: Portfolio) -> None:
        """A column that may be missing, and holds nothing, may be left out."""
        claims, received = filled(claims_of(portfolio)), filled(received_of(portfolio))

        assert by_python(portfolio) == tables(settled(portfolio, engine, claims, received))

    @settings(max_examples=10)
    @given(portfolio=portfolios())
    def test_as_text(self, engine: str, portfolio: Portfolio) -> None:
        """Days and amounts may be text, and what is missing an empty one, as a CSV file has it."""
        claims, received = in_text(claims_of(portfolio)), in_text(received_of(portfolio))

        assert by_python(portfolio) == tables(settled(portfolio, engine, claims, received))


def shuffled(table: pa.Table, data: st.DataObject) -> pa.Table:
    """Draw an order of the rows, with some of them twice."""
    if not table.num_rows:
        return table
    twice = data.draw(st.lists(st.integers(0, table.num_rows - 1), max_size=3))
    return table.take(data.draw(st.permutations([*range(table.num_rows), *twice])))


def filled(table: pa.Table) -> pa.Table:
    """Leave out the columns that hold nothing, or what stands for nothing."""
    defaults = {None, "medical", "paid", "both", "current", "reimbursement", Decimal("0.00")}
    kept = [name for name in table.column_names if name in REQUIRED or set(table[name].to_pylist()) - defaults]
    return table.select(kept)


def in_text(table: pa.Table) -> pa.Table:
    """Write every column as text; a missing value is an empty text."""
    written = {
        name: pa.array(["" if value is None else str(value) for value in table[name].to_pylist()], pa.string())
        for name in table.column_names
    }
    return pa.table(written)
