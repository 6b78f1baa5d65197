"""Files that the command line writes for a person: whole, or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from stoploss.cli.speech import reason_of
from stoploss.errors import FeedError, Finding

__all__ = ["write_whole"]


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """
    Write beside *path* first, so that it never holds half of it.

    Args:
        path: Where to, over whatever is there.
        write: Writes a file.

    Raises:
        FeedError: When it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        write(beside)
        beside.replace(path)
    except OSError as error:
        rule = f"this file cannot be written: {reason_of(error)}"
        raise FeedError(Finding(code="SL495", where=str(path), rule=rule)) from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def __dir__() -> list[str]:
    return __all__
