"""What the carrier paid, spread over the payments that it reimburses."""

from __future__ import annotations

from hypothesis import given

from stoploss.errors import InvalidValue
from stoploss.receivables import Spread, spread
from stoploss.statement import settle
from stoploss.testing.strategies import World, worlds
from stoploss.words import ConsumeBy
from tests.laws.years import settled
from tests.unit.given import a_policy, a_year_of_units, aggregate, by_carrier, paid, refused, specific

POLICY = a_policy(specific())
CLAIMS = [
    paid("c1", "M1", 130, "2025-02-01", "2025-01-20"),
    paid("c2", "M1", 20, "2025-03-01", "2025-01-10"),
    paid("c3", "M2", 90),
]
"""Of M1's payments 30 and then 20 are reimbursable; of M2's nothing."""


def receipts(found: Spread) -> list[tuple[str, str, str]]:
    """Return each payment with what was received on it and what is open."""
    return [(each.claim, str(each.received), str(each.open)) for each in found.receipts]


def test_the_first_dollars_are_paid_first() -> None:
    """35 received: 30 on the first payment, 5 on the second, of which 15 are open."""
    found = spread(settle(POLICY, CLAIMS, (), [by_carrier("r1", 35, member="M1")]))

    assert [("c1", "30.00", "0.00"), ("c2", "5.00", "15.00")] == receipts(found)
    assert ("paid", "50.00", "35.00", "15.00", "0.00") == (
        found.order,
        str(found.reimbursable),
        str(found.received),
        str(found.open),
        str(found.over),
    )


def test_in_the_order_of_service() -> None:
    """The second payment was incurred first, so its 20 come first."""
    found = spread(settle(POLICY, CLAIMS, (), [by_carrier("r1", 35, member="M1")]), order="incurred")

    assert [("c2", "20.00", "0.00"), ("c1", "15.00", "15.00")] == receipts(found)


def test_the_order_is_the_policys_own_unless_another_is_asked_for() -> None:
    """Under `incurred` the deductible takes c2 and 80 of c1: all 50 are c1's."""
    policy = a_policy(specific(consume_by="incurred"))
    found = spread(settle(policy, CLAIMS, (), [by_carrier("r1", 35, member="M1")]))

    assert (ConsumeBy.INCURRED, [("c1", "35.00", "15.00")]) == (found.order, receipts(found))


def test_what_is_beyond_is_a_line_of_its_own() -> None:
    """60 for M1 are 10 too many, 7 for M2 are 7 too many, and M3 returned more than it had got."""
    received = [
        by_carrier("r1", 60, member="M1"),
        by_carrier("r2", 7, member="M2"),
        by_carrier("r3", -2, member="M3"),
    ]
    found = spread(settle(POLICY, CLAIMS, (), received))

    assert [("M1", "10.00"), ("M2", "7.00"), ("M3", "-2.00")] == [
        (each.unit, str(each.amount)) for each in found.beyond
    ]
    assert ("50.00", "15.00") == (str(found.received), str(found.over))


def test_the_aggregate_is_not_spread() -> None:
    """No payment is reimbursable under the aggregate by itself."""
    received = [by_carrier("r1", 60, coverage="aggregate")]
    found = spread(settle(a_policy(aggregate=aggregate()), CLAIMS, a_year_of_units(), received))

    assert ((), (), "0.00") == (found.receipts, found.beyond, str(found.received))


def test_plain_data_and_reprs() -> None:
    """Data has ids and amounts; a repr has neither."""
    found = spread(settle(POLICY, CLAIMS, (), [by_carrier("r1", "60.01", member="M1")]))

    assert {"claim": "c1", "unit": "M1", "incurred_on": "2025-01-20", "paid_on": "2025-02-01"} | {
        "reimbursable": "30.00",
        "received": "30.00",
        "open": "0.00",
    } == found.to_dict()["receipts"][0]
    assert [{"unit": "M1", "amount": "10.01"}] == found.to_dict()["beyond"]
    assert not {"M1", "c1", "30.00", "10.01"} & set(repr([*found.receipts, *found.beyond]).replace("'", " ").split())


def test_an_order_is_one_of_two() -> None:
    """Another word is refused."""
    assert ["this is one of paid, incurred [SL106]"] == refused(
        InvalidValue, spread, settle(POLICY, CLAIMS), order="amount"
    )


@given(world=worlds())
def test_the_spread_conserves(world: World) -> None:
    """Received on payments and beyond is what the carrier paid; received and open is what is reimbursable."""
    statement = settled(world)
    for order in (None, *ConsumeBy):
        found = spread(statement, order)
        reimbursed = statement.specific.reimbursed if statement.specific else 0
        reimbursable = statement.specific.reimbursable if statement.specific else 0

        assert found.received + found.over == reimbursed
        assert found.received + found.open == found.reimbursable == reimbursable
        assert all(each.received >= 0 and each.open >= 0 for each in found.receipts)
