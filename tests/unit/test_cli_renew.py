"""``stoploss renew`` and ``stoploss disclosure``: the next policy, and who is disclosed before it is offered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stoploss.documents import load_policy, parse_policy
from stoploss.renewal import renew
from tests.command_line import CLAIMS, POLICY, plain, run, write_year


def written(folder: Path, text: str = POLICY) -> Path:
    """Write a policy document."""
    path = folder / "2025.toml"
    path.write_text(text, encoding="utf-8")
    return path


def lifetime(maximum: str = "1000000") -> str:
    """Return the policy with a lifetime maximum."""
    return POLICY.replace('share = "0.9"', f'share = "0.9"\nlifetime_maximum = "{maximum}"')


def test_the_next_document(tmp_path: Path) -> None:
    """The answer is a policy document, and what changed is told beside it."""
    result = run("renew", written(tmp_path))

    assert (result.exit_code, result.stderr) == (
        0,
        (
            "changed: period.effective: 2025-01-01 -> 2026-01-01\nchanged: period.expires: 2025-12-31 -> 2026-12-31\n"
            "notice: number: the next policy has the number of the expiring one, and the years of a program are told "
            "apart by it; give the next policy its own number: --set number=... [SL718]\n"
        ),
    )
    assert parse_policy(result.stdout) == renew(load_policy(tmp_path / "2025.toml")).policy


def test_terms_are_set(tmp_path: Path) -> None:
    """Values are written as in a policy document, without quotes; lists may be words with commas."""
    changes = {
        "number": "1002",
        "specific.basis": "12/18",
        "specific.covers": "medical,rx,dental",
        "specific.deductible": "125000",
        "specific.share": "95%",
        "specific.lasers[0].deductible": "300000",
        "aggregate.covers": '["medical"]',
        "aggregate.aggregating_counts": "true",
        "aggregate.enrollment_lag": "2",
        "aggregate.maximum": "",
        "period.terminated": "2026-08-31",
    }
    options = [word for key, value in changes.items() for word in ("--set", f"{key}={value}")]
    result = run("renew", written(tmp_path), *options)

    assert (result.exit_code, result.stderr.splitlines()) == (
        0,
        [
            "changed: number: SL-1001 -> 1002",
            "changed: period.effective: 2025-01-01 -> 2026-01-01",
            "changed: period.expires: 2025-12-31 -> 2026-12-31",
            "changed: specific.basis.label: 12/15 -> 12/18",
            "changed: specific.covers: medical, rx -> medical, rx, dental",
            "changed: specific.deductible: 100000.00 -> 125000.00",
            "changed: specific.share: 0.9 -> 0.95",
            "changed: specific.lasers[0].deductible",
            "changed: aggregate.covers: medical, rx -> medical",
            "changed: aggregate.aggregating_counts: False -> True",
            "changed: aggregate.maximum: 100000.00 -> none",
            "changed: aggregate.enrollment_lag: 0 -> 2",
            "changed: period.terminated: none -> 2026-08-31",
        ],
    )


def test_what_is_used_of_a_lifetime_maximum(tmp_path: Path) -> None:
    """With claims, what the expiring year reimburses is written into the next document, and not told elsewhere."""
    write_year(tmp_path, policy=lifetime())
    result = run("renew", tmp_path / "policy.toml", "--claims", tmp_path / "claims.csv")

    assert "changed: specific.used[0].member\nchanged: specific.used[0].reimbursed\n" in result.stderr
    assert '[[specific.used]]\nmember = "M1"\nreimbursed = "58500.45"\n' in result.stdout
    assert "M1" not in result.stderr


def test_without_claims_a_notice(tmp_path: Path) -> None:
    """A lifetime maximum goes on, and so does what it has used; that needs the claims."""
    result = run("renew", written(tmp_path, lifetime()))

    assert result.stderr.endswith(
        "notice: specific.used: what the expiring year uses of lifetime maxima is not carried: no statement of it was "
        "given [SL715]\n"
    )


def test_a_bridge(tmp_path: Path) -> None:
    """What renewing does to the expiring policy is told: its document has to say so."""
    result = run("renew", written(tmp_path, POLICY + '\n[bridge]\nbasis = "12/24"\n'), "--months", "6")

    assert "notice: the bridge of the expiring policy takes effect" in result.stderr
    assert "expires = 2026-06-30" in result.stdout
    assert '[bridge]\nbasis = "6/18"\n' in result.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--set", "specific.deductable=1"],
            'specific.deductable: there is no such term; did you mean "deductible"? [SL713]',
        ),
        (["--set", "specific.lasers[7].deductible=1"], "specific.lasers[7]: the list has no such item [SL714]"),
        (
            ["--set", "specific.deductible=lots"],
            'specific.deductible: this is not an amount; write digits and a point: "1234.56" [SL103]',
        ),
        (
            ["--set", "aggregate.enrollment_lag=two"],
            "aggregate.enrollment_lag: covered units are counted 0 to 12 whole months earlier [SL538]",
        ),
        (
            ["--set", "period.expires=2026"],
            "period.expires: a day is written year-month-day; such as 2025-01-31 [SL203]",
        ),
    ],
)
def test_what_cannot_be_set(tmp_path: Path, options: list[str], message: str) -> None:
    """A fault is one line on standard error, and there is no document."""
    result = run("renew", written(tmp_path), *options)

    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{message}\n")


def test_a_change_without_a_value_is_bad_usage(tmp_path: Path) -> None:
    """A key alone says nothing."""
    result = run("renew", written(tmp_path), "--set", "number")

    assert result.exit_code == 2
    assert "a change is written KEY=VALUE" in plain(result.stderr)


def test_a_term_that_is_set_twice_is_bad_usage(tmp_path: Path) -> None:
    """Which value was meant is not guessed."""
    result = run("renew", written(tmp_path), "--set", "number=1", "--set", "number=2")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "one value for each term: number has two" in plain(result.stderr)


def test_a_list_is_emptied(tmp_path: Path) -> None:
    """Nothing is an empty list, where the term is one."""
    result = run("renew", written(tmp_path), "--set", "specific.lasers=")

    assert result.exit_code == 0
    assert "lasers" not in result.stdout


# ------------------------------------------------------------------ disclosure

_HEAD, *_ROWS = CLAIMS.splitlines()
SICK = "\n".join(
    [f"{_HEAD},diagnosis,tags", *(row + (",C50.9;D63,trial" if row.startswith("c01") else ",,") for row in _ROWS), ""]
)


def test_large_claims_as_a_table(tmp_path: Path) -> None:
    """Half of the deductible, the largest first, with diagnoses; the file needs no enrollment."""
    write_year(tmp_path, claims=SICK)
    result = run("disclosure", tmp_path / "policy.toml", "--claims", tmp_path / "claims.csv")

    assert (result.exit_code, result.stdout) == (
        0,
        """\
