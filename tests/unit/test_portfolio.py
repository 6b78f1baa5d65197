"""A portfolio: valid under the rules of the feeds, the same from the same seed, and a mix of what is sold."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from attrs import frozen

from stoploss.demo.portfolio import PortfolioSummary, parquet, write_portfolio
from stoploss.demo.portfolio.chance import Chance, Sizes
from stoploss.demo.portfolio.groups import groups
from stoploss.documents import load_policy
from stoploss.eligibility import Reason
from stoploss.errors import InvalidValue
from stoploss.facts import CarrierPayment, Coverage, CoveredUnits, Payment, Status
from stoploss.policy import Policy
from stoploss.statement import Statement, settle
from stoploss.words import ConsumeBy, Counting, MaximumKind, MaximumOn, Per, ShareApplies

POLICIES, LINES = 200, 100_000
CONTENT = "cc458007"


@frozen(kw_only=True)
class Book:
    """A portfolio as its files tell it."""

    summary: PortfolioSummary
    policies: Sequence[Policy]
    payments: Mapping[str, Sequence[Payment]]
    statements: Sequence[Statement]


def table(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file, without what they leave out."""
    rows = pq.read_table(path).to_pylist()
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def by_policy(path: Path, kind: type) -> Mapping[str, list[Any]]:
    """Return the facts of a file, by policy."""
    facts = defaultdict(list)
    for row in table(path):
        facts[row.pop("policy")].append(kind(**row))
    return facts


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A portfolio of many small policies, read back and settled policy by policy."""
    summary = write_portfolio(tmp_path_factory.mktemp("book"), policies=POLICIES, lines=LINES)
    folder, claims, enrollment, received = summary.files
    policies = [load_policy(path) for path in sorted(folder.iterdir())]
    payments, units = by_policy(claims, Payment), by_policy(enrollment, CoveredUnits)
    paid = by_policy(received, CarrierPayment)
    return Book(
        summary=summary,
        policies=policies,
        payments=payments,
        statements=[
            settle(policy, payments[policy.number], units[policy.number], paid[policy.number]) for policy in policies
        ],
    )


def digest(summary: PortfolioSummary) -> str:
    """Return a digest of all files of a portfolio."""
    folder, *files = summary.files
    return hashlib.sha256(b"".join(path.read_bytes() for path in [*sorted(folder.iterdir()), *files])).hexdigest()


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """The same seed and size write the same files, another seed writes others."""
    once, again, other = (
        digest(write_portfolio(tmp_path / name, policies=3, lines=900, seed=seed))
        for name, seed in (("once", 5), ("again", 5), ("other", 6))
    )

    assert once == again
    assert once != other


def test_the_rows_are_the_same_everywhere(tmp_path: Path) -> None:
    """What is in the claims is known: it depends on no platform, and on no version of a library."""
    rows = table(write_portfolio(tmp_path, policies=3, lines=900).files[1])
    told = "\n".join(",".join(map(str, row.values())) for row in rows)

    assert hashlib.sha256(told.encode()).hexdigest()[:8] == CONTENT


def test_the_size_is_as_asked(book: Book) -> None:
    """There are as many policies and lines as were asked for, and every policy has lines and members of its own."""
    rows = [payment for payments in book.payments.values() for payment in payments]

    assert (POLICIES, LINES) == (len(book.policies), len(rows))
    assert {policy.number for policy in book.policies} == set(book.payments)
    assert len(rows) == len({payment.id for payment in rows})
    assert book.summary.members == pytest.approx(LINES * 3 // 100, rel=0.1)


def test_every_policy_settles_without_a_finding(book: Book) -> None:
    """The feeds are valid under their own rules, and nothing in them looks like a slip."""
    assert [] == [notice for statement in book.statements for notice in statement.notices]
    assert {True} == {statement.final for statement in book.statements}


def test_everything_happens_to_claims(book: Book) -> None:
    """Rows fall out of every window and for every reason, and some take back what was paid."""
    rows = [payment for payments in book.payments.values() for payment in payments]
    reasons = {
        exclusion.reason
        for statement in book.statements
        for sheet in (statement.specific, statement.aggregate)
        if sheet
        for exclusion in sheet.excluded
    }
    taken_back = Counter(payment.adjusts is not None for payment in rows if payment.cents < 0)

    assert {
        Reason.INELIGIBLE,
        Reason.PENDING,
        Reason.ADJUSTS_ELSEWHERE,
        Reason.BENEFIT_NOT_COVERED,
        Reason.INCURRED_BEFORE,
        Reason.INCURRED_AFTER,
        Reason.PAID_BEFORE,
        Reason.PAID_AFTER,
    } == reasons
    assert 0.01 < taken_back[True] / len(rows) < 0.02
    assert 0.004 < taken_back[False] / len(rows) < 0.006
    assert set(Status) == {payment.status for payment in rows}


def test_terms_are_mixed(book: Book) -> None:
    """Every term of the mix is in some policy, and an ASD in about a third."""
    specific = [policy.specific for policy in book.policies if policy.specific]
    aggregate = [policy.aggregate for policy in book.policies if policy.aggregate]

    assert {"12/12", "12/15", "12/18", "15/12", "24/12", "paid"} == {terms.basis.label for terms in specific}
    assert {"12/12", "12/15", "12/18", "15/12", "24/12", "paid"} == {terms.basis.label for terms in aggregate}
    assert len({terms.deductible for terms in specific}) > 3
    assert 0.25 < sum(terms.aggregating > 0 for terms in specific) / len(specific) < 0.42
    assert any(terms.share < 1 for terms in specific)
    assert {each.excluded for terms in specific for each in terms.lasers} == {True, False}
    assert {terms.maximum_on for terms in specific if terms.maximum} == set(MaximumOn)
    assert {terms.share_applies for terms in specific} == set(ShareApplies)
    assert {terms.consume_by for terms in specific} == set(ConsumeBy)
    assert {policy.per for policy in book.policies} == set(Per)
    assert {terms.counting for terms in aggregate} == set(Counting)
    assert {terms.maximum_kind for terms in aggregate if terms.maximum} == set(MaximumKind)
    assert {terms.minimum is None for terms in aggregate} == {True, False}
    assert 0 < sum(policy.specific is None for policy in book.policies) < POLICIES // 10
    assert 0 < sum(policy.aggregate is None for policy in book.policies) < POLICIES // 5


def test_terms_are_in_the_way(book: Book) -> None:
    """Deductibles, ASDs, lasers, maxima, minimum and attachment points all decide something in some policy."""
    specific = [statement.specific for statement in book.statements if statement.specific]
    aggregate = [statement.aggregate for statement in book.statements if statement.aggregate]
    units = [unit for sheet in specific for unit in sheet.units]
    above = sum(unit.eligible > unit.deductible for unit in units if unit.deductible is not None)

    assert 0.005 < above / len(units) < 0.02
    assert all(any(getattr(sheet, line) > 0 for sheet in specific) for line in ("laser", "aggregating", "reimbursable"))
    assert any(unit.retained < 0 for unit in units)
    assert any(unit.due < 0 for unit in units)
    assert any(unit.eligible == 0 and unit.reimbursed > 0 for unit in units)
    assert any(sheet.excess > 0 for sheet in aggregate)
    assert any(sheet.attachment_point > sheet.calculated_attachment for sheet in aggregate)


def test_carriers_pay_under_both_covers(book: Book) -> None:
    """Carriers have paid under specific and under aggregate, and took some of it back."""
    received = table(book.summary.files[3])

    assert {str(coverage) for coverage in Coverage} == {row["coverage"] for row in received}
    assert any(row["amount"] < 0 for row in received)
    assert len(received) == book.summary.carrier_payments == len({row["id"] for row in received})


def test_a_large_group_is_told_in_parts() -> None:
    """The parts of a group have all of its members and lines, and no family is in two of them."""
    (group,) = groups(1, 1_000_000, seed=1)
    parts = list(group.parts(100_000))
    families = [{group.family_of(members.start), group.family_of(members.stop - 1)} for members, _ in parts]

    assert 10 == len(parts)
    assert 1_000_000 == sum(lines for _, lines in parts)
    assert range(group.members) == range(parts[0][0].start, parts[-1][0].stop)
    assert 20 == len(set.union(*families))


def test_rows_are_written_by_the_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file has groups of rows of one size, whatever the policies' sizes are, and what is told adds up."""
    monkeypatch.setattr(parquet, "_ROWS_OF_A_GROUP", 1_000)
    told: list[int] = []
    summary = write_portfolio(tmp_path, policies=7, lines=3_500, told=told.append)
    metadata = pq.ParquetFile(summary.files[1]).metadata

    assert [1_000, 1_000, 1_000, 500] == [
        metadata.row_group(position).num_rows for position in range(metadata.num_row_groups)
    ]
    assert 3_500 == sum(told)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A portfolio that is there stays, unless forced; and nothing else is left behind."""
    first = digest(write_portfolio(tmp_path, policies=2, lines=400))
    with pytest.raises(InvalidValue) as error:
        write_portfolio(tmp_path, policies=2, lines=400, seed=2)

    assert ["SL491"] * 4 == [finding.code for finding in error.value.findings]
    assert first != digest(write_portfolio(tmp_path, policies=2, lines=400, seed=2, force=True))
    assert 4 == len(list(tmp_path.iterdir()))


@pytest.mark.parametrize(("policies", "lines"), [(0, 1_000), (100_001, 10_000_000), (10, 199)])
def test_a_portfolio_of_no_size(tmp_path: Path, policies: int, lines: int) -> None:
    """A size that a portfolio does not have is refused, and nothing is written."""
    with pytest.raises(InvalidValue) as error:
        write_portfolio(tmp_path / "book", policies=policies, lines=lines)

    assert ["SL490"] == [finding.code for finding in error.value.findings]
    assert not (tmp_path / "book").exists()


def test_different_ones_are_drawn_among_few_and_many() -> None:
    """What is drawn among a number of things is different each time, however many there are."""
    chance = Chance(1)

    assert set(range(7)) == set(chance.among(7, 9).tolist())
    assert 300 == len(set(chance.among(1_000, 300).tolist()))


def test_sizes_lie_between_their_points() -> None:
    """Amounts rise evenly from one point to the next."""
    sizes = Sizes({0: 100, 500_000: 300, 1_000_000: 10_300})

    assert [100, 200, 5_300] == sizes.at(np.array([0, 250_000, 750_000])).tolist()
