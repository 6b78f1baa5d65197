"""Policy years settled together: whose a payment is, what a lifetime has used, and what cannot be settled."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from stoploss.errors import FactError, PolicyError, UnknownFact, WrongType
from stoploss.facts import Coverage, CoveredUnits, Payment
from stoploss.inner_terms import Cap, Used
from stoploss.policy import Policy
from stoploss.program import Program, ProgramStatement
from stoploss.riders import AdvanceFunding, Bridge, EarlyTermination, OtherPolicy, Overlap
from stoploss.statement import Statement, settle
from tests.unit.given import a_period, a_policy, aggregate, by_carrier, day, paid, refused, specific


def year(number: int, basis: str = "12/12", end: str | None = None, **terms: Any) -> Policy:
    """Return the policy of a calendar year, with specific alone; it may end early, and have riders."""
    riders: dict[str, Any] = {
        name: terms.pop(name) for name in ("overlap", "advance_funding", "bridge") if name in terms
    }
    ended = {"terminated": end} if end else {}
    period = a_period(f"{number}-01-01", f"{number}-12-31", **ended)
    return a_policy(specific(basis=basis, **terms), period=period, number=f"SL-{number}", **riders)


def run_out(name: str = "1", amount: str | int = 150, **more: Any) -> Payment:
    """Return what was incurred in November 2024 and paid in February 2025."""
    return paid(name, "M1", amount, "2025-02-07", "2024-11-03", **more)


def totals(statement: ProgramStatement) -> list[str]:
    """Return what the carrier owes for each year."""
    return [str(each.carrier_total) for each in statement.statements]


def excluded(statement: Statement) -> dict[str, str]:
    """Return what specific excludes, by reason."""
    assert statement.specific
    return {str(row.reason): str(row.amount) for row in statement.specific.excluded}


BOTH = [year(2024, "12/15"), year(2025, "15/12")]
"""Run-out into run-in: two years hold the same claims."""


@pytest.mark.parametrize(
    ("rule", "owed"), [("incurred", ["50.00", "0.00"]), ("paid", ["0.00", "50.00"]), ("first", ["50.00", "0.00"])]
)
def test_the_rule_says_whose_a_payment_is(rule: str, owed: list[str]) -> None:
    """By the day incurred, by the day paid, or the earlier policy; the other year lists it as another policy's."""
    statement = Program(policies=BOTH, overlap=rule).settle([run_out()])

    assert totals(statement) == owed
    assert statement.carrier_total == 50
    assert excluded(statement.statements[0 if rule == "paid" else 1]) == {"other_policy": "150.00"}


def test_without_a_rule_a_person_decides() -> None:
    """Every payment that two years hold is named by its position, once."""
    payments = [paid("0", "M1", 1, "2024-06-01", "2024-05-01"), run_out("1"), run_out("2")]
    message = (
        "another policy takes this payment as well, and the overlap rule is error; "
        'write the rule that the policies have: "incurred", "paid" or "first" [SL315]'
    )

    assert refused(FactError, Program(policies=BOTH).settle, payments) == [
        f"payments[1]: {message}",
        f"payments[2]: {message}",
    ]


def test_the_policies_may_say_the_rule() -> None:
    """One that has an overlap says it for all; policies that disagree are refused, unless the program decides."""
    others = [OtherPolicy(effective=day("2023-01-01"), expires=day("2023-12-31"), basis="12/24")]
    by_paid, by_incurred = (Overlap(rule=rule, other=others) for rule in ("paid", "incurred"))
    first, second = year(2024, "12/15", overlap=by_paid), year(2025, "15/12", overlap=by_incurred)

    assert Program(policies=[first, BOTH[1]]).rule == "paid"
    assert Program(policies=[first, second], overlap="first").rule == "first"
    assert refused(PolicyError, Program, policies=[first, second]) == [
        "policies: the policies have different overlap rules: incurred, paid; give the program one of them [SL705]"
    ]


