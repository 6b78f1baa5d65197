"""What was asked of the carrier, and what it refused: reimbursement requests and denials.

A request is a fact like a payment: it is never changed.
Asking again, or for more, is a further request; what the carrier refuses of one is a denial that names it.
What the carrier pays is a ``CarrierPayment``.

No ``repr`` and no error shows an id or an amount: they are health information.

Source: request forms of carriers (initial and subsequent specific requests, advance requests, the year-end aggregate
request); see ``docs/clauses.md``, money.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from attrs import field, frozen

from stoploss.checks import check_id
from stoploss.choice import Choice, is_sequence
from stoploss.errors import FactError, Finding, StopLossError, WrongType, type_of
from stoploss.facts import Coverage
from stoploss.money import Amount, cents, parse_amount
from stoploss.window import check_day

__all__ = ["Denial", "Request", "RequestKind"]


class RequestKind(Choice):
    """Which request of a unit, or of the aggregate, this is."""

    INITIAL = "initial"
    """The first one; there is one at most."""
    SUBSEQUENT = "subsequent"
    """For what has become reimbursable since the initial one."""
    ADVANCE = "advance"
    """For money ahead of its time: specific advance funding, or the aggregate's accommodation."""
    FINAL = "final"
    """The last one: none follows it."""


def _ids(values: Iterable[str]) -> tuple[str, ...]:
    if not is_sequence(values):
        raise WrongType(Finding(code="SL101", where="", rule="claims are a sequence of ids, not one text"))
    return tuple(values)


@frozen(kw_only=True)
class Request:
    """
    What was asked of the carrier.

    Args:
        id: Unique among the requests.
        coverage: ``specific`` or ``aggregate``.
        requested_on: Day on which the carrier was asked.
        amount: What was asked for, above zero.
        member: For specific: the unit's id (the family's, where the deductible is per family).
        kind: ``initial``, ``subsequent``, ``advance`` or ``final``.
        claims: Ids of the payments that it covers, where they are told.

    Raises:
        FactError: With every finding, none of which shows an id or an amount.

    >>> march = dt.date(2025, 3, 31)
    >>> Request(id="q1", coverage="specific", member="M1", requested_on=march, amount="30,000", kind="initial")
    Request(coverage='specific', requested_on=2025-03-31, kind='initial')
    """

    id: str
    coverage: Coverage = field(converter=Coverage)
    requested_on: dt.date
    amount: Amount = field(converter=parse_amount)
    member: str | None = None
    kind: RequestKind = field(converter=RequestKind)
    claims: tuple[str, ...] = field(default=(), converter=_ids)
    cents: int = field(init=False, eq=False)
    """The amount in whole cents."""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "cents", cents(self.amount))
        checks: list[_Check] = [("id", self.id, check_id), ("requested_on", self.requested_on, check_day)]
        if self.member is not None:
            checks.append(("member", self.member, check_id))
        checks += [(f"claims[{position}]", claim, check_id) for position, claim in enumerate(self.claims)]
        _refuse(checks, (*_not_positive(self.cents, "a request asks for"), *self._contradictions()))

    def __repr__(self) -> str:
        return f"Request(coverage={str(self.coverage)!r}, requested_on={self.requested_on}, kind={str(self.kind)!r})"

    def _contradictions(self) -> Iterator[Finding]:
        if (self.coverage is Coverage.SPECIFIC) != (self.member is not None):
            rule = "a request under specific names its member, one under aggregate names none"
            yield Finding(code="SL631", where="member", rule=rule)
        if len(set(self.claims)) < len(self.claims):
            yield Finding(code="SL632", where="claims", rule="a request names each claim once")


@frozen(kw_only=True)
class Denial:
    """
    What the carrier refused of a request.

    Args:
        id: Unique among the denials.
        request: Id of the request.
        denied_on: Day on which the carrier refused.
        amount: What it refused, above zero.
        reason: The carrier's words.

    Raises:
        FactError: With every finding, none of which shows an id or an amount.

    >>> Denial(id="d1", request="q1", denied_on=dt.date(2025, 5, 2), amount="1,200", reason="not medically necessary")
    Denial(denied_on=2025-05-02)
    """

    id: str
    request: str
    denied_on: dt.date
    amount: Amount = field(converter=parse_amount)
    reason: str | None = None
    cents: int = field(init=False, eq=False)
    """The amount in whole cents."""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "cents", cents(self.amount))
        checks: list[_Check] = [("id", self.id, check_id), ("request", self.request, check_id)]
        checks += [("denied_on", self.denied_on, check_day), ("reason", self.reason, _check_reason)]
        _refuse(checks, _not_positive(self.cents, "a denial refuses"))

    def __repr__(self) -> str:
        return f"Denial(denied_on={self.denied_on})"


_Check = tuple[str, object, Callable[[object, str], None]]
"""A field, its value, and what refuses a wrong one."""


def _check_reason(value: object, where: str) -> None:
    if value is not None and type(value) is not str:
        raise WrongType(Finding(code="SL575", where=where, rule=f"this is text, not {type_of(value)}"))


def _not_positive(amount: int, what: str) -> Iterator[Finding]:
    if amount <= 0:
        yield Finding(code="SL630", where="amount", rule=f"{what} more than nothing, and its amount has no sign")


def _refuse(checks: Iterable[_Check], contradictions: Iterable[Finding]) -> None:
    """Raise one error with everything that is wrong with a fact; wrong types alone are a ``WrongType``."""
    errors: list[StopLossError] = []
    for name, value, check in checks:
        try:
            check(value, name)
        except StopLossError as error:
            errors.append(error)
    found = [finding for error in errors for finding in error.findings]
    others = tuple(contradictions)
    if found or others:
        only_types = not others and all(isinstance(error, WrongType) for error in errors)
        raise (WrongType if only_types else FactError)([*found, *others])


def __dir__() -> list[str]:
    return __all__
