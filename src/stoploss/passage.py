"""The passage of one unit's payments through its waterfall: cents of each payment, line by line.

Each column is what the payments add to a part of a running total, one after the other.
They are in the order of the account; the *walk* is the order in which they consume the unit's own deductible, which
differs only where a laser begins on a day that the order does not go by.

Source: ``docs/clauses.md``, specific.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Self

from attrs import evolve, field, frozen

from stoploss.netting import Account
from stoploss.waterfall import Lines, Waterfall

__all__ = ["Passage", "along", "enter"]


@frozen(kw_only=True)
class Passage:
    """
    One unit's payments, and what each has on every line.

    Args:
        account: The payments.
        waterfall: What applies to them.
        walk: Their positions, in the order in which they consume the unit's deductible.
        taken: Which of them the laser takes.
        within: What is looked at of each: up to a maximum on eligible claims.
        retained, laser: What the employer keeps of that, before pools and then after each.
        excess: What is left, pools included.
        unshared: What was retained, and what the laser kept, before pools.
        relieved: What each pool made excess, by its name.
        excluded: What pools did not keep, and a laser did.
        offered: What the ASD may absorb.
        absorbed: What it absorbed; *ran_before*: what of all units was offered before.
        left: What the share left to the employer.
        payable: What inner maxima, and then the maximum, are held against.
        shared: What was payable before any of them.
        over_limits: What each inner maximum took, in order.
        reimbursable: What the carrier owes.
        lines: The six lines of each payment.
        recovered: The six lines of each recovery that was set aside.
    """

    account: Account
    waterfall: Waterfall
    walk: Sequence[int] = field(repr=False)
    taken: Sequence[bool] = field(repr=False)
    within: Sequence[int] = field(repr=False)
    retained: Sequence[int] = field(repr=False)
    laser: Sequence[int] = field(repr=False)
    excess: Sequence[int] = field(repr=False)
    unshared: tuple[Sequence[int], Sequence[int]] = field(repr=False)
    relieved: Mapping[str, Sequence[int]] = field(default={}, repr=False)
    excluded: Sequence[int] = field(repr=False)
    absorbed: Sequence[int] = field(default=(), repr=False)
    ran_before: Sequence[int] = field(default=(), repr=False)
    left: Sequence[int] = field(default=(), repr=False)
    shared: Sequence[int] = field(default=(), repr=False)
    payable: Sequence[int] = field(default=(), repr=False)
    over_limits: tuple[Sequence[int], ...] = field(default=(), repr=False)
    reimbursable: Sequence[int] = field(default=(), repr=False)
    lines: Sequence[Lines] = field(default=(), repr=False)
    recovered: Sequence[Lines] = field(default=(), repr=False)

    @property
    def offered(self) -> Sequence[int]:
        """What the ASD may absorb of each payment: its excess, or the carrier's share of that."""
        return along(self.walk, self.excess, self.waterfall.shared) if self.waterfall.share_first else self.excess

    def after_asd(self, absorbed: Sequence[int], ran_before: Sequence[int]) -> Self:
        """Return the passage with what the ASD absorbed, and what the share then makes payable."""
        if self.waterfall.share_first:
            offered = self.offered
            payable = _less(offered, absorbed)
            left = _less(self.excess, offered)
        else:
            unabsorbed = _less(self.excess, absorbed)
            payable = along(self.walk, unabsorbed, self.waterfall.shared)
            left = _less(unabsorbed, payable)
        return evolve(self, absorbed=absorbed, ran_before=ran_before, left=left, shared=payable, payable=payable)

    def limited(self, payable: Sequence[int]) -> Self:
        """Return the passage with what an inner maximum left payable."""
        return evolve(self, payable=payable, over_limits=(*self.over_limits, _less(self.payable, payable)))

    def closed(self) -> Self:
        """Return the passage with the six lines of each payment."""
        columns = zip(
            self.account.nets,
            self.within,
            self.retained,
            self.laser,
            self.absorbed,
            self.left,
            self.shared,
            self.reimbursable,
            strict=True,
        )
        return evolve(
            self,
            lines=[
                Lines(retained, laser, absorbed, left, (net - within) + (shared - reimbursable), reimbursable)
                for net, within, retained, laser, absorbed, left, shared, reimbursable in columns
            ],
        )


def enter(account: Account, waterfall: Waterfall) -> Passage:
    """Return a unit's payments with what is retained of each, what the laser keeps, and what is excess."""
    taking = waterfall.taking
    taken = [taking is None or taking.takes(payment) for payment in account.payments]
    walk = list(range(len(taken)))
    if taking is not None and not taking.own_total:
        walk.sort(key=lambda position: taken[position])
    within = along(walk, account.nets, waterfall.within)
    retained = along(walk, within, waterfall.retained)
    excess = [0] * len(taken)
    apart = total = before = 0
    for position in walk:
        total += within[position]
        apart += 0 if taken[position] else within[position]
        after = waterfall.excess(apart, total - apart)
        excess[position] = after - before
        before = after
    laser = _less(_less(within, retained), excess)
    return Passage(
        account=account,
        waterfall=waterfall,
        walk=walk,
        taken=taken,
        within=within,
        retained=retained,
        laser=laser,
        excess=excess,
        unshared=(retained, laser),
        excluded=[0] * len(taken),
    )


def along(walk: Sequence[int], amounts: Sequence[int], most: Callable[[int], int]) -> list[int]:
    """
    Return what each amount adds to a part of their running total.

    >>> along([0, 1, 2], [60, 60, 60], lambda total: min(total, 100))
    [60, 40, 0]
    """
    added = [0] * len(amounts)
    total = before = 0
    for position in walk:
        total += amounts[position]
        after = most(total)
        added[position] = after - before
        before = after
    return added


def _less(amounts: Sequence[int], others: Sequence[int]) -> list[int]:
    return [amount - other for amount, other in zip(amounts, others, strict=True)]


def __dir__() -> list[str]:
    return __all__
