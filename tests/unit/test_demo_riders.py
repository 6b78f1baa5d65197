"""The demonstration group with riders: every one is in use, and what the carriers did not pay is found to the cent."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import asdict, evolve, fields, frozen
from jsonschema import Draft202012Validator

from stoploss.attachment_terms import AggregateFactor
from stoploss.deadlines import DeadlineKind, Outlook, outlook
from stoploss.demo import DemoSummary, write_demo
from stoploss.documents import dump_policy, load_policy, policy_schema
from stoploss.eligibility import Reason
from stoploss.errors import InvalidValue
from stoploss.facts import (
    Administrator,
    CarrierPayment,
    CarrierPaymentKind,
    CoveredUnits,
    Payment,
    Status,
    adjustment_faults,
)
from stoploss.feeds import read_carrier_payments, read_claims, read_denials, read_enrollment, read_requests
from stoploss.funding import fund, load_funding_plan
from stoploss.inner_terms import Used
from stoploss.lasers import Laser
from stoploss.policy import Policy
from stoploss.receivables import receivables
from stoploss.reconcile import Reconciliation, read_carrier_statement, reconcile
from stoploss.statement import Statement, settle

FIRST_DIGEST = "f9ccf9d13eb5451b8e4865efe3bc2138a799246a11b6677937a16b122c55e1f4"
NAMES = [
    *("policy.toml", "claims.csv", "enrollment.csv", "carrier_payments.csv"),
    *("requests.csv", "denials.csv", "carrier_statement.csv"),
    *("policy-2024.toml", "carrier_payments-2024.csv", "funding.toml"),
]
SMALL = 20
"""Employees: enough for every story, and settled in a moment."""


@frozen(kw_only=True)
class Group:
    """A group as its files tell it."""

    summary: DemoSummary
    policy: Policy
    payments: tuple[Payment, ...]
    units: tuple[CoveredUnits, ...]
    received: tuple[CarrierPayment, ...]
    before: Policy
    received_before: tuple[CarrierPayment, ...]

    def settled_before(self, policy: Policy | None = None) -> Statement:
        """Return the settlement of 2024, perhaps under other terms."""
        return settle(policy or self.before, self.payments, (), self.received_before)

    def file(self, name: str) -> Path:
        """Return one of the files."""
        return next(path for path in self.summary.files if path.name == name)


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Group:
    """A small group, written and read back."""
    folder = tmp_path_factory.mktemp("riders")
    summary = write_demo(folder, employees=SMALL, scenario="riders")
    return Group(
        summary=summary,
        policy=load_policy(folder / "policy.toml"),
        payments=read_claims(folder / "claims.csv").payments,
        units=read_enrollment(folder / "enrollment.csv").units,
        received=read_carrier_payments(folder / "carrier_payments.csv").carrier_payments,
        before=load_policy(folder / "policy-2024.toml"),
        received_before=read_carrier_payments(folder / "carrier_payments-2024.csv").carrier_payments,
    )


@pytest.fixture(scope="module")
def statement(group: Group) -> Statement:
    """The settlement of 2025."""
    return settle(group.policy, group.payments, group.units, group.received)


@pytest.fixture(scope="module")
def compared(group: Group, statement: Statement) -> Reconciliation:
    """The settlement against the carriers' statement."""
    return reconcile(statement, read_carrier_statement(group.file("carrier_statement.csv")).rows)


# ------------------------------------------------------------------ the files


def test_ten_files_are_written(group: Group) -> None:
    """The year before has a policy and a carrier's payments of its own; the claims are those of both years."""
    assert NAMES == [path.name for path in group.summary.files]
    assert (len(group.payments), len(group.received)) == (group.summary.payments, group.summary.carrier_payments)
    assert dt.date(2026, 1, 16) == group.summary.reported_on


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two runs agree byte for byte, and another seed does not."""
    first, again, other = (
        write_demo(tmp_path / name, employees=20, seed=seed, scenario="riders")
        for name, seed in (("first", 7), ("again", 7), ("other", 8))
    )

    assert [path.read_bytes() for path in first.files] == [path.read_bytes() for path in again.files]
    assert first.files[1].read_bytes() != other.files[1].read_bytes()


def test_the_group_is_the_same_on_every_platform(tmp_path: Path) -> None:
    """What seed 1 has made since it was first written; a change here changes everybody's examples."""
    files = write_demo(tmp_path, employees=20, scenario="riders").files
    everything = b"".join(path.read_bytes() for path in files if path.suffix == ".csv")

    assert FIRST_DIGEST == hashlib.sha256(everything).hexdigest()


