"""The attachment point: covered units times factors, month by month, and never below the minimum."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from stoploss.aggregate_sheet import AggregateSheet
from stoploss.attachment_terms import AggregateFactor, MinimumAttachment
from stoploss.facts import CoveredUnits
from stoploss.money import Amount, cents, dollars
from stoploss.policy import Policy
from stoploss.testing.strategies import World
from stoploss.words import AggregateOnTermination, MinimumOnTermination
from tests.laws.years import full_term, in_cents, paid, settled, with_aggregate, year, years

CENTS = st.integers(0, 200_000)


def sheet_of(world: World, policy: Policy | None = None) -> AggregateSheet:
    """Return the aggregate's worksheet of a year."""
    sheet = settled(world, policy).aggregate
    assert sheet
    return sheet


def whole_cents(policy: Policy) -> Policy:
    """Let every factor be whole cents, so that no month is rounded."""
    assert policy.aggregate
    factors = policy.aggregate.factors
    return with_aggregate(policy, factors=tuple(evolve(each, amount=round(each.amount, 2)) for each in factors))


def no_minimum(policy: Policy) -> Policy:
    """Take the minimum away, and what terminal liability adds."""
    return with_aggregate(evolve(policy, terminal_liability=None), minimum=None)


def same_factors(policy: Policy) -> Policy:
    """Let every factor hold from the first month to the last."""
    assert policy.aggregate
    return with_aggregate(policy, factors=tuple(each for each in policy.aggregate.factors if each.from_on is None))


def with_minimum_on_termination(policy: Policy, minimum: MinimumOnTermination) -> Policy:
    """Let early termination do something else to the minimum."""
    return evolve(policy, early_termination=evolve(policy.early_termination, minimum=minimum))


def minimum_of(amount: Amount | int) -> dict[str, object]:
    """Return the terms of an aggregate that attaches at a fixed amount."""
    return {"minimum": MinimumAttachment(amount=amount)}


def one_claim(counted: int, point: int, maximum: int, kind: str) -> World:
    """Return a year without specific in which one claim counts, over an attachment point in cents."""
    terms = minimum_of(dollars(point)) | {"maximum": dollars(maximum), "maximum_kind": kind}
    return year(None, terms, paid("c1", "M1", dollars(counted)))


def month_number(world: World, month: dt.date | str) -> int:
    """Return the number of the policy month that an enrollment row means."""
    period, terms = world.policy.period, world.policy.aggregate
    assert terms
    for number in range(period.months, -terms.enrollment_lag, -1):
        start = period.start_of_month(number)
        if month == f"{start:%Y-%m}" or (isinstance(month, dt.date) and start <= month):
            return number
    raise AssertionError(month)


def whose_of(row: CoveredUnits) -> tuple[str, str | None, str | None]:
    """Return what tells whose factor is for covered units: tier, class and plan."""
    return row.tier, row.covered_class, row.plan


