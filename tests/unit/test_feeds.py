"""Feeds: what a file may hold, what is refused with which words, and what became of every row."""

from __future__ import annotations

import pickle
from decimal import Decimal
from pathlib import Path

import pytest

from stoploss.errors import FeedError, Finding, StopLossError
from stoploss.facts import Benefit, CoveredUnits, Status
from stoploss.feeds import (
    TUVA,
    RejectedFeed,
    load_columns,
    located,
    read_carrier_payments,
    read_claims,
    read_enrollment,
)
from stoploss.window import parse_day

HEADER = "id,member,benefit,incurred_on,paid_on,amount,adjusts,status"
ROW = {
    "id": "c2",
    "member": "M1",
    "benefit": "rx",
    "incurred_on": "2025-01-05",
    "paid_on": "2025-02-01",
    "amount": "10.00",
    "adjusts": "",
    "status": "paid",
}
GOOD = "c1,M1,medical,2025-01-05,2025-02-01,100.00,,"


def claims_file(folder: Path, *rows: str, header: str = HEADER, name: str = "claims.csv") -> Path:
    """Write a claims file, its lines ending in LF."""
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in (header, *rows)), encoding="utf-8", newline="")
    return path


def fault_of(path: Path) -> str:
    """Return the message with which a claims file is refused."""
    with pytest.raises(RejectedFeed) as caught:
        read_claims(path)
    return str(caught.value)


CELLS = [
    # Money: rows 1-28 of the catalogue of bad input.
    ("amount", "NaN", "{amount}; a payment whose amount is not known is not reported yet [SL458]"),
    ("amount", "-Infinity", "{amount}; a payment whose amount is not known is not reported yet [SL458]"),
    ("amount", "", "claims.csv:3 amount: this cell is empty; every row needs it [SL457]"),
    ("amount", "1E999999999", "{amount}; write the digits out: 1234.56 [SL458]"),
    ("amount", "1.5e3", "{amount}; write the digits out: 1234.56 [SL458]"),
    ("amount", "9" * 5_000, 'claims.csv:3 amount: this is not an amount; write digits and a point: "1234.56" [SL103]'),
    ("amount", "12345678901234", "claims.csv:3 amount: at most 13 digits stand before the point [SL105]"),
    (
        "amount",
        "1.234",
        "claims.csv:3 amount: an amount has at most two places; round it to the cent before it is reported [SL104]",
    ),
    ("amount", '"1,234.56"', "{amount}; {separators} [SL458]"),
    ("amount", '"1.234,56"', "{amount}; {separators} [SL458]"),
    ("amount", "1'234.56", "{amount}; {separators} [SL458]"),
    ("amount", "1_234.56", "{amount}; {separators} [SL458]"),
    ("amount", "1 234.56", "{amount}; leave the blanks out: 1234.56 [SL458]"),
    ("amount", " 12.00", "{amount}; leave the blanks out: 1234.56 [SL458]"),
    ("amount", "(123.45)", "{amount}; write a negative amount with a minus in front: -1234.56 [SL458]"),
    ("amount", "123.45-", "{amount}; write a negative amount with a minus in front: -1234.56 [SL458]"),
    ("amount", "123.45 CR", "{amount}; write a negative amount with a minus in front: -1234.56 [SL458]"),
    ("amount", "$5", "{amount}; leave the currency out: 1234.56 [SL458]"),
    ("amount", "USD 5", "{amount}; leave the currency out: 1234.56 [SL458]"),
    ("amount", "5 €", "{amount}; leave the currency out: 1234.56 [SL458]"),
    ("amount", "+5", "{amount}; write it as 1234.56 or -1234.56 [SL458]"),
    ("amount", ".5", "{amount}; write it as 1234.56 or -1234.56 [SL458]"),
    ("amount", "5.", "{amount}; write it as 1234.56 or -1234.56 [SL458]"),
    ("amount", "\u0661\u0662\u0663", "{amount}; write it as 1234.56 or -1234.56 [SL458]"),
    ("amount", "\uff11\uff12", "{amount}; write it as 1234.56 or -1234.56 [SL458]"),
    ("amount", "0001234{{", "{amount}; write it as 1234.56 or -1234.56 [SL458]"),
    # Days: rows 29-50.
    ("incurred_on", "", "claims.csv:3 incurred_on: this cell is empty; every row needs it [SL457]"),
    ("incurred_on", "10/11/2012", "{day}; found dd/dd/dddd [SL203]"),
    ("incurred_on", "1/2/2024", "{day}; found d/d/dddd [SL203]"),
    ("incurred_on", "10/11/12", "{day}; found dd/dd/dd; write the year with four digits [SL203]"),
    ("incurred_on", "May", "{day} [SL203]"),
    ("incurred_on", "2024", "{day}; found dddd [SL203]"),
    ("incurred_on", "10:30", "{day}; found dd:dd [SL203]"),
    ("incurred_on", "20240131", "{day}; found dddddddd [SL203]"),
    ("incurred_on", "2024-W01-1", "{day} [SL203]"),
    ("incurred_on", "2024-02-30", "{no_day} [SL204]"),
    ("incurred_on", "0000-00-00", "{no_day}; a placeholder for an open or unknown day is none [SL204]"),
    ("incurred_on", "99999999", "{day}; a placeholder for an open or unknown day is none [SL203]"),
    (
        "paid_on",
        "9999-12-31",
        (
            "claims.csv:3 paid_on: days lie between the years 1900 and 2199; "
            "a placeholder for an open or unknown day is none [SL202]"
        ),
    ),
    (
        "incurred_on",
        "45292",
        "{day}; found ddddd, a spreadsheet's day number; format the column as dates before exporting [SL203]",
    ),
    (
        "incurred_on",
        "2025-01-05T10:30:00",
        "{day}; leave the time out, and take the day at the policyholder's site [SL203]",
    ),
    (
        "incurred_on",
        "2025-01-05 00:00:00+00:00",
        "{day}; leave the time out, and take the day at the policyholder's site [SL203]",
    ),
    ("incurred_on", "0024-01-31", "claims.csv:3 incurred_on: days lie between the years 1900 and 2199 [SL202]"),
    (
        "paid_on",
        "",
        (
            "claims.csv:3 paid_on: a payment has the day on which the plan paid it; "
            "or status pending, if it is not paid yet [SL210]"
        ),
    ),
    # Ids: rows 51-73.
    ("id", "", "claims.csv:3 id: an id is not empty [SL302]"),
    ("member", "", "claims.csv:3 member: an id is not empty [SL302]"),
    ("member", "1.23457E+17", "claims.csv:3 member: {shortened} [SL456]"),
    ("id", "4E+10", "claims.csv:3 id: {shortened} [SL456]"),
    ("member", " M2", "claims.csv:3 member: {blanks} [SL303]"),
    ("member", "M2\u00a0", "claims.csv:3 member: {blanks} [SL303]"),
    ("member", "M\u200b2", "claims.csv:3 member: {blanks} [SL303]"),
    (
        "member",
        "Jose\u0301",
        "claims.csv:3 member: an id is in composed form (NFC), so that one person has one id [SL304]",
    ),
    ("member", '=HYPERLINK("x")', "claims.csv:3 member: {formula} [SL455]"),
    ("member", "+1", "claims.csv:3 member: {formula} [SL455]"),
    ("id", "-1", "claims.csv:3 id: {formula} [SL455]"),
    ("adjusts", "@x", "claims.csv:3 adjusts: {formula} [SL455]"),
    ("member", "\tx", "claims.csv:3 member: {blanks} [SL303]"),
    # Words.
    (
        "benefit",
        "Medical",
        'claims.csv:3 benefit: this is one of medical, rx, dental, vision, std, ltd; did you mean "medical"? [SL106]',
    ),
    (
        "status",
        "pendng",
        'claims.csv:3 status: this is one of paid, pending, ineligible; did you mean "pending"? [SL106]',
    ),
]
WORDS = {
    "{amount}": "claims.csv:3 amount: an amount in a file is digits and at most two places behind a point",
    "{separators}": "leave thousands separators out, and put a point before the cents: 1234.56",
    "{day}": "claims.csv:3 incurred_on: a day is written year-month-day; such as 2025-01-31",
    "{no_day}": "claims.csv:3 incurred_on: there is no such day in the calendar",
    "{blanks}": "an id has no blanks around it and no invisible characters",
    "{formula}": "an id does not begin with =, +, - or @, which a spreadsheet takes for a formula; "
    "export the column as text",
    "{shortened}": "this id was shortened to scientific notation by a spreadsheet, and its digits are lost; "
    "export it again from the source, as text",
}


