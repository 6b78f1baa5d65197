"""``settle`` and ``settle-all``: what each takes; see :mod:`stoploss.cli.commands`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from stoploss.cli.options import (
    ENGINES,
    AllRows,
    AsJson,
    AsOf,
    CarrierPaymentsFile,
    ClaimsFiles,
    ColumnsFile,
    Engine,
    EnrollmentFile,
    FrameEngine,
    MaskIds,
    PolicyFile,
)
from stoploss.cli.speech import refusing

__all__ = ["settle", "settle_all"]


def settle(
    *,
    policy: PolicyFile,
    claims: ClaimsFiles,
    enrollment: EnrollmentFile = None,
    carrier_payments: CarrierPaymentsFile = None,
    columns: ColumnsFile = None,
    as_of: AsOf = None,
    json: AsJson = False,
    claims_out: Annotated[
        Path | None,
        typer.Option(
            "--claims-out",
            metavar="FILE",
            help="Write what became of each claim, CSV, over whatever is there.",
            show_default=False,
        ),
    ] = None,
    mask_ids: MaskIds = False,
    every_unit: AllRows = False,
    engine: Annotated[Engine, typer.Option("--engine", metavar="NAME", help=ENGINES)] = Engine.PYTHON,
) -> None:
    """Settle a policy period: what the carrier owes, and for whom.

    Examples:
      stoploss settle policy.toml --claims claims.csv --enrollment units.csv
      stoploss settle policy.toml --claims medical.csv --claims rx.csv
      stoploss settle policy.toml --claims claims.csv --as-of 2025-06-30
      stoploss settle policy.toml --claims claims.csv --json > statement.json
      stoploss settle policy.toml --claims claims.parquet --engine duckdb
    """
    from stoploss.cli.inputs import Files
    from stoploss.cli.settling import Shown, settle_files

    files = Files(
        policy=policy, claims=claims, enrollment=enrollment, carrier_payments=carrier_payments, columns=columns
    )
    _check_not_read("--claims-out", claims_out, files)
    shown = Shown(json=json, claims_out=claims_out, mask_ids=mask_ids, every_unit=every_unit)
    with refusing():
        if engine is Engine.PYTHON:
            settle_files(files, shown, as_of=as_of)
        else:
            from stoploss.cli.settling_by_columns import settle_files_by

            settle_files_by(engine, files, shown, as_of=as_of)


def settle_all(
    *,
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="POLICIES_DIR", help="The folder of the policy documents, TOML and JSON.", show_default=False
        ),
    ],
    claims: Annotated[
        list[Path],
        typer.Option(
            "--claims",
            metavar="FILE",
            help="Claims, Parquet or CSV, with a column policy. Give it again for each further feed of the same kind.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="DIR", help="Where to write the tables: not there yet, or empty.", show_default=False
        ),
    ],
    enrollment: Annotated[
        Path | None,
        typer.Option("--enrollment", metavar="FILE", help="Covered units, with a column policy.", show_default=False),
    ] = None,
    carrier_payments: Annotated[
        Path | None,
        typer.Option(
            "--carrier-payments",
            metavar="FILE",
            help="What the carriers have paid, with a column policy.",
            show_default=False,
        ),
    ] = None,
    findings: Annotated[
        Path | None,
        typer.Option(
            "--findings",
            metavar="FILE",
            help="Write what was found in the feeds, counted and priced, CSV, over whatever is there.",
            show_default=False,
        ),
    ] = None,
    as_of: AsOf = None,
    json: AsJson = False,
    engine: Annotated[
        FrameEngine, typer.Option("--engine", metavar="NAME", help="What computes it: duckdb, polars, pandas or spark.")
    ] = FrameEngine.DUCKDB,
) -> None:
    """Settle every policy of a folder in one run, and write tables of all of them.

    Writes policies.parquet, units.parquet and payments.parquet, all or none. Needs the extra of the engine.

    Examples:
      stoploss settle-all policies --claims claims.parquet --out settled
      stoploss settle-all policies --claims claims.parquet --enrollment units.parquet --out settled --as-of 2025-06-30
      stoploss settle-all policies --claims medical.csv --claims rx.csv --out settled --engine polars --json
      stoploss settle-all policies --claims claims.parquet --out settled --findings findings.csv
    """
    from stoploss.cli.settling_all import Feeds, settle_folder

    feeds = Feeds(claims=claims, enrollment=enrollment, carrier_payments=carrier_payments)
    _check_not_read("--findings", findings, feeds)
    with refusing():
        settle_folder(folder, feeds, out, findings=findings, as_of=as_of, engine=engine, json=json)


def _check_not_read(option: str, path: Path | None, read: Iterable[Path]) -> None:
    if path and any(_is_same(path, each) for each in read):
        raise typer.BadParameter("this file is read, and so it is not written over", param_hint=option)


def _is_same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def __dir__() -> list[str]:
    return __all__
