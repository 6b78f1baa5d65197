"""``stoploss settle``: the table, the JSON, the splits, the pseudonyms, and what is refused."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from stoploss.cli.inputs import Files, read_year
from stoploss.cli.masking import Masks
from stoploss.feeds import SPLIT_COLUMNS
from stoploss.statement import Statement, settle
from tests.command_line import CLAIMS, ENROLLMENT, POLICY, plain, run, write_year

STATEMENT = """\
SL-1001, Example Life for Example Manufacturing
policy period 2025-01-01 to 2025-12-31, 12 months
final: everything that was reported

Claims
                       specific              aggregate
                           rows      amount       rows      amount
──────────────────────────────────────────────────────────────────
paid by the plan              9  543,350.50          9  543,350.50
benefit not covered           1     -150.00          1     -150.00
incurred before               1   -3,000.00          1   -3,000.00
paid after                    -           -          1   -5,000.50
──────────────────────────────────────────────────────────────────
eligible                         540,200.50             535,200.00
pending, not paid yet         1      999.99          1      999.99

Specific
12/15, incurred 2025-01-01 to 2025-12-31, paid 2025-01-01 to 2026-03-31
deductible 100,000.00 per member, 1 laser, aggregating 20,000.00, share 0.9, after aggregating
                                                                       employer
member    deductible    eligible    retained       laser  aggregating     share  reimbursable
─────────────────────────────────────────────────────────────────────────────────────────────
M1        100,000.00  185,000.50  100,000.00           -    20,000.00  6,500.05     58,500.45
M2        250,000.00  260,000.00  100,000.00  150,000.00            -  1,000.00      9,000.00
M6        100,000.00   55,000.00   55,000.00           -            -         -             -
2 others               40,200.00   40,200.00           -            -         -             -
─────────────────────────────────────────────────────────────────────────────────────────────
total                 540,200.50  295,200.00  150,000.00    20,000.00  7,500.05     67,500.45

member    reimbursed        due
───────────────────────────────
M1         30,000.00  28,500.45
M2                 -   9,000.00
M6                 -          -
2 others           -          -
───────────────────────────────
total      30,000.00  37,500.45

Aggregate
12/12, incurred 2025-01-01 to 2025-12-31, paid 2025-01-01 to 2025-12-31
counts up to 100,000.00 per member, maximum 100,000.00
                                          USD
─────────────────────────────────────────────
gross claims                       536,200.00
voids and refunds                   -1,000.00
─────────────────────────────────────────────
eligible                           535,200.00
over the loss limit               -240,000.00
reimbursed by specific                   0.00
─────────────────────────────────────────────
counted                            295,200.00
calculated attachment, 12 months   192,000.00
minimum attachment                 180,000.00
attachment point, the greater      192,000.00
─────────────────────────────────────────────
excess                             103,200.00
employer share                           0.00
over maximum                        -3,200.00
─────────────────────────────────────────────
reimbursable                       100,000.00
reimbursed so far                        0.00
─────────────────────────────────────────────
due from the carrier               100,000.00

policy month              attachment     counted     above (+)
from          attachment     to date     to date  or below (-)
──────────────────────────────────────────────────────────────
2025-01-01     16,000.00   16,000.00           -    -16,000.00
2025-02-01     16,000.00   32,000.00           -    -32,000.00
2025-03-01     16,000.00   48,000.00  100,000.00    +52,000.00
2025-04-01     16,000.00   64,000.00  100,000.00    +36,000.00
2025-05-01     16,000.00   80,000.00  200,000.00   +120,000.00
2025-06-01     16,000.00   96,000.00  239,000.00   +143,000.00
2025-07-01     16,000.00  112,000.00  239,000.00   +127,000.00
2025-08-01     16,000.00  128,000.00  239,000.00   +111,000.00
2025-09-01     16,000.00  144,000.00  239,000.00    +95,000.00
2025-10-01     16,000.00  160,000.00  294,000.00   +134,000.00
2025-11-01     16,000.00  176,000.00  295,200.00   +119,200.00
2025-12-01     16,000.00  192,000.00  295,200.00   +103,200.00

