"""The demonstration group: the same bytes everywhere, and everything in it that stop-loss is about."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import frozen

from stoploss.demo import DemoSummary, write_demo
from stoploss.demo.dice import Dice, Severity
from stoploss.demo.lines import working_day
from stoploss.documents import load_policy
from stoploss.eligibility import Reason
from stoploss.errors import InvalidValue
from stoploss.facts import Benefit, CarrierPayment, CoveredUnits, IneligibleFor, Payment, Status, adjustment_faults
from stoploss.feeds import read_carrier_payments, read_claims, read_enrollment
from stoploss.policy import Policy
from stoploss.statement import Statement, settle

FIRST_DIGEST = "12cbd37d444271006a0176bf33078f462df2a891c696c5ca8f0bf0cd78982700"
NAMES = ["policy.toml", "claims.csv", "enrollment.csv", "carrier_payments.csv"]


@frozen(kw_only=True)
class Demo:
    """A group as its files tell it."""

    summary: DemoSummary
    policy: Policy
    payments: tuple[Payment, ...]
    units: tuple[CoveredUnits, ...]
    carrier_payments: tuple[CarrierPayment, ...]

    @property
    def statement(self) -> Statement:
        """The final settlement."""
        return settle(self.policy, self.payments, self.units, self.carrier_payments)


def read(summary: DemoSummary) -> Demo:
    """Read the files back."""
    policy, claims, enrollment, received = summary.files
    return Demo(
        summary=summary,
        policy=load_policy(policy),
        payments=tuple(read_claims(claims).payments),
        units=tuple(read_enrollment(enrollment).units),
        carrier_payments=tuple(read_carrier_payments(received).carrier_payments),
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The group that is written unless another one is asked for."""
    return read(write_demo(tmp_path_factory.mktemp("demo")))


@pytest.fixture(scope="module")
def statement(demo: Demo) -> Statement:
    """Its final settlement."""
    return demo.statement


# ------------------------------------------------------------------ the files


def test_four_files_are_written(demo: Demo) -> None:
    """The summary names the files and counts what is in them."""
    assert NAMES == [path.name for path in demo.summary.files]
    assert len(demo.payments) == demo.summary.payments
    assert len(demo.carrier_payments) == demo.summary.carrier_payments
    assert (500, dt.date(2026, 4, 30)) == (demo.summary.employees, demo.summary.reported_on)


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    """Two runs agree byte for byte, and another seed does not."""
    first, again, other = (
        write_demo(tmp_path / name, employees=20, seed=seed)
        for name, seed in (("first", 7), ("again", 7), ("other", 8))
    )

    assert [path.read_bytes() for path in first.files] == [path.read_bytes() for path in again.files]
    assert first.files[1].read_bytes() != other.files[1].read_bytes()


def test_the_group_is_the_same_on_every_platform(tmp_path: Path) -> None:
    """What seed 1 has made since it was first written; a change here changes everybody's examples."""
    small = read(write_demo(tmp_path, employees=20, seed=1))
    rows = [
        f"{row.id} {row.member} {row.benefit} {row.incurred_on} {row.paid_on} {row.amount} {row.adjusts} {row.status}"
        for row in small.payments
    ]

    assert 1907 == len(rows)
    assert FIRST_DIGEST == hashlib.sha256("\n".join(rows).encode()).hexdigest()


def test_writing_the_same_again_is_no_fault(tmp_path: Path) -> None:
    """A run can be repeated."""
    first = write_demo(tmp_path, employees=20)

    assert first == write_demo(tmp_path, employees=20)


def test_a_file_with_other_contents_is_left_alone(tmp_path: Path) -> None:
    """Somebody's own claims are never overwritten, and nothing else is written then."""
    own = tmp_path / "claims.csv"
    own.write_text("mine")
    with pytest.raises(InvalidValue) as refused:
        write_demo(tmp_path, employees=20)

    expected = (
        "claims.csv: there is a file of this name with other contents, which is not overwritten; "
        "choose an empty folder [SL491]"
    )
    assert expected == str(refused.value)
    assert "mine" == own.read_text()
    assert [own] == list(tmp_path.iterdir())


@pytest.mark.parametrize("employees", [19, 50_001, 0, -1])
def test_a_group_has_a_size(tmp_path: Path, employees: int) -> None:
    """Too small for the stories, or too large to write in one go, is refused before anything is made."""
    with pytest.raises(InvalidValue) as refused:
        write_demo(tmp_path / "none", employees=employees)

    assert "employees: a demonstration has 20 to 50,000 employees [SL490]" == str(refused.value)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(("employees", "deductible"), [(20, 25_000), (99, 40_000), (150, 75_000)])
