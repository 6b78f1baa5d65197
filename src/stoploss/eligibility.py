"""Screening: whether a payment counts under a coverage, and if not, why.

A payment is screened once for each coverage, because windows and benefits may differ.
The first reason that applies is the answer; an excluded payment is listed with it, never dropped.

A negative row that names the payment it undoes is judged by the dates, the benefit and the status of *that* payment:
a recovery belongs to the period of the original payment, however late it comes in.

Source: "Eligible Expenses" and "Contract Basis" of policy forms; see ``docs/clauses.md``, screening.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter

from attrs import field, frozen

from stoploss.basis import Windows
from stoploss.choice import Choice
from stoploss.facts import Benefit, Coverage, IneligibleFor, Payment, Status
from stoploss.policy import Policy
from stoploss.words import ConsumeBy, Per

__all__ = ["Order", "Reason", "Screen", "Screened", "cut", "in_order", "paid_by", "unit_of"]

Order = Callable[[Payment], tuple[object, ...]]
"""Sorts payments in the order in which they consume a deductible."""

_NEVER = dt.date.max
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
class Screened:
    """
    Every payment's answer under one coverage.

    Args:
        eligible: What counts, in the order of arrival.
        excluded: What does not, by reason.
    """

    eligible: Sequence[Payment] = field(repr=False)
    excluded: Mapping[Reason, Sequence[Payment]] = field(repr=False)

    def told(self) -> Iterator[tuple[Reason, Payment]]:
        """Yield every excluded payment with its reason."""
        for reason, payments in self.excluded.items():
            for payment in payments:
                yield reason, payment


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
        if payment.status is _PENDING:
            return Reason.PENDING
        if self._ineligible(payment):
            return Reason.INELIGIBLE
        if payment.cents >= 0 or payment.adjusts is None:
            return self._outside(payment)
        adjusted = reported.get(payment.adjusts)
        if adjusted is None:
            return Reason.ADJUSTS_ELSEWHERE
        return Reason.INELIGIBLE if self._ineligible(adjusted) else self._outside(adjusted)

    def screen(self, payments: Iterable[Payment], reported: Mapping[str, Payment]) -> Screened:
        """
        Part *payments* into eligible and excluded ones.

        Args:
            payments: What was paid by the day of the statement, and what is pending.
            reported: All reported payments by id.
        """
        eligible: list[Payment] = []
        excluded: dict[Reason, list[Payment]] = {}
        covers = self.covers
        incurred_first, incurred_last = self.windows.incurred.first, self.windows.incurred.last or _NEVER
        paid_first, paid_last = self.windows.paid.first, self.windows.paid.last or _NEVER
        for payment in payments:
            # Nearly every payment is an ordinary one inside both windows; `reason` is for the others.
            if (
                payment.cents >= 0
                and payment.status is _PAID
                and incurred_first <= payment.incurred_on <= incurred_last
                and payment.paid_on is not None
                and paid_first <= payment.paid_on <= paid_last
                and payment.benefit in covers
            ):
                eligible.append(payment)
                continue
            reason = self.reason(payment, reported)
            if reason is None:
                eligible.append(payment)
            else:
                excluded.setdefault(reason, []).append(payment)
        return Screened(eligible=eligible, excluded=excluded)

    def _outside(self, payment: Payment) -> Reason | None:
        """Return which test of benefit and windows a payment fails, if any."""
        incurred, paid = self.windows.incurred, self.windows.paid
        paid_on = payment.paid_on or _NEVER
        tests = (
            (payment.benefit not in self.covers, Reason.BENEFIT_NOT_COVERED),
            (payment.incurred_on < incurred.first, Reason.INCURRED_BEFORE),
            (payment.incurred_on > (incurred.last or _NEVER), Reason.INCURRED_AFTER),
            (paid_on < paid.first, Reason.PAID_BEFORE),
            (paid_on > (paid.last or _NEVER), Reason.PAID_AFTER),
        )
        return next((reason for failed, reason in tests if failed), None)

    def _ineligible(self, payment: Payment) -> bool:
        return payment.status is _INELIGIBLE and payment.ineligible_for in (IneligibleFor.BOTH, self.coverage)


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
    return attrgetter("family" if policy.per is Per.FAMILY else "member")


def in_order(policy: Policy) -> Order:
    """Return the order in which payments consume the deductible; ids go by code point."""
    if policy.consume_by is ConsumeBy.INCURRED:
        return attrgetter("incurred_on", "paid_on", "id")
    return attrgetter("paid_on", "id")


def __dir__() -> list[str]:
    return __all__
