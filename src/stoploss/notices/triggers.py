"""Trigger diagnoses: conditions that the carrier wants to hear of, whatever they have cost so far.

The list that binds is the carrier's.
A sample ships with the package, its source in its first lines.

A list is a CSV file with the columns ``label`` and ``description``; lines that begin with ``#`` are remarks.
A label is an ICD-10 code, the beginning of one, or a tag: ``C`` takes every malignant neoplasm, ``D66`` hemophilia A.

Source: notification lists of carriers; see ``docs/clauses.md``, notices.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from importlib.resources import files
from os import PathLike
from pathlib import Path

from attrs import evolve, field, frozen

from stoploss.checks import check_label
from stoploss.errors import FeedError, Finding, InvalidValue, StopLossError, WrongType, raise_if_any, type_of

__all__ = ["Trigger", "read_triggers", "sample_triggers"]

_SAMPLE = files("stoploss.notices") / "data" / "trigger_diagnoses.csv"
_COLUMNS = ["label", "description"]
_LARGEST = 1_000_000
"""A list has at most this many bytes."""


def _is_text(_instance: object, _attribute: object, value: object) -> None:
    if type(value) is not str:
        rule = f"this is text, not {type_of(value)}"
        raise WrongType(Finding(code="SL575", where="description", rule=rule))


@frozen(kw_only=True)
class Trigger:
    """
    One line of a list of trigger diagnoses.

    Args:
        label: What a claim carries: an ICD-10 code or its beginning (points do not matter), or a tag.
        description: The condition, in words.

    Raises:
        InvalidValue: For an empty label.
        WrongType: For anything but text.
    """

    label: str
    description: str = field(default="", validator=_is_text)

    def __attrs_post_init__(self) -> None:
        check_label(self.label, "label")


def read_triggers(path: str | PathLike[str]) -> tuple[Trigger, ...]:
    """
    Read a list of trigger diagnoses, in its order.

    Raises:
        FeedError: With every fault of the file; nothing was read then.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else "the system cannot read this file"
        raise FeedError(Finding(code="SL670", where=path.name, rule=reason)) from error
    if len(raw) > _LARGEST:
        rule = f"a list of triggers has at most {_LARGEST:,} bytes"
        raise FeedError(Finding(code="SL670", where=path.name, rule=rule))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FeedError(Finding(code="SL670", where=path.name, rule="this is not UTF-8")) from None
    return _parsed(text, path.name)


def sample_triggers() -> tuple[Trigger, ...]:
    """
    Return the sample list that ships with the package; it is no carrier's.

    >>> [trigger.description for trigger in sample_triggers() if trigger.label == "D66"]
    ['Hemophilia A']
    """
    return _parsed(_SAMPLE.read_text(encoding="utf-8"), _SAMPLE.name)


def _parsed(text: str, source: str) -> tuple[Trigger, ...]:
    """Return the triggers of a file's text."""
    numbered = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if _says_something(line)]
    header, *rows = numbered or [(1, "")]
    if _cells(header[1]) != _COLUMNS:
        rule = f"a list of triggers has the columns {','.join(_COLUMNS)}"
        raise FeedError(Finding(code="SL671", where=f"{source}:{header[0]}", rule=rule))
    found: list[Finding] = []
    triggers: dict[str, Trigger] = {}
    for number, line in rows:
        try:
            trigger = _trigger(_cells(line))
        except StopLossError as error:
            found += [evolve(finding, where=f"{source}:{number} {finding.where}".strip()) for finding in error.findings]
            continue
        found += _repeated(trigger, triggers, f"{source}:{number} label")
        triggers.setdefault(trigger.label, trigger)
    raise_if_any(FeedError, found)
    return tuple(triggers.values())


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _cells(line: str) -> list[str]:
    """Return the cells of a line; what is no CSV has none."""
    try:
        return [cell.strip() for cell in next(csv.reader([line], strict=True))]
    except csv.Error:
        return []


def _trigger(cells: Sequence[str]) -> Trigger:
    if len(cells) != len(_COLUMNS):
        rule = f"a row has {len(_COLUMNS)} cells, and this one has {len(cells)}"
        raise InvalidValue(Finding(code="SL672", where="", rule=rule, help="put text with a comma in quotes"))
    label, description = cells
    return Trigger(label=label, description=description)


def _repeated(trigger: Trigger, known: dict[str, Trigger], where: str) -> Iterator[Finding]:
    if trigger.label in known:
        yield Finding(code="SL673", where=where, rule="this label is on the list already", help="keep one of the rows")


def __dir__() -> list[str]:
    return __all__
