"""Our statement against the carrier's, unit by unit and step by step.

Source: ``docs/clauses.md``, money.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve, field, fields, frozen

from stoploss.choice import Choice
from stoploss.errors import FactError, Finding, WrongType, raise_if_any
from stoploss.facts import Coverage
from stoploss.money import ZERO, Amount, cents, dollars
from stoploss.receivables.units import Sheet, Unit, all_carriers, carriers_of, layer_notices, sheets_of
from stoploss.reconcile.carrier_statement import CarrierRow
from stoploss.reconcile.causes import causes_of
from stoploss.reconcile.slips import Cause
from stoploss.sheets import RIDER, to_document
from stoploss.specific_sheet import LayerSheet
from stoploss.statement import Statement

__all__ = ["Discrepancy", "KnownTo", "Reconciliation", "StepDifference", "most_at_stake_first", "reconcile"]

_MOST_EXPLAINED = 20
"""How many discrepancies are searched for their cause: those with the most dollars at stake."""


class KnownTo(Choice):
    """Who knows a unit."""

    BOTH = "both"
    US = "us"
    """The carrier's statement has no row for it."""
    CARRIER = "carrier"
    """Our statement has no sheet for it."""


@frozen(kw_only=True)
class StepDifference:
    """
    One step that differs.

    Args:
        step: Its name, as on our sheets.
        ours: ``None`` for the deductible of a unit that is excluded, or that we do not know.
        theirs: What the carrier states.
        difference: ``ours - theirs``.
    """

    step: str
    ours: Amount | None = field(repr=False)
    theirs: Amount = field(repr=False)
    difference: Amount | None = field(repr=False)


@frozen(kw_only=True)
class Discrepancy:
    """
    A unit, or the aggregate, on which the two statements differ.

    Args:
        coverage: Which cover.
        unit: The member or family; ``None`` for the aggregate.
        known_to: ``both``, ``us`` or ``carrier``.
        first: The first step that differs, in the order of the settlement; ``None`` where the carrier states none.
        differences: All steps that differ, in that order.
        at_stake: What we say that the carrier owes, less what it says; what it paid, where it states only that.
            ``None`` where it states neither.
        underpaid: What we say that it owes, less what it has paid by its own statement, or else by our facts;
            negative is overpaid. ``None`` where neither tells what the carrier has paid.
        carriers: What each of several carriers over one another owes of the unit by our statement, the lowest first,
            and has paid by our facts; the rows that are compared name none of them.
        causes: Single slips that would make exactly the carrier's figures.
    """

    coverage: Coverage
    unit: str | None = field(repr=False)
    known_to: KnownTo
    first: StepDifference | None
    differences: tuple[StepDifference, ...]
    at_stake: Amount | None = field(repr=False)
    underpaid: Amount | None = field(repr=False)
    carriers: tuple[LayerSheet, ...] = field(default=(), repr=False, metadata={RIDER: True})
    causes: tuple[Cause, ...] = ()


@frozen(kw_only=True)
class Reconciliation:
    """
    What two statements differ in.

    ``ours - theirs == at_stake``, the sum over the discrepancies: a unit that agrees has nothing at stake.

    Args:
        policy: Number of the policy.
        as_of: Day of our statement; ``None``: everything that was reported.
        agree: How many rows of the carrier's statement agree with ours in every step that they state.
        ours: What we say that the carrier owes, for all units that either side states.
        theirs: What the carrier says.
        at_stake: The sum over the discrepancies.
        underpaid: What is underpaid on all units that were compared, those that agree too, nothing taken off it;
            ``None`` where neither side tells what was paid.
        overpaid: What is overpaid on them.
        carriers: What each of several carriers over one another owes of the units that were compared, by our
            statement, and has paid, by our facts.
        discrepancies: By the dollars at stake, the most first.
        notices: What was compared all the same and should be seen.
    """

    policy: str
    as_of: dt.date | None
    agree: int
    ours: Amount
    theirs: Amount
    at_stake: Amount
    underpaid: Amount | None
    overpaid: Amount | None
    carriers: tuple[LayerSheet, ...]
    discrepancies: tuple[Discrepancy, ...]
    notices: tuple[Finding, ...] = field(eq=False)

    def __repr__(self) -> str:
        return f"Reconciliation({len(self.discrepancies)} discrepancies, {self.agree} agree)"

    def to_dict(self) -> dict[str, Any]:
        """Return the reconciliation as plain data, ready for JSON; amounts are text."""
        names = [attribute.name for attribute in fields(type(self)) if attribute.name != "notices"]
        return {"schema": 1} | {name: to_document(getattr(self, name)) for name in names}


