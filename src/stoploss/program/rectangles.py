"""Policies together: claims that none of them covers, and claims that two of them cover.

A coverage takes a claim that was incurred inside one window and paid inside another, so each policy covers a rectangle
of incurred days and paid days.
A *gap* is a rectangle that no policy covers although it lies between what they do cover: incurred not before the first
nor after the last incurred window, paid not before the first nor after the last paid window.
What lies outside of that is another program's, and no gap of this one.
A claim paid before the day on which it was incurred is a slip, and makes no gap and no overlap.

Example: two years on 12/15, 2024 and 2025.
A claim incurred in 2024 and paid on 2025-04-01 comes after the run-out of the first and before the incurred window of
the second: claims incurred 2024-01-01 to 2024-12-31 and paid 2025-04-01 to 2026-03-31 are covered by no policy.
On 12/15 and then 15/12, a claim incurred in December 2024 and paid in January 2025 is covered by both.

Benefits are looked at one by one, and told together where they agree.

Source: ``docs/clauses.md``, contract basis.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from attrs import frozen

from stoploss.basis import Windows
from stoploss.facts import Benefit, Coverage
from stoploss.policy import Policy
from stoploss.window import Window

__all__ = ["Gap", "Overlap", "gaps", "overlaps"]

_ONE_DAY = dt.timedelta(days=1)
_NEVER = dt.date.max
"""Stands for the last day of a window that never ends."""


@frozen(kw_only=True)
class Gap:
    """
    Claims that no policy covers.

    Args:
        incurred: When they are incurred.
        paid: And when they are paid.
        benefits: Of which benefits, among those that some policy covers.
    """

    incurred: Window
    paid: Window
    benefits: tuple[Benefit, ...]


@frozen(kw_only=True)
class Overlap:
    """
    Claims that two policies cover.

    Args:
        incurred: When they are incurred.
        paid: And when they are paid.
        benefits: Of which benefits, among those that both cover.
        between: The places of the two policies among those given, the first one being 0.
    """

    incurred: Window
    paid: Window
    benefits: tuple[Benefit, ...]
    between: tuple[int, int]


def gaps(policies: Sequence[Policy], coverage: Coverage) -> tuple[Gap, ...]:
    """
    Return the claims between *policies* that none of them covers, by the days on which they are incurred.

    Args:
        policies: Of one program, in any order.
        coverage: The cover to look at; a policy without it covers nothing.

    >>> from stoploss.specific_terms import SpecificTerms
    >>> from stoploss.window import Period
    >>> def year(number, basis):
    ...     period = Period(effective=dt.date(number, 1, 1), expires=dt.date(number, 12, 31))
    ...     terms = SpecificTerms(basis=basis, covers=["medical"], deductible="100000")
    ...     return Policy(policyholder="Employer", carrier="Carrier", number="1", period=period, specific=terms)
    >>> for gap in gaps([year(2024, "12/15"), year(2025, "12/15")], Coverage.SPECIFIC):
    ...     print(f"incurred {gap.incurred}, paid {gap.paid}")
    incurred 2024-01-01 to 2024-12-31, paid 2025-04-01 to 2026-03-31
    """
    covers = [own for policy in policies if (own := _cover(policy, coverage))]
    found: dict[tuple[Window, Window], list[Benefit]] = {}
    for benefit in Benefit:
        for rectangle in _uncovered([own.windows for own in covers if benefit in own.benefits]):
            found.setdefault(rectangle, []).append(benefit)
    return tuple(
        Gap(incurred=incurred, paid=paid, benefits=tuple(found[incurred, paid]))
        for incurred, paid in sorted(found, key=_by_day)
    )


def overlaps(policies: Sequence[Policy], coverage: Coverage) -> tuple[Overlap, ...]:
    """
    Return the claims that two of *policies* cover, by the days on which they are incurred.

    Args:
        policies: Of one program, in any order.
        coverage: The cover to look at.
    """
    covers = [(at, own) for at, policy in enumerate(policies) if (own := _cover(policy, coverage))]
    found: list[Overlap] = []
    for (at, one), (other_at, other) in combinations(covers, 2):
        benefits = tuple(benefit for benefit in Benefit if benefit in one.benefits and benefit in other.benefits)
        shared = _shared(one.windows, other.windows)
        if benefits and shared:
            incurred, paid = shared
            found.append(Overlap(incurred=incurred, paid=paid, benefits=benefits, between=(at, other_at)))
    return tuple(sorted(found, key=lambda overlap: (_by_day((overlap.incurred, overlap.paid)), overlap.between)))


@frozen
class _Cover:
    """What one policy covers, and when."""

    benefits: tuple[Benefit, ...]
    windows: Windows


def _cover(policy: Policy, coverage: Coverage) -> _Cover | None:
    of_specific = coverage is Coverage.SPECIFIC
    terms = policy.specific if of_specific else policy.aggregate
    windows = policy.specific_windows if of_specific else policy.aggregate_windows
    return _Cover(terms.covers, windows) if terms and windows else None


def _shared(one: Windows, other: Windows) -> tuple[Window, Window] | None:
    """Return the incurred and paid days that lie in the windows of both, if there are any."""
    incurred_from, incurred_to = _common(one.incurred, other.incurred)
    paid_from, paid_to = _common(one.paid, other.paid)
    paid_from = max(paid_from, incurred_from)
    if incurred_to < incurred_from or paid_to < paid_from:
        return None
    return _rectangle((incurred_from, incurred_to), (paid_from, paid_to))


def _common(one: Window, other: Window) -> tuple[dt.date, dt.date]:
    return max(one.first, other.first), min(_last(one), _last(other))


def _uncovered(windows: Sequence[Windows]) -> Iterator[tuple[Window, Window]]:
    """
    Yield the rectangles inside the outermost days that none of *windows* covers.

    The incurred days fall into strips in which the same policies cover; what they leave of the paid days is a gap.
    Strips next to each other that leave the same are one gap.
    """
    open_strips: dict[tuple[dt.date, dt.date], tuple[dt.date, dt.date]] = {}
    for first, last in _strips(windows):
        left = set(_left_of_paid(windows, first, last))
        for paid in [paid for paid in open_strips if paid not in left]:
            yield _rectangle(open_strips.pop(paid), paid)
        for paid in left:
            begun = open_strips[paid][0] if paid in open_strips else first
            open_strips[paid] = (begun, last)
    for paid, incurred in open_strips.items():
        yield _rectangle(incurred, paid)


def _strips(windows: Sequence[Windows]) -> Iterator[tuple[dt.date, dt.date]]:
    """Yield the runs of incurred days over which no incurred window begins or ends."""
    edges = {own.incurred.first for own in windows}
    ends = {_last(own.incurred) for own in windows}
    edges |= {last + _ONE_DAY for last in ends if last < _NEVER}
    final = max(ends, default=_NEVER)
    for first, after in pairwise([*sorted(edges), _NEVER]):
        last = after - _ONE_DAY if after < _NEVER else _NEVER
        if last <= final:
            yield first, last


def _left_of_paid(windows: Sequence[Windows], first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """Yield the paid days on which no policy takes a claim incurred from *first* to *last*."""
    begin = max(first, min(own.paid.first for own in windows))
    end = max(_last(own.paid) for own in windows)
    taking = [own.paid for own in windows if own.incurred.first <= first and last <= _last(own.incurred)]
    for paid in sorted(taking, key=lambda window: window.first):
        if begin < paid.first:
            yield begin, paid.first - _ONE_DAY
        if _last(paid) == _NEVER:
            return
        begin = max(begin, _last(paid) + _ONE_DAY)
    if begin <= end:
        yield begin, end


def _rectangle(incurred: tuple[dt.date, dt.date], paid: tuple[dt.date, dt.date]) -> tuple[Window, Window]:
    """Return two windows; an incurred day too late to be paid in the second one is left out."""
    return _window(incurred[0], min(incurred[1], paid[1])), _window(*paid)


def _window(first: dt.date, last: dt.date) -> Window:
    return Window(first=first, last=None if last == _NEVER else last)


def _last(window: Window) -> dt.date:
    return window.last or _NEVER


def _by_day(rectangle: tuple[Window, Window]) -> tuple[dt.date, dt.date, dt.date, dt.date]:
    incurred, paid = rectangle
    return incurred.first, paid.first, _last(incurred), _last(paid)


def __dir__() -> list[str]:
    return __all__
