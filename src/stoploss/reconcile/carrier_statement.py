"""What a carrier says of each member and of the aggregate: its own figures, as far as it states them.

A carrier's statement is a CSV file with a row for each member and one for the aggregate, and a column for each step
of the settlement that it states: any of them, in any order.
A cell that is empty states nothing; ``0.00`` states that there is none.

>>> CarrierRow(member="M1", deductible="100,000", reimbursable="71,200").stated
mappingproxy({'deductible': Decimal('100000.00'), 'reimbursable': Decimal('71200.00')})
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from attrs import field, frozen

from stoploss.checks import check_id
from stoploss.errors import FactError, Finding, raise_if_any
from stoploss.facts import Coverage
from stoploss.feeds.cells import cents_of, read_amount, read_id, word_reader
from stoploss.feeds.columns import Column, Columns
from stoploss.feeds.conservation import Conservation
from stoploss.feeds.layout import Layout
from stoploss.feeds.reading import read_facts
from stoploss.feeds.records import PathLike
from stoploss.feeds.writing import Target, write_rows
from stoploss.money import Amount, AmountLike, cents, parse_amount
from stoploss.receivables.units import sheets_of
from stoploss.statement import Statement

__all__ = [
    "CARRIER_STATEMENT",
    "STEPS",
    "CarrierRow",
    "CarrierStatementFeed",
    "as_carrier_rows",
    "read_carrier_statement",
    "write_carrier_statement",
]

STEPS: Mapping[Coverage, tuple[str, ...]] = MappingProxyType(
    {
        Coverage.SPECIFIC: (
            "eligible",
            "deductible",
            "retained",
            "laser",
            "aggregating",
            "employer_share",
            "over_maximum",
            "reimbursable",
            "reimbursed",
        ),
        Coverage.AGGREGATE: (
            "gross",
            "voids_and_refunds",
            "eligible",
            "over_loss_limit",
            "reimbursed_by_specific",
            "counted",
            "attachment_point",
            "excess",
            "employer_share",
            "over_maximum",
            "reimbursable",
            "reimbursed",
        ),
    }
)
"""The steps of each cover in the order of the settlement: what differs first made the later ones differ."""

_COLUMNS = tuple(dict.fromkeys((*STEPS[Coverage.SPECIFIC], *STEPS[Coverage.AGGREGATE])))


def _amount(value: AmountLike | None) -> Amount | None:
    return None if value is None else parse_amount(value)


@frozen(kw_only=True)
class CarrierRow:
    """
    What a carrier's statement says of one unit, or of the aggregate; a step that is ``None`` is not stated.

    Args:
        coverage: ``specific`` unless given.
        member: For specific: the unit's id (the family's, where the deductible is per family).
        eligible: And the further steps, by the names that they have on our sheets.

    Raises:
        FactError: With every finding, none of which shows an id or an amount.
    """

    coverage: Coverage = field(default=Coverage.SPECIFIC, converter=Coverage)
    member: str | None = None
    eligible: Amount | None = field(default=None, converter=_amount)
    deductible: Amount | None = field(default=None, converter=_amount)
    retained: Amount | None = field(default=None, converter=_amount)
    laser: Amount | None = field(default=None, converter=_amount)
    aggregating: Amount | None = field(default=None, converter=_amount)
    employer_share: Amount | None = field(default=None, converter=_amount)
    over_maximum: Amount | None = field(default=None, converter=_amount)
    reimbursable: Amount | None = field(default=None, converter=_amount)
    reimbursed: Amount | None = field(default=None, converter=_amount)
    gross: Amount | None = field(default=None, converter=_amount)
    voids_and_refunds: Amount | None = field(default=None, converter=_amount)
    over_loss_limit: Amount | None = field(default=None, converter=_amount)
    reimbursed_by_specific: Amount | None = field(default=None, converter=_amount)
    counted: Amount | None = field(default=None, converter=_amount)
    attachment_point: Amount | None = field(default=None, converter=_amount)
    excess: Amount | None = field(default=None, converter=_amount)

    def __attrs_post_init__(self) -> None:
        if self.member is not None:
            check_id(self.member, "member")
        raise_if_any(FactError, self._findings())

    def __repr__(self) -> str:
        return f"CarrierRow(coverage={str(self.coverage)!r}, states {', '.join(self.stated)})"

    @property
    def stated(self) -> Mapping[str, Amount]:
        """The steps that the carrier states, in the order of the settlement."""
        figures = {step: getattr(self, step) for step in STEPS[self.coverage]}
        return MappingProxyType({step: figure for step, figure in figures.items() if figure is not None})

    @property
    def granted(self) -> Amount | None:
        """What the carrier says that it owes; what it has paid, where it states only that."""
        return self.reimbursed if self.reimbursable is None else self.reimbursable

    def _findings(self) -> Iterator[Finding]:
        if (self.coverage is Coverage.SPECIFIC) != (self.member is not None):
            rule = "a row under specific names its member, one under aggregate names none"
            yield Finding(code="SL652", where="member", rule=rule)
        for step in _COLUMNS:
            if step not in STEPS[self.coverage] and getattr(self, step) is not None:
                yield Finding(code="SL650", where=step, rule=f"this is no step of the {self.coverage} cover")
        if not self.stated:
            rule = f"a row states at least one step of the {self.coverage} cover"
            yield Finding(code="SL651", where="", rule=rule, help="leave the row out if it says nothing")


CARRIER_STATEMENT: Layout[CarrierRow] = Layout(
    columns=(
        Column(name="coverage", read=word_reader(Coverage)),
        Column(name="member", read=read_id, joins=True),
        *(Column(name=step, read=read_amount, stand_in="0") for step in _COLUMNS),
    ),
    make=CarrierRow,
    key=lambda row: (row.coverage, row.member),
    same_key=Finding(
        code="SL654",
        where="member",
        rule="another row has this unit, at {place}, and differs in {columns}",
        help="add the rows up, or leave the older one out",
    ),
    measure=lambda row: 0 if row.granted is None else cents(row.granted),
    measured_by="reimbursable",
    measured=cents_of,
)
"""The pinned columns of a carrier's statement."""


