"""Notices: what happened in a policy year, each event once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stoploss.errors import FeedError, InvalidValue, WrongType
from stoploss.facts import Payment
from stoploss.inner_terms import Used
from stoploss.lasers import Laser
from stoploss.notices import INPATIENT, Event, EventKind, Trigger, events, read_triggers, sample_triggers
from stoploss.promises import NoticeTerms
from stoploss.riders import EarlyTermination
from tests.unit.given import a_period, a_policy, a_year_of_units, aggregate, day, paid, pending, refused, specific


def told(policy: Any, payments: list[Payment], units: Any = (), **asked: Any) -> list[tuple[str, ...]]:
    """Return the events as their kind, day, unit, claim, threshold and total."""
    return [
        (
            str(event.kind),
            str(event.happened_on),
            event.unit or "-",
            event.claim or "-",
            str(event.threshold),
            str(event.total),
        )
        for event in events(policy, payments, units, **asked)
    ]


# ------------------------------------------------------------------ by the deductible


def test_half_of_the_deductible_then_the_deductible() -> None:
    """A unit reaches half of its deductible with one payment and the deductible with a later one."""
    payments = [
        paid("c1", "M1", 49, "2025-02-01"),
        paid("c2", "M1", 1, "2025-03-01"),
        paid("c3", "M1", 60, "2025-04-01"),
    ]

    assert [
        ("share_of_deductible", "2025-03-01", "M1", "c2", "50.00", "50.00"),
        ("deductible_met", "2025-04-01", "M1", "c3", "100.00", "110.00"),
    ] == told(a_policy(specific()), payments)


def test_a_deductible_is_met_to_the_cent() -> None:
    """What reaches the deductible exactly meets it, and a cent less does not."""
    reached = told(a_policy(specific()), [paid("c1", "M1", "100.00")])
    missed = told(a_policy(specific()), [paid("c1", "M1", "99.99")])

    assert ["share_of_deductible", "deductible_met"] == [kind for kind, *_ in reached]
    assert ["share_of_deductible"] == [kind for kind, *_ in missed]


def test_a_lasered_unit_is_measured_by_its_own_deductible() -> None:
    """What meets the standard deductible is not half of a laser."""
    lasers = [Laser(member="M2", deductible=400)]
    payments = [paid("c1", "M2", 199, "2025-02-01"), paid("c2", "M2", 1, "2025-03-01")]

    assert [("share_of_deductible", "2025-03-01", "M2", "c2", "200.00", "200.00")] == told(
        a_policy(specific(lasers=lasers)), payments
    )


def test_an_excluded_unit_has_no_deductible() -> None:
    """A unit that is excluded from specific meets nothing, however much is paid for it."""
    lasers = [Laser(member="M2", excluded=True)]

    assert [] == told(a_policy(specific(lasers=lasers)), [paid("c1", "M2", 9_000)])


def test_a_family_is_a_unit() -> None:
    """Where the deductible is per family, its members meet it together."""
    payments = [
        paid("c1", "M1", 40, "2025-02-01", family="F1"),
        paid("c2", "M2", 70, "2025-03-01", family="F1"),
    ]

    assert [
        ("share_of_deductible", "2025-03-01", "F1", "c2", "50.00", "110.00"),
        ("deductible_met", "2025-03-01", "F1", "c2", "100.00", "110.00"),
    ] == told(a_policy(specific(per="family")), payments)


def test_a_familys_deductible_is_met_by_what_its_members_keep() -> None:
    """Where a family's deductible is used up, a member's excess begins below the member's own deductible."""
    payments = [paid("c1", "M1", 90, "2025-02-01", family="F1"), paid("c2", "M2", 70, "2025-03-01", family="F1")]

    assert ("deductible_met", "2025-03-01", "M2", "c2", "60.00", "70.00") == (
        told(a_policy(specific(family_deductible=150)), payments)[-1]
    )


def test_a_laser_by_label_has_two_deductibles() -> None:
    """Where a laser takes claims by label, the deductible is met once there is excess over one of the two."""
    lasers = [Laser(member="M2", deductible=400, tags=["D66"])]
    payments = [paid("c1", "M2", 390, "2025-02-01", diagnosis=["D66"]), paid("c2", "M2", 110, "2025-03-01")]
    found = told(a_policy(specific(lasers=lasers)), payments)

    assert [("share_of_deductible", "c1", "50.00"), ("deductible_met", "c2", "490.00")] == [
        (row[0], row[3], row[4]) for row in found
    ]


