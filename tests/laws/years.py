"""What the laws share: policy years of a kind, what may be added to one, and its figures.

Nothing here computes a settlement: a law compares statements, or a statement with plain arithmetic of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeAlias

from attrs import evolve
from hypothesis import strategies as st

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import AggregateFactor
from stoploss.basis import ContractBasis, DollarLimit
from stoploss.facts import Benefit, CoveredUnits, IneligibleFor, Payment, Status
from stoploss.money import Amount, cents, dollars
from stoploss.policy import Policy
from stoploss.riders import EarlyTermination, Recoveries
from stoploss.specific_sheet import UnitSheet
from stoploss.specific_terms import SpecificTerms
from stoploss.statement import Statement, settle
from stoploss.testing.strategies import (
    MEMBERS,
    World,
    aggregate_terms,
    near,
    payments,
    periods,
    policies,
    specific_terms,
    worlds,
)
from stoploss.window import Period
from stoploss.words import (
    CapOn,
    CapPer,
    Counting,
    LaserEffect,
    LaserLossLimit,
    LimitCaps,
    MaximumOn,
    RebateTreatment,
    ShareApplies,
)

__all__ = [
    "LINES",
    "UNDOING",
    "Change",
    "alike",
    "alike_years",
    "counting",
    "excess_of",
    "figures",
    "full_term",
    "in_cents",
    "lines_of",
    "more_payments",
    "nothing_covered",
    "on_bases",
    "paid",
    "plain",
    "plain_specific",
    "positive",
    "recomputed",
    "rounding_shifts",
    "settled",
    "simple",
    "unadvanced",
    "uncapped",
    "unconditional",
    "uncut",
    "unlimited",
    "unpooled",
    "whole_deductible",
    "whole_lasers",
    "with_aggregate",
    "with_more",
    "with_specific",
    "year",
    "years",
]

LINES = ("retained", "laser", "aggregating", "employer_share", "over_maximum", "reimbursable")
_FAMILIES = {"M1": "F1", "M2": "F1", "M10": "F2"}

Change: TypeAlias = Callable[[Policy], Policy]


# ------------------------------------------------------------------ policies of a kind


def with_specific(policy: Policy, **terms: Any) -> Policy:
    """
    Return the policy with other specific terms; as it is where it has no such cover.

    What only belongs to the earlier terms goes with them: tiers with the share, funds on which no laser draws any more.
    """
    specific = policy.specific
    if specific is None:
        return policy
    if "share" in terms:
        terms = {"tiers": ()} | terms
    if "lasers" in terms:
        drawn = {laser.fund for laser in terms["lasers"]}
        terms = {"laser_funds": tuple(fund for fund in specific.laser_funds if fund.name in drawn)} | terms
    return evolve(policy, specific=evolve(specific, **terms))


def with_aggregate(policy: Policy, **terms: Any) -> Policy:
    """Return the policy with other aggregate terms; as it is where it has no such cover."""
    return evolve(policy, aggregate=evolve(policy.aggregate, **terms)) if policy.aggregate else policy


def plain_specific(policy: Policy) -> Policy:
    """Leave of the specific terms the deductible, the unit, the order, the windows and what they let in."""
    terms: dict[str, Any] = {"share": 1, "aggregating": 0, "maximum": None, "lasers": ()}
    return with_specific(whole_deductible(unpooled(uncapped(recomputed(policy)))), **terms)


def uncapped(policy: Policy) -> Policy:
    """Take away inner maxima, own facilities, the lifetime maximum, and dollar limits on the reimbursement."""
    policy = with_specific(policy, caps=(), reductions=(), lifetime_maximum=None, used=())
    return on_bases(policy, lambda limit: None if limit.caps is LimitCaps.REIMBURSED else limit)


def unpooled(policy: Policy) -> Policy:
    """Let no units share what the employer keeps of them, an ASD aside."""
    lasers = tuple(evolve(laser, fund=None) for laser in policy.specific.lasers) if policy.specific else ()
    return with_specific(policy, family_deductible=None, common_accident=None, lasers=lasers)


def whole_lasers(policy: Policy) -> Policy:
    """Let every laser take all of its unit, from the first day on, and count as the policy's lasers do."""
    lasers = policy.specific.lasers if policy.specific else ()
    given: dict[str, Any] = {
        "from_on": None,
        "tags": (),
        "when": None,
        "effect": LaserEffect.WHOLE_PERIOD,
        "counts": None,
    }
    return with_specific(policy, lasers=tuple(evolve(laser, **given) for laser in lasers))


