"""How the aggregate worksheet came about."""

from __future__ import annotations

from stoploss.explain.explanation import Explanation, Section, due_in_words
from stoploss.statement import Statement

__all__ = ["explain_aggregate"]


def explain_aggregate(statement: Statement) -> Explanation:
    """Explain the aggregate worksheet; an explanation without sections where the policy has no aggregate."""
    sheet = statement.aggregate
    if sheet is None:
        return Explanation(subject="aggregate", id=None, sections=())
    sentence = (
        f"{sheet.counted:,} count against an attachment point of {sheet.attachment_point:,}; "
        f"the carrier reimburses {sheet.reimbursable:,}; {due_in_words(sheet.due)}."
    )
    section = Section(title="Aggregate", sentences=(sentence,), steps=statement.aggregate_steps)
    return Explanation(subject="aggregate", id=None, sections=(section,))


def __dir__() -> list[str]:
    return __all__
