"""A made-up employer group to play with: a policy, two years of claims, the enrollment, the carrier's payments.

Nobody in it exists, and everything in it happens: claims of other years, lags of months between service and payment,
voids and reissues, refunds with and without the payment that they undo, pending and ineligible rows, a premature
birth, a cancer case, a lasered dialysis member, members just below the deductible and one on it to the cent.
The same seed and size give the same bytes on every platform.

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     summary = write_demo(folder, employees=20, seed=1)
>>> [path.name for path in summary.files]
['policy.toml', 'claims.csv', 'enrollment.csv', 'carrier_payments.csv']
"""

from __future__ import annotations

import datetime as dt
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import frozen

from stoploss.demo.cases import cancer_case, dialysis, near_the_deductible, premature_birth, to_the_cent
from stoploss.demo.dice import Dice
from stoploss.demo.everyday import everyday_claims, ineligible_claims, refunds, voids_and_reissues
from stoploss.demo.group import REPORTED_ON, Group, Member, hire
from stoploss.demo.lines import Line, numbered
from stoploss.demo.schedule import covered_units, deductible_for, reimbursements_so_far, schedule
from stoploss.documents import dump_policy
from stoploss.errors import Finding, InvalidValue, raise_if_any
from stoploss.facts import CarrierPayment, CoveredUnits, Payment
from stoploss.feeds import write_carrier_payments, write_claims, write_enrollment
from stoploss.policy import Policy

__all__ = ["DemoSummary", "write_demo"]

_FEWEST, _MOST = 20, 50_000


@frozen(kw_only=True)
class DemoSummary:
    """
    What was written.

    Args:
        files: The policy, the claims, the enrollment and the carrier's payments, in this order.
        employees: Covered at a time.
        members: Everybody who was covered at some time.
        payments: Rows of the claims file.
        carrier_payments: Rows of the carrier's payments.
        reported_on: The day on which the administrator wrote the files; nothing later is in them.
    """

    files: tuple[Path, ...]
    employees: int
    members: int
    payments: int
    carrier_payments: int
    reported_on: dt.date


@frozen(kw_only=True)
class _Demo:
    policy: Policy
    payments: Sequence[Payment]
    units: Sequence[CoveredUnits]
    carrier_payments: Sequence[CarrierPayment]
    members: int


def write_demo(folder: str | os.PathLike[str], *, employees: int = 500, seed: int = 1) -> DemoSummary:
    """
    Write an employer group into *folder*.

    Four files: ``policy.toml``, ``claims.csv``, ``enrollment.csv`` and ``carrier_payments.csv``.
    The policy is for the calendar year 2025; the claims are those paid from January 2024 to April 2026.

    Args:
        folder: Made if it is not there.
        employees: 20 to 50,000; some hundred rows of claims for each.
        seed: Another seed makes another group.

    Raises:
        InvalidValue: For another number of employees, or rather than overwrite a file that has other contents.
    """
    if not _FEWEST <= employees <= _MOST:
        rule = f"a demonstration has {_FEWEST} to {_MOST:,} employees"
        raise InvalidValue(Finding(code="SL490", where="employees", rule=rule))
    demo = _made_up(employees, seed)
    files = {Path(folder, name): text.encode() for name, text in _texts(demo).items()}
    _refuse_to_overwrite(files)
    Path(folder).mkdir(parents=True, exist_ok=True)
    for path, contents in files.items():
        path.write_bytes(contents)
    return DemoSummary(
        files=tuple(files),
        employees=employees,
        members=demo.members,
        payments=len(demo.payments),
        carrier_payments=len(demo.carrier_payments),
        reported_on=REPORTED_ON,
    )


def _made_up(employees: int, seed: int) -> _Demo:
    """Tell the story of the group from its first day to the files."""
    dice = Dice(seed)
    group = hire(dice, employees)
    cases, lasered = _cases(dice, group, employees)
    lines = list(everyday_claims(dice, group))
    ineligible_claims(dice, lines)
    lines = [*lines, *voids_and_reissues(dice, lines)]
    lines = [*lines, *refunds(dice, lines)]
    payments = numbered([*lines, *cases])
    policy = schedule(employees, lasered)
    units = covered_units(group)
    return _Demo(
        policy=policy,
        payments=payments,
        units=units,
        carrier_payments=reimbursements_so_far(policy, payments, units),
        members=sum(1 for _ in group.members),
    )


def _cases(dice: Dice, group: Group, employees: int) -> tuple[list[Line], list[Member]]:
    """Return the claims of the members whose year is a story, and who of them has a laser."""
    deductible = deductible_for(employees)
    lines: list[Line] = []
    lasered: list[Member] = []
    for _ in range(1 + employees // 4_000):
        lines += premature_birth(dice, group)
        patient, treatments = dialysis(dice, group, deductible)
        lines += treatments
        lasered.append(patient)
    for _ in range(1 + employees // 1_500):
        lines += cancer_case(dice, group, deductible)
        lines += near_the_deductible(dice, group, deductible)
    lines += to_the_cent(dice, group, deductible)
    return lines, lasered


def _texts(demo: _Demo) -> dict[str, str]:
    """Return the contents of each file."""
    claims, enrollment, received = io.StringIO(newline=""), io.StringIO(newline=""), io.StringIO(newline="")
    write_claims(claims, demo.payments)
    write_enrollment(enrollment, demo.units)
    write_carrier_payments(received, demo.carrier_payments)
    return {
        "policy.toml": dump_policy(demo.policy),
        "claims.csv": claims.getvalue(),
        "enrollment.csv": enrollment.getvalue(),
        "carrier_payments.csv": received.getvalue(),
    }


def _refuse_to_overwrite(files: Mapping[Path, bytes]) -> None:
    """Leave alone what may be somebody's own; the same contents may be written again."""
    rule = "there is a file of this name with other contents, which is not overwritten"
    other = [path.name for path, contents in files.items() if path.exists() and path.read_bytes() != contents]
    found = [Finding(code="SL491", where=name, rule=rule, help="choose an empty folder") for name in other]
    raise_if_any(InvalidValue, found)


def __dir__() -> list[str]:
    return __all__
