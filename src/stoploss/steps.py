"""Steps: every line of a statement with the rule that made it, the rule's inputs, and its clause.

A rule is arithmetic that a reader can check and a machine can evaluate: ``min(eligible, deductible)``.
Its names are the names of its inputs; ``rounded`` is half up to the cent.
So the explanation cannot drift from the result: evaluating every rule gives every number again, and a test does.

Terms that the policy does not have make no step; their lines are zero.

Source: each clause is a row of ``docs/clauses.md``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from attrs import field, frozen

from stoploss.money import Amount

__all__ = ["Derivation", "Input", "Step", "derived"]

_NAME = re.compile(r"[a-z][a-z_0-9]*")

Input: TypeAlias = Decimal | int | dt.date | str | tuple[Decimal, ...]
"""What a rule reads: an amount, a share, a count, a day, a word, or a row of amounts."""


@frozen(kw_only=True)
class Step:
    """
    One line and how it came about.

    Args:
        line: The line's name, as in the statement; or a subtotal's.
        amount: What the rule gives.
        rule: Arithmetic over the inputs.
        inputs: What the rule reads, by name.
        clause: The clause's id in ``docs/clauses.md``.
        subtotal: Whether the line only leads to others, and is not itself added up.
    """

    line: str
    amount: Amount = field(repr=False)
    rule: str
    inputs: Mapping[str, Input] = field(repr=False)
    clause: str
    subtotal: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the step as plain data, ready for JSON; amounts and days are text."""
        return {
            "line": self.line,
            "amount": str(self.amount),
            "rule": self.rule,
            "inputs": {name: _plain(value) for name, value in self.inputs.items()},
            "clause": self.clause,
            "subtotal": self.subtotal,
        }


@frozen
class Derivation:
    """
    How a line follows from others, before there are figures.

    *shows* names inputs that stand beside the rule, such as the label that a cap is about.
    """

    line: str
    rule: str
    clause: str
    subtotal: bool = field(default=False, kw_only=True)
    shows: tuple[str, ...] = field(default=(), kw_only=True)


def derived(figures: Mapping[str, Input], derivations: Iterable[Derivation]) -> Iterator[Step]:
    """
    Yield the step of each derivation: its line's figure, and as inputs the figures that it shows or its rule names.

    Args:
        figures: Amounts by line and by input.
        derivations: In the order in which they are read.
    """
    for derivation in derivations:
        amount = figures[derivation.line]
        if not isinstance(amount, Decimal):
            raise TypeError(derivation.line)
        names = (*derivation.shows, *_NAME.findall(derivation.rule))
        yield Step(
            line=derivation.line,
            amount=amount,
            rule=derivation.rule,
            inputs={name: figures[name] for name in names if name in figures},
            clause=derivation.clause,
            subtotal=derivation.subtotal,
        )


def _plain(value: Input) -> object:
    if isinstance(value, tuple):
        return [str(item) for item in value]
    return value if isinstance(value, int) else str(value)


def __dir__() -> list[str]:
    return __all__
