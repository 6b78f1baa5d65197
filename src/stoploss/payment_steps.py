"""The steps of one payment: what it comes to after netting, what it moved in its unit's waterfall, what it counts.

Source: ``docs/clauses.md``, netting, specific and aggregate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stoploss.aggregate import AggregateRun
from stoploss.counting import LossLimit, cut_let_in, loss_limit
from stoploss.eligibility import LIMITS
from stoploss.inner_maxima import inner_maxima, paid_before, payable_under
from stoploss.money import ZERO, Amount, cents, dollars
from stoploss.netting import Account
from stoploss.passage import Passage
from stoploss.specific import SpecificRun
from stoploss.specific_steps import POOL_CLAUSES
from stoploss.splits import Split
from stoploss.steps import Input, Step
from stoploss.waterfall import Lines
from stoploss.words import Counting

__all__ = ["counting_steps", "net_step", "payment_steps", "recovery_counting_steps", "recovery_steps"]

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
        elif line == "over_maximum" and any(over[position] for over in passage.over_limits):
            yield from _over_maxima(run, passage, position, column)
        elif column[position]:
            later = earlier + column[position]
            yield _step(line, column[position], "after - before", CLAUSES[line], after=later, before=earlier)


def _over_maxima(run: SpecificRun, passage: Passage, position: int, column: Sequence[int]) -> Iterator[Step]:
    """Yield what each inner maximum took of the payment, and then the line: with them what the maximum took."""
    taken: dict[str, Input] = {}
    clause = CLAUSES["over_maximum"]
    for maximum in inner_maxima(run, passage.account.unit):
        over = passage.over_limits[maximum.number][position]
        if not over:
            continue
        name, most, clause = maximum.name, maximum.most, maximum.clause
        before = paid_before(run, passage, maximum, position)
        payable = payable_under(passage, maximum)[position]
        reads: dict[str, Input] = {"payable": dollars(payable), "before": dollars(before), name: maximum.amount}
        if maximum.used is not None:
            reads[f"used_of_{name}"] = maximum.used
        if maximum.label is not None:
            reads["label"] = maximum.label
        taken[f"over_{name}"] = dollars(over)
        rule = f"payable - (min(before + payable, {most}) - min(before, {most}))"
        yield Step(line=f"over_{name}", amount=dollars(over), rule=rule, inputs=reads, clause=clause, subtotal=True)
    rest = [amount - sum(over[place] for over in passage.over_limits) for place, amount in enumerate(column)]
    rule = " + ".join(taken)
    if rest[position]:
        earlier = sum(rest[:position])
        rule, clause = f"{rule} + after - before", CLAUSES["over_maximum"]
        taken |= {"after": dollars(earlier + rest[position]), "before": dollars(earlier)}
    yield Step(line="over_maximum", amount=dollars(column[position]), rule=rule, inputs=taken, clause=clause)


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
    cost = -recovery.cents - recovery.payment.cents
    if cost:
        amount = recovery.payment.cents
        net = _step(
            "net", -recovery.cents, "amount + legal_cost", "recoveries", amount=amount, legal_cost=cost, subtotal=True
        )
    else:
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


def counting_steps(
    run: AggregateRun, specific: SpecificRun | None, account: Account, position: int, *, split: Split, cut: int
) -> tuple[Step, ...]:
    """
    Return what one payment counts toward the attachment point.

    Args:
        run: The aggregate as computed.
        specific: Specific as computed, if the policy has it.
        account: The unit's account under the aggregate.
        position: The payment's place in it.
        split: The payment's split.
        cut: Cents that specific's limits took of the payment.
    """
    limit = loss_limit(run.terms, specific, account.unit)
    net, counted = account.nets[position], run.counted_of(account)[position]
    within = _within_step(limit, account, position)
    let_in = cut_let_in(cut, net, cents(split.net or ZERO))
    rule, reads = _counted_rule(run, split, net, within, dollars(let_in))
    return within, Step(line="counted", amount=dollars(counted), rule=rule, inputs=reads, clause="aggregate-counting")


def _within_step(limit: LossLimit, account: Account, position: int) -> Step:
    """Return what of a payment lies within its unit's loss limit."""
    left_out = [limit.leaves_out is not None and limit.leaves_out.takes(payment) for payment in account.payments]
    net = account.nets[position]
    if left_out[position]:
        rule, amount, reads, clause = "0", 0, {}, "laser-counts"
    elif limit.amount is None:
        rule, amount, reads, clause = "net", net, {"net": net}, "aggregate-counting"
    else:
        before = sum(own for own, out in zip(account.nets[:position], left_out, strict=False) if not out)
        rule = "min(before + net, loss_limit) - min(before, loss_limit)"
        amount = min(before + net, limit.amount) - min(before, limit.amount)
        reads, clause = {"before": before, "net": net, "loss_limit": limit.amount}, "aggregate-loss-limit"
    inputs: dict[str, Input] = {name: dollars(cents) for name, cents in reads.items()}
    return Step(
        line="within_loss_limit", amount=dollars(amount), rule=rule, inputs=inputs, clause=clause, subtotal=True
    )


