"""What the carriers of many policies have paid: small beside the claims, and checked by the rules of the feeds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve, field, frozen

from stoploss.facts import CarrierPayment
from stoploss.feeds.carrier_payments import CARRIER_PAYMENTS
from stoploss.feeds.conservation import FileTally
from stoploss.frames.columns import LARGEST_TOTAL, RECEIVED
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.found import REPEATED, Found, too_large
from stoploss.frames.objects import Given, Told, facts_in, gathered, tally_of
from stoploss.frames.rows import RowColumns, carrier_payments_of
from stoploss.frames.sources import Holds
from stoploss.policy import Policy
from stoploss.reported import carrier_payment_findings, differing_fields

__all__ = ["CheckedCarrierPayments", "check_carrier_payments"]


@frozen(kw_only=True)
class CheckedCarrierPayments:
    """
    What became of a source of carrier payments.

    Args:
        received: Each once, as :data:`~stoploss.frames.columns.RECEIVED` says.
        payments: The same by policy.
        columns: The source's pinned columns, as they were read.
        found: What was found.
        tally: What became of every row and every dollar; ``None`` without a source.
    """

    received: Frame = field(repr=False, eq=False)
    payments: Mapping[str, Sequence[CarrierPayment]] = field(repr=False)
    columns: RowColumns = field(repr=False)
    found: tuple[Found, ...]
    tally: FileTally | None


def check_carrier_payments(engine: Engine, source: object, policies: Sequence[Policy]) -> CheckedCarrierPayments:
    """
    Find everything that is wrong with what the carriers have paid.

    Args:
        engine: Reads them.
        source: A path, or a frame that the engine takes; ``None``: nothing was paid.
        policies: Those that they may belong to.
    """
    if source is None:
        return CheckedCarrierPayments(received=_table(engine, {}), payments={}, columns={}, found=(), tally=None)
    numbers = frozenset(policy.number for policy in policies)
    holds = {"paid_on": Holds.DAY, "amount": Holds.AMOUNT, "claims": Holds.LABELS, "id": Holds.ID, "member": Holds.ID}
    facts = facts_in(
        engine, source, CARRIER_PAYMENTS, carrier_payments_of, label="carrier payments", policies=numbers, holds=holds
    )
    if any(not found.notice for found in facts.found):
        nothing = _table(engine, {})
        return CheckedCarrierPayments(received=nothing, payments={}, columns={}, found=tuple(facts.found), tally=None)
    by_policy: defaultdict[str, list[Given[CarrierPayment]]] = defaultdict(list)
    for each in facts.given:
        by_policy[each.policy].append(each)
    duplicates: list[Given[CarrierPayment]] = []
    told = list(facts.told)
    for policy in policies:
        told += _told_otherwise(by_policy[policy.number], duplicates)
        told += _against(policy, by_policy[policy.number])
    found = [*facts.found, *gathered(told, facts.label, ordered=facts.ordered)]
    refused = any(not each.notice for each in found)
    repeated = [Told(row=each.row, total=each.fact.cents, finding=REPEATED) for each in duplicates]
    found += gathered(repeated, facts.label, ordered=facts.ordered, notice=True)
    again = {each.row for each in duplicates}
    payments = {
        number: tuple(each.fact for each in own if each.row not in again) for number, own in by_policy.items() if own
    }
    return CheckedCarrierPayments(
        received=_table(engine, payments),
        payments=payments,
        columns=facts.columns,
        found=tuple(found),
        tally=tally_of(facts, CARRIER_PAYMENTS, duplicates, told, refused=refused),
    )


def _told_otherwise(given: Sequence[Given[CarrierPayment]], duplicates: list[Given[CarrierPayment]]) -> Iterator[Told]:
    """Yield the payments whose id another has with other content; those that are the same are duplicates."""
    first: dict[str, CarrierPayment] = {}
    for each in given:
        earlier = first.setdefault(each.fact.id, each.fact)
        if earlier != each.fact:
            rule = f"another row has this id, and differs in {', '.join(differing_fields(earlier, each.fact))}"
            finding = evolve(CARRIER_PAYMENTS.same_key, rule=rule)
            yield Told(row=each.row, total=each.fact.cents, finding=finding)
        elif earlier is not each.fact:
            duplicates.append(each)


def _against(policy: Policy, given: Sequence[Given[CarrierPayment]]) -> Iterator[Told]:
    """Yield what a policy's covers and carriers do not allow."""
    payments = [each.fact for each in given]
    for position, finding in carrier_payment_findings(policy, payments):
        each = given[position]
        rule = f"policy {policy.number}: {finding.rule}"
        yield Told(row=each.row, total=each.fact.cents, finding=evolve(finding, rule=rule))
    if sum(abs(payment.cents) for payment in payments) > LARGEST_TOTAL:
        yield Told(row=0, total=0, finding=too_large(policy.number))


def _table(engine: Engine, payments: Mapping[str, Sequence[CarrierPayment]]) -> Frame:
    every = [(number, payment) for number, own in payments.items() for payment in own]
    columns: dict[str, Sequence[Any]] = {
        "policy": [number for number, _ in every],
        "coverage": [str(payment.coverage) for _, payment in every],
        "member": [payment.member or "" for _, payment in every],
        "paid_on": [payment.paid_on for _, payment in every],
        "cents": [payment.cents for _, payment in every],
    }
    return engine.table(columns, RECEIVED)


def __dir__() -> list[str]:
    return __all__
