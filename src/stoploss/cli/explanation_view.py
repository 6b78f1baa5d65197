"""An explanation for people: sentences, then every line with its rule, the rule in figures, and the clause."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from rich import box
from rich.console import RenderableType
from rich.table import Table

from stoploss.cli.statement_view import LINES
from stoploss.cli.tables import Cell, Column, Row, heading, printable, several, tables
from stoploss.explain import Explanation, Section
from stoploss.money import ZERO
from stoploss.splits import Split
from stoploss.statement import Statement
from stoploss.steps import Input, Step
from stoploss.words import ConsumeBy

__all__ = ["MOST_CLAIMS", "claims_of_unit", "explanation_view", "not_counted"]

MOST_CLAIMS = 30
"""A list of claims shows this many, unless all are asked for."""

_NAME = re.compile(r"[a-z][a-z_0-9]*", re.ASCII)
_MOST_TERMS = 12
_ALWAYS = ("retained", "reimbursable")


def explanation_view(explanation: Explanation, kind: str, subtitle: str) -> Iterator[RenderableType]:
    """
    Yield an explanation, section by section.

    Args:
        explanation: Of a unit, a claim or the aggregate.
        kind: What its subject is called, such as ``Member``.
        subtitle: Of which policy and day.
    """
    yield heading(f"{kind} {explanation.id or ''}".strip(), subtitle)
    for section in explanation.sections:
        yield heading(section.title) if section.title != kind else ""
        yield from map(printable, section.sentences)
        if section.steps:
            yield ""
            yield _steps(section.steps)


def claims_of_unit(statement: Statement, unit: str, *, everything: bool, width: int) -> Iterator[RenderableType]:
    """
    Yield a unit's claims, in the order in which they consume the deductible, and what became of each.

    Args:
        statement: As settled.
        unit: The member or family.
        everything: All of its claims, not only the first :data:`MOST_CLAIMS`.
        width: Of the terminal.
    """
    own = [split for split in statement.splits if split.unit == unit]
    own.sort(key=_counts_nowhere)  # stable, so that each half stays in order
    listed = own if everything else own[:MOST_CLAIMS]
    order = "paid" if statement.settlement.policy.consume_by is ConsumeBy.PAID else "incurred"
    yield heading("Claims", f"in the order in which they were {order}, those that count first, with what each adds")
    name, reported, became = _claim_columns(statement, listed)
    yield from tables(name, [reported, became], [Row()] * len(listed), width)
    if len(listed) < len(own):
        yield f"... and {len(own) - len(listed):,} more; --all shows them"


def not_counted(statement: Statement, unit: str) -> Explanation | None:
    """Return why specific has no sheet for a unit that has claims; ``None`` for a unit without claims."""
    own = [split for split in statement.splits if split.unit == unit]
    if not own:
        return None
    if statement.specific is None:
        sentences = ["The policy has no specific cover."]
    else:
        reasons = [split.excluded for split in own]
        counts = [(reason, reasons.count(reason)) for reason in dict.fromkeys(reasons) if reason]
        sentences = [f"Of its {several(len(own), 'claim')}, none counts toward specific."]
        sentences += [f"{count:,} of them: {reason.replace('_', ' ')}." for reason, count in counts]
    return Explanation(subject="unit", id=unit, sections=(Section(title="Specific", sentences=tuple(sentences)),))


def _counts_nowhere(split: Split) -> bool:
    return not split.net and not split.counted


def _claim_columns(statement: Statement, listed: Sequence[Split]) -> tuple[Column, list[Column], list[Column]]:
    """Return the claims' ids, what was reported of them, and what became of them."""
    payments = [statement.settlement.reported.payments[split.id] for split in listed]
    reported = [
        Column(header="incurred", cells=[str(payment.incurred_on) for payment in payments], text=True),
        Column(header="paid", cells=[str(payment.paid_on or "") for payment in payments], text=True),
        Column(header="amount", cells=[payment.amount for payment in payments]),
    ]
    lines = [line for line in LINES if line in _ALWAYS or any(getattr(split, line) for split in listed)]
    became: list[Column] = []
    if any(split.net and split.net != payment.amount for split, payment in zip(listed, payments, strict=True)):
        lines = ["net", *lines]
    for covered, names in ((statement.specific, lines), (statement.aggregate, ["counted"])):
        if covered:
            became += [_line(name, [getattr(split, name) for split in listed]) for name in names]
    for header, reasons in (
        ("not in specific", [split.excluded for split in listed]),
        ("not in aggregate", [split.aggregate_excluded for split in listed]),
    ):
        if any(reasons):
            words = [reason.replace("_", " ") if reason else "" for reason in reasons]
            became.append(Column(header=header, cells=words, text=True))
    return Column(header="claim", cells=[split.id for split in listed], text=True), reported, became


def _line(name: str, cells: Sequence[Cell]) -> Column:
    return Column(header=name.replace("_", "\n"), cells=cells)


def _steps(steps: Sequence[Step]) -> Table:
    drawn = Table(box=box.HORIZONTALS, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    drawn.add_column("")
    drawn.add_column("line", no_wrap=True)
    drawn.add_column("amount", justify="right", no_wrap=True)
    drawn.add_column("because", overflow="fold", ratio=1)
    drawn.add_column("clause", no_wrap=True)
    for step in steps:
        style = "" if step.subtotal else "bold" if step.amount != ZERO else ""
        sign = "" if step.subtotal else "+"
        drawn.add_row(sign, step.line.replace("_", " "), f"{step.amount:,}", _because(step), step.clause, style=style)
    return drawn


def _because(step: Step) -> str:
    """Return a rule, and the rule in figures: ``min(eligible, deductible)`` and ``min(180,000.00, 100,000.00)``."""
    beside = [
        f"{name.replace('_', ' ')} {value}"
        for name, value in step.inputs.items()
        if name.startswith(("carrier", "label"))
    ]
    words = ", ".join([step.rule.replace("_", " "), *beside])
    if step.rule in step.inputs:
        return words  # its figure is the amount
    in_figures = _NAME.sub(lambda name: _figure(name[0], step.inputs), step.rule)
    return words if in_figures == step.rule else f"{words}\n= {in_figures}"


def _figure(name: str, inputs: Mapping[str, Input]) -> str:
    if name not in inputs:
        return name
    value = inputs[name]
    if isinstance(value, tuple):
        shown = " + ".join(f"{amount:,}" for amount in value[:_MOST_TERMS]) or "nothing"
        return f"{shown} + {len(value) - _MOST_TERMS} more" if len(value) > _MOST_TERMS else shown
    return f"{value:,}" if isinstance(value, Decimal) else str(value)


def __dir__() -> list[str]:
    return __all__
