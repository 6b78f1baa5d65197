"""Many policies settled in one run: by columns where they carry all terms, by the Python engine where they do not.

The tables do not show which.
Nothing is settled before everything was checked, and a run that fails gives nothing.

Source: ``docs/clauses.md``, statement.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Self, cast

import narwhals as nw
from attrs import field, frozen

from stoploss.errors import Finding, WrongType, raise_if_any, type_of
from stoploss.feeds.conservation import Conservation
from stoploss.frames.apart import settled_apart
from stoploss.frames.carried import uncarried
from stoploss.frames.columns import TABLES
from stoploss.frames.compiled import compiled
from stoploss.frames.edge import going_out
from stoploss.frames.engines import engine_named, engine_of
from stoploss.frames.engines.engine import Engine, Frame, Native
from stoploss.frames.engines.failures import computing
from stoploss.frames.file_sets import FileSet
from stoploss.frames.found import Found, findings_table
from stoploss.frames.inputs import Inputs, check_inputs
from stoploss.frames.repeats import undoing_of
from stoploss.frames.settlement import ColumnRun, run_columns
from stoploss.frames.stamps import Stamps, raise_if_changed, stamps_of
from stoploss.frames.writing import write_tables
from stoploss.policy import Policy
from stoploss.window import check_day

__all__ = ["Checked", "Settled", "check", "settle"]

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
        parts = [f"{columns + apart:,} policies", f"{columns:,} by columns, {apart:,} by the Python engine"]
        return f"Settled({'; '.join([*parts, self.engine.name, f'{len(self.notices)} kinds of notices'])})"

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


@frozen(kw_only=True)
class Checked:
    """
    What was reported for many policies, checked: it can be settled, or it is told what keeps it from that.

    Args:
        engine: Which engine read it, and settles it.
        policies: Those that are settled.
        as_of: What was paid up to and including this day is taken; ``None``: everything.
        inputs: What was reported.
        stamps: How the files looked before they were read.
    """

    engine: Engine = field(repr=False)
    policies: tuple[Policy, ...] = field(repr=False)
    as_of: dt.date | None
    inputs: Inputs = field(repr=False, eq=False)
    stamps: Stamps = field(repr=False)

    @property
    def conservation(self) -> Conservation:
        """What became of every row and every dollar of each source."""
        return self.inputs.conservation

    @property
    def found(self) -> tuple[Found, ...]:
        """Everything that was found, counted and priced; with a fault among it nothing is settled."""
        return self.inputs.found

    @cached_property
    def findings(self) -> Native:
        """The same as a table, one row a kind of finding, with the columns of :data:`~stoploss.frames.FINDINGS`."""
        with computing(self.engine.name):
            return self.engine.native(findings_table(self.engine, self.found))

    def settle(self, *, max_workers: int | None = None) -> Settled:
        """
        Settle it.

        Args:
            max_workers: The most processes for policies that the Python engine settles.

        Raises:
            RejectedFeed: With every kind of fault of all sources, counted, priced and with the first places.
            FactError: When policies that the Python engine settles have faults between their facts, or an attachment
                point has more than 16 digits before the point.
            EngineError: When the engine fails, or a file changed since it was checked.
        """
        engine, inputs, as_of = self.engine, self.inputs, self.as_of
        with computing(engine.name):
            rows = inputs.rows
            apart = {policy.number: terms for policy in self.policies if (terms := _terms_apart(policy, inputs, as_of))}
            # The Python engine first: its faults should not wait for the columns of all others.
            others = [policy for policy in self.policies if policy.number in apart]
            by_python = settled_apart(engine, others, inputs, as_of=as_of, max_workers=max_workers)
            run = None
            if len(others) < len(self.policies) or not others:
                by_columns = [policy for policy in self.policies if policy.number not in apart]
                tables = compiled(by_columns, inputs.units, as_of)
                undoing = inputs.undoing or undoing_of(engine, rows)
                run = run_columns(engine, rows, undoing, tables, inputs.received, as_of=as_of)
        raise_if_changed(self.stamps)
        return Settled(
            engine=engine,
            conservation=inputs.conservation,
            notices=inputs.notices,
            apart=apart,
            inputs=inputs,
            stamps=self.stamps,
            run=run,
            by_python=by_python,
        )


def check(
    policies: Iterable[Policy],
    claims: object,
    enrollment: object = None,
    carrier_payments: object = None,
    *,
    as_of: dt.date | None = None,
    engine: Engine | str | None = None,
    trusted: bool = False,
) -> Checked:
    """
    Find everything that is wrong with what was reported for many policies, and settle nothing yet.

    Args:
        policies, claims, enrollment, carrier_payments, as_of, engine, trusted: As in :func:`settle`.

    Raises:
        EngineError: For a source or an engine that cannot be used.
        WrongType: For what is no :class:`~stoploss.policy.Policy`, or no day.
    """
    policies = _listed(policies)
    if as_of is not None:
        check_day(as_of, "as_of")
    chosen = _chosen(engine, claims)
    with computing(chosen.name):
        stamps = stamps_of(claims, enrollment, carrier_payments)
        inputs = check_inputs(chosen, policies, claims, enrollment, carrier_payments, as_of=as_of, trusted=trusted)
    return Checked(engine=chosen, policies=policies, as_of=as_of, inputs=inputs, stamps=stamps)


def settle(
    policies: Iterable[Policy],
    claims: object,
    enrollment: object = None,
    carrier_payments: object = None,
    *,
    as_of: dt.date | None = None,
    engine: Engine | str | None = None,
    trusted: bool = False,
    max_workers: int | None = None,
) -> Settled:
    """
    Check what was reported for many policies, and settle it: see :func:`check` and :meth:`Checked.settle`.

    Args:
        policies: Each with a number of its own, by which the column ``policy`` names it.
        claims: A path (Parquet or CSV), a :class:`~stoploss.frames.file_sets.FileSet` or a frame, with the pinned
            columns of a claims feed and ``policy``.
        enrollment, carrier_payments: The same; ``None`` where there are none.
        as_of: Take what was paid up to and including this day; ``None`` takes everything, for the final settlement.
        engine: ``duckdb``, ``polars``, ``pandas`` or ``spark``, or one that was made; default: that of *claims*.
        trusted: Whether the rows of the claims are taken to be right, each fact once: of a file that was checked
            before. Its amounts and days are then no text, and control totals are not drawn up. Rows that would count
            nowhere, of no policy, benefit, status or amount, are refused all the same.
        max_workers: The most processes for policies that the Python engine settles.

    Raises:
        EngineError: For a source or an engine that cannot be used, or a file that changed meanwhile.
        RejectedFeed: With every kind of fault of all sources, counted, priced and with the first places.
        FactError: When policies that the Python engine settles have faults between their facts, or an attachment point
            has more than 16 digits before the point.
        WrongType: For what is no policy, or no day.
        InvalidValue: For a day that no policy reaches.
    """
    checked = check(policies, claims, enrollment, carrier_payments, as_of=as_of, engine=engine, trusted=trusted)
    return checked.settle(max_workers=max_workers)


def _listed(policies: object) -> tuple[Policy, ...]:
    if isinstance(policies, str | Path | Policy) or not isinstance(policies, Iterable):
        rule = f"policies are a list of Policy, not {type_of(policies)}"
        help_ = "load_policy reads a document, and stoploss settle-all a folder of them"
        raise WrongType(Finding(code="SL113", where="policies", rule=rule, help=help_))
    listed = tuple(cast("Iterable[Policy]", policies))
    raise_if_any(WrongType, _no_policies(listed))
    return listed


def _no_policies(policies: Sequence[object]) -> Iterator[Finding]:
    for position, policy in enumerate(policies):
        if type(policy) is not Policy:
            rule = f"a Policy is settled, not {type_of(policy)}"
            yield Finding(code="SL113", where=f"policies[{position}]", rule=rule)


def _chosen(engine: Engine | str | None, claims: object) -> Engine:
    if isinstance(engine, str):
        return engine_named(engine)
    if engine is None:
        return engine_of(claims.paths[0] if isinstance(claims, FileSet) else claims)
    return engine


def _terms_apart(policy: Policy, inputs: Inputs, as_of: dt.date | None) -> tuple[str, ...]:
    """Return why the Python engine settles a policy: its terms, or advances that name claims."""
    advances = any(payment.claims for payment in inputs.carrier_payments.get(policy.number, ()))
    return (*uncarried(policy, as_of), *(["carrier_payments.claims"] if advances else []))


def __dir__() -> list[str]:
    return __all__
