"""Days, policy months and closed windows: every boundary in one step from the effective date."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from stoploss.errors import InvalidValue, PolicyError, WrongType
from stoploss.window import Period, Window, check_day, months_after, parse_day, period_findings
from tests.unit.given import YEAR, a_period, day, refused

WRITTEN = "day: a day is written year-month-day; such as 2025-01-31 [SL203]"
NO_SUCH = "day: there is no such day in the calendar [SL204]"
YEARS = "day: days lie between the years 1900 and 2199 [SL202]"
AT_THE_SITE = "; take the date at the policyholder's site"


class NaTType(dt.datetime):
    """What a frame library has in place of a missing day: a day and a timestamp to isinstance."""


class Timestamp(dt.datetime):
    """What a frame library has in place of a day."""


# ------------------------------------------------------------------ days


@pytest.mark.parametrize("text", ["2025-01-31", "2024-02-29", "1900-01-01", "2199-12-31"])
def test_a_day_is_read_from_iso_text(text: str) -> None:
    """Year, month and day, in this order."""
    assert dt.date.fromisoformat(text) == parse_day(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", WRITTEN),
        ("10/11/12", WRITTEN),
        ("1/2/2024", WRITTEN),
        ("13.02.2024", WRITTEN),
        ("Mon", WRITTEN),
        ("May", WRITTEN),
        ("2024", WRITTEN),
        ("10:30", WRITTEN),
        ("20240131", WRITTEN),
        ("2024-W01-1", WRITTEN),
        ("2024-1-1", WRITTEN),
        ("24-01-01", WRITTEN),
        ("45292", WRITTEN),
        ("99999999", WRITTEN),
        ("2025-01-01T00:00:00", WRITTEN),
        ("2025-01-01Z", WRITTEN),
        (" 2025-01-01", WRITTEN),
        ("2025-01-01\n", WRITTEN),
        ("\u0662\u0660\u0662\u0665-01-01", WRITTEN),
        ("2024-02-30", NO_SUCH),
        ("2025-02-29", NO_SUCH),
        ("2025-13-01", NO_SUCH),
        ("2025-00-01", NO_SUCH),
        ("0000-00-00", NO_SUCH),
        ("0024-01-01", YEARS),
        ("1899-12-31", YEARS),
        ("2200-01-01", YEARS),
        ("9999-12-31", YEARS),
    ],
)
def test_a_day_in_any_other_form_is_refused(text: str, expected: str) -> None:
    """No form is guessed: month and day of 10/11/12 are anybody's guess."""
    assert [expected] == refused(InvalidValue, parse_day, text)


@pytest.mark.parametrize(
    ("value", "got", "way_out"),
    [
        (dt.datetime(2025, 1, 1), "datetime", AT_THE_SITE),  # noqa: DTZ001 -- what is to be refused
        (dt.datetime(2024, 12, 31, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=-8))), "datetime", AT_THE_SITE),
        (dt.datetime(2025, 1, 1, tzinfo=dt.UTC), "datetime", AT_THE_SITE),
        (Timestamp(2025, 1, 1), "Timestamp", AT_THE_SITE),
        (NaTType(2025, 1, 1), "NaTType", AT_THE_SITE),
        (dt.time(), "time", ""),
        ("2025-01-01", "str", ""),
        (45_292.0, "float", ""),
        (None, "NoneType", ""),
    ],
)
def test_a_day_is_exactly_a_date(value: Any, got: str, way_out: str) -> None:
    """A timestamp is a date to isinstance; its time zone would decide the policy year."""
    expected = [f"day: a day is exactly a datetime.date, not {'an' if got == 'int' else 'a'} {got}{way_out} [SL201]"]

    assert expected == refused(WrongType, check_day, value, "day")


@pytest.mark.parametrize("value", [dt.date(1899, 12, 31), dt.date(2200, 1, 1), dt.date(24, 1, 1), dt.date.max])
def test_a_day_far_away_is_a_slip(value: dt.date) -> None:
    """Days lie between 1900 and 2199."""
    assert [YEARS] == refused(InvalidValue, check_day, value, "day")


