"""Strategies for many policies at once: what a system that settles a whole book of business is held to."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Protocol

from attrs import evolve, frozen
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from stoploss.attachment import units_key
from stoploss.facts import CoveredUnits
from stoploss.policy import Policy
from stoploss.testing._claims import ELSEWHERE, MOST_PAYMENTS
from stoploss.testing._draws import one_in, pick
from stoploss.testing._names import MEMBERS
from stoploss.testing._worlds import World, draw_as_of, shown_in_full, worlds

__all__ = ["Portfolio", "portfolios"]

# Sorted neither as text nor as numbers, and two differ in case only.
_NUMBERS = ("SL-1001", "SL-9", "SL-10", "sl-9")


class _Printer(Protocol):
    def text(self, text: str, /) -> None: ...


@frozen(kw_only=True)
class Portfolio:
    """
    Several policies with their facts, settled as of one day.

    Args:
        worlds: At least one; each policy has another number, and ids mean something under one policy only.
        as_of: The day that cuts all facts, or ``None`` for all of them; that of every world.
    """

    worlds: tuple[World, ...]
    as_of: dt.date | None

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies."""
        return tuple(world.policy for world in self.worlds)

    def _repr_pretty_(self, printer: _Printer, cycle: bool) -> None:  # noqa: FBT001  # the protocol of Hypothesis and IPython
        """Show a failing example in full: its ids and amounts are made up."""
        printer.text("Portfolio(...)" if cycle else "\n".join(["Portfolio:", *map(shown_in_full, self.worlds)]))


def portfolios(
    *,
    policies: st.SearchStrategy[Policy] | None = None,
    as_of: st.SearchStrategy[dt.date | None] | None = None,
    members: Sequence[str] = MEMBERS,
    max_policies: int = 4,
    max_payments: int = 12,
    further: bool = True,
) -> st.SearchStrategy[Portfolio]:
    """
    Portfolios: worlds under policies with different numbers, all as of one day.

    Members, families and claims of different policies have the same ids, on purpose; and what undoes a payment of
    another year may name an id that is a payment under another policy.
    A failure shrinks to the policies that matter.

    Args:
        policies: Each policy is drawn of it, and then numbered; default: :func:`policies` with lasers on some of
            *members*. ``policies().filter(...)`` draws only those that a system supports.
        as_of: ``st.none()`` for final settlements only; default: none in half of the portfolios, else a day near an
            edge of one of the policies.
        members: Whose payments, under each policy.
        max_policies: The most policies.
        max_payments: The most payments under each, up to 16.
        further: See :func:`worlds`.

    Raises:
        InvalidArgument: Without members or policies, or for more payments than that.
    """
    if not members:
        raise InvalidArgument("a portfolio has at least one member")
    if max_policies < 1:
        raise InvalidArgument(f"a portfolio has at least one policy, not {max_policies}")
    if not 0 <= max_payments <= MOST_PAYMENTS:
        raise InvalidArgument(f"a policy has 0 to {MOST_PAYMENTS} payments, not {max_payments}")
    drawn = worlds(policies=policies, as_of=st.none(), members=members, max_payments=max_payments, further=further)
    return _portfolios(drawn, as_of, max_policies)


@st.composite
def _portfolios(
    draw: st.DrawFn, worlds: st.SearchStrategy[World], days: st.SearchStrategy[dt.date | None] | None, most: int
) -> Portfolio:
    # A list, because Hypothesis knows how to leave out items of a list.
    drawn = draw(st.lists(worlds, min_size=1, max_size=most))
    as_of = draw_as_of(draw, pick(draw, drawn).policy) if days is None else draw(days)
    if as_of is not None and one_in(draw, 2):
        drawn = [evolve(world, units=tuple(_begun(world, as_of))) for world in drawn]
    numbered = [_numbered(drawn, position) for position in range(len(drawn))]
    return Portfolio(worlds=tuple(evolve(world, as_of=as_of) for world in numbered), as_of=as_of)


def _begun(world: World, as_of: dt.date) -> Iterator[CoveredUnits]:
    """Leave out the covered units of months that begin later than the day; those of a tier come month by month."""
    lag = world.policy.aggregate.enrollment_lag if world.policy.aggregate else 0
    months = world.policy.period.months_begun(as_of) + lag
    seen: Counter[tuple[object, ...]] = Counter()
    for row in world.units:
        whose = units_key(row)
        seen[whose] += 1
        if seen[whose] <= months:
            yield row


def _numbered(worlds: Sequence[World], position: int) -> World:
    """Return a world under a number of its own; what it undoes elsewhere are payments of the others, if it can be."""
    world = worlds[position]
    number = _NUMBERS[position] if position < len(_NUMBERS) else f"SL-{2000 + position}"
    own = {payment.id for payment in world.payments}
    foreign = [payment.id for other in worlds for payment in other.payments if payment.id not in own]
    elsewhere = [*foreign, ELSEWHERE][0]
    payments = tuple(
        evolve(payment, adjusts=elsewhere) if payment.adjusts == ELSEWHERE else payment for payment in world.payments
    )
    return evolve(world, policy=evolve(world.policy, number=number), payments=payments)


def __dir__() -> list[str]:
    return __all__
