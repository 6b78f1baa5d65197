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

from stoploss.facts import Coverage
from stoploss.frames.columns import NONE, PAYMENTS, UNITS
from stoploss.frames.compiled import Compiled
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.folding import folded, undone
from stoploss.frames.parts import choose, up_to
from stoploss.frames.repeats import Undoing
from stoploss.frames.screening import CODES, NO_COVER, Screening, first_of, screening
from stoploss.frames.units import competing, settled_units, unit_totals
from stoploss.frames.walking import walked
from stoploss.frames.worksheet import policies_of

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
        units: The lines of every unit.
        received: What the carrier has paid, by policy and unit.
    """

    engine: Engine = field(repr=False)
    compiled: Compiled = field(repr=False)
    screening: Screening = field(repr=False)
    undone: Frame = field(repr=False)
    units: Frame = field(repr=False)
    received: Frame = field(repr=False)

    def policies_table(self) -> Frame:
        """Return one row a policy, as :data:`~stoploss.frames.columns.POLICIES`."""
        return policies_of(self.engine, self.units, self.received, self.compiled)

    def units_table(self) -> Frame:
        """Return one row a unit, as :data:`~stoploss.frames.columns.UNITS`."""
        shown = self.units.filter((nw.col("in_specific") == 1) | (nw.col("received") == 1))
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
    under_specific = by_unit.filter(nw.col("coverage") == str(Coverage.SPECIFIC))
    totals = unit_totals(engine, claims.every(), under_specific.select(*_KEY, "reimbursed"), compiled)
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
        (nw.col("refunds") == 0)
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


def __dir__() -> list[str]:
    return __all__
