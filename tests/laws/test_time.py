"""Time: what a day cuts, what the end of a window settles, and how windows divide claims between them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from stoploss.basis import ContractBasis
from stoploss.changes import diff
from stoploss.facts import CarrierPayment, Coverage, Payment, Status
from stoploss.money import Amount
from stoploss.policy import Policy
from stoploss.riders import EarlyTermination
from stoploss.statement import Statement
from stoploss.testing.strategies import World, worlds
from stoploss.window import working_days_after
from tests.laws.years import (
    in_cents,
    paid,
    plain_specific,
    positive,
    settled,
    unlimited,
    with_specific,
    year,
    years,
)

ONE_DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(2015, 1, 1), dt.date(2040, 12, 31)
ANY_DAY = st.dates(dt.date(2022, 1, 1), dt.date(2029, 12, 31))


def last_days(world: World) -> list[dt.date]:
    """Return the last days of all windows that end, the last day in force, and every day of payment."""
    paid_days = [row.paid_on for row in world.payments] + [row.paid_on for row in world.carrier_payments]
    days = [*ends_of(world.policy), world.policy.period.last_day_in_force, *paid_days]
    return [day for day in days if day is not None]


def ends_of(policy: Policy) -> list[dt.date | None]:
    """Return the last day of each paid window, and the last on which an advance of specific's may be passed on."""
    ends = [each.paid.last for each in (policy.specific_windows, policy.aggregate_windows) if each]
    days = policy.advance_funding.paid_within_days if policy.advance_funding else None
    end = policy.specific_windows.paid.last if policy.specific_windows else None
    return [*ends, working_days_after(end, days)] if days and end else ends


def dues(statement: Statement) -> list[CarrierPayment]:
    """Return the payments with which the carrier settles a statement."""
    day = statement.as_of or LAST
    units = statement.specific.units if statement.specific else ()
    owed: list[tuple[str, str | None, Amount]] = []
    for sheet in units:
        layers: list[tuple[str | None, Amount]] = [(layer.carrier, layer.due) for layer in sheet.layers]
        owed += [(sheet.unit, carrier, due) for carrier, due in layers or [(None, sheet.due)]]
    rows = [
        CarrierPayment(
            id=f"due {position}", coverage=Coverage.SPECIFIC, member=unit, paid_on=day, amount=due, carrier=carrier
        )
        for position, (unit, carrier, due) in enumerate(owed)
    ]
    if statement.aggregate:
        due = statement.aggregate.due
        rows.append(CarrierPayment(id="due", coverage=Coverage.AGGREGATE, paid_on=day, amount=due))
    return rows


class TestNothingIsDueTwice:
    """
    What the carrier has paid is no longer due, and settling again at the end of the window, or after it, without new
    facts makes nothing new due.
    """

    @given(world=worlds())
    def test_what_was_paid_is_no_longer_due(self, world: World) -> None:
        """A statement that is paid in full on its own day leaves nothing due, and everything else as it was."""
        statement = settled(world)
        again = settled(evolve(world, carrier_payments=(*world.carrier_payments, *dues(statement))))
        sheets = [sheet for sheet in (again.specific, again.aggregate) if sheet]

        assert [0] * len(sheets) == [sheet.due for sheet in sheets]
        assert all(unit.due == 0 for unit in (again.specific.units if again.specific else ()))
        assert statement.carrier_total == again.carrier_total
        assert statement.splits == again.splits

    @given(world=worlds(as_of=st.none()), days=st.integers(0, 1000))
    def test_a_later_day_without_new_facts_makes_nothing_due(self, world: World, days: int) -> None:
        """From the last paid window's end on, a statement of any later day asks for nothing new."""
        end = max(last_days(world))
        then = settled(evolve(world, as_of=end))
        now = settled(evolve(world, as_of=end + dt.timedelta(days=days)))
        changes = diff(then, now)

        assert () == changes.added + changes.removed + changes.changed
        assert changes.due == ()
        assert changes.became_due == 0

    @given(world=worlds(as_of=st.none()))
    def test_the_last_day_is_the_final_settlement(self, world: World) -> None:
        """A statement of the day on which the last fact is in is the final one, but for naming its day."""
        final = settled(world)
        last = settled(evolve(world, as_of=max(last_days(world))))
        endless = any(
            each and each.paid.last is None for each in (world.policy.specific_windows, world.policy.aggregate_windows)
        )

        assert final.to_dict() | {"as_of": None, "final": None} == last.to_dict() | {"as_of": None, "final": None}
        assert (True, not endless) == (final.final, last.final)

    @given(world=worlds(as_of=st.none()))
    def test_a_statement_is_final_from_the_last_day_of_its_windows_on(self, world: World) -> None:
        """The day before the last paid window ends, the statement is not final yet."""
        ends = ends_of(world.policy)
        known = [end for end in ends if end is not None]

        if len(known) == len(ends):
            assert settled(evolve(world, as_of=max(known))).final
            assert not settled(evolve(world, as_of=max(known) - ONE_DAY)).final


