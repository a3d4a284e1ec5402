"""Register rows from wherever they are kept: the store, and tables that contracts map."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Select, select

from include.governance.errors import StoreError
from include.governance.model.contract import Dataset
from include.governance.model.register_row import FieldKind, RegisterRow
from include.governance.source.database import Source, named
from include.governance.store.register_read import read_value
from include.governance.store.registers import Registers

R_co = TypeVar("R_co", bound=RegisterRow, covariant=True)
R = TypeVar("R", bound=RegisterRow)
STORE = "store"


@dataclass(frozen=True)
class RegisterEntry(Generic[R_co]):
    """A register row and where it lies; fields that could not be read are None and named."""

    row: R_co
    source: str
    table: str
    key: tuple[object, ...]
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """How rows of other databases are read: the policy's time zone, and the keyed hash."""

    zone: tzinfo
    hashed: Callable[[str], str]


def register_rows(
    model: type[R],
    registers: Registers | None,
    datasets: Iterable[Dataset],
    sources: Mapping[str, Source],
    reading: Reading,
) -> Iterator[RegisterEntry[R]]:
    """Every row of a register, streamed: the store's first, then those of the mapped tables.

    Raises StoreError for a mapping without the key or with unknown fields, and for a source that
    is not in ``sources``; SourceError when a table cannot be read.
    """
    if registers is not None:
        for row in registers.rows(model):
            yield RegisterEntry(row, STORE, f"register_{model.register_name}", (row.key,))
    for dataset in datasets:
        if dataset.fills_register == model.register_name:
            yield from _mapped_rows(model, dataset, sources, reading)


def fields_of(model: type[RegisterRow], dataset: Dataset) -> dict[str, str]:
    """Which column of a table fills which field: as the contract says, else by the same name."""
    kinds = model.kinds()
    return {
        column.field(kinds): column.name
        for column in dataset.columns
        if column.register_field or column.field(kinds) in kinds
    }


def unknown_fields(model: type[RegisterRow], dataset: Dataset) -> tuple[str, ...]:
    """Fields a contract names that the register does not have."""
    return tuple(sorted(set(fields_of(model, dataset)) - set(model.kinds())))


def _mapped_rows(
    model: type[R], dataset: Dataset, sources: Mapping[str, Source], reading: Reading
) -> Iterator[RegisterEntry[R]]:
    fields = _require_fields(model, dataset)
    source = sources.get(dataset.source)
    if source is None:
        raise StoreError("register_source_missing", source=dataset.source, table=dataset.table)
    key = dataset.primary_key or (fields[model.key_field],)
    query = _query(dataset, list(fields.values()), key)
    for batch in source.rows(query, dataset.table):
        for values in batch:
            given = dict(zip(fields, values, strict=False))
            row, unreadable = _row(model, given, reading)
            yield RegisterEntry(
                row, dataset.source, dataset.table, tuple(values[len(fields) :]), unreadable
            )


def _require_fields(model: type[RegisterRow], dataset: Dataset) -> dict[str, str]:
    if unknown := unknown_fields(model, dataset):
        names = ", ".join(unknown)
        raise StoreError("register_field_unknown", table=dataset.id, fields=names)
    fields = fields_of(model, dataset)
    if model.key_field not in fields:
        raise StoreError("register_key_unmapped", table=dataset.id, field=model.key_field)
    return fields


def _query(
    dataset: Dataset, columns: Sequence[str], key: Sequence[str]
) -> Select[tuple[object, ...]]:
    target = named(dataset.table, tuple({*columns, *key}), dataset.schema_name)
    keys = (target.c[name].label(f"key_{at}") for at, name in enumerate(key))
    return select(*(target.c[name] for name in columns), *keys)


def _row(
    model: type[R], given: Mapping[str, object], reading: Reading
) -> tuple[R, tuple[str, ...]]:
    kinds = model.kinds()
    values: dict[str, Any] = dict.fromkeys(kinds)
    unreadable = []
    for field, value in given.items():
        try:
            read = read_value(kinds[field], value, reading.zone)
        except (ValueError, ArithmeticError):
            unreadable.append(field)
            continue
        if kinds[field] is FieldKind.HASH and read is not None:
            read = reading.hashed(str(read))
        values[field] = read
    # Not validated: a value that breaks the register's rules is what the checks look for.
    return cast("R", model.model_construct(None, **values)), tuple(unreadable)
