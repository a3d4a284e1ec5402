"""Tables that are only appended to: what scans have seen of their past days is not read again.

A scan keeps counts and keyed hashes of the rows before its day. They are worth nothing once the
contract, the policy, the detector or the table's columns are others, or rows of those days have
gone or come late; then everything is read. Rows of the day itself are read every time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import ColumnElement, TableClause, and_, not_

from include.governance.detect.memory import recognisers_digest
from include.governance.detect.part import TablePart
from include.governance.detect.reader import Reader
from include.governance.detect.table import TableScan
from include.governance.model.base import Model
from include.governance.source.clocks import Clock, Zone, before
from include.governance.source.types import Stored, stored_columns

_TELLS_THE_DAY: tuple[Stored, ...] = ("text", "date", "timestamp", "timestamp_tz")


class Evidence(Model):
    """What was seen of a place's rows before ``until``, judged by ``terms``, which is a digest.

    ``deferred`` as in ``claims.judged``.
    """

    place: str
    until: date
    terms: str
    deferred: bool
    part: TablePart


class Seen(NamedTuple):
    """A table as a whole, and the evidence to keep; ``earlier`` is what did not need reading."""

    found: TableScan
    evidence: Evidence
    earlier: Evidence | None


@dataclass(frozen=True)
class Appended:
    """A table that its contract says is only appended to, on a day."""

    reader: Reader
    column: str
    stored: Stored
    day: date

    def read(self, earlier: Evidence | None) -> Seen:
        """Join what earlier scans have seen with the rows since."""
        stands = earlier if earlier and self._stands(earlier) else None
        seen = self._read_on(stands, defer=stands.deferred if stands else True)
        return self._read_on(None, defer=False) if seen.found.unsettled else seen

    def _stands(self, earlier: Evidence) -> bool:
        return (
            earlier.until <= self.day
            and earlier.terms == self._terms
            and earlier.part.rows
            == self.reader.count(lambda table: self._before(table, earlier.until))
        )

    def _read_on(self, earlier: Evidence | None, *, defer: bool) -> Seen:
        scanner = self.reader.scanner(defer=defer)
        since = earlier.until if earlier else date.min
        if earlier:
            scanner.absorb(earlier.part)
        if since < self.day:
            self.reader.fill(scanner, lambda table: self._between(table, since))
        evidence = Evidence(
            place=self.reader.place,
            until=self.day,
            terms=self._terms,
            deferred=defer,
            part=scanner.part(),
        )
        self.reader.fill(scanner, lambda table: not_(self._before(table, self.day)))
        return Seen(scanner.finish(), evidence, earlier)

    def _before(self, table: TableClause, day: date) -> ColumnElement[bool]:
        clock = Clock(table.c[self.column], self.stored)
        return before(clock, day, Zone(self.reader.terms.policy.timezone))

    def _between(self, table: TableClause, since: date) -> ColumnElement[bool]:
        return and_(not_(self._before(table, since)), self._before(table, self.day))

    @property
    def _terms(self) -> str:
        """A digest of what decides on a verdict, under the key of the hashes."""
        own, terms = self.reader, self.reader.terms
        said = [
            recognisers_digest(),
            terms.policy.model_dump_json(),
            *(f"{name} {control.model_dump_json()}" for name, control in terms.controls.items()),
            own.dataset.model_dump_json() if own.dataset else "",
            *(f"{column.name} {column.type}" for column in own.live.columns),
            *own.key,
            str(terms.hashing.limit),
        ]
        key = terms.hashing.secret.get_secret_value()[:64]
        return blake2b(json.dumps(said).encode(), digest_size=32, key=key).hexdigest()


def appended(reader: Reader, day: date) -> Appended | None:
    """The table as one that is only appended to, if its contract says so and its clock can tell."""
    dataset = reader.dataset
    clocks = dataset.clock(dataset.append_only.clock) if dataset and dataset.append_only else ()
    if len(clocks) != 1:
        return None
    stored = stored_columns(reader.live, reader.source.dialect)[clocks[0].name]
    if stored not in _TELLS_THE_DAY:
        return None
    return Appended(reader, clocks[0].name, stored, day)
