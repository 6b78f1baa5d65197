"""Which terms running totals understand: those under which a ledger need not settle again for each payment.

A term is understood when it stands in the list here, or when the policy does not have it: a new term is settled the
whole way until somebody has shown that sums alone tell what it does.

Source: ``docs/clauses.md``, ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from attrs import fields

from stoploss.aggregate_terms import AggregateTerms
from stoploss.basis import ContractBasis, DollarLimit
from stoploss.lasers import Laser
from stoploss.policy import Policy
from stoploss.specific_terms import SpecificTerms
from stoploss.words import LimitPer

__all__ = ["stands", "ties"]

_UNDERSTOOD: Mapping[type, str] = {
    Policy: """
        policyholder carrier number situs currency period specific aggregate early_termination terminal_liability
        rebates notices renewal
    """,
    SpecificTerms: """
        basis covers deductible per aggregating share share_applies maximum maximum_on consume_by lifetime_maximum used
        lasers tiers layers
    """,
    Laser: "member family deductible excluded",
    AggregateTerms: """
        basis covers factors minimum counting loss_limit laser_loss_limit aggregating_counts share maximum maximum_kind
        enrollment_lag accommodation per consume_by
    """,
    ContractBasis: "label run_out_days incurred_from incurred_through paid_from paid_through run_in_limit",
    DollarLimit: "amount per",
}
"""By class: the terms of which sums alone tell what becomes of the next payment."""


def stands(policy: Policy) -> bool:
    """Say whether running totals alone tell what becomes of the next payment under every term of a policy."""
    covers = [terms for terms in (policy.specific, policy.aggregate) if terms]
    limits = [basis.run_in_limit for basis in policy.bases if basis.run_in_limit]
    lasers = policy.specific.lasers if policy.specific else ()
    return all(map(_is_understood, (policy, *covers, *policy.bases, *limits, *lasers)))


def _is_understood(terms: object) -> bool:
    """Say whether every term that is not in the list is as if it were not there."""
    understood = _UNDERSTOOD[type(terms)].split()
    others = [
        attribute
        for attribute in fields(cast("Any", type(terms)))
        if attribute.init and attribute.name not in understood
    ]
    return all(getattr(terms, attribute.name) == attribute.default for attribute in others)


def ties(policy: Policy) -> bool:
    """Say whether what becomes of one unit's payments may depend on another unit's."""
    specific = policy.specific
    limits = [limit for basis in policy.bases for limit in (basis.run_in_limit, basis.run_out_limit) if limit]
    pooled = specific is not None and bool(
        specific.aggregating
        or specific.family_deductible is not None
        or specific.common_accident
        or specific.laser_funds
    )
    return pooled or any(limit.per is LimitPer.POLICY for limit in limits)


def __dir__() -> list[str]:
    return __all__
