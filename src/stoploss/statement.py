"""The statement of a policy period: what the carrier owes, and why, in dollars.

What is reimbursable, less what the carrier has paid, is due.

The same policy and facts give the same statement, in whatever order they arrived; nothing else decides an answer.

Source: order of application in policy forms (SL-2001, SAFECO LGC 8809); see ``docs/clauses.md``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from attrs import field, frozen

from stoploss.accommodation import positions
from stoploss.aggregate import AggregateRun
from stoploss.aggregate_sheet import AggregateSheet, aggregate_sheet
from stoploss.aggregate_steps import worksheet_steps
from stoploss.divisions import division_sheets
from stoploss.eligibility import Reason
from stoploss.errors import Finding, InvariantError, UnknownFact, WrongType, raise_if_any, type_of
from stoploss.facts import CarrierPayment, CoveredUnits, Payment, Status
from stoploss.html import statement_html
from stoploss.money import Amount, cents, dollars
from stoploss.policy import Policy
from stoploss.reported import report
from stoploss.settlement import Settlement, settlement_of
from stoploss.sheets import Claims, statement_document
from stoploss.slips import slips
from stoploss.specific_sheet import SpecificSheet, UnitSheet, specific_sheet
from stoploss.specific_steps import unit_steps
from stoploss.splits import Split
from stoploss.steps import Step
from stoploss.window import check_day, working_days_after

__all__ = ["Statement", "is_final", "settle"]


@frozen(kw_only=True)
class Statement:
    """
    What the carrier owes for a policy period, and why; all in dollars.

    Args:
        policy: The policy's number.
        as_of: Day of the statement; ``None`` where it takes everything that was reported.
        final: Whether the last paid window has ended.
        claims: Everything that the plan paid.
        specific, aggregate: The covers; ``None`` where the policy has none.
        employer_net: ``claims.amount`` less ``carrier_total``.
        carrier_total: What is reimbursable under both covers.
        settlement: How it came about.
    """

    policy: str
    as_of: dt.date | None
    final: bool
    claims: Claims
    specific: SpecificSheet | None
    aggregate: AggregateSheet | None
    employer_net: Amount
    carrier_total: Amount
    settlement: Settlement = field(repr=False, eq=False)

    @cached_property
    def splits(self) -> tuple[Split, ...]:
        """What became of each payment, in the order in which payments consume the deductible, undated ones last."""
        return tuple(self.settlement.splits())

    @cached_property
    def _splits_by_id(self) -> dict[str, Split]:
        return {split.id: split for split in self.splits}

    def split(self, claim: str) -> Split:
        """
        Return what became of one payment.

        Raises:
            UnknownFact: When the statement does not hold it.
        """
        if claim not in self._splits_by_id:
            rule = "the statement holds no such claim; it may have been paid after its day"
            raise UnknownFact(Finding(code="SL320", where="claim", rule=rule))
        return self._splits_by_id[claim]

    def unit(self, unit: str) -> UnitSheet:
        """
        Return one unit's specific sheet.

        Raises:
            UnknownFact: When specific has neither an eligible payment nor a carrier payment for it.
        """
        for sheet in self.specific.units if self.specific else ():
            if sheet.unit == unit:
                return sheet
        raise UnknownFact(Finding(code="SL321", where="unit", rule="specific holds no sheet for this member or family"))

    def unit_steps(self, unit: str) -> tuple[Step, ...]:
        """
        Return every line of one unit's sheet with its rule, inputs and clause.

        Raises:
            UnknownFact: When specific holds no sheet for the unit.
        """
        sheet = self.unit(unit)
        run = self.settlement.specific
        return unit_steps(run, sheet) if run else ()

    @property
    def aggregate_steps(self) -> tuple[Step, ...]:
        """Every line of the aggregate worksheet with its rule, inputs and clause; none without aggregate."""
        run = self.settlement.aggregate
        return worksheet_steps(self.settlement.policy, run, self.aggregate) if run and self.aggregate else ()

    @property
    def notices(self) -> tuple[Finding, ...]:
        """What is worth a look, though it was settled all the same."""
        return tuple(slips(self.settlement))

    def _repr_html_(self) -> str:
        return statement_html(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Return the statement as plain data, ready for JSON; amounts and days are text."""
        return statement_document(self)


