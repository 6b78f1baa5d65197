"""Specific stop-loss: what one unit costs above its deductible.

A unit's eligible payments are added up over the contract basis.
The employer retains the total up to the deductible, and, for a lasered unit, on up to the laser.
What lies above is *excess*.
What several share comes next: an accident's or a family's deductible, or a laser fund, keeps the earliest dollars of
them all up to its limit, and what it does not keep is excess too.
The excess of **all** units, in the order of payment, first fills the aggregating specific deductible (ASD).
Of the rest the carrier reimburses its share, up to inner maxima and the maximum.

Example: 180,000 for one member over a deductible of 100,000 is an excess of 80,000; an ASD of 50,000 absorbs the first
of it; of the remaining 30,000 a share of 90 % is 27,000, reimbursable; the employer's share is 3,000.

Every line is a part of running totals, and what one payment adds to a line is the line after it less the line before
it. So the parts always add up, and only totals are ever rounded.

Source: "Specific Benefit" of policy forms (SL-2001: losses less the deductible, times the percentage, subject to the
maximum); see ``docs/clauses.md``, specific.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from attrs import evolve, field, frozen

from stoploss.eligibility import Order
from stoploss.layer import in_turn, up_to
from stoploss.limits import Limit, reimbursement_limits_of
from stoploss.money import cents
from stoploss.netting import Account, Netted
from stoploss.passage import Passage, along, enter
from stoploss.policy import Policy
from stoploss.pools import Pool, pools_of
from stoploss.recoveries import give_back
from stoploss.specific_terms import SpecificTerms
from stoploss.waterfall import NOTHING, Lines, Waterfall, Waterfalls, added, waterfalls

__all__ = ["SpecificRun", "run_specific"]

Passages: TypeAlias = Mapping[str, Passage]
Columns: TypeAlias = Mapping[str, Sequence[int]]
"""Cents of each payment, by unit."""


@frozen(kw_only=True)
class SpecificRun:
    """
    Specific, computed for every unit.

    Args:
        policy, terms: The policy, and the terms that were applied.
        netted: The units' accounts under specific, and what the screen kept out.
        waterfalls: What applies to each unit.
        pools: What several units share.
        limits: Inner maxima on the reimbursement.
        passages: The way of each unit's payments through its waterfall; a unit that only retains has none.
    """

    policy: Policy = field(repr=False)
    terms: SpecificTerms
    netted: Netted = field(repr=False)
    waterfalls: Waterfalls = field(repr=False)
    pools: Sequence[Pool] = field(repr=False)
    limits: Sequence[Limit] = field(repr=False)
    passages: Passages = field(repr=False)

    @property
    def deductible(self) -> int:
        """The standard deductible as it applies, in cents."""
        return self.waterfalls.standard.deductible

    def waterfall(self, unit: str) -> Waterfall:
        """Return the terms that apply to a unit."""
        return self.waterfalls.of(unit)

    def lines(self, unit: str) -> Lines:
        """Return a unit's six lines over all of its payments; a unit without payments has six zeros."""
        account = self.netted.accounts.get(unit)
        if account is None:
            return NOTHING
        passage = self.passages.get(unit)
        if passage is None:
            return Lines(account.total, 0, 0, 0, 0, 0)
        return added((*passage.lines, *passage.recovered))

    def passage(self, unit: str) -> Passage:
        """Return the way of a unit's payments through its waterfall, be it that all of them are simply retained."""
        passage = self.passages.get(unit)
        if passage is not None:
            return passage
        account = self.netted.accounts.get(unit) or Account.empty(unit)
        nothing = [0] * len(account.nets)
        entered = enter(account, self.waterfall(unit)).after_asd(nothing, nothing)
        return evolve(entered, reimbursable=nothing, over_limits=(nothing,) * len(self.limits)).closed()

    def split(self, account: Account) -> Iterator[Lines]:
        """Yield the six lines of each payment of an account, in order."""
        passage = self.passages.get(account.unit)
        if passage is None:
            yield from (Lines(net, 0, 0, 0, 0, 0) for net in account.nets)
        else:
            yield from passage.lines

    def recovered(self, account: Account) -> Sequence[Lines]:
        """Return the six lines of each recovery that was set aside, in order; none is above 0."""
        passage = self.passages.get(account.unit)
        return passage.recovered if passage else ()


