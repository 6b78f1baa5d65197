"""Made-up portfolios to try a book of business on: many policies, with their claims in one file of any size.

Nobody in them exists.
The same seed and size give the same rows on every platform, and the same bytes from the same version of pyarrow.
What is written is valid under the rules of :mod:`stoploss.feeds`, and a row group at a time, so that memory does not
grow with the file.

It needs the extra ``stoploss[portfolio]``.

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     summary = write_portfolio(folder, policies=2, lines=1_000, seed=1)
>>> [path.name for path in summary.files]
['policies', 'claims.parquet', 'enrollment.parquet', 'carrier_payments.parquet']
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import define, frozen

from stoploss.demo.portfolio.groups import FEWEST_LINES, Group, groups
from stoploss.demo.portfolio.parquet import (
    CARRIER_PAYMENTS,
    CLAIMS,
    ENROLLMENT,
    Sink,
    claims_table,
    enrollment_table,
    received_table,
)
from stoploss.demo.portfolio.received import Receipts
from stoploss.demo.portfolio.rows import rows_of
from stoploss.demo.portfolio.terms import contract_of
from stoploss.documents import dump_policy
from stoploss.errors import Finding, InvalidValue, raise_if_any
from stoploss.facts import CarrierPayment

__all__ = ["PortfolioSummary", "write_portfolio"]

_NAMES = ("policies", "claims.parquet", "enrollment.parquet", "carrier_payments.parquet")
_MOST_POLICIES = 100_000
_LINES_OF_A_PART = 100_000


@frozen(kw_only=True)
class PortfolioSummary:
    """
    What was written.

    Args:
        files: The folder of the policies, the claims, the enrollment and the carriers' payments, in this order.
        policies: How many.
        members: Everybody who is covered.
        lines: Rows of the claims file.
        carrier_payments: Rows of the carriers' payments.
    """

    files: tuple[Path, ...]
    policies: int
    members: int
    lines: int
    carrier_payments: int


def write_portfolio(
    folder: str | os.PathLike[str],
    *,
    policies: int,
    lines: int,
    seed: int = 1,
    force: bool = False,
    told: Callable[[int], object] = lambda _lines: None,
) -> PortfolioSummary:
    """
    Write a portfolio into *folder*.

    ``policies/SL-0001.toml`` and so on, ``claims.parquet``, ``enrollment.parquet`` and ``carrier_payments.parquet``;
    the last three have a column ``policy``.
    Nothing is there under these names until all of it is.

    Args:
        folder: Made if it is not there.
        policies: 1 to 100,000.
        lines: Rows of the claims file, at least twenty for each policy; about three members for each hundred.
        seed: Another seed makes another portfolio.
        force: Whether to write over what has one of these names.
        told: Called now and then with how many lines were written since.

    Raises:
        InvalidValue: For another size, or rather than overwrite what is there.
    """
    raise_if_any(InvalidValue, _refusals(Path(folder), policies, lines, force=force))
    Path(folder).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".") as beside:
        writing = _Writing(folder=Path(beside), seed=seed, told=told)
        writing.write(policies, lines)
        files = tuple(_moved(Path(beside, name), Path(folder, name)) for name in _NAMES)
    return PortfolioSummary(
        files=files,
        policies=policies,
        members=writing.members,
        lines=lines,
        carrier_payments=writing.carrier_payments,
    )


def _refusals(folder: Path, policies: int, lines: int, *, force: bool) -> list[Finding]:
    found: list[Finding] = []
    if not 1 <= policies <= _MOST_POLICIES:
        rule = f"a portfolio has 1 to {_MOST_POLICIES:,} policies"
        found.append(Finding(code="SL490", where="policies", rule=rule))
    elif lines < FEWEST_LINES * policies:
        rule = f"a portfolio has at least {FEWEST_LINES} lines for each policy"
        found.append(Finding(code="SL490", where="lines", rule=rule))
    rule = "there is something of this name, which is not overwritten"
    found += [
        Finding(code="SL491", where=name, rule=rule, help="choose an empty folder")
        for name in _NAMES
        if not force and (folder / name).exists()
    ]
    return found


def _moved(source: Path, target: Path) -> Path:
    if target.is_dir():
        shutil.rmtree(target)
    return source.replace(target)


# Mutable, because it counts what it writes.
@define
class _Writing:
    folder: Path
    seed: int
    told: Callable[[int], object]
    members: int = 0
    carrier_payments: int = 0

    def write(self, policies: int, lines: int) -> None:
        """Write everything, one policy after the other."""
        names, *files = _NAMES
        (self.folder / names).mkdir()
        with ExitStack() as stack:
            claims, units, received = (
                stack.enter_context(Sink(self.folder / name, schema))
                for name, schema in zip(files, (CLAIMS, ENROLLMENT, CARRIER_PAYMENTS), strict=True)
            )
            for group in groups(policies, lines, self.seed):
                self._policy(group, claims, units, received)

    def _policy(self, group: Group, claims: Sink, units: Sink, received: Sink) -> None:
        contract = contract_of(group, self.seed)
        policy = contract.policy
        (self.folder / _NAMES[0] / f"{group.name}.toml").write_bytes(dump_policy(policy).encode())
        units.add(enrollment_table(group.name, contract.units))
        receipts = Receipts(policy, group, self.seed)
        payments: list[CarrierPayment] = []
        first = 0
        for members, count in group.parts(_LINES_OF_A_PART):
            rows = rows_of(group, policy.period.effective, members, count, first=first, seed=self.seed)
            claims.add(claims_table(rows))
            payments += receipts.for_units(rows)
            first += count
            self.told(count)
        payments += receipts.for_the_rest()
        received.add(received_table(group.name, payments))
        self.members += group.members
        self.carrier_payments += len(payments)


def __dir__() -> list[str]:
    return __all__
