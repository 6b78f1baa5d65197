"""Worked cases: this project's own, and how a case is loaded, run and refused."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from stoploss.cases import Case, Difference, load_case, run_case, run_cases
from stoploss.errors import FactError, FeedError
from stoploss.facts import CarrierPayment, Coverage, CoveredUnits, Payment

FOLDER = Path(__file__).parent.parent / "cases"
PATHS = sorted(FOLDER.glob("*.toml"))

CASE = """\
id = "T01"
title = "Both covers"
source = "made up"
as_of = 2025-06-30

claims = [
  { id = "1", member = "M.1", incurred_on = 2025-02-01, paid_on = 2025-03-01, amount = "150000", tags = " a; b;" },
  { id = "2", member = "M.1", incurred_on = 2024-02-01, paid_on = "2025-03-01", amount = "7.50", class = "cobra" },
]

enrollment = [
  { month = "2025-01-01", tier = "single", units = 10 },
  { month = 2025-02-01, tier = "single", units = 10 },
  { month = "2025-03", tier = "single", units = 0 },
  { month = "2025-04", tier = "single", units = 10 },
  { month = "2025-05", tier = "single", units = 10 },
  { month = "2025-06", tier = "single", units = 10 },
]

carrier_payments = [{ id = "k", coverage = "aggregate", paid_on = 2025-06-01, amount = "5", kind = "accommodation" }]

[policy]
schema = 1
policyholder = "A"
carrier = "B"
number = "T-1"
period = { effective = 2025-01-01, expires = 2025-12-31 }
specific = { basis = "12/12", covers = ["medical"], deductible = "100000" }
aggregate = { basis = "12/12", covers = ["medical"], factors = [{ tier = "single", amount = "10" }] }

[expect]
policy = "T-1"
final = false
"claims.count" = 2
"specific.units.M.1.reimbursable" = "50000.00"
"specific.units.M.1.excluded" = false
"specific.excluded.incurred_before" = "7.50"
"specific.excluded.paid_after" = "0.00"
"aggregate.months.2025-02-01.attachment_to_date" = "200.00"
"aggregate.minimum_attachment" = "null"
"""


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """Load the case above."""
    return loaded(tmp_path, CASE)


def loaded(folder: Path, text: str) -> Case:
    """Load a case from text."""
    path = folder / "T01.toml"
    path.write_text(text, encoding="utf-8")
    return load_case(path)


def refusal(folder: Path, text: str) -> list[str]:
    """Return why a case is not loaded, one line a finding."""
    with pytest.raises(FeedError) as error:
        loaded(folder, text)
    return str(error.value).splitlines()


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_every_case_shows_its_figures(path: Path) -> None:
    """The statement of a worked case has exactly the figures that the case expects."""
    case = load_case(path)

    assert path.stem == case.id
    assert [] == [str(difference) for difference in run_case(case)]


def test_a_folder_is_run_whole() -> None:
    """Every case of the folder is run, by its id."""
    assert dict.fromkeys((path.stem for path in PATHS), ()) == run_cases(FOLDER)


def test_a_case_holds_what_its_file_says(case: Case) -> None:
    """Rows become facts: ids as text, days as dates, labels split as a feed does."""
    assert ("T01", "Both covers", "made up") == (case.id, case.title, case.source)
    assert dt.date(2025, 6, 30) == case.as_of
    assert case.payments == (
        Payment(
            id="1",
            member="M.1",
            incurred_on=dt.date(2025, 2, 1),
            paid_on=dt.date(2025, 3, 1),
            amount=Decimal(150_000),
            tags=("a", "b"),
        ),
        Payment(
            id="2",
            member="M.1",
            incurred_on=dt.date(2024, 2, 1),
            paid_on=dt.date(2025, 3, 1),
            amount=Decimal("7.50"),
            covered_class="cobra",
        ),
    )
    assert case.units[1:3] == (
        CoveredUnits(month=dt.date(2025, 2, 1), tier="single", units=10),
        CoveredUnits(month="2025-03", tier="single", units=0),
    )
    assert case.carrier_payments[0].coverage is Coverage.AGGREGATE
    assert isinstance(case.carrier_payments[0], CarrierPayment)


def test_a_case_that_agrees_has_no_difference(case: Case) -> None:
    """Figures, counts, yes or no, months and reasons all agree."""
    assert () == run_case(case)


@pytest.mark.parametrize(
    ("path", "expected", "actual"),
    [
        ("specific.reimbursable", "50000", "50000.00"),
        ("specific.reimbursable", "50000.01", "50000.00"),
        ("final", "true", "false"),
        ("aggregate.minimum_attachment", "0.00", "null"),
        ("specific.excluded.incurred_before", "0.00", "7.50"),
        ("specific.excluded.incured_before", "0.00", None),
        ("specific.excluded", "0.00", None),
        ("specific.units.M.2.reimbursable", "0.00", None),
        ("specific.units.M.1.reimbursible", "0.00", None),
        ("specific.units.M.1", "0.00", None),
        ("specific.units", "0.00", None),
        ("specific", "null", None),
        ("specific.reimbursible", "0.00", None),
        ("specific.reimbursable.cents", "0.00", None),
        ("aggregate.months.2025-01-02.attachment", "0.00", None),
        ("aggregate.months.2025-01-01.excluded", "false", None),
        ("", "0.00", None),
    ],
)
def test_what_differs_is_shown(case: Case, path: str, expected: str, actual: str | None) -> None:
    """There is no tolerance, and a path that the statement does not have is a difference, not a pass."""
    differences = run_case(evolve(case, expect={path: expected}))

    assert (Difference(path=path, expected=expected, actual=actual),) == differences


@pytest.mark.parametrize(
    "path", ["aggregate.excluded.paid_after", "aggregate.months.2025-01-01.attachment", "aggregate.due"]
)
def test_a_cover_that_is_not_there_has_no_figures(case: Case, path: str) -> None:
    """A path into a cover that the policy does not have is a difference."""
    only_specific = evolve(case, policy=evolve(case.policy, aggregate=None), units=(), carrier_payments=())

    assert [None] == [difference.actual for difference in run_case(evolve(only_specific, expect={path: "0.00"}))]


def test_a_difference_reads_as_a_line(case: Case) -> None:
    """A difference is a line for people; its repr, like a case's, shows no id and no figure."""
    known, unknown = run_case(evolve(case, expect={"specific.units.M.1.due": "1.00", "specific.units.M.2.due": "1.00"}))

    assert "specific.units.M.1.due: expected 1.00, the statement says 50000.00" == str(known)
    assert "specific.units.M.2.due: expected 1.00, the statement has no such path" == str(unknown)
    assert "Difference()" == repr(known)
    assert "M.1" not in repr(case)


