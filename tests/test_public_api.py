"""The public names, pinned: adding or removing one is a decision, and shows here."""

from __future__ import annotations

import importlib
import pkgutil
import tomllib
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

import stoploss

PUBLIC = {
    "stoploss": """
        Accommodation Administrator AdvanceFunding AggregateFactor AggregateOnTermination AggregateSheet
        AggregateTerms Benefit Bridge Cap CapOn CapPer CarrierLayer CarrierPayment CarrierPaymentKind Changes Claims
        CommonAccident ConsumeBy ContractBasis Counting Coverage CoveredUnits DeductibleOnTermination DollarLimit
        EarlyTermination Exclusion ExperienceRefund FactError FeedError Finding FirstMonths IneligibleFor InvalidValue
        InvariantError Laser LaserCounts LaserEffect LaserFund LaserLossLimit Ledger LedgerConflict LegalCost
        LimitCaps LimitPer MaximumKind MaximumOn MinimumAttachment MinimumInAccommodation MinimumOnTermination
        MonthRow NoticeTerms OtherPolicy Overlap OverlapRule Payment Per Period Policy PolicyError PriorAdministrator
        Reason RebateTreatment Rebates Recoveries RecoveryOrder Reduction RenewalTerms Repay ShareApplies ShareTier
        SpecificSheet SpecificTerms Split Statement Status Step StopLossError TerminalAttachment TerminalLiability
        UnitSheet UnknownFact Used Window Windows WindowsOnTermination WrongType diff settle
    """,
    "stoploss.cases": "Case Difference load_case run_case run_cases",
    "stoploss.deadlines": "Deadline DeadlineKind Outlook deadlines outlook",
    "stoploss.demo": "DemoSummary Scenario write_demo",
    "stoploss.documents": "Format dump_policy load_policy parse_policy policy_from policy_schema",
    "stoploss.explain": "Explanation Section explain_aggregate explain_claim explain_unit",
    "stoploss.feeds": """
        SPLIT_COLUMNS TUVA CarrierPaymentsFeed ClaimsFeed Columns Conservation DenialsFeed EnrollmentFeed FileTally
        RejectedFeed RequestsFeed Tally load_columns located read_carrier_payments read_claims read_denials
        read_enrollment read_requests write_carrier_payments write_claims write_denials write_enrollment write_requests
        write_splits
    """,
    "stoploss.funding": """
        Arrangement ArrangementName Bound Condition FundingPlan FundingRow FundingYear LiabilityLine MaximumLiability
        PaidClaims TierRates TierRow Unbounded dump_funding_plan fund load_funding_plan parse_funding_plan
    """,
    "stoploss.html": "aggregate_html explanation_html specific_html statement_html unit_html",
    "stoploss.notices": "INPATIENT Event EventKind Trigger events read_triggers sample_triggers",
    "stoploss.premium": "Premium PremiumLine TierRate billed premium tiers_without_a_rate",
    "stoploss.program": """
        Drawing Gap Overlap PricedGap Program ProgramStatement Unassigned draw gaps overlaps priced_gaps used_after
    """,
    "stoploss.receivables": "Over Receipt Receivable Receivables RequestRow Spread receivables spread",
    "stoploss.reconcile": """
        STEPS CarrierRow CarrierStatementFeed Cause Discrepancy KnownTo Reconciliation StepDifference as_carrier_rows
        read_carrier_statement reconcile write_carrier_statement
    """,
    "stoploss.renewal": """
        DeductibleChange Disclosed Disclosure Premium PremiumLine Renewal TermChange TierRate check_renewal compare
        deductible_change disclosure experience_refund leveraged_trend premium renew
    """,
    "stoploss.requests": "Denial Request RequestKind",
    "stoploss.testing.strategies": """
        MEMBERS Arrival History Portfolio World aggregate_terms amounts bases carrier_payments days enrollments
        hostile_ids ledgers lone_payments near payments periods policies portfolios refused_ids specific_terms worlds
    """,
}


def modules() -> list[str]:
    """Return every module of the package by its dotted name; those that run something when imported aside."""
    aside = ("stoploss.frames",) if find_spec("narwhals") is None else ()  # engines are optional
    found = pkgutil.walk_packages(stoploss.__path__, "stoploss.")
    names = [info.name for info in found if not info.name.endswith("__main__")]
    return ["stoploss", *(name for name in names if not name.startswith(aside))]


def loaded(name: str) -> ModuleType:
    """Import a module."""
    return importlib.import_module(name)


@pytest.mark.parametrize("module", PUBLIC)
def test_the_public_names_are_these(module: str) -> None:
    """A public module has exactly the names listed here."""
    assert sorted(PUBLIC[module].split()) == sorted(loaded(module).__all__)


@pytest.mark.parametrize("module", modules())
def test_a_module_lists_its_names(module: str) -> None:
    """Every module has `__all__`, each name once and there, and `dir` shows that and nothing else."""
    listed = loaded(module).__all__
    shown = {name for name in dir(loaded(module)) if name != "__version__"}

    assert len(set(listed)) == len(listed)
    assert [name for name in listed if not hasattr(loaded(module), name)] == []
    assert shown == set(listed)


def test_the_front_door_has_a_version() -> None:
    """The package says which version it is, as its metadata do."""
    project = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text(encoding="utf-8"))

    assert project["project"]["version"] == stoploss.__version__


def test_no_public_name_is_private() -> None:
    """No public name begins with an underscore."""
    assert [name for names in PUBLIC.values() for name in names.split() if name.startswith("_")] == []
