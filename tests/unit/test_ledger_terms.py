"""The ledger under every further term: what record answers is what a settlement of everything says."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from stoploss.basis import ContractBasis, DollarLimit
from stoploss.errors import FactError
from stoploss.facts import Payment
from stoploss.inner_terms import Cap, CarrierLayer, CommonAccident, Reduction, ShareTier, Used
from stoploss.lasers import Laser, LaserFund
from stoploss.ledger import Ledger
from stoploss.policy import Policy
from stoploss.riders import AdvanceFunding, OtherPolicy, Overlap, Rebates, Recoveries
from stoploss.running_terms import stands, ties
from stoploss.statement import settle
from tests.unit.given import (
    a_policy,
    a_year_of_units,
    aggregate,
    by_carrier,
    covered,
    day,
    paid,
    refused,
    specific,
)

RUN_OUT = ContractBasis(label="12/15", run_out_limit=DollarLimit(amount=60))
EXCLUDED = ContractBasis(label="12/12", prior_administrator="excluded")
RUN_IN_REIMBURSED = ContractBasis(label="24/12", run_in_limit=DollarLimit(amount=5, caps="reimbursed"))
LASERED: dict[str, Any] = {"member": "M1", "deductible": 250}
NEXT = OtherPolicy(effective=day("2026-01-01"), expires=day("2026-12-31"), basis="15/12")

SETTLED_AGAIN = [
    a_policy(specific(excludes=["fee"])),
    a_policy(specific(classes=["active"])),
    a_policy(specific(), aggregate(excludes=["fee"])),
    a_policy(specific(basis=EXCLUDED)),
    a_policy(specific(basis=RUN_OUT)),
    a_policy(specific(basis=RUN_IN_REIMBURSED)),
    a_policy(aggregate=aggregate(basis=RUN_OUT)),
    a_policy(specific(family_deductible=150)),
    a_policy(specific(common_accident=CommonAccident())),
    a_policy(specific(caps=[Cap(tag="transplant", amount=30)])),
    a_policy(specific(reductions=[Reduction(tag="own", share="50%")])),
    *(
        a_policy(specific(lasers=[Laser(**LASERED, **terms)]), aggregate())
        for terms in ({"from_on": day("2025-07-01")}, {"tags": ["fee"]}, {"when": "fee"}, {"counts": "nothing"})
    ),
    a_policy(specific(lasers=[Laser(**LASERED, fund="A")], laser_funds=[LaserFund(name="A", amount=20)])),
    a_policy(specific(basis="12/15"), overlap=Overlap(rule="paid", other=[NEXT])),
    a_policy(specific(), advance_funding=AdvanceFunding()),
    a_policy(specific(), recoveries=Recoveries(order="pro_rata")),
    a_policy(specific(), recoveries=Recoveries(legal_cost="net")),
]
AT_ONCE = [
    a_policy(specific()),
    a_policy(specific(), aggregate()),
    a_policy(aggregate=aggregate()),
    a_policy(specific(tiers=[ShareTier(above=0, share="80%"), ShareTier(above=30, share=1)])),
    a_policy(specific(lifetime_maximum=50, used=[Used(member="M1", reimbursed=20)])),
    a_policy(specific(layers=[CarrierLayer(carrier="A", limit=5), CarrierLayer(carrier="B")])),
    a_policy(specific(lasers=[Laser(**LASERED)]), aggregate(laser_loss_limit="laser")),
    a_policy(specific(), rebates=Rebates(treatment="gross")),
    a_policy(specific(basis=ContractBasis(label="24/12", run_in_limit=DollarLimit(amount=60)))),
]

FAMILY: dict[str, Any] = {"family": "F1", "covered_class": "active", "accident": "A1"}
PAYMENTS = [
    paid("c1", "M1", 130, "2025-03-01", **FAMILY, tags=["transplant"]),
    paid("c2", "M2", 140, "2025-02-01", **FAMILY, tags=["own"], administrator="prior"),
    paid("c3", "M1", 40, "2025-08-01", **FAMILY, tags=["fee"]),
    paid("r1", "M1", -30, "2025-09-01", **FAMILY, tags=["recovery"], legal_cost=10),
    paid("r2", "M1", -20, "2025-10-01", **FAMILY, tags=["rebate"], adjusts="c1"),
    paid("c4", "M2", 60, "2026-01-20", incurred_on="2025-11-02", **FAMILY),
    paid("c5", "M1", 25, "2025-01-20", incurred_on="2024-12-02", **FAMILY),
]


def assert_settled(policy: Policy, payments: list[Payment]) -> None:
    """Assert that each payment's split is what the settlement makes of it on its arrival, and again afterwards."""
    ledger = Ledger(policy)
    for position, payment in enumerate(payments):
        expected = settle(policy, payments[: position + 1], a_year_of_units(0)).split(payment.id)
        assert expected == ledger.record(payment) == ledger.record(payment)


@pytest.mark.parametrize("policy", [*SETTLED_AGAIN, *AT_ONCE])
def test_the_ledger_answers_what_the_settlement_says(policy: Policy) -> None:
    """In the order of payment, and in the opposite one."""
    assert_settled(policy, PAYMENTS)
    assert_settled(policy, PAYMENTS[::-1])


