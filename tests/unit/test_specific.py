"""The specific waterfall: what one unit costs above its deductible, line by line."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from stoploss.facts import Payment
from stoploss.lasers import Laser
from stoploss.statement import settle
from stoploss.waterfall import Lines, Slice, Waterfall
from tests.unit.given import a_policy, lines, paid, specific, splits

LASER = [Laser(member="M1", deductible=250)]
EXCLUDED = [Laser(member="M1", excluded=True)]


@pytest.mark.parametrize(
    ("terms", "total", "expected"),
    [
        # below, at and above the deductible of 100
        ({}, "0", {}),
        ({}, "99.99", {"retained": "99.99"}),
        ({}, "100", {"retained": "100.00"}),
        ({}, "100.01", {"retained": "100.00", "reimbursable": "0.01"}),
        ({}, "180", {"retained": "100.00", "reimbursable": "80.00"}),
        ({"deductible": 0}, "180", {"reimbursable": "180.00"}),
        # the first 50 of the excess of 80 are the ASD's
        ({"aggregating": 50}, "180", {"retained": "100.00", "aggregating": "50.00", "reimbursable": "30.00"}),
        ({"aggregating": 80}, "180", {"retained": "100.00", "aggregating": "80.00"}),
        ({"aggregating": 50}, "100", {"retained": "100.00"}),
        # 80 x 90 % = 72
        ({"share": "90%"}, "180", {"retained": "100.00", "employer_share": "8.00", "reimbursable": "72.00"}),
        ({"share": 0}, "180", {"retained": "100.00", "employer_share": "80.00"}),
        # (80 - 50) x 90 % = 27
        (
            {"aggregating": 50, "share": "90%"},
            "180",
            {"retained": "100.00", "aggregating": "50.00", "employer_share": "3.00", "reimbursable": "27.00"},
        ),
        # 200 of excess, ASD 100: 90 % of the other 100, or 90 % of 200 less 100
        (
            {"aggregating": 100, "share": "90%"},
            "300",
            {"retained": "100.00", "aggregating": "100.00", "employer_share": "10.00", "reimbursable": "90.00"},
        ),
        (
            {"aggregating": 100, "share": "90%", "share_applies": "before_aggregating"},
            "300",
            {"retained": "100.00", "aggregating": "100.00", "employer_share": "20.00", "reimbursable": "80.00"},
        ),
        # before: 90 % of 80 is 72, all within the ASD of 100
        (
            {"aggregating": 100, "share": "90%", "share_applies": "before_aggregating"},
            "180",
            {"retained": "100.00", "aggregating": "72.00", "employer_share": "8.00"},
        ),
        # the share first, then the maximum: 285 x 90 % = 256.50, at most 250
        (
            {"deductible": 115, "share": "90%", "maximum": 250},
            "400",
            {"retained": "115.00", "employer_share": "28.50", "over_maximum": "6.50", "reimbursable": "250.00"},
        ),
        # 200 x 90 % = 180, less the ASD of 50 is 130, at most 100
        (
            {"aggregating": 50, "share": "90%", "share_applies": "before_aggregating", "maximum": 100},
            "300",
            {
                "retained": "100.00",
                "aggregating": "50.00",
                "employer_share": "20.00",
                "over_maximum": "30.00",
                "reimbursable": "100.00",
            },
        ),
        ({"maximum": 80}, "180", {"retained": "100.00", "reimbursable": "80.00"}),
        ({"maximum": 0}, "180", {"retained": "100.00", "over_maximum": "80.00"}),
        # a maximum on eligible claims: only the first 300 of 400 are in the lines
        (
            {"maximum": 300, "maximum_on": "eligible"},
            "400",
            {"retained": "100.00", "over_maximum": "100.00", "reimbursable": "200.00"},
        ),
        (
            {"maximum": 300, "maximum_on": "eligible", "share": "90%"},
            "400",
            {"retained": "100.00", "employer_share": "20.00", "over_maximum": "100.00", "reimbursable": "180.00"},
        ),
        ({"maximum": 300, "maximum_on": "eligible"}, "300", {"retained": "100.00", "reimbursable": "200.00"}),
        ({"maximum": 100, "maximum_on": "eligible"}, "400", {"retained": "100.00", "over_maximum": "300.00"}),
        # a laser of 250: the 150 above the deductible are the employer's
        ({"lasers": LASER}, "90", {"retained": "90.00"}),
        ({"lasers": LASER}, "180", {"retained": "100.00", "laser": "80.00"}),
        ({"lasers": LASER}, "300", {"retained": "100.00", "laser": "150.00", "reimbursable": "50.00"}),
        (
            {"lasers": LASER, "aggregating": 30},
            "300",
            {"retained": "100.00", "laser": "150.00", "aggregating": "30.00", "reimbursable": "20.00"},
        ),
        ({"lasers": [Laser(member="M1", deductible=100)]}, "180", {"retained": "100.00", "reimbursable": "80.00"}),
        # a laser above the maximum on eligible claims is never passed
        (
            {"lasers": [Laser(member="M1", deductible=350)], "maximum": 300, "maximum_on": "eligible"},
            "400",
            {"retained": "100.00", "laser": "200.00", "over_maximum": "100.00"},
        ),
        # an excluded unit: an endless laser band
        ({"lasers": EXCLUDED}, "900", {"retained": "100.00", "laser": "800.00"}),
        (
            {"lasers": EXCLUDED, "maximum": 300, "maximum_on": "eligible", "aggregating": 50},
            "900",
            {"retained": "100.00", "laser": "200.00", "over_maximum": "600.00"},
        ),
        # somebody else's laser
        ({"lasers": [Laser(member="M2", excluded=True)]}, "180", {"retained": "100.00", "reimbursable": "80.00"}),
    ],
)
def test_the_lines_of_a_unit(terms: dict[str, Any], total: str, expected: dict[str, str]) -> None:
    """Each cent of what is eligible is on exactly one line."""
    statement = settle(a_policy(specific(**terms)), [paid("c1", "M1", total)])

    assert expected == lines(statement.unit("M1")) == splits(statement)["c1"]


def test_a_unit_below_zero_has_a_negative_amount_retained() -> None:
    """Refunds beyond all payments are nobody's excess."""
    terms = specific(share="90%", aggregating=50, maximum=1, lasers=LASER)
    statement = settle(a_policy(terms), [paid("c1", "M1", 100), paid("r1", "M1", -140, "2025-07-01")])

    assert {"retained": "-40.00"} == lines(statement.unit("M1"))


