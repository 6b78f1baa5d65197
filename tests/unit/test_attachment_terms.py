"""The terms of the attachment point: factors by class, plan and day, units counted earlier, minima by month."""

from __future__ import annotations

from typing import Any

import pytest

from stoploss.attachment import Attachment, attachment, enrollment_faults, month_number
from stoploss.attachment_terms import AggregateFactor, FirstMonths, MinimumAttachment
from stoploss.errors import InvalidValue, PolicyError, WrongType
from stoploss.facts import CoveredUnits
from tests.unit.given import YEAR, a_period, a_policy, a_year_of_units, aggregate, covered, day, refused


def a_factor(amount: int, **more: Any) -> AggregateFactor:
    """Return a factor of the one tier."""
    return AggregateFactor(tier="single", amount=amount, **more)


def by_month(units: int = 1, **more: Any) -> list[CoveredUnits]:
    """Return so many covered units in every month of 2025."""
    return [covered(f"2025-{month:02}", units, **more) for month in range(1, 13)]


def attached(units: list[CoveredUnits], as_of: str | None = None, period: Any = YEAR, **terms: Any) -> Attachment:
    """Return the attachment point."""
    own = aggregate(**terms)
    return attachment(a_policy(aggregate=own, period=period), own, units, day(as_of) if as_of else None)


def faults(units: list[CoveredUnits], as_of: str | None = None, **terms: Any) -> list[tuple[int | None, str]]:
    """Return what is wrong with an enrollment, by row."""
    own = aggregate(**terms)
    found = enrollment_faults(a_policy(aggregate=own), own, units, day(as_of) if as_of else None)
    return [(row, str(finding)) for row, finding in found]


# ------------------------------------------------------------------ factors by class and plan

CLASSES = [a_factor(10, covered_class="active"), a_factor(25, covered_class="retiree")]
PLANS = [a_factor(10, plan="PPO"), a_factor(7, plan="HDHP")]
BOTH = [
    a_factor(10, covered_class="active", plan="PPO"),
    a_factor(7, covered_class="active", plan="HDHP"),
    a_factor(25, covered_class="retiree", plan="PPO"),
]


@pytest.mark.parametrize(
    ("factors", "units", "expected"),
    [
        # 12 x (3 x 10 + 2 x 25)
        (CLASSES, [*by_month(3, covered_class="active"), *by_month(2, covered_class="retiree")], 960_00),
        # the plan of a row does not matter where no factor names one: 12 x (3 + 2) x 10 + 12 x 0
        (
            CLASSES,
            [
                *by_month(3, covered_class="active", plan="PPO"),
                *by_month(2, covered_class="active", plan="HDHP"),
                *by_month(0, covered_class="retiree"),
            ],
            600_00,
        ),
        (PLANS, [*by_month(3, plan="PPO"), *by_month(2, plan="HDHP")], 528_00),
        (
            BOTH,
            [
                *by_month(3, covered_class="active", plan="PPO"),
                *by_month(2, covered_class="active", plan="HDHP"),
                *by_month(1, covered_class="retiree", plan="PPO"),
            ],
            828_00,
        ),
        # a factor for all: rows of any class, plan and division add up
        (
            [a_factor(10)],
            [*by_month(1, covered_class="active"), *by_month(2, plan="HDHP"), *by_month(3, division="north")],
            720_00,
        ),
    ],
)
def test_a_factor_is_for_the_rows_that_it_names(
    factors: list[AggregateFactor], units: list[CoveredUnits], expected: int
) -> None:
    """Of its tier, and of its class and plan where it has them."""
    assert expected == attached(units, factors=factors).calculated
    assert [] == faults(units, factors=factors)


def test_rows_apart_are_no_contradiction() -> None:
    """The same month and tier, of two classes, plans or divisions; the same row twice is one."""
    rows = [covered("2025-01", 1), covered("2025-01", 2, plan="PPO"), covered("2025-01", 3, division="north")]

    assert [10_00, 20_00, 30_00, 60_00] == [
        attached(one, "2025-01-31").calculated for one in ([rows[0]], [rows[1]], [rows[2]], [*rows, rows[0]])
    ]


