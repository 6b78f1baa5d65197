"""The enrollment feed: how many covered units each tier had in each policy month, by class, plan and division.

``month`` is a day (the policy month that holds it) or ``YYYY-MM`` (the policy month that begins in that calendar
month).
Whether every tier of every month is there is judged by ``settle``, which knows the policy; a month that is there twice
with other units is refused here.
"""

from __future__ import annotations

from attrs import frozen

from stoploss.errors import Finding
from stoploss.facts import CoveredUnits
from stoploss.feeds.cells import read_id, read_month, read_text, read_units
from stoploss.feeds.columns import Column, Columns
from stoploss.feeds.conservation import Conservation
from stoploss.feeds.layout import Layout
from stoploss.feeds.reading import read_facts
from stoploss.feeds.records import PathLike

__all__ = ["ENROLLMENT", "EnrollmentFeed", "read_enrollment"]

ENROLLMENT: Layout[CoveredUnits] = Layout(
    columns=(
        Column(name="month", read=read_month, required=True, stand_in="2000-01"),
        Column(name="tier", read=read_id, required=True, stand_in="x"),
        Column(name="units", read=read_units, required=True, stand_in=0),
        Column(name="class", argument="covered_class", read=read_text),
        Column(name="plan", read=read_text),
        Column(name="division", read=read_text),
    ),
    make=CoveredUnits,
    key=lambda units: (units.month, units.tier, units.covered_class, units.plan, units.division),
    same_key=Finding(
        code="SL463",
        where="units",
        rule="this tier has other units for the same month at {place}",
        help="report a tier once a month, or once for each class, plan and division",
    ),
    measure=lambda units: units.units,
    measured_by="units",
    measured=read_units,
    units=True,
)
"""The pinned columns of an enrollment feed."""


@frozen(kw_only=True)
class EnrollmentFeed:
    """
    The covered units of one or more enrollment files.

    Args:
        units: In the order of the files and their rows.
        places: Where each was read: ``enrollment.csv:17``.
        notices: What is settled all the same and should be seen.
        conservation: What became of every row and unit.
    """

    units: tuple[CoveredUnits, ...]
    places: tuple[str, ...]
    notices: tuple[Finding, ...]
    conservation: Conservation


def read_enrollment(*paths: PathLike, columns: Columns | None = None) -> EnrollmentFeed:
    """
    Return the covered units of all *paths*, or refuse them all.

    Args:
        paths: CSV files in UTF-8 whose first line names the columns.
        columns: What the files call the pinned columns; see :mod:`stoploss.feeds.columns`.

    Raises:
        RejectedFeed: With every fault of every file.
    """
    loaded = read_facts(ENROLLMENT, paths, columns or {})
    return EnrollmentFeed(
        units=loaded.facts, places=loaded.places, notices=loaded.notices, conservation=loaded.conservation
    )


def __dir__() -> list[str]:
    return __all__
