"""The steps of the aggregate: the worksheet, line by line.

Source: ``docs/clauses.md``, aggregate.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from stoploss.aggregate import AggregateRun
from stoploss.aggregate_sheet import AccommodationRow, AggregateSheet
from stoploss.attachment_steps import attachment_steps, minimum_rule
from stoploss.attachment_terms import Accommodation
from stoploss.money import ZERO, Amount, cents, dollars, exact_dollars
from stoploss.policy import Policy
from stoploss.specific_figures import eligible_figures
from stoploss.specific_steps import eligible_derivation
from stoploss.steps import Derivation, Input, Step, derived
from stoploss.words import AggregateOnTermination, Counting, MaximumKind, MinimumInAccommodation

__all__ = ["worksheet_steps"]


def worksheet_steps(policy: Policy, run: AggregateRun, sheet: AggregateSheet) -> tuple[Step, ...]:
    """
    Return how the worksheet came about, line by line.

    Args:
        policy: The policy.
        run: The aggregate as computed.
        sheet: The worksheet.
    """
    return (*_counting(run, sheet), *attachment_steps(policy, run), *_outcome(policy, run, sheet))


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


def _outcome(policy: Policy, run: AggregateRun, sheet: AggregateSheet) -> Iterator[Step]:
    if run.period_ended:
        yield from _reimbursement(policy, run, sheet)
    else:
        yield Step(line="reimbursable", amount=ZERO, rule="0", inputs={}, clause="aggregate-period-end")
    if run.terms.accommodation is not None and not run.period_ended:
        yield from _accommodation(policy, run, run.terms.accommodation, sheet)
        return
    yield Step(
        line="due",
        amount=sheet.due,
        rule="reimbursable - reimbursed",
        inputs={"reimbursable": sheet.reimbursable, "reimbursed": sheet.reimbursed},
        clause="due",
        subtotal=True,
    )


def _accommodation(policy: Policy, run: AggregateRun, rider: Accommodation, sheet: AggregateSheet) -> Iterator[Step]:
    """Yield what is to be advanced before the period has ended."""
    row, terms = sheet.accommodation, run.terms
    if row is None:
        reads: dict[str, Input] = {"first_month_ends": policy.period.end_of_month(1)}
        yield Step(line="due", amount=sheet.due, rule="0", inputs=reads, clause="accommodation", subtotal=True)
        return
    month = max(number for number, month in enumerate(sheet.months, start=1) if month.accommodation is not None)
    yield _threshold(policy, run, rider, month, row.threshold)
    reads = {
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
    yield _due_by_then(row, rider, sheet)


def _threshold(policy: Policy, run: AggregateRun, rider: Accommodation, month: int, threshold: Amount) -> Step:
    """Return what counts is held against at a month's end: the months, or by months the minimum if that is greater."""
    exact = run.attachment.exact[:month]
    reads: dict[str, Input] = {"months_to_date": tuple(exact_dollars(amount) for amount in exact)}
    rule = "sum(months_to_date)"
    minimum = run.terms.minimum
    by_months = rider.minimum is MinimumInAccommodation.PRORATED and run.attachment.minimum is not None
    if minimum is not None and by_months:
        whole, more = minimum_rule(minimum, policy, exact)
        rule = f"max({rule}, {whole} * months_ended / policy_months)"
        reads |= more | {"months_ended": month, "policy_months": policy.period.months}
    return Step(
        line="threshold",
        amount=threshold,
        rule=f"rounded({rule})",
        inputs=reads,
        clause="accommodation",
        subtotal=True,
    )


def _due_by_then(row: AccommodationRow, rider: Accommodation, sheet: AggregateSheet) -> Step:
    """Return what is to be advanced; what waits is beside it with what makes it wait."""
    moved = row.wanted - row.advanced
    reads: dict[str, Input] = {"wanted": row.wanted, "reimbursed": sheet.reimbursed}
    rule = "wanted - reimbursed"
    if moved < 0 and sheet.due == 0:
        rule, reads["repay"] = f"max({rule}, 0)", str(rider.repay)
    elif sheet.due != moved:
        rule, more = f"{rule} - waits", {"waits": moved, "smallest": rider.smallest}
        reads |= more
    return Step(line="due", amount=sheet.due, rule=rule, inputs=reads, clause="accommodation", subtotal=True)


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
