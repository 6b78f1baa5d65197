"""The employer's year for people: what it cost, month by month, against other ways to fund it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from stoploss.cli.tables import Cell, Column, Row, heading, several, table, tables
from stoploss.funding import Arrangement, Bound, FundingRow, FundingYear, MaximumLiability
from stoploss.money import ZERO, Amount

__all__ = ["funding_view"]

_SUM = Row(style="bold", line_above=True)
_PLAIN = Row()
_BENEFITS = ("medical", "hospital", "rx", "dental", "vision", "disability")
_WITHOUT = {Bound.UNBOUNDED: "none", Bound.NOT_KNOWN: "not known"}
_NAMES = {
    "fully_insured": "fully insured",
    "aso": "self-funded, no stop-loss",
    "aso_specific": "with specific",
    "aso_aggregate": "with aggregate",
    "aso_specific_aggregate": "with specific and aggregate",
}


def funding_view(told: FundingYear, *, width: int) -> Iterator[RenderableType]:
    """Yield the employer's year, part by part, for a terminal of that width."""
    policy = told.statement.settlement.policy
    until = f"as of {told.as_of}" if told.as_of else "everything that was reported"
    yield heading(
        f"{policy.number}, the year of {policy.policyholder}",
        f"policy period {policy.period.effective} to {policy.period.expires}, {several(len(told.months), 'month')}",
        f"{until}{'' if told.final else ', not final'}",
    )
    yield from _months(told, width)
    yield from _paid_claims(told, width)
    yield from _tiers(told, width)
    yield from _arrangements(told, width)
    yield from _maximum(told.maximum, told.currency)


def _rows(told: FundingYear, *also: str) -> list[tuple[str, FundingRow]]:
    """Return the rows with their names; what is not a month only where something of it is not zero."""

    def happened(row: FundingRow) -> bool:
        own = any(getattr(row.claims, line) for line in _BENEFITS)
        return own or any(getattr(row, line) for line in ("reimbursable", "reimbursed", *also))

    before = [("before", told.before)] if happened(told.before) else []
    run_out = [("run-out", told.run_out)] if happened(told.run_out) else []
    return [*before, *((str(row.month), row) for row in told.months), *run_out, ("total", told.total)]


def _months(told: FundingYear, width: int) -> Iterator[RenderableType]:
    rows = _rows(told)
    looks = [*(_PLAIN for _ in rows[1:]), _SUM]
    name = Column(header="policy month\nfrom", cells=[label for label, _ in rows], text=True)

    def column(header: str, cells: Sequence[Cell]) -> Column:
        return Column(header=header, cells=cells)

    own = [row for _, row in rows]
    cost = [
        column("\nclaims", [row.claims.amount for row in own]),
        column("adminis-\ntration", [row.administration for row in own]),
        column("\npremium", [row.specific_premium + row.aggregate_premium for row in own]),
        column("reimburs-\nable", [ZERO - row.reimbursable for row in own]),
        column("\ncost", [row.cost for row in own]),
    ]
    against = [
        column("\nbudget", [row.budget for row in own]),
        column("surplus (+)\nor deficit (-)", [_signed(row.surplus) for row in own]),
        column("surplus\nto date", [_signed(row.surplus_to_date) for row in own]),
    ]
    carrier = [
        column("\nreimbursed", [row.reimbursed for row in own]),
        column("due from\nthe carrier", [row.due for row in own]),
        column("\nreserve", [_signed(row.reserve) for row in own]),
    ]
    yield heading("Month by month")
    yield from tables(name, [cost, against, carrier], looks, width)


