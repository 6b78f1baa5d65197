"""What every sheet has: exclusions summed up by reason, and the way to plain data."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from stoploss.eligibility import Reason, Screened
from stoploss.lasers import Laser
from stoploss.netting import Account, Netted
from stoploss.sheets import Claims, Exclusion, exclusions, to_document
from stoploss.statement import settle
from tests.unit.given import a_policy, paid, pending, specific


def an_account(cuts: dict[Reason, list[int]]) -> Account:
    """Return an account of which limits took so many cents, by payment."""
    return evolve(Account.empty("M1"), cuts=cuts)


def test_exclusions_are_summed_up_in_screening_order() -> None:
    """By reason: how many rows, and what they come to."""
    excluded = {
        Reason.PAID_AFTER: [paid("c1", "M1", 5)],
        Reason.PENDING: [pending("c2", "M1", 7), pending("c3", "M2", 8)],
        Reason.INELIGIBLE: [paid("c4", "M1", 5), paid("r1", "M1", -5)],
    }
    limited = an_account({Reason.OVER_CAP: [0, 10, 0, 20], Reason.OVER_RUN_IN_LIMIT: [5, 0, 0, 0]})
    netted = Netted(
        accounts={"M1": limited, "M2": an_account({Reason.OVER_CAP: [40, 0, 0, 0]})},
        screened=Screened(eligible=[], excluded=excluded),
        legal_costs={"r2": 30, "r3": 20},
    )

    assert (
        Exclusion(reason=Reason.INELIGIBLE, count=2, amount=Decimal("0.00")),
        Exclusion(reason=Reason.PENDING, count=2, amount=Decimal("15.00")),
        Exclusion(reason=Reason.PAID_AFTER, count=1, amount=Decimal("5.00")),
        Exclusion(reason=Reason.LEGAL_COST, count=2, amount=Decimal("-0.50")),
        Exclusion(reason=Reason.OVER_RUN_IN_LIMIT, count=1, amount=Decimal("0.05")),
        Exclusion(reason=Reason.OVER_CAP, count=3, amount=Decimal("0.70")),
    ) == exclusions(netted)


def test_nothing_excluded_is_no_row() -> None:
    """What every limit left whole is not listed."""
    assert () == exclusions(Netted(accounts={"M1": an_account({})}, screened=Screened(eligible=[], excluded={})))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (3, 3),
        ("SL-1", "SL-1"),
        (Decimal("5.00"), "5.00"),
        (dt.date(2025, 1, 1), "2025-01-01"),
        (Reason.PENDING, "pending"),
        ((), []),
        ((Decimal("1.00"), None), ["1.00", None]),
        (Claims(count=2, amount=Decimal("5.00")), {"count": 2, "amount": "5.00"}),
        (
            (Exclusion(reason=Reason.PENDING, count=1, amount=Decimal("-5.00")),),
            [{"reason": "pending", "count": 1, "amount": "-5.00"}],
        ),
    ],
)
def test_a_sheet_becomes_plain_data(value: Any, expected: object) -> None:
    """Amounts, days and words as text, sequences as lists, the rest as it is."""
    assert expected == to_document(value)


def test_a_unit_says_that_it_is_excluded_only_where_it_is() -> None:
    """Every other key is always there."""
    terms = specific(lasers=[Laser(member="M2", excluded=True)])
    statement = settle(a_policy(terms), [paid("c1", "M1", 5), paid("c2", "M2", 5)])
    plain, excluded = statement.to_dict()["specific"]["units"]

    assert "excluded" not in plain
    assert (True, None) == (excluded["excluded"], excluded["deductible"])
    assert [*plain][:2] == ["unit", "deductible"]
