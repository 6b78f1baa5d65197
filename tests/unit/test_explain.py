"""Explanations: what happened to a member's claims, and why a claim did or did not count."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stoploss.attachment_terms import MinimumAttachment
from stoploss.basis import ContractBasis, DollarLimit
from stoploss.errors import UnknownFact
from stoploss.explain import Explanation, Section, explain_aggregate, explain_claim, explain_unit
from stoploss.lasers import Laser
from stoploss.riders import EarlyTermination
from stoploss.statement import Statement, settle
from stoploss.steps import Step
from tests.unit.given import (
    a_period,
    a_policy,
    a_year_of_units,
    aggregate,
    by_carrier,
    day,
    paid,
    pending,
    refused,
    specific,
)

UNITS = a_year_of_units()


def steps(section: Section) -> list[tuple[str, str, str]]:
    """Return line, amount and rule of each step."""
    return [(step.line, str(step.amount), step.rule) for step in section.steps]


def section(explanation: Explanation, title: str) -> Section:
    """Return the section of that title."""
    return next(each for each in explanation.sections if each.title == title)


def a_statement(*payments: Any, own: dict[str, Any] | None = None, group: dict[str, Any] | None = None) -> Statement:
    """Settle payments under both covers."""
    return settle(a_policy(specific(**own or {}), aggregate(**group or {})), payments, UNITS)


# ------------------------------------------------------------------ a unit


def test_a_unit_is_told_in_words_and_lines() -> None:
    """The text a person reads: every line with its amount, its rule in figures, and its clause."""
    policy = a_policy(specific(aggregating=50, share="90%"))
    payments = [paid("c1", "M1", 150, "2025-02-01"), paid("c2", "M1", 30), paid("c3", "M1", 9, benefit="dental")]
    statement = settle(policy, payments, (), [by_carrier("k1", 10, member="M1")])

    assert [
        "Specific",
        "180.00 is eligible, on 2 claims of this member.",
        "The carrier reimburses 27.00, has paid 10.00; 17.00 is due from it.",
        "1 of its claims for 9.00 did not count: benefit not covered.",
        (
            "    eligible                   180.00  = gross + voids_and_refunds - over_run_in_limit  "
            "where gross 180.00, voids_and_refunds 0.00, over_run_in_limit 0.00  [netting]"
        ),
        (
            "  + retained                   100.00  = min(eligible, deductible)  "
            "where eligible 180.00, deductible 100.00  [specific-deductible]"
        ),
        (
            "    excess                      80.00  = max(eligible - deductible, 0)  "
            "where eligible 180.00, deductible 100.00  [specific-excess]"
        ),
        "  + aggregating                 50.00  = sum(absorbed)  where absorbed 50.00  [aggregating-specific]",
        (
            "    payable                     27.00  = rounded(share * (excess - aggregating))  "
            "where share 0.9, excess 80.00, aggregating 50.00  [specific-share]"
        ),
        (
            "  + employer_share               3.00  = excess - aggregating - payable  "
            "where excess 80.00, aggregating 50.00, payable 27.00  [specific-share]"
        ),
        "  + reimbursable                27.00  = payable  where payable 27.00  [specific-reimbursement]",
        (
            "    due                         17.00  = reimbursable - reimbursed  "
            "where reimbursable 27.00, reimbursed 10.00  [due]"
        ),
    ] == explain_unit(statement, "M1").text().splitlines()


@pytest.mark.parametrize(
    ("terms", "total", "expected"),
    [
        (
            {},
            180,
            [
                ("retained", "100.00", "min(eligible, deductible)"),
                ("excess", "80.00", "max(eligible - deductible, 0)"),
                ("payable", "80.00", "excess"),
                ("reimbursable", "80.00", "payable"),
            ],
        ),
        (
            {"lasers": [Laser(member="M1", deductible=150)], "maximum": 20},
            180,
            [
                ("retained", "100.00", "min(eligible, deductible)"),
                ("laser", "50.00", "min(max(eligible - deductible, 0), laser_deductible - deductible)"),
                ("excess", "30.00", "max(eligible - laser_deductible, 0)"),
                ("payable", "30.00", "excess"),
                ("over_maximum", "10.00", "max(payable - maximum, 0)"),
                ("reimbursable", "20.00", "min(payable, maximum)"),
            ],
        ),
        (
            {"lasers": [Laser(member="M1", excluded=True)]},
            180,
            [
                ("retained", "100.00", "min(eligible, deductible)"),
                ("laser", "80.00", "max(eligible - deductible, 0)"),
                ("excess", "0.00", "0"),
                ("payable", "0.00", "excess"),
                ("reimbursable", "0.00", "payable"),
            ],
        ),
        (
            {"aggregating": 50},
            180,
            [
                ("retained", "100.00", "min(eligible, deductible)"),
                ("excess", "80.00", "max(eligible - deductible, 0)"),
                ("aggregating", "50.00", "sum(absorbed)"),
                ("payable", "30.00", "excess - aggregating"),
                ("reimbursable", "30.00", "payable"),
            ],
        ),
        (
            {"share": "90%"},
            180,
            [
                ("retained", "100.00", "min(eligible, deductible)"),
                ("excess", "80.00", "max(eligible - deductible, 0)"),
                ("payable", "72.00", "rounded(share * excess)"),
                ("employer_share", "8.00", "excess - payable"),
                ("reimbursable", "72.00", "payable"),
            ],
        ),
        (
            {"aggregating": 50, "share": "90%", "share_applies": "before_aggregating"},
            180,
            [
                ("retained", "100.00", "min(eligible, deductible)"),
                ("excess", "80.00", "max(eligible - deductible, 0)"),
                ("shared", "72.00", "rounded(share * excess)"),
                ("employer_share", "8.00", "excess - shared"),
                ("aggregating", "50.00", "sum(absorbed)"),
                ("payable", "22.00", "shared - aggregating"),
                ("reimbursable", "22.00", "payable"),
            ],
        ),
        (
            {"share": "90%", "share_applies": "before_aggregating"},
            180,
            [
                ("retained", "100.00", "min(eligible, deductible)"),
                ("excess", "80.00", "max(eligible - deductible, 0)"),
                ("shared", "72.00", "rounded(share * excess)"),
                ("employer_share", "8.00", "excess - shared"),
                ("payable", "72.00", "shared"),
                ("reimbursable", "72.00", "payable"),
            ],
        ),
        (
            {"maximum": 150, "maximum_on": "eligible", "share_applies": "before_aggregating"},
            180,
            [
                ("within_maximum", "150.00", "min(eligible, eligible_maximum)"),
                ("retained", "100.00", "min(within_maximum, deductible)"),
                ("excess", "50.00", "max(within_maximum - deductible, 0)"),
                ("payable", "50.00", "excess"),
                ("over_maximum", "30.00", "eligible - within_maximum"),
                ("reimbursable", "50.00", "payable"),
            ],
        ),
    ],
)
def test_only_the_terms_that_the_policy_has_make_lines(
    terms: dict[str, Any], total: int, expected: list[tuple[str, str, str]]
) -> None:
    """A plain policy has a short explanation; each term adds its own lines, in the policy's order."""
    statement = settle(a_policy(specific(**terms)), [paid("c1", "M1", total)])
    (found,) = explain_unit(statement, "M1").sections

    assert expected == steps(found)[1:-1]
    assert ["eligible", "due"] == [steps(found)[0][0], steps(found)[-1][0]]


