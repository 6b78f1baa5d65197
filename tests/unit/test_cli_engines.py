"""``stoploss settle --engine``: the same statement as the Python engine's, byte for byte, and what is refused."""

from __future__ import annotations

import re
import shutil
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from stoploss.cases import Case, load_case
from stoploss.documents import dump_policy
from stoploss.feeds import write_carrier_payments, write_claims, write_enrollment
from tests.command_line import CLAIMS, ENROLLMENT, POLICY, TIERS, plain, run, write_year

pytest.importorskip("narwhals")
statements: Any = pytest.importorskip("stoploss.frames.statements")

CASES = Path(__file__).parent.parent / "cases"
ENGINES = {"duckdb": "duckdb", "polars": "polars", "pandas": "pandas", "spark": "pyspark"}
SLOW = ("duckdb", "pandas")
"""Those that do not settle every worked case here: a few show that they order and add up alike."""
ANSWERS: tuple[list[str], ...] = (["--json"], [], ["--all"], ["--as-of", "2025-06-30", "--json"])


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Write a demonstration, and return the arguments that name its files."""
    folder = tmp_path_factory.mktemp("group")
    return run("demo", folder, "--employees", "20").stdout.splitlines()[-1].split()[2:]


@pytest.fixture
def year(tmp_path: Path) -> list[str]:
    """Return the arguments that name the files of a policy year."""
    return write_year(tmp_path)


@cache
def carried() -> list[Path]:
    """Return the worked cases whose terms have a statement by columns."""
    found: list[Path] = []
    for path in sorted(CASES.glob("*.toml")):
        case = load_case(path)
        if not statements.not_stated(case.policy, "polars", case.as_of) and not any(
            claim.division for claim in case.payments
        ):
            found.append(path)
    return found


def write_case(folder: Path, case: Case) -> list[str]:
    """Write the policy and the facts of a case as files, and return the arguments that name them."""
    policy, claims, units, received = (folder / name for name in ("p.toml", "c.csv", "e.csv", "r.csv"))
    policy.write_text(dump_policy(case.policy), encoding="utf-8")
    write_claims(claims, case.payments)
    arguments = [str(policy), "--claims", str(claims)]
    if case.units:
        write_enrollment(units, case.units)
        arguments += ["--enrollment", str(units)]
    if case.carrier_payments:
        write_carrier_payments(received, case.carrier_payments)
        arguments += ["--carrier-payments", str(received)]
    return [*arguments, *(["--as-of", str(case.as_of)] if case.as_of else [])]


@pytest.mark.parametrize("option", ANSWERS, ids=" ".join)
@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_the_demonstration(group: list[str], tmp_path: Path, engine: str, option: list[str]) -> None:
    """On a made-up group every engine says what the Python engine says, and writes the same splits."""
    pytest.importorskip(ENGINES[engine])
    if engine == "spark" and (shutil.which("java") is None or option != ANSWERS[0]):
        pytest.skip("Spark needs Java, and takes its time: one answer shows that it orders and adds up alike")
    splits = [tmp_path / name for name in ("python.csv", "engine.csv")]
    expected = run("settle", *group, *option, "--claims-out", splits[0])
    actual = run("settle", *group, *option, "--claims-out", splits[1], "--engine", engine)

    assert (expected.stdout, 0) == (actual.stdout, actual.exit_code)
    assert splits[0].read_bytes() == splits[1].read_bytes()


@pytest.mark.parametrize(
    ("engine", "path"),
    [("polars", path) for path in carried()] + [(engine, path) for engine in SLOW for path in carried()[::12]],
    ids=lambda each: each.stem if isinstance(each, Path) else each,
)
def test_the_worked_cases(tmp_path: Path, engine: str, path: Path) -> None:
    """On each worked case that columns carry, statement and splits are the Python engine's."""
    pytest.importorskip(engine)
    year = write_case(tmp_path, load_case(path))
    splits = [tmp_path / name for name in ("python.csv", "engine.csv")]
    expected = run("settle", *year, "--json", "--claims-out", splits[0])
    actual = run("settle", *year, "--json", "--claims-out", splits[1], "--engine", engine)

    assert (expected.stdout, 0) == (actual.stdout, actual.exit_code)
    assert splits[0].read_bytes() == splits[1].read_bytes()


# ------------------------------------------------------------------ what it reads, and what it says beside the answer

POLARS = ("--engine", "polars")


@pytest.fixture
def _polars() -> None:
    pytest.importorskip("polars")


