"""Many policies at once: the whole settlement as columns, on DuckDB, polars, pandas or Spark.

A carrier or a large administrator settles thousands of policies every night.
The Python engine, :func:`stoploss.statement.settle`, is the reference; here the same rules stand once more, as one
definition over columns of whole cents, and every engine computes the same three tables from it: ``policies``, ``units``
and ``payments``.
A policy with a term that columns do not carry is settled by the Python engine in the same run.

>>> import datetime as dt
>>> import polars as pl
>>> from stoploss import Period, Policy, SpecificTerms
>>> from stoploss import frames
>>> year = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))
>>> terms = SpecificTerms(basis="12/15", covers=["medical"], deductible="50,000")
>>> policies = [
...     Policy(policyholder="Example", carrier="Example Life", number=number, period=year, specific=terms)
...     for number in ("SL-1", "SL-2")
... ]
>>> claims = pl.DataFrame({
...     "policy": ["SL-1", "SL-2", "SL-2"],
...     "id": ["c1", "c1", "c2"],
...     "member": ["M1", "M7", "M7"],
...     "incurred_on": [dt.date(2025, 3, 3)] * 3,
...     "paid_on": [dt.date(2025, 4, 1)] * 3,
...     "amount": ["80000.00", "45000.00", "15000.50"],
... })
>>> settled = frames.settle(policies, claims)
>>> sorted(settled.policies.select("policy", "carrier_total").rows())
[('SL-1', Decimal('30000.00')), ('SL-2', Decimal('10000.50'))]
"""

from __future__ import annotations

try:
    from stoploss.frames.columns import PAYMENTS, POLICIES, UNITS, Kind
    from stoploss.frames.engines import ENGINES, engine_named, engine_of
    from stoploss.frames.file_sets import FileSet
    from stoploss.frames.found import FINDINGS, Found
    from stoploss.frames.settled import Settled
    from stoploss.frames.settling import Checked, check, settle
except ModuleNotFoundError as _missing:
    if _missing.name != "narwhals":
        raise
    raise ModuleNotFoundError(
        "stoploss.frames needs an engine: pip install 'stoploss[duckdb]', or [polars], [pandas] or [spark]",
        name="narwhals",
    ) from None

__all__ = [
    "ENGINES",
    "FINDINGS",
    "PAYMENTS",
    "POLICIES",
    "UNITS",
    "Checked",
    "FileSet",
    "Found",
    "Kind",
    "Settled",
    "check",
    "engine_named",
    "engine_of",
    "settle",
]


def __dir__() -> list[str]:
    return __all__
