"""Rows that a legal hold keeps: must-keep beats must-delete.

A hold names a table, a subject or both. A subject is ``order:2``, or the bare number of a person;
its rows are kept wherever a contract says how to find them: by the table's own key, by its subject
key, and along foreign keys from row to row (through no table twice, where they form a cycle).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, false, func, true

from include.governance.errors import PlanError
from include.governance.model.contract import Dataset
from include.governance.retention.hold_scope import OpenHold, concerns, fault, subjects
from include.governance.retention.links import links_from, pointing
from include.governance.retention.subject_key import comparable
from include.governance.source.clocks import any_of
from include.governance.source.rows import table_of
from include.governance.source.types import Stored

__all__ = ["OpenHold", "held"]

#: How the columns of a dataset are kept, by its id; None where nobody looked.
StoredOf = Callable[[str], Mapping[str, Stored] | None]


def held(
    dataset: Dataset,
    stored: StoredOf,
    holds: Iterable[OpenHold],
    all_datasets: Sequence[Dataset],
) -> ColumnElement[bool]:
    """The rows of a dataset that any of the holds keeps; false when none does, never NULL.

    ``stored`` tells how the columns of a table are kept, of its own and of those above, as far as
    that is known; without it no index can help. Raises PlanError for a hold of which
    nobody can say whether it keeps rows of this dataset.
    """
    entities: dict[str, set[str]] = {}
    whole = False
    for hold in holds:
        wrong = fault(hold, all_datasets)
        if wrong and concerns(hold, dataset, all_datasets):
            raise PlanError(wrong.code, table=dataset.id, hold=hold.ref, **wrong.facts)
        whole = whole or (not hold.subject_ref and hold.names(dataset))
        for entity, key in subjects(hold, all_datasets):
            entities.setdefault(entity, set()).add(key)
    if whole:
        return true()
    return any_of(
        _of_subject(dataset, entity, keys, all_datasets, stored, ())
        for entity, keys in entities.items()
    )


def _of_subject(
    dataset: Dataset,
    entity: str,
    keys: set[str],
    all_datasets: Sequence[Dataset],
    stored: StoredOf,
    seen: tuple[str, ...],
) -> ColumnElement[bool]:
    """The rows of a dataset that are the subject's own or hang on one that is."""
    return any_of(_ways(dataset, entity, keys, all_datasets, stored, seen))


def _ways(
    dataset: Dataset,
    entity: str,
    keys: set[str],
    all_datasets: Sequence[Dataset],
    stored: StoredOf,
    seen: tuple[str, ...],
) -> Iterator[ColumnElement[bool]]:
    own = stored(dataset.id) or {}
    persons = {other.entity for other in all_datasets if other.kind == "subject_master"}
    if dataset.entity == entity:
        yield _keyed(dataset, dataset.primary_key, keys, own)
    elif entity in persons and dataset.subject_key:
        yield _keyed(dataset, (dataset.subject_key,), keys, own)
    for link in links_from(dataset, all_datasets):
        if link.parent.entity == entity and link.there == link.parent.primary_key:
            yield _keyed(dataset, link.here, keys, own)
        elif link.parent.id not in (*seen, dataset.id):
            above = _of_subject(
                link.parent, entity, keys, all_datasets, stored, (*seen, dataset.id)
            )
            if not _is_false(above):
                yield pointing(link, above)


def _is_false(condition: ColumnElement[bool]) -> bool:
    return bool(condition.compare(false()))


def _keyed(
    dataset: Dataset, columns: tuple[str, ...], keys: Iterable[str], stored: Mapping[str, Stored]
) -> ColumnElement[bool]:
    """Rows whose columns hold one of the keys; the parts of a longer key are joined by ``|``."""
    table = table_of(dataset)
    if len(columns) == 1:
        return among(table.c[columns[0]], keys, stored.get(columns[0], "other"))
    found = []
    for key in sorted(keys):
        parts = key.split("|")
        if columns and len(parts) == len(columns):
            pairs = zip(columns, parts, strict=True)
            found.append(and_(*(among(table.c[c], [p], stored.get(c, "other")) for c, p in pairs)))
    return any_of(found)


def among(column: ColumnElement[Any], keys: Iterable[str], stored: Stored) -> ColumnElement[bool]:
    """The column holds one of the keys; one that cannot be of its type keeps nothing here."""
    sent = {known for key in keys if (known := comparable(key, stored)) is not None}
    wanted: list[int] | list[str] = sorted(sent)
    target = column
    if stored == "number":
        wanted = sorted(map(int, sent))
    elif stored != "text":
        numbers = {number for key in sent if (number := comparable(key, "number")) is not None}
        wanted = sorted(sent | numbers)
        target = func.lower(cast(column, Text))
    return and_(column.is_not(None), target.in_(wanted)) if wanted else false()
