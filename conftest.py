"""What every test run shares: the examples in pages and docstrings, and how long properties are searched.

An example is a `>>>` session, in a fenced block of README.md and docs/, or in a docstring of the package.
Those of one page, or of one module, share a namespace and run in order.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from doctest import ELLIPSIS
from importlib.util import find_spec

from hypothesis import HealthCheck, settings
from sybil import Document, Region, Sybil
from sybil.evaluators.doctest import DocTestEvaluator
from sybil.parsers.abstract.doctest import DocTestStringParser
from sybil.parsers.markdown import CodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser

settings.register_profile(
    "default",
    max_examples=30,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],  # a slow machine breaks no law
)
settings.register_profile("quick", settings.get_profile("default"), max_examples=10)
settings.register_profile("glance", settings.get_profile("default"), max_examples=2)
settings.register_profile(
    "nightly", settings.get_profile("default"), max_examples=2_000, derandomize=False, print_blob=True
)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "default")
settings.load_profile(PROFILE)

# A glance is for one more interpreter, or other versions of what is installed, when all has passed on one: that every
# law runs and every example holds. Left out is what has the same answer on each of them: which situations the drawn
# worlds reach, which hangs on the draws, and whether the pages say what the package and the command line do.
collect_ignore = ["tests/laws/test_reach.py", "tests/unit/test_docs.py"] if PROFILE == "glance" else []
if find_spec("narwhals") is None:
    # Engines are optional; where none is, neither are their tests.
    collect_ignore_glob = [
        "tests/*/test_frames_*",
        "tests/unit/test_cli_engines.py",
        "tests/unit/test_cli_settle_all.py",
        "docs/how-to/settle-many-policies.md",
        "src/stoploss/frames/*",
    ]


class FencedSessions:
    """The `>>>` sessions in Markdown's fenced blocks; a block without one is an illustration and not run."""

    def __init__(self) -> None:
        evaluator = DocTestEvaluator(ELLIPSIS)
        self.blocks = [CodeBlockParser(language, evaluator) for language in ("python", "pycon")]
        self.examples = DocTestStringParser(evaluator)

    def __call__(self, document: Document) -> Iterable[Region]:
        """Yield one region for each example of each block."""
        for blocks in self.blocks:
            for block in blocks(document):
                for example in self.examples(block.parsed, document.path):
                    example.adjust(block, block.parsed)
                    yield example


pages = Sybil(
    parsers=[FencedSessions(), SkipParser()],
    patterns=["README.md", "docs/*.md", "docs/**/*.md"],
    excludes=["docs/notebooks/*"],  # executed whole by `nox -s docs`
)
docstrings = Sybil(parsers=[DocTestParser(ELLIPSIS)], patterns=["src/stoploss/*.py", "src/stoploss/**/*.py"])

pytest_collect_file = (pages + docstrings).pytest()
