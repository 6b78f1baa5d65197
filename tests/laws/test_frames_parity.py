"""Every frame engine against the Python engine: the three tables of a portfolio agree, row by row and to the cent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Any, TypeVar

import attrs
import pyarrow as pa
import pytest
from attrs import evolve, fields
from hypothesis import given, settings
from hypothesis import strategies as st

from stoploss.aggregate_terms import AggregateTerms
from stoploss.facts import Payment
from stoploss.frames import settle
from stoploss.frames.carried import CARRIED, uncarried
from stoploss.frames.columns import Kind
from stoploss.policy import Policy
from stoploss.specific_terms import SpecificTerms
from stoploss.testing.strategies import Portfolio, World, policies, portfolios
from stoploss.window import Period
from tests.frames_tables import KEYS, SOURCES, Rows, by_python, claims_of, enrollment_of, received_of, rows_of

Terms = TypeVar("Terms", bound=attrs.AttrsInstance)

pytestmark = pytest.mark.parametrize("engine", sorted(SOURCES))

REQUIRED = {"policy", "id", "member", "incurred_on", "paid_on", "amount", "month", "tier", "units", "coverage"}


def carried(policy: Policy) -> Policy:
    """Take away the terms that columns do not carry: a filter would throw most portfolios away."""
    specific, aggregate = policy.specific, policy.aggregate
    if specific:
        inner = {
            "basis": with_carried(specific.basis),
            "lasers": tuple(with_carried(laser) for laser in specific.lasers),
            "used": tuple(row for row in specific.used if row.tag is None),
        }
        specific = with_carried(specific, **inner, **share_of(specific))
    if aggregate:
        # Before the period has ended an accommodation is for the Python engine; afterwards columns carry it.
        kept = {"basis": with_carried(aggregate.basis), "accommodation": aggregate.accommodation}
        aggregate = with_carried(aggregate, **kept, **share_of(aggregate))
    bridge = policy.bridge and evolve(policy.bridge, basis=with_carried(policy.bridge.basis))
    return with_carried(policy, specific=specific, aggregate=aggregate, bridge=bridge)


def with_carried(terms: Terms, **given: Any) -> Terms:
    """Return terms with the default of every field that columns do not carry, and what is given."""
    dropped = [each for each in fields(type(terms)) if each.init and each.name not in CARRIED[type(terms)]]
    return evolve(terms, **{each.name: each.default for each in dropped} | given)  # type: ignore[misc]


def share_of(terms: SpecificTerms | AggregateTerms) -> dict[str, Decimal]:
    """Return the share to six places, which is as many as columns carry."""
    return {"share": terms.share.quantize(Decimal("0.000001"), ROUND_DOWN)}


FEWEST_SWAPPED = 20

PLAIN = policies().map(carried)


def settled(portfolio: Portfolio, engine: str) -> Any:
    """
    Settle a portfolio by an engine, from frames of its own kind.

    Days are drawn in any order, and twenty rows of them may look like two columns swapped: so many are trusted.
    """
    frame = SOURCES[engine]
    claims = claims_of(portfolio)
    return settle(
        portfolio.policies,
        frame(claims),
        frame(enrollment_of(portfolio)),
        frame(received_of(portfolio)),
        as_of=portfolio.as_of,
        engine=engine,
        trusted=len(claims) >= FEWEST_SWAPPED,
    )


def settled_anew(portfolio: Portfolio, engine: str, claims: pa.Table, received: pa.Table) -> Any:
    """Settle a portfolio by an engine, from its facts in another form, which are looked at."""
    frame = SOURCES[engine]
    return settle(
        portfolio.policies,
        frame(claims),
        frame(enrollment_of(portfolio)),
        frame(received),
        as_of=portfolio.as_of,
        engine=engine,
    )


def tables(found: Any) -> dict[str, Rows]:
    """Return the three tables that an engine gives, as rows."""
    return {name: rows_of(name, getattr(found, name)) for name in KEYS}


def types(rows: Rows) -> dict[str, set[type]]:
    """Return the types of the values of each column, missing ones aside."""
    return {name: {type(row[name]) for row in rows if row[name] is not None} for name in (rows[0] if rows else ())}


class TestEveryEngine:
    """Law 11: the Python engine is every frame engine, to the cent."""

    @given(portfolio=portfolios(policies=PLAIN, max_policies=8))
    def test_agree_on_terms_that_columns_carry(self, engine: str, portfolio: Portfolio) -> None:
        """Every policy is settled as columns, on any day, unless an accommodation is open on that day."""
        terms = {term for policy in portfolio.policies for term in uncarried(policy, portfolio.as_of)}

        assert terms <= {"aggregate.accommodation"}
        assert by_python(portfolio) == tables(settled(portfolio, engine))

    @settings(max_examples=10)
    @given(portfolio=portfolios())
    def test_agree_on_every_term(self, engine: str, portfolio: Portfolio) -> None:
        """Some policies are settled by the Python engine in the same run, and the tables do not show which."""
        assert by_python(portfolio) == tables(settled(portfolio, engine))

    @settings(max_examples=6)
    @given(portfolio=portfolios(policies=PLAIN, as_of=st.none(), members=("M1",), max_payments=16, max_policies=2))
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


class TestFramesAtTheEdge:
    """Frames that are easily forgotten: without rows, or put together of two parts."""

    def test_have_no_rows(self, engine: str) -> None:
        """Policies without a fact are settled, though a frame without rows may have no types."""
        portfolio = Portfolio(worlds=tuple(quiet(number) for number in ("SL-2", "SL-10")), as_of=None)

        assert by_python(portfolio) == tables(settled(portfolio, engine))

    def test_have_rows_of_both_engines(self, engine: str) -> None:
        """Of two policies one has a term that columns do not carry."""
        worlds = (quiet("SL-2"), quiet("SL-10", excludes=("trial",)))
        portfolio = Portfolio(worlds=worlds, as_of=YEAR.expires)

        assert [(), ("specific.excludes",)] == [uncarried(policy, YEAR.expires) for policy in portfolio.policies]
        assert by_python(portfolio) == tables(settled(portfolio, engine))


YEAR = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))


def quiet(number: str, **terms: Any) -> World:
    """Return a policy without a fact."""
    given: dict[str, Any] = {"basis": "12/15", "covers": ("medical",), "deductible": 100} | terms
    policy = Policy(policyholder="A", carrier="B", number=number, period=YEAR, specific=SpecificTerms(**given))
    return World(policy=policy, payments=(), units=(), carrier_payments=(), as_of=None)


FEW = portfolios(max_policies=3, max_payments=5)
"""So few claims that no feed takes their days for swapped."""


class TestFactsInAnyForm:
    """However they are written and ordered, the same facts make the same tables."""

    @settings(max_examples=6)
    @given(portfolio=FEW, data=st.data())
    def test_in_any_order_and_told_twice(self, engine: str, portfolio: Portfolio, data: st.DataObject) -> None:
        """A row that comes a second time, word for word, is one fact; where it comes is of no matter."""
        claims, received = claims_of(portfolio), received_of(portfolio)
        again = settled_anew(portfolio, engine, shuffled(claims, data), shuffled(received, data))

        assert by_python(portfolio) == tables(again)

    def test_with_every_column_and_a_row_told_twice(self, engine: str) -> None:
        """A source may have all columns there are; the same claim under another policy is another claim."""
        day = dt.date(2025, 3, 1)
        payment = Payment(id="c1", member="M1", incurred_on=day, paid_on=day, amount=500)
        worlds = tuple(evolve(quiet(number), payments=(payment,)) for number in ("SL-2", "SL-10"))
        portfolio = Portfolio(worlds=worlds, as_of=None)
        twice = claims_of(portfolio).take([0, 1, 0])

        assert by_python(portfolio) == tables(settled_anew(portfolio, engine, twice, received_of(portfolio)))

    @settings(max_examples=6)
    @given(portfolio=portfolios(max_policies=3, max_payments=5, further=False))
    def test_without_columns_that_nobody_fills(self, engine: str, portfolio: Portfolio) -> None:
        """A column that may be missing, and holds nothing, may be left out."""
        claims, received = filled(claims_of(portfolio)), filled(received_of(portfolio))

        assert by_python(portfolio) == tables(settled_anew(portfolio, engine, claims, received))

    @settings(max_examples=6)
    @given(portfolio=FEW)
    def test_as_text(self, engine: str, portfolio: Portfolio) -> None:
        """Days and amounts may be text, and what is missing an empty one, as a CSV file has it."""
        claims, received = in_text(claims_of(portfolio)), in_text(received_of(portfolio))

        assert by_python(portfolio) == tables(settled_anew(portfolio, engine, claims, received))


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
