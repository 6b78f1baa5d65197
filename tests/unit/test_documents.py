"""Policy documents: what they say."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import AggregateFactor, MinimumAttachment
from stoploss.basis import ContractBasis, DollarLimit
from stoploss.documents import load_policy, parse_policy, policy_from
from stoploss.facts import Benefit
from stoploss.lasers import Laser
from stoploss.policy import Policy
from stoploss.riders import EarlyTermination
from stoploss.specific_terms import SpecificTerms
from stoploss.window import Period
from stoploss.words import (
    AggregateOnTermination,
    ConsumeBy,
    Counting,
    LaserLossLimit,
    LimitPer,
    MaximumKind,
    MaximumOn,
    MinimumOnTermination,
    ShareApplies,
    WindowsOnTermination,
)

EVERYTHING = """\
schema = 1
policyholder = "Example Manufacturing"
carrier = "Example Life"
number = "SL-1001"
currency = "USD"
situs = "IL"

[period]
effective = 2025-01-01
expires = 2025-12-31
original_effective = 2023-01-01
terminated = 2025-08-31

[specific]
basis = { label = "12/15", incurred_from = 2024-12-01, run_in_limit = { amount = "25000", per = "policy" } }
covers = ["medical", "rx"]
deductible = "100,000.00"
per = "member"
aggregating = "50000"
share = "90%"
share_applies = "before_aggregating"
maximum = "2000000"
maximum_on = "eligible"
consume_by = "incurred"

[[specific.lasers]]
member = "M2"
deductible = "250000"

[[specific.lasers]]
member = "M3"
excluded = true

[aggregate]
covers = ["medical", "rx"]
counting = "loss_limit"
loss_limit = "75000.50"
laser_loss_limit = "laser"
aggregating_counts = true
share = "0.8"
maximum = "1000000"
maximum_kind = "ceiling"

[aggregate.basis]
label = "12/12"
run_out_days = 90

[[aggregate.factors]]
tier = "single"
benefit = "medical"
amount = "540.1625"

[aggregate.minimum]
amount = "900000"
first_month = "0.95"

[early_termination]
windows = "unchanged"
minimum = "prorated"
aggregate = "nothing"
"""

PLAIN = """\
schema = 1
policyholder = "Example"
carrier = "Example Life"
number = "SL-1"
situs = "IL"

[period]
effective = 2025-01-01
expires = 2025-12-31

[specific]
basis = "12/15"
covers = ["medical", "rx"]
deductible = "100000"

[[specific.lasers]]
member = "M2"
deductible = "250000"

[aggregate]
basis = "12/12"
covers = ["medical", "rx"]

[[aggregate.factors]]
tier = "single"
amount = "500"
"""


def test_a_document_says_every_term() -> None:
    """Every key of the document is the term of that name."""
    expected = Policy(
        policyholder="Example Manufacturing",
        carrier="Example Life",
        number="SL-1001",
        currency="USD",
        situs="IL",
        period=Period(
            effective=dt.date(2025, 1, 1),
            expires=dt.date(2025, 12, 31),
            original_effective=dt.date(2023, 1, 1),
            terminated=dt.date(2025, 8, 31),
        ),
        specific=SpecificTerms(
            basis=ContractBasis(
                label="12/15",
                incurred_from=dt.date(2024, 12, 1),
                run_in_limit=DollarLimit(amount=Decimal(25_000), per=LimitPer.POLICY),
            ),
            covers=(Benefit.MEDICAL, Benefit.RX),
            deductible=Decimal(100_000),
            aggregating=Decimal(50_000),
            share=Decimal("0.9"),
            share_applies=ShareApplies.BEFORE_AGGREGATING,
            maximum=Decimal(2_000_000),
            maximum_on=MaximumOn.ELIGIBLE,
            consume_by=ConsumeBy.INCURRED,
            lasers=(Laser(member="M2", deductible=Decimal(250_000)), Laser(member="M3", excluded=True)),
        ),
        aggregate=AggregateTerms(
            basis=ContractBasis(label="12/12", run_out_days=90),
            covers=(Benefit.MEDICAL, Benefit.RX),
            factors=(AggregateFactor(tier="single", benefit=Benefit.MEDICAL, amount=Decimal("540.1625")),),
            minimum=MinimumAttachment(amount=Decimal(900_000), first_month=Decimal("0.95")),
            counting=Counting.LOSS_LIMIT,
            loss_limit=Decimal("75000.50"),
            laser_loss_limit=LaserLossLimit.LASER,
            aggregating_counts=True,
            share=Decimal("0.8"),
            maximum=Decimal(1_000_000),
            maximum_kind=MaximumKind.CEILING,
        ),
        early_termination=EarlyTermination(
            windows=WindowsOnTermination.UNCHANGED,
            minimum=MinimumOnTermination.PRORATED,
            aggregate=AggregateOnTermination.NOTHING,
        ),
    )

    assert expected == parse_policy(EVERYTHING)


def test_json_has_the_same_keys() -> None:
    """The same document in JSON, days as ISO text, is the same policy."""
    text = json.dumps(tomllib.loads(EVERYTHING), default=dt.date.isoformat)

    assert parse_policy(EVERYTHING) == parse_policy(text, format="json")


def test_a_mapping_is_a_document_too() -> None:
    """What another library has read is a policy all the same."""
    assert parse_policy(EVERYTHING) == policy_from(tomllib.loads(EVERYTHING))


@pytest.mark.parametrize("suffix", ["toml", "json", "TOML"])
def test_a_file_is_read_by_its_ending(tmp_path: Path, suffix: str) -> None:
    """The ending of a file says what it holds."""
    path = tmp_path / f"policy.{suffix}"
    as_json = json.dumps(tomllib.loads(PLAIN), default=dt.date.isoformat)
    path.write_text(as_json if suffix == "json" else PLAIN, encoding="utf-8")

    assert parse_policy(PLAIN) == load_policy(path) == load_policy(str(path))


def test_a_label_is_a_table_with_nothing_else() -> None:
    """A basis written as a label, as an inline table or under a header of its own is one basis."""
    inline = PLAIN.replace('basis = "12/15"', 'basis = { label = "12/15" }')
    section = PLAIN.replace('basis = "12/15"\n', "").replace(
        "[[specific.lasers]]", '[specific.basis]\nlabel = "12/15"\n\n[[specific.lasers]]'
    )

    assert parse_policy(PLAIN) == parse_policy(inline) == parse_policy(section)


def test_a_basis_without_label_gives_four_days() -> None:
    """Four explicit days need no label."""
    days = (
        "incurred_from = 2024-10-01, incurred_through = 2025-12-31, paid_from = 2025-01-01, paid_through = 2026-03-31"
    )
    policy = parse_policy(PLAIN.replace('basis = "12/15"', f"basis = {{ {days} }}"))

    expected = ContractBasis(
        incurred_from=dt.date(2024, 10, 1),
        incurred_through=dt.date(2025, 12, 31),
        paid_from=dt.date(2025, 1, 1),
        paid_through=dt.date(2026, 3, 31),
    )
    assert policy.specific is not None
    assert expected == policy.specific.basis


def test_a_maximum_below_the_minimum_is_no_fault() -> None:
    """A ceiling below the minimum attachment point is settled as 0, not refused (row 112)."""
    text = PLAIN.replace(
        "[[aggregate.factors]]",
        'maximum = "1"\nmaximum_kind = "ceiling"\nminimum = { amount = "900000" }\n[[aggregate.factors]]',
    )
    policy = parse_policy(text)

    assert policy.aggregate is not None
    assert Decimal("1.00") == policy.aggregate.maximum
