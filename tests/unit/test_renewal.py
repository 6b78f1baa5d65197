"""Renewal: the next policy and what changed, and a carrier's offer against what was promised."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from stoploss.attachment_terms import AggregateFactor
from stoploss.basis import ContractBasis
from stoploss.errors import InvalidValue, PolicyError, StopLossError, WrongType
from stoploss.facts import Coverage
from stoploss.inner_terms import Cap, Used
from stoploss.lasers import Laser, LaserFund
from stoploss.policy import Policy
from stoploss.promises import RenewalTerms
from stoploss.renewal import Renewal, TierRate, check_renewal, compare, renew
from stoploss.riders import Bridge, OtherPolicy, Overlap, TerminalLiability
from stoploss.statement import settle
from stoploss.window import Period
from tests.unit.given import a_period, a_policy, aggregate, day, paid, refused, specific


def changed(renewal: Renewal) -> list[str]:
    """Return the changes as text."""
    return [str(change) for change in renewal.changes]


def test_an_unchanged_policy_moves_on_by_a_year() -> None:
    """The next period begins the day after, has as many months, and remembers where it all began."""
    renewal = renew(a_policy(specific(basis="12/15"), aggregate()))

    assert changed(renewal) == [
        "period.effective: 2025-01-01 -> 2026-01-01",
        "period.expires: 2025-12-31 -> 2026-12-31",
    ]
    assert renewal.policy.period.original_effective == day("2025-01-01")
    assert renewal.expiring == a_policy(specific(basis="12/15"), aggregate())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("2024-03-01", "2025-02-28"), ("2025-03-01", "2026-02-28")),
        (("2023-03-01", "2024-02-29"), ("2024-03-01", "2025-02-28")),
        (("2024-02-29", "2025-02-27"), ("2025-02-28", "2026-02-27")),
        (("2024-02-29", "2025-02-28"), ("2025-03-01", "2026-02-28")),
        (("2024-08-31", "2025-02-28"), ("2025-03-01", "2025-08-31")),
        (("2025-06-15", "2026-06-14"), ("2026-06-15", "2027-06-14")),
    ],
)
def test_the_next_period(before: tuple[str, str], after: tuple[str, str]) -> None:
    """It leaves no day without cover, and a period that ends with its month stays with month's ends."""
    months = a_period(*before).months
    terms = specific(basis=f"{months}/{months}")
    period = renew(a_policy(terms, period=a_period(*before))).policy.period

    assert (period.effective, period.expires) == (day(after[0]), day(after[1]))
    assert period.original_effective == day(before[0])


def test_another_number_of_months_keeps_run_in_and_run_out() -> None:
    """12/15 over twelve months has three months of run-out, and so has 6/9 over six."""
    renewal = renew(a_policy(specific(basis="15/18")), months=6)

    assert changed(renewal) == [
        "period.effective: 2025-01-01 -> 2026-01-01",
        "period.expires: 2025-12-31 -> 2026-06-30",
        "specific.basis.label: 15/18 -> 9/12",
    ]


def test_days_of_a_basis_move_along() -> None:
    """Days that override a label are as far from the next period as they were from this one."""
    basis = ContractBasis(
        label="12/12",
        incurred_from=day("2024-10-01"),
        incurred_through=day("2025-12-31"),
        paid_through=day("2026-02-28"),
    )
    own = renew(a_policy(specific(basis=basis))).policy.specific

    assert own
    assert own.basis == ContractBasis(
        label="12/12",
        incurred_from=day("2025-10-01"),
        incurred_through=day("2026-12-31"),
        paid_through=day("2027-02-28"),
    )


def test_the_end_of_february_stays_the_end_of_february() -> None:
    """A window through the last day of a month goes on to the last day of that month."""
    basis = ContractBasis(label="12/12", paid_from=day("2027-01-01"), paid_through=day("2027-02-28"))
    own = renew(a_policy(specific(basis=basis), period=a_period("2026-01-01", "2026-12-31"))).policy.specific

    assert own
    assert own.basis.paid_from == day("2028-01-01")
    assert own.basis.paid_through == day("2028-02-29")


def test_the_floor_of_a_paid_basis_stays() -> None:
    """Incurred on or after a day, year after year."""
    basis = ContractBasis(label="paid", incurred_from=day("2024-01-01"))
    own = renew(a_policy(specific(basis=basis))).policy.specific

    assert own
    assert own.basis == basis


