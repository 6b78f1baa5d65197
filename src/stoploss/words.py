"""The words of a stop-loss schedule: terms that are one of a few.

Source: the schedule of a stop-loss policy; each word has its row in ``docs/clauses.md``.
"""

from __future__ import annotations

from stoploss.choice import Choice

__all__ = [
    "AggregateOnTermination",
    "CapOn",
    "CapPer",
    "ConsumeBy",
    "Counting",
    "DeductibleOnTermination",
    "LaserCounts",
    "LaserEffect",
    "LaserLossLimit",
    "LegalCost",
    "LimitCaps",
    "LimitPer",
    "MaximumKind",
    "MaximumOn",
    "MinimumInAccommodation",
    "MinimumOnTermination",
    "OverlapRule",
    "Per",
    "RebateTreatment",
    "RecoveryOrder",
    "Repay",
    "ShareApplies",
    "TerminalAttachment",
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


class DeductibleOnTermination(Choice):
    """What becomes of the specific deductible when the policy ends early."""

    FULL = "full"
    PRORATED = "prorated"
    """By the policy months that have begun in force."""


class LimitPer(Choice):
    """Whose dollars share one limit."""

    MEMBER = "member"
    """Each unit has its own: the member, or the family where the deductible is per family."""
    POLICY = "policy"
    """All units together."""


class LimitCaps(Choice):
    """What a run-in or run-out limit caps."""

    COUNTED = "counted"
    """What counts, toward the deductible and all else."""
    REIMBURSED = "reimbursed"
    """What the carrier reimburses."""


class LaserEffect(Choice):
    """Since when a conditional laser applies."""

    WHOLE_PERIOD = "whole_period"
    FROM_TRIGGER = "from_trigger"
    """What was paid before the day of the first payment that carries the label stays as it was."""


class LaserCounts(Choice):
    """What of a lasered unit counts in the aggregate."""

    STANDARD = "standard"
    """Up to the standard loss limit."""
    LASER = "laser"
    """Up to its laser."""
    NOTHING = "nothing"
    """Nothing of what the laser takes."""


class CapOn(Choice):
    """What an inner maximum caps."""

    REIMBURSEMENT = "reimbursement"
    ELIGIBLE = "eligible"


class CapPer(Choice):
    """How long an inner maximum runs."""

    PERIOD = "period"
    LIFETIME = "lifetime"


class MinimumInAccommodation(Choice):
    """Whether the minimum attachment point, by months, joins an accommodation's threshold."""

    PRORATED = "prorated"
    NONE = "none"


class Repay(Choice):
    """When an accommodation goes back that claims no longer bear out."""

    AT_END = "at_end"
    WHEN_RECOVERED = "when_recovered"


class TerminalAttachment(Choice):
    """What terminal liability adds to the attachment point."""

    LAST_MONTHS = "last_months"
    """The amounts of the last policy months."""
    RATIO = "ratio"
    """As many twelfths more as there are months, in a policy of twelve."""
    CORRIDOR = "corridor"
    """A share of it."""
    UNCHANGED = "unchanged"


class OverlapRule(Choice):
    """Which of two policies takes a claim that lies in the windows of both."""

    ERROR = "error"
    """Neither: it is refused."""
    INCURRED = "incurred"
    """The one in whose period it was incurred."""
    PAID = "paid"
    """The one in whose period it was paid."""
    FIRST = "first"
    """The earlier one."""


class RecoveryOrder(Choice):
    """Whose a recovery is."""

    RECOMPUTE = "recompute"
    """It comes off the claim as if that had been paid lower: off the top, and so the carrier's first."""
    EMPLOYER_FIRST = "employer_first"
    PRO_RATA = "pro_rata"


class LegalCost(Choice):
    """Whether a recovery counts before or after what it cost to obtain."""

    GROSS = "gross"
    NET = "net"


class RebateTreatment(Choice):
    """What a pharmacy rebate does."""

    NET_PER_CLAIM = "net_per_claim"
    """It lowers the unit's claims, under both covers."""
    GROSS = "gross"
    """Nothing: claims count before rebates."""
    NET_AT_AGGREGATE = "net_at_aggregate"
    """It lowers what counts in the aggregate alone."""


def __dir__() -> list[str]:
    return __all__
