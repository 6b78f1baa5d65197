"""The monthly aggregate accommodation: what the carrier advances before the year is settled.

At the end of a policy month, what counts of the claims paid by then is held against a threshold: the months to date, or
the minimum by months where that is greater.
What lies above it, less what the employer keeps, is wanted; less what was advanced so far it is due.
It is early money, not more money: the settlement at the end takes no notice of it but as of what was paid.

Example: after three months 330,000 count against a threshold of 300,000; with 3,000 kept, 27,000 are wanted;
10,000 were advanced before, and 17,000 are due.

Source: TPAC, monthly accommodation (the lesser of the excess over the months and over the pro-rated minimum); see
``docs/clauses.md``, accommodation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

from attrs import evolve, field, frozen

from stoploss.aggregate import AggregateRun
from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment import Attachment
from stoploss.attachment_terms import Accommodation
from stoploss.facts import CarrierPayment, Coverage
from stoploss.layer import above, up_to
from stoploss.money import cents, share_of
from stoploss.policy import Policy
from stoploss.window import Period
from stoploss.words import MaximumKind, MinimumInAccommodation, Repay

__all__ = ["Position", "positions", "standing_on"]


@frozen(kw_only=True)
class Position:
    """
    The accommodation at the end of one policy month, in cents.

    Args:
        month: The policy month, from 1.
        threshold: What counts is held against it.
        counted: What counts of the claims that had been paid by then, as netted then.
        wanted: What should have been advanced by then, in all.
        advanced: What the carrier had paid under the aggregate by then.
        due: What is to be advanced; negative goes back.
    """

    month: int
    threshold: int = field(repr=False)
    counted: int = field(repr=False)
    wanted: int = field(repr=False)
    advanced: int = field(repr=False)
    due: int = field(repr=False)


def positions(
    policy: Policy,
    terms: AggregateTerms,
    *,
    run_by: Callable[[dt.date], AggregateRun],
    received: Sequence[CarrierPayment],
    as_of: dt.date | None,
) -> tuple[Position, ...]:
    """
    Return the accommodation at the end of each policy month that has ended, but the last; empty without the rider.

    Args:
        policy, terms: The policy and its aggregate terms.
        run_by: Returns the aggregate as computed from what had been paid by a day.
        received: What the carrier has paid, under either cover.
        as_of: Day of the statement; ``None``: every month has ended.
    """
    rider = terms.accommodation
    if rider is None:
        return ()
    found: list[Position] = []
    for month in _months(policy.period, rider, as_of):
        end = policy.period.end_of_month(month)
        run, advanced = run_by(end), _advanced(received, end)
        threshold = _threshold(rider, run.attachment)
        wanted = _wanted(terms, rider, run.total, threshold)
        due = _due(wanted, advanced, rider)
        found.append(
            Position(month=month, threshold=threshold, counted=run.total, wanted=wanted, advanced=advanced, due=due)
        )
    return tuple(found)


def standing_on(position: Position, rider: Accommodation, advanced: int) -> Position:
    """Return a month's position with what the carrier has paid since."""
    return evolve(position, advanced=advanced, due=_due(position.wanted, advanced, rider))


def _months(period: Period, rider: Accommodation, as_of: dt.date | None) -> Iterator[int]:
    """Yield the policy months with a request that have ended: in the last one the year is settled instead."""
    last = period.months_begun(None) - 1
    if rider.months_open is not None:
        last = min(last, rider.months_open)
    for month in range(1, last + 1):
        if as_of is None or period.end_of_month(month) <= as_of:
            yield month


def _threshold(rider: Accommodation, attached: Attachment) -> int:
    """Return what counts is held against: the months to date, or the minimum by months where that is greater."""
    months = attached.months_to_date[-1]
    with_minimum = rider.minimum is MinimumInAccommodation.PRORATED
    return max(months, attached.minimum_to_date[-1]) if with_minimum else months


def _wanted(terms: AggregateTerms, rider: Accommodation, counted: int, threshold: int) -> int:
    """Return what should have been advanced by a month's end: the share of the excess, less what is kept."""
    excess = above(counted, threshold)
    maximum = None if terms.maximum is None else cents(terms.maximum)
    if terms.maximum_kind is MaximumKind.CEILING and maximum is not None:
        excess, maximum = min(excess, above(maximum, threshold)), None
    return up_to(above(share_of(excess, terms.share.as_integer_ratio()), cents(rider.keep)), maximum)


def _due(wanted: int, advanced: int, rider: Accommodation) -> int:
    """Return what is to be advanced: a small request waits, and what was advanced too much may wait for the end."""
    due = wanted - advanced
    if 0 < due < cents(rider.smallest) or (due < 0 and rider.repay is Repay.AT_END):
        return 0
    return due


def _advanced(received: Sequence[CarrierPayment], by: dt.date) -> int:
    own = (payment for payment in received if payment.coverage is Coverage.AGGREGATE and payment.paid_on <= by)
    return sum(payment.cents for payment in own)


def __dir__() -> list[str]:
    return __all__
