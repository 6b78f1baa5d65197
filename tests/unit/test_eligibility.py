"""Screening: the first reason that applies, undoing rows by what they undo, and who belongs to which unit."""

from __future__ import annotations

from typing import Any

import pytest

from stoploss.eligibility import Reason, Screen, cut, in_order, paid_by, unit_of
from stoploss.facts import Benefit, Coverage, Payment
from tests.unit.given import a_policy, aggregate, day, paid, pending, specific

# Incurred 2024-10-01 to 2025-12-31, paid 2025-01-01 to 2026-03-31.
POLICY = a_policy(specific(basis="15/15", covers=["medical", "rx"]))
ORIGINAL = paid("c1", "M1", 100)


def screen(coverage: str = "specific") -> Screen:
    """Return the test of a coverage with the windows above."""
    assert POLICY.specific_windows
    covers = (Benefit.MEDICAL, Benefit.RX)
    return Screen(coverage=Coverage(coverage), covers=covers, windows=POLICY.specific_windows)


def reason(payment: Payment, *others: Payment, coverage: str = "specific") -> str | None:
    """Return why a payment does not count, judged among others, and check that the two ways to ask agree."""
    reported = {row.id: row for row in (payment, *others)}
    one = screen(coverage).reason(payment, reported)

    screened = screen(coverage).screen([payment], reported)
    assert ([payment] if one is None else []) == screened.eligible
    assert ([] if one is None else [(one, payment)]) == list(screened.told())
    return one and str(one)


def test_the_reasons_are_in_screening_order() -> None:
    """Statements list exclusions in this order."""
    assert [
        *("ineligible", "pending", "adjusts_elsewhere", "rebate"),
        *("class_not_covered", "benefit_not_covered", "excluded_tag"),
        *("incurred_before", "incurred_after", "paid_before", "paid_after", "prior_administrator", "other_policy"),
        *("legal_cost", "over_run_in_limit", "over_run_out_limit", "reduced", "over_cap"),
    ] == [str(each) for each in Reason]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, None),
        ({"benefit": "rx"}, None),
        ({"benefit": "dental"}, "benefit_not_covered"),
        ({"incurred_on": "2024-09-30"}, "incurred_before"),
        ({"incurred_on": "2024-10-01"}, None),
        ({"incurred_on": "2025-12-31", "paid_on": "2026-01-01"}, None),
        ({"incurred_on": "2026-01-01", "paid_on": "2026-01-02"}, "incurred_after"),
        ({"incurred_on": "2024-12-31", "paid_on": "2024-12-31"}, "paid_before"),
        ({"incurred_on": "2024-12-31", "paid_on": "2025-01-01"}, None),
        ({"paid_on": "2026-03-31"}, None),
        ({"paid_on": "2026-04-01"}, "paid_after"),
        ({"status": "ineligible"}, "ineligible"),
        ({"status": "ineligible", "ineligible_for": "specific"}, "ineligible"),
        ({"status": "ineligible", "ineligible_for": "aggregate"}, None),
        ({"status": "pending"}, "pending"),
    ],
)
def test_a_payment_counts_or_has_a_reason(given: dict[str, Any], expected: str | None) -> None:
    """Both windows are closed, and only the coverage's own benefits count."""
    assert expected == reason(paid("c1", "M1", 100, **given))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # everything is wrong, then one thing less at a time
        ({"status": "pending", "benefit": "dental", "incurred_on": "2020-01-01", "paid_on": "2020-01-01"}, "pending"),
        (
            {"status": "ineligible", "benefit": "dental", "incurred_on": "2020-01-01", "paid_on": "2020-01-01"},
            "ineligible",
        ),
        ({"benefit": "dental", "incurred_on": "2020-01-01", "paid_on": "2020-01-01"}, "benefit_not_covered"),
        ({"incurred_on": "2020-01-01", "paid_on": "2020-01-01"}, "incurred_before"),
        ({"incurred_on": "2020-01-01", "paid_on": "2027-01-01"}, "incurred_before"),
        ({"incurred_on": "2026-01-01", "paid_on": "2027-01-01"}, "incurred_after"),
        ({"incurred_on": "2026-01-01", "paid_on": "2020-01-01"}, "incurred_after"),
    ],
)
def test_the_first_reason_is_the_answer(given: dict[str, Any], expected: str) -> None:
    """A payment that fails several tests is excluded once."""
    assert expected == reason(paid("c1", "M1", 100, **given))


