"""The columns of every table that goes in or comes out, and what a column holds.

One set of names for all engines: what comes in is ``design``'s claims, enrollment and carrier payments with a column
``policy`` in front; what comes out is ``policies``, ``units`` and ``payments``.
Inside, no column has a null: a text that is missing is empty, a day that is missing is :data:`FAR`,
and an amount is an integer number of cents.

Source: ``docs/clauses.md``, statement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from stoploss.choice import Choice

__all__ = [
    "ENROLLMENT",
    "FAR",
    "LARGEST_TOTAL",
    "NONE",
    "PAYMENTS",
    "POLICIES",
    "RECEIVED",
    "ROW",
    "ROWS",
    "TABLES",
    "UNITS",
    "Kind",
]

FAR = dt.date(9999, 12, 31)
"""Stands for a day that is missing, or a window that never ends; later than every day of a feed."""

LARGEST_TOTAL = 10**18 - 1
"""Cents: what a column of decimals with eighteen digits holds. A total beyond it is refused."""

NONE = -(2**62)
"""Cents: stands for an amount that is missing, until a table goes out: columns of whole numbers have no nulls."""


class Kind(Choice):
    """What a column holds."""

    TEXT = "text"
    DAY = "day"
    WHOLE = "whole"
    """A 64-bit integer: cents, a count, a number of units."""
    FLAG = "flag"
    AMOUNT = "amount"
    """A decimal with two places, at the edge; inside it is cents."""


_TEXT, _DAY, _WHOLE, _FLAG, _AMOUNT = Kind.TEXT, Kind.DAY, Kind.WHOLE, Kind.FLAG, Kind.AMOUNT


def _columns(*groups: tuple[Kind, str]) -> Mapping[str, Kind]:
    return MappingProxyType({name: kind for kind, names in groups for name in names.split()})


ROW = "_row"
"""The number of a row in its file, the first one after the header being 1, where rows are numbered."""

ROWS: Mapping[str, Kind] = _columns(
    (_TEXT, "policy id member family benefit"),
    (_DAY, "incurred_on paid_on"),
    (_WHOLE, "cents"),
    (_TEXT, "adjusts status ineligible_for class"),
)
"""Claims as the engines take them, after reading: one row for each fact, every default written out."""

ENROLLMENT: Mapping[str, Kind] = _columns(
    (_TEXT, "policy month tier"), (_WHOLE, "units"), (_TEXT, "class plan division")
)
"""Covered units as they come in; *month* is a day or ``YYYY-MM``; the last three may be missing."""

RECEIVED: Mapping[str, Kind] = _columns((_TEXT, "policy coverage member"), (_DAY, "paid_on"), (_WHOLE, "cents"))
"""What carriers have paid, after reading; the member is the unit's id, and empty under the aggregate."""

_LINES = "retained laser aggregating employer_share over_maximum reimbursable"

POLICIES: Mapping[str, Kind] = _columns(
    (_TEXT, "policy"),
    (_DAY, "as_of"),
    (_FLAG, "final"),
    (_WHOLE, "claims"),
    (_AMOUNT, "claims_amount"),
    (
        _AMOUNT,
        " ".join(f"specific_{name}" for name in f"excluded eligible {_LINES} reimbursed due".split()),
    ),
    (
        _AMOUNT,
        " ".join(
            f"aggregate_{name}"
            for name in [
                "excluded",
                "gross",
                "voids_and_refunds",
                "eligible",
                "over_loss_limit",
                "reimbursed_by_specific",
                "counted",
                "calculated_attachment",
                "minimum_attachment",
                "attachment_point",
                "excess",
                "employer_share",
                "over_maximum",
                "reimbursable",
                "reimbursed",
                "due",
            ]
        ),
    ),
    (_AMOUNT, "employer_net carrier_total"),
)
"""
One row a policy: the statement's lines.

The columns of a cover that the policy does not have are null.
``excluded`` is what the screen kept out, pending rows not counted, and what limits cut: with ``eligible`` it makes
``claims_amount``.
"""

UNITS: Mapping[str, Kind] = _columns(
    (_TEXT, "policy unit"),
    (_AMOUNT, "deductible"),
    (_FLAG, "excluded"),
    (_AMOUNT, f"eligible {_LINES} reimbursed due"),
)
"""One row for each member or family with an eligible row or a carrier payment, as in the statement's ``units``."""

PAYMENTS: Mapping[str, Kind] = _columns(
    (_TEXT, "policy id unit"),
    (_AMOUNT, f"net {_LINES}"),
    (_TEXT, "excluded"),
    (_AMOUNT, "aggregate_net counted"),
    (_TEXT, "aggregate_excluded"),
)
"""One row a payment: the columns of the splits file. Null, where the policy has no such cover, or nothing excludes."""

TABLES: Mapping[str, Mapping[str, Kind]] = MappingProxyType(
    {"policies": POLICIES, "units": UNITS, "payments": PAYMENTS}
)
"""What goes out, by name."""


def __dir__() -> list[str]:
    return __all__
