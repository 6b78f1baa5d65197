"""The claims of many policies, checked: every kind of fault counted, priced and placed, or every fact.

The rules are those of :mod:`stoploss.feeds`, with their codes, and a few that only many policies have.
In the good case that is three passes: one over all columns, one over the ids, one for what negative rows undo.
Only where something is wrong is the source read again, in its order, for the first rows of each kind.

Source: ``docs/feeds.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import narwhals as nw
from attrs import evolve, field, frozen

from stoploss.errors import Finding
from stoploss.facts import Administrator, Status
from stoploss.feeds.claims import LOOK_ALIKE, SWAPPED_HELP, swapped
from stoploss.feeds.conservation import FileTally, Tally
from stoploss.frames.columns import FAR
from stoploss.frames.engines.engine import Engine, Frame
from stoploss.frames.faults import NO_DAY_REPORTED, NO_FAMILY, PENDING_UNDATED, Flags, faults_in
from stoploss.frames.file_sets import FILE
from stoploss.frames.found import REPEATED, UNKNOWN_POLICY, Found, too_large
from stoploss.frames.placing import First, Places
from stoploss.frames.reading import FACTS, Read
from stoploss.frames.repeats import KEY, Repeats, Undoing, different_in, repeats_in, undoing_in
from stoploss.frames.spelling import Misspelt, misspelt_in
from stoploss.frames.tallies import Known, Tallies, sums_of, tallied
from stoploss.policy import Policy

__all__ = ["CheckedClaims", "check_claims"]

_NO_FAMILY = nw.col("family") == ""
_NO_DAY = (
    (nw.col("administrator") == str(Administrator.PRIOR))
    & (nw.col("reported_on") == FAR)
    & (nw.col("status") != str(Status.PENDING))
    & ~((nw.col("cents") < 0) & (nw.col("adjusts") != ""))
)
_FAMILY_WANTED = Finding(
    code="SL309", where="family", rule="families have a deductible, so every payment names its family"
)
_DAY_WANTED = Finding(
    code="SL314",
    where="reported_on",
    rule="claims of a prior administrator count by the day on which they were reported, and this has none",
)
_LOOKS = ("policy", "member", "incurred_on", "paid_on", "cents", "benefit")
"""Two rows that are alike in these may be one claim that was reported twice."""
_AMOUNT_FAULTS = frozenset({"SL104", "SL105", "SL457", "SL458"})


@frozen(kw_only=True)
class CheckedClaims:
    """
    What became of a source of claims.

    Args:
        facts: Every fact once, with all its columns; of a source with faults those without.
        undoing: The negative rows that name a payment, looked up already.
        found: What was found, faults first.
        tally: What became of every row and every dollar.
    """

    facts: Frame = field(repr=False, eq=False)
    undoing: Undoing = field(repr=False)
    found: tuple[Found, ...]
    tally: FileTally


def check_claims(engine: Engine, read: Read, policies: Sequence[Policy]) -> CheckedClaims:
    """
    Find everything that is wrong with claims, or odd about them.

    Args:
        engine: Computes; the one that read them.
        read: The claims.
        policies: Those that they may belong to.
    """
    known = Known(policies=policies)
    flags = faults_in(read.cells, per_family=any(known.per_family), by_day_reported=any(known.by_day_reported))
    frame = read.frame if len(read.labels) > 1 else read.frame.with_columns(**{FILE: nw.lit(0)})
    rows = flags.number(frame, "_policy", "_amount", FILE).rename({"_policy": "policy", "_amount": "cents"})
    places = Places(engine=engine, read=read)
    check = _Check(engine=engine, read=read, flags=flags, known=known.table(engine), places=places)
    tallies = tallied(engine, rows, flags, check.known)
    misspelt = misspelt_in(engine, read, {name: tallies.of(name).rows for name in flags.unusual})
    wrong = [*check.of_rows(tallies), *check.of_policies(tallies), *check.of_texts(misspelt)]
    clean = check.clean(misspelt) if wrong else read.facts
    return check.between_rows(tallies, [*wrong, *check.of_the_source(tallies)], clean, partly=bool(wrong))


@frozen(kw_only=True)
class _Check:
    """One source on its way through the checks."""

    engine: Engine
    read: Read
    flags: Flags
    known: Frame
    places: Places

    def of_rows(self, tallies: Tallies) -> Iterator[Found]:
        """Yield what is wrong with single rows, whatever their policy."""
        for fault in self.flags.faults:
            tally = tallies.of(fault)
            if tally.rows and not fault.notice:
                yield self._found(fault.finding, tally, self.places.where(fault.holds))

    def of_policies(self, tallies: Tallies) -> Iterator[Found]:
        """Yield what is wrong with rows by their policy."""
        strange = tallies.where(lambda group: not group.known and "SL302" not in group.codes("policy"))
        if strange.rows:
            yield self._found(UNKNOWN_POLICY, strange, self.places.among(self._strangers))
        nameless = tallies.where(lambda group: group.per_family and NO_FAMILY in group.names)
        if nameless.rows:
            places = self.places.among(lambda facts: self._of_policies(facts, "per_family").filter(_NO_FAMILY))
            yield self._found(_FAMILY_WANTED, nameless, places)
        undated = tallies.where(lambda group: group.by_day_reported and NO_DAY_REPORTED in group.names)
        if undated.rows:
            places = self.places.among(lambda facts: self._of_policies(facts, "by_day_reported").filter(_NO_DAY))
            yield self._found(_DAY_WANTED, undated, places)
        for policy in tallies.too_large:
            yield self._found(too_large(policy), Tally())

    def of_texts(self, misspelt: Sequence[Misspelt]) -> Iterator[Found]:
        """Yield what is wrong with ids and labels, letter by letter."""
        for each in misspelt:
            tally = sums_of(self.engine, each.rows(self.read.facts))
            yield self._found(each.finding, tally, self.places.among(each.rows))

    def of_the_source(self, tallies: Tallies) -> Iterator[Found]:
        """Yield what is wrong with a file as a whole."""
        for number, label in enumerate(self.read.labels):
            own = tallies.of_file(number)
            undated = own.of_code("SL210", "paid_on").rows + own.of(PENDING_UNDATED).rows
            dated = 0 if self.read.cells["paid_on"].absent else own.read.rows - undated
            rule = swapped(own.of_code("SL465", "paid_on").rows, dated)
            if rule:
                yield Found(code="SL466", label=label, rule=rule, help=SWAPPED_HELP)

    def clean(self, misspelt: Sequence[Misspelt]) -> Frame:
        """Return the facts of the rows with which nothing is wrong by themselves."""
        facts = self.read.frame.filter(~self.flags.wrong).select(**self.read.values)
        for each in misspelt:
            facts = each.others(facts)
        facts = facts.join(self.known, on="policy", how="inner")
        lacking = ((nw.col("per_family") == 1) & _NO_FAMILY) | ((nw.col("by_day_reported") == 1) & _NO_DAY)
        return self.engine.mat("clean", facts.filter(~lacking).select(*FACTS))

    def between_rows(self, tallies: Tallies, wrong: list[Found], clean: Frame, *, partly: bool) -> CheckedClaims:
        """Return the claims with what only shows between rows."""
        right = sums_of(self.engine, clean) if partly else tallies.read
        rejected = Tally(
            rows=tallies.read.rows - right.rows,
            total=tallies.read.total - right.total,
            unreadable=tallies.where(lambda group: not _AMOUNT_FAULTS.isdisjoint(group.codes("amount"))).rows,
        )
        repeats = repeats_in(self.engine, clean, self.read.absent)
        whole = not partly and repeats.keys is None
        undoing = undoing_in(self.engine, repeats.facts, self.read.adjusting if whole else repeats.facts)
        for found, keys in (*self._told_otherwise(clean, repeats), *self._undone(undoing)):
            tally = sums_of(self.engine, _with_keys(keys, clean))
            rejected += tally
            first = self.places.among(partial(_with_keys, keys))
            priced = evolve(found, rows=tally.rows, total=tally.total)
            wrong.append(evolve(priced, places=first.places, files=first.files))
        duplicates = Tally(rows=repeats.rows, total=repeats.cents)
        rest = Tally(
            rows=tallies.read.rows - rejected.rows - duplicates.rows,
            total=tallies.read.total - rejected.total - duplicates.total,
        )
        notices = self._notices(tallies, duplicates, _look_alikes(self.engine, repeats.facts))
        return CheckedClaims(
            facts=repeats.facts,
            undoing=undoing,
            found=(*wrong, *notices),
            tally=FileTally(
                label=self.read.label,
                posted=Tally() if wrong else rest,
                held=rest if wrong else Tally(),
                rejected=rejected,
                duplicates=duplicates,
            ),
        )

    def _told_otherwise(self, clean: Frame, repeats: Repeats) -> Iterator[tuple[Found, Frame]]:
        if repeats.otherwise is not None:
            columns = ", ".join(different_in(self.engine, clean, repeats.otherwise))
            rule = f"another row has this id, and differs in {columns}"
            help_ = "a correction is a row of its own: undo the first one with a negative row, and report the right one"
            yield Found(code="SL462", label=self.read.label, column="id", rule=rule, help=help_), repeats.otherwise

    def _undone(self, undoing: Undoing) -> Iterator[tuple[Found, Frame]]:
        for rule, keys in undoing.faults:
            yield Found(code="SL307", label=self.read.label, column="adjusts", rule=rule), keys

    def _notices(self, tallies: Tallies, duplicates: Tally, alike: Tally) -> Iterator[Found]:
        for notice in self.read.notices:
            yield Found.of_header(notice, self.read.label, notice=True)
        if not tallies.read.rows:
            rule, help_ = "this source has no rows", "check that the export is whole"
            yield Found(code="SL460", label=self.read.label, rule=rule, help=help_, notice=True)
        if duplicates.rows:
            yield self._found(REPEATED, duplicates, notice=True)
        for fault in self.flags.faults:
            tally = tallies.of(fault)
            if tally.rows and fault.notice:
                yield self._found(fault.finding, tally, notice=True)
        if alike.rows:
            yield self._found(LOOK_ALIKE, alike, notice=True)

    def _found(self, finding: Finding, tally: Tally, first: First | None = None, *, notice: bool = False) -> Found:
        found = Found.of(finding, self.read.label, notice=notice)
        first = first or First()
        return evolve(found, rows=tally.rows, total=tally.total, places=first.places, files=first.files)

    def _strangers(self, facts: Frame) -> Frame:
        return facts.filter(nw.col("policy") != "").join(self.known, on="policy", how="anti")

    def _of_policies(self, facts: Frame, wanting: str) -> Frame:
        return facts.join(self.known.filter(nw.col(wanting) == 1), on="policy", how="semi")


def _look_alikes(engine: Engine, facts: Frame) -> Tally:
    """Return the facts that look like another under a second id, the first of each kind left out."""
    some = facts.filter(nw.col("cents") != 0).select(*_LOOKS)
    kinds = engine.repeated(some, _LOOKS)
    every = sums_of(engine, some.join(kinds, on=list(_LOOKS), how="semi"))
    first = sums_of(engine, kinds)
    return Tally(rows=every.rows - first.rows, total=every.total - first.total)


def _with_keys(keys: Frame, facts: Frame) -> Frame:
    return facts.join(keys, on=list(KEY), how="semi")


def __dir__() -> list[str]:
    return __all__
