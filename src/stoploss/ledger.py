"""The ledger: an append-only record of facts, and the statement of any day as it was known on any day.

Nothing is ever edited: a correction is a new fact.
Recording the same fact twice is recording it once; a different fact under a known id is refused.

Two days belong to a fact: the day on which it happened (``paid_on``), and the day on which it was recorded.
``statement(as_of=..., known_on=...)`` cuts by both.
There is no clock: unless the recorded day is given, a fact was recorded on its own day.

``record`` answers at once what becomes of a payment.
While payments come in the order in which they consume the deductible, that costs a few steps:
the ledger keeps where every unit stands.
A payment that belongs before others above the deductible, or a refund that gives back what the ASD had absorbed,
changes what became of others too; then its unit is settled again, with those that it is tied to.

Example: 140 recorded in February and 60 in April over a deductible of 100: 40 and 60 are reimbursable.
A payment of 30 of January that is recorded in May is retained, and of the 140 another 30 are now reimbursable.

Source: ``docs/clauses.md``, ledger.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from stoploss.arrivals import Fault, carrier_payment_faults, payment_faults, refuse, units_conflict
from stoploss.attachment import enrollment_faults, month_number, units_key
from stoploss.eligibility import in_order, unit_of
from stoploss.facts import CarrierPayment, CoveredUnits, Payment, Status
from stoploss.money import LARGEST_CENTS
from stoploss.policy import Policy
from stoploss.reported import needs_family
from stoploss.running_terms import stands, ties
from stoploss.splits import Split
from stoploss.standing import Standing
from stoploss.statement import Statement, settle
from stoploss.window import check_day

__all__ = ["Ledger"]


class Ledger:
    """
    The facts of one policy period in the order in which they were recorded; the only mutable class of the core.

    A ledger is for one thread at a time.

    Args:
        policy: The stop-loss policy.

    >>> from stoploss.specific_terms import SpecificTerms
    >>> from stoploss.window import Period
    >>> specific = SpecificTerms(basis="12/15", covers=("medical",), deductible="100")
    >>> year = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))
    >>> policy = Policy(policyholder="Example", carrier="Example Life", number="1", period=year, specific=specific)
    >>> ledger = Ledger(policy)
    >>> day = dt.date(2025, 2, 1)
    >>> ledger.record(Payment(id="c1", member="M1", incurred_on=day, paid_on=day, amount="140")).reimbursable
    Decimal('40.00')
    >>> ledger
    Ledger(1 payments, 0 carrier payments)
    """

    def __init__(self, policy: Policy) -> None:
        self.policy: Final = policy
        self._payments: Final[dict[str, Payment]] = {}
        self._recorded_on: Final[dict[str, dt.date]] = {}
        """Only where the recorded day was given."""
        self._by_unit: Final[dict[str, list[Payment]]] = {}
        self._undoing: Final[dict[str, list[Payment]]] = {}
        """The negative rows that undo a payment, by its id, whether or not it was recorded."""
        self._units: Final[dict[tuple[object, ...], dict[dt.date, CoveredUnits]]] = {}
        self._carrier_payments: Final[dict[str, CarrierPayment]] = {}
        self._carrier_payments_recorded_on: Final[dict[str, dt.date]] = {}
        self._advanced: dict[str, str | None] = {}
        """The units to which advances were paid, by the claims that they were for."""
        self._volume = self._carrier_volume = 0
        self._unit_of: Final = unit_of(policy)
        self._needs_family: Final = bool(needs_family(policy))
        self._no_units: Final = tuple(_no_units(policy))
        self._stands: Final = stands(policy)
        self._ties: Final = ties(policy)
        self._standing: Standing | None = Standing(policy) if self._stands else None
        """``None`` where it is to be read from a settlement of everything, or running totals do not tell enough."""

    def __repr__(self) -> str:
        return f"Ledger({len(self._payments)} payments, {len(self._carrier_payments)} carrier payments)"

    def record(self, payment: Payment, *, recorded_on: dt.date | None = None) -> Split:
        """
        Record a payment, and return what becomes of it, given everything that was recorded so far.

        One that was recorded already has no effect and keeps its recorded day; its split is returned as it is by now.
        To send a whole file again, ``record_all`` is quicker: it returns nothing.

        Args:
            payment: The payment; a negative row may come before the payment that it undoes.
            recorded_on: Default: the day paid; of a pending claim without one the day reported, else incurred.

        Raises:
            LedgerConflict: For other content under a known id, with the names of the fields that differ.
            FactError: With every reason why the payment cannot be settled with what was recorded.
        """
        if recorded_on is not None:
            check_day(recorded_on, "recorded_on")
        undone = payment.id in self._undoing
        if (
            undone
            or payment.id in self._payments
            or (payment.cents < 0 and payment.adjusts is not None)
            or (self._needs_family and payment.family is None)
            or not self._stands
            or payment.id in self._advanced
            or self._volume + abs(payment.cents) > LARGEST_CENTS
        ):
            refuse([*self._faults((payment,))])
            if payment.id in self._payments:
                return self._split_now(payment)
        # Until the payment is in, nothing stands: a keyboard interrupt here must not leave half a step behind.
        standing, self._standing = self._standing, None
        self._add(payment, recorded_on)
        if standing is not None and not undone:
            split = standing.take(payment, self._payments)
            if split is not None:
                self._standing = standing
                return split
        return self._settle_again(payment, standing)

    def record_all(self, payments: Iterable[Payment], *, recorded_on: dt.date | None = None) -> None:
        """
        Record payments, all or none of them.

        Args:
            payments: In any order; those that were recorded already have no effect.
            recorded_on: As for ``record``.

        Raises:
            LedgerConflict: Where all that is wrong is other content under known ids, by position.
            FactError: With everything that is wrong, by position: ``payments[17].adjusts``.
        """
        if recorded_on is not None:
            check_day(recorded_on, "recorded_on")
        payments = tuple(payments)
        refuse([*self._faults(payments)], "payments")
        new = {payment.id: payment for payment in payments if payment.id not in self._payments}
        standing, self._standing = self._standing, None
        for payment in _oldest_first(self.policy, new.values()):
            self._add(payment, recorded_on)
            undone = payment.id in self._undoing
            if standing is not None and (undone or standing.take(payment, self._payments) is None):
                standing = None
        self._standing = standing

    def record_units(self, units: Iterable[CoveredUnits], *, recorded_on: dt.date | None = None) -> None:
        """
        Record covered units, all or none of them; a policy without aggregate takes no notice of them.

        The key of a row is its policy month and tier, and its class, plan and division where it has any.
        The same units again have no effect.
        Other units that are recorded on a later day are a correction: they hold from that day on, as enrollment that
        changes retroactively does; on the same recorded day they are a conflict.

        Args:
            units: Any tiers and months, in any order.
            recorded_on: Default: the first day of the row's policy month.

        Raises:
            LedgerConflict: For other units on the same recorded day, by position.
            FactError: With everything that is wrong, by position: ``units[3].month``.
        """
        if recorded_on is not None:
            check_day(recorded_on, "recorded_on")
        if self.policy.aggregate is None:
            return
        rows = tuple(units)
        found = enrollment_faults(self.policy, self.policy.aggregate, rows, None)
        faults: list[Fault] = [(position, finding) for position, finding in found if position is not None]
        new: list[tuple[tuple[object, ...], dt.date, CoveredUnits]] = []
        for position, row in enumerate(rows):
            month = month_number(self.policy.period, row, self.policy.aggregate.enrollment_lag)
            if month is None:
                continue
            key, day = (month, *units_key(row)), recorded_on or self.policy.period.start_of_month(month)
            recorded = self._units.get(key, {})
            compared = _known(recorded, day) or (recorded[min(recorded)] if recorded else None)
            if compared is None or compared.units != row.units:
                new.append((key, day, row))
                if day in recorded:
                    faults.append((position, units_conflict()))
        refuse(faults, "units")
        for own_key, day, row in new:
            self._units.setdefault(own_key, {})[day] = row

    def record_carrier_payment(self, payment: CarrierPayment, *, recorded_on: dt.date | None = None) -> None:
        """
        Record what the carrier has paid; the same again has no effect.

        Args:
            payment: The carrier's payment.
            recorded_on: Default: the day on which the carrier paid.

        Raises:
            LedgerConflict: For other content under a known id, with the names of the fields that differ.
            FactError: For a cover that the policy does not have.
        """
        if recorded_on is not None:
            check_day(recorded_on, "recorded_on")
        known = self._carrier_payments.get(payment.id)
        faults = carrier_payment_faults(
            payment, policy=self.policy, known=known, recorded=self._payments, volume=self._carrier_volume
        )
        refuse([*faults])
        if known is not None:
            return
        if recorded_on is not None:
            self._carrier_payments_recorded_on[payment.id] = recorded_on
        self._carrier_volume += abs(payment.cents)
        self._advanced |= dict.fromkeys(payment.claims, payment.member)
        self._carrier_payments[payment.id] = payment

    def statement(self, *, as_of: dt.date | None = None, known_on: dt.date | None = None) -> Statement:
        """
        Return the statement of a day, as it was known on a day: that of ``settle`` over the facts recorded by then.

        Args:
            as_of: Take what was paid up to and including this day; ``None`` takes everything, for the final settlement.
            known_on: Take what was recorded up to and including this day; ``None`` takes everything.

        Raises:
            FactError: Where covered units of a policy month that has begun were not known.
        """
        if known_on is not None:
            check_day(known_on, "known_on")
        on = known_on or dt.date.max
        units = (_known(recorded, on) for recorded in self._units.values())
        return settle(
            self.policy,
            [payment for payment in self._payments.values() if self._recorded_by(payment, on)],
            [row for row in units if row is not None],
            [
                payment
                for payment in self._carrier_payments.values()
                if self._carrier_payments_recorded_on.get(payment.id, payment.paid_on) <= on
            ],
            as_of=as_of,
        )

    def _recorded_by(self, payment: Payment, day: dt.date) -> bool:
        own_day = payment.paid_on or payment.reported_on or payment.incurred_on
        return self._recorded_on.get(payment.id, own_day) <= day

    def _add(self, payment: Payment, recorded_on: dt.date | None) -> None:
        """Add a payment that was found right; last of all under its id, so that one is never known by half."""
        if recorded_on is not None:
            self._recorded_on[payment.id] = recorded_on
        cents = payment.cents
        if cents < 0 and payment.adjusts is not None:
            self._undoing.setdefault(payment.adjusts, []).append(payment)
        self._volume += abs(cents)
        unit = self._unit_of(payment)
        rows = self._by_unit.get(unit)
        if rows is None:
            rows = self._by_unit[unit] = []
        rows.append(payment)
        self._payments[payment.id] = payment

    def _faults(self, payments: tuple[Payment, ...]) -> Iterator[Fault]:
        return payment_faults(
            payments,
            policy=self.policy,
            recorded=self._payments,
            undoing=self._undoing,
            advanced=self._advanced,
            volume=self._volume,
        )

    def _split_now(self, payment: Payment) -> Split:
        """Return what has become of a recorded payment by now."""
        standing, unit = self._standing, self._unit_of_owner(payment)
        if not self._stands:
            return self._settle_alone(payment)
        if standing is None:
            return self._settle_again(payment, None)
        tied = standing.tied
        return self._settled(self._of_units(tied if unit in tied else {unit})).split(payment.id)

    def _settle_again(self, payment: Payment, standing: Standing | None) -> Split:
        """Settle what hangs together with a payment, everything if nothing stands, and return what becomes of it."""
        if not self._stands:
            return self._settle_alone(payment)
        units: set[str] = set()
        payments: Iterable[Payment] = self._payments.values()
        if standing is None:
            standing = Standing(self.policy)
        else:
            units = standing.tied | {self._unit_of_owner(payment)}
            payments = self._of_units(units)
        statement = self._settled(payments)
        standing.restate(statement.settlement, units)
        self._standing = standing
        return statement.split(payment.id)

    def _settle_alone(self, payment: Payment) -> Split:
        """Settle a payment's unit, or everything where units are tied, and return what becomes of the payment."""
        payments = self._payments.values() if self._ties else self._of_units({self._unit_of_owner(payment)})
        return self._settled(payments).split(payment.id)

    def _settled(self, payments: Iterable[Payment]) -> Statement:
        # What becomes of a payment does not depend on the covered units, which may not be known yet,
        # and on what the carrier has paid only through advances.
        received = self._carrier_payments.values() if self.policy.advance_funding else ()
        return settle(self.policy, payments, self._no_units, received)

    def _of_units(self, units: Iterable[str]) -> Iterable[Payment]:
        """Return all payments of some units, and the rows that undo them, which may name another family."""
        payments = [payment for unit in units for payment in self._by_unit.get(unit, ())]
        undoing = [row for payment in payments for row in self._undoing.get(payment.id, ())]
        # A row that an interrupt kept from being recorded may still be among them.
        known = self._payments
        return {row.id: row for row in [*payments, *undoing] if known.get(row.id) is row}.values()

    def _unit_of_owner(self, payment: Payment) -> str:
        owner = self._payments.get(payment.adjusts, payment) if payment.undoes and payment.adjusts else payment
        return self._unit_of(owner)


def _known(recorded: Mapping[dt.date, CoveredUnits], day: dt.date) -> CoveredUnits | None:
    """Return the row of a month and tier that was recorded last by a day."""
    return recorded[max(days)] if (days := [on for on in recorded if on <= day]) else None


def _no_units(policy: Policy) -> Iterator[CoveredUnits]:
    """Yield covered units of 0 for every factor of every policy month."""
    terms = policy.aggregate
    for factor in terms.factors if terms else ():
        for month in range(1, policy.period.months + 1):
            start = policy.period.start_of_month(month - terms.enrollment_lag if terms else month)
            yield CoveredUnits(
                month=start, tier=factor.tier, units=0, covered_class=factor.covered_class, plan=factor.plan
            )


def _oldest_first(policy: Policy, payments: Iterable[Payment]) -> list[Payment]:
    """Return payments in the order in which they consume the deductible, pending claims last."""
    paid = [payment for payment in payments if payment.status is not Status.PENDING]
    pending = [payment for payment in payments if payment.status is Status.PENDING]
    return [*sorted(paid, key=in_order(policy)), *pending]


def __dir__() -> list[str]:
    return __all__
