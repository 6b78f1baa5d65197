"""Covered units times rates: fees, premiums, expected claims and the money set aside, by month and by tier.

A line of the year, such as the specific premium, is the sum over months and tiers of units times rate, rounded once.
What a month or a tier has of it is a difference of the rounded running total, so months add up to the year to the
cent, and so do the tiers.
With rates in whole cents nothing is rounded at all.

Source: premium = sum over months and tiers of units times rate, the units those of the aggregate factors; totals that
were rounded apart do not add up: a published council paper is out by a dollar.
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
    }
    for name in _IN_TOTAL:
        amount: Amount | None = getattr(plan, name)
        if amount is not None:
            lines[name] = _differences(Fraction(cents(amount), months_of_period) for _ in by_month)
    return Rated(units=[sum(tiers.values()) for tiers in by_month], lines=lines)


def tier_rows(plan: FundingPlan, by_month: Sequence[Mapping[str, int]]) -> Iterator[TierRow]:
    """Yield what each tier cost over the months, in the order of the plan."""
    tiers = [rates.tier for rates in plan.tiers]
    unit_months = {tier: sum(units.get(tier, 0) for units in by_month) for tier in tiers}

    def column(name: str) -> list[Amount | None]:
        parts = _differences(_exact(plan, name, tier) * unit_months[tier] for tier in tiers)
        return [dollars(part) if plan.rate(name, tiers[0]) is not None else None for part in parts]

    premiums = ("specific_premium", "aggregate_premium", "fully_insured_premium")
    administration = _differences(_exact(plan, "administration", tier) * unit_months[tier] for tier in tiers)
    columns = {name: column(name) for name in premiums}
    for position, tier in enumerate(tiers):
        yield TierRow(
            tier=tier,
            unit_months=unit_months[tier],
            administration=dollars(administration[position]),
            **{name: amounts[position] for name, amounts in columns.items()},
        )


def _exact(plan: FundingPlan, name: str, tier: str) -> Fraction:
    """Return a rate in exact cents; 0 where the plan does not give it."""
    return Fraction(plan.rate(name, tier) or 0) * 100


def _differences(parts: Iterable[Fraction]) -> list[int]:
    """Return parts in whole cents that add up to their total, rounded once."""
    running = [0, *(rounded(total) for total in accumulate(parts))]
    return [after - before for before, after in pairwise(running)]


def __dir__() -> list[str]:
    return __all__
