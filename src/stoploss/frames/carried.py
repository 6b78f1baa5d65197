"""Which terms columns carry; a policy with another one is settled by the Python engine, in the same run.

Every field of a policy is either carried or named here, and a test holds that: a term that is added later is not
carried until somebody has said how.

Source: ``docs/clauses.md``; each term has its row there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from attrs import AttrsInstance, fields

from stoploss.aggregate_terms import AggregateTerms
from stoploss.basis import ContractBasis
from stoploss.lasers import Laser
from stoploss.money import Share
from stoploss.policy import Policy
from stoploss.specific_terms import SpecificTerms

__all__ = ["CARRIED", "uncarried"]

_SHARE_PLACES = 6

CARRIED: Mapping[type, frozenset[str]] = {
    Policy: frozenset(
        [
            "policyholder",
            "carrier",
            "number",
            "period",
            "specific",
            "aggregate",
            "early_termination",
            "terminal_liability",
            "bridge",
            "notices",
            "renewal",
            "situs",
            "currency",
            "specific_windows",
            "aggregate_windows",
        ]
    ),
    SpecificTerms: frozenset(
        [
            "basis",
            "covers",
            "deductible",
            "per",
            "aggregating",
            "share",
            "share_applies",
            "maximum",
            "maximum_on",
            "consume_by",
            "classes",
            "lifetime_maximum",
            "used",
            "lasers",
        ]
    ),
    AggregateTerms: frozenset(
        [
            "basis",
            "covers",
            "factors",
            "minimum",
            "counting",
            "loss_limit",
            "laser_loss_limit",
            "aggregating_counts",
            "share",
            "maximum",
            "maximum_kind",
            "classes",
            "enrollment_lag",
            "per",
            "consume_by",
        ]
    ),
    ContractBasis: frozenset(
        ["label", "run_out_days", "incurred_from", "incurred_through", "paid_from", "paid_through"]
    ),
    Laser: frozenset(["member", "family", "deductible", "excluded"]),
}
"""By class, the fields that columns carry; of the others, only the default."""


def uncarried(policy: Policy, as_of: dt.date | None) -> tuple[str, ...]:
    """
    Return the terms of a policy that columns do not carry, as its document names them; empty: they carry all of it.

    Args:
        policy: The policy.
        as_of: Day of the settlement: before the period has ended an accommodation decides what is due.
    """
    return tuple(dict.fromkeys(_uncarried(policy, as_of)))


def _uncarried(policy: Policy, as_of: dt.date | None) -> Iterator[str]:
    yield from _changed(policy, "")
    for name, terms in (("specific", policy.specific), ("aggregate", policy.aggregate)):
        if terms is not None:
            yield from (each for each in _changed(terms, f"{name}.") if each != "aggregate.accommodation")
            if _places(terms.share) > _SHARE_PLACES:
                yield f"{name}.share"
    if policy.specific is not None:
        for laser in policy.specific.lasers:
            yield from _changed(laser, "specific.lasers.")
    for basis in policy.bases:
        yield from _changed(basis, "basis.")
    advances = policy.aggregate is not None and policy.aggregate.accommodation is not None
    if advances and as_of is not None and as_of < policy.period.last_day_in_force:
        yield "aggregate.accommodation"


def _changed(terms: AttrsInstance, prefix: str) -> Iterator[str]:
    """Yield the fields that are not carried and not at their default."""
    for each in fields(type(terms)):
        if each.name in CARRIED[type(terms)]:
            continue
        if getattr(terms, each.name) != each.default:
            yield f"{prefix}{each.name}"


def _places(share: Share) -> int:
    exponent = share.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def __dir__() -> list[str]:
    return __all__
