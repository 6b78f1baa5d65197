"""What every sheet of a statement has: claims, exclusions, and the way to plain data.

The names are those of the statement's JSON.
Reprs show no id and no member's amount; tables and JSON do, because they are the product.

Source: ``docs/clauses.md``, statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from attrs import field, fields, frozen, has

from stoploss.eligibility import Reason, Screened
from stoploss.money import Amount, dollars

__all__ = ["Claims", "Exclusion", "exclusions", "to_document"]


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


def exclusions(screened: Screened, over_run_in_limit: Iterable[int]) -> tuple[Exclusion, ...]:
    """
    Sum up what a coverage excluded, by reason, in screening order.

    Args:
        screened: What the screen kept out.
        over_run_in_limit: Cents that the run-in limit cut, one for each payment that it touched.
    """
    amounts = {reason: [payment.cents for payment in payments] for reason, payments in screened.excluded.items()}
    cut = [amount for amount in over_run_in_limit if amount]
    if cut:
        amounts[Reason.OVER_RUN_IN_LIMIT] = cut
    return tuple(
        Exclusion(reason=reason, count=len(amounts[reason]), amount=dollars(sum(amounts[reason])))
        for reason in Reason
        if reason in amounts
    )


def to_document(value: object) -> Any:  # noqa: ANN401  # a list, a table, text, a number or nothing: JSON
    """
    Return a sheet as plain data, ready for JSON: amounts and days as text, sequences as lists.

    ``excluded`` of a unit is there only where it is true.
    """
    if isinstance(value, tuple):
        return [to_document(item) for item in cast("tuple[object, ...]", value)]
    if value is None or isinstance(value, (bool, int)):
        return value
    if not has(type(value)):
        return str(value)
    names = [attribute.name for attribute in fields(cast("Any", type(value)))]
    row = {name: to_document(getattr(value, name)) for name in names}
    if row.get("excluded") is False:
        del row["excluded"]
    return row


def __dir__() -> list[str]:
    return __all__
