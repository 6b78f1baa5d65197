"""Facts that are told twice, and negative rows against what they undo: what no single row can know.

The same row twice is one fact; other content under one id is a fault.
Ids are compared within a policy.
Nearly no file has either, so that all of it is first asked whether it has any, and only those rows are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import narwhals as nw
from attrs import evolve, field, frozen

from stoploss.facts import Status
from stoploss.frames.columns import ROWS
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.reading import FACTS

__all__ = ["KEY", "UNDOES", "Repeats", "Undoing", "different_in", "repeats_in", "undoing_in", "undoing_of"]

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


def repeats_in(engine: Engine, facts: Frame, absent: Mapping[str, nw.Expr]) -> Repeats:
    """
    Return the facts without those that are told again.

    Args:
        engine: Computes.
        facts: Nothing else is wrong with them.
        absent: The columns that the source does not have, and what is in them.
    """
    keys = engine.repeated(facts, KEY)
    if not _some(engine, keys):
        return Repeats(facts=facts)
    # Rows are compared by what their source has: the other columns only make the comparison wider.
    held = [name for name in FACTS if name not in absent]
    told = facts.select(*held).join(keys, on=list(KEY), how="semi")
    each = engine.mat("each", told.group_by(*held).agg(times=nw.len()))
    each = each.with_columns(**absent) if absent else each
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


UNDOES: nw.Expr = (nw.col("cents") < 0) & (nw.col("adjusts") != "")
"""Whether a row undoes a payment that it names."""


@frozen(kw_only=True)
class Undoing:
    """
    Negative rows that name a payment.

    Args:
        rows: They themselves, computed: :data:`~stoploss.frames.columns.ROWS`.
        undone: The payments that they name, as far as they were reported, computed, with the same columns.
        faults: What is wrong between them: a rule, and the ids of the negative rows that break it.
    """

    rows: Frame = field(repr=False, eq=False)
    undone: Frame = field(repr=False, eq=False)
    faults: tuple[tuple[str, Frame], ...] = field(default=(), repr=False, eq=False)


def undoing_of(engine: Engine, rows: Frame, adjusting: Frame | None = None) -> Undoing:
    """
    Look up the negative rows that name a payment, and the payments that they name.

    There are few of either, so the many rows pass once.

    Args:
        engine: Computes.
        rows: Claims, each once.
        adjusting: Those that name another one, and maybe more, where they can be told before other cells are read.
    """
    undoing = engine.mat("undoing", (rows if adjusting is None else adjusting).filter(UNDOES))
    if not _some(engine, undoing):
        return Undoing(rows=undoing, undone=undoing)
    named = engine.mat("named", undoing.select("policy", nw.col("adjusts").alias("id")).unique())
    return Undoing(rows=undoing, undone=engine.mat("undone", rows.join(named, on=list(KEY), how="semi")))


def undoing_in(engine: Engine, facts: Frame, adjusting: Frame) -> Undoing:
    """
    Return the negative rows that name a payment, with what is wrong between the two.

    Args:
        engine: Computes.
        facts: Each fact once.
        adjusting: Those that name another one, and maybe more: told apart before any other cell is read.

    The rules are those of :func:`stoploss.facts.adjustment_faults`.
    A payment that was not reported is no fault: it belongs to another policy year.
    """
    found = undoing_of(engine, facts.select(*ROWS), adjusting.select(*ROWS))
    faults = _faults(engine, found.rows, found.undone) if _some(engine, found.rows) else ()
    return evolve(found, faults=tuple(faults))


def _faults(engine: Engine, undoing: Frame, undone: Frame) -> Iterator[tuple[str, Frame]]:
    asked = undone.select("policy", *(nw.col(name).alias(f"undone_{name}") for name in _ASKED))
    pairs = undoing.join(asked, left_on=["policy", "adjusts"], right_on=["policy", "undone_id"], how="inner")
    pairs = engine.mat("pairs", pairs.with_columns(broken=_broken()))
    takes = pairs.filter((nw.col("broken") == 0) & (nw.col("status") != _PENDING))
    taken = takes.group_by("policy", "adjusts").agg(nw.col("cents").sum(), nw.col("undone_cents").max())
    beyond = taken.filter(nw.col("cents").cast(nw.Int64) + nw.col("undone_cents") < 0).select("policy", "adjusts")
    judged = [pairs.filter(nw.col("broken") == broken) for broken in range(1, len(_RULES))]
    judged.append(takes.join(beyond, on=["policy", "adjusts"], how="semi"))
    for rule, wrong in zip(_RULES, judged, strict=True):
        keys = engine.mat("wrong", wrong.select(*KEY))
        if _some(engine, keys):
            yield rule, keys


_ASKED = ("id", "member", "cents", "status")
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
