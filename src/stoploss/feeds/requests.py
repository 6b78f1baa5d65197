"""The feeds of reimbursement requests and of what the carrier refused of them."""

from __future__ import annotations

import datetime as dt

from attrs import frozen

from stoploss.errors import Finding
from stoploss.facts import Coverage
from stoploss.feeds.cells import cents_of, read_amount, read_day, read_id, read_labels, read_text, word_reader
from stoploss.feeds.columns import Column, Columns
from stoploss.feeds.conservation import Conservation
from stoploss.feeds.layout import Layout
from stoploss.feeds.reading import read_facts
from stoploss.feeds.records import PathLike
from stoploss.requests import Denial, Request, RequestKind

__all__ = ["DENIALS", "REQUESTS", "DenialsFeed", "RequestsFeed", "read_denials", "read_requests"]

_A_DAY = dt.date(2000, 1, 1)
_SAME_ID = Finding(
    code="SL462",
    where="id",
    rule="another row has this id, at {place}, and differs in {columns}",
    help="asking for more is a request of its own, with its own id",
)

REQUESTS: Layout[Request] = Layout(
    columns=(
        Column(name="id", read=read_id, required=True, joins=True, stand_in="x"),
        Column(name="coverage", read=word_reader(Coverage), required=True),
        Column(name="member", read=read_id, joins=True),
        Column(name="requested_on", read=read_day, required=True, stand_in=_A_DAY),
        Column(name="amount", read=read_amount, required=True, stand_in="1"),
        Column(name="kind", read=word_reader(RequestKind), required=True, stand_in=RequestKind.INITIAL),
        Column(name="claims", read=read_labels),
    ),
    make=Request,
    key=lambda request: request.id,
    same_key=_SAME_ID,
    measure=lambda request: request.cents,
    measured_by="amount",
    measured=cents_of,
)
"""The pinned columns of a feed of requests."""

DENIALS: Layout[Denial] = Layout(
    columns=(
        Column(name="id", read=read_id, required=True, joins=True, stand_in="x"),
        Column(name="request", read=read_id, required=True, joins=True, stand_in="x"),
        Column(name="denied_on", read=read_day, required=True, stand_in=_A_DAY),
        Column(name="amount", read=read_amount, required=True, stand_in="1"),
        Column(name="reason", read=read_text),
    ),
    make=Denial,
    key=lambda denial: denial.id,
    same_key=_SAME_ID,
    measure=lambda denial: denial.cents,
    measured_by="amount",
    measured=cents_of,
)
"""The pinned columns of a feed of denials."""


@frozen(kw_only=True)
class RequestsFeed:
    """
    The requests of one or more files.

    Args:
        requests: In the order of the files and their rows.
        places: Where each was read: ``requests.csv:17``.
        notices: What is taken all the same and should be seen.
        conservation: What became of every row and dollar.
    """

    requests: tuple[Request, ...]
    places: tuple[str, ...]
    notices: tuple[Finding, ...]
    conservation: Conservation


@frozen(kw_only=True)
class DenialsFeed:
    """
    The denials of one or more files.

    Args:
        denials: In the order of the files and their rows.
        places: Where each was read: ``denials.csv:17``.
        notices: What is taken all the same and should be seen.
        conservation: What became of every row and dollar.
    """

    denials: tuple[Denial, ...]
    places: tuple[str, ...]
    notices: tuple[Finding, ...]
    conservation: Conservation


def read_requests(*paths: PathLike, columns: Columns | None = None) -> RequestsFeed:
    """
    Return the requests of all *paths*, or refuse them all.

    Args:
        paths: CSV files in UTF-8 whose first line names the columns.
        columns: What the files call the pinned columns; see :mod:`stoploss.feeds.columns`.

    Raises:
        RejectedFeed: With every fault of every file.
    """
    loaded = read_facts(REQUESTS, paths, columns or {})
    return RequestsFeed(
        requests=loaded.facts, places=loaded.places, notices=loaded.notices, conservation=loaded.conservation
    )


def read_denials(*paths: PathLike, columns: Columns | None = None) -> DenialsFeed:
    """
    Return the denials of all *paths*, or refuse them all.

    Args:
        paths: CSV files in UTF-8 whose first line names the columns.
        columns: What the files call the pinned columns; see :mod:`stoploss.feeds.columns`.

    Raises:
        RejectedFeed: With every fault of every file.
    """
    loaded = read_facts(DENIALS, paths, columns or {})
    return DenialsFeed(
        denials=loaded.facts, places=loaded.places, notices=loaded.notices, conservation=loaded.conservation
    )


def __dir__() -> list[str]:
    return __all__
