"""Laws of the feeds: what is written reads back, no row goes missing, and no message shows a cell."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from stoploss.facts import (
    Administrator,
    Benefit,
    CarrierPayment,
    CarrierPaymentKind,
    Coverage,
    CoveredUnits,
    IneligibleFor,
    Payment,
    Status,
)
from stoploss.feeds import (
    RejectedFeed,
    read_carrier_payments,
    read_claims,
    read_enrollment,
    write_carrier_payments,
    write_claims,
    write_enrollment,
)
from stoploss.money import cents, dollars

Fact = TypeVar("Fact")

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
AMOUNTS = st.integers(-(10**15) + 1, 10**15 - 1).map(dollars)
LABELS = st.lists(st.text("abcdefgäß .-=", min_size=1).filter(lambda label: label == label.strip()), max_size=3).map(
    tuple
)
NAMES = st.none() | st.text('abc =+-@",;é', min_size=1).filter(lambda name: name == name.strip())
TEXTS = st.none() | st.text('abc =+-@",;\n\té\u2028', min_size=1)
IDS = st.text("M0127 -.ä漢,\"';", min_size=1, max_size=6).map(lambda text: f"i{text}x")


@st.composite
def payments(draw: st.DrawFn, number: int) -> Payment:
    """Draw any payment that a feed can carry; its id holds *number*, which makes it unique."""
    status = draw(st.sampled_from(Status))
    amount = draw(AMOUNTS)
    return Payment(
        id=f"{number}{draw(IDS)}",
        member=draw(IDS),
        incurred_on=draw(DAYS),
        amount=amount,
        paid_on=draw(DAYS | st.none() if status is Status.PENDING else DAYS),
        family=draw(st.none() | IDS),
        benefit=draw(st.sampled_from(Benefit)),
        # Of no reported payment: what a negative row may undo is not the feed's law.
        adjusts=draw(st.none() | IDS.map(lambda text: f"other{text}")),
        status=status,
        ineligible_for=draw(st.sampled_from(IneligibleFor)),
        reason=draw(TEXTS),
        covered_class=draw(NAMES),
        accident=draw(st.none() | IDS),
        administrator=draw(st.sampled_from(Administrator)),
        reported_on=draw(st.none() | DAYS),
        diagnosis=draw(LABELS),
        tags=draw(LABELS),
        division=draw(NAMES),
        legal_cost=dollars(draw(st.integers(0, -cents(amount)))) if amount < 0 else "0",
    )


@st.composite
def histories(draw: st.DrawFn) -> tuple[Payment, ...]:
    """Draw payments with different ids."""
    return tuple(draw(payments(number)) for number in range(draw(st.integers(1, 5))))


@st.composite
def carrier_payments(draw: st.DrawFn) -> tuple[CarrierPayment, ...]:
    """Draw payments of the carrier with different ids."""
    found: list[CarrierPayment] = []
    for number in range(draw(st.integers(1, 5))):
        coverage = draw(st.sampled_from(Coverage))
        specific = coverage is Coverage.SPECIFIC
        kinds = [kind for kind in CarrierPaymentKind if not (specific and kind is CarrierPaymentKind.ACCOMMODATION)]
        kind = draw(st.sampled_from(kinds))
        found.append(
            CarrierPayment(
                id=f"{number}{draw(IDS)}",
                coverage=coverage,
                member=draw(IDS) if specific else None,
                paid_on=draw(DAYS),
                amount=draw(AMOUNTS),
                kind=kind,
                claims=draw(LABELS) if kind is CarrierPaymentKind.ADVANCE else (),
                carrier=draw(st.none() | IDS),
            )
        )
    return tuple(found)


MONTHS = DAYS | DAYS.map(lambda day: f"{day:%Y-%m}".rjust(7, "0"))
UNITS = st.lists(
    st.builds(
        CoveredUnits,
        month=MONTHS,
        tier=IDS,
        units=st.integers(0, 100_000_000),
        covered_class=NAMES,
        plan=NAMES,
        division=NAMES,
    ),
    max_size=5,
    unique_by=lambda units: (units.month, units.tier, units.covered_class, units.plan, units.division),
).map(tuple)


def there_and_back(
    write: Callable[[io.StringIO, Iterable[Fact]], None], facts: Sequence[Fact], read: Callable[[Path], Sequence[Fact]]
) -> tuple[Fact, ...]:
    """Write facts, and read them again."""
    file = io.StringIO(newline="")
    write(file, facts)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "feed.csv")
        path.write_text(file.getvalue(), encoding="utf-8", newline="")
        return tuple(read(path))


@given(histories())
def test_claims_read_back(facts: tuple[Payment, ...]) -> None:
    """Written and read, payments are what they were."""
    assert facts == there_and_back(write_claims, facts, lambda path: read_claims(path).payments)


@given(UNITS)
def test_enrollment_reads_back(facts: tuple[CoveredUnits, ...]) -> None:
    """Written and read, covered units are what they were."""
    assert facts == there_and_back(write_enrollment, facts, lambda path: read_enrollment(path).units)


@given(carrier_payments())
def test_carrier_payments_read_back(facts: tuple[CarrierPayment, ...]) -> None:
    """Written and read, the carrier's payments are what they were."""
    assert facts == there_and_back(
        write_carrier_payments, facts, lambda path: read_carrier_payments(path).carrier_payments
    )