Bottom line
                                      USD
─────────────────────────────────────────
reimbursable under specific     67,500.45
reimbursable under aggregate   100,000.00
─────────────────────────────────────────
carrier total                  167,500.45
reimbursed so far              -30,000.00
─────────────────────────────────────────
due from the carrier           137,500.45
─────────────────────────────────────────
claims paid by the plan        543,350.50
carrier total                 -167,500.45
─────────────────────────────────────────
employer net                   375,850.05
"""

CONSERVED = """\
claims.csv: 10 rows, 544,350.49 read = 10 posted (544,350.49) + 0 duplicates (0.00) + 0 rejected (0.00)
enrollment.csv: 12 rows, 480 units read = 12 posted (480 units) + 0 duplicates (0 units) + 0 rejected (0 units)
carrier_payments.csv: 1 row, 30,000.00 read = 1 posted (30,000.00) + 0 duplicates (0.00) + 0 rejected (0.00)
"""

IDS = re.compile(r"\b(?:M\d|c\d\d|r1)\b")
"""Every id of the year."""


@pytest.fixture
def year(tmp_path: Path) -> list[str]:
    """Return the arguments that name the files of a policy year."""
    return write_year(tmp_path)


def settled(arguments: list[str]) -> Statement:
    """Settle the same files without the command line."""
    policy, claims, enrollment, received = (Path(arguments[at]) for at in (0, 2, 4, 6))
    files = Files(policy=policy, claims=[claims], enrollment=enrollment, carrier_payments=received)
    read = read_year(files)
    assert read.enrollment
    assert read.carrier_payments
    return settle(read.policy, read.claims.payments, read.enrollment.units, read.carrier_payments.carrier_payments)


def test_a_statement_for_people(year: list[str]) -> None:
    """The statement is tables of 100 columns on standard output; what became of the rows is on standard error."""
    result = run("settle", *year)

    assert (STATEMENT, CONSERVED, 0) == (result.stdout, result.stderr, result.exit_code)


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
def test_no_amount_is_cut(year: list[str], width: int) -> None:
    """Whatever the width of the terminal, every amount of the statement stands there whole."""
    amounts = set(re.findall(r"-?\d[\d,]*\.\d\d", STATEMENT))

    assert amounts <= set(re.findall(r"-?\d[\d,]*\.\d\d", run("settle", *year, width=width).stdout))


def test_units_without_anything_to_look_at_are_counted(year: list[str]) -> None:
    """By default quiet units are one line with their sums, and `--all` shows them all."""
    some, all_of_them = run("settle", *year).stdout, run("settle", *year, "--all").stdout

    assert "2 others" in some
    assert [] == re.findall(r"^M[345]", some, re.MULTILINE)
    assert "other" not in all_of_them
    assert ["M3", "M4"] == re.findall(r"^M[345]", all_of_them, re.MULTILINE)[:2]


def test_an_open_year_says_so(year: list[str]) -> None:
    """A statement as of a day inside the period says that it is not final, and shows the position."""
    answer = run("settle", *year, "--as-of", "2025-06-30").stdout

    assert "as of 2025-06-30, not final: the paid window is open until 2026-03-31\n" in answer
    assert "nothing is reimbursed before the period has ended, on 2025-12-31; the months show the position\n" in answer
    assert "calculated attachment, 6 months" in answer


def test_a_closed_year_says_so(year: list[str]) -> None:
    """A statement as of a day after the last paid window is final."""
    answer = run("settle", *year, "--as-of", "2026-03-31").stdout

    assert "as of 2026-03-31, final: every paid window has ended\n" in answer


def test_an_endless_window_says_so(tmp_path: Path) -> None:
    """On an incurred basis the paid window never ends, so nothing is final before everything is reported."""
    year = write_year(tmp_path, policy=POLICY.replace('"12/15"', '"incurred"'))

    assert "not final: the paid window never ends\n" in run("settle", *year, "--as-of", "2026-03-31").stdout


def test_terms_are_named_above_their_table(tmp_path: Path) -> None:
    """Terms that decide a figure stand above it, and lines that only they bring stand in the tables."""
    terms = POLICY.replace('share = "0.9"', 'maximum = "50000"')
    terms = terms.replace('maximum = "100000"', 'share = "0.5"\nmaximum = "250000"\nmaximum_kind = "ceiling"')
    terms = terms.replace('deductible = "250000"', "excluded = true").replace("expires = 2025-12-31", TERMINATED)
    answer = run("settle", *write_year(tmp_path, policy=terms)).stdout

    assert "12 months, terminated 2025-11-30\n" in answer
    assert "1 laser, aggregating 20,000.00, maximum 50,000.00 on reimbursement\n" in answer
    assert "counts up to 100,000.00 per member, share 0.5, ceiling on counted claims 250,000.00\n" in answer
    assert re.search(r"^M2 +excluded +260,000.00", answer, re.MULTILINE)


TERMINATED = "expires = 2025-12-31\nterminated = 2025-11-30"


def test_one_cover_alone(tmp_path: Path) -> None:
    """A policy with one cover has one part, and the bottom line of that part."""
    specific, aggregate = POLICY.split("[aggregate]")
    head, terms = specific.split("[specific]")
    policies = {"specific": f"{head}[specific]{terms}", "aggregate": f"{head}[aggregate]{aggregate}"}
    for cover, policy in policies.items():
        arguments = write_year(tmp_path, policy=policy)[:5]  # the carrier paid under specific
        other = {"specific": "Aggregate", "aggregate": "Specific"}[cover]
        result = run("settle", *arguments)

        assert result.exit_code == 0
        assert f"\n{cover.capitalize()}\n" in result.stdout
        assert f"\n{other}\n" not in result.stdout


def test_an_enrollment_that_decides_nothing_is_noticed(tmp_path: Path) -> None:
    """Covered units without an aggregate cover are not used, and a notice says so."""
    year = write_year(tmp_path, policy=POLICY.split("[aggregate]")[0])

    assert (
        "notice: the policy has no aggregate cover, so the enrollment decides nothing\n" in run("settle", *year).stderr
    )


def test_net_of_specific_is_named(tmp_path: Path) -> None:
    """Counting net of specific has no loss limit to show."""
    year = write_year(
        tmp_path, policy=POLICY.replace('basis = "12/12"', 'basis = "12/12"\ncounting = "net_of_specific"')
    )

    assert "\ncounts what specific does not reimburse, maximum 100,000.00\n" in run("settle", *year).stdout


def test_run_in_over_its_limit_has_its_line(tmp_path: Path) -> None:
    """What a run-in limit takes off the aggregate stands between gross and eligible."""
    basis = '{ label = "15/12", run_in_limit = { amount = "1000" } }'
    year = write_year(tmp_path, policy=POLICY.replace('"12/12"', basis))

    assert re.search(r"^over the run-in limit +-2,000.00$", run("settle", *year).stdout, re.MULTILINE)


def test_money_to_the_carrier_says_so(tmp_path: Path) -> None:
    """What the carrier has paid too much is due to it."""
    year = write_year(tmp_path, claims=CLAIMS.splitlines()[0] + "\n")

    assert re.search(r"^due to the carrier +-30,000.00$", run("settle", *year).stdout, re.MULTILINE)


def test_the_json_is_the_statement(year: list[str]) -> None:
    """`--json` prints the statement's document, indented by two, one newline at the end, and nothing else."""
    result = run("settle", *year, "--json")

    assert json.dumps(settled(year).to_dict(), indent=2) + "\n" == result.stdout
    assert result.stderr == CONSERVED


