"""Facts: what was reported, valid or not built."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError

from stoploss.checks import check_id, check_label
from stoploss.errors import FactError, InvalidValue, StopLossError, WrongType
from stoploss.facts import (
    Administrator,
    Benefit,
    CarrierPayment,
    CarrierPaymentKind,
    Coverage,
    CoveredUnits,
    IneligibleFor,
    Payment,
    Status,
    adjustment_faults,
    carries,
)
from tests.unit.given import by_carrier, day, paid, pending, refused

A_PAYMENT: dict[str, Any] = {
    "id": "c1",
    "member": "M1",
    "incurred_on": dt.date(2025, 1, 15),
    "paid_on": dt.date(2025, 2, 1),
    "amount": "100",
}
A_CARRIER_PAYMENT: dict[str, Any] = {
    "id": "k1",
    "coverage": "specific",
    "member": "M1",
    "paid_on": dt.date(2025, 9, 1),
    "amount": "100",
}
BLANKS = "an id has no blanks around it and no invisible characters [SL303]"
MONTH = "month: a month is a day in it (2025-01-01) or the month in which it begins (2025-01) [SL211]"
YEARS = "days lie between the years 1900 and 2199 [SL202]"
NO_DAY = "paid_on: a payment has the day on which the plan paid it; or status pending, if it is not paid yet [SL210]"
ACCOMMODATION = (
    "kind: an accommodation is paid under the aggregate; an early payment under specific is an advance [SL306]"
)
NOT_A_DATE = "a day is exactly a datetime.date, not"
AT_THE_SITE = "; take the date at the policyholder's site"


class NaTType(dt.datetime):
    """What a frame library has in place of a missing day."""


# ------------------------------------------------------------------ ids


@pytest.mark.parametrize(
    "value", ["M1", "00123", "NA", "None", "null", "a b", "1E+17", "\u00e9", "\u5c71\u7530", "=1", "x" * 1_000]
)
def test_an_id_is_opaque_text(value: str) -> None:
    """Leading zeros, words that a spreadsheet would swallow, and any script: an id is not interpreted."""
    check_id(value, "member")


@pytest.mark.parametrize(
    ("value", "got"),
    [
        (None, "NoneType"),
        (123, "int"),
        (9_007_199_254_740_993, "int"),
        (1.5, "float"),
        (float("nan"), "float"),
        (True, "bool"),
        (b"M1", "bytes"),
        (Decimal(1), "Decimal"),
    ],
)
def test_an_id_is_text(value: Any, got: str) -> None:
    """A number has lost its leading zeros already, and a missing one is not an id."""
    expected = [f"member: an id is text, not {'an' if got == 'int' else 'a'} {got}; read the column as text [SL301]"]

    assert expected == refused(WrongType, check_id, value, "member")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", "an id is not empty [SL302]"),
        (" ", BLANKS),
        (" M1", BLANKS),
        ("M1 ", BLANKS),
        ("M1\n", BLANKS),
        ("M\t1", BLANKS),
        ("M\x001", BLANKS),
        ("M1\u00a0", BLANKS),
        ("M1\u200b", BLANKS),
        ("\ufeffM1", BLANKS),
        ("M\u2028" + "1", BLANKS),
        ("\u3000\u5c71", BLANKS),
        ("\ud800", BLANKS),
        ("e\u0301", "an id is in composed form (NFC), so that one person has one id [SL304]"),
    ],
)
def test_an_id_that_reads_like_another_is_refused(value: str, expected: str) -> None:
    """Blanks around it, invisible characters and a second spelling of one letter would make two persons of one."""
    assert [f"member: {expected}"] == refused(InvalidValue, check_id, value, "member")


# ------------------------------------------------------------------ payments


def test_a_payment_is_plain_unless_it_says_otherwise() -> None:
    """Medical, paid, processed by the current administrator, and undoing nothing."""
    payment = Payment(**A_PAYMENT)

    assert (Benefit.MEDICAL, Status.PAID, IneligibleFor.BOTH, Administrator.CURRENT) == (
        payment.benefit,
        payment.status,
        payment.ineligible_for,
        payment.administrator,
    )
    assert (Decimal("100.00"), 10_000, False) == (payment.amount, payment.cents, payment.undoes)
    assert (None, None, None, (), ()) == (
        payment.family,
        payment.adjusts,
        payment.reported_on,
        payment.diagnosis,
        payment.tags,
    )


@pytest.mark.parametrize(
    ("amount", "adjusts", "expected"),
    [(-1, "c0", True), (-1, None, False), (1, "c0", False), (0, "c0", False)],
)
def test_only_a_negative_row_that_names_a_payment_undoes_it(amount: int, adjusts: str | None, expected: bool) -> None:
    """A positive row's ``adjusts`` only informs."""
    assert expected is paid("c1", "M1", amount, adjusts=adjusts).undoes


