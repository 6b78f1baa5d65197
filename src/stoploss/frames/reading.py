"""Claims of many policies as an engine takes them: one pass of expressions over a source, computed when asked for.

A source is a path (Parquet or CSV) or a frame; its columns are checked for their names and types before anything is
computed.
What is wrong with its rows is found by :mod:`stoploss.frames.findings`, in passes of its own:
without them reading costs next to nothing.

Source: ``docs/feeds.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import narwhals as nw
from attrs import evolve, field, frozen

from stoploss.errors import FeedError, Finding
from stoploss.feeds.claims import CLAIMS as CLAIMS_FEED
from stoploss.frames.cells import Cell
from stoploss.frames.columns import ROWS, Kind
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.file_sets import from_csv, numbered, opened
from stoploss.frames.sources import CLAIMS, POLICY, cells_of, wrong_type

__all__ = ["FACTS", "Read", "read_claims"]

_TYPED = ("amount", "incurred_on", "paid_on")
_KINDS = {"a day": Kind.DAY, "an amount": Kind.WHOLE}

FACTS: Mapping[str, Kind] = MappingProxyType(
    {"cents" if column.name == "amount" else column.name: _KINDS.get(str(column.holds), Kind.TEXT) for column in CLAIMS}
)
"""
Claims with every column there is, as :data:`~stoploss.frames.columns.ROWS` has some of them.

``legal_cost`` is cents too; ``diagnosis`` and ``tags`` are labels between semicolons.
"""


@frozen(kw_only=True)
class Read:
    """
    Claims as they are read, not yet computed.

    Args:
        label: What messages call the source.
        labels: What they call each of its files; one for a frame.
        source: As it was given.
        as_it_stands: As the engine has it.
        frame: The same with the value of each column of the claims beside it.
        held: The type of each of these columns.
        cells: What each of them holds.
        made: What the values are made of.
        notices: What is odd about the source's columns.
        categories: Columns that have numbers for their few texts, and are read as text.
        texts: Amounts and days that are text.
    """

    label: str
    labels: tuple[str, ...]
    source: object = field(repr=False)
    as_it_stands: Frame = field(repr=False, eq=False)
    frame: Frame = field(repr=False, eq=False)
    held: Mapping[str, nw.dtypes.DType] = field(repr=False, eq=False)
    cells: Mapping[str, Cell] = field(repr=False, eq=False)
    made: Mapping[str, nw.Expr] = field(repr=False, eq=False)
    notices: tuple[Finding, ...] = ()
    categories: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def facts(self) -> Frame:
        """Every column of the claims: see :data:`FACTS`."""
        return self.frame.select(**self.values)

    @property
    def rows(self) -> Frame:
        """The columns by which engines settle."""
        return self.facts.select(*ROWS)

    @property
    def adjusting(self) -> Frame:
        """Those of the facts that name another one."""
        some = self.frame.head(0) if self.cells["adjusts"].absent else self.frame.filter(~nw.col("adjusts").is_null())
        return some.select(**self.values)

    @property
    def absent(self) -> dict[str, nw.Expr]:
        """The columns of the facts that the source does not have, and what is in them."""
        return {name: self.made[_column_of(name)] for name in FACTS if name in self.cells and self.cells[name].absent}

    def numbered(self, engine: Engine) -> Frame | None:
        """Return the source with the number of each row, where rows have an order."""
        rows = numbered(engine, self.source, self.as_it_stands, self.held)
        return None if rows is None else _with_values(rows, self.categories, self.made)

    @property
    def values(self) -> dict[str, nw.Expr]:
        """What each column of the facts is made of."""
        return {name: self.cells[_source_name(name)].value for name in FACTS}


def read_claims(engine: Engine, source: object) -> Read:
    """
    Return the claims of a source.

    Args:
        engine: Reads, and computes what is made of it.
        source: A path, a frame that the engine takes, or a :class:`~stoploss.frames.file_sets.FileSet`.

    Raises:
        FeedError: For a column that is missing, almost named as it must be, or of another type; floats above all.
    """
    holds = {column.name: column.holds for column in CLAIMS}
    found = opened(
        engine, source, "claims", (POLICY, *CLAIMS_FEED.columns), lambda name, held: wrong_type(holds[name], held)
    )
    header = found.header
    if header.faults:
        raise FeedError(header.faults)
    categories = tuple(name for name, held in header.held.items() if isinstance(held, nw.Categorical | nw.Enum))
    cells = dict(cells_of(CLAIMS, header.held, csv=from_csv(source)))
    # Each value is made once, and whatever asks for it takes it from its own column.
    made = {_column_of(name): cell.value for name, cell in cells.items()}
    return Read(
        label=found.label,
        labels=found.labels,
        source=source,
        as_it_stands=found.frame,
        frame=_with_values(found.frame, categories, made),
        held=header.held,
        cells={name: evolve(cell, value=nw.col(_column_of(name))) for name, cell in cells.items()},
        made=made,
        notices=header.notices,
        categories=categories,
        texts=tuple(name for name in _TYPED if header.held.get(name) == nw.String),
    )


def _with_values(frame: Frame, categories: tuple[str, ...], made: Mapping[str, nw.Expr]) -> Frame:
    text = frame.with_columns(nw.col(*categories).cast(nw.String)) if categories else frame
    return text.with_columns(**made)


def _column_of(name: str) -> str:
    return f"_{name}"


def _source_name(name: str) -> str:
    return "amount" if name == "cents" else name


def __dir__() -> list[str]:
    return __all__
