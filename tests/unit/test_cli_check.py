"""``stoploss check``: what policies bought, in words, and what several leave out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.command_line import POLICY, run

NOTICES = {
    "SL551": """\
period.terminated: the policy is said to be terminated on its last day, and termination cuts the run-out; \
leave it out if the policy ran its course [SL551]""",
    "SL552": """\
specific.basis.run_in_limit: no claim incurred before the effective date counts, so a limit on run-in has \
no effect [SL552]""",
    "SL553": """\
specific.basis: 12/15 over a policy period of six months buys six months of run-in and nine months of run-out; \
six months with three months of run-out are 6/9 [SL553]""",
    "SL553 without a way out": """\
specific.basis: 6/9 over a policy period of six months buys three months of run-out [SL553]""",
    "SL554": """\
specific.lasers[0].deductible: this laser is the standard deductible, and changes nothing [SL554]""",
    "SL555": """\
aggregate.loss_limit: what lies between the loss limit and the specific deductible counts nowhere; it is \
the employer's [SL555]""",
}

YEAR = "effective = 2025-01-01\nexpires = 2025-12-31"
YEAR_BEFORE = "effective = 2024-01-01\nexpires = 2024-12-31"
SIX_MONTHS = "effective = 2025-01-01\nexpires = 2025-06-30"
TERMINATED = f"{YEAR}\nterminated = 2025-08-31"
LAST_DAY = f"{YEAR}\nterminated = 2025-12-31"
SINCE_2024 = f"{YEAR}\noriginal_effective = 2024-01-01"
LASER = '[[specific.lasers]]\nmember = "M2"\ndeductible = "100000"'
LOSS_LIMIT = """\
[aggregate]
basis = "12/12"
covers = ["medical"]
loss_limit = "75000"
[[aggregate.factors]]
tier = "single"
amount = "1"
"""


def written(folder: Path, name: str, *, basis: str = '"12/15"', period: str = YEAR, more: str = "") -> Path:
    """Write a policy with specific alone; its basis, its period and what comes after are TOML."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    head = POLICY.split("[period]")[0]
    specific = f'covers = ["medical", "rx"]\ndeductible = "100000"\nbasis = {basis}'
    path.write_text(f"{head}[period]\n{period}\n[specific]\n{specific}\n{more}\n", encoding="utf-8")
    return path


def test_a_policy(tmp_path: Path) -> None:
    """A valid policy is told in words, one line a cover."""
    path = tmp_path / "policy.toml"
    path.write_text(POLICY, encoding="utf-8")
    result = run("check", path)
    lines = """\
policy.toml: valid: SL-1001, Example Life for Example Manufacturing, 2025-01-01 to 2025-12-31, 12 months
  specific: 12/15: incurred 2025-01-01 to 2025-12-31, paid 2025-01-01 to 2026-03-31: three months of run-out
  aggregate: 12/12: incurred 2025-01-01 to 2025-12-31, paid 2025-01-01 to 2025-12-31: neither run-in nor run-out
