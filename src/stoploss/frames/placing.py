"""Where the rows of a finding are: the numbers of the first few, in the order of the source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import narwhals as nw
from attrs import field, frozen

from stoploss.frames.columns import ROW
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.found import MOST_PLACES
from stoploss.frames.reading import Read

__all__ = ["Places"]


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

    def where(self, holds: nw.Expr) -> tuple[int, ...]:
        """Return the first rows of which something is so, as the source has them."""
        numbered = self._rows()
        return () if numbered is None else self._first(numbered.filter(holds))

    def among(self, chosen: Callable[[Frame], Frame]) -> tuple[int, ...]:
        """Return the first rows of those that are chosen from the facts."""
        numbered = self._rows()
        return () if numbered is None else self._first(chosen(numbered.select(ROW, **self.read.values)))

    def _first(self, rows: Frame) -> tuple[int, ...]:
        first = rows.select(ROW).sort(ROW).head(MOST_PLACES)
        return tuple(sorted(int(row[ROW]) for row in self.engine.rows(first)))

    def _rows(self) -> Frame | None:
        if not self._numbered:
            self._numbered.append(self.read.numbered(self.engine))
        return self._numbered[0]


def __dir__() -> list[str]:
    return __all__
