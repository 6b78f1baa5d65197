"""Standing: what the ledger keeps, so that a payment costs a few steps and not a replay of the year.

A payment's lines are the lines of its unit's running total after it, less those before it.
Kept are the running totals of both coverages, what the ASD absorbed of each, and how far it is filled.

Where a payment changes what became of others, units are settled again, and where they stand is read from that.
Without an ASD or a run-in limit of the whole policy that is the payment's own unit; else all that they tie together.
While the ASD is not full it absorbs every excess dollar, so that order does not matter there either.

Example: a unit stands at 140 over a deductible of 100, and the ASD of 50 has absorbed 40; of the next 30 it absorbs 10,
and 20 are reimbursable.

Source: ``docs/clauses.md``, specific, aggregate and ledger.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from stoploss.aggregate_terms import AggregateTerms
from stoploss.basis import Windows
from stoploss.counting import counts, cut_let_in, loss_limit
from stoploss.eligibility import Reason, Screened, in_order, unit_of
from stoploss.facts import Coverage, Payment
from stoploss.layer import up_to
from stoploss.money import LARGEST_CENTS, ZERO, cents
from stoploss.netting import Netted
from stoploss.policy import Policy
from stoploss.running import FIRST, Key, Ordinary, Running, RunningTotals, Taken
from stoploss.settlement import Settlement
from stoploss.specific import SpecificRun, run_specific
from stoploss.specific_terms import SpecificTerms
from stoploss.splits import AggregatePart, SpecificPart, Split, split_of
from stoploss.waterfall import NOTHING, Lines

__all__ = ["Standing"]


class _Specific:
    """Where every unit stands under specific."""

    __slots__ = ("_aggregating", "_excess", "_excess_latest", "_excess_units", "_order", "run", "totals")

    def __init__(self, policy: Policy, terms: SpecificTerms, windows: Windows) -> None:
        self._order: Final = in_order(policy)
        nothing = Netted(accounts={}, screened=Screened(eligible=(), excluded={}))
        self.run: Final = run_specific(policy, terms, nothing, self._order)
        """Specific before the first payment: what applies to each unit."""
        deductible = self.run.deductible
        self.totals: Final = RunningTotals(policy, Coverage.SPECIFIC, terms, windows, lambda _: deductible)
        self._aggregating: Final = cents(terms.aggregating)
        self._excess = 0
        """Of all units together; only kept where there is an ASD."""
        self._excess_latest = FIRST
        self._excess_units: Final[set[str]] = set()

    @property
    def tied(self) -> set[str]:
        """Units that one payment may change together."""
        return self._excess_units | self.totals.tied

    def take(self, payment: Payment, name: str, key: Key) -> tuple[SpecificPart, int] | None:
        """Return what specific makes of an eligible payment, and what the run-in limit cut; ``None``: settle again."""
        if payment.cents < 0 and name in self._excess_units and self._excess > self._aggregating:
            return None
        unit = self.totals.unit(name)
        stood = unit.now()
        taken = self.totals.take(payment, name, key)
        if taken is None:
            return None
        lines = Lines(taken.after - taken.before, 0, 0, 0, 0, 0)
        if max(stood, taken.after) > unit.same_up_to:
            waterfall = self.run.waterfall(name)
            absorbed = self._absorb(waterfall.absorbable(unit.now()) - waterfall.absorbable(stood), name, key)
            if absorbed is None:
                return None
            earlier, unit.absorbed = unit.absorbed, unit.absorbed + absorbed
            if payment.cents >= 0:
                lines = waterfall.lines(taken.after, unit.absorbed).less(waterfall.lines(taken.before, earlier))
        return SpecificPart(lines, _cut(taken)), taken.over_run_in_limit

    def _absorb(self, excess: int, name: str, key: Key) -> int | None:
        """Return what the ASD takes of a unit's next excess; ``None`` where other excess comes before it."""
        if not (self._aggregating and excess):
            return 0
        self._excess_units.add(name)
        before, self._excess = self._excess, self._excess + excess
        if self._excess > self._aggregating and key < self._excess_latest:
            return None
        self._excess_latest = max(self._excess_latest, key)
        return up_to(self._excess, self._aggregating) - up_to(before, self._aggregating)

    def restate(self, run: SpecificRun, names: Collection[str]) -> None:
        """Read where units stand from a settlement that holds all facts of *names*, every tied unit among them."""
        self.totals.restate(run.netted, names, self._order)
        offered = {
            name: passage for name, passage in run.passages.items() if self._aggregating and any(passage.offered)
        }
        for name, passage in offered.items():
            self.totals.units[name].absorbed = sum(passage.absorbed)
        self._excess_units.clear()
        self._excess_units.update(offered)
        self._excess = sum(sum(passage.offered) for passage in offered.values())
        self._excess_latest = max((self.totals.units[name].latest for name in offered), default=FIRST)


