"""What is wrong with facts that arrive at a ledger, given those that it holds.

The rules are those of one settlement (``reported``); here they are asked of a few facts against many.
A negative row may come before the payment that it undoes, so the two are checked when the later one arrives.

Source: ``docs/clauses.md``, facts and ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from attrs import evolve

from stoploss.errors import FactError, Finding, LedgerConflict
from stoploss.facts import CarrierPayment, Payment, adjustment_faults
from stoploss.money import LARGEST_CENTS
from stoploss.policy import Policy
from stoploss.reported import (
    ANOTHER_UNIT,
    carrier_payment_findings,
    differing_fields,
    funds_another_unit,
    payment_findings,
    unit_name,
)

__all__ = ["Fault", "carrier_payment_faults", "payment_faults", "refuse", "units_conflict"]

Fault: TypeAlias = tuple[int, Finding]
"""What is wrong, with the position of the arriving fact."""

_CONFLICTS = ("SL308", "SL542")


def refuse(faults: Sequence[Fault], name: str = "") -> None:
    """
    Raise one error with all *faults*, in the order of their facts.

    Args:
        faults: What is wrong; nothing is raised where there is none.
        name: What the facts are called, ``payments``, where there are several.

    Raises:
        LedgerConflict: Where other content under known ids is all that is wrong.
        FactError: Otherwise.
    """
    if not faults:
        return
    in_order = sorted(faults, key=lambda fault: fault[0])
    findings = [finding.under(f"{name}[{position}]") if name else finding for position, finding in in_order]
    raise (LedgerConflict if all(finding.code in _CONFLICTS for finding in findings) else FactError)(findings)


def payment_faults(
    payments: Sequence[Payment],
    *,
    policy: Policy,
    recorded: Mapping[str, Payment],
    undoing: Mapping[str, Sequence[Payment]],
    advanced: Mapping[str, str | None],
    volume: int,
) -> Iterator[Fault]:
    """
    Yield what is wrong among arriving payments, and between them and those that were recorded.

    Args:
        payments: Those that arrive; any of them may have been recorded before.
        policy: Says whether a payment has to name its family.
        recorded: Recorded payments by id.
        undoing: Recorded negative rows by the id of the payment that they undo.
        advanced: The units to which recorded advances were paid, by the claims that they were for.
        volume: The sum of all recorded amounts, signs aside, in cents.
    """
    arriving: dict[str, int] = {}
    for position, payment in enumerate(payments):
        known = recorded.get(payment.id) or payments[arriving.setdefault(payment.id, position)]
        yield from _told_otherwise(position, known, payment)
    yield from payment_findings(policy, payments)
    for position, payment in enumerate(payments):
        unit = unit_name(policy, payment)
        if advanced.get(payment.id, unit) != unit:
            help_ = "an advance that was recorded before is for this claim, as another unit's"
            yield position, evolve(ANOTHER_UNIT, where="id", help=help_)
    new = [(position, payments[position]) for position in arriving.values()]
    yield from _adjustment_faults(new, recorded, undoing)
    yield from _too_much(volume, new)


def carrier_payment_faults(
    payment: CarrierPayment,
    *,
    policy: Policy,
    known: CarrierPayment | None,
    recorded: Mapping[str, Payment],
    volume: int,
) -> Iterator[Fault]:
    """
    Yield what is wrong with a payment of the carrier.

    Args:
        payment: The one that arrives.
        policy: Says which covers there are.
        known: The one that was recorded under its id, if any.
        recorded: Recorded payments of the plan, by id.
        volume: The sum of all recorded amounts, signs aside, in cents.
    """
    if known is not None:
        yield from _told_otherwise(0, known, payment)
        return
    yield from carrier_payment_findings(policy, [payment])
    own = {claim: unit_name(policy, recorded[claim]) for claim in payment.claims if claim in recorded}
    if funds_another_unit(payment, own):
        yield 0, ANOTHER_UNIT
    yield from _too_much(volume, [(0, payment)])


def units_conflict() -> Finding:
    """Return what is wrong with covered units that were recorded otherwise on the same day."""
    rule = "this policy month and tier was recorded with other units on the same day"
    return Finding(code="SL542", where="units", rule=rule, help="a correction is recorded on a later day")


def _told_otherwise(position: int, known: Payment | CarrierPayment, fact: Payment | CarrierPayment) -> Iterator[Fault]:
    """Find other content under a known id; never its values."""
    if known is not fact and known != fact:
        rule = f"this id was recorded with other content (it differs in {', '.join(differing_fields(known, fact))})"
        help_ = "a correction is a new payment under a new id"
        yield position, Finding(code="SL308", where="id", rule=rule, help=help_)


def _adjustment_faults(
    new: Sequence[tuple[int, Payment]],
    recorded: Mapping[str, Payment],
    undoing: Mapping[str, Sequence[Payment]],
) -> Iterator[Fault]:
    """Find what is wrong between new payments and what they undo, or what undoes them."""
    held: dict[str, Payment] = {}
    for _, payment in new:
        for claim in (payment.id, payment.adjusts if payment.undoes else None):
            if claim is not None:
                # A row that an interrupt kept from being recorded holds nothing.
                held |= {row.id: row for row in undoing.get(claim, ()) if recorded.get(row.id) is row}
                held |= {claim: recorded[claim]} if claim in recorded else {}
    group = [*held.values(), *(payment for _, payment in new)]
    arriving = {payment.id: position for position, payment in new}
    for place, finding in adjustment_faults(group):
        if place >= len(held):
            yield new[place - len(held)][0], finding
        else:
            # What was held before was right, so this row waited for a payment that arrives only now.
            help_ = "a negative row that was recorded before names this payment"
            yield arriving[group[place].adjusts or ""], evolve(finding, where="id", help=help_)


def _too_much(volume: int, new: Sequence[tuple[int, Payment | CarrierPayment]]) -> Iterator[Fault]:
    """Find the fact with which the sum of all amounts gets too large."""
    for position, fact in new:
        volume += abs(fact.cents)
        if volume > LARGEST_CENTS:
            yield (
                position,
                Finding(code="SL111", where="amount", rule="the sum of all amounts stays within 64-bit cents"),
            )
            return


def __dir__() -> list[str]:
    return __all__
