"""The command line on a group with every rider: what it shows, what it says was bought, and whose ids it hides."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from stoploss.cli.options import Story
from stoploss.demo import Scenario, write_demo
from tests.command_line import POLICY, run, write_year

EMPLOYEES = 20


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small group with every rider, as files."""
    path = tmp_path_factory.mktemp("riders")
    write_demo(path, employees=EMPLOYEES, scenario="riders")
    return path


@pytest.fixture(scope="module")
def year(folder: Path) -> list[str]:
    """The arguments that name the files of its policy year."""
    return [
        str(folder / "policy.toml"),
        *("--claims", str(folder / "claims.csv"), "--enrollment", str(folder / "enrollment.csv")),
        *("--carrier-payments", str(folder / "carrier_payments.csv")),
    ]


@pytest.fixture(scope="module")
def statement(year: list[str]) -> str:
    """What ``settle`` prints of it."""
    return run("settle", *year, width=130).stdout


def amount(text: str) -> int:
    """Return cents."""
    return int(re.sub("[,.]", "", text))


def part(statement: str, title: str) -> list[str]:
    """Return the lines of one part of a statement."""
    return statement.split(f"\n{title}\n")[1].split("\n\n", maxsplit=1)[0].splitlines()


# ------------------------------------------------------------------ demo


def test_the_scenarios_are_those_of_the_demonstration() -> None:
    """The option has the words of the package, which is not loaded for a help text."""
    assert [str(story) for story in Story] == [str(scenario) for scenario in Scenario]


def test_what_to_run_next(tmp_path: Path) -> None:
    """The demonstration says what else may be asked of a group with riders, and each of it runs."""
    result = run("demo", tmp_path / "group", "--scenario", "riders", "--employees", str(EMPLOYEES))
    commands = [line.split()[1:] for line in result.stdout.splitlines() if line.startswith("  stoploss ")]

    assert ["settle", "reconcile", "receivables", "deadlines", "funding", "settle"] == [
        command[0] for command in commands
    ]
    assert {0} == {run(*command).exit_code for command in commands}


# ------------------------------------------------------------------ settle


def test_several_carriers_have_a_table(statement: str) -> None:
    """Whoever reaches beyond the lower carrier is listed by carrier, and so are all units together."""
    _, _, _, *rows = part(statement, "Carriers")
    named = [row.split("  ")[0].strip() for row in rows if "Re " in row]

    assert "each reimburses a member up to its limit, the next one what is above" in statement
    assert ["all", "all"] == named[-2:]
    assert len(named) % 2 == 0


def test_money_due_is_told_by_carrier(year: list[str], folder: Path) -> None:
    """What is due of each unit, and in all, is told apart by carrier, as is what was underpaid."""
    asked = ["receivables", *year, "--requests", str(folder / "requests.csv"), "--as-of", "2026-01-16"]
    received = run(*asked, "--denials", folder / "denials.csv").stdout
    compared = run("reconcile", *year, "--carrier-statement", folder / "carrier_statement.csv").stdout
    answer = json.loads(run(*asked, "--json").stdout)

    for told in (received, compared):
        totals = [row.split() for row in told.split("\nCarriers\n")[1].splitlines() if row.startswith("all ")]
        assert [["all", "First", "Re"], ["all", "Second", "Re"]] == [row[:3] for row in totals]
    of_the_aggregate = sum(amount(row["due"]) for row in answer["rows"] if row["unit"] is None)
    by_carrier = sum(amount(own["due"]) for own in answer["carriers"])
    assert by_carrier == amount(answer["due"]) - of_the_aggregate


