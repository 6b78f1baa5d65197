"""The employer's year: months, tiers and arrangements."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, strategies

from stoploss.attachment_terms import AggregateFactor
from stoploss.basis import ContractBasis
from stoploss.errors import FactError, WrongType
from stoploss.facts import CarrierPayment, CoveredUnits, Payment
from stoploss.funding import FundingPlan, FundingRow, FundingYear, TierRates, fund
from stoploss.lasers import Laser
from stoploss.policy import Policy
from stoploss.premium import TierRate, premium
from stoploss.riders import TerminalLiability
from stoploss.statement import settle
from tests.unit.given import (
    YEAR,
    a_period,
    a_policy,
    a_year_of_units,
    aggregate,
    by_carrier,
    covered,
    day,
    paid,
    pending,
    refused,
    specific,
)

BOTH = a_policy(specific(), aggregate())
UNITS = a_year_of_units()


def rates(tier: str = "single", **given: Any) -> TierRates:
    """Return the rates of a tier under both covers: 20 expected, 3 and 1 of premium."""
    plain: dict[str, Any] = {"expected_claims": 20, "specific_premium": 3, "aggregate_premium": 1}
    return TierRates(**{"tier": tier} | plain | given)


def plan(*tiers: TierRates, **given: Any) -> FundingPlan:
    """Return a plan with these tiers and a fee of 5."""
    return FundingPlan(**{"administration": 5, "tiers": tiers or [rates()]} | given)


def year(*payments: Payment, policy: Policy = BOTH, **given: Any) -> FundingYear:
    """Tell a year of one employee."""
    own = given.pop("plan", plan())
    units: list[CoveredUnits] = given.pop("units", UNITS)
    received: list[CarrierPayment] = given.pop("received", [])
    return fund(policy, own, payments, units, received, **given)


def figures(row: FundingRow, *names: str) -> list[str]:
    """Return some amounts of a row as text."""
    return [str(getattr(row, name)) for name in names]


def test_a_month_is_claims_fees_and_premium_less_what_comes_back() -> None:
    """Of 180 the deductible leaves 100; the month costs them, 5 of fees and 4 of premium; 29 were set aside."""
    march = year(paid("c1", "M1", 180, "2025-03-10")).months[2]

    assert march.month == day("2025-03-01")
    assert figures(march, "administration", "specific_premium", "aggregate_premium") == ["5.00", "3.00", "1.00"]
    assert figures(march, "reimbursable", "cost", "budget", "surplus") == ["80.00", "109.00", "29.00", "-80.00"]


def test_the_reserve_is_the_surplus_less_what_the_carrier_has_yet_to_pay() -> None:
    """80 are owed from March on and paid in May: the money is short by them until then."""
    told = year(paid("c1", "M1", 180, "2025-03-10"), received=[by_carrier("r1", 80, "2025-05-02", member="M1")])

    # Two months without claims leave 20 each; March lacks 80; every further month leaves 20.
    assert [figures(row, "surplus_to_date", "due", "reserve") for row in told.months[1:5]] == [
        ["40.00", "0.00", "40.00"],
        ["-40.00", "80.00", "-120.00"],
        ["-20.00", "80.00", "-100.00"],
        ["0.00", "0.00", "0.00"],
    ]
    assert figures(told.months[4], "reimbursable", "reimbursed") == ["0.00", "80.00"]


def test_a_refund_lowers_the_month_in_which_it_comes() -> None:
    """What was owed in March is not rewritten: the refund of August takes 50 of it back."""
    told = year(paid("c1", "M1", 180, "2025-03-10"), paid("c2", "M1", -50, "2025-08-01", adjusts="c1"))

    assert {str(row.month): str(row.reimbursable) for row in told.months if row.reimbursable} == {
        "2025-03-01": "80.00",
        "2025-08-01": "-50.00",
    }


def test_the_aggregate_is_in_the_last_month() -> None:
    """The aggregate owes nothing before the period has ended; 200 are 80 above the attachment point of 120."""
    told = year(paid("c1", "M1", 100, "2025-03-10"), paid("c2", "M2", 100, "2025-03-10"))

    assert {str(row.month): str(row.reimbursable) for row in told.months if row.reimbursable} == {"2025-12-01": "80.00"}


def test_what_is_paid_outside_the_period_has_rows_of_its_own() -> None:
    """A claim paid before the period and one of the run-out are in no month, and in the total."""
    policy = a_policy(specific(basis="12/15"), aggregate())
    told = year(
        paid("c1", "M1", 7, "2024-12-31"),
        paid("c2", "M1", 180, "2026-02-01"),
        policy=policy,
        received=[by_carrier("r1", 80, "2026-03-01", member="M1")],
    )

    assert str(told.before.claims.amount) == "7.00"  # a slip: paid before it was incurred
    assert figures(told.run_out, "reimbursable", "reimbursed", "budget", "cost") == ["80.00", "80.00", "0.00", "100.00"]
    assert [row.claims.amount for row in told.months] == [0] * 12
    assert told.total.claims.amount == told.statement.claims.amount == 187


def test_claims_of_other_years_are_told_and_cost_nothing() -> None:
    """Last year's claim paid in January, next year's in the run-out, and what undoes them, are not this year's."""
    told = year(
        paid("c1", "M1", 50, "2025-01-10", "2024-12-20"),
        paid("c2", "M1", -20, "2025-02-10", adjusts="c1"),
        paid("c3", "M1", 60, "2026-02-01", "2026-01-05"),
        paid("c4", "M1", -5, "2025-03-01", adjusts="of last year"),
        paid("c5", "M1", 9, "2026-06-01"),  # incurred in the year, and paid too late for any cover
    )

    assert {str(row.month): str(row.other_years) for row in (*told.months, told.run_out) if row.other_years} == {
        "2025-01-01": "50.00",
        "2025-02-01": "-20.00",
        "2025-03-01": "-5.00",
        "None": "60.00",
    }
    assert (str(told.total.claims.amount), str(told.run_out.claims.amount)) == ("9.00", "9.00")
    assert told.total.claims.amount + told.total.other_years == told.statement.claims.amount
    assert {str(each.claims) for each in told.arrangements} == {"9.00"}


