"""What is wrong with the claims of many policies: counted, priced, placed, and refused before anything comes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stoploss.basis import ContractBasis, PriorAdministrator
from stoploss.feeds.conservation import RejectedFeed
from stoploss.frames.columns import ROWS
from stoploss.frames.found import findings_table
from stoploss.frames.inputs import Inputs
from stoploss.frames.reading import FACTS
from stoploss.specific_terms import SpecificTerms
from tests.frame_sources import (
    ENGINES,
    ROW,
    aggregate_policy,
    check,
    columns,
    made,
    noticed,
    parquet,
    policy,
    rows,
    text,
    told,
)

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

pytestmark = pytest.mark.parametrize("engine", ENGINES)

PER_FAMILY = SpecificTerms(basis="12/15", covers=["medical"], deductible="100000", per="family")
BY_DAY_REPORTED = SpecificTerms(
    basis=ContractBasis(label="12/15", prior_administrator=PriorAdministrator(reported_by=dt.date(2025, 6, 30))),
    covers=["medical"],
    deductible="100000",
)


def settled(engine: str, inputs: Inputs) -> list[tuple[str, int]]:
    """Return the ids and cents that go on to an engine."""
    return sorted((row["id"], row["cents"]) for row in made(engine).rows(inputs.rows))


def test_claims_without_a_fault_go_on_to_the_engine(engine: str, tmp_path: Path) -> None:
    """Where nothing is wrong, the rows come out, and every dollar is posted."""
    inputs = check(engine, parquet(tmp_path, rows({}, {"amount": Decimal(7)})))
    assert () == inputs.found
    assert [("c1", 120050), ("c2", 700)] == settled(engine, inputs)
    assert list(ROWS) == inputs.rows.collect_schema().names()
    assert (
        "claims.parquet: 2 rows, 1,207.50 read = 2 posted (1,207.50) + 0 duplicates (0.00) + 0 rejected (0.00)"
    ) == str(inputs.conservation)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"policy": None}, "policy: an id is not empty [SL302]"),
        ({"policy": "P9"}, "policy: no policy of this number was given; add the policy, or correct the number [SL820]"),
        ({"id": None}, "id: an id is not empty [SL302]"),
        ({"id": ""}, "id: an id is not empty [SL302]"),
        ({"member": None}, "member: an id is not empty [SL302]"),
        ({"member": "M1 "}, "member: an id has no blanks around it and no invisible characters [SL303]"),
        ({"member": "M\u200b1"}, "member: an id has no blanks around it and no invisible characters [SL303]"),
        ({"member": "e\u0301"}, "member: an id is in composed form (NFC), so that one person has one id [SL304]"),
        ({"adjusts": "c\t"}, "adjusts: an id has no blanks around it and no invisible characters [SL303]"),
        (
            {"class": " active"},
            "class: a label is not empty, and has no blanks around it and no invisible characters [SL317]",
        ),
        ({"benefit": "medcal"}, "benefit: this is one of medical, rx, dental, vision, std, ltd [SL106]"),
        ({"status": "payed"}, "status: this is one of paid, pending, ineligible [SL106]"),
        (
            {"status": "ineligible", "ineligible_for": "all"},
            "ineligible_for: this is one of specific, aggregate, both [SL106]",
        ),
        ({"administrator": "old"}, "administrator: this is one of current, prior [SL106]"),
        ({"incurred_on": None}, "incurred_on: this cell is empty; every row needs it [SL457]"),
        (
            {"incurred_on": dt.date(1899, 12, 31)},
            "incurred_on: days lie between the years 1900 and 2199; an open end is left empty [SL202]",
        ),
        (
            {"paid_on": dt.date(9999, 12, 31)},
            "paid_on: days lie between the years 1900 and 2199; an open end is left empty [SL202]",
        ),
        (
            {"reported_on": dt.date(2200, 1, 1)},
            "reported_on: days lie between the years 1900 and 2199; an open end is left empty [SL202]",
        ),
        (
            {"paid_on": None},
            (
                "paid_on: a payment has the day on which the plan paid it; or status pending, if it is not paid yet "
                "[SL210]"
            ),
        ),
        ({"amount": None}, "amount: this cell is empty; every row needs it [SL457]"),
        (
            {"amount": Decimal("0.001")},
            "amount: an amount has at most two places; round it to the cent before it is reported [SL104]",
        ),
        ({"amount": Decimal(10**13)}, "amount: at most 13 digits stand before the point [SL105]"),
        (
            {"legal_cost": Decimal(1)},
            (
                "legal_cost: a legal cost belongs to a negative row, and is not negative nor more than was recovered "
                "[SL311]"
            ),
        ),
    ],
)
def test_a_wrong_row_is_refused_at_its_place(
    engine: str, tmp_path: Path, wrong: Mapping[str, Any], expected: str
) -> None:
    """A fault is told with its row and column and the way out, and never with what stands there."""
    wide = {"amount": pa.decimal128(22, 4), "legal_cost": pa.decimal128(18, 2)}
    inputs = check(engine, parquet(tmp_path, rows({}, wrong), wide))
    assert [f"claims.parquet row 2 {expected}"] == told(inputs)
    with pytest.raises(RejectedFeed):
        _ = inputs.rows


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"amount": "1,234.50"}, "amount: an amount is digits and at most two places behind a point"),
        ({"amount": "1e3"}, "amount: an amount is digits and at most two places behind a point"),
        ({"amount": "nan"}, "amount: an amount is digits and at most two places behind a point"),
        ({"amount": "+5"}, "amount: an amount is digits and at most two places behind a point"),
        ({"amount": "5\n"}, "amount: an amount is digits and at most two places behind a point"),
        ({"amount": ""}, "amount: this cell is empty"),
        ({"amount": "1.234"}, "amount: an amount has at most two places"),
        ({"amount": "12345678901234"}, "amount: at most 13 digits stand before the point"),
        ({"incurred_on": "3/1/2025"}, "incurred_on: a day is written year-month-day"),
        ({"incurred_on": "2025-02-29"}, "incurred_on: there is no such day in the calendar"),
        ({"incurred_on": "2025-13-01"}, "incurred_on: there is no such day in the calendar"),
        ({"incurred_on": "2025-03-01\n"}, "incurred_on: a day is written year-month-day"),
        ({"paid_on": "9999-12-31"}, "paid_on: days lie between the years 1900 and 2199"),
        ({"id": "=c1"}, "id: an id does not begin with =, +, - or @, which a spreadsheet takes for a formula"),
        ({"id": "1.2E+11"}, "id: this id was shortened to scientific notation by a spreadsheet"),
    ],
)
def test_a_cell_of_text_is_held_to_one_writing(
    engine: str, tmp_path: Path, wrong: Mapping[str, Any], expected: str
) -> None:
    """In a file of text nothing is guessed: not a thousands separator, not a day."""
    (said,) = told(check(engine, text(tmp_path, rows({}, wrong))))
    assert said.startswith(f"claims.csv row 2 {expected}")


def test_a_time_in_a_column_of_days_is_refused(engine: str, tmp_path: Path) -> None:
    """A timestamp that is not at midnight may be another day elsewhere."""
    given = rows({"paid_on": dt.datetime(2025, 4, 1)}, {"paid_on": dt.datetime(2025, 4, 1, 0, 0, 1)})  # noqa: DTZ001 -- no zone is meant
    source = parquet(tmp_path, given, {"paid_on": pa.timestamp("us")})
    expected = "claims.parquet row 2 paid_on: a day is a date without a time; take the date at the policyholder's site"
    assert [f"{expected} [SL201]"] == told(check(engine, source))


def test_a_kind_of_fault_is_told_once_with_its_first_places(engine: str, tmp_path: Path) -> None:
    """A million rows may break one rule: they are one finding, counted, with the first five."""
    given = rows({}, *({"status": "payed"} for _ in range(12)))
    expected = (
        "claims.parquet row 2 status: this is one of paid, pending, ineligible; "
        "12 rows, 14,406.00 in all: 2, 3, 4, 5, 6 and 7 more [SL106]"
    )
    assert [expected] == told(check(engine, parquet(tmp_path, given)))


def test_few_rows_are_not_priced_in_words(engine: str, tmp_path: Path) -> None:
    """What two rows add up to may be one person's: the message leaves it to the table."""
    inputs = check(engine, parquet(tmp_path, rows({"status": "payed"}, {}, {"status": "payed"})))
    expected = "claims.parquet row 1 status: this is one of paid, pending, ineligible; 2 rows: 1 and 3 [SL106]"
    assert [expected] == told(inputs)
    assert [240100] == [found.total for found in inputs.faults]


