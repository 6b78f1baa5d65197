"""The ledger against a settlement of the same facts: in any order of arrival, as of any day, as known on any day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from stoploss.attachment import units_key
from stoploss.errors import LedgerConflict
from stoploss.facts import CarrierPayment, CoveredUnits, Payment
from stoploss.ledger import Ledger
from stoploss.policy import Policy, specific_alone
from stoploss.splits import Split
from stoploss.statement import Statement, settle
from stoploss.testing.strategies import Arrival, History, ledgers, payments, policies, worlds
from tests.laws.years import nothing_covered

MANY = settings(max_examples=2 * settings().max_examples)


def heard(policy: Policy, arrivals: Iterable[Arrival]) -> Ledger:
    """Return a ledger that heard of facts one by one."""
    ledger = Ledger(policy)
    for arrival in arrivals:
        if isinstance(arrival.fact, Payment):
            ledger.record(arrival.fact, recorded_on=arrival.recorded_on)
        elif isinstance(arrival.fact, CoveredUnits):
            ledger.record_units([arrival.fact], recorded_on=arrival.recorded_on)
        else:
            ledger.record_carrier_payment(arrival.fact, recorded_on=arrival.recorded_on)
    return ledger


def known(arrivals: Iterable[Arrival], day: dt.date | None = None) -> tuple[list[Any], list[Any], list[Any]]:
    """Return the payments, covered units and carrier payments recorded by a day."""
    facts = [arrival.fact for arrival in arrivals if day is None or arrival.recorded_on <= day]
    units = {(str(fact.month), units_key(fact)): fact for fact in facts if isinstance(fact, CoveredUnits)}
    return (
        [fact for fact in facts if isinstance(fact, Payment)],
        list(units.values()),
        [fact for fact in facts if isinstance(fact, CarrierPayment)],
    )


def shown(statement: Statement) -> tuple[dict[str, Any], set[Split]]:
    """Return a statement and its splits, to compare."""
    return statement.to_dict(), set(statement.splits)


class TestALedgerIsASettlement:
    """A ledger's statement is that of a settlement over the facts it holds, and a fact that is told twice is one."""

    @given(history=ledgers())
    def test_its_statement_is_that_of_all_facts(self, history: History) -> None:
        """In whatever order they came, some of them twice."""
        expected = settle(history.policy, *known(history.arrivals))

        assert shown(expected) == shown(heard(history.policy, history.arrivals).statement())

    @given(world=worlds())
    def test_its_statement_as_of_a_day_is_that_of_the_day(self, world: Any) -> None:
        """What was paid later is not in it."""
        ledger = Ledger(world.policy)
        ledger.record_all(world.payments)
        ledger.record_units(world.units)
        for payment in world.carrier_payments:
            ledger.record_carrier_payment(payment)
        expected = settle(world.policy, world.payments, world.units, world.carrier_payments, as_of=world.as_of)

        assert shown(expected) == shown(ledger.statement(as_of=world.as_of))

    @given(history=ledgers())
    def test_telling_everything_twice_changes_nothing(self, history: History) -> None:
        """Recording is idempotent by id."""
        ledger = heard(history.policy, history.arrivals)
        once = shown(ledger.statement())
        for arrival in history.arrivals:
            if isinstance(arrival.fact, Payment):
                ledger.record(arrival.fact)
            elif isinstance(arrival.fact, CarrierPayment):
                ledger.record_carrier_payment(arrival.fact)

        assert once == shown(ledger.statement())

    @given(history=ledgers(), data=st.data())
    def test_what_was_known_on_a_day_stays_known(self, history: History, data: st.DataObject) -> None:
        """What is recorded later changes nothing of what was known."""
        policy = specific_alone(history.policy) if history.policy.specific else history.policy
        arrivals = [each for each in history.arrivals if policy.aggregate or not _of_the_aggregate(each)]
        day = data.draw(st.sampled_from(sorted({each.recorded_on for each in arrivals}) or [dt.date(2025, 1, 1)]))
        facts = known(arrivals, day)
        if policy.aggregate:
            facts = (facts[0], known(arrivals)[1], facts[2])
            arrivals = [evolve(each, recorded_on=dt.date(1900, 1, 1)) if _is_units(each) else each for each in arrivals]

        assert shown(settle(policy, *facts)) == shown(heard(policy, arrivals).statement(known_on=day))

    @MANY
    @given(history=ledgers(), data=st.data())
    def test_its_statement_is_cut_by_both_days(self, history: History, data: st.DataObject) -> None:
        """As of any day and as known on any day at once, under both covers; the units are known from the first day."""
        known_on = data.draw(st.sampled_from([history.policy.period.effective, *_recorded_on(history)]))
        as_of = data.draw(st.none() | st.dates(dt.date(2019, 1, 1), dt.date(2031, 12, 31)))
        expected = settle(history.policy, *known(history.arrivals, known_on), as_of=as_of)

        assert shown(expected) == shown(
            heard(history.policy, history.arrivals).statement(as_of=as_of, known_on=known_on)
        )


