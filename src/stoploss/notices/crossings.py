"""Where dollars reach a line: a unit its deductible or its maximum, all units the ASD, the group its attachment.

Nothing is computed a second time: the splits of a settlement are added up in the order in which they were paid, and
the payment with which a total first reaches its line is the event.

Source: ``docs/clauses.md``, notices.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from stoploss.aggregate_sheet import AggregateSheet
from stoploss.money import Amount, cents, dollars, share_of
from stoploss.notices.event import Event, EventKind
from stoploss.promises import NoticeTerms
from stoploss.specific_sheet import UnitSheet
from stoploss.specific_terms import SpecificTerms
from stoploss.splits import Split
from stoploss.statement import Statement
from stoploss.words import MaximumOn

__all__ = ["aggregating_exhausted", "attachment_crossed", "unit_crossings"]


class _Standing(NamedTuple):
    """Where a unit stands after one payment, in cents; a named tuple because one is made for every payment."""

    claim: str
    paid_on: dt.date
    eligible: int = 0
    kept: int = 0
    """The employer's, up to the deductible or the laser."""
    reimbursable: int = 0
    over_maximum: int = 0

    def __repr__(self) -> str:
        return "_Standing()"

    @property
    def excess(self) -> int:
        """What lies above: the ASD's part, the employer's share, and what the maximum leaves of the carrier's."""
        return self.eligible - self.kept

    def after(self, split: Split, paid_on: dt.date) -> _Standing:
        """Return where the unit stands after one more payment."""
        return _Standing(
            claim=split.id,
            paid_on=paid_on,
            eligible=self.eligible + _cents(split.net),
            kept=self.kept + _cents(split.retained) + _cents(split.laser),
            reimbursable=self.reimbursable + _cents(split.reimbursable),
            over_maximum=self.over_maximum + _cents(split.over_maximum),
        )


_Reached = Callable[[_Standing], bool]


def unit_crossings(statement: Statement, terms: SpecificTerms, notices: NoticeTerms) -> Iterator[Event]:
    """Yield what each unit has reached: a share of its own deductible, dollars, the deductible, the maximum."""
    standings = _standings(statement)
    for sheet in statement.specific.units if statement.specific else ():
        own = standings.get(sheet.unit, ())
        yield from _share_of_deductible(sheet, own, notices)
        yield from _amount_reached(sheet, own, notices)
        yield from _deductible_met(sheet, own, terms)
        yield from _maximum_met(sheet, own, terms)


def aggregating_exhausted(statement: Statement, terms: SpecificTerms) -> Iterator[Event]:
    """Yield the payment with which the ASD was absorbed whole."""
    absorbed = 0
    for paid_on, split in _paid(statement):
        absorbed += _cents(split.aggregating)
        if _cents(split.aggregating) and absorbed >= cents(terms.aggregating):
            yield Event(
                kind=EventKind.AGGREGATING_EXHAUSTED,
                happened_on=paid_on,
                claim=split.id,
                threshold=terms.aggregating,
                total=dollars(absorbed),
            )
            return


def attachment_crossed(statement: Statement, sheet: AggregateSheet) -> Iterator[Event]:
    """
    Yield the payment with which counted claims first exceeded the attachment to date.

    The attachment to date has a policy month whole from its first day; the last month in force has the attachment
    point itself, and the run-out with it.
    """
    starts = [month.month for month in sheet.months]
    total = 0
    for paid_on, split in _paid(statement) if starts else ():
        month = sheet.months[max(1, bisect_right(starts, paid_on)) - 1]
        total += _cents(split.counted)
        if total > cents(month.attachment_to_date):
            yield Event(
                kind=EventKind.ATTACHMENT_CROSSED,
                happened_on=max(paid_on, month.month),
                claim=split.id,
                threshold=month.attachment_to_date,
                total=dollars(total),
            )
            return


def _standings(statement: Statement) -> dict[str, list[_Standing]]:
    """Return where each unit stood after each of its payments that came to something."""
    found: defaultdict[str, list[_Standing]] = defaultdict(list)
    for paid_on, split in _paid(statement):
        if _cents(split.net):
            before = found[split.unit][-1] if found[split.unit] else _Standing(split.id, paid_on)
            found[split.unit].append(before.after(split, paid_on))
    return found


