"""Recoveries: money that the plan gets back, whose it is, what it cost, and what it takes off the aggregate."""

from __future__ import annotations

from typing import Any

import pytest

from stoploss.facts import Payment
from stoploss.lasers import Laser
from stoploss.netting import legal_costs
from stoploss.recoveries import set_aside
from stoploss.riders import Recoveries
from stoploss.statement import Statement, settle
from tests.unit.given import (
    a_policy,
    a_year_of_units,
    aggregate,
    counted,
    day,
    excluded,
    lines,
    paid,
    specific,
    splits,
)

FEBRUARY, JULY, AUGUST = "2025-02-01", "2025-07-01", "2025-08-01"
CLAIM = paid("c1", "M1", 150, FEBRUARY)
"""50 of it are the carrier's."""


def recovered(name: str, amount: int, on: str = JULY, **more: Any) -> Payment:
    """Return money that came back for M1."""
    return paid(name, "M1", -amount, on, tags=["recovery"], **more)


def settled(recoveries: Recoveries, *payments: Payment, **terms: Any) -> Statement:
    """Settle payments under specific."""
    return settle(a_policy(specific(**terms), recoveries=recoveries), payments)


EMPLOYER_FIRST, PRO_RATA = Recoveries(order="employer_first"), Recoveries(order="pro_rata")


# ------------------------------------------------------------------ whose it is


@pytest.mark.parametrize(
    ("recoveries", "unit", "claim", "recovery"),
    [
        # as if 90 had been paid: the carrier's 50 first
        (Recoveries(), {"retained": "90.00"}, {"retained": "90.00"}, {}),
        # the employer bore 100, so all 60 are its own
        (
            EMPLOYER_FIRST,
            {"retained": "40.00", "reimbursable": "50.00"},
            {"retained": "100.00", "reimbursable": "50.00"},
            {"retained": "-60.00"},
        ),
        # 60 x 50 / 150
        (
            PRO_RATA,
            {"retained": "60.00", "reimbursable": "30.00"},
            {"retained": "100.00", "reimbursable": "50.00"},
            {"retained": "-40.00", "reimbursable": "-20.00"},
        ),
    ],
)
def test_the_policy_says_whose_a_recovery_is(
    recoveries: Recoveries, unit: dict[str, str], claim: dict[str, str], recovery: dict[str, str]
) -> None:
    """60 of a claim of 150, of which the carrier bore 50."""
    statement = settled(recoveries, CLAIM, recovered("r1", 60))

    assert unit == lines(statement.unit("M1"))
    assert {"c1": claim, "r1": recovery} == splits(statement)
    assert "90.00" == str(statement.unit("M1").eligible)


@pytest.mark.parametrize(
    ("recoveries", "expected"),
    [
        # 100 are the employer's, then the carrier's
        (EMPLOYER_FIRST, [{"retained": "-60.00"}, {"retained": "-40.00", "reimbursable": "-20.00"}]),
        # a third of each, of the running total
        (
            PRO_RATA,
            [{"retained": "-40.00", "reimbursable": "-20.00"}, {"retained": "-40.00", "reimbursable": "-20.00"}],
        ),
    ],
)
def test_a_second_recovery_goes_on_where_the_first_ended(
    recoveries: Recoveries, expected: list[dict[str, str]]
) -> None:
    """60 and 60, in the order of payment, whatever the order of arrival."""
    statement = settled(recoveries, recovered("r2", 60, AUGUST), recovered("r1", 60), CLAIM)

    assert expected == [splits(statement)[name] for name in ("r1", "r2")]


def test_the_parts_of_recoveries_are_rounded_on_the_running_total() -> None:
    """0.01 x 50 / 150 is 0; of 0.02 it is 0.01 (0.0067), and so the second one's."""
    cents = [paid(name, "M1", "-0.01", JULY, tags=["recovery"]) for name in ("r1", "r2")]
    statement = settled(PRO_RATA, CLAIM, *cents)

    assert [{"retained": "-0.01"}, {"reimbursable": "-0.01"}] == [splits(statement)[name] for name in ("r1", "r2")]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (20, {"over_maximum": "-20.00"}),
        (50, {"employer_share": "-20.00", "over_maximum": "-30.00"}),
        (100, {"aggregating": "-10.00", "employer_share": "-60.00", "over_maximum": "-30.00"}),
        (150, {"laser": "-40.00", "aggregating": "-20.00", "employer_share": "-60.00", "over_maximum": "-30.00"}),
        (
            250,
            {
                "retained": "-40.00",
                "laser": "-100.00",
                "aggregating": "-20.00",
                "employer_share": "-60.00",
                "over_maximum": "-30.00",
            },
        ),
    ],
)
def test_the_employers_lines_are_lowered_from_the_top(amount: int, expected: dict[str, str]) -> None:
    """340: retained 100, laser 100, ASD 20; of 120 at 50 % there are 60 payable, and the maximum is 30."""
    terms: dict[str, Any] = {"lasers": [Laser(member="M1", deductible=200)], "aggregating": 20}
    terms |= {"share": "50%", "maximum": 30}
    statement = settled(EMPLOYER_FIRST, paid("c1", "M1", 340, FEBRUARY), recovered("r1", amount), **terms)

    assert expected == splits(statement)["r1"]


