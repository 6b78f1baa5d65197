"""Rules between terms, as a list: each names the terms it needs and finds what contradicts itself.

A class runs its rules when it is built.
A loader runs them over the terms that are right so far, so that one error lists a wrong share
*and* a laser below the deductible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from stoploss.errors import Finding

__all__ = ["Rule", "findings_among"]


@frozen
class Rule:
    """
    A rule between terms.

    Args:
        needs: Names of the terms, passed to *find* in this order.
        find: Yields the findings; nothing where the terms agree.
    """

    needs: tuple[str, ...]
    find: Callable[..., Iterable[Finding]]


def findings_among(rules: Iterable[Rule], terms: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what *rules* find among *terms*; a rule whose terms are not all there is passed over."""
    for rule in rules:
        if all(name in terms for name in rule.needs):
            yield from rule.find(*(terms[name] for name in rule.needs))


def __dir__() -> list[str]:
    return __all__