def test_a_smaller_group_has_a_lower_deductible(tmp_path: Path, employees: int, deductible: int) -> None:
    """The policy fits the size, and every size can be settled."""
    small = read(write_demo(tmp_path, employees=employees, seed=3))
    sheet = small.statement.specific

    assert small.policy.specific is not None
    assert deductible == small.policy.specific.deductible
    assert sheet is not None
    assert sheet.reimbursable > 0
    assert sheet.laser > 0


# ------------------------------------------------------------------ what happens in it


def test_everything_happens(demo: Demo) -> None:
    """Benefits, voids, reissues, refunds with and without the payment, pending and ineligible rows, families."""
    by_id = {row.id: row for row in demo.payments}
    undoing = [(row, by_id[row.adjusts]) for row in demo.payments if row.adjusts]
    seen = {
        "void": any(row.amount == -adjusted.amount for row, adjusted in undoing),
        "partial refund": any(row.amount > -adjusted.amount for row, adjusted in undoing),
        "refund of no payment in particular": any(row.amount < 0 and not row.adjusts for row in demo.payments),
        "recovery in a later year": any(
            row.paid_on and adjusted.paid_on and row.paid_on.year > adjusted.paid_on.year for row, adjusted in undoing
        ),
        "diagnosis": any(row.diagnosis for row in demo.payments),
    }

    assert [] == list(adjustment_faults(demo.payments))
    assert [] == [name for name, happens in seen.items() if not happens]
    assert {Benefit.MEDICAL, Benefit.RX, Benefit.DENTAL} == {row.benefit for row in demo.payments}
    assert set(Status) == {row.status for row in demo.payments}
    assert set(IneligibleFor) == {row.ineligible_for for row in demo.payments if row.status is Status.INELIGIBLE}
    assert all(row.member.startswith(f"{row.family}-") for row in demo.payments)


def test_ids_have_their_shape(demo: Demo) -> None:
    """Claims are numbered through; a member's id begins with the family's."""
    assert [f"C{number:07d}" for number in range(1, len(demo.payments) + 1)] == [row.id for row in demo.payments]
    assert all(
        len(row.member) == len("E0123-01") and row.member[0] == "E" and row.member[1:5].isdigit()
        for row in demo.payments
    )


def test_nobody_pays_on_a_weekend(demo: Demo) -> None:
    """Every payment is made on a working day, on or after the day of service."""
    paid = [(row.paid_on, row.incurred_on) for row in demo.payments if row.paid_on]

    assert all(day.weekday() < 5 for day, _ in paid)
    assert all(day >= incurred for day, incurred in paid)
    assert max(day for day, _ in paid) <= demo.summary.reported_on


