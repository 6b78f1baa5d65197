"""The ledger: what record answers at once, what it refuses, and what was known when."""

from __future__ import annotations

import datetime as dt
import itertools
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from types import FrameType
from typing import Any

import pytest
from attrs import evolve

from stoploss import ledger as module
from stoploss.arrivals import carrier_payment_faults
from stoploss.basis import ContractBasis, DollarLimit
from stoploss.errors import FactError, LedgerConflict, WrongType
from stoploss.facts import CarrierPayment, Payment
from stoploss.lasers import Laser
from stoploss.ledger import Ledger
from stoploss.money import LARGEST_CENTS
from stoploss.policy import Policy
from stoploss.splits import Split
from stoploss.standing import Standing
from stoploss.statement import Statement, settle
from tests.unit.given import (
    a_policy,
    a_year_of_units,
    aggregate,
    by_carrier,
    covered,
    day,
    lines,
    paid,
    pending,
    refused,
    specific,
)

PLAIN = a_policy(specific())
BOTH = a_policy(specific(), aggregate())
ASD = a_policy(specific(aggregating=50))
BY_FAMILY = a_policy(specific(per="family"))
UNITS = a_year_of_units()

C1 = paid("c1", "M1", 80, "2025-02-01")
C2 = paid("c2", "M1", 60, "2025-03-01")
VOID = paid("v1", "M1", -80, "2025-05-01", adjusts="c1")

TOLD = "this id was recorded with other content (it differs in"
CORRECTION = "a correction is a new payment under a new id [SL308]"
HELD = "a negative row that was recorded before names this payment [SL307]"
SAME_DAY = (
    "this policy month and tier was recorded with other units on the same day; "
    "a correction is recorded on a later day [SL542]"
)
TOO_MUCH = "the sum of all amounts stays within 64-bit cents [SL111]"
TIMESTAMP = dt.datetime(2025, 6, 30)  # noqa: DTZ001 -- what is to be refused


def a_ledger(policy: Policy = PLAIN, *payments: Payment) -> Ledger:
    """Return a ledger in which payments were recorded one by one."""
    ledger = Ledger(policy)
    for payment in payments:
        ledger.record(payment)
    return ledger


def enrolled(*payments: Payment) -> Ledger:
    """Return a ledger of both covers with these payments and a year of units, all known from the first day on."""
    ledger = a_ledger(BOTH, *payments)
    ledger.record_units(UNITS, recorded_on=day("2025-01-01"))
    return ledger


def told(split: Split) -> dict[str, str]:
    """Return what became of a payment: the lines that are not zero, what counts, and why it does not."""
    more = {name: getattr(split, name) for name in ("excluded", "counted", "aggregate_excluded")}
    return lines(split) | {name: str(value) for name, value in more.items() if value}


def run_in(limit: int, per: str = "member") -> ContractBasis:
    """Return a basis with a year of run-in of which so many dollars count."""
    return ContractBasis(label="24/12", run_in_limit=DollarLimit(amount=limit, per=per))


def before(name: str, member: str, amount: int, paid_on: str) -> Payment:
    """Return a payment that was incurred before the effective date."""
    return paid(name, member, amount, paid_on, incurred_on="2024-12-01")


def specific_of(statement: Statement) -> str:
    """Return what is reimbursable under specific."""
    assert statement.specific
    return str(statement.specific.reimbursable)


def point_of(statement: Statement) -> str:
    """Return the attachment point."""
    assert statement.aggregate
    return str(statement.aggregate.attachment_point)


