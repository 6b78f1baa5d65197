"""Several carriers over one another: what each owes, has paid and has yet to pay, unit by unit and in all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType

from stoploss.cli.tables import Column, Row, heading, printable, tables
from stoploss.specific_sheet import LayerSheet

__all__ = ["carriers_view"]

_ALL = "all"


def carriers_view(
    per: str, units: Iterable[tuple[str, tuple[LayerSheet, ...]]], total: tuple[LayerSheet, ...], about: str, width: int
) -> Iterator[RenderableType]:
    """
    Yield the carriers of some units, and of all of them together; nothing where there is only one.

    Args:
        per: What a unit is.
        units: Those to show, each with what it is called; a carrier that has nothing to do with one is left out.
        total: The sums over all units, shown or not.
        about: What the figures are.
        width: Of the terminal.
    """
    if not total:
        return
    own = [(unit, layer) for unit, layers in units for layer in layers if layer.reimbursable or layer.reimbursed]
    rows = [*own, *((_ALL, layer) for layer in total)]
    new = [at > 0 and rows[at - 1][0] != unit for at, (unit, _) in enumerate(rows)]
    yield heading("Carriers", about)
    name = Column(header=per, cells=[unit for unit, _ in rows], text=True)
    carriers = Column(header="carrier", cells=[printable(layer.carrier) for _, layer in rows], text=True)
    columns = [
        Column(header=line, cells=[getattr(layer, line) for _, layer in rows])
        for line in ("reimbursable", "reimbursed", "due")
    ]
    yield from tables(name, [[carriers, *columns]], [Row(line_above=line) for line in new], width)


def __dir__() -> list[str]:
    return __all__
