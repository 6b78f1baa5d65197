"""One policy year settled the slow way, straight from the prose: the reference for every other engine.

It shares no code with the package. Amounts are whole cents, what lies between two cents is a `Fraction`, None is "no
limit", input is taken to be valid, and nothing is clever: a payment's split is the position after it less the position
before it. Numbers in brackets, such as [7.3], name the paragraphs of the design that a function restates.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

Table = dict[str, Any]
LINES = ("retained", "laser", "aggregating", "employer_share", "over_maximum", "reimbursable")
REASONS = (  # in screening order; the run-in limit acts on what passed the screen
    *("ineligible", "pending", "adjusts_elsewhere", "benefit_not_covered"),
    *("incurred_before", "incurred_after", "paid_before", "paid_after", "over_run_in_limit"),
)


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


def day(value: Any) -> date:
    """Read a day, given as one or as ISO text."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def add_months(start: date, months: int) -> date:
    """Go so many months on (or back) in one step, to the month's end where that month has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


# ------------------------------------------------------------------ the policy: section 5


class Period:
    """The policy period and its `months` (P), the number of months that ends on the day it expires."""

    def __init__(self, table: Table) -> None:
        self.effective, self.expires = day(table["effective"]), day(table["expires"])
        self.original_effective = day(table.get("original_effective", self.effective))
        self.terminated = day(table["terminated"]) if "terminated" in table else None
        self.last_day_in_force = min(self.terminated or self.expires, self.expires)
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
        """Return the first day of policy month t, counted from 1."""
        return add_months(self.effective, t - 1)

    def end_of(self, t: int) -> date:
        """Return the last day of policy month t."""
        return self.expires if t == self.months else self.start_of(t + 1) - timedelta(days=1)

    def months_in_force(self) -> list[int]:
        """Return the policy months that begin by the last day in force."""
        return [t for t in range(1, self.months + 1) if self.start_of(t) <= self.last_day_in_force]

    def month_named(self, month: Any) -> int:
        """Return the policy month that holds a day, or that begins in a calendar month such as "2025-01"."""
        if isinstance(month, str) and len(month) == len("YYYY-MM"):
            return next(t for t in range(1, self.months + 1) if self.start_of(t).isoformat().startswith(month))
        return next(t for t in range(1, self.months + 1) if self.start_of(t) <= day(month) <= self.end_of(t))


class Cover:
    """What both coverages have: benefits, two closed windows, perhaps a run-in limit."""

    def __init__(self, name: str, terms: Table, period: Period, ends_with_policy: bool) -> None:
        self.name, self.covers, self.effective = name, terms["covers"], period.effective
        basis = terms["basis"] if isinstance(terms["basis"], dict) else {"label": terms["basis"]}
        incurred_from, incurred_through = period.effective, period.expires
        paid_from, paid_through = period.effective, period.expires
        label = basis.get("label")
        if label == "paid":
            incurred_from = period.original_effective
        elif label == "incurred":
            paid_through = date.max  # whenever
        elif label is not None:
            n, m = (int(months) for months in label.split("/"))
            incurred_from, paid_through = add_months(period.effective, period.months - n), period.end_after(m)
        if "run_out_days" in basis:
            paid_through = period.expires + timedelta(days=int(basis["run_out_days"]))
        self.incurred_from = day(basis.get("incurred_from", incurred_from))
        self.incurred_through = day(basis.get("incurred_through", incurred_through))
        self.paid_from = day(basis.get("paid_from", paid_from))
        self.paid_through = day(basis.get("paid_through", paid_through))
        if period.terminated and ends_with_policy:  # no window goes on after that day, run-out included
            self.incurred_through = min(self.incurred_through, period.terminated)
            self.paid_through = min(self.paid_through, period.terminated)
        limit = basis.get("run_in_limit", {})
        self.run_in_limit = cents(limit["amount"]) if limit else None
        self.run_in_limit_is_shared = limit.get("per") == "policy"


# ------------------------------------------------------------------ the facts: sections 6, 7.1


class Row:
    """A reported payment; `target` is the reported payment that a negative row undoes."""

    def __init__(self, raw: Table, per: str) -> None:
        given = {column: value for column, value in raw.items() if value not in (None, "")}
        self.id, self.unit, self.amount = str(given["id"]), str(given.get(per, "")), cents(given["amount"])
        self.incurred_on = day(given["incurred_on"])
        self.paid_on = day(given["paid_on"]) if "paid_on" in given else None
        self.benefit = given.get("benefit", "medical")
        self.pending = given.get("status") == "pending"
        ineligible_for = given.get("ineligible_for", "both") if given.get("status") == "ineligible" else ""
        self.ineligible_for = ("specific", "aggregate") if ineligible_for == "both" else (ineligible_for,)
        self.adjusts = str(given["adjusts"]) if "adjusts" in given and self.amount < 0 else None
        self.target: Row | None = None


def read_rows(claims: list[Table], per: str) -> list[Row]:
    """Read the payments, the same id twice being one fact, and tie each refund to the payment that it adjusts."""
    rows = {row.id: row for row in (Row(raw, per) for raw in claims)}
    for row in rows.values():
        row.target = rows.get(row.adjusts or "")
        if row.target:
            row.unit = row.target.unit
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


# ------------------------------------------------------------------ screen and net: sections 7.2, 7.3


def screen(row: Row, cover: Cover) -> str:
    """Return the first reason that keeps a row out, or nothing; a tied refund is judged by the payment it adjusts."""
    if cover.name in row.ineligible_for:
        return "ineligible"
    if row.pending:
        return "pending"
    if row.adjusts and not row.target:
        return "adjusts_elsewhere"
    judged = row.target or row
    assert judged.paid_on is not None
    if cover.name in judged.ineligible_for:
        return "ineligible"
    if judged.benefit not in cover.covers:
        return "benefit_not_covered"
    if judged.incurred_on < cover.incurred_from:
        return "incurred_before"
    if judged.incurred_on > cover.incurred_through:
        return "incurred_after"
    if judged.paid_on < cover.paid_from:
        return "paid_before"
    if judged.paid_on > cover.paid_through:
        return "paid_after"
    return ""


class View:
    """A coverage's own view of the rows: why some are out, and what the eligible ones come to, all by id."""

    def __init__(self, all_rows: list[Row], cover: Cover) -> None:
        self.all_rows = all_rows
        self.out = {row.id: reason for row in all_rows if (reason := screen(row, cover))}
        self.rows = [row for row in all_rows if row.id not in self.out]
        self.net = {row.id: row.amount for row in self.rows}  # never negative, once netted
        self.remainder: dict[str, int] = {}  # what a unit's total is below zero, on one of its refunds
        self.cut: dict[str, int] = {}  # by the run-in limit
        self.fold_adjustments()
        for unit in {row.unit for row in self.rows}:
            self.undo_refunds([row for row in self.rows if row.unit == unit])
        self.limit_run_in(cover)

    def fold_adjustments(self) -> None:
        """Take every refund that names its payment off that payment [7.3 a]."""
        for row in self.rows:
            if row.target:
                self.net[row.target.id] += row.amount
                self.net[row.id] = 0

    def undo_refunds(self, rows: list[Row]) -> None:
        """Let every other refund undo its unit's latest earlier payments [7.3 b].

        What finds nothing left to undo waits for the unit's next payments. What still waits at the end makes the
        unit's total negative, and is carried on the last of these refunds.
        """
        earlier: list[Row] = []
        waiting, last_refund = 0, ""
        for row in rows:
            if self.net[row.id] < 0:
                waiting, last_refund = waiting - self.net[row.id], row.id
                self.net[row.id] = 0
            else:
                earlier.append(row)
            while waiting and earlier:
                latest = earlier[-1].id
                undone = min(waiting, self.net[latest])
                self.net[latest] -= undone
                waiting -= undone
                if self.net[latest] == 0:
                    earlier.pop()
        if waiting:
            self.remainder[last_refund] = -waiting

    def limit_run_in(self, cover: Cover) -> None:
        """Of what was incurred before the policy began, let in the first dollars up to the limit [7.3 c]."""
        let_in: dict[str, int] = defaultdict(int)
        for row in self.rows:
            if cover.run_in_limit is not None and row.incurred_on < cover.effective:
                unit = "everybody" if cover.run_in_limit_is_shared else row.unit
                fits = min(self.net[row.id], cover.run_in_limit - let_in[unit])
                let_in[unit] += fits
                if fits < self.net[row.id]:
                    self.cut[row.id] = self.net[row.id] - fits
                    self.net[row.id] = fits

    def amount(self, row: Row) -> int:
        """Return what a row adds to the eligible total."""
        return self.net.get(row.id, 0) + self.remainder.get(row.id, 0)

    def why_out(self, row: Row) -> str:
        """Return why a row is out, in whole or in part."""
        return self.out.get(row.id, "over_run_in_limit" if row.id in self.cut else "")

    def excluded(self) -> list[Table]:
        """List what is out, reason by reason."""
        listed = []
        for reason in REASONS:
            rows = [row for row in self.all_rows if self.why_out(row) == reason]
            amount = sum(self.cut.get(row.id, row.amount) for row in rows)
            if rows:
                listed.append({"reason": reason, "count": len(rows), "amount": written(amount)})
        return listed


