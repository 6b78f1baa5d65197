"""The pages against the code: every clause, code, term and column has its row, and every row its clause."""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from attrs import fields, has
from typer.main import get_command

from stoploss.aggregate_sheet import AggregateSheet
from stoploss.basis import ContractBasis
from stoploss.cli.commands import app
from stoploss.documents import dump_policy, parse_policy
from stoploss.documents.reading import keys_of
from stoploss.eligibility import Reason
from stoploss.feeds.carrier_payments import CARRIER_PAYMENTS
from stoploss.feeds.claims import CLAIMS
from stoploss.feeds.enrollment import ENROLLMENT
from stoploss.feeds.layout import Layout
from stoploss.feeds.requests import DENIALS, REQUESTS
from stoploss.policy import Policy
from stoploss.reconcile.carrier_statement import CARRIER_STATEMENT
from stoploss.specific_sheet import SpecificSheet, UnitSheet
from stoploss.splits import Split

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "stoploss"
STEPS = ("specific_steps.py", "attachment_steps.py", "aggregate_steps.py", "payment_steps.py", "explain/exclusions.py")
"""Where clauses are named."""
ENVIRONMENT = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
"""A terminal of the width of the samples."""


def page(name: str) -> str:
    """Return the text of a page."""
    return (DOCS / name).read_text(encoding="utf-8")


def rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of every row of the tables in a text, heads aside."""
    for line, after in pairwise([*text.splitlines(), ""]):
        if line.startswith("| ") and not after.startswith("|---"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def quoted(cell: str) -> list[str]:
    """Return what stands in backticks."""
    return re.findall(r"`([^`]+)`", cell)


def anchors(text: str) -> list[str]:
    """Return what can be linked to: the ids of rows, and the headings as slugs."""
    ids: list[str] = re.findall(r'<a id="([a-z0-9-]+)">', text)
    headings: list[str] = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return [*ids, *(re.sub(r"[^a-z0-9-]", "", heading.lower().replace(" ", "-")) for heading in headings)]


def constants(path: Path) -> Iterator[str]:
    """Yield every text constant of a source file, docstrings included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def clauses_in_code() -> set[str]:
    """Return every clause id that a step names."""
    found = {f"screening-{str(reason).replace('_', '-')}" for reason in Reason}
    for path in (SOURCE / name for name in STEPS):
        found |= {text for text in constants(path) if re.fullmatch(r"[a-z]+(-[a-z]+)+", text)}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "clause" and isinstance(node.value, ast.Constant):
                found.add(str(node.value.value))
    return found | {"netting", "due"}


@cache
def clause_rows() -> dict[str, list[str]]:
    """Return the rows of the table of clauses by id."""
    return {quoted(row[0])[0]: row for row in rows(page("clauses.md"))}


def named(column: int) -> set[str]:
    """Return what a column of the table of clauses names."""
    return {name for row in clause_rows().values() for name in quoted(row[column])}


def term_keys(cls: type, prefix: str = "") -> Iterator[str]:
    """Yield the dotted keys of a policy document; a basis is the same under both covers."""
    for key, attribute in keys_of(cls).items():
        path = f"{prefix}{key}"
        inner = innermost(attribute.type)
        if inner is ContractBasis:
            yield path
            yield from term_keys(ContractBasis, "basis.")
        elif has(inner):
            if not prefix and key in {"period", "specific", "aggregate", "early_termination"}:
                yield from term_keys(inner, f"{path}.")
            else:
                yield path
                yield from term_keys(inner, f"{path}.")
        else:
            yield path


def innermost(asked: Any) -> Any:
    """Return the class inside of tuples and of terms that may be absent."""
    if get_origin(asked) is None:
        return asked
    return innermost(next(argument for argument in get_args(asked) if argument is not type(None)))


def public(name: str) -> object:
    """Return what a dotted name of the package stands for."""
    module, *rest = name.split(".")
    found: object = importlib.import_module(f"stoploss.{module}")
    for part in rest:
        found = getattr(found, part)
    return found


def test_every_clause_in_the_code_has_a_row() -> None:
    """A clause that an explanation names can be looked up."""
    assert clauses_in_code() - set(clause_rows()) == set()


def test_every_row_of_the_clauses_can_be_linked_to() -> None:
    """The id of a row is an anchor, and there is no other row or heading of that name."""
    found = Counter(anchors(page("clauses.md")))

    assert {id_: found[id_] for id_ in clause_rows() if found[id_] != 1} == {}


@pytest.mark.parametrize("name", sorted(named(3)))
def test_a_function_named_in_the_clauses_exists(name: str) -> None:
    """A function that the table of clauses names is in the package."""
    assert callable(public(name))


