"""Pools: what several units share of what the employer keeps.

All who are hurt in one accident share one deductible; the members of a family, a limit on their own deductibles;
lasered units, a fund for what their lasers keep.
A pool keeps the earliest dollars of its line, whoever's they are, up to its limit; the rest is excess.

Example: under a deductible of 100 each and a family deductible of 150, two members with 120 each: the first retains
100, the second 50, and the other 50 of it is excess beside the 20.

Source: domain practice; see ``docs/clauses.md``, pools.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from attrs import evolve, field, frozen

from stoploss.money import cents
from stoploss.passage import Passage
from stoploss.specific_terms import SpecificTerms
from stoploss.waterfall import Waterfalls

__all__ = ["Pool", "pools_of"]


@frozen(kw_only=True)
class Pool:
    """
    A pool on one line.

    Args:
        name: ``accident``, ``family`` or ``fund``.
        line: The line of which it keeps the earliest dollars: ``retained`` or ``laser``.
        limit: How much of it, in cents.
        whose: Names the accident, family or fund that a payment's line belongs to; ``None``: to none.
    """

    name: str
    line: Literal["retained", "laser"]
    limit: int = field(repr=False)
    whose: Callable[[Passage, int], str | None] = field(repr=False)

    def line_of(self, passage: Passage) -> Sequence[int]:
        """Return its line."""
        return passage.retained if self.line == "retained" else passage.laser

    def relieved(self, passage: Passage, kept: Sequence[int]) -> Passage:
        """
        Return the passage with what the pool keeps on its line, and the rest in the excess.

        What a deductible that is shared does not keep of a lasered payment stays the employer's, as laser: a family's
        or an accident's limit does not open what the laser keeps closed.
        """
        waterfall = passage.waterfall
        raised = self.line == "retained" and (waterfall.laser is None or waterfall.laser > waterfall.deductible)
        over = [amount - keeps for amount, keeps in zip(self.line_of(passage), kept, strict=True)]
        stays = [more if raised and taken else 0 for more, taken in zip(over, passage.taken, strict=True)]
        goes = [more - staying for more, staying in zip(over, stays, strict=True)]
        return evolve(
            passage,
            retained=kept if self.line == "retained" else passage.retained,
            laser=_added(kept if self.line == "laser" else passage.laser, stays),
            excess=_added(passage.excess, goes),
            relieved={
                **passage.relieved,
                self.name: _added(passage.relieved.get(self.name, [0] * len(over)), goes),
            },
            excluded=_added(passage.excluded, stays),
        )


def _added(amounts: Sequence[int], others: Sequence[int]) -> list[int]:
    return [amount + other for amount, other in zip(amounts, others, strict=True)]


def pools_of(terms: SpecificTerms, falls: Waterfalls) -> tuple[Pool, ...]:
    """Return the pools that the terms have, in the order in which they keep."""
    pools: list[Pool] = []
    if terms.common_accident is not None:
        own = terms.common_accident.deductible
        limit = falls.standard.deductible if own is None else cents(own)
        pools.append(Pool(name="accident", line="retained", limit=limit, whose=_accident))
    if terms.family_deductible is not None:
        limit = cents(terms.family_deductible)
        pools.append(Pool(name="family", line="retained", limit=limit, whose=_family))
    funds = [
        Pool(name="fund", line="laser", limit=cents(fund.amount), whose=_drawing_on(fund.name))
        for fund in terms.laser_funds
    ]
    return (*pools, *funds)


def _accident(passage: Passage, position: int) -> str | None:
    return passage.account.payments[position].accident


def _family(passage: Passage, position: int) -> str | None:
    return passage.account.payments[position].family


def _drawing_on(fund: str) -> Callable[[Passage, int], str | None]:
    def whose(passage: Passage, _position: int) -> str | None:
        taking = passage.waterfall.taking
        return fund if taking is not None and taking.laser.fund == fund else None

    return whose


def __dir__() -> list[str]:
    return __all__
