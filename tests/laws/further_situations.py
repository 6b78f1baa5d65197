"""Situations that further terms and riders make: each has a name, and each has to come up among the worlds drawn."""

from __future__ import annotations

from collections.abc import Iterator

from stoploss.aggregate_sheet import AggregateSheet
from stoploss.aggregate_terms import AggregateTerms
from stoploss.assignment import deemed_paid
from stoploss.eligibility import Reason
from stoploss.facts import Payment, carries
from stoploss.inner_terms import ShareTier
from stoploss.lasers import Laser
from stoploss.money import cents
from stoploss.passage import Passage
from stoploss.riders import Recoveries
from stoploss.specific import SpecificRun
from stoploss.specific_sheet import SpecificSheet
from stoploss.statement import Statement
from stoploss.testing.strategies import World
from stoploss.words import (
    LaserCounts,
    LaserEffect,
    OverlapRule,
    RecoveryOrder,
    Repay,
    TerminalAttachment,
)

__all__ = ["FURTHER", "of_further"]


def of_further(world: World, statement: Statement) -> Iterator[str]:
    """Name what further terms and riders do in a world."""
    run = statement.settlement.specific
    if run is not None and statement.specific is not None:
        yield from of_lasers(world, run)
        yield from of_pools_and_limits(run)
        yield from of_the_carriers(world, statement.specific)
    if world.policy.aggregate is not None and statement.aggregate is not None:
        yield from of_the_attachment(world, world.policy.aggregate, statement.aggregate)
        yield from of_the_accommodation(world.policy.aggregate, statement.aggregate)
    yield from of_riders(world, statement)
    yield from of_what_comes_back(world, statement)


def of_lasers(world: World, run: SpecificRun) -> Iterator[str]:
    """Name which lasers apply, and to what."""
    for laser in world.policy.specific.lasers if world.policy.specific else ():
        taking = run.waterfall(laser.unit).taking
        passage = run.passages.get(laser.unit)
        if laser.when is not None and taking is None and laser.unit in run.netted.accounts:
            yield "a laser that nothing triggered"
        if taking is None or passage is None:
            continue
        yield from (f"a laser {how}" for how in how_it_takes(laser, passage))
        if laser.counts is not None and world.policy.aggregate is not None:
            yield f"a laser that counts {laser.counts}"


def how_it_takes(laser: Laser, passage: Passage) -> Iterator[str]:
    """Name what a laser takes of its unit."""
    apart = any(not taken and net > 0 for taken, net in zip(passage.taken, passage.account.nets, strict=True))
    if laser.tags and apart and any(passage.taken):
        yield "on some of the claims"
    if laser.from_on is not None and apart and any(passage.taken):
        yield "from a day"
    if laser.effect is LaserEffect.FROM_TRIGGER:
        yield "from its trigger"
    elif laser.when is not None:
        yield "triggered for the whole period"


def of_pools_and_limits(run: SpecificRun) -> Iterator[str]:
    """Name what pools made excess, what limits on the reimbursement cut, and which slice a unit reaches."""
    for unit, passage in run.passages.items():
        yield from (f"the {name} pool relieves" for name, amounts in passage.relieved.items() if any(amounts))
        if any(passage.excluded):
            yield "a pool that leaves an excluded unit alone"
        for limit, over in zip(run.limits, passage.over_limits, strict=True):
            if any(over):
                yield f"not reimbursed: {limit.reason}"
        if crosses(run.terms.tiers, sum(passage.left) + sum(passage.shared)):
            yield "a unit above its first tier"
        most = run.waterfall(unit).maximum
        used = any(row.unit == unit and row.tag is None and row.reimbursed for row in run.terms.used)
        if used and most is not None and sum(passage.payable) > most:
            yield "a lifetime maximum, partly used before, that binds"
    if any(deductible_is_less(run)):
        yield "a prorated deductible"


def crosses(tiers: tuple[ShareTier, ...], shared: int) -> bool:
    """Say whether so many cents of excess reach the second slice."""
    return len(tiers) > 1 and shared > cents(tiers[1].above)


def deductible_is_less(run: SpecificRun) -> Iterator[bool]:
    """Say of each unit whether it is above a deductible that is less than the whole."""
    less = run.deductible < cents(run.terms.deductible)
    yield from (less and sum(passage.retained) == run.deductible for passage in run.passages.values())


def of_the_carriers(world: World, sheet: SpecificSheet) -> Iterator[str]:
    """Name which of several carriers pay, and which claims an advance saved."""
    for position, layer in enumerate(sheet.layers[1:], start=2):
        if layer.reimbursable:
            yield f"carrier {position} reimburses"
    if any(layer.reimbursed for layer in sheet.layers):
        yield "one of several carriers has paid"
    windows = world.policy.specific_windows
    received = [row for row in world.carrier_payments if world.as_of is None or row.paid_on <= world.as_of]
    by_id = {row.id: row for row in world.payments}
    for claim in deemed_paid(world.policy, received, by_id):
        paid_on = by_id[claim].paid_on
        if windows and paid_on and not windows.paid.holds(paid_on) and windows.incurred.holds(by_id[claim].incurred_on):
            yield "a claim that an advance saves"


