"""One payment after the other, as columns: what each adds to its unit's lines, and what of it counts.

Netting: an undoing row is folded into its payment; any other negative row undoes the latest payments before it.
With T the unit's running total and m the least of it from here on, a payment's net lies between
``max(0, min(T - own, m))`` and ``max(0, m)``: the waterfall's before and after.
Every line is a function of running totals, so what a payment adds is the line after less the line before.

Source: ``docs/clauses.md``, netting, specific and aggregate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import narwhals as nw

from stoploss.facts import Coverage
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.parts import above, choose, not_negative, share_of, up_to
from stoploss.frames.screening import ELIGIBLE
from stoploss.frames.units import excess

__all__ = ["WALKED", "walked"]

_UNIT = ("p", "unit")
_ORDER = ("first_by", "paid_on", "id")

WALKED = (
    *("p", "policy", "id", "unit"),
    *("net", "retained", "laser", "aggregating", "employer_share", "over_maximum", "reimbursable"),
    *("specific", "aggregate_net", "counted", "aggregate"),
)
"""What a walked payment has: its split, and what each cover made of it."""


def walked(engine: Engine, name: str, rows: Frame, units: Frame) -> Frame:
    """
    Return the split of every payment of some units, in cents.

    Args:
        engine: Computes.
        name: What the engine calls its tables.
        rows: All folded rows of these units; in a policy whose units compete for the aggregating specific deductible,
            those of all units that do.
        units: The units, with their terms and totals.
    """
    narrow = engine.mat(f"{name}_rows", rows.select(*_NARROW))
    netted = engine.mat(f"{name}_netted", _netted(narrow, units))
    offered = _offered(netted.join(units.select(*_UNIT, *_TERMS), on=list(_UNIT), how="inner"))
    offers = nw.col("offered_here") > 0
    absorbed = engine.mat(f"{name}_absorbed", _absorbed(offered.filter(offers)))
    nothing = {name: nw.lit(0).cast(nw.Int64) for name in ("aggregating", "passed", "passed_run")}
    # What offers nothing passes nothing on: only the other payments stand in the queue.
    others = offered.filter(~offers).with_columns(**nothing)
    columns = absorbed.collect_schema().names()
    return _counted(_reimbursed(nw.concat([absorbed, others.select(*columns)], how="vertical"))).select(*WALKED)


_NARROW = (*_UNIT, *_ORDER, *map(str, Coverage), *(f"{each}_own" for each in Coverage))
"""What rows are walked with: windows sort whatever they carry."""

_TERMS = (
    *("policy", "deductible", "attachment", "maximum_eligible", "share", "share_first", "asd", "own_maximum"),
    *("own_loss_limit", "net_of_specific", "asd_counts"),
)


def _netted(rows: Frame, units: Frame) -> Frame:
    """Let every other negative row undo the latest payments before it."""
    running = rows.with_columns(**_sums_in_order({f"{each}_run": f"{each}_own" for each in Coverage}, _UNIT))
    least = running.with_columns(
        **{
            f"{each}_least": nw.col(f"{each}_run").cum_min(reverse=True).over(*_UNIT, order_by=list(_ORDER))
            for each in Coverage
        }
    )
    below = units.filter((nw.col("s_total") < 0) | (nw.col("a_total") < 0)).select(*_UNIT, "s_total", "a_total")
    above_zero = least.join(below, on=list(_UNIT), how="anti")
    columns: dict[str, nw.Expr] = {}
    for each in Coverage:
        here, own = nw.col(f"{each}_least"), nw.col(f"{each}_own")
        columns[f"{each}_after"] = not_negative(here)
        columns[f"{each}_before"] = not_negative(up_to(nw.col(f"{each}_run") - own, here))
    netted = [
        above_zero.with_columns(**{f"{each}_remainder": nw.lit(0).cast(nw.Int64) for each in Coverage}),
        _with_remainders(least.join(below, on=list(_UNIT), how="inner")),
    ]
    kept = (*_UNIT, *_ORDER, *map(str, Coverage))
    ends = [f"{each}_{end}" for each in Coverage for end in ("after", "before", "remainder")]
    return nw.concat([frame.with_columns(**columns).select(*kept, *ends) for frame in netted], how="vertical")


def _with_remainders(rows: Frame) -> Frame:
    """Put what refunds take beyond all payments of a unit on its last negative row."""
    negative = {f"{each}_negative": choose(nw.col(f"{each}_own") < 0, nw.lit(1), 0) for each in Coverage}
    counted = {
        f"{each}_negatives": nw.col(f"{each}_negative").cum_sum(reverse=True).over(*_UNIT, order_by=list(_ORDER))
        for each in Coverage
    }
    totals = {Coverage.SPECIFIC: nw.col("s_total"), Coverage.AGGREGATE: nw.col("a_total")}
    remainders: dict[str, nw.Expr] = {}
    for each in Coverage:
        last = (nw.col(f"{each}_negative") == 1) & (nw.col(f"{each}_negatives") == 1)
        remainders[f"{each}_remainder"] = choose(last & (totals[each] < 0), totals[each], 0)
    return rows.with_columns(**negative).with_columns(**counted).with_columns(**remainders)


def _sums_in_order(columns: Mapping[str, str], over: Iterable[str]) -> dict[str, nw.Expr]:
    """Return running totals by name of what they add up, in the order in which payments are taken."""
    keys = list(over)
    return {
        name: nw.col(column).cum_sum().over(*keys, order_by=list(_ORDER)).cast(nw.Int64)
        for name, column in columns.items()
    }


def _offered(netted: Frame) -> Frame:
    """Say what each payment adds to what specific retains, to the laser, the excess, and to what the ASD may absorb."""
    within = {end: up_to(nw.col(f"specific_{end}"), nw.col("maximum_eligible")) for end in ("before", "after")}
    netted = netted.with_columns(within_before=within["before"], within_after=within["after"])
    before, after = nw.col("within_before"), nw.col("within_after")
    parted = netted.with_columns(
        retained=up_to(after, nw.col("deductible")) - up_to(before, nw.col("deductible")),
        excess=excess(after) - excess(before),
        shared=share_of(excess(after), nw.col("share")) - share_of(excess(before), nw.col("share")),
    )
    return parted.with_columns(
        laser=after - before - nw.col("retained") - nw.col("excess"),
        offered_here=choose(nw.col("share_first") == 1, nw.col("shared"), nw.col("excess")),
    )


def _absorbed(offered: Frame) -> Frame:
    """Let the ASD absorb what is offered to it first, whoever's it is; what it does not is passed on."""
    running = offered.with_columns(**_sums_in_order({"offered_run": "offered_here"}, ("p",)))
    upto = nw.col("offered_run")
    absorbed = running.with_columns(
        aggregating=up_to(upto, nw.col("asd")) - up_to(upto - nw.col("offered_here"), nw.col("asd"))
    ).with_columns(passed=nw.col("offered_here") - nw.col("aggregating"))
    return absorbed.with_columns(**_sums_in_order({"passed_run": "passed"}, _UNIT)).drop("offered_run")