def _paid(statement: Statement) -> Iterator[tuple[dt.date, Split]]:
    """Yield the splits in the order in which they were paid, each with that day; pending claims are not among them."""
    payments = statement.settlement.reported.payments
    paid = [(day, split.id, split) for split in statement.splits if (day := payments[split.id].paid_on) is not None]
    for day, _, split in sorted(paid, key=lambda row: row[:2]):
        yield day, split


def _cents(amount: Amount | None) -> int:
    """Return an amount in cents; a line of a cover that the policy does not have is nothing."""
    return cents(amount) if amount else 0


def _first(
    kind: EventKind, unit: str, standings: Sequence[_Standing], reached: _Reached, threshold: Callable[[_Standing], int]
) -> Iterator[Event]:
    """Yield the first payment with which a unit reached something, if it did."""
    for standing in standings:
        if reached(standing):
            yield Event(
                kind=kind,
                happened_on=standing.paid_on,
                unit=unit,
                claim=standing.claim,
                threshold=dollars(threshold(standing)),
                total=dollars(standing.eligible),
            )
            return


def _share_of_deductible(sheet: UnitSheet, standings: Sequence[_Standing], notices: NoticeTerms) -> Iterator[Event]:
    """Yield the payment that reached the share of the unit's own deductible; an excluded unit has none."""
    if sheet.deductible is None or notices.share is None:
        return
    share = share_of(cents(sheet.deductible), notices.share.as_integer_ratio())
    yield from _first(
        EventKind.SHARE_OF_DEDUCTIBLE, sheet.unit, standings, lambda at: at.eligible >= share, lambda _: share
    )


def _amount_reached(sheet: UnitSheet, standings: Sequence[_Standing], notices: NoticeTerms) -> Iterator[Event]:
    if notices.amount is not None:
        amount = cents(notices.amount)
        yield from _first(
            EventKind.AMOUNT_REACHED, sheet.unit, standings, lambda at: at.eligible >= amount, lambda _: amount
        )


def _deductible_met(sheet: UnitSheet, standings: Sequence[_Standing], terms: SpecificTerms) -> Iterator[Event]:
    """
    Yield the payment that reached the unit's own deductible, or with which its excess began.

    Excess may begin earlier, where a family's deductible, an accident's or a laser fund was used up by others.
    Where a laser takes claims by label there are two deductibles; there only excess tells that one was reached.
    """
    if sheet.deductible is None:
        return
    deductible = cents(sheet.deductible)
    by_label = any(laser.unit == sheet.unit and laser.tags for laser in terms.lasers)
    yield from _first(
        EventKind.DEDUCTIBLE_MET,
        sheet.unit,
        standings,
        lambda at: at.excess > 0 or (at.kept >= deductible and not by_label),
        lambda at: min(at.kept, deductible) if not by_label else at.kept,
    )


def _maximum_met(sheet: UnitSheet, standings: Sequence[_Standing], terms: SpecificTerms) -> Iterator[Event]:
    """Yield the payment after which the carrier reimburses no more for the unit."""
    if terms.maximum is not None and terms.maximum_on is MaximumOn.ELIGIBLE:
        eligible = cents(terms.maximum)
        yield from _first(
            EventKind.MAXIMUM_MET, sheet.unit, standings, lambda at: at.eligible >= eligible, lambda _: eligible
        )
        return
    most = _most_reimbursed(sheet.unit, terms)
    if most is not None:
        yield from _first(
            EventKind.MAXIMUM_MET,
            sheet.unit,
            standings,
            lambda at: at.reimbursable >= most and at.reimbursable + at.over_maximum > 0,
            lambda _: most,
        )


def _most_reimbursed(unit: str, terms: SpecificTerms) -> int | None:
    """Return the most that the carrier reimburses for a unit in this period; ``None`` without limit."""
    most = [] if terms.maximum is None else [cents(terms.maximum)]
    if terms.lifetime_maximum is not None:
        used = sum(cents(used.reimbursed) for used in terms.used if used.unit == unit and used.tag is None)
        most.append(max(0, cents(terms.lifetime_maximum) - used))
    return min(most, default=None)


def __dir__() -> list[str]:
    return __all__
