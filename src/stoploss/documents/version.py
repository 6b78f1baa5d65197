"""The version of the form of a policy document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stoploss.errors import Finding

__all__ = ["SCHEMA", "is_newer", "version_findings"]

SCHEMA = 1
"""The version that this package reads and writes."""


def is_newer(document: Mapping[str, Any]) -> bool:
    """Say whether a newer version wrote the document: what it means by its keys is not for this one to judge."""
    version = document.get("schema")
    return type(version) is int and version > SCHEMA


def version_findings(document: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return what is wrong with the version of a document."""
    version = document.get("schema")
    if is_newer(document):
        rule = f"this document was written by a newer version; this one reads schema {SCHEMA}"
        return (Finding(code="SL582", where="schema", rule=rule, help="update stoploss"),)
    if type(version) is not int or version < 1:
        rule = "a policy document states the version of its form"
        return (Finding(code="SL581", where="schema", rule=rule, help=f"write schema = {SCHEMA}"),)
    return ()


def __dir__() -> list[str]:
    return __all__
