"""Policy years together: one year at most takes a payment, nothing is lost between them, lifetimes have one maximum."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from attrs import evolve, frozen
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from stoploss.eligibility import Reason
from stoploss.errors import PolicyError
from stoploss.facts import Coverage, CoveredUnits, Payment, Status
from stoploss.inner_terms import Cap, Used
from stoploss.money import cents, dollars
from stoploss.policy import Policy
from stoploss.program import Program, ProgramStatement
from stoploss.renewal import renew
from stoploss.specific_terms import SpecificTerms
from stoploss.statement import Statement, settle
from stoploss.testing.strategies import bases, enrollments, payments, periods, policies
from stoploss.window import Period, months_after
from tests.laws.years import Change, uncapped, with_aggregate

CUTS = {Reason.OVER_RUN_IN_LIMIT, Reason.OVER_RUN_OUT_LIMIT, Reason.REDUCED, Reason.OVER_CAP, Reason.LEGAL_COST}
"""What takes dollars out of a payment that a year has taken."""
BY_DAYS = {
    *(Reason.INCURRED_BEFORE, Reason.INCURRED_AFTER, Reason.PAID_BEFORE, Reason.PAID_AFTER),
    Reason.OTHER_POLICY,
}
FAMILIES = {"M1": "F1", "M2": "F1", "M10": "F2"}
STARTS = (dt.date(2024, 1, 1), dt.date(2024, 2, 29), dt.date(2023, 7, 15), dt.date(2023, 10, 31))
RULES = ("incurred", "paid", "first")


@frozen(kw_only=True)
class Years:
    """A program with everything that it settles."""

    program: Program
    payments: tuple[Payment, ...]
    units: tuple[CoveredUnits, ...]

    def settled(self) -> ProgramStatement:
        """Settle all years."""
        return self.program.settle(self.payments, self.units)


@st.composite
def _periods_in_a_row(draw: st.DrawFn) -> list[Period]:
    """Draw two or three policy periods without a day between them; a year may end early."""
    first = effective = draw(st.sampled_from(STARTS))
    found: list[Period] = []
    for _ in range(draw(st.integers(2, 3))):
        after = months_after(effective, draw(st.sampled_from([12, 12, 6, 1])))
        expires = after - dt.timedelta(days=1)
        terminated = draw(st.sampled_from([None, None, None, effective, expires]))
        found.append(Period(effective=effective, expires=expires, original_effective=first, terminated=terminated))
        effective = after
    return found


def told_apart(rows: Sequence[Payment], at: int) -> list[Payment]:
    """Return a year's payments under ids of their own, each with its family."""
    own = {row.id for row in rows}
    return [
        evolve(
            row,
            id=f"{at}-{row.id}",
            adjusts=f"{at}-{row.adjusts}" if row.adjusts in own else row.adjusts,
            family=FAMILIES[row.member],
        )
        for row in rows
    ]


@st.composite
def programs(draw: st.DrawFn, *changes: Change) -> Years:
    """Draw programs of two or three years, with payments on the edges of all windows; *changes* restrict the terms."""
    drawn = [draw(policies(periods=st.just(period))) for period in draw(_periods_in_a_row())]
    # Units of an earlier month would be those of the year before, with tiers of its own.
    drawn = [with_aggregate(policy, enrollment_lag=0) for policy in drawn]
    for change in changes:
        drawn = [change(policy) for policy in drawn]
    years = [evolve(policy, number=f"SL-{at}", overlap=None, advance_funding=None) for at, policy in enumerate(drawn)]
    rows = [row for at, policy in enumerate(years) for row in told_apart(draw(payments(policy, max_size=5)), at)]
    units = [row for policy in years for row in draw(enrollments(policy))]
    try:
        program = Program(policies=years, overlap=draw(st.sampled_from(RULES)))
    except PolicyError:
        # Lifetime maxima per member in one year and per family in another.
        assume(False)
        raise
    return Years(program=program, payments=tuple(rows), units=tuple(units))


def own_days(policy: Policy) -> Policy:
    """Let nothing but the basis say when claims are paid, and no maximum run over several years."""
    return evolve(uncapped(policy), bridge=None, terminal_liability=None)


def why_not(statement: Statement, coverage: Coverage) -> dict[str, Reason | None]:
    """Return why each payment does not count in a year, by its id, read from what became of it."""
    reason = "excluded" if coverage is Coverage.SPECIFIC else "aggregate_excluded"
    return {split.id: getattr(split, reason) for split in statement.splits} if getattr(statement, coverage) else {}


def taken(statement: Statement, coverage: Coverage) -> set[str]:
    """Return the ids of the payments that a year takes, read from what became of each."""
    return {name for name, why in why_not(statement, coverage).items() if why is None or why in CUTS}


