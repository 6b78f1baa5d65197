"""Lifetime maxima from one year into the next: what a unit has used before.

A lifetime maximum, or a lifetime cap on claims with a label, runs over all policy years.
What one year reimburses is used in the next: 700,000 of a lifetime maximum of 1,000,000 leave 300,000.

What a unit has used of a cap on the reimbursement is what was reimbursed of the payments with its label; of a cap on
eligible claims, what of them was eligible.

Source: ``docs/clauses.md``, specific.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve, frozen

from stoploss.errors import Finding
from stoploss.facts import carries
from stoploss.inner_terms import Used
from stoploss.money import cents, dollars
from stoploss.policy import Policy
from stoploss.statement import Statement
from stoploss.words import CapOn, CapPer, Per

__all__ = [
    "Carried",
    "Drawn",
    "Key",
    "drawn_in",
    "lifetime_labels",
    "lifetime_of",
    "opening",
    "together",
    "used_after",
    "with_used",
]

Key = tuple[str, str | None]
"""A unit, and the label of a lifetime cap; ``None``: the lifetime maximum."""


@frozen(kw_only=True)
class Drawn:
    """What one unit drew toward one lifetime maximum, in cents."""

    reimbursed: int = 0
    eligible: int = 0

    def __add__(self, other: Drawn) -> Drawn:
        return Drawn(reimbursed=self.reimbursed + other.reimbursed, eligible=self.eligible + other.eligible)


def used_after(statement: Statement) -> tuple[Used, ...]:
    """
    Return what every unit has used toward the policy's lifetime maxima: before its period, and as the statement has it.

    Args:
        statement: Of the expiring year; claims that its run-out brings later are not in it.
    """
    policy = statement.settlement.policy
    used = with_used(policy, together(opening(policy), drawn_in(statement)))
    return used.specific.used if used.specific else ()


@frozen(kw_only=True)
class Carried:
    """
    What the years so far have used up.

    Args:
        labels: The labels of lifetime caps in any year.
        known: The maxima that some year so far has; ``None``: the one on all payments.
        used: What was used toward these, before the next year.
        drawn: What the years of the program drew, whether or not they had a maximum.
    """

    labels: frozenset[str]
    known: frozenset[str | None] = frozenset()
    used: Mapping[Key, Drawn] = {}
    drawn: Mapping[Key, Drawn] = {}

    def entering(self, policy: Policy) -> Carried:
        """
        Return what is used as the year of *policy* begins.

        The first year that has a maximum may state what was used before; from then on the program's figures count.
        """
        own = lifetime_of(policy)
        before = opening(policy)
        new = {key for key in (*before, *self.drawn) if key[1] in own - self.known}
        first = {key: _larger(before.get(key, Drawn()), self.drawn.get(key, Drawn())) for key in new}
        return evolve(self, known=self.known | own, used={**self.used, **first})

    def after(self, statement: Statement) -> Carried:
        """Return what is used once a year is settled."""
        year = drawn_in(statement, self.labels)
        counted = {key: drawn for key, drawn in year.items() if key[1] in self.known}
        return evolve(self, used=together(self.used, counted), drawn=together(self.drawn, year))

    def restated(self, policy: Policy) -> Iterator[Finding]:
        """Find what a later policy states as used before it where the years before come to another amount."""
        carried = with_used(policy, self.used).specific
        for position, row in enumerate(policy.specific.used if policy.specific else ()):
            if row.tag in self.known and row not in (carried.used if carried else ()):
                rule = "the years before come to another amount than this policy states as used, and theirs is carried"
                yield Finding(code="SL708", where=f"{policy.number} specific.used[{position}]", rule=rule)


def _larger(one: Drawn, other: Drawn) -> Drawn:
    return Drawn(reimbursed=max(one.reimbursed, other.reimbursed), eligible=max(one.eligible, other.eligible))


def lifetime_of(policy: Policy) -> frozenset[str | None]:
    """Return the labels of the lifetime maxima that a policy has; ``None``: the one on all payments."""
    if policy.specific is None:
        return frozenset()
    of_all = [None] if policy.specific.lifetime_maximum is not None else []
    return frozenset([*of_all, *(cap.tag for cap in policy.specific.caps if cap.per is CapPer.LIFETIME)])


def lifetime_labels(policies: Iterable[Policy]) -> frozenset[str]:
    """Return the labels of lifetime caps in any of *policies*."""
    return frozenset(label for policy in policies for label in lifetime_of(policy) if label is not None)


def opening(policy: Policy) -> dict[Key, Drawn]:
    """Return what a policy states as used before its period."""
    rows = policy.specific.used if policy.specific else ()
    return {(row.unit, row.tag): Drawn(reimbursed=cents(row.reimbursed), eligible=cents(row.eligible)) for row in rows}


def drawn_in(statement: Statement, labels: frozenset[str] = frozenset()) -> dict[Key, Drawn]:
    """
    Return what one year draws of lifetime maxima: of all payments, and of those with each label.

    Args:
        statement: The year's statement.
        labels: Labels of lifetime caps, beside those of the year's own policy.
    """
    settlement, specific = statement.settlement, statement.specific
    if specific is None or settlement.policy.specific is None:
        return {}
    drawn: dict[Key, Drawn] = {
        (sheet.unit, None): Drawn(reimbursed=cents(sheet.reimbursable), eligible=cents(sheet.eligible))
        for sheet in specific.units
    }
    tagged = labels | lifetime_labels([settlement.policy])
    for payment in settlement.payments if tagged else ():
        for label in tagged:
            if carries(payment, label):
                split = statement.split(payment.id)
                own = Drawn(reimbursed=cents(split.reimbursable or _NONE), eligible=cents(split.net or _NONE))
                drawn[split.unit, label] = drawn.get((split.unit, label), Drawn()) + own
    return drawn


_NONE = dollars(0)


def together(*years: Mapping[Key, Drawn]) -> dict[Key, Drawn]:
    """Return what several years drew, added up."""
    total: dict[Key, Drawn] = {}
    for year in years:
        for key, drawn in year.items():
            total[key] = total.get(key, Drawn()) + drawn
    return total


def with_used(policy: Policy, drawn: Mapping[Key, Drawn]) -> Policy:
    """Return *policy* with that much used of the lifetime maxima that it has; of others it keeps nothing."""
    terms = policy.specific
    if terms is None:
        return policy
    lifetime = [cap for cap in terms.caps if cap.per is CapPer.LIFETIME]
    on_eligible = {cap.tag for cap in lifetime if cap.on is CapOn.ELIGIBLE}
    on_reimbursement: set[str | None] = {cap.tag for cap in lifetime if cap.on is CapOn.REIMBURSEMENT} | {None}
    used = [
        Used(
            member=unit if terms.per is Per.MEMBER else None,
            family=unit if terms.per is Per.FAMILY else None,
            reimbursed=dollars(max(amounts.reimbursed, 0) if label in on_reimbursement else 0),
            eligible=dollars(max(amounts.eligible, 0) if label in on_eligible else 0),
            tag=label,
        )
        for (unit, label), amounts in sorted(drawn.items(), key=lambda row: (row[0][0], row[0][1] or ""))
        if label in lifetime_of(policy)
    ]
    used = [row for row in used if row.reimbursed or row.eligible]
    return evolve(policy, specific=evolve(terms, used=used))


def __dir__() -> list[str]:
    return __all__
