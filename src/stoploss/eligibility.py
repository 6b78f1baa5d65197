"""Screening: whether a payment counts under a coverage, and if not, why.

A payment is screened once for each coverage, because windows and benefits may differ.
The first reason that applies is the answer; an excluded payment is listed with it, never dropped.

A negative row that names the payment it undoes is judged by the dates, the benefit and the status of *that* payment:
a recovery belongs to the period of the original payment, however late it comes in.

Source: "Eligible Expenses" and "Contract Basis" of policy forms; see ``docs/clauses.md``, screening.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from attrs import frozen

from stoploss.basis import Windows
from stoploss.choice import Choice
from stoploss.facts import Benefit, Coverage, IneligibleFor, Payment, Status
from stoploss.policy import Policy
from stoploss.words import ConsumeBy, Per

__all__ = ["Order", "Reason", "Screen", "cut", "in_order", "paid_by", "unit_of"]

Order = Callable[[Payment], tuple[object, ...]]
"""Sorts payments in the order in which they consume a deductible."""

_PAID = Status.PAID
_PENDING = Status.PENDING
_INELIGIBLE = Status.INELIGIBLE


class Reason(Choice):
    """Why a payment does not count, in screening order."""

    INELIGIBLE = "ineligible"
    PENDING = "pending"
    ADJUSTS_ELSEWHERE = "adjusts_elsewhere"
    """It undoes a payment that was not reported: it belongs to another policy year."""
    BENEFIT_NOT_COVERED = "benefit_not_covered"
    INCURRED_BEFORE = "incurred_before"
    INCURRED_AFTER = "incurred_after"
    PAID_BEFORE = "paid_before"
    PAID_AFTER = "paid_after"
    OVER_RUN_IN_LIMIT = "over_run_in_limit"
    """Incurred before the effective date, beyond what the run-in limit lets count."""


@frozen(kw_only=True)
class Screen:
    """The test that one coverage puts to every payment."""

    coverage: Coverage
    covers: tuple[Benefit, ...]
    windows: Windows

    def reason(self, payment: Payment, reported: Mapping[str, Payment]) -> Reason | None:
        """
        Return the first reason why *payment* does not count, or ``None`` if it is eligible.

        Args:
            payment: The payment to judge.
            reported: All reported payments by id, whether or not they are paid by now.
        """
        if payment.status is not _PAID:
            if self._holds_ineligible(payment):
                return Reason.INELIGIBLE
            if payment.status is _PENDING:
                return Reason.PENDING
        if payment.adjusts is None or payment.cents >= 0:
            return self._outside(payment, payment.paid_on)
        adjusted = reported.get(payment.adjusts)
        if adjusted is None:
            return Reason.ADJUSTS_ELSEWHERE
        if self._holds_ineligible(adjusted):
            return Reason.INELIGIBLE
        return self._outside(adjusted, adjusted.paid_on)

    def _holds_ineligible(self, payment: Payment) -> bool:
        return payment.status is _INELIGIBLE and payment.ineligible_for in (IneligibleFor.BOTH, self.coverage)

    def _outside(self, payment: Payment, paid_on: dt.date | None) -> Reason | None:
        if payment.benefit not in self.covers:
            return Reason.BENEFIT_NOT_COVERED
        incurred, paid = self.windows.incurred, self.windows.paid
        if payment.incurred_on < incurred.first:
            return Reason.INCURRED_BEFORE
        if incurred.last is not None and payment.incurred_on > incurred.last:
            return Reason.INCURRED_AFTER
        if paid_on is None or paid_on < paid.first:
            return Reason.PAID_BEFORE
        if paid.last is not None and paid_on > paid.last:
            return Reason.PAID_AFTER
        return None


def paid_by(payment: Payment, reported: Mapping[str, Payment], as_of: dt.date) -> bool:
    """Say whether *payment* counts as paid by *as_of*: an undoing row no earlier than the payment that it undoes."""
    if payment.paid_on is None or payment.paid_on > as_of:
        return False
    adjusted = reported.get(payment.adjusts) if payment.undoes and payment.adjusts else None
    return adjusted is None or (adjusted.paid_on is not None and adjusted.paid_on <= as_of)


def cut(payments: Iterable[Payment], reported: Mapping[str, Payment], as_of: dt.date | None) -> list[Payment]:
    """Return the payments paid by *as_of* (``None``: all), and every pending one, to be listed."""
    if as_of is None:
        return list(payments)
    return [payment for payment in payments if payment.status is _PENDING or paid_by(payment, reported, as_of)]


def unit_of(policy: Policy) -> Callable[[Payment], str]:
    """Return the function that names a payment's unit: its member, or its family where the deductible is per family."""
    if policy.per is Per.FAMILY:
        return lambda payment: payment.family or ""
    return lambda payment: payment.member


def in_order(policy: Policy) -> Order:
    """Return the order in which payments consume the deductible; ids go by code point."""
    if policy.consume_by is ConsumeBy.INCURRED:
        return lambda payment: (payment.incurred_on, payment.paid_on, payment.id)
    return lambda payment: (payment.paid_on, payment.id)


def __dir__() -> list[str]:
    return __all__
