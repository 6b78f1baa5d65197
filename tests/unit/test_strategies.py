"""Strategies: everything drawn is valid, the edges are reached, and failures shrink to something readable."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from stoploss import _hypothesis
from stoploss.attachment import units_key
from stoploss.errors import InvalidValue, StopLossError
from stoploss.facts import Benefit, CoveredUnits, Payment, Status, adjustment_faults
from stoploss.lasers import Laser
from stoploss.money import cents
from stoploss.policy import Policy
from stoploss.specific_terms import SpecificTerms
from stoploss.statement import settle
from stoploss.testing import strategies
from stoploss.testing.strategies import History, Portfolio, World
from stoploss.window import Period
from stoploss.words import (
    AggregateOnTermination,
    ConsumeBy,
    Counting,
    DeductibleOnTermination,
    LimitPer,
    MaximumKind,
    MaximumOn,
    Per,
    RebateTreatment,
    RecoveryOrder,
    ShareApplies,
)

EXAMPLES = 1_200
FIRST_FOUND = settings(phases=[Phase.generate], max_examples=2_000, derandomize=True, database=None)
TOO_LONG = (
    "what was given to policies() does not fit together: specific.basis: "
    "N/M of 12/15 are each at least the 18 months of the policy period; "
    "a six-month policy with three months of run-out is 6/9 [SL504]"
)
WITHOUT_HYPOTHESIS = """
import sys
sys.modules["hypothesis"] = None
try:
    import stoploss.testing
except ModuleNotFoundError as error:
    print(error.name, error)
"""
YEAR = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))
PLAIN = SpecificTerms(basis="12/15", covers=("medical", "rx"), deductible="100")
POLICY = Policy(policyholder="Example", carrier="Example Life", number="1", period=YEAR, specific=PLAIN)
ONE_DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def drawn() -> list[World]:
    """Draw many worlds, once, without shrinking; the same ones in every run."""
    worlds: list[World] = []

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(world=strategies.worlds())
    def collect(world: World) -> None:
        worlds.append(world)

    collect()
    return worlds


# ------------------------------------------------------------------ valid


def test_payments_of_a_world_are_valid_together(drawn: list[World]) -> None:
    """No negative row takes more than is left, or another member's, and every id is unique."""
    for world in drawn:
        assert [] == list(adjustment_faults(world.payments))
        assert len(world.payments) == len({payment.id for payment in world.payments})


def test_no_draw_is_thrown_away(drawn: list[World]) -> None:
    """Worlds are constructed, never filtered, so every example counts."""
    assert len(drawn) >= EXAMPLES


def test_every_month_that_settle_needs_has_its_units(drawn: list[World]) -> None:
    """Whatever a factor is for has its units in every policy month in force that begins by the day asked for."""
    for world in drawn:
        terms, period = world.policy.aggregate, world.policy.period
        whose = {factor.whose for factor in terms.factors} if terms else set[object]()
        lag = terms.enrollment_lag if terms else 0
        months = range(1 - lag, period.months_begun(world.as_of) + 1 - lag)
        rows = [(policy_month(period, row, lag), row) for row in world.units]
        reported = {(month, units_key(row)[:3]) for month, row in rows}

        assert {(month, each) for month in months for each in whose} <= reported
        assert len(rows) == len({(month, units_key(row)) for month, row in rows})
        assert all(units_key(row)[:3] in whose for row in world.units)


def policy_month(period: Period, row: CoveredUnits, lag: int) -> int:
    """Return the policy month of a row: the one that holds its day, or begins in its calendar month."""
    starts = {number: period.start_of_month(number) for number in range(1 - lag, period.months + 1)}
    if isinstance(row.month, dt.date):
        day = row.month
        return max(number for number, start in starts.items() if start <= day)
    return next(number for number, start in starts.items() if row.month == f"{start:%Y-%m}")


def test_a_family_deductible_finds_the_family_of_every_payment(drawn: list[World]) -> None:
    """Where the deductible is per family, every payment names the family, and one member has one family."""
    for world in (world for world in drawn if world.policy.per is Per.FAMILY):
        families = {(payment.member, payment.family) for payment in world.payments}

        assert all(family is not None for _, family in families)
        assert len(families) == len({member for member, _ in families})