def test_medical_claims_take_months_and_prescriptions_days(demo: Demo) -> None:
    """Three medical claims in ten are paid within a month or so, one in ten in the fourth; prescriptions in days."""
    medical, rx = (
        Counter(
            min(3, (row.paid_on - row.incurred_on).days // 31)
            for row in demo.payments
            if row.paid_on and row.amount > 0 and row.benefit is benefit
        )
        for benefit in (Benefit.MEDICAL, Benefit.RX)
    )
    shares = [100 * medical[month] // medical.total() for month in range(4)]

    assert shares == pytest.approx([30, 40, 20, 10], abs=6)
    assert 98 * rx.total() < 100 * rx[0]


def test_costs_and_volume_are_believable(demo: Demo) -> None:
    """An employee costs some 6,500 to 11,000 a year, the catastrophes of 2025 included; a member has some 20 rows."""
    cost = {
        year: sum(row.amount for row in demo.payments if row.incurred_on.year == year and row.paid_on) / 500
        for year in (2024, 2025)
    }

    assert 6_500 <= cost[2024] <= 8_500
    assert 8_500 <= cost[2025] <= 11_000
    assert 45_000 <= len(demo.payments) <= 60_000


def test_units_follow_who_joins_and_leaves(demo: Demo) -> None:
    """Every month has every tier; together they stay near the size of the group, and are not the same every month."""
    months = Counter[object]()
    for row in demo.units:
        months[row.month] += row.units

    assert 36 == len(demo.units)
    assert {"single", "couple", "family"} == {row.tier for row in demo.units}
    assert all(480 <= units <= 500 for units in months.values())
    assert len(set(months.values())) > 3


# ------------------------------------------------------------------ the settlement


def test_specific_tells_its_stories(statement: Statement) -> None:
    """A newborn over 600,000, a cancer case, a laser that bites, a member on the deductible to the cent."""
    assert statement.specific is not None
    sheet = statement.specific
    over = {unit.unit: unit for unit in sheet.units if unit.eligible >= Decimal(140_000)}
    newborn = max(over.values(), key=lambda unit: unit.eligible)
    lasered = [unit for unit in over.values() if unit.deductible == 300_000]

    assert newborn.eligible > 600_000
    assert not newborn.unit.endswith(("-01", "-02"))
    assert 1 == len(lasered)
    assert lasered[0].laser == 150_000
    assert lasered[0].reimbursable > 0
    assert 1 == sum(unit.eligible == 150_000 for unit in over.values())
    assert any(140_000 <= unit.eligible < 150_000 for unit in over.values())
    assert len(over) >= 6


def test_the_asd_is_used_up(statement: Statement) -> None:
    """The first 75,000 of excess are the employer's, and there is more."""
    assert statement.specific is not None
    assert 75_000 == statement.specific.aggregating
    assert statement.specific.reimbursable > 500_000


def test_the_aggregate_attaches_slightly(statement: Statement) -> None:
    """Counted claims end within a few per cent above the attachment point."""
    assert statement.aggregate is not None
    sheet = statement.aggregate

    assert sheet.minimum_attachment is not None
    assert sheet.minimum_attachment < sheet.attachment_point
    assert 0 < sheet.excess < sheet.attachment_point / 20


def test_the_carrier_owes_and_is_owed(statement: Statement) -> None:
    """Of what was filed some is paid already: more is due for one member, and money is due back for another."""
    assert statement.specific is not None
    partly = [unit for unit in statement.specific.units if unit.reimbursed > 0 and unit.due > 0]
    overpaid = [unit for unit in statement.specific.units if unit.due < 0]
    untouched = [unit for unit in statement.specific.units if unit.reimbursed == 0 and unit.due > 0]

    assert partly
    assert overpaid
    assert untouched


def test_claims_of_other_years_are_there(statement: Statement) -> None:
    """Run-in, the next year, late payments: each cover has its reasons to exclude."""
    assert statement.specific is not None
    assert statement.aggregate is not None
    usual = {
        *(Reason.INELIGIBLE, Reason.PENDING, Reason.BENEFIT_NOT_COVERED),
        *(Reason.INCURRED_BEFORE, Reason.INCURRED_AFTER, Reason.PAID_AFTER),
    }

    assert usual <= {exclusion.reason for exclusion in statement.specific.excluded}
    assert usual <= {exclusion.reason for exclusion in statement.aggregate.excluded}


def test_the_run_out_counts_under_specific_only(demo: Demo, statement: Statement) -> None:
    """What was incurred in 2025 and paid by March 2026 is specific's under 12/15, and late for a 12/12 aggregate."""
    late = [
        statement.split(row.id)
        for row in demo.payments
        if row.status is Status.PAID
        and row.benefit is Benefit.MEDICAL
        and row.amount > 0
        and row.incurred_on.year == 2025
        and row.paid_on
        and dt.date(2026, 1, 1) <= row.paid_on <= dt.date(2026, 3, 31)
    ]

    assert late
    assert {None} == {split.excluded for split in late}
    assert {Reason.PAID_AFTER} == {split.aggregate_excluded for split in late}


def test_nothing_is_odd_about_it(statement: Statement) -> None:
    """The settlement has no notices: the lasered member has claims, and the days are in order."""
    assert () == statement.notices


# ------------------------------------------------------------------ chance


def test_a_severity_lies_between_its_points() -> None:
    """Amounts rise evenly from point to point, and never leave the table."""
    severity = Severity({0: 100, 5_000: 300, 10_000: 10_100})

    assert [100, 200, 300, 10_098] == [severity.at(place) for place in (0, 2_500, 5_000, 9_999)]


def test_throws_stay_within_their_bounds() -> None:
    """Both ends come up, and nothing beyond."""
    dice = Dice(5)

    assert {2, 3, 4} == {dice.between(2, 4) for _ in range(100)}
    assert {"a", "b"} == {dice.pick("ab") for _ in range(100)}
    assert all(900 <= dice.about(1_000) <= 1_100 for _ in range(100))
    assert 30 < sum(dice.one_in(2) for _ in range(100)) < 70
    assert {0, 1, 2} == {dice.below(3) for _ in range(100)}


@pytest.mark.parametrize(
    ("day", "paid_on"), [("2025-01-03", "2025-01-03"), ("2025-01-04", "2025-01-06"), ("2025-01-05", "2025-01-06")]
)
def test_a_weekend_waits_for_monday(day: str, paid_on: str) -> None:
    """Friday is a working day; Saturday and Sunday are not."""
    assert dt.date.fromisoformat(paid_on) == working_day(dt.date.fromisoformat(day))