def sheet_cents(statement: Statement, coverage: Coverage) -> int:
    """Return what a year takes in cents: what is eligible, and what limits cut out of it."""
    sheet: Any = getattr(statement, coverage)
    if sheet is None:
        return 0
    cut = sum(cents(row.amount) for row in sheet.excluded if row.reason in CUTS)
    return cents(sheet.eligible) + cut


def whose(payment: Payment, program: Program, coverage: Coverage) -> int | None:
    """Return the place of the year whose payment it is by benefits, windows and rule, told anew."""
    holding: list[int] = []
    for at, policy in enumerate(program.policies):
        specific = coverage is Coverage.SPECIFIC
        windows = policy.specific_windows if specific else policy.aggregate_windows
        terms = policy.specific if specific else policy.aggregate
        assert payment.paid_on
        covered = terms is not None and payment.benefit in terms.covers
        if windows and covered and windows.incurred.holds(payment.incurred_on) and windows.paid.holds(payment.paid_on):
            holding.append(at)
    day = payment.incurred_on if program.rule == "incurred" else payment.paid_on
    assert day
    periods_of = [program.policies[at].period for at in holding]
    by_period = [at for at, own in zip(holding, periods_of, strict=True) if own.effective <= day <= own.expires]
    return next(iter(by_period if program.rule != "first" else []), next(iter(holding), None))


class TestPolicyYearsTogether:
    """
    No payment is reimbursed under two policy years; under each cover the years and what none of them takes add up to
    everything that the plan paid.
    """

    @given(years=programs())
    def test_one_year_at_most_takes_a_payment(self, years: Years) -> None:
        """Whatever the bases, and wherever the windows meet."""
        statements = years.settled().statements

        for coverage in Coverage:
            everything = [name for statement in statements for name in taken(statement, coverage)]
            assert len(everything) == len(set(everything))

    @given(years=programs())
    def test_the_rule_says_which_year_takes_a_payment(self, years: Years) -> None:
        """
        The one whose period holds the day, incurred or paid; else, and by the rule `first`, the earliest of them.

        What specific takes in one year counts in no other year's aggregate.
        """
        statements = years.settled().statements
        for coverage in Coverage:
            for payment in (row for row in years.payments if row.status is Status.PAID and row.cents >= 0):
                own = whose(payment, years.program, coverage)
                others = [each for at, each in enumerate(statements) if at != own]
                assert not any(payment.id in taken(other, coverage) for other in others)
                reason = None if own is None else why_not(statements[own], coverage).get(payment.id)
                if coverage is Coverage.AGGREGATE and reason is Reason.OTHER_POLICY:
                    assert whose(payment, years.program, Coverage.SPECIFIC) not in {None, own}
                else:
                    assert reason not in BY_DAYS

    @given(years=programs())
    def test_nothing_is_lost_between_the_years(self, years: Years) -> None:
        """Rows and dollars of the years, and of what is unassigned, are those of all claims."""
        statement = years.settled()

        for left in statement.unassigned:
            own = statement.statements
            assert left.count + sum(len(taken(year, left.coverage)) for year in own) == statement.claims.count
            dollars_of_years = sum(sheet_cents(year, left.coverage) for year in own)
            assert cents(left.amount) + dollars_of_years == cents(statement.claims.amount)

    @given(years=programs(), data=st.data())
    def test_no_order_matters(self, years: Years, data: st.DataObject) -> None:
        """Policies, payments and units may be given in any order."""
        program = evolve(years.program, policies=data.draw(st.permutations(years.program.policies)))
        rows, units = data.draw(st.permutations(years.payments)), data.draw(st.permutations(years.units))

        assert program.settle(rows, units).to_dict() == years.settled().to_dict()

    @given(years=programs())
    def test_a_year_explains_itself(self, years: Years) -> None:
        """Settling the policy of one statement alone gives that statement again."""
        for statement in years.settled().statements:
            period = statement.settlement.policy.period
            own = statement.settlement.reported.units
            assert settle(statement.settlement.policy, years.payments, own).to_dict() == statement.to_dict(), period

    @settings(suppress_health_check=[HealthCheck.filter_too_much])
    @given(years=programs(own_days))
    def test_years_that_do_not_overlap_are_settled_as_if_alone(self, years: Years) -> None:
        """Where no two windows hold the same claim, the other years change nothing."""
        program = years.program
        assume(not any(program.overlaps(coverage) for coverage in Coverage))
        rows = [row for row in years.payments if row.paid_on is None or row.paid_on >= row.incurred_on]
        years = evolve(years, payments=tuple(rows))

        for policy, statement in zip(program.policies, years.settled().statements, strict=True):
            own = statement.settlement.reported.units
            assert settle(policy, years.payments, own).carrier_total == statement.carrier_total

    @given(years=programs())
    def test_what_falls_into_a_gap_is_unassigned(self, years: Years) -> None:
        """A gap never has more payments than no year takes."""
        for left in years.settled().unassigned:
            assert sum(gap.count for gap in left.gaps) <= left.count