def test_the_same_content_is_the_same_fact() -> None:
    """Facts are compared by what was reported, however it was written."""
    assert Payment(**A_PAYMENT) == Payment(**A_PAYMENT | {"amount": Decimal("100.00"), "benefit": Benefit.MEDICAL})
    assert Payment(**A_PAYMENT) != Payment(**A_PAYMENT | {"amount": "100.01"})
    assert 1 == len({Payment(**A_PAYMENT), Payment(**A_PAYMENT)})


def test_a_payment_is_never_changed() -> None:
    """A changed copy is another fact."""
    payment = Payment(**A_PAYMENT)
    with pytest.raises(FrozenInstanceError):
        payment.amount = Decimal(1)  # type: ignore[misc]

    assert 20_000 == evolve(payment, amount="200").cents


def test_a_pending_claim_needs_no_paid_day() -> None:
    """Adjudicated and not paid: it may have a day, and need not."""
    assert pending("c1", "M1", 5).paid_on is None
    assert day("2025-06-01") == paid("c1", "M1", 5, status="pending").paid_on


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("id", 5, "id: an id is text, not an int; read the column as text [SL301]"),
        ("member", float("nan"), "member: an id is text, not a float; read the column as text [SL301]"),
        ("family", 5, "family: an id is text, not an int; read the column as text [SL301]"),
        ("adjusts", 5, "adjusts: an id is text, not an int; read the column as text [SL301]"),
        ("incurred_on", "2025-01-15", f"incurred_on: {NOT_A_DATE} a str [SL201]"),
        ("incurred_on", None, f"incurred_on: {NOT_A_DATE} a NoneType [SL201]"),
        ("paid_on", 45_292, f"paid_on: {NOT_A_DATE} an int [SL201]"),
        ("paid_on", NaTType(2025, 1, 1), f"paid_on: {NOT_A_DATE} a NaTType{AT_THE_SITE} [SL201]"),
        ("paid_on", dt.datetime(2025, 1, 1, tzinfo=dt.UTC), f"paid_on: {NOT_A_DATE} a datetime{AT_THE_SITE} [SL201]"),
        ("reported_on", "2025", f"reported_on: {NOT_A_DATE} a str [SL201]"),
        ("amount", 1.15, 'amount: an amount is never a float; write it as text: "1234.56" [SL101]'),
        ("amount", None, 'amount: an amount is never a NoneType; write it as text: "1234.56" [SL101]'),
        ("amount", True, 'amount: an amount is never a bool; write it as text: "1234.56" [SL101]'),
        ("tags", "hemophilia", "labels are a sequence of texts, not one text [SL101]"),
        ("diagnosis", "D66", "labels are a sequence of texts, not one text [SL101]"),
    ],
)
def test_a_payment_of_wrong_types_is_refused(name: str, value: Any, expected: str) -> None:
    """The message names the field and the type, never the value."""
    found = refused(WrongType, Payment, **A_PAYMENT | {name: value})

    assert [expected] == [line.removeprefix(f"{name}: ") if expected.startswith("labels") else line for line in found]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("id", "", "id: an id is not empty [SL302]"),
        ("member", " M1", f"member: {BLANKS}"),
        ("family", "", "family: an id is not empty [SL302]"),
        ("adjusts", "c1 ", f"adjusts: {BLANKS}"),
        ("incurred_on", dt.date(1025, 1, 15), f"incurred_on: {YEARS}"),
        ("paid_on", dt.date(9999, 12, 31), f"paid_on: {YEARS}"),
        ("reported_on", dt.date(1, 1, 1), f"reported_on: {YEARS}"),
        (
            "paid_on",
            None,
            NO_DAY,
        ),
    ],
)
def test_a_payment_that_breaks_a_rule_is_refused(name: str, value: Any, expected: str) -> None:
    """Ids, days and the paid day of what was paid."""
    assert [expected] == refused(FactError, Payment, **A_PAYMENT | {name: value})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("benefit", "medcal", "medical, rx, dental, vision, std, ltd"),
        ("status", "denied", "paid, pending, ineligible"),
        ("ineligible_for", "all", "specific, aggregate, both"),
        ("administrator", "tpa", "current, prior"),
    ],
)
def test_a_word_that_is_none_of_its_list_is_refused(name: str, value: str, words: str) -> None:
    """The message lists the words."""
    (found,) = refused(InvalidValue, Payment, **A_PAYMENT | {name: value})

    assert f"this is one of {words}" in found
    assert found.endswith("[SL106]")


