"""Netting: refunds and voids against what they undo, before any deductible.

A negative row that names a payment is folded into it.
Any other negative row undoes the unit's *latest earlier* payments first.
So a payment and its void leave every figure as if neither had happened,
and nobody's split is negative because of someone else's refund.

Example: 140 in February, 60 in April, a refund of 60 in May: 140, 0, 0.

What a unit's refunds take beyond all of its payments is carried as a negative remainder on its last negative row.

Run-in limit: of what was incurred before the effective date, the earliest dollars count up to the limit.

Source: "recoveries and adjustments" of policy forms; see ``docs/clauses.md``, netting.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate

from attrs import frozen

from stoploss.basis import DollarLimit
from stoploss.eligibility import Order, Screened
from stoploss.facts import Payment
from stoploss.layer import up_to
from stoploss.money import cents
from stoploss.words import LimitPer

__all__ = ["Account", "Netted", "net", "net_by_unit"]


@frozen(kw_only=True)
class Account:
    """
    One unit's eligible payments under one coverage, and what each comes to after netting.

    Args:
        unit: The member or family.
        arrived: Its eligible payments, in the order of arrival.
        order: The order in which payments consume the deductible.
        total: Eligible cents, below 0 where refunds exceed payments.
        netted: Cents of each payment, in order, where netting or a run-in limit changed any.
        over_run_in_limit: Cents that the run-in limit cut from each, in order; empty where it cut nothing.
    """

    unit: str
    arrived: Sequence[Payment]
    order: Order
    total: int
    netted: Sequence[int] | None = None
    over_run_in_limit: Sequence[int] = ()

    def __repr__(self) -> str:
        return f"Account({len(self.arrived)} payments)"

    @property
    def plain(self) -> bool:
        """Whether every payment counts as it was reported: nothing undone, nothing cut."""
        return self.netted is None

    @cached_property
    def payments(self) -> Sequence[Payment]:
        """The payments in the order in which they consume the deductible."""
        return sorted(self.arrived, key=self.order)

    @cached_property
    def nets(self) -> Sequence[int]:
        """Cents of each payment after netting and the run-in limit, in order; only a remainder is negative."""
        return [payment.cents for payment in self.payments] if self.netted is None else self.netted


@frozen(kw_only=True)
class Netted:
    """
    Every payment's place under one coverage: in a unit's account, or excluded with its reason.

    Args:
        accounts: By unit.
        screened: What the screen let in, and what it kept out.
    """

    accounts: Mapping[str, Account]
    screened: Screened

    def __repr__(self) -> str:
        return f"Netted({len(self.accounts)} units)"


def net(payments: Sequence[Payment]) -> list[int]:
    """Return what each of a unit's eligible payments comes to, in cents; *payments* are in order."""
    undone: dict[str, int] = {}
    for payment in payments:
        if payment.undoes and payment.adjusts is not None:
            undone[payment.adjusts] = undone.get(payment.adjusts, 0) + payment.cents
    own = [0 if payment.undoes else payment.cents + undone.get(payment.id, 0) for payment in payments]
    return own if min(own) >= 0 else _latest_earlier_first(own)


def _latest_earlier_first(own: Sequence[int]) -> list[int]:
    """Let each negative row undo the latest payments before it: of a payment remains what no later row takes."""
    totals = list(accumulate(own))
    least_from_here_on = list(accumulate(reversed(totals), min))[::-1]
    nets: list[int] = []
    before = 0
    for least in least_from_here_on:
        after = max(0, least)
        nets.append(after - before)
        before = after
    if totals[-1] < 0:
        last_negative = max(position for position, cents in enumerate(own) if cents < 0)
        nets[last_negative] = totals[-1]
    return nets


def net_by_unit(
    screened: Screened,
    reported: Mapping[str, Payment],
    *,
    unit_of: Callable[[Payment], str],
    order: Order,
    limit: DollarLimit | None,
    effective: dt.date,
) -> Netted:
    """
    Net all eligible payments of one coverage, unit by unit; an undoing row belongs to its payment's unit.

    Args:
        screened: What the coverage's screen let in.
        reported: All reported payments by id.
        unit_of: Names a payment's unit.
        order: The order in which payments consume the deductible.
        limit: The coverage's run-in limit.
        effective: What was incurred before it is run-in.
    """
    arrived: defaultdict[str, list[Payment]] = defaultdict(list)
    totals: defaultdict[str, int] = defaultdict(int)
    nets: dict[str, list[int]] = {}
    for payment in screened.eligible:
        amount = payment.cents
        unit = unit_of(payment)
        if amount < 0:
            if payment.adjusts is not None:
                unit = unit_of(reported[payment.adjusts])
            nets[unit] = []
        arrived[unit].append(payment)
        totals[unit] += amount
    for unit in nets:
        nets[unit] = net(sorted(arrived[unit], key=order))
    over = _over_limit(arrived, nets, limit, effective=effective, order=order) if limit else {}
    accounts = {
        unit: Account(
            unit=unit,
            arrived=payments,
            order=order,
            total=totals[unit] - sum(over.get(unit, ())),
            netted=nets.get(unit),
            over_run_in_limit=over.get(unit, ()),
        )
        for unit, payments in arrived.items()
    }
    return Netted(accounts=accounts, screened=screened)


def _over_limit(
    arrived: Mapping[str, Sequence[Payment]],
    nets: dict[str, list[int]],
    limit: DollarLimit,
    *,
    effective: dt.date,
    order: Order,
) -> dict[str, list[int]]:
    """Take what is over the run-in limit out of *nets*, and return it by unit, payment by payment."""
    run_in: list[tuple[object, str, int]] = []
    for unit, payments in arrived.items():
        if any(payment.incurred_on < effective for payment in payments):
            in_order = sorted(payments, key=order)
            nets.setdefault(unit, [payment.cents for payment in in_order])
            run_in += [
                (order(payment), unit, position)
                for position, payment in enumerate(in_order)
                if payment.incurred_on < effective and nets[unit][position] > 0
            ]
    running: dict[str, int] = {}
    over: dict[str, list[int]] = {}
    for _, unit, position in sorted(run_in):
        whose = unit if limit.per is LimitPer.MEMBER else ""
        before = running.get(whose, 0)
        running[whose] = before + nets[unit][position]
        counts = up_to(running[whose], cents(limit.amount)) - up_to(before, cents(limit.amount))
        if counts < nets[unit][position]:
            cut = over.setdefault(unit, [0] * len(nets[unit]))
            cut[position] = nets[unit][position] - counts
            nets[unit][position] = counts
    return over


def __dir__() -> list[str]:
    return __all__
