"""Policy years and renewal show nobody either: no repr, error or notice has an id or a member's amount."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from stoploss.errors import FactError
from stoploss.facts import Coverage
from stoploss.inner_terms import Used
from stoploss.lasers import Laser
from stoploss.program import Program, draw
from stoploss.promises import RenewalTerms
from stoploss.renewal import check_renewal, disclosure, renew
from tests.unit.given import a_period, a_policy, paid, refused, specific
from tests.unit.test_privacy import MARK, MEMBERS, PAYMENTS, objects

TERMS: dict[str, Any] = {
    "deductible": "50,000",
    "lifetime_maximum": "900,000",
    "used": [Used(member=MEMBERS[0], reimbursed="12,321.23")],
    "lasers": [Laser(member=MEMBERS[0], deductible="70,123.45")],
}
PROMISED = RenewalTerms(no_new_lasers=True)
YEARS = [
    a_policy(specific(basis="12/15", **TERMS), period=a_period("2024-01-01", "2024-12-31"), renewal=PROMISED),
    a_policy(specific(basis="15/12", **TERMS), number="SL-2"),
]
LATE = paid("hidden-late", MEMBERS[1], "43,212.34", "2025-02-01", "2024-11-01", diagnosis=["hidden-diagnosis"])


def test_no_repr_shows_anybody() -> None:
    """Not of the statements, of what is unassigned, of gaps, disclosures or changed terms."""
    statement = Program(policies=YEARS, overlap="incurred").settle([*PAYMENTS, LATE])
    disclosed = [disclosure(each, threshold="1") for each in statement.statements]
    renewal = renew(YEARS[1], statement=statement.statements[1], changes={"specific.lasers": []})
    shown = [repr(each) for each in objects((statement, disclosed, renewal, draw(YEARS, Coverage.SPECIFIC)))]

    assert len(disclosed[1].units) > 1
    assert renewal.changes
    assert [text for text in shown if MARK in text or "12,321" in text or "12321" in text] == []


def test_no_message_shows_anybody() -> None:
    """Not of a payment that two years hold, of a laser that was not there, or of what was used otherwise."""
    added = evolve(YEARS[1], specific=specific(lasers=[Laser(member=MEMBERS[2], deductible="70,124.56")]))
    restated = specific(basis="15/12", **TERMS | {"used": [Used(member=MEMBERS[0], reimbursed="12,321.24")]})
    years = [YEARS[0], evolve(YEARS[1], specific=restated)]
    messages = [
        *refused(FactError, Program(policies=YEARS).settle, [LATE]),
        *map(str, check_renewal(YEARS[0], added)),
        *map(str, Program(policies=years, overlap="incurred").settle([*PAYMENTS, LATE]).notices),
    ]

    assert [message[-6:-1] for message in messages] == ["SL315", "SL724", "SL708"]
    assert [message for message in messages if MARK in message or "12,321" in message or "70,12" in message] == []
