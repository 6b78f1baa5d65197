"""From a policy to its document: canonical, so that equal policies are equal bytes.

Defaults are left out; the keys of a table come before the tables in it; amounts are whole dollars where they can be.
A contract basis is its label, or an inline table.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from attrs import AttrsInstance
from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn, override

from stoploss.attachment_terms import AggregateFactor
from stoploss.basis import ContractBasis, PriorAdministrator
from stoploss.documents.decoding import Format
from stoploss.documents.reading import RENAMED
from stoploss.documents.values import is_list, is_table
from stoploss.documents.version import SCHEMA
from stoploss.lasers import Laser

__all__ = ["written"]

_FIRST = ("schema", "policyholder", "carrier", "number", "currency", "situs")
_INLINE = "basis"


def written(terms: AttrsInstance, form: Format) -> str:
    """Return the document of a policy, or of a companion's terms, as TOML or JSON."""
    table = {"schema": SCHEMA, **_converter().unstructure(terms)}
    document = {key: table[key] for key in _FIRST if key in table} | _tables_last(table)
    if form == "json":
        return json.dumps(document, indent=2, ensure_ascii=False, default=dt.date.isoformat) + "\n"
    return "\n".join(_sections("", document)) + "\n"


@cache
def _converter() -> Converter:
    converter = Converter(omit_if_default=True)
    converter.register_unstructure_hook(Decimal, _exact)
    for cls in (AggregateFactor, Laser):
        keys: dict[str, Any] = {name: override(rename=key) for name, key in RENAMED.items() if hasattr(cls, name)}
        unstructure = make_dict_unstructure_fn(cls, converter, _cattrs_omit_if_default=True, **keys)
        converter.register_unstructure_hook(cls, unstructure)
    table_of_prior = converter.get_unstructure_hook(PriorAdministrator)

    def prior(value: PriorAdministrator) -> str | dict[str, Any]:
        is_word = value in (PriorAdministrator(), PriorAdministrator(included=False))
        table: dict[str, Any] = table_of_prior(value)
        return ("included" if value.included else "excluded") if is_word else table

    converter.register_unstructure_hook(PriorAdministrator, prior)
    plain = converter.get_unstructure_hook(ContractBasis)

    def basis(value: ContractBasis) -> str | dict[str, Any]:
        is_label = value.label is not None and value == ContractBasis.parse(value.label)
        table: dict[str, Any] = plain(value)
        return table["label"] if is_label else table

    converter.register_unstructure_hook(ContractBasis, basis)
    return converter


def _exact(number: Decimal) -> str:
    """Write a number without zeros that say nothing: ``100000``, ``0.9``, but ``2500.50``."""
    numerator, denominator = number.as_integer_ratio()
    return str(numerator) if denominator == 1 else f"{number:f}"


def _tables_last(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table with the keys of its own first, as a TOML document must have them."""
    ordered = sorted(table.items(), key=lambda item: _is_section(*item))
    return {key: _tables_last(value) if is_table(value) else value for key, value in ordered}


def _is_section(key: str, value: object) -> bool:
    """Say whether a value is written under a header of its own."""
    if is_list(value):
        return any(is_table(item) for item in value)
    return is_table(value) and key != _INLINE


def _sections(path: str, table: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a table, then those of the tables in it, each under its header."""
    for key, value in table.items():
        inner = f"{path}.{key}" if path else key
        if not _is_section(key, value):
            yield f"{key} = {_inline(value)}"
        elif is_table(value):
            yield from ("", f"[{inner}]", *_sections(inner, value))
        else:
            for row in value:
                yield from ("", f"[[{inner}]]", *_sections(inner, row))


def _inline(value: object) -> str:
    if is_table(value):
        return "{ " + ", ".join(f"{key} = {_inline(inner)}" for key, inner in value.items()) + " }"
    if is_list(value):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    if isinstance(value, dt.date):
        return value.isoformat()
    # The escapes of JSON are escapes of TOML; only TOML wants one for the delete character too.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def __dir__() -> list[str]:
    return __all__
