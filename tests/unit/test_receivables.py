"""Money asked for and money received: rows that add up, ages, and what is refused or noticed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from stoploss.attachment_terms import Accommodation
from stoploss.errors import FactError, WrongType
from stoploss.facts import CarrierPaymentKind, Coverage, Payment
from stoploss.inner_terms import CarrierLayer
from stoploss.money import ZERO, AmountLike, cents, dollars
from stoploss.receivables import Receivable, Receivables, receivables
from stoploss.requests import Denial, Request
from stoploss.riders import AdvanceFunding, EarlyTermination
from stoploss.specific_sheet import LayerSheet
from stoploss.statement import Statement, settle
from stoploss.testing.strategies import World, worlds
from tests.laws.years import settled
from tests.unit.given import (
    a_period,
    a_policy,
    a_year_of_units,
    aggregate,
    by_carrier,
    day,
    paid,
    pending,
    refused,
    specific,
)

END = day("2026-03-31")
POLICY = a_policy(specific())
CLAIMS = [paid("c1", "M1", 180, "2025-02-01"), paid("c2", "M1", 40, "2025-05-01"), paid("c3", "M2", 60)]
"""120 are reimbursable for M1, 80 of them since February; nothing for M2."""


def asked(name: str, amount: AmountLike, requested_on: str = "2025-05-02", **more: Any) -> Request:
    """Return a request for M1 under specific, the initial one, unless the test says otherwise."""
    facts: dict[str, Any] = {"coverage": "specific", "member": "M1", "kind": "initial"}
    return Request(id=name, amount=amount, requested_on=day(requested_on), **facts | more)


def denied(name: str, request: str, amount: AmountLike, denied_on: str = "2025-07-01") -> Denial:
    """Return what the carrier refused of a request."""
    return Denial(id=name, request=request, amount=amount, denied_on=day(denied_on))


def of_m1(*carrier_payments: Any, claims: list[Payment] | None = None) -> Statement:
    """Settle M1's year."""
    return settle(POLICY, CLAIMS if claims is None else claims, (), carrier_payments)


def figures(found: Receivables) -> dict[str, str]:
    """Return the amounts of M1's row that are not zero, as text."""
    row = found.row("specific", "M1")
    assert row
    names = ("requested", "received", "returned", "unrequested", "denied", "outstanding", "not_requested", "due")
    return {name: str(getattr(row, name)) for name in names if getattr(row, name)}


def test_a_unit_that_asked_for_part_and_got_part() -> None:
    """80 asked, 50 received in June: 30 are outstanding for 60 days, 40 were not asked for yet, 70 are due."""
    found = receivables(
        of_m1(by_carrier("r1", 50, "2025-06-01", member="M1")), [asked("q1", 80)], as_of=day("2025-07-01")
    )

    expected = {"requested": "80.00", "received": "50.00", "outstanding": "30.00", "not_requested": "40.00"}
    assert expected | {"due": "70.00"} == figures(found)
    assert [60] == [row.age for row in found.rows]
    assert (Decimal("120.00"), Decimal("70.00")) == (found.reimbursable, found.due)


def test_a_unit_with_nothing_to_get_has_no_row() -> None:
    """M2 stays below the deductible; the policy has no aggregate."""
    found = receivables(of_m1(), [], as_of=END)

    assert ["M1"] == [row.unit for row in found.rows]
    assert None is found.row("specific", "M2")


def test_the_most_dollars_due_come_first() -> None:
    """To the employer or to the carrier alike: 120, 9 back, 5."""
    claims = [*CLAIMS, paid("c4", "M0", 105)]
    found = receivables(of_m1(by_carrier("r1", 9, member="M9"), claims=claims), [], as_of=END)

    assert [("M1", "120.00"), ("M9", "-9.00"), ("M0", "5.00")] == [(row.unit, str(row.due)) for row in found.rows]


def test_a_payment_answers_the_oldest_request_first() -> None:
    """Of 90 received, 80 answer the initial request and 10 the subsequent one, which is 89 days old."""
    requests = [asked("q2", 40, "2025-07-04", kind="subsequent"), asked("q1", 80)]
    found = receivables(of_m1(by_carrier("r1", 90, member="M1")), requests, as_of=day("2025-10-01"))

    assert [("q1", "80.00", "0.00", None), ("q2", "10.00", "30.00", 89)] == [
        (row.id, str(row.received), str(row.outstanding), row.age) for row in found.rows[0].requests
    ]