def test_findings_are_a_table_as_well(engine: str, tmp_path: Path) -> None:
    """Whoever mends a feed sorts its findings by what they cost."""
    inputs = check(engine, parquet(tmp_path, rows({"status": "payed"}, {"amount": Decimal(0)})))
    computed = made(engine)
    table = computed.rows(findings_table(computed, inputs.found))
    expected = [
        ("SL106", "claims.parquet", "status", False, 1, Decimal("1200.50"), "1"),
        ("SL469", "claims.parquet", "amount", True, 1, Decimal(0), ""),
    ]
    names = ("code", "source", "column", "notice", "rows", "amount", "first_rows")
    assert expected == sorted(tuple(row[name] for name in names) for row in table)


def test_every_row_and_dollar_has_its_line(engine: str, tmp_path: Path) -> None:
    """Read is posted, or a duplicate, or rejected, or held back."""
    given = rows({}, {"id": "c1"}, {"status": "payed"}, {"id": "x"}, {"id": "x", "member": "M2"}, {"amount": None})
    inputs = check(engine, parquet(tmp_path, given))
    assert (
        "claims.parquet: 6 rows, 6,002.50 and 1 unreadable read = 0 posted (0.00) + 1 duplicate (1,200.50) + "
        "4 rejected (3,601.50 and 1 unreadable) + 1 held back (1,200.50)"
    ) == str(inputs.conservation)


