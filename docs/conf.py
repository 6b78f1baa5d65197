"""How Sphinx builds the pages: `nox -s docs`. Nothing is fetched: no intersphinx, no remote fonts or scripts."""

from __future__ import annotations

import builtins
from importlib.metadata import version as installed_version

from sphinx.application import Sphinx

project = "stoploss"
author = "The stoploss authors"
copyright = author
release = version = installed_version("stoploss")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "notebooks"]  # notebooks are executed beside the build

nitpicky = True
# Names of other packages have no pages here to link to. A name of ours, or one misspelt, still fails the build.
_ELSEWHERE = (
    "attrs?|cattrs|collections|datetime|dt|decimal|_?duckdb|enum|fractions|hypothesis|narwhals|os|pathlib|pyspark|rich"
    "|types|typing|typer"
)
_BUILTIN = "|".join(name for name in dir(builtins) if name.isidentifier())
# What a settlement of many policies holds for itself: its types are in signatures, and have no pages.
_INSIDE = r"(?:stoploss\.frames\.inputs\.)?Inputs|Stamps|ColumnRun|Frame|stoploss\.frames\.columns\.Kind"
nitpick_ignore_regex = [
    (r"py:.*", rf"(?:{_ELSEWHERE})\..+|{_BUILTIN}|optional|Attribute|InvalidArgument|stoploss\.(?:choice\.T|layer\.W)"),
    (r"py:class", _INSIDE),
]

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "fieldlist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"stoploss {release}"


def setup(app: Sphinx) -> None:
    """Keep the sentences under attributes as they are: Napoleon takes what stands before a colon for a type."""
    sentences: dict[str, list[str]] = {}

    def keep(_app: Sphinx, what: str, name: str, _obj: object, _options: object, lines: list[str]) -> None:
        if what in {"attribute", "data", "property"}:
            sentences[name] = list(lines)

    def restore(_app: Sphinx, what: str, name: str, _obj: object, _options: object, lines: list[str]) -> None:
        if what in {"attribute", "data", "property"}:
            lines[:] = sentences.pop(name)

    app.connect("autodoc-process-docstring", keep, priority=400)  # Napoleon has 500
    app.connect("autodoc-process-docstring", restore, priority=600)
