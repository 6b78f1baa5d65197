"""Requests and denials: what each fact refuses, and their feeds, in and out."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from stoploss.errors import FactError, InvalidValue, WrongType
from stoploss.feeds import RejectedFeed, read_denials, read_requests, write_denials, write_requests
from stoploss.requests import Denial, Request, RequestKind
from tests.unit.given import day, refused

REQUEST: dict[str, Any] = {
    "id": "q1",
    "coverage": "specific",
    "member": "M1",
    "requested_on": day("2025-05-02"),
    "amount": "60,000",
    "kind": "initial",
}
DENIAL: dict[str, Any] = {"id": "d1", "request": "q1", "denied_on": day("2025-06-03"), "amount": "1,200"}


def test_a_request() -> None:
    """It has its amount in dollars and in cents, and its words as words."""
    request = Request(**REQUEST, claims=["c1", "c2"])

    assert (6_000_000, RequestKind.INITIAL, ("c1", "c2")) == (request.cents, request.kind, request.claims)


def test_no_repr_shows_whom_it_is_about() -> None:
    """Neither an id nor an amount."""
    shown = repr([Request(**REQUEST), Denial(**DENIAL, reason="experimental")])

    expected = "[Request(coverage='specific', requested_on=2025-05-02, kind='initial'), Denial(denied_on=2025-06-03)]"
    assert expected == shown


def test_a_request_that_may_not_stand() -> None:
    """One error has all that is wrong."""
    wrong = {"id": " q1", "member": None, "requested_on": day("1800-01-01"), "amount": 0, "claims": ["c1", "c1", ""]}

    assert [
        "id: an id has no blanks around it and no invisible characters [SL303]",
        "requested_on: days lie between the years 1900 and 2199 [SL202]",
        "claims[2]: an id is not empty [SL302]",
        "amount: a request asks for more than nothing, and its amount has no sign [SL630]",
        "member: a request under specific names its member, one under aggregate names none [SL631]",
        "claims: a request names each claim once [SL632]",
    ] == refused(FactError, Request, **REQUEST | wrong)


def test_a_request_under_the_aggregate_names_no_member() -> None:
    """The aggregate is owed for the group."""
    assert ["member: a request under specific names its member, one under aggregate names none [SL631]"] == refused(
        FactError, Request, **REQUEST | {"coverage": "aggregate"}
    )


def test_claims_are_a_sequence_and_a_kind_is_a_word() -> None:
    """One text is no sequence, and another word names the four."""
    assert ["claims are a sequence of ids, not one text [SL101]"] == refused(WrongType, Request, **REQUEST, claims="c1")
    assert ['this is one of initial, subsequent, advance, final; did you mean "final"? [SL106]'] == refused(
        InvalidValue, Request, **REQUEST | {"kind": "finale"}
    )


def test_a_denial_that_may_not_stand() -> None:
    """One error has all that is wrong."""
    wrong = {"request": "", "denied_on": dt.datetime(2025, 6, 3, 12, tzinfo=dt.UTC), "amount": "-5", "reason": 7}

    assert [
        "request: an id is not empty [SL302]",
        "denied_on: a day is exactly a datetime.date, not a datetime; take the date at the policyholder's site [SL201]",
        "reason: this is text, not an int [SL575]",
        "amount: a denial refuses more than nothing, and its amount has no sign [SL630]",
    ] == refused(FactError, Denial, **DENIAL | wrong)


def test_a_wrong_type_alone_is_that() -> None:
    """As with every fact."""
    assert ["id: an id is text, not an int; read the column as text [SL301]"] == refused(
        WrongType, Denial, **DENIAL | {"id": 7}
    )


def test_the_feeds_read_what_they_wrote(tmp_path: Path) -> None:
    """Requests and denials come back as they were; an unused column is not written."""
    requests = [Request(**REQUEST, claims=["c1", "c2"]), evolve(Request(**REQUEST), id="q2", kind="subsequent")]
    denials = [Denial(**DENIAL, reason="paid late"), evolve(Denial(**DENIAL), id="d2")]
    asked, refused_ = tmp_path / "requests.csv", tmp_path / "denials.csv"
    write_requests(asked, requests)
    write_denials(refused_, denials)

    assert (tuple(requests), tuple(denials)) == (read_requests(asked).requests, read_denials(refused_).denials)
    assert (
        "requests.csv: 2 rows, 120,000.00 read = 2 posted (120,000.00) + 0 duplicates (0.00) + 0 rejected (0.00)"
        == str(read_requests(asked).conservation)
    )


def test_a_feed_of_denials_without_reasons() -> None:
    """Only the columns that are used."""
    file = io.StringIO()
    write_denials(file, [Denial(**DENIAL)])

    assert "id,request,denied_on,amount\nd1,q1,2025-06-03,1200.00\n" == file.getvalue()


REQUEST_ROWS = [
    ("q1,specific,,2025-06-01,x,initial", ["SL458", "SL631"]),
    ("q1,aggregate,M1,2025-06-01,-1,final", ["SL630", "SL631"]),
    ("q1,specific,M1,,1,first", ["SL457", "SL106"]),
    ("q1,specific,M1,2025-06-01,1,", ["SL457"]),
]


@pytest.mark.parametrize(("row", "codes"), REQUEST_ROWS)
def test_a_row_of_requests_that_may_not_stand(tmp_path: Path, row: str, codes: list[str]) -> None:
    """A wrong row reports all that can be judged."""
    path = tmp_path / "requests.csv"
    path.write_text(f"id,coverage,member,requested_on,amount,kind\n{row}\n", encoding="utf-8")
    with pytest.raises(RejectedFeed) as caught:
        read_requests(path)

    assert codes == [finding.code for finding in caught.value.findings]


def test_two_denials_with_one_id(tmp_path: Path) -> None:
    """Other content under one id is refused, with both places."""
    path = tmp_path / "denials.csv"
    path.write_text("id,request,denied_on,amount\nd1,q1,2025-06-03,5\nd1,q1,2025-06-03,6\n", encoding="utf-8")

    assert [
        (
            "denials.csv:3 id: another row has this id, at denials.csv:2, and differs in amount; "
            "asking for more is a request of its own, with its own id [SL462]"
        )
    ] == refused(RejectedFeed, read_denials, path)