@pytest.fixture
def settlements(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """List how many payments each settlement takes that the ledger asks for."""
    taken: list[int] = []

    def counting(policy: Policy, payments: Iterable[Payment], *given: Any, **named: Any) -> Statement:
        rows = tuple(payments)
        taken.append(len(rows))
        return settle(policy, rows, *given, **named)

    monkeypatch.setattr(module, "settle", counting)
    return taken


# ------------------------------------------------------------------ what becomes of a payment


def test_record_answers_at_once() -> None:
    """80 and 60 over a deductible of 100: of the second, 40 are reimbursable."""
    ledger = Ledger(PLAIN)

    assert {"retained": "80.00"} == lines(ledger.record(C1))
    assert {"retained": "20.00", "reimbursable": "40.00"} == lines(ledger.record(C2))
    assert "Ledger(2 payments, 0 carrier payments)" == repr(ledger)


LIMITED = a_policy(specific(basis=run_in(50)))
SHARED = a_policy(specific(basis=run_in(50, "policy")))
LOW = a_policy(specific(), aggregate(loss_limit=40))
APART = a_policy(specific(), aggregate(basis=run_in(50), covers=["medical", "rx"]))
NET = a_policy(specific(), aggregate(counting="net_of_specific"))

AT_ONCE: list[tuple[Policy, list[Payment], dict[str, str]]] = [
    # the latest payment of its unit
    (PLAIN, [C1], {"retained": "80.00"}),
    (PLAIN, [C1, C2], {"retained": "20.00", "reimbursable": "40.00"}),
    (BOTH, [C1], {"retained": "80.00", "counted": "80.00"}),
    (BOTH, [C1, C2], {"retained": "20.00", "reimbursable": "40.00", "counted": "20.00"}),
    (NET, [C1, C2], {"retained": "20.00", "reimbursable": "40.00", "counted": "20.00"}),
    (a_policy(aggregate=aggregate()), [C1, C2], {"counted": "60.00"}),
    (a_policy(aggregate=aggregate(loss_limit=100)), [C1, C2], {"counted": "20.00"}),
    # up to the deductible order does not matter
    (PLAIN, [C2, paid("c0", "M1", 40, "2025-01-20")], {"retained": "40.00"}),
    # excluded under one cover, or both
    (PLAIN, [C1, pending("p1", "M1", 999)], {"excluded": "pending"}),
    (
        a_policy(aggregate=aggregate()),
        [paid("c3", "M1", 9, benefit="rx")],
        {"aggregate_excluded": "benefit_not_covered"},
    ),
    (APART, [C1, paid("c3", "M1", 9, benefit="rx")], {"excluded": "benefit_not_covered", "counted": "9.00"}),
    (
        BOTH,
        [C1, paid("c3", "M1", 9, status="ineligible", ineligible_for="aggregate")],
        {"retained": "9.00", "aggregate_excluded": "ineligible"},
    ),
    (
        BOTH,
        [C1, paid("c3", "M1", 50, status="ineligible", ineligible_for="aggregate")],
        {"retained": "20.00", "reimbursable": "30.00", "aggregate_excluded": "ineligible"},
    ),
    (PLAIN, [C1, paid("v1", "M1", -30, adjusts="of-another-year")], {"excluded": "adjusts_elsewhere"}),
    (
        BOTH,
        [C1, paid("v1", "M1", -30, adjusts="of-another-year")],
        {"excluded": "adjusts_elsewhere", "aggregate_excluded": "adjusts_elsewhere"},
    ),
    # a row that undoes a payment is worth nothing itself
    (PLAIN, [C1, C2, VOID], {}),
    (BOTH, [C1, C2, VOID], {}),
    (
        BY_FAMILY,
        [evolve(C1, family="F1"), evolve(VOID, family="F2", amount=-30)],
        {},
    ),
    # a refund after all others
    (PLAIN, [C1, C2, paid("r1", "M1", -60)], {}),
    (PLAIN, [C1, paid("r1", "M1", -110)], {"retained": "-30.00"}),
    (BOTH, [C1, paid("r1", "M1", -110)], {"retained": "-30.00", "counted": "-30.00"}),
    (PLAIN, [C1, paid("r1", "M1", -110), paid("c3", "M1", 50, "2025-07-01")], {"retained": "20.00"}),
    (
        PLAIN,
        [C1, C2, paid("r1", "M1", -60), paid("c3", "M1", 50, "2025-07-01")],
        {"retained": "20.00", "reimbursable": "30.00"},
    ),
    # the ASD, until it is full
    (ASD, [C1, C2], {"retained": "20.00", "aggregating": "40.00"}),
    (
        ASD,
        [C1, C2, paid("d1", "M2", 130, "2025-03-02")],
        {"retained": "100.00", "aggregating": "10.00", "reimbursable": "20.00"},
    ),
    (ASD, [C1, C2, paid("d1", "M2", 110, "2025-01-02")], {"retained": "100.00", "aggregating": "10.00"}),
    (ASD, [C1, C2, paid("r1", "M1", -30)], {}),
    (ASD, [C1, C2, paid("v2", "M1", -60, adjusts="c2")], {}),
    (ASD, [paid("c1", "M1", 200), paid("d1", "M2", 50), paid("r1", "M2", -30, "2025-07-01")], {}),
    # the run-in limit
    (LIMITED, [before("b1", "M1", 70, "2025-02-01")], {"retained": "50.00", "excluded": "over_run_in_limit"}),
    (LIMITED, [before("b1", "M1", 70, "2025-02-01"), before("b2", "M2", 40, "2025-01-02")], {"retained": "40.00"}),
    (LIMITED, [before("b1", "M1", 20, "2025-02-01"), before("b2", "M1", 10, "2025-01-02")], {"retained": "10.00"}),
    (
        LIMITED,
        [before("b1", "M1", 70, "2025-02-01"), paid("c1", "M1", 70)],
        {"retained": "50.00", "reimbursable": "20.00"},
    ),
    (LIMITED, [paid("r1", "M1", -30, "2025-02-01"), before("b1", "M1", 20, "2025-03-01")], {}),
    (
        SHARED,
        [before("b1", "M1", 30, "2025-02-01"), before("b2", "M2", 40, "2025-03-01")],
        {"retained": "20.00", "excluded": "over_run_in_limit"},
    ),
    (SHARED, [before("b1", "M1", 30, "2025-02-01"), before("b2", "M2", 20, "2025-01-02")], {"retained": "20.00"}),
    (
        APART,
        [before("b1", "M1", 70, "2025-02-01")],
        {"excluded": "incurred_before", "counted": "50.00", "aggregate_excluded": "over_run_in_limit"},
    ),
]

AGAIN: list[tuple[Policy, list[Payment], dict[str, str], int]] = [
    # it belongs before others, above the deductible or the loss limit
    (PLAIN, [C2, paid("c0", "M1", 80, "2025-01-20")], {"retained": "80.00"}, 2),
    (PLAIN, [C1, C2, paid("d1", "M2", 500), paid("c0", "M1", 80, "2025-01-20")], {"retained": "80.00"}, 3),
    (LOW, [paid("c1", "M1", 30), paid("c0", "M1", 20, "2025-01-20")], {"retained": "20.00", "counted": "20.00"}, 2),
    (a_policy(aggregate=aggregate(loss_limit=100)), [C2, C1], {"counted": "80.00"}, 2),
    # among refunds order matters always
    # 80 + 60 - 30 = 110, of which C2 keeps 30: 20 up to the deductible, 10 above
    (PLAIN, [C1, paid("r1", "M1", -30), C2], {"retained": "20.00", "reimbursable": "10.00"}, 3),
    (PLAIN, [C1, paid("r1", "M1", -30), paid("c2", "M1", 40, "2025-03-01")], {"retained": "10.00"}, 3),
    (PLAIN, [C1, C2, paid("r1", "M1", -90, "2025-02-02")], {}, 3),
    # the payment comes after the row that undoes it
    (PLAIN, [VOID, C1], {}, 2),
    (BY_FAMILY, [evolve(VOID, family="F2", amount=-30), evolve(C1, family="F1")], {"retained": "50.00"}, 2),
    # the ASD is full: it ties all units that have excess
    (ASD, [C1, C2, paid("d1", "M2", 130, "2025-01-02")], {"retained": "100.00", "aggregating": "30.00"}, 3),
    (ASD, [paid("c1", "M1", 200), paid("d1", "M2", 50), paid("r1", "M1", -30, "2025-07-01")], {}, 2),
    (ASD, [paid("c1", "M1", 200), paid("v1", "M1", -200, adjusts="c1")], {}, 2),
    # the run-in limit: of one unit, and of the whole policy
    (LIMITED, [before("b1", "M1", 40, "2025-02-01"), before("b2", "M1", 30, "2025-01-02")], {"retained": "30.00"}, 2),
    (LIMITED, [before("b1", "M1", 40, "2025-02-01"), paid("r1", "M1", -30)], {}, 2),
    (
        APART,
        [before("b1", "M1", 40, "2025-02-01"), paid("c1", "M1", 10), paid("r1", "M1", -30, "2025-07-01")],
        {"retained": "-20.00"},
        3,
    ),
    (
        SHARED,
        [before("b1", "M1", 40, "2025-02-01"), paid("d1", "M3", 9), before("b2", "M2", 30, "2025-01-02")],
        {"retained": "30.00"},
        2,
    ),
]


def assert_settled(policy: Policy, payments: Sequence[Payment]) -> Split:
    """
    Return the split of the last payment, having asserted that each is what the settlement makes of it on its arrival.

    Then one more payment of each member shows that the ledger knows where everybody stands.
    """
    no_units = a_year_of_units(0)
    probes = [paid(f"z{member}", member, 70, "2025-12-01", family=member) for member in ("M1", "M2", "M3")]
    ledger, rows, found = Ledger(policy), [*payments, *probes], list[Split]()
    for position, payment in enumerate(rows):
        found.append(ledger.record(payment))
        assert settle(policy, rows[: position + 1], no_units).split(payment.id) == found[-1]
    return found[len(payments) - 1]


@pytest.mark.parametrize(("policy", "payments", "expected"), AT_ONCE)
def test_a_payment_that_changes_no_other_takes_no_settlement(
    policy: Policy, payments: list[Payment], expected: dict[str, str], settlements: list[int]
) -> None:
    """Its lines are those of its unit's running total after it, less those before it."""
    a_ledger(policy, *payments)

    assert [] == settlements
    assert expected == told(assert_settled(policy, payments))


@pytest.mark.parametrize(("policy", "payments", "expected", "size"), AGAIN)
def test_a_payment_that_changes_others_settles_again_what_hangs_together(
    policy: Policy, payments: list[Payment], expected: dict[str, str], size: int, settlements: list[int]
) -> None:
    """Its own unit and all that an ASD or a shared limit ties to it, and nobody else."""
    a_ledger(policy, *payments)

    assert [size] == settlements
    assert expected == told(assert_settled(policy, payments))


@pytest.mark.parametrize(
    ("policy", "payments"),
    [
        (PLAIN, [C1, C2, paid("c3", "M1", 30), paid("d1", "M2", 120, "2025-04-01")]),
        (ASD, [C1, C2, paid("r1", "M1", -20, "2025-05-01"), paid("d1", "M2", 130, "2025-04-01")]),
        (ASD, [C1, VOID, paid("d1", "M2", 180, "2025-04-01"), paid("d2", "M2", -60, "2025-04-02")]),
        (SHARED, [before("b1", "M1", 40, "2025-02-01"), before("b2", "M2", 40, "2025-01-02"), C1, VOID]),
        (LIMITED, [before("b1", "M1", 70, "2025-02-01"), before("b2", "M1", 20, "2025-01-02"), C1, VOID]),
        (APART, [before("b1", "M1", 70, "2025-02-01"), C1, paid("r1", "M1", -30, benefit="rx"), C2]),
        (LOW, [C1, C2, paid("r1", "M1", -50, "2025-02-15"), paid("c3", "M1", 9, benefit="rx")]),
    ],
)
def test_every_order_of_arrival_comes_to_the_same(policy: Policy, payments: list[Payment]) -> None:
    """After each arrival record answers what a settlement of what has arrived says."""
    for rows in itertools.permutations(payments):
        assert_settled(policy, rows)


def test_only_the_units_that_hang_together_are_settled_again(settlements: list[int]) -> None:
    """A refund of M1 settles M1 and M2, who share the full ASD; not M3, who has no excess."""
    ledger = a_ledger(ASD, paid("c1", "M1", 130), paid("d1", "M2", 130, "2025-06-02"), paid("e1", "M3", 90))
    ledger.record(paid("r1", "M1", -30, "2025-06-03"))

    assert [3] == settlements
    assert {"retained": "100.00", "aggregating": "30.00"} == lines(ledger.record(paid("d1", "M2", 130, "2025-06-02")))


def test_a_laser_applies_to_its_unit_at_once(settlements: list[int]) -> None:
    """Between the deductible and the laser the employer keeps everything."""
    lasers = [Laser(member="M1", deductible=120), Laser(member="M2", excluded=True)]
    ledger = a_ledger(a_policy(specific(lasers=lasers), aggregate(laser_loss_limit="laser")), C1)

    assert {"retained": "20.00", "laser": "20.00", "reimbursable": "20.00", "counted": "40.00"} == told(
        ledger.record(C2)
    )
    assert {"retained": "100.00", "laser": "50.00", "counted": "100.00"} == told(ledger.record(paid("d1", "M2", 150)))
    assert [] == settlements


# ------------------------------------------------------------------ the same fact again


def test_the_same_payment_again_has_no_effect() -> None:
    """Its split is returned as it is by now: 20 of the earlier payment came before it."""
    ledger = a_ledger(PLAIN, C2)
    ledger.record(paid("c0", "M1", 90, "2025-01-20"))
    statement = ledger.statement()

    assert {"retained": "10.00", "reimbursable": "50.00"} == lines(ledger.record(evolve(C2)))
    assert statement == ledger.statement()
    assert "Ledger(2 payments, 0 carrier payments)" == repr(ledger)


def test_the_same_payment_again_settles_what_it_hangs_together_with(settlements: list[int]) -> None:
    """Its unit, with an ASD all that it ties; everything where nothing stands after many were recorded."""
    payments = [paid("c1", "M1", 130), paid("d1", "M2", 130, "2025-06-02"), paid("e1", "M3", 90)]
    ledger = a_ledger(ASD, *payments)
    found = [told(ledger.record(payment)) for payment in payments]
    ledger.record_all([paid("e2", "M3", 50, "2025-01-02")])

    assert [
        {"retained": "100.00", "aggregating": "30.00"},
        {"retained": "100.00", "aggregating": "20.00", "reimbursable": "10.00"},
        {"retained": "90.00"},
    ] == found
    # The ASD of 50 now takes 30 of c1 and 20 of e1, which was paid on the same day; nothing is left of it for d1.
    assert {"retained": "50.00", "aggregating": "20.00", "reimbursable": "20.00"} == told(ledger.record(payments[2]))
    assert {"retained": "100.00", "reimbursable": "30.00"} == told(ledger.record(payments[1]))
    assert [2, 2, 1] == settlements[:3]


def test_a_void_again_belongs_to_the_unit_of_its_payment() -> None:
    """Its own family may be another."""
    ledger = a_ledger(BY_FAMILY, evolve(C1, family="F1"))
    void = evolve(VOID, family="F2", amount=-30)

    assert ("F1", "F1") == (ledger.record(void).unit, ledger.record(void).unit)


def test_the_same_payment_again_keeps_its_recorded_day() -> None:
    """What was known in March stays known in March."""
    ledger = Ledger(PLAIN)
    ledger.record(C1, recorded_on=day("2025-03-10"))
    ledger.record(C1, recorded_on=day("2025-02-10"))
    ledger.record_all([C1], recorded_on=day("2025-06-10"))

    assert [0, 1] == [ledger.statement(known_on=day(on)).claims.count for on in ("2025-03-09", "2025-03-10")]


def test_a_file_may_be_sent_again() -> None:
    """With what is new in it: payments twice in one file are one."""
    ledger = Ledger(PLAIN)
    ledger.record_all([C1, VOID, C1])
    ledger.record_all(iter([C1, VOID, C2]))

    assert "Ledger(3 payments, 0 carrier payments)" == repr(ledger)
    assert {"c1": {}, "c2": {"retained": "60.00"}, "v1": {}} == {
        split.id: lines(split) for split in ledger.statement().splits
    }


# ------------------------------------------------------------------ what is refused


def assert_untouched(ledger: Ledger, error: type[Any], record: Callable[..., object], *given: Any) -> list[str]:
    """Return what is wrong, having asserted that refusing it left no trace."""
    shown, statement = repr(ledger), ledger.statement()
    found = refused(error, record, *given)
    assert (shown, statement) == (repr(ledger), ledger.statement())
    assert statement.splits == ledger.statement().splits
    return found


@pytest.mark.parametrize(
    ("other", "differing"),
    [
        (evolve(C1, amount=81), "amount"),
        (evolve(C1, member="M2", paid_on=day("2025-02-02")), "member, paid_on"),
        (evolve(C1, amount=-80, adjusts="c2"), "amount, adjusts"),
    ],
)
def test_other_content_under_a_known_id_is_a_conflict(other: Payment, differing: str) -> None:
    """It names the fields that differ, and neither an id nor a value."""
    ledger = enrolled(C1, C2)

    assert [f"id: {TOLD} {differing}); {CORRECTION}"] == assert_untouched(ledger, LedgerConflict, ledger.record, other)
    assert {"counted": "80.00", "retained": "80.00"} == told(ledger.record(C1))


def test_a_refused_payment_may_be_recorded_right() -> None:
    """Nothing of the refused one is left: neither in its unit nor in what undoes others."""
    ledger = a_ledger(PLAIN, C1)
    refused(FactError, ledger.record, paid("v1", "M2", -80, adjusts="c1"))
    ledger.record(paid("v1", "M1", -80, adjusts="c1"))

    assert {"retained": "60.00"} == lines(ledger.record(C2))
    assert {"retained": "10.00"} == lines(ledger.record(paid("d1", "M2", 10)))


def test_all_or_none_are_recorded() -> None:
    """With every finding, by position, in the order of the payments."""
    ledger = a_ledger(BY_FAMILY, evolve(C1, family="F1"))
    rows = [
        paid("c3", "M1", 5, family="F1"),
        paid("v3", "M2", -5, adjusts="c3", family="F1"),
        paid("c4", "M1", 5),
        evolve(C1, family="F2"),
        paid("c3", "M1", 6, family="F1"),
        paid("v4", "M1", -90, adjusts="c1", family="F1"),
    ]

    assert [
        "payments[1].adjusts: a negative row undoes a payment of the same member [SL307]",
        "payments[2].family: the deductible is per family, so every payment names its family [SL309]",
        f"payments[3].id: {TOLD} family); {CORRECTION}",
        f"payments[4].id: {TOLD} amount); {CORRECTION}",
        "payments[5].adjusts: negative rows take no more than is left of the payment that they undo [SL307]",
    ] == assert_untouched(ledger, FactError, ledger.record_all, rows)
    assert {"retained": "5.00"} == lines(ledger.record(rows[0]))


def test_conflicts_alone_are_a_conflict() -> None:
    """With recorded payments, and among the arriving ones."""
    ledger = a_ledger(PLAIN, C1)
    rows = [C1, evolve(C1, amount=1), C2, evolve(C2, benefit="rx")]

    assert [
        f"payments[1].id: {TOLD} amount); {CORRECTION}",
        f"payments[3].id: {TOLD} benefit); {CORRECTION}",
    ] == assert_untouched(ledger, LedgerConflict, ledger.record_all, rows)


def test_recording_nothing_is_nothing_wrong() -> None:
    """No payments, no units."""
    ledger = Ledger(BOTH)
    ledger.record_all([])
    ledger.record_units([])

    assert "Ledger(0 payments, 0 carrier payments)" == repr(ledger)


OF_ANOTHER = "a negative row undoes a payment of the same member"
OF_PENDING = "a negative row undoes a payment, not a claim that is still pending"
OF_NEGATIVE = "a negative row undoes a payment, not another negative row"
MORE_THAN_IS_LEFT = "negative rows take no more than is left of the payment that they undo"


@pytest.mark.parametrize(
    ("recorded", "row", "rule"),
    [
        ([C1], paid("v1", "M2", -5, adjusts="c1"), OF_ANOTHER),
        ([pending("p1", "M1", 9)], paid("v1", "M1", -5, adjusts="p1"), OF_PENDING),
        ([C1, VOID], paid("v2", "M1", -5, adjusts="v1"), OF_NEGATIVE),
        ([C1], paid("v1", "M1", "-80.01", adjusts="c1"), MORE_THAN_IS_LEFT),
        ([C1, VOID], paid("v2", "M1", "-0.01", adjusts="c1"), MORE_THAN_IS_LEFT),
    ],
)
def test_a_negative_row_is_held_against_what_it_undoes(recorded: list[Payment], row: Payment, rule: str) -> None:
    """On its arrival, and against all that undid the payment before."""
    ledger = a_ledger(PLAIN, *recorded)

    assert [f"adjusts: {rule} [SL307]"] == assert_untouched(ledger, FactError, ledger.record, row)
    assert [f"payments[0].adjusts: {rule} [SL307]"] == refused(FactError, ledger.record_all, [row])


@pytest.mark.parametrize(
    ("waiting", "payment", "rules"),
    [
        ([paid("v1", "M2", -5, adjusts="c1")], C1, [OF_ANOTHER]),
        ([paid("v1", "M1", -5, adjusts="p1")], pending("p1", "M1", 9), [OF_PENDING]),
        ([paid("v2", "M1", -5, adjusts="v1")], VOID, [OF_NEGATIVE]),
        ([paid("v1", "M1", -50, adjusts="c1"), paid("v2", "M1", -31, adjusts="c1")], C1, [MORE_THAN_IS_LEFT]),
        (
            [paid("v1", "M2", -5, adjusts="c1"), paid("v2", "M1", -81, adjusts="c1")],
            C1,
            [OF_ANOTHER, MORE_THAN_IS_LEFT],
        ),
    ],
)
def test_a_payment_is_held_against_the_rows_that_waited_for_it(
    waiting: list[Payment], payment: Payment, rules: list[str]
) -> None:
    """A negative row may come first; what does not fit is found with the payment."""
    ledger = a_ledger(PLAIN, *waiting)

    assert [f"id: {rule}; {HELD}" for rule in rules] == assert_untouched(ledger, FactError, ledger.record, payment)
    assert [f"payments[1].id: {rule}; {HELD}" for rule in rules] == refused(
        FactError, ledger.record_all, [paid("c9", "M1", 1), payment]
    )


def test_a_void_may_come_before_its_payment() -> None:
    """Until then it belongs to another policy year; then it takes the payment back."""
    ledger = Ledger(PLAIN)

    assert {"excluded": "adjusts_elsewhere"} == told(ledger.record(VOID))
    assert {} == told(ledger.record(C1))
    assert {} == told(ledger.record(VOID))
    assert {"retained": "60.00"} == told(ledger.record(C2))


def test_a_family_deductible_needs_families() -> None:
    """Of every payment, on its arrival."""
    ledger = a_ledger(BY_FAMILY, evolve(C1, family="F1"))

    assert ["family: the deductible is per family, so every payment names its family [SL309]"] == assert_untouched(
        ledger, FactError, ledger.record, C2
    )


def test_the_sum_of_all_amounts_stays_within_64_bits() -> None:
    """Signs aside; the first payment that is too much is named."""
    most = "9,999,999,999,999.99"
    count = LARGEST_CENTS // 999_999_999_999_999
    ledger = Ledger(PLAIN)
    ledger.record_all([paid(f"c{position}", "M1", most if position % 2 else f"-{most}") for position in range(count)])

    assert [f"amount: {TOO_MUCH}"] == refused(FactError, ledger.record, paid("x", "M1", f"-{most}"))
    assert [f"payments[1].amount: {TOO_MUCH}"] == refused(
        FactError, ledger.record_all, [paid("x1", "M1", 1), paid("x2", "M1", most), paid("x3", "M1", most)]
    )


# ------------------------------------------------------------------ covered units


def units_known(ledger: Ledger, on: str) -> str:
    """Return the attachment point as it was known on a day."""
    return point_of(ledger.statement(known_on=day(on)))


def test_corrected_units_hold_from_the_day_on_which_they_were_recorded() -> None:
    """A year of 10 a month; in March it turns out that January had 3 units."""
    ledger = enrolled()
    ledger.record_units([covered("2025-01", 3)], recorded_on=day("2025-03-10"))

    assert ["120.00", "140.00", "140.00"] == [
        units_known(ledger, "2025-03-09"),
        units_known(ledger, "2025-03-10"),
        point_of(ledger.statement()),
    ]


def test_the_order_in_which_corrections_arrive_decides_nothing() -> None:
    """The recorded day does."""
    ledger = enrolled()
    ledger.record_units([covered("2025-01", 5)], recorded_on=day("2025-05-01"))
    ledger.record_units([covered("2025-01", 3)], recorded_on=day("2025-03-01"))
    ledger.record_units([covered("2025-01", 2)], recorded_on=day("2024-12-01"))

    assert ["120.00", "140.00", "160.00"] == [
        units_known(ledger, on) for on in ("2025-01-01", "2025-03-01", "2025-05-01")
    ]


def test_units_are_recorded_on_the_first_day_of_their_policy_month() -> None:
    """Unless another day is given; a month that is not known yet is missing from the statement."""
    ledger = Ledger(BOTH)
    ledger.record_units(UNITS)
    february = day("2025-02-28")

    assert "20.00" == point_of(ledger.statement(as_of=february, known_on=february))
    assert 10 == len(refused(FactError, lambda: ledger.statement(known_on=february)))
    assert (
        "units: no covered units were reported for tier single in the policy month that begins 2025-01-01; "
        "write 0 if there were none [SL543]"
    ) == refused(FactError, lambda: ledger.statement(known_on=day("2024-12-31")))[0]


def test_the_same_units_again_have_no_effect() -> None:
    """On any day, and a month may be written in another way; the recorded day stays."""
    ledger = enrolled()
    again = [covered("2025-01-31", 1)]
    for on in (None, day("2024-12-01"), day("2025-06-01")):
        ledger.record_units(again * 2, recorded_on=on)

    assert "120.00" == units_known(ledger, "2025-01-01")
    assert 1 == len(refused(FactError, lambda: ledger.statement(as_of=day("2025-01-31"), known_on=day("2024-12-31"))))


def test_other_units_on_the_same_recorded_day_are_a_conflict() -> None:
    """Nobody could say which came last; and nothing of the file is recorded."""
    ledger = enrolled()
    rows = [covered("2025-02", 9), covered("2025-03", 1), covered("2025-01", 3)]

    assert [f"units[0].units: {SAME_DAY}", f"units[2].units: {SAME_DAY}"] == refused(
        LedgerConflict, lambda: ledger.record_units(rows, recorded_on=day("2025-01-01"))
    )
    assert "120.00" == point_of(ledger.statement())


def test_a_known_number_again_on_the_day_of_its_correction_is_a_conflict() -> None:
    """3 on March 10, and on the same day 1 again, which was right before."""
    ledger = enrolled()
    ledger.record_units([covered("2025-01", 3)], recorded_on=day("2025-03-10"))
    ledger.record_units([covered("2025-01", 3)], recorded_on=day("2025-03-10"))

    assert [f"units[0].units: {SAME_DAY}"] == refused(
        LedgerConflict, lambda: ledger.record_units([covered("2025-01", 1)], recorded_on=day("2025-03-10"))
    )
    assert "140.00" == point_of(ledger.statement())


def test_units_that_do_not_fit_are_named_by_position() -> None:
    """All of them, and nothing of the file is recorded."""
    ledger = enrolled()
    rows = [covered("2025-01", 7), covered("2026-01"), covered("2025-02", 1, "singel"), covered("2025-01", 8)]

    assert [
        "units[1].month: this month is not in the policy period, 2025-01-01 to 2025-12-31 [SL541]",
        'units[2].tier: the factors have no such tier; they have single; did you mean "single"? [SL540]',
        (
            "units[3].units: this policy month and tier was already reported with other units; "
            "report each month and tier once [SL542]"
        ),
    ] == refused(FactError, lambda: ledger.record_units(rows, recorded_on=day("2025-04-01")))
    assert "120.00" == point_of(ledger.statement())


def test_without_an_aggregate_units_are_not_looked_at() -> None:
    """As in a settlement."""
    ledger = a_ledger(PLAIN, C1)
    ledger.record_units([covered("1999-01", 7, "nobody")])

    assert settle(PLAIN, [C1]) == ledger.statement()


# ------------------------------------------------------------------ carrier payments


def test_what_the_carrier_paid_is_no_longer_due() -> None:
    """Recorded again it has no effect; its recorded day is the day paid unless another is given."""
    ledger = enrolled(C1, C2)
    first, second = by_carrier("k1", 25, "2025-04-01", member="M1"), by_carrier("k2", 5, "2025-05-01", member="M1")
    ledger.record_carrier_payment(first)
    ledger.record_carrier_payment(second, recorded_on=day("2025-08-01"))
    ledger.record_carrier_payment(evolve(second), recorded_on=day("2025-05-01"))
    ledger.record_carrier_payment(evolve(first), recorded_on=day("2025-09-01"))

    known = [ledger.statement(known_on=day(on)) for on in ("2025-03-31", "2025-04-01", "2025-07-31", "2025-08-01")]
    assert ["40.00", "15.00", "15.00", "10.00"] == [str(statement.unit("M1").due) for statement in known]
    assert "Ledger(2 payments, 2 carrier payments)" == repr(ledger)


@pytest.mark.parametrize(
    ("policy", "payment", "error", "expected"),
    [
        (
            PLAIN,
            by_carrier("k1", 26, "2025-04-02", member="M1"),
            LedgerConflict,
            [f"id: {TOLD} paid_on, amount); {CORRECTION}"],
        ),
        (
            PLAIN,
            by_carrier("k2", 1, coverage="aggregate"),
            FactError,
            ["coverage: the policy has no aggregate cover under which the carrier could have paid [SL310]"],
        ),
        (
            PLAIN,
            by_carrier("k1", 25, "2025-04-01", coverage="aggregate"),
            LedgerConflict,
            [f"id: {TOLD} coverage, member); {CORRECTION}"],
        ),
    ],
)
def test_a_carrier_payment_that_does_not_fit_is_refused(
    policy: Policy, payment: CarrierPayment, error: type[Any], expected: list[str]
) -> None:
    """For other content under a known id, or a cover that the policy does not have."""
    ledger = a_ledger(policy, C1, C2)
    ledger.record_carrier_payment(by_carrier("k1", 25, "2025-04-01", member="M1"))

    assert expected == assert_untouched(ledger, error, ledger.record_carrier_payment, payment)


def test_a_policy_without_specific_takes_no_payment_under_it() -> None:
    """The cover is named."""
    ledger = Ledger(a_policy(aggregate=aggregate()))

    assert ["coverage: the policy has no specific cover under which the carrier could have paid [SL310]"] == refused(
        FactError, ledger.record_carrier_payment, by_carrier("k1", 25, member="M1")
    )


def test_the_sum_of_the_carrier_payments_stays_within_64_bits() -> None:
    """To the cent, signs aside."""
    payment = by_carrier("k1", -1, member="M1")

    def found(volume: int) -> list[str]:
        faults = carrier_payment_faults(payment, policy=PLAIN, known=None, recorded={}, volume=volume)
        return [str(finding) for _, finding in faults]

    assert ([], [f"amount: {TOO_MUCH}"]) == (found(LARGEST_CENTS - 100), found(LARGEST_CENTS - 99))


# ------------------------------------------------------------------ what was known when

MISTAKEN = paid("c1", "M1", 140, "2025-02-10")
CORRECTED = [paid("v1", "M1", -140, "2025-02-10", adjusts="c1"), paid("c1b", "M1", 90, "2025-02-10")]


@pytest.mark.parametrize(
    ("as_of", "known_on", "expected"),
    [
        ("2025-01-31", "2025-01-31", "0.00"),
        ("2025-02-28", "2025-02-28", "40.00"),
        ("2025-03-31", "2025-02-28", "40.00"),
        ("2025-02-28", "2025-04-30", "40.00"),
        ("2025-04-30", "2025-04-30", "100.00"),
        ("2025-04-30", "2025-06-09", "100.00"),
        ("2025-04-30", "2025-06-10", "50.00"),
        ("2025-02-28", "2025-06-10", "0.00"),
        ("2025-06-30", "2025-06-30", "50.00"),
        ("2025-06-30", "2025-04-30", "100.00"),
        (None, "2025-02-09", "0.00"),
        (None, "2025-06-09", "100.00"),
        ("2025-02-28", None, "0.00"),
        (None, None, "50.00"),
    ],
)
def test_a_statement_of_a_day_as_it_was_known_on_a_day(as_of: str | None, known_on: str | None, expected: str) -> None:
    """
    140 in February and 60 in April over a deductible of 100.

    On June 10 the 140 turn out to have been 90: everything from February on is what it would have been, and every
    statement that was filed before can still be made.
    """
    ledger = a_ledger(PLAIN, MISTAKEN, paid("c2", "M1", 60, "2025-04-05"))
    ledger.record_all(CORRECTED, recorded_on=day("2025-06-10"))
    statement = ledger.statement(as_of=day(as_of) if as_of else None, known_on=day(known_on) if known_on else None)

    assert expected == specific_of(statement)
    assert (as_of and day(as_of)) == statement.as_of


@pytest.mark.parametrize(
    ("payment", "recorded_on"),
    [
        (paid("c1", "M1", 5, "2025-02-10", reported_on=day("2025-03-01")), "2025-02-10"),
        (evolve(pending("c1", "M1", 5), reported_on=day("2025-03-01")), "2025-03-01"),
        (pending("c1", "M1", 5), "2025-01-15"),
        (evolve(pending("c1", "M1", 5), paid_on=day("2025-04-01"), reported_on=day("2025-03-01")), "2025-04-01"),
    ],
)
def test_a_payment_is_recorded_on_its_own_day(payment: Payment, recorded_on: str) -> None:
    """The day paid; of a pending claim without one the day reported, else incurred."""
    ledger = a_ledger(PLAIN, payment)
    on = day(recorded_on)

    assert () == ledger.statement(known_on=on - dt.timedelta(days=1)).splits
    assert ["c1"] == [split.id for split in ledger.statement(known_on=on).splits]


def test_the_statement_of_everything_is_the_settlement() -> None:
    """Of payments, units and carrier payments."""
    received = by_carrier("k1", 25, member="M1")
    ledger = enrolled(C2, VOID, C1)
    ledger.record_carrier_payment(received)
    expected = settle(BOTH, [C1, C2, VOID], UNITS, [received])

    assert (expected, expected.splits) == (ledger.statement(), ledger.statement().splits)
    assert settle(BOTH, [C1, C2, VOID], UNITS, [received], as_of=day("2025-04-30")) == ledger.statement(
        as_of=day("2025-04-30")
    )


@pytest.mark.parametrize(
    "record",
    [
        lambda ledger: ledger.record(C1, recorded_on=TIMESTAMP),
        lambda ledger: ledger.record_all([C1], recorded_on=TIMESTAMP),
        lambda ledger: ledger.record_units(UNITS, recorded_on=TIMESTAMP),
        lambda ledger: ledger.record_carrier_payment(by_carrier("k1", 1, member="M1"), recorded_on=TIMESTAMP),
    ],
)
def test_a_recorded_day_is_a_date(record: Callable[[Ledger], object]) -> None:
    """A timestamp is refused."""
    ledger = enrolled()
    expected = "recorded_on: a day is exactly a datetime.date, not a datetime; take the date at the policyholder's site"

    assert [f"{expected} [SL201]"] == assert_untouched(ledger, WrongType, record, ledger)


@pytest.mark.parametrize("name", ["as_of", "known_on"])
def test_the_days_of_a_statement_are_dates(name: str) -> None:
    """Timestamps are refused."""
    expected = f"{name}: a day is exactly a datetime.date, not a datetime; take the date at the policyholder's site"

    assert [f"{expected} [SL201]"] == refused(WrongType, enrolled().statement, **{name: TIMESTAMP})


# ------------------------------------------------------------------ many at once, and interrupted


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([C2, C1], []),  # sorted first: the order in a file costs nothing
        ([pending("p1", "M1", 5), C2, C1], []),
        ([C1, C2, VOID], []),
        ([paid("v2", "M1", -60, "2025-01-02", adjusts="c2"), C2], [2]),
        ([C2, paid("c0", "M1", 70, "2025-01-02"), paid("v0", "M1", -70, "2025-01-01", adjusts="c0")], [3]),
    ],
)
def test_after_many_the_next_payment_finds_everything(
    rows: list[Payment], expected: list[int], settlements: list[int]
) -> None:
    """One settlement of everything where a payment of the file changed what became of others; else none."""
    ledger = Ledger(PLAIN)
    ledger.record_all(rows)
    last = paid("c9", "M1", 45, "2025-12-01")

    assert settle(PLAIN, [*rows, last]).split("c9") == ledger.record(last)
    assert [size + 1 for size in expected] == settlements


