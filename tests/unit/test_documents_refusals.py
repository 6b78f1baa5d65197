"""Policy documents that are wrong: every finding, with its place and the way out."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoploss.documents import dump_policy, parse_policy, policy_from
from stoploss.documents.decoding import Number
from stoploss.errors import PolicyError
from stoploss.policy import Policy
from stoploss.testing.strategies import policies

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


def messages(error: pytest.ExceptionInfo[PolicyError]) -> list[str]:
    """Return the findings of an error, one line each."""
    return str(error.value).splitlines()


WRONG_TERMS = [
    pytest.param(
        'deductible = "100000"',
        'deductable = "100000"',
        [
            "policy:11 specific.deductible: this key is required [SL571]",
            'policy:14 specific.deductable: this key is not known; did you mean "deductible"? [SL570]',
        ],
        id="106 a misspelt key",
    ),
    pytest.param(
        "[period]",
        'Situs = "TX"\n[period]',
        ['policy: a key here is not known; did you mean "situs"? [SL570]'],
        id="106 a key that is no word of the document is not repeated",
    ),
    pytest.param(
        'deductible = "100000"',
        'deductible = "100000"\nshare = "80"',
        [
            (
                "policy:15 specific.share: a share is a fraction from 0 to 1 or a percentage with its sign; "
                'write "0.8" or "80%" for eighty percent [SL107]'
            )
        ],
        id="107 80 for 80 %",
    ),
    pytest.param(
        'deductible = "100000"',
        'deductible = "100000"\nshare = 80',
        [
            (
                "policy:15 specific.share: a share is written as text, never as a number; "
                'write "0.8" or "80%" for eighty percent [SL112]'
            )
        ],
        id="107 the number 80",
    ),
    pytest.param(
        'deductible = "100000"',
        'deductible = "100000"\nshare = 0.80',
        ['policy:15 specific.share: a share is written as text, never as a number; write "0.80" [SL112]'],
        id="107 the number 0.80",
    ),
    pytest.param(
        'deductible = "100000"',
        'deductible = "100000"\nshare = "1.25"',
        [
            (
                "policy:15 specific.share: a share is a fraction from 0 to 1 or a percentage with its sign; "
                'write "0.8" or "80%" for eighty percent [SL107]'
            )
        ],
        id="108 more than all",
    ),
    pytest.param(
        'deductible = "100000"',
        'deductible = "100000"\nshare = "-0.2"',
        [
            (
                "policy:15 specific.share: a share is a fraction from 0 to 1 or a percentage with its sign; "
                'write "0.8" or "80%" for eighty percent [SL107]'
            )
        ],
        id="108 less than nothing",
    ),
    pytest.param(
        'amount = "500"',
        'amount = "-500"',
        ["policy:26 aggregate.factors[0].amount: a factor is not negative [SL109]"],
        id="108 a negative factor",
    ),
    pytest.param(
        'basis = "12/15"',
        'basis = "12-15"',
        [
            (
                'policy:12 specific.basis: a contract basis is "N/M" in months, such as "12/15", '
                'or "paid" or "incurred" [SL502]'
            )
        ],
        id="113 a label that is none",
    ),
    pytest.param(
        'basis = "12/15"',
        'basis = "6/15"',
        [
            (
                "policy:12 specific.basis: N/M of 6/15 are each at least the 12 months of the policy period; "
                "a six-month policy with three months of run-out is 6/9 [SL504]"
            )
        ],
        id="113 a label shorter than the period",
    ),
    pytest.param(
        'basis = "12/15"',
        "basis = 12",
        ['policy:12 specific.basis: a contract basis is a label such as "12/15", or a table [SL580]'],
        id="113 a number of months",
    ),
    pytest.param(
        "schema = 1",
        "schema = 2",
        [
            (
                "policy:1 schema: this document was written by a newer version; this one reads schema 1; "
                "update stoploss [SL582]"
            )
        ],
        id="116 the future",
    ),
    pytest.param(
        "schema = 1\n",
        "",
        ["policy schema: a policy document states the version of its form; write schema = 1 [SL581]"],
        id="116 no version",
    ),
    pytest.param(
        "schema = 1",
        'schema = "1"',
        ["policy:1 schema: a policy document states the version of its form; write schema = 1 [SL581]"],
        id="116 a version as text",
    ),
    pytest.param(
        'deductible = "100000"',
        "deductible = 100000",
        ['policy:14 specific.deductible: an amount is written as text, never as a number; write "100000" [SL112]'],
        id="an amount as a whole number",
    ),
    pytest.param(
        'deductible = "100000"',
        "deductible = 100_000.50",
        ['policy:14 specific.deductible: an amount is written as text, never as a number; write "100000.50" [SL112]'],
        id="an amount with a point keeps its text",
    ),
    pytest.param(
        'deductible = "100000"',
        "deductible = +1e5",
        ['policy:14 specific.deductible: an amount is written as text, never as a number; write "100000" [SL112]'],
        id="an amount with an exponent is written out",
    ),
    pytest.param(
        'deductible = "100000"',
        "deductible = 0.125",
        [
            (
                "policy:14 specific.deductible: an amount is written as text, never as a number; "
                "round it to the cent before it is reported [SL112]"
            )
        ],
        id="an amount with a fraction of a cent",
    ),
    pytest.param(
        'deductible = "100000"',
        "deductible = 1e999999999",
        [
            (
                "policy:14 specific.deductible: an amount is written as text, never as a number; "
                'write digits and a point: "1234.56" [SL112]'
            )
        ],
        id="an amount that must not be written out",
    ),
    pytest.param(
        'deductible = "100000"',
        "deductible = 1000000000000000000000000000000",
        [
            (
                "policy:14 specific.deductible: an amount is written as text, never as a number; "
                'write digits and a point: "1234.56" [SL112]'
            )
        ],
        id="an amount beyond all amounts",
    ),
    pytest.param(
        'deductible = "100000"',
        "deductible = nan",
        [
            (
                "policy:14 specific.deductible: an amount is written as text, never as a number; "
                'write digits and a point: "1234.56" [SL112]'
            )
        ],
        id="NaN",
    ),
    pytest.param(
        'deductible = "100000"',
        "deductible = true",
        ['policy:14 specific.deductible: an amount is text; such as "100000" [SL112]'],
        id="true is no amount",
    ),
    pytest.param(
        'member = "M2"\ndeductible = "250000"',
        'member = "M2"\ndeductible = 250000',
        [
            (
                "policy:18 specific.lasers[0].deductible: an amount is written as text, never as a number; "
                "write it in quotes [SL112]"
            )
        ],
        id="what is a member's is not repeated",
    ),
    pytest.param(
        'member = "M2"',
        "member = 12345",
        ["policy:17 specific.lasers[0].member: this is text; write it in quotes [SL575]"],
        id="an id as a number",
    ),
    pytest.param(
        'amount = "500"',
        "amount = 500.25",
        [
            (
                "policy:26 aggregate.factors[0].amount: a factor is written as text, never as a number; "
                'write "500.25" [SL112]'
            )
        ],
        id="a factor as a number",
    ),
    pytest.param(
        "effective = 2025-01-01",
        "effective = 2025-01-01T00:00:00",
        [
            (
                "policy:8 period.effective: a day is exactly a datetime.date, not a datetime; "
                "take the date at the policyholder's site [SL201]"
            )
        ],
        id="a time of day",
    ),
    pytest.param(
        "effective = 2025-01-01",
        'effective = "01/01/2025"',
        ["policy:8 period.effective: a day is written year-month-day; such as 2025-01-31 [SL203]"],
        id="a day written otherwise",
    ),
    pytest.param(
        "effective = 2025-01-01",
        "effective = 20250101",
        ["policy:8 period.effective: a day is a date; such as 2025-01-31 [SL201]"],
        id="a day as a number",
    ),
    pytest.param(
        "expires = 2025-12-31",
        "expires = 2025-12-30",
        [
            (
                "policy:9 period.expires: the period from 2025-01-01 is not a whole number of policy months; "
                "the nearest valid last day is 2025-11-30 or 2025-12-31 [SL207]"
            )
        ],
        id="110 a last day that ends no policy month",
    ),
    pytest.param(
        'covers = ["medical", "rx"]\ndeductible',
        'covers = "medical"\ndeductible',
        ["policy:13 specific.covers: this is a list; write it in square brackets [SL574]"],
        id="a word for a list",
    ),
    pytest.param(
        'covers = ["medical", "rx"]\ndeductible',
        'covers = ["medical", "drx"]\ndeductible',
        [
            (
                "policy:13 specific.covers[1]: this is one of medical, rx, dental, vision, std, ltd; "
                'did you mean "rx"? [SL106]'
            )
        ],
        id="a misspelt benefit",
    ),
    pytest.param(
        'covers = ["medical", "rx"]\ndeductible',
        "covers = [1]\ndeductible",
        ["policy:13 specific.covers[0]: this is one of medical, rx, dental, vision, std, ltd, written as text [SL101]"],
        id="a number for a word",
    ),
    pytest.param(
        "[aggregate]\n",
        '[aggregate]\naggregating_counts = "yes"\n',
        ["policy:21 aggregate.aggregating_counts: this is true or false; write it without quotes [SL577]"],
        id="a word for true",
    ),
    pytest.param(
        'basis = "12/12"',
        'basis = { label = "12/12", run_out_days = 90.5 }',
        [
            (
                "policy:21 aggregate.basis.run_out_days: this is a whole number; "
                "write it without quotes and without a point [SL578]"
            )
        ],
        id="half a day",
    ),
    pytest.param(
        'basis = "12/12"',
        'basis = { label = "12/12", run_out_days = true }',
        [
            (
                "policy:21 aggregate.basis.run_out_days: this is a whole number; "
                "write it without quotes and without a point [SL578]"
            )
        ],
        id="true is no number",
    ),
    pytest.param(
        "[[specific.lasers]]",
        "[specific.lasers]",
        ["policy:16 specific.lasers: this is a list; write it in square brackets [SL574]"],
        id="one table for a list",
    ),
    pytest.param(
        "[period]\neffective = 2025-01-01\nexpires = 2025-12-31\n",
        "period = 2025\n",
        ["policy:7 period: this is a table of terms [SL573]"],
        id="a number for a table",
    ),
    pytest.param(
        'situs = "IL"',
        'situs = "Illinois"',
        ["policy:5 situs: the state of issue is two capital letters; such as IL [SL532]"],
        id="a state written out",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "expected"), WRONG_TERMS)
def test_a_wrong_term_is_named_with_the_way_out(right: str, wrong: str, expected: list[str]) -> None:
    """Each bad document row gives exactly its findings, by line and path."""
    assert right in PLAIN
    with pytest.raises(PolicyError) as error:
        parse_policy(PLAIN.replace(right, wrong, 1))

    assert expected == messages(error)


REFUSED_TOGETHER = [
    pytest.param(
        'deductible = "250000"',
        'deductible = "50000"',
        "policy:18 specific.lasers[0].deductible: a laser is the whole deductible of its unit, "
        "at least the standard 100,000.00; add the increment to it [SL515]",
        id="a laser below the deductible",
    ),
    pytest.param(
        "[aggregate]",
        '[[specific.lasers]]\nmember = "M2"\nexcluded = true\n[aggregate]',
        "policy:21 specific.lasers[1].member: one laser a member; this one repeats lasers[0] [SL517]",
        id="two lasers on a member",
    ),
    pytest.param(
        'member = "M2"',
        'family = "F2"',
        "policy:17 specific.lasers[0].family: the deductible is per member, so a laser names a member [SL516]",
        id="a laser on another unit",
    ),
    pytest.param(
        'deductible = "250000"',
        'deductible = "250000"\nexcluded = true',
        "policy:16 specific.lasers[0]: a laser gives the unit's whole deductible, or excluded = true [SL511]",
        id="a laser with two effects",
    ),
    pytest.param(
        'deductible = "100000"',
        'deductible = "100000"\nmaximum = "90000"\nmaximum_on = "eligible"',
        "policy:15 specific.maximum: a maximum on eligible claims is at least the deductible, 100,000.00; "
        "what caps the reimbursement is maximum_on = reimbursement [SL514]",
        id="an eligible maximum below the deductible",
    ),
    pytest.param(
        "[[aggregate.factors]]",
        'loss_limit = "100000.01"\n[[aggregate.factors]]',
        "policy:24 aggregate.loss_limit: the loss limit is at most the specific deductible, 100,000.00, "
        "or a dollar would be paid twice [SL533]",
        id="a loss limit above the deductible",
    ),
    pytest.param(
        "[[aggregate.factors]]",
        'counting = "net_of_specific"\naggregating_counts = true\n[[aggregate.factors]]',
        "policy:25 aggregate.aggregating_counts: this belongs to counting by loss limit; net of specific counts "
        "whatever specific does not reimburse; remove it, or count by loss_limit [SL523]",
        id="a loss limit's term beside net of specific",
    ),
    pytest.param(
        "[[aggregate.factors]]",
        '[[aggregate.factors]]\ntier = "single"\namount = "1"\n[[aggregate.factors]]',
        "policy:27 aggregate.factors[1]: a tier and benefit has one factor; this one repeats an earlier one [SL520]",
        id="one tier twice",
    ),
    pytest.param(
        "[[aggregate.factors]]",
        '[[aggregate.factors]]\ntier = "single"\nbenefit = "rx"\namount = "1"\n[[aggregate.factors]]',
        "policy:28 aggregate.factors[1].benefit: a tier has one factor for all benefits, "
        "or one for each of them, not both [SL521]",
        id="a tier with and without benefit",
    ),
    pytest.param(
        'tier = "single"',
        'tier = "single"\nbenefit = "dental"',
        "policy:26 aggregate.factors[0].benefit: the aggregate does not cover dental, "
        "so a factor does not pay for it; add it to covers [SL522]",
        id="a factor for what is not covered",
    ),
    pytest.param(
        'basis = "12/12"',
        'basis = { label = "12/12", run_out_days = 90, paid_through = 2026-03-31 }',
        "policy:21 aggregate.basis.paid_through: run_out_days and paid_through both say when the paid window ends; "
        "keep one of them [SL505]",
        id="two ends of the paid window",
    ),
    pytest.param(
        'basis = "12/12"',
        "basis = { paid_from = 2025-01-01 }",
        "policy:21 aggregate.basis: a basis without a label gives all four days; "
        'missing: incurred_from, incurred_through, paid_through; or write a label such as "12/15" [SL503]',
        id="days missing",
    ),
    pytest.param(
        'basis = "12/12"',
        'basis = { label = "12/12", paid_through = 2024-12-31 }',
        "policy:21 aggregate.basis.paid: this window ends on 2024-12-31, before it starts on 2025-01-01 [SL205]",
        id="a window that ends before it starts",
    ),
    pytest.param(
        "[aggregate]",
        '[aggregate]\nper = "member"',
        "policy:21 aggregate.per: this belongs to a policy without specific; here the specific cover decides it "
        "for both; write it as specific.per [SL534]",
        id="two deciders",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "expected"), REFUSED_TOGETHER)
def test_terms_that_contradict_each_other_are_refused_together(right: str, wrong: str, expected: str) -> None:
    """What is right alone and wrong together is one finding."""
    assert right in PLAIN
    with pytest.raises(PolicyError) as error:
        parse_policy(PLAIN.replace(right, wrong, 1))

    assert [expected] == messages(error)


def test_a_policy_has_a_cover() -> None:
    """A document with neither cover is refused as a whole."""
    with pytest.raises(PolicyError) as error:
        parse_policy(PLAIN[: PLAIN.index("[specific]")])

    expected = (
        "policy: a policy has a specific cover, an aggregate cover or both; add [specific] or [aggregate] [SL530]"
    )
    assert [expected] == messages(error)


EVERY_FAULT = """\
schema = 1
policyholder = "Example"
carrier = ""
number = 1001

