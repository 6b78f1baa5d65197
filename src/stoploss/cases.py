"""Worked cases: one policy year each, with the figures that a settlement of it must show.

A case is a TOML file: a policy document under ``[policy]``, feed rows under ``claims``, ``enrollment`` and
``carrier_payments``, a day ``as_of`` where it is not the final settlement, and ``[expect]``, paths into the statement's
JSON with the figure.
There is no tolerance.
What a path names: ``specific.units.ID.line`` a line of the unit's row, ``aggregate.months.2025-01-01.attachment`` one
of a policy month (``layers`` by their carrier and ``divisions`` by their name alike), ``specific.excluded.REASON`` the
amount excluded for that reason, ``0.00`` where there is none.

Any engine can be held to such files; ``tests/cases`` has this project's own.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from stoploss.documents.decoding import Document, decode_file
from stoploss.documents.reading import read
from stoploss.documents.values import is_list, is_table
from stoploss.eligibility import Reason
from stoploss.errors import FeedError, Finding, StopLossError
from stoploss.facts import CarrierPayment, CoveredUnits, Payment
from stoploss.money import ZERO
from stoploss.policy import Policy
from stoploss.statement import settle

__all__ = ["Case", "Difference", "load_case", "run_case", "run_cases"]

_LABELS = ("diagnosis", "tags")
"""Columns that hold several labels, separated by semicolons."""
_NAMES = {"units": "unit", "layers": "carrier", "months": "month", "divisions": "division"}
"""Lists of a statement, and what their rows are called by."""
_KEYS = {"payments": "claims", "units": "enrollment"}
"""How a case calls what the settlement names in its errors."""


@frozen(kw_only=True)
class Case:
    """
    One policy year and what its statement must show.

    Args:
        id: Such as ``W21``.
        title: What it shows.
        source: Where its figures come from.
        policy, payments, units, carrier_payments, as_of: What is settled.
        expect: Figures by path into the statement.
        document: The file, for the places in errors.
    """

    id: str
    title: str = ""
    source: str = ""
    policy: Policy = field(repr=False)
    payments: tuple[Payment, ...] = field(default=(), repr=False)
    units: tuple[CoveredUnits, ...] = field(default=(), repr=False)
    carrier_payments: tuple[CarrierPayment, ...] = field(default=(), repr=False)
    as_of: dt.date | None = None
    expect: Mapping[str, str] = field(default={}, repr=False)
    document: Document = field(default=Document(content={}, source=""), repr=False, eq=False)


@frozen(kw_only=True)
class Difference:
    """
    A figure that is not the expected one.

    Args:
        path: Into the statement; it may hold an id, and so is not in the repr.
        expected: What the case says.
        actual: What the statement says; ``None`` where it has no such path.
    """

    path: str = field(repr=False)
    expected: str = field(repr=False)
    actual: str | None = field(repr=False)

    def __str__(self) -> str:
        found = "the statement has no such path" if self.actual is None else f"the statement says {self.actual}"
        return f"{self.path}: expected {self.expected}, {found}"


@frozen(kw_only=True)
class _CaseFile:
    """A case by the keys of its file, the figures aside."""

    id: str
    title: str = ""
    source: str = ""
    as_of: dt.date | None = None
    policy: Policy
    claims: tuple[Payment, ...] = ()
    enrollment: tuple[CoveredUnits, ...] = ()
    carrier_payments: tuple[CarrierPayment, ...] = ()


def load_case(path: str | PathLike[str]) -> Case:
    """
    Return the case that a TOML or JSON file describes.

    Raises:
        FeedError: With every finding, by file, line and path: ``D31.toml:14 claims[3].paid_on: ...``.
    """
    document = decode_file(path)
    content = {key: _with_labels(value) if key == "claims" else value for key, value in document.content.items()}
    expected = content.pop("expect", None)
    file, findings = read(_CaseFile, content)
    findings = (*findings, *_figure_findings(expected))
    figures: Mapping[str, Any] = expected if is_table(expected) else {}
    if file is None or findings:
        raise FeedError([document.placed(finding) for finding in findings])
    return Case(
        id=file.id,
        title=file.title,
        source=file.source,
        policy=file.policy,
        payments=file.claims,
        units=file.enrollment,
        carrier_payments=file.carrier_payments,
        as_of=file.as_of,
        expect={path: _shown(figure) for path, figure in figures.items()},
        document=document,
    )


def run_case(case: Case) -> tuple[Difference, ...]:
    """
    Settle a case and return where the statement is not what the case expects: nothing, where they agree.

    Raises:
        StopLossError: When the case cannot be settled, with the places in its file.
    """
    try:
        statement = settle(case.policy, case.payments, case.units, case.carrier_payments, as_of=case.as_of)
    except StopLossError as error:
        found = [case.document.placed(_by_key(finding)) for finding in error.findings]
        raise type(error)(found, error.more) from None
    document = statement.to_dict()
    actual = {path: _figure(document, path) for path in case.expect}
    return tuple(
        Difference(path=path, expected=expected, actual=actual[path])
        for path, expected in case.expect.items()
        if actual[path] != expected
    )


def run_cases(folder: str | PathLike[str]) -> dict[str, tuple[Difference, ...]]:
    """
    Run every ``.toml`` file of a folder and return the differences by the case's id, in the order of the files' names.

    Raises:
        FeedError: When a file is no case, or two have one id.
        StopLossError: When a case cannot be settled.
    """
    cases: dict[str, Case] = {}
    for path in sorted(Path(folder).glob("*.toml")):
        case = load_case(path)
        if case.id in cases:
            finding = Finding(code="SL488", where="id", rule="two cases of a folder have one id")
            raise FeedError(case.document.placed(finding))
        cases[case.id] = case
    return {id_: run_case(case) for id_, case in cases.items()}


def _with_labels(rows: object) -> object:
    """Split the labels of claims, as a feed does."""
    if not is_list(rows):
        return rows
    return [{key: _labels(key, cell) for key, cell in row.items()} if is_table(row) else row for row in rows]


def _labels(key: str, cell: object) -> object:
    """Return the labels of a cell that holds several; blanks around one and empty ones fall away."""
    if key not in _LABELS or not isinstance(cell, str):
        return cell
    return [label for part in cell.split(";") if (label := part.strip(" "))]


def _figure_findings(expected: object) -> list[Finding]:
    """Return what is wrong with ``[expect]``; a path may hold an id, so it is counted and not repeated."""
    if not is_table(expected) or not expected:
        return [Finding(code="SL489", where="expect", rule="a case expects at least one figure, in a table by path")]
    rule, way_out = "an expected figure is text, as the statement has it", 'such as "80000.00"'
    return [
        Finding(code="SL489", where=f"expect[{position}]", rule=rule, help=way_out)
        for position, figure in enumerate(expected.values())
        if not isinstance(figure, str | bool) and type(figure) is not int
    ]


def _by_key(finding: Finding) -> Finding:
    """Name rows as the file does; a settlement knows them by its parameters."""
    for parameter, key in _KEYS.items():
        if finding.where.startswith(f"{parameter}["):
            return evolve(finding, where=key + finding.where.removeprefix(parameter))
    return finding


def _figure(found: object, path: str) -> str | None:
    """Return the figure that a path names, or ``None`` where the statement has no such path."""
    key, _, rest = path.partition(".")
    if not is_table(found) or key not in found:
        return None
    value = found[key]
    if is_list(value):
        return _excluded(value, rest) if key == "excluded" else _of_row(value, key, rest)
    if rest:
        return _figure(value, rest)
    return None if is_table(value) else _shown(value)


def _excluded(rows: Iterable[Any], reason: str) -> str | None:
    if reason not in list(Reason):
        return None
    amounts: dict[str, str] = {row["reason"]: row["amount"] for row in rows}
    return amounts.get(reason, str(ZERO))


def _of_row(rows: Iterable[Any], key: str, path: str) -> str | None:
    """Return a figure of the row whose name, which may hold points, the path begins with."""
    name = _NAMES.get(key)
    named = [row for row in rows if name and path.startswith(f"{row[name]}.")]
    if not name or not named:
        return None
    row = max(named, key=lambda row: len(row[name]))
    # A unit's row says that it is excluded only where that is true; a month's has no such line.
    default = {"excluded": False} if key == "units" else {}
    return _figure(default | row, path.removeprefix(f"{row[name]}."))


def _shown(figure: object) -> str:
    """Return a figure as JSON has it, without quotes."""
    return figure if isinstance(figure, str) else json.dumps(figure)


def __dir__() -> list[str]:
    return __all__
