"""What changed between two statements: which payments, and what became due."""

from __future__ import annotations

from decimal import Decimal

from stoploss.changes import diff
from stoploss.facts import Coverage
from stoploss.statement import settle
from tests.unit.given import a_policy, a_year_of_units, aggregate, by_carrier, day, paid, specific

POLICY = a_policy(specific(aggregating=50))
FILED = [paid("c1", "M1", 180, "2025-02-01"), paid("c2", "M2", 40, "2025-03-01")]


def test_nothing_changes_between_equal_statements() -> None:
    """The same facts in another order are the same statement."""
    changes = diff(settle(POLICY, FILED), settle(POLICY, FILED[::-1]))

    assert ((), (), (), (), Decimal("0.00")) == (
        changes.added,
        changes.removed,
        changes.changed,
        changes.due,
        changes.became_due,
    )


def test_a_late_claim_is_added_and_moves_what_the_asd_had_absorbed() -> None:
    """130 for M3 in January takes 30 of the ASD from M1: due 30 before, then 60 for M1 less nothing, 0 for M3."""
    later = [*FILED, paid("c3", "M3", 130, "2025-01-20")]
    changes = diff(settle(POLICY, FILED), settle(POLICY, later))

    # c1: excess 80, absorbed 50, due 30; with c3's 30 absorbed first, c1 is absorbed 20, due 60.
    assert ["c3"] == [change.id for change in changes.added]
    assert ["c1"] == [change.id for change in changes.changed]
    assert [(Coverage.SPECIFIC, "M1", Decimal("30.00"), Decimal("60.00"), Decimal("30.00"))] == [
        (change.coverage, change.unit, change.then, change.now, change.became_due) for change in changes.due
    ]
    assert Decimal("30.00") == changes.became_due


def test_a_statement_of_an_earlier_day_removes_what_came_later() -> None:
    """Looking back, the later payment is not there."""
    changes = diff(settle(POLICY, FILED), settle(POLICY, FILED, as_of=day("2025-02-15")))

    assert [("c2", None)] == [(change.id, change.now) for change in changes.removed]


def test_what_the_carrier_paid_is_no_longer_due() -> None:
    """A unit that is in one statement only counts as zero in the other; the aggregate is a row of its own."""
    policy = a_policy(specific(), aggregate())
    units = a_year_of_units()
    then = settle(policy, [paid("c1", "M1", 150)], units)
    received = [
        by_carrier("k1", 70, member="M1"),
        by_carrier("k2", 5, coverage="aggregate"),
        by_carrier("k3", 9, member="M9"),
    ]
    changes = diff(then, settle(policy, [paid("c1", "M1", 150)], units, received))

    assert {("M1", Decimal("-70.00")), ("M9", Decimal("-9.00")), (None, Decimal("-5.00"))} == {
        (change.unit, change.became_due) for change in changes.due
    }
    assert Decimal("-84.00") == changes.became_due


def test_a_policy_without_specific_has_one_amount_due() -> None:
    """The aggregate's: 12 months of 10 are 120; of 150 counted, 30 become due."""
    policy, units = a_policy(aggregate=aggregate()), a_year_of_units()
    changes = diff(settle(policy, [], units), settle(policy, [paid("c1", "M1", 150)], units))

    assert [(None, Decimal("30.00"))] == [(change.unit, change.became_due) for change in changes.due]


def test_no_repr_shows_whom_it_is_about() -> None:
    """Counts only."""
    changes = diff(settle(POLICY, []), settle(POLICY, FILED))

    assert "Changes(2 added, 0 removed, 0 changed)" == repr(changes)
    assert "PaymentChange()" == repr(changes.added[0])
    assert "DueChange(coverage=<Coverage.SPECIFIC: 'specific'>)" == repr(changes.due[0])
