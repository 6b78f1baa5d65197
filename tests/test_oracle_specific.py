"""The reference settlement's specific terms against figures worked out by hand: the deductible is 100 throughout."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.by_hand import everyone, left_out, paid, policy, short, split
from tests.oracle import settle


def settled(specific: dict[str, Any], claims: list[dict[str, Any]], **more: Any) -> Any:
    """Settle a year of specific cover."""
    return settle(policy(specific, **more), claims, [], [])["statement"]


def counted(specific: dict[str, Any], aggregate: dict[str, Any], claims: list[dict[str, Any]]) -> list[str]:
    """Return what counts of each payment in the aggregate."""
    return [short(row["counted"]) for row in settle(policy(specific, aggregate), claims, everyone(), [])["payments"]]


class TestDeductible:
    """Prorated, or shared in a family or an accident."""

    def test_prorated(self) -> None:
        """Five months begin by 10 May: 100 x 5 / 12 = 41.67, for the aggregate's loss limit, too."""
        period = {"effective": "2025-01-01", "expires": "2025-12-31", "terminated": "2025-05-10"}
        document = policy({}, {}, period=period, early_termination={"deductible": "prorated"})
        statement = settle(document, [paid("1", "A", "90")], everyone(), [])["statement"]
        assert split(statement, "A") == "41.67 0 0 0 0 48.33"
        assert statement["specific"]["units"][0]["deductible"] == "41.67"
        assert statement["aggregate"]["counted"] == "41.67"

    def test_full_unless_the_policy_ended_early(self) -> None:
        """Nothing is prorated in a year that ran its course."""
        statement = settled({}, [paid("1", "A", "190")], early_termination={"deductible": "prorated"})
        assert split(statement, "A") == "100 0 0 0 0 90"

    def test_family(self) -> None:
        """The family retains 150: 100 of A, 50 of B, nothing of C; what counts follows."""
        claims = [paid(ref, ref, "100", f"2025-03-0{n}", family="F") for n, ref in enumerate("ABC", 1)]
        statement = settled({"family_deductible": "150"}, claims)
        assert [split(statement, unit) for unit in "ABC"] == ["100 0 0 0 0 0", "50 0 0 0 0 50", "0 0 0 0 0 100"]
        assert counted({"family_deductible": "150"}, {}, claims) == ["100", "50", "0"]

    def test_accident_then_family(self) -> None:
        """One deductible of 100 for the accident: 80 + 20; then the family's 120: of C's 90 it still retains 20."""
        claims = [
            paid("1", "A", "80", family="F", accident="X"),
            paid("2", "B", "80", "2025-03-02", family="F", accident="X"),
            paid("3", "C", "90", "2025-03-03", family="F"),
        ]
        statement = settled({"common_accident": {}, "family_deductible": "120"}, claims)
        assert [split(statement, unit) for unit in "ABC"] == ["80 0 0 0 0 0", "20 0 0 0 0 60", "20 0 0 0 0 70"]

    def test_accident_with_its_own_deductible(self) -> None:
        """90 for both together; A's other claims are measured against A's own deductible."""
        claims = [
            paid("1", "A", "70", accident="X"),
            paid("2", "B", "70", "2025-03-02", accident="X"),
            paid("3", "A", "70", "2025-03-03"),  # A retains 70 and 30 more
        ]
        statement = settled({"common_accident": {"deductible": "90"}}, claims)
        assert [split(statement, unit) for unit in "AB"] == ["100 0 0 0 0 40", "20 0 0 0 0 50"]

    def test_nothing_of_an_excluded_person_becomes_excess(self) -> None:
        """The family's 150 leaves B 50 to retain; B is excluded, so the other 50 are laser, not the carrier's."""
        claims = [paid("1", "A", "100", family="F"), paid("2", "B", "300", "2025-03-02", family="F")]
        lasers = [{"member": "B", "excluded": True}]
        statement = settled({"family_deductible": "150", "lasers": lasers}, claims)
        assert split(statement, "B") == "50 250 0 0 0 0"