@pytest.mark.parametrize(("column", "cell", "message"), CELLS)
def test_cell_that_may_not_stand(tmp_path: Path, column: str, cell: str, message: str) -> None:
    """A wrong cell refuses the file, with its row, its column and the way out, and without its characters."""
    path = claims_file(tmp_path, GOOD, ",".join({**ROW, column: cell}.values()))
    for word, meant in WORDS.items():
        message = message.replace(word, meant)

    assert message == fault_of(path)


FILES = [
    ("", "claims.csv: this file is empty; a feed without rows still has its header [SL459]"),
    ("\n\n", "claims.csv: this file is empty; a feed without rows still has its header [SL459]"),
    (
        "id;member;amount\nc1;M1;5\n",
        "claims.csv:1: only one column was found, and its cells are separated by semicolons; {commas} [SL448]",
    ),
    (
        "id\tmember\tamount\n",
        "claims.csv:1: only one column was found, and its cells are separated by tabs; {commas} [SL448]",
    ),
    (
        "id|member|amount\n",
        "claims.csv:1: only one column was found, and its cells are separated by vertical bars; {commas} [SL448]",
    ),
    ("Claims of 2025\nid,member\n", "claims.csv:1: only one column was found; {commas} [SL448]"),
    ("id,member,incurred_on,paid_on\n", "claims.csv:1 amount: this column is missing [SL451]"),
    (
        "id,member,incurred_on,paid_on,amounts\n",
        "claims.csv:1 amount: this column is missing; did you mean column 5? [SL451]",
    ),
    (
        "id,member,incurred_on,paid_on,amount,id\n",
        "claims.csv:1: columns 1 and 6 have the same name; rename or remove one [SL449]",
    ),
    ("id,member,incurred_on,paid_on,Amount\n", "claims.csv:1 amount: column 5 is almost named amount; {exact} [SL450]"),
    (
        "id,member,incurred_on,paid_on, amount\n",
        "claims.csv:1 amount: column 5 is almost named amount; {exact} [SL450]",
    ),
    (
        "id,member,incurred_on,Paid On,amount\n",
        (
            "claims.csv:1 paid_on: column 4 is almost named paid_on; "
            "did you mean paid_on? names are compared letter by letter, without blanks [SL450]"
        ),
    ),
    (
        HEADER + "\nc1,M1,medical,2025-01-05\n",
        "claims.csv:2: this row has 4 cells where the header has 8; {quotes} [SL454]",
    ),
    (
        HEADER + "\n" + GOOD + ",,\n",
        "claims.csv:2: this row has 10 cells where the header has 8; {quotes} [SL454]",
    ),
    (HEADER + "\n" + GOOD + "\n,,,,,,,\n", "claims.csv:3: this row is empty; remove it [SL464]"),
    (
        HEADER + "\n" + GOOD + '\nc2,"M1,medical,2025-01-05\n' + GOOD + "\n",
        (
            "claims.csv:3: a quote that opens in this row is never closed; "
            'write a quote inside a cell twice: ""; the rest of the file was not read [SL444]'
        ),
    ),
    (
        HEADER + "\n" + GOOD + '\nc2,"M"1,medical,2025-01-05\n',
        (
            "claims.csv:3: a closing quote in this row is not followed by a comma; "
            'write a quote inside a cell twice: ""; the rest of the file was not read [SL444]'
        ),
    ),
    (
        HEADER + "\n" + GOOD + "\nc2," + "M" * 131_073 + "\n",
        (
            "claims.csv:3: a cell of this row is longer than any cell should be; "
            "a quote that is not closed swallows the rows after it; the rest of the file was not read [SL445]"
        ),
    ),
    (
        HEADER + "\n" + "M" * 1_048_576 + "\n",
        "claims.csv:2: this line has no end within 1,048,576 characters; the rest of the file was not read [SL445]",
    ),
    (
        HEADER + "\n" + GOOD + "\nc2,M\0,,,,,,\n",
        (
            "claims.csv:3: this line holds a NUL character, which no text has; "
            "a file full of them is UTF-16: save it as UTF-8; the rest of the file was not read [SL443]"
        ),
    ),
    (
        HEADER.encode("utf-16"),
        'claims.csv: a feed is CSV in UTF-8, and this is UTF-16 text; save it as "CSV UTF-8" [SL441]',
    ),
    (
        b"PK\x03\x04rest",
        (
            "claims.csv: a feed is CSV in UTF-8, and this is a workbook or a zip archive; "
            "export the sheet as CSV, or unpack the archive [SL441]"
        ),
    ),
    (b"\x1f\x8brest", "claims.csv: a feed is CSV in UTF-8, and this is a gzip archive; unpack it first [SL441]"),
    (
        f"{HEADER}\n{GOOD}\nc2,Jos".encode() + b"\xe9,",
        (
            "claims.csv:3: this is not UTF-8, at byte 111 of the file; "
            'save it as "CSV UTF-8"; the rest of the file was not read [SL442]'
        ),
    ),
]
FILE_WORDS = {
    "{quotes}": "a comma inside a cell needs quotes around the cell",
    "{commas}": "separate cells with commas; the first line names the columns",
    "{exact}": "did you mean amount? names are compared letter by letter, without blanks",
}


