"""Tables out, all or none.

They are written into a folder beside the one that is asked for, whose name begins with a dot and which nobody else may
read, and are moved out of it together when all of them are complete.
A run that fails removes it; one that is killed leaves it there, to be removed by hand, and never a part of the answer
under the name that was asked for.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from stoploss.errors import EngineError, FeedError, Finding
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.engines.failures import computing

__all__ = ["check_writable", "taken", "write_tables"]


def check_writable(engine: Engine, folder: Path) -> None:
    """
    Refuse what cannot end well, before anything is computed.

    Raises:
        EngineError: Several machines compute, and each would write to a disk of its own.
    """
    if not engine.alone:
        rule = "several machines would each write to a disk of their own"
        help_ = "write settled.policies, .units and .payments to a URL that all of them reach"
        raise EngineError(Finding(code="SL807", where=folder.name, rule=rule, help=help_))


def taken(folder: Path) -> bool:
    """Say whether there is something where a folder is to be written, an empty folder aside."""
    if folder.is_dir() and not folder.is_symlink():
        return any(folder.iterdir())
    return folder.exists() or folder.is_symlink()


def write_tables(
    engine: Engine,
    tables: Mapping[str, Callable[[], Frame]],
    folder: Path,
    *,
    doing: Callable[[str], None] | None = None,
    check: Callable[[], None] = lambda: None,
) -> None:
    """
    Write tables as Parquet files of a folder.

    Args:
        engine: Computes and writes them.
        tables: By name; each is asked for when it is its turn.
        folder: Not there yet, or empty.
        doing: Is told what is being written.
        check: Is called when all of them are there, and raises if they are to be thrown away.

    Raises:
        FeedError: When the folder cannot be written, or has something in it.
        EngineError: When the engine fails.
    """
    check_writable(engine, folder)
    folder = folder.absolute()
    try:
        if taken(folder):
            rule = "this folder is there, and is not empty"
            raise FeedError(Finding(code="SL497", where=str(folder), rule=rule, help="choose another, or remove it"))
        beside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
        beside.mkdir(mode=0o700)  # what may never become the answer is nobody else's
        whole = beside / folder.name
        try:
            whole.mkdir()
            for name, table in tables.items():
                if doing is not None:
                    doing(f"writing {name}")
                with computing(engine.name):
                    engine.write(table(), whole / f"{name}.parquet")
            check()
            if folder.is_dir():
                folder.rmdir()  # elsewhere than on POSIX nothing is renamed over an empty folder
            whole.rename(folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        rule = f"this folder cannot be written: {(error.strerror or type(error).__name__).lower()}"
        raise FeedError(Finding(code="SL495", where=str(folder), rule=rule)) from None


def __dir__() -> list[str]:
    return __all__
