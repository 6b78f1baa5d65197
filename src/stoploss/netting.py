"""Netting: refunds and voids against what they undo, before any deductible; then the limits on what counts.

A negative row that names a payment is folded into it.
Any other negative row undoes the unit's *latest earlier* payments first.
So a payment and its void leave every figure as if neither had happened,
and nobody's split is negative because of someone else's refund.

Example: 140 in February, 60 in April, a refund of 60 in May: 140, 0, 0.

What a unit's refunds take beyond all of its payments is carried as a negative remainder on its last negative row.

A recovery that is not simply recomputed is set aside here: whose it is decides what it undoes.

Source: "recoveries and adjustments" of policy forms; see ``docs/clauses.md``, netting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from types import MappingProxyType

from attrs import evolve, field, frozen

from stoploss.eligibility import Order, Reason, Screened
from stoploss.facts import Payment, carries
from stoploss.layer import in_turn
from stoploss.limits import Limit
from stoploss.money import cents
from stoploss.riders import Recoveries
from stoploss.words import LegalCost

__all__ = ["Account", "Netted", "Recovered", "legal_costs", "net", "net_by_unit"]


RECOMPUTED = Recoveries()
"""How recoveries count where the policy says nothing."""


@frozen(kw_only=True)
class Recovered:
    """
    A recovery that was set aside.

    Args:
        payment: The negative row; one that names a payment, as paid no earlier than that.
        cents: What it gives back, above 0: its amount, less its legal cost where recoveries count net of it.
    """

    payment: Payment
    cents: int = field(repr=False)


@frozen(kw_only=True)
class Account:
    """
    One unit's eligible payments under one coverage, and what each comes to after netting.

    Args:
        unit: The member or family.
        arrived: Its eligible payments, in the order of arrival; what was set aside is not among them.
        order: The order in which payments consume the deductible.
        total: Eligible cents of these, below 0 where refunds exceed payments.
        netted: Cents of each payment, in order, where netting or a limit changed any.
        cuts: Cents that limits took from each, in order, by reason; empty where none took any.
        recovered: Recoveries that were set aside, in order.
    """

    unit: str
    arrived: Sequence[Payment]
    order: Order
    total: int
    netted: Sequence[int] | None = None
    cuts: Mapping[Reason, Sequence[int]] = {}
    recovered: Sequence[Recovered] = ()

    def __repr__(self) -> str:
        return f"Account({len(self.arrived)} payments)"

    @classmethod
    def empty(cls, unit: str) -> Account:
        """Return the account of a unit without payments."""
        return cls(unit=unit, arrived=(), order=lambda _payment: (), total=0)

    @property
    def plain(self) -> bool:
        """Whether every payment counts as it was reported: nothing undone, nothing cut, nothing set aside."""
        return self.netted is None and not self.recovered

    @property
    def eligible(self) -> int:
        """Eligible cents, recoveries included."""
        return self.total - sum(recovery.cents for recovery in self.recovered)

    @cached_property
    def payments(self) -> Sequence[Payment]:
        """The payments in the order in which they consume the deductible."""
        return sorted(self.arrived, key=self.order)

    @cached_property
    def nets(self) -> Sequence[int]:
        """Cents of each payment after netting and limits, in order; only a remainder is negative."""
        return [payment.cents for payment in self.payments] if self.netted is None else self.netted

    def cut(self, position: int) -> int:
        """Return what limits took from a payment, in cents."""
        return sum(amounts[position] for amounts in self.cuts.values())

    def reason(self, position: int) -> Reason | None:
        """Return the first limit that took something from a payment, if any did."""
        return next((reason for reason in Reason if reason in self.cuts and self.cuts[reason][position]), None)


@frozen(kw_only=True)
class Netted:
    """
    Every payment's place under one coverage: in a unit's account, or excluded with its reason.

    Args:
        accounts: By unit.
        screened: What the screen let in, and what it kept out.
        legal_costs: What recoveries cost to obtain and do not give back, in cents by id.
    """

    accounts: Mapping[str, Account]
    screened: Screened
    legal_costs: Mapping[str, int] = field(default={}, repr=False)

    def __repr__(self) -> str:
        return f"Netted({len(self.accounts)} units)"


def legal_costs(payments: Sequence[Payment], recoveries: Recoveries) -> dict[str, int]:
    """Return what the recoveries among *payments* cost to obtain, in cents by id, where they count net of that."""
    if recoveries.legal_cost is LegalCost.GROSS:
        return {}
    return {
        payment.id: cents(payment.legal_cost)
        for payment in payments
        if payment.legal_cost and carries(payment, recoveries.tag)
    }


def net(payments: Sequence[Payment], spared: Mapping[str, int] = MappingProxyType({})) -> list[int]:
    """
    Return what each of a unit's eligible payments comes to, in cents.

    Args:
        payments: In order.
        spared: By id, what of a negative row undoes nothing: its legal cost.
    """
    undone: dict[str, int] = {}
    for payment in payments:
        if payment.undoes and payment.adjusts is not None:
            amount = payment.cents + spared.get(payment.id, 0)
            undone[payment.adjusts] = undone.get(payment.adjusts, 0) + amount
    own = [
        0 if payment.undoes else payment.cents + undone.get(payment.id, 0) + spared.get(payment.id, 0)
        for payment in payments
    ]
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
    limits: Sequence[Limit] = (),
    recoveries: Recoveries = RECOMPUTED,
    set_aside: Collection[str] = (),
) -> Netted:
    """
    Net all eligible payments of one coverage, unit by unit; an undoing row belongs to its payment's unit.

    Args:
        screened: What the coverage's screen let in.
        reported: All reported payments by id.
        unit_of: Names a payment's unit.
        order: The order in which payments consume the deductible.
        limits: What limits the claims that count, in the order in which it does.
        recoveries: How recoveries count.
        set_aside: The ids of those that undo nothing here.
    """
    spared = legal_costs(screened.eligible, recoveries)
    arrived: defaultdict[str, list[Payment]] = defaultdict(list)
    totals: defaultdict[str, int] = defaultdict(int)
    nets: dict[str, list[int]] = {}
    recovered: defaultdict[str, list[Recovered]] = defaultdict(list)
    for payment in screened.eligible:
        amount = payment.cents
        unit = unit_of(payment)
        if amount < 0:
            amount += spared.get(payment.id, 0)
            if payment.adjusts is not None:
                unit = unit_of(reported[payment.adjusts])
            if payment.id in set_aside:
                recovered[unit].append(_recovered(payment, -amount, reported))
                continue
            nets[unit] = []
        arrived[unit].append(payment)
        totals[unit] += amount
    for unit in nets:
        nets[unit] = net(sorted(arrived[unit], key=order), spared)
    cuts = _cuts(arrived, nets, limits, order)
    accounts = {
        unit: Account(unit=unit, arrived=payments, order=order, total=totals[unit], netted=nets.get(unit))
        for unit, payments in arrived.items()
    }
    for unit, own in cuts.items():
        accounts[unit] = evolve(accounts[unit], cuts=own, total=totals[unit] - sum(map(sum, own.values())))
    for unit, aside in recovered.items():
        in_turn_of_all = sorted(aside, key=lambda each: order(each.payment))
        accounts[unit] = evolve(accounts.get(unit) or Account.empty(unit), order=order, recovered=in_turn_of_all)
    return Netted(accounts=accounts, screened=screened, legal_costs=spared)


def _recovered(payment: Payment, amount: int, reported: Mapping[str, Payment]) -> Recovered:
    adjusted = reported.get(payment.adjusts) if payment.adjusts is not None else None
    early = adjusted and adjusted.paid_on and payment.paid_on and payment.paid_on < adjusted.paid_on
    return Recovered(payment=evolve(payment, paid_on=adjusted.paid_on) if adjusted and early else payment, cents=amount)


def _cuts(
    arrived: Mapping[str, Sequence[Payment]], nets: dict[str, list[int]], limits: Sequence[Limit], order: Order
) -> dict[str, dict[Reason, list[int]]]:
    """Take what is over the limits out of *nets*, one after the other; return it by unit and reason, by payment."""
    cuts: dict[str, dict[Reason, list[int]]] = {}
    for limit in limits:
        rows: list[tuple[tuple[object, ...], str, int]] = []
        for unit, payments in arrived.items():
            if any(map(limit.takes, payments)):
                in_order = sorted(payments, key=order)
                nets.setdefault(unit, [payment.cents for payment in in_order])
                rows += [
                    (order(payment), unit, position)
                    for position, payment in enumerate(in_order)
                    if limit.takes(payment) and nets[unit][position] > 0
                ]
        rows.sort()
        amounts = [(limit.whose(unit), nets[unit][position]) for _, unit, position in rows]
        for (_, unit, position), (_, counts) in zip(rows, in_turn(amounts, limit.most), strict=True):
            over = nets[unit][position] - counts
            if over:
                own = cuts.setdefault(unit, {}).setdefault(limit.reason, [0] * len(nets[unit]))
                own[position] += over
                nets[unit][position] = counts
    return cuts


def __dir__() -> list[str]:
    return __all__
