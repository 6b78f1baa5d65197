"""The steps of the attachment point: from covered units and factors to what claims are held against.

Source: ``docs/clauses.md``, attachment point.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from stoploss.aggregate import AggregateRun
from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment import monthly_units
from stoploss.attachment_terms import MinimumAttachment
from stoploss.facts import CoveredUnits
from stoploss.money import ZERO, dollars, exact_dollars, rounded
from stoploss.policy import Policy
from stoploss.riders import TerminalLiability
from stoploss.steps import Input, Step
from stoploss.words import MinimumOnTermination, TerminalAttachment

__all__ = ["attachment_steps", "minimum_rule", "month_steps"]


def month_steps(
    policy: Policy, terms: AggregateTerms, units: Sequence[CoveredUnits], as_of: dt.date | None
) -> Iterator[Step]:
    """
    Yield the amount of each policy month: covered units times factors, over what the factors tell apart.

    Args:
        policy, terms: The policy and its aggregate terms.
        units: Covered units.
        as_of: Day of the statement.
    """
    before = Fraction(0)
    for number, rows in enumerate(monthly_units(policy, terms, units, as_of), start=1):
        by_factor: defaultdict[tuple[str, Fraction], int] = defaultdict(int)
        for row, factor in rows:
            by_factor[_covered(row), factor] += row.units
        reads: dict[str, Input] = {"months_before": exact_dollars(before)}
        parts: list[str] = []
        for place, ((covered, factor), count) in enumerate(sorted(by_factor.items()), start=1):
            reads |= {f"covered_{place}": covered, f"units_{place}": count, f"factor_{place}": exact_dollars(factor)}
            parts.append(f"units_{place} * factor_{place}")
        after = before + sum((count * factor for (_, factor), count in by_factor.items()), Fraction(0))
        yield Step(
            line=f"month_{number}",
            amount=dollars(rounded(after) - rounded(before)),
            rule=f"rounded({' + '.join(['months_before', *parts])}) - rounded(months_before)",
            inputs=reads,
            clause="attachment-point",
            subtotal=True,
        )
        before = after


def _covered(row: CoveredUnits) -> str:
    return "/".join(part for part in (row.tier, row.covered_class, row.plan) if part)


def attachment_steps(policy: Policy, run: AggregateRun) -> Iterator[Step]:
    """
    Yield how the attachment point came about.

    Args:
        policy: The policy.
        run: The aggregate as computed.
    """
    attached = run.attachment
    calculated = dollars(attached.calculated)
    yield Step(
        line="calculated_attachment",
        amount=calculated,
        rule="sum(months)",
        inputs={"months": tuple(map(dollars, attached.monthly))},
        clause="attachment-point",
        subtotal=True,
    )
    reads: dict[str, Input] = {"calculated_attachment": calculated}
    rule = "calculated_attachment"
    if attached.minimum is not None and run.terms.minimum is not None:
        whole, more = _kept_minimum(run.terms.minimum, policy, run)
        reads["minimum_attachment"] = least = dollars(attached.minimum)
        yield Step(
            line="minimum_attachment",
            amount=least,
            rule=f"rounded({whole})",
            inputs=more,
            clause="minimum-attachment",
            subtotal=True,
        )
        rule = "max(calculated_attachment, minimum_attachment)"
    if attached.terminal is not None and policy.terminal_liability is not None:
        yield _terminal(policy, policy.terminal_liability, run, attached.terminal)
        reads["terminal_liability"] = dollars(attached.terminal)
        rule += " + terminal_liability"
    yield Step(
        line="attachment_point",
        amount=dollars(attached.point),
        rule=rule,
        inputs=reads,
        clause="attachment-point",
        subtotal=True,
    )


def _kept_minimum(minimum: MinimumAttachment, policy: Policy, run: AggregateRun) -> tuple[str, dict[str, Input]]:
    """Return the rule of the minimum that early termination leaves, and what it reads."""
    rule, reads = minimum_rule(minimum, policy, run.attachment.exact)
    if policy.early_termination.minimum is MinimumOnTermination.PRORATED:
        rule += " * months_in_force / policy_months"
        reads |= {"months_in_force": policy.period.months_begun(None), "policy_months": policy.period.months}
    return rule, reads


def minimum_rule(minimum: MinimumAttachment, policy: Policy, exact: Sequence[Fraction]) -> tuple[str, dict[str, Input]]:
    """
    Return the rule of the whole minimum, and what it reads.

    Args:
        minimum: The term.
        policy: The policy.
        exact: Exact cents of the policy months that have begun.
    """
    months = tuple(exact_dollars(amount) for amount in exact)
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


def _terminal(policy: Policy, rider: TerminalLiability, run: AggregateRun, added_to_it: int) -> Step:
    """Return what terminal liability adds to the attachment point, over the greater of the months and the minimum."""
    months = tuple(exact_dollars(amount) for amount in run.attachment.exact)
    reads: dict[str, Input] = {"months": months}
    base = "sum(months)"
    if run.attachment.minimum is not None and run.terms.minimum is not None:
        whole, more = _kept_minimum(run.terms.minimum, policy, run)
        base, reads = f"max(sum(months), {whole})", reads | more
    in_force = policy.period.months_begun(None)
    if len(months) < in_force:
        rule = "0"  # it adds to the whole, once all months have begun
        reads = {"months_begun": len(months), "months_in_force": in_force}
    else:
        added, beside = _added(rider, base, months, policy)
        rule, reads = f"rounded({base} + {added}) - rounded({base})", reads | beside
    return Step(
        line="terminal_liability",
        amount=dollars(added_to_it),
        rule=rule,
        inputs=reads,
        clause="terminal-liability",
        subtotal=True,
    )


def _added(
    rider: TerminalLiability, base: str, months: tuple[Decimal, ...], policy: Policy
) -> tuple[str, dict[str, Input]]:
    """Return the rule of what is added to the whole, and what it reads beside."""
    match rider.attachment:
        case TerminalAttachment.LAST_MONTHS:
            return "sum(last_months)", {"last_months": months[-(rider.months or 0) :]}
        case TerminalAttachment.RATIO:
            more: dict[str, Input] = {"more_months": rider.months or 0, "policy_months": policy.period.months}
            return f"{base} * more_months / policy_months", more
        case TerminalAttachment.CORRIDOR:
            return f"{base} * corridor", {"corridor": rider.corridor or ZERO}
        case TerminalAttachment.UNCHANGED:
            return "0", {}
        case _:
            assert_never(rider.attachment)


def __dir__() -> list[str]:
    return __all__
