"""Why a claim does not count under a cover, in words.

Source: ``docs/clauses.md``, screening and overlap.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from stoploss.basis import ContractBasis, PriorAdministrator
from stoploss.eligibility import Reason
from stoploss.explain.explanation import Section
from stoploss.explain.windows import judged, late_for_its_advance, windows_in_words
from stoploss.facts import Coverage, Payment, Status
from stoploss.policy import Policy
from stoploss.riders import OtherPolicy
from stoploss.settlement import Settlement
from stoploss.steps import Step
from stoploss.words import OverlapRule

__all__ = ["excluded_section"]

_BY_WINDOW = {Reason.INCURRED_BEFORE, Reason.INCURRED_AFTER, Reason.PAID_BEFORE, Reason.PAID_AFTER}


def excluded_section(coverage: Coverage, reason: Reason | None, settlement: Settlement, payment: Payment) -> Section:
    """Say why a claim does not count under a coverage."""
    sentence = f"It does not count toward {coverage}: {_why(coverage, reason, settlement, payment)}."
    step = Step(
        line="excluded",
        amount=payment.amount,
        rule="amount",
        inputs={"amount": payment.amount, "reason": str(reason)},
        clause=f"screening-{str(reason).replace('_', '-')}",
        subtotal=True,
    )
    more = tuple(_more(coverage, reason, settlement, payment))
    return Section(title=str(coverage).capitalize(), sentences=(sentence, *more), steps=(step,))


def _more(coverage: Coverage, reason: Reason | None, settlement: Settlement, payment: Payment) -> Iterator[str]:
    """Say where the windows come from that keep a claim out, and that an advance for it did not help."""
    if reason in _BY_WINDOW and (words := windows_in_words(settlement.policy, coverage)):
        yield f"The windows come from {words}."
    if reason is Reason.PAID_AFTER and coverage is Coverage.SPECIFIC:
        yield from late_for_its_advance(settlement, payment)


def _why(coverage: Coverage, reason: Reason | None, settlement: Settlement, payment: Payment) -> str:
    """Return the reason as a clause of a sentence."""
    policy = settlement.policy
    terms = policy.specific if coverage is Coverage.SPECIFIC else policy.aggregate
    windows = policy.specific_windows if coverage is Coverage.SPECIFIC else policy.aggregate_windows
    covers = ", ".join(terms.covers) if terms else ""
    classes = ", ".join(terms.classes) if terms else ""
    incurred = f"the incurred window, {windows.incurred}" if windows else ""
    paid = f"the paid window, {windows.paid}" if windows else ""
    why: dict[Reason | None, str] = {
        Reason.INELIGIBLE: _ineligible_in_words(payment),
        Reason.PENDING: "the plan has not paid it yet; it is judged once it is paid",
        Reason.REBATE: "it is a pharmacy rebate, and claims count before rebates",
        Reason.CLASS_NOT_COVERED: f"the {coverage} cover does not cover its class; it covers {classes}",
        Reason.EXCLUDED_TAG: f"the {coverage} cover excludes what carries its label",
        Reason.PRIOR_ADMINISTRATOR: _prior_in_words(policy.basis(coverage)),
        Reason.ADJUSTS_ELSEWHERE: "it undoes a payment that was not reported, so it belongs to another policy year",
        Reason.BENEFIT_NOT_COVERED: f"the {coverage} cover does not cover its benefit; it covers {covers}",
        Reason.INCURRED_BEFORE: f"it was incurred before {incurred}",
        Reason.INCURRED_AFTER: f"it was incurred after {incurred}",
        Reason.PAID_BEFORE: f"it was paid before {paid}",
        Reason.PAID_AFTER: f"it was paid after {paid}",
    }
    if reason is Reason.OTHER_POLICY:
        return _other_policy_in_words(policy, coverage, judged(settlement, payment))
    return why.get(reason, str(reason))


def _ineligible_in_words(payment: Payment) -> str:
    if payment.status is not Status.INELIGIBLE:
        return "it undoes a payment that was reported as ineligible"
    return f"it was reported as ineligible{f' ({payment.reason})' if payment.reason else ''}"


def _prior_in_words(basis: ContractBasis | None) -> str:
    prior = basis.prior_administrator if basis else PriorAdministrator()
    if not prior.included:
        return "a prior administrator processed it, and such claims do not count"
    days = (("paid", prior.paid_by), ("reported", prior.reported_by))
    by = " and ".join(f"{what} by {day}" for what, day in days if day)
    return f"a prior administrator processed it, and such claims count when they are {by}"


def _other_policy_in_words(policy: Policy, coverage: Coverage, payment: Payment) -> str:
    """Say which of the policies whose windows hold a claim takes it, and by which rule."""
    rule = policy.overlap.rule if policy.overlap else OverlapRule.ERROR
    own = _taker(policy, coverage, payment)
    if own is None:
        (taker, _) = _taker(policy, Coverage.SPECIFIC, payment) or (_earliest(policy, Coverage.SPECIFIC, payment), "")
        return f"the specific of another policy, effective {taker}, takes it, and so it counts in no other aggregate"
    taker, because = own
    return f'another policy, effective {taker}, takes it by the overlap rule "{rule}": {because}'


def _taker(policy: Policy, coverage: Coverage, payment: Payment) -> tuple[dt.date, str] | None:
    """Return when the other policy begins that takes a claim by the overlap rule, and why; ``None``: none does."""
    rule = policy.overlap.rule if policy.overlap else OverlapRule.ERROR
    holding = _holding(policy, coverage, payment)
    if holding and rule is not OverlapRule.FIRST:
        day = payment.incurred_on if rule is OverlapRule.INCURRED else payment.paid_on or dt.date.max
        if policy.period.in_force_on(day):
            return None
        in_its_period = [other.effective for other in holding if other.period.holds(day)]
        if in_its_period:
            return min(in_its_period), f"it was {rule} in the period of that one"
    earliest = min((other.effective for other in holding), default=policy.period.effective)
    if earliest >= policy.period.effective:
        return None
    return earliest, "that one is the earliest of those whose windows hold it"


def _earliest(policy: Policy, coverage: Coverage, payment: Payment) -> dt.date:
    return min(other.effective for other in _holding(policy, coverage, payment))


def _holding(policy: Policy, coverage: Coverage, payment: Payment) -> list[OtherPolicy]:
    """Return the other policies that cover a claim's benefit, and whose windows hold it."""
    paid_on = payment.paid_on or dt.date.max
    return [
        other
        for other in (policy.overlap.other if policy.overlap else ())
        if coverage in other.covers
        and (not other.benefits or payment.benefit in other.benefits)
        and other.windows.incurred.holds(payment.incurred_on)
        and other.windows.paid.holds(paid_on)
    ]


def __dir__() -> list[str]:
    return __all__
