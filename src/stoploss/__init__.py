"""Employer medical stop-loss insurance: specific and aggregate, exact to the cent, every cent explained.

The everyday names are here.
Companions are imported from their modules: ``stoploss.documents``, ``stoploss.feeds``, ``stoploss.explain``,
``stoploss.testing`` and others; importing ``stoploss`` loads none of them.
"""

from stoploss.aggregate_sheet import AggregateSheet, MonthRow
from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import Accommodation, AggregateFactor, FirstMonths, MinimumAttachment
from stoploss.basis import ContractBasis, DollarLimit, PriorAdministrator, Windows
from stoploss.changes import Changes, diff
from stoploss.eligibility import Reason
from stoploss.errors import (
    FactError,
    FeedError,
    Finding,
    InvalidValue,
    InvariantError,
    LedgerConflict,
    PolicyError,
    StopLossError,
    UnknownFact,
    WrongType,
)
from stoploss.facts import (
    Administrator,
    Benefit,
    CarrierPayment,
    CarrierPaymentKind,
    Coverage,
    CoveredUnits,
    IneligibleFor,
    Payment,
    Status,
)
from stoploss.inner_terms import Cap, CarrierLayer, CommonAccident, Reduction, ShareTier, Used
from stoploss.lasers import Laser, LaserFund
from stoploss.ledger import Ledger
from stoploss.policy import Policy
from stoploss.promises import ExperienceRefund, NoticeTerms, RenewalTerms
from stoploss.riders import (
    AdvanceFunding,
    Bridge,
    EarlyTermination,
    OtherPolicy,
    Overlap,
    Rebates,
    Recoveries,
    TerminalLiability,
)
from stoploss.sheets import Claims, Exclusion
from stoploss.specific_sheet import SpecificSheet, UnitSheet
from stoploss.specific_terms import SpecificTerms
from stoploss.splits import Split
from stoploss.statement import Statement, settle
from stoploss.steps import Step
from stoploss.window import Period, Window
from stoploss.words import (
    AggregateOnTermination,
    CapOn,
    CapPer,
    ConsumeBy,
    Counting,
    DeductibleOnTermination,
    LaserCounts,
    LaserEffect,
    LaserLossLimit,
    LegalCost,
    LimitCaps,
    LimitPer,
    MaximumKind,
    MaximumOn,
    MinimumInAccommodation,
    MinimumOnTermination,
    OverlapRule,
    Per,
    RebateTreatment,
    RecoveryOrder,
    Repay,
    ShareApplies,
    TerminalAttachment,
    WindowsOnTermination,
)

__version__ = "0.1.0"

__all__ = [
    "Accommodation",
    "Administrator",
    "AdvanceFunding",
    "AggregateFactor",
    "AggregateOnTermination",
    "AggregateSheet",
    "AggregateTerms",
    "Benefit",
    "Bridge",
    "Cap",
    "CapOn",
    "CapPer",
    "CarrierLayer",
    "CarrierPayment",
    "CarrierPaymentKind",
    "Changes",
    "Claims",
    "CommonAccident",
    "ConsumeBy",
    "ContractBasis",
    "Counting",
    "Coverage",
    "CoveredUnits",
    "DeductibleOnTermination",
    "DollarLimit",
    "EarlyTermination",
    "Exclusion",
    "ExperienceRefund",
    "FactError",
    "FeedError",
    "Finding",
    "FirstMonths",
    "IneligibleFor",
    "InvalidValue",
    "InvariantError",
    "Laser",
    "LaserCounts",
    "LaserEffect",
    "LaserFund",
    "LaserLossLimit",
    "Ledger",
    "LedgerConflict",
    "LegalCost",
    "LimitCaps",
    "LimitPer",
    "MaximumKind",
    "MaximumOn",
    "MinimumAttachment",
    "MinimumInAccommodation",
    "MinimumOnTermination",
    "MonthRow",
    "NoticeTerms",
    "OtherPolicy",
    "Overlap",
    "OverlapRule",
    "Payment",
    "Per",
    "Period",
    "Policy",
    "PolicyError",
    "PriorAdministrator",
    "Reason",
    "RebateTreatment",
    "Rebates",
    "Recoveries",
    "RecoveryOrder",
    "Reduction",
    "RenewalTerms",
    "Repay",
    "ShareApplies",
    "ShareTier",
    "SpecificSheet",
    "SpecificTerms",
    "Split",
    "Statement",
    "Status",
    "Step",
    "StopLossError",
    "TerminalAttachment",
    "TerminalLiability",
    "UnitSheet",
    "UnknownFact",
    "Used",
    "Window",
    "Windows",
    "WindowsOnTermination",
    "WrongType",
    "diff",
    "settle",
]


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