def test_what_came_before_it_was_asked_for_answers_no_request() -> None:
    """50 came unasked in June; the request of July asks for the rest, and all of it is outstanding."""
    statement = of_m1(by_carrier("r1", 50, "2025-06-01", member="M1"))
    found = receivables(statement, [asked("q1", 70, "2025-07-01")], as_of=END)

    expected = {"requested": "70.00", "received": "50.00", "unrequested": "50.00", "outstanding": "70.00"}
    assert expected | {"due": "70.00"} == figures(found)


def test_money_that_came_unrequested_and_is_asked_for_all_the_same() -> None:
    """Of 120 reimbursable 30 came unasked, and all of the 120 were requested then: 120 are outstanding, 90 due."""
    statement = of_m1(by_carrier("r1", 30, "2025-06-01", member="M1"))
    found = receivables(statement, [asked("q1", 120, "2025-07-01")], as_of=END)

    assert [
        (
            "requests[0].amount: more is outstanding than is due, because money came that answers no request; "
            "ask the carrier what its money was for [SL655]"
        )
    ] == [str(notice) for notice in found.notices]
    assert () == receivables(statement, [asked("q1", 90, "2025-07-01")], as_of=END).notices


def test_what_is_denied_stays_due_and_is_not_asked_for_again() -> None:
    """Of 120, 20 were denied and 100 paid: 20 are due, denied, and neither outstanding nor unasked."""
    statement = of_m1(by_carrier("r1", 100, member="M1"))
    found = receivables(statement, [asked("q1", 120)], [denied("d1", "q1", 20)], as_of=END)

    expected = {"requested": "120.00", "received": "100.00", "denied": "20.00", "due": "20.00"}
    assert expected == figures(found)


def test_a_denial_that_the_carrier_takes_back() -> None:
    """Money beyond the open part of a request answers what had been denied of it."""
    payments = [by_carrier("r1", 100, member="M1"), by_carrier("r2", 20, "2025-12-01", member="M1")]
    found = receivables(of_m1(*payments), [asked("q1", 120)], [denied("d1", "q1", 20)], as_of=END)

    assert {"requested": "120.00", "received": "120.00"} == figures(found)


def test_a_denial_that_is_asked_for_again() -> None:
    """Of 100 asked, 60 were paid and 40 denied; the 40 are asked for again, the 20 that came later never were."""
    statement = of_m1(by_carrier("r1", 60, "2025-06-01", member="M1"))
    requests = [asked("q1", 100), asked("q2", 40, "2025-08-01", kind="subsequent")]
    found = receivables(statement, requests, [denied("d1", "q1", 40)], as_of=END)

    expected = {"requested": "140.00", "received": "60.00", "denied": "40.00", "outstanding": "40.00"}
    assert expected | {"not_requested": "20.00", "due": "60.00"} == figures(found)


def test_an_appeal_that_was_paid() -> None:
    """What was asked for again and paid is not taken off what is due a second time; more money is unrequested."""
    requests = [asked("q1", 100), asked("q2", 40, "2025-08-01", kind="subsequent")]
    payments = [
        by_carrier("r1", 60, "2025-06-01", member="M1"),
        by_carrier("r2", 40, "2025-09-01", member="M1"),
        by_carrier("r3", 5, "2025-10-01", member="M1"),
    ]
    found = receivables(of_m1(*payments), requests, [denied("d1", "q1", 40)], as_of=END)

    expected = {"requested": "140.00", "received": "105.00", "unrequested": "5.00", "denied": "40.00"}
    assert expected | {"not_requested": "15.00", "due": "15.00"} == figures(found)


