"""Policies with terms that columns do not carry: their rows are brought to the Python engine, and its tables back.

That is done for a few policies at a time, so that memory holds the rows of these and not of all.

Source: ``docs/clauses.md``, statement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import narwhals as nw

from stoploss.errors import StopLossError
from stoploss.frames.columns import TABLES, Kind
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.inputs import Inputs
from stoploss.frames.processes import PolicyRows, raise_as_one, settle_in_processes, sorted_by_policy
from stoploss.frames.reading import FACTS
from stoploss.policy import Policy

__all__ = ["settled_apart"]

_ENOUGH = 250_000
"""Rows of a batch, unless one policy has more: about 2 KB each while they are settled."""


def settled_apart(
    engine: Engine, policies: Sequence[Policy], inputs: Inputs, *, as_of: dt.date | None, max_workers: int | None
) -> Mapping[str, Frame]:
    """
    Return the tables of policies by the Python engine, computed, as they go out; none for no policies.

    Args:
        engine: Where their claims are, and where the tables go.
        policies: Those that columns do not carry.
        inputs: What was reported, checked.
        as_of: Take what was paid up to and including this day; ``None``: everything.
        max_workers: The most processes.

    Raises:
        StopLossError: With every fault of every policy.
    """
    parts: dict[str, list[Frame]] = {name: [] for name in TABLES}
    errors: list[StopLossError] = []
    for batch in _batches(engine, policies, inputs):
        try:
            tables = settle_in_processes(_books(engine, batch, inputs), as_of=as_of, max_workers=max_workers)
        except StopLossError as error:
            errors.append(error)
            continue
        for name, kinds in TABLES.items():
            table = engine.table(getattr(tables, name), kinds)
            parts[name].append(engine.mat(f"{name}_apart", engine.dollars(table, kinds)))
    raise_as_one(errors)
    return {name: nw.concat(frames, how="vertical") for name, frames in parts.items() if frames}


def _batches(engine: Engine, policies: Sequence[Policy], inputs: Inputs) -> Iterator[list[Policy]]:
    """Part policies, in their order, so that no batch has many more rows than enough."""
    counted = _facts_of(engine, policies, inputs).group_by("policy").agg(rows=nw.len()) if policies else None
    rows = {row["policy"]: int(row["rows"]) for row in engine.rows(counted)} if counted is not None else {}
    batch: list[Policy] = []
    size = 0
    for policy in policies:
        batch.append(policy)
        size += rows.get(policy.number, 0)
        if size >= _ENOUGH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _facts_of(engine: Engine, policies: Sequence[Policy], inputs: Inputs) -> Frame:
    numbers = engine.table({"policy": [policy.number for policy in policies]}, {"policy": Kind.TEXT})
    return inputs.checked_facts.join(numbers, on="policy", how="semi")


def _books(engine: Engine, policies: Sequence[Policy], inputs: Inputs) -> list[PolicyRows]:
    """Give policies their rows."""
    rows = engine.rows(_facts_of(engine, policies, inputs))
    claims = {name: [row[name] for row in rows] for name in FACTS}
    return sorted_by_policy(policies, claims, inputs.enrollment_columns, inputs.received_columns)


def __dir__() -> list[str]:
    return __all__
