"""The command line as a whole: help, exit statuses, processes, and the commands beside settling and explaining."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import stoploss
from stoploss import cli
from stoploss.cli import inputs, portfolios, settling
from stoploss.cli.inputs import Files
from stoploss.cli.speech import rendered
from stoploss.documents import policy_schema
from stoploss.errors import FeedError
from tests.command_line import CLAIMS, plain, process, process_without, run, write_year

SUMMARIES = {
    "settle": "Settle a policy period: what the carrier owes, and for whom.",
    "settle-all": "Settle every policy of a folder in one run, and write tables of all of them.",
    "explain": "Explain a member, a claim or the aggregate, line by line.",
    "reconcile": "Compare with a carrier's statement: where it differs first, what is at stake.",
    "receivables": "Show what is requested, received, denied, outstanding and due.",
    "check": "Check policies: are they valid, what did they buy, do several leave gaps?",
    "demo": "Write a made-up employer group to play with.",
    "cases": "Run worked cases; exit with 1 where a figure differs.",
    "schema": "Print the JSON Schema of a policy document, for editors.",
}
CASE = """\
id = "{id}"
[policy]
schema = 1
policyholder = "Employer"
carrier = "Carrier"
number = "1"
period = {{ effective = 2025-01-01, expires = 2025-12-31 }}
specific = {{ basis = "12/15", covers = ["medical"], deductible = "100" }}
[[claims]]
id = "c1"
member = "M1"
incurred_on = 2025-02-01
paid_on = 2025-03-01
amount = "150.00"
[expect]
carrier_total = "{carrier_total}"
"""


@pytest.fixture
def year(tmp_path: Path) -> list[str]:
    """Return the arguments that name the files of a policy year."""
    return write_year(tmp_path)


def test_the_help_lists_the_commands() -> None:
    """Every command has a line in the help."""
    result = run("--help")
    words = plain(result.stdout)

    assert result.exit_code == 0
    assert "Exit status: 0; 1 for bad input, one line per fault; 2 for bad usage." in words
    assert [f"{name} {summary}" for name, summary in SUMMARIES.items() if f"{name} {summary}" not in words] == []


@pytest.mark.parametrize("command", SUMMARIES)
def test_every_command_has_help_with_an_example(command: str) -> None:
    """The help of a command says what it does and shows it in use."""
    for option in ("--help", "-h"):
        result = run(command, option)
        words = plain(result.stdout)

        assert result.exit_code == 0
        assert SUMMARIES[command] in words
        assert f"Example: stoploss {command}" in words or f"Examples: stoploss {command}" in words


def test_the_pinned_options_are_there() -> None:
    """The options that other systems call are in the help."""
    pinned = {
        "settle": "--claims --enrollment --carrier-payments --as-of --json --claims-out --mask-ids --engine",
        "settle-all": "--claims --enrollment --carrier-payments --out --as-of --json --engine",
        "explain": "--claims --member --family --claim --aggregate --enrollment --carrier-payments --as-of --json",
        "reconcile": "--claims --enrollment --carrier-payments --carrier-statement --as-of --json --mask-ids",
        "receivables": "--claims --enrollment --carrier-payments --requests --denials --as-of --json --mask-ids",
        "demo": "--employees --seed --policies --lines --force",
    }

    for command, options in pinned.items():
        words = plain(run(command, "--help").stdout).split()
        assert [option for option in options.split() if option not in words] == []


def test_no_command_shows_the_help() -> None:
    """Without a command the help is shown, and that is no success."""
    result = run()

    assert result.exit_code == 2
    assert SUMMARIES["settle"] in plain(result.stdout)


def test_an_unknown_command_is_bad_usage() -> None:
    """A command that is not there is bad usage."""
    result = run("setle")

    assert ("", 2) == (result.stdout, result.exit_code)
    assert "No such command 'setle'" in plain(result.stderr)


def test_the_version() -> None:
    """`--version` prints the version of the package."""
    result = run("--version")

    assert (f"stoploss {stoploss.__version__}\n", 0) == (result.stdout, result.exit_code)


def test_the_entry_point() -> None:
    """The console script is `main`."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert {"stoploss": "stoploss.cli:main"} == project["scripts"]
    assert ["main"] == dir(cli)


def test_as_a_process(year: list[str]) -> None:
    """A process answers on standard output, tells on standard error, and exits with 0."""
    result = process("settle", *year, "--json")

    assert result.returncode == 0
    assert "167500.45" == json.loads(result.stdout)["carrier_total"]
    assert result.stderr.startswith("claims.csv: 10 rows, ")


