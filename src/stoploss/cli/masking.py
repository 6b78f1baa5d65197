"""Pseudonyms for sharing: member, family and claim ids replaced, and the order that would give them away.

A pseudonym is a keyed BLAKE2s of the id under a random key that is thrown away with the run:
within a run one id has one pseudonym, and nothing joins across runs.
Amounts and days stay as they are, so a masked statement is still to be shared with care.

Ids break ties, so a year is settled with the real ones and masked afterwards.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from functools import partial
from hashlib import blake2s

from attrs import evolve, field, frozen

from stoploss.deadlines import Outlook
from stoploss.notices import Event, EventKind
from stoploss.policy import Policy
from stoploss.specific_sheet import SpecificSheet
from stoploss.splits import Split

__all__ = ["Masks"]

_KEY_BYTES = 32
_PSEUDONYM_BYTES = 8
"""64 bits: among a million ids, two with one pseudonym in one of thirty million runs."""


@frozen(kw_only=True)
class Masks:
    """
    The pseudonyms of one run.

    Args:
        key: Random unless given; with the key and a list of ids, pseudonyms can be undone.
    """

    key: bytes = field(factory=partial(secrets.token_bytes, _KEY_BYTES), repr=False)

    def of(self, kind: str, id_: str) -> str:
        """
        Return the pseudonym of an id: ``m-`` for a member, ``f-`` for a family, ``c-`` for a claim, and 16 hex digits.

        A member and a claim with the same id have nothing in common.
        """
        digest = blake2s(id_.encode(), key=self.key, person=kind.encode(), digest_size=_PSEUDONYM_BYTES)
        # The letter in front keeps spreadsheets from taking 12345678e9012345 for a number.
        return f"{kind[0]}-{digest.hexdigest()}"

    def sheet(self, policy: Policy, sheet: SpecificSheet | None) -> SpecificSheet | None:
        """Return a statement's sheet of specific with masked units, in the order of their pseudonyms."""
        if sheet is None:
            return None
        masked = [evolve(unit, unit=self.of(str(policy.per), unit.unit)) for unit in sheet.units]
        return evolve(sheet, units=tuple(sorted(masked, key=lambda unit: unit.unit)))

    def splits(self, policy: Policy, splits: Iterable[Split]) -> Iterable[Split]:
        """Return splits with masked ids, in the order of their pseudonyms."""
        per = str(policy.per)
        masked = [split._replace(id=self.of("claim", split.id), unit=self.of(per, split.unit)) for split in splits]
        return sorted(masked, key=lambda split: split.id)

    def events(self, policy: Policy, events: Iterable[Event]) -> Sequence[Event]:
        """Return events with masked ids, by day, and on one day in the order of their pseudonyms."""
        masked = (
            evolve(event, unit=self._unit(policy, event), claim=self.of("claim", event.claim)) for event in events
        )
        return sorted(masked, key=lambda event: (event.happened_on, event.unit or "", event.claim, event.kind))

    def outlook(self, policy: Policy, found: Outlook) -> Outlook:
        """Return deadlines with masked ids, most dollars at risk first, then in the order of their pseudonyms."""
        masked = (
            evolve(
                deadline,
                unit=None if deadline.unit is None else self.of(str(policy.per), deadline.unit),
                claims=tuple(sorted(self.of("claim", claim) for claim in deadline.claims)),
            )
            for deadline in found.deadlines
        )
        in_order = sorted(masked, key=lambda own: (-own.at_risk, own.last_day, own.unit or "", own.claims, own.kind))
        too_late = sorted(self.of("claim", claim) for claim in found.too_late)
        return evolve(found, deadlines=tuple(in_order), too_late=tuple(too_late))

    def _unit(self, policy: Policy, event: Event) -> str | None:
        of_a_member = event.kind in {EventKind.TRIGGER_DIAGNOSIS, EventKind.LONG_STAY}
        return None if event.unit is None else self.of("member" if of_a_member else str(policy.per), event.unit)


def __dir__() -> list[str]:
    return __all__
