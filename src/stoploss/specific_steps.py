"""The steps of specific: how one unit's sheet came about, from what the plan paid to what is due.

Source: ``docs/clauses.md``, specific.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from stoploss.inner_maxima import InnerMaximum, inner_maxima
from stoploss.layer_steps import layer_steps
from stoploss.money import cents, dollars
from stoploss.passage import Passage
from stoploss.specific import SpecificRun
from stoploss.specific_figures import CUTS, unit_figures, unit_terms
from stoploss.specific_sheet import UnitSheet
from stoploss.steps import Derivation, Step, derived
from stoploss.waterfall import Waterfall

__all__ = ["POOL_CLAUSES", "eligible_derivation", "unit_steps"]

POOL_CLAUSES = {"accident": "common-accident", "family": "family-deductible", "fund": "laser-fund"}
"""The clause behind each pool."""


def unit_steps(run: SpecificRun, sheet: UnitSheet) -> tuple[Step, ...]:
    """
    Return how one unit's sheet came about.

    Args:
        run: Specific as computed.
        sheet: The unit's sheet.
    """
    passage = run.passage(sheet.unit)
    maxima = inner_maxima(run, sheet.unit)
    amounts = unit_figures(run, passage, maxima, sheet)
    figures = {name: dollars(amount) for name, amount in amounts.items()} | unit_terms(run, passage, maxima)
    telling = _Telling(run=run, passage=passage, maxima=maxima, amounts=amounts)
    lines = derived(figures, (eligible_derivation(amounts), *telling.derivations()))
    return (*lines, *layer_steps(run.terms.layers, sheet))


def eligible_derivation(amounts: Mapping[str, int]) -> Derivation:
    """Return how what is eligible follows from what the plan paid; limits that took nothing are left out but run-in."""
    rule = "gross + voids_and_refunds - over_run_in_limit"
    rule += "".join(f" - {reason}" for reason in CUTS[1:] if amounts[reason])
    if amounts["legal_cost"]:
        rule += " + legal_cost"
    return Derivation("eligible", rule, "netting", subtotal=True)


@frozen(kw_only=True)
class _Telling:
    """How one unit's lines follow from each other: those of the terms that it has, in the policy's order."""

    run: SpecificRun
    passage: Passage
    maxima: Sequence[InnerMaximum]
    amounts: Mapping[str, int]

    @property
    def _waterfall(self) -> Waterfall:
        return self.passage.waterfall

    def derivations(self) -> Iterator[Derivation]:
        counts = "eligible"
        if self.passage.recovered:
            yield Derivation("before_recoveries", "eligible + recovered", "recoveries", subtotal=True)
            counts = "before_recoveries"
        whole = counts
        if self._waterfall.maximum_eligible is not None:
            rule = f"min({counts}, eligible_maximum)"
            yield Derivation("within_maximum", rule, "specific-maximum", subtotal=True)
            counts = "within_maximum"
        yield from self._kept(counts)
        yield from self._payable()
        yield from self._reimbursed(whole)
        yield Derivation("due", "reimbursable - reimbursed", "due", subtotal=True)

    def _kept(self, counts: str) -> Iterator[Derivation]:
        """Yield what the employer keeps up to the deductible and the laser, and what is excess."""
        if self._waterfall.deductible != cents(self.run.terms.deductible):
            rule = "rounded(whole_deductible * months_in_force / policy_months)"
            yield Derivation("deductible", rule, "termination-deductible", subtotal=True)
        released = bool(self.amounts["released_by_pools"])
        retained = f"min({counts}, deductible)" + self._relief("accident") + self._relief("family")
        retained += " - released_by_pools" if released else ""
        yield self._line("retained", retained, "specific-deductible")
        excess, laser, clause = self._laser(counts)
        relieved = [name for name in ("accident", "family", "fund") if self._relief(name)]
        own = "own_excess" if relieved else "excess"
        if laser:
            laser += self._relief("fund") + (" + released_by_pools" if released else "")
            yield self._line("laser", laser, clause)
        yield Derivation(own, excess, "specific-excess" if self._waterfall.laser is not None else clause, subtotal=True)
        if relieved:
            rule = "own_excess" + "".join(f" + relieved_by_{name}" for name in relieved)
            yield Derivation("excess", rule, POOL_CLAUSES[relieved[-1]], subtotal=True)

    def _laser(self, counts: str) -> tuple[str, str, str]:
        """Return the rules of the excess before pools, and of the laser where there is one, and the laser's clause."""
        waterfall = self._waterfall
        over = f"max({counts} - deductible, 0)"
        if waterfall.taking is None:
            return over, "", "specific-excess"
        excluded = waterfall.laser is None
        clause = "specific-laser-excluded" if excluded else "specific-laser"
        if waterfall.own_total or waterfall.taking.start is not None:
            apart = "max(apart - deductible, 0)"
            if waterfall.own_total:
                above, clause = "max(taken - laser_deductible, 0)", "specific-laser-tags"
            else:
                above, clause = f"max({counts} - max(laser_deductible, apart), 0)", "specific-laser-from"
            excess = apart if excluded else f"{apart} + {above}"
            taken_off = apart if excluded else f"({excess})"
            return excess, f"{counts} - min({counts}, deductible) - {taken_off}", clause
        if excluded:
            return "0", over, clause
        if waterfall.laser == waterfall.deductible:
            return over, "", clause
        return (
            f"max({counts} - laser_deductible, 0)",
            f"min({over}, laser_deductible - deductible)",
            clause,
        )

    def _payable(self) -> Iterator[Derivation]:
        """Yield the ASD and the share, whichever comes first in the policy."""
        terms = self.run.terms
        coinsured = bool(terms.tiers) or terms.share != 1
        clause = "share-tiers" if terms.tiers else "specific-share"
        asd = self._line("aggregating", "sum(absorbed)", "aggregating-specific")
        has_asd = terms.aggregating > 0
        # The line itself, unless recoveries gave back some of it.
        absorbed = "sum(absorbed)" if self.amounts["back_from_aggregating"] else "aggregating"
        if coinsured and self._waterfall.share_first:
            yield Derivation("shared", self._share_of("excess"), clause, subtotal=True)
            yield self._line("employer_share", "excess - shared", clause)
            if has_asd:
                yield asd
            payable = f"shared - {absorbed}" if has_asd else "shared"
            yield Derivation("payable", payable, "specific-reimbursement", subtotal=True)
            return
        if has_asd:
            yield asd
        left = f"excess - {absorbed}" if has_asd else "excess"
        if coinsured:
            yield Derivation("payable", self._share_of(left), clause, subtotal=True)
            yield self._line("employer_share", f"{left} - payable", clause)
        else:
            yield Derivation("payable", left, "specific-reimbursement", subtotal=True)

    def _share_of(self, excess: str) -> str:
        """Return the rule of the carrier's share of the excess."""
        tiers = self.run.terms.tiers
        if not tiers:
            return f"rounded(share * ({excess}))" if " " in excess else f"rounded(share * {excess})"
        slices: list[str] = []
        for number in range(1, len(tiers) + 1):
            up_to = f"min({excess}, above_{number + 1})" if number < len(tiers) else excess
            slices.append(f"share_{number} * max({up_to} - above_{number}, 0)")
        return f"rounded({' + '.join(slices)})"

    def _reimbursed(self, whole: str) -> Iterator[Derivation]:
        """Yield inner maxima and the maximum, and what is then reimbursable."""
        waterfall = self._waterfall
        payable = "payable"
        over: list[str] = []
        if waterfall.maximum_eligible is not None:
            over.append(f"{whole} - within_maximum")
        about = [maximum for maximum in self.maxima if self.amounts[f"under_{maximum.name}"]]
        if about:
            yield from map(self._inner_maximum, about)
            taken = "".join(f" - (under_{each.name} - within_{each.name})" for each in about)
            yield Derivation("within_inner_maxima", f"payable{taken}", "inner-maximum", subtotal=True)
            payable = "within_inner_maxima"
            over.append("payable - within_inner_maxima")
        reimbursable = payable
        if waterfall.maximum is not None:
            yield from self._maximum()
            over.append(f"max({payable} - maximum, 0)")
            reimbursable = f"min({payable}, maximum)"
        if over:
            alone = about and waterfall.maximum is None and waterfall.maximum_eligible is None
            yield self._line("over_maximum", " + ".join(over), "inner-maximum" if alone else "specific-maximum")
        yield self._line("reimbursable", reimbursable, "specific-reimbursement")

    def _inner_maximum(self, maximum: InnerMaximum) -> Derivation:
        """Return what an inner maximum lets the carrier pay; of one that units share, payment by payment."""
        name = maximum.name
        shared = maximum.limit.pooled
        rule = f"sum(let_pay_by_{name})" if shared else f"min(under_{name}, {maximum.most})"
        shows = (name, f"under_{name}") if shared else (f"label_of_{name}",)
        return Derivation(f"within_{name}", rule, maximum.clause, subtotal=True, shows=shows)

    def _maximum(self) -> Iterator[Derivation]:
        """Yield how the maximum follows from the lifetime maximum, where there is one."""
        terms = self.run.terms
        if terms.lifetime_maximum is None:
            return
        used = any(row.unit == self.passage.account.unit and not row.tag for row in terms.used)
        left = "max(lifetime_maximum - used, 0)" if used else "lifetime_maximum"
        capped = terms.maximum is not None and self._waterfall.maximum_eligible is None
        rule = f"min(period_maximum, {left})" if capped else left
        yield Derivation("maximum", rule, "lifetime-maximum", subtotal=True)

    def _relief(self, pool: str) -> str:
        """Return what takes a pool's relief off a line; nothing where it relieved nothing."""
        return f" - relieved_by_{pool}" if self.amounts.get(f"relieved_by_{pool}") else ""

    def _line(self, line: str, rule: str, clause: str) -> Derivation:
        """Return one of the six lines, less what recoveries gave back of it."""
        if self.amounts[f"back_from_{line}"]:
            rule = f"{rule} - back_from_{line}"
        return Derivation(line, rule, clause)


def __dir__() -> list[str]:
    return __all__
