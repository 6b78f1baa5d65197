"""How the aggregate worksheet came about."""

from __future__ import annotations

from collections.abc import Iterator

from stoploss.aggregate_sheet import AggregateSheet
from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_steps import month_steps
from stoploss.attachment_terms import Accommodation
from stoploss.explain.explanation import Explanation, Section, due_in_words
from stoploss.explain.windows import let_in_by_a_rider, windows_in_words
from stoploss.facts import Coverage
from stoploss.money import dollars
from stoploss.settlement import Settlement
from stoploss.statement import Statement

__all__ = ["explain_aggregate"]


def explain_aggregate(statement: Statement) -> Explanation:
    """
    Explain the aggregate worksheet; an explanation without sections where the policy has no aggregate.

    Where the factors tell more apart than tiers, or the enrollment is that of earlier months, a section has the amount
    of each policy month.
    """
    sheet, settlement = statement.aggregate, statement.settlement
    terms = settlement.policy.aggregate
    if sheet is None or terms is None:
        return Explanation(subject="aggregate", id=None, sections=())
    sentence = (
        f"{sheet.counted:,} count against an attachment point of {sheet.attachment_point:,}; "
        f"the carrier reimburses {sheet.reimbursable:,}; {due_in_words(sheet.due)}."
    )
    sentences = (
        sentence,
        *_windows_in_words(settlement),
        *(_accommodation_in_words(settlement, sheet, terms.accommodation) if terms.accommodation else ()),
        *_divisions_in_words(sheet),
    )
    sections = [Section(title="Aggregate", sentences=sentences, steps=statement.aggregate_steps)]
    if months := tuple(_factors_in_words(terms)):
        steps = tuple(month_steps(settlement.policy, terms, settlement.reported.units, settlement.as_of))
        sections.append(Section(title="Policy months", sentences=months, steps=steps))
    return Explanation(subject="aggregate", id=None, sections=tuple(sections))


def _windows_in_words(settlement: Settlement) -> Iterator[str]:
    """Say how many claims count by a rider on the windows alone."""
    accounts = settlement.aggregate.netted.accounts.values() if settlement.aggregate else ()
    rows = [payment for account in accounts for payment in account.arrived]
    rows += [recovery.payment for account in accounts for recovery in account.recovered]
    if count := let_in_by_a_rider(settlement, Coverage.AGGREGATE, rows):
        claims = "1 claim counts" if count == 1 else f"{count:,} claims count"
        yield f"{claims} by {windows_in_words(settlement.policy, Coverage.AGGREGATE)}."


def _accommodation_in_words(settlement: Settlement, sheet: AggregateSheet, rider: Accommodation) -> Iterator[str]:
    """Say what of the carrier's money came early, and why something wanted is not due, or not due back."""
    if settlement.period_ended:
        last = settlement.policy.period.last_day_in_force
        early = [row.cents for row in settlement.received if row.coverage is Coverage.AGGREGATE and row.paid_on <= last]
        if early:
            yield (
                f"Of the {sheet.reimbursed:,} that the carrier has paid, {dollars(sum(early)):,} was advanced "
                f"by {last}, under the accommodation; it is taken off like all the rest."
            )
        return
    row = sheet.accommodation
    if row is None:
        yield f"Nothing is advanced before {settlement.policy.period.end_of_month(1)}, when the first month ends."
        return
    moved = row.wanted - row.advanced
    if sheet.due == 0 and moved > 0:
        yield f"A request of {moved:,} waits, because it is below the smallest one, {rider.smallest:,}."
    elif sheet.due == 0 and moved < 0:
        yield f"{-moved:,} was advanced that is no longer wanted; it goes back at the end of the period."


def _divisions_in_words(sheet: AggregateSheet) -> Iterator[str]:
    """Say which divisions have worksheets of their own."""
    if sheet.divisions:
        names = [each.division or "what names no division" for each in sheet.divisions]
        yield f"It is also told by division, and these add up to it: {', '.join(names)}."


def _factors_in_words(terms: AggregateTerms) -> Iterator[str]:
    """Say what factors tell apart beside tiers, when they change, and whose enrollment a month takes."""
    lag = terms.enrollment_lag
    if lag:
        yield f"Each policy month takes the covered units of {'the month' if lag == 1 else f'{lag} months'} before it."
    apart = [
        name
        for name, told in (
            ("class", any(factor.covered_class for factor in terms.factors)),
            ("plan", any(factor.plan for factor in terms.factors)),
        )
        if told
    ]
    if apart:
        yield f"Factors go by {' and '.join(apart)} beside the tier."
    days = sorted({factor.from_on for factor in terms.factors if factor.from_on is not None})
    if days:
        yield f"Factors change in the months that begin on or after {', '.join(map(str, days))}."


def __dir__() -> list[str]:
    return __all__
