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
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from typing import assert_never

from attrs import frozen

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import AggregateFactor, MinimumAttachment
from stoploss.choice import nearest
from stoploss.errors import FactError, Finding
from stoploss.facts import Coverage, CoveredUnits
from stoploss.money import LARGEST_CENTS, Factor, cents, rounded
from stoploss.policy import Policy
from stoploss.riders import TerminalLiability
from stoploss.window import Period
from stoploss.words import MinimumOnTermination, TerminalAttachment

__all__ = [
    "Attachment",
    "attachment",
    "enrollment_faults",
    "month_number",
    "monthly_amounts",
    "monthly_units",
    "units_key",
]


@frozen(kw_only=True)
class Attachment:
    """
    The attachment point as it stands; all in cents.

    Args:
        monthly: Amount of each policy month so far: differences of the rounded running sum, so that they add up.
        to_date: The greater of the months to date and the minimum to date, for each of them.
        months_to_date, minimum_to_date: The months to date alone, and the minimum to date alone.
        calculated: Sum of the months so far.
        minimum: ``None`` where the policy has none.
        terminal: What terminal liability adds; ``None`` where it does not extend the aggregate.
        point: The attachment point: the greater of the sum and the minimum, and what is added.
        exact: Exact amounts of the policy months, which a minimum or terminal liability may refer to.
    """

    monthly: Sequence[int]
    to_date: Sequence[int]
    months_to_date: Sequence[int]
    minimum_to_date: Sequence[int]
    calculated: int
    minimum: int | None
    terminal: int | None
    point: int
    exact: Sequence[Fraction]


def attachment(
    policy: Policy, terms: AggregateTerms, units: Sequence[CoveredUnits], as_of: dt.date | None
) -> Attachment:
    """
    Return the attachment point over the policy months in force that begin on or before *as_of* (``None``: all).

    Args:
        policy: Gives the period, what early termination does to the minimum, and terminal liability.
        terms: The aggregate terms.
        units: Covered units, every tier of every one of those months.
        as_of: Day of the statement.

    Raises:
        FactError: When the attachment point is beyond 64-bit cents.
    """
    period = policy.period
    monthly = monthly_amounts(policy, terms, units, as_of)
    sums = list(accumulate(monthly))
    calculated = sums[-1] if sums else Fraction(0)
    accruing = _minimum(terms.minimum, monthly, policy)
    minimum = None if accruing is None else accruing * _kept_of_minimum(policy)
    base = max(calculated, minimum or Fraction(0))
    terminal = _terminal(policy.terminal_liability, base, monthly, period)
    point = base + (terminal or 0)
    minimum_to_date = [(accruing or 0) * Fraction(month, period.months) for month in range(1, len(sums) + 1)]
    to_date = list(map(max, sums, minimum_to_date))
    if len(to_date) == period.months_begun(None):
        to_date[-1] = point
    if point > LARGEST_CENTS:
        rule = "the attachment point stays within 64-bit cents"
        raise FactError(Finding(code="SL111", where="units", rule=rule, help="check the covered units and the factors"))
    running = [rounded(so_far) for so_far in sums]
    return Attachment(
        monthly=[after - before for before, after in zip([0, *running[:-1]], running, strict=True)] if running else [],
        to_date=[rounded(amount) for amount in to_date],
        months_to_date=running,
        minimum_to_date=[rounded(amount) for amount in minimum_to_date],
        calculated=rounded(calculated),
        minimum=None if minimum is None else rounded(minimum),
        terminal=None if terminal is None else rounded(point) - rounded(base),
        point=rounded(point),
        exact=monthly,
    )


def monthly_amounts(
    policy: Policy, terms: AggregateTerms, units: Sequence[CoveredUnits], as_of: dt.date | None
) -> list[Fraction]:
    """Return the exact cents of the policy months in force that begin on or before *as_of*: units times factors."""
    return [
        sum((row.units * factor for row, factor in rows), Fraction(0))
        for rows in monthly_units(policy, terms, units, as_of)
    ]


