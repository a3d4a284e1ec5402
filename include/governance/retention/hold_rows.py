"""The rows of a table that are a subject's own or hang on rows that are, as a condition."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    and_,
    false,
    literal_column,
    null,
    select,
    true,
    tuple_,
    union_all,
)

from include.governance.model.contract import Dataset
from include.governance.model.reference import key_parts
from include.governance.retention.hold_ways import Ways
from include.governance.retention.key_kinds import KeyColumns
from include.governance.retention.links import Link, pointing
from include.governance.retention.subject_key import among, spellings
from include.governance.source.clocks import any_of
from include.governance.source.rows import table_of

_TABLE = "held_in"


@dataclass(frozen=True)
class HeldRows:
    """What an entity's keys keep in a table, along the ways that lead to it."""

    ways: Ways
    columns: KeyColumns

    def comparable(self, key: str) -> list[bool]:
        """For every place in which the table or one above it names the entity: can the key be?"""
        return [
            self._comparable(dataset, names, key)
            for dataset in self.ways.tables
            for names in self.ways.places[dataset.id]
        ]

    def having(self, keys: Collection[str]) -> ColumnElement[bool]:
        """The rows that these keys keep."""
        dataset = self.ways.dataset
        if not self.ways.in_circles:
            return self._straight(dataset, keys)
        return any_of(
            [
                self._keyed(dataset, keys),
                *(self._on_held(link, keys) for link in self.ways.above(dataset)),
            ]
        )

    def _straight(self, dataset: Dataset, keys: Collection[str]) -> ColumnElement[bool]:
        above = (
            pointing(link, self._straight(link.parent, keys)) for link in self.ways.above(dataset)
        )
        return any_of([self._keyed(dataset, keys), *above])

    def _keyed(self, dataset: Dataset, keys: Collection[str]) -> ColumnElement[bool]:
        """Rows that hold one of the keys themselves."""
        return any_of(
            condition
            for names in self.ways.places[dataset.id]
            for condition in self._in_columns(dataset, names, keys)
        )

    def _in_columns(
        self, dataset: Dataset, names: Sequence[str], keys: Collection[str]
    ) -> Iterator[ColumnElement[bool]]:
        table, kinds = table_of(dataset), self.columns.kinds(dataset)
        if len(names) == 1:
            yield among(table.c[names[0]], keys, kinds.get(names[0], "opaque"))
            return
        for key in sorted(keys):
            if parts := key_parts(key, len(names)):
                pairs = zip(names, parts, strict=True)
                yield and_(
                    *(among(table.c[n], [part], kinds.get(n, "opaque")) for n, part in pairs)
                )

    def _comparable(self, dataset: Dataset, names: Sequence[str], key: str) -> bool:
        kinds, parts = self.columns.kinds(dataset), key_parts(key, len(names))
        return parts is not None and all(
            spellings(part, kinds.get(name, "opaque")) is not None
            for name, part in zip(names, parts, strict=True)
        )

    def _on_held(self, link: Link, keys: Collection[str]) -> ColumnElement[bool]:
        """Rows that hang on one of the held rows above them, which are followed in a circle."""
        here, found = table_of(link.child), self._followed(keys)
        names = [found.c[_name(link.parent, column)] for column in link.there]
        own = [here.c[name] for name in link.here]
        wanted = select(*names).where(found.c[_TABLE] == self._number(link.parent))
        filled = (column.is_not(None) for column in own)
        value = own[0] if len(own) == 1 else tuple_(*own)
        return and_(*filled, value.in_(wanted.correlate(None)))

    def _followed(self, keys: Collection[str]) -> CTE:
        """Every held row of the tables above, by the columns that others refer to."""
        parents = [each for each in self.ways.tables if self._referred(each)]
        first, *others = (
            select(*self._row(each)).where(self._keyed(each, keys)).correlate(None)
            for each in parents
        )
        found = first.cte(recursive=True, nesting=True)
        again = [
            self._hanging(link, found) for link in self.ways.links if self._referred(link.child)
        ]
        if self.columns.dialect != "postgresql":
            joined = (step.select_from(found) for step in again)
            return found.union(*others, *joined)
        # PostgreSQL lets the rows found so far be named once only
        steps = union_all(*(step.correlate(found) for step in again)).lateral()
        return found.union(*others, select(*steps.c).select_from(found.join(steps, true())))

    def _hanging(self, link: Link, found: FromClause) -> Select[Any]:
        here = table_of(link.child)
        same = (
            here.c[own] == found.c[_name(link.parent, other)]
            for own, other in zip(link.here, link.there, strict=True)
        )
        return select(*self._row(link.child)).where(
            found.c[_TABLE] == self._number(link.parent), *same
        )

    def _row(self, dataset: Dataset) -> list[ColumnElement[Any]]:
        """A row by the columns that others refer to; those of other tables are empty."""
        columns: list[ColumnElement[Any]] = [
            literal_column(f"{self._number(dataset)}").label(_TABLE)
        ]
        for each in self.ways.tables:
            table = table_of(each)
            for name in self._referred(each):
                column: ColumnElement[Any] = table.c[name]
                own = each.id == dataset.id
                columns.append((column if own else self._empty(column)).label(_name(each, name)))
        return columns

    def _empty(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """No value, of the column's type where the database asks for one."""
        if self.columns.dialect == "sqlite":
            return null()
        return select(column).where(false()).correlate(None).scalar_subquery()

    def _referred(self, dataset: Dataset) -> list[str]:
        links = (link for link in self.ways.links if link.parent.id == dataset.id)
        return sorted({name for link in links for name in link.there})

    def _number(self, dataset: Dataset) -> int:
        return [each.id for each in self.ways.tables].index(dataset.id)


def _name(dataset: Dataset, column: str) -> str:
    return f"{dataset.table}.{column}"