@pytest.mark.parametrize(("content", "message"), FILES)
def test_file_that_may_not_stand(tmp_path: Path, content: str | bytes, message: str) -> None:
    """A file that is not a claims feed is refused with the place and the way out."""
    path = tmp_path / "claims.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    for word, meant in FILE_WORDS.items():
        message = message.replace(word, meant)

    assert message == fault_of(path)


def test_byte_far_into_the_file(tmp_path: Path) -> None:
    """The byte offset and the line are those of the file, not of the block that was being decoded."""
    start = HEADER + "\n" + "".join(f"é{number},M1,rx,2025-01-05,2025-02-01,1.00,,\n" for number in range(5_000))
    path = tmp_path / "claims.csv"
    path.write_bytes(start.encode() + b"c9,M\xff,,\n")

    expected = f"claims.csv:5002: this is not UTF-8, at byte {len(start.encode()) + 4:,} of the file"
    assert expected == fault_of(path).partition(";")[0]


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there is a finding, and the others are read all the same."""
    wrong = claims_file(tmp_path, "c2,M1,rx,2025-01-05,2025-02-01,x,,", name="wrong.csv")
    with pytest.raises(RejectedFeed) as caught:
        read_claims(tmp_path / "none.csv", wrong)

    expected = ["none.csv: this file cannot be read: no such file or directory [SL440]", "wrong.csv:2 amount"]
    assert expected == [str(caught.value.findings[0]), caught.value.findings[1].where]


def test_between_rows(tmp_path: Path) -> None:
    """Faults between rows name both places and the columns that differ, and no content."""
    medical = claims_file(tmp_path, GOOD, "c2,M2,,2025-01-05,2025-02-01,-10.00,c1,", name="medical.csv")
    rx = claims_file(tmp_path, "c1,M1,rx,2025-01-05,2025-02-01,99.00,,", name="rx.csv")
    with pytest.raises(RejectedFeed) as caught:
        read_claims(medical, rx)

    expected = (
        "rx.csv:2 id: another row has this id, at medical.csv:2, and differs in benefit, amount; "
        "a correction is a row of its own: undo the first one with a negative row, and report the right one [SL462]\n"
        "medical.csv:3 adjusts: a negative row undoes a payment of the same member [SL307]"
    )
    assert expected == str(caught.value)
    conservation = (
        "medical.csv: 2 rows, 90.00 read = "
        "0 posted (0.00) + 0 duplicates (0.00) + 1 rejected (-10.00) + 1 held back (100.00)\n"
        "rx.csv: 1 row, 99.00 read = 0 posted (0.00) + 0 duplicates (0.00) + 1 rejected (99.00)"
    )
    assert conservation == str(caught.value.conservation)


def test_every_fault_of_a_row(tmp_path: Path) -> None:
    """A row with several faults reports them all, those between its cells too."""
    path = claims_file(tmp_path, "=c2,,medical,10/11/12,,x,,paid")

    expected = ["SL455", "SL302", "SL203", "SL458", "SL210"]
    assert expected == [line[-6:-1] for line in fault_of(path).splitlines()]


def test_word_that_could_decide_about_another_cell(tmp_path: Path) -> None:
    """A row whose status cannot be read is not blamed for a missing day paid."""
    path = claims_file(tmp_path, "c2,M1,medical,2025-01-05,,1.00,,pendng")

    assert ["SL106]"] == [line[-6:] for line in fault_of(path).splitlines()]


def test_cap_on_faults(tmp_path: Path) -> None:
    """An error keeps a thousand faults and counts the rest."""
    path = claims_file(tmp_path, *(f"c{number},M1,,2025-01-05,2025-02-01,x,," for number in range(1_250)))
    with pytest.raises(RejectedFeed) as caught:
        read_claims(path)

    assert (1_000, 250, 1_250) == (
        len(caught.value.findings),
        caught.value.more,
        caught.value.conservation.rejected.unreadable,
    )


def test_what_a_row_becomes(tmp_path: Path) -> None:
    """Empty cells are the defaults; labels are separated by semicolons; text stands as it is."""
    header = "id,member,family,benefit,incurred_on,paid_on,amount,status,reason,class,diagnosis,tags,reported_on"
    path = claims_file(
        tmp_path,
        "c1,M1,,,2025-01-05,2025-02-01,-0.00,,,,,,",
        'c2,M2,F1,rx,2025-01-05,,12.5,pending,"a ""quoted"", text",cobra,C91.0;Z51,transplant; own;,2025-03-01',
        header=header,
    )
    first, second = read_claims(path).payments

    assert (None, Benefit.MEDICAL, Decimal("0.00"), Status.PAID, None, ()) == (
        first.family,
        first.benefit,
        first.amount,
        first.status,
        first.reason,
        first.tags,
    )
    assert ("F1", None, Decimal("12.50"), Status.PENDING, 'a "quoted", text') == (
        second.family,
        second.paid_on,
        second.amount,
        second.status,
        second.reason,
    )
    assert ("cobra", ("C91.0", "Z51"), ("transplant", "own"), parse_day("2025-03-01")) == (
        second.covered_class,
        second.diagnosis,
        second.tags,
        second.reported_on,
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_mark(tmp_path: Path, end: str) -> None:
    """Any line end will do, a byte-order mark is passed over, and a line break or U+2028 in quotes ends no row."""
    rows = (
        HEADER + ",reason",
        GOOD + f',"one{end}two\u2028three"',
        "",
        "c2,M1,,2025-01-05,2025-02-01,1,,,",
    )
    path = tmp_path / "claims.csv"
    path.write_bytes(b"\xef\xbb\xbf" + end.join(rows).encode())
    feed = read_claims(path)

    assert ("claims.csv:2", "claims.csv:5") == feed.places
    assert f"one{end}two\u2028three" == feed.payments[0].reason


def test_numbers_read_as_text(tmp_path: Path) -> None:
    """Leading zeros and words such as NA stay what they are in an id."""
    path = claims_file(tmp_path, "00123,NA,,2025-01-05,2025-02-01,1,,", "123,M1,,2025-01-05,2025-02-01,1,,")
    feed = read_claims(path)

    assert ["00123", "123"] == [payment.id for payment in feed.payments]
    expected = (
        "claims.csv:2 member: the member of this row reads like a missing value; "
        "all such rows are settled as one person; give each person an id [SL471]"
    )
    assert expected == str(feed.notices[0])


def test_file_given_twice(tmp_path: Path) -> None:
    """A file that is read twice is read once, and says so."""
    path = claims_file(tmp_path, GOOD, "c2,M1,rx,2025-01-05,2025-02-01,20,,")
    feed = read_claims(path, path)

    assert 2 == len(feed.payments)
    expected = (
        "claims.csv: 2 rows, 120.00 read = 2 posted (120.00) + 0 duplicates (0.00) + 0 rejected (0.00)\n"
        "claims.csv: 2 rows, 120.00 read = 0 posted (0.00) + 2 duplicates (120.00) + 0 rejected (0.00)"
    )
    assert expected == str(feed.conservation)
    notice = "claims.csv:2: this row repeats an earlier one and counts once; 1 more does so: line 3 [SL461]"
    assert [notice] == [str(finding) for finding in feed.notices]


def test_two_files_of_one_name(tmp_path: Path) -> None:
    """Where two files share a base name, messages give the paths; else the base name alone."""
    for folder in ("medical", "rx"):
        (tmp_path / folder).mkdir()
    medical = claims_file(tmp_path / "medical", GOOD)
    rx = claims_file(tmp_path / "rx", "c2,M1,rx,2025-01-05,2025-02-01,20,,")

    assert (f"{medical}:2", f"{rx}:2") == read_claims(medical, rx).places


NOTICES = [
    ("c2,M1,,2025-03-05,2025-02-01,1,,", "claims.csv:3 paid_on: this row is paid before it is incurred [SL465]"),
    (
        "c2,M1,,2025-01-05,2025-02-01,-1,,",
        (
            "claims.csv:3 adjusts: this negative row names no payment that it undoes, and takes back the unit's latest "
            "ones; name the payment's id where it is known [SL467]"
        ),
    ),
    (
        "c2,M1,,2025-01-05,2025-02-01,1,,pending",
        (
            "claims.csv:3 paid_on: this row is pending and has a day paid; it is listed, and counts nowhere; "
            "its status is paid once the plan has paid it [SL468]"
        ),
    ),
    ("c2,M1,,2025-01-05,2025-02-01,0.00,,", "claims.csv:3 amount: the amount of this row is zero [SL469]"),
    (
        "c2,M1,medical,2025-01-05,2025-02-01,100,,",
        (
            "claims.csv:3: this row has the member, benefit, days and amount of an earlier one, under another id; "
            "if one claim was reported twice, remove one [SL472]"
        ),
    ),
]


@pytest.mark.parametrize(("row", "notice"), NOTICES)
def test_row_to_be_seen(tmp_path: Path, row: str, notice: str) -> None:
    """An odd row is settled all the same, with a notice that points to it."""
    feed = read_claims(claims_file(tmp_path, GOOD, row))

    assert ([notice], 2) == ([str(finding) for finding in feed.notices], len(feed.payments))


def test_ineligible_for_without_its_status(tmp_path: Path) -> None:
    """A row that says for what it is ineligible, and is not, is settled as eligible, with a notice."""
    header = HEADER + ",ineligible_for"
    feed = read_claims(claims_file(tmp_path, GOOD + ",specific", header=header))

    assert ["SL470"] == [finding.code for finding in feed.notices]


def test_one_notice_for_many_rows(tmp_path: Path) -> None:
    """Rows of a kind share one notice, with the next few lines and a count."""
    rows = [f"c{number},M{number},,2025-01-05,2025-02-01,0,," for number in range(8)]
    feed = read_claims(claims_file(tmp_path, *rows))

    expected = "the amount of this row is zero; 7 more do so: lines 3, 4, 5, 6, 7 and 2 others"
    assert [("claims.csv:2 amount", expected)] == [(finding.where, finding.rule) for finding in feed.notices]


def test_columns_to_be_seen(tmp_path: Path) -> None:
    """A column that is not read is a notice, with the nearest pinned name."""
    feed = read_claims(claims_file(tmp_path, GOOD + ",x,y,z", header=f"{HEADER},benefits,tag,"))

    expected = [
        'claims.csv:1: column 9 ("benefits") is not read [SL452]',
        'claims.csv:1: column 10 ("tag") is not read; did you mean "tags"? [SL452]',
        "claims.csv:1: column 11 is not read [SL452]",
    ]
    assert expected == [str(finding) for finding in feed.notices]


def test_header_only(tmp_path: Path) -> None:
    """A file without rows is read, and never passes in silence."""
    feed = read_claims(claims_file(tmp_path))

    expected = "claims.csv: this file has a header and no rows; check that the export is whole [SL460]"
    assert ((), [expected]) == (feed.payments, [str(finding) for finding in feed.notices])


@pytest.mark.parametrize(("early", "rows", "swapped"), [(4, 20, False), (5, 20, True), (19, 19, False)])
def test_swapped_columns(tmp_path: Path, early: int, rows: int, swapped: bool) -> None:
    """More than a fifth of at least twenty rows paid before they were incurred is no accident."""
    days = ["2025-03-05,2025-02-01"] * early + ["2025-01-05,2025-02-01"] * (rows - early)
    path = claims_file(tmp_path, *(f"c{number},M{number},,{both},1,," for number, both in enumerate(days)))

    if swapped:
        expected = (
            "claims.csv: 5 of 20 rows are paid before they were incurred; are paid_on and incurred_on swapped? [SL466]"
        )
        assert expected == fault_of(path)
    else:
        assert rows == len(read_claims(path).payments)


def test_trailer_row(tmp_path: Path) -> None:
    """A total at the end of an export is no claim."""
    path = claims_file(tmp_path, GOOD, "Total,,,,,100.00,,")

    assert ["claims.csv:3 member", "claims.csv:3 incurred_on", "claims.csv:3 paid_on"] == [
        line.partition(": ")[0] for line in fault_of(path).splitlines()
    ]


def test_mapping(tmp_path: Path) -> None:
    """A mapping names the file's own columns, joins several to an id, and gives a word for the whole file."""
    path = claims_file(
        tmp_path, "C-1,2,M1,2025-01-05,2025-02-01,5", header="Claim No,Line,member,incurred_on,Paid,Paid Amt"
    )
    columns = {"id": ["Claim No", "Line"], "paid_on": "Paid", "amount": "Paid Amt", "benefit": "=rx"}
    payment = read_claims(path, columns=columns).payments[0]

    assert ("C-1-2", Benefit.RX, 500) == (payment.id, payment.benefit, payment.cents)