@pytest.mark.parametrize(
    ("value", "code"),
    [("1.234", "SL104"), ("(5)", "SL103"), (Decimal("NaN"), "SL102"), (Decimal("1E+999999999"), "SL105")],
)
def test_a_payments_amount_is_an_amount(value: Any, code: str) -> None:
    """What is no amount is refused under the field's name."""
    (found,) = refused(InvalidValue, Payment, **A_PAYMENT | {"amount": value})

    assert found.startswith("amount: ")
    assert found.endswith(f"[{code}]")


def test_a_payment_is_refused_with_everything_that_is_wrong() -> None:
    """Seven faults are one error; a wrong type among others does not hide them."""
    expected = [
        "id: an id is not empty [SL302]",
        f"member: {BLANKS}",
        f"incurred_on: {NOT_A_DATE} a datetime{AT_THE_SITE} [SL201]",
        "family: an id is not empty [SL302]",
        f"adjusts: {BLANKS}",
        f"reported_on: {NOT_A_DATE} an int [SL201]",
        NO_DAY,
    ]

    assert expected == refused(
        FactError,
        Payment,
        id="",
        member=" M1",
        incurred_on=dt.datetime(2025, 1, 1, tzinfo=dt.UTC),
        amount=1,
        family="",
        adjusts="\n",
        reported_on=3,
    )


def test_wrong_types_alone_are_one_type_error() -> None:
    """Where nothing but types is wrong, the error is a TypeError with all of them."""
    expected = [
        "id: an id is text, not an int; read the column as text [SL301]",
        f"paid_on: {NOT_A_DATE} a str [SL201]",
    ]

    assert expected == refused(WrongType, Payment, **A_PAYMENT | {"id": 1, "paid_on": "2025-02-01"})


# ------------------------------------------------------------------ covered units


@pytest.mark.parametrize("month", [dt.date(2025, 1, 31), "2025-01", "2025-12", "1900-01"])
def test_a_month_is_a_day_in_it_or_a_calendar_month(month: Any) -> None:
    """Both forms are kept as they were reported."""
    assert month == CoveredUnits(month=month, tier="single", units=0).month


@pytest.mark.parametrize(
    ("month", "error", "expected"),
    [
        ("2025-13", FactError, MONTH),
        ("2025-00", FactError, MONTH),
        ("2025-1", FactError, MONTH),
        ("Jan 2025", FactError, MONTH),
        ("", FactError, MONTH),
        ("0000-01", FactError, f"month: {YEARS}"),
        ("2200-01", FactError, f"month: {YEARS}"),
        (202_501, WrongType, f"month: {NOT_A_DATE} an int [SL201]"),
        (None, WrongType, f"month: {NOT_A_DATE} a NoneType [SL201]"),
        (dt.datetime(2025, 1, 1, tzinfo=dt.UTC), WrongType, f"month: {NOT_A_DATE} a datetime{AT_THE_SITE} [SL201]"),
    ],
)
def test_a_month_in_another_form_is_refused(month: Any, error: type[StopLossError], expected: str) -> None:
    """Neither a day nor year and month."""
    assert [expected] == refused(error, CoveredUnits, month=month, tier="single", units=1)


def test_a_month_that_is_given_as_a_whole_day_is_that_day() -> None:
    """The policy month that holds the day is meant, not the one that begins in its month."""
    assert dt.date(2025, 1, 20) == CoveredUnits(month="2025-01-20", tier="single", units=1).month


@pytest.mark.parametrize("units", [0, 1, 100_000_000])
def test_covered_units_are_whole(units: int) -> None:
    """None is written as 0."""
    assert units == CoveredUnits(month="2025-01", tier="single", units=units).units


@pytest.mark.parametrize(
    ("units", "error", "expected"),
    [
        (-1, FactError, "units: covered units are 0 to 100,000,000 [SL508]"),
        (100_000_001, FactError, "units: covered units are 0 to 100,000,000 [SL508]"),
        (1.0, WrongType, "units: covered units are a whole number, not a float [SL507]"),
        (Decimal("1.5"), WrongType, "units: covered units are a whole number, not a Decimal [SL507]"),
        ("1", WrongType, "units: covered units are a whole number, not a str [SL507]"),
        (True, WrongType, "units: covered units are a whole number, not a bool [SL507]"),
        (None, WrongType, "units: covered units are a whole number, not a NoneType [SL507]"),
    ],
)
def test_units_that_are_no_count_are_refused(units: Any, error: type[StopLossError], expected: str) -> None:
    """Negative, fractional or not a number."""
    assert [expected] == refused(error, CoveredUnits, month="2025-01", tier="single", units=units)


