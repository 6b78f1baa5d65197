"""Parts of running totals as columns: the same arithmetic as the core's, on every engine."""

from __future__ import annotations

from fractions import Fraction

import narwhals as nw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoploss.frames.columns import LARGEST_TOTAL, Kind
from stoploss.frames.engines import engine_named
from stoploss.frames.parts import above, choose, not_negative, share_of, up_to
from stoploss.layer import above as core_above
from stoploss.layer import up_to as core_up_to
from stoploss.money import rounded

totals = st.integers(0, LARGEST_TOTAL)
limits = st.integers(0, 2**62)
millionths = st.integers(0, 10**6)


def computed(engine: str, expression: nw.Expr, rows: list[tuple[int, int]]) -> list[int]:
    """Return an expression over columns ``x`` and ``y``, row by row."""
    made = engine_named(engine)
    columns = {"n": list(range(len(rows))), "x": [x for x, _ in rows], "y": [y for _, y in rows]}
    frame = made.table(columns, dict.fromkeys(columns, Kind.WHOLE)).with_columns(z=expression)
    return [row["z"] for row in sorted(made.rows(frame), key=lambda row: row["n"])]


@pytest.fixture(params=["duckdb", "polars", "pandas"])
def engine(request: pytest.FixtureRequest) -> str:
    """Name an engine."""
    name: str = request.param
    return name


class TestShareOf:
    """A share is rounded once, half up to the cent."""

    @given(rows=st.lists(st.tuples(totals, millionths), min_size=1, max_size=20))
    def test_is_the_core_s(self, rows: list[tuple[int, int]]) -> None:
        """It agrees with exact fractions, up to the largest total."""
        expected = [rounded(Fraction(total * share, 10**6)) for total, share in rows]

        assert expected == computed("polars", share_of(nw.col("x"), nw.col("y")), rows)

    def test_is_exact_beyond_what_a_float_holds(self, engine: str) -> None:
        """The product of the largest total and its share does not fit 64 bits."""
        rows = [(LARGEST_TOTAL, 999_999), (2**53 + 1, 10**6), (5, 500_000), (3, 500_000), (0, 10**6), (1, 499_999)]
        expected = [rounded(Fraction(total * share, 10**6)) for total, share in rows]

        assert expected == computed(engine, share_of(nw.col("x"), nw.col("y")), rows)


class TestLayers:
    """What lies above an attachment, and up to a limit."""

    rows = ((-5, 3), (5, 3), (3, 3), (0, 2**62), (LARGEST_TOTAL, 2**62), (-LARGEST_TOTAL, 2**62), (7, 0))

    def test_up_to_is_the_core_s(self, engine: str) -> None:
        """A negative total lies below every limit."""
        expected = [core_up_to(total, limit) for total, limit in self.rows]

        assert expected == computed(engine, up_to(nw.col("x"), nw.col("y")), list(self.rows))

    def test_above_is_the_core_s(self, engine: str) -> None:
        """Nothing of a total below the attachment is above it."""
        expected = [core_above(total, limit) for total, limit in self.rows]

        assert expected == computed(engine, above(nw.col("x"), nw.col("y")), list(self.rows))

    def test_not_negative(self, engine: str) -> None:
        """A total below nothing is nothing."""
        expected = [max(0, total) for total, _ in self.rows]

        assert expected == computed(engine, not_negative(nw.col("x")), list(self.rows))

    def test_choose(self, engine: str) -> None:
        """One of two columns, or a number, row by row."""
        expected = [total if total > limit else 0 for total, limit in self.rows]

        assert expected == computed(engine, choose(nw.col("x") > nw.col("y"), nw.col("x"), 0), list(self.rows))