def test_a_unit_that_only_the_carrier_paid_for_has_no_claims() -> None:
    """Every line is zero, and what was paid is due back."""
    statement = settle(a_policy(specific(aggregating=50)), [], (), [by_carrier("k1", 30, member="M1")])
    explanation = explain_unit(statement, "M1")

    assert "The carrier reimburses 0.00, has paid 30.00; 30.00 is due back to it." in explanation.text()
    assert "= sum(absorbed)  where absorbed nothing" in explanation.text()
    assert explanation.sections[0].sentences[0] == "0.00 is eligible, on 0 claims of this member."


def test_nothing_may_be_due() -> None:
    """Neither side owes the other."""
    statement = settle(a_policy(specific()), [paid("c1", "M1", 50)])

    assert "The carrier reimburses 0.00, has paid 0.00; nothing is due." in explain_unit(statement, "M1").text()


def test_what_did_not_count_of_a_unit_is_told_by_reason() -> None:
    """In screening order, refunds with what they undo; nobody else's claims are in it."""
    statement = settle(
        a_policy(specific()),
        [
            paid("c1", "M1", 50),
            paid("c2", "M1", 1_000, "2026-01-01"),
            paid("c3", "M1", 2_000, "2026-01-01"),
            paid("r3", "M1", -500, "2025-08-01", adjusts="c3"),
            pending("c4", "M1", 7),
            paid("c5", "M2", 9, benefit="dental"),
        ],
    )

    assert (
        "1 of its claims for 7.00 did not count: pending.",
        "3 of its claims for 2,500.00 did not count: paid after.",
    ) == explain_unit(statement, "M1").sections[0].sentences[2:]


