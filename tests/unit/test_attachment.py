"""The attachment point: covered units times factors, never below the minimum, and what is wrong with enrollment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from stoploss.attachment import Attachment, attachment, enrollment_faults, month_number
from stoploss.attachment_terms import AggregateFactor, MinimumAttachment
from stoploss.facts import CoveredUnits
from stoploss.riders import EarlyTermination
from tests.unit.given import YEAR, a_period, a_policy, a_year_of_units, aggregate, covered, day

TIERS = [AggregateFactor(tier="single", amount=400), AggregateFactor(tier="family", amount=1_000)]
# Month 1: 60 x 400 + 40 x 1,000 = 64,000; months 2 to 12: 50 x 400 + 35 x 1,000 = 55,000 each.
SHRINKING = [
    covered("2025-01", 60),
    covered("2025-01", 40, "family"),
    *(covered(f"2025-{month:02}", 50) for month in range(2, 13)),
    *(covered(f"2025-{month:02}", 35, "family") for month in range(2, 13)),
]


def attached(
    units: Sequence[CoveredUnits] = SHRINKING,
    *,
    as_of: str | None = None,
    terminated: str | None = None,
    on_termination: str = "full",
    **terms: Any,
) -> Attachment:
    """Return the attachment point of 2025, with the two tiers above unless the terms say otherwise."""
    own = aggregate(**{"factors": TIERS} | terms)
    policy = a_policy(
        aggregate=own,
        period=a_period(terminated=terminated) if terminated else YEAR,
        early_termination=EarlyTermination(minimum=on_termination),
    )
    return attachment(policy, own, units, day(as_of) if as_of else None)


def test_the_months_add_up() -> None:
    """64,000 + 11 x 55,000 = 669,000."""
    found = attached()

    assert [64_000_00, *[55_000_00] * 11] == found.monthly
    assert (669_000_00, None, 669_000_00) == (found.calculated, found.minimum, found.point)


@pytest.mark.parametrize(
    ("minimum", "expected", "point"),
    [
        ({"amount": 600_000}, 600_000_00, 669_000_00),
        ({"amount": 669_000}, 669_000_00, 669_000_00),
        ({"amount": 700_000}, 700_000_00, 700_000_00),
        ({"amount": 0}, 0, 669_000_00),
        # 95 % of month 1 x 12 = 0.95 x 64,000 x 12
        ({"first_month": "95%"}, 729_600_00, 729_600_00),
        ({"amount": 700_000, "first_month": "95%"}, 729_600_00, 729_600_00),
        ({"amount": 800_000, "first_month": "95%"}, 800_000_00, 800_000_00),
        # 1 % x 64,000 x 12 = 7,680
        ({"first_month": "1%"}, 7_680_00, 669_000_00),
    ],
)
def test_the_attachment_point_is_never_below_the_minimum(minimum: dict[str, Any], expected: int, point: int) -> None:
    """The minimum is the greater of fixed dollars and a share of the first month times the months of the period."""
    found = attached(minimum=MinimumAttachment(**minimum))

    assert (expected, point) == (found.minimum, found.point)


def test_the_minimum_counts_the_months_of_the_period_and_not_twelve() -> None:
    """Six months: 95 % x 10 x 6 = 57, and the months are 10 + 5 x 9 = 55."""
    one = [AggregateFactor(tier="single", amount=1)]
    own = aggregate(basis="6/6", factors=one, minimum=MinimumAttachment(first_month="95%"))
    policy = a_policy(aggregate=own, period=a_period("2023-07-01", "2023-12-31"))
    units = [covered("2023-07", 10), *(covered(f"2023-{month:02}", 9) for month in range(8, 13))]
    found = attachment(policy, own, units, None)

    assert (55_00, 57_00, 57_00) == (found.calculated, found.minimum, found.point)


def test_factors_of_the_benefits_of_a_tier_add_up() -> None:
    """10 x (540.16 + 148.19) = 6,883.50 a month."""
    factors = [
        AggregateFactor(tier="single", benefit="medical", amount="540.16"),
        AggregateFactor(tier="single", benefit="rx", amount="148.19"),
    ]
    found = attached(a_year_of_units(10), factors=factors, covers=["medical", "rx"])

    assert (6_883_50, 82_602_00) == (found.monthly[0], found.point)


def test_the_sum_is_rounded_and_not_the_months() -> None:
    """A third of a cent short of 0.33333 a month: 0.33, 0.67 and 1.00 to date; the months are their differences."""
    found = attached(a_year_of_units(), factors=[AggregateFactor(tier="single", amount="0.333333")])

    assert [33, 34, 33] == found.monthly[:3]
    assert [33, 67, 100] == found.to_date[:3]
    assert 4_00 == sum(found.monthly) == found.point  # 12 x 0.333333 = 3.999996


@pytest.mark.parametrize(
    ("terminated", "on_termination", "months", "minimum", "point"),
    [
        # 64,000 + 4 x 55,000 = 284,000; the months that begin by May 31 are five
        ("2025-05-31", "full", 284_000_00, 600_000_00, 600_000_00),
        ("2025-05-31", "prorated", 284_000_00, 250_000_00, 284_000_00),
        ("2025-05-31", "dropped", 284_000_00, None, 284_000_00),
        # a month counts whole once it has begun: six
        ("2025-06-01", "prorated", 339_000_00, 300_000_00, 339_000_00),
        ("2025-01-01", "prorated", 64_000_00, 50_000_00, 64_000_00),
        ("2025-01-01", "full", 64_000_00, 600_000_00, 600_000_00),
        # not early: nothing changes
        ("2025-12-31", "prorated", 669_000_00, 600_000_00, 669_000_00),
        ("2025-12-31", "dropped", 669_000_00, 600_000_00, 669_000_00),
        (None, "dropped", 669_000_00, 600_000_00, 669_000_00),
        (None, "prorated", 669_000_00, 600_000_00, 669_000_00),
    ],
)
def test_early_termination_leaves_the_months_begun(
    terminated: str | None, on_termination: str, months: int, minimum: int | None, point: int
) -> None:
    """Later months do not count; the minimum stays whole, is prorated by the months begun in force, or is dropped."""
    fixed = MinimumAttachment(amount=600_000)
    found = attached(minimum=fixed, terminated=terminated, on_termination=on_termination)

    assert (months, minimum, point) == (found.calculated, found.minimum, found.point)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2024-12-31", []),
        # the minimum to date is 900,000 x t / 12; the months to date are 64,000, 119,000 and 174,000
        ("2025-01-01", [75_000_00]),
        ("2025-03-15", [75_000_00, 150_000_00, 225_000_00]),
    ],
)
def test_the_position_is_held_against_the_minimum_to_date(as_of: str, expected: list[int]) -> None:
    """For each month so far the greater of the months and the minimum to date."""
    assert expected == attached(minimum=MinimumAttachment(amount=900_000), as_of=as_of).to_date


def test_the_last_month_shows_the_attachment_point() -> None:
    """Eleven months to date 614,000, with a minimum of 600,000 to date 550,000; the twelfth is the point itself."""
    found = attached(minimum=MinimumAttachment(amount=600_000))

    assert [614_000_00, 669_000_00] == found.to_date[-2:]


def test_the_last_month_in_force_shows_what_termination_leaves_of_the_minimum() -> None:
    """Accruing is 600,000 x t / 12, and at the end whole: 600,000."""
    found = attached(minimum=MinimumAttachment(amount=600_000), terminated="2025-02-28")

    assert [64_000_00, 600_000_00] == found.to_date


def test_before_the_first_month_there_is_only_the_fixed_minimum() -> None:
    """Without a first month a share of it is nothing."""
    found = attached(minimum=MinimumAttachment(amount=600_000, first_month="95%"), as_of="2024-12-31")

    assert ([], 0, 600_000_00, 600_000_00) == (found.monthly, found.calculated, found.minimum, found.point)


# ------------------------------------------------------------------ which month a row is for

MID_MONTH = a_period("2025-01-15", "2026-01-14")
MONTH_END = a_period("2025-01-31", "2026-01-30")


@pytest.mark.parametrize(
    ("period", "month", "expected"),
    [
        (YEAR, "2025-01", 1),
        (YEAR, "2025-12", 12),
        (YEAR, "2026-01", None),
        (YEAR, "2024-12", None),
        (YEAR, "2025-01-31", 1),
        (YEAR, "2025-02-01", 2),
        (YEAR, "2026-01-01", None),
        # policy month 1 runs from January 15 to February 14
        (MID_MONTH, "2025-02-14", 1),
        (MID_MONTH, "2025-02-15", 2),
        (MID_MONTH, "2025-02", 2),
        (MID_MONTH, "2025-12", 12),
        (MID_MONTH, "2026-01", None),
        (MID_MONTH, "2026-01-14", 12),
        (MID_MONTH, "2025-01-14", None),
        # clamped: January 31, February 28, March 31
        (MONTH_END, "2025-02", 2),
        (MONTH_END, "2025-03-30", 2),
        (MONTH_END, "2025-03", 3),
    ],
)
def test_a_row_is_for_the_month_that_holds_its_day_or_begins_in_its_month(
    period: Any, month: str, expected: int | None
) -> None:
    """A day names the policy month in which it lies, a calendar month the one that begins in it."""
    assert expected == month_number(period, covered(month))


def test_a_month_may_be_told_in_either_form() -> None:
    """Mixed forms of one enrollment give the same attachment point."""
    by_day = [covered(f"2025-{month:02}-28", 10) for month in range(1, 7)]
    by_month = [covered(f"2025-{month:02}", 10) for month in range(7, 13)]
    ten = [AggregateFactor(tier="single", amount=10)]

    assert attached(a_year_of_units(10), factors=ten) == attached([*by_month, *by_day], factors=ten)


# ------------------------------------------------------------------ enrollment


def faults(units: Sequence[CoveredUnits], as_of: dt.date | None = None, **more: Any) -> list[tuple[int | None, str]]:
    """Return what is wrong with an enrollment, by row."""
    own = aggregate(**{"factors": [TIERS[0]]} | more.pop("terms", {}))
    policy = a_policy(aggregate=own, **more)
    return [(row, str(finding)) for row, finding in enrollment_faults(policy, own, units, as_of)]


NONE_REPORTED = "no covered units were reported for tier"
WRITE_ZERO = "write 0 if there were none [SL543]"
TOLD_BEFORE = (
    "units: this policy month and tier was already reported with other units; report each month and tier once [SL542]"
)
OUTSIDE = "month: this month is not in the policy period, 2025-01-01 to 2025-12-31 [SL541]"


def test_a_whole_enrollment_has_no_fault() -> None:
    """Every tier in every month, each once; the same row twice is one."""
    assert [] == faults(a_year_of_units())
    assert [] == faults([*a_year_of_units(), covered("2025-01-17")])
    assert [] == faults(a_year_of_units(0))


def test_a_missing_month_is_a_fault() -> None:
    """A month that was not reported must not turn into one of nobody."""
    units = [row for row in a_year_of_units() if row.month != "2025-03"]

    assert [(None, f"{NONE_REPORTED} single in the policy month that begins 2025-03-01; {WRITE_ZERO}")] == faults(units)


def test_a_missing_tier_is_a_fault_in_every_month() -> None:
    """Each month and tier is named."""
    found = faults(a_year_of_units(), terms={"factors": TIERS})

    assert [(None, f"{NONE_REPORTED} family in the policy month that begins 2025-01-01; {WRITE_ZERO}")] == found[:1]
    assert 12 == len(found)


def test_a_misspelt_tier_is_a_fault_twice() -> None:
    """An unknown tier, and the known one that is missing: it never becomes an attachment point of zero."""
    units = [covered("2025-01", tier="singel"), *a_year_of_units()[1:]]

    assert [
        (0, 'tier: the factors have no such tier; they have single; did you mean "single"? [SL540]'),
        (None, f"{NONE_REPORTED} single in the policy month that begins 2025-01-01; {WRITE_ZERO}"),
    ] == faults(units)


def test_a_tier_of_another_plan_is_a_fault() -> None:
    """Units without a factor would be left out silently."""
    units = [*a_year_of_units(), covered("2025-01", tier="zzz")]

    assert [(12, "tier: the factors have no such tier; they have single [SL540]")] == faults(units)


@pytest.mark.parametrize("month", ["2024-12", "2026-01", "2024-12-31", "2026-01-01"])
def test_a_month_outside_the_period_is_a_fault(month: str) -> None:
    """A thirteenth month belongs to another policy."""
    assert [(12, OUTSIDE)] == faults([*a_year_of_units(), covered(month)])


def test_a_row_told_otherwise_is_a_fault() -> None:
    """The same month and tier with other units, in either form of the month."""
    units = [*a_year_of_units(), covered("2025-01", 2), covered("2025-12-31", 2)]

    assert [(12, TOLD_BEFORE), (13, TOLD_BEFORE)] == faults(units)


def test_everything_wrong_with_a_row_is_told() -> None:
    """An unknown tier in a month outside the period."""
    units = [*a_year_of_units(), covered("2026-01", tier="zzz")]

    assert [(12, "tier: the factors have no such tier; they have single [SL540]"), (12, OUTSIDE)] == faults(units)


@pytest.mark.parametrize(
    ("as_of", "terminated", "reported"),
    [("2025-03-15", None, 3), ("2024-12-31", None, 0), (None, "2025-03-15", 3), ("2025-06-01", "2025-03-01", 3)],
)
def test_only_months_that_have_begun_in_force_are_needed(
    as_of: str | None, terminated: str | None, reported: int
) -> None:
    """Later months may be absent, and may be there."""
    given: dict[str, Any] = {"period": a_period(terminated=terminated)} if terminated else {}
    on = day(as_of) if as_of else None

    assert [] == faults(a_year_of_units(months=reported), on, **given)
    assert [] == faults(a_year_of_units(), on, **given)
    if reported:
        assert 1 == len(faults(a_year_of_units(months=reported - 1), on, **given))
