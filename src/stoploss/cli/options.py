"""The arguments and options that commands share, with their help."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from stoploss.errors import StopLossError
from stoploss.window import parse_day

__all__ = [
    "ENGINES",
    "AllRows",
    "AsJson",
    "AsOf",
    "CarrierPaymentsFile",
    "ClaimsFiles",
    "ColumnsFile",
    "Engine",
    "EnrollmentFile",
    "FrameEngine",
    "MaskIds",
    "PolicyFile",
    "Story",
    "TriggersFile",
    "day",
]


class Engine(StrEnum):
    """What a settlement runs on."""

    PYTHON = "python"
    DUCKDB = "duckdb"
    POLARS = "polars"
    PANDAS = "pandas"
    SPARK = "spark"


class FrameEngine(StrEnum):
    """What a settlement of many policies runs on: the engines of :mod:`stoploss.frames`, which is not loaded here."""

    DUCKDB = "duckdb"
    POLARS = "polars"
    PANDAS = "pandas"
    SPARK = "spark"


class Story(StrEnum):
    """What a demonstration shows: the scenarios of :mod:`stoploss.demo`, which is not loaded for a help text."""

    PLAIN = "plain"
    RIDERS = "riders"


ENGINES = "What computes it: python, or duckdb, polars, pandas or spark, which need an extra and read Parquet too."


def day(text: str) -> dt.date:
    """
    Return the day that an option names.

    Raises:
        typer.BadParameter: For anything but year-month-day.
    """
    try:
        return parse_day(text)
    except StopLossError as error:
        found = error.findings[0]
        raise typer.BadParameter("; ".join(filter(None, (found.rule, found.help)))) from None


PolicyFile: TypeAlias = Annotated[
    Path, typer.Argument(metavar="POLICY", help="The policy document, TOML or JSON.", show_default=False)
]
ClaimsFiles: TypeAlias = Annotated[
    list[Path],
    typer.Option(
        "--claims",
        metavar="FILE",
        help="Claims, CSV. Give it again for each further feed of the same people, such as pharmacy.",
        show_default=False,
    ),
]
ColumnsFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--columns",
        metavar="FILE",
        help="What the claims files call the columns: a table of names, TOML.",
        show_default=False,
    ),
]
EnrollmentFile: TypeAlias = Annotated[
    Path | None,
    typer.Option("--enrollment", metavar="FILE", help="Covered units by month and tier, CSV.", show_default=False),
]
CarrierPaymentsFile: TypeAlias = Annotated[
    Path | None,
    typer.Option("--carrier-payments", metavar="FILE", help="What the carrier has paid, CSV.", show_default=False),
]
AsOf: TypeAlias = Annotated[
    dt.date | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        parser=day,
        help="Count what was paid up to and including this day (2025-06-30). Without it: everything reported.",
        show_default=False,
    ),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of tables.")]
MaskIds: TypeAlias = Annotated[
    bool, typer.Option("--mask-ids", help="Replace ids by pseudonyms that change with every run.")
]
TriggersFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--triggers",
        metavar="FILE",
        help="The carrier's list of trigger diagnoses, CSV. Without it: the sample list that ships with stoploss.",
        show_default=False,
    ),
]
AllRows: TypeAlias = Annotated[bool, typer.Option("--all", help="Show every row.")]


def __dir__() -> list[str]:
    return __all__