class TestTheAttachmentPoint:
    """
    The attachment point is the greater of the sum of the months and the minimum, so it is never below either; terminal
    liability adds to it.
    """

    @given(world=years(aggregate=True))
    def test_is_the_greater_of_months_and_minimum(self, world: World) -> None:
        """The attachment point is what was calculated, or the minimum where that is more."""
        sheet = sheet_of(world)
        least, added = sheet.minimum_attachment or Decimal(0), sheet.terminal_liability or Decimal(0)

        assert sheet.attachment_point == max(sheet.calculated_attachment, least) + added

    @given(world=years(whole_cents, same_factors, full_term, aggregate=True, final=True), units=st.integers(0, 9))
    def test_a_minimum_of_the_first_month_is_of_every_month(self, world: World, units: int) -> None:
        """With the same units in every month, however many months there are, the minimum of 100 % is all of them."""
        steady = evolve(world, units=tuple(evolve(row, units=units) for row in world.units))
        sheet = sheet_of(steady, with_aggregate(world.policy, minimum=MinimumAttachment(first_month=1)))

        assert sheet.minimum_attachment == sheet.calculated_attachment

    @given(world=years(aggregate=True))
    def test_the_months_add_up(self, world: World) -> None:
        """The amounts of the months add up to what was calculated, fractions of a cent or not."""
        sheet = sheet_of(world)

        assert sheet.calculated_attachment == sum((month.attachment for month in sheet.months), Decimal("0.00"))

    @given(world=years(whole_cents, no_minimum, aggregate=True, final=True))
    def test_tiers_add_up(self, world: World) -> None:
        """Without a minimum the attachment points of the tiers, each by itself, add up to that of all."""
        terms = world.policy.aggregate
        assert terms
        by_tier = [
            sheet_of(
                evolve(world, units=tuple(row for row in world.units if row.tier == tier)),
                with_aggregate(world.policy, factors=tuple(each for each in terms.factors if each.tier == tier)),
            )
            for tier in dict.fromkeys(factor.tier for factor in terms.factors)
        ]

        assert sheet_of(world).attachment_point == sum((sheet.attachment_point for sheet in by_tier), Decimal("0.00"))

    def test_but_tiers_do_not_add_up_to_a_minimum(self) -> None:
        """Each of two tiers by itself would have the minimum of 50, and so have both together."""
        world = year(None, minimum_of(50))
        one, other = (tuple(evolve(row, tier=tier) for row in world.units) for tier in ("single", "family"))
        points = [
            sheet_of(evolve(world, units=units), with_aggregate(world.policy, factors=factors)).attachment_point
            for units, factors in (
                (one, (AggregateFactor(tier="single", amount=0),)),
                (other, (AggregateFactor(tier="family", amount=0),)),
                ((*one, *other), tuple(AggregateFactor(tier=tier, amount=0) for tier in ("single", "family"))),
            )
        ]

        assert [50, 50, 50] == points

    @given(world=years(whole_cents, same_factors, aggregate=True, final=True), more=st.integers(1, 5), data=st.data())
    def test_a_month_has_its_own_units(self, world: World, more: int, data: st.DataObject) -> None:
        """More units in one month change the amount of that month alone, by the factors of their tier."""
        terms = world.policy.aggregate
        assert terms
        at = data.draw(st.integers(0, len(world.units) - 1))
        row = world.units[at]
        changed = evolve(row, units=row.units + more)
        after = evolve(world, units=(*world.units[:at], changed, *world.units[at + 1 :]))
        factor = sum((factor.amount for factor in terms.factors if factor.whose == whose_of(row)), Decimal(0))
        differences = [
            later.attachment - earlier.attachment
            for earlier, later in zip(sheet_of(world).months, sheet_of(after).months, strict=True)
        ]

        assert sorted(difference for difference in differences if difference) in ([], [more * factor])

    @given(world=years(same_factors, aggregate=True))
    def test_a_factor_of_each_benefit_adds_up(self, world: World) -> None:
        """A tier's factors for several benefits are one factor, their sum, for all benefits."""
        terms = world.policy.aggregate
        assert terms
        summed = {factor.whose: evolve(factor, amount=0, benefit=None) for factor in terms.factors}
        for factor in terms.factors:
            known = summed[factor.whose]
            summed[factor.whose] = evolve(known, amount=known.amount + factor.amount)

        assert sheet_of(world) == sheet_of(world, with_aggregate(world.policy, factors=tuple(summed.values())))


class TestTheMonths:
    """
    The position of each month: attachment to date is the greater of the months to date and the minimum's part of them,
    and the last month in force shows the attachment point itself and carries the run-out.
    """

    @given(world=years(aggregate=True))
    def test_there_is_one_for_every_month_that_has_begun(self, world: World) -> None:
        """A month is listed from its first day on, as long as the policy is in force."""
        period = world.policy.period
        months = [period.start_of_month(number) for number in range(1, period.months_begun(world.as_of) + 1)]

        assert months == [month.month for month in sheet_of(world).months]

    @given(world=years(aggregate=True))
    def test_the_last_one_shows_the_settlement(self, world: World) -> None:
        """The last month in force has the attachment point and everything that counts."""
        sheet, period = sheet_of(world), world.policy.period

        if sheet.months and len(sheet.months) == period.months_begun(None):
            last = sheet.months[-1]
            assert (sheet.attachment_point, sheet.counted) == (last.attachment_to_date, last.counted_to_date)

    @given(world=years(aggregate=True))
    def test_counted_to_date_is_what_had_been_paid_by_then(self, world: World) -> None:
        """Every other month counts the splits, as netted today, of the payments paid by its last day."""
        statement, period = settled(world), world.policy.period
        assert statement.aggregate
        paid_on = {row.id: row.paid_on for row in world.payments}
        last = period.months_begun(None)

        for number, month in enumerate(statement.aggregate.months, start=1):
            if number < last:
                by_then = [
                    split.counted
                    for split in statement.splits
                    if (on := paid_on[split.id]) is not None and on <= period.end_of_month(number)
                ]
                assert in_cents(month.counted_to_date) == [sum(in_cents(*by_then))]

    @given(world=years(aggregate=True))
    def test_attachment_to_date_never_falls(self, world: World) -> None:
        """From month to month the attachment to date only grows, until early termination cuts the minimum."""
        terms = world.policy.early_termination
        months = sheet_of(world).months
        if world.policy.period.ended_early and terms.minimum is not MinimumOnTermination.FULL:
            months = months[:-1]
        to_date = [month.attachment_to_date for month in months]

        assert to_date == sorted(to_date)


