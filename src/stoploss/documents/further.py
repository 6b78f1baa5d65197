"""Terms that policies are known to have and that this version does not apply.

Each is refused by name, wherever it stands: a term that would change a settlement is never ignored.
A term that has come to be applied is taken off the list, and the list is all there is to change.
"""

from __future__ import annotations

from collections.abc import Mapping

from stoploss.aggregate_terms import AggregateFactor, AggregateTerms, MinimumAttachment
from stoploss.basis import ContractBasis, RunInLimit
from stoploss.policy import EarlyTermination, Policy
from stoploss.specific_terms import Laser, SpecificTerms

__all__ = ["NOT_APPLIED"]

NOT_APPLIED: Mapping[type, frozenset[str]] = {
    Policy: frozenset({"advance_funding", "bridge", "notices", "overlap", "renewal", "terminal_liability"}),
    EarlyTermination: frozenset({"deductible"}),
    SpecificTerms: frozenset(
        {
            "caps",
            "classes",
            "excludes",
            "family_deductible",
            "laser_funds",
            "lifetime_maximum",
            "reductions",
            "tiers",
            "used",
        }
    ),
    Laser: frozenset({"counts", "effect", "from", "fund", "tags", "when"}),
    ContractBasis: frozenset({"prior_administrator", "run_out_limit"}),
    RunInLimit: frozenset({"caps"}),
    AggregateTerms: frozenset({"accommodation", "classes", "enrollment_lag", "excludes"}),
    AggregateFactor: frozenset({"class", "from", "plan"}),
    MinimumAttachment: frozenset({"first_months", "monthly"}),
}
"""By the class whose table they would stand in."""


def __dir__() -> list[str]:
    return __all__