# ------------------------------------------------------------------ specific: section 7.4


class Specific:
    """The specific terms; a laser of None excludes its unit, whose total never gets above a deductible."""

    def __init__(self, terms: Table) -> None:
        per = terms.get("per", "member")
        self.deductible = cents(terms["deductible"])
        self.lasers = {
            str(laser[per]): None if laser.get("excluded") else cents(laser["deductible"])
            for laser in terms.get("lasers", [])
        }
        self.aggregating, self.share = cents(terms.get("aggregating", "0")), share(terms.get("share", "1"))
        self.share_first = terms.get("share_applies") == "before_aggregating"
        self.maximum: int | None = None  # of what the carrier pays
        self.eligible_maximum: int | None = None  # of what specific looks at
        if "maximum" in terms and terms.get("maximum_on") == "eligible":
            self.eligible_maximum = cents(terms["maximum"])
        elif "maximum" in terms:
            self.maximum = cents(terms["maximum"])

    def deductible_of(self, unit: str) -> int | None:
        """Return the deductible that applies to a unit."""
        return self.lasers.get(unit, self.deductible)

    def excess(self, unit: str, total: int) -> int:
        """Return what of a unit's running total lies above its deductible."""
        deductible = self.deductible_of(unit)
        return 0 if deductible is None else max(0, least(total, self.eligible_maximum) - deductible)

    def before_asd(self, unit: str, total: int) -> int:
        """Return what the ASD may absorb of a unit's running total: the excess, or the share of it."""
        excess = self.excess(unit, total)
        return half_up(self.share * excess) if self.share_first else excess

    def position(self, unit: str, total: int, absorbed: int) -> dict[str, int]:
        """Put a unit's running total on the six lines, given what of it the ASD has absorbed."""
        looked_at, excess = least(total, self.eligible_maximum), self.excess(unit, total)
        retained = min(looked_at, self.deductible)
        left = self.before_asd(unit, total) - absorbed
        payable = left if self.share_first else half_up(self.share * left)
        reimbursable = least(payable, self.maximum)
        return {
            "retained": retained,
            "laser": looked_at - retained - excess,
            "aggregating": absorbed,
            "employer_share": excess - absorbed - payable,
            "over_maximum": (payable - reimbursable) + (total - looked_at),
            "reimbursable": reimbursable,
        }

    def split(self, view: View) -> dict[str, dict[str, int]]:
        """Walk through the payments: each one's split is its unit's position after it less the position before it."""
        total: dict[str, int] = defaultdict(int)
        absorbed: dict[str, int] = defaultdict(int)
        splits = {}
        for row in view.rows:
            unit, net = row.unit, view.net[row.id]
            before = self.position(unit, total[unit], absorbed[unit])
            offered = self.before_asd(unit, total[unit] + net) - self.before_asd(unit, total[unit])
            total[unit] += net
            absorbed[unit] += min(offered, self.aggregating - sum(absorbed.values()))  # one pool, first come
            after = self.position(unit, total[unit], absorbed[unit])
            splits[row.id] = {line: after[line] - before[line] for line in LINES}
            splits[row.id]["retained"] += view.remainder.get(row.id, 0)
            assert sum(splits[row.id].values()) == view.amount(row), "every cent is on one line"
        return splits

    def statement(self, view: View, splits: dict[str, dict[str, int]], received: dict[str, int]) -> Table:
        """Add the splits up, in all and by unit, and take off what the carrier has paid [7.7, 8]."""

        def sheet(rows: list[Row], paid: int) -> dict[str, str]:
            lines = {line: sum(splits[row.id][line] for row in rows) for line in LINES}
            lines |= {"eligible": sum(view.amount(row) for row in rows)}
            lines |= {"reimbursed": paid, "due": lines["reimbursable"] - paid}
            return {line: written(amount) for line, amount in lines.items()}

        units: list[Table] = []
        for unit in sorted({row.unit for row in view.rows} | set(received)):
            deductible = self.deductible_of(unit)
            lines = sheet([row for row in view.rows if row.unit == unit], received.get(unit, 0))
            if deductible is None:
                units.append({"unit": unit, "deductible": None, "excluded": True, **lines})
            else:
                units.append({"unit": unit, "deductible": written(deductible), **lines})
        return {"excluded": view.excluded(), **sheet(view.rows, sum(received.values())), "units": units}


