"""Policy years together: which year takes a payment, which payments none takes, and what a lifetime has used up.

Several policies of one employer leave gaps between them and overlap; :func:`gaps` and :func:`overlaps` find both,
:func:`priced_gaps` says what a gap costs, and :func:`draw` shows it.
A :class:`Program` settles the years together: each payment counts under one year at most, and what one year reimburses
is used of the lifetime maximum of the next.

Source: ``docs/clauses.md``, contract basis.
"""

from __future__ import annotations

from stoploss.program.carried import used_after
from stoploss.program.drawing import Drawing, draw
from stoploss.program.pricing import PricedGap, priced_gaps
from stoploss.program.rectangles import Gap, Overlap, gaps, overlaps
from stoploss.program.result import ProgramStatement, Unassigned
from stoploss.program.years import Program

__all__ = [
    "Drawing",
    "Gap",
    "Overlap",
    "PricedGap",
    "Program",
    "ProgramStatement",
    "Unassigned",
    "draw",
    "gaps",
    "overlaps",
    "priced_gaps",
    "used_after",
]


def __dir__() -> list[str]:
    return __all__
