"""A statement for people: what was paid, what each cover makes of it, and who owes what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.console import RenderableType

from stoploss.cli.aggregate_view import aggregate_view, due_in_words
from stoploss.cli.carriers_view import carriers_view
from stoploss.cli.tables import (
    PLAIN,
    SUM,
    Cell,
    Column,
    Row,
    even_if_zero,
    heading,
    in_words,
    several,
    table,
    tables,
)
from stoploss.cli.windows_in_words import basis_in_words
from stoploss.eligibility import Reason
from stoploss.facts import Coverage
from stoploss.money import ZERO, Amount, dollars
from stoploss.policy import Policy
from stoploss.sheets import Exclusion
from stoploss.specific_sheet import SpecificSheet, UnitSheet
from stoploss.specific_terms import SpecificTerms
from stoploss.statement import Statement
from stoploss.waterfall import deductible_in_force

if TYPE_CHECKING:  # what needs an engine is loaded with it
    from stoploss.frames.statements import Stated

__all__ = ["LINES", "statement_view"]

LINES = ("retained", "laser", "aggregating", "employer_share", "over_maximum", "reimbursable")
"""The lines that add up to what is eligible, in the order of the waterfall."""

_ALWAYS = ("retained", "reimbursable")


def statement_view(
    policy: Policy, statement: Statement | Stated, *, every_unit: bool, width: int
) -> Iterator[RenderableType]:
    """
    Yield a statement, part by part.

    Args:
        policy: The policy.
        statement: By whichever engine; may be masked.
        every_unit: Show every unit of specific, not only those with something to look at.
        width: Of the terminal.
    """
    yield heading(f"{policy.number}, {policy.carrier} for {policy.policyholder}", *_when(policy, statement))
    yield from _claims(statement, width)
    if statement.specific and policy.specific:
        yield from _specific(policy, policy.specific, statement.specific, every_unit=every_unit, width=width)
    if statement.aggregate and policy.aggregate:
        yield from aggregate_view(policy, policy.aggregate, statement.aggregate, statement.as_of, width)
    yield from _bottom_line(statement, policy.currency)


def _when(policy: Policy, statement: Statement | Stated) -> Iterator[str]:
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


def _claims(statement: Statement | Stated, width: int) -> Iterator[RenderableType]:
    """Yield what the plan paid and what of it does not count, for both covers side by side."""
    sheets = {name: sheet for name in ("specific", "aggregate") if (sheet := getattr(statement, name))}
    excluded = {name: {row.reason: row for row in sheet.excluded} for name, sheet in sheets.items()}
    reasons = [reason for reason in Reason if any(reason in rows for rows in excluded.values())]
    deducted = [reason for reason in reasons if reason is not Reason.PENDING]
    pending = [reason for reason in reasons if reason is Reason.PENDING]
    words = ["paid by the plan", *map(in_words, deducted), "eligible", *("pending, not paid yet" for _ in pending)]
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
    looks = [PLAIN, *(PLAIN for _ in deducted), SUM, *(Row(style="dim") for _ in pending)]
    yield from tables(name, columns, looks, width)


def _of(rows: dict[Reason, Exclusion], reason: Reason, name: str) -> Cell:
    return getattr(rows[reason], name) if reason in rows else 0


def _negative(amount: Cell) -> Cell:
    return ZERO - amount if isinstance(amount, Decimal) else amount


def _specific(
    policy: Policy, terms: SpecificTerms, sheet: SpecificSheet, *, every_unit: bool, width: int
) -> Iterator[RenderableType]:
    standard = dollars(deductible_in_force(policy, terms))
    yield heading("Specific", basis_in_words(policy, Coverage.SPECIFIC), _specific_terms(terms, standard))
    listed = [unit for unit in sheet.units if every_unit or _worth_a_look(unit, standard)]
    others = [unit for unit in sheet.units if unit not in listed] if len(listed) < len(sheet.units) else []
    count = several(len(others), "other")
    names = [*(unit.unit for unit in listed), *([count] if others else []), "total"]
    looks = [*(PLAIN for _ in listed), *([Row(style="dim")] if others else []), SUM]

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
    beyond = [unit for unit in sheet.units if any(layer.reimbursable for layer in unit.layers[1:])]
    about = f"each reimburses a {terms.per} up to its limit, the next one what is above"
    yield from carriers_view(str(terms.per), [(unit.unit, unit.layers) for unit in beyond], sheet.layers, about, width)


def _worth_a_look(unit: UnitSheet, standard: Amount) -> bool:
    """Say whether a unit has excess, a laser, a carrier payment or more than half of its deductible."""
    if unit.excluded or unit.deductible != standard or unit.reimbursed:
        return True
    return unit.eligible != unit.retained or unit.eligible * 2 > standard


def _sum(units: Iterable[UnitSheet], line: str) -> Amount:
    return sum((getattr(unit, line) for unit in units), start=ZERO)


def _specific_terms(terms: SpecificTerms, standard: Amount) -> str:
    prorated = f" ({terms.deductible:,} prorated)" if standard != terms.deductible else ""
    parts = [f"deductible {standard:,} per {terms.per}{prorated}"]
    if terms.family_deductible is not None:
        parts.append(f"{terms.family_deductible:,} per family")
    if terms.lasers:
        parts.append(several(len(terms.lasers), "laser"))
    if terms.aggregating:
        parts.append(f"aggregating {terms.aggregating:,}")
    if terms.share != 1:
        parts.append(f"share {terms.share}, {in_words(terms.share_applies)}")
    if terms.tiers:
        parts.append(f"share {' and '.join(f'{tier.share} above {tier.above:,}' for tier in terms.tiers)}")
    if terms.maximum is not None:
        parts.append(f"maximum {terms.maximum:,} on {terms.maximum_on}")
    if terms.lifetime_maximum is not None:
        parts.append(f"{terms.lifetime_maximum:,} in a lifetime")
    return ", ".join(parts)


def _bottom_line(statement: Statement | Stated, currency: str) -> Iterator[RenderableType]:
    sheets = {name: sheet for name in ("specific", "aggregate") if (sheet := getattr(statement, name))}
    reimbursed = sum((sheet.reimbursed for sheet in sheets.values()), start=ZERO)
    due = sum((sheet.due for sheet in sheets.values()), start=ZERO)
    rows: list[tuple[str, Amount, Row]] = [
        (f"reimbursable under {name}", sheet.reimbursable, PLAIN) for name, sheet in sheets.items()
    ]
    rows += [
        ("carrier total", statement.carrier_total, SUM),
        ("reimbursed so far", ZERO - reimbursed, PLAIN),
        (due_in_words(due), due, SUM),
        ("claims paid by the plan", statement.claims.amount, Row(line_above=True)),
        ("carrier total", ZERO - statement.carrier_total, PLAIN),
        ("employer net", statement.employer_net, SUM),
    ]
    yield heading("Bottom line")
    words = Column(header="", cells=[label for label, _, _ in rows], text=True)
    amounts = Column(header=currency, cells=[even_if_zero(amount) for _, amount, _ in rows])
    yield table([words, amounts], [look for _, _, look in rows])


def __dir__() -> list[str]:
    return __all__
