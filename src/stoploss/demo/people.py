"""What the employer's files say of each family: its class, its plan and its division; and the covered units by them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import product

from attrs import evolve, frozen

from stoploss.demo.dice import Dice
from stoploss.demo.group import TIERS, Group, month_start
from stoploss.facts import CoveredUnits, Payment

__all__ = [
    "ACTIVE",
    "COVERED_CLASSES",
    "DIVISIONS",
    "PLANS",
    "RETIREE",
    "Standing",
    "standings",
    "units_by_standing",
    "with_standings",
]

ACTIVE, RETIREE = "active", "retiree"
COVERED_CLASSES = (ACTIVE, "cobra")
PLANS = ("HDHP", "PPO")
DIVISIONS = ("foundry", "offices")

# Of a hundred families.
_CLASSES = (ACTIVE,) * 90 + ("cobra",) * 5 + (RETIREE,) * 5
_PLANS = ("PPO",) * 65 + ("HDHP",) * 35
_DIVISIONS = ("foundry",) * 70 + ("offices",) * 30


@frozen(kw_only=True)
class Standing:
    """What a family is to the employer."""

    covered_class: str
    plan: str
    division: str


def standings(dice: Dice, group: Group, retired: str) -> dict[str, Standing]:
    """
    Return the standing of every family.

    Args:
        dice: Chance.
        group: The families; those of whom a story tells are active.
        retired: But for this one, which is retired.
    """
    found: dict[str, Standing] = {}
    for family in group.families:
        drawn = Standing(covered_class=dice.pick(_CLASSES), plan=dice.pick(_PLANS), division=dice.pick(_DIVISIONS))
        told = RETIREE if family.id == retired else ACTIVE if family.id in group.told else drawn.covered_class
        found[family.id] = evolve(drawn, covered_class=told)
    return found


def with_standings(payments: Iterable[Payment], found: Mapping[str, Standing]) -> list[Payment]:
    """Return the payments with the class and the division of their families."""
    return [
        evolve(payment, covered_class=found[family].covered_class, division=found[family].division)
        for payment in payments
        for family in (payment.family or "",)
    ]


def units_by_standing(group: Group, found: Mapping[str, Standing], months: Iterable[int]) -> list[CoveredUnits]:
    """
    Return the covered units of the classes that the policy covers, counted on the first of each month.

    Args:
        group: The families.
        found: Their standings.
        months: Counted from January 2024 as 0.
    """
    rows: list[CoveredUnits] = []
    for month in months:
        counts = Counter(
            (family.tier_in(month), found[family.id]) for family in group.families if family.covered_in(month, month)
        )
        for tier, covered_class, plan, division in product(TIERS, COVERED_CLASSES, PLANS, DIVISIONS):
            standing = Standing(covered_class=covered_class, plan=plan, division=division)
            rows.append(
                CoveredUnits(
                    month=month_start(month),
                    tier=tier,
                    units=counts[tier, standing],
                    covered_class=covered_class,
                    plan=plan,
                    division=division,
                )
            )
    return rows


def __dir__() -> list[str]:
    return __all__