def test_the_worksheet_adds_up(statement: str) -> None:
    """What is taken out of eligible claims has a line each, and terminal liability is part of the attachment point."""
    lines = dict(re.findall(r"^([a-z][a-z ,\d-]+?) {2,}(-?[\d,]+\.\d\d)$", statement, re.MULTILINE))
    cents = {name: amount(figure) for name, figure in lines.items()}
    taken = ("gross claims", "voids and refunds", "legal cost of recoveries", "over the run-out limit")

    assert cents["eligible"] == sum(cents[name] for name in taken)
    assert cents["attachment point"] == cents["terminal liability"] + max(
        cents["calculated attachment, 10 months"], cents["minimum attachment"]
    )


def test_the_accommodation_has_a_table_by_month(statement: str) -> None:
    """Eight months have a request, and the last row is the position now."""
    rows = [line for line in part(statement, "Accommodation") if line.startswith(("2025-", "so far"))]

    assert [f"2025-{month:02}-01" for month in range(1, 9)] == [row.split()[0] for row in rows[:-1]]
    assert rows[-1].startswith("so far")


def test_divisions_have_a_table(statement: str) -> None:
    """The worksheet of each division, and the group's below it."""
    rows = [line.split() for line in part(statement, "Divisions")]
    counted = {row[0]: amount(row[-2]) for row in rows if row[0] in {"foundry", "offices", "total"}}

    assert counted["total"] == counted["foundry"] + counted["offices"]


def test_the_deductible_is_the_one_that_applies(statement: str) -> None:
    """Of 25,000 ten twelfths are left; nobody is listed merely because it is not the whole."""
    listed = part(statement, "Specific")

    assert "deductible 20,833.33 per member (25,000.00 prorated), 31,250.00 per family, 5 lasers" in "\n".join(listed)
    assert any(re.match(r"\d+ others ", line) for line in listed)


def test_new_reasons_are_told(statement: str) -> None:
    """Every reason has its line, in words."""
    told = "\n".join(part(statement, "Claims"))
    reasons = (
        *("rebate", "class not covered", "excluded tag", "prior administrator", "other policy"),
        *("legal cost", "over run in limit", "over run out limit", "reduced", "over cap"),
    )

    assert [] == [reason for reason in reasons if f"\n{reason} " not in told]


def test_piped_output_is_plain(statement: str) -> None:
    """No colors, and no blanks at the ends of lines."""
    assert "\x1b" not in statement
    assert [] == [line for line in statement.splitlines() if line != line.rstrip()]


def test_ids_are_masked_everywhere(folder: Path, year: list[str]) -> None:
    """No member, family or claim of the files is in a masked answer, as a table or as data."""
    claims = (folder / "claims.csv").read_text(encoding="utf-8").splitlines()[1:]
    ids = {cell for claim in claims for cell in claim.split(",")[:3]}
    answers = [
        run("settle", *year, "--mask-ids", "--all").stdout,
        run("settle", *year, "--mask-ids", "--json").stdout,
        run("check", folder / "policy.toml").stdout,
        run("deadlines", *year, "--as-of", "2026-01-16", "--mask-ids").stdout,
    ]

    assert [set[str]()] * 4 == [ids & set(re.findall(r"[\w-]+", answer)) for answer in answers]


def test_what_riders_say_is_in_the_data(year: list[str]) -> None:
    """The JSON has the carriers, terminal liability, the accommodation and the divisions."""
    document = json.loads(run("settle", *year, "--json").stdout)

    assert {"layers"} <= document["specific"].keys()
    assert {"terminal_liability", "accommodation", "divisions"} <= document["aggregate"].keys()


# ------------------------------------------------------------------ check


def test_what_was_bought(folder: Path) -> None:
    """Every further term and every rider has one line, in words; nobody is named."""
    bought = run("check", folder / "policy.toml").stdout.splitlines()[1:]

    assert BOUGHT == [line for line in bought if not line.startswith(("  specific:", "  aggregate:"))]


def test_a_bridge_replaces_the_basis(folder: Path) -> None:
    """The basis is the bridge's once the group has renewed."""
    said = run("check", folder / "policy-2024.toml").stdout

    assert "  specific: 12/15: incurred 2024-01-01 to 2024-12-31, paid 2024-01-01 to 2025-03-31: three months" in said
    assert "  bridge: specific on 12/15: the group has renewed\n" in said