# ------------------------------------------------------------------ aggregate: section 7.5


def loss_limit(terms: Table, specific: Specific | None, unit: str) -> int | None:
    """Return the most that one unit can count: its laser if the terms say so, the limit, the specific deductible."""
    if terms.get("counting") == "net_of_specific":
        return None
    laser = specific.lasers.get(unit) if specific else None  # an excluded unit keeps the standard limit
    if terms.get("laser_loss_limit") == "laser" and laser is not None:
        return laser
    if "loss_limit" in terms:
        return cents(terms["loss_limit"])
    return specific.deductible if specific else None


def within_limit(terms: Table, view: View, specific: Specific | None) -> dict[str, int]:
    """Return each payment's part within its unit's loss limit; a total below zero is within it."""
    total: dict[str, int] = defaultdict(int)
    within = {}
    for row in view.rows:
        limit, before = loss_limit(terms, specific, row.unit), total[row.unit]
        total[row.unit] += view.net[row.id]
        within[row.id] = least(total[row.unit], limit) - least(before, limit) + view.remainder.get(row.id, 0)
    return within


def count(terms: Table, row: Row, view: View, by_specific: View, split: dict[str, int], within: dict[str, int]) -> int:
    """Return what counts of a payment that specific screens in, too: never a dollar that specific reimburses."""
    remainder = view.remainder.get(row.id, 0)
    if terms.get("counting") == "net_of_specific":
        return max(0, view.net[row.id] - split["reimbursable"]) + remainder
    retained = split["retained"] - by_specific.remainder.get(row.id, 0)
    kept_by_employer = retained + split["laser"] + by_specific.cut.get(row.id, 0)
    asd = split["aggregating"] if terms.get("aggregating_counts") else 0
    return min(within[row.id] - remainder, kept_by_employer) + asd + remainder