SL-1001: 3 members at or above 50,000.00
everything that was reported
member        paid  pending       total  reimbursable  laser  diagnosis   tags
───────────────────────────────────────────────────────────────────────────────
M2      260,000.00        -  260,000.00      9,000.00  yes
M1      185,000.50        -  185,000.50     58,500.45         C50.9; D63  trial
M6       55,000.00        -   55,000.00             -
""",
    )


def test_large_claims_as_data(tmp_path: Path) -> None:
    """`--json` is for programs, `--threshold` may be dollars, and `--mask-ids` hides who it is."""
    write_year(tmp_path, claims=SICK)
    files = ("disclosure", tmp_path / "policy.toml", "--claims", tmp_path / "claims.csv", "--threshold", "200000")
    rows = json.loads(run(*files, "--json").stdout)["units"]
    masked = json.loads(run(*files, "--json", "--mask-ids").stdout)["units"]

    assert list(json.loads(run(*files, "--json", "--as-of", "2025-12-31").stdout).items())[:3] == [
        ("schema", 1),
        ("policy", "SL-1001"),
        ("as_of", "2025-12-31"),
    ]
    assert [row["unit"] for row in rows] == ["M2"]
    assert masked[0]["unit"].startswith("m-")
    assert masked == [rows[0] | {"unit": masked[0]["unit"]}]


def test_nobody_is_disclosed(tmp_path: Path) -> None:
    """Where nobody reaches the threshold that is the answer."""
    write_year(tmp_path)
    result = run(
        *("disclosure", tmp_path / "policy.toml", "--claims", tmp_path / "claims.csv"),
        *("--threshold", "1000000", "--as-of", "2025-06-30"),
    )

    assert result.stdout == "SL-1001: 0 members at or above 1,000,000.00\nas of 2025-06-30\n"


@pytest.mark.parametrize(
    ("policy", "threshold", "message"),
    [
        (
            POLICY.split("[specific]")[0] + "[aggregate]" + POLICY.split("[aggregate]")[1],
            "50%",
            (
                "specific: large claims are disclosed by the specific deductible, and this policy has no "
                "specific cover "
                "[SL720]"
            ),
        ),
        (POLICY, "half", 'threshold: this is not an amount; write digits and a point: "1234.56" [SL103]'),
        (
            POLICY,
            "0.5",
            (
                "threshold: a threshold below a dollar is hardly meant as dollars; "
                'write a share with its sign: "50%" [SL719]'
            ),
        ),
        (
            POLICY,
            "150%",
            (
                "threshold: a share is a fraction from 0 to 1 or a percentage with its sign; "
                'write "0.8" or "80%" for eighty percent [SL107]'
            ),
        ),
    ],
)
def test_what_cannot_be_disclosed(tmp_path: Path, policy: str, threshold: str, message: str) -> None:
    """A fault is one line on standard error."""
    write_year(tmp_path, policy=policy)
    files = ("disclosure", tmp_path / "policy.toml", "--claims", tmp_path / "claims.csv")
    result = run(*files, "--threshold", threshold)

    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{message}\n")
