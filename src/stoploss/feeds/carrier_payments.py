"""The feed of the carrier's payments: what was reimbursed, advanced or returned so far."""

from __future__ import annotations

import datetime as dt

from attrs import frozen

from stoploss.errors import Finding
from stoploss.facts import CarrierPayment, CarrierPaymentKind, Coverage
from stoploss.feeds.cells import cents_of, read_amount, read_day, read_id, read_labels, word_reader
from stoploss.feeds.columns import Column, Columns
from stoploss.feeds.conservation import Conservation
from stoploss.feeds.layout import Layout
from stoploss.feeds.reading import read_facts
from stoploss.feeds.records import PathLike

__all__ = ["CARRIER_PAYMENTS", "CarrierPaymentsFeed", "read_carrier_payments"]

CARRIER_PAYMENTS: Layout[CarrierPayment] = Layout(
    columns=(
        Column(name="id", read=read_id, required=True, joins=True, stand_in="x"),
        Column(name="coverage", read=word_reader(Coverage), required=True),
        Column(name="member", read=read_id, joins=True),
        Column(name="paid_on", read=read_day, required=True, stand_in=dt.date(2000, 1, 1)),
        Column(name="amount", read=read_amount, required=True, stand_in="0"),
        Column(name="kind", read=word_reader(CarrierPaymentKind)),
        Column(name="claims", read=read_labels),
        Column(name="carrier", read=read_id),
    ),
    make=CarrierPayment,
    key=lambda payment: payment.id,
    same_key=Finding(
        code="SL462",
        where="id",
        rule="another row has this id, at {place}, and differs in {columns}",
        help="a correction is a row of its own, with its own id",
    ),
    measure=lambda payment: payment.cents,
    measured_by="amount",
    measured=cents_of,
)
"""The pinned columns of a feed of the carrier's payments."""


@frozen(kw_only=True)
class CarrierPaymentsFeed:
    """
    The payments of one or more files of the carrier.

    Args:
        carrier_payments: In the order of the files and their rows.
        places: Where each was read: ``carrier.csv:17``.
        notices: What is settled all the same and should be seen.
        conservation: What became of every row and dollar.
    """

    carrier_payments: tuple[CarrierPayment, ...]
    places: tuple[str, ...]
    notices: tuple[Finding, ...]
    conservation: Conservation


def read_carrier_payments(*paths: PathLike, columns: Columns | None = None) -> CarrierPaymentsFeed:
    """
    Return the carrier's payments of all *paths*, or refuse them all.

    Args:
        paths: CSV files in UTF-8 whose first line names the columns.
        columns: What the files call the pinned columns; see :mod:`stoploss.feeds.columns`.

    Raises:
        RejectedFeed: With every fault of every file.
    """
    loaded = read_facts(CARRIER_PAYMENTS, paths, columns or {})
    return CarrierPaymentsFeed(
        carrier_payments=loaded.facts,
        places=loaded.places,
        notices=loaded.notices,
        conservation=loaded.conservation,
    )


def __dir__() -> list[str]:
    return __all__