@pytest.mark.parametrize("row", ["C,1-2", "C,", ",2"])
def test_join_that_could_be_read_two_ways(tmp_path: Path, row: str) -> None:
    """A joined id tells its parts apart."""
    path = claims_file(
        tmp_path, f"{row},M1,2025-01-05,2025-02-01,5", header="no,line,member,incurred_on,paid_on,amount"
    )
    with pytest.raises(RejectedFeed) as caught:
        read_claims(path, columns={"id": ("no", "line")})

    expected = (
        "claims.csv:2 id: the parts of a joined id are not empty, and only the first one may hold a hyphen [SL453]"
    )
    assert expected == str(caught.value)


MAPPINGS = [
    ({"amout": "Paid"}, 'columns.amout: this is no column of this feed; did you mean "amount"? [SL447]'),
    ({"amount": ("a", "b")}, "columns.amount: only an id is joined from several columns [SL476]"),
    ({"id": ()}, "columns.id: a list of columns to join is not empty [SL476]"),
    (
        {"benefit": "=drugs"},
        "columns.benefit: this is one of medical, rx, dental, vision, std, ltd [SL106]",
    ),
    ({"amount": "Paid"}, 'claims.csv:1 amount: the column "Paid" is missing [SL451]'),
    (
        {"amount": "Amount"},
        (
            'claims.csv:1 amount: column 6 is almost named "Amount"; '
            'did you mean "Amount"? names are compared letter by letter, without blanks [SL450]'
        ),
    ),
    ({"reason": "Why"}, 'claims.csv:1 reason: the column "Why" is missing [SL451]'),
]


