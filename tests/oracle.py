"""One policy year settled the slow way, straight from the prose: the reference for every other engine.

It shares no code with the package. Amounts are whole cents, what lies between two cents is a `Fraction`, None is "no
limit", input is taken to be valid, and nothing is clever: a payment's split is the position after it less the position
before it. Numbers in brackets, such as [7.3], name the paragraphs of the design that a function restates.

`oracle_reading` has amounts, days and rows, `oracle_windows` and `oracle_screening` what counts at all,
`oracle_specific` and `oracle_aggregate` the two covers; this module has the order.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.oracle_aggregate import (
    Attachment,
    accommodation,
    counted_claims,
    division_sheets,
    months_with_accommodation,
    reimburse,
    still_due,
    within_limit,
    worksheet,
)
from tests.oracle_reading import (
    Period,
    Row,
    Table,
    cents,
    day,
    half_up,
    in_order,
    read_rows,
    several,
    working_days_after,
    written,
)
from tests.oracle_screening import View
from tests.oracle_specific import LINES, Specific
from tests.oracle_windows import Cover, elects_terminal_liability


class Year:
    """One settlement: the facts that `as_of` leaves, what is eligible, each payment's split and what of it counts."""

    def __init__(
        self,
        document: Table,
        claims: list[Table],
        enrollment: list[Table],
        carrier_payments: list[Table],
        as_of: date | None,
    ) -> None:
        self.facts = (claims, enrollment, carrier_payments)
        self.document, self.as_of, self.period = document, as_of, Period(document["period"])
        lead = document["specific"] if "specific" in document else document["aggregate"]
        rows = in_order(read_rows(claims, lead.get("per", "member")), lead.get("consume_by", "paid"))
        self.rows = [row for row in rows if row.pending or (row.paid_on and self.known(row.paid_on))]
        once = {raw["id"]: raw for raw in carrier_payments}.values()
        self.received = [raw for raw in once if self.known(day(raw["paid_on"]))]
        self.covers = {
            name: Cover(name, document, self.period) for name in ("specific", "aggregate") if name in document
        }
        if "aggregate" in self.covers:
            self.covers["aggregate"].specific = self.covers.get("specific")
        self.views: dict[str, View] = {}
        self.specific: Specific | None = None
        self.within: dict[str, int] = {}
        self.counted: dict[str, int] = {}
        if "specific" in self.covers:
            self.covers["specific"].deemed_in_time = self.deemed_in_time()
            self.views["specific"] = View(self.rows, self.covers["specific"], document)
            self.specific = Specific(document, self.period, self.views["specific"])
        if "aggregate" in self.covers:
            by_specific = self.views.get("specific")
            view = self.views["aggregate"] = View(self.rows, self.covers["aggregate"], document, by_specific)
            self.within = within_limit(document["aggregate"], view, self.specific)
            self.counted = counted_claims(document["aggregate"], view, self.specific, self.within)
            self.attachment = Attachment(document, self.period, enrollment, as_of)

    def known(self, on: date) -> bool:
        """Return whether something that happened on a day is within `as_of` [7.1]."""
        return self.as_of is None or on <= self.as_of

    def last_days(self) -> list[date]:
        """Return the last days on which something may still be paid that counts, an advance's working days included."""
        days = self.document.get("advance_funding", {}).get("paid_within_days")
        last = [cover.paid_through for cover in self.covers.values()]
        if days and "specific" in self.covers and self.covers["specific"].paid_through < date.max:
            last.append(working_days_after(self.covers["specific"].paid_through, int(days)))
        return last

    def paid_under(self, coverage: str) -> list[Table]:
        """Return what the carrier has paid under a coverage."""
        return [raw for raw in self.received if raw["coverage"] == coverage]

    def deemed_in_time(self) -> set[str]:
        """Return the payments that count as paid in specific's window, because an advance for them was [7.6].

        The carrier advanced the money inside the window, and the plan paid within so many working days after.
        """
        days = self.document.get("advance_funding", {}).get("paid_within_days")
        window, in_time = self.covers["specific"], set()
        for row in self.rows if days is not None else ():
            if row.paid_on is None or any(other.takes(row, "specific") for other in window.others):
                continue
            advances = [
                (day(raw["paid_on"]), cents(raw["amount"]))
                for raw in self.paid_under("specific")
                if raw.get("kind") == "advance"
                and row.id in several(raw.get("claims") or [])
                and day(raw["paid_on"]) <= row.paid_on
            ]
            if sum(amount for _, amount in advances) > 0 and any(
                amount > 0
                and window.paid_from <= on <= window.paid_through
                and row.paid_on <= working_days_after(on, int(days or 0))
                for on, amount in advances
            ):
                in_time.add(row.id)
        return in_time

    # -------------------------------------------------------------- the aggregate part: sections 7.5-7.7, 8

    def aggregate_part(self) -> Table:
        """Write the aggregate's worksheet, its attachment and what is due."""
        terms, view, attachment = self.document["aggregate"], self.views["aggregate"], self.attachment
        early = self.document.get("early_termination", {})
        sheet = worksheet(view, view.rows, self.within, self.counted)
        ended = self.known(self.period.last_day_in_force)
        excess = max(0, sheet["counted"] - attachment.point) if ended else 0  # until then nothing is reimbursed
        nothing = self.period.ended_early and early.get("aggregate") == "nothing"
        figures = sheet | reimburse(terms, excess, attachment.point, nothing)
        figures["reimbursed"] = sum(cents(raw["amount"]) for raw in self.paid_under("aggregate"))
        figures["due"] = figures["reimbursable"] - figures["reimbursed"]
        months: list[Table] = attachment.month_rows(view, self.counted)
        more: Table = {}
        if "accommodation" in terms:
            rider = self.accommodate(months)
            figures["due"] = figures["due"] if ended else rider["due"] if rider else 0
            if rider:
                more["accommodation"] = {name: written(amount) for name, amount in rider.items()}
        if divisions := division_sheets(view, self.within, self.counted, attachment):
            more["divisions"] = divisions
        if elects_terminal_liability(self.document.get("terminal_liability", {}), "aggregate"):
            more["terminal_liability"] = written(attachment.terminal_liability)
        return {
            "excluded": view.excluded(),
            **{name: written(amount) for name, amount in figures.items()},
            "calculated_attachment": written(half_up(attachment.calculated)),
            "minimum_attachment": None if attachment.minimum is None else written(half_up(attachment.minimum)),
            "attachment_point": written(attachment.point),
            "months": months,
            **more,
        }

    def accommodate(self, months: list[Table]) -> dict[str, int] | None:
        """Write each month's accommodation beside the month, and return the latest, with what is due by now [7.6].

        What counted by a month's end is what a settlement as of that day counts.
        """
        latest = None
        for t in months_with_accommodation(self.document, self.period, self.as_of):
            then = Year(self.document, *self.facts, self.period.end_of(t))
            advanced = sum(cents(raw["amount"]) for raw in then.paid_under("aggregate"))
            latest = accommodation(self.document["aggregate"], then.attachment, t, sum(then.counted.values()), advanced)
            months[t - 1]["accommodation"] = {name: written(amount) for name, amount in latest.items()}
        if latest is None:
            return None
        advanced = sum(cents(raw["amount"]) for raw in self.paid_under("aggregate"))
        return latest | still_due(self.document["aggregate"]["accommodation"], latest["wanted"], advanced)


