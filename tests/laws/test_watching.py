"""Watching: events happen once and stay, and a deadline is worth what two settlements differ by."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from stoploss.deadlines import Deadline, DeadlineKind, deadlines, outlook
from stoploss.eligibility import cut
from stoploss.facts import Coverage, Payment, Status
from stoploss.money import ZERO, Amount
from stoploss.notices import Event, EventKind, Trigger, events
from stoploss.promises import NoticeTerms
from stoploss.statement import settle
from stoploss.testing.strategies import World, worlds
from tests.laws.years import plain_specific, positive, settled, with_specific, years

TRIGGERS = (Trigger(label="C"), Trigger(label="transplant"))
SHARES = st.sampled_from(["0.5", "0.25", "1", "0.333333"])
DAYS = st.integers(-40, 500)


def happened(world: World, as_of: dt.date | None = None, share: str = "0.5") -> tuple[Event, ...]:
    """Return the events of a world by a day."""
    policy = evolve(world.policy, notices=NoticeTerms(share=share, stay_days=2))
    facts = (world.payments, world.units, world.carrier_payments)
    return events(policy, *facts, as_of=as_of, triggers=TRIGGERS)


class TestEventsHappenOnce:
    """What happened, happened once, and stays."""

    @given(world=worlds(), share=SHARES)
    def test_an_event_happens_once_and_not_later_than_asked(self, world: World, share: str) -> None:
        """No unit meets its deductible twice, and nothing happens after the day that is asked about."""
        found = happened(world, world.as_of, share)
        per_unit = Counter((event.kind, event.unit) for event in found if not event.about)

        assert [] == [name for name, times in per_unit.items() if times > 1]
        assert [] == [event for event in found if world.as_of is not None and event.happened_on > world.as_of]
        assert sorted(found, key=lambda event: event.happened_on) == list(found)

    @given(world=worlds(as_of=st.none()).map(positive), after=DAYS, share=SHARES)
    def test_what_happened_stays(self, world: World, after: int, share: str) -> None:
        """Without refunds the events of a day are those of any later day that had happened by then."""
        as_of = world.policy.period.effective + dt.timedelta(days=after)
        later = happened(world, None, share)

        assert tuple(event for event in later if event.happened_on <= as_of) == happened(world, as_of, share)

    @given(world=years(plain_specific, specific=True).map(positive))
    def test_a_deductible_is_met_by_the_units_own(self, world: World) -> None:
        """A unit has met its deductible exactly where its sheet says that it has come to it."""
        statement = settled(world)
        assert statement.specific
        sheets = [sheet for sheet in statement.specific.units if sheet.eligible]
        reached = {
            sheet.unit for sheet in sheets if sheet.deductible is not None and sheet.eligible >= sheet.deductible
        }
        found = happened(world, world.as_of)

        assert reached == {event.unit for event in found if event.kind is EventKind.DEDUCTIBLE_MET}

    @given(world=years(lambda policy: with_specific(policy, lasers=()), specific=True).map(positive))
    def test_the_asd_is_exhausted_where_the_sheets_say_so(self, world: World) -> None:
        """The ASD is exhausted exactly where the sheets show it whole."""
        statement = settled(world)
        terms = world.policy.specific
        assert statement.specific
        assert terms
        exhausted = bool(terms.aggregating) and statement.specific.aggregating == terms.aggregating
        kinds = {event.kind for event in happened(world, world.as_of)}

        assert exhausted == (EventKind.AGGREGATING_EXHAUSTED in kinds)


def unpaid(world: World, as_of: dt.date) -> World:
    """Return the year in which nothing is paid after a day: what would be is pending."""
    adjusted = {payment.adjusts for payment in world.payments}
    return evolve(
        world,
        payments=tuple(
            evolve(payment, status=Status.PENDING, paid_on=None)
            if payment.paid_on and payment.paid_on > as_of and payment.cents > 0 and payment.id not in adjusted
            else payment
            for payment in world.payments
        ),
    )


def owed(world: World, as_of: dt.date, paid_on: Mapping[str, dt.date]) -> Amount:
    """Return what the carrier owes in the end, if pending claims are paid on these days and nothing else happens."""
    by_id = {payment.id: payment for payment in world.payments}
    facts = [
        evolve(payment, status=Status.PAID, paid_on=paid_on[payment.id]) if payment.id in paid_on else payment
        for payment in cut(world.payments, by_id, as_of)
    ]
    received = [payment for payment in world.carrier_payments if payment.paid_on <= as_of]
    return settle(world.policy, facts, world.units, received).carrier_total


def last_days(found: tuple[Deadline, ...]) -> dict[str, list[dt.date]]:
    """Return the last days of every pending claim."""
    days: dict[str, list[dt.date]] = {}
    for deadline in sorted(found, key=lambda deadline: deadline.last_day):
        days.setdefault(deadline.claims[0], []).append(deadline.last_day)
    return days


def difference(world: World, as_of: dt.date, days: Mapping[str, list[dt.date]], deadline: Deadline) -> Amount:
    """Return what missing a deadline costs, by two settlements of the whole year."""
    in_time = {claim: day for claim, own in days.items() if (day := next((d for d in own if d >= as_of), None))}
    if deadline.passed:
        in_time = {claim: own[-1] for claim, own in days.items()} | in_time
    (claim,) = deadline.claims
    next_day = next((day for day in days[claim] if day > deadline.last_day), None)
    missed = {name: day for name, day in in_time.items() if name != claim}
    if next_day:
        missed[claim] = next_day
    return owed(world, as_of, in_time | {claim: deadline.last_day}) - owed(world, as_of, missed)


@st.composite
def _watched(draw: st.DrawFn) -> tuple[World, dt.date]:
    """Draw a year whose paid windows end some day, and a day on which some of it is not paid yet."""
    world = draw(worlds(as_of=st.none(), max_payments=8))
    as_of = world.policy.period.effective + dt.timedelta(days=draw(DAYS))
    return unpaid(world, as_of), as_of


def _ends(world: World) -> bool:
    windows = (world.policy.specific_windows, world.policy.aggregate_windows)
    return all(own is None or own.paid.last is not None for own in windows)


def _split(world: World, claim: str, day: dt.date) -> dict[Coverage, bool]:
    """Say under which covers a pending claim is screened in, if it is paid on a day."""
    payments: list[Payment] = [
        evolve(payment, status=Status.PAID, paid_on=day) if payment.id == claim else payment
        for payment in world.payments
    ]
    statement = settle(world.policy, payments, world.units, world.carrier_payments)
    runs = {Coverage.SPECIFIC: statement.settlement.specific, Coverage.AGGREGATE: statement.settlement.aggregate}
    return {
        cover: run is not None and any(row.id == claim for row in run.netted.screened.eligible)
        for cover, run in runs.items()
    }


class TestADeadlineIsWorthTheDifference:
    """What is at risk is what two settlements differ by, and the last day is the last."""

    @given(watched=_watched())
    def test_what_is_at_risk_is_what_two_settlements_differ_by(self, watched: tuple[World, dt.date]) -> None:
        """What is at risk is never negative, and is what the carrier would owe more if the claim is paid in time."""
        world, as_of = watched
        found = deadlines(world.policy, world.payments, world.units, world.carrier_payments, as_of=as_of)
        to_pay = tuple(deadline for deadline in found if deadline.kind is DeadlineKind.PAY)
        days = last_days(to_pay)

        assert sorted(found, key=lambda deadline: (-deadline.at_risk, deadline.last_day)) == list(found)
        if _ends(world):
            assert [max(ZERO, difference(world, as_of, days, deadline)) for deadline in to_pay] == [
                deadline.at_risk for deadline in to_pay
            ]

    @given(watched=_watched())
    def test_the_total_at_risk_is_what_two_settlements_differ_by(self, watched: tuple[World, dt.date]) -> None:
        """What is at risk in all is what the carrier would owe more if every claim that can be is paid in time."""
        world, as_of = watched
        facts = (world.payments, world.units, world.carrier_payments)
        days = last_days(
            tuple(own for own in deadlines(world.policy, *facts, as_of=as_of) if own.kind is DeadlineKind.PAY)
        )
        in_time = {claim: day for claim, own in days.items() if (day := next((d for d in own if d >= as_of), None))}
        most = owed(world, as_of, in_time) - owed(world, as_of, {})

        if _ends(world):
            assert max(ZERO, most) == outlook(world.policy, *facts, as_of=as_of).at_risk

    @given(watched=_watched(), later=st.integers(1, 400))
    def test_what_is_lost_is_lost_whether_it_is_paid_since_or_not(
        self, watched: tuple[World, dt.date], later: int
    ) -> None:
        """What came too late for every cover is lost to the cent, whether it still is pending or was paid since."""
        world, as_of = watched
        facts = (world.units, world.carrier_payments)
        found = outlook(world.policy, world.payments, *facts, as_of=as_of)
        days = last_days(tuple(own for own in found.deadlines if own.kind is DeadlineKind.PAY))
        gone = {claim for claim, own in days.items() if own[-1] < as_of}
        since = as_of + dt.timedelta(days=later)
        paid = [
            evolve(payment, status=Status.PAID, paid_on=as_of) if payment.id in gone else payment
            for payment in cut(world.payments, {payment.id: payment for payment in world.payments}, as_of)
        ]
        again = outlook(world.policy, paid, *facts, as_of=as_of)

        assert (found.lost, set(found.too_late)) == (again.lost, set(again.too_late))
        if _ends(world):
            assert outlook(world.policy, paid, *facts, as_of=since).lost >= ZERO

    @given(watched=_watched())
    def test_the_last_day_is_the_last(self, watched: tuple[World, dt.date]) -> None:
        """A claim paid on its last day counts under each cover that the deadline names, a day later under none."""
        world, as_of = watched
        facts = (world.units, world.carrier_payments)
        for deadline in deadlines(world.policy, world.payments, *facts, as_of=as_of):
            if deadline.kind is DeadlineKind.PAY:
                (claim,) = deadline.claims
                on_it = _split(world, claim, deadline.last_day)
                after_it = _split(world, claim, deadline.last_day + dt.timedelta(days=1))

                assert [True] * len(deadline.covers) == [on_it[cover] for cover in deadline.covers]
                assert [False] * len(deadline.covers) == [after_it[cover] for cover in deadline.covers]