def test_a_long_sum_is_shortened_in_text_and_whole_in_data() -> None:
    """Of thirteen dollars that the ASD absorbed twelve are shown."""
    payments = [paid(f"c{number:02}", "M1", 1) for number in range(13)]
    explanation = explain_unit(settle(a_policy(specific(deductible=0, aggregating=50)), payments), "M1")

    assert f"where absorbed {' + '.join(['1.00'] * 12)} + 1 more  [" in explanation.text()
    (absorbed,) = [step for step in explanation.sections[0].steps if step.line == "aggregating"]
    assert ["1.00"] * 13 == absorbed.to_dict()["inputs"]["absorbed"]


@pytest.mark.parametrize(
    "ask", [lambda statement: explain_unit(statement, "M9"), lambda statement: explain_claim(statement, "c9")]
)
def test_what_the_statement_does_not_hold_is_not_explained(ask: Any) -> None:
    """The message repeats no id."""
    (found,) = refused(UnknownFact, ask, a_statement(paid("c1", "M1", 50)))

    assert "9" not in found.removesuffix("[SL320]").removesuffix("[SL321]")


# ------------------------------------------------------------------ a claim


def test_a_claim_is_told_under_both_covers() -> None:
    """What was reported, then what it moved under each cover."""
    statement = a_statement(paid("c1", "M1", 80, "2025-02-01"), paid("c2", "M1", 100, "2025-03-01"))
    explanation = explain_claim(statement, "c2")

    assert ["Claim", "Specific", "Aggregate"] == [each.title for each in explanation.sections]
    assert ("medical claim incurred 2025-01-15, paid 2025-03-01, for 100.00.",) == explanation.sections[0].sentences
    assert [
        ("net", "100.00", "amount"),
        ("running_total", "180.00", "before + net"),
        ("retained", "20.00", "after - before"),
        ("reimbursable", "80.00", "after - before"),
    ] == steps(section(explanation, "Specific"))
    assert [
        ("net", "100.00", "amount"),
        ("within_loss_limit", "20.00", "min(before + net, loss_limit) - min(before, loss_limit)"),
        ("counted", "20.00", "min(within_loss_limit, retained + laser)"),
    ] == steps(section(explanation, "Aggregate"))


