"""Specific stop-loss: what one unit costs above its deductible.

A unit's eligible payments are added up over the contract basis.
The employer retains the total up to the deductible, and, for a lasered unit, on up to the laser.
What lies above is *excess*.
The excess of **all** units, in the order of payment, first fills the aggregating specific deductible (ASD).
Of the rest the carrier reimburses its share, up to the maximum.

Example: 180,000 for one member over a deductible of 100,000 is an excess of 80,000; an ASD of 50,000 absorbs the first
of it; of the remaining 30,000 a share of 90 % is 27,000, reimbursable; the employer's share is 3,000.

Every line is a function of running totals, and what one payment adds to a line is the line after it less the line
before it. So the parts always add up, and only totals are ever rounded.

Source: "Specific Benefit" of policy forms (SL-2001: losses less the deductible, times the percentage, subject to the
maximum); see ``docs/clauses.md``, specific.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from attrs import evolve, field, frozen

from stoploss.eligibility import Order
from stoploss.layer import above, up_to
from stoploss.money import cents, share_of
from stoploss.netting import Account, Netted
from stoploss.specific_terms import SpecificTerms
from stoploss.words import MaximumOn, ShareApplies

__all__ = ["NOTHING", "Lines", "SpecificRun", "Waterfall", "run_specific", "waterfalls"]


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


@frozen(kw_only=True)
class Waterfall:
    """
    The terms that apply to one unit, and the six lines they make of a running total; all in cents.

    Args:
        deductible: The standard deductible, up to which the employer retains.
        laser: Where excess starts: the unit's laser, or the deductible; ``None`` for an excluded unit.
        share: The reimbursement percentage, as numerator and denominator.
        share_first: Whether the share meets the excess before the ASD does.
        maximum: The most that is reimbursed; ``None``: unlimited.
        maximum_eligible: The most that is eligible; ``None``: unlimited.
    """

    deductible: int = field(repr=False)
    laser: int | None = field(repr=False)
    share: tuple[int, int]
    share_first: bool
    maximum: int | None = field(repr=False)
    maximum_eligible: int | None

    def excess(self, total: int) -> int:
        """Return what of the unit's running total lies above where its excess starts."""
        return 0 if self.laser is None else above(up_to(total, self.maximum_eligible), self.laser)

    def absorbable(self, total: int) -> int:
        """Return what of the unit's running total the ASD may absorb: the excess, or the carrier's share of it."""
        excess = self.excess(total)
        return share_of(excess, self.share) if self.share_first else excess

    def lines(self, total: int, aggregating: int) -> Lines:
        """
        Return the six lines of a running total.

        Args:
            total: The unit's eligible total so far; negative where refunds exceed payments.
            aggregating: What the ASD has absorbed of it.
        """
        within_maximum = up_to(total, self.maximum_eligible)
        retained = up_to(within_maximum, self.deductible)
        excess = self.excess(total)
        if self.share_first:
            shared = share_of(excess, self.share)
            employer_share = excess - shared
            payable = shared - aggregating
        else:
            payable = share_of(excess - aggregating, self.share)
            employer_share = excess - aggregating - payable
        reimbursable = up_to(payable, self.maximum)
        return Lines(
            retained=retained,
            laser=within_maximum - retained - excess,
            aggregating=aggregating,
            employer_share=employer_share,
            over_maximum=(payable - reimbursable) + (total - within_maximum),
            reimbursable=reimbursable,
        )


def waterfalls(terms: SpecificTerms) -> tuple[Waterfall, Mapping[str, Waterfall]]:
    """Return the standard waterfall, and those of the lasered units."""
    maximum = None if terms.maximum is None else cents(terms.maximum)
    on_eligible = terms.maximum_on is MaximumOn.ELIGIBLE
    deductible = cents(terms.deductible)
    standard = Waterfall(
        deductible=deductible,
        laser=deductible,
        share=terms.share.as_integer_ratio(),
        share_first=terms.share_applies is ShareApplies.BEFORE_AGGREGATING,
        maximum=None if on_eligible else maximum,
        maximum_eligible=maximum if on_eligible else None,
    )
    return standard, {
        laser.unit: evolve(standard, laser=None if laser.deductible is None else cents(laser.deductible))
        for laser in terms.lasers
    }


