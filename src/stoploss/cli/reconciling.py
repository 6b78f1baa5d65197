"""``stoploss reconcile``: our statement against the carrier's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from attrs import evolve
from rich.console import RenderableType

from stoploss.cli.carriers_view import carriers_view
from stoploss.cli.inputs import Files, attempt, read_year, settled, together, working
from stoploss.cli.masking import Masks
from stoploss.cli.settling import tell_about
from stoploss.cli.speech import as_json, console, rendered, say, tell, tell_notices
from stoploss.cli.tables import Column, Row, heading, several, table, tables
from stoploss.errors import StopLossError
from stoploss.feeds import located
from stoploss.money import ZERO
from stoploss.reconcile import Discrepancy, KnownTo, Reconciliation, read_carrier_statement, reconcile
from stoploss.reconcile.comparing import most_at_stake_first
from stoploss.statement import Statement

__all__ = ["reconcile_files"]

_SUM = Row(style="bold", line_above=True)
_ONE_SIDED = {KnownTo.US: "not on the carrier's statement", KnownTo.CARRIER: "not on ours"}


def reconcile_files(
    files: Files, carrier_statement: Path, *, as_of: dt.date | None, json: bool, mask_ids: bool
) -> None:
    """
    Settle, and say where the carrier's statement differs.

    Raises:
        FeedError: With the faults of all files; nothing was said then.
    """
    with working(files) as doing:
        doing("reading")
        faults: list[StopLossError] = []
        year = attempt(faults, lambda: read_year(files))
        theirs = attempt(faults, lambda: read_carrier_statement(carrier_statement))
        if year is None or theirs is None:
            raise together(faults)
        doing("settling")
        statement = settled(year, as_of)
        doing("comparing")
        try:
            found = reconcile(statement, theirs.rows)
        except StopLossError as error:
            raise located(error, carrier_statement=theirs.places) from None
        shown = _masked(found, str(year.policy.per)) if mask_ids else found
        if json:
            answer = as_json(shown.to_dict())
        else:
            answer = rendered(_view(statement, shown, carrier_statement.name, console().width))
    tell_about(year)
    tell(theirs.conservation)
    tell_notices((*theirs.notices, *statement.notices, *found.notices))
    say(answer)


def _masked(found: Reconciliation, per: str) -> Reconciliation:
    """Replace the ids of units and claims by pseudonyms, and the order that would give them away."""
    masks = Masks()
    masked = [
        evolve(
            each,
            unit=each.unit if each.unit is None else masks.of(per, each.unit),
            causes=tuple(
                evolve(cause, ids=tuple(sorted(masks.of("claim", id_) for id_ in cause.ids))) for cause in each.causes
            ),
        )
        for each in found.discrepancies
    ]
    return evolve(found, discrepancies=tuple(sorted(masked, key=most_at_stake_first)))


def _view(statement: Statement, found: Reconciliation, name: str, width: int) -> Iterator[RenderableType]:
    policy = statement.settlement.policy
    day = f"as of {statement.as_of}" if statement.as_of else "everything that was reported"
    count = len(found.discrepancies)
    result = (
        f"{several(count, 'row')} {'differs' if count == 1 else 'differ'}, "
        f"{found.agree:,} {'agrees' if found.agree == 1 else 'agree'}"
    )
    yield heading(f"{policy.number}, {policy.carrier} for {policy.policyholder}", f"{day}, against {name}", result)
    if found.discrepancies:
        yield ""
        yield from _table(str(policy.per), found, width)
        yield from _causes(found)
    told = [(_named(each), each.carriers) for each in found.discrepancies]
    about = "what each owes of all that was compared, by our statement, and has paid, by our facts"
    yield from carriers_view(str(policy.per), told, found.carriers, about, width)
    yield ""
    yield _totals(found, policy.currency)


def _table(per: str, found: Reconciliation, width: int) -> Iterator[RenderableType]:
    rows = found.discrepancies
    firsts = [each.first for each in rows]
    looks = [*(Row() for _ in rows), _SUM]
    name = Column(header=per, cells=[*map(_named, rows), "total"], text=True)
    columns = [
        Column(header="first step\nthat differs", cells=[*map(_first, rows), ""], text=True),
        Column(header="\nours", cells=[*(first.ours if first else None for first in firsts), None]),
        Column(header="\ntheirs", cells=[*(first.theirs if first else None for first in firsts), None]),
        Column(header="\nat stake", cells=[*(each.at_stake for each in rows), found.at_stake]),
    ]
    if any(each.underpaid is not None for each in rows):
        columns.append(Column(header="\nunderpaid", cells=[*(each.underpaid for each in rows), None]))
    yield from tables(name, [columns[:3], columns[3:]], looks, width)


def _named(found: Discrepancy) -> str:
    return "the aggregate" if found.unit is None else found.unit


def _first(found: Discrepancy) -> str:
    if found.known_to is not KnownTo.BOTH:
        return _ONE_SIDED[found.known_to]
    return found.first.step.replace("_", " ") if found.first else "none that is stated"


def _causes(found: Reconciliation) -> Iterator[RenderableType]:
    """Yield the slips that would make the carrier's figures, with the claims that they are about."""
    explained = [each for each in found.discrepancies if each.causes]
    if explained:
        yield heading("What would make the carrier's figures")
        for each in explained:
            for cause in each.causes:
                yield f"{_named(each)}: {cause.words}"


def _totals(found: Reconciliation, currency: str) -> RenderableType:
    rows = [
        ("the carrier owes, by our statement", found.ours, Row()),
        ("by the carrier's", ZERO - found.theirs, Row()),
        ("at stake", found.at_stake, _SUM),
    ]
    if found.underpaid is not None and found.overpaid is not None:
        rows += [("underpaid, on all that was compared", found.underpaid, _SUM), ("overpaid", found.overpaid, Row())]
    words = Column(header="", cells=[label for label, _, _ in rows], text=True)
    amounts = Column(header=currency, cells=[f"{amount:,}" for _, amount, _ in rows])
    return table([words, amounts], [look for _, _, look in rows])


def __dir__() -> list[str]:
    return __all__
