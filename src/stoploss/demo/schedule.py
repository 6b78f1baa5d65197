"""What is agreed with the carrier: the policy that fits the group, its covered units, and what the carrier has paid.

Specific 12/15, aggregate 12/12, for the calendar year 2025.
The factors are what the claims were expected to cost when the policy was priced, times a corridor of 125 %.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import AggregateFactor, MinimumAttachment
from stoploss.demo.group import Group, Member, month_start
from stoploss.facts import Benefit, CarrierPayment, Coverage, CoveredUnits, Payment
from stoploss.lasers import Laser
from stoploss.money import dollars, rounded
from stoploss.policy import Policy
from stoploss.specific_terms import SpecificTerms
from stoploss.statement import settle
from stoploss.window import Period

__all__ = ["covered_units", "deductible_for", "reimbursements_so_far", "schedule"]

_THOUSAND = 1_000_00
# Larger groups keep more: employees up to, deductible in thousands, and what is expected below it, in per cent.
_SIZES = ((49, 25, 165), (99, 40, 135), (299, 75, 115), (999, 150, 100), (2_999, 200, 92), (9_999, 250, 90))
_LARGEST = (10**9, 400, 90)
_EXPECTED = {
    ("single", Benefit.MEDICAL): 196_40,
    ("single", Benefit.RX): 58_15,
    ("couple", Benefit.MEDICAL): 402_75,
    ("couple", Benefit.RX): 119_20,
    ("family", Benefit.MEDICAL): 611_90,
    ("family", Benefit.RX): 181_35,
}
"""Cents a covered unit and month, in a group of some hundred employees."""
_FIRST_MONTH = 12
_FILED = ((dt.date(2025, 5, 31), dt.date(2025, 7, 17)), (dt.date(2025, 12, 31), dt.date(2026, 2, 12)))
"""When claims were filed with the carrier, and when it paid."""
_CORRIDOR = Fraction(125, 100)


def _size(employees: int) -> tuple[int, int, int]:
    return next((size for size in _SIZES if employees <= size[0]), _LARGEST)


def deductible_for(employees: int) -> int:
    """Return the specific deductible, in cents, that a group of this size buys."""
    return _size(employees)[1] * _THOUSAND


def schedule(employees: int, lasered: Sequence[Member]) -> Policy:
    """Return the policy; a laser is twice the deductible."""
    deductible = deductible_for(employees)
    expected = Fraction(_size(employees)[2], 100)
    covers = (Benefit.MEDICAL, Benefit.RX)
    return Policy(
        policyholder="Example Manufacturing",
        carrier="Example Life",
        number="SL-1001",
        situs="IL",
        period=Period(
            effective=dt.date(2025, 1, 1),
            expires=dt.date(2025, 12, 31),
            original_effective=dt.date(2024, 1, 1),
        ),
        specific=SpecificTerms(
            basis="12/15",
            covers=covers,
            deductible=dollars(deductible),
            aggregating=dollars(deductible // 2),
            lasers=[Laser(member=member.id, deductible=dollars(2 * deductible)) for member in lasered],
        ),
        aggregate=AggregateTerms(
            basis="12/12",
            covers=covers,
            factors=[
                AggregateFactor(tier=tier, benefit=benefit, amount=dollars(rounded(cents * expected * _CORRIDOR)))
                for (tier, benefit), cents in _EXPECTED.items()
            ],
            minimum=MinimumAttachment(first_month="0.95"),
            maximum="1000000",
        ),
    )


def covered_units(group: Group) -> list[CoveredUnits]:
    """Return the covered units of every tier and month of the policy year, counted on the first of the month."""
    return [
        CoveredUnits(month=month_start(month), tier=tier, units=units)
        for month in range(_FIRST_MONTH, _FIRST_MONTH + 12)
        for tier, units in group.units(month).items()
    ]


def reimbursements_so_far(
    policy: Policy, payments: Sequence[Payment], units: Sequence[CoveredUnits]
) -> list[CarrierPayment]:
    """
    Return what the carrier has paid by the day of the files: of every member whose excess was filed, the first claim.

    What the plan has paid since is still due.
    Where a hospital has paid back since, money is due to the carrier.
    """
    received: dict[str, CarrierPayment] = {}
    for filed_on, paid_on in _FILED:
        statement = settle(policy, payments, units, as_of=filed_on)
        for unit in statement.specific.units if statement.specific else ():
            if unit.reimbursable > 0 and unit.unit not in received:
                received[unit.unit] = CarrierPayment(
                    id=f"R{len(received) + 1:04d}",
                    coverage=Coverage.SPECIFIC,
                    member=unit.unit,
                    paid_on=paid_on,
                    amount=unit.reimbursable,
                )
    return list(received.values())


def __dir__() -> list[str]:
    return __all__
