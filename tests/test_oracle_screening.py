"""What the reference settlement lets in, against figures worked out by hand: labels, windows, limits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.by_hand import everyone, left_out, paid, policy, short, split
from tests.oracle import settle


def settled(specific: dict[str, Any], claims: list[dict[str, Any]], **more: Any) -> Any:
    """Settle a year of specific cover."""
    return settle(policy(specific, **more), claims, [], [])["statement"]


def out(specific: dict[str, Any], claims: list[dict[str, Any]], **more: Any) -> list[str]:
    """Return why each payment is out of a year of specific cover."""
    return [row["excluded"] for row in settle(policy(specific, **more), claims, [], [])["payments"]]


class TestLabelsAndClasses:
    """What a payment carries, and who it is for."""

    def test_excluded_labels(self) -> None:
        """A tag as a whole, a code by its beginning, points aside; a refund is judged by what it adjusts."""
        claims = [
            paid("1", "A", "150", tags=["access_fee", "ppo"]),
            paid("2", "A", "10", diagnosis="E66.01;Z99"),
            paid("3", "A", "160", tags="access_fees", diagnosis="e66"),
            paid("4", "A", "-30", adjusts="1"),
        ]
        assert out({"excludes": ["access_fee", "E6.601"]}, claims) == [
            "excluded_tag",
            "excluded_tag",
            "",
            "excluded_tag",
        ]

    def test_classes(self) -> None:
        """Only the named classes; without a class a payment is in none; a class comes before a benefit."""
        claims = [paid("1", "A", "1", **{"class": "active"}), paid("2", "A", "1"), paid("3", "A", "1", benefit="rx")]
        assert out({"classes": ["active"]}, claims) == ["", "class_not_covered", "class_not_covered"]
        assert out({}, claims) == ["", "", "benefit_not_covered"]

    @pytest.mark.parametrize(
        ("treatment", "lines", "counted", "out_of"),
        [
            ("net_per_claim", "100 0 0 0 0 30", "100.00", ({}, {})),
            ("gross", "100 0 0 0 0 50", "100.00", ({"rebate": "-20"}, {"rebate": "-20"})),
            ("net_at_aggregate", "100 0 0 0 0 50", "100.00", ({"rebate": "-20"}, {})),
        ],
    )
    def test_rebates(self, treatment: str, lines: str, counted: str, out_of: tuple[dict[str, str], ...]) -> None:
        """A rebate of 20 on 150 lowers the claim, nothing, or the aggregate's eligible claims only."""
        claims = [paid("1", "A", "150"), paid("2", "A", "-20", "2025-05-01", tags="rebate", adjusts="1")]
        document = policy({}, {}, rebates={"treatment": treatment})
        statement = settle(document, claims, everyone(), [])["statement"]
        assert split(statement, "A") == lines
        assert statement["aggregate"]["counted"] == counted
        assert (left_out(statement["specific"]), left_out(statement["aggregate"])) == out_of