def test_units_that_share_a_pool_are_settled_together() -> None:
    """Whoever came first: of a family's 150 the second member has what the first left, in every order of arrival."""
    for payments in permutations(PAYMENTS[:4]):
        assert_settled(a_policy(specific(family_deductible=150)), list(payments))


@pytest.mark.parametrize("policy", SETTLED_AGAIN)
def test_where_running_totals_do_not_tell_the_ledger_settles_again(policy: Policy) -> None:
    """Because a term reads labels, families, administrators or other policies."""
    assert not stands(policy)


@pytest.mark.parametrize("policy", AT_ONCE)
def test_where_running_totals_tell_the_ledger_answers_at_once(policy: Policy) -> None:
    """Whatever the amounts are."""
    assert stands(policy)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (a_policy(specific(), aggregate()), False),
        (a_policy(aggregate=aggregate()), False),
        (a_policy(specific(aggregating=5)), True),
        (a_policy(specific(family_deductible=150)), True),
        (a_policy(specific(family_deductible=0)), True),
        (a_policy(specific(common_accident=CommonAccident())), True),
        (a_policy(specific(lasers=[Laser(**LASERED, fund="A")], laser_funds=[LaserFund(name="A", amount=20)])), True),
        (a_policy(specific(basis=RUN_OUT)), False),
        (
            a_policy(
                aggregate=aggregate(
                    basis=ContractBasis(label="12/15", run_out_limit=DollarLimit(amount=5, per="policy"))
                )
            ),
            True,
        ),
        (
            a_policy(specific(basis=ContractBasis(label="24/12", run_in_limit=DollarLimit(amount=5, per="policy")))),
            True,
        ),
    ],
)
def test_what_ties_units_together(policy: Policy, expected: bool) -> None:
    """Whatever several share: the ASD, pools, and limits of the whole policy."""
    assert expected is ties(policy)


# ------------------------------------------------------------------ what arrives


def test_a_family_is_needed_where_families_have_a_deductible() -> None:
    """As where the deductible is per family."""
    ledger = Ledger(a_policy(specific(family_deductible=150)))

    assert ["family: families have a deductible, so every payment names its family [SL309]"] == refused(
        FactError, ledger.record, paid("c1", "M1", 5)
    )


def test_an_advance_is_held_against_the_claims_that_were_recorded() -> None:
    """Another member's claim is known to be so; one that is not recorded is not."""
    ledger = Ledger(a_policy(specific(), advance_funding=AdvanceFunding(paid_within_days=3)))
    ledger.record(paid("c1", "M1", 150))

    assert ["claims: an advance is for claims of its own unit [SL313]"] == refused(
        FactError,
        ledger.record_carrier_payment,
        by_carrier("k1", 50, member="M2", kind="advance", claims=["c1"]),
    )
    ledger.record_carrier_payment(by_carrier("k1", 50, member="M2", kind="advance", claims=["c2"]))
    assert [
        (
            "id: an advance is for claims of its own unit; an advance that was recorded before is for this claim, as "
            "another unit's [SL313]"
        )
    ] == refused(FactError, ledger.record, paid("c2", "M1", 5))
    assert "5.00" == str(ledger.record(paid("c2", "M2", 5)).net)


@pytest.mark.parametrize("first", ["the advance", "the claim"])
def test_a_claim_is_deemed_paid_whichever_is_recorded_first(first: str) -> None:
    """Advanced on Tuesday, paid on Friday after the year: the statement takes it, and so does the next answer."""
    policy = a_policy(specific(), advance_funding=AdvanceFunding(paid_within_days=3))
    ledger = Ledger(policy)
    claim = paid("c1", "M1", 150, "2026-01-02", incurred_on="2025-12-10")
    advance = by_carrier("k1", 50, "2025-12-30", member="M1", kind="advance", claims=["c1"])
    if first == "the claim":
        assert "paid_after" == ledger.record(claim).excluded
    ledger.record_carrier_payment(advance)

    assert "50.00" == str(ledger.record(claim).reimbursable)
    assert settle(policy, [claim], (), [advance]).to_dict() == ledger.statement().to_dict()


def test_units_of_a_class_a_plan_and_a_division_are_recorded_apart() -> None:
    """A correction is of the row of the same class, plan and division; the month may be before the period."""
    policy = a_policy(aggregate=aggregate(enrollment_lag=1))
    ledger = Ledger(policy)
    rows = [covered(month) for month in ("2024-12", *(f"2025-{number:02}" for number in range(1, 12)))]
    ledger.record_units(rows)
    ledger.record_units([covered("2024-12", 4, covered_class="retiree"), covered("2024-12", 2, division="north")])
    ledger.record_units([covered("2024-12", 5, division="north")], recorded_on=day("2025-02-01"))

    def first_month(known_on: str) -> str:
        sheet = ledger.statement(as_of=day("2025-01-31"), known_on=day(known_on)).aggregate
        assert sheet
        return str(sheet.months[0].attachment)

    assert ("70.00", "100.00") == (first_month("2025-01-31"), first_month("2025-02-01"))
