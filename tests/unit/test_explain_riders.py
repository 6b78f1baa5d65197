"""Explanations of riders: what lets a claim count or keeps it out, whose money it is, and what waits."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from stoploss.attachment_terms import Accommodation, AggregateFactor, FirstMonths, MinimumAttachment
from stoploss.basis import ContractBasis, DollarLimit
from stoploss.explain import Explanation, explain_aggregate, explain_claim, explain_unit
from stoploss.facts import CarrierPayment, Payment
from stoploss.inner_terms import Cap, CarrierLayer, Used
from stoploss.lasers import Laser
from stoploss.policy import Policy
from stoploss.riders import (
    AdvanceFunding,
    Bridge,
    EarlyTermination,
    OtherPolicy,
    Overlap,
    Recoveries,
    TerminalLiability,
)
from stoploss.statement import Statement, settle
from tests.by_rule import evaluated
from tests.unit.given import (
    a_period,
    a_policy,
    a_year_of_units,
    aggregate,
    by_carrier,
    covered,
    day,
    paid,
    specific,
)

UNITS = a_year_of_units(10)
"""100 of attachment in each month."""


def told(explanation: Explanation, title: str) -> list[str]:
    """Return the sentences of a section, having evaluated every rule of the explanation."""
    for section in explanation.sections:
        for step in section.steps:
            assert (step.line, Fraction(step.amount)) == (step.line, evaluated(step))
    return next([*section.sentences] for section in explanation.sections if section.title == title)


def lines(explanation: Explanation, title: str, *names: str) -> list[tuple[str, str, str, str]]:
    """Return name, amount, rule and clause of some steps of a section."""
    steps = next(section.steps for section in explanation.sections if section.title == title)
    return [(step.line, str(step.amount), step.rule, step.clause) for step in steps if step.line in names]


def inputs(explanation: Explanation, line: str) -> dict[str, object]:
    """Return what a line's rule reads, as plain data."""
    steps = (step for section in explanation.sections for step in section.steps)
    return dict(next(step for step in steps if step.line == line).to_dict()["inputs"])


# ------------------------------------------------------------------ windows

ALONE = "the basis alone has the incurred window 2025-01-01 to 2025-12-31, and the paid window 2025-01-01 to 2025-12-31"
ELECTED = TerminalLiability(elected=True, months=3)
BRIDGED = Bridge(basis="12/15", renewed=True)


@pytest.mark.parametrize(
    ("rider", "by"),
    [
        ({"terminal_liability": ELECTED}, "terminal liability, which was elected"),
        ({"bridge": BRIDGED}, "the bridge, as the group has renewed"),
    ],
)
def test_a_claim_says_which_rider_lets_it_count(rider: dict[str, Any], by: str) -> None:
    """Paid in the period it needs none; after it, by the rider; after that, the rider's windows keep it out."""
    payments = [paid("c1", "M1", 50), paid("c2", "M1", 50, "2026-02-01"), paid("c3", "M1", 50, "2026-04-01")]
    refund = paid("r2", "M1", -20, "2026-05-01", adjusts="c2")
    statement = settle(a_policy(specific(), **rider), [*payments, refund])

    assert [] == told(explain_claim(statement, "c1"), "Specific")
    assert [f"It counts by {by}; {ALONE}."] == told(explain_claim(statement, "c2"), "Specific")
    assert [f"It counts by {by}; {ALONE}."] == told(explain_claim(statement, "r2"), "Specific")
    assert [
        "It does not count toward specific: it was paid after the paid window, 2025-01-01 to 2026-03-31.",
        f"The windows come from {by}; {ALONE}.",
    ] == told(explain_claim(statement, "c3"), "Specific")
    assert f"2 of its claims count by {by}; {ALONE}." == told(explain_unit(statement, "M1"), "Specific")[2]


