"""A program: the policy years of one employer, settled together.

Each payment counts under one year at most, cover by cover.
Where the windows of two years hold it, run-out of the one and run-in of the other, the overlap rule says whose it is;
where none holds it, it is unassigned, and what falls into a gap between two years is priced.
What a year reimburses is used of the lifetime maxima of the years after it.

Every year is settled by :func:`~stoploss.statement.settle` over all payments, under its own policy with two things
written in: the other years, as its ``overlap``, and what was ``used`` before it.
So each statement explains itself, and settling that policy alone gives it again.

Source: SAFECO LGC 8809 (an expense that would qualify in two periods belongs to the one in which it was incurred); see
``docs/clauses.md``, screening.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from attrs import evolve, field, frozen

from stoploss.choice import sequence_of
from stoploss.errors import FactError, PolicyError, StopLossError, raise_if_any
from stoploss.facts import CarrierPayment, Coverage, CoveredUnits, Payment
from stoploss.policy import Policy
from stoploss.program.carried import Carried, lifetime_labels, with_used
from stoploss.program.drawing import Drawing, draw
from stoploss.program.placing import as_other, by_policy, located, strangers, units_of, unknown_numbers
from stoploss.program.pricing import PricedGap, priced_gaps
from stoploss.program.rectangles import Gap, Overlap, gaps, overlaps
from stoploss.program.result import ProgramStatement, stated
from stoploss.program.validity import bridges_not_taken, contradictions, on_paper, stated_rules
from stoploss.riders import Overlap as OverlapTerms
from stoploss.statement import Statement, settle
from stoploss.words import OverlapRule

__all__ = ["Program"]


def _in_order(values: Iterable[Policy]) -> tuple[Policy, ...]:
    policies = sequence_of(Policy, values, "policies")
    return tuple(sorted(policies, key=lambda policy: policy.period.effective))


def _optional_rule(value: OverlapRule | str | None) -> OverlapRule | None:
    return None if value is None else OverlapRule(value)


@frozen(kw_only=True)
class Program:
    """
    The policy years of one employer.

    Args:
        policies: At least one, in any order; kept by the day on which they are effective.
        overlap: Which year takes a payment that the windows of two hold; ``None``: what the policies' own ``overlap``
            says, and ``error`` where they say nothing.

    Raises:
        PolicyError: With everything that keeps the policies from being years of one program.

    >>> from stoploss.specific_terms import SpecificTerms
    >>> from stoploss.window import Period
    >>> def year(number, basis):
    ...     period = Period(effective=dt.date(number, 1, 1), expires=dt.date(number, 12, 31))
    ...     terms = SpecificTerms(basis=basis, covers=["medical"], deductible="100000")
    ...     return Policy(policyholder="A", carrier="B", number=f"SL-{number}", period=period, specific=terms)
    >>> program = Program(policies=[year(2024, "12/15"), year(2025, "15/12")], overlap="incurred")
    >>> day = {"incurred_on": dt.date(2024, 11, 5), "paid_on": dt.date(2025, 2, 3)}
    >>> statement = program.settle([Payment(id="c1", member="M1", amount="150,000", **day)])
    >>> [str(year.carrier_total) for year in statement.statements]
    ['50000.00', '0.00']
    """

    policies: tuple[Policy, ...] = field(converter=_in_order)
    overlap: OverlapRule | None = field(default=None, converter=_optional_rule)

    def __attrs_post_init__(self) -> None:
        raise_if_any(PolicyError, contradictions(self.policies, self.overlap))

    def __repr__(self) -> str:
        return f"Program({', '.join(policy.number for policy in self.policies)})"

    @property
    def rule(self) -> OverlapRule:
        """Which year takes a payment that the windows of two hold."""
        return self.overlap or next(iter(stated_rules(self.policies)), OverlapRule.ERROR)

    def gaps(self, coverage: Coverage) -> tuple[Gap, ...]:
        """Return the claims between the years that none of them covers."""
        return gaps(self.policies, coverage)

    def overlaps(self, coverage: Coverage) -> tuple[Overlap, ...]:
        """Return the claims that the windows of two years hold."""
        return overlaps(self.policies, coverage)

    def priced_gaps(self, payments: Iterable[Payment], coverage: Coverage) -> tuple[PricedGap, ...]:
        """Return the gaps, each with what the plan paid inside of it."""
        return priced_gaps(self.policies, payments, coverage)

    def draw(self, coverage: Coverage) -> Drawing:
        """Draw what each year covers, and the gaps."""
        return draw(self.policies, coverage)

    def _repr_html_(self) -> str:
        covers = [coverage for coverage in Coverage if any(getattr(policy, coverage) for policy in self.policies)]
        return "".join(f"<h4>{coverage}</h4>{self.draw(coverage).svg()}" for coverage in covers)

    def settle(
        self,
        payments: Iterable[Payment],
        units: Iterable[CoveredUnits] = (),
        carrier_payments: Mapping[str, Iterable[CarrierPayment]] | None = None,
        *,
        as_of: dt.date | None = None,
    ) -> ProgramStatement:
        """
        Settle all years.

        Args:
            payments: What the plan paid over all years, in any order.
            units: Covered units of all years; each goes to the year in which its month lies.
            carrier_payments: What the carrier has paid, by the number of the policy that it paid under: the fact itself
                does not say.
            as_of: Take what was paid up to and including this day; ``None``: everything.

        Raises:
            FactError: With every fact that cannot be settled, those of all years together; a payment that two years
                hold is one of them where the rule is ``error``.
        """
        rows, claims = tuple(units), tuple(payments)
        received = by_policy(carrier_payments)
        of_year = [units_of(policy, rows) for policy in self.policies]
        faults = [*strangers(self.policies, rows, of_year), *unknown_numbers(self.policies, received)]
        notices = list(bridges_not_taken(self.policies))
        statements: list[Statement] = []
        carried = Carried(labels=lifetime_labels(self.policies))
        for at, policy in enumerate(self.policies):
            notices += carried.restated(policy)
            carried = carried.entering(policy)
            year = with_used(evolve(policy, overlap=self._others(at)), carried.used)
            own = [rows[position] for position in of_year[at]]
            try:
                statement = settle(year, claims, own, received.get(policy.number, ()), as_of=as_of)
            except StopLossError as error:
                faults += [located(found, policy.number, of_year[at]) for found in error.findings]
                continue
            carried = carried.after(statement)
            statements.append(statement)
        raise_if_any(FactError, dict.fromkeys(faults))
        return stated(self.policies, statements, notices, claims)

    def _others(self, at: int) -> OverlapTerms | None:
        """Return the overlap of one year with all others, and with policies outside of the program that it names."""
        own = self.policies[at]
        ours = {policy.period.effective for policy in self.policies}
        outside = [other for other in (own.overlap.other if own.overlap else ()) if other.effective not in ours]
        # A year that ended early may be followed within its period: the two then have no claim in common.
        years = [policy for policy in self.policies if not on_paper(policy, own)]
        others = [other for policy in years for other in as_other(policy)]
        return OverlapTerms(rule=self.rule, other=(*outside, *others)) if others or outside else None


def __dir__() -> list[str]:
    return __all__
