"""Many policies at once: `stoploss.frames` beside the floor, hand-written SQL and an analyst's script, in one run.

    python benchmarks/frames.py --policies 1000 --lines 10000000 --rounds 5

Everything runs on the same portfolio, each in a process of its own, one after the other, round after round; the median
counts.
What is timed begins with the policies loaded and the libraries imported, and ends with both tables, ``policies`` and
``units``, computed.
By default frames look for faults in the claims, as they do for everybody; *trusted* trusts them, as the SQL does.
The tables of all that settle are compared whole; of the script, which settles specific alone, how many policies it
has to the cent.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
from frames_by_hand import by_hand, policies_of
from frames_pandas_script import script
from frames_scan import scan, scan_with_ids

from stoploss.demo.portfolio import write_portfolio

FLOOR, IDS, HAND, SCRIPT = "floor", "floor, ids read too", "SQL by hand", "pandas script"
ENGINES = ("duckdb", "polars", "pandas")
MEGABYTE = 1_024  # of the kilobytes in which the system counts


def contenders() -> list[str]:
    """Return what can be measured here."""
    engines = [engine for engine in ENGINES if find_spec("stoploss.frames") and find_spec(engine)]
    ours = [f"frames, {engine}{trusted}" for engine in engines for trusted in ("", ", trusted")]
    return [FLOOR, IDS, HAND, *ours, SCRIPT]


# ------------------------------------------------------------------ in a process of its own


def measured(name: str, folder: Path) -> Mapping[str, Any]:
    """Return how long one of them takes, how much memory, and what it comes to."""
    policies = policies_of(folder)
    connection = duckdb.connect()
    claims = folder / "claims.parquet"
    if name.startswith("frames"):
        seconds, tables = _frames(name, folder, policies)
        answer: dict[str, Any] = {table: _digest(connection.from_arrow(tables[table]), connection) for table in tables}
    else:
        works: Mapping[str, Callable[[], Any]] = {
            FLOOR: lambda: scan(claims, connection),
            IDS: lambda: scan_with_ids(claims, connection),
            HAND: lambda: by_hand(folder, policies, connection),
            SCRIPT: lambda: script(claims, policies),
        }
        start = perf_counter()
        result = works[name]()
        seconds = perf_counter() - start
        answer = {SCRIPT: result} if name == SCRIPT else {}
        if name == HAND:
            answer = {table: _digest(connection.table(table), connection) for table in ("policies", "units")}
            answer[SCRIPT] = dict(
                connection.sql(
                    "SELECT policy, specific_reimbursable::DOUBLE FROM policies WHERE specific_eligible IS NOT NULL"
                ).fetchall()
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MEGABYTE
    return {"seconds": seconds, "peak": peak, "answer": answer}


def _frames(name: str, folder: Path, policies: Any) -> tuple[float, dict[str, Any]]:  # not typed here
    from stoploss import frames  # it may not be there

    _, engine, *trusted = name.split(", ")
    start = perf_counter()
    settled = frames.settle(
        policies,
        folder / "claims.parquet",
        folder / "enrollment.parquet",
        folder / "carrier_payments.parquet",
        engine=engine,
        trusted=bool(trusted),
    )
    tables = {table: settled.frame(table).collect("pyarrow").to_native() for table in ("policies", "units")}
    return perf_counter() - start, tables


def _digest(table: duckdb.DuckDBPyRelation, connection: duckdb.DuckDBPyConnection) -> list[Any]:
    """Return the number of rows, and a digest of all of them whatever their order, by column."""
    names = sorted(table.columns)
    key = "policy" if "unit" not in names else "policy || '/' || unit"
    columns = ", ".join(f'bit_xor(hash({key}, "{name}"::VARCHAR))::VARCHAR' for name in names)
    query = f"SELECT count(*), {columns} FROM digested"  # our own text
    connection.register("digested", table)
    ((rows, *digests),) = connection.sql(query).fetchall()
    return [rows, dict(zip(names, digests, strict=True))]


# ------------------------------------------------------------------ all of them


def run(name: str, folder: Path) -> Mapping[str, Any]:
    """Measure one of them in a fresh process."""
    command = [sys.executable, __file__, "--one", name, "--folder", str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # this program
    answer: Mapping[str, Any] = json.loads(done.stdout)
    return answer


def compare(runs: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """See that all that settle agree, and say how far the script does."""
    expected = runs[HAND]["answer"]
    for name, one in runs.items():
        if name.startswith("frames"):
            for table in ("policies", "units"):
                rows, columns = one["answer"][table]
                differing = [column for column in columns if columns[column] != expected[table][1][column]]
                assert (rows, differing) == (expected[table][0], []), (name, table, differing)
    told = [f"{name} has every policy and every unit as the SQL has" for name in runs if name.startswith("frames")]
    if SCRIPT in runs:
        theirs, ours = runs[SCRIPT]["answer"][SCRIPT], expected[SCRIPT]
        right = sum(abs(theirs.get(policy, 0.0) - amount) < 0.005 for policy, amount in ours.items())
        off = sum(abs(theirs.get(policy, 0.0) - amount) for policy, amount in ours.items())
        told.append(f"the script has {right:,} of {len(ours):,} policies to the cent, and is {off:,.0f} dollars off")
    return told


def main() -> None:
    """Measure everything, round after round, and print medians."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--policies", type=int, default=200)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without", action="append", default=[], metavar="NAME", help="Leave one of them out.")
    parser.add_argument("--folder", type=Path, help="A portfolio that is there already.")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measured(options.one, options.folder)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        if not options.folder:
            write_portfolio(folder, policies=options.policies, lines=options.lines)
        names = [name for name in contenders() if name not in options.without]
        rounds = [{name: run(name, folder) for name in names} for _ in range(options.rounds)]
    seconds = {name: statistics.median(each[name]["seconds"] for each in rounds) for name in names}
    size = "a portfolio" if options.folder else f"{options.policies:,} policies, {options.lines:,} lines"
    print(f"{size}, median of {options.rounds}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{'':30} {'seconds':>9} {'x floor':>9} {'x SQL':>9} {'peak MB':>9}")
    for name in names:
        peak = max(each[name]["peak"] for each in rounds)
        ratios = f"{seconds[name] / seconds[FLOOR]:9.2f} {seconds[name] / seconds[HAND]:9.2f}"
        print(f"{name:30} {seconds[name]:9.2f} {ratios} {peak:9,}")
    print("\n".join(compare(rounds[-1])))


if __name__ == "__main__":
    main()
