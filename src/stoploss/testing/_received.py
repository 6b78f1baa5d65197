"""Strategies for what the carrier pays: reimbursements, returns, accommodations, advances for some claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from stoploss.facts import CarrierPayment, CarrierPaymentKind, Coverage, Payment
from stoploss.money import dollars
from stoploss.policy import Policy
from stoploss.reported import unit_name
from stoploss.testing._draws import one_in, pick
from stoploss.testing._windows import interesting_days
from stoploss.words import Per

__all__ = ["carrier_payments", "draw_carrier_payments"]

_AMOUNTS = (10_000, 0, 1, 50_000, -2_500, -1)


def carrier_payments(policy: Policy, payments: Sequence[Payment]) -> st.SearchStrategy[list[CarrierPayment]]:
    """
    Up to four payments of the carrier, and returns to it, under the covers that *policy* has.

    For units with payments mostly, and now and then for one that has none; advances name claims of their unit, where
    the policy has advance funding.
    """
    return _carrier_payments(policy, tuple(payments))


@st.composite
def _carrier_payments(draw: st.DrawFn, policy: Policy, payments: tuple[Payment, ...]) -> list[CarrierPayment]:
    return draw_carrier_payments(draw, policy, payments)


def draw_carrier_payments(draw: st.DrawFn, policy: Policy, payments: Sequence[Payment]) -> list[CarrierPayment]:
    """Draw what the carrier paid."""
    count = pick(draw, (0, 0, 1, 2, 4))
    if not count:
        return []
    units = {payment.member if policy.per is Per.MEMBER else (payment.family or payment.member) for payment in payments}
    known = (*sorted(units), "M-without-claims")
    coverages = [coverage for coverage in Coverage if getattr(policy, coverage)]
    _, paid_days = interesting_days(policy)
    rows: list[CarrierPayment] = []
    for position in range(count):
        coverage = pick(draw, coverages)
        columns: dict[str, Any] = {"coverage": coverage, "amount": dollars(pick(draw, _AMOUNTS))}
        columns["paid_on"] = pick(draw, paid_days)
        if coverage is Coverage.SPECIFIC:
            columns["member"] = pick(draw, known)
        kinds = tuple(kind for kind in CarrierPaymentKind if coverage is Coverage.AGGREGATE or kind != "accommodation")
        columns["kind"] = pick(draw, kinds)
        if coverage is Coverage.SPECIFIC and policy.specific and policy.specific.layers:
            columns["carrier"] = pick(draw, policy.specific.layers).carrier
        if coverage is Coverage.SPECIFIC and policy.advance_funding and payments and not one_in(draw, 3):
            columns |= _advance(draw, policy, payments)
        rows.append(CarrierPayment(id=f"r{position + 1}", **columns))
    return rows


def _advance(draw: st.DrawFn, policy: Policy, payments: Sequence[Payment]) -> dict[str, Any]:
    """Advance money for claims of one unit, a few days before the plan paid one of them: best one that is too late."""
    end = policy.specific_windows.paid.last if policy.specific_windows else None
    late = [payment for payment in payments if end and payment.paid_on and payment.paid_on > end]
    funded = pick(draw, late or payments)
    unit = unit_name(policy, funded) or funded.member
    own = [payment.id for payment in payments if unit_name(policy, payment) == unit]
    claims = (funded.id,) if one_in(draw, 2) else tuple(own)
    advance: dict[str, Any] = {"kind": CarrierPaymentKind.ADVANCE, "member": unit, "claims": claims}
    if funded.paid_on is not None:
        advance["paid_on"] = funded.paid_on - dt.timedelta(days=pick(draw, (1, 0, 3, 7, 9)))
    return advance


def __dir__() -> list[str]:
    return __all__
