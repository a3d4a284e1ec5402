"""The rows of a relation in one table, with normalised fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, exists, func, select

from include.governance.errors import SourceMismatch
from include.governance.rules.cells import Normal, Reader
from include.governance.rules.lists import VALUE, words
from include.governance.rules.place import Place
from include.governance.rules.relation import WORD, CellKind, Relation
from include.governance.source.clocks import Zone
from include.governance.source.database import Source
from include.governance.source.keys import agreed
from include.governance.source.rows import table_of
from include.governance.source.types import Stored, stored_columns

#: The columns of a judged row that name it; no field of a relation is called so.
KEY = "daicho_key_"
_CORRECTS = "corrects"


@dataclass
class Tables:
    """The tables of one run: each is looked at once, and each cell is read once for doubts."""

    zone: Zone
    entities: tuple[str, ...]
    _stored: dict[str, Mapping[str, Stored]] = field(default_factory=dict)
    _doubts: dict[tuple[str, str, CellKind], int] = field(default_factory=dict)

    def rows(
        self,
        source: Source,
        place: Place,
        relation: Relation,
        fields: Iterable[str],
        *,
        keyed: bool = False,
    ) -> Select[Any]:
        """The fields of every row that stands, with the columns of its key where it is judged.

        A field that no column fills is empty; what was corrected by a later row does not stand.
        """
        base = self._base(source, place, relation, fields, keyed=keyed)
        cells = self._cells(source, place, relation, base)
        if relation.list_of:
            return self._words(source, relation, base, cells)
        reader = self._reader(source)
        wanted = set(fields)
        chosen = [
            (cells[name].value if name in cells else reader.nothing(f.kind)).label(name)
            for name, f in relation.fields.items()
            if name in wanted
        ]
        return select(*chosen, *(each for each in base.c if each.name.startswith(KEY)))

    def _words(
        self, source: Source, relation: Relation, base: Subquery, cells: Mapping[str, Normal]
    ) -> Select[Any]:
        key = next(iter(relation.fields))
        each = words(cells[WORD].value, source.dialect)
        word = self._reader(source).filled(func.trim(each.c[VALUE]))
        query = select(cells[key].value.label(key), word.label(WORD))
        return query.select_from(base, each).where(
            cells[WORD].value.is_not(None), word.is_not(None)
        )

    def doubts(
        self, source: Source, place: Place, relation: Relation, fields: Iterable[str]
    ) -> dict[str, int]:
        """By column, the cells of these fields that hold something and cannot be read."""
        base = self._base(source, place, relation, fields)
        marks = {
            (place.dataset.id, place.columns[_base(relation, name)], _kind(relation, name)): doubt
            for name, cell in self._cells(source, place, relation, base).items()
            if (doubt := cell.unreadable) is not None
        }
        if new := {mark: doubt for mark, doubt in marks.items() if mark not in self._doubts}:
            counted = [func.sum(case((doubt, 1), else_=0)) for doubt in new.values()]
            query = select(*counted).select_from(base)
            with source.reading(place.dataset.table) as connection:
                found = connection.execute(query).one()
            self._doubts |= {m: int(n or 0) for m, n in zip(new, found, strict=True)}
        return {mark[1]: self._doubts[mark] for mark in marks if self._doubts[mark]}

    def _base(
        self,
        source: Source,
        place: Place,
        relation: Relation,
        fields: Iterable[str],
        *,
        keyed: bool = False,
    ) -> Subquery:
        """The columns that fill the fields, prepared, of the rows that stand."""
        table, stored = table_of(place.dataset), self._types(source, place)
        reader, wanted = self._reader(source), set(fields)
        chosen = []
        for name in relation.fields:
            column = place.columns.get(_base(relation, name))
            if name not in wanted or column is None:
                continue
            if column not in stored:
                where = dict(zip(("source", "table"), place.named, strict=True))
                raise SourceMismatch("column_missing", column=column, **where)
            prepared = reader.prepared(table.c[column], stored[column], _kind(relation, name))
            chosen.append(prepared.label(name))
        keys = [table.c[name].label(f"{KEY}{at}") for at, name in enumerate(place.key) if keyed]
        query = (
            select(*chosen, *keys)
            .select_from(table)
            .where(*_standing(place, relation), *place.only)
        )
        return query.subquery("daicho_cells")

    def _cells(
        self, source: Source, place: Place, relation: Relation, base: Subquery
    ) -> dict[str, Normal]:
        stored, reader = self._types(source, place), self._reader(source)
        found = {}
        for each in base.c:
            if not each.name.startswith(KEY):
                column = place.columns[_base(relation, each.name)]
                kind = _kind(relation, each.name)
                found[each.name] = reader.cell(each, stored[column], kind)
        return found

    def _reader(self, source: Source) -> Reader:
        return Reader(source.dialect, self.zone, self.entities)

    def _types(self, source: Source, place: Place) -> Mapping[str, Stored]:
        dataset = place.dataset
        if dataset.id not in self._stored:
            live = source.live_table(dataset.table, dataset.schema_name)
            agreed(dataset, live)
            self._stored[dataset.id] = stored_columns(live, source.dialect)
        return self._stored[dataset.id]


def _base(relation: Relation, field: str) -> str:
    """The field whose column holds it: of a word, the list."""
    return relation.list_of[1] if relation.list_of and field == WORD else field


def _kind(relation: Relation, field: str) -> CellKind:
    listed = relation.list_of and field == WORD
    return CellKind.WORDS if listed else relation.fields[field].kind


def _standing(place: Place, relation: Relation) -> list[ColumnElement[bool]]:
    corrects = place.columns.get(_CORRECTS)
    if relation.origin != "register" or corrects is None:
        return []
    table = table_of(place.dataset)
    later = table.alias()
    key = place.columns[next(iter(relation.fields))]
    return [~exists(select(1).select_from(later).where(later.c[corrects] == table.c[key]))]
