"""Laws of the reference settlement itself, on small random worlds in which terms, refunds and boundary days meet."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.by_hand import everyone, paid, policy
from tests.oracle import settle
from tests.oracle_reading import cents
from tests.oracle_specific import LINES


def random_world(pick: Random) -> tuple[dict[str, Any], list[dict[str, Any]], date | None]:
    """Make a document, rows and an `as_of` in which limits, refunds and boundary days meet."""
    laser: dict[str, Any] = pick.choice([{"excluded": True}, {"deductible": "9"}])
    lasers = [{"member": "A", **laser}] if pick.random() < 0.5 else []
    basis: dict[str, Any] = {"label": pick.choice(["12/12", "15/12", "12/15", "paid", "incurred"])}
    if pick.random() < 0.5:
        basis["run_in_limit"] = {"amount": pick.choice(["2", "5"]), "per": pick.choice(["member", "policy"])}
    specific = {
        "basis": basis,
        "deductible": pick.choice(["0", "4", "6"]),
        "aggregating": pick.choice(["0", "3.01"]),
        "lasers": lasers,
        "share": pick.choice(["1", "0.9", "33%"]),
        "share_applies": pick.choice(["after_aggregating", "before_aggregating"]),
        "maximum": pick.choice(["8", "50"]),
        "maximum_on": pick.choice(["reimbursement", "eligible"]),
        "consume_by": pick.choice(["paid", "incurred"]),
    }
    aggregate = {
        "basis": pick.choice(["12/12", "12/15"]),
        "counting": pick.choice(["loss_limit", "net_of_specific"]),
        "factors": [{"tier": "all", "amount": "0.0123"}],
        "share": pick.choice(["1", "0.8"]),
        "maximum": "20",
        "maximum_kind": pick.choice(["flat", "ceiling"]),
        "minimum": {"first_month": "0.95", "amount": "1"},
    }
    days = ["2024-11-01", "2024-12-31", "2025-01-01", "2025-06-01", "2025-12-31", "2026-01-01", "2026-03-31"]
    rows: list[dict[str, Any]] = []
    for number in range(pick.randrange(12)):
        amount = pick.choice(["-3", "-1.11", "2.22", "5", "7.77", "12"])
        incurred, on = sorted(pick.sample(days, 2))
        rows.append(paid(str(number), pick.choice("ABC"), amount, on, incurred))
        if amount[0] != "-" and pick.random() < 0.2:
            rows.append(
                paid(f"v{number}", rows[-1]["member"], "-" + amount, pick.choice(days), incurred, adjusts=str(number))
            )
    more: dict[str, Any] = {}
    if pick.random() < 0.8:
        more = further_terms(pick, specific, aggregate, rows)
    return policy(specific, aggregate, **more), rows, pick.choice([None, date(2025, 6, 1), date(2026, 1, 1)])


def further_terms(
    pick: Random, specific: dict[str, Any], aggregate: dict[str, Any], rows: list[dict[str, Any]]
) -> dict[str, Any]:
    """Give a random world a few of the further terms, and its payments what those look at; return the riders."""

    def some(terms: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in terms.items() if pick.random() < 0.3}

    for row in rows:
        row |= {"family": pick.choice("FG"), "accident": pick.choice(["", "", "X"]), "division": pick.choice(["", "N"])}
        row |= {"tags": pick.choice(["", "", "t", "t;u"]), "class": pick.choice(["c", "c", "d"])}
        if row["amount"].startswith("-") and pick.random() < 0.5:
            row |= {"tags": pick.choice(["recovery", "rebate"]), "legal_cost": "0.50"}
    basis: dict[str, Any] = specific["basis"]
    basis |= some({"run_out_limit": {"amount": "4", "per": "policy", "caps": pick.choice(["counted", "reimbursed"])}})
    if "run_in_limit" in basis:
        basis["run_in_limit"]["caps"] = pick.choice(["counted", "reimbursed"])
    laser: dict[str, Any] = pick.choice(
        [{}, {"from": "2025-06-01"}, {"when": "u"}, {"when": "u", "effect": "from_trigger"}]
    )
    laser |= pick.choice([{}, {"tags": ["t"]}]) | pick.choice([{}, {"counts": "nothing"}, {"counts": "standard"}])
    tiers = [{"above": "0", "share": "0.5"}, {"above": "3.33", "share": "0.9"}]
    terms = some(
        {
            "lifetime_maximum": "9",
            "used": [{"member": "A", "reimbursed": "5"}],
            "excludes": ["u"],
            "classes": ["c"],
            "family_deductible": "7",
            "common_accident": {},
            "caps": [{"tag": "t", "amount": "5"}, {"tag": "t", "amount": "9", "on": "eligible"}],
            "reductions": [{"tag": "t", "share": "0.55"}],
            "tiers": tiers,
            "layers": [{"carrier": "P", "limit": "3"}, {"carrier": "Q"}],
        }
    )
    specific |= terms
    if "tiers" in terms:
        del specific["share"]
    if pick.random() < 0.5:
        specific["lasers"] = [{"member": member, "deductible": "9", "fund": "Z", **laser} for member in "BC"]
        specific["laser_funds"] = [{"name": "Z", "amount": "4"}]
    aggregate |= some({"accommodation": {"keep": "0.5", "repay": pick.choice(["at_end", "when_recovered"])}})
    order = pick.choice(["recompute", "employer_first", "pro_rata"])
    return some(
        {
            "recoveries": {"order": order, "legal_cost": pick.choice(["gross", "net"])},
            "rebates": {"treatment": pick.choice(["gross", "net_at_aggregate"])},
            "terminal_liability": {"elected": True, "months": 2},
        }
    )


def closed_form(amounts: list[int]) -> list[int]:
    """Net one unit's amounts by the formula: what lies between min(T before, m) and m, the lowest total yet to come."""
    totals = [sum(amounts[: i + 1]) for i in range(len(amounts))]
    nets = []
    for i in range(len(amounts)):
        lowest = min(totals[i:])
        nets.append(max(0, lowest) - max(0, min(totals[i] - amounts[i], lowest)))
    return nets


