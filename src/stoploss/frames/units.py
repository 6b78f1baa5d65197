"""Units in closed form: what becomes of each member's or family's total, without a look at single payments.

Netting never changes a unit's total, so nearly every line follows from that.
Payments have to be walked in order where units compete for the aggregating specific deductible, and where the two
covers let in different payments of one unit, so that what specific leaves of each decides what counts.
About one unit in a hundred is such.

Source: ``docs/clauses.md``, specific and aggregate.
"""

from __future__ import annotations

import narwhals as nw

from stoploss.frames.compiled import Compiled
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.parts import above, choose, share_of, up_to
from stoploss.frames.screening import ELIGIBLE

__all__ = ["TERMS", "competing", "cube_of", "excess", "settled_units", "unit_totals"]

TERMS = (
    "policy",
    "per_family",
    "has_specific",
    "has_aggregate",
    "deductible",
    "asd",
    "share",
    "share_first",
    "maximum_eligible",
    "net_of_specific",
    "asd_counts",
)
"""What of a policy a unit's lines read as it is."""

_SPECIFIC, _AGGREGATE = nw.col("specific"), nw.col("aggregate")
_KEY = ("p", "unit")


def cube_of(engine: Engine, screened: Frame) -> Frame:
    """Add rows up by unit and by what each cover makes of them: the one pass over all claims."""
    s, a = _SPECIFIC == ELIGIBLE, _AGGREGATE == ELIGIBLE
    return engine.mat(
        "cube",
        screened.with_columns(
            positive=choose(nw.col("cents") > 0, nw.col("cents"), 0),
            # An undoing row is folded into its payment, unless only one cover lets it in.
            negatives=choose((nw.col("cents") < 0) & ((nw.col("undoes") == 0) | (s != a)), nw.lit(1), 0),
            one=nw.lit(1),
        )
        .group_by("p", "unit", "specific", "aggregate")
        .agg(
            total=nw.col("cents").sum(),
            positive=nw.col("positive").sum(),
            negatives=nw.col("negatives").sum(),
            rows=nw.col("one").sum(),
        )
        .with_columns(nw.col("total", "positive", "negatives", "rows").cast(nw.Int64)),
    )


_TALLIES = ("s_total", "s_rows", "a_total", "a_rows", "negatives", "mixed", "reimbursed", "received")


def unit_totals(engine: Engine, cube: Frame, received: Frame, compiled: Compiled) -> Frame:
    """
    Return one row for each unit with an eligible row or a carrier payment: its totals, and the terms that apply to it.

    Args:
        engine: Computes.
        cube: Rows added up.
        received: What the carrier has paid under specific by unit: ``p``, ``unit``, ``reimbursed``.
        compiled: The policies.
    """
    s, a = _SPECIFIC == ELIGIBLE, _AGGREGATE == ELIGIBLE
    claimed = cube.filter(s | a).select(
        *_KEY,
        s_total=choose(s, nw.col("total"), 0),
        s_rows=choose(s, nw.col("rows"), 0),
        a_total=choose(a, nw.col("total"), 0),
        a_rows=choose(a, nw.col("rows"), 0),
        negatives=nw.col("negatives"),
        mixed=choose(s & a, nw.lit(0), 1),
        reimbursed=nw.lit(0),
        received=nw.lit(0),
    )
    nothing = {name: nw.lit(0) for name in _TALLIES[:-2]}
    paid = received.select(*_KEY, **nothing, reimbursed=nw.col("reimbursed"), received=nw.lit(1))
    integers = [nw.col(name).cast(nw.Int64) for name in _TALLIES]
    totals = (
        nw.concat([frame.with_columns(*integers) for frame in (claimed, paid)], how="vertical")
        .group_by(*_KEY)
        .agg(*(nw.col(name).sum() for name in _TALLIES))
        .with_columns(*integers)
    )
    return engine.mat("totals", _with_terms(engine, totals, compiled))


def _with_terms(engine: Engine, totals: Frame, compiled: Compiled) -> Frame:
    """Put the terms beside each unit: those of its policy, or its own."""
    policies = engine.table(compiled.policies.columns, compiled.policies.kinds)
    own = engine.table(compiled.units.columns, compiled.units.kinds).drop("policy")
    standard = totals.join(policies.select("p", *TERMS, "loss_limit", "maximum"), on="p", how="inner")
    attached = {
        "attachment": nw.col("deductible"),
        "own_loss_limit": nw.col("loss_limit"),
        "own_maximum": nw.col("maximum"),
    }
    if not compiled.units.rows:
        return standard.with_columns(**attached, own_excluded=nw.lit(0)).drop("loss_limit", "maximum")
    joined = standard.join(own, on=list(_KEY), how="left")
    return joined.with_columns(
        attachment=nw.coalesce(nw.col("own_attachment"), nw.col("deductible")),
        own_loss_limit=nw.coalesce(nw.col("own_loss_limit"), nw.col("loss_limit")),
        own_maximum=nw.coalesce(nw.col("own_maximum"), nw.col("maximum")),
        own_excluded=nw.coalesce(nw.col("own_excluded"), nw.lit(0)),
    ).drop("own_attachment", "loss_limit", "maximum")


