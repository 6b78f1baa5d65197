"""``stoploss renew``: the document of the next policy period, and what changed."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args, get_origin

import typer
from attrs import has

from stoploss.cli.inputs import Files, read_year, settled
from stoploss.cli.settling import tell_about
from stoploss.cli.speech import say, tell, tell_notices
from stoploss.documents import dump_policy, load_policy
from stoploss.documents.reading import keys_of
from stoploss.policy import Policy
from stoploss.renewal import Renewal, TermChange, renew
from stoploss.window import parse_day

__all__ = ["renew_file"]

_INDEX = re.compile(r"\[\d+\]", re.ASCII)
_OF_A_MEMBER = ("specific.lasers", "specific.used")
"""What these terms say is not repeated outside of the document: it tells of a person."""


def renew_file(path: Path, *, months: int | None, changes: Sequence[str], claims: Sequence[Path]) -> None:
    """
    Say the document of the next policy period; tell what changed.

    Raises:
        typer.BadParameter: For a change without a value, and a term that is set twice.
        FeedError: With the faults of all files; nothing was said then.
        PolicyError: For terms that contradict each other.
    """
    given = [_split(change) for change in changes]
    twice = [key for key, times in Counter(key for key, _ in given).items() if times > 1]
    if twice:
        raise typer.BadParameter(f"one value for each term: {', '.join(twice)} has two", param_hint="--set")
    terms = {key: _typed(key, text) for key, text in given}
    if not claims:
        renewal = renew(load_policy(path), months=months, changes=terms)
    else:
        year = read_year(Files(policy=path, claims=claims, enrollment=None, carrier_payments=None))
        statement = settled(year.without_aggregate(), None) if year.policy.specific else None
        renewal = renew(year.policy, months=months, changes=terms, statement=statement)
        tell_about(year)
    document = dump_policy(renewal.policy)
    _tell(renewal)
    say(document)


def _tell(renewal: Renewal) -> None:
    tell(*(f"changed: {_in_words(change)}" for change in renewal.changes))
    bridge = renewal.expiring.bridge
    if bridge and bridge.renewed:
        tell("notice: the bridge of the expiring policy takes effect: write bridge.renewed = true into its document")
    tell_notices(renewal.notices)


def _in_words(change: TermChange) -> str:
    return change.path if change.path.startswith(_OF_A_MEMBER) else str(change)


def _split(change: str) -> tuple[str, str]:
    key, sign, value = change.partition("=")
    if not sign:
        raise typer.BadParameter("a change is written KEY=VALUE", param_hint="--set")
    return key.strip(), value.strip()


def _typed(path: str, text: str) -> object:
    """Return the value of a term, given as text, in the type that the term has; nothing takes the term away."""
    kinds = _kinds(path)
    if not text:
        return () if any(get_origin(kind) is tuple for kind in kinds) else None
    if int in kinds and text.isdecimal():
        return int(text)
    if bool in kinds and text in {"true", "false"}:
        return text == "true"
    if dt.date in kinds:
        return parse_day(text, path)
    if any(get_origin(kind) is tuple for kind in kinds):
        return _list(text)
    return text


def _kinds(path: str) -> tuple[Any, ...]:
    """Return the types that a term can have; none for a path that leads nowhere, which is refused when it is used."""
    kinds: tuple[Any, ...] = (Policy,)
    for key in _INDEX.sub("", path).split("."):
        inner = [each for kind in kinds for each in (get_args(kind) if get_origin(kind) is tuple else (kind,))]
        cls = next((each for each in inner if isinstance(each, type) and has(each)), None)
        attribute = keys_of(cls).get(key) if cls else None
        if attribute is None:
            return ()
        kinds = (attribute.type,) if get_origin(attribute.type) in {None, tuple} else get_args(attribute.type)
    return kinds


def _list(text: str) -> object:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return [word.strip() for word in text.split(",")]


def __dir__() -> list[str]:
    return __all__
