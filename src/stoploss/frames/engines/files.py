"""Which files a path stands for; the same for every engine."""

from __future__ import annotations

from pathlib import Path

__all__ = ["is_csv", "parquet_files"]


def is_csv(path: Path) -> bool:
    """Tell whether a path is a CSV file by its name; everything else is Parquet."""
    return path.suffix.lower() == ".csv"


def parquet_files(path: Path) -> list[Path]:
    """Return the path itself, or the files of a folder such as Spark writes, in the order of their names."""
    return sorted(path.rglob("*.parquet")) if path.is_dir() else [path]


def __dir__() -> list[str]:
    return __all__