@pytest.mark.parametrize(("count", "claims"), [(1, "1 claim counts"), (2, "2 claims count")])
def test_the_aggregate_says_how_many_claims_count_by_its_rider(count: int, claims: str) -> None:
    """A unit likewise."""
    policy = a_policy(specific(), aggregate(), terminal_liability=ELECTED)
    late = [paid(f"c{number}", "M1", 50, "2026-02-01") for number in range(count)]
    statement = settle(policy, [paid("c9", "M1", 50), *late], UNITS)
    words = claims.replace("claim", "of its claims", 1).replace("claimss", "claims")

    assert (
        f"{claims} by terminal liability, which was elected; {ALONE}."
        == (told(explain_aggregate(statement), "Aggregate")[1])
    )
    assert (
        f"{words} by terminal liability, which was elected; {ALONE}."
        == (told(explain_unit(statement, "M1"), "Specific")[2])
    )


def test_a_basis_that_a_bridge_replaces_need_not_fit_the_period() -> None:
    """Then there are no windows of the basis alone to tell of."""
    policy = a_policy(specific(basis="6/6"), bridge=BRIDGED)

    assert [] == told(explain_claim(settle(policy, [paid("c1", "M1", 50, "2026-02-01")]), "c1"), "Specific")


# ------------------------------------------------------------------ advances

FUNDED = a_policy(specific(), advance_funding=AdvanceFunding(paid_within_days=5))


def advance(name: str, amount: int, paid_on: str, *claims: str) -> CarrierPayment:
    """Return an advance for claims of M1."""
    return by_carrier(name, amount, paid_on, member="M1", kind="advance", claims=claims)


def test_a_claim_says_that_an_advance_lets_it_count() -> None:
    """The first advance that does; a refund says it of its payment."""
    payments = [paid("c1", "M1", 180, "2026-01-02"), paid("r1", "M1", -30, "2026-03-01", adjusts="c1")]
    received = [advance("k2", 40, "2025-12-30", "c1"), advance("k1", 40, "2025-12-29", "c1")]
    statement = settle(FUNDED, payments, (), received)
    sentence = (
        "The plan paid {} on 2026-01-02, after the paid window, 2025-01-01 to 2025-12-31; the carrier had advanced the "
        "money on 2025-12-29, and what the plan pays within 5 working days of that counts as paid on that day."
    )

    assert [sentence.format("it")] == told(explain_claim(statement, "c1"), "Specific")
    assert [sentence.format("the payment that it undoes")] == told(explain_claim(statement, "r1"), "Specific")


def test_a_claim_that_is_paid_too_late_for_its_advance_says_so() -> None:
    """A claim that no advance names has nothing to say."""
    payments = [paid("c1", "M1", 180, "2026-01-22"), paid("c2", "M1", 180, "2026-01-22")]
    statement = settle(FUNDED, payments, (), [advance("k1", 80, "2025-12-29", "c1")])
    after = "It does not count toward specific: it was paid after the paid window, 2025-01-01 to 2025-12-31."
    late = (
        "The carrier advanced money for it on 2025-12-29; it counts as paid on that day only where that lies in the "
        "paid window, and the plan pays within 5 working days of it."
    )

    assert [after, late] == told(explain_claim(statement, "c1"), "Specific")
    assert [after] == told(explain_claim(statement, "c2"), "Specific")


# ------------------------------------------------------------------ overlap


def another(effective: str, expires: str, basis: str, **terms: Any) -> OtherPolicy:
    """Return another policy of the employer."""
    return OtherPolicy(effective=day(effective), expires=day(expires), basis=basis, **terms)


EARLIEST = "that one is the earliest of those whose windows hold it"


