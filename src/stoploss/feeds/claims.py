"""The claims feed: one row per line that the plan paid.

Several files are one person's claims: the administrator's medical feed and the pharmacy benefit manager's are read
together, and ids are unique over all of them.

What is refused and what is only noticed:

* a fault refuses all files, and comes with its place: ``claims.csv:17 paid_on: …``;
* a notice is settled all the same: unknown columns, repeated rows, rows paid before they were incurred, negative rows
  that name no payment, pending rows with a day paid, zero amounts, look-alikes under two ids.

Where more than a fifth of a file's rows (of at least 20) are paid before they were incurred, the two columns are
swapped, and that is a fault.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from attrs import frozen

from stoploss.errors import Finding
from stoploss.facts import Administrator, Benefit, IneligibleFor, Payment, Status, adjustment_faults
from stoploss.feeds.cells import cents_of, read_amount, read_day, read_id, read_labels, read_text, word_reader
from stoploss.feeds.columns import Column, Columns
from stoploss.feeds.conservation import Conservation
from stoploss.feeds.layout import Layout
from stoploss.feeds.reading import Span, gathered, read_facts
from stoploss.feeds.records import PathLike

__all__ = ["CLAIMS", "LOOK_ALIKE", "ODDITIES", "PLACEHOLDERS", "SWAPPED_HELP", "ClaimsFeed", "read_claims", "swapped"]

_A_DAY = dt.date(2000, 1, 1)
_FEWEST_ROWS = 20
"""Of fewer rows with a day paid it is not said that the columns are swapped."""
SWAPPED_HELP = "are paid_on and incurred_on swapped?"
LOOK_ALIKE = Finding(
    code="SL472",
    where="",
    rule="this row has the member, benefit, days and amount of an earlier one, under another id",
    help="if one claim was reported twice, remove one",
)
"""A row that may be a claim that was reported twice."""
ODDITIES: Mapping[str, Finding] = MappingProxyType(
    {
        each.code: each
        for each in (
            Finding(code="SL465", where="paid_on", rule="this row is paid before it is incurred"),
            Finding(
                code="SL467",
                where="adjusts",
                rule="this negative row names no payment that it undoes, and takes back the unit's latest ones",
                help="name the payment's id where it is known",
            ),
            Finding(
                code="SL468",
                where="paid_on",
                rule="this row is pending and has a day paid; it is listed, and counts nowhere",
                help="its status is paid once the plan has paid it",
            ),
            Finding(code="SL469", where="amount", rule="the amount of this row is zero"),
            Finding(
                code="SL470",
                where="ineligible_for",
                rule=(
                    "this row says for what it is ineligible, and its status is not ineligible; "
                    "it is settled as eligible"
                ),
            ),
            Finding(
                code="SL471",
                where="member",
                rule="the member of this row reads like a missing value; all such rows are settled as one person",
                help="give each person an id",
            ),
        )
    }
)
"""By code: what is settled all the same and should be seen, and in which column it is."""
PLACEHOLDERS = frozenset({"nan", "na", "n/a", "#n/a", "none", "null", "nil", "unknown", "0"})
"""Members that read like a missing value, in small letters."""


CLAIMS: Layout[Payment] = Layout(
    columns=(
        Column(name="id", read=read_id, required=True, joins=True, stand_in="x"),
        Column(name="member", read=read_id, required=True, joins=True, stand_in="x"),
        Column(name="family", read=read_id, joins=True),
        Column(name="benefit", read=word_reader(Benefit)),
        Column(name="incurred_on", read=read_day, required=True, stand_in=_A_DAY),
        Column(name="paid_on", read=read_day),
        Column(name="amount", read=read_amount, required=True, stand_in="0"),
        Column(name="adjusts", read=read_id, joins=True),
        Column(name="status", read=word_reader(Status)),
        Column(name="ineligible_for", read=word_reader(IneligibleFor)),
        Column(name="reason", read=read_text),
        Column(name="class", argument="covered_class", read=read_text),
        Column(name="accident", read=read_text),
        Column(name="administrator", read=word_reader(Administrator)),
        Column(name="reported_on", read=read_day),
        Column(name="diagnosis", read=read_labels),
        Column(name="tags", read=read_labels),
        Column(name="legal_cost", read=read_amount),
        Column(name="division", read=read_text),
    ),
    make=Payment,
    key=lambda payment: payment.id,
    same_key=Finding(
        code="SL462",
        where="id",
        rule="another row has this id, at {place}, and differs in {columns}",
        help="a correction is a row of its own: undo the first one with a negative row, and report the right one",
    ),
    measure=lambda payment: payment.cents,
    measured_by="amount",
    measured=cents_of,
)
"""The pinned columns of a claims feed."""


@frozen(kw_only=True)
class ClaimsFeed:
    """
    The payments of one or more claims files.

    Args:
        payments: In the order of the files and their rows.
        places: Where each was read: ``claims.csv:17``.
        notices: What is settled all the same and should be seen.
        conservation: What became of every row and dollar.
    """

    payments: tuple[Payment, ...]
    places: tuple[str, ...]
    notices: tuple[Finding, ...]
    conservation: Conservation


def read_claims(*paths: PathLike, columns: Columns | None = None) -> ClaimsFeed:
    """
    Return the payments of all *paths*, or refuse them all.

    Args:
        paths: CSV files in UTF-8 whose first line names the columns.
        columns: What the files call the pinned columns, such as ``{"amount": "Paid Amt"}``;
            see :mod:`stoploss.feeds.columns`.

    Raises:
        RejectedFeed: With every fault of every file.
    """
    loaded = read_facts(CLAIMS, paths, columns or {}, between=adjustment_faults, of_file=_swapped_columns, odd=_notices)
    return ClaimsFeed(
        payments=loaded.facts, places=loaded.places, notices=loaded.notices, conservation=loaded.conservation
    )


def _swapped_columns(payments: Sequence[Payment], span: Span) -> Iterator[Finding]:
    early = 0
    dated = 0
    for payment in payments[span.first : span.after]:
        if payment.paid_on is not None:
            dated += 1
            early += payment.paid_on < payment.incurred_on
    rule = swapped(early, dated)
    if rule:
        yield Finding(code="SL466", where=span.source.label, rule=rule, help=SWAPPED_HELP)


def swapped(early: int, dated: int) -> str:
    """Say what is wrong with a file of which so many dated rows are paid before they are incurred, or nothing."""
    if dated >= _FEWEST_ROWS and early * 5 > dated:
        return f"{early:,} of {dated:,} rows are paid before they were incurred"
    return ""


def _notices(payments: Sequence[Payment], places: Sequence[str]) -> Iterator[Finding]:
    """Yield one notice for each kind of row that is settled all the same and should be seen."""
    for code, holds in _HOLDS.items():
        found = [place for payment, place in zip(payments, places, strict=True) if holds(payment)]
        if found:
            odd = ODDITIES[code]
            yield gathered(code, found, odd.where, odd.rule, odd.help)
    found = _look_alikes(payments, places)
    if found:
        yield gathered(LOOK_ALIKE.code, found, LOOK_ALIKE.where, LOOK_ALIKE.rule, LOOK_ALIKE.help)


def _look_alikes(payments: Sequence[Payment], places: Sequence[str]) -> list[str]:
    seen = set[tuple[object, ...]]()
    found: list[str] = []
    for payment, place in zip(payments, places, strict=True):
        if payment.cents:
            looks = (payment.member, payment.incurred_on, payment.paid_on, payment.cents, payment.benefit)
            if looks in seen:
                found.append(place)
            seen.add(looks)
    return found


_HOLDS: Mapping[str, Callable[[Payment], object]] = MappingProxyType(
    {
        "SL465": lambda payment: payment.paid_on is not None and payment.paid_on < payment.incurred_on,
        "SL467": lambda payment: payment.cents < 0 and payment.adjusts is None,
        "SL468": lambda payment: payment.status is Status.PENDING and payment.paid_on is not None,
        "SL469": lambda payment: not payment.cents,
        "SL470": lambda payment: (
            payment.ineligible_for is not IneligibleFor.BOTH and payment.status is not Status.INELIGIBLE
        ),
        "SL471": lambda payment: payment.member.lower() in PLACEHOLDERS,
    }
)
"""By code of :data:`ODDITIES`: whether a payment is such."""


def __dir__() -> list[str]:
    return __all__