def test_a_claim_that_a_cover_counts_is_the_years() -> None:
    """With run-in under one of the covers, last year's claim is this year's."""
    claim = paid("c1", "M1", 50, "2025-01-10", "2024-12-20")

    assert str(year(claim, policy=a_policy(specific(), aggregate(basis="15/12"))).total.claims.amount) == "50.00"
    assert str(year(claim).total.claims.amount) == "0.00"


def test_a_claim_reimbursed_before_the_period_is_settled_before_it() -> None:
    """Where the paid window opens before the period, what was paid then is reimbursable before the first month."""
    december = day("2024-12-01")
    basis = ContractBasis(label="12/12", incurred_from=december, paid_from=december)
    told = year(
        paid("c1", "M1", 180, "2024-12-31", "2024-12-30"),
        policy=a_policy(specific(basis=basis), aggregate()),
    )

    assert figures(told.before, "reimbursable", "cost") == ["80.00", "100.00"]


def test_a_pending_claim_is_no_cost() -> None:
    """What the plan has not paid yet is in no row."""
    assert year(pending("c1", "M1", 500)).total.claims.amount == 0


def test_claims_are_told_by_benefit() -> None:
    """Hospital is medical with the tag, both kinds of disability are one line, a refund follows what it undoes."""
    told = year(
        paid("c1", "M1", 1),
        paid("c2", "M1", 20, tags=["hospital"]),
        paid("c3", "M1", -5, adjusts="c2"),
        paid("c4", "M1", 3, benefit="rx", tags=["hospital"]),
        paid("c5", "M1", 4, benefit="dental"),
        paid("c6", "M1", 5, benefit="vision"),
        paid("c7", "M1", 6, benefit="std"),
        paid("c8", "M1", 7, benefit="ltd"),
    )
    claims = told.months[5].claims
    lines = ("medical", "hospital", "rx", "dental", "vision", "disability", "amount")

    assert [str(getattr(claims, line)) for line in lines] == [
        "1.00",
        "15.00",
        "3.00",
        "4.00",
        "5.00",
        "13.00",
        "41.00",
    ]


def test_a_bill_is_rounded_by_month_and_tier() -> None:
    """A third of a dollar is billed as 0.33, twelve times; what is set aside is a third of the year, to the cent."""
    told = year(plan=plan(rates(specific_premium="0.333333", funding_rate="0.333333")))

    assert [str(row.specific_premium) for row in told.months[:4]] == ["0.33", "0.33", "0.33", "0.33"]
    assert str(told.total.specific_premium) == str(told.tiers[0].specific_premium) == "3.96"
    assert [str(row.budget) for row in told.months[:4]] == ["0.33", "0.34", "0.33", "0.33"]
    assert str(told.total.budget) == "4.00"


