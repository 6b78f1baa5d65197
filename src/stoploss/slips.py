"""What is settled all the same, but may be a slip: a term that meets no claim, a claim that lacks what terms ask for.

None of it is an error: the id may be right and the year quiet.
But a misspelt id or label changes a settlement without a word, and so there is one.

Source: of this package; each has its row in ``docs/errors.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from stoploss.errors import Finding
from stoploss.facts import Coverage, Payment, carries
from stoploss.policy import Policy
from stoploss.settlement import Settlement
from stoploss.specific_terms import SpecificTerms
from stoploss.words import LegalCost

__all__ = ["ended_on_its_last_day", "rows_without_class", "slips", "units_without_claims"]


def slips(settlement: Settlement) -> Iterator[Finding]:
    """Yield what was settled all the same, but may be a slip; no id and no amount is in it."""
    policy, payments = settlement.policy, settlement.reported.payments.values()
    yield from ended_on_its_last_day(policy)
    if policy.specific is not None:
        yield from units_without_claims(policy.specific, {settlement.unit_of_owner(payment) for payment in payments})
    yield from _labels_without_claims(policy, payments)
    yield from _advances_without_claims(settlement)
    yield from _costs_of_no_recovery(policy, payments)
    yield from _claims_without_class(settlement)


def ended_on_its_last_day(policy: Policy) -> Iterator[Finding]:
    """Find a termination that cuts nothing but the run-out."""
    if policy.period.terminated == policy.period.expires:
        rule = "the policy is said to be terminated on its last day, and termination cuts the run-out"
        yield Finding(
            code="SL551", where="period.terminated", rule=rule, help="leave it out if the policy ran its course"
        )


def units_without_claims(terms: SpecificTerms, reported: Collection[str]) -> Iterator[Finding]:
    """
    Find lasers and amounts used before of units for which no claim was reported.

    Args:
        terms: Name the units.
        reported: Units with a claim, all of them or those that the terms name.
    """
    for position, laser in enumerate(terms.lasers):
        if laser.unit not in reported:
            rule = f"no claim was reported for this lasered {laser.per}"
            yield Finding(code="SL550", where=f"specific.lasers[{position}]", rule=rule, help="check the id")
    for position, used in enumerate(terms.used):
        if used.unit not in reported:
            rule = f"no claim was reported for this {used.per}, which has used part of a maximum before"
            yield Finding(code="SL564", where=f"specific.used[{position}]", rule=rule, help="check the id")


def _labels_without_claims(policy: Policy, payments: Collection[Payment]) -> Iterator[Finding]:
    """Find labels of terms that no payment carries; where nothing at all was reported, none is expected."""
    for where, label in _labels(policy) if payments else ():
        if not any(carries(payment, label) for payment in payments):
            rule = "no payment that was reported carries this label, so it decides nothing"
            yield Finding(code="SL566", where=where, rule=rule, help="check how the claims are labelled")


def _labels(policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield the place of every label that a term of a cover names, and the label."""
    for coverage, terms in ((Coverage.SPECIFIC, policy.specific), (Coverage.AGGREGATE, policy.aggregate)):
        for position, label in enumerate(terms.excludes if terms else ()):
            yield f"{coverage}.excludes[{position}]", label
    if policy.specific is None:
        return
    for position, cap in enumerate(policy.specific.caps):
        yield f"specific.caps[{position}].tag", cap.tag
    for position, reduction in enumerate(policy.specific.reductions):
        yield f"specific.reductions[{position}].tag", reduction.tag
    for position, laser in enumerate(policy.specific.lasers):
        for place, label in enumerate(laser.tags):
            yield f"specific.lasers[{position}].tags[{place}]", label
        if laser.when is not None:
            yield f"specific.lasers[{position}].when", laser.when


def _advances_without_claims(settlement: Settlement) -> Iterator[Finding]:
    """Find advances for claims that were not reported."""
    reported = settlement.reported
    for position, payment in enumerate(reported.carrier_payments):
        if any(claim not in reported.payments for claim in payment.claims):
            rule = "this advance is for a claim that was not reported, neither as paid nor as pending"
            yield Finding(code="SL565", where=f"carrier_payments[{position}].claims", rule=rule, help="check the ids")


def _costs_of_no_recovery(policy: Policy, payments: Collection[Payment]) -> Iterator[Finding]:
    """Find legal costs on rows that are no recoveries, where recoveries count net of their cost."""
    recoveries = policy.recoveries
    if recoveries.legal_cost is LegalCost.GROSS:
        return
    count = sum(bool(payment.legal_cost) and not carries(payment, recoveries.tag) for payment in payments)
    if count:
        rule = f"legal costs are taken off recoveries, and {_rows(count)} with one without their label"
        yield Finding(code="SL567", where="payments.legal_cost", rule=rule, help=f'tag them "{recoveries.tag}"')


def _claims_without_class(settlement: Settlement) -> Iterator[Finding]:
    """Find payments that name no class, under a cover that covers some classes only."""
    payments = settlement.reported.payments
    own = (each for each in payments.values() if not (each.undoes and each.adjusts in payments))
    yield from rows_without_class(settlement.policy, lambda: sum(payment.covered_class is None for payment in own))


def rows_without_class(policy: Policy, count: Callable[[], int]) -> Iterator[Finding]:
    """
    Say how many rows name no class, under each cover that covers some classes only.

    Args:
        policy: Has the covers.
        count: Counts the rows, where there is such a cover.
    """
    by_class = [
        coverage
        for coverage, terms in ((Coverage.SPECIFIC, policy.specific), (Coverage.AGGREGATE, policy.aggregate))
        if terms is not None and terms.classes
    ]
    rows = count() if by_class else 0
    for coverage in by_class if rows else ():
        rule = f"{coverage} covers some classes only, and {_rows(rows)} without one"
        yield Finding(code="SL568", where="payments.class", rule=rule, help="report the class of every claim")


def _rows(count: int) -> str:
    return "there is 1 row" if count == 1 else f"there are {count:,} rows"


def __dir__() -> list[str]:
    return __all__