def monthly_units(
    policy: Policy, terms: AggregateTerms, units: Sequence[CoveredUnits], as_of: dt.date | None
) -> list[list[tuple[CoveredUnits, Fraction]]]:
    """Return the covered units of each of those policy months, each row with its factor in exact cents."""
    period, lag = policy.period, terms.enrollment_lag
    each_once = {(month_number(period, row, lag), *units_key(row)): row for row in units}
    by_month: defaultdict[int | None, list[CoveredUnits]] = defaultdict(list)
    for (month, *_), row in each_once.items():
        by_month[month].append(row)
    return [
        [(row, _factors_of(row, terms, start)) for row in by_month[month - lag]]
        for month, start in enumerate(period.starts()[: period.months_begun(as_of)], start=1)
    ]


def units_key(row: CoveredUnits) -> tuple[str, str | None, str | None, str | None]:
    """Return what tells the rows of one month apart: tier, class, plan and division."""
    return row.tier, row.covered_class, row.plan, row.division


def _factors_of(row: CoveredUnits, terms: AggregateTerms, start: dt.date) -> Fraction:
    """Return the cents per unit of a row in the month that begins on *start*: the latest factor of each benefit."""
    latest: dict[object, AggregateFactor] = {}
    for factor in terms.factors:
        if _is_for(factor, row) and (factor.from_on is None or factor.from_on <= start):
            known = latest.get(factor.benefit)
            if known is None or (known.from_on or dt.date.min) < (factor.from_on or dt.date.min):
                latest[factor.benefit] = factor
    return sum((_exact_cents(factor.amount) for factor in latest.values()), Fraction(0))


@lru_cache(maxsize=4_096)
def _exact_cents(amount: Factor) -> Fraction:
    return Fraction(amount) * 100


def _is_for(factor: AggregateFactor, row: CoveredUnits) -> bool:
    """Say whether a factor is for a row of covered units: of its tier, and its class and plan where it names them."""
    return (
        factor.tier == row.tier
        and factor.covered_class in (None, row.covered_class)
        and factor.plan in (None, row.plan)
    )


def _minimum(minimum: MinimumAttachment | None, monthly: Sequence[Fraction], policy: Policy) -> Fraction | None:
    """Return the exact cents of the whole minimum; ``None`` where there is none, or early termination dropped it."""
    dropped = policy.period.ended_early and policy.early_termination.minimum is MinimumOnTermination.DROPPED
    if minimum is None or dropped:
        return None
    months = policy.period.months
    fixed = Fraction(0) if minimum.amount is None else Fraction(cents(minimum.amount))
    by_month = Fraction(0) if minimum.monthly is None else Fraction(cents(minimum.monthly) * months)
    first_month = monthly[0] if monthly else Fraction(0)
    by_first = Fraction(minimum.first_month or 0) * first_month * months
    return max(fixed, by_month, by_first, _by_first_months(minimum, monthly, months))


def _by_first_months(minimum: MinimumAttachment, monthly: Sequence[Fraction], months: int) -> Fraction:
    """Return the share of the first months' average, of those that have begun, over all policy months."""
    terms = minimum.first_months
    if terms is None or not monthly:
        return Fraction(0)
    first = monthly[: terms.months]
    return Fraction(terms.share) * sum(first, Fraction(0)) * Fraction(months, len(first))


def _kept_of_minimum(policy: Policy) -> Fraction:
    """Return the part of the minimum that early termination leaves."""
    if policy.early_termination.minimum is MinimumOnTermination.PRORATED:
        return Fraction(policy.period.months_begun(None), policy.period.months)
    return Fraction(1)


def _terminal(
    terminal: TerminalLiability | None, base: Fraction, monthly: Sequence[Fraction], period: Period
) -> Fraction | None:
    """Return what terminal liability adds once all months have begun; ``None`` where the aggregate has none."""
    if terminal is None or not terminal.extends(Coverage.AGGREGATE):
        return None
    if len(monthly) < period.months_begun(None):
        return Fraction(0)  # it adds to the whole
    months = terminal.months or 0
    match terminal.attachment:
        case TerminalAttachment.LAST_MONTHS:
            return sum(monthly[-months:], Fraction(0))
        case TerminalAttachment.RATIO:
            return base * Fraction(months, period.months)
        case TerminalAttachment.CORRIDOR:
            return base * Fraction(terminal.corridor or 0)
        case TerminalAttachment.UNCHANGED:
            return Fraction(0)
        case _:
            assert_never(terminal.attachment)


