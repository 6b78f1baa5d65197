"""Facts that are told twice, and negative rows against what they undo: what no single row can know.

The same row twice is one fact; other content under one id is a fault.
Ids are compared within a policy.
Nearly no file has either, so that all of it is first asked whether it has any, and only those rows are looked at.
"""

from __future__ import annotations

import narwhals as nw
from attrs import field, frozen

from stoploss.facts import Status
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.reading import FACTS

__all__ = ["KEY", "Repeats", "Undoing", "different_in", "repeats_in", "undoing_in"]

KEY = ("policy", "id")
_PENDING = str(Status.PENDING)


@frozen(kw_only=True)
class Repeats:
    """
    What was told more than once.

    Args:
        facts: Each fact once; of ids with other content none.
        keys: The ids that were told more than once; ``None`` where there is none.
        otherwise: Those of them that were told with other content.
        rows, cents: How many rows repeat a fact, and their amounts.
    """

    facts: Frame = field(repr=False, eq=False)
    keys: Frame | None = field(default=None, repr=False, eq=False)
    otherwise: Frame | None = field(default=None, repr=False, eq=False)
    rows: int = 0
    cents: int = 0


def repeats_in(engine: Engine, facts: Frame) -> Repeats:
    """
    Return the facts without those that are told again.

    Args:
        engine: Computes.
        facts: Nothing else is wrong with them.
    """
    keys = engine.repeated(facts, KEY)
    if not _some(engine, keys):
        return Repeats(facts=facts)
    told = engine.mat("told", facts.join(keys, on=list(KEY), how="semi"))
    each = engine.mat("each", told.group_by(*FACTS).agg(times=nw.len()))
    otherwise = engine.repeated(each, KEY)
    once = each.join(otherwise, on=list(KEY), how="anti")
    again = once.filter(nw.col("times") > 1).select(
        more=nw.col("times").cast(nw.Int64) - 1, cents=(nw.col("times").cast(nw.Int64) - 1) * nw.col("cents")
    )
    (sums,) = engine.rows(again.select(nw.col("more").sum(), nw.col("cents").sum()))
    return Repeats(
        facts=nw.concat(
            [facts.join(keys, on=list(KEY), how="anti").select(*FACTS), once.select(*FACTS)], how="vertical"
        ),
        keys=keys,
        otherwise=otherwise if _some(engine, otherwise) else None,
        rows=int(sums["more"] or 0),
        cents=int(sums["cents"] or 0),
    )


def different_in(engine: Engine, facts: Frame, keys: Frame) -> tuple[str, ...]:
    """Return the columns in which facts with the same id differ."""
    columns = [name for name in FACTS if name not in KEY]
    told = engine.mat("otherwise", facts.join(keys, on=list(KEY), how="semi"))
    ends = told.group_by(*KEY).agg(
        *(nw.col(name).min().alias(f"{name}_least") for name in columns),
        *(nw.col(name).max().alias(f"{name}_most") for name in columns),
    )
    differs = {
        name: nw.when(nw.col(f"{name}_least") == nw.col(f"{name}_most")).then(nw.lit(0)).otherwise(nw.lit(1))
        for name in columns
    }
    (row,) = engine.rows(ends.select(**differs).select(nw.col(*columns).max()))
    return tuple("amount" if name == "cents" else name for name in columns if row[name])


@frozen(kw_only=True)
class Undoing:
    """
    What is wrong between negative rows and the payments that they undo.

    Args:
        rule: What holds.
        keys: The negative rows.
    """

    rule: str
    keys: Frame = field(repr=False, eq=False)


def undoing_in(engine: Engine, facts: Frame) -> tuple[Undoing, ...]:
    """
    Return what is wrong with negative rows that name a payment; nothing for each rule that all of them keep.

    The rules are those of :func:`stoploss.facts.adjustment_faults`.
    A payment that was not reported is no fault: it belongs to another policy year.
    """
    columns = ("policy", "id", "member", "cents", "status")
    undoing = facts.filter((nw.col("cents") < 0) & (nw.col("adjusts") != "")).select(*columns, "adjusts")
    undoing = engine.mat("undoing", undoing)
    if not _some(engine, undoing):
        return ()
    named = undoing.select("policy", nw.col("adjusts").alias("id")).unique()
    found = facts.select(*columns).join(named, on=list(KEY), how="semi")
    undone = engine.mat("undone", found.rename({name: f"undone_{name}" for name in columns if name != "policy"}))
    pairs = undoing.join(undone, left_on=["policy", "adjusts"], right_on=["policy", "undone_id"], how="inner")
    pairs = engine.mat("pairs", pairs.with_columns(broken=_broken()))
    taken = (
        pairs.filter((nw.col("broken") == 0) & (nw.col("status") != _PENDING))
        .group_by("policy", "adjusts")
        .agg(nw.col("cents").sum(), nw.col("undone_cents").max())
    )
    beyond = taken.filter(nw.col("cents").cast(nw.Int64) + nw.col("undone_cents") < 0).select("policy", "adjusts")
    judged = [(rule, pairs.filter(nw.col("broken") == broken)) for broken, rule in enumerate(_RULES[:-1], start=1)]
    kept = (nw.col("broken") == 0) & (nw.col("status") != _PENDING)
    judged.append((_RULES[-1], pairs.filter(kept).join(beyond, on=["policy", "adjusts"], how="semi")))
    wrong = [(rule, engine.mat("wrong", rows.select(*KEY))) for rule, rows in judged]
    return tuple(Undoing(rule=rule, keys=keys) for rule, keys in wrong if _some(engine, keys))


_RULES = (
    "a negative row undoes a payment of the same member",
    "a negative row undoes a payment, not a claim that is still pending",
    "a negative row undoes a payment, not another negative row",
    "negative rows take no more than is left of the payment that they undo",
)


def _broken() -> nw.Expr:
    """Return which of the first three rules a pair breaks, or 0."""
    pending = nw.when(nw.col("undone_status") == _PENDING).then(nw.lit(2))
    later = pending.otherwise(nw.when(nw.col("undone_cents") < 0).then(nw.lit(3)).otherwise(nw.lit(0)))
    return nw.when(nw.col("member") != nw.col("undone_member")).then(nw.lit(1)).otherwise(later)


def _some(engine: Engine, frame: Frame) -> bool:
    return bool(engine.rows(frame.select(rows=nw.len()))[0]["rows"])


def __dir__() -> list[str]:
    return __all__
