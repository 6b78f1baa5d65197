"""Explanations of further terms: each line with its rule, and every rule gives its amount."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from stoploss.attachment_terms import Accommodation, FirstMonths, MinimumAttachment
from stoploss.basis import ContractBasis, DollarLimit
from stoploss.explain import Explanation, Section, explain_aggregate, explain_claim, explain_unit
from stoploss.facts import CarrierPayment, Payment
from stoploss.inner_terms import Cap, CommonAccident, Reduction, ShareTier, Used
from stoploss.lasers import Laser, LaserFund
from stoploss.policy import Policy
from stoploss.riders import EarlyTermination, Recoveries, TerminalLiability
from stoploss.statement import Statement, settle
from tests.by_rule import evaluated
from tests.unit.given import (
    a_period,
    a_policy,
    a_year_of_units,
    aggregate,
    by_carrier,
    day,
    paid,
    specific,
)

UNITS = a_year_of_units(10)
"""100 of attachment in each month."""


def checked(explanation: Explanation) -> tuple[Section, ...]:
    """Return the sections of an explanation, having evaluated every rule in them."""
    for section in explanation.sections:
        for step in section.steps:
            assert (step.line, Fraction(step.amount)) == (step.line, evaluated(step))
    return explanation.sections


def steps(section: Section) -> list[tuple[str, str, str]]:
    """Return line, amount and rule of each step."""
    return [(step.line, str(step.amount), step.rule) for step in section.steps]


def of_unit(policy: Policy, *payments: Payment, unit: str = "M1") -> list[tuple[str, str, str]]:
    """Return the steps of a unit, without what every unit has: `eligible` and `due`."""
    (section,) = checked(explain_unit(settle(policy, payments, UNITS), unit))
    return steps(section)[1:-1]


def of_claim(statement: Statement, claim: str, cover: str = "Specific") -> list[tuple[str, str, str]]:
    """Return the steps of a claim under a cover."""
    return next(steps(section) for section in checked(explain_claim(statement, claim)) if section.title == cover)


def of_the_aggregate(
    policy: Policy, *payments: Payment, received: list[CarrierPayment] | None = None, as_of: str | None = None
) -> dict[str, tuple[str, str]]:
    """Return amount and rule of the worksheet's lines."""
    statement = settle(policy, payments, UNITS, received or [], as_of=day(as_of) if as_of else None)
    (section,) = checked(explain_aggregate(statement))
    return {line: (amount, rule) for line, amount, rule in steps(section)}


# ------------------------------------------------------------------ pools

TOGETHER: dict[str, Any] = {"family": "F1", "accident": "A1"}
FIRST, SECOND = paid("c1", "M1", 120, "2025-02-01", **TOGETHER), paid("c2", "M2", 120, "2025-03-01", **TOGETHER)


def test_a_pool_says_what_it_relieved() -> None:
    """Of the 100 that M2 would retain the accident relieves 70, and the family 10 of the other 30."""
    policy = a_policy(specific(common_accident=CommonAccident(deductible=130), family_deductible=120))

    assert [
        ("retained", "20.00", "min(eligible, deductible) - relieved_by_accident - relieved_by_family"),
        ("own_excess", "20.00", "max(eligible - deductible, 0)"),
        ("excess", "100.00", "own_excess + relieved_by_accident + relieved_by_family"),
        ("payable", "100.00", "excess"),
        ("reimbursable", "100.00", "payable"),
    ] == of_unit(policy, FIRST, SECOND, unit="M2")
    assert [
        ("net", "120.00", "amount"),
        ("running_total", "120.00", "before + net"),
        ("relieved_by_accident", "70.00", "would_keep - keeps"),
        ("relieved_by_family", "10.00", "would_keep - keeps"),
        ("retained", "20.00", "after - before"),
        ("reimbursable", "100.00", "after - before"),
    ] == of_claim(settle(policy, [FIRST, SECOND]), "c2")


def test_a_claim_that_a_pool_left_whole_says_nothing_of_it() -> None:
    """The first claim fills the family's deductible; only the second is relieved."""
    statement = settle(a_policy(specific(family_deductible=150)), [FIRST, SECOND])

    assert ["net", "running_total", "retained", "reimbursable"] == [line for line, _, _ in of_claim(statement, "c1")]


