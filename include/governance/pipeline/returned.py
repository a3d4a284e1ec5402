"""Persons who are back although the register of deletions says that they were erased."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import get_args
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, and_, cast, inspect, or_, select

from include.governance.erasure.reflect import shape_of
from include.governance.errors import GovernanceError, SourceError, SourceMismatch, StoreError
from include.governance.model.contract import Dataset
from include.governance.model.reference import key_text
from include.governance.model.register import DeletionRow
from include.governance.model.result import RuleResult
from include.governance.model.schedule import Action
from include.governance.pipeline.resurrected import buried, failed, resurrection_control
from include.governance.pipeline.workspace import Workspace
from include.governance.source.rows import table_of
from include.governance.store.register_rows import STORE, Reading, RegisterEntry, register_rows
from include.governance.store.registers import Registers

ERASED = "delete"
#: What else an erasure may have been: the row stays, so its person is no return.
STAYING = frozenset(get_args(Action)) - {ERASED} | {"anonymise", "restrict"}
_BATCH = 500
Subject = tuple[str, str]


def flag_returned(workspace: Workspace) -> Iterator[RuleResult]:
    """One result for every table that keeps deletions, and an error for forgotten tombstones.

    Nothing when no control asks for it.
    """
    control = resurrection_control(workspace)
    if control is None:
        return
    yield from _forgotten(workspace, control)
    places = [(STORE, f"register_{DeletionRow.register_name}")]
    places += [(d.source, d.table) for d in _registers(workspace)]
    try:
        yield from _judged(workspace, control, places)
    except GovernanceError as error:
        for source, table in places:
            yield failed(control, source, table, error, rule="returned")


def _forgotten(workspace: Workspace, control: str) -> Iterator[RuleResult]:
    """Tables from which rows were erased and that no contract names with a key any more."""
    declared = {dataset.id for dataset in workspace.datasets if dataset.primary_key}
    try:
        places = {g.place for g in buried(workspace).graves if g.scope == "row"}
    except StoreError:
        return  # said for every table already
    for place in sorted(places - declared):
        source, _, table = place.partition(".")
        error = StoreError("tombstone_table", source=source, table=table)
        yield failed(control, source, table, error)


def _registers(workspace: Workspace) -> list[Dataset]:
    return [d for d in workspace.datasets if d.fills_register == DeletionRow.register_name]


def _judged(
    workspace: Workspace, control: str, places: Sequence[tuple[str, str]]
) -> Iterator[RuleResult]:
    everything = list(_entries(workspace))
    yield from _unclear(workspace, control, everything)
    entries = [entry for entry in everything if _action(entry) == ERASED]
    back = _there(workspace, {s for entry in entries for s in _subjects(workspace, entry)})
    found: dict[tuple[str, str], set[str]] = {place: set() for place in places}
    for entry in entries:
        if back.intersection(_subjects(workspace, entry)):
            ref = workspace.hashing.ref(entry.source, entry.table, entry.key)
            found[(entry.source, entry.table)].add(ref)
    for (source, table), refs in sorted(found.items()):
        yield RuleResult(
            control=control,
            rule="returned",
            source=source,
            table=table,
            status="fail" if refs else "pass",
            rows=len(refs),
            row_refs=tuple(sorted(refs)),
        )


def _unclear(
    workspace: Workspace, control: str, entries: Sequence[RegisterEntry[DeletionRow]]
) -> Iterator[RuleResult]:
    """Rows that do not say in known words what was done, or name nobody who can be looked up."""
    rows: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        known = _action(entry) in STAYING | {ERASED}
        named = entry.row.subject_id is None or any(_subjects(workspace, entry))
        if not known or not named or {"action", "subject_id"} & set(entry.unreadable):
            rows[(entry.source, entry.table)] += 1
    for (source, table), number in sorted(rows.items()):
        allowed = ", ".join(sorted(STAYING | {ERASED}))
        error = SourceError(
            "returned_unclear", source=source, table=table, rows=number, allowed=allowed
        )
        yield failed(control, source, table, error, rule="returned")


def _action(entry: RegisterEntry[DeletionRow]) -> str:
    return (entry.row.action or "").strip().casefold()


def _entries(workspace: Workspace) -> Iterator[RegisterEntry[DeletionRow]]:
    datasets = _registers(workspace)
    sources = {name: workspace.source(name) for name in {d.source for d in datasets}}
    registers = Registers(workspace.store(), workspace.rulebook.schedule.max_hold_review)
    reading = Reading(ZoneInfo(workspace.zone.name), lambda _text: "")
    yield from register_rows(DeletionRow, registers, datasets, sources, reading)


def _subjects(workspace: Workspace, entry: RegisterEntry[DeletionRow]) -> Iterator[Subject]:
    """``order:2`` names one kind of person; a bare number is one of every kind."""
    kind, colon, key = (entry.row.subject_id or "").partition(":")
    for dataset in _masters(workspace):
        if colon and dataset.entity == kind:
            yield dataset.id, key
        elif not colon and kind:
            yield dataset.id, kind


def _masters(workspace: Workspace) -> Iterator[Dataset]:
    for dataset in workspace.datasets:
        if dataset.kind == "subject_master" and len(dataset.primary_key) == 1:
            yield dataset


def _there(workspace: Workspace, wanted: set[Subject]) -> set[Subject]:
    """Which of these persons have a row that says who they are."""
    found: set[Subject] = set()
    for dataset in _masters(workspace):
        keys = sorted(key for place, key in wanted if place == dataset.id)
        for at in range(0, len(keys), _BATCH):
            batch = keys[at : at + _BATCH]
            found |= {(dataset.id, key) for key in _identified(workspace, dataset, batch)}
    return found


def _identified(workspace: Workspace, dataset: Dataset, keys: Sequence[str]) -> Iterator[str]:
    source = workspace.source(dataset.source)
    table = table_of(dataset)
    column = table.c[dataset.primary_key[0]]
    with source.reading(dataset.table) as connection:
        inspector = inspect(connection)
        if not inspector.has_table(dataset.table, schema=dataset.schema_name):
            raise SourceMismatch("table_missing", source=source.name, table=dataset.table)
        kind = shape_of(inspector, dataset).kinds.get(column.name, "other")
    if kind == "int":
        numbers = [int(key) for key in keys if key.isascii() and key.isdigit()]
        among: ColumnElement[bool] = column.in_(numbers)
    else:
        among = cast(column, Text).in_(keys)
    query = select(column).where(and_(among, _says_who(workspace, dataset)))
    for rows in source.rows(query, dataset.table):
        yield from (key_text(row) for row in rows)


def _says_who(workspace: Workspace, dataset: Dataset) -> ColumnElement[bool]:
    """A name or an address is there; raises SourceError when the contract declares neither."""
    categories = workspace.rulebook.policy.categories
    table = table_of(dataset)
    telling = [
        table.c[column.name].is_not(None)
        for column in dataset.columns
        if column.name not in dataset.primary_key
        and (category := categories.get(column.category or ""))
        and category.kind in ("identifier", "contact")
    ]
    if not telling:
        raise SourceError("returned_nothing_told", source=dataset.source, table=dataset.table)
    return or_(*telling)
