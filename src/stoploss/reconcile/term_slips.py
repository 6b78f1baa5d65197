"""Slips with terms: one overlooked, or applied the other way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from attrs import evolve

from stoploss.lasers import Laser
from stoploss.money import ZERO, Amount, cents, dollars
from stoploss.policy import Policy
from stoploss.receivables.units import Unit, sheets_of
from stoploss.reconcile.slips import Cause, Slip, allowed
from stoploss.specific_terms import SpecificTerms
from stoploss.statement import Statement
from stoploss.words import ConsumeBy, Counting, LaserLossLimit, Per, ShareApplies

__all__ = ["aggregate_slips", "specific_slips"]

_Terms: TypeAlias = dict[str, Any]
"""Terms of a cover by name, with other values."""


def specific_slips(statement: Statement, unit: Unit, base: Slip, stated: Mapping[str, Amount]) -> Iterator[Slip]:
    """Yield the terms of specific overlooked, one at a time, or applied the other way."""
    terms, whose = base.policy.specific, unit[1]
    if terms is None or whose is None:
        return
    changes = [
        ("as if it had no laser", {"lasers": _others(terms, whose)}),
        *(
            (f"as if its deductible were {deductible:,}", _with_deductible(terms, whose, deductible))
            for deductible in _deductibles(statement, unit, terms, stated)
        ),
        *_with_other_words(terms),
    ]
    for words, changed in changes:
        policy = allowed(lambda: _under(base.policy, changed))  # noqa: B023  # it is called before the next turn
        if policy is not None and policy != base.policy:
            yield evolve(base, cause=Cause(words=words), policy=policy)
    if terms.aggregating:
        own = [payment for payment in base.payments if statement.settlement.unit_of_owner(payment) == whose]
        words = f"as if the aggregating specific deductible were taken from each {terms.per}"
        yield evolve(base, cause=Cause(words=words), payments=own)


def _with_other_words(terms: SpecificTerms) -> Iterator[tuple[str, _Terms]]:
    """Yield the changes of terms that are the same for every unit."""
    asd, first = terms.aggregating, terms.share_applies is ShareApplies.BEFORE_AGGREGATING
    by = ConsumeBy.PAID if terms.consume_by is ConsumeBy.INCURRED else ConsumeBy.INCURRED
    share = ShareApplies.AFTER_AGGREGATING if first else ShareApplies.BEFORE_AGGREGATING
    yield "as if there were no aggregating specific deductible", {"aggregating": ZERO}
    yield "as if the aggregating specific deductible were taken twice", {"aggregating": dollars(2 * cents(asd))}
    yield "as if the share were 100 %", {"share": 1}
    yield f"as if the share applied {share.replace('_', ' ')}", {"share_applies": share}
    yield "as if there were no maximum", {"maximum": None}
    yield f"as if claims consumed the deductible in the order {by}", {"consume_by": by}


def _others(terms: SpecificTerms, unit: str) -> tuple[Laser, ...]:
    return tuple(laser for laser in terms.lasers if laser.unit != unit)


def _deductibles(statement: Statement, unit: Unit, terms: SpecificTerms, stated: Mapping[str, Amount]) -> list[Amount]:
    """Return the deductibles that the carrier may have applied, other than the right one and the standard one."""
    candidates = [laser.deductible for laser in terms.lasers if laser.unit != unit[1]]
    candidates.append(dollars(cents(terms.deductible) + cents(terms.aggregating)))
    if "deductible" in stated:
        candidates = [stated["deductible"]]
    elif "retained" in stated:
        candidates = [dollars(cents(stated["retained"]) + cents(stated.get("laser", ZERO)))]
    applied = getattr(sheets_of(statement).get(unit), "deductible", None)
    return sorted({amount for amount in candidates if amount is not None and amount > 0} - {applied, terms.deductible})


def _with_deductible(terms: SpecificTerms, unit: str, deductible: Amount) -> _Terms:
    """Return the terms that give a unit this deductible: a laser, or a lower standard one."""
    others = _others(terms, unit)
    if deductible < terms.deductible:
        return {"deductible": deductible, "lasers": others}
    member, family = (unit, None) if terms.per is Per.MEMBER else (None, unit)
    return {"lasers": (*others, Laser(member=member, family=family, deductible=deductible))}


def aggregate_slips(base: Slip) -> Iterator[Slip]:
    """Yield the terms of the aggregate overlooked, one at a time, or applied the other way."""
    terms = base.policy.aggregate
    if terms is None:
        return
    standard = LaserLossLimit.STANDARD
    laser = LaserLossLimit.LASER if terms.laser_loss_limit is standard else standard
    counting: _Terms = {"counting": Counting.LOSS_LIMIT}
    if terms.counting is Counting.LOSS_LIMIT:
        counting = {"counting": Counting.NET_OF_SPECIFIC, "loss_limit": None, "laser_loss_limit": standard}
        counting["aggregating_counts"] = False
    asd = {"aggregating_counts": not terms.aggregating_counts}
    changes: tuple[tuple[str, _Terms], ...] = (
        ("as if there were no minimum attachment point", {"minimum": None}),
        ("as if the loss limit were the specific deductible", {"loss_limit": None}),
        (f"as if a lasered unit counted up to the {laser} limit", {"laser_loss_limit": laser}),
        ("as if the dollars of the aggregating specific deductible counted the other way", asd),
        (f"as if it counted by {counting['counting']}", counting),
        ("as if the share were 100 %", {"share": 1}),
        ("as if there were no maximum", {"maximum": None}),
    )
    for words, changed in changes:
        policy = allowed(lambda: _counting(base.policy, changed))  # noqa: B023  # it is called before the next turn
        if policy is not None and policy != base.policy:
            yield evolve(base, cause=Cause(words=words), policy=policy)


def _under(policy: Policy, terms: _Terms) -> Policy:
    return evolve(policy, specific=evolve(policy.specific, **terms) if policy.specific else None)


def _counting(policy: Policy, terms: _Terms) -> Policy:
    return evolve(policy, aggregate=evolve(policy.aggregate, **terms) if policy.aggregate else None)


def __dir__() -> list[str]:
    return __all__
