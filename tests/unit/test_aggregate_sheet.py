"""The aggregate worksheet: the lines of carriers' forms, month by month."""

from __future__ import annotations

import pytest

from stoploss.aggregate_sheet import AggregateSheet
from stoploss.attachment_terms import MinimumAttachment
from stoploss.basis import ContractBasis, DollarLimit
from stoploss.facts import CarrierPayment
from stoploss.statement import Statement, settle
from tests.unit.given import a_period, a_policy, a_year_of_units, aggregate, by_carrier, day, paid, specific

UNITS = a_year_of_units()  # 10 a month, 120 a year


def sheet(statement: Statement) -> AggregateSheet:
    """Return the aggregate worksheet."""
    assert statement.aggregate
    return statement.aggregate


def months(statement: Statement) -> list[tuple[str, str, str, str]]:
    """Return the rows of the policy months."""
    return [
        (str(row.month), str(row.attachment), str(row.attachment_to_date), str(row.counted_to_date))
        for row in sheet(statement).months
    ]


def test_the_worksheet_reads_from_gross_to_counted() -> None:
    """180 + 60 + 40 gross, 20 and 40 taken back: 220 eligible; of M1's 160 are 60 over the loss limit."""
    payments = [
        paid("c1", "M1", 180, "2025-02-01"),
        paid("r1", "M1", -20, "2025-03-01"),
        paid("c2", "M2", 60, "2025-04-01"),
        paid("c3", "M3", 40, "2025-05-01"),
        paid("r3", "M3", -40, "2025-06-01", adjusts="c3"),
        paid("c4", "M4", 1_000, benefit="dental"),
    ]
    found = sheet(settle(a_policy(specific(), aggregate()), payments, UNITS))

    assert ("280.00", "-60.00", "220.00", "60.00", "0.00", "160.00") == tuple(
        str(getattr(found, name))
        for name in (
            *("gross", "voids_and_refunds", "eligible"),
            *("over_loss_limit", "reimbursed_by_specific", "counted"),
        )
    )
    assert [("benefit_not_covered", 1, "1000.00")] == [
        (str(row.reason), row.count, str(row.amount)) for row in found.excluded
    ]


def test_gross_holds_what_the_run_in_limit_cuts() -> None:
    """100 gross of which 30 are over the limit: 70 eligible."""
    basis = ContractBasis(label="24/12", run_in_limit=DollarLimit(amount=50))
    payments = [paid("c1", "M1", 80, "2025-02-01", "2024-12-01"), paid("c2", "M1", 20, "2025-03-01")]
    found = sheet(settle(a_policy(aggregate=aggregate(basis=basis)), payments, UNITS))

    assert ("100.00", "0.00", "70.00", "70.00") == (
        str(found.gross),
        str(found.voids_and_refunds),
        str(found.eligible),
        str(found.counted),
    )
    assert [("over_run_in_limit", 1, "30.00")] == [
        (str(row.reason), row.count, str(row.amount)) for row in found.excluded
    ]


def test_the_attachment_point_stands_beside_what_it_is_the_greater_of() -> None:
    """The months make 120; the minimum is 150."""
    terms = aggregate(minimum=MinimumAttachment(amount=150))
    found = sheet(settle(a_policy(aggregate=terms), [paid("c1", "M1", 200)], UNITS))

    assert ("120.00", "150.00", "150.00", "50.00") == (
        str(found.calculated_attachment),
        str(found.minimum_attachment),
        str(found.attachment_point),
        str(found.excess),
    )


def test_without_a_minimum_there_is_none() -> None:
    """None, and not zero."""
    assert sheet(settle(a_policy(aggregate=aggregate()), [], UNITS)).minimum_attachment is None


PAYMENTS = [
    paid("c1", "M1", 30, "2025-01-31"),
    paid("c2", "M1", 20, "2025-02-01"),
    paid("c3", "M2", 40, "2025-02-28"),
    paid("c4", "M2", 50, "2025-11-30"),
    paid("c5", "M2", 60, "2026-01-31"),  # run-out
]


