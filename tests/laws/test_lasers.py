"""Lasers: a higher deductible for one member, and nobody else's business."""

from __future__ import annotations

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from stoploss.lasers import Laser
from stoploss.money import cents, dollars
from stoploss.policy import Policy
from stoploss.statement import Statement
from stoploss.testing.strategies import World
from stoploss.words import Counting, LaserLossLimit, Per
from tests.laws.years import (
    LINES,
    alike_years,
    counting,
    in_cents,
    lines_of,
    settled,
    simple,
    unpooled,
    with_aggregate,
    with_specific,
    years,
)

RAISES = st.integers(0, 100_000)


def lasered(policy: Policy, unit: str, raised: int | None) -> Policy:
    """Put a laser that raises the deductible by some cents on one unit, or exclude it, in place of its own."""
    assert policy.specific
    member, family = (unit, None) if policy.per is Per.MEMBER else (None, unit)
    deductible = None if raised is None else policy.specific.deductible + dollars(raised)
    laser = Laser(member=member, family=family, deductible=deductible, excluded=raised is None)
    others = tuple(other for other in policy.specific.lasers if other.unit != unit)
    return with_specific(policy, lasers=(*others, laser))


def units_of(policy: Policy) -> list[str]:
    """Return the units that the strategies know."""
    return ["M1", "M2", "M10"] if policy.per is Per.MEMBER else ["F1", "F2"]


def lines_by_unit(statement: Statement, *lines: str) -> dict[str, list[int]]:
    """Return some lines of every unit, in cents."""
    assert statement.specific
    return {unit.unit: [lines_of(unit)[line] for line in lines] for unit in statement.specific.units}


def standard(policy: Policy) -> Policy:
    """Count every unit up to the standard loss limit, and no ASD dollars."""
    policy = counting(policy, Counting.LOSS_LIMIT)
    return with_aggregate(policy, laser_loss_limit=LaserLossLimit.STANDARD, aggregating_counts=False)


class TestALaserChangesOnlyItsMember:
    """A laser on one unit leaves every other unit as it was, unless an ASD ties them together."""

    @given(
        world=years(unpooled, lambda policy: with_specific(policy, aggregating=0), specific=True),
        raised=RAISES | st.none(),
        data=st.data(),
    )
    def test_without_an_asd_no_other_sheet_changes(self, world: World, raised: int | None, data: st.DataObject) -> None:
        """Without an ASD every other unit's sheet is the same."""
        unit = data.draw(st.sampled_from(units_of(world.policy)))
        before, after = settled(world).specific, settled(world, lasered(world.policy, unit, raised)).specific
        assert before
        assert after

        assert [sheet for sheet in before.units if sheet.unit != unit] == [
            sheet for sheet in after.units if sheet.unit != unit
        ]

    @given(world=years(unpooled, specific=True), raised=RAISES | st.none(), data=st.data())
    def test_beside_an_asd_only_what_it_absorbs_may_change(
        self, world: World, raised: int | None, data: st.DataObject
    ) -> None:
        """With an ASD, too, what another unit retains is the same, and the ASD absorbs no less of it."""
        unit = data.draw(st.sampled_from(units_of(world.policy)))
        none = lasered(world.policy, unit, 0)
        before, after = settled(world, none), settled(world, lasered(world.policy, unit, raised))
        same, more = (lines_by_unit(before, *lines) for lines in (("retained", "laser"), ("aggregating",)))
        same_after, more_after = (lines_by_unit(after, *lines) for lines in (("retained", "laser"), ("aggregating",)))

        for other in same:
            if other != unit:
                assert same[other] == same_after[other]
                assert more[other] <= more_after[other]

    @given(world=alike_years(simple, standard), raised=RAISES | st.none(), data=st.data())
    def test_the_aggregate_does_not_see_it(self, world: World, raised: int | None, data: st.DataObject) -> None:
        """Where both covers net alike, counted up to the standard limit, a laser leaves the worksheet as it was."""
        unit = data.draw(st.sampled_from(units_of(world.policy)))

        assert settled(world).aggregate == settled(world, lasered(world.policy, unit, raised)).aggregate


class TestTheLaserLine:
    """
    The laser is the whole deductible of its unit. What lies between the standard deductible and the laser is the
    employer's: neither ASD nor excess. An excluded unit is the employer's altogether.
    """

    @given(
        world=years(simple, lambda policy: with_specific(policy, maximum=None), specific=True),
        raised=RAISES,
        data=st.data(),
    )
    def test_lies_between_the_deductible_and_the_laser(self, world: World, raised: int, data: st.DataObject) -> None:
        """Without a maximum the unit retains up to the deductible, and the laser line is the rest up to the laser."""
        unit = data.draw(st.sampled_from(units_of(world.policy)))
        statement = settled(world, lasered(world.policy, unit, raised))
        assert statement.specific
        assert world.policy.specific
        deductible = cents(world.policy.specific.deductible)

        for sheet in statement.specific.units:
            if sheet.unit == unit:
                total = cents(sheet.eligible)
                expected = (min(total, deductible), min(max(total - deductible, 0), raised))
                assert expected == (cents(sheet.retained), cents(sheet.laser))
                assert in_cents(sheet.deductible) == [deductible + raised]

    @given(world=years(simple, specific=True), data=st.data())
    def test_an_excluded_unit_has_no_excess(self, world: World, data: st.DataObject) -> None:
        """Nothing of an excluded unit is absorbed, shared or reimbursed, and its sheet says that it is excluded."""
        unit = data.draw(st.sampled_from(units_of(world.policy)))
        statement = settled(world, lasered(world.policy, unit, None))
        assert statement.specific

        for sheet in statement.specific.units:
            if sheet.unit == unit:
                assert sheet.excluded
                assert sheet.deductible is None
                assert [0, 0, 0] == in_cents(sheet.aggregating, sheet.employer_share, sheet.reimbursable)

    @given(world=years(simple, standard, specific=True), data=st.data())
    def test_a_laser_at_the_deductible_is_none(self, world: World, data: st.DataObject) -> None:
        """A laser that is the standard deductible changes nothing, unless the unit then counts up to it."""
        world = evolve(world, policy=with_specific(world.policy, lasers=()))
        unit = data.draw(st.sampled_from(units_of(world.policy)))

        assert settled(world).to_dict() == settled(world, lasered(world.policy, unit, 0)).to_dict()

    @given(world=years(simple, specific=True))
    def test_a_laser_beyond_everything_reimburses_what_an_exclusion_does(self, world: World) -> None:
        """A laser above all that a unit costs leaves every line as an exclusion of that unit does."""
        most = sum(abs(row.cents) for row in world.payments)
        unit = units_of(world.policy)[0]
        high, excluded = (settled(world, lasered(world.policy, unit, raised)) for raised in (most, None))

        assert lines_by_unit(high, *LINES) == lines_by_unit(excluded, *LINES)
