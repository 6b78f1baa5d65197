"""The reference settlement's aggregate terms against figures worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pytest

from tests.by_hand import everyone, paid, policy, short
from tests.oracle import settle


def part(
    aggregate: dict[str, Any],
    claims: list[dict[str, Any]] | None = None,
    enrollment: list[dict[str, Any]] | None = None,
    as_of: date | None = None,
    **more: Any,
) -> Any:
    """Settle a year of aggregate cover: ten units at one dollar, so 120 for the year."""
    units = everyone() if enrollment is None else enrollment
    received = more.pop("carrier_payments", [])
    return settle(policy(None, aggregate, **more), claims or [], units, received, as_of)["statement"]["aggregate"]


def units_of(counts: dict[str, int], **more: str) -> list[dict[str, Any]]:
    """Make an enrollment of so many units by month."""
    return [{"month": month, "tier": "all", "units": count, **more} for month, count in counts.items()]


class TestAttachment:
    """Factors, enrollment, minimums, the terminal liability option."""

    def test_enrollment_lag(self) -> None:
        """With a lag of two, January 2025 takes November's units: 5 + 6 + 7, then nine months of 10."""
        counts = {"2024-11": 5, "2024-12-15": 6, "2025-01": 7, "2025-12": 99}
        counts |= {f"2025-{month:02d}": 10 for month in range(2, 11)}
        aggregate = part({"enrollment_lag": 2}, enrollment=units_of(counts))
        assert short(aggregate["calculated_attachment"]) == "108"
        assert [short(row["attachment"]) for row in aggregate["months"]][:4] == ["5", "6", "7", "10"]

    def test_factors_by_day_class_and_plan(self) -> None:
        """The latest factor by the month's first day; rows are added up over what a factor does not distinguish."""
        factors = [
            {"tier": "one", "class": "active", "amount": "1"},
            {"tier": "one", "class": "active", "amount": "3", "from": "2025-02-01"},
            {"tier": "one", "class": "retiree", "amount": "2", "from": "2024-07-01"},
            {"tier": "one", "class": "retiree", "amount": "9", "from": "2025-02-02"},
            {"tier": "two", "plan": "PPO", "benefit": "medical", "amount": "10"},
            {"tier": "two", "plan": "PPO", "benefit": "rx", "amount": "5"},
            {"tier": "two", "plan": "HMO", "benefit": "medical", "amount": "20"},
        ]
        month = [
            {"tier": "one", "class": "active", "plan": "PPO", "units": 4},
            {"tier": "one", "class": "active", "plan": "HMO", "units": 6},
            {"tier": "one", "class": "retiree", "units": 5},
            {"tier": "two", "class": "active", "plan": "PPO", "units": 1},
            {"tier": "two", "class": "retiree", "plan": "HMO", "units": 1},
        ]
        enrollment = [{"month": f"2025-{m:02d}", **row} for m in (1, 2, 3) for row in month]
        aggregate = part({"factors": factors}, enrollment=enrollment, as_of=date(2025, 3, 1))
        # January 10 x 1 + 5 x 2 + 15 + 20; February 10 x 3 + 5 x 2 + 35; March 10 x 3 + 5 x 9 + 35
        assert [short(row["attachment"]) for row in aggregate["months"]] == ["55", "75", "110"]

    @pytest.mark.parametrize(
        ("minimum", "as_of", "expected"),
        [
            ({"monthly": "15"}, None, "180"),
            ({"monthly": "15", "amount": "200"}, None, "200"),
            ({"first_months": {"months": 3, "share": "0.9"}}, None, "216"),  # 0.9 x 60 x 12 / 3
            ({"first_months": {"months": 3, "share": "0.9"}}, date(2025, 2, 1), "162"),  # 0.9 x 30 x 12 / 2
            ({"first_months": {"months": 3, "share": "0.9"}, "first_month": "2"}, None, "240"),  # 2 x 10 x 12
        ],
    )
    def test_minimums(self, minimum: dict[str, Any], as_of: date | None, expected: str) -> None:
        """The largest of dollars, dollars a month, a share of the first month and of the first months."""
        counts = {"2025-01": 10, "2025-02": 20, "2025-03": 30} | {f"2025-{month:02d}": 1 for month in range(4, 13)}
        aggregate = part({"minimum": minimum}, enrollment=units_of(counts), as_of=as_of)
        assert short(aggregate["minimum_attachment"]) == expected

    @pytest.mark.parametrize(
        ("rule", "point", "added"),
        [
            ({}, "180", "30"),
            ({"attachment": "ratio"}, "187.50", "37.50"),  # 150 x 3 / 12
            ({"attachment": "corridor", "corridor": "0.1"}, "165", "15"),
            ({"attachment": "unchanged"}, "150", "0"),
        ],
    )
    def test_terminal_liability(self, rule: dict[str, str], point: str, added: str) -> None:
        """The minimum of 150 is in the base; the last three months are 30; the window reaches 31 March."""
        claims = [
            paid("1", "A", "200", "2026-03-31"),
            paid("2", "A", "1", "2026-04-01"),
            paid("3", "A", "1", "2026-01-02", "2026-01-01"),
        ]
        terminal = {"elected": True, "months": 3, **rule}
        aggregate = part({"minimum": {"amount": "150"}}, claims, terminal_liability=terminal)
        assert (short(aggregate["attachment_point"]), short(aggregate["terminal_liability"])) == (point, added)
        assert short(aggregate["months"][-1]["attachment_to_date"]) == point
        assert short(aggregate["months"][-2]["attachment_to_date"]) == "137.50"  # 150 x 11 / 12
        assert aggregate["eligible"] == "200.00"

    @pytest.mark.parametrize(
        ("terminal", "terminated", "last"),
        [
            ({"days": 30}, None, "2026-01-30"),
            ({"days": 30, "months": 3}, None, "2026-01-30"),  # the months are the attachment's
            ({"months": 3}, "2025-02-28", "2025-05-31"),  # from 1 March on
            ({"days": 10}, "2025-02-28", "2025-03-10"),
        ],
    )
    def test_terminal_liability_reaches(self, terminal: dict[str, Any], terminated: str | None, last: str) -> None:
        """Days from the last day in force, or months from the day after it; in specific, too."""
        period = {"effective": "2025-01-01", "expires": "2025-12-31"}
        if terminated:
            period["terminated"] = terminated
        terminal = {"elected": True, "attachment": "unchanged", **terminal}
        document = policy({"basis": "12/12"}, {}, period=period, terminal_liability=terminal)
        day_after = date.fromisoformat(last).toordinal() + 1
        claims = [paid("1", "A", "1", last), paid("2", "A", "1", date.fromordinal(day_after).isoformat())]
        payments = settle(document, claims, everyone(), [])["payments"]
        assert [row["excluded"] for row in payments] == ["", "paid_after"]
        assert [row["aggregate_excluded"] for row in payments] == ["", "paid_after"]

    def test_terminal_liability_for_specific_only(self) -> None:
        """The aggregate keeps its window and has no line for it."""
        terminal = {"elected": True, "months": 3, "covers": ["specific"]}
        document = policy({}, {}, terminal_liability=terminal)
        settlement = settle(document, [paid("1", "A", "1", "2026-03-31")], everyone(), [])
        assert settlement["payments"][0]["excluded"] == ""
        assert settlement["payments"][0]["aggregate_excluded"] == "paid_after"
        assert "terminal_liability" not in settlement["statement"]["aggregate"]


