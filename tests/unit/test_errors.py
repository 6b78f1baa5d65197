"""Errors: all findings in one, standard parents, and nothing lost between processes."""

from __future__ import annotations

import pickle

import pytest

from stoploss import errors
from stoploss.errors import (
    FINDINGS_CAP,
    EngineError,
    FactError,
    FeedError,
    Finding,
    InvalidValue,
    InvariantError,
    LedgerConflict,
    PolicyError,
    StopLossError,
    UnknownFact,
    WrongType,
    raise_if_any,
)

LEAVES = [
    (EngineError, ValueError),
    (WrongType, TypeError),
    (InvalidValue, ValueError),
    (PolicyError, ValueError),
    (FactError, ValueError),
    (FeedError, ValueError),
    (LedgerConflict, ValueError),
    (UnknownFact, LookupError),
    (InvariantError, ValueError),
]

HERE = Finding(code="SL107", where="share", rule="a share is at most 1", help="write 80%")
NOWHERE = Finding(code="SL206", where="", rule="the policy expires before it is effective")


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (HERE, "share: a share is at most 1; write 80% [SL107]"),
        (Finding(code="SL107", where="share", rule="a share is at most 1"), "share: a share is at most 1 [SL107]"),
        (NOWHERE, "the policy expires before it is effective [SL206]"),
    ],
)
def test_a_finding_is_one_line(finding: Finding, expected: str) -> None:
    """A finding says where, what holds, the way out where there is one, and its code."""
    assert expected == str(finding)


@pytest.mark.parametrize(
    ("where", "prefix", "expected"),
    [
        ("share", "specific", "specific.share"),
        ("", "specific", "specific"),
        ("[3].member", "lasers", "lasers[3].member"),
        ("lasers[3].member", "specific", "specific.lasers[3].member"),
    ],
)
def test_a_finding_moves_one_level_out(where: str, prefix: str, expected: str) -> None:
    """What is wrong in a part is wrong in the whole, at a longer path."""
    finding = Finding(code="SL1", where=where, rule="no")

    assert Finding(code="SL1", where=expected, rule="no") == finding.under(prefix)


def test_an_error_shows_every_finding() -> None:
    """One error, one line a finding, in the order in which they were found."""
    error = PolicyError([HERE, NOWHERE])

    assert (HERE, NOWHERE) == error.findings
    assert f"{HERE}\n{NOWHERE}" == str(error)


def test_an_error_may_have_a_single_finding() -> None:
    """A single finding need not be wrapped."""
    assert PolicyError([HERE]).findings == PolicyError(HERE).findings


def test_an_error_keeps_a_thousand_findings_and_counts_the_rest() -> None:
    """A file of a million faults makes an error of 1,001 lines."""
    error = FeedError((HERE for _ in range(FINDINGS_CAP + 1_234)), more=1)

    assert 1_000 == FINDINGS_CAP == len(error.findings)
    assert 1_235 == error.more
    assert ["... and 1,235 more"] == str(error).splitlines()[1_000:]


def test_an_error_moves_one_level_out_whole() -> None:
    """Every finding moves, and the class and the count stay."""
    error = PolicyError([HERE, NOWHERE], more=7).under("specific")

    assert PolicyError is type(error)
    assert ["specific.share", "specific"] == [finding.where for finding in error.findings]
    assert 7 == error.more


@pytest.mark.parametrize(("leaf", "parent"), LEAVES)
def test_every_error_has_a_standard_parent(leaf: type[StopLossError], parent: type[Exception]) -> None:
    """Who knows nothing of this package can still catch a TypeError, a ValueError or a LookupError."""
    assert issubclass(leaf, StopLossError)
    assert issubclass(leaf, parent)


def test_every_leaf_is_in_the_table() -> None:
    """The table above leaves out no error that this module exports."""
    exported = [getattr(errors, name) for name in errors.__all__]
    leaves = {each for each in exported if isinstance(each, type) and issubclass(each, StopLossError)}

    assert leaves == {StopLossError, *(leaf for leaf, _ in LEAVES)}


@pytest.mark.parametrize("leaf", [leaf for leaf, _ in LEAVES])
def test_an_error_survives_the_way_to_another_process(leaf: type[StopLossError]) -> None:
    """Pickled and unpickled, an error has its class, its findings, its count and its text."""
    error = leaf([HERE, NOWHERE], more=3)
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 -- made here

    assert leaf is type(copy)
    assert (error.findings, 3, str(error)) == (copy.findings, copy.more, str(copy))


def test_nothing_found_raises_nothing() -> None:
    """Without findings there is no error."""
    raise_if_any(PolicyError, iter(()))


def test_all_that_was_found_is_raised_together() -> None:
    """With findings there is one error that holds all of them."""
    with pytest.raises(PolicyError) as raised:
        raise_if_any(PolicyError, iter((HERE, NOWHERE)))

    assert (HERE, NOWHERE) == raised.value.findings