def settle(
    policy: Policy,
    payments: Iterable[Payment],
    units: Iterable[CoveredUnits] = (),
    carrier_payments: Iterable[CarrierPayment] = (),
    *,
    as_of: dt.date | None = None,
) -> Statement:
    """
    Settle a policy period.

    Args:
        policy: The stop-loss policy.
        payments: What the plan paid, in any order; the same payment twice counts once.
        units: Covered units, for a policy with aggregate: every tier of every policy month that has begun.
        carrier_payments: What the carrier has paid so far.
        as_of: Take what was paid up to and including this day; ``None`` takes everything, for the final settlement.

    Raises:
        FactError: With every fact that cannot be settled, by position; never with an id or an amount.
        InvariantError: When the lines do not add up, instead of a wrong number.
    """
    if type(policy) is not Policy:
        raise WrongType(Finding(code="SL113", where="policy", rule=f"a Policy is settled, not {type_of(policy)}"))
    if as_of is not None:
        check_day(as_of, "as_of")
    return _stated(settlement_of(policy, report(policy, payments, units, carrier_payments, as_of), as_of))


def _stated(settlement: Settlement) -> Statement:
    """Write a settlement out in dollars."""
    policy = settlement.policy
    specific = specific_sheet(settlement.specific, settlement.received) if settlement.specific else None
    aggregate = _worksheet(settlement, settlement.aggregate) if settlement.aggregate else None
    paid = [payment.cents for payment in settlement.payments if payment.status is not Status.PENDING]
    carrier = sum(cents(sheet.reimbursable) for sheet in (specific, aggregate) if sheet)
    statement = Statement(
        policy=policy.number,
        as_of=settlement.as_of,
        final=is_final(policy, settlement.as_of),
        claims=Claims(count=len(paid), amount=dollars(sum(paid))),
        specific=specific,
        aggregate=aggregate,
        employer_net=dollars(sum(paid) - carrier),
        carrier_total=dollars(carrier),
        settlement=settlement,
    )
    raise_if_any(InvariantError, _broken_invariants(statement, sum(paid)))
    return statement


def _worksheet(settlement: Settlement, run: AggregateRun) -> AggregateSheet:
    """Draw up the aggregate worksheet, with what riders add to it."""
    policy, reported, as_of = settlement.policy, settlement.reported, settlement.as_of

    def run_by(day: dt.date) -> AggregateRun:
        return settlement_of(policy, reported, day).aggregate or run

    advances = positions(policy, run.terms, run_by=run_by, received=settlement.received, as_of=as_of)
    divisions = division_sheets(policy, run, settlement.payments, reported=reported, as_of=as_of)
    return aggregate_sheet(run, policy.period, settlement.received, advances, divisions)


def is_final(policy: Policy, as_of: dt.date | None) -> bool:
    """Say whether the last paid window has ended."""
    if as_of is None:
        return True
    ends = [windows.paid.last for windows in (policy.specific_windows, policy.aggregate_windows) if windows]
    days = policy.advance_funding.paid_within_days if policy.advance_funding else None
    if days and policy.specific_windows and policy.specific_windows.paid.last:
        # An advance of the last day may still be passed on.
        ends.append(working_days_after(policy.specific_windows.paid.last, days))
    return all(end is not None and end <= as_of for end in ends)


def _broken_invariants(statement: Statement, paid: int) -> Iterator[Finding]:
    """Find what must never happen: a cent on no line or on two, or a reimbursement out of bounds."""
    for name, sheet in (("specific", statement.specific), ("aggregate", statement.aggregate)):
        if sheet is None:
            continue
        excluded = sum(
            cents(exclusion.amount) for exclusion in sheet.excluded if exclusion.reason is not Reason.PENDING
        )
        if cents(sheet.eligible) + excluded != paid:
            yield Finding(code="SL901", where=name, rule="eligible and excluded do not add up to what the plan paid")
        if cents(sheet.reimbursable) < 0 or cents(sheet.employer_share) < 0 or cents(sheet.over_maximum) < 0:
            yield Finding(code="SL902", where=name, rule="a line that cannot be negative is negative")
    aggregate = statement.aggregate
    if aggregate is not None:
        owed = (aggregate.employer_share, aggregate.over_maximum, aggregate.reimbursable)
        if sum(map(cents, owed)) != cents(aggregate.excess):
            yield Finding(code="SL903", where="aggregate", rule="the lines do not add up to the excess")


def __dir__() -> list[str]:
    return __all__