def test_a_payment_is_split_where_it_crosses_the_lines() -> None:
    """100 retained, 150 laser, then 90 % of the excess up to 60: every payment shows what it moved."""
    terms = specific(lasers=LASER, share="90%", maximum=60)
    payments = [
        paid("c1", "M1", 80, "2025-02-01"),  # 80 of the deductible
        paid("c2", "M1", 100, "2025-03-01"),  # 20 of the deductible, 80 of the laser's 150
        paid("c3", "M1", 90, "2025-04-01"),  # 70 of the laser, 20 of excess: 18 and 2
        paid("c4", "M1", 100, "2025-05-01"),  # 100 of excess: 90 and 10; 18 + 90 is 48 over the maximum
        paid("c5", "M1", 10, "2025-06-01"),  # 9 over the maximum, 1
    ]

    assert {
        "c1": {"retained": "80.00"},
        "c2": {"retained": "20.00", "laser": "80.00"},
        "c3": {"laser": "70.00", "employer_share": "2.00", "reimbursable": "18.00"},
        "c4": {"employer_share": "10.00", "over_maximum": "48.00", "reimbursable": "42.00"},
        "c5": {"employer_share": "1.00", "over_maximum": "9.00"},
    } == splits(settle(a_policy(terms), payments))


def test_the_running_total_is_rounded_and_not_its_parts() -> None:
    """Ten times 3.33 at 90 %: 3.00 (2.997), 2.99 (5.994 less 3.00), 3.00 (8.991 less 5.99) ... 29.97 in all."""
    payments = [paid(f"c{number}", "M1", "3.33") for number in range(10)]
    statement = settle(a_policy(specific(deductible=0, share="90%")), payments)

    assert ["3.00", "2.99", "3.00"] == [str(split.reimbursable) for split in statement.splits[:3]]
    assert {"employer_share": "3.33", "reimbursable": "29.97"} == lines(statement.unit("M1"))


