"""A whole portfolio settled by hand-written DuckDB SQL: what `stoploss.frames` is held against.

    python benchmarks/frames_by_hand.py --policies 200 --lines 200000

It writes a portfolio of that size (or takes the one in --folder), settles it with ``frames_by_hand.sql``, and compares
every column of both tables, all policies and all units, with the Python engine.
The SQL knows the terms that portfolios have, and no others; it trusts what it reads.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any, TypeAlias

import duckdb
from attrs import asdict

from stoploss.aggregate_terms import AggregateTerms
from stoploss.basis import Windows
from stoploss.demo.portfolio import write_portfolio
from stoploss.documents import load_policy
from stoploss.facts import Benefit, CarrierPayment, CoveredUnits, Payment
from stoploss.money import Amount, cents
from stoploss.policy import Policy
from stoploss.specific_terms import SpecificTerms
from stoploss.statement import Statement, settle
from stoploss.words import ConsumeBy, Counting, LaserLossLimit, MaximumKind, MaximumOn, Per, ShareApplies

Rows: TypeAlias = list[tuple[Any, ...]]

NO_LIMIT = 2**62
NEVER = "9999-12-31"
MILLION = 1_000_000
SCRIPT = Path(__file__).with_suffix(".sql")

TERMS = """
    pid INTEGER, policy VARCHAR, per_family BOOLEAN, effective DATE, first_month_ends DATE, months BIGINT,
    has_specific BOOLEAN, deductible BIGINT, aggregating BIGINT, share BIGINT, share_first BOOLEAN, maximum BIGINT,
    maximum_eligible BIGINT, has_aggregate BOOLEAN, net_of_specific BOOLEAN, loss_limit BIGINT, laser_limit BOOLEAN,
    aggregating_counts BOOLEAN, a_share BIGINT, a_maximum BIGINT, ceiling BOOLEAN, minimum_amount BIGINT,
    minimum_share BIGINT
"""
WINDOWS = """
    pid INTEGER, policy VARCHAR, benefit VARCHAR, per_family BOOLEAN, by_incurred BOOLEAN,
    s_incurred_from DATE, s_incurred_to DATE, s_paid_from DATE, s_paid_to DATE,
    a_incurred_from DATE, a_incurred_to DATE, a_paid_from DATE, a_paid_to DATE
