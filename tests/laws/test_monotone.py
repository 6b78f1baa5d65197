"""Monotone: what can only go up, what can only go down, and what looks as if it could not but does.

Where a law needs a condition, the smallest year that breaks it without the condition is an example beside it.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from stoploss.attachment_terms import MinimumAttachment
from stoploss.basis import ContractBasis, DollarLimit
from stoploss.facts import Payment
from stoploss.money import cents, dollars
from stoploss.policy import Policy
from stoploss.riders import Rebates
from stoploss.statement import Statement
from stoploss.testing.strategies import World
from stoploss.words import Counting, LimitPer, MaximumOn, WindowsOnTermination
from tests.laws.years import (
    alike_years,
    counting,
    in_cents,
    more_payments,
    paid,
    plain,
    positive,
    rounding_shifts,
    settled,
    simple,
    uncapped,
    unconditional,
    unlimited,
    unpooled,
    with_aggregate,
    with_more,
    with_specific,
    year,
    years,
)

CHANGES = st.integers(1, 100_000)
RUN_IN = dt.date(2024, 12, 31)


def specific_of(statement: Statement) -> int:
    """Return what specific reimburses, in cents."""
    assert statement.specific
    return cents(statement.specific.reimbursable)


def counted_of(statement: Statement) -> int:
    """Return what the aggregate counts, in cents."""
    assert statement.aggregate
    return cents(statement.aggregate.counted)


def aggregate_of(statement: Statement) -> int:
    """Return what the aggregate reimburses, in cents."""
    assert statement.aggregate
    return cents(statement.aggregate.reimbursable)


def wide(policy: Policy) -> Policy:
    """Let the aggregate cover all that specific covers, and more."""
    assert policy.aggregate
    first, last = dt.date(1990, 1, 1), dt.date(2150, 12, 31)
    own = [factor for factor in policy.aggregate.factors if factor.from_on is None]
    factors = {factor.whose: evolve(factor, benefit=None) for factor in own}
    basis = ContractBasis(incurred_from=first, incurred_through=last, paid_from=first, paid_through=last)
    covers = ["medical", "rx", "dental"]
    early = evolve(policy.early_termination, windows=WindowsOnTermination.TO_TERMINATION)
    policy = evolve(policy, early_termination=early, terminal_liability=None, rebates=Rebates())
    terms = {"basis": basis, "covers": covers, "factors": tuple(factors.values()), "excludes": (), "classes": ()}
    return with_aggregate(policy, **terms)


def tied(row: Payment) -> bool:
    """Say whether a row is a payment, or a refund that names one."""
    return row.cents >= 0 or row.adjusts is not None


class TestMoreIsPaid:
    """
    One more payment never lowers what the carrier owes under specific, and never lowers the employer's net cost: the
    carrier owes at most the payment itself on top.
    """

    @given(world=years(unlimited, uncapped, unconditional, specific=True), data=st.data())
    def test_specific_reimburses_no_less(self, world: World, data: st.DataObject) -> None:
        """
        Without a run-in limit one more payment never lowers the specific total, whatever the order, ASD or maximum.

        Rounding may move it by a cent a unit where an ASD, a share and a maximum come together.
        """
        payment = data.draw(more_payments(world))
        before, after = specific_of(settled(world)), specific_of(settled(with_more(world, payment)))

        assert before <= after + rounding_shifts(world.policy)

    def test_but_under_a_run_in_limit_it_may(self) -> None:
        """A first run-in claim below the deductible takes the limit that let a later one be reimbursed."""
        limit = DollarLimit(amount=100, per=LimitPer.POLICY)
        basis = ContractBasis(label="15/12", run_in_limit=limit)
        late = paid("c2", "M1", 100, incurred_on=RUN_IN, paid_on=dt.date(2025, 4, 1))
        before = year({"basis": basis, "deductible": 50}, None, late)
        after = with_more(before, paid("c1", "M2", 50, incurred_on=RUN_IN))

        assert (50_00, 0) == (specific_of(settled(before)), specific_of(settled(after)))

    @given(world=alike_years(unlimited, simple), data=st.data())
    def test_the_carrier_owes_no_less_in_all(self, world: World, data: st.DataObject) -> None:
        """Where both covers net the rows alike one more payment never lowers the two together."""
        payment = data.draw(more_payments(world))
        before, after = settled(world), settled(with_more(world, payment))

        assert cents(before.carrier_total) <= cents(after.carrier_total) + rounding_shifts(world.policy)

    def test_but_with_other_benefits_it_may(self) -> None:
        """A pharmacy claim that only specific covers pushes a medical one above the deductible."""
        covers = ["medical", "rx"]
        before = year({"deductible": 50, "share": "0.5", "covers": covers}, {}, paid("c2", "M1", 50))
        after = with_more(before, paid("c1", "M1", 50, benefit="rx"))

        assert [50_00, 25_00] == in_cents(settled(before).carrier_total, settled(after).carrier_total)

    @given(world=alike_years(simple), data=st.data())
    def test_the_employer_pays_no_less(self, world: World, data: st.DataObject) -> None:
        """Where both covers net the rows alike the carrier never owes more than the payment itself on top."""
        payment = data.draw(more_payments(world))
        before, after = settled(world), settled(with_more(world, payment))

        assert before.employer_net <= after.employer_net

    @given(world=years(unlimited, simple, wide, specific=True, aggregate=True), data=st.data())
    def test_the_employer_pays_no_less_under_a_wider_aggregate(self, world: World, data: st.DataObject) -> None:
        """So it is where the aggregate lets in more than specific, as long as every refund names its payment."""
        world = evolve(world, payments=tuple(evolve(row, ineligible_for="both") for row in world.payments if tied(row)))
        payment = data.draw(more_payments(world))
        before, after = settled(world), settled(with_more(world, payment))

        assert before.employer_net <= after.employer_net

    def test_but_under_a_narrower_aggregate_it_may(self) -> None:
        """One claim of 10 brings 10 above the deductible and counts itself, beside one that is specific's alone."""
        covers = ["medical", "rx"]
        rows = (paid("c2", "M1", 10, benefit="rx"), paid("c3", "M1", 10))
        before = year({"deductible": 10, "covers": covers}, {}, *rows)
        after = with_more(before, paid("c1", "M1", 10))

        assert [10_00, 0] == in_cents(settled(before).employer_net, settled(after).employer_net)

    def test_but_with_a_refund_that_only_the_aggregate_sees_it_may(self) -> None:
        """A refund without a payment that is the aggregate's alone lets a claim of 5 be reimbursed and counted."""
        covers = ["medical", "rx"]
        refund = paid("c3", "M1", -10, benefit="rx")
        rows = (paid("c2", "M1", 10), refund, paid("c4", "M1", 10))
        before = year({"deductible": 10}, {"covers": covers}, *rows)
        after = with_more(before, paid("c1", "M1", 5))

        assert [0, -5_00] == in_cents(settled(before).employer_net, settled(after).employer_net)