NO_UNITS = "no covered units were reported for"
ZERO = "write 0 if there were none [SL543]"


def test_units_of_a_class_without_a_factor_are_a_fault() -> None:
    """They would be left out; the factors that there are are named."""
    units = [*by_month(covered_class="active"), *by_month(covered_class="retiree"), covered("2025-01")]
    known = "the tier has factors for tier single, class active; tier single, class retiree"

    assert [(24, f"class: no factor is for these units; {known} [SL544]")] == faults(units, factors=CLASSES)


def test_units_of_a_plan_without_a_factor_are_a_fault() -> None:
    """Class and plan together."""
    rows = [
        *by_month(covered_class="active", plan="PPO"),
        *by_month(covered_class="active", plan="HDHP"),
        *by_month(covered_class="retiree", plan="PPO"),
        covered("2025-01", covered_class="retiree", plan="HDHP"),
    ]
    known = "; ".join(
        f"tier single, class {name}, plan {plan}"
        for name, plan in (("active", "HDHP"), ("active", "PPO"), ("retiree", "PPO"))
    )

    assert [
        (36, f"class: no factor is for these units; the tier has factors for {known} [SL544]"),
    ] == faults(rows, factors=BOTH)


def test_every_class_has_its_units() -> None:
    """0 written out."""
    assert [
        (None, f"{NO_UNITS} tier single, class retiree in the policy month that begins 2025-01-01; {ZERO}")
    ] == faults(by_month(covered_class="active"), "2025-01-31", factors=CLASSES)


# ------------------------------------------------------------------ factors from a day

RISING = [a_factor(10), a_factor(15, from_on=day("2025-07-01")), a_factor(20, from_on=day("2025-10-15"))]


def test_a_factor_holds_in_months_that_begin_on_its_day_or_later() -> None:
    """10 for six months, 15 for four, and 20 in November and December: October began before its day."""
    found = attached(by_month(), factors=RISING)

    assert [10_00] * 6 + [15_00] * 4 + [20_00] * 2 == found.monthly
    assert found == attached(by_month(), factors=RISING[::-1])


def test_each_benefit_has_its_own_days() -> None:
    """10 + 5, and 10 + 8 from July on."""
    factors = [
        a_factor(10, benefit="medical"),
        a_factor(5, benefit="rx"),
        a_factor(8, benefit="rx", from_on=day("2025-07-01")),
    ]

    assert [15_00] * 6 + [18_00] * 6 == attached(by_month(), factors=factors, covers=["medical", "rx"]).monthly


def test_a_factor_may_hold_from_the_effective_date() -> None:
    """Or from before it."""
    for start in ("2025-01-01", "2024-07-01"):
        assert 120_00 == attached(by_month(), factors=[a_factor(10, from_on=day(start))]).calculated


# ------------------------------------------------------------------ units counted earlier


def test_a_month_takes_the_units_of_earlier_months() -> None:
    """With a lag of two: November, December, January and so on to October of 1, 2, 3 ... units."""
    months = ["2024-11", "2024-12", *(f"2025-{month:02}" for month in range(1, 11))]
    units = [covered(month, number) for number, month in enumerate(months, start=1)]

    assert [number * 10_00 for number in range(1, 13)] == attached(units, enrollment_lag=2).monthly
    assert [] == faults(units, enrollment_lag=2)


@pytest.mark.parametrize(
    ("month", "lag", "expected"),
    [
        ("2024-12", 1, 0),
        ("2024-12-01", 1, 0),
        ("2024-12-31", 1, 0),
        ("2024-11-30", 1, None),
        ("2024-11-30", 2, -1),
        ("2025-01-01", 2, 1),
        ("2025-12", 2, 12),
        ("2026-01", 2, None),
        ("2024-12", 0, None),
    ],
)
def test_months_before_the_first_are_0_and_less(month: str, lag: int, expected: int | None) -> None:
    """A day in one, or the calendar month in which it begins."""
    assert expected == month_number(YEAR, covered(month), lag)


