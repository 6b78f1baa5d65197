"""``stoploss demo`` and ``stoploss cases``: something to play with, and something to hold figures against."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import typer
from attrs import evolve

from stoploss.cases import Difference, run_cases
from stoploss.cli.speech import reason_of, say
from stoploss.demo import DemoSummary, write_demo
from stoploss.errors import FeedError, Finding, InvalidValue

__all__ = ["run_folder", "write_group"]

_SIZE = "SL490"
_TAKEN = "SL491"


def write_group(folder: Path, *, employees: int, seed: int, scenario: str, force: bool) -> None:
    """
    Write a demonstration, and say what to run next.

    Raises:
        typer.BadParameter: For a number of employees that a demonstration does not have.
        InvalidValue: Rather than overwrite a file that has other contents, unless by *force*.
        FeedError: When the folder cannot be written.
    """
    try:
        summary = _written(folder, partial(write_demo, employees=employees, seed=seed, scenario=scenario), force=force)
    except InvalidValue as error:
        if any(finding.code == _SIZE for finding in error.findings):
            raise typer.BadParameter(error.findings[0].rule, param_hint="--employees") from None
        way_out = "choose an empty folder, or give --force"
        raise InvalidValue(
            [evolve(found, help=way_out if found.code == _TAKEN else found.help) for found in error.findings]
        ) from None
    except OSError as error:
        rule = f"this folder cannot be written: {reason_of(error)}"
        raise FeedError(Finding(code="SL495", where=str(folder), rule=rule)) from None
    say("\n".join(_told(folder, summary)) + "\n")


def run_folder(folder: Path) -> None:
    """
    Run the cases of a folder and say of each whether it agrees.

    Raises:
        FeedError: When there are none, or one cannot be read.
        typer.Exit: With 1 when a figure differs.
    """
    results = run_cases(folder)
    if not results:
        rule = "there are no cases here" if folder.is_dir() else "there is no such folder"
        raise FeedError(Finding(code="SL496", where=str(folder), rule=rule, help="a case is a file that ends in .toml"))
    say("".join(f"{_case_in_words(name, differences)}\n" for name, differences in results.items()))
    if any(results.values()):
        raise typer.Exit(1)


def _written(folder: Path, write: Callable[[str | Path], DemoSummary], *, force: bool) -> DemoSummary:
    if not force:
        return write(folder)
    folder.mkdir(parents=True, exist_ok=True)
    # Written beside and moved, so that a failure leaves what was there.
    with TemporaryDirectory(dir=folder, prefix=".") as beside:
        summary = write(beside)
        return evolve(summary, files=tuple(path.replace(folder / path.name) for path in summary.files))


def _told(folder: Path, summary: DemoSummary) -> list[str]:
    policy, claims, enrollment, received, *more = (shlex.quote(str(path)) for path in summary.files)
    year = f"{policy} --claims {claims} --enrollment {enrollment} --carrier-payments {received}"
    size = f"{summary.employees:,} employees, {summary.members:,} members, {summary.payments:,} claims"
    return [
        f"{folder}: {size}, as reported on {summary.reported_on}; nobody in it exists",
        "next:",
        f"  stoploss settle {year}",
        *_told_of_riders(year, claims, more, summary.reported_on),
    ]


def _told_of_riders(year: str, claims: str, more: Sequence[str], reported_on: dt.date) -> Iterator[str]:
    """Say what else may be asked, where the group has files for it."""
    if more:
        requests, denials, carrier_statement, before, received_before, plan = more
        yield f"  stoploss reconcile {year} --carrier-statement {carrier_statement}"
        yield f"  stoploss receivables {year} --requests {requests} --denials {denials} --as-of {reported_on}"
        yield f"  stoploss deadlines {year} --as-of {reported_on}"
        yield f"  stoploss funding {year} --plan {plan}"
        yield f"  stoploss settle {before} --claims {claims} --carrier-payments {received_before}"


def _case_in_words(name: str, differences: tuple[Difference, ...]) -> str:
    if not differences:
        return f"{name}: agrees"
    return "\n".join([f"{name}: differs", *(f"  {difference}" for difference in differences)])


def __dir__() -> list[str]:
    return __all__
