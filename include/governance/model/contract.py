"""What a table promises: its columns, categories, purposes, keys and clocks."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, Literal

from pydantic import Field, model_validator

from include.governance.model.base import Model
from include.governance.model.verdict import HumanVerdict

LogicalType = Literal[
    "string",
    "date",
    "timestamp",
    "time",
    "number",
    "integer",
    "object",
    "array",
    "boolean",
    "map",
    "vector",
]
DatasetKind = Literal[
    "subject_master",
    "transaction",
    "communication",
    "free_text",
    "log",
    "web_events",
    "derived",
    "pseudonymised",
    "anonymised",
    "payment",
    "register",
    "reference",
]

#: Categories that single nobody out by themselves, but may together with others.
QUASI_IDENTIFIERS = frozenset(
    {
        "date_of_birth",
        "age",
        "birth_year",
        "age_band",
        "gender",
        "postal_code",
        "prefecture",
        "address",
    }
)


class Where(Model):
    """A condition on one column, as data: exactly one operator."""

    column: str
    equals: str | int | None = None
    is_null: bool | None = None

    @model_validator(mode="after")
    def _one_operator(self) -> Where:
        if (self.equals is None) == (self.is_null is None):
            raise ValueError("name either equals or is_null")
        return self


class RecordClassUse(Model):
    """A record class that governs a dataset, for the rows of ``when`` (all rows without it).

    A row counts as disposed of already when any condition of ``disposed`` holds; ``disposed_at``
    names the column that says on which day, so that a disposal before the floor is found.
    """

    record_class: str
    when: Where | None = None
    disposed: tuple[Where, ...] = ()
    disposed_at: str | None = None


class AppendOnly(Model):
    """Rows are only added: none is changed once the day of its event, ``clock``, is over."""

    clock: str


class Column(Model):
    """One column; ``category`` None means it was not declared, so it counts as personal.

    ``meaning`` is the name that the contract gives it where the database calls it otherwise.
    A ``quasi_identifier`` singles nobody out by itself, but may together with others.
    ``allowed`` are the only values that the contract's quality rules leave, if they say so.
    ``deprecated`` is the standard's word for a retired column. ``verdict`` is a person's, for a
    column in which a scan sees what is not there.
    """

    name: str
    meaning: str | None = None
    logical_type: LogicalType | None = None
    required: bool = False
    unique: bool = False
    category: str | None = None
    quasi_identifier: bool = False
    purposes: tuple[str, ...] = ()
    clocks: tuple[str, ...] = ()
    register_field: str | None = None
    classification: str | None = None
    deprecated: bool = False
    verdict: HumanVerdict | None = None
    allowed: tuple[str | int, ...] = ()

    def field(self, known: Container[str]) -> str:
        """The field of a register that it fills: the one it says, or is called by."""
        if self.register_field:
            return self.register_field
        return self.meaning if self.meaning is not None and self.meaning in known else self.name


class QualityRule(Model):
    """A quality rule in the standard's own words; without ``column`` it is about the table."""

    column: str | None = None
    words: dict[str, Any]


class Relationship(Model):
    """A foreign key, declared in the contract; columns of ``here`` refer to ``there``."""

    here: tuple[str, ...]
    table: str
    there: tuple[str, ...]


class Sla(Model):
    """A retention statement in the standard's own words, kept for other tools."""

    index: int
    property: str
    value: Any = None
    unit: str | None = None
    element: str | None = None
    record_class: str | None = None
    line: int = Field(default=1, exclude=True)


class Dataset(Model):
    """One table of one source; ``lines`` says where its parts stand in ``file``, by path."""

    source: str
    table: str
    name: str
    schema_name: str | None = None
    kind: DatasetKind
    owner: str | None = None
    entity: str | None = None
    purposes: tuple[str, ...] = ()
    subject_key: str | None = None
    fills_register: str | None = None
    append_only: AppendOnly | None = None
    record_classes: tuple[RecordClassUse, ...] = ()
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    retention: tuple[Sla, ...] = ()
    quality: tuple[QualityRule, ...] = ()
    file: str = Field(default="", exclude=True)
    lines: dict[str, int] = Field(default={}, repr=False, exclude=True)

    @property
    def id(self) -> str:
        """``source.table``, the name in findings and row references."""
        return f"{self.source}.{self.table}"

    def column(self, name: str) -> Column | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)

    def with_category(self, *categories: str) -> tuple[Column, ...]:
        """Columns of any of these categories, in table order."""
        return tuple(column for column in self.columns if column.category in categories)

    @property
    def quasi_identifiers(self) -> tuple[Column, ...]:
        """Columns that may single somebody out together, by the contract's word or category."""
        return tuple(
            c for c in self.columns if c.quasi_identifier or c.category in QUASI_IDENTIFIERS
        )

    def clock(self, event: str) -> tuple[Column, ...]:
        """Columns that record an event."""
        return tuple(column for column in self.columns if event in column.clocks)


class DataContract(Model):
    """One contract file: who promises what about which tables of one source.

    ``service_levels`` are all its ``slaProperties``; ``document`` is the whole file as it was
    parsed, the keys of other tools included.
    """

    id: str
    name: str
    version: str
    status: str
    file: str
    source: str
    server_type: str
    datasets: tuple[Dataset, ...]
    sha256: str
    service_levels: tuple[Sla, ...] = ()
    document: dict[str, Any] = Field(default={}, repr=False, exclude=True)
