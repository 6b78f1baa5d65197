"""What terms say about each other while some of them are still wrong.

A class checks its own rules when it is built.
Where a field is missing or wrong there is nothing to build, and the rules are put to the terms that are right so far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeAlias

from stoploss.aggregate_terms import AGGREGATE_RULES, AggregateTerms
from stoploss.attachment_terms import (
    ACCOMMODATION_RULES,
    MINIMUM_RULES,
    Accommodation,
    AggregateFactor,
    MinimumAttachment,
)
from stoploss.basis import ContractBasis, DollarLimit
from stoploss.errors import Finding, StopLossError
from stoploss.inner_terms import USED_RULES, Used
from stoploss.lasers import LASER_RULES, Laser
from stoploss.money import ZERO
from stoploss.policy import Policy
from stoploss.policy_rules import POLICY_RULES
from stoploss.riders import TERMINAL_RULES, TerminalLiability
from stoploss.rules import findings_among
from stoploss.specific_terms import SPECIFIC_RULES, SpecificTerms
from stoploss.window import Period, period_findings

__all__ = ["Terms", "findings_so_far", "refusals"]

Terms: TypeAlias = Mapping[str, Any]


def findings_so_far(cls: type, terms: Terms) -> tuple[Finding, ...]:
    """
    Return what is wrong among those *terms* of *cls* that are right in themselves.

    A companion's class brings its rules along, as ``RULES``.
    """
    find = _RULES.get(cls) or partial(findings_among, getattr(cls, "RULES", ()))
    return tuple(find(terms))


def refusals(build: Callable[..., object], **values: object) -> tuple[Finding, ...]:
    """Return why *build* refuses the values, if it does."""
    try:
        build(**values)
    except StopLossError as error:
        return error.findings
    return ()


def _days(terms: Terms) -> Iterable[Finding]:
    if "effective" not in terms or "expires" not in terms:
        return ()
    return period_findings(
        terms["effective"], terms["expires"], terms.get("original_effective"), terms.get("terminated")
    )


def _basis(terms: Terms) -> Iterable[Finding]:
    # Without a label every day must be given, and one that is wrong would be reported as missing.
    own = {name: value for name, value in terms.items() if "." not in name}
    return refusals(ContractBasis, **own) if isinstance(own.get("label"), str) else ()


def _factor(terms: Terms) -> Iterable[Finding]:
    return refusals(AggregateFactor, tier=terms["tier"], amount=ZERO) if "tier" in terms else ()


def _limit(terms: Terms) -> Iterable[Finding]:
    return refusals(DollarLimit, amount=terms["amount"]) if "amount" in terms else ()


_RULES: Mapping[type, Callable[[Terms], Iterable[Finding]]] = {
    Policy: partial(findings_among, POLICY_RULES),
    Period: _days,
    SpecificTerms: partial(findings_among, SPECIFIC_RULES),
    Laser: partial(findings_among, LASER_RULES),
    AggregateTerms: partial(findings_among, AGGREGATE_RULES),
    AggregateFactor: _factor,
    MinimumAttachment: partial(findings_among, MINIMUM_RULES),
    ContractBasis: _basis,
    DollarLimit: _limit,
    Accommodation: partial(findings_among, ACCOMMODATION_RULES),
    TerminalLiability: partial(findings_among, TERMINAL_RULES),
    Used: partial(findings_among, USED_RULES),
}


def __dir__() -> list[str]:
    return __all__
