"""Recoveries and rebates: whose the money is that comes back, and what of it counts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from stoploss.basis import ContractBasis, DollarLimit
from stoploss.facts import Payment
from stoploss.money import cents, dollars
from stoploss.policy import Policy
from stoploss.riders import Rebates, Recoveries
from stoploss.testing.strategies import World
from stoploss.words import RebateTreatment, RecoveryOrder
from tests.laws.years import (
    UNDOING,
    figures,
    in_cents,
    more_payments,
    paid,
    plain_specific,
    settled,
    unadvanced,
    with_more,
    year,
    years,
)

ORDERS = (RecoveryOrder.EMPLOYER_FIRST, RecoveryOrder.PRO_RATA)


def recovery(payment: Payment, amount: int, **columns: Any) -> Payment:
    """Return a row that gives back so many cents of a payment, as a recovery."""
    given_columns: dict[str, Any] = {"id": "m2", "amount": dollars(-amount), "adjusts": payment.id}
    return evolve(payment, **(given_columns | {"tags": (*payment.tags, "recovery")} | columns))


def in_order(policy: Policy, order: RecoveryOrder, **terms: Any) -> Policy:
    """Return the policy with recoveries in an order."""
    return evolve(policy, recoveries=Recoveries(order=order, **terms))


def no_refunds(world: World) -> World:
    """Leave out every negative row, and what the carrier paid."""
    return evolve(world, payments=tuple(row for row in world.payments if row.cents >= 0), carrier_payments=())


@st.composite
def recovered(draw: st.DrawFn, world: World) -> tuple[World, int]:
    """Draw one more payment, and give some of it back."""
    payment = draw(more_payments(world))
    amount = draw(st.integers(1, payment.cents))
    return with_more(world, payment, recovery(payment, amount)), amount


class TestARecoveryIsShared:
    """
    A recovery is off the top, the employer's first, or both's by what they bore; then it reopens nothing else.
    The carrier keeps most where the employer is served last.
    """

    @given(world=years(plain_specific, specific=True, final=True).map(no_refunds), data=st.data())
    def test_the_carrier_bears_most_where_the_employer_is_first(self, world: World, data: st.DataObject) -> None:
        """Under plain terms: recomputed no more than pro rata, and that no more than employer first."""
        world, _ = data.draw(recovered(world))
        sheets = [
            settled(world, in_order(world.policy, order)).specific for order in (RecoveryOrder.RECOMPUTE, *ORDERS[::-1])
        ]
        owed = [cents(sheet.reimbursable) for sheet in sheets if sheet]

        assert sorted(owed) == owed

    @given(world=years(specific=True, final=True).map(no_refunds), data=st.data(), order=st.sampled_from(ORDERS))
    def test_no_other_payment_changes(self, world: World, data: st.DataObject, order: RecoveryOrder) -> None:
        """What became of every payment stays; the recovery is a row of its own, below zero."""
        policy = in_order(world.policy, order)
        payment = data.draw(more_payments(world))
        back = recovery(payment, data.draw(st.integers(1, payment.cents)))
        before = settled(with_more(world, payment), policy)
        after = settled(with_more(world, payment, back), policy)

        assert [split[:9] for split in before.splits] == [split[:9] for split in after.splits if split.id != back.id]

    @given(world=years(specific=True, final=True).map(no_refunds), data=st.data(), order=st.sampled_from(ORDERS))
    def test_all_of_it_gives_all_of_a_unit_back(self, world: World, data: st.DataObject, order: RecoveryOrder) -> None:
        """Where everything that a unit had is recovered, nobody bears anything of it any more."""
        policy = in_order(world.policy, order)
        payment = data.draw(more_payments(world))
        alone = evolve(world, payments=(payment,))
        sheet = settled(with_more(alone, recovery(payment, payment.cents)), policy).specific
        assert sheet

        if sheet.eligible == 0:
            lines = (sheet.retained, sheet.laser, sheet.aggregating, sheet.employer_share, sheet.over_maximum)
            assert [0] * 6 == in_cents(*lines, sheet.reimbursable)

    @given(
        world=years(specific=True, aggregate=True, final=True).map(no_refunds),
        data=st.data(),
        order=st.sampled_from(ORDERS),
    )
    def test_takes_off_no_more_than_had_counted(self, world: World, data: st.DataObject, order: RecoveryOrder) -> None:
        """What goes back to the employer is first of all what never counted, and no unit counts less than nothing."""
        world, _ = data.draw(recovered(world))
        counted = Counter[str]()
        for split in settled(world, in_order(world.policy, order)).splits:
            counted[split.unit] += sum(in_cents(split.counted))

        assert all(amount >= 0 for amount in counted.values())

    def test_of_what_both_covers_cut_it_takes_off_the_rest(self) -> None:
        """Of 100 of run-in 60 count; all of it comes back, and takes off these 60."""
        basis = ContractBasis(label="15/12", run_in_limit=DollarLimit(amount=60))
        claim = paid("c1", "M1", 100, incurred_on=dt.date(2024, 12, 1))
        rows = (claim, recovery(claim, 100_00), paid("c2", "M2", 70))
        world = year({"basis": basis, "deductible": 100}, {"basis": basis}, *rows)
        sheets = [settled(world, in_order(world.policy, order)).aggregate for order in ORDERS]

        assert [70_00, 70_00] == in_cents(*(sheet.counted for sheet in sheets if sheet))

    def test_in_dollars(self) -> None:
        """Of 150 the employer bore 100 and the carrier 50; 60 come back."""
        claim = paid("c1", "M1", 150)
        world = year({"deductible": 100}, None, claim, recovery(claim, 60_00))
        owed = [settled(world, in_order(world.policy, order)).carrier_total for order in RecoveryOrder]

        assert [0, 50_00, 30_00] == in_cents(*owed)

    def test_but_a_void_that_is_said_to_be_a_recovery_leaves_the_claim(self) -> None:
        """A claim taken back in full stands as it was settled, and fills a pool, where it is shared as a recovery."""
        claim = paid("c1", "M1", 100, family="F1")
        rows = (claim, recovery(claim, 100_00), paid("c2", "M2", 100, family="F1", paid_on=dt.date(2025, 5, 1)))
        world = year({"deductible": 100, "family_deductible": 100}, None, *rows)
        recomputed, shared = (
            settled(world, in_order(world.policy, order)).carrier_total
            for order in (RecoveryOrder.RECOMPUTE, RecoveryOrder.EMPLOYER_FIRST)
        )

        assert [0, 100_00] == in_cents(recomputed, shared)


class TestLegalCosts:
    """Net of what it cost to obtain, a recovery gives back so much less; the cost itself is excluded."""

    @given(world=years(unadvanced, specific=True, final=True), data=st.data(), order=st.sampled_from(RecoveryOrder))
    def test_are_as_if_so_much_less_had_come_back(
        self, world: World, data: st.DataObject, order: RecoveryOrder
    ) -> None:
        """Every line is that of a recovery of the rest; the claims, and what is excluded, hold the cost."""
        payment = data.draw(more_payments(world))
        amount = data.draw(st.integers(1, payment.cents))
        cost = data.draw(st.integers(0, amount))
        policy = in_order(world.policy, order, legal_cost="net", tag="recovery")
        net, rest = (
            settled(with_more(world, payment, back), policy)
            for back in (
                recovery(payment, amount, legal_cost=dollars(cost)),
                recovery(payment, amount - cost),
            )
        )
        aside = (*UNDOING, "excluded")

        assert cents(net.claims.amount) == cents(rest.claims.amount) - cost
        assert net.carrier_total == rest.carrier_total
        assert [split[:9] for split in net.splits] == [split[:9] for split in rest.splits]
        if net.aggregate:
            assert figures(net, *aside)["aggregate"] == figures(rest, *aside)["aggregate"]


class TestRebates:
    """A rebate lowers a claim under both covers, under the aggregate alone, or under none."""

    @given(world=years(unadvanced, final=True), data=st.data())
    def test_gross_of_rebates_is_without_them(self, world: World, data: st.DataObject) -> None:
        """Where claims count before rebates, every split is that of a year without any."""
        payment = data.draw(more_payments(world))
        row = recovery(payment, data.draw(st.integers(1, payment.cents)), tags=(*payment.tags, "rebate"))
        policy = evolve(world.policy, rebates=Rebates(treatment=RebateTreatment.GROSS))
        before, after = (settled(with_more(world, payment, *more), policy) for more in ((), (row,)))

        assert before.splits == tuple(split for split in after.splits if split.id != row.id)
        assert before.carrier_total == after.carrier_total

    @given(world=years(unadvanced, specific=True, aggregate=True, final=True), data=st.data())
    def test_at_the_aggregate_specific_does_not_see_them(self, world: World, data: st.DataObject) -> None:
        """Every line of specific is that of claims before rebates."""
        payment = data.draw(more_payments(world))
        row = recovery(payment, data.draw(st.integers(1, payment.cents)), tags=(*payment.tags, "rebate"))
        world = with_more(world, payment, row)
        gross, later = (
            settled(world, evolve(world.policy, rebates=Rebates(treatment=treatment))).specific
            for treatment in (RebateTreatment.GROSS, RebateTreatment.NET_AT_AGGREGATE)
        )

        assert gross == later