@pytest.mark.parametrize(("columns", "message"), MAPPINGS)
def test_mapping_that_does_not_fit(tmp_path: Path, columns: dict[str, str], message: str) -> None:
    """A mapping that names what is not there is refused, and never passed over."""
    path = claims_file(tmp_path, GOOD)
    with pytest.raises(RejectedFeed) as caught:
        read_claims(path, columns=columns)

    assert message == str(caught.value)


def test_tuva(tmp_path: Path) -> None:
    """The claims tables of the Tuva input layer are read as they are."""
    medical = claims_file(
        tmp_path,
        "C1,1,P1,2025-01-05,2025-02-01,10.5",
        header="claim_id,claim_line_number,person_id,claim_line_start_date,paid_date,paid_amount",
        name="medical_claim.csv",
    )
    pharmacy = claims_file(
        tmp_path,
        "R1,1,P1,2025-01-06,2025-01-07,20",
        header="claim_id,claim_line_number,person_id,dispensing_date,paid_date,paid_amount",
        name="pharmacy_claim.csv",
    )
    payments = [
        *read_claims(medical, columns=TUVA["medical_claim"]).payments,
        *read_claims(pharmacy, columns=TUVA["pharmacy_claim"]).payments,
    ]

    expected = [("C1-1", "P1", Benefit.MEDICAL, 1_050), ("R1-1", "P1", Benefit.RX, 2_000)]
    assert expected == [(payment.id, payment.member, payment.benefit, payment.cents) for payment in payments]