"""

    assert (lines, "", 0) == (result.stdout, result.stderr, result.exit_code)


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        ('"12/12"', "neither run-in nor run-out"),
        ('"12/13"', "one month of run-out"),
        ('"15/12"', "three months of run-in"),
        ('"24/18"', "twelve months of run-in and six months of run-out"),
        ('"12/36"', "24 months of run-out"),
        ('"incurred"', "run-out without end"),
        ('"paid"', "neither run-in nor run-out"),
        ('{ label = "12/12", run_out_days = 45 }', "45 days of run-out"),
        ('{ label = "12/12", run_out_days = 1 }', "1 day of run-out"),
        ('{ label = "12/12", incurred_from = 2024-12-24 }', "8 days of run-in"),
        ('{ label = "12/15", paid_from = 2025-02-01 }', "nothing paid before 2025-02-01 and three months of run-out"),
        ('{ label = "12/12", paid_from = 2024-12-01 }', "payments from 2024-12-01 on, before the policy is effective"),
        ('{ label = "12/12", incurred_from = 2025-02-01 }', "nothing incurred before 2025-02-01"),
        ('{ label = "12/12", incurred_through = 2025-11-30 }', "nothing incurred after 2025-11-30"),
        ('{ label = "12/12", paid_through = 2025-11-30 }', "nothing paid after 2025-11-30"),
        (
            '{ label = "12/15", incurred_through = 2026-01-31 }',
            "three months of run-out and claims incurred until 2026-01-31, after the policy has expired",
        ),
        (
            '{ label = "15/12", run_in_limit = { amount = "25000" } }',
            "three months of run-in, of run-in at most 25,000.00 per member",
        ),
        (
            '{ label = "15/12", run_in_limit = { amount = "25000", per = "policy" } }',
            "three months of run-in, of run-in at most 25,000.00 per policy",
        ),
    ],
)
def test_windows_in_words(tmp_path: Path, basis: str, words: str) -> None:
    """What a basis adds before and after the policy period, or leaves out of it, is said in words."""
    answer = run("check", written(tmp_path, "policy.toml", basis=basis)).stdout

    assert answer.splitlines()[1].endswith(f": {words}")


def test_a_basis_without_a_label(tmp_path: Path) -> None:
    """Four explicit days need no label."""
    days = (
        "incurred_from = 2025-01-01, incurred_through = 2025-12-31, paid_from = 2025-01-01, paid_through = 2026-02-28"
    )
    answer = run("check", written(tmp_path, "policy.toml", basis=f"{{ {days} }}")).stdout
    line = "  specific: incurred 2025-01-01 to 2025-12-31, paid 2025-01-01 to 2026-02-28: two months of run-out"

    assert answer.splitlines()[1:] == [line, "  aggregate: none"]


def test_termination_in_words(tmp_path: Path) -> None:
    """An early end is said with the windows that it cuts."""
    lines = run("check", written(tmp_path, "policy.toml", period=TERMINATED)).stdout.splitlines()

    assert lines[0].endswith("2025-01-01 to 2025-12-31, 12 months, terminated 2025-08-31")
    assert lines[1].endswith(": nothing incurred or paid after 2025-08-31 (terminated)")


def test_windows_that_termination_does_not_cut(tmp_path: Path) -> None:
    """Where the policy leaves the windows alone, they are told as they are."""
    more = '[early_termination]\nwindows = "unchanged"'
    lines = run("check", written(tmp_path, "policy.toml", period=TERMINATED, more=more)).stdout.splitlines()

    assert lines[1].endswith("paid 2025-01-01 to 2026-03-31: three months of run-out")


@pytest.mark.parametrize(
    ("terms", "notice"),
    [
        ({"period": LAST_DAY}, NOTICES["SL551"]),
        ({"basis": '{ label = "12/15", run_in_limit = { amount = "25000" } }'}, NOTICES["SL552"]),
        ({"period": SIX_MONTHS}, NOTICES["SL553"]),
        ({"period": SIX_MONTHS, "basis": '"6/9"'}, NOTICES["SL553 without a way out"]),
        ({"more": LASER}, NOTICES["SL554"]),
        ({"more": LOSS_LIMIT}, NOTICES["SL555"]),
    ],
)
def test_what_is_worth_a_second_look(tmp_path: Path, terms: dict[str, str], notice: str) -> None:
    """Terms that are valid and may be a slip are noticed."""
    result = run("check", written(tmp_path, "policy.toml", **terms))

    assert result.exit_code == 0
    assert [line for line in result.stdout.splitlines() if "notice" in line] == [f"  notice: {notice}"]


def test_an_ordinary_policy_is_not_noticed(tmp_path: Path) -> None:
    """A plain policy has no notice."""
    assert "notice" not in run("check", written(tmp_path, "policy.toml")).stdout


def test_two_years_with_a_gap(tmp_path: Path) -> None:
    """Claims that lie between two policies are said to be covered by none."""
    first = written(tmp_path, "2024.toml", period=YEAR_BEFORE)
    second = written(tmp_path, "2025.toml")
    lines = """\
specific, together:
  gap: claims incurred 2024-01-01 to 2024-12-31 and paid 2025-04-01 to 2026-03-31 are covered by no policy
"""

    assert run("check", first, second).stdout.endswith(lines)


def test_a_gap_is_priced(tmp_path: Path) -> None:
    """With claims, a gap says how many payments fall into it and what they come to."""
    first = written(tmp_path, "2024.toml", period=YEAR_BEFORE)
    second = written(tmp_path, "2025.toml", basis='"12/18"')
    claims = tmp_path / "claims.csv"
    claims.write_text(
        "id,member,incurred_on,paid_on,amount\n"
        "c1,M1,2024-11-03,2025-04-01,200000.00\n"
        "c2,M2,2024-12-31,2025-05-05,12400.00\n"
        "c3,M2,2024-12-31,2025-03-31,500.00\n",
        encoding="utf-8",
    )
    result = run("check", first, second, "--claims", claims)
    lines = """\
  gap: claims incurred 2024-01-01 to 2024-12-31 and paid 2025-04-01 to 2026-06-30 are covered by no policy
    2 payments, 212,400.00, fall between 12/15 and 12/18
