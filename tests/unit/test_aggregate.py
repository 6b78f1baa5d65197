"""The aggregate: which dollars count, and what the carrier owes above the attachment point."""

from __future__ import annotations

from typing import Any

import pytest

from stoploss.aggregate import Outcome
from stoploss.aggregate_sheet import AggregateSheet
from stoploss.basis import ContractBasis, DollarLimit
from stoploss.lasers import Laser
from stoploss.riders import EarlyTermination
from stoploss.statement import Statement, settle
from tests.unit.given import a_period, a_policy, a_year_of_units, aggregate, counted, day, lines, paid, specific

UNITS = a_year_of_units()  # 12 x 10 = 120 is the attachment point of every policy below
LASER = [Laser(member="M1", deductible=250)]


def worksheet(statement: Statement) -> AggregateSheet:
    """Return the aggregate worksheet."""
    assert statement.aggregate
    return statement.aggregate


def counting(statement: Statement) -> tuple[str, str, str, str]:
    """Return eligible, over the loss limit, reimbursed by specific and counted."""
    sheet = worksheet(statement)
    return str(sheet.eligible), str(sheet.over_loss_limit), str(sheet.reimbursed_by_specific), str(sheet.counted)


# ------------------------------------------------------------------ what counts


@pytest.mark.parametrize(
    ("own", "group", "amount", "expected"),
    [
        # the loss limit is the specific deductible of 100 unless another is given
        ({}, {}, 200, ("200.00", "100.00", "0.00", "100.00")),
        ({}, {}, 100, ("100.00", "0.00", "0.00", "100.00")),
        ({}, {}, 60, ("60.00", "0.00", "0.00", "60.00")),
        ({}, {"loss_limit": 30}, 200, ("200.00", "170.00", "0.00", "30.00")),
        ({}, {"loss_limit": 0}, 200, ("200.00", "200.00", "0.00", "0.00")),
        # a lasered unit counts up to the standard limit, or to its laser
        ({"lasers": LASER}, {}, 300, ("300.00", "200.00", "0.00", "100.00")),
        ({"lasers": LASER}, {"laser_loss_limit": "laser"}, 300, ("300.00", "50.00", "0.00", "250.00")),
        ({"lasers": LASER}, {"laser_loss_limit": "laser"}, 180, ("180.00", "0.00", "0.00", "180.00")),
        (
            {"lasers": LASER},
            {"laser_loss_limit": "laser", "loss_limit": 30},
            300,
            ("300.00", "50.00", "0.00", "250.00"),
        ),
        (
            {"lasers": [Laser(member="M2", deductible=250)]},
            {"laser_loss_limit": "laser"},
            300,
            ("300.00", "200.00", "0.00", "100.00"),
        ),
        # an excluded unit keeps the standard limit
        (
            {"lasers": [Laser(member="M1", excluded=True)]},
            {"laser_loss_limit": "laser"},
            900,
            ("900.00", "800.00", "0.00", "100.00"),
        ),
        # 80 of excess, 50 of them absorbed by the ASD
        ({"aggregating": 50}, {}, 180, ("180.00", "80.00", "0.00", "100.00")),
        ({"aggregating": 50}, {"aggregating_counts": True}, 180, ("180.00", "80.00", "-50.00", "150.00")),
        ({"aggregating": 500}, {"aggregating_counts": True}, 180, ("180.00", "80.00", "-80.00", "180.00")),
        # net of specific: everything that specific does not reimburse
        ({}, {"counting": "net_of_specific"}, 200, ("200.00", "0.00", "100.00", "100.00")),
        ({"lasers": LASER}, {"counting": "net_of_specific"}, 300, ("300.00", "0.00", "50.00", "250.00")),
        ({"aggregating": 50}, {"counting": "net_of_specific"}, 180, ("180.00", "0.00", "30.00", "150.00")),
        ({"share": "90%"}, {"counting": "net_of_specific"}, 300, ("300.00", "0.00", "180.00", "120.00")),
        ({"maximum": 50}, {"counting": "net_of_specific"}, 300, ("300.00", "0.00", "50.00", "250.00")),
        (
            {"lasers": [Laser(member="M1", excluded=True)]},
            {"counting": "net_of_specific"},
            900,
            ("900.00", "0.00", "0.00", "900.00"),
        ),
    ],
)
def test_which_dollars_of_a_unit_count(
    own: dict[str, Any], group: dict[str, Any], amount: int, expected: tuple[str, str, str, str]
) -> None:
    """Eligible less over the loss limit less reimbursed by specific is counted."""
    policy = a_policy(specific(**own), aggregate(**group))

    assert expected == counting(settle(policy, [paid("c1", "M1", amount)], UNITS))


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({}, ("500.00", "0.00", "0.00", "500.00")),
        ({"loss_limit": 150}, ("500.00", "350.00", "0.00", "150.00")),
        ({"counting": "net_of_specific"}, ("500.00", "0.00", "0.00", "500.00")),
    ],
)
def test_without_specific_everything_counts_up_to_a_loss_limit_of_its_own(
    terms: dict[str, Any], expected: tuple[str, str, str, str]
) -> None:
    """There is no deductible that could limit it."""
    assert expected == counting(settle(a_policy(aggregate=aggregate(**terms)), [paid("c1", "M1", 500)], UNITS))