def test_a_scenario_that_there_is_not(tmp_path: Path) -> None:
    """A story has a name, and nothing is written for another one."""
    with pytest.raises(InvalidValue) as refused:
        write_demo(tmp_path / "none", scenario="rider")

    assert 'this is one of plain, riders; did you mean "riders"? [SL106]' == str(refused.value)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(("employees", "seed"), [(20, 2), (60, 3)])
def test_every_size_has_its_three_underpaid_members(tmp_path: Path, employees: int, seed: int) -> None:
    """The stories fit the size of the group, whatever the seed."""
    write_demo(tmp_path, employees=employees, seed=seed, scenario="riders")
    statement = settle(
        load_policy(tmp_path / "policy.toml"),
        read_claims(tmp_path / "claims.csv").payments,
        read_enrollment(tmp_path / "enrollment.csv").units,
        read_carrier_payments(tmp_path / "carrier_payments.csv").carrier_payments,
    )
    found = reconcile(statement, read_carrier_statement(tmp_path / "carrier_statement.csv").rows)

    assert 3 == len(found.discrepancies)
    assert all(each.at_stake and each.at_stake > 0 and each.causes for each in found.discrepancies)


# ------------------------------------------------------------------ every rider is in use


def changed(terms: Any, changes: Mapping[str, Any]) -> Any:
    """Return terms with others in place of some: a table changes the terms in it, a function makes them of the old."""

    def value(old: Any, new: Any) -> Any:
        if isinstance(new, Mapping):
            return changed(old, new)
        return new(old) if callable(new) else new

    return evolve(terms, **{name: value(getattr(terms, name), new) for name, new in changes.items()})


def lasers(**given: Any) -> Callable[[Sequence[Laser]], list[Laser]]:
    """Return a change of all lasers that have a term which is to be replaced."""
    plain = fields(Laser)

    def change(old: Sequence[Laser]) -> list[Laser]:
        return [
            evolve(laser, **given)
            if any(getattr(laser, name) != getattr(plain, name).default for name in given)
            else laser
            for laser in old
        ]

    return change


def untagged(used: Sequence[Used]) -> list[Used]:
    """Return what was used toward the lifetime maximum."""
    return [row for row in used if row.tag is None]


def tagged(used: Sequence[Used]) -> list[Used]:
    """Return what was used toward lifetime caps."""
    return [row for row in used if row.tag is not None]


def from_the_start(factors: Sequence[AggregateFactor]) -> list[AggregateFactor]:
    """Return the factors that hold from the first policy month."""
    return [factor for factor in factors if factor.from_on is None]


def unlayered(received: Iterable[CarrierPayment]) -> list[CarrierPayment]:
    """Return the carriers' payments as those of one."""
    return [evolve(payment, carrier=None) for payment in received]