def run_specific(policy: Policy, terms: SpecificTerms, netted: Netted, order: Order) -> SpecificRun:
    """
    Apply the specific terms to every unit's account.

    Args:
        policy: The policy.
        terms: Its specific terms.
        netted: The units' accounts under specific.
        order: The order in which payments consume deductibles, pools and limits.
    """
    falls = waterfalls(policy, terms, netted)
    pools, limits = pools_of(terms, falls), reimbursement_limits_of(policy)
    passages: Passages = {
        unit: enter(account, falls.of(unit))
        for unit, account in netted.accounts.items()
        if not _only_retains(account, falls.standard, terms)
    }
    for pool in pools:
        passages = _share(passages, pool, order)
    passages = _absorb(passages, cents(terms.aggregating), order)
    for limit in limits:
        passages = _limit(passages, limit, order)
    passages = {unit: _reimburse(passage) for unit, passage in passages.items()}
    return SpecificRun(
        policy=policy,
        terms=terms,
        netted=netted,
        waterfalls=falls,
        pools=pools,
        limits=limits,
        passages={unit: give_back(passage, policy.recoveries) for unit, passage in passages.items()},
    )


def _only_retains(account: Account, standard: Waterfall, terms: SpecificTerms) -> bool:
    """Say whether every cent of an account is simply retained: nothing of it is above the deductible, or shared."""
    shares = terms.family_deductible is not None or terms.common_accident is not None
    return 0 <= account.total <= standard.deductible and not shares and not account.recovered


def _share(passages: Passages, pool: Pool, order: Order) -> Passages:
    """Let a pool keep the earliest dollars of its line, whoever's they are; what it does not keep is excess."""
    lines = {unit: pool.line_of(passage) for unit, passage in passages.items()}
    kept, _ = _in_turn(passages, lines, pool.whose, lambda _, total: up_to(total, pool.limit), order)
    return {unit: pool.relieved(passage, kept[unit]) for unit, passage in passages.items()}


def _absorb(passages: Passages, aggregating: int, order: Order) -> Passages:
    """Let the ASD absorb the earliest excess dollars, whoever's they are."""
    offered = {unit: passage.offered for unit, passage in passages.items()}
    if aggregating:
        absorbed, before = _in_turn(passages, offered, _everybody, lambda _, total: up_to(total, aggregating), order)
    else:
        absorbed = before = {unit: [0] * len(amounts) for unit, amounts in offered.items()}
    return {unit: passage.after_asd(absorbed[unit], before[unit]) for unit, passage in passages.items()}


def _limit(passages: Passages, limit: Limit, order: Order) -> Passages:
    """Hold what is payable to an inner maximum; what is over is the employer's."""

    def whose(passage: Passage, position: int) -> str | None:
        takes = limit.takes(passage.account.payments[position])
        return limit.whose(passage.account.unit) if takes else None

    payable = {unit: passage.payable for unit, passage in passages.items()}
    within, _ = _in_turn(passages, payable, whose, limit.most, order)
    return {unit: passage.limited(within[unit]) for unit, passage in passages.items()}


def _reimburse(passage: Passage) -> Passage:
    """Hold what is payable to the unit's maximum, and close the lines."""
    maximum = passage.waterfall.maximum
    reimbursable = along(passage.walk, passage.payable, lambda total: up_to(total, maximum))
    return evolve(passage, reimbursable=reimbursable).closed()


def _everybody(_passage: Passage, _position: int) -> str:
    return ""


def _in_turn(
    passages: Passages,
    amounts: Columns,
    whose: Callable[[Passage, int], str | None],
    most: Callable[[str, int], int],
    order: Order,
) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """
    Return what each amount adds to a part of a running total over units, and what it finds before it.

    Args:
        passages: The units' payments.
        amounts: Cents of each payment; what is not above 0 stays as it is.
        whose: Names whose running total a payment's amount belongs to; ``None``: to none, and it stays as it is.
        most: Returns the part of a running total.
        order: The order over all units.
    """
    places = sorted(
        (order(payment), unit, position, key)
        for unit, passage in passages.items()
        for position, payment in enumerate(passage.account.payments)
        if amounts[unit][position] > 0 and (key := whose(passage, position)) is not None
    )
    kept = {unit: list(row) for unit, row in amounts.items()}
    before = {unit: [0] * len(row) for unit, row in amounts.items()}
    rows = [(key, amounts[unit][position]) for _, unit, position, key in places]
    for (_, unit, position, _), (ran, keeps) in zip(places, in_turn(rows, most), strict=True):
        kept[unit][position], before[unit][position] = keeps, ran
    return kept, before


def __dir__() -> list[str]:
    return __all__