@frozen(kw_only=True)
class SpecificRun:
    """
    Specific, computed for every unit.

    Args:
        terms: The terms that were applied.
        netted: The units' accounts under specific, and what the screen kept out.
        absorbed: What the ASD absorbed, cents by unit and payment; units without excess are not in it.
        excess_before: The excess of all units that came before each of those payments.
        standard, lasered: The waterfalls.
    """

    terms: SpecificTerms
    netted: Netted = field(repr=False)
    absorbed: Mapping[str, Sequence[int]] = field(repr=False)
    excess_before: Mapping[str, Sequence[int]] = field(repr=False)
    standard: Waterfall = field(repr=False)
    lasered: Mapping[str, Waterfall] = field(repr=False)

    def waterfall(self, unit: str) -> Waterfall:
        """Return the terms that apply to a unit."""
        return self.lasered.get(unit, self.standard)

    def lines(self, unit: str) -> Lines:
        """Return a unit's six lines over all of its payments; a unit without payments has six zeros."""
        account = self.netted.accounts.get(unit)
        if account is None:
            return NOTHING
        if self.only_retains(account):
            return Lines(account.total, 0, 0, 0, 0, 0)
        return self.waterfall(unit).lines(account.total, sum(self.absorbed.get(unit, ())))

    def only_retains(self, account: Account) -> bool:
        """Say whether every cent of the account is simply retained: nothing of it lies above the deductible."""
        return 0 <= account.total <= self.standard.deductible

    def split(self, account: Account) -> Iterator[Lines]:
        """Yield the six lines of each payment of an account, in order."""
        if self.only_retains(account):
            yield from (Lines(net, 0, 0, 0, 0, 0) for net in account.nets)
            return
        waterfall = self.waterfall(account.unit)
        absorbed = self.absorbed.get(account.unit) or [0] * len(account.nets)
        total = aggregating = 0
        before = NOTHING
        for net, taken in zip(account.nets, absorbed, strict=True):
            total += net
            aggregating += taken
            after = waterfall.lines(total, aggregating)
            yield after.less(before)
            before = after


def run_specific(terms: SpecificTerms, netted: Netted, order: Order) -> SpecificRun:
    """Apply the specific terms to every unit's account."""
    standard, lasered = waterfalls(terms)
    absorbed, excess_before = _absorb(netted.accounts, cents(terms.aggregating), standard, lasered, order)
    return SpecificRun(
        terms=terms,
        netted=netted,
        absorbed=absorbed,
        excess_before=excess_before,
        standard=standard,
        lasered=lasered,
    )


def _absorb(
    accounts: Mapping[str, Account],
    aggregating: int,
    standard: Waterfall,
    lasered: Mapping[str, Waterfall],
    order: Order,
) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Let the ASD absorb the earliest excess dollars, whoever's they are; return what it took and what ran before."""
    excesses: list[tuple[tuple[object, ...], str, int, int]] = []
    absorbed: dict[str, list[int]] = {}
    ran_before: dict[str, list[int]] = {}
    for unit, account in accounts.items():
        waterfall = lasered.get(unit, standard)
        if not (aggregating and waterfall.absorbable(account.total)):
            continue
        absorbed[unit] = [0] * len(account.nets)
        ran_before[unit] = [0] * len(account.nets)
        total = before = 0
        for position, net in enumerate(account.nets):
            total += net
            after = waterfall.absorbable(total)
            excesses.append((order(account.payments[position]), unit, position, after - before))
            before = after
    running = 0
    for _, unit, position, excess in sorted(excesses):
        absorbed[unit][position] = up_to(running + excess, aggregating) - up_to(running, aggregating)
        ran_before[unit][position] = running
        running += excess
    return absorbed, ran_before


def __dir__() -> list[str]:
    return __all__
