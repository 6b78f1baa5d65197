"""What the carriers of a portfolio have paid: most of what is above the deductible, and now and then too much.

A carrier pays once or twice for a unit, and gets some of it back later; a few have paid under the aggregate.
In one policy of twenty a unit without claims was paid for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np

from stoploss.demo.dice import Dice
from stoploss.demo.portfolio.groups import Group
from stoploss.demo.portfolio.rows import BENEFITS, STATUSES, Rows
from stoploss.fact_words import CarrierPaymentKind, Coverage, Status
from stoploss.facts import CarrierPayment
from stoploss.money import cents, dollars
from stoploss.policy import Policy
from stoploss.words import Per

__all__ = ["Receipts"]

_PAID = STATUSES.index(Status.PAID)


class Receipts:
    """
    What the carrier of one policy has paid, as its claims are told.

    Args:
        policy: The policy.
        group: Its group.
        seed: Of the portfolio.
    """

    def __init__(self, policy: Policy, group: Group, seed: int) -> None:
        self._policy, self._group = policy, group
        self._dice = Dice(seed * 1_000_003 + group.number + 500_009)
        self._count = 0

    def for_units(self, rows: Rows) -> Iterator[CarrierPayment]:
        """Yield what was paid for units whose claims are among these rows, and no others'."""
        terms = self._policy.specific
        if terms is None:
            return
        by_family = terms.per is Per.FAMILY
        own = self._group.families_of(rows.member) if by_family else rows.member
        covered = np.isin(rows.benefit, [BENEFITS.index(benefit) for benefit in terms.covers if benefit in BENEFITS])
        first = int(own.min())
        totals = np.zeros(int(own.max()) - first + 1, dtype=np.int64)
        np.add.at(totals, own - first, np.where(covered & (rows.status == _PAID), rows.cents, 0))
        lasers = {laser.unit: laser for laser in terms.lasers}
        for place in np.flatnonzero(totals > cents(terms.deductible)):
            position = first + int(place)
            unit = self._group.family_id(position) if by_family else self._group.member_id(position)
            laser = lasers.get(unit)
            above = int(totals[place]) - cents(laser.deductible if laser and laser.deductible else terms.deductible)
            if above > 0 and not (laser and laser.excluded):
                yield from self._for_unit(unit, int(above * terms.share))

    def for_the_rest(self) -> Iterator[CarrierPayment]:
        """Yield what was paid otherwise: under the aggregate, and for a unit without claims."""
        dice, policy = self._dice, self._policy
        if policy.aggregate and dice.one_in(8):
            yield self._receipt(None, dice.between(100_00, 50_000_00))
        if policy.specific and dice.one_in(20):
            nobody = self._group.families
            by_family = policy.specific.per is Per.FAMILY
            family = self._group.family_id(nobody)
            yield self._receipt(family if by_family else f"{family}-1", dice.between(100_00, 5_000_00))

    def _for_unit(self, unit: str, owed: int) -> Iterator[CarrierPayment]:
        dice = self._dice
        if dice.one_in(5):
            return
        first = owed * dice.between(40, 105) // 100
        yield self._receipt(unit, first)
        if dice.one_in(3):
            yield self._receipt(unit, owed // 5, advance=dice.one_in(3))
        if dice.one_in(12):
            yield self._receipt(unit, -(first // 4))

    def _receipt(self, unit: str | None, amount: int, *, advance: bool = False) -> CarrierPayment:
        self._count += 1
        return CarrierPayment(
            id=f"R{self._group.number:04d}-{self._count:05d}",
            coverage=Coverage.AGGREGATE if unit is None else Coverage.SPECIFIC,
            member=unit,
            paid_on=self._policy.period.expires + dt.timedelta(days=self._dice.between(-120, 150)),
            amount=dollars(amount),
            kind=CarrierPaymentKind.ADVANCE if advance else CarrierPaymentKind.REIMBURSEMENT,
        )


def __dir__() -> list[str]:
    return __all__
