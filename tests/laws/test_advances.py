"""Early money: advances and accommodations change when the carrier pays, and never what it owes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from attrs import evolve
from hypothesis import given, settings

from stoploss.attachment_terms import Accommodation
from stoploss.eligibility import Reason
from stoploss.facts import CarrierPayment, CarrierPaymentKind, Coverage
from stoploss.money import Amount, cents
from stoploss.policy import Policy
from stoploss.riders import AdvanceFunding
from stoploss.testing.strategies import World
from stoploss.words import Repay
from tests.laws.years import paid, settled, with_aggregate, year, years

A_FEW = settings(max_examples=max(5, settings().max_examples // 5))
"""Every month of a year is settled, and every statement settles the months before it."""


def accommodated(policy: Policy) -> Policy:
    """Give the aggregate an accommodation, if it has none."""
    assert policy.aggregate
    return with_aggregate(policy, accommodation=policy.aggregate.accommodation or Accommodation())


def rider_of(world: World) -> Accommodation:
    """Return a year's accommodation."""
    assert world.policy.aggregate
    assert world.policy.aggregate.accommodation
    return world.policy.aggregate.accommodation


def due_on(world: World, day: dt.date) -> Amount:
    """Return what is due under the aggregate on a day."""
    sheet = settled(evolve(world, as_of=day)).aggregate
    assert sheet
    return sheet.due


def month_ends(world: World) -> list[dt.date]:
    """Return the last days of the policy months in force but the last."""
    period = world.policy.period
    return [period.end_of_month(month) for month in range(1, period.months_begun(None))]


def advanced_monthly(world: World) -> World:
    """Let the carrier pay at every month's end what is due then."""
    for day in month_ends(world):
        payment = CarrierPayment(
            id=f"month to {day}",
            coverage=Coverage.AGGREGATE,
            kind=CarrierPaymentKind.ACCOMMODATION,
            paid_on=day,
            amount=due_on(world, day),
        )
        world = evolve(world, carrier_payments=(*world.carrier_payments, payment))
    return world


def under_the_aggregate(payments: Sequence[CarrierPayment]) -> int:
    """Return the cents that the carrier paid under the aggregate."""
    return sum(payment.cents for payment in payments if payment.coverage is Coverage.AGGREGATE)


class TestAnAccommodationIsEarlyMoney:
    """
    An accommodation never changes what is reimbursable: what was advanced month by month and what is due at the end
    make it together. Before the end it is what is due.
    """

    @given(world=years(accommodated, aggregate=True))
    def test_changes_nothing_that_is_owed(self, world: World) -> None:
        """With and without the rider every line, every split and every month's position are the same."""
        one, other = settled(world), settled(world, with_aggregate(world.policy, accommodation=None))
        assert one.aggregate
        assert other.aggregate
        months = tuple(evolve(month, accommodation=None) for month in one.aggregate.months)

        assert (one.carrier_total, one.splits) == (other.carrier_total, other.splits)
        assert other.aggregate == evolve(one.aggregate, accommodation=None, months=months, due=other.aggregate.due)

    @A_FEW
    @given(world=years(accommodated, aggregate=True, final=True))
    def test_what_was_advanced_and_what_is_due_are_what_is_owed(self, world: World) -> None:
        """Whatever was advanced, the settlement makes up for it, in one direction or the other."""
        advanced = advanced_monthly(world)
        before, after = settled(world).aggregate, settled(advanced).aggregate
        assert before
        assert after

        assert before.reimbursable == after.reimbursable
        assert cents(after.reimbursable) == under_the_aggregate(advanced.carrier_payments) + cents(after.due)

    @A_FEW
    @given(world=years(accommodated, aggregate=True, final=True))
    def test_what_was_advanced_is_no_longer_due(self, world: World) -> None:
        """Once a month's due is paid nothing is due until the next month's end."""
        advanced = advanced_monthly(world)

        for day in month_ends(world):
            assert due_on(advanced, day) == 0

    @A_FEW
    @given(world=years(accommodated, aggregate=True, final=True))
    def test_nothing_goes_back_before_the_end_unless_recovered(self, world: World) -> None:
        """Where it is repaid at the end, no month asks for money back; nor for less than the smallest request."""
        rider = rider_of(world)

        for day in month_ends(world):
            due = due_on(world, day)
            assert due >= 0 or rider.repay is Repay.WHEN_RECOVERED
            assert due <= 0 or due >= rider.smallest

    def test_but_it_goes_back_at_the_end(self) -> None:
        """100 that a refund takes back after they were advanced are due to the carrier at the end."""
        refund = paid("c2", "M1", -100, adjusts="c1", paid_on=dt.date(2025, 11, 1))
        world = year(None, {"accommodation": Accommodation()}, paid("c1", "M1", 100), refund)
        march, december = dt.date(2025, 3, 31), dt.date(2025, 12, 31)
        advance = CarrierPayment(
            id="r1", coverage="aggregate", kind="accommodation", paid_on=march, amount=due_on(world, march)
        )
        world = evolve(world, carrier_payments=(advance,))

        assert [Decimal(100), 0, Decimal(-100)] == [
            advance.amount,
            due_on(world, dt.date(2025, 11, 30)),
            due_on(world, december),
        ]


SHARED = {Reason.OVER_RUN_IN_LIMIT, Reason.OVER_RUN_OUT_LIMIT, Reason.REDUCED, Reason.OVER_CAP}
"""Reasons that another claim may give or take away."""


def deeming(policy: Policy) -> Policy:
    """Let what the plan pays within five working days of an advance count as paid when that came."""
    return evolve(policy, advance_funding=AdvanceFunding(paid_within_days=5))


class TestAnAdvanceIsEarlyMoney:
    """
    An advance is money paid before its claim. It changes what is due; what is owed it changes only for a claim that the
    plan then pays too late by its own day, and in time by the day of the advance.
    """

    @given(world=years(specific=True))
    def test_without_a_term_for_late_claims_it_changes_nothing_that_is_owed(self, world: World) -> None:
        """Unless the policy says within how many days the plan pays, every split is that without any advance."""
        policy = evolve(world.policy, advance_funding=AdvanceFunding())

        assert settled(world, policy).splits == settled(evolve(world, carrier_payments=()), policy).splits

    @given(world=years(deeming, specific=True))
    def test_only_saves_what_was_paid_outside_the_window(self, world: World) -> None:
        """A claim is screened otherwise only where its own day was outside the paid window, and then it may count."""
        saved, alone = (
            {split.id: split.excluded for split in settled(each).splits}
            for each in (world, evolve(world, carrier_payments=()))
        )
        funded = {claim for payment in world.carrier_payments for claim in payment.claims}
        judged = {row.id: row.adjusts if row.undoes else row.id for row in world.payments}

        for claim, reason in alone.items():
            if reason in {Reason.PAID_BEFORE, Reason.PAID_AFTER}:
                assert saved[claim] == reason or judged[claim] in funded
            elif reason is not None and reason not in SHARED:
                assert saved[claim] == reason