def _reimbursed(absorbed: Frame) -> Frame:
    """Take the share, where it comes after the ASD, and hold what is payable to the maximum."""
    first = nw.col("share_first") == 1
    after = nw.col("passed_run")
    before = after - nw.col("passed")
    shared = absorbed.with_columns(
        payable_after=choose(first, after, share_of(after, nw.col("share"))),
        payable_before=choose(first, before, share_of(before, nw.col("share"))),
    )
    payable = nw.col("payable_after") - nw.col("payable_before")
    maximum = nw.col("own_maximum")
    reimbursable = up_to(nw.col("payable_after"), maximum) - up_to(nw.col("payable_before"), maximum)
    over_eligible = (
        nw.col("specific_after") - nw.col("specific_before") - (nw.col("within_after") - nw.col("within_before"))
    )
    return shared.with_columns(
        employer_share=choose(first, nw.col("excess") - nw.col("shared"), nw.col("passed") - payable),
        over_maximum=payable - reimbursable + over_eligible,
        reimbursable=reimbursable,
        retained=nw.col("retained") + nw.col("specific_remainder"),
        net=nw.col("specific_after") - nw.col("specific_before") + nw.col("specific_remainder"),
    )


def _counted(reimbursed: Frame) -> Frame:
    """Count what of each payment lies within the loss limit, and what specific does not reimburse."""
    limit = nw.col("own_loss_limit")
    after, before = nw.col("aggregate_after"), nw.col("aggregate_before")
    net, under_specific = after - before, nw.col("specific") == ELIGIBLE
    within = up_to(after, limit) - up_to(before, limit)
    kept = up_to(within, not_negative(nw.col("retained") + nw.col("laser")))
    absorbed = choose(nw.col("asd_counts") == 1, nw.col("aggregating"), 0)
    by_limit = choose(under_specific, kept + absorbed, within)
    left = choose(under_specific, above(net, nw.col("reimbursable")), net)
    counted = choose(nw.col("net_of_specific") == 1, left, by_limit)
    remainder = nw.col("aggregate_remainder")
    eligible = nw.col("aggregate") == ELIGIBLE
    return reimbursed.with_columns(
        aggregate_net=net + remainder,
        counted=choose(eligible, choose(remainder < 0, remainder, counted), 0),
    )


def __dir__() -> list[str]:
    return __all__