[period]
effective = 2025-01-01
expires = 2025-12-30

[specific]
basis = "12/15"
covers = ["medical"]
deductible = "100000"
share = "80"
foo = 1

[[specific.lasers]]
member = "SECRET-1"
deductible = 5e4

[[specific.lasers]]
member = "SECRET-2"
deductible = "50000"
from = 2025-07-01
SECRET-3 = "1"

[[specific.lasers]]
member = "SECRET-2"
excluded = true

[aggregate]
basis = { label = "12/12", paid_from = 1, run_out_days = -1, run_in_limit = { amount = "-5", caps = "both" } }
covers = ["medical"]
loss_limit = "100000.01"
consume_by = "paid"
factors = [
  { tier = "single", amount = 5.5 },
  { tier = "", amount = "x" },
  { tier = "family", amount = "5" },
  { tier = "family", amount = "5" },
]
"""


def test_one_error_has_every_finding() -> None:
    """Wrong values, unknown keys and contradictions among what is right come in one error."""
    with pytest.raises(PolicyError) as error:
        parse_policy(EVERY_FAULT)

    expected = [
        "policy:4 number: this is text; write it in quotes [SL575]",
        (
            "policy:8 period.expires: the period from 2025-01-01 is not a whole number of policy months; "
            "the nearest valid last day is 2025-11-30 or 2025-12-31 [SL207]"
        ),
        (
            "policy:14 specific.share: a share is a fraction from 0 to 1 or a percentage with its sign; "
            'write "0.8" or "80%" for eighty percent [SL107]'
        ),
        "policy:15 specific.foo: this key is not known [SL570]",
        (
            "policy:19 specific.lasers[0].deductible: an amount is written as text, never as a number; "
            "write it in quotes [SL112]"
        ),
        "policy:21 specific.lasers[1]: a key here is not known [SL570]",
        (
            "policy:23 specific.lasers[1].deductible: a laser is the whole deductible of its unit, "
            "at least the standard 100,000.00; add the increment to it [SL515]"
        ),
        "policy:28 specific.lasers[2].member: one laser a member; this one repeats lasers[1] [SL517]",
        "policy:32 aggregate.basis.paid_from: a day is a date; such as 2025-01-31 [SL201]",
        "policy:32 aggregate.basis.run_in_limit.caps: this is one of counted, reimbursed [SL106]",
        "policy:32 aggregate.basis.run_in_limit.amount: a limit is not negative [SL501]",
        "policy:32 aggregate.basis.run_out_days: run-out is 0 to 3,660 days [SL506]",
        (
            "policy:34 aggregate.loss_limit: the loss limit is at most the specific deductible, 100,000.00, "
            "or a dollar would be paid twice [SL533]"
        ),
        (
            "policy:35 aggregate.consume_by: this belongs to a policy without specific; "
            "here the specific cover decides it "
            "for both; write it as specific.consume_by [SL534]"
        ),
        'policy:37 aggregate.factors[0].amount: a factor is written as text, never as a number; write "5.5" [SL112]',
        'policy:38 aggregate.factors[1].amount: this is not a factor; write digits and a point: "540.1625" [SL103]',
        "policy:38 aggregate.factors[1].tier: an id is not empty [SL302]",
        "policy:40 aggregate.factors[3]: a tier and benefit has one factor; this one repeats an earlier one [SL520]",
    ]
    assert expected == messages(error)
    assert "SECRET" not in str(error.value)
    assert "SECRET" not in repr(error.value)


def test_a_repaired_document_has_no_leftover_finding() -> None:
    """A faulty item of a list is missed by no rule: one wrong factor is not "no factor at all"."""
    with pytest.raises(PolicyError) as error:
        parse_policy(PLAIN.replace('amount = "500"', 'amount = "x"'))

    assert ["aggregate.factors[0].amount"] == [found.where.split()[-1] for found in error.value.findings]


def test_lists_of_words_are_right_as_a_whole() -> None:
    """A misspelt benefit is not taken for one that is not covered."""
    text = PLAIN.replace('basis = "12/12"\ncovers = ["medical", "rx"]', 'basis = "12/12"\ncovers = ["medicla"]')
    with pytest.raises(PolicyError) as error:
        parse_policy(text.replace('tier = "single"', 'tier = "single"\nbenefit = "medical"'))

    assert ["aggregate.covers[0]"] == [found.where.split()[-1] for found in error.value.findings]


def test_days_that_are_right_are_compared_though_another_is_wrong() -> None:
    """A wrong day of termination does not hide a wrong last day."""
    with pytest.raises(PolicyError) as error:
        parse_policy(PLAIN.replace("expires = 2025-12-31", "expires = 2024-12-31\nterminated = 5"))

    expected = [
        "policy:9 period.expires: the policy expires before it is effective (2025-01-01) [SL206]",
        "policy:10 period.terminated: a day is a date; such as 2025-01-31 [SL201]",
    ]
    assert expected == messages(error)


def test_a_mapping_has_no_file_to_point_to() -> None:
    """Findings about a mapping give the path alone; null and keys that are no text are findings too."""
    mapping: dict[Any, Any] = {**tomllib.loads(PLAIN), "situs": None, 7: "x"}
    mapping["specific"]["deductible"] = Decimal("100000.50")
    mapping["specific"]["aggregating"] = 0.5
    with pytest.raises(PolicyError) as error:
        policy_from(mapping)

    expected = [
        "situs: null is no value of a term; leave the key out [SL579]",
        'specific.deductible: an amount is written as text, never as a number; write "100000.50" [SL112]',
        'specific.aggregating: an amount is written as text, never as a number; write "0.5" [SL112]',
        "a key here is not known [SL570]",
    ]
    assert sorted(expected) == sorted(messages(error))


@pytest.mark.parametrize("mapping", [[], "schema = 1", None, 5])
def test_what_is_no_mapping_is_refused(mapping: Any) -> None:
    """Anything but a mapping is refused, and nothing of it is repeated."""
    with pytest.raises(PolicyError, match=r"^(this is a table of terms|null is no value of a term)"):
        policy_from(mapping)


def test_text_that_cannot_be_written_again_is_refused() -> None:
    """Half a character would be lost in the next file."""
    mapping = tomllib.loads(PLAIN) | {"policyholder": "A\ud800"}
    with pytest.raises(PolicyError) as error:
        policy_from(mapping)

    assert ["policyholder: half a character (a lone surrogate) is not text [SL576]"] == messages(error)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=5)
    | st.sampled_from(["0", "-1", "80", "1e9", "12/15", "paid", "medical", "2025-01-01", "9999-12-31"])
    | st.builds(Number, st.sampled_from(["1.5", "nan", "-inf", "1e999999999", "1_0.5", "x"]))
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.binary(max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)


def paths_of(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value of a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for key, item in inner for deeper in paths_of(item, (*path, key)))]


@given(data=st.data(), policy=policies())
def test_whatever_stands_in_a_document_is_read_or_refused(data: st.DataObject, policy: Policy) -> None:
    """Anything at any place gives a policy that can be written again, or findings; never another error."""
    document = tomllib.loads(dump_policy(policy))
    *tables, last = data.draw(st.sampled_from([path for path in paths_of(document) if path]), label="path")
    table = document
    for key in tables:
        table = table[key]
    table[last] = data.draw(ANYTHING, label="value")
    try:
        read = policy_from(document)
    except PolicyError:
        return

    assert read == parse_policy(dump_policy(read))
