"""Small policy years for figures that are worked out by hand: documents and feed rows with the terms that matter."""

from __future__ import annotations

from typing import Any


def policy(
    specific: dict[str, Any] | None = None, aggregate: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """Make a document for 2025 (or `period`) with the terms that matter."""
    terms = {"basis": "12/12", "covers": ["medical"]}
    document = {"number": "T", "period": {"effective": "2025-01-01", "expires": "2025-12-31"}, **more}
    if specific is not None:
        document["specific"] = terms | {"deductible": "100"} | specific
    if aggregate is not None:
        document["aggregate"] = terms | {"factors": [{"tier": "all", "amount": "1"}]} | aggregate
    return document


def paid(
    ref: str, member: str, amount: str, on: str = "2025-03-01", incurred: str = "2025-02-01", **more: Any
) -> dict[str, Any]:
    """Make a claims row."""
    return {"id": ref, "member": member, "amount": amount, "paid_on": on, "incurred_on": incurred, **more}


def everyone(units: int = 10) -> list[dict[str, Any]]:
    """Make an enrollment of so many units in each month of 2025."""
    return [{"month": f"2025-{month:02d}", "tier": "all", "units": units} for month in range(1, 13)]


def short(amount: str) -> str:
    """Write "100.00" as "100"."""
    return amount.removesuffix(".00")


def split(statement: dict[str, Any], unit: str) -> str:
    """Return a unit's lines: retained, laser, aggregating, employer's share, over the maximum, reimbursable."""
    lines = ("retained", "laser", "aggregating", "employer_share", "over_maximum", "reimbursable")
    row = next(row for row in statement["specific"]["units"] if row["unit"] == unit)
    return " ".join(short(row[line]) for line in lines)


def left_out(part: dict[str, Any]) -> dict[str, str]:
    """Return what a coverage leaves out, by reason."""
    return {row["reason"]: short(row["amount"]) for row in part["excluded"]}
