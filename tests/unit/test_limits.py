"""Limits: on run-in and run-out, own facilities, inner maxima; on what counts, and on the reimbursement."""

from __future__ import annotations

from typing import Any

import pytest

from stoploss.basis import ContractBasis, DollarLimit
from stoploss.facts import Coverage
from stoploss.inner_terms import Cap, Reduction, Used
from stoploss.limits import limits_of, reimbursement_limits_of
from stoploss.statement import Statement, settle
from tests.unit.given import (
    a_policy,
    a_year_of_units,
    aggregate,
    counted,
    excluded,
    lines,
    paid,
    specific,
    splits,
)

FEBRUARY, MARCH, APRIL = "2025-02-01", "2025-03-01", "2025-04-01"
TRANSPLANT = ["transplant"]


def settled(*payments: Any, **terms: Any) -> Statement:
    """Settle payments under specific."""
    return settle(a_policy(specific(**terms)), payments)


# ------------------------------------------------------------------ own facilities

HALF = [Reduction(tag="home_hospital", share="50%")]


def test_of_an_own_facility_a_share_counts() -> None:
    """300 with the label count 150: 50 of excess; the other 150 are excluded, and so is nothing of the other claims."""
    statement = settled(
        paid("c1", "M1", 300, FEBRUARY, tags=["home_hospital"]), paid("c2", "M1", 40, MARCH), reductions=HALF
    )

    assert {
        "c1": {"retained": "100.00", "reimbursable": "50.00"},
        "c2": {"reimbursable": "40.00"},
    } == splits(statement)
    assert {"reduced": (1, "150.00")} == excluded(statement.specific)
    assert "reduced" == statement.split("c1").excluded


def test_the_share_is_of_the_running_total() -> None:
    """Of 0.01 and 0.01 at 50 %, 0.005 is 0.01, and 0.01 is 0.01 as well: the second counts nothing."""
    payments = [paid(f"c{number}", "M1", "0.01", tags=["home_hospital"]) for number in (1, 2)]
    statement = settled(*payments, reductions=HALF)

    assert ["0.01", "0.00"] == [str(split.net) for split in statement.splits]
    assert {"reduced": (1, "0.01")} == excluded(statement.specific)


def test_refunds_are_netted_before_a_reduction() -> None:
    """300 less a refund of 100: half of 200 counts."""
    payments = [
        paid("c1", "M1", 300, FEBRUARY, tags=["home_hospital"]),
        paid("r1", "M1", -100, MARCH),
    ]

    assert {"retained": "100.00"} == lines(settled(*payments, reductions=HALF).unit("M1"))


def test_what_a_reduction_cuts_the_aggregate_counts_as_the_employers() -> None:
    """120 count 60 under specific; the aggregate has its own screen, and 100 of the 120 are within its limit."""
    policy = a_policy(specific(reductions=HALF), aggregate())
    statement = settle(policy, [paid("c1", "M1", 120, FEBRUARY, tags=["home_hospital"])], a_year_of_units())

    assert {"c1": "100.00"} == counted(statement)
    assert {} == excluded(statement.aggregate)


# ------------------------------------------------------------------ inner maxima


