"""``stoploss explain``: a member, a family, a claim, the aggregate."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from stoploss.cli.inputs import Files, read_year, settled
from stoploss.explain import explain_aggregate, explain_claim, explain_unit
from stoploss.statement import Statement
from tests.command_line import CLAIMS, POLICY, plain, run, write_year

SPECIFIC_ALONE = "notice: no enrollment was given, so this is the specific cover alone; give --enrollment for both\n"
PER_FAMILY = POLICY.replace('deductible = "100000"', 'deductible = "100000"\nper = "family"')


@pytest.fixture
def year(tmp_path: Path) -> list[str]:
    """Return the arguments that name the files of a policy year."""
    return write_year(tmp_path)


@pytest.fixture
def families(tmp_path: Path) -> list[str]:
    """Return the arguments that name the files of a year whose deductible is per family."""
    policy = PER_FAMILY.replace('member = "M2"', 'family = "F2"')
    head, *rows = CLAIMS.splitlines()
    with_family = [head + ",family", *(f"{row},{row.split(',')[1].replace('M', 'F')}" for row in rows)]
    return write_year(tmp_path, policy=policy, claims="\n".join(with_family) + "\n")[:5]


def statement_of(arguments: list[str]) -> Statement:
    """Settle the same files without the command line."""
    policy, claims, enrollment, received = (Path(arguments[at]) for at in (0, 2, 4, 6))
    files = Files(policy=policy, claims=[claims], enrollment=enrollment, carrier_payments=received)
    return settled(read_year(files), None)


def test_a_member(year: list[str]) -> None:
    """A member's lines come with rule, figures and clause, and the claims with their splits."""
    result = run("explain", *year, "--member", "M1", width=120)
    line = r"\+ +employer share +6,500.05 +excess - aggregating - payable +specific-share\n"

    assert result.exit_code == 0
    assert result.stdout.startswith("Member M1\nSL-1001, everything that was reported\n\nSpecific\n")
    assert re.search(line + r" +(= 85,000.50 - 20,000.00 - 58,500.45)\n", result.stdout)
    assert re.search(
        r"^c01 +2025-02-03 +2025-03-10 +180,000.00 +100,000.00 +20,000.00 +6,000.00", result.stdout, re.MULTILINE
    )
    assert re.search(r"^c02 .* paid after$", result.stdout, re.MULTILINE)


def test_a_rule_that_is_one_name_is_not_repeated_in_figures(year: list[str]) -> None:
    """Where a rule is a single figure, that figure is the amount beside it."""
    answer = run("explain", *year, "--member", "M1").stdout

    assert re.search(r"\+ +reimbursable +58,500.45 +payable +specific-reimbursement\n +due ", answer)


def test_a_claim(year: list[str]) -> None:
    """A claim is explained under both covers."""
    result = run("explain", *year, "--claim", "c02")

    assert result.exit_code == 0
    assert result.stdout.startswith("Claim c02\nSL-1001, everything that was reported\n\nrx claim incurred 2025-11-20")
    assert "\nSpecific\n" in result.stdout
    assert "It does not count toward aggregate: it was paid after the paid window" in plain(result.stdout)


def test_the_aggregate(year: list[str]) -> None:
    """The aggregate worksheet is explained line by line, a sum with its terms."""
    result = run("explain", *year, "--aggregate")

    assert result.exit_code == 0
    assert result.stdout.startswith("Aggregate\nSL-1001, everything that was reported\n\n295,200.00 count against")
    assert "max(192,000.00, 180,000.00)" in plain(result.stdout)


def test_the_json_is_the_explanation(year: list[str]) -> None:
    """`--json` prints the explanation's document and nothing else."""
    statement = statement_of(year)
    expected = {
        ("--member", "M2"): explain_unit(statement, "M2"),
        ("--claim", "c03"): explain_claim(statement, "c03"),
        ("--aggregate",): explain_aggregate(statement),
    }

    for question, explanation in expected.items():
        answer = run("explain", *year, *question, "--json").stdout
        assert json.dumps(explanation.to_dict(), indent=2) + "\n" == answer


def test_a_day(year: list[str]) -> None:
    """An explanation as of a day knows nothing later."""
    answer = run("explain", *year, "--member", "M1", "--as-of", "2025-06-30").stdout

    assert answer.startswith("Member M1\nSL-1001, as of 2025-06-30\n")
    assert "c02" not in answer


@pytest.mark.parametrize("question", [["--member", "M1"], ["--claim", "c01"]])
def test_specific_alone_needs_no_enrollment(year: list[str], question: list[str]) -> None:
    """A member and a claim are explained under specific without enrollment, and a notice says so."""
    result = run("explain", *year[:3], *question)
    both = run("explain", *year[:3], "--carrier-payments", year[6], *question)

    assert (0, 0) == (result.exit_code, both.exit_code)
    assert result.stderr.endswith(SPECIFIC_ALONE)
    assert "Aggregate" not in result.stdout


def test_carrier_payments_under_the_aggregate_do_not_disturb_specific_alone(tmp_path: Path, year: list[str]) -> None:
    """Without enrollment what the carrier paid under the aggregate is left aside, and the rest keeps its row."""
    received = tmp_path / "received.csv"
    rows = "id,coverage,member,paid_on,amount\na,aggregate,,2026-01-01,5.00\nb,specific,M1,2026-01-01,7.00\n"
    received.write_text(rows, encoding="utf-8")
    result = run("explain", *year[:3], "--carrier-payments", received, "--member", "M1")

    assert result.exit_code == 0
    assert "has paid 7.00;" in result.stdout


