"""The words of a schedule, exactly as documents write them."""

from __future__ import annotations

import pytest

from stoploss import words
from stoploss.choice import Choice

WORDS = {
    "AggregateOnTermination": ["pays", "nothing"],
    "CapOn": ["reimbursement", "eligible"],
    "CapPer": ["period", "lifetime"],
    "ConsumeBy": ["paid", "incurred"],
    "Counting": ["loss_limit", "net_of_specific"],
    "DeductibleOnTermination": ["full", "prorated"],
    "LaserCounts": ["standard", "laser", "nothing"],
    "LaserEffect": ["whole_period", "from_trigger"],
    "LaserLossLimit": ["standard", "laser"],
    "LegalCost": ["gross", "net"],
    "LimitCaps": ["counted", "reimbursed"],
    "LimitPer": ["member", "policy"],
    "MaximumKind": ["flat", "ceiling"],
    "MaximumOn": ["reimbursement", "eligible"],
    "MinimumInAccommodation": ["prorated", "none"],
    "MinimumOnTermination": ["full", "prorated", "dropped"],
    "OverlapRule": ["error", "incurred", "paid", "first"],
    "Per": ["member", "family"],
    "RebateTreatment": ["net_per_claim", "gross", "net_at_aggregate"],
    "RecoveryOrder": ["recompute", "employer_first", "pro_rata"],
    "Repay": ["at_end", "when_recovered"],
    "ShareApplies": ["after_aggregating", "before_aggregating"],
    "TerminalAttachment": ["last_months", "ratio", "corridor", "unchanged"],
    "WindowsOnTermination": ["to_termination", "unchanged"],
}


def test_every_word_list_is_here() -> None:
    """No list of words is added without its row above."""
    assert sorted(WORDS) == words.__all__


@pytest.mark.parametrize(("name", "expected"), WORDS.items())
def test_the_words_are_those_of_the_documents(name: str, expected: list[str]) -> None:
    """These words are a public contract: none is renamed, and the first is the default."""
    choice: type[Choice] = getattr(words, name)

    assert expected == [str(member) for member in choice]
