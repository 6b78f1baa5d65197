"""Why a carrier's figures may be what they are: single slips that would make exactly these figures.

For a unit that differs, the settlement is done again as a carrier might have done it: without the pharmacy claims, with
the laser forgotten, with one claim counted twice, with the aggregating specific deductible taken from each member.
Where that makes every step that the carrier states, to the cent, it is a *cause*.
It is a hint: two slips may make the same figures, and then both are named; two at once are not looked for.

Nothing here knows a rule of the settlement: ``settle`` does, and gets other terms or other payments.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve, field, frozen

from stoploss.eligibility import Reason
from stoploss.errors import StopLossError
from stoploss.facts import Administrator, Coverage, Payment, Status
from stoploss.money import ZERO, Amount, cents, dollars
from stoploss.policy import Policy
from stoploss.receivables.units import Sheet, Unit, sheets_of
from stoploss.specific_terms import Laser, SpecificTerms
from stoploss.statement import Settlement, Statement, settle
from stoploss.words import ConsumeBy, Counting, LaserLossLimit, ShareApplies

__all__ = ["Cause", "causes_of"]

_MOST_CLAIMS = 40
"""How many claims of a unit are tried one by one."""


@frozen(kw_only=True)
class Cause:
    """
    A single slip that would make the carrier's figures.

    Args:
        words: What it is, such as ``as if the rx claims did not count``.
        ids: The claims, or the carrier's payments, that it is about.
    """

    words: str = field(repr=False)
    ids: tuple[str, ...] = field(default=(), repr=False)


@frozen(kw_only=True)
class _Slip:
    """A cause, and the settlement that it would have been."""

    cause: Cause
    policy: Policy
    payments: Sequence[Payment]


def causes_of(statement: Statement, unit: Unit, stated: Mapping[str, Amount]) -> tuple[Cause, ...]:
    """
    Return the single slips that would make what a carrier states of a unit.

    Args:
        statement: Ours.
        unit: A unit of specific, or the aggregate.
        stated: The carrier's figures by step.
    """
    ours = sheets_of(statement).get(unit)
    found = list(_of_the_books(statement, unit, ours, stated))
    settled = {step: figure for step, figure in stated.items() if step != "reimbursed"}
    if not settled or _says(ours, settled):
        return tuple(found)
    base = _base(statement, unit, ours)
    slips = _specific_slips if unit[0] is Coverage.SPECIFIC else _aggregate_slips
    for slip in (*_slips_of_claims(statement, unit, base, stated), *slips(statement, unit, base, stated)):
        if _says(_settled_again(statement, slip, unit), settled):
            found.append(slip.cause)
    return tuple(found)


def _says(sheet: Sheet | None, settled: Mapping[str, Amount]) -> bool:
    """Say whether a sheet has these figures; a unit without one has zeros."""
    return all((getattr(sheet, step) if sheet else ZERO) == figure for step, figure in settled.items())


def _of_the_books(
    statement: Statement, unit: Unit, ours: Sheet | None, stated: Mapping[str, Amount]
) -> Iterator[Cause]:
    """Find a payment of the carrier that one side has booked and the other has not."""
    if "reimbursed" not in stated:
        return
    missing = cents(ours.reimbursed if ours else ZERO) - cents(stated["reimbursed"])
    for payment in statement.settlement.reported.carrier_payments if missing else ():
        if (payment.coverage, payment.member) == unit and payment.cents in {missing, -missing}:
            slip = "were not on its books" if payment.cents == missing else "were on its books twice"
            yield Cause(words=f"as if the carrier's payment of {payment.paid_on} {slip}", ids=(payment.id,))


def _settled_again(statement: Statement, slip: _Slip, unit: Unit) -> Sheet | None:
    """Settle as the slip has it; what cannot be settled so makes nothing."""
    reported = statement.settlement.reported
    try:
        again = settle(slip.policy, slip.payments, reported.units, (), as_of=statement.as_of)
    except StopLossError:
        return None
    return sheets_of(again).get(unit)


def _base(statement: Statement, unit: Unit, ours: Sheet | None) -> _Slip:
    """
    Return the least that has to be settled for the unit to come out as it did.

    A unit is mostly settled by its own payments; where units are tied together (by the ASD, a pool, a limit per policy)
    by those of the large claimants too, or by all.
    """
    settlement = statement.settlement
    everything = tuple(settlement.reported.payments.values())
    whole = _Slip(cause=Cause(words=""), policy=settlement.policy, payments=everything)
    if unit[0] is Coverage.AGGREGATE:
        return whole
    sheets = statement.specific.units if statement.specific else ()
    large = {sheet.unit for sheet in sheets if sheet.eligible != sheet.retained}
    for units in ({unit[1]}, {unit[1], *large}):
        payments = [payment for payment in everything if settlement.unit_of_owner(payment) in units]
        less = evolve(whole, policy=_without_aggregate(settlement.policy), payments=payments)
        again = _settled_again(statement, less, unit)
        if (
            again is not None
            and ours is not None
            and evolve(again, reimbursed=ZERO, due=ZERO) == evolve(ours, reimbursed=ZERO, due=ZERO)
        ):
            return less
    return whole


def _without_aggregate(policy: Policy) -> Policy:
    return _other(lambda: evolve(policy, aggregate=None)) or policy


def _other(make: Callable[[], Policy]) -> Policy | None:
    """Return a policy with other terms, or nothing where they contradict the rest."""
    try:
        return make()
    except StopLossError:
        return None


# ------------------------------------------------------------------ slips with claims


def _slips_of_claims(statement: Statement, unit: Unit, base: _Slip, stated: Mapping[str, Amount]) -> Iterator[_Slip]:
    """Yield claims left out, refunds not taken off, claims counted twice, and excluded claims counted."""
    settlement = statement.settlement
    its = "its" if unit[0] is Coverage.SPECIFIC else "the"
    own = [
        payment
        for payment in base.payments
        if unit[0] is Coverage.AGGREGATE or settlement.unit_of_owner(payment) == unit[1]
    ]
    reasons = _reasons(statement, unit[0])
    eligible = [payment for payment in own if payment.id not in reasons]
    for words, group in _groups(settlement.policy, eligible):
        yield _left_out(base, f"as if {its} {words} did not count", group)
    refunds = [payment for payment in eligible if payment.cents < 0]
    if refunds:
        yield _left_out(base, f"as if {its} voids and refunds were not taken off", refunds)
    for payment in _worth_trying(statement, unit, eligible, stated):
        yield _left_out(base, "as if one claim did not count", [payment])
        twice = evolve(payment, id=f"{payment.id} again")
        cause = Cause(words="as if one claim counted twice", ids=(payment.id,))
        yield evolve(base, cause=cause, payments=[*base.payments, twice])
    for reason in Reason:
        group = [payment for payment in own if reasons.get(payment.id) is reason]
        if group:
            words = f"as if {its} claims that are excluded as {reason} counted"
            yield _let_in(settlement, unit[0], base, words, group)


def _groups(policy: Policy, payments: Sequence[Payment]) -> Iterator[tuple[str, list[Payment]]]:
    """Yield groups of claims that a system may overlook as one, with their names; none that is everything."""
    last_day, effective = policy.period.last_day_in_force, policy.period.effective
    tests: dict[str, Callable[[Payment], bool]] = {
        f"{benefit} claims": lambda payment, benefit=benefit: payment.benefit is benefit
        for benefit in sorted({payment.benefit for payment in payments})
    }
    tests["run-out claims"] = lambda payment: payment.paid_on is not None and payment.paid_on > last_day
    tests["run-in claims"] = lambda payment: payment.incurred_on < effective
    tests["prior administrator's claims"] = lambda payment: payment.administrator is Administrator.PRIOR
    for tag in sorted({tag for payment in payments for tag in payment.tags}):
        tests[f"claims tagged {tag}"] = lambda payment, tag=tag: tag in payment.tags
    for words, test in tests.items():
        group = [payment for payment in payments if test(payment)]
        if 0 < len(group) < len(payments):
            yield words, group


def _left_out(base: _Slip, words: str, group: Iterable[Payment]) -> _Slip:
    """Leave claims out, and the negative rows that undo them."""
    gone = {payment.id for payment in group}
    left = [payment for payment in base.payments if payment.id not in gone and payment.adjusts not in gone]
    return evolve(base, cause=Cause(words=words, ids=tuple(sorted(gone))), payments=left)


def _worth_trying(
    statement: Statement, unit: Unit, eligible: Sequence[Payment], stated: Mapping[str, Amount]
) -> list[Payment]:
    """Return the claims whose amount alone may be the difference; all of a few, where the carrier states no totals."""
    positive = [payment for payment in eligible if payment.cents > 0]
    if "eligible" not in stated:
        return positive if len(positive) <= _MOST_CLAIMS else []
    ours = sheets_of(statement).get(unit)
    missing = abs(cents(ours.eligible if ours else ZERO) - cents(stated["eligible"]))
    return [payment for payment in positive if payment.cents == missing]


def _reasons(statement: Statement, coverage: Coverage) -> dict[str, Reason]:
    """Return why claims do not count under a cover, by id; one that a limit cut in part counts."""
    column = "excluded" if coverage is Coverage.SPECIFIC else "aggregate_excluded"
    reasons: dict[str, Reason | None] = {split.id: getattr(split, column) for split in statement.splits}
    return {id_: reason for id_, reason in reasons.items() if reason is not None and not reason.startswith("over_")}


def _let_in(settlement: Settlement, coverage: Coverage, base: _Slip, words: str, group: Sequence[Payment]) -> _Slip:
    """Let excluded claims count, by moving them into the windows, the benefits and the status of the cover."""
    policy = settlement.policy
    windows = policy.specific_windows if coverage is Coverage.SPECIFIC else policy.aggregate_windows
    terms = policy.specific if coverage is Coverage.SPECIFIC else policy.aggregate
    moved = {payment.id for payment in group}

    def counting(payment: Payment) -> Payment:
        if payment.id not in moved or windows is None or terms is None:
            return payment
        return evolve(
            payment,
            status=Status.PAID,
            benefit=payment.benefit if payment.benefit in terms.covers else terms.covers[0],
            incurred_on=_within(payment.incurred_on, windows.incurred.first, windows.incurred.last),
            paid_on=_within(payment.paid_on or policy.period.effective, windows.paid.first, windows.paid.last),
        )

    cause = Cause(words=words, ids=tuple(sorted(moved)))
    return evolve(base, cause=cause, payments=[counting(payment) for payment in base.payments])


def _within(day: dt.date, first: dt.date, last: dt.date | None) -> dt.date:
    return max(first, min(day, last or day))


# ------------------------------------------------------------------ slips with terms


def _specific_slips(statement: Statement, unit: Unit, base: _Slip, stated: Mapping[str, Amount]) -> Iterator[_Slip]:
    """Yield the terms of specific overlooked, one at a time, or applied the other way."""
    terms, whose = base.policy.specific, unit[1]
    if terms is None or whose is None:
        return
    settlement = statement.settlement
    asd = terms.aggregating
    if any(laser.unit == whose for laser in terms.lasers):
        yield from _under(base, "as if it had no laser", lasers=_others(terms, whose))
    for deductible in _deductibles(statement, whose, terms, stated):
        yield from _under(
            base, f"as if its deductible were {deductible:,}", **_with_deductible(terms, whose, deductible)
        )
    if asd:
        yield from _under(base, "as if there were no aggregating specific deductible", aggregating=ZERO)
        twice = "as if the aggregating specific deductible were taken twice"
        yield from _under(base, twice, aggregating=dollars(2 * cents(asd)))
        own = [payment for payment in base.payments if settlement.unit_of_owner(payment) == whose]
        words = f"as if the aggregating specific deductible were taken from each {terms.per}"
        yield evolve(base, cause=Cause(words=words), payments=own)
    if terms.share != 1:
        yield from _under(base, "as if the share were 100 %", share=1)
        before = terms.share_applies is ShareApplies.AFTER_AGGREGATING
        other = ShareApplies.BEFORE_AGGREGATING if before else ShareApplies.AFTER_AGGREGATING
        yield from _under(base, f"as if the share applied {other.replace('_', ' ')}", share_applies=other)
    if terms.maximum is not None:
        yield from _under(base, "as if there were no maximum", maximum=None)
    by = ConsumeBy.PAID if terms.consume_by is ConsumeBy.INCURRED else ConsumeBy.INCURRED
    yield from _under(base, f"as if claims consumed the deductible in the order {by}", consume_by=by)


def _under(base: _Slip, words: str, **terms: Any) -> Iterator[_Slip]:
    """Yield the slip of settling under other specific terms, where these can be."""
    specific = base.policy.specific
    policy = _other(lambda: evolve(base.policy, specific=evolve(specific, **terms) if specific else None))
    if policy is not None:
        yield evolve(base, cause=Cause(words=words), policy=policy)


def _others(terms: SpecificTerms, unit: str) -> tuple[Laser, ...]:
    return tuple(laser for laser in terms.lasers if laser.unit != unit)


def _deductibles(statement: Statement, unit: str, terms: SpecificTerms, stated: Mapping[str, Amount]) -> list[Amount]:
    """Return the deductibles that the carrier may have applied, those aside that it should have."""
    applied = next((sheet.deductible for sheet in _units(statement) if sheet.unit == unit), None)
    candidates = [laser.deductible for laser in terms.lasers if laser.unit != unit]
    candidates += [dollars(cents(terms.deductible) + cents(terms.aggregating))]
    if "deductible" in stated:
        candidates = [stated["deductible"]]
    elif "retained" in stated:
        candidates = [dollars(cents(stated["retained"]) + cents(stated.get("laser", ZERO)))]
    return sorted({amount for amount in candidates if amount is not None and amount > 0} - {applied, terms.deductible})


def _units(statement: Statement) -> Sequence[Any]:
    return statement.specific.units if statement.specific else ()


def _with_deductible(terms: SpecificTerms, unit: str, deductible: Amount) -> dict[str, Any]:
    """Return the terms that give a unit this deductible: a laser, or a lower standard one."""
    others = _others(terms, unit)
    if deductible < terms.deductible:
        return {"deductible": deductible, "lasers": others}
    return {"lasers": (*others, Laser(**{str(terms.per): unit}, deductible=deductible))}


def _aggregate_slips(statement: Statement, _unit: Unit, base: _Slip, _stated: Mapping[str, Amount]) -> Iterator[_Slip]:
    """Yield the terms of the aggregate overlooked, one at a time, or applied the other way."""
    terms = base.policy.aggregate
    if terms is None:
        return
    laser = LaserLossLimit.STANDARD if terms.laser_loss_limit is LaserLossLimit.LASER else LaserLossLimit.LASER
    other: dict[str, Any] = {"counting": Counting.LOSS_LIMIT}
    if terms.counting is Counting.LOSS_LIMIT:
        standard = LaserLossLimit.STANDARD
        other = {"counting": Counting.NET_OF_SPECIFIC, "loss_limit": None, "laser_loss_limit": standard}
        other["aggregating_counts"] = False
    changes: dict[str, dict[str, Any]] = {
        "as if there were no minimum attachment point": {"minimum": None},
        "as if the loss limit were the specific deductible": {"loss_limit": None},
        f"as if a lasered unit counted up to the {laser} limit": {"laser_loss_limit": laser},
        "as if the dollars of the aggregating specific deductible counted the other way": {
            "aggregating_counts": not terms.aggregating_counts
        },
        f"as if it counted by {other['counting']}": other,
        "as if the share were 100 %": {"share": 1},
        "as if there were no maximum": {"maximum": None},
    }
    for words, changed in changes.items():
        if any(getattr(terms, name) != value for name, value in changed.items()):
            policy = _other(lambda changed=changed: evolve(base.policy, aggregate=evolve(terms, **changed)))
            if policy is not None:
                yield evolve(base, cause=Cause(words=words), policy=policy)


def __dir__() -> list[str]:
    return __all__
