"""The oracle against the worked cases, and against figures worked out by hand.

python tests/test_oracle_self.py [DIR]      # run the worked cases of a directory (default: `cases` beside this file)
"""

from __future__ import annotations

import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.by_hand import everyone, paid, policy
from tests.oracle import settle
from tests.oracle_reading import Period
from tests.oracle_specific import LINES
from tests.oracle_windows import Windows

CASES = Path(__file__).parent / "cases"


# ------------------------------------------------------------------ worked cases


def look_up(statement: dict[str, Any], path: str) -> Any:
    """Follow a path such as `specific.units.M1.laser` or `aggregate.excluded.paid_after` into a statement."""
    part, _, rest = path.partition(".")
    found = statement[part]
    if part == "excluded" and isinstance(found, list):
        return next((row["amount"] for row in found if row["reason"] == rest), "0.00")
    if part in ROWS and isinstance(found, list):
        row = max(
            (row for row in found if rest.startswith(f"{row[ROWS[part]]}.")), key=lambda row: len(row[ROWS[part]])
        )
        return look_up(row, rest.removeprefix(f"{row[ROWS[part]]}."))
    return look_up(found, rest) if rest and found is not None else found


ROWS = {"units": "unit", "months": "month", "layers": "carrier", "divisions": "division"}
"""Lists in a statement, and what each row is called by."""


def run_case(path: Path) -> list[str]:
    """Settle a worked case and return its differences, none where every figure agrees."""
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    claims, enrollment, paid = (case.get(feed, []) for feed in ("claims", "enrollment", "carrier_payments"))
    statement = settle(case["policy"], claims, enrollment, paid, case.get("as_of"))["statement"]
    got = {figure: look_up(statement, figure) for figure in case["expect"]}
    return [f"{path.stem} {k}: expected {v}, got {got[k]}" for k, v in case["expect"].items() if got[k] != v]


@pytest.mark.parametrize("path", sorted(CASES.glob("*.toml")), ids=lambda path: path.stem)
def test_worked_case(path: Path) -> None:
    """Every figure of a worked case comes out to the cent."""
    assert run_case(path) == []


# ------------------------------------------------------------------ figures worked out by hand


def test_a_refund_releases_the_asd_and_others_refill_it() -> None:
    """A's recovery gives ASD dollars back, B's excess takes them, and the carrier's total falls by the whole refund."""
    document = policy({"aggregating": "50"})
    claims = [paid("1", "A", "160"), paid("2", "B", "130", "2025-04-01")]
    assert settle(document, claims, [], [])["statement"]["carrier_total"] == "40.00"
    statement = settle(document, [*claims, paid("3", "A", "-20", "2026-05-01", adjusts="1")], [], [])["statement"]
    rows = [(row["unit"], row["aggregating"], row["reimbursable"]) for row in statement["specific"]["units"]]
    assert rows == [("A", "40.00", "0.00"), ("B", "10.00", "20.00")]


def test_a_total_below_zero_stays_with_its_unit_and_its_last_refund() -> None:
    """The remainder is negative `retained` and negative `counted`, and lowers nobody else's figures."""
    claims = [paid("1", "A", "100"), paid("2", "A", "-130"), paid("3", "A", "-20"), paid("4", "B", "500")]
    settled = settle(policy({}, {}), claims, everyone(), [])
    units = settled["statement"]["specific"]["units"]
    assert [(row["eligible"], row["retained"], row["reimbursable"]) for row in units] == [
        ("-50.00", "-50.00", "0.00"),
        ("500.00", "100.00", "400.00"),
    ]
    assert [row["counted"] for row in settled["payments"]] == ["0.00", "0.00", "-50.00", "100.00"]
    aggregate = settled["statement"]["aggregate"]
    names = ("gross", "voids_and_refunds", "eligible", "over_loss_limit", "reimbursed_by_specific", "counted")
    assert [aggregate[name] for name in names] == ["600.00", "-150.00", "450.00", "400.00", "0.00", "50.00"]


def test_a_refund_that_finds_nothing_waits_for_the_next_payment() -> None:
    """What a refund cannot undo is taken off the unit's next payments."""
    claims = [paid("1", "A", "100"), paid("2", "A", "-150"), paid("3", "A", "80")]
    assert [row["net"] for row in settle(policy({}), claims, [], [])["payments"]] == ["0.00", "0.00", "30.00"]


@pytest.mark.parametrize(
    ("per", "nets", "retained"),
    [("policy", ["70", "30", "500"], ["70", "30", "100"]), ("member", ["70", "70", "500"], ["70", "70", "30"])],
)
def test_run_in_limit(per: str, nets: list[str], retained: list[str]) -> None:
    """The earliest run-in dollars fill the limit; what specific cuts of it still counts in the aggregate."""
    limit = {"amount": "100", "per": per}
    document = policy({"basis": {"label": "15/12", "run_in_limit": limit}}, {"basis": "15/12"})
    claims = [
        paid("1", "A", "70", incurred="2024-11-01"),
        paid("2", "B", "70", incurred="2024-11-01"),
        paid("3", "C" if per == "policy" else "B", "500"),
    ]
    settled = settle(document, claims, everyone(), [])
    assert [row["net"] for row in settled["payments"]] == [f"{amount}.00" for amount in nets]
    assert [row["retained"] for row in settled["payments"]] == [f"{amount}.00" for amount in retained]
    assert [row["counted"] for row in settled["payments"]][:2] == ["70.00", "70.00"]
    out = [{"reason": "over_run_in_limit", "count": 1, "amount": "40.00"}] if per == "policy" else []
    assert settled["statement"]["specific"]["excluded"] == out


