"""The aggregate cover of the reference settlement: what counts, the attachment point month by month, the worksheet.

Numbers in brackets, such as [7.5], name the paragraphs of the design that a function restates.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle_reading import Period, Row, Table, cents, day, half_up, least, share, written
from tests.oracle_screening import View
from tests.oracle_specific import Laser, Specific, Split
from tests.oracle_windows import elects_terminal_liability

# ------------------------------------------------------------------ counted claims: section 7.5


def loss_limit(terms: Table, specific: Specific | None, laser: Laser | None) -> int | None:
    """Return the most that one unit can count: its laser if the terms say so, the limit, the specific deductible."""
    if terms.get("counting") == "net_of_specific":
        return None
    counts = (laser.counts if laser else None) or terms.get("laser_loss_limit")
    if counts == "laser" and laser and laser.deductible is not None:  # an excluded unit keeps the standard limit
        return laser.deductible
    if "loss_limit" in terms:
        return cents(terms["loss_limit"])
    return specific.deductible if specific else None


def within_limit(terms: Table, view: View, specific: Specific | None) -> dict[str, int]:
    """Return each payment's part within its unit's loss limit; what lowers the total below zero is within it."""
    total: dict[str, int] = defaultdict(int)
    within = {}
    for row in view.rows:
        laser = specific.lasers.get(row.unit) if specific else None
        limit, before = loss_limit(terms, specific, laser), total[row.unit]
        if laser_counts_nothing(specific, row):
            within[row.id] = 0
        else:
            total[row.unit] += view.net[row.id]
            kept = least(total[row.unit], limit) - least(before, limit)
            within[row.id] = kept + view.remainder.get(row.id, 0) - view.recovered.get(row.id, 0)
    if specific and terms.get("counting") != "net_of_specific":
        for unit in {row.unit for row in view.rows if row.id in view.recovered}:
            within |= recovered_within([row for row in view.rows if row.unit == unit], view, specific, within)
    return within


def laser_counts_nothing(specific: Specific | None, row: Row) -> bool:
    """Return whether a payment is one that a laser takes, and of which its terms say that nothing counts."""
    laser = specific.lasers.get(row.unit) if specific else None
    return laser is not None and laser.counts == "nothing" and laser.takes(row)


def kept_by_employer(specific: Specific, row: Row) -> int:
    """Return what the employer kept of a payment as retained and laser."""
    split = specific.splits[row.id]
    return split["retained"] - specific.view.remainder.get(row.id, 0) + split["laser"]


def cut_let_in(specific: Specific, view: View, row: Row) -> int:
    """Return what specific's limits cut of a payment and the aggregate lets in: it may have cut the same dollars."""
    return min(specific.view.cut_of(row), max(0, view.net[row.id] - specific.view.net[row.id]))


def recovered_within(rows: list[Row], view: View, specific: Specific, within: dict[str, int]) -> dict[str, int]:
    """Return what a unit's recoveries take off what counts of retained and laser, those set aside by specific.

    What went back to the employer is first of all what it had kept and what had never counted.
    """
    kept = [row for row in rows if row.id in specific.splits and row.id not in view.recovered]
    never_counted = sum(
        max(0, kept_by_employer(specific, row) + specific.view.cut_of(row) - max(0, within[row.id])) for row in kept
    )
    taken_off = {}
    for row in rows:
        if row.id in view.recovered and not laser_counts_nothing(specific, row):
            back = -specific.splits[row.id]["retained"] - specific.splits[row.id]["laser"]
            taken_off[row.id] = -max(0, back - never_counted)
            never_counted = max(0, never_counted - back)
    return taken_off


def count(terms: Table, row: Row, view: View, specific: Specific, within: dict[str, int]) -> int:
    """Return what counts of a payment that specific screens in, too: never a dollar that specific reimburses."""
    split, remainder = specific.splits[row.id], view.remainder.get(row.id, 0)
    asd = split["aggregating"] if terms.get("aggregating_counts") else 0
    if terms.get("counting") == "net_of_specific":
        return max(0, view.net[row.id] - split["reimbursable"]) + remainder
    if row.id in view.recovered or laser_counts_nothing(specific, row):
        return within[row.id] + asd
    kept = kept_by_employer(specific, row) + cut_let_in(specific, view, row)
    return min(within[row.id] - remainder, kept) + asd + remainder


def counted_claims(terms: Table, view: View, specific: Specific | None, within: dict[str, int]) -> dict[str, int]:
    """Return what counts of each payment; as it stands within the loss limit where specific screens it out."""
    counted = dict(within)
    net_of_specific = terms.get("counting") == "net_of_specific"
    for row in view.rows:
        if specific and row.id in specific.splits and not (net_of_specific and row.id in view.recovered):
            counted[row.id] = count(terms, row, view, specific, within)
    if specific and net_of_specific:
        for unit in {row.unit for row in view.rows if row.id in view.recovered}:
            rows = [row for row in view.rows if row.unit == unit]
            counted |= recovered_net_of_specific(rows, view, specific, counted)
    return counted