@pytest.mark.parametrize(
    ("claim", "net", "rule"),
    [
        ("c1", "70.00", "amount + undone_by_name"),
        ("c2", "15.00", "amount + undone_by_later_refunds"),
        ("c3", "60.00", "amount"),
        ("r1", "0.00", "amount + taken_from_earlier_payments"),
        ("r2", "0.00", "amount + taken_from_earlier_payments"),
    ],
)
def test_a_claim_is_told_what_it_comes_to(claim: str, net: str, rule: str) -> None:
    """Of c1 30 are undone by name; a refund of 5 takes from c2, which was the latest before it."""
    statement = a_statement(
        paid("c1", "M1", 100, "2025-02-01"),
        paid("c2", "M1", 20, "2025-03-01"),
        paid("r1", "M1", -30, "2025-04-01", adjusts="c1"),
        paid("r2", "M1", -5, "2025-05-01"),
        paid("c3", "M1", 60, "2025-06-01"),
    )

    for title in ("Specific", "Aggregate"):
        assert ("net", net, rule) == steps(section(explain_claim(statement, claim), title))[0]


def test_a_refund_is_told_what_it_undoes() -> None:
    """It is judged by the payment that it names."""
    statement = a_statement(paid("c1", "M1", 100), paid("r1", "M1", -30, "2027-01-01", adjusts="c1"))

    assert (
        "medical claim incurred 2025-01-15, paid 2027-01-01, for -30.00.",
        "It undoes an earlier payment, and is judged by the dates, benefit and status of that payment.",
    ) == explain_claim(statement, "r1").sections[0].sentences


def test_what_the_asd_took_of_a_claim_is_told_by_what_came_before() -> None:
    """M1's excess of 60 came before; of M2's 30 the ASD of 80 takes 20."""
    statement = a_statement(
        paid("c1", "M1", 160, "2025-02-01"), paid("c2", "M2", 130, "2025-03-01"), own={"aggregating": 80}
    )
    (absorbed,) = [
        step for step in section(explain_claim(statement, "c2"), "Specific").steps if step.line == "aggregating"
    ]

    assert {
        "line": "aggregating",
        "amount": "20.00",
        "rule": "min(excess_before + excess, asd) - min(excess_before, asd)",
        "inputs": {"excess_before": "60.00", "excess": "30.00", "asd": "80.00"},
        "clause": "aggregating-specific",
        "subtotal": False,
    } == absorbed.to_dict()


RUN_IN = ContractBasis(label="24/12", run_in_limit=DollarLimit(amount=50))
OVER = "It was incurred before the effective date; 30.00 of it is over the run-in limit and does not count."


@pytest.mark.parametrize(
    ("own", "group", "title", "rule"),
    [
        (
            {"basis": RUN_IN},
            {"basis": "24/12"},
            "Specific",
            "min(within_loss_limit, retained + laser + cut_by_limits)",
        ),
        ({"basis": "24/12"}, {"basis": RUN_IN}, "Aggregate", "min(within_loss_limit, retained + laser)"),
    ],
)
def test_a_claim_over_the_run_in_limit_is_told_how_much(
    own: dict[str, Any], group: dict[str, Any], title: str, rule: str
) -> None:
    """Under the cover that limits it; what specific cuts counts in the aggregate."""
    statement = a_statement(paid("c1", "M1", 80, incurred_on="2024-12-01"), own=own, group=group)
    explanation = explain_claim(statement, "c1")
    other = {"Specific": "Aggregate", "Aggregate": "Specific"}[title]

    assert ((OVER,), ()) == (section(explanation, title).sentences, section(explanation, other).sentences)
    assert ("net", "50.00", "amount + over_run_in_limit") == steps(section(explanation, title))[0]
    assert rule == steps(section(explanation, "Aggregate"))[-1][2]


