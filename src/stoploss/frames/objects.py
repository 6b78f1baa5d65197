"""Sources that are small beside the claims: each row becomes a fact in Python, by the rules of the feeds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from attrs import evolve, field, frozen

from stoploss.errors import FeedError, Finding, StopLossError
from stoploss.feeds.cells import read_id
from stoploss.feeds.conservation import FileTally, Tally
from stoploss.feeds.layout import Layout
from stoploss.frames.columns import ROW
from stoploss.frames.engines.engine import Engine
from stoploss.frames.file_sets import from_csv, label_of, numbered, opened
from stoploss.frames.found import MOST_PLACES, UNKNOWN_POLICY, Found
from stoploss.frames.rows import RowColumns
from stoploss.frames.sources import POLICY, Holds, wrong_type

__all__ = ["Given", "Told", "facts_in", "gathered", "tally_of"]

Fact = TypeVar("Fact")


@frozen(kw_only=True)
class Given(Generic[Fact]):
    """
    One row and the fact that it is.

    Args:
        row: Its number.
        policy: The policy's number.
        fact: What it says.
    """

    row: int
    policy: str
    fact: Fact


@frozen(kw_only=True)
class Told:
    """
    One fault of one row.

    Args:
        row: Its number; 0 where a row is missing.
        total: What it adds to the control total: cents, or covered units.
        finding: What is wrong; its place is the column.
    """

    row: int
    total: int
    finding: Finding


@frozen(kw_only=True)
class Facts(Generic[Fact]):
    """
    What a source holds.

    Args:
        label: What messages call it.
        columns: Its pinned columns, with the policy's.
        given: Every row that is a fact of a policy that is known.
        told: Every fault of a row.
        found: What is wrong with the source, or odd about it.
        rows: How many rows it has.
        ordered: Whether their numbers mean anything.
    """

    label: str
    columns: RowColumns = field(repr=False)
    given: Sequence[Given[Fact]] = field(repr=False)
    told: Sequence[Told] = field(repr=False)
    found: Sequence[Found]
    rows: int
    ordered: bool


def facts_in(
    engine: Engine,
    source: object,
    layout: Layout[Fact],
    make: Callable[[RowColumns], Sequence[Fact]],
    *,
    label: str,
    policies: frozenset[str],
    holds: Mapping[str, Holds],
) -> Facts[Fact]:
    """
    Return the facts of a source.

    Args:
        engine: Reads it.
        source: A path, a frame that the engine takes, or a :class:`~stoploss.frames.file_sets.FileSet`.
        layout: The feed whose columns it has, after the policy's number.
        make: Makes facts of columns, or raises with every finding.
        label: What messages call it, unless it is a file.
        policies: The numbers of those that there are.
        holds: What the columns hold; any other is text.
    """
    pinned = (POLICY, *layout.columns)
    label = label_of(source, label)
    try:
        there = opened(engine, source, label, pinned, lambda name, held: wrong_type(holds.get(name, Holds.TEXT), held))
    except FeedError as error:
        return _nothing(label, [Found.of(fault, label) for fault in error.findings])
    frame, header = there.frame, there.header
    found = [Found.of_header(fault, label) for fault in header.faults]
    found += [Found.of_header(notice, label, notice=True) for notice in header.notices]
    if header.faults:
        return _nothing(label, found)
    in_order = numbered(engine, source, frame, header.held)
    names = [column.name for column in pinned if column.name in header.held]
    rows = engine.rows(
        (frame if in_order is None else in_order).select(*names, *([ROW] if in_order is not None else []))
    )
    if in_order is not None:
        rows.sort(key=lambda row: row[ROW])
    columns = {name: [_day(row[name]) for row in rows] for name in names}
    typed_by_hand = [column.name for column in layout.columns if column.read is read_id] if from_csv(source) else []
    given, told = _facts(columns, layout, make, policies, [name for name in typed_by_hand if name in names])
    return Facts(
        label=label,
        columns=columns,
        given=given,
        told=told,
        found=found,
        rows=len(rows),
        ordered=in_order is not None,
    )


def _nothing(label: str, found: Sequence[Found]) -> Facts[Any]:
    return Facts(label=label, columns={}, given=(), told=(), found=found, rows=0, ordered=False)


def _day(cell: object) -> object:
    """Return a timestamp at midnight as a day; pandas has no other days."""
    return cell.date() if isinstance(cell, dt.datetime) and cell.time() == dt.time() else cell


def _facts(
    columns: RowColumns,
    layout: Layout[Fact],
    make: Callable[[RowColumns], Sequence[Fact]],
    policies: frozenset[str],
    typed_by_hand: Sequence[str],
) -> tuple[list[Given[Fact]], list[Told]]:
    numbers = [str(number or "") for number in columns["policy"]]
    own = {name: cells for name, cells in columns.items() if name != "policy"}
    told = list(_strangers(numbers, policies))
    for name in typed_by_hand:
        told += _shortened(name, own[name])
    try:
        facts: Sequence[Fact | None] = make(own)
    except StopLossError:
        facts = []
        for row in range(len(numbers)):
            facts.append(_fact(make, {name: [cells[row]] for name, cells in own.items()}, row, told))
    wrong = {each.row for each in told}
    totals = {row: layout.measure(fact) for row, fact in enumerate(facts, start=1) if row in wrong and fact is not None}
    given = [
        Given(row=row, policy=number, fact=fact)
        for row, (number, fact) in enumerate(zip(numbers, facts, strict=True), start=1)
        if fact is not None and row not in wrong
    ]
    return given, [evolve(each, total=totals.get(each.row, 0)) for each in told]


def _fact(make: Callable[[RowColumns], Sequence[Fact]], cells: RowColumns, row: int, told: list[Told]) -> Fact | None:
    try:
        (fact,) = make(cells)
    except StopLossError as error:
        for finding in error.findings:
            column = finding.where.partition("].")[2]
            told.append(Told(row=row + 1, total=0, finding=evolve(finding, where=column)))
        return None
    return fact


def _strangers(numbers: Sequence[str], policies: frozenset[str]) -> Iterator[Told]:
    for row, number in enumerate(numbers, start=1):
        if not number:
            finding = Finding(code="SL302", where="policy", rule="an id is not empty")
            yield Told(row=row, total=0, finding=finding)
        elif number not in policies:
            yield Told(row=row, total=0, finding=UNKNOWN_POLICY)


def _shortened(name: str, cells: Sequence[object]) -> Iterator[Told]:
    """Yield the ids through which a spreadsheet has gone."""
    for row, cell in enumerate(cells, start=1):
        try:
            if cell:
                read_id(str(cell))
        except StopLossError as error:
            for finding in error.findings:
                if finding.code in {"SL455", "SL456"}:
                    yield Told(row=row, total=0, finding=evolve(finding, where=name))


def gathered(
    told: Sequence[Told], label: str, *, ordered: bool, units: bool = False, notice: bool = False
) -> Iterator[Found]:
    """
    Yield each kind of fault once, with its rows counted; of texts that differ the first stands for all.

    Args:
        told: What was found.
        label: What messages call the source.
        ordered: Whether the numbers of its rows mean anything.
        units: Whether its rows add up to covered units.
        notice: Whether it is settled all the same.
    """
    kinds: dict[tuple[str, str], list[Told]] = {}
    for each in told:
        kinds.setdefault((each.finding.code, each.finding.where), []).append(each)
    for (code, column), same in kinds.items():
        first = same[0].finding
        rows = [each for each in same if each.row]
        missing = len(same) - len(rows)
        more = f", and so for {missing - 1:,} more" if missing > 1 else ""
        yield Found(
            code=code,
            label=label,
            column=column,
            rule=f"{first.rule}{more}",
            help=first.help,
            rows=len(rows),
            total=sum(each.total for each in rows),
            units=units,
            places=tuple(each.row for each in rows)[:MOST_PLACES] if ordered else (),
            notice=notice,
        )


def tally_of(
    facts: Facts[Fact], layout: Layout[Fact], duplicates: Sequence[Given[Fact]], told: Sequence[Told], *, refused: bool
) -> FileTally:
    """Return what became of every row: of each once, however much is wrong with it."""
    wrong = {each.row: each.total for each in told if each.row}
    again = {each.row for each in duplicates} - set(wrong)
    read = {each.row: layout.measure(each.fact) for each in facts.given}
    right = Tally(
        rows=sum(row not in wrong and row not in again for row in read),
        total=sum(total for row, total in read.items() if row not in wrong and row not in again),
    )
    return FileTally(
        label=facts.label,
        posted=Tally() if refused else right,
        held=right if refused else Tally(),
        duplicates=Tally(rows=len(again), total=sum(read[row] for row in again)),
        rejected=Tally(rows=len(wrong), total=sum(read.get(row, total) for row, total in wrong.items())),
        units=layout.units,
    )


def __dir__() -> list[str]:
    return __all__
