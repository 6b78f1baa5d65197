"""Many policies by the Python engine, in parallel processes: for terms that columns do not carry.

Each policy is settled on its own, so the answer depends neither on the number of processes nor on which comes first:
rows come out in the order of the policies, and the faults of all policies in one error.

A process starts anew (``spawn``), on every system: a process that is forked beside the threads of an engine may hang.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import ModuleType
from typing import TypeVar

from attrs import evolve, field, frozen

from stoploss.errors import EngineError, FactError, Finding, StopLossError
from stoploss.frames.reference import Tables, joined, tables_of
from stoploss.frames.rows import RowColumns, carrier_payments_of, payments_of, units_of
from stoploss.policy import Policy
from stoploss.statement import settle

__all__ = ["PolicyRows", "raise_as_one", "settle_in_processes", "settle_rows", "sorted_by_policy"]

Fact = TypeVar("Fact")

_FEWEST_ROWS = 50_000
"""Starting processes takes as long as settling about so many rows here."""
_BATCHES = 4
"""Batches for each process, so that none waits long for the last one."""
_MOST_PROCESSES = 61
"""Windows waits for no more."""


@frozen(kw_only=True)
class PolicyRows:
    """
    One policy, and the rows that were reported for it.

    Args:
        policy: The policy.
        claims: The columns of its claims.
        enrollment: Those of its covered units.
        carrier_payments: Those of what its carrier has paid.
    """

    policy: Policy
    claims: RowColumns = field(repr=False)
    enrollment: RowColumns = field(factory=dict[str, Sequence[object]], repr=False)
    carrier_payments: RowColumns = field(factory=dict[str, Sequence[object]], repr=False)

    @property
    def size(self) -> int:
        """How many claims there are."""
        return max(map(len, self.claims.values()), default=0)


def sorted_by_policy(
    policies: Iterable[Policy],
    claims: RowColumns,
    enrollment: RowColumns | None = None,
    carrier_payments: RowColumns | None = None,
) -> list[PolicyRows]:
    """
    Give each policy its rows, in their order; rows of other policies are passed over.

    Args:
        policies: With different numbers.
        claims, enrollment, carrier_payments: Columns with a column ``policy``.
    """
    own = [_by_policy(columns or {}) for columns in (claims, enrollment, carrier_payments)]
    nothing: RowColumns = {}
    return [
        PolicyRows(
            policy=policy,
            claims=own[0].get(policy.number, nothing),
            enrollment=own[1].get(policy.number, nothing),
            carrier_payments=own[2].get(policy.number, nothing),
        )
        for policy in policies
    ]


def _by_policy(columns: RowColumns) -> dict[object, RowColumns]:
    positions: defaultdict[object, list[int]] = defaultdict(list)
    for position, number in enumerate(columns.get("policy", ())):
        positions[number].append(position)
    return {
        number: {name: [column[position] for position in own] for name, column in columns.items() if name != "policy"}
        for number, own in positions.items()
    }


def settle_rows(rows: PolicyRows, as_of: dt.date | None = None) -> Tables:
    """
    Return the tables of one policy.

    Raises:
        StopLossError: With every fault, at the policy's number: ``SL-1001 payments[3].adjusts``.
    """
    errors: list[StopLossError] = []
    try:
        payments = _read(payments_of, rows.claims, errors)
        units = _read(units_of, rows.enrollment, errors)
        received = _read(carrier_payments_of, rows.carrier_payments, errors)
        raise_as_one(errors)
        return tables_of(settle(rows.policy, payments, units, received, as_of=as_of))
    except StopLossError as error:
        number = rows.policy.number
        found = [evolve(finding, where=f"{number} {finding.where}".rstrip()) for finding in error.findings]
        raise type(error)(found, error.more) from None


def _read(read: Callable[[RowColumns], list[Fact]], rows: RowColumns, errors: list[StopLossError]) -> list[Fact]:
    try:
        return read(rows)
    except StopLossError as error:
        errors.append(error)
        return []


def raise_as_one(errors: Sequence[StopLossError]) -> None:
    """Raise all errors as one, if there are any: of their own class where they have one in common."""
    if errors:
        (kind, *others) = {type(error) for error in errors}
        findings = [finding for error in errors for finding in error.findings]
        raise (FactError if others else kind)(findings, sum(error.more for error in errors))


def settle_in_processes(
    rows: Sequence[PolicyRows], *, as_of: dt.date | None = None, max_workers: int | None = None
) -> Tables:
    """
    Return the tables of all policies, in their order; few rows, or one policy, are settled here and now.

    Args:
        rows: The policies, each with its rows.
        as_of: Take what was paid up to and including this day; ``None``: everything.
        max_workers: The most processes; default: as many as there are processors.

    Raises:
        StopLossError: With every fault of every policy; nothing was settled then.
    """
    workers = min(max_workers or os.cpu_count() or 1, len(rows), _MOST_PROCESSES)
    alone = workers <= 1 or sum(each.size for each in rows) < _FEWEST_ROWS
    if alone or multiprocessing.current_process().daemon:  # a daemon may not start processes
        settled = [_settle_batch(rows, as_of)]
    else:
        settled = _in_processes(_batches(rows, workers * _BATCHES), as_of, workers)
    raise_as_one([error for _, errors in settled for error in errors])
    return joined(tables for tables, _ in settled)


def _settle_batch(batch: Sequence[PolicyRows], as_of: dt.date | None) -> tuple[Tables, list[StopLossError]]:
    tables: list[Tables] = []
    errors: list[StopLossError] = []
    for rows in batch:
        try:
            tables.append(settle_rows(rows, as_of))
        except StopLossError as error:
            errors.append(error)
    return joined(tables), errors


def _batches(rows: Sequence[PolicyRows], count: int) -> list[list[PolicyRows]]:
    """Part the policies, in their order, into about *count* batches with about as many claims."""
    enough = sum(each.size for each in rows) / count
    batches: list[list[PolicyRows]] = [[]]
    size = 0
    for each in rows:
        if size >= enough:
            batches.append([])
            size = 0
        batches[-1].append(each)
        size += each.size
    return batches


def _in_processes(
    batches: Sequence[Sequence[PolicyRows]], as_of: dt.date | None, workers: int
) -> list[tuple[Tables, list[StopLossError]]]:
    """Settle each batch in some process; the largest ones first, so that none is left to the end."""
    by_size = sorted(range(len(batches)), key=lambda number: -sum(each.size for each in batches[number]))
    futures: dict[int, Future[tuple[Tables, list[StopLossError]]]] = {}
    executor = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    try:
        with _without_main():
            for number in by_size:
                futures[number] = executor.submit(_settle_batch, batches[number], as_of)
        return [futures[number].result() for number in range(len(batches))]
    except BrokenProcessPool:
        rule = "a process that settled policies by the Python engine was ended from outside"
        help_ = "most likely for want of memory: settle with fewer processes (max_workers)"
        raise EngineError(Finding(code="SL809", where="engine", rule=rule, help=help_)) from None
    finally:
        executor.shutdown(cancel_futures=True)


_starting = threading.Lock()


@contextmanager
def _without_main() -> Generator[None, None, None]:
    """
    Start processes that know nothing of the program's main module.

    They need only this package. Otherwise each would run the program from its beginning again, if that is a script
    that does not ask whether it is ``__main__``.
    """
    with _starting:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


def __dir__() -> list[str]:
    return __all__
