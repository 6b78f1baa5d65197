"""Strategies for everything that ``settle`` takes, and for the order in which a ledger hears of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol, TypeAlias

from attrs import asdict, frozen
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from stoploss.facts import CarrierPayment, CoveredUnits, Payment
from stoploss.inner_terms import Used
from stoploss.lasers import Laser
from stoploss.policy import Policy
from stoploss.testing._claims import MOST_PAYMENTS, draw_payments
from stoploss.testing._draws import one_in, pick, whole
from stoploss.testing._enrollment import draw_units, point_of
from stoploss.testing._names import MEMBERS
from stoploss.testing._received import draw_carrier_payments
from stoploss.testing._terms import policies as any_policies
from stoploss.testing._windows import interesting_days

__all__ = ["Arrival", "History", "World", "draw_as_of", "ledgers", "shown_in_full", "worlds"]

Fact: TypeAlias = Payment | CoveredUnits | CarrierPayment

_ONE_DAY = dt.timedelta(days=1)


class _Printer(Protocol):
    def text(self, text: str, /) -> None: ...


@frozen(kw_only=True)
class World:
    """
    Everything that ``settle`` takes, drawn together.

    Args:
        policy: The policy.
        payments: What the plan paid, valid together.
        units: Covered units: all that ``settle`` asks for on *as_of*; none in a policy without aggregate.
        carrier_payments: What the carrier has paid.
        as_of: The day that cuts the facts, or ``None`` for all of them.
    """

    policy: Policy
    payments: tuple[Payment, ...]
    units: tuple[CoveredUnits, ...]
    carrier_payments: tuple[CarrierPayment, ...]
    as_of: dt.date | None

    def _repr_pretty_(self, printer: _Printer, cycle: bool) -> None:  # noqa: FBT001  # the protocol of Hypothesis and IPython
        """Show a failing example in full: its ids and amounts are made up."""
        printer.text("World(...)" if cycle else shown_in_full(self))


def shown_in_full(world: World) -> str:
    """Return a world as text, ids and amounts included, one fact a line, what is not given left out."""
    lines = [f"as_of={world.as_of}", f"{world.policy}"]
    if world.policy.specific:
        lines += [f"laser {_columns(laser)}" for laser in world.policy.specific.lasers]
        lines += [f"used {_columns(used)}" for used in world.policy.specific.used]
    lines += [f"payment {_columns(payment)}" for payment in world.payments]
    lines += [f"units {_columns(units)}" for units in world.units]
    lines += [f"carrier payment {_columns(payment)}" for payment in world.carrier_payments]
    return "\n  ".join(["World:", *lines])


def _columns(fact: Fact | Laser | Used) -> str:
    given = {name: value for name, value in asdict(fact).items() if value not in (None, ()) and name != "cents"}
    return ", ".join(f"{name}={value}" for name, value in given.items())


@frozen(kw_only=True)
class Arrival:
    """A fact, and the day on which it was recorded."""

    recorded_on: dt.date
    fact: Fact


@frozen(kw_only=True)
class History:
    """
    A policy, and the facts in the order in which a ledger hears of them.

    Args:
        policy: The policy.
        arrivals: By the day recorded; the same fact may arrive twice, a void before its payment.
    """

    policy: Policy
    arrivals: tuple[Arrival, ...]

    def _repr_pretty_(self, printer: _Printer, cycle: bool) -> None:  # noqa: FBT001  # the protocol of Hypothesis and IPython
        lines = ["History(...)"] if cycle else ["History:", f"{self.policy}"]
        if not cycle:
            lines += [f"{arrival.recorded_on}: {_columns(arrival.fact)}" for arrival in self.arrivals]
        printer.text("\n  ".join(lines))


def worlds(
    *,
    policies: st.SearchStrategy[Policy] | None = None,
    as_of: st.SearchStrategy[dt.date | None] | None = None,
    members: Sequence[str] = MEMBERS,
    max_payments: int = 12,
    further: bool = True,
) -> st.SearchStrategy[World]:
    """
    Whole policy years, each valid together: a policy, its payments, units, carrier payments, and a day.

    Args:
        policies: Default: :func:`policies` with lasers on some of *members*.
        as_of: ``st.none()`` for final settlements only; default: none in half of the worlds, else a day near an edge.
        members: Whose payments.
        max_payments: The most payments, up to 16.
        further: Whether about half of the default policies have further terms, and facts name divisions; see
            :func:`policies`.

    Raises:
        InvalidArgument: Without members, or for more payments than that.
    """
    if not members:
        raise InvalidArgument("a world has at least one member")
    if not 0 <= max_payments <= MOST_PAYMENTS:
        raise InvalidArgument(f"a world has 0 to {MOST_PAYMENTS} payments, not {max_payments}")
    whose = tuple(members)
    drawn = any_policies(members=whose, further=further) if policies is None else policies
    return _worlds(drawn, as_of, whose, max_payments, further=further)


@st.composite
def _worlds(
    draw: st.DrawFn,
    policies: st.SearchStrategy[Policy],
    days: st.SearchStrategy[dt.date | None] | None,
    members: tuple[str, ...],
    max_payments: int,
    *,
    further: bool,
) -> World:
    policy = draw(policies)
    as_of = draw_as_of(draw, policy) if days is None else draw(days)
    units = draw_units(draw, policy, as_of, further=further)
    point = point_of(policy, units, as_of)
    payments = draw_payments(draw, policy, members, max_payments, point, further=further)
    return World(
        policy=policy,
        payments=tuple(payments),
        units=tuple(units),
        carrier_payments=tuple(draw_carrier_payments(draw, policy, payments)),
        as_of=as_of,
    )


def draw_as_of(draw: st.DrawFn, policy: Policy) -> dt.date | None:
    """Draw no day, or one near an edge of the policy's windows and months."""
    if not one_in(draw, 2):
        return None
    _, paid_days = interesting_days(policy)
    month = policy.period.start_of_month(draw(whole(1, policy.period.months)))
    return pick(draw, (*paid_days, month, month - _ONE_DAY))


def ledgers(
    *,
    policies: st.SearchStrategy[Policy] | None = None,
    duplicates: bool = True,
    max_payments: int = 12,
    further: bool = True,
) -> st.SearchStrategy[History]:
    """
    Facts in the order in which a ledger hears of them, each with the day on which it was recorded.

    The units of all months come first; payments and carrier payments in any order, a void perhaps before its payment.

    Args:
        policies: Default: :func:`policies`.
        duplicates: Whether a fact may arrive a second time, word for word.
        max_payments: The most payments, up to 16.
        further: See :func:`worlds`.
    """
    drawn = worlds(policies=policies, as_of=st.none(), max_payments=max_payments, further=further)
    return _ledgers(drawn, duplicates)


@st.composite
def _ledgers(draw: st.DrawFn, worlds: st.SearchStrategy[World], duplicates: bool) -> History:  # noqa: FBT001  # a composite strategy takes positions
    world = draw(worlds)
    facts: list[Fact] = [*world.payments, *world.carrier_payments]
    if facts and duplicates and one_in(draw, 2):
        facts.append(pick(draw, facts))
    recorded_on = world.policy.period.effective
    arrivals = [Arrival(recorded_on=recorded_on, fact=units) for units in world.units]
    while facts:
        fact = facts.pop(draw(whole(0, len(facts) - 1)))
        recorded_on += dt.timedelta(days=pick(draw, (0, 0, 1, 31, 100)))
        arrivals.append(Arrival(recorded_on=recorded_on, fact=fact))
    return History(policy=world.policy, arrivals=tuple(arrivals))


def __dir__() -> list[str]:
    return __all__
