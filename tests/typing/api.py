"""What type checkers accept: the package used as an importer would; never executed.

mypy (strict) and pyright (strict) read this file; a signature that gets narrower, or a result that gets wider, fails
them here before it fails somebody else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, assert_type

import stoploss
from stoploss import (
    Accommodation,
    AdvanceFunding,
    AggregateFactor,
    AggregateSheet,
    AggregateTerms,
    Benefit,
    Bridge,
    Cap,
    CarrierLayer,
    CarrierPayment,
    Claims,
    CommonAccident,
    ContractBasis,
    Coverage,
    CoveredUnits,
    DollarLimit,
    EarlyTermination,
    Exclusion,
    ExperienceRefund,
    FactError,
    Finding,
    FirstMonths,
    Laser,
    LaserCounts,
    LaserFund,
    LimitPer,
    MinimumAttachment,
    MonthRow,
    NoticeTerms,
    OtherPolicy,
    Overlap,
    Payment,
    Per,
    Period,
    Policy,
    PolicyError,
    PriorAdministrator,
    Reason,
    Rebates,
    RebateTreatment,
    Recoveries,
    Reduction,
    RenewalTerms,
    ShareTier,
    SpecificSheet,
    SpecificTerms,
    Split,
    Statement,
    Status,
    Step,
    StopLossError,
    TerminalLiability,
    UnitSheet,
    UnknownFact,
    Used,
    Window,
    Windows,
    WindowsOnTermination,
    settle,
)
from stoploss.explain import Explanation, Section, explain_aggregate, explain_claim, explain_unit
from stoploss.funding import Arrangement, FundingPlan, FundingRow, FundingYear, TierRates, fund
from stoploss.money import cents, dollars, parse_amount, parse_factor, parse_share
from stoploss.steps import Input

YEAR = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))


def terms_as_a_schedule_writes_them() -> Policy:
    """Amounts, shares and words as text; a basis by its label; lists where tuples are kept."""
    return Policy(
        policyholder="Example Manufacturing",
        carrier="Example Life",
        number="SL-1001",
        period=YEAR,
        situs="IL",
        specific=SpecificTerms(
            basis="12/15",
            covers=["medical", "rx"],
            deductible="100,000",
            aggregating="50000",
            share="90%",
            share_applies="after_aggregating",
            maximum="2000000",
            maximum_on="reimbursement",
            consume_by="paid",
            per="member",
            lasers=[Laser(member="M2", deductible="250000"), Laser(member="M3", excluded=True)],
        ),
        aggregate=AggregateTerms(
            basis="12/12",
            covers=["medical", "rx"],
            factors=[AggregateFactor(tier="single", amount="540.1625", benefit="medical")],
            minimum=MinimumAttachment(amount="900000", first_month="0.95"),
            counting="loss_limit",
            loss_limit="100000",
            laser_loss_limit="standard",
            aggregating_counts=False,
            maximum="1000000",
            maximum_kind="flat",
        ),
        early_termination=EarlyTermination(windows="to_termination", minimum="full", aggregate="pays"),
    )


def terms_as_a_program_has_them() -> Policy:
    """Amounts as decimals and whole dollars, words as members, bases and sequences of the caller's own."""
    limit = DollarLimit(amount=25_000, per=LimitPer.POLICY)
    basis = ContractBasis(label="24/12", run_in_limit=limit, paid_through=dt.date(2026, 1, 31))
    benefits: Iterator[Benefit] = iter((Benefit.MEDICAL, Benefit.RX))
    return Policy(
        policyholder="Example Manufacturing",
        carrier="Example Life",
        number="SL-1001",
        period=Period(
            effective=dt.date(2025, 1, 1),
            expires=dt.date(2025, 12, 31),
            original_effective=dt.date(2023, 1, 1),
            terminated=dt.date(2025, 8, 31),
        ),
        specific=SpecificTerms(
            basis=basis,
            covers=benefits,
            deductible=Decimal(100_000),
            share=1,
            per=Per.FAMILY,
            maximum=None,
            lasers=(Laser(family="F1", deductible=250_000),),
        ),
        early_termination=EarlyTermination(windows=WindowsOnTermination.UNCHANGED),
    )


