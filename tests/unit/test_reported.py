"""Facts checked together: what no single fact can know, every finding by position."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from stoploss.basis import ContractBasis, PriorAdministrator
from stoploss.errors import FINDINGS_CAP, FactError
from stoploss.facts import CarrierPayment, CoveredUnits, Payment
from stoploss.policy import Policy
from stoploss.reported import Reported, differing_fields, report
from tests.unit.given import (
    a_policy,
    a_year_of_units,
    aggregate,
    by_carrier,
    covered,
    day,
    paid,
    pending,
    refused,
    specific,
)

POLICY = a_policy(specific())
OTHERWISE = "this id was already reported with other content (it differs in"
CORRECTION = "a correction is a new payment under a new id [SL308]"


def reported(
    policy: Policy = POLICY,
    payments: Sequence[Payment] = (),
    units: Sequence[CoveredUnits] = (),
    carrier_payments: Sequence[CarrierPayment] = (),
    as_of: dt.date | None = None,
) -> Reported:
    """Check facts together."""
    return report(policy, payments, units, carrier_payments, as_of)


def faults(*given: Any, **named: Any) -> list[str]:
    """Return what is wrong with facts, one line a finding."""
    return refused(FactError, reported, *given, **named)


def test_facts_that_fit_are_kept_in_the_order_of_arrival() -> None:
    """By id, each once."""
    rows = [paid("c2", "M1", 1), paid("c1", "M1", 1)]
    received = [by_carrier("k1", 1, member="M1")]
    found = reported(payments=iter(rows), carrier_payments=iter(received))  # type: ignore[arg-type]

    assert {"c2": rows[0], "c1": rows[1]} == found.payments
    assert ["c2", "c1"] == list(found.payments)
    assert tuple(received) == found.carrier_payments
    assert "Reported()" == repr(found)


def test_the_same_fact_twice_is_one() -> None:
    """Also a whole file that was loaded twice."""
    rows, received = [paid("c1", "M1", 1), paid("c2", "M1", 1)], [by_carrier("k1", 1, member="M1")]
    found = reported(payments=rows * 2, carrier_payments=received * 2)

    assert ["c1", "c2"] == list(found.payments)
    assert tuple(received) == found.carrier_payments


def test_a_void_reported_twice_takes_once() -> None:
    """The second telling takes nothing more from the payment."""
    rows = [paid("c1", "M1", 100), paid("r1", "M1", -100, adjusts="c1")]

    assert 2 == len(reported(payments=rows * 2).payments)


def test_another_content_under_the_same_id_is_a_fault() -> None:
    """The fields that differ are named, and never their values."""
    rows = [
        paid("c1", "M1", 100),
        paid("c2", "M1", 100),
        paid("c1", "M2", 101, "2025-06-02"),
        paid("c1", "M1", 100),
        paid("c1", "M1", 100, benefit="rx"),
    ]

    assert [
        f"payments[2].id: {OTHERWISE} member, amount, paid_on); {CORRECTION}",
        f"payments[4].id: {OTHERWISE} benefit); {CORRECTION}",
    ] == faults(payments=rows)


def test_carrier_payments_are_told_once_as_well() -> None:
    """Their ids are their own: a payment of the plan may have the same."""
    rows = [paid("k1", "M1", 100)]
    received = [by_carrier("k1", 50, member="M1"), by_carrier("k1", 60, member="M1")]

    assert [f"carrier_payments[1].id: {OTHERWISE} amount); {CORRECTION}"] == faults(
        payments=rows, carrier_payments=received
    )


def test_fields_that_differ_are_named() -> None:
    """What follows from a field is not named beside it."""
    assert () == differing_fields(paid("c1", "M1", 1), paid("c1", "M1", 1))
    assert ("amount",) == differing_fields(paid("c1", "M1", 1), paid("c1", "M1", 2))
    assert ("coverage", "member") == differing_fields(
        by_carrier("k1", 1, member="M1"), by_carrier("k1", 1, coverage="aggregate")
    )


def test_a_family_deductible_needs_families() -> None:
    """Each payment without one is named; pending claims as well."""
    rows = [paid("c1", "M1", 1, family="F1"), paid("c2", "M1", 1), pending("c3", "M1", 1)]
    rule = "the deductible is per family, so every payment names its family [SL309]"

    assert [f"payments[1].family: {rule}", f"payments[2].family: {rule}"] == faults(
        a_policy(specific(per="family")), payments=rows
    )
    assert 3 == len(reported(payments=rows).payments)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [paid("c1", "M1", 100), paid("r1", "M2", -1, adjusts="c1")],
            "payments[1].adjusts: a negative row undoes a payment of the same member [SL307]",
        ),
        (
            [paid("r1", "M1", -101, adjusts="c1"), paid("c1", "M1", 100)],
            "payments[0].adjusts: negative rows take no more than is left of the payment that they undo [SL307]",
        ),
        (
            # the position is that of the row's first telling
            [paid("c1", "M1", 100), paid("r1", "M1", -101, adjusts="c1"), paid("r1", "M1", -101, adjusts="c1")],
            "payments[1].adjusts: negative rows take no more than is left of the payment that they undo [SL307]",
        ),
    ],
)
def test_a_negative_row_that_undoes_what_it_may_not_is_a_fault(rows: list[Payment], expected: str) -> None:
    """The fault is the negative row's, wherever it stands."""
    assert [expected] == faults(payments=rows)


