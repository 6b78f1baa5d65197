"""Objects of the wrong class: refused by field and class where they are given, not met later as something else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

import pytest

from stoploss.attachment_terms import Accommodation, AggregateFactor, FirstMonths, MinimumAttachment
from stoploss.basis import ContractBasis
from stoploss.eligibility import Reason
from stoploss.errors import FactError, WrongType
from stoploss.inner_terms import Cap, CarrierLayer, CommonAccident, Reduction, ShareTier, Used
from stoploss.lasers import LaserFund
from stoploss.policy import Policy
from stoploss.promises import ExperienceRefund, NoticeTerms, RenewalTerms
from stoploss.riders import AdvanceFunding, TerminalLiability
from stoploss.specific_terms import SpecificTerms
from stoploss.splits import AggregatePart, SpecificPart
from stoploss.statement import settle
from stoploss.waterfall import Lines
from stoploss.window import Window
from tests.unit.given import YEAR, a_period, a_policy, a_year_of_units, aggregate, paid, refused, specific

NOTHING = cast("Any", None)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (
            lambda: Policy(policyholder="E", carrier="C", number="1", period=NOTHING, specific=specific()),
            "period: this is of class Period, and NoneType is not [SL113]",
        ),
        (
            lambda: Policy(policyholder="E", carrier="C", number="1", period=YEAR, specific=cast("Any", {})),
            "specific: this is of class SpecificTerms, and dict is not [SL113]",
        ),
        (
            lambda: aggregate(minimum=cast("Any", 5)),
            "minimum: this is of class MinimumAttachment, and int is not [SL113]",
        ),
        (
            lambda: ContractBasis(label="15/12", run_in_limit=cast("Any", "5")),
            "run_in_limit: this is of class DollarLimit, and str is not [SL113]",
        ),
        (
            lambda: SpecificTerms(basis="12/12", covers="medical", deductible=5),
            'covers: this is a sequence of benefits, not a str; write ["medical", "rx"] [SL101]',
        ),
        (
            lambda: SpecificTerms(basis="12/12", covers=["rx"], deductible=5, lasers=cast("Any", ["M1"])),
            "lasers[0]: this is of class Laser, and str is not [SL113]",
        ),
        (
            lambda: SpecificTerms(basis="12/12", covers=["rx"], deductible=5, lasers=NOTHING),
            "lasers: this is a sequence of Laser, not a NoneType [SL101]",
        ),
        (
            lambda: aggregate(factors=[{"tier": "single"}]),
            "factors[0]: this is of class AggregateFactor, and dict is not [SL113]",
        ),
        (
            lambda: SpecificTerms(basis=cast("Any", 12), covers=["rx"], deductible=5),
            "basis: a contract basis is its label or a ContractBasis, not an int [SL113]",
        ),
        (lambda: paid("c1", "M1", 5, reason=5), "reason: this is text, not an int [SL575]"),
        (
            lambda: paid("c1", "M1", 5, tags=NOTHING),
            "labels are a sequence of texts, not one text [SL101]",
        ),
        (lambda: settle(NOTHING, []), "policy: a Policy is settled, not a NoneType [SL113]"),
        (
            lambda: Window(first=cast("Any", "2025-01-01")),
            "first: a day is exactly a datetime.date, not a str [SL201]",
        ),
        (
            lambda: settle(a_policy(specific()), [paid("c1", "M1", 5), cast("Any", 5)]),
            "payments[1]: this is of class Payment, and int is not [SL113]",
        ),
    ],
    ids=[
        "period",
        "specific",
        "minimum",
        "run_in_limit",
        "covers",
        "laser",
        "lasers",
        "factor",
        "basis",
        "reason",
        "tags",
        "policy",
        "window",
        "payment",
    ],
)
def test_an_object_of_another_class_is_refused_by_name(make: Callable[[], object], expected: str) -> None:
    """The message names the field, the class that belongs there and the one that was given."""
    with pytest.raises(WrongType) as error:
        make()

    assert expected == str(error.value)


def test_an_attachment_point_beyond_64_bits_is_refused() -> None:
    """Units and factors that are possible each on its own may be absurd together."""
    huge = AggregateFactor(tier="single", amount=9_999_999_999_999)
    units = a_year_of_units(100_000_000)

    assert [
        "units: the attachment point stays within 64-bit cents; check the covered units and the factors [SL111]"
    ] == refused(FactError, settle, a_policy(aggregate=aggregate(factors=[huge])), [], units)


def test_notebooks_show_every_sheet_as_a_table() -> None:
    """A notebook asks the object itself."""
    policy = a_policy(specific(), aggregate())
    statement = settle(policy, [paid("c1", "M1", 150)], a_year_of_units())
    assert statement.specific is not None
    assert statement.aggregate is not None
    shown = [
        statement._repr_html_(),
        statement.specific._repr_html_(),
        statement.specific.units[0]._repr_html_(),
        statement.aggregate._repr_html_(),
    ]

    assert all("<table" in each for each in shown)
    assert dt.date(2025, 1, 1).isoformat() in statement.aggregate._repr_html_()


def test_no_repr_of_a_part_shows_cents() -> None:
    """What one payment came to is a member's amount."""
    lines = Lines(1, 2, 3, 4, 5, 6)

    assert ["Lines()", "SpecificPart(excluded=None)", "AggregatePart(excluded='pending')"] == [
        repr(lines),
        repr(SpecificPart(lines, None)),
        repr(AggregatePart(0, 0, Reason.PENDING)),
    ]


