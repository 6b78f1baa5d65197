"""Limits on what counts: run-in and run-out limits, own facilities, inner maxima on eligible claims.

Each is the same move: over a running total of the payments that it takes, in order, so much of the total counts; what
one payment adds to that is what it counts.
The rest is excluded, with the limit's reason.

Example: 30 and 40 incurred before the effective date count 30 and 20 under a run-in limit of 50.

Source: SAFECO LGC 8809 (run-in and run-out limits of the schedule); see ``docs/clauses.md``, limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from attrs import field, frozen

from stoploss.basis import ContractBasis, DollarLimit
from stoploss.eligibility import Reason
from stoploss.facts import Coverage, Payment, carries
from stoploss.inner_terms import Cap, Reduction, Used
from stoploss.layer import up_to
from stoploss.money import cents, share_of
from stoploss.policy import Policy
from stoploss.words import CapOn, CapPer, LimitCaps, LimitPer

__all__ = ["Limit", "limits_of", "reimbursement_limits_of"]


@frozen(kw_only=True)
class Limit:
    """
    A limit on a running total.

    Args:
        reason: Why what is over it does not count.
        takes: Says whether it is about a payment.
        pooled: Whether all units share it; else each has its own.
        most: Returns what counts of a unit's running total, in cents.
    """

    reason: Reason
    takes: Callable[[Payment], bool] = field(repr=False)
    pooled: bool = False
    most: Callable[[str, int], int] = field(repr=False)

    def whose(self, unit: str) -> str:
        """Return whose running total a unit's payments are part of."""
        return "" if self.pooled else unit


def limits_of(policy: Policy, coverage: Coverage) -> tuple[Limit, ...]:
    """Return what limits the claims that count under a coverage, in the order in which it does."""
    basis = policy.basis(coverage)
    if basis is None:
        return ()
    limits = [*_of_the_basis(policy, basis, LimitCaps.COUNTED)]
    if coverage is Coverage.SPECIFIC and policy.specific is not None:
        limits += [_reduction(reduction) for reduction in policy.specific.reductions]
        on_eligible = [cap for cap in policy.specific.caps if cap.on is CapOn.ELIGIBLE]
        limits += [_cap(cap, policy.specific.used) for cap in on_eligible]
    return tuple(limits)


def reimbursement_limits_of(policy: Policy) -> tuple[Limit, ...]:
    """Return what limits the specific reimbursement before its maximum does, in the order in which it does."""
    terms, basis = policy.specific, policy.basis(Coverage.SPECIFIC)
    if terms is None or basis is None:
        return ()
    on_reimbursement = [cap for cap in terms.caps if cap.on is CapOn.REIMBURSEMENT]
    caps = [_cap(cap, terms.used) for cap in on_reimbursement]
    return (*caps, *_of_the_basis(policy, basis, LimitCaps.REIMBURSED))


def _of_the_basis(policy: Policy, basis: ContractBasis, caps: LimitCaps) -> Iterator[Limit]:
    """Yield the run-in and run-out limits of one kind."""
    effective, last_day = policy.period.effective, policy.period.last_day_in_force
    if basis.run_in_limit is not None and basis.run_in_limit.caps is caps:
        yield _of_dollars(basis.run_in_limit, Reason.OVER_RUN_IN_LIMIT, lambda payment: payment.incurred_on < effective)
    if basis.run_out_limit is not None and basis.run_out_limit.caps is caps:
        yield _of_dollars(
            basis.run_out_limit,
            Reason.OVER_RUN_OUT_LIMIT,
            lambda payment: payment.paid_on is not None and payment.paid_on > last_day,
        )


def _of_dollars(limit: DollarLimit, reason: Reason, takes: Callable[[Payment], bool]) -> Limit:
    amount = cents(limit.amount)
    return Limit(
        reason=reason,
        takes=takes,
        pooled=limit.per is LimitPer.POLICY,
        most=lambda _unit, total: up_to(total, amount),
    )


def _reduction(reduction: Reduction) -> Limit:
    share = reduction.share.as_integer_ratio()
    return Limit(
        reason=Reason.REDUCED,
        takes=lambda payment: carries(payment, reduction.tag),
        most=lambda _unit, total: share_of(total, share),
    )


def _cap(cap: Cap, used: tuple[Used, ...]) -> Limit:
    """Return an inner maximum; of a lifetime, less what each unit used before."""
    before: Mapping[str, int] = {}
    if cap.per is CapPer.LIFETIME:
        on_eligible = cap.on is CapOn.ELIGIBLE
        before = {
            row.unit: cents(row.eligible if on_eligible else row.reimbursed) for row in used if row.tag == cap.tag
        }
    amount = cents(cap.amount)
    return Limit(
        reason=Reason.OVER_CAP,
        takes=lambda payment: carries(payment, cap.tag),
        most=lambda unit, total: up_to(total, max(0, amount - before.get(unit, 0))),
    )


def __dir__() -> list[str]:
    return __all__
