"""Many policies settled: three tables, computed when they are asked for, and written all or none.

Source: ``docs/clauses.md``, statement.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Self

import narwhals as nw
from attrs import field, frozen

from stoploss.feeds.conservation import Conservation
from stoploss.frames.columns import TABLES
from stoploss.frames.edge import going_out
from stoploss.frames.engines.engine import Engine, Frame, Native
from stoploss.frames.engines.failures import computing
from stoploss.frames.found import Found
from stoploss.frames.inputs import Inputs
from stoploss.frames.settlement import ColumnRun
from stoploss.frames.stamps import Stamps, raise_if_changed
from stoploss.frames.writing import write_tables

__all__ = ["Settled"]

_ORDERS: Mapping[str, tuple[str, ...]] = MappingProxyType({"policies": ("policy",), "units": ("policy", "unit")})
"""In which order rows come, so that two runs can be compared; the many payments are not sorted."""


@frozen(kw_only=True, repr=False)
class Settled:
    """
    The settlement of many policies, as three tables of the caller's own kind of frame; a payment's split on request.

    Args:
        engine: Which engine computed it.
        conservation: What became of every row and every dollar of each source.
        notices: What was settled all the same and should be seen.
        apart: By number of each policy that the Python engine settled: because of which terms.
        inputs: What was settled.
        stamps: How the files looked before they were read.
        run: What was settled as columns; ``None`` where no policy was.
        by_python: The tables of the policies that the Python engine settled; empty where there are none.
    """

    engine: Engine = field(repr=False)
    conservation: Conservation
    notices: tuple[Found, ...] = ()
    apart: Mapping[str, tuple[str, ...]] = field(factory=dict[str, tuple[str, ...]], repr=False)
    inputs: Inputs = field(repr=False, eq=False)
    stamps: Stamps = field(repr=False)
    run: ColumnRun | None = field(repr=False, eq=False)
    by_python: Mapping[str, Frame] = field(repr=False, eq=False)

    def __repr__(self) -> str:
        """Say how much was settled, and by what; not what it came to."""
        apart = len(self.apart)
        columns = 0 if self.run is None else len(self.run.compiled.policies.rows)
        count = columns + apart
        policies = f"{count:,} polic{'y' if count == 1 else 'ies'}"
        kinds = f"{len(self.notices)} kind{'' if len(self.notices) == 1 else 's'}"
        parts = [policies, f"{columns:,} by columns, {apart:,} by the Python engine"]
        return f"Settled({'; '.join([*parts, self.engine.name, f'{kinds} of notices'])})"

    def _repr_html_(self) -> str:
        """Return the same for a notebook, with the control totals and the notices."""
        lines = [repr(self), *str(self.conservation).splitlines(), *(str(each.finding) for each in self.notices)]
        return f"<pre>{escape(chr(10).join(lines))}</pre>"

    @cached_property
    def policies(self) -> Native:
        """One row a policy, by number, with the columns of :data:`~stoploss.frames.columns.POLICIES`."""
        return self._native("policies")

    @cached_property
    def units(self) -> Native:
        """One row a unit, by policy and unit, with the columns of :data:`~stoploss.frames.columns.UNITS`."""
        return self._native("units")

    @cached_property
    def payments(self) -> Native:
        """One row a payment, in no order, with the columns of :data:`~stoploss.frames.columns.PAYMENTS`."""
        return self._native("payments")

    def _native(self, name: str) -> Native:
        with computing(self.engine.name):
            native = self.engine.native(self.frame(name))
        raise_if_changed(self.stamps)
        return native

    def write(self, folder: str | os.PathLike[str], *, doing: Callable[[str], None] | None = None) -> None:
        """
        Write the tables to ``policies.parquet``, ``units.parquet`` and ``payments.parquet`` of a folder, all or none.

        Args:
            folder: Not there yet, or empty; it gets its name when all tables are there.
            doing: Is told what is being written.

        Raises:
            FeedError: When the folder cannot be written, or has something in it.
            EngineError: When the engine fails, for want of memory or space, or a file changed since it was checked.
        """
        tables = {name: partial(self.frame, name) for name in TABLES}
        write_tables(self.engine, tables, Path(folder), doing=doing, check=partial(raise_if_changed, self.stamps))

    def close(self) -> None:
        """
        Give back what the engine holds, such as temporary tables on the caller's own connection of DuckDB.

        Tables that were taken from here can no longer be used then. A ``with`` block does it at its end.
        """
        self.engine.close()

    def __enter__(self) -> Self:
        """Return the settlement itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def frame(self, name: str) -> Frame:
        """Return one of the tables, ``policies``, ``units`` or ``payments``, as it goes out."""
        frames = [self.by_python[name]] if name in self.by_python else []
        if self.run is not None:
            made = {
                "policies": self.run.policies_table,
                "units": self.run.units_table,
                "payments": self.run.payments_table,
            }
            frames.append(going_out(self.engine, made[name](), TABLES[name]))
        whole = nw.concat(frames, how="vertical") if len(frames) > 1 else frames[0]
        order = _ORDERS.get(name)
        return whole.sort(*order) if order else whole


def __dir__() -> list[str]:
    return __all__
