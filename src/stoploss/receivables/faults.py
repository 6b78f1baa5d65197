"""What is wrong between requests, denials, the carrier's payments and the statement; all of it at once.

An *error* is what cannot be true together: a request for a unit that nobody reported, an advance without its rider, a
denial larger than its request.
A *notice* is what happens in good order and should be seen: a refund that came after the request, a payment for a unit
without claims (the settlement has it as due to the carrier).

Source: ``docs/clauses.md``, money.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import evolve

from stoploss.errors import Finding
from stoploss.facts import CarrierPaymentKind, Coverage, Payment, Status
from stoploss.money import cents
from stoploss.policy import Policy
from stoploss.receivables.answers import Answered
from stoploss.receivables.units import Unit, owed, sheets_of
from stoploss.requests import Denial, Request, RequestKind
from stoploss.statement import Statement, settle

__all__ = ["advance_notices", "denial_faults", "limit_findings", "request_faults", "rider_faults", "unit_notices"]


def request_faults(requests: Sequence[Request], statement: Statement) -> Iterator[Finding]:
    """Yield what is wrong with requests, by position: with their cover, unit, kind, claims and succession."""
    yield from _told_otherwise("requests", requests)
    policy = statement.settlement.policy
    units = _units_by_claim(statement)
    known = set(units.values())
    for position, request in enumerate(requests):
        where = f"requests[{position}]"
        if getattr(policy, request.coverage) is None:
            rule = f"the policy has no {request.coverage} cover under which anything could be requested"
            yield Finding(code="SL634", where=f"{where}.coverage", rule=rule)
        elif request.member is not None and request.member not in known:
            rule = f"no claim was reported for this {policy.per}, so there is nothing to request"
            yield Finding(code="SL635", where=f"{where}.member", rule=rule, help="check the id")
        elif any(units.get(claim) is None for claim in request.claims):
            rule = "a request covers claims that were reported"
            yield Finding(code="SL642", where=f"{where}.claims", rule=rule, help="check the ids")
        elif request.member is not None and any(units[claim] != request.member for claim in request.claims):
            rule = f"a request covers claims of its own {policy.per}"
            yield Finding(code="SL642", where=f"{where}.claims", rule=rule)
        if request.kind is RequestKind.ADVANCE and not _has_rider(policy, request.coverage):
            yield Finding(
                code="SL637", where=f"{where}.kind", rule=_without_rider(request.coverage), help="correct the kind"
            )
    yield from _succession_faults(requests)


def denial_faults(denials: Sequence[Denial], requests: Mapping[str, Request]) -> Iterator[Finding]:
    """
    Yield what is wrong between denials and the requests that they name.

    Args:
        denials: In any order.
        requests: By id.
    """
    yield from _told_otherwise("denials", denials)
    denied: dict[str, int] = {}
    for denial in {denial.id: denial for denial in denials}.values():
        denied[denial.request] = denied.get(denial.request, 0) + denial.cents
    for position, denial in enumerate(denials):
        where, request = f"denials[{position}]", requests.get(denial.request)
        if request is None:
            yield Finding(code="SL643", where=f"{where}.request", rule="a denial names a request that was reported")
            continue
        if denied[denial.request] > request.cents:
            rule = "what is denied of a request, all denials together, is no more than the request"
            yield Finding(code="SL644", where=f"{where}.amount", rule=rule)
        if denial.denied_on < request.requested_on:
            rule = "a request is denied on or after the day on which it was made"
            yield Finding(code="SL645", where=f"{where}.denied_on", rule=rule)


def advance_notices(requests: Sequence[Request], policy: Policy) -> Iterator[Finding]:
    """Yield the requests for an advance that the terms of advance funding let the carrier refuse."""
    terms = policy.advance_funding
    for position, request in enumerate(requests):
        if terms is None or request.kind is not RequestKind.ADVANCE or request.coverage is Coverage.AGGREGATE:
            continue
        last = terms.last_request(policy.period)
        if request.cents < cents(terms.smallest):
            rule = f"the carrier advances no less than {terms.smallest:,} at a time"
            yield Finding(code="SL649", where=f"requests[{position}].amount", rule=rule, help="ask for more at once")
        if request.requested_on > last:
            rule = f"the last day on which an advance could be requested was {last}"
            yield Finding(code="SL649", where=f"requests[{position}].requested_on", rule=rule)


def rider_faults(statement: Statement) -> Iterator[Finding]:
    """Yield the carrier's payments that are called an advance or an accommodation and have no rider behind them."""
    policy = statement.settlement.policy
    for position, payment in enumerate(statement.settlement.reported.carrier_payments):
        if payment.kind is not CarrierPaymentKind.REIMBURSEMENT and not _has_rider(policy, payment.coverage):
            help_ = "what the carrier owes by the policy is a reimbursement"
            where = f"carrier_payments[{position}].kind"
            yield Finding(code="SL638", where=where, rule=_without_rider(payment.coverage), help=help_)


