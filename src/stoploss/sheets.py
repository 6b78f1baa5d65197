"""What every sheet of a statement has: claims, exclusions, and the way to plain data.

The names are those of the statement's JSON.
Reprs show no id and no member's amount; tables and JSON do, because they are the product.

Source: ``docs/clauses.md``, statement.
"""

from __future__ import annotations

from typing import Any, cast

from attrs import field, fields, frozen, has

from stoploss.eligibility import Reason
from stoploss.money import Amount, dollars
from stoploss.netting import Netted

__all__ = ["RIDER", "Claims", "Exclusion", "exclusions", "statement_document", "to_document"]

RIDER = "rider"
"""Marks, in an attribute's metadata, what plain data leave out where it is what it is without a rider."""


@frozen(kw_only=True)
class Claims:
    """Everything that the plan paid, excluded rows included, pending ones not."""

    count: int
    amount: Amount


@frozen(kw_only=True)
class Exclusion:
    """What a coverage excluded for one reason."""

    reason: Reason
    count: int
    amount: Amount = field(repr=False)


def exclusions(netted: Netted) -> tuple[Exclusion, ...]:
    """
    Sum up what a coverage excluded, by reason, in screening order: whole payments, and what limits took of others.

    Args:
        netted: Every payment's place under the coverage.
    """
    amounts = {reason: [payment.cents for payment in payments] for reason, payments in netted.screened.excluded.items()}
    for account in netted.accounts.values():
        for reason, cut in account.cuts.items():
            amounts.setdefault(reason, []).extend(amount for amount in cut if amount)
    if netted.legal_costs:
        amounts[Reason.LEGAL_COST] = [-cost for cost in netted.legal_costs.values()]
    return tuple(
        Exclusion(reason=reason, count=len(amounts[reason]), amount=dollars(sum(amounts[reason])))
        for reason in Reason
        if reason in amounts
    )


def statement_document(stated: object) -> dict[str, Any]:
    """Return a statement as plain data, ready for JSON; amounts and days are text."""
    names = ("policy", "as_of", "final", "claims", "specific", "aggregate", "employer_net", "carrier_total")
    return {"schema": 1} | {name: to_document(getattr(stated, name)) for name in names}


def to_document(value: object) -> Any:  # noqa: ANN401  # a list, a table, text, a number or nothing: JSON
    """
    Return a sheet as plain data, ready for JSON: amounts and days as text, sequences as lists.

    ``excluded`` of a unit is there only where it is true, and what belongs to a rider only where there is that rider.
    """
    if isinstance(value, tuple):
        return [to_document(item) for item in cast("tuple[object, ...]", value)]
    if value is None or isinstance(value, (bool, int)):
        return value
    if not has(type(value)):
        return str(value)
    own = [(attribute, getattr(value, attribute.name)) for attribute in fields(cast("Any", type(value)))]
    return {
        attribute.name: to_document(inner)
        for attribute, inner in own
        if not (attribute.metadata.get(RIDER) and inner == attribute.default)
    }


def __dir__() -> list[str]:
    return __all__