def test_an_appeal_for_a_part_names_its_claims() -> None:
    """30 of the 40 that were denied: by a claim of the first request they are asked for again, without they are new."""
    statement = of_m1(by_carrier("r1", 60, "2025-06-01", member="M1"))
    first = asked("q1", 100, claims=["c1", "c2"])
    second = asked("q2", 30, "2025-08-01", kind="subsequent", claims=["c2"])
    denials = [denied("d1", "q1", 40)]
    expected = {"requested": "130.00", "received": "60.00", "denied": "40.00", "outstanding": "30.00", "due": "60.00"}
    new = [first, evolve(second, amount="20", claims=[])]

    assert expected | {"not_requested": "20.00"} == figures(receivables(statement, [first, second], denials, as_of=END))
    assert "not_requested" not in figures(receivables(statement, new, denials, as_of=END))


def test_a_request_for_other_claims_asks_for_nothing_again() -> None:
    """Both name their claims: the 40 stay denied, and what the second one asks for is new."""
    statement = of_m1(by_carrier("r1", 40, "2025-06-01", member="M1"))
    first = asked("q1", 80, claims=["c1"])
    second = asked("q2", 40, "2025-08-01", kind="subsequent", claims=["c2"])
    found = receivables(statement, [first, second], [denied("d1", "q1", 40)], as_of=END)

    expected = {"requested": "120.00", "received": "40.00", "denied": "40.00", "outstanding": "40.00"}
    assert expected | {"due": "80.00"} == figures(found)


def test_a_denial_of_what_was_paid_already() -> None:
    """What had been paid on the denied part answers no request any more."""
    statement = of_m1(by_carrier("r1", 120, "2025-06-01", member="M1"))
    found = receivables(statement, [asked("q1", 120)], [denied("d1", "q1", 20)], as_of=END)

    assert {"requested": "120.00", "received": "120.00", "unrequested": "20.00", "denied": "20.00"} == figures(found)


def test_money_that_went_back_opens_no_request_again() -> None:
    """50 went back: 50 are due again and have to be asked for again."""
    payments = [by_carrier("r1", 120, member="M1"), by_carrier("r2", -50, "2025-12-01", member="M1")]
    found = receivables(of_m1(*payments), [asked("q1", 120)], as_of=END)

    expected = {"requested": "120.00", "received": "70.00", "returned": "50.00", "not_requested": "50.00"}
    assert expected | {"due": "50.00"} == figures(found)
    again = asked("q2", 50, "2026-01-15", kind="subsequent")
    assert "50.00" == figures(receivables(of_m1(*payments), [asked("q1", 120), again], as_of=END))["outstanding"]


def test_facts_after_the_day_are_not_there_yet() -> None:
    """On the first of June the request is made, and neither denied nor paid."""
    statement = of_m1(by_carrier("r1", 100, member="M1"))
    requests = [asked("q1", 80), asked("q2", 40, "2025-08-01", kind="subsequent")]
    found = receivables(statement, requests, [denied("d1", "q1", 20)], as_of=day("2025-06-01"))

    expected = {"requested": "80.00", "outstanding": "80.00", "not_requested": "40.00", "due": "120.00"}
    assert expected == figures(found)


def test_a_statement_of_a_day_has_no_later_money() -> None:
    """What the statement does not have as reimbursed is not received."""
    statement = settle(POLICY, CLAIMS, (), [by_carrier("r1", 100, member="M1")], as_of=day("2025-08-31"))

    assert "120.00" == figures(receivables(statement, [], as_of=END))["due"]


def test_the_aggregate_has_a_row() -> None:
    """180 count against 120: 60 are reimbursable, and the final request closes it."""
    policy = a_policy(aggregate=aggregate())
    statement = settle(policy, [paid("c1", "M1", 180)], a_year_of_units(), [by_carrier("r1", 10, coverage="aggregate")])
    final = asked("q1", 50, "2026-01-15", coverage="aggregate", member=None, kind="final")
    found = receivables(statement, [final], as_of=END)

    row = found.row("aggregate")
    assert row
    assert (Coverage.AGGREGATE, None, True, 75) == (row.coverage, row.unit, row.closed, row.age)
    assert ("50.00", "0.00", "50.00") == (str(row.outstanding), str(row.not_requested), str(row.due))


