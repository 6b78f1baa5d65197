"""The facts of one settlement, checked together: what no single fact can know.

Every finding is collected, and each names its fact by position: ``payments[17].adjusts``.

Source: ``docs/clauses.md``, facts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import TypeAlias

from attrs import field, fields, frozen

from stoploss.assignment import held_twice
from stoploss.attachment import enrollment_faults
from stoploss.eligibility import screen_of
from stoploss.errors import FactError, Finding, WrongType, raise_if_any
from stoploss.facts import (
    Administrator,
    CarrierPayment,
    Coverage,
    CoveredUnits,
    Payment,
    Status,
    adjustment_faults,
)
from stoploss.money import LARGEST_CENTS
from stoploss.policy import Policy
from stoploss.words import OverlapRule, Per

__all__ = [
    "ANOTHER_UNIT",
    "Reported",
    "carrier_payment_findings",
    "differing_fields",
    "funds_another_unit",
    "needs_family",
    "payment_findings",
    "report",
    "unit_name",
]

Fact: TypeAlias = Payment | CarrierPayment
"""A fact with an id."""


@frozen(kw_only=True)
class Reported:
    """
    Facts that can be settled together: each once, and none contradicting another.

    Args:
        payments: By id, in the order of arrival.
        units: Covered units.
        carrier_payments: What the carrier has paid, each once.
    """

    payments: Mapping[str, Payment] = field(repr=False)
    units: Sequence[CoveredUnits] = field(repr=False)
    carrier_payments: Sequence[CarrierPayment] = field(repr=False)


def report(
    policy: Policy,
    payments: Iterable[Payment],
    units: Iterable[CoveredUnits],
    carrier_payments: Iterable[CarrierPayment],
    as_of: dt.date | None,
) -> Reported:
    """
    Check facts together.

    Raises:
        FactError: With every finding, by position.
    """
    payments, units, carrier_payments = tuple(payments), tuple(units), tuple(carrier_payments)
    for name, facts, kind in (
        ("payments", payments, Payment),
        ("units", units, CoveredUnits),
        ("carrier_payments", carrier_payments, CarrierPayment),
    ):
        raise_if_any(WrongType, _of_another_class(name, facts, kind))
    by_id = {payment.id: payment for payment in payments}
    told_once = payments if len(by_id) == len(payments) else tuple(by_id.values())
    raise_if_any(FactError, _findings(policy, payments, units, carrier_payments, told_once=told_once, as_of=as_of))
    return Reported(
        payments=by_id,
        units=units,
        carrier_payments=tuple({payment.id: payment for payment in carrier_payments}.values()),
    )


def differing_fields(one: Fact, other: Fact) -> tuple[str, ...]:
    """Return the names of the fields in which two facts differ; never their values."""
    return tuple(
        attribute.name
        for attribute in fields(type(one))
        if attribute.init and getattr(one, attribute.name) != getattr(other, attribute.name)
    )


def _findings(
    policy: Policy,
    payments: Sequence[Payment],
    units: Sequence[CoveredUnits],
    carrier_payments: Sequence[CarrierPayment],
    *,
    told_once: Sequence[Payment],
    as_of: dt.date | None,
) -> Iterator[Finding]:
    if told_once is not payments:
        yield from _told_otherwise("payments", payments)
    for position, finding in payment_findings(policy, payments):
        yield finding.under(f"payments[{position}]")
    faults = list(adjustment_faults(told_once))
    if faults:
        first = _first_positions(payments)
        for position, finding in faults:
            yield finding.under(f"payments[{first[told_once[position].id]}]")
    if policy.aggregate is not None:
        for row, finding in enrollment_faults(policy, policy.aggregate, units, as_of):
            yield finding.under("units" if row is None else f"units[{row}]")
    yield from _told_otherwise("carrier_payments", carrier_payments)
    for position, finding in carrier_payment_findings(policy, carrier_payments):
        yield finding.under(f"carrier_payments[{position}]")
    yield from _for_another_unit(policy, told_once, carrier_payments)
    yield from _too_much(payments=payments, carrier_payments=carrier_payments)


def _too_much(**named: Sequence[Fact]) -> Iterator[Finding]:
    for name, facts in named.items():
        if sum(map(abs, map(attrgetter("cents"), facts))) > LARGEST_CENTS:
            yield Finding(code="SL111", where=name, rule="the sum of all amounts stays within 64-bit cents")


def _of_another_class(name: str, facts: Sequence[object], kind: type) -> Iterator[Finding]:
    if all(type(fact) is kind for fact in facts):
        return
    for position, fact in enumerate(facts):
        if type(fact) is not kind:
            rule = f"this is of class {kind.__name__}, and {type(fact).__name__} is not"
            yield Finding(code="SL113", where=f"{name}[{position}]", rule=rule)


def _first_positions(facts: Sequence[Fact]) -> dict[str, int]:
    """Return where each id was reported first."""
    return {facts[position].id: position for position in range(len(facts) - 1, -1, -1)}


def _told_otherwise(name: str, facts: Sequence[Fact]) -> Iterator[Finding]:
    """Find ids that were reported twice with different content; the same content twice is one fact."""
    first = _first_positions(facts)
    for position, fact in enumerate(facts):
        earlier = facts[first[fact.id]]
        if earlier != fact:
            differing = ", ".join(differing_fields(earlier, fact))
            rule = f"this id was already reported with other content (it differs in {differing})"
            help_ = "a correction is a new payment under a new id"
            yield Finding(code="SL308", where=f"{name}[{position}].id", rule=rule, help=help_)


def needs_family(policy: Policy) -> str:
    """Return why every payment names its family; empty where none has to."""
    if policy.per is Per.FAMILY:
        return "the deductible is per family, so every payment names its family"
    if policy.specific is not None and policy.specific.family_deductible is not None:
        return "families have a deductible, so every payment names its family"
    return ""


def payment_findings(policy: Policy, payments: Sequence[Payment]) -> Iterator[tuple[int, Finding]]:
    """Yield what single payments lack under the terms of a policy, with their positions."""
    rule = needs_family(policy)
    for position, payment in enumerate(payments if rule else ()):
        if payment.family is None:
            yield position, Finding(code="SL309", where="family", rule=rule)
    by_day = any(basis.prior_administrator.reported_by for basis in policy.bases)
    for position, payment in enumerate(payments if by_day else ()):
        late = payment.reported_on is None and payment.status is not Status.PENDING and not payment.undoes
        if payment.administrator is Administrator.PRIOR and late:
            rule = "claims of a prior administrator count by the day on which they were reported, and this has none"
            yield position, Finding(code="SL314", where="reported_on", rule=rule)
    for position in _held_twice(policy, payments):
        rule = "another policy takes this payment as well, and the overlap rule is error"
        help_ = 'write the rule that the policies have: "incurred", "paid" or "first"'
        yield position, Finding(code="SL315", where="", rule=rule, help=help_)


def _held_twice(policy: Policy, payments: Sequence[Payment]) -> Iterator[int]:
    """Yield the positions of payments that count, and lie in another policy's windows where that is refused."""
    if policy.overlap is None or policy.overlap.rule is not OverlapRule.ERROR:
        return
    screens = [screen_of(policy, coverage) for coverage in Coverage if getattr(policy, coverage) is not None]
    for position, payment in enumerate(payments):
        counts = [screen.coverage for screen in screens if not payment.undoes and screen.reason(payment, {}) is None]
        if any(held_twice(payment, policy, coverage) for coverage in counts):
            yield position


