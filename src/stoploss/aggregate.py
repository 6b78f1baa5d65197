"""Aggregate stop-loss: what the whole group costs above the attachment point.

Each payment counts with what it adds to its unit's total up to the *loss limit*, and never with a dollar that specific
reimburses: of a payment that specific lets in, no more counts than the employer keeps of it under specific up to the
deductible or laser.
Under ``net_of_specific`` everything counts that specific does not reimburse.

What is counted above the attachment point is excess.
The carrier reimburses its share, up to the maximum.
Before the period has ended the aggregate reimburses nothing; its position is in the months.

Example: 200,000 paid for one member, specific deductible 50,000: 50,000 count; over an attachment point of 12,000 that
is an excess of 38,000.

Source: SAFECO LGC 8809 (share, then maximum), Anthem (ceiling: aggregate maximum less the attachment point),
TPAC (total claims less any specific claim); see ``docs/clauses.md``, aggregate.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import cast

from attrs import field, frozen

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment import Attachment
from stoploss.facts import Payment
from stoploss.layer import above, up_to
from stoploss.money import cents, share_of
from stoploss.netting import Account, Netted
from stoploss.policy import Policy
from stoploss.specific import Lines, SpecificRun
from stoploss.words import AggregateOnTermination, Counting, LaserLossLimit, MaximumKind

__all__ = ["AggregateRun", "Outcome", "counts", "loss_limit", "run_aggregate"]


@frozen(kw_only=True)
class Outcome:
    """What the carrier owes under the aggregate, in cents; the last three lines add up to the excess."""

    excess: int
    employer_share: int
    over_maximum: int
    reimbursable: int


@frozen(kw_only=True)
class AggregateRun:
    """
    The aggregate, computed for every payment; all in cents.

    Args:
        terms: The terms that were applied.
        netted: The units' accounts under the aggregate, and what the screen kept out.
        attachment: The attachment point and its months.
        counted: What each payment counts, by unit, aligned with its account; a unit that counts in full is not in it.
        total: Everything that counts.
        over_loss_limit: What lies above the loss limits.
        outcome: What the carrier owes.
        period_ended: Whether the last day in force has come; before it nothing is reimbursed.
    """

    terms: AggregateTerms
    netted: Netted = field(repr=False)
    attachment: Attachment
    counted: Mapping[str, Sequence[int]] = field(repr=False)
    total: int
    over_loss_limit: int
    outcome: Outcome
    period_ended: bool

    def counted_of(self, account: Account) -> Sequence[int]:
        """Return what each payment of an account counts, in order."""
        return self.counted.get(account.unit, account.nets)

    def counted_by_day(self) -> dict[dt.date, int]:
        """Return what counts of the payments of each paid day, as netted today."""
        by_day: defaultdict[dt.date, int] = defaultdict(int)
        for payment in self.netted.screened.eligible:
            by_day[_paid_day(payment)] += payment.cents
        for unit, counted in self.counted.items():
            for payment, counts in zip(self.netted.accounts[unit].payments, counted, strict=True):
                by_day[_paid_day(payment)] += counts - payment.cents
        return by_day


def _paid_day(payment: Payment) -> dt.date:
    """Return the day on which an eligible payment was paid: it has one, or it would be pending."""
    return cast("dt.date", payment.paid_on)


def run_aggregate(
    policy: Policy,
    terms: AggregateTerms,
    netted: Netted,
    specific: SpecificRun | None,
    attachment: Attachment,
    *,
    period_ended: bool,
) -> AggregateRun:
    """
    Count every payment and hold the total against the attachment point.

    Args:
        policy: Says what early termination does to the aggregate.
        terms: The aggregate terms.
        netted: The units' accounts under the aggregate.
        specific: Specific as computed, if the policy has it.
        attachment: The attachment point as it stands.
        period_ended: Whether the last day in force has come; before it nothing is reimbursed.
    """
    counted: dict[str, Sequence[int]] = {}
    over_loss_limit = total = 0
    for unit, account in netted.accounts.items():
        limit = loss_limit(terms, specific, unit)
        if _counts_in_full(account, specific, limit):
            total += account.total
            continue
        counted[unit] = _counted(terms, account, specific, limit)
        total += sum(counted[unit])
        if terms.counting is Counting.LOSS_LIMIT:
            over_loss_limit += account.total - up_to(account.total, limit)
    nothing = Outcome(excess=0, employer_share=0, over_maximum=0, reimbursable=0)
    return AggregateRun(
        terms=terms,
        netted=netted,
        attachment=attachment,
        counted=counted,
        total=total,
        over_loss_limit=over_loss_limit,
        outcome=_outcome(policy, terms, total, attachment.point) if period_ended else nothing,
        period_ended=period_ended,
    )


def loss_limit(terms: AggregateTerms, specific: SpecificRun | None, unit: str) -> int | None:
    """Return the most of a unit that counts, in cents; ``None`` without limit."""
    if terms.counting is Counting.NET_OF_SPECIFIC:
        return None
    if specific is not None and terms.laser_loss_limit is LaserLossLimit.LASER and unit in specific.lasered:
        laser = specific.lasered[unit].laser
        if laser is not None:
            return laser
    if terms.loss_limit is not None:
        return cents(terms.loss_limit)
    return None if specific is None else specific.standard.deductible


@frozen(kw_only=True)
class _UnderSpecific:
    """What specific makes of one payment that it screens in."""

    lines: Lines
    over_run_in_limit: int


def _counts_in_full(account: Account, specific: SpecificRun | None, limit: int | None) -> bool:
    """Say whether an account counts as it was reported: nothing undone, below the limit, all of it left by specific."""
    own = specific.netted.accounts.get(account.unit) if specific else None
    left = specific is None or own is None or (own.plain and specific.only_retains(own))
    return left and account.plain and (limit is None or account.total <= limit)


def _under_specific(specific: SpecificRun | None, unit: str) -> dict[str, _UnderSpecific]:
    """Return what specific makes of a unit's payments, by id."""
    own = specific.netted.accounts.get(unit) if specific else None
    if specific is None or own is None:
        return {}
    over = own.over_run_in_limit or [0] * len(own.nets)
    return {
        payment.id: _UnderSpecific(lines=lines, over_run_in_limit=cut)
        for payment, lines, cut in zip(own.payments, specific.split(own), over, strict=True)
    }


