"""The command line, ``stoploss``: one command for each question, listed by ``stoploss --help``.

The answer is on standard output; words about it (what became of each row, notices, faults) are on standard error.
Exit status 0; 1 for bad input, with one line per fault and nothing on standard output; 2 for bad usage.
70 is a fault of this package: it names the place in the code and nothing of the data.

Nothing but this module is loaded until the command line runs, because the others need the extra ``cli``.
"""

from __future__ import annotations

import signal
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

__all__ = ["main"]

_BAD_USAGE = 2
_OWN_FAULT = 70
_OF_THE_EXTRA = ("cattrs", "rich", "typer")


def main() -> None:
    """Run the command line with the arguments of the process, and exit."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure:  # an id that the terminal's encoding lacks is escaped, and no error
        reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, _ended)
    try:
        from stoploss.cli.commands import app

        app(prog_name="stoploss")
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in _OF_THE_EXTRA:
            _confess(missing)
        sys.stderr.write("the command line is not installed: pip install 'stoploss[cli]'\n")
        raise SystemExit(_BAD_USAGE) from None
    except Exception as fault:  # noqa: BLE001 -- a message or a traceback could show what no log may hold
        _confess(fault)


def _ended(number: int, _frame: object) -> None:
    """End in order, as after an error, when the system asks for it: what was written on the way is removed."""
    raise SystemExit(128 + number)


def _confess(fault: Exception) -> None:
    """Say where this package failed, without the message, which may hold an id, and exit."""
    sys.stderr.write("\n".join(_places(fault)) + "\n")
    raise SystemExit(_OWN_FAULT) from None


def _places(fault: Exception) -> Iterator[str]:
    yield f"this is a fault of stoploss, not of your files: {type(fault).__name__}"
    for frame in traceback.extract_tb(fault.__traceback__):
        yield f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}"
    yield "please report these lines, and no claims data"


def __dir__() -> list[str]:
    return __all__
