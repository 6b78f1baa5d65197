"""The aggregate part of a statement: the worksheet that carriers' request forms use, line for line; all in dollars.

Source: ESL Office and East Coast Underwriters request forms; see ``docs/clauses.md``, worksheet.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

from attrs import frozen

from stoploss.aggregate import AggregateRun
from stoploss.facts import CarrierPayment, Coverage
from stoploss.html import aggregate_html
from stoploss.money import Amount, dollars
from stoploss.sheets import Exclusion, exclusions, to_document
from stoploss.window import Period

__all__ = ["AggregateSheet", "MonthRow", "aggregate_sheet"]


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
    """

    month: dt.date
    attachment: Amount
    attachment_to_date: Amount
    counted_to_date: Amount


@frozen(kw_only=True)
class AggregateSheet:
    """
    The aggregate worksheet, in the order of carriers' request forms.

    ``gross + voids_and_refunds``, less what the run-in limit excluded, is ``eligible``;
    less ``over_loss_limit`` and ``reimbursed_by_specific`` it is ``counted``.
    ``employer_share``, ``over_maximum`` and ``reimbursable`` add up to ``excess``.
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
    attachment_point: Amount
    excess: Amount
    employer_share: Amount
    over_maximum: Amount
    reimbursable: Amount
    reimbursed: Amount
    due: Amount

    def __repr__(self) -> str:
        return f"AggregateSheet(attachment_point={self.attachment_point}, {len(self.months)} months)"

    def _repr_html_(self) -> str:
        return aggregate_html(to_document(self))


def aggregate_sheet(run: AggregateRun, period: Period, received: Iterable[CarrierPayment]) -> AggregateSheet:
    """
    Draw up the worksheet.

    Args:
        run: The aggregate as computed.
        period: The policy period.
        received: What the carrier has paid by the day of the statement, under either coverage.
    """
    accounts = run.netted.accounts.values()
    refunds = [
        payment.cents for account in accounts if not account.plain for payment in account.arrived if payment.cents < 0
    ]
    eligible = sum(account.total for account in accounts)
    counted = run.total
    reimbursed = sum(payment.cents for payment in received if payment.coverage is Coverage.AGGREGATE)
    over = [cut for account in accounts for cut in account.over_run_in_limit]
    minimum = run.attachment.minimum
    return AggregateSheet(
        excluded=exclusions(run.netted.screened, over),
        gross=dollars(eligible - sum(refunds) + sum(over)),
        voids_and_refunds=dollars(sum(refunds)),
        eligible=dollars(eligible),
        over_loss_limit=dollars(run.over_loss_limit),
        reimbursed_by_specific=dollars(eligible - run.over_loss_limit - counted),
        counted=dollars(counted),
        months=_months(run, period, counted),
        calculated_attachment=dollars(run.attachment.calculated),
        minimum_attachment=None if minimum is None else dollars(minimum),
        attachment_point=dollars(run.attachment.point),
        excess=dollars(run.outcome.excess),
        employer_share=dollars(run.outcome.employer_share),
        over_maximum=dollars(run.outcome.over_maximum),
        reimbursable=dollars(run.outcome.reimbursable),
        reimbursed=dollars(reimbursed),
        due=dollars(run.outcome.reimbursable - reimbursed),
    )


def _months(run: AggregateRun, period: Period, counted: int) -> tuple[MonthRow, ...]:
    """Return the policy months so far, each with what counts by its end; the last in force carries the run-out."""
    by_day = sorted(run.counted_by_day().items())
    days = [day for day, _ in by_day]
    to_date = [0, *accumulate(amount for _, amount in by_day)]
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
            )
        )
    return tuple(months)


def __dir__() -> list[str]:
    return __all__
