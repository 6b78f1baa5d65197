"""Divisions: the aggregate worksheet by the employer's divisions; they add up to the whole."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from stoploss.attachment_terms import AggregateFactor
from stoploss.divisions import DivisionSheet
from stoploss.facts import CoveredUnits, Payment
from stoploss.riders import Recoveries
from stoploss.statement import settle
from tests.unit.given import a_policy, a_year_of_units, aggregate, covered, day, paid, pending, specific

LINES = ("gross", "voids_and_refunds", "eligible", "over_loss_limit", "reimbursed_by_specific", "counted")


def units(months: int = 12, **of_divisions: int) -> list[CoveredUnits]:
    """Return so many covered units of each division in each month; 10 of attachment each."""
    return [
        covered(f"2025-{month:02}", number, division=name or None)
        for name, number in of_divisions.items()
        for month in range(1, months + 1)
    ]


def sheets(policy: Any, payments: list[Payment], rows: list[CoveredUnits], **more: Any) -> tuple[DivisionSheet, ...]:
    """Settle, and return the worksheets of the divisions."""
    statement = settle(policy, payments, rows, **more)
    assert statement.aggregate
    return statement.aggregate.divisions


def told(sheet: DivisionSheet) -> list[str]:
    """Return a worksheet as text, whole dollars without their cents."""
    amounts = (getattr(sheet, line) for line in (*LINES, "calculated_attachment"))
    return [sheet.division, *(str(amount).removesuffix(".00") for amount in amounts)]


BOTH = a_policy(specific(), aggregate(loss_limit=80))


def test_each_division_has_a_worksheet_and_those_without_stand_together() -> None:
    """150 of the north: 70 over the loss limit of 80. 60 less 10 of nobody's; 20 of the south."""
    payments = [
        paid("c1", "M1", 150, division="north"),
        paid("c2", "M2", 60),
        paid("r2", "M2", -10, "2025-07-01"),
        paid("c3", "M3", 20, division="south"),
    ]

    assert [
        ["", "60", "-10", "50", "0", "0", "50", "0"],
        ["north", "150", "0", "150", "70", "0", "80", "240"],
        ["south", "20", "0", "20", "0", "0", "20", "120"],
    ] == [told(sheet) for sheet in sheets(BOTH, payments, units(north=2, south=1))]


def test_the_worksheets_add_up_to_the_whole() -> None:
    """Line by line; of M1's 150 in two divisions the earlier 80 count."""
    payments = [
        paid("c1", "M1", 50, "2025-02-01", division="north"),
        paid("c2", "M1", 100, "2025-03-01", division="south"),
    ]
    statement = settle(BOTH, payments, units(north=2, south=1))
    assert statement.aggregate
    own = statement.aggregate.divisions

    assert ["50.00", "30.00"] == [str(sheet.counted) for sheet in own]
    for line in (*LINES, "calculated_attachment"):
        assert getattr(statement.aggregate, line) == sum(getattr(sheet, line) for sheet in own)


def test_a_refund_by_name_belongs_to_the_division_of_its_payment() -> None:
    """Whatever division it names itself."""
    payments = [
        paid("c1", "M1", 50, division="north"),
        paid("r1", "M1", -20, "2025-07-01", adjusts="c1", division="south"),
    ]

    assert [["north", "50", "-20", "30", "0", "0", "30", "120"]] == [
        told(sheet) for sheet in sheets(BOTH, payments, units(north=1))
    ]


def test_a_recovery_that_was_set_aside_stands_in_its_division() -> None:
    """60 back to the employer: of 50 that had counted nothing stays but 20."""
    policy = a_policy(specific(), aggregate(loss_limit=80), recoveries=Recoveries(order="employer_first"))
    payments = [
        paid("c1", "M1", 150, division="north"),
        paid("r1", "M1", -60, "2025-07-01", tags=["recovery"], division="north"),
    ]

    # 20 of the 100 retained never counted, so that 40 come off the 80
    assert [["north", "150", "-60", "90", "50", "0", "40", "120"]] == [
        told(sheet) for sheet in sheets(policy, payments, units(north=1))
    ]


def test_net_of_specific_nothing_is_over_a_limit() -> None:
    """50 of 150 are reimbursed by specific."""
    policy = a_policy(specific(), aggregate(counting="net_of_specific"))

    assert [["north", "150", "0", "150", "0", "50", "100", "120"]] == [
        told(sheet) for sheet in sheets(policy, [paid("c1", "M1", 150, division="north")], units(north=1))
    ]


@pytest.mark.parametrize(
    "payment",
    [
        paid("c1", "M1", 50, division="north", benefit="dental"),
        paid("c1", "M1", 50),
    ],
)
def test_a_division_is_there_if_any_fact_names_it(payment: Payment) -> None:
    """A claim that does not count, or covered units alone."""
    names = [sheet.division for sheet in sheets(BOTH, [payment], units(north=1))]

    assert sorted({payment.division or "", "north"}) == names


def test_a_pending_claim_names_no_division() -> None:
    """Nothing of it is paid, and what it undoes may not be known yet."""
    claim = evolve(pending("c1", "M1", 50), division="south")

    assert ["north"] == [sheet.division for sheet in sheets(BOTH, [claim], units(north=1))]


def test_where_no_fact_names_a_division_there_are_none() -> None:
    """And no key in plain data."""
    statement = settle(BOTH, [paid("c1", "M1", 50)], a_year_of_units())
    assert statement.aggregate

    assert () == statement.aggregate.divisions
    assert "divisions" not in statement.to_dict()["aggregate"]


def test_a_division_that_only_a_refund_names_is_none() -> None:
    """The refund belongs to its payment's, which names none."""
    payments = [paid("c1", "M1", 50), paid("r1", "M1", -20, "2025-07-01", adjusts="c1", division="south")]

    assert () == sheets(BOTH, payments, a_year_of_units())


def test_the_attachment_is_rounded_on_the_running_total() -> None:
    """Three divisions of half a cent: 0.005 is 0.01, 0.01 is 0.01, 0.015 is 0.02."""
    factors = [AggregateFactor(tier="single", amount="0.005")]
    rows = [
        *(covered("2025-01", division=name) for name in ("a", "b", "c")),
        *(covered(f"2025-{month:02}", 0) for month in range(2, 13)),
    ]
    own = sheets(a_policy(aggregate=aggregate(factors=factors)), [], rows)

    assert [("", "0.00"), ("a", "0.01"), ("b", "0.00"), ("c", "0.01")] == [
        (sheet.division, str(sheet.calculated_attachment)) for sheet in own
    ]


def test_only_months_that_have_begun_count() -> None:
    """As of March: three months of 10."""
    own = sheets(BOTH, [], units(north=1), as_of=day("2025-03-31"))

    assert ["30.00"] == [str(sheet.calculated_attachment) for sheet in own]
