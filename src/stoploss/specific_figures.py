"""The figures that the rules of a unit's sheet read: lines, subtotals, and the terms that apply to the unit.

Source: ``docs/clauses.md``, specific.
"""

from __future__ import annotations

from collections.abc import Iterable

from stoploss.eligibility import Reason
from stoploss.inner_maxima import InnerMaximum, payable_under
from stoploss.money import cents, dollars
from stoploss.netting import Account, Netted
from stoploss.passage import Passage
from stoploss.specific import SpecificRun
from stoploss.specific_sheet import UnitSheet
from stoploss.steps import Input
from stoploss.waterfall import NOTHING, Lines, added

__all__ = ["CUTS", "eligible_figures", "unit_figures", "unit_terms"]

CUTS = (Reason.OVER_RUN_IN_LIMIT, Reason.OVER_RUN_OUT_LIMIT, Reason.REDUCED, Reason.OVER_CAP)
"""Why limits take something out of a payment that counts."""


def unit_figures(
    run: SpecificRun, passage: Passage, maxima: Iterable[InnerMaximum], sheet: UnitSheet
) -> dict[str, int]:
    """
    Return the lines of a unit, and the subtotals between them, in cents.

    Args:
        run: Specific as computed.
        passage: The way of the unit's payments through its waterfall.
        maxima: The unit's inner maxima.
        sheet: Its sheet.
    """
    own = eligible_figures([passage.account], run.netted)
    return own | _figures(passage) | _of_maxima(passage, maxima) | _settled(sheet)


def unit_terms(run: SpecificRun, passage: Passage, maxima: Iterable[InnerMaximum]) -> dict[str, Input]:
    """Return the terms that a unit's rules read, and the amounts that make a sum."""
    return _terms(run, passage) | _terms_of_maxima(passage, maxima)


def eligible_figures(accounts: list[Account], netted: Netted) -> dict[str, int]:
    """Return what leads from the plan's payments of some units to what is eligible of them, in cents."""
    rows = [payment.cents for account in accounts for payment in account.arrived]
    rows += [recovery.payment.cents for account in accounts for recovery in account.recovered]
    costs = netted.legal_costs
    ids = (payment.id for account in accounts for payment in account.arrived) if costs else ()
    aside = (recovery.payment.id for account in accounts for recovery in account.recovered) if costs else ()
    figures = {str(reason): sum(sum(account.cuts.get(reason, ())) for account in accounts) for reason in CUTS}
    return figures | {
        "gross": sum(amount for amount in rows if amount > 0),
        "voids_and_refunds": sum(amount for amount in rows if amount < 0),
        "legal_cost": sum(costs.get(claim, 0) for claim in (*ids, *aside)),
        "eligible": sum(account.eligible for account in accounts),
    }


def _figures(passage: Passage) -> dict[str, int]:
    """Return the lines and subtotals of a unit's passage, in cents."""
    account = passage.account
    back = NOTHING.less(added(passage.recovered))
    own_retained, own_laser = map(sum, passage.unshared)
    excess = sum(passage.excess)
    relieved = {f"relieved_by_{name}": sum(amounts) for name, amounts in passage.relieved.items()}
    return {
        "before_recoveries": account.total,
        "recovered": account.total - account.eligible,
        "within_maximum": sum(passage.within),
        "taken": sum(net for net, taken in zip(passage.within, passage.taken, strict=True) if taken),
        "apart": sum(net for net, taken in zip(passage.within, passage.taken, strict=True) if not taken),
        "own_excess": sum(passage.within) - own_retained - own_laser,
        "excess": excess,
        "shared": excess - sum(passage.left),
        "payable": sum(passage.shared),
        "within_inner_maxima": sum(passage.payable),
        **relieved,
        "released_by_pools": sum(passage.excluded),
        **{f"back_from_{line}": amount for line, amount in back._asdict().items()},
    }


def _of_maxima(passage: Passage, maxima: Iterable[InnerMaximum]) -> dict[str, int]:
    """Return what each inner maximum finds payable of a unit, and what it lets the carrier pay of that, in cents."""
    amounts: dict[str, int] = {}
    for maximum in maxima:
        under = sum(payable_under(passage, maximum))
        within = under - sum(passage.over_limits[maximum.number])
        amounts |= {f"under_{maximum.name}": under, f"within_{maximum.name}": within}
    return amounts


def _terms_of_maxima(passage: Passage, maxima: Iterable[InnerMaximum]) -> dict[str, Input]:
    """Return what inner maxima are, and, of one that units share, what it lets be paid of each payment."""
    reads: dict[str, Input] = {}
    for maximum in maxima:
        columns = zip(payable_under(passage, maximum), passage.over_limits[maximum.number], strict=True)
        reads |= {
            maximum.name: maximum.amount,
            f"let_pay_by_{maximum.name}": tuple(dollars(payable - over) for payable, over in columns if payable),
        }
        if maximum.label is not None:
            reads[f"label_of_{maximum.name}"] = maximum.label
        if maximum.used is not None:
            reads[f"used_of_{maximum.name}"] = maximum.used
    return reads


def _settled(sheet: UnitSheet) -> dict[str, int]:
    """Return the lines of a unit's sheet, in cents."""
    names = (*Lines._fields, "reimbursed", "due")
    return {name: cents(getattr(sheet, name)) for name in names}


def _terms(run: SpecificRun, passage: Passage) -> dict[str, Input]:
    """Return the terms that a unit's rules read, and the amounts that make a sum."""
    waterfall, terms, period = passage.waterfall, run.terms, run.policy.period
    reads: dict[str, Input] = {
        "deductible": dollars(waterfall.deductible),
        "whole_deductible": terms.deductible,
        "months_in_force": period.months_begun(None),
        "policy_months": period.months,
        "share": terms.share,
        "absorbed": tuple(dollars(amount) for amount in passage.absorbed if amount),
    }
    optional = {
        "laser_deductible": None if waterfall.laser is None else dollars(waterfall.laser),
        "maximum": None if waterfall.maximum is None else dollars(waterfall.maximum),
        "eligible_maximum": None if waterfall.maximum_eligible is None else dollars(waterfall.maximum_eligible),
        "lifetime_maximum": terms.lifetime_maximum,
        "period_maximum": None if waterfall.maximum_eligible is not None else terms.maximum,
        "used": next((row.reimbursed for row in terms.used if row.unit == passage.account.unit and not row.tag), None),
    }
    reads |= {name: amount for name, amount in optional.items() if amount is not None}
    for number, tier in enumerate(terms.tiers, start=1):
        reads |= {f"above_{number}": tier.above, f"share_{number}": tier.share}
    return reads


def __dir__() -> list[str]:
    return __all__
