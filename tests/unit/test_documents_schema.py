"""The JSON Schema of a policy document agrees with what is read."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from stoploss.documents import dump_policy, policy_schema
from stoploss.policy import Policy
from stoploss.testing.strategies import policies

CASES = sorted((Path(__file__).parent.parent / "cases").glob("*.toml"))
VALIDATOR = Draft202012Validator(policy_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def faults(document: Any) -> list[str]:
    """Return what the schema finds in a document."""
    return [error.message for error in VALIDATOR.iter_errors(json.loads(json.dumps(document, default=str)))]


def test_the_schema_is_one() -> None:
    """It is valid JSON Schema, and plain data."""
    Draft202012Validator.check_schema(policy_schema())

    assert policy_schema() == json.loads(json.dumps(policy_schema()))


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_every_case_has_a_policy_of_that_form(path: Path) -> None:
    """The policies of the worked cases are valid by the schema."""
    assert [] == faults(tomllib.loads(path.read_text(encoding="utf-8"))["policy"])


@given(policy=policies())
def test_what_is_written_is_of_that_form(policy: Policy) -> None:
    """Every policy's document is valid by the schema."""
    assert [] == faults(json.loads(dump_policy(policy, format="json")))


PLAIN: dict[str, Any] = {
    "schema": 1,
    "policyholder": "A",
    "carrier": "B",
    "number": "1",
    "period": {"effective": "2025-01-01", "expires": "2025-12-31"},
    "specific": {"basis": "12/15", "covers": ["medical"], "deductible": "100000"},
}


def test_the_plain_document_is_of_that_form() -> None:
    """What the next test breaks is whole."""
    assert [] == faults(PLAIN)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("schema", 2),
        ("number", 1),
        ("deductable", "1"),
        ("period.effective", "01/01/2025"),
        ("period.months", 12),
        ("specific.deductible", 100_000),
        ("specific.deductible", "100.000"),
        ("specific.share", "80"),
        ("specific.share", 0.8),
        ("specific.basis", "12-15"),
        ("specific.basis", {"label": "12/15", "run_out_limit": {}}),
        ("specific.covers", "medical"),
        ("specific.covers", ["medicla"]),
        ("specific.per", "group"),
        ("specific.lasers", [{"member": "M2", "excluded": "yes"}]),
        ("aggregate", {"basis": "12/12", "covers": ["rx"]}),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(path: str, value: Any) -> None:
    """A wrong value or an unknown key is a fault by the schema too."""
    document = json.loads(json.dumps(PLAIN))
    *tables, key = path.split(".")
    table = document
    for name in tables:
        table = table[name]
    table[key] = value

    assert faults(document)
