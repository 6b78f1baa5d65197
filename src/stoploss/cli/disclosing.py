"""``stoploss disclosure``: everyone whose claims reach a threshold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from attrs import evolve
from rich.console import RenderableType

from stoploss.cli.inputs import Files, read_year, settled, working
from stoploss.cli.masking import Masks
from stoploss.cli.settling import tell_about
from stoploss.cli.speech import as_json, console, rendered, say
from stoploss.cli.tables import Column, Row, heading, several, tables
from stoploss.renewal import Disclosure, disclosure
from stoploss.renewal.disclosing import without_specific
from stoploss.statement import Statement

__all__ = ["disclose_files"]


def disclose_files(files: Files, *, threshold: str, as_of: dt.date | None, json: bool, mask_ids: bool) -> None:
    """
    Say who is at or above a threshold.

    Raises:
        FeedError: With the faults of all files; nothing was said then.
        PolicyError: For a policy without specific, or a threshold that is none.
    """
    with working(files) as doing:
        doing("reading")
        year = read_year(files)
        if year.policy.specific is None:
            raise without_specific()
        doing("settling")
        statement = settled(year.without_aggregate(), as_of)
        found = disclosure(statement, threshold=threshold)
        if mask_ids:
            found = _masked(found, statement)
    tell_about(year)
    say(as_json(found.to_dict()) if json else rendered(_view(found, statement, console().width)))


def _masked(found: Disclosure, statement: Statement) -> Disclosure:
    """Return a disclosure with pseudonyms; of equal totals, the order of ids is not kept."""
    masks, per = Masks(), str(statement.settlement.policy.per)
    masked = [evolve(each, unit=masks.of(per, each.unit)) for each in found.units]
    return evolve(found, units=tuple(sorted(masked, key=lambda each: (-each.total, each.unit))))


def _view(found: Disclosure, statement: Statement, width: int) -> Iterator[RenderableType]:
    policy = statement.settlement.policy
    who = several(len(found.units), str(policy.per)).replace("familys", "families")
    day = f"as of {statement.as_of}" if statement.as_of else "everything that was reported"
    yield heading(f"{policy.number}: {who} at or above {found.threshold:,}", day)
    if not found.units:
        return
    units = found.units
    name = Column(header=str(policy.per), cells=[each.unit for each in units], text=True)
    amounts = [
        Column(header="paid", cells=[each.paid for each in units]),
        Column(header="pending", cells=[each.pending for each in units]),
        Column(header="total", cells=[each.total for each in units]),
        Column(header="reimbursable", cells=[each.reimbursable for each in units]),
    ]
    words = [
        Column(header="laser", cells=["yes" if each.lasered else "" for each in units], text=True),
        Column(header="diagnosis", cells=["; ".join(each.diagnosis) for each in units], text=True),
        Column(header="tags", cells=["; ".join(each.tags) for each in units], text=True),
    ]
    yield from tables(name, [amounts, words], [Row()] * len(units), width)


def __dir__() -> list[str]:
    return __all__