class _Aggregate:
    """Where every unit stands under the aggregate."""

    __slots__ = ("_order", "_terms", "totals")

    def __init__(self, policy: Policy, terms: AggregateTerms, windows: Windows, specific: SpecificRun | None) -> None:
        def limit(unit: str) -> int:
            most = loss_limit(terms, specific, unit).amount
            return LARGEST_CENTS if most is None else most

        self._order: Final = in_order(policy)
        self._terms: Final = terms
        self.totals: Final = RunningTotals(policy, Coverage.AGGREGATE, terms, windows, limit)

    @property
    def tied(self) -> set[str]:
        """Units that one payment may change together."""
        return self.totals.tied

    def take(
        self, payment: Payment, name: str, key: Key, *, lines: Lines | None, over_run_in_limit: int
    ) -> AggregatePart | None:
        """
        Return what the aggregate makes of an eligible payment; ``None`` as ``Standing.take``.

        Args:
            payment, name, key: The payment, its unit, and its place in the order.
            lines: What specific makes of it; ``None`` where specific screens it out.
            over_run_in_limit: What specific's run-in limit cut from it.
        """
        taken = self.totals.take(payment, name, key)
        if taken is None:
            return None
        net = taken.after - taken.before
        limit = self.totals.unit(name).same_up_to
        within_limit = up_to(taken.after, limit) - up_to(taken.before, limit)
        cut = cut_let_in(over_run_in_limit, net, sum(lines or NOTHING))
        return AggregatePart(net, counts(self._terms, net, within_limit, lines, cut), _cut(taken))

    def restate(self, netted: Netted, names: Collection[str]) -> None:
        """Read where units stand from a settlement that holds all facts of *names*, every tied unit among them."""
        self.totals.restate(netted, names, self._order)


