"""The settlement of a policy period: the only place that knows the order of the rules.

1. Cut: what was paid by the day of the statement, and what is pending.
2. Screen, once a coverage: eligible, or excluded with a reason.
3. Net: refunds and voids against what they undo; then the limits on what counts.
4. Specific: every unit's waterfall; pools and the ASD over all units in order.
5. Aggregate: counted claims against the attachment point, after specific, never the other way round.

What the carrier has paid by then makes a statement of it.

Source: order of application in policy forms (SL-2001, SAFECO LGC 8809); see ``docs/clauses.md``.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import field, frozen

from stoploss.aggregate import AggregateRun, run_aggregate
from stoploss.assignment import deemed_paid
from stoploss.attachment import attachment
from stoploss.eligibility import Order, Reason, Screened, cut, in_order, screen_of, unit_of
from stoploss.facts import CarrierPayment, Coverage, Payment
from stoploss.limits import limits_of
from stoploss.netting import Netted, net_by_unit
from stoploss.policy import Policy
from stoploss.recoveries import set_aside
from stoploss.reported import Reported
from stoploss.specific import SpecificRun, run_specific
from stoploss.splits import Parts, Split, parts_of_unit, split_of

__all__ = ["Settlement", "settlement_of"]


@frozen(kw_only=True)
class Settlement:
    """
    How a statement came about: what explanations and splits are made from.

    Args:
        policy: The policy.
        as_of: Day of the statement; ``None``: everything that was reported.
        reported: All facts.
        payments: Those that were paid by then, and pending ones.
        received: What the carrier had paid by then.
        specific, aggregate: Both covers as computed.
        unit_of: Names a payment's unit.
        order: The order in which payments consume the deductible.
    """

    policy: Policy
    as_of: dt.date | None
    reported: Reported = field(repr=False)
    payments: Sequence[Payment] = field(repr=False)
    received: Sequence[CarrierPayment] = field(repr=False)
    specific: SpecificRun | None = field(repr=False)
    aggregate: AggregateRun | None = field(repr=False)
    unit_of: Callable[[Payment], str] = field(repr=False)
    order: Order = field(repr=False)

    @property
    def period_ended(self) -> bool:
        """Whether the last day in force has come; before it the aggregate reimburses nothing."""
        return self.as_of is None or self.as_of >= self.policy.period.last_day_in_force

    def unit_of_owner(self, payment: Payment) -> str:
        """Return the unit of a payment; of an undoing row, the unit of the payment that it undoes."""
        adjusted = self.reported.payments.get(payment.adjusts) if payment.undoes and payment.adjusts else None
        return self.unit_of(adjusted or payment)

    def parts(self) -> Iterator[Parts]:
        """Yield what the covers made of every payment, in cents, unit by unit."""
        units: defaultdict[str, list[Payment]] = defaultdict(list)
        for payment in self.payments:
            units[self.unit_of_owner(payment)].append(payment)
        excluded: dict[str, tuple[Reason | None, Reason | None]] = {}
        if self.specific:
            excluded = {payment.id: (reason, None) for reason, payment in self.specific.netted.screened.told()}
        if self.aggregate:
            for reason, payment in self.aggregate.netted.screened.told():
                excluded[payment.id] = (excluded.get(payment.id, (None, None))[0], reason)
        for unit, payments in units.items():
            yield from parts_of_unit(unit, payments, self.specific, self.aggregate, excluded)

    def splits(self) -> list[Split]:
        """Return the split of every payment, those without a paid day last."""
        by_id = {parts.payment: split_of(*parts) for parts in self.parts()}
        dated = sorted((payment for payment in self.payments if payment.paid_on is not None), key=self.order)
        undated = sorted(payment.id for payment in self.payments if payment.paid_on is None)
        return [by_id[name] for name in (*(payment.id for payment in dated), *undated)]


def settlement_of(policy: Policy, reported: Reported, as_of: dt.date | None) -> Settlement:
    """
    Settle checked facts as of a day.

    Args:
        policy: The stop-loss policy.
        reported: The facts.
        as_of: Take what was paid up to and including this day; ``None``: everything.

    Raises:
        FactError: When the attachment point is beyond 64-bit cents.
    """
    kept = cut(reported.payments.values(), reported.payments, as_of)
    received = [payment for payment in reported.carrier_payments if as_of is None or payment.paid_on <= as_of]
    screened = _screened(policy, kept, received, reported.payments)
    order = in_order(policy)
    aside = frozenset[str]()
    specific = aggregate = None
    if policy.specific is not None:
        own = screened[Coverage.SPECIFIC]
        aside = set_aside(own.eligible, policy.recoveries)
        netted = _netted(policy, Coverage.SPECIFIC, own, reported.payments, aside)
        specific = run_specific(policy, policy.specific, netted, order)
    if policy.aggregate is not None:
        netted = _netted(policy, Coverage.AGGREGATE, screened[Coverage.AGGREGATE], reported.payments, aside)
        aggregate = run_aggregate(
            policy,
            policy.aggregate,
            netted,
            specific,
            attachment(policy, policy.aggregate, reported.units, as_of),
            period_ended=as_of is None or as_of >= policy.period.last_day_in_force,
        )
    return Settlement(
        policy=policy,
        as_of=as_of,
        reported=reported,
        payments=kept,
        received=received,
        specific=specific,
        aggregate=aggregate,
        unit_of=unit_of(policy),
        order=order,
    )


def _screened(
    policy: Policy, kept: Sequence[Payment], received: Sequence[CarrierPayment], reported: Mapping[str, Payment]
) -> dict[Coverage, Screened]:
    """Put every payment to the screen of each coverage that the policy has."""
    deemed = deemed_paid(policy, received, reported)
    coverages = [coverage for coverage in Coverage if getattr(policy, coverage) is not None]
    return {coverage: screen_of(policy, coverage, deemed).screen(kept, reported) for coverage in coverages}


def _netted(
    policy: Policy, coverage: Coverage, screened: Screened, reported: Mapping[str, Payment], aside: frozenset[str]
) -> Netted:
    """Net what a coverage's screen let in, and hold it to the limits on what counts."""
    return net_by_unit(
        screened,
        reported,
        unit_of=unit_of(policy),
        order=in_order(policy),
        limits=limits_of(policy, coverage),
        recoveries=policy.recoveries,
        set_aside=aside,
    )


def __dir__() -> list[str]:
    return __all__
