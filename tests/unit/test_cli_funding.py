"""``stoploss funding``: the employer's year, from files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.command_line import CLAIMS, ENROLLMENT, POLICY, run, write_year

PLAN = """\
schema = 1
administration = "38.50"

[[tiers]]
tier = "single"
specific_premium = "142.10"
aggregate_premium = "9.85"
fully_insured_premium = "812.40"
expected_claims = "455"
expected_reimbursements = "60"
"""

FULL_SHARE = POLICY.replace('share = "0.9"\n', "")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A funding plan."""
    path = tmp_path / "funding.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def test_the_year_as_tables(tmp_path: Path, plan: Path) -> None:
    """Months, benefits, tiers and arrangements are tables, each with its total; what was read is on standard error."""
    done = run("funding", *write_year(tmp_path), "--plan", plan)
    printed = [" ".join(line.split()) for line in done.stdout.splitlines()]

    assert done.exit_code == 0
    assert printed[:3] == [
        "SL-1001, the year of Example Manufacturing",
        "policy period 2025-01-01 to 2025-12-31, 12 months",
        "everything that was reported",
    ]
    expected = {
        "2025-03-01 180,150.00 1,540.00 6,078.00 -54,000.00 133,768.00",
        "run-out 5,000.50 - - -4,500.45 500.05",
        "total 540,350.50 18,480.00 72,936.00 -167,500.45 464,266.05",
        "2025-06-01 23,418.00 -24,200.00 -322,350.00",
        "total 281,016.00 -183,250.05 -183,250.05",
        "2025-06-01 30,000.00 33,000.00 -355,350.00",
        "total 30,000.00 137,500.45 -320,750.50",
        "2025-01-01 - - - - 3,000.00",
        "total 535,200.00 5,000.50 150.00 540,350.50 3,000.00",
        "single 480 18,480.00 68,208.00 4,728.00",
        "fully insured 389,952.00 389,952.00 389,952.00",
        "self-funded, no stop-loss 236,880.00 558,830.50 none -168,878.50",
        "with specific 276,288.00 559,538.05 none -169,586.05 -707.55",
        "with specific and aggregate 281,016.00 464,266.05 none -74,314.05 +94,564.45",
        "Maximum liability: none",
    }
    assert expected - set(printed) == set()
    assert done.stderr.splitlines()[1].startswith("enrollment.csv: 12 rows, 480 units read = 12 posted (480 units)")


def test_the_maximum_with_its_conditions(tmp_path: Path, plan: Path) -> None:
    """The parts of the maximum add up, and each condition says whether it is met."""
    done = run("funding", *write_year(tmp_path, policy=FULL_SHARE), "--plan", plan, width=120)
    answer = done.stdout.split("Maximum liability\n")[1]

    assert [" ".join(line.split()) for line in answer.splitlines() if "─" not in line] == [
        "USD",
        "attachment point 192,000.00",
        "aggregating 20,000.00",
        "lasers 150,000.00",
        "administration 18,480.00",
        "specific premium 68,208.00",
        "aggregate premium 4,728.00",
        "maximum 453,416.00",
        "it holds where",
        "- not met: every claim is eligible under both covers: its benefit, its days, its status",
        "- not met: counted claims are at most 100,000.00 above the attachment point, where the maximum begins to cut",
        "claims of 5,150.50 that a cover leaves out may come on top",
    ]


def test_a_narrow_terminal(tmp_path: Path, plan: Path) -> None:
    """On a narrow terminal tables continue below, and no amount is cut."""
    done = run("funding", *write_year(tmp_path, policy=FULL_SHARE), "--plan", plan, width=60)

    assert max(map(len, done.stdout.splitlines())) <= 60
    assert {"558,830.50", "-168,878.50", "150,000.00"} - set(done.stdout.split()) == set()


def test_the_year_as_data(tmp_path: Path, plan: Path) -> None:
    """The same as JSON: amounts are text, and a day takes the months that have begun."""
    done = run("funding", *write_year(tmp_path), "--plan", plan, "--json", "--as-of", "2025-05-31")
    document = json.loads(done.stdout)

    assert (document["schema"], document["as_of"], document["final"]) == (1, "2025-05-31", False)
    assert [row["cost"] for row in document["months"]] == [
        "7618.00",
        "7618.00",
        "133768.00",
        "7618.00",
        "258618.00",
    ]
    assert document["total"]["claims"]["dental"] == "150.00"
    assert document["maximum"]["unbounded"][0] == {
        "where": "period",
        "why": "the attachment point is known when the period has ended, on 2025-12-31",
        "bound": "not_known",
    }
    assert {each["where"]: each["bound"] for each in document["maximum"]["unbounded"]} == {
        "period": "not_known",
        "specific.share": "unbounded",
    }
    assert document["maximum"]["bound"] == "unbounded"


