"""On which days to incur and to pay claims: in the windows of a policy, on their edges, and the day outside."""

from __future__ import annotations

import datetime as dt

from stoploss.policy import Policy
from stoploss.testing._columns import days_of_limits, late_days
from stoploss.window import Window

__all__ = ["interesting_days"]

_ONE_DAY = dt.timedelta(days=1)


def interesting_days(policy: Policy) -> tuple[tuple[dt.date, ...], tuple[dt.date, ...]]:
    """
    Return days on which to incur, and days on which to pay, claims under *policy*.

    A few days within all windows come often, so that most payments count, and payments tie;
    then the first and the last day of every window, and the day outside.
    """
    period = policy.period
    start, end = period.effective, period.last_day_in_force
    middle = start + (end - start) // 2
    run_out = period.expires + dt.timedelta(days=20)
    every = [windows for windows in (policy.specific_windows, policy.aggregate_windows) if windows]
    more_incurred, more_paid = days_of_limits(policy)
    incurred = _on_the_edges([windows.incurred for windows in every], (start, middle, end, *more_incurred))
    paid = _on_the_edges([windows.paid for windows in every], (middle, end, start, run_out, *more_paid))
    return incurred, (*paid, *late_days(policy) * (len(paid) // 4))


def _on_the_edges(windows: list[Window], usual: tuple[dt.date, ...]) -> tuple[dt.date, ...]:
    """Return the *usual* days where they lie in all *windows*, several times, then every edge and the day outside."""
    edges: list[dt.date] = []
    for window in windows:
        last = window.last or window.first + dt.timedelta(days=1200)
        edges += [window.first, last, window.first - _ONE_DAY, last + _ONE_DAY]
    edges = list(dict.fromkeys(edges))
    inside = [day for day in (*usual, *edges) if all(window.holds(day) for window in windows)] or edges[:1]
    return (*inside * (1 + 4 * len(edges) // len(inside)), *edges)


def __dir__() -> list[str]:
    return __all__