class TestTheEmployerKeepsMore:
    """
    A higher deductible, laser or ASD, and a lower share or maximum, never raise the *specific* reimbursement.
    The *total* may rise: see the examples.
    """

    @given(world=years(uncapped, unpooled, specific=True), more=CHANGES)
    def test_a_higher_deductible(self, world: World, more: int) -> None:
        """A higher deductible, up to the lowest laser, never raises the specific reimbursement."""
        terms = world.policy.specific
        assert terms
        limits = [laser.deductible for laser in terms.lasers if laser.deductible is not None]
        if terms.maximum is not None and terms.maximum_on is MaximumOn.ELIGIBLE:
            limits.append(terms.maximum)
        higher = with_specific(world.policy, deductible=min([terms.deductible + dollars(more), *limits]))

        assert_no_more(world, higher)

    @given(world=years(uncapped, unpooled, specific=True), more=CHANGES)
    def test_higher_lasers(self, world: World, more: int) -> None:
        """Higher lasers, and lasers that become exclusions, never raise the specific reimbursement."""
        terms = world.policy.specific
        assert terms
        higher = tuple(
            laser if laser.deductible is None else evolve(laser, deductible=laser.deductible + dollars(more))
            for laser in terms.lasers
        )
        none = tuple(evolve(laser, deductible=None, excluded=True) for laser in terms.lasers)

        assert_no_more(world, with_specific(world.policy, lasers=higher))
        assert_no_more(world, with_specific(world.policy, lasers=none))
        assert_no_more(evolve(world, policy=with_specific(world.policy, lasers=())), world.policy)

    @given(world=years(uncapped, unpooled, specific=True), more=CHANGES)
    def test_a_higher_asd(self, world: World, more: int) -> None:
        """A higher ASD never raises the specific reimbursement."""
        terms = world.policy.specific
        assert terms

        assert_no_more(world, with_specific(world.policy, aggregating=terms.aggregating + dollars(more)), shifts=0)

    @given(
        world=years(uncapped, unpooled, specific=True),
        lower=st.sampled_from([Decimal(share) for share in ("1", "0.9", "0.5", "0.125", "0")]),
    )
    def test_a_lower_share(self, world: World, lower: Decimal) -> None:
        """A lower reimbursement percentage never raises the specific reimbursement."""
        terms = world.policy.specific
        assert terms
        world = evolve(world, policy=with_specific(world.policy, tiers=()))

        assert_no_more(world, with_specific(world.policy, share=min(lower, terms.share)))

    @given(world=years(uncapped, unpooled, specific=True), most=CHANGES)
    def test_a_lower_maximum(self, world: World, most: int) -> None:
        """A maximum never raises the specific reimbursement, and a lower one never does."""
        terms = world.policy.specific
        assert terms
        lower = dollars(most) if terms.maximum is None else min(terms.maximum, dollars(most))
        if terms.maximum_on is MaximumOn.ELIGIBLE:
            lower = max(lower, terms.deductible)

        assert_no_more(world, with_specific(world.policy, maximum=lower))

    @given(world=years(uncapped, unpooled, specific=True))
    def test_the_share_before_the_asd(self, world: World) -> None:
        """The share before the ASD, q X - A, is never more than after it, q (X - A), to a cent a unit for rounding."""
        after, before = (
            settled(world, with_specific(world.policy, share_applies=when)).specific
            for when in ("after_aggregating", "before_aggregating")
        )
        assert after
        assert before

        assert cents(before.reimbursable) <= cents(after.reimbursable) + len(after.units)

    def test_the_share_and_the_asd_have_an_order(self) -> None:
        """Of an excess of 200,000 with 90 % and an ASD of 100,000 the order decides between 90,000 and 80,000."""
        terms = {"deductible": 0, "share": "0.9", "aggregating": 100_000}
        after, before = (
            settled(year(terms | {"share_applies": when}, None, paid("c1", "M1", 200_000)))
            for when in ("after_aggregating", "before_aggregating")
        )

        assert [90_000_00, 80_000_00] == in_cents(after.carrier_total, before.carrier_total)

    def test_but_a_higher_deductible_may_raise_the_total_beside_an_asd(self) -> None:
        """Where the ASD absorbs the excess anyway, a higher deductible lets more count in the aggregate."""
        low, high = (
            settled(year({"deductible": deductible, "aggregating": 80}, {}, paid("c1", "M1", 1)))
            for deductible in (0, 1)
        )

        assert [0, 1_00] == in_cents(low.carrier_total, high.carrier_total)
        assert (0, 0) == (specific_of(low), specific_of(high))

    def test_but_a_higher_deductible_may_raise_the_total_beside_a_share(self) -> None:
        """What specific reimburses at one half the aggregate reimburses in full once it is below the deductible."""
        low, high = (
            settled(year({"deductible": deductible, "share": "0.5"}, {}, paid("c1", "M1", 1))) for deductible in (0, 1)
        )

        assert [50, 1_00] == in_cents(low.carrier_total, high.carrier_total)

    def test_but_a_higher_deductible_may_raise_the_total_beside_a_maximum(self) -> None:
        """What was over the maximum counts once it is below the deductible."""
        low, high = (
            settled(year({"deductible": deductible, "maximum": 20}, {}, paid("c1", "M1", 21))) for deductible in (0, 1)
        )

        assert [20_00, 21_00] == in_cents(low.carrier_total, high.carrier_total)

    @given(world=alike_years(plain), more=CHANGES)
    def test_a_higher_deductible_never_raises_the_total_under_plain_terms(self, world: World, more: int) -> None:
        """Without ASD, share, maximum and laser, and with both covers netting alike, the total does not rise either."""
        terms = world.policy.specific
        assert terms
        higher = with_specific(world.policy, deductible=terms.deductible + dollars(more))

        assert settled(world).carrier_total >= settled(world, higher).carrier_total

    @given(world=alike_years(simple, lambda policy: counting(policy, Counting.NET_OF_SPECIFIC)), more=CHANGES)
    def test_a_higher_deductible_never_raises_the_total_net_of_specific(self, world: World, more: int) -> None:
        """Counted net of specific, the aggregate pays at most what specific pays less."""
        terms = world.policy.specific
        assert terms
        higher = with_specific(world.policy, deductible=terms.deductible + dollars(more), lasers=(), maximum=None)
        lower = with_specific(world.policy, lasers=(), maximum=None)

        assert settled(world, lower).carrier_total >= settled(world, higher).carrier_total


