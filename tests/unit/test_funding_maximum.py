"""The maximum liability: its parts, its conditions, and where there is none."""

from __future__ import annotations

from typing import Any

import pytest

from stoploss.basis import ContractBasis, DollarLimit
from stoploss.facts import Payment
from stoploss.funding import Bound, FundingPlan, MaximumLiability, TierRates, fund
from stoploss.lasers import Laser
from stoploss.policy import Policy
from stoploss.riders import Bridge, EarlyTermination, Recoveries
from tests.unit.given import a_period, a_policy, a_year_of_units, aggregate, day, paid, specific

LASER = Laser(member="M1", deductible=150)
BOTH = a_policy(specific(), aggregate())
ENDED = a_period(terminated="2025-06-30")


def maximum(policy: Policy, *payments: Payment, as_of: str | None = None) -> MaximumLiability:
    """Return the maximum liability of a year of one employee: 10 of attachment a month, 5 of fees, 1 for each cover."""
    premiums: dict[str, Any] = {f"{cover}_premium": 1 for cover in ("specific", "aggregate") if getattr(policy, cover)}
    plan = FundingPlan(administration=5, tiers=[TierRates(tier="single", expected_claims=0, **premiums)])
    return fund(policy, plan, payments, a_year_of_units(), as_of=day(as_of) if as_of else None).maximum


def lines(found: MaximumLiability) -> dict[str, str]:
    """Return the parts of a maximum as text."""
    return {line.name: str(line.amount) for line in found.lines}


def unmet(found: MaximumLiability) -> list[str]:
    """Return the conditions that the year does not meet."""
    return [condition.name for condition in found.conditions if not condition.met]


def test_a_plain_policy_has_the_attachment_point_and_the_fixed_cost() -> None:
    """Without ASD and lasers nothing is left over: 120, and 84 of fees and premium."""
    found = maximum(BOTH)

    assert lines(found) == {
        "attachment_point": "120.00",
        "administration": "60.00",
        "specific_premium": "12.00",
        "aggregate_premium": "12.00",
    }
    assert str(found.amount) == "204.00"
    assert found.holds


def test_the_year_may_cost_all_of_it() -> None:
    """With two members above the deductible the employer pays the attachment point and the fixed cost, to the cent."""
    payments = [paid("c1", "M1", 500), paid("c2", "M2", "100.01")]
    plan = FundingPlan(
        administration=5, tiers=[TierRates(tier="single", expected_claims=0, specific_premium=1, aggregate_premium=1)]
    )
    told = fund(BOTH, plan, payments, a_year_of_units())

    assert told.maximum.holds
    assert told.total.cost == told.maximum.amount


def test_by_loss_limit_the_asd_and_the_lasers_come_on_top() -> None:
    """An ASD of 30 and a laser 50 above the deductible are paid by neither cover."""
    found = maximum(a_policy(specific(aggregating=30, lasers=[LASER]), aggregate()))

    assert {name: lines(found)[name] for name in ("attachment_point", "aggregating", "lasers")} == {
        "attachment_point": "120.00",
        "aggregating": "30.00",
        "lasers": "50.00",
    }
    assert str(found.amount) == "284.00"


@pytest.mark.parametrize(
    ("terms", "left"),
    [
        ({"counting": "net_of_specific"}, set()),
        ({"aggregating_counts": True}, {"lasers"}),
        ({"laser_loss_limit": "laser"}, {"aggregating"}),
        ({"aggregating_counts": True, "laser_loss_limit": "laser"}, set()),
    ],
)
def test_what_counts_in_the_aggregate_is_not_left_over(terms: dict[str, Any], left: set[str]) -> None:
    """What counts toward the attachment point is capped by it."""
    found = maximum(a_policy(specific(aggregating=30, lasers=[LASER]), aggregate(**terms)))

    assert lines(found).keys() & {"aggregating", "lasers"} == left


