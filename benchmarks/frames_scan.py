"""The floor of everything that settles many policies: one group-by over the columns that a settlement reads.

    python benchmarks/frames_scan.py --folder portfolio

It groups the claims by policy and member, and touches days, status, benefit and ``adjusts``; then once more with ids,
which a settlement needs to know what a refund undoes, and in which order payments of one day come.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from time import perf_counter

import duckdb

from stoploss.demo.portfolio import write_portfolio

TOUCHED = """
    count(*) AS lines,
    sum(amount) AS amount,
    min(incurred_on) AS first_incurred,
    max(paid_on) AS last_paid,
    count(*) FILTER (status = 'paid') AS paid,
    count(*) FILTER (benefit = 'rx') AS rx,
    count(*) FILTER (amount < 0) AS below_zero,
    count(adjusts) AS undoing
"""


def scan(claims: Path, connection: duckdb.DuckDBPyConnection, more: str = "") -> None:
    """Group the claims of a portfolio into the table ``scanned``."""
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE scanned AS SELECT policy, member, {TOUCHED} {more} "  # our own text
        f"FROM read_parquet('{claims}') GROUP BY policy, member"
    )


def scan_with_ids(claims: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Group the claims, and read every id."""
    scan(claims, connection, ", bit_xor(hash(id)) AS ids")


def main() -> None:
    """Group a portfolio's claims and print how long that takes."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--policies", type=int, default=200)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="A portfolio that is there already.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        if not options.folder:
            write_portfolio(folder, policies=options.policies, lines=options.lines)
        for title, work in (("the floor", scan), ("the same, ids read too", scan_with_ids)):
            connection = duckdb.connect()
            start = perf_counter()
            work(folder / "claims.parquet", connection)
            took = perf_counter() - start
            ((lines, groups),) = connection.sql("SELECT sum(lines)::BIGINT, count(*) FROM scanned").fetchall()
            print(f"{title}: {took:.2f} s for {lines:,} lines of {groups:,} members")
            assert lines >= groups > 0


if __name__ == "__main__":
    main()
