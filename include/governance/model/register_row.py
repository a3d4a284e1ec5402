"""What every register row is: fields of a few kinds, a key, and what an entry must have."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, get_args

from pydantic import Field, NaiveDatetime, StringConstraints
from pydantic.fields import FieldInfo

from include.governance.model.base import Model


class FieldKind(StrEnum):
    """How a field is kept, read from a file and converted from another database."""

    KEY = "key"
    NAME = "name"
    NOTE = "note"
    SUBJECT = "subject"
    HASH = "hash"
    DAY = "day"
    MOMENT = "moment"
    NUMBER = "number"
    FLAG = "flag"
    WORDS = "words"
    TRANSIENT = "transient"


KEY_LENGTH, NAME_LENGTH, HASH_LENGTH = 100, 255, 64
Key = Annotated[str, StringConstraints(min_length=1, max_length=KEY_LENGTH), FieldKind.KEY]
Name = Annotated[str, StringConstraints(max_length=NAME_LENGTH), FieldKind.NAME]
#: Free text of an officer: never a person's data.
Note = Annotated[str, StringConstraints(max_length=1_000), FieldKind.NOTE]
#: The company's own internal number of a person, bare (``10``) or as ``entity:key``.
Subject = Annotated[str, StringConstraints(max_length=KEY_LENGTH), FieldKind.SUBJECT]
Hash = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$"), FieldKind.HASH]
Day = Annotated[date, FieldKind.DAY]
#: Local time of the policy's time zone.
Moment = Annotated[NaiveDatetime, FieldKind.MOMENT]
Number = Annotated[int, Field(ge=0), FieldKind.NUMBER]
Flag = Annotated[bool, FieldKind.FLAG]
Words = Annotated[tuple[str, ...], FieldKind.WORDS]
#: Seen while a user's own table is read, never kept in the store.
Transient = Annotated[str, FieldKind.TRANSIENT]


class RegisterRow(Model):
    """One row of a register; ``key`` names it."""

    register_name: ClassVar[str]
    key_field: ClassVar[str]
    required: ClassVar[tuple[str, ...]] = ()
    choices: ClassVar[dict[str, tuple[str, ...]]] = {}
    #: Rows are never changed; a correction is a new row that names the old one in ``corrects``.
    append_only: ClassVar[bool] = False
    #: Who may change a row is asked by commands of its own; a file only adds new ones.
    decided: ClassVar[bool] = False

    @property
    def key(self) -> str:
        """The value of the key field."""
        return str(getattr(self, self.key_field))

    @classmethod
    def kinds(cls) -> dict[str, FieldKind]:
        """The fields in their order."""
        return {name: _kind(field) for name, field in cls.model_fields.items()}


def _kind(field: FieldInfo) -> FieldKind:
    parts = (field, *get_args(field.annotation))
    for part in parts:
        for mark in getattr(part, "metadata", ()) or getattr(part, "__metadata__", ()):
            if isinstance(mark, FieldKind):
                return mark
    raise TypeError(f"no kind: {field.annotation}")
