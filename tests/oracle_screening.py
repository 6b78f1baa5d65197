"""What the reference settlement lets in: the reasons that keep a payment out, netting, and what is cut after it.

Numbers in brackets, such as [7.3], name the paragraphs of the design that a function restates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction

from tests.oracle_reading import Row, Table, cents, day, half_up, share, written
from tests.oracle_windows import Cover, Windows

CUTS = ("legal_cost", "over_run_in_limit", "over_run_out_limit", "reduced", "over_cap")  # of what passed the screen
REASONS = (  # in screening order
    *("ineligible", "pending", "adjusts_elsewhere", "rebate"),
    *("class_not_covered", "benefit_not_covered", "excluded_tag"),
    *("incurred_before", "incurred_after", "paid_before", "paid_after", "prior_administrator", "other_policy"),
    *CUTS,
)


# ------------------------------------------------------------------ screen: section 7.2


def screen(row: Row, cover: Cover) -> str:
    """Return the first reason that keeps a row out, or nothing; a tied refund is judged by the payment it adjusts."""
    if cover.name in row.ineligible_for:
        return "ineligible"
    if row.pending:
        return "pending"
    if row.adjusts and not row.target:
        return "adjusts_elsewhere"
    if row.amount < 0 and cover.kept_out_rebate is not None and row.carries(cover.kept_out_rebate):
        return "rebate"
    judged = row.target or row
    assert judged.paid_on is not None
    if cover.name in judged.ineligible_for:
        return "ineligible"
    if cover.classes and judged.covered_class not in cover.classes:
        return "class_not_covered"
    if judged.benefit not in cover.covers:
        return "benefit_not_covered"
    if any(judged.carries(label) for label in cover.excludes):
        return "excluded_tag"
    if judged.incurred_on < cover.incurred_from:
        return "incurred_before"
    if judged.incurred_on > cover.incurred_through:
        return "incurred_after"
    if judged.id not in cover.deemed_in_time:
        if judged.paid_on < cover.paid_from:
            return "paid_before"
        if judged.paid_on > cover.paid_through:
            return "paid_after"
    if judged.by_prior_administrator and not accepted_from_prior(judged, cover):
        return "prior_administrator"
    return "other_policy" if belongs_elsewhere(judged, cover) else ""


def accepted_from_prior(row: Row, cover: Cover) -> bool:
    """Return whether the basis takes a payment of the prior administrator: at all, paid by and reported by a day."""
    assert row.paid_on is not None
    if not cover.prior.get("included", True):
        return False
    if "paid_by" in cover.prior and row.paid_on > day(cover.prior["paid_by"]):
        return False
    if "reported_by" not in cover.prior:
        return True
    assert row.reported_on is not None, "refused as an error"
    return row.reported_on <= day(cover.prior["reported_by"])


def belongs_elsewhere(row: Row, cover: Cover) -> bool:
    """Return whether a payment is another policy's.

    What another policy's specific takes counts in no aggregate but that policy's.
    """
    if is_anothers(row, cover):
        return True
    if cover.name == "specific" or not any(other.takes(row, "specific") for other in cover.others):
        return False
    own = cover.specific
    return own is None or row.benefit not in own.covers or not own.hold(row) or is_anothers(row, own)


def is_anothers(row: Row, cover: Cover) -> bool:
    """Return whether a payment that another policy's windows hold under the same coverage is that other policy's.

    By `incurred` or `paid` it is the policy's whose period holds that day. Where no such period does, and by `first`,
    it is that of the earliest policy that holds the payment. Otherwise it is refused elsewhere.
    """
    holding: list[Windows] = [cover, *(other for other in cover.others if other.takes(row, cover.name))]
    if len(holding) == 1 or cover.overlap_rule == "error":
        return False
    if cover.overlap_rule != "first":
        decisive = row.incurred_on if cover.overlap_rule == "incurred" else row.paid_on
        assert decisive is not None
        if cover.effective <= decisive <= cover.expires:
            return False
        holding = [policy for policy in holding if policy.effective <= decisive <= policy.expires] or holding
    return min(holding, key=lambda policy: policy.effective) is not cover


# ------------------------------------------------------------------ net and cut: section 7.3


Kept = Callable[[str, int], int]
"""What is kept of a running total, given the unit."""


def up_to(amount: int) -> Kept:
    """Keep the first dollars up to an amount."""
    return lambda _, total: min(total, amount)


def share_of(q: Fraction) -> Kept:
    """Keep a share of every dollar."""
    return lambda _, total: half_up(q * total)


def up_to_cap(specific: Table, cap: Table) -> Kept:
    """Keep the first dollars up to what an inner maximum leaves the unit."""
    return lambda unit, total: min(total, cap_left(specific, cap, unit))


class View:
    """A coverage's own view of the rows: why some are out, and what the eligible ones come to, all by id."""

    def __init__(self, all_rows: list[Row], cover: Cover, document: Table, of_specific: View | None = None) -> None:
        self.all_rows, self.cover = all_rows, cover
        self.out = {row.id: reason for row in all_rows if (reason := screen(row, cover))}
        self.rows = [row for row in all_rows if row.id not in self.out]
        self.net = {row.id: row.amount for row in self.rows}  # never negative, once netted
        self.remainder: dict[str, int] = {}  # what a unit's total is below zero, on one of its refunds
        self.recovered: dict[str, int] = {}  # what recoveries bring that are set aside until the year is split
        self.cuts: dict[str, dict[str, int]] = {reason: {} for reason in CUTS}
        self.take_off_recoveries(document.get("recoveries", {}), of_specific)
        self.fold_adjustments()
        for unit in {row.unit for row in self.rows}:
            self.undo_refunds([row for row in self.rows if row.unit == unit])
        self.limit_run_in_and_run_out()
        if cover.name == "specific":
            self.reduce_and_cap(document["specific"])

    def take_off_recoveries(self, terms: Table, of_specific: View | None) -> None:
        """Take the cost of a recovery off what it undoes, and set it aside where it is not simply recomputed."""
        for row in self.rows:
            if not terms or row.amount >= 0 or not row.carries(terms.get("tag", "recovery")):
                continue
            if terms.get("legal_cost") == "net" and row.legal_cost:
                self.cuts["legal_cost"][row.id] = -row.legal_cost
                self.net[row.id] += row.legal_cost
            set_aside = of_specific is None or row.id in of_specific.recovered  # the aggregate follows specific
            if terms.get("order", "recompute") != "recompute" and set_aside:
                self.recovered[row.id] = -self.net[row.id]
                self.net[row.id] = 0

    def fold_adjustments(self) -> None:
        """Take every refund that names its payment off that payment [7.3 a]."""
        for row in self.rows:
            if row.target and row.id not in self.recovered:
                self.net[row.target.id] += self.net[row.id]
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

    def keep(self, reason: str, rows: list[Row], kept: Kept, shared: bool = False) -> None:
        """Let in what `kept` leaves of the running total of each unit, or of everybody; cut the rest."""
        running: dict[str, int] = defaultdict(int)
        for row in rows:
            account = "everybody" if shared else row.unit
            before = kept(row.unit, running[account])
            running[account] += self.net[row.id]
            fits = kept(row.unit, running[account]) - before
            if fits < self.net[row.id]:
                self.cuts[reason][row.id] = self.cuts[reason].get(row.id, 0) + self.net[row.id] - fits
                self.net[row.id] = fits

    def limit_run_in_and_run_out(self) -> None:
        """Let in the first dollars incurred before the policy began, and paid after it ended, to a limit [7.3 c]."""
        limits = (
            ("over_run_in_limit", self.cover.run_in_limit, self.run_in()),
            ("over_run_out_limit", self.cover.run_out_limit, self.run_out()),
        )
        for reason, limit, rows in limits:
            if limit and not limit.on_reimbursement:
                self.keep(reason, rows, up_to(limit.amount), limit.is_shared)

    def run_in(self) -> list[Row]:
        """Return the payments for what was incurred before the policy began."""
        return [row for row in self.rows if row.incurred_on < self.cover.effective]

    def run_out(self) -> list[Row]:
        """Return the payments made after the last day in force."""
        return [row for row in self.rows if row.paid_on and row.paid_on > self.cover.last_day_in_force]

    def reduce_and_cap(self, specific: Table) -> None:
        """Let in a share of what carries some labels, then the first dollars of what carries others."""
        for reduction in specific.get("reductions", []):
            rows = [row for row in self.rows if row.carries(reduction["tag"])]
            self.keep("reduced", rows, share_of(share(reduction["share"])))
        for cap in specific.get("caps", []):
            if cap.get("on") == "eligible":
                rows = [row for row in self.rows if row.carries(cap["tag"])]
                self.keep("over_cap", rows, up_to_cap(specific, cap))

    def amount(self, row: Row) -> int:
        """Return what a row adds to the eligible total."""
        return self.net.get(row.id, 0) + self.remainder.get(row.id, 0) - self.recovered.get(row.id, 0)

    def cut_of(self, row: Row) -> int:
        """Return what limits, reductions and caps took of a payment."""
        return sum(self.cuts[reason].get(row.id, 0) for reason in CUTS if reason != "legal_cost")

    def why_out(self, row: Row) -> str:
        """Return why a row is out, in whole or in part: the first reason."""
        cut = next((reason for reason in CUTS if row.id in self.cuts[reason]), "")
        return self.out.get(row.id, cut)

    def excluded(self) -> list[Table]:
        """List what is out, reason by reason."""
        listed = []
        for reason in REASONS:
            amounts = [row.amount for row in self.all_rows if self.out.get(row.id) == reason]
            amounts += list(self.cuts.get(reason, {}).values())
            if amounts:
                listed.append({"reason": reason, "count": len(amounts), "amount": written(sum(amounts))})
        return listed


def used_before(specific: Table, unit: str, tag: str | None, of: str) -> int:
    """Return what of a lifetime limit a unit had used before this period: `reimbursed` or `eligible`, of a label."""
    per = specific.get("per", "member")
    return sum(
        cents(used.get(of, "0"))
        for used in specific.get("used", [])
        if str(used[per]) == unit and used.get("tag") == tag
    )


def cap_left(specific: Table, cap: Table, unit: str) -> int:
    """Return what an inner maximum leaves a unit: in the period, or of what is left of a lifetime."""
    of = "eligible" if cap.get("on") == "eligible" else "reimbursed"
    used = used_before(specific, unit, cap["tag"], of) if cap.get("per") == "lifetime" else 0
    return max(0, cents(cap["amount"]) - used)
