"""Deadlines: the days after which money is lost, and how much."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from stoploss.attachment_terms import Accommodation
from stoploss.basis import ContractBasis, DollarLimit, PriorAdministrator
from stoploss.deadlines import Deadline, DeadlineKind, deadlines, outlook, worlds
from stoploss.errors import FactError, WrongType
from stoploss.facts import Payment
from stoploss.inner_terms import CommonAccident
from stoploss.lasers import Laser
from stoploss.notices import Trigger
from stoploss.policy import Policy
from stoploss.promises import NoticeTerms
from stoploss.riders import AdvanceFunding, Bridge, OtherPolicy, Overlap, TerminalLiability
from stoploss.statement import Statement, settle
from tests.unit.given import a_policy, a_year_of_units, aggregate, by_carrier, day, paid, pending, refused, specific

RUN_OUT = specific(basis="12/15")


def told(found: tuple[Deadline, ...], *names: str) -> list[tuple[str, ...]]:
    """Return some fields of deadlines as text."""
    return [tuple(str(getattr(deadline, name)) for name in names) for deadline in found]


def to_pay(policy: Any, payments: list[Payment], as_of: str, units: Any = (), **facts: Any) -> list[tuple[str, ...]]:
    """Return the deadlines to pay claims: claim, last day, days left, at risk."""
    found = deadlines(policy, payments, units, as_of=day(as_of), **facts)
    return [
        (*own.claims, str(own.last_day), str(own.days_left), str(own.at_risk))
        for own in found
        if own.kind is DeadlineKind.PAY
    ]


# ------------------------------------------------------------------ pending claims


def test_a_pending_claim_is_at_risk_until_the_window_ends() -> None:
    """What the carrier would owe for a claim is at risk until the last day of the paid window."""
    assert [("c1", "2026-03-31", "28", "830.00")] == to_pay(a_policy(RUN_OUT), [pending("c1", "M1", 930)], "2026-03-03")


def test_the_last_day_is_a_day_left() -> None:
    """On the last day itself no day is left, and nothing is lost yet."""
    (deadline,) = deadlines(a_policy(RUN_OUT), [pending("c1", "M1", 930)], as_of=day("2026-03-31"))

    assert (0, False) == (deadline.days_left, deadline.passed)


def test_a_day_too_late_it_is_lost() -> None:
    """Once the window has ended, what was at risk is lost, and stays listed."""
    (deadline,) = deadlines(a_policy(RUN_OUT), [pending("c1", "M1", 930)], as_of=day("2026-04-27"))

    assert (-27, True, "830.00") == (deadline.days_left, deadline.passed, str(deadline.at_risk))


def lost(policy: Any, payments: list[Payment], as_of: str, units: Any = (), **facts: Any) -> tuple[str, ...]:
    """Return what was lost in all, and with which claims."""
    found = outlook(policy, payments, units, as_of=day(as_of), **facts)
    return (str(found.lost), *found.too_late)


def test_what_was_lost_is_told_whether_it_was_paid_since_or_not() -> None:
    """A claim that was paid too late has no deadline any more, and is lost as one that is still pending is."""
    policy = a_policy(RUN_OUT)
    late, early = paid("c1", "M1", 930, "2026-04-27"), paid("c2", "M1", 50, "2026-03-31")

    assert ("0.00",) == lost(policy, [pending("c1", "M1", 930)], "2026-03-31")
    assert ("830.00", "c1") == lost(policy, [pending("c1", "M1", 930)], "2026-04-01")
    assert [] == to_pay(policy, [late], "2026-05-01")
    assert ("830.00", "c1") == lost(policy, [late], "2026-05-01")
    assert ("880.00", "c1") == lost(policy, [late, early], "2026-05-01")
    assert ("0.00",) == lost(policy, [early], "2026-05-01")


def test_what_no_cover_would_have_taken_is_not_lost() -> None:
    """A claim of the year after, one that was undone, and a refund are no loss; one below the deductible is of 0.00."""
    policy = a_policy(RUN_OUT)
    after = paid("c1", "M1", 930, "2026-04-27", "2026-01-03")
    undone = [paid("c2", "M2", 930, "2026-04-27"), paid("c3", "M2", -930, "2026-04-28", adjusts="c2")]
    refund = paid("c4", "M3", -40, "2026-04-27")

    assert ("0.00",) == lost(policy, [after, *undone, refund], "2026-05-01")
    assert ("0.00", "c5") == lost(policy, [after, *undone, refund, paid("c5", "M4", 90, "2026-04-27")], "2026-05-01")


def test_what_each_cover_lost() -> None:
    """A claim in time for specific may have come too late for the aggregate, which is what is lost then."""
    policy = a_policy(RUN_OUT, aggregate(basis="12/12"))
    claims = [paid("c0", "M2", 100), paid("c1", "M1", 150, "2026-02-01")]

    assert ("80.00", "c1") == lost(policy, claims, "2026-05-01", a_year_of_units())
    late = [paid("c0", "M2", 100), paid("c1", "M1", 150, "2026-04-01")]
    assert ("130.00", "c1") == lost(policy, late, "2026-05-01", a_year_of_units())


def test_claims_in_time_are_taken_as_paid_beside_what_was_lost() -> None:
    """What can still be paid in time uses the deductible, so what was lost is all of the rest."""
    prior = PriorAdministrator(paid_by=day("2025-06-30"))
    policy = a_policy(specific(basis=ContractBasis(label="24/15", prior_administrator=prior)))
    too_late = paid("c1", "M1", 60, "2025-08-01", "2024-12-15", administrator="prior")

    assert ("60.00", "c1") == lost(policy, [too_late, pending("c2", "M1", 130)], "2025-09-01")
    excluded = evolve(too_late, paid_on=day("2025-06-01"))
    assert ("0.00",) == lost(policy, [excluded], "2025-09-01")


def test_below_the_deductible_nothing_is_at_risk() -> None:
    """A claim that the carrier would not reimburse has a last day all the same."""
    assert [("c1", "2026-03-31", "90", "0.00")] == to_pay(a_policy(RUN_OUT), [pending("c1", "M1", 90)], "2025-12-31")


def test_claims_that_only_together_pass_the_deductible() -> None:
    """Each of two claims is at risk with what it would add, the other one paid; together they risk less."""
    claims = [pending("c1", "M1", 70), pending("c2", "M1", 60)]
    policy = a_policy(RUN_OUT)

    assert [("c1", "30.00"), ("c2", "30.00")] == [row[::3] for row in to_pay(policy, claims, "2026-01-01")]
    assert "30.00" == str(outlook(policy, claims, as_of=day("2026-01-01")).at_risk)


def test_claims_that_came_too_late_are_taken_as_in_time_together() -> None:
    """What each of two claims lost is what it would have added beside the other."""
    claims = [pending("c1", "M1", 70), pending("c2", "M1", 60)]

    assert [("c1", "30.00"), ("c2", "30.00")] == [row[::3] for row in to_pay(a_policy(RUN_OUT), claims, "2026-04-01")]


def test_the_most_dollars_come_first() -> None:
    """Deadlines are sorted by dollars at risk, then by day."""
    claims = [pending("c1", "M1", 150), pending("c2", "M2", 400), pending("c3", "M3", 10)]

    assert ["c2", "c1", "c3"] == [row[0] for row in to_pay(a_policy(RUN_OUT), claims, "2026-01-01")]


def test_each_cover_has_its_last_day() -> None:
    """Missing the aggregate's last day costs what it gives, missing specific's the rest."""
    policy = a_policy(RUN_OUT, aggregate(basis="12/12"))
    claims = [paid("c0", "M2", 100), pending("c1", "M1", 150)]
    found = deadlines(policy, claims, a_year_of_units(), as_of=day("2025-12-20"))

    assert [("('aggregate',)", "2025-12-31", "80.00"), ("('specific',)", "2026-03-31", "50.00")] == [
        (str(tuple(map(str, own.covers))), str(own.last_day), str(own.at_risk)) for own in found
    ]
    assert "130.00" == str(outlook(policy, claims, a_year_of_units(), as_of=day("2025-12-20")).at_risk)


def test_one_last_day_for_both_covers() -> None:
    """Where the last days are the same, there is one deadline with what both covers give."""
    found = deadlines(
        a_policy(specific(), aggregate()), [pending("c1", "M1", 300)], a_year_of_units(), as_of=day("2025-12-20")
    )

    assert [("2025-12-31", "200.00")] == told(found, "last_day", "at_risk")
    assert ["specific", "aggregate"] == [str(cover) for cover in found[0].covers]


def test_the_aggregate_waits_for_its_units() -> None:
    """While covered units of some month are not known, nothing is at risk under the aggregate."""
    policy = a_policy(None, aggregate())
    claims = [pending("c1", "M1", 300)]

    assert [("c1", "2025-12-31", "60", "0.00")] == to_pay(policy, claims, "2025-11-01", a_year_of_units(months=11))
    assert [("c1", "2025-12-31", "60", "180.00")] == to_pay(policy, claims, "2025-11-01", a_year_of_units(months=12))


def test_the_asd_ties_units_together() -> None:
    """What the ASD absorbs of a claim, it does not absorb of another's."""
    policy = a_policy(specific(basis="12/15", aggregating=50))
    claims = [paid("c0", "M1", 130), pending("c1", "M2", 170)]

    assert [("c1", "50.00")] == [row[::3] for row in to_pay(policy, claims, "2026-01-01")]


