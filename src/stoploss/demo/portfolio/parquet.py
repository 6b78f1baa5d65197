"""The files of a portfolio: columns of Arrow, written a group of rows at a time.

This is the one module that speaks to pyarrow, which has no types of its own.
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from stoploss.demo.portfolio.chance import Column
from stoploss.demo.portfolio.groups import Group
from stoploss.demo.portfolio.rows import BENEFITS, ELSEWHERE, INELIGIBLE_FOR, NOTHING, STATUSES, Rows
from stoploss.facts import CarrierPayment, CoveredUnits
from stoploss.money import cents

__all__ = ["CARRIER_PAYMENTS", "CLAIMS", "ENROLLMENT", "Sink", "claims_table", "enrollment_table", "received_table"]

Arrow: TypeAlias = Any
"""A schema, a table or an array."""

Letters: TypeAlias = NDArray[np.uint8]
"""Texts of one length, a row each."""

_AMOUNT = pa.decimal128(12, 2)
CLAIMS: Arrow = pa.schema(
    {
        "policy": pa.string(),
        "id": pa.string(),
        "member": pa.string(),
        "family": pa.string(),
        "benefit": pa.string(),
        "incurred_on": pa.date32(),
        "paid_on": pa.date32(),
        "amount": _AMOUNT,
        "adjusts": pa.string(),
        "status": pa.string(),
        "ineligible_for": pa.string(),
    }
)
ENROLLMENT: Arrow = pa.schema({"policy": pa.string(), "month": pa.string(), "tier": pa.string(), "units": pa.int64()})
CARRIER_PAYMENTS: Arrow = pa.schema(
    {
        "policy": pa.string(),
        "id": pa.string(),
        "coverage": pa.string(),
        "member": pa.string(),
        "paid_on": pa.date32(),
        "amount": _AMOUNT,
        "kind": pa.string(),
    }
)
_ROWS_OF_A_GROUP = 131_072
_ZERO = ord("0")


class Sink:
    """
    A Parquet file to which tables are added; a context.

    Args:
        path: Written from its beginning.
        schema: Its columns.
    """

    def __init__(self, path: Path, schema: Arrow) -> None:
        repeated = [name for name in schema.names if name != "id"]  # an id is there once: a dictionary is of no use
        options: dict[str, Any] = {"use_dictionary": repeated, "store_decimal_as_integer": True}
        self._file = pq.ParquetWriter(path, schema, compression="zstd", **options)
        self._held: list[Arrow] = []
        self._rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._flush()
        self._file.close()

    def add(self, table: Arrow) -> None:
        """Add a table; it is written with those that come next, a full group of rows at a time."""
        self._held.append(table)
        self._rows += table.num_rows
        while self._rows >= _ROWS_OF_A_GROUP:
            held = pa.concat_tables(self._held)
            self._file.write_table(held.slice(0, _ROWS_OF_A_GROUP))
            self._held = [held.slice(_ROWS_OF_A_GROUP)]
            self._rows -= _ROWS_OF_A_GROUP

    def _flush(self) -> None:
        if self._rows:
            self._file.write_table(pa.concat_tables(self._held).combine_chunks())


def claims_table(rows: Rows) -> Arrow:
    """Return claims as the file has them."""
    group, count = rows.group, len(rows)
    numbers = np.arange(rows.first + 1, rows.first + count + 1, dtype=np.int64)
    ids = _numbered(f"{group.number:04d}-", numbers, group.digits[1])
    families = _numbered("E", group.families_of(rows.member) + 1, group.digits[0])
    columns = {
        "policy": _words((group.name,), np.zeros(count, dtype=np.int64)),
        "id": ids,
        "member": _numbered_in(group, rows.member),
        "family": families,
        "benefit": _words(BENEFITS, rows.benefit),
        "incurred_on": _days(rows.incurred_on),
        "paid_on": _days(rows.paid_on),
        "amount": _amounts(rows.cents),
        "adjusts": _adjusted(group, ids, rows.adjusts),
        "status": _words(STATUSES, rows.status),
        "ineligible_for": _words(INELIGIBLE_FOR, rows.ineligible_for),
    }
    return pa.table(columns, schema=CLAIMS)


def enrollment_table(policy: str, units: Sequence[CoveredUnits]) -> Arrow:
    """Return covered units as the file has them."""
    columns = {
        "policy": [policy] * len(units),
        "month": [str(row.month) for row in units],
        "tier": [row.tier for row in units],
        "units": [row.units for row in units],
    }
    return pa.table(columns, schema=ENROLLMENT)


def received_table(policy: str, received: Iterable[CarrierPayment]) -> Arrow:
    """Return payments of the carrier as the file has them."""
    rows = list(received)
    columns = {
        "policy": [policy] * len(rows),
        "id": [row.id for row in rows],
        "coverage": [str(row.coverage) for row in rows],
        "member": [row.member for row in rows],
        "paid_on": [row.paid_on for row in rows],
        "amount": _amounts(np.array([cents(row.amount) for row in rows], dtype=np.int64)),
        "kind": [str(row.kind) for row in rows],
    }
    return pa.table(columns, schema=CARRIER_PAYMENTS)


def _numbered(prefix: str, numbers: Column, digits: int) -> Arrow:
    """Return texts: a prefix and a number, with leading zeros."""
    return _texts(np.hstack([_letters(prefix, len(numbers)), _digits(numbers, digits)]))


def _numbered_in(group: Group, members: Column) -> Arrow:
    families = _digits(group.families_of(members) + 1, group.digits[0])
    places = _digits(group.places_of(members) + 1, 1)
    return _texts(np.hstack([_letters("E", len(members)), families, _letters("-", len(members)), places]))


def _letters(text: str, count: int) -> Letters:
    return np.broadcast_to(np.frombuffer(text.encode("ascii"), dtype=np.uint8), (count, len(text)))


def _digits(numbers: Column, digits: int) -> Letters:
    powers = 10 ** np.arange(digits - 1, -1, -1, dtype=np.int64)
    return (numbers[:, None] // powers % 10 + _ZERO).astype(np.uint8)


def _texts(letters: Letters) -> Arrow:
    """Return texts of one length, given their letters by row."""
    count, length = letters.shape
    ends = np.arange(count + 1, dtype=np.int32) * np.int32(length)
    return pa.StringArray.from_buffers(count, pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(letters)))


def _words(words: Sequence[str], positions: Column) -> Arrow:
    return pa.array(words, pa.string()).take(pa.array(positions, mask=positions == NOTHING))


def _days(days: Column) -> Arrow:
    return pa.array(days.astype(np.int32), mask=days == NOTHING).cast(pa.date32())


def _amounts(cents_of: Column) -> Arrow:
    """Return decimals: 128 bits each, of which the upper half repeats the sign."""
    halves = np.stack([cents_of, cents_of >> 63], axis=1)
    return pa.Array.from_buffers(_AMOUNT, len(cents_of), [None, pa.py_buffer(np.ascontiguousarray(halves))])


def _adjusted(group: Group, ids: Arrow, positions: Column) -> Arrow:
    elsewhere = positions == ELSEWHERE
    lost = pa.array([f"{group.number - 1:04d}-P{'0' * (group.digits[1] - 1)}"])
    known = pa.array(np.where(elsewhere, len(ids), positions), mask=positions == NOTHING)
    return pa.concat_arrays([ids, lost]).take(known)


def __dir__() -> list[str]:
    return __all__
