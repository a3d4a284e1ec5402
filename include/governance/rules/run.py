"""One run of rules: chooses where each rule is evaluated, and evaluates it there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from sqlalchemy import Select, select
from sqlalchemy.sql.selectable import CTE

from include.governance.errors import SourceError
from include.governance.model.contract import Dataset
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.result import Facts
from include.governance.rules import parameters, pushed, statement
from include.governance.rules.cells import Reader
from include.governance.rules.given import Row
from include.governance.rules.holdings import Holdings, Part
from include.governance.rules.listing import Listing, listed
from include.governance.rules.place import Place, places
from include.governance.rules.pushed import OwnConditions
from include.governance.rules.relation import Relation, relations
from include.governance.rules.rule import Rule
from include.governance.rules.stream import Streamed
from include.governance.source.clocks import Zone
from include.governance.source.database import Source
from include.governance.source.rows import Hashing, RowRefs
from include.governance.store.register_rows import STORE

#: As many judged rows may be joined by a database that does so row by row.
FEW = 2_000


class Unmapped(Exception):
    """No table here fills what a rule speaks of."""

    def __init__(self, code: str, **facts: str) -> None:
        self.code, self.facts = code, facts
        super().__init__(code)


@dataclass(frozen=True)
class Ran:
    """Which rows break a rule, and how that was found out."""

    found: RowRefs
    facts: Facts


@dataclass
class Run:
    """What the rules of one run share."""

    policy: PrivacyPolicy
    datasets: tuple[Dataset, ...]
    zone: Zone
    hashing: Hashing
    open: Callable[[str], Source]
    as_of: date
    _held: Holdings = field(init=False)

    def __post_init__(self) -> None:
        self._held = Holdings(self.policy, self.datasets, self.zone, self.open)

    def table(
        self,
        rule: Rule,
        relation: Relation,
        place: Place,
        listing: Listing,
    ) -> Ran:
        """Judge the rows of a table."""
        source = self._held.source(place.dataset.source)
        if place.dataset.source == STORE and not self._held.kept(place):
            return Ran(RowRefs(), {})
        self._fills(rule, relation, place, rule.query.asked)
        self._readable(Part(source, place), relation, rule.query.asked)
        inner = self._inner(rule)
        judged = Part(source, place)
        if self._joined_at_home(judged, inner):
            return self._in_database(rule, relation, judged, inner, listing)
        return self._streamed(rule, relation, judged, inner)

    def given(
        self,
        rule: Rule,
        relation: Relation,
        rows: Sequence[Row],
        place_of: Callable[[Row], tuple[str, str]],
    ) -> dict[tuple[str, str], Ran]:
        """Judge rows that no database holds, all at once; what breaks the rule, by its table."""
        with Streamed(self._secret, len(rows)) as memory:
            memory.judged_rows(relation, rows)
            ran = self._breaches(memory, rule, self._inner(rule))
        refs: dict[tuple[str, str], set[str]] = {}
        for at in ran.found.refs:
            row = rows[int(at)]
            place = place_of(row)
            refs.setdefault(place, set()).add(self.hashing.ref(*place, row[:1]))
        found = {place: RowRefs(len(own), tuple(sorted(own))) for place, own in refs.items()}
        return {place: Ran(found.get(place, RowRefs()), ran.facts) for place in map(place_of, rows)}

    def statements(self, rule: Rule, relation: Relation, place: Place) -> Iterator[tuple[str, str]]:
        """The SQL by which the rows of a table are judged, each with where it runs."""
        source = self._held.source(place.dataset.source)
        self._fills(rule, relation, place, rule.query.asked)
        inner = self._inner(rule)
        judged = Part(source, place)
        if self._joined_at_home(judged, inner):
            yield source.name, source.text_of(self._keys(rule, relation, judged, inner))
            return
        yield source.name, source.text_of(self._judged_rows(rule, relation, judged))
        for name, parts in inner.items():
            for own, rows in self._inner_rows(rule, name, parts):
                yield own.name, own.text_of(rows)
        yield "duckdb", rule.query.sql("duckdb", self._values(rule))

    def _joined_at_home(self, judged: Part, inner: Mapping[str, Sequence[Part]]) -> bool:
        """Whether one database holds all, and joins them in a time that grows with their rows.

        SQLite and MariaDB look through a relation again for each judged row.
        """
        if len(_homes(judged, inner)) > 1:
            return False
        if judged.source.dialect == "postgresql" or not any(inner.values()):
            return True
        return self._held.rows(judged) <= FEW

    def _keys(
        self, rule: Rule, relation: Relation, judged: Part, inner: dict[str, list[Part]]
    ) -> Select[tuple[object, ...]]:
        """The keys of the rows that break a rule, asked of the one database that has them all."""
        source, asked = judged.source, relation.asked(rule.query.asked)
        rows = self._held.tables.rows(
            source, judged.place, relation, relation.asked(asked), keyed=True
        )
        tables = {name: self._cte(source, name, rule, parts) for name, parts in inner.items()}
        breach = rule.query.sql(source.dialect, self._values(rule))
        return statement.keys(rows, rule.words.rows, tables, breach)

    def _in_database(
        self,
        rule: Rule,
        relation: Relation,
        judged: Part,
        inner: dict[str, list[Part]],
        listing: Listing,
    ) -> Ran:
        source, place = judged.source, judged.place
        keys = self._keys(rule, relation, judged, inner)
        found = listed(source, place.dataset, keys, self.hashing, listing)
        return Ran(found, {"ran": "in_database", "sources": source.name})

    def _cte(self, source: Source, name: str, rule: Rule, parts: list[Part]) -> CTE:
        relation = relations()[name]
        if parts:
            asked = relation.asked(rule.query.inner[name])
            each = [self._held.tables.rows(source, part.place, relation, asked) for part in parts]
            return statement.of_tables(relation, each)
        reader = Reader(source.dialect, self.zone)
        return statement.of_rows(relation, self._held.given_rows(relation), reader)

    def _streamed(
        self, rule: Rule, relation: Relation, judged: Part, inner: dict[str, list[Part]]
    ) -> Ran:
        source, dataset = judged.source, judged.place.dataset
        asked = relation.asked(rule.query.asked)
        with Streamed(self._secret, self.hashing.limit) as memory:
            memory.judged(
                source,
                self._judged_rows(rule, relation, judged),
                relation,
                [name for name in relation.fields if name in asked],
                lambda key: self.hashing.ref(dataset.source, dataset.table, key),
            )
            return self._breaches(memory, rule, inner, source)

    def _breaches(
        self, memory: Streamed, rule: Rule, inner: dict[str, list[Part]], *judged: Source
    ) -> Ran:
        for name, parts in inner.items():
            relation = relations()[name]
            if not parts:
                memory.given(relation, self._held.given_rows(relation))
                continue
            asked = relation.asked(rule.query.inner[name])
            fields = [field for field in relation.fields if field in asked]
            memory.relation(relation, fields, self._inner_rows(rule, name, parts))
        found = memory.breaches(rule.words.rows, rule.query.sql("duckdb", self._values(rule)))
        names = {s.name for s in judged} | {p.source.name for ps in inner.values() for p in ps}
        if not names:
            return Ran(found, {"ran": "given"})
        return Ran(
            found,
            {"ran": "streamed", "sources": ", ".join(sorted(names)), "streamed_rows": memory.rows},
        )

    def _judged_rows(
        self, rule: Rule, relation: Relation, judged: Part
    ) -> Select[tuple[object, ...]]:
        """What leaves its database of the judged rows."""
        asked = relation.asked(rule.query.asked)
        rows = self._held.tables.rows(judged.source, judged.place, relation, asked, keyed=True)
        return self._filtered(rows, judged.source, rule, pushed.of_judged(rule.query))

    def _inner_rows(
        self, rule: Rule, name: str, parts: Iterable[Part]
    ) -> Iterator[tuple[Source, Select[tuple[object, ...]]]]:
        """What leaves its databases of a relation in the rule's subqueries."""
        relation, own = relations()[name], pushed.of_inner(rule.query).get(name)
        asked = relation.asked(rule.query.inner[name])
        for part in parts:
            rows = self._held.tables.rows(part.source, part.place, relation, asked)
            yield part.source, self._filtered(rows, part.source, rule, own)

    def _filtered(
        self,
        rows: Select[tuple[object, ...]],
        source: Source,
        rule: Rule,
        own: OwnConditions | None,
    ) -> Select[tuple[object, ...]]:
        """Only the rows that can matter, as far as their own source can tell."""
        if own is None:
            return rows
        alone = rule.query.part(own.condition, source.dialect, self._values(rule))
        named = rows.subquery(own.alias)
        return select(*named.c).where(statement.condition(alone))

    def _inner(self, rule: Rule) -> dict[str, list[Part]]:
        """The tables of each relation in the rule's subqueries; none of those that are given."""
        return {name: list(self._parts(rule, relations()[name])) for name in rule.query.inner}

    def _parts(self, rule: Rule, relation: Relation) -> Iterator[Part]:
        if relation.origin in ("policy", "contracts"):
            return
        found = places(relation, self.datasets)
        if not found and not relation.optional:
            raise Unmapped("relation_not_mapped", relation=relation.name)
        for place in found:
            source = self._held.source(place.dataset.source)
            if place.dataset.source == STORE and len(found) > 1 and not self._held.kept(place):
                continue
            fields = relation.asked(rule.query.inner[relation.name])
            self._fills(rule, relation, place, fields)
            self._readable(Part(source, place), relation, fields)
            yield Part(source, place)

    def _fills(self, rule: Rule, relation: Relation, place: Place, fields: set[str]) -> None:
        lacking = set(place.lacks(relation.columns_of(fields))) - set(rule.words.optional)
        if lacking:
            raise Unmapped(
                "field_not_mapped",
                relation=relation.name,
                place=place.dataset.id,
                fields=", ".join(sorted(lacking)),
            )

    def _readable(self, part: Part, relation: Relation, fields: set[str]) -> None:
        doubts = self._held.tables.doubts(part.source, part.place, relation, fields)
        for column, cells in doubts.items():
            raise SourceError(
                "cells_not_understood", place=part.place.dataset.id, column=column, cells=cells
            )

    def _values(self, rule: Rule) -> dict[str, str | int]:
        return dict(parameters.values(rule.words.params, self.policy, self.as_of))

    @property
    def _secret(self) -> bytes:
        return self.hashing.secret.get_secret_value()


def _homes(judged: Part, inner: Mapping[str, Sequence[Part]]) -> set[tuple[object, ...]]:
    """The databases in which the relations of a rule lie."""
    return {part.source.home for part in (judged, *chain.from_iterable(inner.values()))}
