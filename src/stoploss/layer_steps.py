"""The steps of carriers over one another: what each owes of a unit, and what is due from it.

Source: ``docs/clauses.md``, layers.
"""

from __future__ import annotations

from collections.abc import Iterator

from stoploss.inner_terms import CarrierLayer
from stoploss.money import ZERO
from stoploss.specific_sheet import UnitSheet
from stoploss.steps import Input, Step

__all__ = ["layer_steps"]


def layer_steps(layers: tuple[CarrierLayer, ...], sheet: UnitSheet) -> Iterator[Step]:
    """
    Yield, of each carrier, what it owes of a unit and what is due from it, or (negative) back to it.

    Args:
        layers: The carriers over one another, from the bottom.
        sheet: The unit's sheet.
    """
    below = ZERO
    for number, (layer, owed) in enumerate(zip(layers, sheet.layers, strict=True), start=1):
        line, rule = f"layer_{number}", "max(reimbursable - below, 0)"
        reads: dict[str, Input] = {"carrier": layer.carrier, "reimbursable": sheet.reimbursable, "below": below}
        if layer.limit is not None:
            rule, reads["limit"] = f"min({rule}, limit)", layer.limit
            below += layer.limit
        yield Step(line=line, amount=owed.reimbursable, rule=rule, inputs=reads, clause="layers", subtotal=True)
        yield Step(
            line=f"{line}_due",
            amount=owed.due,
            rule=f"{line} - paid_by_it",
            inputs={"carrier": layer.carrier, line: owed.reimbursable, "paid_by_it": owed.reimbursed},
            clause="due",
            subtotal=True,
        )


def __dir__() -> list[str]:
    return __all__
