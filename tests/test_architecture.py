"""The floors: docs/architecture.md has the map, the imports have to follow it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from attrs import frozen

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "stoploss"
PAGE = ROOT / "docs" / "architecture.md"
CORE_NEEDS = {"attrs", "dateutil"}
"""What the core may import that is neither its own nor Python's."""
BROUGHT_ALONG = {"attr", "attrs", "dateutil", "six"}
"""What importing those two loads."""


@frozen(kw_only=True)
class Room:
    """A row of the map."""

    floor: int
    module: str
    needs: frozenset[str]
    core: bool


@cache
def rooms() -> dict[str, Room]:
    """Return the map by module; a module that stands there twice is an error."""
    core, companions = PAGE.read_text(encoding="utf-8").split("### The core")[1].split("### The companions")
    found = [*_rows(core, core=True), *_rows(companions, core=False)]
    by_module = {room.module: room for room in found}
    assert len(by_module) == len(found)
    return by_module


def _rows(text: str, *, core: bool) -> Iterator[Room]:
    for floor, module, rest in re.findall(r"^\| (\d+) \| `(\w+)` \| ?(.+) \|$", text, re.MULTILINE):
        needs = frozenset() if core else frozenset(re.findall(r"\w+", rest.split("|")[0]))
        yield Room(floor=int(floor), module=module, needs=needs, core=core)


def files(module: str) -> list[Path]:
    """Return the files of a module: one, or all of a package."""
    folder = PACKAGE / module
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [PACKAGE / f"{module}.py"]


def modules() -> set[str]:
    """Return the modules of the package, the front door aside."""
    found = {path.stem for path in PACKAGE.glob("*.py")} | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    return found - {"__init__", "__main__"}


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports, wherever in it; `from stoploss import x` is `stoploss.x`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} has a relative import"
            if node.module == "stoploss":
                yield from (f"stoploss.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


def own(module: str) -> set[str]:
    """Return the modules of the package that a module imports."""
    names = {name for path in files(module) for name in imported(path)}
    return {name.split(".")[1] for name in names if name.startswith("stoploss.")} - {module}


def foreign(module: str) -> set[str]:
    """Return what a module imports that is neither the package's nor Python's."""
    names = {name.split(".")[0] for path in files(module) for name in imported(path)}
    return names - {"stoploss"} - set(sys.stdlib_module_names)


def test_the_map_is_the_tree() -> None:
    """Every module has a row in the map, and every row a module."""
    assert set(rooms()) == modules()


def test_companions_stand_above_the_core() -> None:
    """Every companion has a floor above all of the core."""
    top = max(room.floor for room in rooms().values() if room.core)

    assert [room.module for room in rooms().values() if not room.core and room.floor <= top] == []


@pytest.mark.parametrize("module", sorted(modules()))
def test_imports_point_down(module: str) -> None:
    """A module imports from lower floors only, and never from the front door."""
    floor = rooms()[module].floor

    assert [name for name in sorted(own(module)) if name not in rooms() or rooms()[name].floor >= floor] == []


@pytest.mark.parametrize("module", sorted(room.module for room in rooms().values() if not room.core))
def test_a_companion_needs_what_its_row_says(module: str) -> None:
    """What a companion imports from elsewhere, beyond what the core needs, is what the map says."""
    assert foreign(module) - CORE_NEEDS == rooms()[module].needs


def test_the_core_needs_attrs_and_dateutil_only() -> None:
    """The core imports nothing but attrs and dateutil, and dateutil in one place."""
    needs = {room.module: foreign(room.module) for room in rooms().values() if room.core}

    assert {name: found - CORE_NEEDS for name, found in needs.items() if found - CORE_NEEDS} == {}
    assert [name for name, found in needs.items() if "dateutil" in found] == ["window"]


def test_the_front_door_leads_into_the_core() -> None:
    """The package itself imports from the core alone, and has no name that hides a module."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    used = {name.split(".")[1] for name in imported(PACKAGE / "__init__.py")}

    assert {name for name in used if not rooms()[name].core} == set()
    assert names & modules() == set()


def test_importing_the_package_loads_the_core_and_nothing_else() -> None:
    """`import stoploss` loads the core, attrs and dateutil: no companion, and no package that is not needed."""
    script = """
import sys
before = set(sys.modules)
import stoploss
print("\\n".join(sorted(set(sys.modules) - before)))
"""
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    loaded = run.stdout.split()
    elsewhere = {name.split(".")[0] for name in loaded} - {"stoploss"} - set(sys.stdlib_module_names)
    of_the_package = {name.split(".")[1] for name in loaded if name.startswith("stoploss.")}

    assert elsewhere <= BROUGHT_ALONG
    assert of_the_package == {room.module for room in rooms().values() if room.core}


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "base", "types", "misc"])
def test_no_module_is_a_drawer(name: str) -> None:
    """No module is named after nothing: where something fits no module, a noun is missing."""
    assert name not in {path.stem.strip("_") for path in PACKAGE.rglob("*.py")}
