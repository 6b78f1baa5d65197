"""Funding plans as TOML or JSON, read and written as strictly as policy documents."""

from __future__ import annotations

from os import PathLike

from stoploss.documents import Format
from stoploss.documents.decoding import Document, decode, decode_file
from stoploss.documents.reading import read
from stoploss.documents.version import is_newer, version_findings
from stoploss.documents.writing import written
from stoploss.errors import PolicyError, raise_if_any
from stoploss.funding.plan import FundingPlan

__all__ = ["dump_funding_plan", "load_funding_plan", "parse_funding_plan"]


def load_funding_plan(path: str | PathLike[str]) -> FundingPlan:
    """
    Return the funding plan that a ``.toml`` or ``.json`` file describes.

    Raises:
        FeedError: When the file cannot be read as it stands.
        PolicyError: With every finding, by file, line and path: ``funding.toml:7 tiers[0].funding_rate: ...``.
    """
    return _plan(decode_file(path))


def parse_funding_plan(text: str, *, format: Format = "toml", source: str = "funding plan") -> FundingPlan:  # noqa: A002 -- what it is
    """
    Return the funding plan that TOML or JSON text describes.

    Args:
        text: The document.
        format: ``"toml"`` or ``"json"``.
        source: What to call the document in an error.

    Raises:
        FeedError: When the text is not what *format* says.
        PolicyError: With every finding, by line and path.

    >>> plan = parse_funding_plan('''
    ... schema = 1
    ... administration = "38.50"
    ...
    ... [[tiers]]
    ... tier = "single"
    ... specific_premium = "142.10"
    ... expected_claims = "455"
    ... ''')
    >>> plan.rate("specific_premium", "single")
    Decimal('142.1')
    """
    return _plan(decode(text, format, source))


def dump_funding_plan(plan: FundingPlan, *, format: Format = "toml") -> str:  # noqa: A002 -- what it is
    """
    Return the document of a funding plan; what is not given is left out, and equal plans have equal documents.

    >>> from stoploss.funding.plan import TierRates
    >>> single = TierRates(tier="single", specific_premium="142.10", expected_claims="455.00")
    >>> print(dump_funding_plan(FundingPlan(administration="38.50", tiers=[single])), end="")
    schema = 1
    administration = "38.5"
    <BLANKLINE>
    [[tiers]]
    tier = "single"
    specific_premium = "142.1"
    expected_claims = "455"
    """
    return written(plan, format)


def _plan(document: Document) -> FundingPlan:
    found = version_findings(document.content)
    if is_newer(document.content):
        raise PolicyError(document.placed_by_line(found))
    terms = {key: value for key, value in document.content.items() if key != "schema"}
    plan, findings = read(FundingPlan, terms)
    raise_if_any(PolicyError, document.placed_by_line([*found, *findings]))
    assert plan is not None  # noqa: S101 -- what cannot be built has findings
    return plan


def __dir__() -> list[str]:
    return __all__