def test_plain_data_has_every_amount_as_text() -> None:
    """The sums, the rows with their requests, and no notices."""
    document = receivables(of_m1(), [asked("q1", 80)], as_of=day("2025-05-31")).to_dict()

    assert ["schema", "policy", "as_of"] == list(document)[:3]
    assert {
        "schema": 1,
        "policy": "SL-1",
        "as_of": "2025-05-31",
        "reimbursable": "120.00",
        "requested": "80.00",
    } == {name: document[name] for name in ("schema", "policy", "as_of", "reimbursable", "requested")}
    assert [("M1", 29, [("q1", "initial", "80.00", 29)])] == [
        (
            row["unit"],
            row["age"],
            [(each["id"], each["kind"], each["outstanding"], each["age"]) for each in row["requests"]],
        )
        for row in document["rows"]
    ]


def test_no_repr_shows_whom_it_is_about() -> None:
    """Sums and counts of days only."""
    found = receivables(of_m1(), [asked("hidden", "80.01")], as_of=END)

    assert "hidden" not in repr([found, *found.rows, *found.rows[0].requests])
    assert "M1" not in repr([found, *found.rows])
    assert "80.01" not in repr([*found.rows, *found.rows[0].requests])


# ------------------------------------------------------------------ what is refused


def test_requests_that_cannot_be() -> None:
    """Every finding of one error: cover, unit, claims, kinds and their succession."""
    requests = [
        asked("q1", 10, coverage="aggregate", member=None),
        asked("q2", 10, member="M9"),
        asked("q3", 10, claims=["c9"]),
        asked("q4", 10, "2025-05-03", claims=["c3"]),
        asked("q5", 10, "2025-05-04", kind="advance"),
        asked("q6", 10, "2025-06-01", kind="final"),
        asked("q7", 10, "2025-06-02", kind="subsequent"),
        asked("q8", 10, member="M2", kind="subsequent"),
        asked("q5", 11, "2025-05-04", kind="advance"),
    ]
    nothing = "no claim was reported for this member, so there is nothing to request; check the id [SL635]"
    ahead = "the policy has no advance funding, under which the carrier would pay ahead; correct the kind [SL637]"

    assert [
        "requests[8].id: this id was already reported with other content; give it an id of its own [SL633]",
        "requests[0].coverage: the policy has no aggregate cover under which anything could be requested [SL634]",
        f"requests[1].member: {nothing}",
        "requests[2].claims: a request covers claims that were reported; check the ids [SL642]",
        "requests[3].claims: a request covers claims of its own member [SL642]",
        f"requests[4].kind: {ahead}",
        f"requests[8].kind: {ahead}",
        "requests[3].kind: there is one initial request; the next ones are subsequent [SL639]",
        "requests[7].kind: a subsequent request follows an initial one [SL640]",
        "requests[6].kind: no request follows the final one [SL641]",
    ] == sorted_by_kind(refused(FactError, receivables, of_m1(), requests, as_of=END))


def sorted_by_kind(lines: list[str]) -> list[str]:
    """Return findings as they are, those about the succession of requests last and by code."""
    late = ("SL639", "SL640", "SL641")
    return sorted(lines, key=lambda line: line[-6:-1] if line[-6:-1] in late else "")


def test_denials_that_cannot_be() -> None:
    """Of an unknown request, of more than the request, before it, and one id twice."""
    denials = [
        denied("d1", "q9", 5),
        denied("d2", "q1", 50),
        denied("d3", "q1", 40, "2025-05-01"),
        denied("d1", "q9", 6),
    ]

    assert [
        "denials[3].id: this id was already reported with other content; give it an id of its own [SL633]",
        "denials[0].request: a denial names a request that was reported [SL643]",
        "denials[1].amount: what is denied of a request, all denials together, is no more than the request [SL644]",
        "denials[2].amount: what is denied of a request, all denials together, is no more than the request [SL644]",
        "denials[2].denied_on: a request is denied on or after the day on which it was made [SL645]",
        "denials[3].request: a denial names a request that was reported [SL643]",
    ] == refused(FactError, receivables, of_m1(), [asked("q1", 80)], denials, as_of=END)


