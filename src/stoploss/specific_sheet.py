"""The specific part of a statement: one sheet a unit, and their sums; all in dollars.

Source: ``docs/clauses.md``, specific.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen

from stoploss.facts import CarrierPayment, Coverage
from stoploss.html import specific_html, unit_html
from stoploss.money import Amount, dollars
from stoploss.sheets import Exclusion, exclusions, to_document
from stoploss.specific import Lines, SpecificRun

__all__ = ["SpecificSheet", "UnitSheet", "specific_sheet"]


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
    """

    unit: str = field(repr=False)
    deductible: Amount | None = field(repr=False)
    excluded: bool = False
    eligible: Amount = field(repr=False)
    retained: Amount = field(repr=False)
    laser: Amount = field(repr=False)
    aggregating: Amount = field(repr=False)
    employer_share: Amount = field(repr=False)
    over_maximum: Amount = field(repr=False)
    reimbursable: Amount = field(repr=False)
    reimbursed: Amount = field(repr=False)
    due: Amount = field(repr=False)

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
    reimbursed: dict[str, int] = {}
    for payment in received:
        if payment.coverage is Coverage.SPECIFIC and payment.member is not None:
            reimbursed[payment.member] = reimbursed.get(payment.member, 0) + payment.cents
    units = sorted(run.netted.accounts.keys() | reimbursed.keys())
    lines = [run.lines(unit) for unit in units]
    total = Lines(*map(sum, zip(*lines, strict=True))) if lines else run.lines("")
    paid = sum(reimbursed.values())
    over = (cut for account in run.netted.accounts.values() for cut in account.over_run_in_limit)
    return SpecificSheet(
        excluded=exclusions(run.netted.screened, over),
        eligible=dollars(sum(total)),
        retained=dollars(total.retained),
        laser=dollars(total.laser),
        aggregating=dollars(total.aggregating),
        employer_share=dollars(total.employer_share),
        over_maximum=dollars(total.over_maximum),
        reimbursable=dollars(total.reimbursable),
        reimbursed=dollars(paid),
        due=dollars(total.reimbursable - paid),
        units=tuple(
            _unit_sheet(run, unit, own, reimbursed.get(unit, 0)) for unit, own in zip(units, lines, strict=True)
        ),
    )


def _unit_sheet(run: SpecificRun, unit: str, lines: Lines, reimbursed: int) -> UnitSheet:
    deductible = run.waterfall(unit).laser
    eligible = dollars(sum(lines))
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
        reimbursed=dollars(reimbursed),
        due=dollars(lines.reimbursable - reimbursed),
    )


def __dir__() -> list[str]:
    return __all__
