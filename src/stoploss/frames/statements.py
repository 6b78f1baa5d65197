"""One policy's statement from the tables: the same figures as :func:`stoploss.settle` gives, by an engine.

What a statement has beyond the three tables are two small results: what each cover excluded by reason, and what had
been counted by the end of each policy month.
How each line came about is not there: steps and explanations are the Python engine's.

Source: ``docs/clauses.md``, statement.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any

import narwhals as nw
from attrs import field, frozen

from stoploss.aggregate_sheet import AggregateSheet, MonthRow
from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment import attachment
from stoploss.eligibility import Reason
from stoploss.errors import EngineError, Finding, raise_if_any
from stoploss.facts import Coverage
from stoploss.frames.carried import uncarried
from stoploss.frames.columns import FAR, NONE, PAYMENTS, Kind
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.screening import CODES, Screening
from stoploss.frames.settled import Settled
from stoploss.frames.settlement import ColumnRun
from stoploss.frames.stamps import raise_if_changed
from stoploss.money import Amount, dollars
from stoploss.policy import Policy
from stoploss.sheets import Claims, Exclusion, statement_document
from stoploss.slips import ended_on_its_last_day, rows_without_class, units_without_claims
from stoploss.specific_sheet import SpecificSheet, UnitSheet
from stoploss.splits import Split
from stoploss.words import ConsumeBy, Per

__all__ = ["Stated", "not_stated", "splits_of", "statement_of"]

_LINES = ("eligible", "retained", "laser", "aggregating", "employer_share", "over_maximum")
_OWED = ("reimbursable", "reimbursed", "due")
_WORKSHEET = (
    *("gross", "voids_and_refunds", "eligible", "over_loss_limit", "reimbursed_by_specific", "counted"),
    *("calculated_attachment", "attachment_point", "excess", "employer_share", "over_maximum"),
    *_OWED,
)
_AMOUNTS = tuple(name for name, kind in PAYMENTS.items() if kind is Kind.AMOUNT)
_DAYS = ("policy", "id", "incurred_on", "paid_on")


@frozen(kw_only=True)
class Stated:
    """
    A statement as an engine gives it, in dollars: :class:`stoploss.Statement` without how it came about.

    Args:
        policy, as_of, final, claims, specific, aggregate, employer_net, carrier_total: As there.
        notices: What is worth a look, though it was settled all the same.
    """

    policy: str
    as_of: dt.date | None
    final: bool
    claims: Claims
    specific: SpecificSheet | None
    aggregate: AggregateSheet | None
    employer_net: Amount
    carrier_total: Amount
    notices: tuple[Finding, ...] = field(default=(), eq=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the statement as plain data, ready for JSON; amounts and days are text."""
        return statement_document(self)


def not_stated(policy: Policy, engine: str, as_of: dt.date | None) -> tuple[Finding, ...]:
    """
    Return the terms for which an engine has no statement, one finding each.

    Args:
        policy: The policy.
        engine: The engine's name.
        as_of: Day of the statement.
    """
    terms = [*uncarried(policy, as_of)]
    if policy.aggregate is not None and policy.aggregate.accommodation is not None:
        terms.append("aggregate.accommodation")  # its positions are in the statement, and in none of the tables
    return tuple(_not_carried(engine, term) for term in dict.fromkeys(terms))


def statement_of(policy: Policy, settled: Settled) -> Stated:
    """
    Return the statement of one of the policies that were settled.

    Raises:
        EngineError: For a term or a fact that columns do not carry, by its name, or a file that changed meanwhile.
    """
    run = _run_of(policy, settled)
    (row,) = _rows(run.engine, run.policies_table(), policy)
    as_of = None if row["as_of"] == FAR else row["as_of"]
    refused = [*not_stated(policy, run.engine.name, as_of), *_divisions(policy, settled)]
    raise_if_any(EngineError, refused)
    stated = Stated(
        policy=policy.number,
        as_of=as_of,
        final=bool(row["final"]),
        claims=Claims(count=row["claims"], amount=dollars(row["claims_amount"])),
        specific=_specific(policy, run, row) if policy.specific else None,
        aggregate=_worksheet(policy, policy.aggregate, settled, run, row) if policy.aggregate else None,
        employer_net=dollars(row["employer_net"]),
        carrier_total=dollars(row["carrier_total"]),
        notices=tuple(_slips(policy, run)),
    )
    raise_if_changed(settled.stamps)
    return stated


