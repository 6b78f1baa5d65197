"""The one formula: a layer over a running total."""

from __future__ import annotations

import pytest

from stoploss.layer import above, up_to


@pytest.mark.parametrize(
    ("total", "attachment", "limit", "expected"),
    [
        (300, 100, None, 200),
        (300, 100, 150, 150),
        (250, 100, 150, 150),
        (249, 100, 150, 149),
        (101, 100, None, 1),
        (100, 100, None, 0),
        (99, 100, None, 0),
        (-5, 0, None, 0),
        (300, 100, 0, 0),
    ],
)
def test_above(total: int, attachment: int, limit: int | None, expected: int) -> None:
    """What lies above the attachment, at most the limit, and never below zero."""
    assert expected == above(total, attachment, limit)


@pytest.mark.parametrize(
    ("total", "attachment", "expected"),
    [(300, 100, 100), (100, 100, 100), (99, 100, 99), (0, 0, 0), (-5, 100, -5), (300, None, 300), (-5, None, -5)],
)
def test_up_to(total: int, attachment: int | None, expected: int) -> None:
    """What lies below the attachment; a negative total stays negative."""
    assert expected == up_to(total, attachment)
