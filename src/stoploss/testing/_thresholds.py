"""At which amounts something changes under a policy: deductibles, lasers, pools, limits, maxima, tiers."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from stoploss.aggregate_terms import AggregateTerms
from stoploss.money import ZERO, Amount, cents, dollars, rounded
from stoploss.policy import Policy
from stoploss.specific_terms import SpecificTerms
from stoploss.waterfall import deductible_in_force
from stoploss.words import MaximumOn

__all__ = ["edges", "near", "thresholds"]


def thresholds(policy: Policy) -> tuple[int, ...]:
    """Return the cents at which something changes for one unit, or for all units together."""
    found: list[Amount | None] = []
    if policy.specific:
        found += _of_specific(policy, policy.specific)
    if policy.aggregate:
        found += _of_aggregate(policy.aggregate)
    bases = [terms.basis for terms in (policy.specific, policy.aggregate) if terms]
    bases += [policy.bridge.basis] if policy.bridge else []
    limits = [limit for basis in bases for limit in (basis.run_in_limit, basis.run_out_limit)]
    found += [limit.amount for limit in limits if limit]
    return tuple(dict.fromkeys(cents(amount) for amount in (*found, ZERO) if amount is not None))


def _of_specific(policy: Policy, terms: SpecificTerms) -> list[Amount | None]:
    """Return the deductible and the maximum, then what is as far above the deductible as something else reaches."""
    deductible = dollars(deductible_in_force(policy, terms))
    above: list[Amount | None] = [dollars(more) for more in edges(policy)[1:]]
    above += [terms.lifetime_maximum, *(tier.above for tier in terms.tiers), *(layer.limit for layer in terms.layers)]
    above += [fund.amount for fund in terms.laser_funds]
    found = [deductible, terms.deductible, terms.maximum]
    found += [deductible + more for more in above if more is not None]
    found += [laser.deductible for laser in terms.lasers]
    found += [terms.family_deductible, terms.common_accident.deductible if terms.common_accident else None]
    return [*found, *(cap.amount for cap in terms.caps)]


def _of_aggregate(terms: AggregateTerms) -> list[Amount | None]:
    least = terms.minimum
    return [terms.loss_limit, terms.maximum, *((least.amount, least.monthly) if least else ())]


def edges(policy: Policy) -> tuple[int, ...]:
    """Return the deductible, and what a unit alone adds to it to use up the ASD, and then to reach the maximum."""
    specific = policy.specific
    if not specific:
        return (0,)
    deductible, aggregating = deductible_in_force(policy, specific), cents(specific.aggregating)
    if specific.maximum is None or not specific.share:
        return (deductible, aggregating)
    maximum = cents(specific.maximum)
    if specific.maximum_on is MaximumOn.ELIGIBLE:
        return (deductible, aggregating, maximum - deductible)
    return (deductible, aggregating, aggregating + rounded(maximum / Fraction(specific.share)))


def near(policy: Policy) -> st.SearchStrategy[Amount]:
    """At every threshold of *policy*, a cent below and a cent above: deductible, lasers, ASD, limits, maxima."""
    around = {max(0, threshold + aside) for threshold in thresholds(policy) for aside in (0, -1, 1)}
    return st.sampled_from([dollars(amount) for amount in sorted(around)])


def __dir__() -> list[str]:
    return __all__
