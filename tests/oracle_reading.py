"""What the reference settlement reads: amounts, days, the policy period, reported payments and their labels.

Numbers in brackets, such as [7.1], name the paragraphs of the design that a function restates.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

Table = dict[str, Any]


# ------------------------------------------------------------------ amounts and days: section 4


def cents(text: Any) -> int:
    """Read "1,234.50" as 123450."""
    exact = Fraction(str(text).replace(",", "")) * 100
    assert exact.denominator == 1, "more than two places"
    return int(exact)


def written(amount: int) -> str:
    """Write 123450 as "1234.50"."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def share(text: Any) -> Fraction:
    """Read "0.9" or "90%" exactly."""
    return Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)


def half_up(exact: Fraction | int) -> int:
    """Round to the cent, a half going up: the only rounding, and only ever of a running total."""
    return floor(exact + Fraction(1, 2))


def least(amount: int, limit: int | None) -> int:
    """Return the smaller of an amount and a limit, where there is one."""
    return amount if limit is None else min(amount, limit)


def above(amount: int, limit: int | None) -> int:
    """Return what of an amount lies above a limit; without a limit nothing does."""
    return 0 if limit is None else max(0, amount - limit)


def day(value: Any) -> date:
    """Read a day, given as one or as ISO text."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def add_months(start: date, months: int) -> date:
    """Go so many months on (or back) in one step, to the month's end where that month has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def working_days_after(start: date, days: int) -> date:
    """Return the last of so many working days after a day, from Monday to Friday; 0 is the day itself."""
    while days:
        start += timedelta(days=1)
        days -= start.weekday() < 5
    return start


# ------------------------------------------------------------------ the policy period: section 5


class Period:
    """The policy period and its `months` (P), the number of months that ends on the day it expires."""

    def __init__(self, table: Table) -> None:
        self.effective, self.expires = day(table["effective"]), day(table["expires"])
        self.original_effective = day(table.get("original_effective", self.effective))
        self.terminated = day(table["terminated"]) if "terminated" in table else None
        self.last_day_in_force = min(self.terminated or self.expires, self.expires)
        self.ended_early = self.last_day_in_force < self.expires
        for self.months in range(1, 1201):
            for self.ends_short_months in (False, True):  # True: `expires` is the last day of a month that clamps
                if self.end_after(self.months) == self.expires:
                    return
        raise ValueError("not a whole number of policy months")

    def end_after(self, months: int) -> date:
        """Return the last day of so many months: the eve of the next month's day, or that short month's own end."""
        boundary = add_months(self.effective, months)
        clamped = boundary.day != self.effective.day
        return boundary if clamped and self.ends_short_months else boundary - timedelta(days=1)

    def start_of(self, t: int) -> date:
        """Return the first day of policy month t, counted from 1; those before the period are 0, -1 and so on."""
        return add_months(self.effective, t - 1)

    def end_of(self, t: int) -> date:
        """Return the last day of policy month t."""
        return self.expires if t == self.months else self.start_of(t + 1) - timedelta(days=1)

    def months_in_force(self) -> list[int]:
        """Return the policy months that begin by the last day in force."""
        return [t for t in range(1, self.months + 1) if self.start_of(t) <= self.last_day_in_force]

    def month_named(self, month: Any, before: int = 0) -> int:
        """Return the policy month that holds a day, or that begins in a calendar month such as "2025-01".

        With `before`, so many months before the period have a number, too.
        """
        months = range(1 - before, self.months + 1)
        if isinstance(month, str) and len(month) == len("YYYY-MM"):
            return next(t for t in months if self.start_of(t).isoformat().startswith(month))
        return next(t for t in months if self.start_of(t) <= day(month) <= self.end_of(t))


# ------------------------------------------------------------------ the facts: sections 6, 7.1


def several(value: Any) -> list[str]:
    """Read a column that holds several values: a list, or text with semicolons."""
    return [part for part in value.split(";") if part] if isinstance(value, str) else [str(part) for part in value]


class Row:
    """A reported payment; `target` is the reported payment that a negative row undoes."""

    def __init__(self, raw: Table, per: str) -> None:
        given = {column: value for column, value in raw.items() if value not in (None, "")}
        self.id, self.unit, self.amount = str(given["id"]), str(given.get(per, "")), cents(given["amount"])
        self.incurred_on = day(given["incurred_on"])
        self.paid_on = day(given["paid_on"]) if "paid_on" in given else None
        self.reported_on = day(given["reported_on"]) if "reported_on" in given else None
        self.benefit = given.get("benefit", "medical")
        self.pending = given.get("status") == "pending"
        ineligible_for = given.get("ineligible_for", "both") if given.get("status") == "ineligible" else ""
        self.ineligible_for = ("specific", "aggregate") if ineligible_for == "both" else (ineligible_for,)
        self.adjusts = str(given["adjusts"]) if "adjusts" in given and self.amount < 0 else None
        self.target: Row | None = None
        self.family, self.accident = str(given.get("family", "")), str(given.get("accident", ""))
        self.covered_class, self.division = str(given.get("class", "")), str(given.get("division", ""))
        self.by_prior_administrator = given.get("administrator") == "prior"
        self.legal_cost = cents(given.get("legal_cost", "0"))
        self.tags = several(given.get("tags", []))
        self.codes = [code.replace(".", "") for code in several(given.get("diagnosis", []))]

    def carries(self, label: str) -> bool:
        """Return whether a tag is the label, or a diagnosis begins with it, points aside."""
        return label in self.tags or any(code.startswith(label.replace(".", "")) for code in self.codes)


def read_rows(claims: list[Table], per: str) -> list[Row]:
    """Read the payments, the same id twice being one fact, and tie each refund to the payment that it adjusts."""
    rows = {row.id: row for row in (Row(raw, per) for raw in claims)}
    for row in rows.values():
        row.target = rows.get(row.adjusts or "")
        if row.target:
            row.unit, row.division = row.target.unit, row.target.division
            if row.paid_on and row.target.paid_on:  # it counts as paid no earlier than what it adjusts
                row.paid_on = max(row.paid_on, row.target.paid_on)
    return list(rows.values())


def in_order(rows: list[Row], consume_by: str) -> list[Row]:
    """Put payments in the order in which they consume a deductible; pending ones without a paid day come last."""

    def position(row: Row) -> tuple[Any, ...]:
        if row.paid_on is None:
            return (date.max, date.max, row.id)
        return (row.incurred_on if consume_by == "incurred" else row.paid_on, row.paid_on, row.id)

    return sorted(rows, key=position)
