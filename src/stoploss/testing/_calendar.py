"""Strategies for days, policy periods and contract bases."""

from __future__ import annotations

import datetime as dt
from typing import Any

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from stoploss.basis import ContractBasis, DollarLimit, PriorAdministrator
from stoploss.money import dollars
from stoploss.testing._draws import one_in, pick, whole
from stoploss.window import Period, months_after
from stoploss.words import LimitCaps, LimitPer

__all__ = ["bases", "days", "draw_basis", "further_basis", "periods"]

_ONE_DAY = dt.timedelta(days=1)
_FIRST, _LAST = dt.date(2020, 1, 1), dt.date(2030, 12, 31)
_EFFECTIVE = (
    *(dt.date(2025, 1, 1), dt.date(2025, 1, 1), dt.date(2024, 1, 1), dt.date(2024, 7, 1)),
    *(dt.date(2025, 6, 15), dt.date(2024, 3, 1), dt.date(2023, 2, 28)),  # mid-month, around a leap day
    *(dt.date(2024, 2, 29), dt.date(2024, 1, 31), dt.date(2023, 8, 30), dt.date(2025, 10, 29)),  # days that clamp
    *(dt.date(2024, 12, 31), dt.date(2023, 11, 30)),
)
_MONTHS = (12, 12, 12, 12, 6, 1, 3, 13, 18, 2)
_EXTRA_MONTHS = (0, 3, 0, 6, 12, 1)
_RUN_OUT_DAYS = (90, 0, 1, 31, 366)
_EXPLICIT = (
    *(("paid_through",), ("incurred_from",), ("incurred_from", "incurred_through"), ("paid_from", "paid_through")),
    ("incurred_from", "incurred_through", "paid_from", "paid_through"),
)
_LIMITS = (10_000, 0, 1, 33_333, 100_000)


def days(min_value: dt.date = _FIRST, max_value: dt.date = _LAST) -> st.SearchStrategy[dt.date]:
    """Days from *min_value* to *max_value*, both included."""
    return st.dates(min_value, max_value)


@st.composite
def _periods(draw: st.DrawFn, longest: int) -> Period:
    effective = pick(draw, _EFFECTIVE) if not one_in(draw, 4) else draw(days())
    months = min(pick(draw, _MONTHS), longest)
    boundary = months_after(effective, months)
    expires = boundary - _ONE_DAY
    # Effective on the 29th, 30th or 31st: where the month is too short, its own end is a last day as well.
    if boundary.day < effective.day and one_in(draw, 2):
        expires = boundary
    original = months_after(effective, -pick(draw, (0, 0, 12, 24, 7)))
    terminated = draw(_days_of_termination(effective, expires, months)) if one_in(draw, 4) else None
    return Period(effective=effective, expires=expires, original_effective=original, terminated=terminated)


@st.composite
def _days_of_termination(draw: st.DrawFn, effective: dt.date, expires: dt.date, months: int) -> dt.date:
    """A day in the period: the end or the start of a policy month, the first or the last day of all, or any."""
    start = months_after(effective, draw(whole(0, months - 1)))
    any_day = effective + dt.timedelta(days=draw(whole(0, (expires - effective).days)))
    return pick(draw, (max(effective, start - _ONE_DAY), start, any_day, expires))


def periods(*, longest: int = 18) -> st.SearchStrategy[Period]:
    """
    Policy periods: twelve months mostly, but also short and long years.

    They begin on the first, in mid-month, on month ends and on leap days; one in four ends early.

    Args:
        longest: The most policy months.

    Raises:
        InvalidArgument: When *longest* is below 1.
    """
    if longest < 1:
        raise InvalidArgument(f"a policy period has at least one month, not {longest}")
    return _periods(longest)


def bases(period: Period) -> st.SearchStrategy[ContractBasis]:
    """
    Contract bases that fit *period*; one in four has a run-in limit.

    Labels with run-in and run-out, ``paid``, ``incurred``, run-out in days, explicit days that override a label, and
    four explicit days without one.
    """
    return _bases(period)


@st.composite
def _bases(draw: st.DrawFn, period: Period) -> ContractBasis:
    return draw_basis(draw, period)


def draw_basis(draw: st.DrawFn, period: Period) -> ContractBasis:
    """Draw a basis that fits *period*."""
    limited = one_in(draw, 4)
    kind = pick(draw, ("label", "label", "label", "label", "word", "days", "explicit", "explicit"))
    run_in, run_out = pick(draw, _EXTRA_MONTHS), pick(draw, _EXTRA_MONTHS)
    # A limit mostly has something to cut.
    label = f"{period.months + (run_in or 3 if limited else run_in)}/{period.months + run_out}"
    if kind == "word":
        label = pick(draw, ("paid", "incurred"))
    basis = ContractBasis(label=label)
    if kind == "days":
        basis = ContractBasis(label=label, run_out_days=pick(draw, _RUN_OUT_DAYS))
    elif kind == "explicit":
        basis = _with_explicit_days(draw, period, basis)
    if not limited:
        return basis
    limit = DollarLimit(amount=dollars(pick(draw, _LIMITS)), per=pick(draw, tuple(LimitPer)))
    return evolve(basis, run_in_limit=limit)


def further_basis(draw: st.DrawFn, basis: ContractBasis, period: Period, caps: tuple[LimitCaps, ...]) -> ContractBasis:
    """
    Draw limits on run-in and run-out, and whether claims of a prior administrator count.

    Args:
        draw: Draws.
        basis: The basis without such terms.
        period: The policy period.
        caps: What a limit may cap.
    """

    def limit() -> DollarLimit:
        return DollarLimit(amount=dollars(pick(draw, _LIMITS)), per=pick(draw, tuple(LimitPer)), caps=pick(draw, caps))

    kind = pick(draw, ("run_out_limit", "run_out_limit", "run_in_limit", "prior_administrator", "all"))
    given: dict[str, Any] = {}
    if kind in {"run_out_limit", "all"}:
        given["run_out_limit"] = limit()
    if kind in {"run_in_limit", "all"}:
        given["run_in_limit"] = limit()
    if kind in {"prior_administrator", "all"}:
        given["prior_administrator"] = _prior_administrator(draw, period)
    return evolve(basis, **given)


def _prior_administrator(draw: st.DrawFn, period: Period) -> PriorAdministrator:
    """Draw claims of a prior administrator that are excluded, or count by two days, or one of them."""
    day = period.effective + (period.last_day_in_force - period.effective) // 2
    by = pick(draw, (None, day, period.effective))
    return pick(
        draw,
        (
            PriorAdministrator(included=False),
            PriorAdministrator(paid_by=day),
            PriorAdministrator(paid_by=by, reported_by=day),
        ),
    )


def _with_explicit_days(draw: st.DrawFn, period: Period, basis: ContractBasis) -> ContractBasis:
    """
    Let explicit days override some of a basis, or all of it.

    A window starts while the policy is in force, so that termination never ends it before it starts.
    """
    latest_start = min(period.effective + dt.timedelta(days=20), period.last_day_in_force)
    starts = (period.effective, months_after(period.effective, -3), period.effective - _ONE_DAY, latest_start)
    ends = (period.expires, months_after(period.expires, 3), period.expires + _ONE_DAY, latest_start)
    explicit: dict[str, Any] = {}
    for name in pick(draw, _EXPLICIT):
        explicit[name] = pick(draw, starts if name.endswith("from") else ends)
    label = None if len(explicit) == 4 and one_in(draw, 2) else basis.label  # all four stand alone
    return evolve(basis, label=label, **explicit)


def __dir__() -> list[str]:
    return __all__