"""

    assert result.stdout.endswith(lines)
    assert result.stderr.startswith("claims.csv: 3 rows, 212,900.00 read = 3 posted")


def test_years_of_other_employers_are_noticed(tmp_path: Path) -> None:
    """What a program would refuse is said of the file, in the order of the years."""
    first = written(tmp_path, "2024.toml", period=YEAR_BEFORE)
    second = written(tmp_path, "2025.toml")
    second.write_text(re.sub("policyholder = .*", 'policyholder = "Another"', second.read_text("utf-8")), "utf-8")
    lines = run("check", second, first).stdout.splitlines()

    assert [line[: line.index(":", 10)] for line in lines if line.startswith("notice")] == [
        "notice: as years of one program, 2025.toml.policyholder",
        "notice: as years of one program, 2025.toml.number",
    ]


def test_several_years_are_drawn(tmp_path: Path) -> None:
    """On demand, what they cover and the gap between them, month by month."""
    first = written(tmp_path, "2024.toml", period=YEAR_BEFORE)
    lines = run("check", first, written(tmp_path, "2025.toml"), "--draw").stdout.splitlines()

    assert "  paid    incurred 2024-01 to 2025-12" in lines
    assert "  2025-03 AAAAAAAAAAAABBB" in lines
    assert "  2025-04 ////////////BBBB" in lines
    assert lines[-1] == "  # covered twice, / a gap"


def test_claims_that_cannot_be_read_are_a_fault(tmp_path: Path) -> None:
    """The faults of the claims are told with those of the policies, and there is no answer."""
    bad = written(tmp_path, "2024.toml", basis='"12-15"')
    result = run("check", bad, "--claims", tmp_path / "no.csv")

    assert (result.stdout, result.exit_code) == ("", 1)
    assert [line[-6:-1] for line in result.stderr.splitlines()] == ["SL502", "SL440"]


def test_two_years_that_overlap(tmp_path: Path) -> None:
    """Claims that two policies cover are said to be, with the files; benefits are named where only some are meant."""
    first = written(tmp_path, "2024.toml", period=YEAR_BEFORE)
    second = written(tmp_path, "2025.toml", basis='"24/15"')
    second.write_text(second.read_text(encoding="utf-8").replace(', "rx"', ""), encoding="utf-8")
    lines = """\
specific, together:
  overlap: medical claims incurred 2024-01-01 to 2024-12-31 and paid 2025-01-01 to 2025-03-31 are covered by 2024.toml \
and 2025.toml
"""

    assert run("check", first, second).stdout.endswith(lines)


def test_two_years_that_fit(tmp_path: Path) -> None:
    """Where nothing is left out and nothing is covered twice, that is said."""
    first = written(tmp_path, "2024.toml", period=YEAR_BEFORE, basis='"12/12"')
    second = written(tmp_path, "2025.toml", basis='"paid"', period=SINCE_2024)

    assert run("check", first, second).stdout.endswith("\nspecific, together: no gap and no overlap\n")


def test_the_faults_of_all_policies(tmp_path: Path) -> None:
    """Invalid policies are faults with their files, told apart by their folders, and there is no answer."""
    good = written(tmp_path, "good.toml")
    bad = [written(tmp_path, f"{year}/policy.toml", basis='"12-15"') for year in (2024, 2025)]
    result = run("check", good, *bad)
    rule = '12 specific.basis: a contract basis is "N/M" in months, such as "12/15", or "paid" or "incurred" [SL502]'
    lines = "".join(f"{path}:{rule}\n" for path in bad)

    assert (lines, "", 1) == (result.stderr, result.stdout, result.exit_code)


def test_a_policy_that_is_not_there(tmp_path: Path) -> None:
    """A missing file is bad input."""
    result = run("check", tmp_path / "no.toml")

    assert ("no.toml: there is no such file [SL481]\n", "", 1) == (result.stderr, result.stdout, result.exit_code)
