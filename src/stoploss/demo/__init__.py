"""Made-up employer groups to play with: policies, two years of claims, enrollment, the carrier's payments.

Nobody in them exists.
The same scenario, seed and size give the same bytes on every platform.

*plain* is a policy as most are, in which everything happens: claims of other years, lags of months between service and
payment, voids and reissues, refunds with and without the payment that they undo, pending and ineligible rows, a
premature birth, a cancer case, a lasered dialysis member, members just below the deductible and one on it to the cent.

*riders* is a policy with every rider, and it ended early: lasers of all kinds and their fund, an accident, a family's
deductible, lifetime maxima, two carriers over one another, a prior administrator, recoveries, rebates, advances.
With it come the policy of the year before, which takes some of the same claims, claims that are lost if they are not
paid within two weeks, the statement of carriers that underpaid three members, and the employer's budget.

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     summary = write_demo(folder, employees=20, seed=1)
>>> [path.name for path in summary.files]
['policy.toml', 'claims.csv', 'enrollment.csv', 'carrier_payments.csv']
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from attrs import frozen

from stoploss.choice import Choice
from stoploss.demo.plain import plain_year
from stoploss.demo.riders import riders_year
from stoploss.demo.year import Year
from stoploss.errors import Finding, InvalidValue, raise_if_any

__all__ = ["DemoSummary", "Scenario", "write_demo"]

_FEWEST, _MOST = 20, 50_000


class Scenario(Choice):
    """Which story a group tells."""

    PLAIN = "plain"
    RIDERS = "riders"
    """Every rider is in use, and the carrier underpaid three members."""


_YEARS: Mapping[Scenario, Callable[[int, int], Year]] = {Scenario.PLAIN: plain_year, Scenario.RIDERS: riders_year}


@frozen(kw_only=True)
class DemoSummary:
    """
    What was written.

    Args:
        files: The policy, the claims, the enrollment and the carrier's payments, in this order; *riders* has more.
        employees: Covered at a time.
        members: Everybody who was covered at some time.
        payments: Rows of the claims file.
        carrier_payments: Rows of the carrier's payments.
        reported_on: The day on which the administrator wrote the files; nothing later is in them.
    """

    files: tuple[Path, ...]
    employees: int
    members: int
    payments: int
    carrier_payments: int
    reported_on: dt.date


def write_demo(
    folder: str | os.PathLike[str], *, employees: int = 500, seed: int = 1, scenario: Scenario | str = Scenario.PLAIN
) -> DemoSummary:
    """
    Write an employer group into *folder*.

    Four files: ``policy.toml``, ``claims.csv``, ``enrollment.csv`` and ``carrier_payments.csv``.
    With *riders* also ``requests.csv``, ``denials.csv`` and ``carrier_statement.csv``, and of the year before
    ``policy-2024.toml`` and ``carrier_payments-2024.csv``; the claims are those of both years.
    Its ``funding.toml`` is the employer's plan for 2025.
    The policy is for the calendar year 2025; the claims are those paid from January 2024 to April 2026 (in *riders* to
    the middle of January 2026).

    Args:
        folder: Made if it is not there.
        employees: 20 to 50,000; some hundred rows of claims for each.
        seed: Another seed makes another group.
        scenario: Which story.

    Raises:
        InvalidValue: For another number of employees, or rather than overwrite a file that has other contents.
    """
    if not _FEWEST <= employees <= _MOST:
        rule = f"a demonstration has {_FEWEST} to {_MOST:,} employees"
        raise InvalidValue(Finding(code="SL490", where="employees", rule=rule))
    year = _YEARS[Scenario(scenario)](employees, seed)
    files = {Path(folder, name): text.encode() for name, text in year.files()}
    _refuse_to_overwrite(files)
    Path(folder).mkdir(parents=True, exist_ok=True)
    for path, contents in files.items():
        path.write_bytes(contents)
    return DemoSummary(
        files=tuple(files),
        employees=employees,
        members=year.members,
        payments=len(year.payments),
        carrier_payments=len(year.carrier_payments),
        reported_on=year.reported_on,
    )


def _refuse_to_overwrite(files: Mapping[Path, bytes]) -> None:
    """Leave alone what may be somebody's own; the same contents may be written again."""
    rule = "there is a file of this name with other contents, which is not overwritten"
    other = [path.name for path, contents in files.items() if path.exists() and path.read_bytes() != contents]
    found = [Finding(code="SL491", where=name, rule=rule, help="choose an empty folder") for name in other]
    raise_if_any(InvalidValue, found)


def __dir__() -> list[str]:
    return __all__
