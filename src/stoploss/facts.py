"""What was reported: payments of the plan, covered units, payments of the carrier.

A fact is never changed.
A void, a refund or a recovery is a new, negative payment; ``adjusts`` names the payment that it undoes.

Ids are opaque text, compared by code point (``"10"`` comes before ``"9"``).
No ``repr`` and no error shows one, or a member's amount: they are health information.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence

from attrs import field, frozen

from stoploss.checks import (
    Checks,
    check_id,
    check_month,
    check_optional_day,
    check_optional_id,
    check_optional_label,
    check_optional_text,
    check_units,
    refuse_faults,
)
from stoploss.choice import is_sequence
from stoploss.errors import Finding, WrongType
from stoploss.fact_words import Administrator, Benefit, CarrierPaymentKind, Coverage, IneligibleFor, Status
from stoploss.money import ZERO, Amount, AmountLike, cents, parse_amount
from stoploss.window import check_day, parse_day

__all__ = [
    "Administrator",
    "Benefit",
    "CarrierPayment",
    "CarrierPaymentKind",
    "Coverage",
    "CoveredUnits",
    "IneligibleFor",
    "Payment",
    "Status",
    "adjustment_faults",
    "carries",
]

_WHOLE_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    if not is_sequence(values):
        raise WrongType(Finding(code="SL101", where="", rule="labels are a sequence of texts, not one text"))
    return tuple(values)


def _legal_cost(value: AmountLike) -> Amount:
    # Almost always the default, which needs no reading.
    return ZERO if value is ZERO else parse_amount(value, "legal_cost")


@frozen(kw_only=True)
class Payment:
    """
    One line that the plan paid, or adjudicated and has yet to pay.

    Args:
        id: Unique; the same content twice under one id is one fact.
        member: The covered person.
        incurred_on: Service day.
        amount: What the plan paid, signed: refunds, voids and recoveries are negative.
        paid_on: Day on which the plan paid; required unless pending.
        family: The subscriber's unit; required where the deductible is per family.
        benefit: Which benefit of the plan paid.
        adjusts: Id of the payment that a negative row undoes.
        status: ``paid``, ``pending`` or ``ineligible``.
        ineligible_for: With ``status = ineligible``: for which coverage.
        reason: Why it is ineligible.
        covered_class, accident, administrator, reported_on, diagnosis, tags: Read by the terms that ask for them.
        division: The employer's division, for worksheets of their own.
        legal_cost: Of a recovery: what it cost to obtain; never more than was recovered.

    Raises:
        FactError: With every finding, none of which shows an id or an amount.

    >>> Payment(id="c1", member="M1", incurred_on=dt.date(2025, 3, 1), paid_on=dt.date(2025, 4, 1), amount="1200")
    Payment(benefit='medical', incurred_on=2025-03-01, paid_on=2025-04-01, status='paid')
    """

    id: str
    member: str
    incurred_on: dt.date
    amount: Amount = field(converter=parse_amount)
    paid_on: dt.date | None = None
    family: str | None = None
    benefit: Benefit = field(default=Benefit.MEDICAL, converter=Benefit)
    adjusts: str | None = None
    status: Status = field(default=Status.PAID, converter=Status)
    ineligible_for: IneligibleFor = field(default=IneligibleFor.BOTH, converter=IneligibleFor)
    reason: str | None = None
    covered_class: str | None = None
    accident: str | None = None
    administrator: Administrator = field(default=Administrator.CURRENT, converter=Administrator)
    reported_on: dt.date | None = None
    diagnosis: tuple[str, ...] = field(default=(), converter=_texts)
    tags: tuple[str, ...] = field(default=(), converter=_texts)
    division: str | None = None
    legal_cost: Amount = field(default=ZERO, converter=_legal_cost)
    cents: int = field(init=False, eq=False)
    """The amount in whole cents."""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "cents", cents(self.amount))
        refuse_faults(self, _PAYMENT_CHECKS, self._contradictions())

    def __repr__(self) -> str:
        return (
            f"Payment(benefit={str(self.benefit)!r}, incurred_on={self.incurred_on}, "
            f"paid_on={self.paid_on}, status={str(self.status)!r})"
        )

    @property
    def undoes(self) -> bool:
        """Whether this row takes back a payment that it names."""
        return self.cents < 0 and self.adjusts is not None

    def _contradictions(self) -> tuple[Finding, ...]:
        found: tuple[Finding, ...] = ()
        if self.paid_on is None and self.status is not Status.PENDING:
            rule = "a payment has the day on which the plan paid it"
            found = (
                Finding(code="SL210", where="paid_on", rule=rule, help="or status pending, if it is not paid yet"),
            )
        if self.legal_cost and not 0 <= cents(self.legal_cost) <= -self.cents:
            rule = "a legal cost belongs to a negative row, and is not negative nor more than was recovered"
            found = (*found, Finding(code="SL311", where="legal_cost", rule=rule))
        return found


def _month(value: dt.date | str) -> dt.date | str:
    """Read a whole day that is given as text; the two forms of a month then stay two types."""
    return parse_day(value, "month") if isinstance(value, str) and _WHOLE_DAY.fullmatch(value) else value


@frozen(kw_only=True)
class CoveredUnits:
    """
    How many covered units of a tier a policy month had.

    Args:
        month: A day (the policy month that holds it), or ``"2025-01"`` (the one that *begins* in January 2025).
        tier: The tier of the aggregate factors, such as ``"single"``.
        units: Whole, at least 0.
        covered_class, plan: Read by factors that name them.
        division: The employer's division, for worksheets of their own.

    Raises:
        FactError: With every finding.
    """

    month: dt.date | str = field(converter=_month)
    tier: str
    units: int
    covered_class: str | None = None
    plan: str | None = None
    division: str | None = None

    def __attrs_post_init__(self) -> None:
        refuse_faults(self, _UNITS_CHECKS, ())


@frozen(kw_only=True)
class CarrierPayment:
    """
    What the carrier has paid, or (negative) what was returned to it.

    Args:
        id: Unique among the carrier's payments.
        coverage: ``specific`` or ``aggregate``.
        paid_on: Day on which the carrier paid.
        amount: Signed; negative when money went back to the carrier.
        member: For specific: the unit's id (the family's, where the deductible is per family).
        kind: ``reimbursement``, ``advance`` or ``accommodation``.
        claims: Of an advance: the ids of the payments that it was for.
        carrier: Which carrier paid, where there are several over one another.

    Raises:
        FactError: With every finding, none of which shows an id or an amount.
    """

    id: str
    coverage: Coverage = field(converter=Coverage)
    paid_on: dt.date
    amount: Amount = field(converter=parse_amount)
    member: str | None = None
    kind: CarrierPaymentKind = field(default=CarrierPaymentKind.REIMBURSEMENT, converter=CarrierPaymentKind)
    claims: tuple[str, ...] = field(default=(), converter=_texts)
    carrier: str | None = None
    cents: int = field(init=False, eq=False)
    """The amount in whole cents."""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "cents", cents(self.amount))
        refuse_faults(self, _CARRIER_PAYMENT_CHECKS, self._contradictions())

    def __repr__(self) -> str:
        return f"CarrierPayment(coverage={str(self.coverage)!r}, paid_on={self.paid_on}, kind={str(self.kind)!r})"

    def _contradictions(self) -> tuple[Finding, ...]:
        found: list[Finding] = []
        if (self.coverage is Coverage.SPECIFIC) != (self.member is not None):
            rule = "a payment under specific names its member, one under aggregate names none"
            found.append(Finding(code="SL305", where="member", rule=rule))
        if self.kind is CarrierPaymentKind.ACCOMMODATION and self.coverage is Coverage.SPECIFIC:
            rule = "an accommodation is paid under the aggregate"
            found.append(
                Finding(code="SL306", where="kind", rule=rule, help="an early payment under specific is an advance")
            )
        if self.claims and self.kind is not CarrierPaymentKind.ADVANCE:
            rule = "the claims that a payment was for are those of an advance"
            found.append(Finding(code="SL312", where="claims", rule=rule, help="leave them out"))
        return tuple(found)


def carries(payment: Payment, label: str) -> bool:
    """
    Say whether a payment carries a label: one of its tags is it, or one of its diagnosis codes begins with it.

    The points of a code do not matter.

    >>> day = dt.date(2025, 3, 1)
    >>> labels = {"tags": ["trial"], "diagnosis": ["D66.1"]}
    >>> payment = Payment(id="1", member="M", incurred_on=day, paid_on=day, amount="9", **labels)
    >>> carries(payment, "trial"), carries(payment, "D66"), carries(payment, "D661"), carries(payment, "tri")
    (True, True, True, False)
    """
    if label in payment.tags:
        return True
    plain = label.replace(".", "")
    return plain != "" and any(code.replace(".", "").startswith(plain) for code in payment.diagnosis)


def adjustment_faults(payments: Sequence[Payment]) -> Iterator[tuple[int, Finding]]:
    """
    Yield what is wrong between negative rows and the payments that they undo, with the position of the negative row.

    A negative row that names a payment which was not reported is no fault: it belongs to another policy year.
    """
    undoing = [
        (position, payment, payment.adjusts)
        for position, payment in enumerate(payments)
        if payment.cents < 0 and payment.adjusts is not None
    ]
    if not undoing:
        return
    by_id = {payment.id: payment for payment in payments}
    left = {adjusts: by_id[adjusts].cents for _, _, adjusts in undoing if adjusts in by_id}
    for position, payment, adjusts in undoing:
        if adjusts not in by_id:
            continue
        adjusted = by_id[adjusts]
        rule = ""
        if adjusted.member != payment.member:
            rule = "a negative row undoes a payment of the same member"
        elif adjusted.status is Status.PENDING:
            rule = "a negative row undoes a payment, not a claim that is still pending"
        elif adjusted.cents < 0:
            rule = "a negative row undoes a payment, not another negative row"
        elif payment.status is not Status.PENDING:
            left[adjusts] += payment.cents
            if left[adjusts] < 0:
                rule = "negative rows take no more than is left of the payment that they undo"
        if rule:
            yield position, Finding(code="SL307", where="adjusts", rule=rule)


_PAYMENT_CHECKS: Checks = (
    ("id", check_id),
    ("member", check_id),
    ("incurred_on", check_day),
    ("paid_on", check_optional_day),
    ("family", check_optional_id),
    ("adjusts", check_optional_id),
    ("reported_on", check_optional_day),
    ("reason", check_optional_text),
    ("covered_class", check_optional_label),
    ("accident", check_optional_id),
    ("division", check_optional_label),
)

_UNITS_CHECKS: Checks = (
    ("month", check_month),
    ("tier", check_id),
    ("units", check_units),
    ("covered_class", check_optional_label),
    ("plan", check_optional_label),
    ("division", check_optional_label),
)

_CARRIER_PAYMENT_CHECKS: Checks = (
    ("id", check_id),
    ("paid_on", check_day),
    ("member", check_optional_id),
    ("carrier", check_optional_id),
)


def __dir__() -> list[str]:
    return __all__