def test_a_policy_outside_of_the_program_still_counts() -> None:
    """What a policy says of a year before the program is kept; of a year inside, the days of that year count."""
    outside = OtherPolicy(effective=day("2023-01-01"), expires=day("2023-12-31"), basis="12/24")
    stale = OtherPolicy(effective=day("2025-01-01"), expires=day("2025-12-31"), basis="12/12")
    first = year(2024, "24/12", overlap=Overlap(rule="incurred", other=[outside, stale]))
    statement = Program(policies=[first, BOTH[1]]).settle(
        [paid("1", "M1", 150, "2024-02-01", "2023-12-01"), run_out("2")]
    )
    overlap = statement.statements[0].settlement.policy.overlap

    assert overlap
    assert [str(other.basis.incurred_from) for other in overlap.other] == ["None", "2024-10-01"]
    assert excluded(statement.statements[0])["other_policy"] == "150.00"


def test_each_cover_has_windows_of_its_own() -> None:
    """What one year's specific takes counts in no other year's aggregate, though that year's own may not hold it."""
    first, second = (
        a_policy(
            specific(basis=bases[0]),
            aggregate(basis=bases[1]),
            period=a_period(f"{number}-01-01", f"{number}-12-31"),
            number=f"SL-{number}",
        )
        for number, bases in ((2024, ("12/15", "12/12")), (2025, ("15/12", "24/12")))
    )
    units = [
        CoveredUnits(month=f"{number}-{month:02}", tier="single", units=0)
        for number in (2024, 2025)
        for month in range(1, 13)
    ]
    statement = Program(policies=[first, second], overlap="incurred").settle([run_out()], units)
    aggregates = [each.aggregate for each in statement.statements if each.aggregate]

    assert totals(statement) == ["50.00", "0.00"]
    assert [str(sheet.counted) for sheet in aggregates] == ["0.00", "0.00"]


def test_what_no_year_takes_is_unassigned() -> None:
    """With its gap, or without one where a benefit or the days are nobody's; pending claims are not paid yet."""
    payments = [
        paid("1", "M1", 100, "2025-05-01", "2024-11-03"),
        paid("2", "M1", 10, "2024-06-01", "2024-05-01", benefit="dental"),
        paid("3", "M1", 5, "2023-06-01", "2023-05-01"),
        paid("4", "M1", 150, "2024-06-01", "2024-05-01"),
        Payment(id="5", member="M1", amount=7, incurred_on=day("2024-06-01"), status="pending"),
    ]
    left = Program(policies=[year(2024, "12/15"), year(2025, "12/18")]).settle(payments).unassigned

    assert [(str(each.coverage), each.count, str(each.amount), each.payments) for each in left] == [
        ("specific", 3, "115.00", ("1", "2", "3"))
    ]
    assert [str(gap) for gap in left[0].gaps] == ["1 payment, 100.00, falls between 12/15 and 12/18"]


def test_a_refund_goes_to_the_year_of_its_payment() -> None:
    """However late it comes; one that undoes nothing reported is unassigned."""
    refund = paid("2", "M1", -30, "2025-08-01", "2024-11-03", adjusts="1")
    elsewhere = paid("3", "M1", -9, "2025-08-01", "2024-11-03", adjusts="unknown")
    statement = Program(policies=BOTH, overlap="incurred").settle([run_out(), refund, elsewhere])

    assert totals(statement) == ["20.00", "0.00"]
    assert statement.unassigned[0].payments == ("3",)


def test_the_program_as_of_a_day() -> None:
    """Every year as of the same day; final once all windows have ended."""
    program = Program(policies=BOTH, overlap="incurred")

    assert totals(program.settle([run_out()], as_of=day("2025-01-31"))) == ["0.00", "0.00"]
    assert not program.settle([run_out()], as_of=day("2025-06-30")).final
    assert program.settle([run_out()]).final


def test_the_program_as_data() -> None:
    """The years' statements, and what is theirs together."""
    statement = Program(policies=[year(2024, "12/15"), year(2025, "12/18")]).settle(
        [paid("1", "M1", 100, "2025-05-01", "2024-11-03"), paid("2", "M2", 150, "2025-05-01", "2025-04-03")]
    )
    document = statement.to_dict()

    assert [each["policy"] for each in document.pop("years")] == ["SL-2024", "SL-2025"]
    assert document == {
        "schema": 1,
        "as_of": None,
        "final": True,
        "claims": {"count": 2, "amount": "250.00"},
        "unassigned": [
            {
                "coverage": "specific",
                "count": 1,
                "amount": "100.00",
                "gaps": [
                    {
                        "incurred": {"first": "2024-01-01", "last": "2024-12-31"},
                        "paid": {"first": "2025-04-01", "last": "2026-06-30"},
                        "benefits": ["medical"],
                        "count": 1,
                        "amount": "100.00",
                        "in_words": "1 payment, 100.00, falls between 12/15 and 12/18",
                    }
                ],
            }
        ],
        "employer_net": "200.00",
        "carrier_total": "50.00",
    }


