"""What of a payment only some terms look at: labels, class, accident, administrator, division, legal cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from stoploss.basis import PriorAdministrator
from stoploss.facts import Administrator
from stoploss.money import dollars
from stoploss.policy import Policy
from stoploss.riders import Rebates, Recoveries
from stoploss.testing._draws import one_in, pick
from stoploss.testing._names import ACCIDENTS, CLASSES, DIVISIONS, carrying, labels_of

__all__ = ["Columns", "days_of_limits", "late_days"]

_ONE_DAY = dt.timedelta(days=1)


@frozen(kw_only=True)
class Columns:
    """
    The columns that the terms of a policy look at.

    Args:
        labels: The labels that they look for.
        classes, accidents: Whether they look for these.
        prior: What they say of claims of a prior administrator; each cover its own, perhaps.
        undone: The labels of negative rows that they look for.
        divisions: Whether payments name divisions.
    """

    labels: tuple[str, ...]
    classes: bool
    accidents: bool
    prior: tuple[PriorAdministrator, ...]
    undone: tuple[str, ...]
    divisions: bool

    @classmethod
    def under(cls, policy: Policy, *, divisions: bool) -> Columns:
        """Return the columns that a policy looks at, and divisions if payments are to name them."""
        covers = [terms for terms in (policy.specific, policy.aggregate) if terms]
        bases = [terms.basis for terms in covers] + ([policy.bridge.basis] if policy.bridge else [])
        recovered = (policy.recoveries.tag,) if policy.recoveries != Recoveries() else ()
        rebated = (policy.rebates.tag,) if policy.rebates != Rebates() else ()
        return cls(
            labels=labels_of(policy),
            classes=any(terms.classes for terms in covers),
            accidents=policy.specific is not None and policy.specific.common_accident is not None,
            prior=tuple(
                basis.prior_administrator for basis in bases if basis.prior_administrator != PriorAdministrator()
            ),
            undone=(*recovered, *rebated),
            divisions=divisions,
        )

    def draw(self, draw: st.DrawFn, amount: int) -> dict[str, Any]:
        """Draw them for a payment of so many cents."""
        drawn: dict[str, Any] = {}
        if self.labels and one_in(draw, 2):
            both = (pick(draw, self.labels), pick(draw, self.labels))
            drawn |= carrying(draw, dict.fromkeys(both[: pick(draw, (1, 1, 2))]))
        if self.classes:
            drawn["covered_class"] = pick(draw, (CLASSES[0], CLASSES[0], CLASSES[1], None))
        if self.accidents:
            drawn["accident"] = pick(draw, (None, ACCIDENTS[0], *ACCIDENTS))
        if self.prior and one_in(draw, 3):
            drawn |= self._of_a_prior_administrator(draw)
        if self.divisions:
            drawn["division"] = pick(draw, (None, *DIVISIONS))
        if amount < 0 and self.undone and one_in(draw, 2):
            drawn["tags"] = (*drawn.get("tags", ()), pick(draw, self.undone))
            drawn["legal_cost"] = dollars(pick(draw, (0, 1, -amount, (1 - amount) // 3)))
        return drawn

    def _of_a_prior_administrator(self, draw: st.DrawFn) -> dict[str, Any]:
        """Draw a day reported as well: around a day by which such claims had to be reported."""
        days = [day for each in self.prior for day in (each.reported_by, each.paid_by) if day is not None]
        days = [day + aside * _ONE_DAY for day in days for aside in (0, 1)] or [dt.date(2025, 1, 1)]
        return {"administrator": Administrator.PRIOR, "reported_on": pick(draw, days)}


def days_of_limits(policy: Policy) -> tuple[Sequence[dt.date], Sequence[dt.date]]:
    """Return days on which to incur what a run-in limit cuts, and to pay what a laser takes or comes too late."""
    period, bases = policy.period, policy.bases
    run_in = any(basis.run_in_limit for basis in bases)
    incurred = (period.effective - _ONE_DAY, period.effective - 20 * _ONE_DAY) if run_in else ()
    too_late = [basis.prior_administrator.paid_by for basis in bases]
    begin = [laser.from_on for laser in (policy.specific.lasers if policy.specific else ())]
    paid = [day + aside * _ONE_DAY for day in begin if day is not None for aside in (0, -1)]
    return incurred, (*paid, *(day + _ONE_DAY for day in too_late if day is not None))


def late_days(policy: Policy) -> tuple[dt.date, ...]:
    """Return days on which to pay claims that a run-out limit cuts, or that only an advance saves."""
    last_day = policy.period.last_day_in_force
    limited = any(basis.run_out_limit for basis in policy.bases)
    run_out = (last_day + _ONE_DAY, last_day + 9 * _ONE_DAY) if limited else ()
    end = policy.specific_windows.paid.last if policy.specific_windows else None
    if policy.advance_funding is None or end is None:
        return run_out
    return (*run_out, end + _ONE_DAY, end + 3 * _ONE_DAY)


def __dir__() -> list[str]:
    return __all__
