"""``stoploss demo --policies``: a made-up book of business, for whatever settles many policies at once."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from attrs import evolve
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from stoploss.cli.speech import reason_of, say, tell
from stoploss.errors import FeedError, Finding, InvalidValue

if TYPE_CHECKING:
    from stoploss.demo.portfolio import PortfolioSummary

__all__ = ["write_book"]

_EXTRA = "portfolio"
_OF_THE_EXTRA = ("numpy", "pyarrow")
_LINES_OF_A_POLICY = 10_000
_SIZE, _TAKEN = "SL490", "SL491"


def write_book(folder: Path, *, policies: int, lines: int | None, seed: int, force: bool) -> None:
    """
    Write a portfolio, and say what is in it.

    Raises:
        typer.Exit: With 2 when what it needs is not installed.
        typer.BadParameter: For a size that a portfolio does not have.
        InvalidValue: Rather than overwrite what is there, unless by *force*.
        FeedError: When the folder cannot be written.
    """
    count = policies * _LINES_OF_A_POLICY if lines is None else lines
    try:
        from stoploss.demo.portfolio import write_portfolio

        with _working(count) as told:
            summary = write_portfolio(folder, policies=policies, lines=count, seed=seed, force=force, told=told)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in _OF_THE_EXTRA:
            raise
        tell(f"portfolios are not installed: pip install 'stoploss[{_EXTRA}]'")
        raise typer.Exit(2) from None
    except InvalidValue as error:
        raise _in_words_of_options(error) from None
    except OSError as error:
        rule = f"this folder cannot be written: {reason_of(error)}"
        raise FeedError(Finding(code="SL495", where=str(folder), rule=rule)) from None
    say("\n".join(_told(folder, summary)) + "\n")


def _in_words_of_options(error: InvalidValue) -> Exception:
    """Return bad usage for a size, and a way out of what is in the way."""
    for found in error.findings:
        if found.code == _SIZE:
            return typer.BadParameter(found.rule, param_hint=f"--{found.where}")
    way_out = "choose an empty folder, or give --force"
    return InvalidValue([evolve(found, help=way_out) for found in error.findings if found.code == _TAKEN])


@contextmanager
def _working(lines: int) -> Generator[Callable[[int], object], None, None]:
    """Show on a terminal how many lines are written; show nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _more: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("writing lines", total=lines)
        yield lambda more: progress.advance(task, more)


def _told(folder: Path, summary: PortfolioSummary) -> list[str]:
    policies, *files = (shlex.quote(str(path)) for path in summary.files)
    size = f"{summary.policies:,} policies, {summary.members:,} members, {summary.lines:,} lines"
    return [f"{folder}: {size}; nobody in it exists", policies, *files]


def __dir__() -> list[str]:
    return __all__
