"""Our statement against the carrier's: the first step that differs, what is at stake, and what would explain it."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from stoploss.attachment_terms import MinimumAttachment
from stoploss.basis import ContractBasis, DollarLimit
from stoploss.errors import FactError, WrongType
from stoploss.facts import Coverage, Payment
from stoploss.feeds import RejectedFeed
from stoploss.inner_terms import Cap, CarrierLayer
from stoploss.lasers import Laser
from stoploss.money import cents, dollars
from stoploss.reconcile import (
    STEPS,
    CarrierRow,
    Discrepancy,
    KnownTo,
    Reconciliation,
    as_carrier_rows,
    read_carrier_statement,
    reconcile,
    write_carrier_statement,
)
from stoploss.riders import TerminalLiability
from stoploss.statement import Statement, settle
from stoploss.testing.strategies import World, worlds
from tests.laws.years import settled
from tests.unit.given import a_policy, a_year_of_units, aggregate, by_carrier, paid, pending, refused, specific

TERMS: dict[str, Any] = {"basis": "12/15", "covers": ["medical", "rx"]}
LASERED = specific(
    **TERMS, deductible=1_000, aggregating=500, share="0.9", lasers=[Laser(member="M2", deductible=2_500)]
)
POLICY = a_policy(LASERED)
CLAIMS = [
    paid("c1", "M1", 1_800, "2025-02-01"),
    paid("c2", "M1", 300, "2025-03-01", benefit="rx"),
    paid("c3", "M2", 3_000, "2025-04-01"),
    paid("c4", "M3", 1_500, "2025-05-01"),
    paid("c5", "M3", 250, "2026-02-01", "2025-12-20"),
    paid("c6", "M4", 400, "2025-06-01"),
    paid("c7", "M4", 70, "2025-06-02"),
]
"""M1: 1,100 of excess, 500 of which the ASD absorbs, 540 reimbursable. M2: 450. M3: 675. M4: nothing."""


def ours(claims: list[Payment] | None = None, **more: Any) -> Statement:
    """Settle the year."""
    return settle(POLICY, CLAIMS if claims is None else claims, (), **more)


def their(member: str, **steps: Any) -> CarrierRow:
    """Return what the carrier says of a member."""
    return CarrierRow(member=member, **steps)


def agreeing(statement: Statement, *others: CarrierRow) -> list[CarrierRow]:
    """Return a carrier's statement that agrees in every step, but for these rows."""
    instead = {(row.coverage, row.member): row for row in others}
    rows = {(row.coverage, row.member): row for row in as_carrier_rows(statement)}
    return [*(rows | instead).values()]


def brief(found: Discrepancy) -> tuple[str | None, str | None, str | None, str]:
    """Return unit, first step that differs, dollars at stake and dollars underpaid."""
    first = found.first.step if found.first else None
    return found.unit, first, None if found.at_stake is None else str(found.at_stake), str(found.underpaid)


def words(found: Reconciliation) -> list[str]:
    """Return the causes of the first discrepancy."""
    return [cause.words for cause in found.discrepancies[0].causes]


# ------------------------------------------------------------------ what is compared


def test_our_own_statement_agrees() -> None:
    """A carrier that says the same of everyone has nothing at stake."""
    statement = ours()
    found = reconcile(statement, as_carrier_rows(statement))

    assert (4, (), Decimal("1665.00"), Decimal("1665.00"), Decimal("0.00")) == (
        found.agree,
        found.discrepancies,
        found.ours,
        found.theirs,
        found.at_stake,
    )