def test_the_same_fact_twice_is_one() -> None:
    """A request and a denial that are reported again change nothing."""
    once = receivables(of_m1(), [asked("q1", 80)], [denied("d1", "q1", 50)], as_of=END)
    twice = receivables(of_m1(), [asked("q1", 80)] * 2, [denied("d1", "q1", 50)] * 2, as_of=END)

    assert once == twice


def test_a_request_for_more_than_is_reimbursable() -> None:
    """120 are reimbursable and 80 were requested: 41 more are too many, the day settles nothing otherwise."""
    requests = [asked("q1", 80), asked("q2", 41, "2025-06-02", kind="subsequent")]

    assert [
        (
            "requests[1].amount: a request asks for no more than is reimbursable and was not requested before; "
            "explain the unit, and check the day [SL636]"
        )
    ] == refused(FactError, receivables, of_m1(), requests, as_of=END)


def test_a_request_that_a_refund_came_after_is_noticed() -> None:
    """120 were reimbursable in June; since the refund of 30 it is 90, and 120 were requested."""
    refund = paid("c4", "M1", -30, "2025-09-01", adjusts="c2")
    statement = of_m1(by_carrier("r1", 120, "2025-07-01", member="M1"), claims=[*CLAIMS, refund])
    found = receivables(statement, [asked("q1", 120, "2025-06-02")], as_of=END)

    assert [
        (
            "requests[0].amount: more was requested than is reimbursable by now; "
            "a refund or a correction came after it [SL647]"
        )
    ] == [str(notice) for notice in found.notices]
    assert {"requested": "120.00", "received": "120.00", "due": "-30.00"} == figures(found)


def test_money_ahead_of_its_time_needs_its_rider() -> None:
    """An advance under specific, an accommodation under the aggregate."""
    payments = [
        by_carrier("r1", 5, member="M1", kind="advance"),
        by_carrier("r2", 5, coverage="aggregate", kind="accommodation"),
    ]
    statement = settle(a_policy(specific(), aggregate()), CLAIMS, a_year_of_units(), payments)
    ahead = "under which the carrier would pay ahead; what the carrier owes by the policy is a reimbursement [SL638]"

    assert [
        f"carrier_payments[0].kind: the policy has no advance funding, {ahead}",
        f"carrier_payments[1].kind: the policy has no aggregate accommodation, {ahead}",
    ] == refused(FactError, receivables, statement, [], as_of=END)


def test_an_advance_may_ask_for_what_is_pending() -> None:
    """180 paid and 50 pending: 80 and 50 may be asked for, and not a cent more."""
    policy = a_policy(specific(), advance_funding=AdvanceFunding(smallest="20", last_request_days=15))
    statement = settle(policy, [paid("c1", "M1", 180, "2025-02-01"), pending("c2", "M1", 50)])
    initial = asked("q1", 80)
    advance = asked("q2", 50, "2025-06-01", kind="advance", claims=["c2"])

    assert () == receivables(statement, [initial, advance], as_of=END).notices
    assert ["SL636"] == [
        line[-6:-1]
        for line in refused(
            FactError, receivables, statement, [initial, evolve(advance, amount=dollars(5_001))], as_of=END
        )
    ]


def test_an_advance_that_the_rider_lets_the_carrier_refuse() -> None:
    """Too small, and too late: notices, because the carrier may pay all the same."""
    policy = a_policy(specific(), advance_funding=AdvanceFunding(smallest="20", last_request_days=15))
    statement = settle(policy, [paid("c1", "M1", 180, "2025-02-01"), pending("c2", "M1", 50)])
    advance = asked("q1", 19, "2025-12-17", kind="advance")

    assert [
        "requests[0].amount: the carrier advances no less than 20.00 at a time; ask for more at once [SL649]",
        "requests[0].requested_on: the last day on which an advance could be requested was 2025-12-16 [SL649]",
    ] == [str(notice) for notice in receivables(statement, [advance], as_of=END).notices]


