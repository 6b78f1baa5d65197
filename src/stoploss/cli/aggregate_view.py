"""The aggregate worksheet for people: its lines, its months, what was advanced, and its divisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from rich.console import RenderableType

from stoploss.aggregate_sheet import AggregateSheet
from stoploss.aggregate_terms import AggregateTerms
from stoploss.cli.tables import (
    PLAIN,
    SUM,
    Column,
    Row,
    even_if_zero,
    heading,
    printable,
    several,
    table,
    tables,
)
from stoploss.cli.windows_in_words import basis_in_words
from stoploss.eligibility import Reason
from stoploss.facts import Coverage
from stoploss.money import ZERO, Amount, dollars
from stoploss.policy import Policy
from stoploss.waterfall import deductible_in_force
from stoploss.words import Counting, MaximumKind

__all__ = ["aggregate_view", "due_in_words"]

_CUTS = {
    Reason.LEGAL_COST: "legal cost of recoveries",
    Reason.OVER_RUN_IN_LIMIT: "over the run-in limit",
    Reason.OVER_RUN_OUT_LIMIT: "over the run-out limit",
}
"""What is taken out of payments that count; reductions and caps are specific's."""
_POSITION = ("threshold", "counted", "wanted", "advanced", "due")
_DIVISION = (
    *("gross", "voids_and_refunds", "eligible", "over_loss_limit", "reimbursed_by_specific", "counted"),
    "calculated_attachment",
)


def aggregate_view(
    policy: Policy, terms: AggregateTerms, sheet: AggregateSheet, as_of: dt.date | None, width: int
) -> Iterator[RenderableType]:
    """Yield the worksheet of a statement, part by part."""
    yield heading("Aggregate", basis_in_words(policy, Coverage.AGGREGATE), _counting(policy, terms))
    rows = list(_worksheet(sheet))
    words = Column(header="", cells=[label for label, _, _ in rows], text=True)
    amounts = Column(header=policy.currency, cells=[even_if_zero(amount) for _, amount, _ in rows])
    yield table([words, amounts], [look for _, _, look in rows])
    last_day = policy.period.last_day_in_force
    if as_of is not None and as_of < last_day:
        yield f"nothing is reimbursed before the period has ended, on {last_day}; the months show the position"
    yield ""
    yield from _months(sheet, width)
    yield from _accommodation(sheet, width)
    yield from _divisions(sheet, width)


def _months(sheet: AggregateSheet, width: int) -> Iterator[RenderableType]:
    months = sheet.months
    name = Column(header="policy month\nfrom", cells=[str(row.month) for row in months], text=True)
    positions = [_signed(row.counted_to_date - row.attachment_to_date) for row in months]
    columns = [
        Column(header="\nattachment", cells=[row.attachment for row in months]),
        Column(header="attachment\nto date", cells=[row.attachment_to_date for row in months]),
        Column(header="counted\nto date", cells=[row.counted_to_date for row in months]),
        Column(header="above (+)\nor below (-)", cells=positions),
    ]
    yield from tables(name, [columns], [PLAIN] * len(months), width)


def _accommodation(sheet: AggregateSheet, width: int) -> Iterator[RenderableType]:
    """Yield what should have been advanced by the end of each month, and what had been; then the position now."""
    rows = [(str(month.month), month.accommodation) for month in sheet.months if month.accommodation]
    if not sheet.accommodation:
        return
    positions = [*(row for _, row in rows), sheet.accommodation]
    yield heading("Accommodation", "what the carrier advances, by the end of each policy month")
    name = Column(header="policy month\nfrom", cells=[*(month for month, _ in rows), "so far"], text=True)
    columns = [Column(header=line, cells=[getattr(row, line) for row in positions]) for line in _POSITION]
    yield from tables(name, [columns], [*(PLAIN for _ in rows), SUM], width)


def _divisions(sheet: AggregateSheet, width: int) -> Iterator[RenderableType]:
    """Yield the worksheet by the employer's divisions, what is taken off as positive."""
    if not sheet.divisions:
        return
    yield heading("Divisions")
    names = [printable(row.division) or "none named" for row in sheet.divisions]
    name = Column(header="division", cells=[*names, "total"], text=True)
    columns = [
        Column(
            header=line.replace("_", "\n"),
            cells=[*(getattr(row, line) for row in sheet.divisions), getattr(sheet, line)],
        )
        for line in _DIVISION
    ]
    yield from tables(name, [columns], [*(PLAIN for _ in names), SUM], width)


def _signed(amount: Amount) -> str:
    return f"{amount:+,}" if amount else "0.00"


def _counting(policy: Policy, terms: AggregateTerms) -> str:
    """Return what counts toward the attachment point, and up to where the carrier reimburses."""
    specific, per = policy.specific, policy.per
    limit = terms.loss_limit or (dollars(deductible_in_force(policy, specific)) if specific else None)
    if terms.counting is Counting.NET_OF_SPECIFIC:
        parts = ["counts what specific does not reimburse"]
    else:
        parts = [f"counts up to {limit:,} per {per}" if limit is not None else "no loss limit"]
    if terms.share != 1:
        parts.append(f"share {terms.share}")
    if terms.maximum is not None:
        kind = "maximum" if terms.maximum_kind is MaximumKind.FLAT else "ceiling on counted claims"
        parts.append(f"{kind} {terms.maximum:,}")
    return ", ".join(parts)


def _worksheet(sheet: AggregateSheet) -> Iterator[tuple[str, Amount | None, Row]]:
    """Yield the worksheet line by line, what is taken off as negative, so that the column adds up."""
    yield "gross claims", sheet.gross, PLAIN
    yield "voids and refunds", sheet.voids_and_refunds, PLAIN
    for cut in sheet.excluded:
        if cut.reason in _CUTS:
            yield _CUTS[cut.reason], ZERO - cut.amount, PLAIN
    yield "eligible", sheet.eligible, SUM
    yield "over the loss limit", ZERO - sheet.over_loss_limit, PLAIN
    yield "reimbursed by specific", ZERO - sheet.reimbursed_by_specific, PLAIN
    yield "counted", sheet.counted, SUM
    yield f"calculated attachment, {several(len(sheet.months), 'month')}", sheet.calculated_attachment, PLAIN
    yield "minimum attachment", sheet.minimum_attachment, PLAIN
    if sheet.terminal_liability is not None:
        yield "terminal liability", sheet.terminal_liability, PLAIN
    greater = "attachment point, the greater" if sheet.terminal_liability is None else "attachment point"
    yield greater, sheet.attachment_point, Row(style="bold")
    yield "excess", sheet.excess, SUM
    yield "employer share", ZERO - sheet.employer_share, PLAIN
    yield "over maximum", ZERO - sheet.over_maximum, PLAIN
    yield "reimbursable", sheet.reimbursable, SUM
    yield "reimbursed so far", ZERO - sheet.reimbursed, PLAIN
    yield due_in_words(sheet.due), sheet.due, SUM


def due_in_words(owed: Amount) -> str:
    """Return to whom an amount is due."""
    return "due to the carrier" if owed < 0 else "due from the carrier"


def __dir__() -> list[str]:
    return __all__
