"""Policy documents: TOML or JSON in, TOML or JSON out.

The same keys in both.
Amounts, shares and factors are strings, days are TOML dates or ISO strings.
What is unknown, or known and not applied yet, is refused by name; nothing is ignored.
One error carries every finding: those of single values, and those between the values that are right.

A document that was written here reads back as the same policy, and the same policy is always written in the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Any

from stoploss.documents.decoding import Document, Format, decode, decode_file
from stoploss.documents.reading import read
from stoploss.documents.schema import policy_schema
from stoploss.documents.writing import written
from stoploss.errors import PolicyError
from stoploss.policy import Policy

__all__ = ["Format", "dump_policy", "load_policy", "parse_policy", "policy_from", "policy_schema"]


def load_policy(path: str | PathLike[str]) -> Policy:
    """
    Return the policy that a ``.toml`` or ``.json`` file describes.

    Raises:
        FeedError: When the file cannot be read as it stands.
        PolicyError: With every finding, by file, line and path: ``policy.toml:12 specific.share: ...``.
    """
    return _policy(decode_file(path))


def parse_policy(text: str, *, format: Format = "toml", source: str = "policy") -> Policy:  # noqa: A002 -- callers say format=
    """
    Return the policy that TOML or JSON text describes.

    Args:
        text: The document.
        format: ``"toml"`` or ``"json"``.
        source: What to call the document in an error.

    Raises:
        FeedError: When the text is not what *format* says.
        PolicyError: With every finding, by line and path.

    >>> policy = parse_policy('''
    ... schema = 1
    ... policyholder = "Example Manufacturing"
    ... carrier = "Example Life"
    ... number = "SL-1001"
    ... period = { effective = 2025-01-01, expires = 2025-12-31 }
    ...
    ... [specific]
    ... basis = "12/15"
    ... covers = ["medical", "rx"]
    ... deductible = "100000"
    ... ''')
    >>> policy.specific_windows.paid.last
    datetime.date(2026, 3, 31)
    """
    return _policy(decode(text, format, source))


def policy_from(mapping: Mapping[str, Any]) -> Policy:
    """
    Return the policy that a mapping describes, such as one read by another TOML or JSON library.

    Raises:
        PolicyError: With every finding, by path.
    """
    return _policy(Document(content=mapping, source=""))


def dump_policy(policy: Policy, *, format: Format = "toml") -> str:  # noqa: A002 -- callers say format=
    """
    Return the document of a policy; defaults are left out, and equal policies have equal documents.

    >>> import datetime as dt
    >>> from stoploss.specific_terms import SpecificTerms
    >>> from stoploss.window import Period
    >>> year = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))
    >>> specific = SpecificTerms(basis="12/15", covers=["medical"], deductible="100,000.00", share="90%")
    >>> print(dump_policy(Policy(policyholder="A", carrier="B", number="1", period=year, specific=specific)), end="")
    schema = 1
    policyholder = "A"
    carrier = "B"
    number = "1"
    <BLANKLINE>
    [period]
    effective = 2025-01-01
    expires = 2025-12-31
    <BLANKLINE>
    [specific]
    basis = "12/15"
    covers = ["medical"]
    deductible = "100000"
    share = "0.9"
    """
    return written(policy, format)


def _policy(document: Document) -> Policy:
    policy, findings = read(Policy, document.content)
    if policy is None or findings:
        raise PolicyError(document.placed_by_line(findings))
    return policy


def __dir__() -> list[str]:
    return __all__
