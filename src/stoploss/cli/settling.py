"""``stoploss settle``: from files to the statement."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from stoploss.cli.inputs import Files, Year, read_year, settled, working
from stoploss.cli.masking import Masks
from stoploss.cli.speech import as_json, console, reason_of, rendered, say, tell, tell_notices
from stoploss.cli.statement_view import statement_view
from stoploss.errors import FeedError, Finding
from stoploss.feeds import write_splits
from stoploss.splits import Split

__all__ = ["settle_files", "tell_about"]


def settle_files(
    files: Files, *, as_of: dt.date | None, json: bool, claims_out: Path | None, mask_ids: bool, every_unit: bool
) -> None:
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
        masks = Masks() if mask_ids else None
        if claims_out:
            doing("writing what became of each claim")
            _write(claims_out, masks.splits(statement) if masks else statement.splits)
        shown = masks.statement(statement) if masks else statement
        if json:
            answer = as_json(shown.to_dict())
        else:
            answer = rendered(statement_view(shown, every_unit=every_unit, width=console().width))
    tell_about(year)
    tell_notices(statement.notices)
    say(answer)


def tell_about(year: Year) -> None:
    """Say what became of every row that was read, and what is worth a look."""
    tell(*year.conserved)
    tell_notices(year.notices)
    if year.enrollment and year.policy.aggregate is None:
        tell("notice: the policy has no aggregate cover, so the enrollment decides nothing")


def _write(path: Path, splits: Iterable[Split]) -> None:
    """Write the splits beside *path* first, so that it never holds half of them."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        write_splits(beside, splits)
        beside.replace(path)
    except OSError as error:
        rule = f"this file cannot be written: {reason_of(error)}"
        raise FeedError(Finding(code="SL495", where=str(path), rule=rule)) from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def __dir__() -> list[str]:
    return __all__