def recovery_counting_steps(run: AggregateRun, unit: str, position: int, split: Split) -> tuple[Step, ...]:
    """
    Return what a recovery that was set aside takes off what counts: less what had never counted.

    Args:
        run: The aggregate as computed.
        unit: Its unit.
        position: Its place among the unit's recoveries.
        split: Its split.
    """
    net_of_specific = run.terms.counting is Counting.NET_OF_SPECIFIC
    lines = ["retained", "laser", *(["aggregating", "employer_share", "over_maximum"] if net_of_specific else [])]
    reads: dict[str, Input] = {line: getattr(split, line) or ZERO for line in lines}
    reads["never_counted"] = dollars(run.counted[unit].recovered[position].never_counted)
    rule = f"-max(-{' - '.join(lines)} - never_counted, 0)"
    if run.terms.aggregating_counts:
        rule, reads["aggregating"] = f"{rule} + aggregating", split.aggregating or ZERO
    return (Step(line="counted", amount=split.counted or ZERO, rule=rule, inputs=reads, clause="recoveries"),)


def _counted_rule(run: AggregateRun, split: Split, net: int, within: Step, cut: Amount) -> tuple[str, dict[str, Input]]:
    """Return the rule that counts a payment, given what specific made of it."""
    screened_out = split.net is None or (split.excluded is not None and split.excluded not in LIMITS)
    if screened_out or net < 0:
        return "within_loss_limit", {"within_loss_limit": within.amount}
    reimbursable, retained, laser, absorbed = (
        part or ZERO for part in (split.reimbursable, split.retained, split.laser, split.aggregating)
    )
    if run.terms.counting is Counting.NET_OF_SPECIFIC:
        return "max(net - reimbursable, 0)", {"net": dollars(net), "reimbursable": reimbursable}
    reads: dict[str, Input] = {"within_loss_limit": within.amount, "retained": max(retained, ZERO), "laser": laser}
    kept = "retained + laser"
    if cut:
        kept += " + cut_by_limits"
        reads["cut_by_limits"] = cut
    rule = f"min(within_loss_limit, {kept})"
    if run.terms.aggregating_counts and absorbed:
        rule += " + aggregating"
        reads["aggregating"] = absorbed
    return rule, reads


def _step(name: str, figure: int, rule: str, clause: str, /, *, subtotal: bool = False, **inputs: int) -> Step:
    """Make a step from cents."""
    figures: dict[str, Input] = {name: dollars(amount) for name, amount in inputs.items()}
    return Step(line=name, amount=dollars(figure), rule=rule, inputs=figures, clause=clause, subtotal=subtotal)


def __dir__() -> list[str]:
    return __all__