def _counted(terms: AggregateTerms, account: Account, specific: SpecificRun | None, limit: int | None) -> list[int]:
    """Return what each payment of an account counts."""
    under_specific = _under_specific(specific, account.unit)
    counted: list[int] = []
    total = 0
    for payment, net in zip(account.payments, account.nets, strict=True):
        within_limit = up_to(total + net, limit) - up_to(total, limit)
        total += net
        seen = under_specific.get(payment.id)
        lines, over_run_in_limit = (seen.lines, seen.over_run_in_limit) if seen else (None, 0)
        counted.append(counts(terms, net, within_limit, lines, over_run_in_limit))
    return counted


def counts(terms: AggregateTerms, net: int, within_limit: int, lines: Lines | None, over_run_in_limit: int) -> int:
    """
    Return what one payment counts.

    Args:
        terms: The aggregate terms.
        net: The payment after netting under the aggregate.
        within_limit: What of it lies below the loss limit.
        lines: What specific makes of it; ``None`` where specific screens it out.
        over_run_in_limit: What specific's run-in limit cut from it.
    """
    if lines is None or net < 0:
        # Specific screens it out; or it is a negative remainder, which each coverage carries on its own.
        return within_limit
    if terms.counting is Counting.NET_OF_SPECIFIC:
        return max(0, net - lines.reimbursable)
    kept = max(0, lines.retained) + lines.laser + over_run_in_limit
    absorbed = lines.aggregating if terms.aggregating_counts else 0
    return min(within_limit, kept) + absorbed


def _outcome(policy: Policy, terms: AggregateTerms, counted: int, point: int) -> Outcome:
    """Return what the carrier owes for what is counted above the attachment point."""
    excess = above(counted, point)
    share = terms.share.as_integer_ratio()
    maximum = None if terms.maximum is None else cents(terms.maximum)
    payable = share_of(excess, share)
    if policy.period.ended_early and policy.early_termination.aggregate is AggregateOnTermination.NOTHING:
        return Outcome(excess=excess, employer_share=excess - payable, over_maximum=payable, reimbursable=0)
    if terms.maximum_kind is MaximumKind.CEILING and maximum is not None:
        under_ceiling = min(excess, above(maximum, point))
        reimbursable = share_of(under_ceiling, share)
        return Outcome(
            excess=excess,
            employer_share=under_ceiling - reimbursable,
            over_maximum=excess - under_ceiling,
            reimbursable=reimbursable,
        )
    reimbursable = up_to(payable, maximum)
    return Outcome(
        excess=excess,
        employer_share=excess - payable,
        over_maximum=payable - reimbursable,
        reimbursable=reimbursable,
    )


def __dir__() -> list[str]:
    return __all__
