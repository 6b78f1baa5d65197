"""What became of each payment: the statement's finest grain; all in dollars.

Source: ``docs/clauses.md``, statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from stoploss.aggregate import AggregateRun
from stoploss.eligibility import Reason
from stoploss.facts import Payment
from stoploss.money import ZERO, Amount, dollars
from stoploss.specific import NOTHING, Lines, SpecificRun

__all__ = ["AggregatePart", "SpecificPart", "Split", "split_of", "splits_of_unit"]


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


_FIVE_ZEROS = (ZERO, ZERO, ZERO, ZERO, ZERO)


class SpecificPart(NamedTuple):
    """What specific made of one payment, in cents."""

    lines: Lines
    excluded: Reason | None

    def __repr__(self) -> str:
        return f"SpecificPart(excluded={self.excluded and str(self.excluded)!r})"


class AggregatePart(NamedTuple):
    """What the aggregate made of one payment, in cents."""

    net: int
    counted: int
    excluded: Reason | None

    def __repr__(self) -> str:
        return f"AggregatePart(excluded={self.excluded and str(self.excluded)!r})"


def splits_of_unit(
    unit: str,
    payments: Iterable[Payment],
    specific: SpecificRun | None,
    aggregate: AggregateRun | None,
    excluded: Mapping[str, tuple[Reason | None, Reason | None]],
) -> Iterator[Split]:
    """
    Yield the splits of one unit's payments.

    Args:
        unit: The member or family.
        payments: Its payments, eligible or not.
        specific, aggregate: The covers as computed; ``None`` where the policy has no such cover.
        excluded: Why specific and the aggregate screened a payment out, by id.
    """
    under_specific = dict(_specific_parts(specific, unit)) if specific else {}
    under_aggregate = dict(_aggregate_parts(aggregate, unit)) if aggregate else {}
    for payment in payments:
        by_specific, by_aggregate = excluded.get(payment.id, (None, None))
        yield split_of(
            payment.id,
            unit,
            under_specific.get(payment.id, SpecificPart(NOTHING, by_specific)) if specific else None,
            under_aggregate.get(payment.id, AggregatePart(0, 0, by_aggregate)) if aggregate else None,
        )


def _specific_parts(run: SpecificRun, unit: str) -> Iterator[tuple[str, SpecificPart]]:
    """Yield what specific made of each eligible payment of a unit, by id."""
    account = run.netted.accounts.get(unit)
    if account is not None:
        cut = account.over_run_in_limit or [0] * len(account.nets)
        for payment, lines, over in zip(account.payments, run.split(account), cut, strict=True):
            yield payment.id, SpecificPart(lines, Reason.OVER_RUN_IN_LIMIT if over else None)


def _aggregate_parts(run: AggregateRun, unit: str) -> Iterator[tuple[str, AggregatePart]]:
    """Yield what the aggregate made of each eligible payment of a unit, by id."""
    account = run.netted.accounts.get(unit)
    if account is not None:
        cut = account.over_run_in_limit or [0] * len(account.nets)
        counted = run.counted_of(account)
        for payment, net, counts, over in zip(account.payments, account.nets, counted, cut, strict=True):
            yield payment.id, AggregatePart(net, counts, Reason.OVER_RUN_IN_LIMIT if over else None)


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
        cents = sum(lines)
        net = dollars(cents)
        if lines.retained == cents and not (lines.laser or lines.aggregating or lines.reimbursable):
            # Nearly every payment is simply retained; the other lines cannot be negative, so they are all zero.
            retained, laser, aggregating, employer_share, over_maximum, reimbursable = net, *_FIVE_ZEROS
        else:
            retained, laser, aggregating, employer_share, over_maximum, reimbursable = map(dollars, lines)
    if aggregate is not None:
        aggregate_cents, counted_cents, aggregate_excluded = aggregate
        aggregate_net = dollars(aggregate_cents)
        counted = aggregate_net if counted_cents == aggregate_cents else dollars(counted_cents)
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