@st.composite
def lifetimes(draw: st.DrawFn) -> Years:
    """Draw programs with a lifetime maximum and a lifetime cap in every year, and something used before the first."""
    maximum, cap, used = (dollars(draw(st.integers(0, 100_000))) for _ in range(3))
    years: list[Policy] = []
    for at, period in enumerate(draw(_periods_in_a_row())):
        terms = SpecificTerms(
            basis=draw(bases(period)),
            covers=["medical", "rx"],
            deductible=dollars(draw(st.sampled_from([0, 1, 10_000]))),
            share=draw(st.sampled_from(["1", "0.9", "0.333333333333"])),
            lifetime_maximum=maximum,
            caps=[Cap(tag="transplant", amount=cap, per="lifetime")],
            used=[Used(member="M1", reimbursed=used)] if at == 0 else [],
        )
        given_terms: dict[str, Any] = {"policyholder": "A", "carrier": "B", "number": f"SL-{at}", "period": period}
        years.append(Policy(**given_terms, specific=terms))
    rows = [row for at, policy in enumerate(years) for row in told_apart(draw(payments(policy, max_size=5)), at)]
    return Years(
        program=Program(policies=years, overlap=draw(st.sampled_from(RULES))),
        payments=tuple(evolve(row, tags=draw(st.sampled_from([(), ("transplant",)]))) for row in rows),
        units=(),
    )


class TestLifetimeMaxima:
    """What all years reimburse of a unit, with what was used before, is at most the lifetime maximum."""

    @given(years=lifetimes())
    def test_a_lifetime_maximum_holds_over_all_years(self, years: Years) -> None:
        """Whichever year the claims are in."""
        terms = years.program.policies[0].specific
        assert terms
        assert terms.lifetime_maximum is not None
        used = {row.unit: cents(row.reimbursed) for row in terms.used}
        total: dict[str, int] = {}
        for statement in years.settled().statements:
            assert statement.specific
            for sheet in statement.specific.units:
                total[sheet.unit] = total.get(sheet.unit, 0) + cents(sheet.reimbursable)

        for unit, reimbursed in total.items():
            assert reimbursed <= max(0, cents(terms.lifetime_maximum) - used.get(unit, 0))

    @given(years=lifetimes())
    def test_a_lifetime_cap_holds_over_all_years(self, years: Years) -> None:
        """Of the payments with its label."""
        terms = years.program.policies[0].specific
        assert terms
        tagged = {row.id for row in years.payments if row.tags}
        total: dict[str, int] = {}
        for statement in years.settled().statements:
            for split in statement.splits:
                if split.id in tagged and split.reimbursable is not None:
                    total[split.unit] = total.get(split.unit, 0) + cents(split.reimbursable)

        assert all(reimbursed <= cents(terms.caps[0].amount) for reimbursed in total.values())


def renewable() -> st.SearchStrategy[Policy]:
    """Return policies that run their term, with factors that hold from the first month to the last."""

    def lasting(policy: Policy) -> Policy:
        factors = policy.aggregate.factors if policy.aggregate else ()
        return with_aggregate(policy, factors=tuple(factor for factor in factors if factor.from_on is None))

    return policies(periods=periods().map(lambda period: evolve(period, terminated=None))).map(lasting)


class TestRenewing:
    """Renewing an unchanged policy changes its days and nothing else, and leaves no day between the two."""

    @given(policy=renewable())
    def test_only_days_change(self, policy: Policy) -> None:
        """Terms stay as they are; a later year may be renewed again."""
        renewal = renew(policy)
        after = renew(renewal.policy).policy
        days = ("period.", "specific.basis.", "aggregate.basis.", "bridge.", "overlap.")

        assert [change.path for change in renewal.changes if not _is_of_days(change.path, days)] == []
        assert renewal.policy.period.effective == policy.period.expires + dt.timedelta(days=1)
        assert renewal.policy.period.months == after.period.months == policy.period.months
        assert after.period.original_effective == policy.period.original_effective

    @given(policy=renewable())
    def test_both_are_years_of_one_program(self, policy: Policy) -> None:
        """Under another number the next policy is the next year."""
        renewed = renew(policy, changes={"number": "next"}).policy

        assert Program(policies=[renewed, policy], overlap="incurred").policies == (policy, renewed)


def _is_of_days(path: str, days: tuple[str, ...]) -> bool:
    return path.startswith(days) or path.endswith(".from")
