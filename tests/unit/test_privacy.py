"""Health information stays where it is the product: no repr, error or traceback shows an id or a member's amount."""

from __future__ import annotations

import pickle
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, cast

import pytest
from attrs import evolve, fields, has
from attrs.exceptions import FrozenInstanceError

from stoploss.basis import ContractBasis, DollarLimit
from stoploss.errors import StopLossError
from stoploss.explain import explain_aggregate, explain_claim, explain_unit
from stoploss.facts import CarrierPayment, CoveredUnits, Payment
from stoploss.lasers import Laser
from stoploss.policy import Policy
from stoploss.receivables import receivables, spread
from stoploss.reconcile import CarrierRow, as_carrier_rows, reconcile
from stoploss.requests import Denial, Request
from stoploss.statement import Statement, settle
from tests.unit.given import a_policy, a_year_of_units, aggregate, by_carrier, day, paid, pending, specific

# Every id and every amount that belongs to a person is marked, and no two amounts are the same.
# No sum over several persons is one of them: totals of a group may be shown.
MEMBERS = ["hidden-member-0", "hidden-member-1", "hidden-member-2"]
FAMILIES = ["hidden-family-0", "hidden-family-1", "hidden-family-2"]
MARK = "hidden-"
RUN_IN = ContractBasis(label="24/12", run_in_limit=DollarLimit(amount="1,234.56"))
LASERED = "70,123.45"


def a_claim(number: int, member: int, amount: str, paid_on: str = "2025-06-01", **more: Any) -> Payment:
    """Return a payment in which everything that may tell of a person is marked."""
    return paid(
        f"hidden-claim-{number}",
        MEMBERS[member],
        amount,
        paid_on,
        family=FAMILIES[member],
        reason="hidden-reason",
        accident="hidden-accident",
        covered_class="hidden-class",
        diagnosis=["hidden-diagnosis"],
        tags=["hidden-tag"],
        **more,
    )


PAYMENTS = [
    a_claim(1, 0, "90,234.56"),
    a_claim(2, 1, "81,345.67"),
    a_claim(3, 2, "72,456.78"),
    a_claim(4, 0, "-1,567.89", adjusts="hidden-claim-1"),
    a_claim(5, 1, "-2,678.91"),
    a_claim(6, 0, "3,789.12", incurred_on="2024-12-01"),
    a_claim(7, 1, "4,891.23", incurred_on="2024-12-01"),
    *(a_claim(8 + member, member, f"{member + 5},912.34", benefit="dental") for member in range(3)),
    *(a_claim(11 + member, member, f"{member + 5},923.45", "2026-06-01") for member in range(3)),
    *(a_claim(14 + member, member, f"{member + 5},934.56", status="ineligible") for member in range(3)),
    *(a_claim(17 + member, member, f"{member + 5},945.67", status="pending") for member in range(3)),
]
RECEIVED = [by_carrier(f"hidden-paid-{member}", f"{member + 5},956.78", member=MEMBERS[member]) for member in range(3)]
ASKED: dict[str, Any] = {"coverage": "specific", "requested_on": day("2025-06-30"), "kind": "initial"}
REQUESTS = [
    Request(id=f"hidden-request-{member}", member=MEMBERS[member], amount=f"{member + 1},967.89", **ASKED)
    for member in (1, 2)
]
DENIALS = [
    Denial(id="hidden-denial", request="hidden-request-1", denied_on=day("2025-08-15"), amount="978.91", reason=MARK)
]
FACTS: list[Payment | CarrierPayment | Request | Denial] = [*PAYMENTS, *RECEIVED, *REQUESTS, *DENIALS]
AMOUNTS = [fact.amount for fact in FACTS]


def policy(per: str = "member") -> Policy:
    """Return a policy with a laser on a marked unit."""
    lasered: dict[str, Any] = {"member": MEMBERS[0]} if per == "member" else {"family": FAMILIES[0]}
    terms = specific(
        basis=RUN_IN,
        per=per,
        deductible="50,000",
        aggregating="20,000",
        share="90%",
        lasers=[Laser(**lasered, deductible=LASERED)],
    )
    return a_policy(terms, aggregate(basis=RUN_IN))


def statement() -> Statement:
    """Settle everything that is marked."""
    return settle(policy(), PAYMENTS, a_year_of_units(), RECEIVED)


