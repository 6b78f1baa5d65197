"""Conservation: where every cent is, what the lines add up to, and between which bounds they lie."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from stoploss.eligibility import LIMITS, Reason
from stoploss.facts import Coverage, Status, carries
from stoploss.layer import above, up_to
from stoploss.money import cents, dollars
from stoploss.policy import Policy
from stoploss.statement import Statement
from stoploss.testing.strategies import World, policies, worlds
from stoploss.words import MaximumKind, MaximumOn, RecoveryOrder, ShareApplies
from tests.laws.years import (
    LINES,
    alike_years,
    excess_of,
    in_cents,
    lines_of,
    plain,
    plain_specific,
    settled,
    simple,
    unadvanced,
    unlimited,
    with_aggregate,
    with_specific,
    years,
)


def excluded(statement: Statement, coverage: Coverage, *, pending: bool = False) -> int:
    """Return the cents that a coverage excluded, pending ones or all others."""
    sheet = statement.specific if coverage is Coverage.SPECIFIC else statement.aggregate
    assert sheet
    return sum(cents(row.amount) for row in sheet.excluded if (row.reason is Reason.PENDING) is pending)


def cut_by_limits(statement: Statement) -> int:
    """Return the cents that the aggregate's limits took out of what counts."""
    assert statement.aggregate
    return sum(cents(row.amount) for row in statement.aggregate.excluded if row.reason in LIMITS)


class TestEachCentIsOnOneLine:
    """
    What is eligible under specific is retained, within the laser, absorbed by the ASD, the employer's share, over the
    maximum, or reimbursable: each cent on exactly one of the six lines, and none below zero unless refunds exceed
    payments. What is not eligible is excluded, with its reason. What the carrier does not pay, the employer does.
    """

    @given(world=years(specific=True))
    def test_the_lines_of_a_unit_add_up_to_what_is_eligible(self, world: World) -> None:
        """A unit's six lines add up to its eligible total."""
        sheet = settled(world).specific
        assert sheet

        for unit in sheet.units:
            assert cents(unit.eligible) == sum(lines_of(unit).values())

    @given(world=years(specific=True))
    def test_the_sheet_is_the_sum_of_its_units(self, world: World) -> None:
        """Every figure of the specific sheet is the sum of the units' figures."""
        sheet = settled(world).specific
        assert sheet

        for name in (*LINES, "eligible", "reimbursed", "due"):
            assert getattr(sheet, name) == sum((getattr(unit, name) for unit in sheet.units), Decimal("0.00"))

    @given(world=years(specific=True))
    def test_no_line_is_below_zero(self, world: World) -> None:
        """A unit whose refunds exceed its payments has a negative retained and nothing else; no other line is."""
        sheet = settled(world).specific
        assert sheet

        for unit in sheet.units:
            if unit.eligible < 0:
                assert dict.fromkeys(LINES, 0) | {"retained": cents(unit.eligible)} == lines_of(unit)
            else:
                assert min(lines_of(unit).values()) >= 0

    @given(world=worlds())
    def test_every_claim_is_eligible_or_excluded(self, world: World) -> None:
        """Under each cover by itself, what the plan paid is eligible or excluded, pending rows aside."""
        statement = settled(world)

        for coverage, sheet in ((Coverage.SPECIFIC, statement.specific), (Coverage.AGGREGATE, statement.aggregate)):
            if sheet:
                assert cents(statement.claims.amount) == cents(sheet.eligible) + excluded(statement, coverage)

    @given(world=worlds())
    def test_pending_claims_are_listed_and_counted_nowhere(self, world: World) -> None:
        """Every pending row that was reported is listed under each cover, whatever the day of the statement."""
        statement = settled(world)
        reported = sum(row.cents for row in world.payments if row.status is Status.PENDING)

        for coverage in Coverage:
            if getattr(statement, coverage):
                assert reported == excluded(statement, coverage, pending=True)

    @given(world=worlds())
    def test_employer_and_carrier_bear_all_claims(self, world: World) -> None:
        """What the carrier does not owe is the employer's net cost."""
        statement = settled(world)
        owed = [sheet.reimbursable for sheet in (statement.specific, statement.aggregate) if sheet]

        assert statement.carrier_total == sum(owed, Decimal("0.00"))
        assert statement.claims.amount == statement.employer_net + statement.carrier_total