@pytest.mark.parametrize(
    ("rule", "incurred_on", "paid_on", "why"),
    [
        ("incurred", "2024-12-20", "2025-02-01", "it was incurred in the period of that one"),
        ("first", "2024-12-20", "2025-02-01", EARLIEST),
        # no period holds the day incurred
        ("incurred", "2023-12-20", "2025-02-01", EARLIEST),
    ],
)
def test_a_claim_says_which_other_policy_takes_it(rule: str, incurred_on: str, paid_on: str, why: str) -> None:
    """By the policy's effective day, and the rule."""
    overlap = Overlap(rule=rule, other=[another("2024-01-01", "2024-12-31", "36/15")])
    statement = settle(a_policy(specific(basis="36/12"), overlap=overlap), [paid("c1", "M1", 50, paid_on, incurred_on)])

    assert [
        (
            "It does not count toward specific: another policy, effective 2024-01-01, takes it by the overlap rule "
            f'"{rule}": {why}.'
        )
    ] == told(explain_claim(statement, "c1"), "Specific")


@pytest.mark.parametrize("rule", ["incurred", "first"])
def test_what_the_specific_of_another_policy_takes_counts_in_its_aggregate_alone(rule: str) -> None:
    """The other policy's aggregate does not hold it, or has none."""
    overlap = Overlap(rule=rule, other=[another("2024-01-01", "2024-12-31", "12/15", covers=["specific"])])
    policy = a_policy(specific(basis="15/12"), aggregate(basis="15/12"), overlap=overlap)
    statement = settle(policy, [paid("c1", "M1", 50, "2025-02-01", "2024-12-20")], UNITS)

    assert [
        (
            "It does not count toward aggregate: the specific of another policy, effective 2024-01-01, takes it, "
            "and so it counts in no other aggregate."
        )
    ] == told(explain_claim(statement, "c1"), "Aggregate")


def test_a_policy_without_specific_leaves_the_aggregate_to_the_other_one() -> None:
    """Though its own period holds the day."""
    overlap = Overlap(rule="paid", other=[another("2024-01-01", "2024-12-31", "24/15", covers=["specific"])])
    policy = a_policy(aggregate=aggregate(basis="15/12"), overlap=overlap)
    statement = settle(policy, [paid("c1", "M1", 50, "2025-02-01", "2024-12-20")], UNITS)

    assert [
        (
            "It does not count toward aggregate: the specific of another policy, effective 2024-01-01, takes it, "
            "and so it counts in no other aggregate."
        )
    ] == told(explain_claim(statement, "c1"), "Aggregate")


# ------------------------------------------------------------------ lasers


@pytest.mark.parametrize(
    ("laser", "sentences"),
    [
        ({}, []),
        ({"when": "x"}, ['Its laser waits for a claim that carries "x"; none that counts has come.']),
        (
            {"when": "t"},
            ['A claim that carries "t" was paid on 2025-07-01, and so its laser applies to the whole period.'],
        ),
        (
            {"when": "t", "effect": "from_trigger"},
            [
                (
                    'A claim that carries "t" was paid on 2025-07-01, '
                    "and so its laser applies to what was paid from that day on."
                )
            ],
        ),
        ({"from_on": day("2025-04-01")}, ["Its laser applies to what was paid from 2025-04-01 on."]),
        ({"tags": ["t", "u"]}, ['Its laser takes the claims that carry "t" or "u", over a total of their own.']),
    ],
)
def test_a_laser_is_told_that_does_not_simply_take_its_unit(laser: dict[str, Any], sentences: list[str]) -> None:
    """Whether it waits, since when it applies, and to what."""
    terms: dict[str, Any] = {"member": "M1", "deductible": 250}
    payments = [paid("c1", "M1", 120, "2025-02-01"), paid("c2", "M1", 300, "2025-07-01", tags=["t"])]
    statement = settle(a_policy(specific(lasers=[Laser(**terms | laser)])), payments)

    assert sentences == told(explain_unit(statement, "M1"), "Specific")[2:]


# ------------------------------------------------------------------ layers


