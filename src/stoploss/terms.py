"""What the terms of both covers have: a basis, benefits, a share, a maximum, and rules about amounts.

The terms themselves are in :mod:`~stoploss.specific_terms` and :mod:`~stoploss.aggregate_terms`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from stoploss.basis import ContractBasis
from stoploss.checks import check_label
from stoploss.choice import is_sequence
from stoploss.errors import Finding, InvalidValue, PolicyError, WrongType, type_of
from stoploss.facts import Benefit
from stoploss.money import Amount, AmountLike, Share, parse_amount
from stoploss.rules import Rule

__all__ = [
    "ONE",
    "as_basis",
    "as_classes",
    "as_covers",
    "as_excludes",
    "as_labels",
    "check_days",
    "check_months",
    "covers_something",
    "not_negative",
    "optional_amount",
    "optional_maximum",
]

ONE: Share = Decimal(1)
_MOST_MONTHS = 120
_MOST_DAYS = 3_660


def optional_maximum(value: AmountLike | None) -> Amount | None:
    """Return a maximum as an amount; ``None`` stays: unlimited."""
    return None if value is None else parse_amount(value, "maximum")


def optional_amount(value: AmountLike | None, where: str = "amount") -> Amount | None:
    """Return an amount; ``None`` stays."""
    return None if value is None else parse_amount(value, where)


def as_basis(value: ContractBasis | str) -> ContractBasis:
    """Return a contract basis, given one or its label."""
    if isinstance(value, str):
        return ContractBasis.parse(value)
    if type(value) is not ContractBasis:
        rule = f"a contract basis is its label or a ContractBasis, not {type_of(value)}"
        raise WrongType(Finding(code="SL113", where="basis", rule=rule))
    return value


def as_covers(values: Iterable[Benefit | str]) -> tuple[Benefit, ...]:
    """Return the benefits that a coverage covers, given members or words; one word alone is refused."""
    if not is_sequence(values):
        rule = f"this is a sequence of benefits, not {type_of(values)}"
        raise WrongType(Finding(code="SL101", where="covers", rule=rule, help='write ["medical", "rx"]'))
    return tuple(Benefit(value) for value in values)


def as_labels(values: Iterable[str], where: str) -> tuple[str, ...]:
    """
    Return the labels that a term names; one text alone is refused.

    Raises:
        WrongType: For anything but a sequence of texts.
        InvalidValue: For an empty label, one with blanks around it, and one that is listed twice.
    """
    if not is_sequence(values):
        rule = f"this is a sequence of texts, not {type_of(values)}"
        raise WrongType(Finding(code="SL101", where=where, rule=rule, help='write ["a", "b"]'))
    labels = tuple(values)
    for position, label in enumerate(labels):
        check_label(label, f"{where}[{position}]")
    if len(set(labels)) < len(labels):
        raise InvalidValue(Finding(code="SL525", where=where, rule="each is listed once"))
    return labels


def as_excludes(values: Iterable[str]) -> tuple[str, ...]:
    """Return the labels of payments that do not count."""
    return as_labels(values, "excludes")


def as_classes(values: Iterable[str]) -> tuple[str, ...]:
    """Return the classes whose members are covered."""
    return as_labels(values, "classes")


def check_months(value: object, where: str, least: int = 1) -> None:
    """
    Refuse what is no number of months from *least* on.

    Raises:
        WrongType: For anything but a whole number.
        PolicyError: For fewer, and for more than ten years of them.
    """
    if type(value) is not int:
        raise WrongType(Finding(code="SL578", where=where, rule=f"months are a whole number, not {type_of(value)}"))
    if not least <= value <= _MOST_MONTHS:
        rule = f"this is {least} to {_MOST_MONTHS} months"
        raise PolicyError(Finding(code="SL538", where=where, rule=rule))


def check_days(value: object, where: str) -> None:
    """
    Refuse what is no number of days; ``None`` stands for none given.

    Raises:
        WrongType: For anything but a whole number.
        PolicyError: For fewer than 0, and for more than ten years of them.
    """
    if value is None:
        return
    if type(value) is not int:
        raise WrongType(Finding(code="SL578", where=where, rule=f"days are a whole number, not {type_of(value)}"))
    if not 0 <= value <= _MOST_DAYS:
        raise PolicyError(Finding(code="SL506", where=where, rule=f"this is 0 to {_MOST_DAYS:,} days"))


def not_negative(name: str) -> Rule:
    """Return the rule that the amount called *name* is not negative."""

    def find(amount: Amount | None) -> Iterator[Finding]:
        if amount is not None and amount < 0:
            yield Finding(code="SL501", where=name, rule="this amount is not negative")

    return Rule((name,), find)


def covers_something(covers: tuple[Benefit, ...]) -> Iterator[Finding]:
    """Find a coverage of nothing, and a benefit that is listed twice."""
    if not covers:
        yield Finding(code="SL512", where="covers", rule="a coverage covers at least one benefit")
    if len(set(covers)) < len(covers):
        yield Finding(code="SL513", where="covers", rule="each benefit is listed once")


def __dir__() -> list[str]:
    return __all__
