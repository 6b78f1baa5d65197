"""Maximum liability: the most that a year can cost the employer, and when that holds.

"Attachment point plus fixed cost" is what sales material says.
It is true where the aggregate counts everything that specific does not reimburse (net of specific).
By loss limit, the usual way, dollars that neither cover pays are left over, and the maximum is higher by them::

    maximum = attachment point + aggregate share + aggregating + lasers + administration + premium

- *aggregate share*: what the employer keeps of the aggregate's excess, where the share is below 100 %;
- *aggregating*: the aggregating specific deductible, where what it absorbs does not count in the aggregate;
- *lasers*: what lies between the standard deductible and each laser, where that does not count.

Some contracts have no maximum, because what is left over grows with every claim: the terms are named, without a figure.
Of others the maximum is not known: before the period has ended, and under terms for which nobody has shown that the
figure holds. That is told apart, because the one is a warning about the contract and the other is about this figure.
What the figure takes for granted is listed as conditions, each with whether this year meets it.

Example: an attachment point of 242,831.40, an ASD of 25,000 and a laser 150,000 above the deductible: claims cost the
employer at most 417,831.40, not 242,831.40.

Source: of this package, from the arithmetic of ``docs/concepts/settlement.md``; see ``docs/concepts/funding.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TypeAlias

from attrs import field, fields, frozen

from stoploss.aggregate_sheet import AggregateSheet
from stoploss.aggregate_terms import AggregateTerms
from stoploss.choice import Choice
from stoploss.eligibility import Reason
from stoploss.facts import Coverage
from stoploss.funding.paid import of_the_year
from stoploss.lasers import Laser
from stoploss.layer import above
from stoploss.money import ZERO, Amount, cents, dollars, rounded, share_of
from stoploss.policy import Policy
from stoploss.settlement import Settlement
from stoploss.specific_terms import SpecificTerms
from stoploss.statement import Statement
from stoploss.words import AggregateOnTermination, Counting, DeductibleOnTermination, LaserLossLimit, MaximumKind

__all__ = ["Bound", "Condition", "LiabilityLine", "MaximumLiability", "Unbounded", "maximum_liability"]

_Terms: TypeAlias = Policy | SpecificTerms | AggregateTerms | Laser

_CONSIDERED: Mapping[type[_Terms], set[str]] = {
    Policy: {"policyholder", "carrier", "number", "period", "specific", "aggregate", "early_termination", "situs"}
    | {"currency", "terminal_liability", "bridge", "overlap", "advance_funding", "notices", "renewal"},
    SpecificTerms: {"basis", "covers", "deductible", "per", "aggregating", "share", "share_applies", "maximum"}
    | {"maximum_on", "consume_by", "lasers", "excludes", "classes", "layers"},
    AggregateTerms: {"basis", "covers", "factors", "minimum", "counting", "loss_limit", "laser_loss_limit"}
    | {"aggregating_counts", "share", "maximum", "maximum_kind", "per", "consume_by", "excludes", "classes"}
    | {"enrollment_lag", "accommodation"},
    Laser: {"member", "family", "deductible", "excluded"},
}
"""The terms for which the figure is known to hold: those that bound it, those that only screen a claim out, and those
that change the attachment point or the day of a payment."""

_NOT_KNOWN = "the maximum under this term is not known"


class Bound(Choice):
    """Whether there is a most that a year can cost."""

    BOUNDED = "bounded"
    UNBOUNDED = "unbounded"
    """There is none: what the employer keeps grows with the claims, without end."""
    NOT_KNOWN = "not_known"
    """There may be one, and no figure can be given."""


@frozen(kw_only=True)
class LiabilityLine:
    """A part of the maximum."""

    name: str
    amount: Amount


@frozen(kw_only=True)
class Unbounded:
    """
    Why no maximum is given.

    Args:
        where: Path of the term in the policy.
        why: In words.
        bound: ``unbounded`` where the term leaves the employer dollars without end, ``not_known`` where the maximum
            under it is not known.
    """

    where: str
    why: str
    bound: Bound = Bound.UNBOUNDED


@frozen(kw_only=True)
class Condition:
    """
    What the figure takes for granted.

    Args:
        name: ``covered_claims``, ``aggregate_maximum`` or ``specific_maximum``.
        text: The condition in words.
        met: Whether this year's claims meet it.
    """

    name: str
    text: str
    met: bool


@frozen(kw_only=True)
class MaximumLiability:
    """
    The most that the year can cost the employer under the policy.

    Args:
        amount: Sum of the lines; ``None`` where there is no maximum, or it is not known.
        bound: Which of these; ``unbounded`` where one reason says so, whatever else is not known.
        lines: What it is made of, lines of 0.00 left out.
        unbounded: Why none is given, every reason.
        conditions: When it holds.
        outside: What of the year's claims a cover leaves out, and may come on top.
    """

    amount: Amount | None
    bound: Bound
    lines: tuple[LiabilityLine, ...]
    unbounded: tuple[Unbounded, ...]
    conditions: tuple[Condition, ...]
    outside: Amount = field(repr=False)

    @property
    def holds(self) -> bool:
        """Whether there is a maximum and this year meets every condition: then it cost no more."""
        return self.amount is not None and all(condition.met for condition in self.conditions)


def maximum_liability(statement: Statement, fixed: Mapping[str, int]) -> MaximumLiability:
    """
    Return the maximum liability under the policy of a statement.

    Args:
        statement: Gives the attachment point, and what of the year a cover leaves out.
        fixed: What depends on enrollment alone, in cents by name: administration and premium.
    """
    policy, sheet = statement.settlement.policy, statement.aggregate
    outside = dollars(_outside(statement))
    if policy.aggregate is None or sheet is None:
        why = "specific bounds what one person costs, not how many persons do"
        return _not_given((Unbounded(where="aggregate", why=why),), (), outside)
    unbounded = tuple(_unbounded(statement, policy, policy.aggregate))
    conditions = tuple(_conditions(statement, policy.aggregate, sheet))
    if unbounded:
        return _not_given(unbounded, conditions, outside)
    parts = {**_left_to_the_employer(policy, policy.aggregate, sheet), **fixed}
    return MaximumLiability(
        amount=dollars(sum(parts.values())),
        bound=Bound.BOUNDED,
        lines=tuple(LiabilityLine(name=name, amount=dollars(part)) for name, part in parts.items() if part),
        unbounded=(),
        conditions=conditions,
        outside=outside,
    )


def _not_given(
    unbounded: tuple[Unbounded, ...], conditions: tuple[Condition, ...], outside: Amount
) -> MaximumLiability:
    """Return a liability without a figure: there is none where any reason says so, and else it is not known."""
    known = any(reason.bound is Bound.UNBOUNDED for reason in unbounded)
    return MaximumLiability(
        amount=None,
        bound=Bound.UNBOUNDED if known else Bound.NOT_KNOWN,
        lines=(),
        unbounded=unbounded,
        conditions=conditions,
        outside=outside,
    )


def _left_to_the_employer(policy: Policy, terms: AggregateTerms, sheet: AggregateSheet) -> dict[str, int]:
    """Return the parts of the maximum that are claims, in cents."""
    reach = _reach(terms, cents(sheet.attachment_point))
    parts = {
        "attachment_point": cents(sheet.attachment_point),
        "aggregate_share": 0 if reach is None else reach - share_of(reach, terms.share.as_integer_ratio()),
    }
    specific = policy.specific
    if specific is None or terms.counting is Counting.NET_OF_SPECIFIC:
        return parts
    if not terms.aggregating_counts:
        parts["aggregating"] = cents(specific.aggregating)
    if terms.laser_loss_limit is LaserLossLimit.STANDARD:
        lasers = [cents(laser.deductible) for laser in specific.lasers if laser.deductible is not None]
        parts["lasers"] = sum(above(laser, cents(specific.deductible)) for laser in lasers)
    return parts


def _reach(terms: AggregateTerms, attachment_point: int) -> int | None:
    """Return the largest excess, in cents, that the aggregate's maximum does not cut; ``None``: any."""
    if terms.maximum is None:
        return None
    if terms.maximum_kind is MaximumKind.CEILING:
        return above(cents(terms.maximum), attachment_point)
    return rounded(Fraction(cents(terms.maximum)) / Fraction(terms.share)) if terms.share else None