def test_a_carrier_that_underpaid_three_members() -> None:
    """
    M1 without the pharmacy claim: 300 x 0.9 = 270. M2 with a laser of 2,800: 300 x 0.9 = 270.
    M3 without the run-out claim: 250 x 0.9 = 225. By the dollars at stake, to the cent.
    """
    received = [
        by_carrier("r1", 270, member="M1"),
        by_carrier("r2", 180, member="M2"),
        by_carrier("r3", 450, member="M3"),
    ]
    statement = settle(POLICY, CLAIMS, (), received)
    theirs = [
        their("M1", eligible=1_800, deductible=1_000, aggregating=500, reimbursable=270, reimbursed=270),
        their("M2", eligible=3_000, deductible=2_800, aggregating=0, reimbursable=180, reimbursed=180),
        their("M3", eligible=1_500, deductible=1_000, aggregating=0, reimbursable=450, reimbursed=450),
    ]
    found = reconcile(statement, theirs)

    assert [
        ("M1", "eligible", "270.00", "270.00"),
        ("M2", "deductible", "270.00", "270.00"),
        ("M3", "eligible", "225.00", "225.00"),
    ] == [brief(each) for each in found.discrepancies]
    assert [
        ["as if its rx claims did not count"],
        ["as if its deductible were 2,800.00"],
        ["as if its run-out claims did not count"],
    ] == [[cause.words for cause in each.causes] for each in found.discrepancies]
    assert (Decimal("1665.00"), Decimal("900.00"), Decimal("765.00"), Decimal("765.00")) == (
        found.ours,
        found.theirs,
        found.at_stake,
        found.underpaid,
    )


def test_underpaid_and_overpaid_are_told_apart() -> None:
    """M1 got 40 too little and M2 50 too much: neither hides the other, and M3, who agrees, got 75 too little."""
    received = [
        by_carrier("r1", 500, member="M1"),
        by_carrier("r2", 500, member="M2"),
        by_carrier("r3", 600, member="M3"),
    ]
    found = reconcile(
        settle(POLICY, CLAIMS, (), received),
        [their("M1", reimbursable=500), their("M2", reimbursable=500), their("M3", reimbursable=675)],
    )

    assert (Decimal("115.00"), Decimal("50.00")) == (found.underpaid, found.overpaid)
    assert [("M2", "-50.00"), ("M1", "40.00")] == [(each.unit, str(each.underpaid)) for each in found.discrepancies]


def test_nobody_tells_what_was_paid() -> None:
    """Without the carrier's payments on either side nothing is said to be underpaid."""
    found = reconcile(ours(), [their("M1", reimbursable=500)])

    assert (None, None, {None}) == (found.underpaid, found.overpaid, {each.underpaid for each in found.discrepancies})


def test_several_carriers_are_taken_together_with_a_notice() -> None:
    """The first 300 are one carrier's and the rest another's; the statement compared is that of both."""
    layers = [CarrierLayer(carrier="First Re", limit=300), CarrierLayer(carrier="Second Re")]
    statement = settle(a_policy(specific(**TERMS, layers=layers)), CLAIMS)

    assert [
        (
            "specific.layers: the policy has several carriers over one another, and the carrier's figures are of all "
            "of them together; what each of them owes and has paid is told by carrier [SL656]"
        )
    ] == [str(notice) for notice in reconcile(statement, as_carrier_rows(statement)).notices]
    assert () == reconcile(ours(), as_carrier_rows(ours())).notices


def test_what_is_underpaid_is_told_by_carrier() -> None:
    """The lower carrier has paid its 300 of M1; what is missing is the other's, for it and in all that was compared."""
    layers = [CarrierLayer(carrier="First Re", limit=300), CarrierLayer(carrier="Second Re")]
    received = [by_carrier("r1", 300, member="M1", carrier="First Re")]
    statement = settle(a_policy(specific(**TERMS, layers=layers)), CLAIMS, (), received)
    rows = [evolve(row, reimbursable=300) if row.member == "M1" else row for row in as_carrier_rows(statement)]
    found = reconcile(statement, rows)
    (of_m1,) = found.discrepancies
    first, second = of_m1.carriers
    assert statement.specific

    assert ("First Re", "300.00", "300.00", "0.00") == (
        first.carrier,
        *map(str, (first.reimbursable, first.reimbursed, first.due)),
    )
    assert ("Second Re", Decimal("1700.00")) == (second.carrier, second.due)
    assert of_m1.underpaid == second.due
    assert statement.specific.layers == found.carriers
    assert "carriers" in found.to_dict()["discrepancies"][0]
    assert () == reconcile(ours(), as_carrier_rows(ours())).carriers