def test_each_unit_has_its_own_loss_limit() -> None:
    """Of 180, 60 and 130 count 100, 60 and 100."""
    payments = [paid("c1", "M1", 180), paid("c2", "M2", 60), paid("c3", "M3", 130)]
    statement = settle(a_policy(specific(), aggregate()), payments, UNITS)

    assert {"c1": "100.00", "c2": "60.00", "c3": "100.00"} == counted(statement)


def test_a_family_counts_together() -> None:
    """60 and 90 of two members of a family are 150 under one loss limit of 100."""
    payments = [
        paid("c1", "M1", 60, "2025-02-01", family="F1"),
        paid("c2", "M2", 90, "2025-03-01", family="F1"),
    ]
    policy = a_policy(aggregate=aggregate(per="family", loss_limit=100))

    assert {"c1": "60.00", "c2": "40.00"} == counted(settle(policy, payments, UNITS))


def test_payments_count_in_order() -> None:
    """The earliest dollars of a unit are those below the loss limit."""
    payments = [
        paid("c1", "M1", 70, "2025-02-01"),
        paid("c2", "M1", 50, "2025-03-01"),
        paid("c3", "M1", 30, "2025-04-01"),
    ]

    assert {"c1": "70.00", "c2": "30.00", "c3": "0.00"} == counted(
        settle(a_policy(specific(), aggregate()), payments, UNITS)
    )


@pytest.mark.parametrize(
    ("own", "group", "expected"),
    [
        # specific sees the year only: retains 80 of c1, 20 of c2; run-out counts up to the limit of 100 together
        ("12/12", "12/15", {"run-in": "0.00", "c1": "80.00", "c2": "20.00", "run-out": "0.00"}),
        # the aggregate sees run-in first: 60 of it, then 40 of c1, for the limit is 100
        ("12/12", "24/12", {"run-in": "60.00", "c1": "40.00", "c2": "0.00", "run-out": "0.00"}),
        # specific takes the run-in into its deductible: of c1 it retains 40 and reimburses 40, which never count
        ("24/12", "12/12", {"run-in": "0.00", "c1": "40.00", "c2": "0.00", "run-out": "0.00"}),
        ("24/15", "12/15", {"run-in": "0.00", "c1": "40.00", "c2": "0.00", "run-out": "0.00"}),
    ],
)
def test_no_dollar_is_both_reimbursed_and_counted(own: str, group: str, expected: dict[str, str]) -> None:
    """Of a payment that specific lets in no more counts than the employer keeps, also where the windows differ."""
    payments = [
        paid("run-in", "M1", 60, "2025-02-01", "2024-12-01"),
        paid("c1", "M1", 80, "2025-03-01"),
        paid("c2", "M1", 90, "2025-04-01"),
        paid("run-out", "M1", 40, "2026-02-01"),
    ]
    statement = settle(a_policy(specific(basis=own), aggregate(basis=group)), payments, UNITS)

    assert expected == counted(statement)
    for split, payment in zip(statement.splits, payments, strict=True):
        assert split.reimbursable is not None
        assert split.counted is not None
        assert split.reimbursable + split.counted <= payment.amount


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("medical", {"m": "100.00", "x": "0.00"}),  # 100 of medical fill the limit
        ("rx", {"m": "40.00", "x": "60.00"}),  # 60 of prescriptions first, then 40 of medical
    ],
)
def test_a_benefit_of_the_aggregate_alone_counts_up_to_the_same_limit(first: str, expected: dict[str, str]) -> None:
    """Prescriptions are the aggregate's only: both benefits of a unit share its loss limit, in order."""
    policy = a_policy(specific(), aggregate(covers=["medical", "rx"]))
    days = (
        {"medical": "2025-02-01", "rx": "2025-03-01"}
        if first == "medical"
        else {"medical": "2025-03-01", "rx": "2025-02-01"}
    )
    payments = [paid("m", "M1", 150, days["medical"]), paid("x", "M1", 60, days["rx"], benefit="rx")]

    assert expected == counted(settle(policy, payments, UNITS))


