"""Screening as columns: every row with its policy, its unit, and why it does not count under each cover.

A negative row that names a payment takes the dates, the benefit, the status and the unit of that payment.
There are few of them, so they are looked up apart: the many rows pass once.

Source: ``docs/clauses.md``, screening.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import narwhals as nw
from attrs import field, frozen

from stoploss.eligibility import Reason
from stoploss.facts import Coverage, IneligibleFor, Status
from stoploss.frames.compiled import Compiled
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.repeats import UNDOES, Undoing

__all__ = ["CODES", "ELIGIBLE", "NO_COVER", "Screening", "first_of", "screening"]

ELIGIBLE = 0
NO_COVER = -1
CODES: dict[Reason, int] = {reason: code for code, reason in enumerate(Reason, start=1)}
"""Each reason as a small number, in screening order."""

_JUDGED = ("member", "family", "benefit", "incurred_on", "paid_on", "status", "ineligible_for", "class")
_KEPT = (
    "p",
    "policy",
    "unit",
    "id",
    "cents",
    "incurred_on",
    "paid_on",
    "by_incurred",
    "adjusts",
    "undoes",
    "specific",
    "aggregate",
)


@frozen(kw_only=True)
class Screening:
    """
    Claims, and the screens that they are put to.

    Args:
        rows: Those that undo no payment by name.
        undoing: Those that do, with what they are judged by.
        screens: Benefits and windows, by policy and benefit.
        classes: Covered classes; ``None`` where no policy names any.
        per_family: By policy, whether a unit is a family; ``None`` where none is.
        as_of: Take what was paid up to and including this day; ``None``: everything.
    """

    rows: Frame = field(repr=False)
    undoing: Frame = field(repr=False)
    screens: Frame = field(repr=False)
    classes: Frame | None = field(repr=False)
    per_family: Frame | None = field(repr=False)
    as_of: dt.date | None

    def every(self) -> Frame:
        """
        Return every row that was paid by the day, and every pending one, with what each cover makes of it.

        ``specific`` and ``aggregate`` are :data:`ELIGIBLE`, a code of :data:`CODES`, or :data:`NO_COVER`.
        """
        return self._screened(self.rows, self.undoing)

    def of(self, units: Frame) -> Frame:
        """
        Return the rows of some units, told by ``policy`` and ``unit``.

        The units pick their rows before any is screened.
        """
        rows, undoing = (
            self._with_unit(frame, prefix).join(units, on=["policy", "unit"], how="inner").drop("unit")
            for frame, prefix in ((self.rows, ""), (self.undoing, "judged_"))
        )
        return self._screened(rows, undoing)

    def _with_unit(self, rows: Frame, prefix: str) -> Frame:
        member, family = nw.col(f"{prefix}member"), nw.col(f"{prefix}family")
        if self.per_family is None:
            return rows.with_columns(unit=member)
        joined = rows.join(self.per_family, on="policy", how="inner")
        unit = nw.when(nw.col("per_family") == 1).then(family).otherwise(member)
        return joined.with_columns(unit=unit).drop("per_family")

    def undoing_rows(self) -> Frame:
        """Return the rows that undo a payment by name."""
        return self._put_to_the_screens(self.undoing)

    def _screened(self, rows: Frame, undoing: Frame) -> Frame:
        own = _own_judge(rows)
        judged = nw.concat([own, undoing.select(*_names(own))], how="vertical")
        return self._put_to_the_screens(judged)

    def _put_to_the_screens(self, judged: Frame) -> Frame:
        if self.as_of is not None:
            judged = judged.filter(_paid_by(self.as_of))
        joined = judged.join(
            self.screens, left_on=["policy", "judged_benefit"], right_on=["policy", "benefit"], how="inner"
        )
        per_family = nw.col("per_family") == 1
        return (
            _with_classes(joined, self.classes)
            .with_columns(
                unit=nw.when(per_family).then(nw.col("judged_family")).otherwise(nw.col("judged_member")),
                **{str(coverage): _reason(coverage) for coverage in Coverage},
            )
            .select(*_KEPT)
        )


def screening(engine: Engine, rows: Frame, undoing: Undoing, compiled: Compiled, as_of: dt.date | None) -> Screening:
    """
    Make claims ready to be screened.

    Args:
        engine: Computes.
        rows: Claims, as :data:`~stoploss.frames.columns.ROWS` says; those of other policies are passed over.
        undoing: Those that undo a payment by name.
        compiled: The policies.
        as_of: Take what was paid up to and including this day; ``None``: everything.
    """
    classes = engine.table(compiled.classes.columns, compiled.classes.kinds) if compiled.classes.rows else None
    return Screening(
        rows=rows.filter(~UNDOES),
        undoing=engine.mat("judged", _judged(undoing)),
        screens=engine.table(compiled.screens.columns, compiled.screens.kinds),
        classes=classes,
        per_family=_per_family(engine, compiled),
        as_of=as_of,
    )


def _per_family(engine: Engine, compiled: Compiled) -> Frame | None:
    columns = {name: compiled.policies.columns[name] for name in ("policy", "per_family")}
    return engine.table(columns, compiled.policies.kinds) if any(columns["per_family"]) else None


def _own_judge(rows: Frame) -> Frame:
    """Judge rows by their own columns."""
    return rows.with_columns(
        *(nw.col(name).alias(f"judged_{name}") for name in _JUDGED), undoes=nw.lit(0), elsewhere=nw.lit(0)
    )


def _judged(by_name: Undoing) -> Frame:
    """Return the negative rows that name a payment, with what they are judged by."""
    undoing = by_name.rows
    named = by_name.undone.select(
        "policy", nw.col("id").alias("named"), *(nw.col(name).alias(f"named_{name}") for name in _JUDGED)
    )
    found = undoing.join(named, left_on=["policy", "adjusts"], right_on=["policy", "named"], how="inner").select(
        *_names(undoing),
        *(nw.col(f"named_{name}").alias(f"judged_{name}") for name in _JUDGED),
        undoes=nw.lit(1),
        elsewhere=nw.lit(0),
    )
    # Whose payment was not reported belongs to another policy year; its own columns then stand in.
    lost = undoing.join(named, left_on=["policy", "adjusts"], right_on=["policy", "named"], how="anti").select(
        *_names(undoing),
        *(nw.col(name).alias(f"judged_{name}") for name in _JUDGED),
        undoes=nw.lit(1),
        elsewhere=nw.lit(1),
    )
    return nw.concat([found, lost], how="vertical")


def _names(frame: Frame) -> Sequence[str]:
    return frame.collect_schema().names()


def _paid_by(as_of: dt.date) -> nw.Expr:
    """Say whether a row counts as paid by a day: an undoing one no earlier than the payment that it undoes."""
    paid = (nw.col("paid_on") <= as_of) & ((nw.col("elsewhere") == 1) | (nw.col("judged_paid_on") <= as_of))
    return (nw.col("status") == str(Status.PENDING)) | paid


def _with_classes(joined: Frame, classes: Frame | None) -> Frame:
    """Say of each row whether its class is covered, where a policy names classes."""
    if classes is None:
        return joined.with_columns(specific_class=nw.lit(1), aggregate_class=nw.lit(1))
    found = joined.join(classes, left_on=["policy", "judged_class"], right_on=["policy", "class"], how="left")
    return found.with_columns(*(nw.col(f"{coverage}_class").fill_null(0) for coverage in Coverage))


def _reason(coverage: Coverage) -> nw.Expr:
    """Return the first reason why a row does not count under a cover."""
    incurred, paid = nw.col("judged_incurred_on"), nw.col("judged_paid_on")
    tests = (
        (nw.col(f"{coverage}_there") == 0, NO_COVER),
        (nw.col("status") == str(Status.PENDING), CODES[Reason.PENDING]),
        (_ineligible("", coverage), CODES[Reason.INELIGIBLE]),
        (nw.col("elsewhere") == 1, CODES[Reason.ADJUSTS_ELSEWHERE]),
        (_ineligible("judged_", coverage), CODES[Reason.INELIGIBLE]),
        (
            (nw.col(f"{coverage}_by_class") == 1) & (nw.col(f"{coverage}_class") == 0),
            CODES[Reason.CLASS_NOT_COVERED],
        ),
        (nw.col(f"{coverage}_takes") == 0, CODES[Reason.BENEFIT_NOT_COVERED]),
        (incurred < nw.col(f"{coverage}_incurred_first"), CODES[Reason.INCURRED_BEFORE]),
        (incurred > nw.col(f"{coverage}_incurred_last"), CODES[Reason.INCURRED_AFTER]),
        (paid < nw.col(f"{coverage}_paid_first"), CODES[Reason.PAID_BEFORE]),
        (paid > nw.col(f"{coverage}_paid_last"), CODES[Reason.PAID_AFTER]),
    )
    return first_of(tests, ELIGIBLE)


def _ineligible(prefix: str, coverage: Coverage) -> nw.Expr:
    whose = nw.col(f"{prefix}ineligible_for")
    ineligible = nw.col(f"{prefix}status") == str(Status.INELIGIBLE)
    return ineligible & ((whose == str(IneligibleFor.BOTH)) | (whose == str(coverage)))


def first_of(tests: Sequence[tuple[nw.Expr, int | str]], otherwise: int | str) -> nw.Expr:
    """Return the value of the first test that holds."""
    value = nw.lit(otherwise)
    for test, result in reversed(tests):
        value = nw.when(test).then(nw.lit(result)).otherwise(value)
    return value


def __dir__() -> list[str]:
    return __all__