class Attachment:
    """The months in force that have begun by `as_of`, their exact sums to date, the minimum, and the point."""

    def __init__(self, terms: Table, early: Table, period: Period, enrollment: list[Table], as_of: date | None) -> None:
        self.period, self.last_month = period, period.months_in_force()[-1]
        self.months = [t for t in period.months_in_force() if as_of is None or period.start_of(t) <= as_of]
        units = {(period.month_named(raw["month"]), raw["tier"]): int(raw["units"]) for raw in enrollment}
        self.to_date = {0: Fraction(0)}
        for t in self.months:
            month = sum(units[t, factor["tier"]] * Fraction(factor["amount"]) * 100 for factor in terms["factors"])
            self.to_date[t] = self.to_date[t - 1] + month
        self.calculated = self.to_date[len(self.months)]
        table = terms.get("minimum", {})
        first_month = share(table.get("first_month", "0")) * self.to_date.get(1, 0) * period.months
        self.whole_minimum = max(Fraction(cents(table.get("amount", "0"))), first_month)
        self.minimum: Fraction | None = self.whole_minimum  # None: the policy has none
        if not table or (early.get("minimum") == "dropped" and period.last_day_in_force < period.expires):
            self.minimum, self.whole_minimum = None, Fraction(0)
        elif early.get("minimum") == "prorated":
            self.minimum = self.whole_minimum * len(period.months_in_force()) / period.months
        self.point = half_up(max(self.calculated, self.minimum or 0))

    def month_rows(self, view: View, counted: dict[str, int]) -> list[Table]:
        """List the months with their position to date; the last one in force shows the point, and has the run-out."""
        listed = []
        for t in self.months:
            minimum = self.whole_minimum * t / self.period.months
            point, through = half_up(max(self.to_date[t], minimum)), self.period.end_of(t)
            if t == self.last_month:
                point, through = self.point, date.max
            month = half_up(self.to_date[t]) - half_up(self.to_date[t - 1])
            position = sum(counted[row.id] for row in view.rows if row.paid_on and row.paid_on <= through)
            figures = {"attachment": month, "attachment_to_date": point, "counted_to_date": position}
            row = {name: written(amount) for name, amount in figures.items()}
            listed.append({"month": self.period.start_of(t).isoformat(), **row})
        return listed


