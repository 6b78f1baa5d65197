"""A program drawn: what each year covers, over the days on which claims are incurred and paid.

Incurred days run to the right, paid days downward; each policy is a rectangle, and a gap is hatched.

Source: ``docs/clauses.md``, contract basis.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from html import escape
from string import ascii_uppercase

from attrs import frozen

from stoploss.basis import Windows
from stoploss.facts import Coverage
from stoploss.policy import Policy
from stoploss.program.rectangles import gaps
from stoploss.window import Window, months_after

__all__ = ["Drawing", "draw"]

_GAP, _TWICE, _NOWHERE, _NEVER_PAID = "/", "#", ".", " "
_MOST_MONTHS = 96
_OPEN_MONTHS = 3
"""What is drawn of a window that never ends, beyond everything else."""
_MONTH = 10
"""Points of a month in the drawing."""
_MARGIN = 90


@frozen(kw_only=True)
class Drawing:
    """
    The rectangles of a program under one coverage.

    Args:
        names: What to call each policy.
        windows: The windows of each policy, by its place; ``None`` where it does not have the cover.
        gaps: Incurred and paid days that no policy takes.
    """

    names: tuple[str, ...]
    windows: tuple[Windows | None, ...]
    gaps: tuple[tuple[Window, Window], ...]

    def __str__(self) -> str:
        return self.text()

    def text(self) -> str:
        """
        Return the drawing as text: a column for each month incurred, a row for each month paid.

        A month is drawn as its first day is covered: by a policy's letter, ``#`` where two policies take it, ``/`` in
        a gap, a point elsewhere.
        """
        incurred, paid = self._months
        lines = [f"{row:%Y-%m} {''.join(self._cell(column, row) for column in incurred)}".rstrip() for row in paid]
        head = f"{'paid':7} incurred {incurred[0]:%Y-%m} to {incurred[-1]:%Y-%m}" if incurred else "nothing is covered"
        return "\n".join([head, *lines, *self._legend])

    def svg(self) -> str:
        """Return the drawing as a scalable image, without scripts or style sheets; its days are exact."""
        incurred, paid = self._months
        if not incurred:
            return "<p>nothing is covered</p>"
        width, height = len(incurred) * _MONTH, len(paid) * _MONTH
        origin = (incurred[0], paid[0])
        far = (months_after(incurred[-1], 1), months_after(paid[-1], 1))
        shapes = [_rectangle(each, origin, far, 'fill="url(#gap)" stroke="#a33"') for each in self.gaps]
        for name, own in zip(self.names, self.windows, strict=True):
            if own:
                look = 'fill="#47a" fill-opacity="0.35" stroke="#247"'
                shapes.append(_rectangle((own.incurred, own.paid), origin, far, look, escape(name)))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width + _MARGIN}" height="{height + 40}" '
            f'viewBox="-80 -20 {width + _MARGIN} {height + 40}" font-size="10">'
            '<defs><pattern id="gap" width="6" height="6" patternUnits="userSpaceOnUse">'
            '<path d="M0 6 L6 0" stroke="#a33"/></pattern></defs>'
            f'<text y="-8">incurred from {incurred[0]}</text><text x="-78" y="10">paid from</text>'
            f'<text x="-78" y="22">{paid[0]}</text>{"".join(shapes)}</svg>'
        )

    def _repr_html_(self) -> str:
        return self.svg()

    @property
    def _months(self) -> tuple[list[dt.date], list[dt.date]]:
        """Return the months incurred and the months paid, each by its first day."""
        own = [windows for windows in self.windows if windows]
        incurred = [each.incurred for each in own]
        # What never ends to be paid is drawn a little beyond the last day incurred.
        return _months(incurred), _months([each.paid for each in own], [each.last or each.first for each in incurred])

    @property
    def _legend(self) -> Iterator[str]:
        for letter, name, own in zip(ascii_uppercase, self.names, self.windows, strict=False):
            if own:
                yield f"{letter} {name}"
        yield f"{_TWICE} covered twice, {_GAP} a gap"

    def _cell(self, incurred: dt.date, paid: dt.date) -> str:
        if paid < incurred:
            return _NEVER_PAID
        taking = [
            letter
            for letter, own in zip(ascii_uppercase, self.windows, strict=False)
            if own and own.incurred.holds(incurred) and own.paid.holds(paid)
        ]
        if taking:
            return taking[0] if len(taking) == 1 else _TWICE
        in_gap = any(days.holds(incurred) and paid_days.holds(paid) for days, paid_days in self.gaps)
        return _GAP if in_gap else _NOWHERE


def draw(policies: Sequence[Policy], coverage: Coverage) -> Drawing:
    """
    Draw what *policies* cover, and the gaps between them.

    Args:
        policies: Of one program; up to 26 have a letter.
        coverage: The cover to look at.
    """
    return Drawing(
        names=tuple(f"{policy.number}, {policy.period.effective} to {policy.period.expires}" for policy in policies),
        windows=tuple(
            policy.specific_windows if coverage is Coverage.SPECIFIC else policy.aggregate_windows
            for policy in policies
        ),
        gaps=tuple((gap.incurred, gap.paid) for gap in gaps(policies, coverage)),
    )


def _months(windows: Sequence[Window], also: Sequence[dt.date] = ()) -> list[dt.date]:
    """Return the first days of the months over which *windows* reach; of one without end, a little beyond *also*."""
    if not windows:
        return []
    first = min(window.first for window in windows).replace(day=1)
    last = max(window.last or window.first for window in windows)
    if any(window.last is None for window in windows):
        last = months_after(max(last, *also), _OPEN_MONTHS)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [months_after(first, month) for month in range(min(count, _MOST_MONTHS))]


def _rectangle(
    days: tuple[Window, Window],
    origin: tuple[dt.date, dt.date],
    far: tuple[dt.date, dt.date],
    look: str,
    name: str = "",
) -> str:
    left, right = _places(days[0], origin[0], far[0])
    top, bottom = _places(days[1], origin[1], far[1])
    title = f"<title>{name}</title>" if name else "<title>gap</title>"
    return f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" {look}>{title}</rect>'


def _places(window: Window, origin: dt.date, far: dt.date) -> tuple[int, int]:
    """Return where a window begins and ends, in points."""
    last = min(window.last or dt.date.max, far - dt.timedelta(days=1))
    return (window.first - origin).days * _MONTH // 30, ((last - origin).days + 1) * _MONTH // 30


def __dir__() -> list[str]:
    return __all__
