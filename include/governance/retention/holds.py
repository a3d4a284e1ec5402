"""Rows that a legal hold keeps: must-keep beats must-delete.

A hold names a table, a subject or both. A subject is ``order:2``, or the bare number of a person;
its rows are kept wherever a contract says how to find them: by the table's own key, by its subject
key, and along foreign keys from row to row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, true

from include.governance.errors import PlanError
from include.governance.model.contract import Dataset
from include.governance.retention.hold_rows import HeldRows
from include.governance.retention.hold_scope import OpenHold, concerns, fault, subjects
from include.governance.retention.hold_ways import ways
from include.governance.retention.key_kinds import KeyColumns
from include.governance.source.clocks import any_of

__all__ = ["OpenHold", "held"]


def held(
    dataset: Dataset,
    columns: KeyColumns,
    holds: Iterable[OpenHold],
    all_datasets: Sequence[Dataset],
) -> ColumnElement[bool]:
    """The rows of a dataset that any of the holds keeps; false when none does, never NULL.

    Raises PlanError for a hold of which nobody can say whether it keeps rows of this dataset: an
    unclear one, or one whose key no column on the way can hold.
    """
    known: dict[str, HeldRows] = {}
    keys: dict[str, set[str]] = {}
    whole = False
    for hold in holds:
        wrong = fault(hold, all_datasets)
        if wrong and concerns(hold, dataset, all_datasets):
            raise PlanError(wrong.code, table=dataset.id, hold=hold.ref, **wrong.facts)
        whole = whole or (not hold.subject_ref and hold.names(dataset))
        named = list(subjects(hold, all_datasets))
        for entity, key in named:
            if entity not in known:
                known[entity] = HeldRows(ways(dataset, entity, all_datasets), columns)
            keys.setdefault(entity, set()).add(key)
        told = [each for entity, key in named for each in known[entity].comparable(key)]
        if told and not any(told):
            raise PlanError("hold_key", table=dataset.id, hold=hold.ref)
    return true() if whole else any_of(known[each].having(keys[each]) for each in keys)