def further_terms_as_a_schedule_writes_them() -> tuple[SpecificTerms, AggregateTerms]:
    """Every further term of both covers: text, words, whole dollars and lists."""
    prior = PriorAdministrator(paid_by=dt.date(2025, 6, 30), reported_by=None)
    limit = DollarLimit(amount="50000", per="policy", caps="reimbursed")
    specific = SpecificTerms(
        basis=ContractBasis(label="12/15", run_out_limit=limit, prior_administrator=prior),
        covers=["medical"],
        deductible="100000",
        excludes=["access_fee"],
        classes=("active", "cobra"),
        lifetime_maximum="1800000",
        family_deductible=150_000,
        common_accident=CommonAccident(deductible=None),
        used=[Used(member="M1", reimbursed="1200000"), Used(member="M1", eligible=5, tag="transplant")],
        lasers=[
            Laser(member="M2", deductible="250000", from_on=dt.date(2025, 7, 1), tags=["D66"], fund="A"),
            Laser(member="M3", excluded=True, when="transplant", effect="from_trigger", counts=LaserCounts.NOTHING),
        ],
        laser_funds=[LaserFund(name="A", amount="400000")],
        caps=[Cap(tag="transplant", amount="250000", on="eligible", per="lifetime")],
        reductions=[Reduction(tag="home_hospital", share="50%")],
        tiers=[ShareTier(above=0, share="0.9"), ShareTier(above="50000", share=1)],
        layers=[CarrierLayer(carrier="First Re", limit="400000"), CarrierLayer(carrier="Second Re")],
    )
    aggregate = AggregateTerms(
        basis=ContractBasis(label="12/12", prior_administrator="excluded"),
        covers=["medical"],
        factors=[
            AggregateFactor(tier="single", amount="500", covered_class="retiree", plan="PPO"),
            AggregateFactor(
                tier="single", amount="510", covered_class="retiree", plan="PPO", from_on=dt.date(2025, 7, 1)
            ),
        ],
        minimum=MinimumAttachment(monthly="75000", first_months=FirstMonths(months=3, share="95%")),
        enrollment_lag=2,
        accommodation=Accommodation(keep="500", smallest=1_000, minimum="none", repay="when_recovered", months_open=10),
    )
    return specific, aggregate


def riders_as_a_schedule_writes_them() -> Policy:
    """Every rider of the policy as a whole."""
    specific, aggregate = further_terms_as_a_schedule_writes_them()
    other = OtherPolicy(effective=dt.date(2026, 1, 1), expires=dt.date(2026, 12, 31), basis="15/12")
    return Policy(
        policyholder="Example Manufacturing",
        carrier="Example Life",
        number="SL-1001",
        period=YEAR,
        specific=specific,
        aggregate=aggregate,
        early_termination=EarlyTermination(deductible="prorated"),
        terminal_liability=TerminalLiability(
            elected=False, months=3, days=90, covers=["aggregate"], attachment="corridor", corridor="10%"
        ),
        bridge=Bridge(basis="12/15", renewed=False),
        overlap=Overlap(rule="incurred", other=[other]),
        advance_funding=AdvanceFunding(smallest="1000", last_request_days=30, paid_within_days=5),
        recoveries=Recoveries(order="pro_rata", legal_cost="net", tag="subrogation"),
        rebates=Rebates(treatment=RebateTreatment.GROSS),
        notices=NoticeTerms(share=None, amount="50000", notice_days=30, proof_days=90, stay_days=10),
        renewal=RenewalTerms(
            rate_cap="50%", asd_cap=None, no_new_lasers=True, refund=ExperienceRefund(share="25%", below="0.8")
        ),
    )


def facts() -> tuple[list[Payment], list[CoveredUnits], list[CarrierPayment]]:
    """Facts with what is required, and with everything."""
    day = dt.date(2025, 3, 1)
    payments = [
        Payment(id="1", member="M1", incurred_on=day, paid_on=day, amount="180,000.00"),
        Payment(id="2", member="M1", incurred_on=day, amount=Decimal("7.50"), status=Status.PENDING),
        Payment(
            id="3",
            member="M1",
            family="F1",
            incurred_on=day,
            paid_on=day,
            amount=-5,
            benefit="rx",
            adjusts="1",
            status="ineligible",
            ineligible_for="aggregate",
            reason="experimental",
            covered_class="cobra",
            accident="A1",
            administrator="prior",
            reported_on=day,
            diagnosis=["D66"],
            tags=("hemophilia",),
        ),
    ]
    units = [CoveredUnits(month=day, tier="single", units=10), CoveredUnits(month="2025-04", tier="single", units=0)]
    received = [
        CarrierPayment(id="1", coverage="specific", member="M1", paid_on=day, amount="80000", kind="advance"),
        CarrierPayment(id="2", coverage=Coverage.AGGREGATE, paid_on=day, amount=1),
    ]
    return payments, units, received


def every_way_to_settle(policy: Policy, payments: Iterable[Payment], units: Iterator[CoveredUnits]) -> None:
    """Any iterable of facts; the rest has defaults."""
    assert_type(settle(policy, payments), Statement)
    assert_type(settle(policy, (), units, []), Statement)
    assert_type(settle(policy, payments, as_of=dt.date(2025, 12, 31)), Statement)
    assert_type(settle(policy=policy, payments=payments, units=(), carrier_payments=(), as_of=None), Statement)


