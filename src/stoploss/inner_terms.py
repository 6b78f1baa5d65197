"""Terms inside the specific cover: who and what draws less, or otherwise, than the deductible alone would say.

A term that names a *label* takes the payments that carry it: one of their tags is the label, or one of their diagnosis
codes begins with it (``"D66"`` takes D66 and D66.1; points do not matter).

Source: the schedule of a stop-loss policy; each term has its row in ``docs/clauses.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import asdict, field, frozen

from stoploss.checks import check_id, check_label
from stoploss.errors import Finding, PolicyError, StopLossError, raise_if_any
from stoploss.money import ZERO, Amount, AmountLike, Share, parse_amount, parse_share
from stoploss.rules import Rule, findings_among
from stoploss.terms import not_negative, optional_amount
from stoploss.words import CapOn, CapPer, Per

__all__ = [
    "USED_RULES",
    "Cap",
    "CarrierLayer",
    "CommonAccident",
    "Reduction",
    "ShareTier",
    "Used",
    "one_unit",
    "unit_and_per",
]


def _amount(value: AmountLike) -> Amount:
    return parse_amount(value)


def _above(value: AmountLike) -> Amount:
    return parse_amount(value, "above")


def _reimbursed(value: AmountLike) -> Amount:
    return parse_amount(value, "reimbursed")


def _eligible(value: AmountLike) -> Amount:
    return parse_amount(value, "eligible")


def _optional_limit(value: AmountLike | None) -> Amount | None:
    return optional_amount(value, "limit")


def _optional_deductible(value: AmountLike | None) -> Amount | None:
    return optional_amount(value, "deductible")


def _share(value: AmountLike) -> Share:
    return parse_share(value, "share")


@frozen(kw_only=True)
class Cap:
    """
    An inner maximum: the most that a unit's payments with one label can draw.

    Args:
        tag: The label.
        amount: Dollars per unit.
        on: Whether it caps the reimbursement, or what is eligible (what is above is then excluded as ``over_cap``).
        per: Whether it runs for the policy period, or for the unit's lifetime: less what was used before.
    """

    tag: str
    amount: Amount = field(converter=_amount)
    on: CapOn = field(default=CapOn.REIMBURSEMENT, converter=CapOn)
    per: CapPer = field(default=CapPer.PERIOD, converter=CapPer)

    def __attrs_post_init__(self) -> None:
        check_label(self.tag, "tag")
        raise_if_any(PolicyError, findings_among((not_negative("amount"),), asdict(self)))


@frozen(kw_only=True)
class Reduction:
    """
    Payments to the employer's own facility, of which a share counts.

    Args:
        tag: The label of those payments.
        share: What counts of a unit's running total of them; the rest is excluded as ``reduced``.
    """

    tag: str
    share: Share = field(converter=_share)

    def __attrs_post_init__(self) -> None:
        check_label(self.tag, "tag")


@frozen(kw_only=True)
class ShareTier:
    """
    The reimbursement percentage of one slice of a unit's excess.

    Args:
        above: Where the slice begins; it ends where the next one begins.
        share: 0 to 1.
    """

    above: Amount = field(converter=_above)
    share: Share = field(converter=_share)


@frozen(kw_only=True)
class CarrierLayer:
    """
    One of several carriers over one another.

    Args:
        carrier: Its name.
        limit: The most that it reimburses for a unit before the next one does; ``None`` for the last.
    """

    carrier: str
    limit: Amount | None = field(default=None, converter=_optional_limit)

    def __attrs_post_init__(self) -> None:
        check_id(self.carrier, "carrier")
        raise_if_any(PolicyError, findings_among((not_negative("limit"),), asdict(self)))


@frozen(kw_only=True)
class CommonAccident:
    """
    One deductible for all who are hurt in one accident.

    Args:
        deductible: What all payments of one accident retain at most, together; ``None``: the standard deductible.
    """

    deductible: Amount | None = field(default=None, converter=_optional_deductible)

    def __attrs_post_init__(self) -> None:
        raise_if_any(PolicyError, findings_among((not_negative("deductible"),), asdict(self)))


@frozen(kw_only=True)
class Used:
    """
    What one unit drew before this period, toward a lifetime maximum.

    Args:
        member: The member, where the deductible is per member.
        family: The family, where it is per family.
        reimbursed: What was reimbursed.
        eligible: What was eligible; only toward a lifetime cap on eligible claims.
        tag: The label of the lifetime cap that it counts toward; ``None``: the lifetime maximum.

    Raises:
        PolicyError: Unless exactly one unit is named, and amounts are not negative.
    """

    member: str | None = field(default=None, repr=False)
    family: str | None = field(default=None, repr=False)
    reimbursed: Amount = field(default=ZERO, converter=_reimbursed, repr=False)
    eligible: Amount = field(default=ZERO, converter=_eligible, repr=False)
    tag: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.tag is not None:
            check_label(self.tag, "tag")
        raise_if_any(PolicyError, findings_among(USED_RULES, asdict(self)))

    @property
    def per(self) -> Per:
        """Whether a member or a family is named."""
        return unit_and_per(self.member, self.family)[1]

    @property
    def unit(self) -> str:
        """The id of the member or family."""
        return unit_and_per(self.member, self.family)[0]


def unit_and_per(member: str | None, family: str | None) -> tuple[str, Per]:
    """Return the unit that a term names, and of which kind it is."""
    return (member, Per.MEMBER) if member is not None else (family or "", Per.FAMILY)


def one_unit(member: str | None, family: str | None) -> Iterator[Finding]:
    """Find a term of one unit that names none, or two, or one by no proper id."""
    if (member is None) == (family is None):
        yield Finding(code="SL510", where="", rule="this names one member, or one family")
        return
    name, unit = ("member", member) if member is not None else ("family", family)
    try:
        check_id(unit, name)
    except StopLossError as error:
        yield from error.findings


def _eligible_of_a_cap(eligible: Amount, tag: str | None) -> Iterator[Finding]:
    if eligible and tag is None:
        rule = "what was eligible before counts toward a cap on eligible claims, so it names the cap's tag"
        yield Finding(code="SL529", where="eligible", rule=rule)


USED_RULES: Sequence[Rule] = (
    Rule(("member", "family"), one_unit),
    not_negative("reimbursed"),
    not_negative("eligible"),
    Rule(("eligible", "tag"), _eligible_of_a_cap),
)


def __dir__() -> list[str]:
    return __all__
