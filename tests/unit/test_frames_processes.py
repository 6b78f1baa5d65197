"""Many policies by the Python engine: the same tables from any number of processes, and the faults of all policies."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import AggregateFactor
from stoploss.errors import EngineError, FactError, InvariantError, StopLossError, WrongType
from stoploss.frames import processes
from stoploss.frames.processes import PolicyRows, settle_in_processes, settle_rows, sorted_by_policy
from stoploss.frames.reference import Tables, joined
from stoploss.policy import Policy
from stoploss.specific_terms import SpecificTerms
from stoploss.window import Period

YEAR = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))
SPECIFIC = SpecificTerms(basis="12/15", covers=("medical",), deductible="100")
AGGREGATE = AggregateTerms(basis="12/12", covers=("medical",), factors=(AggregateFactor(tier="single", amount=1),))
POLICIES = [
    Policy(policyholder="A", carrier="B", number=f"SL-{number}", period=YEAR, specific=SPECIFIC, aggregate=AGGREGATE)
    for number in (10, 9, 1001)
]
"""Their numbers are sorted neither as numbers nor as text."""
SCRIPT = """
import datetime as dt
from pathlib import Path
from stoploss import Period, Policy, SpecificTerms
from stoploss.frames import processes
print("started")
processes._FEWEST_ROWS = 0
year = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))
terms = SpecificTerms(basis="12/15", covers=["medical"], deductible=100)
policies = [Policy(policyholder="A", carrier="B", number=n, period=year, specific=terms) for n in ("1", "2")]
rows = processes.sorted_by_policy(
    policies,
    {"policy": ["1", "2"], "id": ["c1", "c1"], "member": ["M1", "M1"], "amount": [100, 101],
     "incurred_on": ["2025-03-01"] * 2, "paid_on": ["2025-04-01"] * 2},
)
print(processes.settle_in_processes(rows, max_workers=2).policies["specific_reimbursable"])
"""


def claims(**columns: list[Any]) -> dict[str, list[Any]]:
    """Return three claims for each of the policies, under the same ids; their policies take turns."""
    plain: dict[str, list[Any]] = {
        "policy": [policy.number for policy in POLICIES] * 3,
        "id": ["c1"] * 3 + ["c2"] * 3 + ["c3"] * 3,
        "member": ["M1"] * 9,
        "incurred_on": [dt.date(2025, 3, 1)] * 9,
        "paid_on": [dt.date(2025, 3, 1)] * 9,
        "amount": [50, 60, 70, 80, 90, 100, 110, 120, 130],
    }
    return plain | columns


def enrollment() -> dict[str, list[Any]]:
    """Return twelve months of units for each of the policies."""
    return {
        "policy": [policy.number for policy in POLICIES for _ in range(12)],
        "month": [f"2025-{month:02}" for _ in POLICIES for month in range(1, 13)],
        "tier": ["single"] * 36,
        "units": [1] * 36,
    }


def received() -> dict[str, list[Any]]:
    """Return a payment of the carrier to the last of the policies."""
    return {
        "policy": ["SL-1001"],
        "id": ["r1"],
        "coverage": ["specific"],
        "member": ["M1"],
        "paid_on": ["2025-05-01"],
        "amount": ["5"],
    }


def everything(**columns: list[Any]) -> list[PolicyRows]:
    """Return all policies with their rows."""
    return sorted_by_policy(POLICIES, claims(**columns), enrollment(), received())


def refused(rows: list[PolicyRows], max_workers: int = 1) -> StopLossError:
    """Return why policies cannot be settled."""
    with pytest.raises(StopLossError) as error:
        settle_in_processes(rows, max_workers=max_workers)
    return error.value


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take any number of rows for many."""
    monkeypatch.setattr(processes, "_FEWEST_ROWS", 0)


def test_every_policy_has_its_own_rows() -> None:
    """The same id under three policies is three claims; the rows come in the order of the policies."""
    tables = settle_in_processes(everything())

    assert ["SL-10", "SL-9", "SL-1001"] == tables.policies["policy"]
    assert [240_00, 270_00, 300_00] == tables.policies["claims_amount"]
    assert [140_00, 170_00, 200_00] == tables.policies["specific_reimbursable"]
    assert [0, 0, 5_00] == tables.policies["specific_reimbursed"]
    assert [12_00] * 3 == tables.policies["aggregate_attachment_point"]
    assert ["c1", "c2", "c3"] * 3 == tables.payments["id"]


def test_rows_of_other_policies_are_passed_over() -> None:
    """Some policies are settled in columns, from the same rows."""
    rows = sorted_by_policy(POLICIES[:1], claims(), enrollment(), received())

    assert [("SL-10", 3)] == [(each.policy.number, each.size) for each in rows]


def test_a_policy_without_rows_is_settled() -> None:
    """Nothing was claimed, and nothing is due."""
    rows = sorted_by_policy([Policy(policyholder="A", carrier="B", number="1", period=YEAR, specific=SPECIFIC)], {})

    assert [0] == settle_in_processes(rows).policies["specific_due"]


def test_a_day_cuts_all_policies() -> None:
    """The day of the statement is the same for all."""
    tables = settle_in_processes(everything(), as_of=dt.date(2025, 2, 28))

    assert [dt.date(2025, 2, 28)] * 3 == tables.policies["as_of"]
    assert [0] * 3 == tables.policies["claims"]