def test_a_prorated_deductible_is_the_one_that_is_met() -> None:
    """After early termination the prorated deductible is the unit's own."""
    policy = a_policy(
        specific(),
        period=a_period(terminated="2025-06-30"),
        early_termination=EarlyTermination(deductible="prorated"),
    )

    assert [("share_of_deductible", "25.00"), ("deductible_met", "50.00")] == [
        (row[0], row[4]) for row in told(policy, [paid("c1", "M1", 60)])
    ]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (NoticeTerms(share="0.25"), [("share_of_deductible", "25.00")]),
        (NoticeTerms(share=None), []),
        (NoticeTerms(share=None, amount="37.50"), [("amount_reached", "37.50")]),
        (NoticeTerms(amount=30), [("amount_reached", "30.00")]),
    ],
)
def test_when_the_carrier_wants_to_hear_of_a_unit(terms: NoticeTerms, expected: list[tuple[str, str]]) -> None:
    """The policy says at which share of the deductible, or at which dollars."""
    found = told(a_policy(specific(), notices=terms), [paid("c1", "M1", 40)])

    assert expected == [(kind, threshold) for kind, _, _, _, threshold, _ in found]


def test_what_does_not_count_reaches_nothing() -> None:
    """Pending claims and payments outside the windows are not in a unit's total."""
    payments = [pending("c1", "M1", 500), paid("c2", "M1", 500, "2026-02-01")]

    assert [] == told(a_policy(specific()), payments)


def test_a_refunded_payment_takes_its_event_back() -> None:
    """Payments are taken as netted today."""
    payments = [paid("c1", "M1", 90, "2025-02-01"), paid("c2", "M1", -90, "2025-05-01", adjusts="c1")]
    policy = a_policy(specific())

    assert ["share_of_deductible"] == [kind for kind, *_ in told(policy, payments, as_of=day("2025-04-30"))]
    assert [] == told(policy, payments)


def test_events_go_by_the_day_of_payment() -> None:
    """Somebody watching hears of payments as they are paid, whatever order they consume the deductible in."""
    payments = [
        paid("c1", "M1", 60, "2025-06-01", incurred_on="2025-01-02"),
        paid("c2", "M1", 60, "2025-05-01", incurred_on="2025-03-02"),
    ]
    policy = a_policy(specific(consume_by="incurred"))

    assert [("2025-05-01", "c2"), ("2025-06-01", "c1")] == [row[1:4:2] for row in told(policy, payments)]


# ------------------------------------------------------------------ maxima, ASD, attachment


def test_a_maximum_is_met() -> None:
    """The payment after which the carrier reimburses no more."""
    payments = [paid("c1", "M1", 190, "2025-02-01"), paid("c2", "M1", 10, "2025-03-01")]
    found = told(a_policy(specific(maximum=100)), payments)

    assert ("maximum_met", "2025-03-01", "M1", "c2", "100.00", "200.00") == found[-1]


def test_a_maximum_on_eligible_claims_is_met_by_them() -> None:
    """A maximum on eligible claims is met by the eligible total."""
    found = told(a_policy(specific(maximum=150, maximum_on="eligible")), [paid("c1", "M1", 150)])

    assert ("maximum_met", "150.00", "150.00") == (found[-1][0], *found[-1][4:])


def test_a_lifetime_maximum_is_what_earlier_years_left_of_it() -> None:
    """What was reimbursed before counts toward the lifetime maximum."""
    used = [Used(member="M1", reimbursed=950)]
    policy = a_policy(specific(lifetime_maximum=1_000, used=used, maximum=600))

    assert "50.00" == told(policy, [paid("c1", "M1", 150)])[-1][4]


def test_the_asd_is_exhausted_once() -> None:
    """The payment with which the last dollar of the ASD is absorbed, whoever's it is."""
    payments = [
        paid("c1", "M1", 130, "2025-02-01"),
        paid("c2", "M2", 120, "2025-03-01"),
        paid("c3", "M3", 900, "2025-04-01"),
    ]
    found = told(a_policy(specific(aggregating=50)), payments)

    assert [("aggregating_exhausted", "2025-03-01", "-", "c2", "50.00", "50.00")] == [
        row for row in found if row[0] == "aggregating_exhausted"
    ]


def test_the_attachment_is_crossed_in_the_month_that_cannot_hold_the_claims() -> None:
    """Counted claims are held against the attachment to date, every month whole from its first day."""
    payments = [paid("c1", "M1", 20, "2025-01-20"), paid("c2", "M1", 11, "2025-03-05")]
    found = told(a_policy(None, aggregate()), payments, a_year_of_units())

    assert [("attachment_crossed", "2025-01-20", "-", "c1", "10.00", "20.00")] == found


