"""The commands: what each takes; what each does is in a module of its own.

That module is imported when its command runs: ``--help`` and completion are to answer at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import stoploss
from stoploss.cli.carrier_commands import deadlines, notices, receivables, reconcile
from stoploss.cli.options import (
    AllRows,
    AsJson,
    AsOf,
    CarrierPaymentsFile,
    ClaimsFiles,
    ColumnsFile,
    EnrollmentFile,
    PolicyFile,
    Story,
)
from stoploss.cli.settle_commands import settle, settle_all
from stoploss.cli.speech import as_json, refusing, say

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


app.command()(settle)
app.command("settle-all")(settle_all)


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
    from stoploss.cli.explaining import Question, explain_files
    from stoploss.cli.inputs import Files

    question = Question(member=member, family=family, claim=claim, aggregate=aggregate)
    if len(question.options) != 1:
        raise typer.BadParameter("give one of --member, --family, --claim and --aggregate")
    files = Files(
        policy=policy, claims=claims, enrollment=enrollment, carrier_payments=carrier_payments, columns=columns
    )
    with refusing():
        explain_files(files, question, as_of=as_of, json=json, every_claim=every_claim)


app.command()(reconcile)
app.command()(receivables)
app.command()(notices)
app.command()(deadlines)


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
    from stoploss.cli.checking import check_files

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
    from stoploss.cli.renewing import renew_file

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
    from stoploss.cli.disclosing import disclose_files
    from stoploss.cli.inputs import Files

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
    from stoploss.cli.funding import fund_files
    from stoploss.cli.inputs import Files

    files = Files(policy=policy, claims=claims, enrollment=enrollment, carrier_payments=carrier_payments)
    with refusing():
        fund_files(files, plan, as_of=as_of, json=json)


@app.command()
def demo(
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Made if it is not there.", show_default=False)],
    employees: Annotated[int, typer.Option(metavar="N", help="How many employees, 20 to 50,000.")] = _EMPLOYEES,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Another seed makes another group.")] = 1,
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
        from stoploss.cli.portfolios import write_book

        with refusing():
            write_book(folder, policies=policies, lines=lines, seed=seed, force=force)
        return
    if lines is not None:
        raise typer.BadParameter("this is the size of a portfolio: give --policies too", param_hint="--lines")
    from stoploss.cli.showing import write_group

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
    from stoploss.cli.showing import run_folder

    with refusing():
        run_folder(folder)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a policy document, for editors.

    Example:
      stoploss schema > policy.schema.json
    """
    from stoploss.documents import policy_schema

    say(as_json(policy_schema()))


def __dir__() -> list[str]:
    return __all__