class TestSplitsAddUpToTheSheet:
    """Each payment's split is what it adds to each line; all splits together are the sheet, to the cent."""

    @given(world=worlds())
    def test_every_payment_has_one_split(self, world: World) -> None:
        """Each payment that the statement takes in has one split, and pending ones have one, too."""
        statement = settled(world)
        paid = [row for row in world.payments if row.status is not Status.PENDING]
        pending = [row.id for row in world.payments if row.status is Status.PENDING]
        ids = [split.id for split in statement.splits]

        assert len(set(ids)) == len(ids)
        assert set(pending) <= set(ids)
        assert statement.claims.count == len(ids) - len(pending)
        if world.as_of is None:
            assert {row.id for row in paid} | set(pending) == set(ids)

    @given(world=years(specific=True))
    def test_the_lines_of_a_payment_add_up_to_its_net(self, world: World) -> None:
        """
        A payment's six lines add up to its net, and only a unit below zero has a negative one; a recovery that is not
        recomputed has none above zero.
        """
        statement = settled(world)
        assert statement.specific
        below_zero = {unit.unit for unit in statement.specific.units if unit.eligible < 0}
        order, tag = world.policy.recoveries.order, world.policy.recoveries.tag
        aside = order is not RecoveryOrder.RECOMPUTE
        recovered = {row.id for row in world.payments if aside and row.cents < 0 and carries(row, tag)}

        for split in statement.splits:
            assert split.net is not None
            assert cents(split.net) == sum(lines_of(split).values())
            if split.id in recovered and not split.excluded:
                assert max(lines_of(split).values()) <= 0
            elif split.unit not in below_zero:
                assert min(lines_of(split).values()) >= 0

    @given(world=years(specific=True))
    def test_the_splits_of_a_unit_add_up_to_its_lines(self, world: World) -> None:
        """Line by line, a unit's splits add up to its sheet."""
        statement = settled(world)
        assert statement.specific

        for unit in statement.specific.units:
            own = [lines_of(split) for split in statement.splits if split.unit == unit.unit]
            assert lines_of(unit) == {line: sum(split[line] for split in own) for line in LINES}

    @given(world=years(aggregate=True))
    def test_the_splits_add_up_to_the_worksheet(self, world: World) -> None:
        """The payments' aggregate nets add up to what is eligible, and what they count to what is counted."""
        statement = settled(world)
        assert statement.aggregate
        nets = [split.aggregate_net for split in statement.splits if split.aggregate_net is not None]
        counted = [split.counted for split in statement.splits if split.counted is not None]

        assert statement.aggregate.eligible == sum(nets, Decimal("0.00"))
        assert statement.aggregate.counted == sum(counted, Decimal("0.00"))

    @given(world=worlds())
    def test_what_is_screened_out_adds_nothing(self, world: World) -> None:
        """A payment with a reason adds nothing to a cover, unless it is a limit that let a part of it in."""
        for split in settled(world).splits:
            if split.excluded not in (None, *LIMITS):
                assert dict.fromkeys(LINES, 0) == lines_of(split)
            if split.aggregate_excluded not in (None, *LIMITS):
                assert [0, 0] == in_cents(split.aggregate_net, split.counted)

    @given(world=worlds())
    def test_no_payment_comes_to_more_than_was_paid(self, world: World) -> None:
        """Netting leaves of a payment nothing to all of it, and a refund adds nothing."""
        paid = {row.id: row.cents for row in world.payments}

        for split in settled(world).splits:
            for net in (split.net, split.aggregate_net):
                assert net is None or cents(net) <= max(0, paid[split.id])


