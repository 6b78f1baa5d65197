"""When an engine's own library gives up: no memory, no space, a lost session. Its message may quote a row; ours not."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager

from stoploss.errors import EngineError, Finding

__all__ = ["computing"]

_LIBRARIES = frozenset({"duckdb", "_duckdb", "polars", "pyarrow", "pandas", "pyspark", "py4j", "concurrent"})
"""The last one is Python's own, of processes that the system has ended."""


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
        if kind is not MemoryError and kind.__module__.partition(".")[0] not in _LIBRARIES:
            raise
        failed = kind.__name__
    else:
        return
    rule = f"the {engine} engine failed: {failed}"
    help_ = "there may be too little memory, or too little space for temporary files"
    raise EngineError(Finding(code="SL809", where="engine", rule=rule, help=help_))


def __dir__() -> list[str]:
    return __all__
