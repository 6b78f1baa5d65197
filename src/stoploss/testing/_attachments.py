"""Strategies for the further terms of the aggregate cover: factors, minimum, lag, accommodation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import Accommodation, AggregateFactor, FirstMonths, MinimumAttachment
from stoploss.money import dollars
from stoploss.testing._calendar import further_basis
from stoploss.testing._draws import chance, one_in, pick, some_cents, whole
from stoploss.testing._names import CLASSES, PLANS, draw_classes, draw_labels
from stoploss.window import Period
from stoploss.words import LimitCaps, MinimumInAccommodation, Repay

__all__ = ["further_aggregate"]

_FACTORS = tuple(Decimal(factor) for factor in ("20", "0", "12.345678", "5"))


def further_aggregate(draw: st.DrawFn, terms: AggregateTerms, period: Period) -> AggregateTerms:
    """Draw which further terms an aggregate cover has."""
    wanted = chance(draw)
    given = {name: make(draw) for name, make in _TERMS.items() if wanted()}
    if wanted():
        given["factors"] = _factors(draw, terms.factors, period)
    if wanted():
        given["minimum"] = _minimum(draw, terms.minimum, period)
    if wanted():
        given["accommodation"] = _accommodation(draw, period)
    basis = further_basis(draw, terms.basis, period, (LimitCaps.COUNTED,)) if wanted() else terms.basis
    return evolve(terms, basis=basis, **given)


_TERMS: Mapping[str, Callable[[st.DrawFn], Any]] = {
    "excludes": draw_labels,
    "classes": draw_classes,
    "enrollment_lag": lambda draw: pick(draw, (2, 1, 3, 12)),
}


def _factors(draw: st.DrawFn, factors: tuple[AggregateFactor, ...], period: Period) -> tuple[AggregateFactor, ...]:
    """Part the factors of the first tier by class or plan, or let other ones hold from a day on."""
    kind = pick(draw, ("plan", "class", "plan and from", "from", "class and from"))
    first = [factor for factor in factors if factor.tier == factors[0].tier]
    if "class" in kind:
        parted = [evolve(factor, covered_class=each) for factor in first for each in CLASSES]
        factors = (*parted, *factors[len(first) :])
    if "plan" in kind:
        parted = [evolve(factor, plan=each) for factor in first for each in PLANS]
        factors = (*parted, *factors[len(first) :])
    if "from" not in kind:
        return tuple(evolve(factor, amount=pick(draw, (factor.amount, *_FACTORS))) for factor in factors)
    start = period.start_of_month(draw(whole(1, period.months)))
    begins = pick(draw, (start, min(start.replace(day=28), period.expires)))
    later = [evolve(factor, from_on=begins, amount=pick(draw, _FACTORS)) for factor in factors]
    return (*factors, *later)


def _minimum(draw: st.DrawFn, minimum: MinimumAttachment | None, period: Period) -> MinimumAttachment:
    """Add a minimum by months, or by the first months."""
    given: dict[str, Any] = {}
    if one_in(draw, 2):
        given["monthly"] = dollars(some_cents(draw) // period.months)
    else:
        months = draw(whole(1, period.months))
        given["first_months"] = FirstMonths(months=months, share=pick(draw, ("1", "0.95", "0.333333333333")))
    return evolve(minimum, **given) if minimum else MinimumAttachment(**given)


def _accommodation(draw: st.DrawFn, period: Period) -> Accommodation:
    return Accommodation(
        keep=dollars(some_cents(draw) // 10 if one_in(draw, 2) else 0),
        smallest=dollars(some_cents(draw) // 10 if one_in(draw, 2) else 0),
        minimum=pick(draw, tuple(MinimumInAccommodation)),
        repay=pick(draw, tuple(Repay)),
        months_open=draw(whole(1, period.months)) if one_in(draw, 3) else None,
    )


def __dir__() -> list[str]:
    return __all__
