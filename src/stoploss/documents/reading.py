"""From a mapping to an object, with every finding on the way.

The classes say which keys a table has and of which types; a hook for each type reads one value.
The hook for a class reads its fields one by one, keeps what is right, and has the rules between terms look at that,
so that a wrong share does not hide a laser below the deductible.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from operator import eq
from typing import Any, TypeAlias, TypeVar, cast, get_args, get_origin

from attrs import NOTHING, Attribute, Factory, evolve, field, fields, frozen, has, resolve_types
from cattrs import Converter

from stoploss.basis import ContractBasis, PriorAdministrator
from stoploss.choice import Choice, nearest
from stoploss.documents.agreement import findings_so_far
from stoploss.documents.values import NOT_A_NUMBER, day, exact, flag, is_list, is_table, month, text, whole
from stoploss.documents.version import is_newer, version_findings
from stoploss.errors import Finding, StopLossError
from stoploss.facts import CarrierPayment, Payment
from stoploss.inner_terms import Used
from stoploss.lasers import Laser
from stoploss.money import Amount, Factor, Share, parse_amount, parse_factor, parse_share
from stoploss.policy import Policy

__all__ = ["RENAMED", "keys_of", "read"]

T = TypeVar("T")
Hook: TypeAlias = Callable[[Any, Any], "Reading"]

_OF_A_MEMBER = (Laser, Used, Payment, CarrierPayment)
"""An amount of these is never quoted."""
RENAMED = {"covered_class": "class", "from_on": "from"}
"""Fields whose key is a word that Python keeps for itself."""
_COVERS = ("specific", "aggregate")
_KEY = re.compile("[a-z_]{1,40}", re.ASCII)
_ITEM = re.compile(r"(\w+)\[(\d+)\]", re.ASCII)
_MONTH = dt.date | str


@frozen(kw_only=True)
class Reading:
    """
    What one value of a document turned out to be.

    Args:
        value: The value, or ``NOTHING`` where it could not be made; a table with an unknown key still has one.
        findings: What is wrong with it.
        terms: Of a table: its terms that are right, and those of the tables in it by dotted path.
        items: Of a list of tables: those that are right.
        positions: Where each of *items* stands in the list.
    """

    value: Any = field(factory=lambda: NOTHING)
    findings: tuple[Finding, ...] = ()
    terms: Mapping[str, Any] = {}
    items: tuple[Any, ...] = ()
    positions: tuple[int, ...] = ()


def read(cls: type[T], table: object) -> tuple[T | None, tuple[Finding, ...]]:
    """Return the object of *cls* that *table* describes (``None`` where it describes none) and every finding."""
    reading = _read(table, cls)
    return None if reading.value is NOTHING else reading.value, reading.findings


def keys_of(cls: type) -> dict[str, Attribute[Any]]:
    """Return the fields of a class by the keys that a document has for them."""
    resolve_types(cls)
    own: list[Attribute[Any]] = [attribute for attribute in fields(cls) if attribute.init]
    return {RENAMED.get(attribute.name, attribute.name): attribute for attribute in own}


@cache
def _converter() -> Converter:
    converter = Converter()
    classes: dict[type, Callable[[object], object]] = {str: text, bool: flag, int: whole, dt.date: day}
    for cls, reader in classes.items():
        converter.register_structure_hook(cls, _hook(reader))
    converter.register_structure_hook(Choice, lambda value, word: _hook(word)(value, word))
    aliases: dict[Any, Callable[[object], object]] = {
        Amount: exact("an amount", '"100000"', parse_amount),
        Share: exact("a share", '"0.8" or "80%"', parse_share),
        Factor: exact("a factor", '"540.1625"', parse_factor),
        _MONTH: month,
    }
    for alias, reader in aliases.items():
        converter.register_structure_hook_func(partial(eq, alias), _hook(reader))
    converter.register_structure_hook_func(_is_list, _read_list)
    converter.register_structure_hook_factory(has, _table_hook)
    # What is registered later is asked first.
    for cls, otherwise in _WORD_OR_TABLE.items():
        converter.register_structure_hook_func(partial(eq, cls), _word_or_table(cls, otherwise))
    converter.register_structure_hook_func(partial(eq, Policy), _read_policy)
    return converter


def _is_list(asked: object) -> bool:
    origin: object = get_origin(asked)
    return origin is tuple


def _read(value: object, asked: Any) -> Reading:  # noqa: ANN401 -- any type that a field can have
    """Read a value as the type that its field has."""
    if value is None:
        return _refused("SL579", "null is no value of a term", "leave the key out")
    return cast("Reading", _converter().structure(value, asked))


def _refused(code: str, rule: str, way_out: str = "") -> Reading:
    return Reading(findings=(Finding(code=code, where="", rule=rule, help=way_out),))


def _hook(reader: Callable[[Any], object]) -> Hook:
    """Return a hook that has a value read and keeps what the reader finds."""

    def hook(value: Any, _asked: Any) -> Reading:  # noqa: ANN401 -- as cattrs calls it
        try:
            return Reading(value=reader(value))
        except StopLossError as error:
            return Reading(findings=error.findings)

    return hook


def _read_list(values: Any, asked: Any) -> Reading:  # noqa: ANN401 -- as cattrs calls it
    if not is_list(values):
        return _refused("SL574", "this is a list", "write it in square brackets")
    of = get_args(asked)[0]
    readings = [_read(value, of) for value in values]
    findings = [found.under(f"[{at}]") for at, reading in enumerate(readings) for found in reading.findings]
    right = {at: reading.value for at, reading in enumerate(readings) if reading.value is not NOTHING}
    return Reading(
        value=tuple(right.values()) if len(right) == len(readings) else NOTHING,
        findings=tuple(findings),
        # A list of words is right as a whole or not at all: a benefit that is misspelt is not one that is missing.
        items=tuple(right.values()) if has(of) else (),
        positions=tuple(right),
    )


_WORD_OR_TABLE: Mapping[type[ContractBasis | PriorAdministrator], str] = {
    ContractBasis: 'a contract basis is a label such as "12/15", or a table',
    PriorAdministrator: 'this is "included", "excluded", or a table of days',
}
"""What a document writes as one word or as a table, and what to say to anything else."""


def _word_or_table(cls: type[ContractBasis | PriorAdministrator], otherwise: str) -> Hook:
    """Return the hook for a class that a document writes as one word, or as a table."""

    def hook(value: Any, asked: Any) -> Reading:  # noqa: ANN401 -- as cattrs calls it
        if is_table(value):
            return _table_hook(cls)(value, asked)
        if not isinstance(value, str):
            return _refused("SL580", otherwise)
        reading = _hook(cls.parse)(value, asked)
        return evolve(reading, findings=tuple(evolve(found, where="") for found in reading.findings))

    return hook


def _read_policy(table: Any, asked: Any) -> Reading:  # noqa: ANN401 -- as cattrs calls it
    if not is_table(table):
        return _table_hook(Policy)(table, asked)
    found = version_findings(table)
    if is_newer(table):
        return Reading(findings=found)
    reading = _table_hook(Policy)({key: value for key, value in table.items() if key != "schema"}, asked)
    return evolve(reading, findings=(*found, *reading.findings))


def _table_hook(cls: type) -> Hook:
    """Return the hook that reads a table as an object of *cls*."""
    keys = keys_of(cls)

    def hook(table: Any, _asked: Any) -> Reading:  # noqa: ANN401 -- as cattrs calls it
        if not is_table(table):
            return _refused("SL573", "this is a table of terms")
        readings = {key: _read_field(table, key, attribute) for key, attribute in keys.items()}
        findings = [found for reading in readings.values() for found in reading.findings]
        findings += _strangers(table, list(keys))
        if cls in _OF_A_MEMBER:
            findings = [_unquoted(found) for found in findings]
        by_name = {keys[key].name: reading for key, reading in readings.items() if reading is not _BY_CLASS}
        terms = _right_so_far(by_name)
        if any(reading.value is NOTHING for reading in by_name.values()):
            contradictions = [_renumbered(found, by_name) for found in findings_so_far(cls, terms)]
            return Reading(findings=(*findings, *contradictions), terms=terms)
        values = {name: reading.value for name, reading in by_name.items()}
        built = _hook(lambda given: cls(**given))(values, cls)
        return Reading(value=built.value, findings=(*findings, *built.findings), terms=terms)

    return hook


_BY_CLASS = Reading()
"""A field left out, for which the class finds a default from its other fields."""


def _read_field(table: Mapping[str, Any], key: str, attribute: Attribute[Any]) -> Reading:
    if key in table:
        reading = _read(table[key], attribute.type)
        return evolve(reading, findings=tuple(found.under(key) for found in reading.findings))
    if attribute.default is NOTHING:
        return Reading(findings=(Finding(code="SL571", where=key, rule="this key is required"),))
    if isinstance(attribute.default, Factory):  # type: ignore[arg-type]  # attrs types its class as a function
        return _BY_CLASS
    return Reading(value=attribute.default)


def _strangers(table: Mapping[str, Any], known: list[str]) -> list[Finding]:
    """Return a finding for every key that the class does not have; one that may be an id is not repeated."""
    found: list[Finding] = []
    for key in (key for key in table if key not in known):
        spelt = str(key)
        where = spelt if _KEY.fullmatch(spelt) else ""
        rule = "this key is not known" if where else "a key here is not known"
        found.append(Finding(code="SL570", where=where, rule=rule, help=nearest(spelt, known)))
    return found


def _unquoted(finding: Finding) -> Finding:
    return evolve(finding, help="write it in quotes") if finding.code == NOT_A_NUMBER else finding


def _right_so_far(readings: Mapping[str, Reading]) -> dict[str, Any]:
    """Return the terms of a table that are right, and those of the tables in it by dotted path."""
    terms: dict[str, Any] = {}
    for name, reading in readings.items():
        if reading.value is not NOTHING:
            terms[name] = reading.value
        elif reading.items:
            terms[name] = reading.items
        elif name in _COVERS and reading.findings:
            terms[name] = reading.terms  # rules between the covers ask only whether there is one
        terms |= {f"{name}.{inner}": value for inner, value in reading.terms.items()}
    return terms


def _renumbered(finding: Finding, readings: Mapping[str, Reading]) -> Finding:
    """Count the items of a list as the document has them: those that were wrong were left out."""

    def numbered(item: re.Match[str]) -> str:
        reading = readings.get(item[1])
        return f"{item[1]}[{reading.positions[int(item[2])]}]" if reading and reading.positions else item[0]

    return evolve(finding, where=_ITEM.sub(numbered, finding.where), rule=_ITEM.sub(numbered, finding.rule))


def __dir__() -> list[str]:
    return __all__
