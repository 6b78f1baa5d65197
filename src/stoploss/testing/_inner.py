"""Strategies for the terms inside the specific cover, and for the labels that they look for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from stoploss.inner_terms import Cap, CarrierLayer, CommonAccident, Reduction, ShareTier, Used
from stoploss.money import dollars
from stoploss.specific_terms import SpecificTerms
from stoploss.testing._calendar import further_basis
from stoploss.testing._draws import chance, one_in, pick, some_cents
from stoploss.testing._lasers import further_lasers
from stoploss.testing._names import CARRIERS, LABELS, draw_classes, draw_labels, units_of
from stoploss.window import Period
from stoploss.words import CapOn, CapPer, LimitCaps, Per

__all__ = ["further_specific"]

_SHARES = ("0.9", "0.5", "1", "0", "0.333333333333")
_REDUCED = ("0.5", "0.8", "0", "0.333333333333", "1")


def further_specific(
    draw: st.DrawFn, terms: SpecificTerms, period: Period, members: tuple[str, ...], *, counts: bool
) -> SpecificTerms:
    """
    Draw which further terms a specific cover has.

    Args:
        draw: Draws.
        terms: The cover without any.
        period: The policy period.
        members: Who may have a laser, or have used part of a maximum.
        counts: Whether a laser may say what it counts in the aggregate.
    """
    wanted = chance(draw)
    given = {name: make(draw) for name, make in _TERMS.items() if wanted()}
    if "tiers" in given:
        given["share"] = 1
    if terms.per is Per.MEMBER and wanted():
        given["family_deductible"] = dollars(some_cents(draw))
    if wanted():
        given["used"] = _used(draw, terms.per, members, given)
    if wanted() or wanted():  # of many kinds, and each of them changes much
        given |= further_lasers(draw, terms, period, members, counts=counts)
    basis = further_basis(draw, terms.basis, period, tuple(LimitCaps)) if wanted() else terms.basis
    return evolve(terms, basis=basis, **given)


def _caps(draw: st.DrawFn) -> tuple[Cap, ...]:
    """One or two caps: of two labels, or of one on what is eligible and on the reimbursement."""
    first, second = draw_labels(draw, least=1), pick(draw, LABELS)
    on = pick(draw, tuple(CapOn))
    keys = dict.fromkeys([(first[0], on), *([(second, pick(draw, tuple(CapOn)))] if one_in(draw, 2) else [])])
    return tuple(
        Cap(tag=tag, amount=dollars(some_cents(draw)), on=on, per=pick(draw, tuple(CapPer))) for tag, on in keys
    )


def _reductions(draw: st.DrawFn) -> tuple[Reduction, ...]:
    return tuple(Reduction(tag=tag, share=pick(draw, _REDUCED)) for tag in draw_labels(draw, least=1))


def _tiers(draw: st.DrawFn) -> tuple[ShareTier, ...]:
    """Two or three slices, the first from 0 on."""
    above = [0]
    for _ in range(pick(draw, (1, 2))):
        above.append(above[-1] + some_cents(draw, least=1))
    return tuple(ShareTier(above=dollars(each), share=pick(draw, _SHARES)) for each in above)


def _layers(draw: st.DrawFn) -> tuple[CarrierLayer, ...]:
    """Two or three carriers over one another; the last without limit."""
    count = pick(draw, (2, 3))
    return tuple(
        CarrierLayer(carrier=carrier, limit=dollars(some_cents(draw)) if position < count - 1 else None)
        for position, carrier in enumerate(CARRIERS[:count])
    )


def _common_accident(draw: st.DrawFn) -> CommonAccident:
    return CommonAccident(deductible=dollars(some_cents(draw)) if one_in(draw, 2) else None)


_TERMS: Mapping[str, Callable[[st.DrawFn], Any]] = {
    "excludes": draw_labels,
    "classes": draw_classes,
    "lifetime_maximum": lambda draw: dollars(some_cents(draw)),
    "common_accident": _common_accident,
    "caps": _caps,
    "reductions": _reductions,
    "tiers": _tiers,
    "layers": _layers,
}


def _used(draw: st.DrawFn, per: Per, members: tuple[str, ...], given: Mapping[str, Any]) -> tuple[Used, ...]:
    """Draw what some units used before of the lifetime maxima among the terms that were given."""
    lifetime: dict[str | None, set[CapOn]] = {None: {CapOn.REIMBURSEMENT}} if "lifetime_maximum" in given else {}
    for cap in given.get("caps", ()):
        if cap.per is CapPer.LIFETIME:
            lifetime.setdefault(cap.tag, set()).add(cap.on)
    return tuple(
        Used(
            member=unit if per is Per.MEMBER else None,
            family=unit if per is Per.FAMILY else None,
            reimbursed=dollars(some_cents(draw) if CapOn.REIMBURSEMENT in on else 0),
            eligible=dollars(some_cents(draw) if CapOn.ELIGIBLE in on else 0),
            tag=tag,
        )
        for tag, on in lifetime.items()
        for unit in units_of(per, members)[: pick(draw, (1, 2))]
    )


def __dir__() -> list[str]:
    return __all__
