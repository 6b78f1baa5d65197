"""The waterfall of one unit: tiers, maxima for life and for the period, the deductible of a policy that ended early."""

from __future__ import annotations

from typing import Any

import pytest

from stoploss.inner_terms import Cap, ShareTier, Used
from stoploss.lasers import Laser
from stoploss.riders import EarlyTermination
from stoploss.statement import settle
from stoploss.waterfall import NOTHING, Lines, Slice, Taking, Waterfall, added
from tests.unit.given import (
    a_period,
    a_policy,
    a_year_of_units,
    aggregate,
    counted,
    day,
    lines,
    paid,
    pending,
    specific,
    splits,
)


def a_waterfall(**terms: Any) -> Waterfall:
    """Return the waterfall of a unit under a deductible of 100 cents."""
    given: dict[str, Any] = {
        "deductible": 100,
        "laser": 100,
        "slices": (Slice(0, (1, 1)),),
        "share_first": False,
        "maximum": None,
        "maximum_eligible": None,
    }
    return Waterfall(**given | terms)


# ------------------------------------------------------------------ tiers

TIERS = [ShareTier(above=0, share="80%"), ShareTier(above=100, share="90%"), ShareTier(above=300, share=1)]


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        ("100", {"retained": "100.00"}),
        # 50 x 80 %
        ("150", {"retained": "100.00", "employer_share": "10.00", "reimbursable": "40.00"}),
        # up to and just above the end of a slice
        ("200", {"retained": "100.00", "employer_share": "20.00", "reimbursable": "80.00"}),
        ("200.10", {"retained": "100.00", "employer_share": "20.01", "reimbursable": "80.09"}),
        # 80 + 200 x 90 % + 50
        ("450", {"retained": "100.00", "employer_share": "40.00", "reimbursable": "310.00"}),
    ],
)
def test_each_slice_of_the_excess_has_its_share(total: str, expected: dict[str, str]) -> None:
    """80 % of the first 100, 90 % of the next 200, all of the rest."""
    statement = settle(a_policy(specific(tiers=TIERS)), [paid("c1", "M1", total)])

    assert expected == lines(statement.unit("M1"))


def test_slices_are_added_up_and_rounded_once() -> None:
    """1.5 cents of one slice and 1.5 of the next are 3 cents, not 2 and 2."""
    tiers = [ShareTier(above=0, share="50%"), ShareTier(above="0.03", share="0.3")]
    statement = settle(a_policy(specific(deductible=0, tiers=tiers)), [paid("c1", "M1", "0.08")])

    assert {"employer_share": "0.05", "reimbursable": "0.03"} == lines(statement.unit("M1"))


@pytest.mark.parametrize(
    ("applies", "expected"),
    [
        # 150 less 50: 80 % of 100
        ("after_aggregating", {"aggregating": "50.00", "employer_share": "20.00", "reimbursable": "80.00"}),
        # 80 + 45 less 50
        ("before_aggregating", {"aggregating": "50.00", "employer_share": "25.00", "reimbursable": "75.00"}),
    ],
)
def test_tiers_meet_the_asd_as_the_share_does(applies: str, expected: dict[str, str]) -> None:
    """250 over a deductible of 100, with an ASD of 50: the slices are of what it leaves, or of all."""
    terms = specific(tiers=TIERS, aggregating=50, share_applies=applies)
    statement = settle(a_policy(terms), [paid("c1", "M1", 250)])

    assert {"retained": "100.00"} | expected == lines(statement.unit("M1"))


# ------------------------------------------------------------------ a maximum for life


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        # nothing used before
        ({}, {"reimbursable": "80.00"}),
        ({"lifetime_maximum": 50}, {"over_maximum": "30.00", "reimbursable": "50.00"}),
        # 60 of 100 used: 40 are left
        (
            {"lifetime_maximum": 100, "used": [Used(member="M1", reimbursed=60)]},
            {"over_maximum": "40.00", "reimbursable": "40.00"},
        ),
        # more used than there is
        ({"lifetime_maximum": 100, "used": [Used(member="M1", reimbursed=120)]}, {"over_maximum": "80.00"}),
        # somebody else
        ({"lifetime_maximum": 100, "used": [Used(member="M2", reimbursed=60)]}, {"reimbursable": "80.00"}),
        # the lesser of both maxima
        (
            {"lifetime_maximum": 100, "maximum": 30, "used": [Used(member="M1", reimbursed=60)]},
            {"over_maximum": "50.00", "reimbursable": "30.00"},
        ),
        (
            {"lifetime_maximum": 100, "maximum": 50, "used": [Used(member="M1", reimbursed=60)]},
            {"over_maximum": "40.00", "reimbursable": "40.00"},
        ),
        # beside a maximum on eligible claims: 30 of 150, then 40
        (
            {
                "lifetime_maximum": 100,
                "maximum": 150,
                "maximum_on": "eligible",
                "used": [Used(member="M1", reimbursed=60)],
            },
            {"over_maximum": "40.00", "reimbursable": "40.00"},
        ),
        # what was used toward a label's own maximum is not used toward this one
        (
            {
                "lifetime_maximum": 100,
                "caps": [Cap(tag="transplant", amount=500, per="lifetime")],
                "used": [Used(member="M1", reimbursed=60, tag="transplant")],
            },
            {"reimbursable": "80.00"},
        ),
    ],
)
def test_a_lifetime_maximum_is_less_by_what_was_used_before(terms: dict[str, Any], expected: dict[str, str]) -> None:
    """180 over a deductible of 100: 80 are payable, up to what the unit has left."""
    statement = settle(a_policy(specific(**terms)), [paid("c1", "M1", 180)])

    assert {"retained": "100.00"} | expected == lines(statement.unit("M1"))


