"""Terms by their path: what differs between two policies, and a policy with some terms changed.

A path is the one that a policy document would have: ``specific.deductible``, ``specific.lasers[0].deductible``.

Source: ``docs/clauses.md``, policy period.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, cast

from attrs import evolve, field, fields, frozen, has

from stoploss.choice import nearest
from stoploss.errors import Finding, PolicyError, StopLossError, raise_if_any
from stoploss.policy import Policy

__all__ = ["TermChange", "compare", "with_terms"]

T = TypeVar("T")

_KEYS = {"covered_class": "class", "from_on": "from"}
"""Fields whose key is a word that Python keeps for itself."""
_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?(?:\.(.+))?", re.ASCII)


@frozen(kw_only=True)
class TermChange:
    """
    One term that is not what it was.

    Args:
        path: Where it is, as in a policy document.
        before: What it was, as text; ``None`` where it was not there.
        after: What it is.
    """

    path: str
    before: str | None = field(repr=False)
    after: str | None = field(repr=False)

    def __str__(self) -> str:
        return f"{self.path}: {self.before or 'none'} -> {self.after or 'none'}"


def _key(name: str) -> str:
    """Return the key that a document has for a field."""
    return _KEYS.get(name, name)


def compare(before: Policy, after: Policy) -> tuple[TermChange, ...]:
    """Return every term in which two policies differ, in the order of the terms."""
    then, now = dict(_terms(before)), dict(_terms(after))
    return tuple(
        TermChange(path=path, before=then.get(path), after=now.get(path))
        for path in dict.fromkeys((*then, *now))
        if then.get(path) != now.get(path)
    )


def _terms(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every term by its path, as text; what is absent is left out."""
    if value is None:
        return
    if has(type(value)):
        for attribute in fields(cast("Any", type(value))):
            if attribute.init:
                key = _key(attribute.name)
                yield from _terms(getattr(value, attribute.name), f"{path}.{key}" if path else key)
    elif isinstance(value, tuple):
        items = cast("tuple[object, ...]", value)
        if any(has(type(item)) for item in items):
            for position, item in enumerate(items):
                yield from _terms(item, f"{path}[{position}]")
        elif items:
            yield path, ", ".join(map(str, items))
    else:
        yield path, str(value)


def with_terms(part: T, changes: Mapping[str, object]) -> T:
    """
    Return a policy, or a part of one, with terms changed: all at once, so that two may change that only fit together.

    Args:
        part: What has the terms.
        changes: New values by path, as their classes take them; ``None`` takes a term away.

    Raises:
        PolicyError: With every path that leads nowhere; and what the new terms contradict.
    """
    names = {_key(each.name): each.name for each in fields(cast("Any", type(part))) if each.init}
    new: dict[str, Any] = {}
    inner: dict[tuple[str, int | None], dict[str, object]] = {}
    faults: list[Finding] = []
    for path, value in changes.items():
        step = _STEP.fullmatch(path)
        name = names.get(step[1]) if step else None
        if not step or name is None:
            way_out = nearest(step[1], list(names)) if step else ""
            faults.append(Finding(code="SL713", where=path, rule="there is no such term", help=way_out))
        elif step[2] is None and step[3] is None:
            new[name] = value
        else:
            inner.setdefault((name, int(step[2]) if step[2] else None), {})[step[3] or ""] = value
    for (name, at), below in inner.items():
        try:
            new[name] = _inside(new.get(name, getattr(part, name)), at, below)
        except StopLossError as error:
            key = _key(name)
            faults += error.under(key if at is None else f"{key}[{at}]").findings
    raise_if_any(PolicyError, faults)
    return cast("T", evolve(cast("Any", part), **new))


def _inside(value: object, at: int | None, below: Mapping[str, object]) -> object:
    """Return a table, or a list with one item, in which terms are changed."""
    if at is not None:
        items = list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else []
        if at >= len(items):
            raise PolicyError(Finding(code="SL714", where="", rule="the list has no such item"))
        items[at] = below[""] if "" in below else _inside(items[at], None, below)
        return tuple(items)
    if value is None or not has(type(value)):
        raise PolicyError(Finding(code="SL714", where="", rule="there are no terms here that could be changed"))
    return with_terms(value, below)


def __dir__() -> list[str]:
    return __all__
