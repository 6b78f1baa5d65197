"""The policy: covers and period together, and what ends when it ends early."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError

from stoploss.basis import ContractBasis, Windows
from stoploss.errors import PolicyError
from stoploss.facts import Coverage
from stoploss.lasers import Laser
from stoploss.policy import Policy, policy_values, specific_alone
from stoploss.riders import EarlyTermination, TerminalLiability
from stoploss.window import Period
from stoploss.words import ConsumeBy, Per, WindowsOnTermination
from tests.unit.given import YEAR, a_period, a_policy, aggregate, day, refused, specific

WRITTEN = "this is text, and not empty [SL531]"
STATE = "situs: the state of issue is two capital letters; such as IL [SL532]"
DECIDES = "this belongs to a policy without specific; here the specific cover decides it for both; write it as"


def windows(found: Windows | None) -> tuple[str, str] | None:
    """Return both windows as text."""
    return (str(found.incurred), str(found.paid)) if found else None


def test_a_policy_has_the_windows_of_its_covers() -> None:
    """Each cover has windows of its own basis."""
    policy = a_policy(specific(basis="12/15"), aggregate(basis="12/12"))

    assert ("2025-01-01 to 2025-12-31", "2025-01-01 to 2026-03-31") == windows(policy.specific_windows)
    assert ("2025-01-01 to 2025-12-31", "2025-01-01 to 2025-12-31") == windows(policy.aggregate_windows)


@pytest.mark.parametrize("cover", ["specific", "aggregate"])
def test_a_cover_that_is_not_there_has_no_windows(cover: str) -> None:
    """A policy may have one cover alone."""
    policy = a_policy(specific=specific()) if cover == "aggregate" else a_policy(aggregate=aggregate())

    assert getattr(policy, cover) is None
    assert getattr(policy, f"{cover}_windows") is None


@pytest.mark.parametrize(
    ("basis", "terminated", "windows_term", "expected_specific", "expected_aggregate"),
    [
        # both windows end with the policy, run-out included
        (
            "12/15",
            "2025-08-31",
            "to_termination",
            ("2025-01-01 to 2025-08-31", "2025-01-01 to 2025-08-31"),
            ("2025-01-01 to 2025-08-31", "2025-01-01 to 2025-08-31"),
        ),
        (
            "24/12",
            "2025-08-31",
            "to_termination",
            ("2024-01-01 to 2025-08-31", "2025-01-01 to 2025-08-31"),
            ("2024-01-01 to 2025-08-31", "2025-01-01 to 2025-08-31"),
        ),
        (
            "incurred",
            "2025-08-31",
            "to_termination",
            ("2025-01-01 to 2025-08-31", "2025-01-01 to 2025-08-31"),
            ("2025-01-01 to 2025-08-31", "2025-01-01 to 2025-08-31"),
        ),
        # terminated on the last day: nothing is left of the run-out
        (
            "12/15",
            "2025-12-31",
            "to_termination",
            ("2025-01-01 to 2025-12-31", "2025-01-01 to 2025-12-31"),
            ("2025-01-01 to 2025-12-31", "2025-01-01 to 2025-12-31"),
        ),
        # unchanged: specific keeps its windows, the aggregate's end all the same
        (
            "12/15",
            "2025-08-31",
            "unchanged",
            ("2025-01-01 to 2025-12-31", "2025-01-01 to 2026-03-31"),
            ("2025-01-01 to 2025-08-31", "2025-01-01 to 2025-08-31"),
        ),
        (
            "incurred",
            "2025-08-31",
            "unchanged",
            ("2025-01-01 to 2025-12-31", "2025-01-01 to whenever"),
            ("2025-01-01 to 2025-08-31", "2025-01-01 to 2025-08-31"),
        ),
        # without termination the term has no effect
        (
            "12/15",
            None,
            "to_termination",
            ("2025-01-01 to 2025-12-31", "2025-01-01 to 2026-03-31"),
            ("2025-01-01 to 2025-12-31", "2025-01-01 to 2026-03-31"),
        ),
    ],
)
def test_termination_cuts_the_windows(
    basis: str,
    terminated: str | None,
    windows_term: str,
    expected_specific: tuple[str, str],
    expected_aggregate: tuple[str, str],
) -> None:
    """No window ends after the last day in force, unless specific's are unchanged."""
    policy = a_policy(
        specific(basis=basis),
        aggregate(basis=basis),
        period=a_period(terminated=terminated) if terminated else YEAR,
        early_termination=EarlyTermination(windows=windows_term),
    )

    assert expected_specific == windows(policy.specific_windows)
    assert expected_aggregate == windows(policy.aggregate_windows)


