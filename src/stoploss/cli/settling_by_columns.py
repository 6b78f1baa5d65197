"""``stoploss settle --engine``: the same statement, by an engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve

from stoploss.cli.engines import engine_for
from stoploss.cli.inputs import Files, attempt, together, working
from stoploss.cli.settling import Shown, tell_unused
from stoploss.cli.speech import say, tell, tell_notices
from stoploss.documents import load_policy
from stoploss.errors import EngineError, StopLossError
from stoploss.feeds import RejectedFeed, load_columns
from stoploss.feeds.columns import Columns
from stoploss.policy import Policy

if TYPE_CHECKING:  # loaded with the engine, which may not be installed
    from stoploss.frames.engines.engine import Engine
    from stoploss.frames.settled import Settled

__all__ = ["settle_files_by"]

_NOT_CARRIED = "SL808"
_OF_ANOTHER = "SL820"
_OTHERS = "this command settles one policy, of files that hold no other; settle-all settles all of a folder"


def settle_files_by(name: str, files: Files, shown: Shown, *, as_of: dt.date | None) -> None:
    """
    Settle by an engine, write the claims' splits, then say the statement.

    Raises:
        typer.Exit: With 2 when the engine is not installed.
        FeedError: With the faults of all files; nothing was said or written then.
        EngineError: For what the engine does not carry, or when it fails; the same.
    """
    engine = engine_for(name)
    from stoploss.frames.engines.failures import computing
    from stoploss.frames.statements import not_stated, splits_of, statement_of

    with working(files) as doing, _named(files.policy), computing(name):
        doing("reading")
        policy, columns = _documents(files)
        refused = not_stated(policy, name, as_of)
        if refused:
            raise EngineError(refused)
        doing("settling")
        found = _settled(engine, policy, files, columns, as_of)
        statement = statement_of(policy, found)
        answer = shown.answer(policy, statement, lambda: splits_of(policy, found), doing)
    tell(*str(found.conservation).splitlines())
    tell_notices(each.finding for each in found.notices)
    tell_unused(policy, enrollment=files.enrollment is not None)
    tell_notices(statement.notices)
    say(answer)


@contextmanager
def _named(path: Path) -> Generator[None, None, None]:
    """Name the document whose terms an engine does not carry, and the way out of a file of several policies."""
    try:
        yield
    except EngineError as error:
        found = [
            evolve(finding, where=path.name, help="leave --engine out") if finding.code == _NOT_CARRIED else finding
            for finding in error.findings
        ]
        raise EngineError(found, error.more) from None
    except RejectedFeed as error:
        told = [evolve(each, help=_OTHERS) if each.code == _OF_ANOTHER else each for each in error.findings]
        raise RejectedFeed(told, error.more, error.conservation) from None


def _documents(files: Files) -> tuple[Policy, Columns]:
    faults: list[StopLossError] = []
    mapping = files.columns
    policy = attempt(faults, lambda: load_policy(files.policy))
    columns: Columns | None = attempt(faults, lambda: load_columns(mapping)) if mapping else {}
    if policy is None or columns is None:
        raise together(faults)
    return policy, columns


def _settled(engine: Engine, policy: Policy, files: Files, columns: Columns, as_of: dt.date | None) -> Settled:
    from stoploss.frames import FileSet, settle

    def source(paths: Sequence[Path], columns: Columns) -> FileSet | None:
        return FileSet(paths=paths, policy=policy.number, columns=columns) if paths else None

    small = [source([path] if path else [], {}) for path in (files.enrollment, files.carrier_payments)]
    return settle([policy], source(files.claims, columns), *small, as_of=as_of, engine=engine)


def __dir__() -> list[str]:
    return __all__
