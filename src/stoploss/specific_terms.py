"""The terms of the specific cover: what one unit costs above its deductible.

Every class is valid by construction: terms that contradict each other never become an object.
The defaults are those of a plain contract: 100 %, no aggregating specific deductible, no maximum,
deductible per member, payments in the order in which they were paid.

Source: the schedule of a stop-loss policy; each term has its row in ``docs/clauses.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import asdict, field, frozen

from stoploss.basis import ContractBasis
from stoploss.choice import is_flag, sequence_of
from stoploss.errors import Finding, PolicyError, StopLossError, raise_if_any
from stoploss.facts import Benefit, check_id
from stoploss.money import ZERO, Amount, AmountLike, Share, parse_amount, parse_share
from stoploss.rules import Rule, findings_among
from stoploss.terms import ONE, as_basis, as_covers, covers_something, not_negative, optional_maximum
from stoploss.words import ConsumeBy, MaximumOn, Per, ShareApplies

__all__ = ["LASER_RULES", "SPECIFIC_RULES", "Laser", "SpecificTerms"]


def _deductible(value: AmountLike) -> Amount:
    return parse_amount(value, "deductible")


def _optional_deductible(value: AmountLike | None) -> Amount | None:
    return None if value is None else parse_amount(value, "deductible")


def _aggregating(value: AmountLike) -> Amount:
    return parse_amount(value, "aggregating")


def _lasers(values: Iterable[Laser]) -> tuple[Laser, ...]:
    return sequence_of(Laser, values, "lasers")


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

    basis: ContractBasis = field(converter=as_basis)
    covers: tuple[Benefit, ...] = field(converter=as_covers)
    deductible: Amount = field(converter=_deductible)
    per: Per = field(default=Per.MEMBER, converter=Per)
    aggregating: Amount = field(default=ZERO, converter=_aggregating)
    share: Share = field(default=ONE, converter=parse_share)
    share_applies: ShareApplies = field(default=ShareApplies.AFTER_AGGREGATING, converter=ShareApplies)
    maximum: Amount | None = field(default=None, converter=optional_maximum)
    maximum_on: MaximumOn = field(default=MaximumOn.REIMBURSEMENT, converter=MaximumOn)
    consume_by: ConsumeBy = field(default=ConsumeBy.PAID, converter=ConsumeBy)
    lasers: tuple[Laser, ...] = field(default=(), converter=_lasers)

    def __attrs_post_init__(self) -> None:
        raise_if_any(PolicyError, findings_among(SPECIFIC_RULES, asdict(self, recurse=False)))


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
    not_negative("deductible"),
    not_negative("aggregating"),
    not_negative("maximum"),
    Rule(("covers",), covers_something),
    Rule(("deductible", "maximum", "maximum_on"), _maximum_above_deductible),
    Rule(("deductible", "lasers"), _lasers_raise_the_deductible),
    Rule(("per", "lasers"), _lasers_fit_the_unit),
)


def __dir__() -> list[str]:
    return __all__
