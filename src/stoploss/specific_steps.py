"""The steps of specific: one unit's waterfall, and what one payment moved in it.

Source: ``docs/clauses.md``, specific.
"""

from __future__ import annotations

from collections.abc import Iterator

from stoploss.money import cents, dollars
from stoploss.netting import Account
from stoploss.specific import Lines, SpecificRun, Waterfall
from stoploss.specific_sheet import UnitSheet
from stoploss.steps import Derivation, Input, Step, derived

__all__ = ["net_step", "payment_steps", "unit_steps"]

CLAUSES = {
    "retained": "specific-deductible",
    "laser": "specific-laser",
    "aggregating": "aggregating-specific",
    "employer_share": "specific-share",
    "over_maximum": "specific-maximum",
    "reimbursable": "specific-reimbursement",
}
"""The clause behind each of the six lines."""


def unit_steps(run: SpecificRun, sheet: UnitSheet) -> tuple[Step, ...]:
    """
    Return how one unit's sheet came about, from what the plan paid to what is due.

    Args:
        run: Specific as computed.
        sheet: The unit's sheet.
    """
    waterfall = run.waterfall(sheet.unit)
    figures = _unit_figures(run, sheet) | _terms_in_dollars(run, waterfall)
    return tuple(derived(figures, _unit_derivations(run, waterfall)))


def _unit_figures(run: SpecificRun, sheet: UnitSheet) -> dict[str, Input]:
    """Return the lines and subtotals of a unit's sheet."""
    account = run.netted.accounts.get(sheet.unit)
    waterfall = run.waterfall(sheet.unit)
    rows = [payment.cents for payment in account.arrived] if account else []
    total = account.total if account else 0
    absorbed = [amount for amount in run.absorbed.get(sheet.unit, ()) if amount]
    lines = waterfall.lines(total, sum(absorbed))
    excess = waterfall.excess(total)
    within_maximum = total if waterfall.maximum_eligible is None else min(total, waterfall.maximum_eligible)
    in_cents = {
        "gross": sum(amount for amount in rows if amount > 0),
        "voids_and_refunds": sum(amount for amount in rows if amount < 0),
        "over_run_in_limit": sum(account.over_run_in_limit) if account else 0,
        "eligible": total,
        "within_maximum": within_maximum,
        "excess": excess,
        "shared": excess - lines.employer_share,
        "payable": excess - lines.employer_share - lines.aggregating,
        "reimbursed": cents(sheet.reimbursed),
        "due": cents(sheet.due),
        **lines._asdict(),
    }
    figures: dict[str, Input] = {name: dollars(amount) for name, amount in in_cents.items()}
    return figures | {"absorbed": tuple(map(dollars, absorbed))}


def _terms_in_dollars(run: SpecificRun, waterfall: Waterfall) -> dict[str, Input]:
    """Return the terms that a unit's rules read."""
    maximum, laser = run.terms.maximum, waterfall.laser
    terms: dict[str, Input] = {"deductible": run.terms.deductible, "share": run.terms.share}
    if maximum is not None:
        terms["maximum"] = maximum
    if laser is not None:
        terms["laser_deductible"] = dollars(laser)
    return terms


def _unit_derivations(run: SpecificRun, waterfall: Waterfall) -> Iterator[Derivation]:
    """Yield the lines of the terms that the policy has, in the policy's order."""
    yield Derivation("eligible", "gross + voids_and_refunds - over_run_in_limit", "netting", subtotal=True)
    counts = "eligible"
    if waterfall.maximum_eligible is not None:
        counts = "within_maximum"
        yield Derivation("within_maximum", "min(eligible, maximum)", "specific-maximum", subtotal=True)
        yield Derivation("over_maximum", "eligible - within_maximum", "specific-maximum")
    yield Derivation("retained", f"min({counts}, deductible)", "specific-deductible")
    if waterfall.laser is None:
        yield Derivation("laser", f"max({counts} - deductible, 0)", "specific-laser-excluded")
        yield Derivation("excess", "0", "specific-laser-excluded", subtotal=True)
    elif waterfall.laser > waterfall.deductible:
        yield Derivation(
            "laser", f"min(max({counts} - deductible, 0), laser_deductible - deductible)", "specific-laser"
        )
        yield Derivation("excess", f"max({counts} - laser_deductible, 0)", "specific-excess", subtotal=True)
    else:
        yield Derivation("excess", f"max({counts} - deductible, 0)", "specific-excess", subtotal=True)
    yield from _payable_derivations(run, waterfall)
    if waterfall.maximum is None:
        yield Derivation("reimbursable", "payable", "specific-reimbursement")
    else:
        yield Derivation("over_maximum", "max(payable - maximum, 0)", "specific-maximum")
        yield Derivation("reimbursable", "min(payable, maximum)", "specific-reimbursement")
    yield Derivation("due", "reimbursable - reimbursed", "due", subtotal=True)