def test_enrollment_is_checked_where_there_is_an_aggregate() -> None:
    """Faults of a row by position, what is missing under the whole."""
    policy = a_policy(aggregate=aggregate())
    units = [*a_year_of_units()[:-1], covered("2026-01")]

    assert [
        "units[11].month: this month is not in the policy period, 2025-01-01 to 2025-12-31 [SL541]",
        (
            "units: no covered units were reported for tier single in the policy month that begins 2025-12-01; "
            "write 0 if there were none [SL543]"
        ),
    ] == faults(policy, units=units)
    assert 1 == len(reported(policy, units=a_year_of_units(months=1), as_of=day("2025-01-31")).units)


def test_without_an_aggregate_enrollment_is_not_looked_at() -> None:
    """Covered units may be reported, and are not used."""
    assert 1 == len(reported(units=[covered("1999-01", tier="unknown")]).units)


@pytest.mark.parametrize(
    ("policy", "received", "cover"),
    [
        (POLICY, by_carrier("k1", 1, coverage="aggregate"), "aggregate"),
        (a_policy(aggregate=aggregate()), by_carrier("k1", 1, member="M1"), "specific"),
    ],
)
def test_the_carrier_pays_under_a_cover_that_there_is(policy: Policy, received: CarrierPayment, cover: str) -> None:
    """A payment under another cover would be lost."""
    assert [
        f"carrier_payments[0].coverage: the policy has no {cover} cover under which the carrier could have paid [SL310]"
    ] == faults(policy, units=a_year_of_units(), carrier_payments=[received])


def test_a_family_deductible_beside_the_members_needs_families_too() -> None:
    """Whose family a payment is of decides whose pool it fills."""
    policy = a_policy(specific(family_deductible=150))

    assert ["payments[1].family: families have a deductible, so every payment names its family [SL309]"] == faults(
        policy, [paid("c1", "M1", 5, family="F1"), paid("c2", "M1", 5)]
    )


@pytest.mark.parametrize("cover", ["specific", "aggregate"])
def test_claims_of_a_prior_administrator_have_the_day_that_decides(cover: str) -> None:
    """Where they count by the day reported, under either cover; nobody else's need it."""
    basis = ContractBasis(label="12/12", prior_administrator=PriorAdministrator(reported_by=day("2025-12-31")))
    policy = a_policy(specific(basis=basis)) if cover == "specific" else a_policy(aggregate=aggregate(basis=basis))
    rows = [
        paid("c1", "M1", 5, administrator="prior", reported_on=day("2025-06-01")),
        paid("c2", "M1", 5),
        paid("c3", "M1", 5, administrator="prior"),
    ]

    assert [
        (
            "payments[2].reported_on: claims of a prior administrator count by the day on which they were reported, "
            "and this has none [SL314]"
        )
    ] == faults(policy, rows, a_year_of_units())