def test_each_month_shows_what_counted_by_its_last_day() -> None:
    """The last month in force shows the attachment point and carries the run-out."""
    statement = settle(a_policy(aggregate=aggregate(basis="12/15")), PAYMENTS, UNITS)

    assert [
        ("2025-01-01", "10.00", "10.00", "30.00"),
        ("2025-02-01", "10.00", "20.00", "90.00"),
        ("2025-03-01", "10.00", "30.00", "90.00"),
    ] == months(statement)[:3]
    assert [
        ("2025-11-01", "10.00", "110.00", "140.00"),
        ("2025-12-01", "10.00", "120.00", "200.00"),
    ] == months(statement)[-2:]


def test_before_the_end_there_are_the_months_so_far() -> None:
    """On March 15 three months have begun; the minimum to date is 180 x t / 12."""
    terms = aggregate(minimum=MinimumAttachment(amount=180))
    statement = settle(a_policy(aggregate=terms), PAYMENTS, UNITS, as_of=day("2025-03-15"))

    assert [
        ("2025-01-01", "10.00", "15.00", "30.00"),
        ("2025-02-01", "10.00", "30.00", "90.00"),
        ("2025-03-01", "10.00", "45.00", "90.00"),
    ] == months(statement)
    assert ("30.00", "180.00", "180.00") == (
        str(sheet(statement).calculated_attachment),
        str(sheet(statement).minimum_attachment),
        str(sheet(statement).attachment_point),
    )


def test_the_last_month_in_force_is_the_last() -> None:
    """Terminated on February 15: two months, the second with the attachment point and everything that counts."""
    policy = a_policy(aggregate=aggregate(), period=a_period(terminated="2025-02-15"))

    assert [("2025-01-01", "10.00", "10.00", "30.00"), ("2025-02-01", "10.00", "20.00", "50.00")] == months(
        settle(policy, PAYMENTS, UNITS)
    )


def test_what_counts_by_a_month_is_netted_as_of_today() -> None:
    """A refund of June takes back what counted in February."""
    payments = [*PAYMENTS[:2], paid("r1", "M1", -25, "2025-06-01")]
    rows = months(settle(a_policy(aggregate=aggregate()), payments, UNITS))

    assert ["25.00", "25.00", "25.00"] == [rows[number][3] for number in (0, 1, 11)]


def test_policy_months_need_not_be_calendar_months() -> None:
    """From January 15 the first policy month ends on February 14."""
    policy = a_policy(aggregate=aggregate(), period=a_period("2025-01-15", "2026-01-14"))
    units = [*UNITS[1:], *a_year_of_units(months=1)]
    payments = [paid("c1", "M1", 30, "2025-02-14"), paid("c2", "M1", 20, "2025-02-15")]

    assert [("2025-01-15", "10.00", "10.00", "30.00"), ("2025-02-15", "10.00", "20.00", "50.00")] == months(
        settle(policy, payments, units)
    )[:2]


@pytest.mark.parametrize(
    ("received", "reimbursed", "due"),
    [
        ([], "0.00", "80.00"),
        ([by_carrier("k1", 30, coverage="aggregate")], "30.00", "50.00"),
        (
            [
                by_carrier("k1", 30, coverage="aggregate", kind="accommodation"),
                by_carrier("k2", 70, coverage="aggregate"),
                by_carrier("k3", -5, coverage="aggregate"),
            ],
            "95.00",
            "-15.00",
        ),
        ([by_carrier("k1", 30, member="M1")], "0.00", "80.00"),
    ],
)
def test_due_is_what_is_reimbursable_less_what_was_paid(
    received: list[CarrierPayment], reimbursed: str, due: str
) -> None:
    """200 less 120 is 80; accommodations count like every other payment under the aggregate."""
    policy = a_policy(specific(deductible=200), aggregate())
    found = sheet(settle(policy, [paid("c1", "M1", 200)], UNITS, received))

    assert ("80.00", reimbursed, due) == (str(found.reimbursable), str(found.reimbursed), str(found.due))


def test_a_worksheet_shows_no_amount_of_a_member() -> None:
    """A repr says where the attachment point is, and how many months there are."""
    found = sheet(settle(a_policy(aggregate=aggregate()), PAYMENTS, UNITS))

    assert "AggregateSheet(attachment_point=120.00, 12 months)" == repr(found)
