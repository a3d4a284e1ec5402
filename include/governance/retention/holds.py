"""Rows that a legal hold keeps: must-keep beats must-delete.

A hold names a table, a subject (``order:2``, ``member:10``) or both. It keeps the rows of that
subject wherever a contract says how to find them: by the table's own key, by its subject key, and
by a foreign key to the held table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, TableClause, true

from include.governance.model.contract import Column, Dataset
from include.governance.source.clocks import any_of


@dataclass(frozen=True)
class OpenHold:
    """A hold that was not released; an empty part means all."""

    table: str | None
    subject: str | None


def held(
    dataset: Dataset, table: TableClause, holds: Iterable[OpenHold], all_datasets: Sequence[Dataset]
) -> ColumnElement[bool]:
    """The rows of a dataset that any of the holds keeps; false when none does."""
    return any_of(_kept(dataset, table, list(holds), all_datasets))


def _kept(
    dataset: Dataset, table: TableClause, holds: list[OpenHold], all_datasets: Sequence[Dataset]
) -> Iterator[ColumnElement[bool]]:
    if any(not hold.subject and _names(hold, dataset) for hold in holds):
        yield true()
    for entity, keys in _by_entity(holds).items():
        for column in _columns_of(entity, dataset, all_datasets):
            values = [_typed(key, dataset.column(column)) for key in keys]
            yield table.c[column].in_([value for value in values if value is not None])


def _names(hold: OpenHold, dataset: Dataset) -> bool:
    return hold.table in (None, "", dataset.table, dataset.id, dataset.name)


def _by_entity(holds: Iterable[OpenHold]) -> dict[str, set[str]]:
    """``order:2`` → ``{"order": {"2"}}``; a subject holds its rows in every table."""
    entities: dict[str, set[str]] = {}
    for hold in holds:
        if hold.subject and ":" in hold.subject:
            entity, key = hold.subject.split(":", 1)
            entities.setdefault(entity, set()).add(key)
    return entities


def _columns_of(entity: str, dataset: Dataset, all_datasets: Sequence[Dataset]) -> Iterator[str]:
    if dataset.entity == entity and len(dataset.primary_key) == 1:
        yield dataset.primary_key[0]
    owners = {other.name for other in all_datasets if other.entity == entity}
    for link in dataset.relationships:
        if link.table in owners and len(link.here) == 1:
            yield link.here[0]
    masters = {o.entity for o in all_datasets if o.kind == "subject_master"}
    if entity in masters and dataset.subject_key and dataset.entity != entity:
        yield dataset.subject_key


def _typed(key: str, column: Column | None) -> Any:
    """The key as the column's type; a key that cannot be one keeps nothing in this table."""
    if column is not None and column.logical_type in ("integer", "number"):
        return int(key) if key.lstrip("-").isdigit() else None
    return key
