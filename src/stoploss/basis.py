"""Contract basis: when a claim must be incurred and when it must be paid to count.

A claim counts only if it was incurred inside one window **and** paid inside another.
``"N/M"`` over a policy period of P months means: incurred from N - P months before the effective date through the last
day of the period, paid from the effective date through M months after it.
So 12/15 buys three months of run-out, 15/12 three months of run-in.

Example: effective 2024-03-01 for twelve months on 12/15, a claim of 2025-02-28 counts if it is paid by 2025-05-31:
fifteen months from the effective date, not three months after the last day (which would be May 28).

``"paid"`` counts what is paid in the period and was incurred since the *original* effective date.
``"incurred"`` counts what is incurred in the period, whenever it is paid.

Source: contract schedules, "Contract Basis"; see ``docs/clauses.md``, contract basis.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from attrs import Attribute, field, frozen
from attrs.validators import optional

from stoploss.choice import is_a, is_flag, nearest
from stoploss.errors import Finding, PolicyError, WrongType, raise_if_any, type_of
from stoploss.money import Amount, parse_amount
from stoploss.window import Period, Window, is_day, months_after
from stoploss.words import LimitCaps, LimitPer

__all__ = ["ContractBasis", "DollarLimit", "PriorAdministrator", "Windows"]

_LABEL = re.compile(r"([1-9]\d?)/([1-9]\d?)", re.ASCII)
_WORDS = ("paid", "incurred")
_LONGEST_RUN_OUT = 3_660
_EXPLICIT = ("incurred_from", "incurred_through", "paid_from", "paid_through")


def _limit_amount(value: Amount | int | str) -> Amount:
    return parse_amount(value)


@frozen(kw_only=True)
class DollarLimit:
    """
    The most that the claims of a run-in or a run-out can count, or draw from the carrier, the earliest first.

    Args:
        amount: Dollars.
        per: ``member`` (the unit: a family where the deductible is per family) or ``policy``.
        caps: ``counted``: what is above is excluded; ``reimbursed``: it is the employer's, as what is over a maximum.
    """

    amount: Amount = field(converter=_limit_amount)
    per: LimitPer = field(default=LimitPer.MEMBER, converter=LimitPer)
    caps: LimitCaps = field(default=LimitCaps.COUNTED, converter=LimitCaps)

    def __attrs_post_init__(self) -> None:
        if self.amount < 0:
            raise PolicyError(Finding(code="SL501", where="amount", rule="a limit is not negative"))


@frozen(kw_only=True)
class PriorAdministrator:
    """
    Whether claims count that a prior administrator processed, and until when.

    Args:
        included: Whether they count at all.
        paid_by: The last day on which it may have paid them; ``None``: whenever the paid window allows.
        reported_by: The last day on which they may have been reported; every such payment then has its day reported.

    Raises:
        PolicyError: For days of claims that do not count.
    """

    included: bool = field(default=True, validator=is_flag)
    paid_by: dt.date | None = field(default=None, validator=optional(is_day))
    reported_by: dt.date | None = field(default=None, validator=optional(is_day))

    def __attrs_post_init__(self) -> None:
        if not self.included and (self.paid_by or self.reported_by):
            rule = "claims of a prior administrator that are excluded have no days by which they count"
            raise PolicyError(Finding(code="SL563", where="included", rule=rule, help="leave the days out"))

    @classmethod
    def parse(cls, word: str) -> PriorAdministrator:
        """
        Return what the word stands for: ``included`` or ``excluded``.

        Raises:
            PolicyError: For any other word.
        """
        if word not in {"included", "excluded"}:
            rule = "claims of a prior administrator are included, excluded, or counted by the days of a table"
            raise PolicyError(Finding(code="SL563", where="", rule=rule, help=nearest(word, ["included", "excluded"])))
        return cls(included=word == "included")


def _as_prior(value: PriorAdministrator | str) -> PriorAdministrator:
    return PriorAdministrator.parse(value) if isinstance(value, str) else value


def _is_days(_instance: object, attribute: Attribute[Any], value: object) -> None:
    if type(value) is not int:
        rule = f"days are a whole number, not {type_of(value)}"
        raise WrongType(Finding(code="SL578", where=attribute.name, rule=rule))


@frozen(kw_only=True)
class Windows:
    """The two windows of one coverage, termination included."""

    incurred: Window
    paid: Window

    def cut(self, last: dt.date | None) -> Windows:
        """
        Return both windows up to *last*; ``None`` cuts nothing.

        Raises:
            PolicyError: When a window then ends before it starts; it says which.
        """
        return Windows(
            incurred=_named("incurred", lambda: self.incurred.cut(last)),
            paid=_named("paid", lambda: self.paid.cut(last)),
        )

    def extended(self, *, incurred_by: dt.date, paid_by: dt.date) -> Windows:
        """Return windows in which what was incurred by one day may be paid up to another, or as late as before."""
        last = None if self.paid.last is None else max(self.paid.last, paid_by)
        return Windows(incurred=self.incurred.cut(incurred_by), paid=Window(first=self.paid.first, last=last))


@frozen(kw_only=True)
class ContractBasis:
    """
    A contract basis: a label, a label with changes, or four explicit days.

    Args:
        label: ``"12/15"`` and the like, ``"paid"`` or ``"incurred"``; ``None`` when all four days are given.
        run_out_days: Run-out in days after the period instead of the label's months.
        incurred_from, incurred_through, paid_from, paid_through: Each overrides the label.
        run_in_limit: The most that claims incurred before the effective date can count.
        run_out_limit: The most that claims paid after the last day in force can count.
        prior_administrator: Whether claims count that a prior administrator processed.

    Raises:
        PolicyError: For an unknown label, or keys that contradict each other.

    >>> year = Period(effective=dt.date(2024, 3, 1), expires=dt.date(2025, 2, 28))
    >>> ContractBasis.parse("12/15").windows(year).paid.last
    datetime.date(2025, 5, 31)
    """

    label: str | None = None
    run_out_days: int | None = field(default=None, validator=optional(_is_days))
    incurred_from: dt.date | None = field(default=None, validator=optional(is_day))
    incurred_through: dt.date | None = field(default=None, validator=optional(is_day))
    paid_from: dt.date | None = field(default=None, validator=optional(is_day))
    paid_through: dt.date | None = field(default=None, validator=optional(is_day))
    run_in_limit: DollarLimit | None = field(default=None, validator=is_a(DollarLimit))
    run_out_limit: DollarLimit | None = field(default=None, validator=is_a(DollarLimit))
    prior_administrator: PriorAdministrator = field(
        default=PriorAdministrator(), converter=_as_prior, validator=is_a(PriorAdministrator)
    )

    def __attrs_post_init__(self) -> None:
        raise_if_any(PolicyError, _basis_findings(self))

    @classmethod
    def parse(cls, label: str) -> ContractBasis:
        """Return the basis that a label alone stands for."""
        return cls(label=label)

    @property
    def months(self) -> tuple[int, int] | None:
        """N and M of an ``"N/M"`` label."""
        match = _LABEL.fullmatch(self.label or "")
        return (int(match[1]), int(match[2])) if match else None

    def windows(self, period: Period) -> Windows:
        """
        Return the incurred and paid windows over *period*, the label first, then what overrides it.

        Termination is not applied here: whose windows it cuts is a term of the policy.

        Raises:
            PolicyError: When N or M is shorter than the period, or a window ends before it starts.
        """
        raise_if_any(PolicyError, self.findings_over(period))
        incurred, paid = self._labelled(period)
        return Windows(
            incurred=_named(
                "incurred",
                lambda: Window(
                    first=self.incurred_from or incurred.first,
                    last=self.incurred_through or incurred.last,
                ),
            ),
            paid=_named(
                "paid",
                lambda: Window(first=self.paid_from or paid.first, last=self.paid_through or paid.last),
            ),
        )

    def has_run_out(self, period: Period) -> bool:
        """Say whether claims may be paid after the period's last day."""
        last = self.windows(period).paid.last
        return last is None or last > period.expires

    def findings_over(self, period: Period) -> list[Finding]:
        """Return why this basis does not fit a policy period of that length, if it does not."""
        short = self.months is not None and min(self.months) < period.months
        if not short:
            return []
        rule = f"N/M of {self.label} are each at least the {period.months} months of the policy period"
        return [
            Finding(code="SL504", where="", rule=rule, help="a six-month policy with three months of run-out is 6/9")
        ]

    def _labelled(self, period: Period) -> tuple[Window, Window]:
        """Return the windows of the label; without one, of the four days."""
        in_force = Window(first=period.effective, last=period.expires)
        if self.label == "incurred":
            incurred, paid = in_force, Window(first=period.effective)
        elif self.label == "paid":
            incurred, paid = Window(first=period.original_effective, last=period.expires), in_force
        elif self.months:
            run_in = months_after(period.effective, period.months - self.months[0])
            incurred = Window(first=run_in, last=period.expires)
            paid = Window(first=period.effective, last=period.end_of_months(self.months[1]))
        else:
            incurred, paid = in_force, in_force  # all four days are explicit
        if self.run_out_days is not None:
            paid = Window(first=paid.first, last=period.expires + dt.timedelta(days=self.run_out_days))
        return incurred, paid


