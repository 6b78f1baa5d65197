"""The arithmetic of a renewal: disclosure, premium by tier, leveraged trend, another deductible, experience refund."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoploss.errors import FactError, InvalidValue, PolicyError, WrongType
from stoploss.facts import Coverage, CoveredUnits, Payment
from stoploss.lasers import Laser
from stoploss.money import dollars
from stoploss.promises import ExperienceRefund
from stoploss.renewal import (
    TierRate,
    deductible_change,
    disclosure,
    experience_refund,
    leveraged_trend,
    premium,
)
from stoploss.statement import Statement, settle
from tests.unit.given import YEAR, a_policy, aggregate, covered, day, paid, pending, refused, specific

# ------------------------------------------------------------------ disclosure


def a_statement(*payments: Payment, **terms: Any) -> Statement:
    """Settle payments under specific alone: 100 a member unless the test says otherwise."""
    return settle(a_policy(specific(**terms)), payments)


def test_everyone_at_or_above_half_of_the_deductible_is_disclosed() -> None:
    """The largest first, those at the threshold included, those a cent below not."""
    statement = a_statement(
        paid("1", "M1", "49.99"),
        paid("2", "M2", "50"),
        paid("3", "M3", "30"),
        paid("4", "M3", "150"),
        paid("5", "M0", "50"),
    )
    found = disclosure(statement)

    assert found.threshold == 50
    assert [(each.unit, str(each.paid), str(each.reimbursable)) for each in found.units] == [
        ("M3", "180.00", "80.00"),
        ("M0", "50.00", "0.00"),
        ("M2", "50.00", "0.00"),
    ]


def test_pending_claims_count_toward_the_threshold() -> None:
    """What is adjudicated and not paid is shown beside what is paid; a benefit or a day that cannot count is not."""
    late = Payment(id="4", member="M2", amount=90, incurred_on=day("2026-01-15"), status="pending")
    dental = Payment(id="5", member="M2", amount=90, incurred_on=day("2025-01-15"), status="pending", benefit="dental")
    found = disclosure(a_statement(paid("1", "M1", 40), pending("2", "M1", 25), pending("3", "M3", 60), late, dental))

    assert [(each.unit, str(each.paid), str(each.pending), str(each.total)) for each in found.units] == [
        ("M1", "40.00", "25.00", "65.00"),
        ("M3", "0.00", "60.00", "60.00"),
    ]


def test_diagnoses_and_tags_are_disclosed() -> None:
    """Those of paid and of pending claims, each once, in order; a laser is told."""
    more = Payment(
        id="2",
        member="M1",
        amount=5,
        incurred_on=day("2025-02-01"),
        status="pending",
        diagnosis=["C50"],
        tags=["trial"],
    )
    first = paid("1", "M1", 80, diagnosis=["D66", "C50"], tags=["hemophilia"])
    found = disclosure(a_statement(first, more, lasers=[Laser(member="M1", deductible=500)]))

    assert found.to_dict() == {
        "schema": 1,
        "policy": "SL-1",
        "as_of": None,
        "threshold": "50.00",
        "units": [
            {
                "unit": "M1",
                "lasered": True,
                "paid": "80.00",
                "pending": "5.00",
                "total": "85.00",
                "reimbursable": "0.00",
                "diagnosis": ["C50", "D66"],
                "tags": ["hemophilia", "trial"],
            }
        ],
    }


def test_the_threshold_may_be_dollars() -> None:
    """Text with a percent sign is a share of the standard deductible, anything else an amount."""
    statement = a_statement(paid("1", "M1", 75))

    assert [
        len(disclosure(statement, threshold=each).units) for each in ("75", 76, "75%", "76%", Decimal("75.00"))
    ] == [*(1, 0, 1, 0, 1)]
    assert disclosure(a_statement(deductible="0.33"), threshold="50%").threshold == Decimal("0.17")


def test_a_disclosure_hides_who_it_is_about() -> None:
    """No repr shows an id or a member's amount."""
    found = disclosure(a_statement(paid("1", "M1", 80)))

    assert (repr(found), repr(found.units[0])) == ("Disclosure(threshold=50.00, 1 units)", "Disclosed()")


def test_large_claims_are_those_of_specific() -> None:
    """Without a specific cover there is no deductible to be half of, and a threshold is not negative."""
    units = [covered(f"2025-{month:02}") for month in range(1, 13)]
    statement = settle(a_policy(aggregate=aggregate()), [], units)

    assert refused(PolicyError, disclosure, statement) == [
        "specific: large claims are disclosed by the specific deductible, and this policy has no specific cover [SL720]"
    ]
    assert refused(PolicyError, disclosure, a_statement(), threshold=-1) == [
        "threshold: this amount is not negative [SL501]"
    ]


