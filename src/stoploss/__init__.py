"""Employer medical stop-loss insurance: specific and aggregate, exact to the cent, every cent explained.

The everyday names are here.
Companions are imported from their modules: ``stoploss.documents``, ``stoploss.feeds``, ``stoploss.explain``,
``stoploss.testing`` and others; importing ``stoploss`` loads none of them.
"""

from stoploss.aggregate_sheet import AggregateSheet, MonthRow
from stoploss.aggregate_terms import AggregateFactor, AggregateTerms, MinimumAttachment
from stoploss.basis import ContractBasis, LimitPer, RunInLimit, Windows
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
from stoploss.ledger import Ledger
from stoploss.policy import EarlyTermination, Policy
from stoploss.sheets import Claims, Exclusion
from stoploss.specific_sheet import SpecificSheet, UnitSheet
from stoploss.specific_terms import Laser, SpecificTerms
from stoploss.splits import Split
from stoploss.statement import Statement, settle
from stoploss.steps import Step
from stoploss.window import Period, Window
from stoploss.words import (
    AggregateOnTermination,
    ConsumeBy,
    Counting,
    LaserLossLimit,
    MaximumKind,
    MaximumOn,
    MinimumOnTermination,
    Per,
    ShareApplies,
    WindowsOnTermination,
)

__version__ = "0.1.0"

__all__ = [
    "Administrator",
    "AggregateFactor",
    "AggregateOnTermination",
    "AggregateSheet",
    "AggregateTerms",
    "Benefit",
    "CarrierPayment",
    "CarrierPaymentKind",
    "Changes",
    "Claims",
    "ConsumeBy",
    "ContractBasis",
    "Counting",
    "Coverage",
    "CoveredUnits",
    "EarlyTermination",
    "Exclusion",
    "FactError",
    "FeedError",
    "Finding",
    "IneligibleFor",
    "InvalidValue",
    "InvariantError",
    "Laser",
    "LaserLossLimit",
    "Ledger",
    "LedgerConflict",
    "LimitPer",
    "MaximumKind",
    "MaximumOn",
    "MinimumAttachment",
    "MinimumOnTermination",
    "MonthRow",
    "Payment",
    "Per",
    "Period",
    "Policy",
    "PolicyError",
    "Reason",
    "RunInLimit",
    "ShareApplies",
    "SpecificSheet",
    "SpecificTerms",
    "Split",
    "Statement",
    "Status",
    "Step",
    "StopLossError",
    "UnitSheet",
    "UnknownFact",
    "Window",
    "Windows",
    "WindowsOnTermination",
    "WrongType",
    "diff",
    "settle",
]


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
