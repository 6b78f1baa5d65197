"""The employer's side of the year: what is paid besides claims, what was expected, and what was set aside.

Rates are per covered unit and policy month, by tier; a covered unit is an employee, alone or with a family.
A rate is given for every tier or for none, so that no tier is left out of a total by a slip.

Example: 38.50 of administration and 142.10 of specific premium, for 40 employees in a month: 1,540.00 and 5,684.00.

Source: fee and premium schedules of administrators and carriers, which quote per employee per month and by tier;
specific and aggregate are quoted separately.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import ClassVar

from attrs import asdict, field, frozen

from stoploss.checks import check_id
from stoploss.choice import sequence_of
from stoploss.errors import Finding, PolicyError, StopLossError, raise_if_any
from stoploss.money import Amount, AmountLike, Factor, parse_amount, parse_factor
from stoploss.rules import Rule, findings_among

__all__ = ["FundingPlan", "TierRates"]


def _rate(value: AmountLike | None, name: str) -> Factor | None:
    return None if value is None else parse_factor(value, name)


def _administration(value: AmountLike | None) -> Factor | None:
    return _rate(value, "administration")


def _specific_premium(value: AmountLike | None) -> Factor | None:
    return _rate(value, "specific_premium")


def _aggregate_premium(value: AmountLike | None) -> Factor | None:
    return _rate(value, "aggregate_premium")


def _fully_insured_premium(value: AmountLike | None) -> Factor | None:
    return _rate(value, "fully_insured_premium")


def _expected_claims(value: AmountLike | None) -> Factor | None:
    return _rate(value, "expected_claims")


def _expected_reimbursements(value: AmountLike | None) -> Factor | None:
    return _rate(value, "expected_reimbursements")


def _funding_rate(value: AmountLike | None) -> Factor | None:
    return _rate(value, "funding_rate")


def _all_expected_claims(value: AmountLike | None) -> Amount | None:
    return None if value is None else parse_amount(value, "expected_claims")


def _all_expected_reimbursements(value: AmountLike | None) -> Amount | None:
    return None if value is None else parse_amount(value, "expected_reimbursements")


def _is_id(tier: object) -> Iterator[Finding]:
    try:
        check_id(tier, "tier")
    except StopLossError as error:
        yield from error.findings


def _reimbursed_of_what_is_expected(claims: Factor | None, reimbursements: Factor | None) -> Iterator[Finding]:
    if reimbursements is not None and claims is None:
        rule = "this is the part of the tier's expected claims that specific reimburses, and they are not given"
        yield Finding(code="SL607", where="expected_reimbursements", rule=rule, help="give both by tier, or in total")
    else:
        yield from _not_more_than_expected(claims, reimbursements)


def _not_more_than_expected(claims: Decimal | None, reimbursements: Decimal | None) -> Iterator[Finding]:
    if claims is not None and reimbursements is not None and reimbursements > claims:
        rule = "specific is expected to reimburse no more than the claims that are expected"
        yield Finding(code="SL607", where="expected_reimbursements", rule=rule)


@frozen(kw_only=True)
class TierRates:
    """
    The monthly rates of one tier; each at least 0, with at most six places.

    Args:
        tier: As in the enrollment, such as ``"single"``.
        administration: The administrator's fee, where it is not the plan's.
        specific_premium, aggregate_premium: Of the stop-loss carrier.
        fully_insured_premium: What an insurer would charge for the whole risk, claims and administration included.
        expected_claims: What the plan is expected to pay, before reimbursements.
        expected_reimbursements: What specific is expected to reimburse of that.
        funding_rate: What the employer sets aside (the premium equivalent).

    Raises:
        PolicyError: With every contradiction.
    """

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(("tier",), _is_id),
        Rule(("expected_claims", "expected_reimbursements"), _reimbursed_of_what_is_expected),
    )

    tier: str
    administration: Factor | None = field(default=None, converter=_administration)
    specific_premium: Factor | None = field(default=None, converter=_specific_premium)
    aggregate_premium: Factor | None = field(default=None, converter=_aggregate_premium)
    fully_insured_premium: Factor | None = field(default=None, converter=_fully_insured_premium)
    expected_claims: Factor | None = field(default=None, converter=_expected_claims)
    expected_reimbursements: Factor | None = field(default=None, converter=_expected_reimbursements)
    funding_rate: Factor | None = field(default=None, converter=_funding_rate)

    def __attrs_post_init__(self) -> None:
        raise_if_any(PolicyError, findings_among(self.RULES, asdict(self)))


def _tiers(values: Iterable[TierRates]) -> tuple[TierRates, ...]:
    return sequence_of(TierRates, values, "tiers")


def _each_tier_once(tiers: tuple[TierRates, ...]) -> Iterator[Finding]:
    if not tiers:
        yield Finding(code="SL601", where="tiers", rule="a funding plan has the rates of at least one tier")
    seen: set[str] = set()
    for position, rates in enumerate(tiers):
        if rates.tier in seen:
            rule = "a tier has its rates once; this one repeats an earlier one"
            yield Finding(code="SL602", where=f"tiers[{position}].tier", rule=rule)
        seen.add(rates.tier)


def _for_every_tier(name: str) -> Rule:
    """Return the rule that a rate is given for every tier or for none."""

    def find(tiers: tuple[TierRates, ...]) -> Iterator[Finding]:
        missing = [position for position, rates in enumerate(tiers) if getattr(rates, name) is None]
        if len(missing) < len(tiers):
            for position in missing:
                rule = "this rate is given for other tiers, and so for every tier"
                yield Finding(
                    code="SL603", where=f"tiers[{position}].{name}", rule=rule, help='write "0" if it is free'
                )

    return Rule(("tiers",), find)


def _someone_is_paid(administration: Factor | None, tiers: tuple[TierRates, ...]) -> Iterator[Finding]:
    for position, rates in enumerate(tiers):
        if administration is None and rates.administration is None:
            rule = "the administration fee is given for the plan, or for this tier"
            yield Finding(code="SL604", where=f"tiers[{position}].administration", rule=rule)


def _one_expectation(
    claims: Amount | None, reimbursements: Amount | None, tiers: tuple[TierRates, ...]
) -> Iterator[Finding]:
    by_tier = any(rates.expected_claims is not None for rates in tiers)
    if claims is None and not by_tier:
        rule = "the expected claims are given in total, or for every tier"
        yield Finding(code="SL605", where="expected_claims", rule=rule)
    in_total = {"expected_claims": claims, "expected_reimbursements": reimbursements}
    for name in (name for name, amount in in_total.items() if by_tier and amount is not None):
        rule = "what is expected is given by tier, and so not in total as well"
        yield Finding(code="SL606", where=name, rule=rule)


def _not_below_zero(name: str) -> Rule:
    def find(amount: Amount | None) -> Iterator[Finding]:
        if amount is not None and amount < 0:
            yield Finding(code="SL501", where=name, rule="this amount is not negative")

    return Rule((name,), find)


def _currency_is_named(currency: object) -> Iterator[Finding]:
    if not isinstance(currency, str) or not currency.strip():
        yield Finding(code="SL531", where="currency", rule="this is text, and not empty")


@frozen(kw_only=True)
class FundingPlan:
    """
    What the employer pays besides claims, what it expects, and what it sets aside.

    Args:
        tiers: The rates of every tier of the enrollment.
        administration: The administrator's fee per employee and month, for tiers that have none of their own.
        expected_claims: What the plan is expected to pay in the policy period, where that is not given by tier;
            every policy month has the same part of it.
        expected_reimbursements: What specific is expected to reimburse of that.
        currency: The policy's.

    Raises:
        PolicyError: With every contradiction.

    >>> rates = TierRates(tier="single", specific_premium="142.10", expected_claims="455")
    >>> FundingPlan(administration="38.50", tiers=[rates]).rate("administration", "single")
    Decimal('38.5')
    """

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(("tiers",), _each_tier_once),
        _for_every_tier("specific_premium"),
        _for_every_tier("aggregate_premium"),
        _for_every_tier("fully_insured_premium"),
        _for_every_tier("expected_claims"),
        _for_every_tier("expected_reimbursements"),
        _for_every_tier("funding_rate"),
        Rule(("administration", "tiers"), _someone_is_paid),
        _not_below_zero("expected_claims"),
        _not_below_zero("expected_reimbursements"),
        Rule(("expected_claims", "expected_reimbursements", "tiers"), _one_expectation),
        Rule(("expected_claims", "expected_reimbursements"), _not_more_than_expected),
        Rule(("currency",), _currency_is_named),
    )

    tiers: tuple[TierRates, ...] = field(converter=_tiers)
    administration: Factor | None = field(default=None, converter=_administration)
    expected_claims: Amount | None = field(default=None, converter=_all_expected_claims)
    expected_reimbursements: Amount | None = field(default=None, converter=_all_expected_reimbursements)
    currency: str = "USD"

    def __attrs_post_init__(self) -> None:
        raise_if_any(PolicyError, findings_among(self.RULES, asdict(self, recurse=False)))

    def gives(self, name: str) -> bool:
        """Say whether the tiers have the rate called *name*."""
        return any(getattr(rates, name) is not None for rates in self.tiers)

    def rate(self, name: str, tier: str) -> Factor | None:
        """
        Return the rate called *name* of a tier; ``None`` where the plan does not give it.

        Raises:
            KeyError: For a tier that the plan does not have.
        """
        own = {rates.tier: rates for rates in self.tiers}[tier]
        given: Factor | None = getattr(own, name)
        return self.administration if given is None and name == "administration" else given


def __dir__() -> list[str]:
    return __all__