WITHOUT: Mapping[str, Mapping[str, Any]] = {
    "aggregating": {"specific": {"aggregating": "0"}},
    "excludes": {"specific": {"excludes": ()}},
    "classes": {"specific": {"classes": ()}},
    "lifetime maximum": {"specific": {"lifetime_maximum": None, "used": tagged}},
    "used before": {"specific": {"used": tagged}},
    "used before of a cap": {"specific": {"used": untagged}},
    "family deductible": {"specific": {"family_deductible": None}},
    "common accident": {"specific": {"common_accident": None}},
    "lasers": {"specific": {"lasers": (), "laser_funds": ()}},
    "laser from a day": {"specific": {"lasers": lasers(from_on=None)}},
    "laser on labels": {"specific": {"lasers": lasers(tags=())}},
    "laser with a condition": {"specific": {"lasers": lasers(when=None, effect="whole_period")}},
    "laser from its trigger": {"specific": {"lasers": lasers(effect="whole_period")}},
    "what lasers count": {"specific": {"lasers": lasers(counts=None)}},
    "laser fund": {"specific": {"lasers": lasers(fund=None), "laser_funds": ()}},
    "caps": {"specific": {"caps": (), "used": untagged}},
    "reductions": {"specific": {"reductions": ()}},
    "tiers": {"specific": {"tiers": ()}},
    "layers": {"specific": {"layers": ()}},
    "run-in limit": {"specific": {"basis": {"run_in_limit": None}}},
    "run-out limit": {"specific": {"basis": {"run_out_limit": None}}},
    "prior administrator": {"specific": {"basis": {"prior_administrator": "included"}}},
    "excludes of the aggregate": {"aggregate": {"excludes": ()}},
    "classes of the aggregate": {"aggregate": {"classes": ()}},
    "what a laser counts": {"aggregate": {"laser_loss_limit": "standard"}},
    "run-out limit of the aggregate": {"aggregate": {"basis": {"run_out_limit": None}}},
    "factors by day": {"aggregate": {"factors": from_the_start}},
    "minimum": {"aggregate": {"minimum": None}},
    "prorated deductible": {"early_termination": {"deductible": "full"}},
    "prorated minimum": {"early_termination": {"minimum": "full"}},
    "terminal liability": {"terminal_liability": None},
    "overlap": {"overlap": None},
    "whose recoveries are": {"recoveries": {"order": "recompute"}},
    "legal cost": {"recoveries": {"legal_cost": "gross"}},
    "rebates": {"rebates": {"treatment": "net_per_claim"}},
}
"""The policy of 2025 without one of its terms."""

OF_THE_ACCOMMODATION: Mapping[str, Mapping[str, Any]] = {
    "the accommodation": {"aggregate": {"accommodation": None}},
    "what the employer keeps": {"aggregate": {"accommodation": {"keep": "0"}}},
    "months open": {"aggregate": {"accommodation": {"months_open": None}}},
}
"""Without one of the terms that decide only what is paid early."""


@pytest.fixture(scope="module")
def owed(group: Group) -> Statement:
    """The settlement of 2025 without what is paid early, which takes a settlement for every month."""
    policy = changed(group.policy, OF_THE_ACCOMMODATION["the accommodation"])
    return settle(policy, group.payments, group.units, group.received)


@pytest.mark.parametrize("term", WITHOUT)
def test_every_term_decides_something(group: Group, owed: Statement, term: str) -> None:
    """Without any one of its terms the settlement of 2025 is another one."""
    policy = changed(owed.settlement.policy, WITHOUT[term])
    received = unlayered(group.received) if term == "layers" else group.received
    settled = settle(policy, group.payments, group.units, received)

    assert settled.to_dict() != owed.to_dict()


@pytest.mark.parametrize("term", OF_THE_ACCOMMODATION)
def test_the_accommodation_changes_what_is_early_and_not_what_is_owed(
    group: Group, statement: Statement, term: str
) -> None:
    """Without any one of its terms other amounts are advanced, and the carrier owes the same."""
    policy = changed(group.policy, OF_THE_ACCOMMODATION[term])
    settled = settle(policy, group.payments, group.units, group.received)

    assert settled.to_dict() != statement.to_dict()
    assert settled.carrier_total == statement.carrier_total


def test_units_are_counted_two_months_earlier(group: Group) -> None:
    """The first row of covered units is of November, for January; by class and plan each tier has its own factor."""
    assert group.policy.aggregate
    factors = group.policy.aggregate.factors

    assert dt.date(2024, 11, 1) == group.units[0].month
    assert {(row.tier, row.covered_class, row.plan) for row in group.units} == {factor.whose for factor in factors}


def test_the_year_before_has_its_bridge_and_its_advance(group: Group) -> None:
    """Without the bridge nothing that was paid in 2025 counts, without advance funding nothing that was advanced."""
    owed = group.settled_before().carrier_total
    unbridged = group.settled_before(evolve(group.before, bridge=None)).carrier_total
    unfunded = group.settled_before(evolve(group.before, advance_funding=None)).carrier_total

    assert unbridged < unfunded < owed