def unconditional(policy: Policy) -> Policy:
    """Let no laser wait for a claim that triggers it."""
    lasers = policy.specific.lasers if policy.specific else ()
    given: dict[str, Any] = {"when": None, "effect": LaserEffect.WHOLE_PERIOD}
    return with_specific(policy, lasers=tuple(evolve(laser, **given) for laser in lasers))


def recomputed(policy: Policy) -> Policy:
    """Let every recovery come off its claim, legal cost included."""
    return evolve(policy, recoveries=Recoveries())


def unadvanced(policy: Policy) -> Policy:
    """Take the accommodation away: it goes by what had been known at each month's end, and not by what is known now."""
    return with_aggregate(policy, accommodation=None)


def uncut(policy: Policy) -> Policy:
    """Let nothing be taken out of a payment that counts: no dollar limits, own facilities, caps or legal costs."""
    return unlimited(uncapped(recomputed(policy)))


def whole_deductible(policy: Policy) -> Policy:
    """Let the specific deductible be whole when the policy ends early."""
    return evolve(policy, early_termination=evolve(policy.early_termination, deductible="full"))


def simple(policy: Policy) -> Policy:
    """Leave of specific what one unit's total alone decides: a whole deductible, laser, share, ASD and maximum."""
    return with_specific(whole_deductible(whole_lasers(unpooled(uncapped(recomputed(policy))))), tiers=())


def on_bases(policy: Policy, change: Callable[[DollarLimit], DollarLimit | None]) -> Policy:
    """Change the dollar limits on run-in and run-out, in every basis that the policy has."""

    def changed(basis: ContractBasis) -> ContractBasis:
        run_in, run_out = (limit and change(limit) for limit in (basis.run_in_limit, basis.run_out_limit))
        return evolve(basis, run_in_limit=run_in, run_out_limit=run_out)

    if policy.specific:
        policy = with_specific(policy, basis=changed(policy.specific.basis))
    if policy.aggregate:
        policy = with_aggregate(policy, basis=changed(policy.aggregate.basis))
    if policy.bridge:
        policy = evolve(policy, bridge=evolve(policy.bridge, basis=changed(policy.bridge.basis)))
    return policy


def plain(policy: Policy) -> Policy:
    """Leave of both covers only deductible, attachment point, unit, order and windows."""
    terms: dict[str, Any] = {"share": 1, "maximum": None, "loss_limit": None, "aggregating_counts": False}
    return with_aggregate(plain_specific(policy), **terms, laser_loss_limit=LaserLossLimit.STANDARD)


def unlimited(policy: Policy) -> Policy:
    """Take away the limits on run-in and run-out."""
    return on_bases(policy, lambda _: None)


def full_term(policy: Policy) -> Policy:
    """Let the policy run its term, and nothing follow it."""
    policy = evolve(policy, terminal_liability=None)
    return evolve(policy, period=evolve(policy.period, terminated=None))


def alike(policy: Policy) -> Policy:
    """
    Give the aggregate the screen and the limits of specific: both then net the same rows alike.

    Own facilities, caps on what is eligible, deemed payments, rebates that are the aggregate's alone, a bridge and
    terminal liability for one cover would make a difference.
    """
    assert policy.specific
    assert policy.aggregate
    limits = on_bases(policy, lambda limit: evolve(limit, caps=LimitCaps.COUNTED))
    caps = tuple(cap for cap in policy.specific.caps if cap.on is CapOn.REIMBURSEMENT)
    tags = {cap.tag for cap in caps if cap.per is CapPer.LIFETIME}
    used = tuple(evolve(row, eligible=0) for row in policy.specific.used if row.tag is None or row.tag in tags)
    own = with_specific(limits, caps=caps, used=used, reductions=()).specific
    assert own
    by_key = {factor.whose: evolve(factor, benefit=None) for factor in reversed(policy.aggregate.factors)}
    factors = tuple(evolve(factor, from_on=None) for factor in by_key.values())
    screen = {"basis": own.basis, "covers": own.covers, "excludes": own.excludes, "classes": own.classes}
    early = evolve(policy.early_termination, windows=EarlyTermination().windows)
    riders: dict[str, Any] = {"bridge": None, "terminal_liability": None, "advance_funding": None}
    one_sided = policy.rebates.treatment is RebateTreatment.NET_AT_AGGREGATE
    rebates = evolve(policy.rebates, treatment=RebateTreatment.NET_PER_CLAIM) if one_sided else policy.rebates
    policy = evolve(policy, specific=own, early_termination=early, rebates=rebates, **riders)
    return with_aggregate(policy, factors=factors, **screen)


