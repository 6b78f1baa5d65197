"""Lasers: a higher specific deductible for one unit, for good reason known in advance.

A laser may begin on a day, take only the payments that carry a label, or apply only once a payment carries one.
Several may share a fund: what they keep beyond the standard deductible then has one limit together.

Source: the schedule of a stop-loss policy; each term has its row in ``docs/clauses.md``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from attrs import asdict, field, frozen
from attrs.validators import optional

from stoploss.checks import check_id, check_label
from stoploss.choice import is_flag
from stoploss.errors import Finding, PolicyError, raise_if_any
from stoploss.inner_terms import one_unit, unit_and_per
from stoploss.money import Amount, AmountLike, parse_amount
from stoploss.rules import Rule, findings_among
from stoploss.terms import as_labels, not_negative
from stoploss.window import is_day
from stoploss.words import LaserCounts, LaserEffect, Per

__all__ = [
    "LASER_RULES",
    "Laser",
    "LaserFund",
    "lasers_fit_the_unit",
    "lasers_have_their_funds",
    "lasers_raise_the_deductible",
]


def _amount(value: AmountLike) -> Amount:
    return parse_amount(value)


def _optional_deductible(value: AmountLike | None) -> Amount | None:
    return None if value is None else parse_amount(value, "deductible")


def _tags(values: Iterable[str]) -> tuple[str, ...]:
    return as_labels(values, "tags")


def _optional_counts(value: LaserCounts | str | None) -> LaserCounts | None:
    return None if value is None else LaserCounts(value)


@frozen(kw_only=True)
class Laser:
    """
    A higher specific deductible for one unit, or its exclusion from specific.

    Args:
        member: The lasered member, where the deductible is per member.
        family: The lasered family, where it is per family.
        deductible: The whole deductible of that unit, not an increment.
        excluded: Specific reimburses nothing of what the laser takes.
        from_on: What was paid before this day stays under the standard deductible.
        tags: Labels: it takes only payments that carry one, over a total of their own; empty: all of the unit's.
        when: A label: it applies only once an eligible payment of the unit carries it; ``None``: always.
        effect: With *when*: whether it then applies to the whole period, or from the day that payment was paid.
        fund: The laser fund that it draws on.
        counts: What of the unit counts in the aggregate; ``None``: as the aggregate's ``laser_loss_limit`` says.

    Raises:
        PolicyError: Unless exactly one unit and exactly one effect are given, and for terms that contradict each other.
    """

    member: str | None = None
    family: str | None = None
    deductible: Amount | None = field(default=None, converter=_optional_deductible)
    excluded: bool = field(default=False, validator=is_flag)
    from_on: dt.date | None = field(default=None, validator=optional(is_day))
    tags: tuple[str, ...] = field(default=(), converter=_tags)
    when: str | None = None
    effect: LaserEffect = field(default=LaserEffect.WHOLE_PERIOD, converter=LaserEffect)
    fund: str | None = None
    counts: LaserCounts | None = field(default=None, converter=_optional_counts)

    def __attrs_post_init__(self) -> None:
        if self.when is not None:
            check_label(self.when, "when")
        if self.fund is not None:
            check_id(self.fund, "fund")
        raise_if_any(PolicyError, findings_among(LASER_RULES, asdict(self)))

    def __repr__(self) -> str:
        return f"Laser(per={str(self.per)!r}, excluded={self.excluded})"

    @property
    def per(self) -> Per:
        """Whether a member or a family is lasered."""
        return unit_and_per(self.member, self.family)[1]

    @property
    def unit(self) -> str:
        """The id of the lasered member or family."""
        return unit_and_per(self.member, self.family)[0]


@frozen(kw_only=True)
class LaserFund:
    """
    What several lasers keep at most, together, between the standard deductible and their own.

    Args:
        name: What the lasers call it.
        amount: Dollars; what their units have beyond it is excess.
    """

    name: str
    amount: Amount = field(converter=_amount)

    def __attrs_post_init__(self) -> None:
        check_id(self.name, "name")
        raise_if_any(PolicyError, findings_among((not_negative("amount"),), asdict(self)))


def _one_effect(deductible: Amount | None, excluded: bool) -> Iterator[Finding]:  # noqa: FBT001  # a rule takes terms as they are named in it
    if (deductible is None) != excluded:
        rule = "a laser gives the unit's whole deductible, or excluded = true"
        yield Finding(code="SL511", where="", rule=rule)


def _pooled_up_to_a_deductible(excluded: bool, fund: str | None) -> Iterator[Finding]:  # noqa: FBT001  # a rule takes terms as they are named in it
    if excluded and fund is not None:
        rule = "a laser that draws on a fund has a deductible; an excluded unit draws on none"
        yield Finding(code="SL527", where="fund", rule=rule)


def _begins_once(from_on: dt.date | None, when: str | None, effect: LaserEffect) -> Iterator[Finding]:
    if effect is LaserEffect.WHOLE_PERIOD:
        return
    if when is None:
        rule = "a laser from its trigger says which label triggers it"
        yield Finding(code="SL528", where="effect", rule=rule, help="add when")
    if from_on is not None:
        rule = "a laser begins on a day, or with its trigger, not both"
        yield Finding(code="SL528", where="effect", rule=rule)


LASER_RULES: Sequence[Rule] = (
    Rule(("member", "family"), one_unit),
    Rule(("deductible", "excluded"), _one_effect),
    Rule(("excluded", "fund"), _pooled_up_to_a_deductible),
    Rule(("from_on", "when", "effect"), _begins_once),
)


def lasers_raise_the_deductible(deductible: Amount, lasers: tuple[Laser, ...]) -> Iterator[Finding]:
    """Find lasers below the standard deductible."""
    for position, laser in enumerate(lasers):
        if laser.deductible is not None and laser.deductible < deductible:
            rule = f"a laser is the whole deductible of its unit, at least the standard {deductible:,}"
            yield Finding(
                code="SL515", where=f"lasers[{position}].deductible", rule=rule, help="add the increment to it"
            )


def lasers_fit_the_unit(per: Per, lasers: tuple[Laser, ...]) -> Iterator[Finding]:
    """Find lasers of another kind of unit than the deductible's, and two on one unit."""
    first: dict[str, int] = {}
    for position, laser in enumerate(lasers):
        if laser.per is not per:
            rule = f"the deductible is per {per}, so a laser names a {per}"
            yield Finding(code="SL516", where=f"lasers[{position}].{laser.per}", rule=rule)
        elif laser.unit in first:
            rule = f"one laser a {per}; this one repeats lasers[{first[laser.unit]}]"
            yield Finding(code="SL517", where=f"lasers[{position}].{per}", rule=rule)
        else:
            first[laser.unit] = position


def lasers_have_their_funds(lasers: tuple[Laser, ...], laser_funds: tuple[LaserFund, ...]) -> Iterator[Finding]:
    """Find lasers on a fund that is not there, funds on which nobody draws, and a fund that is there twice."""
    names = [fund.name for fund in laser_funds]
    drawn = {laser.fund for laser in lasers}
    for position, laser in enumerate(lasers):
        if laser.fund is not None and laser.fund not in names:
            rule = "there is no laser fund of this name"
            yield Finding(code="SL527", where=f"lasers[{position}].fund", rule=rule, help="add it to laser_funds")
    for position, name in enumerate(names):
        if name in names[:position]:
            yield Finding(code="SL527", where=f"laser_funds[{position}].name", rule="a laser fund is there once")
        elif name not in drawn:
            yield Finding(code="SL527", where=f"laser_funds[{position}].name", rule="no laser draws on this fund")


def __dir__() -> list[str]:
    return __all__