def test_each_carrier_is_told_what_it_owes() -> None:
    """Of 80, 40 up to the first one's limit; it has paid 50."""
    layers = [CarrierLayer(carrier="First Re", limit=40), CarrierLayer(carrier="Second Re")]
    received = [by_carrier("k1", 50, member="M1", carrier="First Re")]
    explanation = explain_unit(settle(a_policy(specific(layers=layers)), [paid("c1", "M1", 180)], (), received), "M1")

    assert [
        "The carriers reimburse 80.00 together, and have paid 50.00.",
        "First Re reimburses 40.00, has paid 50.00; 10.00 is due back to it.",
        "Second Re reimburses 40.00, has paid 0.00; 40.00 is due from it.",
    ] == told(explanation, "Specific")[1:]
    assert [
        ("layer_1", "40.00", "min(max(reimbursable - below, 0), limit)", "layers"),
        ("layer_1_due", "-10.00", "layer_1 - paid_by_it", "due"),
        ("layer_2", "40.00", "max(reimbursable - below, 0)", "layers"),
        ("layer_2_due", "40.00", "layer_2 - paid_by_it", "due"),
    ] == lines(explanation, "Specific", "layer_1", "layer_1_due", "layer_2", "layer_2_due")
    assert {"carrier": "Second Re", "reimbursable": "80.00", "below": "40.00"} == inputs(explanation, "layer_2")


# ------------------------------------------------------------------ inner maxima

CAPPED: dict[str, Any] = {
    "caps": [Cap(tag="u", amount=5, on="eligible"), Cap(tag="t", amount=100, per="lifetime")],
    "used": [Used(member="M1", tag="t", reimbursed=30)],
}


def limited(per: str = "member", **terms: Any) -> Policy:
    """Return a policy whose basis limits what is reimbursed of run-in and run-out, and with a cap for life."""
    basis = ContractBasis(
        label="24/15",
        run_in_limit=DollarLimit(amount=60, caps="reimbursed", per=per),
        run_out_limit=DollarLimit(amount=5, caps="reimbursed", per=per),
    )
    return a_policy(specific(basis=basis, **CAPPED | terms))


FALLEN = [
    paid("c1", "M1", 180, "2025-01-20", "2024-12-20"),
    paid("c2", "M1", 180, "2025-02-20", tags=["t"]),
    paid("c3", "M1", 18, "2026-02-20"),
]
"""80 of run-in is payable, then 180 of what carries the label, then 18 of run-out."""
MOST = "max(cap_2 - used_of_cap_2, 0)"


def test_each_inner_maximum_says_what_it_lets_the_carrier_pay() -> None:
    """By its own clause, over what is payable of what it is about; a cap for life less what was used."""
    explanation = explain_unit(settle(limited(), FALLEN), "M1")
    told(explanation, "Specific")

    names = ("within_cap_2", "within_run_in_limit", "within_run_out_limit", "within_inner_maxima", "over_maximum")
    assert [
        ("within_cap_2", "70.00", f"min(under_cap_2, {MOST})", "inner-maximum"),
        ("within_run_in_limit", "60.00", "min(under_run_in_limit, run_in_limit)", "run-in-limit"),
        ("within_run_out_limit", "5.00", "min(under_run_out_limit, run_out_limit)", "run-out-limit"),
        (
            "within_inner_maxima",
            "135.00",
            (
                "payable - (under_cap_2 - within_cap_2) - (under_run_in_limit - within_run_in_limit)"
                " - (under_run_out_limit - within_run_out_limit)"
            ),
            "inner-maximum",
        ),
        ("over_maximum", "143.00", "payable - within_inner_maxima", "inner-maximum"),
    ] == lines(explanation, "Specific", *names)
    assert {"label_of_cap_2": "t", "under_cap_2": "180.00", "cap_2": "100.00", "used_of_cap_2": "30.00"} == inputs(
        explanation, "within_cap_2"
    )