def test_feed_file(tmp_path: Path) -> None:
    """The mapping of a feed file is its table of columns."""
    path = tmp_path / "feed.toml"
    path.write_text('[columns]\namount = "Paid Amt"\nid = ["claim", "line"]\n', encoding="utf-8")

    assert {"amount": "Paid Amt", "id": ("claim", "line")} == load_columns(path)


FEED_FILES = [
    ("columns = 1", "feed.toml: a feed file is one table, [columns] [SL475]"),
    ("[columns]\n[other]", "feed.toml: a feed file is one table, [columns] [SL475]"),
    (
        "[columns]\nid = 1",
        "feed.toml columns.id: a column's name is text, or a list of texts that are joined [SL475]",
    ),
    (
        "[columns",
        "feed.toml: this is not TOML: Expected ']' at the end of a table declaration (at end of document) [SL446]",
    ),
    (b"\xff", "feed.toml: this is not UTF-8 [SL446]"),
]


@pytest.mark.parametrize(("content", "message"), FEED_FILES)
def test_feed_file_that_may_not_stand(tmp_path: Path, content: str | bytes, message: str) -> None:
    """A feed file says what it maps, and nothing else."""
    path = tmp_path / "feed.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(FeedError) as caught:
        load_columns(path)

    assert message == str(caught.value)


def test_feed_file_that_is_not_there(tmp_path: Path) -> None:
    """A missing feed file is named."""
    with pytest.raises(FeedError, match=r"^feed.toml: this file cannot be read: no such file or directory \[SL440\]$"):
        load_columns(tmp_path / "feed.toml")


