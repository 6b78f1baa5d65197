"""Further terms in policy documents: read, written again, and refused by line and path."""

from __future__ import annotations

import pytest

from stoploss.documents import dump_policy, parse_policy
from stoploss.errors import PolicyError

POLICY = """\
schema = 1
policyholder = "Example"
carrier = "Example Life"
number = "SL-1"

[period]
effective = 2025-01-01
expires = 2025-12-31

"""
SPECIFIC = """\
[specific]
basis = "12/12"
covers = ["medical"]
deductible = "100000"
"""
AGGREGATE = """\
[aggregate]
basis = "12/12"
covers = ["medical"]
"""
FACTOR = """\
[[aggregate.factors]]
tier = "single"
amount = "500"
"""


def findings(text: str) -> list[str]:
    """Return what is wrong with a document, one line a finding."""
    with pytest.raises(PolicyError) as error:
        parse_policy(text)
    return str(error.value).splitlines()


REFUSED_IN_SPECIFIC = [
    pytest.param(
        'share = "0.9"\ntiers = [{ above = "0", share = "0.8" }]',
        ["policy:14 specific.share: tiers say the share of every slice of the excess; leave the share out [SL524]"],
        id="a share beside tiers",
    ),
    pytest.param(
        'tiers = [{ above = "5", share = "0.8" }, { above = "5", share = "1" }]',
        [
            'policy:14 specific.tiers[0].above: the first tier begins above "0" [SL524]',
            "policy:14 specific.tiers[1].above: each tier begins above the one before it [SL524]",
        ],
        id="tiers that do not begin at 0, or do not rise",
    ),
    pytest.param(
        'excludes = ["fee", "fee"]',
        ["policy:14 specific.excludes: each is listed once [SL525]"],
        id="a label twice",
    ),
    pytest.param(
        'classes = ["active", ""]',
        [
            (
                "policy:14 specific.classes[1]: a label is not empty, and has no blanks around it and no invisible "
                "characters [SL317]"
            )
        ],
        id="a class without a name",
    ),
    pytest.param(
        '[[specific.caps]]\ntag = "t"\namount = "5"\n[[specific.caps]]\ntag = "t"\namount = "6"\nper = "lifetime"',
        ["policy:18 specific.caps[1].tag: a tag is there once; this repeats an earlier one [SL525]"],
        id="an inner maximum twice",
    ),
    pytest.param(
        '[[specific.caps]]\ntag = "t"\namount = "5"\non = "reimbursment"',
        [
            (
                "policy:17 specific.caps[0].on: this is one of reimbursement, eligible; did you mean "
                '"reimbursement"? [SL106]'
            )
        ],
        id="a misspelt word",
    ),
    pytest.param(
        '[[specific.layers]]\ncarrier = "First Re"',
        ["policy:10 specific.layers: one carrier alone makes no layers; leave them out [SL526]"],
        id="one carrier over none",
    ),
    pytest.param(
        '[[specific.layers]]\ncarrier = "First Re"\n[[specific.layers]]\ncarrier = "First Re"\nlimit = "5"',
        [
            "policy:14 specific.layers[0].limit: a layer with another above it has a limit [SL526]",
            "policy:17 specific.layers[1].carrier: a carrier has one layer [SL526]",
            "policy:18 specific.layers[1].limit: the last layer has no limit [SL526]",
        ],
        id="carriers that do not reach to the top",
    ),
    pytest.param(
        '[[specific.lasers]]\nmember = "M2"\ndeductible = "250000"\nfund = "A"',
        ["policy:17 specific.lasers[0].fund: there is no laser fund of this name; add it to laser_funds [SL527]"],
        id="a laser without its fund",
    ),
    pytest.param(
        '[[specific.laser_funds]]\nname = "A"\namount = "5"',
        ["policy:15 specific.laser_funds[0].name: no laser draws on this fund [SL527]"],
        id="a fund without a laser",
    ),
    pytest.param(
        '[[specific.lasers]]\nmember = "M2"\nexcluded = true\nfund = "A"\n'
        '[[specific.laser_funds]]\nname = "A"\namount = "5"',
        [
            (
                "policy:17 specific.lasers[0].fund: a laser that draws on a fund has a deductible; an excluded unit "
                "draws "
                "on none [SL527]"
            )
        ],
        id="an excluded unit that draws on a fund",
    ),
    pytest.param(
        '[[specific.lasers]]\nmember = "M2"\ndeductible = "250000"\neffect = "from_trigger"',
        [
            (
                "policy:17 specific.lasers[0].effect: a laser from its trigger says which label triggers it; add when "
                "[SL528]"
            )
        ],
        id="a trigger that is not named",
    ),
    pytest.param(
        '[[specific.lasers]]\nmember = "M2"\ndeductible = "250000"\neffect = "from_trigger"\nwhen = "t"\n'
        "from = 2025-07-01",
        ["policy:17 specific.lasers[0].effect: a laser begins on a day, or with its trigger, not both [SL528]"],
        id="two beginnings",
    ),
    pytest.param(
        '[[specific.used]]\nmember = "M2"\nreimbursed = "5"',
        [
            (
                "policy:14 specific.used[0]: what was used before counts toward a lifetime maximum, and there is none; "
                "add lifetime_maximum [SL529]"
            )
        ],
        id="nothing that could have been used",
    ),
    pytest.param(
        '[[specific.used]]\nmember = "M2"\nfamily = "F2"\nreimbursed = "5"',
        ["policy:14 specific.used[0]: this names one member, or one family [SL510]"],
        id="a member and a family",
    ),
    pytest.param(
        '[[specific.lasers]]\nmember = "M2"\ndeductible = "250000"\ncounts = "laser"',
        [
            (
                "policy:17 specific.lasers[0].counts: what a laser counts belongs to an aggregate cover that counts by "
                "loss limit; leave it out [SL535]"
            )
        ],
        id="what a laser counts without an aggregate",
    ),
    pytest.param(
        'per = "family"\nfamily_deductible = "5"',
        [
            (
                "policy:15 specific.family_deductible: a family deductible limits what its members retain, each of "
                "an own "
                "deductible; here it is per family; write it as the deductible [SL556]"
            )
        ],
        id="a family deductible of families",
    ),
]


