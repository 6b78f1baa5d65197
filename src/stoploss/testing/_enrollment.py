"""Strategies for covered units: complete, with classes, plans and divisions, in every form of writing a month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from hypothesis import strategies as st

from stoploss.attachment import attachment
from stoploss.facts import CoveredUnits
from stoploss.policy import Policy
from stoploss.testing._draws import one_in, pick, whole
from stoploss.testing._names import DIVISIONS
from stoploss.window import Period

__all__ = ["draw_units", "enrollments", "point_of"]

_ONE_DAY = dt.timedelta(days=1)


def enrollments(policy: Policy, as_of: dt.date | None = None) -> st.SearchStrategy[list[CoveredUnits]]:
    """
    Complete covered units: whatever a factor is for, in every policy month in force that begins on or before *as_of*.

    Under an enrollment lag so many months earlier.
    Later months may be there as well; months are written as their first day, their last, or as ``"2025-01"``.
    """
    return _enrollments(policy, as_of)


@st.composite
def _enrollments(draw: st.DrawFn, policy: Policy, as_of: dt.date | None) -> list[CoveredUnits]:
    return draw_units(draw, policy, as_of, further=False)


def draw_units(draw: st.DrawFn, policy: Policy, as_of: dt.date | None, *, further: bool) -> list[CoveredUnits]:
    """Draw covered units; *further* ones may name divisions."""
    terms = policy.aggregate
    if not terms:
        return []
    period, lag = policy.period, terms.enrollment_lag
    months = period.months_begun(as_of)
    if one_in(draw, 3):
        months = draw(whole(months, period.months))
    form = pick(draw, ("first", "text", "last"))
    divisions = (None, DIVISIONS[0]) if further and one_in(draw, 8) else (None,)
    rows: list[CoveredUnits] = []
    for tier, covered_class, plan in dict.fromkeys(factor.whose for factor in terms.factors):
        for division in divisions:
            units, later = draw(whole(0, 4)), draw(whole(0, 4))
            changes = draw(whole(0, period.months))
            rows += [
                CoveredUnits(
                    month=_written(period, month, form),
                    tier=tier,
                    units=units if month <= changes else later,
                    covered_class=covered_class,
                    plan=plan,
                    division=division,
                )
                for month in range(1 - lag, months + 1)
            ]
    return rows


def _written(period: Period, month: int, form: str) -> dt.date | str:
    """Write a policy month as its first day, its last, or its calendar month."""
    start = period.start_of_month(month)
    if form == "text":
        return f"{start:%Y-%m}"
    return start if form == "first" else period.end_of_month(month)


def point_of(policy: Policy, units: Sequence[CoveredUnits], as_of: dt.date | None) -> int:
    """Return the attachment point in cents, as a target for the whole group's claims."""
    return attachment(policy, policy.aggregate, units, as_of).point if policy.aggregate else 0


def __dir__() -> list[str]:
    return __all__
