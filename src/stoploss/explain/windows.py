"""What lets a claim count that its basis alone would not: a bridge, terminal liability, an advance.

Source: ``docs/clauses.md``, contract basis and advance funding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stoploss.assignment import deemed_paid
from stoploss.basis import Windows
from stoploss.errors import StopLossError
from stoploss.facts import CarrierPayment, Coverage, Payment
from stoploss.policy import Policy
from stoploss.policy_rules import windows_of
from stoploss.settlement import Settlement

__all__ = ["judged", "late_for_its_advance", "let_in_by_a_rider", "why_it_counts", "windows_in_words"]


def judged(settlement: Settlement, payment: Payment) -> Payment:
    """Return the payment by which a row is judged: the one that it undoes, if that was reported, or itself."""
    adjusted = settlement.reported.payments.get(payment.adjusts) if payment.undoes and payment.adjusts else None
    return adjusted or payment


def windows_in_words(policy: Policy, coverage: Coverage) -> str:
    """Say which rider gave a cover its windows, and what its basis alone has; empty where no rider did."""
    own = _of_the_basis_alone(policy, coverage)
    if own is None:
        return ""
    bridged = coverage is Coverage.SPECIFIC and policy.bridge is not None and policy.bridge.renewed
    rider = "the bridge, as the group has renewed" if bridged else "terminal liability, which was elected"
    return f"{rider}; the basis alone has the incurred window {own.incurred}, and the paid window {own.paid}"


def let_in_by_a_rider(settlement: Settlement, coverage: Coverage, rows: Iterable[Payment]) -> int:
    """Return how many of the rows that count under a cover lie outside the windows of its basis alone."""
    own = _of_the_basis_alone(settlement.policy, coverage)
    return 0 if own is None else sum(not _holds(own, settlement, coverage, row) for row in rows)


def why_it_counts(settlement: Settlement, coverage: Coverage, payment: Payment) -> Iterator[str]:
    """Say of a claim that counts what lets it: an advance that it was paid by, or a rider on the windows."""
    found = _advance(settlement, coverage, payment)
    if found:
        yield _advance_in_words(settlement, payment, found)
    if let_in_by_a_rider(settlement, coverage, (payment,)):
        yield f"It counts by {windows_in_words(settlement.policy, coverage)}."


def _advance_in_words(settlement: Settlement, payment: Payment, advance: CarrierPayment) -> str:
    """Say that a claim counts as paid on the day of an advance."""
    own, policy = judged(settlement, payment), settlement.policy
    which = "it" if own is payment else "the payment that it undoes"
    window = policy.specific_windows.paid if policy.specific_windows else ""
    days = policy.advance_funding.paid_within_days if policy.advance_funding else 0
    return (
        f"The plan paid {which} on {own.paid_on}, after the paid window, {window}; "
        f"the carrier had advanced the money on {advance.paid_on}, and what the plan pays within "
        f"{days} working days of that counts as paid on that day."
    )


def late_for_its_advance(settlement: Settlement, payment: Payment) -> Iterator[str]:
    """Say of a claim that was paid too late that an advance for it does not help."""
    rider, own = settlement.policy.advance_funding, judged(settlement, payment)
    if rider is None or rider.paid_within_days is None:
        return
    days = [advance.paid_on for advance in settlement.received if own.id in advance.claims and advance.cents > 0]
    if days:
        yield (
            f"The carrier advanced money for it on {min(days)}; it counts as paid on that day only where that lies in "
            f"the paid window, and the plan pays within {rider.paid_within_days} working days of it."
        )


def _advance(settlement: Settlement, coverage: Coverage, payment: Payment) -> CarrierPayment | None:
    """Return the first advance by which a claim that counts was paid in the specific paid window, if it needs one."""
    own, policy = judged(settlement, payment), settlement.policy
    windows = policy.specific_windows
    if coverage is not Coverage.SPECIFIC or windows is None or own.paid_on is None or windows.paid.holds(own.paid_on):
        return None
    funding = (each for each in settlement.received if deemed_paid(policy, (each,), {own.id: own}))
    return min(funding, key=lambda each: (each.paid_on, each.id), default=None)


def _holds(windows: Windows, settlement: Settlement, coverage: Coverage, payment: Payment) -> bool:
    own, advance = judged(settlement, payment), _advance(settlement, coverage, payment)
    paid_on = advance.paid_on if advance else own.paid_on
    return windows.incurred.holds(own.incurred_on) and paid_on is not None and windows.paid.holds(paid_on)


def _of_the_basis_alone(policy: Policy, coverage: Coverage) -> Windows | None:
    """Return the windows of a cover's own basis, termination included, where a rider gave it others."""
    terms = policy.specific if coverage is Coverage.SPECIFIC else policy.aggregate
    applied = policy.specific_windows if coverage is Coverage.SPECIFIC else policy.aggregate_windows
    if terms is None:
        return None
    try:
        own = windows_of(coverage, terms.basis, policy.period, policy.early_termination, None)
    except StopLossError:  # a basis that a bridge replaces need not fit the period
        return None
    return None if own == applied else own


def __dir__() -> list[str]:
    return __all__
