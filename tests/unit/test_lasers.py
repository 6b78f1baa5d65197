"""Lasers: what they take of a unit, from when on, and what of it counts; and the terms that contradict each other."""

from __future__ import annotations

from typing import Any

import pytest

from stoploss.errors import InvalidValue, PolicyError, WrongType
from stoploss.facts import Payment
from stoploss.lasers import Laser, LaserFund
from stoploss.statement import Statement, settle
from stoploss.words import LaserCounts, LaserEffect
from tests.unit.given import (
    a_policy,
    a_year_of_units,
    aggregate,
    counted,
    day,
    lines,
    paid,
    refused,
    specific,
    splits,
)

FEBRUARY, APRIL, JULY = "2025-02-01", "2025-04-01", "2025-07-01"


def a_laser(**terms: Any) -> Laser:
    """Return a laser of 250 on M1, over a standard deductible of 100."""
    given: dict[str, Any] = {"member": "M1", "deductible": 250}
    return Laser(**given | terms)


def settled(laser: Laser, *payments: Payment, **terms: Any) -> Statement:
    """Settle payments under specific with one laser."""
    return settle(a_policy(specific(lasers=[laser], **terms)), payments)


# ------------------------------------------------------------------ from a day


def test_what_was_paid_before_a_laser_begins_is_under_the_standard_deductible() -> None:
    """120 before: 20 of excess. Of 320 in all, what is above 250 is excess as well: 70; the laser keeps 130."""
    payments = [paid("c1", "M1", 120, FEBRUARY), paid("c2", "M1", 200, JULY)]

    assert {
        "c1": {"retained": "100.00", "reimbursable": "20.00"},
        "c2": {"laser": "130.00", "reimbursable": "70.00"},
    } == splits(settled(a_laser(from_on=day(JULY)), *payments))


@pytest.mark.parametrize(
    ("before", "since", "expected"),
    [
        # below the deductible before: 60 + 300 is 360, of which 110 are above the laser
        (60, 300, {"retained": "100.00", "laser": "150.00", "reimbursable": "110.00"}),
        # above the laser before: 200 of excess, and all that comes since
        (300, 50, {"retained": "100.00", "reimbursable": "250.00"}),
        # nothing since, or nothing before
        (180, 0, {"retained": "100.00", "reimbursable": "80.00"}),
        (0, 180, {"retained": "100.00", "laser": "80.00"}),
    ],
)
def test_a_laser_that_begins_never_takes_back_what_was_excess_before(
    before: int, since: int, expected: dict[str, str]
) -> None:
    """max(B - 100, 0) + max(T - max(250, B), 0), with B of what was paid before."""
    payments = [paid("c1", "M1", before, "2025-06-30"), paid("c2", "M1", since, JULY)]

    assert expected == lines(settled(a_laser(from_on=day(JULY)), *payments).unit("M1"))


def test_what_was_paid_before_goes_first_whatever_the_order() -> None:
    """By the day incurred the payment of July comes first; the laser takes it after June's all the same."""
    payments = [
        paid("c1", "M1", 200, JULY, incurred_on="2025-01-10"),
        paid("c2", "M1", 120, "2025-06-01", incurred_on="2025-03-01"),
    ]

    assert {
        "c1": {"laser": "130.00", "reimbursable": "70.00"},
        "c2": {"retained": "100.00", "reimbursable": "20.00"},
    } == splits(settled(a_laser(from_on=day(JULY)), *payments, consume_by="incurred"))


def test_a_unit_may_be_excluded_from_a_day_on() -> None:
    """20 of the 120 before are excess; of what is paid since, nothing."""
    laser = Laser(member="M1", excluded=True, from_on=day(JULY))
    statement = settled(laser, paid("c1", "M1", 120, FEBRUARY), paid("c2", "M1", 200, JULY))

    assert {"retained": "100.00", "laser": "200.00", "reimbursable": "20.00"} == lines(statement.unit("M1"))
    assert statement.unit("M1").excluded


# ------------------------------------------------------------------ on labels