def test_what_is_ineligible_for_specific_alone_counts_up_to_the_limit() -> None:
    """Specific does not see c1: of its 180 count 100."""
    payments = [paid("c1", "M1", 180, status="ineligible", ineligible_for="specific")]
    statement = settle(a_policy(specific(), aggregate()), payments, UNITS)

    assert ("180.00", "80.00", "0.00", "100.00") == counting(statement)
    assert "0.00" == str(statement.carrier_total)


def test_what_specifics_run_in_limit_cuts_counts() -> None:
    """Of 80 run-in specific lets 50 count; the other 30 are the employer's as well, and count."""
    basis = ContractBasis(label="24/12", run_in_limit=DollarLimit(amount=50))
    policy = a_policy(specific(basis=basis), aggregate(basis="24/12"))
    statement = settle(policy, [paid("c1", "M1", 80, incurred_on="2024-12-01")], UNITS)

    assert ("80.00", "0.00", "0.00", "80.00") == counting(statement)


@pytest.mark.parametrize("way", ["loss_limit", "net_of_specific"])
def test_a_remainder_below_zero_counts_below_zero(way: str) -> None:
    """A unit whose refunds exceed its payments by 40 takes 40 off what the group counts."""
    payments = [paid("c1", "M1", 60), paid("r1", "M1", -100, "2025-07-01"), paid("c2", "M2", 90)]
    statement = settle(a_policy(specific(), aggregate(counting=way)), payments, UNITS)

    assert {"c1": "0.00", "r1": "-40.00", "c2": "90.00"} == counted(statement)
    assert "50.00" == str(worksheet(statement).counted)


def test_a_remainder_under_one_coverage_is_carried_there_alone() -> None:
    """The aggregate sees the refund of a payment of run-in and not the payment; specific sees both."""
    payments = [
        paid("c1", "M1", 150, "2025-02-01", "2024-12-01"),
        paid("r1", "M1", -100, "2025-07-01"),
    ]
    statement = settle(a_policy(specific(basis="24/12"), aggregate()), payments, UNITS)

    assert {"retained": "50.00"} == lines(statement.unit("M1"))
    assert {"c1": "0.00", "r1": "-100.00"} == counted(statement)


# ------------------------------------------------------------------ what is owed


