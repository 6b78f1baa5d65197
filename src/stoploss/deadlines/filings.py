"""What has to reach the carrier: notice of what happened, and proof of loss for what is due.

Notice is due so many days after an event.
Whether it was given is not known here, so a day that has passed is not listed.
Proof of loss is due so many days after the end of the cover's paid window (after the last day in force, where that
window never ends); it is listed for what is due and not yet reimbursed, also once the day has passed.

Source: "Notice of Claim" and "Proof of Loss" of policy forms; see ``docs/clauses.md``, notices.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from stoploss.basis import Windows
from stoploss.deadlines.deadline import Deadline, DeadlineKind
from stoploss.facts import Coverage
from stoploss.money import ZERO, Amount
from stoploss.notices import Event, EventKind
from stoploss.statement import Statement

__all__ = ["notice_deadlines", "proof_deadlines"]

_NO_CLAIM = {EventKind.MAXIMUM_MET, EventKind.AGGREGATING_EXHAUSTED}
"""Events after which there is nothing new to claim."""


def notice_deadlines(statement: Statement, happened: Iterable[Event], as_of: dt.date) -> Iterator[Deadline]:
    """Yield the days by which the carrier wants to hear of each event, with what it reimburses for the unit so far."""
    terms = statement.settlement.policy.notices
    if terms is None or terms.notice_days is None:
        return
    reimbursable = {sheet.unit: sheet.reimbursable for sheet in statement.specific.units} if statement.specific else {}
    of_the_aggregate = statement.aggregate.reimbursable if statement.aggregate else ZERO
    for event in happened:
        last_day = event.happened_on + dt.timedelta(days=terms.notice_days)
        if event.kind in _NO_CLAIM or last_day < as_of:
            continue
        crossed = event.kind is EventKind.ATTACHMENT_CROSSED
        at_risk = of_the_aggregate if crossed else reimbursable.get(event.unit or "", ZERO)
        yield Deadline(
            kind=DeadlineKind.NOTICE,
            last_day=last_day,
            days_left=(last_day - as_of).days,
            covers=(Coverage.AGGREGATE,) if crossed else (Coverage.SPECIFIC,),
            unit=event.unit,
            claims=(event.claim,),
            amount=event.total or ZERO,
            at_risk=at_risk,
        )


def proof_deadlines(statement: Statement, as_of: dt.date) -> Iterator[Deadline]:
    """Yield the days by which proof of loss is filed for what is due under each cover."""
    policy = statement.settlement.policy
    if policy.notices is None or policy.notices.proof_days is None:
        return
    for coverage, windows, due in _due(statement):
        ends = windows.paid.last or policy.period.last_day_in_force
        last_day = ends + dt.timedelta(days=policy.notices.proof_days)
        for unit, amount in due:
            if amount > 0:
                yield Deadline(
                    kind=DeadlineKind.PROOF,
                    last_day=last_day,
                    days_left=(last_day - as_of).days,
                    covers=(coverage,),
                    unit=unit,
                    amount=amount,
                    at_risk=amount,
                )


def _due(statement: Statement) -> Iterator[tuple[Coverage, Windows, list[tuple[str | None, Amount]]]]:
    """Yield what is due under each cover, unit by unit."""
    policy = statement.settlement.policy
    if statement.specific is not None and policy.specific_windows is not None:
        due = [(sheet.unit, sheet.due) for sheet in statement.specific.units]
        yield Coverage.SPECIFIC, policy.specific_windows, [*due]
    if statement.aggregate is not None and policy.aggregate_windows is not None:
        yield Coverage.AGGREGATE, policy.aggregate_windows, [(None, statement.aggregate.due)]


def __dir__() -> list[str]:
    return __all__
