"""How many payments a second a ledger records, each with its split, and how much memory a payment takes.

    python benchmarks/record.py --payments 300000

The payments are seeded, in the order in which they consume the deductible: some 15,000 members, 2 % of them above it,
1 % refunds. The garbage collector is on; the best of three runs counts. Memory is measured in a run of its own.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import tracemalloc
from decimal import Decimal
from time import perf_counter

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import AggregateFactor
from stoploss.facts import CoveredUnits, Payment
from stoploss.lasers import Laser
from stoploss.ledger import Ledger
from stoploss.policy import Policy
from stoploss.specific_terms import SpecificTerms
from stoploss.statement import settle
from stoploss.window import Period

MEMBERS = 15_000
PAYMENTS_OF_A_MEMBER = 20
ABOVE_DEDUCTIBLE = 50  # one member in so many
REFUNDED = 100  # one payment in so many
RUNS = 3
EFFECTIVE = dt.date(2025, 1, 1)
PERIOD = Period(effective=EFFECTIVE, expires=dt.date(2025, 12, 31))
COVERS = ("medical", "rx")


def policy(aggregating: str) -> Policy:
    """Return specific 12/15 over 25,000.00 with an ASD and a laser, and aggregate 12/12."""
    return Policy(
        policyholder="Example",
        carrier="Example Life",
        number="SL-1",
        period=PERIOD,
        specific=SpecificTerms(
            basis="12/15",
            covers=COVERS,
            deductible=25_000,
            aggregating=aggregating,
            lasers=(Laser(member="M-00050", deductible=100_000),),
        ),
        aggregate=AggregateTerms(
            basis="12/12", covers=COVERS, factors=(AggregateFactor(tier="single", amount="540.16"),)
        ),
    )


def payments(count: int) -> list[Payment]:
    """Return seeded payments in the order in which they were paid."""
    chance = random.Random(count)  # a seed, not a secret
    members = max(1, min(MEMBERS, count // PAYMENTS_OF_A_MEMBER))
    rows: list[Payment] = []
    for number in range(count):
        member = chance.randrange(members)
        incurred = chance.randrange(365)
        large = member % ABOVE_DEDUCTIBLE == 0
        cents = chance.randrange(100_00, 4_000_00) if large else chance.randrange(1_00, 800_00)
        if chance.randrange(REFUNDED) == 0:
            cents = -min(cents, 50_00)
        rows.append(
            Payment(
                id=f"C{number:08d}",
                member=f"M-{member:05d}",
                incurred_on=EFFECTIVE + dt.timedelta(days=incurred),
                paid_on=EFFECTIVE + dt.timedelta(days=incurred + chance.randrange(5, 90)),
                amount=Decimal(cents).scaleb(-2),
            )
        )
    return sorted(rows, key=lambda row: (row.paid_on, row.id))


def recorded(terms: Policy, rows: list[Payment]) -> tuple[Ledger, float]:
    """Record payments one by one, and return the ledger with the seconds that it took."""
    ledger = Ledger(terms)
    record = ledger.record
    start = perf_counter()
    for row in rows:
        record(row)
    return ledger, perf_counter() - start


def measure(title: str, terms: Policy, rows: list[Payment]) -> None:
    """Print what recording costs, once the ledger's statement is seen to be that of a settlement."""
    seconds = min(recorded(terms, rows)[1] for _ in range(RUNS))
    tracemalloc.start()
    ledger, _ = recorded(terms, rows)
    memory, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    units = [CoveredUnits(month=month, tier="single", units=MEMBERS) for month in PERIOD.starts()]
    ledger.record_units(units)
    assert ledger.statement() == settle(terms, rows, units)
    print(f"{title:34} {len(rows) / seconds:10,.0f} payments/s {memory / len(rows):6.0f} bytes a payment")


def main() -> None:
    """Measure with and without an ASD, in order and as two feeds that are four weeks apart."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--payments", type=int, default=300_000)
    rows = payments(parser.parse_args().payments)
    measure("in order", policy("0"), rows)
    measure("in order, with an ASD", policy("2000000"), rows)


if __name__ == "__main__":
    main()
