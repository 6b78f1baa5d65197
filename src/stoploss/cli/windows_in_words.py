"""What a policy bought, in words, and what in it is worth a second look.

``12/15`` over twelve months is three months of run-out; the same label over six months is six months of run-in and nine
of run-out, which is rarely what was meant.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from stoploss.basis import ContractBasis, Windows
from stoploss.cli.tables import several
from stoploss.cli.terms_in_words import aggregate_terms_in_words, specific_terms_in_words
from stoploss.errors import Finding
from stoploss.facts import Benefit, Coverage, Payment
from stoploss.policy import Policy
from stoploss.program import overlaps, priced_gaps
from stoploss.window import Period, months_after
from stoploss.words import LimitCaps

__all__ = ["basis_in_words", "bought", "further_terms", "policy_notices", "together"]

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_YEAR = 12
_LONGEST = 60


def bought(policy: Policy, coverage: Coverage) -> str | None:
    """
    Return the windows of a coverage in words, or ``None`` where the policy does not have it.

    Such as ``12/15: incurred 2025-01-01 to 2025-12-31, paid 2025-01-01 to 2026-03-31: three months of run-out``.
    """
    basis, windows = _basis(policy, coverage)
    if basis is None or windows is None:
        return None
    label = f"{basis.label}: " if basis.label else ""
    phrases = [*_before(policy.period, windows), *_after(policy.period, windows)]
    in_words = " and ".join(phrases) or "neither run-in nor run-out"
    limit = basis.run_in_limit
    if limit and limit.caps is LimitCaps.COUNTED and windows.incurred.first < policy.period.effective:
        in_words += f", of run-in at most {limit.amount:,} per {policy.per if limit.per == 'member' else limit.per}"
    return f"{label}incurred {windows.incurred}, paid {windows.paid}: {in_words}"


def basis_in_words(policy: Policy, coverage: Coverage) -> str:
    """Return the label and the windows of a coverage: ``12/15, incurred ... to ..., paid ... to ...``."""
    basis, windows = _basis(policy, coverage)
    days = f"incurred {windows.incurred}, paid {windows.paid}" if windows else ""
    return ", ".join(part for part in ((basis.label if basis else "") or "", days) if part)


def further_terms(policy: Policy, coverage: Coverage) -> Iterator[str]:
    """Yield the further terms of a coverage in words; none where the policy does not have it."""
    basis = policy.basis(coverage)
    if coverage is Coverage.SPECIFIC and policy.specific and basis:
        yield from specific_terms_in_words(policy.specific, basis)
    if coverage is Coverage.AGGREGATE and policy.aggregate:
        yield from aggregate_terms_in_words(policy.aggregate, policy.per)


def policy_notices(policy: Policy) -> Iterator[Finding]:
    """Find what is valid and may be a slip."""
    period, specific, aggregate = policy.period, policy.specific, policy.aggregate
    if period.terminated == period.expires:
        rule = "the policy is said to be terminated on its last day, and termination cuts the run-out"
        yield Finding(
            code="SL551", where="period.terminated", rule=rule, help="leave it out if the policy ran its course"
        )
    for coverage in Coverage:
        basis, windows = _basis(policy, coverage)
        if basis and windows:
            bridged = coverage is Coverage.SPECIFIC and policy.bridge is not None and policy.bridge.renewed
            yield from _basis_notices("bridge.basis" if bridged else f"{coverage}.basis", basis, windows, period)
    if specific:
        for position, laser in enumerate(specific.lasers):
            if laser.deductible == specific.deductible:
                rule = "this laser is the standard deductible, and changes nothing"
                yield Finding(code="SL554", where=f"specific.lasers[{position}].deductible", rule=rule)
    if specific and aggregate and aggregate.loss_limit is not None and aggregate.loss_limit < specific.deductible:
        rule = "what lies between the loss limit and the specific deductible counts nowhere; it is the employer's"
        yield Finding(code="SL555", where="aggregate.loss_limit", rule=rule)


def together(
    policies: list[tuple[str, Policy]], coverage: Coverage, payments: Sequence[Payment] | None = None
) -> Iterator[str]:
    """
    Yield what several policies leave out, and what two of them cover, in words.

    Args:
        policies: Each with what to call it.
        coverage: The cover to look at.
        payments: What the plan paid, to say what a gap costs; ``None``: it is not known.
    """
    names = [name for name, _ in policies]
    own = [policy for _, policy in policies]
    covered = {benefit for policy in own for benefit in _covers(policy, coverage)}
    for priced in priced_gaps(own, payments or (), coverage):
        gap, claims = priced.gap, _claims(priced.gap.benefits, covered)
        yield f"gap: {claims} incurred {gap.incurred} and paid {gap.paid} are covered by no policy"
        if payments is not None:
            yield f"  {priced}"
    for overlap in overlaps(own, coverage):
        claims = _claims(overlap.benefits, covered)
        both = " and ".join(names[at] for at in overlap.between)
        yield f"overlap: {claims} incurred {overlap.incurred} and paid {overlap.paid} are covered by {both}"


def _basis(policy: Policy, coverage: Coverage) -> tuple[ContractBasis | None, Windows | None]:
    """Return the basis that applies, which may be a bridge's, and its windows."""
    of_specific = coverage is Coverage.SPECIFIC
    return policy.basis(coverage), policy.specific_windows if of_specific else policy.aggregate_windows


