"""From files to facts: every fault of every file, or every fact, never some of each.

The order of things, for all files of a run together:

1. each record becomes a fact, or as many faults as it has cells and rules against it;
2. a record that repeats a fact is a duplicate and counts once; other content under the same id is a fault;
3. faults between facts, which only show when all are there;
4. with a fault, nothing is returned; without, the facts with their places.

Only the facts stay in memory; records pass through one at a time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from attrs import Factory, evolve, frozen

from stoploss.errors import FINDINGS_CAP, FeedError, Finding, StopLossError
from stoploss.feeds.columns import Columns, mapping_faults
from stoploss.feeds.conservation import Conservation, FileTally, RejectedFeed, Tally
from stoploss.feeds.header import Header, match_header
from stoploss.feeds.layout import Layout
from stoploss.feeds.records import PathLike, Source, records, sources_of

__all__ = ["Loaded", "Span", "gathered", "read_facts"]

Fact = TypeVar("Fact")

_MOST_PLACES = 6


def _nothing(*_facts: object) -> tuple[()]:
    return ()


@frozen(kw_only=True)
class Span:
    """The facts of one file: positions *first* up to, not including, *after*."""

    source: Source
    first: int
    after: int


@frozen(kw_only=True)
class Loaded(Generic[Fact]):
    """Facts with their places, and what became of every row."""

    facts: tuple[Fact, ...]
    places: tuple[str, ...]
    notices: tuple[Finding, ...]
    conservation: Conservation


@frozen(kw_only=True)
class _Run(Generic[Fact]):
    """What has been read so far; filled while the files are read, and thrown away afterwards."""

    layout: Layout[Fact]
    facts: list[Fact] = Factory(list[Fact])
    places: list[str] = Factory(list[str])
    position_of: dict[Hashable, int] = Factory(dict[Hashable, int])
    duplicates: list[str] = Factory(list[str])
    notices: list[Finding] = Factory(list[Finding])
    faults: list[Finding] = Factory(list[Finding])
    beyond_cap: list[int] = Factory(lambda: [0])
    tallies: list[FileTally] = Factory(list[FileTally])
    spans: list[Span] = Factory(list[Span])

    def refuse(self, findings: Iterable[Finding]) -> None:
        """Keep the faults up to the cap, and count the rest."""
        for finding in findings:
            if len(self.faults) < FINDINGS_CAP:
                self.faults.append(finding)
            else:
                self.beyond_cap[0] += 1

    def reject(self, *faults: Finding, total: int | None = None) -> None:
        """Count a row of the file being read among the rejected ones; *total* is ``None`` where it cannot be read."""
        self.refuse(faults)
        row = Tally(rows=1, unreadable=1) if total is None else Tally(rows=1, total=total)
        self.tallies[-1] = evolve(self.tallies[-1], rejected=self.tallies[-1].rejected + row)

    def repeat(self, place: str, total: int) -> None:
        """Count a row of the file being read among the duplicates."""
        self.duplicates.append(place)
        row = Tally(rows=1, total=total)
        self.tallies[-1] = evolve(self.tallies[-1], duplicates=self.tallies[-1].duplicates + row)

    def stop(self) -> None:
        """Note that the file being read was not read to its end."""
        self.tallies[-1] = evolve(self.tallies[-1], complete=False)


def read_facts(
    layout: Layout[Fact],
    paths: Sequence[PathLike],
    columns: Columns,
    *,
    between: Callable[[Sequence[Fact]], Iterable[tuple[int, Finding]]] = _nothing,
    of_file: Callable[[Sequence[Fact], Span], Iterable[Finding]] = _nothing,
    odd: Callable[[Sequence[Fact], Sequence[str]], Iterable[Finding]] = _nothing,
) -> Loaded[Fact]:
    """
    Return the facts of all files.

    Args:
        layout: What the files hold.
        paths: The files, in any order.
        columns: The mapping from pinned columns to the files' own.
        between: Finds the faults between facts, each with a fact's position.
        of_file: Finds the faults of one file as a whole.
        odd: Finds what is settled all the same and should be seen.

    Raises:
        RejectedFeed: With every fault of every file.
    """
    run = _Run(layout=layout)
    run.refuse(mapping_faults(layout.columns, columns))
    if not run.faults:
        for source in sources_of(paths):
            _read_file(run, source, columns)
    rejected = set[int]()
    for position, finding in between(run.facts):
        rejected.add(position)
        run.refuse([_placed(finding, run.places[position])])
    for span in run.spans:
        run.refuse(of_file(run.facts, span))
    conservation = _conserved(run, rejected)
    if run.faults:
        # A column that was not read because it is almost another's may be why rows were refused.
        misspelt = [notice for notice in run.notices if notice.code == "SL452" and notice.help]
        raise RejectedFeed([*misspelt, *run.faults], run.beyond_cap[0], conservation)
    if run.duplicates:
        rule = "this row repeats an earlier one and counts once"
        run.notices.append(gathered("SL461", run.duplicates, "", rule))
    notices = (*run.notices, *odd(run.facts, run.places))
    return Loaded(facts=tuple(run.facts), places=tuple(run.places), notices=notices, conservation=conservation)


def gathered(code: str, places: Sequence[str], column: str, rule: str, help: str = "") -> Finding:  # noqa: A002 (the word of Finding)
    """Return one notice for all rows of a kind: at the first one's place, with a count and the next few places."""
    more = len(places) - 1
    if more:
        file = places[0].rpartition(":")[0]
        # Lines of the first one's file need no name.
        next_few = [place.removeprefix(f"{file}:") for place in places[1:_MOST_PLACES]]
        rest = f" and {len(places) - _MOST_PLACES:,} others" if len(places) > _MOST_PLACES else ""
        lines = f"{'line' if more == 1 else 'lines'} {', '.join(next_few)}{rest}"
        rule = f"{rule}; {more:,} more {'does' if more == 1 else 'do'} so: {lines}"
    where = f"{places[0]} {column}" if column else places[0]
    return Finding(code=code, where=where, rule=rule, help=help)


