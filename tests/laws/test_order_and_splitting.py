"""Order and splitting: neither the order of arrival, nor a name, nor how a bill is cut decides an answer."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from random import Random
from typing import Any, TypeVar

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from stoploss.facts import Payment
from stoploss.inner_terms import Used
from stoploss.lasers import Laser
from stoploss.money import cents, dollars
from stoploss.splits import Split
from stoploss.statement import settle
from stoploss.testing.strategies import World, worlds
from tests.laws.years import (
    alike_years,
    figures,
    in_cents,
    lines_of,
    more_payments,
    paid,
    plain_specific,
    positive,
    settled,
    uncapped,
    unlimited,
    unpooled,
    with_more,
    with_specific,
    year,
    years,
)


class TestTheOrderOfArrival:
    """
    Payments consume a deductible by the day paid (or incurred) and then by id, compared by code point. In which order
    they, the covered units and the carrier's payments are given never matters.
    """

    @given(world=worlds(), random=st.randoms(use_true_random=False))
    def test_never_matters(self, world: World, random: Random) -> None:
        """Any order of arrival gives the same statement and the same splits in the same order."""

        def shuffled(facts: tuple[Any, ...]) -> list[Any]:
            return random.sample(facts, k=len(facts))

        statement = settled(world)
        again = settle(
            world.policy,
            shuffled(world.payments),
            shuffled(world.units),
            shuffled(world.carrier_payments),
            as_of=world.as_of,
        )

        assert statement == again
        assert statement.splits == again.splits

    @given(world=worlds(), data=st.data())
    def test_a_fact_reported_twice_is_reported_once(self, world: World, data: st.DataObject) -> None:
        """Facts that come in a second time, word for word, change nothing."""

        def repeated(facts: tuple[Any, ...]) -> list[Any]:
            return [*facts, *(fact for fact in facts if data.draw(st.booleans()))]

        again = settle(
            world.policy,
            repeated(world.payments),
            repeated(world.units),
            repeated(world.carrier_payments),
            as_of=world.as_of,
        )

        assert settled(world) == again
        assert settled(world).splits == again.splits

    @given(
        world=years(lambda policy: with_specific(policy, aggregating=0), unlimited, uncapped, unpooled, specific=True),
        data=st.data(),
    )
    def test_ids_decide_only_who_shows_what(self, world: World, data: st.DataObject) -> None:
        """Without an ASD and a run-in limit, a payment that comes first or last of its day changes no unit's sheet."""
        payment = data.draw(more_payments(world))
        first, last = (settled(with_more(world, evolve(payment, id=claim))).specific for claim in ("\x21", "~"))

        assert first == last

    def test_but_the_days_of_payment_do(self) -> None:
        """With an ASD and a maximum it matters whose claim was paid first: that member's excess is absorbed."""
        terms = {"deductible": 0, "aggregating": 1, "maximum": 1}
        april = dt.date(2025, 4, 1)
        small_first = settled(year(terms, None, paid("c1", "M1", 1), paid("c2", "M2", 2, paid_on=april)))
        large_first = settled(year(terms, None, paid("c1", "M2", 2), paid("c2", "M1", 1, paid_on=april)))

        assert [1_00, 2_00] == in_cents(small_first.carrier_total, large_first.carrier_total)


class TestNames:
    """Ids are opaque: another name gives the same answer under another name, as long as the order of ties stays."""

    @given(world=worlds())
    def test_members_by_another_name(self, world: World) -> None:
        """Members and families that are called otherwise have the same sheets under their new names."""
        statement, again = settled(world), settled(renamed(world))

        assert statement.aggregate == again.aggregate
        assert statement.carrier_total == again.carrier_total
        assert [split._replace(unit=new_name(split.unit)) for split in statement.splits] == list(again.splits)
        if statement.specific and again.specific:
            expected = [evolve(unit, unit=new_name(unit.unit)) for unit in statement.specific.units]
            assert sorted(expected, key=lambda unit: unit.unit) == list(again.specific.units)

    @given(world=worlds())
    def test_payments_by_another_name(self, world: World) -> None:
        """Payments that are called otherwise, in the same order, give the same statement."""
        rows = [
            evolve(row, id=f"claim {row.id}", adjusts=f"claim {row.adjusts}" if row.adjusts else None)
            for row in world.payments
        ]
        received = [
            evolve(row, claims=tuple(f"claim {claim}" for claim in row.claims)) for row in world.carrier_payments
        ]
        again = settle(world.policy, rows, world.units, received, as_of=world.as_of)

        assert settled(world) == again
        assert [split._replace(id=f"claim {split.id}") for split in settled(world).splits] == list(again.splits)

    @given(world=years(plain_specific, unlimited, specific=True).map(positive))
    def test_one_person_under_two_ids_is_underpaid(self, world: World) -> None:
        """Under plain terms, without refunds, two ids that turn out to be one person never lower the reimbursement."""
        one = tuple(evolve(row, member="M1", family="F1") for row in world.payments)
        world = evolve(world, carrier_payments=())
        before, after = settled(world).specific, settled(evolve(world, payments=one)).specific
        assert before
        assert after

        assert before.reimbursable <= after.reimbursable