def test_a_claim_that_no_cover_takes_has_no_last_day() -> None:
    """A claim of another year, or of a benefit that is not covered, is no deadline."""
    other_year = Payment(id="c1", member="M1", incurred_on=day("2024-01-15"), amount=900, status="pending")
    dental = Payment(
        id="c2", member="M1", incurred_on=day("2025-01-15"), amount=900, status="pending", benefit="dental"
    )

    assert [] == to_pay(a_policy(RUN_OUT), [other_year, dental], "2025-06-01")


def test_a_window_that_never_ends_has_no_last_day() -> None:
    """On an incurred basis a claim may be paid whenever."""
    assert [] == to_pay(a_policy(specific(basis="incurred")), [pending("c1", "M1", 900)], "2025-06-01")


def test_a_refund_to_come_is_no_claim() -> None:
    """A negative pending row reimburses nothing."""
    refund = Payment(id="c2", member="M1", incurred_on=day("2025-01-15"), amount=-5, status="pending")

    assert [] == to_pay(a_policy(RUN_OUT), [refund], "2025-06-01")


def test_a_prior_administrators_claim_has_its_own_last_day() -> None:
    """A claim of a prior administrator counts only if it was paid by the day that the basis names."""
    prior = PriorAdministrator(paid_by=day("2025-06-30"))
    policy = a_policy(specific(basis=ContractBasis(label="24/12", prior_administrator=prior)))
    claim = Payment(
        id="c1", member="M1", incurred_on=day("2024-12-15"), amount=900, status="pending", administrator="prior"
    )

    assert [("c1", "2025-06-30", "29", "800.00")] == to_pay(policy, [claim], "2025-06-01")


