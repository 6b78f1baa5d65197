"""What became of one payment under each cover."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from stoploss.aggregate import AggregateRun
from stoploss.eligibility import Reason
from stoploss.explain.exclusions import excluded_section
from stoploss.explain.explanation import Explanation, Section
from stoploss.explain.windows import why_it_counts
from stoploss.facts import Coverage, Payment
from stoploss.money import ZERO, dollars
from stoploss.netting import Account, Netted
from stoploss.payment_steps import counting_steps, net_step, payment_steps, recovery_counting_steps, recovery_steps
from stoploss.settlement import Settlement
from stoploss.specific import SpecificRun
from stoploss.splits import Split
from stoploss.statement import Statement
from stoploss.steps import Step
from stoploss.words import RecoveryOrder

__all__ = ["explain_claim"]


def explain_claim(statement: Statement, claim: str) -> Explanation:
    """
    Explain what became of one payment under each cover.

    Raises:
        UnknownFact: When the statement does not hold the claim.
    """
    split = statement.split(claim)
    settlement = statement.settlement
    payment = settlement.reported.payments[claim]
    place = _place(settlement.specific.netted, split.unit, claim) if settlement.specific else None
    told = _shared(settlement, split) if place and place.aside else _undone(payment)
    sections = [Section(title="Claim", sentences=(_reported(payment), *told))]
    if settlement.specific:
        sections.append(
            excluded_section(Coverage.SPECIFIC, split.excluded, settlement, payment)
            if place is None
            else _specific_section(settlement, settlement.specific, place, payment)
        )
    if settlement.aggregate:
        own = _place(settlement.aggregate.netted, split.unit, claim)
        cut = place.account.cut(place.position) if place and not place.aside else 0
        sections.append(
            excluded_section(Coverage.AGGREGATE, split.aggregate_excluded, settlement, payment)
            if own is None
            else _aggregate_section(settlement, settlement.aggregate, own, payment, split=split, cut=cut)
        )
    return Explanation(subject="claim", id=claim, sections=tuple(sections))


@frozen(kw_only=True)
class _Place:
    """Where a claim stands under a coverage: in its unit's account, or among the recoveries that were set aside."""

    netted: Netted
    account: Account
    position: int
    aside: bool

    def net_step(self, payment: Payment) -> Step:
        undone = sum(
            row.cents + self.netted.legal_costs.get(row.id, 0)
            for row in self.account.payments
            if row.undoes and row.adjusts == payment.id
        )
        return net_step(self.account, self.position, undone, self.netted.legal_costs.get(payment.id, 0))


def _specific_section(settlement: Settlement, run: SpecificRun, place: _Place, payment: Payment) -> Section:
    counts = tuple(why_it_counts(settlement, Coverage.SPECIFIC, payment))
    if place.aside:
        return Section(title="Specific", sentences=counts, steps=recovery_steps(run, place.account, place.position))
    steps = (place.net_step(payment), *payment_steps(run, place.account, place.position))
    return Section(title="Specific", sentences=(*counts, *_cut_in_words(place)), steps=steps)


def _aggregate_section(
    settlement: Settlement, run: AggregateRun, place: _Place, payment: Payment, *, split: Split, cut: int
) -> Section:
    counts = tuple(why_it_counts(settlement, Coverage.AGGREGATE, payment))
    if place.aside:
        steps = recovery_counting_steps(run, split.unit, place.position, split)
        return Section(title="Aggregate", sentences=counts, steps=steps)
    counted = counting_steps(run, settlement.specific, place.account, place.position, split=split, cut=cut)
    sentences = (*counts, *_cut_in_words(place))
    return Section(title="Aggregate", sentences=sentences, steps=(place.net_step(payment), *counted))


def _reported(payment: Payment) -> str:
    """Say what was reported of a payment."""
    paid = f"paid {payment.paid_on}" if payment.paid_on else "not paid yet"
    return f"{payment.benefit} claim incurred {payment.incurred_on}, {paid}, for {payment.amount:,}."


def _undone(payment: Payment) -> Iterator[str]:
    if payment.undoes:
        yield "It undoes an earlier payment, and is judged by the dates, benefit and status of that payment."


def _shared(settlement: Settlement, split: Split) -> Iterator[str]:
    """Say whose a recovery is that undoes nothing."""
    first = settlement.policy.recoveries.order is RecoveryOrder.EMPLOYER_FIRST
    how = "the employer's first" if first else "shared by what each has borne of the claims"
    carrier = -(split.reimbursable or ZERO)
    employer = -(split.net or ZERO) - carrier
    yield f"It is a recovery, undoes no payment, and is {how}: {employer:,} the employer's, {carrier:,} the carrier's."
    if settlement.reported.payments[split.id].undoes:
        yield "It is judged by the dates, benefit and status of the payment that it names."


_LIMITS_IN_WORDS = {
    Reason.OVER_RUN_IN_LIMIT: ("It was incurred before the effective date", "is over the run-in limit"),
    Reason.OVER_RUN_OUT_LIMIT: ("It was paid after the last day in force", "is over the run-out limit"),
    Reason.REDUCED: ("It was paid to an own facility", "is more than the share that counts"),
    Reason.OVER_CAP: ("It falls under an inner maximum", "is over that"),
}


def _cut_in_words(place: _Place) -> Iterator[str]:
    """Say what limits took of a payment."""
    for reason, amounts in place.account.cuts.items():
        if cut := amounts[place.position]:
            what, why = _LIMITS_IN_WORDS[reason]
            yield f"{what}; {dollars(cut):,} of it {why} and does not count."


def _place(netted: Netted, unit: str, claim: str) -> _Place | None:
    """Return where a claim stands under a coverage; ``None`` where it is excluded."""
    account = netted.accounts.get(unit)
    if account is None:
        return None
    recoveries = [recovery.payment for recovery in account.recovered]
    for aside, payments in ((False, account.payments), (True, recoveries)):
        for position, payment in enumerate(payments):
            if payment.id == claim:
                return _Place(netted=netted, account=account, position=position, aside=aside)
    return None


def __dir__() -> list[str]:
    return __all__