class TestTheDayOfTheStatement:
    """
    A statement takes what was paid by its day, pending rows aside, and knows of nothing that was paid later. A refund
    that names its payment counts as paid no earlier than that payment.
    """

    @given(world=worlds(as_of=st.none()), day=ANY_DAY)
    def test_what_was_paid_later_is_as_if_not_reported(self, world: World, day: dt.date) -> None:
        """Cutting the facts by hand and settling gives the statement of that day."""
        by_id = {row.id: row for row in world.payments}

        def known(row: Payment) -> bool:
            undone = by_id.get(row.adjusts or "") if row.cents < 0 else None
            days = [each.paid_on for each in (row, undone) if each]
            return row.status is Status.PENDING or all(on is not None and on <= day for on in days)

        cut = evolve(
            world,
            payments=tuple(row for row in world.payments if known(row)),
            carrier_payments=tuple(row for row in world.carrier_payments if row.paid_on <= day),
            as_of=day,
        )

        assert settled(evolve(world, as_of=day)).to_dict() == settled(cut).to_dict()

    @given(world=years(aggregate=True, final=True), days=st.integers(1, 400))
    def test_before_the_period_has_ended_the_aggregate_pays_nothing(self, world: World, days: int) -> None:
        """Until the last day in force the aggregate has no excess, whatever is counted."""
        day = world.policy.period.last_day_in_force - dt.timedelta(days=days)
        sheet = settled(evolve(world, as_of=day)).aggregate
        assert sheet

        assert [0, 0, 0, 0] == in_cents(sheet.excess, sheet.employer_share, sheet.over_maximum, sheet.reimbursable)

    @given(world=worlds(as_of=st.none()), day=ANY_DAY)
    def test_pending_claims_are_never_cut(self, world: World, day: dt.date) -> None:
        """Every pending row has its split in the statement of any day."""
        ids = {split.id for split in settled(evolve(world, as_of=day)).splits}

        assert {row.id for row in world.payments if row.status is Status.PENDING} <= ids


def forever(policy: Policy) -> Policy:
    """Leave specific alone, under plain terms without run-in limit, with windows that hold every day."""
    policy = unscreened(unlimited(plain_specific(policy)))
    early = EarlyTermination(windows="unchanged")
    policy = evolve(policy, aggregate=None, early_termination=early)
    return with_specific(policy, basis=basis(FIRST, LAST))


def unscreened(policy: Policy) -> Policy:
    """Let benefits and days alone decide what counts under specific."""
    riders: dict[str, Any] = {"bridge": None, "overlap": None, "advance_funding": None, "terminal_liability": None}
    policy = with_specific(evolve(policy, **riders), classes=(), excludes=())
    assert policy.specific
    return with_specific(policy, basis=evolve(policy.specific.basis, prior_administrator="included"))


def basis(paid_from: dt.date, paid_through: dt.date) -> ContractBasis:
    """Return a basis for claims incurred at any time and paid between two days."""
    return ContractBasis(incurred_from=FIRST, incurred_through=LAST, paid_from=paid_from, paid_through=paid_through)


