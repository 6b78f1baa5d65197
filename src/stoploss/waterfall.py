"""The waterfall of one unit: which terms apply to it, and the lines that they make of its running totals.

A unit has the standard terms, unless it has a laser, or has used part of a lifetime maximum before.

Example: of 300,000 under a deductible of 100,000 and a laser of 250,000 the employer retains 100,000, the laser keeps
150,000, and 50,000 are excess.

A laser from a day leaves what was paid before it under the standard deductible: with 120,000 before and 180,000 since,
20,000 and then 50,000 are excess.
A laser on labels takes the payments that carry one, over a total of their own.

Source: "Specific Benefit" of policy forms (SL-2001: losses less the deductible, times the percentage, subject to the
maximum); see ``docs/clauses.md``, specific.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from attrs import evolve, field, frozen

from stoploss.facts import Payment, carries
from stoploss.lasers import Laser
from stoploss.layer import above, up_to
from stoploss.money import cents, rounded, share_of
from stoploss.netting import Account, Netted
from stoploss.policy import Policy
from stoploss.specific_terms import SpecificTerms
from stoploss.words import DeductibleOnTermination, LaserEffect, MaximumOn, ShareApplies

__all__ = [
    "NOTHING",
    "Lines",
    "Slice",
    "Taking",
    "Waterfall",
    "Waterfalls",
    "added",
    "deductible_in_force",
    "waterfalls",
]


class Lines(NamedTuple):
    """
    The six lines, in cents: they add up to the eligible total, and each cent is on exactly one.

    A named tuple rather than an attrs class because one is made for every payment.
    """

    retained: int
    """The employer's, up to the deductible; negative only where refunds exceed payments."""
    laser: int
    """The employer's, between the deductible and the laser; neither ASD nor excess."""
    aggregating: int
    """The employer's, absorbed by the ASD."""
    employer_share: int
    """What the reimbursement percentage leaves to the employer."""
    over_maximum: int
    """The employer's, beyond the maximum."""
    reimbursable: int
    """The carrier's."""

    def __repr__(self) -> str:
        return "Lines()"

    def less(self, before: Lines) -> Lines:
        """Return what lies between two running totals, line by line."""
        return Lines(*(after - earlier for after, earlier in zip(self, before, strict=True)))


NOTHING = Lines(0, 0, 0, 0, 0, 0)


def added(lines: Iterable[Lines]) -> Lines:
    """Return lines added up, line by line."""
    return Lines(*map(sum, zip(NOTHING, *lines, strict=True)))


class Slice(NamedTuple):
    """The reimbursement percentage, as numerator and denominator, of the excess above so many cents."""

    above: int
    share: tuple[int, int]


@frozen(kw_only=True)
class Taking:
    """
    What of a unit its laser takes.

    Args:
        laser: The laser.
        start: What was paid before this day it leaves alone; ``None``: nothing.
    """

    laser: Laser
    start: dt.date | None

    @property
    def own_total(self) -> bool:
        """Whether what it takes has a running total of its own."""
        return bool(self.laser.tags)

    def takes(self, payment: Payment) -> bool:
        """Say whether it takes a payment."""
        if self.start is not None and (payment.paid_on is None or payment.paid_on < self.start):
            return False
        return not self.laser.tags or any(carries(payment, label) for label in self.laser.tags)


@frozen(kw_only=True)
class Waterfall:
    """
    The terms that apply to one unit, as parts of running totals; all in cents.

    Args:
        deductible: The standard deductible, up to which the employer retains.
        laser: Where excess starts of what the laser takes: the unit's laser, or the deductible; ``None``: nowhere.
        taking: What the laser takes; ``None``: all, or there is none.
        slices: The reimbursement percentages; one, unless there are tiers.
        share_first: Whether the share meets the excess before the ASD does.
        maximum: The most that is reimbursed, what was used before taken off; ``None``: unlimited.
        maximum_eligible: The most that is eligible; ``None``: unlimited.
    """

    deductible: int = field(repr=False)
    laser: int | None = field(repr=False)
    taking: Taking | None = None
    slices: tuple[Slice, ...]
    share_first: bool
    maximum: int | None = field(repr=False)
    maximum_eligible: int | None

    @property
    def own_total(self) -> bool:
        """Whether the laser runs over a total of its own."""
        return self.taking is not None and self.taking.own_total

    @property
    def applied(self) -> int | None:
        """The deductible of the unit as a whole: a laser on labels leaves it standing."""
        return self.deductible if self.own_total else self.laser

    def within(self, total: int) -> int:
        """Return what of the unit's running total is looked at: up to a maximum on eligible claims."""
        return up_to(total, self.maximum_eligible)

    def retained(self, within: int) -> int:
        """Return what of it the employer retains."""
        return up_to(within, self.deductible)

    def excess(self, apart: int, taken: int) -> int:
        """
        Return what of it is excess.

        Args:
            apart: The running total of what the laser leaves alone.
            taken: The running total of what it takes.
        """
        over_deductible = above(apart, self.deductible)
        if self.laser is None:
            return over_deductible
        if self.own_total:
            return over_deductible + above(taken, self.laser)
        return over_deductible + above(apart + taken, max(self.laser, apart))

    def shared(self, excess: int) -> int:
        """Return the carrier's share of the excess; slices are added up and rounded once."""
        if len(self.slices) == 1:
            return share_of(excess, self.slices[0].share)
        ends = [*(upper.above for _, upper in pairwise(self.slices)), excess]
        exact = (
            Fraction(*each.share) * above(up_to(excess, end), each.above)
            for each, end in zip(self.slices, ends, strict=True)
        )
        return rounded(sum(exact, Fraction(0)))

    def absorbable(self, total: int) -> int:
        """Return what of a running total, all taken, the ASD may absorb: the excess, or the carrier's share of it."""
        excess = self.excess(0, self.within(total))
        return self.shared(excess) if self.share_first else excess

    def lines(self, total: int, aggregating: int) -> Lines:
        """
        Return the six lines of a running total of payments that are all taken, without pools and inner maxima.

        Args:
            total: The unit's eligible total so far; negative where refunds exceed payments.
            aggregating: What the ASD has absorbed of it.
        """
        within = self.within(total)
        retained = self.retained(within)
        excess = self.excess(0, within)
        if self.share_first:
            shared = self.shared(excess)
            employer_share = excess - shared
            payable = shared - aggregating
        else:
            payable = self.shared(excess - aggregating)
            employer_share = excess - aggregating - payable
        reimbursable = up_to(payable, self.maximum)
        return Lines(
            retained=retained,
            laser=within - retained - excess,
            aggregating=aggregating,
            employer_share=employer_share,
            over_maximum=(payable - reimbursable) + (total - within),
            reimbursable=reimbursable,
        )


