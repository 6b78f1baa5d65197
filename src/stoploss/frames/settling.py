"""Many policies settled in one run: by columns where they carry all terms, by the Python engine where they do not.

The tables do not show which.
Nothing is settled before everything was checked, and a run that fails gives nothing.

Source: ``docs/clauses.md``, statement.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import narwhals as nw
from attrs import evolve, field, frozen

from stoploss.errors import FactError, FeedError, Finding, StopLossError, WrongType, raise_if_any, type_of
from stoploss.feeds.conservation import FileTally
from stoploss.frames.carried import uncarried
from stoploss.frames.columns import PAYMENTS, POLICIES, RECEIVED, ROWS, UNITS, Kind
from stoploss.frames.compiled import compiled
from stoploss.frames.edge import going_out
from stoploss.frames.engines import engine_named, engine_of
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.findings import check_claims
from stoploss.frames.found import Found
from stoploss.frames.processes import PolicyRows, settle_in_processes, sorted_by_policy
from stoploss.frames.reading import FACTS, read_claims
from stoploss.frames.reference import Columns, Tables
from stoploss.frames.rows import carrier_payments_of, units_of
from stoploss.frames.settlement import ColumnRun, run_columns
from stoploss.policy import Policy
from stoploss.reported import Reported, report
from stoploss.window import check_day

__all__ = ["Settled", "settle"]


@frozen(kw_only=True)
class Settled:
    """
    The settlement of many policies, as three tables of the caller's own kind of frame; a payment's split on request.

    Args:
        engine: Which engine computed it.
        tally: What became of every row and dollar of the claims.
        notices: What was settled all the same and should be seen.
    """

    engine: Engine = field(repr=False)
    tally: FileTally | None
    notices: tuple[Found, ...] = ()
    _run: ColumnRun | None = field(repr=False, eq=False)
    _others: Tables = field(repr=False, eq=False)

    @cached_property
    def policies(self) -> Any:  # noqa: ANN401 -- each engine has its own kind
        """One row a policy, with the columns of :data:`~stoploss.frames.columns.POLICIES`."""
        return self.engine.native(self.frame("policies"))

    @cached_property
    def units(self) -> Any:  # noqa: ANN401
        """One row a unit, with the columns of :data:`~stoploss.frames.columns.UNITS`."""
        return self.engine.native(self.frame("units"))

    @cached_property
    def payments(self) -> Any:  # noqa: ANN401
        """One row a payment, with the columns of :data:`~stoploss.frames.columns.PAYMENTS`."""
        return self.engine.native(self.frame("payments"))

    def frame(self, name: str) -> Frame:
        """Return one of the tables, ``policies``, ``units`` or ``payments``, as it goes out."""
        kinds = TABLES[name]
        others: Columns = getattr(self._others, name)
        by_python = self.engine.dollars(self.engine.table(others, kinds), kinds)
        if self._run is None:
            return by_python
        table = {
            "policies": self._run.policies_table,
            "units": self._run.units_table,
            "payments": self._run.payments_table,
        }[name]()
        by_columns = going_out(self.engine, table, kinds)
        if not self._others.policies["policy"]:
            return by_columns
        return nw.concat([by_columns, by_python], how="vertical")


TABLES: Mapping[str, Mapping[str, Kind]] = {"policies": POLICIES, "units": UNITS, "payments": PAYMENTS}
"""What goes out, by name."""


def settle(
    policies: Iterable[Policy],
    claims: object,
    enrollment: object = None,
    carrier_payments: object = None,
    *,
    as_of: dt.date | None = None,
    engine: Engine | str | None = None,
    check: bool = True,
    max_workers: int | None = None,
) -> Settled:
    """
    Settle many policies.

    Args:
        policies: Each with a number of its own, by which the column ``policy`` names it.
        claims: A path (Parquet or CSV) or a frame, with the pinned columns of a claims feed and ``policy``.
        enrollment, carrier_payments: The same; ``None`` where there are none.
        as_of: Take what was paid up to and including this day; ``None`` takes everything, for the final settlement.
        engine: ``duckdb``, ``polars``, ``pandas`` or ``spark``, or one that was made; default: that of *claims*.
        check: Whether to look for faults in the claims; without it they are taken to be right, each fact once.
        max_workers: The most processes for policies that the Python engine settles.

    Raises:
        EngineError: For a source or an engine that cannot be used.
        FeedError: With every kind of fault of the claims, counted, priced and with the first places.
        FactError: With what is wrong with the other tables, by policy.
    """
    policies = tuple(policies)
    raise_if_any(WrongType, _no_policies(policies))
    raise_if_any(FactError, _numbered_twice(policies))
    if as_of is not None:
        check_day(as_of, "as_of")
    chosen = _chosen(engine, claims)
    read = read_claims(chosen, claims)
    facts, tally, notices = read.facts, None, ()
    if check:
        checked = check_claims(chosen, read, policies)
        raise_if_any(FeedError, (found.finding for found in checked.faults))
        facts, tally, notices = checked.facts, checked.tally, checked.notices
    tables = {"enrollment": _columns(chosen, enrollment), "carrier_payments": _columns(chosen, carrier_payments)}
    raise_if_any(FactError, _of_no_policy(policies, tables))
    books = sorted_by_policy(policies, {}, *tables.values())
    by_columns = [book for book in books if not _needs_python(book, as_of)]
    run = _by_columns(chosen, facts, by_columns, as_of) if by_columns else None
    apart = [book for book in books if _needs_python(book, as_of)]
    others = settle_in_processes(_with_claims(chosen, facts, apart), as_of=as_of, max_workers=max_workers)
    return Settled(engine=chosen, tally=tally, notices=notices, run=run, others=others)


def _no_policies(policies: Sequence[object]) -> Iterator[Finding]:
    for position, policy in enumerate(policies):
        if type(policy) is not Policy:
            rule = f"a Policy is settled, not {type_of(policy)}"
            yield Finding(code="SL113", where=f"policies[{position}]", rule=rule)


def _numbered_twice(policies: Sequence[Policy]) -> Iterator[Finding]:
    for number, times in Counter(policy.number for policy in policies).items():
        if times > 1:
            rule = f"{times} policies have the number {number}, and claims could not tell them apart"
            yield Finding(code="SL823", where="policies", rule=rule, help="settle the years of one policy one by one")


def _chosen(engine: Engine | str | None, claims: object) -> Engine:
    if isinstance(engine, str):
        return engine_named(engine)
    return engine_of(claims) if engine is None else engine


def _columns(engine: Engine, source: object) -> dict[str, list[object]]:
    """Return a table of a few thousand rows as columns of Python values; nothing for none."""
    if source is None:
        return {}
    frame = engine.read(source)
    rows = engine.rows(frame)
    return {name: [row[name] for row in rows] for name in frame.collect_schema().names()}


def _of_no_policy(policies: Sequence[Policy], tables: Mapping[str, Mapping[str, Sequence[object]]]) -> Iterator[Finding]:
    """Find tables without a column that names the policy, and rows that name none of these."""
    numbers = {policy.number for policy in policies}
    for name, columns in tables.items():
        if columns and "policy" not in columns:
            rule = "this column is missing: every row says whose it is"
            yield Finding(code="SL451", where=f"{name}.policy", rule=rule)
            continue
        strange = [place for place, number in enumerate(columns.get("policy", ())) if number not in numbers]
        if strange:
            rule = f"{len(strange):,} row{'s' * (len(strange) > 1)} of no policy that was given"
            help_ = "add the policy, or correct the number"
            yield Finding(code="SL820", where=f"{name}[{strange[0]}].policy", rule=rule, help=help_)


def _needs_python(book: PolicyRows, as_of: dt.date | None) -> bool:
    """Say whether the Python engine settles a policy: for a term, or for advances that name claims."""
    return bool(uncarried(book.policy, as_of)) or any(book.carrier_payments.get("claims", ()))


def _by_columns(engine: Engine, facts: Frame, books: Sequence[PolicyRows], as_of: dt.date | None) -> ColumnRun:
    checked: dict[str, Reported] = {}
    errors: list[StopLossError] = []
    for book in books:
        try:
            units, received = units_of(book.enrollment), carrier_payments_of(book.carrier_payments)
            checked[book.policy.number] = report(book.policy, (), units, received, as_of)
        except StopLossError as error:
            errors.append(error.under(book.policy.number))
    raise_if_any(FactError, (finding for error in errors for finding in error.findings))
    policies = [book.policy for book in books]
    tables = compiled(policies, {number: facts.units for number, facts in checked.items()}, as_of)
    received = engine.table(_received(checked), RECEIVED)
    return run_columns(engine, facts.select(*ROWS), tables, received, as_of)


def _received(checked: Mapping[str, Reported]) -> dict[str, list[object]]:
    payments = [(number, payment) for number, facts in checked.items() for payment in facts.carrier_payments]
    return {
        "policy": [number for number, _ in payments],
        "coverage": [str(payment.coverage) for _, payment in payments],
        "member": [payment.member or "" for _, payment in payments],
        "paid_on": [payment.paid_on for _, payment in payments],
        "cents": [payment.cents for _, payment in payments],
    }


def _with_claims(engine: Engine, facts: Frame, books: Sequence[PolicyRows]) -> list[PolicyRows]:
    """Give policies that the Python engine settles their claims."""
    if not books:
        return []
    numbers = engine.table({"policy": [book.policy.number for book in books]}, {"policy": Kind.TEXT})
    rows = engine.rows(facts.join(numbers, on="policy", how="semi"))
    columns = {name: [row[name] for row in rows] for name in FACTS}
    with_claims = sorted_by_policy([book.policy for book in books], columns)
    return [evolve(book, claims=own.claims) for book, own in zip(books, with_claims, strict=True)]


def __dir__() -> list[str]:
    return __all__