@pytest.mark.parametrize(("term", "expected"), REFUSED_IN_SPECIFIC)
def test_a_wrong_term_of_specific_is_named_with_its_line(term: str, expected: list[str]) -> None:
    """Each bad term gives exactly its findings, by line and path."""
    assert expected == findings(POLICY + SPECIFIC + term + "\n")


REFUSED_IN_THE_AGGREGATE = [
    pytest.param(
        f'{FACTOR}{FACTOR}class = "retiree"',
        [
            "policy:19 aggregate.factors[1].class: a tier has its class in all of its factors, or in none [SL536]",
        ],
        id="a class in some factors",
    ),
    pytest.param(
        f"{FACTOR}from = 2025-07-01",
        [
            (
                "policy:16 aggregate.factors[0].from: a factor from a day follows one that holds from the first policy "
                "month; write 0 if there is none before [SL537]"
            )
        ],
        id="a factor that comes late",
    ),
    pytest.param(
        f"enrollment_lag = 13\n{FACTOR}",
        ["policy:13 aggregate.enrollment_lag: covered units are counted 0 to 12 whole months earlier [SL538]"],
        id="units of more than a year ago",
    ),
    pytest.param(
        f'{FACTOR}[aggregate.minimum.first_months]\nmonths = 13\nshare = "1"',
        ["policy:17 aggregate.minimum.first_months.months: the policy period has 12 policy months [SL538]"],
        id="more first months than there are",
    ),
    pytest.param(
        f"{FACTOR}[aggregate.accommodation]\nmonths_open = 0",
        ["policy:17 aggregate.accommodation.months_open: this is 1 to 120 months [SL538]"],
        id="no month that is open",
    ),
    pytest.param(
        f'{FACTOR}[aggregate.accommodation]\nkeep = "-5"\nrepay = "never"',
        [
            "policy:17 aggregate.accommodation.keep: this amount is not negative [SL501]",
            "policy:18 aggregate.accommodation.repay: this is one of at_end, when_recovered [SL106]",
        ],
        id="an accommodation with two faults",
    ),
]