def test_lasers_are_carried() -> None:
    """A laser that began in the expiring year holds from the first day of the next; one that begins later stays."""
    lasers = [
        Laser(member="M1", deductible=200, from_on=day("2025-07-01")),
        Laser(member="M2", deductible=300, from_on=day("2026-03-01")),
        Laser(member="M3", excluded=True),
    ]
    own = renew(a_policy(specific(lasers=lasers))).policy.specific

    assert own
    assert own.lasers == (Laser(member="M1", deductible=200), *lasers[1:])


def test_the_factors_that_hold_are_carried() -> None:
    """The latest factor of a tier holds from the start, and one that begins in the next year is kept."""
    factors = [
        AggregateFactor(tier="single", amount=10),
        AggregateFactor(tier="single", amount=12, from_on=day("2025-07-01")),
        AggregateFactor(tier="single", amount=14, from_on=day("2026-07-01")),
    ]
    own = renew(a_policy(aggregate=aggregate(factors=factors))).policy.aggregate

    assert own
    assert own.factors == (AggregateFactor(tier="single", amount=12), factors[2])


def test_a_bridge_changes_the_expiring_policy() -> None:
    """Once the group renews, the expiring specific basis is the bridge's; the next year has a bridge of its own."""
    policy = a_policy(specific(basis="12/15"), bridge=Bridge(basis="12/24"))
    renewal = renew(policy)

    assert policy.specific_windows
    assert policy.specific_windows.paid.last == day("2026-03-31")
    assert renewal.expiring.specific_windows
    assert renewal.expiring.specific_windows.paid.last == day("2026-12-31")
    assert renewal.policy.bridge == Bridge(basis="12/24")


def test_a_bridge_in_effect_leaves_no_terminal_liability() -> None:
    """A group that renews does not leave: the expiring policy drops the one, and the next year may elect it again."""
    terminal = TerminalLiability(elected=True, months=3)
    renewal = renew(a_policy(specific(basis="12/12"), bridge=Bridge(basis="12/24"), terminal_liability=terminal))

    assert renewal.expiring.terminal_liability == TerminalLiability(elected=False, months=3)
    assert renewal.policy.terminal_liability == terminal


def test_the_expiring_policy_becomes_another_one() -> None:
    """Where a policy says what becomes of overlaps, the next one knows of this one by its days."""
    before = OtherPolicy(effective=day("2024-01-01"), expires=day("2024-12-31"), basis="12/15")
    policy = a_policy(specific(basis="12/15"), overlap=Overlap(rule="incurred", other=[before]))
    overlap = renew(policy).policy.overlap

    assert overlap
    assert overlap.rule == "incurred"
    assert [other.effective for other in overlap.other] == [day("2024-01-01"), day("2025-01-01")]
    assert overlap.other[1].windows == policy.specific_windows
    assert overlap.other[1].covers == (Coverage.SPECIFIC,)


def test_what_was_reimbursed_is_used() -> None:
    """A lifetime maximum goes on: what was used before, and what the statement reimburses."""
    terms = specific(lifetime_maximum=1_000, used=[Used(member="M1", reimbursed=50), Used(member="M9", reimbursed=7)])
    policy = a_policy(terms)
    statement = settle(policy, [paid("1", "M1", 400), paid("2", "M2", 150), paid("3", "M3", 20)])
    own = renew(policy, statement=statement).policy.specific

    assert own
    assert own.used == (
        Used(member="M1", reimbursed=350),
        Used(member="M2", reimbursed=50),
        Used(member="M9", reimbursed=7),
    )


def test_what_was_used_of_a_cap_is_carried_too() -> None:
    """A lifetime cap counts the payments that carry its label: what was reimbursed of them, or what was eligible."""
    caps = [
        Cap(tag="transplant", amount=1_000, per="lifetime"),
        Cap(tag="home", amount=500, on="eligible", per="lifetime"),
        Cap(tag="trial", amount=500),
    ]
    policy = a_policy(specific(caps=caps))
    payments = [
        paid("1", "M1", 400, tags=["transplant"]),
        paid("2", "M1", 600, tags=["home", "trial"]),
        paid("3", "M2", 90, tags=["home"]),
    ]
    own = renew(policy, statement=settle(policy, payments)).policy.specific

    assert own
    assert own.used == (
        Used(member="M1", tag="home", eligible=500),
        Used(member="M1", tag="transplant", reimbursed=300),
        Used(member="M2", tag="home", eligible=90),
    )