def test_counted_claims_may_equal_the_attachment() -> None:
    """What equals the attachment to date has not crossed it."""
    payments = [paid("c1", "M1", 10, "2025-01-20"), paid("c2", "M1", 21, "2025-03-05")]
    found = told(a_policy(None, aggregate()), payments, a_year_of_units())

    assert [("attachment_crossed", "2025-03-05", "-", "c2", "30.00", "31.00")] == found


def test_the_run_out_belongs_to_the_last_month() -> None:
    """What is paid in the run-out is held against the attachment point itself."""
    payments = [paid("c1", "M1", 121, "2026-02-01")]
    found = told(a_policy(None, aggregate(basis="12/15")), payments, a_year_of_units())

    assert [("attachment_crossed", "2026-02-01", "-", "c1", "120.00", "121.00")] == found


# ------------------------------------------------------------------ diagnoses and stays


def test_a_diagnosis_is_told_once_a_member_and_trigger() -> None:
    """The first claim with a diagnosis of the list is the event, on the day on which it was reported."""
    triggers = [Trigger(label="C", description="Cancer"), Trigger(label="transplant")]
    payments = [
        paid("c1", "M1", 5, "2025-03-01", diagnosis=["C50.9"], reported_on=day("2025-02-20")),
        paid("c2", "M1", 5, "2025-04-01", diagnosis=["C50.1"], tags=["transplant"]),
        paid("c3", "M2", 5, "2025-04-01", diagnosis=["J10"]),
    ]
    found = events(a_policy(specific()), payments, triggers=triggers)

    assert [
        ("2025-02-20", "M1", "c1", "C: Cancer"),
        ("2025-04-01", "M1", "c2", "transplant"),
    ] == [(str(event.happened_on), event.unit, event.claim, event.about) for event in found]


def test_a_pending_claim_tells_its_diagnosis() -> None:
    """A diagnosis is worth hearing of before anything is paid."""
    claim = Payment(id="c1", member="M1", incurred_on=day("2025-03-01"), amount=9, status="pending", diagnosis=["D66"])
    found = events(a_policy(specific()), [claim], triggers=[Trigger(label="D66")])

    assert [("2025-03-01", "c1")] == [(str(event.happened_on), event.claim) for event in found]


@pytest.mark.parametrize(
    "claim",
    [
        paid("c1", "M1", 5, incurred_on="2024-12-31", paid_on="2025-02-01", diagnosis=["D66"]),
        paid("c1", "M1", 5, incurred_on="2025-03-01", paid_on="2025-07-01", diagnosis=["D66"]),
        paid("c1", "M1", 5, diagnosis=["D67"]),
    ],
    ids=["incurred before", "not known yet", "another diagnosis"],
)
def test_a_diagnosis_of_no_concern(claim: Payment) -> None:
    """A claim of another year, one that is not known yet, and one with another diagnosis are no events."""
    assert () == events(a_policy(specific()), [claim], as_of=day("2025-06-30"), triggers=[Trigger(label="D66")])


def _nights(first: int, last: int, **more: Any) -> list[Payment]:
    days = [(number, f"2025-03-{number:02}") for number in range(first, last + 1)]
    return [
        paid(f"n{number:02}", "M1", 1, "2025-04-01", incurred_on=on, tags=[INPATIENT], **more) for number, on in days
    ]


def test_a_long_stay_is_told_once() -> None:
    """A stay of ten days is told with the tenth, and not again with the eleventh."""
    policy = a_policy(specific(), notices=NoticeTerms(stay_days=10))

    assert [] == told(policy, _nights(1, 9))
    assert [("n10", "10 days from 2025-03-01")] == [
        (event.claim, event.about) for event in events(policy, _nights(1, 12))
    ]


def test_two_stays_are_two() -> None:
    """A gap of a day parts two stays; a claim that joins them later is no third."""
    policy = a_policy(specific(), notices=NoticeTerms(stay_days=3))
    between = paid("later", "M1", 1, "2025-05-01", incurred_on="2025-03-04", tags=[INPATIENT])

    assert ["n03", "n07"] == [event.claim for event in events(policy, [*_nights(1, 3), *_nights(5, 7), between])]


def test_what_carries_no_tag_is_no_stay() -> None:
    """Only claims with the tag are days in hospital."""
    policy = a_policy(specific(), notices=NoticeTerms(stay_days=1))

    assert [] == told(policy, [paid("c1", "M1", 1)])


# ------------------------------------------------------------------ asking


def test_only_what_is_new() -> None:
    """With `since` only what happened on that day or later."""
    payments = [paid("c1", "M1", 60, "2025-02-01"), paid("c2", "M1", 60, "2025-03-01")]

    assert ["c2"] == [row[3] for row in told(a_policy(specific()), payments, since=day("2025-02-02"))]