def _covers(policy: Policy, coverage: Coverage) -> tuple[Benefit, ...]:
    terms = policy.specific if coverage is Coverage.SPECIFIC else policy.aggregate
    return terms.covers if terms else ()


def _claims(benefits: tuple[Benefit, ...], covered: set[Benefit]) -> str:
    return "claims" if set(benefits) == covered else f"{' and '.join(benefits)} claims"


def _before(period: Period, windows: Windows) -> Iterator[str]:
    """Say what the windows add before the policy period, or leave out of its beginning."""
    incurred, paid = windows.incurred.first, windows.paid.first
    if incurred < period.effective:
        yield f"{_length(_run_in_months(period, incurred), period.effective - incurred)} of run-in"
    if incurred > period.effective:
        yield f"nothing incurred before {incurred}"
    if paid < period.effective:
        yield f"payments from {paid} on, before the policy is effective"
    if paid > period.effective:
        yield f"nothing paid before {paid}"


def _after(period: Period, windows: Windows) -> Iterator[str]:
    """Say what the windows add after the policy period, or leave out of its end."""
    incurred, paid = windows.incurred.last, windows.paid.last
    if paid is None:
        yield "run-out without end"
    elif paid > period.expires:
        yield f"{_length(_run_out_months(period, paid), paid - period.expires)} of run-out"
    why = " (terminated)" if period.ended_early else ""
    ends = {"incurred": incurred, "paid": paid}
    early = {what: last for what, last in ends.items() if last is not None and last < period.expires}
    if len(early) == len(ends) and incurred == paid:
        yield f"nothing incurred or paid after {paid}{why}"
    else:
        yield from (
            f"nothing {what} after {last}{why if last == period.terminated else ''}" for what, last in early.items()
        )
    if incurred is not None and incurred > period.expires:
        yield f"claims incurred until {incurred}, after the policy has expired"


def _basis_notices(where: str, basis: ContractBasis, windows: Windows, period: Period) -> Iterator[Finding]:
    if basis.run_in_limit and windows.incurred.first >= period.effective:
        rule = "no claim incurred before the effective date counts, so a limit on run-in has no effect"
        yield Finding(code="SL552", where=f"{where}.run_in_limit", rule=rule)
    if basis.months and period.months != _YEAR and max(basis.months) > period.months:
        run_in, run_out = (months - period.months for months in basis.months)
        rule = f"{basis.label} over a policy period of {_months(period.months)}"
        parts = [f"{_months(run_in)} of run-in"] if run_in else []
        parts += [f"{_months(run_out)} of run-out"] if run_out else []
        rule += f" buys {' and '.join(parts)}"
        like = f"{period.months}/{period.months + 3}"
        way_out = f"{_months(period.months)} with three months of run-out are {like}"
        yield Finding(code="SL553", where=where, rule=rule, help="" if basis.label == like else way_out)


def _run_in_months(period: Period, first: dt.date) -> int:
    found = (months for months in range(1, _LONGEST) if months_after(period.effective, -months) == first)
    return next(found, 0)


def _run_out_months(period: Period, last: dt.date) -> int:
    found = (months for months in range(1, _LONGEST) if period.end_of_months(period.months + months) == last)
    return next(found, 0)


def _length(months: int, otherwise: dt.timedelta) -> str:
    """Return a length in months, or in days where it is not a whole number of them."""
    return _months(months) if months else several(otherwise.days, "day")


def _months(count: int) -> str:
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return f"{number} {'month' if count == 1 else 'months'}"


def __dir__() -> list[str]:
    return __all__
