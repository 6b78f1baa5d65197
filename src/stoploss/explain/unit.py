"""What happened to a unit's claims under specific."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from stoploss.eligibility import Reason
from stoploss.explain.explanation import Explanation, Section, due_in_words
from stoploss.explain.windows import let_in_by_a_rider, windows_in_words
from stoploss.facts import Coverage, Payment, carries
from stoploss.lasers import Laser
from stoploss.money import Amount, dollars
from stoploss.netting import Account
from stoploss.settlement import Settlement
from stoploss.specific import SpecificRun
from stoploss.specific_sheet import UnitSheet
from stoploss.statement import Statement
from stoploss.words import LaserEffect

__all__ = ["explain_unit", "few_or_many"]


def explain_unit(statement: Statement, unit: str) -> Explanation:
    """
    Explain what happened to one member's (or family's) claims under specific.

    Raises:
        UnknownFact: When specific holds no sheet for the unit.
    """
    steps = statement.unit_steps(unit)
    sheet = statement.unit(unit)
    settlement = statement.settlement
    run = settlement.specific
    account = (run.netted.accounts.get(unit) if run else None) or Account.empty(unit)
    rows = [*account.arrived, *(recovery.payment for recovery in account.recovered)]
    sentences = [
        f"{sheet.eligible:,} is eligible, on {few_or_many(len(rows), 'claim')} of this {settlement.policy.per}.",
        *_owed_in_words(sheet),
        *_windows_in_words(settlement, rows),
        *(_laser_in_words(run, account) if run else ()),
    ]
    sentences += [
        f"{count:,} of its claims for {amount:,} did not count: {reason.replace('_', ' ')}."
        for reason, count, amount in (_excluded_of(settlement, run, unit) if run else ())
    ]
    section = Section(title="Specific", sentences=tuple(sentences), steps=steps)
    return Explanation(subject="unit", id=unit, sections=(section,))


def few_or_many(count: int, what: str) -> str:
    """
    Return a number of things, in words that fit it.

    >>> few_or_many(1, "claim"), few_or_many(1200, "claim")
    ('1 claim', '1,200 claims')
    """
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"


def _owed_in_words(sheet: UnitSheet) -> Iterator[str]:
    """Say what the carrier owes; of several over one another, each."""
    if not sheet.layers:
        owed = f"The carrier reimburses {sheet.reimbursable:,}, has paid {sheet.reimbursed:,}"
        yield f"{owed}; {due_in_words(sheet.due)}."
        return
    yield f"The carriers reimburse {sheet.reimbursable:,} together, and have paid {sheet.reimbursed:,}."
    for layer in sheet.layers:
        owed = f"{layer.carrier} reimburses {layer.reimbursable:,}, has paid {layer.reimbursed:,}"
        yield f"{owed}; {due_in_words(layer.due)}."


def _windows_in_words(settlement: Settlement, rows: list[Payment]) -> Iterator[str]:
    """Say how many claims count by a rider on the windows alone."""
    if count := let_in_by_a_rider(settlement, Coverage.SPECIFIC, rows):
        counts = "counts" if count == 1 else "count"
        yield f"{count:,} of its claims {counts} by {windows_in_words(settlement.policy, Coverage.SPECIFIC)}."


def _laser_in_words(run: SpecificRun, account: Account) -> Iterator[str]:
    """Say what a laser takes that does not take all of its unit, and whether one that waits has been triggered."""
    laser = next((laser for laser in run.terms.lasers if laser.unit == account.unit), None)
    if laser is None:
        return
    if laser.when is not None:
        triggered = _triggered_on(laser, account)
        if triggered is None:
            yield f'Its laser waits for a claim that carries "{laser.when}"; none that counts has come.'
            return
        since = (
            "to what was paid from that day on" if laser.effect is LaserEffect.FROM_TRIGGER else "to the whole period"
        )
        yield f'A claim that carries "{laser.when}" was paid on {triggered}, and so its laser applies {since}.'
    if laser.from_on is not None:
        yield f"Its laser applies to what was paid from {laser.from_on} on."
    if laser.tags:
        labels = " or ".join(f'"{label}"' for label in laser.tags)
        yield f"Its laser takes the claims that carry {labels}, over a total of their own."


def _triggered_on(laser: Laser, account: Account) -> dt.date | None:
    """Return the day of the first payment that triggers a conditional laser; ``None`` where none does."""
    columns = zip(account.payments, account.nets, strict=True)
    days = [
        payment.paid_on
        for payment, net in columns
        if net > 0 and payment.paid_on and laser.when is not None and carries(payment, laser.when)
    ]
    return min(days, default=None)


def _excluded_of(settlement: Settlement, run: SpecificRun, unit: str) -> list[tuple[str, int, Amount]]:
    """Return what specific excluded of a unit, by reason in screening order."""
    by_reason: dict[Reason, list[int]] = {reason: [] for reason in Reason}
    for reason, payment in run.netted.screened.told():
        if settlement.unit_of_owner(payment) == unit:
            by_reason[reason].append(payment.cents)
    return [(str(reason), len(rows), dollars(sum(rows))) for reason, rows in by_reason.items() if rows]


def __dir__() -> list[str]:
    return __all__
