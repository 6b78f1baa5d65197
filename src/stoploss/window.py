"""Days, policy months and closed windows; the only use of dateutil.

A day is exactly a :class:`datetime.date`.
A window includes its first and its last day.

Every boundary is the effective date plus a whole number of months, computed in **one step** and clamped to the end of
the month: from January 31, four months are May 31, while one month four times would drift to May 28.

A policy period has P months when ``effective + P months - 1 day`` is its last day.
Where the clamping moved that boundary (effective on the 29th, 30th or 31st) the last day of the month is accepted too:
a policy effective 2024-02-29 may expire 2025-02-27 or 2025-02-28.
Once it expires on such a month's end, every later boundary that clamps is its month's last day as well.

Source: policy forms state windows in months from the effective date; see ``docs/clauses.md``, contract basis.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from functools import lru_cache
from typing import Any

from attrs import Attribute, Factory, field, frozen
from attrs.validators import optional
from dateutil.relativedelta import relativedelta

from stoploss.errors import Finding, InvalidValue, PolicyError, WrongType, raise_if_any, type_of

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "Period",
    "Window",
    "check_day",
    "is_day",
    "months_after",
    "parse_day",
    "period_findings",
    "working_days_after",
]

FIRST_YEAR = 1900
LAST_YEAR = 2199

_ONE_DAY = dt.timedelta(days=1)
_FRIDAY = 5
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def parse_day(text: str, where: str = "day") -> dt.date:
    """
    Return the day that ISO text such as ``"2025-01-31"`` names.

    Raises:
        InvalidValue: For any other form, a day that does not exist, or a year outside 1900 to 2199.
    """
    if not _ISO_DAY.fullmatch(text):
        raise InvalidValue(
            Finding(code="SL203", where=where, rule="a day is written year-month-day", help="such as 2025-01-31")
        )
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise InvalidValue(Finding(code="SL204", where=where, rule="there is no such day in the calendar")) from None
    check_day(day, where)
    return day


def check_day(value: object, where: str) -> None:
    """
    Refuse what is not exactly a ``date`` between 1900 and 2199.

    Raises:
        WrongType: For anything else, a ``datetime`` above all: its time zone would decide the policy year.
        InvalidValue: For a year outside 1900 to 2199.
    """
    if type(value) is not dt.date:
        rule = f"a day is exactly a datetime.date, not {type_of(value)}"
        way_out = "take the date at the policyholder's site" if isinstance(value, dt.date) else ""
        raise WrongType(Finding(code="SL201", where=where, rule=rule, help=way_out))
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        rule = f"days lie between the years {FIRST_YEAR} and {LAST_YEAR}"
        raise InvalidValue(Finding(code="SL202", where=where, rule=rule))


def is_day(_instance: object, attribute: Attribute[Any], value: object) -> None:
    """Validate an attrs field that holds a day."""
    check_day(value, attribute.name)


@lru_cache(maxsize=4_096)
def months_after(day: dt.date, months: int) -> dt.date:
    """
    Return the same day of the month, *months* later (or earlier, if negative), clamped to the month's last day.

    >>> months_after(dt.date(2024, 1, 31), 4)
    datetime.date(2024, 5, 31)
    """
    return day + relativedelta(months=months)


@lru_cache(maxsize=1_024)
def _starts(effective: dt.date, months: int) -> tuple[dt.date, ...]:
    return tuple(months_after(effective, month) for month in range(months))


def working_days_after(day: dt.date, days: int) -> dt.date:
    """
    Return the day that is *days* working days, Monday to Friday, after *day*; holidays are not known.

    >>> working_days_after(dt.date(2025, 12, 26), 5)  # a Friday
    datetime.date(2026, 1, 2)
    """
    for _ in range(days):
        day += _ONE_DAY
        while day.isoweekday() > _FRIDAY:
            day += _ONE_DAY
    return day


@frozen(kw_only=True)
class Window:
    """
    The days from *first* to *last*, both included; ``last=None`` means that it never ends.

    Raises:
        PolicyError: When it ends before it starts.
    """

    first: dt.date = field(validator=is_day)
    last: dt.date | None = field(default=None, validator=optional(is_day))

    def __attrs_post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            rule = f"this window ends on {self.last}, before it starts on {self.first}"
            raise PolicyError(Finding(code="SL205", where="", rule=rule))

    def __str__(self) -> str:
        return f"{self.first} to {self.last or 'whenever'}"

    def holds(self, day: dt.date) -> bool:
        """Say whether *day* lies in the window."""
        return self.first <= day and (self.last is None or day <= self.last)

    def cut(self, last: dt.date | None) -> Window:
        """Return the part of the window up to *last*, that day included; ``None`` cuts nothing."""
        if last is None or (self.last is not None and self.last <= last):
            return self
        return Window(first=self.first, last=last)


def _same_as_effective(period: Period) -> dt.date:
    return period.effective


@frozen(kw_only=True)
class Period:
    """
    The policy period: when the cover is in force.

    Args:
        effective: First day.
        expires: Last day; a whole number of policy months after *effective*.
        original_effective: First day of the first policy with this carrier; *effective* unless given.
        terminated: Last day in force, when the policy ended early.

    Raises:
        PolicyError: When the days contradict each other; the message prints the two nearest valid last days.

    >>> Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31)).months
    12
    """

    effective: dt.date = field(validator=is_day)
    expires: dt.date = field(validator=is_day)
    original_effective: dt.date = field(default=Factory(_same_as_effective, takes_self=True), validator=is_day)
    terminated: dt.date | None = field(default=None, validator=optional(is_day))
    months: int = field(init=False)
    """P, the number of policy months."""
    ends_with_month: bool = field(init=False, repr=False)
    """Whether *expires* is the end of a month to which the clamping moved the boundary."""

    def __attrs_post_init__(self) -> None:
        raise_if_any(
            PolicyError, period_findings(self.effective, self.expires, self.original_effective, self.terminated)
        )
        months = months_between(self.effective, self.expires)
        object.__setattr__(self, "months", months)
        object.__setattr__(self, "ends_with_month", self.expires == months_after(self.effective, months))

    @property
    def last_day_in_force(self) -> dt.date:
        """The day on which the policy ended or will end."""
        return self.terminated or self.expires

    @property
    def ended_early(self) -> bool:
        """Whether the policy was terminated before it expired."""
        return self.terminated is not None and self.terminated < self.expires

    def holds(self, day: dt.date) -> bool:
        """Say whether *day* lies in the policy period, whether or not the policy was still in force."""
        return self.effective <= day <= self.expires

    def in_force_on(self, day: dt.date) -> bool:
        """Say whether the policy was in force on *day*."""
        return self.effective <= day <= self.last_day_in_force

    def start_of_month(self, month: int) -> dt.date:
        """Return the first day of policy month *month*; the first one is month 1."""
        return months_after(self.effective, month - 1)

    def end_of_month(self, month: int) -> dt.date:
        """Return the last day of policy month *month*; the last month ends with the policy period."""
        return self.expires if month >= self.months else self.start_of_month(month + 1) - _ONE_DAY

    def end_of_months(self, months: int) -> dt.date:
        """Return the last day of the first *months* months from *effective*, which may be more than P."""
        boundary = months_after(self.effective, months)
        clamped = boundary.day < self.effective.day
        return boundary if clamped and self.ends_with_month else boundary - _ONE_DAY

    def months_past_the_end(self, months: int) -> dt.date:
        """Return the last day of *months* more months after the last day in force."""
        if not self.ended_early:
            return self.end_of_months(self.months + months)
        return months_after(self.last_day_in_force + _ONE_DAY, months) - _ONE_DAY

    def starts(self) -> tuple[dt.date, ...]:
        """Return the first day of every policy month, whether or not the policy was in force."""
        return _starts(self.effective, self.months)

    def month_of(self, day: dt.date) -> int | None:
        """Return the policy month (from 1) that holds *day*, or ``None`` outside the period."""
        if not self.holds(day):
            return None
        return bisect_right(self.starts(), day)

    def months_begun(self, by: dt.date | None) -> int:
        """Return how many policy months begin in force and on or before *by* (``None``: all of them)."""
        last = self.last_day_in_force if by is None else min(by, self.last_day_in_force)
        return bisect_right(self.starts(), last)


def period_findings(
    effective: dt.date,
    expires: dt.date,
    original_effective: dt.date | None = None,
    terminated: dt.date | None = None,
) -> list[Finding]:
    """Return what contradicts itself in the days of a policy period."""
    found: list[Finding] = []
    if expires < effective:
        found.append(
            Finding(code="SL206", where="expires", rule=f"the policy expires before it is effective ({effective})")
        )
    elif months_between(effective, expires) == 0:
        before, after = _nearest_last_days(effective, expires)
        nearest = f"{before} or {after}" if before else f"{after}"
        rule = f"the period from {effective} is not a whole number of policy months"
        found.append(Finding(code="SL207", where="expires", rule=rule, help=f"the nearest valid last day is {nearest}"))
    if original_effective is not None and original_effective > effective:
        rule = f"the first policy cannot begin after this one ({effective})"
        found.append(Finding(code="SL208", where="original_effective", rule=rule))
    if terminated is not None and not effective <= terminated <= expires:
        rule = f"the last day in force lies in the period, {effective} to {expires}"
        found.append(Finding(code="SL209", where="terminated", rule=rule))
    return found


def months_between(effective: dt.date, expires: dt.date) -> int:
    """Return P, or 0 where *expires* does not end a whole number of policy months."""
    for months in _month_counts_near(effective, expires):
        if expires in _valid_last_days(effective, months):
            return months
    return 0


def _month_counts_near(effective: dt.date, expires: dt.date) -> range:
    count = (expires.year - effective.year) * 12 + expires.month - effective.month
    return range(max(1, count - 1), count + 3)


def _valid_last_days(effective: dt.date, months: int) -> tuple[dt.date, ...]:
    """Return the day before the boundary, and the boundary too where clamping moved it to its month's end."""
    boundary = months_after(effective, months)
    day_before = boundary - _ONE_DAY
    return (day_before, boundary) if boundary.day < effective.day else (day_before,)


def _nearest_last_days(effective: dt.date, expires: dt.date) -> tuple[dt.date | None, dt.date]:
    """Return the valid last days just before (if there is one) and just after *expires*."""
    valid = [day for months in _month_counts_near(effective, expires) for day in _valid_last_days(effective, months)]
    return max((day for day in valid if day < expires), default=None), min(day for day in valid if day > expires)


def __dir__() -> list[str]:
    return __all__
