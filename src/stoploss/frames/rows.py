"""From the rows of one policy to facts, for the Python engine: what ``feeds`` is to files, for columns of any engine.

A cell is text as a file has it, or a value of its own type: a day is a date, an amount a decimal or whole dollars,
labels are a list or text with semicolons.
``None`` and empty text are missing; so is what pandas writes for a missing value.
Rows may also be as the engines take them: cents in place of amounts, and :data:`FAR` where a day is missing.

Every fault is told by its position and column, such as ``payments[3].paid_on``, and none shows what stands in a cell.

Source: ``docs/clauses.md``, facts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Context, Decimal, Inexact
from typing import Any, TypeAlias, TypeVar, cast

import attrs
from attrs import evolve

from stoploss.checks import Check, check_id, check_optional_text, check_units
from stoploss.choice import is_sequence
from stoploss.errors import FactError, Finding, StopLossError, WrongType, raise_if_any, type_of
from stoploss.facts import CarrierPayment, CoveredUnits, Payment
from stoploss.feeds.carrier_payments import CARRIER_PAYMENTS
from stoploss.feeds.cells import Reader, read_amount, read_day, read_id, read_labels, read_month, read_units
from stoploss.feeds.claims import CLAIMS
from stoploss.feeds.columns import Column
from stoploss.feeds.enrollment import ENROLLMENT
from stoploss.feeds.layout import Layout
from stoploss.frames.columns import FAR
from stoploss.money import dollars, parse_amount
from stoploss.window import check_day

__all__ = ["RowColumns", "carrier_payments_of", "payments_of", "units_of"]

RowColumns: TypeAlias = Mapping[str, Sequence[object]]
"""
Rows, column by column, by the pinned names; a column that may be missing may be left out.

With a column ``cents`` in place of ``amount`` they are as the engines take them, and a legal cost is cents as well.
"""

Fact = TypeVar("Fact", bound=attrs.AttrsInstance)

_EXACT = Context(prec=60, traps=[Inexact])
_DAYS = frozenset({"incurred_on", "paid_on", "reported_on"})
_PANDAS_MISSING = frozenset({"NaTType", "NAType"})


def payments_of(claims: RowColumns) -> list[Payment]:
    """
    Return the payments in the rows of a policy's claims, in their order.

    Raises:
        FactError: With every fault, by position: ``payments[3].paid_on``.
    """
    return _facts(CLAIMS, claims, "payments")


def units_of(enrollment: RowColumns) -> list[CoveredUnits]:
    """
    Return the covered units in the rows of a policy's enrollment, in their order.

    Raises:
        FactError: With every fault, by position: ``units[3].month``.
    """
    return _facts(ENROLLMENT, enrollment, "units")


def carrier_payments_of(received: RowColumns) -> list[CarrierPayment]:
    """
    Return the payments of the carrier in their rows, in their order.

    Raises:
        FactError: With every fault, by position: ``carrier_payments[3].member``.
    """
    return _facts(CARRIER_PAYMENTS, received, "carrier_payments")


def _facts(layout: Layout[Fact], rows: RowColumns, what: str) -> list[Fact]:
    if not any(map(len, rows.values())):
        return []
    rows = _in_dollars(rows) if "cents" in rows else rows
    missing = [column.name for column in layout.columns if column.required and column.name not in rows]
    raise_if_any(
        FactError,
        [Finding(code="SL451", where=f"{what}.{name}", rule="this column is missing") for name in missing],
    )
    given = [column for column in layout.columns if column.name in rows]
    faults: dict[int, list[Finding]] = {}
    values = [list(_values(layout, column, rows[column.name], faults)) for column in given]
    arguments = {column.argument or column.name: column.name for column in given}
    facts: list[Fact] = []
    for position, row in enumerate(zip(*values, strict=True)):
        if position in faults:
            continue
        try:
            facts.append(layout.make(**dict(zip(arguments, row, strict=True))))
        except StopLossError as error:
            faults[position] = [
                evolve(finding, where=arguments.get(finding.where, finding.where)) for finding in error.findings
            ]
    raise_if_any(
        FactError, (finding.under(f"{what}[{position}]") for position in sorted(faults) for finding in faults[position])
    )
    return facts


def _in_dollars(rows: RowColumns) -> RowColumns:
    """Return what engines take as it would be reported."""
    reported = {name: [None if cell == FAR else cell for cell in rows[name]] for name in _DAYS & rows.keys()}
    amounts = {"amount": rows["cents"]} | {name: rows[name] for name in ("legal_cost",) if name in rows}
    in_dollars = {name: [dollars(cast("int", cell)) for cell in cells] for name, cells in amounts.items()}
    return {**rows, **reported, **in_dollars}


def _values(
    layout: Layout[Fact], column: Column, cells: Sequence[object], faults: dict[int, list[Finding]]
) -> Iterator[object]:
    """Yield the values of a column; what is wrong with a cell goes to *faults*."""
    text, other = _reader_of_text(column), _OTHER.get(column.read, _text_only)
    missing = None if column.required else _default(layout, column)
    for position, cell in enumerate(cells):
        try:
            if isinstance(cell, str) and cell:
                yield text(cell)
            elif _is_missing(cell):
                yield column.read("") if column.required else missing
            else:
                yield other(cell)
        except StopLossError as error:
            found = [evolve(finding, where=column.name) for finding in error.findings]
            faults.setdefault(position, []).extend(found)
            yield None


def _reader_of_text(column: Column) -> Reader:
    # A typed file may hold ids that a spreadsheet would mistake for something else; the fact checks the rest.
    return str if column.read is read_id else column.read


def _default(layout: Layout[Fact], column: Column) -> object:
    fields = attrs.fields_dict(cast("Any", layout.make))
    return fields[column.argument or column.name].default


def _is_missing(cell: object) -> bool:
    if cell is None or isinstance(cell, str):
        return not cell
    return (isinstance(cell, float) and math.isnan(cell)) or type(cell).__name__ in _PANDAS_MISSING


def _amount(cell: object) -> Decimal:
    """Return an amount without the zeros of a column with more than two places."""
    if isinstance(cell, Decimal) and cell.is_finite():
        with suppress(Inexact):  # more digits than any amount has, which is refused below
            cell = _EXACT.normalize(cell)
    return parse_amount(cast("Decimal", cell), "")


def _labels(cell: object) -> tuple[str, ...]:
    labels = tuple(cast("Sequence[object]", cell)) if is_sequence(cell) else (cell,)
    for label in labels:
        if not isinstance(label, str):
            raise WrongType(Finding(code="SL101", where="", rule=f"labels are texts, not {type_of(label)}"))
    return cast("tuple[str, ...]", labels)


def _checked(check: Check) -> Callable[[object], object]:
    def read(cell: object) -> object:
        check(cell, "")
        return cell

    return read


_text_only = _checked(check_optional_text)
_OTHER: Mapping[Reader, Callable[[object], object]] = {
    read_amount: _amount,
    read_day: _checked(check_day),
    read_id: _checked(check_id),
    read_labels: _labels,
    read_month: _checked(check_day),
    read_units: _checked(check_units),
}
"""What is made of a cell that is not text, by how text is read; other columns hold text only."""


def __dir__() -> list[str]:
    return __all__
