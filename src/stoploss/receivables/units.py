"""The units of a statement: those of specific, and the aggregate as one of its own; and whose each dollar is.

Of several carriers over one another each owes its layer of a unit, and a payment says which of them it came from.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from stoploss.aggregate_sheet import AggregateSheet
from stoploss.errors import Finding
from stoploss.facts import Coverage
from stoploss.money import cents, dollars
from stoploss.specific_sheet import LayerSheet, UnitSheet
from stoploss.statement import Statement

__all__ = ["Sheet", "Unit", "all_carriers", "carriers_of", "layer_notices", "owed", "sheets_of"]

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


def carriers_of(statement: Statement, last: dt.date | None) -> dict[Unit, tuple[LayerSheet, ...]]:
    """
    Return what each of several carriers over one another owes of every unit, has paid, and has yet to pay.

    Args:
        statement: What they owe.
        last: What they paid up to and including this day; ``None``: everything that was reported.
    """
    paid: defaultdict[tuple[str | None, str | None], int] = defaultdict(int)
    for payment in statement.settlement.reported.carrier_payments:
        if payment.coverage is Coverage.SPECIFIC and (last is None or payment.paid_on <= last):
            paid[payment.member, payment.carrier] += payment.cents
    return {
        (Coverage.SPECIFIC, sheet.unit): tuple(
            _of_carrier(layer.carrier, cents(layer.reimbursable), paid[sheet.unit, layer.carrier])
            for layer in sheet.layers
        )
        for sheet in (statement.specific.units if statement.specific else ())
        if sheet.layers
    }


def all_carriers(units: Iterable[tuple[LayerSheet, ...]]) -> tuple[LayerSheet, ...]:
    """Return the sums of several units by carrier, from the bottom."""
    return tuple(
        _of_carrier(
            own[0].carrier,
            sum(cents(layer.reimbursable) for layer in own),
            sum(cents(layer.reimbursed) for layer in own),
        )
        for own in zip(*(unit for unit in units if unit), strict=True)
    )


def _of_carrier(carrier: str, reimbursable: int, reimbursed: int) -> LayerSheet:
    return LayerSheet(
        carrier=carrier,
        reimbursable=dollars(reimbursable),
        reimbursed=dollars(reimbursed),
        due=dollars(reimbursable - reimbursed),
    )


def layer_notices(statement: Statement, what: str) -> Iterator[Finding]:
    """Find several carriers over one another, where *what* is told by unit names none of them."""
    specific = statement.settlement.policy.specific
    if specific is not None and specific.layers:
        rule = f"the policy has several carriers over one another, and {what} are of all of them together"
        help_ = "what each of them owes and has paid is told by carrier"
        yield Finding(code="SL656", where="specific.layers", rule=rule, help=help_)


def __dir__() -> list[str]:
    return __all__