def counting(policy: Policy, way: Counting) -> Policy:
    """Let the aggregate count that way, without the terms that only belong to the other."""
    if way is Counting.LOSS_LIMIT:
        return with_aggregate(policy, counting=way)
    standard = LaserLossLimit.STANDARD
    lasers = policy.specific.lasers if policy.specific else ()
    policy = with_specific(policy, lasers=tuple(evolve(laser, counts=None) for laser in lasers))
    return with_aggregate(policy, counting=way, loss_limit=None, laser_loss_limit=standard, aggregating_counts=False)


# ------------------------------------------------------------------ years under them


@st.composite
def _policies(draw: st.DrawFn, specific: bool, aggregate: bool) -> Policy:
    """Draw a policy that has at least the covers asked for."""
    period = draw(periods())
    own = draw(specific_terms(period)) if specific else None
    other = draw(aggregate_terms(period, specific=own)) if aggregate else None
    return draw(
        policies(
            periods=st.just(period),
            specific=st.just(own) if specific else None,
            aggregate=st.just(other) if aggregate else None,
        )
    )


def years(
    *changes: Change, specific: bool = False, aggregate: bool = False, final: bool = False
) -> st.SearchStrategy[World]:
    """
    Policy years under policies of a kind.

    Args:
        changes: What makes a policy one of the kind, one after the other.
        specific, aggregate: Whether the policy surely has that cover.
        final: Whether everything that was reported is settled; else mostly what was known on some day.
    """
    drawn = _policies(specific, aggregate) if specific or aggregate else policies()
    for change in changes:
        drawn = drawn.map(change)
    return worlds(policies=drawn, as_of=st.none() if final else None)


def alike_years(*changes: Change, final: bool = False) -> st.SearchStrategy[World]:
    """Policy years in which both covers see the same rows: same windows, benefits and limits, ineligible for both."""
    return years(alike, *changes, specific=True, aggregate=True, final=final).map(_ineligible_for_both)


def _ineligible_for_both(world: World) -> World:
    return evolve(world, payments=tuple(evolve(row, ineligible_for=IneligibleFor.BOTH) for row in world.payments))


def positive(world: World) -> World:
    """Leave out refunds, voids and recoveries."""
    return evolve(world, payments=tuple(row for row in world.payments if row.cents >= 0))


def with_more(world: World, *more: Payment) -> World:
    """Return the year with more payments."""
    return evolve(world, payments=(*world.payments, *more))


UNDOING = ("gross", "voids_and_refunds")
"""Lines of the worksheet that tell a payment and its void from nothing."""


@st.composite
def more_payments(draw: st.DrawFn, world: World) -> Payment:
    """Draw one more payment of at least a cent, on the edges of the policy's windows and at its thresholds."""
    drawn = draw(payments(world.policy, max_size=2))
    member = draw(st.sampled_from(MEMBERS))
    effective = world.policy.period.effective
    model = drawn[0] if drawn else Payment(id="m1", member=member, incurred_on=effective, paid_on=effective, amount=0)
    undone = {world.policy.recoveries.tag, world.policy.rebates.tag}
    return Payment(
        id="m1",
        member=member,
        family=_FAMILIES[member],
        tags=tuple(tag for tag in model.tags if tag not in undone),
        diagnosis=model.diagnosis,
        covered_class=model.covered_class,
        accident=model.accident,
        administrator=model.administrator,
        reported_on=model.reported_on,
        division=model.division,
        incurred_on=model.incurred_on,
        paid_on=model.paid_on or effective,
        benefit=model.benefit if draw(st.booleans()) else _covered(world.policy),
        amount=draw(near(world.policy).map(_at_least_a_cent) | st.integers(1, 200_000).map(dollars)),
        status=Status.PAID,
    )


def _at_least_a_cent(amount: Amount) -> Amount:
    return max(amount, dollars(1))


def _covered(policy: Policy) -> Benefit:
    terms = policy.specific or policy.aggregate
    assert terms
    return terms.covers[0]


# ------------------------------------------------------------------ figures


def settled(world: World, policy: Policy | None = None) -> Statement:
    """Settle a year, perhaps under another policy."""
    return settle(policy or world.policy, world.payments, world.units, world.carrier_payments, as_of=world.as_of)


def lines_of(sheet: object) -> dict[str, int]:
    """Return the six lines of a sheet or split, in cents."""
    return {line: cents(getattr(sheet, line)) for line in LINES}


def in_cents(*amounts: Amount | None) -> list[int]:
    """Return amounts in cents, one that is absent as 0."""
    return [0 if amount is None else cents(amount) for amount in amounts]