@frozen(kw_only=True)
class CarrierStatementFeed:
    """
    A carrier's statement as read.

    Args:
        rows: In the order of the files and their rows.
        places: Where each was read: ``carrier.csv:17``.
        notices: What is compared all the same and should be seen.
        conservation: What became of every row; its dollars are what the carrier says that it owes.
    """

    rows: tuple[CarrierRow, ...]
    places: tuple[str, ...]
    notices: tuple[Finding, ...]
    conservation: Conservation


def read_carrier_statement(*paths: PathLike, columns: Columns | None = None) -> CarrierStatementFeed:
    """
    Return a carrier's statement, or refuse it.

    Args:
        paths: CSV files in UTF-8 whose first line names the columns.
        columns: What the files call the pinned columns; see :mod:`stoploss.feeds.columns`.

    Raises:
        RejectedFeed: With every fault of every file.
    """
    loaded = read_facts(CARRIER_STATEMENT, paths, columns or {})
    return CarrierStatementFeed(
        rows=loaded.facts, places=loaded.places, notices=loaded.notices, conservation=loaded.conservation
    )


def write_carrier_statement(target: Target, rows: Iterable[CarrierRow]) -> None:
    """
    Write a carrier's statement, with the columns that any row states.

    Raises:
        FactError: With every value that a feed could not carry.
    """
    write_rows(target, CARRIER_STATEMENT.columns, tuple(rows), "rows")


def as_carrier_rows(statement: Statement) -> tuple[CarrierRow, ...]:
    """Return our own statement in the form of a carrier's: what it would have to say to agree with every step."""
    return tuple(
        CarrierRow(coverage=coverage, member=member, **{step: getattr(sheet, step) for step in STEPS[coverage]})
        for (coverage, member), sheet in sheets_of(statement).items()
    )


def __dir__() -> list[str]:
    return __all__
