"""Why a carrier's figures may be what they are: single slips that would make exactly these figures.

For a unit that differs, the settlement is done again as a carrier might have done it: without the pharmacy claims, with
the laser forgotten, with one claim counted twice, with the aggregating specific deductible taken from each member.
Where that makes every step that the carrier states, to the cent, it is a *cause*.
It is a hint: two slips may make the same figures, and then both are named; two at once are not looked for.

Nothing here knows a rule of the settlement: ``settle`` does, and gets other terms or other payments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve

from stoploss.errors import StopLossError
from stoploss.facts import Coverage
from stoploss.money import ZERO, Amount, cents
from stoploss.receivables.units import Sheet, Unit, sheets_of
from stoploss.reconcile.carrier_statement import STEPS
from stoploss.reconcile.claim_slips import claim_slips
from stoploss.reconcile.slips import Cause, Slip, without_aggregate
from stoploss.reconcile.term_slips import aggregate_slips, specific_slips
from stoploss.statement import Statement, settle

__all__ = ["causes_of"]


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
    slips = [*claim_slips(statement, unit, base, stated), *_term_slips(statement, unit, base, stated)]
    found += [slip.cause for slip in slips if _says(_settled_again(statement, slip, unit), settled)]
    return tuple(found)


def _term_slips(statement: Statement, unit: Unit, base: Slip, stated: Mapping[str, Amount]) -> Iterator[Slip]:
    if unit[0] is Coverage.SPECIFIC:
        return specific_slips(statement, unit, base, stated)
    return aggregate_slips(base)


def _says(sheet: Sheet | None, settled: Mapping[str, Amount]) -> bool:
    """Say whether a sheet has these figures; a unit without one has zeros, and any deductible."""
    if sheet is None:
        return all(figure == ZERO for step, figure in settled.items() if step != "deductible")
    return all(getattr(sheet, step) == figure for step, figure in settled.items())


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


def _settled_again(statement: Statement, slip: Slip, unit: Unit) -> Sheet | None:
    """Settle as the slip has it; what cannot be settled so makes nothing."""
    reported = statement.settlement.reported
    try:
        again = settle(slip.policy, slip.payments, reported.units, (), as_of=statement.as_of)
    except StopLossError:
        return None
    return sheets_of(again).get(unit)


def _base(statement: Statement, unit: Unit, ours: Sheet | None) -> Slip:
    """
    Return the least that has to be settled for the unit to come out as it did.

    A unit is mostly settled by its own payments; under an aggregating specific deductible by those of all large
    claimants, and where anything else ties units together (a pool, a limit per policy) by all payments.
    """
    settlement = statement.settlement
    everything = tuple(settlement.reported.payments.values())
    whole = Slip(cause=Cause(words=""), policy=settlement.policy, payments=everything)
    if statement.specific is None or settlement.policy.specific is None or unit[0] is Coverage.AGGREGATE:
        return whole
    units = {unit[1]}
    if settlement.policy.specific.aggregating:
        units |= {sheet.unit for sheet in statement.specific.units if sheet.eligible != sheet.retained}
    payments = [payment for payment in everything if settlement.unit_of_owner(payment) in units]
    less = evolve(whole, policy=without_aggregate(settlement.policy), payments=payments)
    return less if _alike(_settled_again(statement, less, unit), ours) else whole


def _alike(again: Sheet | None, ours: Sheet | None) -> bool:
    """Say whether two sheets agree, what the carrier has paid aside."""
    if again is None or ours is None:
        return again is ours
    names = [step for step in STEPS[Coverage.SPECIFIC] if step != "reimbursed"]
    return all(getattr(again, name) == getattr(ours, name) for name in names)


def __dir__() -> list[str]:
    return __all__