def test_a_prior_administrators_claim_that_is_excluded_has_no_last_day() -> None:
    """Where the basis excludes a prior administrator's claims, none of them is at risk."""
    basis = ContractBasis(label="24/12", prior_administrator=PriorAdministrator(included=False))
    claim = Payment(
        id="c1", member="M1", incurred_on=day("2024-12-15"), amount=900, status="pending", administrator="prior"
    )

    assert [] == to_pay(a_policy(specific(basis=basis)), [claim], "2025-06-01")


@pytest.mark.parametrize(
    ("rider", "last_day"),
    [
        ({}, "2025-12-31"),
        ({"terminal_liability": TerminalLiability(elected=True, months=3)}, "2026-03-31"),
        ({"bridge": Bridge(basis="12/24", renewed=True)}, "2026-12-31"),
    ],
    ids=["neither", "terminal liability", "bridge"],
)
def test_a_rider_moves_the_last_day(rider: dict[str, Any], last_day: str) -> None:
    """What extends the paid window extends the time to pay."""
    policy = a_policy(specific(), **rider)

    assert [last_day] == [row[1] for row in to_pay(policy, [pending("c1", "M1", 300)], "2025-12-01")]


def test_a_claim_in_the_windows_of_two_policies_is_watched_by_both() -> None:
    """An overlap that is refused is refused once the claim is paid; until then it has its last day here."""
    last_year = OtherPolicy(effective=day("2024-01-01"), expires=day("2024-12-31"), basis="12/24")
    policy = a_policy(specific(basis="24/12"), overlap=Overlap(other=[last_year]))
    claim = Payment(id="c1", member="M1", incurred_on=day("2024-12-15"), amount=900, status="pending")

    assert [("c1", "2025-12-31", "30", "800.00")] == to_pay(policy, [claim], "2025-12-01")


