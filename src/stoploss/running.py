"""Running totals: where each unit stands under one coverage, one payment after the other.

Sums only: a unit's total, what a run-in limit cut of it, how far that limit is filled.

The latest payment adds to its unit's total.
A row that undoes a payment, or a refund that leaves something of the total, is itself worth nothing; it lowers what
the payments before it come to.

Order matters only where something is taken: up to the deductible, or the loss limit, every payment counts whole,
whenever it comes.
Above it, one that belongs before others changes what became of *them*.

Example: 140 in February, 60 in April, a refund of 60 in May: the unit stands at 140, and its next 10 are its last 10.

Source: ``docs/clauses.md``, netting and ledger.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from attrs import define, frozen

from stoploss.aggregate_terms import AggregateTerms
from stoploss.basis import Windows
from stoploss.eligibility import Order, Reason, screen_of
from stoploss.facts import Benefit, Coverage, Payment, Status
from stoploss.layer import up_to
from stoploss.money import cents
from stoploss.netting import Account, Netted
from stoploss.policy import Policy
from stoploss.specific_terms import SpecificTerms
from stoploss.window import Window
from stoploss.words import LimitPer

__all__ = ["FIRST", "Key", "Ordinary", "Running", "RunningTotals", "Taken"]

Key: TypeAlias = tuple[object, ...]
"""A payment's place in the order in which payments consume the deductible."""

FIRST: Key = ()
"""Comes before every payment."""

_PAID = Status.PAID


class Taken(NamedTuple):
    """
    What one payment does to its unit's running total, in cents.

    A named tuple rather than an attrs class because one is made for every payment.
    """

    before: int
    after: int
    over_run_in_limit: int


@frozen(kw_only=True)
class Ordinary:
    """
    What a payment looks like that is eligible at first sight, and no run-in where that is limited.

    One that does not look like this may be eligible all the same; that is for :class:`Screen` to say.
    """

    covers: tuple[Benefit, ...]
    incurred_first: dt.date
    incurred_last: dt.date
    paid_first: dt.date
    paid_last: dt.date

    @classmethod
    def under(cls, policy: Policy, coverages: Sequence[tuple[SpecificTerms | AggregateTerms, Windows]]) -> Ordinary:
        """Return what is ordinary under some coverages, given by their terms and windows, at the same time."""
        incurred = [windows.incurred for _, windows in coverages]
        if any(terms.basis.run_in_limit for terms, _ in coverages):
            incurred.append(Window(first=policy.period.effective))
        paid = [windows.paid for _, windows in coverages]
        return cls(
            covers=tuple(benefit for benefit in Benefit if all(benefit in terms.covers for terms, _ in coverages)),
            incurred_first=max(window.first for window in incurred),
            incurred_last=min(window.last or dt.date.max for window in incurred),
            paid_first=max(window.first for window in paid),
            paid_last=min(window.last or dt.date.max for window in paid),
        )

    def holds(self, payment: Payment) -> bool:
        """Say whether a payment looks ordinary."""
        return (
            payment.cents >= 0
            and payment.status is _PAID
            and payment.paid_on is not None
            and self.paid_first <= payment.paid_on <= self.paid_last
            and self.incurred_first <= payment.incurred_on <= self.incurred_last
            and payment.benefit in self.covers
        )


# Mutable, as the ledger is: this is its running state, and nobody else's.
@define
class Running:
    """One unit under one coverage; amounts in cents."""

    same_up_to: int
    """Up to this total a payment's part is the same in whatever order payments come: the deductible, the loss limit."""
    total: int = 0
    """Of all eligible rows; below 0 where refunds exceed payments."""
    over_run_in_limit: int = 0
    run_in: int = 0
    """What was incurred before the effective date, cut or not; only kept where there is a limit."""
    absorbed: int = 0
    """By the ASD."""
    refunded: bool = False
    """Whether a negative row that names no payment is among its rows."""
    latest: Key = FIRST
    """Of all its rows but those that undo a payment."""

    def clear(self) -> None:
        """Go back to where a unit stands before its first payment."""
        self.total = self.over_run_in_limit = self.run_in = self.absorbed = 0
        self.refunded = False
        self.latest = FIRST

    def now(self) -> int:
        """Return the running total after netting and the run-in limit, as the next payment finds it."""
        return max(0, self.total) - self.over_run_in_limit


