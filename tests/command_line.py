"""A policy year as files, and the command line run on it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner, Result

from stoploss.cli.commands import app

__all__ = [
    "CARRIER_PAYMENTS",
    "CLAIMS",
    "ENROLLMENT",
    "POLICY",
    "TIERS",
    "plain",
    "process",
    "process_without",
    "run",
    "write_book",
    "write_year",
]

POLICY = """\
schema = 1
policyholder = "Example Manufacturing"
carrier = "Example Life"
number = "SL-1001"

[period]
effective = 2025-01-01
expires = 2025-12-31

[specific]
basis = "12/15"
covers = ["medical", "rx"]
deductible = "100000"
aggregating = "20000"
share = "0.9"

[[specific.lasers]]
member = "M2"
deductible = "250000"

[aggregate]
basis = "12/12"
covers = ["medical", "rx"]
maximum = "100000"

[[aggregate.factors]]
tier = "single"
amount = "400"

[aggregate.minimum]
amount = "180000"
"""

CLAIMS = """\
id,member,benefit,incurred_on,paid_on,amount,adjusts,status
c01,M1,medical,2025-02-03,2025-03-10,180000.00,,
c02,M1,rx,2025-11-20,2026-02-10,5000.50,,
c03,M2,medical,2025-04-01,2025-05-20,260000.00,,
c04,M3,medical,2025-05-05,2025-06-01,40000.00,,
c05,M3,medical,2025-05-05,2025-07-01,-1000.00,c04,
c06,M4,medical,2024-12-30,2025-01-15,3000.00,,
c07,M4,dental,2025-03-03,2025-03-20,150.00,,
c08,M5,medical,2025-08-08,,999.99,,pending
c09,M6,medical,2025-09-09,2025-10-10,55000.00,,
c10,M4,medical,2025-10-10,2025-11-11,1200.00,,
"""

ENROLLMENT = "month,tier,units\n" + "".join(f"2025-{month:02},single,40\n" for month in range(1, 13))

CARRIER_PAYMENTS = """\
id,coverage,member,paid_on,amount
r1,specific,M1,2025-06-30,30000.00
"""

TIERS = 'share = "0.9"', 'tiers = [{ above = "0", share = "0.9" }, { above = "50000", share = "1" }]'
"""Makes of the policy one with a term that columns do not carry."""

_NAMES = ("policy.toml", "claims.csv", "enrollment.csv", "carrier_payments.csv")
_UNSET = ("FORCE_COLOR", "GITHUB_ACTIONS", "NO_COLOR", "PY_COLORS", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def write_year(folder: Path, *, policy: str = POLICY, claims: str = CLAIMS, enrollment: str = ENROLLMENT) -> list[str]:
    """Write a policy year, and return the arguments that name its files."""
    texts = (policy, claims, enrollment, CARRIER_PAYMENTS)
    for name, text in zip(_NAMES, texts, strict=True):
        (folder / name).write_text(text, encoding="utf-8", newline="")
    policy_file, *feeds = (str(folder / name) for name in _NAMES)
    options = ("--claims", "--enrollment", "--carrier-payments")
    return [policy_file, *(word for pair in zip(options, feeds, strict=True) for word in pair)]


def write_book(folder: Path) -> list[str]:
    """
    Write three policies and the files of all of them, and return the arguments that name them.

    SL-1 is the policy above, SL-2 has specific alone, and SL-3 is settled by the Python engine.
    """
    policies = {"SL-1": POLICY, "SL-2": POLICY.split("[aggregate]", maxsplit=1)[0], "SL-3": POLICY.replace(*TIERS)}
    (folder / "policies").mkdir()
    for number, text in policies.items():
        (folder / "policies" / f"{number}.toml").write_text(text.replace("SL-1001", number), encoding="utf-8")
    for name, text, numbers in (
        ("claims.csv", CLAIMS, tuple(policies)),
        ("units.csv", ENROLLMENT, ("SL-1", "SL-3")),
        ("received.csv", CARRIER_PAYMENTS, ("SL-1",)),
    ):
        head, *rows = text.splitlines()
        own = "".join(f"{number},{row}\n" for number in numbers for row in rows)
        (folder / name).write_text(f"policy,{head}\n{own}", encoding="utf-8", newline="")
    options = {"--claims": "claims.csv", "--enrollment": "units.csv", "--carrier-payments": "received.csv"}
    return [str(folder / "policies"), *(word for name, file in options.items() for word in (name, str(folder / file)))]


def run(*arguments: str | Path, width: int = 100) -> Result:
    """Run the command line in this process, as wide as asked and without colors."""
    environment = {"COLUMNS": str(width), **dict.fromkeys(_UNSET)}
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env=environment, prog_name="stoploss")


def process(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command line as a process of its own."""
    return _started("-m", "stoploss.cli", *map(str, arguments))


def process_without(module: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command line as a process of its own, in which a module is not installed."""
    script = "import sys; sys.modules[sys.argv.pop(1)] = None; from stoploss.cli import main; main()"
    return _started("-c", script, module, *map(str, arguments))


def _started(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in _UNSET} | {"COLUMNS": "100"}
    return subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, encoding="utf-8", check=False, env=environment
    )


def plain(text: str) -> str:
    """Return help or a usage error as its words: no colors, no frames, one blank between words."""
    return " ".join(re.sub(r"[─│╭╮╰╯]", " ", _ANSI.sub("", text)).split())