def test_a_repeated_row_counts_once(engine: str, tmp_path: Path) -> None:
    """The same row again is one fact, however its cells are written; ids are compared within a policy."""
    again = {"id": "c4", "member": "M2"}
    given = rows({}, {"id": "c1", "benefit": "medical"}, {"id": "c1", "policy": "P2"}, again, again)
    inputs = check(engine, parquet(tmp_path, given), policy(), policy("P2"))
    assert [("c1", 120050), ("c1", 120050), ("c4", 120050)] == settled(engine, inputs)
    assert ["claims.parquet: this row repeats an earlier one and counts once; 2 rows [SL461]"] == noticed(inputs)
    assert "3 posted (3,601.50) + 2 duplicates (2,401.00)" in str(inputs.conservation)


def test_look_alikes_are_noticed(engine: str, tmp_path: Path) -> None:
    """One claim that was reported under two ids is paid twice; the first of each kind is the one that stands."""
    alike = [{"id": f"c{number}"} for number in range(3)]
    other = [{"id": "d1", "amount": Decimal(7)}, {"id": "d2", "amount": Decimal(7)}, {"id": "e", "amount": Decimal(8)}]
    nothing = [{"id": "z1", "amount": Decimal(0)}, {"id": "z2", "amount": Decimal(0)}]
    inputs = check(engine, parquet(tmp_path, rows(*alike, *other, *nothing)))
    (found,) = [found for found in inputs.notices if found.code == "SL472"]

    assert (3, 240800) == (found.rows, found.total)
    line = "this row has the member, benefit, days and amount of an earlier one, under another id; 3 rows"
    assert f"claims.parquet: {line}; if one claim was reported twice, remove one [SL472]" in noticed(inputs)