@pytest.mark.parametrize("value", [dt.date(1900, 1, 1), dt.date(2199, 12, 31)])
def test_the_first_and_the_last_year_count(value: dt.date) -> None:
    """Both ends are included."""
    check_day(value, "day")


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2024-01-31", 4, "2024-05-31"),  # not May 29, as one month at a time would have it
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2025-01-01", -3, "2024-10-01"),
        ("2025-05-31", -3, "2025-02-28"),
        ("2025-01-15", 0, "2025-01-15"),
    ],
)
def test_months_are_counted_in_one_step(start: str, months: int, expected: str) -> None:
    """The day of the month stays, clamped to the month's last day."""
    assert day(expected) == months_after(day(start), months)


# ------------------------------------------------------------------ windows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-12-31", False),
        ("2025-01-01", True),
        ("2025-06-15", True),
        ("2025-12-31", True),
        ("2026-01-01", False),
    ],
)
def test_a_window_holds_its_first_and_last_day(text: str, expected: bool) -> None:
    """A window is closed."""
    assert expected is Window(first=day("2025-01-01"), last=day("2025-12-31")).holds(day(text))


def test_a_window_without_a_last_day_never_ends() -> None:
    """An endless window holds every day from its first."""
    window = Window(first=day("2025-01-01"))

    assert window.holds(dt.date.max)
    assert not window.holds(day("2024-12-31"))
    assert "2025-01-01 to whenever" == str(window)


def test_a_window_may_be_one_day() -> None:
    """A window that ends on the day on which it starts holds that day."""
    window = Window(first=day("2025-01-01"), last=day("2025-01-01"))

    assert window.holds(day("2025-01-01"))
    assert "2025-01-01 to 2025-01-01" == str(window)


def test_a_window_does_not_end_before_it_starts() -> None:
    """The message gives both days."""
    assert ["this window ends on 2024-12-31, before it starts on 2025-01-01 [SL205]"] == refused(
        PolicyError, Window, first=day("2025-01-01"), last=day("2024-12-31")
    )


@pytest.mark.parametrize(
    ("last", "cut_on", "expected"),
    [
        ("2025-12-31", "2025-08-31", "2025-08-31"),
        ("2025-12-31", "2025-12-31", "2025-12-31"),
        ("2025-12-31", "2026-03-31", "2025-12-31"),
        ("2025-12-31", None, "2025-12-31"),
        (None, "2025-08-31", "2025-08-31"),
        (None, None, None),
    ],
)
def test_a_window_is_cut_after_a_day(last: str | None, cut_on: str | None, expected: str | None) -> None:
    """What is left ends on that day at the latest."""
    window = Window(first=day("2025-01-01"), last=day(last) if last else None)

    assert Window(first=day("2025-01-01"), last=day(expected) if expected else None) == window.cut(
        day(cut_on) if cut_on else None
    )


# ------------------------------------------------------------------ policy months


@pytest.mark.parametrize(
    ("effective", "expires", "months"),
    [
        ("2025-01-01", "2025-01-31", 1),
        ("2025-02-01", "2025-02-28", 1),
        ("2025-01-01", "2025-03-31", 3),
        ("2023-07-01", "2023-12-31", 6),
        ("2025-01-01", "2025-12-31", 12),
        ("2024-03-01", "2025-02-28", 12),
        ("2023-03-01", "2024-02-29", 12),
        ("2025-01-15", "2026-01-14", 12),
        ("2025-01-01", "2026-01-31", 13),
        ("2025-01-01", "2026-06-30", 18),
        # the boundary is clamped: the day before it, or the month's end
        ("2025-01-31", "2025-02-27", 1),
        ("2025-01-31", "2025-02-28", 1),
        ("2025-01-30", "2025-02-27", 1),
        ("2025-01-30", "2025-02-28", 1),
        ("2024-01-30", "2024-02-28", 1),
        ("2024-01-30", "2024-02-29", 1),
        ("2025-01-31", "2025-04-29", 3),
        ("2025-01-31", "2025-04-30", 3),
        ("2024-02-29", "2025-02-27", 12),
        ("2024-02-29", "2025-02-28", 12),
        ("2024-08-31", "2026-02-27", 18),
        ("2024-08-31", "2026-02-28", 18),
        # not clamped
        ("2025-01-31", "2025-03-30", 2),
        ("2024-01-29", "2024-02-28", 1),
        ("2024-02-29", "2028-02-28", 48),
    ],
)
def test_a_period_is_a_whole_number_of_policy_months(effective: str, expires: str, months: int) -> None:
    """P is the k for which effective + k months - 1 day is the last day, or the month's end where that was clamped."""
    assert months == a_period(effective, expires).months


