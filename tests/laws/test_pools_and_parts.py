"""What several share, and what is divided: pools, carriers over one another, divisions."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from stoploss.inner_terms import CarrierLayer, CommonAccident
from stoploss.lasers import Laser, LaserFund
from stoploss.money import cents, dollars
from stoploss.policy import Policy
from stoploss.specific_sheet import SpecificSheet, UnitSheet
from stoploss.statement import Statement
from stoploss.testing.strategies import World
from stoploss.words import Per
from tests.laws.years import (
    in_cents,
    paid,
    recomputed,
    rounding_shifts,
    settled,
    unadvanced,
    uncapped,
    unlimited,
    with_specific,
    year,
    years,
)

AMOUNTS = st.integers(0, 100_000).map(dollars)


def of_members(policy: Policy) -> Policy:
    """Let the deductible be per member, with a family deductible beside it and no lasers."""
    assert policy.specific
    limit = policy.specific.family_deductible
    terms = {"per": Per.MEMBER, "lasers": (), "used": (), "family_deductible": 100 if limit is None else limit}
    return with_specific(recomputed(policy), **terms)


def in_accidents(policy: Policy) -> Policy:
    """Let all who are hurt in one accident share a deductible, and no family another."""
    assert policy.specific
    accident = policy.specific.common_accident or CommonAccident()
    return with_specific(recomputed(policy), common_accident=accident, family_deductible=None, lasers=())


def funded(policy: Policy) -> Policy:
    """Let two lasered members draw on one fund."""
    assert policy.specific
    lasers = tuple(
        Laser(member=member, deductible=policy.specific.deductible + more, fund="A")
        for member, more in (("M1", 100), ("M2", 1000))
    )
    fund = policy.specific.laser_funds[:1] or (LaserFund(name="A", amount=50),)
    terms = {"per": Per.MEMBER, "used": (), "family_deductible": None, "common_accident": None}
    return with_specific(policy, **terms, lasers=lasers, laser_funds=(evolve(fund[0], name="A"),))


def with_families(world: World) -> World:
    """Let every payment name its family, and an accident if it is of a member with a laser."""
    rows = tuple(evolve(row, family=row.family or f"F of {row.member}") for row in world.payments)
    return evolve(world, payments=rows)


def specific_of(statement: Statement) -> int:
    """Return what specific reimburses, in cents."""
    assert statement.specific
    return cents(statement.specific.reimbursable)


def retained_by(world: World, statement: Statement, column: str) -> Counter[str]:
    """Return what is retained of the payments of each family or accident, in cents, remainders aside."""
    whose = {row.id: getattr(row, column) for row in world.payments}
    kept = Counter[str]()
    for split in statement.splits:
        if whose[split.id] is not None:
            kept[whose[split.id]] += max(0, sum(in_cents(split.retained)))
    return kept


class TestPools:
    """
    Of what is kept of several units' claims a pool keeps the earliest dollars up to its limit, and no more; what it
    does not keep is excess. A larger pool never raises what specific reimburses.
    """

    @given(world=years(of_members, specific=True).map(with_families))
    def test_a_family_retains_no_more_than_its_deductible(self, world: World) -> None:
        """All members of a family together."""
        assert world.policy.specific
        assert world.policy.specific.family_deductible is not None
        most = cents(world.policy.specific.family_deductible)

        assert all(kept <= most for kept in retained_by(world, settled(world), "family").values())

    @given(world=years(in_accidents, specific=True))
    def test_an_accident_retains_no_more_than_its_deductible(self, world: World) -> None:
        """All who were hurt in it together; by default as much as one member alone."""
        assert world.policy.specific
        assert world.policy.specific.common_accident
        own = world.policy.specific.common_accident.deductible
        most = cents(world.policy.specific.deductible if own is None else own)

        assert all(kept <= most for kept in retained_by(world, settled(world), "accident").values())

    @given(world=years(funded, specific=True).map(lambda world: evolve(world, carrier_payments=())))
    def test_lasers_keep_no_more_than_their_fund(self, world: World) -> None:
        """All lasers that draw on it together."""
        terms, sheet = world.policy.specific, settled(world).specific
        assert terms
        assert sheet

        assert sheet.laser <= terms.laser_funds[0].amount

    @given(world=years(of_members, uncapped, unlimited, specific=True).map(with_families), more=AMOUNTS)
    def test_a_higher_family_deductible(self, world: World, more: Decimal) -> None:
        """A higher family deductible never raises what specific reimburses."""
        assert world.policy.specific
        assert world.policy.specific.family_deductible is not None
        higher = with_specific(world.policy, family_deductible=world.policy.specific.family_deductible + more)

        assert specific_of(settled(world, higher)) <= specific_of(settled(world)) + rounding_shifts(higher)

    @given(world=years(in_accidents, uncapped, unlimited, specific=True), own=AMOUNTS, more=AMOUNTS)
    def test_a_higher_deductible_of_an_accident(self, world: World, own: Decimal, more: Decimal) -> None:
        """A higher deductible of an accident never raises what specific reimburses."""
        low, high = (
            with_specific(world.policy, common_accident=CommonAccident(deductible=amount))
            for amount in (own, own + more)
        )

        assert specific_of(settled(world, high)) <= specific_of(settled(world, low)) + rounding_shifts(high)

    @given(world=years(recomputed, funded, uncapped, unlimited, specific=True), more=AMOUNTS)
    def test_a_larger_fund(self, world: World, more: Decimal) -> None:
        """A larger laser fund never raises what specific reimburses."""
        world = evolve(world, carrier_payments=())
        assert world.policy.specific
        (fund,) = world.policy.specific.laser_funds
        larger = with_specific(world.policy, laser_funds=(evolve(fund, amount=fund.amount + more),))

        assert specific_of(settled(world, larger)) <= specific_of(settled(world)) + rounding_shifts(larger)

    def test_but_a_higher_deductible_of_each_may_raise_it(self) -> None:
        """What a family retains moves from its second member to the first, who is over the maximum anyway."""
        terms = {"family_deductible": 100, "maximum": 30}
        rows = [
            paid(claim, member, amount, family="F1") for claim, member, amount in (("c1", "M1", 120), ("c2", "M2", 60))
        ]
        low, high = (settled(year(terms | {"deductible": deductible}, None, *rows)) for deductible in (50, 100))

        assert [40_00, 50_00] == in_cents(low.carrier_total, high.carrier_total)


def layered(policy: Policy) -> Policy:
    """Let several carriers stand over one another."""
    assert policy.specific
    layers = (CarrierLayer(carrier="First Re", limit=100), CarrierLayer(carrier="Second Re"))
    return with_specific(policy, layers=policy.specific.layers or layers)


def by_layer(sheet: SpecificSheet | UnitSheet, name: str) -> list[int]:
    """Return a figure of every carrier, in cents."""
    return in_cents(*(getattr(layer, name) for layer in sheet.layers))


class TestCarriersOverOneAnother:
    """
    Several carriers divide what is reimbursable for each unit: each up to its limit, the next what lies above.
    What each owes adds up to what is owed, in all and for every unit.
    """

    @given(world=years(layered, specific=True).map(lambda world: evolve(world, carrier_payments=())))
    def test_divide_what_is_reimbursable(self, world: World) -> None:
        """Of every unit, and of all."""
        sheet = settled(world).specific
        assert sheet

        sheets: list[SpecificSheet | UnitSheet] = [sheet, *sheet.units]
        for each in sheets:
            assert sum(by_layer(each, "reimbursable")) == cents(each.reimbursable)
        if sheet.units:
            columns = zip(*(by_layer(unit, "reimbursable") for unit in sheet.units), strict=True)
            assert by_layer(sheet, "reimbursable") == [sum(column) for column in columns]

    @given(world=years(layered, specific=True).map(lambda world: evolve(world, carrier_payments=())))
    def test_the_next_pays_once_the_one_below_is_full(self, world: World) -> None:
        """A carrier owes at most its limit for a unit, and exactly that where the one above it owes anything."""
        terms, sheet = world.policy.specific, settled(world).specific
        assert terms
        assert sheet
        limits = in_cents(*(layer.limit for layer in terms.layers[:-1]))

        for unit in sheet.units:
            owed = by_layer(unit, "reimbursable")
            for position, limit in enumerate(limits):
                assert owed[position] <= limit
                assert owed[position] == limit or not any(owed[position + 1 :])

    @given(world=years(layered, specific=True))
    def test_what_each_has_paid_is_taken_off_its_own(self, world: World) -> None:
        """Due, and what was reimbursed, divide as what is reimbursable does."""
        layers = world.policy.specific.layers if world.policy.specific else ()
        names = [layer.carrier for layer in layers]
        received = tuple(
            evolve(row, carrier=row.carrier if row.carrier in names else names[0]) if row.member else row
            for row in world.carrier_payments
        )
        sheet = settled(evolve(world, carrier_payments=received)).specific
        assert sheet

        sheets: list[SpecificSheet | UnitSheet] = [sheet, *sheet.units]
        for each in sheets:
            for name in ("reimbursed", "due"):
                assert sum(by_layer(each, name)) == cents(getattr(each, name))


class TestDivisions:
    """Divisions part the worksheet down to what is counted, and the months; the parts add up to the whole."""

    @given(world=years(unadvanced, aggregate=True))
    def test_add_up_to_the_worksheet(self, world: World) -> None:
        """Line by line, and the attachment to the cent."""
        places = {"M1": "north", "M2": "south", "M10": None}
        rows = tuple(evolve(row, division=places[row.member]) for row in world.payments)
        sheet = settled(evolve(world, payments=rows)).aggregate
        assert sheet

        if sheet.divisions:
            lines = ("gross", "voids_and_refunds", "eligible", "over_loss_limit", "reimbursed_by_specific", "counted")
            for line in (*lines, "calculated_attachment"):
                assert getattr(sheet, line) == sum(getattr(row, line) for row in sheet.divisions)

    @given(world=years(aggregate=True))
    def test_change_nothing_else(self, world: World) -> None:
        """Without divisions every other figure and every split are the same."""
        rows = tuple(evolve(row, division=None) for row in world.payments)
        parted = settled(evolve(world, payments=tuple(evolve(row, division="north") for row in world.payments)))
        whole = settled(evolve(world, payments=rows))
        assert parted.aggregate
        assert whole.aggregate

        assert whole.splits == parted.splits
        assert evolve(whole.aggregate, divisions=()) == evolve(parted.aggregate, divisions=())
