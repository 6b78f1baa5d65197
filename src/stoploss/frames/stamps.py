"""How files looked before they were read: a settlement reads them step by step, and they have to stay as they were.

A night's feed that is written again in the middle of a run would give units of one version and payments of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from stoploss.errors import EngineError, Finding, raise_if_any
from stoploss.frames.file_sets import FileSet

__all__ = ["Stamps", "raise_if_changed", "stamps_of"]

Stamps = Mapping[Path, tuple[int, int] | None]
"""Size in bytes and time of the last change in nanoseconds, by file; ``None`` for one that is not there."""


def stamps_of(*sources: object) -> Stamps:
    """Return how the files of sources look; frames, and URLs of which this machine sees nothing, have no stamp."""
    return {path: stamp for source in sources for path in _files(source) if (stamp := _stamp(path)) is not None}


def raise_if_changed(stamps: Stamps) -> None:
    """
    Refuse an answer about files that are not those any more that were checked.

    Raises:
        EngineError: For every file that was written since, or is gone.
    """
    raise_if_any(EngineError, _changed(stamps))


def _changed(stamps: Stamps) -> Iterator[Finding]:
    for path, before in stamps.items():
        if _stamp(path) != before:
            rule = "this file was changed while it was being settled"
            yield Finding(code="SL811", where=path.name, rule=rule, help="settle again when it is complete")


def _files(source: object) -> Iterator[Path]:
    if isinstance(source, FileSet):
        for path in source.paths:
            yield from _files(path)
    elif isinstance(source, str | Path):
        path = Path(source)
        # A folder that the engine will refuse is refused there.
        yield from path.rglob("*.parquet") if path.is_dir() else [path]


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def __dir__() -> list[str]:
    return __all__