def test_a_laser_on_labels_has_a_total_of_its_own() -> None:
    """150 of other claims: 50 of excess. 300 with the label: 50 above the laser; it keeps the other 250."""
    laser = a_laser(tags=["hemophilia", "D66"])
    payments = [
        paid("c1", "M1", 150, FEBRUARY),
        paid("c2", "M1", 200, APRIL, tags=["hemophilia"]),
        paid("c3", "M1", 100, JULY, diagnosis=["D66.1"]),
    ]
    statement = settled(laser, *payments)

    assert {
        "c1": {"retained": "100.00", "reimbursable": "50.00"},
        "c2": {"laser": "200.00"},
        "c3": {"laser": "50.00", "reimbursable": "50.00"},
    } == splits(statement)
    assert ("100.00", False) == (str(statement.unit("M1").deductible), statement.unit("M1").excluded)


def test_an_exclusion_on_labels_leaves_the_other_claims() -> None:
    """Nothing of 300 with the label is excess, and 50 of 150 without; the unit as such is not excluded."""
    laser = Laser(member="M1", excluded=True, tags=["trial"])
    statement = settled(laser, paid("c1", "M1", 150, FEBRUARY), paid("c2", "M1", 300, APRIL, tags=["trial"]))

    assert {"retained": "100.00", "laser": "300.00", "reimbursable": "50.00"} == lines(statement.unit("M1"))
    assert ("100.00", False) == (str(statement.unit("M1").deductible), statement.unit("M1").excluded)


def test_a_laser_on_labels_may_begin_on_a_day() -> None:
    """300 with the label before July are like any other claim: 200 of excess; of 300 since, 50."""
    laser = a_laser(tags=["trial"], from_on=day(JULY))
    payments = [paid("c1", "M1", 300, FEBRUARY, tags=["trial"]), paid("c2", "M1", 300, JULY, tags=["trial"])]

    assert {
        "c1": {"retained": "100.00", "reimbursable": "200.00"},
        "c2": {"laser": "250.00", "reimbursable": "50.00"},
    } == splits(settled(laser, *payments))


# ------------------------------------------------------------------ on a condition

CONDITIONAL = a_laser(when="transplant")


@pytest.mark.parametrize(
    ("laser", "expected"),
    [
        # 280 in all, 30 above the laser
        (CONDITIONAL, {"retained": "100.00", "laser": "150.00", "reimbursable": "30.00"}),
        # 80 of excess before April; 280 - max(250, 180) since
        (a_laser(when="transplant", effect="from_trigger"), {"retained": "100.00", "laser": "70.00"}),
        # nothing carries that label
        (a_laser(when="dialysis"), {"retained": "100.00", "reimbursable": "180.00"}),
    ],
)
def test_a_conditional_laser_applies_once_a_claim_carries_its_label(laser: Laser, expected: dict[str, str]) -> None:
    """180, then 100 with the label: for the whole period, from that payment's day on, or not at all."""
    payments = [paid("c1", "M1", 180, FEBRUARY), paid("c2", "M1", 100, APRIL, tags=["transplant"])]
    shown = lines(settled(laser, *payments).unit("M1"))

    assert expected == {line: shown[line] for line in expected}
    assert "280.00" == str(settled(laser, *payments).unit("M1").eligible)


def test_the_earliest_payment_with_the_label_is_the_trigger() -> None:
    """By the day incurred July's comes first; the laser begins in April, with the first that was paid."""
    payments = [
        paid("c1", "M1", 180, FEBRUARY, incurred_on="2025-01-20"),
        paid("c2", "M1", 60, JULY, incurred_on="2025-01-10", tags=["transplant"]),
        paid("c3", "M1", 40, APRIL, incurred_on="2025-01-15", tags=["transplant"]),
    ]
    laser = a_laser(when="transplant", effect="from_trigger")

    assert {
        "c1": {"retained": "100.00", "reimbursable": "80.00"},
        "c2": {"laser": "60.00"},
        "c3": {"laser": "10.00", "reimbursable": "30.00"},
    } == splits(settled(laser, *payments, consume_by="incurred"))


