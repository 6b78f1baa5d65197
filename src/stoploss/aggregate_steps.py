"""The steps of the aggregate: the worksheet, line by line.

Source: ``docs/clauses.md``, aggregate.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import assert_never

from stoploss.aggregate import AggregateRun
from stoploss.aggregate_sheet import AggregateSheet
from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import Accommodation, MinimumAttachment
from stoploss.money import ZERO, cents, dollars, exact_dollars
from stoploss.policy import Policy
from stoploss.specific_figures import eligible_figures
from stoploss.specific_steps import eligible_derivation
from stoploss.steps import Derivation, Input, Step, derived
from stoploss.words import AggregateOnTermination, Counting, MaximumKind, MinimumOnTermination, TerminalAttachment

__all__ = ["worksheet_steps"]


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
    amounts = eligible_figures(list(run.netted.accounts.values()), run.netted)
    figures: dict[str, Input] = {name: dollars(amount) for name, amount in amounts.items()}
    yield from derived(figures, (eligible_derivation(amounts),))
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
    rule, reads = _minimum_rule(run.terms.minimum, policy, run)
    if policy.early_termination.minimum is MinimumOnTermination.PRORATED:
        rule += " * months_in_force / policy_months"
        reads |= {"months_in_force": policy.period.months_begun(None), "policy_months": policy.period.months}
    yield Step(
        line="minimum_attachment",
        amount=sheet.minimum_attachment,
        rule=f"rounded({rule})",
        inputs=reads,
        clause="minimum-attachment",
        subtotal=True,
    )


def _minimum_rule(minimum: MinimumAttachment, policy: Policy, run: AggregateRun) -> tuple[str, dict[str, Input]]:
    """Return the rule of the whole minimum, and what it reads."""
    months = tuple(exact_dollars(amount) for amount in run.attachment.exact)
    reads: dict[str, Input] = {}
    parts: list[str] = []
    if minimum.amount is not None:
        parts.append("amount")
        reads["amount"] = minimum.amount
    if minimum.monthly is not None:
        parts.append("monthly * policy_months")
        reads |= {"monthly": minimum.monthly, "policy_months": policy.period.months}
    if minimum.first_month is not None:
        parts.append("first_month * month_1 * policy_months")
        reads |= {
            "first_month": minimum.first_month,
            "month_1": months[0] if months else ZERO,
            "policy_months": policy.period.months,
        }
    if minimum.first_months is not None and months:
        first = months[: minimum.first_months.months]
        parts.append("share_of_first * sum(first_months) * policy_months / months_averaged")
        reads |= {
            "share_of_first": minimum.first_months.share,
            "first_months": first,
            "policy_months": policy.period.months,
            "months_averaged": len(first),
        }
    if not parts:
        return "0", reads
    return (parts[0] if len(parts) == 1 else f"max({', '.join(parts)})"), reads


def _terminal(policy: Policy, run: AggregateRun, sheet: AggregateSheet) -> Iterator[Step]:
    """Yield what terminal liability adds to the attachment point, over the greater of the months and the minimum."""
    rider = policy.terminal_liability
    if rider is None or sheet.terminal_liability is None:
        return
    months = tuple(exact_dollars(amount) for amount in run.attachment.exact)
    reads: dict[str, Input] = {"months": months}
    minimum, base = run.attachment.minimum, "sum(months)"
    if minimum is not None and run.terms.minimum is not None:
        whole, more = _minimum_rule(run.terms.minimum, policy, run)
        kept = ""
        if policy.early_termination.minimum is MinimumOnTermination.PRORATED:
            kept = " * months_in_force / policy_months"
            more |= {"months_in_force": policy.period.months_begun(None), "policy_months": policy.period.months}
        base, reads = f"max(sum(months), {whole}{kept})", reads | more
    match rider.attachment:
        case TerminalAttachment.LAST_MONTHS:
            added = "sum(last_months)"
            reads["last_months"] = months[-(rider.months or 0) :]
        case TerminalAttachment.RATIO:
            added = f"{base} * more_months / policy_months"
            reads |= {"more_months": rider.months or 0, "policy_months": policy.period.months}
        case TerminalAttachment.CORRIDOR:
            added = f"{base} * corridor"
            reads["corridor"] = rider.corridor or ZERO
        case TerminalAttachment.UNCHANGED:
            added = "0"
        case _:
            assert_never(rider.attachment)
    yield Step(
        line="terminal_liability",
        amount=sheet.terminal_liability,
        rule=f"rounded({base} + {added}) - rounded({base})",
        inputs=reads,
        clause="terminal-liability",
        subtotal=True,
    )


def _outcome(policy: Policy, run: AggregateRun, sheet: AggregateSheet) -> Iterator[Step]:
    minimum = sheet.minimum_attachment
    reads: dict[str, Input] = {"calculated_attachment": sheet.calculated_attachment}
    rule = "calculated_attachment"
    if minimum is not None:
        reads["minimum_attachment"] = minimum
        rule = "max(calculated_attachment, minimum_attachment)"
    yield from _terminal(policy, run, sheet)
    if sheet.terminal_liability is not None:
        reads["terminal_liability"] = sheet.terminal_liability
        rule += " + terminal_liability"
    yield Step(
        line="attachment_point",
        amount=sheet.attachment_point,
        rule=rule,
        inputs=reads,
        clause="attachment-point",
        subtotal=True,
    )
    if run.period_ended:
        yield from _reimbursement(policy, run, sheet)
    else:
        yield Step(line="reimbursable", amount=ZERO, rule="0", inputs={}, clause="aggregate-period-end")
    if run.terms.accommodation is not None and not run.period_ended:
        yield from _accommodation(run.terms, run.terms.accommodation, sheet)
        return
    yield Step(
        line="due",
        amount=sheet.due,
        rule="reimbursable - reimbursed",
        inputs={"reimbursable": sheet.reimbursable, "reimbursed": sheet.reimbursed},
        clause="due",
        subtotal=True,
    )


def _accommodation(terms: AggregateTerms, rider: Accommodation, sheet: AggregateSheet) -> Iterator[Step]:
    """Yield what is to be advanced before the period has ended."""
    row = sheet.accommodation
    if row is None:
        yield Step(line="due", amount=sheet.due, rule="0", inputs={}, clause="accommodation", subtotal=True)
        return
    reads: dict[str, Input] = {
        "counted_by_then": row.counted,
        "threshold": row.threshold,
        "share": terms.share,
        "keep": rider.keep,
    }
    excess = "max(counted_by_then - threshold, 0)"
    if terms.maximum is not None:
        reads["maximum"] = terms.maximum
    if terms.maximum is not None and terms.maximum_kind is MaximumKind.CEILING:
        excess = f"min({excess}, max(maximum - threshold, 0))"
    wanted = f"max(rounded(share * {excess}) - keep, 0)"
    if terms.maximum is not None and terms.maximum_kind is MaximumKind.FLAT:
        wanted = f"min({wanted}, maximum)"
    yield Step(line="wanted", amount=row.wanted, rule=wanted, inputs=reads, clause="accommodation", subtotal=True)
    moved = row.wanted - row.advanced
    rule = "wanted - reimbursed"
    reads = {"wanted": row.wanted, "reimbursed": sheet.reimbursed}
    if moved < 0 and sheet.due == 0:
        rule = "max(wanted - reimbursed, 0)"  # what was advanced too much waits for the end
    elif sheet.due != moved:
        rule, reads = "0", {}  # a small request waits
    yield Step(line="due", amount=sheet.due, rule=rule, inputs=reads, clause="accommodation", subtotal=True)


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


def __dir__() -> list[str]:
    return __all__
