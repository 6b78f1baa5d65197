"""The words of facts: benefits, covers, where a claim stands, why a carrier paid.

Source: ``docs/feeds.md``; each word is a value of a column there.
"""

from __future__ import annotations

from stoploss.choice import Choice

__all__ = ["Administrator", "Benefit", "CarrierPaymentKind", "Coverage", "IneligibleFor", "Status"]


class Benefit(Choice):
    """A benefit of the plan; each coverage lists those that it covers."""

    MEDICAL = "medical"
    RX = "rx"
    DENTAL = "dental"
    VISION = "vision"
    STD = "std"
    LTD = "ltd"


class Coverage(Choice):
    """The two covers of a stop-loss policy."""

    SPECIFIC = "specific"
    AGGREGATE = "aggregate"


class Status(Choice):
    """Where a reported claim stands with the plan."""

    PAID = "paid"
    PENDING = "pending"
    """Adjudicated, not paid: listed, and counted nowhere."""
    INELIGIBLE = "ineligible"
    """Paid by the plan, but not eligible under the stop-loss policy."""


class IneligibleFor(Choice):
    """The coverage for which an ineligible payment does not count."""

    SPECIFIC = "specific"
    AGGREGATE = "aggregate"
    BOTH = "both"


class Administrator(Choice):
    """Whose administrator processed the claim."""

    CURRENT = "current"
    PRIOR = "prior"


class CarrierPaymentKind(Choice):
    """Why the carrier paid."""

    REIMBURSEMENT = "reimbursement"
    ADVANCE = "advance"
    ACCOMMODATION = "accommodation"


def __dir__() -> list[str]:
    return __all__
