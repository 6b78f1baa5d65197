"""Ids and labels that no expression can judge: invisible characters, and letters in other than composed form.

Nearly all ids are plain ASCII and are passed over.
The others are few, and each different one is put to the check that every fact goes through.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import narwhals as nw
from attrs import field, frozen

from stoploss.errors import Finding, StopLossError
from stoploss.frames.columns import Kind
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.reading import Read
from stoploss.frames.sources import CLAIMS

__all__ = ["Misspelt", "misspelt_in"]


@frozen(kw_only=True)
class Misspelt:
    """
    Texts of a column that break one rule.

    Args:
        column: The column.
        finding: The rule.
        texts: Those that break it, in the column ``text``.
    """

    column: str
    finding: Finding
    texts: Frame = field(repr=False, eq=False)

    def rows(self, facts: Frame) -> Frame:
        """Return the facts that have one of them."""
        return facts.join(self.texts, left_on=self.column, right_on="text", how="semi")

    def others(self, facts: Frame) -> Frame:
        """Return the facts that have none of them."""
        return facts.join(self.texts, left_on=self.column, right_on="text", how="anti")


def misspelt_in(engine: Engine, read: Read, unusual: Mapping[str, int]) -> tuple[Misspelt, ...]:
    """
    Return what is wrong with unusual texts.

    Args:
        engine: Computes.
        read: The claims.
        unusual: By column, how many rows have an unusual text.
    """
    return tuple(found for column, rows in unusual.items() if rows for found in _of_column(engine, read, column))


def _of_column(engine: Engine, read: Read, column: str) -> Iterator[Misspelt]:
    cell = read.cells[column]
    if cell.unusual is None:
        return
    texts = read.frame.filter(cell.unusual).select(text=cell.value).filter(nw.col("text") != "").unique()
    check = {each.name: each.check for each in CLAIMS}[column]
    by_rule: defaultdict[Finding, list[str]] = defaultdict(list)
    for row in engine.rows(texts):
        try:
            if check is not None:
                check(row["text"], column)
        except StopLossError as error:
            by_rule[error.findings[0]].append(row["text"])
    for finding, wrong in sorted(by_rule.items(), key=lambda each: each[0].code):
        yield Misspelt(column=column, finding=finding, texts=engine.table({"text": wrong}, {"text": Kind.TEXT}))


def __dir__() -> list[str]:
    return __all__