@pytest.mark.usefixtures("many")
def test_the_number_of_processes_changes_nothing() -> None:
    """One process or two, the tables are the same to the row."""
    assert settle_in_processes(everything(), max_workers=1) == settle_in_processes(everything(), max_workers=2)


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("max_workers", [1, 2])
def test_the_faults_of_all_policies_are_told(max_workers: int) -> None:
    """Each with its policy, in their order; a policy without a fault has no word to say."""
    # Rows 1, 4 and 7 are those of SL-9; rows 2, 5 and 8 those of SL-1001.
    adjusts = [None, None, None, None, None, None, None, None, "c1"]
    amounts = [50, 1.5, 70, 80, "9o", 100, 110, 120, -130]
    error = refused(everything(adjusts=adjusts, amount=amounts), max_workers)

    assert ["SL-9 payments[0].amount", "SL-9 payments[1].amount", "SL-1001 payments[2].adjusts"] == [
        finding.where for finding in error.findings
    ]
    assert type(error) is FactError


def test_faults_of_all_feeds_are_told() -> None:
    """A wrong claim does not hide a wrong month, nor a wrong payment of the carrier."""
    rows = sorted_by_policy(
        POLICIES[2:],
        claims(member=[None] * 9),
        enrollment() | {"units": [-1] * 36},
        received() | {"coverage": ["specific!"]},
    )
    places = [finding.where for finding in refused(rows).findings]

    assert "SL-1001 payments[0].member" == places[0]
    assert "SL-1001 units[11].units" in places
    assert "SL-1001 carrier_payments[0].coverage" == places[-1]


def test_no_id_and_no_amount_is_in_an_error_or_a_repr() -> None:
    """Messages and reprs point to the place."""
    rows = everything(adjusts=[None] * 6 + ["c2"] * 3, amount=[5] * 6 + [-6_543] * 3)
    texts = [str(refused(rows)), repr(rows), repr(settle_in_processes(everything()))]

    assert not any(hidden in text for text in texts for hidden in ("c2", "M1", "6_543", "6543"))


def test_errors_of_one_class_stay_of_that_class(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of this package is told as such; different classes together are facts that cannot be settled."""
    raised: list[StopLossError] = [InvariantError([]), InvariantError([], 2), WrongType([])]

    def fail(rows: PolicyRows, _as_of: dt.date | None) -> Tables:
        raise raised[POLICIES.index(rows.policy)]

    monkeypatch.setattr(processes, "settle_rows", fail)

    assert (InvariantError, 2) == (type(refused(everything()[:2])), refused(everything()[:2]).more)
    assert type(refused(everything())) is FactError


def test_batches_keep_the_order_and_share_the_work() -> None:
    """Every policy is in one batch, in order; a policy with most of the claims has one of its own."""
    sizes = [1, 1, 100, 1, 1, 0, 50]
    rows = [PolicyRows(policy=POLICIES[0], claims={"id": [str(number)] * size}) for number, size in enumerate(sizes)]
    batches = processes._batches(rows, 4)

    assert rows == [each for batch in batches for each in batch]
    assert [[1, 1, 100], [1, 1, 0, 50]] == [[each.size for each in batch] for batch in batches]


def test_few_rows_and_one_policy_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting processes takes longer than settling them here."""
    monkeypatch.setattr(processes, "_in_processes", None)
    few = settle_in_processes(everything())
    monkeypatch.setattr(processes, "_FEWEST_ROWS", 0)

    assert [few, few] == [
        joined(settle_in_processes([each]) for each in everything()),
        settle_in_processes(everything(), max_workers=1),
    ]


@pytest.mark.usefixtures("many")
def test_a_daemon_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that may start none settles all policies itself."""
    monkeypatch.setattr(processes, "_in_processes", None)
    monkeypatch.setitem(multiprocessing.current_process()._config, "daemon", True)  # type: ignore[attr-defined]

    assert 3 == len(settle_in_processes(everything(), max_workers=2).policies["policy"])


def test_a_script_runs_once(tmp_path: Path) -> None:
    """Processes do not run the caller's script again, though it does not ask whether it is the main module."""
    script = tmp_path / "nightly.py"
    script.write_text(SCRIPT, encoding="utf-8")
    run = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True, env=os.environ)

    assert ["started", "[0, 100]"] == run.stdout.splitlines()


@pytest.mark.usefixtures("many")
def test_a_process_that_is_ended_from_outside_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mostly the system ends it, because it takes too much memory."""
    monkeypatch.setattr(processes, "_settle_batch", ended)

    with pytest.raises(EngineError, match=r"ended from outside; .*settle with fewer processes") as error:
        settle_in_processes(everything(), max_workers=2)

    assert ["SL809"] == [finding.code for finding in error.value.findings]


def ended(*_: Any) -> None:
    """Stand for a process that is ended."""
    os._exit(1)


def test_one_policy_is_settled_alone() -> None:
    """What an engine's own worker calls for a policy: its tables, or its faults at its number."""
    alone = [settle_rows(each) for each in everything()]

    assert settle_in_processes(everything()) == joined(alone)