def test_a_claim_that_another_policy_takes_is_watched_there() -> None:
    """By the period incurred, a claim of last year is last year's."""
    last_year = OtherPolicy(effective=day("2024-01-01"), expires=day("2024-12-31"), basis="12/24")
    policy = a_policy(specific(basis="24/12"), overlap=Overlap(rule="incurred", other=[last_year]))
    claim = Payment(id="c1", member="M1", incurred_on=day("2024-12-15"), amount=900, status="pending")

    assert [] == to_pay(policy, [claim], "2025-12-01")


def test_a_claim_may_trigger_a_laser_and_so_the_aggregate() -> None:
    """A small claim may let a laser take the unit's others, so that they count: 401, above an attachment of 120."""
    laser = Laser(member="M1", deductible=500, when="transplant", counts="laser")
    policy = a_policy(specific(share=0, lasers=[laser]), aggregate())
    trigger = Payment(
        id="c1", member="M1", incurred_on=day("2025-05-01"), amount=1, status="pending", tags=["transplant"]
    )
    claims = [paid("c0", "M1", 400), trigger]

    assert [("c1", "281.00")] == [row[::3] for row in to_pay(policy, claims, "2025-12-20", a_year_of_units())]
    assert "281.00" == str(outlook(policy, claims, a_year_of_units(), as_of=day("2025-12-20")).at_risk)


def test_members_of_a_family_fill_its_deductible_together() -> None:
    """A claim below its member's deductible may bring another member's into excess."""
    claims = [
        paid("c0", "M1", 90, family="F1"),
        Payment(id="c1", member="M2", family="F1", incurred_on=day("2025-11-01"), amount=70, status="pending"),
    ]
    policy = a_policy(specific(basis="12/15", family_deductible=150))

    assert [("c1", "10.00")] == [row[::3] for row in to_pay(policy, claims, "2026-01-01")]


def test_a_limit_for_the_whole_policy_ties_units_together() -> None:
    """What one claim takes of a limit on run-out, another one has no longer."""
    limit = DollarLimit(amount=120, per="policy")
    policy = a_policy(specific(basis=ContractBasis(label="12/15", run_out_limit=limit)))
    claims = [paid("c0", "M1", 110, "2026-01-15"), pending("c1", "M2", 500)]

    assert [("c1", "0.00")] == [row[::3] for row in to_pay(policy, claims, "2026-02-01")]


def test_what_was_paid_later_is_not_known_yet() -> None:
    """A payment after the day that is asked about takes no part."""
    claims = [pending("c1", "M1", 150), paid("c2", "M1", 500, "2025-08-01")]

    assert [("c1", "2026-03-31", "304", "50.00")] == to_pay(a_policy(RUN_OUT), claims, "2025-05-31")


@pytest.mark.parametrize(
    ("terms", "facts"),
    [
        ({"family_deductible": 150}, {"family": "F1"}),
        ({"common_accident": CommonAccident(deductible=150)}, {"accident": "A1"}),
    ],
    ids=["family", "accident"],
)
def test_what_several_share_is_at_risk_with_any_of_them(terms: dict[str, Any], facts: dict[str, Any]) -> None:
    """A claim below its own deductible lets another's dollars into excess, and one that shares nothing does not."""
    other, claim = (
        Payment(id=name, member=member, incurred_on=day("2025-11-01"), amount=70, status="pending", **own)
        for name, member, own in (("c1", "M2", facts), ("c2", "M3", {"family": "F2"}))
    )
    policy = a_policy(specific(basis="12/15", **terms))

    assert [("c1", "10.00"), ("c2", "0.00")] == [
        row[::3] for row in to_pay(policy, [paid("c0", "M1", 90, **facts), other, claim], "2026-01-01")
    ]