def settle(
    document: Table,
    claims: list[Table],
    enrollment: list[Table],
    carrier_payments: list[Table],
    as_of: date | None = None,
) -> Table:
    """Settle a policy year: `{"statement": …, "payments": […]}`, the statement's JSON and the rows of claims-out."""
    year = Year(document, claims, enrollment, carrier_payments, as_of)
    parts: dict[str, Table | None] = {"specific": None, "aggregate": None}
    if year.specific:
        parts["specific"] = year.specific.statement(year.paid_under("specific"))
    if "aggregate" in year.views:
        parts["aggregate"] = year.aggregate_part()

    plan_paid = [row for row in year.rows if not row.pending]
    amount = sum(row.amount for row in plan_paid)
    carrier_total = sum(cents(part["reimbursable"]) for part in parts.values() if part)
    statement = {
        "schema": 1,
        "policy": document["number"],
        "as_of": as_of.isoformat() if as_of else None,
        "final": as_of is None or all(day <= as_of for day in year.last_days()),
        "claims": {"count": len(plan_paid), "amount": written(amount)},
        **parts,
        "employer_net": written(amount - carrier_total),
        "carrier_total": written(carrier_total),
    }
    return {"statement": statement, "payments": [payment(row, year) for row in year.rows]}


def payment(row: Row, year: Year) -> dict[str, str]:
    """Write one row of claims-out; the columns of a coverage that the policy lacks are empty."""
    out: dict[str, Any] = {"id": row.id, "unit": row.unit, **dict.fromkeys(("net", *LINES, "excluded"), "")}
    if year.specific:
        view, split = year.views["specific"], year.specific.splits.get(row.id, {})
        out |= {"net": written(view.amount(row)), "excluded": view.why_out(row)}
        out |= {line: written(split.get(line, 0)) for line in LINES}
    out |= dict.fromkeys(("aggregate_net", "counted", "aggregate_excluded"), "")
    if "aggregate" in year.views:
        view = year.views["aggregate"]
        out |= {"aggregate_net": written(view.amount(row)), "counted": written(year.counted.get(row.id, 0))}
        out |= {"aggregate_excluded": view.why_out(row)}
    return out