class TestAccommodation:
    """Thresholds of 10 a month; 50 paid in January, 30 of it back in March, 100 in June; 27 advanced in February."""

    CLAIMS = (
        paid("1", "A", "50", "2025-01-15", "2025-01-10"),
        paid("2", "A", "-30", "2025-03-05", "2025-01-10"),
        paid("3", "B", "100", "2025-06-10", "2025-06-01"),
    )
    ADVANCE: ClassVar = {
        "id": "k",
        "coverage": "aggregate",
        "paid_on": "2025-02-10",
        "amount": "27",
        "kind": "accommodation",
    }

    def months(self, rider: dict[str, str], **terms: Any) -> Any:
        """Settle the whole year."""
        aggregate = {"share": "0.8", "accommodation": {"keep": "5", "smallest": "10", **rider}, **terms}
        return part(aggregate, list(self.CLAIMS), carrier_payments=[self.ADVANCE])

    @pytest.mark.parametrize(
        ("repay", "due"),
        [
            ("at_end", "27 0 0 0 0 16 0 0 0 0 0"),
            # wanted 27 19 0 0 0 43 35 27 19 11 3, less 27 from February on; 35 - 27 is too small
            ("when_recovered", "27 -8 -27 -27 -27 16 0 0 -8 -16 -24"),
        ],
    )
    def test_months(self, repay: str, due: str) -> None:
        """0.8 x what counted by the month's end above the threshold, less the 5 that the employer keeps."""
        aggregate = self.months({"repay": repay})
        rows = [row["accommodation"] for row in aggregate["months"] if "accommodation" in row]
        assert " ".join(short(row["threshold"]) for row in rows) == "10 20 30 40 50 60 70 80 90 100 110"
        assert " ".join(short(row["counted"]) for row in rows) == "50 50 20 20 20 120 120 120 120 120 120"
        assert " ".join(short(row["wanted"]) for row in rows) == "27 19 0 0 0 43 35 27 19 11 3"
        assert " ".join(short(row["due"]) for row in rows) == due
        assert aggregate["accommodation"] == rows[-1]
        assert (aggregate["reimbursable"], aggregate["due"]) == ("0.00", "-27.00")  # 120 counted, 120 attachment

    @pytest.mark.parametrize(
        ("rider", "terms", "wanted"),
        [
            ({}, {"minimum": {"amount": "240"}}, "19 3"),  # thresholds 20, 40
            ({"minimum": "none"}, {"minimum": {"amount": "240"}}, "27 19"),
            ({}, {"maximum": "20"}, "20 19"),
            ({}, {"maximum": "30", "maximum_kind": "ceiling"}, "11 3"),  # 0.8 x (30 - 10) - 5, 0.8 x (30 - 20) - 5
        ],
    )
    def test_minimum_and_maximum(self, rider: dict[str, str], terms: dict[str, Any], wanted: str) -> None:
        """The minimum joins month by month; a flat maximum caps the money, a ceiling the claims."""
        rows = self.months(rider, **terms)["months"][:2]
        assert " ".join(short(row["accommodation"]["wanted"]) for row in rows) == wanted

    @pytest.mark.parametrize(
        ("as_of", "latest", "due"),
        [
            ("2025-01-30", None, "0.00"),
            ("2025-01-31", "10.00", "27.00"),
            ("2025-02-09", "10.00", "27.00"),
            ("2025-02-10", "10.00", "0.00"),  # paid since
            ("2025-06-30", "60.00", "16.00"),
        ],
    )
    def test_due_before_the_end(self, as_of: str, latest: str | None, due: str) -> None:
        """The latest month that has ended, less what has been advanced by the day itself."""
        aggregate = {"share": "0.8", "accommodation": {"keep": "5", "smallest": "10"}}
        day = date.fromisoformat(as_of)
        found = part(aggregate, list(self.CLAIMS), as_of=day, carrier_payments=[self.ADVANCE])
        assert found["due"] == due
        assert found.get("accommodation", {}).get("threshold") == latest

    def test_months_open(self) -> None:
        """No request after month three; and none in the last month in force."""
        aggregate = self.months({"months_open": "3"})
        assert ["accommodation" in row for row in aggregate["months"]] == [True] * 3 + [False] * 9

    def test_not_in_the_last_month_in_force(self) -> None:
        """Ended in March, the year is settled by March."""
        period = {"effective": "2025-01-01", "expires": "2025-12-31", "terminated": "2025-03-31"}
        rows = part({"accommodation": {}}, [paid("1", "A", "90")], period=period)["months"]
        assert ["accommodation" in row for row in rows] == [True, True, False]

    def test_the_minimum_is_the_one_known_then(self) -> None:
        """1.2 x 10 x 12 = 144 by January's end, 1.2 x 40 x 6 = 288 from February's on: 1/12, 2/12, 3/12 of it."""
        minimum = {"first_months": {"months": 2, "share": "1.2"}}
        counts = {f"2025-{month:02d}": 10 for month in range(1, 13)} | {"2025-02": 30}
        terms = {"accommodation": {}, "minimum": minimum}
        rows = part(terms, enrollment=units_of(counts))["months"]
        assert [short(row["accommodation"]["threshold"]) for row in rows[:3]] == ["12", "48", "72"]


