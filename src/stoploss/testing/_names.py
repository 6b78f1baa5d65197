"""The names in what is drawn: members and families, labels, classes, carriers, divisions; few, so that they meet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hypothesis import strategies as st

from stoploss.policy import Policy
from stoploss.testing._draws import one_in, pick
from stoploss.words import Per

__all__ = [
    "ACCIDENTS",
    "CARRIERS",
    "CLASSES",
    "DIVISIONS",
    "LABELS",
    "MEMBERS",
    "PLANS",
    "carrying",
    "draw_classes",
    "draw_labels",
    "families_of",
    "labels_of",
    "units_of",
]

MEMBERS = ("M1", "M2", "M10")
"""The members that are drawn unless others are given; ``"M10"`` comes before ``"M2"``."""

LABELS = ("transplant", "own_facility", "D66.1")
"""Two tags, and the beginning of a diagnosis code."""

CLASSES = ("active", "cobra")
PLANS = ("gold", "silver")
CARRIERS = ("First Re", "Second Re", "Third Re")
DIVISIONS = ("north", "south")
ACCIDENTS = ("A1", "A2")

_CODES = {"D66.1": ("D661", "D66.12")}


def families_of(members: Sequence[str]) -> dict[str, str]:
    """Return who belongs to which family: the first two members to one, and so on."""
    return {member: f"F{position // 2 + 1}" for position, member in enumerate(members)}


def units_of(per: Per, members: tuple[str, ...]) -> tuple[str, ...]:
    """Return the members, or their families where the deductible is per family."""
    return members if per is Per.MEMBER else tuple(dict.fromkeys(families_of(members).values()))


def draw_labels(draw: st.DrawFn, least: int = 1) -> tuple[str, ...]:
    """Draw *least* labels, or one more."""
    first, count = pick(draw, (0, 1, 2)), least + one_in(draw, 3)
    return tuple(LABELS[(first + position) % len(LABELS)] for position in range(count))


def draw_classes(draw: st.DrawFn) -> tuple[str, ...]:
    """Draw which classes are covered."""
    return pick(draw, (CLASSES[:1], CLASSES, CLASSES[1:]))


def labels_of(policy: Policy) -> tuple[str, ...]:
    """Return the labels that the terms of a policy look for."""
    specific, aggregate = policy.specific, policy.aggregate
    found: list[str] = [*(aggregate.excludes if aggregate else ())]
    if specific:
        found += specific.excludes
        found += [cap.tag for cap in specific.caps] + [reduction.tag for reduction in specific.reductions]
        for laser in specific.lasers:
            found += [*laser.tags, *([laser.when] if laser.when else [])]
    return tuple(dict.fromkeys(found))


def carrying(draw: st.DrawFn, labels: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the columns of a payment that carries *labels*: as tags, or as codes that begin with them."""
    return {
        "tags": tuple(label for label in labels if label not in _CODES),
        "diagnosis": tuple(pick(draw, _CODES[label]) for label in labels if label in _CODES),
    }


def __dir__() -> list[str]:
    return __all__