def test_only_what_may_cost_something_is_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Of forty pending claims only the one above its deductible has worlds of its own, and none has an accommodation.

    Families share a deductible, and the aggregate, which does not cover these claims, reimburses.
    """
    settled: list[Policy] = []

    def counting(policy: Policy, *facts: Any) -> Statement:
        settled.append(policy)
        return settle(policy, *facts)

    monkeypatch.setattr(worlds, "settle", counting)
    policy = a_policy(
        specific(basis="12/15", covers=["medical", "rx"], family_deductible=150),
        aggregate(accommodation=Accommodation()),
    )
    november = day("2025-11-01")
    claims = [
        Payment(
            id=f"p{at}",
            member=f"M{at}",
            family=f"F{at}",
            benefit="rx",
            incurred_on=november,
            amount=amount,
            status="pending",
        )
        for at, amount in enumerate([140, *[10] * 39])
    ]
    counted = [paid(f"c{at}", f"N{at}", 90, family=f"G{at}") for at in range(3)]
    found = to_pay(policy, [*counted, *claims], "2026-01-02", a_year_of_units())

    assert ["40.00", *["0.00"] * 39] == [row[3] for row in found]
    assert len(settled) <= 6
    assert [None] * len(settled) == [own.aggregate and own.aggregate.accommodation for own in settled]


# ------------------------------------------------------------------ advances


def test_what_may_be_advanced_and_until_when() -> None:
    """The carrier's part of a unit's pending claims may be asked for until some days before the period ends."""
    policy = a_policy(RUN_OUT, advance_funding=AdvanceFunding(smallest=10, last_request_days=15))
    claims = [paid("c0", "M1", 60), pending("c1", "M1", 70), pending("c2", "M1", 50), pending("c3", "M2", 105)]
    found = deadlines(policy, claims, as_of=day("2025-12-01"))

    assert [("M1", "('c1', 'c2')", "2025-12-16", "15", "80.00")] == told(
        tuple(own for own in found if own.kind is DeadlineKind.REQUEST_ADVANCE),
        *("unit", "claims", "last_day", "days_left", "amount"),
    )


@pytest.mark.parametrize("as_of", ["2025-12-17", "2026-02-01"])
def test_after_the_last_request_day_nothing_is_advanced(as_of: str) -> None:
    """A request that came too late is no deadline any more."""
    policy = a_policy(RUN_OUT, advance_funding=AdvanceFunding(last_request_days=15))
    found = deadlines(policy, [pending("c1", "M1", 500)], as_of=day(as_of))

    assert ["pay"] == [str(own.kind) for own in found]


def test_what_was_advanced_is_not_advanced_again() -> None:
    """An advance is taken off what may still be asked for; until the plan has paid, it is not used."""
    policy = a_policy(RUN_OUT, advance_funding=AdvanceFunding(paid_within_days=5))
    advance = by_carrier("r1", 100, "2025-10-03", member="M1", kind="advance", claims=["c1"])
    claims = [pending("c1", "M1", 200), pending("c2", "M1", 50)]
    found = deadlines(policy, claims, carrier_payments=[advance], as_of=day("2025-10-06"))

    assert [
        ("request_advance", "('c1', 'c2')", "2025-12-31", "50.00", "50.00"),
        ("use_advance", "('c1',)", "2025-10-10", "100.00", "100.00"),
    ] == sorted(
        told(
            tuple(own for own in found if own.kind is not DeadlineKind.PAY),
            *("kind", "claims", "last_day", "amount", "at_risk"),
        )
    )


def test_an_advance_whose_claim_was_not_paid_in_time_is_repayable() -> None:
    """Once the day has passed, the advance is what the carrier has paid beyond what it owes."""
    policy = a_policy(RUN_OUT, advance_funding=AdvanceFunding())
    advance = by_carrier("r1", 100, "2026-03-03", member="M1", kind="advance", claims=["c1"])
    claims = [paid("c1", "M1", 200, "2026-04-02")]
    (repayable,) = deadlines(policy, claims, carrier_payments=[advance], as_of=day("2026-04-03"))

    assert (DeadlineKind.USE_ADVANCE, "2026-03-31", True, "100.00") == (
        repayable.kind,
        str(repayable.last_day),
        repayable.passed,
        str(repayable.at_risk),
    )


def test_a_used_advance_is_no_deadline() -> None:
    """Once the plan has paid in time, the advance was a reimbursement."""
    policy = a_policy(RUN_OUT, advance_funding=AdvanceFunding())
    advance = by_carrier("r1", 100, "2026-03-03", member="M1", kind="advance", claims=["c1"])

    assert () == deadlines(
        policy, [paid("c1", "M1", 200, "2026-03-31")], carrier_payments=[advance], as_of=day("2026-04-03")
    )


def test_what_is_owed_back_is_that_of_the_advance_whose_claim_is_open() -> None:
    """An advance whose claim was paid was used, though the unit owes for another one."""
    policy = a_policy(specific(), advance_funding=AdvanceFunding(paid_within_days=5))
    used = by_carrier("r1", 50, "2025-06-02", member="M1", kind="advance", claims=["c1"])
    open_one = by_carrier("r2", 50, "2025-07-01", member="M1", kind="advance", claims=["c2"])
    claims = [paid("c1", "M1", 150, "2025-06-04"), pending("c2", "M1", 50)]
    found = deadlines(policy, claims, carrier_payments=[used, open_one], as_of=day("2025-07-02"))
    advances = [each for each in found if each.kind is DeadlineKind.USE_ADVANCE]

    assert [("('c2',)", "50.00")] == told(tuple(advances), "claims", "at_risk")


def test_a_claim_of_a_later_day_is_not_known_yet() -> None:
    """Neither one that was incurred after the day, nor one that was reported after it."""
    later = evolve(pending("c1", "M1", 500), incurred_on=day("2025-11-01"))
    reported = evolve(pending("c2", "M2", 500), reported_on=day("2025-06-20"))

    assert [] == to_pay(a_policy(specific()), [later, reported], "2025-06-01")


def test_a_claim_that_was_advanced_may_be_paid_after_the_window() -> None:
    """Paid within the working days after the carrier's money, it counts as paid on the day of that money."""
    policy = a_policy(specific(), advance_funding=AdvanceFunding(paid_within_days=5))
    advance = by_carrier("r1", 400, "2025-12-30", member="M1", kind="advance", claims=["c1"])
    claims = [pending("c1", "M1", 500), pending("c2", "M2", 500)]
    found = deadlines(policy, claims, carrier_payments=[advance], as_of=day("2026-01-02"))

    assert [
        ("pay", "('c2',)", "2025-12-31", "400.00"),
        ("pay", "('c1',)", "2026-01-06", "400.00"),
        ("use_advance", "('c1',)", "2026-01-06", "400.00"),
    ] == told(found, "kind", "claims", "last_day", "at_risk")


