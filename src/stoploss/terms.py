"""The terms of the two covers, specific and aggregate.

Every class is valid by construction: terms that contradict each other never become an object.
The defaults are those of a plain contract: 100 %, no aggregating specific deductible, no maximum,
deductible per member, payments in the order in which they were paid.

Source: the schedule of a stop-loss policy; each term has its row in ``docs/clauses.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from attrs import asdict, field, frozen

from stoploss.basis import ContractBasis
from stoploss.choice import is_flag
from stoploss.errors import Finding, PolicyError, StopLossError, raise_if_any
from stoploss.facts import Benefit, check_id
from stoploss.money import ZERO, Amount, AmountLike, Factor, Share, parse_amount, parse_factor, parse_share
from stoploss.rules import Rule, findings_among
from stoploss.words import (
    ConsumeBy,
    Counting,
    LaserLossLimit,
    MaximumKind,
    MaximumOn,
    Per,
    ShareApplies,
)

__all__ = [
    "AGGREGATE_RULES",
    "LASER_RULES",
    "MINIMUM_RULES",
    "SPECIFIC_RULES",
    "AggregateFactor",
    "AggregateTerms",
    "Laser",
    "MinimumAttachment",
    "SpecificTerms",
]

ONE: Share = Decimal(1)


def _deductible(value: AmountLike) -> Amount:
    return parse_amount(value, "deductible")


def _optional_deductible(value: AmountLike | None) -> Amount | None:
    return None if value is None else parse_amount(value, "deductible")


def _aggregating(value: AmountLike) -> Amount:
    return parse_amount(value, "aggregating")


def _optional_maximum(value: AmountLike | None) -> Amount | None:
    return None if value is None else parse_amount(value, "maximum")


def _optional_loss_limit(value: AmountLike | None) -> Amount | None:
    return None if value is None else parse_amount(value, "loss_limit")


def _optional_amount(value: AmountLike | None) -> Amount | None:
    return None if value is None else parse_amount(value)


def _optional_first_month(value: AmountLike | None) -> Share | None:
    return None if value is None else parse_share(value, "first_month")


def _basis(value: ContractBasis | str) -> ContractBasis:
    return value if isinstance(value, ContractBasis) else ContractBasis.parse(value)


def _covers(values: Iterable[Benefit | str]) -> tuple[Benefit, ...]:
    return tuple(Benefit(value) for value in values)


def _lasers(values: Iterable[Laser]) -> tuple[Laser, ...]:
    return tuple(values)


def _factors(values: Iterable[AggregateFactor]) -> tuple[AggregateFactor, ...]:
    return tuple(values)


def _optional_benefit(value: Benefit | str | None) -> Benefit | None:
    return None if value is None else Benefit(value)


def _optional_per(value: Per | str | None) -> Per | None:
    return None if value is None else Per(value)


def _optional_consume_by(value: ConsumeBy | str | None) -> ConsumeBy | None:
    return None if value is None else ConsumeBy(value)


@frozen(kw_only=True)
class Laser:
    """
    A higher specific deductible for one unit, or its exclusion from specific.

    Args:
        member: The lasered member, where the deductible is per member.
        family: The lasered family, where it is per family.
        deductible: The whole deductible of that unit, not an increment.
        excluded: Specific reimburses nothing for the unit.

    Raises:
        PolicyError: Unless exactly one unit and exactly one effect are given.
    """

    member: str | None = None
    family: str | None = None
    deductible: Amount | None = field(default=None, converter=_optional_deductible)
    excluded: bool = field(default=False, validator=is_flag)

    def __attrs_post_init__(self) -> None:
        raise_if_any(PolicyError, findings_among(LASER_RULES, asdict(self)))

    def __repr__(self) -> str:
        return f"Laser(per={str(self.per)!r}, excluded={self.excluded})"

    @property
    def per(self) -> Per:
        """Whether a member or a family is lasered."""
        return Per.MEMBER if self.member is not None else Per.FAMILY

    @property
    def unit(self) -> str:
        """The id of the lasered member or family."""
        return self.member or self.family or ""


@frozen(kw_only=True)
class SpecificTerms:
    """
    The specific cover: what one unit costs above its deductible.

    Args:
        basis: Contract basis, or its label.
        covers: Benefits that count.
        deductible: What the employer keeps of each unit's eligible claims.
        per: The unit: ``member`` or ``family``.
        aggregating: The aggregating specific deductible (ASD): the first excess dollars of *all* units, the employer's.
        share: Reimbursement percentage, 0 to 1.
        share_applies: Whether the share meets the excess after or before the ASD.
        maximum: Per unit and policy period; ``None``: unlimited.
        maximum_on: Whether the maximum caps the reimbursement or the eligible claims.
        consume_by: Order in which payments consume the deductible and the ASD.
        lasers: At most one a unit, none below the deductible.

    Raises:
        PolicyError: With every contradiction among the terms.
    """

    basis: ContractBasis = field(converter=_basis)
    covers: tuple[Benefit, ...] = field(converter=_covers)
    deductible: Amount = field(converter=_deductible)
    per: Per = field(default=Per.MEMBER, converter=Per)
    aggregating: Amount = field(default=ZERO, converter=_aggregating)
    share: Share = field(default=ONE, converter=parse_share)
    share_applies: ShareApplies = field(default=ShareApplies.AFTER_AGGREGATING, converter=ShareApplies)
    maximum: Amount | None = field(default=None, converter=_optional_maximum)
    maximum_on: MaximumOn = field(default=MaximumOn.REIMBURSEMENT, converter=MaximumOn)
    consume_by: ConsumeBy = field(default=ConsumeBy.PAID, converter=ConsumeBy)
    lasers: tuple[Laser, ...] = field(default=(), converter=_lasers)

    def __attrs_post_init__(self) -> None:
        raise_if_any(PolicyError, findings_among(SPECIFIC_RULES, asdict(self, recurse=False)))


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

    basis: ContractBasis = field(converter=_basis)
    covers: tuple[Benefit, ...] = field(converter=_covers)
    factors: tuple[AggregateFactor, ...] = field(converter=_factors)
    minimum: MinimumAttachment | None = None
    counting: Counting = field(default=Counting.LOSS_LIMIT, converter=Counting)
    loss_limit: Amount | None = field(default=None, converter=_optional_loss_limit)
    laser_loss_limit: LaserLossLimit = field(default=LaserLossLimit.STANDARD, converter=LaserLossLimit)
    aggregating_counts: bool = field(default=False, validator=is_flag)
    share: Share = field(default=ONE, converter=parse_share)
    maximum: Amount | None = field(default=None, converter=_optional_maximum)
    maximum_kind: MaximumKind = field(default=MaximumKind.FLAT, converter=MaximumKind)
    per: Per | None = field(default=None, converter=_optional_per)
    consume_by: ConsumeBy | None = field(default=None, converter=_optional_consume_by)

    def __attrs_post_init__(self) -> None:
        raise_if_any(PolicyError, findings_among(AGGREGATE_RULES, asdict(self, recurse=False)))


def _one_unit(member: str | None, family: str | None) -> Iterator[Finding]:
    if (member is None) == (family is None):
        yield Finding(code="SL510", where="", rule="a laser names one member, or one family")
        return
    name, unit = ("member", member) if member is not None else ("family", family)
    try:
        check_id(unit, name)
    except StopLossError as error:
        yield from error.findings


def _one_effect(deductible: Amount | None, excluded: bool) -> Iterator[Finding]:  # noqa: FBT001
    if (deductible is None) != excluded:
        rule = "a laser gives the unit's whole deductible, or excluded = true"
        yield Finding(code="SL511", where="", rule=rule)


LASER_RULES = (
    Rule(("member", "family"), _one_unit),
    Rule(("deductible", "excluded"), _one_effect),
)


def _not_negative(name: str) -> Rule:
    def find(amount: Amount | None) -> Iterator[Finding]:
        if amount is not None and amount < 0:
            yield Finding(code="SL501", where=name, rule="this amount is not negative")

    return Rule((name,), find)


def _covers_something(covers: tuple[Benefit, ...]) -> Iterator[Finding]:
    if not covers:
        yield Finding(code="SL512", where="covers", rule="a coverage covers at least one benefit")
    if len(set(covers)) < len(covers):
        yield Finding(code="SL513", where="covers", rule="each benefit is listed once")


def _maximum_above_deductible(deductible: Amount, maximum: Amount | None, maximum_on: MaximumOn) -> Iterator[Finding]:
    if maximum_on is MaximumOn.ELIGIBLE and maximum is not None and maximum < deductible:
        rule = f"a maximum on eligible claims is at least the deductible, {deductible:,}"
        yield Finding(
            code="SL514", where="maximum", rule=rule, help="what caps the reimbursement is maximum_on = reimbursement"
        )


def _lasers_raise_the_deductible(deductible: Amount, lasers: tuple[Laser, ...]) -> Iterator[Finding]:
    for position, laser in enumerate(lasers):
        if laser.deductible is not None and laser.deductible < deductible:
            rule = f"a laser is the whole deductible of its unit, at least the standard {deductible:,}"
            yield Finding(
                code="SL515", where=f"lasers[{position}].deductible", rule=rule, help="add the increment to it"
            )


def _lasers_fit_the_unit(per: Per, lasers: tuple[Laser, ...]) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for position, laser in enumerate(lasers):
        if laser.per is not per:
            rule = f"the deductible is per {per}, so a laser names a {per}"
            yield Finding(code="SL516", where=f"lasers[{position}].{laser.per}", rule=rule)
        elif laser.unit in first:
            rule = f"one laser a {per}; this one repeats lasers[{first[laser.unit]}]"
            yield Finding(code="SL517", where=f"lasers[{position}].{per}", rule=rule)
        else:
            first[laser.unit] = position


SPECIFIC_RULES = (
    _not_negative("deductible"),
    _not_negative("aggregating"),
    _not_negative("maximum"),
    Rule(("covers",), _covers_something),
    Rule(("deductible", "maximum", "maximum_on"), _maximum_above_deductible),
    Rule(("deductible", "lasers"), _lasers_raise_the_deductible),
    Rule(("per", "lasers"), _lasers_fit_the_unit),
)


def _says_something(amount: Amount | None, first_month: Share | None) -> Iterator[Finding]:
    if amount is None and first_month is None:
        yield Finding(code="SL518", where="", rule="a minimum attachment point gives amount, first_month or both")


MINIMUM_RULES = (
    _not_negative("amount"),
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
    _not_negative("loss_limit"),
    _not_negative("maximum"),
    Rule(("covers",), _covers_something),
    Rule(("factors",), _factors_do_not_overlap),
    Rule(("covers", "factors"), _factors_pay_for_what_is_covered),
    Rule(("counting", "loss_limit", "laser_loss_limit", "aggregating_counts"), _net_of_specific_has_no_limit),
)


def __dir__() -> list[str]:
    return __all__
