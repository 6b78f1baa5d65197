"""What became of each payment: the statement's finest grain; all in dollars.

Source: ``docs/clauses.md``, statement.
"""

from __future__ import annotations

from typing import NamedTuple

from stoploss.aggregate import AggregateRun
from stoploss.eligibility import Reason
from stoploss.money import Amount, dollars
from stoploss.specific import NOTHING, Lines, SpecificRun

__all__ = ["AggregatePart", "SpecificPart", "Split", "aggregate_parts", "specific_parts", "split_of"]


class Split(NamedTuple):
    """
    What became of one payment, in dollars; the fields are the columns of the splits file.

    ``retained`` to ``reimbursable`` add up to ``net``.
    The specific fields are ``None`` in a policy without specific, the last three in one without aggregate.
    A named tuple rather than an attrs class because one is made for every payment.
    """

    id: str
    unit: str
    net: Amount | None
    retained: Amount | None
    laser: Amount | None
    aggregating: Amount | None
    employer_share: Amount | None
    over_maximum: Amount | None
    reimbursable: Amount | None
    excluded: Reason | None
    aggregate_net: Amount | None
    counted: Amount | None
    aggregate_excluded: Reason | None

    def __repr__(self) -> str:
        return f"Split(excluded={self.excluded and str(self.excluded)!r})"


class SpecificPart(NamedTuple):
    """What specific made of one payment, in cents."""

    lines: Lines
    excluded: Reason | None


class AggregatePart(NamedTuple):
    """What the aggregate made of one payment, in cents."""

    net: int
    counted: int
    excluded: Reason | None


def specific_parts(run: SpecificRun) -> dict[str, SpecificPart]:
    """Return what specific made of every payment, by id; an excluded one has zeros and its reason."""
    parts = {payment.id: SpecificPart(NOTHING, reason) for reason, payment in run.netted.screened.told()}
    for account in run.netted.accounts.values():
        cut = account.over_run_in_limit or [0] * len(account.nets)
        for payment, lines, over in zip(account.payments, run.split(account), cut, strict=True):
            parts[payment.id] = SpecificPart(lines, Reason.OVER_RUN_IN_LIMIT if over else None)
    return parts


def aggregate_parts(run: AggregateRun) -> dict[str, AggregatePart]:
    """Return what the aggregate made of every payment, by id; an excluded one has zeros and its reason."""
    parts = {payment.id: AggregatePart(0, 0, reason) for reason, payment in run.netted.screened.told()}
    for account in run.netted.accounts.values():
        cut = account.over_run_in_limit or [0] * len(account.nets)
        for payment, net, counts, over in zip(
            account.payments, account.nets, run.counted_of(account), cut, strict=True
        ):
            parts[payment.id] = AggregatePart(net, counts, Reason.OVER_RUN_IN_LIMIT if over else None)
    return parts


def split_of(payment: str, unit: str, specific: SpecificPart | None, aggregate: AggregatePart | None) -> Split:
    """
    Return one payment's split in dollars.

    Args:
        payment: Its id.
        unit: Its unit.
        specific, aggregate: What the covers made of it; ``None`` where the policy has no such cover.
    """
    net = retained = laser = aggregating = employer_share = over_maximum = reimbursable = excluded = None
    aggregate_net = counted = aggregate_excluded = None
    if specific is not None:
        lines, excluded = specific
        net = dollars(sum(lines))
        retained = net if lines.retained == sum(lines) else dollars(lines.retained)
        laser, aggregating, employer_share = map(dollars, lines[1:4])
        over_maximum, reimbursable = map(dollars, lines[4:])
    if aggregate is not None:
        aggregate_net, counted, aggregate_excluded = (
            dollars(aggregate.net),
            dollars(aggregate.counted),
            aggregate.excluded,
        )
    return Split(
        payment,
        unit,
        net,
        retained,
        laser,
        aggregating,
        employer_share,
        over_maximum,
        reimbursable,
        excluded,
        aggregate_net,
        counted,
        aggregate_excluded,
    )


def __dir__() -> list[str]:
    return __all__
