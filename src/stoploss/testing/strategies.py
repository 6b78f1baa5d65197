"""Hypothesis strategies: valid policies, claims on their edges, whole worlds to settle, and portfolios of several.

Everything drawn is valid and valid together: thousands of examples, and none is thrown away.
Amounts are small (deductibles up to 1,000.00), members few and days near the edges of the windows, so that lasers,
refunds, limits and boundary days actually meet.
Failures shrink to a plain contract with few plain payments; a world takes a few milliseconds to draw.

A test of one's own claims system draws a :class:`World`, feeds it to the system, and compares with ``settle``:

>>> from hypothesis import given, settings
>>> from stoploss.testing.strategies import worlds
>>> @settings(max_examples=5, database=None, derandomize=True)
... @given(world=worlds())
... def test_a_unit_never_gets_more_than_its_payments(world):
...     assert all(payment.member for payment in world.payments)
>>> test_a_unit_never_gets_more_than_its_payments()

Arguments are strategies or objects of this package, given by name.
Combinations that cannot be drawn raise :class:`hypothesis.errors.InvalidArgument`.
Distributions may change in any release.
"""

from __future__ import annotations

from stoploss.testing._calendar import bases, days, periods
from stoploss.testing._claims import lone_payments, payments
from stoploss.testing._draws import amounts, hostile_ids, refused_ids
from stoploss.testing._enrollment import enrollments
from stoploss.testing._names import MEMBERS
from stoploss.testing._portfolios import Portfolio, portfolios
from stoploss.testing._received import carrier_payments
from stoploss.testing._terms import aggregate_terms, policies, specific_terms
from stoploss.testing._thresholds import near
from stoploss.testing._worlds import Arrival, History, World, ledgers, worlds

__all__ = [
    "MEMBERS",
    "Arrival",
    "History",
    "Portfolio",
    "World",
    "aggregate_terms",
    "amounts",
    "bases",
    "carrier_payments",
    "days",
    "enrollments",
    "hostile_ids",
    "ledgers",
    "lone_payments",
    "near",
    "payments",
    "periods",
    "policies",
    "portfolios",
    "refused_ids",
    "specific_terms",
    "worlds",
]


def __dir__() -> list[str]:
    return __all__