def test_without_a_statement_what_was_used_is_not_carried() -> None:
    """What stands in the policy is kept, and a notice says that it is not all."""
    expiring = a_policy(specific(lifetime_maximum=1_000, used=[Used(member="M1", reimbursed=50)]))
    renewal = renew(expiring, changes={"number": "SL-2"})

    assert renewal.policy.specific
    assert renewal.policy.specific.used == (Used(member="M1", reimbursed=50),)
    assert [str(notice) for notice in renewal.notices] == [
        (
            "specific.used: what the expiring year uses of lifetime maxima is not carried: no statement of it "
            "was given "
            "[SL715]"
        )
    ]


def test_a_statement_of_another_policy_is_refused() -> None:
    """What one policy reimbursed says nothing of another."""
    policy = a_policy(specific(lifetime_maximum=1_000))
    other = a_policy(specific(lifetime_maximum=1_000), number="SL-2")
    message = "statement: this is the statement of another policy, and says nothing of what this one used up [SL712]"

    assert refused(InvalidValue, renew, policy, statement=settle(other, [])) == [message]


def test_a_terminated_policy_is_not_renewed() -> None:
    """What ended early has no next period."""
    policy = a_policy(specific(), period=a_period(terminated="2025-08-31"))

    assert refused(PolicyError, renew, policy) == [
        (
            "period.terminated: a policy that was terminated before it expired is not renewed; write the next one anew "
            "[SL711]"
        )
    ]


@pytest.mark.parametrize(
    ("months", "error", "message"),
    [
        (0, PolicyError, "this is 1 to 120 months [SL538]"),
        ("6", WrongType, "months are a whole number, not a str [SL578]"),
    ],
)
def test_months_are_counted(months: Any, error: type[StopLossError], message: str) -> None:
    """A period has at least one."""
    assert refused(error, renew, a_policy(specific()), months=months) == [f"months: {message}"]


def test_terms_are_changed_by_their_paths() -> None:
    """Changes are told with everything else that changed, and may fit together only as a whole."""
    policy = a_policy(specific(lasers=[Laser(member="M1", deductible=250)]), aggregate(loss_limit=100))
    changes: dict[str, Any] = {
        "number": "SL-2",
        "specific.deductible": 50,
        "specific.lasers[0].deductible": 300,
        "aggregate.loss_limit": 50,
        "renewal": RenewalTerms(rate_cap="50%"),
    }

    assert changed(renew(policy, changes=changes))[:1] + changed(renew(policy, changes=changes))[3:] == [
        "number: SL-1 -> SL-2",
        "specific.deductible: 100.00 -> 50.00",
        "specific.lasers[0].deductible: 250.00 -> 300.00",
        "aggregate.loss_limit: 100.00 -> 50.00",
        "renewal.rate_cap: none -> 0.5",
        "renewal.no_new_lasers: none -> False",
    ]


def test_an_item_of_a_list_is_replaced_whole() -> None:
    """A path that ends at an item takes a new item, and a term that may be absent can be taken away."""
    policy = a_policy(specific(lasers=[Laser(member="M1", deductible=250)], maximum=1_000))
    changes = {"specific.lasers[0]": Laser(member="M2", excluded=True), "specific.maximum": None}
    own = renew(policy, changes=changes).policy.specific

    assert own
    assert own.lasers == (Laser(member="M2", excluded=True),)
    assert own.maximum is None


def test_changes_that_lead_nowhere_are_refused_together() -> None:
    """Every path that is no term is one finding of one error."""
    changes = {
        "specfic.deductible": 1,
        "specific.deductable": 1,
        "specific.lasers[0].deductible": 1,
        "specific.deductible.amount": 1,
        "bridge.basis": "12/24",
        "": 1,
    }

    assert refused(PolicyError, renew, a_policy(specific()), changes=changes) == [
        'specfic.deductible: there is no such term; did you mean "specific"? [SL713]',
        "there is no such term [SL713]",
        'specific.deductable: there is no such term; did you mean "deductible"? [SL713]',
        "specific.lasers[0]: the list has no such item [SL714]",
        "specific.deductible: there are no terms here that could be changed [SL714]",
        "bridge: there are no terms here that could be changed [SL714]",
    ]


