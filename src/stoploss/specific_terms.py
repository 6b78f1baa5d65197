"""The terms of the specific cover: what one unit costs above its deductible.

Every class is valid by construction: terms that contradict each other never become an object.

Source: the schedule of a stop-loss policy; each term has its row in ``docs/clauses.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from attrs import asdict, field, frozen

from stoploss.basis import ContractBasis
from stoploss.choice import is_a, sequence_of
from stoploss.errors import Finding, PolicyError, raise_if_any
from stoploss.facts import Benefit
from stoploss.inner_terms import Cap, CarrierLayer, CommonAccident, Reduction, ShareTier, Used
from stoploss.lasers import (
    Laser,
    LaserFund,
    lasers_fit_the_unit,
    lasers_have_their_funds,
    lasers_raise_the_deductible,
)
from stoploss.money import ZERO, Amount, AmountLike, Share, parse_amount, parse_share
from stoploss.rules import Rule, findings_among
from stoploss.terms import (
    ONE,
    as_basis,
    as_classes,
    as_covers,
    as_excludes,
    covers_something,
    not_negative,
    optional_amount,
    optional_maximum,
)
from stoploss.words import CapOn, CapPer, ConsumeBy, MaximumOn, Per, ShareApplies

__all__ = ["SPECIFIC_RULES", "SpecificTerms"]


def _deductible(value: AmountLike) -> Amount:
    return parse_amount(value, "deductible")


def _aggregating(value: AmountLike) -> Amount:
    return parse_amount(value, "aggregating")


def _lifetime_maximum(value: AmountLike | None) -> Amount | None:
    return optional_amount(value, "lifetime_maximum")


def _family_deductible(value: AmountLike | None) -> Amount | None:
    return optional_amount(value, "family_deductible")


def _used(values: Iterable[Used]) -> tuple[Used, ...]:
    return sequence_of(Used, values, "used")


def _lasers(values: Iterable[Laser]) -> tuple[Laser, ...]:
    return sequence_of(Laser, values, "lasers")


def _laser_funds(values: Iterable[LaserFund]) -> tuple[LaserFund, ...]:
    return sequence_of(LaserFund, values, "laser_funds")


def _caps(values: Iterable[Cap]) -> tuple[Cap, ...]:
    return sequence_of(Cap, values, "caps")


def _reductions(values: Iterable[Reduction]) -> tuple[Reduction, ...]:
    return sequence_of(Reduction, values, "reductions")


def _tiers(values: Iterable[ShareTier]) -> tuple[ShareTier, ...]:
    return sequence_of(ShareTier, values, "tiers")


def _layers(values: Iterable[CarrierLayer]) -> tuple[CarrierLayer, ...]:
    return sequence_of(CarrierLayer, values, "layers")


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
        excludes: Labels of payments that do not count.
        classes: Classes whose members are covered; empty: all.
        lifetime_maximum: The most that is reimbursed for a unit over all periods; ``None``: unlimited.
        family_deductible: What all members of a family retain at most, together, of their own deductibles.
        common_accident: One deductible for all who are hurt in one accident.
        used: What units drew before this period toward lifetime maxima.
        lasers: At most one a unit, none below the deductible.
        laser_funds: What several lasers keep at most, together.
        caps: Inner maxima.
        reductions: Own facilities, of whose payments a share counts.
        tiers: The share by slices of a unit's excess, instead of *share*.
        layers: The carriers over one another; empty: one carrier.

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
    excludes: tuple[str, ...] = field(default=(), converter=as_excludes)
    classes: tuple[str, ...] = field(default=(), converter=as_classes)
    lifetime_maximum: Amount | None = field(default=None, converter=_lifetime_maximum)
    family_deductible: Amount | None = field(default=None, converter=_family_deductible)
    common_accident: CommonAccident | None = field(default=None, validator=is_a(CommonAccident))
    used: tuple[Used, ...] = field(default=(), converter=_used, repr=False)
    lasers: tuple[Laser, ...] = field(default=(), converter=_lasers)
    laser_funds: tuple[LaserFund, ...] = field(default=(), converter=_laser_funds)
    caps: tuple[Cap, ...] = field(default=(), converter=_caps)
    reductions: tuple[Reduction, ...] = field(default=(), converter=_reductions)
    tiers: tuple[ShareTier, ...] = field(default=(), converter=_tiers)
    layers: tuple[CarrierLayer, ...] = field(default=(), converter=_layers)

    def __attrs_post_init__(self) -> None:
        raise_if_any(PolicyError, findings_among(SPECIFIC_RULES, asdict(self, recurse=False)))


def _maximum_above_deductible(deductible: Amount, maximum: Amount | None, maximum_on: MaximumOn) -> Iterator[Finding]:
    if maximum_on is MaximumOn.ELIGIBLE and maximum is not None and maximum < deductible:
        rule = f"a maximum on eligible claims is at least the deductible, {deductible:,}"
        yield Finding(
            code="SL514", where="maximum", rule=rule, help="what caps the reimbursement is maximum_on = reimbursement"
        )


def _family_of_members(per: Per, family_deductible: Amount | None) -> Iterator[Finding]:
    if per is Per.FAMILY and family_deductible is not None:
        rule = "a family deductible limits what its members retain, each of an own deductible; here it is per family"
        yield Finding(code="SL556", where="family_deductible", rule=rule, help="write it as the deductible")


def _used_has_a_maximum(
    per: Per, lifetime_maximum: Amount | None, caps: tuple[Cap, ...], used: tuple[Used, ...]
) -> Iterator[Finding]:
    lifetime = {cap.tag for cap in caps if cap.per is CapPer.LIFETIME}
    on_reimbursement = {cap.tag for cap in caps if cap.per is CapPer.LIFETIME and cap.on is CapOn.REIMBURSEMENT}
    on_eligible = {cap.tag for cap in caps if cap.per is CapPer.LIFETIME and cap.on is CapOn.ELIGIBLE}
    seen: set[tuple[str, str | None]] = set()
    for position, row in enumerate(used):
        where = f"used[{position}]"
        if row.per is not per:
            rule = f"the deductible is per {per}, so this names a {per}"
            yield Finding(code="SL516", where=f"{where}.{row.per}", rule=rule)
        elif (row.unit, row.tag) in seen:
            yield Finding(code="SL529", where=where, rule=f"what a {per} used toward one maximum is there once")
        seen.add((row.unit, row.tag))
        if row.tag is None and lifetime_maximum is None:
            rule = "what was used before counts toward a lifetime maximum, and there is none"
            yield Finding(code="SL529", where=where, rule=rule, help="add lifetime_maximum")
        elif row.tag is not None and row.tag not in lifetime:
            rule = "what was used before counts toward a lifetime cap, and this tag has none"
            yield Finding(code="SL529", where=f"{where}.tag", rule=rule, help='add one with per = "lifetime"')
        elif row.tag is not None and row.reimbursed and row.tag not in on_reimbursement:
            rule = "what was reimbursed before counts toward a lifetime cap on reimbursement, and this tag has none"
            yield Finding(code="SL529", where=f"{where}.reimbursed", rule=rule)
        elif row.eligible and row.tag not in on_eligible:
            rule = "what was eligible before counts toward a lifetime cap on eligible claims, and this tag has none"
            yield Finding(code="SL529", where=f"{where}.eligible", rule=rule)


def _tiers_replace_the_share(share: Share, tiers: tuple[ShareTier, ...]) -> Iterator[Finding]:
    if tiers and share != 1:
        rule = "tiers say the share of every slice of the excess"
        yield Finding(code="SL524", where="share", rule=rule, help="leave the share out")
    if tiers and tiers[0].above != 0:
        yield Finding(code="SL524", where="tiers[0].above", rule='the first tier begins above "0"')
    for position, (lower, higher) in enumerate(pairwise(tiers), start=1):
        if higher.above <= lower.above:
            rule = "each tier begins above the one before it"
            yield Finding(code="SL524", where=f"tiers[{position}].above", rule=rule)


def _each_label_once(caps: tuple[Cap, ...], reductions: tuple[Reduction, ...]) -> Iterator[Finding]:
    capped = [(cap.tag, cap.on) for cap in caps]
    reduced = [reduction.tag for reduction in reductions]
    for name, keys in (("caps", capped), ("reductions", reduced)):
        for position, key in enumerate(keys):
            if key in keys[:position]:
                rule = "a tag is there once; this repeats an earlier one"
                yield Finding(code="SL525", where=f"{name}[{position}].tag", rule=rule)


def _layers_reach_to_the_top(layers: tuple[CarrierLayer, ...]) -> Iterator[Finding]:
    if len(layers) == 1:
        yield Finding(code="SL526", where="layers", rule="one carrier alone makes no layers", help="leave them out")
    names = [layer.carrier for layer in layers]
    for position, layer in enumerate(layers):
        last = position == len(layers) - 1
        if (layer.limit is None) != last:
            rule = "the last layer has no limit" if last else "a layer with another above it has a limit"
            yield Finding(code="SL526", where=f"layers[{position}].limit", rule=rule)
        if layer.carrier in names[:position]:
            yield Finding(code="SL526", where=f"layers[{position}].carrier", rule="a carrier has one layer")


SPECIFIC_RULES: Sequence[Rule] = (
    not_negative("deductible"),
    not_negative("aggregating"),
    not_negative("maximum"),
    not_negative("lifetime_maximum"),
    not_negative("family_deductible"),
    Rule(("covers",), covers_something),
    Rule(("deductible", "maximum", "maximum_on"), _maximum_above_deductible),
    Rule(("deductible", "lasers"), lasers_raise_the_deductible),
    Rule(("per", "lasers"), lasers_fit_the_unit),
    Rule(("lasers", "laser_funds"), lasers_have_their_funds),
    Rule(("per", "family_deductible"), _family_of_members),
    Rule(("per", "lifetime_maximum", "caps", "used"), _used_has_a_maximum),
    Rule(("share", "tiers"), _tiers_replace_the_share),
    Rule(("caps", "reductions"), _each_label_once),
    Rule(("layers",), _layers_reach_to_the_top),
)


def __dir__() -> list[str]:
    return __all__
