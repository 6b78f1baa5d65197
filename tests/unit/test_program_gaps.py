"""Gaps between policies, priced and drawn."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from attrs import evolve

from stoploss.basis import ContractBasis
from stoploss.facts import Coverage, Payment
from stoploss.policy import Policy
from stoploss.program import Gap, PricedGap, draw, priced_gaps
from stoploss.riders import Bridge
from stoploss.window import Window
from tests.unit.given import a_period, a_policy, day, paid, specific


def year(number: int, basis: str, **more: str) -> Policy:
    """Return the policy of a calendar year."""
    period = a_period(f"{number}-01-01", f"{number}-12-31", **more)
    return a_policy(specific(basis=basis), period=period, number=f"SL-{number}")


YEARS = [year(2024, "12/15"), year(2025, "12/18")]


def late(name: str, amount: str | int, paid_on: str = "2025-05-05", **more: Any) -> Payment:
    """Return what was incurred in the first year and paid after its run-out."""
    return paid(name, "M1", amount, paid_on, "2024-11-03", **more)


def price(*payments: Payment, years: list[Policy] | None = None) -> list[str]:
    """Return the gaps between two years, priced, as text."""
    return [str(gap) for gap in priced_gaps(YEARS if years is None else years, payments, Coverage.SPECIFIC)]


def test_a_gap_says_what_it_costs() -> None:
    """How many payments fall between which bases, and what they come to."""
    payments = [late(f"c{number}", "15171.43") for number in range(13)] + [late("c13", "15171.41")]

    assert price(*payments) == ["14 payments, 212,400.00, fall between 12/15 and 12/18"]


def test_a_gap_names_the_basis_that_applies() -> None:
    """A bridge in effect has replaced the basis beside the gap; one that waits has not."""
    for renewed, basis in ((True, "12/15"), (False, "12/12")):
        bridged = evolve(year(2024, "12/12"), bridge=Bridge(basis="12/15", renewed=renewed))

        assert price(late("1", 100), years=[bridged, year(2025, "12/18")]) == [
            f"1 payment, 100.00, falls between {basis} and 12/18"
        ]


def test_what_falls_into_a_gap() -> None:
    """What was incurred and paid in its days, of a benefit that some policy covers; each payment once."""
    inside = late("1", 100)
    outside = [
        late("2", 1, "2025-03-31"),
        paid("3", "M1", 1, "2025-06-01", "2025-01-01"),
        late("4", 1, benefit="dental"),
    ]

    assert price(inside, inside, *outside) == ["1 payment, 100.00, falls between 12/15 and 12/18"]


def test_a_refund_goes_where_its_payment_goes() -> None:
    """A row that undoes a payment falls into the gap with it, whenever it came; one of nothing reported into none."""
    refund = late("2", -40, "2026-12-01", adjusts="1")
    of_another = late("3", -5, adjusts="unknown")
    own_days = late("4", -10)

    assert price(late("1", 100), refund, of_another, own_days) == ["3 payments, 50.00, fall between 12/15 and 12/18"]


def test_what_would_not_count_anyway_is_not_priced() -> None:
    """Pending claims are not paid yet; ineligible ones count under no policy, nor does what undoes them."""
    pending = Payment(id="1", member="M1", amount=100, incurred_on=day("2024-11-03"), status="pending")
    ineligible = late("2", 100, status="ineligible")
    undone = late("3", -100, adjusts="2")
    for_the_aggregate = late("4", 7, status="ineligible", ineligible_for="aggregate")

    assert price(pending, ineligible, undone, for_the_aggregate) == ["1 payment, 7.00, falls between 12/15 and 12/18"]


def test_a_gap_behind_the_last_policy() -> None:
    """There the last policy alone is named; run-in that one policy takes and the next does not lies between them."""
    assert price(years=[year(2024, "12/36"), year(2025, "12/12")]) == ["0 payments, 0.00, fall after 12/12"]
    assert price(years=[year(2024, "24/12"), year(2025, "24/12")]) == ["0 payments, 0.00, fall between 24/12 and 24/12"]


def test_a_basis_without_a_label_is_named_by_its_year() -> None:
    """Four days have no label."""
    days: dict[str, Any] = {
        "incurred_from": day("2024-01-01"),
        "incurred_through": day("2024-12-31"),
        "paid_from": day("2024-01-01"),
        "paid_through": day("2024-12-31"),
    }
    first = a_policy(specific(basis=ContractBasis(**days)), period=a_period("2024-01-01", "2024-12-31"))

    assert price(years=[first, year(2025, "12/12")]) == [
        "0 payments, 0.00, fall between the year from 2024-01-01 and 12/12"
    ]


def test_a_priced_gap_points_to_its_policies() -> None:
    """The places of its neighbors are those of the policies as given, in whatever order; its repr shows no dollars."""
    found = priced_gaps(YEARS[::-1], [late("1", 100)], Coverage.SPECIFIC)
    window = Window(first=day("2024-01-01"), last=day("2024-12-31"))

    assert [(gap.before, gap.after, gap.bases) for gap in found] == [(1, 0, ("12/15", "12/18"))]
    assert found[0].gap == Gap(
        incurred=window, paid=Window(first=day("2025-04-01"), last=day("2026-06-30")), benefits=found[0].gap.benefits
    )
    assert "100" not in repr(found[0])
    assert isinstance(found[0], PricedGap)


def test_a_program_is_drawn() -> None:
    """A column for each month incurred, a row for each month paid: years by letters, what is covered twice, gaps."""
    periods = [("2024-01-01", "2024-03-31"), ("2024-04-01", "2024-06-30")]
    years = [
        a_policy(specific(basis=basis), period=a_period(*days), number=f"SL-{at}")
        for at, (basis, days) in enumerate(zip(["3/4", "4/3"], periods, strict=True), 1)
    ]

    assert (
        str(draw(years, Coverage.SPECIFIC))
        == """\