@pytest.mark.usefixtures("_polars")
def test_parquet(year: list[str], tmp_path: Path) -> None:
    """With an engine the files may be Parquet."""
    import polars as pl  # noqa: PLC0415 -- only where this engine is tested

    expected = run("settle", *year).stdout
    arguments = list(year)
    for at in (2, 4, 6):
        arguments[at] = str(tmp_path / f"{at}.parquet")
        pl.read_csv(year[at], infer_schema=False).write_parquet(arguments[at])

    assert expected == run("settle", *arguments, *POLARS).stdout


@pytest.mark.usefixtures("_polars")
def test_what_became_of_the_rows(year: list[str]) -> None:
    """Control totals and notices are those of the Python engine."""
    assert run("settle", *year).stderr == run("settle", *year, *POLARS).stderr


@pytest.mark.usefixtures("_polars")
def test_slips_are_noticed(tmp_path: Path) -> None:
    """A laser without claims, claims without a class and a termination on the last day are noticed by any engine."""
    policy = POLICY.replace('member = "M2"', 'member = "M22"').replace(
        "2025-12-31", "2025-12-31\nterminated = 2025-12-31"
    )
    policy = policy.replace('deductible = "100000"', 'deductible = "100000"\nclasses = ["active"]')
    claims = CLAIMS.replace("amount,adjusts", "amount,adjusts", 1)
    year = write_year(tmp_path, policy=policy, claims=claims)
    notices = [line for line in run("settle", *year, *POLARS).stderr.splitlines() if line.startswith("notice")]

    assert [line for line in run("settle", *year).stderr.splitlines() if line.startswith("notice")] == notices
    assert ["[SL551]", "[SL550]", "[SL568]"] == [line.split()[-1] for line in notices]


@pytest.mark.usefixtures("_polars")
def test_several_feeds_are_one_persons_claims(tmp_path: Path) -> None:
    """Several claims files are settled together, unless one calls a column almost as the others do."""
    year = write_year(tmp_path)
    whole = run("settle", *year, "--json").stdout
    head, *rows = CLAIMS.splitlines(keepends=True)
    (tmp_path / "claims.csv").write_text(head + "".join(rows[5:]), encoding="utf-8")
    pharmacy = tmp_path / "pharmacy.csv"
    pharmacy.write_text(head + "".join(rows[:5]), encoding="utf-8")

    assert whole == run("settle", *year, "--claims", pharmacy, "--json", *POLARS).stdout
    pharmacy.write_text(head.replace("adjusts", "Adjusts") + "".join(rows[:5]), encoding="utf-8")
    told = run("settle", *year, "--claims", pharmacy, "--json", *POLARS)
    assert ("", 1) == (told.stdout, told.exit_code)
    assert told.stderr.startswith("pharmacy.csv adjusts: column 7 is almost named adjusts; ")


@pytest.mark.usefixtures("_polars")
def test_columns_of_another_name(tmp_path: Path) -> None:
    """`--columns` renames columns and writes out a word that holds for the whole file; it joins no ids."""
    theirs = CLAIMS.replace("id,member", "Claim No,Patient").replace("amount", "Paid Amt")
    theirs = theirs.replace("benefit", "kind").replace(",rx,", ",medical,")
    expected = run(
        "settle", *write_year(tmp_path, claims=CLAIMS.replace(",rx,", ",medical,").replace("dental", "medical"))
    )
    year = write_year(tmp_path, claims=theirs.replace("dental", "medical"))
    columns = tmp_path / "theirs.toml"
    names = '[columns]\nid = "Claim No"\nmember = "Patient"\namount = "Paid Amt"\nbenefit = "=medical"\n'
    columns.write_text(names, encoding="utf-8")

    assert expected.stdout == run("settle", *year, "--columns", columns, *POLARS).stdout
    columns.write_text(names.replace('"Patient"', '"Person"'), encoding="utf-8")
    assert (
        'claims.csv member: the column "Person" is missing [SL451]\n'
        == run("settle", *year, "--columns", columns, *POLARS).stderr
    )
    columns.write_text(names.replace('"Claim No"', '["Claim No", "Patient"]'), encoding="utf-8")
    assert (
        "columns.id: the polars engine joins no columns to an id"
        in run("settle", *year, "--columns", columns, *POLARS).stderr
    )


@pytest.mark.usefixtures("_polars")
def test_masked_ids(year: list[str], tmp_path: Path) -> None:
    """With `--mask-ids` no id is in the answer or the splits, whichever engine."""
    out = tmp_path / "splits.csv"
    told = run("settle", *year, *POLARS, "--mask-ids", "--claims-out", out)

    assert 0 == told.exit_code
    assert [] == re.findall(r"\b(?:M\d|c\d\d)\b", told.stdout + told.stderr + out.read_text(encoding="utf-8"))


# ------------------------------------------------------------------ what is refused