def excess(within: nw.Expr) -> nw.Expr:
    """Return what of a unit's running total lies above its deductible or laser."""
    return above(within, nw.col("attachment"))


def competing(engine: Engine, totals: Frame) -> Frame:
    """
    Say of each unit what it offers to the aggregating specific deductible, and whether its payments have to be walked.

    ``walks`` is 1 where units compete for an ASD that does not suffice, or where counting looks at single payments.
    """
    within = up_to(nw.col("s_total"), nw.col("maximum_eligible"))
    shared = share_of(excess(within), nw.col("share"))
    offering = engine.mat(
        "offering",
        totals.with_columns(
            within=within,
            excess=excess(within),
            offered=choose(nw.col("share_first") == 1, shared, excess(within)),
        ),
    )
    all_offers = (
        offering.group_by("p")
        .agg(nw.col("offered").sum().alias("all_offered"))
        .with_columns(nw.col("all_offered").cast(nw.Int64))
    )
    scarce = (nw.col("asd") > 0) & (nw.col("all_offered") > nw.col("asd"))
    return engine.mat(
        "competing",
        offering.join(all_offers, on="p", how="inner").with_columns(
            competes=choose(scarce & (nw.col("offered") > 0), nw.lit(1), 0),
            walks=choose((scarce & (nw.col("offered") > 0)) | _counting_looks_closer(), nw.lit(1), 0),
        ),
    )


def _counting_looks_closer() -> nw.Expr:
    """Say whether what counts of a unit does not follow from its totals."""
    both = (nw.col("has_specific") == 1) & (nw.col("has_aggregate") == 1) & (nw.col("a_rows") > 0)
    cap = up_to(nw.col("attachment"), nw.col("maximum_eligible"))
    beyond, mixed = nw.col("s_total") > cap, nw.col("mixed") > 0
    by_limit = (mixed & (beyond | (nw.col("negatives") > 0))) | (~mixed & beyond & (nw.col("own_loss_limit") > cap))
    net_of_specific = nw.col("net_of_specific") == 1
    return both & ((net_of_specific & mixed & beyond) | (~net_of_specific & by_limit))


def settled_units(engine: Engine, units: Frame, walked: Frame) -> Frame:
    """
    Return the lines of every unit, and what of it counts.

    Args:
        engine: Computes.
        units: From :func:`competing`.
        walked: Of the units that were walked: ``p``, ``unit``, ``walked_aggregating``, ``walked_counted``.
    """
    joined = units.join(walked, on=list(_KEY), how="left").with_columns(
        walked_aggregating=nw.coalesce(nw.col("walked_aggregating"), nw.lit(0)),
        walked_counted=nw.coalesce(nw.col("walked_counted"), nw.lit(0)),
    )
    absorbed = choose(nw.col("asd") > 0, nw.col("offered"), 0)
    known = joined.with_columns(
        aggregating=choose(nw.col("competes") == 1, nw.col("walked_aggregating"), absorbed),
        retained=up_to(nw.col("within"), nw.col("deductible")),
    )
    a, x = nw.col("aggregating"), nw.col("excess")
    first = nw.col("share_first") == 1
    payable = choose(first, nw.col("offered") - a, share_of(x - a, nw.col("share")))
    lines = known.with_columns(payable=payable).with_columns(
        laser=nw.col("within") - nw.col("retained") - x,
        employer_share=choose(first, x - nw.col("offered"), x - a - nw.col("payable")),
        reimbursable=up_to(nw.col("payable"), nw.col("own_maximum")),
    )
    lines = lines.with_columns(
        over_maximum=(nw.col("payable") - nw.col("reimbursable")) + (nw.col("s_total") - nw.col("within")),
        within_limit=choose(
            nw.col("net_of_specific") == 1, nw.col("a_total"), up_to(nw.col("a_total"), nw.col("own_loss_limit"))
        ),
    )
    left = nw.col("a_total") - choose(nw.col("mixed") > 0, nw.lit(0), nw.col("reimbursable"))
    by_limit = nw.col("within_limit") + choose((nw.col("asd_counts") == 1) & (nw.col("mixed") == 0), a, 0)
    counted = choose(nw.col("net_of_specific") == 1, left, by_limit)
    return engine.mat(
        "sheets",
        lines.with_columns(
            counted=choose(
                nw.col("a_rows") == 0, nw.lit(0), choose(nw.col("walks") == 1, nw.col("walked_counted"), counted)
            )
        ),
    )


def __dir__() -> list[str]:
    return __all__
