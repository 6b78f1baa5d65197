"""What a feed holds: its pinned columns, the fact that a row becomes, and what makes two rows the same fact."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from attrs import frozen

from stoploss.errors import Finding
from stoploss.feeds.columns import Column

__all__ = ["Layout"]

Fact = TypeVar("Fact")


@frozen(kw_only=True)
class Layout(Generic[Fact]):
    """
    What a feed holds.

    Args:
        columns: The pinned columns, in their order.
        make: Makes a fact from named values, or raises with every finding.
        key: What is unique among the facts.
        same_key: The fault of two facts with one key and other content; ``{place}`` and ``{columns}`` are filled in.
        measure: What a fact adds to the control total.
        measured_by: The column from which a rejected row's part of the control total is read.
        measured: Reads it.
        units: Whether the control total is covered units and not cents.
    """

    columns: tuple[Column, ...]
    make: Callable[..., Fact]
    key: Callable[[Fact], Hashable]
    same_key: Finding
    measure: Callable[[Fact], int]
    measured_by: str
    measured: Callable[[str], int]
    units: bool = False


def __dir__() -> list[str]:
    return __all__