# ------------------------------------------------------------------ premium


def test_a_premium_is_rounded_once_a_line() -> None:
    """181 units at 42.155 are 7,630.055, and so 7,630.06; the total adds lines as they are printed."""
    rates = [
        TierRate(tier="single", amount="42.155"),
        TierRate(tier="family", amount="98.40"),
        TierRate(tier="single", amount="5.25", coverage="aggregate"),
        TierRate(tier="family", amount="5.25", coverage="aggregate"),
    ]
    units = [
        covered("2025-01", 181),
        covered("2025-01", 120, "family"),
        covered("2025-02", 180),
        covered("2025-02", 0, "family"),
    ]
    found = premium(YEAR, rates, units)

    assert [(str(line.month), line.tier, line.units, str(line.amount)) for line in found.lines] == [
        ("2025-01-01", "family", 120, "11808.00"),
        ("2025-01-01", "single", 181, "7630.06"),
        ("2025-02-01", "family", 0, "0.00"),
        ("2025-02-01", "single", 180, "7587.90"),
        ("2025-01-01", "family", 120, "630.00"),
        ("2025-01-01", "single", 181, "950.25"),
        ("2025-02-01", "family", 0, "0.00"),
        ("2025-02-01", "single", 180, "945.00"),
    ]
    assert (found.of(Coverage.SPECIFIC), found.of(Coverage.AGGREGATE)) == (Decimal("27025.96"), Decimal("2525.25"))
    assert found.total == Decimal("29551.21")
    assert repr(found) == "Premium(8 lines, total=29551.21)"


def test_two_premiums_add_up_to_the_dollar() -> None:
    """178,572 for specific and 22,256 for the aggregate are 200,828, whatever a council paper printed."""
    rates = [TierRate(tier="all", amount=178_572), TierRate(tier="all", amount=22_256, coverage="aggregate")]

    assert premium(YEAR, rates, [covered("2025-01", 1, "all")]).total == 200_828


def test_units_of_one_tier_add_up() -> None:
    """Classes, plans and divisions of a tier have one rate, and a row that is told twice counts once."""
    rows = [
        CoveredUnits(month="2025-01", tier="single", units=3, division="north"),
        CoveredUnits(month="2025-01", tier="single", units=4, division="south"),
        CoveredUnits(month=day("2025-01-31"), tier="single", units=4, division="south"),
    ]

    assert premium(YEAR, [TierRate(tier="single", amount=10)], rows).total == 70


def test_what_is_wrong_with_a_premium_is_told_at_once() -> None:
    """Rates that repeat, tiers without a rate, months outside, rows that contradict each other, missing rows."""
    rates = [TierRate(tier="single", amount=1), TierRate(tier="family", amount=1), TierRate(tier="single", amount=2)]
    units = [covered("2025-01", 1, "singel"), covered("2026-01"), covered("2025-02"), covered("2025-02-03", 2)]

    assert refused(FactError, premium, YEAR, rates, units) == [
        "rates[2]: a coverage and tier has one rate; this one repeats an earlier one [SL734]",
        'units[0].tier: no rate is given for this tier; did you mean "single"? [SL730]',
        "units[1].month: this month is not in the policy period, 2025-01-01 to 2025-12-31 [SL731]",
        "units[3].units: these covered units were already reported with another count; report each once [SL732]",
        (
            "units: no covered units are given for tier family in the month from 2025-01-01; write 0 if there "
            "were none "
            "[SL733]"
        ),
        (
            "units: no covered units are given for tier single in the month from 2025-01-01; write 0 if there "
            "were none "
            "[SL733]"
        ),
        (
            "units: no covered units are given for tier family in the month from 2025-02-01; write 0 if there "
            "were none "
            "[SL733]"
        ),
    ]


@given(units=st.lists(st.integers(0, 5_000), min_size=12, max_size=12), rate=st.integers(0, 10**9))
def test_a_line_is_within_half_a_cent(units: list[int], rate: int) -> None:
    """Whatever the rate, each line is within half a cent of units times rate, and the total is their sum."""
    amount = Decimal(rate) / 1_000_000
    found = premium(
        YEAR,
        [TierRate(tier="all", amount=amount)],
        [covered(f"2025-{at:02}", each, "all") for at, each in enumerate(units, 1)],
    )

    assert sum(line.amount for line in found.lines) == found.total
    assert all(abs(Fraction(line.amount) - Fraction(amount) * line.units) <= Fraction(1, 200) for line in found.lines)


# ------------------------------------------------------------------ leveraged trend