@given(strategies.integers(0, 10**9), strategies.lists(strategies.integers(0, 500), min_size=24, max_size=24))
def test_one_bill_has_one_total(millionths: int, units: list[int]) -> None:
    """Whatever the rate, the premium of the year is the one that a renewal tells."""
    rate = Decimal(millionths).scaleb(-6)
    tiers = ("single", "family")
    enrolled = [
        CoveredUnits(month=month, tier=tier, units=units[at])
        for at, (month, tier) in enumerate(product(YEAR.starts(), tiers))
    ]
    own = plan(*(rates(tier, specific_premium=rate, aggregate_premium=None) for tier in tiers))
    told = year(policy=a_policy(specific()), plan=own, units=enrolled)
    bill = premium(YEAR, [TierRate(tier=tier, amount=rate) for tier in tiers], enrolled)

    assert told.total.specific_premium == bill.total
    assert sum(row.specific_premium or 0 for row in told.tiers) == bill.total


def test_an_unknown_tier_is_told_once() -> None:
    """A plan that misses a tier misses it in every month; one finding says so."""
    both = a_policy(specific())
    found = refused(
        FactError,
        fund,
        both,
        plan(rates(aggregate_premium=None)),
        [],
        [*a_year_of_units(), *a_year_of_units(1, "family")],
    )

    assert found == ["units[12].tier: the plan has no rates for this tier; it has single [SL611]"]


def test_tiers_add_up_to_the_total() -> None:
    """Fees and premium by tier are units times months times rates."""
    both = a_policy(
        specific(),
        aggregate(factors=[AggregateFactor(tier="single", amount=10), AggregateFactor(tier="family", amount=20)]),
    )
    told = year(
        policy=both,
        plan=plan(rates(), rates("family", specific_premium="7.50", administration=6)),
        units=[*a_year_of_units(2), *a_year_of_units(1, "family")],
    )

    assert [
        (row.tier, row.unit_months, str(row.administration), str(row.specific_premium), row.fully_insured_premium)
        for row in told.tiers
    ] == [("single", 24, "120.00", "72.00", None), ("family", 12, "72.00", "90.00", None)]
    assert figures(told.total, "covered_units", "administration", "specific_premium") == ["36", "192.00", "162.00"]


def test_units_of_a_month_are_counted_once_however_it_is_written() -> None:
    """The same row twice is one, though one names the month and the other a day in it."""
    told = year(units=[*UNITS, covered("2025-03-31")])

    assert told.months[2].covered_units == 1


def test_units_of_two_classes_add_up() -> None:
    """Rows of a tier that differ in their class are different people."""
    rows = [
        CoveredUnits(month=month, tier="single", units=2, covered_class=name)
        for name in "ab"
        for month in YEAR.starts()
    ]

    assert (
        year(policy=a_policy(specific()), plan=plan(rates(aggregate_premium=None)), units=rows).total.covered_units
        == 48
    )


def test_fees_are_of_the_month_though_the_attachment_lags() -> None:
    """With a lag of a month the factors take the units of the month before; fees and premium take the month's own."""
    policy = a_policy(specific(), aggregate(enrollment_lag=1))
    units = [covered("2024-12", 9), *(covered(f"2025-{month:02}", month) for month in range(1, 13))]

    assert [row.covered_units for row in year(policy=policy, units=units).months] == list(range(1, 13))
    assert refused(FactError, fund, policy, plan(), [], units[:12]) == [
        (
            "units: no covered units were reported for tier single in the policy month that begins 2025-12-01; "
            "write 0 if there were none [SL543]"
        )
    ]


def test_the_budget_is_what_is_set_aside() -> None:
    """Funding rates are the budget where they are given; else it is the expected cost."""
    expected = plan(rates(expected_claims=20, expected_reimbursements=2))

    assert str(year(plan=expected).months[0].budget) == "27.00"
    assert str(year(plan=plan(rates(funding_rate="31.50"))).months[0].budget) == "31.50"