Term = TypeVar("Term", Laser, Used)


def new_name(unit: str) -> str:
    """Return a name that sorts the other way round and holds what careless code would trip over."""
    return {"M1": "z, 'M'", "M2": "m=2", "M10": "0", "F1": "<f>", "F2": "E1"}.get(unit, unit)


def renamed(world: World) -> World:
    """Rename members and families, lasers and the carrier's payments with them."""
    specific = world.policy.specific
    lasers = tuple(renamed_term(laser) for laser in specific.lasers) if specific else ()
    used = tuple(renamed_term(row) for row in specific.used) if specific else ()
    payments = tuple(
        evolve(row, member=new_name(row.member), family=row.family and new_name(row.family)) for row in world.payments
    )
    carrier = tuple(evolve(row, member=row.member and new_name(row.member)) for row in world.carrier_payments)
    policy = with_specific(world.policy, lasers=lasers, used=used)
    return evolve(world, policy=policy, payments=payments, carrier_payments=carrier)


def renamed_term(term: Term) -> Term:
    """Rename the member or family of a laser, or of what was used before."""
    return evolve(term, member=term.member and new_name(term.member), family=term.family and new_name(term.family))


class TestCuttingAPayment:
    """
    Cutting a payment into several with the same dates, adjacent in order, changes nothing but the rows' own splits,
    because only running totals are rounded. The counted claims are sure of it where both covers net the rows alike:
    else the lesser of what the two leave of each part may come to less than the lesser of the two wholes.
    """

    @given(world=alike_years(), data=st.data())
    def test_changes_no_figure(self, world: World, data: st.DataObject) -> None:
        """The whole statement stays, but for counts of rows."""
        whole, parts = data.draw(cut_payments(world))

        assert figures(settled(with_more(world, whole))) == figures(settled(with_more(world, *parts)))

    @given(world=alike_years(), data=st.data())
    def test_divides_its_split(self, world: World, data: st.DataObject) -> None:
        """The parts' splits add up to the whole payment's split, and no other payment's split changes."""
        whole, parts = data.draw(cut_payments(world))
        one, many = settled(with_more(world, whole)), settled(with_more(world, *parts))
        ids = {part.id for part in parts}
        own = [split for split in many.splits if split.id in ids]

        assert [split for split in one.splits if split.id not in ids] == [
            split for split in many.splits if split.id not in ids
        ]
        if own:
            assert amounts(one.split(whole.id)) == [sum(column) for column in zip(*map(amounts, own), strict=True)]

    @given(world=years(specific=True), data=st.data())
    def test_changes_no_line_of_specific(self, world: World, data: st.DataObject) -> None:
        """Whatever the aggregate looks at, every line of every unit's sheet stays."""
        whole, parts = data.draw(cut_payments(world))
        one, many = figures(settled(with_more(world, whole))), figures(settled(with_more(world, *parts)))

        assert one["specific"] == many["specific"]

    def test_but_where_the_covers_net_otherwise_it_may_change_what_counts(self) -> None:
        """A refund that only the aggregate sees undoes of two halves the one that specific reimburses."""
        covers = {"covers": ["medical", "rx"], "counting": "net_of_specific"}
        refund = paid("c3", "M1", -5, benefit="rx")
        whole = settled(year({"deductible": 5}, covers, paid("c1", "M1", 10), refund))
        halves = settled(year({"deductible": 5}, covers, paid("c1", "M1", 5), paid("c2", "M1", 5), refund))

        assert [5_00, 10_00] == in_cents(whole.carrier_total, halves.carrier_total)


def amounts(split: Split) -> list[int]:
    """Return what a split adds to each line and to the counted claims, in cents."""
    assert split.counted is not None
    return [*lines_of(split).values(), cents(split.counted)]


@st.composite
def cut_payments(draw: st.DrawFn, world: World) -> tuple[Payment, list[Payment]]:
    """Draw a payment, and the same amount as two to four payments that follow each other."""
    whole = draw(more_payments(world))
    edges = sorted(draw(st.lists(st.integers(0, whole.cents), min_size=1, max_size=3)))
    bounds = [0, *edges, whole.cents]
    parts = [
        evolve(whole, id=f"m{position}", amount=dollars(end - start))
        for position, (start, end) in enumerate(pairwise(bounds), start=1)
    ]
    return whole, parts