def _unbounded(statement: Statement, policy: Policy, terms: AggregateTerms) -> Iterator[Unbounded]:
    """Yield every reason why no maximum is given."""
    as_of, last_day = statement.as_of, policy.period.last_day_in_force
    if as_of is not None and as_of < last_day:
        why = f"the attachment point is known when the period has ended, on {last_day}"
        yield Unbounded(where="period", why=why, bound=Bound.NOT_KNOWN)
    if policy.period.ended_early and policy.early_termination.aggregate is AggregateOnTermination.NOTHING:
        yield Unbounded(
            where="early_termination.aggregate", why="the policy ended early, and the aggregate pays nothing"
        )
    prorated = policy.early_termination.deductible is DeductibleOnTermination.PRORATED
    if policy.period.ended_early and prorated:
        yield Unbounded(where="early_termination.deductible", why=_NOT_KNOWN, bound=Bound.NOT_KNOWN)
    if terms.share == 0 or (terms.share < 1 and terms.maximum is None):
        yield Unbounded(
            where="aggregate.share", why="of every dollar above the attachment point the employer keeps a part"
        )
    yield from _terms_not_considered(policy)
    if terms.counting is Counting.LOSS_LIMIT:
        yield from _left_over(terms, policy.specific)


def _left_over(terms: AggregateTerms, specific: SpecificTerms | None) -> Iterator[Unbounded]:
    """Yield what grows without end and counts nowhere, because the aggregate counts by loss limit."""
    if specific is None:
        if terms.loss_limit is not None:
            yield Unbounded(where="aggregate.loss_limit", why="what lies above the loss limit counts nowhere")
        return
    if terms.loss_limit is not None and terms.loss_limit < specific.deductible:
        why = "what lies between the loss limit and the specific deductible counts nowhere"
        yield Unbounded(where="aggregate.loss_limit", why=why)
    if specific.share < 1:
        why = "of every dollar above the specific deductible the employer keeps a part, which counts nowhere"
        yield Unbounded(where="specific.share", why=why)
    for position, laser in enumerate(specific.lasers):
        if laser.excluded:
            why = "what this unit costs above the loss limit is the employer's, and counts nowhere"
            yield Unbounded(where=f"specific.lasers[{position}]", why=why)