def splits_of(policy: Policy, settled: Settled) -> Iterator[Split]:
    """
    Yield what became of each payment, in the order in which payments consume the deductible, undated ones last.

    Raises:
        EngineError: When the policy was not settled by columns, or a file changed meanwhile.
    """
    run = _run_of(policy, settled)
    payments = run.payments_table().filter(nw.col("policy") == policy.number)
    dated = payments.join(_days(run.screening), on=["policy", "id"], how="inner")
    keys = ["paid_on", "id"]
    if policy.consume_by is ConsumeBy.INCURRED:
        undated = nw.col("paid_on") == FAR
        keys = ["first_by", *keys]
        dated = dated.with_columns(first_by=nw.when(undated).then(nw.col("paid_on")).otherwise(nw.col("incurred_on")))
    rows = run.engine.rows(dated.sort(*keys))
    raise_if_changed(settled.stamps)
    yield from map(_split, rows)


def _run_of(policy: Policy, settled: Settled) -> ColumnRun:
    apart = settled.apart.get(policy.number, ())
    raise_if_any(EngineError, [_not_carried(settled.engine.name, term) for term in apart])
    if settled.run is None or all(row["policy"] != policy.number for row in settled.run.compiled.policies.rows):
        rule = f"policy {policy.number} is not among those that were settled"
        raise EngineError(Finding(code="SL808", where="policy", rule=rule))
    return settled.run


def _not_carried(engine: str, term: str) -> Finding:
    rule = f"the {engine} engine does not carry {term}"
    return Finding(code="SL808", where="policy", rule=rule, help="settle it by the Python engine")


def _divisions(policy: Policy, settled: Settled) -> Iterator[Finding]:
    """Find divisions, which have worksheets of their own and are in none of the tables."""
    facts, engine = settled.inputs.facts, settled.engine
    if policy.aggregate is None or facts is None:
        return
    units = any(row.division for row in settled.inputs.units.get(policy.number, ()))
    named = facts.filter((nw.col("policy") == policy.number) & (nw.col("division") != ""))
    if units or _count(engine, named):
        yield _not_carried(engine.name, "divisions")


def _rows(engine: Engine, table: Frame, policy: Policy) -> list[dict[str, Any]]:
    return engine.rows(table.filter(nw.col("policy") == policy.number))


def _count(engine: Engine, rows: Frame) -> int:
    (counted,) = engine.rows(rows.select(rows=nw.len()))
    return int(counted["rows"])


def _specific(policy: Policy, run: ColumnRun, row: Mapping[str, Any]) -> SpecificSheet:
    units = sorted(_rows(run.engine, run.units_table(), policy), key=lambda unit: str(unit["unit"]))
    return SpecificSheet(
        excluded=_excluded(policy, run, Coverage.SPECIFIC),
        units=tuple(_unit(unit) for unit in units),
        **_in_dollars(row, (*_LINES, *_OWED), "specific_"),
    )


def _unit(row: Mapping[str, Any]) -> UnitSheet:
    return UnitSheet(
        unit=row["unit"],
        deductible=None if row["deductible"] == NONE else dollars(row["deductible"]),
        excluded=bool(row["excluded"]),
        **_in_dollars(row, (*_LINES, *_OWED)),
    )


def _worksheet(
    policy: Policy, terms: AggregateTerms, settled: Settled, run: ColumnRun, row: Mapping[str, Any]
) -> AggregateSheet:
    as_of = None if row["as_of"] == FAR else row["as_of"]
    attached = attachment(policy, terms, settled.inputs.units.get(policy.number, ()), as_of)
    minimum = row["aggregate_minimum_attachment"]
    return AggregateSheet(
        excluded=_excluded(policy, run, Coverage.AGGREGATE),
        months=tuple(
            _months(policy, run, row["aggregate_counted"], zip(attached.monthly, attached.to_date, strict=True))
        ),
        minimum_attachment=None if minimum == NONE else dollars(minimum),
        terminal_liability=None if attached.terminal is None else dollars(attached.terminal),
        **_in_dollars(row, _WORKSHEET, "aggregate_"),
    )


