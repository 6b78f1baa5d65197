"""Further terms and riders at their neutral values: what a schedule may write out though it changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings

from stoploss.attachment_terms import Accommodation, FirstMonths, MinimumAttachment
from stoploss.basis import ContractBasis, DollarLimit, PriorAdministrator
from stoploss.inner_terms import Cap, CarrierLayer, CommonAccident, Reduction, ShareTier, Used
from stoploss.lasers import LaserFund
from stoploss.money import dollars
from stoploss.policy import Policy
from stoploss.promises import NoticeTerms, RenewalTerms
from stoploss.riders import (
    AdvanceFunding,
    Bridge,
    OtherPolicy,
    Overlap,
    Rebates,
    Recoveries,
    TerminalLiability,
)
from stoploss.testing.strategies import World
from stoploss.words import Per
from tests.laws.years import Change, figures, settled, unlimited, whole_deductible, with_aggregate, with_specific, years

A_FEW = settings(max_examples=max(5, settings().max_examples // 4))
MOST = dollars(10_000_000_00)
"""More than any year that is drawn costs."""
FIRST, LAST = dt.date(1990, 1, 1), dt.date(2150, 12, 31)
FAR = OtherPolicy(effective=dt.date(1980, 1, 1), expires=dt.date(1980, 12, 31), basis="12/12")
NOBODY = "nobody carries it"


def specific(**terms: Any) -> Change:
    """Return what changes some specific terms."""
    return lambda policy: with_specific(policy, **terms)


def aggregate(**terms: Any) -> Change:
    """Return what changes some aggregate terms."""
    return lambda policy: with_aggregate(policy, **terms)


def riders(**given_riders: Any) -> Change:
    """Return what changes some riders."""
    return lambda policy: evolve(policy, **given_riders)


def basis(**terms: Any) -> Change:
    """Return what changes some terms of every basis."""

    def changed(own: ContractBasis) -> ContractBasis:
        return evolve(own, **terms)

    def change(policy: Policy) -> Policy:
        assert policy.specific
        assert policy.aggregate
        own, group = changed(policy.specific.basis), changed(policy.aggregate.basis)
        return with_aggregate(with_specific(evolve(policy, bridge=None), basis=own), basis=group)

    return change


def funded(policy: Policy) -> Policy:
    """Let all lasers draw on a fund that nothing exhausts."""
    assert policy.specific
    lasers = tuple(laser if laser.excluded else evolve(laser, fund="A") for laser in policy.specific.lasers)
    drawn = any(laser.fund for laser in lasers)
    return with_specific(policy, lasers=lasers, laser_funds=(LaserFund(name="A", amount=MOST),) if drawn else ())


def unfunded(policy: Policy) -> Policy:
    """Let no laser draw on a fund."""
    assert policy.specific
    return with_specific(policy, lasers=tuple(evolve(laser, fund=None) for laser in policy.specific.lasers))


def begun(day: dt.date | None) -> Change:
    """Return what lets every laser that has no trigger begin on a day."""

    def change(policy: Policy) -> Policy:
        assert policy.specific
        lasers = [laser if laser.when else evolve(laser, from_on=day) for laser in policy.specific.lasers]
        return with_specific(policy, lasers=tuple(lasers))

    return change


def by_class(policy: Policy) -> Policy:
    """Say of every factor the day from which it holds: the first one."""
    assert policy.aggregate
    first = [factor for factor in policy.aggregate.factors if factor.from_on is None]
    return with_aggregate(policy, factors=tuple(evolve(each, from_on=policy.period.effective) for each in first))


def always(policy: Policy) -> Policy:
    """Leave of the factors those that hold from the start."""
    assert policy.aggregate
    return with_aggregate(policy, factors=tuple(each for each in policy.aggregate.factors if each.from_on is None))


def minimum(**terms: Any) -> Change:
    """Return what adds to a minimum that is there."""

    def change(policy: Policy) -> Policy:
        assert policy.aggregate
        own = policy.aggregate.minimum or MinimumAttachment(amount=0)
        return with_aggregate(policy, minimum=evolve(own, **({"amount": own.amount or 0} | terms)))

    return change


def used_nothing(policy: Policy) -> Policy:
    """Say of one unit that it used nothing of a lifetime maximum that nobody reaches."""
    unit: dict[str, str] = {"family": "F1"} if policy.per is Per.FAMILY else {"member": "M1"}
    return with_specific(policy, lifetime_maximum=MOST, used=(Used(**unit),))


def of_members(policy: Policy) -> Policy:
    """Let the deductible be per member, without lasers or anything else that names a unit."""
    return with_specific(policy, per=Per.MEMBER, lasers=(), used=(), family_deductible=None)


def uncapped(policy: Policy) -> Policy:
    """Take the caps away, and what was used of them."""
    return with_specific(policy, caps=(), used=())


def prorated_in_vain(policy: Policy) -> Policy:
    """Let the deductible be prorated if the policy ended early, where it did not."""
    deductible = "full" if policy.period.ended_early else "prorated"
    return evolve(policy, early_termination=evolve(policy.early_termination, deductible=deductible))


def reimbursed_without_limit(policy: Policy) -> Policy:
    """Limit what is reimbursed of run-in and run-out to more than there is."""
    assert policy.specific
    own = policy.specific.basis
    return with_specific(policy, basis=evolve(own, run_in_limit=REIMBURSED, run_out_limit=REIMBURSED))


CAPS = tuple(Cap(tag="transplant", amount=MOST, on=on, per="lifetime") for on in ("eligible", "reimbursement"))
TIERS = (ShareTier(above=0, share=1), ShareTier(above=100, share=1))
LAYERS = (CarrierLayer(carrier="First Re", limit=MOST), CarrierLayer(carrier="Second Re"))
COUNTED, REIMBURSED = DollarLimit(amount=MOST), DollarLimit(amount=MOST, per="policy", caps="reimbursed")
UNTIL_THE_LAST = PriorAdministrator(paid_by=LAST)

NEUTRAL: Mapping[str, tuple[Change, Change]] = {
    "a label that nobody carries is excluded": (specific(excludes=()), specific(excludes=[NOBODY])),
    "the aggregate excludes such a label": (aggregate(excludes=()), aggregate(excludes=[NOBODY])),
    "a lifetime maximum that nobody reaches": (specific(lifetime_maximum=None, used=(), caps=()), used_nothing),
    "a family deductible above everything": (of_members, specific(family_deductible=MOST)),
    "an accident's deductible above everything": (
        specific(common_accident=None),
        specific(common_accident=CommonAccident(deductible=MOST)),
    ),
    "caps that nobody reaches": (uncapped, specific(caps=CAPS)),
    "an own facility that counts in full": (
        specific(reductions=()),
        specific(reductions=[Reduction(tag="own_facility", share=1)]),
    ),
    "tiers of 100 %": (specific(share=1), specific(tiers=TIERS)),
    "a laser fund that nothing exhausts": (unfunded, funded),
    "lasers that begin before everything": (begun(None), begun(FIRST)),
    "a run-out limit above everything": (basis(run_out_limit=None), basis(run_out_limit=COUNTED)),
    "a run-in limit above everything": (basis(run_in_limit=None), basis(run_in_limit=COUNTED)),
    "limits on the reimbursement above everything": (
        unlimited,
        reimbursed_without_limit,
    ),
    "a prior administrator may pay for ever": (
        basis(prior_administrator="included"),
        basis(prior_administrator=UNTIL_THE_LAST),
    ),
    "factors from the first day": (always, by_class),
    "a monthly minimum of nothing": (minimum(monthly=None), minimum(monthly=0)),
    "no share of the first months": (
        minimum(first_months=None),
        minimum(first_months=FirstMonths(months=1, share=0)),
    ),
    "terminal liability that was not elected": (
        riders(terminal_liability=None),
        riders(terminal_liability=TerminalLiability(elected=False, months=12)),
    ),
    "a bridge before the group has renewed": (riders(bridge=None), riders(bridge=Bridge(basis="36/36"))),
    "an overlap with a year that nothing reaches": (riders(overlap=None), riders(overlap=Overlap(other=[FAR]))),
    "advance funding where the plan's own day decides": (
        riders(advance_funding=None),
        riders(advance_funding=AdvanceFunding(smallest=5, last_request_days=30)),
    ),
    "recoveries that nobody reports": (
        riders(recoveries=Recoveries()),
        riders(recoveries=Recoveries(order="employer_first", legal_cost="net", tag=NOBODY)),
    ),
    "rebates that nobody reports": (
        riders(rebates=Rebates()),
        riders(rebates=Rebates(treatment="gross", tag=NOBODY)),
    ),
    "notices": (riders(notices=None), riders(notices=NoticeTerms(amount=1, notice_days=30))),
    "what renewal promises": (riders(renewal=None), riders(renewal=RenewalTerms(rate_cap="0.5", no_new_lasers=True))),
    "a prorated deductible in a policy that runs its term": (
        whole_deductible,
        prorated_in_vain,
    ),
}
"""By what is neutral: the policy without the term, and then with it."""


def families(world: World) -> World:
    """Let every payment name its family, and the carrier's payments none of several carriers."""
    rows = tuple(evolve(row, family=row.family or f"F of {row.member}") for row in world.payments)
    return evolve(world, payments=rows, carrier_payments=())