def test_net_of_specific_bounds_what_a_loss_limit_does_not() -> None:
    """A share, a maximum and an excluded member under specific all count, so the attachment point is the most."""
    excluded = Laser(member="M2", excluded=True)
    policy = a_policy(specific(share="0.5", maximum=1, lasers=[excluded]), aggregate(counting="net_of_specific"))
    found = maximum(policy, paid("c1", "M1", 900), paid("c2", "M2", 900))

    assert str(found.amount) == "204.00"
    assert [condition.name for condition in found.conditions] == ["covered_claims"]


@pytest.mark.parametrize(
    ("policy", "as_of", "expected"),
    [
        (
            a_policy(specific()),
            None,
            [("aggregate", "specific bounds what one person costs, not how many persons do")],
        ),
        (
            BOTH,
            "2025-12-30",
            [("period", "the attachment point is known when the period has ended, on 2025-12-31")],
        ),
        (
            a_policy(specific(share="0.9"), aggregate(loss_limit=80)),
            None,
            [
                (
                    "aggregate.loss_limit",
                    "what lies between the loss limit and the specific deductible counts nowhere",
                ),
                (
                    "specific.share",
                    "of every dollar above the specific deductible the employer keeps a part, which counts nowhere",
                ),
            ],
        ),
        (
            a_policy(specific(lasers=[LASER, Laser(member="M2", excluded=True)]), aggregate()),
            None,
            [
                (
                    "specific.lasers[1]",
                    "what this unit costs above the loss limit is the employer's, and counts nowhere",
                )
            ],
        ),
        (
            a_policy(None, aggregate(loss_limit=80)),
            None,
            [("aggregate.loss_limit", "what lies above the loss limit counts nowhere")],
        ),
        (
            a_policy(specific(), aggregate(share="0.9")),
            None,
            [("aggregate.share", "of every dollar above the attachment point the employer keeps a part")],
        ),
        (
            a_policy(specific(), aggregate(share=0, maximum=50)),
            None,
            [("aggregate.share", "of every dollar above the attachment point the employer keeps a part")],
        ),
        (
            a_policy(
                specific(),
                aggregate(),
                period=ENDED,
                early_termination=EarlyTermination(aggregate="nothing", deductible="prorated"),
            ),
            None,
            [
                ("early_termination.aggregate", "the policy ended early, and the aggregate pays nothing"),
                ("early_termination.deductible", "the maximum under this term is not known"),
            ],
        ),
        (
            a_policy(
                specific(lifetime_maximum=1000, lasers=[Laser(member="M1", deductible=150, tags=["hemophilia"])]),
                aggregate(),
                recoveries=Recoveries(order="pro_rata"),
            ),
            None,
            [
                ("recoveries", "the maximum under this term is not known"),
                ("specific.lifetime_maximum", "the maximum under this term is not known"),
                ("specific.lasers[0].tags", "the maximum under this term is not known"),
            ],
        ),
    ],
)
def test_a_contract_without_a_maximum_says_why(
    policy: Policy, as_of: str | None, expected: list[tuple[str, str]]
) -> None:
    """Where what is left to the employer grows without end no figure is given, and every reason is."""
    found = maximum(policy, as_of=as_of)

    assert [(each.where, each.why) for each in found.unbounded] == expected
    assert (found.amount, found.lines, found.holds) == (None, (), False)
    known = [each.why for each in found.unbounded if "known" not in each.why]
    assert [each.why for each in found.unbounded if each.bound is Bound.UNBOUNDED] == known
    assert found.bound is (Bound.UNBOUNDED if known else Bound.NOT_KNOWN)


def test_a_share_up_to_a_maximum_is_a_part() -> None:
    """At 80 % a maximum of 40 is reached by an excess of 50: the employer keeps 10 of it, and more beyond."""
    policy = a_policy(specific(), aggregate(share="0.8", maximum=40))

    assert lines(maximum(policy))["aggregate_share"] == "10.00"
    assert unmet(maximum(policy, paid("c1", "M1", 100), paid("c2", "M2", 70))) == []
    beyond = maximum(policy, paid("c1", "M1", 100), paid("c2", "M2", "70.01"))
    assert unmet(beyond) == ["aggregate_maximum"]
    assert [condition.text for condition in beyond.conditions if not condition.met] == [
        "counted claims are at most 50.00 above the attachment point, where the maximum begins to cut"
    ]