def test_a_policy_terminated_on_its_last_day_is_noticed() -> None:
    """It is settled to the letter, which cuts the run-out; whoever wrote the day may not have meant that."""
    period = a_period(terminated="2025-12-31")
    statement = settle(a_policy(specific(basis="12/15"), period=period), [])

    assert [
        (
            "period.terminated: the policy is said to be terminated on its last day, and termination cuts the run-out; "
            "leave it out if the policy ran its course [SL551]"
        )
    ] == [str(notice) for notice in statement.notices]


@pytest.mark.parametrize(
    ("make", "given", "name"),
    [
        (specific, {}, "lifetime_maximum"),
        (specific, {}, "family_deductible"),
        (CommonAccident, {}, "deductible"),
        (Cap, {"tag": "t"}, "amount"),
        (Reduction, {"tag": "t"}, "share"),
        (ShareTier, {"share": 1}, "above"),
        (ShareTier, {"above": 0}, "share"),
        (CarrierLayer, {"carrier": "A"}, "limit"),
        (Used, {"member": "M1"}, "reimbursed"),
        (Used, {"member": "M1"}, "eligible"),
        (LaserFund, {"name": "A"}, "amount"),
        (MinimumAttachment, {}, "amount"),
        (MinimumAttachment, {}, "monthly"),
        (FirstMonths, {"months": 1}, "share"),
        (Accommodation, {}, "keep"),
        (Accommodation, {}, "smallest"),
        (AdvanceFunding, {}, "smallest"),
        (NoticeTerms, {}, "amount"),
        (NoticeTerms, {}, "share"),
        (RenewalTerms, {}, "rate_cap"),
        (RenewalTerms, {}, "asd_cap"),
        (ExperienceRefund, {"below": 1}, "share"),
        (ExperienceRefund, {"share": 1}, "below"),
        (TerminalLiability, {"elected": True, "months": 1}, "corridor"),
    ],
)
def test_an_amount_or_share_as_a_float_is_refused_by_its_name(make: Any, given: dict[str, Any], name: str) -> None:
    """Whichever term it is of."""
    with pytest.raises(WrongType) as error:
        make(**given | {name: 0.5})

    assert [(name, "SL101")] == [(finding.where, finding.code) for finding in error.value.findings]