def test_no_claim_counts_in_both_years(group: Group, statement: Statement) -> None:
    """What lies in the windows of both policies belongs to the one in which it was incurred."""
    before = group.settled_before()
    both = [split.id for split in statement.splits if not split.excluded and before.split(split.id).excluded is None]
    specific = statement.specific

    assert [] == both
    assert specific
    assert Reason.OTHER_POLICY in {exclusion.reason for exclusion in specific.excluded}


def test_terms_that_a_settlement_keeps_are_there(group: Group) -> None:
    """Notices and the terms of renewal change no amount; the policy has them all the same."""
    assert group.policy.notices
    assert group.policy.renewal
    assert group.policy.advance_funding
    assert all(value is not None for name, value in asdict(group.policy.renewal).items() if name != "refund")


def test_claims_carry_what_the_terms_look_at(group: Group) -> None:
    """Labels, diagnoses, classes, divisions, an accident, a prior administrator, a recovery with its legal cost."""
    tags = {tag for payment in group.payments for tag in payment.tags}
    recoveries = [payment for payment in group.payments if payment.legal_cost]

    assert {"access_fee", "advanced", "gene_therapy", "own_clinic", "rebate", "recovery", "transplant"} == tags
    assert {"active", "retiree"} <= {payment.covered_class for payment in group.payments}
    assert {"foundry", "offices"} == {payment.division for payment in group.payments}
    assert {"A-2025-05"} == {payment.accident for payment in group.payments} - {None}
    assert 1 == len(recoveries)
    assert all(payment.reported_on for payment in group.payments if payment.administrator is Administrator.PRIOR)
    assert [] == list(adjustment_faults(group.payments))


def test_two_carriers_share_the_largest_claim(statement: Statement) -> None:
    """The lower carrier reimburses the newborn up to its limit, the higher one the rest."""
    assert statement.specific
    lower, higher = max(statement.specific.units, key=lambda unit: unit.reimbursable).layers

    assert lower.reimbursable == 50_000
    assert higher.reimbursable > lower.reimbursable


def test_divisions_add_up(statement: Statement) -> None:
    """What the foundry and the offices count is what the group counts."""
    assert statement.aggregate
    divisions = statement.aggregate.divisions

    assert ["foundry", "offices"] == [division.division for division in divisions]
    assert statement.aggregate.counted == sum(division.counted for division in divisions)
    assert statement.aggregate.calculated_attachment == sum(division.calculated_attachment for division in divisions)


def test_the_aggregate_attaches_slightly(statement: Statement) -> None:
    """What counts ends a few per cent above the attachment point, of which terminal liability is a part."""
    sheet = statement.aggregate
    assert sheet
    assert sheet.terminal_liability

    assert sheet.terminal_liability > 0
    assert 0 < sheet.excess < sheet.attachment_point / 20


def test_the_aggregate_was_advanced_before_it_attached(group: Group) -> None:
    """The accommodation was asked for and paid three times, and what was too much goes back in the end."""
    kinds = [payment.kind for payment in group.received]

    assert 3 == kinds.count(CarrierPaymentKind.ACCOMMODATION)
    assert 1 == kinds.count(CarrierPaymentKind.ADVANCE)


# ------------------------------------------------------------------ what was not paid


def test_three_members_were_underpaid(compared: Reconciliation) -> None:
    """Each for another reason, and each reason is found; every other row agrees."""
    causes = {cause.words: each.at_stake for each in compared.discrepancies for cause in each.causes}

    assert {
        "as if its run-out claims did not count",
        "as if the rider terminal_liability were forgotten",
        "as if its rx claims did not count",
        "as if the aggregating specific deductible were taken from each member",
    } == set(causes)
    assert 3 == len(compared.discrepancies)
    assert all(each.first for each in compared.discrepancies)
    assert Decimal("6250.00") == causes["as if the aggregating specific deductible were taken from each member"]


def test_what_is_at_stake_adds_up_to_the_cent(compared: Reconciliation) -> None:
    """What we say is owed, less what the carriers say, is the sum over the three."""
    assert compared.ours - compared.theirs == compared.at_stake
    assert compared.at_stake == sum(each.at_stake or 0 for each in compared.discrepancies)