def test_a_repeated_row_of_every_column_counts_once(engine: str, tmp_path: Path) -> None:
    """A source that lacks no column is compared as one that lacks most."""
    row = dict.fromkeys(FACTS, "") | {"family": "F1"}
    row = {name: cell for name, cell in row.items() if name not in {*ROW, "cents"}}
    inputs = check(engine, text(tmp_path, rows(row, {**row, "id": "c1"})))
    assert [("c1", 120050)] == settled(engine, inputs)


def test_an_id_with_other_content_is_refused(engine: str, tmp_path: Path) -> None:
    """The columns that differ are named, and no cell."""
    given = rows({}, {"id": "c1", "amount": Decimal(1), "reason": "a"}, {})
    (said,) = told(check(engine, parquet(tmp_path, given)))
    assert said.startswith(
        "claims.parquet row 1 id: another row has this id, and differs in amount, reason; 2 rows: 1 and 2; "
    )


ORIGINAL = {"id": "o", "amount": Decimal(100)}
UNDO = {"amount": Decimal(-60), "adjusts": "o"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([ORIGINAL, {**UNDO, "member": "M2"}], "row 2 adjusts: a negative row undoes a payment of the same member"),
        (
            [{**ORIGINAL, "status": "pending"}, UNDO],
            "row 2 adjusts: a negative row undoes a payment, not a claim that is still pending",
        ),
        (
            [{**ORIGINAL, "amount": Decimal(-1)}, UNDO],
            "row 2 adjusts: a negative row undoes a payment, not another negative row",
        ),
        (
            [ORIGINAL, UNDO, UNDO],
            "row 2 adjusts: negative rows take no more than is left of the payment that they undo; 2 rows: 2 and 3",
        ),
        ([ORIGINAL, UNDO], ""),
        ([ORIGINAL, UNDO, {**UNDO, "amount": Decimal(-40)}], ""),
        ([ORIGINAL, UNDO, {**UNDO, "id": "c2"}], ""),
        ([ORIGINAL, UNDO, {**UNDO, "status": "pending"}], ""),
        ([{**ORIGINAL, "policy": "P2"}, UNDO, UNDO], ""),
        ([ORIGINAL, {**UNDO, "amount": Decimal(500)}], ""),
    ],
)
def test_negative_rows_against_what_they_undo(
    engine: str, tmp_path: Path, given: Sequence[Mapping[str, Any]], expected: str
) -> None:
    """The rules of ``adjustment_faults``; what was not reported belongs to another policy year."""
    said = told(check(engine, parquet(tmp_path, rows(*given)), policy(), policy("P2")))
    assert ([f"claims.parquet {expected} [SL307]"] if expected else []) == said


def test_a_family_is_wanted_where_the_policy_is_per_family(engine: str, tmp_path: Path) -> None:
    """Only the policies whose deductible is per family ask for it."""
    given = rows({"family": "F1"}, {}, {"policy": "P2"})
    said = told(check(engine, parquet(tmp_path, given), policy(specific=PER_FAMILY), policy("P2")))
    expected = "families have a deductible, so every payment names its family [SL309]"
    assert [f"claims.parquet row 2 family: {expected}"] == said


def test_the_day_reported_is_wanted_where_it_decides(engine: str, tmp_path: Path) -> None:
    """Claims of a prior administrator may count by the day on which they were reported."""
    prior = {"administrator": "prior"}
    given = rows({}, prior, {**prior, "reported_on": dt.date(2025, 5, 1)}, {**prior, "policy": "P2"})
    (said,) = told(check(engine, parquet(tmp_path, given), policy(specific=BY_DAY_REPORTED), policy("P2")))
    assert said.startswith("claims.parquet row 2 reported_on: claims of a prior administrator count by the day")


