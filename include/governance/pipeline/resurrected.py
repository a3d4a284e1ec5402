"""Erased stays erased: rows and persons that are back after they were erased."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, inspect, select

from include.governance.erasure.form import unmasked
from include.governance.erasure.reflect import shape_of
from include.governance.erasure.target import Kind
from include.governance.errors import (
    GovernanceError,
    LedgerError,
    PlanError,
    SourceError,
    SourceMismatch,
    StoreError,
)
from include.governance.model.contract import Dataset
from include.governance.model.result import RuleResult
from include.governance.model.tombstone import Grave, tombstones
from include.governance.pipeline.forgotten import forgotten
from include.governance.pipeline.workspace import Workspace
from include.governance.source.clocks import Zone, as_day
from include.governance.source.database import Key, Source
from include.governance.source.rows import hashed, table_of
from include.governance.store.tombstones import Tombstones

_KINDS: Mapping[str, Kind] = {
    "sqlite": "sqlite",
    "postgresql": "postgresql",
    "mysql": "mariadb",
    "mariadb": "mariadb",
}


@dataclass(frozen=True)
class Buried:
    """Tombstones by epoch, and by what was done to the rows: nothing is left, or other values."""

    keys: Mapping[int, bytes]
    graves: Sequence[Grave]


def buried(workspace: Workspace, since: datetime | None = None) -> Buried:
    """Everything whose key still exists; raises StoreError when the secret is another one."""
    stones = Tombstones(workspace.store())
    keys = stones.keys(workspace.settings.key.get_secret_value())
    # An epoch that begins just now has no key here yet, and nothing of it was there to come back.
    graves = (grave for grave in stones.graves(since=since) if grave.epoch in keys)
    return Buried(keys, tuple(graves) if keys else ())


def flag_resurrected(workspace: Workspace, source: Source) -> Iterator[RuleResult]:
    """One result for every table of a source whose rows can be named and are erased by rule.

    A table that cannot be read is an error, as is one without a finding of which tombstones are
    missing. Nothing when no control asks for it.
    """
    control = resurrection_control(workspace)
    if control is None:
        return
    try:
        missing, known = forgotten(workspace), buried(workspace)
    except (LedgerError, StoreError) as error:
        if error.retryable:
            raise
        for dataset in looked_at(workspace, source.name):
            yield failed(control, dataset.source, dataset.table, error)
        return
    for dataset in looked_at(workspace, source.name, known):
        try:
            keys = [found.key for found in zombies(source, dataset, known, workspace.zone)]
        except (SourceError, PlanError) as error:
            if error.retryable:
                raise
            yield failed(control, dataset.source, dataset.table, error)
            continue
        if not keys and (unknown := missing.error(dataset)):
            yield failed(control, dataset.source, dataset.table, unknown)
            continue
        refs = hashed(dataset, dict.fromkeys(keys), workspace.hashing)
        yield RuleResult(
            control=control,
            rule="resurrected",
            source=dataset.source,
            table=dataset.table,
            columns=dataset.primary_key,
            status="fail" if refs.rows else "pass",
            rows=refs.rows,
            row_refs=refs.refs,
        )


def resurrection_control(workspace: Workspace) -> str | None:
    """The control that reports rows that came back, if the catalogue has one."""
    return next((n for n, c in workspace.controls.items() if c.flag == "resurrected"), None)


NOTHING = Buried({}, ())


def looked_at(workspace: Workspace, source: str, known: Buried = NOTHING) -> Iterator[Dataset]:
    """The tables of a source whose rows have a key, and a period or tombstones."""
    graves = {(grave.scope, grave.place) for grave in known.graves}
    for dataset in workspace.of_source(source):
        if dataset.primary_key and (dataset.record_classes or graves & set(_places(dataset))):
            yield dataset


class Zombie(NamedTuple):
    """A row that is there although one of its key was erased.

    ``is_later``: whatever it dates is later than the day of the erasure, so that it may be another
    row to which the key was given again.
    """

    key: Key
    is_later: bool


def zombies(source: Source, dataset: Dataset, known: Buried, zone: Zone) -> Iterator[Zombie]:
    """Rows that are there although they were erased.

    Rows are told by their own key, persons also by the key they have in other tables of persons.
    The table is read once per way of erasing that was ever used on it.
    """
    for scope, place in _places(dataset):
        for same in _alike(g for g in known.graves if (g.scope, g.place) == (scope, place)):
            yield from _found(source, dataset, place, same, known.keys, zone)


def _places(dataset: Dataset) -> Iterator[tuple[str, str]]:
    yield "row", dataset.id
    if dataset.kind == "subject_master" and dataset.entity:
        yield "subject", dataset.entity


def _alike(graves: Iterable[Grave]) -> Iterator[list[Grave]]:
    """Graves of rows to which the same was done."""
    groups: dict[tuple[tuple[str, str], ...], list[Grave]] = {}
    for grave in graves:
        groups.setdefault(tuple(sorted(grave.actions.items())), []).append(grave)
    yield from groups.values()


def _found(
    source: Source,
    dataset: Dataset,
    place: str,
    graves: Sequence[Grave],
    keys: Mapping[int, bytes],
    zone: Zone,
) -> Iterator[Zombie]:
    stones: dict[int, dict[bytes, date]] = {}
    for grave in sorted(graves, key=lambda each: each.buried_at):
        day = grave.buried_at.astimezone(zone.info).date()
        stones.setdefault(grave.epoch, {}).update(dict.fromkeys(grave.each(), day))
    table, width = table_of(dataset), len(dataset.primary_key)
    query = select(*(table.c[name] for name in (*dataset.primary_key, *_dated(source, dataset))))
    if graves[0].actions:
        with source.reading(dataset.table) as connection:
            query = query.where(_unmasked(connection, source, dataset, graves[0]))
    for batch in source.rows(query, dataset.table):
        of_rows = [row[:width] for row in batch]
        for epoch, known in stones.items():
            made = tombstones(keys[epoch], place, of_rows)
            for row, key, stone in zip(batch, of_rows, made, strict=True):
                if stone in known:
                    yield Zombie(key, _all_later(row[width:], known[stone], zone))


def _dated(source: Source, dataset: Dataset) -> list[str]:
    """The columns that record an event, as far as they are there."""
    live = source.live_table(dataset.table, dataset.schema_name)
    there = {column.name for column in live.columns}
    return [column.name for column in dataset.columns if column.clocks and column.name in there]


def _all_later(cells: Iterable[object], day: date, zone: Zone) -> bool:
    """Whether every date is later than a day; not where one cannot be read, or none is there."""
    days = [as_day(cell, zone) for cell in cells if cell is not None]
    return bool(days) and all(found is not None and found > day for found in days)


def _unmasked(
    connection: Connection, source: Source, dataset: Dataset, grave: Grave
) -> ColumnElement[bool]:
    kind = _KINDS.get(source.dialect)
    if kind is None:
        raise PlanError("erasure_engine", source=source.name, found=source.dialect)
    inspector = inspect(connection)
    if not inspector.has_table(dataset.table, schema=dataset.schema_name):
        raise SourceMismatch("table_missing", source=source.name, table=dataset.table)
    shape = shape_of(inspector, kind, dataset)
    changed = {name: action for name, action in grave.actions.items() if action != "keep"}
    there = {name: action for name, action in changed.items() if name in shape.types}
    if changed and not there:
        place = {"source": source.name, "table": dataset.table}
        raise SourceMismatch("column_missing", column=min(changed), **place)
    return unmasked(shape, there, kind)


def failed(
    control: str, source: str, table: str, error: GovernanceError, rule: str = "resurrected"
) -> RuleResult:
    """A table of which nobody could say whether erased rows are back."""
    return RuleResult(
        control=control,
        rule=rule,
        source=source,
        table=table,
        status="error",
        reason=error.code,
        facts=dict(error.facts),
    )