class TestDivisions:
    """A worksheet each, which add up to the whole."""

    def test_worksheets(self) -> None:
        """Claims and units by division; running totals are rounded: 0.5004 cents are one cent, 1.0008 still are."""
        factors = [{"tier": "all", "amount": "0.000417"}]  # x 12 months = 0.5004 cents a unit
        enrollment = [
            {"month": f"2025-{month:02d}", "tier": "all", "units": 1, "division": division}
            for month in range(1, 13)
            for division in ("North", "South")
        ]
        claims = [
            paid("1", "A", "150", division="North"),
            paid("2", "A", "-10", "2025-03-02", division="", adjusts="1"),
            paid("3", "B", "40"),
        ]
        document = policy({}, {"factors": factors})
        aggregate = settle(document, claims, enrollment, [])["statement"]["aggregate"]
        names = ("gross", "voids_and_refunds", "eligible", "over_loss_limit", "reimbursed_by_specific", "counted")
        sheets = {row["division"]: " ".join(short(row[name]) for name in names) for row in aggregate["divisions"]}
        assert sheets == {"": "40 0 40 0 0 40", "North": "150 -10 140 40 0 100", "South": "0 0 0 0 0 0"}
        assert [row["calculated_attachment"] for row in aggregate["divisions"]] == ["0.00", "0.01", "0.00"]
        assert aggregate["calculated_attachment"] == "0.01"

    def test_none(self) -> None:
        """Where nothing names a division there is no such part."""
        assert "divisions" not in part({}, [paid("1", "A", "1")])