def test_a_changed_policy_is_checked_as_any_other() -> None:
    """What the changes contradict is refused as in a document."""
    policy = a_policy(specific(), aggregate(loss_limit=100))

    assert refused(PolicyError, renew, policy, changes={"specific.deductible": 50}) == [
        (
            "aggregate.loss_limit: the loss limit is at most the specific deductible, 50.00, or a dollar would be paid "
            "twice [SL533]"
        )
    ]


def test_compare_tells_what_only_one_policy_has() -> None:
    """A term that one of two policies does not have is none there; a change shows no values in its repr."""
    changes = compare(
        a_policy(specific(covers=["medical", "rx"])), a_policy(specific(lasers=[Laser(member="M1", excluded=True)]))
    )

    assert [str(change) for change in changes] == [
        "specific.covers: medical, rx -> medical",
        "specific.lasers[0].member: none -> M1",
        "specific.lasers[0].excluded: none -> True",
        "specific.lasers[0].effect: none -> whole_period",
    ]
    assert repr(changes[1]) == "TermChange(path='specific.lasers[0].member')"


# ------------------------------------------------------------------ a carrier's offer


def offers(
    before: dict[str, Any], after: dict[str, Any], *, today: list[str] | None = None, offered: list[str] | None = None
) -> list[str]:
    """Return what an offer breaks: specific terms of both, and rates of the tier `single`."""
    promised = RenewalTerms(rate_cap="50%", asd_cap="50%", no_new_lasers=True)
    expiring = a_policy(specific(**before), aggregate(), renewal=promised)
    next_year = Period(effective=day("2026-01-01"), expires=day("2026-12-31"))
    rates, offered_rates = (
        [TierRate(tier="single", amount=amount) for amount in amounts or []] for amounts in (today, offered)
    )
    next_policy = a_policy(specific(**after), aggregate(), period=next_year)
    return [str(found) for found in check_renewal(expiring, next_policy, rates=rates, offered_rates=offered_rates)]


def test_a_rate_may_rise_to_its_cap_and_no_further() -> None:
    """At most half as much again: 40.00 becomes 60.00, and not a cent more."""
    assert offers({}, {}, today=["40.00"], offered=["60.00"]) == []
    assert offers({}, {}, today=["40.00"], offered=["60.01"]) == [
        "offered_rates[0].amount: this rate rises from 40 to 60.01, by more than the share 0.5 [SL722]"
    ]
    assert offers({}, {}, offered=["60.00"]) == [
        (
            "offered_rates[0].tier: specific has no rate today for tier single, so the cap on rates cannot be checked; "
            "give the expiring rate [SL721]"
        )
    ]


def test_the_deductible_is_not_capped() -> None:
    """A carrier may double the deductible and keep a cap on its rates; only the ASD has a cap of its own."""
    assert offers({"deductible": 100}, {"deductible": 200}, today=["40"], offered=["40"]) == []
    assert offers({"aggregating": "150,000"}, {"aggregating": "225,000"}) == []
    assert offers({"aggregating": "150,000"}, {"aggregating": "225,000.01"}) == [
        (
            "specific.aggregating: the aggregating specific deductible rises from 150,000.00 to 225,000.01, by "
            "more than "
            "the share 0.5 [SL723]"
        )
    ]


