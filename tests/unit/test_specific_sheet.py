"""The specific part of a statement: one sheet a unit, their sums, and what is due."""

from __future__ import annotations

from decimal import Decimal

from stoploss.lasers import Laser
from stoploss.specific_sheet import SpecificSheet
from stoploss.statement import Statement, settle
from tests.unit.given import LINES, a_policy, a_year_of_units, aggregate, by_carrier, lines, paid, specific

TERMS = specific(lasers=[Laser(member="M2", deductible=250), Laser(member="M3", excluded=True)])
PAYMENTS = [paid("c1", "M1", 180), paid("c2", "M2", 300), paid("c3", "M3", 900), paid("c4", "M10", 40)]


def sheet(statement: Statement) -> SpecificSheet:
    """Return the specific sheet."""
    assert statement.specific
    return statement.specific


def test_units_are_sorted_by_id() -> None:
    """By code point: M10 comes before M2."""
    assert ["M1", "M10", "M2", "M3"] == [unit.unit for unit in sheet(settle(a_policy(TERMS), PAYMENTS)).units]


def test_a_unit_shows_the_deductible_that_was_applied() -> None:
    """The standard one, the laser, or none for an excluded unit."""
    units = sheet(settle(a_policy(TERMS), PAYMENTS)).units

    assert [
        ("M1", Decimal("100.00"), False),
        ("M10", Decimal("100.00"), False),
        ("M2", Decimal("250.00"), False),
        ("M3", None, True),
    ] == [(unit.unit, unit.deductible, unit.excluded) for unit in units]


def test_the_sheet_is_the_sum_of_its_units() -> None:
    """180 + 40 + 300 + 900: 340 retained, 150 + 800 laser, 80 + 50 reimbursable."""
    found = sheet(settle(a_policy(TERMS), PAYMENTS))

    assert {"retained": "340.00", "laser": "950.00", "reimbursable": "130.00"} == lines(found)
    assert "1420.00" == str(found.eligible)
    for name in ("eligible", *LINES):
        assert getattr(found, name) == sum((getattr(unit, name) for unit in found.units), Decimal("0.00"))


def test_due_is_what_is_reimbursable_less_what_was_paid() -> None:
    """Paid in parts, paid too much, and money returned."""
    received = [
        by_carrier("k1", 50, member="M1"),
        by_carrier("k2", 10, member="M1", kind="advance"),
        by_carrier("k3", 70, member="M2"),
        by_carrier("k4", -5, member="M2"),
    ]
    found = sheet(settle(a_policy(TERMS), PAYMENTS, carrier_payments=received))
    by_unit = {unit.unit: (str(unit.reimbursable), str(unit.reimbursed), str(unit.due)) for unit in found.units}

    assert {
        "M1": ("80.00", "60.00", "20.00"),
        "M10": ("0.00", "0.00", "0.00"),
        "M2": ("50.00", "65.00", "-15.00"),
        "M3": ("0.00", "0.00", "0.00"),
    } == by_unit
    assert ("130.00", "125.00", "5.00") == (str(found.reimbursable), str(found.reimbursed), str(found.due))


def test_a_unit_with_nothing_but_carrier_payments_has_a_row_of_zeros() -> None:
    """What was paid for nothing is due to the carrier."""
    statement = settle(a_policy(TERMS), [], carrier_payments=[by_carrier("k1", 30, member="M9")])
    unit = statement.unit("M9")

    assert {} == lines(unit)
    assert ("0.00", "30.00", "-30.00") == (str(unit.eligible), str(unit.reimbursed), str(unit.due))


def test_a_unit_with_nothing_eligible_has_no_row() -> None:
    """Its claims are listed as excluded."""
    found = sheet(settle(a_policy(TERMS), [paid("c1", "M1", 180, benefit="dental")]))

    assert () == found.units
    assert ["benefit_not_covered"] == [str(row.reason) for row in found.excluded]


def test_a_sheet_without_units_is_zero() -> None:
    """No claims, no figures."""
    found = sheet(settle(a_policy(TERMS), []))

    assert ((), (), {}, "0.00", "0.00") == (
        found.units,
        found.excluded,
        lines(found),
        str(found.eligible),
        str(found.due),
    )


def test_the_aggregates_payments_are_not_specifics() -> None:
    """What the carrier paid under the aggregate reimburses no unit."""
    policy = a_policy(TERMS, aggregate())
    received = [by_carrier("k1", 30, coverage="aggregate")]

    assert "0.00" == str(sheet(settle(policy, PAYMENTS, a_year_of_units(), received)).reimbursed)


def test_sheets_show_no_id_and_no_amount() -> None:
    """A repr counts units, and a unit's says only whether it is excluded."""
    found = sheet(settle(a_policy(TERMS), PAYMENTS))

    assert "SpecificSheet(4 units)" == repr(found)
    assert "UnitSheet(excluded=True)" == repr(found.units[-1])