@pytest.mark.parametrize(
    ("claims", "deductible", "trend", "leveraged"),
    [
        (["300,000"], "200,000", "10%", Fraction(30, 100)),
        (["300,000"], "0", "10%", Fraction(10, 100)),
        (["250,000"], "200,000", "10%", Fraction(50, 100)),
        (["1,000,000"], "200,000", "10%", Fraction(125, 1000)),
        (["300,000", "190,000"], "200,000", "10%", Fraction(39, 100)),
        (["300,000", "150,000"], "200,000", "0", Fraction(0)),
        (["200,000.01"], "200,000", "0.08", Fraction("1600000.08")),
    ],
)
def test_a_deductible_leverages_trend(claims: list[str], deductible: str, trend: str, leveraged: Fraction) -> None:
    """(C(1 + g) - D) / (C - D) - 1; in a portfolio, claims that only trend lifts over the deductible count too."""
    assert leveraged_trend(claims, deductible, trend) == leveraged


def test_a_claim_below_the_deductible_has_no_excess() -> None:
    """What is not there cannot grow, and one text is not several claims."""
    assert refused(InvalidValue, leveraged_trend, ["200,000"], "200,000", "10%") == [
        "claims: no claim is above the deductible, so there is no excess that could grow [SL736]"
    ]
    assert refused(WrongType, leveraged_trend, "300000", 200_000, "10%") == [
        (
            "claims: these are the claims of several persons, a sequence of amounts, not a str; "
            'write ["300000"] for one of them [SL101]'
        )
    ]
    assert refused(InvalidValue, leveraged_trend, ["x", -1], 200_000, "10%") == [
        'claims[0]: this is not an amount; write digits and a point: "1234.56" [SL103]',
        "claims[1]: this amount is not negative [SL501]",
    ]


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=8), st.integers(0, 10**8), st.integers(0, 100))
def test_leverage_never_lowers_trend(claims: list[int], deductible: int, percent: int) -> None:
    """A deductible never makes the excess grow more slowly than the claims."""
    if max(claims) > deductible:
        amounts = [dollars(claim) for claim in claims]

        assert leveraged_trend(amounts, dollars(deductible), f"{percent}%") >= Fraction(percent, 100)


# ------------------------------------------------------------------ another deductible


def test_a_higher_deductible_is_paid_for_by_claimants() -> None:
    """50,000 for each above the higher one, less for one in between, nothing for the others."""
    change = deductible_change(["150,000", "230,000", "900,000"], "200,000", "250,000", saving="180,000")

    assert (change.claimants, change.each, change.extra_retained) == (2, Decimal(50_000), Decimal(80_000))
    assert (change.break_even, change.net) == (4, Decimal(100_000))


@pytest.mark.parametrize(("saving", "break_even"), [("0", 0), ("0.01", 1), ("50,000", 1), ("50,000.01", 2)])
def test_the_break_even_count_is_rounded_up(saving: str, break_even: int) -> None:
    """The claimant who uses the last dollar of the saving up counts whole."""
    assert deductible_change([], "200,000", "250,000", saving=saving).break_even == break_even


def test_a_deductible_change_is_a_rise() -> None:
    """A lower deductible, and a premium that rises, are another question."""
    assert refused(InvalidValue, deductible_change, [], -1, -1, saving=-1) == [
        "deductible: this amount is not negative [SL501]",
        "saving: this amount is not negative [SL501]",
        "higher: the deductible that is offered is above today's [SL737]",
    ]


@given(st.lists(st.integers(0, 10**8), max_size=6), st.integers(0, 10**8), st.integers(1, 10**8))
def test_what_is_retained_in_addition_is_what_specific_does_not_pay(claims: list[int], lower: int, more: int) -> None:
    """The two settlements differ by what the employer retains in addition."""
    payments = [paid(f"c{at}", f"M{at}", str(dollars(claim))) for at, claim in enumerate(claims)]
    owed = [a_statement(*payments, deductible=dollars(each)).carrier_total for each in (lower, lower + more)]
    change = deductible_change([dollars(claim) for claim in claims], dollars(lower), dollars(lower + more), saving=0)

    assert change.extra_retained == owed[0] - owed[1]


# ------------------------------------------------------------------ experience refund


@pytest.mark.parametrize(
    ("paid_premium", "claims", "refund"),
    [
        ("1,000,000", "500,000", "50,000.00"),
        ("1,000,000", "700,000", "0.00"),
        ("1,000,000", "900,000", "0.00"),
        ("1,000,000", "0", "175,000.00"),
        ("0.05", "0", "0.01"),
    ],
)
def test_a_good_year_gives_something_back(paid_premium: str, claims: str, refund: str) -> None:
    """A quarter of what stays below 70 % of the premium, rounded once; a bad year costs nothing more."""
    terms = ExperienceRefund(share="25%", below="70%")

    assert f"{experience_refund(paid_premium, claims, terms):,}" == refund