def test_enrollment(tmp_path: Path) -> None:
    """A month is a day or a calendar month, units are whole, and the control total is units."""
    path = claims_file(
        tmp_path,
        "2025-01-01,single,1200",
        "2025-02,family,0",
        "2025-02,family,0",
        header="month,tier,units",
        name="enrollment.csv",
    )
    feed = read_enrollment(path)

    assert [(parse_day("2025-01-01"), "single", 1_200), ("2025-02", "family", 0)] == [
        (units.month, units.tier, units.units) for units in feed.units
    ]
    expected = (
        "enrollment.csv: 3 rows, 1,200 units read = "
        "2 posted (1,200 units) + 1 duplicate (0 units) + 0 rejected (0 units)"
    )
    assert expected == str(feed.conservation)


ENROLLMENT = [
    ("2025-01,single,", "enrollment.csv:3 units: this cell is empty; every row needs it [SL457]"),
    (
        "2025-01,single,12.5",
        (
            "enrollment.csv:3 units: covered units are a whole number, in digits; "
            "such as 125, without separators or a point [SL507]"
        ),
    ),
    ("2025-01,single,-1", "enrollment.csv:3 units: covered units are 0 to 100,000,000 [SL508]"),
    (
        "2025-13,single,1",
        (
            "enrollment.csv:3 month: a month is a day in it (2025-01-01) or the month in which it begins (2025-01); "
            "found dddd-dd [SL211]"
        ),
    ),
    (
        "01/2025,single,1",
        (
            "enrollment.csv:3 month: a month is a day in it (2025-01-01) or the month in which it begins (2025-01); "
            "found dd/dddd [SL211]"
        ),
    ),
    ("2025-01,,1", "enrollment.csv:3 tier: an id is not empty [SL302]"),
    (
        "2025-02,single,11",
        (
            "enrollment.csv:3 units: this tier has other units for the same month at enrollment.csv:2; "
            "report a tier once a month, or once for each class, plan and division [SL463]"
        ),
    ),
]


@pytest.mark.parametrize(("row", "message"), ENROLLMENT)
def test_enrollment_that_may_not_stand(tmp_path: Path, row: str, message: str) -> None:
    """A wrong row of covered units refuses the file."""
    path = claims_file(tmp_path, "2025-02,single,10", row, header="month,tier,units", name="enrollment.csv")
    with pytest.raises(RejectedFeed) as caught:
        read_enrollment(path)

    assert message == str(caught.value)


def test_enrollment_by_class_plan_and_division(tmp_path: Path) -> None:
    """One tier and month has a row for each class, plan and division; a cell that is empty names none."""
    path = claims_file(
        tmp_path,
        "2025-01,single,1,cobra,PPO,north",
        "2025-01,single,2,cobra,PPO,south",
        "2025-01,single,3,active,,",
        header="month,tier,units,class,plan,division",
        name="enrollment.csv",
    )

    assert [
        CoveredUnits(month="2025-01", tier="single", units=1, covered_class="cobra", plan="PPO", division="north"),
        CoveredUnits(month="2025-01", tier="single", units=2, covered_class="cobra", plan="PPO", division="south"),
        CoveredUnits(month="2025-01", tier="single", units=3, covered_class="active"),
    ] == list(read_enrollment(path).units)


def test_enrollment_of_one_class_twice(tmp_path: Path) -> None:
    """What makes a row of its own is the month, the tier, the class, the plan and the division together."""
    path = claims_file(
        tmp_path,
        "2025-01,single,1,cobra,,north",
        "2025-01,single,2,cobra,,north",
        header="month,tier,units,class,plan,division",
        name="enrollment.csv",
    )
    with pytest.raises(RejectedFeed) as caught:
        read_enrollment(path)

    expected = (
        "enrollment.csv:3 units: this tier has other units for the same month at enrollment.csv:2; "
        "report a tier once a month, or once for each class, plan and division [SL463]"
    )
    assert expected == str(caught.value)


def test_recovery_with_its_legal_cost(tmp_path: Path) -> None:
    """A recovery says what it cost to obtain, and a payment to which division it belongs."""
    path = claims_file(
        tmp_path,
        "c1,M1,2025-01-05,2025-02-01,900,,,,north",
        "c2,M1,2025-01-05,2025-06-01,-300,c1,recovery,100.50,",
        header="id,member,incurred_on,paid_on,amount,adjusts,tags,legal_cost,division",
    )
    first, second = read_claims(path).payments

    assert (Decimal("0.00"), "north") == (first.legal_cost, first.division)
    assert (Decimal("100.50"), None) == (second.legal_cost, second.division)


def test_legal_cost_of_no_recovery(tmp_path: Path) -> None:
    """A legal cost on a payment, or above what was recovered, is refused at its cell; so is one that is no amount."""
    path = claims_file(
        tmp_path,
        "c1,M1,2025-01-05,2025-02-01,900,1",
        "c2,M1,2025-01-05,2025-02-01,-900,900.01",
        "c3,M1,2025-01-05,2025-02-01,-900,$5",
        header="id,member,incurred_on,paid_on,amount,legal_cost",
    )
    with pytest.raises(RejectedFeed) as caught:
        read_claims(path)

    rule = "a legal cost belongs to a negative row, and is not negative nor more than was recovered [SL311]"
    assert [
        f"claims.csv:2 legal_cost: {rule}",
        f"claims.csv:3 legal_cost: {rule}",
        (
            "claims.csv:4 legal_cost: an amount in a file is digits and at most two places behind a point; "
            "leave the currency out: 1234.56 [SL458]"
        ),
    ] == [str(finding) for finding in caught.value.findings]