def test_carrier_payments_are_under_covers_that_the_policy_has(drawn: list[World]) -> None:
    """A policy without a cover has no payments of the carrier under it."""
    for world in drawn:
        assert all(getattr(world.policy, payment.coverage) for payment in world.carrier_payments)


def test_an_advance_is_for_claims_of_its_own_unit(drawn: list[World]) -> None:
    """Advances name claims that were reported, of the unit to which the money went."""
    advances = [(world, row) for world in drawn for row in world.carrier_payments if row.claims]
    per_family = [(world.policy.per is Per.FAMILY, world, row) for world, row in advances]

    assert advances
    for by_family, world, row in per_family:
        units = {payment.id: payment.family if by_family else payment.member for payment in world.payments}
        assert {row.member} == {units[claim] for claim in row.claims}


def test_carriers_over_one_another_are_named(drawn: list[World]) -> None:
    """A payment under specific names one of the carriers, where there are several, and none otherwise."""
    for world in drawn:
        layers = world.policy.specific.layers if world.policy.specific else ()
        names: set[str | None] = {layer.carrier for layer in layers} or {None}
        assert all(row.carrier in names for row in world.carrier_payments if row.member)


# ------------------------------------------------------------------ the edges are reached


def of_terms(policy: Policy) -> Iterator[str]:
    """Name what a policy has."""
    specific, aggregate, period = policy.specific, policy.aggregate, policy.period
    yield f"specific {specific is not None}, aggregate {aggregate is not None}"
    yield f"months {period.months}"
    yield f"terminated {period.terminated is not None}, early {period.ended_early}"
    yield f"clamped {period.ends_with_month}"
    yield f"on termination {policy.early_termination.aggregate}"
    for terms in (specific, aggregate):
        if terms:
            basis = terms.basis
            yield f"label {basis.label if basis.label in {'paid', 'incurred', None} else 'N/M'}"
            yield f"run-out days {basis.run_out_days is not None}"
            yield f"changed label {bool(basis.label and (basis.paid_through or basis.incurred_from))}"
            yield f"run-in limit per {basis.run_in_limit and basis.run_in_limit.per}"
    if specific:
        yield from (f"{specific.per}", f"by {specific.consume_by}", f"{specific.share_applies}")
        yield f"lasers {len(specific.lasers)}"
        yield from (f"laser excluded {laser.excluded} per {laser.per}" for laser in specific.lasers)
        yield f"maximum {specific.maximum is not None and specific.maximum_on}"
        yield f"asd {specific.aggregating > 0}"
        yield f"full share {specific.share == 1}"
    if aggregate:
        yield f"counting {aggregate.counting}, limit {aggregate.loss_limit is not None}"
        yield from (f"asd counts {aggregate.aggregating_counts}", f"laser limit {aggregate.laser_loss_limit}")
        yield f"aggregate maximum {aggregate.maximum is not None and aggregate.maximum_kind}"
        yield f"factor by benefit {aggregate.factors[0].benefit is not None}"
        minimum = aggregate.minimum
        yield f"minimum {minimum and (minimum.amount is not None, minimum.first_month is not None)}"
    if aggregate and not specific:
        yield f"alone per {aggregate.per} by {aggregate.consume_by}"


RIDERS = ("terminal_liability", "bridge", "overlap", "advance_funding", "notices", "renewal")
SPECIFIC = (
    *("excludes", "classes", "lifetime_maximum", "family_deductible", "common_accident", "used"),
    *("laser_funds", "caps", "reductions", "tiers", "layers"),
)
LASER = ("from_on", "tags", "when", "fund", "counts")
AGGREGATE = ("excludes", "classes", "enrollment_lag", "accommodation")
PAYMENT = ("tags", "diagnosis", "covered_class", "accident", "reported_on", "division", "legal_cost")


