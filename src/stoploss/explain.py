"""Explanations: what happened to a member's claims, and why a claim did or did not count.

``explain_unit`` tells a unit's sheet line by line, ``explain_claim`` one payment under both covers,
``explain_aggregate`` the worksheet. Each is data first (:meth:`Explanation.to_dict`) and text second
(:meth:`Explanation.text`).

What is explained is what was computed: the steps come from the settlement itself, and every rule, evaluated on its
inputs, gives its amount again.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from attrs import field, frozen

from stoploss.aggregate_steps import counting_steps
from stoploss.eligibility import Reason
from stoploss.facts import Coverage, Payment, Status
from stoploss.html import explanation_html
from stoploss.money import Amount, dollars
from stoploss.netting import Account, Netted
from stoploss.specific import SpecificRun
from stoploss.specific_steps import net_step, payment_steps
from stoploss.statement import Settlement, Statement
from stoploss.steps import Input, Step

__all__ = ["Explanation", "Section", "explain_aggregate", "explain_claim", "explain_unit"]

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


def explain_unit(statement: Statement, unit: str) -> Explanation:
    """
    Explain what happened to one member's (or family's) claims under specific.

    Raises:
        UnknownFact: When specific holds no sheet for the unit.
    """
    steps = statement.unit_steps(unit)
    sheet = statement.unit(unit)
    run = statement.settlement.specific
    account = run.netted.accounts.get(unit) if run else None
    count = len(account.arrived) if account else 0
    claims = "1 claim" if count == 1 else f"{count:,} claims"
    sentences = [
        f"{sheet.eligible:,} is eligible, on {claims} of this {statement.settlement.policy.per}.",
        f"The carrier reimburses {sheet.reimbursable:,}, has paid {sheet.reimbursed:,}; {_due_in_words(sheet.due)}.",
    ]
    sentences += [
        f"{count:,} of its claims for {amount:,} did not count: {reason.replace('_', ' ')}."
        for reason, count, amount in (_excluded_of(statement.settlement, run, unit) if run else ())
    ]
    return Explanation(
        subject="unit",
        id=unit,
        sections=(Section(title="Specific", sentences=tuple(sentences), steps=steps),),
    )


def explain_claim(statement: Statement, claim: str) -> Explanation:
    """
    Explain what became of one payment under each cover.

    Raises:
        UnknownFact: When the statement does not hold the claim.
    """
    split = statement.split(claim)
    settlement = statement.settlement
    payment = settlement.reported.payments[claim]
    sections = [Section(title="Claim", sentences=tuple(_told(payment)))]
    cut = 0
    if settlement.specific:
        account, position = _place(settlement.specific.netted, split.unit, claim)
        if account is None:
            sections.append(_excluded_section(Coverage.SPECIFIC, split.excluded, settlement, payment))
        else:
            cut = account.over_run_in_limit[position] if account.over_run_in_limit else 0
            steps = (
                net_step(account, position, _undone(account, payment)),
                *payment_steps(settlement.specific, account, position),
            )
            sections.append(Section(title="Specific", sentences=tuple(_cut_in_words(cut)), steps=steps))
    if settlement.aggregate:
        account, position = _place(settlement.aggregate.netted, split.unit, claim)
        if account is None:
            sections.append(_excluded_section(Coverage.AGGREGATE, split.aggregate_excluded, settlement, payment))
        else:
            own_cut = account.over_run_in_limit[position] if account.over_run_in_limit else 0
            counted = counting_steps(settlement.aggregate, settlement.specific, account, position, split=split, cut=cut)
            steps = (net_step(account, position, _undone(account, payment)), *counted)
            sections.append(Section(title="Aggregate", sentences=tuple(_cut_in_words(own_cut)), steps=steps))
    return Explanation(subject="claim", id=claim, sections=tuple(sections))


def explain_aggregate(statement: Statement) -> Explanation:
    """Explain the aggregate worksheet; an explanation without sections where the policy has no aggregate."""
    sheet = statement.aggregate
    if sheet is None:
        return Explanation(subject="aggregate", id=None, sections=())
    sentence = (
        f"{sheet.counted:,} count against an attachment point of {sheet.attachment_point:,}; "
        f"the carrier reimburses {sheet.reimbursable:,}; {_due_in_words(sheet.due)}."
    )
    section = Section(title="Aggregate", sentences=(sentence,), steps=statement.aggregate_steps)
    return Explanation(subject="aggregate", id=None, sections=(section,))


def _due_in_words(due: Amount) -> str:
    if due < 0:
        return f"{dollars(0) - due:,} is due back to it"
    return f"{due:,} is due from it" if due else "nothing is due"


def _told(payment: Payment) -> Iterator[str]:
    """Say what was reported of a payment."""
    paid = f"paid {payment.paid_on}" if payment.paid_on else "not paid yet"
    yield f"{payment.benefit} claim incurred {payment.incurred_on}, {paid}, for {payment.amount:,}."
    if payment.undoes:
        yield "It undoes an earlier payment, and is judged by the dates, benefit and status of that payment."


def _cut_in_words(cut: int) -> Iterator[str]:
    if cut:
        over = f"{dollars(cut):,} of it is over the run-in limit and does not count"
        yield f"It was incurred before the effective date; {over}."


def _place(netted: Netted, unit: str, claim: str) -> tuple[Account | None, int]:
    """Return the account that holds a claim, and its place there."""
    account = netted.accounts.get(unit)
    for position, payment in enumerate(account.payments if account else ()):
        if payment.id == claim:
            return account, position
    return None, 0


def _undone(account: Account, payment: Payment) -> int:
    """Return the cents (negative) of the eligible rows that name *payment* as what they undo."""
    return sum(row.cents for row in account.payments if row.undoes and row.adjusts == payment.id)


def _excluded_of(settlement: Settlement, run: SpecificRun, unit: str) -> list[tuple[str, int, Amount]]:
    """Return what specific excluded of a unit, by reason in screening order."""
    by_reason: dict[Reason, list[int]] = {reason: [] for reason in Reason}
    for reason, payment in run.netted.screened.told():
        if settlement.unit_of_owner(payment) == unit:
            by_reason[reason].append(payment.cents)
    return [(str(reason), len(rows), dollars(sum(rows))) for reason, rows in by_reason.items() if rows]


def _ineligible_in_words(payment: Payment) -> str:
    if payment.status is not Status.INELIGIBLE:
        return "it undoes a payment that was reported as ineligible"
    return f"it was reported as ineligible{f' ({payment.reason})' if payment.reason else ''}"


def _excluded_section(coverage: Coverage, reason: Reason | None, settlement: Settlement, payment: Payment) -> Section:
    """Say why a claim does not count under a coverage."""
    policy = settlement.policy
    terms = policy.specific if coverage is Coverage.SPECIFIC else policy.aggregate
    windows = policy.specific_windows if coverage is Coverage.SPECIFIC else policy.aggregate_windows
    covers = ", ".join(terms.covers) if terms else ""
    incurred = f"the incurred window, {windows.incurred}" if windows else ""
    paid = f"the paid window, {windows.paid}" if windows else ""
    why: dict[Reason | None, str] = {
        Reason.INELIGIBLE: _ineligible_in_words(payment),
        Reason.PENDING: "the plan has not paid it yet; it is judged once it is paid",
        Reason.ADJUSTS_ELSEWHERE: "it undoes a payment that was not reported, so it belongs to another policy year",
        Reason.BENEFIT_NOT_COVERED: f"the {coverage} cover does not cover its benefit; it covers {covers}",
        Reason.INCURRED_BEFORE: f"it was incurred before {incurred}",
        Reason.INCURRED_AFTER: f"it was incurred after {incurred}",
        Reason.PAID_BEFORE: f"it was paid before {paid}",
        Reason.PAID_AFTER: f"it was paid after {paid}",
    }
    sentence = f"It does not count toward {coverage}: {why.get(reason, reason)}."
    step = Step(
        line="excluded",
        amount=payment.amount,
        rule="amount",
        inputs={"amount": payment.amount, "reason": str(reason)},
        clause=f"screening-{str(reason).replace('_', '-')}",
        subtotal=True,
    )
    return Section(title=str(coverage).capitalize(), sentences=(sentence,), steps=(step,))


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
