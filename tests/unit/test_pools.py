"""Pools: what several units share of what the employer keeps."""

from __future__ import annotations

from typing import Any

import pytest

from stoploss.facts import Payment
from stoploss.inner_terms import CommonAccident
from stoploss.lasers import Laser, LaserFund
from stoploss.pools import pools_of
from stoploss.statement import settle
from tests.unit.given import a_policy, aggregate, counted, covered, day, lines, paid, specific, splits

FEBRUARY, MARCH, APRIL = "2025-02-01", "2025-03-01", "2025-04-01"


def of_family(name: str, member: str, amount: int, on: str, **more: Any) -> Payment:
    """Return a payment for a member of the one family."""
    return paid(name, member, amount, on, family="F1", **more)


# ------------------------------------------------------------------ a family


def test_a_family_retains_no_more_than_its_own_deductible() -> None:
    """100 and 100 would be retained of 120 and 120; of 150 for both the second has 50 left, and 50 + 20 are excess."""
    terms = specific(family_deductible=150)
    payments = [of_family("c1", "M1", 120, FEBRUARY), of_family("c2", "M2", 120, MARCH)]

    assert {
        "c1": {"retained": "100.00", "reimbursable": "20.00"},
        "c2": {"retained": "50.00", "reimbursable": "70.00"},
    } == splits(settle(a_policy(terms), payments))


def test_families_do_not_share_with_each_other() -> None:
    """150 for each of them; 60 and 60 of another family are all retained."""
    terms = specific(family_deductible=150)
    payments = [
        of_family("c1", "M1", 100, FEBRUARY),
        of_family("c2", "M2", 100, MARCH),
        paid("c3", "M3", 60, FEBRUARY, family="F2"),
        paid("c4", "M4", 60, MARCH, family="F2"),
    ]

    assert {
        "c1": {"retained": "100.00"},
        "c2": {"retained": "50.00", "reimbursable": "50.00"},
        "c3": {"retained": "60.00"},
        "c4": {"retained": "60.00"},
    } == splits(settle(a_policy(terms), payments))


def test_a_family_deductible_of_nothing_leaves_nothing_retained() -> None:
    """0 is a limit like any other."""
    statement = settle(a_policy(specific(family_deductible=0)), [of_family("c1", "M1", 60, FEBRUARY)])

    assert {"reimbursable": "60.00"} == lines(statement.unit("M1"))


def test_the_earliest_payments_fill_the_pool_whoevers_they_are() -> None:
    """60 of M2, 80 of M1, and of the next 40 of M2 the family keeps 10."""
    terms = specific(family_deductible=150)
    payments = [
        of_family("c1", "M2", 60, FEBRUARY),
        of_family("c2", "M1", 80, MARCH),
        of_family("c3", "M2", 40, APRIL),
    ]

    assert {
        "c1": {"retained": "60.00"},
        "c2": {"retained": "80.00"},
        "c3": {"retained": "10.00", "reimbursable": "30.00"},
    } == splits(settle(a_policy(terms), payments))


def test_what_the_family_does_not_retain_meets_the_asd_and_the_share() -> None:
    """70 of excess as above: the ASD takes the 20 of M1 and 10 of M2's 70; 90 % of 60 is 54."""
    terms = specific(family_deductible=150, aggregating=30, share="90%")
    payments = [of_family("c1", "M1", 120, FEBRUARY), of_family("c2", "M2", 120, MARCH)]

    assert {
        "c1": {"retained": "100.00", "aggregating": "20.00"},
        "c2": {"retained": "50.00", "aggregating": "10.00", "employer_share": "6.00", "reimbursable": "54.00"},
    } == splits(settle(a_policy(terms), payments))


