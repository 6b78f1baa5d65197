"""A made-up policy year, whatever the scenario, and the files that it makes."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from attrs import field, frozen

from stoploss.documents import dump_policy
from stoploss.facts import CarrierPayment, CoveredUnits, Payment
from stoploss.feeds import (
    write_carrier_payments,
    write_claims,
    write_denials,
    write_enrollment,
    write_requests,
)
from stoploss.funding import FundingPlan, dump_funding_plan
from stoploss.policy import Policy
from stoploss.reconcile import CarrierRow, write_carrier_statement
from stoploss.requests import Denial, Request

__all__ = ["Before", "Year"]

Fact = TypeVar("Fact")


@frozen(kw_only=True)
class Before:
    """The policy of the year before, which takes some of the same claims, and what its carrier paid."""

    policy: Policy
    carrier_payments: Sequence[CarrierPayment] = field(repr=False)


@frozen(kw_only=True)
class Year:
    """
    A policy year.

    Args:
        policy: The policy.
        payments, units, carrier_payments: Its facts.
        members: How many people were covered at some time.
        reported_on: The day on which the administrator wrote the files.
        before: The year before.
        requests, denials: What the carrier was asked for, and what it refused.
        carrier_statement: What the carrier says.
        budget: What the employer pays besides claims, and what it expected.
    """

    policy: Policy
    payments: Sequence[Payment] = field(repr=False)
    units: Sequence[CoveredUnits] = field(repr=False)
    carrier_payments: Sequence[CarrierPayment] = field(repr=False)
    members: int
    reported_on: dt.date
    before: Before | None = None
    requests: Sequence[Request] = field(default=(), repr=False)
    denials: Sequence[Denial] = field(default=(), repr=False)
    carrier_statement: Sequence[CarrierRow] = field(default=(), repr=False)
    budget: FundingPlan | None = None

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield the name and the text of each file."""
        yield "policy.toml", dump_policy(self.policy)
        yield "claims.csv", _text(write_claims, self.payments)
        yield "enrollment.csv", _text(write_enrollment, self.units)
        yield "carrier_payments.csv", _text(write_carrier_payments, self.carrier_payments)
        if self.requests:
            yield "requests.csv", _text(write_requests, self.requests)
            yield "denials.csv", _text(write_denials, self.denials)
        if self.carrier_statement:
            yield "carrier_statement.csv", _text(write_carrier_statement, self.carrier_statement)
        if self.before:
            year = self.before.policy.period.effective.year
            yield f"policy-{year}.toml", dump_policy(self.before.policy)
            yield f"carrier_payments-{year}.csv", _text(write_carrier_payments, self.before.carrier_payments)
        if self.budget:
            yield "funding.toml", dump_funding_plan(self.budget)


def _text(write: Callable[[io.StringIO, Sequence[Fact]], None], facts: Sequence[Fact]) -> str:
    file = io.StringIO(newline="")
    write(file, facts)
    return file.getvalue()


def __dir__() -> list[str]:
    return __all__
