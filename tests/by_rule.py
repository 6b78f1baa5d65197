"""Rules of steps, evaluated on their inputs: what a reader with a calculator would do."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from math import floor

from stoploss.steps import Input, Step


def rounded(amount: Fraction) -> Fraction:
    """Round an amount half up to the cent, from the words of the rule and not from the package."""
    return Fraction(floor(amount * 100 + Fraction(1, 2)), 100)


def exact(value: Input) -> object:
    """Return what a rule reads as exact numbers; days and words as they are."""
    if isinstance(value, tuple):
        return [Fraction(each) for each in value]
    return value if isinstance(value, (str, dt.date)) else Fraction(value)


def evaluated(step: Step) -> Fraction:
    """Evaluate a step's rule on its inputs, with nothing else in reach."""
    names = {name: exact(value) for name, value in step.inputs.items()}
    known = {"__builtins__": {}, "min": min, "max": max, "sum": sum, "rounded": rounded}
    return Fraction(eval(step.rule, known, names))  # noqa: S307 -- the package's own rules, without builtins
