"""Contract bases: "12/12" to "24/15", "paid", "incurred", run-out in days, explicit days."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from stoploss.basis import ContractBasis, DollarLimit
from stoploss.errors import InvalidValue, PolicyError, WrongType
from stoploss.window import Period
from stoploss.words import LimitPer
from tests.unit.given import YEAR, a_period, day, refused

RENEWED = a_period(original_effective="2023-01-01")
SIX_MONTHS = a_period("2023-07-01", "2023-12-31")
MARCH = a_period("2024-03-01", "2025-02-28")
LEAP_DAY_BEFORE = a_period("2024-02-29", "2025-02-27")
LEAP_DAY_MONTH_END = a_period("2024-02-29", "2025-02-28")

FORM = 'label: a contract basis is "N/M" in months, such as "12/15", or "paid" or "incurred"'
TOLD_TWICE = "paid_through: run_out_days and paid_through both say when the paid window ends; keep one of them [SL505]"
ALL_FOUR = "a basis without a label gives all four days; missing:"


def windows(basis: ContractBasis, period: Period) -> tuple[str, str]:
    """Return both windows as text."""
    found = basis.windows(period)
    return str(found.incurred), str(found.paid)


@pytest.mark.parametrize(
    ("label", "period", "incurred", "paid"),
    [
        ("12/12", YEAR, "2025-01-01 to 2025-12-31", "2025-01-01 to 2025-12-31"),
        ("12/15", YEAR, "2025-01-01 to 2025-12-31", "2025-01-01 to 2026-03-31"),
        ("12/18", YEAR, "2025-01-01 to 2025-12-31", "2025-01-01 to 2026-06-30"),
        ("12/24", YEAR, "2025-01-01 to 2025-12-31", "2025-01-01 to 2026-12-31"),
        ("15/12", YEAR, "2024-10-01 to 2025-12-31", "2025-01-01 to 2025-12-31"),
        ("18/12", YEAR, "2024-07-01 to 2025-12-31", "2025-01-01 to 2025-12-31"),
        ("24/12", YEAR, "2024-01-01 to 2025-12-31", "2025-01-01 to 2025-12-31"),
        ("24/15", YEAR, "2024-01-01 to 2025-12-31", "2025-01-01 to 2026-03-31"),
        ("12/12", RENEWED, "2025-01-01 to 2025-12-31", "2025-01-01 to 2025-12-31"),
        ("paid", YEAR, "2025-01-01 to 2025-12-31", "2025-01-01 to 2025-12-31"),
        ("paid", RENEWED, "2023-01-01 to 2025-12-31", "2025-01-01 to 2025-12-31"),
        ("incurred", RENEWED, "2025-01-01 to 2025-12-31", "2025-01-01 to whenever"),
        # fifteen months from the effective date, not three after the last day, which would be May 28
        ("12/15", MARCH, "2024-03-01 to 2025-02-28", "2024-03-01 to 2025-05-31"),
        ("15/12", MARCH, "2023-12-01 to 2025-02-28", "2024-03-01 to 2025-02-28"),
        # other lengths are written as they are
        ("1/1", a_period("2025-01-01", "2025-01-31"), "2025-01-01 to 2025-01-31", "2025-01-01 to 2025-01-31"),
        ("1/4", a_period("2025-01-01", "2025-01-31"), "2025-01-01 to 2025-01-31", "2025-01-01 to 2025-04-30"),
        ("3/6", a_period("2025-01-01", "2025-03-31"), "2025-01-01 to 2025-03-31", "2025-01-01 to 2025-06-30"),
        ("6/6", SIX_MONTHS, "2023-07-01 to 2023-12-31", "2023-07-01 to 2023-12-31"),
        ("6/9", SIX_MONTHS, "2023-07-01 to 2023-12-31", "2023-07-01 to 2024-03-31"),
        ("9/6", SIX_MONTHS, "2023-04-01 to 2023-12-31", "2023-07-01 to 2023-12-31"),
        ("12/15", SIX_MONTHS, "2023-01-01 to 2023-12-31", "2023-07-01 to 2024-09-30"),
        ("13/16", a_period("2025-01-01", "2026-01-31"), "2025-01-01 to 2026-01-31", "2025-01-01 to 2026-04-30"),
        ("18/21", a_period("2025-01-01", "2026-06-30"), "2025-01-01 to 2026-06-30", "2025-01-01 to 2026-09-30"),
        # month ends and leap days
        ("14/12", a_period("2025-01-31", "2026-01-30"), "2024-11-30 to 2026-01-30", "2025-01-31 to 2026-01-30"),
        ("12/15", LEAP_DAY_BEFORE, "2024-02-29 to 2025-02-27", "2024-02-29 to 2025-05-28"),
        ("12/15", LEAP_DAY_MONTH_END, "2024-02-29 to 2025-02-28", "2024-02-29 to 2025-05-28"),
        ("12/12", LEAP_DAY_BEFORE, "2024-02-29 to 2025-02-27", "2024-02-29 to 2025-02-27"),
        ("12/12", LEAP_DAY_MONTH_END, "2024-02-29 to 2025-02-28", "2024-02-29 to 2025-02-28"),
        ("12/24", LEAP_DAY_BEFORE, "2024-02-29 to 2025-02-27", "2024-02-29 to 2026-02-27"),
        ("12/24", LEAP_DAY_MONTH_END, "2024-02-29 to 2025-02-28", "2024-02-29 to 2026-02-28"),
        ("24/12", LEAP_DAY_MONTH_END, "2023-02-28 to 2025-02-28", "2024-02-29 to 2025-02-28"),
    ],
)
def test_a_label_stands_for_two_windows(label: str, period: Period, incurred: str, paid: str) -> None:
    """N/M: incurred from N - P months before the effective date, paid through M months after it."""
    assert (incurred, paid) == windows(ContractBasis.parse(label), period)


@pytest.mark.parametrize(
    ("label", "days", "period", "expected"),
    [
        ("12/15", 90, a_period("2023-01-01", "2023-12-31"), "2023-01-01 to 2024-03-30"),  # 2024 is a leap year
        ("12/15", 90, YEAR, "2025-01-01 to 2026-03-31"),
        ("12/12", 90, YEAR, "2025-01-01 to 2026-03-31"),
        ("12/15", 0, YEAR, "2025-01-01 to 2025-12-31"),
        ("12/15", 3_660, YEAR, "2025-01-01 to 2036-01-08"),  # 10 years are 3,652 days from 2025-12-31
        ("incurred", 31, YEAR, "2025-01-01 to 2026-01-31"),
        ("paid", 1, YEAR, "2025-01-01 to 2026-01-01"),
    ],
)
def test_run_out_may_be_counted_in_days(label: str, days: int, period: Period, expected: str) -> None:
    """Days of run-out count from the last day and replace the label's months: 90 days are not three months."""
    assert expected == windows(ContractBasis(label=label, run_out_days=days), period)[1]