def test_the_terms_of_a_basis_that_a_bridge_replaced_are_not_told(tmp_path: Path) -> None:
    """What is told of the basis is the bridge's, once it is in effect: its days and its limits, here and in settle."""
    own = '[specific.basis]\nlabel = "15/12"\nrun_out_limit = { amount = "5", caps = "reimbursed" }\n'
    bridge = '[bridge.basis]\nlabel = "12/18"\nrun_in_limit = { amount = "7" }\n'
    without = POLICY.replace('basis = "12/15"\n', "")
    terms = f"{without}\n{own}\n[bridge]\nrenewed = RENEWED\n{bridge}"
    after = write_year(tmp_path, policy=terms.replace("RENEWED", "true"))
    said, settled = run("check", after[0]), run("settle", *after, width=120).stdout

    assert "  specific: 12/18: incurred 2025-01-01 to 2025-12-31, paid 2025-01-01 to 2026-06-30" in said.stdout
    assert "after the last day in force" not in said.stdout
    assert "bridge.basis.run_in_limit: no claim incurred before the effective date counts" in said.stdout + said.stderr
    assert "\n12/18, incurred 2025-01-01 to 2025-12-31, paid 2025-01-01 to 2026-06-30\n" in settled
    assert "15/12" not in settled
    waiting = run("check", write_year(tmp_path, policy=terms.replace("RENEWED", "false"))[0]).stdout
    assert "    of what is paid after the last day in force at most 5.00 is reimbursed per member" in waiting


def test_an_ordinary_policy_has_no_further_line(tmp_path: Path) -> None:
    """What nobody bought is not mentioned."""
    policy, *_ = write_year(tmp_path)

    assert 3 == len(run("check", policy).stdout.splitlines())


RIDERS = [
    (
        "[specific.common_accident]\ndeductible = '5'",
        "    all who are hurt in one accident retain at most 5.00 together",
    ),
    ("[specific.basis]\nlabel = '15/12'\nprior_administrator = 'excluded'", "    no claims of a prior administrator"),
    (
        "[specific.basis]\nlabel = '15/12'\nrun_in_limit = { amount = '5', caps = 'reimbursed', per = 'policy' }",
        "    of what was incurred before the first day at most 5.00 is reimbursed per policy",
    ),
    ("[terminal_liability]\nelected = false\nmonths = 3", "  terminal liability: not elected"),
    ("[bridge]\nbasis = '12/18'", "  bridge: specific on 12/18: without effect until the group has renewed"),
    ("[recoveries]\norder = 'employer_first'", "  recoveries: claims labelled recovery make the employer whole first"),
    (
        "[recoveries]\nlegal_cost = 'net'",
        "  recoveries: claims labelled recovery come off the claim, the carrier's money first, after legal cost",
    ),
    ("[rebates]\ntreatment = 'gross'", "  rebates: claims labelled rebate change nothing"),
    ("[notices]\namount = '5'", "  notices: at 50 % of the deductible, at 5.00"),
    ("[renewal]", "  renewal: nothing promised"),
    ("[advance_funding]", "  advance funding: asked for by 2025-12-31"),
    (
        "[[overlap.other]]\neffective = 2024-01-01\nexpires = 2024-12-31\nbasis = '12/12'\nbenefits = ['rx']",
        "  overlap: a claim that the policy of 2024-01-01 to 2024-12-31 for rx takes as well is refused",
    ),
    (
        "[[overlap.other]]\neffective = 2024-01-01\nexpires = 2024-12-31\nbasis = '12/12'",
        "  overlap: a claim that the policy of 2024-01-01 to 2024-12-31 takes as well is refused",
    ),
]


