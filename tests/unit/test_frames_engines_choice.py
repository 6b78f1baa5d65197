"""Which engine computes: by its name, or by the caller's own kind of frame."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stoploss.errors import EngineError
from stoploss.frames import engines
from stoploss.frames.engines import ENGINES, engine_named, engine_of


def test_an_engine_that_there_is_not_is_refused() -> None:
    """A name that is none of the engines' is refused with those that there are."""
    with pytest.raises(EngineError, match=r"there are duckdb, polars, pandas, spark \[SL801\]"):
        engine_named("excel")


@pytest.mark.parametrize("name", list(ENGINES))
def test_an_engine_that_is_not_installed_names_its_extra(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine whose library is missing says which, and what to install."""

    def missing(module: str) -> Any:
        assert module == f"stoploss.frames.engines.{name}"
        raise ModuleNotFoundError(name=f"{ENGINES[name][0]}.core")

    monkeypatch.setattr(engines, "import_module", missing)

    with pytest.raises(EngineError) as caught:
        engine_named(name)
    assert [f"pip install 'stoploss[{name}]'"] == [finding.help for finding in caught.value.findings]
    assert ["SL802"] == [finding.code for finding in caught.value.findings]


def test_another_missing_module_is_a_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing module that is none of the engine's own libraries is not said to come with the extra."""

    def missing(_: str) -> Any:
        raise ModuleNotFoundError(name="elsewhere")

    monkeypatch.setattr(engines, "import_module", missing)

    with pytest.raises(ModuleNotFoundError):
        engine_named("duckdb")


def test_every_engine_has_an_extra() -> None:
    """The packages that an engine needs come with the extra of its name."""
    tomllib = pytest.importorskip("tomllib")
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {name: {each.split(">")[0] for each in project["optional-dependencies"].get(name, ())} for name in ENGINES}

    assert {name: set(packages) for name, packages in ENGINES.items()} == extras


def test_a_path_and_an_arrow_stream_go_to_duckdb() -> None:
    """Whatever is no frame of a library is read by the embedded default."""
    pytest.importorskip("duckdb")
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"id": ["a"]})

    assert ["duckdb"] * 4 == [engine_of(each).name for each in ("a.parquet", Path("a.csv"), table, table.to_reader())]


@pytest.mark.parametrize("source", [None, 3, ["a.parquet"], {"id": ["a"]}])
def test_what_is_no_table_is_refused(source: object) -> None:
    """A source that nothing can read is refused by its type, and its content is not shown."""
    with pytest.raises(EngineError, match=r"a path, a frame or an Arrow stream is needed here, not an? \w+ \[SL803\]"):
        engine_of(source)


def test_choosing_loads_no_other_library() -> None:
    """The engines are found without loading a library that the caller does not use."""
    pytest.importorskip("polars")
    script = """
import sys, polars
from stoploss.frames.engines import engine_of
assert engine_of(polars.DataFrame({"id": ["a"]}).lazy()).name == "polars"
print(sorted({"duckdb", "pandas", "pyspark"} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)

    assert run.stdout == "[]\n"
