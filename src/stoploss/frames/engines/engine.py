"""What an engine has to do that narwhals does not: the only code that differs from one to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import narwhals as nw

from stoploss.frames.columns import Kind

__all__ = ["Engine", "Frame", "Native"]

Frame: TypeAlias = "nw.LazyFrame[Any]"
"""A table on some engine, not yet computed."""

Native: TypeAlias = Any
"""A frame of the caller's own library: a relation of DuckDB, a frame of polars, pandas or Spark."""


class Engine(Protocol):
    """One way to compute columns."""

    @property
    def name(self) -> str:
        """What ``--engine`` calls it."""
        ...

    @property
    def alone(self) -> bool:
        """Whether one process computes everything, and can write to a folder of this machine."""
        ...

    def read(self, source: object) -> Frame:
        """Return a Parquet or CSV file, an Arrow stream, or a frame of this engine's own kind, as it stands."""
        ...

    def table(self, columns: Mapping[str, Sequence[Any]], kinds: Mapping[str, Kind]) -> Frame:
        """Return a small table from Python values; days are dates, amounts are cents."""
        ...

    def mat(self, name: str, frame: Frame) -> Frame:
        """
        Compute a frame once, here.

        Without these points a lazy plan repeats its subtrees: DuckDB took twelve times as long, Spark did not answer.
        """
        ...

    def numbered(self, source: object, frame: Frame) -> Frame | None:
        """
        Return a source with the number of each row as well; ``None`` where rows have no order.

        Args:
            source: As it was given.
            frame: What :meth:`read` made of it.
        """
        ...

    def repeated(self, frame: Frame, names: Sequence[str]) -> Frame:
        """Return, computed, the values of some columns that more than one row has, each once."""
        ...

    def dollars(self, frame: Frame, kinds: Mapping[str, Kind]) -> Frame:
        """Return the columns of a table that goes out, in order, its cents as decimals with two places."""
        ...

    def native(self, frame: Frame) -> Native:
        """Return a frame of this engine's own kind."""
        ...

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        """Return the rows of a small frame."""
        ...

    def write(self, frame: Frame, path: Path) -> None:
        """Write a frame as Parquet."""
        ...

    def close(self) -> None:
        """Give back what was computed on the way; frames that were made can no longer be used."""
        ...


def __dir__() -> list[str]:
    return __all__
