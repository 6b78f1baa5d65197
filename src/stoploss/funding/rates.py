"""Covered units times rates: fees, premiums, expected claims and the money set aside, by month and by tier.

What is billed, fees and premiums, is rounded where the bill rounds it: each month and tier once
(:func:`stoploss.premium.billed`), so the year is what its bills add up to, and so are the tiers.
Nobody bills what is expected or set aside: a line of it is rounded once, and what a month has of it is a difference of
the rounded running total, so its months add up to the year as well.
With rates in whole cents nothing is rounded at all.

Source: premium = sum over months and tiers of units times rate, the units of the month itself; totals that were rounded
apart do not add up: a published council paper is out by a dollar.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise

from attrs import evolve, frozen

from stoploss.attachment import month_number
from stoploss.facts import CoveredUnits
from stoploss.funding.plan import FundingPlan
from stoploss.money import Amount, cents, dollars, rounded
from stoploss.premium import billed
from stoploss.window import Period

__all__ = ["FIXED", "LINES", "Rated", "TierRow", "rated", "tier_rows", "units_by_month"]

LINES = (
    "administration",
    "specific_premium",
    "aggregate_premium",
    "fully_insured_premium",
    "expected_claims",
    "expected_reimbursements",
    "funding_rate",
)
"""The rates of a funding plan."""

FIXED = ("administration", "specific_premium", "aggregate_premium")
"""Those that make the fixed cost of a self-funded plan."""

_BILLED = (*FIXED, "fully_insured_premium")
"""Those that somebody sends a bill for."""

_IN_TOTAL = ("expected_claims", "expected_reimbursements")


@frozen(kw_only=True)
class TierRow:
    """
    What one tier cost over the months; the rows add up to the year's lines.

    Args:
        tier: The tier.
        unit_months: Covered units, added up over the policy months.
        administration, specific_premium, aggregate_premium, fully_insured_premium: Unit months times rates; the
            premiums are ``None`` where the plan does not give them.
    """

    tier: str
    unit_months: int
    administration: Amount
    specific_premium: Amount | None
    aggregate_premium: Amount | None
    fully_insured_premium: Amount | None


@frozen(kw_only=True)
class Rated:
    """
    The lines that depend on enrollment alone, in cents, month by month; 0 where the plan gives no such rate.

    Args:
        units: Covered units of each policy month so far.
        lines: By the name of the rate, one amount a month.
    """

    units: Sequence[int]
    lines: Mapping[str, Sequence[int]]

    def total(self, line: str) -> int:
        """Return a line of all months so far."""
        return sum(self.lines[line])


def units_by_month(period: Period, units: Iterable[CoveredUnits], months: int) -> list[dict[str, int]]:
    """
    Return the covered units of each of the first *months* policy months by tier; the same row twice counts once.

    Rows of a tier that differ in something else than their units, such as a class, add up.
    """
    by_month: list[dict[str, int]] = [{} for _ in range(months)]
    seen: set[CoveredUnits] = set()
    for row in units:
        number = month_number(period, row)
        if number is None or number > months:
            continue
        # A month may be written in several ways.
        same = evolve(row, month=period.start_of_month(number))
        if same not in seen:
            seen.add(same)
            tiers = by_month[number - 1]
            tiers[row.tier] = tiers.get(row.tier, 0) + row.units
    return by_month


def rated(plan: FundingPlan, by_month: Sequence[Mapping[str, int]], months_of_period: int) -> Rated:
    """
    Return every line of the months.

    Args:
        plan: The rates.
        by_month: Covered units by tier, of every month so far.
        months_of_period: P; what is expected in total is spread over all of them.
    """
    lines = {
        name: _differences(
            sum((_exact(plan, name, tier) * units for tier, units in tiers.items()), Fraction(0)) for tiers in by_month
        )
        for name in LINES
        if name not in _BILLED
    }
    for name in _BILLED:
        lines[name] = [sum(_billed(plan, name, tier, units) for tier, units in tiers.items()) for tiers in by_month]
    for name in _IN_TOTAL:
        amount: Amount | None = getattr(plan, name)
        if amount is not None:
            lines[name] = _differences(Fraction(cents(amount), months_of_period) for _ in by_month)
    return Rated(units=[sum(tiers.values()) for tiers in by_month], lines=lines)


def tier_rows(plan: FundingPlan, by_month: Sequence[Mapping[str, int]]) -> Iterator[TierRow]:
    """Yield what each tier cost over the months, in the order of the plan."""
    tiers = [rates.tier for rates in plan.tiers]
    for tier in tiers:
        units = [month.get(tier, 0) for month in by_month]
        billed_in_all = {name: dollars(sum(_billed(plan, name, tier, each) for each in units)) for name in _BILLED}
        premiums = ("specific_premium", "aggregate_premium", "fully_insured_premium")
        yield TierRow(
            tier=tier,
            unit_months=sum(units),
            administration=billed_in_all["administration"],
            **{name: billed_in_all[name] if plan.gives(name) else None for name in premiums},
        )


def _billed(plan: FundingPlan, name: str, tier: str, units: int) -> int:
    """Return what a month's bill has for a tier, in cents; 0 where the plan does not give the rate."""
    rate = plan.rate(name, tier)
    return 0 if rate is None else billed(rate, units)


def _exact(plan: FundingPlan, name: str, tier: str) -> Fraction:
    """Return a rate in exact cents; 0 where the plan does not give it."""
    return Fraction(plan.rate(name, tier) or 0) * 100


def _differences(parts: Iterable[Fraction]) -> list[int]:
    """Return parts in whole cents that add up to their total, rounded once."""
    running = [0, *(rounded(total) for total in accumulate(parts))]
    return [after - before for before, after in pairwise(running)]


def __dir__() -> list[str]:
    return __all__