def test_covered_units_are_refused_with_everything_that_is_wrong() -> None:
    """Three faults are one error."""
    expected = [MONTH, "tier: an id is not empty [SL302]", "units: covered units are 0 to 100,000,000 [SL508]"]

    assert expected == refused(FactError, CoveredUnits, month="2025", tier="", units=-1)


# ------------------------------------------------------------------ carrier payments


def test_a_carrier_payment_is_a_reimbursement_unless_it_says_otherwise() -> None:
    """Its amount is signed: negative when money went back."""
    payment = CarrierPayment(**A_CARRIER_PAYMENT | {"amount": "-12.34"})

    assert (CarrierPaymentKind.REIMBURSEMENT, Coverage.SPECIFIC, -1234) == (
        payment.kind,
        payment.coverage,
        payment.cents,
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"member": None},
            ["member: a payment under specific names its member, one under aggregate names none [SL305]"],
        ),
        (
            {"coverage": "aggregate"},
            ["member: a payment under specific names its member, one under aggregate names none [SL305]"],
        ),
        (
            {"kind": "accommodation"},
            [ACCOMMODATION],
        ),
        (
            {"id": "", "paid_on": None, "member": None, "kind": "accommodation"},
            [
                "id: an id is not empty [SL302]",
                f"paid_on: {NOT_A_DATE} a NoneType [SL201]",
                "member: a payment under specific names its member, one under aggregate names none [SL305]",
                ACCOMMODATION,
            ],
        ),
        ({"member": ""}, ["member: an id is not empty [SL302]"]),
    ],
)
def test_a_carrier_payment_that_breaks_a_rule_is_refused(given: dict[str, Any], expected: list[str]) -> None:
    """Specific is paid for a member, the aggregate for the group."""
    assert expected == refused(FactError, CarrierPayment, **A_CARRIER_PAYMENT | given)


@pytest.mark.parametrize(
    "given", [{"coverage": "aggregate", "member": None, "kind": kind} for kind in CarrierPaymentKind]
)
def test_the_aggregate_is_paid_in_every_kind(given: dict[str, Any]) -> None:
    """Reimbursement, advance and accommodation all exist under the aggregate."""
    assert given["kind"] is CarrierPayment(**A_CARRIER_PAYMENT | given).kind


# ------------------------------------------------------------------ negative rows and what they undo

UNDONE = paid("c1", "M1", 100)


@pytest.mark.parametrize(
    "rows",
    [
        [UNDONE],
        [UNDONE, paid("r1", "M1", -100, adjusts="c1")],
        [paid("r1", "M1", -100, adjusts="c1"), UNDONE],
        [UNDONE, paid("r1", "M1", -60, adjusts="c1"), paid("r2", "M1", -40, adjusts="c1")],
        [UNDONE, paid("r1", "M1", -500, adjusts="another year")],
        [UNDONE, paid("r1", "M2", -500)],
        [UNDONE, paid("c2", "M2", 500, adjusts="c1")],
        [UNDONE, paid("c2", "M2", 0, adjusts="c1")],
        [UNDONE, paid("r1", "M1", -100, adjusts="c1"), paid("r2", "M1", -100, adjusts="c1", status="pending")],
    ],
    ids=[
        "nothing undone",
        "all of it",
        "before it arrived",
        "in two",
        "of another year",
        "without a name",
        "a positive row informs",
        "a zero row informs",
        "pending rows take nothing",
    ],
)
def test_what_may_be_undone(rows: list[Payment]) -> None:
    """A negative row takes at most what is left of a payment of the same member, in any order of arrival."""
    assert [] == list(adjustment_faults(rows))


@pytest.mark.parametrize(
    ("rows", "position", "rule"),
    [
        ([UNDONE, paid("r1", "M2", -1, adjusts="c1")], 1, "a negative row undoes a payment of the same member"),
        (
            [pending("c1", "M1", 100), paid("r1", "M1", -1, adjusts="c1")],
            1,
            "a negative row undoes a payment, not a claim that is still pending",
        ),
        (
            [paid("c1", "M1", -100), paid("r1", "M1", -1, adjusts="c1")],
            1,
            "a negative row undoes a payment, not another negative row",
        ),
        (
            [paid("r1", "M1", -100, adjusts="r1")],
            0,
            "a negative row undoes a payment, not another negative row",
        ),
        (
            [UNDONE, paid("r1", "M1", "-100.01", adjusts="c1")],
            1,
            "negative rows take no more than is left of the payment that they undo",
        ),
        (
            [paid("r1", "M1", -60, adjusts="c1"), UNDONE, paid("r2", "M1", -60, adjusts="c1")],
            2,
            "negative rows take no more than is left of the payment that they undo",
        ),
        (
            [paid("c1", "M1", 0), paid("r1", "M1", "-0.01", adjusts="c1")],
            1,
            "negative rows take no more than is left of the payment that they undo",
        ),
    ],
)
def test_what_may_not_be_undone(rows: list[Payment], position: int, rule: str) -> None:
    """Each fault names the position of the negative row."""
    found = [(place, str(finding)) for place, finding in adjustment_faults(rows)]

    assert [(position, f"adjusts: {rule} [SL307]")] == found


