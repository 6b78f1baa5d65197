"""What a program comes to: one statement a year, and what no year takes.

Under each cover every payment is eligible in one year, or unassigned: rows and dollars of the years and of what is
unassigned add up to everything that the plan paid.

Source: ``docs/clauses.md``, statement.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from attrs import field, frozen

from stoploss.errors import Finding, InvariantError, UnknownFact, raise_if_any
from stoploss.facts import Coverage, Payment, Status
from stoploss.money import Amount, cents, dollars
from stoploss.policy import Policy
from stoploss.program.pricing import PricedGap, priced_gaps
from stoploss.sheets import Claims, to_document
from stoploss.statement import Statement

__all__ = ["ProgramStatement", "Unassigned", "stated", "taken"]


@frozen(kw_only=True)
class Unassigned:
    """
    What the plan paid and no year takes, under one cover.

    Args:
        coverage: Which cover.
        count: How many payments.
        amount: What they come to.
        gaps: The gaps between the years, each with its part of it; the rest is unassigned for another reason, such as
            a benefit that is not covered, or lies outside of the program.
        payments: Their ids, sorted.
    """

    coverage: Coverage
    count: int
    amount: Amount = field(repr=False)
    gaps: tuple[PricedGap, ...]
    payments: tuple[str, ...] = field(repr=False)


@frozen(kw_only=True)
class ProgramStatement:
    """
    What the carriers owe for all years.

    Args:
        as_of: Day of the statement; ``None``: everything that was reported.
        statements: One for each policy, in order. Each shows all payments; those of other years are excluded in it.
        claims: Everything that the plan paid, once.
        unassigned: What no year takes, for each cover that some year has.
        employer_net: ``claims.amount`` less ``carrier_total``.
        carrier_total: What is reimbursable in all years.
        notices: What was settled all the same and is worth a look, beside the notices of each statement.
    """

    as_of: dt.date | None
    statements: tuple[Statement, ...]
    claims: Claims
    unassigned: tuple[Unassigned, ...]
    employer_net: Amount
    carrier_total: Amount
    notices: tuple[Finding, ...]

    def __repr__(self) -> str:
        numbers = ", ".join(statement.policy for statement in self.statements)
        return f"ProgramStatement({numbers}, as_of={self.as_of})"

    @property
    def final(self) -> bool:
        """Whether the last paid window of every year has ended."""
        return all(statement.final for statement in self.statements)

    def year(self, number: str) -> Statement:
        """
        Return the statement of the policy with that number.

        Raises:
            UnknownFact: When the program has no such policy.
        """
        for statement in self.statements:
            if statement.policy == number:
                return statement
        raise UnknownFact(Finding(code="SL710", where="number", rule="the program has no policy of this number"))

    def to_dict(self) -> dict[str, Any]:
        """Return the statement as plain data, ready for JSON; amounts and days are text."""
        return {
            "schema": 1,
            "as_of": None if self.as_of is None else str(self.as_of),
            "final": self.final,
            "claims": to_document(self.claims),
            "years": [statement.to_dict() for statement in self.statements],
            "unassigned": [_unassigned_document(each) for each in self.unassigned],
            "employer_net": str(self.employer_net),
            "carrier_total": str(self.carrier_total),
        }


def stated(
    policies: Sequence[Policy], statements: Sequence[Statement], notices: Iterable[Finding], claims: Sequence[Payment]
) -> ProgramStatement:
    """
    Put the years' statements together.

    Args:
        policies: The years, in order.
        statements: Theirs; each over all payments.
        notices: What was noticed between the years.
        claims: All payments as they were given, to name one by its position.

    Raises:
        InvariantError: Should two years take one payment, instead of a wrong number.
    """
    raise_if_any(InvariantError, _taken_twice(statements, claims))
    first = statements[0]
    carrier = sum(cents(statement.carrier_total) for statement in statements)
    covers = [coverage for coverage in Coverage if any(getattr(policy, coverage) for policy in policies)]
    return ProgramStatement(
        as_of=first.as_of,
        statements=tuple(statements),
        claims=first.claims,
        unassigned=tuple(_unassigned(policies, statements, coverage) for coverage in covers),
        employer_net=dollars(cents(first.claims.amount) - carrier),
        carrier_total=dollars(carrier),
        notices=tuple(notices),
    )


def taken(statement: Statement, coverage: Coverage) -> Iterator[Payment]:
    """Yield the payments that a year takes under one cover."""
    settlement = statement.settlement
    run = settlement.specific if coverage is Coverage.SPECIFIC else settlement.aggregate
    yield from run.netted.screened.eligible if run else ()


def _taken_twice(statements: Sequence[Statement], claims: Sequence[Payment]) -> Iterator[Finding]:
    """Find what must never happen: a payment that two years take under one cover."""
    twice = {
        name
        for coverage in Coverage
        for name, times in Counter(each.id for own in statements for each in taken(own, coverage)).items()
        if times > 1
    }
    for position, payment in enumerate(claims):
        if payment.id in twice:
            yield Finding(code="SL904", where=f"payments[{position}]", rule="two years take this payment")


def _unassigned(policies: Sequence[Policy], statements: Sequence[Statement], coverage: Coverage) -> Unassigned:
    paid = [each for each in statements[0].settlement.payments if each.status is not Status.PENDING]
    of_a_year = {payment.id for statement in statements for payment in taken(statement, coverage)}
    left = [payment for payment in paid if payment.id not in of_a_year]
    return Unassigned(
        coverage=coverage,
        count=len(left),
        amount=dollars(sum(payment.cents for payment in left)),
        gaps=priced_gaps(policies, paid, coverage),
        payments=tuple(sorted(payment.id for payment in left)),
    )


def _unassigned_document(each: Unassigned) -> dict[str, Any]:
    gaps = [
        to_document(gap.gap) | {"count": gap.count, "amount": str(gap.amount), "in_words": str(gap)}
        for gap in each.gaps
    ]
    return {"coverage": str(each.coverage), "count": each.count, "amount": str(each.amount), "gaps": gaps}


def __dir__() -> list[str]:
    return __all__
