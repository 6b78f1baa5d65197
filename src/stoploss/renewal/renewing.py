"""The next policy from the expiring one: the same terms over the next period, and what changed.

The next period begins the day after this one expires, so that no day is without cover, and has as many policy months.
A period that ended with its month's end stays with month's ends.
The original effective day stays: what a paid basis counts goes back to it.

What is told in days moves along: a paid window "through 2026-03-31" becomes "through 2027-03-31".
On a *paid* basis the incurred floor stays where it is ("incurred on or after 2024-01-01", year after year).
A laser or a factor that began on a day in the expiring year holds from the first day of the next.

With a bridge, renewing changes the *expiring* policy: its specific basis becomes the bridge's, in retrospect.

Example: 2025-01-01 to 2025-12-31 on 12/15, renewed for six months, is 2026-01-01 to 2026-06-30 on 6/9.

Source: HM Life, bridge; ReliaStar schedule (the incurred floor through two renewals);
see ``docs/clauses.md``, policy period.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from attrs import evolve, field, frozen

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import AggregateFactor
from stoploss.basis import ContractBasis
from stoploss.errors import Finding, InvalidValue, PolicyError
from stoploss.inner_terms import Used
from stoploss.policy import Policy
from stoploss.program import used_after
from stoploss.program.carried import lifetime_of
from stoploss.program.placing import as_other
from stoploss.renewal.changing import TermChange, compare, with_terms
from stoploss.specific_terms import SpecificTerms
from stoploss.statement import Statement
from stoploss.terms import check_months
from stoploss.window import Period, months_after

__all__ = ["Renewal", "renew"]

_ONE_DAY = dt.timedelta(days=1)


@frozen(kw_only=True)
class Renewal:
    """
    A policy renewed.

    Args:
        policy: The next one.
        expiring: The expiring one; with a bridge, as renewing changes it.
        changes: Every term in which the two differ.
        notices: What is worth a look.
    """

    policy: Policy = field(repr=False)
    expiring: Policy = field(repr=False)
    changes: tuple[TermChange, ...]
    notices: tuple[Finding, ...]


def renew(
    policy: Policy,
    *,
    months: int | None = None,
    changes: Mapping[str, object] | None = None,
    statement: Statement | None = None,
) -> Renewal:
    """
    Return the policy for the next period, with what changed.

    Args:
        policy: The expiring policy.
        months: Policy months of the next one; ``None``: as many as this one has.
        changes: Terms of the next policy by path, such as ``{"specific.deductible": "125,000"}``.
        statement: Of the expiring policy: what it reimburses is used of the next one's lifetime maxima.

    Raises:
        PolicyError: For a policy that ended early, fewer months than one, and changes that lead nowhere or contradict
            each other.
        InvalidValue: For a statement of another policy.

    >>> from stoploss.window import Period
    >>> year = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))
    >>> terms = SpecificTerms(basis="12/15", covers=["medical"], deductible="100000")
    >>> expiring = Policy(policyholder="A", carrier="B", number="SL-1", period=year, specific=terms)
    >>> for change in renew(expiring, changes={"specific.deductible": "125,000"}).changes:
    ...     print(change)
    period.effective: 2025-01-01 -> 2026-01-01
    period.expires: 2025-12-31 -> 2026-12-31
    specific.deductible: 100000.00 -> 125000.00
    """
    if policy.period.ended_early:
        rule = "a policy that was terminated before it expired is not renewed"
        raise PolicyError(Finding(code="SL711", where="period.terminated", rule=rule, help="write the next one anew"))
    if months is not None:
        check_months(months, "months")
    expiring = policy
    if policy.bridge and policy.specific:
        # A bridge is for a group that renews, terminal liability for one that leaves.
        terminal = policy.terminal_liability and evolve(policy.terminal_liability, elected=False)
        expiring = evolve(policy, bridge=evolve(policy.bridge, renewed=True), terminal_liability=terminal)
    # All at once: the period, the terms that move with it, and the changes may fit together only as a whole.
    renewed = with_terms(policy, _moved_on(expiring, months, statement) | dict(changes or {}))
    return Renewal(
        policy=renewed,
        expiring=expiring,
        changes=compare(policy, renewed),
        notices=tuple(_notices(policy, renewed, statement)),
    )


def _moved_on(policy: Policy, months: int | None, statement: Statement | None) -> dict[str, object]:
    """Return the terms that renewing itself changes."""
    period = _next_period(policy.period, months or policy.period.months)
    terms: dict[str, object] = {"period": period}
    if policy.specific:
        used = policy.specific.used if statement is None else _used(policy, statement)
        terms["specific"] = _next_specific(policy.specific, policy.period, period, used)
    if policy.aggregate:
        basis = _next_basis(policy.aggregate.basis, policy.period, period)
        factors = _next_factors(policy.aggregate, period.effective)
        terms["aggregate"] = evolve(policy.aggregate, basis=basis, factors=factors)
    if policy.bridge:
        bridge_basis = _next_basis(policy.bridge.basis, policy.period, period)
        terms["bridge"] = evolve(policy.bridge, basis=bridge_basis, renewed=False)
    if policy.overlap:
        # The next year, if the expiring policy named it, is this one.
        named = (other for other in policy.overlap.other if not _meet(other.period, period))
        terms["overlap"] = evolve(policy.overlap, other=(*named, *as_other(policy)))
    return terms


def _meet(one: Period, other: Period) -> bool:
    return one.effective <= other.expires and other.effective <= one.expires


def _next_period(period: Period, months: int) -> Period:
    effective = period.expires + _ONE_DAY
    boundary = months_after(effective, months)
    on_month_end = period.ends_with_month and boundary.day < effective.day
    return Period(
        effective=effective,
        expires=boundary if on_month_end else boundary - _ONE_DAY,
        original_effective=period.original_effective,
    )


def _used(policy: Policy, statement: Statement) -> tuple[Used, ...]:
    own = statement.settlement.policy
    if (own.number, own.period) != (policy.number, policy.period):
        rule = "this is the statement of another policy, and says nothing of what this one used up"
        raise InvalidValue(Finding(code="SL712", where="statement", rule=rule))
    return used_after(statement)


def _next_specific(terms: SpecificTerms, before: Period, after: Period, used: tuple[Used, ...]) -> SpecificTerms:
    lasers = tuple(
        evolve(laser, from_on=None) if laser.from_on is not None and laser.from_on <= after.effective else laser
        for laser in terms.lasers
    )
    return evolve(terms, basis=_next_basis(terms.basis, before, after), lasers=lasers, used=used)


def _next_factors(terms: AggregateTerms, effective: dt.date) -> tuple[AggregateFactor, ...]:
    """Return the factors that hold on *effective*, each from the start, and those that begin later."""
    latest: dict[tuple[object, ...], AggregateFactor] = {}
    for factor in sorted(terms.factors, key=lambda factor: factor.from_on or dt.date.min):
        if factor.from_on is None or factor.from_on <= effective:
            latest[*factor.whose, factor.benefit] = factor
    kept = [
        factor for factor in terms.factors if factor in latest.values() or (factor.from_on or effective) > effective
    ]
    return tuple(evolve(factor, from_on=None) if factor in latest.values() else factor for factor in kept)


def _next_basis(basis: ContractBasis, before: Period, after: Period) -> ContractBasis:
    """Return the same run-in and run-out over the next period; days that override a label move along with it."""
    label = basis.label
    if basis.months:
        label = "/".join(str(months - before.months + after.months) for months in basis.months)
    floor = basis.incurred_from if basis.label == "paid" else _moved_first(basis.incurred_from, before, after)
    return evolve(
        basis,
        label=label,
        incurred_from=floor,
        incurred_through=_moved_last(basis.incurred_through, before, after),
        paid_from=_moved_first(basis.paid_from, before, after),
        paid_through=_moved_last(basis.paid_through, before, after),
    )


def _moved_first(day: dt.date | None, before: Period, after: Period) -> dt.date | None:
    """Return the first day of a window, as far from the next effective day as it was from this one."""
    if day is None or day == before.effective:
        return day and after.effective
    return months_after(day, before.months)


def _moved_last(day: dt.date | None, before: Period, after: Period) -> dt.date | None:
    """Return the last day of a window, as far from the next expiration as it was from this one; month's ends stay."""
    if day is None or day == before.expires:
        return day and after.expires
    return months_after(day + _ONE_DAY, after.months) - _ONE_DAY


def _notices(policy: Policy, renewed: Policy, statement: Statement | None) -> Iterator[Finding]:
    if renewed.number == policy.number:
        rule = "the next policy has the number of the expiring one, and the years of a program are told apart by it"
        way_out = "give the next policy its own number: --set number=..."
        yield Finding(code="SL718", where="number", rule=rule, help=way_out)
    if lifetime_of(policy) and statement is None:
        rule = "what the expiring year uses of lifetime maxima is not carried: no statement of it was given"
        yield Finding(code="SL715", where="specific.used", rule=rule)


def __dir__() -> list[str]:
    return __all__
