"""What claims tell beside their dollars: trigger diagnoses, and long stays in hospital.

A claim is known from the day on which it was reported; where that was not told, from the day it was paid; a pending
claim without either, from its service day.
What was known stays known: neither a void nor an exclusion takes such an event back.
Only claims that were incurred in the incurred window of one of the covers are looked at.

Source: ``docs/clauses.md``, notices.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence

from stoploss.facts import Payment, carries
from stoploss.notices.event import Event, EventKind
from stoploss.notices.triggers import Trigger
from stoploss.settlement import Settlement

__all__ = ["INPATIENT", "diagnosed", "long_stays"]

INPATIENT = "inpatient"
"""The tag of a claim for a day in hospital: one line a day, on its service day."""

_ONE_DAY = dt.timedelta(days=1)


def diagnosed(settlement: Settlement, triggers: Sequence[Trigger]) -> Iterator[Event]:
    """Yield the first claim of each member that carries the label of each trigger."""
    seen: set[tuple[str, str]] = set()
    for known_on, payment in _known(settlement):
        if not (payment.diagnosis or payment.tags):
            continue
        for trigger in triggers:
            if (payment.member, trigger.label) not in seen and carries(payment, trigger.label):
                seen.add((payment.member, trigger.label))
                yield Event(
                    kind=EventKind.TRIGGER_DIAGNOSIS,
                    happened_on=known_on,
                    unit=payment.member,
                    claim=payment.id,
                    about=": ".join(filter(None, (trigger.label, trigger.description))),
                )


def long_stays(settlement: Settlement, days: int) -> Iterator[Event]:
    """
    Yield every stay of at least *days* days on end, once: with the claim that completed that many.

    Two stays that a later claim joins into one are not told again.
    """
    in_hospital: defaultdict[str, set[dt.date]] = defaultdict(set)
    told: defaultdict[str, set[dt.date]] = defaultdict(set)
    for known_on, payment in _known(settlement):
        if INPATIENT not in payment.tags:
            continue
        member = payment.member
        in_hospital[member].add(payment.incurred_on)
        stay = _stay_around(payment.incurred_on, in_hospital[member])
        if len(stay) < days or not told[member].isdisjoint(stay):
            continue
        told[member].update(stay)
        yield Event(
            kind=EventKind.LONG_STAY,
            happened_on=known_on,
            unit=member,
            claim=payment.id,
            about=f"{len(stay)} days from {stay[0]}",
        )


def _stay_around(day: dt.date, days: set[dt.date]) -> list[dt.date]:
    """Return the days on end of which *day* is one."""
    first = last = day
    while first - _ONE_DAY in days:
        first -= _ONE_DAY
    while last + _ONE_DAY in days:
        last += _ONE_DAY
    return [first + _ONE_DAY * number for number in range((last - first).days + 1)]


def _known(settlement: Settlement) -> Iterator[tuple[dt.date, Payment]]:
    """Yield the claims that were known by the day of the settlement, with that day, in the order of these days."""
    policy = settlement.policy
    windows = [own.incurred for own in (policy.specific_windows, policy.aggregate_windows) if own]
    known = [
        (payment.reported_on or payment.paid_on or payment.incurred_on, payment.id, payment)
        for payment in settlement.reported.payments.values()
        if payment.cents > 0 and any(window.holds(payment.incurred_on) for window in windows)
    ]
    for known_on, _, payment in sorted(known, key=lambda row: row[:2]):
        if settlement.as_of is None or known_on <= settlement.as_of:
            yield known_on, payment


def __dir__() -> list[str]:
    return __all__
