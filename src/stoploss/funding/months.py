"""The employer's year, month by month: what was paid, what came back, and what is left of the money set aside.

Of each policy month::

    cost            = claims + administration + specific_premium + aggregate_premium - reimbursable
    surplus         = budget - cost
    surplus_to_date = the surpluses so far
    due             = reimbursable so far - reimbursed so far
    reserve         = surplus_to_date - due

``reimbursable`` is the change of the carrier's total from one month's end to the next, as settled on these days:
a refund in August lowers August.
``reserve`` is the money in the fund: the surplus, less what the carrier has yet to pay.

What the plan paid after the last day in force, and what came in after it, is the run-out's row.
What it paid for claims of another year is listed beside, and is no cost of this one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from operator import attrgetter

from attrs import field, fields, frozen

from stoploss.facts import CarrierPayment, Payment, Status
from stoploss.funding.paid import PaidClaims, of_the_year, paid_claims
from stoploss.funding.plan import FundingPlan
from stoploss.funding.rates import FIXED, Rated
from stoploss.money import Amount, cents, dollars
from stoploss.statement import Statement

__all__ = ["FundingRow", "Rows", "budget", "funding_rows"]


@frozen(kw_only=True)
class FundingRow:
    """
    A policy month, the run-out, or all of it.

    Args:
        month: First day of the policy month; ``None`` for what is not a month.
        covered_units: Of the month; of the total: unit months.
        claims: What the plan paid for the year's claims, by benefit.
        other_years: What it paid for claims of other years; their cost, and not this one's.
        administration, specific_premium, aggregate_premium: Covered units times rates.
        reimbursable: By how much the carrier's total grew.
        reimbursed: What the carrier paid.
        cost: Claims, administration and premium, less ``reimbursable``.
        budget: What was set aside.
        surplus: ``budget - cost``; negative: a deficit.
        surplus_to_date: With those of the months before.
        due: What the carrier owes at the end; negative is due to the carrier.
        reserve: What is in the fund at the end: ``surplus_to_date - due``.
    """

    month: dt.date | None
    covered_units: int
    claims: PaidClaims = field(repr=False)
    other_years: Amount = field(repr=False)
    administration: Amount
    specific_premium: Amount
    aggregate_premium: Amount
    reimbursable: Amount = field(repr=False)
    reimbursed: Amount = field(repr=False)
    cost: Amount = field(repr=False)
    budget: Amount
    surplus: Amount = field(repr=False)
    surplus_to_date: Amount = field(repr=False)
    due: Amount = field(repr=False)
    reserve: Amount = field(repr=False)


@frozen(kw_only=True)
class Rows:
    """The rows of a year; those that are not months are there whether or not anything happened in them."""

    before: FundingRow
    months: tuple[FundingRow, ...]
    run_out: FundingRow
    total: FundingRow


def budget(plan: FundingPlan, rates: Rated) -> list[int]:
    """Return the cents set aside for each month: the funding rates, or else the expected cost."""
    if plan.gives("funding_rate"):
        return list(rates.lines["funding_rate"])
    plus = [rates.lines[name] for name in ("expected_claims", *FIXED)]
    return [sum(month) - less for *month, less in zip(*plus, rates.lines["expected_reimbursements"], strict=True)]


def funding_rows(
    statement: Statement, plan: FundingPlan, rates: Rated, settled: Callable[[dt.date], Statement]
) -> Rows:
    """
    Return the rows of a year.

    Args:
        statement: The year as it is told.
        plan: The employer's plan.
        rates: What depends on enrollment alone.
        settled: Settles the same facts as of another day.
    """
    parts = _parts(statement, len(rates.units))
    reimbursable = [after - before for before, after in pairwise([0, *_carrier_totals(statement, parts, settled)])]
    set_aside = [0, *budget(plan, rates), 0]
    lines = {name: [0, *rates.lines[name], 0] for name in FIXED}
    rows: list[FundingRow] = []
    for at, part in enumerate(parts):
        row = _row(
            rows[-1] if rows else None,
            month=part.month,
            covered_units=[0, *rates.units, 0][at],
            claims=paid_claims(part.payments, statement.settlement.reported.payments),
            other_years=sum(payment.cents for payment in part.other_years),
            administration=lines["administration"][at],
            specific_premium=lines["specific_premium"][at],
            aggregate_premium=lines["aggregate_premium"][at],
            reimbursable=reimbursable[at],
            reimbursed=sum(payment.cents for payment in part.received),
            budget=set_aside[at],
        )
        rows.append(row)
    before, *inside, run_out = rows
    return Rows(before=before, months=tuple(inside), run_out=run_out, total=_total(rows))


@frozen(kw_only=True)
class _Part:
    """What was paid in a part of the year: before the period, in a policy month, or after the last day in force."""

    month: dt.date | None
    last: dt.date | None
    """Its last day; ``None``: it never ends."""
    payments: list[Payment] = field(factory=list[Payment])
    other_years: list[Payment] = field(factory=list[Payment])
    received: list[CarrierPayment] = field(factory=list[CarrierPayment])


def _parts(statement: Statement, months: int) -> list[_Part]:
    """Part what was paid by the day of the statement: before the period, its first *months* months, the run-out."""
    period = statement.settlement.policy.period
    starts = period.starts()[:months]
    ends = [min(period.end_of_month(month), period.last_day_in_force) for month in range(1, months + 1)]
    parts = [
        _Part(month=None, last=period.effective - dt.timedelta(days=1)),
        *(_Part(month=start, last=end) for start, end in zip(starts, ends, strict=True)),
        _Part(month=None, last=None),
    ]

    def part_of(day: dt.date) -> _Part:
        return parts[-1] if day > period.last_day_in_force else parts[period.months_begun(day)]

    is_of_the_year = of_the_year(statement)
    for payment in statement.settlement.payments:
        if payment.status is not Status.PENDING and payment.paid_on is not None:
            part = part_of(payment.paid_on)
            (part.payments if is_of_the_year(payment) else part.other_years).append(payment)
    for received in statement.settlement.reported.carrier_payments:
        if statement.as_of is None or received.paid_on <= statement.as_of:
            part_of(received.paid_on).received.append(received)
    return parts


def _carrier_totals(
    statement: Statement, parts: Sequence[_Part], settled: Callable[[dt.date], Statement]
) -> Iterator[int]:
    """Yield the carrier's total at the end of each part, in cents."""
    before, *others = parts
    # Mostly nothing was paid before the period, and then there is nothing to settle.
    yield cents(settled(before.last).carrier_total) if before.last and before.payments else 0
    for part in others:
        ended = part.last is not None and (statement.as_of is None or part.last < statement.as_of)
        yield cents((settled(part.last) if part.last and ended else statement).carrier_total)


