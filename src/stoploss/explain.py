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

from stoploss.aggregate import AggregateRun
from stoploss.basis import ContractBasis, PriorAdministrator
from stoploss.eligibility import Reason
from stoploss.facts import Coverage, Payment, Status
from stoploss.html import explanation_html
from stoploss.money import Amount, dollars
from stoploss.netting import Account, Netted
from stoploss.payment_steps import (
    counting_steps,
    net_step,
    payment_steps,
    recovery_counting_steps,
    recovery_steps,
)
from stoploss.settlement import Settlement
from stoploss.specific import SpecificRun
from stoploss.splits import Split
from stoploss.statement import Statement
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
    count = len(account.arrived) + len(account.recovered) if account else 0
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
    place = None
    if settlement.specific:
        place = _place(settlement.specific.netted, split.unit, claim)
        sections.append(
            _excluded_section(Coverage.SPECIFIC, split.excluded, settlement, payment)
            if place is None
            else _specific_section(settlement.specific, place, payment)
        )
    if settlement.aggregate:
        own = _place(settlement.aggregate.netted, split.unit, claim)
        cut = place.account.cut(place.position) if place and not place.aside else 0
        sections.append(
            _excluded_section(Coverage.AGGREGATE, split.aggregate_excluded, settlement, payment)
            if own is None
            else _aggregate_section(settlement.aggregate, settlement.specific, own, payment, split=split, cut=cut)
        )
    return Explanation(subject="claim", id=claim, sections=tuple(sections))


@frozen(kw_only=True)
class _Place:
    """Where a claim stands under a coverage: in its unit's account, or among the recoveries that were set aside."""

    netted: Netted
    account: Account
    position: int
    aside: bool

    def net_step(self, payment: Payment) -> Step:
        undone = sum(
            row.cents + self.netted.legal_costs.get(row.id, 0)
            for row in self.account.payments
            if row.undoes and row.adjusts == payment.id
        )
        return net_step(self.account, self.position, undone, self.netted.legal_costs.get(payment.id, 0))


def _specific_section(run: SpecificRun, place: _Place, payment: Payment) -> Section:
    if place.aside:
        return Section(title="Specific", steps=recovery_steps(run, place.account, place.position))
    steps = (place.net_step(payment), *payment_steps(run, place.account, place.position))
    return Section(title="Specific", sentences=tuple(_cut_in_words(place)), steps=steps)


def _aggregate_section(
    run: AggregateRun, specific: SpecificRun | None, place: _Place, payment: Payment, *, split: Split, cut: int
) -> Section:
    if place.aside:
        return Section(title="Aggregate", steps=recovery_counting_steps(run, split.unit, place.position, split))
    counted = counting_steps(run, specific, place.account, place.position, split=split, cut=cut)
    sentences = tuple(_cut_in_words(place))
    return Section(title="Aggregate", sentences=sentences, steps=(place.net_step(payment), *counted))


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


_LIMITS_IN_WORDS = {
    Reason.OVER_RUN_IN_LIMIT: ("It was incurred before the effective date", "is over the run-in limit"),
    Reason.OVER_RUN_OUT_LIMIT: ("It was paid after the last day in force", "is over the run-out limit"),
    Reason.REDUCED: ("It was paid to an own facility", "is more than the share that counts"),
    Reason.OVER_CAP: ("It falls under an inner maximum", "is over that"),
}


def _cut_in_words(place: _Place) -> Iterator[str]:
    """Say what limits took of a payment."""
    for reason, amounts in place.account.cuts.items():
        if cut := amounts[place.position]:
            what, why = _LIMITS_IN_WORDS[reason]
            yield f"{what}; {dollars(cut):,} of it {why} and does not count."


def _place(netted: Netted, unit: str, claim: str) -> _Place | None:
    """Return where a claim stands under a coverage; ``None`` where it is excluded."""
    account = netted.accounts.get(unit)
    if account is None:
        return None
    recoveries = [recovery.payment for recovery in account.recovered]
    for aside, payments in ((False, account.payments), (True, recoveries)):
        for position, payment in enumerate(payments):
            if payment.id == claim:
                return _Place(netted=netted, account=account, position=position, aside=aside)
    return None


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


def _prior_in_words(basis: ContractBasis | None) -> str:
    prior = basis.prior_administrator if basis else PriorAdministrator()
    if not prior.included:
        return "a prior administrator processed it, and such claims do not count"
    days = (("paid", prior.paid_by), ("reported", prior.reported_by))
    by = " and ".join(f"{what} by {day}" for what, day in days if day)
    return f"a prior administrator processed it, and such claims count when they are {by}"


def _excluded_section(coverage: Coverage, reason: Reason | None, settlement: Settlement, payment: Payment) -> Section:
    """Say why a claim does not count under a coverage."""
    policy = settlement.policy
    terms = policy.specific if coverage is Coverage.SPECIFIC else policy.aggregate
    windows = policy.specific_windows if coverage is Coverage.SPECIFIC else policy.aggregate_windows
    covers = ", ".join(terms.covers) if terms else ""
    classes = ", ".join(terms.classes) if terms else ""
    incurred = f"the incurred window, {windows.incurred}" if windows else ""
    paid = f"the paid window, {windows.paid}" if windows else ""
    why: dict[Reason | None, str] = {
        Reason.INELIGIBLE: _ineligible_in_words(payment),
        Reason.PENDING: "the plan has not paid it yet; it is judged once it is paid",
        Reason.REBATE: "it is a pharmacy rebate, and claims count before rebates",
        Reason.CLASS_NOT_COVERED: f"the {coverage} cover does not cover its class; it covers {classes}",
        Reason.EXCLUDED_TAG: f"the {coverage} cover excludes what carries its label",
        Reason.PRIOR_ADMINISTRATOR: _prior_in_words(policy.basis(coverage)),
        Reason.OTHER_POLICY: "another policy of the employer takes it",
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