def _payable_derivations(run: SpecificRun, waterfall: Waterfall) -> Iterator[Derivation]:
    """Yield the ASD and the share, whichever comes first in the policy."""
    coinsured = run.terms.share != 1
    asd = Derivation("aggregating", "sum(absorbed)", "aggregating-specific")
    has_asd = run.terms.aggregating > 0
    if coinsured and waterfall.share_first:
        yield Derivation("shared", "rounded(share * excess)", "specific-share", subtotal=True)
        yield Derivation("employer_share", "excess - shared", "specific-share")
        if has_asd:
            yield asd
        payable = "shared - aggregating" if has_asd else "shared"
        yield Derivation("payable", payable, "specific-reimbursement", subtotal=True)
        return
    if has_asd:
        yield asd
    left = "excess - aggregating" if has_asd else "excess"
    if coinsured:
        yield Derivation("payable", f"rounded(share * ({left}))", "specific-share", subtotal=True)
        yield Derivation("employer_share", f"{left} - payable", "specific-share")
    else:
        yield Derivation("payable", left, "specific-reimbursement", subtotal=True)


def payment_steps(run: SpecificRun, account: Account, position: int) -> tuple[Step, ...]:
    """
    Return what one payment moved in its unit's waterfall: each line after it, less the line before it.

    Args:
        run: Specific as computed.
        account: The unit's account.
        position: The payment's place in it.
    """
    waterfall = run.waterfall(account.unit)
    absorbed = run.absorbed.get(account.unit, [0] * len(account.nets))
    before, after = (sum(account.nets[:end]) for end in (position, position + 1))
    taken_before, taken = sum(absorbed[:position]), absorbed[position]
    lines_before = waterfall.lines(before, taken_before)
    lines_after = waterfall.lines(after, taken_before + taken)
    steps = [
        _step(
            "running_total", after, "before + net", "netting", before=before, net=account.nets[position], subtotal=True
        ),
    ]
    for line in Lines._fields:
        earlier, later = getattr(lines_before, line), getattr(lines_after, line)
        if line == "aggregating" and account.unit in run.absorbed:
            excess = waterfall.absorbable(after) - waterfall.absorbable(before)
            steps.append(_absorption_step(run, account.unit, position, excess))
        elif later != earlier:
            steps.append(_step(line, later - earlier, "after - before", CLAUSES[line], after=later, before=earlier))
    return tuple(steps)


def _absorption_step(run: SpecificRun, unit: str, position: int, excess: int) -> Step:
    """Return what the ASD absorbed of one payment, given the excess of everybody that came before it."""
    return _step(
        "aggregating",
        run.absorbed[unit][position],
        "min(excess_before + excess, asd) - min(excess_before, asd)",
        "aggregating-specific",
        excess_before=run.excess_before[unit][position],
        excess=excess,
        asd=cents(run.terms.aggregating),
    )


def net_step(account: Account, position: int, undone: int) -> Step:
    """
    Return what a payment comes to after netting.

    Args:
        account: Its unit's account.
        position: The payment's place in it.
        undone: Cents (negative) of the rows that name it as what they undo.
    """
    payment = account.payments[position]
    over = account.over_run_in_limit[position] if account.over_run_in_limit else 0
    net = account.nets[position]
    if payment.cents < 0:
        parts = {"taken_from_earlier_payments": net - payment.cents}
    else:
        parts = {
            "undone_by_name": undone,
            "undone_by_later_refunds": net + over - payment.cents - undone,
            "over_run_in_limit": -over,
        }
    moved = {"amount": payment.cents} | {name: amount for name, amount in parts.items() if amount}
    return _step("net", net, " + ".join(moved), "netting", subtotal=True, **moved)


def _step(name: str, figure: int, rule: str, clause: str, /, *, subtotal: bool = False, **inputs: int) -> Step:
    """Make a step from cents."""
    figures: dict[str, Input] = {name: dollars(amount) for name, amount in inputs.items()}
    return Step(line=name, amount=dollars(figure), rule=rule, inputs=figures, clause=clause, subtotal=subtotal)


def __dir__() -> list[str]:
    return __all__