@pytest.mark.parametrize("name", sorted(named(5)))
def test_a_case_named_in_the_clauses_exists(name: str) -> None:
    """A case that the table of clauses names is a file."""
    assert (ROOT / "tests" / "cases" / f"{name}.toml").is_file()


def test_every_term_has_a_clause() -> None:
    """Every key of a policy document stands in the row of a clause, and no other key does."""
    assert named(2) == {"schema", *term_keys(Policy)}


def test_every_law_named_in_the_clauses_is_listed() -> None:
    """A law that the table of clauses names is on the page of laws."""
    cited = set(re.findall(r"laws\.md#(law-\d+)", page("clauses.md")))

    assert cited - set(anchors(page("laws.md"))) == set()


def test_every_law_is_listed() -> None:
    """The page of laws names every class of tests in `tests/laws`, and no other."""
    listed = set(re.findall(r"`(Test\w+)`", page("laws.md")))
    found = {
        node.name
        for path in (ROOT / "tests" / "laws").glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test")
    }

    assert listed == found


def test_every_page_of_clauses_that_a_docstring_names_is_a_heading() -> None:
    """A module that sends its reader to a section of the table of clauses sends it somewhere."""
    sections = {name.replace("-", " ") for name in anchors(page("clauses.md"))}
    cited = {
        name: path.name
        for path in SOURCE.rglob("*.py")
        for names in re.findall(r"``docs/clauses\.md``, ([a-z ]+)\.", path.read_text(encoding="utf-8"))
        for name in names.split(" and ")
    }

    assert {name: where for name, where in cited.items() if name not in sections} == {}


def test_every_page_that_the_code_names_is_there() -> None:
    """A page of the docs that a source file, a test or a workflow names is there."""
    named_pages = {
        name
        for path in [*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("*.py"), ROOT / "README.md"]
        for name in re.findall(r"docs/[a-z/_-]+\.md", path.read_text(encoding="utf-8"))
    }

    assert {name for name in named_pages if not (ROOT / name).is_file()} == set()


def test_every_code_has_a_row_and_every_row_a_code() -> None:
    """The codes of the findings are those on the page of errors, each once, in order."""
    listed = re.findall(r"^\| (SL\d{3}) \|", page("errors.md"), re.MULTILINE)
    used = {text for path in SOURCE.rglob("*.py") for text in constants(path) if re.fullmatch(r"SL\d{3}", text)}

    assert sorted(used) == listed


def test_the_policy_page_has_every_key() -> None:
    """The page about policy documents has a row for every key, and no other."""
    listed = [quoted(row[0])[0] for row in rows(page("policy.md"))]

    assert sorted({"schema", *term_keys(Policy)}) == sorted(listed)


def test_the_document_in_full_is_one() -> None:
    """The policy document that shows every key, be it in a comment, is valid and reads back as it was."""
    document = page("policy.md").split("\n## The document in full\n")[1].split("```toml\n")[1].split("```")[0]
    policy = parse_policy(document)
    names = {key.rpartition(".")[2] for key in term_keys(Policy)}

    assert parse_policy(dump_policy(policy)) == policy
    assert {name for name in names if not re.search(rf"\b{name}(?: =|\])", document)} == set()


@pytest.mark.parametrize(
    ("heading", "layout"),
    [
        ("Claims", CLAIMS),
        ("Enrollment", ENROLLMENT),
        ("Carrier payments", CARRIER_PAYMENTS),
        ("Requests", REQUESTS),
        ("Denials", DENIALS),
        ("Carrier statement", CARRIER_STATEMENT),
    ],
)
def test_the_feeds_page_has_every_column(heading: str, layout: Layout[Any]) -> None:
    """The page about feeds has a row for every column, in order, and says which are required."""
    section = page("feeds.md").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    listed = [(quoted(row[0])[0], row[1] == "yes") for row in rows(section)]

    assert [(column.name, column.required) for column in layout.columns] == listed


@pytest.mark.parametrize(
    ("heading", "cls"), [("Specific", SpecificSheet), ("A unit", UnitSheet), ("Aggregate", AggregateSheet)]
)
def test_the_statement_page_has_every_line(heading: str, cls: type) -> None:
    """The page about statements has a row for every line of a sheet, in the order of the JSON."""
    section = page("statement.md").split(f"\n## {heading}\n")[1].split("\n## ")[0]

    assert [attribute.name for attribute in fields(cls)] == [quoted(row[0])[0] for row in rows(section)]


def test_the_statement_page_has_the_columns_of_the_splits() -> None:
    """The page about statements names the columns of the splits file."""
    section = page("statement.md").split("\n## Splits\n")[1].split("\n## ")[0]

    assert list(Split._fields) == [quoted(row[0])[0] for row in rows(section)]


