"""The commands between plan and carrier: what each takes; see :mod:`stoploss.cli.commands`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from stoploss.cli.options import (
    AsJson,
    AsOf,
    CarrierPaymentsFile,
    ClaimsFiles,
    EnrollmentFile,
    MaskIds,
    PolicyFile,
    TriggersFile,
    day,
)
from stoploss.cli.speech import refusing

__all__ = ["deadlines", "notices", "receivables", "reconcile"]


def reconcile(
    *,
    policy: PolicyFile,
    claims: ClaimsFiles,
    carrier_statement: Annotated[
        Path,
        typer.Option(
            "--carrier-statement",
            metavar="FILE",
            help="What the carrier says of each member, CSV, with any of the steps.",
            show_default=False,
        ),
    ],
    enrollment: EnrollmentFile = None,
    carrier_payments: CarrierPaymentsFile = None,
    as_of: AsOf = None,
    json: AsJson = False,
    mask_ids: MaskIds = False,
) -> None:
    """Compare with a carrier's statement: where it differs first, what is at stake.

    A difference is an answer: the exit status is 0.

    Examples:
      stoploss reconcile policy.toml --claims claims.csv --carrier-statement carrier.csv
      stoploss reconcile policy.toml --claims claims.csv --carrier-statement carrier.csv --as-of 2026-03-31 --json
    """
    from stoploss.cli.inputs import Files
    from stoploss.cli.reconciling import reconcile_files

    files = Files(policy=policy, claims=claims, enrollment=enrollment, carrier_payments=carrier_payments)
    with refusing():
        reconcile_files(files, carrier_statement, as_of=as_of, json=json, mask_ids=mask_ids)


def receivables(
    *,
    policy: PolicyFile,
    claims: ClaimsFiles,
    requests: Annotated[
        Path,
        typer.Option("--requests", metavar="FILE", help="What the carrier was asked for, CSV.", show_default=False),
    ],
    as_of: Annotated[
        dt.date,
        typer.Option(
            "--as-of",
            metavar="DATE",
            parser=day,
            help="Settle as of this day, and count ages to it (2025-06-30).",
            show_default=False,
        ),
    ],
    denials: Annotated[
        Path | None,
        typer.Option("--denials", metavar="FILE", help="What the carrier refused, CSV.", show_default=False),
    ] = None,
    enrollment: EnrollmentFile = None,
    carrier_payments: CarrierPaymentsFile = None,
    json: AsJson = False,
    mask_ids: MaskIds = False,
) -> None:
    """Show what is requested, received, denied, outstanding and due.

    Example:
      stoploss receivables policy.toml --claims claims.csv --requests requests.csv --as-of 2025-06-30
    """
    from stoploss.cli.inputs import Files
    from stoploss.cli.receiving import Asked, receivables_of_files

    files = Files(policy=policy, claims=claims, enrollment=enrollment, carrier_payments=carrier_payments)
    with refusing():
        receivables_of_files(
            files, Asked(requests=requests, denials=denials), as_of=as_of, json=json, mask_ids=mask_ids
        )


def notices(
    *,
    policy: PolicyFile,
    claims: ClaimsFiles,
    enrollment: EnrollmentFile = None,
    carrier_payments: CarrierPaymentsFile = None,
    as_of: AsOf = None,
    since: Annotated[
        dt.date | None,
        typer.Option(
            "--since",
            metavar="DATE",
            parser=day,
            help="Leave out what happened before this day.",
            show_default=False,
        ),
    ] = None,
    triggers: TriggersFile = None,
    json: AsJson = False,
    mask_ids: MaskIds = False,
) -> None:
    """Tell what happened that the carrier wants to hear of, each event once.

    Examples:
      stoploss notices policy.toml --claims claims.csv --enrollment units.csv
      stoploss notices policy.toml --claims claims.csv --since 2025-06-01 --triggers ours.csv
    """
    from stoploss.cli.inputs import Files
    from stoploss.cli.watching import tell_events

    files = Files(policy=policy, claims=claims, enrollment=enrollment, carrier_payments=carrier_payments)
    with refusing():
        tell_events(files, as_of=as_of, since=since, triggers=triggers, json=json, mask_ids=mask_ids)


def deadlines(
    *,
    policy: PolicyFile,
    claims: ClaimsFiles,
    as_of: Annotated[
        dt.date,
        typer.Option(
            "--as-of",
            metavar="DATE",
            parser=day,
            help="The day that is asked about; what was paid later is not known yet.",
            show_default=False,
        ),
    ],
    enrollment: EnrollmentFile = None,
    carrier_payments: CarrierPaymentsFile = None,
    triggers: TriggersFile = None,
    json: AsJson = False,
    mask_ids: MaskIds = False,
) -> None:
    """List the days after which money is lost, most dollars at risk first.

    Examples:
      stoploss deadlines policy.toml --claims claims.csv --as-of 2026-03-03
      stoploss deadlines policy.toml --claims claims.csv --enrollment units.csv --as-of 2026-03-03 --json
    """
    from stoploss.cli.inputs import Files
    from stoploss.cli.watching import tell_deadlines

    files = Files(policy=policy, claims=claims, enrollment=enrollment, carrier_payments=carrier_payments)
    with refusing():
        tell_deadlines(files, as_of=as_of, triggers=triggers, json=json, mask_ids=mask_ids)


def __dir__() -> list[str]:
    return __all__
