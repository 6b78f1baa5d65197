"""The scenario ``riders``: a group of which every rider is in use, and a carrier that underpaid three members."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from stoploss.demo.carrier import Slips, advances_before, correspond, without_accommodation
from stoploss.demo.cases import cancer_case, dialysis, premature_birth
from stoploss.demo.dice import Dice
from stoploss.demo.everyday import everyday_claims, ineligible_claims, refunds, voids_and_reissues
from stoploss.demo.group import Group, Member, hire
from stoploss.demo.lines import Line, numbered, working_day
from stoploss.demo.people import standings, units_by_standing, with_standings
from stoploss.demo.rider_schedule import IN_FORCE_UNTIL, LAG, budget, policy_before, policy_with_riders
from stoploss.demo.schedule import deductible_for
from stoploss.demo.tales import tell
from stoploss.demo.year import Before, Year
from stoploss.facts import Administrator, Benefit, CoveredUnits, Payment
from stoploss.money import cents
from stoploss.policy import Policy
from stoploss.statement import settle

__all__ = ["riders_year"]

REPORTED_ON = dt.date(2026, 1, 16)
"""The day on which the administrator wrote the files: two weeks before the paid window ends."""

_FIRST_MONTH = 12
_MONTHS_IN_FORCE = 10
_HANDED_OVER = dt.date(2025, 4, 10)
"""Until then the prior administrator paid what was incurred before 2025."""
_NEXT_YEAR = dt.date(2025, 1, 1)
_REBATE_PERCENT = 15
_ATTACHED_AT = Fraction(97, 100)
"""The attachment point, as a part of what counts."""


def riders_year(employees: int, seed: int) -> Year:
    """Tell the story of the group from its first day to the files."""
    dice = Dice(seed)
    group = hire(dice, employees)
    deductible = deductible_for(employees)
    whose, cases = _cases(dice, group, deductible)
    everyday = list(everyday_claims(dice, group))
    ineligible_claims(dice, everyday)
    _label(dice, everyday)
    everyday = [*everyday, *voids_and_reissues(dice, everyday)]
    everyday = [*everyday, *refunds(dice, everyday)]
    everyday = [*everyday, *_rebates(dice, everyday)]
    lines = [line for line in (*everyday, *cases) if line.incurred_on <= IN_FORCE_UNTIL]
    _hand_over(lines)
    found = standings(dice, group, whose["retired"].family)
    payments = with_standings(numbered(lines, REPORTED_ON), found)
    # The aggregate looks at the months before the period, for its lag; premium and fees go by the period's own.
    months = range(_FIRST_MONTH - LAG, _FIRST_MONTH + _MONTHS_IN_FORCE)
    units = units_by_standing(group, found, months)
    before = policy_before(deductible)
    policy = _attaching(deductible, whose, payments, units)
    slips = Slips(
        without_drugs=whose["cancer"].id, absorbed_twice=whose["stroke"].id, without_run_out=whose["injury"].id
    )
    letters = correspond(policy, payments, units, slips)
    return Year(
        policy=policy,
        payments=payments,
        units=units,
        carrier_payments=letters.carrier_payments,
        members=sum(1 for _ in group.members),
        reported_on=REPORTED_ON,
        before=Before(policy=before, carrier_payments=advances_before(before, payments)),
        requests=letters.requests,
        denials=letters.denials,
        carrier_statement=letters.carrier_statement,
        budget=budget(),
    )


def _cases(dice: Dice, group: Group, deductible: int) -> tuple[dict[str, Member], list[Line]]:
    """Return who each story is about, and the claims of all of them."""
    newborn = list(premature_birth(dice, group))
    patient, treatments = dialysis(dice, group, deductible)
    cancer = list(cancer_case(dice, group, deductible))
    told = tell(dice, group, deductible)
    whose = {name: each.patient for name, each in told.items()}
    whose |= {"dialysis": patient, "cancer": cancer[0].member}
    lines = [*newborn, *treatments, *cancer, *(line for each in told.values() for line in each.lines)]
    return whose, lines


def _label(dice: Dice, lines: Iterable[Line]) -> None:
    """Mark what the network charges for access, and what the employer's own clinic bills."""
    for line in lines:
        if line.benefit is Benefit.MEDICAL and line.reason is None:
            if dice.one_in(150):
                line.tags = ("access_fee",)
            elif dice.one_in(40):
                line.tags = ("own_clinic",)


def _rebates(dice: Dice, lines: Sequence[Line]) -> Iterator[Line]:
    """Yield what manufacturers give back a quarter later, for one prescription in 25."""
    for line in lines:
        if line.benefit is Benefit.RX and line.cents > 0 and dice.one_in(25):
            rebate = line.undone(line.cents * _REBATE_PERCENT // 100, working_day(line.paid_on + dt.timedelta(days=91)))
            rebate.adjusts = None
            rebate.tags = ("rebate",)
            yield rebate


def _hand_over(lines: Iterable[Line]) -> None:
    """Let the prior administrator process what was incurred before 2025 and paid until it had handed over."""
    for line in lines:
        if line.incurred_on < _NEXT_YEAR and line.paid_on <= _HANDED_OVER and not line.is_case:
            line.administrator = Administrator.PRIOR
            line.reported_on = max(line.incurred_on, line.paid_on - dt.timedelta(days=6))


def _attaching(
    deductible: int, whose: dict[str, Member], payments: Sequence[Payment], units: Sequence[CoveredUnits]
) -> Policy:
    """Return the policy with factors by which what counts ends slightly above the attachment point."""
    rough = policy_with_riders(deductible, whose, Fraction(1))
    sheet = settle(without_accommodation(rough), payments, units).aggregate
    if sheet is None:
        return rough
    return policy_with_riders(deductible, whose, _ATTACHED_AT * cents(sheet.counted) / cents(sheet.attachment_point))


def __dir__() -> list[str]:
    return __all__
