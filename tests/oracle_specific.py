"""The specific cover of the reference settlement: each payment on its six lines, clause by clause.

Numbers in brackets, such as [7.4], name the paragraphs of the design that a function restates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

from tests.oracle_reading import Period, Row, Table, above, cents, day, half_up, least, share, written
from tests.oracle_screening import View, cap_left, used_before

LINES = ("retained", "laser", "aggregating", "employer_share", "over_maximum", "reimbursable")
EMPLOYER_GIVES_BACK = (
    "over_maximum",
    "employer_share",
    "aggregating",
    "laser",
    "retained",
)  # a recovery, in this order
Split = dict[str, int]


def same_for_all(limit: int, _unit: str) -> int:
    """Return a limit that is the same for every unit."""
    return limit


class Laser:
    """A laser on a unit; a deductible of None excludes what it takes."""

    def __init__(self, table: Table, rows: list[Row], net: dict[str, int]) -> None:
        self.deductible = None if table.get("excluded") else cents(table["deductible"])
        self.tags = table.get("tags", [])
        self.fund, self.counts = table.get("fund"), table.get("counts")
        self.start: date | None = day(table["from"]) if "from" in table else None
        self.applies = True
        if "when" in table:
            triggers = [row.paid_on for row in rows if net[row.id] > 0 and row.carries(table["when"]) and row.paid_on]
            self.applies = bool(triggers)
            if triggers and table.get("effect") == "from_trigger":
                self.start = min(triggers)

    def takes(self, row: Row) -> bool:
        """Return whether a payment is measured against the laser: by its labels, and paid from its first day on."""
        labelled = not self.tags or any(row.carries(tag) for tag in self.tags)
        assert row.paid_on is not None
        return labelled and (self.start is None or row.paid_on >= self.start)

    def goes_first(self, row: Row) -> bool:
        """Return whether a payment is taken before the others of its unit: paid before the laser's first day."""
        return self.start is not None and not self.tags and not self.takes(row)


