"""Spark against the Python engine: one portfolio of many policies, because planning takes Spark most of a minute."""

from __future__ import annotations

import shutil

import pytest
from attrs import evolve
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from stoploss.frames import settle
from stoploss.testing.strategies import Portfolio, policies, portfolios
from tests.frames_tables import KEYS, by_python, claims_of, enrollment_of, received_of, rows_of
from tests.laws.test_frames_parity import PLAIN

pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, and there is none here"),
    pytest.mark.usefixtures("_spark"),
]


@pytest.fixture
def _spark() -> None:
    pytest.importorskip("pyspark")


def together(drawn: list[Portfolio]) -> Portfolio:
    """Make one portfolio of several: their policies under numbers of their own, as of the first day that one has."""
    every = (world for portfolio in drawn for world in portfolio.worlds)
    worlds = [evolve(world, policy=evolve(world.policy, number=f"SL-{number}")) for number, world in enumerate(every)]
    return Portfolio(worlds=tuple(worlds), as_of=next((each.as_of for each in drawn if each.as_of), None))


def is_large(portfolio: Portfolio) -> bool:
    """Say whether a portfolio has something to settle: what is drawn first is as small as can be."""
    return sum(len(world.payments) for world in portfolio.worlds) >= 60


many = (
    st.lists(portfolios(policies=PLAIN | policies(), max_policies=8), min_size=8, max_size=8)
    .map(together)
    .filter(is_large)
)


@settings(max_examples=1, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(portfolio=many)
def test_spark_agrees_to_the_cent(portfolio: Portfolio) -> None:
    """Law 11: all three tables are those of the Python engine, row by row, whoever settled which policy."""
    settled = settle(
        portfolio.policies,
        claims_of(portfolio),
        enrollment_of(portfolio),
        received_of(portfolio),
        as_of=portfolio.as_of,
        engine="spark",
        trusted=True,
    )

    assert 0 < len(settled.apart) < len(portfolio.policies)
    assert by_python(portfolio) == {name: rows_of(name, getattr(settled, name)) for name in KEYS}