def test_maximum_on_eligible_caps_every_line() -> None:
    """The unit's total is capped first, so a laser above the maximum leaves no excess."""
    lasers = [
        {"member": "B", "deductible": "200"},
        {"member": "C", "deductible": "400"},
        {"member": "D", "excluded": True},
    ]
    document = policy({"maximum": "300", "maximum_on": "eligible", "lasers": lasers, "share": "90%"})
    claims = [paid(member, member, "500") for member in "ABCD"]
    units = settle(document, claims, [], [])["statement"]["specific"]["units"]
    assert [[row[line][:-3] for line in LINES] for row in units] == [
        ["100", "0", "0", "20", "200", "180"],
        ["100", "100", "0", "10", "200", "90"],
        ["100", "200", "0", "0", "200", "0"],
        ["100", "200", "0", "0", "200", "0"],
    ]
    assert units[3]["deductible"] is None
    assert units[3]["excluded"] is True


def test_different_windows_never_count_a_reimbursed_dollar() -> None:
    """Run-in eats the deductible in specific only: of the payment in both, the aggregate counts what was retained."""
    document = policy({"basis": "15/12"}, {"basis": "12/15"})
    claims = [
        paid("1", "A", "80", incurred="2024-12-01"),  # specific only
        paid("2", "A", "70"),  # both: 20 retained, 50 reimbursed
        paid("3", "A", "60", "2026-02-01"),  # aggregate only: what is left of the loss limit
    ]
    settled = settle(document, claims, everyone(), [])
    assert [row["counted"] for row in settled["payments"]] == ["0.00", "20.00", "30.00"]
    aggregate = settled["statement"]["aggregate"]
    names = ("eligible", "over_loss_limit", "reimbursed_by_specific", "counted")
    assert [aggregate[name] for name in names] == ["130.00", "30.00", "50.00", "50.00"]
    assert aggregate["months"][-1]["counted_to_date"] == "50.00"
    assert aggregate["months"][-2]["counted_to_date"] == "20.00"


def test_counting_modes() -> None:
    """ASD, employer's share and laser dollars count, or not, as the terms say."""
    specific = {"aggregating": "50", "share": "0.9", "lasers": [{"member": "B", "deductible": "150"}]}
    claims = [paid("1", "A", "200"), paid("2", "B", "200", "2025-04-01")]  # ASD 50 + 0; share 5 + 5; carrier 45 + 45
    counted = {}
    modes: dict[str, dict[str, Any]] = {
        "plain": {},
        "asd": {"aggregating_counts": True},
        "laser": {"laser_loss_limit": "laser"},
        "net": {"counting": "net_of_specific"},
        "low": {"loss_limit": "30", "laser_loss_limit": "laser"},
    }
    for name, terms in modes.items():
        counted[name] = settle(policy(specific, terms), claims, everyone(), [])["statement"]["aggregate"]["counted"]
    assert counted == {"plain": "200.00", "asd": "250.00", "laser": "250.00", "net": "310.00", "low": "180.00"}


def test_share_before_the_asd_rounds_running_totals() -> None:
    """A share of 50% of an odd cent rounds once per running total, and the ASD absorbs the rounded amount."""
    document = policy({"deductible": "0", "aggregating": "0.01", "share": "0.5", "share_applies": "before_aggregating"})
    payments = settle(document, [paid(str(n), "A", "0.01") for n in range(4)], [], [])["payments"]
    assert [row["aggregating"] for row in payments] == ["0.01", "0.00", "0.00", "0.00"]
    assert [row["reimbursable"] for row in payments] == ["0.00", "0.00", "0.01", "0.00"]
    assert [row["employer_share"] for row in payments] == ["0.00", "0.01", "0.00", "0.01"]


