"""What the carriers did: they paid, advanced and refused, and state three members otherwise than the policy says.

Each slip is one that carriers make: a member's prescriptions were left out, the aggregating specific deductible was
taken from a member although others had used it up, and what was paid in the run-out was not looked at.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from attrs import define, evolve, field, frozen

from stoploss.facts import Benefit, CarrierPayment, CarrierPaymentKind, Coverage, CoveredUnits, Payment
from stoploss.money import Amount, cents, dollars
from stoploss.policy import Policy, specific_alone
from stoploss.reconcile import STEPS, CarrierRow, as_carrier_rows
from stoploss.requests import Denial, Request, RequestKind
from stoploss.specific_sheet import UnitSheet
from stoploss.statement import settle

__all__ = ["ADVANCED", "Correspondence", "Slips", "advances_before", "correspond", "without_accommodation"]

ADVANCED = "advanced"
"""The label of claims that a carrier advanced."""

_FILED = ((dt.date(2025, 6, 30), dt.date(2025, 8, 7)), (dt.date(2025, 10, 31), dt.date(2025, 12, 11)))
"""When claims were filed with the carriers, and when they paid."""
_FILED_LAST, _REFUSED_ON = dt.date(2025, 12, 30), dt.date(2026, 1, 9)
_ADVANCE_ASKED, _ADVANCE_PAID = dt.date(2025, 9, 4), dt.date(2025, 9, 12)
_ADVANCED_BEFORE = dt.date(2025, 3, 24)
_MONTHS_ASKED = (3, 5, 8)
_ASKED_AFTER, _PAID_AFTER = dt.timedelta(days=5), dt.timedelta(days=19)
"""Which policy months' accommodation is asked for, and how many days after their end."""


@frozen(kw_only=True)
class Slips:
    """
    The members whom the carriers underpaid.

    Args:
        without_drugs: Whose prescriptions were left out.
        absorbed_twice: From whom the aggregating specific deductible was taken, although it was used up.
        without_run_out: Of whom nothing counted that was paid after the policy had ended.
    """

    without_drugs: str = field(repr=False)
    absorbed_twice: str = field(repr=False)
    without_run_out: str = field(repr=False)


@frozen(kw_only=True)
class Correspondence:
    """What went to the carriers and came from them."""

    requests: Sequence[Request] = field(repr=False)
    denials: Sequence[Denial] = field(repr=False)
    carrier_payments: Sequence[CarrierPayment] = field(repr=False)
    carrier_statement: Sequence[CarrierRow] = field(repr=False)


def correspond(
    policy: Policy, payments: Sequence[Payment], units: Sequence[CoveredUnits], slips: Slips
) -> Correspondence:
    """Return what went back and forth in the policy year, and what the carriers state at its end."""
    desk = _Desk(policy=policy, payments=payments, large=_large(policy, payments), units=units, slips=slips)
    first, second, third = _wanted(policy, payments, units)
    desk.ask_for_accommodation(*first)
    desk.ask_for_accommodation(*second)
    desk.file(*_FILED[0])
    desk.ask_for_advance()
    desk.ask_for_accommodation(*third)
    desk.file(*_FILED[1])
    desk.file(_FILED_LAST, None)
    return Correspondence(
        requests=desk.requests,
        denials=desk.denials,
        carrier_payments=desk.received,
        carrier_statement=desk.statement(),
    )


def advances_before(policy: Policy, payments: Sequence[Payment]) -> list[CarrierPayment]:
    """Return what the carrier of the year before advanced, some days before the plan paid."""
    advance = _advance(policy, payments, _ADVANCED_BEFORE)
    owed = settle(policy, _large(policy, payments), (), [advance]).unit(advance.member or "").reimbursable
    return [_advance(policy, payments, _ADVANCED_BEFORE, amount=owed)]


def without_accommodation(policy: Policy) -> Policy:
    """Return the policy without its accommodation, which moves money and changes nothing that is owed in the end."""
    return evolve(policy, aggregate=policy.aggregate and evolve(policy.aggregate, accommodation=None))


