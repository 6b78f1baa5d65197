"""Which terms columns carry: every field of a policy is carried, or named."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from attrs import NOTHING, fields, fields_dict

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import Accommodation, AggregateFactor
from stoploss.basis import ContractBasis, DollarLimit, PriorAdministrator
from stoploss.frames.carried import CARRIED, uncarried
from stoploss.inner_terms import Cap, Reduction, ShareTier
from stoploss.lasers import Laser
from stoploss.policy import Policy
from stoploss.riders import AdvanceFunding, OtherPolicy, Overlap, Rebates, Recoveries
from stoploss.specific_terms import SpecificTerms
from stoploss.window import Period

YEAR = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))


def specific(**terms: Any) -> SpecificTerms:
    """Return specific over 1,000.00, with these terms."""
    return SpecificTerms(**{"basis": "12/15", "covers": ["medical"], "deductible": "1000", **terms})


def aggregate(**terms: Any) -> AggregateTerms:
    """Return an aggregate of one tier, with these terms."""
    factors = [AggregateFactor(tier="single", amount="500")]
    return AggregateTerms(**{"basis": "12/12", "covers": ["medical"], "factors": factors, **terms})


def a_policy(**terms: Any) -> Policy:
    """Return a policy with both covers, with these terms."""
    named = {"policyholder": "Example", "carrier": "Example Life", "number": "SL-1", "period": YEAR}
    return Policy(**{**named, "specific": specific(), "aggregate": aggregate(), **terms})


LIMIT = DollarLimit(amount="500")


OTHER = OtherPolicy(effective=dt.date(2024, 1, 1), expires=dt.date(2024, 12, 31), basis=ContractBasis.parse("12/15"))

UNCARRIED = {
    "overlap": a_policy(overlap=Overlap(rule="paid", other=[OTHER])),
    "advance_funding": a_policy(advance_funding=AdvanceFunding()),
    "recoveries": a_policy(recoveries=Recoveries(order="pro_rata")),
    "rebates": a_policy(rebates=Rebates(treatment="gross")),
    "specific.excludes": a_policy(specific=specific(excludes=["access_fee"])),
    "specific.family_deductible": a_policy(specific=specific(family_deductible="1500")),
    "specific.caps": a_policy(specific=specific(caps=[Cap(tag="transplant", amount="250")])),
    "specific.reductions": a_policy(specific=specific(reductions=[Reduction(tag="own", share="0.5")])),
    "specific.tiers": a_policy(specific=specific(tiers=[ShareTier(above="0", share="0.9")])),
    "specific.lasers.from_on": a_policy(
        specific=specific(lasers=[Laser(member="M1", deductible="2000", from_on=dt.date(2025, 7, 1))])
    ),
    "specific.lasers.tags": a_policy(specific=specific(lasers=[Laser(member="M1", deductible="2000", tags=["x"])])),
    "specific.lasers.counts": a_policy(
        specific=specific(lasers=[Laser(member="M1", deductible="2000", counts="nothing")])
    ),
    "basis.run_in_limit": a_policy(specific=specific(basis=ContractBasis(label="15/15", run_in_limit=LIMIT))),
    "basis.run_out_limit": a_policy(aggregate=aggregate(basis=ContractBasis(label="15/15", run_out_limit=LIMIT))),
    "basis.prior_administrator": a_policy(
        specific=specific(basis=ContractBasis(label="12/15", prior_administrator=PriorAdministrator(included=False)))
    ),
    "specific.share": a_policy(specific=specific(share="0.1234567")),
    "aggregate.share": a_policy(aggregate=aggregate(share="0.1234567")),
    "aggregate.excludes": a_policy(aggregate=aggregate(excludes=["access_fee"])),
}


@pytest.mark.parametrize("term", UNCARRIED)
def test_a_term_that_columns_do_not_carry_is_named(term: str) -> None:
    """The name is that of the document, so that a user finds it."""
    assert uncarried(UNCARRIED[term], None) == (term,)


def test_a_policy_with_plain_terms_is_carried() -> None:
    """Lasers by the year, an ASD, a share, maxima and a minimum are plain."""
    plain = a_policy(
        specific=specific(
            aggregating="500",
            share="0.9",
            maximum="10000",
            lifetime_maximum="20000",
            classes=["active"],
            lasers=[Laser(member="M1", deductible="2000"), Laser(member="M2", excluded=True)],
        ),
        aggregate=aggregate(minimum=None, maximum="1000000", enrollment_lag=1, classes=["active"]),
    )

    assert uncarried(plain, None) == ()


def test_an_accommodation_is_carried_once_the_period_has_ended() -> None:
    """Before that it decides what is due; afterwards it changes nothing."""
    policy = a_policy(aggregate=aggregate(accommodation=Accommodation()))

    assert uncarried(policy, dt.date(2025, 12, 30)) == ("aggregate.accommodation",)
    assert uncarried(policy, dt.date(2025, 12, 31)) == ()
    assert uncarried(policy, None) == ()


@pytest.mark.parametrize("terms", CARRIED, ids=lambda terms: terms.__name__)
def test_what_is_carried_is_there(terms: type[Any]) -> None:
    """A field that was renamed is not carried under its old name."""
    assert CARRIED[terms] - fields_dict(terms).keys() == frozenset()


@pytest.mark.parametrize("terms", CARRIED, ids=lambda terms: terms.__name__)
def test_what_is_not_carried_has_a_default_that_changes_nothing(terms: type[Any]) -> None:
    """So a policy that does not give it is carried, and one that does is not."""
    others = [each for each in fields(terms) if each.name not in CARRIED[terms]]

    assert [each.name for each in others if each.default is NOTHING] == []