def test_more_than_the_claim_stays_the_employers() -> None:
    """Of 400 recovered on a claim of 150, 50 are the carrier's; 100 and the 250 beyond lower what is retained."""
    statement = settled(EMPLOYER_FIRST, CLAIM, recovered("r1", 400))

    assert {"retained": "-350.00", "reimbursable": "-50.00"} == splits(statement)["r1"]
    assert {"retained": "-250.00"} == lines(statement.unit("M1"))


@pytest.mark.parametrize("others", [[], [paid("c1", "M1", 100, FEBRUARY), paid("r0", "M1", -140, "2025-03-01")]])
def test_without_a_claim_there_is_nothing_to_share(others: list[Payment]) -> None:
    """A recovery alone, or on a unit that is below zero already, is a remainder."""
    assert {"retained": "-60.00"} == splits(settled(PRO_RATA, *others, recovered("r1", 60)))["r1"]


def test_a_recovery_is_a_negative_row_with_the_tag() -> None:
    """Other refunds undo the claim, and positive rows with the tag are payments."""
    rows = [
        CLAIM,
        paid("c2", "M1", 10, FEBRUARY, tags=["subrogation"]),
        paid("r1", "M1", -10, JULY, tags=["subrogation"]),
        recovered("r2", 5),
    ]

    assert frozenset({"r1"}) == set_aside(rows, Recoveries(order="pro_rata", tag="subrogation"))
    assert frozenset({"r2"}) == set_aside(rows, PRO_RATA)
    assert frozenset() == set_aside(rows, Recoveries())


def test_a_recovery_by_name_counts_as_paid_no_earlier_than_its_claim() -> None:
    """r1 came in before its claim and counts as paid with it, in February; so r2 of January goes first."""
    claim = paid("c1", "M1", 110, FEBRUARY, incurred_on="2025-01-02")
    by_name = recovered("r1", 60, "2025-01-10", adjusts="c1")
    statement = settled(EMPLOYER_FIRST, claim, by_name, recovered("r2", 50, "2025-01-20"))

    assert {"r2": {"retained": "-50.00"}, "r1": {"retained": "-50.00", "reimbursable": "-10.00"}} == {
        name: split for name, split in splits(statement).items() if name != "c1"
    }


def test_a_recovery_of_another_unit_lowers_that_one() -> None:
    """By name it belongs to the family of the claim, whatever family it names itself."""
    policy = a_policy(specific(per="family"), recoveries=PRO_RATA)
    payments = [paid("c1", "M1", 150, FEBRUARY, family="F1"), recovered("r1", 60, family="F2", adjusts="c1")]
    statement = settle(policy, payments)
    assert statement.specific

    assert ["F1"] == [sheet.unit for sheet in statement.specific.units]


# ------------------------------------------------------------------ what it cost to obtain

NET = Recoveries(legal_cost="net")


@pytest.mark.parametrize(
    ("recoveries", "expected", "left_out"),
    [
        # 60 less 15 are taken off the claim of 150
        (NET, {"retained": "100.00", "reimbursable": "5.00"}, {"legal_cost": (1, "-15.00")}),
        (Recoveries(), {"retained": "90.00"}, {}),
        # 45, all the employer's
        (
            Recoveries(order="employer_first", legal_cost="net"),
            {"retained": "55.00", "reimbursable": "50.00"},
            {"legal_cost": (1, "-15.00")},
        ),
    ],
)
def test_a_recovery_may_count_net_of_its_legal_cost(
    recoveries: Recoveries, expected: dict[str, str], left_out: dict[str, tuple[int, str]]
) -> None:
    """60 were recovered at a cost of 15: what it cost gives nothing back, and is excluded under both covers."""
    policy = a_policy(specific(), aggregate(), recoveries=recoveries)
    statement = settle(policy, [CLAIM, recovered("r1", 60, legal_cost=15)], a_year_of_units())

    assert expected == lines(statement.unit("M1"))
    assert left_out == excluded(statement.specific) == excluded(statement.aggregate)
    assert ("legal_cost" if left_out else None) == statement.split("r1").excluded


