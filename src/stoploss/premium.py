"""Premium by tier: covered units times rates, month by month, rounded once a line.

A line is one coverage, policy month and tier: the units of the month times the rate of the tier.
Each line is rounded to the cent, and the premium is the sum of the lines.
Whatever is billed by covered unit follows this one rule (:func:`billed`): a total is what the bills add up to.

Example: 180 single at 42.155 and 120 family at 98.40 are 7,587.90 and 11,808.00 a month.

Source: premium statements of carriers bill by tier and month; see ``docs/clauses.md``, rounding.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from attrs import field, frozen

from stoploss.attachment import month_number
from stoploss.checks import check_id
from stoploss.choice import nearest, sequence_of
from stoploss.errors import FactError, Finding, raise_if_any
from stoploss.facts import Coverage, CoveredUnits
from stoploss.money import Amount, Factor, cents, dollars, parse_factor, rounded
from stoploss.window import Period

__all__ = ["Premium", "PremiumLine", "TierRate", "billed", "premium", "tiers_without_a_rate"]


@frozen(kw_only=True)
class TierRate:
    """
    The premium rate of one tier.

    Args:
        tier: The tier of covered units, such as ``"single"``.
        amount: Per covered unit and policy month, at most six places.
        coverage: The cover that it pays for.

    Raises:
        InvalidValue: For a tier or a rate that is none.
    """

    tier: str
    amount: Factor = field(converter=parse_factor)
    coverage: Coverage = field(default=Coverage.SPECIFIC, converter=Coverage)

    def __attrs_post_init__(self) -> None:
        check_id(self.tier, "tier")


@frozen(kw_only=True)
class PremiumLine:
    """What one tier costs in one policy month, under one coverage."""

    coverage: Coverage
    month: dt.date
    """The first day of the policy month."""
    tier: str
    units: int
    rate: Factor
    amount: Amount


@frozen(kw_only=True)
class Premium:
    """
    The premium of a policy period.

    Args:
        lines: By coverage, month and tier.
        total: Their sum.
    """

    lines: tuple[PremiumLine, ...]
    total: Amount

    def __repr__(self) -> str:
        return f"Premium({len(self.lines)} lines, total={self.total})"

    def of(self, coverage: Coverage) -> Amount:
        """Return the premium of one cover."""
        return _total(line for line in self.lines if line.coverage is coverage)


def premium(period: Period, rates: Iterable[TierRate], units: Iterable[CoveredUnits]) -> Premium:
    """
    Return the premium of every policy month for which covered units are given.

    Units of one month and tier that differ in class, plan or division add up.

    Args:
        period: The policy period.
        rates: One for each coverage and tier.
        units: Covered units; every tier with a rate in every month that is given, 0 written out.

    Raises:
        FactError: With every tier without a rate, month outside the period, row told twice, and missing row.

    >>> year = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))
    >>> rates = [TierRate(tier="single", amount="42.155"), TierRate(tier="family", amount="98.40")]
    >>> units = [CoveredUnits(month="2025-01", tier=tier, units=of) for tier, of in (("single", 181), ("family", 120))]
    >>> found = premium(year, rates, units)
    >>> [line.amount for line in found.lines], found.total
    ([Decimal('11808.00'), Decimal('7630.06')], Decimal('19438.06'))
    """
    of_tiers, rows = sequence_of(TierRate, rates, "rates"), sequence_of(CoveredUnits, units, "units")
    raise_if_any(FactError, _findings(period, of_tiers, rows))
    counted = _counted(period, rows)
    lines = tuple(
        PremiumLine(
            coverage=rate.coverage,
            month=period.start_of_month(month),
            tier=rate.tier,
            units=counted[month, rate.tier],
            rate=rate.amount,
            amount=dollars(billed(rate.amount, counted[month, rate.tier])),
        )
        for month in sorted({month for month, _ in counted})
        for rate in of_tiers
    )
    ordered = tuple(sorted(lines, key=lambda line: (line.coverage is Coverage.AGGREGATE, line.month, line.tier)))
    return Premium(lines=ordered, total=_total(ordered))


def billed(rate: Factor, units: int) -> int:
    """
    Return what a bill has for one tier in one policy month, in cents, rounded once.

    >>> billed(parse_factor("242.105"), 181)
    4382101
    """
    return rounded(Fraction(rate) * 100 * units)


def tiers_without_a_rate(units: Iterable[CoveredUnits], tiers: Iterable[str]) -> dict[str, int]:
    """Return each tier of *units* that is not among *tiers*, with the position of the first row that has it."""
    known = set(tiers)
    first: dict[str, int] = {}
    for position, row in enumerate(units):
        if row.tier not in known:
            first.setdefault(row.tier, position)
    return first


def _total(lines: Iterable[PremiumLine]) -> Amount:
    return dollars(sum(cents(line.amount) for line in lines))


def _counted(period: Period, rows: Sequence[CoveredUnits]) -> dict[tuple[int, str], int]:
    """Return the covered units of each policy month and tier; a row that is told twice counts once."""
    told = {_key(period, row): row.units for row in rows}
    counted: dict[tuple[int, str], int] = {}
    for (month, tier, *_), units in told.items():
        counted[month, tier] = counted.get((month, tier), 0) + units
    return counted


def _key(period: Period, row: CoveredUnits) -> tuple[int, str, str | None, str | None, str | None]:
    return month_number(period, row) or 0, row.tier, row.covered_class, row.plan, row.division


def _findings(period: Period, rates: Sequence[TierRate], rows: Sequence[CoveredUnits]) -> Iterator[Finding]:
    yield from _rates_told_twice(rates)
    tiers = sorted({rate.tier for rate in rates})
    for tier, position in tiers_without_a_rate(rows, tiers).items():
        rule = "no rate is given for this tier"
        yield Finding(code="SL730", where=f"units[{position}].tier", rule=rule, help=nearest(tier, tiers))
    told: dict[tuple[object, ...], int] = {}
    for position, row in enumerate(rows):
        where = f"units[{position}]"
        if month_number(period, row) is None:
            rule = f"this month is not in the policy period, {period.effective} to {period.expires}"
            yield Finding(code="SL731", where=f"{where}.month", rule=rule)
        elif told.setdefault(_key(period, row), row.units) != row.units:
            rule = "these covered units were already reported with another count"
            yield Finding(code="SL732", where=f"{where}.units", rule=rule, help="report each once")
    months = sorted({month for row in rows if (month := month_number(period, row))})
    given = {(month_number(period, row), row.tier) for row in rows}
    for month in months:
        for tier in tiers:
            if (month, tier) not in given:
                rule = f"no covered units are given for tier {tier} in the month from {period.start_of_month(month)}"
                yield Finding(code="SL733", where="units", rule=rule, help="write 0 if there were none")


def _rates_told_twice(rates: Sequence[TierRate]) -> Iterator[Finding]:
    seen: set[tuple[Coverage, str]] = set()
    for position, rate in enumerate(rates):
        if (rate.coverage, rate.tier) in seen:
            rule = "a coverage and tier has one rate; this one repeats an earlier one"
            yield Finding(code="SL734", where=f"rates[{position}]", rule=rule)
        seen.add((rate.coverage, rate.tier))


def __dir__() -> list[str]:
    return __all__
