"""Strategies for policies: every term of the schedule, in combination, and never a contradiction."""

from __future__ import annotations

from decimal import Decimal

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import AggregateFactor, MinimumAttachment
from stoploss.basis import ContractBasis
from stoploss.errors import PolicyError
from stoploss.facts import Benefit
from stoploss.money import Amount, Share, cents, dollars
from stoploss.policy import Policy
from stoploss.riders import EarlyTermination
from stoploss.specific_terms import SpecificTerms
from stoploss.testing._attachments import further_aggregate
from stoploss.testing._calendar import draw_basis, periods
from stoploss.testing._draws import one_in, optional, pick, some_cents
from stoploss.testing._inner import further_specific
from stoploss.testing._lasers import draw_lasers
from stoploss.testing._names import MEMBERS
from stoploss.testing._riders import draw_riders
from stoploss.window import Period
from stoploss.words import (
    AggregateOnTermination,
    ConsumeBy,
    Counting,
    DeductibleOnTermination,
    LaserLossLimit,
    LimitCaps,
    MaximumKind,
    MaximumOn,
    MinimumOnTermination,
    Per,
    ShareApplies,
    WindowsOnTermination,
)

__all__ = ["aggregate_terms", "policies", "specific_terms"]

_COVERS = (
    (Benefit.MEDICAL, Benefit.RX),
    (Benefit.MEDICAL, Benefit.RX),
    (Benefit.MEDICAL,),
    (Benefit.RX, Benefit.MEDICAL, Benefit.DENTAL),
    (Benefit.RX,),
)
_SHARES = tuple(Decimal(share) for share in ("1", "1", "1", "0.9", "0.8", "0.5", "0.333333333333", "0.125", "0"))
_FACTORS = tuple(Decimal(factor) for factor in ("10", "0", "25.5", "33.333333", "0.000001", "8.125", "99.999999", "1"))
_TIERS = (("composite",), ("single", "family"), ("single", "single+1", "family"))
_FIRST_MONTH: tuple[Share | None, ...] = tuple(Decimal(share) for share in ("0.95", "1", "0.8", "0.333333333333", "0"))


def specific_terms(
    period: Period, *, members: tuple[str, ...] = MEMBERS, at_least: Amount | None = None, further: bool = True
) -> st.SearchStrategy[SpecificTerms]:
    """
    Specific covers that fit *period*, with lasers on some of *members* (or of their families).

    Args:
        period: The policy period that the basis has to fit.
        members: Who may have a laser.
        at_least: The deductible is not below it: for an aggregate cover with this loss limit.
        further: Whether most of them have some further terms: exclusions, pools, caps, tiers, layers and others.
    """
    least = cents(at_least) if at_least is not None else 0
    return _specific_terms(period, members, least, further=further, counts=False)


@st.composite
def _specific_terms(  # private: what specific_terms() was given by name
    draw: st.DrawFn, period: Period, members: tuple[str, ...], at_least: int, *, further: bool, counts: bool
) -> SpecificTerms:
    deductible = some_cents(draw, at_least)
    per = Per.FAMILY if one_in(draw, 3) else Per.MEMBER
    maximum_on = pick(draw, tuple(MaximumOn))
    least_maximum = deductible if maximum_on is MaximumOn.ELIGIBLE else 0
    plain = SpecificTerms(
        basis=draw_basis(draw, period),
        covers=pick(draw, _COVERS),
        deductible=dollars(deductible),
        per=per,
        aggregating=dollars(some_cents(draw) if one_in(draw, 2) else 0),
        share=pick(draw, _SHARES),
        share_applies=pick(draw, tuple(ShareApplies)),
        maximum=optional(draw, least_maximum + some_cents(draw)),
        maximum_on=maximum_on,
        consume_by=pick(draw, tuple(ConsumeBy)),
        lasers=draw_lasers(draw, per, members, deductible),
    )
    if not further or one_in(draw, 3):
        return plain
    return further_specific(draw, plain, period, members, counts=counts)


