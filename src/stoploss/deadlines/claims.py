"""Pending claims: the last day on which paying each still counts, and what missing it costs.

A claim has one last day for each cover that would take it: the end of that cover's paid window, and for a prior
administrator's claim the day by which it must have paid.
Where they differ, missing the first costs what one cover gives, and missing the last the rest; so the days of one
claim add up.

What is at risk with a claim is the difference between two final settlements, in which the other claims that can still
be paid in time are paid in time: one with the claim paid on its last day, one with the claim paid too late.
For a claim whose last day has passed, the other claims that came too late are taken as paid in time as well.

So two claims that only together pass a deductible are at risk each, and what they risk together is less than the sum.

Source: ``docs/clauses.md``, notices.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache

from attrs import field, frozen

from stoploss.deadlines.deadline import Deadline, DeadlineKind
from stoploss.deadlines.sharing import and_who_shares
from stoploss.deadlines.worlds import PaidOn, Worlds, share_a_limit
from stoploss.eligibility import unit_of as unit_of_policy
from stoploss.facts import Administrator, Coverage, Payment
from stoploss.money import cents, dollars
from stoploss.policy import Policy
from stoploss.policy_rules import basis_of
from stoploss.splits import Split
from stoploss.statement import Statement
from stoploss.window import LAST_YEAR

__all__ = ["PendingClaim", "pay_deadlines", "paying_in_time", "pending_by_day"]

WHENEVER = dt.date(LAST_YEAR, 12, 31)
"""Stands for the last day of a paid window that never ends."""


@frozen(kw_only=True)
class PendingClaim:
    """
    A pending claim that some cover would take.

    Args:
        payment: The claim.
        unit: Whose it is.
        last_days: The covers that it still reaches up to each day, the earliest day first.
    """

    payment: Payment
    unit: str = field(repr=False)
    last_days: Mapping[dt.date, tuple[Coverage, ...]]

    def in_time(self, as_of: dt.date) -> dt.date | None:
        """Return the last day on which paying it still reaches every cover that it can reach; ``None``: none."""
        return next((day for day in self.last_days if day >= as_of), None)

    def day_after(self, day: dt.date) -> dt.date | None:
        """Return the next of its last days; ``None`` after the last one."""
        return next((later for later in self.last_days if later > day), None)


def pending_by_day(worlds: Worlds, pending: Sequence[Payment], advanced: PaidOn) -> tuple[PendingClaim, ...]:
    """
    Return the pending claims that some cover would take, with their last days.

    Args:
        worlds: The worlds in which they are paid.
        pending: The claims.
        advanced: The last day on which specific takes a claim that the carrier has advanced, whatever its window.
    """
    last_days: dict[str, dict[dt.date, list[Coverage]]] = {payment.id: {} for payment in pending}
    for coverage in Coverage:
        days = {payment.id: _last_day(worlds.policy, coverage, payment, advanced) for payment in pending}
        paid = worlds.statement({claim: day for claim, day in days.items() if day is not None})
        for claim, day in days.items():
            if day is not None and _takes(paid.split(claim), coverage):
                last_days[claim].setdefault(day, []).append(coverage)
    unit_of = unit_of_policy(worlds.policy)
    return tuple(
        PendingClaim(
            payment=payment,
            unit=unit_of(payment),
            last_days={day: tuple(covers) for day, covers in sorted(last_days[payment.id].items())},
        )
        for payment in pending
        if last_days[payment.id]
    )


def paying_in_time(claims: Sequence[PendingClaim], as_of: dt.date) -> PaidOn:
    """Return the world in which every claim that can still be paid in time is paid on the last day for it."""
    return {claim.payment.id: day for claim in claims if (day := claim.in_time(as_of)) is not None}


def pay_deadlines(worlds: Worlds, claims: Sequence[PendingClaim], as_of: dt.date) -> Iterator[Deadline]:
    """Yield the last days of every claim with what is at risk, those that have passed with what is lost."""
    in_time = paying_in_time(claims, as_of)
    late = {claim.payment.id: max(claim.last_days) for claim in claims if claim.payment.id not in in_time}
    owed = _owed(worlds)
    for base, passed in ((in_time, False), ({**in_time, **late}, True)):
        asked = [(claim, day) for claim in claims for day in claim.last_days if (day < as_of) is passed]
        costs_nothing = _costs_nothing(worlds, base) if asked else None
        for claim, day in asked:
            if day == WHENEVER:
                continue
            at_risk = 0
            if costs_nothing is not None and not costs_nothing(claim, day):
                at_risk = owed(claim, base, day) - owed(claim, base, claim.day_after(day))
            yield Deadline(
                kind=DeadlineKind.PAY,
                last_day=day,
                days_left=(day - as_of).days,
                covers=claim.last_days[day],
                unit=claim.unit,
                claims=(claim.payment.id,),
                amount=claim.payment.amount,
                at_risk=dollars(max(0, at_risk)),
            )


def _last_day(policy: Policy, coverage: Coverage, payment: Payment, advanced: PaidOn) -> dt.date | None:
    """Return the last day on which a cover would take a claim; ``None`` without that cover."""
    of_specific = coverage is Coverage.SPECIFIC
    terms = policy.specific if of_specific else policy.aggregate
    windows = policy.specific_windows if of_specific else policy.aggregate_windows
    if terms is None or windows is None:
        return None
    last = windows.paid.last or WHENEVER
    if of_specific:
        last = max(last, advanced.get(payment.id, last))
    prior = basis_of(coverage, terms.basis, policy.bridge).prior_administrator
    if payment.administrator is Administrator.PRIOR and prior.paid_by is not None:
        last = min(last, prior.paid_by)
    return last


def _takes(split: Split, coverage: Coverage) -> bool:
    """Say whether a cover took a claim, though perhaps not all of it."""
    if coverage is Coverage.SPECIFIC:
        return split.excluded is None or bool(split.net)
    return split.aggregate_excluded is None or bool(split.aggregate_net)


def _owed(worlds: Worlds) -> Callable[[PendingClaim, PaidOn, dt.date | None], int]:
    """Return the function that says what the carrier owes in a world, with one claim paid on another day in it."""

    @cache
    def owed(unit: str | None, paid_on: frozenset[tuple[str, dt.date]]) -> int:
        return cents(worlds.statement(dict(paid_on), unit).carrier_total)

    def with_claim(claim: PendingClaim, base: PaidOn, day: dt.date | None) -> int:
        paid_on = {name: paid for name, paid in base.items() if name != claim.payment.id}
        if day is not None:
            paid_on[claim.payment.id] = day
        return owed(claim.unit if worlds.one_by_one else None, frozenset(paid_on.items()))

    return with_claim


def _costs_nothing(worlds: Worlds, base: PaidOn) -> Callable[[PendingClaim, dt.date], bool]:
    """
    Return the function that says where missing a claim's day surely costs nothing, without settling it.

    That is so where the base world has the claim paid by that day, and nobody who shares a deductible or a fund with
    its unit has excess in it: with the claim paid later, or never, there would be less of it.
    Where the aggregate reimburses, the claim moreover must not touch it.
    """
    statement = worlds.statement(base)
    sheets = statement.specific.units if statement.specific else ()
    reaching: AbstractSet[str] = {sheet.unit for sheet in sheets if sheet.eligible > sheet.retained + sheet.laser}
    if worlds.policy.specific is not None:
        reaching = and_who_shares(reaching, statement, worlds.policy.specific)
    reimburses = statement.aggregate is not None and statement.aggregate.reimbursable > 0

    def costs_nothing(claim: PendingClaim, day: dt.date) -> bool:
        if base.get(claim.payment.id, dt.date.max) > day or claim.unit in reaching:
            return False
        return not reimburses or _leaves_aggregate_alone(worlds, statement, claim, day)

    return costs_nothing


def _leaves_aggregate_alone(worlds: Worlds, statement: Statement, claim: PendingClaim, day: dt.date) -> bool:
    """
    Say whether the aggregate counts the same with a claim whose unit has no excess, and without it.

    It takes nothing of the claim, now or later; and the claim takes no room that another unit's could have under
    specific, nor could it be what triggers a laser.
    """
    terms = worlds.policy.specific
    if terms is None or share_a_limit(worlds.policy, terms):
        return False
    if any(laser.when and laser.unit == claim.unit for laser in terms.lasers):
        return False
    later = any(Coverage.AGGREGATE in covers for last_day, covers in claim.last_days.items() if last_day >= day)
    return not later and not statement.split(claim.payment.id).aggregate_net


def __dir__() -> list[str]:
    return __all__
