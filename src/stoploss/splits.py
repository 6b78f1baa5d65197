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
from stoploss.netting import Account
from stoploss.specific import SpecificRun
from stoploss.waterfall import NOTHING, Lines

__all__ = ["AggregatePart", "Parts", "SpecificPart", "Split", "parts_of_unit", "split_of"]


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


class Parts(NamedTuple):
    """
    What the covers made of one payment, in cents.

    ``specific`` or ``aggregate`` is ``None`` where the policy has no such cover.
    """

    payment: str
    unit: str
    specific: SpecificPart | None
    aggregate: AggregatePart | None

    def __repr__(self) -> str:
        return f"Parts(specific={self.specific}, aggregate={self.aggregate})"


def parts_of_unit(
    unit: str,
    payments: Iterable[Payment],
    specific: SpecificRun | None,
    aggregate: AggregateRun | None,
    excluded: Mapping[str, tuple[Reason | None, Reason | None]],
) -> Iterator[Parts]:
    """
    Yield what the covers made of each of one unit's payments.

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
        yield Parts(
            payment.id,
            unit,
            under_specific.get(payment.id, SpecificPart(NOTHING, by_specific)) if specific else None,
            under_aggregate.get(payment.id, AggregatePart(0, 0, by_aggregate)) if aggregate else None,
        )


def _specific_parts(run: SpecificRun, unit: str) -> Iterator[tuple[str, SpecificPart]]:
    """Yield what specific made of each eligible payment of a unit, by id."""
    account = run.netted.accounts.get(unit)
    if account is None:
        return
    for position, (payment, lines) in enumerate(zip(account.payments, run.split(account), strict=True)):
        yield payment.id, SpecificPart(lines, _taken_of(account, position, payment, run.netted.legal_costs))
    for recovery, lines in zip(account.recovered, run.recovered(account), strict=True):
        yield recovery.payment.id, SpecificPart(lines, _legal_cost(recovery.payment, run.netted.legal_costs))


def _aggregate_parts(run: AggregateRun, unit: str) -> Iterator[tuple[str, AggregatePart]]:
    """Yield what the aggregate made of each eligible payment of a unit, by id."""
    account = run.netted.accounts.get(unit)
    if account is None:
        return
    columns = zip(account.payments, account.nets, run.counted_of(account), strict=True)
    for position, (payment, net, counts) in enumerate(columns):
        yield payment.id, AggregatePart(net, counts, _taken_of(account, position, payment, run.netted.legal_costs))
    own = run.counted.get(unit)
    for recovery, returned in zip(account.recovered, own.recovered if own else (), strict=True):
        reason = _legal_cost(recovery.payment, run.netted.legal_costs)
        yield recovery.payment.id, AggregatePart(-recovery.cents, returned.counted, reason)


def _taken_of(account: Account, position: int, payment: Payment, costs: Mapping[str, int]) -> Reason | None:
    """Return why something of a payment does not count: its legal cost, or what the first limit took of it."""
    return _legal_cost(payment, costs) or (account.reason(position) if account.cuts else None)


def _legal_cost(payment: Payment, costs: Mapping[str, int]) -> Reason | None:
    return Reason.LEGAL_COST if payment.id in costs else None


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