def test_a_year_is_asked_for_by_its_number() -> None:
    """And what is not there is said to be."""
    statement = Program(policies=BOTH, overlap="incurred").settle([run_out()])

    assert statement.year("SL-2025") is statement.statements[1]
    assert refused(UnknownFact, statement.year, "SL-2026") == [
        "number: the program has no policy of this number [SL710]"
    ]
    assert repr(statement) == "ProgramStatement(SL-2024, SL-2025, as_of=None)"


# ------------------------------------------------------------------ units and carrier payments


def with_units(number: int, lag: int = 0) -> Policy:
    """Return the policy of a calendar year, with aggregate alone: 10 a month for each unit."""
    terms = aggregate(enrollment_lag=lag)
    return a_policy(aggregate=terms, period=a_period(f"{number}-01-01", f"{number}-12-31"), number=f"SL-{number}")


def enrolled(number: int, units: int) -> list[CoveredUnits]:
    """Return the same units in every month of a year."""
    return [CoveredUnits(month=f"{number}-{month:02}", tier="single", units=units) for month in range(1, 13)]


def points(statement: ProgramStatement) -> list[str]:
    """Return the attachment point of each year."""
    return [str(each.aggregate.attachment_point) for each in statement.statements if each.aggregate]


def test_units_go_to_the_year_of_their_month() -> None:
    """Each year has its own months."""
    program = Program(policies=[with_units(2024), with_units(2025)])

    assert points(program.settle([], [*enrolled(2024, 1), *enrolled(2025, 2)])) == ["120.00", "240.00"]


def test_lagging_units_go_to_both_years() -> None:
    """Where month t takes the units of two months earlier, the next year begins with the last months of this one."""
    program = Program(policies=[with_units(2024), with_units(2025, lag=2)])

    assert points(program.settle([], [*enrolled(2024, 1), *enrolled(2025, 2)])) == ["120.00", "220.00"]


def test_findings_point_to_the_facts_as_they_were_given() -> None:
    """Years are settled one by one; what is wrong is told together, by the positions of what was given."""
    rows = [*enrolled(2024, 1), *enrolled(2025, 2)[:-1]]
    rows.append(CoveredUnits(month="2025-11", tier="single", units=9))
    rows.append(CoveredUnits(month="2027-01", tier="single", units=9))
    received = {"SL-2024": [by_carrier("r", 5, member="M1")], "SL-2023": [], "SL-2025": []}
    program = Program(policies=[with_units(2024), with_units(2025)])
    found = refused(FactError, program.settle, [], rows, received)

    assert found == [
        "units[24].month: this month is in no year of the program, which runs from 2024-01-01 to 2025-12-31 [SL706]",
        "carrier_payments['SL-2023']: no policy of the program has this number; it has SL-2024, SL-2025 [SL707]",
        (
            "carrier_payments['SL-2024'][0].coverage: the policy has no specific cover under which the carrier could "
            "have paid [SL310]"
        ),
        (
            "units[23].units: this policy month and tier was already reported with other units; report each month and "
            "tier once [SL542]"
        ),
        (
            "SL-2025 units: no covered units were reported for tier single in the policy month that begins 2025-12-01; "
            "write 0 if there were none [SL543]"
        ),
    ]


def test_carrier_payments_are_given_by_policy() -> None:
    """The fact does not say under which year the carrier paid."""
    payments = [run_out(), paid("2", "M1", 170, "2025-06-01", "2025-05-01")]
    received = {"SL-2024": [by_carrier("r1", 50, member="M1")], "SL-2025": [by_carrier("r2", 10, member="M1")]}
    statement = Program(policies=BOTH, overlap="incurred").settle(payments, carrier_payments=received)

    assert [str(each.specific.due) for each in statement.statements if each.specific] == ["0.00", "60.00"]


