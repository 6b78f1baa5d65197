"""Folding as columns: a negative row that names a payment takes its amount off that payment.

Source: ``docs/clauses.md``, netting.
"""

from __future__ import annotations

import narwhals as nw

from stoploss.facts import Coverage
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.parts import choose
from stoploss.frames.screening import ELIGIBLE, Screening

__all__ = ["folded", "undone"]


def undone(engine: Engine, claims: Screening) -> Frame:
    """Return what is taken off each payment, under each cover that lets the undoing rows in."""
    amounts = [f"{each}_undone" for each in Coverage]
    rows = claims.undoing_rows().select(
        "policy", nw.col("adjusts").alias("undone"), **{f"{each}_undone": _let_in(each) for each in Coverage}
    )
    summed = rows.group_by("policy", "undone").agg(nw.col(*amounts).sum())
    return engine.mat("undone", summed.with_columns(nw.col(*amounts).cast(nw.Int64)))


def folded(screened: Frame, undone: Frame) -> Frame:
    """
    Fold undoing rows into their payments.

    ``specific_own`` and ``aggregate_own`` are what is left of each row under a cover that lets it in; ``first_by`` is
    the day that comes first in the order of payments.
    """
    joined = screened.join(undone, left_on=["policy", "id"], right_on=["policy", "undone"], how="left")
    by_incurred, undoes = nw.col("by_incurred") == 1, nw.col("undoes") == 1
    own = {
        f"{each}_own": choose(undoes, nw.lit(0), _let_in(each) + nw.coalesce(nw.col(f"{each}_undone"), nw.lit(0)))
        for each in Coverage
    }
    return joined.with_columns(
        first_by=nw.when(by_incurred).then(nw.col("incurred_on")).otherwise(nw.col("paid_on")), **own
    ).drop("by_incurred", "incurred_on", "adjusts", "undoes", "cents", *(f"{each}_undone" for each in Coverage))


def _let_in(coverage: Coverage) -> nw.Expr:
    """Return a row's amount under a cover that lets it in."""
    return choose(nw.col(str(coverage)) == ELIGIBLE, nw.col("cents"), 0)


def __dir__() -> list[str]:
    return __all__
