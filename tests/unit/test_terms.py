"""The terms of both covers: defaults, and every contradiction refused together with all others."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast

import pytest
from attrs.exceptions import FrozenInstanceError

from stoploss.attachment_terms import AggregateFactor, MinimumAttachment
from stoploss.basis import ContractBasis
from stoploss.errors import InvalidValue, PolicyError, StopLossError, WrongType
from stoploss.facts import Benefit
from stoploss.lasers import Laser
from stoploss.words import ConsumeBy, Counting, LaserLossLimit, MaximumKind, MaximumOn, Per, ShareApplies
from tests.unit.given import aggregate, refused, specific

NET = (
    "this belongs to counting by loss limit; net of specific counts whatever specific does not reimburse; "
    "remove it, or count by loss_limit [SL523]"
)
ONE_FOR_ALL = "a tier has one factor for all benefits, or one for each of them, not both [SL521]"
REPEATED = "a tier and benefit has one factor; this one repeats an earlier one [SL520]"
NOT_NEGATIVE = "this amount is not negative [SL501]"


# ------------------------------------------------------------------ lasers


def test_a_laser_names_its_unit() -> None:
    """A member where the deductible is per member, a family where it is per family."""
    member, family = Laser(member="M2", deductible="250,000"), Laser(family="F1", excluded=True)

    assert (Per.MEMBER, "M2", Decimal("250000.00"), False) == (
        member.per,
        member.unit,
        member.deductible,
        member.excluded,
    )
    assert (Per.FAMILY, "F1", None, True) == (family.per, family.unit, family.deductible, family.excluded)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {},
            [
                "this names one member, or one family [SL510]",
                "a laser gives the unit's whole deductible, or excluded = true [SL511]",
            ],
        ),
        ({"member": "M", "family": "F", "excluded": True}, ["this names one member, or one family [SL510]"]),
        ({"member": "M"}, ["a laser gives the unit's whole deductible, or excluded = true [SL511]"]),
        (
            {"member": "M", "deductible": 1, "excluded": True},
            ["a laser gives the unit's whole deductible, or excluded = true [SL511]"],
        ),
        (
            {"member": " M", "deductible": 1},
            ["member: an id has no blanks around it and no invisible characters [SL303]"],
        ),
        ({"family": "", "excluded": True}, ["family: an id is not empty [SL302]"]),
        (
            {"family": 5},
            [
                "family: an id is text, not an int; read the column as text [SL301]",
                "a laser gives the unit's whole deductible, or excluded = true [SL511]",
            ],
        ),
    ],
)
def test_a_laser_that_contradicts_itself_is_refused(given: dict[str, Any], expected: list[str]) -> None:
    """One unit and one effect, and everything that is wrong at once."""
    assert expected == refused(PolicyError, Laser, **given)


# ------------------------------------------------------------------ specific


def test_a_specific_cover_is_plain_unless_it_says_otherwise() -> None:
    """Per member, 100 %, no ASD, no maximum, no laser, in the order of payment."""
    terms = specific()

    assert (Per.MEMBER, Decimal(1), Decimal("0.00"), None, ()) == (
        terms.per,
        terms.share,
        terms.aggregating,
        terms.maximum,
        terms.lasers,
    )
    assert (ShareApplies.AFTER_AGGREGATING, MaximumOn.REIMBURSEMENT, ConsumeBy.PAID) == (
        terms.share_applies,
        terms.maximum_on,
        terms.consume_by,
    )
    assert ContractBasis(label="12/12") == terms.basis
    assert terms.basis is specific(basis=terms.basis).basis


def test_terms_are_written_as_in_a_schedule() -> None:
    """Text becomes amounts, shares and words."""
    terms = specific(covers=("medical", Benefit.RX), deductible="100,000", share="90%", per="family")

    assert ((Benefit.MEDICAL, Benefit.RX), Decimal("100000.00"), Decimal("0.9"), Per.FAMILY) == (
        terms.covers,
        terms.deductible,
        terms.share,
        terms.per,
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"deductible": "-1"}, [f"deductible: {NOT_NEGATIVE}"]),
        ({"aggregating": "-0.01"}, [f"aggregating: {NOT_NEGATIVE}"]),
        ({"maximum": -1}, [f"maximum: {NOT_NEGATIVE}"]),
        ({"covers": []}, ["covers: a coverage covers at least one benefit [SL512]"]),
        ({"covers": ["rx", "medical", "rx"]}, ["covers: each benefit is listed once [SL513]"]),
        (
            {"maximum": "99.99", "maximum_on": "eligible"},
            [
                (
                    "maximum: a maximum on eligible claims is at least the deductible, 100.00; "
                    "what caps the reimbursement is maximum_on = reimbursement [SL514]"
                )
            ],
        ),
        (
            {"deductible": "100,000", "lasers": [Laser(member="M2", deductible="50,000")]},
            [
                (
                    "lasers[0].deductible: a laser is the whole deductible of its unit, "
                    "at least the standard 100,000.00; "
                    "add the increment to it [SL515]"
                )
            ],
        ),
        (
            {"lasers": [Laser(member="M1", excluded=True), Laser(family="F1", excluded=True)]},
            ["lasers[1].family: the deductible is per member, so a laser names a member [SL516]"],
        ),
        (
            {"per": "family", "lasers": [Laser(member="M1", excluded=True)]},
            ["lasers[0].member: the deductible is per family, so a laser names a family [SL516]"],
        ),
        (
            {
                "lasers": [
                    Laser(member="M1", deductible=200),
                    Laser(member="M2", excluded=True),
                    Laser(member="M1", excluded=True),
                ]
            },
            ["lasers[2].member: one laser a member; this one repeats lasers[0] [SL517]"],
        ),
        (
            {"per": "family", "lasers": [Laser(family="F1", excluded=True), Laser(family="F1", deductible=200)]},
            ["lasers[1].family: one laser a family; this one repeats lasers[0] [SL517]"],
        ),
        (
            {
                "deductible": 100,
                "aggregating": -1,
                "maximum": 99,
                "maximum_on": "eligible",
                "covers": [],
                "lasers": [
                    Laser(member="M1", deductible=99),
                    Laser(family="F", excluded=True),
                    Laser(member="M1", deductible=1),
                ],
            },
            [
                f"aggregating: {NOT_NEGATIVE}",
                "covers: a coverage covers at least one benefit [SL512]",
                (
                    "maximum: a maximum on eligible claims is at least the deductible, 100.00; "
                    "what caps the reimbursement is maximum_on = reimbursement [SL514]"
                ),
                (
                    "lasers[0].deductible: a laser is the whole deductible of its unit, at least the standard 100.00; "
                    "add the increment to it [SL515]"
                ),
                (
                    "lasers[2].deductible: a laser is the whole deductible of its unit, at least the standard 100.00; "
                    "add the increment to it [SL515]"
                ),
                "lasers[1].family: the deductible is per member, so a laser names a member [SL516]",
                "lasers[2].member: one laser a member; this one repeats lasers[0] [SL517]",
            ],
        ),
    ],
)
def test_specific_terms_that_contradict_each_other_are_refused_together(
    given: dict[str, Any], expected: list[str]
) -> None:
    """One error lists every contradiction, each with its way out."""
    assert expected == refused(PolicyError, specific, **given)


@pytest.mark.parametrize(
    "given",
    [
        {"maximum": 99},
        {"maximum": 100, "maximum_on": "eligible"},
        {"lasers": [Laser(member="M1", deductible=100)]},
        {"lasers": [Laser(member="M1", excluded=True), Laser(member="M2", excluded=True)]},
        {"deductible": 0, "share": 0, "maximum": 0},
    ],
)
def test_terms_on_the_edge_are_no_contradiction(given: dict[str, Any]) -> None:
    """A maximum below the deductible, a laser at the deductible, and zeros are terms like others."""
    specific(**given)


@pytest.mark.parametrize(
    ("name", "value", "error", "expected"),
    [
        ("deductible", 1e5, WrongType, 'deductible: an amount is never a float; write it as text: "1234.56" [SL101]'),
        (
            "deductible",
            "1e5",
            InvalidValue,
            'deductible: this is not an amount; write digits and a point: "1234.56" [SL103]',
        ),
        (
            "aggregating",
            None,
            WrongType,
            'aggregating: an amount is never a NoneType; write it as text: "1234.56" [SL101]',
        ),
        ("maximum", 0.5, WrongType, 'maximum: an amount is never a float; write it as text: "1234.56" [SL101]'),
        ("share", 0.9, WrongType, 'share: a share is never a float; write it as text: "0.8" or "80%" [SL101]'),
        (
            "share",
            "80",
            InvalidValue,
            (
                "share: a share is a fraction from 0 to 1 or a percentage with its sign; "
                'write "0.8" or "80%" for eighty percent [SL107]'
            ),
        ),
        (
            "share",
            "125%",
            InvalidValue,
            (
                "share: a share is a fraction from 0 to 1 or a percentage with its sign; "
                'write "0.8" or "80%" for eighty percent [SL107]'
            ),
        ),
    ],
)
def test_an_amount_or_share_of_specific_is_exact(
    name: str, value: Any, error: type[StopLossError], expected: str
) -> None:
    """The message names the term."""
    assert [expected] == refused(error, specific, **{name: value})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("per", "person", "member, family"),
        ("share_applies", "before", "after_aggregating, before_aggregating"),
        ("maximum_on", "claims", "reimbursement, eligible"),
        ("consume_by", "service", "paid, incurred"),
        ("covers", ["medical", "hospital"], "medical, rx, dental, vision, std, ltd"),
    ],
)
def test_a_word_of_specific_is_one_of_its_list(name: str, value: Any, words: str) -> None:
    """The message lists the words."""
    (found,) = refused(InvalidValue, specific, **{name: value})

    assert f"this is one of {words}" in found


@pytest.mark.parametrize(
    "make",
    [lambda: Laser(member="M1", excluded=cast("Any", 1)), lambda: aggregate(aggregating_counts="no")],
    ids=["excluded = 1", "aggregating_counts = no"],
)
def test_a_yes_or_no_is_a_bool(make: Callable[[], object]) -> None:
    """The text "no" would count as yes."""
    with pytest.raises(StopLossError):
        make()


def test_terms_are_never_changed() -> None:
    """A policy that was settled is the policy that was written."""
    terms = specific()
    with pytest.raises(FrozenInstanceError):
        terms.deductible = Decimal(1)  # type: ignore[misc]

    assert Decimal("100.00") == terms.deductible


# ------------------------------------------------------------------ aggregate


def test_an_aggregate_cover_is_plain_unless_it_says_otherwise() -> None:
    """Counted up to the loss limit, 100 %, no minimum, no maximum."""
    terms = aggregate()

    assert (Counting.LOSS_LIMIT, None, LaserLossLimit.STANDARD, False) == (
        terms.counting,
        terms.loss_limit,
        terms.laser_loss_limit,
        terms.aggregating_counts,
    )
    assert (Decimal(1), None, MaximumKind.FLAT, None, None, None) == (
        terms.share,
        terms.maximum,
        terms.maximum_kind,
        terms.minimum,
        terms.per,
        terms.consume_by,
    )


def factor(tier: str = "single", benefit: str | None = None) -> AggregateFactor:
    """Return a factor of 10."""
    return AggregateFactor(tier=tier, amount=10, benefit=benefit)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"loss_limit": -1}, [f"loss_limit: {NOT_NEGATIVE}"]),
        ({"maximum": -1}, [f"maximum: {NOT_NEGATIVE}"]),
        ({"covers": []}, ["covers: a coverage covers at least one benefit [SL512]"]),
        ({"covers": ["medical", "medical"]}, ["covers: each benefit is listed once [SL513]"]),
        ({"factors": []}, ["factors: an aggregate cover has at least one factor [SL519]"]),
        ({"factors": [factor(), factor("family"), factor()]}, [f"factors[2]: {REPEATED}"]),
        ({"factors": [factor(benefit="medical"), factor(benefit="medical")]}, [f"factors[1]: {REPEATED}"]),
        ({"factors": [factor(), factor(benefit="medical")]}, [f"factors[1].benefit: {ONE_FOR_ALL}"]),
        ({"factors": [factor(benefit="medical"), factor()]}, [f"factors[1].benefit: {ONE_FOR_ALL}"]),
        (
            {"factors": [factor(benefit="rx")]},
            [
                (
                    "factors[0].benefit: the aggregate does not cover rx, so a factor does not pay for it; "
                    "add it to covers [SL522]"
                )
            ],
        ),
        ({"counting": "net_of_specific", "loss_limit": 50}, [f"loss_limit: {NET}"]),
        ({"counting": "net_of_specific", "laser_loss_limit": "laser"}, [f"laser_loss_limit: {NET}"]),
        ({"counting": "net_of_specific", "aggregating_counts": True}, [f"aggregating_counts: {NET}"]),
        (
            {
                "covers": ["medical", "medical"],
                "factors": [factor(benefit="rx"), factor(benefit="rx"), factor()],
                "counting": "net_of_specific",
                "loss_limit": -1,
                "laser_loss_limit": "laser",
                "aggregating_counts": True,
                "maximum": -1,
            },
            [
                f"loss_limit: {NOT_NEGATIVE}",
                f"maximum: {NOT_NEGATIVE}",
                "covers: each benefit is listed once [SL513]",
                f"factors[1]: {REPEATED}",
                f"factors[2].benefit: {ONE_FOR_ALL}",
                (
                    "factors[0].benefit: the aggregate does not cover rx, so a factor does not pay for it; "
                    "add it to covers [SL522]"
                ),
                (
                    "factors[1].benefit: the aggregate does not cover rx, so a factor does not pay for it; "
                    "add it to covers [SL522]"
                ),
                f"loss_limit: {NET}",
                f"laser_loss_limit: {NET}",
                f"aggregating_counts: {NET}",
            ],
        ),
    ],
)
def test_aggregate_terms_that_contradict_each_other_are_refused_together(
    given: dict[str, Any], expected: list[str]
) -> None:
    """One error lists every contradiction, each with its way out."""
    assert expected == refused(PolicyError, aggregate, **given)


def test_factors_of_different_benefits_share_a_tier() -> None:
    """Medical and prescription factors of one tier are both charged."""
    factors = (factor(benefit="medical"), factor(benefit="rx"), factor("family"))

    assert factors == aggregate(covers=["medical", "rx"], factors=factors).factors


def test_a_factor_has_a_tier() -> None:
    """A tier is named as in the enrollment."""
    assert ["tier: an id is not empty [SL302]"] == refused(InvalidValue, AggregateFactor, tier="", amount=1)


@pytest.mark.parametrize(
    ("value", "error", "expected"),
    [
        ("-1", InvalidValue, "amount: a factor is not negative [SL109]"),
        ("0.1234567", InvalidValue, "amount: a factor has at most six places; round it as the schedule does [SL110]"),
        (540.1625, WrongType, 'amount: a factor is never a float; write it as text: "540.1625" [SL101]'),
    ],
)
def test_a_factor_is_exact(value: Any, error: type[StopLossError], expected: str) -> None:
    """Not negative, six places, no float."""
    assert [expected] == refused(error, AggregateFactor, tier="single", amount=value)


@pytest.mark.parametrize(
    ("given", "error", "expected"),
    [
        (
            {},
            PolicyError,
            "a minimum attachment point gives at least one of amount, monthly, first_month and first_months [SL518]",
        ),
        ({"amount": -1}, PolicyError, f"amount: {NOT_NEGATIVE}"),
        (
            {"first_month": 95},
            InvalidValue,
            (
                "first_month: a share is a fraction from 0 to 1 or a percentage with its sign; "
                'write "0.8" or "80%" for eighty percent [SL107]'
            ),
        ),
        (
            {"first_month": "1.25"},
            InvalidValue,
            (
                "first_month: a share is a fraction from 0 to 1 or a percentage with its sign; "
                'write "0.8" or "80%" for eighty percent [SL107]'
            ),
        ),
    ],
)
def test_a_minimum_that_is_none_is_refused(given: dict[str, Any], error: type[StopLossError], expected: str) -> None:
    """It says something, and nothing that is negative or no share."""
    assert [expected] == refused(error, MinimumAttachment, **given)


@pytest.mark.parametrize(
    ("given", "amount", "first_month"),
    [
        ({"amount": "900,000"}, "900000.00", None),
        ({"first_month": "95%"}, None, "0.95"),
        ({"amount": 0, "first_month": 1}, "0.00", "1"),
    ],
)
def test_a_minimum_is_dollars_or_a_share_or_both(
    given: dict[str, Any], amount: str | None, first_month: str | None
) -> None:
    """Each may be absent."""
    minimum = MinimumAttachment(**given)

    assert (amount and Decimal(amount), first_month and Decimal(first_month)) == (minimum.amount, minimum.first_month)