@given(st.randoms(use_true_random=False))
def test_undoing_refunds_equals_the_closed_form(pick: Random) -> None:
    """The loop that undoes the latest earlier payments gives the formula's net amounts."""
    amounts = [pick.choice([-7, -3, -1, 0, 2, 5, 8]) for _ in range(pick.randrange(9))]
    claims = [paid(str(i), "A", f"{amount}.00") for i, amount in enumerate(amounts)]
    payments = settle(policy({}), claims, [], [])["payments"]
    assert [max(0, cents(row["net"])) // 100 for row in payments] == closed_form(amounts)
    assert sum(cents(row["net"]) for row in payments) == 100 * sum(amounts)


@given(st.randoms(use_true_random=False))
def test_laws(pick: Random) -> None:
    """Lines add up, arrival order is nothing, a repeated fact is one, a void leaves no figure behind."""
    document, rows, as_of = random_world(pick)
    settled = settle(document, rows, everyone(), [], as_of)
    statement = settled["statement"]
    for part in (statement["specific"], statement["aggregate"]):
        out = sum(cents(row["amount"]) for row in part["excluded"])
        assert cents(statement["claims"]["amount"]) == cents(part["eligible"]) + out
    for sheet in (statement["specific"], *statement["specific"]["units"]):
        assert sum(cents(sheet[line]) for line in LINES) == cents(sheet["eligible"])
        below_zero = any(line.startswith("-") for line in (sheet["eligible"], sheet["retained"]))
        assert all(cents(sheet[line]) >= 0 for line in LINES) or below_zero or "units" in sheet
    for line in LINES:
        assert sum(cents(row[line]) for row in settled["payments"]) == cents(statement["specific"][line])
    assert_layers_and_divisions_add_up(statement)
    aggregate = statement["aggregate"]
    assert sum(cents(row["counted"]) for row in settled["payments"]) == cents(aggregate["counted"])
    assert sum(cents(row["attachment"]) for row in aggregate["months"]) == cents(aggregate["calculated_attachment"])
    assert aggregate["months"][-1]["counted_to_date"] == aggregate["counted"]
    shuffled = pick.sample(rows + rows[:2], len(rows) + len(rows[:2]))
    assert settle(document, shuffled, everyone(), [], as_of) == settled
    voided = [*rows, paid("x", "A", "33", **{"class": "c"}), paid("y", "A", "-33", "2025-03-01", adjusts="x")]
    again = settle(document, voided, everyone(), [], as_of)["statement"]
    for coverage in ("specific", "aggregate"):
        for line in ("eligible", "reimbursable", "employer_share", "over_maximum"):
            assert again[coverage][line] == statement[coverage][line]
    assert again["carrier_total"] == statement["carrier_total"]


@given(st.randoms(use_true_random=False))
def test_a_term_at_its_neutral_value_changes_nothing(pick: Random) -> None:
    """Limits beyond every amount, shares of all, riders that were not taken, an accommodation at the end."""
    document, rows, _ = random_world(pick)
    plenty, specific = "999999", document["specific"]
    fund = {"laser_funds": [{"name": "N", "amount": plenty}]} if "laser_funds" not in specific else {}
    neutral: dict[str, Any] = {
        "lifetime_maximum": plenty,
        "excludes": ["nobody's"],
        "family_deductible": plenty,
        "caps": [{"tag": "t", "amount": plenty}, {"tag": "t", "amount": plenty, "on": "eligible", "per": "lifetime"}],
        "reductions": [{"tag": "t", "share": "1"}],
        "tiers": [
            {"above": "0", "share": specific.get("share", "1")},
            {"above": "5", "share": specific.get("share", "1")},
        ],
        **fund,
    }
    basis = {"run_out_limit": {"amount": plenty, "per": "policy"}, "prior_administrator": "included"}
    riders = {
        "early_termination": {"deductible": "prorated"},
        "recoveries": {"order": "recompute", "legal_cost": "gross"},
        "rebates": {"treatment": "net_per_claim"},
        "terminal_liability": {"elected": False, "months": 3},
        "bridge": {"basis": "12/24", "renewed": False},
        "overlap": {"rule": "first", "other": [{"effective": "2030-01-01", "expires": "2030-12-31", "basis": "12/12"}]},
        "advance_funding": {"paid_within_days": 5},
    }
    with_neutral = {
        **riders,
        **document,
        "specific": {**neutral, **specific, "basis": {**basis, **specific["basis"]}},
        "aggregate": {**document["aggregate"], "enrollment_lag": 0, "accommodation": {"keep": "1"}},
    }
    plain, other = (settle(each, rows, everyone(), []) for each in (document, with_neutral))
    assert other["payments"] == plain["payments"]
    for statement in (plain["statement"], other["statement"]):
        statement["aggregate"].pop("accommodation", None)
        for month in statement["aggregate"]["months"]:
            month.pop("accommodation", None)
    assert other["statement"] == plain["statement"]


def assert_layers_and_divisions_add_up(statement: dict[str, Any]) -> None:
    """Assert that the carriers' layers and the divisions' worksheets are the whole, divided."""
    for sheet in (statement["specific"], *statement["specific"]["units"]):
        for line in ("reimbursable", "reimbursed", "due") if "layers" in sheet else ():
            assert sum(cents(layer[line]) for layer in sheet["layers"]) == cents(sheet[line])
    aggregate = statement["aggregate"]
    for line in ("gross", "eligible", "counted", "calculated_attachment") if "divisions" in aggregate else ():
        assert sum(cents(row[line]) for row in aggregate["divisions"]) == cents(aggregate[line])