def test_the_last_day_for_an_advance_in_a_policy_that_ended_early() -> None:
    """It ended with June, so the days count back from the 30th and not from the day on which it would have expired."""
    rider = AdvanceFunding(last_request_days=15)
    period = a_period(terminated="2025-06-30")
    policy = a_policy(specific(), period=period, early_termination=EarlyTermination(), advance_funding=rider)
    statement = settle(policy, [paid("c1", "M1", 180, "2025-02-01"), pending("c2", "M1", 50)])

    assert day("2025-06-15") == rider.last_request(policy.period)
    assert ["requests[0].requested_on: the last day on which an advance could be requested was 2025-06-15 [SL649]"] == [
        str(notice)
        for notice in receivables(statement, [asked("q1", 20, "2025-06-16", kind="advance")], as_of=END).notices
    ]


def test_an_accommodation_may_be_asked_for_during_the_year() -> None:
    """180 count by June against 6 x 10: 120 may be asked for in July, and not a cent more; 100 came."""
    policy = a_policy(aggregate=aggregate(accommodation=Accommodation()))
    received = [by_carrier("r1", 100, "2025-07-20", coverage="aggregate", kind="accommodation")]
    july = day("2025-07-31")
    statement = settle(policy, [paid("c1", "M1", 180)], a_year_of_units(), received, as_of=july)
    request = asked("q1", 120, "2025-07-05", coverage="aggregate", member=None, kind="advance")
    row = receivables(statement, [request], as_of=july).row("aggregate")

    assert row
    assert ("0.00", "100.00", "20.00", "0.00") == (
        str(row.reimbursable),
        str(row.received),
        str(row.outstanding),
        str(row.not_requested),
    )
    assert ["SL636"] == [
        line[-6:-1]
        for line in refused(FactError, receivables, statement, [evolve(request, amount=dollars(12_001))], as_of=july)
    ]


def test_a_payment_for_a_unit_without_claims_is_noticed() -> None:
    """The settlement has it as due to the carrier."""
    found = receivables(of_m1(by_carrier("r1", 9, member="M9")), [], as_of=END)

    assert [
        (
            "carrier_payments[0].member: no claim was reported for this member, "
            "so the payment is due back to the carrier; check the id [SL646]"
        )
    ] == [str(notice) for notice in found.notices]
    assert [("M1", "120.00"), ("M9", "-9.00")] == [(row.unit, str(row.due)) for row in found.rows]


def test_what_is_due_is_told_by_carrier() -> None:
    """The first 50 are one carrier's and the rest another's; a request stands for both, and money says whose it is."""
    layers = [CarrierLayer(carrier="First Re", limit=50), CarrierLayer(carrier="Second Re")]
    received = [
        by_carrier("r1", 20, "2025-07-01", member="M1", carrier="First Re"),
        by_carrier("r2", 10, "2025-08-01", member="M1", carrier="Second Re"),
    ]
    statement = settle(a_policy(specific(layers=layers)), CLAIMS, (), received)

    def told(rows: tuple[LayerSheet, ...]) -> list[tuple[str, str, str, str]]:
        return [(own.carrier, str(own.reimbursable), str(own.reimbursed), str(own.due)) for own in rows]

    found, earlier = (receivables(statement, [asked("q1", 120)], as_of=as_of) for as_of in (END, day("2025-07-31")))
    (row,) = found.rows

    assert ["SL656"] == [notice.code for notice in found.notices]
    by_both = [("First Re", "50.00", "20.00", "30.00"), ("Second Re", "70.00", "10.00", "60.00")]
    assert by_both == told(found.carriers) == told(row.carriers)
    assert [by_both[0], ("Second Re", "70.00", "0.00", "70.00")] == told(earlier.carriers)
    assert sum(own.due for own in found.carriers) == found.due
    assert "First Re" == found.to_dict()["rows"][0]["carriers"][0]["carrier"]


def test_one_carrier_is_not_told_apart() -> None:
    """Without layers there are no carriers to tell apart, and a row of plain data has no word of them."""
    found = receivables(of_m1(), [asked("q1", 120)], as_of=END)

    assert () == found.carriers == found.rows[0].carriers
    assert "carriers" not in found.to_dict()["rows"][0]


def test_what_became_due_after_the_final_request_is_noticed() -> None:
    """80 were the final request; 40 more are due."""
    found = receivables(of_m1(), [asked("q1", 80, kind="final")], as_of=END)

    assert [
        (
            "requests[0].kind: more is due than was requested by the final request; "
            "ask the carrier to open the claim again [SL648]"
        )
    ] == [str(notice) for notice in found.notices]