def test_what_the_family_does_not_retain_does_not_count_in_the_aggregate() -> None:
    """The second counts 50: the other 50 below its deductible are reimbursed by specific."""
    policy = a_policy(specific(family_deductible=150), aggregate())
    payments = [of_family("c1", "M1", 120, FEBRUARY), of_family("c2", "M2", 120, MARCH)]
    units = [covered(f"2025-{month:02}") for month in range(1, 13)]

    assert {"c1": "100.00", "c2": "50.00"} == counted(settle(policy, payments, units))


# ------------------------------------------------------------------ an accident


@pytest.mark.parametrize(
    ("deductible", "expected"),
    [
        # the standard deductible of 100 is all used up by the first
        (None, {"c1": {"retained": "100.00", "reimbursable": "20.00"}, "c2": {"reimbursable": "120.00"}}),
        # of 130 the second has 30 left
        (
            130,
            {
                "c1": {"retained": "100.00", "reimbursable": "20.00"},
                "c2": {"retained": "30.00", "reimbursable": "90.00"},
            },
        ),
        # each has its own deductible all the same
        (
            500,
            {
                "c1": {"retained": "100.00", "reimbursable": "20.00"},
                "c2": {"retained": "100.00", "reimbursable": "20.00"},
            },
        ),
        (0, {"c1": {"reimbursable": "120.00"}, "c2": {"reimbursable": "120.00"}}),
    ],
)
def test_all_who_are_hurt_in_one_accident_share_a_deductible(
    deductible: int | None, expected: dict[str, dict[str, str]]
) -> None:
    """Two members, 120 each of one accident: only its own amount is retained, or the standard deductible."""
    terms = specific(common_accident=CommonAccident(deductible=deductible))
    payments = [paid("c1", "M1", 120, FEBRUARY, accident="A1"), paid("c2", "M2", 120, MARCH, accident="A1")]

    assert expected == splits(settle(a_policy(terms), payments))


def test_other_accidents_and_illness_have_the_own_deductible() -> None:
    """80 of A1, 80 of A2 and 80 without an accident: M2 retains 20 of A1's 100, then 80 of its own."""
    terms = specific(common_accident=CommonAccident())
    payments = [
        paid("c1", "M1", 80, FEBRUARY, accident="A1"),
        paid("c2", "M2", 15, FEBRUARY, accident="A2"),
        paid("c3", "M2", 30, MARCH, accident="A1"),
        paid("c4", "M2", 80, APRIL),
    ]

    assert {
        "c1": {"retained": "80.00"},
        "c2": {"retained": "15.00"},
        "c3": {"retained": "20.00", "reimbursable": "10.00"},
        "c4": {"retained": "55.00", "reimbursable": "25.00"},
    } == splits(settle(a_policy(terms), payments))


def test_an_accident_comes_before_the_family() -> None:
    """A1 retains 100 of M1 and nothing of M2; of the family's 150 there are 50 left for M3."""
    terms = specific(common_accident=CommonAccident(), family_deductible=150)
    payments = [
        of_family("c1", "M1", 100, FEBRUARY, accident="A1"),
        of_family("c2", "M2", 100, MARCH, accident="A1"),
        of_family("c3", "M3", 100, APRIL),
    ]

    assert {
        "c1": {"retained": "100.00"},
        "c2": {"reimbursable": "100.00"},
        "c3": {"retained": "50.00", "reimbursable": "50.00"},
    } == splits(settle(a_policy(terms), payments))


# ------------------------------------------------------------------ a laser fund

FUND = [LaserFund(name="A", amount=200)]


def test_lasers_share_a_fund_in_order() -> None:
    """150 + 150 would be kept by two lasers of 250: of a fund of 200 the second has 50 left, and 100 + 50 is excess."""
    lasers = [Laser(member="M1", deductible=250, fund="A"), Laser(member="M2", deductible=250, fund="A")]
    payments = [paid("c1", "M1", 300, FEBRUARY), paid("c2", "M2", 300, MARCH)]

    assert {
        "c1": {"retained": "100.00", "laser": "150.00", "reimbursable": "50.00"},
        "c2": {"retained": "100.00", "laser": "50.00", "reimbursable": "150.00"},
    } == splits(settle(a_policy(specific(lasers=lasers, laser_funds=FUND)), payments))