def objects(root: object) -> Iterator[Any]:
    """Yield every object of this package that can be reached from another, the derived ones as well."""
    todo, seen = [root], set[int]()
    while todo:
        value = todo.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, Mapping):
            todo += [*value.keys(), *value.values()]
        elif isinstance(value, (tuple, list)):
            todo += value
        if type(value).__module__.startswith("stoploss."):
            yield value
            if has(type(value)):
                todo += [getattr(value, attribute.name) for attribute in fields(cast("Any", type(value)))]


def everything() -> list[Any]:
    """Return every object that a settlement and its explanations are made of."""
    found = statement()
    explained = [
        explain_aggregate(found),
        *(explain_unit(found, member) for member in MEMBERS),
        *(explain_claim(found, payment.id) for payment in PAYMENTS),
    ]
    money = (receivables(found, REQUESTS, DENIALS, as_of=day("2026-03-31")), spread(found))
    theirs = [evolve(row, eligible="91,111.11") for row in as_carrier_rows(found) if row.member == MEMBERS[0]]
    compared = (theirs, reconcile(found, theirs))
    return list(objects((found, found.splits, explained, RECEIVED, REQUESTS, DENIALS, money, compared)))


def own_amounts(found: Statement) -> set[Decimal]:
    """Return every amount of a person: of payments, of splits, and of sheets, unless it is a term or zero."""
    terms = {Decimal(0), Decimal("50000.00"), Decimal("20000.00"), Decimal("1234.56")}
    assert found.specific
    sheets = [*found.specific.units, *found.splits]
    names = ("eligible", "net", "retained", "laser", "aggregating", "employer_share", "over_maximum", "reimbursable")
    own: set[Any] = {getattr(sheet, name, None) for sheet in sheets for name in names}
    return {*AMOUNTS, *own} - terms - {None}


def shows(text: str, amount: Decimal) -> bool:
    """Say whether a text shows an amount: in dollars, with commas, or in cents; as a number of its own."""
    spellings = {str(amount), f"{amount:,}", str(int(amount * 100))}
    return any(re.search(rf"(?<![\d.,-]){re.escape(each)}(?!\d)", text) for each in spellings)


def test_the_markers_are_in_the_product() -> None:
    """Sheets, splits and explanations do show ids and amounts: there is something to hide."""
    found = statement()

    assert MEMBERS[0] in str(found.to_dict())
    assert "90,234.56" in explain_claim(found, "hidden-claim-1").text()
    assert len(AMOUNTS) < len(own_amounts(found))
    assert {"Payment", "CarrierPayment", "UnitSheet", "Split", "Account", "Laser", "Step", "Explanation"} | {
        *(
            "Request",
            "Denial",
            "Receivable",
            "RequestRow",
            "Receipt",
            "Over",
            "CarrierRow",
            "Discrepancy",
            "StepDifference",
        )
    } <= {type(each).__name__ for each in everything()}


def test_no_repr_shows_an_id() -> None:
    """Of no object that can be reached from a statement or an explanation, whatever is inside it."""
    assert [] == [type(each).__name__ for each in everything() if MARK in repr(each)]


@pytest.mark.parametrize("name", ["statement", "explanation"])
def test_no_text_of_an_object_shows_an_id(name: str) -> None:
    """Nor its str, nor what a format string makes of it: what logs show."""
    found = statement()
    shown = {"statement": found, "explanation": explain_claim(found, "hidden-claim-1")}[name]

    assert MARK not in f"{shown} {shown!s} {shown!r}"


def test_no_repr_shows_an_amount_of_a_member() -> None:
    """Neither what was reported nor what was made of it; totals of the group and terms of the policy may be shown."""
    hidden = own_amounts(statement())
    shown = {(type(each).__name__, repr(each)) for each in everything()}

    assert [] == [(name, amount) for name, text in shown for amount in hidden if shows(text, amount)]


def test_no_repr_shows_the_laser_of_a_member() -> None:
    """A higher deductible tells of a known condition."""
    laser = Decimal(LASERED.replace(",", ""))

    assert [] == [type(each).__name__ for each in everything() if shows(repr(each), laser)]


# ------------------------------------------------------------------ errors

