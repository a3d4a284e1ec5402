"""Which tables fill the relations here, and which column fills which field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from include.governance.model.contract import Column, Dataset
from include.governance.model.register import REGISTERS
from include.governance.rules.relation import Relation, RelationField, relations
from include.governance.store.register_rows import STORE


@dataclass(frozen=True)
class Place:
    """A table that holds rows of a relation; ``columns`` says which column fills which field.

    ``only`` are conditions on the table without which its rows are not looked at.
    """

    dataset: Dataset
    columns: Mapping[str, str]
    only: tuple[ColumnElement[bool], ...] = ()

    @property
    def named(self) -> tuple[str, str]:
        """Its source and its table."""
        return self.dataset.source, self.dataset.table

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that name a row."""
        return self.dataset.primary_key

    def lacks(self, fields: Iterable[str]) -> tuple[str, ...]:
        """Those fields that no column fills."""
        return tuple(sorted(set(fields) - set(self.columns)))


def places(relation: Relation, datasets: Iterable[Dataset]) -> tuple[Place, ...]:
    """Every table that contracts map to a relation; for a register, the store's own comes first."""
    whole = relations()[relation.list_of[0]] if relation.list_of else relation
    own = [store_table(whole)] if whole.origin == "register" else []
    return tuple(_place(whole, each) for each in (*own, *filter(whole.holds, datasets)))


def fields_open_to(dataset: Dataset) -> frozenset[str]:
    """The fields that columns of a table may fill besides those of a register."""
    held = (each for each in relations().values() if each.holds(dataset))
    return frozenset(name for relation in held for name in relation.fields)


def store_table(relation: Relation) -> Dataset:
    """The store's own table of a register, described as a contract would."""
    name = relation.register_ or relation.name
    model = REGISTERS[name]
    return Dataset(
        source=STORE,
        table=f"register_{name}",
        name=f"register_{name}",
        kind="register",
        columns=tuple(Column(name=field) for field in relation.stored),
        primary_key=(model.key_field,),
    )


def _place(relation: Relation, dataset: Dataset) -> Place:
    found = {
        name: _column(name, field, dataset, names_the_row=at == 0)
        for at, (name, field) in enumerate(relation.fields.items())
    }
    columns = {name: column for name, column in found.items() if column}
    key = dataset.primary_key or tuple(list(columns.values())[:1])
    return Place(dataset.model_copy(update={"primary_key": key}), columns)


def _column(
    name: str, field: RelationField, dataset: Dataset, *, names_the_row: bool
) -> str | None:
    """The column that says so, else that of the field's words, of its name, or of the key."""
    said = [c.name for c in dataset.columns if c.register_field == name]
    if said:
        return said[0]
    if field.subject_key and dataset.subject_key:
        return dataset.subject_key
    by_words = [c for c in dataset.columns if c.register_field is None and _fits(field, c)]
    if len(by_words) == 1:
        return by_words[0].name
    called = [
        c.name for c in dataset.columns if c.register_field is None and c.field((name,)) == name
    ]
    if called:
        return called[0]
    return dataset.primary_key[0] if names_the_row and len(dataset.primary_key) == 1 else None


def _fits(field: RelationField, column: Column) -> bool:
    by_category = field.category is not None and column.category == field.category
    return by_category or (field.clock is not None and field.clock in column.clocks)