def _paid_claims(told: FundingYear, width: int) -> Iterator[RenderableType]:
    rows = _rows(told, "other_years")
    looks = [*(_PLAIN for _ in rows[1:]), _SUM]
    name = Column(header="policy month\nfrom", cells=[label for label, _ in rows], text=True)
    used = [line for line in _BENEFITS if any(getattr(row.claims, line) for _, row in rows)]
    columns = [Column(header=f"\n{line}", cells=[getattr(row.claims, line) for _, row in rows]) for line in used]
    columns.append(Column(header="\nclaims", cells=[row.claims.amount for _, row in rows]))
    if any(row.other_years for _, row in rows):
        columns.append(Column(header="of other\nyears", cells=[row.other_years for _, row in rows]))
    yield heading("Claims paid by the plan")
    yield from tables(name, [columns], looks, width)


def _tiers(told: FundingYear, width: int) -> Iterator[RenderableType]:
    rows = told.tiers
    total = told.total
    name = Column(header="\ntier", cells=[*(row.tier for row in rows), "total"], text=True)
    lines: list[tuple[str, str]] = [("administration", "adminis-\ntration")]
    lines += [
        (line, header)
        for line, header in (("specific_premium", "specific\npremium"), ("aggregate_premium", "aggregate\npremium"))
        if any(getattr(row, line) is not None for row in rows)
    ]
    columns = [Column(header="unit\nmonths", cells=[*(row.unit_months for row in rows), total.covered_units])]
    columns += [
        Column(header=header, cells=[*(getattr(row, line) for row in rows), getattr(total, line)])
        for line, header in lines
    ]
    yield heading("Fees and premium by tier")
    yield from tables(name, [columns], [*(_PLAIN for _ in rows), _SUM], width)


def _arrangements(told: FundingYear, width: int) -> Iterator[RenderableType]:
    rows = told.arrangements
    name = Column(header="\n", cells=[_NAMES[each.name] for each in rows], text=True)
    worth: list[Cell] = [None if each.name in {"fully_insured", "aso"} else _signed(each.worth) for each in rows]
    scenarios = [
        Column(header="\nexpected", cells=[each.expected for each in rows]),
        Column(header="\nactual", cells=[each.actual for each in rows]),
        Column(header="\nmaximum", cells=[_most(each.maximum, each.bound) for each in rows]),
    ]
    value = [Column(header="worth of\nthe cover", cells=worth)]
    if any(each.saved is not None for each in rows):
        value.insert(0, Column(header="saved against\nfully insured", cells=[_saved(each) for each in rows]))
    yield heading("What the year costs", "worth of the cover: what it reimburses, less its premium")
    yield from tables(name, [scenarios, value], [*(_PLAIN for _ in rows[1:]), Row(style="bold")], width)


def _saved(each: Arrangement) -> Cell:
    return None if each.saved is None or each.name == "fully_insured" else _signed(each.saved)


def _maximum(maximum: MaximumLiability, currency: str) -> Iterator[RenderableType]:
    """Yield the maximum liability with its conditions, or why there is none, or why it is not known."""
    if maximum.amount is None:
        reasons = sorted(maximum.unbounded, key=lambda each: each.bound is not Bound.UNBOUNDED)
        told = (f"{each.where}: {each.why}" for each in reasons)
        yield heading(f"Maximum liability: {_WITHOUT[maximum.bound]}", *told)
        return
    yield heading("Maximum liability")
    words = [line.name.replace("_", " ") for line in maximum.lines]
    amounts = [f"{line.amount:,}" for line in maximum.lines]
    yield table(
        [
            Column(header="", cells=[*words, "maximum"], text=True),
            Column(header=currency, cells=[*amounts, f"{maximum.amount:,}"]),
        ],
        [*(_PLAIN for _ in words), _SUM],
    )
    yield "it holds where"
    for condition in maximum.conditions:
        yield f"- {'met' if condition.met else 'not met'}: {condition.text}"
    if maximum.outside:
        yield f"claims of {maximum.outside:,} that a cover leaves out may come on top"


def _most(amount: Amount | None, bound: Bound) -> Cell:
    """Return a maximum, or why none is given: there is none, or it is not known."""
    return _WITHOUT[bound] if amount is None else amount


def _signed(amount: Amount) -> str:
    return f"{amount:+,}" if amount else "0.00"


def __dir__() -> list[str]:
    return __all__