def test_with_a_lag_only_the_months_that_are_read_are_needed() -> None:
    """As of March with a lag of two: November to January; later months may be there."""
    units = [covered(month) for month in ("2024-11", "2024-12", "2025-01")]

    assert [] == faults([*units, covered("2025-12")], "2025-03-15", enrollment_lag=2)
    assert [(None, f"{NO_UNITS} tier single in the policy month that begins 2025-02-01; {ZERO}")] == faults(
        units, "2025-04-15", enrollment_lag=2
    )


def test_with_a_lag_earlier_months_may_be_reported() -> None:
    """And none that is earlier still."""
    units = [covered(f"2024-{month}") for month in ("10", "11", "12")]

    assert [
        (
            0,
            (
                "month: this month is neither in the policy period nor one of the 2 before it, 2024-11-01 to "
                "2025-12-31 "
                "[SL541]"
            ),
        )
    ] == faults(units, "2025-02-01", enrollment_lag=2)


# ------------------------------------------------------------------ the minimum


@pytest.mark.parametrize(
    ("minimum", "expected"),
    [
        ({"monthly": 11}, 132_00),
        ({"monthly": 11, "amount": 150}, 150_00),
        # the average of 10, 20 and 30 is 20: for twelve months 240, and half of that
        ({"first_months": FirstMonths(months=3, share=1)}, 240_00),
        ({"first_months": FirstMonths(months=3, share="50%")}, 120_00),
        ({"first_months": FirstMonths(months=1, share=1)}, 120_00),
        ({"first_months": FirstMonths(months=12, share=1)}, 160_00),
        ({"first_months": FirstMonths(months=3, share="50%"), "monthly": 11, "first_month": "90%"}, 132_00),
    ],
)
def test_the_minimum_is_the_greatest_of_what_is_given(minimum: dict[str, Any], expected: int) -> None:
    """10, 20 and 30 in the first months, then 100 in all of the others."""
    units = [covered(f"2025-{month:02}", number) for month, number in enumerate([1, 2, 3, *[0] * 8, 10], start=1)]

    assert expected == attached(units, minimum=MinimumAttachment(**minimum)).minimum


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [("2024-12-31", 0), ("2025-01-31", 120_00), ("2025-02-28", 180_00), ("2025-03-31", 240_00), ("2025-06-30", 240_00)],
)
def test_while_fewer_months_have_begun_those_make_the_minimum(as_of: str, expected: int) -> None:
    """The average of 10; of 10 and 20; of 10, 20 and 30; none before the first has begun."""
    units = [covered(f"2025-{month:02}", min(month, 3)) for month in range(1, 13)]
    minimum = MinimumAttachment(first_months=FirstMonths(months=3, share=1))

    assert expected == attached(units, as_of, minimum=minimum).minimum


def test_the_monthly_minimum_counts_the_months_of_the_period() -> None:
    """Six of them."""
    found = attached(
        a_year_of_units(months=6),
        period=a_period(expires="2025-06-30"),
        basis="6/6",
        minimum=MinimumAttachment(monthly=11),
    )

    assert (66_00, 66_00, 60_00) == (found.minimum, found.point, found.calculated)


# ------------------------------------------------------------------ what is refused