def test_the_deductible_of_a_family_runs_over_its_members() -> None:
    """60 and 90 of two members of a family are 150 over one deductible of 100."""
    policy = a_policy(specific(per="family", lasers=[Laser(family="F2", deductible=120)]))
    payments = [
        paid("c1", "M1", 60, "2025-02-01", family="F1"),
        paid("c2", "M2", 90, "2025-03-01", family="F1"),
        paid("c3", "M3", 150, "2025-03-01", family="F2"),
    ]
    statement = settle(policy, payments)

    assert {"retained": "100.00", "reimbursable": "50.00"} == lines(statement.unit("F1"))
    assert {"retained": "100.00", "laser": "20.00", "reimbursable": "30.00"} == lines(statement.unit("F2"))
    assert {"retained": "40.00", "reimbursable": "50.00"} == splits(statement)["c2"]


# ------------------------------------------------------------------ the aggregating specific deductible

# Excess of M1 60, of M2 30.
TWO = [paid("c1", "M1", 160, "2025-02-01"), paid("c2", "M2", 130, "2025-03-01")]


def test_the_asd_absorbs_the_earliest_excess_whoevers_it_is() -> None:
    """Bob 5, Sue 25, Tom 45 of excess; an ASD of 60 leaves 15 of Tom's."""
    payments = [
        paid("bob", "Bob", 80, "2025-02-01"),
        paid("sue", "Sue", 100, "2025-03-01"),
        paid("tom", "Tom", 120, "2025-04-01"),
    ]
    statement = settle(a_policy(specific(deductible=75, aggregating=60)), payments)

    assert {
        "bob": {"retained": "75.00", "aggregating": "5.00"},
        "sue": {"retained": "75.00", "aggregating": "25.00"},
        "tom": {"retained": "75.00", "aggregating": "30.00", "reimbursable": "15.00"},
    } == splits(statement)


@pytest.mark.parametrize(
    ("refund", "first", "second", "carrier"),
    [
        # 60 + 30 less 50
        (None, {"aggregating": "50.00", "reimbursable": "10.00"}, {"reimbursable": "30.00"}, "40.00"),
        # 40 + 30 less 50: M1 gives 10 of the ASD back, which M2's excess fills again
        (
            paid("r1", "M1", -20, "2025-09-01"),
            {"aggregating": "40.00"},
            {"aggregating": "10.00", "reimbursable": "20.00"},
            "20.00",
        ),
        (
            paid("r1", "M1", -20, "2025-09-01", adjusts="c1"),
            {"aggregating": "40.00"},
            {"aggregating": "10.00", "reimbursable": "20.00"},
            "20.00",
        ),
        # nothing is left of M1: 30 of M2's excess, all absorbed
        (paid("r1", "M1", -160, "2025-09-01"), {}, {"aggregating": "30.00"}, "0.00"),
    ],
    ids=["before the refund", "a refund of 20", "the same, by name", "a refund of everything"],
)
def test_a_refund_releases_the_asd(
    refund: Payment | None, first: dict[str, str], second: dict[str, str], carrier: str
) -> None:
    """What a refund takes out of the ASD the others' excess fills again: the carrier gets the whole refund."""
    statement = settle(a_policy(specific(aggregating=50)), [*TWO, *([refund] if refund else [])])
    retained = {"retained": "100.00"}

    assert (retained if first else {}) | first == lines(statement.unit("M1"))
    assert retained | second == lines(statement.unit("M2"))
    assert carrier == str(statement.carrier_total)