def test_a_lasered_unit_may_have_used_something_before() -> None:
    """300 under a laser of 250: 50 payable, 40 of which are left."""
    terms = specific(
        lasers=[Laser(member="M1", deductible=250)],
        lifetime_maximum=100,
        used=[Used(member="M1", reimbursed=60)],
    )
    statement = settle(a_policy(terms), [paid("c1", "M1", 300)])

    assert {"retained": "100.00", "laser": "150.00", "over_maximum": "10.00", "reimbursable": "40.00"} == lines(
        statement.unit("M1")
    )


# ------------------------------------------------------------------ the deductible of a policy that ended early

PRORATED = EarlyTermination(deductible="prorated")


@pytest.mark.parametrize(
    ("early", "terminated", "deductible", "expected"),
    [
        (PRORATED, "2025-06-30", "100", "50.00"),
        (PRORATED, "2025-06-01", "100", "50.00"),  # the month has begun
        (PRORATED, "2025-05-31", "100.01", "41.67"),  # 41.6708
        (PRORATED, "2025-12-31", "100", "100.00"),  # ended on its last day, and not early
        (PRORATED, None, "100", "100.00"),
        (EarlyTermination(), "2025-06-30", "100", "100.00"),
    ],
)
def test_the_deductible_may_be_prorated_by_months_in_force(
    early: EarlyTermination, terminated: str | None, deductible: str, expected: str
) -> None:
    """Months that have begun in force, of twelve; rounded once."""
    period = a_period(**({"terminated": terminated} if terminated else {}))
    policy = a_policy(specific(deductible=deductible), period=period, early_termination=early)
    statement = settle(policy, [paid("c1", "M1", 500, "2025-03-01")])

    assert expected == str(statement.unit("M1").deductible) == str(statement.unit("M1").retained)


def test_a_laser_is_not_prorated() -> None:
    """Of 300: 50 retained, 200 kept by the laser of 250, 50 of excess."""
    terms = specific(lasers=[Laser(member="M1", deductible=250)])
    policy = a_policy(terms, period=a_period(terminated="2025-06-30"), early_termination=PRORATED)
    statement = settle(policy, [paid("c1", "M1", 300, "2025-03-01")])

    assert {"retained": "50.00", "laser": "200.00", "reimbursable": "50.00"} == lines(statement.unit("M1"))


def test_the_standard_loss_limit_is_the_deductible_as_it_applies() -> None:
    """50 of 500 count where the deductible of 100 is prorated to 50."""
    period = a_period(terminated="2025-06-30")
    policy = a_policy(specific(), aggregate(), period=period, early_termination=PRORATED)
    statement = settle(policy, [paid("c1", "M1", 500, "2025-03-01")], a_year_of_units(months=6))

    assert {"c1": "50.00"} == counted(statement)


# ------------------------------------------------------------------ lines of running totals


def test_lines_are_added_and_taken_apart_line_by_line() -> None:
    """Each line on its own; nothing added up is six zeros."""
    one, other = Lines(1, 2, 3, 4, 5, 6), Lines(10, 20, 30, 40, 50, 60)

    assert (Lines(11, 22, 33, 44, 55, 66), Lines(9, 18, 27, 36, 45, 54)) == (added([one, other]), other.less(one))
    assert NOTHING == added([])


def test_the_share_may_come_before_the_asd() -> None:
    """80 of excess: the ASD may absorb all of it, or the 72 that a share of 90 % leaves."""
    after = a_waterfall(slices=(Slice(0, (9, 10)),))
    before = a_waterfall(slices=(Slice(0, (9, 10)),), share_first=True)

    assert (80, 72) == (after.absorbable(180), before.absorbable(180))
    assert Lines(100, 0, 20, 6, 0, 54) == after.lines(180, 20)
    assert Lines(100, 0, 20, 8, 0, 52) == before.lines(180, 20)


def test_a_laser_takes_from_its_first_day_on() -> None:
    """What has no paid day was not paid before it, nor since."""
    taking = Taking(laser=Laser(member="M1", deductible=250), start=day("2025-07-01"))
    undated = pending("c1", "M1", 5)

    assert [False, True, False] == [
        taking.takes(payment)
        for payment in (paid("c2", "M1", 5, "2025-06-30"), paid("c3", "M1", 5, "2025-07-01"), undated)
    ]
    assert not taking.own_total


def test_a_unit_has_no_deductible_where_a_laser_excludes_all_of_it() -> None:
    """On labels the standard one stands; else the laser's, or none."""
    on_labels = Taking(laser=Laser(member="M1", excluded=True, tags=["trial"]), start=None)
    on_all = Taking(laser=Laser(member="M1", excluded=True), start=None)

    assert (100, None, 250) == (
        a_waterfall(laser=None, taking=on_labels).applied,
        a_waterfall(laser=None, taking=on_all).applied,
        a_waterfall(laser=250, taking=on_all).applied,
    )


def test_splits_of_tiers_add_up() -> None:
    """Each payment has the difference of the slices before and after it."""
    payments = [paid("c1", "M1", 150, "2025-02-01"), paid("c2", "M1", 100, "2025-03-01")]

    assert {
        "c1": {"retained": "100.00", "employer_share": "10.00", "reimbursable": "40.00"},
        # 50 x 80 % + 50 x 90 %
        "c2": {"employer_share": "15.00", "reimbursable": "85.00"},
    } == splits(settle(a_policy(specific(tiers=TIERS)), payments))
