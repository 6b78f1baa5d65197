"""Renewal: the next policy, who is disclosed, what it may cost, and what another deductible would do.

:func:`renew` makes next year's policy from this one with what changed; :func:`check_renewal` holds a carrier's offer
against what the expiring policy promised.
:func:`disclosure` lists the large claims that the carrier asks for before it offers.
:func:`premium`, :func:`leveraged_trend`, :func:`deductible_change` and :func:`experience_refund` are the arithmetic of
the offer.

Source: ``docs/clauses.md``, policy period.
"""

from __future__ import annotations

from stoploss.premium import Premium, PremiumLine, TierRate, premium
from stoploss.renewal.changing import TermChange, compare
from stoploss.renewal.disclosing import Disclosed, Disclosure, disclosure
from stoploss.renewal.offers import check_renewal
from stoploss.renewal.pricing import DeductibleChange, deductible_change, experience_refund, leveraged_trend
from stoploss.renewal.renewing import Renewal, renew

__all__ = [
    "DeductibleChange",
    "Disclosed",
    "Disclosure",
    "Premium",
    "PremiumLine",
    "Renewal",
    "TermChange",
    "TierRate",
    "check_renewal",
    "compare",
    "deductible_change",
    "disclosure",
    "experience_refund",
    "leveraged_trend",
    "premium",
    "renew",
]


def __dir__() -> list[str]:
    return __all__
