"""From the position of a fact to its file and row.

``settle`` does not know files: it names a fact by its position, such as ``payments[17].adjusts``.
Where the facts came from feeds, a person is helped by ``claims.csv:19 adjusts``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import evolve

from stoploss.errors import FeedError, Finding, StopLossError

__all__ = ["located"]

_POSITION = re.compile(
    r"(payments|units|carrier_payments|requests|denials|carrier_statement)\[(\d+)\]\.?(.*)", re.ASCII
)


def located(
    error: StopLossError,
    *,
    payments: Sequence[str] = (),
    units: Sequence[str] = (),
    carrier_payments: Sequence[str] = (),
    requests: Sequence[str] = (),
    denials: Sequence[str] = (),
    carrier_statement: Sequence[str] = (),
) -> FeedError:
    """
    Return an error of ``settle`` and what builds on it with the places of the feeds; other findings stay as they are.

    Args:
        error: What was raised.
        payments: ``places`` of the claims feed.
        units: ``places`` of the enrollment feed.
        carrier_payments: ``places`` of the feed of carrier payments.
        requests, denials, carrier_statement: ``places`` of those feeds.

    >>> fault = StopLossError(Finding(code="SL307", where="payments[1].adjusts", rule="too much"))
    >>> print(located(fault, payments=["claims.csv:2", "claims.csv:3"]))
    claims.csv:3 adjusts: too much [SL307]
    """
    places = {
        "payments": payments,
        "units": units,
        "carrier_payments": carrier_payments,
        "requests": requests,
        "denials": denials,
        "carrier_statement": carrier_statement,
    }

    def placed(finding: Finding) -> Finding:
        position = _POSITION.fullmatch(finding.where)
        if not position or int(position[2]) >= len(places[position[1]]):
            return finding
        place = places[position[1]][int(position[2])]
        return evolve(finding, where=f"{place} {position[3]}" if position[3] else place)

    return FeedError([placed(finding) for finding in error.findings], error.more)


def __dir__() -> list[str]:
    return __all__
