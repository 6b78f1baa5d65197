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

from stoploss.attachment import enrollment_faults
from stoploss.errors import FactError, Finding, WrongType, raise_if_any
from stoploss.facts import CarrierPayment, Coverage, CoveredUnits, Payment, adjustment_faults
from stoploss.money import LARGEST_CENTS
from stoploss.policy import Policy
from stoploss.words import Per

__all__ = ["Reported", "differing_fields", "report"]

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
    if policy.per is Per.FAMILY:
        yield from _without_family(payments)
    faults = list(adjustment_faults(told_once))
    if faults:
        first = _first_positions(payments)
        for position, finding in faults:
            yield finding.under(f"payments[{first[told_once[position].id]}]")
    if policy.aggregate is not None:
        for row, finding in enrollment_faults(policy, policy.aggregate, units, as_of):
            yield finding.under("units" if row is None else f"units[{row}]")
    yield from _told_otherwise("carrier_payments", carrier_payments)
    yield from _without_cover(policy, carrier_payments)
    for name, facts in (("payments", payments), ("carrier_payments", carrier_payments)):
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


def _without_family(payments: Sequence[Payment]) -> Iterator[Finding]:
    for position, payment in enumerate(payments):
        if payment.family is None:
            rule = "the deductible is per family, so every payment names its family"
            yield Finding(code="SL309", where=f"payments[{position}].family", rule=rule)


def _without_cover(policy: Policy, carrier_payments: Sequence[CarrierPayment]) -> Iterator[Finding]:
    covers = {Coverage.SPECIFIC: policy.specific, Coverage.AGGREGATE: policy.aggregate}
    for position, payment in enumerate(carrier_payments):
        if covers[payment.coverage] is None:
            rule = f"the policy has no {payment.coverage} cover under which the carrier could have paid"
            yield Finding(code="SL310", where=f"carrier_payments[{position}].coverage", rule=rule)


def __dir__() -> list[str]:
    return __all__
