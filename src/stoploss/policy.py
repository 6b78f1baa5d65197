"""The stop-loss policy: its period, its two covers, and what happens when it ends early.

Example: twelve months from 2025-01-01, specific 12/15 over 100,000 a member, aggregate 12/12 over covered units times
factors: one :class:`Policy` with :class:`~stoploss.specific_terms.SpecificTerms` and
:class:`~stoploss.aggregate_terms.AggregateTerms`.

Source: the schedule of a stop-loss policy; each term has its row in ``docs/clauses.md``.
"""

from __future__ import annotations

from typing import Any

from attrs import asdict, evolve, field, fields, frozen

from stoploss.aggregate_terms import AggregateTerms
from stoploss.basis import ContractBasis, Windows
from stoploss.choice import is_a
from stoploss.errors import PolicyError, raise_if_any
from stoploss.facts import Coverage
from stoploss.policy_rules import POLICY_RULES, basis_of, windows_of
from stoploss.promises import NoticeTerms, RenewalTerms
from stoploss.riders import AdvanceFunding, Bridge, EarlyTermination, Overlap, Rebates, Recoveries, TerminalLiability
from stoploss.rules import findings_among
from stoploss.specific_terms import SpecificTerms
from stoploss.window import Period
from stoploss.words import ConsumeBy, Per

__all__ = ["Policy", "policy_values", "specific_alone"]


@frozen(kw_only=True)
class Policy:
    """
    A stop-loss policy for one policy period.

    Args:
        policyholder: The employer.
        carrier: The insurer.
        number: The policy's number, shown on the statement.
        period: When it is in force.
        specific, aggregate: Its covers; at least one.
        early_termination: What happens when it ends early.
        terminal_liability, bridge, overlap, advance_funding, recoveries, rebates: Riders; ``None`` without.
        notices, renewal: What the carrier wants to hear of, and what it promises; a settlement does not use them.
        situs: State of issue, two letters.
        currency: A label; one currency a policy.

    Raises:
        PolicyError: With every contradiction between the covers and the period.
    """

    policyholder: str
    carrier: str
    number: str
    period: Period = field(validator=is_a(Period))
    specific: SpecificTerms | None = field(default=None, validator=is_a(SpecificTerms))
    aggregate: AggregateTerms | None = field(default=None, validator=is_a(AggregateTerms))
    early_termination: EarlyTermination = field(default=EarlyTermination(), validator=is_a(EarlyTermination))
    terminal_liability: TerminalLiability | None = field(default=None, validator=is_a(TerminalLiability))
    bridge: Bridge | None = field(default=None, validator=is_a(Bridge))
    overlap: Overlap | None = field(default=None, validator=is_a(Overlap))
    advance_funding: AdvanceFunding | None = field(default=None, validator=is_a(AdvanceFunding))
    recoveries: Recoveries = field(default=Recoveries(), validator=is_a(Recoveries))
    rebates: Rebates = field(default=Rebates(), validator=is_a(Rebates))
    notices: NoticeTerms | None = field(default=None, validator=is_a(NoticeTerms))
    renewal: RenewalTerms | None = field(default=None, validator=is_a(RenewalTerms))
    situs: str | None = None
    currency: str = "USD"
    specific_windows: Windows | None = field(init=False, repr=False, eq=False)
    """The windows of specific, termination included."""
    aggregate_windows: Windows | None = field(init=False, repr=False, eq=False)
    """The windows of the aggregate, termination included."""

    def __attrs_post_init__(self) -> None:
        raise_if_any(PolicyError, findings_among(POLICY_RULES, policy_values(self)))
        for coverage in Coverage:
            basis, windows = self.basis(coverage), None
            if basis is not None:
                windows = windows_of(coverage, basis, self.period, self.early_termination, self.terminal_liability)
            object.__setattr__(self, f"{coverage}_windows", windows)

    def basis(self, coverage: Coverage) -> ContractBasis | None:
        """Return the basis that applies under a coverage: a bridge's once the group renewed; ``None`` without cover."""
        terms = self.specific if coverage is Coverage.SPECIFIC else self.aggregate
        return None if terms is None else basis_of(coverage, terms.basis, self.bridge)

    @property
    def bases(self) -> tuple[ContractBasis, ...]:
        """The bases that apply under the covers that there are."""
        return tuple(basis for basis in map(self.basis, Coverage) if basis is not None)

    @property
    def per(self) -> Per:
        """The unit over which both covers run."""
        if self.specific:
            return self.specific.per
        return (self.aggregate and self.aggregate.per) or Per.MEMBER

    @property
    def consume_by(self) -> ConsumeBy:
        """The order in which payments are taken, by both covers."""
        if self.specific:
            return self.specific.consume_by
        return (self.aggregate and self.aggregate.consume_by) or ConsumeBy.PAID


def policy_values(policy: Policy) -> dict[str, Any]:
    """Return the terms of a policy by path, one level deep: ``period``, ``specific``, ``specific.deductible`` ..."""
    values = {attribute.name: getattr(policy, attribute.name) for attribute in fields(Policy) if attribute.init}
    for coverage, terms in (("specific", policy.specific), ("aggregate", policy.aggregate)):
        if terms is not None:
            values |= {f"{coverage}.{name}": value for name, value in asdict(terms, recurse=False).items()}
    return values


def specific_alone(policy: Policy) -> Policy:
    """
    Return a policy without its aggregate, and without the terms that only concern that.

    Raises:
        PolicyError: Where the policy has no specific cover.
    """
    specific, terminal = policy.specific, policy.terminal_liability
    if specific is not None:
        specific = evolve(specific, lasers=[evolve(laser, counts=None) for laser in specific.lasers])
    if terminal is not None and Coverage.AGGREGATE in terminal.covers:
        covers = [cover for cover in terminal.covers if cover is not Coverage.AGGREGATE]
        terminal = evolve(terminal, covers=covers) if covers else None  # no covers would be all of them
    return evolve(policy, specific=specific, aggregate=None, terminal_liability=terminal)


def __dir__() -> list[str]:
    return __all__
