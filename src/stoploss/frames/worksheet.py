"""The lines of every policy as columns: its units added up, and the aggregate on one row a policy.

What counts is held against the attachment point, which is the core's own number.

Source: ``docs/clauses.md``, worksheet.
"""

from __future__ import annotations

import narwhals as nw

from stoploss.facts import Coverage
from stoploss.frames.columns import NONE, POLICIES
from stoploss.frames.compiled import NO_LIMIT, Compiled
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.parts import above, choose, share_of, up_to

__all__ = ["policies_of"]

_LINES = ("retained", "laser", "aggregating", "employer_share", "over_maximum", "reimbursable")
_FROM_UNITS = (
    *("claims", "claims_amount", "s_total", "a_total", "a_gross", "counted", "within_limit"),
    *(f"specific_{name}" for name in _LINES),
)
_FROM_RECEIVED = ("specific_reimbursed", "aggregate_reimbursed")


def policies_of(engine: Engine, units: Frame, received: Frame, compiled: Compiled) -> Frame:
    """
    Return one row a policy, in cents, as :data:`~stoploss.frames.columns.POLICIES`.

    Args:
        engine: Computes.
        units: The lines of every unit, and what of it counts.
        received: What the carrier has paid by policy, cover and unit.
        compiled: The policies.
    """
    by_unit = units.with_columns(**{f"specific_{name}": nw.col(name) for name in _LINES})
    by_cover = received.with_columns(
        **{
            f"{coverage}_reimbursed": choose(nw.col("coverage") == str(coverage), nw.col("reimbursed"), 0)
            for coverage in Coverage
        }
    )
    joined = engine.table(compiled.policies.columns, compiled.policies.kinds)
    for rows, names in ((by_unit, _FROM_UNITS), (by_cover, _FROM_RECEIVED)):
        sums = rows.group_by("p").agg(nw.col(*names).sum()).with_columns(nw.col(*names).cast(nw.Int64))
        joined = joined.join(sums, on="p", how="left").with_columns(nw.col(*names).fill_null(0))
    return _totals(_outcome(engine.mat("policies", joined))).select(*POLICIES)


def _outcome(summed: Frame) -> Frame:
    """Hold what counts against the attachment point; before the period has ended nothing is reimbursed."""
    point, share = nw.col("attachment_point"), nw.col("aggregate_share")
    ended, ceiling = nw.col("ended") == 1, nw.col("ceiling")
    parted = summed.with_columns(
        excess=choose(ended & (nw.col("has_aggregate") == 1), above(nw.col("counted"), point), 0)
    ).with_columns(under_ceiling=up_to(nw.col("excess"), above(ceiling, point)))
    payable = parted.with_columns(
        payable=share_of(nw.col("excess"), share), under_share=share_of(nw.col("under_ceiling"), share)
    )
    nothing, has_ceiling = nw.col("pays_nothing") == 1, ceiling < NO_LIMIT
    flat = up_to(nw.col("payable"), nw.col("aggregate_maximum"))
    reimbursable = choose(nothing, nw.lit(0), choose(has_ceiling, nw.col("under_share"), flat))
    base = choose(has_ceiling & ~nothing, nw.col("under_ceiling"), nw.col("excess"))
    owed = payable.with_columns(aggregate_reimbursable=reimbursable, base=base)
    share_left = choose(
        has_ceiling & ~nothing, nw.col("base") - nw.col("aggregate_reimbursable"), nw.col("excess") - nw.col("payable")
    )
    return owed.with_columns(aggregate_employer_share=share_left).with_columns(
        aggregate_over_maximum=nw.col("excess") - nw.col("aggregate_employer_share") - nw.col("aggregate_reimbursable")
    )


def _totals(owed: Frame) -> Frame:
    """Write out the lines of the statement; those of a cover that a policy does not have are missing."""
    by_limit = nw.col("net_of_specific") == 0
    over = choose(by_limit, nw.col("a_total") - nw.col("within_limit"), 0)
    named = owed.with_columns(
        specific_eligible=nw.col("s_total"),
        specific_excluded=nw.col("claims_amount") - nw.col("s_total"),
        aggregate_excluded=nw.col("claims_amount") - nw.col("a_total"),
        specific_due=nw.col("specific_reimbursable") - nw.col("specific_reimbursed"),
        aggregate_gross=nw.col("a_gross"),
        aggregate_voids_and_refunds=nw.col("a_total") - nw.col("a_gross"),
        aggregate_eligible=nw.col("a_total"),
        aggregate_over_loss_limit=over,
        aggregate_counted=nw.col("counted"),
        aggregate_calculated_attachment=nw.col("calculated_attachment"),
        aggregate_minimum_attachment=nw.col("minimum_attachment"),
        aggregate_attachment_point=nw.col("attachment_point"),
        aggregate_excess=nw.col("excess"),
        aggregate_due=nw.col("aggregate_reimbursable") - nw.col("aggregate_reimbursed"),
        carrier_total=nw.col("specific_reimbursable") + nw.col("aggregate_reimbursable"),
    ).with_columns(
        aggregate_reimbursed_by_specific=nw.col("a_total")
        - nw.col("aggregate_over_loss_limit")
        - nw.col("aggregate_counted"),
        employer_net=nw.col("claims_amount") - nw.col("carrier_total"),
    )
    missing = {
        name: choose(nw.col(f"has_{coverage}") == 0, nw.lit(NONE), nw.col(name))
        for coverage in Coverage
        for name in POLICIES
        if name.startswith(f"{coverage}_")
    }
    return named.with_columns(**missing)


def __dir__() -> list[str]:
    return __all__
