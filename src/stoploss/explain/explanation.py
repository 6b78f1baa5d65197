"""What an explanation is: sections of sentences and lines, as data and as text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from attrs import field, frozen

from stoploss.html import explanation_html
from stoploss.money import Amount, dollars
from stoploss.steps import Input, Step

__all__ = ["Explanation", "Section", "due_in_words"]

_MOST_TERMS = 12
"""How many terms of a sum the text shows."""


@frozen(kw_only=True)
class Section:
    """
    One part of an explanation.

    Args:
        title: What it is about.
        sentences: What happened, in words.
        steps: The lines, each with its rule, inputs and clause.
    """

    title: str
    sentences: tuple[str, ...] = field(default=(), repr=False)
    steps: tuple[Step, ...] = ()


@frozen(kw_only=True)
class Explanation:
    """
    Why a figure is what it is.

    Args:
        subject: ``unit``, ``claim`` or ``aggregate``.
        id: Of the member, family or claim; ``None`` for the aggregate.
        sections: In the order of the settlement.
    """

    subject: str
    id: str | None = field(repr=False)
    sections: tuple[Section, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as plain data, ready for JSON; amounts and days are text."""
        return {
            "schema": 1,
            "subject": self.subject,
            "id": self.id,
            "sections": [
                {
                    "title": section.title,
                    "sentences": list(section.sentences),
                    "steps": [step.to_dict() for step in section.steps],
                }
                for section in self.sections
            ],
        }

    def _repr_html_(self) -> str:
        return explanation_html(self.to_dict())

    def text(self) -> str:
        """Return the explanation as plain text, amounts in one column, each line with its rule and clause."""
        return "\n\n".join(_section_text(section) for section in self.sections)


def due_in_words(due: Amount) -> str:
    """Return what is due from the carrier, or back to it, as a clause of a sentence."""
    if due < 0:
        return f"{dollars(0) - due:,} is due back to it"
    return f"{due:,} is due from it" if due else "nothing is due"


def _section_text(section: Section) -> str:
    lines = [section.title, *section.sentences]
    width = max((len(step.line) for step in section.steps), default=0)
    for step in section.steps:
        sign = " " if step.subtotal else "+"
        lines.append(f"  {sign} {step.line:<{width}} {step.amount:>18,}  = {_rule_in_figures(step)}  [{step.clause}]")
    return "\n".join(lines)


def _rule_in_figures(step: Step) -> str:
    """Return the rule with its inputs, such as ``min(eligible 180,000.00, deductible 100,000.00)``."""
    given = ", ".join(f"{name} {_figure(value)}" for name, value in step.inputs.items())
    return f"{step.rule}  where {given}" if given else step.rule


def _figure(value: Input) -> str:
    if isinstance(value, tuple):
        shown = " + ".join(f"{amount:,}" for amount in value[:_MOST_TERMS]) or "nothing"
        return f"{shown} + {len(value) - _MOST_TERMS} more" if len(value) > _MOST_TERMS else shown
    return f"{value:,}" if isinstance(value, (Decimal, int)) else str(value)


def __dir__() -> list[str]:
    return __all__
