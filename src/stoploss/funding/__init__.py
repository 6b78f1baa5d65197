"""The employer's year: what funding the plan itself costs, with stop-loss and without.

A statement says what the carrier owes.
This says what the employer pays: claims, the administrator's fees and the carrier's premium, less what comes back,
against what was set aside, month by month; and what the same year would have cost fully insured, or with other cover.
Reimbursements are those of the settlement; nothing is computed twice.

Source: the ASO arrangement as brokers report it to employers: fixed cost, paid claims by benefit, reimbursements,
expected and maximum cost; see ``docs/concepts/funding.md``.
"""

from __future__ import annotations

from stoploss.funding.arrangements import Arrangement, ArrangementName
from stoploss.funding.documents import dump_funding_plan, load_funding_plan, parse_funding_plan
from stoploss.funding.maximum import Bound, Condition, LiabilityLine, MaximumLiability, Unbounded
from stoploss.funding.months import FundingRow
from stoploss.funding.paid import PaidClaims
from stoploss.funding.plan import FundingPlan, TierRates
from stoploss.funding.rates import TierRow
from stoploss.funding.year import FundingYear, fund

__all__ = [
    "Arrangement",
    "ArrangementName",
    "Bound",
    "Condition",
    "FundingPlan",
    "FundingRow",
    "FundingYear",
    "LiabilityLine",
    "MaximumLiability",
    "PaidClaims",
    "TierRates",
    "TierRow",
    "Unbounded",
    "dump_funding_plan",
    "fund",
    "load_funding_plan",
    "parse_funding_plan",
]


def __dir__() -> list[str]:
    return __all__
