"""What may be wrong with one row of the claims, or odd about it, and one number that says all of it at once.

Each fault is a bit of the number, so that rows are counted and priced in one pass, whatever is wrong with them:
grouped by policy and by that number, which is 0 for nearly all.
What depends on the policy, such as a family where the deductible is per family, is a bit as well, and is judged later,
by group and not by row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import narwhals as nw
from attrs import field, frozen

from stoploss.facts import Administrator, IneligibleFor, Status
from stoploss.feeds.claims import ODDITIES, PLACEHOLDERS
from stoploss.frames.cells import Cell, Fault
from stoploss.frames.columns import FAR
from stoploss.frames.engines.engine import Frame

__all__ = ["NO_DAY_REPORTED", "NO_FAMILY", "PENDING_UNDATED", "Flags", "faults_in"]

PENDING_UNDATED = "pending and undated"
NO_FAMILY = "no family"
NO_DAY_REPORTED = "a prior administrator's, without the day reported"

_PENDING = str(Status.PENDING)


@frozen(kw_only=True)
class Flags:
    """
    What may be so of a row.

    Args:
        faults: What is wrong with it, or odd, whatever its policy.
        unusual: By column: texts that have to be looked at letter by letter.
        further: By name: what is judged by its policy.
    """

    faults: tuple[Fault, ...] = field(repr=False)
    unusual: Mapping[str, nw.Expr] = field(repr=False, eq=False)
    further: Mapping[str, nw.Expr] = field(repr=False, eq=False)

    def number(self, frame: Frame, *kept: str) -> Frame:
        """Return some columns with ``flags``: all of it as one number, a bit each in the order of :attr:`names`."""
        asked = {f"_{bit}": holds for bit, holds in enumerate(self._every())}
        bits = [
            nw.when(nw.col(name)).then(nw.lit(1 << bit, nw.Int64)).otherwise(nw.lit(0, nw.Int64))
            for bit, name in enumerate(asked)
        ]
        # Nearly all rows have no bit, and are done after the first condition.
        any_of_them = nw.any_horizontal(*map(nw.col, asked), ignore_nulls=False)
        number = nw.when(any_of_them).then(nw.sum_horizontal(*bits)).otherwise(nw.lit(0, nw.Int64))
        return frame.select(*kept, **asked).select(*kept, flags=number)

    @property
    def names(self) -> tuple[Fault | str, ...]:
        """What each bit stands for: a fault, a column with unusual text, or a further name."""
        return (*self.faults, *self.unusual, *self.further)

    @property
    def wrong(self) -> nw.Expr:
        """Whether anything is wrong with a row, whatever its policy and as far as expressions can tell."""
        return nw.any_horizontal(
            *(fault.holds for fault in self.faults if not fault.notice), nw.lit(value=False), ignore_nulls=False
        )

    def _every(self) -> Sequence[nw.Expr]:
        return [*(fault.holds for fault in self.faults), *self.unusual.values(), *self.further.values()]


def faults_in(cells: Mapping[str, Cell], *, per_family: bool, by_day_reported: bool) -> Flags:
    """
    Return what may be wrong with a row.

    Args:
        cells: What the source's columns hold.
        per_family: Whether any policy wants to know the family of every payment.
        by_day_reported: Whether any policy counts claims of a prior administrator by the day on which they were
            reported.
    """
    status, paid = cells["status"].value, cells["paid_on"]
    further: dict[str, nw.Expr] = {}
    if not paid.absent:
        further[PENDING_UNDATED] = paid.empty & (status == _PENDING)
    if per_family:
        further[NO_FAMILY] = cells["family"].empty
    if by_day_reported and not cells["administrator"].absent:
        undoes = (cells["amount"].value < 0) & ~cells["adjusts"].empty
        prior = cells["administrator"].value == str(Administrator.PRIOR)
        further[NO_DAY_REPORTED] = prior & cells["reported_on"].empty & (status != _PENDING) & ~undoes
    return Flags(
        faults=(
            *(fault for cell in cells.values() for fault in cell.faults),
            *_between_cells(cells),
            *_oddities(cells),
        ),
        # A policy is one of those given, or unknown.
        unusual={name: cell.unusual for name, cell in cells.items() if cell.unusual is not None and name != "policy"},
        further=further,
    )


def _between_cells(cells: Mapping[str, Cell]) -> Iterator[Fault]:
    undated = cells["paid_on"].empty & (cells["status"].value != _PENDING)
    rule = "a payment has the day on which the plan paid it"
    help_ = "or status pending, if it is not paid yet"
    yield Fault(code="SL210", column="paid_on", holds=undated, rule=rule, help=help_)
    if not cells["legal_cost"].absent:
        cost = cells["legal_cost"].value
        rule = "a legal cost belongs to a negative row, and is not negative nor more than was recovered"
        beyond = (cost < 0) | (cost > 0 - cells["amount"].value)
        yield Fault(code="SL311", column="legal_cost", holds=(cost != 0) & beyond, rule=rule)


def _oddities(cells: Mapping[str, Cell]) -> Iterator[Fault]:
    """Yield what is settled all the same and should be seen."""
    cents, amount = cells["amount"].value, cells["amount"]
    status, paid = cells["status"].value, cells["paid_on"]
    incurred = cells["incurred_on"].value
    # A day that cannot be read is far away, and says nothing of the other.
    yield _odd("SL465", ~paid.empty & (incurred < FAR) & (paid.value < incurred))
    yield _odd("SL467", (cents < 0) & cells["adjusts"].empty)
    yield _odd("SL468", (status == _PENDING) & ~paid.empty)
    yield _odd("SL469", (cents == 0) & ~amount.empty)
    if not cells["ineligible_for"].absent:
        some = cells["ineligible_for"].value != str(IneligibleFor.BOTH)
        yield _odd("SL470", some & (status != str(Status.INELIGIBLE)))
    member = cells["member"].value
    # Nearly all members are longer, and are not looked at.
    short = member.str.len_chars() <= max(map(len, PLACEHOLDERS))
    like = member.str.to_lowercase().is_in(sorted(PLACEHOLDERS))
    yield _odd("SL471", nw.when(short).then(like).otherwise(nw.lit(value=False)))


def _odd(code: str, holds: nw.Expr) -> Fault:
    odd = ODDITIES[code]
    return Fault(code=code, column=odd.where, holds=holds, rule=odd.rule, help=odd.help, notice=True)


def __dir__() -> list[str]:
    return __all__
