"""Assignment: which policy takes a claim, and which paid window, where days alone leave it open.

A claim may lie in the windows of two policies of one employer; no more than one takes it.
A claim that the plan paid soon after the carrier had advanced the money counts as paid when that money came.

Example: a year on 12/15 and the next on 15/12 both hold what was incurred in December and paid in January; by the
period incurred, the first takes it.

Source: SAFECO LGC 8809 (an expense that would qualify in two periods belongs to the one in which it was incurred);
HM Life, advance funding rider; see ``docs/clauses.md``, overlap and advance funding.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from stoploss.basis import Windows
from stoploss.facts import CarrierPayment, CarrierPaymentKind, Coverage, Payment
from stoploss.policy import Policy
from stoploss.riders import OtherPolicy
from stoploss.window import working_days_after
from stoploss.words import OverlapRule

__all__ = ["deemed_paid", "held_twice", "taken_elsewhere"]

_NEVER = dt.date.max


def taken_elsewhere(payment: Payment, policy: Policy, coverage: Coverage) -> bool:
    """
    Say whether another policy takes a payment that this one's windows hold under a coverage.

    What another policy's specific takes counts in no aggregate but that policy's, which knows what was reimbursed.
    """
    if _another_takes(payment, policy, coverage):
        return True
    if coverage is Coverage.SPECIFIC or not any(_holding(payment, policy, Coverage.SPECIFIC)):
        return False
    own = _held(payment, policy, Coverage.SPECIFIC) and not _another_takes(payment, policy, Coverage.SPECIFIC)
    return not own


def held_twice(payment: Payment, policy: Policy, coverage: Coverage) -> bool:
    """Say whether another policy's windows hold a payment as well, and it is refused to say whose it is."""
    refused = policy.overlap is not None and policy.overlap.rule is OverlapRule.ERROR
    return refused and any(_holding(payment, policy, coverage))


def _another_takes(payment: Payment, policy: Policy, coverage: Coverage) -> bool:
    """Say by the overlap rule whether another policy with this coverage takes a payment."""
    rule = policy.overlap.rule if policy.overlap else OverlapRule.ERROR
    holding = [other.period for other in _holding(payment, policy, coverage)]
    if not holding or rule is OverlapRule.ERROR:
        return False
    if rule is not OverlapRule.FIRST:
        day = payment.incurred_on if rule is OverlapRule.INCURRED else payment.paid_on or _NEVER
        if policy.period.in_force_on(day):
            return False
        if any(period.holds(day) for period in holding):
            return True
    return min(period.effective for period in holding) < policy.period.effective


def _holding(payment: Payment, policy: Policy, coverage: Coverage) -> Iterator[OtherPolicy]:
    """Yield the other policies that cover a payment's benefit, and whose windows hold it."""
    for other in policy.overlap.other if policy.overlap else ():
        covered = coverage in other.covers and (not other.benefits or payment.benefit in other.benefits)
        if covered and _inside(payment, other.windows):
            yield other


def _held(payment: Payment, policy: Policy, coverage: Coverage) -> bool:
    """Say whether the policy's own windows hold a payment under a coverage that covers its benefit."""
    specific = coverage is Coverage.SPECIFIC
    terms = policy.specific if specific else policy.aggregate
    windows = policy.specific_windows if specific else policy.aggregate_windows
    return terms is not None and windows is not None and payment.benefit in terms.covers and _inside(payment, windows)


def _inside(payment: Payment, windows: Windows) -> bool:
    return windows.incurred.holds(payment.incurred_on) and windows.paid.holds(payment.paid_on or _NEVER)


def deemed_paid(policy: Policy, received: Iterable[CarrierPayment], reported: Mapping[str, Payment]) -> frozenset[str]:
    """
    Return the ids of payments that count as paid in the specific paid window because an advance came in it.

    The plan paid them within the working days that the policy allows, from the day of the carrier's money on; a part of
    the money is enough, money that was all returned is none.
    What another policy's windows hold by its own paid day needs no advance, and is that policy's.
    """
    rider, windows = policy.advance_funding, policy.specific_windows
    if rider is None or rider.paid_within_days is None or windows is None:
        return frozenset()
    advances: dict[str, list[CarrierPayment]] = {}
    for payment in received:
        if payment.kind is CarrierPaymentKind.ADVANCE:
            for claim in payment.claims:
                advances.setdefault(claim, []).append(payment)
    return frozenset(
        claim
        for claim, own in advances.items()
        if claim in reported
        and _in_time(reported[claim], own, windows, rider.paid_within_days)
        and not any(_holding(reported[claim], policy, Coverage.SPECIFIC))
    )


def _in_time(payment: Payment, advances: Iterable[CarrierPayment], windows: Windows, days: int) -> bool:
    """Say whether the plan paid a claim soon enough after an advance that it had not returned by then."""
    paid_on = payment.paid_on
    if paid_on is None:
        return False
    by_then = [advance for advance in advances if advance.paid_on <= paid_on]
    return sum(advance.cents for advance in by_then) > 0 and any(
        advance.cents > 0
        and windows.paid.holds(advance.paid_on)
        and paid_on <= working_days_after(advance.paid_on, days)
        for advance in by_then
    )


def __dir__() -> list[str]:
    return __all__
