"""Tables for notebooks: every text escaped, every figure of the sheet in them."""

from __future__ import annotations

import datetime as dt
from html.parser import HTMLParser

import pytest

from stoploss.aggregate_terms import AggregateTerms
from stoploss.attachment_terms import AggregateFactor
from stoploss.explain import explain_aggregate, explain_claim, explain_unit
from stoploss.facts import CoveredUnits, Payment
from stoploss.html import aggregate_html, explanation_html, specific_html, statement_html, unit_html
from stoploss.lasers import Laser
from stoploss.policy import Policy
from stoploss.specific_terms import SpecificTerms
from stoploss.statement import Statement, settle
from stoploss.window import Period

YEAR = Period(effective=dt.date(2025, 1, 1), expires=dt.date(2025, 12, 31))
SPECIFIC = SpecificTerms(
    basis="12/12", covers=["medical"], deductible="1000", share="90%", lasers=[Laser(member="M-0002", excluded=True)]
)
AGGREGATE = AggregateTerms(
    basis="12/12", covers=["medical", "rx"], factors=[AggregateFactor(tier="single", amount="100")]
)
EVERY_MONTH = [CoveredUnits(month=dt.date(2025, month, 1), tier="single", units=1) for month in range(1, 13)]
HOSTILE = "<script>alert('M')</script>&"


class Tables(HTMLParser):
    """Collects the cells of every row, and refuses a tag that is opened and not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.seen: set[str] = set()
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 -- the parser's signature
        """Open a tag."""
        self.open.append(tag)
        self.seen.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Add text to the cell that is open."""
        if self.open and self.open[-1] in {"td", "th"}:
            self.rows[-1][-1] += data


def a_statement(*members: str, covers: str = "both", as_of: dt.date | None = None) -> Statement:
    """Return a statement in which each of *members* has one claim of 12,345.67, and one of another benefit."""
    policy = Policy(
        policyholder="A",
        carrier="B",
        number=HOSTILE,
        period=YEAR,
        specific=SPECIFIC if covers != "aggregate" else None,
        aggregate=AGGREGATE if covers != "specific" else None,
    )
    day = dt.date(2025, 3, 1)
    payments = [
        Payment(id=f"c{at}", member=member, incurred_on=day, paid_on=day, amount="12345.67")
        for at, member in enumerate(members)
    ]
    payments += [
        Payment(id=f"rx{at}", member=member, benefit="rx", incurred_on=day, paid_on=day, amount="5")
        for at, member in enumerate(members)
    ]
    return settle(policy, payments, EVERY_MONTH, as_of=as_of)


def test_every_text_is_escaped() -> None:
    """An id that reads like a script is text, in every table."""
    statement = a_statement(HOSTILE)
    pages = [
        statement_html(statement.to_dict()),
        explanation_html(explain_unit(statement, HOSTILE).to_dict()),
        explanation_html(explain_claim(statement, "c0").to_dict()),
    ]

    for page in pages:
        assert "script" not in Tables(page).seen
        assert "<script" not in page
    assert "&lt;script&gt;" in pages[0]


def test_a_unit_shows_its_lines() -> None:
    """A unit's row has its deductible and its nine lines, with separators."""
    unit = a_statement("M-0001").to_dict()["specific"]["units"][0]

    assert Tables(unit_html(unit)).rows[1] == [
        *("M-0001", "1,000.00", "12,345.67", "1,000.00", "0.00", "0.00", "1,134.57", "0.00"),
        *("10,211.10", "0.00", "10,211.10"),
    ]


def test_an_excluded_unit_says_so() -> None:
    """A unit that is excluded from specific has the word in place of a deductible."""
    unit = a_statement("M-0002").to_dict()["specific"]["units"][0]

    assert Tables(unit_html(unit)).rows[1][1] == "excluded"


def test_specific_ends_with_its_sums_and_exclusions() -> None:
    """The specific table ends with the sums; what was excluded follows, reason by reason."""
    rows = Tables(specific_html(a_statement("M-0001", "M-0003").to_dict()["specific"])).rows

    assert rows[3][:3] == ["all", "", "24,691.34"]
    assert rows[-1] == ["benefit not covered", "2", "10.00"]


@pytest.mark.parametrize(("units", "expected"), [(50, None), (51, "1 more"), (1_060, "1,010 more")])
def test_a_large_group_is_cut_with_a_count(units: int, expected: str | None) -> None:
    """At most fifty units are shown; a row counts the others."""
    members = [f"M-{number:04}" for number in range(units)]
    rows = Tables(specific_html(a_statement(*members).to_dict()["specific"])).rows

    assert (rows[51][0] if expected else None) == expected
    assert len({len(row) for row in rows[: 52 + bool(expected)]}) == 1


