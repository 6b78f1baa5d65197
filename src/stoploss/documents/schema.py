"""The form of a policy document as JSON Schema, for editors and for other languages.

Generated from the classes, so that it cannot say anything else than they do.
It describes single values; what terms say about each other is checked when a document is read.
A TOML date is a string to it, as it is to the editors that check TOML against a schema.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from attrs import NOTHING

from stoploss.basis import ContractBasis, PriorAdministrator
from stoploss.choice import Choice
from stoploss.documents.reading import keys_of
from stoploss.documents.version import SCHEMA
from stoploss.money import Amount, Factor, Share
from stoploss.policy import Policy

__all__ = ["policy_schema"]

_NUMBER = r"(\d+|\d{1,3}(,\d{3})+)"

_SCALARS: Mapping[Any, Mapping[str, Any]] = {
    Amount: {"type": "string", "pattern": rf"^-?{_NUMBER}(\.\d{{1,2}})?$", "description": "Dollars"},
    Share: {"type": "string", "pattern": r"^(0*[01](\.\d+)?|\d{1,3}(\.\d+)?%)$", "description": "0 to 1, or percent"},
    Factor: {"type": "string", "pattern": rf"^{_NUMBER}(\.\d+)?$", "description": "Dollars, up to six places"},
    dt.date: {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
}

_WORDS: Mapping[type, Mapping[str, Any]] = {
    ContractBasis: {"type": "string", "pattern": r"^([1-9]\d?/[1-9]\d?|paid|incurred)$"},
    PriorAdministrator: {"enum": ["included", "excluded"]},
}
"""What a document may write instead of a table."""


def policy_schema() -> dict[str, Any]:
    """
    Return the JSON Schema (draft 2020-12) of a policy document.

    >>> sorted(policy_schema()["required"])
    ['carrier', 'number', 'period', 'policyholder', 'schema']
    """
    definitions: dict[str, Any] = {}
    policy = _table(Policy, definitions)
    properties = {"schema": {"const": SCHEMA}, **policy.pop("properties")}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Stop-loss policy",
        **policy,
        "required": ["schema", *policy["required"]],
        "properties": properties,
        "$defs": dict(sorted(definitions.items())),
    }


def _table(cls: type, definitions: dict[str, Any]) -> dict[str, Any]:
    keys = keys_of(cls)
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [key for key, attribute in keys.items() if attribute.default is NOTHING],
        "properties": {key: _value(attribute.type, definitions) for key, attribute in keys.items()},
    }


def _value(asked: Any, definitions: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 -- any type that a field can have
    if asked in _SCALARS:
        return dict(_SCALARS[asked])
    if get_origin(asked) is tuple:
        return {"type": "array", "items": _value(get_args(asked)[0], definitions)}
    arguments = [argument for argument in get_args(asked) if argument is not types.NoneType]
    if arguments:  # a term that may be absent
        return _value(arguments[0], definitions)
    if issubclass(asked, Choice):
        return {"enum": [str(word) for word in asked]}
    return _reference(asked, definitions)


def _reference(cls: type, definitions: dict[str, Any]) -> dict[str, Any]:
    """Define a class once and point to it."""
    if cls.__name__ not in definitions:
        definitions[cls.__name__] = {}
        table = _table(cls, definitions)
        definitions[cls.__name__] = {"anyOf": [dict(_WORDS[cls]), table]} if cls in _WORDS else table
    return {"$ref": f"#/$defs/{cls.__name__}"}


def __dir__() -> list[str]:
    return __all__
