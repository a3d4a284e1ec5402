"""Rows that an operator names by their keys; the keys stay beside the data, never in the store."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement

from include.governance.disposal.desk import Desk
from include.governance.disposal.occasion import occasion_of
from include.governance.disposal.rules import dataset_of
from include.governance.erasure.chosen import keep_choice, read_choice
from include.governance.erasure.keys import Key
from include.governance.erasure.plan import prepare
from include.governance.erasure.selection import of_keys
from include.governance.errors import PlanError
from include.governance.model.contract import Dataset
from include.governance.model.disposal import StoredSelection
from include.governance.retention.measure import counted
from include.governance.source.database import Source
from include.governance.store.officer_text import require_login

#: More keys than this are no longer a choice: write a rule.
MAX_KEYS = 5_000
SALT = 32


def store_choice(
    desk: Desk, source: str, table: str, keys: Collection[Key], *, reason: str, ticket: str, by: str
) -> StoredSelection:
    """Keep a choice of rows by their keys, each once.

    Raises PlanError when the table has no key or there are too many rows, and ConfigurationError
    for a reason that the policy does not list; nothing is kept then.
    """
    person = require_login("by", by)
    occasion = occasion_of(desk.workspace.rulebook.policy, reason, ticket)
    dataset = dataset_of(desk, source, table)
    if not dataset.primary_key:
        raise PlanError("erasure_no_key", table=dataset.id)
    chosen = sorted(set(keys), key=repr)
    if not 0 < len(chosen) <= MAX_KEYS:
        raise PlanError(
            "disposal_selection_size", table=dataset.id, found=len(chosen), allowed=MAX_KEYS
        )
    selection_id = f"s-{desk.random.getrandbits(48):012x}"
    target = desk.target(source)
    prepare(target)
    with target.writing() as connection:
        stored = StoredSelection(
            selection_id=selection_id,
            source=source,
            table=table,
            keys=len(chosen),
            digest=keep_choice(connection, selection_id, chosen, desk.random.randbytes(SALT)),
            occasion=occasion,
            by=person,
            at=desk.clock(),
        )
        desk.records.add_selection(stored)
    return stored


def chosen_rows(
    desk: Desk, source: Source, dataset: Dataset, selection_id: str
) -> ColumnElement[bool]:
    """The rows of a stored selection."""
    stored = desk.records.selection(selection_id)
    if (stored.source, stored.table) != (dataset.source, dataset.table):
        raise PlanError("disposal_selection_elsewhere", selection=selection_id, table=dataset.id)
    with desk.target(source.name).snapshot() as connection:
        keys = read_choice(connection, selection_id, stored.digest)
    return of_keys(source, dataset, keys)


def unmatched(desk: Desk, chosen: StoredSelection) -> int:
    """How many keys of a choice are of no row now."""
    source = desk.workspace.source(chosen.source)
    dataset = dataset_of(desk, chosen.source, chosen.table)
    return chosen.keys - counted(
        source, dataset, chosen_rows(desk, source, dataset, chosen.selection_id)
    )
