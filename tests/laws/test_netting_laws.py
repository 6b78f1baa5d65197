"""Netting: refunds and voids leave every figure as if what they undo had never been paid."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from stoploss.basis import DollarLimit, Windows
from stoploss.eligibility import Reason
from stoploss.facts import Benefit, Payment, Status
from stoploss.money import cents, dollars
from stoploss.policy import Policy
from stoploss.splits import Split
from stoploss.testing.strategies import World, worlds
from stoploss.words import LimitPer
from tests.laws.years import (
    UNDOING,
    figures,
    in_cents,
    lines_of,
    more_payments,
    recomputed,
    settled,
    unadvanced,
    uncapped,
    uncut,
    unlimited,
    with_more,
    with_specific,
    years,
)

ANY_DAY = st.dates(dt.date(2019, 1, 1), dt.date(2031, 12, 31))


def splits_of_others(world: World, *ids: str) -> tuple[Split, ...]:
    """Return the splits of all payments but some."""
    return tuple(split for split in settled(world).splits if split.id not in ids)


def void(payment: Payment, **columns: Any) -> Payment:
    """Return the row that takes a payment back in full."""
    given: dict[str, Any] = {"id": "m2", "amount": -payment.amount, "adjusts": payment.id}
    return evolve(payment, **(given | columns))


class TestAPaymentAndItsFullVoid:
    """
    A payment and its full void are as if neither had happened, whenever the void comes in, beside refunds, an ASD,
    limits, pools and other voids. Only counts of rows, rows of zeros, and the worksheet's gross and voids tell, and an
    accommodation, which goes by what was known at each month's end.
    """

    @given(world=years(unadvanced, final=True), data=st.data())
    def test_leave_every_figure(self, world: World, data: st.DataObject) -> None:
        """No amount of the final settlement changes."""
        payment = data.draw(more_payments(world))
        undone = void(payment, paid_on=data.draw(ANY_DAY), incurred_on=data.draw(ANY_DAY))

        assert figures(settled(world), *UNDOING) == figures(settled(with_more(world, payment, undone)), *UNDOING)

    @given(world=years(unadvanced, final=True), data=st.data())
    def test_leave_every_other_split(self, world: World, data: st.DataObject) -> None:
        """What becomes of the other payments does not change, and the two themselves come to nothing."""
        payment = data.draw(more_payments(world))
        more = with_more(world, payment, void(payment))
        own = [settled(more).split(claim) for claim in (payment.id, "m2")]

        assert settled(world).splits == splits_of_others(more, payment.id, "m2")
        assert all(split.net in (None, 0) and split.counted in (None, 0) for split in own)

    @given(world=years(unadvanced), data=st.data())
    def test_leave_every_figure_from_the_day_of_the_void_on(self, world: World, data: st.DataObject) -> None:
        """On every day from which the void is known the figures are those without the two."""
        payment = data.draw(more_payments(world))
        known_on = world.as_of or data.draw(ANY_DAY)
        payment = evolve(payment, paid_on=min(payment.paid_on or known_on, known_on))
        undone = void(payment, paid_on=data.draw(st.dates(dt.date(2019, 1, 1), known_on)))

        assert figures(settled(world), *UNDOING) == figures(settled(with_more(world, payment, undone)), *UNDOING)

    @given(world=years(unadvanced, final=True), data=st.data())
    def test_in_two_parts_is_in_one(self, world: World, data: st.DataObject) -> None:
        """A payment voided in two steps is a payment voided in one."""
        payment = data.draw(more_payments(world))
        first = data.draw(st.integers(0, payment.cents))
        parts = [
            void(payment, id=claim, amount=dollars(-part))
            for claim, part in (("m2", first), ("m3", payment.cents - first))
        ]

        assert figures(settled(world), *UNDOING) == figures(settled(with_more(world, payment, *parts)), *UNDOING)


class TestARecoveryBelongsToTheOriginalPayment:
    """
    A negative row that names a payment is judged by that payment's dates and benefit, and folded into it: however late
    it comes in, it belongs to the period of the original payment.
    """

    @given(world=years(unadvanced, final=True), data=st.data())
    def test_its_own_dates_and_benefit_decide_nothing(self, world: World, data: st.DataObject) -> None:
        """The final settlement is the same whatever days and benefit the recovery was reported under."""
        payment = data.draw(more_payments(world))
        part = data.draw(st.integers(1, payment.cents))
        recovery = void(payment, amount=dollars(-part))
        other = evolve(
            recovery,
            paid_on=data.draw(ANY_DAY),
            incurred_on=data.draw(ANY_DAY),
            benefit=data.draw(st.sampled_from(Benefit)),
        )

        one, two = (settled(with_more(world, payment, row)) for row in (recovery, other))
        assert one.to_dict() == two.to_dict()
        assert set(one.splits) == set(two.splits)

    @given(world=years(unadvanced, final=True), data=st.data())
    def test_a_part_taken_back_was_never_paid(self, world: World, data: st.DataObject) -> None:
        """A payment less a part is a payment of what is left."""
        payment = data.draw(more_payments(world))
        part = data.draw(st.integers(1, payment.cents))
        recovery = void(payment, amount=dollars(-part))
        less = evolve(payment, amount=dollars(payment.cents - part))

        assert figures(settled(with_more(world, less)), *UNDOING) == figures(
            settled(with_more(world, payment, recovery)), *UNDOING
        )

    @given(world=worlds(), data=st.data())
    def test_of_another_year_it_changes_nothing_here(self, world: World, data: st.DataObject) -> None:
        """A recovery of a payment that was not reported is listed as such and reimburses nothing."""
        payment = data.draw(more_payments(world))
        elsewhere = evolve(payment, amount=-payment.amount, adjusts="of-a-year-before")
        before, after = settled(world), settled(with_more(world, elsewhere))

        assert before.carrier_total == after.carrier_total
        for split in before.splits:
            assert split == after.split(split.id)


class TestARefundThatNamesNoPayment:
    """
    Any other negative row undoes its unit's latest earlier payments first. What is left to undo waits for the unit's
    next payments; what still waits at the end is carried as a negative amount on the unit's last negative row.
    """

    @given(world=years(unadvanced), data=st.data())
    def test_right_after_its_payment_undoes_it(self, world: World, data: st.DataObject) -> None:
        """A payment and a refund right after it leave every figure, but for the month that shows a total below zero."""
        payment = data.draw(more_payments(world))
        refund = evolve(payment, id="m2", amount=-payment.amount)
        aside = (*UNDOING, "months")

        assert figures(settled(world), *aside) == figures(settled(with_more(world, payment, refund)), *aside)

    @given(world=years(uncut))
    def test_all_of_a_unit_is_counted_for(self, world: World) -> None:
        """A unit's eligible total is the sum of its eligible rows, below zero where refunds exceed payments."""
        statement = settled(world)
        paid = {row.id: row.cents for row in world.payments}

        for unit in statement.specific.units if statement.specific else ():
            own = [split for split in statement.splits if split.unit == unit.unit and split.excluded is None]
            assert cents(unit.eligible) == sum(paid[split.id] for split in own)

    @given(world=worlds())
    def test_only_one_split_of_a_unit_is_negative(self, world: World) -> None:
        """Nobody's split is negative because of a refund, but for the remainder: one row, retained, a refund itself."""
        statement = settled(world)
        refunds = {row.id for row in world.payments if row.cents < 0 and row.adjusts is None}
        negative = [split for split in statement.splits if split.net is not None and split.net < 0]

        assert len({split.unit for split in negative}) == len(negative)
        for split in negative:
            assert split.id in refunds
            assert split.net == split.retained
            assert {line: 0 for line in lines_of(split) if line != "retained"}.items() <= lines_of(split).items()

    @given(world=years(unlimited, specific=True, final=True), data=st.data())
    def test_of_one_member_never_touches_another(self, world: World, data: st.DataObject) -> None:
        """A refund of one unit leaves what every other unit comes to, and what it retains, as it was."""
        payment = data.draw(more_payments(world))
        refund = evolve(payment, amount=-payment.amount)
        before, after = settled(world), settled(with_more(world, refund))
        unit = after.split(refund.id).unit

        for split in before.splits:
            if split.unit != unit:
                now = after.split(split.id)
                assert (split.net, split.retained, split.laser) == (now.net, now.retained, now.laser)


