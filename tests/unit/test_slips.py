"""What is settled all the same, but may be a slip: each notice with its message."""

from __future__ import annotations

from typing import Any

import pytest

from stoploss.facts import CarrierPayment, Payment
from stoploss.inner_terms import Cap, Reduction, Used
from stoploss.lasers import Laser
from stoploss.policy import Policy
from stoploss.riders import AdvanceFunding, Recoveries
from stoploss.statement import settle
from tests.unit.given import a_period, a_policy, a_year_of_units, aggregate, by_carrier, paid, pending, specific

UNITS = a_year_of_units()


def noticed(policy: Policy, *payments: Payment, received: tuple[CarrierPayment, ...] = ()) -> list[str]:
    """Return the notices of a settlement, one line each."""
    return [str(notice) for notice in settle(policy, payments, UNITS, received).notices]


USED = "which has used part of a maximum before; check the id [SL564]"
LABEL = (
    "no payment that was reported carries this label, so it decides nothing; check how the claims are labelled [SL566]"
)
ADVANCE = "this advance is for a claim that was not reported, neither as paid nor as pending; check the ids [SL565]"


@pytest.mark.parametrize(
    ("used", "per", "rule"),
    [
        ({"member": "M9"}, "member", f"no claim was reported for this member, {USED}"),
        ({"family": "F9"}, "family", f"no claim was reported for this family, {USED}"),
    ],
)
def test_an_amount_used_of_nobody_is_a_notice(used: dict[str, Any], per: str, rule: str) -> None:
    """A misspelt id would give its member a whole lifetime again."""
    policy = a_policy(specific(per=per, lifetime_maximum=500, used=[Used(**used, reimbursed=9)]))

    assert [f"specific.used[0]: {rule}"] == noticed(policy, paid("c1", "M1", 5, family="F1"))


def test_an_amount_used_of_somebody_with_claims_is_none() -> None:
    """A pending claim shows that the id is right."""
    policy = a_policy(specific(lifetime_maximum=500, used=[Used(member="M1", reimbursed=9)]))

    assert [] == noticed(policy, pending("c1", "M1", 5))


@pytest.mark.parametrize(
    ("own", "group", "where"),
    [
        ({"excludes": ["x"]}, {}, "specific.excludes[0]"),
        ({}, {"excludes": ["t", "x"]}, "aggregate.excludes[1]"),
        ({"caps": [Cap(tag="x", amount=1)]}, {}, "specific.caps[0].tag"),
        ({"reductions": [Reduction(tag="x", share=1)]}, {}, "specific.reductions[0].tag"),
        ({"lasers": [Laser(member="M1", deductible=200, tags=["t", "x"])]}, {}, "specific.lasers[0].tags[1]"),
        ({"lasers": [Laser(member="M1", deductible=200, when="x")]}, {}, "specific.lasers[0].when"),
    ],
)
def test_a_label_that_nothing_carries_is_a_notice(own: dict[str, Any], group: dict[str, Any], where: str) -> None:
    """One finding for each place; the year may be quiet."""
    policy = a_policy(specific(**own), aggregate(**group))

    assert [f"{where}: {LABEL}"] == noticed(policy, paid("c1", "M1", 5, tags=["t"]))
    assert [] == noticed(policy, paid("c1", "M1", 5, tags=["t"]), paid("c2", "M2", 5, diagnosis=["x1"]))


def test_an_aggregate_alone_has_labels_of_its_own() -> None:
    """And no laser, cap or amount used before."""
    policy = a_policy(aggregate=aggregate(excludes=["x"]))

    assert [f"aggregate.excludes[0]: {LABEL}"] == noticed(policy, paid("c1", "M1", 5))


def test_where_nothing_was_reported_no_label_is_missed() -> None:
    """The year has only begun."""
    assert [] == noticed(a_policy(specific(excludes=["x"])))


def test_an_advance_for_an_unknown_claim_is_a_notice() -> None:
    """A pending claim is known; the place is that of the carrier's payment."""
    policy = a_policy(specific(), advance_funding=AdvanceFunding())
    received = tuple(
        by_carrier(name, 5, member="M1", kind="advance", claims=claims)
        for name, claims in (("k1", ["c1"]), ("k2", ["c1", "c9"]))
    )

    assert [f"carrier_payments[1].claims: {ADVANCE}"] == noticed(policy, pending("c1", "M1", 5), received=received)


@pytest.mark.parametrize(("count", "rows"), [(1, "there is 1 row"), (2, "there are 2 rows")])
def test_a_legal_cost_of_no_recovery_is_a_notice(count: int, rows: str) -> None:
    """Where recoveries count net of their cost; gross, a cost decides nothing anyhow."""
    unlabelled = [paid(f"r{number}", "M1", -10, "2025-07-01", legal_cost=1) for number in range(count)]
    labelled = paid("r9", "M1", -10, "2025-07-01", legal_cost=1, tags=["recovery"])
    rule = f'legal costs are taken off recoveries, and {rows} with one without their label; tag them "recovery"'
    payments = [paid("c1", "M1", 90), labelled, *unlabelled]

    net = a_policy(specific(), recoveries=Recoveries(legal_cost="net"))
    assert [f"payments.legal_cost: {rule} [SL567]"] == noticed(net, *payments)
    assert [] == noticed(a_policy(specific()), *payments)
    assert [] == noticed(net, paid("c1", "M1", 90), labelled)


@pytest.mark.parametrize(
    ("own", "group", "covers"), [({"classes": ["active"]}, {}, "specific"), ({}, {"classes": ["active"]}, "aggregate")]
)
def test_a_claim_without_class_is_a_notice(own: dict[str, Any], group: dict[str, Any], covers: str) -> None:
    """Where classes are covered; a refund has that of the payment that it undoes."""
    policy = a_policy(specific(**own), aggregate(**group))
    classed = paid("c1", "M1", 90, covered_class="active")
    refund = paid("r1", "M1", -10, "2025-07-01", adjusts="c1")
    rule = f"{covers} covers some classes only, and there are 2 rows without one; report the class of every claim"

    assert [f"payments.class: {rule} [SL568]"] == noticed(
        policy, classed, refund, paid("c2", "M2", 1), paid("c3", "M2", 1)
    )
    assert [] == noticed(policy, classed, refund)


def test_a_termination_on_the_last_day_is_a_notice() -> None:
    """It cuts the run-out of a policy that ran its course."""
    policy = a_policy(specific(), period=a_period(terminated="2025-12-31"))
    rule = "the policy is said to be terminated on its last day, and termination cuts the run-out"

    assert [f"period.terminated: {rule}; leave it out if the policy ran its course [SL551]"] == noticed(policy)
