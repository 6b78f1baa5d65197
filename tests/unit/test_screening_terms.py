"""Screening by further terms: covered classes, excluded labels, a prior administrator; in their order."""

from __future__ import annotations

from typing import Any

import pytest

from stoploss.basis import ContractBasis, PriorAdministrator
from stoploss.eligibility import screen_of
from stoploss.errors import InvalidValue, PolicyError, WrongType
from stoploss.facts import Coverage, Payment
from stoploss.policy import Policy
from stoploss.riders import OtherPolicy, Overlap, Rebates
from stoploss.statement import settle
from tests.unit.given import a_policy, a_year_of_units, aggregate, day, excluded, paid, refused, specific


def reason(policy: Policy, payment: Payment, *others: Payment) -> str | None:
    """Return why specific does not count a payment, and check that both ways to ask agree."""
    reported = {row.id: row for row in (payment, *others)}
    screen = screen_of(policy, Coverage.SPECIFIC)
    found = screen.reason(payment, reported)

    assert ([payment] if found is None else []) == screen.screen([payment], reported).eligible
    return found and str(found)


# ------------------------------------------------------------------ classes


@pytest.mark.parametrize(
    ("classes", "covered_class", "expected"),
    [
        ([], None, None),
        ([], "retiree", None),
        (["active", "cobra"], "active", None),
        (["active", "cobra"], "cobra", None),
        (["active", "cobra"], "retiree", "class_not_covered"),
        # a claim that names no class is in none of them
        (["active", "cobra"], None, "class_not_covered"),
    ],
)
def test_a_cover_may_be_of_some_classes(classes: list[str], covered_class: str | None, expected: str | None) -> None:
    """Those that it names, or all."""
    policy = a_policy(specific(classes=classes))

    assert expected == reason(policy, paid("c1", "M1", 5, covered_class=covered_class))


def test_each_cover_has_its_own_classes_and_labels() -> None:
    """Specific leaves out retirees, the aggregate what carries a label."""
    policy = a_policy(specific(classes=["active"]), aggregate(excludes=["access_fee"]))
    payments = [
        paid("c1", "M1", 10, covered_class="active"),
        paid("c2", "M1", 20, covered_class="retiree"),
        paid("c3", "M1", 40, covered_class="active", tags=["access_fee"]),
    ]
    statement = settle(policy, payments, a_year_of_units())

    assert {"class_not_covered": (1, "20.00")} == excluded(statement.specific)
    assert {"excluded_tag": (1, "40.00")} == excluded(statement.aggregate)


# ------------------------------------------------------------------ labels


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, None),
        ({"tags": ["access_fee"]}, "excluded_tag"),
        ({"tags": ["other", "access_fee"]}, "excluded_tag"),
        ({"tags": ["access_fees"]}, None),
        ({"diagnosis": ["F10.20"]}, "excluded_tag"),
        ({"diagnosis": ["F11"]}, None),
    ],
)
def test_a_cover_may_exclude_labels(given: dict[str, Any], expected: str | None) -> None:
    """Tags, or codes that begin with one."""
    policy = a_policy(specific(excludes=["access_fee", "F10"]))

    assert expected == reason(policy, paid("c1", "M1", 5, **given))


# ------------------------------------------------------------------ a prior administrator


def under(prior: Any) -> Policy:
    """Return a policy that says whether claims of a prior administrator count."""
    return a_policy(specific(basis=ContractBasis(label="24/12", prior_administrator=prior)))


IN_TIME = PriorAdministrator(paid_by=day("2025-06-30"), reported_by=day("2025-12-31"))


@pytest.mark.parametrize(
    ("prior", "paid_on", "reported_on", "expected"),
    [
        ("included", "2025-09-01", None, None),
        ("excluded", "2025-02-01", None, "prior_administrator"),
        (IN_TIME, "2025-06-30", "2025-12-31", None),
        (IN_TIME, "2025-07-01", "2025-07-01", "prior_administrator"),
        (IN_TIME, "2025-06-30", "2026-01-01", "prior_administrator"),
        (PriorAdministrator(paid_by=day("2025-06-30")), "2025-06-30", None, None),
        (PriorAdministrator(reported_by=day("2025-12-31")), "2025-09-01", "2025-12-31", None),
    ],
)
def test_claims_of_a_prior_administrator_may_be_too_late(
    prior: Any, paid_on: str, reported_on: str | None, expected: str | None
) -> None:
    """Paid by a day, reported by a day, or not at all; those of the current one always count."""
    more: dict[str, Any] = {"reported_on": day(reported_on)} if reported_on else {}
    policy = under(prior)

    assert expected == reason(policy, paid("c1", "M1", 5, paid_on, administrator="prior", **more))
    assert None is reason(policy, paid("c1", "M1", 5, "2025-09-01"))


