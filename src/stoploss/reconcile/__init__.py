"""Our statement against the carrier's: where they differ first, what is at stake, and what would explain it.

A carrier's statement is read from a CSV file with any of the steps of the settlement (:func:`read_carrier_statement`).
For each member and for the aggregate, :func:`reconcile` names the first step that differs, in the order of the
settlement: what differs later mostly follows from it.
*At stake* is what we say that the carrier owes, less what it says.

>>> import datetime as dt
>>> from stoploss import Payment, Period, Policy, SpecificTerms, settle
>>> year = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))
>>> specific = SpecificTerms(basis="12/15", covers=["medical", "rx"], deductible="100,000")
>>> policy = Policy(policyholder="A", carrier="B", number="SL-1", period=year, specific=specific)
>>> march, may = dt.date(2025, 3, 3), dt.date(2025, 5, 2)
>>> medical = Payment(id="c1", member="M1", incurred_on=march, paid_on=may, amount="180,000")
>>> pharmacy = Payment(id="c2", member="M1", benefit="rx", incurred_on=march, paid_on=may, amount="9,000")
>>> theirs = CarrierRow(member="M1", eligible="180,000", reimbursable="80,000")
>>> found = reconcile(settle(policy, [medical, pharmacy]), [theirs]).discrepancies[0]
>>> found.first.step, found.first.difference, found.at_stake
('eligible', Decimal('9000.00'), Decimal('9000.00'))
>>> [cause.words for cause in found.causes]
['as if its rx claims did not count']

A difference is an answer and no error; what is wrong with a file is one.
"""

from __future__ import annotations

from stoploss.reconcile.carrier_statement import (
    STEPS,
    CarrierRow,
    CarrierStatementFeed,
    as_carrier_rows,
    read_carrier_statement,
    write_carrier_statement,
)
from stoploss.reconcile.comparing import Discrepancy, KnownTo, Reconciliation, StepDifference, reconcile
from stoploss.reconcile.slips import Cause

__all__ = [
    "STEPS",
    "CarrierRow",
    "CarrierStatementFeed",
    "Cause",
    "Discrepancy",
    "KnownTo",
    "Reconciliation",
    "StepDifference",
    "as_carrier_rows",
    "read_carrier_statement",
    "reconcile",
    "write_carrier_statement",
]


def __dir__() -> list[str]:
    return __all__
