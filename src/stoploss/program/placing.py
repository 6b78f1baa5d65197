"""Which year a fact goes to, and where a finding about it is: the facts of all years are given together.

Source: ``docs/clauses.md``, facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from attrs import evolve

from stoploss.basis import ContractBasis, Windows
from stoploss.errors import Finding, WrongType, type_of
from stoploss.facts import Benefit, CarrierPayment, Coverage, CoveredUnits
from stoploss.policy import Policy
from stoploss.riders import OtherPolicy

__all__ = ["as_other", "by_policy", "located", "strangers", "units_of", "unknown_numbers"]

_UNITS = re.compile(r"units\[(\d+)\](.*)", re.ASCII)


def as_other(policy: Policy) -> Iterator[OtherPolicy]:
    """Yield a year as the others see it: its windows by their days, cover by cover unless both take the same."""
    windows_of = {coverage: own for coverage in Coverage if (own := _windows(policy, coverage))}
    takes = {coverage: (own, _covered(policy, coverage)) for coverage, own in windows_of.items()}
    for windows, benefits in dict.fromkeys(takes.values()):
        yield OtherPolicy(
            effective=policy.period.effective,
            expires=policy.period.expires,
            basis=_by_days(windows),
            covers=tuple(coverage for coverage, each in takes.items() if each == (windows, benefits)),
            benefits=benefits,
        )


def _covered(policy: Policy, coverage: Coverage) -> tuple[Benefit, ...]:
    terms = policy.specific if coverage is Coverage.SPECIFIC else policy.aggregate
    covers = terms.covers if terms else ()
    return tuple(benefit for benefit in Benefit if benefit in covers)


def _windows(policy: Policy, coverage: Coverage) -> Windows | None:
    return policy.specific_windows if coverage is Coverage.SPECIFIC else policy.aggregate_windows


def _by_days(windows: Windows) -> ContractBasis:
    """Return the basis that has these windows, whatever the period: termination and riders included."""
    return ContractBasis(
        label="incurred" if windows.paid.last is None else None,
        incurred_from=windows.incurred.first,
        incurred_through=windows.incurred.last,
        paid_from=windows.paid.first,
        paid_through=windows.paid.last,
    )


def units_of(policy: Policy, rows: Sequence[CoveredUnits]) -> list[int]:
    """Return the positions of the covered units in whose months a year takes an interest, lagging ones included."""
    period = policy.period
    lag = policy.aggregate.enrollment_lag if policy.aggregate else 0
    starts = [period.start_of_month(month) for month in range(1 - lag, period.months + 1)]
    months = {f"{start:%Y-%m}" for start in starts}
    return [
        position
        for position, row in enumerate(rows)
        if (row.month in months if isinstance(row.month, str) else starts[0] <= row.month <= period.expires)
    ]


def strangers(
    policies: Sequence[Policy], rows: Sequence[CoveredUnits], of_year: Iterable[Iterable[int]]
) -> Iterator[Finding]:
    """Find covered units of a month that no year of the program has."""
    taken = {position for positions in of_year for position in positions}
    for position in range(len(rows)):
        if position not in taken:
            span = f"{policies[0].period.effective} to {policies[-1].period.expires}"
            rule = f"this month is in no year of the program, which runs from {span}"
            yield Finding(code="SL706", where=f"units[{position}].month", rule=rule)


def by_policy(given: object) -> dict[str, tuple[CarrierPayment, ...]]:
    """
    Return the carrier payments of each policy by its number.

    Raises:
        WrongType: For anything but a table.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        rule = f"these are carrier payments by the number of their policy, a table, not {type_of(given)}"
        raise WrongType(Finding(code="SL101", where="carrier_payments", rule=rule))
    table = cast("Mapping[str, Iterable[CarrierPayment]]", given)
    return {number: tuple(received) for number, received in table.items()}


def unknown_numbers(policies: Sequence[Policy], received: Mapping[str, object]) -> Iterator[Finding]:
    """Find carrier payments under a policy that the program does not have."""
    numbers = [policy.number for policy in policies]
    for number in received:
        if number not in numbers:
            rule = f"no policy of the program has this number; it has {', '.join(numbers)}"
            yield Finding(code="SL707", where=f"carrier_payments[{number!r}]", rule=rule)


def located(finding: Finding, number: str, of_year: Sequence[int]) -> Finding:
    """Return a finding of one year's settlement by the places of the facts that were given for all years."""
    row = _UNITS.fullmatch(finding.where)
    if row:
        return evolve(finding, where=f"units[{of_year[int(row[1])]}]{row[2]}")
    if finding.where.startswith("payments"):
        return finding
    where = finding.where.removeprefix("carrier_payments")
    if where != finding.where:
        return evolve(finding, where=f"carrier_payments[{number!r}]{where}")
    return evolve(finding, where=f"{number} {finding.where}")


def __dir__() -> list[str]:
    return __all__