@pytest.mark.parametrize(
    ("terms", "cut", "expected"),
    [
        ({"caps": [Cap(tag="transplant", amount=200, on="eligible")]}, None, {"reimbursable": "150.00"}),
        # 120 of 200 are eligible, and with 50 of other claims 170
        (
            {"caps": [Cap(tag="transplant", amount=120, on="eligible")]},
            (1, "80.00"),
            {"reimbursable": "70.00"},
        ),
        # 50 of them were used before
        (
            {
                "caps": [Cap(tag="transplant", amount=120, on="eligible", per="lifetime")],
                "used": [Used(member="M1", eligible=50, tag="transplant")],
            },
            (1, "130.00"),
            {"reimbursable": "20.00"},
        ),
        # more than all, or by somebody else
        (
            {
                "caps": [Cap(tag="transplant", amount=120, on="eligible", per="lifetime")],
                "used": [Used(member="M1", eligible=150, tag="transplant")],
            },
            (1, "200.00"),
            {"retained": "50.00"},
        ),
        (
            {
                "caps": [Cap(tag="transplant", amount=120, on="eligible", per="lifetime")],
                "used": [Used(member="M2", eligible=50, tag="transplant")],
            },
            (1, "80.00"),
            {"reimbursable": "70.00"},
        ),
        # on the reimbursement: 30 of the 100 of excess, and all 50 of other claims
        (
            {"caps": [Cap(tag="transplant", amount=30)]},
            None,
            {"over_maximum": "70.00", "reimbursable": "80.00"},
        ),
        # 20 of them were reimbursed before
        (
            {
                "caps": [Cap(tag="transplant", amount=30, per="lifetime")],
                "used": [Used(member="M1", reimbursed=20, tag="transplant")],
            },
            None,
            {"over_maximum": "90.00", "reimbursable": "60.00"},
        ),
        # then the maximum: 60 of 80
        (
            {"caps": [Cap(tag="transplant", amount=30)], "maximum": 60},
            None,
            {"over_maximum": "90.00", "reimbursable": "60.00"},
        ),
        # on something else
        ({"caps": [Cap(tag="dialysis", amount=30)]}, None, {"reimbursable": "150.00"}),
    ],
)
def test_an_inner_maximum_caps_what_carries_its_label(
    terms: dict[str, Any], cut: tuple[int, str] | None, expected: dict[str, str]
) -> None:
    """200 of a transplant, then 50 of other claims, over a deductible of 100."""
    payments = [paid("c1", "M1", 200, FEBRUARY, tags=TRANSPLANT), paid("c2", "M1", 50, MARCH)]
    statement = settled(*payments, **terms)

    assert {"retained": "100.00"} | expected == lines(statement.unit("M1"))
    assert ({"over_cap": cut} if cut else {}) == excluded(statement.specific)


def test_each_unit_has_its_own_inner_maximum() -> None:
    """30 for each of two members."""
    payments = [paid(f"c{number}", f"M{number}", 200, tags=TRANSPLANT) for number in (1, 2)]
    statement = settled(*payments, caps=[Cap(tag="transplant", amount=30)])

    assert ["30.00", "30.00"] == [str(sheet.reimbursable) for sheet in statement.specific.units]  # type: ignore[union-attr]


def test_inner_maxima_apply_one_over_the_other() -> None:
    """100 of excess carry both labels: 60 of them, of which the other maximum leaves 30."""
    caps = [Cap(tag="transplant", amount=60), Cap(tag="kidney", amount=30)]
    statement = settled(paid("c1", "M1", 200, tags=["transplant", "kidney"]), caps=caps)

    assert {"retained": "100.00", "over_maximum": "70.00", "reimbursable": "30.00"} == lines(statement.unit("M1"))


def test_a_reduction_comes_before_an_inner_maximum() -> None:
    """Half of 300 counts, and of these 150 at most 120."""
    payment = paid("c1", "M1", 300, tags=["home_hospital", "transplant"])
    statement = settled(payment, reductions=HALF, caps=[Cap(tag="transplant", amount=120, on="eligible")])

    assert {"reduced": (1, "150.00"), "over_cap": (1, "30.00")} == excluded(statement.specific)
    assert "reduced" == statement.split("c1").excluded
    assert {"retained": "100.00", "reimbursable": "20.00"} == lines(statement.unit("M1"))


# ------------------------------------------------------------------ run-in and run-out


def a_basis(label: str, **limits: Any) -> ContractBasis:
    """Return a basis with limits."""
    return ContractBasis(label=label, **limits)


LATE = [
    paid("c1", "M1", 130, FEBRUARY),
    paid("c2", "M1", 100, "2026-01-10"),
    paid("c3", "M2", 150, "2026-02-10"),
]