def test_the_statement_page_has_every_reason() -> None:
    """The page about statements lists the reasons in the order in which they are tried."""
    section = page("statement.md").split("\n## Reasons\n")[1]
    listed = [word for word in quoted(section) if word in set(Reason)]

    assert listed == [str(reason) for reason in Reason]


def test_every_reason_is_explained() -> None:
    """The settlement page lists the reasons why a payment does not count, in the order in which they are tried."""
    section = page("concepts/settlement.md").split("\n### 7.2")[1].split("\n### 7.4")[0]
    listed = [word for word in quoted(section) if word in set(Reason)]

    assert list(dict.fromkeys(listed)) == [str(reason) for reason in Reason]


def test_the_oracle_cites_paragraphs_that_exist() -> None:
    """The paragraphs that the reference settlement restates are headings of the settlement page."""
    oracle = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").glob("oracle*.py")))
    groups: list[tuple[str, str]] = re.findall(r"\[(7\.[^\]]+|8)\]|sections? ([\d., ]+)", oracle)
    cited = {number for group in groups for number in re.findall(r"7\.\d|[4-8](?!\.)", " ".join(group))}
    headings = set(re.findall(r"^#+ (\d(?:\.\d)?) ", page("concepts/settlement.md"), re.MULTILINE))

    assert cited - headings == set()


def test_links_lead_somewhere() -> None:
    """A relative link of a page leads to a file, and to an anchor of it where it names one."""
    dead: list[str] = []
    for path in [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")]:
        text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", text):
            file, _, anchor = target.partition("#")
            there = (path.parent / file).resolve() if file else path
            if not there.exists() or (anchor and anchor not in anchors(there.read_text(encoding="utf-8"))):
                dead.append(f"{path.relative_to(ROOT)}: {target}")

    assert dead == []


def run(*arguments: str, folder: Path) -> str:
    """Run the command line in a folder and return its answer."""
    command = [sys.executable, "-m", "stoploss.cli", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, env=ENVIRONMENT)
    return done.stdout.decode()


def test_the_sample_of_the_front_page_is_what_is_printed(tmp_path: Path) -> None:
    """The tables on the front page are those that its own commands print."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^\$ stoploss (.+)$", readme, re.MULTILINE)
    sample = readme.split("```text\n")[1].split("```")[0].splitlines()
    answer = ""
    for command in commands:
        answer = run(*command.split(), folder=tmp_path)
    printed = {line.rstrip() for line in answer.splitlines()}

    assert len(commands) == 2
    assert [line for line in sample if line != "⋮" and line not in printed] == []


def test_the_samples_of_the_group_with_riders_are_what_is_printed(tmp_path: Path) -> None:
    """Each sample on the page about the demonstration is what the command above it prints, line after line."""
    blocks: list[tuple[str, str]] = re.findall(
        r"```(console|text)\n(.*?)```", page("how-to/play-with-the-riders.md"), re.DOTALL
    )
    printed: list[str] = []
    for kind, block in blocks:
        if kind == "console":
            (command,) = re.findall(r"^\$ stoploss (.+)$", block, re.MULTILINE)
            printed = [line.rstrip() for line in run(*command.split(), folder=tmp_path).splitlines()]
            continue
        following = iter(printed)
        assert [line for line in block.splitlines() if line != "⋮" and line not in following] == []

    assert ["console", "console", "text"] == [kind for kind, _ in blocks][:3]


def test_the_samples_of_many_policies_are_what_is_printed(tmp_path: Path) -> None:
    """The samples on the page about many policies are what is printed: the answer, and what is told beside it."""
    for needed in ("duckdb", "narwhals", "numpy", "pyarrow"):
        pytest.importorskip(needed)
    text = page("how-to/settle-many-policies.md").split("## From the command line")[1]
    samples = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    printed: list[str] = []
    for command in re.findall(r"^\$ stoploss (.+)$", text, re.MULTILINE):
        words = [sys.executable, "-m", "stoploss.cli", *command.split()]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, check=True, env=ENVIRONMENT)
        printed = [line.rstrip() for line in (done.stdout + done.stderr).decode().splitlines()]
    following = iter(printed)

    assert 2 == len(samples)
    assert [line for line in "".join(samples).splitlines() if line != "⋮" and line not in following] == []


def test_the_command_line_page_has_every_option() -> None:
    """The page about the command line has a section for every command, which names its options, and no other."""
    sections = dict(re.findall(r"^## ([\w-]+)$(.*?)(?=^## |\Z)", page("command-line.md"), re.MULTILINE | re.DOTALL))
    commands: dict[str, Any] = vars(get_command(app))["commands"]
    options = {
        name: {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
        for name, command in commands.items()
    }

    assert sorted(sections) == sorted(commands)
    assert {name: each - set(re.findall(r"--[a-z-]+", sections[name])) for name, each in options.items()} == {
        name: set[str]() for name in commands
    }
