"""Amounts, shares and factors: what is accepted, what is refused, and the one rounding."""

from __future__ import annotations

import time
from decimal import ROUND_UP, Context, Decimal, Inexact, localcontext
from fractions import Fraction
from typing import Any

import pytest

from stoploss.errors import InvalidValue, WrongType
from stoploss.money import (
    LARGEST_CENTS,
    ZERO,
    cents,
    dollars,
    exact_dollars,
    parse_amount,
    parse_factor,
    parse_share,
    rounded,
    share_of,
)
from tests.unit.given import refused

FINITE = "amount: an amount is a finite number [SL102]"
NOT_AN_AMOUNT = 'amount: this is not an amount; write digits and a point: "1234.56" [SL103]'
TWO_PLACES = "amount: an amount has at most two places; round it to the cent before it is reported [SL104]"
TOO_LARGE = "amount: at most 13 digits stand before the point [SL105]"
A_SHARE = (
    "share: a share is a fraction from 0 to 1 or a percentage with its sign; "
    'write "0.8" or "80%" for eighty percent [SL107]'
)
NOT_A_SHARE = 'share: this is not a share; write digits and a point: "0.8" or "80%" [SL103]'
SHARE_PLACES = "share: a share has at most twelve places [SL108]"
SIX_PLACES = "amount: a factor has at most six places; round it as the schedule does [SL110]"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, "5.00"),
        (-5, "-5.00"),
        ("100000", "100000.00"),
        ("100,000.00", "100000.00"),
        ("1,000,000", "1000000.00"),
        ("1234.5", "1234.50"),
        ("-0.01", "-0.01"),
        ("007", "7.00"),
        (Decimal("12.3"), "12.30"),
        (Decimal("1E+3"), "1000.00"),
        (Decimal("-0"), "0.00"),
        (Decimal("-0.00"), "0.00"),
        ("-0", "0.00"),
        (Decimal("0E+999999999"), "0.00"),
        ("0" * 31 + "5", "5.00"),
        ("9999999999999.99", "9999999999999.99"),
        ("-9999999999999.99", "-9999999999999.99"),
        (9_999_999_999_999, "9999999999999.00"),
    ],
)
def test_an_amount_has_exactly_two_places(value: Any, expected: str) -> None:
    """Whole dollars, decimals and text become a decimal with two places; minus zero is zero."""
    assert expected == str(parse_amount(value))


class Amount(str):  # noqa: SLOT000 -- a stranger's class
    """Text of a class of the caller's own, such as an element of a text array."""


class WholeNumber(int):
    """A whole number of a class of the caller's own."""


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (0.1, "float"),
        (1e300, "float"),
        (float("nan"), "float"),
        (float("inf"), "float"),
        (True, "bool"),
        (None, "NoneType"),
        (b"5", "bytes"),
        (Fraction(1, 2), "Fraction"),
        (["5"], "list"),
        (5 + 0j, "complex"),
        (WholeNumber(5), "WholeNumber"),
    ],
)
def test_what_is_no_number_or_text_is_a_wrong_type(value: Any, name: str) -> None:
    """A float is never an amount, nor a bool, nor a number of somebody else's; the message says what to write."""
    expected = [f'amount: an amount is never a {name}; write it as text: "1234.56" [SL101]']

    assert expected == refused(WrongType, parse_amount, value)