def test_every_negative_row_that_takes_too_much_is_found() -> None:
    """A second void of one payment is a fault, and so is the third."""
    rows = [UNDONE, *(paid(f"r{number}", "M1", -100, adjusts="c1") for number in range(3))]

    assert [2, 3] == [position for position, _ in adjustment_faults(rows)]


def test_a_fact_shows_no_id_and_no_amount() -> None:
    """A repr says what kind of fact it is and when, and nothing that identifies a person."""
    assert "Payment(benefit='medical', incurred_on=2025-01-15, paid_on=2025-06-01, status='paid')" == repr(
        paid("c1", "M1", 5)
    )
    assert "CarrierPayment(coverage='specific', paid_on=2025-09-01, kind='reimbursement')" == repr(
        by_carrier("k1", 5, member="M1")
    )


# ------------------------------------------------------------------ labels, legal costs, advances

COSTS = "legal_cost: a legal cost belongs to a negative row, and is not negative nor more than was recovered [SL311]"


@pytest.mark.parametrize(("amount", "cost"), [(-60, 15), (-60, 60), (-60, 0), (60, 0)])
def test_a_recovery_has_a_legal_cost_that_is_a_part_of_it(amount: int, cost: int) -> None:
    """All of it at most; other rows have none."""
    assert cost == Payment(**A_PAYMENT | {"amount": amount, "legal_cost": cost}).legal_cost


@pytest.mark.parametrize(("amount", "cost"), [(-60, "60.01"), (-60, "-0.01"), (60, 15), (0, 15)])
def test_a_recovery_costs_no_more_than_it_brings(amount: int, cost: int | str) -> None:
    """Nor less than nothing, and what is no recovery has no such cost."""
    assert [COSTS] == refused(FactError, Payment, **A_PAYMENT | {"amount": amount, "legal_cost": cost})


def test_an_advance_says_which_claims_it_was_for() -> None:
    """In the order in which they are given; none, where that is not known."""
    advance = A_CARRIER_PAYMENT | {"kind": "advance"}

    assert ("c2", "c1") == CarrierPayment(**advance, claims=["c2", "c1"]).claims
    assert () == CarrierPayment(**advance).claims


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"kind": "reimbursement", "claims": ["c1"]},
            "claims: the claims that a payment was for are those of an advance; leave them out [SL312]",
        ),
        ({"carrier": ""}, "carrier: an id is not empty [SL302]"),
    ],
)
def test_a_reimbursement_is_for_the_unit_and_by_a_carrier_with_a_name(given: dict[str, Any], expected: str) -> None:
    """Claims belong to advances."""
    assert [expected] == refused(FactError, CarrierPayment, **A_CARRIER_PAYMENT | given)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("trial", True),
        ("tria", False),
        ("Trial", False),
        ("D66", True),
        ("D66.1", True),
        ("D661", True),
        ("D", True),
        ("d66", False),
        ("D66.12", False),
        (".", False),
    ],
)
def test_a_payment_carries_a_label_as_a_tag_or_as_the_beginning_of_a_code(label: str, expected: bool) -> None:
    """Tags as they are, ICD-10 codes and categories whatever their points; in the case as written."""
    payment = Payment(**A_PAYMENT | {"tags": ["trial"], "diagnosis": ["Z00", "D66.1"]})

    assert expected == carries(payment, label)


@pytest.mark.parametrize("label", ["", " a", "a\n", "a\u200bb"])
def test_a_label_has_a_name(label: str) -> None:
    """A term that names nothing would take nothing, or what nobody meant."""
    expected = "when: a label is not empty, and has no blanks around it and no invisible characters [SL317]"

    assert [expected] == refused(InvalidValue, check_label, label, "when")


def test_a_label_is_text() -> None:
    """A number is none."""
    assert ["when: a label is text, not an int [SL101]"] == refused(WrongType, check_label, 5, "when")