class TestWindows:
    """Other windows, and other hands."""

    def test_prior_administrator(self) -> None:
        """Run-in that the prior administrator paid counts until a day, if reported by another; or never."""
        prior = {"administrator": "prior", "incurred": "2024-11-01"}
        claims = [
            paid("1", "A", "10", "2025-06-30", reported_on="2025-12-31", **prior),
            paid("2", "A", "10", "2025-07-01", reported_on="2025-07-02", **prior),
            paid("3", "A", "10", "2025-06-30", reported_on="2026-01-01", **prior),
            paid("4", "A", "10", "2025-07-01", administrator="current"),
        ]
        basis = {"label": "15/12", "prior_administrator": {"paid_by": "2025-06-30", "reported_by": "2025-12-31"}}
        ordered = dict(zip("1324", out({"basis": basis}, claims), strict=True))  # as they were paid
        assert ordered == {"1": "", "2": "prior_administrator", "3": "prior_administrator", "4": ""}
        excluded = out({"basis": {"label": "15/12", "prior_administrator": "excluded"}}, claims)
        assert excluded == ["prior_administrator"] * 3 + [""]

    @pytest.mark.parametrize(
        ("advanced_on", "paid_on", "reason"),
        [
            ("2025-12-29", "2026-01-05", ""),  # Monday, and the fifth working day after it
            ("2025-12-29", "2026-01-06", "paid_after"),
            ("2025-12-26", "2026-01-02", ""),  # Friday to Friday
            ("2025-12-26", "2026-01-03", "paid_after"),  # Saturday is after the fifth working day
            ("2026-01-01", "2026-01-02", "paid_after"),  # the carrier's money was late itself
        ],
    )
    def test_deemed_paid(self, advanced_on: str, paid_on: str, reason: str) -> None:
        """A payment within five working days of an advance inside the window counts; the aggregate's does not move."""
        advance = {"id": "k", "coverage": "specific", "member": "A", "kind": "advance", "amount": "50"}
        document = policy({}, {}, advance_funding={"paid_within_days": 5})
        claims = [paid("1", "A", "150", paid_on), paid("2", "A", "150", paid_on)]
        advances = [{**advance, "paid_on": advanced_on, "claims": "1;9"}]
        payments = settle(document, claims, everyone(), advances)["payments"]
        assert [row["excluded"] for row in payments] == [reason, "paid_after"]
        assert [row["aggregate_excluded"] for row in payments] == ["paid_after", "paid_after"]

    def test_money_that_went_back_is_no_advance(self) -> None:
        """An advance that the employer returned gives its claims no more days."""
        returned = {"id": "k", "coverage": "specific", "member": "A", "kind": "advance", "amount": "-50"}
        document = policy({}, advance_funding={"paid_within_days": 5})
        claims = [paid("1", "A", "150", "2026-01-02")]
        payments = settle(document, claims, [], [{**returned, "paid_on": "2025-12-30", "claims": ["1"]}])["payments"]
        assert payments[0]["excluded"] == "paid_after"

    def test_bridge(self) -> None:
        """Renewed, the 12/15 became a 12/24."""
        claims = [paid("1", "A", "150", "2026-12-31")]
        bridge = {"basis": "12/24", "renewed": True}
        assert out({"basis": "12/15"}, claims, bridge=bridge) == [""]
        assert out({"basis": "12/15"}, claims, bridge=bridge | {"renewed": False}) == ["paid_after"]

    @pytest.mark.parametrize(
        ("incurred", "on", "expected"),
        [
            # incurred 2024, paid 2025: 2024's by incurred and as the first, 2025's by paid
            ("2024-11-01", "2025-02-01", {"incurred": "other_policy", "paid": "", "first": "other_policy"}),
            # paid when 2024's 12/15 had ended: this year's alone
            ("2024-11-01", "2025-06-01", {"incurred": "", "paid": "", "first": ""}),
            # incurred 2025, paid 2026: this year's by incurred and as the first, 2026's by paid
            ("2025-11-01", "2026-02-01", {"incurred": "", "paid": "other_policy", "first": ""}),
        ],
    )
    def test_overlap(self, incurred: str, on: str, expected: dict[str, str]) -> None:
        """A 24/15 between a 12/15 before it and a 24/12 after it."""
        others = [
            {"effective": "2024-01-01", "expires": "2024-12-31", "basis": "12/15"},
            {"effective": "2026-01-01", "expires": "2026-12-31", "basis": "24/12"},
        ]
        claims = [paid("1", "A", "1", on, incurred)]
        found = {rule: out({"basis": "24/15"}, claims, overlap={"rule": rule, "other": others})[0] for rule in expected}
        assert found == expected

    def test_overlap_where_no_period_holds_the_day(self) -> None:
        """Incurred in 2023, before both periods: the earliest policy that holds it takes it."""
        others = [{"effective": "2024-01-01", "expires": "2024-12-31", "basis": "24/15"}]
        claims = [paid("1", "A", "1", "2025-02-01", "2023-06-01")]
        overlap = {"rule": "incurred", "other": others}
        assert out({"basis": "36/12"}, claims, overlap=overlap) == ["other_policy"]
        # Held by 2026's only besides: this policy is the earlier one.
        later = [{"effective": "2026-01-01", "expires": "2026-12-31", "basis": "48/12"}]
        claims = [paid("1", "A", "1", "2026-02-01", "2023-06-01")]
        assert out({"basis": "36/15"}, claims, overlap={"rule": "incurred", "other": later}) == [""]


