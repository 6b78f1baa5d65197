"""How often each fault is in a source, and what the rows add up to, in one pass over it.

Rows are grouped by policy and by the number of their faults; the groups are few, and what they mean is read in Python.
A sum of cents may be larger than 64 bits before it is known to be, so that it is kept in two parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import narwhals as nw
from attrs import Factory, evolve, frozen

from stoploss.feeds.conservation import Tally
from stoploss.frames.cells import Fault
from stoploss.frames.columns import LARGEST_TOTAL, Kind
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.faults import Flags
from stoploss.frames.file_sets import FILE
from stoploss.policy import Policy
from stoploss.reported import needs_family

__all__ = ["Group", "Known", "Tallies", "policies_too_large", "sums_of", "tallied"]

_PART = 1_000_000_000


@frozen(kw_only=True)
class Known:
    """
    The policies, and what each wants to know of a payment.

    Args:
        policies: In the order given.
    """

    policies: Sequence[Policy]

    @property
    def per_family(self) -> list[bool]:
        """By policy: whether every payment names its family."""
        return [bool(needs_family(policy)) for policy in self.policies]

    @property
    def by_day_reported(self) -> list[bool]:
        """By policy: whether claims of a prior administrator count by the day on which they were reported."""
        return [any(basis.prior_administrator.reported_by for basis in policy.bases) for policy in self.policies]

    def table(self, engine: Engine) -> Frame:
        """Return all of it as a table: ``policy``, ``known``, ``per_family``, ``by_day_reported``."""
        columns: dict[str, list[str] | list[int]] = {
            "policy": [policy.number for policy in self.policies],
            "known": [1 for _ in self.policies],
            "per_family": list(map(int, self.per_family)),
            "by_day_reported": list(map(int, self.by_day_reported)),
        }
        return engine.table(columns, dict.fromkeys(columns, Kind.WHOLE) | {"policy": Kind.TEXT})


@frozen(kw_only=True)
class Group:
    """
    Rows that are alike in what is wrong with them.

    Args:
        known: Whether their policies are among those given.
        per_family, by_day_reported: What those policies want to know.
        file: Which of several files they are in, from 0 on.
        names: What is so of each row: faults, columns with unusual text, further names.
        tally: How many they are.
    """

    known: bool
    per_family: bool
    by_day_reported: bool
    file: int
    names: frozenset[Fault | str]
    tally: Tally

    def codes(self, column: str) -> frozenset[str]:
        """Return what is wrong with a column of each row."""
        return frozenset(name.code for name in self.names if isinstance(name, Fault) and name.column == column)


@frozen(kw_only=True)
class Tallies:
    """
    What a source holds, counted.

    Args:
        groups: All rows.
        too_large: The policies whose amounts add up to more than a column of decimals holds.
    """

    groups: tuple[Group, ...] = ()
    too_large: tuple[str, ...] = Factory(tuple)

    @property
    def read(self) -> Tally:
        """All rows."""
        return _sum(group.tally for group in self.groups)

    def of_file(self, number: int) -> Tallies:
        """Return what one of several files holds."""
        return evolve(self, groups=tuple(group for group in self.groups if group.file == number))

    def of(self, name: Fault | str) -> Tally:
        """Return the rows of which something is so."""
        return self.where(lambda group: name in group.names)

    def of_code(self, code: str, column: str) -> Tally:
        """Return the rows with a fault of a column, or something odd about it."""
        return self.where(lambda group: code in group.codes(column))

    def where(self, holds: Callable[[Group], bool]) -> Tally:
        """Return the rows of the groups of which something is so."""
        return _sum(group.tally for group in self.groups if holds(group))


def tallied(engine: Engine, rows: Frame, flags: Flags, known: Frame) -> Tallies:
    """
    Count a source.

    Args:
        engine: Computes.
        rows: ``policy``, ``cents``, :data:`~stoploss.frames.file_sets.FILE` and ``flags``, :attr:`Flags.number`.
        flags: What the numbers mean.
        known: :meth:`Known.table`.
    """
    high = nw.col("cents") // _PART
    parts = rows.with_columns(high=high).with_columns(low=nw.col("cents") - nw.col("high") * _PART)
    grouped = parts.group_by("policy", "flags", FILE).agg(
        nw.col("high").sum(),
        nw.col("low").sum(),
        rows=nw.len(),
        least=nw.col("cents").min(),
        most=nw.col("cents").max(),
    )
    groups = engine.mat("flags", grouped.with_columns(nw.col("high", "low", "rows").cast(nw.Int64)))
    judged = groups.join(known, on="policy", how="left").with_columns(
        nw.col("known", "per_family", "by_day_reported").fill_null(0)
    )
    alike = ("known", "per_family", "by_day_reported", "flags", FILE)
    few = judged.group_by(*alike).agg(nw.col("high").sum(), nw.col("low").sum(), nw.col("rows").sum())
    return Tallies(
        groups=tuple(_group(row, flags.names) for row in engine.rows(few)),
        too_large=policies_too_large(engine, rows, groups.join(known, on="policy", how="semi")),
    )


def sums_of(engine: Engine, facts: Frame) -> Tally:
    """Return how many facts there are, and what they add up to."""
    parts = facts.select("cents", high=nw.col("cents") // _PART)
    low = (nw.col("cents") - nw.col("high") * _PART).sum()
    (sums,) = engine.rows(parts.select(rows=nw.len(), high=nw.col("high").sum(), low=low))
    return _tally(sums)


def _group(row: Mapping[str, int], names: Sequence[Fault | str]) -> Group:
    number = int(row["flags"])
    return Group(
        known=bool(row["known"]),
        per_family=bool(row["per_family"]),
        by_day_reported=bool(row["by_day_reported"]),
        file=int(row[FILE]),
        names=frozenset(name for bit, name in enumerate(names) if number >> bit & 1),
        tally=_tally(row),
    )


def _tally(row: Mapping[str, int]) -> Tally:
    return Tally(rows=int(row["rows"]), total=int(row["high"] or 0) * _PART + int(row["low"] or 0))


def policies_too_large(engine: Engine, rows: Frame, groups: Frame) -> tuple[str, ...]:
    """
    Return the policies of whose rows the amounts, signs aside, add up to more than a column of decimals holds.

    Args:
        engine: Computes.
        rows: ``policy`` and ``cents``.
        groups: The same in groups: ``policy``, ``rows``, and the ``least`` and the ``most`` cents of one.
    """
    bounds = groups.group_by("policy").agg(nw.col("rows").sum(), nw.col("least").min(), nw.col("most").max())
    # Almost always the number of rows times the largest amount is little enough to be sure.
    suspected = [
        str(row["policy"])
        for row in engine.rows(bounds)
        if int(row["rows"]) * max(-int(row["least"]), int(row["most"])) > LARGEST_TOTAL
    ]
    if not suspected:
        return ()
    size = rows.filter(nw.col("policy").is_in(suspected)).select("policy", cents=nw.col("cents").abs())
    parts = size.with_columns(high=nw.col("cents") // _PART).with_columns(low=nw.col("cents") - nw.col("high") * _PART)
    sums = parts.group_by("policy").agg(nw.col("high").sum(), nw.col("low").sum())
    totals = {str(row["policy"]): int(row["high"]) * _PART + int(row["low"]) for row in engine.rows(sums)}
    return tuple(sorted(policy for policy, total in totals.items() if total > LARGEST_TOTAL))


def _sum(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, start=Tally())


def __dir__() -> list[str]:
    return __all__
