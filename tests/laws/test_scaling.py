"""Scaling: a policy year in cents is the same year in dollars; there is no amount that the package knows by itself."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import evolve, fields, has
from hypothesis import given
from hypothesis import strategies as st

from stoploss.money import cents
from stoploss.policy import Policy
from stoploss.statement import Statement
from stoploss.testing.strategies import World
from stoploss.words import RecoveryOrder
from tests.laws.years import paid, settled, simple, whole_deductible, with_aggregate, with_specific, year, years

TIMES = st.integers(2, 1000)


AMOUNTS = frozenset(
    (
        *("amount", "legal_cost", "reimbursed", "eligible", "deductible", "aggregating", "maximum", "loss_limit"),
        *("lifetime_maximum", "family_deductible", "limit", "above", "monthly", "keep", "smallest"),
    )
)
"""The names of amounts among the terms and the facts."""


def scaled(value: Any, times: int) -> Any:
    """Multiply every amount of a year, a policy or a fact."""
    if isinstance(value, tuple):
        return tuple(scaled(item, times) for item in value)
    if not has(type(value)):
        return value
    given = {attribute.name: getattr(value, attribute.name) for attribute in fields(type(value)) if attribute.init}
    return evolve(
        value,
        **{
            name: item * times if name in AMOUNTS and isinstance(item, Decimal) else scaled(item, times)
            for name, item in given.items()
        },
    )


def times_if_any(amount: Decimal | None, times: int) -> Decimal | None:
    """Multiply an amount that may be absent."""
    return None if amount is None else amount * times


def multiplied(value: Any, times: int) -> Any:
    """Multiply every amount of a statement: all text with two places."""
    if isinstance(value, dict):
        return {name: multiplied(item, times) for name, item in value.items()}
    if isinstance(value, list):
        return [multiplied(item, times) for item in value]
    if isinstance(value, str) and value[-3:-2] == ".":
        return f"{Decimal(value) * times:.2f}"
    return value


def unrounded(policy: Policy) -> Policy:
    """Leave nothing to round: shares of 1, factors of whole cents, and a minimum that divides by the months."""
    policy = with_specific(whole_deductible(policy), share=1, reductions=())
    policy = evolve(policy, terminal_liability=None)
    if policy.recoveries.order is RecoveryOrder.PRO_RATA:
        policy = evolve(policy, recoveries=evolve(policy.recoveries, order="employer_first"))
    aggregate = policy.aggregate
    if not aggregate:
        return policy
    minimum = aggregate.minimum
    if minimum:
        amount = times_if_any(minimum.amount, policy.period.months)
        first_month = None if minimum.first_month is None and amount is not None else 1
        minimum = evolve(minimum, amount=amount, first_month=first_month, first_months=None)
    factors = tuple(evolve(factor, amount=round(factor.amount, 2)) for factor in aggregate.factors)
    return with_aggregate(policy, share=1, factors=factors, minimum=minimum)


class TestScaling:
    """
    Scaling every amount by an integer scales every result where every share is 1 and the months are whole cents.
    Else each rounding may differ by half a cent in the small year, times the factor, and half a cent in the large one.
    """

    @given(world=years(unrounded), times=TIMES)
    def test_scales_every_amount(self, world: World, times: int) -> None:
        """Where nothing is rounded the statement is the scaled statement, and each split the scaled split."""
        statement, large = settled(world), settled(scaled(world, times))

        assert multiplied(statement.to_dict(), times) == large.to_dict()
        assert [split[2:9] for split in large.splits] == [
            tuple(amount if amount is None else amount * times for amount in split[2:9]) for split in statement.splits
        ]

    @given(world=years(simple), times=TIMES)
    def test_scales_every_amount_to_a_cent_per_rounding(self, world: World, times: int) -> None:
        """Retained and laser scale exactly, the other lines and the attachment point to so many cents."""
        small, large = settled(world), settled(scaled(world, times))
        slack = Fraction(times + 1, 2)

        if small.specific and large.specific:
            units = len(small.specific.units)
            assert small.specific.retained * times == large.specific.retained
            assert small.specific.laser * times == large.specific.laser
            assert off(small, large, "aggregating", times) <= units * slack
            assert off(small, large, "reimbursable", times) <= 3 * units * slack
        if small.aggregate and large.aggregate:
            point, scaled_point = cents(small.aggregate.attachment_point), cents(large.aggregate.attachment_point)
            assert abs(point * times - scaled_point) <= slack

    def test_but_half_a_cent_does_not_scale(self) -> None:
        """One half of a cent is a cent, and one half of two cents is one cent, not two."""
        statements = [
            settled(year({"deductible": 0, "share": "0.5"}, None, paid("c1", "M1", amount)))
            for amount in ("0.01", "0.02")
        ]

        assert ["0.01", "0.01"] == [str(statement.carrier_total) for statement in statements]


def off(small: Statement, large: Statement, line: str, times: int) -> int:
    """Return by how many cents a line of specific is off its scaled value."""
    assert small.specific
    assert large.specific
    return abs(cents(getattr(small.specific, line)) * times - cents(getattr(large.specific, line)))
