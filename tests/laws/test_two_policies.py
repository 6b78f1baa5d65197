"""Two policies of one employer: what lies in the windows of both is one policy's, and never nobody's."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from stoploss.basis import Windows
from stoploss.eligibility import Reason
from stoploss.errors import FactError
from stoploss.facts import Payment
from stoploss.policy import Policy, specific_alone
from stoploss.riders import EarlyTermination, OtherPolicy, Overlap
from stoploss.testing.strategies import World
from stoploss.window import Period, months_after
from stoploss.words import OverlapRule
from tests.laws.years import full_term, paid, recomputed, settled, uncapped, unlimited, year, years

ONE_DAY = dt.timedelta(days=1)
RULES = (OverlapRule.INCURRED, OverlapRule.PAID, OverlapRule.FIRST)
LABELS = st.sampled_from(("12/15", "15/12", "12/24", "24/12", "24/24", "18/15", "12/12"))


def alone(policy: Policy) -> Policy:
    """Leave specific, in a policy that runs its term, with nothing that takes dollars out of a claim that counts."""
    policy = specific_alone(full_term(unlimited(uncapped(recomputed(policy)))))
    return evolve(policy, early_termination=EarlyTermination(), bridge=None, overlap=None, advance_funding=None)


def two_years(world: World, first: str, second: str, rule: OverlapRule) -> tuple[World, World]:
    """Return the same claims under two policies, one after the other, each naming the other."""
    start = dt.date(2025, 1, 1)
    starts = (start, months_after(start, 12))
    periods = [Period(effective=day, expires=months_after(day, 12) - ONE_DAY) for day in starts]
    other = [
        OtherPolicy(effective=period.effective, expires=period.expires, basis=basis)
        for period, basis in zip(periods, (first, second), strict=True)
    ]
    specific = world.policy.specific
    assert specific
    policies = [
        evolve(
            world.policy,
            period=period,
            specific=evolve(specific, basis=basis),
            overlap=Overlap(rule=rule, other=(named,)),
        )
        for period, basis, named in zip(periods, (first, second), other[::-1], strict=True)
    ]
    one, two = (evolve(world, policy=policy, carrier_payments=(), units=()) for policy in policies)
    return one, two


def held(world: World, payment: Payment) -> bool:
    """Say whether a policy's windows hold a payment."""
    windows = world.policy.specific_windows
    assert isinstance(windows, Windows)
    assert payment.paid_on is not None
    return windows.incurred.holds(payment.incurred_on) and windows.paid.holds(payment.paid_on)


def years_alone() -> st.SearchStrategy[World]:
    """Return years of specific alone, over twelve months from 2025 on."""
    return years(alone, specific=True, final=True)


DAYS = st.dates(dt.date(2024, 6, 1), dt.date(2027, 6, 30))


class TestAClaimIsOnePolicys:
    """
    A claim counts under one of two policies at most, whatever rule both have, as long as both have the same; and one
    that a policy lets in, but for the other, counts under that other.
    """

    @given(world=years_alone(), first=LABELS, second=LABELS, rule=st.sampled_from(RULES), data=st.data())
    def test_counts_once_at_most(
        self, world: World, first: str, second: str, rule: OverlapRule, data: st.DataObject
    ) -> None:
        """No payment, nor part of one, is eligible under both; what is the other's counts there."""
        rows = tuple(
            evolve(row, incurred_on=data.draw(DAYS), paid_on=data.draw(DAYS)) for row in world.payments if row.paid_on
        )
        one, two = two_years(evolve(world, payments=rows), first, second, rule)
        under_one, under_two = ({split.id: split for split in settled(each).splits} for each in (one, two))

        for row in rows:
            reasons = [under[row.id].excluded for under in (under_one, under_two)]
            assert None not in reasons or reasons.count(None) == 1
            assert reasons.count(Reason.OTHER_POLICY) <= 1
            if Reason.OTHER_POLICY in reasons:
                assert None in reasons

    @given(first=LABELS, second=LABELS, rule=st.sampled_from(RULES), incurred_on=DAYS, paid_on=DAYS)
    def test_counts_where_any_policy_holds_it(
        self, first: str, second: str, rule: OverlapRule, incurred_on: dt.date, paid_on: dt.date
    ) -> None:
        """A claim in the windows of either, or of both, counts under one of them."""
        claim = paid("c1", "M1", 100, incurred_on=incurred_on, paid_on=paid_on)
        both = two_years(year({"deductible": 0}, None, claim), first, second, rule)
        owed = sum((settled(each).carrier_total for each in both), Decimal(0))

        assert owed == (100 if any(held(each, claim) for each in both) else 0)

    def test_but_one_that_both_hold_is_refused_where_there_is_no_rule(self) -> None:
        """Then neither policy says whose it is."""
        claim = paid("c1", "M1", 100, incurred_on=dt.date(2025, 12, 1), paid_on=dt.date(2026, 1, 31))
        one, two = two_years(year({"deductible": 0}, None, claim), "12/15", "15/12", OverlapRule.ERROR)

        for each in (one, two):
            with pytest.raises(FactError, match="SL315"):
                settled(each)