@pytest.mark.parametrize(("rider", "line"), RIDERS)
def test_a_rider_in_words(tmp_path: Path, rider: str, line: str) -> None:
    """One table of a policy document, and its line."""
    basis = 'basis = "12/15"\n' if "[specific.basis]" in rider else "none of it"
    policy, *_ = write_year(tmp_path, policy=f"{POLICY.replace(basis, '')}\n{rider}\n")

    assert line in run("check", policy).stdout.splitlines()


RAISED = [
    ("months = 3", "that of the last 3 months"),
    ("months = 3\nattachment = 'ratio'", "3 months in proportion"),
    ("days = 90\nattachment = 'corridor'\ncorridor = '0.125'", "12.5 %"),
    ("days = 90\nattachment = 'unchanged'", "nothing"),
]


@pytest.mark.parametrize(("terms", "by"), RAISED)
def test_what_terminal_liability_adds(tmp_path: Path, terms: str, by: str) -> None:
    """The attachment point goes up by one of four rules."""
    rider = f"[terminal_liability]\nelected = true\ncovers = ['aggregate']\n{terms}\n"
    policy, *_ = write_year(tmp_path, policy=f"{POLICY}\n{rider}")
    words = "what was incurred by 2025-12-31 may be paid until 2026-03-31, under aggregate"

    assert f"  terminal liability: {words}; the attachment point goes up by {by}" in run("check", policy).stdout


BOUGHT = """\
    only the classes active and cobra
    no claims labelled access_fee
    of what is paid after the last day in force at most 25,000.00 is reimbursed per member
    claims of a prior administrator only if reported by 2025-03-15 and paid by 2025-03-31
    the members of a family retain at most 31,250.00 together
    all who are hurt in one accident retain at most one deductible together
    one member: a laser of 37,500.00, on claims labelled D66, on the fund kidneys and blood
    one member: a laser of 50,000.00, once a claim is labelled transplant, and then from that day, on the fund \
kidneys and blood, counting standard in the aggregate
    one member: a laser of 50,000.00, from 2025-07-01, counting nothing in the aggregate
    lasers on the fund kidneys and blood keep at most 37,500.00 together
    50 % of claims labelled own_clinic counts
    claims labelled transplant reimbursed up to 37,500.00 a member in a lifetime
    claims labelled gene_therapy counted up to 50,000.00 a member
    the carrier reimburses 80 % of the excess above 0.00 and 100 % of the excess above 12,500.00
    at most 300,000.00 a member in a lifetime
    2 maxima of a lifetime partly used before this period
    of a member First Re up to 50,000.00 and Second Re what is above
    only the classes active and cobra
    no claims labelled access_fee
    of what is paid after the last day in force at most 100,000.00 counts per policy
    factors by class, plan and day
    a policy month takes the covered units of 2 months earlier
    an attachment point of at least 6,250.00 a month
    an attachment point of at least 95 % of the first 3 months
    accommodation: each month what counts above the months to date, or the minimum by months, less 5,000.00, from \
1,000.00 on, up to policy month 8; what claims no longer bear out goes back at once
  early termination: the specific deductible by months begun in force
  terminal liability: what was incurred by 2025-10-31 may be paid until 2026-01-31, under specific and aggregate; \
the attachment point goes up by 10 %
  overlap: a claim that the policy of 2024-01-01 to 2024-12-31 under specific takes as well belongs to the one in \
whose period it was incurred
  advance funding: asked for by 2025-09-30, from 1,000.00 on, claims paid within 10 working days count as paid with \
it
  recoveries: claims labelled recovery are shared in proportion to what was borne, after legal cost
  rebates: claims labelled rebate lower what counts in the aggregate alone
  notices: at 50 % of the deductible, of stays beyond 14 days, within 31 days, proof of loss within 90 days
  renewal: rates rise by at most 50 %, the ASD by at most 25 %, no new laser, a refund of 25 % of what claims stay \
below 70 % of the premium
""".splitlines()