class Specific:
    """The specific terms and, of a view's payments, the splits."""

    def __init__(self, document: Table, period: Period, view: View) -> None:
        terms = document["specific"]
        self.terms, self.view = terms, view
        self.per = terms.get("per", "member")
        self.deductible = cents(terms["deductible"])
        early = document.get("early_termination", {})
        if early.get("deductible") == "prorated" and period.ended_early:
            self.deductible = half_up(Fraction(self.deductible * len(period.months_in_force()), period.months))
        self.lasers: dict[str, Laser] = {}  # those that apply
        for table in terms.get("lasers", []):
            unit = str(table[self.per])
            laser = Laser(table, [row for row in view.rows if row.unit == unit], view.net)
            if laser.applies:
                self.lasers[unit] = laser
        self.eligible_maximum: int | None = None  # of what specific looks at
        self.maximum: int | None = None  # of what the carrier pays
        if "maximum" in terms and terms.get("maximum_on") == "eligible":
            self.eligible_maximum = cents(terms["maximum"])
        elif "maximum" in terms:
            self.maximum = cents(terms["maximum"])
        self.recoveries = document.get("recoveries", {})
        self.splits: dict[str, Split] = {row.id: dict.fromkeys((*LINES, "excess"), 0) for row in view.rows}
        self.split_by_deductible()
        self.pool_retained_and_lasers()
        self.share_the_excess()
        self.limit_the_reimbursement()
        for row in view.rows:
            self.splits[row.id]["retained"] += view.remainder.get(row.id, 0)
        self.give_back_recoveries()
        for row in view.rows:
            self.splits[row.id].pop("excess")
            assert sum(self.splits[row.id].values()) == view.amount(row), "every cent is on one line"

    # -------------------------------------------------------------- deductible and laser

    def position(self, laser: Laser | None, other: int, taken: int) -> Split:
        """Put a unit's running total on three lines: what a laser does not take of it, and what it takes.

        A laser from a day on leaves alone what was reimbursed for what was paid before it, and reimburses what
        lies above its own deductible and above all that was paid before. A laser on labels keeps two totals.
        """
        looked_at = other + taken
        retained = min(looked_at, self.deductible)
        excess = max(0, other - self.deductible)
        if laser and laser.tags:
            excess += above(taken, laser.deductible)
        elif laser:
            excess += above(looked_at, None if laser.deductible is None else max(laser.deductible, other))
        return {"retained": retained, "excess": excess, "laser": looked_at - retained - excess}

    def split_by_deductible(self) -> None:
        """Walk through each unit's payments: each one's split is the position after it less the position before it."""
        for unit in {row.unit for row in self.view.rows}:
            laser = self.lasers.get(unit)
            rows = [row for row in self.view.rows if row.unit == unit]
            rows.sort(key=lambda row: not laser.goes_first(row) if laser else False)
            total, other, taken = 0, 0, 0
            for row in rows:
                before, total_before = self.position(laser, other, taken), total
                total += self.view.net[row.id]
                looked_at = least(total, self.eligible_maximum) - least(total_before, self.eligible_maximum)
                if laser and laser.takes(row):
                    taken += looked_at
                else:
                    other += looked_at
                after = self.position(laser, other, taken)
                for line, amount in after.items():
                    self.splits[row.id][line] = amount - before[line]
                self.splits[row.id]["over_maximum"] = self.view.net[row.id] - looked_at

    # -------------------------------------------------------------- pools

    def pool(self, line: str, account: Callable[[Row], str], limit: Callable[[str], int]) -> None:
        """Let payments with an account share a line in order, up to the account's limit; the rest becomes excess.

        What a shared deductible releases of a payment that a laser takes stays with the employer, as laser.
        """
        running: dict[str, int] = defaultdict(int)
        for row in self.view.rows:
            if name := account(row):
                split, laser = self.splits[row.id], self.lasers.get(row.unit)
                kept = min(split[line], limit(name) - running[name])
                running[name] += kept
                raised = laser is not None and (laser.deductible is None or laser.deductible > self.deductible)
                stays = line == "retained" and raised and laser is not None and laser.takes(row)
                split["laser" if stays else "excess"] += split[line] - kept
                split[line] = kept

    def pool_retained_and_lasers(self) -> None:
        """Share one deductible in a common accident, then in a family, then a laser fund."""
        accident, terms = self.terms.get("common_accident"), self.terms
        if accident is not None:
            shared = cents(accident["deductible"]) if "deductible" in accident else self.deductible
            self.pool("retained", lambda row: row.accident, lambda _: shared)
        if "family_deductible" in terms:
            self.pool("retained", lambda row: row.family, lambda _: cents(terms["family_deductible"]))
        funds = {fund["name"]: cents(fund["amount"]) for fund in terms.get("laser_funds", [])}
        self.pool("laser", self.fund_of, lambda name: funds[name])

    def fund_of(self, row: Row) -> str:
        """Return the fund that pays a unit's laser, if it has one."""
        laser = self.lasers.get(row.unit)
        return str(laser.fund or "") if laser else ""

    # -------------------------------------------------------------- aggregating deductible and share

    def shared(self, excess: int) -> int:
        """Return the carrier's share of a running excess: one percentage, or one for each slice."""
        tiers = self.terms.get("tiers") or [{"above": "0", "share": self.terms.get("share", "1")}]
        tops = [cents(tier["above"]) for tier in tiers[1:]] + [None]
        slices = [least(excess, top) - min(excess, cents(tier["above"])) for tier, top in zip(tiers, tops, strict=True)]
        return half_up(
            sum((share(tier["share"]) * part for tier, part in zip(tiers, slices, strict=True)), Fraction(0))
        )

    def share_the_excess(self) -> None:
        """Let the ASD absorb the earliest dollars, whoever's they are, and apply the share before or after it."""
        aggregating = cents(self.terms.get("aggregating", "0"))
        share_first = self.terms.get("share_applies") == "before_aggregating"
        running: dict[str, int] = defaultdict(int)  # of what is shared, by unit
        absorbed_so_far = 0
        for row in self.view.rows:
            split, unit = self.splits[row.id], row.unit
            before = self.shared(running[unit])
            if share_first:
                running[unit] += split["excess"]
                payable = self.shared(running[unit]) - before
                split["employer_share"] = split["excess"] - payable
                split["aggregating"] = min(payable, aggregating - absorbed_so_far)
                split["reimbursable"] = payable - split["aggregating"]
            else:
                split["aggregating"] = min(split["excess"], aggregating - absorbed_so_far)
                running[unit] += split["excess"] - split["aggregating"]
                split["reimbursable"] = self.shared(running[unit]) - before
                split["employer_share"] = split["excess"] - split["aggregating"] - split["reimbursable"]
            absorbed_so_far += split["aggregating"]

    # -------------------------------------------------------------- maxima

    def keep_within(self, rows: list[Row], limit: Callable[[str], int | None], shared: bool = False) -> None:
        """Let the carrier pay up to a limit for each unit, or for everybody; the rest is over the maximum."""
        running: dict[str, int] = defaultdict(int)
        for row in rows:
            split, account = self.splits[row.id], "everybody" if shared else row.unit
            paid, most = split["reimbursable"], limit(row.unit)
            kept = paid if most is None else min(paid, most - running[account])
            running[account] += kept
            split["reimbursable"] = kept
            split["over_maximum"] += paid - kept

    def limit_the_reimbursement(self) -> None:
        """Apply inner maxima, then the limits on run-in and run-out, then the maximum of the period and of a life."""
        view, terms = self.view, self.terms
        for cap in terms.get("caps", []):
            if cap.get("on", "reimbursement") == "reimbursement":
                rows = [row for row in view.rows if row.carries(cap["tag"])]
                self.keep_within(rows, partial(cap_left, terms, cap))
        for limit, rows in ((view.cover.run_in_limit, view.run_in()), (view.cover.run_out_limit, view.run_out())):
            if limit and limit.on_reimbursement:
                self.keep_within(rows, partial(same_for_all, limit.amount), limit.is_shared)
        self.keep_within(view.rows, self.maximum_of)

    def maximum_of(self, unit: str) -> int | None:
        """Return the most that the carrier pays for a unit: in the period, and of what is left of its lifetime."""
        if "lifetime_maximum" not in self.terms:
            return self.maximum
        left = cents(self.terms["lifetime_maximum"]) - used_before(self.terms, unit, None, "reimbursed")
        return least(max(0, left), self.maximum)

    # -------------------------------------------------------------- recoveries

    def give_back_recoveries(self) -> None:
        """Divide recoveries that are not simply recomputed: to the employer first, or in the ratio of what each bore.

        They do not reopen the ASD or a pool. What goes back to the employer comes off its lines from the last to
        the first; what one brings beyond the unit's claims stays on its `retained`.
        """
        view = self.view
        for unit in {row.unit for row in view.rows if row.id in view.recovered}:
            rows = [row for row in view.rows if row.unit == unit]
            total = sum(view.net[row.id] for row in rows)
            lines = {line: sum(self.splits[row.id][line] for row in rows) for line in LINES}
            lines["retained"] -= sum(view.remainder.get(row.id, 0) for row in rows)
            recovered = 0
            for row in (row for row in rows if row.id in view.recovered):
                before = self.given_back(lines, total, recovered)
                recovered += view.recovered[row.id]
                after = self.given_back(lines, total, recovered)
                for line in LINES:
                    self.splits[row.id][line] -= after[line] - before[line]

    def given_back(self, lines: Split, total: int, recovered: int) -> Split:
        """Return what of each line a running total of recoveries has given back."""
        beyond, recovered = max(0, recovered - total), min(recovered, total)
        carriers = lines["reimbursable"]
        if self.recoveries["order"] == "employer_first":
            to_carrier = max(0, recovered - (total - carriers))
        else:
            to_carrier = half_up(Fraction(recovered * carriers, total)) if total else 0
        given, left = {"reimbursable": to_carrier}, recovered - to_carrier
        for line in EMPLOYER_GIVES_BACK:
            given[line] = min(left, lines[line])
            left -= given[line]
        given["retained"] += beyond
        return given

    # -------------------------------------------------------------- statement: sections 7.7, 8

    def layers(self, units: list[str], payments: list[Table]) -> list[Table]:
        """Divide what is reimbursable for each unit among the carriers that stand one over another."""
        listed, below = [], 0
        for layer in self.terms["layers"]:
            limit = cents(layer["limit"]) if "limit" in layer else None
            theirs = sum(least(above(self.reimbursable(unit), below), limit) for unit in units)
            paid = sum(
                cents(raw["amount"])
                for raw in payments
                if raw.get("carrier") == layer["carrier"] and raw.get("member") in units
            )
            figures = {"reimbursable": theirs, "reimbursed": paid, "due": theirs - paid}
            listed.append({"carrier": layer["carrier"], **{name: written(amount) for name, amount in figures.items()}})
            below += limit or 0
        return listed

    def reimbursable(self, unit: str) -> int:
        """Return what the carrier pays for a unit."""
        return sum(self.splits[row.id]["reimbursable"] for row in self.view.rows if row.unit == unit)

    def statement(self, payments: list[Table]) -> Table:
        """Add the splits up, in all and by unit, and take off what the carrier has paid [7.7, 8]."""
        units = sorted({row.unit for row in self.view.rows} | {str(raw["member"]) for raw in payments})

        def sheet(names: list[str]) -> Table:
            rows = [row for row in self.view.rows if row.unit in names]
            paid = sum(cents(raw["amount"]) for raw in payments if str(raw["member"]) in names)
            lines = {line: sum(self.splits[row.id][line] for row in rows) for line in LINES}
            lines |= {"eligible": sum(self.view.amount(row) for row in rows)}
            lines |= {"reimbursed": paid, "due": lines["reimbursable"] - paid}
            layers: dict[str, Any] = {"layers": self.layers(names, payments)} if self.terms.get("layers") else {}
            return {line: written(amount) for line, amount in lines.items()} | layers

        listed = [{"unit": unit, **self.deductible_shown(unit), **sheet([unit])} for unit in units]
        return {"excluded": self.view.excluded(), **sheet(units), "units": listed}

    def deductible_shown(self, unit: str) -> Table:
        """Return the deductible that applies to a unit: its laser's, unless that is for some labels only."""
        laser = self.lasers.get(unit)
        if laser is None or laser.tags:
            return {"deductible": written(self.deductible)}
        if laser.deductible is None:
            return {"deductible": None, "excluded": True}
        return {"deductible": written(laser.deductible)}