def test_a_laser_fund_relieves_the_laser() -> None:
    """100 of the 150 that M2's laser would keep."""
    lasers = [Laser(member=member, deductible=250, fund="A") for member in ("M1", "M2")]
    policy = a_policy(specific(lasers=lasers, laser_funds=[LaserFund(name="A", amount=200)]))
    payments = [paid("c1", "M1", 300, "2025-02-01"), paid("c2", "M2", 300, "2025-03-01")]

    assert [
        ("retained", "100.00", "min(eligible, deductible)"),
        (
            "laser",
            "50.00",
            "min(max(eligible - deductible, 0), laser_deductible - deductible) - relieved_by_fund",
        ),
        ("own_excess", "50.00", "max(eligible - laser_deductible, 0)"),
        ("excess", "150.00", "own_excess + relieved_by_fund"),
        ("payable", "150.00", "excess"),
        ("reimbursable", "150.00", "payable"),
    ] == of_unit(policy, *payments, unit="M2")
    assert ("relieved_by_fund", "100.00", "would_keep - keeps") in of_claim(settle(policy, payments), "c2")


def test_of_an_excluded_unit_a_pool_releases_to_the_laser() -> None:
    """50 of the 100 that it would retain."""
    policy = a_policy(specific(family_deductible=150, lasers=[Laser(member="M2", excluded=True)]))

    assert [
        ("retained", "50.00", "min(eligible, deductible) - released_by_pools"),
        ("laser", "70.00", "max(eligible - deductible, 0) + released_by_pools"),
        ("excess", "0.00", "0"),
    ] == of_unit(policy, FIRST, SECOND, unit="M2")[:3]


# ------------------------------------------------------------------ lasers

KEPT = "eligible - min(eligible, deductible)"
APART = "max(apart - deductible, 0)"
SINCE = f"{APART} + max(eligible - max(laser_deductible, apart), 0)"
TAKEN = f"{APART} + max(taken - laser_deductible, 0)"
WHOLE = "min(max(eligible - deductible, 0), laser_deductible - deductible)"


@pytest.mark.parametrize(
    ("laser", "keeps", "excess"),
    [
        ({"from_on": day("2025-07-01")}, ("130.00", f"{KEPT} - ({SINCE})"), ("190.00", SINCE)),
        ({"when": "t", "effect": "from_trigger"}, ("130.00", f"{KEPT} - ({SINCE})"), ("190.00", SINCE)),
        ({"tags": ["t"]}, ("250.00", f"{KEPT} - ({TAKEN})"), ("70.00", TAKEN)),
        ({"when": "t"}, ("150.00", WHOLE), ("170.00", "max(eligible - laser_deductible, 0)")),
        (
            {"deductible": None, "excluded": True, "from_on": day("2025-07-01")},
            ("300.00", f"{KEPT} - {APART}"),
            ("20.00", APART),
        ),
        ({"deductible": None, "excluded": True, "tags": ["t"]}, ("300.00", f"{KEPT} - {APART}"), ("20.00", APART)),
    ],
)
def test_a_laser_says_what_it_takes(laser: dict[str, Any], keeps: tuple[str, str], excess: tuple[str, str]) -> None:
    """120 in February, then 300 with the label in July, over 100 and a laser of 250."""
    terms: dict[str, Any] = {"member": "M1", "deductible": 250}
    policy = a_policy(specific(lasers=[Laser(**terms | laser)]))
    payments = [paid("c1", "M1", 120, "2025-02-01"), paid("c2", "M1", 300, "2025-07-01", tags=["t"])]

    assert [("laser", *keeps), ("excess", *excess)] == of_unit(policy, *payments)[1:3]


def test_a_laser_at_the_deductible_is_no_line() -> None:
    """It keeps nothing."""
    policy = a_policy(specific(lasers=[Laser(member="M1", deductible=100)]))

    assert ["retained", "excess", "payable", "reimbursable"] == [
        line for line, _, _ in of_unit(policy, paid("c1", "M1", 120))
    ]