def of_further_terms(world: World) -> Iterator[str]:
    """Name which further terms a policy has, and what the facts say that only those look at."""
    policy, specific, aggregate = world.policy, world.policy.specific, world.policy.aggregate
    objects: list[tuple[str, object, tuple[str, ...]]] = [("rider", policy, RIDERS)]
    objects += [("specific", specific, SPECIFIC)] if specific else []
    objects += [("laser", laser, LASER) for laser in (specific.lasers if specific else ())]
    objects += [("aggregate", aggregate, AGGREGATE)] if aggregate else []
    objects += [("basis", basis, ("run_out_limit",)) for basis in policy.bases]
    objects += [("payment", payment, PAYMENT) for payment in world.payments]
    objects += [("units", row, ("covered_class", "plan", "division")) for row in world.units]
    objects += [("factor", factor, ("from_on",)) for factor in (aggregate.factors if aggregate else ())]
    for kind, each, names in objects:
        yield from (f"{kind}: {name}" for name in names if getattr(each, name))
    yield from (f"recoveries {policy.recoveries.order}", f"rebates {policy.rebates.treatment}")
    yield f"deductible {policy.early_termination.deductible}"


FURTHER = [
    *(f"rider: {name}" for name in RIDERS),
    *(f"specific: {name}" for name in SPECIFIC),
    *(f"laser: {name}" for name in LASER),
    *(f"aggregate: {name}" for name in AGGREGATE),
    *("basis: run_out_limit", "factor: from_on", "deductible prorated"),
    *(f"payment: {name}" for name in PAYMENT),
    *(f"units: {name}" for name in ("covered_class", "plan", "division")),
    *(f"recoveries {order}" for order in RecoveryOrder),
    *(f"rebates {treatment}" for treatment in RebateTreatment),
]


def of_days(world: World) -> Iterator[str]:
    """Name where payments lie with respect to the windows of a world."""
    for windows in (world.policy.specific_windows, world.policy.aggregate_windows):
        if windows:
            for payment in world.payments:
                for name, window, day in (
                    ("incurred", windows.incurred, payment.incurred_on),
                    ("paid", windows.paid, payment.paid_on),
                ):
                    last = window.last or dt.date(2199, 12, 31)
                    places = {
                        window.first: "on the first day",
                        last: "on the last day",
                        window.first - ONE_DAY: "a day before",
                        last + ONE_DAY: "a day after",
                    }
                    yield f"{name} {places.get(day, 'elsewhere') if day else 'not yet'}"


def of_payments(world: World) -> Iterator[str]:
    """Name what kinds of payments a world has."""
    by_id = {payment.id: payment for payment in world.payments}
    paid_days = Counter(payment.paid_on for payment in world.payments)
    yield f"ties {any(count > 1 for count in paid_days.values())}"
    yield f"as of {world.as_of is not None}"
    yield f"carrier payments {bool(world.carrier_payments)}"
    for payment in world.payments:
        yield f"status {payment.status}, negative {payment.amount < 0}"
        yield f"zero {payment.amount == 0}"
        if payment.amount < 0:
            adjusted = by_id.get(payment.adjusts or "")
            undone = "nothing named" if payment.adjusts is None else "elsewhere"
            if adjusted:
                undone = "all" if adjusted.cents == -payment.cents else "a part"
                if payment.paid_on and adjusted.paid_on:
                    yield f"undone before it was paid {payment.paid_on < adjusted.paid_on}"
                yield f"undoes a row that is {adjusted.status}"
            yield f"undoes {undone}"
        elif payment.adjusts:
            yield "positive with adjusts"


def of_totals(world: World) -> Iterator[str]:
    """Name where the totals of members lie with respect to the deductible."""
    if world.policy.specific:
        deductible = cents(world.policy.specific.deductible)
        totals: Counter[str] = Counter()
        for payment in world.payments:
            if payment.status is Status.PAID:
                totals[payment.member] += payment.cents
        for total in totals.values():
            aside = total - deductible
            yield f"total {aside if abs(aside) <= 1 else 'below' if aside < 0 else 'above'}"