def test_an_event_is_plain_data() -> None:
    """An event can be written as JSON."""
    payments = [paid("c1", "M1", 60, "2025-02-01")]

    assert {
        "kind": "share_of_deductible",
        "happened_on": "2025-02-01",
        "unit": "M1",
        "claim": "c1",
        "threshold": "50.00",
        "total": "60.00",
        "about": "",
    } == events(a_policy(specific()), payments)[0].to_dict()


def test_a_repr_shows_no_person() -> None:
    """Ids, amounts and diagnoses are not in the repr."""
    event = Event(kind=EventKind.LONG_STAY, happened_on=day("2025-02-01"), unit="M1", claim="c1", about="12 days")

    assert repr(event) == "Event(kind=<EventKind.LONG_STAY: 'long_stay'>, happened_on=datetime.date(2025, 2, 1))"


def test_bad_questions_are_refused() -> None:
    """Triggers are a sequence of triggers, and days are days."""
    policy = a_policy(specific())

    assert ["triggers[0]: this is of class Trigger, and str is not [SL113]"] == refused(
        WrongType, events, policy, [], triggers=["D66"]
    )
    rule = "nothing happens from 2025-03-02 to 2025-03-01: the one day is after the other"
    assert [f"since: {rule} [SL657]"] == refused(
        InvalidValue, events, a_policy(specific()), [], as_of=day("2025-03-01"), since=day("2025-03-02")
    )
    assert ["since: a day is exactly a datetime.date, not a str [SL201]"] == refused(
        WrongType, events, policy, [], since="2025-01-01"
    )


# ------------------------------------------------------------------ lists of triggers


def test_a_list_is_read_in_its_order(tmp_path: Path) -> None:
    """Remarks and empty lines say nothing."""
    path = tmp_path / "ours.csv"
    path.write_text('# ours\nlabel,description\n\nT86, Transplant\nC,"Cancer, any"\n', encoding="utf-8")

    assert (
        Trigger(label="T86", description="Transplant"),
        Trigger(label="C", description="Cancer, any"),
    ) == read_triggers(path)


def test_every_fault_of_a_list_is_told(tmp_path: Path) -> None:
    """A bad list is refused with every bad row."""
    path = tmp_path / "ours.csv"
    path.write_text('label,description\nC,Cancer\n,Nothing\nD66\nC,Again\nT86,"Trans\n', encoding="utf-8")

    assert [
        "ours.csv:3 label: a label is not empty, and has no blanks around it and no invisible characters [SL317]",
        "ours.csv:4: a row has 2 cells, and this one has 1; put text with a comma in quotes [SL672]",
        "ours.csv:5 label: this label is on the list already; keep one of the rows [SL673]",
        "ours.csv:6: a row has 2 cells, and this one has 0; put text with a comma in quotes [SL672]",
    ] == refused(FeedError, read_triggers, path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"code,description\n", "ours.csv:1: a list of triggers has the columns label,description [SL671]"),
        (b"", "ours.csv:1: a list of triggers has the columns label,description [SL671]"),
        (b"\xff\xfe", "ours.csv: this is not UTF-8 [SL670]"),
        (b"#" * 1_000_001, "ours.csv: a list of triggers has at most 1,000,000 bytes [SL670]"),
    ],
)
def test_what_is_no_list(tmp_path: Path, content: bytes, message: str) -> None:
    """A file that is no list of triggers is refused."""
    path = tmp_path / "ours.csv"
    path.write_bytes(content)

    assert [message] == refused(FeedError, read_triggers, path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A missing file, and a folder, are refused by name."""
    assert ["ours.csv: there is no such file [SL670]"] == refused(FeedError, read_triggers, tmp_path / "ours.csv")
    assert [f"{tmp_path.name}: the system cannot read this file [SL670]"] == refused(FeedError, read_triggers, tmp_path)


def test_a_trigger_is_valid_or_not_built() -> None:
    """A label is text and not empty; a description is text."""
    assert "SL317" in refused(InvalidValue, Trigger, label="")[0]
    assert ["description: this is text, not an int [SL575]"] == refused(WrongType, Trigger, label="C", description=5)


def test_the_sample_ships_with_the_package() -> None:
    """The sample names the conditions of its sources."""
    words = " ".join(trigger.description for trigger in sample_triggers()).lower()

    assert [] == [
        word
        for word in ("neoplasm", "transplant", "birth weight", "spinal cord", "burns", "hemophilia", "end-stage renal")
        if word not in words
    ]
