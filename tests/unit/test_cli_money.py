"""``stoploss reconcile`` and ``stoploss receivables``: the tables, the JSON, the pseudonyms, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import plain, run, write_year

CARRIER = """\
coverage,member,eligible,deductible,reimbursable,reimbursed
specific,M1,180000.00,100000.00,54000.00,30000.00
specific,M2,260000.00,250000.00,9000.00,0.00
specific,M9,1.00,,,
aggregate,,535200.00,,95000.00,
"""
REQUESTS = """\
id,coverage,member,requested_on,amount,kind,claims
q1,specific,M1,2025-04-01,54000.00,initial,c01
q2,aggregate,,2026-01-15,100000.00,final,
"""
DENIALS = """\
id,request,denied_on,amount,reason
d1,q1,2025-06-30,4000.00,duplicate
"""

RECONCILED = """\
SL-1001, Example Life for Example Manufacturing
everything that was reported, against carrier.csv
3 rows differ, 1 agrees

               first step
member         that differs        ours      theirs  at stake   underpaid
─────────────────────────────────────────────────────────────────────────
the aggregate  reimbursable  100,000.00   95,000.00  5,000.00  100,000.00
M1             eligible      185,000.50  180,000.00  4,500.45   28,500.45
M9             not on ours            -        1.00                     -
─────────────────────────────────────────────────────────────────────────
total                                                9,500.45

What would make the carrier's figures
M1: as if its rx claims did not count
M1: as if its run-out claims did not count

                                             USD
────────────────────────────────────────────────
the carrier owes, by our statement    167,500.45
by the carrier's                     -158,000.00
────────────────────────────────────────────────
at stake                                9,500.45
────────────────────────────────────────────────
underpaid, on all that was compared   137,500.45
overpaid                                    0.00
"""

RECEIVABLE = """\
SL-1001, Example Life for Example Manufacturing
receivables as of 2026-03-31

                            days        not
member         outstanding  open  requested         due
───────────────────────────────────────────────────────
the aggregate   100,000.00    75          -  100,000.00
M1               20,000.00   364   4,500.45   28,500.45
M2                       -         9,000.00    9,000.00
───────────────────────────────────────────────────────
total           120,000.00        13,500.45  137,500.45