BUCKETS = [
    *("specific True, aggregate True", "specific True, aggregate False", "specific False, aggregate True"),
    *("months 1", "months 6", "months 12", "months 18"),
    *("terminated True, early True", "terminated True, early False", "terminated False, early False"),
    *("clamped True", "clamped False"),
    *(f"on termination {word}" for word in AggregateOnTermination),
    *("label N/M", "label paid", "label incurred", "label None", "run-out days True", "changed label True"),
    *("run-in limit per None", *(f"run-in limit per {word}" for word in LimitPer)),
    *Per,
    *(f"by {word}" for word in ConsumeBy),
    *ShareApplies,
    *("lasers 0", "lasers 1", "lasers 2"),
    *(f"laser excluded {excluded} per {per}" for excluded in (True, False) for per in Per),
    *("maximum False", *(f"maximum {word}" for word in MaximumOn)),
    *("asd True", "asd False", "full share True", "full share False"),
    *(f"counting {Counting.LOSS_LIMIT}, limit {limit}" for limit in (True, False)),
    *(f"counting {Counting.NET_OF_SPECIFIC}, limit False", "asd counts True", "laser limit laser"),
    *("aggregate maximum False", *(f"aggregate maximum {word}" for word in MaximumKind)),
    *("factor by benefit True", "factor by benefit False"),
    *("minimum None", "minimum (True, False)", "minimum (False, True)", "minimum (True, True)"),
    *(f"alone per {per} by {order}" for per in (*Per, None) for order in (ConsumeBy.PAID, None)),
    *(
        f"{name} {place}"
        for name in ("incurred", "paid")
        for place in ("on the first day", "on the last day", "a day before", "a day after", "elsewhere")
    ),
    *("paid not yet", "ties True", "as of True", "as of False", "carrier payments True", "carrier payments False"),
    *(f"status {status}, negative {negative}" for status in Status for negative in (True, False)),
    *("zero True", "undoes all", "undoes a part", "undoes nothing named", "undoes elsewhere", "positive with adjusts"),
    *("undone before it was paid True", "undoes a row that is paid", "undoes a row that is ineligible"),
    *("total 0", "total -1", "total 1", "total below", "total above"),
]


def test_every_edge_is_reached(drawn: list[World]) -> None:
    """Among many worlds every term, every edge of a window and every side of a deductible comes up."""
    seen: Counter[str] = Counter()
    for world in drawn:
        for names in (of_terms(world.policy), of_days(world), of_payments(world), of_totals(world)):
            seen.update(set(names))

    assert [] == [bucket for bucket in BUCKETS if not seen[bucket]]


def test_every_further_term_is_reached(drawn: list[World]) -> None:
    """Among many worlds every further term comes up, and what of the facts it looks at."""
    seen = Counter(name for world in drawn for name in set(of_further_terms(world)))

    assert [] == [bucket for bucket in FURTHER if not seen[bucket]]


def test_about_half_of_the_policies_have_further_terms(drawn: list[World]) -> None:
    """The others are as plain as they were without such terms."""
    plain = {f"deductible {word}" for word in DeductibleOnTermination}
    plain |= {f"recoveries {RecoveryOrder.RECOMPUTE}", f"rebates {RebateTreatment.NET_PER_CLAIM}"}
    further = [world for world in drawn if set(of_further_terms(world)) - plain]

    assert len(drawn) // 4 < len(further) < 3 * len(drawn) // 4


@given(world=strategies.worlds(further=False))
def test_further_terms_can_be_left_out(world: World) -> None:
    """No policy has any, and no fact says what only they look at."""
    plain = {"deductible full", "recoveries recompute", "rebates net_per_claim"}

    assert plain == set(of_further_terms(world))


@given(policy=strategies.policies(further=False), history=strategies.ledgers(further=False))
def test_further_terms_can_be_left_out_of_policies_and_ledgers(policy: Policy, history: History) -> None:
    """The switch is the same everywhere."""
    for each in (policy, history.policy):
        world = World(policy=each, payments=(), units=(), carrier_payments=(), as_of=None)
        assert len(set(of_further_terms(world))) == 3


