"""Environment: nothing around a settlement decides an answer, and a settlement changes nothing around it."""

from __future__ import annotations

import decimal
import json
import os
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given

from stoploss.policy import Policy
from stoploss.statement import settle
from stoploss.testing.strategies import World, worlds
from tests.laws.years import settled, with_aggregate, with_specific

ROOT = Path(__file__).parents[2]
COARSE = decimal.Context(prec=1, rounding=decimal.ROUND_UP, Emin=0, Emax=1, traps=[])
STRICT = decimal.Context(
    prec=2,
    rounding=decimal.ROUND_DOWN,
    traps=[decimal.Inexact, decimal.Rounded, decimal.Subnormal, decimal.FloatOperation],
)

# Settles the same years in every process, and prints all that came out.
SCRIPT = """
import hashlib, json
from hypothesis import HealthCheck, Phase, given, settings
from stoploss.statement import settle
from stoploss.testing.strategies import World, worlds

seen = hashlib.sha256()

@settings(max_examples=25, database=None, derandomize=True, deadline=None, phases=[Phase.generate],
          suppress_health_check=list(HealthCheck))
@given(world=worlds())
def collect(world: World) -> None:
    statement = settle(world.policy, world.payments, world.units, world.carrier_payments, as_of=world.as_of)
    seen.update(json.dumps(statement.to_dict(), ensure_ascii=False).encode())
    seen.update(repr([tuple(map(str, split)) for split in statement.splits]).encode())

collect()
print(seen.hexdigest())
"""
HERE = {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"}


def output(**environment: str) -> str:
    """Run the script in another process and return what it prints."""
    surroundings = {name: value for name, value in os.environ.items() if name not in HERE}
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=surroundings | HERE | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout


@pytest.fixture(scope="module")
def expected() -> str:
    """Return what comes out under plain surroundings."""
    return output()


class TestTheProcess:
    """The same years settle to the same bytes in every process, whatever its hash seed, time zone and locale."""

    @pytest.mark.parametrize(
        "environment",
        [
            pytest.param({"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati"}, id="first-zone"),
            pytest.param({"PYTHONHASHSEED": "4294967295", "TZ": "Etc/GMT+12", "LC_ALL": "tr_TR.UTF-8"}, id="last-zone"),
            pytest.param({"PYTHONHASHSEED": "7", "PYTHONUTF8": "0", "PYTHONOPTIMIZE": "2"}, id="without-assertions"),
        ],
    )
    def test_decides_nothing(self, environment: dict[str, str], expected: str) -> None:
        """Statements and splits are the same bytes, even where assertions are off."""
        assert expected == output(**environment)


class TestTheDecimalContext:
    """Amounts are whole cents inside, so the caller's precision, rounding and traps never decide an answer."""

    @pytest.mark.parametrize("context", [COARSE, STRICT], ids=["coarse", "strict"])
    @given(world=worlds())
    def test_decides_nothing(self, world: World, context: decimal.Context) -> None:
        """Facts made, and settled, under any context give the same statement and the same splits."""
        statement = settled(world)
        with decimal.localcontext(context):
            again = settled(made_again(world))
            document, splits = again.to_dict(), again.splits

        assert statement.to_dict() == document
        assert statement.splits == splits


def made_again(world: World) -> World:
    """Make every term and fact of a year anew, through the constructors that parse its amounts."""
    return evolve(
        world,
        policy=with_aggregate(with_specific(made_policy(world.policy))),
        payments=tuple(evolve(row) for row in world.payments),
        carrier_payments=tuple(evolve(row) for row in world.carrier_payments),
    )


def made_policy(policy: Policy) -> Policy:
    """Make lasers, factors and the minimum anew."""
    if policy.specific:
        policy = with_specific(policy, lasers=tuple(evolve(laser) for laser in policy.specific.lasers))
    if policy.aggregate:
        factors = tuple(evolve(factor) for factor in policy.aggregate.factors)
        minimum = policy.aggregate.minimum and evolve(policy.aggregate.minimum)
        policy = with_aggregate(policy, factors=factors, minimum=minimum)
    return policy


class TestTheCall:
    """Settling is a function of its arguments: the second time as the first, and it leaves no trace on them."""

    @given(world=worlds())
    def test_leaves_its_arguments_alone(self, world: World) -> None:
        """Lists that are handed in stay as they were, and a second call gives the same statement."""
        rows, units, received = list(world.payments), list(world.units), list(world.carrier_payments)
        kept = deepcopy((rows, units, received))
        first = settle(world.policy, rows, units, received, as_of=world.as_of)
        second = settle(world.policy, rows, units, received, as_of=world.as_of)

        assert first == second
        assert first.splits == second.splits
        assert kept == (rows, units, received)

    @given(world=worlds())
    def test_takes_any_iterable_once(self, world: World) -> None:
        """Facts may come from generators, which can be read only once."""
        rows, units, received = iter(world.payments), iter(world.units), iter(world.carrier_payments)

        assert settled(world) == settle(world.policy, rows, units, received, as_of=world.as_of)

    @given(world=worlds())
    def test_writes_plain_data(self, world: World) -> None:
        """A statement as plain data goes through JSON unchanged: text, whole numbers, lists; no float anywhere."""
        document = settled(world).to_dict()

        assert document == json.loads(json.dumps(document), parse_float=None)
        assert not any(isinstance(value, float) for value in values_of(document))


def values_of(document: object) -> list[object]:
    """Return every value of a document, however deep."""
    if isinstance(document, dict):
        return [value for item in document.values() for value in values_of(item)]
    if isinstance(document, list):
        return [value for item in document for value in values_of(item)]
    return [document]