class TestTheWorksheetAddsUp:
    """
    Gross claims, less voids and refunds, less what limits take out, are eligible; less what is over the loss
    limit and what specific reimburses, they are counted; what is counted above the attachment point is the carrier's
    or the employer's.
    """

    @given(world=years(aggregate=True))
    def test_gross_leads_to_eligible(self, world: World) -> None:
        """Gross is the positive rows, voids and refunds the negative ones; less cuts they make eligible."""
        statement = settled(world)
        sheet = statement.aggregate
        assert sheet
        out = {split.id for split in statement.splits if split.aggregate_excluded not in (None, *LIMITS)}
        taken = {split.id for split in statement.splits} - out
        amounts = [row.cents for row in world.payments if row.id in taken]

        assert cents(sheet.gross) == sum(amount for amount in amounts if amount > 0)
        assert cents(sheet.voids_and_refunds) == sum(amount for amount in amounts if amount < 0)
        assert cents(sheet.eligible) == sum(amounts) - cut_by_limits(statement)

    @given(world=years(aggregate=True))
    def test_eligible_leads_to_counted(self, world: World) -> None:
        """What is eligible is over the loss limit, reimbursed by specific, or counted."""
        sheet = settled(world).aggregate
        assert sheet

        assert sheet.eligible == sheet.over_loss_limit + sheet.reimbursed_by_specific + sheet.counted
        assert sheet.over_loss_limit >= 0

    @given(world=years(aggregate=True))
    def test_the_excess_is_the_carriers_or_the_employers(self, world: World) -> None:
        """Each cent of the excess is the employer's share, over the maximum, or reimbursable; none is below zero."""
        sheet = settled(world).aggregate
        assert sheet

        assert sheet.excess == sheet.employer_share + sheet.over_maximum + sheet.reimbursable
        assert min(sheet.employer_share, sheet.over_maximum, sheet.reimbursable) >= 0

    @given(world=years(aggregate=True))
    def test_the_excess_is_what_is_counted_above_the_attachment_point(self, world: World) -> None:
        """Once the period has ended the excess is what is counted above the attachment point; before, there is none."""
        sheet = settled(world).aggregate
        assert sheet
        ended = world.as_of is None or world.as_of >= world.policy.period.last_day_in_force

        assert sheet.excess == (max(sheet.counted - sheet.attachment_point, 0) if ended else 0)


class TestDue:
    """
    What is due is what is reimbursable less what the carrier has paid; negative is due to the carrier.
    An accommodation has a due of its own.
    """

    @given(world=years(unadvanced))
    def test_due_is_what_the_carrier_has_not_paid(self, world: World) -> None:
        """For each unit, for specific and for the aggregate, due and reimbursed make reimbursable."""
        statement = settled(world)
        sheets = [sheet for sheet in (statement.specific, statement.aggregate) if sheet]
        units = statement.specific.units if statement.specific else ()

        for sheet in (*sheets, *units):
            assert sheet.reimbursable == sheet.reimbursed + sheet.due

    @given(world=worlds())
    def test_every_payment_of_the_carrier_is_taken_off(self, world: World) -> None:
        """What the carrier paid by the day of the statement is reimbursed, whether or not its unit has claims."""
        statement = settled(world)
        received = [row for row in world.carrier_payments if world.as_of is None or row.paid_on <= world.as_of]
        units = {unit.unit: cents(unit.reimbursed) for unit in statement.specific.units} if statement.specific else {}

        for coverage, sheet in ((Coverage.SPECIFIC, statement.specific), (Coverage.AGGREGATE, statement.aggregate)):
            own = sum(row.cents for row in received if row.coverage is coverage)
            assert sheet is None or cents(sheet.reimbursed) == own
        for row in received:
            if row.member is not None:
                assert units[row.member] == sum(other.cents for other in received if other.member == row.member)