@pytest.mark.parametrize(
    ("given", "incurred", "paid"),
    [
        ({"incurred_from": "2024-06-01"}, "2024-06-01 to 2025-12-31", "2025-01-01 to 2026-03-31"),
        ({"incurred_through": "2025-11-30"}, "2025-01-01 to 2025-11-30", "2025-01-01 to 2026-03-31"),
        ({"paid_from": "2025-02-01"}, "2025-01-01 to 2025-12-31", "2025-02-01 to 2026-03-31"),
        ({"paid_through": "2026-02-15"}, "2025-01-01 to 2025-12-31", "2025-01-01 to 2026-02-15"),
        (
            {
                "incurred_from": "2024-01-01",
                "incurred_through": "2024-12-31",
                "paid_from": "2024-06-01",
                "paid_through": "2025-06-30",
            },
            "2024-01-01 to 2024-12-31",
            "2024-06-01 to 2025-06-30",
        ),
    ],
)
def test_an_explicit_day_overrides_the_label(given: dict[str, str], incurred: str, paid: str) -> None:
    """Each of the four days replaces the label's."""
    days: dict[str, Any] = {name: day(text) for name, text in given.items()}
    basis = ContractBasis(label="12/15", **days)

    assert (incurred, paid) == windows(basis, YEAR)


def test_an_explicit_day_goes_with_run_out_in_days() -> None:
    """Only the end of the paid window would be said twice."""
    basis = ContractBasis(label="12/12", run_out_days=90, incurred_from=day("2024-10-01"), paid_from=day("2025-01-15"))

    assert ("2024-10-01 to 2025-12-31", "2025-01-15 to 2026-03-31") == windows(basis, YEAR)


def test_four_explicit_days_need_no_label() -> None:
    """Without label the four days are the basis, whatever the period."""
    basis = ContractBasis(
        incurred_from=day("2009-01-01"),
        incurred_through=day("2010-12-31"),
        paid_from=day("2010-01-01"),
        paid_through=day("2010-12-31"),
    )

    assert ("2009-01-01 to 2010-12-31", "2010-01-01 to 2010-12-31") == windows(basis, SIX_MONTHS)
    assert basis.months is None