def _advance(
    policy: Policy, payments: Sequence[Payment], paid_on: dt.date, amount: Amount | str = "0.01", number: int = 1
) -> CarrierPayment:
    """Return the advance on the claims of the policy period that carry the label."""
    claims = [payment for payment in payments if ADVANCED in payment.tags and policy.period.holds(payment.incurred_on)]
    layers = policy.specific.layers if policy.specific else ()
    return CarrierPayment(
        id=f"R{number:04d}",
        coverage=Coverage.SPECIFIC,
        member=claims[0].member,
        paid_on=paid_on,
        amount=amount,
        kind=CarrierPaymentKind.ADVANCE,
        claims=[payment.id for payment in claims],
        carrier=layers[0].carrier if layers else None,
    )


def _large(policy: Policy, payments: Sequence[Payment]) -> list[Payment]:
    """Return the payments of the families that come to more than half of the deductible: no other can have excess."""
    totals = Counter[str]()
    for payment in payments:
        totals[payment.family or ""] += max(payment.cents, 0)
    deductible = cents(policy.specific.deductible) if policy.specific else 0
    return [payment for payment in payments if 2 * totals[payment.family or ""] > deductible]


def _wanted(policy: Policy, payments: Sequence[Payment], units: Sequence[CoveredUnits]) -> list[tuple[dt.date, int]]:
    """Return what should have been advanced under the aggregate by the end of some months, with that day, in cents."""
    ends = [policy.period.end_of_month(month) for month in _MONTHS_ASKED]
    sheet = settle(policy, payments, units, as_of=ends[-1]).aggregate
    rows = [month.accommodation for month in sheet.months] if sheet else []
    wanted = [rows[month - 1] for month in _MONTHS_ASKED]
    return [(end, cents(row.wanted) if row else 0) for end, row in zip(ends, wanted, strict=True)]


