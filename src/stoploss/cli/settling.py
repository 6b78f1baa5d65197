"""``stoploss settle``: from files to the statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from stoploss.cli.inputs import Files, Year, read_year, settled, working
from stoploss.cli.masking import Masks
from stoploss.cli.speech import as_json, console, rendered, say, tell, tell_notices
from stoploss.cli.statement_view import statement_view
from stoploss.cli.whole_files import write_whole
from stoploss.feeds import write_splits
from stoploss.policy import Policy
from stoploss.splits import Split
from stoploss.statement import Statement

if TYPE_CHECKING:  # what needs an engine is loaded with it
    from stoploss.frames.statements import Stated

__all__ = ["Shown", "settle_files", "tell_about", "tell_unused"]


@frozen(kw_only=True)
class Shown:
    """
    How a statement is shown.

    Args:
        json: For programs instead of people.
        claims_out: Where to write what became of each claim.
        mask_ids: With pseudonyms.
        every_unit: Every unit of specific, not only those with something to look at.
    """

    json: bool
    claims_out: Path | None
    mask_ids: bool
    every_unit: bool

    def answer(
        self,
        policy: Policy,
        statement: Statement | Stated,
        splits: Callable[[], Iterable[Split]],
        doing: Callable[[str], None],
    ) -> str:
        """
        Return a statement as it is said, after writing what became of each claim.

        Args:
            policy: The policy.
            statement: By whichever engine.
            splits: What became of each claim, computed when it is asked for.
            doing: Is told what is being done.

        Raises:
            FeedError: When that file cannot be written.
        """
        masks = Masks() if self.mask_ids else None
        if self.claims_out:
            doing("writing what became of each claim")
            own = masks.splits(policy, splits()) if masks else splits()
            write_whole(self.claims_out, lambda path: write_splits(path, own))
        shown = evolve(statement, specific=masks.sheet(policy, statement.specific)) if masks else statement
        if self.json:
            return as_json(shown.to_dict())
        return rendered(statement_view(policy, shown, every_unit=self.every_unit, width=console().width))


def settle_files(files: Files, shown: Shown, *, as_of: dt.date | None) -> None:
    """
    Settle, write the claims' splits, then say the statement.

    Raises:
        FeedError: With the faults of all files; nothing was said or written then.
    """
    with working(files) as doing:
        doing("reading")
        year = read_year(files)
        doing("settling")
        statement = settled(year, as_of)
        answer = shown.answer(year.policy, statement, lambda: statement.splits, doing)
    tell_about(year)
    tell_notices(statement.notices)
    say(answer)


def tell_about(year: Year) -> None:
    """Say what became of every row that was read, and what is worth a look."""
    tell(*year.conserved)
    tell_notices(year.notices)
    tell_unused(year.policy, enrollment=year.enrollment is not None)


def tell_unused(policy: Policy, *, enrollment: bool) -> None:
    """Say so where an enrollment decides nothing."""
    if enrollment and policy.aggregate is None:
        tell("notice: the policy has no aggregate cover, so the enrollment decides nothing")


def __dir__() -> list[str]:
    return __all__