def test_a_file_is_recorded_onto_what_was_recorded(settlements: list[int]) -> None:
    """A payment of the file that belongs before a recorded one above the deductible changes what became of that."""
    ledger = a_ledger(PLAIN, C2, paid("c9", "M1", 60, "2025-12-01"))
    ledger.record_all([C1])
    ledger.record_all([paid("d1", "M2", 30)])

    assert [] == settlements
    assert {"reimbursable": "60.00"} == lines(ledger.record(paid("c9", "M1", 60, "2025-12-01")))
    assert [4] == settlements


def test_a_second_file_may_come_before_the_first() -> None:
    """What became of the first file is settled again when somebody asks; then the next payment is answered at once."""
    ledger = Ledger(PLAIN)
    first = paid("c1", "M1", 140, "2025-03-01")
    ledger.record_all([first])
    ledger.record_all([paid("c0", "M1", 90, "2025-02-01")])
    answers = [ledger.record(first), ledger.record(paid("c2", "M1", 7, "2025-04-01"))]

    assert ["130.00", "7.00"] == [str(split.reimbursable) for split in answers]


def test_a_payment_after_two_files_is_answered_by_settling_all() -> None:
    """Nothing stands after a file that belongs before another."""
    ledger = Ledger(PLAIN)
    ledger.record_all([paid("c1", "M1", 140, "2025-03-01")])
    ledger.record_all([paid("c0", "M1", 90, "2025-02-01")])

    assert {"reimbursable": "7.00"} == lines(ledger.record(paid("c2", "M1", 7, "2025-04-01")))