def recovered_net_of_specific(
    rows: list[Row], view: View, specific: Specific, counted: dict[str, int]
) -> dict[str, int]:
    """Return what a unit's recoveries take off what counts net of specific: first of all what had never counted."""

    def employers(row: Row) -> int:
        return specific.view.amount(row) - specific.splits[row.id]["reimbursable"]

    kept = [row for row in rows if row.id in specific.splits and row.id not in view.recovered]
    never_counted = sum(
        max(0, max(0, employers(row)) + specific.view.cut_of(row) - max(0, counted[row.id])) for row in kept
    )
    taken_off = {}
    for row in rows:
        if row.id in view.recovered:
            back = -employers(row)
            taken_off[row.id] = -max(0, back - never_counted)
            never_counted = max(0, never_counted - back)
    return taken_off


# ------------------------------------------------------------------ attachment point: section 7.5


UNITS_COLUMNS = ("tier", "class", "plan", "division")


class Units:
    """Covered units by policy month, tier, class, plan and division; the same row twice is one."""

    def __init__(self, enrollment: list[Table], period: Period, lag: int) -> None:
        self.lag = lag
        self.rows: dict[tuple[int, str, str, str, str], int] = {}
        for raw in enrollment:
            tier, covered_class, plan, division = (str(raw.get(column) or "") for column in UNITS_COLUMNS)
            month = period.month_named(raw["month"], before=lag)
            self.rows[month, tier, covered_class, plan, division] = int(raw["units"])

    def divisions(self) -> set[str]:
        """Return the divisions that a row names, and "" for rows that name none."""
        return {division for (*_, division) in self.rows}

    def covered(self, t: int, factor: Table, division: str | None) -> int:
        """Return the units that a factor is for in policy month t: those of an earlier month, where they lag."""
        return sum(
            units
            for (month, tier, covered_class, plan, of), units in self.rows.items()
            if month == t - self.lag
            and tier == factor["tier"]
            and factor.get("class", covered_class) == covered_class
            and factor.get("plan", plan) == plan
            and division in (None, of)
        )


def factors_in(terms: Table, first_day: date) -> list[Table]:
    """Return a policy month's factors: of each tier, benefit, class and plan the latest that began by its start."""
    latest: dict[tuple[Any, ...], Table] = {}
    for factor in sorted(terms["factors"], key=lambda factor: day(factor.get("from", date.min))):
        if day(factor.get("from", date.min)) <= first_day:
            latest[tuple(factor.get(key) for key in ("tier", "benefit", "class", "plan"))] = factor
    return list(latest.values())


class Attachment:
    """The months in force that have begun by `as_of`, their exact sums to date, the minimum, and the point."""

    def __init__(self, document: Table, period: Period, enrollment: list[Table], as_of: date | None) -> None:
        self.terms, self.period = document["aggregate"], period
        self.last_month = period.months_in_force()[-1]
        self.months = [t for t in period.months_in_force() if as_of is None or period.start_of(t) <= as_of]
        self.units = Units(enrollment, period, int(self.terms.get("enrollment_lag", 0)))
        self.to_date = {0: Fraction(0)}
        for t in self.months:
            self.to_date[t] = self.to_date[t - 1] + self.monthly(t)
        self.calculated = self.to_date[len(self.months)]
        table, early = self.terms.get("minimum", {}), document.get("early_termination", {})
        self.whole_minimum = self.minimum_of(table)
        self.minimum: Fraction | None = self.whole_minimum  # None: the policy has none
        if not table or (early.get("minimum") == "dropped" and period.ended_early):
            self.minimum, self.whole_minimum = None, Fraction(0)
        elif early.get("minimum") == "prorated":
            self.minimum = self.whole_minimum * len(period.months_in_force()) / period.months
        base = max(self.calculated, self.minimum or Fraction(0))
        self.point = half_up(base + self.terminal_addition(document.get("terminal_liability", {}), base))
        self.terminal_liability = self.point - half_up(base)

    def monthly(self, t: int, division: str | None = None) -> Fraction:
        """Return the exact amount of a policy month: covered units times factors."""
        amounts = (
            self.units.covered(t, factor, division) * Fraction(str(factor["amount"])) * 100
            for factor in factors_in(self.terms, self.period.start_of(t))
        )
        return sum(amounts, Fraction(0))

    def minimum_of(self, table: Table) -> Fraction:
        """Return the largest of the minimums: dollars a year or a month, a share of the first month or months."""
        months = self.period.months
        first_month = share(table.get("first_month", "0")) * self.to_date.get(1, 0) * months
        first_months = Fraction(0)
        if "first_months" in table:
            so_far = min(int(table["first_months"]["months"]), len(self.months))
            if so_far:
                first_months = share(table["first_months"]["share"]) * self.to_date[so_far] * months / so_far
        dollars = (cents(table.get("amount", "0")), cents(table.get("monthly", "0")) * months)
        return max(Fraction(max(dollars)), first_month, first_months)

    def terminal_addition(self, terminal: Table, base: Fraction) -> Fraction:
        """Return what the terminal liability option adds: the last months, a ratio, a corridor, or nothing."""
        if not elects_terminal_liability(terminal, "aggregate"):
            return Fraction(0)
        if len(self.months) < len(self.period.months_in_force()):
            return Fraction(0)  # it adds to the whole
        rule = terminal.get("attachment", "last_months")
        if rule == "last_months":
            return self.calculated - self.to_date[max(0, len(self.months) - int(terminal["months"]))]
        if rule == "ratio":
            return base * int(terminal["months"]) / self.period.months
        return base * Fraction(str(terminal["corridor"])) if rule == "corridor" else Fraction(0)

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