def _read_file(run: _Run[Fact], source: Source, columns: Columns) -> None:
    first = len(run.facts)
    run.tallies.append(FileTally(label=source.label, units=run.layout.units))
    try:
        with contextlib.closing(records(source)) as found:
            _read_records(run, source, columns, found)
    except FeedError as error:
        run.refuse(error.findings)
        run.stop()
    run.spans.append(Span(source=source, first=first, after=len(run.facts)))
    if run.tallies[-1].complete and not run.tallies[-1].read.rows and len(run.facts) == first:
        rule = "this file has a header and no rows"
        run.notices.append(Finding(code="SL460", where=source.label, rule=rule, help="check that the export is whole"))


def _read_records(run: _Run[Fact], source: Source, columns: Columns, found: Iterator[tuple[int, list[str]]]) -> None:
    nothing: tuple[int, list[str]] = (0, [])
    line, names = next(found, nothing)
    if not names:
        way_out = "a feed without rows still has its header"
        run.refuse([Finding(code="SL459", where=source.label, rule="this file is empty", help=way_out)])
        return
    header = match_header(source, line, names, run.layout.columns, columns)
    run.refuse(header.faults)
    run.notices.extend(header.notices)
    if header.faults:
        run.stop()
    else:
        _read_rows(run, source, header, found)


