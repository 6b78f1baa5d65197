"""The scenario ``plain``: a policy as most are, specific 12/15 and aggregate 12/12, and two years of claims."""

from __future__ import annotations

from stoploss.demo.cases import cancer_case, dialysis, near_the_deductible, premature_birth, to_the_cent
from stoploss.demo.dice import Dice
from stoploss.demo.everyday import everyday_claims, ineligible_claims, refunds, voids_and_reissues
from stoploss.demo.group import REPORTED_ON, Group, Member, hire
from stoploss.demo.lines import Line, numbered
from stoploss.demo.schedule import covered_units, deductible_for, reimbursements_so_far, schedule
from stoploss.demo.year import Year

__all__ = ["plain_year"]


def plain_year(employees: int, seed: int) -> Year:
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
    return Year(
        policy=policy,
        payments=payments,
        units=units,
        carrier_payments=reimbursements_so_far(policy, payments, units),
        members=sum(1 for _ in group.members),
        reported_on=REPORTED_ON,
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


def __dir__() -> list[str]:
    return __all__
