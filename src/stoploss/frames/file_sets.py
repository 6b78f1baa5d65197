"""Sources as they are opened: a path, a frame, or several files that are one source.

The files of one policy, as they are settled by themselves, do not name it; and an administrator may have names of its
own for the columns.
A :class:`FileSet` says both, and what comes out of it is as if one file had been written for all of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import narwhals as nw
from attrs import field, frozen

from stoploss.errors import Finding
from stoploss.feeds.columns import Column as FeedColumn
from stoploss.feeds.columns import Columns, mapping_faults
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.sources import POLICY, SourceHeader, header_of, is_csv
from stoploss.frames.sources import label_of as label_of_one

__all__ = ["FileSet", "Opened", "from_csv", "label_of", "numbered", "opened"]

Right = Callable[[str, nw.dtypes.DType], str]
"""Returns what is wrong with a column's type, or nothing."""


def _paths(paths: Iterable[str | os.PathLike[str]]) -> tuple[Path, ...]:
    return tuple(map(Path, paths))


@frozen(kw_only=True)
class FileSet:
    """
    Files that are one source.

    Args:
        paths: Parquet or CSV; all of them hold the same kind of rows.
        policy: The number of the policy whose rows they are, where they have no column ``policy``.
        columns: What they call the pinned columns; see :mod:`stoploss.feeds.columns`. Ids are not joined here.
    """

    paths: tuple[Path, ...] = field(converter=_paths)
    policy: str | None = None
    columns: Columns = field(factory=dict[str, str | Sequence[str]])


@frozen(kw_only=True)
class Opened:
    """
    A source whose columns were found.

    Args:
        label: What messages call it.
        frame: As it stands, with the pinned columns under their names.
        header: Where the columns are, and what is wrong with them.
    """

    label: str
    frame: Frame = field(repr=False, eq=False)
    header: SourceHeader


def from_csv(source: object) -> bool:
    """Say whether a source is CSV, through which spreadsheets may have gone."""
    return any(map(is_csv, source.paths)) if isinstance(source, FileSet) else is_csv(source)


def label_of(source: object, otherwise: str) -> str:
    """Return what messages call a source: files by their names."""
    if isinstance(source, FileSet):
        return ", ".join(label_of_one(path, otherwise) for path in source.paths)
    return label_of_one(source, otherwise)


def opened(engine: Engine, source: object, otherwise: str, pinned: Sequence[FeedColumn], right: Right) -> Opened:
    """
    Open a source.

    Args:
        engine: Reads it.
        source: A path, a frame that the engine takes, or a :class:`FileSet`.
        otherwise: What messages call it, where it is no file.
        pinned: The columns that may be there.
        right: Returns what is wrong with a column's type, or nothing.
    """
    if isinstance(source, FileSet):
        return _opened_set(engine, source, pinned, right)
    label = label_of(source, otherwise)
    frame = engine.read(source)
    return Opened(label=label, frame=frame, header=header_of(engine, frame, label, pinned, right))


def numbered(engine: Engine, source: object, frame: Frame) -> Frame | None:
    """Return an opened source with the number of each row; ``None`` where rows have no order, or several files have."""
    if not isinstance(source, FileSet):
        return engine.numbered(source, frame)
    if len(source.paths) != 1:
        return None
    (path,) = source.paths
    rows = engine.numbered(path, engine.read(path))
    return None if rows is None else _with_pinned_names(rows, source)


def _opened_set(engine: Engine, source: FileSet, pinned: Sequence[FeedColumn], right: Right) -> Opened:
    labels = [label_of_one(path, "") for path in source.paths]
    frames = [_with_pinned_names(engine.read(path), source) for path in source.paths]
    headers = [header_of(engine, frame, label, pinned, right) for frame, label in zip(frames, labels, strict=True)]
    faults = [
        *_faults_of_mapping(engine, source, pinned),
        *chain.from_iterable(
            _faults_of_file(source, label, frame, header)
            for label, frame, header in zip(labels, frames, headers, strict=True)
        ),
        *_of_two_types(headers, labels),
    ]
    header = SourceHeader(
        held=_held(headers),
        faults=tuple(faults),
        notices=tuple(chain.from_iterable(header.notices for header in headers)),
    )
    frame = frames[0] if faults or len(frames) == 1 else _one_below_another(frames, header.held)
    return Opened(label=label_of(source, ""), frame=frame, header=header)


def _held(headers: Sequence[SourceHeader]) -> dict[str, nw.dtypes.DType]:
    """Return what columns hold, over all files; decimals of several files as text, because their places may differ."""
    held = {name: held for each in headers for name, held in each.held.items()}
    several = len(headers) > 1
    return {name: nw.String() if several and isinstance(kind, nw.Decimal) else kind for name, kind in held.items()}


def _one_below_another(frames: Sequence[Frame], held: Mapping[str, nw.dtypes.DType]) -> Frame:
    def cells(frame: Frame) -> Iterator[nw.Expr]:
        there = set(frame.collect_schema().names())
        for name, kind in held.items():
            yield (nw.col(name) if name in there else nw.lit(None)).cast(kind).alias(name)

    return nw.concat([frame.select(*cells(frame)) for frame in frames], how="vertical")


def _with_pinned_names(frame: Frame, source: FileSet) -> Frame:
    """Rename what has another name, write out what holds for the whole file, and name the policy."""
    names = frame.collect_schema().names()
    theirs = {name: own for name, own in source.columns.items() if isinstance(own, str)}
    words = {name: own[1:] for name, own in theirs.items() if own.startswith("=")}
    renamed = {own: name for name, own in theirs.items() if name not in words and own in names}
    if source.policy is not None and POLICY.name not in names:
        words[POLICY.name] = source.policy
    kept = [name for name in names if name in renamed or name not in theirs]
    return frame.select(
        *(nw.col(name).alias(renamed.get(name, name)) for name in kept),
        *(nw.lit(word).alias(name) for name, word in words.items()),
    )


def _faults_of_mapping(engine: Engine, source: FileSet, pinned: Sequence[FeedColumn]) -> Iterator[Finding]:
    yield from mapping_faults([column for column in pinned if column is not POLICY], source.columns)
    for name, own in source.columns.items():
        if not isinstance(own, str):
            rule = f"the {engine.name} engine joins no columns to an id"
            yield Finding(code="SL808", where=f"columns.{name}", rule=rule, help="settle it by the Python engine")


def _faults_of_file(source: FileSet, label: str, frame: Frame, header: SourceHeader) -> Iterator[Finding]:
    """Yield what is wrong with the columns of one file; one that is missing is called what the file should call it."""
    names = frame.collect_schema().names()
    missing = {
        f"{label} {name}": f'the column "{own}" is missing'
        for name, own in source.columns.items()
        if isinstance(own, str) and name not in names
    }
    yield from (Finding(code="SL451", where=where, rule=rule) for where, rule in missing.items())
    yield from (fault for fault in header.faults if fault.where not in missing)


def _of_two_types(headers: Sequence[SourceHeader], labels: Sequence[str]) -> Iterator[Finding]:
    first: dict[str, tuple[nw.dtypes.DType, str]] = {}
    for header, label in zip(headers, labels, strict=True):
        for name, held in header.held.items():
            other, where = first.setdefault(name, (held, label))
            if type(other) is not type(held):
                rule = f"this column is of type {type(held).__name__}, and in {where} of type {type(other).__name__}"
                yield Finding(code="SL804", where=f"{label} {name}", rule=rule, help="make the files of one kind")


def __dir__() -> list[str]:
    return __all__