def test_bad_input_as_a_process(year: list[str]) -> None:
    """Bad input is one line per fault, exit status 1, and nothing on standard output."""
    Path(year[2]).write_text(CLAIMS.replace("180000.00", "x"), encoding="utf-8")
    result = process("settle", *year)

    assert ("", 1) == (result.stdout, result.returncode)
    assert result.stderr.startswith("claims.csv:2 amount: an amount in a file is digits")
    assert 1 == len(result.stderr.splitlines())


def test_bad_usage_as_a_process() -> None:
    """Bad usage is exit status 2, and nothing on standard output."""
    result = process("settle")

    assert ("", 2) == (result.stdout, result.returncode)


def test_a_reader_that_stops_early(year: list[str]) -> None:
    """A closed pipe is no fault and leaves no trace."""
    command = [sys.executable, "-m", "stoploss.cli", "settle", *year, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        told = running.stderr.read()

    assert running.returncode == 0
    assert [line for line in told.splitlines() if " read = " not in line] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
@pytest.mark.parametrize("asked", ["a document", "a table"])
def test_an_answer_that_cannot_be_written(asked: str, tmp_path: Path) -> None:
    """Where standard output cannot be written, that is said, and the exit status is 1."""
    question = ["schema"] if asked == "a document" else ["check", write_year(tmp_path)[0], "--draw"]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "stoploss.cli", *question]
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert ("standard output: it cannot be written: no space left on device\n", 1) == (result.stderr, result.returncode)


