"""The choice behind the subject: an insurer for the whole risk, or the plan's own claims with more or less cover.

Each arrangement is told over the same year, of the same people with the same claims: what it was expected to cost, what
it cost, and the most that it could have cost.
The reimbursements are those of a settlement under the covers that the arrangement has.

Example: a healthy year, 60,000 of claims, 18,480 of administration, 63,480 of premium: self-funded with both covers it
costs 141,960; an insurer would have charged 236,000.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import evolve, field, frozen

from stoploss.choice import Choice
from stoploss.facts import Coverage
from stoploss.funding.maximum import Bound, MaximumLiability
from stoploss.funding.plan import FundingPlan
from stoploss.funding.rates import Rated
from stoploss.money import ZERO, Amount, cents, dollars
from stoploss.policy import Policy, specific_alone
from stoploss.statement import Statement

__all__ = ["Arrangement", "ArrangementName", "arrangements"]


class ArrangementName(Choice):
    """A way to fund the plan; *ASO*: an administrator processes the claims, and the employer pays them."""

    FULLY_INSURED = "fully_insured"
    ASO = "aso"
    """Without stop-loss."""
    ASO_SPECIFIC = "aso_specific"
    ASO_AGGREGATE = "aso_aggregate"
    ASO_SPECIFIC_AGGREGATE = "aso_specific_aggregate"


@frozen(kw_only=True)
class Arrangement:
    """
    What the year costs under one arrangement.

    Args:
        name: Which.
        claims: What the plan pays; 0.00 where an insurer does.
        administration: The administrator's fees.
        premium: Of the stop-loss carrier, or of the insurer.
        reimbursable: What the carrier owes.
        expected: The cost that was expected.
        actual: The cost of the year: claims, administration and premium, less ``reimbursable``.
        maximum: The most that it can be, under the conditions of the maximum liability; ``None``: none is given.
        bound: Whether there is a maximum; where none is given, whether there is none or it is not known.
        saved: What it costs less than a fully insured plan; negative: more. ``None`` without an insurer's premium.
        worth: What the covers reimburse, less their premium: what they were worth; negative in a healthy year.
    """

    name: ArrangementName
    claims: Amount = field(repr=False)
    administration: Amount
    premium: Amount
    reimbursable: Amount = field(repr=False)
    expected: Amount
    actual: Amount = field(repr=False)
    maximum: Amount | None
    bound: Bound
    saved: Amount | None = field(repr=False)
    worth: Amount = field(repr=False)


def arrangements(
    plan: FundingPlan,
    rates: Rated,
    statement: Statement,
    *,
    claims: Amount,
    maximum: MaximumLiability,
    settled: Callable[[Policy], Statement],
) -> Iterator[Arrangement]:
    """
    Yield the arrangements, from no claims of one's own to all covers of the policy.

    Args:
        plan: The employer's plan.
        rates: What depends on enrollment alone.
        statement: The year under the policy.
        claims: What the plan paid for the year's claims; the same under every arrangement but the first.
        maximum: The maximum liability under the policy.
        settled: Settles the same facts under another policy.
    """
    policy = statement.settlement.policy
    covers = tuple(str(cover) for cover in Coverage if getattr(policy, cover) is not None)
    insured = rates.total("fully_insured_premium") if plan.gives("fully_insured_premium") else None
    if insured is not None:
        yield _fully_insured(insured)
    yield _self_funded(ArrangementName.ASO, (), rates=rates, claims=claims, statement=statement, insured=insured)
    if policy.specific is not None and policy.aggregate is not None:
        alone = settled(specific_alone(policy))
        yield _self_funded(
            ArrangementName.ASO_SPECIFIC, ("specific",), rates=rates, claims=claims, statement=alone, insured=insured
        )
    name = ArrangementName("_".join(["aso", *covers]))
    yield evolve(
        _self_funded(name, covers, rates=rates, claims=claims, statement=statement, insured=insured),
        maximum=maximum.amount,
        bound=maximum.bound,
    )


def _fully_insured(premium: int) -> Arrangement:
    amount = dollars(premium)
    return Arrangement(
        name=ArrangementName.FULLY_INSURED,
        claims=ZERO,
        administration=ZERO,
        premium=amount,
        reimbursable=ZERO,
        expected=amount,
        actual=amount,
        maximum=amount,
        bound=Bound.BOUNDED,
        saved=ZERO,
        worth=ZERO,
    )


def _self_funded(
    name: ArrangementName,
    covers: tuple[str, ...],
    *,
    rates: Rated,
    claims: Amount,
    statement: Statement,
    insured: int | None,
) -> Arrangement:
    """Return an arrangement with these covers, as *statement* settles them; it has no maximum yet."""
    administration = rates.total("administration")
    premium = sum(rates.total(f"{cover}_premium") for cover in covers)
    reimbursable = cents(statement.carrier_total) if covers else 0
    expected = rates.total("expected_claims")
    if "specific" in covers:
        expected -= rates.total("expected_reimbursements")
    actual = cents(claims) + administration + premium - reimbursable
    return Arrangement(
        name=name,
        claims=claims,
        administration=dollars(administration),
        premium=dollars(premium),
        reimbursable=dollars(reimbursable),
        expected=dollars(expected + administration + premium),
        actual=dollars(actual),
        maximum=None,
        bound=Bound.UNBOUNDED,
        saved=None if insured is None else dollars(insured - actual),
        worth=dollars(reimbursable - premium),
    )


def __dir__() -> list[str]:
    return __all__