def divided(world: World, day: dt.date) -> tuple[Statement, Statement, Statement]:
    """Settle a year as a whole, and under two policies: one ends on a day, the other begins the day after."""
    whole, early, late = ((FIRST, LAST), (FIRST, day), (day + ONE_DAY, LAST))
    one, two, three = (settled(world, with_specific(world.policy, basis=basis(*days))) for days in (whole, early, late))
    return one, two, three


class TestWindowsDivideClaims:
    """
    Two windows that meet and do not overlap hold each claim once: what is eligible adds up. What is reimbursed does
    not: each has a deductible of its own, so that two halves never pay more than the whole.
    """

    @given(world=years(forever, specific=True, final=True), day=ANY_DAY)
    def test_what_is_eligible_adds_up(self, world: World, day: dt.date) -> None:
        """Each claim is eligible in one of two windows that meet."""
        whole, early, late = (statement.specific for statement in divided(evolve(world, carrier_payments=()), day))
        assert whole
        assert early
        assert late

        assert whole.eligible == early.eligible + late.eligible

    @given(world=years(forever, specific=True, final=True).map(positive), day=ANY_DAY)
    def test_two_deductibles_reimburse_no_more_than_one(self, world: World, day: dt.date) -> None:
        """Under plain terms, without refunds, two windows reimburse at most what one over all days does."""
        whole, early, late = divided(evolve(world, carrier_payments=()), day)

        assert early.carrier_total + late.carrier_total <= whole.carrier_total

    def test_but_they_may_reimburse_less(self) -> None:
        """Two halves of 60 stay below a deductible of 100 that the whole of 120 passes."""
        rows = (paid("c1", "M1", 60), paid("c2", "M1", 60, paid_on=dt.date(2025, 9, 1)))
        whole, early, late = divided(year({"deductible": 100}, None, *rows), dt.date(2025, 6, 30))

        assert [20_00, 0, 0] == in_cents(whole.carrier_total, early.carrier_total, late.carrier_total)


class TestTheEdgesOfAWindow:
    """Windows are closed: a claim on the first and on the last day counts, one a day outside does not."""

    @given(world=years(unscreened, unlimited, specific=True, final=True), amount=st.integers(1, 100))
    def test_of_payment(self, world: World, amount: int) -> None:
        """A claim that is paid on the first or the last day of the window is eligible, one a day outside is not."""
        windows = world.policy.specific_windows
        assert windows
        inside = [windows.paid.first, windows.paid.last or LAST]
        outside = {windows.paid.first - ONE_DAY: "paid_before"}
        outside |= {windows.paid.last + ONE_DAY: "paid_after"} if windows.paid.last else {}

        for day in (*inside, *outside):
            row = self.claim(world, amount, incurred_on=windows.incurred.first, paid_on=day)
            split = settled(evolve(world, payments=(row,))).split(row.id)
            assert split.excluded == outside.get(day)

    @given(world=years(unscreened, unlimited, specific=True, final=True), amount=st.integers(1, 100))
    def test_of_incurral(self, world: World, amount: int) -> None:
        """A claim that is incurred on the first or the last day of the window is eligible, one a day outside is not."""
        windows = world.policy.specific_windows
        assert windows
        first, last = windows.incurred.first, windows.incurred.last
        assert last
        outside = {first - ONE_DAY: "incurred_before", last + ONE_DAY: "incurred_after"}

        for day in (first, last, *outside):
            row = self.claim(world, amount, incurred_on=day, paid_on=windows.paid.first)
            split = settled(evolve(world, payments=(row,))).split(row.id)
            assert split.excluded == outside.get(day)

    @staticmethod
    def claim(world: World, amount: int, *, incurred_on: dt.date, paid_on: dt.date) -> Payment:
        """Return a claim under a benefit that specific covers."""
        assert world.policy.specific
        return Payment(
            id="c1",
            member="M1",
            family="F1",
            benefit=world.policy.specific.covers[0],
            amount=amount,
            incurred_on=incurred_on,
            paid_on=paid_on,
        )
