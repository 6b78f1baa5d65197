"""Many policies settled in one run: what it takes, what it refuses, what it gives back."""

from __future__ import annotations

import datetime as dt
import decimal
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from attrs import evolve

from stoploss import frames
from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import AggregateFactor
from stoploss.errors import EngineError, FactError, StopLossError, WrongType
from stoploss.feeds import RejectedFeed
from stoploss.frames.columns import PAYMENTS, POLICIES, UNITS
from stoploss.frames.engines.duckdb import DuckDBEngine
from stoploss.inner_terms import ShareTier
from stoploss.policy import Policy
from tests.unit.given import YEAR, specific

CLAIMS = pa.table(
    {
        "policy": ["SL-1", "SL-2", "SL-2"],
        "id": ["c1", "c1", "c2"],
        "member": ["M1", "M7", "M7"],
        "incurred_on": [dt.date(2025, 3, 3)] * 3,
        "paid_on": [dt.date(2025, 4, 1)] * 3,
        "amount": pa.array([Decimal("80000.00"), Decimal("45000.00"), Decimal("15000.50")], pa.decimal128(12, 2)),
    }
)
KINDS: dict[str, Any] = {
    "duckdb": (duckdb.from_arrow, duckdb.DuckDBPyRelation),
    "polars": (pl.from_arrow, pl.DataFrame),
    "pandas": (pa.Table.to_pandas, pd.DataFrame),
}


def a_policy(number: str, **terms: Any) -> Policy:
    """Return a policy of this number with specific alone, over 50,000.00."""
    own = specific(**{"deductible": "50000", **terms})
    return Policy(policyholder="Example", carrier="Example Life", number=number, period=YEAR, specific=own)


TWO = (a_policy("SL-1"), a_policy("SL-2"))


def carrier_totals(settled: frames.Settled) -> dict[str, Decimal]:
    """Return what the carrier owes, by policy."""
    table = pl.DataFrame(settled.policies)
    return dict(sorted(table.select("policy", "carrier_total").rows()))


class TestHowItLooks:
    """A settlement in a notebook says what was done, and nothing of what it came to."""

    def test_in_words(self) -> None:
        """How many policies, by what, on which engine."""
        tiered = a_policy("SL-2", tiers=[ShareTier(above="0", share="0.9"), ShareTier(above="100,000", share="1")])
        settled = frames.settle((TWO[0], tiered), CLAIMS, engine="polars")

        assert "Settled(2 policies; 1 by columns, 1 by the Python engine; polars; 0 kinds of notices)" == repr(settled)

    def test_one_of_each(self) -> None:
        """One policy and one kind of notice are told as one."""
        odd = CLAIMS.slice(0, 1).set_column(5, "amount", pa.array([Decimal(0)], pa.decimal128(12, 2)))
        settled = frames.settle(TWO[:1], odd, engine="polars")

        assert "Settled(1 policy; 1 by columns, 0 by the Python engine; polars; 1 kind of notices)" == repr(settled)

    def test_in_a_notebook(self) -> None:
        """The control totals are below, and what a file is called is no markup."""
        shown = frames.settle(TWO, CLAIMS)._repr_html_()

        assert "claims: 3 rows, 140,000.50 read = 3 posted (140,000.50)" in shown
        assert [False] * 3 == [word in shown for word in ("M7", "c2", "10000.50")]

    @pytest.mark.parametrize("engine", ["duckdb", "polars", "pandas"])
    def test_in_order(self, engine: str) -> None:
        """Policies and units come in the order of their ids, so that two nights can be compared."""
        policies = [a_policy(f"SL-{number}") for number in (3, 1, 2)]
        cells = [(f"SL-{number}", member) for number in (2, 3, 1) for member in ("M9", "M1", "M5")]
        columns = {name: pa.array([CLAIMS[name][0].as_py()] * 9) for name in CLAIMS.column_names}
        columns |= {"policy": pa.array([number for number, _ in cells]), "member": pa.array([who for _, who in cells])}
        columns["id"] = pa.array([f"c{number}" for number in range(9)])
        settled = frames.settle(policies, pa.table(columns), engine=engine)
        units = pl.DataFrame(settled.units).select("policy", "unit").rows()

        assert ["SL-1", "SL-2", "SL-3"] == pl.DataFrame(settled.policies)["policy"].to_list()
        assert sorted(cells) == units

    @pytest.mark.parametrize("given", ["policies", TWO[0], None])
    def test_what_is_no_list_of_policies(self, given: Any) -> None:
        """A folder's name is not a policy a letter."""
        with pytest.raises(WrongType, match=r"^policies: policies are a list of Policy, not .*load_policy reads"):
            frames.settle(given, CLAIMS)