def of_the_attachment(world: World, terms: AggregateTerms, sheet: AggregateSheet) -> Iterator[str]:
    """Name which factors and minima there are, and what terminal liability adds."""
    if sheet.calculated_attachment:
        yield from (f"factors by {name}" for name in ("covered_class", "plan", "from_on") if by(terms, name))
        if terms.enrollment_lag:
            yield "units of an earlier month"
    minimum = terms.minimum
    if minimum and sheet.minimum_attachment and sheet.minimum_attachment > sheet.calculated_attachment:
        if minimum.monthly and sheet.minimum_attachment == minimum.monthly * world.policy.period.months:
            yield "a minimum by months that binds"
        if minimum.first_months and minimum.amount is None and minimum.first_month is None:
            yield "a minimum by the first months that binds"
    if sheet.terminal_liability is not None and world.policy.terminal_liability:
        attachment = world.policy.terminal_liability.attachment
        if sheet.terminal_liability or attachment is TerminalAttachment.UNCHANGED:
            yield f"terminal liability adds: {attachment}"
    if sheet.divisions:
        yield "divisions"
        if len([row for row in sheet.divisions if row.counted]) > 1:
            yield "divisions that count"


def by(terms: AggregateTerms, name: str) -> bool:
    """Say whether some factor depends on class, plan or day."""
    return any(getattr(factor, name) is not None for factor in terms.factors)


def of_the_accommodation(terms: AggregateTerms, sheet: AggregateSheet) -> Iterator[str]:
    """Name where an accommodation stands."""
    rider, row = terms.accommodation, sheet.accommodation
    if rider is None:
        return
    if row is None:
        yield "an accommodation before a month has ended"
        return
    if row.wanted:
        yield f"an accommodation wanted, minimum {rider.minimum}"
    if row.due > 0:
        yield "an accommodation due"
    if row.wanted > row.advanced and not row.due:
        yield "an accommodation too small to be asked for"
    if row.advanced > row.wanted:
        yield f"an accommodation beyond what is wanted, repaid {rider.repay}"
    if row.due < 0:
        yield "an accommodation that goes back"


def of_riders(world: World, statement: Statement) -> Iterator[str]:
    """Name which claims other policies take, and which count by a bridge or by terminal liability."""
    policy, expires = world.policy, world.policy.period.last_day_in_force
    reasons = {row.reason for sheet in (statement.specific, statement.aggregate) if sheet for row in sheet.excluded}
    if policy.overlap and Reason.OTHER_POLICY in reasons:
        yield f"another policy takes it: {policy.overlap.rule}"
    late = [row.id for row in world.payments if row.paid_on and row.paid_on > expires and row.cents > 0]
    counts = [split for split in statement.splits if split.id in late]
    if policy.bridge and policy.bridge.renewed and any(split.net for split in counts):
        yield "paid late, and counted by a bridge"
    if policy.terminal_liability and policy.terminal_liability.elected:
        extended = any(split.net or split.aggregate_net for split in counts)
        yield "paid late, and counted by terminal liability" if extended else "terminal liability without late claims"


def of_what_comes_back(world: World, statement: Statement) -> Iterator[str]:
    """Name whose recoveries are, and what rebates lower."""
    policy = world.policy
    eligible = {split.id for split in statement.splits if not split.excluded or split.excluded is Reason.LEGAL_COST}
    for row in world.payments:
        if row.cents >= 0 or row.id not in eligible:
            continue
        if policy.recoveries != Recoveries() and carries(row, policy.recoveries.tag):
            yield f"a recovery: {policy.recoveries.order}"
    if policy.aggregate and any(
        split.excluded is Reason.REBATE and split.aggregate_excluded is None for split in statement.splits
    ):
        yield "a rebate that lowers the aggregate alone"
    yield from beyond(world.payments, statement)


def beyond(payments: tuple[Payment, ...], statement: Statement) -> Iterator[str]:
    """Name recoveries that give the carrier something back, and those that bring more than the claims were."""
    run = statement.settlement.specific
    for passage in run.passages.values() if run else ():
        back = [lines for lines in passage.recovered if lines.reimbursable < 0]
        if back:
            yield "a recovery that is the carrier's, too"
        recovered = sum(recovery.cents for recovery in passage.account.recovered)
        if recovered > max(0, passage.account.total) and payments:
            yield "a recovery beyond the claims"


FURTHER = [
    "a laser that nothing triggered",
    *(f"a laser {how}" for how in ("on some of the claims", "from a day", "from its trigger")),
    "a laser triggered for the whole period",
    *(f"a laser that counts {counts}" for counts in LaserCounts),
    *(f"the {name} pool relieves" for name in ("accident", "family", "fund")),
    "a pool that leaves an excluded unit alone",
    *(f"not reimbursed: {reason}" for reason in ("over_cap", "over_run_in_limit", "over_run_out_limit")),
    *("a unit above its first tier", "a lifetime maximum, partly used before, that binds", "a prorated deductible"),
    *("carrier 2 reimburses", "carrier 3 reimburses", "one of several carriers has paid"),
    "a claim that an advance saves",
    *(f"factors by {name}" for name in ("covered_class", "plan", "from_on")),
    *("units of an earlier month", "divisions", "divisions that count"),
    *("a minimum by months that binds", "a minimum by the first months that binds"),
    *(f"terminal liability adds: {attachment}" for attachment in TerminalAttachment),
    *("paid late, and counted by terminal liability", "terminal liability without late claims"),
    "an accommodation before a month has ended",
    *(f"an accommodation wanted, minimum {minimum}" for minimum in ("prorated", "none")),
    *("an accommodation due", "an accommodation too small to be asked for", "an accommodation that goes back"),
    *(f"an accommodation beyond what is wanted, repaid {repay}" for repay in Repay),
    *(f"another policy takes it: {rule}" for rule in OverlapRule if rule is not OverlapRule.ERROR),
    "paid late, and counted by a bridge",
    *(f"a recovery: {order}" for order in RecoveryOrder),
    *("a recovery that is the carrier's, too", "a recovery beyond the claims"),
    "a rebate that lowers the aggregate alone",
]
"""Every name that has to come up."""
