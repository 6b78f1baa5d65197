"""``stoploss settle-all``: every policy of a folder at once, the tables all or none, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stoploss.cli.inputs import working
from stoploss.documents import load_policy
from stoploss.facts import CarrierPayment, Payment
from stoploss.feeds import read_carrier_payments, read_claims, read_enrollment
from stoploss.statement import Statement, settle
from tests.command_line import CARRIER_PAYMENTS, CLAIMS, ENROLLMENT, plain, process, process_without, run, write_book

pytest.importorskip("narwhals")
pytest.importorskip("polars")
pq: Any = pytest.importorskip("pyarrow.parquet")

TABLES = ["payments.parquet", "policies.parquet", "units.parquet"]
POLARS = ("--engine", "polars")

ANSWER = """\
3 policies
final: everything that was reported
the tables are in {out}

                           specific     aggregate
─────────────────────────────────────────────────
policies                          3             2
paid by the plans      1,630,051.50  1,086,701.00
excluded                  -9,450.00    -16,301.00
─────────────────────────────────────────────────
eligible               1,620,601.50  1,070,400.00
─────────────────────────────────────────────────
reimbursable             204,001.40    200,000.00
reimbursed so far        -30,000.00             -
─────────────────────────────────────────────────
due from the carriers    174,001.40    200,000.00

Most is due for
policy   specific   aggregate         due
─────────────────────────────────────────
SL-3    69,000.50  100,000.00  169,000.50
SL-1    37,500.45  100,000.00  137,500.45
SL-2    67,500.45               67,500.45

All of them
                                   USD
──────────────────────────────────────
claims paid by the plans  1,630,051.50
carriers in all            -404,001.40
──────────────────────────────────────
employers net             1,226,050.10
"""

TOLD = """\
claims.csv: 30 rows, 1,633,051.47 read = 30 posted (1,633,051.47) + 0 duplicates (0.00) + 0 rejected (0.00)
units.csv: 24 rows, 960 units read = 24 posted (960 units) + 0 duplicates (0 units) + 0 rejected (0 units)
received.csv: 1 row, 30,000.00 read = 1 posted (30,000.00) + 0 duplicates (0.00) + 0 rejected (0.00)
specific, 3 policies: 1,630,051.50 paid = 1,620,601.50 eligible + 9,450.00 excluded
aggregate, 2 policies: 1,086,701.00 paid = 1,070,400.00 eligible + 16,301.00 excluded
3 policies: 2 by columns, 1 by the Python engine (specific.tiers in 1)
"""


@pytest.fixture
def book(tmp_path: Path) -> list[str]:
    """Return the arguments that name the files of three policies."""
    return write_book(tmp_path)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return where the tables go."""
    return tmp_path / "settled"


def statements(folder: Path) -> dict[str, Statement]:
    """Settle the three policies one by one."""
    texts = {"claims.csv": CLAIMS, "units.csv": ENROLLMENT, "received.csv": CARRIER_PAYMENTS}
    for name, text in texts.items():
        (folder / f"one_{name}").write_text(text, encoding="utf-8")
    claims, units, received = (folder / f"one_{name}" for name in texts)
    facts: tuple[tuple[Payment, ...], Any, tuple[CarrierPayment, ...]] = (
        read_claims(claims).payments,
        read_enrollment(units).units,
        read_carrier_payments(received).carrier_payments,
    )
    settled: dict[str, Statement] = {}
    for path in sorted((folder / "policies").iterdir()):
        policy = load_policy(path)
        settled[policy.number] = settle(
            policy, facts[0], facts[1] if policy.aggregate else (), facts[2] if policy.number == "SL-1" else ()
        )
    return settled


