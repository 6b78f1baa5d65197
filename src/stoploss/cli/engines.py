"""The engines of ``stoploss.frames`` for the command line: the one that was asked for, or what is missing for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from stoploss.cli.speech import tell
from stoploss.errors import EngineError

if TYPE_CHECKING:
    from stoploss.frames.engines.engine import Engine

__all__ = ["engine_for"]

_NOT_INSTALLED = "SL802"
_EVERY_ENGINE_NEEDS = "narwhals"


def engine_for(name: str) -> Engine:
    """
    Return an engine by its name.

    Raises:
        typer.Exit: With 2 when what it needs is not installed, after saying which extra brings it.
        EngineError: When it cannot be used as it is set up.
    """
    try:
        from stoploss.frames import engine_named

        return engine_named(name)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != _EVERY_ENGINE_NEEDS:
            raise
        absent = _EVERY_ENGINE_NEEDS
    except EngineError as error:
        if error.findings[0].code != _NOT_INSTALLED:
            raise
        absent = error.findings[0].rule.removeprefix(f"the {name} engine needs ").partition(",")[0]
    tell(f"the {name} engine is not installed: it needs {absent}; pip install 'stoploss[{name}]'")
    raise typer.Exit(2)


def __dir__() -> list[str]:
    return __all__