@pytest.mark.parametrize(
    ("terms", "excess", "employer_share", "over_maximum", "reimbursable"),
    [
        # 350 counted less 120
        ({}, "230.00", "0.00", "0.00", "230.00"),
        # 90 % of 230 = 207
        ({"share": "90%"}, "230.00", "23.00", "0.00", "207.00"),
        # the share first, then at most 100
        ({"share": "90%", "maximum": 100}, "230.00", "23.00", "107.00", "100.00"),
        ({"maximum": 230}, "230.00", "0.00", "0.00", "230.00"),
        # a ceiling of 300: 180 of the excess lie under it; 90 % of them 162
        ({"maximum": 300, "maximum_kind": "ceiling"}, "230.00", "0.00", "50.00", "180.00"),
        ({"share": "90%", "maximum": 300, "maximum_kind": "ceiling"}, "230.00", "18.00", "50.00", "162.00"),
        ({"maximum": 350, "maximum_kind": "ceiling"}, "230.00", "0.00", "0.00", "230.00"),
        # a ceiling below the attachment point
        ({"maximum": 100, "maximum_kind": "ceiling"}, "230.00", "0.00", "230.00", "0.00"),
        # a ceiling without an amount caps nothing
        ({"maximum_kind": "ceiling"}, "230.00", "0.00", "0.00", "230.00"),
    ],
)
def test_the_carrier_owes_its_share_of_the_excess(
    terms: dict[str, Any], excess: str, employer_share: str, over_maximum: str, reimbursable: str
) -> None:
    """The last three lines add up to the excess."""
    sheet = worksheet(settle(a_policy(aggregate=aggregate(**terms)), [paid("c1", "M1", 350)], UNITS))

    assert (excess, employer_share, over_maximum, reimbursable) == (
        str(sheet.excess),
        str(sheet.employer_share),
        str(sheet.over_maximum),
        str(sheet.reimbursable),
    )


@pytest.mark.parametrize(("amount", "expected"), [(119, "0.00"), (120, "0.00"), ("120.01", "0.01")])
def test_below_the_attachment_point_nothing_is_owed(amount: Any, expected: str) -> None:
    """The first cent above it is the carrier's."""
    sheet = worksheet(settle(a_policy(aggregate=aggregate()), [paid("c1", "M1", amount)], UNITS))

    assert expected == str(sheet.excess) == str(sheet.reimbursable)


@pytest.mark.parametrize(
    ("terminated", "way", "expected"),
    [
        # five months in force: 50; 250 counted less 50 = 200, 90 % of it 180
        ("2025-05-31", "pays", ("200.00", "20.00", "0.00", "180.00")),
        ("2025-05-31", "nothing", ("200.00", "20.00", "180.00", "0.00")),
        # on the last day, or never: not early; 250 less 120 = 130, 90 % of it 117
        ("2025-12-31", "nothing", ("130.00", "13.00", "0.00", "117.00")),
        (None, "nothing", ("130.00", "13.00", "0.00", "117.00")),
    ],
)
def test_a_policy_may_owe_nothing_when_it_ends_early(
    terminated: str | None, way: str, expected: tuple[str, str, str, str]
) -> None:
    """What the carrier would have owed is then over the maximum."""
    policy = a_policy(
        aggregate=aggregate(share="90%"),
        period=a_period(terminated=terminated) if terminated else a_period(),
        early_termination=EarlyTermination(aggregate=way),
    )
    sheet = worksheet(settle(policy, [paid("c1", "M1", 250, "2025-03-01")], UNITS))

    assert expected == tuple(
        str(getattr(sheet, name)) for name in ("excess", "employer_share", "over_maximum", "reimbursable")
    )


def test_before_the_period_has_ended_nothing_is_owed() -> None:
    """A day before the last day in force every line of the outcome is zero; on that day it is not."""
    policy = a_policy(aggregate=aggregate(share="90%", maximum=100))
    payments = [paid("c1", "M1", 350)]
    before, at_the_end = (settle(policy, payments, UNITS, as_of=day(on)) for on in ("2025-12-30", "2025-12-31"))
    run = before.settlement.aggregate

    assert run
    assert Outcome(excess=0, employer_share=0, over_maximum=0, reimbursable=0) == run.outcome
    assert ("350.00", "0.00", "0.00") == (
        str(worksheet(before).counted),
        str(worksheet(before).excess),
        str(worksheet(before).reimbursable),
    )
    assert "100.00" == str(worksheet(at_the_end).reimbursable)


def test_the_period_ends_with_a_termination() -> None:
    """From the last day in force the aggregate is settled."""
    policy = a_policy(aggregate=aggregate(), period=a_period(terminated="2025-05-31"))
    payments = [paid("c1", "M1", 350, "2025-03-01")]
    before, at_the_end = (settle(policy, payments, UNITS, as_of=day(on)) for on in ("2025-05-30", "2025-05-31"))

    assert ("0.00", "300.00") == (str(worksheet(before).reimbursable), str(worksheet(at_the_end).reimbursable))