def test_feeds_are_one_persons_claims(tmp_path: Path) -> None:
    """Several claims files are settled together, whichever comes first."""
    year = write_year(tmp_path)
    whole = run("settle", *year, "--json").stdout
    head, *rows = CLAIMS.splitlines(keepends=True)
    (tmp_path / "claims.csv").write_text(head + "".join(rows[5:]), encoding="utf-8")
    (tmp_path / "pharmacy.csv").write_text(head + "".join(rows[:5]), encoding="utf-8")

    assert whole == run("settle", *year, "--claims", tmp_path / "pharmacy.csv", "--json").stdout


def test_splits_are_written(year: list[str], tmp_path: Path) -> None:
    """`--claims-out` writes one row per payment with the pinned columns, and leaves nothing else behind."""
    out = tmp_path / "splits.csv"
    out.write_text("old", encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    result = run("settle", *year, "--claims-out", out)
    rows = list(csv.reader(out.read_text(encoding="utf-8").splitlines()))

    assert result.exit_code == 0
    assert list(SPLIT_COLUMNS) == rows[0]
    assert [split.id for split in settled(year).splits] == [row[0] for row in rows[1:]]
    assert before == sorted(tmp_path.iterdir())


def test_splits_that_cannot_be_written_are_a_fault(year: list[str], tmp_path: Path) -> None:
    """A folder that is not there is bad input: a line, and no answer."""
    out = tmp_path / "nowhere" / "splits.csv"
    result = run("settle", *year, "--claims-out", out)

    assert ("", 1) == (result.stdout, result.exit_code)
    assert f"{out}: this file cannot be written: no such file or directory [SL495]\n" == result.stderr


def test_splits_below_a_file_are_a_fault(year: list[str], tmp_path: Path) -> None:
    """A file is no folder, and nothing is left beside it."""
    result = run("settle", *year, "--claims-out", tmp_path / "claims.csv" / "splits.csv")

    assert ("", 1) == (result.stdout, result.exit_code)
    assert "this file cannot be written" in result.stderr


def test_an_input_is_not_written_over(year: list[str]) -> None:
    """`--claims-out` naming a file that is read is bad usage, and the file stays."""
    result = run("settle", *year, "--claims-out", year[2])

    assert result.exit_code == 2
    assert "this file is read, and so it is not written over" in plain(result.stderr)
    assert Path(year[2]).read_text(encoding="utf-8") == CLAIMS


@pytest.mark.parametrize("option", [[], ["--json"], ["--all"]])
def test_masked_answers_hold_no_id(year: list[str], tmp_path: Path, option: list[str]) -> None:
    """With `--mask-ids` no answer, file or message holds an id, and every amount stays."""
    out = tmp_path / "splits.csv"
    clear = run("settle", *year, *option)
    masked = run("settle", *year, *option, "--mask-ids", "--claims-out", out)
    told = masked.stdout + masked.stderr + out.read_text(encoding="utf-8")

    assert masked.exit_code == 0
    assert IDS.search(clear.stdout)
    assert [] == IDS.findall(told)
    assert sorted(re.findall(r"\d+\.\d\d", clear.stdout)) == sorted(re.findall(r"\d+\.\d\d", masked.stdout))


def test_the_order_of_pseudonyms_says_nothing(year: list[str], tmp_path: Path) -> None:
    """Masked units and claims are in the order of their pseudonyms, and the units of both are the same."""
    out = tmp_path / "splits.csv"
    document = json.loads(run("settle", *year, "--json", "--mask-ids", "--claims-out", out).stdout)
    units = [row["unit"] for row in document["specific"]["units"]]
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    claims = [row["id"] for row in rows]

    assert units == sorted(units)
    assert claims == sorted(claims)
    assert set(units) <= {row["unit"] for row in rows}
    assert (10, 5) == (len(set(claims)), len(units))


def test_another_run_has_other_pseudonyms(year: list[str]) -> None:
    """Nothing joins two runs."""
    one, other = (
        {row["unit"] for row in json.loads(run("settle", *year, "--json", "--mask-ids").stdout)["specific"]["units"]}
        for _ in range(2)
    )

    assert one & other == set()


def test_a_pseudonym_depends_on_key_and_kind() -> None:
    """One key and kind give one pseudonym; another key, another kind or another id gives another."""
    masks = Masks(key=b"key")

    assert masks.of("member", "1") == masks.of("member", "1")
    assert re.fullmatch("m-[0-9a-f]{16}", masks.of("member", "1"))
    assert 4 == len(
        {
            masks.of("member", "1")[2:],
            masks.of("claim", "1")[2:],
            masks.of("member", "2")[2:],
            Masks(key=b"other").of("member", "1")[2:],
        }
    )
    assert "key" not in repr(masks)


def test_masking_a_policy_without_specific_masks_its_claims(tmp_path: Path) -> None:
    """Without specific the statement shows no unit, and the splits are masked all the same."""
    head, aggregate = POLICY.split("[specific]")[0], POLICY.split("[aggregate]")[1]
    year = write_year(tmp_path, policy=f"{head}[aggregate]{aggregate}")[:5]
    out = tmp_path / "splits.csv"
    result = run("settle", *year, "--mask-ids", "--claims-out", out)

    assert result.exit_code == 0
    assert [] == IDS.findall(result.stdout + out.read_text(encoding="utf-8"))


def test_an_id_is_text_and_nothing_else(tmp_path: Path) -> None:
    """An id that looks like markup or an emoji is shown as it is."""
    year = write_year(tmp_path, claims=CLAIMS.replace("M1,", "[red]:cat:,"))[:5]

    assert "\n[red]:cat:  100,000.00  185,000.50" in run("settle", *year).stdout


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """Control characters in the policy's names do not reach the terminal."""
    year = write_year(tmp_path, policy=POLICY.replace("Example Life", r"Example\u001b[2JLife"))

    assert "SL-1001, Example [2JLife for Example Manufacturing" in run("settle", *year).stdout


BAD_POLICY = {
    'share = "0.9"': 'share = "90"',
    "number =": "nummer =",
    'basis = "12/12"': 'basis = "12-12"',
    'amount = "400"': "amount = 400",
    'deductible = "250000"': 'deductible = "25000"',
}
POLICY_FAULTS = """\
policy.toml number: this key is required [SL571]
policy.toml:4 nummer: this key is not known; did you mean "number"? [SL570]
policy.toml:15 specific.share: a share is a fraction from 0 to 1 or a percentage with its sign; write "0.8" or "80%" \
for eighty percent [SL107]
policy.toml:19 specific.lasers[0].deductible: a laser is the whole deductible of its unit, at least the standard \
100,000.00; add the increment to it [SL515]
policy.toml:22 aggregate.basis: a contract basis is "N/M" in months, such as "12/15", or "paid" or "incurred" [SL502]
policy.toml:28 aggregate.factors[0].amount: a factor is written as text, never as a number; write "400" [SL112]
"""
BAD_CLAIMS = {
    "2025-03-10": "3/10/2025",
    ",rx,": ",RX1,",
    "260000.00": "260000.005",
    "c05,": "c04,",
    "pending": "pendign",
    "M6,": "M6 ,",
}
CLAIMS_FAULTS = """\
claims.csv:2 paid_on: a day is written year-month-day; such as 2025-01-31; found d/dd/dddd [SL203]
claims.csv:3 benefit: this is one of medical, rx, dental, vision, std, ltd; did you mean "rx"? [SL106]
claims.csv:4 amount: an amount has at most two places; round it to the cent before it is reported [SL104]
claims.csv:6 id: another row has this id, at claims.csv:5, and differs in paid_on, amount, adjusts; a correction is a \
row of its own: undo the first one with a negative row, and report the right one [SL462]
claims.csv:9 status: this is one of paid, pending, ineligible; did you mean "pending"? [SL106]
claims.csv:10 member: an id has no blanks around it and no invisible characters [SL303]
"""


def replaced(text: str, mistakes: dict[str, str]) -> str:
    """Return a text with mistakes."""
    for right, wrong in mistakes.items():
        assert right in text
        text = text.replace(right, wrong)
    return text


def test_mistakes_in_a_policy(tmp_path: Path) -> None:
    """Every mistake in a policy is one line with its place and the way out, and there is no answer."""
    result = run("settle", *write_year(tmp_path, policy=replaced(POLICY, BAD_POLICY)))

    assert (POLICY_FAULTS, "", 1) == (result.stderr, result.stdout, result.exit_code)


def test_mistakes_in_claims(tmp_path: Path) -> None:
    """Every mistake in a feed is one line with its row and column, and there is no answer."""
    result = run("settle", *write_year(tmp_path, claims=replaced(CLAIMS, BAD_CLAIMS)))

    assert (CLAIMS_FAULTS, "", 1) == (result.stderr, result.stdout, result.exit_code)


def test_the_faults_of_all_files_come_together(tmp_path: Path) -> None:
    """A run lists the faults of the policy and of the claims, not only the first file's."""
    year = write_year(tmp_path, policy=replaced(POLICY, BAD_POLICY), claims=replaced(CLAIMS, BAD_CLAIMS))

    assert POLICY_FAULTS + CLAIMS_FAULTS == run("settle", *year, "--json").stderr


def test_faults_between_files_have_their_rows(tmp_path: Path) -> None:
    """What only a settlement can find is told by file and row, or by file where a row is missing."""
    enrollment = ENROLLMENT.replace("2025-03,single", "2025-03,singel")
    result = run("settle", *write_year(tmp_path, enrollment=enrollment))
    lines = """\
enrollment.csv:4 tier: the factors have no such tier; they have single; did you mean "single"? [SL540]
enrollment.csv: no covered units were reported for tier single in the policy month that begins 2025-03-01; write \
0 if there were none [SL543]
"""

    assert (lines, "", 1) == (result.stderr, result.stdout, result.exit_code)


def test_an_aggregate_without_enrollment_is_one_fault(year: list[str]) -> None:
    """A missing enrollment is one line, not one for each month."""
    result = run("settle", *year[:3])
    line = (
        "--enrollment: the policy has an aggregate cover, and its attachment point needs the covered units; "
        "give the file with this option [SL543]\n"
    )

    assert (line, "", 1) == (result.stderr, result.stdout, result.exit_code)


def test_a_carrier_payment_without_its_cover_has_its_row(tmp_path: Path) -> None:
    """What the carrier paid under a cover that the policy does not have is refused by file and row."""
    head, aggregate = POLICY.split("[specific]")[0], POLICY.split("[aggregate]")[1]
    result = run("settle", *write_year(tmp_path, policy=f"{head}[aggregate]{aggregate}"))

    assert result.exit_code == 1
    assert result.stderr.startswith("carrier_payments.csv:2 coverage: the policy has no specific cover")


def test_files_that_are_not_there(tmp_path: Path) -> None:
    """Missing files are bad input, each with a line."""
    result = run("settle", tmp_path / "no.toml", "--claims", tmp_path / "no.csv", "--enrollment", tmp_path)
    label = tmp_path.name
    lines = f"""\
no.toml: there is no such file [SL481]
no.csv: this file cannot be read: no such file or directory [SL440]
{label}: this file cannot be read: is a directory [SL440]
"""

    assert (lines, "", 1) == (result.stderr, result.stdout, result.exit_code)


def test_faults_beyond_the_cap_are_counted(tmp_path: Path) -> None:
    """After a thousand faults the rest are counted."""
    head = CLAIMS.splitlines()[0]
    rows = "".join(f"c{at},M1,medical,2025-02-03,2025-03-10,x,,\n" for at in range(1_200))
    lines = run("settle", *write_year(tmp_path, claims=f"{head}\n{rows}")).stderr.splitlines()

    assert len(lines) == 1_001
    assert lines[-1] == "... and 200 more"


def test_notices_are_told_and_settled(tmp_path: Path) -> None:
    """What is odd but valid is a notice on standard error; the statement comes all the same."""
    laser = POLICY.replace('member = "M2"', 'member = "M22"')
    claims = CLAIMS.replace(",-1000.00,c04,", ",-1000.00,,")
    result = run("settle", *write_year(tmp_path, policy=laser, claims=claims))
    notices = """\
notice: claims.csv:6 adjusts: this negative row names no payment that it undoes, and takes back the unit's latest \
ones; name the payment's id where it is known [SL467]
notice: specific.lasers[0]: no claim was reported for this lasered member; check the id [SL550]
"""

    assert result.exit_code == 0
    assert CONSERVED + notices == result.stderr


def test_the_python_engine_is_the_default(year: list[str]) -> None:
    """Naming the Python engine changes nothing."""
    assert run("settle", *year).stdout == run("settle", *year, "--engine", "python").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--as-of", "6/30/2025"], "Invalid value for '--as-of': a day is written year-month-day; such as 2025-01-31"),
        (["--as-of", "2025-02-30"], "Invalid value for '--as-of': there is no such day in the calendar"),
        (["--as-of", "1812-01-01"], "Invalid value for '--as-of': days lie between the years 1900 and 2199"),
        (["--engine", "abacus"], "Invalid value for '--engine'"),
        (["--nonsense"], "No such option: --nonsense"),
    ],
)
def test_bad_usage(year: list[str], arguments: list[str], words: str) -> None:
    """Bad usage exits with 2, says what is wrong on standard error, and answers nothing."""
    result = run("settle", *year, *arguments)

    assert ("", 2) == (result.stdout, result.exit_code)
    assert words in plain(result.stderr)


