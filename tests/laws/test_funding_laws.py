"""What holds for the employer's year, whatever the policy and the claims."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from attrs import evolve, fields
from hypothesis import assume, given
from hypothesis import strategies as st

from stoploss.facts import Coverage, CoveredUnits, Payment
from stoploss.funding import Bound, FundingPlan, FundingRow, FundingYear, PaidClaims, TierRates, fund
from stoploss.lasers import Laser
from stoploss.money import ZERO, dollars
from stoploss.policy import Policy, specific_alone
from stoploss.riders import Rebates
from stoploss.statement import settle
from stoploss.testing.strategies import MEMBERS, World, worlds
from stoploss.words import Counting
from tests.laws.years import (
    Change,
    alike_years,
    counting,
    full_term,
    plain,
    simple,
    unlimited,
    with_aggregate,
    with_specific,
    years,
)

RATES = st.sampled_from(["0", "0.01", "38.5", "142.105", "99.999999"])


@st.composite
def plans(draw: st.DrawFn, policy: Policy, tiers: list[str]) -> FundingPlan:
    """Draw a plan that fits a policy."""
    in_total = draw(st.booleans())
    given_rates = ["fully_insured_premium", "funding_rate"] if draw(st.booleans()) else []
    given_rates += [f"{cover}_premium" for cover in ("specific", "aggregate") if getattr(policy, cover)]
    given_rates += [] if in_total else ["expected_claims"]
    rates = [
        TierRates(tier=tier, administration=draw(st.none() | RATES), **{name: draw(RATES) for name in given_rates})
        for tier in tiers
    ]
    total = draw(st.sampled_from(["0", "100", "12345.67"])) if in_total else None
    return FundingPlan(tiers=rates, administration=draw(RATES), expected_claims=total, currency=policy.currency)


@st.composite
def funded(draw: st.DrawFn, year: st.SearchStrategy[World] | None = None) -> tuple[World, FundingPlan, FundingYear]:
    """Draw a policy year and a plan, and tell it."""
    world = draw(worlds() if year is None else year)
    if world.policy.aggregate is None:
        starts = world.policy.period.starts()
        units = tuple(CoveredUnits(month=start, tier="all", units=draw(st.integers(0, 4))) for start in starts)
        world = evolve(world, units=units)
    factors = world.policy.aggregate.factors if world.policy.aggregate else ()
    tiers = list(dict.fromkeys(factor.tier for factor in factors)) or ["all"]
    plan = draw(plans(world.policy, tiers))
    told = fund(world.policy, plan, world.payments, world.units, world.carrier_payments, as_of=world.as_of)
    return world, plan, told


def rows(told: FundingYear) -> list[FundingRow]:
    """Return the rows that add up to the total."""
    return [told.before, *told.months, told.run_out]


class TestTheMonthsAddUpToTheStatement:
    """Every cent that the plan paid or that came back is in one row, and the rows are the statement."""

    @given(drawn=funded())
    def test_the_rows_add_up_to_the_total(self, drawn: tuple[World, FundingPlan, FundingYear]) -> None:
        """Every line of the total is the sum of its rows, benefit by benefit."""
        told = drawn[2]
        lines = ("other_years", "administration", "specific_premium", "aggregate_premium", "reimbursable", "reimbursed")
        for line in (*lines, "cost", "budget", "surplus", "covered_units"):
            assert sum(getattr(row, line) for row in rows(told)) == getattr(told.total, line)
        for benefit in fields(PaidClaims):
            paid = sum(getattr(row.claims, benefit.name) for row in rows(told))
            assert paid == getattr(told.total.claims, benefit.name)

    @given(drawn=funded())
    def test_the_total_is_the_statements(self, drawn: tuple[World, FundingPlan, FundingYear]) -> None:
        """Claims, reimbursements and what is due are those of the settlement of the same facts."""
        world, _, told = drawn
        statement = settle(world.policy, world.payments, world.units, world.carrier_payments, as_of=world.as_of)
        sheets = [sheet for sheet in (statement.specific, statement.aggregate) if sheet]

        assert told.total.claims.amount + told.total.other_years == statement.claims.amount
        assert told.total.reimbursable == statement.carrier_total
        assert told.total.reimbursed == sum((sheet.reimbursed for sheet in sheets), start=ZERO)
        assert told.total.due == sum((sheet.reimbursable - sheet.reimbursed for sheet in sheets), start=ZERO)
        fixed = told.total.administration + told.total.specific_premium + told.total.aggregate_premium
        assert told.total.cost == statement.employer_net - told.total.other_years + fixed

    @given(drawn=funded())
    def test_a_month_is_what_changed_since_the_last(self, drawn: tuple[World, FundingPlan, FundingYear]) -> None:
        """The months so far are the statement of the last day of each, and the reserve is what is left in cash."""
        world, _, told = drawn
        period = world.policy.period
        to_date = accumulate(row.reimbursable for row in (told.before, *told.months))
        next(to_date)
        for row, reimbursable in zip(told.months, to_date, strict=True):
            assert row.month
            end = min(period.end_of_month(period.month_of(row.month) or 0), period.last_day_in_force)
            if world.as_of is None or end <= world.as_of:
                then = settle(world.policy, world.payments, world.units, world.carrier_payments, as_of=end)
                assert reimbursable == then.carrier_total
        in_cash = told.total.budget + told.total.reimbursed - told.total.cost - told.total.reimbursable
        assert told.total.reserve == in_cash == told.run_out.reserve

    @given(drawn=funded())
    def test_tiers_add_up_as_the_months_do(self, drawn: tuple[World, FundingPlan, FundingYear]) -> None:
        """A line is the sum of its tiers, to the cent."""
        _, _, told = drawn

        for line in ("administration", "specific_premium", "aggregate_premium"):
            assert sum(getattr(row, line) or ZERO for row in told.tiers) == getattr(told.total, line)
        assert sum(row.unit_months for row in told.tiers) == told.total.covered_units


class TestTheArrangements:
    """The same year with other cover costs what a settlement under these covers says."""

    @given(drawn=funded())
    def test_less_cover_is_another_settlement(self, drawn: tuple[World, FundingPlan, FundingYear]) -> None:
        """What each arrangement reimburses is the carrier's total under its covers, and the rest adds up."""
        world, _, told = drawn
        expected = {"aso": ZERO, "fully_insured": ZERO}
        if world.policy.specific:
            received = [row for row in world.carrier_payments if row.coverage is Coverage.SPECIFIC]
            alone = specific_alone(world.policy)
            statement = settle(alone, world.payments, carrier_payments=received, as_of=world.as_of)
            expected["aso_specific"] = statement.carrier_total
        for each in told.arrangements:
            assert each.reimbursable == expected.get(each.name, told.statement.carrier_total)
            assert each.actual == each.claims + each.administration + each.premium - each.reimbursable
        assert told.arrangements[-1].actual == told.total.cost
        without = told.arrangement("aso")
        assert {each.actual + each.worth for each in told.arrangements if each.name != "fully_insured"} == {
            without.actual
        }