A_PAYMENT: dict[str, Any] = {
    "id": "hidden-claim-1",
    "member": MEMBERS[0],
    "incurred_on": day("2025-01-15"),
    "paid_on": day("2025-02-01"),
    "amount": "90,234.56",
}
ROW: dict[str, Any] = {
    "id": "hidden-paid-0",
    "coverage": "specific",
    "member": MEMBERS[0],
    "paid_on": day("2025-02-01"),
}
FIRST = PAYMENTS[0]
NUMBER = 4_711_471_147


def wrong(**given: Any) -> Callable[[], object]:
    """Return what builds a payment with a fault."""
    return lambda: Payment(**A_PAYMENT | given)


def told(*payments: Payment, received: tuple[CarrierPayment, ...] = (), per: str = "member") -> Callable[[], object]:
    """Return what settles facts that do not fit."""
    return lambda: settle(policy(per), payments, a_year_of_units(), received)


FAULTS: dict[str, Callable[[], object]] = {
    "an id with blanks": wrong(member=f"{MEMBERS[0]} "),
    "an id that is invisible in part": wrong(id="hidden-claim-\u200b1"),
    "an id in another form": wrong(family="hidden-e\u0301"),
    "an id that is a number": wrong(member=NUMBER),
    "an id in another column": wrong(benefit=MEMBERS[0]),
    "a number in another column": wrong(benefit=NUMBER),
    "an id as a status": wrong(status=MEMBERS[0]),
    "an id as an amount": wrong(amount=MEMBERS[0]),
    "an id as a day": wrong(incurred_on=MEMBERS[0]),
    "an id as labels": wrong(tags=MEMBERS[0]),
    "an amount of three places": wrong(amount="90,234.561"),
    "an amount that is too large": wrong(amount="90,234,567,891,234.56"),
    "an amount as a float": wrong(amount=90_234.56),
    "an amount as a day": wrong(paid_on=90_234.56),
    "a payment without a day": wrong(paid_on=None),
    "everything at once": wrong(id=" hidden-1", member=NUMBER, family="hidden-\n", paid_on=None, adjusts=" hidden-1"),
    "an id as units": lambda: CoveredUnits(month=MEMBERS[0], tier=f" {MEMBERS[0]}", units=MEMBERS[0]),  # type: ignore[arg-type]
    "an id as a coverage": lambda: CarrierPayment(**ROW | {"coverage": MEMBERS[0]}, amount="90,234.56"),
    "a carrier payment without a member": lambda: CarrierPayment(**ROW | {"member": None}, amount="90,234.56"),
    "a laser on two": lambda: Laser(member=MEMBERS[0], family=FAMILIES[0], deductible=LASERED),
    "a laser on an id with blanks": lambda: Laser(member=f" {MEMBERS[0]}", deductible=LASERED),
    "a laser without effect": lambda: Laser(member=MEMBERS[0]),
    "two lasers on one": lambda: specific(lasers=[Laser(member=MEMBERS[0], deductible=LASERED)] * 2),
    "a laser below the deductible": lambda: specific(
        deductible="80,000", lasers=[Laser(member=MEMBERS[0], deductible=LASERED)]
    ),
    "a laser on a family": lambda: specific(lasers=[Laser(family=FAMILIES[0], deductible=LASERED)]),
    "an id told otherwise": told(FIRST, evolve(FIRST, amount="90,234.57")),
    "a void of another member's payment": told(FIRST, evolve(PAYMENTS[3], member=MEMBERS[1])),
    "a void of too much": told(FIRST, evolve(PAYMENTS[3], amount="-90,234.57")),
    "a void of a void": told(FIRST, PAYMENTS[3], evolve(PAYMENTS[4], member=MEMBERS[0], adjusts=PAYMENTS[3].id)),
    "a void of a pending claim": told(
        pending("hidden-claim-9", MEMBERS[0], "90,234.56"),
        paid("hidden-claim-10", MEMBERS[0], "-1.11", adjusts="hidden-claim-9"),
    ),
    "a payment without a family": told(evolve(FIRST, family=None), per="family"),
    "sums that are too large": told(
        *(evolve(FIRST, id=f"hidden-claim-{number}", amount="9,999,999,999,999.99") for number in range(9_224))
    ),
    "a carrier payment told otherwise": told(FIRST, received=(RECEIVED[0], evolve(RECEIVED[0], amount="90,234.56"))),
    "a carrier payment without cover": lambda: settle(a_policy(aggregate=aggregate()), [], a_year_of_units(), RECEIVED),
    "a question about a claim": lambda: statement().split("hidden-claim-99"),
    "a question about a member": lambda: statement().unit("hidden-member-99"),
    "a request with blanks": lambda: Request(id=f" {MARK}", member=MEMBERS[0], amount="90,234.56", **ASKED),
    "a request for too much": lambda: receivables(
        statement(), [evolve(REQUESTS[0], amount="90,234.56")], as_of=day("2026-03-31")
    ),
    "a request for somebody else": lambda: receivables(
        statement(), [evolve(REQUESTS[0], member="hidden-member-99")], as_of=day("2026-03-31")
    ),
    "a denial of too much": lambda: receivables(
        statement(), REQUESTS, [evolve(DENIALS[0], amount="90,234.56")], as_of=day("2026-03-31")
    ),
    "a carrier's row without its member": lambda: CarrierRow(eligible="90,234.56"),
    "a carrier's row told otherwise": lambda: reconcile(
        statement(), [CarrierRow(member=MEMBERS[0], eligible=eligible) for eligible in ("90,234.56", "90,234.57")]
    ),
    "an explanation of a claim": lambda: explain_claim(statement(), "hidden-claim-99"),
    "an explanation of a member": lambda: explain_unit(statement(), "hidden-member-99"),
}
FIGURES = (
    "90,234.5",
    "90234.5",
    "90,234,567",
    "90234567",
    "9999999999999.99",
    "9,999,999,999,999",
    "70,123.45",
    "70123.45",
)


