"""From a file to its records: UTF-8, commas, quotes, and the physical line on which each record starts.

Lines end in LF, CRLF or CR, and may be mixed; a byte-order mark is passed over.
A line break inside quotes belongs to the cell, so a record's line is not its count.
What cannot be read as text, or leaves a quote open, ends the file there and then: everything after it would be guessed.
"""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import os
import re
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from attrs import frozen

from stoploss.errors import FeedError, Finding

__all__ = ["PathLike", "Source", "records", "sources_of", "unreadable"]

PathLike: TypeAlias = str | os.PathLike[str]

_LONGEST_LINE = 1_048_576
_LINE_END = re.compile(rb"\r\n|\r|\n")
_UNREAD = "the rest of the file was not read"
_FOREIGN = (
    (b"\xff\xfe", "UTF-16 text", 'save it as "CSV UTF-8"'),
    (b"\xfe\xff", "UTF-16 text", 'save it as "CSV UTF-8"'),
    (b"PK\x03\x04", "a workbook or a zip archive", "export the sheet as CSV, or unpack the archive"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"PAR1", "a Parquet file", "a frame engine reads it, or export it as CSV"),
)


@frozen(kw_only=True)
class Source:
    """
    A file of a feed.

    Args:
        label: What messages call it: its base name, or the path as given where two files share that name.
        path: Where it lies.
    """

    label: str
    path: Path

    def at(self, line: int, column: str = "") -> str:
        """Return the place of a record, or of one cell of it: ``claims.csv:17 paid_on``."""
        return f"{self.label}:{line} {column}" if column else f"{self.label}:{line}"


def sources_of(paths: Sequence[PathLike]) -> tuple[Source, ...]:
    """Return the files with the labels that tell them apart."""
    found = [Path(path) for path in paths]
    names: dict[str, set[Path]] = {}
    for path in found:
        names.setdefault(path.name, set()).add(path)
    shared = {name for name, where in names.items() if len(where) > 1}
    return tuple(Source(label=_label(str(path) if path.name in shared else path.name), path=path) for path in found)


def _label(name: str) -> str:
    # A file's name need not be text; a message is.
    return name.encode("utf-8", "backslashreplace").decode()


def records(source: Source) -> Generator[tuple[int, list[str]], None, None]:
    """
    Yield the records of a file, the header first, each with the line on which it starts; blank lines fall away.

    Memory is one record; closing the generator closes the file.

    Raises:
        FeedError: Where the file cannot be opened or read on as comma-separated UTF-8; records already yielded stand.
    """
    try:
        with source.path.open("rb") as raw:
            _refuse_foreign(source, raw.peek(4)[:4])
            with io.TextIOWrapper(raw, encoding="utf-8-sig", errors="strict", newline="") as text:
                yield from _parsed(source, text, raw)
    except OSError as error:
        raise FeedError(unreadable(source.label, error)) from None


def unreadable(label: str, error: OSError) -> Finding:
    """Return the finding of a file that the system does not let us read."""
    reason = error.strerror or type(error).__name__
    return Finding(code="SL440", where=label, rule=f"this file cannot be read: {reason.lower()}")


def _refuse_foreign(source: Source, start: bytes) -> None:
    for signature, what, way_out in _FOREIGN:
        if start.startswith(signature):
            rule = f"a feed is CSV in UTF-8, and this is {what}"
            raise FeedError(Finding(code="SL441", where=source.label, rule=rule, help=way_out))


def _parsed(source: Source, text: io.TextIOWrapper, raw: io.BufferedReader) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_lines(source, text, raw), strict=True)
    while True:
        start = reader.line_num + 1
        record = _next_record(source, reader, start)
        if record is None:
            return
        if isinstance(record, Finding):
            raise FeedError(record)
        if record:
            yield start, record


def _lines(source: Source, text: io.TextIOWrapper, raw: io.BufferedReader) -> Iterator[str]:
    for number in itertools.count(1):
        line = _next_line(source, text, raw, number)
        if isinstance(line, Finding):
            raise FeedError(line)
        if not line:
            return
        yield line


def _next_record(source: Source, reader: Iterator[list[str]], start: int) -> list[str] | Finding | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        return _not_csv(source, start, str(error))


def _next_line(source: Source, text: io.TextIOWrapper, raw: io.BufferedReader, number: int) -> str | Finding:
    """Return a line, or why there is none: returned, so that no traceback carries the bytes of the file along."""
    try:
        # Not `for line in text`: one endless line would fill the memory before anyone saw it.
        line = text.readline(_LONGEST_LINE)
    except UnicodeDecodeError as error:
        return _not_utf8(source, number, raw, error)
    if len(line) == _LONGEST_LINE:
        rule = f"this line has no end within {_LONGEST_LINE:,} characters"
        return Finding(code="SL445", where=source.at(number), rule=rule, help=_UNREAD)
    if "\0" in line:
        rule = "this line holds a NUL character, which no text has"
        way_out = f"a file full of them is UTF-16: save it as UTF-8; {_UNREAD}"
        return Finding(code="SL443", where=source.at(number), rule=rule, help=way_out)
    return line


def _not_utf8(source: Source, number: int, raw: io.BufferedReader, error: UnicodeDecodeError) -> Finding:
    """Say where the byte is; the decoder's block ends where the file has been read to."""
    line = number + len(_LINE_END.findall(error.object[: error.start]))
    rule = "this is not UTF-8"
    with contextlib.suppress(OSError):  # a pipe has no position
        rule = f"this is not UTF-8, at byte {raw.tell() - len(error.object) + error.start:,} of the file"
    return Finding(code="SL442", where=source.at(line), rule=rule, help=f'save it as "CSV UTF-8"; {_UNREAD}')


def _not_csv(source: Source, start: int, message: str) -> Finding:
    if "field limit" in message:
        rule = "a cell of this row is longer than any cell should be"
        way_out = f"a quote that is not closed swallows the rows after it; {_UNREAD}"
        return Finding(code="SL445", where=source.at(start), rule=rule, help=way_out)
    if "unexpected end" in message:
        rule = "a quote that opens in this row is never closed"
        return Finding(
            code="SL444", where=source.at(start), rule=rule, help=f'write a quote inside a cell twice: ""; {_UNREAD}'
        )
    rule = "a closing quote in this row is not followed by a comma"
    return Finding(
        code="SL444", where=source.at(start), rule=rule, help=f'write a quote inside a cell twice: ""; {_UNREAD}'
    )


def __dir__() -> list[str]:
    return __all__
