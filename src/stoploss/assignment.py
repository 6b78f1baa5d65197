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

from stoploss.facts import CarrierPayment, CarrierPaymentKind, Coverage, Payment
from stoploss.policy import Policy
from stoploss.riders import Overlap
from stoploss.window import Period, working_days_after
from stoploss.words import OverlapRule

__all__ = ["claimed_by_others", "deemed_paid", "taken_elsewhere"]

_NEVER = dt.date.max


def _holding(payment: Payment, overlap: Overlap, coverage: Coverage) -> Iterator[tuple[Period, dt.date]]:
    """Yield the periods of the other policies whose windows hold a payment, with the day on which each begins."""
    paid_on = payment.paid_on or _NEVER
    for other in (other for other in overlap.other if coverage in other.covers):
        if other.windows.incurred.holds(payment.incurred_on) and other.windows.paid.holds(paid_on):
            yield other.period, other.effective


def taken_elsewhere(payment: Payment, period: Period, overlap: Overlap, coverage: Coverage) -> bool:
    """Say whether another policy takes a payment that this one's windows hold under a coverage."""
    holding = list(_holding(payment, overlap, coverage))
    if not holding or overlap.rule is OverlapRule.ERROR:
        return False
    if overlap.rule is not OverlapRule.FIRST:
        day = payment.incurred_on if overlap.rule is OverlapRule.INCURRED else payment.paid_on or _NEVER
        if period.holds(day):
            return False
        if any(other.holds(day) for other, _ in holding):
            return True
    return min(effective for _, effective in holding) < period.effective


def claimed_by_others(policy: Policy, payments: Iterable[Payment]) -> Iterator[int]:
    """Yield the position of each payment in the windows of a cover and of another policy, where that is refused."""
    overlap = policy.overlap
    if overlap is None or overlap.rule is not OverlapRule.ERROR:
        return
    own = {Coverage.SPECIFIC: policy.specific_windows, Coverage.AGGREGATE: policy.aggregate_windows}
    for position, payment in enumerate(payments):
        if payment.paid_on is not None and not payment.undoes:
            holding = [
                coverage
                for coverage, windows in own.items()
                if windows and windows.incurred.holds(payment.incurred_on) and windows.paid.holds(payment.paid_on)
            ]
            if any(True for coverage in holding for _ in _holding(payment, overlap, coverage)):
                yield position


def deemed_paid(policy: Policy, received: Iterable[CarrierPayment], reported: Mapping[str, Payment]) -> frozenset[str]:
    """
    Return the ids of payments that count as paid in the specific paid window because an advance came in it.

    The plan paid them within the working days that the policy allows, from the day of the carrier's money on.
    """
    rider, windows = policy.advance_funding, policy.specific_windows
    if rider is None or rider.paid_within_days is None or windows is None:
        return frozenset()
    deemed: set[str] = set()
    for advance in received:
        if advance.kind is not CarrierPaymentKind.ADVANCE or not windows.paid.holds(advance.paid_on):
            continue
        latest = working_days_after(advance.paid_on, rider.paid_within_days)
        funded = (reported[claim] for claim in advance.claims if claim in reported)
        deemed |= {each.id for each in funded if each.paid_on and advance.paid_on <= each.paid_on <= latest}
    return frozenset(deemed)


def __dir__() -> list[str]:
    return __all__