def carrier_payment_findings(
    policy: Policy, carrier_payments: Sequence[CarrierPayment]
) -> Iterator[tuple[int, Finding]]:
    """Yield payments of the carrier that the policy's covers and carriers do not allow, with their positions."""
    covers = {Coverage.SPECIFIC: policy.specific, Coverage.AGGREGATE: policy.aggregate}
    names = [layer.carrier for layer in policy.specific.layers] if policy.specific else []
    for position, payment in enumerate(carrier_payments):
        layered = payment.coverage is Coverage.SPECIFIC and bool(names)
        if covers[payment.coverage] is None:
            rule = f"the policy has no {payment.coverage} cover under which the carrier could have paid"
            yield position, Finding(code="SL310", where="coverage", rule=rule)
        if layered and payment.carrier not in names:
            rule = "a payment under specific names one of the carriers over one another"
            yield position, Finding(code="SL316", where="carrier", rule=rule)
        elif payment.carrier is not None and not layered:
            rule = "only under specific, with several carriers over one another, does a payment name one"
            yield position, Finding(code="SL316", where="carrier", rule=rule, help="leave it out")


ANOTHER_UNIT = Finding(code="SL313", where="claims", rule="an advance is for claims of its own unit")
"""What is wrong with an advance for somebody else's claims."""


def _for_another_unit(
    policy: Policy, payments: Sequence[Payment], carrier_payments: Sequence[CarrierPayment]
) -> Iterator[Finding]:
    advances = [(position, payment) for position, payment in enumerate(carrier_payments) if payment.claims]
    units_of_claims = {payment.id: unit_name(policy, payment) for payment in payments} if advances else {}
    for position, advance in advances:
        if funds_another_unit(advance, units_of_claims):
            yield ANOTHER_UNIT.under(f"carrier_payments[{position}]")


def unit_name(policy: Policy, payment: Payment) -> str | None:
    """Return the unit of a payment, if it names one."""
    return payment.family if policy.per is Per.FAMILY else payment.member


def funds_another_unit(advance: CarrierPayment, units_of_claims: Mapping[str, str | None]) -> bool:
    """Say whether an advance is for a claim of another unit, given the units of claims by id."""
    return any(units_of_claims.get(claim, advance.member) != advance.member for claim in advance.claims)


def __dir__() -> list[str]:
    return __all__
