"""Two policies with every rider: 2024 with a bridge and advance funding, 2025 with everything else.

In 2025 the employer was bought, and the policy ended on October 31st.
The terminal liability that it had elected in January lets what was incurred by then be paid for three more months.

Amounts are in parts of the specific deductible; the factors are what the claims came to, times a corridor.
The employer's budget for 2025 is that of a year like any other, which this one was not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from itertools import product

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import Accommodation, AggregateFactor, FirstMonths, MinimumAttachment
from stoploss.basis import ContractBasis, DollarLimit, PriorAdministrator
from stoploss.demo.group import TIERS, Member
from stoploss.demo.people import COVERED_CLASSES, PLANS
from stoploss.facts import Benefit
from stoploss.funding import FundingPlan, TierRates
from stoploss.inner_terms import Cap, CarrierLayer, CommonAccident, Reduction, ShareTier, Used
from stoploss.lasers import Laser, LaserFund
from stoploss.money import Amount, dollars, rounded
from stoploss.policy import Policy
from stoploss.promises import ExperienceRefund, NoticeTerms, RenewalTerms
from stoploss.riders import (
    AdvanceFunding,
    Bridge,
    EarlyTermination,
    OtherPolicy,
    Overlap,
    Rebates,
    Recoveries,
    TerminalLiability,
)
from stoploss.specific_terms import SpecificTerms
from stoploss.window import Period

__all__ = ["CARRIERS", "IN_FORCE_UNTIL", "LAG", "budget", "policy_before", "policy_with_riders"]

CARRIERS = ("First Re", "Second Re")
"""The lower one first."""
IN_FORCE_UNTIL = dt.date(2025, 10, 31)
LAG = 2
"""A policy month takes the covered units of so many months earlier."""

_COVERS = (Benefit.MEDICAL, Benefit.RX)
_FUND = "kidneys and blood"
_YEARS = {
    2024: Period(effective=dt.date(2024, 1, 1), expires=dt.date(2024, 12, 31)),
    2025: Period(
        effective=dt.date(2025, 1, 1),
        expires=dt.date(2025, 12, 31),
        original_effective=dt.date(2024, 1, 1),
        terminated=IN_FORCE_UNTIL,
    ),
}
# Cents a covered unit and month, before they are scaled to the group's claims.
_EXPECTED = {"single": 254_00, "couple": 522_00, "family": 793_00}
_OF_PLAN = {"PPO": 100, "HDHP": 86}
_OF_CLASS = {"active": 100, "cobra": 140}
_RAISED_ON = dt.date(2025, 7, 1)
_RAISED = Fraction(103, 100)
_BUDGET: Mapping[str, Mapping[str, str]] = {
    "single": {
        "specific_premium": "210.40",
        "aggregate_premium": "11.85",
        "fully_insured_premium": "1084",
        "expected_claims": "635",
        "expected_reimbursements": "150",
    },
    "couple": {
        "specific_premium": "431.30",
        "aggregate_premium": "24.30",
        "fully_insured_premium": "2222",
        "expected_claims": "1305",
        "expected_reimbursements": "308",
    },
    "family": {
        "specific_premium": "656.45",
        "aggregate_premium": "36.95",
        "fully_insured_premium": "3382",
        "expected_claims": "1982.50",
        "expected_reimbursements": "468",
    },
}


def policy_before(deductible: int) -> Policy:
    """
    Return the policy for 2024: specific alone, twelve months, and three more by the bridge, since the group renewed.

    Args:
        deductible: In cents.
    """
    return Policy(
        policyholder="Example Manufacturing",
        carrier="Example Life",
        number="SL-2001",
        situs="IL",
        period=_YEARS[2024],
        specific=SpecificTerms(basis="12/12", covers=_COVERS, deductible=dollars(deductible)),
        bridge=Bridge(basis="12/15", renewed=True),
        overlap=Overlap(rule="incurred", other=[_other(2025, _basis_of_2025())]),
        advance_funding=AdvanceFunding(smallest="1000", last_request_days=31, paid_within_days=10),
    )


def policy_with_riders(deductible: int, whose: Mapping[str, Member], scale: Fraction) -> Policy:
    """
    Return the policy for 2025.

    Args:
        deductible: In cents.
        whose: The members for whom a term is written, by their story.
        scale: Of the factors.
    """
    return Policy(
        policyholder="Example Manufacturing",
        carrier="Example Life",
        number="SL-2002",
        situs="IL",
        period=_YEARS[2025],
        specific=_specific(deductible, whose),
        aggregate=_aggregate(deductible, scale),
        early_termination=EarlyTermination(deductible="prorated", minimum="prorated"),
        terminal_liability=TerminalLiability(elected=True, months=3, attachment="corridor", corridor="10%"),
        overlap=Overlap(rule="incurred", other=[_other(2024, ContractBasis.parse("12/15"))]),
        advance_funding=AdvanceFunding(smallest="1000", last_request_days=31, paid_within_days=10),
        recoveries=Recoveries(order="pro_rata", legal_cost="net"),
        rebates=Rebates(treatment="net_at_aggregate"),
        notices=NoticeTerms(share="50%", notice_days=31, proof_days=90, stay_days=14),
        renewal=RenewalTerms(
            rate_cap="50%", asd_cap="25%", no_new_lasers=True, refund=ExperienceRefund(share="25%", below="70%")
        ),
    )


def budget() -> FundingPlan:
    """Return what the employer pays besides claims in 2025, and what it expected of the year."""
    return FundingPlan(administration="41.50", tiers=[TierRates(tier=tier, **rates) for tier, rates in _BUDGET.items()])


def _other(year: int, basis: ContractBasis) -> OtherPolicy:
    period = _YEARS[year]
    return OtherPolicy(effective=period.effective, expires=period.expires, basis=basis, covers=["specific"])


def _basis_of_2025() -> ContractBasis:
    """Return the windows of 2025 as another policy writes them: by their days."""
    return ContractBasis(
        incurred_from=dt.date(2024, 10, 1),
        incurred_through=IN_FORCE_UNTIL,
        paid_from=dt.date(2025, 1, 1),
        paid_through=dt.date(2026, 1, 31),
    )


def _parts(deductible: int, numerator: int, denominator: int = 1) -> Amount:
    return dollars(deductible * numerator // denominator)


def _specific(deductible: int, whose: Mapping[str, Member]) -> SpecificTerms:
    def part(numerator: int, denominator: int = 1) -> Amount:
        return _parts(deductible, numerator, denominator)

    lifetime = 12
    return SpecificTerms(
        basis=ContractBasis(
            label="15/12",
            run_in_limit=DollarLimit(amount=part(1, 2)),
            run_out_limit=DollarLimit(amount=part(1), caps="reimbursed"),
            prior_administrator=PriorAdministrator(paid_by=dt.date(2025, 3, 31), reported_by=dt.date(2025, 3, 15)),
        ),
        covers=_COVERS,
        deductible=part(1),
        aggregating=part(1, 4),
        excludes=["access_fee"],
        classes=COVERED_CLASSES,
        lifetime_maximum=part(lifetime),
        family_deductible=part(5, 4),
        common_accident=CommonAccident(),
        used=[
            Used(member=whose["lifetime"].id, reimbursed=part(4 * lifetime - 1, 4)),
            Used(member=whose["transplant"].id, reimbursed=part(1, 2), tag="transplant"),
        ],
        lasers=[
            Laser(member=whose["dialysis"].id, deductible=part(3, 2)),
            Laser(member=whose["hemophilia"].id, deductible=part(3, 2), tags=["D66"], fund=_FUND),
            Laser(
                member=whose["transplant"].id,
                deductible=part(2),
                when="transplant",
                effect="from_trigger",
                fund=_FUND,
                counts="standard",
            ),
            Laser(
                member=whose["multiple sclerosis"].id,
                deductible=part(2),
                from_on=dt.date(2025, 7, 1),
                counts="nothing",
            ),
            Laser(member=whose["excluded"].id, excluded=True),
        ],
        laser_funds=[LaserFund(name=_FUND, amount=part(3, 2))],
        caps=[
            Cap(tag="transplant", amount=part(3, 2), per="lifetime"),
            Cap(tag="gene_therapy", amount=part(2), on="eligible"),
        ],
        reductions=[Reduction(tag="own_clinic", share="50%")],
        tiers=[ShareTier(above="0", share="80%"), ShareTier(above=part(1, 2), share="100%")],
        layers=[CarrierLayer(carrier=CARRIERS[0], limit=part(2)), CarrierLayer(carrier=CARRIERS[1])],
    )


def _aggregate(deductible: int, scale: Fraction) -> AggregateTerms:
    return AggregateTerms(
        basis=ContractBasis(label="12/12", run_out_limit=DollarLimit(amount=_parts(deductible, 4), per="policy")),
        covers=_COVERS,
        excludes=["access_fee"],
        classes=COVERED_CLASSES,
        laser_loss_limit="laser",
        enrollment_lag=LAG,
        factors=[
            *(_factor(tier, of, plan, scale) for tier, of, plan in product(TIERS, COVERED_CLASSES, PLANS)),
            *(_factor(tier, of, "PPO", scale * _RAISED, _RAISED_ON) for tier, of in product(TIERS, COVERED_CLASSES)),
        ],
        minimum=MinimumAttachment(monthly=_parts(deductible, 1, 4), first_months=FirstMonths(months=3, share="95%")),
        accommodation=Accommodation(keep="5000", smallest="1000", repay="when_recovered", months_open=8),
        maximum="1000000",
    )


def _factor(tier: str, of: str, plan: str, scale: Fraction, from_on: dt.date | None = None) -> AggregateFactor:
    expected = Fraction(_EXPECTED[tier] * _OF_CLASS[of] * _OF_PLAN[plan], 100 * 100)
    return AggregateFactor(
        tier=tier, covered_class=of, plan=plan, amount=dollars(rounded(expected * scale)), from_on=from_on
    )


def __dir__() -> list[str]:
    return __all__