def test_a_claim_that_its_laser_leaves_out_counts_nothing() -> None:
    """By the laser's own term; what it leaves alone counts as ever."""
    lasers = [Laser(member="M1", deductible=250, counts="nothing", from_on=day("2025-07-01"))]
    policy = a_policy(specific(lasers=lasers), aggregate())
    payments = [
        paid("c1", "M1", 60, "2025-02-01"),
        paid("c2", "M1", 200, "2025-07-01"),
    ]
    statement = settle(policy, payments, UNITS)

    assert [
        ("within_loss_limit", "0.00", "0"),
        ("counted", "0.00", "min(within_loss_limit, retained + laser)"),
    ] == of_claim(statement, "c2", "Aggregate")[1:]
    assert ("within_loss_limit", "60.00", "min(before + net, loss_limit) - min(before, loss_limit)") in of_claim(
        statement, "c1", "Aggregate"
    )


# ------------------------------------------------------------------ shares and maxima

TIERS = [ShareTier(above=0, share="80%"), ShareTier(above=100, share="90%")]


def slices(excess: str) -> str:
    """Return the rule of two tiers."""
    return f"rounded(share_1 * max(min({excess}, above_2) - above_1, 0) + share_2 * max({excess} - above_2, 0))"


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (
            {"tiers": TIERS},
            [("payable", "125.00", slices("excess")), ("employer_share", "25.00", "excess - payable")],
        ),
        (
            {"tiers": TIERS, "aggregating": 50},
            [
                ("aggregating", "50.00", "sum(absorbed)"),
                ("payable", "80.00", slices("excess - aggregating")),
                ("employer_share", "20.00", "excess - aggregating - payable"),
            ],
        ),
        (
            {"tiers": TIERS, "aggregating": 50, "share_applies": "before_aggregating"},
            [
                ("shared", "125.00", slices("excess")),
                ("employer_share", "25.00", "excess - shared"),
                ("aggregating", "50.00", "sum(absorbed)"),
                ("payable", "75.00", "shared - aggregating"),
            ],
        ),
        (
            {"lifetime_maximum": 100, "maximum": 50, "used": [Used(member="M1", reimbursed=60)]},
            [
                ("payable", "150.00", "excess"),
                ("maximum", "40.00", "min(period_maximum, max(lifetime_maximum - used, 0))"),
                ("over_maximum", "110.00", "max(payable - maximum, 0)"),
            ],
        ),
        (
            {"lifetime_maximum": 100},
            [
                ("payable", "150.00", "excess"),
                ("maximum", "100.00", "lifetime_maximum"),
                ("over_maximum", "50.00", "max(payable - maximum, 0)"),
            ],
        ),
        (
            {
                "caps": [Cap(tag="t", amount=60), Cap(tag="kidney", amount=30)],
                "maximum": 20,
            },
            [
                ("payable", "150.00", "excess"),
                ("within_cap_1", "60.00", "min(under_cap_1, cap_1)"),
                ("within_cap_2", "30.00", "min(under_cap_2, cap_2)"),
                (
                    "within_inner_maxima",
                    "30.00",
                    "payable - (under_cap_1 - within_cap_1) - (under_cap_2 - within_cap_2)",
                ),
                ("over_maximum", "130.00", "payable - within_inner_maxima + max(within_inner_maxima - maximum, 0)"),
            ],
        ),
    ],
)
def test_shares_and_maxima_make_lines(terms: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    """250 over a deductible of 100: the lines between the excess and what is reimbursable."""
    payment = paid("c1", "M1", 250, tags=["t", "kidney"])

    assert expected == of_unit(a_policy(specific(**terms)), payment)[2:-1]


def test_both_kinds_of_maximum_lie_one_over_the_other() -> None:
    """30 are above what is eligible at most, and 10 above what is left of the maximum for life."""
    policy = a_policy(
        specific(
            maximum=150,
            maximum_on="eligible",
            lifetime_maximum=100,
            used=[Used(member="M1", reimbursed=60)],
        )
    )

    assert [
        ("maximum", "40.00", "max(lifetime_maximum - used, 0)"),
        ("over_maximum", "40.00", "eligible - within_maximum + max(payable - maximum, 0)"),
        ("reimbursable", "40.00", "min(payable, maximum)"),
    ] == of_unit(policy, paid("c1", "M1", 180))[-3:]


def test_a_prorated_deductible_says_how() -> None:
    """5 of 12 months of 100.01."""
    policy = a_policy(
        specific(deductible="100.01"),
        period=a_period(terminated="2025-05-31"),
        early_termination=EarlyTermination(deductible="prorated"),
    )

    assert ("deductible", "41.67", "rounded(whole_deductible * months_in_force / policy_months)") == of_unit(
        policy, paid("c1", "M1", 180, "2025-02-01")
    )[0]


# ------------------------------------------------------------------ limits

LIMITED = a_policy(
    specific(
        basis=ContractBasis(label="24/15", run_in_limit=DollarLimit(amount=60), run_out_limit=DollarLimit(amount=40)),
        reductions=[Reduction(tag="own", share="50%")],
        caps=[Cap(tag="t", amount=70, on="eligible")],
    ),
    aggregate(),
)
OVER_LIMITS = [
    paid("c1", "M1", 100, "2025-02-01", incurred_on="2024-12-01"),
    paid("c2", "M1", 200, "2025-03-01", tags=["own", "t"]),
    paid("c3", "M1", 50, "2026-01-10"),
]


def test_limits_are_taken_off_what_is_eligible() -> None:
    """Those that took something, and run-in as ever."""
    (section,) = checked(explain_unit(settle(LIMITED, OVER_LIMITS, UNITS), "M1"))

    assert (
        "eligible",
        "170.00",
        "gross + voids_and_refunds - over_run_in_limit - over_run_out_limit - reduced - over_cap",
    ) == steps(section)[0]


@pytest.mark.parametrize(
    ("claim", "sentences", "net"),
    [
        (
            "c1",
            ["It was incurred before the effective date; 40.00 of it is over the run-in limit and does not count."],
            ("60.00", "amount + over_run_in_limit"),
        ),
        (
            "c2",
            [
                "It was paid to an own facility; 100.00 of it is more than the share that counts and does not count.",
                "It falls under an inner maximum; 30.00 of it is over that and does not count.",
            ],
            ("70.00", "amount + reduced + over_cap"),
        ),
        (
            "c3",
            ["It was paid after the last day in force; 10.00 of it is over the run-out limit and does not count."],
            ("40.00", "amount + over_run_out_limit"),
        ),
    ],
)
def test_a_claim_over_a_limit_is_told_how_much(claim: str, sentences: list[str], net: tuple[str, str]) -> None:
    """In words, and in its first step."""
    statement = settle(LIMITED, OVER_LIMITS, UNITS)
    section = next(each for each in explain_claim(statement, claim).sections if each.title == "Specific")

    assert (sentences, ("net", *net)) == ([*section.sentences], of_claim(statement, claim)[0])


def test_what_limits_cut_counts_in_the_aggregate() -> None:
    """It is the employer's."""
    assert ("counted", "100.00", "min(within_loss_limit, retained + laser + cut_by_limits)") in of_claim(
        settle(LIMITED, OVER_LIMITS, UNITS), "c2", "Aggregate"
    )


# ------------------------------------------------------------------ recoveries

RECOVERED = [
    paid("c1", "M1", 340, "2025-02-01"),
    paid("r1", "M1", -250, "2025-07-01", tags=["recovery"], legal_cost=10),
]


def recovering(order: str, **group: Any) -> Policy:
    """Return a policy with every employer's line, that shares recoveries net of their cost."""
    own = specific(lasers=[Laser(member="M1", deductible=200)], aggregating=20, share="50%", maximum=30)
    return a_policy(own, aggregate(**group), recoveries=Recoveries(order=order, legal_cost="net"))


def test_a_unit_is_told_before_its_recoveries_and_after() -> None:
    """Lines less what was given back of them; the ASD and the share are those of the claim."""
    assert [
        ("before_recoveries", "340.00", "eligible + recovered"),
        ("retained", "70.00", "min(before_recoveries, deductible) - back_from_retained"),
        (
            "laser",
            "0.00",
            "min(max(before_recoveries - deductible, 0), laser_deductible - deductible) - back_from_laser",
        ),
        ("excess", "140.00", "max(before_recoveries - laser_deductible, 0)"),
        ("aggregating", "0.00", "sum(absorbed) - back_from_aggregating"),
        ("payable", "60.00", "rounded(share * (excess - sum(absorbed)))"),
        ("employer_share", "0.00", "excess - sum(absorbed) - payable - back_from_employer_share"),
        ("over_maximum", "0.00", "max(payable - maximum, 0) - back_from_over_maximum"),
        ("reimbursable", "30.00", "min(payable, maximum)"),
    ] == of_unit(recovering("employer_first"), *RECOVERED)


@pytest.mark.parametrize(
    ("order", "group", "expected"),
    [
        ("employer_first", {}, ("-30.00", "-max(-retained - laser - never_counted, 0)")),
        (
            "employer_first",
            {"aggregating_counts": True},
            ("-50.00", "-max(-retained - laser - never_counted, 0) + aggregating"),
        ),
        # 240 less the carrier's 240 x 30 / 340
        (
            "pro_rata",
            {"counting": "net_of_specific"},
            ("-218.82", "-max(-retained - laser - aggregating - employer_share - over_maximum - never_counted, 0)"),
        ),
    ],
)
def test_a_recovery_says_what_it_takes_off_what_counts(
    order: str, group: dict[str, Any], expected: tuple[str, str]
) -> None:
    """Less what had never counted, or all that is the employer's."""
    statement = settle(recovering(order, **group), RECOVERED, UNITS)

    assert [("counted", *expected)] == of_claim(statement, "r1", "Aggregate")


def test_a_recovery_says_what_it_gave_back() -> None:
    """Line by line, from the top of the claim down."""
    statement = settle(recovering("pro_rata"), RECOVERED, UNITS)

    assert [
        ("net", "-240.00", "amount + legal_cost"),
        *(
            (line, amount, "-given_back")
            for line, amount in (
                ("retained", "-8.82"),
                ("laser", "-100.00"),
                ("aggregating", "-20.00"),
                ("employer_share", "-60.00"),
                ("over_maximum", "-30.00"),
                ("reimbursable", "-21.18"),
            )
        ),
    ] == of_claim(statement, "r1")


def test_a_recovery_that_is_recomputed_undoes_its_claim_but_for_its_cost() -> None:
    """45 of 60 are taken from the claim."""
    policy = a_policy(specific(), recoveries=Recoveries(legal_cost="net"))
    rows = [
        paid("c1", "M1", 150, "2025-02-01"),
        paid("r1", "M1", -60, "2025-07-01", tags=["recovery"], legal_cost=15),
    ]
    statement = settle(policy, rows)
    (section,) = checked(explain_unit(statement, "M1"))

    assert ("eligible", "105.00", "gross + voids_and_refunds - over_run_in_limit + legal_cost") == steps(section)[0]
    assert ("net", "105.00", "amount + undone_by_later_refunds") == of_claim(statement, "c1")[0]
    assert ("net", "0.00", "amount + legal_cost + taken_from_earlier_payments") == of_claim(statement, "r1")[0]


# ------------------------------------------------------------------ the attachment point

EVERY_MINIMUM = MinimumAttachment(
    amount=2000, monthly=10, first_month="0.5", first_months=FirstMonths(months=3, share="0.95")
)
GREATEST = (
    "max(amount, monthly * policy_months, first_month * month_1 * policy_months, "
    "share_of_first * sum(first_months) * policy_months / months_averaged)"
)


def option(**terms: Any) -> TerminalLiability:
    """Return terminal liability, elected, of three months."""
    return TerminalLiability(**{"elected": True, "months": 3} | terms)


def test_the_minimum_says_of_what_it_is_the_greatest() -> None:
    """All that is given, or the one thing."""
    every, one = (
        of_the_aggregate(a_policy(aggregate=aggregate(minimum=minimum)))["minimum_attachment"]
        for minimum in (EVERY_MINIMUM, MinimumAttachment(monthly=150))
    )

    assert ("2000.00", f"rounded({GREATEST})") == every
    assert ("1800.00", "rounded(monthly * policy_months)") == one


def test_before_the_first_month_a_minimum_by_months_is_nothing() -> None:
    """There is none to average."""
    minimum = MinimumAttachment(first_months=FirstMonths(months=3, share=1))
    found = of_the_aggregate(a_policy(aggregate=aggregate(minimum=minimum)), as_of="2024-12-31")

    assert ("0.00", "rounded(0)") == found["minimum_attachment"]


@pytest.mark.parametrize(
    ("rider", "base", "added", "amount"),
    [
        (option(), "sum(months)", "sum(last_months)", "300.00"),
        (option(attachment="ratio"), "sum(months)", "sum(months) * more_months / policy_months", "300.00"),
        (option(attachment="corridor", corridor="10%"), "sum(months)", "sum(months) * corridor", "120.00"),
        (option(attachment="unchanged"), "sum(months)", "0", "0.00"),
    ],
)
def test_terminal_liability_says_what_it_adds(rider: TerminalLiability, base: str, added: str, amount: str) -> None:
    """The point with it, less the point without: each rounded once."""
    found = of_the_aggregate(a_policy(aggregate=aggregate(), terminal_liability=rider))

    assert (amount, f"rounded({base} + {added}) - rounded({base})") == found["terminal_liability"]
    assert "calculated_attachment + terminal_liability" == found["attachment_point"][1]


def test_over_a_minimum_it_is_added_to_the_greater() -> None:
    """A minimum of 2,000 that early termination prorates: 1,333.33 and a quarter of it."""
    policy = a_policy(
        aggregate=aggregate(minimum=MinimumAttachment(amount=2000)),
        terminal_liability=option(attachment="ratio"),
        period=a_period(terminated="2025-08-31"),
        early_termination=EarlyTermination(minimum="prorated"),
    )
    base = "max(sum(months), amount * months_in_force / policy_months)"
    found = of_the_aggregate(policy)

    assert ("1333.33", "rounded(amount * months_in_force / policy_months)") == found["minimum_attachment"]
    assert ("333.34", f"rounded({base} + {base} * more_months / policy_months) - rounded({base})") == (
        found["terminal_liability"]
    )
    assert ("1666.67", "max(calculated_attachment, minimum_attachment) + terminal_liability") == (
        found["attachment_point"]
    )


def test_every_minimum_may_be_under_terminal_liability() -> None:
    """The rule names all of it."""
    policy = a_policy(aggregate=aggregate(minimum=EVERY_MINIMUM), terminal_liability=option())
    base = f"max(sum(months), {GREATEST})"

    assert ("300.00", f"rounded({base} + sum(last_months)) - rounded({base})") == (
        of_the_aggregate(policy)["terminal_liability"]
    )


# ------------------------------------------------------------------ the accommodation

ADVANCED = [by_carrier("k1", 10, "2025-02-20", coverage="aggregate", kind="accommodation")]
WANTED = "max(rounded(share * max(counted_by_then - threshold, 0)) - keep, 0)"
CEILING = "max(rounded(share * min(max(counted_by_then - threshold, 0), max(maximum - threshold, 0))) - keep, 0)"


@pytest.mark.parametrize(
    ("rider", "terms", "as_of", "wanted", "due"),
    [
        ({"keep": 3}, {}, "2025-03-31", ("27.00", WANTED), ("17.00", "wanted - reimbursed")),
        ({}, {"maximum": 25}, "2025-03-31", ("25.00", f"min({WANTED}, maximum)"), ("15.00", "wanted - reimbursed")),
        (
            {},
            {"maximum": 325, "maximum_kind": "ceiling"},
            "2025-03-31",
            ("25.00", CEILING),
            ("15.00", "wanted - reimbursed"),
        ),
        # a request of 20 waits; 10 too much wait for the end, or go back
        ({"smallest": 50}, {}, "2025-03-31", ("30.00", WANTED), ("0.00", "wanted - reimbursed - waits")),
        ({}, {}, "2025-02-28", ("0.00", WANTED), ("0.00", "max(wanted - reimbursed, 0)")),
        ({"repay": "when_recovered"}, {}, "2025-02-28", ("0.00", WANTED), ("-10.00", "wanted - reimbursed")),
        # no month has ended; all have
        ({}, {}, "2025-01-15", None, ("0.00", "0")),
        ({}, {}, None, None, ("-10.00", "reimbursable - reimbursed")),
    ],
)
def test_an_accommodation_says_what_is_wanted_and_due(
    rider: dict[str, Any],
    terms: dict[str, Any],
    as_of: str | None,
    wanted: tuple[str, str] | None,
    due: tuple[str, str],
) -> None:
    """330 in March against months of 100, with 10 advanced in February."""
    policy = a_policy(aggregate=aggregate(accommodation=Accommodation(**rider), **terms))
    found = of_the_aggregate(policy, paid("c1", "M1", 330, "2025-03-10"), received=ADVANCED, as_of=as_of)

    assert (wanted, due) == (found.get("wanted"), found["due"])
