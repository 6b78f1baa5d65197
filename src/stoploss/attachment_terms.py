"""The terms of the attachment point: monthly factors, the minimum, and what is paid before the year ends.

Source: the schedule of a stop-loss policy; each term has its row in ``docs/clauses.md``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from attrs import asdict, field, frozen
from attrs.validators import optional

from stoploss.checks import check_id, check_label
from stoploss.choice import is_a
from stoploss.errors import Finding, PolicyError, raise_if_any
from stoploss.facts import Benefit
from stoploss.money import ZERO, Amount, AmountLike, Factor, Share, parse_amount, parse_factor, parse_share
from stoploss.rules import Rule, findings_among
from stoploss.terms import check_months, not_negative, optional_amount
from stoploss.window import is_day
from stoploss.words import MinimumInAccommodation, Repay

__all__ = [
    "ACCOMMODATION_RULES",
    "MINIMUM_RULES",
    "Accommodation",
    "AggregateFactor",
    "FirstMonths",
    "MinimumAttachment",
    "factors_do_not_overlap",
    "factors_pay_for_what_is_covered",
    "factors_tell_rows_apart",
]


def _optional_monthly(value: AmountLike | None) -> Amount | None:
    return optional_amount(value, "monthly")


def _keep(value: AmountLike) -> Amount:
    return parse_amount(value, "keep")


def _smallest(value: AmountLike) -> Amount:
    return parse_amount(value, "smallest")


def _share(value: AmountLike) -> Share:
    return parse_share(value, "share")


def _optional_first_month(value: AmountLike | None) -> Share | None:
    return None if value is None else parse_share(value, "first_month")


def _optional_benefit(value: Benefit | str | None) -> Benefit | None:
    return None if value is None else Benefit(value)


@frozen(kw_only=True)
class AggregateFactor:
    """
    The monthly aggregate factor of one tier.

    Args:
        tier: The tier of covered units, such as ``"single"``.
        amount: Per covered unit and policy month, at most six places.
        benefit: The benefit that it pays for; without it the factor covers all benefits.
            Factors of one tier with different benefits add up.
        covered_class, plan: The rows of covered units that it is for; without them, all of the tier.
        from_on: It holds in policy months that begin on or after this day; the latest that holds wins.
    """

    tier: str
    amount: Factor = field(converter=parse_factor)
    benefit: Benefit | None = field(default=None, converter=_optional_benefit)
    covered_class: str | None = None
    plan: str | None = None
    from_on: dt.date | None = field(default=None, validator=optional(is_day))

    def __attrs_post_init__(self) -> None:
        check_id(self.tier, "tier")
        for name, label in (("class", self.covered_class), ("plan", self.plan)):
            if label is not None:
                check_label(label, name)

    @property
    def whose(self) -> tuple[str, str | None, str | None]:
        """The tier, class and plan of the covered units that it is for."""
        return self.tier, self.covered_class, self.plan


@frozen(kw_only=True)
class FirstMonths:
    """
    A minimum by the first policy months.

    Args:
        months: How many of them; while fewer have begun, those.
        share: The share of their average that each of all policy months comes to at least.
    """

    months: int
    share: Share = field(converter=_share)

    def __attrs_post_init__(self) -> None:
        check_months(self.months, "months")


@frozen(kw_only=True)
class MinimumAttachment:
    """
    The minimum attachment point: the greatest of what is given.

    Args:
        amount: Fixed dollars.
        monthly: Fixed dollars for each policy month.
        first_month: A share of the first policy month's amount times the number of policy months.
        first_months: The same by the average of the first policy months.

    Raises:
        PolicyError: When nothing is given, or an amount is negative.
    """

    amount: Amount | None = field(default=None, converter=optional_amount)
    monthly: Amount | None = field(default=None, converter=_optional_monthly)
    first_month: Share | None = field(default=None, converter=_optional_first_month)
    first_months: FirstMonths | None = field(default=None, validator=is_a(FirstMonths))

    def __attrs_post_init__(self) -> None:
        raise_if_any(PolicyError, findings_among(MINIMUM_RULES, asdict(self, recurse=False)))


@frozen(kw_only=True)
class Accommodation:
    """
    The monthly aggregate accommodation: what the carrier advances before the year is settled.

    Args:
        keep: What the employer keeps of the excess to date, once.
        smallest: A smaller request waits.
        minimum: Whether the minimum attachment point, by months, joins the threshold.
        repay: Whether an advance that claims no longer bear out goes back at the end, or at once.
        months_open: The last policy month with a request; ``None``: the last but one.

    Raises:
        PolicyError: For a negative amount, or a month before the first.
    """

    keep: Amount = field(default=ZERO, converter=_keep)
    smallest: Amount = field(default=ZERO, converter=_smallest)
    minimum: MinimumInAccommodation = field(default=MinimumInAccommodation.PRORATED, converter=MinimumInAccommodation)
    repay: Repay = field(default=Repay.AT_END, converter=Repay)
    months_open: int | None = None

    def __attrs_post_init__(self) -> None:
        if self.months_open is not None:
            check_months(self.months_open, "months_open")
        raise_if_any(PolicyError, findings_among(ACCOMMODATION_RULES, asdict(self)))


def _says_something(
    amount: Amount | None, monthly: Amount | None, first_month: Share | None, first_months: FirstMonths | None
) -> Iterator[Finding]:
    if amount is None and monthly is None and first_month is None and first_months is None:
        rule = "a minimum attachment point gives at least one of amount, monthly, first_month and first_months"
        yield Finding(code="SL518", where="", rule=rule)


MINIMUM_RULES: Sequence[Rule] = (
    not_negative("amount"),
    not_negative("monthly"),
    Rule(("amount", "monthly", "first_month", "first_months"), _says_something),
)

ACCOMMODATION_RULES: Sequence[Rule] = (not_negative("keep"), not_negative("smallest"))


def factors_do_not_overlap(factors: tuple[AggregateFactor, ...]) -> Iterator[Finding]:
    """Find no factors at all, two for the same units, benefit and day, and one for all benefits beside one for some."""
    if not factors:
        yield Finding(code="SL519", where="factors", rule="an aggregate cover has at least one factor")
    seen: dict[tuple[str, str | None, str | None], set[Benefit | None]] = {}
    days: set[tuple[object, ...]] = set()
    for position, factor in enumerate(factors):
        earlier = seen.setdefault(factor.whose, set())
        key = (*factor.whose, factor.benefit, factor.from_on)
        if key in days:
            rule = "a tier and benefit has one factor; this one repeats an earlier one"
            yield Finding(code="SL520", where=f"factors[{position}]", rule=rule)
        elif earlier and (factor.benefit is None) != (None in earlier):
            rule = "a tier has one factor for all benefits, or one for each of them, not both"
            yield Finding(code="SL521", where=f"factors[{position}].benefit", rule=rule)
        earlier.add(factor.benefit)
        days.add(key)


def factors_tell_rows_apart(factors: tuple[AggregateFactor, ...]) -> Iterator[Finding]:
    """Find tiers of which some factors are for a class, or a plan, and others for all."""
    by_tier: dict[str, AggregateFactor] = {}
    for position, factor in enumerate(factors):
        first = by_tier.setdefault(factor.tier, factor)
        for key, own, other in (
            ("class", factor.covered_class, first.covered_class),
            ("plan", factor.plan, first.plan),
        ):
            if (own is None) != (other is None):
                rule = f"a tier has its {key} in all of its factors, or in none"
                yield Finding(code="SL536", where=f"factors[{position}].{key}", rule=rule)


def factors_pay_for_what_is_covered(
    covers: tuple[Benefit, ...], factors: tuple[AggregateFactor, ...]
) -> Iterator[Finding]:
    """Find factors for benefits that the aggregate does not cover."""
    for position, factor in enumerate(factors):
        if factor.benefit is not None and factor.benefit not in covers:
            rule = f"the aggregate does not cover {factor.benefit}, so a factor does not pay for it"
            yield Finding(code="SL522", where=f"factors[{position}].benefit", rule=rule, help="add it to covers")


def __dir__() -> list[str]:
    return __all__