def reimburse(terms: Table, excess: int, point: int, nothing: bool) -> dict[str, int]:
    """Divide the aggregate's excess; a policy that ended early may reimburse `nothing` of it."""
    q, maximum = share(terms.get("share", "1")), cents(terms["maximum"]) if "maximum" in terms else None
    if terms.get("maximum_kind") == "ceiling" and not nothing:  # caps the claims, before the share
        base = least(excess, None if maximum is None else max(0, maximum - point))
        payable = reimbursable = half_up(q * base)
    else:  # caps the reimbursement, after the share
        base, payable = excess, half_up(q * excess)
        reimbursable = 0 if nothing else least(payable, maximum)
    over = (excess - base) + (payable - reimbursable)
    return {"excess": excess, "employer_share": base - payable, "over_maximum": over, "reimbursable": reimbursable}


def worksheet(view: View, within: dict[str, int], counted: dict[str, int]) -> dict[str, int]:
    """Lead from gross claims to counted ones [8]."""
    eligible = sum(view.amount(row) for row in view.rows)
    over = eligible - sum(within.values())
    return {
        "gross": sum(row.amount for row in view.rows if row.amount > 0),
        "voids_and_refunds": sum(row.amount for row in view.rows if row.amount < 0),
        "eligible": eligible,
        "over_loss_limit": over,
        "reimbursed_by_specific": eligible - over - sum(counted.values()),
        "counted": sum(counted.values()),
    }


# ------------------------------------------------------------------ settle: sections 7, 8


class Year:
    """The facts of one settlement: the document, its period, the rows that `as_of` leaves, what the carrier paid."""

    def __init__(self, document: Table, claims: list[Table], carrier_payments: list[Table], as_of: date | None) -> None:
        self.document, self.as_of, self.period = document, as_of, Period(document["period"])
        self.early = document.get("early_termination", {})
        self.cut_short = self.period.last_day_in_force < self.period.expires
        lead = document["specific"] if "specific" in document else document["aggregate"]
        rows = in_order(read_rows(claims, lead.get("per", "member")), lead.get("consume_by", "paid"))
        self.rows = [row for row in rows if row.pending or (row.paid_on and self.known(row.paid_on))]
        self.received: dict[str, dict[str, int]] = {"specific": defaultdict(int), "aggregate": defaultdict(int)}
        for raw in {raw["id"]: raw for raw in carrier_payments}.values():
            if self.known(day(raw["paid_on"])):
                self.received[raw["coverage"]][str(raw.get("member", ""))] += cents(raw["amount"])

    def known(self, on: date) -> bool:
        """Return whether something that happened on a day is within `as_of` [7.1]."""
        return self.as_of is None or on <= self.as_of

    def cover(self, name: str) -> Cover | None:
        """Return a coverage, where the policy has it; a termination always ends the aggregate's windows."""
        if name not in self.document:
            return None
        ends_with_policy = name == "aggregate" or self.early.get("windows") != "unchanged"
        return Cover(name, self.document[name], self.period, ends_with_policy)