def test_why_a_carrier_does_not_know_a_unit() -> None:
    """It has no row for M3, whose claim was paid in the run-out: as if that were zero, and that is explained."""
    claims = [paid("c3", "M2", 3_000), paid("c8", "M3", 1_200), paid("c9", "M3", 50, "2026-02-01", "2025-12-20")]
    statement = settle(a_policy(specific(**TERMS, deductible=1_200)), claims)
    found = reconcile(statement, [row for row in as_carrier_rows(statement) if row.member == "M2"])

    assert [("M3", KnownTo.US, "50.00")] == [
        (each.unit, each.known_to, str(each.at_stake)) for each in found.discrepancies
    ]
    assert "as if its run-out claims did not count" in words(found)


def test_the_first_step_in_the_order_of_the_settlement() -> None:
    """What differs later follows; all of it is listed, ours less theirs."""
    row = their("M1", reimbursable=630, aggregating=400, employer_share=70)
    found = reconcile(ours(), agreeing(ours(), row)).discrepancies[0]

    assert [("aggregating", "100.00"), ("employer_share", "-10.00"), ("reimbursable", "-90.00")] == [
        (each.step, str(each.difference)) for each in found.differences
    ]
    assert found.differences[0] == found.first
    assert ("-90.00", KnownTo.BOTH) == (str(found.at_stake), found.known_to)


def test_members_that_one_side_does_not_know() -> None:
    """M3 is missing from the carrier's statement; M9 is not in ours; M4, for whom nothing is owed, is not missed."""
    rows = [row for row in as_carrier_rows(ours()) if row.member in {"M1", "M2"}]
    found = reconcile(ours(), [*rows, their("M9", deductible=1_000, reimbursable=40)])

    assert [("M3", KnownTo.US, "675.00", None), ("M9", KnownTo.CARRIER, "-40.00", "deductible")] == [
        (each.unit, each.known_to, str(each.at_stake), each.first and each.first.step) for each in found.discrepancies
    ]
    assert None is (found.discrepancies[1].first and found.discrepancies[1].first.difference)
    assert found.ours - found.theirs == found.at_stake


def test_a_statement_that_says_only_what_was_paid() -> None:
    """540 are owed for M1 and 500 were paid: 40 are at stake, though every step that is stated agrees."""
    statement = ours(carrier_payments=[by_carrier("r1", 500, member="M1")])
    found = reconcile(
        statement, [their("M1", reimbursed=500), their("M2", reimbursed=450), their("M3", reimbursed=675)]
    )

    assert [
        ("M1", None, "40.00", "40.00"),
        ("M3", "reimbursed", "0.00", "0.00"),
        ("M2", "reimbursed", "0.00", "0.00"),
    ] == [brief(each) for each in found.discrepancies]


def test_a_statement_that_says_neither() -> None:
    """What is at stake is not known, and is in no sum; the difference is there."""
    found = reconcile(
        ours(), [their("M1", eligible=1_800), their("M2", reimbursable=450), their("M3", reimbursable=675)]
    )

    assert [("M1", "eligible", None, "None")] == [brief(each) for each in found.discrepancies]
    assert (Decimal("1125.00"), Decimal("1125.00"), Decimal("0.00")) == (found.ours, found.theirs, found.at_stake)


def test_a_cover_that_the_carrier_says_nothing_of_is_not_compared() -> None:
    """The aggregate's statement came apart: nobody's specific is missing in it, and the reverse."""
    statement = settle(a_policy(specific(), aggregate()), [paid("c1", "M1", 400)], a_year_of_units())
    worksheet = CarrierRow(coverage="aggregate", attachment_point=120, reimbursable=0)

    assert () == reconcile(statement, [worksheet]).discrepancies
    assert [] == [each.unit for each in reconcile(statement, [their("M1", reimbursable=300)]).discrepancies]