def test_the_worksheet_leaves_out_what_the_policy_has_not() -> None:
    """A policy without a minimum has no such line; every policy month has a row."""
    rows = Tables(aggregate_html(a_statement("M-0001").to_dict()["aggregate"])).rows

    assert "minimum attachment" not in [row[0] for row in rows]
    assert ["attachment point", "1,200.00"] in rows
    assert ["2025-12-01", "100.00", "1,200.00", "1,000.00"] in rows


@pytest.mark.parametrize("covers", ["specific", "aggregate", "both"])
def test_a_statement_shows_the_covers_that_it_has(covers: str) -> None:
    """A statement has a table for each cover of the policy, and none for another."""
    page = statement_html(a_statement("M-0001", covers=covers).to_dict())

    assert ("<caption>Specific</caption>" in page) == (covers != "aggregate")
    assert ("<caption>Aggregate</caption>" in page) == (covers != "specific")


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [(None, "everything reported, final"), (dt.date(2025, 6, 30), "as of 2025-06-30, not final")],
)
def test_a_statement_says_of_when_it_is(as_of: dt.date | None, expected: str) -> None:
    """The title says the day of the statement, and whether it is final."""
    assert expected in statement_html(a_statement("M-0001", as_of=as_of).to_dict())


def test_an_explanation_shows_rule_inputs_and_clause() -> None:
    """Each step is a row; only lines that are added up have a plus."""
    rows = Tables(explanation_html(explain_unit(a_statement("M-0001"), "M-0001").to_dict())).rows
    by_line = {row[0]: row[1:] for row in rows}

    assert by_line["+ retained"] == [
        "1,000.00",
        "min(eligible, deductible)",
        "eligible 12345.67, deductible 1000.00",
        "specific-deductible",
    ]
    assert "excess" in by_line


def test_a_row_of_amounts_is_written_out() -> None:
    """An input that is a row of amounts is shown as their sum, or as nothing."""
    rows = Tables(explanation_html(explain_aggregate(a_statement("M-0001")).to_dict())).rows
    none = Tables(explanation_html(explain_aggregate(a_statement()).to_dict())).rows

    assert "100.00 + 100.00" in {row[0]: row[3] for row in rows}["calculated_attachment"]
    assert {row[0]: row[3] for row in none}["+ counted"] == "counted_by_month nothing"


def layer(carrier: str, reimbursable: str) -> dict[str, str]:
    """Return what one carrier owes, as plain data."""
    return {"carrier": carrier, "reimbursable": reimbursable, "reimbursed": "0.00", "due": reimbursable}


def test_several_carriers_have_a_table() -> None:
    """A unit that two carriers reimburse shows what each owes; one carrier alone has no table."""
    unit = a_statement("M-0001").to_dict()["specific"]["units"][0]
    layered = unit | {"layers": [layer("First <Re>", "8000.00"), layer("Second Re", "2211.10")]}

    assert Tables(unit_html(unit)).rows == Tables(unit_html(layered)).rows[:2]
    assert Tables(unit_html(layered)).rows[2:] == [
        ["carrier", "reimbursable", "reimbursed", "due"],
        ["First <Re>", "8,000.00", "0.00", "8,000.00"],
        ["Second Re", "2,211.10", "0.00", "2,211.10"],
    ]


def test_riders_of_the_aggregate_have_their_tables() -> None:
    """Terminal liability is a line; the accommodation has a row a month and the position now, a division one row."""
    sheet = a_statement("M-0001").to_dict()["aggregate"]
    position = {"threshold": "100.00", "counted": "350.00", "wanted": "250.00", "advanced": "0.00", "due": "250.00"}
    division = {name: sheet[name] for name in ("gross", "voids_and_refunds", "eligible", "over_loss_limit")}
    division |= {name: sheet[name] for name in ("reimbursed_by_specific", "counted", "calculated_attachment")}
    first, *others = sheet["months"]
    ridden = sheet | {
        "terminal_liability": "300.00",
        "months": [first | {"accommodation": position}, *others],
        "accommodation": position | {"advanced": "250.00", "due": "0.00"},
        "divisions": [{"division": "", **division}],
    }
    rows = Tables(aggregate_html(ridden)).rows

    assert ["terminal liability", "300.00"] in rows
    assert ["2025-01-01", "100.00", "350.00", "250.00", "0.00", "250.00"] in rows
    assert ["so far", "100.00", "350.00", "250.00", "250.00", "0.00"] in rows
    assert "none named" in [row[0] for row in rows]
    assert "so far" not in [row[0] for row in Tables(aggregate_html(sheet)).rows]
