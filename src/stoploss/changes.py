"""What changed between two statements: which payments, and what became due.

A refiling asks for exactly this: claims added, claims removed, and the amount changed since last time.

Source: ``docs/clauses.md``, statement.
"""

from __future__ import annotations

from attrs import field, frozen

from stoploss.facts import Coverage
from stoploss.money import Amount, cents, dollars
from stoploss.splits import Split
from stoploss.statement import Statement

__all__ = ["Changes", "DueChange", "PaymentChange", "diff"]


@frozen(kw_only=True)
class PaymentChange:
    """One payment whose split is not what it was; ``None`` where the statement did not hold it."""

    id: str = field(repr=False)
    then: Split | None = field(repr=False)
    now: Split | None = field(repr=False)


@frozen(kw_only=True)
class DueChange:
    """
    What became due under one coverage.

    Args:
        coverage: Which cover.
        unit: The member or family; ``None`` for the aggregate.
        then, now: What was and is due; negative is due to the carrier.
        became_due: ``now`` less ``then``.
    """

    coverage: Coverage
    unit: str | None = field(repr=False)
    then: Amount = field(repr=False)
    now: Amount = field(repr=False)
    became_due: Amount = field(repr=False)


@frozen(kw_only=True)
class Changes:
    """
    The difference between two statements of one policy.

    Args:
        added: Payments that only the later statement holds.
        removed: Payments that only the earlier one holds.
        changed: Payments that both hold, with another split.
        due: Units, and the aggregate, for which another amount is due.
        became_due: The sum of what became due; negative is due to the carrier.
    """

    added: tuple[PaymentChange, ...]
    removed: tuple[PaymentChange, ...]
    changed: tuple[PaymentChange, ...]
    due: tuple[DueChange, ...]
    became_due: Amount

    def __repr__(self) -> str:
        return f"Changes({len(self.added)} added, {len(self.removed)} removed, {len(self.changed)} changed)"


def diff(then: Statement, now: Statement) -> Changes:
    """
    Return what changed from statement *then* to statement *now*, payments in the order of the later statement.

    Args:
        then: The earlier statement, such as the one that was filed.
        now: The later one.
    """
    before = {split.id: split for split in then.splits}
    after = {split.id: split for split in now.splits}
    due = tuple(_due_changes(then, now))
    return Changes(
        added=tuple(
            PaymentChange(id=name, then=None, now=split) for name, split in after.items() if name not in before
        ),
        removed=tuple(
            PaymentChange(id=name, then=split, now=None) for name, split in before.items() if name not in after
        ),
        changed=tuple(
            PaymentChange(id=name, then=before[name], now=split)
            for name, split in after.items()
            if name in before and before[name] != split
        ),
        due=due,
        became_due=dollars(sum(cents(change.became_due) for change in due)),
    )


def _due_changes(then: Statement, now: Statement) -> list[DueChange]:
    before, after = _due(then), _due(now)
    return [
        DueChange(
            coverage=coverage,
            unit=unit,
            then=dollars(before.get((coverage, unit), 0)),
            now=dollars(after.get((coverage, unit), 0)),
            became_due=dollars(after.get((coverage, unit), 0) - before.get((coverage, unit), 0)),
        )
        for coverage, unit in {**after, **before}
        if after.get((coverage, unit), 0) != before.get((coverage, unit), 0)
    ]


def _due(statement: Statement) -> dict[tuple[Coverage, str | None], int]:
    """Return what is due, in cents, by coverage and unit."""
    due: dict[tuple[Coverage, str | None], int] = {}
    if statement.specific is not None:
        due |= {(Coverage.SPECIFIC, sheet.unit): cents(sheet.due) for sheet in statement.specific.units}
    if statement.aggregate is not None:
        due[Coverage.AGGREGATE, None] = cents(statement.aggregate.due)
    return due


def __dir__() -> list[str]:
    return __all__