@frozen(kw_only=True)
class Waterfalls:
    """
    The waterfalls of a policy.

    Args:
        standard: Of units without a term of their own.
        special: Of the others, by unit.
    """

    standard: Waterfall
    special: Mapping[str, Waterfall] = field(repr=False)

    def of(self, unit: str) -> Waterfall:
        """Return the waterfall of a unit."""
        return self.special.get(unit, self.standard)


def deductible_in_force(policy: Policy, terms: SpecificTerms) -> int:
    """Return the standard deductible in cents: prorated where the policy ended early and says so, rounded once."""
    whole, period = cents(terms.deductible), policy.period
    if policy.early_termination.deductible is DeductibleOnTermination.FULL or not period.ended_early:
        return whole
    return rounded(Fraction(whole * period.months_begun(None), period.months))


def waterfalls(policy: Policy, terms: SpecificTerms, netted: Netted) -> Waterfalls:
    """
    Return the standard waterfall, and those of units with a laser that applies, or with part of a maximum used.

    Args:
        policy: The policy.
        terms: Its specific terms.
        netted: The units' accounts: a conditional laser looks for its trigger there.
    """
    maximum = None if terms.maximum is None else cents(terms.maximum)
    on_eligible = terms.maximum_on is MaximumOn.ELIGIBLE
    lifetime = None if terms.lifetime_maximum is None else cents(terms.lifetime_maximum)
    tiers = tuple(Slice(cents(tier.above), tier.share.as_integer_ratio()) for tier in terms.tiers)
    deductible = deductible_in_force(policy, terms)
    own = None if on_eligible else maximum
    standard = Waterfall(
        deductible=deductible,
        laser=deductible,
        slices=tiers or (Slice(0, terms.share.as_integer_ratio()),),
        share_first=terms.share_applies is ShareApplies.BEFORE_AGGREGATING,
        maximum=_least(own, lifetime),
        maximum_eligible=maximum if on_eligible else None,
    )
    special: dict[str, Waterfall] = {}
    for laser in terms.lasers:
        taking = _taking(laser, netted.accounts.get(laser.unit))
        if taking is not None:
            attachment = None if laser.deductible is None else cents(laser.deductible)
            special[laser.unit] = evolve(standard, laser=attachment, taking=taking)
    for used in terms.used:
        if used.tag is None and lifetime is not None:
            left = max(0, lifetime - cents(used.reimbursed))
            waterfall = special.get(used.unit, standard)
            special[used.unit] = evolve(waterfall, maximum=_least(own, left))
    return Waterfalls(standard=standard, special=special)


def _least(one: int | None, other: int | None) -> int | None:
    return min((amount for amount in (one, other) if amount is not None), default=None)


def _taking(laser: Laser, account: Account | None) -> Taking | None:
    """Return what a laser takes of its unit; ``None`` where nothing has triggered it."""
    start = laser.from_on
    if laser.when is not None:
        days = (
            [
                payment.paid_on
                for payment, net in zip(account.payments, account.nets, strict=True)
                if net > 0 and payment.paid_on is not None and carries(payment, laser.when)
            ]
            if account
            else []
        )
        if not days:
            return None
        if laser.effect is LaserEffect.FROM_TRIGGER:
            start = min(days)
    return Taking(laser=laser, start=start)


def __dir__() -> list[str]:
    return __all__
