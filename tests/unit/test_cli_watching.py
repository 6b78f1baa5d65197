"""``stoploss notices`` and ``stoploss deadlines``: what happened, and what has to be done by when."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import CLAIMS, POLICY, plain, run, write_year

SPECIFIC_ALONE = "notice: no enrollment was given, so this is the specific cover alone; give --enrollment for both\n"
WATCHED = f"""{POLICY}
[notices]
share = "0.5"
notice_days = 30
proof_days = 90
"""
PENDING = f"{CLAIMS}c11,M1,medical,2025-12-01,,50000.00,,pending\n"


@pytest.fixture
def year(tmp_path: Path) -> list[str]:
    """Return the arguments that name the files of a policy year with claims that are not paid yet."""
    return write_year(tmp_path, policy=WATCHED, claims=PENDING)


def answer(*arguments: str) -> Any:
    """Return what a command says as JSON."""
    result = run(*arguments, "--json")
    assert result.exit_code == 0
    return json.loads(result.stdout)


def test_notices(year: list[str]) -> None:
    """Every event has a line, by day."""
    result = run("notices", *year, width=140)

    assert result.exit_code == 0
    assert result.stdout.startswith("Notices of SL-1001\n7 events, everything that was reported\n\nDay ")
    assert re.search(r"^2025-03-10 +deductible met +M1 +c01 +100,000.00 +180,000.00$", result.stdout, re.MULTILINE)
    assert re.search(r"^2025-03-10 +aggregating exhausted +c01 +20,000.00 +20,000.00$", result.stdout, re.MULTILINE)


def test_notices_as_json(year: list[str]) -> None:
    """With --json the events are data."""
    found = answer("notices", *year, "--as-of", "2025-05-20", "--since", "2025-05-01")

    assert {
        "schema": 1,
        "policy": "SL-1001",
        "as_of": "2025-05-20",
        "since": "2025-05-01",
        "events": [
            {
                "kind": "share_of_deductible",
                "happened_on": "2025-05-20",
                "unit": "M2",
                "claim": "c03",
                "threshold": "125000.00",
                "total": "260000.00",
                "about": "",
            },
            {
                "kind": "deductible_met",
                "happened_on": "2025-05-20",
                "unit": "M2",
                "claim": "c03",
                "threshold": "250000.00",
                "total": "260000.00",
                "about": "",
            },
        ],
    } == found


def test_no_events(year: list[str]) -> None:
    """Where nothing happened, the answer says so."""
    result = run("notices", *year, "--since", "2026-06-01")

    assert result.stdout == "Notices of SL-1001\n0 events, everything that was reported\n"


def test_since_a_day_after_the_last_one(year: list[str]) -> None:
    """Nothing could happen between the two, so they are refused as bad usage; one and the same day is a day."""
    refused = run("notices", *year, "--as-of", "2025-05-19", "--since", "2025-05-20", width=140)

    assert (2, "") == (refused.exit_code, refused.stdout)
    assert "--since: no day is from 2025-05-20 on and up to 2025-05-19 (--as-of)" in plain(refused.stderr)
    assert len(answer("notices", *year, "--as-of", "2025-05-20", "--since", "2025-05-20")["events"]) == 2


def test_a_list_of_triggers(tmp_path: Path) -> None:
    """The carrier's list takes the place of the sample; a bad one is refused."""
    head, *rows = PENDING.splitlines()
    claims = "\n".join([f"{head},diagnosis", f"{rows[0]},D66", *(f"{row}," for row in rows[1:])]) + "\n"
    arguments = write_year(tmp_path, policy=WATCHED, claims=claims)
    ours = tmp_path / "ours.csv"
    ours.write_text("label,description\nD6,Blood\n", encoding="utf-8")

    def abouts(*more: str) -> list[str]:
        return [event["about"] for event in answer("notices", *arguments, *more)["events"] if event["about"]]

    assert (["D66: Hemophilia A"], ["D6: Blood"]) == (abouts(), abouts("--triggers", str(ours)))
    ours.write_text("label\n", encoding="utf-8")
    refused = run("notices", *arguments, "--triggers", ours)
    assert (1, "", "ours.csv:1: a list of triggers has the columns label,description [SL671]\n") == (
        refused.exit_code,
        refused.stdout,
        refused.stderr,
    )


def test_deadlines(year: list[str]) -> None:
    """Every deadline has a line, most dollars at risk first, and the title says what is at risk in all."""
    result = run("deadlines", *year, "--as-of", "2026-03-03", width=140)

    assert result.exit_code == 0
    assert (
        "Deadlines of SL-1001\nas of 2026-03-03; at risk with pending claims that can still be paid in time, "
        "all together: 45,000.00\n"
    ) == result.stdout[: result.stdout.index("\n\n") + 1]
    assert re.search(r"^2026-03-31 +28 +45,000.00 +pay +specific +M1 +c11 +50,000.00$", result.stdout, re.MULTILINE)
    assert re.search(r"^2026-03-31 +passed .+ proof +aggregate ", result.stdout, re.MULTILINE) is None


def test_deadlines_that_have_passed(year: list[str]) -> None:
    """A day that has passed is listed with what is lost by it."""
    result = run("deadlines", *year, "--as-of", "2026-04-01", width=140)

    assert re.search(r"^2026-03-31 +passed +45,000.00 +pay +specific +M1 +c11 +50,000.00$", result.stdout, re.MULTILINE)


