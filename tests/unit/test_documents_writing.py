"""Writing policy documents: canonical, and read back as the same policy."""

from __future__ import annotations

import json
import tomllib
from typing import Literal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from stoploss.documents import dump_policy, parse_policy, policy_from
from stoploss.policy import Policy
from stoploss.testing.strategies import policies
from tests.plain import plain

FORMS = st.sampled_from(["toml", "json"])

CANONICAL = """\
schema = 1
policyholder = "Müller \\"&\\" Söhne\\n\\u007f\\\\"
carrier = "Example Life"
number = "SL-1001"
currency = "CAD"
situs = "IL"

[period]
effective = 2025-01-01
expires = 2025-12-31
original_effective = 2023-01-01
terminated = 2025-08-31

[specific]
basis = { label = "12/15", incurred_from = 2024-12-01, run_in_limit = { amount = "25000" } }
covers = ["medical", "rx"]
deductible = "100000"
aggregating = "50000.50"
share = "0.9"
share_applies = "before_aggregating"
maximum = "2000000"
maximum_on = "eligible"
consume_by = "incurred"

[[specific.lasers]]
member = "M2"
deductible = "250000"

[[specific.lasers]]
member = "M3"
excluded = true

[aggregate]
basis = "12/12"
covers = ["medical", "rx"]
loss_limit = "0"
laser_loss_limit = "laser"
aggregating_counts = true
share = "0.333333333333"
maximum = "1000000"
maximum_kind = "ceiling"

[[aggregate.factors]]
tier = "single"
amount = "540.1625"
benefit = "medical"

[[aggregate.factors]]
tier = "single"
amount = "0"
benefit = "rx"

[aggregate.minimum]
amount = "900000"
first_month = "0.95"

[early_termination]
windows = "unchanged"
"""


def test_a_canonical_document_is_written_as_it_was() -> None:
    """The writer's own form is stable, key by key and byte by byte."""
    assert CANONICAL == dump_policy(parse_policy(CANONICAL))


def test_json_is_the_same_document() -> None:
    """JSON has the same keys in the same order, days as ISO text."""
    text = dump_policy(parse_policy(CANONICAL), format="json")

    expected = json.dumps(tomllib.loads(CANONICAL), default=str, indent=2, ensure_ascii=False) + "\n"
    assert expected == text


@pytest.mark.parametrize(
    ("loose", "strict"),
    [
        ('deductible = "100,000.00"', 'deductible = "100000"'),
        ('share = "33.3333333333%"', 'share = "0.333333333333"'),
        ('share = "90.0%"', 'share = "0.9"'),
        ('amount = "-0"', 'amount = "0"'),
        ('amount = "540.162500"', 'amount = "540.1625"'),
        ('basis = { label = "12/12" }', 'basis = "12/12"'),
        ('currency = "CAD"\nsitus = "IL"', 'situs = "IL"\ncurrency = "CAD"'),
        ("effective = 2025-01-01", 'effective = "2025-01-01"'),
        ("[early_termination]\n", '[early_termination]\nminimum = "full"\n'),
    ],
)
def test_equal_policies_have_equal_documents(loose: str, strict: str) -> None:
    """However a term is written, the same policy is the same bytes."""
    assert (loose in CANONICAL) or (strict in CANONICAL)
    other = CANONICAL.replace(strict, loose) if strict in CANONICAL else CANONICAL.replace(loose, strict)

    assert CANONICAL == dump_policy(parse_policy(other))


@given(policy=policies(), form=FORMS)
def test_a_document_reads_back_as_the_same_policy(policy: Policy, form: Literal["toml", "json"]) -> None:
    """Documents round-trip: `load(dump(p)) == p`, and `dump(load(dump(p))) == dump(p)`."""
    text = dump_policy(policy, format=form)
    again = parse_policy(text, format=form)

    assert policy == again
    assert text == dump_policy(again, format=form)


@given(policy=policies())
def test_both_forms_say_the_same(policy: Policy) -> None:
    """TOML and JSON are one document in two notations."""
    as_toml, as_json = dump_policy(policy), dump_policy(policy, format="json")

    assert json.loads(as_json) == json.loads(json.dumps(tomllib.loads(as_toml), default=str))


@given(policy=policies())
def test_a_term_written_out_is_its_default(policy: Policy) -> None:
    """A document that states every default is the policy that leaves them out."""
    assert policy == policy_from({"schema": 1, **plain(policy)})


@given(
    policy=policies(),
    text=st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: bool(text.strip())),
    form=FORMS,
)
def test_any_text_is_written_and_read(policy: Policy, text: str, form: Literal["toml", "json"]) -> None:
    """Names hold whatever text a person has typed: quotes, controls, any script."""
    named = evolve(policy, policyholder=text, number=text)

    assert named == parse_policy(dump_policy(named, format=form), format=form)
