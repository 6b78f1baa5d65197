"""Money asked for and money received: what is reimbursable, requested, received, denied, outstanding and due.

>>> import datetime as dt
>>> from stoploss import CarrierPayment, Payment, Period, Policy, SpecificTerms, settle
>>> from stoploss.requests import Request
>>> year = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))
>>> specific = SpecificTerms(basis="12/15", covers=["medical"], deductible="100,000")
>>> policy = Policy(policyholder="A", carrier="B", number="SL-1", period=year, specific=specific)
>>> may, june, july = dt.date(2025, 5, 2), dt.date(2025, 6, 20), dt.date(2025, 7, 31)
>>> claim = Payment(id="c1", member="M1", incurred_on=dt.date(2025, 3, 3), paid_on=may, amount="180,000")
>>> paid = CarrierPayment(id="r1", coverage="specific", member="M1", paid_on=june, amount="55,000")
>>> asked = Request(id="q1", coverage="specific", member="M1", requested_on=may, amount="60,000", kind="initial")
>>> found = receivables(settle(policy, [claim], (), [paid]), [asked], as_of=july)
>>> found.reimbursable, found.requested, found.received, found.due
(Decimal('80000.00'), Decimal('60000.00'), Decimal('55000.00'), Decimal('25000.00'))
>>> found.outstanding, found.rows[0].age, found.not_requested
(Decimal('5000.00'), 90, Decimal('20000.00'))
"""

from __future__ import annotations

from stoploss.receivables.rows import Receivable, Receivables, RequestRow, receivables
from stoploss.receivables.spreading import Over, Receipt, Spread, spread

__all__ = ["Over", "Receipt", "Receivable", "Receivables", "RequestRow", "Spread", "receivables", "spread"]


def __dir__() -> list[str]:
    return __all__
