"""The words of a stop-loss schedule: terms that are one of a few.

Source: the schedule of a stop-loss policy; each word has its row in ``docs/clauses.md``.
"""

from __future__ import annotations

from stoploss.choice import Choice

__all__ = [
    "AggregateOnTermination",
    "ConsumeBy",
    "Counting",
    "LaserLossLimit",
    "MaximumKind",
    "MaximumOn",
    "MinimumOnTermination",
    "Per",
    "ShareApplies",
    "WindowsOnTermination",
]


class Per(Choice):
    """The unit over which a deductible runs."""

    MEMBER = "member"
    FAMILY = "family"


class ConsumeBy(Choice):
    """The order in which payments consume a deductible; ties go by id."""

    PAID = "paid"
    INCURRED = "incurred"


class ShareApplies(Choice):
    """Whether the reimbursement percentage meets the excess after or before the aggregating specific deductible."""

    AFTER_AGGREGATING = "after_aggregating"
    BEFORE_AGGREGATING = "before_aggregating"


class MaximumOn(Choice):
    """What the specific maximum caps."""

    REIMBURSEMENT = "reimbursement"
    """The most that the carrier pays per unit and period."""
    ELIGIBLE = "eligible"
    """The unit's eligible claims."""


class Counting(Choice):
    """Which dollars count toward the aggregate attachment point."""

    LOSS_LIMIT = "loss_limit"
    """Each unit's claims up to the loss limit."""
    NET_OF_SPECIFIC = "net_of_specific"
    """Everything that specific does not reimburse."""


class LaserLossLimit(Choice):
    """Up to where a lasered unit counts."""

    STANDARD = "standard"
    LASER = "laser"


class MaximumKind(Choice):
    """What the aggregate maximum caps."""

    FLAT = "flat"
    """The reimbursement."""
    CEILING = "ceiling"
    """The counted claims."""


class WindowsOnTermination(Choice):
    """Whether termination ends the specific windows; the aggregate's always end."""

    TO_TERMINATION = "to_termination"
    UNCHANGED = "unchanged"


class MinimumOnTermination(Choice):
    """What becomes of the minimum attachment point when the policy ends early."""

    FULL = "full"
    PRORATED = "prorated"
    DROPPED = "dropped"


class AggregateOnTermination(Choice):
    """Whether the aggregate pays at all when the policy ends early."""

    PAYS = "pays"
    NOTHING = "nothing"


def __dir__() -> list[str]:
    return __all__