def test_an_excluded_member_has_no_deductible() -> None:
    """The carrier states one, so the deductible differs, by no amount."""
    policy = a_policy(specific(lasers=[Laser(member="M1", excluded=True)]))
    found = reconcile(settle(policy, [paid("c1", "M1", 150)]), [their("M1", deductible=100, reimbursable=50)])

    first = found.discrepancies[0].first
    assert first
    assert ("deductible", None, Decimal("100.00"), None) == (first.step, first.ours, first.theirs, first.difference)
    assert ["as if it had no laser"] == words(found)


def test_plain_data_and_reprs() -> None:
    """Data has ids and amounts; a repr has neither."""
    found = reconcile(ours(), [their("M1", eligible=1_800, reimbursable=270), *as_carrier_rows(ours())[1:]])
    row = found.to_dict()["discrepancies"][0]

    assert {"step": "eligible", "ours": "2100.00", "theirs": "1800.00", "difference": "300.00"} == row["first"]
    assert {"words": "as if its rx claims did not count", "ids": ["c2"]} == row["causes"][0]
    assert "Reconciliation(1 discrepancies, 3 agree)" == repr(found)
    shown = repr([found.discrepancies, their("M1", eligible="1800.77")])
    assert [] == [text for text in ("M1", "c2", "1800", "2100", "rx claims") if text in shown]


# ------------------------------------------------------------------ causes

CAUSES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("M1", {"eligible": 300}, ["as if its medical claims did not count"]),
    ("M4", {"eligible": 70}, ["as if one claim did not count"]),
    ("M1", {"eligible": 3_900}, ["as if one claim counted twice"]),
    ("M1", {"reimbursable": 270}, ["as if its rx claims did not count"]),
    (
        "M1",
        {"aggregating": 1_000, "reimbursable": 90},
        ["as if the aggregating specific deductible were taken twice"],
    ),
    ("M1", {"aggregating": 0, "reimbursable": 990}, ["as if there were no aggregating specific deductible"]),
    ("M1", {"employer_share": 0, "reimbursable": 600}, ["as if the share were 100 %"]),
    ("M1", {"employer_share": 110, "reimbursable": 490}, ["as if the share applied before aggregating"]),
    ("M2", {"laser": 0, "reimbursable": 1_800}, ["as if it had no laser"]),
    ("M2", {"deductible": 1_000, "reimbursable": 1_800}, ["as if it had no laser"]),
    ("M2", {"retained": 1_000, "laser": 1_800}, ["as if its deductible were 2,800.00"]),
    ("M3", {"retained": 900}, ["as if its deductible were 900.00"]),
    ("M3", {"deductible": 2_500, "reimbursable": 0}, ["as if its deductible were 2,500.00"]),
    (
        "M3",
        {"aggregating": 500, "reimbursable": 225},
        ["as if the aggregating specific deductible were taken from each member"],
    ),
    ("M3", {"eligible": 12, "reimbursable": 34}, []),
]


@pytest.mark.parametrize(("member", "steps", "expected"), CAUSES)
def test_a_single_slip_that_makes_the_carriers_figures(member: str, steps: dict[str, Any], expected: list[str]) -> None:
    """Each figure that the carrier states comes out of the slip, to the cent."""
    assert expected == words(reconcile(ours(), agreeing(ours(), their(member, **steps))))


def test_refunds_that_were_not_taken_off() -> None:
    """The void of c2 counts for nothing with the carrier; and with the reverse slip nothing else does."""
    statement = ours([*CLAIMS, paid("c8", "M1", -300, "2025-04-01", benefit="rx", adjusts="c2")])

    assert "as if its voids and refunds were not taken off" in words(
        reconcile(statement, agreeing(statement, their("M1", eligible=2_100)))
    )


def test_excluded_claims_that_the_carrier_counted() -> None:
    """Paid after the run-out, not covered, incurred before, still pending: each as if it counted."""
    late = [
        paid("x1", "M3", 11, "2026-05-01"),
        paid("x2", "M3", 22, benefit="dental"),
        paid("x3", "M3", 33, "2025-02-01", "2024-12-31"),
        pending("x4", "M3", 44),
    ]
    statement = ours([*CLAIMS, *late])

    for amount, reason in ((11, "paid_after"), (22, "benefit_not_covered"), (33, "incurred_before"), (44, "pending")):
        row = their("M3", eligible=1_750 + amount)
        found = reconcile(statement, agreeing(statement, row))
        assert [f"as if its claims that are excluded as {reason} counted"] == words(found)