@pytest.mark.parametrize(
    "more",
    [
        [paid("v1", "M1", -100, JULY, adjusts="c2")],  # voided
        [paid("r1", "M1", -100, "2025-04-02")],  # undone by a refund
    ],
)
def test_a_payment_that_comes_to_nothing_triggers_nothing(more: list[Payment]) -> None:
    """180, then 100 with the label, which is undone: 80 of excess as without it."""
    payments = [paid("c1", "M1", 180, FEBRUARY), paid("c2", "M1", 100, APRIL, tags=["transplant"]), *more]
    statement = settled(CONDITIONAL, *payments)

    assert {"retained": "100.00", "reimbursable": "80.00"} == lines(statement.unit("M1"))
    assert "100.00" == str(statement.unit("M1").deductible)


def test_a_conditional_laser_waits_for_claims() -> None:
    """A unit without a claim has no trigger; the unit and the label are noticed like any that nobody names."""
    assert [
        "specific.lasers[0]: no claim was reported for this lasered member; check the id [SL550]",
        (
            "specific.lasers[0].when: no payment that was reported carries this label, so it decides nothing; "
            "check how the claims are labelled [SL566]"
        ),
    ] == [str(notice) for notice in settled(CONDITIONAL, paid("c1", "M2", 180)).notices]


# ------------------------------------------------------------------ what counts in the aggregate


@pytest.mark.parametrize(
    ("laser", "terms", "expected"),
    [
        # as the aggregate says
        (a_laser(), {}, "100.00"),
        (a_laser(), {"laser_loss_limit": "laser"}, "180.00"),
        # as the laser says, whatever the aggregate does
        (a_laser(counts="standard"), {"laser_loss_limit": "laser"}, "100.00"),
        (a_laser(counts="laser"), {}, "180.00"),
        (a_laser(counts="nothing"), {"laser_loss_limit": "laser"}, "0.00"),
        # an excluded unit has no laser up to which it could count
        (Laser(member="M1", excluded=True, counts="laser"), {}, "100.00"),
        (Laser(member="M1", excluded=True, counts="nothing"), {}, "0.00"),
        # a laser that does not apply counts nothing of its own
        (a_laser(counts="nothing", when="transplant"), {}, "100.00"),
    ],
)
def test_a_laser_may_say_what_counts_of_its_unit(laser: Laser, terms: dict[str, Any], expected: str) -> None:
    """180 under a laser of 250: up to the standard limit of 100, up to the laser, or nothing."""
    policy = a_policy(specific(lasers=[laser]), aggregate(**terms))

    assert {"c1": expected} == counted(settle(policy, [paid("c1", "M1", 180)], a_year_of_units()))


def test_of_a_laser_that_counts_nothing_the_rest_counts() -> None:
    """120 before July count up to the limit of 100, or what is left of it; 200 since do not count."""
    policy = a_policy(specific(lasers=[a_laser(counts="nothing", from_on=day(JULY))]), aggregate())
    payments = [paid("c1", "M1", 60, FEBRUARY), paid("c2", "M1", 200, JULY), paid("c3", "M1", 60, APRIL)]

    assert {"c1": "60.00", "c3": "40.00", "c2": "0.00"} == counted(settle(policy, payments, a_year_of_units()))


# ------------------------------------------------------------------ terms


def test_a_laser_is_plain_unless_it_says_otherwise() -> None:
    """For the whole period, on all claims, without a condition or a fund."""
    laser = a_laser()

    assert (None, (), None, LaserEffect.WHOLE_PERIOD, None, None) == (
        laser.from_on,
        laser.tags,
        laser.when,
        laser.effect,
        laser.fund,
        laser.counts,
    )
    assert LaserCounts.NOTHING is a_laser(counts="nothing").counts
    assert "Laser(per='member', excluded=False)" == repr(laser)


