"""Funding plans: what they give, and what contradicts itself in one."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stoploss.documents.reading import keys_of
from stoploss.errors import FeedError, InvalidValue, PolicyError, WrongType
from stoploss.funding import FundingPlan, TierRates, dump_funding_plan, load_funding_plan, parse_funding_plan
from tests.unit.given import refused

EVERYTHING = """\
schema = 1
currency = "EUR"
administration = "38.5"

[[tiers]]
tier = "single"
specific_premium = "142.1"
aggregate_premium = "9.85"
fully_insured_premium = "812.4"
expected_claims = "495"
expected_reimbursements = "60"
funding_rate = "660.123456"

[[tiers]]
tier = "family"
administration = "41"
specific_premium = "331.75"
aggregate_premium = "23.15"
fully_insured_premium = "1969"
expected_claims = "1201.5"
expected_reimbursements = "145"
funding_rate = "1600"
"""


def rates(tier: str = "single", **given: Any) -> TierRates:
    """Return the rates of a tier whose claims are expected to be 100 a month."""
    plain: dict[str, Any] = {"tier": tier, "expected_claims": 100}
    return TierRates(**plain | given)


def plan(*tiers: TierRates, **given: Any) -> FundingPlan:
    """Return a plan with these tiers and a fee of 10."""
    return FundingPlan(**{"administration": 10, "tiers": tiers or [rates()]} | given)


def test_a_tier_has_the_plans_fee_unless_it_has_its_own() -> None:
    """The administration fee of the plan is that of every tier without one of its own."""
    own = plan(rates(), rates("family", administration="12.25"))

    assert own.rate("administration", "single") == Decimal(10)
    assert own.rate("administration", "family") == Decimal("12.25")


def test_a_rate_that_is_not_given_is_none() -> None:
    """A plan says whether it gives a rate; one that it does not give is no zero."""
    own = plan(rates(specific_premium=0))

    assert own.gives("specific_premium")
    assert own.rate("specific_premium", "single") == 0
    assert not own.gives("funding_rate")
    assert own.rate("funding_rate", "single") is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"tiers": []},
            [
                "tiers: a funding plan has the rates of at least one tier [SL601]",
                "expected_claims: the expected claims are given in total, or for every tier [SL605]",
            ],
        ),
        (
            {"tiers": [rates(), rates()]},
            ["tiers[1].tier: a tier has its rates once; this one repeats an earlier one [SL602]"],
        ),
        (
            {"tiers": [rates(), rates("family", specific_premium=3)]},
            [
                (
                    "tiers[0].specific_premium: this rate is given for other tiers, and so for every tier; "
                    'write "0" if it is free [SL603]'
                )
            ],
        ),
        (
            {"administration": None, "tiers": [rates(), rates("family", administration=3)]},
            ["tiers[0].administration: the administration fee is given for the plan, or for this tier [SL604]"],
        ),
        (
            {"tiers": [TierRates(tier="single")]},
            ["expected_claims: the expected claims are given in total, or for every tier [SL605]"],
        ),
        (
            {"expected_claims": 1200, "expected_reimbursements": 100},
            [
                "expected_claims: what is expected is given by tier, and so not in total as well [SL606]",
                "expected_reimbursements: what is expected is given by tier, and so not in total as well [SL606]",
            ],
        ),
        (
            {"tiers": [TierRates(tier="single")], "expected_claims": 100, "expected_reimbursements": 101},
            [
                (
                    "expected_reimbursements: specific is expected to reimburse no more than the claims that are "
                    "expected [SL607]"
                )
            ],
        ),
        (
            {"tiers": [TierRates(tier="single")], "expected_claims": -1},
            ["expected_claims: this amount is not negative [SL501]"],
        ),
        ({"currency": " "}, ["currency: this is text, and not empty [SL531]"]),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(given: dict[str, Any], expected: list[str]) -> None:
    """Every contradiction in a plan is found, by the path of the term."""
    assert expected == refused(PolicyError, plan, **given)


@pytest.mark.parametrize(
    ("error", "given", "expected"),
    [
        (InvalidValue, {"funding_rate": -1}, "funding_rate: a factor is not negative [SL109]"),
        (
            InvalidValue,
            {"specific_premium": "1.1234567"},
            "specific_premium: a factor has at most six places; round it as the schedule does [SL110]",
        ),
        (
            WrongType,
            {"aggregate_premium": 9.85},
            'aggregate_premium: a factor is never a float; write it as text: "540.1625" [SL101]',
        ),
        (PolicyError, {"tier": ""}, "tier: an id is not empty [SL302]"),
        (
            PolicyError,
            {"expected_claims": 5, "expected_reimbursements": 6},
            (
                "expected_reimbursements: specific is expected to reimburse no more than the claims that are "
                "expected [SL607]"
            ),
        ),
        (
            PolicyError,
            {"expected_claims": None, "expected_reimbursements": 6},
            (
                "expected_reimbursements: this is the part of the tier's expected claims that specific reimburses, and "
                "they are not given; give both by tier, or in total [SL607]"
            ),
        ),
    ],
)
def test_a_rate_that_is_none_is_refused(error: type[Any], given: dict[str, Any], expected: str) -> None:
    """A rate is an exact amount of at least 0, and what is reimbursed is a part of what is expected."""
    assert [expected] == refused(error, rates, **given)


def test_rates_are_of_the_class_for_them() -> None:
    """A dictionary is no tier."""
    expected = "tiers[0]: this is of class TierRates, and dict is not [SL113]"

    assert [expected] == refused(WrongType, FundingPlan, administration=10, tiers=[{"tier": "single"}])


def test_a_plan_and_its_document_are_the_same() -> None:
    """A document reads back as the plan that wrote it, in both forms, and equal plans have equal documents."""
    own = parse_funding_plan(EVERYTHING)

    assert dump_funding_plan(own) == EVERYTHING
    assert parse_funding_plan(dump_funding_plan(own, format="json"), format="json") == own


def test_a_plan_is_read_from_a_file(tmp_path: Path) -> None:
    """A file in either form gives the same plan."""
    toml, json = tmp_path / "funding.toml", tmp_path / "funding.json"
    toml.write_text(EVERYTHING, encoding="utf-8")
    json.write_text(dump_funding_plan(load_funding_plan(toml), format="json"), encoding="utf-8")

    assert load_funding_plan(json) == load_funding_plan(toml)


def test_a_document_with_faults_is_refused_with_all_of_them(tmp_path: Path) -> None:
    """One error has every fault of a document, by line and path, those between terms included."""
    path = tmp_path / "funding.toml"
    path.write_text(
        """\