def test_a_member_whose_claims_are_all_excluded() -> None:
    """We have no sheet for M9; the carrier counted what we exclude."""
    statement = ours([*CLAIMS, paid("x1", "M9", 1_200, "2026-05-01")])
    found = reconcile(statement, agreeing(statement, their("M9", deductible=1_000, eligible=1_200, reimbursable=180)))

    assert (KnownTo.CARRIER, ["as if its claims that are excluded as paid_after counted"]) == (
        found.discrepancies[0].known_to,
        words(found),
    )


def test_tags_run_in_and_the_prior_administrator() -> None:
    """Groups of claims that a system may overlook as one."""
    policy = a_policy(specific(basis="24/12"))
    claims = [
        paid("c1", "M1", 300),
        paid("c2", "M1", 10, tags=["transplant"]),
        paid("c3", "M1", 20, "2025-02-01", "2024-11-30"),
        paid("c4", "M1", 40, administrator="prior"),
    ]
    statement = settle(policy, claims)
    groups = {10: "claims tagged transplant", 20: "run-in claims", 40: "prior administrator's claims"}

    for amount, group in groups.items():
        found = reconcile(statement, [their("M1", eligible=370 - amount)])
        assert [f"as if its {group} did not count"] == words(found)


def test_a_maximum_and_an_order_that_were_overlooked() -> None:
    """A maximum of 50; claims in the order of service give the ASD's first dollars to M2."""
    capped = settle(a_policy(specific(maximum=50)), [paid("c1", "M1", 300)])
    claims = [paid("c1", "M1", 150, "2025-02-01", "2025-01-20"), paid("c2", "M2", 150, "2025-03-01", "2025-01-10")]
    ordered = settle(a_policy(specific(aggregating=50)), claims)

    assert ["as if there were no maximum"] == words(reconcile(capped, [their("M1", over_maximum=0, reimbursable=200)]))
    assert "as if claims consumed the deductible in the order incurred" in words(
        reconcile(ordered, [their("M1", aggregating=0, reimbursable=50), their("M2", aggregating=50, reimbursable=0)])
    )


RUN_OUT = ContractBasis(label="12/15", run_out_limit=DollarLimit(amount=10))
FORGOTTEN: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"lifetime_maximum": 50}, {"reimbursable": 220}, "the term lifetime_maximum were forgotten"),
    ({"caps": [Cap(tag="drug", amount=20)]}, {"over_maximum": 0, "reimbursable": 220}, "the term caps were forgotten"),
    ({"excludes": ["fee"]}, {"eligible": 320}, "the term excludes were forgotten"),
    ({"excludes": ["fee"]}, {"eligible": 320}, "its claims that are excluded as excluded_tag counted"),
    ({"classes": ["active"]}, {"eligible": 320}, "the term classes were forgotten"),
    ({"classes": ["active"]}, {"eligible": 320}, "its claims that are excluded as class_not_covered counted"),
    ({}, {"eligible": 310}, "its claims of the class retired did not count"),
    ({"basis": RUN_OUT}, {"eligible": 320}, "the term basis.run_out_limit were forgotten"),
]


@pytest.mark.parametrize(("terms", "steps", "expected"), FORGOTTEN)
def test_a_further_term_that_was_forgotten(terms: dict[str, Any], steps: dict[str, Any], expected: str) -> None:
    """160, a drug for 90, a fee for 10 of a retired member's, and 60 in the run-out: 320, less what a term cuts."""
    claims = [
        paid("c1", "M1", 160, covered_class="active"),
        paid("c2", "M1", 90, covered_class="active", tags=["drug"]),
        paid("c3", "M1", 10, covered_class="retired", tags=["fee"]),
        paid("c4", "M1", 60, "2026-02-01", covered_class="active"),
    ]
    statement = settle(a_policy(specific(**{"basis": "12/15"} | terms)), claims)

    assert f"as if {expected}" in words(reconcile(statement, [their("M1", **steps)]))


