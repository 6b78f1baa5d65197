"""
Which files a path stands for, and what is wrong with one that an engine could not read; the same for every engine.

An engine's own message about a row quotes it. Ours names the line.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from stoploss.errors import FINDINGS_CAP, EngineError, FeedError, Finding, StopLossError
from stoploss.feeds.records import Source, records, unreadable

__all__ = ["header_of", "is_csv", "parquet_files", "read_or_refuse", "refuse_unlike"]

Read = TypeVar("Read")

_PARQUET = b"PAR1"
"""What every file of Parquet begins with."""


def is_csv(path: Path) -> bool:
    """Tell whether a path is a CSV file by its name; everything else is Parquet."""
    return path.suffix.lower() == ".csv"


def parquet_files(path: Path) -> list[Path]:
    """
    Return the path itself, or the files of a folder such as Spark writes, in the order of their names.

    What begins with an underscore or a dot is no data: a job that died left it.

    Raises:
        EngineError: The folder keeps a column in the names of its folders, which engines read in different ways.
    """
    if not path.is_dir():
        return [path]
    found: list[Path] = []
    for each in sorted(path.rglob("*.parquet")):
        parts = each.relative_to(path).parts
        if any(part.startswith(("_", ".")) for part in parts):
            continue
        if any("=" in part for part in parts[:-1]):
            rule = "a column is kept in the names of this folder's folders"
            raise EngineError(Finding(code="SL810", where=path.name, rule=rule, help="write it into the files"))
        found.append(each)
    return found


def refuse_unlike(path: Path, schemas: Iterable[object]) -> None:
    """
    Refuse a folder of files that have not all the same columns of the same types: the first would decide for all.

    Raises:
        EngineError: One of *schemas* is another than the first.
    """
    first, *others = schemas
    if any(each != first for each in others):
        rule = "the files of this folder differ in their columns, or in the types of these"
        raise EngineError(Finding(code="SL810", where=path.name, rule=rule, help="give them one by one"))


def header_of(path: Path) -> list[str]:
    """
    Return the names of a CSV file's columns.

    Raises:
        FeedError: The file is not there, is no CSV, is empty, or has two columns of the same name.
    """
    source = Source(label=path.name, path=path)
    with closing(records(source)) as found:
        names = next((record for _, record in found), None)
    if names is None:
        raise FeedError(Finding(code="SL459", where=source.label, rule="this file is empty"))
    if len({name.lower() for name in names}) < len(names):
        rule = "two columns have the same name, capitals aside"
        raise FeedError(Finding(code="SL449", where=source.label, rule=rule))
    return names


def read_or_refuse(path: Path, read: Callable[[], Read]) -> Read:
    """
    Return what *read* makes of a file.

    Raises:
        FeedError: What is wrong, and in which lines, in place of the engine's own error.
        EngineError: Nothing is found wrong with the rows.
    """
    try:
        return read()
    except (MemoryError, StopLossError):
        raise
    except Exception as error:  # noqa: BLE001 -- every engine has its own, and none goes along: it may quote a row
        kind = type(error).__name__
    finding = _unreadable(path)
    if finding is not None:
        raise FeedError(finding)
    if is_csv(path):
        _refuse_rows(path)
        raise EngineError(Finding(code="SL805", where=path.name, rule=f"this file cannot be read as CSV: {kind}"))
    raise EngineError(_no_parquet(path, kind))


def _no_parquet(path: Path, kind: str) -> Finding:
    """Say what a file is that is read as Parquet, and why it is."""
    if path.is_file():
        with path.open("rb") as file:
            if file.read(len(_PARQUET)) != _PARQUET:
                rule = "this file is read as Parquet, because its name does not end in .csv, and it is no Parquet"
                return Finding(code="SL805", where=path.name, rule=rule, help="name a CSV file .csv")
    rule = f"this file cannot be read as Parquet: {kind}"
    return Finding(code="SL805", where=path.name, rule=rule, help="it may be cut short: copy it again")


def _unreadable(path: Path) -> Finding | None:
    try:
        with next(iter(parquet_files(path)), path).open("rb"):
            return None
    except OSError as error:
        return unreadable(path.name, error)


def _refuse_rows(path: Path) -> None:
    """Raise what the reader of feeds finds; it takes its time, and knows the lines."""
    header_of(path)
    source = Source(label=path.name, path=path)
    findings = list(itertools.islice(_odd_rows(source), FINDINGS_CAP))
    if findings:
        raise FeedError(findings)


def _odd_rows(source: Source) -> Iterator[Finding]:
    with closing(records(source)) as found:
        width = len(next(found)[1])
        for line, record in found:
            if len(record) != width:
                rule = f"this row has {len(record)} cells, and the header has {width}"
                yield Finding(code="SL454", where=source.at(line), rule=rule)


def __dir__() -> list[str]:
    return __all__
