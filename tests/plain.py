"""Objects of the package as plain documents and feed rows: what the oracle reads."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from attrs import fields, has

from stoploss.testing.strategies import World

Table = dict[str, Any]

_RENAMED = {"covered_class": "class", "from_on": "from"}


def plain(value: Any) -> Any:
    """Return an object of the package as a document or a feed would hold it; what is not given is left out."""
    if has(type(value)):
        given = {attribute.name: getattr(value, attribute.name) for attribute in fields(type(value)) if attribute.init}
        return {
            _RENAMED.get(name, name): plain(item) for name, item in given.items() if item is not None and item != ()
        }
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (bool, int, dt.date)):
        return value
    return str(value)


def plain_world(world: World) -> tuple[Table, list[Table], list[Table], list[Table], dt.date | None]:
    """Return what the oracle's ``settle`` takes."""
    return (
        plain(world.policy),
        [plain(payment) for payment in world.payments],
        [plain(units) for units in world.units],
        [plain(payment) for payment in world.carrier_payments],
        world.as_of,
    )