def test_amounts_of_a_policy_that_are_too_much_together(engine: str, tmp_path: Path) -> None:
    """A total has to fit a column of decimals with eighteen digits; signs do not help."""
    large = Decimal("9999999999999.99")
    given = rows(*({"amount": large if number % 2 else -large} for number in range(1001)), {"policy": "P2"})
    inputs = check(engine, parquet(tmp_path, given), policy(), policy("P2"))
    assert [
        (
            "claims.parquet amount: the amounts of policy P1, signs aside, add up to more than sixteen digits before "
            "the point; amounts are dollars [SL821]"
        )
    ] == told(inputs)


def test_swapped_days_are_refused(engine: str, tmp_path: Path) -> None:
    """Where more than a fifth is paid before it was incurred, the columns are swapped."""
    early = {"incurred_on": dt.date(2025, 5, 1)}
    few = check(engine, parquet(tmp_path, rows(*[early] * 4, *[{}] * 16)))
    assert [] == told(few)
    many = check(engine, parquet(tmp_path, rows(*[early] * 5, *[{}] * 16)))
    assert [
        "claims.parquet: 5 of 21 rows are paid before they were incurred; are paid_on and incurred_on swapped? [SL466]"
    ] == told(many)


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        ({"incurred_on": dt.date(2025, 5, 1)}, "SL465"),
        ({"amount": Decimal(-1)}, "SL467"),
        ({"status": "pending"}, "SL468"),
        ({"amount": Decimal(0)}, "SL469"),
        ({"ineligible_for": "specific"}, "SL470"),
        ({"member": "Unknown"}, "SL471"),
        ({"color": "red"}, "SL452"),
    ],
)
def test_what_is_odd_is_settled_all_the_same(engine: str, tmp_path: Path, odd: Mapping[str, Any], code: str) -> None:
    """A notice is listed with its rows and dollars, and refuses nothing."""
    inputs = check(engine, parquet(tmp_path, rows(odd)))
    assert ([], [code]) == (told(inputs), [found.code for found in inputs.notices])
    assert 1 == len(settled(engine, inputs))


def test_claims_without_rows_are_a_notice(engine: str, tmp_path: Path) -> None:
    """A header alone may be an export that was cut."""
    path = text(tmp_path, rows({}))
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    inputs = check(engine, path)
    assert ["claims.csv: this source has no rows; check that the export is whole [SL460]"] == noticed(inputs)
    assert [] == settled(engine, inputs)


def test_a_policy_twice_is_refused(engine: str, tmp_path: Path) -> None:
    """Rows are told apart by their policy's number."""
    said = told(check(engine, parquet(tmp_path, rows({})), policy(), policy()))
    assert ["policies: 2 policies have the number P1; policies are told apart by their numbers [SL702]"] == said


UNITS = [
    {"policy": "P1", "month": "2025-01", "tier": "single", "units": 10},
    {"policy": "P1", "month": dt.date(2025, 2, 14).isoformat(), "tier": "single", "units": 11},
]


def enrolled(engine: str, tmp_path: Path, given: Sequence[Mapping[str, Any]], **others: Any) -> Inputs:
    """Check enrollment beside a claim."""
    path = tmp_path / "enrollment.parquet"
    pq.write_table(pa.table(columns(given)), path)
    return check(engine, parquet(tmp_path, rows({})), aggregate_policy(), enrollment=path, **others)


