"""Divisions: the aggregate worksheet of each of the employer's divisions, up to the attachment.

The carrier owes for the group as a whole, and so what lies above the attachment point has no division.
A payment and a row of covered units belong to the division that they name; those that name none stand together.
A row that undoes a payment belongs to that payment's.
The worksheets add up to the group's.

Source: schedules by division, practice of administrators; see ``docs/clauses.md``, divisions.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from operator import attrgetter

from attrs import frozen

from stoploss.aggregate import AggregateRun
from stoploss.attachment import monthly_amounts
from stoploss.facts import Payment, Status
from stoploss.money import Amount, dollars, rounded
from stoploss.policy import Policy
from stoploss.reported import Reported
from stoploss.words import Counting

__all__ = ["DivisionSheet", "division_sheets"]


@frozen(kw_only=True)
class DivisionSheet:
    """
    One division's part of the aggregate worksheet.

    Args:
        division: Its name; empty for what names none.
        gross, voids_and_refunds, eligible, over_loss_limit, reimbursed_by_specific, counted: As in the worksheet.
        calculated_attachment: The covered units of the division, times factors.
    """

    division: str
    gross: Amount
    voids_and_refunds: Amount
    eligible: Amount
    over_loss_limit: Amount
    reimbursed_by_specific: Amount
    counted: Amount
    calculated_attachment: Amount


@frozen(kw_only=True)
class _Row:
    """What one eligible payment is in the worksheet, in cents."""

    payment: Payment
    net: int
    within: int
    counted: int


def division_sheets(
    policy: Policy,
    run: AggregateRun,
    payments: Sequence[Payment],
    *,
    reported: Reported,
    as_of: dt.date | None,
) -> tuple[DivisionSheet, ...]:
    """
    Return the worksheets of all divisions, by name; none where no fact names a division.

    Args:
        policy: The policy.
        run: The aggregate as computed.
        payments: What was paid by the day of the statement, eligible or not.
        reported: All facts.
        as_of: Day of the statement.
    """

    def division_of(payment: Payment) -> str:
        undone = reported.payments.get(payment.adjusts) if payment.undoes and payment.adjusts else None
        return (undone or payment).division or ""

    units = reported.units
    if not any(map(attrgetter("division"), (*payments, *units))):
        return ()
    # What is pending is counted nowhere, and may undo what is not known yet.
    paid = (payment for payment in payments if payment.status is not Status.PENDING)
    names = {division_of(payment) for payment in paid} | {row.division or "" for row in units}
    if names <= {""}:
        return ()
    by_division: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in _rows(run):
        by_division[division_of(row.payment)].append(row)
    exact = [
        sum(
            monthly_amounts(policy, run.terms, [row for row in units if (row.division or "") == name], as_of),
            Fraction(0),
        )
        for name in sorted(names)
    ]
    running = [0, *(rounded(total) for total in accumulate(exact))]
    return tuple(
        _sheet(run, name, by_division[name], after - before)
        for name, (before, after) in zip(sorted(names), pairwise(running), strict=True)
    )


def _rows(run: AggregateRun) -> Iterator[_Row]:
    """Yield every eligible payment with what it comes to, what lies within the loss limit, and what it counts."""
    for unit, account in run.netted.accounts.items():
        own = run.counted.get(unit)
        if own is None:
            for payment in account.arrived:
                yield _Row(payment=payment, net=payment.cents, within=payment.cents, counted=payment.cents)
            continue
        columns = zip(account.payments, account.nets, own.within, own.counted, strict=True)
        for payment, net, within, counted in columns:
            yield _Row(payment=payment, net=net, within=within, counted=counted)
        for recovery, back in zip(account.recovered, own.recovered, strict=True):
            yield _Row(payment=recovery.payment, net=-recovery.cents, within=back.within, counted=back.counted)


def _sheet(run: AggregateRun, name: str, rows: Sequence[_Row], attachment: int) -> DivisionSheet:
    amounts = [row.payment.cents for row in rows]
    eligible, counted = sum(row.net for row in rows), sum(row.counted for row in rows)
    over = eligible - sum(row.within for row in rows) if run.terms.counting is Counting.LOSS_LIMIT else 0
    return DivisionSheet(
        division=name,
        gross=dollars(sum(amount for amount in amounts if amount > 0)),
        voids_and_refunds=dollars(sum(amount for amount in amounts if amount < 0)),
        eligible=dollars(eligible),
        over_loss_limit=dollars(over),
        reimbursed_by_specific=dollars(eligible - over - counted),
        counted=dollars(counted),
        calculated_attachment=dollars(attachment),
    )


def __dir__() -> list[str]:
    return __all__