def _recorded_on(history: History) -> list[dt.date]:
    return [arrival.recorded_on for arrival in history.arrivals]


def _is_units(arrival: Arrival) -> bool:
    return isinstance(arrival.fact, CoveredUnits)


def _of_the_aggregate(arrival: Arrival) -> bool:
    fact = arrival.fact
    return isinstance(fact, CoveredUnits) or (isinstance(fact, CarrierPayment) and fact.coverage == "aggregate")


class TestTheAnswerAtOnce:
    """What ``record`` returns is the split of that payment in a settlement of everything recorded so far."""

    @MANY
    @given(history=ledgers())
    def test_is_the_split_of_a_settlement(self, history: History) -> None:
        """After every arrival, in any order of arrival, with refunds, voids and an ASD."""
        ledger = Ledger(history.policy)
        so_far: list[Payment] = []
        no_units = nothing_covered(history.policy)
        for arrival in history.arrivals:
            if isinstance(arrival.fact, Payment):
                so_far.append(arrival.fact)
                expected = settle(history.policy, so_far, no_units).split(arrival.fact.id)

                assert expected == ledger.record(arrival.fact)

    @MANY
    @given(history=ledgers(max_payments=16), data=st.data())
    def test_is_so_after_files_as_well(self, history: History, data: st.DataObject) -> None:
        """Payments come in files and one by one, and each file has what came before in it."""
        ledger, rows = Ledger(history.policy), known(history.arrivals)[0]
        no_units = nothing_covered(history.policy)
        for position, payment in enumerate(rows, start=1):
            if data.draw(st.booleans()):
                ledger.record_all(rows[:position])
            else:
                expected = settle(history.policy, rows[:position], no_units).split(payment.id)

                assert expected == ledger.record(payment)


class LedgerMachine(RuleBasedStateMachine):
    """Records, repeats and contradicts payments at random; the ledger agrees with a settlement of what it holds."""

    recorded: Bundle[Payment] = Bundle("recorded")

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[str, Payment] = {}
        self.waiting: list[Payment] = []

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Draw a policy with specific alone, and payments to record."""
        self.policy = data.draw(policies(aggregate=st.none()))
        self.waiting = data.draw(payments(self.policy))
        self.ledger = Ledger(self.policy)

    @rule(target=recorded, data=st.data())
    def record(self, data: st.DataObject) -> Payment:
        """Record one of the payments that are left, or one that is held already."""
        fact = (
            data.draw(st.sampled_from(self.waiting or list(self.held.values()))) if self.waiting or self.held else None
        )
        if fact is None:
            return lone()
        self.waiting = [each for each in self.waiting if each.id != fact.id]
        self.held[fact.id] = fact
        self.ledger.record(fact)
        return fact

    @rule(fact=recorded)
    def repeat(self, fact: Payment) -> None:
        """The same fact again has no effect."""
        if fact.id in self.held:
            self.ledger.record(fact)

    @rule(fact=recorded)
    def contradict(self, fact: Payment) -> None:
        """Another content under a known id is refused, and nothing is recorded."""
        if fact.id not in self.held:
            return
        with pytest.raises(LedgerConflict, match="reason"):
            self.ledger.record(evolve(fact, reason="another"))

    @invariant()
    def agrees(self) -> None:
        """The statement is that of a settlement."""
        if hasattr(self, "ledger"):
            assert shown(settle(self.policy, self.held.values())) == shown(self.ledger.statement())


def lone() -> Payment:
    """Return a payment that no ledger holds."""
    day = dt.date(2025, 1, 1)
    return Payment(id="none", member="nobody", incurred_on=day, paid_on=day, amount=0)


TestTheLedgerAtWork = LedgerMachine.TestCase
TestTheLedgerAtWork.settings = settings(max_examples=20, stateful_step_count=12, deadline=None)