class TestLasers:
    """From a day, for a label, on a trigger, out of a fund."""

    @pytest.mark.parametrize(("before", "expected"), [("180", "100 70 0 0 0 110"), ("300", "100 0 0 0 0 300")])
    def test_from_a_day(self, before: str, expected: str) -> None:
        """What was paid before 1 July is measured against 100; then 250, or what was already paid, is the line.

        180: 80, then 280 - 250 = 30. 300: 200, then all 100.
        """
        lasers = [{"member": "A", "deductible": "250", "from": "2025-07-01"}]
        statement = settled({"lasers": lasers}, [paid("1", "A", before), paid("2", "A", "100", "2025-07-01")])
        assert split(statement, "A") == expected
        assert statement["specific"]["units"][0]["deductible"] == "250.00"

    def test_what_was_paid_before_the_day_comes_first(self) -> None:
        """By incurred day `a` leads; but `b`, paid before the laser began, takes the deductible first."""
        lasers = [{"member": "A", "deductible": "250", "from": "2025-07-01"}]
        claims = [paid("a", "A", "100", "2025-08-01", "2025-02-01"), paid("b", "A", "180", "2025-04-01", "2025-03-01")]
        payments = settle(policy({"lasers": lasers, "consume_by": "incurred"}), claims, [], [])["payments"]
        assert [(row["retained"], row["laser"], row["reimbursable"]) for row in payments] == [
            ("0.00", "70.00", "30.00"),
            ("100.00", "0.00", "80.00"),
        ]

    def test_excluded_from_a_day(self) -> None:
        """80 for what was paid before; nothing after."""
        lasers = [{"member": "A", "excluded": True, "from": "2025-07-01"}]
        statement = settled({"lasers": lasers}, [paid("1", "A", "180"), paid("2", "A", "100", "2025-07-01")])
        assert split(statement, "A") == "100 100 0 0 0 80"
        assert statement["specific"]["units"][0]["excluded"] is True

    def test_for_a_label(self) -> None:
        """Two totals: 300 - 250 for hemophilia, 150 - 100 for the rest; both the code and the tag are the label."""
        lasers = [{"member": "A", "deductible": "250", "tags": ["D66", "factor_viii"]}]
        claims = [
            paid("1", "A", "200", diagnosis="D66.0"),
            paid("2", "A", "100", "2025-03-02", tags=["factor_viii"]),
            paid("3", "A", "150", "2025-03-03", diagnosis="E66;D6"),
        ]
        statement = settled({"lasers": lasers}, claims)
        assert split(statement, "A") == "100 250 0 0 0 100"
        assert statement["specific"]["units"][0]["deductible"] == "100.00"

    def test_for_a_label_from_a_day_with_an_inner_maximum(self) -> None:
        """120 + 40 of others and of before July: 60 over 100; 300 labelled since: 50 over 250, of which 40 at most."""
        lasers = [{"member": "A", "deductible": "250", "tags": ["h"], "from": "2025-07-01"}]
        claims = [
            paid("1", "A", "120"),
            paid("2", "A", "40", "2025-06-30", tags=["h"]),
            paid("3", "A", "300", "2025-07-01", tags=["h"]),
        ]
        caps = [{"tag": "h", "amount": "80"}]  # 40 of payment 2, so 40 are left of the 50
        statement = settled({"lasers": lasers, "caps": caps}, claims)
        assert split(statement, "A") == "100 250 0 0 10 100"

    @pytest.mark.parametrize(
        ("effect", "claims", "expected"),
        [
            ("whole_period", ["180"], "100 0 0 0 0 80"),
            ("whole_period", ["180", "90"], "100 150 0 0 0 20"),
            ("whole_period", ["180", "90", "-90"], "100 0 0 0 0 80"),
            ("from_trigger", ["180", "90"], "100 70 0 0 0 100"),  # 80, then 270 - 250
            ("from_trigger", ["180", "90", "-90"], "100 0 0 0 0 80"),
            ("from_trigger", ["180", "90", "-30"], "100 60 0 0 0 80"),  # 240 < 250
        ],
    )
    def test_on_a_trigger(self, effect: str, claims: list[str], expected: str) -> None:
        """A transplant that was not voided brings the laser, for the whole period or from the day it was paid."""
        rows = [paid(str(n), "A", amount, f"2025-03-0{n}") for n, amount in enumerate(claims, 1)]
        for row in rows[1:2]:
            row["tags"] = "transplant"
        for row in rows[2:]:
            row["adjusts"] = "2"
        lasers = [{"member": "A", "deductible": "250", "when": "transplant", "effect": effect}]
        statement = settled({"lasers": lasers}, rows)
        assert split(statement, "A") == expected
        shown = "250.00" if "-90" not in claims and len(claims) > 1 else "100.00"
        assert statement["specific"]["units"][0]["deductible"] == shown

    def test_family_pool_and_fund(self) -> None:
        """The family retains 100 + 50, the fund takes 150 + 50; of B's 300 the rest is the carrier's."""
        terms = {
            "family_deductible": "150",
            "laser_funds": [{"name": "X", "amount": "200"}],
            "lasers": [{"member": member, "deductible": "250", "fund": "X"} for member in "AB"],
        }
        claims = [paid(ref, ref, "300", family="F") for ref in "AB"]
        statement = settled(terms, claims)
        assert [split(statement, unit) for unit in "AB"] == ["100 150 0 0 0 50", "50 50 0 0 0 200"]
        # In the aggregate, with `laser`: 250 at most, and never what specific reimburses.
        assert counted(terms, {"laser_loss_limit": "laser"}, claims) == ["250", "100"]

    @pytest.mark.parametrize(
        ("terms", "expected"),
        [
            ({}, ["60", "190"]),  # the aggregate's own `laser`
            ({"counts": "standard"}, ["60", "40"]),
            ({"counts": "laser"}, ["60", "190"]),
            ({"counts": "nothing"}, ["0", "0"]),
            ({"counts": "nothing", "from": "2025-04-01"}, ["60", "0"]),
            ({"counts": "nothing", "tags": ["x"]}, ["60", "0"]),
        ],
    )
    def test_counting_of_its_own(self, terms: dict[str, Any], expected: list[str]) -> None:
        """Of 60 and 300: up to 100, up to 250, or nothing of what the laser takes."""
        lasers = [{"member": "A", "deductible": "250", **terms}]
        claims = [paid("1", "A", "60"), paid("2", "A", "300", "2025-04-01", tags=["x"])]
        assert counted({"lasers": lasers}, {"laser_loss_limit": "laser"}, claims) == expected