paid    incurred 2024-01 to 2024-06
2024-01 A
2024-02 AA
2024-03 AAA
2024-04 AA#B
2024-05 //BBB
2024-06 //BBBB
A SL-1, 2024-01-01 to 2024-03-31
B SL-2, 2024-04-01 to 2024-06-30
# covered twice, / a gap"""
    )


def test_what_nobody_sold_is_a_point() -> None:
    """Days between the outermost ones that are no gap, because nobody could have a claim there yet, are left out."""
    years = [
        year(2024, "12/12"),
        a_policy(specific(basis="2/2"), period=a_period("2025-01-01", "2025-02-28"), number="2"),
    ]
    lines = draw(years, Coverage.SPECIFIC).text().splitlines()

    assert lines[13:15] == ["2025-01 ////////////B", "2025-02 ////////////BB"]


def test_a_window_that_never_ends_is_drawn_a_little_further() -> None:
    """Three months beyond the last day incurred."""
    lines = draw([year(2024, "incurred")], Coverage.SPECIFIC).text().splitlines()

    assert lines[12:16] == [f"{month} AAAAAAAAAAAA" for month in ("2024-12", "2025-01", "2025-02", "2025-03")]


def test_a_coverage_that_nobody_has_is_an_empty_drawing() -> None:
    """There is nothing to draw, and that is said."""
    drawing = draw(YEARS, Coverage.AGGREGATE)

    assert drawing.text() == "nothing is covered\n# covered twice, / a gap"
    assert drawing.svg() == "<p>nothing is covered</p>"


def test_the_image_has_every_rectangle() -> None:
    """One for each year and one for each gap, by their days; names are escaped."""
    years = [year(2024, "12/15"), a_policy(specific(basis="12/18"), number="<b>")]
    image = draw(years, Coverage.SPECIFIC)._repr_html_()

    assert image.count("<rect ") == 3
    assert image.count("<title>gap</title>") == 1
    assert "<title>&lt;b&gt;, 2025-01-01 to 2025-12-31</title>" in image
    assert 'x="0" y="0" width="122" height="152"' in image


@pytest.mark.parametrize("months", [1, 12])
def test_no_column_is_lost(months: int) -> None:
    """Every month incurred has its column, that of the last one included."""
    ends = dt.date(2024, months, 31)
    policy = a_policy(specific(basis=f"{months}/{months}"), period=a_period("2024-01-01", str(ends)))
    last = draw([policy], Coverage.SPECIFIC).text().splitlines()[months]

    assert last == f"2024-{months:02} {'A' * months}"