def assert_no_more(world: World, policy: Policy, *, shifts: int | None = None) -> None:
    """Assert that specific reimburses no more under another policy, rounding that moves between units aside."""
    aside = rounding_shifts(world.policy) or rounding_shifts(policy) if shifts is None else shifts

    assert specific_of(settled(world, policy)) <= specific_of(settled(world)) + aside


class TestTheAggregateAttachesHigher:
    """
    For what is counted as it is: more units, higher factors and a higher minimum never raise the aggregate's
    reimbursement; a higher share and a higher maximum never lower it. Neither touches specific.
    """

    @given(world=years(aggregate=True, final=True), data=st.data())
    def test_more_covered_units(self, world: World, data: st.DataObject) -> None:
        """More covered units in any month never lower the attachment point, nor raise the reimbursement."""
        more = tuple(evolve(row, units=row.units + data.draw(st.integers(0, 2))) for row in world.units)
        few, many = settled(world), settled(evolve(world, units=more))
        assert few.aggregate
        assert many.aggregate

        assert few.aggregate.attachment_point <= many.aggregate.attachment_point
        assert aggregate_of(few) >= aggregate_of(many)
        assert few.specific == many.specific

    @given(world=years(aggregate=True, final=True), more=st.integers(0, 50))
    def test_higher_factors(self, world: World, more: int) -> None:
        """Higher factors never raise the reimbursement."""
        terms = world.policy.aggregate
        assert terms
        factors = tuple(evolve(factor, amount=factor.amount + more) for factor in terms.factors)

        assert aggregate_of(settled(world)) >= aggregate_of(
            settled(world, with_aggregate(world.policy, factors=factors))
        )

    @given(world=years(aggregate=True, final=True), more=CHANGES)
    def test_a_higher_minimum(self, world: World, more: int) -> None:
        """A minimum, and a higher one, never raises the reimbursement."""
        terms = world.policy.aggregate
        assert terms
        minimum = terms.minimum or MinimumAttachment(amount=dollars(more // 2))
        higher = evolve(minimum, amount=(minimum.amount or 0) + dollars(more))
        none, some, much = (
            aggregate_of(settled(world, with_aggregate(world.policy, minimum=each))) for each in (None, minimum, higher)
        )

        assert none >= some >= much

    @given(world=years(aggregate=True, final=True), share=st.sampled_from(("0", "0.25", "0.9", "1")))
    def test_a_higher_share(self, world: World, share: str) -> None:
        """A higher share never lowers the reimbursement."""
        terms = world.policy.aggregate
        assert terms
        low, high = (
            aggregate_of(settled(world, with_aggregate(world.policy, share=each)))
            for each in sorted((terms.share, Decimal(share)))
        )

        assert low <= high

    @given(world=years(aggregate=True, final=True), more=CHANGES)
    def test_a_higher_maximum(self, world: World, more: int) -> None:
        """A higher maximum, and none at all, never lowers the reimbursement, be it flat or a ceiling."""
        terms = world.policy.aggregate
        assert terms
        maximum = dollars(more) if terms.maximum is None else terms.maximum
        low, high, none = (
            aggregate_of(settled(world, with_aggregate(world.policy, maximum=each)))
            for each in (maximum, maximum + dollars(more), None)
        )

        assert low <= high <= none

    @given(
        world=alike_years(
            simple, lambda policy: with_aggregate(counting(policy, Counting.LOSS_LIMIT), loss_limit=None)
        ),
        more=CHANGES,
    )
    def test_a_higher_deductible_counts_no_less(self, world: World, more: int) -> None:
        """Where the loss limit is the specific deductible a higher one lets no less count."""
        terms = world.policy.specific
        assert terms
        lower = with_specific(world.policy, lasers=(), maximum=None)
        higher = with_specific(lower, deductible=terms.deductible + dollars(more))

        assert counted_of(settled(world, lower)) <= counted_of(settled(world, higher))


def paid_order(policy: Policy) -> Policy:
    """Let payments consume the deductible by the day paid."""
    return with_specific(policy, consume_by="paid")


def some_days(world: World) -> list[dt.date]:
    """Return the days on which something was paid, and the two ends of the period."""
    period = world.policy.period
    return [period.effective, period.expires, *(row.paid_on for row in world.payments if row.paid_on)]


class TestTimeGoesOn:
    """Without refunds, in the order of payment, later days never change what became of earlier payments."""

    @given(world=years(paid_order, unconditional, specific=True, final=True).map(positive), data=st.data())
    def test_a_later_payment_changes_no_earlier_split(self, world: World, data: st.DataObject) -> None:
        """The splits of what had been paid by a day are the same in every later statement."""
        day = data.draw(
            st.sampled_from([world.policy.period.expires, *(row.paid_on for row in world.payments if row.paid_on)])
        )
        early, late = settled(evolve(world, as_of=day)), settled(evolve(world, as_of=None))

        for split in early.splits:
            assert split == late.split(split.id)

    @given(world=years(unlimited, uncapped, unconditional, specific=True, final=True).map(positive), data=st.data())
    def test_specific_never_falls(self, world: World, data: st.DataObject) -> None:
        """Without refunds and run-in limits the specific total never falls from one day to the next."""
        days = sorted(data.draw(st.lists(st.sampled_from(some_days(world)), min_size=2, max_size=4)))
        totals = [specific_of(settled(evolve(world, as_of=day))) for day in days]

        for early, late in pairwise(totals):
            assert early <= late + rounding_shifts(world.policy)
