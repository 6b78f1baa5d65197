"""Fail on anything shaped like an identifier of a person; a hook, and a part of `nox -s lint`.

Looked for are social security numbers with dashes, and Medicare beneficiary identifiers with or without.
Example data uses member ids such as `M-0001`, which are neither.

    python .ci/identifiers.py [FILE ...]        # default: every file that git tracks or would track
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

LETTER = "[AC-HJKMNP-RT-Y]"
LETTER_OR_DIGIT = "[AC-HJKMNP-RT-Y0-9]"
SHAPES = {
    "social security number": r"(?<![\w.-])(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\w-])",
    "Medicare beneficiary identifier": (
        rf"\b[1-9]{LETTER}{LETTER_OR_DIGIT}\d-?{LETTER}{LETTER_OR_DIGIT}\d-?{LETTER}{{2}}\d\d\b"
    ),
}
PUBLISHED_SPECIMENS = {"1EG4-TE5-MK73", "1EG4TE5MK73"}  # printed by the Medicare agency on its sample card


def findings(path: Path) -> list[str]:
    """Return one line for each finding in a text file: the place and the shape, never the text itself."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []
    return [
        f"{path}:{number}: looks like a {shape}"
        for number, line in enumerate(lines, start=1)
        for shape, pattern in SHAPES.items()
        for match in re.finditer(pattern, line)
        if match.group() not in PUBLISHED_SPECIMENS
    ]


def tracked() -> list[str]:
    """Return what git tracks, and what it would track if added."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    return subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split("\0")


if __name__ == "__main__":
    paths = [Path(name) for name in sys.argv[1:] or tracked() if name]
    found = [line for path in paths if path.is_file() for line in findings(path)]
    print("\n".join(found) if found else f"no identifiers in {len(paths)} files")
    sys.exit(bool(found))
