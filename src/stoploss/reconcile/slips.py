"""A slip: one thing that a carrier may have done otherwise, and the settlement that it would have been."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import field, frozen

from stoploss.errors import StopLossError
from stoploss.facts import Payment
from stoploss.policy import Policy, specific_alone

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
    """Return the policy with specific alone, where it has that."""
    return allowed(lambda: specific_alone(policy)) or policy


def __dir__() -> list[str]:
    return __all__
