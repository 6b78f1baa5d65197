"""Explanations: what happened to a member's claims, and why a claim did or did not count.

``explain_unit`` tells a unit's sheet line by line, ``explain_claim`` one payment under both covers,
``explain_aggregate`` the worksheet. Each is data first (:meth:`Explanation.to_dict`) and text second
(:meth:`Explanation.text`).

What is explained is what was computed: the steps come from the settlement itself, and every rule, evaluated on its
inputs, gives its amount again.
"""

from __future__ import annotations

from stoploss.explain.aggregate import explain_aggregate
from stoploss.explain.claim import explain_claim
from stoploss.explain.explanation import Explanation, Section
from stoploss.explain.unit import explain_unit

__all__ = ["Explanation", "Section", "explain_aggregate", "explain_claim", "explain_unit"]


def __dir__() -> list[str]:
    return __all__
