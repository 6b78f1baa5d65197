"""Exact amounts: decimal at the edge, whole cents inside, one rounding.

An amount crosses the interface as :class:`decimal.Decimal` with exactly two places.
Inside it is an ``int`` number of cents: exact, immune to the caller's decimal context, and a 64-bit column elsewhere.

A share (0 to 1) and a factor (at most six places) are exact too.
They meet an amount only in :func:`rounded`, which rounds half up to the cent, and only on *running totals*:
ten payments of 3.33 at 90 % make 29.97 (the total, rounded), not 30.00 (ten roundings).

Source: contract schedules state percentages of totals, not of lines; see ``docs/clauses.md``, rounding.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from typing import Annotated, TypeAlias

from stoploss.errors import Finding, InvalidValue, WrongType, type_of

__all__ = [
    "LARGEST_CENTS",
    "ZERO",
    "Amount",
    "AmountLike",
    "Factor",
    "Share",
    "cents",
    "dollars",
    "exact_dollars",
    "parse_amount",
    "parse_factor",
    "parse_share",
    "rounded",
    "share_of",
]

Amount: TypeAlias = Annotated[Decimal, "amount"]
"""An amount of the policy's currency, exactly two places."""

Share: TypeAlias = Annotated[Decimal, "share"]
"""A share from 0 to 1, exact."""

Factor: TypeAlias = Annotated[Decimal, "factor"]
"""An amount per covered unit and policy month, at most six places."""

AmountLike: TypeAlias = Decimal | int | str
"""What is accepted for an amount, a share or a factor: never a float."""

ZERO: Amount = Decimal("0.00")

LARGEST_CENTS = 2**63 - 1
"""Sums stay within 64-bit cents, so that every engine can carry them."""

_DIGITS_BEFORE_POINT = 13
_SHARE_PLACES = 12
_FACTOR_PLACES = 6
_LONGEST_TEXT = 32
_NUMBER = r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?"
_ORDINARY = re.compile(r"-?\d{1,13}(?:\.\d{1,2})?", re.ASCII)
"""The form that nearly all amounts have; it needs no further look."""
_PLAIN = re.compile(_NUMBER, re.ASCII)
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)%", re.ASCII)
# Private contexts, so that the caller's precision, rounding and traps never decide an answer.
_EXACT = Context(prec=60, traps=[Inexact])
_CENT = Decimal("0.01")
_HUNDRED = Decimal(100)


def parse_amount(value: AmountLike, where: str = "amount") -> Amount:
    """
    Return *value* as an amount with exactly two places.

    Args:
        value: A decimal, a whole number of dollars, or text such as ``"100000"`` or ``"100,000.00"``.
        where: The field to name in an error.

    Raises:
        WrongType: For a float, a bool or anything else that is not a number or text.
        InvalidValue: For more than two places, more than 13 digits before the point, or text that is not a number.

    >>> parse_amount("100,000")
    Decimal('100000.00')
    """
    if type(value) is str and _ORDINARY.fullmatch(value):
        return _EXACT.add(Decimal(value), ZERO)
    return _checked_amount(_number(value, where, "an amount", '"1234.56"'), where)


def parse_share(value: AmountLike, where: str = "share") -> Share:
    """
    Return *value* as a share from 0 to 1, without trailing zeros: ``"0.9"`` and ``"90%"`` are the same share.

    Raises:
        WrongType: For a float, a bool or anything else that is not a number or text.
        InvalidValue: For a share below 0 or above 1, or with more than twelve places.
            ``"80"`` is refused too: it may mean 80 %, or a slip.

    >>> parse_share("90%")
    Decimal('0.9')
    """
    percent = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if percent:
        share = _EXACT.multiply(Decimal(percent[1]), _CENT)
    else:
        share = _number(value, where, "a share", '"0.8" or "80%"')
    if not 0 <= share <= 1:
        raise InvalidValue(
            Finding(
                code="SL107",
                where=where,
                rule="a share is a fraction from 0 to 1 or a percentage with its sign",
                help='write "0.8" or "80%" for eighty percent',
            )
        )
    if _places(share) > _SHARE_PLACES:
        raise InvalidValue(Finding(code="SL108", where=where, rule="a share has at most twelve places"))
    return _trimmed(share)