COLUMNS = ("id", "member", "benefit", "incurred_on", "paid_on", "amount", "status", "adjusts")
CELLS = {
    "id": ["c1", "c2", "c3", "", "=c4"],
    "member": ["M1", "M2", ""],
    "benefit": ["rx", "", "Rx"],
    "incurred_on": ["2025-01-05", "5/1/2025"],
    "paid_on": ["2025-02-01", "", "2025-02-30"],
    "amount": ["10.00", "-10", "0", "1,000.00", "", "-20.00"],
    "status": ["paid", "pending", "", "open"],
    "adjusts": ["", "c1", "c2"],
}
CENTS = {"10": 1_000, "10.00": 1_000, "-10": -1_000, "0": 0, "-20.00": -2_000}
ROWS = st.tuples(*(st.sampled_from(CELLS[column]) for column in COLUMNS))
USUAL = st.sampled_from(["c1", "c2", "c3"]).map(lambda id_: (id_, "M1", "rx", "2025-01-05", "2025-02-01", "10", "", ""))
CUT = st.integers(0, 3).map(lambda width: ("c9",) * width)
FILES = st.lists(st.lists(USUAL | ROWS | CUT, max_size=6), min_size=1, max_size=3)


@given(FILES)
def test_every_row_and_dollar_is_accounted_for(files: list[list[tuple[str, ...]]]) -> None:
    """Rows read = posted + duplicates + rejected + held back, and the same for dollars; posted is all or nothing."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.csv") for number in range(len(files))]
        for path, rows in zip(paths, files, strict=True):
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([COLUMNS, *rows])
        try:
            feed = read_claims(*paths)
        except RejectedFeed as error:
            conservation = error.conservation
            posted = (0, 0)
            assert conservation.rejected.rows > 0
        else:
            conservation = feed.conservation
            posted = (len(feed.payments), sum(payment.cents for payment in feed.payments))
            assert (0, 0) == (conservation.rejected.rows, conservation.held.rows)
    read = [row for rows in files for row in rows if row]
    plain = [CENTS[row[5]] for row in read if len(row) == len(COLUMNS) and row[5] in CENTS]

    assert posted == (conservation.posted.rows, conservation.posted.total)
    assert (len(read), sum(plain)) == (conservation.read.rows, conservation.read.total)
    assert len(read) - len(plain) == conservation.read.unreadable


WRONG = {
    "id": ["={}", " {}", "{}\u200b", "{}\n"],
    "member": ["+{}", "@{}", "\u00a0{}"],
    "family": ["-{}", "{}\t"],
    "benefit": ["{}", "rx {}"],
    "incurred_on": ["{}", "2025-01-05 {}"],
    "paid_on": ["{}", "2025-01-05T{}"],
    "amount": ["{}", "$5 {}", "1.00{}", "({})"],
    "status": ["{}", "paid {}"],
    "reported_on": ["{}"],
}


@given(histories(), st.data())
def test_one_wrong_cell(facts: tuple[Payment, ...], data: st.DataObject) -> None:
    """A single wrong cell refuses everything, and neither the message nor the conservation shows its characters."""
    file = io.StringIO(newline="")
    write_claims(file, facts)
    table = list(csv.reader(io.StringIO(file.getvalue(), newline="")))
    column = data.draw(st.sampled_from([name for name in table[0] if name in WRONG]))
    row = data.draw(st.integers(1, len(facts)))
    secret = data.draw(st.text("QZXJWV", min_size=4, max_size=8))
    table[row][table[0].index(column)] = data.draw(st.sampled_from(WRONG[column])).format(secret)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "claims.csv")
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(table)
        try:
            read_claims(path)
        except RejectedFeed as error:
            message = f"{error} {error.conservation} {error!r} {error.conservation!r}"
        else:
            message = ""

    assert message
    assert secret not in message
    assert not any(payment.member in message for payment in facts if len(payment.member) > 3)