def what_a_statement_holds(statement: Statement) -> None:
    """Amounts are decimals, sequences are tuples, and a cover may not be there."""
    assert_type(statement.policy, str)
    assert_type(statement.as_of, dt.date | None)
    assert_type(statement.final, bool)
    assert_type(statement.claims, Claims)
    assert_type(statement.claims.count, int)
    assert_type(statement.specific, SpecificSheet | None)
    assert_type(statement.aggregate, AggregateSheet | None)
    assert_type(statement.splits, tuple[Split, ...])
    assert_type(statement.notices, tuple[Finding, ...])
    assert_type(statement.to_dict(), dict[str, Any])
    assert_type(statement.split("1"), Split)
    assert_type(statement.unit("M1"), UnitSheet)
    assert_type(statement.unit_steps("M1"), tuple[Step, ...])
    assert_type(statement.aggregate_steps, tuple[Step, ...])
    total: Decimal = statement.carrier_total + statement.employer_net
    del total


def what_sheets_hold(specific: SpecificSheet, aggregate: AggregateSheet, split: Split) -> None:
    """Figures add up without a conversion."""
    assert_type(specific.units, tuple[UnitSheet, ...])
    assert_type(specific.excluded, tuple[Exclusion, ...])
    assert_type(specific.excluded[0].reason, Reason)
    assert_type(aggregate.months, tuple[MonthRow, ...])
    assert_type(aggregate.months[0].month, dt.date)
    assert_type(split.excluded, Reason | None)
    assert_type(split.id, str)
    due: Decimal = specific.due + aggregate.due
    minimum: Decimal | None = aggregate.minimum_attachment
    deductible: Decimal | None = specific.units[0].deductible
    net: Decimal | None = split.net
    del due, minimum, deductible, net


def what_explanations_hold(statement: Statement) -> None:
    """Data first, text second."""
    for explanation in (
        explain_unit(statement, "M1"),
        explain_claim(statement, "1"),
        explain_aggregate(statement),
    ):
        assert_type(explanation, Explanation)
        assert_type(explanation.id, str | None)
        assert_type(explanation.sections, tuple[Section, ...])
        assert_type(explanation.sections[0].steps[0].inputs, Mapping[str, Input])
        assert_type(explanation.text(), str)
        assert_type(explanation.to_dict(), dict[str, Any])


def windows_and_months(policy: Policy) -> None:
    """Days in, days out."""
    assert_type(policy.specific_windows, Windows | None)
    assert_type(ContractBasis.parse("12/15").windows(policy.period).paid, Window)
    assert_type(policy.period.months, int)
    assert_type(policy.period.month_of(dt.date(2025, 1, 31)), int | None)
    assert_type(policy.period.starts(), tuple[dt.date, ...])
    assert_type(policy.per, Per)


def funding(policy: Policy, payments: Iterable[Payment], units: Iterable[CoveredUnits]) -> None:
    """The employer's year: rates are amounts, figures are decimals."""
    rates = TierRates(tier="single", expected_claims="455", specific_premium=Decimal("142.10"), aggregate_premium=0)
    year = fund(policy, FundingPlan(administration="38.50", tiers=[rates]), payments, units, as_of=YEAR.expires)
    assert_type(year, FundingYear)
    assert_type(year.months, tuple[FundingRow, ...])
    assert_type(year.arrangements, tuple[Arrangement, ...])
    assert_type(year.maximum.amount, Decimal | None)
    assert_type(year.total.claims.hospital, Decimal)


def money() -> None:
    """Decimal, int and str are amounts."""
    amounts: list[Decimal] = [parse_amount("1"), parse_amount(1), parse_amount(Decimal(1)), dollars(cents(Decimal(1)))]
    shares: list[Decimal] = [parse_share("90%"), parse_factor("540.1625")]
    del amounts, shares


def errors(policy: Policy) -> tuple[str, ...]:
    """One base, standard parents, findings as data."""
    try:
        settle(policy, ())
    except FactError as error:
        return tuple(finding.where for finding in error.findings)
    except PolicyError as error:
        assert_type(error.under("policy"), PolicyError)
    except (UnknownFact, StopLossError) as error:
        assert_type(error.findings, tuple[Finding, ...])
        assert_type(error.more, int)
    as_value_error: type[ValueError] = FactError
    as_lookup_error: type[LookupError] = UnknownFact
    return as_value_error.__name__, as_lookup_error.__name__, stoploss.__version__


def what_is_refused() -> None:
    """Each line must be an error, or its ignore is reported as unused."""
    parse_amount(1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    SpecificTerms(basis="12/12", covers=["medical"], deductible=1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    AggregateFactor(tier="single", amount=1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    TierRates(tier="single", expected_claims=1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Payment("1", "M1", dt.date(2025, 1, 1), "5")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    YEAR.effective = dt.date(2026, 1, 1)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