@pytest.mark.parametrize("word", ["included", "excluded"])
def test_a_word_says_whether_they_count(word: str) -> None:
    """As a document writes it."""
    assert (word == "included") is PriorAdministrator.parse(word).included


@pytest.mark.parametrize(
    ("make", "error", "expected"),
    [
        (
            lambda: PriorAdministrator.parse("exclude"),
            PolicyError,
            (
                "claims of a prior administrator are included, excluded, or counted by the days of a table; "
                'did you mean "excluded"? [SL563]'
            ),
        ),
        (
            lambda: PriorAdministrator(included=False, paid_by=day("2025-06-30")),
            PolicyError,
            (
                "included: claims of a prior administrator that are excluded have no days by which they count; "
                "leave the days out [SL563]"
            ),
        ),
        (
            lambda: PriorAdministrator(included=False, reported_by=day("2025-06-30")),
            PolicyError,
            (
                "included: claims of a prior administrator that are excluded have no days by which they count; "
                "leave the days out [SL563]"
            ),
        ),
        (
            lambda: ContractBasis(label="12/12", prior_administrator=5),  # type: ignore[arg-type]
            WrongType,
            "prior_administrator: this is of class PriorAdministrator, and int is not [SL113]",
        ),
    ],
)
def test_a_term_about_a_prior_administrator_that_is_none_is_refused(make: Any, error: Any, expected: str) -> None:
    """Another word, or days of what does not count."""
    assert [expected] == refused(error, make)


# ------------------------------------------------------------------ the first reason is the answer

LADDER = a_policy(
    specific(
        basis=ContractBasis(label="12/15", prior_administrator="excluded"),
        classes=["active"],
        excludes=["access_fee"],
    ),
    rebates=Rebates(treatment="gross"),
    overlap=Overlap(
        rule="paid", other=[OtherPolicy(effective=day("2026-01-01"), expires=day("2026-12-31"), basis="24/12")]
    ),
)
WRONG: dict[str, Any] = {
    "covered_class": "retiree",
    "benefit": "dental",
    "tags": ["access_fee", "rebate"],
    "incurred_on": day("2024-12-31"),
    "paid_on": day("2026-04-01"),
    "administrator": "prior",
}
RIGHT: list[tuple[str, dict[str, Any]]] = [
    ("class_not_covered", {"covered_class": "active"}),
    ("benefit_not_covered", {"benefit": "medical"}),
    ("excluded_tag", {"tags": ["rebate"]}),
    ("incurred_before", {"incurred_on": day("2025-12-01")}),
    ("paid_after", {"paid_on": day("2026-03-01")}),
    ("prior_administrator", {"administrator": "current"}),
    ("other_policy", {"paid_on": day("2025-12-20")}),
]


@pytest.mark.parametrize("step", range(len(RIGHT) + 1))
def test_the_first_reason_is_the_answer(step: int) -> None:
    """A claim with everything wrong, put right step by step: each reason comes up in screening order."""
    given: dict[str, Any] = {"id": "c1", "member": "M1", "amount": 5} | WRONG
    for _, right in RIGHT[:step]:
        given |= right

    assert (RIGHT[step][0] if step < len(RIGHT) else None) == reason(LADDER, Payment(**given))


def test_a_rebate_is_told_before_what_it_undoes() -> None:
    """A negative row with the tag, whatever its claim is; one of another year is that first."""
    claim = Payment(id="c1", member="M1", amount=5, **WRONG)
    rebate = paid("r1", "M1", -5, tags=["rebate"], adjusts="c1")

    assert ("rebate", "adjusts_elsewhere") == (reason(LADDER, rebate, claim), reason(LADDER, rebate))


def test_a_refund_is_judged_by_the_class_and_labels_of_its_claim() -> None:
    """Its own do not matter."""
    claim = paid("c1", "M1", 5, covered_class="active")
    refund = paid("r1", "M1", -5, adjusts="c1", covered_class="retiree", tags=["access_fee"])

    assert (None, "class_not_covered") == (reason(LADDER, refund, claim), reason(LADDER, refund, paid("c1", "M1", 5)))


# ------------------------------------------------------------------ terms


@pytest.mark.parametrize("cover", [specific, aggregate])
@pytest.mark.parametrize("name", ["excludes", "classes"])
def test_labels_and_classes_are_listed_once_and_have_names(cover: Any, name: str) -> None:
    """As texts, not as one text."""
    assert [f"{name}: each is listed once [SL525]"] == refused(InvalidValue, cover, **{name: ["a", "a"]})
    assert [f'{name}: this is a sequence of texts, not a str; write ["a", "b"] [SL101]'] == refused(
        WrongType, cover, **{name: "active"}
    )
