"""``fund``: the employer's year, from the same facts as the statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from attrs import evolve, field, frozen

from stoploss.attachment import month_number
from stoploss.choice import nearest
from stoploss.errors import FactError, Finding, WrongType, type_of
from stoploss.facts import CarrierPayment, CoveredUnits, Payment
from stoploss.funding.arrangements import Arrangement, arrangements
from stoploss.funding.maximum import MaximumLiability, maximum_liability
from stoploss.funding.months import FundingRow, funding_rows
from stoploss.funding.plan import FundingPlan
from stoploss.funding.rates import FIXED, TierRow, rated, tier_rows, units_by_month
from stoploss.policy import Policy
from stoploss.premium import tiers_without_a_rate
from stoploss.sheets import to_document
from stoploss.statement import Statement, settle

__all__ = ["FundingYear", "fund"]


@frozen(kw_only=True)
class FundingYear:
    """
    The employer's year; all in dollars.

    Args:
        policy: The policy's number.
        currency: Of the policy and the plan.
        as_of: Day of the statement; ``None`` where it takes everything that was reported.
        final: Whether the last paid window has ended.
        before: What was paid before the policy period: other years' claims, mostly.
        months: The policy months that have begun.
        run_out: What was paid after the last day in force.
        total: The sum of these; its claims and those of other years are the statement's.
        tiers: Fees and premiums by tier.
        arrangements: What the same year costs with other cover, and without.
        maximum: The most that it can cost under the policy.
        statement: The settlement that the figures come from.
    """

    policy: str
    currency: str
    as_of: dt.date | None
    final: bool
    before: FundingRow
    months: tuple[FundingRow, ...]
    run_out: FundingRow
    total: FundingRow
    tiers: tuple[TierRow, ...]
    arrangements: tuple[Arrangement, ...]
    maximum: MaximumLiability
    statement: Statement = field(repr=False, eq=False)

    def arrangement(self, name: str) -> Arrangement:
        """
        Return one arrangement, by a name of :class:`ArrangementName`.

        Raises:
            KeyError: When the policy or the plan does not have it.
        """
        return {str(each.name): each for each in self.arrangements}[name]

    def to_dict(self) -> dict[str, Any]:
        """Return the year as plain data, ready for JSON; amounts and days are text."""
        names = ("policy", "currency", "as_of", "final", "before", "months", "run_out", "total", "tiers")
        return {"schema": 1} | {name: to_document(getattr(self, name)) for name in (*names, "arrangements", "maximum")}


def fund(
    policy: Policy,
    plan: FundingPlan,
    payments: Iterable[Payment],
    units: Iterable[CoveredUnits],
    carrier_payments: Iterable[CarrierPayment] = (),
    *,
    as_of: dt.date | None = None,
) -> FundingYear:
    """
    Tell the employer's year.

    A policy month counts with its fees, its premium and its budget as soon as it has begun.
    Before the year, give the enrollment that is expected and no payments: what is expected, and the maximum, are then
    those of a plan for the year.

    Args:
        policy: The stop-loss policy.
        plan: What the employer pays besides claims, what it expects, and what it sets aside.
        payments: What the plan paid, in any order.
        units: Covered units: every tier of the plan in every policy month that has begun.
        carrier_payments: What the carrier has paid so far.
        as_of: Take what was paid up to and including this day; ``None`` takes everything.

    Raises:
        FactError: With everything that is wrong with the facts, and between the plan, the policy and the enrollment.
    """
    _check_kinds(policy=(policy, Policy), plan=(plan, FundingPlan))
    payments, units, carrier_payments = tuple(payments), tuple(units), tuple(carrier_payments)
    statement = _settled(policy, plan, payments, units, carrier_payments, as_of=as_of)

    def on(day: dt.date) -> Statement:
        return settle(policy, payments, units, carrier_payments, as_of=day)

    def under(other: Policy) -> Statement:
        return settle(other, payments, units, as_of=as_of)

    by_month = units_by_month(policy.period, units, policy.period.months_begun(as_of))
    rates = rated(plan, by_month, policy.period.months)
    rows = funding_rows(statement, plan, rates, on)
    maximum = maximum_liability(statement, {name: rates.total(name) for name in FIXED})
    return FundingYear(
        policy=policy.number,
        currency=policy.currency,
        as_of=as_of,
        final=statement.final,
        before=rows.before,
        months=rows.months,
        run_out=rows.run_out,
        total=rows.total,
        tiers=tuple(tier_rows(plan, by_month)),
        arrangements=tuple(
            arrangements(plan, rates, statement, claims=rows.total.claims.amount, maximum=maximum, settled=under)
        ),
        maximum=maximum,
        statement=statement,
    )


def _check_kinds(**given: tuple[object, type]) -> None:
    for name, (value, kind) in given.items():
        if type(value) is not kind:
            rule = f"this is a {kind.__name__}, not {type_of(value)}"
            raise WrongType(Finding(code="SL113", where=name, rule=rule))


def _settled(
    policy: Policy,
    plan: FundingPlan,
    payments: Sequence[Payment],
    units: Sequence[CoveredUnits],
    carrier_payments: Sequence[CarrierPayment],
    *,
    as_of: dt.date | None,
) -> Statement:
    """Settle, and raise one error with what that finds and what the plan does not agree with."""
    statement: Statement | None = None
    found: list[Finding] = []
    more = 0
    try:
        statement = settle(policy, payments, units, carrier_payments, as_of=as_of)
    except FactError as error:
        found, more = list(error.findings), error.more
    found = [*_plan_findings(policy, plan), *_enrollment_findings(policy, plan, units, as_of), *found]
    if statement is None or found:
        raise FactError(dict.fromkeys(found), more)  # a month that is missing is missing for both
    return statement


def _plan_findings(policy: Policy, plan: FundingPlan) -> Iterator[Finding]:
    """Find what a plan and a policy do not agree on."""
    if plan.currency != policy.currency:
        yield Finding(code="SL608", where="plan.currency", rule="the plan and the policy have one currency")
    for cover in ("specific", "aggregate"):
        terms, name = getattr(policy, cover), f"{cover}_premium"
        if terms is not None and not plan.gives(name):
            rule = f"the policy has {cover}, so the plan has its premium for every tier"
            yield Finding(code="SL609", where=f"plan.tiers.{name}", rule=rule, help='write "0" if it is free')
        if terms is None and plan.gives(name):
            rule = f"the policy has no {cover} cover, so there is no premium for it"
            yield Finding(code="SL610", where=f"plan.tiers.{name}", rule=rule)
    reimbursements = plan.expected_reimbursements is not None or plan.gives("expected_reimbursements")
    if policy.specific is None and reimbursements:
        rule = "the policy has no specific cover, so none of the claims is expected to be reimbursed by it"
        yield Finding(code="SL613", where="plan.expected_reimbursements", rule=rule)


def _enrollment_findings(
    policy: Policy, plan: FundingPlan, units: Sequence[CoveredUnits], as_of: dt.date | None
) -> Iterator[Finding]:
    """Find tiers that the plan or the enrollment does not have; with an aggregate, ``settle`` finds the rest."""
    period = policy.period
    known = sorted({rates.tier for rates in plan.tiers})
    for tier, position in tiers_without_a_rate(units, known).items():
        rule = f"the plan has no rates for this tier; it has {', '.join(known)}"
        yield Finding(code="SL611", where=f"units[{position}].tier", rule=rule, help=nearest(tier, known))
    reported: set[tuple[int | None, str]] = set()
    seen: dict[CoveredUnits, int] = {}
    for position, row in enumerate(units):
        month = month_number(period, row)
        reported.add((month, row.tier))
        where = f"units[{position}]"
        if policy.aggregate:
            continue
        if month is None:
            rule = f"this month is not in the policy period, {period.effective} to {period.expires}"
            yield Finding(code="SL541", where=f"{where}.month", rule=rule)
        elif seen.setdefault(evolve(row, month=period.start_of_month(month), units=0), row.units) != row.units:
            rule = "this policy month and tier was already reported with other units"
            yield Finding(code="SL542", where=f"{where}.units", rule=rule, help="report each month and tier once")
    factors = {factor.tier for factor in policy.aggregate.factors} if policy.aggregate else set(known)
    for position, rates in enumerate(plan.tiers):
        if rates.tier not in factors:
            rule = "the factors of the policy have no such tier"
            yield Finding(code="SL612", where=f"plan.tiers[{position}].tier", rule=rule)
            continue
        for number, start in enumerate(period.starts()[: period.months_begun(as_of)], start=1):
            if (number, rates.tier) not in reported:
                rule = f"no covered units were reported for tier {rates.tier} in the policy month that begins {start}"
                yield Finding(code="SL543", where="units", rule=rule, help="write 0 if there were none")


def __dir__() -> list[str]:
    return __all__
