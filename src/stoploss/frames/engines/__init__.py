"""
The engines by name, each loaded when it is asked for.

Nothing here imports a library that computes frames: an engine's module does, when it is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from stoploss.errors import EngineError, Finding, type_of

if TYPE_CHECKING:
    from stoploss.frames.engines.engine import Engine

__all__ = ["ENGINES", "engine_named", "engine_of"]

ENGINES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "duckdb": ("duckdb", "narwhals"),
        "polars": ("polars", "pyarrow", "narwhals"),
        "pandas": ("pandas", "pyarrow", "narwhals"),
        "spark": ("pyspark", "pyarrow", "narwhals"),
    }
)
"""Each engine's name, which is its extra's as well, and the packages that it needs."""

_CLASSES = {"duckdb": "DuckDBEngine", "polars": "PolarsEngine", "pandas": "PandasEngine", "spark": "SparkEngine"}
_WITH_A_SESSION = {"duckdb", "spark"}
_HOMES = {"duckdb": "duckdb", "_duckdb": "duckdb", "polars": "polars", "pandas": "pandas", "pyspark": "spark"}


def engine_named(name: str) -> Engine:
    """
    Return the engine of this name, as it is by default.

    Raises:
        EngineError: There is no such engine, or what it needs is not installed.
    """
    if name not in ENGINES:
        rule = f"there is no engine of this name; there are {', '.join(ENGINES)}"
        raise EngineError(Finding(code="SL801", where="engine", rule=rule))
    made: Engine = _loaded(name)()
    return made


def engine_of(source: object) -> Engine:
    """
    Return the engine that a source calls for: that of the caller's own kind of frame, and DuckDB for all others.

    A Spark frame brings its session along; a relation of DuckDB's default connection stays there.

    Raises:
        EngineError: Nothing can read such a source, or what reading it needs is not installed.
    """
    home = next((_HOMES[root] for root in _roots(source) if root in _HOMES), None)
    if home is None and not isinstance(source, str | Path) and not hasattr(source, "__arrow_c_stream__"):
        rule = f"a path, a frame or an Arrow stream is needed here, not {type_of(source)}"
        raise EngineError(Finding(code="SL803", where="source", rule=rule))
    name = home or "duckdb"
    chosen = _loaded(name)
    made: Engine = chosen.of(source) if home in _WITH_A_SESSION else chosen()
    return made


def _roots(source: object) -> list[str]:
    return [each.__module__.split(".")[0] for each in type(source).__mro__]


def _loaded(name: str) -> Any:  # noqa: ANN401 -- a class of a module that may not be installed
    try:
        return getattr(import_module(f"stoploss.frames.engines.{name}"), _CLASSES[name])
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in ENGINES[name]:
            raise
        rule = f"the {name} engine needs {error.name}, which is not installed"
        raise EngineError(
            Finding(code="SL802", where="engine", rule=rule, help=f"pip install 'stoploss[{name}]'")
        ) from None


def __dir__() -> list[str]:
    return __all__