def test_a_rider_that_was_forgotten() -> None:
    """The terminal liability option lets 30 of the run-out count; without it the carrier has 150."""
    rider = TerminalLiability(elected=True, months=3)
    claims = [paid("c1", "M1", 150), paid("c2", "M1", 30, "2026-02-01")]
    statement = settle(a_policy(specific(), terminal_liability=rider), claims)

    assert ["as if its run-out claims did not count", "as if the rider terminal_liability were forgotten"] == words(
        reconcile(statement, [their("M1", eligible=150, reimbursable=50)])
    )


def test_a_payment_that_the_carrier_did_not_book() -> None:
    """Its `reimbursed` is short by exactly one payment of ours; or one is there twice."""
    statement = ours(carrier_payments=[by_carrier("r1", 500, member="M1"), by_carrier("r2", 40, member="M1")])
    unbooked = reconcile(statement, agreeing(statement, their("M1", reimbursable=540, reimbursed=40)))
    twice = reconcile(statement, agreeing(statement, their("M1", reimbursable=540, reimbursed=580)))

    assert ["as if the carrier's payment of 2025-09-01 were not on its books"] == words(unbooked)
    assert ("r1",) == unbooked.discrepancies[0].causes[0].ids
    assert ["as if the carrier's payment of 2025-09-01 were on its books twice"] == words(twice)


def test_a_slip_that_cannot_be_settled_explains_nothing() -> None:
    """An id that the repeated claim would take is there already; the comparison goes on."""
    statement = settle(a_policy(specific()), [paid("c1", "M1", 150), paid("c1 again", "M1", 30)])
    found = reconcile(statement, [their("M1", reimbursable=230)])

    assert ([], Decimal("-150.00")) == (words(found), found.at_stake)


def test_only_the_greatest_discrepancies_are_explained() -> None:
    """Twenty of them: a carrier that is wrong throughout is wrong for one reason."""
    claims = [paid(f"c{number}", f"M{number:02}", 200 + number) for number in range(25)]
    statement = settle(a_policy(specific(share="0.5")), claims)
    rows = [their(f"M{number:02}", employer_share=0, reimbursable=100 + number) for number in range(25)]

    assert [("as if the share were 100 %",)] * 20 + [()] * 5 == [
        tuple(cause.words for cause in each.causes) for each in reconcile(statement, rows).discrepancies
    ]


MINIMUM = MinimumAttachment(amount=300)
AGGREGATE_CAUSES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"minimum": MINIMUM}, {"attachment_point": 120}, "as if there were no minimum attachment point"),
    ({"loss_limit": 90}, {"counted": 250}, "as if the loss limit were the specific deductible"),
    ({}, {"counted": 300}, "as if a lasered unit counted up to the laser limit"),
    ({"laser_loss_limit": "laser"}, {"counted": 250}, "as if a lasered unit counted up to the standard limit"),
    ({"share": "0.5"}, {"employer_share": 0}, "as if the share were 100 %"),
    ({"maximum": 50}, {"over_maximum": 0, "reimbursable": 130}, "as if there were no maximum"),
    ({}, {"eligible": 400, "counted": 200}, "as if the rx claims did not count"),
    ({}, {"counted": 330}, "as if it counted by net_of_specific"),
    (
        {"counting": "net_of_specific"},
        {"over_loss_limit": 200, "counted": 250},
        "as if it counted by loss_limit",
    ),
    (
        {"aggregating_counts": True},
        {"counted": 250},
        "as if the dollars of the aggregating specific deductible counted the other way",
    ),
]


