"""The settlement of many policies as columns: the only place of the engines that knows the order of the rules.

1. Screen every row, once a cover.
2. Add them up by unit: one pass.
3. Walk the payments of the few units whose lines do not follow from their totals.
4. Units, in closed form.
5. The aggregate, on one row a policy.

Every step is the same for every engine.

Source: order of application in policy forms (SL-2001, SAFECO LGC 8809); see ``docs/clauses.md``.
"""

from __future__ import annotations

import datetime as dt

import narwhals as nw
from attrs import field, frozen

from stoploss.eligibility import Reason
from stoploss.facts import Coverage
from stoploss.frames.columns import NONE, PAYMENTS, POLICIES, UNITS
from stoploss.frames.compiled import NO_LIMIT, Compiled
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.folding import folded, undone
from stoploss.frames.parts import above, choose, share_of, up_to
from stoploss.frames.repeats import Undoing
from stoploss.frames.screening import CODES, ELIGIBLE, NO_COVER, Screening, first_of, screening
from stoploss.frames.units import competing, cube_of, settled_units, unit_totals
from stoploss.frames.walking import walked

__all__ = ["ColumnRun", "run_columns"]

_KEY = ("p", "unit")


@frozen(kw_only=True)
class ColumnRun:
    """
    Policies settled as columns, in cents; a table is computed when it is asked for.

    Args:
        engine: Computes.
        compiled: The policies.
        screening: Every row, and what each cover makes of it.
        undone: What undoing rows take off each payment.
        cube: The rows added up.
        units: The lines of every unit.
        received: What the carrier has paid, by policy and unit.
    """

    engine: Engine = field(repr=False)
    compiled: Compiled = field(repr=False)
    screening: Screening = field(repr=False)
    undone: Frame = field(repr=False)
    cube: Frame = field(repr=False)
    units: Frame = field(repr=False)
    received: Frame = field(repr=False)

    def policies_table(self) -> Frame:
        """Return one row a policy, as :data:`~stoploss.frames.columns.POLICIES`."""
        return _policies(self)

    def units_table(self) -> Frame:
        """Return one row a unit, as :data:`~stoploss.frames.columns.UNITS`."""
        shown = self.units.filter((nw.col("s_rows") > 0) | (nw.col("received") > 0))
        return shown.with_columns(
            deductible=choose(nw.col("own_excluded") == 1, nw.lit(NONE), nw.col("attachment")),
            excluded=nw.col("own_excluded") == 1,
            eligible=nw.col("s_total"),
            due=nw.col("reimbursable") - nw.col("reimbursed"),
        ).select(*UNITS)

    def payments_table(self) -> Frame:
        """Return one row a payment, as :data:`~stoploss.frames.columns.PAYMENTS`."""
        return _payments(self)


def run_columns(
    engine: Engine, rows: Frame, undoing: Undoing, compiled: Compiled, received: Frame, *, as_of: dt.date | None
) -> ColumnRun:
    """
    Settle policies as columns.

    Args:
        engine: Computes.
        rows: Their claims, checked, as :data:`~stoploss.frames.columns.ROWS` says.
        undoing: Those that undo a payment by name.
        compiled: The policies.
        received: What their carriers have paid, as :data:`~stoploss.frames.columns.RECEIVED` says.
        as_of: Take what was paid up to and including this day; ``None``: everything.
    """
    by_unit = _received_by_unit(engine, received, compiled, as_of)
    claims = screening(engine, rows, undoing, compiled, as_of)
    cube = cube_of(engine, claims.every())
    under_specific = by_unit.filter(nw.col("coverage") == str(Coverage.SPECIFIC))
    totals = unit_totals(engine, cube, under_specific.select(*_KEY, "reimbursed"), compiled)
    units = competing(engine, totals)
    taken_off = undone(engine, claims)
    walking = units.filter(nw.col("walks") == 1)
    splits = walked(engine, "walk", folded(claims.of(walking.select("policy", "unit")), taken_off), walking)
    of_units = engine.mat(
        "walked",
        splits.group_by(*_KEY)
        .agg(walked_aggregating=nw.col("aggregating").sum(), walked_counted=nw.col("counted").sum())
        .with_columns(nw.col("walked_aggregating", "walked_counted").cast(nw.Int64)),
    )
    return ColumnRun(
        engine=engine,
        compiled=compiled,
        screening=claims,
        undone=taken_off,
        cube=cube,
        units=settled_units(engine, units, of_units),
        received=by_unit,
    )


def _received_by_unit(engine: Engine, received: Frame, compiled: Compiled, as_of: dt.date | None) -> Frame:
    """Add up what the carrier has paid by policy, cover and unit; under the aggregate the unit is empty."""
    policies = engine.table(compiled.policies.columns, compiled.policies.kinds).select("p", "policy")
    paid = received if as_of is None else received.filter(nw.col("paid_on") <= as_of)
    specific = nw.col("coverage") == str(Coverage.SPECIFIC)
    return engine.mat(
        "received",
        paid.join(policies, on="policy", how="inner")
        .select("p", "coverage", "cents", unit=nw.when(specific).then(nw.col("member")).otherwise(nw.lit("")))
        .group_by("p", "coverage", "unit")
        .agg(reimbursed=nw.col("cents").sum())
        .with_columns(nw.col("reimbursed").cast(nw.Int64)),
    )