def test_what_is_expected_in_total_is_spread_over_the_months() -> None:
    """100 over twelve months are 8.33 or 8.34 each, and 100.00 in all."""
    own = plan(rates(expected_claims=None), administration=0, expected_claims=100)
    told = year(plan=own)

    assert [str(row.budget) for row in told.months[:3]] == ["12.33", "12.34", "12.33"]
    assert str(told.total.budget) == "148.00"
    assert str(told.arrangement("aso").expected) == "100.00"


def test_a_day_takes_the_months_that_have_begun() -> None:
    """As of April 10 there are four months, each with all of its fees, and what was paid later is not there."""
    told = year(paid("c1", "M1", 180, "2025-04-10"), paid("c2", "M1", 180, "2025-04-11"), as_of=day("2025-04-10"))

    assert [str(row.month) for row in told.months] == ["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"]
    assert figures(told.total, "administration", "reimbursable") == ["20.00", "80.00"]
    assert not told.final
    assert told.run_out.claims.amount == 0


def test_a_policy_that_ended_early_has_the_months_in_force() -> None:
    """The months end with the policy; what was paid after its last day is run-out."""
    period = a_period(terminated="2025-02-14")
    told = year(paid("c1", "M1", 9, "2025-02-15"), policy=a_policy(specific(), aggregate(), period=period))

    assert len(told.months) == 2
    assert str(told.run_out.claims.amount) == "9.00"


def test_the_same_year_with_other_cover() -> None:
    """Each arrangement is expected, actual, saved against the insurer's premium, and what its cover was worth."""
    own = plan(rates(expected_reimbursements=2, fully_insured_premium=40))
    told = year(paid("c1", "M1", 180), paid("c2", "M2", 100), plan=own)

    # claims 280, fees 60, premium 36 and 12; specific reimburses 80, the aggregate 80 above its 120
    assert [
        (str(each.name), *(str(getattr(each, name)) for name in ("expected", "actual", "saved", "worth")))
        for each in told.arrangements
    ] == [
        ("fully_insured", "480.00", "480.00", "0.00", "0.00"),
        ("aso", "300.00", "340.00", "140.00", "0.00"),
        ("aso_specific", "312.00", "296.00", "184.00", "44.00"),
        ("aso_specific_aggregate", "324.00", "228.00", "252.00", "112.00"),
    ]


@pytest.mark.parametrize(
    ("policy", "given", "expected"),
    [
        (a_policy(specific()), {"aggregate_premium": None}, ["aso", "aso_specific"]),
        (a_policy(None, aggregate()), {"specific_premium": None}, ["aso", "aso_aggregate"]),
        (BOTH, {}, ["aso", "aso_specific", "aso_specific_aggregate"]),
    ],
)
def test_the_arrangements_are_those_of_the_policy(policy: Policy, given: dict[str, Any], expected: list[str]) -> None:
    """There is one for each cover that the policy has, and none fully insured without a premium for it."""
    told = year(policy=policy, plan=plan(rates(**given)))

    assert [str(each.name) for each in told.arrangements] == expected
    assert told.arrangement("aso").saved is None


def test_specific_alone_does_without_the_terms_of_the_aggregate() -> None:
    """A laser that counts in its own way and a terminal option on both covers are settled without the aggregate."""
    policy = a_policy(
        specific(lasers=[Laser(member="M1", deductible=150, counts="laser")]),
        aggregate(),
        terminal_liability=TerminalLiability(elected=True, months=3, covers=["specific", "aggregate"]),
    )
    told = year(paid("c1", "M1", 180), policy=policy)

    assert str(told.arrangement("aso_specific").reimbursable) == "30.00"


def test_the_figures_are_the_statements() -> None:
    """Nothing is computed twice: the total is the settlement of the same facts."""
    payments = [paid("c1", "M1", 180), paid("c2", "M2", "100.50", "2025-11-30")]
    statement = settle(BOTH, payments, UNITS)
    told = year(*payments)

    assert told.statement == statement
    assert told.total.reimbursable == statement.carrier_total
    assert told.total.cost == statement.employer_net + Decimal("108.00")


def test_a_year_is_plain_data() -> None:
    """A year can be written as JSON: amounts and days are text, and nobody is named."""
    document = year(paid("c1", "M-secret", 180, "2025-03-10")).to_dict()
    text = json.dumps(document)

    assert list(document) == [
        "schema",
        "policy",
        "currency",
        "as_of",
        "final",
        "before",
        "months",
        "run_out",
        "total",
        "tiers",
        "arrangements",
        "maximum",
    ]
    assert document["months"][2]["month"] == "2025-03-01"
    assert document["months"][2]["claims"]["medical"] == "180.00"
    assert document["before"]["month"] is None
    assert "M-secret" not in text