def aggregate_terms(
    period: Period, *, specific: SpecificTerms | None = None, further: bool = True
) -> st.SearchStrategy[AggregateTerms]:
    """
    Aggregate covers that fit *period* and stand beside *specific*.

    Args:
        period: The policy period that the basis has to fit.
        specific: The specific cover of the same policy; without one, the aggregate says per what and in which order.
        further: Whether most of them have some further terms: exclusions, factors by class and day, an
            accommodation and others.
    """
    return _aggregate_terms(period, specific, further=further)


@st.composite
def _aggregate_terms(
    draw: st.DrawFn, period: Period, specific: SpecificTerms | None, *, further: bool
) -> AggregateTerms:
    same_claims = specific is not None and one_in(draw, 2)
    basis = _counted(specific.basis) if specific and same_claims else draw_basis(draw, period)
    covers = specific.covers if specific and same_claims else pick(draw, _COVERS)
    # What a laser counts is a matter of loss limits.
    by_loss_limit = bool(specific and any(laser.counts for laser in specific.lasers)) or not one_in(draw, 3)
    loss_limit = None
    if by_loss_limit and one_in(draw, 3):
        limit = some_cents(draw)
        loss_limit = dollars(min(limit, cents(specific.deductible)) if specific else limit)
    alone = specific is None
    plain = AggregateTerms(
        basis=basis,
        covers=covers,
        factors=_factors(draw, covers),
        minimum=_minimum(draw),
        counting=Counting.LOSS_LIMIT if by_loss_limit else Counting.NET_OF_SPECIFIC,
        loss_limit=loss_limit,
        laser_loss_limit=pick(draw, tuple(LaserLossLimit)) if by_loss_limit else LaserLossLimit.STANDARD,
        aggregating_counts=by_loss_limit and one_in(draw, 3),
        share=pick(draw, _SHARES),
        maximum=optional(draw, 2 * some_cents(draw)),
        maximum_kind=pick(draw, tuple(MaximumKind)),
        per=pick(draw, (None, *Per)) if alone else None,
        consume_by=pick(draw, (None, *ConsumeBy)) if alone else None,
    )
    return plain if not further or one_in(draw, 3) else further_aggregate(draw, plain, period)


def _counted(basis: ContractBasis) -> ContractBasis:
    """Return a basis of specific as one that the aggregate may have, too."""
    limits = (basis.run_in_limit, basis.run_out_limit)
    run_in, run_out = (limit and evolve(limit, caps=LimitCaps.COUNTED) for limit in limits)
    return evolve(basis, run_in_limit=run_in, run_out_limit=run_out)


def _factors(draw: st.DrawFn, covers: tuple[Benefit, ...]) -> tuple[AggregateFactor, ...]:
    """One factor a tier, or one for each covered benefit."""
    by_benefit = one_in(draw, 4)
    benefits: tuple[Benefit | None, ...] = covers if by_benefit else (None,)
    return tuple(
        AggregateFactor(tier=tier, benefit=benefit, amount=pick(draw, _FACTORS))
        for tier in pick(draw, _TIERS)
        for benefit in benefits
    )


def _minimum(draw: st.DrawFn) -> MinimumAttachment | None:
    kind = pick(draw, ("none", "none", "amount", "first_month", "both"))
    if kind == "none":
        return None
    amount = dollars(some_cents(draw)) if kind != "first_month" else None
    return MinimumAttachment(amount=amount, first_month=pick(draw, _FIRST_MONTH) if kind != "amount" else None)


def policies(
    *,
    periods: st.SearchStrategy[Period] | None = None,
    specific: st.SearchStrategy[SpecificTerms | None] | None = None,
    aggregate: st.SearchStrategy[AggregateTerms | None] | None = None,
    early_termination: st.SearchStrategy[EarlyTermination] | None = None,
    members: tuple[str, ...] = MEMBERS,
    further: bool = True,
) -> st.SearchStrategy[Policy]:
    """
    Policies with every term of the schedule, in combination: both covers mostly, else one of them.

    Args:
        periods: Default: :func:`periods`, no longer than what a given cover's label allows.
        specific: A strategy of covers or ``None``, such as ``st.none()`` for a policy without; default: drawn to fit.
        aggregate: Likewise.
        early_termination: What happens when the policy ends early; default: drawn where it does.
        members: Who may have a laser.
        further: Whether half of them have further terms and riders; else no more than deductibles, lasers, an ASD,
            shares, maxima, run-in limits, factors, a minimum, and what early termination does to windows, minimum and
            aggregate.

    Raises:
        InvalidArgument: When both covers are absent, or what was given contradicts itself.
    """
    if not members:
        raise InvalidArgument("a policy is drawn for at least one member")
    return _policies(periods, specific, aggregate, early_termination, tuple(members), further=further)