def test_an_advance_after_the_window_saves_nothing() -> None:
    """Only money that came in the paid window lets the plan pay later."""
    policy = a_policy(specific(), advance_funding=AdvanceFunding(paid_within_days=5))
    advance = by_carrier("r1", 400, "2026-01-02", member="M1", kind="advance", claims=["c1"])

    assert [("c1", "2025-12-31", "-5", "400.00")] == to_pay(
        policy, [pending("c1", "M1", 500)], "2026-01-05", carrier_payments=[advance]
    )


def test_an_advance_is_used_whenever_where_the_window_never_ends() -> None:
    """On an incurred basis, and without a rule for the plan's payment, an advance has no last day."""
    policy = a_policy(specific(basis="incurred"), advance_funding=AdvanceFunding())
    advance = by_carrier("r1", 100, "2025-03-03", member="M1", kind="advance", claims=["c1"])

    assert ["request_advance"] == [
        str(own.kind)
        for own in deadlines(policy, [pending("c1", "M1", 300)], carrier_payments=[advance], as_of=day("2025-04-03"))
    ]


# ------------------------------------------------------------------ notice and proof


def test_notice_of_what_happened() -> None:
    """An event is to be told within so many days; what the carrier reimburses for the unit hangs on it."""
    policy = a_policy(RUN_OUT, notices=NoticeTerms(notice_days=30))
    payments = [paid("c1", "M1", 150, "2025-05-02")]

    assert [
        ("notice", "2025-06-01", "150.00", "50.00"),
        ("notice", "2025-06-01", "150.00", "50.00"),
    ] == told(deadlines(policy, payments, as_of=day("2025-05-03")), "kind", "last_day", "amount", "at_risk")
    assert () == deadlines(policy, payments, as_of=day("2025-06-02"))


