"""Strategies for lasers: raised and excluding, from a day, on labels, by a trigger, in a fund."""

from __future__ import annotations

import datetime as dt
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from stoploss.lasers import Laser, LaserFund
from stoploss.money import cents, dollars
from stoploss.specific_terms import SpecificTerms
from stoploss.testing._draws import one_in, pick, some_cents, whole
from stoploss.testing._names import LABELS, draw_labels, units_of
from stoploss.window import Period
from stoploss.words import LaserCounts, LaserEffect, Per

__all__ = ["draw_lasers", "further_lasers"]

_FUNDS = ("A", "B")


def draw_lasers(draw: st.DrawFn, per: Per, members: tuple[str, ...], deductible: int) -> tuple[Laser, ...]:
    """Draw none, one or two lasers; the family's, where the deductible is per family."""
    return _lasers(draw, per, members, deductible, pick(draw, (0, 0, 1, 1, 2)))


def _lasers(draw: st.DrawFn, per: Per, members: tuple[str, ...], deductible: int, count: int) -> tuple[Laser, ...]:
    units = units_of(per, members)
    count = min(count, len(units))
    first = draw(whole(0, len(units) - 1)) if count else 0
    lasers: list[Laser] = []
    for position in range(count):
        unit = units[(first + position) % len(units)]
        member, family = (unit, None) if per is Per.MEMBER else (None, unit)
        if one_in(draw, 3):
            lasers.append(Laser(member=member, family=family, excluded=True))
        else:
            raised = dollars(deductible + some_cents(draw))
            lasers.append(Laser(member=member, family=family, deductible=raised))
    return tuple(lasers)


def further_lasers(
    draw: st.DrawFn, terms: SpecificTerms, period: Period, members: tuple[str, ...], *, counts: bool
) -> dict[str, Any]:
    """
    Draw lasers that take less than all of their unit, and the funds on which they draw.

    Args:
        draw: Draws.
        terms: The cover; its own lasers are kept, if it has any.
        period: The policy period.
        members: Who may have a laser.
        counts: Whether a laser may say what it counts in the aggregate.
    """
    plain = terms.lasers or _lasers(draw, terms.per, members, cents(terms.deductible), pick(draw, (1, 2, 3)))
    lasers = tuple(_further(draw, laser, period, counts=counts) for laser in plain)
    names = sorted({laser.fund for laser in lasers if laser.fund is not None})
    amounts = [some_cents(draw) // pick(draw, (10, 1)) for _ in names]
    funds = [LaserFund(name=name, amount=dollars(amount)) for name, amount in zip(names, amounts, strict=True)]
    return {"lasers": lasers, "laser_funds": tuple(funds)}


def _further(draw: st.DrawFn, laser: Laser, period: Period, *, counts: bool) -> Laser:
    given: dict[str, Any] = {}
    kind = pick(draw, ("plain", "from", "from", "when", "trigger", "trigger"))
    if kind == "from":
        given["from_on"] = pick(draw, _days(period))
    elif kind != "plain":
        given["when"] = pick(draw, LABELS)
        if kind == "trigger":
            given["effect"] = LaserEffect.FROM_TRIGGER
        elif one_in(draw, 3):
            given["from_on"] = pick(draw, _days(period))
    if one_in(draw, 2):
        given["tags"] = draw_labels(draw)
    if not laser.excluded and one_in(draw, 2):
        given["fund"] = pick(draw, (_FUNDS[0], *_FUNDS))
    if counts and one_in(draw, 2):
        given["counts"] = pick(draw, tuple(LaserCounts))
    return evolve(laser, **given)


def _days(period: Period) -> tuple[dt.date, ...]:
    """Return days on which a laser may begin: around the middle and the end, where claims are paid."""
    start, end = period.effective, period.last_day_in_force
    middle = start + (end - start) // 2
    return (middle, end, middle + dt.timedelta(days=1), period.expires + dt.timedelta(days=20))


def __dir__() -> list[str]:
    return __all__