def test_text_of_another_class_is_text() -> None:
    """Array libraries have text classes of their own."""
    assert Decimal("5.00") == parse_amount(Amount("5"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("NaN"), FINITE),
        (Decimal("sNaN"), FINITE),
        (Decimal("Infinity"), FINITE),
        (Decimal("-Infinity"), FINITE),
        ("1.234", TWO_PLACES),
        (Decimal("0.001"), TWO_PLACES),
        (Decimal("1E-999999999"), TWO_PLACES),
        ("12345678901234", TOO_LARGE),
        ("-12345678901234", TOO_LARGE),
        (Decimal("1E+13"), TOO_LARGE),
        (10**13, TOO_LARGE),
        (-(10**13), TOO_LARGE),
        (2**63, TOO_LARGE),
    ],
)
def test_a_number_that_is_no_amount_is_refused(value: Any, expected: str) -> None:
    """Not finite, a fraction of a cent, or more than thirteen digits before the point."""
    assert [expected] == refused(InvalidValue, parse_amount, value)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", ".", "abc", "nan", "NaN", "inf", "Infinity", "-Infinity"),
        *("1e3", "1E999999999", "0x10", "1_000.5", " 12 ", "12 ", "5\n", "5.", ".5", "+5", "--5", "5-", "\u22125"),
        *("1.234,56", "1 234,56", "1'234.56", "12,34", "1,2345", "1,,000", ",100"),
        *("(123.45)", "123.45-", "123.45 CR", "$5", "USD 5", "5 \u20ac", "0001234{", "80%"),
        *("\u0661\u0662\u0663", "\uff11\uff12\uff13.\uff14\uff15", "5\u00a0", "5\x00"),
        "0" * 32 + "5",
        "9" * 5_000,
    ],
)
def test_text_that_is_not_plainly_a_number_is_refused(text: str) -> None:
    """Nothing is guessed: digits of this alphabet, a point, and commas between thousands."""
    assert [NOT_AN_AMOUNT] == refused(InvalidValue, parse_amount, text)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("1E+999999"), TOO_LARGE),
        (Decimal("1E+999999999"), TOO_LARGE),
        (Decimal("-1E+999999999"), TOO_LARGE),
        (Decimal("1E-999999999"), TWO_PLACES),
        ("9" * 10_000_000, NOT_AN_AMOUNT),
        (10**100_000, TOO_LARGE),
        (Decimal("9" * 10_000_000), TOO_LARGE),
        (Decimal("0." + "9" * 10_000_000), TWO_PLACES),
    ],
    ids=[
        *("1E999999", "1E999999999", "-1E999999999", "1E-999999999"),
        *("10 million digits of text", "an int of 100,001 digits", "10 million digits", "10 million places"),
    ],
)
def test_a_monstrous_number_is_refused_at_once(value: Any, expected: str) -> None:
    """A number that takes hours to write out is refused by its size, not by writing it out."""
    began = time.perf_counter()
    found = refused(InvalidValue, parse_amount, value)

    assert [expected] == found
    assert time.perf_counter() - began < 1


def test_an_error_names_the_field() -> None:
    """The place is the caller's."""
    assert ["deductible: an amount is a finite number [SL102]"] == refused(
        InvalidValue, parse_amount, Decimal("NaN"), "deductible"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.9", "0.9"),
        ("90%", "0.9"),
        ("0.90", "0.9"),
        ("100%", "1"),
        ("100.00%", "1"),
        ("0%", "0"),
        ("12.5%", "0.125"),
        ("1", "1"),
        (1, "1"),
        (0, "0"),
        (Decimal("0.333333333333"), "0.333333333333"),
        ("33.3333333333%", "0.333333333333"),
    ],
)
def test_a_share_is_exact(value: Any, expected: str) -> None:
    """A fraction and a percentage are the same share, without trailing zeros."""
    assert expected == str(parse_share(value))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("80", A_SHARE),
        (80, A_SHARE),
        ("1.01", A_SHARE),
        ("-0.1", A_SHARE),
        ("101%", A_SHARE),
        ("125%", A_SHARE),
        (Decimal("1E+999999999"), A_SHARE),
        ("90 %", NOT_A_SHARE),
        ("-5%", NOT_A_SHARE),
        ("9O%", NOT_A_SHARE),
        (".9", NOT_A_SHARE),
        ("0,9", NOT_A_SHARE),
        (Decimal("NaN"), "share: a share is a finite number [SL102]"),
        ("0.1234567890123", SHARE_PLACES),
        ("33.33333333333%", SHARE_PLACES),
        (Decimal("1E-999999999"), SHARE_PLACES),
    ],
)
def test_what_is_no_share_is_refused(value: Any, expected: str) -> None:
    """80 may mean eighty percent or be a slip: it is refused with what to write."""
    assert [expected] == refused(InvalidValue, parse_share, value)