def test_advance_and_the_claims_it_was_for(tmp_path: Path) -> None:
    """An advance names the claims that it was for; where several carriers pay, each payment names its carrier."""
    path = claims_file(
        tmp_path,
        "p1,specific,M1,2025-06-01,100,advance,c1; c2,First Re",
        header="id,coverage,member,paid_on,amount,kind,claims,carrier",
        name="carrier.csv",
    )
    (payment,) = read_carrier_payments(path).carrier_payments

    assert (("c1", "c2"), "First Re") == (payment.claims, payment.carrier)


def test_claims_of_what_is_no_advance(tmp_path: Path) -> None:
    """Only an advance was for claims that are still to be paid."""
    path = claims_file(
        tmp_path,
        "p1,specific,M1,2025-06-01,100,,c1",
        header="id,coverage,member,paid_on,amount,kind,claims",
        name="carrier.csv",
    )
    with pytest.raises(RejectedFeed) as caught:
        read_carrier_payments(path)

    expected = "carrier.csv:2 claims: the claims that a payment was for are those of an advance; leave them out [SL312]"
    assert expected == str(caught.value)


def test_carrier_payments(tmp_path: Path) -> None:
    """The carrier's payments are read with their kind; a negative one went back."""
    path = claims_file(
        tmp_path,
        "p1,specific,M1,2025-06-01,100,advance",
        "p2,aggregate,,2025-07-01,-40.25,",
        header="id,coverage,member,paid_on,amount,kind",
        name="carrier.csv",
    )
    feed = read_carrier_payments(path)

    assert [("specific", "M1", 10_000, "advance"), ("aggregate", None, -4_025, "reimbursement")] == [
        (payment.coverage, payment.member, payment.cents, payment.kind) for payment in feed.carrier_payments
    ]


CARRIER_PAYMENTS = [
    (
        "p1,specific,,2025-06-01,x",
        ["SL458", "SL305"],
    ),
    ("p1,specifik,,2025-06-01,1", ["SL106"]),
    ("p1,,,2025-06-01,1", ["SL457"]),
]


@pytest.mark.parametrize(("row", "codes"), CARRIER_PAYMENTS)
def test_carrier_payment_that_may_not_stand(tmp_path: Path, row: str, codes: list[str]) -> None:
    """A wrong payment of the carrier reports all that can be judged."""
    path = claims_file(tmp_path, row, header="id,coverage,member,paid_on,amount", name="carrier.csv")
    with pytest.raises(RejectedFeed) as caught:
        read_carrier_payments(path)

    assert codes == [finding.code for finding in caught.value.findings]


def test_no_files() -> None:
    """No file, no facts, and nothing to count."""
    feed = read_claims()

    assert ((), "") == (feed.payments, str(feed.conservation))


def test_located() -> None:
    """Findings of a settlement get the file and row of their fact; others stay as they are."""
    wheres = ["payments[1].adjusts", "units[0].month", "carrier_payments[0]", "payments[9].id", "specific.share"]
    error = StopLossError([Finding(code="SL999", where=where, rule="x") for where in wheres], more=2)
    found = located(error, payments=["a.csv:2", "a.csv:3"], units=["e.csv:2"], carrier_payments=["p.csv:7"])

    expected = ["a.csv:3 adjusts", "e.csv:2 month", "p.csv:7", "payments[9].id", "specific.share"]
    assert (expected, 2) == ([finding.where for finding in found.findings], found.more)


def test_located_among_requests() -> None:
    """So do findings about requests, denials and a carrier's statement."""
    wheres = ["requests[0].amount", "denials[1].request", "carrier_statement[0].coverage"]
    error = StopLossError([Finding(code="SL999", where=where, rule="x") for where in wheres])
    found = located(error, requests=["r.csv:2"], denials=["d.csv:2", "d.csv:3"], carrier_statement=["c.csv:2"])

    assert ["r.csv:2 amount", "d.csv:3 request", "c.csv:2 coverage"] == [finding.where for finding in found.findings]


def test_rejection_travels(tmp_path: Path) -> None:
    """The error crosses processes with its conservation, and no exception behind it holds a cell."""
    path = claims_file(tmp_path, "c2,SECRET,,2025-01-05,2025-02-01,x,,")
    with pytest.raises(RejectedFeed) as caught:
        read_claims(path)
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 (bytes of our own making)

    assert (str(caught.value), caught.value.conservation) == (str(copy), copy.conservation)
    assert (None, None) == (caught.value.__context__, caught.value.__cause__)


def test_refusal_leaves_no_chain(tmp_path: Path) -> None:
    """A file that is not UTF-8 leaves no traceback with the bytes of the file."""
    path = tmp_path / "claims.csv"
    path.write_bytes(f"{HEADER}\nc2,SECRET".encode() + b"\xe9")
    with pytest.raises(RejectedFeed) as caught:
        read_claims(path)

    assert (None, None) == (caught.value.__context__, caught.value.__cause__)