@pytest.mark.parametrize(("term", "expected"), REFUSED_IN_THE_AGGREGATE)
def test_a_wrong_term_of_the_aggregate_is_named_with_its_line(term: str, expected: list[str]) -> None:
    """Each bad term gives exactly its findings, by line and path."""
    assert expected == findings(POLICY + AGGREGATE + term + "\n")


def test_the_aggregate_limits_what_counts() -> None:
    """Only the specific cover reimburses the claims of a run-in or run-out."""
    basis = 'basis = { label = "12/12", run_out_limit = { amount = "5", caps = "reimbursed" } }'

    assert [
        (
            "policy:11 aggregate.basis.run_out_limit.caps: the aggregate reimburses the group's total, not the claims "
            'of a run-in or run-out; write "counted" [SL539]'
        )
    ] == findings(POLICY + AGGREGATE.replace('basis = "12/12"', basis) + FACTOR)


@pytest.mark.parametrize(
    ("prior", "expected"),
    [
        (
            '"exclude"',
            (
                "claims of a prior administrator are included, excluded, or counted by the days of a table; did you "
                "mean "
                '"excluded"? [SL563]'
            ),
        ),
        ("5", 'this is "included", "excluded", or a table of days [SL580]'),
    ],
)
def test_a_prior_administrator_is_a_word_or_a_table(prior: str, expected: str) -> None:
    """Anything else is told what it may be."""
    text = SPECIFIC.replace('basis = "12/12"', f'basis = {{ label = "12/12", prior_administrator = {prior} }}')

    assert [f"policy:11 specific.basis.prior_administrator: {expected}"] == findings(POLICY + text)


def test_what_is_excluded_has_no_days() -> None:
    """A table says until when they count."""
    prior = "{ included = false, paid_by = 2025-06-30 }"
    text = SPECIFIC.replace('basis = "12/12"', f'basis = {{ label = "12/12", prior_administrator = {prior} }}')

    assert [
        (
            "policy:11 specific.basis.prior_administrator.included: claims of a prior administrator that are excluded "
            "have no days by which they count; leave the days out [SL563]"
        )
    ] == findings(POLICY + text)