UNIT = "this names one member, or one family [SL510]"
EFFECT = "a laser gives the unit's whole deductible, or excluded = true [SL511]"
POOLED = "fund: a laser that draws on a fund has a deductible; an excluded unit draws on none [SL527]"
UNTRIGGERED = "effect: a laser from its trigger says which label triggers it; add when [SL528]"
TWICE = "effect: a laser begins on a day, or with its trigger, not both [SL528]"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"deductible": None, "excluded": True, "fund": "A"}, [POOLED]),
        ({"effect": "from_trigger"}, [UNTRIGGERED]),
        ({"effect": "from_trigger", "when": "transplant", "from_on": day(JULY)}, [TWICE]),
        ({"effect": "from_trigger", "from_on": day(JULY)}, [UNTRIGGERED, TWICE]),
        ({"member": None, "excluded": True, "fund": "A"}, [UNIT, EFFECT, POOLED]),
    ],
)
def test_a_laser_that_contradicts_itself_is_refused(given: dict[str, Any], expected: list[str]) -> None:
    """Everything that is wrong at once."""
    assert expected == refused(PolicyError, a_laser, **given)


@pytest.mark.parametrize(
    ("given", "error", "expected"),
    [
        (
            {"when": ""},
            InvalidValue,
            "when: a label is not empty, and has no blanks around it and no invisible characters [SL317]",
        ),
        ({"when": 5}, WrongType, "when: a label is text, not an int [SL101]"),
        ({"fund": " A"}, InvalidValue, "fund: an id has no blanks around it and no invisible characters [SL303]"),
        ({"tags": "trial"}, WrongType, 'tags: this is a sequence of texts, not a str; write ["a", "b"] [SL101]'),
        ({"tags": ["a", "a"]}, InvalidValue, "tags: each is listed once [SL525]"),
        (
            {"tags": ["a", "b "]},
            InvalidValue,
            "tags[1]: a label is not empty, and has no blanks around it and no invisible characters [SL317]",
        ),
        ({"from_on": "2025-07-01"}, WrongType, "from_on: a day is exactly a datetime.date, not a str [SL201]"),
        (
            {"counts": "all"},
            InvalidValue,
            "this is one of standard, laser, nothing [SL106]",
        ),
    ],
)
def test_a_laser_of_wrong_values_is_refused(given: dict[str, Any], error: Any, expected: str) -> None:
    """Labels, names, days and words are what they should be."""
    assert [expected] == refused(error, a_laser, **given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"lasers": [a_laser(fund="B")]},
            ["lasers[0].fund: there is no laser fund of this name; add it to laser_funds [SL527]"],
        ),
        (
            {"lasers": [a_laser()], "laser_funds": [LaserFund(name="A", amount=1)]},
            ["laser_funds[0].name: no laser draws on this fund [SL527]"],
        ),
        (
            {"lasers": [a_laser(fund="A")], "laser_funds": [LaserFund(name="A", amount=1)] * 2},
            ["laser_funds[1].name: a laser fund is there once [SL527]"],
        ),
    ],
)
def test_lasers_and_funds_belong_together(given: dict[str, Any], expected: list[str]) -> None:
    """No laser without its fund, no fund without a laser, none twice."""
    assert expected == refused(PolicyError, specific, **given)


def test_a_fund_is_not_negative() -> None:
    """0 is: nothing is kept."""
    assert ["amount: this amount is not negative [SL501]"] == refused(PolicyError, LaserFund, name="A", amount=-1)


@pytest.mark.parametrize("group", [None, aggregate(counting="net_of_specific")])
def test_what_a_laser_counts_needs_an_aggregate_that_counts_by_loss_limit(group: Any) -> None:
    """Without an aggregate, or net of specific, the term would do nothing, and is refused."""
    lasers = [a_laser(), Laser(member="M2", deductible=250, counts="laser")]

    assert [
        (
            "specific.lasers[1].counts: what a laser counts belongs to an aggregate cover that counts by loss limit; "
            "leave it out [SL535]"
        )
    ] == refused(PolicyError, a_policy, specific(lasers=lasers), group)
