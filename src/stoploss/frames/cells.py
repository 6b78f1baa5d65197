"""What a column of a source holds, as expressions: the value that an engine takes, and what is wrong with a cell.

The rules and their codes are those of :mod:`stoploss.feeds.cells`, which reads a cell at a time:
an amount is digits, a point and at most two places, a day is ``2025-01-31``, a word is spelt as pinned.
A column that has its type already, such as decimals or dates, is only held to its bounds.

An expression never fails: a cell that cannot be read gets a value that stands in for it, and its fault says so.
A null is as good as an empty cell, and no null reaches a condition: the engines treat it each in its own way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import narwhals as nw
from attrs import field, frozen

from stoploss.choice import Choice
from stoploss.errors import Finding
from stoploss.frames.columns import FAR
from stoploss.window import FIRST_YEAR, LAST_YEAR

__all__ = [
    "Cell",
    "Fault",
    "day_cell",
    "faults_of",
    "filled",
    "id_cell",
    "label_cell",
    "labels_cell",
    "text_cell",
    "word_cell",
    "written",
]

_UNUSUAL = "^ | $|[^ -~]"
"""An id without these is plain; one with them is looked at letter by letter."""
_A_DAY = dt.date(2000, 1, 1)
_MONTH_AND_DAY = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_LEAP_DAY = "(?:(?:19|2[01])(?:0[48]|[2468][048]|[13579][26])|2000)-02-29"
_REAL_DAY = f"^(?:(?:19|2[01])[0-9][0-9]-{_MONTH_AND_DAY}|{_LEAP_DAY})$"
_DAY_FORM = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_NEAR_YEAR = "^(?:19|2[01])"


@frozen(kw_only=True)
class Fault:
    """
    One thing that may be wrong with a row, or (a notice) be odd about it.

    Args:
        code: As in ``docs/errors.md``.
        column: Where it is.
        holds: Whether it is so; never null.
        rule, help: As in :class:`~stoploss.errors.Finding`.
        notice: Whether the row is settled all the same.
    """

    code: str
    column: str
    holds: nw.Expr = field(eq=False)
    rule: str
    help: str = ""
    notice: bool = False

    @property
    def finding(self) -> Finding:
        """The same without the rows; its place is the column."""
        return Finding(code=self.code, where=self.column, rule=self.rule, help=self.help)


@frozen(kw_only=True)
class Cell:
    """
    A column of a source.

    Args:
        value: What an engine takes; never null.
        empty: Whether nothing was written there.
        faults: What may be wrong with it.
        unusual: Of an id: whether it has to be looked at letter by letter.
        absent: Whether the source does not have the column at all.
    """

    value: nw.Expr = field(eq=False)
    empty: nw.Expr = field(eq=False)
    faults: tuple[Fault, ...] = ()
    unusual: nw.Expr | None = field(default=None, eq=False)
    absent: bool = False


def id_cell(name: str, *, required: bool, typed_by_hand: bool) -> Cell:
    """
    Return a column of ids.

    Args:
        name: The column.
        required: Whether every row has one.
        typed_by_hand: Whether the source is CSV, through which spreadsheets may have gone.
    """
    text = written(name)
    found: list[Fault] = []
    if required:
        found.append(Fault(code="SL302", column=name, holds=text == "", rule="an id is not empty"))
    if typed_by_hand:
        rule = "an id does not begin with =, +, - or @, which a spreadsheet takes for a formula"
        begins = text.str.contains("^[=+@-]")
        found.append(Fault(code="SL455", column=name, holds=begins, rule=rule, help="export the column as text"))
        rule = "this id was shortened to scientific notation by a spreadsheet, and its digits are lost"
        holds = text.str.contains("^[0-9](?:[.][0-9]+)?[Ee][+-][0-9]+$")
        help_ = "export it again from the source, as text"
        found.append(Fault(code="SL456", column=name, holds=holds, rule=rule, help=help_))
    return Cell(value=text, empty=text == "", faults=tuple(found), unusual=_unusual(text, often_empty=not required))


def label_cell(name: str) -> Cell:
    """Return a column of classes or divisions."""
    text = written(name)
    return Cell(value=text, empty=text == "", unusual=_unusual(text, often_empty=True))


def text_cell(name: str) -> Cell:
    """Return a column of any text."""
    text = written(name)
    return Cell(value=text, empty=text == "")


def labels_cell(name: str) -> Cell:
    """Return a column of labels that semicolons separate; blanks around one and empty ones fall away."""
    tidy = written(name).str.replace_all(" *; *", ";").str.replace_all(";+", ";").str.strip_chars("; ")
    return Cell(value=tidy, empty=tidy == "")


def word_cell(name: str, words: type[Choice], default: str) -> Cell:
    """Return a column of one of *words*; an empty cell is the default."""
    text = written(name)
    known = [str(word) for word in words]
    unknown = Fault(
        code="SL106", column=name, holds=~text.is_in(["", *known]), rule=f"this is one of {', '.join(known)}"
    )
    value = nw.when(text == "").then(nw.lit(default)).otherwise(text)
    return Cell(value=value, empty=text == "", faults=(unknown,))


def day_cell(name: str, held: nw.dtypes.DType, *, required: bool) -> Cell:
    """
    Return a column of days.

    Args:
        name: The column.
        held: Text, a date, or a timestamp without a time zone.
        required: Whether every row has one.
    """
    made = _day_of_text(name) if held == nw.String else _day_of_dates(name, held)
    return filled(made, name) if required else made


def _unusual(text: nw.Expr, *, often_empty: bool) -> nw.Expr:
    unusual = text.str.contains(_UNUSUAL)
    return nw.when(text == "").then(nw.lit(value=False)).otherwise(unusual) if often_empty else unusual


def written(name: str) -> nw.Expr:
    """Return a column of text as it is written; nothing is an empty text."""
    return nw.col(name).fill_null("")


def filled(cell: Cell, name: str) -> Cell:
    """Return a column of which every row needs a cell."""
    empty = Fault(code="SL457", column=name, holds=cell.empty, rule="this cell is empty", help="every row needs it")
    return Cell(value=cell.value, empty=cell.empty, faults=(empty, *cell.faults))


def faults_of(name: str, kinds: Sequence[tuple[str, nw.Expr, str, str]]) -> tuple[Fault, ...]:
    """Return what may be wrong with a column: of each its code, whether it holds, its rule and its help."""
    return tuple(
        Fault(code=code, column=name, holds=holds, rule=rule, help=help_) for code, holds, rule, help_ in kinds
    )


_NO_DAY: tuple[str, str] = ("a day is written year-month-day", "such as 2025-01-31")
_NO_SUCH_DAY: tuple[str, str] = ("there is no such day in the calendar", "")
_FAR_DAY: tuple[str, str] = (f"days lie between the years {FIRST_YEAR} and {LAST_YEAR}", "an open end is left empty")
_A_TIME: tuple[str, str] = ("a day is a date without a time", "take the date at the policyholder's site")


def _day_of_text(name: str) -> Cell:
    text = written(name)
    empty = text == ""
    # A `$` may let a line break pass.
    real = text.str.contains(_REAL_DAY) & (text.str.len_chars() == 10)
    formed = text.str.contains(_DAY_FORM) & (text.str.len_chars() == 10)
    near = text.str.contains(_NEAR_YEAR)
    known = nw.when(real).then(text).otherwise(nw.lit(FAR.isoformat()))
    return Cell(
        value=known.str.to_datetime(format="%Y-%m-%d").cast(nw.Date),
        empty=empty,
        faults=faults_of(
            name,
            [
                ("SL203", ~empty & ~formed, *_NO_DAY),
                ("SL204", formed & near & ~real, *_NO_SUCH_DAY),
                ("SL202", formed & ~near, *_FAR_DAY),
            ],
        ),
    )


def _day_of_dates(name: str, held: nw.dtypes.DType) -> Cell:
    column = nw.col(name)
    day = column.cast(nw.Date) if isinstance(held, nw.Datetime) else column
    near = day.fill_null(_A_DAY)
    kinds: list[tuple[str, nw.Expr, str, str]] = [
        ("SL202", (near < dt.date(FIRST_YEAR, 1, 1)) | (near > dt.date(LAST_YEAR, 12, 31)), *_FAR_DAY),
    ]
    if isinstance(held, nw.Datetime):
        some = column.fill_null(dt.datetime(2000, 1, 1))  # noqa: DTZ001 (the column has no time zone either)
        kinds.append(("SL201", some.cast(nw.Date).cast(nw.Datetime(held.time_unit)) != some, *_A_TIME))
    return Cell(value=day.fill_null(FAR), empty=column.is_null(), faults=faults_of(name, kinds))


def __dir__() -> list[str]:
    return __all__
