"""Who owes what, and since when: one row a unit and one for the aggregate; all in dollars.

Source: ``docs/clauses.md``, money.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import field, fields, frozen

from stoploss.errors import FactError, Finding, WrongType, raise_if_any
from stoploss.facts import CarrierPayment, Coverage
from stoploss.money import ZERO, Amount, cents, dollars
from stoploss.receivables.answers import Answered, Answers, answer
from stoploss.receivables.faults import (
    advance_notices,
    denial_faults,
    limit_findings,
    request_faults,
    rider_faults,
    unit_notices,
)
from stoploss.receivables.units import Sheet, Unit, all_carriers, carriers_of, layer_notices, owed, sheets_of
from stoploss.requests import Denial, Request, RequestKind
from stoploss.sheets import RIDER, to_document
from stoploss.specific_sheet import LayerSheet
from stoploss.statement import Statement
from stoploss.window import check_day

__all__ = ["SUMS", "Receivable", "Receivables", "RequestRow", "most_due_first", "receivables"]

SUMS = (
    "reimbursable",
    "requested",
    "received",
    "returned",
    "unrequested",
    "denied",
    "outstanding",
    "not_requested",
    "due",
)
"""The amounts of a row, which add up over the rows."""

_UNASKED = Answers(requests=(), received=0, returned=0, unrequested=0)


@frozen(kw_only=True)
class RequestRow:
    """
    One request and what became of it.

    Args:
        id: Of the request.
        kind: ``initial``, ``subsequent``, ``advance`` or ``final``.
        requested_on: Day on which it was made.
        amount: ``denied + received + outstanding``.
        denied: What stands denied.
        received: What the carrier has paid on it.
        outstanding: What the carrier has not answered yet.
        age: Whole days since it was made; ``None`` where nothing is outstanding.
    """

    id: str = field(repr=False)
    kind: RequestKind
    requested_on: dt.date
    amount: Amount = field(repr=False)
    denied: Amount = field(repr=False)
    received: Amount = field(repr=False)
    outstanding: Amount = field(repr=False)
    age: int | None


@frozen(kw_only=True)
class Receivable:
    """
    One unit, or the aggregate: what it can get, has asked for, has got, and has yet to get.

    ``requested + unrequested == received + returned + denied + outstanding``, and ``due == reimbursable - received``
    (for the aggregate during the period, with the accommodation in place of ``reimbursable``).

    Args:
        coverage: Which cover.
        unit: The member or family; ``None`` for the aggregate.
        reimbursable: By the statement.
        requested: What the carrier was asked for.
        received: What the carrier has paid, less what went back.
        returned: What went back to the carrier.
        unrequested: What the carrier paid that answers no request.
        denied: What stands denied.
        outstanding: What was requested and not answered yet.
        age: Whole days since the oldest outstanding request was made; ``None`` where nothing is outstanding.
        not_requested: What is due and was never asked for; what stands denied is not in it, and what was asked for
            again after a denial is taken off once.
        due: What the carrier still owes; negative is due to the carrier.
        closed: Whether the final request was made.
        requests: In the order in which they were made.
        carriers: What each of several carriers over one another owes of the unit and has paid, the lowest first; a
            request does not say which of them was asked.
    """

    coverage: Coverage
    unit: str | None = field(repr=False)
    reimbursable: Amount = field(repr=False)
    requested: Amount = field(repr=False)
    received: Amount = field(repr=False)
    returned: Amount = field(repr=False)
    unrequested: Amount = field(repr=False)
    denied: Amount = field(repr=False)
    outstanding: Amount = field(repr=False)
    age: int | None
    not_requested: Amount = field(repr=False)
    due: Amount = field(repr=False)
    closed: bool
    requests: tuple[RequestRow, ...] = field(repr=False)
    carriers: tuple[LayerSheet, ...] = field(default=(), repr=False, metadata={RIDER: True})


@frozen(kw_only=True)
class Receivables:
    """
    All rows, and their sums.

    Args:
        policy: Number of the policy.
        as_of: Day to which ages are counted.
        reimbursable, requested, received, returned, unrequested, denied, outstanding, not_requested, due: The sums.
        carriers: What each of several carriers over one another owes of all units and has paid, the lowest first; what
            they have yet to pay is, with the aggregate's, what is due.
        rows: By the dollars due, the most first; a unit with nothing to get and nothing asked for has no row.
        notices: What happens in good order and should be seen.
    """

    policy: str
    as_of: dt.date
    reimbursable: Amount
    requested: Amount
    received: Amount
    returned: Amount
    unrequested: Amount
    denied: Amount
    outstanding: Amount
    not_requested: Amount
    due: Amount
    carriers: tuple[LayerSheet, ...]
    rows: tuple[Receivable, ...]
    notices: tuple[Finding, ...] = field(eq=False)

    def __repr__(self) -> str:
        return f"Receivables(as_of={self.as_of}, {len(self.rows)} rows)"

    def row(self, coverage: Coverage | str, unit: str | None = None) -> Receivable | None:
        """Return the row of a unit, or of the aggregate; ``None`` where there is none."""
        asked = (Coverage(coverage), unit)
        return next((row for row in self.rows if (row.coverage, row.unit) == asked), None)

    def to_dict(self) -> dict[str, Any]:
        """Return the receivables as plain data, ready for JSON; amounts and days are text."""
        names = [attribute.name for attribute in fields(type(self)) if attribute.name != "notices"]
        return {"schema": 1} | {name: to_document(getattr(self, name)) for name in names}


def receivables(
    statement: Statement, requests: Iterable[Request], denials: Iterable[Denial] = (), *, as_of: dt.date
) -> Receivables:
    """
    Put together what is reimbursable, requested, received, denied, outstanding and due.

    Args:
        statement: What is reimbursable, and what the carrier has paid; settle it as of the same day.
        requests: What was asked of the carrier, in any order; the same request twice counts once.
        denials: What it refused.
        as_of: Requests, denials and payments of the carrier count up to and including this day, and ages end on it.

    Raises:
        FactError: With every finding, by position: ``requests[3].amount``; never with an id or an amount.
    """
    check_day(as_of, "as_of")
    requests, denials = tuple(requests), tuple(denials)
    raise_if_any(WrongType, _of_another_class("requests", requests, Request))
    raise_if_any(WrongType, _of_another_class("denials", denials, Denial))
    by_id = {request.id: request for request in reversed(requests)}
    found = [*request_faults(requests, statement), *denial_faults(denials, by_id), *rider_faults(statement)]
    raise_if_any(FactError, found)
    positions = {request.id: position for position, request in reversed(list(enumerate(requests)))}
    sheets = sheets_of(statement)
    answers = _answers(statement, by_id, {denial.id: denial for denial in denials}, as_of)
    limits = [
        limit
        for unit, each in answers.items()
        for limit in limit_findings(each.requests, owed(sheets.get(unit)), positions, statement)
    ]
    raise_if_any(FactError, [finding for wrong, finding in limits if wrong])
    units = _units(sheets, answers.keys())
    carriers = carriers_of(statement, _last_day(statement, as_of))
    every = [_row(unit, sheets.get(unit), answers.get(unit, _UNASKED), as_of, carriers.get(unit, ())) for unit in units]
    rows = tuple(sorted(every, key=most_due_first))
    sums = {name: dollars(sum(cents(getattr(row, name)) for row in rows)) for name in SUMS}
    notices = (
        *layer_notices(statement, "requests"),
        *unit_notices(statement),
        *advance_notices(requests, statement.settlement.policy),
        *(finding for _, finding in limits),
        *_unrequested_notices(rows, positions),
        *_closed_notices(rows, positions),
    )
    policy = statement.settlement.policy.number
    by_carrier = all_carriers(row.carriers for row in rows)
    return Receivables(policy=policy, as_of=as_of, carriers=by_carrier, rows=rows, notices=notices, **sums)


def _of_another_class(name: str, facts: Iterable[object], kind: type) -> Iterator[Finding]:
    for position, fact in enumerate(facts):
        if type(fact) is not kind:
            rule = f"this is of class {kind.__name__}, and {type(fact).__name__} is not"
            yield Finding(code="SL113", where=f"{name}[{position}]", rule=rule)


def _answers(
    statement: Statement, requests: Mapping[str, Request], denials: Mapping[str, Denial], as_of: dt.date
) -> dict[Unit, Answers]:
    """Answer the requests of every unit that asked for something or received something by a day."""
    asked: defaultdict[Unit, list[Request]] = defaultdict(list)
    denied: defaultdict[Unit, list[Denial]] = defaultdict(list)
    paid: defaultdict[Unit, list[CarrierPayment]] = defaultdict(list)
    for request in requests.values():
        if request.requested_on <= as_of:
            asked[request.coverage, request.member].append(request)
    for denial in denials.values():
        if denial.denied_on <= as_of:
            request = requests[denial.request]
            denied[request.coverage, request.member].append(denial)
    last = _last_day(statement, as_of)
    for payment in statement.settlement.reported.carrier_payments:
        if payment.paid_on <= last:
            paid[payment.coverage, payment.member].append(payment)
    return {unit: answer(asked[unit], denied[unit], paid[unit]) for unit in {**asked, **paid}}


def _last_day(statement: Statement, as_of: dt.date) -> dt.date:
    """Return the last day of which the statement has the carrier's money, no later than that which is asked about."""
    return as_of if statement.as_of is None else min(as_of, statement.as_of)


