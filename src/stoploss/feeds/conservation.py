"""What became of every row and every dollar of a file.

Rows read = posted + duplicates + rejected (+ held back), and the same for their amounts.
A feed is posted whole or not at all: where a run fails, the rows without a fault are *held back*, and none is posted.

The line is a control total: compare it with the one that the administrator sent along.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen

from stoploss.errors import FeedError, Finding
from stoploss.money import dollars

__all__ = ["Conservation", "FileTally", "RejectedFeed", "Tally"]


@frozen(kw_only=True)
class Tally:
    """
    Rows and what they add up to.

    Args:
        rows: How many.
        total: Cents, or covered units.
        unreadable: Rows whose amount could not be read, and so is missing from *total*.
    """

    rows: int = 0
    total: int = 0
    unreadable: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            rows=self.rows + other.rows,
            total=self.total + other.total,
            unreadable=self.unreadable + other.unreadable,
        )


@frozen(kw_only=True)
class FileTally:
    """
    What became of the rows of one file, or of several taken together.

    Args:
        label: The file, as messages call it.
        posted: Rows that became facts.
        duplicates: Rows that repeat a fact, which counts once.
        rejected: Rows with a fault.
        held: Rows without one, in a run that failed.
        complete: Whether the file was read to its end.
        units: Whether the totals are covered units and not cents.
    """

    label: str
    posted: Tally = field(factory=Tally)
    duplicates: Tally = field(factory=Tally)
    rejected: Tally = field(factory=Tally)
    held: Tally = field(factory=Tally)
    complete: bool = True
    units: bool = False

    @property
    def read(self) -> Tally:
        """All rows that were read, the header not counted."""
        return self.posted + self.duplicates + self.rejected + self.held

    def __str__(self) -> str:
        parts = [
            f"{self.posted.rows:,} posted ({self._total(self.posted)})",
            f"{self.duplicates.rows:,} duplicate{_s(self.duplicates.rows)} ({self._total(self.duplicates)})",
            f"{self.rejected.rows:,} rejected ({self._total(self.rejected)})",
        ]
        if self.held.rows:
            parts.append(f"{self.held.rows:,} held back ({self._total(self.held)})")
        read = self.read
        sums = f"{self.label}: {read.rows:,} row{_s(read.rows)}, {self._total(read)} read = {' + '.join(parts)}"
        return sums if self.complete else f"{sums}; the rest was not read"

    def _total(self, tally: Tally) -> str:
        total = f"{tally.total:,} unit{_s(tally.total)}" if self.units else f"{dollars(tally.total):,}"
        return f"{total} and {tally.unreadable:,} unreadable" if tally.unreadable else total


@frozen(kw_only=True)
class Conservation:
    """
    What became of all rows of a run; as text, one line for each file.

    Args:
        files: One tally for each file, in the order given.
    """

    files: tuple[FileTally, ...] = ()

    @property
    def posted(self) -> Tally:
        """Rows that became facts."""
        return _sum(file.posted for file in self.files)

    @property
    def duplicates(self) -> Tally:
        """Rows that repeat a fact."""
        return _sum(file.duplicates for file in self.files)

    @property
    def rejected(self) -> Tally:
        """Rows with a fault."""
        return _sum(file.rejected for file in self.files)

    @property
    def held(self) -> Tally:
        """Rows without a fault, in a run that failed."""
        return _sum(file.held for file in self.files)

    @property
    def read(self) -> Tally:
        """All rows that were read."""
        return _sum(file.read for file in self.files)

    def __str__(self) -> str:
        return "\n".join(str(file) for file in self.files)


class RejectedFeed(FeedError):
    """
    A run of files with at least one fault; nothing of any of them was loaded.

    Attributes:
        conservation: What became of the rows: rejected, duplicates, or held back.
    """

    def __init__(
        self, findings: Finding | Iterable[Finding], more: int = 0, conservation: Conservation | None = None
    ) -> None:
        super().__init__(findings, more)
        self.conservation: Conservation = conservation or Conservation()


def _sum(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, start=Tally())


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def __dir__() -> list[str]:
    return __all__