REFUSED_AMONG_RIDERS = [
    pytest.param(
        SPECIFIC,
        "[terminal_liability]\nelected = true",
        ["policy:15 terminal_liability: terminal liability lasts a number of months, or of days [SL557]"],
        id="for how long",
    ),
    pytest.param(
        SPECIFIC,
        '[terminal_liability]\nelected = true\nmonths = 3\ncorridor = "0.1"\ncovers = ["aggregate", "aggregate"]',
        [
            (
                'policy:18 terminal_liability.corridor: a corridor belongs to attachment = "corridor", which needs one '
                "[SL557]"
            ),
            "policy:19 terminal_liability.covers: each cover is listed once [SL557]",
        ],
        id="a corridor for nothing, and a cover twice",
    ),
    pytest.param(
        SPECIFIC,
        '[terminal_liability]\nelected = true\nmonths = 3\ncovers = ["aggregate"]',
        [
            (
                "policy:18 terminal_liability.covers: the policy has no aggregate cover whose paid window it could "
                "extend "
                "[SL557]"
            )
        ],
        id="a cover that is not there",
    ),
    pytest.param(
        AGGREGATE + FACTOR,
        "[terminal_liability]\nelected = true\ndays = 90",
        [
            (
                "policy:17 terminal_liability.months: the attachment point goes up by months under attachment = "
                '"last_months"; give months beside days [SL557]'
            )
        ],
        id="days where months are read",
    ),
    pytest.param(
        SPECIFIC.replace("12/12", "12/15"),
        "[terminal_liability]\nelected = true\nmonths = 3",
        [
            (
                "policy:11 specific.basis: the basis of specific has run-out already, and the same months are not "
                "bought "
                "twice; take the run-out out of the basis, or the cover out of terminal_liability.covers [SL558]"
            )
        ],
        id="the same months twice",
    ),
    pytest.param(
        AGGREGATE + FACTOR,
        '[bridge]\nbasis = "12/15"',
        ["policy:17 bridge: a bridge replaces the specific basis, and there is none [SL559]"],
        id="a bridge over nothing",
    ),
    pytest.param(
        SPECIFIC,
        '[bridge]\nbasis = "12/15"\nrenewed = true\n[terminal_liability]\nelected = true\nmonths = 3',
        [
            (
                "policy:17 bridge.renewed: terminal liability is for a policy that ends, a bridge for one that was "
                "renewed "
                "[SL559]"
            )
        ],
        id="ended and renewed",
    ),
    pytest.param(
        SPECIFIC,
        '[overlap]\nrule = "first"',
        ["policy:15 overlap.other: an overlap names at least one other policy, and each once [SL560]"],
        id="an overlap with nobody",
    ),
    pytest.param(
        SPECIFIC,
        '[overlap]\n[[overlap.other]]\neffective = 2025-07-01\nexpires = 2026-06-30\nbasis = "12/12"',
        [
            (
                "policy:16 overlap.other[0]: another policy is in force at another time than this one, 2025-01-01 to "
                "2025-12-31 [SL560]"
            )
        ],
        id="two policies at once",
    ),
    pytest.param(
        AGGREGATE + FACTOR,
        '[recoveries]\norder = "pro_rata"',
        [
            (
                "policy:18 recoveries.order: whose a recovery is first is a matter between the employer and the "
                "specific "
                'carrier; write "recompute", or leave it out [SL561]'
            )
        ],
        id="whose a recovery is without specific",
    ),
    pytest.param(
        AGGREGATE + FACTOR,
        "[advance_funding]\npaid_within_days = 5",
        ["policy:17 advance_funding: advance funding belongs to a specific cover [SL561]"],
        id="advances without specific",
    ),
    pytest.param(
        SPECIFIC,
        "[advance_funding]\npaid_within_days = -5",
        ["policy:16 advance_funding.paid_within_days: this is 0 to 3,660 days [SL506]"],
        id="days that are negative",
    ),
    pytest.param(
        SPECIFIC,
        '[rebates]\ntreatment = "net"\ntag = ""',
        [
            "policy:16 rebates.treatment: this is one of net_per_claim, gross, net_at_aggregate [SL106]",
        ],
        id="a word that is none",
    ),
    pytest.param(
        SPECIFIC,
        '[notices]\nshare = "150"\nstay_days = 1.5',
        [
            (
                "policy:16 notices.share: a share is a fraction from 0 to 1 or a percentage with its sign; "
                'write "0.8" or "80%" for eighty percent [SL107]'
            ),
            "policy:17 notices.stay_days: this is a whole number; write it without quotes and without a point [SL578]",
        ],
        id="notices of wrong values",
    ),
    pytest.param(
        SPECIFIC,
        "[renewal]\nno_new_lasers = 1",
        ["policy:16 renewal.no_new_lasers: this is true or false; write it without quotes [SL577]"],
        id="a promise that is no promise",
    ),
]


