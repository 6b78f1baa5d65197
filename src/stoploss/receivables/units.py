"""The units of a statement: those of specific, and the aggregate as one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from stoploss.aggregate_sheet import AggregateSheet
from stoploss.errors import Finding
from stoploss.facts import Coverage
from stoploss.money import cents
from stoploss.specific_sheet import UnitSheet
from stoploss.statement import Statement

__all__ = ["Sheet", "Unit", "layer_notices", "owed", "sheets_of"]

Unit: TypeAlias = tuple[Coverage, str | None]
"""A unit under specific, or the aggregate, which has none."""

Sheet: TypeAlias = UnitSheet | AggregateSheet
"""What a statement says of a unit, or of the aggregate."""


def sheets_of(statement: Statement) -> dict[Unit, Sheet]:
    """Return the sheets of a statement: the units by id, then the aggregate."""
    units = statement.specific.units if statement.specific else ()
    sheets: dict[Unit, Sheet] = {(Coverage.SPECIFIC, sheet.unit): sheet for sheet in units}
    return sheets | ({(Coverage.AGGREGATE, None): statement.aggregate} if statement.aggregate else {})


def owed(sheet: Sheet | None) -> int:
    """
    Return what the carrier owes by a sheet so far, in cents: what it has paid and what is due.

    For the aggregate during the period this is its accommodation, where the policy has that rider.
    """
    return cents(sheet.due) + cents(sheet.reimbursed) if sheet else 0


def layer_notices(statement: Statement) -> Iterator[Finding]:
    """Find several carriers over one another, whose money is not told apart by unit."""
    specific = statement.settlement.policy.specific
    if specific is not None and specific.layers:
        rule = "the policy has several carriers over one another, and they are taken together here"
        help_ = "the settlement has what each of them owes"
        yield Finding(code="SL656", where="specific.layers", rule=rule, help=help_)


def __dir__() -> list[str]:
    return __all__
