"""What became of each payment: the statement's finest grain."""

from __future__ import annotations

from decimal import Decimal

import pytest

from stoploss.basis import ContractBasis, DollarLimit
from stoploss.eligibility import Reason
from stoploss.splits import AggregatePart, Parts, SpecificPart, Split, split_of
from stoploss.statement import settle
from stoploss.waterfall import Lines
from tests.unit.given import LINES, a_policy, a_year_of_units, aggregate, paid, pending, specific

PAYMENTS = [
    paid("c1", "M1", 180, "2025-02-01"),
    paid("c2", "M1", 20, "2025-03-01", benefit="rx"),
    paid("c3", "M2", 30, "2025-04-01", benefit="dental"),
    pending("c4", "M2", 40),
    paid("r5", "M2", -5, "2025-05-01", adjusts="last year"),
    paid("c6", "M3", 50, "2025-06-01", status="ineligible", ineligible_for="aggregate"),
]


def told(split: Split) -> tuple[str, ...]:
    """Return a split's columns as text; nothing for what the policy does not have."""
    return tuple("" if part is None else str(part) for part in split)


def test_the_columns_are_those_of_the_splits_file() -> None:
    """These names are a public contract."""
    assert (
        *("id", "unit", "net"),
        *LINES,
        *("excluded", "aggregate_net", "counted", "aggregate_excluded"),
    ) == Split._fields


def test_every_payment_has_a_split_under_both_covers() -> None:
    """An excluded payment has zeros and its reason, each cover's own."""
    policy = a_policy(specific(), aggregate(covers=["medical", "rx"]))
    zeros = ("0.00",) * 6

    assert [
        ("c1", "M1", "180.00", "100.00", "0.00", "0.00", "0.00", "0.00", "80.00", "", "180.00", "100.00", ""),
        ("c2", "M1", "0.00", *zeros, "benefit_not_covered", "20.00", "0.00", ""),
        ("c3", "M2", "0.00", *zeros, "benefit_not_covered", "0.00", "0.00", "benefit_not_covered"),
        ("r5", "M2", "0.00", *zeros, "adjusts_elsewhere", "0.00", "0.00", "adjusts_elsewhere"),
        ("c6", "M3", "50.00", "50.00", *zeros[1:], "", "0.00", "0.00", "ineligible"),
        ("c4", "M2", "0.00", *zeros, "pending", "0.00", "0.00", "pending"),
    ] == [told(split) for split in settle(policy, PAYMENTS, a_year_of_units()).splits]


def test_without_specific_its_columns_are_empty() -> None:
    """None is not zero: there is no such cover."""
    splits = settle(a_policy(aggregate=aggregate()), PAYMENTS[:1], a_year_of_units()).splits

    assert [("c1", "M1", *("",) * 8, "180.00", "180.00", "")] == [told(split) for split in splits]


def test_without_aggregate_its_columns_are_empty() -> None:
    """None is not zero: there is no such cover."""
    splits = settle(a_policy(specific()), PAYMENTS[:1]).splits

    assert [("c1", "M1", "180.00", "100.00", *("0.00",) * 4, "80.00", "", "", "", "")] == [
        told(split) for split in splits
    ]


def test_a_payment_over_the_run_in_limit_keeps_what_counts() -> None:
    """Under either cover the reason stands beside the net."""
    basis = ContractBasis(label="24/12", run_in_limit=DollarLimit(amount=50))
    policy = a_policy(specific(basis=basis), aggregate(basis=basis))
    (split,) = settle(policy, [paid("c1", "M1", 80, incurred_on="2024-12-01")], a_year_of_units()).splits

    assert (Decimal("50.00"), Reason.OVER_RUN_IN_LIMIT) == (split.net, split.excluded)
    assert (Decimal("50.00"), Reason.OVER_RUN_IN_LIMIT) == (split.aggregate_net, split.aggregate_excluded)


@pytest.mark.parametrize(
    ("lines", "net", "expected"),
    [
        (Lines(100_00, 0, 0, 0, 0, 0), "100.00", ("100.00", "0.00", "0.00", "0.00", "0.00", "0.00")),
        (Lines(-5_00, 0, 0, 0, 0, 0), "-5.00", ("-5.00", "0.00", "0.00", "0.00", "0.00", "0.00")),
        (Lines(0, 0, 0, 0, 0, 0), "0.00", ("0.00",) * 6),
        (Lines(0, 0, 0, 1, 0, 9), "0.10", ("0.00", "0.00", "0.00", "0.01", "0.00", "0.09")),
        (Lines(1, 2, 3, 4, 5, 6), "0.21", ("0.01", "0.02", "0.03", "0.04", "0.05", "0.06")),
        (Lines(0, 0, 0, 4, 5, 0), "0.09", ("0.00", "0.00", "0.00", "0.04", "0.05", "0.00")),
    ],
)
def test_a_split_is_written_in_dollars(lines: Lines, net: str, expected: tuple[str, ...]) -> None:
    """The six lines add up to the net."""
    split = split_of("c1", "M1", SpecificPart(lines, None), AggregatePart(7_00, 3_00, None))

    assert (net, *expected) == told(split)[2:9]
    assert ("7.00", "3.00") == told(split)[10:12]


@pytest.mark.parametrize(
    ("excluded", "expected"), [(None, "Split(excluded=None)"), (Reason.PENDING, "Split(excluded='pending')")]
)
def test_a_split_shows_no_id_and_no_amount(excluded: Reason | None, expected: str) -> None:
    """A repr says why it is excluded, if it is."""
    assert expected == repr(split_of("c1", "M1", SpecificPart(Lines(1, 0, 0, 0, 0, 0), excluded), None))


def test_parts_show_neither_claim_nor_member() -> None:
    """A repr says what excludes a payment under each cover, and whose it is to nobody."""
    parts = Parts(
        payment="c1", unit="M1", specific=SpecificPart(Lines(1, 0, 0, 0, 0, 0), Reason.PENDING), aggregate=None
    )

    assert "Parts(specific=SpecificPart(excluded='pending'), aggregate=None)" == repr(parts)
