"""Another policy's basis may be that of one of its covers: the other cover is then judged by its own."""

from __future__ import annotations

from typing import Any

import pytest

from stoploss.documents import dump_policy, parse_policy
from stoploss.eligibility import Reason
from stoploss.errors import FactError, PolicyError
from stoploss.facts import Coverage
from stoploss.policy import Policy
from stoploss.riders import OtherPolicy, Overlap
from stoploss.statement import settle
from tests.unit.given import a_policy, a_year_of_units, aggregate, day, paid, refused, specific

BEFORE: dict[str, Any] = {"effective": day("2024-01-01"), "expires": day("2024-12-31")}
RUN_IN = paid("1", "M1", 150, "2025-02-01", "2024-11-01")


def policy(rule: str, *others: OtherPolicy) -> Policy:
    """Return a policy of 2025 whose covers both take run-in."""
    return a_policy(specific(basis="15/12"), aggregate(basis="15/12"), overlap=Overlap(rule=rule, other=others))


def other(basis: str, *covers: str) -> OtherPolicy:
    """Return the policy of the year before, as those of its covers see it."""
    return OtherPolicy(**BEFORE, basis=basis, covers=covers)


@pytest.mark.parametrize(
    ("covers", "elsewhere"),
    [(["specific"], [True, True]), (["aggregate"], [False, True]), (["specific", "aggregate"], [True, True])],
)
def test_a_basis_counts_for_the_covers_that_it_names(covers: list[str], elsewhere: list[bool]) -> None:
    """What the other policy's aggregate takes, specific keeps; what its specific takes counts in no other aggregate."""
    statement = settle(policy("incurred", other("12/15", *covers)), [RUN_IN], a_year_of_units())
    sheets = (statement.specific, statement.aggregate)

    assert [any(row.reason is Reason.OTHER_POLICY for row in sheet.excluded) for sheet in sheets if sheet] == elsewhere


def test_both_covers_unless_it_says_so() -> None:
    """A policy that is listed by its basis alone has it for both."""
    assert OtherPolicy(**BEFORE, basis="12/15").covers == tuple(Coverage)


def test_each_cover_is_listed_once() -> None:
    """One policy may be listed twice, once for each of its covers, and not twice for one."""
    two = [other("12/15", "specific"), other("12/12", "aggregate")]

    assert Overlap(rule="incurred", other=two).other == tuple(two)
    assert refused(PolicyError, Overlap, rule="incurred", other=[*two, other("12/24", "aggregate")]) == [
        "other: an overlap names at least one other policy, and each once [SL560]"
    ]


@pytest.mark.parametrize("covers", [[], ["specific", "specific"]])
def test_an_other_policy_has_a_cover(covers: list[str]) -> None:
    """A basis of no cover, or twice of one, says nothing."""
    assert refused(PolicyError, other, "12/15", *covers) == [
        "covers: this names at least one cover, and each once [SL560]"
    ]


def test_what_two_policies_hold_is_refused_cover_by_cover() -> None:
    """By the rule `error`, only days that both policies hold under the same cover are a fault."""
    own = a_policy(
        specific(basis="15/12"), aggregate(basis="12/12"), overlap=Overlap(other=[other("12/15", "aggregate")])
    )
    undated = paid("2", "M1", -10, "2025-02-01", "2024-11-01", adjusts="1")

    assert settle(own, [RUN_IN, undated], a_year_of_units()).carrier_total == 40
    assert (
        len(refused(FactError, settle, policy("error", other("12/15", "specific")), [RUN_IN], a_year_of_units())) == 1
    )


def test_a_document_names_the_covers() -> None:
    """As a list of words, left out where it is both."""
    both = policy("incurred", other("12/15", "specific"), other("12/12", "aggregate"))
    text = dump_policy(both)

    assert 'basis = "12/15"\ncovers = ["specific"]\n' in text
    assert parse_policy(text) == both
    assert 'covers = ["specific", "aggregate"]' not in dump_policy(
        policy("incurred", OtherPolicy(**BEFORE, basis="12/15"))
    )
