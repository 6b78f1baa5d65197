"""Screening: whether a payment counts under a coverage, and if not, why.

A payment is screened once for each coverage, because windows and benefits may differ.
The first reason that applies is the answer; an excluded payment is listed with it, never dropped.

A negative row that names the payment it undoes is judged by the dates, the benefit and the status of *that* payment:
a recovery belongs to the period of the original payment, however late it comes in.

Source: "Eligible Expenses" and "Contract Basis" of policy forms; see ``docs/clauses.md``, screening.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import cast

from attrs import field, frozen

from stoploss.aggregate_terms import AggregateTerms
from stoploss.assignment import taken_elsewhere
from stoploss.basis import PriorAdministrator, Windows
from stoploss.choice import Choice
from stoploss.facts import (
    Administrator,
    Benefit,
    Coverage,
    IneligibleFor,
    Payment,
    Status,
    carries,
)
from stoploss.policy import Policy
from stoploss.policy_rules import basis_of
from stoploss.specific_terms import SpecificTerms
from stoploss.words import ConsumeBy, Per, RebateTreatment

__all__ = [
    "LIMITS",
    "Order",
    "Reason",
    "Screen",
    "Screened",
    "cut",
    "in_order",
    "paid_by",
    "screen_of",
    "unit_of",
]

Order = Callable[[Payment], tuple[object, ...]]
"""Sorts payments in the order in which they consume a deductible."""

_NEVER = dt.date.max
_PAID = Status.PAID
_PENDING = Status.PENDING
_INELIGIBLE = Status.INELIGIBLE
_NO_TERM = PriorAdministrator()


class Reason(Choice):
    """Why a payment does not count, in screening order; the last five take something out of one that does."""

    INELIGIBLE = "ineligible"
    PENDING = "pending"
    ADJUSTS_ELSEWHERE = "adjusts_elsewhere"
    """It undoes a payment that was not reported: it belongs to another policy year."""
    REBATE = "rebate"
    """A pharmacy rebate, where claims count before rebates."""
    CLASS_NOT_COVERED = "class_not_covered"
    BENEFIT_NOT_COVERED = "benefit_not_covered"
    EXCLUDED_TAG = "excluded_tag"
    INCURRED_BEFORE = "incurred_before"
    INCURRED_AFTER = "incurred_after"
    PAID_BEFORE = "paid_before"
    PAID_AFTER = "paid_after"
    PRIOR_ADMINISTRATOR = "prior_administrator"
    """Processed by a prior administrator, and excluded, or paid or reported too late."""
    OTHER_POLICY = "other_policy"
    """Another policy of the employer takes it."""
    LEGAL_COST = "legal_cost"
    """What a recovery cost to obtain."""
    OVER_RUN_IN_LIMIT = "over_run_in_limit"
    """Incurred before the effective date, beyond what the run-in limit lets count."""
    OVER_RUN_OUT_LIMIT = "over_run_out_limit"
    """Paid after the last day in force, beyond what the run-out limit lets count."""
    REDUCED = "reduced"
    """Paid to an own facility, beyond the share that counts."""
    OVER_CAP = "over_cap"
    """Beyond an inner maximum on eligible claims."""


LIMITS = (
    Reason.LEGAL_COST,
    Reason.OVER_RUN_IN_LIMIT,
    Reason.OVER_RUN_OUT_LIMIT,
    Reason.REDUCED,
    Reason.OVER_CAP,
)
"""Reasons that take something out of a payment that counts."""


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
    """
    The test that one coverage puts to every payment.

    Args:
        coverage: Which one.
        covers, windows: Benefits, and days.
        classes: Covered classes; empty: all.
        excludes: Labels of payments that do not count.
        prior: Whether claims of a prior administrator count.
        rebates: The label of rebates that do not count; ``None`` where they do.
        elsewhere: Says of a payment in both windows whether another policy takes it; ``None`` without others.
        deemed: Ids of payments that count as paid in the paid window, whenever they were.
    """

    coverage: Coverage
    covers: tuple[Benefit, ...]
    windows: Windows
    classes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    prior: PriorAdministrator = field(default=_NO_TERM)
    rebates: str | None = None
    elsewhere: Callable[[Payment], bool] | None = None
    deemed: Container[str] = field(default=(), repr=False)

    @property
    def plain(self) -> bool:
        """Whether a payment that covers and windows let in counts, whatever else it is."""
        return not (self.classes or self.excludes or self.elsewhere or self.prior != _NO_TERM)

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
        judged = reported.get(payment.adjusts) if payment.cents < 0 and payment.adjusts is not None else payment
        if judged is None:
            return Reason.ADJUSTS_ELSEWHERE
        if payment.cents < 0 and self.rebates is not None and carries(payment, self.rebates):
            return Reason.REBATE
        return Reason.INELIGIBLE if self._ineligible(judged) else self._outside(judged)

    def screen(self, payments: Iterable[Payment], reported: Mapping[str, Payment]) -> Screened:
        """
        Part *payments* into eligible and excluded ones.

        Args:
            payments: What was paid by the day of the statement, and what is pending.
            reported: All reported payments by id.
        """
        eligible: list[Payment] = []
        excluded: dict[Reason, list[Payment]] = {}
        covers = self.covers if self.plain else ()
        incurred_first, incurred_last = self.windows.incurred.first, self.windows.incurred.last or _NEVER
        paid_first, paid_last = self.windows.paid.first, self.windows.paid.last or _NEVER
        for payment in payments:
            # Nearly every payment is an ordinary one inside both windows; `reason` is for the others,
            # and for all of them where a term asks for more than benefit and days.
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
        """Return which test a payment fails, if any: class, benefit, labels, windows, administrator, other policies."""
        incurred, paid = self.windows.incurred, self.windows.paid
        paid_on = payment.paid_on or _NEVER
        if payment.id in self.deemed:
            paid_on = min(paid_on, paid.last or _NEVER)
        tests = (
            (bool(self.classes) and payment.covered_class not in self.classes, Reason.CLASS_NOT_COVERED),
            (payment.benefit not in self.covers, Reason.BENEFIT_NOT_COVERED),
            (bool(self.excludes) and any(carries(payment, each) for each in self.excludes), Reason.EXCLUDED_TAG),
            (payment.incurred_on < incurred.first, Reason.INCURRED_BEFORE),
            (payment.incurred_on > (incurred.last or _NEVER), Reason.INCURRED_AFTER),
            (paid_on < paid.first, Reason.PAID_BEFORE),
            (paid_on > (paid.last or _NEVER), Reason.PAID_AFTER),
        )
        for failed, reason in tests:
            if failed:
                return reason
        if payment.administrator is Administrator.PRIOR and _too_late(payment, self.prior):
            return Reason.PRIOR_ADMINISTRATOR
        return Reason.OTHER_POLICY if self.elsewhere is not None and self.elsewhere(payment) else None

    def _ineligible(self, payment: Payment) -> bool:
        return payment.status is _INELIGIBLE and payment.ineligible_for in (IneligibleFor.BOTH, self.coverage)


def screen_of(policy: Policy, coverage: Coverage, deemed: Container[str] = ()) -> Screen:
    """
    Return the screen of a coverage that the policy has.

    Args:
        policy: The policy.
        coverage: One of its covers.
        deemed: Ids of payments that count as paid in the paid window; only specific has such.
    """
    specific = coverage is Coverage.SPECIFIC
    terms = cast("SpecificTerms | AggregateTerms", policy.specific if specific else policy.aggregate)
    windows = cast("Windows", policy.specific_windows if specific else policy.aggregate_windows)
    gross = policy.rebates.treatment is RebateTreatment.GROSS
    ignored = gross or (specific and policy.rebates.treatment is RebateTreatment.NET_AT_AGGREGATE)
    return Screen(
        coverage=coverage,
        covers=terms.covers,
        windows=windows,
        classes=terms.classes,
        excludes=terms.excludes,
        prior=basis_of(coverage, terms.basis, policy.bridge).prior_administrator,
        rebates=policy.rebates.tag if ignored else None,
        elsewhere=None if policy.overlap is None else lambda payment: taken_elsewhere(payment, policy, coverage),
        deemed=deemed if specific else (),
    )


def _too_late(payment: Payment, prior: PriorAdministrator) -> bool:
    """Say whether a prior administrator's payment does not count."""
    paid_late = prior.paid_by is not None and (payment.paid_on or _NEVER) > prior.paid_by
    reported_late = prior.reported_by is not None and (payment.reported_on or _NEVER) > prior.reported_by
    return not prior.included or paid_late or reported_late


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
