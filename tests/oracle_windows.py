"""The windows of each coverage in the reference settlement, and what else it lets in or limits.

Numbers in brackets, such as [7.3], name the paragraphs of the design that a function restates.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.oracle_reading import Period, Row, Table, add_months, cents, day

# ------------------------------------------------------------------ windows: section 5


class Windows:
    """The two closed windows of a contract basis over a period."""

    def __init__(self, basis: Any, period: Period) -> None:
        self.effective, self.expires = period.effective, period.last_day_in_force
        table = basis if isinstance(basis, dict) else {"label": basis}
        incurred_from, incurred_through = period.effective, period.expires
        paid_from, paid_through = period.effective, period.expires
        label = table.get("label")
        if label == "paid":
            incurred_from = period.original_effective
        elif label == "incurred":
            paid_through = date.max  # whenever
        elif label is not None:
            n, m = (int(months) for months in label.split("/"))
            incurred_from, paid_through = add_months(period.effective, period.months - n), period.end_after(m)
        if "run_out_days" in table:
            paid_through = period.expires + timedelta(days=int(table["run_out_days"]))
        self.incurred_from = day(table.get("incurred_from", incurred_from))
        self.incurred_through = day(table.get("incurred_through", incurred_through))
        self.paid_from = day(table.get("paid_from", paid_from))
        self.paid_through = day(table.get("paid_through", paid_through))

    def hold(self, row: Row) -> bool:
        """Return whether a payment was incurred and paid within them."""
        assert row.paid_on is not None
        return (
            self.incurred_from <= row.incurred_on <= self.incurred_through
            and self.paid_from <= row.paid_on <= self.paid_through
        )


class Other(Windows):
    """Another policy: its windows, of the covers and benefits that it names."""

    def __init__(self, table: Table) -> None:
        super().__init__(table["basis"], Period(table))
        self.of, self.benefits = table.get("covers") or ["specific", "aggregate"], table.get("benefits") or []

    def takes(self, row: Row, coverage: str) -> bool:
        """Return whether a payment lies in its windows, under a coverage that covers the benefit."""
        return coverage in self.of and (not self.benefits or row.benefit in self.benefits) and self.hold(row)


class DollarLimit:
    """A run-in or run-out limit: what it limits, and whether everybody shares it."""

    def __init__(self, table: Table) -> None:
        self.amount = cents(table["amount"])
        self.is_shared = table.get("per") == "policy"
        self.on_reimbursement = table.get("caps") == "reimbursed"


class Cover(Windows):
    """What a coverage lets in: its benefits, classes and labels, its two windows, its limits, other policies."""

    def __init__(self, name: str, document: Table, period: Period) -> None:
        terms, bridge = document[name], document.get("bridge", {})
        basis = bridge["basis"] if name == "specific" and bridge.get("renewed") else terms["basis"]
        super().__init__(basis, period)
        self.name, self.last_day_in_force = name, period.last_day_in_force
        self.covers, self.excludes, self.classes = terms["covers"], terms.get("excludes", []), terms.get("classes", [])
        early, terminal = document.get("early_termination", {}), document.get("terminal_liability", {})
        if period.terminated and (name == "aggregate" or early.get("windows") != "unchanged"):
            self.incurred_through = min(self.incurred_through, period.terminated)  # no window goes on after that day,
            self.paid_through = min(self.paid_through, period.terminated)  # run-out included
        if elects_terminal_liability(terminal, name):
            self.paid_through = max(self.paid_through, terminal_reach(terminal, period))
            self.incurred_through = min(self.incurred_through, period.last_day_in_force)
        table = basis if isinstance(basis, dict) else {}
        self.run_in_limit = DollarLimit(table["run_in_limit"]) if table.get("run_in_limit") else None
        self.run_out_limit = DollarLimit(table["run_out_limit"]) if table.get("run_out_limit") else None
        prior = table.get("prior_administrator", "included")
        self.prior = prior if isinstance(prior, dict) else {"included": prior != "excluded"}
        self.kept_out_rebate = kept_out_rebate(document.get("rebates"), name)
        overlap = document.get("overlap", {})
        self.overlap_rule = overlap.get("rule", "error")
        self.others = [Other(table) for table in overlap.get("other", [])]
        self.specific: Cover | None = None  # the aggregate knows what the policy's own specific takes
        self.deemed_in_time: set[str] = set()  # payments that pass the paid window because of an advance


def elects_terminal_liability(terminal: Table, name: str) -> bool:
    """Return whether the terminal liability option was elected for a coverage."""
    return bool(terminal.get("elected")) and name in (terminal.get("covers") or ("specific", "aggregate"))


def terminal_reach(terminal: Table, period: Period) -> date:
    """Return the last day of the terminal liability option: days, or months in one step from a known first day."""
    if "days" in terminal:
        return period.last_day_in_force + timedelta(days=int(terminal["days"]))
    if not period.ended_early:
        return period.end_after(period.months + terminal["months"])
    return add_months(period.last_day_in_force + timedelta(days=1), terminal["months"]) - timedelta(days=1)


def kept_out_rebate(rebates: Table | None, name: str) -> str | None:
    """Return the label of the rebates that a coverage does not see."""
    treatment = (rebates or {}).get("treatment", "net_per_claim")
    if treatment == "gross" or (treatment == "net_at_aggregate" and name == "specific"):
        return str((rebates or {}).get("tag", "rebate"))
    return None
