"""Counting: what counts toward the aggregate's attachment point, in the two ways that policies count."""

from __future__ import annotations

from decimal import Decimal

from attrs import evolve
from hypothesis import given

from stoploss.aggregate_sheet import AggregateSheet
from stoploss.money import cents
from stoploss.policy import Policy
from stoploss.riders import EarlyTermination
from stoploss.specific_sheet import SpecificSheet
from stoploss.statement import Statement
from stoploss.testing.strategies import World
from stoploss.words import Counting, LaserLossLimit
from tests.laws.years import (
    alike_years,
    counting,
    figures,
    in_cents,
    paid,
    plain,
    settled,
    simple,
    with_aggregate,
    with_specific,
    year,
)

WAYS = (Counting.LOSS_LIMIT, Counting.NET_OF_SPECIFIC)


def both_sheets(statement: Statement) -> tuple[SpecificSheet, AggregateSheet]:
    """Return both sheets of a statement that has them."""
    assert statement.specific
    assert statement.aggregate
    return statement.specific, statement.aggregate


def pays_in_full(policy: Policy) -> Policy:
    """Let the aggregate reimburse all of its excess, even where the policy ends early."""
    return evolve(with_aggregate(policy, share=1, maximum=None), early_termination=EarlyTermination())


def by_loss_limit(policy: Policy) -> Policy:
    """Count up to the deductible, and no ASD dollars; specific reimburses all excess that the ASD leaves."""
    policy = simple(policy)
    specific = policy.specific
    assert specific
    lasers = tuple(laser for laser in specific.lasers if not laser.excluded)
    terms = {"loss_limit": None, "laser_loss_limit": LaserLossLimit.STANDARD, "aggregating_counts": False}
    lasers = tuple(evolve(laser, counts=None) for laser in lasers)
    policy = with_specific(policy, share=1, maximum=None, lasers=lasers)
    return with_aggregate(counting(policy, Counting.LOSS_LIMIT), **terms)


def net_of_specific(policy: Policy) -> Policy:
    """Count what specific does not reimburse."""
    return counting(policy, Counting.NET_OF_SPECIFIC)


class TestTheTwoWaysOfCounting:
    """
    Counting up to the loss limit and counting net of specific are the same where specific reimburses all that is above
    the limit: 100 %, the limit at the deductible, no ASD, laser or maximum, equal bases and benefits.
    Otherwise net of specific counts more, and the carrier owes no less.
    """

    @given(world=alike_years(plain))
    def test_agree_under_plain_terms(self, world: World) -> None:
        """Under plain terms every figure is the same, and every payment counts the same."""
        aside = ("over_loss_limit", "reimbursed_by_specific")
        one, other = (settled(world, counting(world.policy, way)) for way in WAYS)

        assert figures(one, *aside) == figures(other, *aside)
        assert one.splits == other.splits

    @given(world=alike_years())
    def test_net_of_specific_is_worth_no_less(self, world: World) -> None:
        """With any ASD, share, maximum and lasers net of specific counts no less, and the carrier owes no less."""
        one, other = (settled(world, counting(world.policy, way)) for way in WAYS)
        limited, net = both_sheets(one)[1], both_sheets(other)[1]

        assert limited.counted <= net.counted
        assert one.carrier_total <= other.carrier_total

    def test_net_of_specific_counts_what_the_asd_absorbs(self) -> None:
        """A claim of one dollar that the ASD absorbs counts only net of specific."""
        terms = {"deductible": 0, "aggregating": 80}
        one, other = (settled(year(terms, {"counting": way}, paid("c1", "M1", 1))) for way in WAYS)

        assert [0, 1_00] == in_cents(one.carrier_total, other.carrier_total)

    @given(world=alike_years(net_of_specific))
    def test_net_of_specific_counts_what_specific_leaves(self, world: World) -> None:
        """Where both covers net alike, what counts is what is eligible less what specific reimburses."""
        specific, aggregate = both_sheets(settled(world))

        assert aggregate.eligible == specific.eligible
        assert aggregate.counted == specific.eligible - specific.reimbursable
        assert aggregate.over_loss_limit == 0

    @given(world=alike_years(by_loss_limit))
    def test_the_loss_limit_counts_what_is_retained(self, world: World) -> None:
        """Where both covers net alike and the limit is the deductible, what counts is what specific retains."""
        specific, aggregate = both_sheets(settled(world))

        assert aggregate.counted == specific.retained

    @given(world=alike_years(by_loss_limit))
    def test_asd_dollars_count_on_top(self, world: World) -> None:
        """Where ASD dollars count, they come on top of what is retained."""
        specific, aggregate = both_sheets(settled(world, with_aggregate(world.policy, aggregating_counts=True)))

        assert aggregate.counted == specific.retained + specific.aggregating

    @given(world=alike_years(by_loss_limit))
    def test_lasers_count_on_top(self, world: World) -> None:
        """Where lasered units count up to their lasers, the laser line comes on top of what is retained."""
        specific, aggregate = both_sheets(settled(world, with_aggregate(world.policy, laser_loss_limit="laser")))

        assert aggregate.counted == specific.retained + specific.laser


