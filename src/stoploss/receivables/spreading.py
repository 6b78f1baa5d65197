"""What the carrier paid for a unit, spread over the payments that it reimburses.

The carrier pays a unit, not a claim.
Books that are kept by claim need the money spread: over the unit's reimbursable dollars in a stated order, the first
ones first, until it is used up.
What is beyond the unit's reimbursable total is spread over nothing: it is *over*, a line of its own.

The order is the policy's own unless another is asked for: ``paid`` or ``incurred`` (by day of service, as some
administrators' systems do).

Example: 30,000 and then 20,000 of a member's payments are reimbursable, and the carrier has paid 35,000: that is 30,000
on the first, 5,000 on the second, 15,000 of which are open.

The aggregate is owed for the group, and no payment of it is reimbursable by itself: it is not spread.

Source: the workflow of administrators' systems; ``docs/clauses.md``, money.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from attrs import field, fields, frozen

from stoploss.facts import Payment
from stoploss.layer import up_to
from stoploss.money import Amount, cents, dollars
from stoploss.sheets import to_document
from stoploss.splits import Split
from stoploss.statement import Statement
from stoploss.words import ConsumeBy

__all__ = ["Over", "Receipt", "Spread", "spread"]


@frozen(kw_only=True)
class Receipt:
    """
    What was received on one payment of the plan.

    Args:
        claim: Id of the payment.
        unit: Its member or family.
        incurred_on, paid_on: Its days.
        reimbursable: What the carrier owes on it.
        received: What it has paid on it.
        open: ``reimbursable - received``.
    """

    claim: str = field(repr=False)
    unit: str = field(repr=False)
    incurred_on: dt.date
    paid_on: dt.date | None
    reimbursable: Amount = field(repr=False)
    received: Amount = field(repr=False)
    open: Amount = field(repr=False)


@frozen(kw_only=True)
class Over:
    """What was received for a unit beyond all that is reimbursable; negative where more went back than had come."""

    unit: str = field(repr=False)
    amount: Amount = field(repr=False)


@frozen(kw_only=True)
class Spread:
    """
    The money received under specific, payment by payment: ``received + over`` is what the statement has reimbursed.

    Args:
        order: ``paid`` or ``incurred``.
        reimbursable, received, open: The sums of the receipts.
        over: The sum of what is beyond.
        receipts: Payments with anything reimbursable, by unit and in the order.
        beyond: Units that received something else than their payments can take.
    """

    order: ConsumeBy
    reimbursable: Amount
    received: Amount
    open: Amount
    over: Amount
    receipts: tuple[Receipt, ...]
    beyond: tuple[Over, ...]

    def __repr__(self) -> str:
        return f"Spread(order={str(self.order)!r}, {len(self.receipts)} receipts)"

    def to_dict(self) -> dict[str, Any]:
        """Return the spread as plain data, ready for JSON; amounts and days are text."""
        names = [attribute.name for attribute in fields(type(self))]
        return {"schema": 1} | {name: to_document(getattr(self, name)) for name in names}


def spread(statement: Statement, order: ConsumeBy | str | None = None) -> Spread:
    """
    Spread what the carrier has paid under specific over the payments that it reimburses.

    Args:
        statement: What is reimbursable on each payment, and what was received for each unit.
        order: ``paid`` or ``incurred``; ``None``: the order in which payments consume the policy's deductible.

    Raises:
        InvalidValue: For another word.
    """
    chosen = statement.settlement.policy.consume_by if order is None else ConsumeBy(order)
    by_unit: dict[str, list[Split]] = {}
    for split in statement.splits:
        if split.reimbursable:
            by_unit.setdefault(split.unit, []).append(split)
    receipts: list[Receipt] = []
    beyond: list[Over] = []
    for sheet in statement.specific.units if statement.specific else ():
        own = list(_receipts(statement, chosen, by_unit.get(sheet.unit, []), max(cents(sheet.reimbursed), 0)))
        receipts += own
        over = cents(sheet.reimbursed) - sum(cents(receipt.received) for receipt in own)
        if over:
            beyond.append(Over(unit=sheet.unit, amount=dollars(over)))
    names = ("reimbursable", "received", "open")
    sums = {name: dollars(sum(cents(getattr(receipt, name)) for receipt in receipts)) for name in names}
    over_all = dollars(sum(cents(each.amount) for each in beyond))
    return Spread(order=chosen, over=over_all, receipts=tuple(receipts), beyond=tuple(beyond), **sums)


def _receipts(statement: Statement, order: ConsumeBy, splits: list[Split], money: int) -> Iterator[Receipt]:
    """Yield a unit's receipts: what one payment gets is the money used up to it less that used before it."""
    payments = statement.settlement.reported.payments
    running = used = 0
    for split in sorted(splits, key=lambda split: _place(payments[split.id], order)):
        payment = payments[split.id]
        reimbursable = cents(split.reimbursable) if split.reimbursable is not None else 0
        running += reimbursable
        received = up_to(running, money) - used
        used += received
        yield Receipt(
            claim=split.id,
            unit=split.unit,
            incurred_on=payment.incurred_on,
            paid_on=payment.paid_on,
            reimbursable=dollars(reimbursable),
            received=dollars(received),
            open=dollars(reimbursable - received),
        )


def _place(payment: Payment, order: ConsumeBy) -> tuple[object, ...]:
    paid = (payment.paid_on or dt.date.max, payment.id)
    return (payment.incurred_on, *paid) if order is ConsumeBy.INCURRED else paid


def __dir__() -> list[str]:
    return __all__