@pytest.mark.parametrize(
    ("early", "minimum", "point", "reimbursable"),
    [
        ({}, "240.00", "240.00", "60.00"),
        ({"minimum": "prorated"}, "100.00", "100.00", "200.00"),
        ({"minimum": "dropped"}, None, "50.00", "250.00"),
        ({"minimum": "dropped", "aggregate": "nothing"}, None, "50.00", "0.00"),
    ],
)
def test_early_termination(early: dict[str, str], minimum: str | None, point: str, reimbursable: str) -> None:
    """Five months begin by the termination, every window ends on it, and the minimum is treated as written."""
    period = {"effective": "2025-01-01", "expires": "2025-12-31", "terminated": "2025-05-10"}
    terms = {"basis": "12/15", "minimum": {"amount": "240", "first_month": "0.5"}}
    document = policy(None, terms, period=period, early_termination=early)
    claims = [paid("1", "A", "300", "2025-05-10"), paid("2", "A", "40", "2025-05-11")]
    aggregate = settle(document, claims, everyone(), [])["statement"]["aggregate"]
    assert aggregate["calculated_attachment"] == "50.00"
    assert aggregate["excluded"] == [{"reason": "paid_after", "count": 1, "amount": "40.00"}]
    assert [aggregate[k] for k in ("minimum_attachment", "attachment_point", "reimbursable")] == [
        minimum,
        point,
        reimbursable,
    ]
    assert aggregate["over_maximum"] == ("0.00" if reimbursable != "0.00" else "250.00")
    assert len(aggregate["months"]) == 5
    assert aggregate["months"][-1]["attachment_to_date"] == point
    before = "80.00" if early.get("minimum") != "dropped" else "40.00"
    assert aggregate["months"][3]["attachment_to_date"] == before


def test_as_of_before_the_end() -> None:
    """Nothing is reimbursed by the aggregate, and the months show the position; specific goes on as usual."""
    document = policy({}, {"minimum": {"amount": "600"}})
    claims = [
        paid("1", "A", "900"),
        paid("2", "B", "90", "2025-04-02"),
        paid("3", "B", "5", "2025-04-30"),
        paid("4", "B", "-2", "2025-04-03", adjusts="3"),
        {**paid("5", "C", "7"), "status": "pending", "paid_on": ""},
    ]
    carrier = [{"id": "k", "coverage": "specific", "member": "Z", "paid_on": "2025-04-05", "amount": "3"}]
    settled = settle(document, claims, everyone(), carrier, date(2025, 4, 15))
    statement, aggregate = settled["statement"], settled["statement"]["aggregate"]
    assert [row["id"] for row in settled["payments"]] == ["1", "2", "5"]
    assert statement["claims"] == {"count": 2, "amount": "990.00"}
    assert (statement["final"], statement["specific"]["reimbursable"], statement["specific"]["due"]) == (
        False,
        "800.00",
        "797.00",
    )
    assert statement["specific"]["units"][-1]["due"] == "-3.00"
    assert [aggregate[k] for k in ("calculated_attachment", "attachment_point", "excess")] == [
        "40.00",
        "600.00",
        "0.00",
    ]
    assert [row["attachment_to_date"] for row in aggregate["months"]] == ["50.00", "100.00", "150.00", "200.00"]
    assert [row["counted_to_date"] for row in aggregate["months"]] == ["0.00", "0.00", "100.00", "190.00"]


def test_family_units_share_a_deductible() -> None:
    """With `per = family` the family is the unit, lasers name it, and a tied refund follows its payment's family."""
    document = policy({"per": "family", "lasers": [{"family": "F2", "deductible": "300"}]})
    claims = [
        paid("1", "A", "80", family="F1"),
        paid("2", "B", "80", "2025-03-02", family="F1"),
        paid("3", "C", "500", family="F2"),
        paid("4", "C", "-10", adjusts="3", family="F9"),
    ]
    units = settle(document, claims, [], [])["statement"]["specific"]["units"]
    assert [(row["unit"], row["reimbursable"]) for row in units] == [("F1", "60.00"), ("F2", "190.00")]


@pytest.mark.parametrize(
    ("effective", "expires", "basis", "incurred_from", "paid_through"),
    [
        ("2024-03-01", "2025-02-28", "12/15", "2024-03-01", "2025-05-31"),
        ("2024-08-31", "2025-02-28", "6/9", "2024-08-31", "2025-05-30"),
        ("2024-08-31", "2025-02-28", "12/10", "2024-02-29", "2025-06-30"),
        ("2024-08-31", "2025-02-27", "6/10", "2024-08-31", "2025-06-29"),
        ("2024-02-29", "2025-02-28", "24/24", "2023-02-28", "2026-02-28"),
        ("2024-02-29", "2025-02-27", "12/24", "2024-02-29", "2026-02-27"),
        ("2025-01-01", "2025-12-31", {"label": "12/12", "run_out_days": 90}, "2025-01-01", "2026-03-31"),
        ("2025-01-01", "2025-12-31", {"label": "paid", "incurred_from": "2020-01-01"}, "2020-01-01", "2025-12-31"),
    ],
)
def test_windows(effective: str, expires: str, basis: Any, incurred_from: str, paid_through: str) -> None:
    """Every boundary is computed in one step from the effective date; a clamped period's boundaries clamp alike."""
    windows = Windows(basis, Period({"effective": effective, "expires": expires}))
    assert (windows.incurred_from.isoformat(), windows.paid_through.isoformat()) == (incurred_from, paid_through)


def main() -> int:
    """Run the worked cases of a directory and print what differs."""
    paths = sorted((Path(sys.argv[1]) if len(sys.argv) > 1 else CASES).glob("*.toml"))
    differences = [line for path in paths for line in run_case(path)]
    sys.stdout.write("\n".join([*differences, f"{len(paths)} cases, {len(differences)} differences\n"]))
    return 1 if differences or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
