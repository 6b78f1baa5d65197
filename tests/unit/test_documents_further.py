"""Terms that policies are known to have and that this version does not apply."""

from __future__ import annotations

import pytest

from stoploss.documents import parse_policy
from stoploss.documents.further import NOT_APPLIED
from stoploss.errors import PolicyError

FURTHER: list[tuple[str, str]] = [
    ("[early_termination]\ndeductible = 'prorated'", "early_termination.deductible"),
    *(
        (f"[{name}]\nshare = '0.5'", name)
        for name in ("terminal_liability", "bridge", "advance_funding", "overlap", "notices", "renewal")
    ),
    ("[specific]\nlifetime_maximum = '1800000'", "specific.lifetime_maximum"),
    ("[specific]\nexcludes = ['access_fee']", "specific.excludes"),
    ("[specific]\nclasses = ['active']", "specific.classes"),
    ("[specific]\nfamily_deductible = '150000'", "specific.family_deductible"),
    *(
        (f"[specific]\n[[specific.{name}]]\ntag = 'x'", f"specific.{name}")
        for name in ("used", "laser_funds", "caps", "reductions", "tiers")
    ),
    *(
        (f"[specific]\nlasers = [{{ {name} = 'x' }}]", f"specific.lasers[0].{name}")
        for name in ("from", "tags", "when", "effect", "fund", "counts")
    ),
    *(
        (f"[{cover}.basis]\n{name} = 'excluded'", f"{cover}.basis.{name}")
        for cover in ("specific", "aggregate")
        for name in ("run_out_limit", "prior_administrator")
    ),
    ("[aggregate.basis]\nrun_in_limit = { caps = 'counted' }", "aggregate.basis.run_in_limit.caps"),
    ("[aggregate]\nexcludes = ['access_fee']", "aggregate.excludes"),
    ("[aggregate]\nclasses = ['active']", "aggregate.classes"),
    ("[aggregate]\nenrollment_lag = 2", "aggregate.enrollment_lag"),
    ("[aggregate.accommodation]\nkeep = '3000'", "aggregate.accommodation"),
    *(
        (f"[aggregate]\nfactors = [{{ {name} = 'x' }}]", f"aggregate.factors[0].{name}")
        for name in ("class", "plan", "from")
    ),
    ("[aggregate.minimum]\nmonthly = '75000'", "aggregate.minimum.monthly"),
    ("[aggregate.minimum]\nfirst_months = { months = 3, share = '0.95' }", "aggregate.minimum.first_months"),
]


@pytest.mark.parametrize(("text", "path"), FURTHER, ids=[path for _, path in FURTHER])
def test_a_term_that_is_not_applied_is_refused_by_name(text: str, path: str) -> None:
    """What would change a settlement and is not applied is an error of its own, never ignored."""
    with pytest.raises(PolicyError) as error:
        parse_policy(f"schema = 1\n{text}")

    name = path.rsplit(".", 1)[-1]
    found = [finding for finding in error.value.findings if finding.code == "SL572"]
    assert [path] == [finding.where.split(" ")[1] for finding in found]
    assert f'this version does not apply "{name}"' == found[0].rule


def test_every_term_on_the_list_is_tried() -> None:
    """The list of terms that are not applied and the test above hold the same number of terms."""
    listed = sum(len(names) for names in NOT_APPLIED.values())
    once_for_both_covers = 2

    assert listed + once_for_both_covers == len(FURTHER)
