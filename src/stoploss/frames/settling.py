"""Many policies settled in one run: by columns where they carry all terms, by the Python engine where they do not.

The tables do not show which.
Nothing is settled before everything was checked, and a run that fails gives nothing.

Source: ``docs/clauses.md``, statement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import cast

from attrs import field, frozen

from stoploss.errors import Finding, WrongType, raise_if_any, type_of
from stoploss.feeds.conservation import Conservation
from stoploss.frames.apart import settled_apart
from stoploss.frames.carried import uncarried
from stoploss.frames.compiled import compiled
from stoploss.frames.engines import engine_named, engine_of
from stoploss.frames.engines.engine import Engine, Native
from stoploss.frames.engines.failures import computing
from stoploss.frames.file_sets import FileSet
from stoploss.frames.found import Found, findings_table
from stoploss.frames.inputs import Inputs, check_inputs
from stoploss.frames.repeats import undoing_of
from stoploss.frames.settled import Settled
from stoploss.frames.settlement import run_columns
from stoploss.frames.stamps import Stamps, raise_if_changed, stamps_of
from stoploss.policy import Policy
from stoploss.window import check_day

__all__ = ["Checked", "check", "settle"]


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
        InvalidValue: For a day that no policy reaches.
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
