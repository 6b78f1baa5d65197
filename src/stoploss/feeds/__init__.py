r"""Claims, enrollment, the carrier's payments, requests and denials, from CSV files and back.

A file is read whole or not at all.
Every fault of every file is collected into one :class:`RejectedFeed`, each with its file, row and column,
and none shows what stands in a cell.
What became of every row and every dollar is counted (:class:`Conservation`).

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     path = Path(folder, "claims.csv")
...     _ = path.write_text("id,member,incurred_on,paid_on,amount\nc1,M1,2025-03-01,2025-04-01,1200.50\n")
...     feed = read_claims(path)
>>> feed.places
('claims.csv:2',)
>>> print(feed.conservation)
claims.csv: 1 row, 1,200.50 read = 1 posted (1,200.50) + 0 duplicates (0.00) + 0 rejected (0.00)
"""

from __future__ import annotations

from stoploss.feeds.carrier_payments import CarrierPaymentsFeed, read_carrier_payments
from stoploss.feeds.claims import ClaimsFeed, read_claims
from stoploss.feeds.columns import TUVA, Columns, load_columns
from stoploss.feeds.conservation import Conservation, FileTally, RejectedFeed, Tally
from stoploss.feeds.enrollment import EnrollmentFeed, read_enrollment
from stoploss.feeds.places import located
from stoploss.feeds.requests import DenialsFeed, RequestsFeed, read_denials, read_requests
from stoploss.feeds.writing import (
    SPLIT_COLUMNS,
    write_carrier_payments,
    write_claims,
    write_denials,
    write_enrollment,
    write_requests,
    write_splits,
)

__all__ = [
    "SPLIT_COLUMNS",
    "TUVA",
    "CarrierPaymentsFeed",
    "ClaimsFeed",
    "Columns",
    "Conservation",
    "DenialsFeed",
    "EnrollmentFeed",
    "FileTally",
    "RejectedFeed",
    "RequestsFeed",
    "Tally",
    "load_columns",
    "located",
    "read_carrier_payments",
    "read_claims",
    "read_denials",
    "read_enrollment",
    "read_requests",
    "write_carrier_payments",
    "write_claims",
    "write_denials",
    "write_enrollment",
    "write_requests",
    "write_splits",
]


def __dir__() -> list[str]:
    return __all__
