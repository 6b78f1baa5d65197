"""Strategies for riders: terms of the policy as a whole, such as fit its covers and its period."""

from __future__ import annotations

import datetime as dt
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from stoploss.aggregate_terms import AggregateTerms
from stoploss.facts import Benefit, Coverage
from stoploss.money import dollars
from stoploss.promises import ExperienceRefund, NoticeTerms, RenewalTerms
from stoploss.riders import (
    AdvanceFunding,
    Bridge,
    EarlyTermination,
    OtherPolicy,
    Overlap,
    Rebates,
    Recoveries,
    TerminalLiability,
)
from stoploss.specific_terms import SpecificTerms
from stoploss.testing._calendar import draw_basis, further_basis
from stoploss.testing._draws import chance, one_in, pick, some_cents
from stoploss.window import Period, months_after
from stoploss.words import (
    LegalCost,
    LimitCaps,
    OverlapRule,
    RebateTreatment,
    RecoveryOrder,
    TerminalAttachment,
    WindowsOnTermination,
)

__all__ = ["draw_riders"]

_ONE_DAY = dt.timedelta(days=1)
_BEFORE = ("12/24", "12/15", "12/12", "24/18")
_AFTER = ("24/12", "15/12", "12/12", "18/24")


def draw_riders(
    draw: st.DrawFn,
    period: Period,
    early: EarlyTermination,
    specific: SpecificTerms | None,
    aggregate: AggregateTerms | None,
) -> dict[str, Any]:
    """Draw which riders a policy with these covers has, early termination aside."""
    wanted = chance(draw)
    covers = {Coverage.SPECIFIC: specific, Coverage.AGGREGATE: aggregate}
    given: dict[str, Any] = {}
    if wanted():
        given["recoveries"] = _recoveries(draw, with_specific=specific is not None)
    if wanted():
        given["rebates"] = Rebates(treatment=pick(draw, tuple(RebateTreatment)))
    if wanted():
        given["overlap"] = _overlap(draw, period)
    if specific is not None and wanted():
        given["advance_funding"] = AdvanceFunding(paid_within_days=pick(draw, (5, 0, 1, 3, None)))
    # Twice as often as the others: covers that have run-out already leave nothing to extend.
    if wanted() or wanted():
        # Of a policy that ended early, windows that go on unchanged are not extended.
        unchanged = period.ended_early and early.windows is WindowsOnTermination.UNCHANGED
        open_ended = [
            coverage
            for coverage, terms in covers.items()
            if terms and not terms.basis.has_run_out(period) and not (unchanged and coverage is Coverage.SPECIFIC)
        ]
        given["terminal_liability"] = _terminal(draw, open_ended, [name for name, terms in covers.items() if terms])
    terminal = given.get("terminal_liability")
    if specific is not None and wanted():
        extended = terminal is not None and terminal.extends(Coverage.SPECIFIC)
        renewed = not (period.terminated or extended) and not one_in(draw, 4)
        given["bridge"] = _bridge(draw, period, renewed=renewed)
    if wanted():
        given["notices"] = NoticeTerms(amount=dollars(some_cents(draw)), proof_days=90)
    if wanted():
        given["renewal"] = RenewalTerms(rate_cap="0.5", refund=ExperienceRefund(share="0.5", below="0.6"))
    return given


def _recoveries(draw: st.DrawFn, *, with_specific: bool) -> Recoveries:
    orders = (*RecoveryOrder, RecoveryOrder.EMPLOYER_FIRST, RecoveryOrder.PRO_RATA)
    order = pick(draw, orders) if with_specific else RecoveryOrder.RECOMPUTE
    return Recoveries(order=order, legal_cost=pick(draw, (LegalCost.NET, LegalCost.GROSS)))


def _terminal(draw: st.DrawFn, open_ended: list[Coverage], both: list[Coverage]) -> TerminalLiability:
    """Elected where some cover has no run-out that it would buy twice."""
    attachment = pick(draw, tuple(TerminalAttachment))
    by_days = one_in(draw, 3)
    months = pick(draw, (3, 1, 12)) if not by_days or attachment.value in {"last_months", "ratio"} else None
    return TerminalLiability(
        elected=bool(open_ended) and not one_in(draw, 6),
        months=months,
        days=pick(draw, (90, 0, 30)) if by_days else None,
        covers=() if open_ended == both and one_in(draw, 2) else tuple(open_ended),
        attachment=attachment,
        corridor="0.125" if attachment is TerminalAttachment.CORRIDOR else None,
    )


def _bridge(draw: st.DrawFn, period: Period, *, renewed: bool) -> Bridge:
    basis = draw_basis(draw, period)
    return Bridge(basis=further_basis(draw, basis, period, tuple(LimitCaps)), renewed=renewed)


def _overlap(draw: st.DrawFn, period: Period) -> Overlap:
    """
    Draw the year before, the year after, or both, with windows that reach into this one's.

    By the rule that refuses, the other policy is one that nothing of this one's can meet.
    """
    rule = pick(draw, (OverlapRule.INCURRED, OverlapRule.PAID, OverlapRule.FIRST, OverlapRule.ERROR))
    if rule is OverlapRule.ERROR:
        return Overlap(rule=rule, other=(_year(months_after(period.effective, -240), "12/12"),))
    before = _year(months_after(period.effective, -12), pick(draw, _BEFORE))
    after = _year(period.expires + _ONE_DAY, pick(draw, _AFTER))
    years = pick(draw, ((before,), (after,), (before, after)))
    given: dict[str, Any] = {"benefits": pick(draw, ((), (), (Benefit.MEDICAL,)))}
    if one_in(draw, 3):
        given["covers"] = (pick(draw, tuple(Coverage)),)
    return Overlap(rule=rule, other=tuple(evolve(year, **given) for year in years))


def _year(effective: dt.date, basis: str) -> OtherPolicy:
    return OtherPolicy(effective=effective, expires=months_after(effective, 12) - _ONE_DAY, basis=basis)


def __dir__() -> list[str]:
    return __all__