def _units(sheets: Mapping[Unit, Sheet], answered: Iterable[Unit]) -> set[Unit]:
    """Return the units with anything to get or asked for, and the aggregate where there is one."""
    aggregate: Unit = (Coverage.AGGREGATE, None)
    units = {unit for unit, sheet in sheets.items() if sheet.reimbursable} | set(answered) - {aggregate}
    return units | (sheets.keys() & {aggregate})


def most_due_first(row: Receivable) -> tuple[object, ...]:
    """Sort rows: the most dollars due first, to whomever, then by cover and unit."""
    return (-abs(cents(row.due)), list(Coverage).index(row.coverage), row.unit or "")


def _row(
    unit: Unit, sheet: Sheet | None, answers: Answers, as_of: dt.date, carriers: tuple[LayerSheet, ...]
) -> Receivable:
    coverage, member = unit
    due = owed(sheet) - answers.received
    requests = tuple(_request_row(each, as_of) for each in answers.requests)
    outstanding = sum(each.outstanding for each in answers.requests)
    stands_denied = sum(each.stands_denied for each in answers.requests)
    return Receivable(
        coverage=coverage,
        unit=member,
        reimbursable=sheet.reimbursable if sheet else ZERO,
        requested=dollars(sum(each.request.cents for each in answers.requests)),
        received=dollars(answers.received),
        returned=dollars(answers.returned),
        unrequested=dollars(answers.unrequested),
        denied=dollars(sum(each.denied for each in answers.requests)),
        outstanding=dollars(outstanding),
        age=max((row.age for row in requests if row.age is not None), default=None),
        not_requested=dollars(max(due - outstanding - stands_denied, 0)),
        due=dollars(due),
        closed=any(row.kind is RequestKind.FINAL for row in requests),
        requests=requests,
        carriers=carriers,
    )


