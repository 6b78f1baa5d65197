"""Policies as small tables of whole numbers: what the engines read instead of objects.

Everything that depends on the policy and its enrollment alone is computed here by the core itself: windows, the
deductible in force, the attachment point.
So terms of the period, of the factors and of the minimum need no columns at all.

Source: ``docs/clauses.md``; each term has its row there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import evolve, field, frozen

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment import Attachment, attachment
from stoploss.counting import loss_limit
from stoploss.eligibility import Screened
from stoploss.errors import FactError, Finding, raise_if_any
from stoploss.facts import Benefit, Coverage, CoveredUnits
from stoploss.frames.columns import FAR, LARGEST_TOTAL, NONE, Kind
from stoploss.money import Share, cents
from stoploss.netting import Netted
from stoploss.policy import Policy
from stoploss.specific import SpecificRun
from stoploss.specific_terms import SpecificTerms
from stoploss.statement import is_final
from stoploss.waterfall import waterfalls
from stoploss.words import AggregateOnTermination, ConsumeBy, Counting, MaximumKind, Per

__all__ = ["MILLIONTHS", "NO_LIMIT", "Compiled", "SmallTable", "compiled"]

MILLIONTHS = 10**6
"""A share is a whole number of them."""

NO_LIMIT = 2**62
"""Cents: stands for a limit that is not there. Every sum stays below it."""

_NOTHING = Netted(accounts={}, screened=Screened(eligible=(), excluded={}))


@frozen(kw_only=True)
class SmallTable:
    """A table of Python values, by column, with what each column holds."""

    kinds: Mapping[str, Kind]
    rows: Sequence[Mapping[str, Any]] = field(repr=False)

    @property
    def columns(self) -> dict[str, list[Any]]:
        """The values by column."""
        return {name: [row[name] for row in self.rows] for name in self.kinds}


@frozen(kw_only=True)
class Compiled:
    """
    What the engines read of policies and their enrollment.

    Args:
        policies: One row a policy, ``p`` its number in this run.
        screens: One row for each policy and benefit: whether a cover takes it, and the windows.
        classes: One row for each policy and class that one of its covers names; empty where none does.
        units: One row for each unit with terms of its own: a laser, or a part of a lifetime maximum used.
    """

    policies: SmallTable
    screens: SmallTable
    classes: SmallTable
    units: SmallTable


def compiled(
    policies: Sequence[Policy], units: Mapping[str, Sequence[CoveredUnits]], as_of: dt.date | None
) -> Compiled:
    """
    Write policies out as tables.

    Args:
        policies: Such that columns carry all of their terms, each with a number of its own.
        units: Covered units by policy number, checked.
        as_of: Day of the settlement; ``None``: everything that was reported.

    Raises:
        FactError: When an attachment point is larger than a table holds; with every policy's.
    """
    numbered = list(enumerate(policies))
    attached = _attached(policies, units, as_of)
    return Compiled(
        policies=SmallTable(
            kinds=_POLICY_KINDS,
            rows=[_policy_row(p, policy, attached.get(policy.number), as_of) for p, policy in numbered],
        ),
        screens=SmallTable(kinds=_SCREEN_KINDS, rows=[row for p, policy in numbered for row in _screens(p, policy)]),
        classes=SmallTable(kinds=_CLASS_KINDS, rows=[row for policy in policies for row in _classes(policy)]),
        units=SmallTable(kinds=_UNIT_KINDS, rows=[row for p, policy in numbered for row in _units(p, policy)]),
    )


def _attached(
    policies: Sequence[Policy], units: Mapping[str, Sequence[CoveredUnits]], as_of: dt.date | None
) -> dict[str, Attachment]:
    """Return the attachment points as they stand, by policy."""
    attached: dict[str, Attachment] = {}
    too_large: list[Finding] = []
    for policy in policies:
        if policy.aggregate is None:
            continue
        try:
            found = attachment(policy, policy.aggregate, units.get(policy.number, ()), as_of)
        except FactError as error:
            too_large += [evolve(finding, where=f"{policy.number} {finding.where}") for finding in error.findings]
            continue
        if found.point > LARGEST_TOTAL:
            rule = "an attachment point has at most 16 digits before the point, which is what a table holds"
            help_ = "check the covered units and the factors"
            too_large.append(Finding(code="SL111", where=f"{policy.number} units", rule=rule, help=help_))
        attached[policy.number] = found
    raise_if_any(FactError, too_large)
    return attached


def _policy_row(p: int, policy: Policy, attached: Attachment | None, as_of: dt.date | None) -> dict[str, Any]:
    return {
        "p": p,
        "policy": policy.number,
        "as_of": as_of or FAR,
        "final": is_final(policy, as_of),
        "per_family": int(policy.per is Per.FAMILY),
        **_specific_values(policy, policy.specific),
        **_aggregate_values(policy, policy.aggregate, attached, as_of),
    }


def _specific_values(policy: Policy, terms: SpecificTerms | None) -> dict[str, int]:
    """Return what specific reads; without it nobody has a deductible, and nothing is excess."""
    standard = None if terms is None else waterfalls(policy, terms, _NOTHING).standard
    return {
        "has_specific": int(terms is not None),
        "deductible": standard.deductible if standard else NO_LIMIT,
        "asd": cents(terms.aggregating) if terms else 0,
        "share": _millionths(terms.share) if terms else MILLIONTHS,
        "share_first": int(standard is not None and standard.share_first),
        "maximum": _limit(standard.maximum if standard else None),
        "maximum_eligible": _limit(standard.maximum_eligible if standard else None),
    }


def _aggregate_values(
    policy: Policy, terms: AggregateTerms | None, attached: Attachment | None, as_of: dt.date | None
) -> dict[str, int]:
    """Return what the aggregate reads; its attachment point is the core's own."""
    if terms is None or attached is None:
        return dict.fromkeys(_AGGREGATE, 0)
    ceiling = terms.maximum_kind is MaximumKind.CEILING
    nothing = policy.early_termination.aggregate is AggregateOnTermination.NOTHING
    maximum = _limit(None if terms.maximum is None else cents(terms.maximum))
    return {
        "has_aggregate": 1,
        "loss_limit": _limit(loss_limit(terms, _specific_run(policy), "").amount),
        "net_of_specific": int(terms.counting is Counting.NET_OF_SPECIFIC),
        "asd_counts": int(terms.aggregating_counts),
        "calculated_attachment": attached.calculated,
        "minimum_attachment": NONE if attached.minimum is None else attached.minimum,
        "attachment_point": attached.point,
        "aggregate_share": _millionths(terms.share),
        "aggregate_maximum": NO_LIMIT if ceiling else maximum,
        "ceiling": maximum if ceiling else NO_LIMIT,
        "pays_nothing": int(policy.period.ended_early and nothing),
        "ended": int(as_of is None or as_of >= policy.period.last_day_in_force),
    }