@pytest.mark.parametrize(
    ("label", "expected"), [("12/15", (12, 15)), ("6/9", (6, 9)), ("99/99", (99, 99)), ("paid", None)]
)
def test_a_label_of_months_says_how_many(label: str, expected: tuple[int, int] | None) -> None:
    """N and M, or nothing where the label is a word."""
    assert expected == ContractBasis.parse(label).months


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("12-15", f"{FORM} [SL502]"),
        ("12/15 ", f"{FORM} [SL502]"),
        ("12 / 15", f"{FORM} [SL502]"),
        ("0/12", f"{FORM} [SL502]"),
        ("012/15", f"{FORM} [SL502]"),
        ("12/100", f"{FORM} [SL502]"),
        ("12/-3", f"{FORM} [SL502]"),
        ("\u0661\u0662/12", f"{FORM} [SL502]"),
        ("", f"{FORM} [SL502]"),
        ("Paid", f'{FORM}; did you mean "paid"? [SL502]'),
        ("incured", f'{FORM}; did you mean "incurred"? [SL502]'),
    ],
)
def test_any_other_label_is_refused(label: str, expected: str) -> None:
    """A label is never guessed from something like it."""
    assert [expected] == refused(PolicyError, ContractBasis.parse, label)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {},
            [
                (
                    f"{ALL_FOUR} incurred_from, incurred_through, paid_from, paid_through; "
                    'or write a label such as "12/15" [SL503]'
                )
            ],
        ),
        (
            {"paid_from": dt.date(2025, 1, 1), "incurred_from": dt.date(2025, 1, 1)},
            [f'{ALL_FOUR} incurred_through, paid_through; or write a label such as "12/15" [SL503]'],
        ),
        (
            {"label": "12/15", "run_out_days": 90, "paid_through": dt.date(2026, 3, 31)},
            [TOLD_TWICE],
        ),
        ({"label": "12/15", "run_out_days": -1}, ["run_out_days: run-out is 0 to 3,660 days [SL506]"]),
        ({"label": "12/15", "run_out_days": 3_661}, ["run_out_days: run-out is 0 to 3,660 days [SL506]"]),
        (
            {"label": "15", "run_out_days": -1, "paid_through": dt.date(2026, 3, 31)},
            [
                f"{FORM} [SL502]",
                TOLD_TWICE,
                "run_out_days: run-out is 0 to 3,660 days [SL506]",
            ],
        ),
    ],
)
def test_keys_that_contradict_each_other_are_refused_together(given: dict[str, Any], expected: list[str]) -> None:
    """One error lists everything that is wrong with a basis."""
    assert expected == refused(PolicyError, ContractBasis, **given)


def test_run_out_in_days_changes_a_label() -> None:
    """Without a label there is nothing that it could change."""
    found = refused(PolicyError, ContractBasis, run_out_days=90)

    assert [
        f'{ALL_FOUR} incurred_from, incurred_through, paid_from, paid_through; or write a label such as "12/15" [SL503]'
    ] == found[:1]
    assert found[1].startswith("run_out_days: run-out in days needs a label that it changes [SL5")
    assert 2 == len(found)


@pytest.mark.parametrize("days", [1.5, True, "90"])
def test_run_out_in_days_is_a_whole_number(days: Any) -> None:
    """A day and a half would be cut to one day in silence."""
    got = type(days).__name__

    assert [f"run_out_days: days are a whole number, not {'an' if got == 'int' else 'a'} {got} [SL578]"] == refused(
        WrongType, ContractBasis, label="12/15", run_out_days=days
    )


@pytest.mark.parametrize("name", ["incurred_from", "incurred_through", "paid_from", "paid_through"])
def test_every_explicit_day_is_a_date(name: str) -> None:
    """Text is refused wherever a day is given."""
    assert [f"{name}: a day is exactly a datetime.date, not a str [SL201]"] == refused(
        WrongType, ContractBasis, label="12/12", **{name: "2025-01-01"}
    )


@pytest.mark.parametrize("label", ["6/12", "12/6", "11/12", "12/11"])
def test_neither_number_is_shorter_than_the_period(label: str) -> None:
    """A six-month policy is written 6/9, and nothing else is."""
    expected = (
        f"N/M of {label} are each at least the 12 months of the policy period; "
        "a six-month policy with three months of run-out is 6/9 [SL504]"
    )

    assert [expected] == refused(PolicyError, ContractBasis.parse(label).windows, YEAR)


@pytest.mark.parametrize(
    "given",
    [
        {"paid_from": dt.date(2026, 1, 1)},
        {"paid_through": dt.date(2024, 12, 31)},
        {"incurred_from": dt.date(2026, 1, 1)},
        {"incurred_through": dt.date(2024, 12, 31)},
    ],
)
def test_no_window_ends_before_it_starts(given: dict[str, Any]) -> None:
    """An explicit day that turns a window around is refused once the period is known."""
    found = refused(PolicyError, ContractBasis(label="12/12", **given).windows, YEAR)

    assert ["SL205"] == [line[-6:-1] for line in found]


def test_a_run_in_limit_is_per_member_unless_it_says_otherwise() -> None:
    """Each unit has its own limit by default."""
    assert LimitPer.MEMBER is DollarLimit(amount=25_000).per
    assert "25000.00" == str(DollarLimit(amount="25,000", per="policy").amount)
    assert "0.00" == str(DollarLimit(amount=0).amount)


@pytest.mark.parametrize(
    ("given", "error", "expected"),
    [
        ({"amount": "-0.01"}, PolicyError, "amount: a limit is not negative [SL501]"),
        ({"amount": 1, "per": "family"}, InvalidValue, "this is one of member, policy [SL106]"),
        ({"amount": 0.5}, WrongType, 'amount: an amount is never a float; write it as text: "1234.56" [SL101]'),
    ],
)
def test_a_run_in_limit_that_is_none_is_refused(given: dict[str, Any], error: Any, expected: str) -> None:
    """Not negative, per member or per policy, and an amount."""
    assert [expected] == refused(error, DollarLimit, **given)