def test_claims_are_required(year: list[str]) -> None:
    """A settlement needs claims."""
    result = run("settle", year[0])

    assert ("", 2) == (result.stdout, result.exit_code)
    assert "Missing option '--claims'." in plain(result.stderr)


# ------------------------------------------------------------------ columns of another name

THEIRS = """\
[columns]
id = "Claim No"
member = "Patient"
incurred_on = "DOS"
paid_on = "Check Date"
amount = "Paid Amt"
"""
OF_THEIRS = "id,member,benefit,incurred_on,paid_on,amount", "Claim No,Patient,benefit,DOS,Check Date,Paid Amt"


def write_theirs(folder: Path) -> list[str]:
    """Write the year with an administrator's own columns, and return the arguments that name its files."""
    year = write_year(folder, claims=CLAIMS.replace(*OF_THEIRS))
    (folder / "theirs.toml").write_text(THEIRS, encoding="utf-8")
    return [*year, "--columns", str(folder / "theirs.toml")]


def test_claims_with_columns_of_their_own(tmp_path: Path) -> None:
    """A file that says what the columns are called makes the same statement and the same explanation."""
    (tmp_path / "ours").mkdir()
    ours, theirs = write_year(tmp_path / "ours"), write_theirs(tmp_path)

    assert run("settle", *ours).stdout == run("settle", *theirs).stdout
    assert run("explain", *ours, "--member", "M1").stdout == run("explain", *theirs, "--member", "M1").stdout


