"""Steps: lines with the rule that made them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from stoploss.steps import Derivation, Step, derived

ADDED = Step(
    line="eligible",
    amount=Decimal("3.00"),
    rule="sum(parts)",
    inputs={
        "parts": (Decimal("1.00"), Decimal("2.00")),
        "months": 12,
        "as_of": dt.date(2025, 1, 1),
        "reason": "pending",
        "share": Decimal("0.9"),
    },
    clause="netting",
)


def test_a_step_becomes_plain_data() -> None:
    """Amounts and days as text, counts as numbers, a row of amounts as a list."""
    assert {
        "line": "eligible",
        "amount": "3.00",
        "rule": "sum(parts)",
        "inputs": {
            "parts": ["1.00", "2.00"],
            "months": 12,
            "as_of": "2025-01-01",
            "reason": "pending",
            "share": "0.9",
        },
        "clause": "netting",
        "subtotal": False,
    } == ADDED.to_dict()


def test_a_step_shows_no_amount() -> None:
    """A repr has the rule, and no figure of a member."""
    assert "Step(line='eligible', rule='sum(parts)', clause='netting', subtotal=False)" == repr(ADDED)


def test_a_derivation_takes_the_inputs_that_its_rule_names() -> None:
    """In the order in which they are read; figures that no rule names are left out."""
    figures = {"a": Decimal("1.00"), "b": Decimal("2.00"), "c": Decimal("1.00"), "other": Decimal("9.00")}
    derivations = [Derivation("c", "min(a, b)", "first"), Derivation("a", "c", "second", subtotal=True)]

    assert [
        Step(
            line="c",
            amount=Decimal("1.00"),
            rule="min(a, b)",
            inputs={"a": Decimal("1.00"), "b": Decimal("2.00")},
            clause="first",
        ),
        Step(line="a", amount=Decimal("1.00"), rule="c", inputs={"c": Decimal("1.00")}, clause="second", subtotal=True),
    ] == list(derived(figures, derivations))


def test_a_line_has_an_amount() -> None:
    """A line whose figure is no amount is a mistake of ours, found at once."""
    with pytest.raises(TypeError):
        list(derived({"a": 5}, [Derivation("a", "5", "first")]))