def provoked(provoke: Callable[[], object]) -> StopLossError:
    """Return the error that is raised."""
    with pytest.raises(StopLossError) as raised:
        provoke()
    return raised.value


def leaks(text: str) -> list[str]:
    """Return what a text shows that it must not."""
    return [mark for mark in (MARK, str(NUMBER), *FIGURES) if mark in text]


@pytest.mark.parametrize("provoke", FAULTS.values(), ids=FAULTS.keys())
def test_no_error_shows_an_id_or_an_amount(provoke: Callable[[], object]) -> None:
    """Neither its text, nor its repr, nor its arguments: an error points to the place."""
    error = provoked(provoke)

    assert [] == leaks(f"{error}\n{error!r}\n{error.args}\n{[repr(finding) for finding in error.findings]}")


@pytest.mark.parametrize(
    "provoke",
    [
        pytest.param(
            provoke,
            id=name,
        )
        for name, provoke in FAULTS.items()
    ],
)
def test_no_traceback_shows_what_an_error_hides(provoke: Callable[[], object]) -> None:
    """The errors behind an error are printed with it, and so hide the same."""
    error = provoked(provoke)
    messages = [
        line
        for line in traceback.format_exception(error)
        if not line.startswith("  File ")  # frames show source lines
    ]

    assert [] == leaks("".join(messages))


@pytest.mark.parametrize("provoke", FAULTS.values(), ids=FAULTS.keys())
def test_errors_survive_the_way_to_another_process(provoke: Callable[[], object]) -> None:
    """Pickled and unpickled, an error says the same."""
    error = provoked(provoke)
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 -- made here

    assert (type(error), str(error), error.findings) == (type(copy), str(copy), copy.findings)


# ------------------------------------------------------------------ what was stated stays stated


def test_no_object_can_be_changed() -> None:
    """Every object of terms, facts, sheets and explanations is frozen, down to the last field."""
    by_class = {type(each): each for each in everything() if has(type(each))}
    for each in by_class.values():
        for attribute in fields(type(each)):
            with pytest.raises(FrozenInstanceError):
                setattr(each, attribute.name, None)

    assert len(by_class) > 20


def test_what_a_result_holds_is_no_list() -> None:
    """Sequences of a statement and of an explanation are tuples: a reader cannot edit them."""
    found = statement()
    assert found.specific
    assert found.aggregate
    explanation = explain_claim(found, "hidden-claim-1")

    assert {tuple} == {
        type(each)
        for each in (
            *(found.splits, found.notices, found.specific.units, found.specific.excluded),
            *(found.aggregate.months, found.aggregate.excluded, found.aggregate_steps),
            *(explanation.sections, explanation.sections[0].steps, explanation.sections[0].sentences),
        )
    }
