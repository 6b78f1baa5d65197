"""What goes wrong, said once and completely.

Every error of this package is a :class:`StopLossError`.
It carries *all* its findings, so that forty faults of a file are one error and not forty runs,
and no finding quotes a member, family or claim id or a member's amount: it points to the place instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from attrs import evolve, frozen

__all__ = [
    "FINDINGS_CAP",
    "EngineError",
    "FactError",
    "FeedError",
    "Finding",
    "InvalidValue",
    "InvariantError",
    "LedgerConflict",
    "PolicyError",
    "StopLossError",
    "UnknownFact",
    "WrongType",
    "raise_if_any",
    "type_of",
]

FINDINGS_CAP = 1_000
"""An error keeps this many findings and counts the rest."""


@frozen(kw_only=True)
class Finding:
    """
    One fault: where it is, which rule it breaks, and the way out.

    Args:
        code: Stable, never reused, such as ``SL107``; ``docs/errors.md`` has a row for each.
        where: A path (``specific.share``) or a place in a file (``claims.csv:17 paid_on``).
        rule: What holds, or what was found instead; never an id or a member's amount.
        help: What to write instead; may be empty.
    """

    code: str
    where: str
    rule: str
    help: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        way_out = f"; {self.help}" if self.help else ""
        return f"{place}{self.rule}{way_out} [{self.code}]"

    def under(self, prefix: str) -> Finding:
        """Return the same finding one level further out: ``share`` under ``specific`` is ``specific.share``."""
        joint = "" if not self.where or self.where.startswith("[") else "."
        return evolve(self, where=f"{prefix}{joint}{self.where}")


class StopLossError(Exception):
    """
    The base of every error of this package.

    Attributes:
        findings: At most :data:`FINDINGS_CAP`, in the order in which they were found.
        more: How many further findings were counted but not kept.
    """

    def __init__(self, findings: Finding | Iterable[Finding], more: int = 0) -> None:
        found = (findings,) if isinstance(findings, Finding) else tuple(findings)
        self.findings: tuple[Finding, ...] = found[:FINDINGS_CAP]
        self.more: int = more + len(found) - len(self.findings)
        # Plain arguments keep the error picklable, and so usable across processes.
        super().__init__(self.findings, self.more)

    def __str__(self) -> str:
        lines = [str(finding) for finding in self.findings]
        if self.more:
            lines.append(f"... and {self.more:,} more")
        return "\n".join(lines)

    def under(self, prefix: str) -> Self:
        """Return the same error with every place one level further out."""
        return type(self)([finding.under(prefix) for finding in self.findings], self.more)


class WrongType(StopLossError, TypeError):
    """A value of a type that is never right here, such as a float for an amount."""


class InvalidValue(StopLossError, ValueError):
    """A value of the right type that breaks a rule, such as an amount with a fraction of a cent."""


class PolicyError(StopLossError, ValueError):
    """Terms that are wrong, or that contradict each other."""


class FactError(StopLossError, ValueError):
    """Reported facts that cannot be settled together."""


class FeedError(StopLossError, ValueError):
    """A file that cannot be read as it stands; nothing of it was loaded."""


class EngineError(StopLossError, ValueError):
    """An engine that is not there, or something that it cannot take: refused before it starts."""


class LedgerConflict(StopLossError, ValueError):
    """A different fact under an id that the ledger already knows."""


class UnknownFact(StopLossError, LookupError):
    """A question about a member or a claim that is not in the statement."""


class InvariantError(StopLossError, ValueError):
    """A settlement whose lines do not add up: a fault of this package, raised instead of a wrong number."""


def type_of(value: object) -> str:
    """
    Name the type of a value that is out of place, and nothing of the value.

    >>> type_of(5), type_of(True)
    ('an int', 'a bool')
    """
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def raise_if_any(error: type[StopLossError], findings: Iterable[Finding]) -> None:
    """Raise *error* with all *findings*, if there are any."""
    found = tuple(findings)
    if found:
        raise error(found)


def __dir__() -> list[str]:
    return __all__