def test_the_aggregate_needs_its_enrollment(year: list[str]) -> None:
    """The aggregate is not explained without covered units."""
    result = run("explain", *year[:3], "--aggregate")

    assert ("", 1) == (result.stdout, result.exit_code)
    assert result.stderr.startswith("--enrollment: the policy has an aggregate cover")


def test_a_member_all_of_whose_claims_are_excluded(year: list[str]) -> None:
    """Where no claim of a member counts there is no sheet, and the reasons are told."""
    result = run("explain", *year, "--member", "M5")

    assert result.exit_code == 0
    assert "Of its 1 claim, none counts toward specific.\n1 of them: pending.\n" in result.stdout
    assert re.search(r"^c08 +2025-08-08 +999.99 .* pending +pending$", result.stdout, re.MULTILINE)


def test_a_member_under_a_policy_without_specific(tmp_path: Path) -> None:
    """Without specific a member has claims that count toward the aggregate, and no sheet."""
    head, aggregate = POLICY.split("[specific]")[0], POLICY.split("[aggregate]")[1]
    year = write_year(tmp_path, policy=f"{head}[aggregate]{aggregate}")[:5]
    result = run("explain", *year, "--member", "M1")

    assert result.exit_code == 0
    assert "The policy has no specific cover.\n" in result.stdout
    assert re.search(r"^c01 .* 180,000.00 +180,000.00$", result.stdout, re.MULTILINE)


def test_claims_that_count_come_first_and_the_list_ends(tmp_path: Path) -> None:
    """Of many claims thirty are shown, those that count first; `--all` shows them all."""
    head = CLAIMS.splitlines()[0]
    rows = [f"z{at:02},M1,medical,2025-02-03,2025-04-10,10.00,," for at in range(30)]
    rows += [f"a{at:02},M1,dental,2025-02-03,2025-03-10,10.00,," for at in range(5)]
    year = write_year(tmp_path, claims="\n".join([head, *rows, ""]))[:5]
    some, all_of_them = (run("explain", *year, "--member", "M1", *more).stdout for more in ([], ["--all"]))

    assert 30 == len(re.findall(r"^z\d\d", some, re.MULTILINE))
    assert "... and 5 more; --all shows them\n" in some
    assert [] == re.findall(r"^a\d\d", some, re.MULTILINE)
    assert 5 == len(set(re.findall(r"^a\d\d", all_of_them, re.MULTILINE)))
    assert "more; --all" not in all_of_them


def test_a_family(families: list[str]) -> None:
    """Where the deductible is per family, `--family` and `--member` take the family's id."""
    family = run("explain", *families, "--family", "F1")
    member = run("explain", *families, "--member", "F1")

    assert family.stdout.startswith("Family F1\n")
    assert (family.stdout, family.stderr) == (member.stdout, member.stderr)


def test_a_member_of_a_family(families: list[str]) -> None:
    """Where the deductible is per family, a member's question is answered for the family, and a notice says so."""
    member = run("explain", *families, "--member", "M1")

    assert member.stdout.startswith("Family F1\n")
    assert member.stderr.endswith("notice: the deductible is per family, so this is the family of that member\n")


def test_a_member_of_no_family(families: list[str]) -> None:
    """An id that is neither a family nor a member is refused without repeating it."""
    result = run("explain", *families, "--member", "nobody")

    assert ("", 1) == (result.stdout, result.exit_code)
    assert "--member: specific holds no sheet for this member or family [SL321]\n" == result.stderr


@pytest.mark.parametrize(
    ("question", "line"),
    [
        (["--member", "nobody"], "--member: specific holds no sheet for this member or family [SL321]\n"),
        (
            ["--claim", "nothing"],
            "--claim: the statement holds no such claim; it may have been paid after its day [SL320]\n",
        ),
    ],
)
def test_an_unknown_id_is_not_repeated(year: list[str], question: list[str], line: str) -> None:
    """An id that is not in the statement is bad input, and stays out of the message."""
    result = run("explain", *year, *question)

    assert ("", line, 1) == (result.stdout, result.stderr, result.exit_code)


def test_no_aggregate_to_explain(tmp_path: Path) -> None:
    """A policy without aggregate has no worksheet."""
    year = write_year(tmp_path, policy=POLICY.split("[aggregate]")[0])
    result = run("explain", *year, "--aggregate")

    assert ("", 1) == (result.stdout, result.exit_code)
    assert "--aggregate: the policy has no aggregate cover [SL322]\n" == result.stderr


@pytest.mark.parametrize("question", [[], ["--member", "M1", "--claim", "c01"], ["--claim", "c01", "--aggregate"]])
def test_one_question_at_a_time(year: list[str], question: list[str]) -> None:
    """No question and two questions are bad usage."""
    result = run("explain", *year, *question)

    assert ("", 2) == (result.stdout, result.exit_code)
    assert "give one of --member, --family, --claim and --aggregate" in plain(result.stderr)


def test_a_family_under_a_deductible_per_member(year: list[str]) -> None:
    """`--family` where the deductible is per member is bad usage."""
    result = run("explain", *year, "--family", "F1")

    assert ("", 2) == (result.stdout, result.exit_code)
    assert "the deductible is per member: ask with --member" in plain(result.stderr)
