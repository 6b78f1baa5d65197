"""The engines of ``stoploss.frames`` for the command line: the one that was asked for, or what is missing for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from stoploss.cli.speech import tell
from stoploss.errors import EngineError, Finding

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
        rule = f"the {name} engine needs {_EVERY_ENGINE_NEEDS}, which is not installed"
        found = Finding(code=_NOT_INSTALLED, where="engine", rule=rule, help=f"pip install 'stoploss[{name}]'")
    except EngineError as error:
        found = error.findings[0]
        if found.code != _NOT_INSTALLED:
            raise
    tell(f"{found.rule}; {found.help}")
    raise typer.Exit(2)


def __dir__() -> list[str]:
    return __all__
