"""The steps of one payment: what it comes to after netting, and what it moved in its unit's waterfall.

Source: ``docs/clauses.md``, netting and specific.
"""

from __future__ import annotations

from collections.abc import Iterator

from stoploss.money import cents, dollars
from stoploss.netting import Account
from stoploss.passage import Passage
from stoploss.specific import SpecificRun
from stoploss.specific_steps import POOL_CLAUSES
from stoploss.steps import Input, Step
from stoploss.waterfall import Lines

__all__ = ["net_step", "payment_steps", "recovery_steps"]

CLAUSES = {
    "retained": "specific-deductible",
    "laser": "specific-laser",
    "aggregating": "aggregating-specific",
    "employer_share": "specific-share",
    "over_maximum": "specific-maximum",
    "reimbursable": "specific-reimbursement",
}
"""The clause behind each of the six lines."""


def payment_steps(run: SpecificRun, account: Account, position: int) -> tuple[Step, ...]:
    """
    Return what one payment moved in its unit's waterfall: each line after it, less the line before it.

    Args:
        run: Specific as computed.
        account: The unit's account.
        position: The payment's place in it.
    """
    passage = run.passage(account.unit)
    before = sum(account.nets[:position])
    net = account.nets[position]
    total = _step("running_total", before + net, "before + net", "netting", before=before, net=net, subtotal=True)
    return (total, *_relief(passage, position), *_moved(run, passage, position))


def _moved(run: SpecificRun, passage: Passage, position: int) -> Iterator[Step]:
    for line in Lines._fields:
        column = [getattr(lines, line) for lines in passage.lines]
        earlier = sum(column[:position])
        if line == "aggregating" and run.terms.aggregating and any(passage.offered):
            yield _step(
                "aggregating",
                passage.absorbed[position],
                "min(excess_before + excess, asd) - min(excess_before, asd)",
                CLAUSES[line],
                excess_before=passage.ran_before[position],
                excess=passage.offered[position],
                asd=cents(run.terms.aggregating),
            )
        elif column[position]:
            later = earlier + column[position]
            yield _step(line, column[position], "after - before", CLAUSES[line], after=later, before=earlier)


def _relief(passage: Passage, position: int) -> Iterator[Step]:
    """Yield what pools made excess of what the payment would have retained, or its laser kept."""
    retained, laser = (column[position] for column in passage.unshared)
    for pool, amounts in passage.relieved.items():
        if amounts[position]:
            would_keep = laser if pool == "fund" else retained
            kept = would_keep - amounts[position]
            yield _step(
                f"relieved_by_{pool}",
                amounts[position],
                "would_keep - keeps",
                POOL_CLAUSES[pool],
                would_keep=would_keep,
                keeps=kept,
                subtotal=True,
            )
            retained = kept if pool != "fund" else retained


def recovery_steps(run: SpecificRun, account: Account, position: int) -> tuple[Step, ...]:
    """Return what a recovery that was set aside gave back, line by line."""
    recovery, lines = account.recovered[position], run.recovered(account)[position]
    returned = (
        _step(line, amount, "-given_back", "recoveries", given_back=-amount)
        for line, amount in lines._asdict().items()
        if amount
    )
    net = _step("net", -recovery.cents, "-recovered", "recoveries", recovered=recovery.cents, subtotal=True)
    return (net, *returned)


def net_step(account: Account, position: int, undone: int, legal_cost: int = 0) -> Step:
    """
    Return what a payment comes to after netting.

    Args:
        account: Its unit's account.
        position: The payment's place in it.
        undone: Cents (negative) of the rows that name it as what they undo.
        legal_cost: Cents of a recovery that undo nothing.
    """
    payment = account.payments[position]
    net = account.nets[position]
    if payment.cents < 0:
        parts = {
            "legal_cost": legal_cost,
            "taken_from_earlier_payments": net - payment.cents - legal_cost,
        }
    else:
        cuts = {str(reason): -amounts[position] for reason, amounts in account.cuts.items()}
        parts = {
            "undone_by_name": undone,
            "undone_by_later_refunds": net - sum(cuts.values()) - payment.cents - undone,
            **cuts,
        }
    moved = {"amount": payment.cents} | {name: amount for name, amount in parts.items() if amount}
    return _step("net", net, " + ".join(moved), "netting", subtotal=True, **moved)


def _step(name: str, figure: int, rule: str, clause: str, /, *, subtotal: bool = False, **inputs: int) -> Step:
    """Make a step from cents."""
    figures: dict[str, Input] = {name: dollars(amount) for name, amount in inputs.items()}
    return Step(line=name, amount=dollars(figure), rule=rule, inputs=figures, clause=clause, subtotal=subtotal)


def __dir__() -> list[str]:
    return __all__
