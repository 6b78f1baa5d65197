"""An offer for the next year against what the expiring policy promised: rate cap, ASD cap, no new lasers.

A rate cap of 50 % lets a rate of 40.00 become 60.00 at most.
What is capped are the rates, and with a cap of its own the aggregating specific deductible; *not* the deductible: a
carrier may offer a higher one, and a rate for it that keeps the cap.

No new lasers: nobody gets a laser who had none, no laser is raised, and none takes more claims than it did.

Source: renewal provisions of policy schedules; see ``docs/clauses.md``, policy period.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from stoploss.choice import sequence_of
from stoploss.errors import Finding
from stoploss.lasers import Laser
from stoploss.money import Amount, Share, cents
from stoploss.policy import Policy
from stoploss.premium import TierRate
from stoploss.promises import RenewalTerms
from stoploss.specific_terms import SpecificTerms
from stoploss.words import LaserEffect

__all__ = ["check_renewal"]


def check_renewal(
    expiring: Policy, offered: Policy, *, rates: Iterable[TierRate] = (), offered_rates: Iterable[TierRate] = ()
) -> tuple[Finding, ...]:
    """
    Return where an offer breaks what the expiring policy promised; nothing where it keeps the promise.

    Args:
        expiring: The policy whose renewal terms are checked.
        offered: The policy for the next year.
        rates: Today's rates; a rate cap is checked for each offered rate.
        offered_rates: Those of the offer.
    """
    promised = expiring.renewal or RenewalTerms()
    found: list[Finding] = []
    today, tomorrow = sequence_of(TierRate, rates, "rates"), sequence_of(TierRate, offered_rates, "offered_rates")
    if promised.rate_cap is not None:
        found += _rates_above_the_cap(promised.rate_cap, today, tomorrow)
    if expiring.specific and offered.specific:
        if promised.asd_cap is not None:
            found += _asd_above_the_cap(promised.asd_cap, expiring.specific, offered.specific)
        if promised.no_new_lasers:
            found += _lasers_that_were_not_there(expiring.specific, offered.specific, offered.period.effective)
    return tuple(found)


def _rates_above_the_cap(cap: Share, rates: Sequence[TierRate], offered: Sequence[TierRate]) -> Iterator[Finding]:
    today = {(rate.coverage, rate.tier): rate.amount for rate in rates}
    for position, rate in enumerate(offered):
        own = today.get((rate.coverage, rate.tier))
        where = f"offered_rates[{position}]"
        if own is None:
            rule = f"{rate.coverage} has no rate today for tier {rate.tier}, so the cap on rates cannot be checked"
            yield Finding(code="SL721", where=f"{where}.tier", rule=rule, help="give the expiring rate")
        elif Fraction(rate.amount) > Fraction(own) * (1 + Fraction(cap)):
            rule = f"this rate rises from {own} to {rate.amount}, by more than the share {cap}"
            yield Finding(code="SL722", where=f"{where}.amount", rule=rule)


def _asd_above_the_cap(cap: Share, expiring: SpecificTerms, offered: SpecificTerms) -> Iterator[Finding]:
    if Fraction(cents(offered.aggregating)) > cents(expiring.aggregating) * (1 + Fraction(cap)):
        rise = f"from {expiring.aggregating:,} to {offered.aggregating:,}"
        rule = f"the aggregating specific deductible rises {rise}, by more than the share {cap}"
        yield Finding(code="SL723", where="specific.aggregating", rule=rule)


def _lasers_that_were_not_there(
    expiring: SpecificTerms, offered: SpecificTerms, effective: dt.date
) -> Iterator[Finding]:
    before = {(laser.per, laser.unit): laser for laser in expiring.lasers}
    funds, now = ({fund.name: fund.amount for fund in terms.laser_funds} for terms in (expiring, offered))
    for position, laser in enumerate(offered.lasers):
        own, where = before.get((laser.per, laser.unit)), f"specific.lasers[{position}]"
        if own is None:
            yield Finding(code="SL724", where=where, rule=f"this {laser.per} had no laser, and none may be added")
        elif _is_raised(own, laser) or _draws_on_a_larger_fund(own, laser, funds, now):
            yield Finding(code="SL725", where=where, rule="this laser is raised, and none may be")
        elif _is_widened(own, laser, effective):
            rule = "this laser takes more claims than it did, or counts in another way, and none may be widened"
            yield Finding(code="SL726", where=where, rule=rule)


def _is_raised(before: Laser, after: Laser) -> bool:
    if before.excluded or after.excluded:
        return after.excluded and not before.excluded
    return (after.deductible or Decimal(0)) > (before.deductible or Decimal(0))


def _is_widened(before: Laser, after: Laser, effective: dt.date) -> bool:
    """Say whether a laser takes claims that it did not take, from any day on which it still could begin."""
    began = before.from_on is None or before.from_on <= effective
    earlier = not began and (after.from_on is None or after.from_on < (before.from_on or effective))
    more_labels = bool(before.tags) and not (after.tags and set(after.tags) <= set(before.tags))
    sooner = before.effect is LaserEffect.FROM_TRIGGER and after.effect is LaserEffect.WHOLE_PERIOD
    unconditional = before.when is not None and (after.when != before.when or sooner)
    return earlier or more_labels or unconditional or before.counts is not after.counts


def _draws_on_a_larger_fund(
    before: Laser, after: Laser, funds: Mapping[str, Amount], now: Mapping[str, Amount]
) -> bool:
    """Say whether a laser that shared a fund has none any more, or one that holds more."""
    if before.fund is None:
        return False
    return after.fund is None or now[after.fund] > funds[before.fund]


def __dir__() -> list[str]:
    return __all__