REFUSED = [
    (
        "paid_on = 2025-03-01, amount",
        "paid_on = 2025-03-01T00:00:00, amount",
        [
            (
                "T01.toml:7 claims[0].paid_on: a day is exactly a datetime.date, not a datetime; "
                "take the date at the policyholder's site [SL201]"
            )
        ],
    ),
    (
        'amount = "150000"',
        "amount = 150000.25",
        ["T01.toml:7 claims[0].amount: an amount is written as text, never as a number; write it in quotes [SL112]"],
    ),
    (
        'amount = "7.50"',
        'amuont = "7.50"',
        [
            "T01.toml:8 claims[1].amount: this key is required [SL571]",
            'T01.toml:8 claims[1].amuont: this key is not known; did you mean "amount"? [SL570]',
        ],
    ),
    (
        'class = "cobra"',
        'covered_class = "cobra"',
        ["T01.toml:8 claims[1].covered_class: this key is not known [SL570]"],
    ),
    ('id = "2"', "id = 2", ["T01.toml:8 claims[1].id: this is text; write it in quotes [SL575]"]),
    (
        'id = "2"',
        'id = " 2"',
        ["T01.toml:8 claims[1].id: an id has no blanks around it and no invisible characters [SL303]"],
    ),
    (
        'paid_on = "2025-03-01", amount = "7.50"',
        'amount = "7.50"',
        [
            (
                "T01.toml:8 claims[1].paid_on: a payment has the day on which the plan paid it; "
                "or status pending, if it is not paid yet [SL210]"
            )
        ],
    ),
    (
        "units = 0",
        'units = "0"',
        [
            (
                "T01.toml:14 enrollment[2].units: this is a whole number; "
                "write it without quotes and without a point [SL578]"
            )
        ],
    ),
    ("units = 0", "units = -1", ["T01.toml:14 enrollment[2].units: covered units are 0 to 100,000,000 [SL508]"]),
    (
        'month = "2025-03"',
        'month = "2025-13"',
        [
            (
                "T01.toml:14 enrollment[2].month: a month is a day in it (2025-01-01) "
                "or the month in which it begins (2025-01) [SL211]"
            )
        ],
    ),
    (
        'coverage = "aggregate"',
        'coverage = "agregate"',
        [
            (
                "T01.toml:20 carrier_payments[0].coverage: this is one of specific, aggregate; "
                'did you mean "aggregate"? [SL106]'
            )
        ],
    ),
    ("claims = [", "claim = [", ['T01.toml:6 claim: this key is not known; did you mean "claims"? [SL570]']),
    (
        'deductible = "100000"',
        'deductible = "-1"',
        ["T01.toml:28 policy.specific.deductible: this amount is not negative [SL501]"],
    ),
    (
        "schema = 1",
        "schema = 9",
        [
            (
                "T01.toml:23 policy.schema: this document was written by a newer version; this one reads schema 1; "
                "update stoploss [SL582]"
            )
        ],
    ),
    (
        '"50000.00"',
        "50000.00",
        ['T01.toml:31 expect[3]: an expected figure is text, as the statement has it; such as "80000.00" [SL489]'],
    ),
]