class TestTheMaximum:
    """
    A flat maximum caps what is reimbursed, whatever the attachment point. A ceiling caps what counts, so that each
    dollar on the attachment point is a dollar less for the employer, down to nothing.
    """

    @given(counted=CENTS, point=CENTS, maximum=CENTS)
    def test_flat(self, counted: int, point: int, maximum: int) -> None:
        """A flat maximum leaves min(maximum, counted less attachment point)."""
        sheet = sheet_of(one_claim(counted, point, maximum, "flat"))

        assert cents(sheet.reimbursable) == min(maximum, max(counted - point, 0))

    @given(counted=CENTS, point=CENTS, ceiling=CENTS)
    def test_ceiling(self, counted: int, point: int, ceiling: int) -> None:
        """A ceiling leaves min(counted, ceiling) less attachment point; at or below the attachment point, nothing."""
        sheet = sheet_of(one_claim(counted, point, ceiling, "ceiling"))

        assert cents(sheet.reimbursable) == max(min(counted, ceiling) - point, 0)

    @given(point=CENTS, over=st.integers(1, 1000), more=st.integers(1, 1000), beyond=st.integers(0, 1000))
    def test_each_dollar_on_the_point_is_one_less_under_a_ceiling(
        self, point: int, over: int, more: int, beyond: int
    ) -> None:
        """Cents more on the attachment point are so many reimbursed less under a ceiling, none under a flat maximum."""
        counted, ceiling = point + over + more + beyond, point + more + over
        low, high = (
            cents(sheet_of(one_claim(counted, at, ceiling, "ceiling")).reimbursable) for at in (point, point + more)
        )
        flat_low, flat_high = (
            cents(sheet_of(one_claim(counted, at, over, "flat")).reimbursable) for at in (point, point + more)
        )

        assert low - high == more
        assert flat_low == flat_high == over


class TestEarlyTermination:
    """
    Months that begin after the last day in force do not count. The minimum stays whole, is prorated or is dropped; the
    aggregate pays, or pays nothing.
    """

    @given(world=years(aggregate=True, final=True))
    def test_a_smaller_minimum_never_raises_the_attachment_point(self, world: World) -> None:
        """A dropped minimum attaches no higher than a prorated one, and that no higher than the whole."""
        dropped, prorated, full = (
            sheet_of(world, with_minimum_on_termination(world.policy, minimum)).attachment_point
            for minimum in (MinimumOnTermination.DROPPED, MinimumOnTermination.PRORATED, MinimumOnTermination.FULL)
        )

        assert dropped <= prorated <= full

    @given(world=years(aggregate=True, final=True), data=st.data())
    def test_months_after_it_do_not_count(self, world: World, data: st.DataObject) -> None:
        """The units of months that begin after the last day in force may be anything, or absent."""
        period, units, terms = world.policy.period, world.units, world.policy.aggregate
        assert terms
        months = period.months_begun(None) - terms.enrollment_lag
        own = list(dict.fromkeys(evolve(row, month=period.effective, units=0) for row in units))
        in_force = [row for row in units if month_number(world, row.month) <= months]
        later = [
            evolve(row, month=period.start_of_month(number), units=data.draw(st.integers(0, 9)))
            for number in range(months + 1, period.months + 1)
            for row in own
        ]

        assert sheet_of(evolve(world, units=tuple(in_force))) == sheet_of(evolve(world, units=(*in_force, *later)))

    @given(world=years(aggregate=True, final=True))
    def test_an_aggregate_that_then_pays_nothing(self, world: World) -> None:
        """What would have been reimbursed without a maximum is over the maximum, and nothing is reimbursed."""
        early = evolve(world.policy.early_termination, aggregate=AggregateOnTermination.NOTHING)
        nothing = sheet_of(world, evolve(world.policy, early_termination=early))
        free = evolve(early, aggregate=AggregateOnTermination.PAYS)
        pays = sheet_of(world, with_aggregate(evolve(world.policy, early_termination=free), maximum=None))

        if world.policy.period.ended_early:
            assert nothing.reimbursable == 0
            assert nothing.over_maximum == pays.reimbursable
        else:
            assert nothing == sheet_of(world, evolve(world.policy, early_termination=free))