def test_termination_cuts_explicit_windows() -> None:
    """A day that the basis names is cut like any other."""
    basis = ContractBasis(label="12/12", paid_through=day("2026-06-30"), incurred_through=day("2025-06-30"))
    policy = a_policy(specific(basis=basis), period=a_period(terminated="2025-08-31"))

    assert ("2025-01-01 to 2025-06-30", "2025-01-01 to 2025-08-31") == windows(policy.specific_windows)


def test_early_termination_is_plain_unless_it_says_otherwise() -> None:
    """Windows end, the minimum stays whole, and the aggregate pays."""
    assert ("to_termination", "full", "pays") == (
        str(EarlyTermination().windows),
        str(EarlyTermination().minimum),
        str(EarlyTermination().aggregate),
    )
    assert WindowsOnTermination.TO_TERMINATION is a_policy(specific()).early_termination.windows


@pytest.mark.parametrize(
    ("covers", "per", "consume_by"),
    [
        ({"specific": {}}, Per.MEMBER, ConsumeBy.PAID),
        ({"specific": {"per": "family", "consume_by": "incurred"}}, Per.FAMILY, ConsumeBy.INCURRED),
        ({"specific": {"per": "family", "consume_by": "incurred"}, "aggregate": {}}, Per.FAMILY, ConsumeBy.INCURRED),
        ({"aggregate": {}}, Per.MEMBER, ConsumeBy.PAID),
        ({"aggregate": {"per": "family", "consume_by": "incurred"}}, Per.FAMILY, ConsumeBy.INCURRED),
    ],
)
def test_both_covers_run_over_the_same_units_in_the_same_order(
    covers: dict[str, dict[str, Any]], per: Per, consume_by: ConsumeBy
) -> None:
    """Specific decides; in a policy without it, the aggregate does."""
    own = specific(**covers["specific"]) if "specific" in covers else None
    group = aggregate(**covers["aggregate"]) if "aggregate" in covers else None
    policy = a_policy(own, group)

    assert (per, consume_by) == (policy.per, policy.consume_by)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"specific": None},
            ["a policy has a specific cover, an aggregate cover or both; add [specific] or [aggregate] [SL530]"],
        ),
        ({"policyholder": ""}, [f"policyholder: {WRITTEN}"]),
        ({"carrier": "  "}, [f"carrier: {WRITTEN}"]),
        ({"number": 5}, [f"number: {WRITTEN}"]),
        ({"currency": None}, [f"currency: {WRITTEN}"]),
        ({"situs": "il"}, [STATE]),
        ({"situs": "Illinois"}, [STATE]),
        ({"situs": "IL "}, [STATE]),
        ({"situs": 5}, [STATE]),
        (
            {"specific": specific(basis="6/9")},
            [
                (
                    "specific.basis: N/M of 6/9 are each at least the 12 months of the policy period; "
                    "a six-month policy with three months of run-out is 6/9 [SL504]"
                )
            ],
        ),
        (
            {"aggregate": aggregate(loss_limit="100.01")},
            [
                (
                    "aggregate.loss_limit: the loss limit is at most the specific deductible, 100.00, "
                    "or a dollar would be paid twice [SL533]"
                )
            ],
        ),
        ({"aggregate": aggregate(per="member")}, [f"aggregate.per: {DECIDES} specific.per [SL534]"]),
        ({"aggregate": aggregate(consume_by="paid")}, [f"aggregate.consume_by: {DECIDES} specific.consume_by [SL534]"]),
        (
            {
                "policyholder": " ",
                "situs": "",
                "specific": specific(basis="12/11"),
                "aggregate": aggregate(basis="11/12", loss_limit=101, per="member", consume_by="paid"),
            },
            [
                f"policyholder: {WRITTEN}",
                STATE,
                (
                    "specific.basis: N/M of 12/11 are each at least the 12 months of the policy period; "
                    "a six-month policy with three months of run-out is 6/9 [SL504]"
                ),
                (
                    "aggregate.basis: N/M of 11/12 are each at least the 12 months of the policy period; "
                    "a six-month policy with three months of run-out is 6/9 [SL504]"
                ),
                (
                    "aggregate.loss_limit: the loss limit is at most the specific deductible, 100.00, "
                    "or a dollar would be paid twice [SL533]"
                ),
                f"aggregate.per: {DECIDES} specific.per [SL534]",
                f"aggregate.consume_by: {DECIDES} specific.consume_by [SL534]",
            ],
        ),
    ],
)
def test_covers_that_contradict_each_other_are_refused_together(given: dict[str, Any], expected: list[str]) -> None:
    """One error lists every contradiction between covers, period and names."""
    assert expected == refused(PolicyError, a_policy, **{"specific": specific()} | given)


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        (ContractBasis(label="12/12", paid_from=dt.date(2026, 1, 1)), "before it starts on 2026-01-01 [SL205]"),
        (ContractBasis(label="12/12", paid_from=dt.date(2025, 9, 1)), "before it starts on 2025-09-01 [SL205]"),
    ],
    ids=["over the period", "over what termination leaves"],
)
def test_a_window_that_is_turned_around_is_refused_with_its_cover(basis: ContractBasis, expected: str) -> None:
    """Explicit days are held against the period and its termination."""
    (found,) = refused(
        PolicyError, a_policy, aggregate=aggregate(basis=basis), period=a_period(terminated="2025-08-31")
    )

    assert found.startswith("aggregate.basis")
    assert found.endswith(expected)


