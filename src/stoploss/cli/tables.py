"""Tables that never cut an amount: what does not fit the width continues in a further table below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TypeAlias

from attrs import frozen
from rich import box
from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

__all__ = [
    "PLAIN",
    "SUM",
    "Cell",
    "Column",
    "Row",
    "even_if_zero",
    "heading",
    "in_words",
    "printable",
    "several",
    "shown",
    "table",
    "tables",
]

_GAP = 2
_LONGEST_NAME = 36
"""A longer id is broken into lines; 36 characters hold a UUID."""

Cell: TypeAlias = str | Decimal | int | None
"""Text, an amount, a count, or nothing."""


@frozen(kw_only=True)
class Column:
    """
    One column.

    Args:
        header: With a line break where it may be two lines.
        cells: From top to bottom.
        text: Whether it holds words, which stand on the left, and not figures.
    """

    header: str
    cells: Sequence[Cell]
    text: bool = False

    @property
    def width(self) -> int:
        """How many places the longest line takes."""
        lines = [*self.header.split("\n"), *map(shown, self.cells)]
        longest = max(map(cell_len, lines))
        return min(longest, _LONGEST_NAME) if self.text else longest


@frozen(kw_only=True)
class Row:
    """How a row looks: in bold, dimmed, or with a line above it."""

    style: str = ""
    line_above: bool = False


PLAIN = Row()
"""How most rows look."""
SUM = Row(style="bold", line_above=True)
"""How a sum looks."""


def shown(cell: Cell) -> str:
    """
    Return a cell as people read it: thousands with commas, nothing as a dash.

    >>> shown(Decimal("1234.50")), shown(Decimal("0.00")), shown(12000), shown(None)
    ('1,234.50', '-', '12,000', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    return f"{cell:,}" if cell else "-"


def even_if_zero(amount: Decimal | None) -> str:
    """Return an amount that is worth saying where it is zero, and a word where there is none."""
    return "none" if amount is None else f"{amount:,}"


def in_words(name: str) -> str:
    """
    Return a line or a reason as people read it.

    >>> in_words("employer_share")
    'employer share'
    """
    return name.replace("_", " ")


def heading(title: str, *subtitles: str) -> Text:
    """Return a title in bold with what belongs to it below, and an empty line above."""
    return Text("\n").join([Text(""), Text(printable(title), style="bold"), *map(Text, subtitles)])


def several(count: int, noun: str, plural: str = "") -> str:
    """
    Return a count with its noun.

    >>> several(1, "laser"), several(1200, "month"), several(2, "maximum", "maxima")
    ('1 laser', '1,200 months', '2 maxima')
    """
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def printable(text: object) -> str:
    """Return text without line breaks and control characters, which a policy or a file's name may hold."""
    return "".join(character if character.isprintable() else " " for character in str(text))


def tables(
    name: Column, groups: Iterable[Iterable[Column]], rows: Sequence[Row], width: int
) -> Iterator[RenderableType]:
    """
    Yield one table if it fits, else one for each group, else as many as it takes; each begins with *name*.

    Args:
        name: The column that says what a row is about.
        groups: The other columns; those of one group stay together where they fit.
        rows: How each row looks.
        width: Of the terminal.
    """
    parts = list(_parts(name, [list(group) for group in groups], width))
    for part in parts:
        if part is not parts[0]:
            yield ""
        yield table([name, *part], rows)


def _parts(name: Column, groups: list[list[Column]], width: int) -> Iterator[list[Column]]:
    everything = [column for group in groups for column in group]
    for columns in [everything] if _fits(name, everything, width) else groups:
        part: list[Column] = []
        for column in columns:
            if part and not _fits(name, [*part, column], width):
                yield part
                part = []
            part.append(column)
        if part:
            yield part


def table(columns: Sequence[Column], rows: Sequence[Row] = ()) -> Table:
    """Return one table."""
    drawn = Table(box=box.HORIZONTALS, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    for column in columns:
        drawn.add_column(
            column.header,
            justify="left" if column.text else "right",
            vertical="top" if column.text else "bottom",
            overflow="fold",
            no_wrap=not column.text,
            max_width=_LONGEST_NAME if column.text else None,
        )
    looks = rows or [Row()] * max((len(column.cells) for column in columns), default=0)
    for look, *cells in zip(looks, *(column.cells for column in columns), strict=True):
        if look.line_above:
            drawn.add_section()
        drawn.add_row(*map(shown, cells), style=look.style)
    return drawn


def _fits(name: Column, columns: Iterable[Column], width: int) -> bool:
    return name.width + sum(column.width + _GAP for column in columns) <= width


def __dir__() -> list[str]:
    return __all__
