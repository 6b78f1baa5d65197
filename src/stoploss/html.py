"""Statements, sheets and explanations as HTML tables, for notebooks.

In goes plain data, as ``to_dict`` gives it and a JSON file holds it; out comes a fragment without scripts or style
sheets. Every text is escaped, because ids come from files.
Tables show ids and amounts, as JSON does: they are the product.

>>> lines = {"subject": "claim", "id": "c1", "sections": [{"title": "<Claim>", "sentences": [], "steps": []}]}
>>> explanation_html(lines)
'<h4>&lt;Claim&gt;</h4>'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import Any

__all__ = ["aggregate_html", "explanation_html", "specific_html", "statement_html", "unit_html"]

_UNIT_LINES = (
    *("eligible", "retained", "laser", "aggregating", "employer_share", "over_maximum"),
    *("reimbursable", "reimbursed", "due"),
)
_WORKSHEET_LINES = (
    *("gross", "voids_and_refunds", "eligible", "over_loss_limit", "reimbursed_by_specific", "counted"),
    *("calculated_attachment", "minimum_attachment", "terminal_liability", "attachment_point"),
    *("excess", "employer_share", "over_maximum", "reimbursable", "reimbursed", "due"),
)
_LAYER_LINES = ("reimbursable", "reimbursed", "due")
_POSITION_LINES = ("threshold", "counted", "wanted", "advanced", "due")
_DIVISION_LINES = (
    *("gross", "voids_and_refunds", "eligible", "over_loss_limit", "reimbursed_by_specific", "counted"),
    "calculated_attachment",
)
_MOST_UNITS = 50
"""A notebook shows so many units, those with the most eligible first; the sheet has all of them."""


def statement_html(statement: Mapping[str, Any]) -> str:
    """Return a statement: its totals, then specific and the aggregate."""
    day = f"as of {statement['as_of']}" if statement["as_of"] else "everything reported"
    state = "final" if statement["final"] else "not final"
    claims = statement["claims"]
    totals = [
        (f"claims paid by the plan ({claims['count']:,})", claims["amount"]),
        ("reimbursable by the carrier", statement["carrier_total"]),
        ("net cost of the employer", statement["employer_net"]),
    ]
    title = f"Policy {statement['policy']}, {day}, {state}"
    parts = [
        f"<h3>{escape(title)}</h3>",
        _table("", ("", "amount"), [(name, _figure(amount)) for name, amount in totals]),
    ]
    if statement["specific"] is not None:
        parts.append(specific_html(statement["specific"]))
    if statement["aggregate"] is not None:
        parts.append(aggregate_html(statement["aggregate"]))
    return "\n".join(parts)


def specific_html(sheet: Mapping[str, Any]) -> str:
    """Return the specific sheet: one row a unit, the sums, and what was excluded."""
    units = sorted(sheet["units"], key=lambda unit: (-Decimal(unit["eligible"]), unit["unit"]))
    rows = [_unit_row(unit) for unit in units[:_MOST_UNITS]]
    rest = len(units) - _MOST_UNITS
    if rest > 0:
        rows.append((f"{rest:,} more", *[""] * (1 + len(_UNIT_LINES))))
    rows.append(("all", "", *[_figure(sheet[line]) for line in _UNIT_LINES]))
    return _table("Specific", _unit_head(), rows) + _carriers(sheet) + _exclusions(sheet["excluded"])


def unit_html(unit: Mapping[str, Any]) -> str:
    """Return one unit's specific sheet."""
    return _table("Specific", _unit_head(), [_unit_row(unit)]) + _carriers(unit)