def _terms_not_considered(policy: Policy) -> Iterator[Unbounded]:
    """Yield the terms for which nobody has shown that the figure holds: none is given then."""
    lasers = policy.specific.lasers if policy.specific else ()
    among: list[tuple[str, _Terms]] = [("", policy)]
    among += [(f"{cover}.", terms) for cover in Coverage if (terms := getattr(policy, cover)) is not None]
    among += [(f"specific.lasers[{position}].", laser) for position, laser in enumerate(lasers)]
    for path, terms in among:
        for attribute in fields(type(terms)):
            considered = not attribute.init or attribute.name in _CONSIDERED[type(terms)]
            if not considered and getattr(terms, attribute.name) != attribute.default:
                yield Unbounded(where=f"{path}{attribute.name}", why=_NOT_KNOWN, bound=Bound.NOT_KNOWN)


def _conditions(statement: Statement, terms: AggregateTerms, sheet: AggregateSheet) -> Iterator[Condition]:
    policy = statement.settlement.policy
    both = policy.specific is not None and terms.counting is Counting.LOSS_LIMIT
    text = (
        f"every claim is eligible under {'both covers' if both else 'the aggregate'}: its benefit, its days, its status"
    )
    yield Condition(name="covered_claims", text=text, met=_outside(statement) == 0)
    reach = _reach(terms, cents(sheet.attachment_point))
    if reach is not None:
        text = (
            f"counted claims are at most {dollars(reach):,} above the attachment point, where the maximum begins to cut"
        )
        yield Condition(name="aggregate_maximum", text=text, met=cents(sheet.excess) <= reach)
    if both and policy.specific and statement.specific and _cuts(policy, policy.specific):
        text = "no reimbursement under specific is cut by a maximum"
        yield Condition(name="specific_maximum", text=text, met=statement.specific.over_maximum == ZERO)


def _cuts(policy: Policy, specific: SpecificTerms) -> bool:
    basis = policy.basis(Coverage.SPECIFIC) or specific.basis
    limits = (basis.run_in_limit, basis.run_out_limit)
    return specific.maximum is not None or any(limits)


def _outside(statement: Statement) -> int:
    """Return what of the year's claims, net of what was taken back, a cover leaves out that the figure needs in."""
    settlement, terms = statement.settlement, statement.settlement.policy.aggregate
    of_specific = terms is None or terms.counting is Counting.LOSS_LIMIT
    is_of_the_year = of_the_year(statement)
    screened_out: dict[str, int] = {}
    cut = ZERO
    for run, sheet, asked in (
        (settlement.aggregate, statement.aggregate, True),
        (settlement.specific, statement.specific, of_specific),
    ):
        if run is not None and sheet is not None and asked:
            screened = run.netted.screened
            told = [payment for reason, payment in screened.told() if reason is not Reason.PENDING]
            screened_out |= {payment.id: payment.cents for payment in told if is_of_the_year(payment)}
            cut += sum((row.amount for row in sheet.excluded if row.reason not in screened.excluded), start=ZERO)
    return _net_of_undone(settlement, screened_out) + max(0, cents(cut))


def _net_of_undone(settlement: Settlement, amounts: Mapping[str, int]) -> int:
    """Add up payments, each with the rows that undo it, none below 0."""
    by_payment: defaultdict[str, int] = defaultdict(int)
    for id_, amount in amounts.items():
        payment = settlement.reported.payments[id_]
        by_payment[payment.adjusts if payment.undoes and payment.adjusts else id_] += amount
    return sum(max(0, amount) for amount in by_payment.values())


def __dir__() -> list[str]:
    return __all__