REPEATED = "a tier and benefit has one factor; this one repeats an earlier one [SL520]"


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        ([*CLASSES, CLASSES[0]], [f"factors[2]: {REPEATED}"]),
        ([*RISING, RISING[1]], [f"factors[3]: {REPEATED}"]),
        (
            [*CLASSES, a_factor(5)],
            ["factors[2].class: a tier has its class in all of its factors, or in none [SL536]"],
        ),
        (
            [*PLANS, a_factor(5, covered_class="active")],
            [
                "factors[2].class: a tier has its class in all of its factors, or in none [SL536]",
                "factors[2].plan: a tier has its plan in all of its factors, or in none [SL536]",
            ],
        ),
        (
            [a_factor(10), a_factor(5, benefit="rx", from_on=day("2025-07-01"))],
            [
                "factors[1].benefit: a tier has one factor for all benefits, or one for each of them, not both [SL521]",
                (
                    "factors[1].benefit: the aggregate does not cover rx, so a factor does not pay for it; "
                    "add it to covers [SL522]"
                ),
            ],
        ),
    ],
)
def test_factors_that_contradict_each_other_are_refused(factors: list[AggregateFactor], expected: list[str]) -> None:
    """Two for the same units and day, or a tier of which some rows are told apart and some are not."""
    assert expected == refused(PolicyError, aggregate, factors=factors)


def test_another_tier_may_be_told_apart_otherwise() -> None:
    """What holds for a tier holds for that one."""
    assert aggregate(factors=[*CLASSES, AggregateFactor(tier="family", amount=30)]).factors


@pytest.mark.parametrize(
    ("factors", "position"),
    [
        ([a_factor(10, from_on=day("2025-01-02"))], 0),
        ([*CLASSES[:1], a_factor(5, covered_class="retiree", from_on=day("2025-07-01"))], 1),
    ],
)
def test_a_factor_from_a_day_follows_another(factors: list[AggregateFactor], position: int) -> None:
    """Months before it would have none."""
    assert [
        (
            f"aggregate.factors[{position}].from: a factor from a day follows one that holds from the first policy "
            "month; write 0 if there is none before [SL537]"
        )
    ] == refused(PolicyError, a_policy, aggregate=aggregate(factors=factors))


@pytest.mark.parametrize("lag", [-1, 13, 1.0, True, "2"])
def test_a_lag_is_up_to_twelve_months(lag: Any) -> None:
    """A whole number of them."""
    assert ["enrollment_lag: covered units are counted 0 to 12 whole months earlier [SL538]"] == refused(
        PolicyError, aggregate, enrollment_lag=lag
    )


@pytest.mark.parametrize(
    ("given", "error", "expected"),
    [
        ({"months": 0, "share": 1}, PolicyError, "months: this is 1 to 120 months [SL538]"),
        ({"months": "3", "share": 1}, WrongType, "months: months are a whole number, not a str [SL578]"),
        (
            {"months": 3, "share": 2},
            InvalidValue,
            (
                'share: a share is a fraction from 0 to 1 or a percentage with its sign; write "0.8" or "80%" for '
                "eighty "
                "percent [SL107]"
            ),
        ),
    ],
)
def test_first_months_that_are_none_are_refused(given: dict[str, Any], error: Any, expected: str) -> None:
    """Whole months from 1 on, and a share."""
    assert [expected] == refused(error, FirstMonths, **given)


def test_there_are_no_more_first_months_than_months() -> None:
    """A period of twelve has no thirteenth."""
    minimum = MinimumAttachment(first_months=FirstMonths(months=13, share=1))

    assert ["aggregate.minimum.first_months.months: the policy period has 12 policy months [SL538]"] == refused(
        PolicyError, a_policy, aggregate=aggregate(minimum=minimum)
    )


def test_a_monthly_minimum_is_not_negative() -> None:
    """0 is possible, and says something."""
    assert ["monthly: this amount is not negative [SL501]"] == refused(PolicyError, MinimumAttachment, monthly=-1)
    assert 0 == MinimumAttachment(monthly=0).monthly


@pytest.mark.parametrize(("name", "key"), [("covered_class", "class"), ("plan", "plan")])
def test_a_factor_is_for_a_class_or_plan_with_a_name(name: str, key: str) -> None:
    """Not for the empty one."""
    expected = f"{key}: a label is not empty, and has no blanks around it and no invisible characters [SL317]"

    assert [expected] == refused(InvalidValue, a_factor, 10, **{name: ""})