def test_no_repr_shows_what_was_paid() -> None:
    """In a month with one claim its total is a member's amount."""
    told = year(paid("c1", "M-secret", "180.77", "2025-03-10"))

    assert "80.77" not in repr(told)
    assert "80.77" not in repr([told.months[2], told.total.claims, told.arrangements, told.maximum])
    assert "M-secret" not in repr(told)


def test_a_plan_and_a_policy_that_do_not_fit_are_refused_with_everything() -> None:
    """One error has what is wrong between plan and policy, plan and enrollment, and with the facts."""
    own = plan(rates(), rates("retired"), currency="EUR")
    units = [*UNITS, covered("2025-03", 2, "single"), covered("2025-03", 1, "singel")]
    found = refused(FactError, fund, BOTH, own, [paid("c1", "M1", 1), paid("c1", "M1", 2)], units)

    assert found == [
        "plan.currency: the plan and the policy have one currency [SL608]",
        'units[13].tier: the plan has no rates for this tier; it has retired, single; did you mean "single"? [SL611]',
        "plan.tiers[1].tier: the factors of the policy have no such tier [SL612]",
        (
            "payments[1].id: this id was already reported with other content (it differs in amount); "
            "a correction is a new payment under a new id [SL308]"
        ),
        (
            "units[12].units: this policy month and tier was already reported with other units; "
            "report each month and tier once [SL542]"
        ),
        'units[13].tier: the factors have no such tier; they have single; did you mean "single"? [SL540]',
    ]


def test_premiums_are_those_of_the_covers() -> None:
    """A cover has its premium, and a cover that is not there has none."""
    own = plan(rates(specific_premium=None, expected_reimbursements=2))

    assert refused(FactError, fund, a_policy(specific()), own, [], UNITS) == [
        (
            "plan.tiers.specific_premium: the policy has specific, so the plan has its premium for every tier; "
            'write "0" if it is free [SL609]'
        ),
        "plan.tiers.aggregate_premium: the policy has no aggregate cover, so there is no premium for it [SL610]",
    ]
    assert refused(FactError, fund, a_policy(None, aggregate()), own, [], UNITS) == [
        (
            "plan.expected_reimbursements: the policy has no specific cover, so none of the claims is expected to be "
            "reimbursed by it [SL613]"
        )
    ]


def test_enrollment_is_complete_without_an_aggregate_too() -> None:
    """Fees and premium need every tier in every month, though the settlement would not."""
    own = plan(rates(aggregate_premium=None))
    units = [covered("2025-01"), covered("2025-01-31", 2), covered("2026-01")]

    assert refused(FactError, fund, a_policy(specific()), own, [], units, as_of=day("2025-02-01")) == [
        (
            "units[1].units: this policy month and tier was already reported with other units; "
            "report each month and tier once [SL542]"
        ),
        "units[2].month: this month is not in the policy period, 2025-01-01 to 2025-12-31 [SL541]",
        (
            "units: no covered units were reported for tier single in the policy month that begins 2025-02-01; "
            "write 0 if there were none [SL543]"
        ),
    ]


def test_a_month_that_is_missing_for_both_is_told_once() -> None:
    """The plan and the factors miss the same month."""
    found = refused(FactError, fund, BOTH, plan(), [], UNITS[:11])

    assert found == [
        (
            "units: no covered units were reported for tier single in the policy month that begins 2025-12-01; "
            "write 0 if there were none [SL543]"
        )
    ]


def test_other_classes_are_refused_by_name() -> None:
    """A document is no plan, and a plan is no policy."""
    assert refused(WrongType, fund, BOTH, {}, [], UNITS) == ["plan: this is a FundingPlan, not a dict [SL113]"]
    assert refused(WrongType, fund, plan(), plan(), [], UNITS) == [
        "policy: this is a Policy, not a FundingPlan [SL113]"
    ]
    assert refused(WrongType, fund, BOTH, plan(), [{}], UNITS) == [
        "payments[0]: this is of class Payment, and dict is not [SL113]"
    ]


def test_an_unknown_arrangement() -> None:
    """What the plan does not price is not there."""
    with pytest.raises(KeyError):
        year().arrangement("fully_insured")