def test_enrollment_is_written_in_every_form(drawn: list[World]) -> None:
    """Months come as their first day, as another day, and as text; some worlds know of later months already."""
    rows = [(world, row) for world in drawn for row in world.units]
    text = [row for _, row in rows if isinstance(row.month, str)]
    first = [row for world, row in rows if row.month in world.policy.period.starts()]
    later = [
        row
        for world, row in rows
        if world.as_of and isinstance(row.month, dt.date) and row.month > world.as_of + ONE_DAY * 31
    ]

    assert text
    assert first
    assert later
    assert len(text) + len(first) < len(rows)


# ------------------------------------------------------------------ days, periods, amounts, ids


@given(period=strategies.periods(longest=3))
def test_a_longest_period_is_kept(period: Period) -> None:
    """No period is longer than asked for."""
    assert 1 <= period.months <= 3


@given(data=st.data(), period=strategies.periods())
def test_a_basis_fits_its_period(data: st.DataObject, period: Period) -> None:
    """Windows can be taken of any basis over the period that it was drawn for, and termination can cut them."""
    windows = data.draw(strategies.bases(period)).windows(period)

    assert windows.incurred.cut(period.terminated).first == windows.incurred.first
    assert windows.paid.cut(period.terminated).first == windows.paid.first


@given(amount=strategies.amounts("-1.50", 2))
def test_amounts_lie_within_their_bounds(amount: Decimal) -> None:
    """Amounts have two places, and both bounds are included."""
    assert Decimal("-1.50") <= amount <= 2
    assert amount.as_tuple().exponent == -2


@given(day=strategies.days(dt.date(2024, 2, 28), dt.date(2024, 3, 1)))
def test_days_lie_within_their_bounds(day: dt.date) -> None:
    """Both bounds are included."""
    assert dt.date(2024, 2, 28) <= day <= dt.date(2024, 3, 1)


@given(text=strategies.hostile_ids())
def test_hostile_ids_are_ids(text: str) -> None:
    """However they look, they are accepted."""
    payment = Payment(id=text, member=text, incurred_on=YEAR.effective, paid_on=YEAR.effective, amount=1)

    assert text == payment.member


@given(text=strategies.refused_ids())
def test_refused_ids_are_refused(text: str) -> None:
    """Invisible differences never make two members of one."""
    with pytest.raises(StopLossError, match=r"\[SL30[234]\]"):
        Payment(id="c1", member=text, incurred_on=YEAR.effective, paid_on=YEAR.effective, amount=1)


@pytest.mark.parametrize("wanted", ["99.99", "100.00", "100.01", "0.00"])
def test_near_is_within_a_cent_of_every_threshold(wanted: str) -> None:
    """The deductible and both its neighbours are near a policy, and nothing is never far."""
    assert Decimal(wanted) == find(strategies.near(POLICY), lambda near: str(near) == wanted, settings=FIRST_FOUND)


@given(data=st.data(), policy=strategies.policies())
def test_near_amounts_are_amounts(data: st.DataObject, policy: Policy) -> None:
    """Below a threshold of nothing there is no amount."""
    assert data.draw(strategies.near(policy)) >= 0


# ------------------------------------------------------------------ arguments


@given(policy=strategies.policies(specific=st.none()))
def test_a_policy_without_specific_has_an_aggregate(policy: Policy) -> None:
    """``st.none()`` leaves a cover out, and the other one is there."""
    assert policy.specific is None
    assert policy.aggregate is not None


@given(policy=strategies.policies(aggregate=st.none()))
def test_a_policy_without_aggregate_has_a_specific(policy: Policy) -> None:
    """``st.none()`` leaves a cover out, and the other one is there."""
    assert policy.specific is not None
    assert policy.aggregate is None


@given(policy=strategies.policies(specific=st.just(PLAIN)))
def test_a_given_cover_is_kept(policy: Policy) -> None:
    """What is given is used as it is, over a period that its label allows."""
    assert PLAIN == policy.specific
    assert policy.period.months <= 12


@given(data=st.data(), period=strategies.periods())
def test_a_given_aggregate_gets_a_specific_that_allows_it(data: st.DataObject, period: Period) -> None:
    """Beside an aggregate with a loss limit stands a specific cover whose deductible is no lower."""
    specific = data.draw(strategies.specific_terms(period))
    aggregate = data.draw(strategies.aggregate_terms(period, specific=specific))
    policy = data.draw(strategies.policies(periods=st.just(period), aggregate=st.just(aggregate)))

    assert aggregate == policy.aggregate
    assert policy.specific is not None
    assert aggregate.loss_limit is None or aggregate.loss_limit <= policy.specific.deductible


