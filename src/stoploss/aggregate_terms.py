"""The terms of the aggregate cover: what the whole group costs above the attachment point.

Every class is valid by construction: terms that contradict each other never become an object.

Source: the schedule of a stop-loss policy; each term has its row in ``docs/clauses.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import asdict, field, frozen

from stoploss.attachment_terms import (
    Accommodation,
    AggregateFactor,
    MinimumAttachment,
    factors_do_not_overlap,
    factors_pay_for_what_is_covered,
    factors_tell_rows_apart,
)
from stoploss.basis import ContractBasis, DollarLimit
from stoploss.choice import is_a, is_flag, sequence_of
from stoploss.errors import Finding, PolicyError, raise_if_any
from stoploss.facts import Benefit
from stoploss.money import Amount, AmountLike, Share, parse_amount, parse_share
from stoploss.rules import Rule, findings_among
from stoploss.terms import (
    ONE,
    as_basis,
    as_classes,
    as_covers,
    as_excludes,
    covers_something,
    not_negative,
    optional_maximum,
)
from stoploss.words import ConsumeBy, Counting, LaserLossLimit, LimitCaps, MaximumKind, Per

__all__ = ["AGGREGATE_RULES", "AggregateTerms"]

_LONGEST_LAG = 12


def _optional_loss_limit(value: AmountLike | None) -> Amount | None:
    return None if value is None else parse_amount(value, "loss_limit")


def _factors(values: Iterable[AggregateFactor]) -> tuple[AggregateFactor, ...]:
    return sequence_of(AggregateFactor, values, "factors")


def _optional_per(value: Per | str | None) -> Per | None:
    return None if value is None else Per(value)


def _optional_consume_by(value: ConsumeBy | str | None) -> ConsumeBy | None:
    return None if value is None else ConsumeBy(value)


@frozen(kw_only=True)
class AggregateTerms:
    """
    The aggregate cover: what the whole group costs above the attachment point.

    Args:
        basis: Contract basis, or its label; it may differ from the specific one.
        covers: Benefits that count.
        factors: At least one; the attachment point is the sum of covered units times factors over the policy months.
        minimum: The attachment point is never below it.
        counting: Which dollars count toward the attachment point.
        loss_limit: The most of one unit that counts; default: the specific deductible, or none without specific.
        laser_loss_limit: Whether a lasered unit counts up to the standard limit or up to its laser.
        aggregating_counts: Whether dollars that the ASD absorbed count.
        share: Reimbursement percentage, 0 to 1.
        maximum: ``None``: unlimited.
        maximum_kind: Whether the maximum caps the reimbursement or is a ceiling on counted claims.
        excludes: Labels of payments that do not count.
        classes: Classes whose members are covered; empty: all.
        enrollment_lag: How many months earlier the covered units were counted that a policy month takes.
        accommodation: What the carrier advances before the year is settled.
        per, consume_by: Only in a policy without specific, which otherwise decides both.

    Raises:
        PolicyError: With every contradiction among the terms.
    """

    basis: ContractBasis = field(converter=as_basis)
    covers: tuple[Benefit, ...] = field(converter=as_covers)
    factors: tuple[AggregateFactor, ...] = field(converter=_factors)
    minimum: MinimumAttachment | None = field(default=None, validator=is_a(MinimumAttachment))
    counting: Counting = field(default=Counting.LOSS_LIMIT, converter=Counting)
    loss_limit: Amount | None = field(default=None, converter=_optional_loss_limit)
    laser_loss_limit: LaserLossLimit = field(default=LaserLossLimit.STANDARD, converter=LaserLossLimit)
    aggregating_counts: bool = field(default=False, validator=is_flag)
    share: Share = field(default=ONE, converter=parse_share)
    maximum: Amount | None = field(default=None, converter=optional_maximum)
    maximum_kind: MaximumKind = field(default=MaximumKind.FLAT, converter=MaximumKind)
    excludes: tuple[str, ...] = field(default=(), converter=as_excludes)
    classes: tuple[str, ...] = field(default=(), converter=as_classes)
    enrollment_lag: int = 0
    accommodation: Accommodation | None = field(default=None, validator=is_a(Accommodation))
    per: Per | None = field(default=None, converter=_optional_per)
    consume_by: ConsumeBy | None = field(default=None, converter=_optional_consume_by)

    def __attrs_post_init__(self) -> None:
        raise_if_any(PolicyError, findings_among(AGGREGATE_RULES, asdict(self, recurse=False)))


def _net_of_specific_has_no_limit(
    counting: Counting,
    loss_limit: Amount | None,
    laser_loss_limit: LaserLossLimit,
    aggregating_counts: bool,  # noqa: FBT001  # a rule takes terms as they are named in it
) -> Iterator[Finding]:
    if counting is not Counting.NET_OF_SPECIFIC:
        return
    given = {
        "loss_limit": loss_limit is not None,
        "laser_loss_limit": laser_loss_limit is not LaserLossLimit.STANDARD,
        "aggregating_counts": aggregating_counts,
    }
    for name in (name for name, is_given in given.items() if is_given):
        rule = "this belongs to counting by loss limit; net of specific counts whatever specific does not reimburse"
        yield Finding(code="SL523", where=name, rule=rule, help="remove it, or count by loss_limit")


def _lag_is_months(enrollment_lag: object) -> Iterator[Finding]:
    if type(enrollment_lag) is not int or not 0 <= enrollment_lag <= _LONGEST_LAG:
        rule = f"covered units are counted 0 to {_LONGEST_LAG} whole months earlier"
        yield Finding(code="SL538", where="enrollment_lag", rule=rule)


def _limits_cap_what_counts(basis: ContractBasis) -> Iterator[Finding]:
    limits: dict[str, DollarLimit | None] = {"run_in_limit": basis.run_in_limit, "run_out_limit": basis.run_out_limit}
    for name, limit in limits.items():
        if limit is not None and limit.caps is LimitCaps.REIMBURSED:
            rule = "the aggregate reimburses the group's total, not the claims of a run-in or run-out"
            yield Finding(code="SL539", where=f"basis.{name}.caps", rule=rule, help='write "counted"')


AGGREGATE_RULES: Sequence[Rule] = (
    not_negative("loss_limit"),
    not_negative("maximum"),
    Rule(("covers",), covers_something),
    Rule(("factors",), factors_do_not_overlap),
    Rule(("factors",), factors_tell_rows_apart),
    Rule(("covers", "factors"), factors_pay_for_what_is_covered),
    Rule(("counting", "loss_limit", "laser_loss_limit", "aggregating_counts"), _net_of_specific_has_no_limit),
    Rule(("enrollment_lag",), _lag_is_months),
    Rule(("basis",), _limits_cap_what_counts),
)


def __dir__() -> list[str]:
    return __all__
