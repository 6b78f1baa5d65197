"""The edge: what is a whole number of cents inside goes out as decimals, and what is missing as null.

Source: ``docs/clauses.md``, statement.
"""

from __future__ import annotations

from collections.abc import Mapping

import narwhals as nw

from stoploss.frames.columns import FAR, NONE, Kind
from stoploss.frames.engines.engine import Engine, Frame

__all__ = ["going_out"]

_ALWAYS_THERE = frozenset({"policy", "id", "unit"})


def going_out(engine: Engine, frame: Frame, kinds: Mapping[str, Kind]) -> Frame:
    """Return a table as it goes out: its columns in order, amounts in dollars, nulls where something is missing."""
    missing: dict[Kind, object] = {Kind.AMOUNT: NONE, Kind.DAY: FAR, Kind.TEXT: ""}
    columns = [
        nw.when(nw.col(name) != missing[kind]).then(nw.col(name)).alias(name)
        if kind in missing and name not in _ALWAYS_THERE
        else nw.col(name)
        for name, kind in kinds.items()
    ]
    return engine.dollars(frame.select(*columns), kinds)


def __dir__() -> list[str]:
    return __all__