def test_covered_units_come_by_policy(engine: str, tmp_path: Path) -> None:
    """Enrollment is small, and comes as the facts of the Python engine."""
    inputs = enrolled(engine, tmp_path, [*UNITS, UNITS[0]])
    assert [] == told(inputs)
    assert [10, 11] == [each.units for each in inputs.units["P1"]]
    assert "2 posted (21 units) + 1 duplicate (10 units)" in str(inputs.conservation)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            [*UNITS, {**UNITS[0], "units": 12}],
            (
                "row 3 units: policy P1: this policy month and tier was already reported with other units; "
                "report each month and tier once [SL542]"
            ),
        ),
        (
            [*UNITS, {**UNITS[0], "tier": "singel"}],
            'row 3 tier: policy P1: the factors have no such tier; they have single; did you mean "single"? [SL540]',
        ),
        (
            UNITS[:1],
            (
                ": policy P1: no covered units were reported for tier single in the policy month that begins "
                "2025-02-01; write 0 if there were none [SL543]"
            ),
        ),
        (
            [*UNITS, {**UNITS[0], "policy": "P9"}],
            "row 3 policy: no policy of this number was given; add the policy, or correct the number [SL820]",
        ),
        ([*UNITS, {**UNITS[0], "units": -1}], "row 3 units: covered units are 0 to 100,000,000 [SL508]"),
        (
            [*UNITS, {**UNITS[0], "month": "Jan"}],
            "row 3 month: a month is a day in it (2025-01-01) or the month in which it begins (2025-01) [SL211]",
        ),
        (
            [{**UNITS[0], "units": 1.5}],
            "units: this column holds a number of units, and is of type Float64; give whole numbers [SL507]",
        ),
        ([{"policy": "P1", "month": "2025-01", "units": 1}], "tier: this column is missing [SL451]"),
    ],
)
def test_wrong_enrollment_is_refused(
    engine: str, tmp_path: Path, given: Sequence[Mapping[str, Any]], expected: str
) -> None:
    """The rules of the attachment point, of every policy that has one."""
    joint = "" if expected.startswith(":") else " "
    assert [f"enrollment.parquet{joint}{expected}"] == told(enrolled(engine, tmp_path, given))


def test_covered_units_are_no_dollars(engine: str, tmp_path: Path) -> None:
    """Eleven rows of ten units are 110 units, in words and in the table, and no dollar and ten cents."""
    strange = [{**UNITS[0], "policy": "P9"}] * 11
    inputs = enrolled(engine, tmp_path, [*UNITS, *strange])
    table = made(engine).rows(findings_table(made(engine), inputs.faults))

    assert [
        (
            "enrollment.parquet row 3 policy: no policy of this number was given; 11 rows, 110 units in all: "
            "3, 4, 5, 6, 7 and 6 more; add the policy, or correct the number [SL820]"
        )
    ] == told(inputs)
    assert [(11, Decimal(0), 110)] == [(row["rows"], row["amount"], row["units"]) for row in table]


def test_no_enrollment_at_all_is_one_fault(engine: str, tmp_path: Path) -> None:
    """Nobody is told to write zeros for units that were left out with the whole file."""
    inputs = check(engine, parquet(tmp_path, rows({})), aggregate_policy(), aggregate_policy("P2"), policy("P3"))

    assert [
        (
            "enrollment: 2 policies have an aggregate cover, and its attachment point needs the covered units; "
            "give the enrollment too [SL543]"
        )
    ] == told(inputs)


def test_missing_units_are_no_rows(engine: str, tmp_path: Path) -> None:
    """The first is named, and the others are counted as what they are: not there."""
    path = tmp_path / "enrollment.parquet"
    pq.write_table(pa.table(columns(UNITS)), path)
    inputs = check(engine, parquet(tmp_path, rows({})), aggregate_policy(), aggregate_policy("P2"), enrollment=path)

    assert [
        (
            "enrollment.parquet: policy P2: no covered units were reported for tier single in the policy month that "
            "begins 2025-01-01, and so for 1 more; write 0 if there were none [SL543]"
        )
    ] == told(inputs)


def test_units_that_cannot_be_read_are_not_missing_too(engine: str, tmp_path: Path) -> None:
    """One fault has one line."""
    given = [UNITS[0], {**UNITS[1], "units": -1}]

    assert ["enrollment.parquet row 2 units: covered units are 0 to 100,000,000 [SL508]"] == told(
        enrolled(engine, tmp_path, given)
    )