@define(kw_only=True)
class _Desk:
    """The employer's desk: what leaves it and what arrives, one day after the other."""

    policy: Policy
    payments: Sequence[Payment]
    large: Sequence[Payment]
    units: Sequence[CoveredUnits]
    slips: Slips
    requests: list[Request] = field(factory=list[Request])
    denials: list[Denial] = field(factory=list[Denial])
    received: list[CarrierPayment] = field(factory=list[CarrierPayment])
    asked: defaultdict[str, int] = field(factory=lambda: defaultdict[str, int](int))
    """What was asked for each unit so far, in cents."""

    def ask_for_accommodation(self, end: dt.date, wanted: int) -> None:
        """Ask for what the aggregate should have advanced by the end of a policy month, or return what is too much."""
        due = wanted - sum(payment.cents for payment in self.received if payment.coverage is Coverage.AGGREGATE)
        if due > 0:
            self._ask(None, end + _ASKED_AFTER, due, RequestKind.ADVANCE)
        if due:
            self._receive(None, end + _PAID_AFTER, due, CarrierPaymentKind.ACCOMMODATION)

    def ask_for_advance(self) -> None:
        """Ask the lower carrier for its part of a claim that the plan has yet to pay."""
        number = len(self.received) + 1
        advance = _advance(self.policy, self.payments, _ADVANCE_PAID, number=number)
        paid_on = max(payment.paid_on for payment in self.large if payment.id in advance.claims and payment.paid_on)
        sheet = self._sheets(self.large, paid_on)[advance.member or ""]
        amount = sheet.layers[0].reimbursable
        self._ask(advance.member, _ADVANCE_ASKED, cents(amount), RequestKind.ADVANCE, advance.claims)
        self.received.append(_advance(self.policy, self.payments, _ADVANCE_PAID, amount=amount, number=number))

    def file(self, filed_on: dt.date, paid_on: dt.date | None) -> None:
        """File what is reimbursable by a day and was not asked for, and take what each carrier grants of it."""
        granted = self._granted(filed_on)
        for unit, sheet in self._sheets(self.large, filed_on).items():
            amount = cents(sheet.reimbursable) - self.asked[unit]
            if amount <= 0:
                continue
            request = self._ask(unit, filed_on, amount, self._kind(unit))
            paid = self._pay(unit, granted.get(unit, sheet), paid_on) if paid_on else 0
            self._refuse(request, request.cents - paid, paid_on)

    def statement(self) -> list[CarrierRow]:
        """Return what the carriers state: of every member for whom they owe or paid something, and of the aggregate."""
        ours = settle(without_accommodation(self.policy), self.payments, self.units, self.received)
        theirs = self._granted(None)
        rows = [row for row in as_carrier_rows(ours) if row.reimbursable or row.reimbursed or row.member is None]
        return [_slipped(row, theirs.get(row.member or "")) for row in rows]

    def _granted(self, as_of: dt.date | None) -> Mapping[str, UnitSheet]:
        """Return the sheets that the carriers have instead of the right ones."""
        slips, ended = self.slips, self.policy.period.last_day_in_force
        settled_by = {
            slips.without_drugs: [
                payment
                for payment in self.large
                if payment.member != slips.without_drugs or payment.benefit is not Benefit.RX
            ],
            slips.absorbed_twice: [payment for payment in self.large if payment.member == slips.absorbed_twice],
            slips.without_run_out: [
                payment
                for payment in self.large
                if payment.member != slips.without_run_out or (payment.paid_on or ended) <= ended
            ],
        }
        found: dict[str, UnitSheet] = {}
        for unit, payments in settled_by.items():
            sheet = self._sheets(payments, as_of).get(unit)
            if sheet:
                found[unit] = sheet
        return found

    def _sheets(self, payments: Sequence[Payment], as_of: dt.date | None) -> dict[str, UnitSheet]:
        sheet = settle(specific_alone(self.policy), payments, as_of=as_of).specific
        return {unit.unit: unit for unit in sheet.units} if sheet else {}

    def _kind(self, unit: str) -> RequestKind:
        before = {request.kind for request in self.requests if request.member == unit}
        return RequestKind.SUBSEQUENT if RequestKind.INITIAL in before else RequestKind.INITIAL

    def _ask(
        self,
        unit: str | None,
        day: dt.date,
        amount: int,
        kind: RequestKind,
        claims: Sequence[str] = (),
    ) -> Request:
        request = Request(
            id=f"Q{len(self.requests) + 1:04d}",
            coverage=_coverage(unit),
            member=unit,
            requested_on=day,
            amount=dollars(amount),
            kind=kind,
            claims=claims,
        )
        self.requests.append(request)
        self.asked[unit or ""] += amount
        return request

    def _pay(self, unit: str, granted: UnitSheet, paid_on: dt.date) -> int:
        """Let each carrier pay what it grants and has not paid yet; return how much."""
        paid = 0
        for layer in granted.layers:
            so_far = sum(
                payment.cents for payment in self.received if (payment.member, payment.carrier) == (unit, layer.carrier)
            )
            owes = cents(layer.reimbursable) - so_far
            if owes > 0:
                self._receive(unit, paid_on, owes, CarrierPaymentKind.REIMBURSEMENT, layer.carrier)
                paid += owes
        return paid

    def _receive(
        self,
        unit: str | None,
        day: dt.date,
        amount: int,
        kind: CarrierPaymentKind,
        carrier: str | None = None,
    ) -> None:
        payment = CarrierPayment(
            id=f"R{len(self.received) + 1:04d}",
            coverage=_coverage(unit),
            member=unit,
            paid_on=day,
            amount=dollars(amount),
            kind=kind,
            carrier=carrier,
        )
        self.received.append(payment)

    def _refuse(self, request: Request, amount: int, paid_on: dt.date | None) -> None:
        """Let the carriers refuse, with their reason, what they hold for not covered; one slip they do not notice."""
        reasons = {self.slips.without_drugs: "prescription drugs are carved out"}
        if paid_on is None:
            reasons = {self.slips.without_run_out: "paid after the policy had ended"}
        reason = reasons.get(request.member or "")
        if reason and amount > 0:
            denial = Denial(
                id=f"D{len(self.denials) + 1:04d}",
                request=request.id,
                denied_on=paid_on or _REFUSED_ON,
                amount=dollars(amount),
                reason=reason,
            )
            self.denials.append(denial)


def _coverage(unit: str | None) -> Coverage:
    return Coverage.AGGREGATE if unit is None else Coverage.SPECIFIC


def _slipped(row: CarrierRow, sheet: UnitSheet | None) -> CarrierRow:
    """Return the row as a carrier has it, whose books are right all the same."""
    if sheet is None:
        return row
    steps = {step: getattr(sheet, step) for step in STEPS[Coverage.SPECIFIC]}
    return CarrierRow(member=row.member, **(steps | {"reimbursed": row.reimbursed}))


def __dir__() -> list[str]:
    return __all__
