"""``stoploss explain``: why a figure is what it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import typer
from attrs import evolve, frozen
from rich.console import RenderableType

from stoploss.cli.explanation_view import claims_of_unit, explanation_view, not_counted
from stoploss.cli.inputs import Files, Year, read_year, settled, working
from stoploss.cli.settling import tell_about
from stoploss.cli.speech import as_json, console, rendered, say, tell
from stoploss.errors import Finding, UnknownFact
from stoploss.explain import Explanation, explain_aggregate, explain_claim, explain_unit
from stoploss.statement import Statement
from stoploss.words import Per

__all__ = ["Question", "explain_files"]


@frozen(kw_only=True)
class Question:
    """
    What is to be explained: one of these.

    Args:
        member: A member; where the deductible is per family, a family or one of its members.
        family: A family.
        claim: A claim.
        aggregate: The aggregate worksheet.
    """

    member: str | None = None
    family: str | None = None
    claim: str | None = None
    aggregate: bool = False

    @property
    def options(self) -> tuple[str, ...]:
        """The options that were given."""
        asked = {"--member": self.member, "--family": self.family, "--claim": self.claim}
        given = [option for option, id_ in asked.items() if id_ is not None]
        return (*given, *(["--aggregate"] if self.aggregate else []))


def explain_files(files: Files, question: Question, *, as_of: dt.date | None, json: bool, every_claim: bool) -> None:
    """
    Settle and explain.

    Raises:
        FeedError: With the faults of all files.
        UnknownFact: When there is nothing of that id.
        typer.BadParameter: For a family under a policy whose deductible is per member.
    """
    with working(files) as doing:
        doing("reading")
        year = read_year(files)
        if question.family is not None and year.policy.per is not Per.FAMILY:
            raise typer.BadParameter("the deductible is per member: ask with --member", param_hint="--family")
        alone = _specific_alone(year, question)
        doing("settling")
        statement = settled(year.without_aggregate() if alone else year, as_of)
        unit = _unit(statement, question)
        explanation = _explained(statement, question, unit)
        if json:
            answer = as_json(explanation.to_dict())
        else:
            answer = rendered(_view(statement, explanation, unit, every_claim=every_claim))
    tell_about(year)
    if alone:
        tell("notice: no enrollment was given, so this is the specific cover alone; give --enrollment for both")
    if unit is not None and unit not in {question.member, question.family}:
        tell("notice: the deductible is per family, so this is the family of that member")
    say(answer)


def _specific_alone(year: Year, question: Question) -> bool:
    """Say whether the aggregate has to be left out, and can be: a unit and a claim have their own specific part."""
    both = year.policy.specific is not None and year.policy.aggregate is not None
    return both and year.enrollment is None and not question.aggregate


def _unit(statement: Statement, question: Question) -> str | None:
    """Return the unit that is asked for; for a member of a family, the family."""
    asked = question.family if question.member is None else question.member
    if asked is None or statement.settlement.policy.per is Per.MEMBER:
        return asked
    payments = statement.settlement.reported.payments.values()
    if any(payment.family == asked for payment in payments):
        return asked
    return next((payment.family for payment in payments if payment.member == asked and payment.family), asked)


def _explained(statement: Statement, question: Question, unit: str | None) -> Explanation:
    try:
        if question.claim is not None:
            return explain_claim(statement, question.claim)
        if unit is not None:
            return explain_unit(statement, unit)
    except UnknownFact as error:
        excluded = None if unit is None else not_counted(statement, unit)
        if excluded is None:
            raise UnknownFact([evolve(finding, where=question.options[0]) for finding in error.findings]) from None
        return excluded
    if statement.aggregate is None:
        raise UnknownFact(Finding(code="SL322", where="--aggregate", rule="the policy has no aggregate cover"))
    return explain_aggregate(statement)


def _view(
    statement: Statement, explanation: Explanation, unit: str | None, *, every_claim: bool
) -> Iterator[RenderableType]:
    policy = statement.settlement.policy
    kinds = {"unit": str(policy.per).capitalize(), "claim": "Claim", "aggregate": "Aggregate"}
    day = f"as of {statement.as_of}" if statement.as_of else "everything that was reported"
    yield from explanation_view(explanation, kinds[explanation.subject], f"{policy.number}, {day}")
    if unit is not None:
        yield from claims_of_unit(statement, unit, everything=every_claim, width=console().width)


def __dir__() -> list[str]:
    return __all__