def test_columns_that_cannot_be_read(tmp_path: Path) -> None:
    """A wrong mapping is the fault, not the claims that would need it; the policy's faults are told all the same."""
    year = write_theirs(tmp_path)
    (tmp_path / "theirs.toml").write_text("columns = 5", encoding="utf-8")
    (tmp_path / "policy.toml").write_text(POLICY.replace('"0.9"', '"9"'), encoding="utf-8")
    result = run("settle", *year)

    assert ("", 1) == (result.stdout, result.exit_code)
    assert ["policy.toml:15 specific.share", "theirs.toml"] == [
        line.partition(": ")[0] for line in result.stderr.splitlines()
    ]


def test_a_column_that_the_claims_do_not_have(tmp_path: Path) -> None:
    """A mapping to a column that is not there is refused with the file's place."""
    year = write_theirs(tmp_path)
    (tmp_path / "theirs.toml").write_text(THEIRS.replace("Paid Amt", "Paid Amount"), encoding="utf-8")
    result = run("settle", *year)

    assert (1, True) == (result.exit_code, 'claims.csv:1 amount: the column "Paid Amount" is missing' in result.stderr)


def test_columns_are_not_written_over(tmp_path: Path) -> None:
    """The file that names the columns is read, and so it is no place for the splits."""
    year = write_theirs(tmp_path)

    assert 2 == run("settle", *year, "--claims-out", tmp_path / "theirs.toml").exit_code
