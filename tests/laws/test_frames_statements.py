"""A statement made from the tables is the Python engine's: its document, its splits in their order, its notices."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given

from stoploss.errors import EngineError, FeedError
from stoploss.policy import Policy
from stoploss.statement import settle
from stoploss.testing.strategies import Portfolio, policies, portfolios
from tests.frames_tables import claims_of, enrollment_of, received_of

pl: Any = pytest.importorskip("polars")
frames: Any = pytest.importorskip("stoploss.frames")
statements: Any = pytest.importorskip("stoploss.frames.statements")


def is_stated(policy: Policy) -> bool:
    """Say whether columns carry every term of a policy's statement."""
    return not statements.not_stated(policy, "polars", policy.period.effective)


STATED = policies(further=False).filter(is_stated) | policies().filter(is_stated)


def settled(portfolio: Portfolio) -> Any:
    """Settle a portfolio by polars."""
    tables = [pl.from_arrow(table(portfolio)) for table in (claims_of, enrollment_of, received_of)]
    try:
        return frames.settle(portfolio.policies, *tables, as_of=portfolio.as_of)
    except FeedError as error:
        # Days are drawn near edges, in any order: too many then look like two columns that were swapped.
        assume([finding.code for finding in error.findings] != ["SL466"])
        raise


NOT_CARRIED = ("divisions", "carrier_payments.claims")
"""Facts without a statement by columns."""


def stated(policy: Policy, found: Any) -> Any:
    """Return a policy's statement; nothing for facts that are refused by name."""
    try:
        return statements.statement_of(policy, found)
    except EngineError as error:
        others = {finding.rule.removeprefix("the polars engine does not carry ") for finding in error.findings}
        if others.issubset(NOT_CARRIED):
            return None
        raise


class TestAStatementByColumns:
    """Law 11: a statement is the same whichever engine gives it."""

    @given(portfolio=portfolios(policies=STATED))
    def test_every_policy_of_a_portfolio(self, portfolio: Portfolio) -> None:
        """Each policy of a portfolio has its own statement, whatever the others are."""
        found = settled(portfolio)
        for world in portfolio.worlds:
            actual = stated(world.policy, found)
            if actual is None:
                continue
            expected = settle(world.policy, world.payments, world.units, world.carrier_payments, as_of=portfolio.as_of)

            assert expected.to_dict() == actual.to_dict()
            assert expected.splits == tuple(statements.splits_of(world.policy, found))
            assert expected.notices == actual.notices