def test_enrollment_is_wanted_of_the_months_so_far(engine: str, tmp_path: Path) -> None:
    """Before the second month begins, its units may be absent."""
    assert [] == told(enrolled(engine, tmp_path, UNITS[:1], as_of=dt.date(2025, 1, 31)))


PAID = {
    "policy": "P1",
    "id": "r1",
    "coverage": "specific",
    "member": "M1",
    "paid_on": dt.date(2025, 6, 1),
    "amount": Decimal("50.25"),
}


def paid(engine: str, tmp_path: Path, *given: Mapping[str, Any]) -> Inputs:
    """Check carrier payments beside a claim."""
    path = tmp_path / "carrier.parquet"
    pq.write_table(pa.table(columns(given)), path)
    return check(engine, parquet(tmp_path, rows({})), policy(), carrier_payments=path)


def test_carrier_payments_come_as_a_table_and_by_policy(engine: str, tmp_path: Path) -> None:
    """Engines take the table, the Python engine the facts; the same row twice is one."""
    inputs = paid(engine, tmp_path, PAID, PAID)
    expected = {
        "policy": "P1",
        "coverage": "specific",
        "member": "M1",
        "paid_on": dt.date(2025, 6, 1),
        "cents": 5025,
    }
    assert [expected] == made(engine).rows(inputs.received)
    assert [5025] == [payment.cents for payment in inputs.carrier_payments["P1"]]
    assert "1 posted (50.25) + 1 duplicate (50.25)" in str(inputs.conservation)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (
            {"coverage": "aggregate", "member": None},
            "coverage: policy P1: the policy has no aggregate cover under which the carrier could have paid [SL310]",
        ),
        ({"policy": "P9"}, "policy: no policy of this number was given; add the policy, or correct the number [SL820]"),
        (
            {"member": None},
            "member: a payment under specific names its member, one under aggregate names none [SL305]",
        ),
        (
            {"id": "r1"},
            (
                "id: another row has this id, and differs in amount; "
                "a correction is a row of its own, with its own id [SL462]"
            ),
        ),
        ({"kind": "gift"}, "kind: this is one of reimbursement, advance, accommodation [SL106]"),
    ],
)
def test_wrong_carrier_payments_are_refused(
    engine: str, tmp_path: Path, wrong: Mapping[str, Any], expected: str
) -> None:
    """Money of the carrier is under a cover that there is, for a policy that there is."""
    inputs = paid(engine, tmp_path, PAID, {**PAID, "id": "r2", "amount": Decimal(1), **wrong})
    assert [f"carrier.parquet row 2 {expected}"] == told(inputs)


def test_all_sources_are_refused_in_one_error(engine: str, tmp_path: Path) -> None:
    """Nobody mends three files one after the other."""
    path = tmp_path / "carrier.parquet"
    pq.write_table(pa.table(columns([{**PAID, "policy": "P9"}])), path)
    claims = parquet(tmp_path, rows({"status": "payed"}))
    inputs = check(engine, claims, aggregate_policy(), carrier_payments=path)
    with pytest.raises(RejectedFeed) as caught:
        _ = inputs.rows
    assert ["SL106", "SL543", "SL820"] == [finding.code for finding in caught.value.findings]
    assert inputs.conservation == caught.value.conservation


def test_no_message_shows_an_id_or_what_one_person_cost(engine: str, tmp_path: Path) -> None:
    """Ids and members' amounts are health information."""
    given = rows(
        {"id": "ID7", "member": "SECRET7 ", "amount": Decimal("777.77")},
        {"id": "ID8"},
        {"id": "ID8", "member": "SECRET8"},
    )
    said = " ".join(told(check(engine, parquet(tmp_path, given))))
    assert [] == [word for word in ("ID7", "ID8", "SECRET", "777") if word in said]