def test_a_ceiling_bounds_the_share_too() -> None:
    """A ceiling of 170 leaves 50 above the attachment point of 120; at 80 % the employer keeps 10 of them."""
    policy = a_policy(specific(), aggregate(share="0.8", maximum=170, maximum_kind="ceiling"))

    assert lines(maximum(policy))["aggregate_share"] == "10.00"
    assert unmet(maximum(policy, paid("c1", "M1", 100), paid("c2", "M2", 71))) == ["aggregate_maximum"]


def test_a_maximum_under_specific_must_not_be_reached() -> None:
    """Of 500 the maximum of 300 leaves 100 above the deductible to the employer, and counts them nowhere."""
    policy = a_policy(specific(maximum=300), aggregate())

    assert unmet(maximum(policy, paid("c1", "M1", 400))) == []
    assert unmet(maximum(policy, paid("c1", "M1", 500))) == ["specific_maximum"]


def test_a_limit_of_the_basis_that_applies_must_not_be_reached() -> None:
    """A limit on run-out may cut a reimbursement; the one of a basis that a bridge replaced cuts nothing."""
    limited = ContractBasis(label="12/15", run_out_limit=DollarLimit(amount=20, caps="reimbursed"))
    own = a_policy(specific(basis=limited), aggregate())
    bridged = a_policy(specific(basis=limited), aggregate(), bridge=Bridge(basis="12/15", renewed=True))

    def names(policy: Policy) -> list[str]:
        return [condition.name for condition in maximum(policy).conditions]

    assert (True, False) == ("specific_maximum" in names(own), "specific_maximum" in names(bridged))


def test_claims_that_a_cover_leaves_out_come_on_top() -> None:
    """A dental claim is outside; one that was voided is not there at all, and one of last year is last year's."""
    found = maximum(
        BOTH,
        paid("c1", "M1", 30, benefit="dental"),
        paid("c2", "M1", 4, incurred_on="2024-12-30"),
        paid("c3", "M1", 500, benefit="dental"),
        paid("c4", "M1", -500, adjusts="c3", benefit="dental"),
        paid("c5", "M1", -7, benefit="dental"),
        paid("c6", "M1", 70),
    )

    assert (str(found.outside), unmet(found), found.holds) == ("30.00", ["covered_claims"], False)


def test_a_claim_is_outside_once_though_both_covers_let_it_out() -> None:
    """Paid in the run-out, a claim is outside for the aggregate alone, and outside all the same."""
    policy = a_policy(specific(basis="12/15"), aggregate())

    assert str(maximum(policy, paid("c1", "M1", 30, "2026-02-01")).outside) == "30.00"
    assert str(maximum(BOTH, paid("c1", "M1", 30, "2026-02-01")).outside) == "30.00"


def test_net_of_specific_only_the_aggregate_has_to_let_a_claim_in() -> None:
    """A claim that specific alone leaves out counts in the aggregate."""
    narrow = a_policy(specific(covers=["rx"]), aggregate(counting="net_of_specific"))
    found = maximum(narrow, paid("c1", "M1", 300))

    assert (str(found.outside), found.holds) == ("0.00", True)
    assert found.conditions[0].text == "every claim is eligible under the aggregate: its benefit, its days, its status"


def test_what_a_run_in_limit_cuts_is_outside() -> None:
    """Of 50 incurred before the year the limit lets 20 in; 30 are outside."""
    basis = ContractBasis(label="15/12", run_in_limit=DollarLimit(amount=20))
    policy = a_policy(specific(basis="15/12"), aggregate(basis=basis))

    assert str(maximum(policy, paid("c1", "M1", 50, incurred_on="2024-12-01")).outside) == "30.00"


def test_without_a_maximum_the_year_says_what_is_outside() -> None:
    """Specific alone leaves a dental claim out."""
    assert str(maximum(a_policy(specific()), paid("c1", "M1", 30, benefit="dental")).outside) == "30.00"
