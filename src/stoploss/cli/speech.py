"""What the command line says, and where: answers on standard output, words about them on standard error.

An answer is put together whole before any of it is written, so that a fault leaves standard output empty.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import IO, Any

import typer
from rich.console import Console, RenderableType

from stoploss.cli.tables import printable
from stoploss.errors import Finding, StopLossError

__all__ = ["as_json", "console", "reason_of", "refusing", "rendered", "say", "tell", "tell_notices"]


_NARROWEST = 60


def console(file: IO[str] | None = None, *, terminal: bool | None = None) -> Console:
    """
    Return a console that takes text as it is: an id may look like markup or an emoji.

    Args:
        file: Where it writes; ``None``: standard output.
        terminal: Whether that is a terminal; ``None``: as it is.

    On a terminal that is narrower than a name and an amount the lines are broken by the terminal, not cut here.
    """
    ours = Console(file=file, force_terminal=terminal, markup=False, emoji=False, highlight=False)
    ours.width = max(ours.width, _NARROWEST)
    return ours


def rendered(answer: Iterable[RenderableType]) -> str:
    """Return an answer as the terminal shows it: its width, and its colors where it has any."""
    terminal = console()
    # Nothing goes to standard output yet, where it might fail half-way.
    ours = console(io.StringIO(), terminal=terminal.is_terminal)
    ours.width = terminal.width
    with ours.capture() as captured:
        for part in answer:
            ours.print(part)
    # A table fills its lines with blanks, which is noise in a file.
    return "".join(f"{line.rstrip(' ')}\n" for line in captured.get().lstrip("\n").splitlines())


def as_json(document: Mapping[str, Any]) -> str:
    """Return a document as JSON, indented by two, with one newline at the end."""
    return json.dumps(document, indent=2) + "\n"


def say(answer: str) -> None:
    """
    Write an answer to standard output.

    A reader that stops early, such as ``head``, has what it wanted: that is no fault.
    """
    try:
        sys.stdout.write(answer)
        sys.stdout.flush()
    except OSError as error:
        # What is still buffered would fail again when the interpreter ends.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise typer.Exit(0) from None
        tell(f"standard output: it cannot be written: {reason_of(error)}")
        raise typer.Exit(1) from None


def tell(*lines: object) -> None:
    """Write lines to standard error."""
    for line in lines:
        typer.echo(printable(line), err=True)


def tell_notices(notices: Iterable[Finding]) -> None:
    """Write what was settled all the same and is worth a look to standard error."""
    tell(*(f"notice: {notice}" for notice in notices))


@contextmanager
def refusing() -> Generator[None, None, None]:
    """Turn an error into one line per fault on standard error, and exit status 1."""
    try:
        yield
    except StopLossError as error:
        tell(*error.findings)
        if error.more:
            tell(f"... and {error.more:,} more")
        raise typer.Exit(1) from None


def reason_of(error: OSError) -> str:
    """Return why the system refused, in a word or two."""
    return (error.strerror or type(error).__name__).lower()


def __dir__() -> list[str]:
    return __all__