def _specific_run(policy: Policy) -> SpecificRun | None:
    """Return specific before any payment: what applies to each unit."""
    terms = policy.specific
    if terms is None:
        return None
    falls = waterfalls(policy, terms, _NOTHING)
    return SpecificRun(policy=policy, terms=terms, netted=_NOTHING, waterfalls=falls, pools=(), limits=(), passages={})


def _screens(p: int, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield a row for each benefit: what decides whether a payment of it counts."""
    for benefit in Benefit:
        row: dict[str, Any] = {
            "p": p,
            "policy": policy.number,
            "benefit": str(benefit),
            "per_family": int(policy.per is Per.FAMILY),
            "by_incurred": int(policy.consume_by is ConsumeBy.INCURRED),
        }
        for coverage in Coverage:
            terms = policy.specific if coverage is Coverage.SPECIFIC else policy.aggregate
            windows = policy.specific_windows if coverage is Coverage.SPECIFIC else policy.aggregate_windows
            row |= {
                f"{coverage}_there": int(terms is not None),
                f"{coverage}_takes": int(terms is not None and benefit in terms.covers),
                f"{coverage}_by_class": int(terms is not None and bool(terms.classes)),
                f"{coverage}_incurred_first": windows.incurred.first if windows else FAR,
                f"{coverage}_incurred_last": (windows and windows.incurred.last) or FAR,
                f"{coverage}_paid_first": windows.paid.first if windows else FAR,
                f"{coverage}_paid_last": (windows and windows.paid.last) or FAR,
            }
        yield row


def _classes(policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield a row for each class that a cover names."""
    by_cover = [terms.classes if terms else () for terms in (policy.specific, policy.aggregate)]
    for each in sorted({name for classes in by_cover for name in classes}):
        yield {
            "policy": policy.number,
            "class": each,
            "specific_class": int(each in by_cover[0]),
            "aggregate_class": int(each in by_cover[1]),
        }


def _units(p: int, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield a row for each unit with terms of its own."""
    run = _specific_run(policy)
    for unit, waterfall in sorted(run.waterfalls.special.items()) if run else ():
        aggregate = policy.aggregate
        yield {
            "p": p,
            "policy": policy.number,
            "unit": unit,
            "own_excluded": int(waterfall.applied is None),
            "own_attachment": _limit(waterfall.applied),
            "own_maximum": _limit(waterfall.maximum),
            "own_loss_limit": _limit(loss_limit(aggregate, run, unit).amount if aggregate else None),
        }


def _limit(amount: int | None) -> int:
    return NO_LIMIT if amount is None else amount


def _millionths(share: Share) -> int:
    # No context decides: an unusual one of the caller's would round a product.
    numerator, denominator = share.as_integer_ratio()
    return numerator * MILLIONTHS // denominator


def _kinds(whole: str, text: str = "", day: str = "", flag: str = "") -> Mapping[str, Kind]:
    groups = {Kind.WHOLE: whole, Kind.TEXT: text, Kind.DAY: day, Kind.FLAG: flag}
    return MappingProxyType({name: kind for kind, names in groups.items() for name in names.split()})


_AGGREGATE = [
    "has_aggregate",
    "loss_limit",
    "net_of_specific",
    "asd_counts",
    "calculated_attachment",
    "minimum_attachment",
    "attachment_point",
    "aggregate_share",
    "aggregate_maximum",
    "ceiling",
    "pays_nothing",
    "ended",
]
_POLICY_KINDS = _kinds(
    "p per_family has_specific deductible asd share share_first maximum maximum_eligible " + " ".join(_AGGREGATE),
    text="policy",
    day="as_of",
    flag="final",
)
_SCREEN_KINDS = _kinds(
    "p per_family by_incurred "
    + " ".join(f"{each}_{name}" for each in Coverage for name in ("there", "takes", "by_class")),
    text="policy benefit",
    day=" ".join(
        f"{each}_{window}_{end}" for each in Coverage for window in ("incurred", "paid") for end in ("first", "last")
    ),
)
_CLASS_KINDS = _kinds("specific_class aggregate_class", text="policy class")
_UNIT_KINDS = _kinds("p own_excluded own_attachment own_maximum own_loss_limit", text="policy unit")


def __dir__() -> list[str]:
    return __all__
