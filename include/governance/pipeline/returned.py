"""Persons who are back although the register of deletions says that they were erased."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from sqlalchemy import ColumnElement, or_, select

from include.governance.errors import SourceError, StoreError
from include.governance.model.contract import Dataset
from include.governance.model.reference import key_text
from include.governance.model.register import DeletionRow
from include.governance.model.result import Expected, RuleResult
from include.governance.model.schedule import Action
from include.governance.pipeline.registers import entries, places
from include.governance.pipeline.resurrected import failed, resurrection_control
from include.governance.pipeline.workspace import Workspace
from include.governance.retention.hold_scope import OpenHold, subjects
from include.governance.retention.key_kinds import KeyColumns, KeyKind
from include.governance.retention.subject_key import among, spellings
from include.governance.source.database import Source
from include.governance.source.rows import table_of
from include.governance.store.register_rows import RegisterEntry
from include.governance.store.tombstones import Tombstones

RULE = "returned"
ERASED = "delete"
#: What else an erasure may have been: the row stays, so its person is no return.
STAYING = frozenset(get_args(Action)) - {ERASED} | {"anonymise", "restrict"}
_BATCH = 500
Entry = RegisterEntry[DeletionRow]
#: A table of persons, and the key of one in the spelling of that table.
Subject = tuple[str, str]


@dataclass(frozen=True)
class Master:
    """A table of persons, and how its database keeps their key."""

    dataset: Dataset
    source: Source
    kind: KeyKind

    def spelt(self, key: str) -> Iterator[str]:
        """A key as this table may spell it; nothing when it cannot hold it."""
        yield from (key_text([each]) for each in spellings(key, self.kind) or ())


def return_rules(workspace: Workspace) -> Iterator[Expected]:
    """What is judged of every table that keeps deletions, if a control asks for it."""
    if control := resurrection_control(workspace):
        for source, table in places(workspace, DeletionRow):
            yield source, table, control, RULE


def flag_forgotten(workspace: Workspace) -> Iterator[RuleResult]:
    """An error for every table that rows were erased from and no contract names with a key now."""
    control = resurrection_control(workspace)
    if control is None:
        return
    declared = {dataset.id for dataset in workspace.datasets if dataset.primary_key}
    for place in sorted(Tombstones(workspace.store()).places() - declared):
        source, _, table = place.partition(".")
        error = StoreError("tombstone_table", source=source, table=table)
        yield failed(control, source, table, error)


def flag_returned(workspace: Workspace) -> Iterator[RuleResult]:
    """One result for every table that keeps deletions; nothing when no control asks for it.

    Raises SourceError or StoreError when a table of deletions or of persons cannot be read.
    """
    rules = list(return_rules(workspace))
    if not rules:
        return
    control = rules[0][2]
    everything = list(entries(workspace, DeletionRow))
    masters = list(_masters(workspace)) if everything else []
    named = [(entry, frozenset(_subjects(workspace, entry, masters))) for entry in everything]
    yield from _unclear(control, named)
    erased = [(entry, persons) for entry, persons in named if _action(entry) == ERASED]
    back = _there(workspace, masters, {person for _, persons in erased for person in persons})
    found: dict[tuple[str, str], set[str]] = {(source, table): set() for source, table, *_ in rules}
    for entry, persons in erased:
        if back & persons:
            ref = workspace.hashing.ref(entry.source, entry.table, entry.key)
            found[(entry.source, entry.table)].add(ref)
    for (source, table), refs in sorted(found.items()):
        yield RuleResult(
            control=control,
            rule=RULE,
            source=source,
            table=table,
            status="fail" if refs else "pass",
            rows=len(refs),
            row_refs=tuple(sorted(refs)),
        )


def _unclear(
    control: str, named: Sequence[tuple[Entry, frozenset[Subject]]]
) -> Iterator[RuleResult]:
    """Rows that do not say in known words what was done, or name nobody who can be looked up."""
    rows: Counter[tuple[str, str]] = Counter()
    for entry, persons in named:
        known = _action(entry) in STAYING | {ERASED}
        nobody = entry.row.subject_id is not None and not persons
        if not known or nobody or {"action", "subject_id"} & set(entry.unreadable):
            rows[(entry.source, entry.table)] += 1
    for (source, table), number in sorted(rows.items()):
        allowed = ", ".join(sorted(STAYING | {ERASED}))
        error = SourceError(
            "returned_unclear", source=source, table=table, rows=number, allowed=allowed
        )
        yield failed(control, source, table, error, rule=RULE)


def _action(entry: Entry) -> str:
    return (entry.row.action or "").strip().casefold()


def _subjects(workspace: Workspace, entry: Entry, masters: Sequence[Master]) -> Iterator[Subject]:
    """The persons that a row may mean, written as in a hold; none that no table could hold."""
    for entity, key in subjects(OpenHold(None, entry.row.subject_id), workspace.datasets):
        for master in masters:
            if master.dataset.entity == entity:
                yield from ((master.dataset.id, spelt) for spelt in master.spelt(key))


def _masters(workspace: Workspace) -> Iterator[Master]:
    for dataset in workspace.datasets:
        if dataset.kind == "subject_master" and len(dataset.primary_key) == 1:
            source = workspace.source(dataset.source)
            kinds = KeyColumns(source).kinds(dataset)
            yield Master(dataset, source, kinds.get(dataset.primary_key[0], "opaque"))


def _there(workspace: Workspace, masters: Iterable[Master], wanted: set[Subject]) -> set[Subject]:
    """Which of these persons have a row that says who they are."""
    found: set[Subject] = set()
    for master in masters:
        keys = sorted(key for place, key in wanted if place == master.dataset.id)
        for at in range(0, len(keys), _BATCH):
            spelt = _identified(workspace, master, keys[at : at + _BATCH])
            found |= {(master.dataset.id, key) for key in spelt}
    return found


def _identified(workspace: Workspace, master: Master, keys: Sequence[str]) -> Iterator[str]:
    dataset = master.dataset
    column = table_of(dataset).c[dataset.primary_key[0]]
    query = select(column).where(among(column, keys, master.kind), _says_who(workspace, dataset))
    for rows in master.source.rows(query, dataset.table):
        yield from (spelt for row in rows for spelt in master.spelt(key_text(row)))


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