schema = 1
administration = 38.5
expected_claims = "100"
expected_reimbursements = "101"

[[tiers]]
tier = "single"
specific_premum = "1"
""",
        encoding="utf-8",
    )

    assert refused(PolicyError, load_funding_plan, path) == [
        'funding.toml:2 administration: a factor is written as text, never as a number; write "38.5" [SL112]',
        (
            "funding.toml:4 expected_reimbursements: specific is expected to reimburse no more than the claims that "
            "are expected [SL607]"
        ),
        'funding.toml:8 tiers[0].specific_premum: this key is not known; did you mean "specific_premium"? [SL570]',
    ]


def test_a_document_of_a_newer_form_is_not_judged() -> None:
    """What a newer version means by its keys is not for this one to say."""
    expected = (
        "funding plan:1 schema: this document was written by a newer version; this one reads schema 1; "
        "update stoploss [SL582]"
    )

    assert [expected] == refused(PolicyError, parse_funding_plan, "schema = 2\nwhatever = 3")


def test_a_document_without_a_version_is_refused() -> None:
    """A document states the version of its form, and the rest of it is checked all the same."""
    text = EVERYTHING.replace("schema = 1\n", "")

    assert refused(PolicyError, parse_funding_plan, text) == [
        "funding plan schema: a policy document states the version of its form; write schema = 1 [SL581]"
    ]


def test_a_file_that_is_not_there() -> None:
    """A missing file is named, and nothing else."""
    assert refused(FeedError, load_funding_plan, "nowhere.toml") == ["nowhere.toml: there is no such file [SL481]"]


def test_the_page_has_every_key() -> None:
    """The how-to about funding plans has a row for every key, and no other."""
    page = Path(__file__).parents[2] / "docs" / "how-to" / "tell-the-employers-year.md"
    listed = [line.split("`")[1] for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]

    assert sorted(listed) == sorted(["schema", *keys_of(FundingPlan), *(f"tiers.{key}" for key in keys_of(TierRates))])