class TestShareAndMaxima:
    """Tiers, inner maxima, lifetimes, layers."""

    @pytest.mark.parametrize(
        ("order", "first", "second"),
        [
            # Of A's 120 the ASD takes 50; 80 % of the other 70. B: 80 % of 100, all of the last 20.
            ("after_aggregating", "100 0 50 14 0 56", "100 0 0 20 0 100"),
            # A's 120 come to 80 + 20; the ASD takes 50 of the 100.
            ("before_aggregating", "100 0 50 20 0 50", "100 0 0 20 0 100"),
        ],
    )
    def test_tiers_and_asd(self, order: str, first: str, second: str) -> None:
        """80 % of the first 100 of excess, then all of it."""
        tiers = [{"above": "0", "share": "0.8"}, {"above": "100", "share": "1"}]
        terms = {"tiers": tiers, "aggregating": "50", "share_applies": order}
        statement = settled(terms, [paid("1", "A", "220"), paid("2", "B", "220", "2025-04-01")])
        assert (split(statement, "A"), split(statement, "B")) == (first, second)

    def test_tiers_round_once(self) -> None:
        """Half of the first cent and a tenth of each of the next four: never more than one cent in all."""
        tiers = [{"above": "0", "share": "0.5"}, {"above": "0.01", "share": "0.1"}]
        claims = [paid(str(n), "A", "0.01") for n in range(5)]
        payments = settle(policy({"deductible": "0", "tiers": tiers}), claims, [], [])["payments"]
        # running: 0.5, 0.6, 0.7, 0.8, 0.9 cents
        assert [row["reimbursable"] for row in payments] == ["0.01", "0.00", "0.00", "0.00", "0.00"]

    def test_inner_maximum_before_the_maximum(self) -> None:
        """100 transplant dollars are payable, 60 at most; with the 50 before them 110, of which 100 at most."""
        claims = [paid("1", "A", "150"), paid("2", "A", "100", "2025-03-02", tags="transplant")]
        terms = {"caps": [{"tag": "transplant", "amount": "60"}], "maximum": "100"}
        assert split(settled(terms, claims), "A") == "100 0 0 0 50 100"

    def test_inner_maximum_on_what_is_eligible(self) -> None:
        """30 of 80 count; specific retains them, and the aggregate counts the 50 that were cut, too."""
        terms = {"caps": [{"tag": "t", "amount": "30", "on": "eligible"}]}
        claims = [paid("1", "A", "80", tags="t"), paid("2", "A", "90", "2025-03-02")]
        statement = settled(terms, claims)
        assert split(statement, "A") == "100 0 0 0 0 20"
        assert left_out(statement["specific"]) == {"over_cap": "50"}
        assert counted(terms, {}, claims) == ["80", "20"]

    def test_lifetimes(self) -> None:
        """Used before: 250 of the lifetime's 300; of the label's 60, 45 reimbursed; of another's 90, 70 eligible."""
        terms = {
            "lifetime_maximum": "300",
            "maximum": "200",
            "caps": [
                {"tag": "r", "amount": "60", "per": "lifetime"},
                {"tag": "e", "amount": "90", "per": "lifetime", "on": "eligible"},
            ],
            "used": [
                {"member": "A", "reimbursed": "250"},
                {"member": "A", "reimbursed": "45", "tag": "r"},
                {"member": "A", "eligible": "70", "tag": "e"},
            ],
        }
        claims = [
            paid("1", "A", "110"),
            paid("2", "A", "25", "2025-03-02", tags="r"),
            paid("3", "A", "50", "2025-03-03", tags="e"),
            paid("4", "B", "400"),
        ]
        statement = settled(terms, claims)
        # A: 20 of payment 3 count; payable 10 + 25 + 20, of which the label leaves 10 + 15 + 20 = 45; 50 are left.
        assert split(statement, "A") == "100 0 0 0 10 45"
        assert split(statement, "B") == "100 0 0 0 100 200"
        claims.append(paid("5", "A", "30", "2025-04-01"))  # 75, of which 50 are left
        assert split(settled(terms, claims), "A") == "100 0 0 0 35 50"

    def test_a_lifetime_that_is_used_up(self) -> None:
        """Nothing is left, and nothing is taken back."""
        terms = {"lifetime_maximum": "300", "used": [{"member": "A", "reimbursed": "450"}]}
        assert split(settled(terms, [paid("1", "A", "110")]), "A") == "100 0 0 0 10 0"

    def test_layers(self) -> None:
        """Of A's 180: 100, 50 and 30; of B's 60 the first carrier pays all."""
        layers = [{"carrier": "X", "limit": "100"}, {"carrier": "Y", "limit": "50"}, {"carrier": "Z"}]
        received = [
            {"id": "k", "coverage": "specific", "member": "A", "carrier": "Y", "paid_on": "2025-09-01", "amount": "20"}
        ]
        claims = [paid("1", "A", "280"), paid("2", "B", "160")]
        specific = settle(policy({"layers": layers}), claims, [], received)["statement"]["specific"]
        figures = ("reimbursable", "reimbursed", "due")
        shown = [
            [" ".join(short(row[name]) for name in figures) for row in part["layers"]] for part in specific["units"]
        ]
        assert shown == [["100 0 100", "50 20 30", "30 0 30"], ["60 0 60", "0 0 0", "0 0 0"]]
        assert [short(row["reimbursable"]) for row in specific["layers"]] == ["160", "50", "30"]


