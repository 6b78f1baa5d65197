"""What the carrier wants to hear of, and what it promises for the next year; a settlement uses neither.

Source: the schedule and the endorsements of a stop-loss policy; each term has its row in ``docs/clauses.md``.
"""

from __future__ import annotations

from attrs import asdict, field, frozen

from stoploss.choice import is_a, is_flag
from stoploss.errors import PolicyError, raise_if_any
from stoploss.money import Amount, AmountLike, Share, parse_share
from stoploss.rules import findings_among
from stoploss.terms import check_days, not_negative, optional_amount

__all__ = ["ExperienceRefund", "NoticeTerms", "RenewalTerms"]


def _share(value: AmountLike) -> Share:
    return parse_share(value)


def _below(value: AmountLike) -> Share:
    return parse_share(value, "below")


def _optional_share(value: AmountLike | None, where: str = "share") -> Share | None:
    return None if value is None else parse_share(value, where)


def _rate_cap(value: AmountLike | None) -> Share | None:
    return _optional_share(value, "rate_cap")


def _asd_cap(value: AmountLike | None) -> Share | None:
    return _optional_share(value, "asd_cap")


@frozen(kw_only=True)
class NoticeTerms:
    """
    What the carrier wants to hear of, and by when; a settlement does not use it.

    Args:
        share: Notice is due once a unit reaches this share of its own deductible; ``None``: by *amount* alone.
        amount: Or once it reaches these dollars.
        notice_days: Days in which notice is given.
        proof_days: Days after the end of the paid window in which proof of loss is filed.
        stay_days: A hospital stay of at least so many days is to be notified.
    """

    share: Share | None = field(default=parse_share("0.5"), converter=_optional_share)
    amount: Amount | None = field(default=None, converter=optional_amount)
    notice_days: int | None = None
    proof_days: int | None = None
    stay_days: int | None = None

    def __attrs_post_init__(self) -> None:
        for name in ("notice_days", "proof_days", "stay_days"):
            check_days(getattr(self, name), name)
        raise_if_any(PolicyError, findings_among((not_negative("amount"),), asdict(self)))


@frozen(kw_only=True)
class ExperienceRefund:
    """
    What the carrier gives back after a good year.

    Args:
        share: Its share of the profit.
        below: The loss ratio below which there is one.
    """

    share: Share = field(converter=_share)
    below: Share = field(converter=_below)


@frozen(kw_only=True)
class RenewalTerms:
    """
    What the carrier promises for the next year; checked at renewal, a settlement does not use it.

    Args:
        rate_cap: The rates rise at most by this share; ``None``: by any.
        asd_cap: The aggregating specific deductible likewise.
        no_new_lasers: No laser is added, and none is raised.
        refund: An experience refund.
    """

    rate_cap: Share | None = field(default=None, converter=_rate_cap)
    asd_cap: Share | None = field(default=None, converter=_asd_cap)
    no_new_lasers: bool = field(default=False, validator=is_flag)
    refund: ExperienceRefund | None = field(default=None, validator=is_a(ExperienceRefund))


def __dir__() -> list[str]:
    return __all__