LASERS: list[tuple[list[Laser], list[Laser], list[str]]] = [
    ([], [Laser(member="M1", deductible=200)], ["SL724"]),
    ([Laser(member="M1", deductible=200)], [Laser(member="M1", deductible=200)], []),
    ([Laser(member="M1", deductible=200)], [], []),
    ([Laser(member="M1", deductible=200)], [Laser(member="M1", deductible=201)], ["SL725"]),
    ([Laser(member="M1", deductible=200)], [Laser(member="M1", deductible=150)], []),
    ([Laser(member="M1", deductible=200)], [Laser(member="M1", excluded=True)], ["SL725"]),
    ([Laser(member="M1", excluded=True)], [Laser(member="M1", deductible=900)], []),
    ([Laser(member="M1", deductible=200, tags=["a", "b"])], [Laser(member="M1", deductible=200, tags=["a"])], []),
    ([Laser(member="M1", deductible=200, tags=["a"])], [Laser(member="M1", deductible=200)], ["SL726"]),
    ([Laser(member="M1", deductible=200, tags=["a"])], [Laser(member="M1", deductible=200, tags=["b"])], ["SL726"]),
    ([Laser(member="M1", deductible=200, when="a")], [Laser(member="M1", deductible=200, when="a")], []),
    ([Laser(member="M1", deductible=200, when="a")], [Laser(member="M1", deductible=200)], ["SL726"]),
    ([Laser(member="M1", deductible=200)], [Laser(member="M1", deductible=200, when="a")], []),
    (
        [Laser(member="M1", deductible=200, when="a", effect="from_trigger")],
        [Laser(member="M1", deductible=200, when="a")],
        ["SL726"],
    ),
    (
        [Laser(member="M1", deductible=200, counts="standard")],
        [Laser(member="M1", deductible=200, counts="nothing")],
        ["SL726"],
    ),
    (
        [Laser(member="M1", deductible=200, from_on=dt.date(2025, 7, 1))],
        [Laser(member="M1", deductible=200)],
        [],
    ),
    (
        [Laser(member="M1", deductible=200, from_on=dt.date(2026, 7, 1))],
        [Laser(member="M1", deductible=200, from_on=dt.date(2026, 6, 1))],
        ["SL726"],
    ),
    (
        [Laser(member="M1", deductible=200, from_on=dt.date(2026, 7, 1))],
        [Laser(member="M1", deductible=200, from_on=dt.date(2026, 8, 1))],
        [],
    ),
]


@pytest.mark.parametrize(("before", "after", "codes"), LASERS)
def test_no_laser_is_added_raised_or_widened(before: list[Laser], after: list[Laser], codes: list[str]) -> None:
    """A laser may go, or take less; not come, rise, or take more."""
    found = offers({"lasers": before}, {"lasers": after})

    assert [message[-6:-1] for message in found] == codes


def test_a_laser_fund_may_not_grow() -> None:
    """A laser that shared a fund keeps it, and the fund does not hold more."""

    def terms(amount: int | None) -> dict[str, Any]:
        funds = [] if amount is None else [LaserFund(name="A", amount=amount)]
        return {"lasers": [Laser(member="M1", deductible=200, fund=(funds and "A") or None)], "laser_funds": funds}

    assert offers(terms(400), terms(400)) == []
    assert offers(terms(400), terms(300)) == []
    assert offers(terms(None), terms(400)) == []
    for larger in (terms(401), terms(None)):
        assert offers(terms(400), larger) == ["specific.lasers[0]: this laser is raised, and none may be [SL725]"]


def test_the_messages_about_lasers() -> None:
    """They name no member."""
    one, other = Laser(member="M1", deductible=200, tags=["a"]), Laser(member="M2", deductible=200)

    assert offers({"lasers": [one]}, {"lasers": [Laser(member="M1", deductible=200), other]}) == [
        (
            "specific.lasers[0]: this laser takes more claims than it did, or counts in another way, and none may be "
            "widened [SL726]"
        ),
        "specific.lasers[1]: this member had no laser, and none may be added [SL724]",
    ]


def test_nothing_promised_is_nothing_broken() -> None:
    """A policy without renewal terms lets the carrier offer what it likes."""
    expiring, offered = (
        a_policy(specific()),
        a_policy(specific(aggregating=10, lasers=[Laser(member="M1", excluded=True)])),
    )
    rates = [TierRate(tier="single", amount=1)]

    assert check_renewal(expiring, offered, rates=rates, offered_rates=[TierRate(tier="single", amount=9)]) == ()


def test_an_offer_without_specific_breaks_no_promise_about_it() -> None:
    """Caps on the ASD and promises about lasers are about specific."""
    promised = RenewalTerms(asd_cap="0", no_new_lasers=True)

    assert check_renewal(a_policy(specific(), renewal=promised), a_policy(aggregate=aggregate())) == ()


def test_rates_are_rates() -> None:
    """A number is no rate of a tier."""
    policy: Policy = a_policy(specific())
    not_rates: Any = [40]

    assert refused(WrongType, check_renewal, policy, policy, rates=not_rates) == [
        "rates[0]: this is of class TierRate, and int is not [SL113]"
    ]
