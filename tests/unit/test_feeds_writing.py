"""Feeds out: the same bytes for the same facts, and nothing that would not read back."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from stoploss.errors import FactError
from stoploss.facts import Benefit, CarrierPayment, CoveredUnits, IneligibleFor, Payment, Status
from stoploss.feeds import SPLIT_COLUMNS, write_carrier_payments, write_claims, write_enrollment, write_splits

DAY = dt.date(2025, 1, 5)


def written(*payments: Payment) -> str:
    """Return a claims feed as text."""
    file = io.StringIO()
    write_claims(file, payments)
    return file.getvalue()


def test_required_columns() -> None:
    """A feed that uses no optional column has none."""
    payment = Payment(id="c1", member="M1", incurred_on=DAY, paid_on=DAY, amount=Decimal(5))

    assert "id,member,incurred_on,paid_on,amount\nc1,M1,2025-01-05,2025-01-05,5.00\n" == written(payment)


def test_used_columns() -> None:
    """A column that one row uses is written for all, in the pinned order, with the word that holds for each."""
    plain = Payment(id="c1", member="M1", incurred_on=DAY, paid_on=DAY, amount="5")
    other = Payment(
        id="c2",
        member="M1",
        incurred_on=DAY,
        paid_on=DAY,
        amount="-5",
        adjusts="c1",
        benefit=Benefit.RX,
        status=Status.INELIGIBLE,
        ineligible_for=IneligibleFor.SPECIFIC,
        reason='said "no", twice',
        covered_class="cobra",
        tags=("own", "transplant"),
    )

    expected = (
        "id,member,benefit,incurred_on,paid_on,amount,adjusts,status,ineligible_for,reason,class,tags\n"
        "c1,M1,medical,2025-01-05,2025-01-05,5.00,,paid,,,,\n"
        'c2,M1,rx,2025-01-05,2025-01-05,-5.00,c1,ineligible,specific,"said ""no"", twice",cobra,own;transplant\n'
    )
    assert expected == written(plain, other)


def test_recovery_among_payments() -> None:
    """A legal cost stands on the recovery alone; a payment that is none has an empty cell, not a cost of zero."""
    plain = Payment(id="c1", member="M1", incurred_on=DAY, paid_on=DAY, amount="5", division="north")
    recovery = Payment(id="c2", member="M1", incurred_on=DAY, paid_on=DAY, amount="-5", legal_cost="1.50")

    expected = (
        "id,member,incurred_on,paid_on,amount,legal_cost,division\n"
        "c1,M1,2025-01-05,2025-01-05,5.00,,north\n"
        "c2,M1,2025-01-05,2025-01-05,-5.00,1.50,\n"
    )
    assert expected == written(plain, recovery)


def test_value_that_would_not_read_back() -> None:
    """What a feed could not carry is refused with its position, and nothing is written."""
    payments = (
        Payment(id="=c1", member="M1", incurred_on=DAY, paid_on=DAY, amount="5", reason=""),
        Payment(id="c2", member="4E+10", incurred_on=DAY, paid_on=DAY, amount="5", tags=("a;b",), reason="\r"),
    )
    file = io.StringIO()
    with pytest.raises(FactError) as caught:
        write_claims(file, payments)

    expected = ["payments[0].id", "payments[0].reason", "payments[1].member", "payments[1].reason", "payments[1].tags"]
    assert (expected, "") == ([finding.where for finding in caught.value.findings], file.getvalue())
    assert "payments[0].id: a feed cannot carry this value [SL474]" == str(caught.value.findings[0])


def test_enrollment(tmp_path: Path) -> None:
    """Covered units are written to a path, in UTF-8 and with LF."""
    path = tmp_path / "enrollment.csv"
    write_enrollment(
        path, [CoveredUnits(month=DAY, tier="été", units=12), CoveredUnits(month="2025-02", tier="single", units=0)]
    )

    assert "month,tier,units\n2025-01-05,été,12\n2025-02,single,0\n".encode() == path.read_bytes()


def test_enrollment_by_class_plan_and_division() -> None:
    """What a row is for is written where any row says it."""
    file = io.StringIO()
    rows = [
        CoveredUnits(month="2025-01", tier="single", units=1, covered_class="cobra", division="north"),
        CoveredUnits(month="2025-01", tier="single", units=2),
    ]
    write_enrollment(file, rows)

    assert "month,tier,units,class,division\n2025-01,single,1,cobra,north\n2025-01,single,2,,\n" == file.getvalue()


def test_advance_with_its_claims() -> None:
    """The claims of an advance share one cell; a payment that is none leaves it empty."""
    file = io.StringIO()
    paid: dict[str, Any] = {"coverage": "specific", "member": "M1", "paid_on": DAY, "amount": "5"}
    advance = CarrierPayment(id="p1", kind="advance", claims=["c1", "c2"], carrier="First Re", **paid)
    write_carrier_payments(file, [advance, CarrierPayment(id="p2", **paid)])

    expected = (
        "id,coverage,member,paid_on,amount,kind,claims,carrier\n"
        "p1,specific,M1,2025-01-05,5.00,advance,c1;c2,First Re\n"
        "p2,specific,M1,2025-01-05,5.00,reimbursement,,\n"
    )
    assert expected == file.getvalue()


def test_carrier_payments() -> None:
    """The carrier's payments are written with their kind where one is not a reimbursement."""
    file = io.StringIO()
    write_carrier_payments(
        file,
        [
            CarrierPayment(id="p1", coverage="specific", member="M1", paid_on=DAY, amount="5", kind="advance"),
            CarrierPayment(id="p2", coverage="aggregate", paid_on=DAY, amount="-5"),
        ],
    )

    expected = (
        "id,coverage,member,paid_on,amount,kind\n"
        "p1,specific,M1,2025-01-05,5.00,advance\n"
        "p2,aggregate,,2025-01-05,-5.00,reimbursement\n"
    )
    assert expected == file.getvalue()


class Split(NamedTuple):
    """A split as a settlement hands it out, its fields in another order than the file's."""

    counted: Decimal
    aggregate_net: Decimal
    aggregate_excluded: str | None
    id: str
    unit: str
    net: Decimal | None = None
    retained: Decimal | None = None
    laser: Decimal | None = None
    aggregating: Decimal | None = None
    employer_share: Decimal | None = None
    over_maximum: Decimal | None = None
    reimbursable: Decimal | None = None
    excluded: str | None = None


def test_splits(tmp_path: Path) -> None:
    """Splits are written under their pinned columns, None as an empty cell."""
    path = tmp_path / "splits.csv"
    write_splits(path, [Split(Decimal("5.00"), Decimal("-5.00"), "pending", "c1", "M1", net=Decimal("0.00"))])

    expected = (
        "id,unit,net,retained,laser,aggregating,employer_share,over_maximum,reimbursable,excluded,"
        "aggregate_net,counted,aggregate_excluded\n"
        "c1,M1,0.00,,,,,,,,-5.00,5.00,pending\n"
    )
    assert expected == path.read_text(encoding="utf-8")
    assert expected.partition("\n")[0] == ",".join(SPLIT_COLUMNS)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_split_of_a_hostile_id(start: str) -> None:
    """An id that a spreadsheet would run is written as text; a negative amount stays a number."""
    file = io.StringIO()
    write_splits(file, [Split(Decimal("-1.00"), Decimal(0), None, f"{start}1", f"{start}M")])

    assert f"'{start}1,'{start}M,,,,,,,,,0,-1.00,\n" == file.getvalue().partition("\n")[2]
