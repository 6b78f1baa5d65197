"""Slips with claims: left out, counted twice, counted though excluded; refunds that were not taken off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from attrs import evolve

from stoploss.eligibility import Reason
from stoploss.facts import Administrator, Benefit, Coverage, Payment, Status, carries
from stoploss.money import ZERO, Amount, cents
from stoploss.policy import Policy
from stoploss.receivables.units import Unit, sheets_of
from stoploss.reconcile.slips import Cause, Slip
from stoploss.statement import Statement

__all__ = ["claim_slips"]

_MOST_CLAIMS = 40
"""How many claims of a unit are tried one by one."""

_Test: TypeAlias = Callable[[Payment], bool]


def claim_slips(statement: Statement, unit: Unit, base: Slip, stated: Mapping[str, Amount]) -> Iterator[Slip]:
    """Yield claims left out, refunds not taken off, claims counted twice, and excluded claims counted."""
    settlement = statement.settlement
    its = "its" if unit[0] is Coverage.SPECIFIC else "the"
    own = [
        payment
        for payment in base.payments
        if unit[0] is Coverage.AGGREGATE or settlement.unit_of_owner(payment) == unit[1]
    ]
    reasons = _reasons(statement, unit[0])
    eligible = [payment for payment in own if payment.id not in reasons]
    groups = list(_groups(settlement.policy, eligible))
    for words, group in groups:
        yield _left_out(base, f"as if {its} {words} did not count", group)
    refunds = [payment for payment in eligible if payment.cents < 0]
    if refunds:
        yield _left_out(base, f"as if {its} voids and refunds were not taken off", refunds)
    for payment in _worth_trying(statement, unit, eligible, stated):
        if all(group != [payment] for _, group in groups):
            yield _left_out(base, "as if one claim did not count", [payment])
        twice = evolve(payment, id=f"{payment.id} again")
        cause = Cause(words="as if one claim counted twice", ids=(payment.id,))
        yield evolve(base, cause=cause, payments=[*base.payments, twice])
    for reason in Reason:
        group = [payment for payment in own if reasons.get(payment.id) is reason]
        if group:
            words = f"as if {its} claims that are excluded as {reason} counted"
            yield _let_in(settlement.policy, unit[0], base, words, group)


def _groups(policy: Policy, payments: Sequence[Payment]) -> Iterator[tuple[str, list[Payment]]]:
    """Yield groups of claims that a system may overlook as one, with their names; none that is everything."""
    last_day, effective = policy.period.last_day_in_force, policy.period.effective
    tests: list[tuple[str, _Test]] = [
        *((f"{benefit} claims", _of_benefit(benefit)) for benefit in sorted({payment.benefit for payment in payments})),
        ("run-out claims", lambda payment: payment.paid_on is not None and payment.paid_on > last_day),
        ("run-in claims", lambda payment: payment.incurred_on < effective),
        ("prior administrator's claims", lambda payment: payment.administrator is Administrator.PRIOR),
        *(
            (f"claims of the class {name}", _of_class(name))
            for name in sorted({payment.covered_class for payment in payments if payment.covered_class})
        ),
        *((f"claims tagged {tag}", _tagged(tag)) for tag in sorted({tag for each in payments for tag in each.tags})),
    ]
    for words, test in tests:
        group = [payment for payment in payments if test(payment)]
        if 0 < len(group) < len(payments):
            yield words, group


def _of_benefit(benefit: Benefit) -> _Test:
    return lambda payment: payment.benefit is benefit


def _of_class(name: str) -> _Test:
    return lambda payment: payment.covered_class == name


def _tagged(tag: str) -> _Test:
    return lambda payment: tag in payment.tags


def _left_out(base: Slip, words: str, group: Iterable[Payment]) -> Slip:
    """Leave claims out, and the negative rows that undo them."""
    gone = {payment.id for payment in group}
    left = [payment for payment in base.payments if payment.id not in gone and payment.adjusts not in gone]
    return evolve(base, cause=Cause(words=words, ids=tuple(sorted(gone))), payments=left)


def _worth_trying(
    statement: Statement, unit: Unit, eligible: Sequence[Payment], stated: Mapping[str, Amount]
) -> list[Payment]:
    """Return the claims whose amount alone may be the difference; all of a few, where the carrier states no totals."""
    positive = [payment for payment in eligible if payment.cents > 0]
    if "eligible" not in stated:
        return positive if len(positive) <= _MOST_CLAIMS else []
    ours = sheets_of(statement).get(unit)
    missing = abs(cents(ours.eligible if ours else ZERO) - cents(stated["eligible"]))
    return [payment for payment in positive if payment.cents == missing]


def _reasons(statement: Statement, coverage: Coverage) -> dict[str, Reason]:
    """Return why claims do not count under a cover, by id; one that a limit cut in part counts."""
    if coverage is Coverage.SPECIFIC:
        told = ((split.id, split.excluded, split.net) for split in statement.splits)
    else:
        told = ((split.id, split.aggregate_excluded, split.aggregate_net) for split in statement.splits)
    return {id_: reason for id_, reason, net in told if reason is not None and not net}


def _let_in(policy: Policy, coverage: Coverage, base: Slip, words: str, group: Sequence[Payment]) -> Slip:
    """Let excluded claims count, by moving them into what the cover takes: windows, benefits, classes and labels."""
    windows = policy.specific_windows if coverage is Coverage.SPECIFIC else policy.aggregate_windows
    terms = policy.specific if coverage is Coverage.SPECIFIC else policy.aggregate
    moved = {payment.id for payment in group}

    def counting(payment: Payment) -> Payment:
        if payment.id not in moved or windows is None or terms is None:
            return payment
        return evolve(
            payment,
            status=Status.PAID,
            administrator=Administrator.CURRENT,
            covered_class=payment.covered_class if payment.covered_class in terms.classes else _first(terms.classes),
            diagnosis=[code for code in payment.diagnosis if not _excluded(payment, code, terms.excludes)],
            tags=[tag for tag in payment.tags if tag not in terms.excludes],
            benefit=payment.benefit if payment.benefit in terms.covers else terms.covers[0],
            incurred_on=_within(payment.incurred_on, windows.incurred.first, windows.incurred.last),
            paid_on=_within(payment.paid_on or policy.period.effective, windows.paid.first, windows.paid.last),
        )

    cause = Cause(words=words, ids=tuple(sorted(moved)))
    return evolve(base, cause=cause, payments=[counting(payment) for payment in base.payments])


def _first(words: Sequence[str]) -> str | None:
    return words[0] if words else None


def _excluded(payment: Payment, code: str, excludes: Iterable[str]) -> bool:
    """Say whether it is this one of a payment's codes that an excluded label means."""
    with_it_alone = evolve(payment, tags=(), diagnosis=[code])
    return any(carries(with_it_alone, label) for label in excludes)


def _within(day: dt.date, first: dt.date, last: dt.date | None) -> dt.date:
    return max(first, min(day, last or day))


def __dir__() -> list[str]:
    return __all__