def test_a_maximum_that_is_not_known_is_not_none(tmp_path: Path, plan: Path) -> None:
    """Before the period has ended the maximum under both covers is not known; with less cover there is none."""
    year = [*write_year(tmp_path, policy=FULL_SHARE), "--plan", str(plan), "--as-of", "2025-05-31"]
    printed = [" ".join(line.split()) for line in run("funding", *year, width=120).stdout.splitlines()]
    document = json.loads(run("funding", *year, "--json").stdout)

    assert "Maximum liability: not known" in printed
    assert "period: the attachment point is known when the period has ended, on 2025-12-31" in printed
    (both,) = [line for line in printed if line.startswith("with specific and aggregate ")]
    (alone,) = [line for line in printed if re.match(r"with specific \d", line)]
    assert (" not known " in both, " none " in alone) == (True, True)
    assert document["maximum"]["bound"] == "not_known"
    assert {each["name"]: each["bound"] for each in document["arrangements"]} == {
        "fully_insured": "bounded",
        "aso": "unbounded",
        "aso_specific": "unbounded",
        "aso_specific_aggregate": "not_known",
    }


def test_the_day_is_told(tmp_path: Path, plan: Path) -> None:
    """A year as of a day says so, and that it is not final."""
    done = run("funding", *write_year(tmp_path), "--plan", plan, "--as-of", "2025-05-31")

    assert done.stdout.splitlines()[2] == "as of 2025-05-31, not final"


def test_specific_alone_without_an_insurers_premium(tmp_path: Path) -> None:
    """What the policy or the plan does not have has no row and no column."""
    plan = tmp_path / "funding.toml"
    plan.write_text(
        "\n".join(line for line in PLAN.splitlines() if "aggregate" not in line and "fully" not in line),
        encoding="utf-8",
    )
    claims = CLAIMS.replace("c06,M4,medical,2024-12-30,2025-01-15", "c06,M4,medical,2024-12-30,2024-12-31")
    done = run("funding", *write_year(tmp_path, policy=POLICY.split("[aggregate]")[0], claims=claims), "--plan", plan)

    assert "aggregate" not in done.stdout.replace("aggregate: specific bounds", "")
    assert "fully insured" not in done.stdout
    assert "before" in done.stdout
    assert done.stdout.splitlines()[-2:] == [
        "Maximum liability: none",
        "aggregate: specific bounds what one person costs, not how many persons do",
    ]


def test_faults_of_all_files_are_told_at_once(tmp_path: Path, plan: Path) -> None:
    """A fault of the policy, of the plan and of a feed are one line each, and nothing is on standard output."""
    plan.write_text(PLAN.replace('"38.50"', "38.5"), encoding="utf-8")
    year = write_year(tmp_path, policy=POLICY.replace('"0.9"', '"9"'), enrollment=ENROLLMENT.replace("40", "-1"))
    done = run("funding", *year, "--plan", plan)

    assert (done.exit_code, done.stdout) == (1, "")
    lines = done.stderr.splitlines()
    assert lines[0].startswith("policy.toml:15 specific.share: a share is a fraction")
    assert lines[1].startswith("enrollment.csv:2 units: ")
    assert lines[-1] == (
        'funding.toml:2 administration: a factor is written as text, never as a number; write "38.5" [SL112]'
    )


def test_a_plan_that_does_not_fit_is_refused_by_file(tmp_path: Path, plan: Path) -> None:
    """What does not fit between plan, policy and enrollment names the file and the row."""
    plan.write_text(PLAN.replace("schema = 1", 'schema = 1\ncurrency = "EUR"'), encoding="utf-8")
    done = run("funding", *write_year(tmp_path, enrollment=f"{ENROLLMENT}2025-12,singel,1\n"), "--plan", plan)

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "funding.toml currency: the plan and the policy have one currency [SL608]",
        'enrollment.csv:14 tier: the plan has no rates for this tier; it has single; did you mean "single"? [SL611]',
        'enrollment.csv:14 tier: the factors have no such tier; they have single; did you mean "single"? [SL540]',
    ]


def test_the_plan_and_the_enrollment_are_asked_for(tmp_path: Path, plan: Path) -> None:
    """Without a plan, or without enrollment, there is nothing to tell: that is bad usage."""
    policy, *options = write_year(tmp_path)

    assert run("funding", policy, *options).exit_code == 2
    assert run("funding", policy, *options[:2], "--plan", plan).exit_code == 2


def test_a_plan_that_is_not_there(tmp_path: Path) -> None:
    """A missing plan is one line."""
    done = run("funding", *write_year(tmp_path), "--plan", tmp_path / "nowhere.toml")

    assert (done.exit_code, done.stderr) == (1, "nowhere.toml: there is no such file [SL481]\n")
