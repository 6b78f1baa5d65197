"""Rows of a frame become the facts that they state, whatever the types of their columns; every fault is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given

from stoploss.errors import FactError
from stoploss.facts import CarrierPayment, CoveredUnits, Payment
from stoploss.feeds.carrier_payments import CARRIER_PAYMENTS
from stoploss.feeds.claims import CLAIMS
from stoploss.feeds.enrollment import ENROLLMENT
from stoploss.feeds.layout import Layout
from stoploss.frames.columns import FAR
from stoploss.frames.rows import RowColumns, carrier_payments_of, payments_of, units_of
from stoploss.money import cents
from stoploss.testing.strategies import World, worlds

DAY = dt.date(2025, 3, 1)
PLAIN: dict[str, object] = {"id": "c1", "member": "M1", "incurred_on": DAY, "paid_on": DAY, "amount": Decimal("12.34")}


class NaTType:
    """Stands for what pandas writes for a missing day; it is known by the name of its class."""


def typed(value: object) -> object:
    """Leave a value as a typed file has it; labels are a list."""
    return list(value) if isinstance(value, tuple) else value


def as_text(value: object) -> object:
    """Write a value as a file of text does."""
    if isinstance(value, tuple):
        return ";".join(value)
    return "" if value is None else value.isoformat() if isinstance(value, dt.date) else str(value)


def columns_of(
    layout: Layout[Any], facts: Sequence[attrs.AttrsInstance], write: Callable[[object], object]
) -> RowColumns:
    """Return facts as columns, by their pinned names."""
    return {
        column.name: [write(getattr(fact, column.argument or column.name)) for fact in facts]
        for column in layout.columns
    }


@pytest.mark.parametrize("write", [typed, as_text])
@given(world=worlds())
def test_rows_read_back(write: Callable[[object], object], world: World) -> None:
    """Columns of their own types, or of text, make the facts that they were written from."""
    assert list(world.payments) == payments_of(columns_of(CLAIMS, world.payments, write))
    assert list(world.units) == units_of(columns_of(ENROLLMENT, world.units, write))
    assert list(world.carrier_payments) == carrier_payments_of(
        columns_of(CARRIER_PAYMENTS, world.carrier_payments, write)
    )


def as_engines_take(value: object) -> object:
    """Write a value as the engines take it: cents, no null, labels in one text."""
    if isinstance(value, Decimal):
        return cents(value)
    return FAR if value is None else ";".join(value) if isinstance(value, tuple) else value


@given(world=worlds())
def test_rows_as_engines_take_them_read_back(world: World) -> None:
    """So do columns of cents, where a day that is missing is far away and a text that is missing is empty."""
    days = {"incurred_on", "paid_on", "reported_on"}

    def canonical(layout: Layout[Any], facts: Sequence[attrs.AttrsInstance]) -> RowColumns:
        columns = {
            name: [cell if name in days or cell != FAR else "" for cell in cells]
            for name, cells in columns_of(layout, facts, as_engines_take).items()
        }
        return {"cents" if name == "amount" else name: cells for name, cells in columns.items()}

    assert list(world.payments) == payments_of(canonical(CLAIMS, world.payments))
    assert list(world.carrier_payments) == carrier_payments_of(canonical(CARRIER_PAYMENTS, world.carrier_payments))


def one(**cells: object) -> Payment:
    """Return the payment of one row: a plain one, but for some cells."""
    (payment,) = payments_of({name: [cell] for name, cell in (PLAIN | cells).items()})
    return payment


@pytest.mark.parametrize("missing", [None, "", float("nan"), NaTType()])
def test_what_is_missing_is_as_good_as_not_there(missing: object) -> None:
    """None, empty text, and what pandas writes: the fact has its default."""
    names = ("family", "benefit", "adjusts", "status", "ineligible_for", "reason", "class", "reported_on", "tags")

    assert one() == one(**dict.fromkeys(names, missing), legal_cost=missing, diagnosis=missing)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (Decimal("12.3400"), "12.34"),
        (Decimal("1E+2"), "100.00"),
        (Decimal("-0.000"), "0.00"),
        (12, "12.00"),
        ("-12.3", "-12.30"),
    ],
)
def test_an_amount_is_exact(amount: object, expected: str) -> None:
    """Zeros behind the cents are those of the column; whole numbers are dollars."""
    assert Decimal(expected) == one(amount=amount).amount


@pytest.mark.parametrize("labels", ["a; b;", ["a", "b"], ("a", "b")])
def test_labels_come_as_text_or_as_a_list(labels: object) -> None:
    """Semicolons separate the labels of a text."""
    assert ("a", "b") == one(tags=labels).tags


def test_other_columns_are_passed_over() -> None:
    """The policy's own column, and any other, is not read; without rows there is nothing to miss."""
    assert one() == one(policy="SL-1", note=object())
    assert [] == payments_of({})
    assert [] == payments_of({"policy": []})


