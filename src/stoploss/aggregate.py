"""Aggregate stop-loss: what the whole group costs above the attachment point.

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
from stoploss.counting import UnitCount, count_of
from stoploss.layer import above, up_to
from stoploss.money import cents, share_of
from stoploss.netting import Account, Netted
from stoploss.policy import Policy
from stoploss.specific import SpecificRun
from stoploss.words import AggregateOnTermination, Counting, MaximumKind

__all__ = ["AggregateRun", "Outcome", "run_aggregate"]


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
        counted: What each payment counts, by unit; a unit that counts in full is not in it.
        total: Everything that counts.
        over_loss_limit: What lies above the loss limits.
        outcome: What the carrier owes.
        period_ended: Whether the last day in force has come; before it nothing is reimbursed.
    """

    terms: AggregateTerms
    netted: Netted = field(repr=False)
    attachment: Attachment
    counted: Mapping[str, UnitCount] = field(repr=False)
    total: int
    over_loss_limit: int
    outcome: Outcome
    period_ended: bool

    def counted_of(self, account: Account) -> Sequence[int]:
        """Return what each payment of an account counts, in order."""
        own = self.counted.get(account.unit)
        return own.counted if own else account.nets

    def counted_by_day(self) -> dict[dt.date, int]:
        """Return what counts of the payments of each paid day, as netted today."""
        by_day: defaultdict[dt.date | None, int] = defaultdict(int)
        for unit, account in self.netted.accounts.items():
            own = self.counted.get(unit)
            if own is None:
                for payment in account.arrived:
                    by_day[payment.paid_on] += payment.cents
                continue
            for payment, counts in zip(account.payments, own.counted, strict=True):
                by_day[payment.paid_on] += counts
            for recovery, returned in zip(account.recovered, own.recovered, strict=True):
                by_day[recovery.payment.paid_on] += returned.counted
        # An eligible payment has a paid day, or it would be pending.
        return cast("dict[dt.date, int]", by_day)


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
    counted: dict[str, UnitCount] = {}
    over_loss_limit = total = 0
    for unit, account in netted.accounts.items():
        own = count_of(terms, account, specific)
        if own is None:
            total += account.total
            continue
        counted[unit] = own
        total += own.total
        if terms.counting is Counting.LOSS_LIMIT:
            over_loss_limit += account.eligible - own.total_within
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