@given(data=st.data())
def test_an_aggregate_that_stands_alone_stays_alone(data: st.DataObject) -> None:
    """Where the given aggregate says per what it runs, no specific cover is drawn."""
    alone = data.draw(strategies.aggregate_terms(YEAR).filter(lambda terms: terms.per is not None))
    policy = data.draw(strategies.policies(periods=st.just(YEAR), aggregate=st.just(alone)))

    assert policy.specific is None


@given(world=strategies.worlds(policies=st.just(POLICY), as_of=st.none(), members=("A", "B"), max_payments=3))
def test_a_world_keeps_to_what_was_asked(world: World) -> None:
    """Policy, day, members and the number of payments are as asked for."""
    assert (POLICY, None) == (world.policy, world.as_of)
    assert {payment.member for payment in world.payments} <= {"A", "B"}
    assert len(world.payments) <= 3


@given(data=st.data())
def test_parts_of_a_world_can_be_drawn_alone(data: st.DataObject) -> None:
    """Payments, units and carrier payments are drawn for a policy in hand."""
    policy = data.draw(strategies.policies())
    payments = data.draw(strategies.payments(policy, max_size=4))
    units = data.draw(strategies.enrollments(policy, policy.period.effective))
    received = data.draw(strategies.carrier_payments(policy, payments))

    assert len(payments) <= 4
    assert bool(units) is (policy.aggregate is not None)
    assert len(received) <= 4


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: strategies.amounts(2, 1), "amounts from 2 to 1: there are none"),
        (lambda: strategies.periods(longest=0), "a policy period has at least one month, not 0"),
        (lambda: strategies.policies(members=()), "a policy is drawn for at least one member"),
        (lambda: strategies.payments(POLICY, members=()), "payments are drawn for at least one member"),
        (lambda: strategies.payments(POLICY, max_size=17), "0 to 16 payments are drawn, not 17"),
        (lambda: strategies.worlds(members=()), "a world has at least one member"),
        (lambda: strategies.worlds(max_payments=17), "a world has 0 to 16 payments, not 17"),
        (lambda: strategies.portfolios(members=()), "a portfolio has at least one member"),
        (lambda: strategies.portfolios(max_policies=0), "a portfolio has at least one policy, not 0"),
        (lambda: strategies.portfolios(max_payments=17), "a policy has 0 to 16 payments, not 17"),
        (
            lambda: find(strategies.policies(specific=st.none(), aggregate=st.none()), bool),
            "a policy has a specific cover, an aggregate cover or both; both strategies drew None",
        ),
        (
            lambda: find(
                strategies.policies(
                    periods=st.just(Period(effective=dt.date(2025, 1, 1), expires=dt.date(2026, 6, 30))),
                    specific=st.just(PLAIN),
                ),
                bool,
            ),
            TOO_LONG,
        ),
    ],
)
def test_what_cannot_be_drawn_is_an_invalid_argument(ask: object, message: str) -> None:
    """Impossible combinations are refused with the reason, not searched for."""
    assert callable(ask)
    with pytest.raises(InvalidArgument) as refused:
        ask()

    assert message == str(refused.value)


def test_a_bound_that_is_no_amount_is_refused() -> None:
    """Bounds are amounts, and named in the error."""
    with pytest.raises(InvalidValue, match="max_value: an amount has at most two places"):
        strategies.amounts(0, "0.001")


# ------------------------------------------------------------------ failures are readable


def test_a_failure_shrinks_to_a_plain_payment() -> None:
    """The smallest world with a payment above the deductible has one payment or two, and nothing else of note."""
    world = find(
        strategies.worlds(policies=st.just(POLICY)),
        lambda world: any(payment.amount > 100 for payment in world.payments),
        settings=settings(max_examples=500, derandomize=True, database=None),
    )

    # How far Hypothesis gets in its time differs by version and machine; one line more is still easy to read.
    assert len(world.payments) <= 2
    assert {(Status.PAID, Benefit.MEDICAL)} == {(payment.status, payment.benefit) for payment in world.payments}
    assert ((), None) == (world.carrier_payments, world.as_of)


