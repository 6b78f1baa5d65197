"""Covered units of many policies: small beside the claims, and checked by the rules of the attachment point."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve, field, frozen

from stoploss.attachment import enrollment_faults
from stoploss.facts import CoveredUnits
from stoploss.feeds.conservation import FileTally
from stoploss.feeds.enrollment import ENROLLMENT
from stoploss.frames.engines.engine import Engine
from stoploss.frames.found import REPEATED, Found
from stoploss.frames.objects import Given, Told, facts_in, gathered, tally_of
from stoploss.frames.rows import RowColumns, units_of
from stoploss.frames.sources import Holds
from stoploss.policy import Policy

__all__ = ["CheckedUnits", "check_enrollment"]


@frozen(kw_only=True)
class CheckedUnits:
    """
    What became of a source of covered units.

    Args:
        units: By policy, each once.
        columns: The source's pinned columns, as they were read.
        found: What was found.
        tally: What became of every row and every unit; ``None`` without a source.
    """

    units: Mapping[str, Sequence[CoveredUnits]] = field(repr=False)
    columns: RowColumns = field(repr=False)
    found: tuple[Found, ...]
    tally: FileTally | None


def check_enrollment(engine: Engine, source: object, policies: Sequence[Policy], as_of: dt.date | None) -> CheckedUnits:
    """
    Find everything that is wrong with covered units.

    Args:
        engine: Reads them.
        source: A path, or a frame that the engine takes; ``None``: none were reported.
        policies: Those that they may belong to.
        as_of: Units are wanted of the months that begin on or before this day; ``None``: of all.
    """
    if source is None:
        return CheckedUnits(units={}, columns={}, found=tuple(_none_given(policies, as_of)), tally=None)
    numbers = frozenset(policy.number for policy in policies)
    holds = {"month": Holds.DAY, "units": Holds.UNITS}
    facts = facts_in(engine, source, ENROLLMENT, units_of, label="enrollment", policies=numbers, holds=holds)
    if any(not found.notice for found in facts.found):
        return CheckedUnits(units={}, columns={}, found=tuple(facts.found), tally=None)
    by_policy: defaultdict[str, list[Given[CoveredUnits]]] = defaultdict(list)
    for each in facts.given:
        by_policy[each.policy].append(each)
    # Units that cannot be read are not missing as well.
    unread = {facts.columns["policy"][each.row - 1] for each in facts.told}
    told = [*facts.told, *_missing([each for each in policies if each.number not in unread], by_policy, as_of)]
    once = {number: _once(own) for number, own in by_policy.items()}
    kept = {each.row for own in once.values() for each in own}
    duplicates = [each for each in facts.given if each.row not in kept]
    found = [*facts.found, *gathered(told, facts.label, ordered=facts.ordered, units=True)]
    refused = any(not each.notice for each in found)
    found += gathered(list(_repeated(duplicates)), facts.label, ordered=facts.ordered, units=True, notice=True)
    return CheckedUnits(
        units={number: tuple(each.fact for each in own) for number, own in once.items()},
        columns=facts.columns,
        found=tuple(found),
        tally=tally_of(facts, ENROLLMENT, duplicates, told, refused=refused),
    )


def _none_given(policies: Sequence[Policy], as_of: dt.date | None) -> Iterator[Found]:
    """Say once that there is no enrollment, where policies need one."""
    wanting = sum(any(_missing([policy], {}, as_of)) for policy in policies)
    if wanting:
        many = "1 policy has" if wanting == 1 else f"{wanting:,} policies have"
        rule = f"{many} an aggregate cover, and its attachment point needs the covered units"
        yield Found(code="SL543", label="enrollment", rule=rule, help="give the enrollment too")


def _missing(
    policies: Sequence[Policy], given: Mapping[str, Sequence[Given[CoveredUnits]]], as_of: dt.date | None
) -> Iterator[Told]:
    """Yield what is wrong with the units of each policy; the first of a kind names its policy."""
    for policy in policies:
        if policy.aggregate is None:
            continue
        own = given.get(policy.number, ())
        units = [each.fact for each in own]
        for position, finding in enrollment_faults(policy, policy.aggregate, units, as_of):
            rule = f"policy {policy.number}: {finding.rule}"
            row, total = (0, 0) if position is None else (own[position].row, own[position].fact.units)
            yield Told(row=row, total=total, finding=evolve(finding, rule=rule))


def _once(given: Sequence[Given[CoveredUnits]]) -> list[Given[CoveredUnits]]:
    first: dict[CoveredUnits, Given[CoveredUnits]] = {}
    for each in given:
        first.setdefault(each.fact, each)
    return list(first.values())


def _repeated(duplicates: Sequence[Given[CoveredUnits]]) -> Iterator[Told]:
    for each in duplicates:
        yield Told(row=each.row, total=each.fact.units, finding=REPEATED)


def __dir__() -> list[str]:
    return __all__