# ------------------------------------------------------------------ reimbursement: sections 7.5, 7.6


def reimburse(terms: Table, excess: int, point: int, nothing: bool) -> Split:
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


def months_with_accommodation(document: Table, period: Period, as_of: date | None) -> list[int]:
    """Return the policy months at whose end money may be asked for: ended by `as_of`, open, and not the last [7.6]."""
    in_force = period.months_in_force()
    months_open = int(document["aggregate"]["accommodation"].get("months_open", max(1, period.months - 1)))
    return [t for t in in_force[:-1] if t <= months_open and (as_of is None or period.end_of(t) <= as_of)]


def accommodation(terms: Table, attachment: Attachment, t: int, counted: int, advanced: int) -> Split:
    """Return the position at the end of policy month t, with the attachment as it was then [7.6].

    `keep` stays with the employer, once; a request below `smallest` waits; with `at_end` nothing is repaid yet.
    """
    rider = terms["accommodation"]
    minimum = Fraction(0) if rider.get("minimum") == "none" else attachment.whole_minimum * t / attachment.period.months
    threshold = half_up(max(attachment.to_date[t], minimum))
    payable = max(0, counted - threshold)
    maximum = cents(terms["maximum"]) if "maximum" in terms else None
    ceiling = terms.get("maximum_kind") == "ceiling"
    if ceiling and maximum is not None:
        payable = min(payable, max(0, maximum - threshold))
    wanted = max(0, half_up(share(terms.get("share", "1")) * payable) - cents(rider.get("keep", "0")))
    wanted = wanted if ceiling else least(wanted, maximum)
    figures = {"threshold": threshold, "counted": counted, "wanted": wanted}
    return figures | still_due(rider, wanted, advanced)


def still_due(rider: Table, wanted: int, advanced: int) -> Split:
    """Return what is due of what was wanted at a month's end, after what the carrier has advanced [7.6]."""
    due = wanted - advanced
    if 0 < due < cents(rider.get("smallest", "0")) or (due < 0 and rider.get("repay", "at_end") == "at_end"):
        due = 0
    return {"advanced": advanced, "due": due}


def worksheet(view: View, rows: list[Row], within: dict[str, int], counted: dict[str, int]) -> Split:
    """Lead from gross claims to counted ones [8]."""
    eligible = sum(view.amount(row) for row in rows)
    over = eligible - sum(within[row.id] for row in rows)
    total = sum(counted[row.id] for row in rows)
    return {
        "gross": sum(row.amount for row in rows if row.amount > 0),
        "voids_and_refunds": sum(row.amount for row in rows if row.amount < 0),
        "eligible": eligible,
        "over_loss_limit": over,
        "reimbursed_by_specific": eligible - over - total,
        "counted": total,
    }


def division_sheets(view: View, within: dict[str, int], counted: dict[str, int], attachment: Attachment) -> list[Table]:
    """Write a worksheet for each division that a payment or the units name; none where nothing names one [8]."""
    divisions = {row.division for row in view.all_rows if not row.pending} | attachment.units.divisions()
    if divisions <= {""}:
        return []
    listed, to_date = [], Fraction(0)
    for division in sorted(divisions):
        rows = [row for row in view.rows if row.division == division]
        before, to_date = to_date, to_date + sum(attachment.monthly(t, division) for t in attachment.months)
        figures = worksheet(view, rows, within, counted)
        figures["calculated_attachment"] = half_up(to_date) - half_up(before)
        listed.append({"division": division, **{name: written(amount) for name, amount in figures.items()}})
    return listed