member         reimbursable   requested   received    denied
────────────────────────────────────────────────────────────
the aggregate    100,000.00  100,000.00          -         -
M1                58,500.45   54,000.00  30,000.00  4,000.00
M2                 9,000.00           -          -         -
────────────────────────────────────────────────────────────
total            167,500.45  154,000.00  30,000.00  4,000.00
"""


@pytest.fixture
def compared(tmp_path: Path) -> list[str]:
    """Return the arguments of a comparison."""
    (tmp_path / "carrier.csv").write_text(CARRIER, encoding="utf-8")
    return ["reconcile", *write_year(tmp_path), "--carrier-statement", str(tmp_path / "carrier.csv")]


@pytest.fixture
def asked(tmp_path: Path) -> list[str]:
    """Return the arguments of receivables."""
    (tmp_path / "requests.csv").write_text(REQUESTS, encoding="utf-8")
    (tmp_path / "denials.csv").write_text(DENIALS, encoding="utf-8")
    files = ["--requests", str(tmp_path / "requests.csv"), "--denials", str(tmp_path / "denials.csv")]
    return ["receivables", *write_year(tmp_path), *files, "--as-of", "2026-03-31"]


def test_a_carrier_statement_is_compared(compared: list[str]) -> None:
    """The table has the first step that differs; a difference is an answer, so the exit status is 0."""
    result = run(*compared)

    assert (RECONCILED, 0) == (result.stdout, result.exit_code)
    assert "carrier.csv: 4 rows, 158,000.00 read = 4 posted (158,000.00)" in result.stderr


def test_a_carrier_statement_that_agrees(compared: list[str], tmp_path: Path) -> None:
    """No table, and nothing at stake; and of the day that is asked for."""
    (tmp_path / "carrier.csv").write_text("member,reimbursable\nM1,54000.00\n", encoding="utf-8")
    result = run(*compared, "--as-of", "2025-03-31")

    assert result.exit_code == 0
    assert (
        "SL-1001, Example Life for Example Manufacturing as of 2025-03-31, against carrier.csv 0 rows differ, 1 agrees "
        "USD the carrier owes, by our statement 54,000.00 by the carrier's -54,000.00 at stake 0.00 "
        "underpaid, on all that was compared 54,000.00 overpaid 0.00"
    ) == plain(result.stdout)


def test_a_step_that_the_carrier_does_not_state(compared: list[str], tmp_path: Path) -> None:
    """It paid what it says, and we say that more is due."""
    (tmp_path / "carrier.csv").write_text("member,reimbursed\nM1,30000.00\n", encoding="utf-8")
    words = plain(run(*compared).stdout)

    assert "M1 none that is stated 28,500.45 28,500.45 M2 not on the carrier's statement 9,000.00 9,000.00" in words


def test_a_comparison_as_data(compared: list[str]) -> None:
    """Everything, amounts as text."""
    document = json.loads(run(*compared, "--json").stdout)

    assert {"schema": 1, "policy": "SL-1001", "as_of": None} == dict(list(document.items())[:3])
    assert (1, "167500.45", "158000.00", "9500.45") == tuple(
        document[name] for name in ("agree", "ours", "theirs", "at_stake")
    )
    assert ["the aggregate", "M1", "M9"] == [row["unit"] or "the aggregate" for row in document["discrepancies"]]


def test_a_comparison_to_be_shared(compared: list[str]) -> None:
    """Pseudonyms in place of ids, amounts as they are."""
    document = json.loads(run(*compared, "--json", "--mask-ids").stdout)
    units = [row["unit"] for row in document["discrepancies"]]
    ids = [id_ for row in document["discrepancies"] for cause in row["causes"] for id_ in cause["ids"]]

    assert [None, "m-", "m-"] == [unit and unit[:2] for unit in units]
    assert {"c-"} == {id_[:2] for id_ in ids}
    assert "9500.45" == document["at_stake"]


def test_files_that_cannot_be_compared(compared: list[str], tmp_path: Path) -> None:
    """The faults of all files at once; then what the policy does not have, by its place."""
    (tmp_path / "carrier.csv").write_text("member,reimbursable\n,1\nM1,x\n", encoding="utf-8")
    (tmp_path / "claims.csv").write_text("id,member\n", encoding="utf-8")
    result = run(*compared)

    assert ("", 1) == (result.stdout, result.exit_code)
    assert ["SL451", "SL451", "SL652", "SL458"] == [line[-6:-1] for line in result.stderr.splitlines()]


def test_a_row_for_a_cover_that_the_policy_does_not_have(compared: list[str], tmp_path: Path) -> None:
    """It is named by file and row."""
    policy = (tmp_path / "policy.toml").read_text(encoding="utf-8")
    (tmp_path / "policy.toml").write_text(policy.split("[aggregate]")[0], encoding="utf-8")
    result = run(*compared)

    assert ("", 1) == (result.stdout, result.exit_code)
    assert (
        "carrier.csv:5 coverage: the policy has no aggregate cover for which the carrier could state anything [SL653]\n"
        == result.stderr
    )


def test_receivables_are_shown(asked: list[str]) -> None:
    """One row a member and one for the aggregate; columns that are all zero are left out."""
    result = run(*asked)

    assert (RECEIVABLE, 0) == (result.stdout, result.exit_code)
    assert "requests.csv: 2 rows, 154,000.00 read" in result.stderr
    assert "denials.csv: 1 row, 4,000.00 read" in result.stderr


def test_receivables_as_data(asked: list[str]) -> None:
    """Everything, amounts as text; denials are optional."""
    without = [word for word in asked if "denials" not in word]
    document = json.loads(run(*without, "--json").stdout)

    assert ("2026-03-31", "124000.00", "137500.45") == tuple(document[name] for name in ("as_of", "outstanding", "due"))
    assert [(None, "q2"), ("M1", "q1"), ("M2", None)] == [
        (row["unit"], row["requests"][0]["id"] if row["requests"] else None) for row in document["rows"]
    ]


def test_receivables_to_be_shared(asked: list[str]) -> None:
    """Pseudonyms in place of ids; the order is that of the dollars due and gives no id away."""
    rows = json.loads(run(*asked, "--json", "--mask-ids").stdout)["rows"]

    assert [(None, "100000.00"), ("m-", "28500.45"), ("m-", "9000.00")] == [
        (row["unit"] and row["unit"][:2], row["due"]) for row in rows
    ]
    assert {"r-"} == {request["id"][:2] for row in rows for request in row["requests"]}


def test_requests_that_cannot_be(asked: list[str], tmp_path: Path) -> None:
    """Each is named by file and row; the place of a denial and of a payment as well."""
    (tmp_path / "requests.csv").write_text(REQUESTS.replace("M1", "M8"), encoding="utf-8")
    (tmp_path / "denials.csv").write_text(DENIALS.replace("q1", "q7"), encoding="utf-8")
    received = "id,coverage,member,paid_on,amount,kind\nr1,specific,M1,2025-06-30,30000.00,advance\n"
    (tmp_path / "carrier_payments.csv").write_text(received, encoding="utf-8")
    result = run(*asked)

    assert ("", 1) == (result.stdout, result.exit_code)
    assert [
        ("requests.csv:2 member: no claim was reported for this member, so there is nothing to request; "
        "check the id [SL635]"),
        "denials.csv:2 request: a denial names a request that was reported [SL643]",
        ("carrier_payments.csv:2 kind: the policy has no advance funding, under which the carrier would pay ahead; "
        "what the carrier owes by the policy is a reimbursement [SL638]"),
    ] == result.stderr.splitlines()  # fmt: skip


def test_what_should_be_seen_is_told(asked: list[str], tmp_path: Path) -> None:
    """A payment for a member without claims, by file and row, on standard error."""
    received = "id,coverage,member,paid_on,amount\nr1,specific,M8,2025-06-30,30000.00\n"
    (tmp_path / "carrier_payments.csv").write_text(received, encoding="utf-8")
    result = run(*asked)

    assert result.exit_code == 0
    assert "notice: carrier_payments.csv:2 member: no claim was reported for this member" in result.stderr


def test_requests_that_cannot_be_read(asked: list[str], tmp_path: Path) -> None:
    """The faults of all files at once."""
    (tmp_path / "requests.csv").write_text(REQUESTS.replace("initial", "first"), encoding="utf-8")
    (tmp_path / "denials.csv").unlink()
    result = run(*asked)

    assert ("", 1) == (result.stdout, result.exit_code)
    assert ["SL106", "SL440"] == [line[-6:-1] for line in result.stderr.splitlines()]


def test_the_day_is_asked_for(asked: list[str]) -> None:
    """There is no clock: without a day it is bad usage."""
    assert run(*asked[:-2]).exit_code == 2