def test_a_failing_world_is_shown_in_full() -> None:
    """Hypothesis prints made-up ids and amounts, while the plain repr masks them like any other."""
    texts: list[str] = []

    class Printer:
        def text(self, text: str, /) -> None:
            texts.append(text)

    payment = Payment(id="c-77", member="M-88", incurred_on=YEAR.effective, paid_on=YEAR.effective, amount="12.34")
    laser = Policy(
        policyholder="Example",
        carrier="Example Life",
        number="1",
        period=YEAR,
        specific=SpecificTerms(
            basis="12/12",
            covers=("rx",),
            deductible=1,
            lasers=(Laser(member="M-99", excluded=True),),
        ),
    )
    world = World(policy=laser, payments=(payment,), units=(), carrier_payments=(), as_of=None)
    history = History(policy=laser, arrivals=(strategies.Arrival(recorded_on=YEAR.effective, fact=payment),))
    for cycle in (False, True):
        world._repr_pretty_(Printer(), cycle)
        history._repr_pretty_(Printer(), cycle)

    assert "id=c-77, member=M-88, incurred_on=2025-01-01, amount=12.34" in texts[0]
    assert "laser member=M-99" in texts[0]
    assert "2025-01-01: id=c-77" in texts[1]
    assert ["World(...)", "History(...)"] == texts[2:]
    assert not any(hidden in repr(thing) for thing in (world, history) for hidden in ("c-77", "M-88", "12.34", "M-99"))


# ------------------------------------------------------------------ histories


@given(history=strategies.ledgers())
def test_facts_of_a_history_arrive_by_day_recorded(history: History) -> None:
    """Days recorded never go back."""
    days = [arrival.recorded_on for arrival in history.arrivals]

    assert sorted(days) == days


@given(history=strategies.ledgers(duplicates=False))
def test_without_duplicates_every_fact_arrives_once(history: History) -> None:
    """Word-for-word repetitions are only drawn when asked for."""
    payments = [arrival.fact.id for arrival in history.arrivals if isinstance(arrival.fact, Payment)]

    assert len(payments) == len(set(payments))


def test_a_history_may_repeat_a_fact_and_void_before_it_pays() -> None:
    """Both are what feeds do, so both are drawn."""

    def repeats(history: History) -> bool:
        facts = [arrival.fact for arrival in history.arrivals if isinstance(arrival.fact, Payment)]
        return len(facts) > len(set(facts))

    def voids_first(history: History) -> bool:
        ids = [arrival.fact.id for arrival in history.arrivals if isinstance(arrival.fact, Payment)]
        voids = [
            arrival.fact for arrival in history.arrivals if isinstance(arrival.fact, Payment) and arrival.fact.undoes
        ]
        return any(
            void.adjusts in ids and ids.index(void.adjusts) > ids.index(void.id) for void in voids if void.adjusts
        )

    for wanted in (repeats, voids_first):
        assert wanted(find(strategies.ledgers(), wanted, settings=FIRST_FOUND))


# ------------------------------------------------------------------ portfolios


@given(portfolio=strategies.portfolios())
def test_every_policy_of_a_portfolio_can_be_settled(portfolio: Portfolio) -> None:
    """The facts of each are complete for the day of all of them, and each has a number of its own."""
    for world in portfolio.worlds:
        statement = settle(world.policy, world.payments, world.units, world.carrier_payments, as_of=portfolio.as_of)
        assert (world.policy.number, world.as_of) == (statement.policy, portfolio.as_of)
    numbers = {policy.number for policy in portfolio.policies}
    assert 1 <= len(portfolio.worlds) == len(numbers) <= 4