@pytest.mark.parametrize(("terms", "steps", "expected"), AGGREGATE_CAUSES)
def test_a_slip_in_the_aggregate(terms: dict[str, Any], steps: dict[str, Any], expected: str) -> None:
    """150 and 250 for M1 and M2 (lasered at 150), 50 of rx for M3: counted 100, 100 and 50."""
    covers = ["medical", "rx"]
    own = specific(covers=covers, aggregating=30, lasers=[Laser(member="M2", deductible=150)])
    policy = a_policy(own, aggregate(covers=covers, **terms))
    claims = [paid("c1", "M1", 150), paid("c2", "M2", 250), paid("c3", "M3", 50, benefit="rx")]
    statement = settle(policy, claims, a_year_of_units())
    found = reconcile(statement, [CarrierRow(coverage="aggregate", **steps)])

    assert expected in words(found)
    assert (Coverage.AGGREGATE, None) == (found.discrepancies[0].coverage, found.discrepancies[0].unit)


# ------------------------------------------------------------------ the file


def test_a_carrier_statement_is_read(tmp_path: Path) -> None:
    """Any of the steps; an empty cell states nothing; the control total is what the carrier says that it owes."""
    path = tmp_path / "carrier.csv"
    path.write_text(
        "coverage,member,eligible,reimbursable,reimbursed,counted\n"
        "specific,M1,1800,270,,\nspecific,M2,,,180.00,\naggregate,,,0,,250\n",
        encoding="utf-8",
    )
    feed = read_carrier_statement(path)

    assert [
        {"eligible": Decimal("1800.00"), "reimbursable": Decimal("270.00")},
        {"reimbursed": Decimal("180.00")},
        {"counted": Decimal("250.00"), "reimbursable": Decimal("0.00")},
    ] == [dict(row.stated) for row in feed.rows]
    assert ("carrier.csv:2", "carrier.csv:3", "carrier.csv:4") == feed.places
    assert "carrier.csv: 3 rows, 450.00 read = 3 posted (450.00)" in str(feed.conservation)


def test_what_was_written_reads_back(tmp_path: Path) -> None:
    """Our own statement in the form of a carrier's."""
    statement = settle(a_policy(LASERED, aggregate()), CLAIMS, a_year_of_units())
    path = tmp_path / "ours.csv"
    write_carrier_statement(path, as_carrier_rows(statement))

    assert as_carrier_rows(statement) == read_carrier_statement(path).rows


def test_only_what_is_stated_is_written() -> None:
    """And the cover only where it is not specific throughout."""
    file = io.StringIO()
    write_carrier_statement(file, [their("M1", reimbursable=5)])

    assert "member,reimbursable\nM1,5.00\n" == file.getvalue()


def test_the_only_column_of_figures_is_misspelt(tmp_path: Path) -> None:
    """The rows state nothing then, and why is told before them."""
    path = tmp_path / "carrier.csv"
    path.write_text("member,reimbursible\nM1,54000.00\n", encoding="utf-8")
    nothing = "a row states at least one step of the specific cover; leave the row out if it says nothing [SL651]"

    assert [
        'carrier.csv:1: column 2 ("reimbursible") is not read; did you mean "reimbursable"? [SL452]',
        f"carrier.csv:2: {nothing}",
    ] == refused(RejectedFeed, read_carrier_statement, path)


ROWS = [
    ("specific,,1,,", ["member: a row under specific names its member, one under aggregate names none [SL652]"]),
    ("aggregate,,1,2,", ["retained: this is no step of the aggregate cover [SL650]"]),
    (
        "specific,M1,,,3",
        [
            "counted: this is no step of the specific cover [SL650]",
            "a row states at least one step of the specific cover; leave the row out if it says nothing [SL651]",
        ],
    ),
    (
        "specific,M1,1.234,,",
        ["eligible: an amount has at most two places; round it to the cent before it is reported [SL104]"],
    ),
]


@pytest.mark.parametrize(("row", "expected"), ROWS)
def test_a_row_that_may_not_stand(tmp_path: Path, row: str, expected: list[str]) -> None:
    """A wrong row reports all that can be judged."""
    path = tmp_path / "carrier.csv"
    path.write_text(f"coverage,member,eligible,retained,counted\n{row}\n", encoding="utf-8")

    found = refused(RejectedFeed, read_carrier_statement, path)
    assert expected == [line.removeprefix("carrier.csv:2").lstrip(": ") for line in found]


