"""Deadlines: the days after which money is lost, with the dollars that each is worth, before they have passed.

For every pending claim the last day on which paying it still counts; what may be advanced for it, and until when; the
days by which the carrier wants notice and proof of loss.

Example: a deductible of 100,000 on a 12/15 basis, the paid window ends on 2026-03-31.
A claim of 930,000, adjudicated in February and not paid, is worth 830,000 until that day, and nothing after it.

Stop-loss reimburses what the plan *paid*, inside the window: a claim that is paid late is the employer's, however
large, and no later payment mends it.
What was lost that way is told as one sum, because a claim that was paid has no deadline any more.

Source: Claire's Stores v. Companion Life (paid four weeks late), policy forms; see ``docs/clauses.md``, notices.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from attrs import field, frozen

from stoploss.choice import sequence_of
from stoploss.deadlines.advances import advanced_until, requests, unused_advances
from stoploss.deadlines.claims import pay_deadlines, paying_in_time, pending_by_day
from stoploss.deadlines.deadline import Deadline, DeadlineKind
from stoploss.deadlines.filings import notice_deadlines, proof_deadlines
from stoploss.deadlines.lost import Lost, lost_claims
from stoploss.deadlines.worlds import pending_claims, worlds_from
from stoploss.facts import CarrierPayment, CoveredUnits, Payment
from stoploss.money import ZERO, Amount, cents, dollars
from stoploss.notices import Trigger, events
from stoploss.policy import Policy
from stoploss.statement import Statement, settle
from stoploss.window import check_day

__all__ = ["Deadline", "DeadlineKind", "Outlook", "deadlines", "outlook"]


@frozen(kw_only=True)
class Outlook:
    """
    The deadlines of a policy year, and what they are worth together.

    Args:
        deadlines: Most dollars at risk first, then by day.
        at_risk: What the carrier would not pay if *no* pending claim were paid in time from now on. Claims share
            deductibles and maxima, so this is not the sum of what is at risk with each of them.
        lost: What the carrier would owe more if every claim had been paid in time that was not: those that are still
            pending, and those that were paid too late and so are no deadline any more.
        too_late: These claims, by id.
    """

    deadlines: tuple[Deadline, ...]
    at_risk: Amount = field(repr=False)
    lost: Amount = field(default=ZERO, repr=False)
    too_late: tuple[str, ...] = field(default=(), repr=False)


def deadlines(
    policy: Policy,
    payments: Iterable[Payment],
    units: Iterable[CoveredUnits] = (),
    carrier_payments: Iterable[CarrierPayment] = (),
    *,
    as_of: dt.date,
    triggers: Iterable[Trigger] = (),
) -> tuple[Deadline, ...]:
    """
    Return the deadlines of a policy year, most dollars at risk first, then by day.

    Days that have passed are listed too where something is lost by it; their ``days_left`` are negative.
    Under the aggregate nothing is at risk yet while the covered units of some policy month are not known.

    Args:
        policy: The policy; what its ``notices`` and ``advance_funding`` do not say has no deadline.
        payments, units, carrier_payments: The facts, as :func:`~stoploss.statement.settle` takes them.
        as_of: The day that is asked about; what was paid later is not known yet.
        triggers: The carrier's list of trigger diagnoses, for their notices.

    Raises:
        FactError: As ``settle`` does.

    >>> from stoploss.specific_terms import SpecificTerms
    >>> from stoploss.window import Period
    >>> year = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))
    >>> specific = SpecificTerms(basis="12/15", covers=["medical"], deductible="100000")
    >>> policy = Policy(policyholder="Employer", carrier="Carrier", number="1", period=year, specific=specific)
    >>> november = dt.date(2025, 11, 3)
    >>> claim = Payment(id="1", member="M1", incurred_on=november, amount="930000", status="pending")
    >>> for deadline in deadlines(policy, [claim], as_of=dt.date(2026, 3, 3)):
    ...     print(deadline.kind, deadline.last_day, deadline.days_left, deadline.at_risk)
    pay 2026-03-31 28 830000.00
    """
    return outlook(policy, payments, units, carrier_payments, as_of=as_of, triggers=triggers).deadlines


def outlook(
    policy: Policy,
    payments: Iterable[Payment],
    units: Iterable[CoveredUnits] = (),
    carrier_payments: Iterable[CarrierPayment] = (),
    *,
    as_of: dt.date,
    triggers: Iterable[Trigger] = (),
) -> Outlook:
    """
    Return the deadlines of a policy year with what they are worth together; see :func:`deadlines`.

    Raises:
        FactError: As ``settle`` does.
    """
    listed = sequence_of(Trigger, triggers, "triggers")
    check_day(as_of, "as_of")
    statement = settle(policy, payments, units, carrier_payments, as_of=as_of)
    reported = statement.settlement.reported
    facts = (tuple(reported.payments.values()), reported.units, reported.carrier_payments)
    to_pay, at_risk, lost = _of_claims(statement, as_of)
    found = [
        *to_pay,
        *unused_advances(statement, as_of),
        *proof_deadlines(statement, as_of),
        *notice_deadlines(statement, events(policy, *facts, as_of=as_of, triggers=listed), as_of),
    ]
    return Outlook(
        deadlines=tuple(sorted(found, key=_in_order)), at_risk=at_risk, lost=lost.amount, too_late=lost.claims
    )


def _of_claims(statement: Statement, as_of: dt.date) -> tuple[list[Deadline], Amount, Lost]:
    """Return the days by which pending claims are to be paid, or advanced, what is at risk in all, and what is lost."""
    pending = pending_claims(statement)
    policy, received = statement.settlement.policy, statement.settlement.reported.carrier_payments
    advanced = advanced_until(policy, received, as_of)
    if not pending:
        return [], ZERO, lost_claims(statement, pending, (), advanced, as_of)
    worlds = worlds_from(statement, pending)
    claims = pending_by_day(worlds, pending, advanced)
    in_time = worlds.statement(paying_in_time(claims, as_of))
    at_risk = cents(in_time.carrier_total) - cents(worlds.statement({}).carrier_total)
    found = [*pay_deadlines(worlds, claims, as_of), *requests(statement, in_time, claims, as_of)]
    return found, dollars(max(0, at_risk)), lost_claims(statement, pending, claims, advanced, as_of)


def _in_order(deadline: Deadline) -> tuple[object, ...]:
    kind = list(DeadlineKind).index(deadline.kind)
    return -deadline.at_risk, deadline.last_day, kind, deadline.unit or "", deadline.claims


def __dir__() -> list[str]:
    return __all__
