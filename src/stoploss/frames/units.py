"""Units in closed form: what becomes of each member's or family's total, without a look at single payments.

Netting never changes a unit's total, so nearly every line follows from that.
Payments have to be walked in order where units compete for the aggregating specific deductible, and where the two
covers let in different payments of one unit, so that what specific leaves of each decides what counts.
About one unit in a hundred is such.

Source: ``docs/clauses.md``, specific and aggregate.
"""

from __future__ import annotations

import narwhals as nw

from stoploss.eligibility import Reason
from stoploss.frames.compiled import Compiled
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.parts import above, choose, share_of, up_to
from stoploss.frames.screening import CODES, ELIGIBLE

__all__ = ["TERMS", "competing", "excess", "settled_units", "unit_totals"]

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
_PENDING = CODES[Reason.PENDING]


_AMOUNTS = ("claims", "claims_amount", "s_total", "a_total", "a_gross", "reimbursed")
_FLAGS = ("in_specific", "in_aggregate", "refunds", "mixed", "received")
"""Whether a unit has such a row: 1 or 0."""


def unit_totals(engine: Engine, screened: Frame, received: Frame, compiled: Compiled) -> Frame:
    """
    Return one row for each unit with a row or a carrier payment: its totals, and the terms that apply to it.

    It is the one pass over all claims. ``s_`` are totals under specific, ``a_`` under the aggregate.

    Args:
        engine: Computes.
        screened: Every row, with what each cover makes of it.
        received: What the carrier has paid under specific by unit: ``p``, ``unit``, ``reimbursed``.
        compiled: The policies.
    """
    s, a = _SPECIFIC == ELIGIBLE, _AGGREGATE == ELIGIBLE
    posted = (_SPECIFIC != _PENDING) & (_AGGREGATE != _PENDING)
    cents, one = nw.col("cents"), nw.lit(1)
    # An undoing row is folded into its payment, unless only one cover lets it in.
    refunds = (cents < 0) & (s | a) & ((nw.col("undoes") == 0) | (s != a))
    tallies = {
        "claims": choose(posted, one, 0),
        "claims_amount": choose(posted, cents, 0),
        "s_total": choose(s, cents, 0),
        "a_total": choose(a, cents, 0),
        "a_gross": choose(a & (cents > 0), cents, 0),
        "reimbursed": nw.lit(0),
        "in_specific": choose(s, one, 0),
        "in_aggregate": choose(a, one, 0),
        "refunds": choose(refunds, one, 0),
        "mixed": choose(s != a, one, 0),
        "received": nw.lit(0),
    }
    nothing = {name: nw.lit(0) for name in tallies}
    paid = received.with_columns(**nothing | {"reimbursed": nw.col("reimbursed"), "received": one})
    claimed = _added_up(screened.select(*_KEY, **tallies))
    totals = _added_up(nw.concat([claimed, paid.select(*_KEY, *_integers())], how="vertical"))
    return engine.mat("totals", _with_terms(engine, totals, compiled))


def _added_up(rows: Frame) -> Frame:
    """Add rows up by unit."""
    sums, flags = nw.col(*_AMOUNTS).sum(), nw.col(*_FLAGS).max()
    return rows.group_by(*_KEY).agg(sums, flags).select(*_KEY, *_integers())


def _integers() -> tuple[nw.Expr, ...]:
    return tuple(nw.col(name).cast(nw.Int64) for name in (*_AMOUNTS, *_FLAGS))


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
    both = (nw.col("has_specific") == 1) & (nw.col("has_aggregate") == 1) & (nw.col("in_aggregate") == 1)
    cap = up_to(nw.col("attachment"), nw.col("maximum_eligible"))
    beyond, mixed = nw.col("s_total") > cap, nw.col("mixed") == 1
    by_limit = (mixed & (beyond | (nw.col("refunds") == 1))) | (~mixed & beyond & (nw.col("own_loss_limit") > cap))
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
    left = nw.col("a_total") - choose(nw.col("mixed") == 1, nw.lit(0), nw.col("reimbursable"))
    by_limit = nw.col("within_limit") + choose((nw.col("asd_counts") == 1) & (nw.col("mixed") == 0), a, 0)
    counted = choose(nw.col("net_of_specific") == 1, left, by_limit)
    return engine.mat(
        "sheets",
        lines.with_columns(
            counted=choose(
                nw.col("in_aggregate") == 0, nw.lit(0), choose(nw.col("walks") == 1, nw.col("walked_counted"), counted)
            )
        ),
    )


def __dir__() -> list[str]:
    return __all__
