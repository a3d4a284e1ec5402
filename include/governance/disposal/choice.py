"""Rows that an operator names by their keys; the keys stay beside the data, never in the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement

from include.governance.disposal.desk import Desk
from include.governance.disposal.occasion import occasion_of
from include.governance.disposal.person import whole_number
from include.governance.disposal.rules import dataset_of
from include.governance.erasure.chosen import keep_choice, read_choice
from include.governance.erasure.keys import Key
from include.governance.erasure.plan import prepare
from include.governance.erasure.selection import of_keys
from include.governance.errors import PlanError
from include.governance.model.contract import Dataset
from include.governance.model.disposal import StoredSelection
from include.governance.source.database import Source
from include.governance.source.types import Stored, stored_columns
from include.governance.store.officer_text import require_login

#: More keys than this are no longer a choice: write a rule.
MAX_KEYS = 5_000
PART = "\t"
SALT = 32


def store_choice(
    desk: Desk, source: str, table: str, lines: Iterable[str], *, reason: str, ticket: str, by: str
) -> StoredSelection:
    """Keep a choice of rows: one key a line, the parts of a longer key apart by tabs.

    Raises PlanError when a line is no key of the table or there are too many, or for a reason that
    the policy does not list; nothing is kept then.
    """
    person = require_login("by", by)
    occasion = occasion_of(desk.workspace.rulebook.policy, reason, ticket)
    dataset = dataset_of(desk, source, table)
    keys = _keys(desk.workspace.source(source), dataset, lines)
    selection_id = f"s-{desk.random.getrandbits(48):012x}"
    target = desk.target(source)
    prepare(target)
    with target.writing() as connection:
        stored = StoredSelection(
            selection_id=selection_id,
            source=source,
            table=table,
            keys=len(keys),
            digest=keep_choice(connection, selection_id, keys, desk.random.randbytes(SALT)),
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
    return of_keys(dataset, keys)


def _keys(source: Source, dataset: Dataset, lines: Iterable[str]) -> list[Key]:
    live = source.live_table(dataset.table, dataset.schema_name)
    stored = stored_columns(live, source.dialect)
    kinds = [stored[name] for name in dataset.primary_key]
    if not kinds:
        raise PlanError("erasure_no_key", table=dataset.id)
    found = {
        _key(dataset, kinds, at, line.rstrip("\r\n"))
        for at, line in enumerate(lines, 1)
        if line.strip()
    }
    if not 0 < len(found) <= MAX_KEYS:
        raise PlanError(
            "disposal_selection_size", table=dataset.id, found=len(found), allowed=MAX_KEYS
        )
    return sorted(found, key=repr)


def _key(dataset: Dataset, kinds: Sequence[Stored], line: int, text: str) -> Key:
    parts = text.split(PART)
    if len(parts) != len(kinds):
        raise PlanError(
            "disposal_selection_line",
            table=dataset.id,
            line=line,
            found=len(parts),
            allowed=len(kinds),
        )
    key: list[int | str] = []
    for part, kind in zip(parts, kinds, strict=True):
        found = whole_number(part) if kind == "number" else part
        if found is None:
            raise PlanError("disposal_selection_number", table=dataset.id, line=line)
        key.append(found)
    return tuple(key)