def test_two_rows_for_one_member(tmp_path: Path) -> None:
    """With other figures they are refused, with both places; in the interface by position."""
    path = tmp_path / "carrier.csv"
    path.write_text("member,reimbursable\nM1,1\nM1,2\n", encoding="utf-8")

    assert [
        (
            "carrier.csv:3 member: another row has this unit, at carrier.csv:2, and differs in reimbursable; "
            "add the rows up, or leave the older one out [SL654]"
        )
    ] == refused(RejectedFeed, read_carrier_statement, path)
    assert [
        (
            "carrier_statement[1].member: the carrier states other figures for this unit in another row; "
            "add the rows up [SL654]"
        )
    ] == refused(FactError, reconcile, ours(), [their("M1", reimbursable=1), their("M1", reimbursable=2)])


def test_rows_that_cannot_be_compared() -> None:
    """A cover that the policy does not have, and other objects."""
    assert [
        (
            "carrier_statement[0].coverage: the policy has no aggregate cover "
            "for which the carrier could state anything [SL653]"
        )
    ] == refused(FactError, reconcile, ours(), [CarrierRow(coverage="aggregate", counted=1)])
    assert ["carrier_statement[0]: this is of class CarrierRow, and str is not [SL113]"] == refused(
        WrongType, reconcile, ours(), ["M1"]
    )


# ------------------------------------------------------------------ laws


@given(world=worlds())
def test_a_statement_reconciles_with_itself(world: World) -> None:
    """Whatever the policy and the facts: nothing differs, and both owe the same."""
    statement = settled(world)
    found = reconcile(statement, as_carrier_rows(statement))

    assert ((), found.ours) == (found.discrepancies, found.theirs)
    assert statement.carrier_total == found.ours


@given(data=st.data(), world=worlds())
def test_one_step_that_differs_is_found(data: st.DataObject, world: World) -> None:
    """By exactly what it differs; at stake is the difference of what is reimbursable, row by row and in the sums."""
    rows = list(as_carrier_rows(settled(world)))
    assume(rows)
    position = data.draw(st.integers(0, len(rows) - 1))
    step = data.draw(st.sampled_from([*rows[position].stated]))
    by = data.draw(st.integers(1, 100_000))
    theirs = cents(getattr(rows[position], step)) - by
    changed: dict[str, Any] = {step: dollars(theirs)}
    rows[position] = evolve(rows[position], **changed)
    found = reconcile(settled(world), rows)

    assert 1 == len(found.discrepancies)
    discrepancy = found.discrepancies[0]
    assert discrepancy.first
    assert (step, dollars(by)) == (discrepancy.first.step, discrepancy.first.difference)
    assert dollars(by if step == "reimbursable" else 0) == discrepancy.at_stake == found.at_stake
    assert found.ours - found.theirs == found.at_stake


@given(data=st.data(), world=worlds())
def test_what_is_at_stake_is_the_difference_of_the_totals(data: st.DataObject, world: World) -> None:
    """For any subset of the rows and of their steps, with any figures."""
    statement = settled(world)
    rows = [
        evolve(row, **data.draw(other_figures(row.coverage)))
        for row in as_carrier_rows(statement)
        if data.draw(st.booleans())
    ]
    found = reconcile(statement, rows)

    at_stake = [each.at_stake for each in found.discrepancies if each.at_stake is not None]
    assert found.ours - found.theirs == found.at_stake == sum(at_stake, start=Decimal("0.00"))
    assert sorted(map(abs, at_stake), reverse=True) == [abs(each) for each in at_stake]


def other_figures(coverage: Coverage) -> st.SearchStrategy[dict[str, Any]]:
    """Other figures for some of the steps of a cover, or none."""
    figure = st.none() | st.integers(-9, 99_999).map(dollars)
    return st.dictionaries(
        st.sampled_from([step for step in STEPS[coverage] if step != "eligible"]), figure, max_size=3
    )