def test_notice_of_a_diagnosis_and_of_the_attachment() -> None:
    """A diagnosis has no dollars yet; a crossed attachment has those of the aggregate."""
    policy = a_policy(RUN_OUT, aggregate(), notices=NoticeTerms(notice_days=400))
    payments = [paid("c1", "M1", 90, diagnosis=["D66"]), paid("c2", "M2", 90)]
    found = deadlines(policy, payments, a_year_of_units(), as_of=day("2026-01-02"), triggers=[Trigger(label="D66")])

    assert [("None", "60.00"), ("M1", "0.00"), ("M1", "0.00"), ("M2", "0.00")] == told(found, "unit", "at_risk")


def test_a_maximum_and_an_asd_need_no_notice() -> None:
    """Where there is nothing new to claim, there is nothing to tell."""
    policy = a_policy(specific(maximum=20, aggregating=10), notices=NoticeTerms(share=None, notice_days=30))
    found = deadlines(policy, [paid("c1", "M1", 200, "2025-05-02")], as_of=day("2025-05-03"))

    assert [("notice", "('c1',)")] == told(found, "kind", "claims")


def test_proof_of_what_is_due() -> None:
    """Proof of loss is due so many days after the paid window, for what is not reimbursed yet."""
    policy = a_policy(RUN_OUT, aggregate(), notices=NoticeTerms(proof_days=90))
    payments = [paid("c1", "M1", 150), paid("c2", "M2", 140), paid("c3", "M3", 100)]
    received = [by_carrier("r1", 40, member="M2")]
    found = deadlines(policy, payments, a_year_of_units(), received, as_of=day("2026-04-01"))

    assert [
        ("proof", "('aggregate',)", "None", "2026-03-31", "180.00", "True"),
        ("proof", "('specific',)", "M1", "2026-06-29", "50.00", "False"),
    ] == [
        (
            str(own.kind),
            str(tuple(map(str, own.covers))),
            str(own.unit),
            str(own.last_day),
            str(own.at_risk),
            str(own.passed),
        )
        for own in found
    ]


def test_proof_where_the_window_never_ends() -> None:
    """On an incurred basis proof is due after the last day in force."""
    policy = a_policy(specific(basis="incurred"), notices=NoticeTerms(proof_days=10))

    assert [("2026-01-10",)] == told(deadlines(policy, [paid("c1", "M1", 150)], as_of=day("2025-07-01")), "last_day")


def test_a_policy_that_says_nothing_has_no_filing_days() -> None:
    """Without terms there is no day for notice or proof."""
    assert () == deadlines(a_policy(RUN_OUT), [paid("c1", "M1", 150)], as_of=day("2025-07-01"))


# ------------------------------------------------------------------ asking


def test_a_deadline_is_plain_data() -> None:
    """A deadline can be written as JSON."""
    (deadline,) = deadlines(a_policy(RUN_OUT), [pending("c1", "M1", 930)], as_of=day("2026-03-03"))

    assert {
        "kind": "pay",
        "last_day": "2026-03-31",
        "days_left": 28,
        "covers": ["specific"],
        "unit": "M1",
        "claims": ["c1"],
        "amount": "930.00",
        "at_risk": "830.00",
    } == deadline.to_dict()


def test_a_repr_shows_no_person() -> None:
    """Ids and amounts are not in the repr."""
    (deadline,) = deadlines(a_policy(RUN_OUT), [pending("c1", "M1", 930)], as_of=day("2026-03-03"))

    assert [] == [word for word in ("M1", "c1", "930", "830") if word in repr(deadline)]


def test_bad_questions_are_refused() -> None:
    """The day is a day, facts can be settled, and triggers are triggers."""
    policy = a_policy(RUN_OUT)

    assert ["as_of: a day is exactly a datetime.date, not a NoneType [SL201]"] == refused(
        WrongType, deadlines, policy, [], as_of=None
    )
    assert ["as_of: a day is exactly a datetime.date, not a NoneType [SL201]"] == refused(
        WrongType, outlook, policy, [], as_of=None
    )
    assert (
        "SL308"
        in refused(
            FactError, deadlines, policy, [pending("c1", "M1", 1), pending("c1", "M1", 2)], as_of=day("2025-07-01")
        )[0]
    )
    assert ["triggers[0]: this is of class Trigger, and str is not [SL113]"] == refused(
        WrongType, deadlines, policy, [], as_of=day("2025-07-01"), triggers=["D66"]
    )