TO_M1, TO_F1 = (by_carrier("k1", 5, member=unit, kind="advance", claims=["c1", "c9"]) for unit in ("M1", "F1"))


@pytest.mark.parametrize(("per", "received"), [("member", TO_M1), ("family", TO_F1)])
def test_an_advance_is_for_claims_of_its_own_unit(per: str, received: CarrierPayment) -> None:
    """Claims that were not reported are not known to be another's."""
    found = reported(a_policy(specific(per=per)), [paid("c1", "M1", 5, family="F1")], (), [received])

    assert (received,) == found.carrier_payments


@pytest.mark.parametrize(("per", "received"), [("family", TO_M1), ("member", TO_F1)])
def test_an_advance_for_anothers_claims_is_a_fault(per: str, received: CarrierPayment) -> None:
    """The unit is the family where the deductible is per family."""
    assert ["carrier_payments[0].claims: an advance is for claims of its own unit [SL313]"] == faults(
        a_policy(specific(per=per)), [paid("c1", "M1", 5, family="F1")], (), [received]
    )


@pytest.mark.parametrize("sign", ["", "-"])
def test_sums_stay_within_64_bits(sign: str) -> None:
    """9,224 amounts of nearly ten trillion are too much together, whatever their sign; 9,223 are not."""
    rule = "the sum of all amounts stays within 64-bit cents [SL111]"
    rows = [paid(f"c{number}", "M1", f"{sign}9999999999999.99") for number in range(9_224)]
    received = [by_carrier(f"k{number}", f"{sign}9999999999999.99", member="M1") for number in range(9_224)]

    assert [f"payments: {rule}", f"carrier_payments: {rule}"] == faults(payments=rows, carrier_payments=received)
    assert 9_223 == len(reported(payments=rows[:-1], carrier_payments=received[:-1]).payments)


def test_the_largest_sum_is_that_of_64_bits() -> None:
    """92,233,720,368,547,758.07: 9,223 times 9,999,999,999,999.99, and 3,720,368,547,850.30."""
    rows = [paid(f"c{number}", "M1", "9999999999999.99") for number in range(9_223)]
    fits, does_not = (paid("c9999", "M1", amount) for amount in ("3720368547850.30", "3720368547850.31"))

    assert 9_224 == len(reported(payments=[*rows, fits]).payments)
    assert 1 == len(faults(payments=[*rows, does_not]))


def test_every_fault_is_found_together() -> None:
    """Payments, enrollment and carrier payments in one error."""
    policy = a_policy(aggregate=aggregate(per="family"))
    rows = [
        paid("c1", "M1", 100, family="F1"),
        paid("c1", "M1", 101, family="F1"),
        paid("r1", "M2", -1, adjusts="c1"),
    ]
    received = [
        by_carrier("k1", 1, coverage="aggregate"),
        by_carrier("k1", 2, coverage="aggregate"),
        by_carrier("k2", 1, member="F1"),
    ]

    assert [
        "payments[1].id",
        "payments[2].family",
        "payments[2].adjusts",
        "units[0].tier",
        "units",
        "carrier_payments[1].id",
        "carrier_payments[2].coverage",
    ] == [
        line.split(":")[0] for line in faults(policy, rows, [covered("2025-01", tier="x")], received, day("2025-01-31"))
    ]


def test_faults_are_counted_beyond_a_thousand() -> None:
    """A feed without families is one error of 1,001 lines."""
    rows = [paid(f"c{number}", "M1", 1) for number in range(FINDINGS_CAP + 500)]
    found = faults(a_policy(specific(per="family")), payments=rows)

    assert (FINDINGS_CAP + 1, "... and 500 more") == (len(found), found[-1])
