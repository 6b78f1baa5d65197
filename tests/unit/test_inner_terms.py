"""Terms inside specific: what each says alone, what they refuse together, and carriers over one another."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from stoploss.errors import FactError, InvalidValue, PolicyError, WrongType
from stoploss.inner_terms import Cap, CarrierLayer, CommonAccident, Reduction, ShareTier, Used
from stoploss.specific_sheet import LayerSheet
from stoploss.statement import settle
from stoploss.words import CapOn, CapPer, Per
from tests.unit.given import a_policy, aggregate, by_carrier, paid, refused, specific

NOT_NEGATIVE = "this amount is not negative [SL501]"
EMPTY_LABEL = "a label is not empty, and has no blanks around it and no invisible characters [SL317]"


# ------------------------------------------------------------------ each alone


def test_an_inner_maximum_is_plain_unless_it_says_otherwise() -> None:
    """Of the reimbursement, for the policy period."""
    cap = Cap(tag="transplant", amount="250,000")

    assert (Decimal("250000.00"), CapOn.REIMBURSEMENT, CapPer.PERIOD) == (cap.amount, cap.on, cap.per)


def test_what_was_used_names_its_unit() -> None:
    """A member or a family; and shows neither in a repr."""
    member, family = Used(member="M1", reimbursed=5), Used(family="F1", reimbursed=5, tag="transplant")

    assert [(Per.MEMBER, "M1"), (Per.FAMILY, "F1")] == [(used.per, used.unit) for used in (member, family)]
    assert "Used(tag='transplant')" == repr(family)


@pytest.mark.parametrize(
    ("make", "given", "error", "expected"),
    [
        (Cap, {"tag": "t", "amount": -1}, PolicyError, [f"amount: {NOT_NEGATIVE}"]),
        (Cap, {"tag": "", "amount": 1}, InvalidValue, [f"tag: {EMPTY_LABEL}"]),
        (Cap, {"tag": 5, "amount": 1}, WrongType, ["tag: a label is text, not an int [SL101]"]),
        (Reduction, {"tag": "t ", "share": 1}, InvalidValue, [f"tag: {EMPTY_LABEL}"]),
        (CarrierLayer, {"carrier": "A", "limit": -1}, PolicyError, [f"limit: {NOT_NEGATIVE}"]),
        (CarrierLayer, {"carrier": ""}, InvalidValue, ["carrier: an id is not empty [SL302]"]),
        (CommonAccident, {"deductible": -1}, PolicyError, [f"deductible: {NOT_NEGATIVE}"]),
        (Used, {}, PolicyError, ["this names one member, or one family [SL510]"]),
        (Used, {"member": "M1", "family": "F1"}, PolicyError, ["this names one member, or one family [SL510]"]),
        (Used, {"member": ""}, PolicyError, ["member: an id is not empty [SL302]"]),
        (Used, {"member": "M1", "tag": ""}, InvalidValue, [f"tag: {EMPTY_LABEL}"]),
        (
            Used,
            {"member": "M1", "reimbursed": -1, "eligible": -1, "tag": "t"},
            PolicyError,
            [f"reimbursed: {NOT_NEGATIVE}", f"eligible: {NOT_NEGATIVE}"],
        ),
        (
            Used,
            {"member": "M1", "eligible": 1},
            PolicyError,
            [
                (
                    "eligible: what was eligible before counts toward a cap on eligible claims, so it names the cap's "
                    "tag "
                    "[SL529]"
                )
            ],
        ),
    ],
)
def test_a_term_that_contradicts_itself_is_refused(
    make: Any, given: dict[str, Any], error: Any, expected: list[str]
) -> None:
    """Labels with a name, amounts from 0 on, one unit."""
    assert expected == refused(error, make, **given)


# ------------------------------------------------------------------ together

LIFETIME = Cap(tag="transplant", amount=250, per="lifetime")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # tiers
        (
            {"tiers": [ShareTier(above=0, share="80%")], "share": "90%"},
            ["share: tiers say the share of every slice of the excess; leave the share out [SL524]"],
        ),
        (
            {"tiers": [ShareTier(above=100, share="80%")]},
            ['tiers[0].above: the first tier begins above "0" [SL524]'],
        ),
        (
            {"tiers": [ShareTier(above=above, share="80%") for above in (0, 100, 100, 50)]},
            [f"tiers[{position}].above: each tier begins above the one before it [SL524]" for position in (2, 3)],
        ),
        (
            {"tiers": [ShareTier(above=-5, share="80%")]},
            ['tiers[0].above: the first tier begins above "0" [SL524]'],
        ),
        # labels
        (
            {"caps": [LIFETIME, Cap(tag="transplant", amount=1)]},
            ["caps[1].tag: a tag is there once; this repeats an earlier one [SL525]"],
        ),
        (
            {"reductions": [Reduction(tag="own", share="50%")] * 2},
            ["reductions[1].tag: a tag is there once; this repeats an earlier one [SL525]"],
        ),
        # carriers over one another
        (
            {"layers": [CarrierLayer(carrier="A")]},
            ["layers: one carrier alone makes no layers; leave them out [SL526]"],
        ),
        (
            {"layers": [CarrierLayer(carrier="A"), CarrierLayer(carrier="B", limit=5)]},
            [
                "layers[0].limit: a layer with another above it has a limit [SL526]",
                "layers[1].limit: the last layer has no limit [SL526]",
            ],
        ),
        (
            {"layers": [CarrierLayer(carrier="A", limit=5), CarrierLayer(carrier="A")]},
            ["layers[1].carrier: a carrier has one layer [SL526]"],
        ),
        # what was used before
        (
            {"used": [Used(member="M1", reimbursed=5)]},
            [
                (
                    "used[0]: what was used before counts toward a lifetime maximum, and there is none; "
                    "add lifetime_maximum [SL529]"
                )
            ],
        ),
        (
            {"lifetime_maximum": 100, "used": [Used(member="M1", reimbursed=5)] * 2},
            ["used[1]: what a member used toward one maximum is there once [SL529]"],
        ),
        (
            {"lifetime_maximum": 100, "used": [Used(family="F1", reimbursed=5)]},
            ["used[0].family: the deductible is per member, so this names a member [SL516]"],
        ),
        (
            {"caps": [Cap(tag="transplant", amount=5)], "used": [Used(member="M1", reimbursed=5, tag="transplant")]},
            [
                (
                    "used[0].tag: what was used before counts toward a lifetime cap, and this tag has none; "
                    'add one with per = "lifetime" [SL529]'
                )
            ],
        ),
        (
            {"caps": [LIFETIME], "used": [Used(member="M1", eligible=5, tag="transplant")]},
            [
                (
                    "used[0].eligible: what was eligible before counts toward a lifetime cap on eligible claims, and "
                    "this "
                    "tag has none [SL529]"
                )
            ],
        ),
        (
            {
                "caps": [Cap(tag="transplant", amount=5, on="eligible", per="lifetime")],
                "used": [Used(member="M1", reimbursed=5, tag="transplant")],
            },
            [
                (
                    "used[0].reimbursed: what was reimbursed before counts toward a lifetime cap on reimbursement, and "
                    "this tag has none [SL529]"
                )
            ],
        ),
        # families
        (
            {"per": "family", "family_deductible": 500},
            [
                (
                    "family_deductible: a family deductible limits what its members retain, each of an own deductible; "
                    "here it is per family; write it as the deductible [SL556]"
                )
            ],
        ),
        # amounts
        ({"lifetime_maximum": -1}, [f"lifetime_maximum: {NOT_NEGATIVE}"]),
        ({"family_deductible": -1}, [f"family_deductible: {NOT_NEGATIVE}"]),
    ],
)
def test_terms_that_contradict_each_other_are_refused_together(given: dict[str, Any], expected: list[str]) -> None:
    """By name, with the way out."""
    assert expected == refused(PolicyError, specific, **given)


def test_what_differs_is_no_contradiction() -> None:
    """One label on both kinds of maximum, two units, one unit toward two maxima."""
    caps = [LIFETIME, Cap(tag="transplant", amount=300, on="eligible", per="lifetime")]
    used = [
        Used(member="M1", reimbursed=5),
        Used(member="M2", reimbursed=5),
        Used(member="M1", reimbursed=5, eligible=9, tag="transplant"),
    ]

    assert 3 == len(specific(lifetime_maximum=100, caps=caps, used=used).used)


# ------------------------------------------------------------------ carriers over one another

LAYERS = [
    CarrierLayer(carrier="First Re", limit=50),
    CarrierLayer(carrier="Second Re", limit=100),
    CarrierLayer(carrier="Third Re"),
]


def told(layers: tuple[LayerSheet, ...]) -> list[tuple[str, str, str, str]]:
    """Return what each carrier owes, has paid, and has due."""
    return [(each.carrier, str(each.reimbursable), str(each.reimbursed), str(each.due)) for each in layers]


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (100, ["0.00", "0.00", "0.00"]),
        (130, ["30.00", "0.00", "0.00"]),
        (150, ["50.00", "0.00", "0.00"]),
        (210, ["50.00", "60.00", "0.00"]),
        (300, ["50.00", "100.00", "50.00"]),
    ],
)
def test_each_carrier_reimburses_up_to_its_limit(total: int, expected: list[str]) -> None:
    """Over a deductible of 100: the first 50, the next 100, and the rest."""
    statement = settle(a_policy(specific(layers=LAYERS)), [paid("c1", "M1", total)])

    assert expected == [str(each.reimbursable) for each in statement.unit("M1").layers]


def test_the_carriers_of_all_units_add_up() -> None:
    """30 and 200: 30 + 50, 0 + 100, 0 + 50; each less what that carrier has paid."""
    received = [
        by_carrier("k1", 20, member="M1", carrier="First Re"),
        by_carrier("k2", 45, member="M2", carrier="First Re"),
        by_carrier("k3", 110, member="M2", carrier="Second Re"),
        by_carrier("k4", 5, member="M3", carrier="Third Re"),
    ]
    payments = [paid("c1", "M1", 130), paid("c2", "M2", 300)]
    statement = settle(a_policy(specific(layers=LAYERS)), payments, (), received)
    assert statement.specific

    assert [
        ("First Re", "80.00", "65.00", "15.00"),
        ("Second Re", "100.00", "110.00", "-10.00"),
        ("Third Re", "50.00", "5.00", "45.00"),
    ] == told(statement.specific.layers)
    assert [("First Re", "0.00", "0.00", "0.00"), ("Second Re", "0.00", "0.00", "0.00")] == told(
        statement.unit("M3").layers
    )[:2]
    assert [("Third Re", "0.00", "5.00", "-5.00")] == told(statement.unit("M3").layers)[2:]


def test_one_carrier_has_no_layers() -> None:
    """And no key for them in plain data."""
    document = settle(a_policy(specific()), [paid("c1", "M1", 150)]).to_dict()["specific"]

    assert ("layers" in document, "layers" in document["units"][0]) == (False, False)


NAMELESS = "carrier_payments[0].carrier: a payment under specific names one of the carriers over one another [SL316]"
NAMED = (
    "carrier_payments[0].carrier: only under specific, with several carriers over one another, does a "
    "payment name one; "
    "leave it out [SL316]"
)


@pytest.mark.parametrize(
    ("terms", "received", "expected"),
    [
        ({"layers": LAYERS}, by_carrier("k1", 5, member="M1"), NAMELESS),
        ({"layers": LAYERS}, by_carrier("k1", 5, member="M1", carrier="Fourth Re"), NAMELESS),
        ({"layers": LAYERS}, by_carrier("k1", 5, coverage="aggregate", carrier="First Re"), NAMED),
        ({}, by_carrier("k1", 5, member="M1", carrier="First Re"), NAMED),
    ],
)
def test_a_payment_says_which_of_several_carriers_paid(terms: dict[str, Any], received: Any, expected: str) -> None:
    """Where there are several, and only there."""
    policy = a_policy(specific(**terms), aggregate())
    units = [line for line in refused(FactError, settle, policy, [], (), [received]) if "SL543" not in line]

    assert [expected] == units