class TestFurtherTermsThatChangeNothing:
    """A further term at its neutral value changes nothing, in any combination with the others."""

    @pytest.mark.parametrize("name", NEUTRAL)
    @A_FEW
    @given(world=years(specific=True, aggregate=True).map(families))
    def test_at_its_neutral_value(self, name: str, world: World) -> None:
        """The statement and every split are those without the term."""
        without, neutral = NEUTRAL[name]
        policy = without(world.policy)
        one, other = settled(world, policy), settled(world, neutral(policy))

        assert one.to_dict() == other.to_dict()
        assert one.splits == other.splits

    @A_FEW
    @given(world=years(specific(layers=()), specific=True).map(families))
    def test_carriers_over_one_another(self, world: World) -> None:
        """Several carriers divide what is reimbursable, and change nothing else."""
        one, other = settled(world), settled(world, with_specific(world.policy, layers=LAYERS))
        assert one.specific
        assert other.specific

        assert one.splits == other.splits
        assert one.specific == evolve(
            other.specific, layers=(), units=tuple(evolve(unit, layers=()) for unit in other.specific.units)
        )

    @A_FEW
    @given(world=years(aggregate(accommodation=None), aggregate=True, final=True))
    def test_an_accommodation_of_which_all_is_kept(self, world: World) -> None:
        """An accommodation that never advances anything shows its position, and changes nothing else."""
        rider = Accommodation(keep=MOST)
        one, other = settled(world), settled(world, with_aggregate(world.policy, accommodation=rider))

        assert figures(one) == unaccommodated(figures(other))
        assert one.splits == other.splits


def unaccommodated(found: dict[str, Any]) -> dict[str, Any]:
    """Leave out what an accommodation shows."""
    rows = [{name: row[name] for name in row if name != "accommodation"} for row in found["aggregate"]["months"]]
    sheet = {name: line for name, line in found["aggregate"].items() if name != "accommodation"}
    return found | {"aggregate": sheet | {"months": rows}}