@pytest.mark.parametrize(("value", "name"), [(0.9, "float"), (True, "bool"), (None, "NoneType")])
def test_a_share_is_never_a_float(value: Any, name: str) -> None:
    """0.9 as a float is not nine tenths."""
    expected = [f'share: a share is never a {name}; write it as text: "0.8" or "80%" [SL101]']

    assert expected == refused(WrongType, parse_share, value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("540.1625", "540.1625"),
        ("0.000001", "0.000001"),
        ("100.000000", "100"),
        (Decimal("0.10000000"), "0.1"),
        (Decimal("1E+2"), "100"),
        (Decimal("-0"), "0"),
        ("0", "0"),
        (10, "10"),
        ("9999999999999.999999", "9999999999999.999999"),
    ],
)
def test_a_factor_has_at_most_six_places(value: Any, expected: str) -> None:
    """A factor is exact, and written without trailing zeros or exponent."""
    assert expected == str(parse_factor(value))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("-0.01", "amount: a factor is not negative [SL109]"),
        (Decimal("-1E+999999999"), "amount: a factor is not negative [SL109]"),
        ("0.1234567", SIX_PLACES),
        (Decimal("1E-999999999"), SIX_PLACES),
        (Decimal("1E+13"), TOO_LARGE),
        (Decimal("1E+999999999"), TOO_LARGE),
        (Decimal("NaN"), "amount: a factor is a finite number [SL102]"),
        ("1e3", 'amount: this is not a factor; write digits and a point: "540.1625" [SL103]'),
    ],
)
def test_what_is_no_factor_is_refused(value: Any, expected: str) -> None:
    """Negative, too fine, too large, or not a number."""
    assert [expected] == refused(InvalidValue, parse_factor, value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(Decimal("0." + "1" * 70), SIX_PLACES), (Decimal("1" * 80), TOO_LARGE)],
    ids=["70 places", "80 digits"],
)
def test_a_factor_of_many_digits_is_refused(value: Decimal, expected: str) -> None:
    """Digits beyond any schedule are refused like a few too many."""
    assert [expected] == refused(InvalidValue, parse_factor, value)


@pytest.mark.parametrize(
    ("amount", "expected"), [("12.34", 1234), ("-12.34", -1234), ("0.00", 0), ("9999999999999.99", 999_999_999_999_999)]
)
def test_cents_and_dollars_are_each_others_way_back(amount: str, expected: int) -> None:
    """An amount is a whole number of cents, and nothing is lost on the way there and back."""
    assert expected == cents(Decimal(amount))
    assert amount == str(dollars(expected))


def test_zero_dollars_are_zero() -> None:
    """Nothing is written with its two places, too."""
    assert "0.00" == str(ZERO) == str(dollars(0))


@pytest.mark.parametrize(
    ("exact", "expected"),
    [
        (Fraction(10_803_250, 200), "540.1625"),
        (Fraction(0), "0"),
        (Fraction(64_000_00), "64000"),
    ],
)
def test_exact_dollars_have_the_places_it_takes(exact: Fraction, expected: str) -> None:
    """An exact number of cents is written in dollars without rounding."""
    assert Decimal(expected) == exact_dollars(exact)


@pytest.mark.parametrize(
    ("exact", "expected"),
    [
        (Fraction(5, 2), 3),
        (Fraction(-5, 2), -2),
        (Fraction(7, 2), 4),
        (Fraction(249, 100), 2),
        (Fraction(251, 100), 3),
        (Fraction(3), 3),
        (Fraction(-1, 3), 0),
        (Fraction(2**80 + 1, 2), 2**79 + 1),
    ],
)
def test_rounding_is_half_up_to_the_cent(exact: Fraction, expected: int) -> None:
    """Half a cent goes up, also below zero, however large the number."""
    assert expected == rounded(exact)


@pytest.mark.parametrize(
    ("total", "share", "expected"),
    [
        (3330, (9, 10), 2997),  # 33.30 x 0.9 = 29.97
        (333, (9, 10), 300),  # 3.33 x 0.9 = 2.997
        (5, (1, 2), 3),
        (1, (1, 3), 0),
        (12_345, (1, 1), 12_345),
        (12_345, (0, 1), 0),
    ],
)
def test_a_share_of_a_running_total_is_rounded_once(total: int, share: tuple[int, int], expected: int) -> None:
    """A share of a total is rounded half up."""
    assert expected == share_of(total, share)


def test_the_callers_decimal_context_decides_nothing() -> None:
    """Six digits of precision, rounding up and every trap change no amount, share, factor or exact number."""
    with localcontext(Context(prec=6, rounding=ROUND_UP, traps=[Inexact])):
        found = (
            parse_amount("1,234,567.89"),
            parse_share("33.3333333333%"),
            parse_factor("1234567.123456"),
            dollars(123_456_789),
            exact_dollars(Fraction(123_456_789_1625, 100)),
        )

    assert ("1234567.89", "0.333333333333", "1234567.123456", "1234567.89", "123456789.1625") == tuple(map(str, found))


def test_sums_fit_a_64_bit_column() -> None:
    """The largest sum is the largest signed 64-bit whole number of cents."""
    assert 9_223_372_036_854_775_807 == LARGEST_CENTS
