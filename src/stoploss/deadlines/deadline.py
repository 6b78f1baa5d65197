"""One day after which dollars are lost, or have to be found elsewhere.

Source: ``docs/clauses.md``, notices.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from attrs import field, frozen

from stoploss.choice import Choice
from stoploss.facts import Coverage
from stoploss.money import Amount
from stoploss.sheets import to_document

__all__ = ["Deadline", "DeadlineKind"]


class DeadlineKind(Choice):
    """What has to be done by the day."""

    PAY = "pay"
    """Pay a pending claim, so that it counts."""
    REQUEST_ADVANCE = "request_advance"
    """Ask the carrier for its part of pending claims before the plan pays them."""
    USE_ADVANCE = "use_advance"
    """Pay the claims that the carrier has advanced, or return its money."""
    NOTICE = "notice"
    """Tell the carrier of an event."""
    PROOF = "proof"
    """File the proof of loss for what is due."""


@frozen(kw_only=True)
class Deadline:
    """
    One deadline.

    Args:
        kind: What has to be done.
        last_day: The last day on which it still helps, that day included.
        days_left: From the day asked about; negative once the day has passed.
        covers: The covers that it is about.
        unit: The member or family; ``None`` for the aggregate as a whole.
        claims: The claims that it is about.
        amount: What these claims come to, or what may be asked for, has been advanced, or is due.
        at_risk: What the carrier would not pay if the day were missed; once it has passed, what is lost by it.
            For an advance: what the employer would have to find first. Never negative.
    """

    kind: DeadlineKind = field(converter=DeadlineKind)
    last_day: dt.date
    days_left: int
    covers: tuple[Coverage, ...]
    unit: str | None = field(default=None, repr=False)
    claims: tuple[str, ...] = field(default=(), repr=False)
    amount: Amount = field(repr=False)
    at_risk: Amount = field(repr=False)

    @property
    def passed(self) -> bool:
        """Whether the day has passed."""
        return self.days_left < 0

    def to_dict(self) -> dict[str, Any]:
        """Return the deadline as plain data, ready for JSON; amounts and days are text."""
        return dict(to_document(self))


def __dir__() -> list[str]:
    return __all__
