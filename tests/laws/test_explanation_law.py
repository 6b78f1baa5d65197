"""What is explained is what was computed: every rule, evaluated on its inputs, gives its amount again."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

from hypothesis import given

from stoploss.explain import Explanation, Section, explain_aggregate, explain_claim, explain_unit
from stoploss.testing.strategies import World, worlds
from tests.by_rule import evaluated
from tests.laws.years import LINES, settled, years

NONE = Decimal("0.00")


def amounts(section: Section) -> dict[str, Decimal]:
    """Return the lines of a section by name."""
    return {step.line: step.amount for step in section.steps}


def section(explanation: Explanation, title: str) -> Section | None:
    """Return the section of that title, where the claim is in it."""
    return next((each for each in explanation.sections if each.title == title and "net" in amounts(each)), None)


class TestTheExplanationIsTheResult:
    """The sum of the printed steps equals the reported number; each line's parts sum to the line."""

    @given(world=worlds())
    def test_every_rule_gives_its_amount(self, world: World) -> None:
        """Units, claims and the worksheet: a rule and its inputs are the whole reason for an amount."""
        statement = settled(world)
        units = statement.specific.units if statement.specific else ()
        explanations = [
            explain_aggregate(statement),
            *(explain_unit(statement, unit.unit) for unit in units),
            *(explain_claim(statement, split.id) for split in statement.splits),
        ]

        for explanation in explanations:
            for each in explanation.sections:
                for step in each.steps:
                    assert (step.rule, Fraction(step.amount)) == (step.rule, evaluated(step))

    @given(world=years(specific=True))
    def test_the_lines_of_a_unit_are_those_of_its_sheet(self, world: World) -> None:
        """A line without a step is zero; those with one add up to what is eligible."""
        statement = settled(world)
        assert statement.specific

        for unit in statement.specific.units:
            (told,) = explain_unit(statement, unit.unit).sections
            assert [getattr(unit, line) for line in LINES] == [amounts(told).get(line, NONE) for line in LINES]
            assert unit.eligible == sum((step.amount for step in told.steps if not step.subtotal), NONE)
            assert (unit.eligible, unit.due) == (amounts(told)["eligible"], amounts(told)["due"])

    @given(world=worlds())
    def test_the_lines_of_a_claim_are_those_of_its_split(self, world: World) -> None:
        """Under specific what it moved on each line, under the aggregate what it counts."""
        statement = settled(world)

        for split in statement.splits:
            told = explain_claim(statement, split.id)
            if own := section(told, "Specific"):
                assert split.net == amounts(own)["net"]
                assert [getattr(split, line) for line in LINES] == [amounts(own).get(line, NONE) for line in LINES]
            if group := section(told, "Aggregate"):
                assert (split.aggregate_net, split.counted) == (amounts(group)["net"], amounts(group)["counted"])

    @given(world=years(aggregate=True))
    def test_the_lines_of_the_worksheet_are_those_of_the_statement(self, world: World) -> None:
        """Every step has the amount of the line that it names: of the worksheet, of the latest advance, or a month."""
        statement = settled(world)
        sheet = statement.aggregate
        assert sheet
        told, *by_month = explain_aggregate(statement).sections

        for line, amount in amounts(told).items():
            assert (line, amount) == (line, getattr(sheet if hasattr(sheet, line) else sheet.accommodation, line))
        for months in by_month:
            assert [month.attachment for month in sheet.months] == [step.amount for step in months.steps]

    @given(world=worlds())
    def test_an_explanation_is_plain_data_and_text(self, world: World) -> None:
        """Whatever happened can be written as JSON and read as text, one line a step."""
        statement = settled(world)

        for split in statement.splits:
            told = explain_claim(statement, split.id)
            assert told.to_dict() == json.loads(json.dumps(told.to_dict()))
            for each in told.sections:
                assert all(f"  = {step.rule}" in told.text() for step in each.steps)
