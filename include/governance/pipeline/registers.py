"""The registers that the verbs look at: holds today, joined from the store and mapped tables."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from include.governance.model.register import HoldRow
from include.governance.model.result import RuleResult
from include.governance.pipeline.workspace import Workspace
from include.governance.retention.holds import OpenHold
from include.governance.store.register_rows import (
    STORE,
    Reading,
    RegisterEntry,
    fields_of,
    register_rows,
)
from include.governance.store.registers import Registers


def holds(workspace: Workspace) -> Iterator[RegisterEntry[HoldRow]]:
    """Every hold, wherever it is kept; raises when a table of holds cannot be read."""
    datasets = [d for d in workspace.datasets if d.fills_register == HoldRow.register_name]
    sources = {name: workspace.source(name) for name in {d.source for d in datasets}}
    registers = Registers(workspace.store(), workspace.rulebook.schedule.max_hold_review)
    reading = Reading(ZoneInfo(workspace.zone.name), lambda text: _hashed(workspace, text))
    yield from register_rows(HoldRow, registers, datasets, sources, reading)


def open_holds(workspace: Workspace) -> tuple[OpenHold, ...]:
    """The holds that were not released; one whose release cannot be read is open."""
    return tuple(
        OpenHold(entry.row.table_name, entry.row.subject_ref)
        for entry in holds(workspace)
        if entry.row.released_at is None
    )


def reviewed_holds(workspace: Workspace, as_of: date) -> Iterator[RuleResult]:
    """Open holds past their review date, or without one, per table that keeps holds."""
    control = workspace.control_of("hold_review")
    late: dict[tuple[str, str], list[str]] = {place: [] for place in _places(workspace)}
    for entry in holds(workspace):
        due = entry.row.review_due
        if entry.row.released_at is None and (due is None or due < as_of):
            ref = workspace.hashing.ref(entry.source, entry.table, entry.key)
            late.setdefault((entry.source, entry.table), []).append(ref)
    for (source, table), refs in sorted(late.items()):
        yield RuleResult(
            control=control,
            rule="hold_review",
            source=source,
            table=table,
            columns=(_review_column(workspace, source, table),),
            status="fail" if refs else "pass",
            rows=len(refs),
            row_refs=tuple(sorted(refs)),
        )


def _places(workspace: Workspace) -> Iterator[tuple[str, str]]:
    yield STORE, f"register_{HoldRow.register_name}"
    for dataset in workspace.datasets:
        if dataset.fills_register == HoldRow.register_name:
            yield dataset.source, dataset.table


def _review_column(workspace: Workspace, source: str, table: str) -> str:
    for dataset in workspace.of_source(source):
        if dataset.table == table:
            return fields_of(HoldRow, dataset).get("review_due", "review_due")
    return "review_due"


def _hashed(workspace: Workspace, text: str) -> str:
    secret = workspace.settings.key.get_secret_value()
    return hmac.new(secret, text.encode(), "sha256").hexdigest()
