"""What another deductible, and another year of trend, would do; and what a good year gives back.

*Leveraged trend*: a deductible that stays the same turns a trend of claims into a higher trend of the excess.
A claim of 300,000 over 200,000 that grows by 10 % is 330,000: the excess goes from 100,000 to 130,000, by 30 %.

*Deductible change*: from 200,000 to 250,000 each claimant above 250,000 costs the employer 50,000 more, and one between
the two what lies above 200,000.
A premium saving of 180,000 is used up by the fourth such claimant.

*Experience refund*: a share of what stays below a loss ratio: 25 % below 70 % of a premium of 1,000,000 with claims of
500,000 is 50,000.

Source: Society of Actuaries study notes on leveraging; Voya's Stop Loss Edge for the refund; see ``docs/clauses.md``,
rounding.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import frozen

from stoploss.choice import is_sequence
from stoploss.errors import Finding, InvalidValue, StopLossError, WrongType, raise_if_any, type_of
from stoploss.layer import up_to
from stoploss.money import Amount, AmountLike, cents, dollars, parse_amount, parse_share, rounded
from stoploss.promises import ExperienceRefund

__all__ = ["DeductibleChange", "deductible_change", "experience_refund", "leveraged_trend"]


def leveraged_trend(claims: Iterable[AmountLike], deductible: AmountLike, trend: AmountLike) -> Fraction:
    """
    Return by how much the excess over a deductible grows when every claim grows by *trend*; exact.

    Args:
        claims: What each person costs in a year: one claim, or a whole portfolio.
        deductible: The specific deductible, the same in both years.
        trend: By which each claim grows, as a share: ``"0.1"`` or ``"10%"``.

    Raises:
        InvalidValue: When no claim is above the deductible: there is no excess that could grow.

    >>> leveraged_trend(["300,000"], "200,000", "10%")
    Fraction(3, 10)
    """
    amounts = [Fraction(cents(amount)) for amount in _amounts(claims)]
    attachment = cents(parse_amount(deductible, "deductible"))
    growth = 1 + Fraction(parse_share(trend, "trend"))
    before = sum(max(amount - attachment, Fraction(0)) for amount in amounts)
    after = sum(max(amount * growth - attachment, Fraction(0)) for amount in amounts)
    if not before:
        rule = "no claim is above the deductible, so there is no excess that could grow"
        raise InvalidValue(Finding(code="SL736", where="claims", rule=rule))
    return Fraction(after) / Fraction(before) - 1


@frozen(kw_only=True)
class DeductibleChange:
    """
    What a higher deductible costs the employer, and what it saves.

    Args:
        claimants: How many persons are above the lower deductible.
        extra_retained: What the employer would keep beyond today's.
        each: What one claimant above both deductibles adds.
        break_even: How many such claimants use the saving up; the last one may use it up in part.
        net: The saving less what is retained in addition; negative is a loss.
    """

    claimants: int
    extra_retained: Amount
    each: Amount
    break_even: int
    net: Amount


def deductible_change(
    claims: Iterable[AmountLike], deductible: AmountLike, higher: AmountLike, *, saving: AmountLike
) -> DeductibleChange:
    """
    Return what raising the deductible would have done to a year of claims.

    Args:
        claims: What each person costs in a year.
        deductible: Today's deductible.
        higher: The one that is offered.
        saving: What its premium saves in the year.

    Raises:
        InvalidValue: When *higher* is not above *deductible*, or an amount is negative.

    >>> change = deductible_change(["150,000", "230,000", "900,000"], "200,000", "250,000", saving="180,000")
    >>> change.extra_retained, change.break_even, change.net
    (Decimal('80000.00'), 4, Decimal('100000.00'))
    """
    amounts = [cents(amount) for amount in _amounts(claims)]
    before, after = cents(parse_amount(deductible, "deductible")), cents(parse_amount(higher, "higher"))
    saved = cents(parse_amount(saving, "saving"))
    raise_if_any(InvalidValue, _change_findings(before, after, saved))
    extra = sum(up_to(amount, after) - up_to(amount, before) for amount in amounts)
    each = after - before
    return DeductibleChange(
        claimants=sum(amount > before for amount in amounts),
        extra_retained=dollars(extra),
        each=dollars(each),
        break_even=-(-saved // each),
        net=dollars(saved - extra),
    )


def _change_findings(before: int, after: int, saved: int) -> Iterable[Finding]:
    for name, amount in (("deductible", before), ("saving", saved)):
        if amount < 0:
            yield Finding(code="SL501", where=name, rule="this amount is not negative")
    if after <= before:
        yield Finding(code="SL737", where="higher", rule="the deductible that is offered is above today's")


def experience_refund(premium: AmountLike, claims: AmountLike, refund: ExperienceRefund) -> Amount:
    """
    Return what the carrier gives back after a year: a share of what claims stay below a loss ratio of the premium.

    Args:
        premium: Of the year.
        claims: What the carrier reimbursed for it.
        refund: The share, and the loss ratio, as the policy has them in its renewal terms.

    >>> experience_refund("1,000,000", "500,000", ExperienceRefund(share="25%", below="70%"))
    Decimal('50000.00')
    """
    paid, reimbursed = cents(parse_amount(premium, "premium")), cents(parse_amount(claims, "claims"))
    profit = max(Fraction(refund.below) * paid - reimbursed, Fraction(0))
    return dollars(rounded(Fraction(refund.share) * profit))


def _amounts(claims: Iterable[AmountLike]) -> list[Amount]:
    if not is_sequence(claims):
        rule = f"these are the claims of several persons, a sequence of amounts, not {type_of(claims)}"
        raise WrongType(Finding(code="SL101", where="claims", rule=rule, help='write ["300000"] for one of them'))
    found: list[Amount] = []
    faults: list[Finding] = []
    for position, claim in enumerate(claims):
        try:
            found.append(parse_amount(claim, f"claims[{position}]"))
        except StopLossError as error:
            faults += error.findings
            continue
        if found[-1] < 0:
            faults.append(Finding(code="SL501", where=f"claims[{position}]", rule="this amount is not negative"))
    raise_if_any(InvalidValue, faults)
    return found


def __dir__() -> list[str]:
    return __all__