def aggregate_html(sheet: Mapping[str, Any]) -> str:
    """Return the aggregate worksheet, its months, and what was excluded."""
    given = [line for line in _WORKSHEET_LINES if sheet.get(line) is not None]
    lines = [(_words(line), _figure(sheet[line])) for line in given]
    head = ("policy month", "attachment", "attachment to date", "counted to date")
    months = [
        (month["month"], *[_figure(month[line.replace(" ", "_")]) for line in head[1:]]) for month in sheet["months"]
    ]
    worksheet = _table("Aggregate", ("line", "amount"), lines)
    parts = [worksheet, _table("Policy months", head, months), _accommodation(sheet), _divisions(sheet)]
    return "".join(parts) + _exclusions(sheet["excluded"])


def explanation_html(explanation: Mapping[str, Any]) -> str:
    """Return an explanation: each section's sentences, then its lines with rule, inputs and clause."""
    parts: list[str] = []
    for section in explanation["sections"]:
        parts.append(f"<h4>{escape(section['title'])}</h4>")
        parts += [f"<p>{escape(sentence)}</p>" for sentence in section["sentences"]]
        rows = [
            (
                step["line"] if step["subtotal"] else f"+ {step['line']}",
                _figure(step["amount"]),
                step["rule"],
                ", ".join(f"{name} {_input(value)}" for name, value in step["inputs"].items()),
                step["clause"],
            )
            for step in section["steps"]
        ]
        if rows:
            parts.append(_table("", ("line", "amount", "rule", "inputs", "clause"), rows))
    return "\n".join(parts)


def _unit_head() -> tuple[str, ...]:
    return ("unit", "deductible", *map(_words, _UNIT_LINES))


def _unit_row(unit: Mapping[str, Any]) -> tuple[str, ...]:
    deductible = "excluded" if unit["deductible"] is None else _figure(unit["deductible"])
    return (unit["unit"], deductible, *[_figure(unit[line]) for line in _UNIT_LINES])


def _carriers(sheet: Mapping[str, Any]) -> str:
    """Return what each of several carriers owes; nothing where there is one."""
    return _optional(
        "Carriers", "carrier", _LAYER_LINES, [(layer["carrier"], layer) for layer in sheet.get("layers", ())]
    )


def _accommodation(sheet: Mapping[str, Any]) -> str:
    """Return what the carrier advances by the end of each month; nothing without that rider."""
    rows = [(month["month"], month["accommodation"]) for month in sheet["months"] if month.get("accommodation")]
    if sheet.get("accommodation"):
        rows.append(("so far", sheet["accommodation"]))
    return _optional("Accommodation", "policy month", _POSITION_LINES, rows)


def _divisions(sheet: Mapping[str, Any]) -> str:
    """Return the worksheet by divisions; nothing where no fact names one."""
    rows = [(division["division"] or "none named", division) for division in sheet.get("divisions", ())]
    return _optional("Divisions", "division", _DIVISION_LINES, rows)


def _optional(caption: str, first: str, lines: Sequence[str], rows: Sequence[tuple[str, Mapping[str, str]]]) -> str:
    """Return a table of lines, or nothing where it has no rows."""
    cells = [(name, *[_figure(row[line]) for line in lines]) for name, row in rows]
    return _table(caption, (first, *map(_words, lines)), cells) if cells else ""


def _exclusions(excluded: Sequence[Mapping[str, Any]]) -> str:
    rows = [(_words(row["reason"]), f"{row['count']:,}", _figure(row["amount"])) for row in excluded]
    return _table("Excluded", ("reason", "payments", "amount"), rows) if rows else ""


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose first column names its rows; cells are escaped here and nowhere else."""
    named = f"<caption>{escape(caption)}</caption>" if caption else ""
    header = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        f"<tr><th>{escape(first)}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
        for first, *cells in rows
    )
    return f"<table>{named}<thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _figure(amount: str) -> str:
    return f"{Decimal(amount):,}"


def _input(value: str | int | list[str]) -> str:
    """Return an input of a rule as text; a row of amounts as their sum written out."""
    return (" + ".join(value) or "nothing") if isinstance(value, list) else str(value)


def __dir__() -> list[str]:
    return __all__