def test_ineligible_may_be_for_one_coverage() -> None:
    """What is ineligible under the aggregate alone still counts under specific."""
    payment = paid("c1", "M1", 100, status="ineligible", ineligible_for="aggregate")

    assert (None, "ineligible") == (reason(payment), reason(payment, coverage="aggregate"))


@pytest.mark.parametrize(
    ("original", "given", "expected"),
    [
        # however late a recovery comes in, it belongs to the period of the original payment
        ({}, {"paid_on": "2029-07-01"}, None),
        ({}, {"incurred_on": "2020-01-01", "benefit": "dental"}, None),
        ({"benefit": "dental"}, {}, "benefit_not_covered"),
        ({"incurred_on": "2024-09-30"}, {}, "incurred_before"),
        ({"incurred_on": "2026-01-01", "paid_on": "2026-01-01"}, {}, "incurred_after"),
        ({"incurred_on": "2024-11-01", "paid_on": "2024-12-31"}, {}, "paid_before"),
        ({"paid_on": "2026-04-01"}, {"paid_on": "2025-06-01"}, "paid_after"),
        ({"status": "ineligible"}, {}, "ineligible"),
        ({"status": "ineligible", "benefit": "dental"}, {}, "ineligible"),
        ({"status": "ineligible", "ineligible_for": "aggregate"}, {}, None),
        # the row's own status comes first
        ({}, {"status": "ineligible"}, "ineligible"),
        ({"benefit": "dental"}, {"status": "ineligible"}, "ineligible"),
        ({}, {"status": "ineligible", "ineligible_for": "aggregate"}, None),
        ({}, {"status": "pending"}, "pending"),
    ],
)
def test_an_undoing_row_is_judged_by_what_it_undoes(
    original: dict[str, Any], given: dict[str, Any], expected: str | None
) -> None:
    """Dates, benefit and status are those of the payment that a negative row names."""
    undoing = paid("r1", "M1", -40, adjusts="c1", **given)

    assert expected == reason(undoing, paid("c1", "M1", 100, **original))


@pytest.mark.parametrize("given", [{}, {"benefit": "dental"}, {"incurred_on": "2020-01-01"}, {"paid_on": "2029-01-01"}])
def test_an_undoing_row_of_a_payment_that_was_not_reported_belongs_to_another_year(given: dict[str, Any]) -> None:
    """Whatever else is wrong with it."""
    assert "adjusts_elsewhere" == reason(paid("r1", "M1", -40, adjusts="last year", **given))


@pytest.mark.parametrize(("status", "expected"), [("pending", "pending"), ("ineligible", "ineligible")])
def test_its_own_status_comes_before_another_year(status: str, expected: str) -> None:
    """A pending row undoes nothing yet, and an ineligible one nothing here."""
    assert expected == reason(paid("r1", "M1", -40, adjusts="last year", status=status))


def test_a_negative_row_without_a_name_is_judged_by_its_own_days() -> None:
    """Nothing else is known of it."""
    assert None is reason(paid("r1", "M1", -40), ORIGINAL)
    assert "paid_after" == reason(paid("r1", "M1", -40, "2026-04-01"), ORIGINAL)


def test_a_positive_row_is_judged_by_its_own_days() -> None:
    """Its ``adjusts`` only informs, also where it names nothing that was reported."""
    assert None is reason(paid("c2", "M1", 40, adjusts="last year"))
    assert None is reason(paid("c2", "M1", 0, adjusts="last year"))
    assert "paid_after" == reason(paid("c2", "M1", 40, "2026-04-01", adjusts="c1"), ORIGINAL)


def test_an_endless_window_has_no_after() -> None:
    """On an incurred basis a claim counts whenever it is paid."""
    windows = a_policy(specific(basis="incurred")).specific_windows
    assert windows
    own = Screen(coverage=Coverage.SPECIFIC, covers=(Benefit.MEDICAL,), windows=windows)
    late, undoing = paid("c1", "M1", 100, "2199-12-31"), paid("r1", "M1", -40, adjusts="c1")

    assert [None, None] == [own.reason(row, {"c1": late}) for row in (late, undoing)]


