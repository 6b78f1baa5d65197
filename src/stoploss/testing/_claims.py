"""Strategies for payments: on the edges of a policy's windows, and at its thresholds to the cent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from attrs import field, frozen
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from stoploss.facts import Benefit, IneligibleFor, Payment, Status
from stoploss.money import cents, dollars
from stoploss.policy import Policy
from stoploss.reported import needs_family
from stoploss.testing._columns import Columns
from stoploss.testing._draws import one_in, pick, whole
from stoploss.testing._names import MEMBERS, families_of
from stoploss.testing._thresholds import edges, thresholds
from stoploss.testing._windows import interesting_days
from stoploss.words import Per

__all__ = ["ELSEWHERE", "MOST_PAYMENTS", "draw_payments", "lone_payments", "payments"]

# Compared by code point, so the order of a list is not the order of its ids.
_IDS = ("c10", "c9", "C1", "a2", "zz", "c1", "0007", "b", "c11", "A", "c2", "x-1", "c100", "aa", "7", "c3")
MOST_PAYMENTS = len(_IDS)
ELSEWHERE = "of-another-year"
"""What a negative row undoes that was not reported."""
_LARGEST = 200_000
_KINDS = (
    *("plain",) * 9,
    *("void", "void", "part", "part", "refund", "refund", "correction"),
    *("pending", "ineligible", "elsewhere", "informs"),
)


def payments(
    policy: Policy, *, members: Sequence[str] = MEMBERS, max_size: int = 12
) -> st.SearchStrategy[list[Payment]]:
    """
    Lists of payments around the windows and the thresholds of *policy*, in the order in which they arrived.

    Full and partial voids, corrections, refunds that name no payment, recoveries of another year's payments,
    pending and ineligible rows, ties in the day paid, families; labels, classes, accidents, administrators, recoveries
    and rebates where the policy looks at them.
    Together they are valid: :func:`stoploss.facts.adjustment_faults` finds nothing.

    Args:
        policy: Whose windows and thresholds are sought.
        members: Whose payments; the first two are one family, and so on.
        max_size: The most payments, up to 16.

    Raises:
        InvalidArgument: Without members, or for more payments than that.
    """
    if not members:
        raise InvalidArgument("payments are drawn for at least one member")
    if not 0 <= max_size <= MOST_PAYMENTS:
        raise InvalidArgument(f"0 to {MOST_PAYMENTS} payments are drawn, not {max_size}")
    return _payments(policy, tuple(members), max_size)


@st.composite
def _payments(draw: st.DrawFn, policy: Policy, members: tuple[str, ...], max_size: int) -> list[Payment]:
    return draw_payments(draw, policy, members, max_size)


def draw_payments(  # private, and as payments() and a world give them
    draw: st.DrawFn,
    policy: Policy,
    members: tuple[str, ...],
    max_size: int,
    group_total: int = 0,
    *,
    further: bool = False,
) -> list[Payment]:
    """
    Draw payments.

    Args:
        draw: Draws.
        policy, members, max_size: See :func:`payments`.
        group_total: Some bring the whole group's total near it, such as the attachment point.
        further: Whether they may name divisions.
    """
    incurred, paid = interesting_days(policy)
    claims = _Claims(
        draw=draw,
        policy=policy,
        members=members,
        families=families_of(members),
        with_families=bool(needs_family(policy)) or one_in(draw, 2),
        incurred=incurred,
        paid=paid,
        benefits=_usual_benefits(policy),
        thresholds=thresholds(policy),
        lasers=_lasers(policy),
        edges=edges(policy),
        columns=Columns.under(policy, divisions=further and policy.aggregate is not None and one_in(draw, 8)),
        group_total=group_total,
        first_id=draw(whole(0, len(_IDS) - 1)),
        max_size=draw(whole(0, max_size)),
    )
    while len(claims.rows) < claims.max_size:
        last = len(claims.rows) == claims.max_size - 1
        claims.add("edge" if last and one_in(draw, 2) else pick(draw, _KINDS))
    return claims.rows[::-1] if one_in(draw, 3) else claims.rows


def _lasers(policy: Policy) -> dict[str, int]:
    """Return the lasers in cents, by unit, excluded ones aside."""
    lasers = policy.specific.lasers if policy.specific else ()
    return {laser.unit: cents(laser.deductible) for laser in lasers if laser.deductible is not None}


def _usual_benefits(policy: Policy) -> tuple[Benefit, ...]:
    """Return what all covers cover, several times, then a few more."""
    covers = [set(terms.covers) for terms in (policy.specific, policy.aggregate) if terms]
    common = [benefit for benefit in Benefit if all(benefit in covered for covered in covers)]
    return (*common * 3, Benefit.MEDICAL, Benefit.RX, Benefit.DENTAL)


@frozen(kw_only=True)
class _Claims:
    """The payments so far, and where to go from there."""

    draw: st.DrawFn
    policy: Policy
    members: tuple[str, ...]
    families: dict[str, str]
    with_families: bool
    incurred: tuple[dt.date, ...]
    paid: tuple[dt.date, ...]
    benefits: tuple[Benefit, ...]
    thresholds: tuple[int, ...]
    lasers: dict[str, int]
    """The lasers in cents, by unit."""
    edges: tuple[int, ...]
    """The deductible, and what is added to it at the ASD's end and at the maximum."""
    columns: Columns
    group_total: int
    first_id: int
    max_size: int
    rows: list[Payment] = field(factory=list[Payment])
    totals: dict[str, int] = field(factory=dict[str, int])
    """By unit, and for the whole group under the empty id."""
    left: dict[str, int] = field(factory=dict[str, int])
    """What may still be undone of each payment."""

    def add(self, kind: str) -> None:
        """Add a row of a kind; one that has nothing to undo becomes a plain payment."""
        undoable = [row for row in self.rows if self.left.get(row.id)]
        if kind in {"void", "part", "correction"} and undoable:
            self._undo(pick(self.draw, undoable), kind)
            return
        member = pick(self.draw, self.members)
        if kind == "edge":
            self._reach_an_edge(member)
            return
        more: dict[str, Any] = {}
        amount = self._amount(member)
        if kind == "refund":
            amount = -pick(self.draw, (amount, max(0, self.totals.get(self._unit(member), 0))))
        elif kind == "elsewhere":
            amount, more = -amount, {"adjusts": ELSEWHERE}
        elif kind == "informs" and self.rows:
            more = {"adjusts": pick(self.draw, self.rows).id}
        elif kind == "pending":
            amount *= pick(self.draw, (1, 1, -1))
            more = {"status": Status.PENDING} | ({"paid_on": None} if one_in(self.draw, 2) else {})
        elif kind == "ineligible":
            whom = pick(self.draw, tuple(IneligibleFor))
            more = {"status": Status.INELIGIBLE, "ineligible_for": whom, "reason": "experimental"}
        self._append(member, amount, more)

    def _undo(self, undone: Payment, kind: str) -> None:
        """Take back all that is left of a payment, or a part; after a correction the payment comes again."""
        left = self.left[undone.id]
        taken = left if kind != "part" else pick(self.draw, (1, left, (left + 1) // 2, self.draw(whole(1, left))))
        status = pick(self.draw, (Status.PAID,) * 6 + (Status.PENDING, Status.INELIGIBLE))
        if status is not Status.PENDING:
            self.left[undone.id] = left - taken
        self._append(undone.member, -taken, {"adjusts": undone.id, "status": status})
        if kind == "correction" and len(self.rows) < self.max_size:
            same = {"incurred_on": undone.incurred_on, "benefit": undone.benefit}
            self._append(undone.member, self._amount(undone.member), same)

    def _reach_an_edge(self, member: str) -> None:
        """Bring a unit, or the group, within a cent of where something changes, by a row that counts if any does."""
        unit = self._unit(member)
        deductible, more = self.lasers.get(unit, self.edges[0]), self.edges[1:]
        own = [(unit, deductible), *((unit, deductible + each) for each in more)]
        whose, target = pick(self.draw, (*own, ("", self.group_total)))
        needed = target + pick(self.draw, (0, -1, 1)) - self.totals.get(whose, 0)
        day = {"incurred_on": self.incurred[0], "paid_on": self.paid[0], "benefit": self.benefits[0]}
        self._append(member, max(0, needed), day)

    def _append(self, member: str, amount: int, more: dict[str, Any]) -> None:
        columns: dict[str, Any] = {
            "incurred_on": pick(self.draw, self.incurred),
            "paid_on": pick(self.draw, self.paid),
            "benefit": pick(self.draw, self.benefits),
            "family": self.families[member] if self.with_families else None,
        }
        row = Payment(
            id=_IDS[(self.first_id + len(self.rows)) % len(_IDS)],
            member=member,
            amount=dollars(amount),
            **(columns | self.columns.draw(self.draw, amount) | more),
        )
        self.rows.append(row)
        if row.cents > 0 and row.status is not Status.PENDING:  # a claim that is still pending is not undone
            self.left[row.id] = row.cents
        if row.status is Status.PAID and self._counts(row):
            for whose in (self._unit(member), ""):
                self.totals[whose] = self.totals.get(whose, 0) + row.cents

    def _counts(self, row: Payment) -> bool:
        """Say whether a row looks eligible under the first cover: near enough, for totals that are aimed at."""
        terms = self.policy.specific or self.policy.aggregate
        windows = self.policy.specific_windows or self.policy.aggregate_windows
        if row.adjusts is not None or row.paid_on is None or terms is None or windows is None:
            return True
        in_time = windows.incurred.holds(row.incurred_on) and windows.paid.holds(row.paid_on)
        return in_time and row.benefit in terms.covers

    def _unit(self, member: str) -> str:
        return member if self.policy.per is Per.MEMBER else self.families[member]

    def _amount(self, member: str) -> int:
        """Draw an amount: any; or one that brings a total within a cent of a threshold."""
        kind = pick(self.draw, ("any", "threshold", "unit", "unit", "unit", "group"))
        if kind == "any":
            return self.draw(whole(0, _LARGEST))
        whose = {"unit": self._unit(member), "group": ""}.get(kind, "nobody")
        own = self.lasers.get(whose)
        if kind == "group":
            target = self.group_total
        elif own is not None and one_in(self.draw, 2):
            target = own
        else:
            target = pick(self.draw, self.thresholds)
        needed = target + pick(self.draw, (0, -1, 1)) - self.totals.get(whose, 0)
        # Beyond the target already: the next payment is the threshold itself, or nothing.
        return needed if needed > 0 else max(0, target)


def lone_payments() -> st.SearchStrategy[Payment]:
    """Single payments, on their own: of no policy in particular."""
    return _lone_payments()


@st.composite
def _lone_payments(draw: st.DrawFn) -> Payment:
    status = pick(draw, (Status.PAID,) * 4 + (Status.PENDING, Status.INELIGIBLE))
    incurred_on = draw(st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)))
    lag = dt.timedelta(days=draw(whole(0, 400)))
    return Payment(
        id=pick(draw, _IDS),
        member=pick(draw, MEMBERS),
        family=pick(draw, (None, "F1")),
        incurred_on=incurred_on,
        paid_on=None if status is Status.PENDING and one_in(draw, 2) else incurred_on + lag,
        amount=dollars(draw(st.integers(-_LARGEST, _LARGEST))),
        benefit=pick(draw, tuple(Benefit)),
        adjusts=pick(draw, (None, None, ELSEWHERE)),
        status=status,
        ineligible_for=pick(draw, tuple(IneligibleFor)),
        reason=pick(draw, (None, "experimental")),
        diagnosis=pick(draw, ((), ("N18.6", "Z99.2"))),
        tags=pick(draw, ((), ("transplant",))),
    )


def __dir__() -> list[str]:
    return __all__
