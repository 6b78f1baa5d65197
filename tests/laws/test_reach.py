"""Reach: the worlds in which the laws are tried hold every situation that the rules tell apart.

A law that holds in every world drawn says nothing of a situation that was never drawn.
Each situation has a name; worlds are drawn and settled, and every name has to come up before there are too many.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

import pytest
from attrs import frozen
from hypothesis import HealthCheck, Phase, given, seed, settings

from stoploss.aggregate_terms import AggregateTerms
from stoploss.eligibility import Reason
from stoploss.facts import Payment, Status
from stoploss.money import Amount, cents
from stoploss.policy import Policy
from stoploss.specific_sheet import UnitSheet
from stoploss.specific_terms import SpecificTerms
from stoploss.splits import Split
from stoploss.statement import Statement
from stoploss.testing.strategies import World, worlds
from stoploss.words import (
    AggregateOnTermination,
    ConsumeBy,
    Counting,
    LaserLossLimit,
    LimitPer,
    MaximumKind,
    MaximumOn,
    MinimumOnTermination,
    Per,
    ShareApplies,
    WindowsOnTermination,
)
from tests.laws.further_situations import FURTHER, of_further
from tests.laws.years import excess_of, in_cents, settled

WORLDS_IN_A_BATCH = 20
MOST_BATCHES = 400
ONE_DAY = dt.timedelta(days=1)


@frozen(kw_only=True)
class Seen:
    """A world with its statement."""

    world: World
    statement: Statement

    @property
    def policy(self) -> Policy:
        """The policy."""
        return self.world.policy

    def paid(self, split: Split) -> Payment:
        """Return the payment of a split."""
        return next(row for row in self.world.payments if row.id == split.id)


# ------------------------------------------------------------------ situations


def place(total: int, edge: int, name: str) -> str:
    """Name where a total lies against an edge, cents apart or not."""
    apart = {-1: "one cent below", 0: "exactly at", 1: "one cent above"}
    return f"{name}: {apart.get(total - edge) or ('below' if total < edge else 'above')}"


def of_units(seen: Seen, terms: SpecificTerms, sheets: tuple[UnitSheet, ...]) -> Iterator[str]:
    """Name where the units lie against deductible, laser and maximum."""
    lasers = {laser.unit: laser for laser in terms.lasers}
    for sheet in sheets:
        total, laser = cents(sheet.eligible), lasers.get(sheet.unit)
        if total < 0:
            yield "a unit below zero"
        if laser is None and terms.deductible:
            yield place(total, cents(terms.deductible), "deductible")
        elif laser and laser.deductible is not None and laser.deductible > terms.deductible:
            yield place(total, cents(laser.deductible), "laser")
        elif sheet.excluded and total > cents(terms.deductible):
            yield "an excluded unit above the deductible"
        if terms.maximum is not None:
            yield from of_the_maximum(terms.maximum, terms, sheet)
        shared = excess_of(seen.policy, sheet) - (
            0 if terms.share_applies is ShareApplies.BEFORE_AGGREGATING else cents(sheet.aggregating)
        )
        if (shared * Fraction(terms.share)).denominator > 1:
            yield f"a share that is rounded, {terms.share_applies}"
            if sheet.aggregating:
                yield f"a share that is rounded beside an ASD, {terms.share_applies}"


def of_the_maximum(maximum: Amount, terms: SpecificTerms, sheet: UnitSheet) -> Iterator[str]:
    """Name where a unit lies against the maximum."""
    name = f"maximum on {terms.maximum_on}"
    if terms.maximum_on is MaximumOn.ELIGIBLE:
        yield f"{name}: {'over' if sheet.over_maximum else 'at' if sheet.eligible == maximum else 'not reached'}"
    elif sheet.over_maximum:
        yield f"{name}: over"
    elif sheet.reimbursable:
        yield f"{name}: {'at' if sheet.reimbursable == maximum else 'not reached'}"


def of_the_asd(seen: Seen, terms: SpecificTerms, absorbed: Amount, sheets: tuple[UnitSheet, ...]) -> Iterator[str]:
    """Name how much of the ASD is used."""
    first = terms.share_applies is ShareApplies.BEFORE_AGGREGATING
    offered = sum(excess_of(seen.policy, sheet) - (cents(sheet.employer_share) if first else 0) for sheet in sheets)
    if terms.aggregating:
        if not absorbed:
            yield "ASD: untouched"
        elif absorbed < terms.aggregating:
            yield "ASD: partly used"
        else:
            yield "ASD: exactly used up" if offered == cents(terms.aggregating) else "ASD: exhausted"


def of_run_in(seen: Seen, coverage: str, terms: SpecificTerms | AggregateTerms) -> Iterator[str]:
    """Name what a run-in limit cuts."""
    limit = terms.basis.run_in_limit
    if limit is None:
        return
    run_in = [
        (split.excluded, split.net) if coverage == "specific" else (split.aggregate_excluded, split.aggregate_net)
        for split in seen.statement.splits
        if seen.paid(split).incurred_on < seen.policy.period.effective
    ]
    let_in = [net for reason, net in run_in if reason is None and net]
    cut = [net for reason, net in run_in if reason is Reason.OVER_RUN_IN_LIMIT]
    per = "unit" if limit.per is LimitPer.MEMBER else "policy"
    if let_in and not cut:
        yield f"{coverage} run-in limit per {per}: not reached"
    if any(cut):
        yield f"{coverage} run-in limit per {per}: cut in part"
    if not all(cut):
        yield f"{coverage} run-in limit per {per}: cut whole"


def of_reasons(seen: Seen) -> Iterator[str]:
    """Name why payments are excluded, and which of the edges of the windows they are on."""
    windows = {"specific": seen.policy.specific_windows, "aggregate": seen.policy.aggregate_windows}
    for coverage, both in windows.items():
        sheet = getattr(seen.statement, coverage)
        yield from (f"{coverage}: {row.reason}" for row in sheet.excluded) if sheet else ()
        for kind, window in (("incurred", both.incurred), ("paid", both.paid)) if both else ():
            days = {"first day": window.first, "day before": window.first - ONE_DAY}
            days |= {"last day": window.last, "day after": window.last + ONE_DAY} if window.last else {}
            on = {getattr(row, f"{kind}_on") for row in seen.world.payments}
            yield from (f"{coverage} {kind}: {name}" for name, day in days.items() if day in on)


def of_refunds(seen: Seen) -> Iterator[str]:
    """Name what is undone, and what is left below zero."""
    by_id = {row.id: row for row in seen.world.payments}
    totals = Counter[str]()
    for split in seen.statement.splits:
        row = by_id[split.id]
        undone = by_id.get(row.adjusts or "") if row.cents < 0 and row.status is Status.PAID else None
        if undone:
            yield "a void" if row.cents == -undone.cents else "a part taken back"
            if row.paid_on and undone.paid_on and row.paid_on < undone.paid_on:
                yield "a void dated before its payment"
            if undone.status is Status.INELIGIBLE:
                yield "a refund of what was ineligible"
        elif row.cents < 0 and row.adjusts is None and split.excluded is None and split.net is not None:
            yield "a refund that names no payment"
            yield "a negative remainder under specific" if split.net < 0 else "a refund that finds what it undoes"
            if totals[split.unit] + row.cents < 0 <= split.net:
                yield "a refund that waits for later payments"
        if split.counted is not None and split.counted < 0:
            yield "a negative remainder in the aggregate"
        if split.excluded is None and not undone:
            totals[split.unit] += row.cents


def of_specific(seen: Seen) -> Iterator[str]:
    """Name what happens under specific."""
    terms, sheet = seen.policy.specific, seen.statement.specific
    if terms and sheet:
        yield from of_units(seen, terms, sheet.units)
        yield from of_the_asd(seen, terms, sheet.aggregating, sheet.units)
        yield from of_run_in(seen, "specific", terms)
        if sheet.eligible:
            yield f"per {terms.per}"
            yield f"consumed by day {terms.consume_by}"
        if sheet.reimbursed and sheet.due < 0:
            yield "due to the carrier"


def of_aggregate(seen: Seen) -> Iterator[str]:
    """Name what happens in the aggregate."""
    terms, sheet = seen.policy.aggregate, seen.statement.aggregate
    if not terms or not sheet:
        return
    yield from of_run_in(seen, "aggregate", terms)
    yield f"counted by {terms.counting}" if sheet.counted else "nothing counted"
    point, ended = (
        sheet.attachment_point,
        seen.world.as_of is None or seen.world.as_of >= seen.policy.period.last_day_in_force,
    )
    if sheet.minimum_attachment is not None and sheet.minimum_attachment != sheet.calculated_attachment:
        yield "the minimum binds" if point == sheet.minimum_attachment else "the minimum does not bind"
    if point:
        yield place(cents(sheet.counted), cents(point), "attachment point")
    if terms.maximum is not None and ended:
        if terms.maximum_kind is MaximumKind.CEILING and terms.maximum < point:
            yield "a ceiling below the attachment point" + (" that is passed" if sheet.excess else "")
        elif sheet.excess:
            yield f"aggregate maximum {terms.maximum_kind}: {'binds' if sheet.over_maximum else 'does not bind'}"
    if (cents(sheet.excess) * Fraction(terms.share)).denominator > 1:
        yield "a share that is rounded, aggregate"
    if seen.policy.specific:
        yield from of_counting(seen, terms, seen.policy.specific)
    if sheet.reimbursable and seen.statement.specific and seen.statement.specific.reimbursable:
        yield "both covers reimburse"


def of_counting(seen: Seen, terms: AggregateTerms, specific: SpecificTerms) -> Iterator[str]:
    """Name which dollars count that would not by default, and which do not that would."""
    lasers = {laser.unit: laser.deductible for laser in specific.lasers}
    limit = specific.deductible if terms.loss_limit is None else terms.loss_limit
    counted = Counter[str]()
    for split in seen.statement.splits:
        counted[split.unit] += sum(in_cents(split.counted))
        if terms.aggregating_counts and split.counted and split.aggregating:
            yield "ASD dollars that count"
        if split.excluded and split.counted:
            yield "counted though specific screens it out"
        if split.aggregate_excluded and split.reimbursable:
            yield "reimbursed though the aggregate screens it out"
    if terms.laser_loss_limit is LaserLossLimit.LASER and not terms.aggregating_counts:
        yield from ("laser dollars that count" for unit in lasers if lasers[unit] and counted[unit] > cents(limit))
    if terms.counting is Counting.LOSS_LIMIT and any(counted[unit] == cents(limit) > 0 for unit in counted):
        yield "a unit that counts up to its loss limit"


def of_the_policy(seen: Seen) -> Iterator[str]:
    """Name which covers there are, how the policy ends, and when it is looked at."""
    policy, early, period = seen.policy, seen.policy.early_termination, seen.policy.period
    covers = [name for name in ("specific", "aggregate") if getattr(policy, name)]
    yield f"covers: {' and '.join(covers)}"
    if not policy.specific:
        yield f"aggregate alone per {policy.per}, by day {policy.consume_by}"
    if period.ended_early:
        for name in ("windows", "minimum", "aggregate"):
            yield f"ended early, {name} {getattr(early, name)}"
        sheet = seen.statement.aggregate
        if sheet and sheet.excess:
            yield f"ended early above the attachment point, {early.aggregate}"
    if seen.world.as_of is None:
        yield "as of: everything"
    else:
        days = (seen.world.as_of - period.last_day_in_force).days
        yield f"as of: {'before' if days < 0 else 'after' if days else 'at'} the last day in force"


def situations(seen: Seen) -> set[str]:
    """Return the names of all situations in a world."""
    parts = (of_specific, of_aggregate, of_reasons, of_refunds, of_the_policy)
    return {name for part in parts for name in part(seen)} | set(of_further(seen.world, seen.statement))


# ------------------------------------------------------------------ every name that has to come up


def around(name: str) -> list[str]:
    """Return the names of the places around an edge."""
    return [f"{name}: {where}" for where in ("below", "one cent below", "exactly at", "one cent above", "above")]


EXPECTED = [
    *around("deductible"),
    *around("laser"),
    *around("attachment point"),
    "an excluded unit above the deductible",
    "a unit below zero",
    *(f"maximum on {on}: {where}" for on in MaximumOn for where in ("not reached", "at", "over")),
    *(f"ASD: {how}" for how in ("untouched", "partly used", "exactly used up", "exhausted")),
    *(f"a share that is rounded, {when}" for when in (*ShareApplies, "aggregate")),
    *(f"a share that is rounded beside an ASD, {when}" for when in ShareApplies),
    *(
        f"{coverage} run-in limit per {per}: {how}"
        for coverage in ("specific", "aggregate")
        for per in ("unit", "policy")
        for how in ("not reached", "cut in part", "cut whole")
    ),
    *(f"specific: {reason}" for reason in Reason),
    *(f"aggregate: {reason}" for reason in Reason if reason not in {Reason.REDUCED, Reason.OVER_CAP}),
    *(
        f"{coverage} {kind}: {day}"
        for coverage in ("specific", "aggregate")
        for kind in ("incurred", "paid")
        for day in ("day before", "first day", "last day", "day after")
    ),
    *("a void", "a part taken back", "a void dated before its payment", "a refund of what was ineligible"),
    *("a refund that names no payment", "a refund that finds what it undoes", "a refund that waits for later payments"),
    *("a negative remainder under specific", "a negative remainder in the aggregate"),
    *(f"per {per}" for per in Per),
    *(f"consumed by day {by}" for by in ConsumeBy),
    "due to the carrier",
    *(f"counted by {way}" for way in Counting),
    *("nothing counted", "the minimum binds", "the minimum does not bind", "both covers reimburse"),
    *(f"aggregate maximum {kind}: {how}" for kind in MaximumKind for how in ("binds", "does not bind")),
    *("a ceiling below the attachment point", "a ceiling below the attachment point that is passed"),
    *("ASD dollars that count", "laser dollars that count", "a unit that counts up to its loss limit"),
    *("counted though specific screens it out", "reimbursed though the aggregate screens it out"),
    *("covers: specific", "covers: aggregate", "covers: specific and aggregate"),
    *(f"aggregate alone per {per}, by day {by}" for per in Per for by in ConsumeBy),
    *(f"ended early, windows {each}" for each in WindowsOnTermination),
    *(f"ended early, minimum {each}" for each in MinimumOnTermination),
    *(f"ended early, aggregate {each}" for each in AggregateOnTermination),
    *(f"ended early above the attachment point, {each}" for each in AggregateOnTermination),
    *FURTHER,
    *("as of: everything", *(f"as of: {when} the last day in force" for when in ("before", "at", "after"))),
]


def drawn(number: int) -> list[Seen]:
    """Draw a few worlds, the same ones in every run; few at a time, because neighbours resemble each other."""
    seen: list[Seen] = []

    @seed(number)
    @settings(
        max_examples=WORLDS_IN_A_BATCH, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck)
    )
    @given(world=worlds())
    def collect(world: World) -> None:
        seen.append(Seen(world=world, statement=settled(world)))

    collect()
    return seen


@pytest.fixture(scope="module")
def reached() -> Counter[str]:
    """Draw worlds until every situation has come up, and count in how many of them each did."""
    counts = Counter[str]()
    for number in range(MOST_BATCHES):
        for seen in drawn(number):
            counts.update(situations(seen))
        if all(counts[situation] for situation in EXPECTED):
            break
    return counts


@pytest.mark.parametrize("situation", EXPECTED)
def test_is_reached(situation: str, reached: Counter[str]) -> None:
    """Some world has the situation."""
    assert reached[situation] > 0


def test_every_situation_is_expected(reached: Counter[str]) -> None:
    """A situation that comes up without being expected is misspelt, or was forgotten above."""
    assert set(reached) <= set(EXPECTED)
    assert len(set(EXPECTED)) == len(EXPECTED)