def reconcile(statement: Statement, rows: Iterable[CarrierRow]) -> Reconciliation:
    """
    Compare our statement with a carrier's.

    A unit that we alone know is a discrepancy only where the carrier owes or has paid something for it, because
    carriers list large claimants and not everyone.
    A cover of which the carrier's statement has no row at all is not compared: carriers often report them apart.
    Several carriers over one another are taken together: their statements are added up before.

    Args:
        statement: Ours, as of the day of the carrier's.
        rows: The carrier's, in any order.

    Raises:
        FactError: With every row that cannot be compared, by position: ``carrier_statement[3].coverage``.
    """
    rows = tuple(rows)
    raise_if_any(WrongType, _of_another_class(rows))
    raise_if_any(FactError, _faults(statement, rows))
    ours, theirs = sheets_of(statement), {(row.coverage, row.member): row for row in rows}
    covers = {coverage for coverage, _ in theirs}
    alone = [
        unit
        for unit, sheet in ours.items()
        if unit not in theirs and unit[0] in covers and (sheet.reimbursable or sheet.reimbursed)
    ]
    booked = bool(statement.settlement.reported.carrier_payments)
    carriers = carriers_of(statement, statement.as_of)
    compared = [
        evolve(
            _compared(unit, ours.get(unit), theirs.get(unit), booked=booked),
            carriers=carriers.get(unit, ()),
        )
        for unit in (*theirs, *alone)
    ]
    differing = sorted(filter(_differs, compared), key=most_at_stake_first)
    stated = [(unit, row.granted) for unit, row in theirs.items()]
    known = [*((unit, granted) for unit, granted in stated if granted is not None), *((unit, ZERO) for unit in alone)]
    owed = sum(cents(ours[unit].reimbursable) for unit, _ in known if unit in ours)
    granted = sum(cents(amount) for _, amount in known)
    open_ = [cents(each.underpaid) for each in compared if each.underpaid is not None]
    return Reconciliation(
        policy=statement.settlement.policy.number,
        as_of=statement.as_of,
        agree=len(compared) - len(differing),
        ours=dollars(owed),
        theirs=dollars(granted),
        at_stake=dollars(sum(cents(each.at_stake) for each in differing if each.at_stake is not None)),
        underpaid=_total(max(amount, 0) for amount in open_) if open_ else None,
        overpaid=_total(max(-amount, 0) for amount in open_) if open_ else None,
        carriers=all_carriers(each.carriers for each in compared),
        discrepancies=tuple(_explained(statement, theirs, differing)),
        notices=tuple(layer_notices(statement, "the carrier's figures")) if Coverage.SPECIFIC in covers else (),
    )


def _total(amounts: Iterable[int]) -> Amount:
    return dollars(sum(amounts))


def _of_another_class(rows: Sequence[object]) -> Iterator[Finding]:
    for position, row in enumerate(rows):
        if type(row) is not CarrierRow:
            rule = f"this is of class CarrierRow, and {type(row).__name__} is not"
            yield Finding(code="SL113", where=f"carrier_statement[{position}]", rule=rule)


def _faults(statement: Statement, rows: Sequence[CarrierRow]) -> Iterator[Finding]:
    seen: dict[Unit, CarrierRow] = {}
    for position, row in enumerate(rows):
        where = f"carrier_statement[{position}]"
        if getattr(statement, row.coverage) is None:
            rule = f"the policy has no {row.coverage} cover for which the carrier could state anything"
            yield Finding(code="SL653", where=f"{where}.coverage", rule=rule)
        if seen.setdefault((row.coverage, row.member), row) != row:
            rule = "the carrier states other figures for this unit in another row"
            yield Finding(code="SL654", where=f"{where}.member", rule=rule, help="add the rows up")


def _compared(unit: Unit, sheet: Sheet | None, row: CarrierRow | None, *, booked: bool) -> Discrepancy:
    """Compare one unit; what agrees comes out without differences, and *booked* is whether our facts have payments."""
    coverage, member = unit
    stated: Mapping[str, Amount] = row.stated if row else {}
    differences = tuple(_differences(sheet, stated))
    reimbursable = cents(sheet.reimbursable) if sheet else 0
    granted = row.granted if row else ZERO
    by_our_facts = (sheet.reimbursed if sheet else ZERO) if booked else None
    paid = stated.get("reimbursed", by_our_facts)
    return Discrepancy(
        coverage=coverage,
        unit=member,
        known_to=KnownTo.US if row is None else KnownTo.BOTH if sheet else KnownTo.CARRIER,
        first=differences[0] if differences else None,
        differences=differences,
        at_stake=None if granted is None else dollars(reimbursable - cents(granted)),
        underpaid=None if paid is None else dollars(reimbursable - cents(paid)),
    )


def _differences(sheet: Sheet | None, stated: Mapping[str, Amount]) -> Iterator[StepDifference]:
    for step, theirs in stated.items():
        ours = getattr(sheet, step) if sheet else None if step == "deductible" else ZERO
        if ours != theirs:
            difference = None if ours is None else dollars(cents(ours) - cents(theirs))
            yield StepDifference(step=step, ours=ours, theirs=theirs, difference=difference)


def _differs(compared: Discrepancy) -> bool:
    # A unit that the carrier has paid for and that states no more than that may agree in every step, and still be due.
    return bool(compared.differences) or bool(compared.at_stake) or compared.known_to is not KnownTo.BOTH


def most_at_stake_first(found: Discrepancy) -> tuple[object, ...]:
    """Sort discrepancies: the most dollars at stake first, then by what the first step differs, cover and unit."""
    first = found.first.difference if found.first and found.first.difference is not None else ZERO
    at_stake = cents(found.at_stake) if found.at_stake is not None else 0
    return (-abs(at_stake), -abs(cents(first)), list(Coverage).index(found.coverage), found.unit or "")


def _explained(
    statement: Statement, theirs: Mapping[Unit, CarrierRow], differing: Sequence[Discrepancy]
) -> Iterator[Discrepancy]:
    """Look for the causes of the greatest discrepancies."""
    for position, found in enumerate(differing):
        if position >= _MOST_EXPLAINED:
            yield found
            continue
        unit = (found.coverage, found.unit)
        # A carrier that has no row for a unit says that it owes nothing for it.
        stated = theirs[unit].stated if unit in theirs else {"reimbursable": ZERO}
        yield evolve(found, causes=causes_of(statement, unit, stated))


def __dir__() -> list[str]:
    return __all__
