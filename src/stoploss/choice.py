"""Terms that are one of a few words, such as ``paid`` or ``incurred``.

A word that is none of them is refused with the list, and with the nearest one where there is one.
"""

from __future__ import annotations

import difflib
from enum import StrEnum
from typing import NoReturn

from stoploss.errors import Finding, InvalidValue, WrongType

__all__ = ["Choice", "nearest"]


class Choice(StrEnum):
    """An enumeration of words; made from a member or from its text."""

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        words = [str(member) for member in cls]
        rule = f"this is one of {', '.join(words)}"
        if not isinstance(value, str):
            raise WrongType(Finding(code="SL101", where="", rule=f"{rule}, written as text"))
        raise InvalidValue(Finding(code="SL106", where="", rule=rule, help=nearest(value, words)))


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