def bounded(policy: Policy) -> Policy:
    """Leave of the terms those under which there is a maximum: ASD, lasers, maxima, both ways of counting."""
    policy = simple(evolve(policy, rebates=Rebates()))
    lasers = tuple(laser for laser in policy.specific.lasers if not laser.excluded) if policy.specific else ()
    policy = with_specific(policy, share=1, lasers=lasers)
    if policy.aggregate and policy.aggregate.maximum is None:
        policy = with_aggregate(policy, share=1)
    return with_aggregate(policy, loss_limit=None)


def net_of_specific(policy: Policy) -> Policy:
    """Count net of specific."""
    return counting(policy, Counting.NET_OF_SPECIFIC)


CHANGES: dict[str, tuple[Change, ...]] = {
    "bounded": (full_term, bounded),
    "net of specific": (full_term, net_of_specific, bounded),
    "plain": (full_term, unlimited, plain),
}


@st.composite
def bounded_years(draw: st.DrawFn) -> tuple[World, FundingPlan, FundingYear]:
    """Draw the whole of a year that has a maximum, perhaps with a share or a limit that takes it away again."""
    changes = CHANGES[draw(st.sampled_from(sorted(CHANGES)))]
    return draw(funded(years(*changes, specific=draw(st.booleans()), aggregate=True, final=True)))


def without_maxima(policy: Policy) -> Policy:
    """Leave out what cuts a reimbursement, pay the excess of the aggregate in full, and let it attach at the months."""
    return with_aggregate(with_specific(policy, maximum=None), maximum=None, share=1, minimum=None)


WAYS: tuple[dict[str, Any], ...] = (
    {"counting": "loss_limit", "laser_loss_limit": "standard", "aggregating_counts": False},
    {"counting": "loss_limit", "laser_loss_limit": "standard", "aggregating_counts": True},
    {"counting": "loss_limit", "laser_loss_limit": "laser", "aggregating_counts": False},
    {"counting": "net_of_specific", "laser_loss_limit": "standard", "aggregating_counts": False},
)
"""What may be left over counts in the aggregate, or does not."""


