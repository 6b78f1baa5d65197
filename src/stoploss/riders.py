"""Riders: terms of the policy as a whole, beside its two covers.

Source: the schedule and the endorsements of a stop-loss policy; each term has its row in ``docs/clauses.md``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from attrs import asdict, field, frozen
from attrs.validators import optional

from stoploss.basis import ContractBasis, Windows
from stoploss.checks import check_label
from stoploss.choice import is_flag, sequence_of
from stoploss.errors import Finding, PolicyError, raise_if_any
from stoploss.facts import Benefit, Coverage
from stoploss.money import ZERO, Amount, AmountLike, Share, parse_amount, parse_share
from stoploss.rules import Rule, findings_among
from stoploss.terms import as_basis, check_days, check_months, not_negative
from stoploss.window import Period, is_day
from stoploss.words import (
    AggregateOnTermination,
    DeductibleOnTermination,
    LegalCost,
    MinimumOnTermination,
    OverlapRule,
    RebateTreatment,
    RecoveryOrder,
    TerminalAttachment,
    WindowsOnTermination,
)

__all__ = [
    "TERMINAL_RULES",
    "AdvanceFunding",
    "Bridge",
    "EarlyTermination",
    "OtherPolicy",
    "Overlap",
    "Rebates",
    "Recoveries",
    "TerminalLiability",
]


def _smallest(value: AmountLike) -> Amount:
    return parse_amount(value, "smallest")


def _corridor(value: AmountLike | None) -> Share | None:
    return None if value is None else parse_share(value, "corridor")


@frozen(kw_only=True)
class EarlyTermination:
    """
    What happens when the policy ends before it expires; without effect until ``period.terminated`` is given.

    Args:
        windows: Whether the specific windows end with the policy; the aggregate's always do.
        deductible: Whether the specific deductible stays whole, or is prorated by months begun in force.
        minimum: Whether the minimum attachment point stays whole, is prorated by months in force, or is dropped.
        aggregate: Whether the aggregate then pays at all.
    """

    windows: WindowsOnTermination = field(default=WindowsOnTermination.TO_TERMINATION, converter=WindowsOnTermination)
    deductible: DeductibleOnTermination = field(default=DeductibleOnTermination.FULL, converter=DeductibleOnTermination)
    minimum: MinimumOnTermination = field(default=MinimumOnTermination.FULL, converter=MinimumOnTermination)
    aggregate: AggregateOnTermination = field(default=AggregateOnTermination.PAYS, converter=AggregateOnTermination)


def _benefits(values: Iterable[Benefit | str]) -> tuple[Benefit, ...]:
    return tuple(Benefit(value) for value in sequence_of(str, values, "benefits"))


def _coverages(values: Iterable[Coverage | str]) -> tuple[Coverage, ...]:
    return tuple(Coverage(value) for value in sequence_of(str, values, "covers"))


@frozen(kw_only=True)
class TerminalLiability:
    """
    The terminal liability option: claims incurred by the last day in force may be paid for some time after it.

    Args:
        elected: Whether it was chosen, at the start of the period; without effect otherwise.
        months: How long, in months; beside *days*, the months that *attachment* reads.
        days: How long, in days.
        covers: The covers whose paid windows it extends; empty: all that the policy has.
        attachment: What it adds to the attachment point.
        corridor: With ``attachment = corridor``: the share that is added.

    Raises:
        PolicyError: For terms that contradict each other.
    """

    elected: bool = field(validator=is_flag)
    months: int | None = None
    days: int | None = None
    covers: tuple[Coverage, ...] = field(default=(), converter=_coverages)
    attachment: TerminalAttachment = field(default=TerminalAttachment.LAST_MONTHS, converter=TerminalAttachment)
    corridor: Share | None = field(default=None, converter=_corridor)

    def __attrs_post_init__(self) -> None:
        check_days(self.days, "days")
        if self.months is not None:
            check_months(self.months, "months")
        raise_if_any(PolicyError, findings_among(TERMINAL_RULES, asdict(self)))

    def extends(self, coverage: Coverage) -> bool:
        """Say whether it extends the paid window of a coverage."""
        return self.elected and (not self.covers or coverage in self.covers)

    def reach(self, period: Period) -> dt.date:
        """Return the last day on which the plan may pay what was incurred by the last day in force."""
        if self.days is not None:
            return period.last_day_in_force + dt.timedelta(days=self.days)
        return period.months_past_the_end(self.months or 0)


def _how_long(elected: bool, months: int | None, days: int | None) -> Iterator[Finding]:  # noqa: FBT001  # a rule takes terms as they are named in it
    if elected and months is None and days is None:
        yield Finding(code="SL557", where="", rule="terminal liability lasts a number of months, or of days")


def _by_corridor(attachment: TerminalAttachment, corridor: Share | None) -> Iterator[Finding]:
    if (attachment is TerminalAttachment.CORRIDOR) != (corridor is not None):
        rule = 'a corridor belongs to attachment = "corridor", which needs one'
        yield Finding(code="SL557", where="corridor", rule=rule)


def _each_cover_once(covers: tuple[Coverage, ...]) -> Iterator[Finding]:
    if len(set(covers)) < len(covers):
        yield Finding(code="SL557", where="covers", rule="each cover is listed once")


TERMINAL_RULES: Sequence[Rule] = (
    Rule(("elected", "months", "days"), _how_long),
    Rule(("attachment", "corridor"), _by_corridor),
    Rule(("covers",), _each_cover_once),
)


@frozen(kw_only=True)
class Bridge:
    """
    A longer specific basis that the expiring policy gets, in retrospect, once the group has renewed.

    Args:
        basis: It replaces the specific basis.
        renewed: Whether the group has renewed; without effect otherwise.
    """

    basis: ContractBasis = field(converter=as_basis)
    renewed: bool = field(default=False, validator=is_flag)


@frozen(kw_only=True)
class OtherPolicy:
    """
    Another policy of the employer, in whose windows a claim may lie as well.

    Args:
        effective: Its first day.
        expires: Its last day.
        basis: Of the covers that are named.
        covers: Whose basis it is; a policy with another one for each cover is listed once for each.
        benefits: The benefits that it covers; empty: all.
        original_effective: First day of its first policy with its carrier, for the basis "paid"; *effective* unless
            given.

    Raises:
        PolicyError: When the days make no policy period, the basis does not fit it, or it is of no cover.
    """

    effective: dt.date = field(validator=is_day)
    expires: dt.date = field(validator=is_day)
    basis: ContractBasis = field(converter=as_basis)
    covers: tuple[Coverage, ...] = field(default=(Coverage.SPECIFIC, Coverage.AGGREGATE), converter=_coverages)
    benefits: tuple[Benefit, ...] = field(default=(), converter=_benefits)
    original_effective: dt.date | None = field(default=None, validator=optional(is_day))
    period: Period = field(init=False, repr=False, eq=False)
    windows: Windows = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        if not self.covers or len(set(self.covers)) < len(self.covers):
            rule = "this names at least one cover, and each once"
            raise PolicyError(Finding(code="SL560", where="covers", rule=rule))
        period = Period(
            effective=self.effective,
            expires=self.expires,
            original_effective=self.original_effective or self.effective,
        )
        object.__setattr__(self, "period", period)
        object.__setattr__(self, "windows", self.basis.windows(period))


def _others(values: Iterable[OtherPolicy]) -> tuple[OtherPolicy, ...]:
    return sequence_of(OtherPolicy, values, "other")


@frozen(kw_only=True)
class Overlap:
    """
    Which policy takes a claim that lies in the windows of two.

    Args:
        rule: How that is decided.
        other: The other policies; at least one.
    """

    rule: OverlapRule = field(default=OverlapRule.ERROR, converter=OverlapRule)
    other: tuple[OtherPolicy, ...] = field(default=(), converter=_others)

    def __attrs_post_init__(self) -> None:
        starts = [(other.effective, coverage) for other in self.other for coverage in other.covers]
        if not starts or len(set(starts)) < len(starts):
            rule = "an overlap names at least one other policy, and each once"
            raise PolicyError(Finding(code="SL560", where="other", rule=rule))


@frozen(kw_only=True)
class AdvanceFunding:
    """
    Specific advance funding: the carrier's money before the plan's own payment.

    Args:
        smallest: A smaller request is not taken.
        last_request_days: A request comes in at least so many days before the period's end.
        paid_within_days: Working days after the carrier's money in which the plan pays the claim; then it counts as
            paid on the day of that money. ``None``: the claim's own paid day decides.
    """

    smallest: Amount = field(default=ZERO, converter=_smallest)
    last_request_days: int = 0
    paid_within_days: int | None = None

    def __attrs_post_init__(self) -> None:
        check_days(self.last_request_days, "last_request_days")
        check_days(self.paid_within_days, "paid_within_days")
        raise_if_any(PolicyError, findings_among((not_negative("smallest"),), asdict(self)))

    def last_request(self, period: Period) -> dt.date:
        """Return the last day on which a request may come in, counted back from the last day in force."""
        return period.last_day_in_force - dt.timedelta(days=self.last_request_days)


@frozen(kw_only=True)
class Recoveries:
    """
    How money that the plan recovers is shared: negative rows that carry the tag.

    Args:
        order: Whose it is.
        legal_cost: Whether it counts before or after what it cost to obtain.
        tag: The label of such rows.
    """

    order: RecoveryOrder = field(default=RecoveryOrder.RECOMPUTE, converter=RecoveryOrder)
    legal_cost: LegalCost = field(default=LegalCost.GROSS, converter=LegalCost)
    tag: str = "recovery"

    def __attrs_post_init__(self) -> None:
        check_label(self.tag, "tag")


@frozen(kw_only=True)
class Rebates:
    """
    What pharmacy rebates do: negative rows that carry the tag.

    Args:
        treatment: What they lower.
        tag: The label of such rows.
    """

    treatment: RebateTreatment = field(default=RebateTreatment.NET_PER_CLAIM, converter=RebateTreatment)
    tag: str = "rebate"

    def __attrs_post_init__(self) -> None:
        check_label(self.tag, "tag")


def __dir__() -> list[str]:
    return __all__