def test_carrier_payments_are_a_table() -> None:
    """A list does not say which year is meant."""
    received: Any = [by_carrier("r1", 50, member="M1")]

    assert refused(WrongType, Program(policies=BOTH).settle, [], carrier_payments=received) == [
        "carrier_payments: these are carrier payments by the number of their policy, a table, not a list [SL101]"
    ]


def test_a_bridge_that_is_not_in_effect_is_noticed() -> None:
    """A group that renews gets it, with the same carrier and without a day in between."""
    bridged = year(2024, "12/15", bridge=Bridge(basis="12/24"))
    taken = year(2024, "12/15", bridge=Bridge(basis="12/24", renewed=True))
    elsewhere = evolve(year(2025), carrier="Another")

    assert [str(notice) for notice in Program(policies=[bridged, year(2025)]).settle([]).notices] == [
        (
            "SL-2024 bridge.renewed: the group renewed with SL-2025, and the bridge of SL-2024 is not in effect; check "
            "the contract [SL717]"
        )
    ]
    for policies in ([taken, year(2025)], [bridged, elsewhere], [bridged, year(2026)], [bridged]):
        assert Program(policies=policies).settle([]).notices == ()


def test_an_advance_takes_nothing_from_the_year_that_holds_a_payment() -> None:
    """Advanced in the first year and paid in the second, whose windows hold it by its own day: it is the second's."""
    funded = year(2024, "12/12", advance_funding=AdvanceFunding(paid_within_days=5))
    payment = paid("1", "M1", 150, "2025-01-02", "2024-11-03")
    advance = by_carrier("r", 50, "2024-12-30", member="M1", kind="advance", claims=["1"])
    program = Program(policies=[funded, year(2025, "15/12")], overlap="incurred")

    assert totals(program.settle([payment], carrier_payments={"SL-2024": [advance]})) == ["0.00", "50.00"]


# ------------------------------------------------------------------ lifetime maxima


def claims(*amounts: int) -> list[Payment]:
    """Return one payment of M1 in each year from 2024 on."""
    return [
        paid(f"c{at}", "M1", amount, f"{2024 + at}-06-01", f"{2024 + at}-05-01", tags=["transplant"])
        for at, amount in enumerate(amounts)
    ]


def test_a_lifetime_maximum_is_one_for_all_years() -> None:
    """What one year reimburses is used in the next."""
    years = [year(number, lifetime_maximum=500) for number in (2024, 2025, 2026)]
    statement = Program(policies=years).settle(claims(450, 300, 300))

    assert totals(statement) == ["350.00", "150.00", "0.00"]
    assert statement.notices == ()


def test_what_was_used_before_the_program_counts() -> None:
    """The first year says it; a later document that states another amount is superseded, and noticed."""
    used = [Used(member="M1", reimbursed=100)]
    first, second = year(2024, lifetime_maximum=500, used=used), year(2025, lifetime_maximum=500, used=used)
    statement = Program(policies=[first, second]).settle(claims(450, 300))

    assert totals(statement) == ["350.00", "50.00"]
    assert [str(notice) for notice in statement.notices] == [
        (
            "SL-2025 specific.used[0]: the years before come to another amount than this policy states as used, and "
            "theirs is carried [SL708]"
        )
    ]


def test_a_document_that_agrees_is_not_noticed() -> None:
    """The renewed document states what the first year reimburses, which counts once."""
    second = year(2025, lifetime_maximum=500, used=[Used(member="M1", reimbursed=350)])
    statement = Program(policies=[year(2024, lifetime_maximum=500), second]).settle(claims(450, 300))

    assert (totals(statement), statement.notices) == (["350.00", "150.00"], ())


def test_a_maximum_that_comes_later_looks_back() -> None:
    """The first year that has one states what was used before, at least what the program's own years reimbursed."""
    program = [year(2024), year(2025, lifetime_maximum=500)]
    stated = [year(2024), year(2025, lifetime_maximum=500, used=[Used(member="M1", reimbursed=400)])]

    assert totals(Program(policies=program).settle(claims(450, 300))) == ["350.00", "150.00"]
    assert totals(Program(policies=stated).settle(claims(450, 300))) == ["350.00", "100.00"]


