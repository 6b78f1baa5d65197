"""Notices: what happened in a policy year that the carrier wants to hear of, each event once and dated.

A unit has reached half of its *own* deductible, its deductible, its maximum; the aggregating specific deductible is
exhausted; counted claims exceed the attachment to date; a claim has a diagnosis of the carrier's list; a stay in
hospital is long.

Example: a deductible of 100,000 and a laser of 400,000 on one member.
120,000 paid for somebody else meets the deductible on the day of the payment that passes 100,000; 120,000 paid for the
lasered member is not even half of theirs.

An event is a function of the policy and the facts: asked again, later, the same events come with the same days, and
new ones beside them.
Payments are taken as netted today, so one that was refunded since may take its event back.

Source: "Notice of Claim" of policy forms, claims guides of carriers; see ``docs/clauses.md``, notices.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from attrs import evolve

from stoploss.choice import sequence_of
from stoploss.errors import Finding, InvalidValue
from stoploss.facts import CarrierPayment, CoveredUnits, Payment
from stoploss.notices.crossings import aggregating_exhausted, attachment_crossed, unit_crossings
from stoploss.notices.diagnoses import INPATIENT, diagnosed, long_stays
from stoploss.notices.event import Event, EventKind
from stoploss.notices.triggers import Trigger, read_triggers, sample_triggers
from stoploss.policy import Policy
from stoploss.promises import NoticeTerms
from stoploss.statement import Statement, settle
from stoploss.window import check_day
from stoploss.words import ConsumeBy

__all__ = ["INPATIENT", "Event", "EventKind", "Trigger", "events", "read_triggers", "sample_triggers"]


def events(
    policy: Policy,
    payments: Iterable[Payment],
    units: Iterable[CoveredUnits] = (),
    carrier_payments: Iterable[CarrierPayment] = (),
    *,
    as_of: dt.date | None = None,
    since: dt.date | None = None,
    triggers: Iterable[Trigger] = (),
) -> tuple[Event, ...]:
    """
    Return what happened in a policy year, each event once, by day.

    Payments are taken in the order in which they were paid, whatever order they consume the deductible in: that is the
    order in which somebody watching hears of them.

    Args:
        policy: The policy; its ``notices`` say at which share or dollars the carrier wants to hear of a unit (half of
            the deductible unless told otherwise), and from how many days a stay is long.
        payments, units, carrier_payments: The facts, as :func:`~stoploss.statement.settle` takes them.
        as_of: Take what was paid, and reported, up to and including this day; ``None`` takes everything.
        since: Leave out what happened before this day.
        triggers: The carrier's list of trigger diagnoses.

    Raises:
        FactError: As ``settle`` does.
        InvalidValue: For a *since* after *as_of*: nothing could happen between them.

    >>> from stoploss.specific_terms import SpecificTerms
    >>> from stoploss.window import Period
    >>> year = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))
    >>> specific = SpecificTerms(basis="12/15", covers=["medical"], deductible="100000")
    >>> policy = Policy(policyholder="Employer", carrier="Carrier", number="1", period=year, specific=specific)
    >>> paid = [(dt.date(2025, 4, 1), "60000"), (dt.date(2025, 6, 2), "60000")]
    >>> payments = [
    ...     Payment(id=str(at), member="M1", incurred_on=dt.date(2025, 3, 1), paid_on=day, amount=amount)
    ...     for at, (day, amount) in enumerate(paid)
    ... ]
    >>> for event in events(policy, payments):
    ...     print(event.happened_on, event.kind, event.threshold, event.total)
    2025-04-01 share_of_deductible 50000.00 60000.00
    2025-06-02 deductible_met 100000.00 120000.00
    """
    listed = sequence_of(Trigger, triggers, "triggers")
    if since is not None:
        check_day(since, "since")
        if as_of is not None and since > as_of:
            rule = f"nothing happens from {since} to {as_of}: the one day is after the other"
            raise InvalidValue(Finding(code="SL657", where="since", rule=rule))
    statement = settle(_by_paid_day(policy), payments, units, carrier_payments, as_of=as_of)
    found = (event for event in _happened(statement, listed) if since is None or event.happened_on >= since)
    return tuple(sorted(found, key=_in_order))


def _by_paid_day(policy: Policy) -> Policy:
    """
    Return the policy with payments in the order in which they were paid.

    Without the accommodation: it changes no line that is reached, and takes a settlement of its own for every month.
    """
    aggregate = policy.aggregate and evolve(policy.aggregate, accommodation=None)
    if policy.specific is not None:
        return evolve(policy, specific=evolve(policy.specific, consume_by=ConsumeBy.PAID), aggregate=aggregate)
    return evolve(policy, aggregate=aggregate and evolve(aggregate, consume_by=ConsumeBy.PAID))


def _happened(statement: Statement, triggers: tuple[Trigger, ...]) -> Iterator[Event]:
    policy = statement.settlement.policy
    terms = policy.notices or NoticeTerms()
    yield from diagnosed(statement.settlement, triggers)
    if terms.stay_days is not None:
        yield from long_stays(statement.settlement, terms.stay_days)
    if policy.specific is not None:
        yield from unit_crossings(statement, policy.specific, terms)
        yield from aggregating_exhausted(statement, policy.specific)
    if statement.aggregate is not None:
        yield from attachment_crossed(statement, statement.aggregate)


def _in_order(event: Event) -> tuple[dt.date, int, str, str, str]:
    return event.happened_on, list(EventKind).index(event.kind), event.unit or "", event.claim, event.about


def __dir__() -> list[str]:
    return __all__
