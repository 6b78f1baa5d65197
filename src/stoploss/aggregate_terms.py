"""The terms of the aggregate cover: what the whole group costs above the attachment point.

Every class is valid by construction: terms that contradict each other never become an object.

Source: the schedule of a stop-loss policy; each term has its row in ``docs/clauses.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import asdict, field, frozen

from stoploss.basis import ContractBasis
from stoploss.choice import is_a, is_flag, sequence_of
from stoploss.errors import Finding, PolicyError, raise_if_any
from stoploss.facts import Benefit, check_id
from stoploss.money import Amount, AmountLike, Factor, Share, parse_amount, parse_factor, parse_share
from stoploss.rules import Rule, findings_among
from stoploss.terms import ONE, as_basis, as_covers, covers_something, not_negative, optional_maximum
from stoploss.words import ConsumeBy, Counting, LaserLossLimit, MaximumKind, Per

__all__ = [
    "AGGREGATE_RULES",
    "MINIMUM_RULES",
    "AggregateFactor",
    "AggregateTerms",
    "MinimumAttachment",
]


def _optional_loss_limit(value: AmountLike | None) -> Amount | None:
    return None if value is None else parse_amount(value, "loss_limit")


def _optional_amount(value: AmountLike | None) -> Amount | None:
    return None if value is None else parse_amount(value)


def _optional_first_month(value: AmountLike | None) -> Share | None:
    return None if value is None else parse_share(value, "first_month")


def _factors(values: Iterable[AggregateFactor]) -> tuple[AggregateFactor, ...]:
    return sequence_of(AggregateFactor, values, "factors")


def _optional_benefit(value: Benefit | str | None) -> Benefit | None:
    return None if value is None else Benefit(value)


def _optional_per(value: Per | str | None) -> Per | None:
    return None if value is None else Per(value)


def _optional_consume_by(value: ConsumeBy | str | None) -> ConsumeBy | None:
    return None if value is None else ConsumeBy(value)


@frozen(kw_only=True)
class AggregateFactor:
    """
    The monthly aggregate factor of one tier.

    Args:
        tier: The tier of covered units, such as ``"single"``.
        amount: Per covered unit and policy month, at most six places.
        benefit: The benefit that it pays for; without it the factor covers all benefits.
            Factors of one tier with different benefits add up.
    """

    tier: str
    amount: Factor = field(converter=parse_factor)
    benefit: Benefit | None = field(default=None, converter=_optional_benefit)

    def __attrs_post_init__(self) -> None:
        check_id(self.tier, "tier")


@frozen(kw_only=True)
class MinimumAttachment:
    """
    The minimum attachment point: the greater of what is given.

    Args:
        amount: Fixed dollars.
        first_month: A share of the first policy month's amount times the number of policy months.

    Raises:
        PolicyError: When neither is given, or the amount is negative.
    """

    amount: Amount | None = field(default=None, converter=_optional_amount)
    first_month: Share | None = field(default=None, converter=_optional_first_month)

    def __attrs_post_init__(self) -> None:
        raise_if_any(PolicyError, findings_among(MINIMUM_RULES, asdict(self)))


@frozen(kw_only=True)
class AggregateTerms:
    """
    The aggregate cover: what the whole group costs above the attachment point.

    Args:
        basis: Contract basis, or its label; it may differ from the specific one.
        covers: Benefits that count.
        factors: At least one; the attachment point is the sum of covered units times factors over the policy months.
        minimum: The attachment point is never below it.
        counting: Which dollars count toward the attachment point.
        loss_limit: The most of one unit that counts; default: the specific deductible, or none without specific.
        laser_loss_limit: Whether a lasered unit counts up to the standard limit or up to its laser.
        aggregating_counts: Whether dollars that the ASD absorbed count.
        share: Reimbursement percentage, 0 to 1.
        maximum: ``None``: unlimited.
        maximum_kind: Whether the maximum caps the reimbursement or is a ceiling on counted claims.
        per, consume_by: Only in a policy without specific, which otherwise decides both.

    Raises:
        PolicyError: With every contradiction among the terms.
    """

    basis: ContractBasis = field(converter=as_basis)
    covers: tuple[Benefit, ...] = field(converter=as_covers)
    factors: tuple[AggregateFactor, ...] = field(converter=_factors)
    minimum: MinimumAttachment | None = field(default=None, validator=is_a(MinimumAttachment))
    counting: Counting = field(default=Counting.LOSS_LIMIT, converter=Counting)
    loss_limit: Amount | None = field(default=None, converter=_optional_loss_limit)
    laser_loss_limit: LaserLossLimit = field(default=LaserLossLimit.STANDARD, converter=LaserLossLimit)
    aggregating_counts: bool = field(default=False, validator=is_flag)
    share: Share = field(default=ONE, converter=parse_share)
    maximum: Amount | None = field(default=None, converter=optional_maximum)
    maximum_kind: MaximumKind = field(default=MaximumKind.FLAT, converter=MaximumKind)
    per: Per | None = field(default=None, converter=_optional_per)
    consume_by: ConsumeBy | None = field(default=None, converter=_optional_consume_by)

    def __attrs_post_init__(self) -> None:
        raise_if_any(PolicyError, findings_among(AGGREGATE_RULES, asdict(self, recurse=False)))


def _says_something(amount: Amount | None, first_month: Share | None) -> Iterator[Finding]:
    if amount is None and first_month is None:
        yield Finding(code="SL518", where="", rule="a minimum attachment point gives amount, first_month or both")


MINIMUM_RULES = (
    not_negative("amount"),
    Rule(("amount", "first_month"), _says_something),
)


def _factors_do_not_overlap(factors: tuple[AggregateFactor, ...]) -> Iterator[Finding]:
    if not factors:
        yield Finding(code="SL519", where="factors", rule="an aggregate cover has at least one factor")
    seen: dict[str, set[Benefit | None]] = {}
    for position, factor in enumerate(factors):
        earlier = seen.setdefault(factor.tier, set())
        if factor.benefit in earlier:
            rule = "a tier and benefit has one factor; this one repeats an earlier one"
            yield Finding(code="SL520", where=f"factors[{position}]", rule=rule)
        elif earlier and (factor.benefit is None or None in earlier):
            rule = "a tier has one factor for all benefits, or one for each of them, not both"
            yield Finding(code="SL521", where=f"factors[{position}].benefit", rule=rule)
        earlier.add(factor.benefit)


def _factors_pay_for_what_is_covered(
    covers: tuple[Benefit, ...], factors: tuple[AggregateFactor, ...]
) -> Iterator[Finding]:
    for position, factor in enumerate(factors):
        if factor.benefit is not None and factor.benefit not in covers:
            rule = f"the aggregate does not cover {factor.benefit}, so a factor does not pay for it"
            yield Finding(code="SL522", where=f"factors[{position}].benefit", rule=rule, help="add it to covers")


def _net_of_specific_has_no_limit(
    counting: Counting,
    loss_limit: Amount | None,
    laser_loss_limit: LaserLossLimit,
    aggregating_counts: bool,  # noqa: FBT001
) -> Iterator[Finding]:
    if counting is not Counting.NET_OF_SPECIFIC:
        return
    given = {
        "loss_limit": loss_limit is not None,
        "laser_loss_limit": laser_loss_limit is not LaserLossLimit.STANDARD,
        "aggregating_counts": aggregating_counts,
    }
    for name in (name for name, is_given in given.items() if is_given):
        rule = "this belongs to counting by loss limit; net of specific counts whatever specific does not reimburse"
        yield Finding(code="SL523", where=name, rule=rule, help="remove it, or count by loss_limit")


AGGREGATE_RULES = (
    not_negative("loss_limit"),
    not_negative("maximum"),
    Rule(("covers",), covers_something),
    Rule(("factors",), _factors_do_not_overlap),
    Rule(("covers", "factors"), _factors_pay_for_what_is_covered),
    Rule(("counting", "loss_limit", "laser_loss_limit", "aggregating_counts"), _net_of_specific_has_no_limit),
)


def __dir__() -> list[str]:
    return __all__
