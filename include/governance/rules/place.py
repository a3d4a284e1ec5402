"""Which tables fill the relations here, and which column fills which field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from include.governance.model.contract import Column, Dataset
from include.governance.model.register import REGISTERS
from include.governance.rules.relation import Relation, RelationField, relations
from include.governance.store.register_rows import STORE


@dataclass(frozen=True)
class Place:
    """A table that holds rows of a relation; ``columns`` says which column fills which field."""

    dataset: Dataset
    columns: Mapping[str, str]

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
    return tuple(_place(whole, each) for each in (*own, *_mapped(whole, datasets)))


def _mapped(relation: Relation, datasets: Iterable[Dataset]) -> Iterator[Dataset]:
    for dataset in datasets:
        named = relation.register_ is not None and dataset.fills_register == relation.register_
        if named or (dataset.kind in relation.dataset_kinds and dataset.fills_register is None):
            yield dataset


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
    found = {name: _column(name, field, dataset) for name, field in relation.fields.items()}
    columns = {name: column for name, column in found.items() if column}
    key = dataset.primary_key or tuple(list(columns.values())[:1])
    return Place(dataset.model_copy(update={"primary_key": key}), columns)


def _column(name: str, field: RelationField, dataset: Dataset) -> str | None:
    """The column that says so, else that of the field's words, else that of its name."""
    said = [c.name for c in dataset.columns if c.register_field == name]
    if said:
        return said[0]
    if field.subject_key and dataset.subject_key:
        return dataset.subject_key
    by_words = [c for c in dataset.columns if c.register_field is None and _fits(field, c)]
    if len(by_words) == 1:
        return by_words[0].name
    free = dataset.column(name)
    return name if free and free.register_field is None else None


def _fits(field: RelationField, column: Column) -> bool:
    by_category = field.category is not None and column.category == field.category
    return by_category or (field.clock is not None and field.clock in column.clocks)