def test_lifetime_caps_are_carried_by_their_labels() -> None:
    """Of a cap on the reimbursement what was reimbursed, of one on eligible claims what was eligible."""
    on_reimbursement = [Cap(tag="transplant", amount=400, per="lifetime")]
    on_eligible = [Cap(tag="transplant", amount=600, on="eligible", per="lifetime")]

    for caps, owed in ((on_reimbursement, ["350.00", "50.00"]), (on_eligible, ["350.00", "50.00"])):
        assert totals(Program(policies=[year(2024), year(2025, caps=caps)]).settle(claims(450, 300))) == owed


# ------------------------------------------------------------------ what is no program


def test_policies_are_kept_in_order() -> None:
    """By the day on which they are effective."""
    program = Program(policies=[year(2025), year(2024)])

    assert [policy.number for policy in program.policies] == ["SL-2024", "SL-2025"]
    assert repr(program) == "Program(SL-2024, SL-2025)"


def test_a_program_is_one_employers_years_one_after_the_other() -> None:
    """Everything that is wrong is one error."""
    first = year(2024, lifetime_maximum=500)
    same = a_policy(
        specific(per="family"),
        policyholder="Another",
        currency="CAD",
        period=a_period("2024-07-01", "2025-06-30"),
        number="SL-2024",
    )

    assert refused(PolicyError, Program, policies=[same, first]) == [
        "policies[1].policyholder: the policies of a program are those of one employer [SL701]",
        "policies[1].currency: the policies of a program are in one currency [SL701]",
        (
            "policies[1].number: SL-2024 is the number of an earlier year as well; years are told apart by it; add the "
            "year to it [SL702]"
        ),
        "policies[1].period: this policy is effective on 2024-07-01, while SL-2024 is in force [SL703]",
        (
            "policies[1].specific.per: lifetime maxima are carried from year to year, so the deductible stays per "
            "member [SL704]"
        ),
    ]
    assert refused(PolicyError, Program, policies=[]) == ["policies: a program has at least one policy [SL700]"]


def test_only_policies_are_years() -> None:
    """A number is no policy."""
    assert refused(WrongType, Program, policies=[2024]) == [
        "policies[0]: this is of class Policy, and int is not [SL113]"
    ]


def test_a_new_policy_may_follow_a_terminated_one() -> None:
    """The day after the last day in force is free."""
    ended = year(2024, end="2024-06-30")
    following = a_policy(specific(), period=a_period("2024-07-01", "2025-06-30"), number="SL-2")
    statement = Program(policies=[ended, following], overlap="incurred").settle(
        [paid("1", "M1", 150, "2024-06-01", "2024-05-01"), paid("2", "M1", 150, "2024-08-01", "2024-07-01")]
    )

    assert totals(statement) == ["50.00", "50.00"]


def test_a_terminated_year_may_not_take_claims_of_the_next() -> None:
    """Where its windows go on although another policy has begun, no rule tells whose a claim is."""
    ended = evolve(year(2024, "12/15", end="2024-06-30"), early_termination=EarlyTermination(windows="unchanged"))
    following = a_policy(specific(), period=a_period("2024-07-01", "2025-06-30"), number="SL-2")

    assert refused(PolicyError, Program, policies=[ended, following]) == [
        (
            "policies[1].period: SL-2024 ended early, and still takes claims that this policy takes; by its days "
            "either may have them; end its windows with it [SL716]"
        )
    ]


def test_a_program_is_shown() -> None:
    """A notebook shows a picture for each cover that some year has."""
    picture = Program(policies=BOTH)._repr_html_()

    assert picture.count("<svg ") == 1
    assert picture.startswith("<h4>specific</h4><svg ")


def test_a_program_tells_its_gaps_and_overlaps() -> None:
    """As the functions do."""
    program = Program(policies=BOTH)

    assert [str(gap.paid) for gap in program.gaps(Coverage.SPECIFIC)] == ["2025-04-01 to 2025-12-31"]
    assert len(program.overlaps(Coverage.SPECIFIC)) == 1


def test_settling_a_year_alone_gives_its_statement() -> None:
    """The policy of a statement has what the program wrote in."""
    statement = Program(policies=BOTH, overlap="paid").settle([run_out()])
    alone = settle(statement.statements[0].settlement.policy, [run_out()])

    assert alone.to_dict() == statement.statements[0].to_dict()
