"""The three tables of one statement, as the Python engine settles it: what every other engine is held to.

Amounts are whole cents, as everywhere inside; :meth:`Engine.table` takes the columns as they are.

Source: ``docs/clauses.md``, statement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import TypeAlias

from attrs import frozen

from stoploss.aggregate_sheet import AggregateSheet
from stoploss.eligibility import Reason
from stoploss.errors import FactError, Finding, raise_if_any
from stoploss.frames.columns import LARGEST_TOTAL, PAYMENTS, POLICIES, UNITS, Kind
from stoploss.money import cents
from stoploss.sheets import Exclusion
from stoploss.specific_sheet import SpecificSheet, UnitSheet
from stoploss.splits import AggregatePart, Parts, SpecificPart
from stoploss.statement import Statement

__all__ = ["Columns", "Tables", "Value", "joined", "tables_of"]

Value: TypeAlias = str | dt.date | int | bool | None
"""What stands in a column; an amount is an integer number of cents."""

Columns: TypeAlias = Mapping[str, Sequence[Value]]
"""A table, column by column; every column is as long as the others."""


@frozen(kw_only=True)
class Tables:
    """
    What settles many policies: the columns of :data:`POLICIES`, :data:`UNITS` and :data:`PAYMENTS`.

    Args:
        policies: One row a policy.
        units: One row for each unit of a policy with specific, sorted by id within the policy.
        payments: One row a payment, in no particular order within the policy.
    """

    policies: Columns
    units: Columns
    payments: Columns

    def __repr__(self) -> str:
        return f"Tables({len(self.policies['policy'])} policies)"


def tables_of(statement: Statement) -> Tables:
    """
    Return the tables of one policy.

    Raises:
        FactError: When a total is larger than a column of decimals holds.
    """
    number = statement.policy
    sheets = statement.specific.units if statement.specific else ()
    tables = Tables(
        policies=_columns(POLICIES, [_policy_row(statement)]),
        units=_columns(UNITS, [_unit_row(number, sheet) for sheet in sheets]),
        payments=_columns(PAYMENTS, (_payment_row(number, parts) for parts in statement.settlement.parts())),
    )
    # No payment is larger than its unit, or than what was claimed in all.
    raise_if_any(FactError, chain(_too_large(tables.policies, POLICIES), _too_large(tables.units, UNITS)))
    return tables


def joined(tables: Iterable[Tables]) -> Tables:
    """Return the tables of several policies as one, in their order."""
    every = list(tables)
    return Tables(
        policies=_one_under_another(POLICIES, [each.policies for each in every]),
        units=_one_under_another(UNITS, [each.units for each in every]),
        payments=_one_under_another(PAYMENTS, [each.payments for each in every]),
    )


def _columns(kinds: Mapping[str, Kind], rows: Iterable[Sequence[Value]]) -> Columns:
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    return dict(zip(kinds, columns, strict=True))


def _one_under_another(kinds: Mapping[str, Kind], parts: Sequence[Columns]) -> Columns:
    return {name: list(chain.from_iterable(part[name] for part in parts)) for name in kinds}


def _policy_row(statement: Statement) -> list[Value]:
    return [
        statement.policy,
        statement.as_of,
        statement.final,
        statement.claims.count,
        cents(statement.claims.amount),
        *_specific_lines(statement.specific),
        *_aggregate_lines(statement.aggregate),
        cents(statement.employer_net),
        cents(statement.carrier_total),
    ]


def _specific_lines(sheet: SpecificSheet | None) -> list[int | None]:
    if sheet is None:
        return [None] * sum(name.startswith("specific_") for name in POLICIES)
    return [_excluded(sheet.excluded), *_lines(sheet)]


def _aggregate_lines(sheet: AggregateSheet | None) -> list[int | None]:
    if sheet is None:
        return [None] * sum(name.startswith("aggregate_") for name in POLICIES)
    amounts: list[Decimal | None] = [
        sheet.gross,
        sheet.voids_and_refunds,
        sheet.eligible,
        sheet.over_loss_limit,
        sheet.reimbursed_by_specific,
        sheet.counted,
        sheet.calculated_attachment,
        sheet.minimum_attachment,
        sheet.attachment_point,
        sheet.excess,
        sheet.employer_share,
        sheet.over_maximum,
        sheet.reimbursable,
        sheet.reimbursed,
        sheet.due,
    ]
    return [_excluded(sheet.excluded), *(None if amount is None else cents(amount) for amount in amounts)]


def _excluded(exclusions: Iterable[Exclusion]) -> int:
    """Return what does not count of what was paid; what is pending was not paid."""
    return sum(cents(exclusion.amount) for exclusion in exclusions if exclusion.reason is not Reason.PENDING)


def _unit_row(policy: str, sheet: UnitSheet) -> list[Value]:
    deductible = None if sheet.deductible is None else cents(sheet.deductible)
    return [policy, sheet.unit, deductible, sheet.excluded, *_lines(sheet)]


def _lines(sheet: SpecificSheet | UnitSheet) -> Iterator[int]:
    """Yield what a unit's sheet and the sum of all have in common, from ``eligible`` to ``due``."""
    yield cents(sheet.eligible)
    yield cents(sheet.retained)
    yield cents(sheet.laser)
    yield cents(sheet.aggregating)
    yield cents(sheet.employer_share)
    yield cents(sheet.over_maximum)
    yield cents(sheet.reimbursable)
    yield cents(sheet.reimbursed)
    yield cents(sheet.due)


_NO_SPECIFIC = (None,) * 8
_NO_AGGREGATE = (None,) * 3


def _payment_row(policy: str, parts: Parts) -> tuple[Value, ...]:
    return (
        policy,
        parts.payment,
        parts.unit,
        *(_NO_SPECIFIC if parts.specific is None else _under_specific(parts.specific)),
        *(_NO_AGGREGATE if parts.aggregate is None else _under_aggregate(parts.aggregate)),
    )


def _under_specific(part: SpecificPart) -> tuple[Value, ...]:
    lines, excluded = part
    return (sum(lines), *lines, excluded and str(excluded))


def _under_aggregate(part: AggregatePart) -> tuple[Value, ...]:
    return (part.net, part.counted, part.excluded and str(part.excluded))


def _too_large(columns: Columns, kinds: Mapping[str, Kind]) -> Iterator[Finding]:
    for name, kind in kinds.items():
        if kind is Kind.AMOUNT and any(isinstance(each, int) and abs(each) > LARGEST_TOTAL for each in columns[name]):
            rule = "a total has at most 16 digits before the point, which is what a column of a table holds"
            yield Finding(code="SL111", where=name, rule=rule, help="check the unit; amounts are dollars")


def __dir__() -> list[str]:
    return __all__
