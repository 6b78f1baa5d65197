"""Where the rows of a finding are: the numbers of the first few, in the order of the source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import narwhals as nw
from attrs import field, frozen

from stoploss.frames.columns import ROW
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.file_sets import FILE
from stoploss.frames.found import MOST_PLACES
from stoploss.frames.reading import Read

__all__ = ["First", "Places"]


@frozen(kw_only=True)
class First:
    """
    The first rows of a finding.

    Args:
        places: Their numbers; none where rows have no order.
        files: Of several files, in which of them each is.
    """

    places: tuple[int, ...] = ()
    files: tuple[str, ...] = ()


@frozen(kw_only=True)
class Places:
    """
    The rows of a source by number; it is read again, in its order, when the first place is asked for.

    Args:
        engine: Computes.
        read: The source.
    """

    engine: Engine
    read: Read = field(repr=False)
    _numbered: list[Frame | None] = field(factory=list[Any], init=False, repr=False, eq=False)

    def where(self, holds: nw.Expr) -> First:
        """Return the first rows of which something is so, as the source has them."""
        numbered = self._rows()
        return First() if numbered is None else self._first(numbered.filter(holds))

    def among(self, chosen: Callable[[Frame], Frame]) -> First:
        """Return the first rows of those that are chosen from the facts."""
        numbered = self._rows()
        return First() if numbered is None else self._first(chosen(numbered.select(FILE, ROW, **self.read.values)))

    def _first(self, rows: Frame) -> First:
        first = self.engine.rows(rows.select(FILE, ROW).sort(FILE, ROW).head(MOST_PLACES))
        places = sorted((int(row[FILE]), int(row[ROW])) for row in first)
        labels = self.read.labels
        return First(
            places=tuple(row for _, row in places),
            files=tuple(labels[file] for file, _ in places) if len(labels) > 1 else (),
        )

    def _rows(self) -> Frame | None:
        if not self._numbered:
            rows = self.read.numbered(self.engine)
            alone = len(self.read.labels) == 1
            self._numbered.append(rows.with_columns(**{FILE: nw.lit(0)}) if rows is not None and alone else rows)
        return self._numbered[0]


def __dir__() -> list[str]:
    return __all__
