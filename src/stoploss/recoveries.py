"""Recoveries: money that the plan gets back, and whose it is.

Recomputed, a recovery comes off the claim as if that had been paid lower: off the top, and so the carrier's money
first. That is netting, and nothing of it is here.
A policy may say instead that the employer is made whole first, or that both share by what they bore.
Then the claim stands as it was settled, and the recovery is a row of its own with negative lines.

Example: of 150 the carrier bore 50 and the employer 100. A recovery of 60: recomputed, 50 are the carrier's; employer
first, none; pro rata, 20.

Source: "recovery" of policy forms; see ``docs/clauses.md``, recoveries.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from stoploss.facts import Payment, carries
from stoploss.layer import above
from stoploss.money import share_of
from stoploss.passage import Passage
from stoploss.riders import Recoveries
from stoploss.waterfall import NOTHING, Lines, added
from stoploss.words import RecoveryOrder

__all__ = ["give_back", "set_aside"]

_FIRST_BACK = ("over_maximum", "employer_share", "aggregating", "laser", "retained")
"""The employer's lines, in the order in which a recovery lowers them: from the top of the claim down."""


def set_aside(payments: Iterable[Payment], recoveries: Recoveries) -> frozenset[str]:
    """Return the ids of recoveries among eligible *payments* that undo nothing: none, where they are recomputed."""
    if recoveries.order is RecoveryOrder.RECOMPUTE:
        return frozenset()
    return frozenset(payment.id for payment in payments if payment.cents < 0 and carries(payment, recoveries.tag))


def give_back(passage: Passage, recoveries: Recoveries) -> Passage:
    """Return the passage with the lines of its recoveries, in order; what one brings beyond the claim stays on it."""
    account = passage.account
    if not account.recovered:
        return passage
    settled = added(passage.lines)
    rows: list[Lines] = []
    running, before = 0, NOTHING
    for recovery in account.recovered:
        running += recovery.cents
        after = _given_back(settled, min(running, sum(settled)), recoveries)
        row = before.less(after)
        beyond = recovery.cents + sum(row)
        rows.append(row._replace(retained=row.retained - beyond))
        before = after
    return evolve(passage, recovered=rows)


def _given_back(settled: Lines, recovered: int, recoveries: Recoveries) -> Lines:
    """Return what of each line is given back, above 0, when so many cents of the claim were recovered."""
    total, carrier = sum(settled), settled.reimbursable
    if total <= 0:
        return NOTHING
    if recoveries.order is RecoveryOrder.EMPLOYER_FIRST:
        to_carrier = above(recovered, total - carrier)
    else:
        to_carrier = share_of(recovered, (carrier, total))
    left = recovered - to_carrier
    back = {"reimbursable": to_carrier}
    for line in _FIRST_BACK:
        back[line] = min(left, getattr(settled, line))
        left -= back[line]
    return Lines(**back)


def __dir__() -> list[str]:
    return __all__
