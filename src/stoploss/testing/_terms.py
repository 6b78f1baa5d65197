"""Strategies for policies: every term of the schedule, in combination, and never a contradiction."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import AggregateFactor, MinimumAttachment
from stoploss.errors import PolicyError
from stoploss.facts import Benefit
from stoploss.lasers import Laser
from stoploss.money import Amount, Share, cents, dollars
from stoploss.policy import Policy
from stoploss.riders import EarlyTermination
from stoploss.specific_terms import SpecificTerms
from stoploss.testing._calendar import draw_basis, periods
from stoploss.testing._claims import MEMBERS, families_of, thresholds
from stoploss.testing._draws import one_in, pick, whole
from stoploss.window import Period
from stoploss.words import (
    AggregateOnTermination,
    ConsumeBy,
    Counting,
    LaserLossLimit,
    MaximumKind,
    MaximumOn,
    MinimumOnTermination,
    Per,
    ShareApplies,
    WindowsOnTermination,
)

__all__ = ["aggregate_terms", "near", "policies", "specific_terms"]

_COVERS = (
    (Benefit.MEDICAL, Benefit.RX),
    (Benefit.MEDICAL, Benefit.RX),
    (Benefit.MEDICAL,),
    (Benefit.RX, Benefit.MEDICAL, Benefit.DENTAL),
    (Benefit.RX,),
)
_CENTS = (10_000, 33_333, 50_000, 100_000, 0, 1)
_SHARES = tuple(Decimal(share) for share in ("1", "1", "1", "0.9", "0.8", "0.5", "0.333333333333", "0.125", "0"))
_FACTORS = tuple(Decimal(factor) for factor in ("10", "0", "25.5", "33.333333", "0.000001", "8.125", "99.999999", "1"))
_TIERS = (("composite",), ("single", "family"), ("single", "single+1", "family"))
_FIRST_MONTH: tuple[Share | None, ...] = tuple(Decimal(share) for share in ("0.95", "1", "0.8", "0.333333333333", "0"))


def _some_cents(draw: st.DrawFn, least: int = 0) -> int:
    """A round amount, nothing, a cent, or any up to 1,000.00; never below *least*."""
    some = pick(draw, _CENTS) if one_in(draw, 2) else draw(whole(0, 100_000))
    return max(some, least)


def _optional(draw: st.DrawFn, amount: int) -> Amount | None:
    return dollars(amount) if one_in(draw, 3) else None


def specific_terms(
    period: Period, *, members: tuple[str, ...] = MEMBERS, at_least: Amount | None = None
) -> st.SearchStrategy[SpecificTerms]:
    """
    Specific covers that fit *period*, with lasers on some of *members* (or of their families).

    Args:
        period: The policy period that the basis has to fit.
        members: Who may have a laser.
        at_least: The deductible is not below it: for an aggregate cover with this loss limit.
    """
    return _specific_terms(period, members, cents(at_least) if at_least is not None else 0)


@st.composite
def _specific_terms(draw: st.DrawFn, period: Period, members: tuple[str, ...], at_least: int) -> SpecificTerms:
    deductible = _some_cents(draw, at_least)
    per = Per.FAMILY if one_in(draw, 3) else Per.MEMBER
    maximum_on = pick(draw, tuple(MaximumOn))
    least_maximum = deductible if maximum_on is MaximumOn.ELIGIBLE else 0
    return SpecificTerms(
        basis=draw_basis(draw, period),
        covers=pick(draw, _COVERS),
        deductible=dollars(deductible),
        per=per,
        aggregating=dollars(_some_cents(draw) if one_in(draw, 2) else 0),
        share=pick(draw, _SHARES),
        share_applies=pick(draw, tuple(ShareApplies)),
        maximum=_optional(draw, least_maximum + _some_cents(draw)),
        maximum_on=maximum_on,
        consume_by=pick(draw, tuple(ConsumeBy)),
        lasers=_lasers(draw, per, members, deductible),
    )


def _lasers(draw: st.DrawFn, per: Per, members: tuple[str, ...], deductible: int) -> tuple[Laser, ...]:
    """None, one or two; the family's, where the deductible is per family."""
    units = members if per is Per.MEMBER else tuple(dict.fromkeys(families_of(members).values()))
    count = min(pick(draw, (0, 0, 1, 1, 2)), len(units))
    first = draw(whole(0, len(units) - 1)) if count else 0
    lasers: list[Laser] = []
    for position in range(count):
        unit = units[(first + position) % len(units)]
        member, family = (unit, None) if per is Per.MEMBER else (None, unit)
        if one_in(draw, 3):
            lasers.append(Laser(member=member, family=family, excluded=True))
        else:
            raised = dollars(deductible + _some_cents(draw))
            lasers.append(Laser(member=member, family=family, deductible=raised))
    return tuple(lasers)


def aggregate_terms(period: Period, *, specific: SpecificTerms | None = None) -> st.SearchStrategy[AggregateTerms]:
    """
    Aggregate covers that fit *period* and stand beside *specific*.

    Args:
        period: The policy period that the basis has to fit.
        specific: The specific cover of the same policy; without one, the aggregate says per what and in which order.
    """
    return _aggregate_terms(period, specific)


