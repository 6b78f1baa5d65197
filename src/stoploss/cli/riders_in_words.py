"""The riders of a policy in words: one line each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from stoploss.cli.tables import printable, several
from stoploss.cli.terms_in_words import enumerated, percent
from stoploss.facts import Coverage
from stoploss.policy import Policy
from stoploss.riders import OtherPolicy, TerminalLiability
from stoploss.words import (
    DeductibleOnTermination,
    LegalCost,
    OverlapRule,
    RebateTreatment,
    RecoveryOrder,
    TerminalAttachment,
)

__all__ = ["riders_in_words"]

_OVERLAP = {
    OverlapRule.INCURRED: "belongs to the one in whose period it was incurred",
    OverlapRule.PAID: "belongs to the one in whose period it was paid",
    OverlapRule.FIRST: "belongs to the earlier one",
    OverlapRule.ERROR: "is refused",
}
_RECOVERIES = {
    RecoveryOrder.RECOMPUTE: "come off the claim, the carrier's money first",
    RecoveryOrder.EMPLOYER_FIRST: "make the employer whole first",
    RecoveryOrder.PRO_RATA: "are shared in proportion to what was borne",
}
_REBATES = {
    RebateTreatment.NET_PER_CLAIM: "lower the claims",
    RebateTreatment.GROSS: "change nothing",
    RebateTreatment.NET_AT_AGGREGATE: "lower what counts in the aggregate alone",
}


def riders_in_words(policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield the name and the words of each rider that the policy has."""
    for name, words in _IN_WORDS.items():
        said = words(policy)
        if said:
            yield name, said


def _early_termination(policy: Policy) -> str:
    prorated = policy.early_termination.deductible is DeductibleOnTermination.PRORATED
    return "the specific deductible by months begun in force" if prorated else ""


def _terminal_liability(policy: Policy) -> str:
    rider = policy.terminal_liability
    if rider is None:
        return ""
    if not rider.elected:
        return "not elected"
    covers = enumerated(f"{coverage}" for coverage in Coverage if getattr(policy, coverage) and rider.extends(coverage))
    until = f"what was incurred by {policy.period.last_day_in_force} may be paid until {rider.reach(policy.period)}"
    return f"{until}, under {covers}{_raised(rider) if policy.aggregate and rider.extends(Coverage.AGGREGATE) else ''}"


def _raised(rider: TerminalLiability) -> str:
    """Say what terminal liability adds to the attachment point."""
    by = {
        TerminalAttachment.LAST_MONTHS: f"that of the last {several(rider.months or 0, 'month')}",
        TerminalAttachment.RATIO: f"{several(rider.months or 0, 'month')} in proportion",
        TerminalAttachment.CORRIDOR: "" if rider.corridor is None else percent(rider.corridor),
        TerminalAttachment.UNCHANGED: "nothing",
    }
    return f"; the attachment point goes up by {by[rider.attachment]}"


def _bridge(policy: Policy) -> str:
    if policy.bridge is None:
        return ""
    basis = policy.bridge.basis.label or "other days"
    since = "the group has renewed" if policy.bridge.renewed else "without effect until the group has renewed"
    return f"specific on {basis}: {since}"


def _overlap(policy: Policy) -> str:
    if policy.overlap is None:
        return ""
    others = enumerated(map(_other_in_words, policy.overlap.other))
    return f"a claim that the policy of {others} takes as well {_OVERLAP[policy.overlap.rule]}"


def _other_in_words(other: OtherPolicy) -> str:
    covers = f" under {enumerated(map(str, other.covers))}" if len(other.covers) < len(Coverage) else ""
    benefits = f" for {enumerated(map(str, other.benefits))}" if other.benefits else ""
    return f"{other.effective} to {other.expires}{covers}{benefits}"


def _advance_funding(policy: Policy) -> str:
    rider = policy.advance_funding
    if rider is None:
        return ""
    last = policy.period.last_day_in_force - dt.timedelta(days=rider.last_request_days)
    parts = [f"asked for by {last}"]
    if rider.smallest:
        parts.append(f"from {rider.smallest:,} on")
    if rider.paid_within_days is not None:
        parts.append(f"claims paid within {several(rider.paid_within_days, 'working day')} count as paid with it")
    return ", ".join(parts)


def _recoveries(policy: Policy) -> str:
    rider = policy.recoveries
    net = rider.legal_cost is LegalCost.NET
    if rider.order is RecoveryOrder.RECOMPUTE and not net:
        return ""
    return f"claims labelled {printable(rider.tag)} {_RECOVERIES[rider.order]}{', after legal cost' if net else ''}"


def _rebates(policy: Policy) -> str:
    rider = policy.rebates
    if rider.treatment is RebateTreatment.NET_PER_CLAIM:
        return ""
    return f"claims labelled {printable(rider.tag)} {_REBATES[rider.treatment]}"


def _notices(policy: Policy) -> str:
    terms = policy.notices
    if terms is None:
        return ""
    of = [] if terms.share is None else [f"at {percent(terms.share)} of the deductible"]
    of += [] if terms.amount is None else [f"at {terms.amount:,}"]
    of += [] if terms.stay_days is None else [f"of stays beyond {several(terms.stay_days, 'day')}"]
    of += [] if terms.notice_days is None else [f"within {several(terms.notice_days, 'day')}"]
    of += [] if terms.proof_days is None else [f"proof of loss within {several(terms.proof_days, 'day')}"]
    return ", ".join(of) or "by the carrier's list of diagnoses"


def _renewal(policy: Policy) -> str:
    terms = policy.renewal
    if terms is None:
        return ""
    parts = [] if terms.rate_cap is None else [f"rates rise by at most {percent(terms.rate_cap)}"]
    parts += [] if terms.asd_cap is None else [f"the ASD by at most {percent(terms.asd_cap)}"]
    parts += ["no new laser"] if terms.no_new_lasers else []
    if terms.refund is not None:
        below = percent(terms.refund.below)
        parts.append(f"a refund of {percent(terms.refund.share)} of what claims stay below {below} of the premium")
    return ", ".join(parts) or "nothing promised"


_IN_WORDS: dict[str, Callable[[Policy], str]] = {
    "early termination": _early_termination,
    "terminal liability": _terminal_liability,
    "bridge": _bridge,
    "overlap": _overlap,
    "advance funding": _advance_funding,
    "recoveries": _recoveries,
    "rebates": _rebates,
    "notices": _notices,
    "renewal": _renewal,
}


def __dir__() -> list[str]:
    return __all__
