"""``stoploss notices`` and ``stoploss deadlines``: what happened, and what has to be done by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import typer
from rich.console import RenderableType

from stoploss.cli.inputs import Files, Year, locating, read_year, working
from stoploss.cli.masking import Masks
from stoploss.cli.settling import tell_about
from stoploss.cli.speech import as_json, console, rendered, say, tell
from stoploss.cli.tables import Cell, Column, heading, several, tables
from stoploss.deadlines import Outlook, outlook
from stoploss.notices import Event, Trigger, events, read_triggers, sample_triggers
from stoploss.policy import Policy

__all__ = ["tell_deadlines", "tell_events"]

T = TypeVar("T")
R = TypeVar("R")


def tell_events(
    files: Files, *, as_of: dt.date | None, since: dt.date | None, triggers: Path | None, json: bool, mask_ids: bool
) -> None:
    """
    Say what happened in a policy year.

    Raises:
        typer.BadParameter: For a *since* after *as_of*.
        FeedError: With the faults of all files.
    """
    if since is not None and as_of is not None and since > as_of:
        raise typer.BadParameter(f"no day is from {since} on and up to {as_of} (--as-of)", param_hint="--since")

    def ask(year: Year, listed: Sequence[Trigger]) -> Sequence[Event]:
        return events(year.policy, *year.facts, as_of=as_of, since=since, triggers=listed)

    year, found = _asked(files, triggers, ask)
    told = Masks().events(year.policy, found) if mask_ids else found
    if json:
        days = {"as_of": as_of and str(as_of), "since": since and str(since)}
        say(as_json(_head(year) | days | {"events": [event.to_dict() for event in told]}))
    else:
        say(rendered(_events_view(year.policy, told, as_of)))


def tell_deadlines(files: Files, *, as_of: dt.date, triggers: Path | None, json: bool, mask_ids: bool) -> None:
    """
    Say what has to be done by when, and what it is worth.

    Raises:
        FeedError: With the faults of all files.
    """

    def ask(year: Year, listed: Sequence[Trigger]) -> Outlook:
        return outlook(year.policy, *year.facts, as_of=as_of, triggers=listed)

    year, found = _asked(files, triggers, ask)
    told = Masks().outlook(year.policy, found) if mask_ids else found
    if json:
        totals = {"as_of": str(as_of), "at_risk": str(told.at_risk), "lost": str(told.lost)}
        lists = {"too_late": list(told.too_late), "deadlines": [deadline.to_dict() for deadline in told.deadlines]}
        say(as_json(_head(year) | totals | lists))
    else:
        say(rendered(_deadlines_view(year.policy, told, as_of)))


def _asked(files: Files, triggers: Path | None, ask: Callable[[Year, Sequence[Trigger]], R]) -> tuple[Year, R]:
    """Read a policy year, ask it, and tell what became of every row; without enrollment of specific alone."""
    with working(files) as doing:
        doing("reading")
        listed = read_triggers(triggers) if triggers else sample_triggers()
        year = read_year(files)
        alone = year.policy.specific is not None and year.policy.aggregate is not None and year.enrollment is None
        asked = year.without_aggregate() if alone else year
        doing("settling")
        with locating(asked):
            answer = ask(asked, listed)
    tell_about(year)
    if alone:
        tell("notice: no enrollment was given, so this is the specific cover alone; give --enrollment for both")
    return year, answer


def _head(year: Year) -> dict[str, object]:
    return {"schema": 1, "policy": year.policy.number}


def _events_view(policy: Policy, found: Sequence[Event], as_of: dt.date | None) -> Iterator[RenderableType]:
    day = f"as of {as_of}" if as_of else "everything that was reported"
    yield heading(f"Notices of {policy.number}", f"{several(len(found), 'event')}, {day}")
    if not found:
        return
    yield ""
    columns = [
        _column("Event", found, lambda event: _words(event.kind), text=True),
        _column("Whose", found, lambda event: event.unit, text=True),
        _column("Claim", found, lambda event: event.claim, text=True),
        _column("Reached", found, lambda event: event.threshold),
        _column("Total", found, lambda event: event.total),
        _column("What", found, lambda event: event.about, text=True),
    ]
    yield from tables(
        _column("Day", found, lambda event: str(event.happened_on), text=True), [columns], (), console().width
    )


def _deadlines_view(policy: Policy, told: Outlook, as_of: dt.date) -> Iterator[RenderableType]:
    found = told.deadlines
    yield heading(
        f"Deadlines of {policy.number}",
        f"as of {as_of}; at risk with pending claims that can still be paid in time, all together: {told.at_risk:,}",
    )
    if found:
        yield ""
        columns = [
            _column("Days\nleft", found, lambda own: "passed" if own.passed else str(own.days_left)),
            _column("At risk", found, lambda own: own.at_risk),
            _column("What to do", found, lambda own: _words(own.kind), text=True),
            _column("Under", found, lambda own: ", ".join(own.covers), text=True),
            _column("Whose", found, lambda own: own.unit, text=True),
            _column("Claims", found, lambda own: ", ".join(own.claims), text=True),
            _column("Amount", found, lambda own: own.amount),
        ]
        yield from tables(
            _column("Last day", found, lambda own: str(own.last_day), text=True), [columns], (), console().width
        )
    if told.too_late:
        yield ""
        count = several(len(told.too_late), "claim")
        yield f"lost with {count} not paid by the last day, pending or paid since, all together: {told.lost:,}"


def _column(header: str, items: Iterable[T], cell: Callable[[T], Cell], *, text: bool = False) -> Column:
    return Column(header=header, cells=[cell(item) for item in items], text=text)


def _words(kind: str) -> str:
    return kind.replace("_", " ")


def __dir__() -> list[str]:
    return __all__