class TestBounds:
    """
    0 ≤ reimbursable ≤ share of the excess ≤ what is eligible, and never more than the maximum.
    True of totals only: what a day adds may be negative.
    """

    @given(world=years(simple, specific=True))
    def test_a_unit_gets_no_more_than_its_share_of_the_excess(self, world: World) -> None:
        """A unit's reimbursement is at most its excess times the share, rounded up to the cent."""
        terms, sheet = world.policy.specific, settled(world).specific
        assert terms
        assert sheet

        for unit in sheet.units:
            assert cents(unit.reimbursable) <= excess_of(world.policy, unit) * Fraction(terms.share) + Fraction(1, 2)

    @given(world=years(simple, specific=True))
    def test_a_unit_gets_no_more_than_the_maximum(self, world: World) -> None:
        """A unit gets at most the maximum, or, where it is on eligible claims, the maximum less the deductible."""
        terms, sheet = world.policy.specific, settled(world).specific
        assert terms
        assert sheet
        most = terms.maximum
        if most is not None and terms.maximum_on is MaximumOn.ELIGIBLE:
            most -= terms.deductible

        for unit in sheet.units:
            assert most is None or unit.reimbursable <= most

    @given(world=years(aggregate=True))
    def test_the_group_gets_no_more_than_the_maximum(self, world: World) -> None:
        """A flat maximum bounds the reimbursement, a ceiling the counted claims that are reimbursed."""
        terms, sheet = world.policy.aggregate, settled(world).aggregate
        assert terms
        assert sheet
        most = terms.maximum
        if most is not None and terms.maximum_kind is MaximumKind.CEILING:
            most = max(most - sheet.attachment_point, Decimal(0))

        assert most is None or sheet.reimbursable <= most
        assert cents(sheet.reimbursable) <= cents(sheet.excess) * Fraction(terms.share) + Fraction(1, 2)

    @given(world=worlds())
    def test_no_dollar_is_reimbursed_and_counted(self, world: World) -> None:
        """What specific reimburses of a payment and what counts of it never come to more than was paid."""
        paid = {row.id: row.cents for row in world.payments}

        for split in settled(world).splits:
            if split.reimbursable is not None and split.counted is not None:
                assert cents(split.reimbursable + split.counted) <= max(0, paid[split.id])


def absorbed_first(policy: Policy) -> Policy:
    """Let the ASD meet all excess before the share and the maximum do, and be worth something."""
    assert policy.specific
    terms = {"share_applies": "after_aggregating", "maximum_on": "reimbursement"}
    return with_specific(policy, **terms, aggregating=policy.specific.aggregating + 100)


class TestTheAggregatingSpecificDeductible:
    """
    With X the excess of all units: the ASD absorbs min(A, X), and where the share meets the excess first, min(A, the
    shares of it). True of the whole, whoever's dollars they are.
    """

    @given(world=years(simple, lambda policy: with_specific(policy, share_applies="after_aggregating"), specific=True))
    def test_it_absorbs_the_first_excess(self, world: World) -> None:
        """The ASD absorbs all excess up to its amount."""
        terms, sheet = world.policy.specific, settled(world).specific
        assert terms
        assert sheet
        excess = sum(excess_of(world.policy, unit) for unit in sheet.units)

        assert cents(sheet.aggregating) == min(cents(terms.aggregating), excess)

    @given(world=years(simple, lambda policy: with_specific(policy, share_applies="before_aggregating"), specific=True))
    def test_it_absorbs_the_first_shares(self, world: World) -> None:
        """Where the share meets the excess first, the ASD absorbs the carrier's share up to its amount."""
        terms, sheet = world.policy.specific, settled(world).specific
        assert terms
        assert sheet
        shares = sum(excess_of(world.policy, unit) - cents(unit.employer_share) for unit in sheet.units)

        assert cents(sheet.aggregating) == min(cents(terms.aggregating), shares)

    @given(world=years(simple, absorbed_first, specific=True))
    def test_it_absorbs_in_the_order_of_payment(self, world: World) -> None:
        """After every payment, in order, the ASD has absorbed all excess so far up to its amount, whoever's it is."""
        terms = world.policy.specific
        assert terms
        excess = absorbed = 0

        for split in settled(world).splits:
            excess += sum(in_cents(split.aggregating, split.employer_share, split.over_maximum, split.reimbursable))
            absorbed += sum(in_cents(split.aggregating))
            assert absorbed == min(cents(terms.aggregating), excess)

    @given(world=years(simple, lambda policy: with_specific(policy, maximum=None), specific=True))
    def test_the_share_meets_the_excess_after_or_before_it(self, world: World) -> None:
        """Without a maximum the carrier owes q (X - A) or q X - A, to half a cent a unit."""
        terms, sheet = world.policy.specific, settled(world).specific
        assert terms
        assert sheet
        excess = sum(excess_of(world.policy, unit) for unit in sheet.units)
        share, absorbed = Fraction(terms.share), cents(sheet.aggregating)
        first = terms.share_applies is ShareApplies.BEFORE_AGGREGATING
        exact = share * excess - absorbed if first else share * (excess - absorbed)

        assert abs(cents(sheet.reimbursable) - exact) <= Fraction(len(sheet.units), 2)