def _request_row(answered: Answered, as_of: dt.date) -> RequestRow:
    request = answered.request
    return RequestRow(
        id=request.id,
        kind=request.kind,
        requested_on=request.requested_on,
        amount=request.amount,
        denied=dollars(answered.denied),
        received=dollars(answered.received),
        outstanding=dollars(answered.outstanding),
        age=(as_of - request.requested_on).days if answered.outstanding else None,
    )


def _unrequested_notices(rows: Iterable[Receivable], positions: Mapping[str, int]) -> Iterator[Finding]:
    """Find requests that are open for money which came unrequested."""
    for row in rows:
        # An advance is outstanding for claims that are pending, of which nothing is due yet.
        open_ = [each for each in row.requests if each.outstanding and each.kind is not RequestKind.ADVANCE]
        if row.unrequested and sum(cents(each.outstanding) for each in open_) > max(cents(row.due), 0):
            rule = "more is outstanding than is due, because money came that answers no request"
            where = f"requests[{positions[open_[-1].id]}].amount"
            yield Finding(code="SL655", where=where, rule=rule, help="ask the carrier what its money was for")


def _closed_notices(rows: Iterable[Receivable], positions: Mapping[str, int]) -> Iterator[Finding]:
    """Find what became reimbursable after the final request."""
    for row in rows:
        if row.closed and row.not_requested:
            final = next(request for request in row.requests if request.kind is RequestKind.FINAL)
            rule = "more is due than was requested by the final request"
            where = f"requests[{positions[final.id]}].kind"
            yield Finding(code="SL648", where=where, rule=rule, help="ask the carrier to open the claim again")


def __dir__() -> list[str]:
    return __all__