class TestWhatIsLeftBehind:
    """A caller's own connection is as it was, once a settlement is closed."""

    def test_on_a_connection_of_duckdb(self) -> None:
        """The temporary tables of a run are dropped at the end of a `with` block."""
        with duckdb.connect() as connection:
            claims = connection.from_arrow(CLAIMS)
            with frames.settle(TWO, claims, engine=DuckDBEngine(connection=connection)) as settled:
                during = tables_of(connection)
                assert {"SL-1": Decimal("30000.00"), "SL-2": Decimal("10000.50")} == carrier_totals(settled)

            assert during
            assert [] == tables_of(connection)

    @pytest.mark.parametrize("engine", ["polars", "pandas"])
    def test_in_memory(self, engine: str) -> None:
        """Frames in memory are given back by themselves; closing is no harm."""
        settled = frames.settle(TWO, CLAIMS, engine=engine)
        settled.close()

        assert {"SL-1": Decimal("30000.00"), "SL-2": Decimal("10000.50")} == carrier_totals(settled)


def tables_of(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the names of a connection's temporary tables."""
    return [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()]


class TestTheDecimalContext:
    """The caller's precision, rounding and traps decide no answer."""

    @pytest.mark.parametrize("share", ["0.9375", "0.123456", "0.123456789012"])
    def test_decides_nothing(self, share: str) -> None:
        """Neither what a share is nor who settles it."""
        policies = (a_policy("SL-1", share=share), TWO[1])
        plain = frames.settle(policies, CLAIMS, engine="polars")
        expected = carrier_totals(plain)
        with decimal.localcontext(decimal.Context(prec=1, rounding=decimal.ROUND_UP, Emin=0, Emax=1, traps=[])):
            settled = frames.settle(policies, CLAIMS, engine="polars")
            actual = carrier_totals(settled)

        assert (expected, plain.apart) == (actual, settled.apart)


class TestWhatComesBack:
    """Three tables of the caller's own kind of frame."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_is_of_the_kind_that_came(self, kind: str) -> None:
        """A frame of polars gives frames of polars."""
        made, expected = KINDS[kind]
        settled = frames.settle(TWO, made(CLAIMS))

        assert [expected] * 3 == [type(getattr(settled, name)) for name in ("policies", "units", "payments")]

    @pytest.mark.parametrize("kind", KINDS)
    def test_is_an_arrow_stream(self, kind: str) -> None:
        """So every library that knows Arrow takes it."""
        settled = frames.settle(TWO, KINDS[kind][0](CLAIMS))
        tables = [pa.table(getattr(settled, name)) for name in ("policies", "units", "payments")]

        assert [list(POLICIES), list(UNITS), list(PAYMENTS)] == [table.column_names for table in tables]

    @pytest.mark.parametrize("kind", KINDS)
    def test_is_right_to_the_cent(self, kind: str) -> None:
        """Above 50,000.00 the carrier owes all of it."""
        settled = frames.settle(TWO, KINDS[kind][0](CLAIMS))

        assert {"SL-1": Decimal("30000.00"), "SL-2": Decimal("10000.50")} == carrier_totals(settled)

    def test_is_the_same_from_an_arrow_table_and_from_files(self, tmp_path: Any) -> None:
        """Parquet and CSV are read by DuckDB, unless another engine is asked for."""
        pl.DataFrame(CLAIMS).write_parquet(tmp_path / "claims.parquet")
        pl.DataFrame(CLAIMS).write_csv(tmp_path / "claims.csv")
        found = [
            carrier_totals(frames.settle(TWO, source, engine=engine))
            for source in (CLAIMS, tmp_path / "claims.parquet", tmp_path / "claims.csv")
            for engine in (None, "polars", "pandas")
        ]

        assert [found[0]] * 9 == found

    def test_holds_policies_without_claims(self) -> None:
        """A policy for which nothing was reported has a row of zeros."""
        settled = frames.settle((*TWO, a_policy("SL-3")), CLAIMS, engine="polars")

        assert Decimal("0.00") == carrier_totals(settled)["SL-3"]

    def test_does_not_show_which_engine_settled_a_policy(self) -> None:
        """A tier that says what the share says is the Python engine's, and the tables are the same."""
        tiered = a_policy("SL-2", tiers=[ShareTier(above="0", share="1")])
        by_columns, mixed = (frames.settle((TWO[0], second), CLAIMS, engine="polars") for second in (TWO[1], tiered))

        for name in ("policies", "units", "payments"):
            expected, actual = (getattr(settled, name).sort(pl.all()) for settled in (by_columns, mixed))
            assert expected.equals(actual)

    def test_tells_what_became_of_every_row(self) -> None:
        """The control total comes along."""
        settled = frames.settle(TWO, CLAIMS, engine="polars")

        assert [3] == [tally.posted.rows for tally in settled.conservation.files]

    def test_shows_no_member(self) -> None:
        """Ids and amounts are in the tables, and nowhere else."""
        settled = frames.settle((*TWO, a_policy("SL-3", tiers=[ShareTier(above="0", share="1")])), CLAIMS)

        assert "M7" not in repr(settled)
        assert "45000" not in repr(settled)


class TestWhatIsRefused:
    """Before anything is settled."""

    def test_something_that_is_no_policy(self) -> None:
        """A document has to be loaded first."""
        with pytest.raises(WrongType, match=r"policies\[1\]: a Policy is settled, not a str"):
            frames.settle([TWO[0], "policy.toml"], CLAIMS)  # type: ignore[list-item]  # what is refused

    def test_two_policies_of_one_number(self) -> None:
        """The claims could not tell them apart."""
        with pytest.raises(RejectedFeed, match="2 policies have the number SL-1"):
            frames.settle((TWO[0], TWO[0]), CLAIMS)

    def test_an_engine_that_there_is_not(self) -> None:
        """The others are named."""
        with pytest.raises(EngineError, match="there is no engine of this name"):
            frames.settle(TWO, CLAIMS, engine="excel")

    def test_claims_of_no_policy(self) -> None:
        """They would count nowhere."""
        with pytest.raises(RejectedFeed, match="no policy of this number was given"):
            frames.settle(TWO[:1], CLAIMS)

    def test_an_attachment_point_that_no_table_holds(self) -> None:
        """Every policy's is told, and nothing is settled."""
        terms = AggregateTerms(
            basis="12/12", covers=["medical"], factors=[AggregateFactor(tier="single", amount="9999999999999")]
        )
        policies = [evolve(policy, aggregate=terms) for policy in TWO]
        months = [f"2025-{month:02}" for month in range(1, 13)]
        units = pl.DataFrame(
            {
                "policy": ["SL-1"] * 12 + ["SL-2"] * 12,
                "month": months * 2,
                "tier": ["single"] * 24,
                "units": [100] * 12 + [1_000_000] * 12,
            }
        )
        with pytest.raises(FactError) as error:
            frames.settle(policies, CLAIMS, units, engine="polars")

        assert ["SL-1 units", "SL-2 units"] == [finding.where for finding in error.value.findings]

    def test_facts_of_a_policy_that_the_python_engine_settles(self) -> None:
        """Its number is part of the place."""
        tiered = a_policy("SL-2", tiers=[ShareTier(above="0", share="1")])
        received = pl.DataFrame(
            {
                "policy": ["SL-2"],
                "id": ["r1"],
                "coverage": ["aggregate"],
                "paid_on": [dt.date(2025, 5, 1)],
                "amount": ["10.00"],
            }
        )
        with pytest.raises(StopLossError, match="the policy has no aggregate cover"):
            frames.settle((TWO[0], tiered), CLAIMS, None, received, engine="polars")

    @pytest.mark.parametrize("engine", ["duckdb", "polars", "pandas"])
    def test_trusted_claims_of_no_policy(self, engine: str) -> None:
        """Their rows are not looked at, but none is dropped without a word."""
        with pytest.raises(RejectedFeed, match="no policy of this number was given; 2 rows"):
            frames.settle(TWO[:1], CLAIMS, engine=engine, trusted=True)

    @pytest.mark.parametrize("engine", ["duckdb", "polars", "pandas"])
    @pytest.mark.parametrize(
        ("column", "cells", "line"),
        [
            ("benefit", pa.array(["Medical", "medical", "medical"]), "benefit: this is one of medical, rx, .* 1 row"),
            ("status", pa.array(["pending", "pendng", "payed"]), "status: this is one of paid, pending, .* 2 rows"),
            ("member", pa.array(["M1", None, "M7"]), "member: an id is not empty; 1 row"),
            ("amount", pa.array([Decimal(80000), None, None]), "amount: this cell is empty; 2 rows"),
            ("amount", pa.array([Decimal("1.005")] * 3), "amount: an amount has at most two places; 3 rows"),
            ("amount", pa.array([10**17, 1, 2]), "amount: at most 13 digits stand before the point; 1 row"),
        ],
    )
    def test_trusted_claims_that_would_be_lost(self, engine: str, column: str, cells: Any, line: str) -> None:
        """What would count nowhere, or as nothing, is refused whoever trusts it."""
        columns = {name: CLAIMS[name] for name in CLAIMS.column_names} | {column: cells}
        with pytest.raises(RejectedFeed, match=line):
            frames.settle(TWO, pa.table(columns), engine=engine, trusted=True)

    @pytest.mark.parametrize("engine", ["duckdb", "polars", "pandas"])
    def test_trusted_claims_that_no_sum_holds(self, engine: str) -> None:
        """Ten thousand rows of the largest amount are more than 64 bits of cents."""
        many = 10_001
        columns = {name: pa.array([CLAIMS[name][0].as_py()] * many) for name in CLAIMS.column_names}
        columns["amount"] = pa.array([Decimal("9999999999999.99")] * many, pa.decimal128(15, 2))
        with pytest.raises(RejectedFeed, match="policy SL-1, signs aside, add up to more than sixteen digits"):
            frames.settle(TWO, pa.table(columns), engine=engine, trusted=True)

    def test_trusted_claims_in_text(self) -> None:
        """A text that is no amount would count as nothing."""
        claims = pl.DataFrame(CLAIMS).with_columns(amount=pl.lit("1,234.56"))
        with pytest.raises(RejectedFeed, match="amounts as decimals and days as dates, not as text"):
            frames.settle(TWO, claims, trusted=True)

    @pytest.mark.parametrize("engine", ["duckdb", "polars", "pandas"])
    def test_a_folder_of_files_that_differ(self, tmp_path: Any, engine: str) -> None:
        """The first file's columns are not taken for all: a column that only the second has would be lost."""
        book = tmp_path / "claims"
        book.mkdir()
        first = pl.DataFrame(CLAIMS)
        first.write_parquet(book / "1.parquet")
        first.with_columns(id=pl.lit("x") + pl.col("id"), status=pl.lit("pending")).write_parquet(book / "2.parquet")
        with pytest.raises(StopLossError):
            frames.settle(TWO, book, engine=engine)

    @pytest.mark.parametrize("engine", ["duckdb", "polars", "pandas"])
    def test_a_column_in_the_names_of_folders(self, tmp_path: Any, engine: str) -> None:
        """Engines would read it in different ways."""
        folder = tmp_path / "claims" / "benefit=rx"
        folder.mkdir(parents=True)
        pl.DataFrame(CLAIMS).write_parquet(folder / "1.parquet")
        with pytest.raises(EngineError, match="a column is kept in the names of this folder's folders"):
            frames.settle(TWO, tmp_path / "claims", engine=engine)

    def test_a_connection_to_which_capitals_are_the_same(self) -> None:
        """Ids differ by their letters as they are."""
        connection = duckdb.connect(config={"default_collation": "nocase"})
        with pytest.raises(EngineError, match="this connection compares texts by nocase"):
            DuckDBEngine(connection=connection)


class TestWhatIsLeftAside:
    """Files that are no data."""

    @pytest.mark.parametrize("engine", ["duckdb", "polars", "pandas"])
    def test_what_a_job_that_died_has_left(self, tmp_path: Any, engine: str) -> None:
        """A name that begins with an underscore or a dot is nobody's claim."""
        left = tmp_path / "claims" / "_temporary" / "0"
        left.mkdir(parents=True)
        for path in (left / "1.parquet", left.parents[1] / ".2.parquet", left.parents[1] / "3.parquet"):
            pl.DataFrame(CLAIMS).write_parquet(path)
        settled = frames.settle(TWO, tmp_path / "claims", engine=engine)

        assert [3] == [tally.read.rows for tally in settled.conservation.files]


class TestARefundThatOneCoverLetsIn:
    """An undoing row is folded into its payment under the cover that lets it in, and under no other."""

    def test_does_not_count(self) -> None:
        """Specific has nothing left of the payment, so nothing of it counts, though the aggregate sees all of it."""
        terms = AggregateTerms(basis="12/12", covers=["medical"], factors=[AggregateFactor(tier="single", amount="1")])
        policy = evolve(TWO[0], aggregate=terms)
        rows = pl.DataFrame(CLAIMS)[:1].with_columns(amount=pl.lit(Decimal("100.00"), pl.Decimal(12, 2)))
        void = rows.with_columns(
            id=pl.lit("v1"),
            adjusts=pl.lit("c1"),
            amount=pl.lit(Decimal("-100.00"), pl.Decimal(12, 2)),
            status=pl.lit("ineligible"),
            ineligible_for=pl.lit("aggregate"),
        )
        months = [f"2025-{month:02}" for month in range(1, 13)]
        units = pl.DataFrame({"policy": ["SL-1"] * 12, "month": months, "tier": ["single"] * 12, "units": [1] * 12})
        settled = frames.settle([policy], pl.concat([rows, void], how="diagonal"), units)

        assert [Decimal("0.00")] == settled.policies["aggregate_counted"].to_list()