@pytest.mark.parametrize(
    ("own", "group", "payment", "expected"),
    [
        # counted as far as the employer keeps it
        ({}, {}, {}, [("within_loss_limit", "100.00"), ("counted", "100.00")]),
        # the dollars that the ASD absorbed count, too
        (
            {"aggregating": 50},
            {"aggregating_counts": True},
            {},
            [("within_loss_limit", "100.00"), ("counted", "150.00")],
        ),
        # specific does not see it
        (
            {},
            {},
            {"status": "ineligible", "ineligible_for": "specific"},
            [("within_loss_limit", "100.00"), ("counted", "100.00")],
        ),
        # everything that specific does not reimburse
        ({}, {"counting": "net_of_specific"}, {}, [("within_loss_limit", "180.00"), ("counted", "100.00")]),
    ],
)
def test_what_a_claim_counts_is_told_by_its_rule(
    own: dict[str, Any], group: dict[str, Any], payment: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """Within the loss limit first, then what of it counts."""
    statement = a_statement(paid("c1", "M1", 180, **payment), own=own, group=group)
    found = steps(section(explain_claim(statement, "c1"), "Aggregate"))

    assert expected == [(line, amount) for line, amount, _ in found[1:]]


def test_a_remainder_below_zero_counts_as_it_is() -> None:
    """Each coverage carries its own."""
    statement = a_statement(paid("c1", "M1", 60), paid("r1", "M1", -100, "2025-07-01"))

    assert [
        ("net", "-40.00", "amount + taken_from_earlier_payments"),
        ("within_loss_limit", "-40.00", "min(before + net, loss_limit) - min(before, loss_limit)"),
        ("counted", "-40.00", "within_loss_limit"),
    ] == steps(section(explain_claim(statement, "r1"), "Aggregate"))


def test_a_policy_with_one_cover_tells_of_one() -> None:
    """No section for a cover that is not there."""
    payment = paid("c1", "M1", 180)
    one = settle(a_policy(specific()), [payment])
    other = settle(a_policy(aggregate=aggregate()), [payment], UNITS)

    assert ["Claim", "Specific"] == [each.title for each in explain_claim(one, "c1").sections]
    assert ["Claim", "Aggregate"] == [each.title for each in explain_claim(other, "c1").sections]
    assert [
        ("net", "180.00", "amount"),
        ("within_loss_limit", "180.00", "net"),
        ("counted", "180.00", "within_loss_limit"),
    ] == steps(section(explain_claim(other, "c1"), "Aggregate"))


@pytest.mark.parametrize(
    ("payment", "why"),
    [
        (paid("c1", "M1", 9, status="ineligible"), "it was reported as ineligible"),
        (
            paid("c1", "M1", 9, status="ineligible", reason="experimental"),
            "it was reported as ineligible (experimental)",
        ),
        (pending("c1", "M1", 9), "the plan has not paid it yet; it is judged once it is paid"),
        (
            paid("c1", "M1", -9, adjusts="last year"),
            "it undoes a payment that was not reported, so it belongs to another policy year",
        ),
        (paid("c1", "M1", 9, benefit="dental"), "the {cover} cover does not cover its benefit; it covers medical"),
        (
            paid("c1", "M1", 9, incurred_on="2024-12-31"),
            "it was incurred before the incurred window, 2025-01-01 to 2025-12-31",
        ),
        (
            paid("c1", "M1", 9, incurred_on="2026-01-01"),
            "it was incurred after the incurred window, 2025-01-01 to 2025-12-31",
        ),
        (paid("c1", "M1", 9, "2024-12-31"), "it was paid before the paid window, 2025-01-01 to 2025-12-31"),
        (paid("c1", "M1", 9, "2026-01-01"), "it was paid after the paid window, 2025-01-01 to 2025-12-31"),
    ],
)
def test_a_claim_that_does_not_count_is_told_why(payment: Any, why: str) -> None:
    """Under each cover, with the window or the benefits that keep it out."""
    explanation = explain_claim(a_statement(payment), "c1")

    for cover in ("specific", "aggregate"):
        found = section(explanation, cover.capitalize())
        assert (f"It does not count toward {cover}: {why.format(cover=cover)}.",) == found.sentences
        assert [("excluded", str(payment.amount), "amount")] == steps(found)


def test_a_pending_claim_is_not_paid_yet() -> None:
    """It has no day."""
    explanation = explain_claim(a_statement(pending("c1", "M1", 9)), "c1")

    assert ("medical claim incurred 2025-01-15, not paid yet, for 9.00.",) == explanation.sections[0].sentences


def test_a_reason_has_a_clause() -> None:
    """The clause of an exclusion is that of its reason."""
    (step,) = section(explain_claim(a_statement(paid("c1", "M1", 9, benefit="dental")), "c1"), "Specific").steps

    assert ("screening-benefit-not-covered", True, "benefit_not_covered") == (
        step.clause,
        step.subtotal,
        step.inputs["reason"],
    )


# ------------------------------------------------------------------ the aggregate


def worksheet(policy: Any, *payments: Any, as_of: str | None = None) -> dict[str, tuple[str, str]]:
    """Return amount and rule of each line of the worksheet."""
    statement = settle(policy, payments, UNITS, as_of=day(as_of) if as_of else None)
    (found,) = explain_aggregate(statement).sections
    return {line: (amount, rule) for line, amount, rule in steps(found)}


def test_the_worksheet_is_told_in_words_and_lines() -> None:
    """From gross to what is due."""
    explanation = explain_aggregate(a_statement(paid("c1", "M1", 180), paid("c2", "M2", 90)))

    assert (
        "190.00 count against an attachment point of 120.00; the carrier reimburses 70.00; 70.00 is due from it.",
    ) == explanation.sections[0].sentences
    assert [
        *("eligible", "over_loss_limit", "reimbursed_by_specific", "counted"),
        *("calculated_attachment", "attachment_point"),
        *("excess", "employer_share", "over_maximum", "reimbursable", "due"),
    ] == [line for line, _, _ in steps(explanation.sections[0])]


def test_without_an_aggregate_there_is_nothing_to_explain() -> None:
    """An explanation without sections."""
    explanation = explain_aggregate(settle(a_policy(specific()), []))

    assert ((), "", {"schema": 1, "subject": "aggregate", "id": None, "sections": []}) == (
        explanation.sections,
        explanation.text(),
        explanation.to_dict(),
    )


@pytest.mark.parametrize(
    ("minimum", "amount", "rule"),
    [
        ({"amount": 150}, "150.00", "rounded(amount)"),
        ({"first_month": "95%"}, "114.00", "rounded(first_month * month_1 * policy_months)"),
        (
            {"amount": 100, "first_month": "95%"},
            "114.00",
            "rounded(max(amount, first_month * month_1 * policy_months))",
        ),
    ],
)
def test_a_minimum_is_told_by_what_it_is_the_greater_of(minimum: dict[str, Any], amount: str, rule: str) -> None:
    """0.95 x 10 x 12 = 114."""
    found = worksheet(a_policy(aggregate=aggregate(minimum=MinimumAttachment(**minimum))), paid("c1", "M1", 9))

    assert (amount, rule) == found["minimum_attachment"]
    assert "max(calculated_attachment, minimum_attachment)" == found["attachment_point"][1]


@pytest.mark.parametrize(
    ("on_termination", "expected"),
    [
        ("full", ("600.00", "rounded(amount)")),
        # five of twelve months: 250
        ("prorated", ("250.00", "rounded(amount * months_in_force / policy_months)")),
        ("dropped", None),
    ],
)
def test_early_termination_of_the_minimum_is_told(on_termination: str, expected: tuple[str, str] | None) -> None:
    """Whole, prorated, or no line at all."""
    policy = a_policy(
        aggregate=aggregate(minimum=MinimumAttachment(amount=600)),
        period=a_period(terminated="2025-05-31"),
        early_termination=EarlyTermination(minimum=on_termination),
    )

    assert expected == worksheet(policy, paid("c1", "M1", 9, "2025-02-01")).get("minimum_attachment")


@pytest.mark.parametrize(
    ("terms", "employer_share", "over_maximum", "reimbursable"),
    [
        # 350 less 120 is 230, 90 % of it 207
        (
            {},
            ("23.00", "excess - rounded(share * excess)"),
            ("0.00", "0"),
            ("207.00", "rounded(share * excess)"),
        ),
        (
            {"maximum": 100},
            ("23.00", "excess - rounded(share * excess)"),
            ("107.00", "max(rounded(share * excess) - maximum, 0)"),
            ("100.00", "min(rounded(share * excess), maximum)"),
        ),
        (
            {"maximum": 300, "maximum_kind": "ceiling"},
            (
                "18.00",
                (
                    "min(excess, max(maximum - attachment_point, 0)) - "
                    "rounded(share * min(excess, max(maximum - attachment_point, 0)))"
                ),
            ),
            ("50.00", "excess - min(excess, max(maximum - attachment_point, 0))"),
            ("162.00", "rounded(share * min(excess, max(maximum - attachment_point, 0)))"),
        ),
    ],
)
def test_the_outcome_is_told_by_the_policys_own_rule(
    terms: dict[str, Any],
    employer_share: tuple[str, str],
    over_maximum: tuple[str, str],
    reimbursable: tuple[str, str],
) -> None:
    """Without a maximum, with a flat one, and with a ceiling."""
    found = worksheet(a_policy(aggregate=aggregate(share="90%", **terms)), paid("c1", "M1", 350))

    assert (employer_share, over_maximum, reimbursable) == (
        found["employer_share"],
        found["over_maximum"],
        found["reimbursable"],
    )


def test_an_aggregate_that_pays_nothing_when_it_ends_early_is_told_so() -> None:
    """Everything that it would have paid is over the maximum."""
    policy = a_policy(
        aggregate=aggregate(maximum=5),
        period=a_period(terminated="2025-05-31"),
        early_termination=EarlyTermination(aggregate="nothing"),
    )
    found = worksheet(policy, paid("c1", "M1", 80, "2025-02-01"))

    assert (("30.00", "rounded(share * excess)"), ("0.00", "0")) == (found["over_maximum"], found["reimbursable"])


def test_before_the_period_has_ended_there_is_no_outcome() -> None:
    """Only that nothing is reimbursed yet."""
    found = worksheet(a_policy(aggregate=aggregate()), paid("c1", "M1", 350, "2025-02-01"), as_of="2025-03-15")

    assert ("0.00", "0") == found["reimbursable"]
    assert "excess" not in found


def test_net_of_specific_has_no_loss_limit() -> None:
    """So no line of it."""
    found = worksheet(a_policy(specific(), aggregate(counting="net_of_specific")), paid("c1", "M1", 180))

    assert "over_loss_limit" not in found
    assert "80.00" == found["reimbursed_by_specific"][0]


# ------------------------------------------------------------------ as data


def test_an_explanation_becomes_plain_data() -> None:
    """Ready for JSON."""
    explanation = Explanation(
        subject="claim",
        id="c1",
        sections=(
            Section(
                title="Claim",
                sentences=("One.",),
                steps=(
                    Step(line="net", amount=paid("c1", "M1", 9).amount, rule="amount", inputs={}, clause="netting"),
                ),
            ),
        ),
    )

    assert {
        "schema": 1,
        "subject": "claim",
        "id": "c1",
        "sections": [
            {
                "title": "Claim",
                "sentences": ["One."],
                "steps": [
                    {
                        "line": "net",
                        "amount": "9.00",
                        "rule": "amount",
                        "inputs": {},
                        "clause": "netting",
                        "subtotal": False,
                    }
                ],
            }
        ],
    } == json.loads(json.dumps(explanation.to_dict()))


def test_an_explanation_shows_no_id_and_no_amount_unless_it_is_read() -> None:
    """Its repr has titles and rules."""
    shown = repr(explain_claim(a_statement(paid("MARKED", "M1", "77.77")), "MARKED"))

    assert "MARKED" not in shown
    assert "77.77" not in shown
    assert "rule='before + net'" in shown