class TestLimitsAndReductions:
    """What is cut of what passed the screen."""

    @pytest.mark.parametrize(
        ("per", "caps", "first", "second"),
        [
            ("member", "counted", "100 0 0 0 0 30", "50 0 0 0 0 0"),  # 80 + 50; 50 of 150
            ("policy", "counted", "100 0 0 0 0 30", "0 0 0 0 0 0"),  # A's 50 fill it
            ("member", "reimbursed", "100 0 0 0 0 50", "100 0 0 0 0 50"),
            ("policy", "reimbursed", "100 0 0 0 0 50", "100 0 0 0 50 0"),
        ],
    )
    def test_run_out_limit(self, per: str, caps: str, first: str, second: str) -> None:
        """80 in the year, then 70 and 150 in the run-out, of which 50 may count or be reimbursed."""
        claims = [paid("1", "A", "80"), paid("2", "A", "70", "2026-01-01"), paid("3", "B", "150", "2026-01-02")]
        basis = {"label": "12/15", "run_out_limit": {"amount": "50", "per": per, "caps": caps}}
        statement = settled({"basis": basis}, claims)
        assert (split(statement, "A"), split(statement, "B")) == (first, second)

    @pytest.mark.parametrize(
        ("per", "first", "second"),
        [("member", "100 0 0 0 10 90", "100 0 0 0 0 40"), ("policy", "100 0 0 0 10 90", "100 0 0 0 10 30")],
    )
    def test_run_in_limit_on_the_reimbursement(self, per: str, first: str, second: str) -> None:
        """Of A's run-in 40 are payable, and 30 paid at most; B's 10 are more than a shared limit has left."""
        basis = {"label": "15/12", "run_in_limit": {"amount": "30", "per": per, "caps": "reimbursed"}}
        claims = [
            paid("1", "A", "140", incurred="2024-12-01"),
            paid("2", "A", "60", "2025-03-02"),
            paid("3", "B", "130", "2025-03-03"),
            paid("4", "B", "10", "2025-03-04", "2024-12-01"),
        ]
        statement = settled({"basis": basis}, claims)
        assert (split(statement, "A"), split(statement, "B")) == (first, second)

    def test_both_limits_on_one_payment(self) -> None:
        """Run-in first: 60 of 90, then run-out 40 of those 60; the aggregate has a limit of its own."""
        basis = {"label": "15/15", "run_in_limit": {"amount": "60"}, "run_out_limit": {"amount": "40"}}
        claims = [paid("1", "A", "90", "2026-01-01", "2024-12-01")]
        document = policy({"basis": basis}, {"basis": {"label": "15/15", "run_out_limit": {"amount": "70"}}})
        settlement = settle(document, claims, everyone(), [])
        assert left_out(settlement["statement"]["specific"]) == {"over_run_in_limit": "30", "over_run_out_limit": "20"}
        assert left_out(settlement["statement"]["aggregate"]) == {"over_run_out_limit": "20"}
        assert settlement["payments"][0]["counted"] == "70.00"  # retained 40 and cut 50, but at most the 70
        assert settlement["payments"][0]["excluded"] == "over_run_in_limit"

    def test_reductions_and_refunds(self) -> None:
        """Half of what a refund leaves of 100; then a cap on what is left."""
        claims = [paid("1", "A", "100", tags="own"), paid("2", "A", "-40")]
        assert left_out(settled({"reductions": [{"tag": "own", "share": "0.5"}]}, claims)["specific"]) == {
            "reduced": "30"
        }
        terms = {
            "reductions": [{"tag": "own", "share": "50%"}],
            "caps": [{"tag": "own", "amount": "60", "on": "eligible"}],
        }
        claims = [paid("1", "A", "200", tags="own"), paid("2", "A", "90")]
        statement = settled(terms, claims)
        assert left_out(statement["specific"]) == {"reduced": "100", "over_cap": "40"}
        assert split(statement, "A") == "100 0 0 0 0 50"

    def test_reductions_round_running_totals(self) -> None:
        """Half of one, two and three cents: 1, 1 and 2."""
        claims = [paid(str(n), "A", "0.01", tags="own") for n in range(3)]
        document = policy({"reductions": [{"tag": "own", "share": "0.5"}]})
        assert [row["net"] for row in settle(document, claims, [], [])["payments"]] == ["0.01", "0.00", "0.01"]

    def test_a_total_below_zero_is_not_cut(self) -> None:
        """The remainder of a refund stays whole."""
        claims = [paid("1", "A", "40", tags="own"), paid("2", "A", "-100", tags="own")]
        statement = settled({"reductions": [{"tag": "own", "share": "0.5"}]}, claims)
        assert split(statement, "A") == "-60 0 0 0 0 0"
        assert short(statement["specific"]["eligible"]) == "-60"