def _row(
    before: FundingRow | None,
    *,
    month: dt.date | None,
    covered_units: int,
    claims: PaidClaims,
    other_years: int,
    administration: int,
    specific_premium: int,
    aggregate_premium: int,
    reimbursable: int,
    reimbursed: int,
    budget: int,
) -> FundingRow:
    """Return a row, given the one before it; the amounts are cents."""
    cost = cents(claims.amount) + administration + specific_premium + aggregate_premium - reimbursable
    surplus_to_date = (cents(before.surplus_to_date) if before else 0) + budget - cost
    due = (cents(before.due) if before else 0) + reimbursable - reimbursed
    return FundingRow(
        month=month,
        covered_units=covered_units,
        claims=claims,
        other_years=dollars(other_years),
        administration=dollars(administration),
        specific_premium=dollars(specific_premium),
        aggregate_premium=dollars(aggregate_premium),
        reimbursable=dollars(reimbursable),
        reimbursed=dollars(reimbursed),
        cost=dollars(cost),
        budget=dollars(budget),
        surplus=dollars(budget - cost),
        surplus_to_date=dollars(surplus_to_date),
        due=dollars(due),
        reserve=dollars(surplus_to_date - due),
    )


def _total(rows: Sequence[FundingRow]) -> FundingRow:
    def added(path: str) -> int:
        return sum(cents(attrgetter(path)(row)) for row in rows)

    claims = {line.name: dollars(added(f"claims.{line.name}")) for line in fields(PaidClaims)}
    return _row(
        None,
        month=None,
        covered_units=sum(row.covered_units for row in rows),
        claims=PaidClaims(**claims),
        other_years=added("other_years"),
        administration=added("administration"),
        specific_premium=added("specific_premium"),
        aggregate_premium=added("aggregate_premium"),
        reimbursable=added("reimbursable"),
        reimbursed=added("reimbursed"),
        budget=added("budget"),
    )


def __dir__() -> list[str]:
    return __all__
