"""Specific advance funding: what may be asked for and until when, and what has been advanced and not yet used.

The carrier advances its part of claims that are adjudicated and not paid: what it would reimburse for a unit if the
claims that can still be paid in time were paid, less what it reimburses or has paid without them.
A request comes in some days before the period ends, and a small one is not taken.

An advance is used once the plan has paid what it was for.
The plan has some working days for that, or else the rest of the paid window.
An advance that is not used is to be returned: it is what the carrier has paid beyond what it owes.

Source: HM Life, coordinated reimbursement rider; see ``docs/clauses.md``, notices.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence

from stoploss.deadlines.claims import PendingClaim
from stoploss.deadlines.deadline import Deadline, DeadlineKind
from stoploss.deadlines.worlds import PaidOn
from stoploss.facts import CarrierPayment, CarrierPaymentKind, Coverage
from stoploss.money import cents, dollars
from stoploss.policy import Policy
from stoploss.riders import AdvanceFunding
from stoploss.statement import Statement
from stoploss.window import working_days_after

__all__ = ["advanced_until", "requests", "unused_advances"]

_SPECIFIC = (Coverage.SPECIFIC,)


def requests(
    statement: Statement, in_time: Statement, claims: Sequence[PendingClaim], as_of: dt.date
) -> Iterator[Deadline]:
    """
    Yield what may be advanced for each unit, while it may still be asked for.

    Args:
        statement: Of the day that is asked about.
        in_time: Of the world in which every claim that can still be paid in time is.
        claims: The pending claims.
        as_of: The day.
    """
    policy = statement.settlement.policy
    rider = policy.advance_funding
    if rider is None:
        return
    last_day = rider.last_request(policy.period)
    if as_of > last_day:
        return
    then = {sheet.unit: cents(sheet.reimbursable) for sheet in in_time.specific.units} if in_time.specific else {}
    already = _already(statement)
    for unit, names in _under_specific(claims, as_of).items():
        advance = then.get(unit, 0) - already.get(unit, 0)
        if advance > 0 and advance >= cents(rider.smallest):
            yield Deadline(
                kind=DeadlineKind.REQUEST_ADVANCE,
                last_day=last_day,
                days_left=(last_day - as_of).days,
                covers=_SPECIFIC,
                unit=unit,
                claims=tuple(names),
                amount=dollars(advance),
                at_risk=dollars(advance),
            )


def unused_advances(statement: Statement, as_of: dt.date) -> Iterator[Deadline]:
    """
    Yield the advances that the plan has not used, those with a passed day being repayable.

    One whose claims were all paid, and count, was used. What a unit owes back is that of the latest of the others.
    """
    policy = statement.settlement.policy
    sheets = statement.specific.units if statement.specific else ()
    owed = {sheet.unit: -cents(sheet.due) for sheet in sheets if sheet.due < 0}
    for advance in _latest_first(statement, as_of):
        unit = advance.member or ""
        at_risk = min(advance.cents, owed.get(unit, 0))
        last_day = _last_day_to_use(policy, advance)
        if at_risk <= 0 or last_day is None:
            continue
        owed[unit] -= at_risk
        yield Deadline(
            kind=DeadlineKind.USE_ADVANCE,
            last_day=last_day,
            days_left=(last_day - as_of).days,
            covers=_SPECIFIC,
            unit=unit,
            claims=tuple(sorted(advance.claims)),
            amount=advance.amount,
            at_risk=dollars(at_risk),
        )


def _latest_first(statement: Statement, as_of: dt.date) -> list[CarrierPayment]:
    """Return the advances of which some claim is not paid yet, or does not count, the latest first."""
    settlement = statement.settlement
    run = settlement.specific
    counts = {payment.id for payment in run.netted.screened.eligible} if run else set[str]()
    open_ones = (
        advance
        for advance in settlement.reported.carrier_payments
        if _is_advance(advance, as_of) and not (advance.claims and counts.issuperset(advance.claims))
    )
    return sorted(open_ones, key=lambda advance: (-advance.paid_on.toordinal(), advance.id))


def advanced_until(policy: Policy, received: Sequence[CarrierPayment], as_of: dt.date) -> PaidOn:
    """
    Return the last day on which a claim that was advanced counts as paid on the day of the carrier's money.

    Only an advance that came in the paid window of specific has that effect.
    """
    rider, windows = policy.advance_funding, policy.specific_windows
    if rider is None or rider.paid_within_days is None or windows is None:
        return {}
    until: dict[str, dt.date] = {}
    for advance in received:
        if _is_advance(advance, as_of) and windows.paid.holds(advance.paid_on):
            last_day = working_days_after(advance.paid_on, rider.paid_within_days)
            for claim in advance.claims:
                until[claim] = max(last_day, until.get(claim, last_day))
    return until


def _is_advance(payment: CarrierPayment, as_of: dt.date) -> bool:
    """Say whether this is an advance under specific that the carrier has paid by now."""
    kind, coverage = payment.kind, payment.coverage
    is_advance = kind is CarrierPaymentKind.ADVANCE and coverage is Coverage.SPECIFIC and payment.cents > 0
    return is_advance and payment.paid_on <= as_of


def _last_day_to_use(policy: Policy, advance: CarrierPayment) -> dt.date | None:
    """Return the day by which the plan has to pay what was advanced; ``None``: whenever."""
    rider = policy.advance_funding or AdvanceFunding()
    if rider.paid_within_days is not None:
        return working_days_after(advance.paid_on, rider.paid_within_days)
    return policy.specific_windows.paid.last if policy.specific_windows else None


def _already(statement: Statement) -> dict[str, int]:
    """Return what the carrier owes or has paid for each unit without an advance, whichever is more."""
    sheets = statement.specific.units if statement.specific else ()
    return {sheet.unit: max(cents(sheet.reimbursable), cents(sheet.reimbursed)) for sheet in sheets}


def _under_specific(claims: Sequence[PendingClaim], as_of: dt.date) -> dict[str, list[str]]:
    """Return the claims that specific still takes if they are paid in time, by unit."""
    by_unit: defaultdict[str, list[str]] = defaultdict(list)
    for claim in claims:
        if any(day >= as_of and Coverage.SPECIFIC in covers for day, covers in claim.last_days.items()):
            by_unit[claim.unit].append(claim.payment.id)
    return dict(sorted(by_unit.items()))


def __dir__() -> list[str]:
    return __all__