def _in_dollars(row: Mapping[str, Any], names: Iterable[str], prefix: str = "") -> dict[str, Any]:
    """Return lines in dollars by their names in a sheet; those of a policy begin with its cover."""
    return {name: dollars(row[f"{prefix}{name}"]) for name in names}


def _excluded(policy: Policy, run: ColumnRun, coverage: Coverage) -> tuple[Exclusion, ...]:
    """Return what a cover excluded, by reason, in screening order."""
    code = nw.col(str(coverage))
    rows = run.screening.every().filter((nw.col("policy") == policy.number) & (code > 0)).group_by(str(coverage))
    counted = rows.agg(nw.col("cents").sum(), rows=nw.len())
    found = {row[str(coverage)]: row for row in run.engine.rows(counted)}
    return tuple(
        Exclusion(reason=reason, count=int(found[code]["rows"]), amount=dollars(int(found[code]["cents"])))
        for reason, code in CODES.items()
        if code in found
    )


def _months(policy: Policy, run: ColumnRun, counted: int, attached: Iterator[tuple[int, int]]) -> Iterator[MonthRow]:
    """Yield the policy months so far, each with what counts by its end; the last in force carries the run-out."""
    period = policy.period
    payments = run.payments_table().filter((nw.col("policy") == policy.number) & (nw.col("counted") != 0))
    by_day = payments.join(_days(run.screening), on=["policy", "id"], how="inner").group_by("paid_on")
    rows = sorted(run.engine.rows(by_day.agg(nw.col("counted").sum())), key=lambda row: row["paid_on"])
    days = [row["paid_on"] for row in rows]
    to_date = [0, *accumulate(int(row["counted"]) for row in rows)]
    for number, (monthly, attachment_to_date) in enumerate(attached, start=1):
        last_in_force = number == period.months_begun(None)
        by_its_end = counted if last_in_force else to_date[bisect_right(days, period.end_of_month(number))]
        yield MonthRow(
            month=period.start_of_month(number),
            attachment=dollars(monthly),
            attachment_to_date=dollars(attachment_to_date),
            counted_to_date=dollars(by_its_end),
        )


def _days(claims: Screening) -> Frame:
    """Return the days of every row, by policy and id."""
    return nw.concat([rows.select(*_DAYS) for rows in (claims.rows, claims.undoing)], how="vertical")


def _slips(policy: Policy, run: ColumnRun) -> Iterator[Finding]:
    """Yield what may be a slip; labels, advances and legal costs are in no term that columns carry."""
    yield from ended_on_its_last_day(policy)
    terms = policy.specific
    if terms is not None and (terms.lasers or terms.used):
        named = [*(laser.unit for laser in terms.lasers), *(used.unit for used in terms.used)]
        yield from units_without_claims(terms, _reported(policy, run, named))
    yield from rows_without_class(policy, lambda: _without_class(policy, run))


def _reported(policy: Policy, run: ColumnRun, units: list[str]) -> set[str]:
    """Return which of some units have a claim."""
    per = "family" if policy.per is Per.FAMILY else "member"
    claims = run.screening
    own = nw.col("policy") == policy.number
    found = nw.concat(
        [
            claims.rows.filter(own).select(unit=nw.col(per)),
            claims.undoing.filter(own).select(unit=nw.col(f"judged_{per}")),
        ],
        how="vertical",
    )
    return {str(row["unit"]) for row in run.engine.rows(found.filter(nw.col("unit").is_in(units)).unique())}


def _without_class(policy: Policy, run: ColumnRun) -> int:
    """Count the rows that name no class; what undoes a payment has the payment's."""
    nameless = (nw.col("policy") == policy.number) & (nw.col("class") == "")
    claims, engine = run.screening, run.engine
    return _count(engine, claims.rows.filter(nameless)) + _count(
        engine, claims.undoing.filter(nameless & (nw.col("elsewhere") == 1))
    )


def _split(row: Mapping[str, Any]) -> Split:
    amounts = {name: None if row[name] == NONE else dollars(row[name]) for name in _AMOUNTS}
    reasons = {name: Reason(row[name]) if row[name] else None for name in ("excluded", "aggregate_excluded")}
    values: dict[str, Any] = {"id": row["id"], "unit": row["unit"], **amounts, **reasons}
    return Split(**values)


def __dir__() -> list[str]:
    return __all__
