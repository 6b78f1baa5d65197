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
from collections.abc import Mapping, Sequence
from itertools import accumulate

from attrs import field, frozen

from stoploss.basis import LimitPer, RunInLimit
from stoploss.eligibility import Order, Reason, Screen
from stoploss.facts import Payment
from stoploss.layer import up_to
from stoploss.money import cents

__all__ = ["Account", "Netted", "net", "net_by_unit"]


@frozen(kw_only=True)
class Account:
    """
    One unit's eligible payments under one coverage, in order, with what each comes to after netting.

    Args:
        unit: The member or family.
        payments: In the order in which they consume the deductible.
        nets: Cents of each after netting and the run-in limit; only a remainder is negative.
        over_run_in_limit: Cents that the run-in limit cut from each; empty where it cut nothing.
        plain: Whether every payment counts as it was reported: nothing undone, nothing cut.
    """

    unit: str
    payments: Sequence[Payment]
    nets: Sequence[int]
    over_run_in_limit: Sequence[int] = ()
    plain: bool
    total: int = field(init=False)
    """Eligible cents, below 0 where refunds exceed payments."""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "total", sum(self.nets))

    def __repr__(self) -> str:
        return f"Account({len(self.payments)} payments)"


@frozen(kw_only=True)
class Netted:
    """
    Every payment's place under one coverage: in a unit's account, or excluded with its reason.

    Args:
        accounts: By unit.
        excluded: What the screen kept out.
    """

    accounts: Mapping[str, Account]
    excluded: Sequence[tuple[Payment, Reason]]

    def __repr__(self) -> str:
        return f"Netted({len(self.accounts)} units, {len(self.excluded)} excluded)"


def net(payments: Sequence[Payment]) -> list[int]:
    """Return what each of a unit's eligible payments comes to, in cents; *payments* are in order."""
    undone: dict[str, int] = {}
    for payment in payments:
        if payment.undoes and payment.adjusts is not None:
            undone[payment.adjusts] = undone.get(payment.adjusts, 0) + payment.cents
    own = [0 if payment.undoes else payment.cents + undone.get(payment.id, 0) for payment in payments]
    return own if min(own) >= 0 else _latest_earlier_first(own)


def _latest_earlier_first(own: Sequence[int]) -> list[int]:
    """Let each negative row undo the latest payments before it: what remains of a payment is what no later row takes."""
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
    units: Mapping[str, Sequence[Payment]],
    pending: Sequence[Payment],
    reported: Mapping[str, Payment],
    *,
    screen: Screen,
    order: Order,
    limit: RunInLimit | None,
    effective: dt.date,
) -> Netted:
    """
    Screen and net all payments under one coverage.

    Args:
        units: Each unit's payments, in order.
        pending: Claims that the plan has yet to pay.
        reported: All reported payments by id.
        screen: The coverage's test.
        order: The order in which payments consume the deductible.
        limit: The coverage's run-in limit.
        effective: What was incurred before it is run-in.
    """
    rows: dict[str, Sequence[Payment]] = {}
    nets: dict[str, list[int]] = {}
    refunded: set[str] = set()
    excluded = [(payment, Reason.PENDING) for payment in pending]
    for unit, candidates in units.items():
        eligible, kept_out = screen.screen(candidates, reported)
        excluded += kept_out
        if not eligible:
            continue
        rows[unit] = eligible
        nets[unit] = [payment.cents for payment in eligible]
        if min(nets[unit]) < 0:
            refunded.add(unit)
            nets[unit] = net(eligible)
    over = _over_limit(rows, nets, limit=limit, effective=effective, order=order)
    accounts = {
        unit: Account(
            unit=unit,
            payments=eligible,
            nets=nets[unit],
            over_run_in_limit=over.get(unit, ()),
            plain=unit not in refunded and unit not in over,
        )
        for unit, eligible in rows.items()
    }
    return Netted(accounts=accounts, excluded=excluded)


def _over_limit(
    rows: Mapping[str, Sequence[Payment]],
    nets: Mapping[str, list[int]],
    *,
    limit: RunInLimit | None,
    effective: dt.date,
    order: Order,
) -> dict[str, list[int]]:
    """Take what is over the run-in limit out of *nets*, and return it by unit, payment by payment."""
    if limit is None:
        return {}
    run_in = sorted(
        (order(payment), unit, position)
        for unit, own in rows.items()
        for position, payment in enumerate(own)
        if payment.incurred_on < effective and nets[unit][position] > 0
    )
    running: dict[str, int] = {}
    over: dict[str, list[int]] = {}
    for _, unit, position in run_in:
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