@pytest.mark.parametrize(
    ("effective", "expires", "nearest"),
    [
        ("2025-01-01", "2025-12-30", "2025-11-30 or 2025-12-31"),
        ("2025-01-01", "2026-01-01", "2025-12-31 or 2026-01-31"),
        ("2025-01-15", "2025-12-31", "2025-12-14 or 2026-01-14"),
        ("2025-01-01", "2025-01-01", "2025-01-31"),
        ("2025-01-01", "2025-01-30", "2025-01-31"),
        ("2025-01-31", "2025-02-26", "2025-02-27"),
        ("2025-01-31", "2025-03-15", "2025-02-28 or 2025-03-30"),
        ("2025-01-31", "2025-03-31", "2025-03-30 or 2025-04-29"),
        ("2024-01-29", "2024-02-29", "2024-02-28 or 2024-03-28"),
        ("2024-02-29", "2025-02-26", "2025-01-28 or 2025-02-27"),
        ("2024-02-29", "2025-03-01", "2025-02-28 or 2025-03-28"),
        ("2024-02-29", "2028-02-29", "2028-02-28 or 2028-03-28"),
    ],
)
def test_any_other_last_day_is_refused_with_the_nearest_valid_ones(effective: str, expires: str, nearest: str) -> None:
    """The message prints the valid last day before, if there is one, and the one after."""
    expected = (
        f"expires: the period from {effective} is not a whole number of policy months; "
        f"the nearest valid last day is {nearest} [SL207]"
    )

    assert [expected] == refused(PolicyError, a_period, effective, expires)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (
            {"effective": "2025-01-01", "expires": "2024-12-31"},
            ["expires: the policy expires before it is effective (2025-01-01) [SL206]"],
        ),
        (
            {"original_effective": "2025-01-02"},
            ["original_effective: the first policy cannot begin after this one (2025-01-01) [SL208]"],
        ),
        (
            {"terminated": "2024-12-31"},
            ["terminated: the last day in force lies in the period, 2025-01-01 to 2025-12-31 [SL209]"],
        ),
        (
            {"terminated": "2026-01-01"},
            ["terminated: the last day in force lies in the period, 2025-01-01 to 2025-12-31 [SL209]"],
        ),
        (
            {"expires": "2025-01-30", "original_effective": "2025-06-01", "terminated": "2025-06-01"},
            [
                (
                    "expires: the period from 2025-01-01 is not a whole number of policy months; "
                    "the nearest valid last day is 2025-01-31 [SL207]"
                ),
                "original_effective: the first policy cannot begin after this one (2025-01-01) [SL208]",
                "terminated: the last day in force lies in the period, 2025-01-01 to 2025-01-30 [SL209]",
            ],
        ),
    ],
)
def test_days_that_contradict_each_other_are_refused_together(days: dict[str, str], expected: list[str]) -> None:
    """One error lists everything that is wrong with the days of a period."""
    assert expected == refused(PolicyError, a_period, **days)


def test_only_the_two_days_are_needed_to_judge_a_period() -> None:
    """A loader can ask about the days that it has."""
    assert [] == period_findings(day("2025-01-01"), day("2025-12-31"))


@pytest.mark.parametrize("name", ["effective", "expires", "original_effective", "terminated"])
def test_every_day_of_a_period_is_a_date(name: str) -> None:
    """A timestamp is refused wherever it is given."""
    days: dict[str, Any] = {"effective": day("2025-01-01"), "expires": day("2025-12-31")}
    timestamp = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)

    assert [
        f"{name}: a day is exactly a datetime.date, not a datetime; take the date at the policyholder's site [SL201]"
    ] == refused(WrongType, Period, **days | {name: timestamp})


def test_the_first_policy_is_this_one_unless_another_is_named() -> None:
    """``original_effective`` is ``effective`` unless it is given."""
    assert day("2025-01-01") == YEAR.original_effective
    assert day("2023-01-01") == a_period(original_effective="2023-01-01").original_effective