def test_ids_of_a_portfolio_mean_something_under_one_policy_only() -> None:
    """Two policies have members and claims with the same ids; what is undone elsewhere is a payment under another."""

    def ids(world: World) -> set[str]:
        return {payment.id for payment in world.payments}

    def members(world: World) -> set[str]:
        return {payment.member for payment in world.payments}

    def alike(portfolio: Portfolio) -> bool:
        first, *others = portfolio.worlds
        return any(ids(first) & ids(other) and members(first) & members(other) for other in others)

    def crossing(portfolio: Portfolio) -> bool:
        first, *others = portfolio.worlds
        undone = {payment.adjusts for payment in first.payments if payment.undoes} - ids(first)
        return any(undone & ids(other) for other in others)

    for wanted in (alike, crossing):
        assert wanted(find(strategies.portfolios(), wanted, settings=FIRST_FOUND))


@given(
    portfolio=strategies.portfolios(
        policies=strategies.policies().filter(lambda policy: policy.specific is not None),
        as_of=st.just(dt.date(2025, 6, 30)),
        members=("A", "B"),
        max_policies=6,
        max_payments=2,
    )
)
def test_a_portfolio_keeps_to_what_was_asked(portfolio: Portfolio) -> None:
    """Only policies that a caller wants, at one day, of some members, with few payments, and as many as asked for."""
    assert all(policy.specific for policy in portfolio.policies)
    assert dt.date(2025, 6, 30) == portfolio.as_of
    assert len({policy.number for policy in portfolio.policies}) == len(portfolio.worlds) <= 6
    assert all(len(world.payments) <= 2 for world in portfolio.worlds)
    assert {payment.member for world in portfolio.worlds for payment in world.payments} <= {"A", "B"}


def test_a_portfolio_that_fails_shrinks_to_the_policy_that_matters() -> None:
    """The smallest portfolio with a payment above the deductible has hardly anything else."""
    portfolio = find(
        strategies.portfolios(policies=st.just(POLICY)),
        lambda portfolio: any(payment.amount > 100 for world in portfolio.worlds for payment in world.payments),
        settings=settings(max_examples=500, derandomize=True, database=None),
        random=Random(0),  # noqa: S311  # a seed, no secret
    )

    assert len(portfolio.worlds) <= 2
    assert sum(len(world.payments) for world in portfolio.worlds) <= 2


def test_a_failing_portfolio_is_shown_in_full() -> None:
    """Policy by policy, as its worlds are."""
    texts: list[str] = []

    class Printer:
        def text(self, text: str, /) -> None:
            texts.append(text)

    payment = Payment(id="c-77", member="M-88", incurred_on=YEAR.effective, paid_on=YEAR.effective, amount="12.34")
    world = World(policy=POLICY, payments=(payment,), units=(), carrier_payments=(), as_of=None)
    portfolio = Portfolio(worlds=(world, world), as_of=None)
    for cycle in (False, True):
        portfolio._repr_pretty_(Printer(), cycle)

    assert 2 == texts[0].count("id=c-77, member=M-88")
    assert "Portfolio(...)" == texts[1]
    assert not any(hidden in repr(portfolio) for hidden in ("c-77", "M-88", "12.34"))


# ------------------------------------------------------------------ registration


def test_types_can_be_drawn_by_name() -> None:
    """Once registered, ``st.from_type`` draws policies and payments."""
    _hypothesis.register()

    assert isinstance(find(st.from_type(Policy), lambda _: True, settings=FIRST_FOUND), Policy)
    assert isinstance(find(st.from_type(Payment), lambda payment: payment.amount < 0, settings=FIRST_FOUND), Payment)


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("import stoploss, sys; print('hypothesis' in sys.modules)", "False"),
        ("import stoploss._hypothesis, sys; print('hypothesis' in sys.modules)", "False"),
        (
            "import stoploss._hypothesis as hook, sys; hook.register(); print('stoploss.testing' in sys.modules)",
            "False",
        ),
        (
            WITHOUT_HYPOTHESIS,
            'hypothesis stoploss.testing needs hypothesis: pip install "stoploss[testing]"',
        ),
    ],
)
def test_hypothesis_is_imported_by_those_who_test(code: str, printed: str) -> None:
    """The package itself never imports Hypothesis, and who lacks it is told the extra."""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert printed == run.stdout.strip()