def test_deadlines_say_what_was_lost(year: list[str], tmp_path: Path) -> None:
    """Claims that were not paid in time are counted and priced in a last line, those that were paid since as well."""
    last_line = "\n\nlost with {} not paid by the last day, pending or paid since, all together: 45,000.00\n"
    pending = run("deadlines", *year, "--as-of", "2026-04-01", width=140)
    claims = PENDING.replace(",,50000.00,,pending", ",2026-04-01,50000.00,,paid")
    paid = run("deadlines", *write_year(tmp_path, policy=WATCHED, claims=claims), "--as-of", "2026-04-02", width=140)

    assert re.search(r"passed +45,000.00 +pay .+ c11 ", pending.stdout)
    assert " c11 " not in paid.stdout
    assert (True, True) == tuple(told.stdout.endswith(last_line.format("3 claims")) for told in (pending, paid))


def test_what_was_lost_as_json(year: list[str]) -> None:
    """With --json the claims that came too late are named, under pseudonyms where that is asked for."""
    before, after = (answer("deadlines", *year, "--as-of", day) for day in ("2025-12-31", "2026-04-01"))

    assert ("0.00", []) == (before["lost"], before["too_late"])
    assert "45000.00" == after["lost"]
    assert "c11" in after["too_late"]
    masked = answer("deadlines", *year, "--as-of", "2026-04-01", "--mask-ids")
    assert len(masked["too_late"]) == len(after["too_late"])
    assert all(re.fullmatch(r"c-[0-9a-f]{16}", name) for name in masked["too_late"])


def test_deadlines_as_json(year: list[str]) -> None:
    """With --json the deadlines are data."""
    found = answer("deadlines", *year, "--as-of", "2026-03-03")

    assert ("SL-1001", "2026-03-03", "45000.00") == (found["policy"], found["as_of"], found["at_risk"])
    assert {
        "kind": "pay",
        "last_day": "2026-03-31",
        "days_left": 28,
        "covers": ["specific"],
        "unit": "M1",
        "claims": ["c11"],
        "amount": "50000.00",
        "at_risk": "45000.00",
    } in found["deadlines"]


def test_no_deadlines(tmp_path: Path) -> None:
    """Where nothing is pending and the policy has no terms for it, there is nothing to do."""
    claims = "".join(line for line in CLAIMS.splitlines(keepends=True) if "pending" not in line)
    result = run("deadlines", *write_year(tmp_path, claims=claims), "--as-of", "2026-03-03", width=140)

    assert "all together: 0.00\n" == result.stdout[-len("all together: 0.00\n") :]


@pytest.mark.parametrize("command", ["notices", "deadlines"])
def test_without_enrollment_specific_is_watched_alone(year: list[str], command: str) -> None:
    """Where no enrollment is given, the aggregate is left out, and that is told."""
    result = run(command, *year[:3], "--as-of", "2026-03-03")

    assert result.exit_code == 0
    assert result.stderr.endswith(SPECIFIC_ALONE)


@pytest.mark.parametrize("covers", ['["specific", "aggregate"]', '["aggregate"]'])
def test_specific_alone_leaves_out_what_concerns_the_aggregate(tmp_path: Path, covers: str) -> None:
    """A rider of the aggregate, and what a laser counts there, are left out with it."""
    policy = WATCHED.replace('deductible = "250000"', 'deductible = "250000"\ncounts = "laser"').replace(
        "12/15", "12/12"
    )
    rider = f"[terminal_liability]\nelected = true\nmonths = 3\ncovers = {covers}\n"
    year = write_year(tmp_path, policy=policy + rider, claims=PENDING)
    found = answer("deadlines", *year[:3], "--as-of", "2026-02-03")["deadlines"]
    last_days = {deadline["last_day"] for deadline in found if deadline["kind"] == "pay"}

    assert last_days == {"2026-03-31" if "specific" in covers else "2025-12-31"}


@pytest.mark.parametrize(
    ("command", "rows"), [("notices", "events"), ("deadlines", "deadlines")], ids=["notices", "deadlines"]
)
def test_ids_are_masked(year: list[str], command: str, rows: str) -> None:
    """With --mask-ids there is no id, and everything else is the same."""
    plainly = answer(command, *year, "--as-of", "2026-03-03")[rows]
    masked = answer(command, *year, "--as-of", "2026-03-03", "--mask-ids")[rows]
    ids = {"unit", "claim", "claims"}

    def others(row: dict[str, Any]) -> list[str]:
        return [str(cell) for name, cell in row.items() if name not in ids]

    assert [] == re.findall(r'"(?:M\d|c\d\d)"', json.dumps(masked))
    assert sorted(map(others, plainly)) == sorted(map(others, masked))


def test_a_fault_has_its_file_and_row(tmp_path: Path) -> None:
    """Facts that cannot be settled are refused as by settle."""
    year = write_year(tmp_path, policy=WATCHED, claims=f"{PENDING}c11,M1,medical,2025-12-01,,50001.00,,pending\n")
    result = run("deadlines", *year, "--as-of", "2026-03-03")

    assert (1, "") == (result.exit_code, result.stdout)
    assert result.stderr.startswith("claims.csv:13 id: ")


def test_deadlines_need_a_day(year: list[str]) -> None:
    """What is still to come depends on the day, so it is asked for."""
    result = run("deadlines", *year)

    assert result.exit_code == 2
    assert "Missing option '--as-of'" in plain(result.stderr)