@pytest.mark.parametrize(
    ("consume_by", "first", "second"),
    [
        # M2 was paid first
        ("paid", {"aggregating": "10.00", "reimbursable": "50.00"}, {"aggregating": "30.00"}),
        # M1 was incurred first
        ("incurred", {"aggregating": "40.00", "reimbursable": "20.00"}, {"reimbursable": "30.00"}),
    ],
)
def test_the_asd_is_filled_in_the_order_of_the_policy(
    consume_by: str, first: dict[str, str], second: dict[str, str]
) -> None:
    """With an ASD of 40, the order says whose excess it absorbs."""
    payments = [
        paid("c1", "M1", 160, "2025-05-01", "2025-01-01"),
        paid("c2", "M2", 130, "2025-04-01", "2025-02-01"),
    ]
    statement = settle(a_policy(specific(aggregating=40, consume_by=consume_by)), payments)

    assert {"retained": "100.00"} | first == lines(statement.unit("M1"))
    assert {"retained": "100.00"} | second == lines(statement.unit("M2"))


@pytest.mark.parametrize(("first", "second"), [("10", "9"), ("A", "a"), ("Z", "\u00e9")])
def test_on_one_day_ids_go_by_code_point(first: str, second: str) -> None:
    """Of two payments of a day the one whose id comes first by code point fills the ASD."""
    payments = [paid(second, "M2", 140), paid(first, "M1", 140)]
    statement = settle(a_policy(specific(aggregating=40)), payments)

    assert {"retained": "100.00", "aggregating": "40.00"} == splits(statement)[first]
    assert {"retained": "100.00", "reimbursable": "40.00"} == splits(statement)[second]


def test_the_share_before_the_asd_is_what_the_asd_absorbs() -> None:
    """90 % of 60 is 54, of 30 is 27; an ASD of 60 takes 54 and 6, and 21 are left."""
    terms = specific(aggregating=60, share="90%", share_applies="before_aggregating")
    statement = settle(a_policy(terms), TWO)

    assert {"retained": "100.00", "employer_share": "6.00", "aggregating": "54.00"} == lines(statement.unit("M1"))
    assert {"retained": "100.00", "employer_share": "3.00", "aggregating": "6.00", "reimbursable": "21.00"} == lines(
        statement.unit("M2")
    )


def test_an_excluded_unit_fills_no_asd() -> None:
    """Its claims are no excess; M2 alone fills the ASD."""
    statement = settle(a_policy(specific(aggregating=50, lasers=EXCLUDED)), TWO)

    assert {"retained": "100.00", "laser": "60.00"} == lines(statement.unit("M1"))
    assert {"retained": "100.00", "aggregating": "30.00"} == lines(statement.unit("M2"))


# ------------------------------------------------------------------ the waterfall by itself

PLAIN = Waterfall(
    deductible=100, laser=100, slices=(Slice(0, (9, 10)),), share_first=False, maximum=None, maximum_eligible=None
)


@pytest.mark.parametrize(
    ("waterfall", "total", "excess", "absorbable"),
    [
        (PLAIN, 180, 80, 80),
        (PLAIN, 100, 0, 0),
        (PLAIN, -5, 0, 0),
        (evolve(PLAIN, share_first=True), 180, 80, 72),
        (evolve(PLAIN, laser=150), 180, 30, 30),
        (evolve(PLAIN, laser=None), 180, 0, 0),
        (evolve(PLAIN, maximum_eligible=150), 180, 50, 50),
        (evolve(PLAIN, maximum_eligible=150, share_first=True), 180, 50, 45),
    ],
)
def test_what_the_asd_may_absorb(waterfall: Waterfall, total: int, excess: int, absorbable: int) -> None:
    """The excess, or the carrier's share of it where the share comes first."""
    assert (excess, absorbable) == (waterfall.excess(0, waterfall.within(total)), waterfall.absorbable(total))


def test_lines_between_two_totals_are_differences() -> None:
    """What a payment adds to each line is the line after it less the line before it."""
    before, after = PLAIN.lines(90, 0), PLAIN.lines(130, 10)

    assert Lines(100, 0, 10, 2, 0, 18) == after
    assert Lines(10, 0, 10, 2, 0, 18) == after.less(before)