def test_other_objects_are_refused_by_position() -> None:
    """A dictionary is no request, and a request no denial."""
    assert ["requests[1]: this is of class Request, and dict is not [SL113]"] == refused(
        WrongType, receivables, of_m1(), [asked("q1", 80), {}], as_of=END
    )
    assert ["denials[0]: this is of class Denial, and Request is not [SL113]"] == refused(
        WrongType, receivables, of_m1(), [], [asked("q1", 80)], as_of=END
    )


# ------------------------------------------------------------------ laws


def plain(world: World) -> World:
    """Call what the carrier paid reimbursements, so that no rider is needed."""
    kind = CarrierPaymentKind.REIMBURSEMENT
    return evolve(world, carrier_payments=tuple(evolve(each, kind=kind, claims=()) for each in world.carrier_payments))


@st.composite
def requests_of(draw: st.DrawFn, statement: Statement) -> list[Request]:
    """Draw an initial request for units, of any part of what is reimbursable."""
    days = [payment.paid_on for payment in statement.settlement.reported.carrier_payments]
    units = [sheet for sheet in (statement.specific.units if statement.specific else ()) if sheet.reimbursable]
    return [
        asked(
            f"q{position}",
            dollars(draw(st.integers(1, cents(sheet.reimbursable)))),
            str(draw(st.sampled_from([*days, END]))),
            member=sheet.unit,
        )
        for position, sheet in enumerate(units)
    ]


def adds_up(row: Receivable | Receivables) -> bool:
    """Say whether what was asked for, or came unasked, is received, denied or outstanding."""
    return row.requested + row.unrequested == row.received + row.returned + row.denied + row.outstanding


@given(data=st.data(), world=worlds(as_of=st.none()).map(plain))
def test_receivables_add_up(data: st.DataObject, world: World) -> None:
    """In every row and in the sums; what is due is what is reimbursable less what was received."""
    statement = settled(world)
    requests = data.draw(requests_of(statement))
    found = receivables(statement, requests, as_of=day("2199-12-31"))

    assert all(adds_up(row) and row.due == row.reimbursable - row.received for row in found.rows)
    assert adds_up(found)
    assert found.due == found.reimbursable - found.received
    assert all(min(row.outstanding, row.denied, row.not_requested) >= 0 for row in found.rows)


@given(world=worlds(as_of=st.none()).map(plain))
def test_requesting_what_is_due_leaves_nothing_to_request(world: World) -> None:
    """A request for exactly what is due, after all that was received."""
    statement = settled(world)
    last = day("2199-12-30")
    before = receivables(statement, [], as_of=last)
    owing = [row for row in before.rows if row.due > 0]
    assume(all(row.received >= 0 for row in owing))
    requests = [
        asked(f"q{position}", row.due, str(last), coverage=row.coverage, member=row.unit)
        for position, row in enumerate(owing)
    ]
    found = receivables(statement, requests, as_of=last)

    assert Decimal("0.00") == found.not_requested
    assert sum((row.due for row in owing), start=Decimal("0.00")) == found.outstanding


@given(data=st.data(), world=worlds(as_of=st.none()).map(plain))
def test_asking_again_for_exactly_what_is_denied_changes_nothing_that_is_not_requested(
    data: st.DataObject, world: World
) -> None:
    """Whatever was asked for and paid: every unit with a denial asks for it again, with all claims or with none."""
    statement = settled(world)
    last = day("2199-12-31")
    requests = data.draw(requests_of(statement))
    denials = [
        denied(f"d{position}", request.id, request.amount, str(request.requested_on))
        for position, request in enumerate(requests)
    ]
    before = receivables(statement, requests, denials, as_of=last)
    again = [
        asked(f"again {row.unit}", row.denied, str(last), member=row.unit, kind="subsequent")
        for row in before.rows
        if row.denied
    ]
    room = [row for row in before.rows if row.denied and row.denied > row.reimbursable - max(row.received, ZERO)]
    assume(not room)
    after = receivables(statement, [*requests, *again], denials, as_of=last)

    assert [row.not_requested for row in before.rows] == [row.not_requested for row in after.rows]
