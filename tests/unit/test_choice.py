"""Terms that are one of a few words."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import field, frozen

from stoploss.choice import Choice, is_flag, nearest
from stoploss.errors import InvalidValue, WrongType
from tests.unit.given import refused


class Colour(Choice):
    """An enumeration to try."""

    RED = "red"
    GREEN = "green"


def test_a_choice_is_made_from_its_text_or_from_itself() -> None:
    """A word and the member that it names are the same choice."""
    assert Colour.RED is Colour("red") is Colour(Colour.RED)
    assert "red" == Colour.RED.value == str(Colour.RED)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("gren", 'this is one of red, green; did you mean "green"? [SL106]'),
        ("RED", 'this is one of red, green; did you mean "red"? [SL106]'),
        ("blue", "this is one of red, green [SL106]"),
        ("", "this is one of red, green [SL106]"),
    ],
)
def test_another_word_is_refused_with_the_list(word: str, expected: str) -> None:
    """The message lists the words, and the nearest where there is one."""
    assert [expected] == refused(InvalidValue, Colour, word)


@pytest.mark.parametrize("value", [None, 1, 1.5, True, b"red", ["red"], {}])
def test_what_is_no_text_is_a_wrong_type(value: Any) -> None:
    """Only text names a choice."""
    assert ["this is one of red, green, written as text [SL101]"] == refused(WrongType, Colour, value)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("deductable", 'did you mean "deductible"?'),
        ("Share", 'did you mean "share"?'),
        ("zzz", ""),
    ],
)
def test_the_nearest_known_word_is_asked_for(word: str, expected: str) -> None:
    """A slip is answered with a question, a stranger with nothing."""
    assert expected == nearest(word, ["deductible", "share"])


@frozen
class Door:
    """A class to try."""

    open: bool = field(validator=is_flag)


@pytest.mark.parametrize("value", [True, False])
def test_a_flag_is_true_or_false(value: bool) -> None:
    """Nothing else is either."""
    assert value is Door(value).open


@pytest.mark.parametrize(("value", "got"), [("no", "str"), (1, "int"), (0, "int"), (None, "NoneType"), (1.0, "float")])
def test_what_merely_looks_like_a_flag_is_a_wrong_type(value: Any, got: str) -> None:
    """The text "no" would count as yes; the message names the field and the type."""
    assert [f"open: this is True or False, not {'an' if got == 'int' else 'a'} {got} [SL577]"] == refused(
        WrongType, Door, value
    )