def excess_of(policy: Policy, sheet: UnitSheet) -> int:
    """Return a unit's excess in cents: what lies between its deductible and a maximum on eligible claims."""
    assert policy.specific
    if sheet.deductible is None:
        return 0
    maximum: Amount | None = policy.specific.maximum if policy.specific.maximum_on is MaximumOn.ELIGIBLE else None
    counts = cents(sheet.eligible) if maximum is None else min(cents(sheet.eligible), cents(maximum))
    return max(counts - cents(sheet.deductible), 0)


def rounding_shifts(policy: Policy) -> int:
    """
    Return by how many cents rounding alone may move the specific total the other way: nearly always by none.

    With an ASD, a share and a maximum together, a dollar that the ASD absorbs of one unit and no longer of another may
    round otherwise there, by a cent a unit.
    """
    specific = policy.specific
    if not specific or not specific.aggregating:
        return 0
    whole = not specific.tiers and specific.share in (0, 1)
    if whole or (specific.maximum is None and specific.lifetime_maximum is None):
        return 0
    if specific.tiers or specific.lifetime_maximum is not None:
        return len(MEMBERS)
    first = specific.share_applies is ShareApplies.BEFORE_AGGREGATING
    on_reimbursement = specific.maximum_on is MaximumOn.REIMBURSEMENT
    return len(MEMBERS) if first is on_reimbursement else 0


def figures(statement: Statement, *without: str) -> dict[str, Any]:
    """
    Return every amount of a statement, without counts of rows and without rows of zeros.

    Args:
        statement: The statement.
        without: Lines of the aggregate's worksheet to leave out.
    """
    found = statement.to_dict()
    found["claims"] = found["claims"]["amount"]
    for coverage in ("specific", "aggregate"):
        if found[coverage]:
            rows = found[coverage]["excluded"]
            found[coverage]["excluded"] = {row["reason"]: row["amount"] for row in rows if row["amount"] != "0.00"}
    if found["specific"]:
        rows = found["specific"]["units"]
        names = (*LINES, "eligible", "reimbursed", "due")
        found["specific"]["units"] = [row for row in rows if any(row[name] != "0.00" for name in names)]
    if found["aggregate"]:
        found["aggregate"] = {name: amount for name, amount in found["aggregate"].items() if name not in without}
        divisions = found["aggregate"].pop("divisions", [])
        kept = [{name: line for name, line in row.items() if name not in without} for row in divisions]
        amounts = {"division", "calculated_attachment"}
        found["aggregate"]["divisions"] = [
            row for row in kept if any(row[name] != "0.00" for name in row.keys() - amounts)
        ]
    return found


# ------------------------------------------------------------------ years by hand


def year(specific: dict[str, Any] | None, aggregate: dict[str, Any] | None, *payments: Payment) -> World:
    """Return 2025 under a plain policy with these terms; an aggregate attaches at its minimum, 0.00 unless given."""
    plain_terms: dict[str, Any] = {"basis": "12/12", "covers": ["medical"]}
    no_factor = {"factors": [AggregateFactor(tier="all", amount=0)]}
    return World(
        policy=Policy(
            policyholder="Example Manufacturing",
            carrier="Example Life",
            number="SL-1001",
            period=Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31)),
            specific=None if specific is None else SpecificTerms(**(plain_terms | specific)),
            aggregate=None if aggregate is None else AggregateTerms(**(plain_terms | no_factor | aggregate)),
        ),
        payments=payments,
        units=tuple(CoveredUnits(month=f"2025-{month:02d}", tier="all", units=0) for month in range(1, 13)),
        carrier_payments=(),
        as_of=None,
    )


def nothing_covered(policy: Policy) -> list[CoveredUnits]:
    """Return covered units of nobody, for every month and all that a factor is for."""
    if policy.aggregate is None:
        return []
    months = range(1 - policy.aggregate.enrollment_lag, policy.period.months + 1)
    return [
        CoveredUnits(
            month=policy.period.start_of_month(month), tier=tier, covered_class=covered_class, plan=plan, units=0
        )
        for tier, covered_class, plan in dict.fromkeys(factor.whose for factor in policy.aggregate.factors)
        for month in months
    ]


def paid(claim: str, member: str, amount: Amount | str | int, **columns: Any) -> Payment:
    """Return a payment of March 2025."""
    march = dt.date(2025, 3, 1)
    return Payment(
        **({"id": claim, "member": member, "amount": amount, "incurred_on": march, "paid_on": march} | columns)
    )
