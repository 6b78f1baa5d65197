"""When an engine's own library gives up: no memory, no space, a lost session. Its message may quote a row; ours not."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager

from stoploss.errors import EngineError, Finding

__all__ = ["computing"]

_LIBRARIES = frozenset(
    {"duckdb", "_duckdb", "polars", "pyarrow", "pandas", "pyspark", "py4j", "narwhals", "concurrent"}
)
"""The last one is Python's own, of processes that the system has ended."""

_NOT_FOR_WANT = ("conversion", "notimplemented", "invalid", "overflow", "outofrange", "schema", "unsupported", "type")
"""Parts of the names of errors that no memory and no space would have prevented."""


@contextmanager
def computing(engine: str) -> Generator[None, None, None]:
    """
    Say which engine failed, and how, in place of its library's own error.

    Args:
        engine: Its name.

    Raises:
        EngineError: In place of an error of the library or of the system, or of memory that does not suffice.
    """
    try:
        yield
    except OSError as error:
        failed = os.strerror(error.errno).lower() if error.errno else type(error).__name__
    except Exception as error:
        kind = type(error)
        if not isinstance(error, MemoryError) and kind.__module__.partition(".")[0] not in _LIBRARIES:
            raise
        failed = kind.__name__.strip("_")
    else:
        return
    rule = f"the {engine} engine failed: {failed}"
    raise EngineError(Finding(code="SL809", where="engine", rule=rule, help=_help(failed)))


def _help(failed: str) -> str:
    """Return the way out for a kind of failure, as far as its name tells."""
    kind = failed.lower()
    if any(word in kind for word in _NOT_FOR_WANT):
        return "a column may be of a kind that it does not know, or an amount too large for a sum of its"
    if "memory" in kind:
        return "there is too little memory, or too little space for temporary files"
    return "there may be too little memory, or too little space for temporary files"


def __dir__() -> list[str]:
    return __all__