def test_an_id_that_a_spreadsheet_would_mistake_is_an_id() -> None:
    """Typed columns went through no spreadsheet."""
    assert "=1+1" == one(id="=1+1").id


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"amount": 12.34}, ["payments[0].amount [SL101]"]),
        ({"amount": True}, ["payments[0].amount [SL101]"]),
        ({"amount": Decimal("0.001")}, ["payments[0].amount [SL104]"]),
        ({"amount": Decimal("1" * 70)}, ["payments[0].amount [SL105]"]),
        ({"amount": Decimal("NaN")}, ["payments[0].amount [SL102]"]),
        ({"amount": "12,34"}, ["payments[0].amount [SL458]"]),
        ({"amount": None, "paid_on": "2025-02-30"}, ["payments[0].paid_on [SL204]", "payments[0].amount [SL457]"]),
        ({"incurred_on": dt.datetime(2025, 3, 1, tzinfo=dt.UTC)}, ["payments[0].incurred_on [SL201]"]),
        ({"id": 7}, ["payments[0].id [SL301]"]),
        ({"id": ""}, ["payments[0].id [SL302]"]),
        ({"benefit": "medicine"}, ["payments[0].benefit [SL106]"]),
        ({"status": 1}, ["payments[0].status [SL575]"]),
        ({"reason": [1], "division": 2}, ["payments[0].reason [SL575]", "payments[0].division [SL575]"]),
        ({"tags": [None]}, ["payments[0].tags [SL101]"]),
        ({"tags": 5}, ["payments[0].tags [SL101]"]),
        ({"class": " active"}, ["payments[0].class [SL317]"]),
        ({"legal_cost": 5}, ["payments[0].legal_cost [SL311]"]),
    ],
)
def test_a_wrong_cell_is_told_by_its_column(cells: dict[str, object], expected: list[str]) -> None:
    """Every wrong cell of a row is told, and what the cells contradict each other in where all are right."""
    with pytest.raises(FactError) as error:
        one(**cells)

    assert expected == [f"{finding.where} [{finding.code}]" for finding in error.value.findings]


def test_every_row_is_told_in_order() -> None:
    """Faults come by row, then by column, and none shows what stands in a cell."""
    claims: dict[str, list[object]] = {
        "id": ["c-77", "", "c-78"],
        "member": ["M-88"] * 3,
        "incurred_on": ["soon", DAY, DAY],
        "paid_on": [DAY, DAY, None],
        "amount": [1.5, 1, 2],
    }
    with pytest.raises(FactError) as error:
        payments_of(claims)

    places = ["payments[0].incurred_on", "payments[0].amount", "payments[1].id", "payments[2].paid_on"]
    assert places == [finding.where for finding in error.value.findings]
    assert not any(hidden in str(error.value) for hidden in ("c-77", "c-78", "M-88", "soon", "1.5"))


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (payments_of, ["payments.member", "payments.incurred_on", "payments.amount"]),
        (units_of, ["units.month", "units.tier", "units.units"]),
        (carrier_payments_of, ["carrier_payments.coverage", "carrier_payments.paid_on", "carrier_payments.amount"]),
    ],
)
def test_a_missing_column_is_told_once(read: Callable[[RowColumns], list[Any]], expected: list[str]) -> None:
    """However many rows there are."""
    with pytest.raises(FactError) as error:
        read({"id": ["1", "2"]})

    assert expected == [finding.where for finding in error.value.findings]
    assert {"SL451"} == {finding.code for finding in error.value.findings}


def test_units_and_months_come_in_every_form() -> None:
    """A month is a day or text, units a whole number or its digits."""
    months, units = [DAY, "2025-03-01", "2025-03"], [1, "1", 1]
    march = CoveredUnits(month=DAY, tier="single", units=1)

    assert [march, march, attrs.evolve(march, month="2025-03")] == units_of(
        {"month": months, "tier": ["single"] * 3, "units": units}
    )


def test_what_was_advanced_names_its_claims() -> None:
    """The claims of an advance are labels, too."""
    row = {"id": "r1", "coverage": "specific", "member": "M1", "paid_on": "2025-03-01", "amount": 5, "kind": "advance"}
    (payment,) = carrier_payments_of({name: [cell] for name, cell in (row | {"claims": "c1;c2"}).items()})

    assert CarrierPayment(**row | {"paid_on": DAY}, claims=("c1", "c2")) == payment  # type: ignore[arg-type]
