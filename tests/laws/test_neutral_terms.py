"""Neutral terms: what a schedule may write out though it changes nothing."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from stoploss.attachment_terms import MinimumAttachment
from stoploss.money import dollars
from stoploss.policy import Policy
from stoploss.riders import EarlyTermination
from stoploss.testing.strategies import World
from stoploss.words import (
    AggregateOnTermination,
    Counting,
    LaserLossLimit,
    MaximumKind,
    MaximumOn,
    MinimumOnTermination,
    Per,
    ShareApplies,
    WindowsOnTermination,
)
from tests.laws.years import counting, full_term, settled, simple, with_aggregate, with_specific, years


def assert_same(world: World, one: Policy, other: Policy) -> None:
    """Assert that a year settles alike under two policies, split by split."""
    first, second = settled(world, one), settled(world, other)

    assert first.to_dict() == second.to_dict()
    assert first.splits == second.splits


def written(world: World, **terms: Any) -> Policy:
    """Return the year's policy with other specific terms."""
    return with_specific(world.policy, **terms)


class TestSpecificTermsThatChangeNothing:
    """
    An ASD of 0, a share of 100 % and a maximum that nobody reaches are no-ops, and so is the order of share and ASD
    where either is one.
    """

    @given(world=years(specific=True))
    def test_the_order_of_share_and_asd_without_an_asd(self, world: World) -> None:
        """Without an ASD the share applies before or after it alike."""
        one, other = (written(world, aggregating=0, share_applies=when) for when in ShareApplies)

        assert_same(world, one, other)

    @given(world=years(specific=True))
    def test_the_order_of_share_and_asd_without_a_share(self, world: World) -> None:
        """At 100 % the share applies before or after the ASD alike."""
        one, other = (written(world, share=1, share_applies=when) for when in ShareApplies)

        assert_same(world, one, other)

    @given(world=years(specific=True), on=st.sampled_from(MaximumOn))
    def test_a_maximum_that_nobody_reaches(self, world: World, on: MaximumOn) -> None:
        """A maximum above all claims, on the reimbursement or on eligible claims, is as none."""
        terms = world.policy.specific
        assert terms
        most = terms.deductible + dollars(sum(abs(row.cents) for row in world.payments))

        assert_same(world, written(world, maximum=None), written(world, maximum=most, maximum_on=on))

    @given(
        world=years(simple, lambda policy: with_specific(policy, lasers=(), share=1, aggregating=0), specific=True),
        most=st.integers(0, 100_000),
    )
    def test_a_maximum_on_either_side_of_the_deductible(self, world: World, most: int) -> None:
        """Without laser, ASD and share, a maximum on eligible claims is the deductible and one on the reimbursement."""
        terms = world.policy.specific
        assert terms
        reimbursed = written(world, maximum=dollars(most), maximum_on="reimbursement")
        eligible = written(world, maximum=terms.deductible + dollars(most), maximum_on="eligible")

        assert_same(world, reimbursed, eligible)

    @given(world=years(lambda policy: with_specific(policy, lasers=(), used=(), family_deductible=None), specific=True))
    def test_a_family_of_one(self, world: World) -> None:
        """Where every member is a family, a deductible per family is one per member."""
        rows = tuple(evolve(row, family=row.member) for row in world.payments)
        world = evolve(world, payments=rows, carrier_payments=())

        assert_same(world, written(world, per=Per.MEMBER), written(world, per=Per.FAMILY))


class TestAggregateTermsThatChangeNothing:
    """
    A loss limit at the specific deductible is the default. A loss limit for lasers without lasers, and ASD dollars that
    count without an ASD, are no-ops, and so are the kinds of a maximum that is not there.
    """

    @given(world=years(lambda policy: counting(policy, Counting.LOSS_LIMIT), specific=True, aggregate=True))
    def test_a_loss_limit_at_the_deductible(self, world: World) -> None:
        """A loss limit that is the specific deductible is as none."""
        terms = world.policy.specific
        assert terms
        one, other = (with_aggregate(world.policy, loss_limit=limit) for limit in (None, terms.deductible))

        assert_same(world, one, other)

    @given(world=years(lambda policy: counting(policy, Counting.LOSS_LIMIT), specific=True, aggregate=True))
    def test_a_loss_limit_for_lasers_without_lasers(self, world: World) -> None:
        """Without lasers, or with excluded units alone, the loss limit for them does not matter."""
        terms = world.policy.specific
        assert terms
        policy = written(world, lasers=tuple(laser for laser in terms.lasers if laser.excluded))
        one, other = (with_aggregate(policy, laser_loss_limit=limit) for limit in LaserLossLimit)

        assert_same(world, one, other)

    @given(world=years(lambda policy: counting(policy, Counting.LOSS_LIMIT), specific=True, aggregate=True))
    def test_asd_dollars_that_count_without_an_asd(self, world: World) -> None:
        """Without an ASD it does not matter whether its dollars count."""
        policy = written(world, aggregating=0)
        one, other = (with_aggregate(policy, aggregating_counts=each) for each in (False, True))

        assert_same(world, one, other)

    @given(world=years(aggregate=True))
    def test_a_maximum_that_the_group_does_not_reach(self, world: World) -> None:
        """A maximum above all claims, flat or a ceiling, is as none."""
        most = dollars(sum(abs(row.cents) for row in world.payments))
        none = with_aggregate(world.policy, maximum=None)

        for kind in MaximumKind:
            assert_same(world, none, with_aggregate(world.policy, maximum=most, maximum_kind=kind))

    @given(world=years(aggregate=True))
    def test_a_minimum_of_nothing(self, world: World) -> None:
        """A minimum of 0.00 sets the same attachment point as none."""
        none, nothing = (
            settled(world, with_aggregate(world.policy, minimum=minimum)).aggregate
            for minimum in (None, MinimumAttachment(amount=0))
        )
        assert none
        assert nothing

        assert none == evolve(nothing, minimum_attachment=None)


class TestEarlyTermination:
    """What the policy says about its early end has no effect until it ends early."""

    @given(
        world=years(full_term),
        early=st.builds(
            EarlyTermination,
            windows=st.sampled_from(WindowsOnTermination),
            minimum=st.sampled_from(MinimumOnTermination),
            aggregate=st.sampled_from(AggregateOnTermination),
        ),
    )
    def test_changes_nothing_in_a_policy_that_runs_its_term(self, world: World, early: EarlyTermination) -> None:
        """A policy that is not terminated settles alike under any terms for its early end."""
        assert_same(world, world.policy, evolve(world.policy, early_termination=early))
