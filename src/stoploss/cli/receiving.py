"""``stoploss receivables``: what is requested, received, denied, outstanding and due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from attrs import evolve, frozen
from rich.console import RenderableType

from stoploss.cli.carriers_view import carriers_view
from stoploss.cli.inputs import Files, attempt, read_year, settled, together, working
from stoploss.cli.masking import Masks
from stoploss.cli.settling import tell_about
from stoploss.cli.speech import as_json, console, rendered, say, tell, tell_notices
from stoploss.cli.tables import Cell, Column, Row, heading, tables
from stoploss.errors import StopLossError
from stoploss.feeds import located, read_denials, read_requests
from stoploss.policy import Policy
from stoploss.receivables import Receivable, Receivables, receivables
from stoploss.receivables.rows import most_due_first

__all__ = ["Asked", "receivables_of_files"]

_SUM = Row(style="bold", line_above=True)
_ALWAYS = ("reimbursable", "requested", "received")


@frozen(kw_only=True)
class Asked:
    """The files of what was asked of the carrier, and of what it refused."""

    requests: Path
    denials: Path | None


def receivables_of_files(files: Files, asked: Asked, *, as_of: dt.date, json: bool, mask_ids: bool) -> None:
    """
    Settle as of a day, and say who owes what since when.

    Raises:
        FeedError: With the faults of all files; nothing was said then.
    """
    with working(files) as doing:
        doing("reading")
        faults: list[StopLossError] = []
        year = attempt(faults, lambda: read_year(files))
        requests = attempt(faults, lambda: read_requests(asked.requests))
        refused = asked.denials
        denials = attempt(faults, lambda: read_denials(*([refused] if refused else [])))
        if year is None or requests is None or denials is None:
            raise together(faults)
        doing("settling")
        statement = settled(year, as_of)
        received = year.carrier_payments.places if year.carrier_payments else ()
        places = {"carrier_payments": received, "requests": requests.places, "denials": denials.places}
        try:
            found = receivables(statement, requests.requests, denials.denials, as_of=as_of)
        except StopLossError as error:
            raise located(error, **places) from None
        notices = located(StopLossError(found.notices), **places).findings
        shown = _masked(found, str(year.policy.per)) if mask_ids else found
        answer = as_json(shown.to_dict()) if json else rendered(_view(year.policy, shown, console().width))
    tell_about(year)
    tell(*(line for feed in (requests, denials) for line in str(feed.conservation).splitlines()))
    tell_notices((*requests.notices, *denials.notices, *statement.notices, *notices))
    say(answer)


def _masked(found: Receivables, per: str) -> Receivables:
    """Replace the ids of units and requests by pseudonyms, and the order that would give them away."""
    masks = Masks()
    rows = [
        evolve(
            row,
            unit=row.unit if row.unit is None else masks.of(per, row.unit),
            requests=tuple(evolve(request, id=masks.of("request", request.id)) for request in row.requests),
        )
        for row in found.rows
    ]
    return evolve(found, rows=tuple(sorted(rows, key=most_due_first)))


def _view(policy: Policy, found: Receivables, width: int) -> Iterator[RenderableType]:
    yield heading(f"{policy.number}, {policy.carrier} for {policy.policyholder}", f"receivables as of {found.as_of}")
    yield ""
    looks = [*(Row() for _ in found.rows), _SUM]
    name = Column(header=str(policy.per), cells=[*map(_named, found.rows), "total"], text=True)
    lines = ("reimbursable", "requested", "received", "returned", "unrequested", "denied")
    asked = [_column(found, line) for line in lines if line in _ALWAYS or getattr(found, line)]
    ages: list[Cell] = [*("" if row.age is None else f"{row.age:,}" for row in found.rows), None]
    days = Column(header="days\nopen", cells=ages)
    open_ = [_column(found, "outstanding"), days, _column(found, "not_requested"), _column(found, "due")]
    yield from tables(name, [open_, asked], looks, width)
    told = [(_named(row), row.carriers) for row in found.rows if any(layer.due for layer in row.carriers)]
    about = f"each reimburses a {policy.per} up to its limit, the next one what is above; requests name none of them"
    yield from carriers_view(str(policy.per), told, found.carriers, about, width)


def _named(row: Receivable) -> str:
    return "the aggregate" if row.unit is None else row.unit


def _column(found: Receivables, line: str) -> Column:
    cells = [*(getattr(row, line) for row in found.rows), getattr(found, line)]
    return Column(header=line.replace("_", "\n"), cells=cells)


def __dir__() -> list[str]:
    return __all__