@pytest.mark.parametrize(
    ("limit", "cut", "expected"),
    [
        # each unit 60 of what was paid after the period
        (DollarLimit(amount=60), (2, "130.00"), {"c2": {"reimbursable": "60.00"}, "c3": {"retained": "60.00"}}),
        # all of them 60, and so M1
        (DollarLimit(amount=60, per="policy"), (2, "190.00"), {"c2": {"reimbursable": "60.00"}, "c3": {}}),
        # of the reimbursement: 60 of 100, and all 50
        (
            DollarLimit(amount=60, caps="reimbursed"),
            None,
            {
                "c2": {"over_maximum": "40.00", "reimbursable": "60.00"},
                "c3": {"retained": "100.00", "reimbursable": "50.00"},
            },
        ),
        (
            DollarLimit(amount=60, per="policy", caps="reimbursed"),
            None,
            {
                "c2": {"over_maximum": "40.00", "reimbursable": "60.00"},
                "c3": {"retained": "100.00", "over_maximum": "50.00"},
            },
        ),
    ],
)
def test_run_out_may_be_limited(
    limit: DollarLimit, cut: tuple[int, str] | None, expected: dict[str, dict[str, str]]
) -> None:
    """130 paid in the period are whole; 100 of M1 and 150 of M2 were paid after it."""
    statement = settled(*LATE, basis=a_basis("12/15", run_out_limit=limit))

    assert {"c1": {"retained": "100.00", "reimbursable": "30.00"}} | expected == splits(statement)
    assert ({"over_run_out_limit": cut} if cut else {}) == excluded(statement.specific)


@pytest.mark.parametrize(
    ("per", "expected"),
    [
        ("member", {"M1": "60.00", "M2": "20.00"}),
        ("policy", {"M1": "40.00", "M2": "20.00"}),
    ],
)
def test_a_run_in_limit_may_cap_the_reimbursement(per: str, expected: dict[str, str]) -> None:
    """20 of M2's excess, then 50 of M1's, were incurred before the period; of M1's 20 more, none was."""
    limit = DollarLimit(amount=40, per=per, caps="reimbursed")
    statement = settled(
        paid("c1", "M2", 120, FEBRUARY, incurred_on="2024-12-01"),
        paid("c2", "M1", 150, MARCH, incurred_on="2024-12-01"),
        paid("c3", "M1", 20, APRIL),
        basis=a_basis("24/12", run_in_limit=limit),
    )
    assert statement.specific

    assert expected == {sheet.unit: str(sheet.reimbursable) for sheet in statement.specific.units}
    assert {} == excluded(statement.specific)


def test_the_aggregate_has_limits_of_its_own_basis() -> None:
    """Of 100 and 150 after the period, 60 and 60 count toward the attachment point, and all under specific."""
    group = aggregate(basis=a_basis("12/15", run_out_limit=DollarLimit(amount=60)))
    statement = settle(a_policy(specific(basis="12/15"), group), LATE, a_year_of_units())

    assert {"over_run_out_limit": (2, "130.00")} == excluded(statement.aggregate)
    assert {} == excluded(statement.specific)
    # c1 fills the loss limit of 100; c2 is all reimbursed by specific
    assert {"c1": "100.00", "c2": "0.00", "c3": "60.00"} == counted(statement)


# ------------------------------------------------------------------ in general


def test_limits_apply_in_the_order_of_the_policy() -> None:
    """Run-in, run-out, reductions, inner maxima on eligible claims; on the reimbursement inner maxima go first."""
    both = a_basis("24/24", run_in_limit=DollarLimit(amount=1), run_out_limit=DollarLimit(amount=1, caps="reimbursed"))
    caps = [Cap(tag="a", amount=1), Cap(tag="b", amount=1, on="eligible")]
    policy = a_policy(specific(basis=both, caps=caps, reductions=HALF), aggregate())

    assert ["over_run_in_limit", "reduced", "over_cap"] == [
        str(limit.reason) for limit in limits_of(policy, Coverage.SPECIFIC)
    ]
    assert ["over_cap", "over_run_out_limit"] == [str(limit.reason) for limit in reimbursement_limits_of(policy)]
    assert () == limits_of(policy, Coverage.AGGREGATE)


def test_a_cover_that_is_not_there_limits_nothing() -> None:
    """A policy with one cover has the limits of that one."""
    alone = a_policy(aggregate=aggregate())

    assert ((), ()) == (limits_of(alone, Coverage.SPECIFIC), reimbursement_limits_of(alone))
    assert () == limits_of(a_policy(specific()), Coverage.AGGREGATE)