def _read_rows(run: _Run[Fact], source: Source, header: Header, found: Iterator[tuple[int, list[str]]]) -> None:
    """Turn records into facts; this loop is the speed of a feed, so a row without a fault takes no detour."""
    layout, facts, places, position_of = run.layout, run.facts, run.places, run.position_of
    plan = [(cell.column.argument or cell.column.name, cell.take, cell.column) for cell in header.cells]
    required = [(name, take, column.read) for name, take, column in plan if column.required]
    optional = [(name, take, column.read) for name, take, column in plan if not column.required]
    for line, row in found:
        if len(row) != header.width:
            rule = f"this row has {len(row):,} cell{'' if len(row) == 1 else 's'} where the header has {header.width:,}"
            way_out = "a comma inside a cell needs quotes around the cell"
            run.reject(Finding(code="SL454", where=source.at(line), rule=rule, help=way_out))
            continue
        try:
            values = {name: read(take(row)) for name, take, read in required}
            for name, take, read in optional:
                text = take(row)
                if text:
                    values[name] = read(text)
            fact = layout.make(**values)
        except StopLossError:
            run.reject(*_row_faults(layout, source, line, header, row), total=_total_of(layout, header, row))
            continue
        position = position_of.setdefault(layout.key(fact), len(facts))
        if position == len(facts):
            facts.append(fact)
            places.append(f"{source.label}:{line}")
        elif facts[position] == fact:
            run.repeat(f"{source.label}:{line}", layout.measure(fact))
        else:
            fault = _same_key(layout, facts[position], fact, places[position])
            run.reject(_placed(fault, f"{source.label}:{line}"), total=layout.measure(fact))


def _row_faults(layout: Layout[Fact], source: Source, line: int, header: Header, row: list[str]) -> Iterator[Finding]:
    """Yield all that is wrong with a row: each cell, then the rules between its cells as far as they can be judged."""
    if not any(row):
        yield Finding(code="SL464", where=source.at(line), rule="this row is empty", help="remove it")
        return
    values: dict[str, object] = {}
    judged = True
    names: dict[str, str] = {}
    for cell in header.cells:
        column = cell.column
        argument = column.argument or column.name
        names[argument] = column.name
        try:
            text = cell.take(row)
            if text or column.required:
                values[argument] = column.read(text)
        except StopLossError as error:
            yield from (evolve(finding, where=source.at(line, column.name)) for finding in error.findings)
            judged = judged and column.stand_in is not None
            values[argument] = column.stand_in
    if not judged:
        return
    try:
        layout.make(**values)
    except StopLossError as error:
        for finding in error.findings:
            yield evolve(finding, where=source.at(line, names.get(finding.where, finding.where)))


def _total_of(layout: Layout[Fact], header: Header, row: list[str]) -> int | None:
    """Return what a rejected row would have added to the control total, or ``None`` where that cannot be read."""
    for cell in header.cells:
        if cell.column.name == layout.measured_by:
            with contextlib.suppress(StopLossError):
                return layout.measured(cell.take(row))
    return None


def _same_key(layout: Layout[Fact], known: Fact, other: Fact, place: str) -> Finding:
    arguments = [(column.name, column.argument or column.name) for column in layout.columns]
    differing = [name for name, argument in arguments if getattr(known, argument) != getattr(other, argument)]
    rule = layout.same_key.rule.format(place=place, columns=", ".join(differing))
    return evolve(layout.same_key, rule=rule)


def _placed(finding: Finding, place: str) -> Finding:
    return evolve(finding, where=f"{place} {finding.where}")


def _conserved(run: _Run[Fact], rejected: set[int]) -> Conservation:
    """Give every fact its line: posted, or rejected and held back in a run that failed."""
    files: list[FileTally] = []
    for tally, span in zip(run.tallies, run.spans, strict=True):
        right = _sum(run, [position for position in range(span.first, span.after) if position not in rejected])
        wrong = _sum(run, [position for position in range(span.first, span.after) if position in rejected])
        judged = evolve(tally, rejected=tally.rejected + wrong)
        files.append(evolve(judged, held=right) if run.faults else evolve(judged, posted=right))
    return Conservation(files=tuple(files))


def _sum(run: _Run[Fact], positions: Sequence[int]) -> Tally:
    return Tally(rows=len(positions), total=sum(run.layout.measure(run.facts[position]) for position in positions))


def __dir__() -> list[str]:
    return __all__
