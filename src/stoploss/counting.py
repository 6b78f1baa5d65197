"""Counting: which dollars of a unit count toward the aggregate attachment point.

Each payment counts with what it adds to its unit's total up to the *loss limit*, and never with a dollar that specific
reimburses: of a payment that specific lets in, no more counts than the employer keeps of it under specific up to the
deductible or laser, and what specific's limits took of it.
Under ``net_of_specific`` everything counts that specific does not reimburse.

Example: 200,000 paid for one member, specific deductible 50,000: 50,000 count.

Source: TPAC (total claims less any specific claim); see ``docs/clauses.md``, aggregate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from attrs import field, frozen

from stoploss.aggregate_terms import AggregateTerms
from stoploss.layer import above, up_to
from stoploss.money import cents
from stoploss.netting import Account
from stoploss.specific import SpecificRun
from stoploss.waterfall import Lines, Taking
from stoploss.words import Counting, LaserCounts, LaserLossLimit

__all__ = ["LossLimit", "Returned", "UnitCount", "count_of", "counts", "cut_let_in", "loss_limit"]


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
    """What its limits took of the payment."""


class Returned(NamedTuple):
    """What a recovery that was set aside takes off what counts, in cents."""

    never_counted: int
    """What it finds that the employer kept and that had never counted."""
    within: int
    """What it takes off within the loss limit; not above 0."""
    counted: int
    """What it takes off in all; not above 0."""


@frozen(kw_only=True)
class UnitCount:
    """
    What a unit's payments count, in cents, aligned with its account.

    Args:
        within: What of each payment lies within the loss limit.
        counted: What each counts.
        recovered: What each recovery that was set aside takes off.
    """

    within: Sequence[int] = field(repr=False)
    counted: Sequence[int] = field(repr=False)
    recovered: Sequence[Returned] = field(repr=False)

    @property
    def total(self) -> int:
        """All that counts of the unit."""
        return sum(self.counted) + sum(each.counted for each in self.recovered)

    @property
    def total_within(self) -> int:
        """All that lies within its loss limit."""
        return sum(self.within) + sum(each.within for each in self.recovered)


def count_of(terms: AggregateTerms, account: Account, specific: SpecificRun | None) -> UnitCount | None:
    """Return what a unit's payments count; ``None`` where each counts as it was reported."""
    limit = loss_limit(terms, specific, account.unit)
    if _counts_in_full(account, specific, limit):
        return None
    within = _within(account, limit)
    counted = _counted(terms, account, specific, within)
    base = within if terms.counting is Counting.LOSS_LIMIT else counted
    return UnitCount(within=within, counted=counted, recovered=_recovered(terms, account, specific, limit, base))


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


def _under_specific(specific: SpecificRun | None, unit: str) -> dict[str, _UnderSpecific]:
    """Return what specific makes of a unit's payments, by id."""
    own = specific.netted.accounts.get(unit) if specific else None
    if specific is None or own is None:
        return {}
    return {
        payment.id: _UnderSpecific(lines, own.cut(position) if own.cuts else 0)
        for position, (payment, lines) in enumerate(zip(own.payments, specific.split(own), strict=True))
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
    under_specific = _under_specific(specific, account.unit)
    counted: list[int] = []
    for payment, net, within_limit in zip(account.payments, account.nets, within, strict=True):
        seen = under_specific.get(payment.id)
        lines, cut = (seen.lines, seen.cut) if seen else (None, 0)
        let_in = cut_let_in(cut, net, sum(lines)) if lines and cut else 0
        counted.append(counts(terms, net, within_limit, lines, let_in))
    return counted


def _recovered(
    terms: AggregateTerms, account: Account, specific: SpecificRun | None, limit: LossLimit, counted: Sequence[int]
) -> list[Returned]:
    """
    Return what each recovery of an account takes off what counts.

    What goes back to the employer is first of all what it had kept and what had never counted.

    Args:
        terms: The aggregate terms.
        account: The unit's account under the aggregate.
        specific: Specific as computed, which set the recoveries aside.
        limit: The unit's loss limit.
        counted: What each payment counts within that, or net of specific.
    """
    own = specific.netted.accounts.get(account.unit) if specific else None
    if specific is None or own is None or not account.recovered:
        return []
    given = {each.payment.id: lines for each, lines in zip(own.recovered, specific.recovered(own), strict=True)}
    kept = {claim: _kept(terms, seen) for claim, seen in _under_specific(specific, account.unit).items()}
    columns = zip(account.payments, counted, strict=True)
    never_counted = sum(max(0, kept.get(payment.id, 0) - max(0, counts)) for payment, counts in columns)
    returned: list[Returned] = []
    for recovery in account.recovered:
        lines = given[recovery.payment.id]
        back, found = -_keeps(terms, lines), never_counted
        if limit.leaves_out is not None and limit.leaves_out.takes(recovery.payment):
            found = back
        else:
            never_counted = above(never_counted, back)
        off = above(back, found)
        absorbed = lines.aggregating if terms.aggregating_counts else 0
        returned.append(Returned(found, -off, absorbed - off))
    return returned


def _keeps(terms: AggregateTerms, lines: Lines) -> int:
    """Return what the employer keeps under specific of the lines that count: all, or up to the deductible or laser."""
    if terms.counting is Counting.NET_OF_SPECIFIC:
        return sum(lines) - lines.reimbursable
    return lines.retained + lines.laser


def _kept(terms: AggregateTerms, seen: _UnderSpecific) -> int:
    """Return what the employer keeps of a payment, what specific's limits took of it included; never below 0."""
    return max(0, _keeps(terms, seen.lines)) + seen.cut


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
    kept = _kept(terms, _UnderSpecific(lines, cut))
    absorbed = lines.aggregating if terms.aggregating_counts else 0
    return min(within_limit, kept) + absorbed


def __dir__() -> list[str]:
    return __all__
