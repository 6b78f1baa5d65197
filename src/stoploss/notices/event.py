"""One event of a policy year, dated.

Source: "Notice of Claim" of policy forms; see ``docs/clauses.md``, notices.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from attrs import field, frozen

from stoploss.choice import Choice
from stoploss.money import Amount
from stoploss.sheets import to_document

__all__ = ["Event", "EventKind"]


class EventKind(Choice):
    """What happened; events of one day come in this order."""

    TRIGGER_DIAGNOSIS = "trigger_diagnosis"
    """A member has a claim with a diagnosis of the carrier's list."""
    LONG_STAY = "long_stay"
    """A member has been in hospital for so many days on end."""
    SHARE_OF_DEDUCTIBLE = "share_of_deductible"
    """A unit has reached a share of its own deductible."""
    AMOUNT_REACHED = "amount_reached"
    """A unit has reached the dollars at which the carrier wants to hear of it."""
    DEDUCTIBLE_MET = "deductible_met"
    """A unit has reached its own deductible: the next dollar is excess."""
    MAXIMUM_MET = "maximum_met"
    """The carrier reimburses no more for a unit."""
    AGGREGATING_EXHAUSTED = "aggregating_exhausted"
    """The aggregating specific deductible has been absorbed whole."""
    ATTACHMENT_CROSSED = "attachment_crossed"
    """Counted claims exceed the attachment to date."""


@frozen(kw_only=True)
class Event:
    """
    One event.

    Args:
        kind: What happened.
        happened_on: The paid day of the payment that did it; for a diagnosis or a stay the day on which it was known.
        unit: The member or family; of a diagnosis and of a stay always the member; ``None`` for the whole policy.
        claim: The payment that did it.
        threshold: What was reached; ``None`` for a diagnosis or a stay.
        total: What it had come to, that payment included; ``None`` for a diagnosis or a stay.
        about: The trigger's label and description, or the days of the stay; empty otherwise.
    """

    kind: EventKind = field(converter=EventKind)
    happened_on: dt.date
    unit: str | None = field(default=None, repr=False)
    claim: str = field(repr=False)
    threshold: Amount | None = field(default=None, repr=False)
    total: Amount | None = field(default=None, repr=False)
    about: str = field(default="", repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the event as plain data, ready for JSON; amounts and days are text."""
        return dict(to_document(self))


def __dir__() -> list[str]:
    return __all__
