"""The commands: what each takes; what each does is in a module of its own.

That module is imported when its command runs: ``--help`` and completion are to answer at once.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

import stoploss
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
    MaskIds,
    PolicyFile,
    Story,
    TriggersFile,
    day,
)
from stoploss.cli.speech import as_json, refusing, say, tell

__all__ = ["app"]

_EMPLOYEES = 500

app: typer.Typer = typer.Typer(
    name="stoploss",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a traceback with local variables would show members
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked: bool) -> None:  # noqa: FBT001 -- as typer calls it
    if asked:
        say(f"stoploss {stoploss.__version__}\n")
        raise typer.Exit


@app.callback()
def _stoploss(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Settle employer medical stop-loss policies, exact to the cent, with the reason for every cent.

    The answer is on standard output, words about it on standard error.
    Exit status: 0; 1 for bad input, one line per fault; 2 for bad usage.
    """


@app.command()
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
    """
    from stoploss.cli.inputs import Files  # noqa: PLC0415 -- see the module
    from stoploss.cli.settling import settle_files  # noqa: PLC0415 -- see the module

    if engine is not Engine.PYTHON:
        missing = f"it comes with the extra stoploss[{engine}], which this version does not have"
        tell(f"the {engine} engine is not installed: {missing}")
        raise typer.Exit(2)
    files = Files(
        policy=policy, claims=claims, enrollment=enrollment, carrier_payments=carrier_payments, columns=columns
    )
    if claims_out and any(_is_same(claims_out, path) for path in files):
        raise typer.BadParameter("this file is read, and so it is not written over", param_hint="--claims-out")
    with refusing():
        settle_files(files, as_of=as_of, json=json, claims_out=claims_out, mask_ids=mask_ids, every_unit=every_unit)


@app.command()
def explain(
    *,
    policy: PolicyFile,
    claims: ClaimsFiles,
    member: Annotated[
        str | None, typer.Option("--member", metavar="ID", help="Explain a member's sheet.", show_default=False)
    ] = None,
    family: Annotated[
        str | None,
        typer.Option(
            "--family", metavar="ID", help="The same for a family, where it has the deductible.", show_default=False
        ),
    ] = None,
    claim: Annotated[
        str | None, typer.Option("--claim", metavar="ID", help="Explain what became of a claim.", show_default=False)
    ] = None,
    aggregate: Annotated[bool, typer.Option("--aggregate", help="Explain the aggregate worksheet.")] = False,
    enrollment: EnrollmentFile = None,
    carrier_payments: CarrierPaymentsFile = None,
    columns: ColumnsFile = None,
    as_of: AsOf = None,
    json: AsJson = False,
    every_claim: AllRows = False,
) -> None:
    """Explain a member, a claim or the aggregate, line by line.

    Examples:
      stoploss explain policy.toml --claims claims.csv --member M2
      stoploss explain policy.toml --claims claims.csv --claim C17
      stoploss explain policy.toml --claims claims.csv --enrollment units.csv --aggregate
    """
    from stoploss.cli.explaining import Question, explain_files  # noqa: PLC0415 -- see the module
    from stoploss.cli.inputs import Files  # noqa: PLC0415 -- see the module

    question = Question(member=member, family=family, claim=claim, aggregate=aggregate)
    if len(question.options) != 1:
        raise typer.BadParameter("give one of --member, --family, --claim and --aggregate")
    files = Files(
        policy=policy, claims=claims, enrollment=enrollment, carrier_payments=carrier_payments, columns=columns
    )
    with refusing():
        explain_files(files, question, as_of=as_of, json=json, every_claim=every_claim)


@app.command()
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
    from stoploss.cli.inputs import Files  # noqa: PLC0415 -- see the module
    from stoploss.cli.reconciling import reconcile_files  # noqa: PLC0415 -- see the module

    files = Files(policy=policy, claims=claims, enrollment=enrollment, carrier_payments=carrier_payments)
    with refusing():
        reconcile_files(files, carrier_statement, as_of=as_of, json=json, mask_ids=mask_ids)


@app.command()
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
    from stoploss.cli.inputs import Files  # noqa: PLC0415 -- see the module
    from stoploss.cli.receiving import Asked, receivables_of_files  # noqa: PLC0415 -- see the module

    files = Files(policy=policy, claims=claims, enrollment=enrollment, carrier_payments=carrier_payments)
    with refusing():
        receivables_of_files(
            files, Asked(requests=requests, denials=denials), as_of=as_of, json=json, mask_ids=mask_ids
        )


@app.command()
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
    from stoploss.cli.inputs import Files  # noqa: PLC0415 -- see the module
    from stoploss.cli.watching import tell_events  # noqa: PLC0415 -- see the module

    files = Files(policy=policy, claims=claims, enrollment=enrollment, carrier_payments=carrier_payments)
    with refusing():
        tell_events(files, as_of=as_of, since=since, triggers=triggers, json=json, mask_ids=mask_ids)


@app.command()
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
    from stoploss.cli.inputs import Files  # noqa: PLC0415 -- see the module
    from stoploss.cli.watching import tell_deadlines  # noqa: PLC0415 -- see the module

    files = Files(policy=policy, claims=claims, enrollment=enrollment, carrier_payments=carrier_payments)
    with refusing():
        tell_deadlines(files, as_of=as_of, triggers=triggers, json=json, mask_ids=mask_ids)


@app.command()
def check(
    policies: Annotated[
        list[Path], typer.Argument(metavar="POLICY...", help="Policy documents, TOML or JSON.", show_default=False)
    ],
    *,
    claims: Annotated[
        list[Path] | None,
        typer.Option("--claims", metavar="FILE", help="Claims, CSV, to price the gaps.", show_default=False),
    ] = None,
    draw: Annotated[bool, typer.Option("--draw", help="Draw what several cover, month by month.")] = False,
) -> None:
    """Check policies: are they valid, what did they buy, do several leave gaps?

    Examples:
      stoploss check policy.toml
      stoploss check 2024.toml 2025.toml --draw --claims claims.csv
    """
    from stoploss.cli.checking import check_files  # noqa: PLC0415 -- see the module

    with refusing():
        check_files(policies, claims or (), drawn=draw)


@app.command()
def renew(
    *,
    policy: PolicyFile,
    months: Annotated[
        int | None, typer.Option("--months", metavar="N", min=1, help="Policy months of the next period.")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a term of the next policy.", show_default=False),
    ] = None,
    claims: Annotated[
        list[Path] | None,
        typer.Option(
            "--claims", metavar="FILE", help="Claims, CSV, for what lifetime maxima have used.", show_default=False
        ),
    ] = None,
) -> None:
    """Renew a policy: the document of the next period, and what changed.

    Examples:
      stoploss renew 2025.toml > 2026.toml
      stoploss renew 2025.toml --set number=SL-1002 --set specific.deductible=125000
    """
    from stoploss.cli.renewing import renew_file  # noqa: PLC0415 -- see the module

    with refusing():
        renew_file(policy, months=months, changes=changes or (), claims=claims or ())


@app.command()
def disclosure(
    *,
    policy: PolicyFile,
    claims: ClaimsFiles,
    threshold: Annotated[
        str, typer.Option("--threshold", metavar="AMOUNT", help="Dollars, or a share of the deductible (50%).")
    ] = "50%",
    as_of: AsOf = None,
    json: AsJson = False,
    mask_ids: Annotated[
        bool, typer.Option("--mask-ids", help="Replace ids by pseudonyms that change with every run.")
    ] = False,
) -> None:
    """Disclose large claims: everyone at or above a threshold, with diagnoses.

    Examples:
      stoploss disclosure policy.toml --claims claims.csv
      stoploss disclosure policy.toml --claims claims.csv --threshold 75000 --json --mask-ids
    """
    from stoploss.cli.disclosing import disclose_files  # noqa: PLC0415 -- see the module
    from stoploss.cli.inputs import Files  # noqa: PLC0415 -- see the module

    files = Files(policy=policy, claims=claims, enrollment=None, carrier_payments=None)
    with refusing():
        disclose_files(files, threshold=threshold, as_of=as_of, json=json, mask_ids=mask_ids)


@app.command()
def funding(
    *,
    policy: PolicyFile,
    plan: Annotated[
        Path,
        typer.Option(
            "--plan", metavar="FILE", help="The funding plan: fees, premiums, what was expected.", show_default=False
        ),
    ],
    claims: ClaimsFiles,
    enrollment: Annotated[
        Path, typer.Option("--enrollment", metavar="FILE", help="Covered units by month and tier.", show_default=False)
    ],
    carrier_payments: CarrierPaymentsFile = None,
    as_of: AsOf = None,
    json: AsJson = False,
) -> None:
    """Tell the employer's year: cost and budget by month, and what other cover would have cost.

    Examples:
      stoploss funding policy.toml --plan funding.toml --claims claims.csv --enrollment units.csv
      stoploss funding policy.toml --plan funding.toml --claims claims.csv --enrollment units.csv --json
    """
    from stoploss.cli.funding import fund_files  # noqa: PLC0415 -- see the module
    from stoploss.cli.inputs import Files  # noqa: PLC0415 -- see the module

    files = Files(policy=policy, claims=claims, enrollment=enrollment, carrier_payments=carrier_payments)
    with refusing():
        fund_files(files, plan, as_of=as_of, json=json)


@app.command()
def demo(
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Made if it is not there.", show_default=False)],
    employees: Annotated[int, typer.Option(metavar="N", help="How many employees, 20 to 50,000.")] = _EMPLOYEES,
    seed: Annotated[int, typer.Option(metavar="N", help="Another seed makes another group.")] = 1,
    scenario: Annotated[
        Story,
        typer.Option(metavar="NAME", help="plain, or riders: every rider in use, and a carrier that underpaid."),
    ] = Story.PLAIN,
    policies: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Write a portfolio of so many policies instead, Parquet. Needs an extra.",
            show_default=False,
        ),
    ] = None,
    lines: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Lines of the portfolio's claims; 10,000 a policy unless given.", show_default=False
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
) -> None:
    """Write a made-up employer group to play with.

    Examples:
      stoploss demo demo
      stoploss demo small --employees 40 --seed 7
      stoploss demo riders --scenario riders
      stoploss demo book --policies 1000 --lines 10000000
    """
    if policies is not None:
        if (employees, scenario) != (_EMPLOYEES, Story.PLAIN):
            raise typer.BadParameter("a portfolio has --lines, and neither --employees nor --scenario")
        from stoploss.cli.portfolios import write_book  # noqa: PLC0415 -- see the module

        with refusing():
            write_book(folder, policies=policies, lines=lines, seed=seed, force=force)
        return
    if lines is not None:
        raise typer.BadParameter("this is the size of a portfolio: give --policies too", param_hint="--lines")
    from stoploss.cli.showing import write_group  # noqa: PLC0415 -- see the module

    with refusing():
        write_group(folder, employees=employees, seed=seed, scenario=scenario, force=force)


@app.command()
def cases(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the .toml files.", show_default=False)],
) -> None:
    """Run worked cases; exit with 1 where a figure differs.

    Example:
      stoploss cases cases
    """
    from stoploss.cli.showing import run_folder  # noqa: PLC0415 -- see the module

    with refusing():
        run_folder(folder)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a policy document, for editors.

    Example:
      stoploss schema > policy.schema.json
    """
    from stoploss.documents import policy_schema  # noqa: PLC0415 -- see the module

    say(as_json(policy_schema()))


def _is_same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def __dir__() -> list[str]:
    return __all__
