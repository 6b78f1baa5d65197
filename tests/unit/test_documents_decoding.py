"""Reading TOML and JSON strictly: what is not a document at all."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from stoploss.documents import load_policy, parse_policy
from stoploss.documents.decoding import LARGEST, decode, decode_file
from stoploss.errors import FeedError, Finding

UNREADABLE: list[tuple[str, bytes, str]] = [
    ("policy.yaml", b"schema: 1", 'policy.yaml: a policy document is TOML or JSON; name it ".toml" or ".json" [SL480]'),
    (
        "policy.toml",
        b'carrier = "Jos\xe9"',
        "policy.toml: this file is not UTF-8, at byte 15; save it as UTF-8 [SL483]",
    ),
    ("policy.toml", "schema = 1".encode("utf-16"), "policy.toml: this file is UTF-16; save it as UTF-8 [SL483]"),
    ("policy.toml", b"schema = 1\ncarrier =\n", "policy.toml:2: this is not TOML: invalid value [SL484]"),
    ("policy.toml", b'number = "1', "policy.toml:1: this is not TOML: unterminated string [SL484]"),
    ("policy.toml", b"a = 1\na = 2", "policy.toml:2: this is not TOML: cannot overwrite a value [SL484]"),
    ("policy.toml", b"[a.M2]\n[a.M2]\n", "policy.toml:2: this is not TOML: cannot declare a table twice [SL484]"),
    ("policy.toml", b"a = " + b"9" * 5_000, "policy.toml: this is not TOML: a number is too long [SL484]"),
    ("policy.toml", b"a = " + b"[" * 100_000, "policy.toml: a document nests at most 32 tables [SL487]"),
    ("policy.toml", b"a." * 100_000 + b"a = 1", "policy.toml: a document nests at most 32 tables [SL487]"),
    ("policy.toml", b"a" * (LARGEST + 1), "policy.toml: a policy document has at most 1,000,000 characters [SL482]"),
    ("policy.json", b"{", "policy.json:1: this is not JSON: expecting property name enclosed in double quotes [SL484]"),
    ("policy.json", b"", "policy.json:1: this is not JSON: expecting value [SL484]"),
    ("policy.json", b"[]", "policy.json: a document is one table of terms [SL484]"),
    (
        "policy.json",
        b'{"period": {}, "period": {}}',
        'policy.json: a table has each key once; one is there twice; it is "period" [SL485]',
    ),
    ("policy.json", b'{"M-2": 1, "M-2": 2}', "policy.json: a table has each key once; one is there twice [SL485]"),
    ("policy.json", b'{"a": NaN}', "policy.json: NaN is not a number [SL486]"),
    ("policy.json", b'{"a": -Infinity}', "policy.json: -Infinity is not a number [SL486]"),
    ("policy.json", b"[" * 100_000, "policy.json: a document nests at most 32 tables [SL487]"),
]


@pytest.mark.parametrize(("name", "content", "expected"), UNREADABLE)
def test_a_file_that_is_no_document_is_refused(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    """A file that cannot be read as it stands is refused with its place and the way out."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FeedError) as error:
        load_policy(path)

    assert expected == str(error.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A path that leads nowhere, or to a folder, is refused like any other fault."""
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(FeedError, match=r"^policy\.toml: there is no such file \[SL481\]$"):
        load_policy(tmp_path / "policy.toml")
    with pytest.raises(FeedError, match=r"^folder\.toml: the system cannot read this file \[SL481\]$"):
        load_policy(tmp_path / "folder.toml")


def test_text_is_refused_like_a_file() -> None:
    """Text has the same limits, and the name that it is given."""
    with pytest.raises(FeedError, match=r"^mine: a policy document has at most 1,000,000 characters \[SL482\]$"):
        parse_policy(" " * (LARGEST + 1), source="mine")


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    """What editors on Windows add is no fault, and lines are counted the same."""
    path = tmp_path / "policy.toml"
    path.write_bytes(b"\xef\xbb\xbfschema = 1\r\nnumber = 5\r\n")
    document = decode_file(path)

    assert {"schema": 1, "number": 5} == document.content
    assert {"schema": 1, "number": 2} == document.lines


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("toml", "a = 1.50", "1.50"),
        ("toml", "a = inf", "inf"),
        ("json", '{"a": 1.50}', "1.50"),
        ("json", '{"a": 1e400}', "1e400"),
        ("json", '{"a": 123456789012345678901234567890}', "123456789012345678901234567890"),
    ],
)
def test_a_number_with_a_point_keeps_its_text(form: Literal["toml", "json"], text: str, expected: str) -> None:
    """No number becomes a float, and none is computed that is too long to be meant."""
    number = decode(text, form, "policy").content["a"]

    assert expected == number.text
    assert expected not in repr(number)


LINES = """\
# a comment
schema = 1
period.effective = 2025-01-01
factors = [
  { tier = "a" },
  { tier = "b" },
]
[ a . b ]
c = "x"
[[rows]]
d = 1
[[rows]]
d = { e = 2 }
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("schema", "p:2 schema"),
        ("period.effective", "p:3 period.effective"),
        ("factors[1].tier", "p:6 factors[1].tier"),
        ("factors[7]", "p:4 factors[7]"),
        ("a.b.c", "p:9 a.b.c"),
        ("a.b.missing", "p:8 a.b.missing"),
        ("rows[1].d.e", "p:13 rows[1].d.e"),
        ("rows[0].missing", "p:10 rows[0].missing"),
        ("nowhere.at[0].all", "p nowhere.at[0].all"),
        ("", "p"),
    ],
)
def test_a_finding_is_placed_at_the_nearest_line(path: str, expected: str) -> None:
    """A path gets the line of its key, or of the table or row around it."""
    document = decode(LINES, "toml", "p")

    assert expected == document.placed(Finding(code="SL1", where=path, rule="r")).where


def test_json_has_no_lines() -> None:
    """A path into JSON is enough to find it."""
    document = decode('{"schema": 1}', "json", "p")

    assert "p schema" == document.placed(Finding(code="SL1", where="schema", rule="r")).where
