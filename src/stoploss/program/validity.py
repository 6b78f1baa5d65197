"""What makes policies the years of one program: one employer, one currency, one year after the other.

Source: ``docs/clauses.md``, policy period.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from stoploss.errors import Finding
from stoploss.facts import Coverage
from stoploss.policy import Policy
from stoploss.program.carried import lifetime_of
from stoploss.program.rectangles import overlaps
from stoploss.words import OverlapRule

__all__ = ["bridges_not_taken", "contradictions", "on_paper", "stated_rules"]

_ONE_DAY = dt.timedelta(days=1)


def contradictions(policies: Sequence[Policy], overlap: OverlapRule | None) -> Iterator[Finding]:
    """
    Find what keeps policies from being the years of one program.

    Args:
        policies: By the day on which they are effective.
        overlap: The overlap rule of the program, if it has one of its own.
    """
    if not policies:
        yield Finding(code="SL700", where="policies", rule="a program has at least one policy")
    yield from _alike(policies, "policyholder", "the policies of a program are those of one employer")
    yield from _alike(policies, "currency", "the policies of a program are in one currency")
    yield from _numbers_differ(policies)
    yield from _one_after_the_other(policies)
    yield from _ended_for_good(policies)
    yield from _lifetimes_of_one_kind(policies)
    if overlap is None and len(stated_rules(policies)) > 1:
        rule = f"the policies have different overlap rules: {', '.join(sorted(stated_rules(policies)))}"
        yield Finding(code="SL705", where="policies", rule=rule, help="give the program one of them")


def stated_rules(policies: Sequence[Policy]) -> set[OverlapRule]:
    """Return the overlap rules that the policies themselves have."""
    return {policy.overlap.rule for policy in policies if policy.overlap}


def _alike(policies: Sequence[Policy], name: str, rule: str) -> Iterator[Finding]:
    for at, policy in enumerate(policies):
        if getattr(policy, name) != getattr(policies[0], name):
            yield Finding(code="SL701", where=f"policies[{at}].{name}", rule=rule)


def _numbers_differ(policies: Sequence[Policy]) -> Iterator[Finding]:
    numbers = [policy.number for policy in policies]
    for at, number in enumerate(numbers):
        if number in numbers[:at]:
            rule = f"{number} is the number of an earlier year as well; years are told apart by it"
            yield Finding(code="SL702", where=f"policies[{at}].number", rule=rule, help="add the year to it")


def _one_after_the_other(policies: Sequence[Policy]) -> Iterator[Finding]:
    for at, (before, after) in enumerate(pairwise(policies), start=1):
        if after.period.effective <= before.period.last_day_in_force:
            rule = f"this policy is effective on {after.period.effective}, while {before.number} is in force"
            yield Finding(code="SL703", where=f"policies[{at}].period", rule=rule)


def on_paper(one: Policy, other: Policy) -> bool:
    """Say whether the periods of two policies have days in common, in force or not."""
    return one.period.effective <= other.period.expires and other.period.effective <= one.period.expires


def _ended_for_good(policies: Sequence[Policy]) -> Iterator[Finding]:
    for (_, before), (at, after) in combinations(enumerate(policies), 2):
        follows = before.period.last_day_in_force < after.period.effective
        if follows and on_paper(before, after) and any(overlaps([before, after], coverage) for coverage in Coverage):
            rule = f"{before.number} ended early, and still takes claims that this policy takes"
            way_out = "by its days either may have them; end its windows with it"
            yield Finding(code="SL716", where=f"policies[{at}].period", rule=rule, help=way_out)


def bridges_not_taken(policies: Sequence[Policy]) -> Iterator[Finding]:
    """Find policies whose bridge would be in effect: the group has renewed with the same carrier."""
    for before, after in pairwise(policies):
        renewed = before.carrier == after.carrier and after.period.effective == before.period.expires + _ONE_DAY
        if before.bridge and not before.bridge.renewed and renewed and not before.period.ended_early:
            rule = f"the group renewed with {after.number}, and the bridge of {before.number} is not in effect"
            yield Finding(code="SL717", where=f"{before.number} bridge.renewed", rule=rule, help="check the contract")


def _lifetimes_of_one_kind(policies: Sequence[Policy]) -> Iterator[Finding]:
    kinds = [(at, policy.specific.per) for at, policy in enumerate(policies) if policy.specific]
    if not any(map(lifetime_of, policies)):
        return
    for at, per in kinds:
        if per is not kinds[0][1]:
            rule = f"lifetime maxima are carried from year to year, so the deductible stays per {kinds[0][1]}"
            yield Finding(code="SL704", where=f"policies[{at}].specific.per", rule=rule)


def __dir__() -> list[str]:
    return __all__
