"""Whether a granted correction stands in every copy of the person's record (APPI 34(2))."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Text, cast, func, or_, select

from include.governance.errors import SourceError
from include.governance.model.contract import Column, Dataset
from include.governance.model.register import RequestRow
from include.governance.source.database import Source
from include.governance.source.rows import table_of

Open = Callable[[str], Source]


@dataclass(frozen=True)
class Wanted:
    """What one person's record must say."""

    subject: str
    fields: Mapping[str, str | None]


def granted(row: RequestRow) -> Wanted | None:
    """What a granted correction wants; None for any other request.

    Raises ValueError when what was asked cannot be read.
    """
    if (row.right, row.decision) != ("correction", "granted") or not row.payload:
        return None
    asked = json.loads(row.payload)
    if not isinstance(asked, dict):
        raise ValueError("not fields and their values")
    if not asked or row.subject_id is None:
        return None
    values = {str(name): None if v is None else str(v) for name, v in asked.items()}
    return Wanted(row.subject_id.rpartition(":")[2], values)


def not_applied(wanted: Wanted, datasets: Iterable[Dataset], open_source: Open) -> bool:
    """Whether a copy of the record says something else.

    The value is compared in the database and never logged. Raises SourceError for a field that
    nothing about the person holds.
    """
    unknown = set(wanted.fields)
    for dataset in datasets:
        for field, column in _held(dataset, wanted):
            unknown.discard(field)
            source, value = open_source(dataset.source), wanted.fields[field]
            if _differs(source, dataset, column.name, wanted.subject, value):
                return True
    if unknown:
        raise SourceError("correction_field_unknown", fields=len(unknown))
    return False


def _held(dataset: Dataset, wanted: Wanted) -> Iterator[tuple[str, Column]]:
    """The columns about the person that a correction names, by name or category."""
    if dataset.subject_key is None or dataset.kind not in ("subject_master", "derived"):
        return
    for field in wanted.fields:
        named = [c for c in dataset.columns if field in (c.register_field, c.meaning, c.name)]
        found = named or dataset.with_category(field)
        yield from ((field, column) for column in found)


def _differs(
    source: Source, dataset: Dataset, column: str, subject: str, value: str | None
) -> bool:
    table = table_of(dataset)
    held, key = table.c[column], table.c[str(dataset.subject_key)]
    other = held.is_not(None) if value is None else or_(held.is_(None), cast(held, Text) != value)
    query = select(func.count()).select_from(table).where(cast(key, Text) == subject, other)
    with source.reading(dataset.table) as connection:
        return bool(connection.scalar(query))
