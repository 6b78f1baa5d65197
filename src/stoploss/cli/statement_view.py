"""A statement for people: what was paid, what each cover makes of it, and who owes what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from rich.console import RenderableType

from stoploss.aggregate_sheet import AggregateSheet
from stoploss.aggregate_terms import AggregateTerms
from stoploss.basis import ContractBasis, Windows
from stoploss.cli.tables import Cell, Column, Row, heading, several, table, tables
from stoploss.eligibility import Reason
from stoploss.money import ZERO, Amount
from stoploss.policy import Policy
from stoploss.sheets import Exclusion
from stoploss.specific_sheet import SpecificSheet, UnitSheet
from stoploss.specific_terms import SpecificTerms
from stoploss.statement import Statement
from stoploss.words import Counting, MaximumKind

__all__ = ["LINES", "basis_in_words", "statement_view"]

LINES = ("retained", "laser", "aggregating", "employer_share", "over_maximum", "reimbursable")
"""The lines that add up to what is eligible, in the order of the waterfall."""

_ALWAYS = ("retained", "reimbursable")
_SUM = Row(style="bold", line_above=True)
_PLAIN = Row()


def statement_view(statement: Statement, *, every_unit: bool, width: int) -> Iterator[RenderableType]:
    """
    Yield a statement, part by part.

    Args:
        statement: May be masked.
        every_unit: Show every unit of specific, not only those with something to look at.
        width: Of the terminal.
    """
    policy = statement.settlement.policy
    yield heading(f"{policy.number}, {policy.carrier} for {policy.policyholder}", *_when(statement))
    yield from _claims(statement, width)
    if statement.specific and policy.specific:
        yield from _specific(policy, policy.specific, statement.specific, every_unit=every_unit, width=width)
    if statement.aggregate and policy.aggregate:
        yield from _aggregate(statement, policy.aggregate, statement.aggregate, width)
    yield from _bottom_line(statement)


def basis_in_words(basis: ContractBasis, windows: Windows | None) -> str:
    """Return the label of a basis and its windows: ``12/15, incurred ... to ..., paid ... to ...``."""
    days = f"incurred {windows.incurred}, paid {windows.paid}" if windows else ""
    return ", ".join(part for part in (basis.label or "", days) if part)


def _when(statement: Statement) -> Iterator[str]:
    policy = statement.settlement.policy
    period = policy.period
    ended = f", terminated {period.terminated}" if period.terminated else ""
    yield f"policy period {period.effective} to {period.expires}, {several(period.months, 'month')}{ended}"
    if statement.as_of is None:
        yield "final: everything that was reported"
    elif statement.final:
        yield f"as of {statement.as_of}, final: every paid window has ended"
    else:
        ends = [windows.paid.last for windows in (policy.specific_windows, policy.aggregate_windows) if windows]
        last = None if None in ends else max(day for day in ends if day)
        until = f"the paid window is open until {last}" if last else "the paid window never ends"
        yield f"as of {statement.as_of}, not final: {until}"


def _claims(statement: Statement, width: int) -> Iterator[RenderableType]:
    """Yield what the plan paid and what of it does not count, for both covers side by side."""
    sheets = {name: sheet for name in ("specific", "aggregate") if (sheet := getattr(statement, name))}
    excluded = {name: {row.reason: row for row in sheet.excluded} for name, sheet in sheets.items()}
    reasons = [reason for reason in Reason if any(reason in rows for rows in excluded.values())]
    deducted = [reason for reason in reasons if reason is not Reason.PENDING]
    pending = [reason for reason in reasons if reason is Reason.PENDING]
    words = ["paid by the plan", *map(_in_words, deducted), "eligible", *("pending, not paid yet" for _ in pending)]
    name = Column(header="", cells=words, text=True)
    columns: list[list[Column]] = []
    for cover, sheet in sheets.items():
        rows, paid = excluded[cover], statement.claims
        counts: list[Cell] = [paid.count, *(_of(rows, reason, "count") for reason in deducted), None]
        amounts: list[Cell] = [
            paid.amount,
            *(_negative(_of(rows, reason, "amount")) for reason in deducted),
            sheet.eligible,
        ]
        columns.append(
            [
                Column(header=f"{cover}\nrows", cells=[*counts, *(_of(rows, reason, "count") for reason in pending)]),
                Column(header="\namount", cells=[*amounts, *(_of(rows, reason, "amount") for reason in pending)]),
            ]
        )
    yield heading("Claims")
    looks = [_PLAIN, *(_PLAIN for _ in deducted), _SUM, *(Row(style="dim") for _ in pending)]
    yield from tables(name, columns, looks, width)


def _of(rows: dict[Reason, Exclusion], reason: Reason, name: str) -> Cell:
    return getattr(rows[reason], name) if reason in rows else 0


def _negative(amount: Cell) -> Cell:
    return ZERO - amount if isinstance(amount, Decimal) else amount


def _in_words(reason: Reason) -> str:
    return reason.replace("_", " ")


def _specific(
    policy: Policy, terms: SpecificTerms, sheet: SpecificSheet, *, every_unit: bool, width: int
) -> Iterator[RenderableType]:
    yield heading("Specific", basis_in_words(terms.basis, policy.specific_windows), _specific_terms(terms))
    listed = [unit for unit in sheet.units if every_unit or _worth_a_look(unit, terms)]
    others = [unit for unit in sheet.units if unit not in listed] if len(listed) < len(sheet.units) else []
    count = several(len(others), "other")
    names = [*(unit.unit for unit in listed), *([count] if others else []), "total"]
    looks = [*(_PLAIN for _ in listed), *([Row(style="dim")] if others else []), _SUM]

    def column(line: str, header: str = "") -> Column:
        of_others = [_sum(others, line)] if others else []
        cells = [*(getattr(unit, line) for unit in listed), *of_others, getattr(sheet, line)]
        return Column(header=header or line.replace("_", "\n"), cells=cells)

    deductibles = ["excluded" if unit.excluded else unit.deductible for unit in listed]
    deductible = Column(header="deductible", cells=[*deductibles, *(None for _ in others[:1]), None])
    lines = [column(line) for line in LINES if line in _ALWAYS or any(getattr(unit, line) for unit in sheet.units)]
    name = Column(header=str(terms.per), cells=names, text=True)
    waterfall = [deductible, column("eligible"), *lines]
    yield from tables(name, [waterfall, [column("reimbursed"), column("due")]], looks, width)


def _worth_a_look(unit: UnitSheet, terms: SpecificTerms) -> bool:
    """Say whether a unit has excess, a laser, a carrier payment or more than half of its deductible."""
    if unit.excluded or unit.deductible != terms.deductible or unit.reimbursed:
        return True
    return unit.eligible != unit.retained or unit.eligible * 2 > terms.deductible


def _sum(units: Iterable[UnitSheet], line: str) -> Amount:
    return sum((getattr(unit, line) for unit in units), start=ZERO)


def _specific_terms(terms: SpecificTerms) -> str:
    parts = [f"deductible {terms.deductible:,} per {terms.per}"]
    if terms.lasers:
        parts.append(several(len(terms.lasers), "laser"))
    if terms.aggregating:
        parts.append(f"aggregating {terms.aggregating:,}")
    if terms.share != 1:
        parts.append(f"share {terms.share}, {str(terms.share_applies).replace('_', ' ')}")
    if terms.maximum is not None:
        parts.append(f"maximum {terms.maximum:,} on {terms.maximum_on}")
    return ", ".join(parts)


def _aggregate(
    statement: Statement, terms: AggregateTerms, sheet: AggregateSheet, width: int
) -> Iterator[RenderableType]:
    policy = statement.settlement.policy
    yield heading("Aggregate", basis_in_words(terms.basis, policy.aggregate_windows), _aggregate_terms(policy, terms))
    rows = list(_worksheet(sheet))
    words = Column(header="", cells=[label for label, _, _ in rows], text=True)
    amounts = Column(header=policy.currency, cells=[_shown_even_if_zero(amount) for _, amount, _ in rows])
    yield table([words, amounts], [look for _, _, look in rows])
    last_day = policy.period.last_day_in_force
    if statement.as_of is not None and statement.as_of < last_day:
        yield f"nothing is reimbursed before the period has ended, on {last_day}; the months show the position"
    yield ""
    yield from _months(sheet, width)


def _months(sheet: AggregateSheet, width: int) -> Iterator[RenderableType]:
    months = sheet.months
    name = Column(header="policy month\nfrom", cells=[str(row.month) for row in months], text=True)
    positions = [_signed(row.counted_to_date - row.attachment_to_date) for row in months]
    columns = [
        Column(header="\nattachment", cells=[row.attachment for row in months]),
        Column(header="attachment\nto date", cells=[row.attachment_to_date for row in months]),
        Column(header="counted\nto date", cells=[row.counted_to_date for row in months]),
        Column(header="above (+)\nor below (-)", cells=positions),
    ]
    yield from tables(name, [columns], [_PLAIN] * len(months), width)


def _shown_even_if_zero(amount: Amount | None) -> Cell:
    return "none" if amount is None else f"{amount:,}"


def _signed(amount: Amount) -> str:
    return f"{amount:+,}" if amount else "0.00"


def _aggregate_terms(policy: Policy, terms: AggregateTerms) -> str:
    limit = terms.loss_limit or (policy.specific.deductible if policy.specific else None)
    if terms.counting is Counting.NET_OF_SPECIFIC:
        parts = ["counts what specific does not reimburse"]
    else:
        parts = [f"counts up to {limit:,} per {policy.per}" if limit is not None else "no loss limit"]
    if terms.share != 1:
        parts.append(f"share {terms.share}")
    if terms.maximum is not None:
        kind = "maximum" if terms.maximum_kind is MaximumKind.FLAT else "ceiling on counted claims"
        parts.append(f"{kind} {terms.maximum:,}")
    return ", ".join(parts)


def _worksheet(sheet: AggregateSheet) -> Iterator[tuple[str, Amount | None, Row]]:
    """Yield the worksheet line by line, what is taken off as negative, so that the column adds up."""
    cut = sheet.gross + sheet.voids_and_refunds - sheet.eligible
    yield "gross claims", sheet.gross, _PLAIN
    yield "voids and refunds", sheet.voids_and_refunds, _PLAIN
    if cut:
        yield "over the run-in limit", -cut, _PLAIN
    yield "eligible", sheet.eligible, _SUM
    yield "over the loss limit", ZERO - sheet.over_loss_limit, _PLAIN
    yield "reimbursed by specific", ZERO - sheet.reimbursed_by_specific, _PLAIN
    yield "counted", sheet.counted, _SUM
    yield f"calculated attachment, {several(len(sheet.months), 'month')}", sheet.calculated_attachment, _PLAIN
    yield "minimum attachment", sheet.minimum_attachment, _PLAIN
    yield "attachment point, the greater", sheet.attachment_point, Row(style="bold")
    yield "excess", sheet.excess, _SUM
    yield "employer share", ZERO - sheet.employer_share, _PLAIN
    yield "over maximum", ZERO - sheet.over_maximum, _PLAIN
    yield "reimbursable", sheet.reimbursable, _SUM
    yield "reimbursed so far", ZERO - sheet.reimbursed, _PLAIN
    yield _due_in_words([sheet.due]), sheet.due, _SUM


def _due_in_words(dues: Sequence[Amount]) -> str:
    owed = sum(dues, start=ZERO)
    return "due to the carrier" if owed < 0 else "due from the carrier"


def _bottom_line(statement: Statement) -> Iterator[RenderableType]:
    sheets = {name: sheet for name in ("specific", "aggregate") if (sheet := getattr(statement, name))}
    reimbursed = sum((sheet.reimbursed for sheet in sheets.values()), start=ZERO)
    due = sum((sheet.due for sheet in sheets.values()), start=ZERO)
    rows: list[tuple[str, Amount, Row]] = [
        (f"reimbursable under {name}", sheet.reimbursable, _PLAIN) for name, sheet in sheets.items()
    ]
    rows += [
        ("carrier total", statement.carrier_total, _SUM),
        ("reimbursed so far", ZERO - reimbursed, _PLAIN),
        (_due_in_words([due]), due, _SUM),
        ("claims paid by the plan", statement.claims.amount, Row(line_above=True)),
        ("carrier total", ZERO - statement.carrier_total, _PLAIN),
        ("employer net", statement.employer_net, _SUM),
    ]
    yield heading("Bottom line")
    words = Column(header="", cells=[label for label, _, _ in rows], text=True)
    amounts = Column(
        header=statement.settlement.policy.currency, cells=[_shown_even_if_zero(amount) for _, amount, _ in rows]
    )
    yield table([words, amounts], [look for _, _, look in rows])


def __dir__() -> list[str]:
    return __all__
