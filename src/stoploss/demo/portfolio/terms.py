"""The policies of a portfolio: a mix of what is sold, each with a few of the terms.

Deductibles are low for the groups, so that about one member in a hundred is above.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from attrs import frozen

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import AggregateFactor, MinimumAttachment
from stoploss.demo.dice import Dice
from stoploss.demo.portfolio.groups import TIERS, Group
from stoploss.fact_words import Benefit
from stoploss.facts import CoveredUnits
from stoploss.lasers import Laser
from stoploss.money import dollars
from stoploss.policy import Policy
from stoploss.specific_terms import SpecificTerms
from stoploss.window import Period
from stoploss.words import ConsumeBy, Counting, LaserLossLimit, MaximumKind, MaximumOn, Per, ShareApplies

__all__ = ["Contract", "contract_of"]

_STARTS = (
    *(dt.date(2025, 1, 1),) * 5,
    *(dt.date(2025, 7, 1),) * 2,
    dt.date(2024, 10, 1),
    dt.date(2025, 4, 1),
    dt.date(2025, 3, 15),
)
_BASES = ("12/12", "12/12", "12/15", "12/15", "12/15", "12/18", "15/12", "24/12", "paid")
_DEDUCTIBLES = ((100, (20, 25, 30, 40)), (400, (25, 30, 40, 50)), (1_500, (40, 50, 60, 75)))
_LARGEST = (60, 75, 100)
_THOUSAND = 1_000_00
_SHARES = ("1", "1", "1", "1", "1", "0.9", "0.9", "0.85", "0.8")
_MEDICAL, _RX, _DENTAL = Benefit.MEDICAL, Benefit.RX, Benefit.DENTAL
_PEOPLE: Mapping[str, int] = dict(zip(TIERS, (100, 200, 370), strict=True))
"""Of a hundred families of a tier."""
_MOST_LASERS = 3


@frozen(kw_only=True)
class Contract:
    """
    A policy, and what its group is expected to cost.

    Args:
        policy: The policy.
        units: Its covered units: every tier of every policy month.
    """

    policy: Policy
    units: Sequence[CoveredUnits]


@frozen(kw_only=True)
class _Drawing:
    """Draws the terms of one policy."""

    dice: Dice
    group: Group
    deductible: int
    per: Per

    def times(self, *tenths: int) -> Decimal:
        """Return the deductible some tenths of times."""
        return dollars(self.deductible * self.dice.pick(tenths) // 10)

    def consume_by(self) -> ConsumeBy:
        return ConsumeBy.INCURRED if self.dice.one_in(12) else ConsumeBy.PAID

    def specific(self) -> SpecificTerms:
        dice = self.dice
        on_eligible, limited = dice.one_in(4), dice.one_in(2)
        return SpecificTerms(
            basis=dice.pick(_BASES),
            covers=(_MEDICAL,) if dice.one_in(4) else (_MEDICAL, _RX),
            deductible=dollars(self.deductible),
            per=self.per,
            aggregating=self.times(5, 10, 20, 40) if dice.one_in(3) else "0",
            share=dice.pick(_SHARES),
            share_applies=ShareApplies.BEFORE_AGGREGATING if dice.one_in(5) else ShareApplies.AFTER_AGGREGATING,
            maximum=self.times(10, 20, 40, 400) if limited else None,
            maximum_on=MaximumOn.ELIGIBLE if limited and on_eligible else MaximumOn.REIMBURSEMENT,
            consume_by=self.consume_by(),
            lasers=self.lasers(),
        )

    def lasers(self) -> Sequence[Laser]:
        """Laser a few of those who cost much, in half of the policies."""
        most = self.dice.below(_MOST_LASERS + 1) if self.dice.one_in(2) else 0
        members = self.group.costly_members(most)
        if self.per is Per.FAMILY:
            units = {self.group.family_id(self.group.family_of(member)) for member in members}
            return [self.laser("family", unit) for unit in sorted(units)]
        return [self.laser("member", self.group.member_id(member)) for member in members]

    def laser(self, kind: str, unit: str) -> Laser:
        whose = {kind: unit}
        if self.dice.one_in(6):
            return Laser(member=whose.get("member"), family=whose.get("family"), excluded=True)
        deductible = self.times(15, 20, 30)
        return Laser(member=whose.get("member"), family=whose.get("family"), deductible=deductible)

    def aggregate(self, specific: SpecificTerms | None) -> AggregateTerms:
        dice = self.dice
        covers: tuple[Benefit, ...] = (_MEDICAL, _RX, _DENTAL) if dice.one_in(6) else (_MEDICAL, _RX)
        basis = dice.pick(_BASES)
        if specific is not None and dice.below(10) < 6:
            basis, covers = specific.basis.label or basis, specific.covers if dice.one_in(2) else covers
        net = specific is not None and dice.one_in(6)
        lasers_count, own_limit = dice.one_in(4), dice.one_in(3) or specific is None
        yearly = self.expected()
        return AggregateTerms(
            basis=basis,
            covers=covers,
            factors=self.factors(yearly, covers),
            minimum=self.minimum(yearly) if dice.below(3) else None,
            counting=Counting.NET_OF_SPECIFIC if net else Counting.LOSS_LIMIT,
            loss_limit=self.times(8, 10) if own_limit and not net else None,
            laser_loss_limit=LaserLossLimit.LASER if lasers_count and not net else LaserLossLimit.STANDARD,
            aggregating_counts=dice.one_in(6) and not net and specific is not None,
            share=dice.pick(_SHARES),
            maximum=self.maximum(yearly),
            maximum_kind=MaximumKind.CEILING if dice.one_in(8) else MaximumKind.FLAT,
            per=self.per if specific is None else None,
            consume_by=self.consume_by() if specific is None else None,
        )

    def maximum(self, yearly: int) -> Decimal | None:
        """Return a maximum that is in the way in some policies."""
        amount = self.dice.pick((0, yearly * 5 // 100, yearly * 110 // 100, *(1_000 * _THOUSAND,) * 3))
        return dollars(amount) if amount else None

    def expected(self) -> int:
        """Return what the group is expected to cost below the deductible in a year, in cents, for better or worse."""
        return self.group.lines * _LINE * self.dice.between(75, 140) // 100

    def factors(self, yearly: int, covers: Sequence[Benefit]) -> Sequence[AggregateFactor]:
        people = sum(count * _PEOPLE[tier] for tier, count in self.group.tiers.items())
        by_benefit = self.dice.one_in(2)
        made: list[AggregateFactor] = []
        for tier in TIERS:
            monthly = Decimal(yearly * _PEOPLE[tier] // 12) / people / 100
            parts = _parts(covers) if by_benefit else ((None, 100),)
            made += [
                AggregateFactor(tier=tier, benefit=benefit, amount=round(monthly * part / 100, 4))
                for benefit, part in parts
            ]
        return made

    def minimum(self, yearly: int) -> MinimumAttachment:
        dice = self.dice
        amount = dollars(yearly * dice.pick((85, 95, 105)) // 100) if dice.one_in(3) else None
        first_month = None if amount and dice.one_in(2) else dice.pick(("0.9", "0.95", "1"))
        return MinimumAttachment(amount=amount, first_month=first_month)

    def units(self, period: Period) -> Sequence[CoveredUnits]:
        """Return the covered units, which change a little from month to month."""
        by_name, counts = self.dice.one_in(2), self.group.tiers
        rows: list[CoveredUnits] = []
        for start in period.starts():
            counts = {tier: self.changed(count) for tier, count in counts.items()}
            month = f"{start:%Y-%m}" if by_name else start
            rows += [CoveredUnits(month=month, tier=tier, units=count) for tier, count in counts.items()]
        return rows

    def changed(self, count: int) -> int:
        """Return how many families of a tier there are a month later."""
        few = 1 + count // 50
        return max(0, count + self.dice.between(-few, few)) if self.dice.one_in(4) else count


_LINE = 185_00
"""What a line is expected to cost below the deductible, in cents."""


def contract_of(group: Group, seed: int) -> Contract:
    """Return the policy of a group and its covered units."""
    dice = Dice(seed * 1_000_003 + group.number)
    effective = dice.pick(_STARTS)
    expires = dt.date(effective.year + 1, effective.month, effective.day) - dt.timedelta(days=1)
    period = Period(
        effective=effective,
        expires=expires,
        original_effective=dt.date(effective.year - dice.below(3), effective.month, effective.day),
    )
    per = Per.FAMILY if dice.one_in(10) else Per.MEMBER
    sizes = next((sizes for members, sizes in _DEDUCTIBLES if group.members <= members), _LARGEST)
    deductible = dice.pick(sizes) * _THOUSAND * (3 if per is Per.FAMILY else 2) // 2
    drawing = _Drawing(dice=dice, group=group, deductible=deductible, per=per)
    cover = dice.below(100)
    specific = None if cover < 4 else drawing.specific()
    policy = Policy(
        policyholder=f"Example Employer {group.number}",
        carrier="Example Life",
        number=group.name,
        period=period,
        specific=specific,
        aggregate=None if 4 <= cover < 14 else drawing.aggregate(specific),
    )
    return Contract(policy=policy, units=drawing.units(period) if policy.aggregate else ())


def _parts(covers: Sequence[Benefit]) -> Sequence[tuple[Benefit, int]]:
    """Return each benefit's part of what is expected, in per cent."""
    parts = {_MEDICAL: 72, _RX: 24, _DENTAL: 4}
    whole = sum(parts[benefit] for benefit in covers)
    return [(benefit, parts[benefit] * 100 // whole) for benefit in covers]


def __dir__() -> list[str]:
    return __all__
