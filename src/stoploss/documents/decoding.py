"""From bytes to a mapping: TOML or JSON, read strictly.

What a lenient reader lets through is refused with its place: bytes that are not UTF-8, a key twice, NaN,
nesting without end, a file without end.
A number with a point keeps its text, so that an error can say what to write instead; no number becomes a float.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeAlias, cast

from attrs import evolve, field, frozen

from stoploss.errors import FeedError, Finding

__all__ = ["LARGEST", "Document", "Format", "Number", "decode", "decode_file"]

Format: TypeAlias = Literal["toml", "json"]

LARGEST = 1_000_000
"""A policy document has at most this many bytes."""

_DEEPEST = 32
_LONGEST_INT = 18
_AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$", re.ASCII)
_TABLE = re.compile(r"\('.*'\)")  # how a message of the parser spells the path of a table
_TOO_DOTTED = re.compile(rf"(?<![\w\"'-])(?:[\w\"'-]++[ \t]*+\.[ \t]*+){{{_DEEPEST}}}", re.ASCII)
_HEADER = re.compile(r"[ \t]*(\[\[?)([A-Za-z0-9_. \t-]+)\]", re.ASCII)
_KEY = re.compile(r"[ \t]*([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)[ \t]*=[ \t]*(.*)", re.ASCII)
_ENDING = re.compile(r"(\.[^.\[]+|\[\d+\])$")


@frozen
class Number:
    """A number with a point or an exponent, or one too long to be meant: its text, never a float."""

    text: str = field(repr=False)


@frozen(kw_only=True)
class Document:
    """
    What was read, and where each key stands.

    Args:
        content: The top-level table.
        source: What to call the document in an error, such as its file name.
        lines: The line of a key or of a table, by path; empty for JSON.
    """

    content: Mapping[str, Any] = field(repr=False)
    source: str
    lines: Mapping[str, int] = field(default={}, repr=False)

    def placed(self, finding: Finding) -> Finding:
        """Return *finding* with the document, and the line where it is known, before its path."""
        line = self._line(finding.where)
        document = f"{self.source}:{line}" if line else self.source
        return evolve(finding, where=f"{document} {finding.where}".strip())

    def placed_by_line(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return *findings* placed, in the order of their lines, those without one first."""
        return [self.placed(finding) for finding in sorted(findings, key=lambda own: self._line(own.where) or 0)]

    def _line(self, path: str) -> int | None:
        """Return the line of *path*, or of the nearest thing around it that has one."""
        while path and path not in self.lines:
            shorter = _ENDING.sub("", path)
            path = shorter if shorter != path else ""
        return self.lines.get(path)


def decode_file(path: str | PathLike[str]) -> Document:
    """
    Read a ``.toml`` or ``.json`` file.

    Raises:
        FeedError: When it cannot be read as it stands.
    """
    path = Path(path)
    source, suffix = path.name, path.suffix.lower()
    if suffix not in {".toml", ".json"}:
        raise _unreadable("SL480", source, "a policy document is TOML or JSON", 'name it ".toml" or ".json"')
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else "the system cannot read this file"
        raise _unreadable("SL481", source, reason) from error
    if len(raw) > LARGEST:
        raise _too_large(source)
    return decode(_text(raw, source), "json" if suffix == ".json" else "toml", source)


def decode(text: str, form: Format, source: str) -> Document:
    """
    Read TOML or JSON text.

    Raises:
        FeedError: When it is not what it says, or not a table at the top.
    """
    if len(text) > LARGEST:
        raise _too_large(source)
    try:
        content = _from_toml(text, source) if form == "toml" else _from_json(text, source)
    except RecursionError:
        raise _too_deep(source) from None
    if not isinstance(content, dict):
        raise _unreadable("SL484", source, "a document is one table of terms")
    table = cast("dict[str, Any]", content)
    return Document(content=table, source=source, lines=_lines(text) if form == "toml" else {})


def _text(raw: bytes, source: str) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _unreadable("SL483", source, "this file is UTF-16", "save it as UTF-8")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        rule = f"this file is not UTF-8, at byte {error.start + 1:,}"
        raise _unreadable("SL483", source, rule, "save it as UTF-8") from None


def _from_toml(text: str, source: str) -> dict[str, Any]:
    # A key of ten thousand parts would keep the parser busy for minutes.
    if _TOO_DOTTED.search(text):
        raise _too_deep(source)
    try:
        return tomllib.loads(text, parse_float=Number)
    except ValueError as error:
        message = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "a number is too long"
        at = _AT.search(message)
        line = (at[1] if at else "") or len(text.splitlines())
        place = f"{source}:{line}" if at else source
        reason = _TABLE.sub("a table", _AT.sub("", message))
        raise _unreadable("SL484", place, f"this is not TOML: {reason[:1].lower()}{reason[1:]}") from None


def _from_json(text: str, source: str) -> object:
    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
        if twice:
            raise _unreadable("SL485", source, "a table has each key once; one is there twice", _named(twice[0]))
        return dict(pairs)

    def constant(text: str) -> NoReturn:
        raise _unreadable("SL486", source, f"{text} is not a number")

    def whole(text: str) -> int | Number:
        return int(text) if len(text) <= _LONGEST_INT else Number(text)

    hooks: dict[str, Any] = {"parse_float": Number, "parse_int": whole, "parse_constant": constant}
    try:
        return json.loads(text, object_pairs_hook=table, **hooks)
    except json.JSONDecodeError as error:
        reason = f"{error.msg[:1].lower()}{error.msg[1:]}"
        raise _unreadable("SL484", f"{source}:{error.lineno}", f"this is not JSON: {reason}") from None


def _named(key: str) -> str:
    """Name a key that looks like a term; anything else may be an id that slipped into its place."""
    return f'it is "{key}"' if re.fullmatch("[a-z_]{1,40}", key) else ""


def _lines(text: str) -> dict[str, int]:
    """
    Return the line of every table, key and row of tables that is written in the usual way.

    A second, simple reading beside the parser's: what it misses costs an error its line number and nothing else.
    """
    lines: dict[str, int] = {}
    tables: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    prefix, opened = "", ""
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            prefix, opened = "".join(header[2].split()), ""
            if header[1] == "[[":
                tables[prefix] += 1
                prefix = f"{prefix}[{tables[prefix] - 1}]"
            lines.setdefault(prefix, number)
        elif key := _KEY.match(line):
            path = f"{prefix}.{key[1]}" if prefix else key[1]
            lines.setdefault(path, number)
            opened = path if key[2].startswith("[") else ""
        elif opened and line.lstrip().startswith("{"):
            lines.setdefault(f"{opened}[{rows[opened]}]", number)
            rows[opened] += 1
    return lines


def _unreadable(code: str, where: str, rule: str, way_out: str = "") -> FeedError:
    return FeedError(Finding(code=code, where=where, rule=rule, help=way_out))


def _too_large(source: str) -> FeedError:
    return _unreadable("SL482", source, f"a policy document has at most {LARGEST:,} characters")


def _too_deep(source: str) -> FeedError:
    return _unreadable("SL487", source, f"a document nests at most {_DEEPEST} tables")


def __dir__() -> list[str]:
    return __all__