class Standing:
    """Where every unit stands under both coverages; mutable, and the ledger's own."""

    __slots__ = (
        "_aggregate",
        "_effective",
        "_limited",
        "_order",
        "_ordinary",
        "_running",
        "_specific",
        "_totals",
        "_unit_of",
    )

    def __init__(self, policy: Policy) -> None:
        self._order: Final = in_order(policy)
        self._unit_of: Final = unit_of(policy)
        specific = aggregate = None
        if policy.specific is not None and policy.specific_windows is not None:
            specific = _Specific(policy, policy.specific, policy.specific_windows)
        if policy.aggregate is not None and policy.aggregate_windows is not None:
            run = None if specific is None else specific.run
            aggregate = _Aggregate(policy, policy.aggregate, policy.aggregate_windows, run)
        self._specific: Final = specific
        self._aggregate: Final = aggregate
        self._effective: Final = policy.period.effective
        every = ((policy.specific, policy.specific_windows), (policy.aggregate, policy.aggregate_windows))
        applied = [(terms, windows) for terms, windows in every if terms is not None and windows is not None]
        self._ordinary: Final = Ordinary.under(policy, applied)
        self._limited: Final = any(terms.basis.run_in_limit for terms, _ in applied)
        self._running: Final[dict[str, tuple[Running, ...]]] = {}
        """Where a unit stands under each coverage: looked up at once."""
        self._totals: Final = tuple(coverage.totals for coverage in (specific, aggregate) if coverage)

    def take(self, payment: Payment, reported: Mapping[str, Payment]) -> Split | None:
        """
        Add a payment, and return what becomes of it.

        Args:
            payment: One that no recorded row undoes already.
            reported: All recorded payments by id, this one among them.

        Returns:
            ``None`` where it changes what became of other payments, or may do so;
            then its unit has to be settled again with all that are tied, and restated.
        """
        key = self._order(payment)
        specific_reason = aggregate_reason = None
        if not self._ordinary.holds(payment):
            if self._specific is not None:
                specific_reason = self._specific.totals.reason(payment, reported)
            if self._aggregate is not None:
                aggregate_reason = self._aggregate.totals.reason(payment, reported)
        if payment.cents >= 0 and not (self._limited and payment.incurred_on < self._effective):
            split = self._whole(payment, key, specific_reason, aggregate_reason)
            if split is not None:
                return split
        owner = payment
        if payment.cents < 0 and payment.adjusts is not None:
            owner = reported.get(payment.adjusts, payment)
        return self._part(payment, self._unit_of(owner), key, specific_reason, aggregate_reason)

    def _whole(self, payment: Payment, key: Key, specific: Reason | None, aggregate: Reason | None) -> Split | None:
        """
        Return the split of a payment that each coverage counts whole or not at all; ``None`` for any other.

        The short way for almost all payments, several times as fast (``benchmarks/record.py``).
        """
        cents, name = payment.cents, self._unit_of(payment)
        units = self._running.get(name)
        if units is None:
            units = self._running[name] = tuple(totals.unit(name) for totals in self._totals)
        if specific or aggregate:
            units = self._eligible(name, specific, aggregate)
        for unit in units:
            if unit.total < 0 or unit.total + cents > unit.same_up_to + unit.over_run_in_limit:
                return None
            if unit.refunded and key < unit.latest:
                return None
        for unit in units:
            unit.total += cents
            if key > unit.latest:  # noqa: PLR1730  # a call of max would cost more than all the rest
                unit.latest = key
        amount = payment.amount
        nothing = ZERO if self._specific else None
        retained = amount if self._specific and not specific else nothing
        counted = (ZERO if aggregate else amount) if self._aggregate else None
        return Split(
            payment.id,
            name,
            retained,
            retained,
            nothing,
            nothing,
            nothing,
            nothing,
            nothing,
            specific,
            counted,
            counted,
            aggregate,
        )

    def _eligible(self, name: str, specific: Reason | None, aggregate: Reason | None) -> tuple[Running, ...]:
        """Return where a unit stands under the coverages that have no reason against a payment."""
        coverages = ((self._specific, specific), (self._aggregate, aggregate))
        return tuple(coverage.totals.unit(name) for coverage, reason in coverages if coverage and not reason)

    def _part(
        self, payment: Payment, name: str, key: Key, specific_reason: Reason | None, aggregate_reason: Reason | None
    ) -> Split | None:
        """Return the split of any payment, by the lines before and after it."""
        specific = aggregate = lines = None
        over = 0
        if specific_reason is not None:
            specific = SpecificPart(NOTHING, specific_reason)
        elif self._specific is not None:
            taken = self._specific.take(payment, name, key)
            if taken is None:
                return None
            specific, over = taken
            lines = specific.lines
        if aggregate_reason is not None:
            aggregate = AggregatePart(0, 0, aggregate_reason)
        elif self._aggregate is not None:
            aggregate = self._aggregate.take(payment, name, key, lines=lines, over_run_in_limit=over)
            if aggregate is None:
                return None
        return split_of(payment.id, name, specific, aggregate)

    @property
    def tied(self) -> set[str]:
        """The units that one payment may change together: through the ASD, or a run-in limit of the whole policy."""
        tied: set[str] = set()
        for coverage in (self._specific, self._aggregate):
            if coverage is not None:
                tied |= coverage.tied
        return tied

    def restate(self, settlement: Settlement, units: Collection[str]) -> None:
        """
        Read where units stand from a settlement.

        Args:
            settlement: Of all facts of *units*.
            units: One, and all that are tied; or none, for a settlement of everything that was recorded.
        """
        if self._specific is not None and settlement.specific is not None:
            self._specific.restate(settlement.specific, units)
        if self._aggregate is not None and settlement.aggregate is not None:
            self._aggregate.restate(settlement.aggregate.netted, units)


def _cut(taken: Taken) -> Reason | None:
    return Reason.OVER_RUN_IN_LIMIT if taken.over_run_in_limit else None


def __dir__() -> list[str]:
    return __all__
