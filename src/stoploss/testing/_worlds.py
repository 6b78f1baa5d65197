"""Strategies for everything that ``settle`` takes, and for the order in which a ledger hears of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol, TypeAlias

from attrs import asdict, frozen
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from stoploss.facts import CarrierPayment, CarrierPaymentKind, Coverage, CoveredUnits, Payment
from stoploss.lasers import Laser
from stoploss.money import cents, dollars, rounded
from stoploss.policy import Policy
from stoploss.testing._claims import MEMBERS, MOST_PAYMENTS, draw_payments, interesting_days
from stoploss.testing._draws import one_in, pick, whole
from stoploss.testing._terms import policies as any_policies
from stoploss.words import Per

__all__ = ["Arrival", "History", "World", "carrier_payments", "enrollments", "ledgers", "worlds"]

Fact: TypeAlias = Payment | CoveredUnits | CarrierPayment

_ONE_DAY = dt.timedelta(days=1)
_AMOUNTS = (10_000, 0, 1, 50_000, -2_500, -1)


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
    lines += [f"payment {_columns(payment)}" for payment in world.payments]
    lines += [f"units {_columns(units)}" for units in world.units]
    lines += [f"carrier payment {_columns(payment)}" for payment in world.carrier_payments]
    return "\n  ".join(["World:", *lines])


def _columns(fact: Fact | Laser) -> str:
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


def enrollments(policy: Policy, as_of: dt.date | None = None) -> st.SearchStrategy[list[CoveredUnits]]:
    """
    Complete covered units: every tier in every policy month in force that begins on or before *as_of*.

    Later months may be there as well; months are written as their first day, their last, or as ``"2025-01"``.
    """
    return _enrollments(policy, as_of)


@st.composite
def _enrollments(draw: st.DrawFn, policy: Policy, as_of: dt.date | None) -> list[CoveredUnits]:
    return _draw_units(draw, policy, as_of)


def _draw_units(draw: st.DrawFn, policy: Policy, as_of: dt.date | None) -> list[CoveredUnits]:
    if not policy.aggregate:
        return []
    period = policy.period
    starts = period.starts()
    months = period.months_begun(as_of)
    if one_in(draw, 3):
        months = draw(whole(months, period.months))
    form = pick(draw, ("first", "text", "last"))
    rows: list[CoveredUnits] = []
    for tier in dict.fromkeys(factor.tier for factor in policy.aggregate.factors):
        units, later = draw(whole(0, 4)), draw(whole(0, 4))
        changes = draw(whole(0, period.months))
        for month in range(months):
            last = (starts[month + 1] - _ONE_DAY) if month + 1 < period.months else period.expires
            written: dict[str, dt.date | str] = {"first": starts[month], "text": f"{starts[month]:%Y-%m}", "last": last}
            rows.append(CoveredUnits(month=written[form], tier=tier, units=units if month < changes else later))
    return rows


def _attachment(policy: Policy, units: Sequence[CoveredUnits]) -> int:
    """Return the cents of all months' units times factors: near enough to the attachment point to be a target."""
    if not policy.aggregate:
        return 0
    by_tier: dict[str, int] = {}
    for row in units:
        by_tier[row.tier] = by_tier.get(row.tier, 0) + row.units
    total = sum(
        (100 * by_tier.get(factor.tier, 0) * Fraction(factor.amount) for factor in policy.aggregate.factors),
        start=Fraction(0),
    )
    least = policy.aggregate.minimum and policy.aggregate.minimum.amount
    return max(rounded(total), cents(least) if least else 0)


def carrier_payments(policy: Policy, payments: Sequence[Payment]) -> st.SearchStrategy[list[CarrierPayment]]:
    """
    Up to four payments of the carrier, and returns to it, under the covers that *policy* has.

    For units with payments mostly, and now and then for one that has none.
    """
    return _carrier_payments(policy, tuple(payments))


@st.composite
def _carrier_payments(draw: st.DrawFn, policy: Policy, payments: tuple[Payment, ...]) -> list[CarrierPayment]:
    return _draw_carrier_payments(draw, policy, payments)


def _draw_carrier_payments(draw: st.DrawFn, policy: Policy, payments: Sequence[Payment]) -> list[CarrierPayment]:
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
        specific = coverage is Coverage.SPECIFIC
        kinds = tuple(kind for kind in CarrierPaymentKind if not specific or kind != "accommodation")
        rows.append(
            CarrierPayment(
                id=f"r{position + 1}",
                coverage=coverage,
                member=pick(draw, known) if specific else None,
                paid_on=pick(draw, paid_days),
                amount=dollars(pick(draw, _AMOUNTS)),
                kind=pick(draw, kinds),
            )
        )
    return rows


def worlds(
    *,
    policies: st.SearchStrategy[Policy] | None = None,
    as_of: st.SearchStrategy[dt.date | None] | None = None,
    members: Sequence[str] = MEMBERS,
    max_payments: int = 12,
) -> st.SearchStrategy[World]:
    """
    Whole policy years, each valid together: a policy, its payments, units, carrier payments, and a day.

    Args:
        policies: Default: :func:`policies` with lasers on some of *members*.
        as_of: ``st.none()`` for final settlements only; default: none in half of the worlds, else a day near an edge.
        members: Whose payments.
        max_payments: The most payments, up to 16.

    Raises:
        InvalidArgument: Without members, or for more payments than that.
    """
    if not members:
        raise InvalidArgument("a world has at least one member")
    if not 0 <= max_payments <= MOST_PAYMENTS:
        raise InvalidArgument(f"a world has 0 to {MOST_PAYMENTS} payments, not {max_payments}")
    whose = tuple(members)
    return _worlds(any_policies(members=whose) if policies is None else policies, as_of, whose, max_payments)


@st.composite
def _worlds(
    draw: st.DrawFn,
    policies: st.SearchStrategy[Policy],
    days: st.SearchStrategy[dt.date | None] | None,
    members: tuple[str, ...],
    max_payments: int,
) -> World:
    policy = draw(policies)
    as_of = _draw_as_of(draw, policy) if days is None else draw(days)
    units = _draw_units(draw, policy, as_of)
    payments = draw_payments(draw, policy, members, max_payments, _attachment(policy, units))
    return World(
        policy=policy,
        payments=tuple(payments),
        units=tuple(units),
        carrier_payments=tuple(_draw_carrier_payments(draw, policy, payments)),
        as_of=as_of,
    )


def _draw_as_of(draw: st.DrawFn, policy: Policy) -> dt.date | None:
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
) -> st.SearchStrategy[History]:
    """
    Facts in the order in which a ledger hears of them, each with the day on which it was recorded.

    The units of all months come first; payments and carrier payments in any order, a void perhaps before its payment.

    Args:
        policies: Default: :func:`policies`.
        duplicates: Whether a fact may arrive a second time, word for word.
        max_payments: The most payments, up to 16.
    """
    return _ledgers(worlds(policies=policies, as_of=st.none(), max_payments=max_payments), duplicates)


@st.composite
def _ledgers(draw: st.DrawFn, worlds: st.SearchStrategy[World], duplicates: bool) -> History:  # noqa: FBT001
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
