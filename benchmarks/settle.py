"""How fast the Python engine settles, builds payments and is imported; what a payment costs in memory.

    python benchmarks/settle.py --payments 300000

Everything is measured in one run on the same data, best of several, beside a floor that does far less:
a loop that only adds up each member's paid amounts.
Machines differ, ratios less so.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import os
import random
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from stoploss import (
    AggregateFactor,
    AggregateTerms,
    CoveredUnits,
    Laser,
    Payment,
    Period,
    Policy,
    SpecificTerms,
    settle,
)

YEAR = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))
DEDUCTIBLE = 100_000
MEMBERS_PER_PAYMENT = 0.05
SHARE_OF_LARGE = 0.02
SHARE_OF_REFUNDS = 0.01


def policy() -> Policy:
    """Return a policy with both covers, a laser and an ASD."""
    return Policy(
        policyholder="Example Manufacturing",
        carrier="Example Life",
        number="SL-1001",
        period=YEAR,
        specific=SpecificTerms(
            basis="12/15",
            covers=["medical", "rx"],
            deductible=DEDUCTIBLE,
            aggregating=250_000,
            share="0.9",
            lasers=[Laser(member="M00007", deductible=2 * DEDUCTIBLE)],
        ),
        aggregate=AggregateTerms(
            basis="12/12",
            covers=["medical", "rx"],
            factors=[AggregateFactor(tier="single", amount="540.1625")],
        ),
    )


def rows(count: int) -> list[dict[str, Any]]:
    """Return the fields of *count* payments, the same for the same count."""
    chance = random.Random(1)  # made-up data, not secrets
    members = max(1, round(count * MEMBERS_PER_PAYMENT))
    large = max(1, round(members * SHARE_OF_LARGE))
    made = []
    for number in range(count):
        incurred = YEAR.effective + dt.timedelta(days=chance.randrange(365))
        member = chance.randrange(members)
        dollars = chance.randrange(5_000, 20_000) if member < large else chance.randrange(10, 900)
        amount = f"{'-' if chance.random() < SHARE_OF_REFUNDS else ''}{dollars}.{chance.randrange(100):02d}"
        made.append(
            {
                "id": f"C{number:07d}",
                "member": f"M{member:05d}",
                "incurred_on": incurred,
                "paid_on": incurred + dt.timedelta(days=chance.randrange(1, 75)),
                "amount": amount,
                "benefit": "rx" if chance.random() < 0.4 else "medical",
            }
        )
    return made


def seconds(work: Callable[[], object], rounds: int) -> float:
    """Return the best of several rounds, in seconds of processor time."""
    best = float("inf")
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def floor(payments: list[Payment]) -> dict[str, int]:
    """Add up each member's cents: the least that anything that settles has to do."""
    totals: dict[str, int] = {}
    for payment in payments:
        totals[payment.member] = totals.get(payment.member, 0) + payment.cents
    return totals


def import_milliseconds(module: str, rounds: int) -> float:
    """Return how long a fresh interpreter takes to import a module, above its dependencies, best of several."""
    program = (
        "import time, attrs, attr.validators, dateutil.relativedelta, decimal, fractions, difflib, html, unicodedata; "
        f"start = time.process_time(); import {module}; print(time.process_time() - start)"
    )
    with tempfile.TemporaryDirectory() as cache:
        # The first import writes the bytecode, as installing the package does.
        given = os.environ | {"PYTHONPYCACHEPREFIX": cache, "PYTHONDONTWRITEBYTECODE": ""}
        command = [sys.executable, "-c", program]
        runs = [
            subprocess.run(command, env=given, capture_output=True, text=True, check=True)  # our own program
            for _ in range(rounds + 1)
        ]
    return min(float(run.stdout) for run in runs[1:]) * 1_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--payments", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    fields = rows(options.payments)
    terms = policy()
    units = [CoveredUnits(month=month, tier="single", units=500) for month in YEAR.starts()]

    tracemalloc.start()
    payments = [Payment(**row) for row in fields]
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    build = seconds(lambda: [Payment(**row) for row in fields], options.rounds)
    base = seconds(lambda: floor(payments), options.rounds)
    on_demand = seconds(lambda: settle(terms, payments, units), options.rounds)
    all_splits = seconds(lambda: settle(terms, payments, units).splits, options.rounds)

    print(f"{options.payments:,} payments, Python {sys.version.split()[0]}, best of {options.rounds}, processor time")
    print(f"{'':34} {'payments/s':>12} {'x floor':>8}")
    for name, took in (
        ("floor: add up each member", base),
        ("build validated payments", build),
        ("settle, splits on demand", on_demand),
        ("settle, every split taken", all_splits),
    ):
        print(f"{name:34} {options.payments / took:12,.0f} {took / base:8.1f}")
    print(f"memory per payment: {held / options.payments:,.0f} bytes")
    print(f"import stoploss above its dependencies: {import_milliseconds('stoploss', 5):.0f} ms")


if __name__ == "__main__":
    main()
