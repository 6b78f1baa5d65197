"""What the carrier would owe if pending claims were paid on given days: the question behind every deadline.

It is asked of ``settle`` and of nothing else, as of the end of everything.

The attachment point is not known before the covered units of all policy months are.
Until then the aggregate takes part with an attachment out of reach: it screens and counts, and reimburses nothing.
So it does where no claim of ours can bring it to its attachment, because then a unit can be settled by itself.

Source: ``docs/clauses.md``, notices.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import chain

from attrs import evolve, field, frozen

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment import enrollment_faults
from stoploss.attachment_terms import AggregateFactor
from stoploss.facts import CarrierPayment, Coverage, CoveredUnits, Payment, Status
from stoploss.money import cents
from stoploss.policy import Policy
from stoploss.policy_rules import basis_of
from stoploss.specific_terms import SpecificTerms
from stoploss.statement import Statement, settle
from stoploss.words import LimitPer, OverlapRule

__all__ = ["PaidOn", "Worlds", "pending_claims", "share_a_limit", "worlds_from"]

PaidOn = Mapping[str, dt.date]
"""Pending claims, and the day on which each is paid; those that are not in it stay pending."""

_OUT_OF_REACH = "9999999999999"
"""Dollars a month."""
_LATEST = 8
"""So many statements are kept: the worlds that many questions begin with."""


@frozen(kw_only=True)
class _Facts:
    """What was reported by the day that is asked about."""

    by_unit: Mapping[str, Sequence[Payment]] = field(repr=False)
    units: Sequence[CoveredUnits] = field(repr=False)
    received: Sequence[CarrierPayment] = field(repr=False)


@frozen(kw_only=True)
class Worlds:
    """
    Everything that a world in which pending claims are paid has in common with every other.

    Args:
        policy: The policy; its aggregate out of reach where it cannot, or need not, be held against its attachment.
        one_by_one: Whether what a unit's claims do, they do to that unit alone.
        settled: Returns the final statement of a world; of one unit alone, if it is not ``None``.
    """

    policy: Policy
    one_by_one: bool
    settled: Callable[[frozenset[tuple[str, dt.date]], str | None], Statement] = field(repr=False)

    def statement(self, paid_on: PaidOn, unit: str | None = None) -> Statement:
        """Return the final statement of a world; of one unit alone, if it is given."""
        return self.settled(frozenset(paid_on.items()), unit)


def worlds_from(statement: Statement, pending: Sequence[Payment]) -> Worlds:
    """
    Return the worlds that may come after a statement.

    Args:
        statement: Of the day that is asked about.
        pending: The claims that may be paid.
    """
    settlement = statement.settlement
    policy, reported, as_of = _settled_in_the_end(settlement.policy), settlement.reported, settlement.as_of
    by_unit: defaultdict[str, list[Payment]] = defaultdict(list)
    for payment in settlement.payments:
        by_unit[settlement.unit_of_owner(payment)].append(payment)
    received = [payment for payment in reported.carrier_payments if as_of is None or payment.paid_on <= as_of]
    facts = _Facts(by_unit=by_unit, units=reported.units, received=received)
    if not any(_missing_units(policy, facts)):
        worlds = Worlds(policy=policy, one_by_one=False, settled=_settling(policy, facts))
        if _attachment_matters(worlds, pending):
            return worlds
    if policy.aggregate is not None:
        policy, facts = _out_of_reach(policy, policy.aggregate, facts)
    facts = _without_small_units(policy, facts, {payment.id for payment in pending})
    return Worlds(policy=policy, one_by_one=not _ties(policy), settled=_settling(policy, facts))


def pending_claims(statement: Statement) -> tuple[Payment, ...]:
    """Return the pending claims that the plan has yet to pay, and of which one could know on the day, by id."""
    on = statement.settlement.as_of or dt.date.max
    pending = (
        payment
        for payment in statement.settlement.payments
        if payment.status is Status.PENDING and max(payment.incurred_on, payment.reported_on or dt.date.min) <= on
    )
    return tuple(sorted((payment for payment in pending if payment.cents > 0), key=lambda payment: payment.id))


def _paid(payment: Payment, day: dt.date) -> Payment:
    return evolve(payment, status=Status.PAID, paid_on=day)


def _settled_in_the_end(policy: Policy) -> Policy:
    """
    Return the policy without what has no say in what is owed in the end.

    An overlap that is refused is refused once the claim is paid; until then it is watched under this policy.
    The accommodation only pays earlier, and it takes a settlement of its own for every month.
    """
    refuses = policy.overlap is not None and policy.overlap.rule is OverlapRule.ERROR
    aggregate = policy.aggregate and evolve(policy.aggregate, accommodation=None)
    return evolve(policy, overlap=None if refuses else policy.overlap, aggregate=aggregate)


def _settling(policy: Policy, facts: _Facts) -> Callable[[frozenset[tuple[str, dt.date]], str | None], Statement]:
    """Return the function that settles a world."""

    @lru_cache(maxsize=_LATEST)
    def settled(paid_on: frozenset[tuple[str, dt.date]], unit: str | None) -> Statement:
        days = dict(paid_on)
        payments = chain.from_iterable(facts.by_unit.values()) if unit is None else facts.by_unit[unit]
        return settle(
            policy,
            [_paid(payment, days[payment.id]) if payment.id in days else payment for payment in payments],
            facts.units,
            facts.received,
        )

    return settled


def _missing_units(policy: Policy, facts: _Facts) -> Iterator[object]:
    """Yield what of the enrollment of the whole period is not known."""
    if policy.aggregate is not None:
        yield from enrollment_faults(policy, policy.aggregate, facts.units, None)


def _attachment_matters(worlds: Worlds, pending: Sequence[Payment]) -> bool:
    """
    Say whether what is pending can bring counted claims above the attachment point.

    It counts at most what it comes to; only a laser that it triggers may let other claims count as well.
    """
    terms = worlds.policy.specific
    if worlds.policy.aggregate is not None and terms is not None and any(laser.when for laser in terms.lasers):
        return True
    sheet = worlds.statement({}).aggregate if worlds.policy.aggregate is not None else None
    most = sum(payment.cents for payment in pending)
    return sheet is not None and cents(sheet.counted) + most > cents(sheet.attachment_point)


def _out_of_reach(policy: Policy, terms: AggregateTerms, facts: _Facts) -> tuple[Policy, _Facts]:
    """Return the policy with an attachment that nothing reaches, and the covered units that go with it."""
    factor = AggregateFactor(tier="all", amount=_OUT_OF_REACH)
    aggregate = evolve(terms, factors=[factor], minimum=None, enrollment_lag=0)
    units = [CoveredUnits(month=start, tier="all", units=1) for start in policy.period.starts()]
    return evolve(policy, aggregate=aggregate), evolve(facts, units=units)


def _without_small_units(policy: Policy, facts: _Facts, pending: AbstractSet[str]) -> _Facts:
    """
    Leave out the units for which the carrier owes nothing in any world, and that touch no other unit.

    All of them together are nearly everybody, and none of their payments comes near the deductible.
    """
    terms, period = policy.specific, policy.period
    if terms is None or _fill_together(terms) or share_a_limit(policy, terms) or period.ended_early:
        return facts
    deductible = cents(terms.deductible)
    by_unit = {
        unit: payments
        for unit, payments in facts.by_unit.items()
        if sum(payment.cents for payment in payments if payment.cents > 0) > deductible
        or any(payment.id in pending for payment in payments)
    }
    return evolve(facts, by_unit=by_unit)


def _ties(policy: Policy) -> bool:
    """Say whether what happens to one unit may change what becomes of another."""
    terms = policy.specific
    if terms is None:
        return False
    return bool(terms.aggregating) or _fill_together(terms) or share_a_limit(policy, terms)


def _fill_together(terms: SpecificTerms) -> bool:
    """Say whether several units fill one deductible, or one laser fund."""
    shared = (terms.family_deductible, terms.common_accident)
    return any(term is not None for term in shared) or bool(terms.laser_funds)


def share_a_limit(policy: Policy, terms: SpecificTerms) -> bool:
    """Say whether several units share one limit on run-in or run-out."""
    basis = basis_of(Coverage.SPECIFIC, terms.basis, policy.bridge)
    limits = (basis.run_in_limit, basis.run_out_limit)
    return any(limit is not None and limit.per is LimitPer.POLICY for limit in limits)


def __dir__() -> list[str]:
    return __all__
