"""Slips with terms: one overlooked, or applied the other way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, TypeAlias

from attrs import evolve, fields

from stoploss.aggregate_terms import AggregateTerms
from stoploss.basis import ContractBasis
from stoploss.errors import StopLossError
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

_SPECIFIC_TERMS = (
    "excludes",
    "classes",
    "lifetime_maximum",
    "used",
    "family_deductible",
    "common_accident",
    "caps",
    "reductions",
    "tiers",
)
_AGGREGATE_TERMS = ("excludes", "classes", "enrollment_lag")
_BASIS_TERMS = ("run_in_limit", "run_out_limit", "prior_administrator")
_RIDERS = ("early_termination", "terminal_liability", "bridge", "overlap", "advance_funding", "recoveries", "rebates")


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
        *_forgotten(terms, _SPECIFIC_TERMS),
        *_forgotten_in_basis(terms.basis),
    ]
    for words, changed in changes:
        yield from _under(base, words, "specific", changed)
    yield from _without_riders(base)
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
    for words, changed in (*changes, *_forgotten(terms, _AGGREGATE_TERMS), *_forgotten_in_basis(terms.basis)):
        yield from _under(base, words, "aggregate", changed)
    yield from _without_riders(base)


def _forgotten(terms: SpecificTerms | AggregateTerms, names: Iterable[str]) -> Iterator[tuple[str, _Terms]]:
    """Yield the changes that leave one further term out, as if the schedule did not have it."""
    for name in names:
        changed = {name: _default(type(terms), name)}
        yield f"as if the term {name} were forgotten", changed | ({"used": ()} if name == "lifetime_maximum" else {})


def _forgotten_in_basis(basis: ContractBasis) -> Iterator[tuple[str, _Terms]]:
    for name in _BASIS_TERMS:
        without = evolve(basis, **{name: _default(ContractBasis, name)})
        yield f"as if the term basis.{name} were forgotten", {"basis": without}


def _without_riders(base: Slip) -> Iterator[Slip]:
    """Yield the policy without one of its riders."""
    for name in _RIDERS:
        yield from _other(base, f"as if the rider {name} were forgotten", {name: _default(Policy, name)})


def _default(of: type, name: str) -> Any:  # noqa: ANN401  # the value of a term of any type
    """Return what holds where a policy does not have a term."""
    return getattr(fields(of), name).default


def _under(base: Slip, words: str, cover: str, terms: _Terms) -> Iterator[Slip]:
    """Yield the slip of settling under other terms of a cover, where these can be."""
    with suppress(StopLossError):
        yield from _other(base, words, {cover: evolve(getattr(base.policy, cover), **terms)})


def _other(base: Slip, words: str, terms: _Terms) -> Iterator[Slip]:
    """Yield the slip of settling another policy, where there can be one and it is another."""
    policy = allowed(lambda: evolve(base.policy, **terms))
    if policy is not None and policy != base.policy:
        yield evolve(base, cause=Cause(words=words), policy=policy)


def __dir__() -> list[str]:
    return __all__