@st.composite
def _policies(  # noqa: PLR0917  # private: what policies() was given by name
    draw: st.DrawFn,
    given_periods: st.SearchStrategy[Period] | None,
    given_specific: st.SearchStrategy[SpecificTerms | None] | None,
    given_aggregate: st.SearchStrategy[AggregateTerms | None] | None,
    given_early: st.SearchStrategy[EarlyTermination] | None,
    members: tuple[str, ...],
    *,
    further: bool,
) -> Policy:
    specific = draw(given_specific) if given_specific is not None else None
    aggregate = draw(given_aggregate) if given_aggregate is not None else None
    if given_specific is not None and given_aggregate is not None and not (specific or aggregate):
        raise InvalidArgument("a policy has a specific cover, an aggregate cover or both; both strategies drew None")
    period = draw(given_periods if given_periods is not None else periods(longest=_longest(specific, aggregate)))
    further = further and one_in(draw, 2)
    only = pick(draw, ("", "", "", "", "specific", "aggregate"))
    if given_specific is None and (given_aggregate is not None or only != "aggregate"):
        counts = only != "specific" if given_aggregate is None else _by_loss_limit(aggregate)
        specific = _beside(draw, period, aggregate, members, further=further, counts=counts)
    if given_aggregate is None and (specific is None or only != "specific"):
        aggregate = draw(_aggregate_terms(period, specific, further=further))
    early = EarlyTermination()
    if given_early is not None:
        early = draw(given_early)
    elif period.terminated is not None:
        early = _early_termination(draw, further=further)
    riders = draw_riders(draw, period, early, specific, aggregate) if further else {}
    try:
        return Policy(
            policyholder="Example Manufacturing",
            carrier="Example Life",
            number="SL-1001",
            situs=pick(draw, (None, "IL")),
            period=period,
            specific=specific,
            aggregate=aggregate,
            early_termination=early,
            **riders,
        )
    except PolicyError as error:
        raise InvalidArgument(f"what was given to policies() does not fit together: {error}") from error


def _by_loss_limit(aggregate: AggregateTerms | None) -> bool:
    return aggregate is not None and aggregate.counting is Counting.LOSS_LIMIT


def _beside(  # private, and as the policy was given by name
    draw: st.DrawFn,
    period: Period,
    aggregate: AggregateTerms | None,
    members: tuple[str, ...],
    *,
    further: bool,
    counts: bool,
) -> SpecificTerms | None:
    """Draw a specific cover beside the aggregate one that was given, unless that one stands alone."""
    if aggregate and (aggregate.per or aggregate.consume_by):
        return None
    least = cents(aggregate.loss_limit) if aggregate and aggregate.loss_limit is not None else 0
    return draw(_specific_terms(period, members, least, further=further, counts=counts))


def _longest(specific: SpecificTerms | None, aggregate: AggregateTerms | None) -> int:
    """The most policy months that the labels of the given covers allow."""
    labels = [terms.basis.months for terms in (specific, aggregate) if terms]
    return min([18, *(min(months) for months in labels if months)])


def _early_termination(draw: st.DrawFn, *, further: bool) -> EarlyTermination:
    return EarlyTermination(
        deductible=pick(draw, tuple(DeductibleOnTermination)) if further else DeductibleOnTermination.FULL,
        windows=pick(draw, tuple(WindowsOnTermination)),
        minimum=pick(draw, tuple(MinimumOnTermination)),
        aggregate=pick(draw, tuple(AggregateOnTermination)),
    )


def __dir__() -> list[str]:
    return __all__
