"""Gaps priced: how many payments, and how many dollars, lie between policies and so with nobody.

A gap on paper is a rectangle of days; what it costs is what the plan paid inside of it.
A negative row that names the payment it undoes goes where that payment goes, as in a settlement.
What is pending is not paid yet, and what is ineligible would not count under any policy: neither is priced.

Example: 12/15 and then 12/18.
What was incurred in the first year and paid after its fifteenth month falls between the two.

Source: ``docs/clauses.md``, contract basis.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from attrs import field, frozen

from stoploss.basis import Windows
from stoploss.facts import Coverage, IneligibleFor, Payment, Status
from stoploss.money import Amount, dollars
from stoploss.policy import Policy
from stoploss.program.rectangles import Gap, gaps

__all__ = ["PricedGap", "judged", "priced_gaps"]


@frozen(kw_only=True)
class PricedGap:
    """
    A gap, and what the plan paid inside of it.

    Args:
        gap: The days and the benefits.
        before: Place, among those given, of the last policy that takes claims incurred by then.
        after: Place of the one that follows it; ``None`` where none does.
        bases: What to call these two: the labels of their bases.
        count: How many payments fall into it, refunds among them.
        amount: What they come to, refunds taken off.
    """

    gap: Gap
    before: int
    after: int | None
    bases: tuple[str, ...]
    count: int
    amount: Amount = field(repr=False)

    def __str__(self) -> str:
        payments = "1 payment" if self.count == 1 else f"{self.count:,} payments"
        falls = "falls" if self.count == 1 else "fall"
        where = "after" if self.after is None else "between"
        return f"{payments}, {self.amount:,}, {falls} {where} {' and '.join(self.bases)}"


def priced_gaps(policies: Sequence[Policy], payments: Iterable[Payment], coverage: Coverage) -> tuple[PricedGap, ...]:
    """
    Return the gaps between *policies*, each with what the plan paid inside of it, by the days incurred.

    Args:
        policies: Of one program, in any order.
        payments: Everything that the plan paid over those years; the same payment twice counts once.
        coverage: The cover to look at.
    """
    by_id = {payment.id: payment for payment in payments}
    priced = [payment for payment in by_id.values() if _is_priced(payment, by_id, coverage)]
    return tuple(_priced(gap, policies, priced, by_id, coverage) for gap in gaps(policies, coverage))


def judged(payment: Payment, reported: Mapping[str, Payment]) -> Payment | None:
    """Return the payment by whose days a row is judged; ``None`` where it undoes one that was not reported."""
    return reported.get(payment.adjusts) if payment.undoes and payment.adjusts else payment


def _is_priced(payment: Payment, reported: Mapping[str, Payment], coverage: Coverage) -> bool:
    by = judged(payment, reported)
    return payment.status is not Status.PENDING and not any(
        row is None or (row.status is Status.INELIGIBLE and row.ineligible_for in {IneligibleFor.BOTH, coverage})
        for row in (payment, by)
    )


def _priced(
    gap: Gap,
    policies: Sequence[Policy],
    payments: Iterable[Payment],
    reported: Mapping[str, Payment],
    coverage: Coverage,
) -> PricedGap:
    inside = [payment.cents for payment in payments if _falls_into(gap, judged(payment, reported))]
    before, after = _neighbors(gap, policies, coverage)
    return PricedGap(
        gap=gap,
        before=before,
        after=after,
        bases=tuple(_basis_in_words(policies[at], coverage) for at in (before, after) if at is not None),
        count=len(inside),
        amount=dollars(sum(inside)),
    )


def _falls_into(gap: Gap, payment: Payment | None) -> bool:
    return (
        payment is not None
        and payment.paid_on is not None
        and payment.benefit in gap.benefits
        and gap.incurred.holds(payment.incurred_on)
        and gap.paid.holds(payment.paid_on)
    )


def _neighbors(gap: Gap, policies: Sequence[Policy], coverage: Coverage) -> tuple[int, int | None]:
    """Return the last policy that takes claims incurred by the gap's last day, and the one that follows it."""
    windows = {at: own for at, policy in enumerate(policies) if (own := _windows(policy, coverage))}
    in_order = sorted(windows, key=lambda at: policies[at].period.effective)
    last = gap.incurred.last or dt.date.max
    before = [at for at in in_order if windows[at].incurred.first <= last][-1]
    return before, next(iter(in_order[in_order.index(before) + 1 :]), None)


def _windows(policy: Policy, coverage: Coverage) -> Windows | None:
    return policy.specific_windows if coverage is Coverage.SPECIFIC else policy.aggregate_windows


def _basis_in_words(policy: Policy, coverage: Coverage) -> str:
    basis = policy.basis(coverage)
    label = basis.label if basis else None
    return label or f"the year from {policy.period.effective}"


def __dir__() -> list[str]:
    return __all__