def test_a_loss_limit_at_the_deductible_is_no_contradiction() -> None:
    """Nor any loss limit in a policy without specific."""
    a_policy(specific(), aggregate(loss_limit=100))
    a_policy(aggregate=aggregate(loss_limit=1_000_000))


def test_a_policy_of_another_length_is_written_as_it_is() -> None:
    """A basis of six and nine months fits a policy of six."""
    policy = a_policy(specific(basis="6/9"), period=a_period("2023-07-01", "2023-12-31"))

    assert ("2023-07-01 to 2023-12-31", "2023-07-01 to 2024-03-31") == windows(policy.specific_windows)


def test_the_terms_of_a_policy_are_found_by_path() -> None:
    """What rules between covers read, one level deep; derived windows are no terms."""
    values = policy_values(a_policy(specific(), situs="IL"))

    assert (YEAR, "IL", specific().deductible) == (values["period"], values["situs"], values["specific.deductible"])
    assert values["aggregate"] is None
    assert "aggregate.loss_limit" not in values
    assert "specific_windows" not in values


def test_a_policy_is_never_changed() -> None:
    """A changed copy is another policy, with windows of its own."""
    policy = a_policy(specific(basis="12/15"))
    with pytest.raises(FrozenInstanceError):
        policy.number = "SL-2"  # type: ignore[misc]
    renewed = evolve(policy, period=Period(effective=day("2026-01-01"), expires=day("2026-12-31")))

    assert ("2026-01-01 to 2026-12-31", "2026-01-01 to 2027-03-31") == windows(renewed.specific_windows)


def test_policies_of_the_same_terms_are_the_same() -> None:
    """Policies are compared by their terms."""
    assert a_policy(specific()) == a_policy(specific())
    assert a_policy(specific()) != a_policy(specific(deductible=101))
    assert isinstance(a_policy(specific()), Policy)


@pytest.mark.parametrize(
    ("covers", "alone"), [(["specific", "aggregate"], (Coverage.SPECIFIC,)), (["aggregate"], None), ([], ())]
)
def test_a_policy_without_its_aggregate(covers: list[str], alone: tuple[Coverage, ...] | None) -> None:
    """What only concerns the aggregate goes with it: what a laser counts, and its part of terminal liability."""
    policy = evolve(
        a_policy(specific(lasers=[Laser(member="M1", excluded=True, counts="nothing")]), aggregate()),
        terminal_liability=TerminalLiability(elected=True, months=3, covers=covers),
    )
    found = specific_alone(policy)
    terminal = found.terminal_liability

    assert found.aggregate is None
    assert specific(lasers=[Laser(member="M1", excluded=True)]) == found.specific
    assert alone == (terminal.covers if terminal else None)


def test_a_policy_without_specific_cannot_stand_alone() -> None:
    """Nothing would be left of it."""
    with pytest.raises(PolicyError, match="SL530"):
        specific_alone(a_policy(aggregate=aggregate()))
