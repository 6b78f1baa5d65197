"""The steps of the aggregate: the worksheet line by line, and what one payment counts.

Source: ``docs/clauses.md``, aggregate.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from stoploss.aggregate import AggregateRun, loss_limit
from stoploss.aggregate_sheet import AggregateSheet
from stoploss.eligibility import Reason
from stoploss.money import ZERO, Amount, cents, dollars, exact_dollars
from stoploss.netting import Account
from stoploss.policy import Policy
from stoploss.specific import SpecificRun
from stoploss.splits import Split
from stoploss.steps import Derivation, Input, Step, derived
from stoploss.words import AggregateOnTermination, Counting, MaximumKind, MinimumOnTermination

__all__ = ["counting_steps", "worksheet_steps"]


def worksheet_steps(policy: Policy, run: AggregateRun, sheet: AggregateSheet) -> tuple[Step, ...]:
    """
    Return how the worksheet came about, line by line.

    Args:
        policy: The policy.
        run: The aggregate as computed.
        sheet: The worksheet.
    """
    return (*_counting(run, sheet), *_attachment(policy, run, sheet), *_outcome(policy, run, sheet))


def _counting(run: AggregateRun, sheet: AggregateSheet) -> Iterator[Step]:
    over = sum(cut for account in run.netted.accounts.values() for cut in account.over_run_in_limit)
    yield Step(
        line="eligible",
        amount=sheet.eligible,
        rule="gross + voids_and_refunds - over_run_in_limit",
        inputs={
            "gross": sheet.gross,
            "voids_and_refunds": sheet.voids_and_refunds,
            "over_run_in_limit": dollars(over),
        },
        clause="netting",
        subtotal=True,
    )
    if run.terms.counting is Counting.LOSS_LIMIT:
        within = cents(sheet.eligible) - run.over_loss_limit
        yield Step(
            line="over_loss_limit",
            amount=sheet.over_loss_limit,
            rule="eligible - within_loss_limits",
            inputs={"eligible": sheet.eligible, "within_loss_limits": dollars(within)},
            clause="aggregate-loss-limit",
        )
    yield Step(
        line="reimbursed_by_specific",
        amount=sheet.reimbursed_by_specific,
        rule="eligible - over_loss_limit - counted",
        inputs={"eligible": sheet.eligible, "over_loss_limit": sheet.over_loss_limit, "counted": sheet.counted},
        clause="aggregate-counting",
    )
    to_date = [0, *(cents(month.counted_to_date) for month in sheet.months)]
    by_month = [later - earlier for earlier, later in pairwise(to_date)]
    by_month.append(cents(sheet.counted) - to_date[-1])
    yield Step(
        line="counted",
        amount=sheet.counted,
        rule="sum(counted_by_month)",
        inputs={"counted_by_month": tuple(dollars(amount) for amount in by_month if amount)},
        clause="aggregate-counting",
    )


def _attachment(policy: Policy, run: AggregateRun, sheet: AggregateSheet) -> Iterator[Step]:
    yield Step(
        line="calculated_attachment",
        amount=sheet.calculated_attachment,
        rule="sum(months)",
        inputs={"months": tuple(month.attachment for month in sheet.months)},
        clause="attachment-point",
        subtotal=True,
    )
    if sheet.minimum_attachment is None or run.terms.minimum is None:
        return
    minimum = run.terms.minimum
    reads: dict[str, Input] = {}
    parts: list[str] = []
    if minimum.amount is not None:
        parts.append("amount")
        reads["amount"] = minimum.amount
    if minimum.first_month is not None:
        parts.append("first_month * month_1 * policy_months")
        reads |= {
            "first_month": minimum.first_month,
            "month_1": exact_dollars(run.attachment.first_month),
            "policy_months": policy.period.months,
        }
    rule = parts[0] if len(parts) == 1 else f"max({', '.join(parts)})"
    if policy.early_termination.minimum is MinimumOnTermination.PRORATED:
        rule = f"({rule}) * months_in_force / policy_months"
        reads |= {"months_in_force": policy.period.months_begun(None), "policy_months": policy.period.months}
    yield Step(
        line="minimum_attachment",
        amount=sheet.minimum_attachment,
        rule=f"rounded({rule})",
        inputs=reads,
        clause="minimum-attachment",
        subtotal=True,
    )


def _outcome(policy: Policy, run: AggregateRun, sheet: AggregateSheet) -> Iterator[Step]:
    minimum = sheet.minimum_attachment
    reads: dict[str, Input] = {"calculated_attachment": sheet.calculated_attachment}
    if minimum is not None:
        reads["minimum_attachment"] = minimum
    yield Step(
        line="attachment_point",
        amount=sheet.attachment_point,
        rule="max(calculated_attachment, minimum_attachment)" if minimum is not None else "calculated_attachment",
        inputs=reads,
        clause="attachment-point",
        subtotal=True,
    )
    if run.period_ended:
        yield from _reimbursement(policy, run, sheet)
    else:
        yield Step(line="reimbursable", amount=ZERO, rule="0", inputs={}, clause="aggregate-period-end")
    yield Step(
        line="due",
        amount=sheet.due,
        rule="reimbursable - reimbursed",
        inputs={"reimbursable": sheet.reimbursable, "reimbursed": sheet.reimbursed},
        clause="due",
        subtotal=True,
    )


def _reimbursement(policy: Policy, run: AggregateRun, sheet: AggregateSheet) -> Iterator[Step]:
    """Yield the share and the maximum: three lines that add up to the excess."""
    share, maximum = run.terms.share, run.terms.maximum
    ceiling = run.terms.maximum_kind is MaximumKind.CEILING and maximum is not None
    nothing = policy.period.ended_early and policy.early_termination.aggregate is AggregateOnTermination.NOTHING
    yield Step(
        line="excess",
        amount=sheet.excess,
        rule="max(counted - attachment_point, 0)",
        inputs={"counted": sheet.counted, "attachment_point": sheet.attachment_point},
        clause="aggregate-excess",
        subtotal=True,
    )
    reads: dict[str, Input] = {"excess": sheet.excess, "share": share}
    payable = "rounded(share * excess)"
    employer_share = f"excess - {payable}"
    over_maximum, reimbursable = "0", payable
    clause = "aggregate-maximum"
    if nothing:
        over_maximum, reimbursable, clause = payable, "0", "early-termination"
    elif maximum is not None and ceiling:
        reads |= {"maximum": maximum, "attachment_point": sheet.attachment_point}
        under = "min(excess, max(maximum - attachment_point, 0))"
        reimbursable = f"rounded(share * {under})"
        employer_share, over_maximum = f"{under} - {reimbursable}", f"excess - {under}"
    elif maximum is not None:
        reads["maximum"] = maximum
        over_maximum, reimbursable = f"max({payable} - maximum, 0)", f"min({payable}, maximum)"
    yield from derived(
        reads
        | {
            "employer_share": sheet.employer_share,
            "over_maximum": sheet.over_maximum,
            "reimbursable": sheet.reimbursable,
        },
        (
            Derivation("employer_share", employer_share, "aggregate-share"),
            Derivation("over_maximum", over_maximum, clause),
            Derivation("reimbursable", reimbursable, "aggregate-reimbursement"),
        ),
    )


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
        cut: Cents that specific's run-in limit cut from the payment.
    """
    limit = loss_limit(run.terms, specific, account.unit)
    before, after = (sum(account.nets[:end]) for end in (position, position + 1))
    net, counted = account.nets[position], run.counted_of(account)[position]
    if limit is None:
        within = Step(
            line="within_loss_limit",
            amount=dollars(net),
            rule="net",
            inputs={"net": dollars(net)},
            clause="aggregate-counting",
            subtotal=True,
        )
    else:
        within = Step(
            line="within_loss_limit",
            amount=dollars(min(after, limit) - min(before, limit)),
            rule="min(before + net, loss_limit) - min(before, loss_limit)",
            inputs={"before": dollars(before), "net": dollars(net), "loss_limit": dollars(limit)},
            clause="aggregate-loss-limit",
            subtotal=True,
        )
    rule, reads = _counted_rule(run, split, net, within, dollars(cut))
    return within, Step(line="counted", amount=dollars(counted), rule=rule, inputs=reads, clause="aggregate-counting")


def _counted_rule(run: AggregateRun, split: Split, net: int, within: Step, cut: Amount) -> tuple[str, dict[str, Input]]:
    """Return the rule that counts a payment, given what specific made of it."""
    screened_out = split.net is None or (split.excluded is not None and split.excluded is not Reason.OVER_RUN_IN_LIMIT)
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
        kept += " + cut_by_run_in_limit"
        reads["cut_by_run_in_limit"] = cut
    rule = f"min(within_loss_limit, {kept})"
    if run.terms.aggregating_counts and absorbed:
        rule += " + aggregating"
        reads["aggregating"] = absorbed
    return rule, reads


def __dir__() -> list[str]:
    return __all__