def test_a_limit_that_units_share_is_told_payment_by_payment() -> None:
    """M2 came first and took 50 of the 60; its rows of M1 are let pay 10 and nothing."""
    others = [paid("c0", "M2", 150, "2025-01-10", "2024-12-20"), paid("c4", "M1", 7, "2025-03-20", "2024-12-20")]
    statement = settle(limited("policy"), [*FALLEN, *others])
    unit, claim = explain_unit(statement, "M1"), explain_claim(statement, "c1")
    told(unit, "Specific")
    told(claim, "Specific")

    assert [("within_run_in_limit", "10.00", "sum(let_pay_by_run_in_limit)", "run-in-limit")] == lines(
        unit, "Specific", "within_run_in_limit"
    )
    assert {
        "run_in_limit": "60.00",
        "under_run_in_limit": "87.00",
        "let_pay_by_run_in_limit": ["10.00", "0.00"],
    } == inputs(unit, "within_run_in_limit")
    assert {"payable": "80.00", "before": "50.00", "run_in_limit": "60.00"} == inputs(claim, "over_run_in_limit")


@pytest.mark.parametrize(
    ("claim", "terms", "expected"),
    [
        (
            "c1",
            {},
            [
                (
                    "over_run_in_limit",
                    "20.00",
                    "payable - (min(before + payable, run_in_limit) - min(before, run_in_limit))",
                    "run-in-limit",
                ),
                ("over_maximum", "20.00", "over_run_in_limit", "run-in-limit"),
            ],
        ),
        (
            "c2",
            {},
            [
                (
                    "over_cap_2",
                    "110.00",
                    f"payable - (min(before + payable, {MOST}) - min(before, {MOST}))",
                    "inner-maximum",
                ),
                ("over_maximum", "110.00", "over_cap_2", "inner-maximum"),
            ],
        ),
        # of the 70 that the cap leaves, 40 are within the maximum
        (
            "c2",
            {"maximum": 100},
            [
                (
                    "over_cap_2",
                    "110.00",
                    f"payable - (min(before + payable, {MOST}) - min(before, {MOST}))",
                    "inner-maximum",
                ),
                ("over_maximum", "140.00", "over_cap_2 + after - before", "specific-maximum"),
            ],
        ),
    ],
)
def test_a_claim_over_the_maximum_says_what_took_it(
    claim: str, terms: dict[str, Any], expected: list[tuple[str, str, str, str]]
) -> None:
    """Each inner maximum, and then the maximum itself."""
    explanation = explain_claim(settle(limited(**terms), FALLEN), claim)
    told(explanation, "Specific")

    assert expected == lines(explanation, "Specific", "over_run_in_limit", "over_cap_2", "over_maximum")


# ------------------------------------------------------------------ recoveries


@pytest.mark.parametrize(
    ("order", "adjusts", "sentences"),
    [
        (
            "employer_first",
            "c1",
            [
                (
                    "It is a recovery, undoes no payment, and is the employer's first: "
                    "100.00 the employer's, 20.00 the carrier's."
                ),
                "It is judged by the dates, benefit and status of the payment that it names.",
            ],
        ),
        (
            "pro_rata",
            None,
            [
                (
                    "It is a recovery, undoes no payment, and is shared by what each has borne of the claims: "
                    "80.00 the employer's, 40.00 the carrier's."
                )
            ],
        ),
        (
            "recompute",
            "c1",
            ["It undoes an earlier payment, and is judged by the dates, benefit and status of that payment."],
        ),
    ],
)
def test_a_recovery_says_whose_it_is(order: str, adjusts: str | None, sentences: list[str]) -> None:
    """Of 150 the carrier bore 50; 120 come back."""
    recovery = paid("r1", "M1", -120, "2025-07-01", tags=["recovery"], adjusts=adjusts)
    policy = a_policy(specific(), recoveries=Recoveries(order=order))

    assert sentences == told(explain_claim(settle(policy, [paid("c1", "M1", 150), recovery]), "r1"), "Claim")[1:]


# ------------------------------------------------------------------ the attachment, by month