class TestLayers:
    """What is up to an attachment and what is above it make the whole, and adjacent layers are one layer."""

    @given(total=st.integers(-1000, 1000), attachment=st.integers(0, 1000))
    def test_below_and_above_make_the_whole(self, total: int, attachment: int) -> None:
        """The part up to an attachment and the part above it add up, of a negative total as well."""
        assert total == up_to(total, attachment) + above(total, attachment)

    @given(total=st.integers(-1000, 1000), edges=st.lists(st.integers(0, 1000), min_size=3, max_size=3).map(sorted))
    def test_layers_on_top_of_each_other_are_one(self, total: int, edges: list[int]) -> None:
        """From d to e and from e to f is from d to f."""
        bottom, middle, top = edges
        lower, upper = above(total, bottom, middle - bottom), above(total, middle, top - middle)

        assert above(total, bottom, top - bottom) == lower + upper


def no_deductible(policy: Policy) -> Policy:
    """Take away every retention: all that is eligible is the carrier's."""
    return with_specific(plain(policy), deductible=0)


class TestExtremes:
    """Without a deductible all that is eligible is specific's, with one above all nothing is; no claims, no money."""

    @given(world=years(plain_specific, unlimited, specific=True))
    def test_a_deductible_above_everything_reimburses_nothing(self, world: World) -> None:
        """A deductible that nobody reaches leaves everything with the employer."""
        terms = world.policy.specific
        assert terms
        most = max(terms.deductible, dollars(sum(abs(row.cents) for row in world.payments)))
        sheet = settled(world, with_specific(world.policy, deductible=most)).specific
        assert sheet

        assert sheet.retained == sheet.eligible
        assert sheet.reimbursable == 0

    @given(world=alike_years(no_deductible))
    def test_without_a_deductible_nothing_is_left_to_count(self, world: World) -> None:
        """Without a deductible specific reimburses all, and nothing counts, but for units below zero."""
        statement = settled(world)
        assert statement.specific
        assert statement.aggregate
        below_zero = sum(cents(unit.eligible) for unit in statement.specific.units if unit.eligible < 0)

        assert cents(statement.specific.reimbursable) == cents(statement.specific.eligible) - below_zero
        assert cents(statement.aggregate.counted) == below_zero
        assert statement.aggregate.reimbursable == 0

    @given(world=worlds(policies=policies().map(unadvanced), max_payments=0))
    def test_no_claims_no_money(self, world: World) -> None:
        """Without claims nothing is owed; what the carrier paid all the same is due to it."""
        statement = settled(world)
        received = [row for row in world.carrier_payments if world.as_of is None or row.paid_on <= world.as_of]

        assert [0, 0, 0] == in_cents(statement.claims.amount, statement.carrier_total, statement.employer_net)
        assert -sum(row.cents for row in received) == sum(
            cents(sheet.due) for sheet in (statement.specific, statement.aggregate) if sheet
        )


class TestRounding:
    """Only running totals are rounded, once a unit: n units are within n / 2 cents of the exact amount."""

    @given(world=years(simple, lambda policy: with_specific(policy, aggregating=0, maximum=None), specific=True))
    def test_a_unit_is_within_half_a_cent(self, world: World) -> None:
        """A unit's reimbursement is its excess times the share, half a cent going up."""
        terms, sheet = world.policy.specific, settled(world).specific
        assert terms
        assert sheet

        for unit in sheet.units:
            exact = excess_of(world.policy, unit) * Fraction(terms.share)
            assert -Fraction(1, 2) < cents(unit.reimbursable) - exact <= Fraction(1, 2)

    @given(world=years(aggregate=True))
    def test_the_aggregate_is_rounded_once(self, world: World) -> None:
        """Without a maximum the aggregate reimburses the excess times the share, half a cent going up."""
        statement = settled(world, with_aggregate(world.policy, maximum=None))
        terms, sheet = world.policy.aggregate, statement.aggregate
        assert terms
        assert sheet

        if sheet.over_maximum == 0:
            exact = cents(sheet.excess) * Fraction(terms.share)
            assert -Fraction(1, 2) < cents(sheet.reimbursable) - exact <= Fraction(1, 2)
