"""Everything that a settlement of many policies needs, checked together: every fault of every source in one error."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from attrs import field, frozen

from stoploss.errors import FeedError
from stoploss.facts import CarrierPayment, CoveredUnits
from stoploss.feeds.conservation import Conservation, RejectedFeed
from stoploss.frames.carrier_payments import check_carrier_payments
from stoploss.frames.columns import ROWS
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.enrollment import check_enrollment
from stoploss.frames.findings import CheckedClaims, check_claims
from stoploss.frames.found import Found
from stoploss.frames.reading import Read, read_claims
from stoploss.frames.repeats import Undoing
from stoploss.frames.rows import RowColumns
from stoploss.frames.trusted import lost_in
from stoploss.policy import Policy

__all__ = ["Inputs", "check_inputs"]


@frozen(kw_only=True)
class Inputs:
    """
    What was reported for many policies.

    Args:
        found: Everything that was found; with a fault among it, nothing may be settled.
        conservation: What became of every row and every dollar of each source.
        facts: The claims, each once, with every column; ``None`` where they could not be read.
        undoing: Negative rows that name a payment, and what they name, looked up already.
        units: Covered units by policy.
        received: What the carriers have paid.
        carrier_payments: The same by policy.
        enrollment_columns, received_columns: The pinned columns of the small sources, as they were read.
    """

    found: tuple[Found, ...]
    conservation: Conservation
    facts: Frame | None = field(repr=False, eq=False)
    undoing: Undoing | None = field(repr=False)
    units: Mapping[str, Sequence[CoveredUnits]] = field(repr=False)
    received: Frame = field(repr=False, eq=False)
    carrier_payments: Mapping[str, Sequence[CarrierPayment]] = field(repr=False)
    enrollment_columns: RowColumns = field(repr=False)
    received_columns: RowColumns = field(repr=False)

    @property
    def faults(self) -> tuple[Found, ...]:
        """What keeps these sources from being settled."""
        return tuple(found for found in self.found if not found.notice)

    @property
    def notices(self) -> tuple[Found, ...]:
        """What is settled all the same and should be seen."""
        return tuple(found for found in self.found if found.notice)

    @property
    def checked_facts(self) -> Frame:
        """
        The claims, each once, with every column.

        Raises:
            RejectedFeed: With everything that is wrong with any of the sources.
        """
        if self.faults or self.facts is None:
            raise RejectedFeed([found.finding for found in self.faults], conservation=self.conservation)
        return self.facts

    @property
    def rows(self) -> Frame:
        """
        The claims as engines take them.

        Raises:
            RejectedFeed: With everything that is wrong with any of the sources.
        """
        return self.checked_facts.select(*ROWS)


def check_inputs(
    engine: Engine,
    policies: Sequence[Policy],
    claims: object,
    enrollment: object = None,
    carrier_payments: object = None,
    *,
    as_of: dt.date | None = None,
    trusted: bool = False,
) -> Inputs:
    """
    Find everything that is wrong with what was reported for many policies.

    Args:
        engine: Reads the sources, and computes.
        policies: Those that are settled.
        claims: A path, or a frame that the engine takes.
        enrollment, carrier_payments: The same; ``None``: none were reported.
        as_of: Units are wanted of the months that begin on or before this day; ``None``: of all.
        trusted: Whether the rows of the claims are taken to be right, each fact once: only what would count nowhere
            is looked for.
    """
    found = list(_policies_twice(policies))
    read, checked = _claims(engine, claims, policies, found, trusted=trusted)
    units = check_enrollment(engine, enrollment, policies, as_of)
    received = check_carrier_payments(engine, carrier_payments, policies)
    tallies = (checked.tally if checked else None, units.tally, received.tally)
    return Inputs(
        found=(*found, *(checked.found if checked else ()), *units.found, *received.found),
        conservation=Conservation(files=tuple(tally for tally in tallies if tally is not None)),
        facts=checked.facts if checked else read.facts if read else None,
        undoing=checked.undoing if checked else None,
        units=units.units,
        received=received.received,
        carrier_payments=received.payments,
        enrollment_columns=units.columns,
        received_columns=received.columns,
    )


def _policies_twice(policies: Sequence[Policy]) -> Iterator[Found]:
    for number, times in Counter(policy.number for policy in policies).items():
        if times > 1:
            rule = f"{times} policies have the number {number}"
            yield Found(code="SL702", label="policies", rule=rule, help="policies are told apart by their numbers")


def _claims(
    engine: Engine, source: object, policies: Sequence[Policy], found: list[Found], *, trusted: bool
) -> tuple[Read | None, CheckedClaims | None]:
    try:
        read = read_claims(engine, source)
    except FeedError as error:
        found += [Found.of(finding, finding.where.partition(" ")[0]) for finding in error.findings]
        return None, None
    if not trusted:
        return read, check_claims(engine, read, policies)
    found += lost_in(engine, read, policies)
    return read, None


def __dir__() -> list[str]:
    return __all__
