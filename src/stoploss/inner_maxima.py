"""Inner maxima, told apart: which of them a unit's payments fall under, and what each lets the carrier pay.

Source: ``docs/clauses.md``, inner maximum, run-in limit and run-out limit.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import field, frozen

from stoploss.facts import Coverage
from stoploss.limits import Limit
from stoploss.money import Amount
from stoploss.passage import Passage
from stoploss.specific import SpecificRun
from stoploss.words import CapOn, CapPer, LimitCaps

__all__ = ["InnerMaximum", "inner_maxima", "paid_before", "payable_under"]


@frozen(kw_only=True)
class InnerMaximum:
    """
    One limit on what the carrier reimburses of a unit, before the maximum.

    Args:
        number: Its place among the limits of the run, from 0.
        name: ``cap_1`` for the first of the policy's caps, ``run_in_limit`` or ``run_out_limit``.
        clause: Its row in ``docs/clauses.md``.
        amount: Dollars, as the policy has them.
        label: Of a cap: the label of the payments that it is about.
        used: Of a cap for life: what the unit had used before.
        limit: The limit that the run applied.
    """

    number: int
    name: str
    clause: str
    amount: Amount
    label: str | None = None
    used: Amount | None = field(default=None, repr=False)
    limit: Limit = field(repr=False)

    @property
    def most(self) -> str:
        """The rule of the most that it lets the carrier pay."""
        return self.name if self.used is None else f"max({self.name} - used_of_{self.name}, 0)"


def inner_maxima(run: SpecificRun, unit: str) -> tuple[InnerMaximum, ...]:
    """Return the inner maxima of a unit, in the order in which they take: caps, the run-in and the run-out limit."""
    basis, limits = run.policy.basis(Coverage.SPECIFIC), enumerate(run.limits)
    found: list[InnerMaximum] = []
    for position, cap in enumerate(run.terms.caps, start=1):
        if cap.on is CapOn.REIMBURSEMENT:
            number, limit = next(limits)
            used = _used(run, unit, cap.tag) if cap.per is CapPer.LIFETIME else None
            found.append(
                InnerMaximum(
                    number=number,
                    name=f"cap_{position}",
                    clause="inner-maximum",
                    amount=cap.amount,
                    label=cap.tag,
                    used=used,
                    limit=limit,
                )
            )
    of_the_basis = (
        ("run_in_limit", "run-in-limit", basis and basis.run_in_limit),
        ("run_out_limit", "run-out-limit", basis and basis.run_out_limit),
    )
    for name, clause, dollars in of_the_basis:
        if dollars and dollars.caps is LimitCaps.REIMBURSED:
            number, limit = next(limits)
            found.append(InnerMaximum(number=number, name=name, clause=clause, amount=dollars.amount, limit=limit))
    return tuple(found)


def _used(run: SpecificRun, unit: str, tag: str) -> Amount | None:
    return next((row.reimbursed for row in run.terms.used if row.unit == unit and row.tag == tag), None)


def payable_under(passage: Passage, maximum: InnerMaximum) -> list[int]:
    """Return what an inner maximum finds payable of each payment that it is about, in cents; 0 of the others."""
    earlier = passage.over_limits[: maximum.number]
    return [
        max(0, payable - sum(over[position] for over in earlier)) if maximum.limit.takes(payment) else 0
        for position, (payment, payable) in enumerate(zip(passage.account.payments, passage.shared, strict=True))
    ]


def paid_before(run: SpecificRun, passage: Passage, maximum: InnerMaximum, position: int) -> int:
    """Return what an inner maximum had found payable before one payment, of all units where they share it."""
    account = passage.account
    own = (account.order(account.payments[position]), account.unit, position)
    sharing: Sequence[Passage] = [*run.passages.values()] if maximum.limit.pooled else [passage]
    return sum(
        payable
        for each in sharing
        for place, payable in enumerate(payable_under(each, maximum))
        if (each.account.order(each.account.payments[place]), each.account.unit, place) < own
    )


def __dir__() -> list[str]:
    return __all__
