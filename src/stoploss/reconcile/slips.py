"""A slip: one thing that a carrier may have done otherwise, and the settlement that it would have been."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import evolve, field, frozen

from stoploss.errors import StopLossError
from stoploss.facts import Coverage, Payment
from stoploss.policy import Policy

__all__ = ["Cause", "Slip", "allowed", "without_aggregate"]


@frozen(kw_only=True)
class Cause:
    """
    A single slip that would make the carrier's figures.

    Args:
        words: What it is, such as ``as if its rx claims did not count``.
        ids: The claims, or the carrier's payments, that it is about.
    """

    words: str = field(repr=False)
    ids: tuple[str, ...] = field(default=(), repr=False)


@frozen(kw_only=True)
class Slip:
    """
    What is settled to see whether a cause holds.

    Args:
        cause: The cause.
        policy: Perhaps with other terms.
        payments: Perhaps without some, or with some more.
    """

    cause: Cause
    policy: Policy = field(repr=False)
    payments: Sequence[Payment] = field(repr=False)


def allowed(make: Callable[[], Policy]) -> Policy | None:
    """Return a policy with other terms, or nothing where they contradict the rest."""
    try:
        return make()
    except StopLossError:
        return None


def without_aggregate(policy: Policy) -> Policy:
    """Return the policy with specific alone, and without what only an aggregate reads."""
    specific, terminal = policy.specific, policy.terminal_liability
    if specific is None:
        return policy
    if terminal is not None and Coverage.AGGREGATE in terminal.covers:
        terminal = evolve(terminal, covers=[Coverage.SPECIFIC]) if Coverage.SPECIFIC in terminal.covers else None
    alone = evolve(specific, lasers=[evolve(laser, counts=None) for laser in specific.lasers])
    changed = allowed(lambda: evolve(policy, aggregate=None, specific=alone, terminal_liability=terminal))
    return changed or policy


def __dir__() -> list[str]:
    return __all__
