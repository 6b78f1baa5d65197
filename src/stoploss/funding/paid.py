"""What the plan paid, by benefit: the lines of an employer's monthly report.

A claim is the year's if it was incurred in the policy period while the policy was in force, or if one of its covers
counts it.
So a claim of last December that is paid in January is last year's, unless the policy has run-in; one of this December
that is paid next January is this year's, whether or not the policy has run-out.
A row that undoes a payment belongs with that payment, and to another year where that was not reported.

Medical is shown in two lines, hospital and other: a medical payment is a hospital's where it carries the tag
``hospital``.
Short-term and long-term disability are one line.
A row that undoes a payment belongs to the line of that payment, whatever its own benefit and tags say.

Source: as screening does, a recovery is judged by the payment that it adjusts; see ``docs/clauses.md``, screening.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from attrs import field, frozen

from stoploss.facts import Benefit, Payment
from stoploss.money import Amount, dollars
from stoploss.statement import Statement
from stoploss.window import Window

__all__ = ["HOSPITAL", "PaidClaims", "of_the_year", "paid_claims"]

HOSPITAL = "hospital"
"""The tag of a hospital's claims."""

_LINES: Mapping[Benefit, str] = {Benefit.STD: "disability", Benefit.LTD: "disability"}


def of_the_year(statement: Statement) -> Callable[[Payment], bool]:
    """Return what says of each payment of a statement whether it is the year's."""
    settlement = statement.settlement
    period, reported = settlement.policy.period, settlement.reported.payments
    in_force = Window(first=period.effective, last=period.last_day_in_force)
    runs = [run for run in (settlement.specific, settlement.aggregate) if run is not None]
    screened_out = [{payment.id for _, payment in run.netted.screened.told()} for run in runs]

    def is_of_the_year(payment: Payment) -> bool:
        judged = reported.get(payment.adjusts) if payment.undoes and payment.adjusts else payment
        if judged is None:
            return False
        return in_force.holds(judged.incurred_on) or any(payment.id not in out for out in screened_out)

    return is_of_the_year


@frozen(kw_only=True)
class PaidClaims:
    """The year's paid claims by benefit; the lines add up to ``amount``."""

    medical: Amount = field(repr=False)
    """Without what hospitals were paid."""
    hospital: Amount = field(repr=False)
    rx: Amount = field(repr=False)
    dental: Amount = field(repr=False)
    vision: Amount = field(repr=False)
    disability: Amount = field(repr=False)
    amount: Amount = field(repr=False)


def paid_claims(payments: Iterable[Payment], reported: Mapping[str, Payment]) -> PaidClaims:
    """
    Add up payments by benefit.

    Args:
        payments: What was paid; nothing that is pending.
        reported: All reported payments by id.
    """
    lines: dict[str, int] = dict.fromkeys(("medical", "hospital", "rx", "dental", "vision", "disability"), 0)
    for payment in payments:
        adjusted = reported.get(payment.adjusts) if payment.undoes and payment.adjusts else None
        lines[_line(adjusted or payment)] += payment.cents
    total = sum(lines.values())
    return PaidClaims(**{line: dollars(amount) for line, amount in lines.items()}, amount=dollars(total))


def _line(payment: Payment) -> str:
    if payment.benefit is Benefit.MEDICAL and HOSPITAL in payment.tags:
        return "hospital"
    return _LINES.get(payment.benefit, str(payment.benefit))


def __dir__() -> list[str]:
    return __all__