class TestRecoveries:
    """A recovery of what was 100 retained and 200 excess."""

    @pytest.mark.parametrize(
        ("terms", "expected"),
        [
            ({}, "100 0 0 0 0 140"),
            ({"legal_cost": "net"}, "100 0 0 0 0 150"),  # 10 of the 60 were costs
            ({"order": "employer_first"}, "40 0 0 0 0 200"),
            ({"order": "pro_rata"}, "80 0 0 0 0 160"),  # 60 x 200 / 300
            ({"order": "pro_rata", "legal_cost": "net"}, "83.33 0 0 0 0 166.67"),  # 50 x 200 / 300
        ],
    )
    def test_orders(self, terms: dict[str, str], expected: str) -> None:
        """To the carrier first, to the employer first, or in the ratio of what each bore; gross or net of costs."""
        claims = [paid("1", "A", "300")]
        claims.append(paid("2", "A", "-60", "2025-09-01", tags="recovery", legal_cost="10", adjusts="1"))
        statement = settled({}, claims, recoveries=terms)
        assert split(statement, "A") == expected
        net_of_cost = {"legal_cost": "-10"} if "legal_cost" in terms else {}
        assert left_out(statement["specific"]) == net_of_cost
        assert statement["specific"]["eligible"] == ("250.00" if net_of_cost else "240.00")

    @pytest.mark.parametrize(
        ("order", "expected", "counts"),
        [
            ("recompute", "100 0 50 0 0 90", ["150", "0"]),
            ("employer_first", "90 0 0 0 0 150", ["150", "-60"]),
            ("pro_rata", "100 0 20 0 0 120", ["150", "-30"]),  # 60 x 150 / 300
        ],
    )
    def test_orders_with_an_asd(self, order: str, expected: str, counts: list[str]) -> None:
        """The ASD's 50 go back to the employer before anything retained, and nobody else refills them."""
        claims = [paid("1", "A", "300"), paid("2", "A", "-60", "2025-09-01", tags="recovery")]
        statement = settled({"aggregating": "50"}, claims, recoveries={"order": order})
        assert split(statement, "A") == expected
        document = policy({"aggregating": "50"}, {"aggregating_counts": True}, recoveries={"order": order})
        assert [short(row["counted"]) for row in settle(document, claims, everyone(), [])["payments"]] == counts

    def test_more_than_the_claims(self) -> None:
        """Of 350 recovered in two, 300 are given back: 100 to the employer, 200 to the carrier; 50 stay negative."""
        claims = [paid("1", "A", "300")]
        claims += [paid(ref, "A", "-175", f"2025-09-0{ref}", tags="recovery") for ref in "23"]
        payments = settle(policy({}, recoveries={"order": "employer_first"}), claims, [], [])["payments"]
        assert [(row["retained"], row["reimbursable"]) for row in payments] == [
            ("100.00", "200.00"),
            ("-100.00", "-75.00"),
            ("-50.00", "-125.00"),
        ]

    def test_as_of_a_day(self) -> None:
        """What is given back is in the ratio of that day: 30 x 100 / 200, later 30 x 300 / 400."""
        claims = [paid("1", "A", "200"), paid("2", "A", "-30", "2025-04-01", tags="recovery")]
        claims.append(paid("3", "A", "200", "2025-05-01"))
        document = policy({}, recoveries={"order": "pro_rata"})
        assert settle(document, claims, [], [], date(2025, 4, 30))["statement"]["carrier_total"] == "85.00"
        assert settle(document, claims, [], [])["statement"]["carrier_total"] == "277.50"