@pytest.mark.parametrize(("covers", "rider", "expected"), REFUSED_AMONG_RIDERS)
def test_a_wrong_rider_is_named_with_its_line(covers: str, rider: str, expected: list[str]) -> None:
    """Each bad rider gives exactly its findings, by line and path."""
    assert expected == findings(f"{POLICY}{covers}\n{rider}\n")


BASIS = (
    'basis = { label = "12/12", run_in_limit = { amount = "25000", caps = "reimbursed" }, '
    'run_out_limit = { amount = "50000", per = "policy" }, '
    "prior_administrator = { paid_by = 2025-06-30, reported_by = 2025-12-31 } }"
)
EVERYTHING = f"""\
{POLICY}[specific]
{BASIS}
covers = ["medical", "rx"]
deductible = "100000"
excludes = ["access_fee"]
classes = ["active", "cobra"]
lifetime_maximum = "1800000"
family_deductible = "150000"

[specific.common_accident]
deductible = "100000"

[[specific.used]]
member = "M1"
reimbursed = "1200000"

[[specific.used]]
member = "M1"
eligible = "40000"
tag = "transplant"

[[specific.lasers]]
member = "M2"
deductible = "250000"
from = 2025-07-01
tags = ["hemophilia"]
fund = "A"
counts = "standard"

[[specific.lasers]]
member = "M3"
excluded = true
when = "transplant"
effect = "from_trigger"

[[specific.laser_funds]]
name = "A"
amount = "400000"

[[specific.caps]]
tag = "transplant"
amount = "250000"
on = "eligible"
per = "lifetime"

[[specific.reductions]]
tag = "home_hospital"
share = "0.5"

[[specific.tiers]]
above = "0"
share = "0.8"

[[specific.tiers]]
above = "50000"
share = "1"

[[specific.layers]]
carrier = "First Re"
limit = "400000"

[[specific.layers]]
carrier = "Second Re"

[aggregate]
basis = "12/12"
covers = ["medical", "rx"]
enrollment_lag = 2

[[aggregate.factors]]
tier = "single"
amount = "500"
class = "active"
plan = "PPO"

[[aggregate.factors]]
tier = "single"
amount = "510.25"
class = "active"
plan = "PPO"
from = 2025-07-01

[aggregate.minimum]
monthly = "100000"

[aggregate.minimum.first_months]
months = 3
share = "0.95"

[aggregate.accommodation]
keep = "500"
smallest = "1000"
minimum = "none"
repay = "when_recovered"
months_open = 10

[early_termination]
deductible = "prorated"

[terminal_liability]
elected = true
days = 90
covers = ["specific"]
attachment = "corridor"
corridor = "0.1"

[bridge]
basis = "12/15"

[overlap]
rule = "incurred"

[[overlap.other]]
effective = 2026-01-01
expires = 2026-12-31
basis = "15/12"

[advance_funding]
smallest = "1000"
last_request_days = 30
paid_within_days = 5

[recoveries]
order = "employer_first"
legal_cost = "net"
tag = "subrogation"

[rebates]
treatment = "net_at_aggregate"

[notices]
amount = "50000"
notice_days = 30
proof_days = 90
stay_days = 10

[renewal]
rate_cap = "0.5"
asd_cap = "0.25"
no_new_lasers = true

[renewal.refund]
share = "0.25"
below = "0.8"
"""


def test_a_document_with_every_further_term_is_written_as_it_was_read() -> None:
    """To the byte, in the order of the classes; what is not given is not written."""
    assert EVERYTHING == dump_policy(parse_policy(EVERYTHING))


@pytest.mark.parametrize("word", ["included", "excluded"])
def test_a_prior_administrator_is_written_as_a_word_where_it_is_one(word: str) -> None:
    """What is the default is left out."""
    text = POLICY + SPECIFIC.replace('"12/12"', f'{{ label = "12/12", prior_administrator = "{word}" }}')

    assert ("excluded" in dump_policy(parse_policy(text))) is (word == "excluded")