def test_the_screen_keeps_the_order_of_arrival() -> None:
    """Every payment is either eligible or listed under its reason."""
    rows = [
        paid("c3", "M1", 1),
        paid("c1", "M1", 1, benefit="dental"),
        paid("c2", "M1", 1),
        paid("c0", "M1", 1, status="ineligible"),
        paid("c4", "M1", 1, benefit="dental"),
    ]
    screened = screen().screen(rows, {row.id: row for row in rows})

    assert [rows[0], rows[2]] == screened.eligible
    assert {Reason.BENEFIT_NOT_COVERED: [rows[1], rows[4]], Reason.INELIGIBLE: [rows[3]]} == screened.excluded
    assert "Screened()" == repr(screened)


# ------------------------------------------------------------------ the day of the statement


@pytest.mark.parametrize(
    ("payment", "as_of", "expected"),
    [
        (paid("c1", "M1", 1, "2025-06-01"), "2025-05-31", False),
        (paid("c1", "M1", 1, "2025-06-01"), "2025-06-01", True),
        (pending("c1", "M1", 1), "2025-06-01", False),
        (paid("r1", "M1", -1, "2025-03-01", adjusts="c0"), "2025-03-01", False),
        (paid("r1", "M1", -1, "2025-03-01", adjusts="c0"), "2025-04-01", True),
        (paid("r1", "M1", -1, "2025-05-01", adjusts="c0"), "2025-04-01", False),
        (paid("r1", "M1", -1, "2025-03-01", adjusts="waiting"), "2025-04-01", False),
        (paid("r1", "M1", -1, "2025-03-01", adjusts="last year"), "2025-03-01", True),
        (paid("r1", "M1", -1, "2025-03-01"), "2025-03-01", True),
        (paid("c2", "M1", 1, "2025-03-01", adjusts="c0"), "2025-03-01", True),
    ],
)
def test_an_undoing_row_counts_as_paid_no_earlier_than_what_it_undoes(
    payment: Payment, as_of: str, expected: bool
) -> None:
    """A void of March that names a payment of April counts from April."""
    reported = {row.id: row for row in (paid("c0", "M1", 100, "2025-04-01"), pending("waiting", "M1", 100))}

    assert expected is paid_by(payment, reported, day(as_of))


def test_the_day_of_the_statement_keeps_what_was_paid_and_what_is_pending() -> None:
    """Pending claims are always kept, to be listed."""
    rows = [
        paid("c1", "M1", 1, "2025-06-01"),
        paid("c2", "M1", 1, "2025-06-02"),
        pending("c3", "M1", 1),
        paid("c4", "M1", 1, "2025-07-01", status="pending"),
    ]
    reported = {row.id: row for row in rows}

    assert ["c1", "c3", "c4"] == [row.id for row in cut(rows, reported, day("2025-06-01"))]
    assert rows == cut(rows, reported, None)


# ------------------------------------------------------------------ units and order


@pytest.mark.parametrize(("per", "expected"), [("member", "M1"), ("family", "F1")])
def test_a_payment_belongs_to_its_member_or_family(per: str, expected: str) -> None:
    """The unit is that of the policy."""
    assert expected == unit_of(a_policy(specific(per=per)))(paid("c1", "M1", 1, family="F1"))


@pytest.mark.parametrize(
    ("consume_by", "expected"), [("paid", ["10", "9", "1", "2"]), ("incurred", ["1", "10", "9", "2"])]
)
def test_payments_consume_in_the_order_of_the_policy(consume_by: str, expected: list[str]) -> None:
    """By paid day and id, or by service day, paid day and id; ids go by code point, so 10 comes before 9."""
    rows = [
        paid("9", "M1", 1, "2025-03-01", "2025-02-01"),
        paid("2", "M1", 1, "2025-05-01", "2025-02-02"),
        paid("10", "M1", 1, "2025-03-01", "2025-02-01"),
        paid("1", "M1", 1, "2025-04-01", "2025-01-01"),
    ]

    for policy in (a_policy(specific(consume_by=consume_by)), a_policy(aggregate=aggregate(consume_by=consume_by))):
        assert expected == [row.id for row in sorted(rows, key=in_order(policy))]
