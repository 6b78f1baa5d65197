"""Terms that are one of a few words, such as ``paid`` or ``incurred``.

A word that is none of them is refused with the list, and with the nearest one where there is one.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from attrs import Attribute

from stoploss.errors import Finding, InvalidValue, WrongType, type_of

T = TypeVar("T")

__all__ = ["Choice", "is_a", "is_flag", "is_sequence", "nearest", "sequence_of"]


class Choice(StrEnum):
    """An enumeration of words; made from a member or from its text."""

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        words = [str(member) for member in cls]
        rule = f"this is one of {', '.join(words)}"
        if not isinstance(value, str):
            # `from None`, because the enumeration's own error, its context, would quote the value.
            raise WrongType(Finding(code="SL101", where="", rule=f"{rule}, written as text")) from None
        raise InvalidValue(Finding(code="SL106", where="", rule=rule, help=nearest(value, words)))


def is_flag(_instance: object, attribute: Attribute[Any], value: object) -> None:
    """Validate an attrs field that is true or false, and nothing that merely looks so."""
    if type(value) is not bool:
        rule = f"this is True or False, not {type_of(value)}"
        raise WrongType(Finding(code="SL577", where=attribute.name, rule=rule))


def is_a(kind: type) -> Callable[[object, Attribute[Any], object], None]:
    """Return the validator of a field that holds an object of one class, or ``None`` where that is its default."""

    def validate(_instance: object, attribute: Attribute[Any], value: object) -> None:
        if not isinstance(value, kind) and not (value is None and attribute.default is None):
            got = type(value).__name__
            rule = f"this is of class {kind.__name__}, and {got} is not"
            raise WrongType(Finding(code="SL113", where=attribute.name, rule=rule))

    return validate


def is_sequence(values: object) -> bool:
    """Say whether there are items to take, one by one; the letters of a text are none."""
    return isinstance(values, Iterable) and not isinstance(values, str)


def sequence_of(kind: type[T], values: Iterable[T], where: str) -> tuple[T, ...]:
    """
    Return *values* as a tuple of objects of one class.

    Raises:
        WrongType: For anything but a sequence, for one text, and for an item of another class, by its position.
    """
    if not is_sequence(values):
        rule = f"this is a sequence of {kind.__name__}, not {type_of(values)}"
        raise WrongType(Finding(code="SL101", where=where, rule=rule))
    items = tuple(values)
    for position, item in enumerate(items):
        if not isinstance(item, kind):
            rule = f"this is of class {kind.__name__}, and {type(item).__name__} is not"
            raise WrongType(Finding(code="SL113", where=f"{where}[{position}]", rule=rule))
    return items


def nearest(word: str, known: list[str]) -> str:
    """
    Return a question with the nearest of the *known* words, or nothing where none is near.

    >>> nearest("deductable", ["deductible", "share"])
    'did you mean "deductible"?'
    """
    near = difflib.get_close_matches(word.lower(), known, n=1)
    return f'did you mean "{near[0]}"?' if near else ""


def __dir__() -> list[str]:
    return __all__