def limited_run_in(policy: Policy) -> Policy:
    """Let claims of the year before count, up to a limit that is not much, and nothing else limit what counts."""
    policy = evolve(uncapped(recomputed(policy)), bridge=None)
    assert policy.specific
    limit = policy.specific.basis.run_in_limit or DollarLimit(amount=100, per=LimitPer.POLICY)
    start = policy.period.effective - dt.timedelta(days=400)
    basis = evolve(policy.specific.basis, incurred_from=start, run_in_limit=limit, run_out_limit=None)
    return with_specific(policy, basis=basis)


class TestTheRunInLimit:
    """
    Of what was incurred before the effective date and counts after netting, the earliest dollars count up to the limit,
    for each unit or for all together; the rest is excluded.
    """

    @given(world=years(limited_run_in, specific=True, final=True))
    def test_lets_in_the_limit_and_no_more(self, world: World) -> None:
        """No more than the limit counts, and all of it does where anything is cut."""
        limit = world.policy.specific and world.policy.specific.basis.run_in_limit
        assert limit
        effective = world.policy.period.effective
        run_in = {row.id for row in world.payments if row.incurred_on < effective}
        counts, cut = Counter[str](), set[str]()
        for split in settled(world).splits:
            if split.id in run_in:
                whose = split.unit if limit.per is LimitPer.MEMBER else "all"
                counts[whose] += max(0, sum(in_cents(split.net)))
                cut |= {whose} if split.excluded is Reason.OVER_RUN_IN_LIMIT else set()

        assert all(counted <= cents(limit.amount) for counted in counts.values())
        assert all(counts[whose] == cents(limit.amount) for whose in cut)

    @given(world=years(limited_run_in, specific=True, final=True))
    def test_lets_in_the_earliest_dollars(self, world: World) -> None:
        """Once a payment was cut, no later run-in payment of the unit, or of anyone, counts."""
        limit = world.policy.specific and world.policy.specific.basis.run_in_limit
        assert limit
        run_in = {row.id for row in world.payments if row.incurred_on < world.policy.period.effective}
        cut = set[str]()
        for split in settled(world).splits:
            if split.id in run_in:
                whose = split.unit if limit.per is LimitPer.MEMBER else "all"
                assert whose not in cut or max(0, sum(in_cents(split.net))) == 0
                cut |= {whose} if split.excluded is Reason.OVER_RUN_IN_LIMIT else set()