def test_an_id_that_the_encoding_lacks(tmp_path: Path) -> None:
    """An id outside of the output's encoding is escaped rather than a fault."""
    year = write_year(tmp_path, claims=CLAIMS.replace("M1,", "Müller,"))[:5]
    command = [sys.executable, "-X", "utf8=0", "-m", "stoploss.cli", "settle", *year]
    environment = {"PYTHONIOENCODING": "ascii", "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "100"}
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    assert result.returncode == 0
    assert "\nM\\xfcller " in result.stdout


def test_a_fault_of_our_own_shows_no_data(
    year: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unforeseen error names its kind and its places in the code, not its message, which may hold an id."""

    def failing(_files: Files) -> None:
        raise KeyError("M1")

    monkeypatch.setattr(settling, "read_year", failing)
    monkeypatch.setattr(sys, "argv", ["stoploss", "settle", *year])
    with pytest.raises(SystemExit) as exit_:
        cli.main()
    told = capsys.readouterr()

    assert (70, "") == (exit_.value.code, told.out)
    assert told.err.startswith("this is a fault of stoploss, not of your files: KeyError\n")
    assert " in settle_files\n" in told.err
    assert "M1" not in told.err


@pytest.mark.parametrize("module", ["typer", "rich.console"])
def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], module: str) -> None:
    """Without its extra the command line says how to install it, and exits with 2."""
    for name in [name for name in sys.modules if name.startswith("stoploss.cli.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SystemExit) as exit_:
        cli.main()

    assert exit_.value.code == 2
    assert "the command line is not installed: pip install 'stoploss[cli]'\n" == capsys.readouterr().err


def test_another_missing_module_is_our_own_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A module that is missing for any other reason is a fault of the package."""
    monkeypatch.delitem(sys.modules, "stoploss.cli.commands")
    monkeypatch.setitem(sys.modules, "stoploss.cli.options", None)
    with pytest.raises(SystemExit) as exit_:
        cli.main()

    assert exit_.value.code == 70
    assert capsys.readouterr().err.startswith("this is a fault of stoploss, not of your files: ModuleNotFoundError\n")


def test_help_loads_no_reader() -> None:
    """The help answers without loading what reads files: it is asked for often, and completion more often still."""
    script = "import sys; from stoploss.cli.commands import app; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert {"cattrs", "stoploss.feeds", "stoploss.documents", "stoploss.demo"} & set(result.stdout.split()) == set()


def test_progress_is_for_terminals(
    year: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a terminal large files show what is being done; small ones do not, and nothing is shown elsewhere."""
    files = Files(
        policy=Path(year[0]), claims=[Path(year[2]), Path("nowhere.csv")], enrollment=None, carrier_payments=None
    )
    shown = {}
    for terminal, large in ((False, 0), (True, 10**9), (True, 0)):
        monkeypatch.setattr(inputs, "_LARGE", large)
        monkeypatch.setattr(sys.stderr, "isatty", lambda terminal=terminal: terminal)
        with inputs.working(files) as doing:
            doing("reading")
        shown[terminal, large] = "reading" in capsys.readouterr().err

    assert {(False, 0): False, (True, 10**9): False, (True, 0): True} == shown


def test_output_ends_lines_without_blanks() -> None:
    """What is rendered has no blanks at the ends of its lines, and no empty line at its beginning."""
    assert "a\n\nb\n" == rendered(["", "a   ", "", "b"])


def test_a_demonstration(tmp_path: Path) -> None:
    """`demo` writes a group and prints a command that settles it."""
    folder = tmp_path / "made up"
    result = run("demo", folder, "--employees", "20", "--seed", "7")
    first, following, command = result.stdout.splitlines()

    assert result.exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "carrier_payments.csv",
        "claims.csv",
        "enrollment.csv",
        "policy.toml",
    ]
    assert first.startswith(f"{folder}: 20 employees, ")
    assert following == "next:"
    assert command.startswith(f"  stoploss settle '{folder}/policy.toml' --claims '{folder}/claims.csv'")


def test_what_a_demonstration_prints_can_be_run(tmp_path: Path) -> None:
    """The printed command settles the group without a fault."""
    words = run("demo", tmp_path / "group", "--employees", "20").stdout.splitlines()[-1].split()

    assert run(*words[1:]).exit_code == 0


def test_a_demonstration_overwrites_nothing(tmp_path: Path) -> None:
    """A file with other contents stays, unless forced; the same group may be written again."""
    assert run("demo", tmp_path, "--employees", "20").exit_code == 0
    assert run("demo", tmp_path, "--employees", "20").exit_code == 0
    (tmp_path / "policy.toml").write_text("mine", encoding="utf-8")
    refused = run("demo", tmp_path, "--employees", "20")
    line = (
        "policy.toml: there is a file of this name with other contents, which is not overwritten; "
        "choose an empty folder, or give --force [SL491]\n"
    )

    assert (line, "", 1) == (refused.stderr, refused.stdout, refused.exit_code)
    assert (tmp_path / "policy.toml").read_text(encoding="utf-8") == "mine"
    assert run("demo", tmp_path, "--employees", "20", "--force").exit_code == 0
    assert (tmp_path / "policy.toml").read_text(encoding="utf-8") != "mine"
    assert 4 == len(list(tmp_path.iterdir()))


def test_a_demonstration_of_no_size(tmp_path: Path) -> None:
    """A number of employees that a demonstration does not have is bad usage."""
    result = run("demo", tmp_path / "group", "--employees", "3")

    assert ("", 2) == (result.stdout, result.exit_code)
    assert "Invalid value for --employees: a demonstration has 20 to 50,000 employees" in plain(result.stderr)
    assert not (tmp_path / "group").exists()


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_demonstration_below_a_file(tmp_path: Path, force: list[str]) -> None:
    """A folder that cannot be made is bad input."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("demo", tmp_path / "file" / "group", "--employees", "20", *force)

    assert ("", 1) == (result.stdout, result.exit_code)
    assert f"{tmp_path}/file/group: this folder cannot be written: not a directory [SL495]\n" == result.stderr


def test_cases_that_agree(tmp_path: Path) -> None:
    """Cases that agree are one line each."""
    for id_ in ("A1", "A2"):
        (tmp_path / f"{id_}.toml").write_text(CASE.format(id=id_, carrier_total="50.00"), encoding="utf-8")
    result = run("cases", tmp_path)

    assert ("A1: agrees\nA2: agrees\n", "", 0) == (result.stdout, result.stderr, result.exit_code)


def test_a_case_that_differs(tmp_path: Path) -> None:
    """A figure that differs is shown with both values, and the exit status is 1."""
    (tmp_path / "A1.toml").write_text(CASE.format(id="A1", carrier_total="49.99"), encoding="utf-8")
    result = run("cases", tmp_path)
    lines = "A1: differs\n  carrier_total: expected 49.99, the statement says 50.00\n"

    assert (lines, "", 1) == (result.stdout, result.stderr, result.exit_code)


def test_a_case_that_cannot_be_read(tmp_path: Path) -> None:
    """A case with a fault is bad input, and no case is answered."""
    (tmp_path / "A1.toml").write_text(
        CASE.format(id="A1", carrier_total="50.00").replace('"150.00"', '"x"'), encoding="utf-8"
    )
    result = run("cases", tmp_path)

    assert ("", 1) == (result.stdout, result.exit_code)
    assert result.stderr.startswith("A1.toml:14 claims[0].amount: this is not an amount")


def test_no_cases(tmp_path: Path) -> None:
    """A folder without cases is bad input, for a check that checks nothing is none."""
    empty = run("cases", tmp_path)
    nowhere = run("cases", tmp_path / "nowhere")

    assert f"{tmp_path}: there are no cases here; a case is a file that ends in .toml [SL496]\n" == empty.stderr
    assert (
        f"{tmp_path}/nowhere: there is no such folder; a case is a file that ends in .toml [SL496]\n" == nowhere.stderr
    )
    assert (1, 1) == (empty.exit_code, nowhere.exit_code)


def test_the_schema() -> None:
    """`schema` prints the JSON Schema of a policy document."""
    result = run("schema")

    assert json.dumps(policy_schema(), indent=2) + "\n" == result.stdout
    assert result.exit_code == 0


def test_reading_a_year_lists_the_faults_of_every_file(tmp_path: Path) -> None:
    """Nothing is read in part: one error has the findings of policy, claims, enrollment and carrier payments."""
    nowhere = tmp_path / "nowhere"
    files = Files(policy=nowhere, claims=[nowhere], enrollment=nowhere, carrier_payments=nowhere)
    with pytest.raises(FeedError) as error:
        inputs.read_year(files)

    assert ["SL480", "SL440", "SL440", "SL440"] == [finding.code for finding in error.value.findings]


def test_a_portfolio(tmp_path: Path) -> None:
    """`demo --policies` writes a portfolio and says what is in it, and where."""
    folder = tmp_path / "book"
    result = run("demo", folder, "--policies", "2", "--lines", "1000", "--seed", "7")
    first, *paths = result.stdout.splitlines()

    assert ("", 0) == (result.stderr, result.exit_code)
    assert f"{folder}: 2 policies, 29 members, 1,000 lines; nobody in it exists" == first
    assert [
        str(folder / name) for name in ("policies", "claims.parquet", "enrollment.parquet", "carrier_payments.parquet")
    ] == paths
    assert all(Path(path).exists() for path in paths)


def test_a_portfolio_overwrites_nothing(tmp_path: Path) -> None:
    """What is there stays, unless forced."""
    size = ("--policies", "1", "--lines", "20")
    written, refused, forced = (
        run("demo", tmp_path, *size),
        run("demo", tmp_path, *size),
        run("demo", tmp_path, *size, "--force"),
    )

    assert [0, 1, 0] == [result.exit_code for result in (written, refused, forced)]
    assert "claims.parquet: there is something of this name, which is not overwritten" in refused.stderr
    assert "choose an empty folder, or give --force [SL491]" in refused.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--policies", "0"], "Invalid value for --policies: a portfolio has 1 to 100,000 policies"),
        (["--policies", "3", "--lines", "59"], "Invalid value for --lines: a portfolio has at least 20 lines"),
        (["--lines", "59"], "Invalid value for --lines: this is the size of a portfolio: give --policies too"),
        (["--policies", "3", "--employees", "20"], "a portfolio has --lines, and neither --employees nor --scenario"),
    ],
)
def test_a_portfolio_of_no_size(tmp_path: Path, options: list[str], words: str) -> None:
    """A size that a portfolio does not have is bad usage."""
    result = run("demo", tmp_path / "book", *options)

    assert ("", 2) == (result.stdout, result.exit_code)
    assert words in plain(result.stderr)
    assert not (tmp_path / "book").exists()


def test_a_portfolio_below_a_file(tmp_path: Path) -> None:
    """A folder that cannot be made is bad input."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("demo", tmp_path / "file" / "book", "--policies", "1")

    assert ("", 1) == (result.stdout, result.exit_code)
    assert f"{tmp_path}/file/book: this folder cannot be written: not a directory [SL495]\n" == result.stderr


def test_a_portfolio_without_its_extra(tmp_path: Path) -> None:
    """What is not installed is named with its extra."""
    result = process_without("pyarrow", "demo", tmp_path / "book", "--policies", "1")

    assert ("portfolios are not installed: pip install 'stoploss[portfolio]'\n", "", 2) == (
        result.stderr,
        result.stdout,
        result.returncode,
    )


def test_a_portfolio_without_a_module_of_our_own(tmp_path: Path) -> None:
    """Anything else that is missing is a fault of this package."""
    result = process_without("stoploss.demo.portfolio.terms", "demo", tmp_path / "book", "--policies", "1")

    assert 70 == result.returncode


def test_a_portfolio_shows_its_progress_on_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a terminal the lines are counted as they are written."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    portfolios.write_book(tmp_path, policies=1, lines=20, seed=1, force=False)

    assert "writing lines" in capsys.readouterr().err