@pytest.mark.parametrize(
    ("terminated", "last", "early"),
    [
        (None, "2025-12-31", False),
        ("2025-12-31", "2025-12-31", False),
        ("2025-12-30", "2025-12-30", True),
        ("2025-01-01", "2025-01-01", True),
    ],
)
def test_termination_ends_the_policy(terminated: str | None, last: str, early: bool) -> None:
    """A policy that is terminated on its last day has not ended early."""
    period = a_period(terminated=terminated) if terminated else YEAR

    assert (day(last), early) == (period.last_day_in_force, period.ended_early)


def test_policy_months_start_on_the_same_day_of_the_month() -> None:
    """From January 31 every month starts on its own 31st, or on its last day."""
    period = a_period("2025-01-31", "2025-05-30")

    assert ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"] == [str(start) for start in period.starts()]
    assert ["2025-02-27", "2025-03-30", "2025-04-29", "2025-05-30"] == [
        str(period.end_of_month(month)) for month in range(1, 5)
    ]


def test_the_last_policy_month_ends_with_the_period() -> None:
    """Where the period ends with a month to which it was clamped, so does its last policy month."""
    assert day("2025-02-28") == a_period("2024-02-29", "2025-02-28").end_of_month(12)
    assert day("2025-02-27") == a_period("2024-02-29", "2025-02-27").end_of_month(12)


@pytest.mark.parametrize(
    ("effective", "expires", "months", "expected"),
    [
        ("2025-01-01", "2025-12-31", 15, "2026-03-31"),
        ("2024-03-01", "2025-02-28", 15, "2025-05-31"),
        ("2024-02-29", "2025-02-27", 12, "2025-02-27"),
        ("2024-02-29", "2025-02-28", 12, "2025-02-28"),
        ("2024-02-29", "2025-02-27", 15, "2025-05-28"),  # not clamped: the same for both endings
        ("2024-02-29", "2025-02-28", 15, "2025-05-28"),
        ("2024-02-29", "2025-02-27", 24, "2026-02-27"),
        ("2024-02-29", "2025-02-28", 24, "2026-02-28"),
        ("2025-01-31", "2025-02-27", 3, "2025-04-29"),
        ("2025-01-31", "2025-02-28", 3, "2025-04-30"),
        ("2025-01-31", "2025-02-28", 4, "2025-05-30"),
        ("2025-01-31", "2025-03-30", 3, "2025-04-29"),  # the period's own boundary was not clamped
    ],
)
def test_windows_end_a_whole_number_of_months_from_the_effective_date(
    effective: str, expires: str, months: int, expected: str
) -> None:
    """Once a period ends with a month to which it was clamped, every later boundary that clamps does as well."""
    assert day(expected) == a_period(effective, expires).end_of_months(months)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-01-30", None),
        ("2025-01-31", 1),
        ("2025-02-27", 1),
        ("2025-02-28", 2),
        ("2025-03-30", 2),
        ("2025-03-31", 3),
        ("2025-04-29", 3),
        ("2025-04-30", 3),
        ("2025-05-01", None),
    ],
)
def test_every_day_of_the_period_is_in_one_policy_month(text: str, expected: int | None) -> None:
    """A day belongs to the last month that has begun by then; outside the period to none."""
    assert expected == a_period("2025-01-31", "2025-04-30").month_of(day(text))


@pytest.mark.parametrize(
    ("by", "terminated", "expected"),
    [
        (None, None, 12),
        ("2024-12-31", None, 0),
        ("2025-01-01", None, 1),
        ("2025-05-31", None, 5),
        ("2025-06-01", None, 6),
        ("2027-01-01", None, 12),
        (None, "2025-05-31", 5),
        (None, "2025-06-01", 6),
        ("2025-03-15", "2025-05-31", 3),
        ("2025-12-31", "2025-05-31", 5),
    ],
)
def test_policy_months_begin_in_force(by: str | None, terminated: str | None, expected: int) -> None:
    """A month counts when it begins on or before the day asked for and the last day in force."""
    period = a_period(terminated=terminated) if terminated else YEAR

    assert expected == period.months_begun(day(by) if by else None)
