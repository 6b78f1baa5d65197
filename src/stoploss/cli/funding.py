"""``stoploss funding``: from files to the employer's year."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from attrs import evolve

from stoploss.cli.funding_view import funding_view
from stoploss.cli.inputs import Files, Year, attempt, in_files, read_year, together, working
from stoploss.cli.speech import as_json, console, rendered, say, tell, tell_notices
from stoploss.errors import FeedError, Finding, StopLossError
from stoploss.funding import FundingPlan, FundingYear, fund, load_funding_plan

__all__ = ["fund_files"]


def fund_files(files: Files, plan_file: Path, *, as_of: dt.date | None, json: bool) -> None:
    """
    Tell the employer's year.

    Raises:
        FeedError: With the faults of all files.
    """
    with working(files) as doing:
        doing("reading")
        year, plan = _read(files, plan_file)
        doing("settling")
        told = _funded(year, plan, plan_file, as_of)
        answer = as_json(told.to_dict()) if json else rendered(funding_view(told, width=console().width))
    tell(*year.conserved)
    tell_notices((*year.notices, *told.statement.notices))
    say(answer)


def _read(files: Files, plan_file: Path) -> tuple[Year, FundingPlan]:
    """Read all files; one error has the faults of all of them."""
    faults: list[StopLossError] = []
    year = attempt(faults, lambda: read_year(files))
    plan = attempt(faults, lambda: load_funding_plan(plan_file))
    if year is None or plan is None:
        raise together(faults)
    return year, plan


def _funded(year: Year, plan: FundingPlan, plan_file: Path, as_of: dt.date | None) -> FundingYear:
    enrollment, received = year.enrollment, year.carrier_payments
    try:
        return fund(
            year.policy,
            plan,
            year.claims.payments,
            enrollment.units if enrollment else (),
            received.carrier_payments if received else (),
            as_of=as_of,
        )
    except StopLossError as error:
        placed = in_files(error, year)
        raise FeedError([_of_the_plan(found, plan_file.name) for found in placed.findings], placed.more) from None


def _of_the_plan(finding: Finding, name: str) -> Finding:
    """Name the file where a fault is between the plan and something else: ``plan.currency`` in ``funding.toml``."""
    part = finding.where.removeprefix("plan.")
    return finding if part == finding.where else evolve(finding, where=f"{name} {part}")


def __dir__() -> list[str]:
    return __all__