@pytest.mark.parametrize(("right", "wrong", "expected"), REFUSED, ids=[wrong for _, wrong, _ in REFUSED])
def test_a_case_that_is_wrong_is_refused_with_its_places(
    tmp_path: Path, right: str, wrong: str, expected: list[str]
) -> None:
    """A case is as strict as a policy document: every finding by line and path, and nothing of a member's repeated."""
    assert right in CASE

    assert expected == refusal(tmp_path, CASE.replace(right, wrong, 1))


@pytest.mark.parametrize("expect", ["", "[expect]\n"])
def test_a_case_expects_something(tmp_path: Path, expect: str) -> None:
    """A case without figures would pass whatever the statement says."""
    found = refusal(tmp_path, CASE[: CASE.index("[expect]")] + expect)

    assert ["a case expects at least one figure, in a table by path [SL489]"] == [
        re.sub(".*expect: ", "", line) for line in found
    ]


def test_claims_that_are_no_rows_are_refused(tmp_path: Path) -> None:
    """Rows are tables in a list, and nothing else."""
    start, end = CASE.index("claims = ["), CASE.index("enrollment = [")

    assert ["T01.toml:6 claims: this is a list; write it in square brackets [SL574]"] == refusal(
        tmp_path, f'{CASE[:start]}claims = "none"\n{CASE[end:]}'
    )
    assert ["T01.toml:6 claims[0]: this is a table of terms [SL573]"] == refusal(
        tmp_path, f"{CASE[:start]}claims = [5]\n{CASE[end:]}"
    )


def test_what_cannot_be_settled_is_placed_in_the_file(tmp_path: Path) -> None:
    """A fault between rows is named by the file's own words for them."""
    text = CASE.replace('tier = "single", units = 0', 'tier = "sngle", units = 0').replace(
        'class = "cobra"',
        'class = "cobra" },\n  { id = "3", member = "M.2", adjusts = "1", incurred_on = 2025-02-01, '
        'paid_on = 2025-04-01, amount = "-1"',
    )
    case = loaded(tmp_path, text)
    with pytest.raises(FactError) as error:
        run_case(case)

    places = [finding.where for finding in error.value.findings]
    assert "T01.toml:9 claims[2].adjusts" in places
    assert "T01.toml:15 enrollment[2].tier" in places


def test_a_case_made_by_hand_has_no_file(case: Case) -> None:
    """A case that was not loaded names its rows all the same."""
    by_hand = Case(id="T", policy=case.policy, payments=case.payments, units=case.units[1:], expect=case.expect)
    with pytest.raises(FactError) as error:
        run_case(by_hand)

    assert all("toml" not in finding.where for finding in error.value.findings)


def test_two_cases_do_not_share_an_id(tmp_path: Path) -> None:
    """A folder in which one case hides another is refused."""
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(CASE, encoding="utf-8")

    with pytest.raises(FeedError, match=r"^b\.toml:1 id: two cases of a folder have one id \[SL488\]$"):
        run_cases(tmp_path)