def unscreened(policy: Policy) -> Policy:
    """Let benefits and days alone decide what counts."""
    assert policy.specific
    basis = evolve(policy.specific.basis, prior_administrator="included")
    terms: dict[str, Any] = {"classes": (), "excludes": (), "basis": basis}
    return with_aggregate(with_specific(evolve(policy, overlap=None), **terms), **terms)


@st.composite
def disasters(draw: st.DrawFn) -> tuple[World, FundingPlan, FundingYear]:
    """Draw a year in which nine people in eight families cost ten million each, all of it covered; one has a laser."""
    way, aggregating = draw(st.sampled_from(WAYS)), draw(st.sampled_from((ZERO, dollars(1114))))
    gap = draw(st.sampled_from((None, 0, 250, 7500)))

    def left_over(policy: Policy) -> Policy:
        assert policy.specific
        unit: dict[str, Any] = {str(policy.specific.per): {"member": "M1", "family": "F0"}[policy.specific.per]}
        lasers = () if gap is None else (Laser(**unit, deductible=policy.specific.deductible + gap),)
        return with_aggregate(with_specific(policy, aggregating=aggregating, lasers=lasers), **way)

    world = draw(alike_years(full_term, unlimited, bounded, unscreened, without_maxima, left_over, final=True))
    assert world.policy.specific
    assert world.policy.specific_windows
    windows, benefit = world.policy.specific_windows, world.policy.specific.covers[0]
    incurred_on, paid_on = windows.incurred.last or windows.incurred.first, windows.paid.last or windows.paid.first
    assume(incurred_on <= paid_on)
    payments = [
        Payment(
            id=f"d{position}",
            member=member,
            family=f"F{position % 8}",
            incurred_on=incurred_on,
            paid_on=paid_on,
            amount=10_000_000,
            benefit=benefit,
        )
        for position, member in enumerate((*MEMBERS, *(f"X{number}" for number in range(6))))
    ]
    nobody = tuple(evolve(row, units=0) for row in world.units)
    units = draw(st.sampled_from((world.units, nobody, nobody)))
    return draw(funded(st.just(evolve(world, payments=tuple(payments), units=units, carrier_payments=()))))


class TestTheMaximumLiability:
    """Where its conditions hold, the year costs the employer no more than the maximum liability."""

    @given(drawn=bounded_years())
    def test_the_year_costs_no_more(self, drawn: tuple[World, FundingPlan, FundingYear]) -> None:
        """Every condition is met: the cost is at most the maximum."""
        told = drawn[2]
        assume(told.maximum.holds)

        assert told.total.cost <= (told.maximum.amount or ZERO)

    @given(drawn=bounded_years())
    def test_what_a_cover_leaves_out_comes_on_top(self, drawn: tuple[World, FundingPlan, FundingYear]) -> None:
        """Claims outside the covers raise the cost above the maximum by no more than their amount."""
        maximum = drawn[2].maximum
        others = [condition.met for condition in maximum.conditions if condition.name != "covered_claims"]
        assume(maximum.amount is not None and all(others))

        assert drawn[2].total.cost <= (maximum.amount or ZERO) + maximum.outside

    @given(drawn=disasters())
    def test_a_disaster_costs_no_more(self, drawn: tuple[World, FundingPlan, FundingYear]) -> None:
        """Where everybody is far above every deductible, and the aggregate attaches, the year costs the maximum."""
        told = drawn[2]
        assert told.statement.aggregate

        assert told.maximum.holds
        assert told.total.cost <= (told.maximum.amount or ZERO)
        if told.statement.aggregate.excess:
            assert told.total.cost == told.maximum.amount

    @given(drawn=funded())
    def test_any_year(self, drawn: tuple[World, FundingPlan, FundingYear]) -> None:
        """Under any policy a maximum is either not given, with the reason, or holds where it says so."""
        told = drawn[2]

        assert (told.maximum.amount is None) == bool(told.maximum.unbounded)
        assert (told.maximum.amount is not None) == (told.maximum.bound is Bound.BOUNDED)
        assert not told.maximum.holds or told.total.cost <= (told.maximum.amount or ZERO)
        if told.maximum.amount is not None:
            assert sum(line.amount for line in told.maximum.lines) == told.maximum.amount