def test_a_small_late_payment_of_a_refunded_member() -> None:
    """The refund of April undoes what came last before it, so a payment of January may change what it undoes."""
    refund, late = paid("r1", "M1", -10, "2025-04-01"), paid("c0", "M1", 5, "2025-01-20")
    ledger = a_ledger(PLAIN, paid("c1", "M1", 50, "2025-03-01"), refund, late)

    assert "45.00" == str(ledger.statement().claims.amount)


@pytest.mark.parametrize("step", ["take", "restate"])
def test_an_interrupt_leaves_no_half_step_behind(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """The payment is in; where everybody stands is read from a settlement the next time."""
    ledger = a_ledger(PLAIN, C2)
    early = paid("c0", "M1", 80, "2025-01-20")
    with monkeypatch.context() as patch:
        interrupted = getattr(Standing, step)

        def interrupt(self: Standing, *given: Any) -> None:
            interrupted(self, *given)
            raise KeyboardInterrupt

        patch.setattr(Standing, step, interrupt)
        with pytest.raises(KeyboardInterrupt):
            ledger.record(early)

    assert {"retained": "80.00"} == lines(ledger.record(early))
    assert {"retained": "20.00", "reimbursable": "40.00"} == lines(ledger.record(C2))
    assert {"reimbursable": "7.00"} == lines(ledger.record(paid("c9", "M1", 7, "2025-12-01")))


def interrupted_at(line: int, record: Callable[[], object]) -> bool:
    """Interrupt the ledger at the given one of the lines that it runs; say whether it came that far."""
    left = line

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal left
        if frame.f_globals.get("__name__") not in {"stoploss.ledger", "stoploss.standing", "stoploss.running"}:
            return None
        if event == "line":
            left -= 1
            if left < 0:
                raise KeyboardInterrupt
        return trace

    tracing = sys.gettrace()
    sys.settrace(trace)
    try:
        record()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(tracing)
    return False


@pytest.mark.parametrize(
    "payment",
    [
        paid("c3", "M1", 60, "2025-04-01"),
        paid("c3", "M1", 60, "2025-01-20"),
        paid("c3", "M1", -60, "2025-04-01"),
        paid("c3", "M1", -60, "2025-04-01", adjusts="c2"),
        paid("late", "M1", 60, "2025-04-01"),
    ],
)
def test_an_interrupt_at_any_line_leaves_the_payment_in_or_out(payment: Payment) -> None:
    """And recording it again is all that there is to do."""
    recorded = [C1, C2, paid("w1", "M1", -30, "2025-05-01", adjusts="late"), paid("d1", "M2", 160, "2025-04-02")]
    for line in itertools.count():
        ledger = a_ledger(ASD, *recorded)
        came_that_far = interrupted_at(line, lambda ledger=ledger: ledger.record(payment))  # type: ignore[misc]

        assert settle(ASD, [*recorded, payment]).split(payment.id) == ledger.record(payment)
        if not came_that_far:
            return


@pytest.mark.parametrize(
    "payment",
    [
        paid("c3", "M1", 60, "2025-04-01"),
        paid("c3", "M1", -60, "2025-04-01"),
        paid("c3", "M1", -40, "2025-04-01", adjusts="c2"),
        paid("late", "M1", 60, "2025-04-01"),
    ],
)
def test_after_an_interrupt_the_next_payments_are_answered_right(payment: Payment) -> None:
    """Whether the interrupted one is in or not, and also if it is never recorded again before them."""
    recorded = [
        paid("c1", "M1", 30, "2025-02-01"),
        paid("c2", "M1", 40, "2025-03-01"),
        paid("w1", "M1", -30, "2025-05-01", adjusts="late"),
        paid("d1", "M2", 160, "2025-04-02"),
    ]
    later = [
        paid("c9", "M1", 45, "2025-12-01"),
        paid("c8", "M1", 50, "2025-11-20"),
        payment,
        paid("v1", "M1", -1, "2025-06-01", adjusts="c1"),
    ]
    for line in itertools.count():
        ledger = a_ledger(ASD, *recorded)
        came_that_far = interrupted_at(line, partial(ledger.record, payment))
        known = [*recorded, payment][: ledger.statement().claims.count]
        for row in later:
            known.append(row)
            assert settle(ASD, known).split(row.id) == ledger.record(row)
        if not came_that_far:
            return