def month_number(period: Period, row: CoveredUnits, lag: int = 0) -> int | None:
    """
    Return the policy month of an enrollment row: the one that holds its day, or that begins in its month.

    Args:
        period: The policy period.
        row: The row.
        lag: How many months before the first one are looked at, too; they are 0, -1 and so on.
    """
    if isinstance(row.month, dt.date) and period.holds(row.month):
        return period.month_of(row.month)
    if isinstance(row.month, str):
        return _by_calendar_month(period, lag).get(row.month)
    for number in range(1 - lag, 1):
        if period.start_of_month(number) <= row.month <= period.end_of_month(number):
            return number
    return None


@lru_cache(maxsize=1_024)
def _by_calendar_month(period: Period, lag: int) -> Mapping[str, int]:
    """Return the policy month that begins in each calendar month; the same periods are asked for again and again."""
    return {f"{period.start_of_month(number):%Y-%m}": number for number in range(1 - lag, period.months + 1)}


def enrollment_faults(
    policy: Policy, terms: AggregateTerms, units: Sequence[CoveredUnits], as_of: dt.date | None
) -> Iterator[tuple[int | None, Finding]]:
    """
    Yield what is wrong with the enrollment, with the position of the row (``None``: a row that is missing).

    Every tier of the factors, and every class and plan of it, has a row in every policy month in force that begins on
    or before *as_of*, 0 written out: a misspelt tier must not turn into an attachment point of zero.
    """
    period, lag = policy.period, terms.enrollment_lag
    seen: dict[tuple[object, ...], int] = {}
    reported: set[tuple[int, tuple[str, str | None, str | None]]] = set()
    for position, row in enumerate(units):
        month = month_number(period, row, lag)
        factors = [factor for factor in terms.factors if _is_for(factor, row)]
        if not factors:
            yield position, _no_factor(row, terms)
        if month is None:
            yield position, _not_a_month(period, lag)
            continue
        if seen.setdefault((month, *units_key(row)), row.units) != row.units:
            rule = "this policy month and tier was already reported with other units"
            yield position, Finding(code="SL542", where="units", rule=rule, help="report each month and tier once")
        reported |= {(month, factor.whose) for factor in factors}
    whose = sorted({factor.whose for factor in terms.factors}, key=lambda each: [part or "" for part in each])
    for number in range(1, period.months_begun(as_of) + 1):
        for each in whose:
            if (number - lag, each) not in reported:
                start = period.start_of_month(number - lag)
                rule = f"no covered units were reported for {_named(each)} in the policy month that begins {start}"
                yield None, Finding(code="SL543", where="", rule=rule, help="write 0 if there were none")


def _not_a_month(period: Period, lag: int) -> Finding:
    """Say which months covered units are reported for."""
    either = f"neither in the policy period nor one of the {lag} before it" if lag else "not in the policy period"
    rule = f"this month is {either}, {period.start_of_month(1 - lag)} to {period.expires}"
    return Finding(code="SL541", where="month", rule=rule)


def _no_factor(row: CoveredUnits, terms: AggregateTerms) -> Finding:
    """Say why no factor is for a row of covered units."""
    tiers = sorted({factor.tier for factor in terms.factors})
    if row.tier not in tiers:
        rule = f"the factors have no such tier; they have {', '.join(tiers)}"
        return Finding(code="SL540", where="tier", rule=rule, help=nearest(row.tier, tiers))
    own = (factor for factor in terms.factors if factor.tier == row.tier)
    known = sorted({_named(factor.whose) for factor in own})
    rule = f"no factor is for these units; the tier has factors for {'; '.join(known)}"
    return Finding(code="SL544", where="class", rule=rule)


def _named(whose: tuple[str, str | None, str | None]) -> str:
    """
    Name the covered units that a factor is for.

    >>> _named(("single", "retiree", None))
    'tier single, class retiree'
    """
    parts = zip(("tier", "class", "plan"), whose, strict=True)
    return ", ".join(f"{name} {part}" for name, part in parts if part is not None)


def __dir__() -> list[str]:
    return __all__