BY_CLASS = [
    AggregateFactor(tier="single", amount=10, covered_class="active", plan="gold"),
    AggregateFactor(tier="single", amount="5.555", covered_class="cobra", plan="gold"),
    AggregateFactor(tier="single", amount=12, covered_class="active", plan="gold", from_on=day("2025-02-01")),
]


def test_policy_months_are_told_where_factors_tell_more_apart_than_tiers() -> None:
    """Covered units times factor, added up over divisions; differences of rounded sums."""
    policy = a_policy(aggregate=aggregate(factors=BY_CLASS, enrollment_lag=2))
    units = [
        covered(month, 5, covered_class=own, plan="gold", division=division)
        for month in ("2024-11", "2024-12")
        for own, division in (("active", "N"), ("active", "S"), ("cobra", None))
    ]
    explanation = explain_aggregate(settle(policy, [], units, as_of=day("2025-02-10")))

    assert [
        "Each policy month takes the covered units of 2 months before it.",
        "Factors go by class and plan beside the tier.",
        "Factors change in the months that begin on or after 2025-02-01.",
    ] == told(explanation, "Policy months")
    rule = "rounded(months_before + units_1 * factor_1 + units_2 * factor_2) - rounded(months_before)"
    assert [
        ("month_1", "127.78", rule, "attachment-point"),
        ("month_2", "147.77", rule, "attachment-point"),
    ] == lines(explanation, "Policy months", "month_1", "month_2")
    assert {
        "months_before": "127.775",
        "covered_1": "single/active/gold",
        "units_1": 10,
        "factor_1": "12",
        "covered_2": "single/cobra/gold",
        "units_2": 5,
        "factor_2": "5.555",
    } == inputs(explanation, "month_2")
    assert "It is also told by division, and these add up to it: what names no division, N, S." in (
        told(explanation, "Aggregate")
    )


def test_a_lag_of_a_month_is_the_month_before() -> None:
    """Not one months."""
    policy = a_policy(aggregate=aggregate(enrollment_lag=1))
    explanation = explain_aggregate(settle(policy, [], [covered("2024-12")], as_of=day("2025-01-10")))

    assert ["Each policy month takes the covered units of the month before it."] == told(explanation, "Policy months")


def test_plain_factors_have_no_section_of_their_own() -> None:
    """The months are in the worksheet."""
    explanation = explain_aggregate(settle(a_policy(aggregate=aggregate()), [], UNITS))

    assert ["Aggregate"] == [section.title for section in explanation.sections]


def test_terminal_liability_adds_nothing_before_all_months_have_begun() -> None:
    """The months so far are not the whole that it adds to."""
    policy = a_policy(aggregate=aggregate(), terminal_liability=ELECTED)
    explanation = explain_aggregate(settle(policy, [], UNITS, as_of=day("2025-03-15")))
    told(explanation, "Aggregate")

    assert [("terminal_liability", "0.00", "0", "terminal-liability")] == lines(
        explanation, "Aggregate", "terminal_liability"
    )
    assert {"months_begun": 3, "months_in_force": 12} == inputs(explanation, "terminal_liability")


# ------------------------------------------------------------------ the accommodation

EARLY = by_carrier("k1", 10, "2025-02-20", coverage="aggregate", kind="accommodation")


def accommodated(as_of: str | None, *payments: Payment, rider: dict[str, Any] | None = None, **terms: Any) -> Statement:
    """Settle with an accommodation; 10 were advanced in February."""
    policy = a_policy(aggregate=aggregate(accommodation=Accommodation(**rider or {}), **terms))
    return settle(policy, payments, UNITS, [EARLY], as_of=day(as_of) if as_of else None)


MARCH = paid("c1", "M1", 330, "2025-03-10")


