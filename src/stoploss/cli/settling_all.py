"""``stoploss settle-all``: from a folder of policies and files of all of them to three tables."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from attrs import frozen

from stoploss.cli.book_view import Book, book_view
from stoploss.cli.engines import engine_for
from stoploss.cli.inputs import attempt, together, working
from stoploss.cli.speech import as_json, console, reason_of, rendered, say, tell, tell_notices
from stoploss.cli.whole_files import write_whole
from stoploss.documents import load_policy
from stoploss.errors import FeedError, Finding, StopLossError, raise_if_any
from stoploss.policy import Policy

if TYPE_CHECKING:  # loaded with the engine, which may not be installed
    from stoploss.frames.engines.engine import Engine
    from stoploss.frames.settling import Checked

__all__ = ["Feeds", "settle_folder"]

_DOCUMENTS = (".json", ".toml")


@frozen(kw_only=True)
class Feeds:
    """
    Files with the rows of many policies, as given on the command line.

    Args:
        claims, enrollment, carrier_payments: What is settled.
    """

    claims: Sequence[Path]
    enrollment: Path | None
    carrier_payments: Path | None

    def __iter__(self) -> Iterator[Path]:
        yield from self.claims
        yield from (path for path in (self.enrollment, self.carrier_payments) if path)


def settle_folder(
    folder: Path,
    feeds: Feeds,
    out: Path,
    *,
    findings: Path | None,
    as_of: dt.date | None,
    engine: str,
    json: bool,
) -> None:
    """
    Settle the policies of a folder, write the tables, then say their totals.

    Args:
        folder: Of the policy documents.
        feeds: What was reported.
        out: Where to write the tables.
        findings: Where to write what was found in the feeds, also when nothing is settled because of it.
        as_of: Take what was paid up to and including this day; ``None``: everything.
        engine: The name of what computes it.
        json: Say the totals for programs instead of people.

    Raises:
        typer.Exit: With 2 when the engine is not installed.
        typer.BadParameter: For a folder to write to that is taken, or is nowhere.
        FeedError: With the faults of all documents, or of all feeds, or when the tables cannot be written;
            nothing was said or written then.
        EngineError: When the engine fails; the same.
    """
    chosen = engine_for(engine)
    _check_out(chosen, out)
    with working(feeds, large=0) as doing:
        doing("reading the policies")
        policies = _policies(folder)
        doing("checking the feeds")
        checked = _checked(chosen, policies, feeds, as_of)
        if findings:
            _write_findings(findings, checked)
        doing("settling")
        settled = checked.settle()
        book = Book.of(settled, as_of, policies[0].currency)
        answer = as_json(book.to_dict()) if json else rendered(book_view(book, out, console().width))
        settled.write(out, doing=doing)
    tell(*str(settled.conservation).splitlines(), *book.conserved, book.settled_by)
    tell_notices(each.finding for each in settled.notices)
    say(answer)


def _check_out(engine: Engine, out: Path) -> None:
    from stoploss.frames.writing import check_writable, taken

    check_writable(engine, out)
    refuse = partial(typer.BadParameter, param_hint="--out")
    try:
        if taken(out):
            raise refuse("this folder is there, and is not empty; nothing is written over")
    except OSError as error:
        raise refuse(f"this folder cannot be looked into: {reason_of(error)}") from None
    if not out.absolute().parent.is_dir():
        raise refuse("the folder around it is not there")


def _policies(folder: Path) -> list[Policy]:
    """Read every policy document of a folder, those in folders below it not."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in _DOCUMENTS)
    except OSError as error:
        rule = f"this folder cannot be read: {reason_of(error)}"
        raise FeedError(Finding(code="SL498", where=str(folder), rule=rule)) from None
    if not paths:
        rule, way_out = "there are no policy documents here", "a policy document ends in .toml or .json"
        raise FeedError(Finding(code="SL498", where=str(folder), rule=rule, help=way_out))
    faults: list[StopLossError] = []
    read = [attempt(faults, partial(load_policy, path)) for path in paths]
    if faults:
        raise together(faults)
    policies = [policy for policy in read if policy is not None]
    raise_if_any(FeedError, _twice(paths, policies))
    currencies = sorted({policy.currency for policy in policies})
    if len(currencies) > 1:
        rule = f"the policies are in {len(currencies)} currencies: {', '.join(currencies)}"
        way_out = "settle those of one currency at a time: totals are in one"
        raise FeedError(Finding(code="SL701", where=str(folder), rule=rule, help=way_out))
    return policies


def _twice(paths: Sequence[Path], policies: Sequence[Policy]) -> Iterator[Finding]:
    """Yield the documents of policies that have one number."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    for path, policy in zip(paths, policies, strict=True):
        named[policy.number].append(path.name)
    for number, names in named.items():
        if len(names) > 1:
            rule = f"the policy has the number {number}, as has that of {' and '.join(names[1:])}"
            yield Finding(code="SL702", where=names[0], rule=rule, help="policies are told apart by their numbers")


def _checked(engine: Engine, policies: Sequence[Policy], feeds: Feeds, as_of: dt.date | None) -> Checked:
    from stoploss.frames import FileSet, check

    claims = FileSet(paths=feeds.claims)
    return check(policies, claims, feeds.enrollment, feeds.carrier_payments, as_of=as_of, engine=engine)


def _write_findings(path: Path, checked: Checked) -> None:
    from stoploss.frames.found import write_findings

    write_whole(path, lambda beside: write_findings(beside, checked.found))


def __dir__() -> list[str]:
    return __all__
