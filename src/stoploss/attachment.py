"""The aggregate attachment point: covered units times factors, month by month, never below the minimum.

The amount of policy month t is the sum over the tiers of covered units times factor; factors for different benefits of
one tier add up.
The attachment point is the greater of the sum of the months and the minimum, rounded once.

The minimum is the greater of fixed dollars and a share of the **first policy month** times the number of policy months:
with 0.95, 64,000 in the first month and twelve months, 729,600.

Early termination: months that begin after the last day in force do not count; the minimum stays whole unless the policy
says that it is prorated (by months begun in force) or dropped.

Source: SAFECO LGC 8809 (greater of the sum of the monthly points and the schedule minimum); minimum as a share of the
first month: viehdorfer.com; see ``docs/clauses.md``, attachment point.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate

from attrs import frozen

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import MinimumAttachment
from stoploss.choice import nearest
from stoploss.errors import FactError, Finding
from stoploss.facts import CoveredUnits
from stoploss.money import LARGEST_CENTS, cents, rounded
from stoploss.policy import Policy
from stoploss.window import Period
from stoploss.words import MinimumOnTermination

__all__ = ["Attachment", "attachment", "enrollment_faults", "month_number"]


@frozen(kw_only=True)
class Attachment:
    """
    The attachment point as it stands; all in cents.

    Args:
        monthly: Amount of each policy month so far: differences of the rounded running sum, so that they add up.
        to_date: The greater of the months to date and the minimum to date, for each of them.
        calculated: Sum of the months so far.
        minimum: ``None`` where the policy has none.
        point: The attachment point: the greater of the two.
        first_month: Exact amount of the first policy month, which a minimum may refer to.
    """

    monthly: Sequence[int]
    to_date: Sequence[int]
    calculated: int
    minimum: int | None
    point: int
    first_month: Fraction


def attachment(
    policy: Policy, terms: AggregateTerms, units: Sequence[CoveredUnits], as_of: dt.date | None
) -> Attachment:
    """
    Return the attachment point over the policy months in force that begin on or before *as_of* (``None``: all).

    Args:
        policy: Gives the period and what early termination does to the minimum.
        terms: The aggregate terms.
        units: Covered units, every tier of every one of those months.
        as_of: Day of the statement.

    Raises:
        FactError: When the attachment point is beyond 64-bit cents.
    """
    period = policy.period
    monthly = _monthly(period, terms, units, period.months_begun(as_of))
    sums = list(accumulate(monthly))
    calculated = sums[-1] if sums else Fraction(0)
    first_month = monthly[0] if monthly else Fraction(0)
    accruing = _minimum(terms.minimum, first_month, policy)
    minimum = None if accruing is None else accruing * _kept_of_minimum(policy)
    point = max(calculated, minimum or Fraction(0))
    to_date = [
        max(so_far, (accruing or 0) * Fraction(month, period.months)) for month, so_far in enumerate(sums, start=1)
    ]
    if len(to_date) == period.months_begun(None):
        to_date[-1] = point
    if point > LARGEST_CENTS:
        rule = "the attachment point stays within 64-bit cents"
        raise FactError(Finding(code="SL111", where="units", rule=rule, help="check the covered units and the factors"))
    running = [rounded(so_far) for so_far in sums]
    return Attachment(
        monthly=[after - before for before, after in zip([0, *running[:-1]], running, strict=True)] if running else [],
        to_date=[rounded(amount) for amount in to_date],
        calculated=rounded(calculated),
        minimum=None if minimum is None else rounded(minimum),
        point=rounded(point),
        first_month=first_month,
    )


def _monthly(period: Period, terms: AggregateTerms, units: Sequence[CoveredUnits], begun: int) -> list[Fraction]:
    """Return the exact cents of the first *begun* policy months."""
    covered = {(month_number(period, row), row.tier): row.units for row in units}
    return [
        sum((Fraction(factor.amount) * 100 * covered[month, factor.tier] for factor in terms.factors), Fraction(0))
        for month in range(1, begun + 1)
    ]


def _minimum(minimum: MinimumAttachment | None, first_month: Fraction, policy: Policy) -> Fraction | None:
    """Return the exact cents of the whole minimum; ``None`` where there is none, or early termination dropped it."""
    dropped = policy.period.ended_early and policy.early_termination.minimum is MinimumOnTermination.DROPPED
    if minimum is None or dropped:
        return None
    fixed = Fraction(0) if minimum.amount is None else Fraction(cents(minimum.amount))
    return max(fixed, Fraction(minimum.first_month or 0) * first_month * policy.period.months)


def _kept_of_minimum(policy: Policy) -> Fraction:
    """Return the part of the minimum that early termination leaves."""
    if policy.early_termination.minimum is MinimumOnTermination.PRORATED:
        return Fraction(policy.period.months_begun(None), policy.period.months)
    return Fraction(1)


def month_number(period: Period, row: CoveredUnits) -> int | None:
    """Return the policy month of an enrollment row: the one that holds its day, or that begins in its month."""
    if isinstance(row.month, dt.date):
        return period.month_of(row.month)
    year, month = map(int, row.month.split("-"))
    for number, start in enumerate(period.starts(), start=1):
        if (start.year, start.month) == (year, month):
            return number
    return None


def enrollment_faults(
    policy: Policy, terms: AggregateTerms, units: Sequence[CoveredUnits], as_of: dt.date | None
) -> Iterator[tuple[int | None, Finding]]:
    """
    Yield what is wrong with the enrollment, with the position of the row (``None``: a row that is missing).

    Every tier of the factors has a row in every policy month in force that begins on or before *as_of*, 0 written out:
    a misspelt tier must not turn into an attachment point of zero.
    """
    tiers = sorted({factor.tier for factor in terms.factors})
    seen: dict[tuple[int, str], int] = {}
    for position, row in enumerate(units):
        month = month_number(policy.period, row)
        if row.tier not in tiers:
            rule = f"the factors have no such tier; they have {', '.join(tiers)}"
            yield position, Finding(code="SL540", where="tier", rule=rule, help=nearest(row.tier, tiers))
        if month is None:
            rule = f"this month is not in the policy period, {policy.period.effective} to {policy.period.expires}"
            yield position, Finding(code="SL541", where="month", rule=rule)
        elif seen.setdefault((month, row.tier), row.units) != row.units:
            rule = "this policy month and tier was already reported with other units"
            yield position, Finding(code="SL542", where="units", rule=rule, help="report each month and tier once")
    for number, start in enumerate(policy.period.starts()[: policy.period.months_begun(as_of)], start=1):
        for tier in tiers:
            if (number, tier) not in seen:
                rule = f"no covered units were reported for tier {tier} in the policy month that begins {start}"
                yield None, Finding(code="SL543", where="", rule=rule, help="write 0 if there were none")


def __dir__() -> list[str]:
    return __all__