class RunningTotals:
    """
    All units under one coverage.

    Args:
        policy: The policy.
        coverage, terms, windows: The coverage and what applies to it.
        same_up_to: See :class:`Running`, by unit.
    """

    __slots__ = (
        "_effective",
        "_limit",
        "_ordinary",
        "_per_policy",
        "_run_in",
        "_run_in_latest",
        "_same_up_to",
        "_screen",
        "tied",
        "units",
    )

    def __init__(
        self,
        policy: Policy,
        coverage: Coverage,
        terms: SpecificTerms | AggregateTerms,
        windows: Windows,
        same_up_to: Callable[[str], int],
    ) -> None:
        limit = terms.basis.run_in_limit
        self._screen: Final = screen_of(policy, coverage)
        self._ordinary: Final = Ordinary.under(policy, [(terms, windows)])
        self.units: Final[dict[str, Running]] = {}
        self.tied: Final[set[str]] = set()
        """Units that share a run-in limit: what happens to one may change the others."""
        self._same_up_to: Final = same_up_to
        self._effective: Final = policy.period.effective
        self._limit: Final = None if limit is None else cents(limit.amount)
        self._per_policy: Final = limit is not None and limit.per is LimitPer.POLICY
        self._run_in = 0
        self._run_in_latest = FIRST

    def reason(self, payment: Payment, reported: Mapping[str, Payment]) -> Reason | None:
        """Return the first reason why *payment* does not count; see :meth:`Screen.reason`."""
        return None if self._ordinary.holds(payment) else self._screen.reason(payment, reported)

    def unit(self, name: str) -> Running:
        """Return where a unit stands: at nothing before its first payment."""
        unit = self.units.get(name)
        if unit is None:
            unit = self.units[name] = Running(self._same_up_to(name))
        return unit

    def take(self, payment: Payment, name: str, key: Key) -> Taken | None:
        """
        Add an eligible payment to its unit; ``None`` where it changes what became of other payments, or may do so.

        Then where units stand has to be read from a settlement.
        """
        unit = self.unit(name)
        if payment.cents < 0:
            return self._take_back(payment, unit, key)
        before = unit.now()
        unit.total += payment.cents
        after = unit.now()
        over = 0
        if self._limit is not None and payment.incurred_on < self._effective and after > before:
            over = self._over_run_in_limit(name, unit, after - before, self._limit)
            if over and key < (self._run_in_latest if self._per_policy else unit.latest):
                return None
            self._run_in_latest = max(self._run_in_latest, key)
            unit.over_run_in_limit += over
            after -= over
        if key > unit.latest:
            unit.latest = key
        elif unit.refunded or after > unit.same_up_to:
            return None
        return Taken(before, after, over)

    def _take_back(self, payment: Payment, unit: Running, key: Key) -> Taken | None:
        """Lower a unit's total; of the negative row itself, if it is a refund, remains what lies below 0."""
        if unit.run_in:
            return None
        unit.total += payment.cents
        if payment.adjusts is not None:
            return Taken(0, 0, 0)
        if key < unit.latest:
            return None
        unit.latest = key
        unit.refunded = True
        return Taken(0, min(unit.total, 0), 0)

    def _over_run_in_limit(self, name: str, unit: Running, net: int, limit: int) -> int:
        """Return what the run-in limit cuts from a unit's next cents."""
        before = self._run_in if self._per_policy else unit.run_in
        unit.run_in += net
        if self._per_policy:
            self._run_in += net
            self.tied.add(name)
        return net - (up_to(before + net, limit) - up_to(before, limit))

    def restate(self, netted: Netted, names: Collection[str], order: Order) -> None:
        """Read where units stand from a settlement that holds all facts of *names*, every tied unit among them."""
        for name in {*names, *netted.accounts}:
            self._restate_unit(self.unit(name), netted.accounts.get(name), order)
        if self._per_policy:
            self.tied.clear()
            self.tied.update(name for name in netted.accounts if self.units[name].run_in)
            self._run_in = sum(self.units[name].run_in for name in self.tied)
            self._run_in_latest = max((self.units[name].latest for name in self.tied), default=FIRST)

    def _restate_unit(self, unit: Running, account: Account | None, order: Order) -> None:
        unit.clear()
        if account is None:
            return
        lasting = account.arrived
        unit.total = account.total
        if not account.plain:
            lasting = [payment for payment in account.arrived if not payment.undoes]
            unit.over_run_in_limit = sum(account.cuts.get(Reason.OVER_RUN_IN_LIMIT, ()))
            unit.total += unit.over_run_in_limit
            unit.refunded = any(payment.cents < 0 for payment in lasting)
        unit.latest = max(map(order, lasting))
        if self._limit is not None:
            over = account.cuts.get(Reason.OVER_RUN_IN_LIMIT) or [0] * len(account.nets)
            unit.run_in = sum(
                max(0, net + cut)
                for payment, net, cut in zip(account.payments, account.nets, over, strict=True)
                if payment.incurred_on < self._effective
            )


def __dir__() -> list[str]:
    return __all__
