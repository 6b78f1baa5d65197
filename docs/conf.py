"""How Sphinx builds the pages: `nox -s docs`. Nothing is fetched: no intersphinx, no remote fonts or scripts."""

from __future__ import annotations

import builtins
from importlib.metadata import version as installed_version

project = "stoploss"
author = "The stoploss authors"
copyright = author
release = version = installed_version("stoploss")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]

nitpicky = True
# Names of other packages have no pages here to link to. A name of ours, or one misspelt, still fails the build.
_ELSEWHERE = "attrs?|cattrs|collections|datetime|decimal|enum|fractions|hypothesis|os|pathlib|rich|types|typing|typer"
_BUILTIN = "|".join(name for name in dir(builtins) if name.isidentifier())
nitpick_ignore_regex = [(r"py:.*", rf"(?:{_ELSEWHERE})\..+|{_BUILTIN}|optional")]

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "fieldlist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"stoploss {release}"
