"""Policies together: gaps and overlaps."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import AggregateFactor
from stoploss.basis import ContractBasis
from stoploss.facts import Benefit, Coverage
from stoploss.policy import Policy
from stoploss.program import Gap, Overlap, gaps, overlaps
from stoploss.riders import EarlyTermination
from stoploss.specific_terms import SpecificTerms
from stoploss.window import Period, Window

MEDICAL = (Benefit.MEDICAL,)


def day(text: str) -> dt.date:
    """Return the day that ISO text names."""
    return dt.date.fromisoformat(text)


def window(first: str, last: str | None) -> Window:
    """Return a window from ISO text."""
    return Window(first=day(first), last=day(last) if last else None)


def policy(
    effective: str,
    expires: str,
    basis: str | ContractBasis,
    *,
    covers: tuple[Benefit, ...] = MEDICAL,
    terminated: str | None = None,
    original: str | None = None,
) -> Policy:
    """Return a policy with specific alone."""
    period = Period(
        effective=day(effective),
        expires=day(expires),
        terminated=day(terminated) if terminated else None,
        original_effective=day(original or effective),
    )
    terms = SpecificTerms(basis=basis, covers=covers, deductible="100000")
    return Policy(policyholder="Employer", carrier="Carrier", number="1", period=period, specific=terms)


def gap(incurred: tuple[str, str], paid: tuple[str, str | None], *benefits: Benefit) -> Gap:
    """Return the gap over those days."""
    return Gap(incurred=window(*incurred), paid=window(*paid), benefits=benefits or MEDICAL)


def overlap(incurred: tuple[str, str], paid: tuple[str, str | None]) -> Overlap:
    """Return the overlap of the first two policies over those days."""
    return Overlap(incurred=window(*incurred), paid=window(*paid), benefits=MEDICAL, between=(0, 1))


YEAR_2024 = ("2024-01-01", "2024-12-31")
YEAR_2025 = ("2025-01-01", "2025-12-31")


def test_what_is_paid_after_the_run_out_is_in_nobodys_year() -> None:
    """A claim of the first year that is paid after its run-out is covered by neither year."""
    years = [policy(*YEAR_2024, "12/15"), policy(*YEAR_2025, "12/15")]

    assert gaps(years, Coverage.SPECIFIC) == (gap(YEAR_2024, ("2025-04-01", "2026-03-31")),)
    assert overlaps(years, Coverage.SPECIFIC) == ()


def test_the_order_of_the_policies_does_not_matter() -> None:
    """Later years may be given first."""
    years = [policy(*YEAR_2025, "12/12"), policy(*YEAR_2024, "12/12")]

    assert gaps(years, Coverage.SPECIFIC) == (gap(YEAR_2024, ("2025-01-01", "2025-12-31")),)


def test_one_policy_has_no_gap() -> None:
    """What lies outside of a single policy is no gap of the program, and no policy has none either."""
    assert gaps([policy(*YEAR_2024, "12/15")], Coverage.SPECIFIC) == ()
    assert gaps([], Coverage.SPECIFIC) == ()


def test_run_out_into_run_in_is_covered_twice() -> None:
    """Run-out of the first year and run-in of the second cover the same claims."""
    years = [policy(*YEAR_2024, "12/15"), policy(*YEAR_2025, "15/12")]

    assert overlaps(years, Coverage.SPECIFIC) == (overlap(("2024-10-01", "2024-12-31"), ("2025-01-01", "2025-03-31")),)
    assert gaps(years, Coverage.SPECIFIC) == (gap(("2024-01-01", "2024-09-30"), ("2025-04-01", "2025-12-31")),)


def test_a_month_without_a_policy_is_a_gap() -> None:
    """Claims incurred between two policies are covered by none, from the day on which they are incurred."""
    years = [policy(*YEAR_2024, "12/24"), policy("2025-02-01", "2026-01-31", "12/12")]

    assert gaps(years, Coverage.SPECIFIC) == (
        gap(YEAR_2024, ("2026-01-01", "2026-01-31")),
        gap(("2025-01-01", "2025-01-31"), ("2025-01-01", "2026-01-31")),
    )


def test_termination_opens_a_gap() -> None:
    """Termination cuts incurred days and run-out alike; strips that leave the same days are one gap."""
    years = [policy(*YEAR_2024, "12/15", terminated="2024-08-31"), policy(*YEAR_2025, "12/12")]

    assert gaps(years, Coverage.SPECIFIC) == (gap(YEAR_2024, ("2024-09-01", "2025-12-31")),)


def test_a_window_that_never_ends_leaves_no_gap_behind_it() -> None:
    """An incurred basis pays whenever; the year after it is then measured against whenever, too."""
    years = [policy(*YEAR_2024, "incurred"), policy(*YEAR_2025, "12/12")]

    assert gaps(years, Coverage.SPECIFIC) == (gap(YEAR_2025, ("2026-01-01", None)),)
    assert overlaps(years, Coverage.SPECIFIC) == ()


def test_two_windows_that_never_end_overlap_without_end() -> None:
    """The same year bought twice is covered twice, whenever it is paid."""
    years = [policy(*YEAR_2024, "incurred"), policy(*YEAR_2024, "incurred")]

    assert overlaps(years, Coverage.SPECIFIC) == (overlap(YEAR_2024, ("2024-01-01", None)),)


def test_benefits_are_looked_at_one_by_one() -> None:
    """A benefit that one year leaves out is a gap of that benefit, and no overlap."""
    years = [policy(*YEAR_2024, "12/24"), policy(*YEAR_2025, "24/12", covers=(Benefit.MEDICAL, Benefit.RX))]

    assert gaps(years, Coverage.SPECIFIC) == ()
    assert [found.benefits for found in overlaps(years, Coverage.SPECIFIC)] == [MEDICAL]

    years = [policy(*YEAR_2024, "12/12", covers=(Benefit.RX,)), policy(*YEAR_2024, "12/12")]

    assert overlaps(years, Coverage.SPECIFIC) == ()


def test_gaps_of_several_benefits_are_told_together() -> None:
    """The same days left out under two benefits are one gap."""
    both = (Benefit.MEDICAL, Benefit.RX)
    years = [policy(*YEAR_2024, "12/12", covers=both), policy(*YEAR_2025, "12/12", covers=both)]

    assert gaps(years, Coverage.SPECIFIC) == (gap(YEAR_2024, ("2025-01-01", "2025-12-31"), *both),)


def test_a_coverage_that_no_policy_has_has_no_gap() -> None:
    """A policy without the cover covers nothing, and is not looked at."""
    years = [policy(*YEAR_2024, "12/12"), policy(*YEAR_2025, "12/12")]

    assert gaps(years, Coverage.AGGREGATE) == ()
    assert overlaps(years, Coverage.AGGREGATE) == ()


def test_the_aggregate_has_windows_of_its_own() -> None:
    """The aggregate is judged by its own basis, and always ends with the policy."""
    terms = AggregateTerms(basis="12/15", covers=MEDICAL, factors=[AggregateFactor(tier="single", amount="1")])
    years = [
        Policy(
            policyholder="Employer",
            carrier="Carrier",
            number="1",
            period=Period(effective=day(first), expires=day(last)),
            aggregate=terms,
            early_termination=EarlyTermination(windows="unchanged"),
        )
        for first, last in (YEAR_2024, YEAR_2025)
    ]

    assert gaps(years, Coverage.AGGREGATE) == (gap(YEAR_2024, ("2025-04-01", "2026-03-31")),)


BASES: tuple[tuple[str | ContractBasis, str | None], ...] = (
    ("1/1", None),
    ("1/2", None),
    ("2/1", None),
    ("3/3", None),
    ("paid", "2024-01-01"),
    ("1/2", "2024-02-20"),
)


@pytest.mark.parametrize(("first", "second"), [*product(BASES, BASES)])
@pytest.mark.parametrize("starts", ["2024-02-01", "2024-03-01", "2024-04-01"])
def test_every_day_is_covered_as_often_as_it_is_said(
    first: tuple[str, str | None], second: tuple[str, str | None], starts: str
) -> None:
    """Day by day: a claim is in exactly one gap where no policy takes it, and in an overlap where both do."""
    years = [monthly("2024-02-01", *first), monthly(starts, *second)]
    windows = [own for own in (year.specific_windows for year in years) if own]
    found = gaps(years, Coverage.SPECIFIC)
    twice = overlaps(years, Coverage.SPECIFIC)
    days = [day("2023-11-28") + dt.timedelta(days=at) for at in range(0, 260, 5)]
    begins = min(own.incurred.first for own in windows), min(own.paid.first for own in windows)
    ends = [
        max(own.incurred.last or dt.date.max for own in windows),
        max(own.paid.last or dt.date.max for own in windows),
    ]

    for incurred, paid in product(days, days):
        taken = sum(own.incurred.holds(incurred) and own.paid.holds(paid) for own in windows)
        inside = begins[0] <= incurred <= ends[0] and begins[1] <= paid <= ends[1] and incurred <= paid
        in_gaps = sum(each.incurred.holds(incurred) and each.paid.holds(paid) for each in found)
        in_overlaps = sum(each.incurred.holds(incurred) and each.paid.holds(paid) for each in twice)
        if incurred <= paid:
            assert in_gaps == (1 if inside and not taken else 0)
            assert in_overlaps == (1 if taken == 2 else 0)


def monthly(starts: str, basis: str, day_of: str | None) -> Policy:
    """Return a policy of one month; *day_of* is its original effective date on a paid basis, else its termination."""
    first = day(starts)
    last = (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    if basis == "paid":
        return policy(starts, last.isoformat(), basis, original=day_of)
    ends = first.replace(day=20).isoformat() if day_of else None
    return policy(starts, last.isoformat(), basis, terminated=ends)
