"""The specific part of a statement: one sheet a unit, and their sums; all in dollars.

Source: ``docs/clauses.md``, specific.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import field, frozen

from stoploss.facts import CarrierPayment, Coverage
from stoploss.html import specific_html, unit_html
from stoploss.inner_terms import CarrierLayer
from stoploss.layer import above
from stoploss.money import Amount, cents, dollars
from stoploss.sheets import RIDER, Exclusion, exclusions, to_document
from stoploss.specific import SpecificRun
from stoploss.waterfall import Lines, added

__all__ = ["LayerSheet", "SpecificSheet", "UnitSheet", "specific_sheet"]


@frozen(kw_only=True)
class LayerSheet:
    """
    What one of several carriers over one another owes.

    Args:
        carrier: Its name.
        reimbursable: What it owes.
        reimbursed: What it has paid.
        due: ``reimbursable - reimbursed``.
    """

    carrier: str
    reimbursable: Amount = field(repr=False)
    reimbursed: Amount = field(repr=False)
    due: Amount = field(repr=False)


@frozen(kw_only=True)
class UnitSheet:
    """
    One unit's specific sheet: ``retained`` to ``reimbursable`` add up to ``eligible``.

    Args:
        unit: The member's id, or the family's where the deductible is per family.
        deductible: The one applied, the laser if there is one; ``None`` for an excluded unit.
        excluded: Whether the unit is excluded from specific.
        eligible: What counts after netting.
        retained, laser, aggregating, employer_share, over_maximum: The employer's lines.
        reimbursable: What the carrier owes.
        reimbursed: What the carrier has paid.
        due: ``reimbursable - reimbursed``; negative is due to the carrier.
        layers: The same by carrier, where there are several over one another.
    """

    unit: str = field(repr=False)
    deductible: Amount | None = field(repr=False)
    excluded: bool = field(default=False, metadata={RIDER: True})
    eligible: Amount = field(repr=False)
    retained: Amount = field(repr=False)
    laser: Amount = field(repr=False)
    aggregating: Amount = field(repr=False)
    employer_share: Amount = field(repr=False)
    over_maximum: Amount = field(repr=False)
    reimbursable: Amount = field(repr=False)
    reimbursed: Amount = field(repr=False)
    due: Amount = field(repr=False)
    layers: tuple[LayerSheet, ...] = field(default=(), repr=False, metadata={RIDER: True})

    def _repr_html_(self) -> str:
        return unit_html(to_document(self))


@frozen(kw_only=True)
class SpecificSheet:
    """Specific as a whole: the sums of the units' sheets, and what was excluded."""

    excluded: tuple[Exclusion, ...]
    eligible: Amount
    retained: Amount
    laser: Amount
    aggregating: Amount
    employer_share: Amount
    over_maximum: Amount
    reimbursable: Amount
    reimbursed: Amount
    due: Amount
    layers: tuple[LayerSheet, ...] = field(default=(), metadata={RIDER: True})
    units: tuple[UnitSheet, ...]
    """Sorted by id; every unit with an eligible row or a carrier payment."""

    def __repr__(self) -> str:
        return f"SpecificSheet({len(self.units)} units)"

    def _repr_html_(self) -> str:
        return specific_html(to_document(self))


def specific_sheet(run: SpecificRun, received: Iterable[CarrierPayment]) -> SpecificSheet:
    """
    Draw up the sheets of specific.

    Args:
        run: Specific as computed.
        received: What the carrier has paid by the day of the statement, under either coverage.
    """
    reimbursed: dict[str, dict[str | None, int]] = {}
    for payment in received:
        if payment.coverage is Coverage.SPECIFIC and payment.member is not None:
            by_carrier = reimbursed.setdefault(payment.member, {})
            by_carrier[payment.carrier] = by_carrier.get(payment.carrier, 0) + payment.cents
    units = sorted(run.netted.accounts.keys() | reimbursed.keys())
    lines = {unit: run.lines(unit) for unit in units}
    sheets = tuple(_unit_sheet(run, unit, lines[unit], reimbursed.get(unit, {})) for unit in units)
    total = added(lines.values())
    paid = sum(sum(by_carrier.values()) for by_carrier in reimbursed.values())
    return SpecificSheet(
        excluded=exclusions(run.netted),
        eligible=dollars(sum(total)),
        retained=dollars(total.retained),
        laser=dollars(total.laser),
        aggregating=dollars(total.aggregating),
        employer_share=dollars(total.employer_share),
        over_maximum=dollars(total.over_maximum),
        reimbursable=dollars(total.reimbursable),
        reimbursed=dollars(paid),
        due=dollars(total.reimbursable - paid),
        layers=_all_layers(run.terms.layers, sheets),
        units=sheets,
    )


def _unit_sheet(run: SpecificRun, unit: str, lines: Lines, reimbursed: Mapping[str | None, int]) -> UnitSheet:
    deductible = run.waterfall(unit).applied
    eligible = dollars(sum(lines))
    paid = sum(reimbursed.values())
    return UnitSheet(
        unit=unit,
        deductible=None if deductible is None else dollars(deductible),
        excluded=deductible is None,
        eligible=eligible,
        retained=eligible if lines.retained == sum(lines) else dollars(lines.retained),
        laser=dollars(lines.laser),
        aggregating=dollars(lines.aggregating),
        employer_share=dollars(lines.employer_share),
        over_maximum=dollars(lines.over_maximum),
        reimbursable=dollars(lines.reimbursable),
        reimbursed=dollars(paid),
        due=dollars(lines.reimbursable - paid),
        layers=tuple(_layers(run.terms.layers, lines.reimbursable, reimbursed)),
    )


def _layers(
    layers: tuple[CarrierLayer, ...], reimbursable: int, reimbursed: Mapping[str | None, int]
) -> Iterator[LayerSheet]:
    """Yield what each carrier owes of a unit: up to its limit, above what those below it reimburse."""
    attachment = 0
    for layer in layers:
        limit = None if layer.limit is None else cents(layer.limit)
        owes, paid = above(reimbursable, attachment, limit), reimbursed.get(layer.carrier, 0)
        yield LayerSheet(
            carrier=layer.carrier, reimbursable=dollars(owes), reimbursed=dollars(paid), due=dollars(owes - paid)
        )
        attachment += limit or 0


def _all_layers(layers: tuple[CarrierLayer, ...], units: Iterable[UnitSheet]) -> tuple[LayerSheet, ...]:
    """Return what each carrier owes of all units."""
    own = [[unit.layers[position] for unit in units] for position in range(len(layers))]
    return tuple(
        LayerSheet(
            carrier=layer.carrier,
            reimbursable=dollars(sum(cents(sheet.reimbursable) for sheet in sheets)),
            reimbursed=dollars(sum(cents(sheet.reimbursed) for sheet in sheets)),
            due=dollars(sum(cents(sheet.due) for sheet in sheets)),
        )
        for layer, sheets in zip(layers, own, strict=True)
    )


def __dir__() -> list[str]:
    return __all__
