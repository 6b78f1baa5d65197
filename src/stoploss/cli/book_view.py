"""A book of business, settled: what all policies come to, and which of them most is due for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from rich.console import RenderableType

from stoploss.cli.tables import SUM, Cell, Column, Row, heading, printable, several, tables
from stoploss.facts import Coverage
from stoploss.money import ZERO, Amount, cents, dollars

if TYPE_CHECKING:  # loaded with an engine, which may not be installed
    from stoploss.frames.settled import Settled

__all__ = ["Book", "book_view"]

_MOST_LISTED = 5
_SHOWN = ("excluded", "eligible", "reimbursable", "reimbursed", "due")
_SUMMED = (
    *_SHOWN[:2],
    *("retained", "laser", "aggregating", "employer_share", "over_maximum"),
    *_SHOWN[2:],
)
"""The lines of both covers that may be added up over policies."""


@frozen(kw_only=True)
class Book:
    """
    What all policies come to.

    Args:
        as_of: Day of the settlement; ``None``: everything that was reported.
        engine: What computed it.
        currency: Of all of them.
        policies: The rows of the table of policies.
        apart: By number of each policy that the Python engine settled: because of which terms.
    """

    as_of: dt.date | None
    engine: str
    currency: str
    policies: Sequence[Mapping[str, Any]] = field(repr=False)
    apart: Mapping[str, tuple[str, ...]] = field(repr=False)

    @classmethod
    def of(cls, settled: Settled, as_of: dt.date | None, currency: str) -> Book:
        """Return what was settled as a book."""
        rows = settled.engine.rows(settled.frame("policies"))
        return cls(as_of=as_of, engine=settled.engine.name, currency=currency, policies=rows, apart=settled.apart)

    def under(self, coverage: Coverage) -> list[Mapping[str, Any]]:
        """Return the policies that have a cover."""
        return [row for row in self.policies if row[f"{coverage}_eligible"] is not None]

    def total(self, line: str) -> Amount:
        """Return the sum of a column, policies without it left out."""
        return _sum(row[line] for row in self.policies)

    def due(self, row: Mapping[str, Any]) -> Amount:
        """Return what is due for a policy under both covers."""
        return _sum(row[f"{coverage}_due"] for coverage in Coverage)

    @property
    def largest(self) -> list[Mapping[str, Any]]:
        """The policies that most is due for, the largest amounts first; none that nothing is due for."""
        owed = [row for row in self.policies if self.due(row) > 0]
        return sorted(owed, key=lambda row: (-self.due(row), row["policy"]))[:_MOST_LISTED]

    @property
    def overpaid(self) -> list[Mapping[str, Any]]:
        """The policies for which most is to be given back, the largest amounts first; none that nothing is."""
        given_back = [row for row in self.policies if self.due(row) < 0]
        return sorted(given_back, key=lambda row: (self.due(row), row["policy"]))[:_MOST_LISTED]

    @property
    def conserved(self) -> Iterator[str]:
        """What each cover made of every dollar: a control total."""
        for coverage in Coverage:
            own = self.under(coverage)
            if own:
                paid = _sum(row["claims_amount"] for row in own)
                eligible, excluded = (self.total(f"{coverage}_{line}") for line in ("eligible", "excluded"))
                where = f"{coverage}, {several(len(own), 'policy', 'policies')}"
                yield f"{where}: {paid:,} paid = {eligible:,} eligible + {excluded:,} excluded"

    @property
    def terms_apart(self) -> dict[str, int]:
        """Which terms the Python engine was needed for, and in how many policies, the most frequent first."""
        counted = Counter(term for terms in self.apart.values() for term in terms)
        return dict(sorted(counted.items(), key=lambda each: (-each[1], each[0])))

    @property
    def settled_by(self) -> str:
        """How many policies were settled by columns, how many by the Python engine, and why."""
        count, apart = len(self.policies), len(self.apart)
        told = f"{several(count, 'policy', 'policies')}: {count - apart:,} by columns, {apart:,} by the Python engine"
        why = ", ".join(f"{term} in {policies:,}" for term, policies in self.terms_apart.items())
        return f"{told} ({why})" if why else told

    def to_dict(self) -> dict[str, Any]:
        """Return the totals as plain data, ready for JSON; amounts and days are text."""
        return {
            "schema": 1,
            "as_of": self.as_of and str(self.as_of),
            "engine": self.engine,
            "currency": self.currency,
            "policies": {
                "count": len(self.policies),
                "by_columns": len(self.policies) - len(self.apart),
                "by_python": len(self.apart),
                "terms": self.terms_apart,
            },
            "claims": {
                "count": sum(int(row["claims"]) for row in self.policies),
                "amount": str(self.total("claims_amount")),
            },
            **{
                str(coverage): {
                    "policies": len(self.under(coverage)),
                    **{line: str(self.total(name)) for line, name in _lines(coverage, _SUMMED, self.policies)},
                }
                for coverage in Coverage
            },
            "carrier_total": str(self.total("carrier_total")),
            "employer_net": str(self.total("employer_net")),
            "due": str(_sum(map(self.due, self.policies))),
            "largest": [{"policy": row["policy"], "due": str(self.due(row))} for row in self.largest],
            "overpaid": [{"policy": row["policy"], "due": str(self.due(row))} for row in self.overpaid],
        }


def _lines(coverage: Coverage, lines: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield the lines that the table has under a cover, each with its column."""
    columns = {name for row in rows[:1] for name in row}
    yield from ((line, f"{coverage}_{line}") for line in lines if f"{coverage}_{line}" in columns)