def refused(*arguments: str | Path) -> str:
    """Return what is told about bad input."""
    result = run("settle", *arguments)

    assert ("", 1) == (result.stdout, result.exit_code)
    return result.stderr


@pytest.mark.usefixtures("_polars")
@pytest.mark.parametrize(
    ("change", "term"),
    [
        (TIERS, "specific.tiers"),
        (('maximum = "100000"', 'accommodation = { keep = "0" }'), "aggregate.accommodation"),
    ],
)
def test_terms_that_columns_do_not_carry(tmp_path: Path, change: tuple[str, str], term: str) -> None:
    """A term that an engine does not carry is refused by its name, before any claim is read."""
    year = write_year(tmp_path, policy=POLICY.replace(*change), claims="")

    assert f"policy.toml: the polars engine does not carry {term}; leave --engine out [SL808]\n" == refused(
        *year, *POLARS
    )


@pytest.mark.usefixtures("_polars")
def test_facts_that_columns_do_not_carry(tmp_path: Path) -> None:
    """Divisions have worksheets of their own: claims or units that name any are left to the Python engine."""
    line = "policy.toml: the polars engine does not carry divisions; leave --engine out [SL808]\n"
    claims = (
        CLAIMS.replace("status\n", "status,division\n").replace("paid,", "paid,north").replace(",,\n", ",,,north\n")
    )
    assert line == refused(
        *write_year(tmp_path, claims=claims.replace("c04,\n", "c04,,\n").replace("pending\n", "pending,\n")), *POLARS
    )
    units = ENROLLMENT.replace("units\n", "units,division\n", 1).replace(",40\n", ",40,north\n")
    assert line == refused(*write_year(tmp_path, enrollment=units), *POLARS)


@pytest.mark.usefixtures("_polars")
def test_bad_input(tmp_path: Path) -> None:
    """Faults of the feeds are one line a kind, with the places; no answer, and no splits."""
    year = write_year(tmp_path, claims=CLAIMS.replace("180000.00", "x").replace(",rx,", ",RX1,"))
    out = tmp_path / "splits.csv"
    told = refused(*year, *POLARS, "--claims-out", out).splitlines()

    assert ["claims.csv row 1 amount", "claims.csv row 2 benefit"] == sorted(line.split(":")[0] for line in told)
    assert not out.exists()


@pytest.mark.usefixtures("_polars")
def test_a_policy_and_a_mapping_that_cannot_be_read(year: list[str], tmp_path: Path) -> None:
    """The faults of the documents come first, all of them."""
    Path(year[0]).write_text("x", encoding="utf-8")
    told = refused(*year, "--columns", tmp_path / "nowhere.toml", *POLARS).splitlines()

    assert ["SL484]", "SL440]"] == [line.split("[")[-1] for line in told]


@pytest.mark.usefixtures("_polars")
def test_claims_that_are_not_there(year: list[str], tmp_path: Path) -> None:
    """A file that is not there is told as by the Python engine."""
    year[2] = str(tmp_path / "nowhere.parquet")

    assert refused(*year) == refused(*year, *POLARS)


def test_a_file_of_several_policies(year: list[str], tmp_path: Path) -> None:
    """Rows of other policies are not settled under this one; the command that settles all is named."""
    pytest.importorskip("polars")
    claims = tmp_path / "book.csv"
    head, *lines = Path(year[2]).read_text(encoding="utf-8").splitlines()
    claims.write_text("\n".join([f"policy,{head}", *(f"SL-9,{line}" for line in lines), ""]), encoding="utf-8")
    result = run("settle", year[0], "--claims", claims, *year[3:], "--engine", "polars")

    assert ("", 1) == (result.stdout, result.exit_code)
    assert "settle-all settles all of a folder [SL820]" in result.stderr


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_an_engine_that_is_not_installed(year: list[str], monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """An engine that is not there is bad usage, and says which extra brings it."""
    needs = ENGINES[name]
    for loaded in [loaded for loaded in sys.modules if loaded.partition(".")[0] == needs]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.delitem(sys.modules, f"stoploss.frames.engines.{name}", raising=False)
    monkeypatch.setitem(sys.modules, needs, None)
    result = run("settle", *year, "--engine", name)
    line = f"the {name} engine needs {needs}, which is not installed; pip install 'stoploss[{name}]'\n"

    assert (line, "", 2) == (result.stderr, result.stdout, result.exit_code)


def test_an_engine_that_there_is_not(year: list[str]) -> None:
    """A name that is none is bad usage."""
    result = run("settle", *year, "--engine", "abacus")

    assert ("", 2) == (result.stdout, result.exit_code)
    assert "Invalid value for '--engine'" in plain(result.stderr)
