"""The first record of a file: where its columns are, and what keeps it from being read.

Names are compared letter by letter.
A column under almost its name (``Amount``, ``paid on``) is refused and not passed over, even where it may be absent:
refunds whose ``Adjusts`` went unread would settle to another amount.
A column that is read by nobody is a notice.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter

from attrs import evolve, frozen

from stoploss.choice import nearest
from stoploss.errors import Finding, InvalidValue
from stoploss.feeds.columns import Column, Columns
from stoploss.feeds.records import Source

__all__ = ["Cell", "Header", "match_header"]

_LONGEST_NAME = 40
_COMMAS = "separate cells with commas; the first line names the columns"


@frozen(kw_only=True)
class Cell:
    """
    Where one value of a fact is found in the rows of one file.

    Args:
        column: The pinned column.
        take: Takes the cell's text out of a row.
        names: The file's columns that it is taken from.
    """

    column: Column
    take: Callable[[list[str]], str]
    names: tuple[str, ...] = ()


@frozen(kw_only=True)
class Header:
    """
    What a file's first record says.

    Args:
        width: How many cells every row has.
        cells: Where the values are found; empty where the header cannot be used.
        faults: What is wrong with it.
        notices: What is odd about it, and read all the same.
    """

    width: int
    cells: tuple[Cell, ...] = ()
    faults: tuple[Finding, ...] = ()
    notices: tuple[Finding, ...] = ()


def match_header(source: Source, line: int, names: Sequence[str], pinned: Sequence[Column], columns: Columns) -> Header:
    """Return where the *pinned* columns are among the *names* of a file's header."""
    place = source.at(line)
    if len(names) == 1:
        rule = f"only one column was found{_other_delimiter(names[0])}"
        return Header(width=1, faults=(Finding(code="SL448", where=place, rule=rule, help=_COMMAS),))
    faults = list(_repeated(place, names))
    cells: list[Cell] = []
    for column in pinned:
        theirs = columns.get(column.name, column.name)
        parts = (theirs,) if isinstance(theirs, str) else tuple(theirs)
        if isinstance(theirs, str) and theirs.startswith("="):
            cells.append(Cell(column=column, take=_always(theirs[1:])))
        elif all(part in names for part in parts):
            cells.append(Cell(column=column, take=_taker([names.index(part) for part in parts]), names=parts))
        else:
            absent = _absent(
                column, parts, names, mapped=column.name in columns, known=[known.name for known in pinned]
            )
            faults.extend(evolve(fault, where=f"{place} {column.name}") for fault in absent)
    if faults:
        return Header(width=len(names), faults=tuple(faults))
    read = {name for cell in cells for name in cell.names}
    notices = _unread(place, names, read, [column.name for column in pinned])
    return Header(width=len(names), cells=tuple(cells), notices=tuple(notices))


def _other_delimiter(name: str) -> str:
    for sign, what in ((";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")):
        if sign in name:
            return f", and its cells are separated by {what}"
    return ""


def _repeated(place: str, names: Sequence[str]) -> Iterator[Finding]:
    for position, name in enumerate(names, 1):
        first = names.index(name) + 1
        if name and first < position:
            rule = f"columns {first} and {position} have the same name"
            yield Finding(code="SL449", where=place, rule=rule, help="rename or remove one")


def _absent(
    column: Column, parts: Sequence[str], names: Sequence[str], *, mapped: bool, known: Sequence[str]
) -> Iterator[Finding]:
    """Yield a fault for each part that has to be there, or is there under almost its name."""
    simple = [_simplified(name) for name in names]
    for part in parts:
        meant = f'"{part}"' if mapped else part
        if part in names:
            continue
        if _simplified(part) in simple:
            rule = f"column {simple.index(_simplified(part)) + 1} is almost named {meant}"
            way_out = f"did you mean {meant}? names are compared letter by letter, without blanks"
            yield Finding(code="SL450", where="", rule=rule, help=way_out)
        elif column.required or mapped:
            rule = f"the column {meant} is missing" if mapped else "this column is missing"
            yield Finding(code="SL451", where="", rule=rule, help=_near_column(part, names, known))


def _near_column(part: str, names: Sequence[str], known: Sequence[str]) -> str:
    """Point to the column that may be meant; its name is not shown, because it may be the first row of data."""
    position_of = {_simplified(name): position for position, name in enumerate(names, 1) if name not in known}
    near = difflib.get_close_matches(_simplified(part), position_of, n=1)
    return f"did you mean column {position_of[near[0]]}?" if near else ""


def _unread(place: str, names: Sequence[str], read: set[str], known: Sequence[str]) -> Iterator[Finding]:
    for position, name in enumerate(names, 1):
        if name in read:
            continue
        # The header has every required column, so that this is a name and not the first row of a file without one.
        shown = f' ("{name}")' if name and name.isprintable() and len(name) <= _LONGEST_NAME else ""
        near = nearest(_simplified(name), [word for word in known if word not in read])
        yield Finding(code="SL452", where=place, rule=f"column {position}{shown} is not read", help=near)


def _simplified(name: str) -> str:
    return "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())


def _always(word: str) -> Callable[[list[str]], str]:
    return lambda _row: word


def _taker(positions: Sequence[int]) -> Callable[[list[str]], str]:
    if len(positions) == 1:
        return itemgetter(positions[0])
    first, *later = positions

    def joined(row: list[str]) -> str:
        parts = [row[position] for position in later]
        # "A-1" and "2" would make the same id as "A" and "1-2".
        if not row[first] or not all(parts) or any("-" in part for part in parts):
            rule = "the parts of a joined id are not empty, and only the first one may hold a hyphen"
            raise InvalidValue(Finding(code="SL453", where="", rule=rule))
        return "-".join((row[first], *parts))

    return joined


def __dir__() -> list[str]:
    return __all__