def _sum(amounts: Iterator[Decimal | None] | map[Decimal]) -> Amount:
    return dollars(sum(cents(amount) for amount in amounts if amount is not None))


def book_view(book: Book, out: Path, width: int) -> Iterator[RenderableType]:
    """
    Yield a book, part by part.

    Args:
        book: What all policies come to.
        out: Where the tables are.
        width: Of the terminal.
    """
    count = several(len(book.policies), "policy", "policies")
    day = f"as of {book.as_of}" if book.as_of else "final: everything that was reported"
    yield heading(count, day, f"the tables are in {printable(out)}")
    yield ""
    covers = [coverage for coverage in Coverage if book.under(coverage)]
    words = ["policies", "paid by the plans", *_SHOWN[:2], "reimbursable", "reimbursed so far", "due from the carriers"]
    columns = [Column(header=str(coverage), cells=_under(book, coverage)) for coverage in covers]
    looks = [Row(), Row(), Row(), SUM, SUM, Row(), SUM]
    yield from tables(Column(header="", cells=words, text=True), [columns], looks, width)
    for title, rows in (("Most is due for", book.largest), ("Most was overpaid for", book.overpaid)):
        if rows:
            yield heading(title)
            name = Column(header="policy", cells=[printable(row["policy"]) for row in rows], text=True)
            own = [Column(header=str(each), cells=[row[f"{each}_due"] for row in rows]) for each in covers]
            due = Column(header="due", cells=[book.due(row) for row in rows])
            yield from tables(name, [[*own, due]], [Row() for _ in rows], width)
    yield heading("All of them")
    totals = [book.total("claims_amount"), ZERO - book.total("carrier_total"), book.total("employer_net")]
    words = ["claims paid by the plans", "carriers in all", "employers net"]
    amounts = Column(header=printable(book.currency), cells=totals)
    yield from tables(Column(header="", cells=words, text=True), [[amounts]], [Row(), Row(), SUM], width)


def _under(book: Book, coverage: Coverage) -> list[Cell]:
    own = book.under(coverage)
    paid = _sum(row["claims_amount"] for row in own)
    excluded, eligible, reimbursable, reimbursed, due = (book.total(f"{coverage}_{line}") for line in _SHOWN)
    return [len(own), paid, ZERO - excluded, eligible, reimbursable, ZERO - reimbursed, due]


def __dir__() -> list[str]:
    return __all__
