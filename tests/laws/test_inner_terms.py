"""Terms inside specific: caps, own facilities, tiers, lifetime maxima, conditional lasers; limits on the run-out."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from attrs import evolve
from hypothesis import given

from stoploss.basis import ContractBasis, DollarLimit
from stoploss.eligibility import Reason
from stoploss.facts import Payment, carries
from stoploss.inner_terms import Cap
from stoploss.lasers import Laser
from stoploss.money import cents
from stoploss.policy import Policy
from stoploss.testing.strategies import World
from stoploss.words import CapOn, CapPer, LimitPer
from tests.laws.years import (
    alike_years,
    in_cents,
    paid,
    recomputed,
    settled,
    uncapped,
    with_more,
    with_specific,
    year,
    years,
)

SUMMER = dt.date(2025, 6, 1)


def capped(policy: Policy) -> Policy:
    """Give specific a cap, if it has none."""
    assert policy.specific
    cap = Cap(tag="transplant", amount=100)
    return with_specific(recomputed(policy), caps=policy.specific.caps or (cap,), excludes=())


def carrying(world: World) -> World:
    """Let every other payment carry a label."""
    rows = [evolve(row, tags=(*row.tags, "transplant")) for row in world.payments[::2]]
    return evolve(world, payments=(*rows, *world.payments[1::2]))


def used_of(world: World, cap: Cap, unit: str) -> int:
    """Return what a unit used of a lifetime cap before, in cents."""
    if cap.per is CapPer.PERIOD or not world.policy.specific:
        return 0
    rows = [row for row in world.policy.specific.used if (row.unit, row.tag) == (unit, cap.tag)]
    return sum(cents(row.eligible if cap.on is CapOn.ELIGIBLE else row.reimbursed) for row in rows)


class TestInnerMaxima:
    """Of the claims with a label no unit draws more than its cap, less what it used before of a cap for life."""

    @given(world=years(capped, specific=True).map(carrying))
    def test_bound_what_a_unit_draws(self, world: World) -> None:
        """On the reimbursement what is reimbursed, on eligible claims what counts."""
        assert world.policy.specific
        by_id = {row.id: row for row in world.payments}
        splits = settled(world).splits

        for cap in world.policy.specific.caps:
            drawn = Counter[str]()
            for split in splits:
                amount = split.net if cap.on is CapOn.ELIGIBLE else split.reimbursable
                if carries(by_id[split.id], cap.tag):
                    drawn[split.unit] += max(0, sum(in_cents(amount)))
            for unit, amount_drawn in drawn.items():
                assert amount_drawn <= max(0, cents(cap.amount) - used_of(world, cap, unit))

    @given(world=years(recomputed, specific=True))
    def test_a_lifetime_maximum_bounds_what_is_left_of_it(self, world: World) -> None:
        """No unit gets more than what the periods before left of its lifetime maximum."""
        terms, sheet = world.policy.specific, settled(world).specific
        assert terms
        assert sheet
        used = {row.unit: cents(row.reimbursed) for row in terms.used if row.tag is None}

        if terms.lifetime_maximum is not None:
            most = cents(terms.lifetime_maximum)
            assert all(cents(unit.reimbursable) <= max(0, most - used.get(unit.unit, 0)) for unit in sheet.units)

    def test_but_one_more_claim_may_lower_what_two_caps_leave(self) -> None:
        """A claim under both labels takes the first cap, and is itself over the second one."""
        terms = {"deductible": 0, "caps": [Cap(tag="a", amount=100), Cap(tag="b", amount=0)]}
        before = year(terms, None, paid("c2", "M1", 100, tags=["a"], paid_on=SUMMER))
        after = with_more(before, paid("c1", "M1", 100, tags=["a", "b"]))

        assert [100_00, 0] == in_cents(settled(before).carrier_total, settled(after).carrier_total)

    def test_but_one_more_claim_may_trigger_a_laser(self) -> None:
        """A claim that carries the label of a conditional laser raises the deductible of those before it."""
        laser = Laser(member="M1", deductible=500, when="transplant")
        before = year({"deductible": 100, "lasers": [laser]}, None, paid("c1", "M1", 300))
        after = with_more(before, paid("c2", "M1", 10, tags=["transplant"], paid_on=SUMMER))

        assert [200_00, 0] == in_cents(settled(before).carrier_total, settled(after).carrier_total)


def limited_run_out(policy: Policy) -> Policy:
    """Let claims of the year after count, up to a limit that is not much, and nothing else limit what counts."""
    policy = evolve(uncapped(recomputed(policy)), bridge=None, terminal_liability=None)
    assert policy.specific
    limit = policy.specific.basis.run_out_limit or DollarLimit(amount=100, per=LimitPer.POLICY)
    basis = evolve(policy.specific.basis, run_in_limit=None, run_out_limit=limit, prior_administrator="included")
    return with_specific(policy, basis=basis)


class TestTheRunOutLimit:
    """Of what was paid after the last day in force and counts, the earliest dollars count up to the limit."""

    @given(world=years(limited_run_out, specific=True, final=True))
    def test_lets_in_the_limit_and_no_more(self, world: World) -> None:
        """No more than the limit counts, and all of it does where anything is cut."""
        limit = world.policy.specific and world.policy.specific.basis.run_out_limit
        assert limit
        last_day = world.policy.period.last_day_in_force
        late = {row.id for row in world.payments if row.paid_on and row.paid_on > last_day}
        counts, cut = Counter[str](), set[str]()
        for split in settled(world).splits:
            if split.id in late:
                whose = split.unit if limit.per is LimitPer.MEMBER else "all"
                counts[whose] += max(0, sum(in_cents(split.net)))
                cut |= {whose} if split.excluded is Reason.OVER_RUN_OUT_LIMIT else set()

        assert all(counted <= cents(limit.amount) for counted in counts.values())
        assert all(counts[whose] == cents(limit.amount) for whose in cut)


class TestNoDollarCountsTwice:
    """What specific reimburses of what both covers let in does not count in the aggregate as well."""

    @given(world=alike_years(final=True))
    def test_where_both_covers_see_the_same(self, world: World) -> None:
        """With any pools, lasers and limits, what is reimbursed and what is counted are at most what is eligible."""
        statement = settled(world)
        assert statement.specific

        for unit in statement.specific.units:
            counted = sum(in_cents(*(split.counted for split in statement.splits if split.unit == unit.unit)))
            assert cents(unit.reimbursable) + max(0, counted) <= max(0, cents(unit.eligible))

    def test_in_dollars(self) -> None:
        """Of 100 of run-in both covers let in 60; 20 are above the family's deductible, and 40 count."""
        run_in: dict[str, dt.date] = {"incurred_on": dt.date(2024, 12, 1)}
        basis = ContractBasis(label="15/12", run_in_limit=DollarLimit(amount=60))
        claim: Payment = paid("c1", "M1", 100, family="F1", **run_in)
        terms = {"basis": basis, "deductible": 100, "family_deductible": 40}
        statement = settled(year(terms, {"basis": basis}, claim))
        assert statement.aggregate

        assert [60_00, 40_00] == in_cents(statement.carrier_total, statement.aggregate.counted)
