"""The stop-loss policy: its period, its two covers, and what happens when it ends early.

Example: twelve months from 2025-01-01, specific 12/15 over 100,000 a member, aggregate 12/12 over covered units times
factors: one :class:`Policy` with :class:`~stoploss.specific_terms.SpecificTerms` and
:class:`~stoploss.aggregate_terms.AggregateTerms`.

Source: the schedule of a stop-loss policy; each term has its row in ``docs/clauses.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from attrs import asdict, field, fields, frozen

from stoploss.aggregate_terms import AggregateTerms
from stoploss.basis import ContractBasis, Windows
from stoploss.choice import is_a
from stoploss.errors import Finding, PolicyError, StopLossError, raise_if_any
from stoploss.facts import Coverage
from stoploss.money import Amount
from stoploss.rules import Rule, findings_among
from stoploss.specific_terms import SpecificTerms
from stoploss.window import Period
from stoploss.words import AggregateOnTermination, ConsumeBy, MinimumOnTermination, Per, WindowsOnTermination

__all__ = ["POLICY_RULES", "EarlyTermination", "Policy", "policy_values"]


@frozen(kw_only=True)
class EarlyTermination:
    """
    What happens when the policy ends before it expires; without effect until ``period.terminated`` is given.

    Args:
        windows: Whether the specific windows end with the policy; the aggregate's always do.
        minimum: Whether the minimum attachment point stays whole, is prorated by months in force, or is dropped.
        aggregate: Whether the aggregate then pays at all.
    """

    windows: WindowsOnTermination = field(default=WindowsOnTermination.TO_TERMINATION, converter=WindowsOnTermination)
    minimum: MinimumOnTermination = field(default=MinimumOnTermination.FULL, converter=MinimumOnTermination)
    aggregate: AggregateOnTermination = field(default=AggregateOnTermination.PAYS, converter=AggregateOnTermination)


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
    situs: str | None = None
    currency: str = "USD"
    specific_windows: Windows | None = field(init=False, repr=False, eq=False)
    """The windows of specific, termination included."""
    aggregate_windows: Windows | None = field(init=False, repr=False, eq=False)
    """The windows of the aggregate, termination included."""

    def __attrs_post_init__(self) -> None:
        raise_if_any(PolicyError, findings_among(POLICY_RULES, policy_values(self)))
        for coverage, terms in ((Coverage.SPECIFIC, self.specific), (Coverage.AGGREGATE, self.aggregate)):
            windows = _windows(coverage, terms.basis, self.period, self.early_termination) if terms else None
            object.__setattr__(self, f"{coverage}_windows", windows)

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


def _windows(coverage: Coverage, basis: ContractBasis, period: Period, early: EarlyTermination) -> Windows:
    """Return the windows of a coverage; termination then cuts what is left, run-out included."""
    windows = basis.windows(period)
    if coverage is Coverage.SPECIFIC and early.windows is WindowsOnTermination.UNCHANGED:
        return windows
    return windows.cut(period.terminated)


def _has_a_cover(specific: SpecificTerms | None, aggregate: AggregateTerms | None) -> Iterator[Finding]:
    if specific is None and aggregate is None:
        rule = "a policy has a specific cover, an aggregate cover or both"
        yield Finding(code="SL530", where="", rule=rule, help="add [specific] or [aggregate]")


def _is_named(policyholder: object, carrier: object, number: object, currency: object) -> Iterator[Finding]:
    texts = {"policyholder": policyholder, "carrier": carrier, "number": number, "currency": currency}
    for name, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            yield Finding(code="SL531", where=name, rule="this is text, and not empty")


def _situs_is_a_state(situs: object) -> Iterator[Finding]:
    if situs is not None and not (isinstance(situs, str) and re.fullmatch("[A-Z]{2}", situs)):
        yield Finding(code="SL532", where="situs", rule="the state of issue is two capital letters", help="such as IL")


def _basis_fits(coverage: Coverage) -> Rule:
    def find(period: Period, early: EarlyTermination, basis: ContractBasis) -> Iterator[Finding]:
        try:
            _windows(coverage, basis, period, early)
        except StopLossError as error:
            yield from error.under(f"{coverage}.basis").findings

    return Rule(("period", "early_termination", f"{coverage}.basis"), find)


def _loss_limit_within_deductible(deductible: Amount, loss_limit: Amount | None) -> Iterator[Finding]:
    if loss_limit is not None and loss_limit > deductible:
        rule = f"the loss limit is at most the specific deductible, {deductible:,}, or a dollar would be paid twice"
        yield Finding(code="SL533", where="aggregate.loss_limit", rule=rule)


def _specific_decides(name: str) -> Rule:
    def find(specific: SpecificTerms | None, given: Per | ConsumeBy | None) -> Iterator[Finding]:
        if specific is not None and given is not None:
            rule = "this belongs to a policy without specific; here the specific cover decides it for both"
            yield Finding(code="SL534", where=f"aggregate.{name}", rule=rule, help=f"write it as specific.{name}")

    return Rule(("specific", f"aggregate.{name}"), find)


POLICY_RULES = (
    Rule(("specific", "aggregate"), _has_a_cover),
    Rule(("policyholder", "carrier", "number", "currency"), _is_named),
    Rule(("situs",), _situs_is_a_state),
    _basis_fits(Coverage.SPECIFIC),
    _basis_fits(Coverage.AGGREGATE),
    Rule(("specific.deductible", "aggregate.loss_limit"), _loss_limit_within_deductible),
    _specific_decides("per"),
    _specific_decides("consume_by"),
)
"""The rules between covers and period; terms by the paths of :func:`policy_values`."""


def __dir__() -> list[str]:
    return __all__