def rows(out: Path, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table that was written."""
    found: list[dict[str, Any]] = pq.read_table(out / f"{table}.parquet").to_pylist()
    return found


def left_over(folder: Path) -> list[str]:
    """Return what is in a folder beside the files of the book."""
    known = {"policies", "claims.csv", "units.csv", "received.csv"}
    return sorted(path.name for path in folder.iterdir() if path.name not in known)


def test_a_book_for_people(book: list[str], out: Path) -> None:
    """Totals and the largest amounts due are on standard output; what became of the rows is on standard error."""
    result = run("settle-all", *book, "--out", out, *POLARS)

    assert (ANSWER.format(out=out), TOLD, 0) == (result.stdout, result.stderr, result.exit_code)
    assert TABLES == sorted(path.name for path in out.iterdir())
    assert ["settled"] == left_over(out.parent)


def test_the_tables_are_the_statements(book: list[str], out: Path) -> None:
    """Each policy has the lines of its own statement, each unit those of its sheet, each payment its split."""
    run("settle-all", *book, "--out", out, *POLARS)
    expected = statements(out.parent)
    units = {(row["policy"], row["unit"]): row["reimbursable"] for row in rows(out, "units")}
    payments = {(row["policy"], row["id"]): row["counted"] for row in rows(out, "payments")}

    assert {number: each.carrier_total for number, each in expected.items()} == {
        row["policy"]: row["carrier_total"] for row in rows(out, "policies")
    }
    assert units == {
        (number, sheet.unit): sheet.reimbursable
        for number, each in expected.items()
        if each.specific
        for sheet in each.specific.units
    }
    assert payments == {(number, split.id): split.counted for number, each in expected.items() for split in each.splits}


def test_the_default_engine_is_duckdb(book: list[str], out: Path) -> None:
    """Without `--engine` DuckDB computes, and the answer is the same."""
    pytest.importorskip("duckdb")
    result = run("settle-all", *book, "--out", out)

    assert (ANSWER.format(out=out), TOLD, 0) == (result.stdout, result.stderr, result.exit_code)


def test_the_json(book: list[str], out: Path) -> None:
    """`--json` prints the totals and the largest amounts due as data."""
    document = json.loads(run("settle-all", *book, "--out", out, *POLARS, "--json").stdout)

    assert {"count": 3, "by_columns": 2, "by_python": 1, "terms": {"specific.tiers": 1}} == document["policies"]
    assert {"count": 27, "amount": "1630051.50"} == document["claims"]
    assert ("204001.40", "174001.40") == (document["specific"]["reimbursable"], document["specific"]["due"])
    assert ("200000.00", "200000.00") == (document["aggregate"]["reimbursable"], document["aggregate"]["due"])
    assert ("404001.40", "1226050.10", "374001.40") == (
        document["carrier_total"],
        document["employer_net"],
        document["due"],
    )
    assert [("SL-3", "169000.50"), ("SL-1", "137500.45"), ("SL-2", "67500.45")] == [
        (row["policy"], row["due"]) for row in document["largest"]
    ]


def test_what_was_overpaid_is_listed(book: list[str], out: Path) -> None:
    """Money that is to be given back stands beside what is due, and is not only part of a sum."""
    received = Path(book[6])
    received.write_text(received.read_text(encoding="utf-8").replace("30000", "430000"), encoding="utf-8")
    shown = run("settle-all", *book, "--out", out, *POLARS).stdout
    data = json.loads(run("settle-all", *book, "--out", out.with_name("again"), *POLARS, "--json").stdout)

    assert [{"policy": "SL-1", "due": "-262499.55"}] == data["overpaid"]
    assert ["SL-3", "SL-2"] == [row["policy"] for row in data["largest"]]
    assert "Most was overpaid for\n" in shown


def test_as_of_a_day(book: list[str], out: Path) -> None:
    """`--as-of` takes what was paid up to that day, for every policy."""
    result = run("settle-all", *book, "--out", out, *POLARS, "--as-of", "2025-06-30")

    assert "\nas of 2025-06-30\n" in result.stdout
    assert [Decimal("0.00")] * 2 == [row["aggregate_due"] for row in rows(out, "policies") if row["policy"] != "SL-2"]


def test_several_claims_files_are_one_source(book: list[str], out: Path) -> None:
    """Claims may come in several files, Parquet or CSV; each may have columns that the others lack."""
    whole = Path(book[2]).read_text(encoding="utf-8").splitlines(keepends=True)
    Path(book[2]).write_text("".join(whole[:8]), encoding="utf-8")
    more = out.parent / "more.csv"
    head = whole[0].replace("policy,", "note,policy,")
    more.write_text("".join([head, *(f"x,{row}" for row in whole[8:])]), encoding="utf-8")
    result = run("settle-all", *book, "--claims", more, "--out", out, *POLARS)

    assert ANSWER.format(out=out) == result.stdout
    assert "claims.csv, more.csv: 30 rows, 1,633,051.47 read = 30 posted" in result.stderr
    assert 'notice: more.csv: column 1 ("note") is not read [SL452]\n' in result.stderr


# ------------------------------------------------------------------ bad input: exit status 1, nothing written


def refused(book: list[str], out: Path, *more: str | Path) -> str:
    """Return what is told about a book that is refused."""
    before = left_over(out.parent)
    result = run("settle-all", *book, "--out", out, *POLARS, *more)

    assert ("", 1) == (result.stdout, result.exit_code)
    assert before == left_over(out.parent)
    return result.stderr


def test_every_fault_of_every_document(book: list[str], out: Path) -> None:
    """All faults of all documents are told at once, by the name of the file."""
    folder = Path(book[0])
    (folder / "worse.json").write_text("{", encoding="utf-8")
    first = folder / "SL-1.toml"
    first.write_text(first.read_text(encoding="utf-8").replace('share = "0.9"', 'share = "90"'), encoding="utf-8")
    lines = refused(book, out).splitlines()

    assert ["SL-1.toml:15 specific.share:", "worse.json:1: this is"] == [
        " ".join(line.split()[: 2 + at]) for at, line in enumerate(lines)
    ]


def test_one_number_twice(book: list[str], out: Path) -> None:
    """Two policies with one number are refused, because rows name their policy by it."""
    folder = Path(book[0])
    (folder / "again.toml").write_text((folder / "SL-2.toml").read_text(encoding="utf-8"), encoding="utf-8")

    rule = "the policy has the number SL-2, as has that of again.toml; policies are told apart by their numbers"
    assert f"SL-2.toml: {rule} [SL702]\n" == refused(book, out)


def test_every_kind_of_fault_of_every_feed(book: list[str], out: Path) -> None:
    """A kind of fault is one line, counted and with its first places; no id and no amount is in it."""
    claims = Path(book[2])
    text = claims.read_text(encoding="utf-8").replace("180000.00", "x").replace("SL-2,c04", "SL-9,c04")
    claims.write_text(text, encoding="utf-8")
    units = Path(book[4])
    units.write_text(units.read_text(encoding="utf-8").replace("SL-3,2025-05,single,40\n", ""), encoding="utf-8")
    told = refused(book, out)

    assert [
        "claims.csv row 1 amount: an amount is digits and at most two places behind a point; 3 rows: 1, 11 and 21; \
write it as 1234.56 or -1234.56 [SL458]",
        "claims.csv row 14 policy: no policy of this number was given; add the policy, or correct the number [SL820]",
        "units.csv: policy SL-3: no covered units were reported for tier single in the policy month that begins \
2025-05-01; write 0 if there were none [SL543]",
    ] == sorted(told.splitlines())


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda text: text.replace("amount", "amt"), "claims.csv amount: this column is missing"),
        (lambda text: text.replace("adjusts", "Adjusts"), "claims.csv adjusts: column 8 is almost named adjusts"),
        (lambda _text: "", "claims.csv: this file is empty"),
    ],
)
def test_columns_that_are_missing(book: list[str], out: Path, change: Callable[[str], str], line: str) -> None:
    """A column that is missing, or almost named as it must be, is refused by its name."""
    claims = Path(book[2])
    claims.write_text(change(claims.read_text(encoding="utf-8")), encoding="utf-8")

    assert refused(book, out).startswith(line)


def test_floats_are_no_amounts(book: list[str], out: Path) -> None:
    """A column of floats is refused before anything is computed."""
    import polars as pl  # noqa: PLC0415 -- only where this engine is tested

    frame = pl.read_csv(book[2], infer_schema=False).with_columns(pl.col("amount").cast(pl.Float64))
    frame.write_parquet(out.parent / "claims.parquet")
    told = run("settle-all", book[0], "--claims", out.parent / "claims.parquet", "--out", out, *POLARS)

    assert ("", 1) == (told.stdout, told.exit_code)
    assert "claims.parquet amount: this column holds an amount, and is of type Float64; give decimals" in told.stderr


def test_files_of_two_kinds(book: list[str], out: Path) -> None:
    """Files whose columns have different types are refused: each would be read by other rules."""
    import polars as pl  # noqa: PLC0415 -- only where this engine is tested

    frame = pl.read_csv(book[2], infer_schema=False).with_columns(pl.col("amount").cast(pl.Decimal(18, 2)))
    frame.write_parquet(out.parent / "more.parquet")
    told = refused(book, out, "--claims", out.parent / "more.parquet")

    assert (
        "more.parquet amount: this column is of type Decimal, and in claims.csv of type String; "
        "make the files of one kind [SL804]\n" == told
    )


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_folder_without_policies(book: list[str], out: Path, name: str) -> None:
    """A folder that is not there, or has no policy document in it, is bad input."""
    (out.parent / "policies" / "empty").mkdir()
    folder = out.parent / "policies" / name
    told = refused([str(folder), *book[1:]], out)

    assert {
        "nowhere": f"{folder}: this folder cannot be read: no such file or directory [SL498]\n",
        "empty": f"{folder}: there are no policy documents here; a policy document ends in .toml or .json [SL498]\n",
    }[name] == told


def test_two_currencies(book: list[str], out: Path) -> None:
    """Policies in two currencies have no total."""
    path = Path(book[0]) / "SL-2.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("number", 'currency = "CAD"\nnumber'), encoding="utf-8")

    assert f"{book[0]}: the policies are in 2 currencies: CAD, USD; " in refused(book, out)


# ------------------------------------------------------------------ all or none


def broken(monkeypatch: pytest.MonkeyPatch, error: Callable[[], Exception]) -> list[str]:
    """Let the engine fail at the third table, half of which is written, and return the names of those before."""
    from stoploss.frames.engines.polars import PolarsEngine  # noqa: PLC0415 -- only where this engine is tested

    written: list[str] = []
    write = PolarsEngine.write

    def failing(engine: PolarsEngine, frame: Any, path: Path) -> None:
        if len(written) == 2:
            path.write_bytes(b"PAR1")
            raise error()
        write(engine, frame, path)
        written.append(path.name)

    monkeypatch.setattr(PolarsEngine, "write", failing)
    return written


def test_a_full_disk_leaves_nothing(book: list[str], out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full at the third table there is no folder, no part of one, and a line that says why."""
    written = broken(monkeypatch, lambda: OSError(28, "No space left on device"))
    told = refused(book, out)

    assert ["policies.parquet", "units.parquet"] == written
    assert told.startswith("engine: the polars engine failed: no space left on device; ")


def test_an_empty_folder_stays_as_it_was(book: list[str], out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that fails leaves an empty folder empty."""
    out.mkdir()
    broken(monkeypatch, lambda: OSError(28, "No space left on device"))
    refused(book, out)

    assert [] == list(out.iterdir())


def test_an_error_of_the_engine_is_not_quoted(book: list[str], out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine's own message may hold a row; it is named by its kind only."""
    import polars as pl  # noqa: PLC0415 -- only where this engine is tested

    broken(monkeypatch, lambda: pl.exceptions.ComputeError("row c01 of M1"))

    assert (
        "engine: the polars engine failed: ComputeError; "
        "there may be too little memory, or too little space for temporary files [SL809]\n" == refused(book, out)
    )


def test_a_fault_of_the_package_leaves_nothing(book: list[str], out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong, there are all tables or none."""
    broken(monkeypatch, lambda: RuntimeError("c01"))
    result = run("settle-all", *book, "--out", out, *POLARS)

    assert ("", RuntimeError) == (result.stdout, type(result.exception))
    assert [] == left_over(out.parent)


def test_an_interrupted_run_leaves_nothing(book: list[str], out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who interrupts it finds no folder."""

    def interrupt() -> Exception:
        raise KeyboardInterrupt

    broken(monkeypatch, interrupt)
    run("settle-all", *book, "--out", out, *POLARS)

    assert [] == left_over(out.parent)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a process")
def test_a_killed_run_leaves_no_answer(book: list[str], out: Path) -> None:
    """A run that is killed while it writes leaves its hidden folder, and nothing under the name that was asked for."""
    script = out.parent / "killed.py"
    script.write_text(
        "import os, signal, sys\n"
        "from stoploss.frames.engines.polars import PolarsEngine\n"
        "from stoploss.cli.commands import app\n"
        "write = PolarsEngine.write\n"
        "def killed(engine, frame, path):\n"
        "    write(engine, frame, path)\n"
        "    if path.name == 'units.parquet':\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "PolarsEngine.write = killed\n"
        "app(sys.argv[1:])\n",
        encoding="utf-8",
    )
    command = [sys.executable, str(script), "settle-all", *book, "--out", str(out), *POLARS]
    done = subprocess.run(command, capture_output=True, check=False)

    assert (-9, b"") == (done.returncode, done.stdout)
    assert not out.exists()
    assert [True] == [name.startswith(".settled.") for name in left_over(out.parent) if name != "killed.py"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="ends a process by a signal")
def test_a_run_that_is_asked_to_end_leaves_nothing(book: list[str], out: Path) -> None:
    """What a scheduler sends first ends a run in order: neither tables nor spilled rows are left."""
    pytest.importorskip("duckdb")
    spill = out.parent / "spill"
    spill.mkdir()
    script = out.parent / "ended.py"
    script.write_text(
        "import os, signal, sys\n"
        "from stoploss.frames.engines.duckdb import DuckDBEngine\n"
        "from stoploss.cli import main\n"
        "write = DuckDBEngine.write\n"
        "def ended(engine, frame, path):\n"
        "    write(engine, frame, path)\n"
        "    if path.name == 'units.parquet':\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "DuckDBEngine.write = ended\n"
        "main()\n",
        encoding="utf-8",
    )
    command = [sys.executable, str(script), "settle-all", *book, "--out", str(out)]
    done = subprocess.run(command, capture_output=True, check=False, env={**os.environ, "TMPDIR": str(spill)})

    assert (143, b"") == (done.returncode, done.stdout)
    assert ["ended.py", "spill"] == left_over(out.parent)
    assert [] == list(spill.iterdir())


# ------------------------------------------------------------------ what was found, as a file

HEAD = "code,source,column,notice,rows,amount,units,first_rows,rule,help\n"


def test_the_findings_of_a_book_that_is_refused(book: list[str], out: Path) -> None:
    """`--findings` gets a row for every kind of finding, counted and priced, though nothing is settled."""
    claims = Path(book[2])
    claims.write_text(claims.read_text(encoding="utf-8").replace("SL-2,c04", "SL-9,c04"), encoding="utf-8")
    found = out.parent / "found.csv"
    result = run("settle-all", *book, "--out", out, *POLARS, "--findings", found)

    assert 1 == result.exit_code
    assert not out.exists()
    assert (
        HEAD + "SL820,claims.csv,policy,no,1,40000.00,0,14,no policy of this number was given,"
        '"add the policy, or correct the number"\n' == found.read_text(encoding="utf-8")
    )


def test_the_findings_of_a_book_that_is_settled(book: list[str], out: Path) -> None:
    """Of a book with nothing to find the file has a header alone; it takes the place of yesterday's."""
    found = out.parent / "found.csv"
    found.write_text("yesterday's", encoding="utf-8")
    result = run("settle-all", *book, "--out", out, *POLARS, "--findings", found)

    assert (0, HEAD) == (result.exit_code, found.read_text(encoding="utf-8"))


def test_findings_are_not_written_over_a_feed(book: list[str], out: Path) -> None:
    """A file that is read is no place for them, and stays."""
    before = Path(book[2]).read_text(encoding="utf-8")
    told = run("settle-all", *book, "--out", out, *POLARS, "--findings", book[2])

    assert ("", 2, before) == (told.stdout, told.exit_code, Path(book[2]).read_text(encoding="utf-8"))
    assert "Invalid value for --findings: this file is read, and so it is not written over" in plain(told.stderr)


# ------------------------------------------------------------------ bad usage: exit status 2


def test_nothing_is_written_over(book: list[str], out: Path) -> None:
    """A folder that is there, or a file, is refused before anything is read; an empty folder is as good as none."""
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    told = run("settle-all", "nowhere", *book[1:], "--out", out, *POLARS)

    assert ("", 2) == (told.stdout, told.exit_code)
    assert "Invalid value for --out: this folder is there, and is not empty; nothing is written over" in plain(
        told.stderr
    )
    assert 2 == run("settle-all", *book, "--out", book[2], *POLARS).exit_code
    (out / "mine.txt").unlink()
    assert 0 == run("settle-all", *book, "--out", out, *POLARS).exit_code


def test_a_folder_in_no_folder(book: list[str], out: Path) -> None:
    """The folder around is not made."""
    told = run("settle-all", *book, "--out", out / "deep", *POLARS)

    assert ("", 2) == (told.stdout, told.exit_code)
    assert "Invalid value for --out: the folder around it is not there" in plain(told.stderr)


@pytest.mark.parametrize(("module", "needs"), [("polars", "polars"), ("narwhals", "narwhals")])
def test_an_engine_that_is_not_installed(book: list[str], out: Path, module: str, needs: str) -> None:
    """What is not installed is bad usage, and the line names the extra."""
    result = process_without(module, "settle-all", *book, "--out", out, *POLARS)
    line = f"the polars engine needs {needs}, which is not installed; pip install 'stoploss[polars]'\n"

    assert (line, "", 2) == (result.stderr, result.stdout, result.returncode)


def test_an_engine_that_there_is_not(book: list[str], out: Path) -> None:
    """The Python engine settles one policy; it is none of those that settle all."""
    result = run("settle-all", *book, "--out", out, "--engine", "python")

    assert ("", 2) == (result.stdout, result.exit_code)
    assert "Invalid value for '--engine'" in plain(result.stderr)


# ------------------------------------------------------------------ a terminal, and a pipe


def test_progress_on_a_terminal(
    book: list[str], out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a terminal each step is named while it is done."""
    from stoploss.cli import settling_all  # noqa: PLC0415 -- needs an engine

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    feeds = settling_all.Feeds(claims=[Path(book[2])], enrollment=Path(book[4]), carrier_payments=Path(book[6]))
    done: list[str] = []

    @contextmanager
    def noted(*args: Any, **more: Any) -> Generator[Callable[[str], None], None, None]:
        with working(*args, **more) as show:

            def both(doing: str) -> None:
                done.append(doing)
                show(doing)

            yield both

    monkeypatch.setattr(settling_all, "working", noted)
    settling_all.settle_folder(Path(book[0]), feeds, out, findings=None, as_of=None, engine="polars", json=True)

    assert "writing payments" in capsys.readouterr().err
    assert ["reading the policies", "checking the feeds", "settling"] == done[:3]
    assert [f"writing {table.removesuffix('.parquet')}" for table in ("policies", "units", "payments")] == done[3:]


def test_a_pipe_has_no_progress(book: list[str], out: Path) -> None:
    """As a process whose streams are pipes it says what became of the rows and nothing else."""
    result = process("settle-all", *book, "--out", out, *POLARS)

    assert (TOLD, 0) == (result.stderr, result.returncode)