class TestWhatDoesNotCount:
    """A payment that neither cover lets in changes nothing but the claims and the list of what is excluded."""

    @given(world=worlds(), data=st.data())
    def test_an_ineligible_payment_changes_no_line(self, world: World, data: st.DataObject) -> None:
        """An ineligible or pending row leaves every split and every amount due as it was."""
        status = data.draw(st.sampled_from((Status.INELIGIBLE, Status.PENDING)))
        payment = evolve(data.draw(more_payments(world)), status=status)
        before, after = settled(world), settled(with_more(world, payment))

        assert without_lists(before.to_dict()) == without_lists(after.to_dict())
        assert before.splits == tuple(split for split in after.splits if split.id != payment.id)

    @given(world=worlds(), data=st.data())
    def test_a_benefit_that_no_cover_has_changes_no_line(self, world: World, data: st.DataObject) -> None:
        """A payment of a benefit outside both covers leaves every split and every amount due as it was."""
        payment = evolve(data.draw(more_payments(world)), benefit=Benefit.STD)
        before, after = settled(world), settled(with_more(world, payment))

        assert without_lists(before.to_dict()) == without_lists(after.to_dict())
        assert before.splits == tuple(split for split in after.splits if split.id != payment.id)

    @given(world=worlds(), data=st.data())
    def test_a_payment_outside_all_windows_changes_no_line(self, world: World, data: st.DataObject) -> None:
        """A payment incurred, or paid, before every window leaves every split and every amount due as it was."""
        day = min(windows.incurred.first for windows in windows_of(world.policy)) - dt.timedelta(days=1)
        paid = min(windows.paid.first for windows in windows_of(world.policy)) - dt.timedelta(days=1)
        payment = data.draw(more_payments(world))
        payment = data.draw(st.sampled_from((evolve(payment, incurred_on=day), evolve(payment, paid_on=paid))))
        before, after = settled(world), settled(with_more(world, payment))

        assert without_lists(before.to_dict()) == without_lists(after.to_dict())
        assert before.splits == tuple(split for split in after.splits if split.id != payment.id)

    @given(world=worlds(), data=st.data())
    def test_a_payment_of_nothing_changes_no_amount(self, world: World, data: st.DataObject) -> None:
        """A payment of 0.00 is a row of zeros."""
        payment = evolve(data.draw(more_payments(world)), amount=0)

        assert figures(settled(world)) == figures(settled(with_more(world, payment)))


def windows_of(policy: Policy) -> list[Windows]:
    """Return the windows of the covers that the policy has."""
    return [windows for windows in (policy.specific_windows, policy.aggregate_windows) if windows]


def without_lists(statement: dict[str, Any]) -> dict[str, Any]:
    """Leave out what lists every row: the claims, what is excluded, and with them the employer's net cost."""
    lines = {name: value for name, value in statement.items() if name not in {"claims", "employer_net"}}
    for coverage in ("specific", "aggregate"):
        if lines[coverage]:
            lines[coverage] = {name: value for name, value in lines[coverage].items() if name != "excluded"}
    return lines
