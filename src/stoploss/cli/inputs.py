"""From the files of a policy year to its statement; one error has the faults of all files."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from attrs import evolve, frozen
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from stoploss.documents import load_policy
from stoploss.errors import FeedError, Finding, StopLossError
from stoploss.facts import CarrierPayment, Coverage, CoveredUnits, Payment
from stoploss.feeds import (
    CarrierPaymentsFeed,
    ClaimsFeed,
    EnrollmentFeed,
    load_columns,
    located,
    read_carrier_payments,
    read_claims,
    read_enrollment,
)
from stoploss.policy import Policy, specific_alone
from stoploss.statement import Statement, settle

__all__ = ["Files", "Year", "attempt", "in_files", "locating", "read_year", "settled", "together", "working"]

T = TypeVar("T")

_LARGE = 2_000_000
"""Reading fewer bytes than this is over before a person looks."""
_NO_UNITS = "SL543"


@frozen(kw_only=True)
class Files:
    """
    The files of one policy year, as given on the command line.

    Args:
        policy, claims, enrollment, carrier_payments: What is settled.
        columns: What the claims files call the columns.
    """

    policy: Path
    claims: Sequence[Path]
    enrollment: Path | None
    carrier_payments: Path | None
    columns: Path | None = None

    def __iter__(self) -> Iterator[Path]:
        yield self.policy
        yield from self.claims
        yield from (path for path in (self.enrollment, self.carrier_payments, self.columns) if path)


@frozen(kw_only=True)
class Year:
    """
    One policy year as read.

    Args:
        files: Where it was read.
        policy, claims: What is always there.
        enrollment, carrier_payments: ``None`` where no file was given.
    """

    files: Files
    policy: Policy
    claims: ClaimsFeed
    enrollment: EnrollmentFeed | None
    carrier_payments: CarrierPaymentsFeed | None

    @property
    def _feeds(self) -> Iterator[ClaimsFeed | EnrollmentFeed | CarrierPaymentsFeed]:
        yield self.claims
        yield from (feed for feed in (self.enrollment, self.carrier_payments) if feed)

    @property
    def conserved(self) -> tuple[str, ...]:
        """What became of every row and dollar, one line a file."""
        return tuple(line for feed in self._feeds for line in str(feed.conservation).splitlines())

    @property
    def notices(self) -> tuple[Finding, ...]:
        """What the feeds noticed."""
        return tuple(notice for feed in self._feeds for notice in feed.notices)

    @property
    def facts(self) -> tuple[Sequence[Payment], Sequence[CoveredUnits], Sequence[CarrierPayment]]:
        """Everything that was reported, as ``settle`` takes it."""
        enrollment, received = self.enrollment, self.carrier_payments
        return (
            self.claims.payments,
            enrollment.units if enrollment else (),
            received.carrier_payments if received else (),
        )

    def without_aggregate(self) -> Year:
        """Return the same year under specific alone."""
        policy, feed = specific_alone(self.policy), self.carrier_payments
        if feed is None:
            return evolve(self, policy=policy)
        rows = zip(feed.carrier_payments, feed.places, strict=True)
        kept = [(payment, place) for payment, place in rows if payment.coverage is Coverage.SPECIFIC]
        specific = evolve(
            feed,
            carrier_payments=tuple(payment for payment, _ in kept),
            places=tuple(place for _, place in kept),
        )
        return evolve(self, policy=policy, carrier_payments=specific)


def read_year(files: Files) -> Year:
    """
    Read the files of a policy year.

    Raises:
        FeedError: With the faults of all files.
    """
    faults: list[StopLossError] = []
    policy = attempt(faults, lambda: load_policy(files.policy))
    mapping = files.columns
    columns = attempt(faults, lambda: load_columns(mapping)) if mapping else None
    # Without their mapping the claims would be full of faults that are none.
    claims = attempt(faults, lambda: read_claims(*files.claims, columns=columns)) if columns or not mapping else None
    units, received = files.enrollment, files.carrier_payments
    enrollment = attempt(faults, lambda: read_enrollment(units)) if units else None
    carrier_payments = attempt(faults, lambda: read_carrier_payments(received)) if received else None
    if faults or policy is None or claims is None:
        raise together(faults)
    return Year(files=files, policy=policy, claims=claims, enrollment=enrollment, carrier_payments=carrier_payments)


def settled(year: Year, as_of: dt.date | None) -> Statement:
    """
    Settle a policy year.

    Raises:
        FeedError: With the file and row of every fact that cannot be settled.
    """
    with locating(year):
        return settle(year.policy, *year.facts, as_of=as_of)


@contextmanager
def locating(year: Year) -> Generator[None, None, None]:
    """Turn an error about a year's facts into one with the file and row of each."""
    try:
        yield
    except StopLossError as error:
        raise in_files(error, year) from None


def in_files(error: StopLossError, year: Year) -> FeedError:
    """Return an error about the facts of a year with the file and row of each."""
    enrollment, received = year.enrollment, year.carrier_payments
    # Whole feeds first: a file may be called units.csv, as a fact's position begins with units[...].
    return located(
        FeedError(_of_files(error.findings, year.files), error.more),
        payments=year.claims.places,
        units=enrollment.places if enrollment else (),
        carrier_payments=received.places if received else (),
    )


@contextmanager
def working(files: Iterable[Path], *, large: int | None = None) -> Generator[Callable[[str], None], None, None]:
    """
    Show on a terminal what is being done to large files, and for how long; show nothing elsewhere.

    Args:
        files: What is read.
        large: How many bytes are; default: as many as take a while to read.

    Yields:
        What to call with the next thing that is done.
    """
    if not sys.stderr.isatty() or _size(files) < (_LARGE if large is None else large):
        yield lambda _doing: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda doing: progress.update(task, description=doing)


def attempt(faults: list[StopLossError], read: Callable[[], T]) -> T | None:
    """Return what is read, or ``None`` with its error added to *faults*, so that the next file is read too."""
    try:
        return read()
    except StopLossError as error:
        faults.append(error)
        return None


def together(faults: Sequence[StopLossError]) -> FeedError:
    """Return one error with the faults of all files."""
    return FeedError([finding for fault in faults for finding in fault.findings], sum(fault.more for fault in faults))


def _of_files(findings: Sequence[Finding], files: Files) -> Iterator[Finding]:
    """Name the file where a fault is of a feed as a whole, and say a missing enrollment once."""
    named = {
        "payments": files.claims[0].name,
        "units": files.enrollment.name if files.enrollment else "--enrollment",
        "carrier_payments": files.carrier_payments.name if files.carrier_payments else "--carrier-payments",
    }
    missing = files.enrollment is None and any(finding.code == _NO_UNITS for finding in findings)
    if missing:
        rule = "the policy has an aggregate cover, and its attachment point needs the covered units"
        yield Finding(code=_NO_UNITS, where="--enrollment", rule=rule, help="give the file with this option")
    for finding in findings:
        feed, _, column = finding.where.partition(".")
        if not (missing and finding.code == _NO_UNITS):
            yield evolve(finding, where=f"{named[feed]} {column}".strip()) if feed in named else finding


def _size(files: Iterable[Path]) -> int:
    size = 0
    for path in files:
        with suppress(OSError):  # a missing file is reported when it is read
            size += path.stat().st_size
    return size


def __dir__() -> list[str]:
    return __all__