def test_a_fund_is_of_those_who_draw_on_it() -> None:
    """M2 draws on another fund, and M3 on none: neither of them lowers what is left of A."""
    lasers = [
        Laser(member="M1", deductible=250, fund="A"),
        Laser(member="M2", deductible=250, fund="B"),
        Laser(member="M3", deductible=250),
    ]
    funds = [*FUND, LaserFund(name="B", amount=20)]
    payments = [paid(f"c{number}", f"M{number}", 250) for number in (3, 2, 1)]

    assert {
        "c1": {"retained": "100.00", "laser": "150.00"},
        "c2": {"retained": "100.00", "laser": "20.00", "reimbursable": "130.00"},
        "c3": {"retained": "100.00", "laser": "150.00"},
    } == splits(settle(a_policy(specific(lasers=lasers, laser_funds=funds)), payments))


# ------------------------------------------------------------------ a unit that specific excludes


def test_a_pool_makes_nothing_excess_of_an_excluded_unit() -> None:
    """Of its 100 the family keeps 90, as 60 are M2's; the other 10 stay the employer's, as laser."""
    terms = specific(family_deductible=150, lasers=[Laser(member="M1", excluded=True)])
    payments = [of_family("c1", "M2", 60, FEBRUARY), of_family("c2", "M1", 120, MARCH)]

    assert {"retained": "90.00", "laser": "30.00"} == splits(settle(a_policy(terms), payments))["c2"]


def test_what_an_exclusion_leaves_alone_may_be_excess() -> None:
    """Excluded from April on: what a pool does not keep of March's 100 is excess, of April's it is laser."""
    terms = specific(
        deductible=200,
        family_deductible=150,
        lasers=[Laser(member="M1", excluded=True, from_on=day(APRIL))],
    )
    payments = [
        of_family("c1", "M2", 80, FEBRUARY),
        of_family("c2", "M1", 100, MARCH),
        of_family("c3", "M1", 50, APRIL),
    ]

    assert {
        "c1": {"retained": "80.00"},
        "c2": {"retained": "70.00", "reimbursable": "30.00"},
        "c3": {"laser": "50.00"},
    } == splits(settle(a_policy(terms), payments))


# ------------------------------------------------------------------ in general


def test_the_pools_of_a_policy_keep_in_one_order() -> None:
    """Accidents, families, then each fund; none where no term asks for one."""
    lasers = [Laser(member="M1", deductible=250, fund="B"), Laser(member="M2", deductible=250, fund="A")]
    terms = specific(
        common_accident=CommonAccident(),
        family_deductible=150,
        lasers=lasers,
        laser_funds=[LaserFund(name="B", amount=20), *FUND],
    )
    run = settle(a_policy(terms), []).settlement.specific
    plain = settle(a_policy(specific()), []).settlement.specific
    assert run
    assert plain

    assert [("accident", 10_000), ("family", 15_000), ("fund", 2_000), ("fund", 20_000)] == [
        (pool.name, pool.limit) for pool in pools_of(terms, run.waterfalls)
    ]
    assert () == pools_of(plain.terms, plain.waterfalls)


def test_a_remainder_below_zero_fills_no_pool() -> None:
    """M1's refund leaves -40; M2 has all of the family's 150 before it."""
    terms = specific(deductible=200, family_deductible=150)
    payments = [of_family("r1", "M1", -40, FEBRUARY), of_family("c1", "M2", 160, MARCH)]
    statement = settle(a_policy(terms), payments)

    assert {"retained": "-40.00"} == lines(statement.unit("M1"))
    assert {"retained": "150.00", "reimbursable": "10.00"} == lines(statement.unit("M2"))
