"""One kind of finding in a source: how many rows, what they add up to, where the first ones are.

A source of millions of rows may break a rule in every one of them: it is told once, counted and priced.
No text shows an id; and it names dollars only where enough rows make them up that they are no one person's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from stoploss.errors import Finding
from stoploss.feeds.writing import write_table
from stoploss.frames.columns import Kind
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.money import dollars

__all__ = [
    "FINDINGS",
    "MOST_PLACES",
    "REPEATED",
    "UNKNOWN_POLICY",
    "Found",
    "findings_table",
    "too_large",
    "write_findings",
]

MOST_PLACES = 5
_FEWEST_PRICED = 11
"""Health statistics are shown from eleven persons on; fewer rows may be one person's."""

FINDINGS: Mapping[str, Kind] = MappingProxyType(
    {
        "code": Kind.TEXT,
        "source": Kind.TEXT,
        "column": Kind.TEXT,
        "notice": Kind.FLAG,
        "rows": Kind.WHOLE,
        "amount": Kind.AMOUNT,
        "units": Kind.WHOLE,
        "first_rows": Kind.TEXT,
        "rule": Kind.TEXT,
        "help": Kind.TEXT,
    }
)
"""The columns of the findings as a table."""


@frozen(kw_only=True)
class Found:
    """
    One kind of finding.

    Args:
        code: As in ``docs/errors.md``.
        label: What messages call the source.
        column: Where it is; may be empty.
        rule, help: As in :class:`~stoploss.errors.Finding`.
        rows: How many rows it is about; 0 for the source as a whole.
        total: What their amounts add up to in cents, as far as they can be read; of an enrollment, covered units.
        units: Whether that is covered units.
        places: The numbers of the first rows, where rows have an order; the first row after a header is 1.
        files: Of several files, in which of them each of these rows is.
        notice: Whether it is settled all the same.
    """

    code: str
    label: str
    rule: str
    column: str = ""
    help: str = ""
    rows: int = 0
    total: int = field(default=0, repr=False)
    units: bool = False
    places: tuple[int, ...] = ()
    files: tuple[str, ...] = ()
    notice: bool = False

    @property
    def finding(self) -> Finding:
        """The same in words, at the first row's place."""
        label = self.files[0] if self.files else self.label
        first = f" row {self.places[0]:,}" if self.places else ""
        column = f" {self.column}" if self.column else ""
        rule = "; ".join(filter(None, (self.rule, self._how_many())))
        return Finding(code=self.code, where=f"{label}{first}{column}", rule=rule, help=self.help)

    @classmethod
    def of(cls, finding: Finding, label: str, *, notice: bool = False) -> Found:
        """Return a finding about a source as a whole."""
        column = finding.where.removeprefix(label).strip()
        return cls(code=finding.code, label=label, column=column, rule=finding.rule, help=finding.help, notice=notice)

    @classmethod
    def of_header(cls, finding: Finding, label: str, *, notice: bool = False) -> Found:
        """Return a finding about the columns of a source; where several files are one, it names its own."""
        own = label if finding.where.startswith(label) else finding.where.partition(" ")[0]
        return cls.of(finding, own, notice=notice)

    @property
    def _listed(self) -> list[str]:
        """The first rows, and of which file they are, where they are not all of the first one's."""
        rows = [f"{place:,}" for place in self.places]
        if len(set(self.files)) < 2:
            return rows
        return [f"{row} of {file}" for row, file in zip(rows, self.files, strict=True)]

    @property
    def _in_all(self) -> str:
        return f"{self.total:,} units" if self.units else f"{dollars(self.total):,}"

    def _how_many(self) -> str:
        if not self.rows or (self.rows == 1 and self.places):
            return ""
        priced = f", {self._in_all} in all" if self.total and self.rows >= _FEWEST_PRICED else ""
        counted = f"{self.rows:,} row{'' if self.rows == 1 else 's'}{priced}"
        more = self.rows - len(self.places)
        listed = self._listed
        if not listed:
            return counted
        listed = [*listed, f"{more:,} more"] if more else listed
        return f"{counted}: {', '.join(listed[:-1])} and {listed[-1]}"


UNKNOWN_POLICY = Finding(
    code="SL820",
    where="policy",
    rule="no policy of this number was given",
    help="add the policy, or correct the number",
)
"""A row of a policy that is not settled."""

REPEATED = Finding(code="SL461", where="", rule="this row repeats an earlier one and counts once")
"""Two rows that are alike."""


def too_large(policy: str) -> Finding:
    """Return what is wrong with amounts of a policy that no column of decimals holds together."""
    rule = f"the amounts of policy {policy}, signs aside, add up to more than sixteen digits before the point"
    return Finding(code="SL821", where="amount", rule=rule, help="amounts are dollars")


def findings_table(engine: Engine, found: Iterable[Found]) -> Frame:
    """Return findings as a table of the engine, with its amounts in dollars: see :data:`FINDINGS`."""
    rows = [_row(one) for one in found]
    columns: dict[str, Sequence[Any]] = {name: [row[name] for row in rows] for name in FINDINGS}
    return engine.dollars(engine.table(columns, FINDINGS), FINDINGS)


def write_findings(path: Path, found: Iterable[Found]) -> None:
    """Write findings as CSV, for a person with a spreadsheet: see :data:`FINDINGS`."""
    rows = (_row(one) | {"amount": dollars(0 if one.units else one.total)} for one in found)
    write_table(path, list(FINDINGS), ([row[name] for name in FINDINGS] for row in rows))


def _row(one: Found) -> dict[str, object]:
    return {
        "code": one.code,
        "source": one.label,
        "column": one.column,
        "notice": one.notice,
        "rows": one.rows,
        "amount": 0 if one.units else one.total,
        "units": one.total if one.units else 0,
        "first_rows": ", ".join(map(str, one.places) if not one.files else map("{} {}".format, one.files, one.places)),
        "rule": one.rule,
        "help": one.help,
    }


def __dir__() -> list[str]:
    return __all__