def unit_notices(statement: Statement) -> Iterator[Finding]:
    """Yield the carrier's payments for units of which no claim was reported."""
    known = set(_units_by_claim(statement).values())
    for position, payment in enumerate(statement.settlement.reported.carrier_payments):
        if payment.member is not None and payment.member not in known:
            per = statement.settlement.policy.per
            rule = f"no claim was reported for this {per}, so the payment is due back to the carrier"
            yield Finding(code="SL646", where=f"carrier_payments[{position}].member", rule=rule, help="check the id")


def limit_findings(
    answered: Iterable[Answered], owed_now: int, positions: Mapping[str, int], statement: Statement
) -> Iterator[tuple[bool, Finding]]:
    """
    Yield the requests of a unit for more than is reimbursable, each with whether that was so from the start (an error).

    A request is measured by the statement.
    Where it asks for more than that, it is measured by what the same facts made reimbursable on its own day, because a
    refund may have come afterwards; an advance, by what its pending claims would have made reimbursable.

    Args:
        answered: The unit's requests, with what had been asked for before each.
        owed_now: What the carrier owes for the unit by the statement, in cents.
        positions: Where each request was reported.
        statement: The statement.
    """
    for each in answered:
        request = each.request
        asked = each.asked_before + request.cents
        if asked <= owed_now:
            continue
        where = f"requests[{positions[request.id]}].amount"
        sheet = sheets_of(_on_its_day(request, statement)).get((request.coverage, request.member))
        if asked > owed(sheet):
            rule = "a request asks for no more than is reimbursable and was not requested before"
            yield True, Finding(code="SL636", where=where, rule=rule, help="explain the unit, and check the day")
        elif request.kind is not RequestKind.ADVANCE:
            rule = "more was requested than is reimbursable by now; a refund or a correction came after it"
            yield False, Finding(code="SL647", where=where, rule=rule)


def _on_its_day(request: Request, statement: Statement) -> Statement:
    """Settle the same facts as of the day of a request; for an advance, with its pending claims paid."""
    settlement = statement.settlement
    reported = settlement.reported
    as_of = min(request.requested_on, statement.as_of or request.requested_on)
    payments: Iterable[Payment] = reported.payments.values()
    if request.kind is RequestKind.ADVANCE and request.coverage is Coverage.SPECIFIC:
        payments = [
            evolve(payment, status=Status.PAID, paid_on=as_of)
            if payment.status is Status.PENDING and (payment.id in request.claims or not request.claims)
            else payment
            for payment in payments
        ]
    return settle(settlement.policy, payments, reported.units, reported.carrier_payments, as_of=as_of)


def _succession_faults(requests: Sequence[Request]) -> Iterator[Finding]:
    """Find a second initial request, a subsequent one without an initial one, and any request after the final one."""
    kinds: dict[Unit, list[RequestKind]] = {}
    first = {request.id: position for position, request in reversed(list(enumerate(requests)))}
    in_order = sorted(first.values(), key=lambda position: _when(requests[position]))
    for position in in_order:
        request = requests[position]
        before = kinds.setdefault((request.coverage, request.member), [])
        where = f"requests[{position}].kind"
        if RequestKind.FINAL in before:
            yield Finding(code="SL641", where=where, rule="no request follows the final one")
        if request.kind is RequestKind.INITIAL and RequestKind.INITIAL in before:
            rule = "there is one initial request; the next ones are subsequent"
            yield Finding(code="SL639", where=where, rule=rule)
        if request.kind is RequestKind.SUBSEQUENT and RequestKind.INITIAL not in before:
            rule = "a subsequent request follows an initial one"
            yield Finding(code="SL640", where=where, rule=rule)
        before.append(request.kind)


def _when(request: Request) -> tuple[object, ...]:
    """Sort requests by day; on one day in the order of their kinds, so that one may follow another at once."""
    return (request.requested_on, list(RequestKind).index(request.kind), request.id)


def _told_otherwise(name: str, facts: Sequence[Request | Denial]) -> Iterator[Finding]:
    first: dict[str, Request | Denial] = {}
    for position, fact in enumerate(facts):
        if first.setdefault(fact.id, fact) != fact:
            rule = "this id was already reported with other content"
            yield Finding(code="SL633", where=f"{name}[{position}].id", rule=rule, help="give it an id of its own")


def _units_by_claim(statement: Statement) -> dict[str, str]:
    """Return the unit of every reported claim."""
    settlement = statement.settlement
    return {id_: settlement.unit_of_owner(payment) for id_, payment in settlement.reported.payments.items()}


def _has_rider(policy: Policy, coverage: Coverage) -> bool:
    if coverage is Coverage.SPECIFIC:
        return policy.advance_funding is not None
    return policy.aggregate is not None and policy.aggregate.accommodation is not None


def _without_rider(coverage: Coverage) -> str:
    if coverage is Coverage.SPECIFIC:
        return "the policy has no advance funding, under which the carrier would pay ahead"
    return "the policy has no aggregate accommodation, under which the carrier would pay ahead"


def __dir__() -> list[str]:
    return __all__
