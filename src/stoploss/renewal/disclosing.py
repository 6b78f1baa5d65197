"""Large-claim disclosure: everyone at or above a threshold, with what is known of the claims.

Before a carrier offers the next year it asks who is ill: every unit whose paid and pending claims reach a threshold,
mostly half of the specific deductible, with diagnoses and labels.
The threshold is a share of the *standard* deductible, also for a lasered unit: the next year's laser is what is at
stake.

Paid is what is eligible under specific; pending is what is adjudicated, of a covered benefit and incurred in the
window: it is not paid, and may never be.

Source: disclosure statements of carriers; see ``docs/clauses.md``, statement.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from stoploss.eligibility import Reason
from stoploss.errors import Finding, PolicyError
from stoploss.facts import Payment
from stoploss.money import Amount, AmountLike, cents, dollars, parse_amount, parse_share, rounded
from stoploss.sheets import to_document
from stoploss.specific import SpecificRun
from stoploss.statement import Statement

_ONE_DOLLAR = 100

__all__ = ["Disclosed", "Disclosure", "disclosure", "without_specific"]


@frozen(kw_only=True)
class Disclosed:
    """
    One unit at or above the threshold.

    Args:
        unit: The member, or the family where the deductible is per family.
        lasered: Whether the policy has a laser on it.
        paid: What is eligible under specific.
        pending: What is adjudicated and not paid.
        total: Both.
        reimbursable: What the carrier owes for what is paid.
        diagnosis: The codes on its claims, sorted.
        tags: The labels on its claims, sorted.
    """

    unit: str = field(repr=False)
    lasered: bool = field(repr=False)
    paid: Amount = field(repr=False)
    pending: Amount = field(repr=False)
    total: Amount = field(repr=False)
    reimbursable: Amount = field(repr=False)
    diagnosis: tuple[str, ...] = field(repr=False)
    tags: tuple[str, ...] = field(repr=False)


@frozen(kw_only=True)
class Disclosure:
    """
    Everyone at or above a threshold, the largest first.

    Args:
        policy: The policy's number.
        as_of: Day of the statement; ``None`` where it takes everything that was reported.
        threshold: Dollars.
        units: By total, then by id.
    """

    policy: str
    as_of: dt.date | None
    threshold: Amount
    units: tuple[Disclosed, ...]

    def __repr__(self) -> str:
        return f"Disclosure(threshold={self.threshold}, {len(self.units)} units)"

    def to_dict(self) -> dict[str, Any]:
        """Return the disclosure as plain data, ready for JSON; amounts are text."""
        units = to_document(self.units)
        head = {"schema": 1, "policy": self.policy, "as_of": to_document(self.as_of)}
        return head | {"threshold": str(self.threshold), "units": units}


def disclosure(statement: Statement, *, threshold: AmountLike = "50%") -> Disclosure:
    """
    Return everyone whose paid and pending claims reach a threshold.

    Args:
        statement: Of a policy with specific.
        threshold: Dollars, or a share of the standard deductible, written with its sign: ``"50%"``.

    Raises:
        PolicyError: Without a specific cover, or for a threshold that is negative or a part of a dollar.
    """
    run, terms = statement.settlement.specific, statement.settlement.policy.specific
    if run is None or terms is None:
        raise without_specific()
    at_least = _threshold(threshold, terms.deductible)
    lasered = {laser.unit for laser in terms.lasers}
    pending = _pending(statement, run)
    units = [
        _disclosed(run, unit, pending.get(unit, []), lasered=unit in lasered)
        for unit in run.netted.accounts.keys() | pending.keys()
    ]
    reached = sorted((each for each in units if cents(each.total) >= at_least), key=_largest_first)
    return Disclosure(policy=statement.policy, as_of=statement.as_of, threshold=dollars(at_least), units=tuple(reached))


def without_specific() -> PolicyError:
    """Return the error about a policy without a specific cover."""
    rule = "large claims are disclosed by the specific deductible, and this policy has no specific cover"
    return PolicyError(Finding(code="SL720", where="specific", rule=rule))


def _threshold(threshold: AmountLike, deductible: Amount) -> int:
    if isinstance(threshold, str) and threshold.endswith("%"):
        return rounded(Fraction(parse_share(threshold, "threshold")) * cents(deductible))
    amount = cents(parse_amount(threshold, "threshold"))
    if amount < 0:
        raise PolicyError(Finding(code="SL501", where="threshold", rule="this amount is not negative"))
    if 0 < amount < _ONE_DOLLAR:
        rule = "a threshold below a dollar is hardly meant as dollars"
        raise PolicyError(
            Finding(code="SL719", where="threshold", rule=rule, help='write a share with its sign: "50%"')
        )
    return amount


def _pending(statement: Statement, run: SpecificRun) -> dict[str, list[Payment]]:
    """Return what is pending of each unit, of a covered benefit and incurred in the window."""
    settlement = statement.settlement
    terms, windows = settlement.policy.specific, settlement.policy.specific_windows
    found: defaultdict[str, list[Payment]] = defaultdict(list)
    for payment in run.netted.screened.excluded.get(Reason.PENDING, ()):
        covered = terms is not None and payment.benefit in terms.covers
        if covered and windows is not None and windows.incurred.holds(payment.incurred_on):
            found[settlement.unit_of_owner(payment)].append(payment)
    return found


def _disclosed(run: SpecificRun, unit: str, pending: Iterable[Payment], *, lasered: bool) -> Disclosed:
    lines = run.lines(unit)
    account = run.netted.accounts.get(unit)
    claims = [*(account.arrived if account else ()), *pending]
    open_cents = sum(payment.cents for payment in pending)
    return Disclosed(
        unit=unit,
        lasered=lasered,
        paid=dollars(sum(lines)),
        pending=dollars(open_cents),
        total=dollars(sum(lines) + open_cents),
        reimbursable=dollars(lines.reimbursable),
        diagnosis=tuple(sorted({code for payment in claims for code in payment.diagnosis})),
        tags=tuple(sorted({tag for payment in claims for tag in payment.tags})),
    )


def _largest_first(each: Disclosed) -> tuple[Decimal, str]:
    return -each.total, each.unit


def __dir__() -> list[str]:
    return __all__