def parse_factor(value: AmountLike, where: str = "amount") -> Factor:
    """
    Return *value* as a factor: an amount per covered unit and policy month, at least 0, at most six places.

    Raises:
        WrongType: For a float, a bool or anything else that is not a number or text.
        InvalidValue: For a negative factor, more than six places, or more than 13 digits before the point.

    >>> parse_factor("540.1625")
    Decimal('540.1625')
    """
    number = _number(value, where, "a factor", '"540.1625"')
    if number < 0:
        raise InvalidValue(Finding(code="SL109", where=where, rule="a factor is not negative"))
    if number and number.adjusted() >= _DIGITS_BEFORE_POINT:
        raise _too_large(where)
    factor = number if _places(number) > _LONGEST_TEXT else _trimmed(number)
    if _places(factor) > _FACTOR_PLACES:
        raise InvalidValue(
            Finding(
                code="SL110", where=where, rule="a factor has at most six places", help="round it as the schedule does"
            )
        )
    return factor


def cents(amount: Decimal) -> int:
    """
    Return an amount with two places as whole cents.

    >>> cents(Decimal("12.34"))
    1234
    """
    return int(_EXACT.multiply(amount, _HUNDRED))


def dollars(cents: int) -> Amount:
    """
    Return whole cents as an amount with two places.

    >>> dollars(-1234)
    Decimal('-12.34')
    """
    return _EXACT.multiply(Decimal(cents), _CENT) if cents else ZERO


def exact_dollars(cents: Fraction) -> Decimal:
    """
    Return an exact number of cents in dollars, with as many places as it takes.

    >>> exact_dollars(Fraction(10803250, 200))
    Decimal('540.1625')
    """
    return _EXACT.divide(Decimal(cents.numerator), Decimal(cents.denominator * 100))


def rounded(exact: Fraction) -> int:
    """
    Round an exact number of cents half up: the only rounding in this package.

    Args:
        exact: A *running total* in cents; never the part of one line.

    >>> rounded(Fraction(5, 2)), rounded(Fraction(-5, 2))
    (3, -2)
    """
    return share_of(exact.numerator, (1, exact.denominator))


def share_of(cents: int, share: tuple[int, int]) -> int:
    """
    Return a share of a running total, rounded half up to the cent.

    Args:
        cents: The running total.
        share: Numerator and denominator, as ``Decimal.as_integer_ratio`` gives them.

    >>> share_of(3330, (9, 10))
    2997
    """
    numerator, denominator = share
    return (2 * cents * numerator + denominator) // (2 * denominator)


def _number(value: object, where: str, what: str, example: str) -> Decimal:
    """Return the exact number that *value* stands for, whatever its places."""
    if type(value) is int:
        if value.bit_length() > 64:
            raise _too_large(where)
        return Decimal(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise InvalidValue(Finding(code="SL102", where=where, rule=f"{what} is a finite number"))
        return value
    if not isinstance(value, str):
        raise WrongType(
            Finding(
                code="SL101", where=where, rule=f"{what} is never {type_of(value)}", help=f"write it as text: {example}"
            )
        )
    if len(value) > _LONGEST_TEXT or not _PLAIN.fullmatch(value):
        raise InvalidValue(
            Finding(code="SL103", where=where, rule=f"this is not {what}", help=f"write digits and a point: {example}")
        )
    return Decimal(value.replace(",", ""))


def _checked_amount(number: Decimal, where: str) -> Amount:
    """Return *number* with two places, or say why it is no amount."""
    # The size first: 1E999999999 must not be written out, not even to count its places.
    if number.adjusted() >= _DIGITS_BEFORE_POINT and number:
        raise _too_large(where)
    if _places(number) > 2:
        raise InvalidValue(
            Finding(
                code="SL104",
                where=where,
                rule="an amount has at most two places",
                help="round it to the cent before it is reported",
            )
        )
    return _EXACT.add(number, ZERO) if number else ZERO


def _too_large(where: str) -> InvalidValue:
    return InvalidValue(Finding(code="SL105", where=where, rule="at most 13 digits stand before the point"))


def _places(number: Decimal) -> int:
    """How many digits are written behind the point."""
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _trimmed(number: Decimal) -> Decimal:
    """One value, one writing: no trailing zeros, no exponent."""
    if not number:
        return Decimal(0)
    exact = _EXACT.normalize(number)
    exponent = exact.as_tuple().exponent
    return exact.quantize(Decimal(1), context=_EXACT) if isinstance(exponent, int) and exponent > 0 else exact


def __dir__() -> list[str]:
    return __all__
