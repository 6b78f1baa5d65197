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
from types import MappingProxyType

import narwhals as nw
from attrs import field, frozen

from stoploss.errors import Finding, InvalidValue, WrongType, type_of
from stoploss.feeds.columns import Column as FeedColumn
from stoploss.feeds.columns import Columns, mapping_faults
from stoploss.frames.columns import ROW
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.sources import POLICY, SourceHeader, header_of, is_csv
from stoploss.frames.sources import label_of as label_of_one

__all__ = ["FILE", "FileSet", "Opened", "from_csv", "label_of", "numbered", "opened"]

Right = Callable[[str, nw.dtypes.DType], str]
"""Returns what is wrong with a column's type, or nothing."""


FILE = "_file"
"""The column that tells the rows of several files apart: which of them it is, from 0 on."""

_WIDEST = 38
"""Digits of the largest decimals that every engine has."""


def _paths(paths: Iterable[str | os.PathLike[str]]) -> tuple[Path, ...]:
    if isinstance(paths, str | os.PathLike):
        rule = f"a sequence of paths is needed here, not {type_of(paths)}"
        raise WrongType(Finding(code="SL113", where="paths", rule=rule, help="put it in brackets: [path]"))
    made = tuple(map(Path, paths))
    if not made:
        raise InvalidValue(Finding(code="SL803", where="paths", rule="there is no file"))
    return made


def _columns(columns: Columns) -> Columns:
    return MappingProxyType(dict(columns))


@frozen(kw_only=True)
class FileSet:
    """
    Files that are one source.

    Args:
        paths: Parquet or CSV; all of them hold the same kind of rows.
        policy: The number of the policy whose rows they are, where they have no column ``policy``.
        columns: What they call the pinned columns; see :mod:`stoploss.feeds.columns`. Ids are not joined here.

    Raises:
        WrongType: For one path where several are needed.
        InvalidValue: For no path at all.
    """

    paths: tuple[Path, ...] = field(converter=_paths)
    policy: str | None = None
    columns: Columns = field(factory=dict[str, str | Sequence[str]], converter=_columns)


@frozen(kw_only=True)
class Opened:
    """
    A source whose columns were found.

    Args:
        label: What messages call it.
        labels: What they call each of its files; one for a frame.
        frame: As it stands, with the pinned columns under their names, and :data:`FILE` where it is several files.
        header: Where the columns are, and what is wrong with them.
    """

    label: str
    labels: tuple[str, ...]
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
    header = header_of(engine, frame, label, pinned, right)
    return Opened(label=label, labels=(label,), frame=frame, header=header)


def numbered(engine: Engine, source: object, frame: Frame, held: Mapping[str, nw.dtypes.DType]) -> Frame | None:
    """
    Return an opened source with the number of each row in its file; ``None`` where rows have no order.

    Args:
        engine: Reads it.
        source: As it was given.
        frame: As it was opened.
        held: What its columns hold.
    """
    if not isinstance(source, FileSet):
        return engine.numbered(source, frame)
    rows = [engine.numbered(path, engine.read(path)) for path in source.paths]
    named = [_with_pinned_names(each, source) for each in rows if each is not None]
    if len(named) < len(rows):
        return None
    return named[0] if len(named) == 1 else _one_below_another(named, {**held, ROW: nw.Int64()})


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
    return Opened(label=label_of(source, ""), labels=tuple(labels), frame=frame, header=header)


def _held(headers: Sequence[SourceHeader]) -> dict[str, nw.dtypes.DType]:
    """Return what columns hold, over all files; of decimals that differ those that hold every other's places."""
    held: dict[str, nw.dtypes.DType] = {}
    for each in headers:
        for name, kind in each.held.items():
            other = held.get(name, kind)
            if isinstance(kind, nw.Decimal) and isinstance(other, nw.Decimal) and kind != other:
                held[name] = nw.Decimal(_WIDEST, max(kind.scale, other.scale))
            else:
                held[name] = kind
    return held


def _one_below_another(frames: Sequence[Frame], held: Mapping[str, nw.dtypes.DType]) -> Frame:
    def cells(frame: Frame) -> Iterator[nw.Expr]:
        there = set(frame.collect_schema().names())
        for name, kind in held.items():
            yield (nw.col(name) if name in there else nw.lit(None)).cast(kind).alias(name)

    numbered = (frame.select(*cells(frame), **{FILE: nw.lit(number)}) for number, frame in enumerate(frames))
    return nw.concat(list(numbered), how="vertical")


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