def _named(name: str, window: Callable[[], Window]) -> Window:
    """Return a window; one that ends before it starts is refused by its name."""
    try:
        return window()
    except PolicyError as error:
        raise error.under(name) from None


def _basis_findings(basis: ContractBasis) -> list[Finding]:
    """Return what contradicts itself in a basis, whatever the period."""
    found: list[Finding] = []
    explicit = [basis.incurred_from, basis.incurred_through, basis.paid_from, basis.paid_through]
    if basis.label is None:
        missing = [key for key, day in zip(_EXPLICIT, explicit, strict=True) if day is None]
        if missing:
            rule = f"a basis without a label gives all four days; missing: {', '.join(missing)}"
            found.append(Finding(code="SL503", where="", rule=rule, help='or write a label such as "12/15"'))
        if basis.run_out_days is not None:
            found.append(
                Finding(code="SL509", where="run_out_days", rule="run-out in days needs a label that it changes")
            )
    elif basis.months is None and basis.label not in _WORDS:
        rule = 'a contract basis is "N/M" in months, such as "12/15", or "paid" or "incurred"'
        found.append(Finding(code="SL502", where="label", rule=rule, help=nearest(basis.label, list(_WORDS))))
    if basis.run_out_days is not None and basis.paid_through is not None:
        rule = "run_out_days and paid_through both say when the paid window ends"
        found.append(Finding(code="SL505", where="paid_through", rule=rule, help="keep one of them"))
    if basis.run_out_days is not None and not 0 <= basis.run_out_days <= _LONGEST_RUN_OUT:
        rule = f"run-out is 0 to {_LONGEST_RUN_OUT:,} days"
        found.append(Finding(code="SL506", where="run_out_days", rule=rule))
    return found


def __dir__() -> list[str]:
    return __all__
