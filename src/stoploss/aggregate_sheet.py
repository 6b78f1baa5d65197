"""The aggregate part of a statement: the worksheet that carriers' request forms use, line for line; all in dollars.

Source: ESL Office and East Coast Underwriters request forms; see ``docs/clauses.md``, worksheet.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from attrs import field, frozen

from stoploss.accommodation import Position, standing_on
from stoploss.aggregate import AggregateRun
from stoploss.divisions import DivisionSheet
from stoploss.facts import CarrierPayment, Coverage
from stoploss.html import aggregate_html
from stoploss.money import Amount, dollars
from stoploss.sheets import RIDER, Exclusion, exclusions, to_document
from stoploss.window import Period

__all__ = ["AccommodationRow", "AggregateSheet", "MonthRow", "aggregate_sheet"]


@frozen(kw_only=True)
class AccommodationRow:
    """
    The monthly aggregate accommodation at the end of one policy month.

    Args:
        threshold: What counts is held against it.
        counted: What counts of the claims that had been paid by then, as netted then.
        wanted: What should have been advanced, in all.
        advanced: What the carrier has paid under the aggregate.
        due: What is to be advanced; negative goes back.
    """

    threshold: Amount
    counted: Amount
    wanted: Amount
    advanced: Amount
    due: Amount


@frozen(kw_only=True)
class MonthRow:
    """
    One policy month of the aggregate.

    Args:
        month: Its first day.
        attachment: Covered units times factors.
        attachment_to_date: The greater of the months to date and the minimum to date; the last month in force shows the
            attachment point itself.
        counted_to_date: What counts of the payments paid by the month's last day; the last month in force carries the
            run-out.
        accommodation: What was advanced and due at its end; ``None`` without that rider, and in months without it.
    """

    month: dt.date
    attachment: Amount
    attachment_to_date: Amount
    counted_to_date: Amount
    accommodation: AccommodationRow | None = field(default=None, metadata={RIDER: True})


@frozen(kw_only=True)
class AggregateSheet:
    """
    The aggregate worksheet, in the order of carriers' request forms.

    ``gross + voids_and_refunds``, less what the run-in limit excluded, is ``eligible``;
    less ``over_loss_limit`` and ``reimbursed_by_specific`` it is ``counted``.
    ``employer_share``, ``over_maximum`` and ``reimbursable`` add up to ``excess``.
    ``terminal_liability`` is what that rider adds to the attachment point, ``accommodation`` the latest position of the
    other, ``divisions`` the worksheet by the employer's divisions, where facts name any.
    """

    excluded: tuple[Exclusion, ...]
    gross: Amount
    voids_and_refunds: Amount
    eligible: Amount
    over_loss_limit: Amount
    reimbursed_by_specific: Amount
    counted: Amount
    months: tuple[MonthRow, ...]
    calculated_attachment: Amount
    minimum_attachment: Amount | None
    terminal_liability: Amount | None = field(default=None, metadata={RIDER: True})
    attachment_point: Amount
    excess: Amount
    employer_share: Amount
    over_maximum: Amount
    reimbursable: Amount
    reimbursed: Amount
    due: Amount
    accommodation: AccommodationRow | None = field(default=None, metadata={RIDER: True})
    divisions: tuple[DivisionSheet, ...] = field(default=(), metadata={RIDER: True})

    def __repr__(self) -> str:
        return f"AggregateSheet(attachment_point={self.attachment_point}, {len(self.months)} months)"

    def _repr_html_(self) -> str:
        return aggregate_html(to_document(self))


def aggregate_sheet(
    run: AggregateRun,
    period: Period,
    received: Iterable[CarrierPayment],
    advances: Sequence[Position] = (),
    divisions: tuple[DivisionSheet, ...] = (),
) -> AggregateSheet:
    """
    Draw up the worksheet.

    Args:
        run: The aggregate as computed.
        period: The policy period.
        received: What the carrier has paid by the day of the statement, under either coverage.
        advances: The accommodation, month by month.
        divisions: The worksheets of the divisions.
    """
    accounts = run.netted.accounts.values()
    refunds = [
        payment.cents for account in accounts if not account.plain for payment in account.arrived if payment.cents < 0
    ]
    refunds += [recovery.payment.cents for account in accounts for recovery in account.recovered]
    rows = sum(payment.cents for payment in run.netted.screened.eligible)
    eligible = sum(account.eligible for account in accounts)
    reimbursed = sum(payment.cents for payment in received if payment.coverage is Coverage.AGGREGATE)
    rider = run.terms.accommodation
    latest = standing_on(advances[-1], rider, reimbursed) if advances and rider else None
    attached, outcome = run.attachment, run.outcome
    return AggregateSheet(
        excluded=exclusions(run.netted),
        gross=dollars(rows - sum(refunds)),
        voids_and_refunds=dollars(sum(refunds)),
        eligible=dollars(eligible),
        over_loss_limit=dollars(run.over_loss_limit),
        reimbursed_by_specific=dollars(eligible - run.over_loss_limit - run.total),
        counted=dollars(run.total),
        months=_months(run, period, run.total, advances),
        calculated_attachment=dollars(attached.calculated),
        minimum_attachment=None if attached.minimum is None else dollars(attached.minimum),
        terminal_liability=None if attached.terminal is None else dollars(attached.terminal),
        attachment_point=dollars(attached.point),
        excess=dollars(outcome.excess),
        employer_share=dollars(outcome.employer_share),
        over_maximum=dollars(outcome.over_maximum),
        reimbursable=dollars(outcome.reimbursable),
        reimbursed=dollars(reimbursed),
        due=dollars(_due(run, latest, reimbursed)),
        accommodation=_accommodation_row(latest),
        divisions=divisions,
    )


def _due(run: AggregateRun, latest: Position | None, reimbursed: int) -> int:
    """Return what is due: before the period has ended that of the accommodation, where there is one."""
    if run.terms.accommodation is None or run.period_ended:
        return run.outcome.reimbursable - reimbursed
    return latest.due if latest else 0


def _accommodation_row(position: Position | None) -> AccommodationRow | None:
    if position is None:
        return None
    return AccommodationRow(
        threshold=dollars(position.threshold),
        counted=dollars(position.counted),
        wanted=dollars(position.wanted),
        advanced=dollars(position.advanced),
        due=dollars(position.due),
    )


def _months(run: AggregateRun, period: Period, counted: int, advances: Sequence[Position]) -> tuple[MonthRow, ...]:
    """Return the policy months so far, each with what counts by its end; the last in force carries the run-out."""
    by_day = sorted(run.counted_by_day().items())
    days = [day for day, _ in by_day]
    to_date = [0, *accumulate(amount for _, amount in by_day)]
    advanced = {position.month: position for position in advances}
    months: list[MonthRow] = []
    for number, (monthly, attached) in enumerate(
        zip(run.attachment.monthly, run.attachment.to_date, strict=True), start=1
    ):
        last_in_force = number == period.months_begun(None)
        by_its_end = counted if last_in_force else to_date[bisect_right(days, period.end_of_month(number))]
        months.append(
            MonthRow(
                month=period.start_of_month(number),
                attachment=dollars(monthly),
                attachment_to_date=dollars(attached),
                counted_to_date=dollars(by_its_end),
                accommodation=_accommodation_row(advanced.get(number)),
            )
        )
    return tuple(months)


def __dir__() -> list[str]:
    return __all__
