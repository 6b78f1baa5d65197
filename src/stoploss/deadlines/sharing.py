"""Who shares a deductible or a fund with whom: a claim of one may bring another's dollars into excess.

The members of a family under a family deductible, all who are hurt in one accident under a common accident provision,
and the lasered units of one fund.

Source: ``docs/clauses.md``, notices.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from stoploss.specific_terms import SpecificTerms
from stoploss.statement import Statement

__all__ = ["and_who_shares"]

_Shared: TypeAlias = tuple[str, str]
"""What is shared, and its name: a family, an accident, or a fund."""


def and_who_shares(units: Iterable[str], statement: Statement, terms: SpecificTerms) -> AbstractSet[str]:
    """Return these units, those that share a deductible or a fund with one of them, and so on."""
    shared_by: defaultdict[str, set[_Shared]] = defaultdict(set)
    sharing: defaultdict[_Shared, set[str]] = defaultdict(set)
    for unit, shared in _shares(statement, terms):
        shared_by[unit].add(shared)
        sharing[shared].add(unit)
    found = set(units)
    to_look_at = list(found)
    while to_look_at:
        for shared in shared_by[to_look_at.pop()]:
            others = sharing[shared] - found
            found |= others
            to_look_at.extend(others)
    return found


def _shares(statement: Statement, terms: SpecificTerms) -> Iterator[tuple[str, _Shared]]:
    """Yield what each unit shares."""
    settlement = statement.settlement
    for payment in settlement.payments:
        if terms.family_deductible is not None and payment.family is not None:
            yield settlement.unit_of_owner(payment), ("family", payment.family)
        if terms.common_accident is not None and payment.accident is not None:
            yield settlement.unit_of_owner(payment), ("accident", payment.accident)
    for laser in terms.lasers:
        if laser.fund is not None:
            yield laser.unit, ("fund", laser.fund)


def __dir__() -> list[str]:
    return __all__
