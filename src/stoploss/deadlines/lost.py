"""What was lost already: claims that were not paid by their last day, whether they were paid later or still wait.

What is lost is the difference between two final settlements: one in which every claim that came too late for some cover
was paid on its first last day, which reaches all of them, and one in which it was not.
In both, the claims that can still be paid in time are.

A claim that came too late here may count under the policy of another year; that is for a program to say.

Source: Claire's Stores v. Companion Life (paid four weeks late); see ``docs/clauses.md``, notices.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from attrs import field, frozen

from stoploss.deadlines.claims import PendingClaim, paying_in_time, pending_by_day
from stoploss.deadlines.worlds import PaidOn, worlds_from
from stoploss.eligibility import Reason
from stoploss.facts import Payment, Status
from stoploss.money import ZERO, Amount, cents, dollars
from stoploss.splits import Split
from stoploss.statement import Statement

__all__ = ["Lost", "lost_claims"]

_TOO_LATE = (Reason.PAID_AFTER, Reason.PRIOR_ADMINISTRATOR)
"""Why a payment that came too late is excluded; a prior administrator's may be for other reasons as well."""


@frozen(kw_only=True)
class Lost:
    """
    What came too late.

    Args:
        claims: The claims of which some cover would have taken more, by id.
        amount: What the carrier would owe more.
    """

    claims: tuple[str, ...] = field(default=(), repr=False)
    amount: Amount = field(default=ZERO, repr=False)


def lost_claims(
    statement: Statement, pending: Sequence[Payment], claims: Sequence[PendingClaim], advanced: PaidOn, as_of: dt.date
) -> Lost:
    """
    Return what was lost by the day of a statement.

    Args:
        statement: Of the day that is asked about.
        pending: Every pending claim.
        claims: Those of them that some cover would take.
        advanced: The last day on which specific takes a claim that the carrier has advanced, whatever its window.
        as_of: The day.
    """
    paid_late = tuple(_paid_late(statement))
    if not paid_late and all(min(claim.last_days) >= as_of for claim in claims):
        return Lost()
    worlds = worlds_from(statement, (*pending, *paid_late))
    looked_at = pending_by_day(worlds, (*pending, *paid_late), advanced)
    waiting = {payment.id for payment in pending}
    is_now = worlds.statement(paying_in_time([claim for claim in looked_at if claim.payment.id in waiting], as_of))
    was_possible = worlds.statement({claim.payment.id: min(claim.last_days) for claim in looked_at})
    names = sorted(claim.payment.id for claim in looked_at)
    return Lost(
        claims=tuple(name for name in names if _more(was_possible.split(name), is_now.split(name))),
        amount=dollars(max(0, cents(was_possible.carrier_total) - cents(is_now.carrier_total))),
    )


def _paid_late(statement: Statement) -> Iterator[Payment]:
    """Yield the payments that some cover excludes for the day of something, each once."""
    seen: set[str] = set()
    for run in (statement.settlement.specific, statement.settlement.aggregate):
        if run is None:
            continue
        excluded = run.netted.screened.excluded
        for payment in (payment for reason in _TOO_LATE for payment in excluded.get(reason, ())):
            if payment.cents > 0 and payment.status is Status.PAID and payment.id not in seen:
                seen.add(payment.id)
                yield payment


def _more(possible: Split, now: Split) -> bool:
    """Say whether a cover would have taken more of a claim."""
    of_specific, of_aggregate = possible.net or ZERO, possible.aggregate_net or ZERO
    return of_specific > (now.net or ZERO) or of_aggregate > (now.aggregate_net or ZERO)


def __dir__() -> list[str]:
    return __all__
