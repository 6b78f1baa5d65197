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
from typing import NamedTuple, cast

from attrs import field, frozen

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment import Attachment
from stoploss.layer import above, up_to
from stoploss.money import cents, share_of
from stoploss.netting import Account, Netted
from stoploss.policy import Policy
from stoploss.specific import SpecificRun
from stoploss.waterfall import Lines, Taking
from stoploss.words import AggregateOnTermination, Counting, LaserCounts, LaserLossLimit, MaximumKind

__all__ = ["AggregateRun", "LossLimit", "Outcome", "Returned", "counts", "cut_let_in", "loss_limit", "run_aggregate"]


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
        within: What lies within the loss limit of each payment, by unit; a unit that counts in full is not in it.
        counted: What each payment counts, by unit, aligned with its account; a unit that counts in full is not in it.
        recovered: What each recovery that was set aside takes off, likewise.
        total: Everything that counts.
        over_loss_limit: What lies above the loss limits.
        outcome: What the carrier owes.
        period_ended: Whether the last day in force has come; before it nothing is reimbursed.
    """

    terms: AggregateTerms
    netted: Netted = field(repr=False)
    attachment: Attachment
    within: Mapping[str, Sequence[int]] = field(repr=False)
    counted: Mapping[str, Sequence[int]] = field(repr=False)
    recovered: Mapping[str, Sequence[Returned]] = field(repr=False)
    total: int
    over_loss_limit: int
    outcome: Outcome
    period_ended: bool

    def counted_of(self, account: Account) -> Sequence[int]:
        """Return what each payment of an account counts, in order."""
        return self.counted.get(account.unit, account.nets)

    def counted_by_day(self) -> dict[dt.date, int]:
        """Return what counts of the payments of each paid day, as netted today."""
        by_day: defaultdict[dt.date | None, int] = defaultdict(int)
        for unit, account in self.netted.accounts.items():
            if unit not in self.counted:
                for payment in account.arrived:
                    by_day[payment.paid_on] += payment.cents
                continue
            for payment, counts in zip(account.payments, self.counted[unit], strict=True):
                by_day[payment.paid_on] += counts
            for recovery, returned in zip(account.recovered, self.recovered[unit], strict=True):
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
    within: dict[str, Sequence[int]] = {}
    counted: dict[str, Sequence[int]] = {}
    recovered: dict[str, Sequence[Returned]] = {}
    over_loss_limit = total = 0
    for unit, account in netted.accounts.items():
        ceiling = loss_limit(terms, specific, unit)
        if _counts_in_full(account, specific, ceiling):
            total += account.total
            continue
        within[unit] = _within(account, ceiling)
        counted[unit] = _counted(terms, account, specific, within[unit])
        recovered[unit] = _recovered(terms, account, specific, ceiling, within[unit])
        total += sum(counted[unit]) + sum(each.counted for each in recovered[unit])
        if terms.counting is Counting.LOSS_LIMIT:
            given_back = sum(each.within for each in recovered[unit])
            over_loss_limit += account.eligible - sum(within[unit]) - given_back
    nothing = Outcome(excess=0, employer_share=0, over_maximum=0, reimbursable=0)
    return AggregateRun(
        terms=terms,
        netted=netted,
        attachment=attachment,
        within=within,
        counted=counted,
        recovered=recovered,
        total=total,
        over_loss_limit=over_loss_limit,
        outcome=_outcome(policy, terms, total, attachment.point) if period_ended else nothing,
        period_ended=period_ended,
    )


@frozen(kw_only=True)
class LossLimit:
    """
    The most of a unit that counts.

    Args:
        amount: In cents; ``None`` without limit.
        leaves_out: What its laser takes, where nothing of that counts.
    """

    amount: int | None = field(repr=False)
    leaves_out: Taking | None = None


def loss_limit(terms: AggregateTerms, specific: SpecificRun | None, unit: str) -> LossLimit:
    """Return the most of a unit that counts."""
    if terms.counting is Counting.NET_OF_SPECIFIC:
        return LossLimit(amount=None)
    standard = None if specific is None else specific.deductible
    if terms.loss_limit is not None:
        standard = cents(terms.loss_limit)
    waterfall = specific.waterfall(unit) if specific else None
    if waterfall is None or waterfall.taking is None:
        return LossLimit(amount=standard)
    by_policy = LaserCounts.LASER if terms.laser_loss_limit is LaserLossLimit.LASER else LaserCounts.STANDARD
    counts = waterfall.taking.laser.counts or by_policy
    if counts is LaserCounts.NOTHING:
        return LossLimit(amount=standard, leaves_out=waterfall.taking)
    raised = counts is LaserCounts.LASER and waterfall.laser is not None
    return LossLimit(amount=waterfall.laser if raised else standard)


class _UnderSpecific(NamedTuple):
    """What specific makes of one payment that it screens in, in cents."""

    lines: Lines
    cut: int
    """What its limits took of the payment, and the aggregate lets in."""


def _counts_in_full(account: Account, specific: SpecificRun | None, limit: LossLimit) -> bool:
    """Say whether an account counts as it was reported: nothing undone, below the limit, all of it left by specific."""
    own = specific.netted.accounts.get(account.unit) if specific else None
    left = specific is None or own is None or (own.plain and account.unit not in specific.passages)
    below = limit.leaves_out is None and (limit.amount is None or account.total <= limit.amount)
    return left and account.plain and below


def _within(account: Account, limit: LossLimit) -> list[int]:
    """Return what of each payment of an account lies within its loss limit."""
    within: list[int] = []
    total = 0
    for payment, net in zip(account.payments, account.nets, strict=True):
        if limit.leaves_out is not None and limit.leaves_out.takes(payment):
            within.append(0)
            continue
        within.append(up_to(total + net, limit.amount) - up_to(total, limit.amount))
        total += net
    return within


def _under_specific(specific: SpecificRun | None, account: Account) -> dict[str, _UnderSpecific]:
    """Return what specific makes of a unit's payments, by id, given the unit's account under the aggregate."""
    own = specific.netted.accounts.get(account.unit) if specific else None
    if specific is None or own is None:
        return {}
    seen = enumerate(zip(own.payments, specific.split(own), strict=True))
    if not own.cuts:
        return {payment.id: _UnderSpecific(lines, 0) for _, (payment, lines) in seen}
    nets = {payment.id: net for payment, net in zip(account.payments, account.nets, strict=True)}
    return {
        payment.id: _UnderSpecific(lines, cut_let_in(own.cut(position), nets.get(payment.id, 0), sum(lines)))
        for position, (payment, lines) in seen
    }


def cut_let_in(cut: int, net: int, under_specific: int) -> int:
    """
    Return what specific's limits took of a payment, and the aggregate lets in: it may have cut the same dollars.

    Args:
        cut: What they took of it.
        net: What the payment comes to under the aggregate.
        under_specific: What it comes to under specific.

    Of a payment of 100 both covers let in 60: nothing that specific cut can count.

    >>> cut_let_in(40, 60, 60), cut_let_in(40, 100, 60)
    (0, 40)
    """
    return min(cut, above(net, under_specific))


def _counted(terms: AggregateTerms, account: Account, specific: SpecificRun | None, within: Sequence[int]) -> list[int]:
    """Return what each payment of an account counts."""
    under_specific = _under_specific(specific, account)
    counted: list[int] = []
    for payment, net, within_limit in zip(account.payments, account.nets, within, strict=True):
        seen = under_specific.get(payment.id)
        lines, cut = (seen.lines, seen.cut) if seen else (None, 0)
        counted.append(counts(terms, net, within_limit, lines, cut))
    return counted


class Returned(NamedTuple):
    """What a recovery that was set aside takes off what counts, in cents."""

    never_counted: int
    """What it finds that the employer kept and that had never counted."""
    within: int
    """What it takes off within the loss limit; not above 0."""
    counted: int
    """What it takes off in all; not above 0."""


def _recovered(
    terms: AggregateTerms, account: Account, specific: SpecificRun | None, limit: LossLimit, within: Sequence[int]
) -> list[Returned]:
    """
    Return what each recovery of an account takes off what counts.

    What goes back to the employer is first of all what it had kept and what had never counted.
    """
    own = specific.netted.accounts.get(account.unit) if specific else None
    if specific is None or own is None or not account.recovered:
        return []
    lines = {each.payment.id: given for each, given in zip(own.recovered, specific.recovered(own), strict=True)}
    kept = {claim: _kept(seen) for claim, seen in _under_specific(specific, account).items()}
    columns = zip(account.payments, within, strict=True)
    never_counted = sum(max(0, kept.get(payment.id, 0) - max(0, counts)) for payment, counts in columns)
    returned: list[Returned] = []
    for recovery in account.recovered:
        given = lines[recovery.payment.id]
        if terms.counting is Counting.NET_OF_SPECIFIC:
            returned.append(Returned(0, -recovery.cents, sum(given) - given.reimbursable))
            continue
        back, found = -given.retained - given.laser, never_counted
        if limit.leaves_out is not None and limit.leaves_out.takes(recovery.payment):
            found = back
        else:
            never_counted = above(never_counted, back)
        off = above(back, found)
        returned.append(Returned(found, -off, (given.aggregating if terms.aggregating_counts else 0) - off))
    return returned


def _kept(seen: _UnderSpecific) -> int:
    """Return what the employer keeps of a payment under specific, up to the deductible or laser and over limits."""
    return max(0, seen.lines.retained) + seen.lines.laser + seen.cut


def counts(terms: AggregateTerms, net: int, within_limit: int, lines: Lines | None, cut: int) -> int:
    """
    Return what one payment counts.

    Args:
        terms: The aggregate terms.
        net: The payment after netting under the aggregate.
        within_limit: What of it lies below the loss limit.
        lines: What specific makes of it; ``None`` where specific screens it out.
        cut: What specific's limits took of it and the aggregate lets in.
    """
    if lines is None or net < 0:
        # Specific screens it out; or it is a negative remainder, which each coverage carries on its own.
        return within_limit
    if terms.counting is Counting.NET_OF_SPECIFIC:
        return max(0, net - lines.reimbursable)
    kept = _kept(_UnderSpecific(lines, cut))
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