@st.composite
def _aggregate_terms(draw: st.DrawFn, period: Period, specific: SpecificTerms | None) -> AggregateTerms:
    same_claims = specific is not None and one_in(draw, 2)
    basis = specific.basis if specific and same_claims else draw_basis(draw, period)
    covers = specific.covers if specific and same_claims else pick(draw, _COVERS)
    by_loss_limit = not one_in(draw, 3)
    loss_limit = None
    if by_loss_limit and one_in(draw, 3):
        limit = _some_cents(draw)
        loss_limit = dollars(min(limit, cents(specific.deductible)) if specific else limit)
    alone = specific is None
    return AggregateTerms(
        basis=basis,
        covers=covers,
        factors=_factors(draw, covers),
        minimum=_minimum(draw),
        counting=Counting.LOSS_LIMIT if by_loss_limit else Counting.NET_OF_SPECIFIC,
        loss_limit=loss_limit,
        laser_loss_limit=pick(draw, tuple(LaserLossLimit)) if by_loss_limit else LaserLossLimit.STANDARD,
        aggregating_counts=by_loss_limit and one_in(draw, 3),
        share=pick(draw, _SHARES),
        maximum=_optional(draw, 2 * _some_cents(draw)),
        maximum_kind=pick(draw, tuple(MaximumKind)),
        per=pick(draw, (None, *Per)) if alone else None,
        consume_by=pick(draw, (None, *ConsumeBy)) if alone else None,
    )


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
    amount = dollars(_some_cents(draw)) if kind != "first_month" else None
    return MinimumAttachment(amount=amount, first_month=pick(draw, _FIRST_MONTH) if kind != "amount" else None)


def policies(
    *,
    periods: st.SearchStrategy[Period] | None = None,
    specific: st.SearchStrategy[SpecificTerms | None] | None = None,
    aggregate: st.SearchStrategy[AggregateTerms | None] | None = None,
    early_termination: st.SearchStrategy[EarlyTermination] | None = None,
    members: tuple[str, ...] = MEMBERS,
) -> st.SearchStrategy[Policy]:
    """
    Policies with every term of the schedule, in combination: both covers mostly, else one of them.

    Args:
        periods: Default: :func:`periods`, no longer than what a given cover's label allows.
        specific: A strategy of covers or ``None``, such as ``st.none()`` for a policy without; default: drawn to fit.
        aggregate: Likewise.
        early_termination: What happens when the policy ends early; default: drawn where it does.
        members: Who may have a laser.

    Raises:
        InvalidArgument: When both covers are absent, or what was given contradicts itself.
    """
    if not members:
        raise InvalidArgument("a policy is drawn for at least one member")
    return _policies(periods, specific, aggregate, early_termination, tuple(members))


@st.composite
def _policies(  # noqa: PLR0917  # private: what policies() was given by name
    draw: st.DrawFn,
    given_periods: st.SearchStrategy[Period] | None,
    given_specific: st.SearchStrategy[SpecificTerms | None] | None,
    given_aggregate: st.SearchStrategy[AggregateTerms | None] | None,
    given_early: st.SearchStrategy[EarlyTermination] | None,
    members: tuple[str, ...],
) -> Policy:
    specific = draw(given_specific) if given_specific is not None else None
    aggregate = draw(given_aggregate) if given_aggregate is not None else None
    if given_specific is not None and given_aggregate is not None and not (specific or aggregate):
        raise InvalidArgument("a policy has a specific cover, an aggregate cover or both; both strategies drew None")
    period = draw(given_periods if given_periods is not None else periods(longest=_longest(specific, aggregate)))
    only = pick(draw, ("", "", "", "", "specific", "aggregate"))
    if given_specific is None and (given_aggregate is not None or only != "aggregate"):
        specific = _beside(draw, period, aggregate, members)
    if given_aggregate is None and (specific is None or only != "specific"):
        aggregate = draw(_aggregate_terms(period, specific))
    early = EarlyTermination()
    if given_early is not None:
        early = draw(given_early)
    elif period.terminated is not None:
        early = _early_termination(draw)
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
        )
    except PolicyError as error:
        raise InvalidArgument(f"what was given to policies() does not fit together: {error}") from error


def _beside(
    draw: st.DrawFn, period: Period, aggregate: AggregateTerms | None, members: tuple[str, ...]
) -> SpecificTerms | None:
    """Draw a specific cover beside the aggregate one that was given, unless that one stands alone."""
    if aggregate and (aggregate.per or aggregate.consume_by):
        return None
    limit = aggregate.loss_limit if aggregate else None
    return draw(specific_terms(period, members=members, at_least=limit))


def _longest(specific: SpecificTerms | None, aggregate: AggregateTerms | None) -> int:
    """The most policy months that the labels of the given covers allow."""
    labels = [terms.basis.months for terms in (specific, aggregate) if terms]
    return min([18, *(min(months) for months in labels if months)])


def _early_termination(draw: st.DrawFn) -> EarlyTermination:
    return EarlyTermination(
        windows=pick(draw, tuple(WindowsOnTermination)),
        minimum=pick(draw, tuple(MinimumOnTermination)),
        aggregate=pick(draw, tuple(AggregateOnTermination)),
    )


def near(policy: Policy) -> st.SearchStrategy[Amount]:
    """At every threshold of *policy*, a cent below and a cent above: deductible, lasers, ASD, limits, maxima."""
    around = {max(0, threshold + aside) for threshold in thresholds(policy) for aside in (0, -1, 1)}
    return st.sampled_from([dollars(amount) for amount in sorted(around)])


def __dir__() -> list[str]:
    return __all__
