"""``stoploss check``: whether policies are valid, what they bought, and how they fit together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import evolve

from stoploss.cli.riders_in_words import riders_in_words
from stoploss.cli.speech import say, tell, tell_notices
from stoploss.cli.tables import printable, several
from stoploss.cli.windows_in_words import bought, further_terms, policy_notices, together
from stoploss.documents import load_policy
from stoploss.errors import FeedError, Finding, StopLossError
from stoploss.facts import Coverage, Payment
from stoploss.feeds import read_claims
from stoploss.policy import Policy
from stoploss.program import draw
from stoploss.program.validity import contradictions

__all__ = ["check_files"]


def check_files(paths: Sequence[Path], claims: Sequence[Path] = (), *, drawn: bool = False) -> None:
    """
    Say what each policy bought, and what several leave out or cover twice.

    Args:
        paths: The policy documents.
        claims: What the plan paid, to say what each gap costs.
        drawn: Whether to draw what several cover.

    Raises:
        FeedError: With the faults of all files; nothing was said then.
    """
    names = _names(paths)
    policies: list[tuple[str, Policy]] = []
    faults: list[Finding] = []
    for name, path in zip(names, paths, strict=True):
        try:
            policies.append((name, load_policy(path)))
        except StopLossError as error:
            # A file is called by its base name, which several may share: 2024/policy.toml and 2025/policy.toml.
            faults += [evolve(found, where=name + found.where.removeprefix(path.name)) for found in error.findings]
    feed = None
    try:
        feed = read_claims(*claims) if claims else None
    except StopLossError as error:
        faults += error.findings
    if faults:
        raise FeedError(faults)
    lines = [line for name, policy in policies for line in _one(name, policy)]
    if len(policies) > 1:
        lines += _between(policies, feed.payments if feed else None, drawn=drawn)
    if feed:
        tell(*str(feed.conservation).splitlines())
        tell_notices(feed.notices)
    say("".join(f"{line}\n" for line in lines))


def _one(name: str, policy: Policy) -> Iterator[str]:
    period = policy.period
    ended = f", terminated {period.terminated}" if period.terminated else ""
    number = printable(f"{policy.number}, {policy.carrier} for {policy.policyholder}")
    yield f"{name}: valid: {number}, {period.effective} to {period.expires}, {several(period.months, 'month')}{ended}"
    for coverage in Coverage:
        words = bought(policy, coverage)
        yield f"  {coverage}: {words or 'none'}"
        yield from (f"    {line}" for line in further_terms(policy, coverage))
    yield from (f"  {name}: {words}" for name, words in riders_in_words(policy))
    yield from (f"  notice: {notice}" for notice in policy_notices(policy))


def _between(policies: list[tuple[str, Policy]], payments: Sequence[Payment] | None, *, drawn: bool) -> Iterator[str]:
    yield from (f"notice: as years of one program, {fault}" for fault in _contradictions(policies))
    for coverage in Coverage:
        found = list(together(policies, coverage, payments))
        if any(bought(policy, coverage) for _, policy in policies):
            yield f"{coverage}, together: {'no gap and no overlap' if not found else ''}".rstrip(" ")
            yield from (f"  {line}" for line in found)
            if drawn:
                picture = draw([policy for _, policy in policies], coverage).text()
                yield from (f"  {printable(line)}" for line in picture.splitlines())


def _contradictions(policies: list[tuple[str, Policy]]) -> Iterator[Finding]:
    """Yield what keeps the policies from being years of one program, each by the name of its file."""
    years = sorted(policies, key=lambda named: named[1].period.effective)
    for found in contradictions([policy for _, policy in years], None):
        where = found.where
        for at, (name, _) in enumerate(years):
            where = where.replace(f"policies[{at}]", name)
        yield evolve(found, where=where)


def _names(paths: Sequence[Path]) -> list[str]:
    """Return what to call each file: its base name, or the path as given where several share that."""
    base = [path.name for path in paths]
    return [str(path) if base.count(path.name) > 1 else path.name for path in paths]


def __dir__() -> list[str]:
    return __all__