def settle_aggregate(
    year: Year, view: View, counted: dict[str, int], within: dict[str, int], enrollment: list[Table]
) -> Table:
    """Write the aggregate's worksheet, its attachment and what is due [7.5, 7.7]."""
    terms = year.document["aggregate"]
    attachment = Attachment(terms, year.early, year.period, enrollment, year.as_of)
    excess = max(0, sum(counted.values()) - attachment.point)
    if not year.known(year.period.last_day_in_force):  # until then the aggregate reimburses nothing
        excess = 0
    nothing = year.cut_short and year.early.get("aggregate") == "nothing"
    figures = worksheet(view, within, counted) | reimburse(terms, excess, attachment.point, nothing)
    figures["reimbursed"] = sum(year.received["aggregate"].values())
    figures["due"] = figures["reimbursable"] - figures["reimbursed"]
    return {
        "excluded": view.excluded(),
        **{name: written(amount) for name, amount in figures.items()},
        "calculated_attachment": written(half_up(attachment.calculated)),
        "minimum_attachment": None if attachment.minimum is None else written(half_up(attachment.minimum)),
        "attachment_point": written(attachment.point),
        "months": attachment.month_rows(view, counted),
    }


def settle(
    document: Table,
    claims: list[Table],
    enrollment: list[Table],
    carrier_payments: list[Table],
    as_of: date | None = None,
) -> Table:
    """Settle a policy year: `{"statement": …, "payments": […]}`, the statement's JSON and the rows of claims-out."""
    year = Year(document, claims, carrier_payments, as_of)
    covers = {name: cover for name in ("specific", "aggregate") if (cover := year.cover(name))}
    views = {name: View(year.rows, cover) for name, cover in covers.items()}
    parts: dict[str, Table | None] = {"specific": None, "aggregate": None}
    specific, splits, counted = None, {}, {}
    if "specific" in views:
        specific = Specific(document["specific"])
        splits = specific.split(views["specific"])
        parts["specific"] = specific.statement(views["specific"], splits, year.received["specific"])
    if "aggregate" in views:
        view = views["aggregate"]
        within = within_limit(document["aggregate"], view, specific)
        counted = dict(within)  # as it stands for a payment that specific screens out
        for row in view.rows:
            if row.id in splits:
                counted[row.id] = count(document["aggregate"], row, view, views["specific"], splits[row.id], within)
        parts["aggregate"] = settle_aggregate(year, view, counted, within, enrollment)

    plan_paid = [row for row in year.rows if not row.pending]
    amount = sum(row.amount for row in plan_paid)
    carrier_total = sum(cents(part["reimbursable"]) for part in parts.values() if part)
    statement = {
        "schema": 1,
        "policy": document["number"],
        "as_of": as_of.isoformat() if as_of else None,
        "final": as_of is None or all(cover.paid_through <= as_of for cover in covers.values()),
        "claims": {"count": len(plan_paid), "amount": written(amount)},
        **parts,
        "employer_net": written(amount - carrier_total),
        "carrier_total": written(carrier_total),
    }
    return {"statement": statement, "payments": [payment(row, views, splits, counted) for row in year.rows]}


def payment(
    row: Row, views: dict[str, View], splits: dict[str, dict[str, int]], counted: dict[str, int]
) -> dict[str, str]:
    """Write one row of claims-out; the columns of a coverage that the policy lacks are empty."""
    out = {"id": row.id, "unit": row.unit, **dict.fromkeys(("net", *LINES, "excluded"), "")}
    if view := views.get("specific"):
        out |= {"net": written(view.amount(row)), "excluded": view.why_out(row)}
        out |= {line: written(splits[row.id][line] if row.id in splits else 0) for line in LINES}
    out |= dict.fromkeys(("aggregate_net", "counted", "aggregate_excluded"), "")
    if view := views.get("aggregate"):
        out |= {"aggregate_net": written(view.amount(row)), "counted": written(counted.get(row.id, 0))}
        out |= {"aggregate_excluded": view.why_out(row)}
    return out