def test_a_recovery_by_name_is_net_of_its_cost_too() -> None:
    """150 less 45."""
    statement = settled(NET, CLAIM, recovered("r1", 60, legal_cost=15, adjusts="c1"))

    assert {"retained": "100.00", "reimbursable": "5.00"} == splits(statement)["c1"]


def test_only_recoveries_have_a_legal_cost_that_counts() -> None:
    """Under `net` a row without the tag undoes all of itself; under `gross` every row does."""
    rows = [recovered("r1", 60, legal_cost=15), paid("r2", "M1", -60, JULY, legal_cost=15), recovered("r3", 5)]

    assert {"r1": 1_500} == legal_costs(rows, NET)
    assert {} == legal_costs(rows, Recoveries())


# ------------------------------------------------------------------ what it takes off the aggregate


def grouped(recoveries: Recoveries, *payments: Payment, own: dict[str, Any], group: dict[str, Any]) -> Statement:
    """Settle payments under both covers."""
    return settle(a_policy(specific(**own), aggregate(**group), recoveries=recoveries), payments, a_year_of_units())


@pytest.mark.parametrize(
    ("group", "claim", "recovery"),
    [
        # 100 of 150 count, and of 60 that are the employer's all come off
        ({}, "100.00", "-60.00"),
        # 50 count: of the 60, 50 had never counted
        ({"loss_limit": 50}, "50.00", "-10.00"),
        # what specific does not reimburse, on both rows
        ({"counting": "net_of_specific"}, "100.00", "-60.00"),
    ],
)
def test_a_recovery_takes_off_what_had_counted(group: dict[str, Any], claim: str, recovery: str) -> None:
    """60 back to the employer, first of all of what it kept that had never counted."""
    statement = grouped(EMPLOYER_FIRST, CLAIM, recovered("r1", 60), own={}, group=group)

    assert {"c1": claim, "r1": recovery} == counted(statement)


def test_of_two_recoveries_the_first_uses_up_what_never_counted() -> None:
    """150 under a laser of 250 keep 50 above the loss limit of 100: 40 and then 10 take nothing off, 30 do."""
    lasers = [Laser(member="M1", deductible=250)]
    statement = grouped(
        EMPLOYER_FIRST,
        CLAIM,
        recovered("r1", 40),
        recovered("r2", 40, AUGUST),
        own={"lasers": lasers},
        group={},
    )

    assert {"c1": "100.00", "r1": "0.00", "r2": "-30.00"} == counted(statement)
    assert statement.aggregate
    # 150 less 80 are eligible; 50 lay above the limit, of which 50 went back
    assert ("70.00", "0.00", "70.00") == (
        str(statement.aggregate.eligible),
        str(statement.aggregate.over_loss_limit),
        str(statement.aggregate.counted),
    )


@pytest.mark.parametrize(("counts", "expected"), [(False, "0.00"), (True, "-20.00")])
def test_what_goes_back_to_the_asd_comes_off_where_it_counts(counts: bool, expected: str) -> None:
    """150: 100 retained, and an ASD of 50. Of 20 recovered the ASD is given back first."""
    statement = grouped(
        EMPLOYER_FIRST,
        CLAIM,
        recovered("r1", 20),
        own={"aggregating": 50},
        group={"aggregating_counts": counts},
    )

    assert {"aggregating": "-20.00"} == splits(statement)["r1"]
    assert expected == counted(statement)["r1"]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        # the laser takes all: nothing of it ever counted, and so nothing comes off
        (None, "0.00"),
        # it begins in August: July's recovery is of what had counted
        (AUGUST, "-60.00"),
    ],
)
def test_a_recovery_that_the_laser_takes_counts_as_its_laser_does(start: str | None, expected: str) -> None:
    """A laser that counts nothing; 60 come back of 90."""
    laser = Laser(member="M1", deductible=250, counts="nothing", from_on=day(start) if start else None)
    statement = grouped(
        EMPLOYER_FIRST, paid("c1", "M1", 90, FEBRUARY), recovered("r1", 60), own={"lasers": [laser]}, group={}
    )

    assert expected == counted(statement)["r1"]


def test_a_recovery_that_specific_screens_out_is_netted_by_the_aggregate() -> None:
    """Specific covers no prescriptions: there is nothing to share, and 90 less 60 count."""
    statement = grouped(
        PRO_RATA,
        paid("c1", "M1", 90, FEBRUARY, benefit="rx"),
        recovered("r1", 60, benefit="rx"),
        own={},
        group={"covers": ["medical", "rx"]},
    )

    assert {"c1": "30.00", "r1": "0.00"} == counted(statement)
