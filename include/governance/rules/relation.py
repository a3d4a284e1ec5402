"""The relations that a rule may speak of: their names, their fields and where they are from."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import model_validator

from include.governance.model.base import Model
from include.governance.model.contract import Dataset, DatasetKind
from include.governance.model.register import REGISTERS
from include.governance.model.register_row import FieldKind, RegisterRow

#: Between a relation and a field that holds a list: the relation of its single words.
LIST_MARK = "__"
WORD = "word"
_FILE = Path(__file__).parent / "relations.yaml"


class CellKind(StrEnum):
    """How a field is normalised, and with what it may be compared."""

    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    NUMBER = "number"
    FLAG = "flag"
    WORDS = "words"
    SUBJECT = "subject"
    CONTACT = "contact"
    PERSONAL = "personal"


#: Never seen outside their database: elsewhere a keyed hash stands for each.
HASHED = frozenset({CellKind.SUBJECT, CellKind.CONTACT, CellKind.PERSONAL})
Origin = Literal["register", "table", "policy", "contracts"]


class RelationField(Model):
    """One field; without its own name or ``registerField``, a column fills it by these words."""

    kind: CellKind = CellKind.TEXT
    category: str | None = None
    clock: str | None = None
    subject_key: bool = False


def held_as(name: str) -> str:
    """What a statement calls a relation."""
    return f"daicho_{name}"


class Relation(Model):
    """A set of rows by meaning.

    ``register_`` is the contract word by which a table says that it holds such rows; else those
    hold them whose contract gives one of the ``dataset_kinds`` or ``entities``. Where nobody maps
    one that is ``optional``, it is empty. ``list_of`` is the field whose words it lists.
    """

    name: str
    origin: Origin = "table"
    register_: str | None = None
    dataset_kinds: tuple[DatasetKind, ...] = ()
    entities: tuple[str, ...] = ()
    optional: bool = False
    fields: dict[str, RelationField]
    list_of: tuple[str, str] | None = None

    @property
    def held_as(self) -> str:
        """What a statement calls it: a company may have a table of its own name."""
        return held_as(self.name)

    def asked(self, fields: set[str]) -> set[str]:
        """What is read for these: a list whole, and one column where only rows are asked for."""
        if self.list_of:
            return set(self.fields)
        return fields or {next(iter(self.fields))}

    def columns_of(self, fields: set[str]) -> set[str]:
        """The fields of the table: of a list, its key and the list itself."""
        return {next(iter(self.fields)), self.list_of[1]} if self.list_of else fields

    @property
    def stored(self) -> tuple[str, ...]:
        """The fields that the store keeps of a register."""
        kinds = REGISTERS[self.register_ or self.name].kinds()
        return tuple(name for name, kind in kinds.items() if kind is not FieldKind.TRANSIENT)

    @model_validator(mode="after")
    def _is_somewhere(self) -> Relation:
        if self.origin == "table" and not (self.dataset_kinds or self.entities or self.register_):
            raise ValueError("a relation of tables needs dataset_kinds, entities or a register")
        return self

    def holds(self, dataset: Dataset) -> bool:
        """Whether a table's contract says that it holds such rows."""
        if dataset.fills_register is not None:
            return dataset.fills_register == self.register_
        return dataset.kind in self.dataset_kinds or dataset.entity in self.entities


@cache
def relations() -> Mapping[str, Relation]:
    """All relations by name."""
    declared = yaml.safe_load(_FILE.read_text("utf-8"))
    found = [_register(model) for model in REGISTERS.values()]
    found += [Relation.model_validate({"name": name, **words}) for name, words in declared.items()]
    lists = [_listed(each, field) for each in found for field in _lists(each)]
    return {relation.name: relation for relation in (*found, *lists)}


def _register(model: type[RegisterRow]) -> Relation:
    fields = {name: RelationField(kind=_KINDS[kind]) for name, kind in model.kinds().items()}
    name = model.register_name
    return Relation(name=name, origin="register", register_=name, fields=fields)


def _lists(relation: Relation) -> list[str]:
    return [name for name, field in relation.fields.items() if field.kind is CellKind.WORDS]


def _listed(relation: Relation, field: str) -> Relation:
    """The key of each row with each word of one of its lists."""
    key = next(iter(relation.fields))
    fields = {key: relation.fields[key], WORD: RelationField()}
    return relation.model_copy(
        update={
            "name": f"{relation.name}{LIST_MARK}{field}",
            "fields": fields,
            "list_of": (relation.name, field),
        }
    )


_KINDS: Mapping[FieldKind, CellKind] = {
    FieldKind.KEY: CellKind.TEXT,
    FieldKind.NAME: CellKind.TEXT,
    FieldKind.NOTE: CellKind.TEXT,
    FieldKind.SUBJECT: CellKind.SUBJECT,
    FieldKind.HASH: CellKind.CONTACT,
    FieldKind.TRANSIENT: CellKind.PERSONAL,
    FieldKind.DAY: CellKind.DAY,
    FieldKind.MOMENT: CellKind.MOMENT,
    FieldKind.NUMBER: CellKind.NUMBER,
    FieldKind.FLAG: CellKind.FLAG,
    FieldKind.WORDS: CellKind.WORDS,
}