"""
LASERS = "pid INTEGER, unit VARCHAR, deductible BIGINT, excluded BOOLEAN"
FACTORS = "pid INTEGER, tier VARCHAR, millionths BIGINT"


def by_hand(folder: Path, policies: Sequence[Policy], connection: duckdb.DuckDBPyConnection) -> None:
    """Settle the portfolio of a folder into the tables ``policies`` and ``units``."""
    connection.execute("SET preserve_insertion_order = false")
    for view, name in (("claims", "claims"), ("enrollment", "enrollment"), ("received", "carrier_payments")):
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS FROM read_parquet('{folder / name}.parquet')")
    compiled(policies, connection)
    for statement in connection.extract_statements(SCRIPT.read_text(encoding="utf-8")):
        connection.execute(statement)


def policies_of(folder: Path) -> list[Policy]:
    """Return the policies of a portfolio."""
    return [load_policy(path) for path in sorted((folder / "policies").iterdir())]


def compiled(policies: Sequence[Policy], connection: duckdb.DuckDBPyConnection) -> None:
    """Write the terms as small tables."""
    numbered = list(enumerate(policies))
    tables: Mapping[str, tuple[str, Rows]] = {
        "terms": (TERMS, [_terms(pid, policy) for pid, policy in numbered]),
        "windows": (WINDOWS, [row for pid, policy in numbered for row in _windows(pid, policy)]),
        "lasers": (LASERS, [row for pid, policy in numbered for row in _lasers(pid, policy)]),
        "factors": (FACTORS, [row for pid, policy in numbered for row in _factors(pid, policy)]),
    }
    for name, (columns, rows) in tables.items():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
        if rows:
            lists = ", ".join(f"unnest(${place})" for place in range(1, len(rows[0]) + 1))
            connection.execute(
                f"INSERT INTO {name} SELECT {lists}", [list(column) for column in zip(*rows, strict=True)]
            )


def _terms(pid: int, policy: Policy) -> tuple[Any, ...]:
    period = policy.period
    return (
        *(pid, policy.number, policy.per is Per.FAMILY),
        *(period.effective, period.end_of_month(1), period.months),
        *_specific(policy.specific),
        *_aggregate(policy.aggregate, policy.specific),
    )


def _specific(terms: SpecificTerms | None) -> tuple[Any, ...]:
    if terms is None:
        return (False, NO_LIMIT, 0, 0, False, NO_LIMIT, NO_LIMIT)
    on_eligible = terms.maximum_on is MaximumOn.ELIGIBLE
    return (
        *(True, cents(terms.deductible), cents(terms.aggregating), _millionths(terms.share)),
        terms.share_applies is ShareApplies.BEFORE_AGGREGATING,
        NO_LIMIT if on_eligible else _or_none(terms.maximum),
        _or_none(terms.maximum) if on_eligible else NO_LIMIT,
    )


def _aggregate(terms: AggregateTerms | None, specific: SpecificTerms | None) -> tuple[Any, ...]:
    if terms is None:
        return (False, False, NO_LIMIT, False, False, 0, NO_LIMIT, False, None, None)
    net, minimum = terms.counting is Counting.NET_OF_SPECIFIC, terms.minimum
    limit = terms.loss_limit if terms.loss_limit is not None or specific is None else specific.deductible
    return (
        *(True, net, NO_LIMIT if net else _or_none(limit), terms.laser_loss_limit is LaserLossLimit.LASER),
        *(terms.aggregating_counts, _millionths(terms.share), _or_none(terms.maximum)),
        terms.maximum_kind is MaximumKind.CEILING and terms.maximum is not None,
        None if minimum is None or minimum.amount is None else cents(minimum.amount),
        None if minimum is None or minimum.first_month is None else _millionths(minimum.first_month),
    )


def _windows(pid: int, policy: Policy) -> Iterator[tuple[Any, ...]]:
    by_incurred = policy.consume_by is ConsumeBy.INCURRED
    for benefit in Benefit:
        specific = policy.specific_windows if policy.specific and benefit in policy.specific.covers else None
        aggregate = policy.aggregate_windows if policy.aggregate and benefit in policy.aggregate.covers else None
        family = policy.per is Per.FAMILY
        yield (pid, policy.number, str(benefit), family, by_incurred, *_days(specific), *_days(aggregate))


def _days(windows: Windows | None) -> tuple[Any, ...]:
    """Return the four days; where there is no window one that nothing is in, and one that no row can reach at once."""
    if windows is None:
        return (NEVER, NEVER, NEVER, NEVER)
    incurred, paid = windows.incurred, windows.paid
    return (incurred.first, incurred.last or NEVER, paid.first, paid.last or NEVER)


def _lasers(pid: int, policy: Policy) -> Iterator[tuple[Any, ...]]:
    for laser in policy.specific.lasers if policy.specific else ():
        yield (pid, laser.unit, _or_none(laser.deductible), laser.excluded)


def _factors(pid: int, policy: Policy) -> Iterator[tuple[Any, ...]]:
    by_tier: defaultdict[str, Decimal] = defaultdict(Decimal)
    for factor in policy.aggregate.factors if policy.aggregate else ():
        by_tier[factor.tier] += factor.amount
    for tier, amount in by_tier.items():
        yield (pid, tier, _millionths(amount))


def _or_none(amount: Amount | None) -> int:
    return NO_LIMIT if amount is None else cents(amount)


def _millionths(share: Decimal) -> int:
    return int(share * MILLION)


# ------------------------------------------------------------------ the Python engine


def by_python(folder: Path) -> tuple[dict[str, dict[str, Any]], dict[tuple[str, str], dict[str, Any]]]:
    """Return both tables as the Python engine has them: policies by number, units by policy and id."""
    payments = _facts(folder / "claims.parquet", Payment)
    units = _facts(folder / "enrollment.parquet", CoveredUnits)
    received = _facts(folder / "carrier_payments.parquet", CarrierPayment)
    of_policies: dict[str, dict[str, Any]] = {}
    of_units: dict[tuple[str, str], dict[str, Any]] = {}
    for policy in policies_of(folder):
        number = policy.number
        statement = settle(policy, payments[number], units[number], received[number])
        of_policies[number] = _policy_row(statement)
        for sheet in statement.specific.units if statement.specific else ():
            of_units[number, sheet.unit] = asdict(sheet)
    return of_policies, of_units


def _facts(path: Path, kind: Callable[..., Any]) -> defaultdict[str, list[Any]]:
    relation = duckdb.read_parquet(str(path))
    names = relation.columns
    facts: defaultdict[str, list[Any]] = defaultdict(list)
    for row in relation.fetchall():
        policy, *values = row
        facts[policy].append(kind(**{n: v for n, v in zip(names[1:], values, strict=True) if v is not None}))
    return facts


def _policy_row(statement: Statement) -> dict[str, Any]:
    row: dict[str, Any] = {
        "as_of": None,
        "final": True,
        "claims": statement.claims.count,
        "claims_amount": statement.claims.amount,
        "employer_net": statement.employer_net,
        "carrier_total": statement.carrier_total,
    }
    for name, sheet in (("specific", statement.specific), ("aggregate", statement.aggregate)):
        if sheet is not None:
            row |= {f"{name}_{each}": getattr(sheet, each) for each in dir(sheet) if not each.startswith("_")}
            row[f"{name}_excluded"] = statement.claims.amount - sheet.eligible
    return row


def differences(folder: Path, connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return in which columns of which table, and how often, the tables by hand differ from the Python engine."""
    of_policies, of_units = by_python(folder)
    tables: tuple[tuple[str, int, dict[Any, dict[str, Any]]], ...] = (
        ("policies", 1, of_policies),
        ("units", 2, of_units),
    )
    found: defaultdict[str, int] = defaultdict(int)
    for table, keys, expected in tables:
        relation = connection.table(table)
        names = relation.columns[keys:]
        rows = {row[:keys] if keys > 1 else row[0]: row[keys:] for row in relation.fetchall()}
        if rows.keys() != expected.keys():
            found[f"{table}: {len(rows)} rows and not {len(expected)}"] += 1
        for key in rows.keys() & expected.keys():
            for name, value in zip(names, rows[key], strict=True):
                if value != expected[key].get(name):
                    found[f"{table}.{name}"] += 1
    return [f"{place}: {count}" for place, count in found.items()]


def main() -> None:
    """Settle a portfolio both ways, compare, and print how long each took."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--policies", type=int, default=200)
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="A portfolio that is there already.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        if not options.folder:
            write_portfolio(folder, policies=options.policies, lines=options.lines, seed=options.seed)
        connection = duckdb.connect()
        policies = policies_of(folder)
        start = perf_counter()
        by_hand(folder, policies, connection)
        took = perf_counter() - start
        differing = differences(folder, connection)
        ((hot, units),) = connection.sql("SELECT (SELECT count(*) FROM hot), (SELECT count(*) FROM cube)").fetchall()
    assert not differing, differing
    print(f"by hand {took:.2f} s; {hot:,} of {units:,} units payment by payment")
    print("all policies and all units as the Python engine has them, to the cent")


if __name__ == "__main__":
    main()