class TestTheMostThatTheEmployerPays:
    """
    Of what both covers let in, with an aggregate that reimburses its excess in full: at most the attachment point where
    counted net of specific; where counted by loss limit, the ASD and the lasers' increments come on top, and so would a
    share or a maximum under specific, without any bound.
    """

    @given(world=alike_years(net_of_specific, pays_in_full, final=True))
    def test_net_of_specific_it_is_the_attachment_point(self, world: World) -> None:
        """Whatever ASD, lasers, share and maximum specific has, the employer bears at most the attachment point."""
        statement = settled(world)
        specific, aggregate = both_sheets(statement)
        borne = specific.eligible - statement.carrier_total

        assert borne == min(aggregate.counted, aggregate.attachment_point)

    @given(world=alike_years(by_loss_limit, pays_in_full, final=True))
    def test_by_loss_limit_asd_and_lasers_come_on_top(self, world: World) -> None:
        """The employer bears at most the attachment point, the ASD, and what the lasers raise the deductible by."""
        statement = settled(world)
        specific, aggregate = both_sheets(statement)
        terms = world.policy.specific
        assert terms
        raised = sum((laser.deductible - terms.deductible for laser in terms.lasers if laser.deductible), Decimal(0))
        borne = specific.eligible - statement.carrier_total

        assert borne <= aggregate.attachment_point + terms.aggregating + raised
        assert borne == min(aggregate.counted, aggregate.attachment_point) + specific.aggregating + specific.laser

    def test_but_a_share_under_specific_has_no_bound(self) -> None:
        """At one half the employer bears half of every dollar of excess, with an attachment point of nothing."""
        statement = settled(year({"deductible": 0, "share": "0.5"}, {}, paid("c1", "M1", 2)))

        assert [0, 1_00] == in_cents(both_sheets(statement)[1].attachment_point, statement.employer_net)

    def test_but_a_maximum_under_specific_has_no_bound(self) -> None:
        """What is above the maximum is the employer's, with an attachment point of nothing."""
        statement = settled(year({"deductible": 0, "maximum": 5}, {}, paid("c1", "M1", 6)))

        assert [0, 1_00] == in_cents(both_sheets(statement)[1].attachment_point, statement.employer_net)


class TestTheLossLimit:
    """Of no unit does more count than its loss limit, ASD dollars aside; what is above is listed."""

    @given(
        world=alike_years(
            simple, lambda policy: with_aggregate(counting(policy, Counting.LOSS_LIMIT), aggregating_counts=False)
        )
    )
    def test_bounds_what_a_unit_counts(self, world: World) -> None:
        """No unit counts more than the standard limit, or its laser where lasered units count up to it."""
        statement = settled(world)
        terms, specific = world.policy.aggregate, world.policy.specific
        assert terms
        assert specific
        limit = specific.deductible if terms.loss_limit is None else terms.loss_limit
        lasers = {laser.unit: laser.deductible for laser in specific.lasers if laser.deductible is not None}
        limits = lasers if terms.laser_loss_limit is LaserLossLimit.LASER else {}

        for unit in {split.unit for split in statement.splits}:
            counted = sum(in_cents(*(split.counted for split in statement.splits if split.unit == unit)))
            assert counted <= cents(limits.get(unit, limit))