@pytest.mark.parametrize(
    ("rider", "minimum", "amount", "rule"),
    [
        ({}, None, "300.00", "sum(months_to_date)"),
        ({"minimum": "none"}, {"amount": 2000}, "300.00", "sum(months_to_date)"),
        (
            {},
            {"amount": 2000},
            "500.00",
            "max(sum(months_to_date), amount * months_ended / policy_months)",
        ),
        (
            {},
            {"first_months": FirstMonths(months=6, share=1)},
            "300.00",
            (
                "max(sum(months_to_date), share_of_first * sum(first_months) * policy_months / months_averaged"
                " * months_ended / policy_months)"
            ),
        ),
    ],
)
def test_the_threshold_says_what_counts_is_held_against(
    rider: dict[str, Any], minimum: dict[str, Any] | None, amount: str, rule: str
) -> None:
    """The months to date, or the minimum by months where that joins; of the last month that has ended."""
    least = MinimumAttachment(**minimum) if minimum else None
    explanation = explain_aggregate(accommodated("2025-04-15", MARCH, rider=rider, minimum=least))
    told(explanation, "Aggregate")

    assert [("threshold", amount, f"rounded({rule})", "accommodation")] == lines(explanation, "Aggregate", "threshold")


def test_a_minimum_that_early_termination_drops_joins_no_threshold() -> None:
    """As if there were none."""
    terms = aggregate(accommodation=Accommodation(), minimum=MinimumAttachment(amount=2000))
    policy = a_policy(
        aggregate=terms,
        period=a_period(terminated="2025-08-31"),
        early_termination=EarlyTermination(minimum="dropped"),
    )
    explanation = explain_aggregate(settle(policy, [MARCH], UNITS, as_of=day("2025-03-31")))
    told(explanation, "Aggregate")

    assert [("threshold", "300.00", "rounded(sum(months_to_date))", "accommodation")] == lines(
        explanation, "Aggregate", "threshold"
    )


@pytest.mark.parametrize(
    ("as_of", "rider", "sentence", "reads"),
    [
        (
            "2025-01-15",
            {},
            "Nothing is advanced before 2025-01-31, when the first month ends.",
            {"first_month_ends": "2025-01-31"},
        ),
        (
            "2025-03-31",
            {"smallest": 50},
            "A request of 20.00 waits, because it is below the smallest one, 50.00.",
            {"wanted": "30.00", "reimbursed": "10.00", "waits": "20.00", "smallest": "50.00"},
        ),
        (
            "2025-02-28",
            {},
            "10.00 was advanced that is no longer wanted; it goes back at the end of the period.",
            {"wanted": "0.00", "reimbursed": "10.00", "repay": "at_end"},
        ),
    ],
)
def test_an_accommodation_says_why_nothing_is_due(
    as_of: str, rider: dict[str, Any], sentence: str, reads: dict[str, object]
) -> None:
    """No month has ended, a small request waits, or what is too much goes back at the end."""
    explanation = explain_aggregate(accommodated(as_of, MARCH, rider=rider))

    assert [sentence] == told(explanation, "Aggregate")[1:]
    assert reads == inputs(explanation, "due")


def test_an_accommodation_with_something_due_has_nothing_to_say() -> None:
    """Its steps do."""
    assert [] == told(explain_aggregate(accommodated("2025-03-31", MARCH)), "Aggregate")[1:]


def test_after_the_period_an_accommodation_is_part_of_what_was_paid() -> None:
    """Where anything was advanced."""
    policy = a_policy(aggregate=aggregate(accommodation=Accommodation()))
    later = by_carrier("k2", 5, "2026-02-20", coverage="aggregate")
    statement = settle(policy, [MARCH], UNITS, [EARLY, later])

    assert [
        (
            "Of the 15.00 that the carrier has paid, 10.00 was advanced by 2025-12-31, under the accommodation; "
            "it is taken off like all the rest."
        )
    ] == told(explain_aggregate(statement), "Aggregate")[1:]
    assert [] == told(explain_aggregate(settle(policy, [MARCH], UNITS, [later])), "Aggregate")[1:]
