"""What the terms of a policy say about each other: rules between its covers, its riders and its period.

Source: ``docs/clauses.md``; each rule refuses a contradiction by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import Accommodation, AggregateFactor, MinimumAttachment
from stoploss.basis import ContractBasis, Windows
from stoploss.errors import Finding, StopLossError
from stoploss.facts import Coverage
from stoploss.lasers import Laser
from stoploss.money import Amount
from stoploss.riders import AdvanceFunding, Bridge, EarlyTermination, Overlap, Recoveries, TerminalLiability
from stoploss.rules import Rule
from stoploss.specific_terms import SpecificTerms
from stoploss.window import Period
from stoploss.words import ConsumeBy, Counting, Per, RecoveryOrder, TerminalAttachment, WindowsOnTermination

__all__ = ["POLICY_RULES", "basis_of", "windows_of"]


def basis_of(coverage: Coverage, own: ContractBasis, bridge: Bridge | None) -> ContractBasis:
    """Return the basis of a coverage; a bridge replaces that of specific once the group has renewed."""
    return bridge.basis if bridge and bridge.renewed and coverage is Coverage.SPECIFIC else own


def windows_of(
    coverage: Coverage,
    basis: ContractBasis,
    period: Period,
    early: EarlyTermination,
    terminal: TerminalLiability | None,
) -> Windows:
    """Return the windows of a coverage: termination cuts them, run-out included; terminal liability extends them."""
    windows = basis.windows(period)
    if coverage is Coverage.AGGREGATE or early.windows is not WindowsOnTermination.UNCHANGED:
        windows = windows.cut(period.terminated)
    if terminal is None or not terminal.extends(coverage):
        return windows
    return windows.extended(incurred_by=period.last_day_in_force, paid_by=terminal.reach(period))


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
    def find(period: Period, early: EarlyTermination, bridge: Bridge | None, basis: ContractBasis) -> Iterator[Finding]:
        applied = basis_of(coverage, basis, bridge)
        try:
            windows_of(coverage, applied, period, early, None)
        except StopLossError as error:
            yield from error.under(f"{coverage}.basis" if applied is basis else "bridge.basis").findings

    return Rule(("period", "early_termination", "bridge", f"{coverage}.basis"), find)


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


def _terminal_extends_a_cover(
    specific: object, aggregate: object, terminal: TerminalLiability | None
) -> Iterator[Finding]:
    for coverage, terms in ((Coverage.SPECIFIC, specific), (Coverage.AGGREGATE, aggregate)):
        if terminal is not None and coverage in terminal.covers and terms is None:
            rule = f"the policy has no {coverage} cover whose paid window it could extend"
            yield Finding(code="SL557", where="terminal_liability.covers", rule=rule)


def _terminal_attaches_by_months(aggregate: object, terminal: TerminalLiability | None) -> Iterator[Finding]:
    if terminal is None or aggregate is None or not terminal.extends(Coverage.AGGREGATE) or terminal.months is not None:
        return
    if terminal.attachment in {TerminalAttachment.LAST_MONTHS, TerminalAttachment.RATIO}:
        rule = f'the attachment point goes up by months under attachment = "{terminal.attachment}"'
        yield Finding(code="SL557", where="terminal_liability.months", rule=rule, help="give months beside days")


def _terminal_or_unchanged_windows(
    terminal: TerminalLiability | None, period: Period, early: EarlyTermination, specific: object
) -> Iterator[Finding]:
    unchanged = period.ended_early and early.windows is WindowsOnTermination.UNCHANGED
    if specific is not None and terminal is not None and terminal.extends(Coverage.SPECIFIC) and unchanged:
        rule = "the specific windows go on unchanged after termination, and terminal liability is for windows that end"
        help_ = 'write "to_termination", or take specific out of terminal_liability.covers'
        yield Finding(code="SL558", where="early_termination.windows", rule=rule, help=help_)


def _fits(basis: ContractBasis, period: Period) -> bool:
    try:
        basis.windows(period)
    except StopLossError:
        return False
    return True


def _terminal_or_run_out(coverage: Coverage) -> Rule:
    def find(terminal: TerminalLiability | None, period: Period, basis: ContractBasis) -> Iterator[Finding]:
        if terminal is None or not terminal.extends(coverage) or not _fits(basis, period):
            return
        if basis.has_run_out(period):
            rule = f"the basis of {coverage} has run-out already, and the same months are not bought twice"
            help_ = "take the run-out out of the basis, or the cover out of terminal_liability.covers"
            yield Finding(code="SL558", where=f"{coverage}.basis", rule=rule, help=help_)

    return Rule(("terminal_liability", "period", f"{coverage}.basis"), find)


def _bridged_by_renewal(
    bridge: Bridge | None, specific: object, period: Period, terminal: TerminalLiability | None
) -> Iterator[Finding]:
    if bridge is None:
        return
    if specific is None:
        yield Finding(code="SL559", where="bridge", rule="a bridge replaces the specific basis, and there is none")
    if not bridge.renewed:
        return
    if period.terminated is not None:
        rule = "a policy that was terminated was not renewed"
        yield Finding(code="SL559", where="bridge.renewed", rule=rule)
    if terminal is not None and terminal.extends(Coverage.SPECIFIC):
        rule = "terminal liability is for a policy that ends, a bridge for one that was renewed"
        yield Finding(code="SL559", where="bridge.renewed", rule=rule)


def _others_are_other_years(period: Period, overlap: Overlap | None) -> Iterator[Finding]:
    for position, other in enumerate(overlap.other if overlap else ()):
        if other.effective <= period.last_day_in_force and period.effective <= other.expires:
            own = f"{period.effective} to {period.last_day_in_force}"
            rule = f"another policy is in force at another time than this one, {own}"
            yield Finding(code="SL560", where=f"overlap.other[{position}]", rule=rule)


def _recoveries_of_specific(specific: object, recoveries: Recoveries) -> Iterator[Finding]:
    if specific is None and recoveries.order is not RecoveryOrder.RECOMPUTE:
        rule = "whose a recovery is first is a matter between the employer and the specific carrier"
        yield Finding(code="SL561", where="recoveries.order", rule=rule, help='write "recompute", or leave it out')


def _advances_of_specific(specific: object, advance_funding: AdvanceFunding | None) -> Iterator[Finding]:
    if specific is None and advance_funding is not None:
        yield Finding(code="SL561", where="advance_funding", rule="advance funding belongs to a specific cover")


def _lasers_count_in_an_aggregate(lasers: tuple[Laser, ...], aggregate: object) -> Iterator[Finding]:
    if aggregate is None:
        yield from _lasers_that_count(lasers)


def _lasers_count_by_loss_limit(lasers: tuple[Laser, ...], counting: Counting) -> Iterator[Finding]:
    if counting is Counting.NET_OF_SPECIFIC:
        yield from _lasers_that_count(lasers)


def _lasers_that_count(lasers: tuple[Laser, ...]) -> Iterator[Finding]:
    for position, laser in enumerate(lasers):
        if laser.counts is not None:
            rule = "what a laser counts belongs to an aggregate cover that counts by loss limit"
            yield Finding(code="SL535", where=f"specific.lasers[{position}].counts", rule=rule, help="leave it out")


def _factors_hold_from_the_start(period: Period, factors: tuple[AggregateFactor, ...]) -> Iterator[Finding]:
    def holds(factor: AggregateFactor) -> bool:
        return factor.from_on is None or factor.from_on <= period.effective

    begun = {(factor.whose, factor.benefit) for factor in factors if holds(factor)}
    for position, factor in enumerate(factors):
        if (factor.whose, factor.benefit) not in begun:
            rule = "a factor from a day follows one that holds from the first policy month"
            where = f"aggregate.factors[{position}].from"
            yield Finding(code="SL537", where=where, rule=rule, help="write 0 if there is none before")


def _months_of_the_period(
    period: Period, minimum: MinimumAttachment | None, accommodation: Accommodation | None
) -> Iterator[Finding]:
    given = {
        "aggregate.minimum.first_months.months": minimum.first_months.months
        if minimum and minimum.first_months
        else None,
        "aggregate.accommodation.months_open": accommodation.months_open if accommodation else None,
    }
    for where, months in given.items():
        if months is not None and months > period.months:
            rule = f"the policy period has {period.months} policy months"
            yield Finding(code="SL538", where=where, rule=rule)


POLICY_RULES: Sequence[Rule] = (
    Rule(("specific", "aggregate"), _has_a_cover),
    Rule(("policyholder", "carrier", "number", "currency"), _is_named),
    Rule(("situs",), _situs_is_a_state),
    _basis_fits(Coverage.SPECIFIC),
    _basis_fits(Coverage.AGGREGATE),
    Rule(("specific.deductible", "aggregate.loss_limit"), _loss_limit_within_deductible),
    _specific_decides("per"),
    _specific_decides("consume_by"),
    Rule(("specific", "aggregate", "terminal_liability"), _terminal_extends_a_cover),
    Rule(("aggregate", "terminal_liability"), _terminal_attaches_by_months),
    Rule(("terminal_liability", "period", "early_termination", "specific"), _terminal_or_unchanged_windows),
    _terminal_or_run_out(Coverage.SPECIFIC),
    _terminal_or_run_out(Coverage.AGGREGATE),
    Rule(("bridge", "specific", "period", "terminal_liability"), _bridged_by_renewal),
    Rule(("period", "overlap"), _others_are_other_years),
    Rule(("specific", "recoveries"), _recoveries_of_specific),
    Rule(("specific", "advance_funding"), _advances_of_specific),
    Rule(("specific.lasers", "aggregate"), _lasers_count_in_an_aggregate),
    Rule(("specific.lasers", "aggregate.counting"), _lasers_count_by_loss_limit),
    Rule(("period", "aggregate.factors"), _factors_hold_from_the_start),
    Rule(("period", "aggregate.minimum", "aggregate.accommodation"), _months_of_the_period),
)
"""The rules between covers, riders and period; terms by path: ``specific.deductible``."""


def __dir__() -> list[str]:
    return __all__