def test_requests_were_paid_refused_or_left_open(group: Group) -> None:
    """Two of the three were refused in words; the third was paid short, and is still outstanding."""
    requests = read_requests(group.file("requests.csv")).requests
    denials = read_denials(group.file("denials.csv")).denials
    statement = settle(group.policy, group.payments, group.units, group.received, as_of=group.summary.reported_on)
    found = receivables(statement, requests, denials, as_of=group.summary.reported_on)

    assert {"paid after the policy had ended", "prescription drugs are carved out"} == {
        denial.reason for denial in denials
    }
    assert found.denied == sum(denial.amount for denial in denials)
    assert found.outstanding > 0


@pytest.fixture(scope="module")
def ahead(group: Group) -> Outlook:
    """The deadlines of 2025, as of the day on which the files were written."""
    return outlook(group.policy, group.payments, group.units, group.received, as_of=group.summary.reported_on)


def test_deadlines_find_the_claims_that_would_be_lost(group: Group, ahead: Outlook) -> None:
    """Two weeks before the paid window ends, most is at risk with the two large claims that are adjudicated."""
    to_pay = [each for each in ahead.deadlines if each.kind is DeadlineKind.PAY]
    pending = {payment.id: payment for payment in group.payments if payment.status is Status.PENDING}
    first, second = to_pay[:2]

    assert {dt.date(2026, 1, 31)} == {each.last_day for each in to_pay}
    assert {15} == {each.days_left for each in to_pay}
    assert first.at_risk + second.at_risk > 10_000
    smaller, larger = sorted(pending[each.claims[0]].amount for each in (first, second))
    assert 23_750 <= smaller < 24_000
    assert 33_750 <= larger < 34_100
    assert ahead.at_risk >= first.at_risk


def test_a_claim_paid_in_time_counts_and_a_day_later_does_not(group: Group, owed: Statement, ahead: Outlook) -> None:
    """What is said to be at risk with the most valuable claim is what it makes of the carrier's total."""
    windows = group.policy.specific_windows
    assert windows
    last_day = windows.paid.last
    assert last_day
    pending = {each.claims[0] for each in ahead.deadlines if each.kind is DeadlineKind.PAY}

    def total(day: dt.date) -> Decimal:
        payments = [
            evolve(payment, status=Status.PAID, paid_on=day) if payment.id in pending else payment
            for payment in group.payments
        ]
        return settle(owed.settlement.policy, payments, group.units, group.received).carrier_total

    assert ahead.at_risk == total(last_day) - owed.carrier_total
    assert owed.carrier_total == total(last_day + dt.timedelta(days=1))


def test_the_documents_are_of_the_form_of_the_schema(group: Group) -> None:
    """Both policies have the form that the JSON Schema describes, every rider included."""
    validator = Draft202012Validator(policy_schema())

    for policy in (group.policy, group.before):
        validator.validate(json.loads(dump_policy(policy, format="json")))


def test_some_claims_are_pending_near_the_last_day(group: Group) -> None:
    """Three stories are adjudicated and not paid, two weeks before the paid window ends."""
    windows = group.policy.specific_windows
    assert windows
    large = [payment for payment in group.payments if payment.status is Status.PENDING and payment.amount > 5_000]

    assert 3 == len(large)
    assert all(windows.incurred.holds(payment.incurred_on) for payment in large)
    assert dt.date(2026, 1, 31) == windows.paid.last


# ------------------------------------------------------------------ the employer's year


def test_the_employers_year_is_told_from_the_files(group: Group, statement: Statement) -> None:
    """The enrollment has every month in force, beside those that the lag looks at, and every tier has its rates."""
    plan = load_funding_plan(group.file("funding.toml"))
    told = fund(group.policy, plan, group.payments, group.units, group.received)
    both = told.arrangement("aso_specific_aggregate")

    assert 10 == len(told.months)
    assert all(row.covered_units for row in told.months)
    assert statement.carrier_total == told.total.reimbursable
    assert statement.claims.amount == told.total.claims.amount + told.total.other_years
    assert told.total.cost == both.actual
    assert both.worth is not None
    assert both.worth > 0
