"""What a cover bought beyond deductible, share and factors, in words: one line a term.

A policy without such terms has no such lines.
No line names a member or family: a policy in words may be shown to anyone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import Accommodation, AggregateFactor, MinimumAttachment
from stoploss.basis import ContractBasis, DollarLimit, PriorAdministrator
from stoploss.cli.tables import printable, several
from stoploss.inner_terms import Cap
from stoploss.lasers import Laser
from stoploss.money import Share
from stoploss.specific_terms import SpecificTerms
from stoploss.words import (
    CapOn,
    CapPer,
    LaserEffect,
    LimitCaps,
    LimitPer,
    MinimumInAccommodation,
    Per,
    Repay,
)

__all__ = ["aggregate_terms_in_words", "enumerated", "percent", "specific_terms_in_words"]


def specific_terms_in_words(terms: SpecificTerms, basis: ContractBasis) -> Iterator[str]:
    """Yield the further terms of specific, on the basis that applies: its own, or that of a bridge."""
    per = str(terms.per)
    yield from _who_and_what(terms.classes, terms.excludes)
    yield from _basis(basis, per)
    if terms.family_deductible is not None:
        yield f"the members of a family retain at most {terms.family_deductible:,} together"
    if terms.common_accident is not None:
        own = terms.common_accident.deductible
        most = "one deductible" if own is None else f"{own:,}"
        yield f"all who are hurt in one accident retain at most {most} together"
    yield from (_laser(laser, per) for laser in terms.lasers if _is_further(laser))
    for fund in terms.laser_funds:
        yield f"lasers on the fund {printable(fund.name)} keep at most {fund.amount:,} together"
    for reduction in terms.reductions:
        yield f"{percent(reduction.share)} of claims labelled {printable(reduction.tag)} counts"
    yield from (_cap(cap, per) for cap in terms.caps)
    if terms.tiers:
        slices = [f"{percent(tier.share)} of the excess above {tier.above:,}" for tier in terms.tiers]
        yield f"the carrier reimburses {enumerated(slices)}"
    if terms.lifetime_maximum is not None:
        yield f"at most {terms.lifetime_maximum:,} a {per} in a lifetime"
    if terms.used:
        yield f"{several(len(terms.used), 'maximum', 'maxima')} of a lifetime partly used before this period"
    if terms.layers:
        *lower, last = terms.layers
        parts = [f"{printable(layer.carrier)} up to {layer.limit:,}" for layer in lower]
        yield f"of a {per} {enumerated([*parts, f'{printable(last.carrier)} what is above'])}"


def aggregate_terms_in_words(terms: AggregateTerms, per: Per) -> Iterator[str]:
    """Yield the further terms of the aggregate, whose unit is *per*."""
    yield from _who_and_what(terms.classes, terms.excludes)
    yield from _basis(terms.basis, str(per))
    yield from _factors(terms.factors)
    if terms.enrollment_lag:
        yield f"a policy month takes the covered units of {several(terms.enrollment_lag, 'month')} earlier"
    yield from _minimum(terms.minimum)
    if terms.accommodation is not None:
        yield _accommodation(terms.accommodation)


def percent(share: Share) -> str:
    """
    Return a share as people write it.

    >>> percent(Share("0.125")), percent(Share("1"))
    ('12.5 %', '100 %')
    """
    whole = f"{share * 100:f}"
    return f"{whole.rstrip('0').rstrip('.') if '.' in whole else whole} %"


def enumerated(parts: Iterable[str]) -> str:
    """
    Return a list in words.

    >>> enumerated(["medical", "rx", "dental"])
    'medical, rx and dental'
    """
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def _who_and_what(classes: tuple[str, ...], excludes: tuple[str, ...]) -> Iterator[str]:
    if classes:
        yield f"only {'the class' if len(classes) == 1 else 'the classes'} {enumerated(map(printable, classes))}"
    if excludes:
        yield f"no claims labelled {enumerated(map(printable, excludes))}"


def _basis(basis: ContractBasis, per: str) -> Iterator[str]:
    if basis.run_out_limit:
        yield f"of what is paid after the last day in force {_limit(basis.run_out_limit, per)}"
    if basis.run_in_limit and basis.run_in_limit.caps is LimitCaps.REIMBURSED:
        yield f"of what was incurred before the first day {_limit(basis.run_in_limit, per)}"
    yield from _prior(basis.prior_administrator)


def _limit(limit: DollarLimit, per: str) -> str:
    what = "counts" if limit.caps is LimitCaps.COUNTED else "is reimbursed"
    return f"at most {limit.amount:,} {what} per {per if limit.per is LimitPer.MEMBER else 'policy'}"


def _prior(prior: PriorAdministrator) -> Iterator[str]:
    if not prior.included:
        yield "no claims of a prior administrator"
        return
    days = [
        f"{what} by {day}"
        for what, day in (("reported", prior.reported_by), ("paid", prior.paid_by))
        if day is not None
    ]
    if days:
        yield f"claims of a prior administrator only if {enumerated(days)}"


def _is_further(laser: Laser) -> bool:
    return bool(laser.from_on or laser.tags or laser.when or laser.fund or laser.counts)


def _laser(laser: Laser, per: str) -> str:
    what = "excluded" if laser.deductible is None else f"a laser of {laser.deductible:,}"
    parts = [f"one {per}: {what}"]
    if laser.tags:
        parts.append(f"on claims labelled {' or '.join(map(printable, laser.tags))}")
    if laser.from_on:
        parts.append(f"from {laser.from_on}")
    if laser.when is not None:
        since = ", and then from that day" if laser.effect is LaserEffect.FROM_TRIGGER else ""
        parts.append(f"once a claim is labelled {printable(laser.when)}{since}")
    if laser.fund is not None:
        parts.append(f"on the fund {printable(laser.fund)}")
    if laser.counts is not None:
        parts.append(f"counting {laser.counts} in the aggregate")
    return ", ".join(parts)


def _cap(cap: Cap, per: str) -> str:
    what = "reimbursed" if cap.on is CapOn.REIMBURSEMENT else "counted"
    how_long = " in a lifetime" if cap.per is CapPer.LIFETIME else ""
    return f"claims labelled {printable(cap.tag)} {what} up to {cap.amount:,} a {per}{how_long}"


def _factors(factors: tuple[AggregateFactor, ...]) -> Iterator[str]:
    by = [
        word
        for word, name in (("class", "covered_class"), ("plan", "plan"), ("day", "from_on"))
        if any(getattr(factor, name) is not None for factor in factors)
    ]
    if by:
        yield f"factors by {enumerated(by)}"


def _minimum(minimum: MinimumAttachment | None) -> Iterator[str]:
    if minimum and minimum.monthly is not None:
        yield f"an attachment point of at least {minimum.monthly:,} a month"
    if minimum and minimum.first_months:
        months = several(minimum.first_months.months, "month")
        yield f"an attachment point of at least {percent(minimum.first_months.share)} of the first {months}"


def _accommodation(rider: Accommodation) -> str:
    threshold = "the months to date"
    if rider.minimum is MinimumInAccommodation.PRORATED:
        threshold += ", or the minimum by months"
    parts = [f"accommodation: each month what counts above {threshold}"]
    if rider.keep:
        parts.append(f"less {rider.keep:,}")
    if rider.smallest:
        parts.append(f"from {rider.smallest:,} on")
    if rider.months_open is not None:
        parts.append(f"up to policy month {rider.months_open}")
    back = "at the end" if rider.repay is Repay.AT_END else "at once"
    return f"{', '.join(parts)}; what claims no longer bear out goes back {back}"


def __dir__() -> list[str]:
    return __all__