def _payments(run: ColumnRun) -> Frame:
    """Return every payment's split: of units that only retain, at sight; of the others, walked."""
    only_retains = (
        (nw.col("negatives") == 0)
        & (nw.col("s_total") <= up_to(nw.col("deductible"), nw.col("maximum_eligible")))
        & (nw.col("a_total") <= nw.col("own_loss_limit"))
    )
    units = run.units.with_columns(walks_all=choose(only_retains, nw.lit(0), 1))
    busy = units.filter(nw.col("walks_all") == 1)
    splits = walked(run.engine, "split", folded(run.screening.of(busy.select("policy", "unit")), run.undone), busy)
    plain = folded(run.screening.every().join(busy.select(*_KEY), on=list(_KEY), how="anti"), run.undone)
    specific, aggregate = nw.col("specific_own"), nw.col("aggregate_own")
    zeros = {
        name: nw.lit(0).cast(nw.Int64)
        for name in ("laser", "aggregating", "employer_share", "over_maximum", "reimbursable")
    }
    at_sight = plain.with_columns(net=specific, retained=specific, aggregate_net=aggregate, counted=aggregate, **zeros)
    columns = ("policy", "id", "unit", "net", "retained", *zeros, "specific", "aggregate_net", "counted", "aggregate")
    integers = [nw.col(name).cast(nw.Int64) for name in ("net", "retained", *zeros, "aggregate_net", "counted")]
    both = nw.concat([frame.select(*columns).with_columns(*integers) for frame in (at_sight, splits)], how="vertical")
    without_specific, without_aggregate = nw.col("specific") == NO_COVER, nw.col("aggregate") == NO_COVER
    return both.with_columns(
        *(choose(without_specific, nw.lit(NONE), nw.col(name)).alias(name) for name in ("net", "retained", *zeros)),
        *(choose(without_aggregate, nw.lit(NONE), nw.col(name)).alias(name) for name in ("aggregate_net", "counted")),
        excluded=_word("specific"),
        aggregate_excluded=_word("aggregate"),
    ).select(*PAYMENTS)


def _word(coverage: str) -> nw.Expr:
    """Return why a row does not count, in words; empty where it does."""
    return first_of([(nw.col(coverage) == code, str(reason)) for reason, code in CODES.items()], "")


def _policies(run: ColumnRun) -> Frame:
    """Return the lines of every policy."""
    engine = run.engine
    policies = engine.table(run.compiled.policies.columns, run.compiled.policies.kinds)
    sums = _sums_by_policy(run)
    joined = policies
    for frame in sums:
        joined = joined.join(frame, on="p", how="left")
    filled = [nw.coalesce(nw.col(name), nw.lit(0)).cast(nw.Int64).alias(name) for name in _SUMS]
    summed = engine.mat("policies", joined.with_columns(*filled))
    return _totals(_outcome(summed)).select(*POLICIES)


_LINES = ("retained", "laser", "aggregating", "employer_share", "over_maximum", "reimbursable")
_FROM_UNITS = ("specific_eligible", *(f"specific_{name}" for name in _LINES), "counted", "within_limit", "a_total")
_FROM_CUBE = ("claims", "claims_amount", "specific_excluded", "aggregate_excluded", "gross", "voids")
_FROM_RECEIVED = ("specific_reimbursed", "aggregate_reimbursed")
_SUMS = (*_FROM_UNITS, *_FROM_CUBE, *_FROM_RECEIVED)


def _sums_by_policy(run: ColumnRun) -> tuple[Frame, ...]:
    """Add up by policy: its units, its rows, what its carrier has paid."""
    pending = CODES[Reason.PENDING]
    s, a = nw.col("specific"), nw.col("aggregate")
    posted = (s != pending) & (a != pending)
    eligible = a == ELIGIBLE
    total, positive = nw.col("total"), nw.col("positive")
    rows = run.cube.select(
        "p",
        claims=choose(posted, nw.col("rows"), 0),
        claims_amount=choose(posted, total, 0),
        specific_excluded=choose((s > ELIGIBLE) & posted, total, 0),
        aggregate_excluded=choose((a > ELIGIBLE) & posted, total, 0),
        gross=choose(eligible, positive, 0),
        voids=choose(eligible, total - positive, 0),
    )
    units = run.units.select(
        "p",
        "counted",
        "within_limit",
        "a_total",
        specific_eligible=nw.col("s_total"),
        **{f"specific_{name}": nw.col(name) for name in _LINES},
    )
    received = run.received.select(
        "p",
        **{
            f"{coverage}_reimbursed": choose(nw.col("coverage") == str(coverage), nw.col("reimbursed"), 0)
            for coverage in Coverage
        },
    )
    return tuple(
        frame.group_by("p").agg(*(nw.col(name).sum() for name in names)).with_columns(nw.col(*names).cast(nw.Int64))
        for frame, names in ((units, _FROM_UNITS), (rows, _FROM_CUBE), (received, _FROM_RECEIVED))
    )


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
        specific_due=nw.col("specific_reimbursable") - nw.col("specific_reimbursed"),
        aggregate_gross=nw.col("gross"),
        aggregate_voids_and_refunds=nw.col("voids"),
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
