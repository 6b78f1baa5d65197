"""Rules between terms: each runs when its terms are there."""

from __future__ import annotations

from collections.abc import Iterator

from stoploss.errors import Finding
from stoploss.rules import Rule, findings_among


def _ordered(low: int, high: int) -> Iterator[Finding]:
    if low > high:
        yield Finding(code="SL1", where="low", rule="low is at most high")


def _even(high: int) -> Iterator[Finding]:
    if high % 2:
        yield Finding(code="SL2", where="high", rule="high is even")


RULES = (Rule(("low", "high"), _ordered), Rule(("high",), _even))


def test_every_rule_is_run() -> None:
    """Terms that break two rules make two findings, in the order of the rules."""
    assert ["SL1", "SL2"] == [finding.code for finding in findings_among(RULES, {"low": 4, "high": 3})]


def test_terms_that_agree_make_no_finding() -> None:
    """A rule that is kept is silent."""
    assert [] == list(findings_among(RULES, {"low": 2, "high": 4, "other": None}))


def test_a_rule_without_its_terms_is_passed_over() -> None:
    """Where a term could not be read, the rules that do without it are still run."""
    assert ["SL2"] == [finding.code for finding in findings_among(RULES, {"high": 3})]
    assert [] == list(findings_among(RULES, {"low": 4}))
