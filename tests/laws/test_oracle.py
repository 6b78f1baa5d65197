"""The package against the reference: the same year settled straight from the prose, without a line of its code."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stoploss.facts import CarrierPayment, CoveredUnits, Payment
from stoploss.statement import Statement
from stoploss.testing.strategies import History, World, ledgers, worlds
from tests import oracle
from tests.laws.years import alike_years, settled, years
from tests.plain import plain_world

MANY = settings(max_examples=3 * settings().max_examples)


def rows_of(statement: Statement) -> dict[str, dict[str, str]]:
    """Return the splits by id, as the claims file has them."""
    rows = [
        {name: "" if value is None else str(value) for name, value in split._asdict().items()}
        for split in statement.splits
    ]
    return {row["id"]: row for row in rows}


def assert_agree(world: World) -> None:
    """Assert that the package and the reference agree on the statement and on what became of every payment."""
    statement = settled(world)
    reference = oracle.settle(*plain_world(world))
    splits: list[dict[str, Any]] = reference["payments"]

    assert reference["statement"] == statement.to_dict()
    assert {row["id"]: row for row in splits} == rows_of(statement)


class TestTheReference:
    """Two settlements of one year, one fast and one plain, agree to the cent: on the statement and on every split."""

    @MANY
    @given(world=worlds())
    def test_agrees_on_every_year(self, world: World) -> None:
        """Every term in combination, on any day."""
        assert_agree(world)

    @given(world=worlds(as_of=st.none(), max_payments=16))
    def test_agrees_on_final_settlements(self, world: World) -> None:
        """The final settlement of longer years."""
        assert_agree(world)

    @given(world=worlds(members=("M1",), max_payments=16))
    def test_agrees_on_one_member(self, world: World) -> None:
        """Many payments and refunds of one member, who crosses every threshold."""
        assert_agree(world)

    @given(world=alike_years())
    def test_agrees_where_both_covers_see_the_same(self, world: World) -> None:
        """Both covers with the same windows, benefits and limits."""
        assert_agree(world)

    @given(world=years(specific=True, aggregate=True))
    def test_agrees_where_there_are_both_covers(self, world: World) -> None:
        """Both covers, each with windows and benefits of its own."""
        assert_agree(world)

    @given(history=ledgers())
    def test_agrees_on_facts_in_the_order_of_a_ledger(self, history: History) -> None:
        """Facts as a ledger hears of them: in any order, some of them twice."""
        facts = [arrival.fact for arrival in history.arrivals]
        assert_agree(
            World(
                policy=history.policy,
                payments=tuple(fact for fact in facts if isinstance(fact, Payment)),
                units=tuple(fact for fact in facts if isinstance(fact, CoveredUnits)),
                carrier_payments=tuple(fact for fact in facts if isinstance(fact, CarrierPayment)),
                as_of=None,
            )
        )
