"""Claims that are trusted: only what would lose dollars without a trace is looked for.

That is one pass over a few columns: rows of no policy, of no member, of no benefit or status there is, of no amount
that is one, and amounts that add up to more than a table holds.

Source: ``docs/feeds.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import narwhals as nw
from attrs import evolve

from stoploss.errors import Finding
from stoploss.frames.engines.engine import Engine
from stoploss.frames.found import UNKNOWN_POLICY, Found, too_large
from stoploss.frames.reading import Read
from stoploss.frames.tallies import policies_too_large
from stoploss.policy import Policy

__all__ = ["lost_in"]

_COUNTED = ("member", "amount", "benefit", "status", "ineligible_for")
_NO_TEXT = Finding(
    code="SL804",
    where="",
    rule="claims that are trusted have amounts as decimals and days as dates, not as text",
    help="leave trusted out",
)


def lost_in(engine: Engine, read: Read, policies: Sequence[Policy]) -> Iterator[Found]:
    """
    Find the rows that would count nowhere, or as nothing.

    Args:
        engine: Computes.
        read: The claims.
        policies: Those that are settled.
    """
    for name in read.texts:
        yield evolve(Found.of(_NO_TEXT, read.label), column=name)
    if read.texts:
        return
    faults = [fault for name in _COUNTED for fault in read.cells[name].faults]
    bits = {f"fault_{position}": fault.holds for position, fault in enumerate(faults)}
    asked = {name: nw.when(holds).then(nw.lit(1)).otherwise(nw.lit(0)) for name, holds in bits.items()}
    rows = read.frame.select(policy=nw.col("_policy"), cents=nw.col("_amount"), **asked)
    by_policy = rows.group_by("policy").agg(
        *(nw.col(name).sum() for name in bits),
        rows=nw.len(),
        least=nw.col("cents").min(),
        most=nw.col("cents").max(),
    )
    counted = engine.mat("trusted", by_policy)
    found = engine.rows(counted)
    numbers = {policy.number for policy in policies}
    yield from _counted(UNKNOWN_POLICY, read, [row for row in found if row["policy"] not in numbers], "rows")
    for fault, name in zip(faults, bits, strict=True):
        yield from _counted(fault.finding, read, found, name)
    for number in policies_too_large(engine, rows, counted):
        yield Found.of(too_large(number), read.label)


def _counted(finding: Finding, read: Read, rows: Sequence[Mapping[str, Any]], name: str) -> Iterator[Found]:
    count = sum(int(row[name]) for row in rows)
    if count:
        yield evolve(Found.of(finding, read.label), rows=count)


def __dir__() -> list[str]:
    return __all__
