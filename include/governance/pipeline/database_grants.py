"""Who may read personal data by the database's own privileges, and stands in no register."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from include.governance.errors import ConfigurationError, SourceError
from include.governance.model.contract import Dataset
from include.governance.model.control import CheckRule
from include.governance.model.register import GrantRow
from include.governance.model.result import Expected, Facts, RuleResult, Status
from include.governance.pipeline.registers import entries
from include.governance.pipeline.workspace import Workspace
from include.governance.source.database import Source
from include.governance.source.grants import (
    GrantsHidden,
    keeps_grants,
    question,
    readers,
    written,
)

GRANTS: CheckRule = "database_grants"
Registered = frozenset[tuple[str, str]]


def database_grants(workspace: Workspace) -> Iterator[RuleResult]:
    """The result on every table with personal data of a database that keeps privileges."""
    for control in _controls(workspace):
        known: Registered | None = None
        for dataset in governed_datasets(workspace):
            try:
                known = _registered(workspace) if known is None else known
                yield _judged(workspace, control, dataset, known)
            except GrantsHidden:
                yield unread(control, GRANTS, dataset, "skip", "grants_hidden")
            except SourceError as error:
                yield unread(control, GRANTS, dataset, "error", error.code, **error.facts)


def database_grants_expected(workspace: Workspace) -> Iterator[Expected]:
    """What must have a result."""
    for control in _controls(workspace):
        for dataset in governed_datasets(workspace):
            yield dataset.source, dataset.table, control, GRANTS


def grants_statement(workspace: Workspace, place: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """The SQL by which a table is judged, with where it runs."""
    for dataset in governed_datasets(workspace):
        if (dataset.source, dataset.table) == place:
            source = workspace.source(dataset.source)
            columns = personal_columns(workspace, dataset, source)
            yield source.name, grants_on(source, dataset, columns)


def grants_on(source: Source, dataset: Dataset, columns: Sequence[str]) -> str:
    """The SQL that names who may read one of the columns."""
    live = source.live_table(dataset.table, dataset.schema_name)
    with source.reading(dataset.table) as connection:
        asked = question(connection, live, columns)
        return str(asked.compile(connection, compile_kwargs={"literal_binds": True}))


def _controls(workspace: Workspace) -> list[str]:
    return [name for name, control in workspace.controls.items() if control.check == GRANTS]


def governed_datasets(workspace: Workspace) -> Iterator[Dataset]:
    """The tables of databases that keep privileges, but for what is declared anonymised."""
    keepers = set(filter(partial(_keeps_grants, workspace), workspace.source_names))
    for dataset in workspace.datasets:
        if dataset.source in keepers and dataset.kind != "anonymised":
            yield dataset


def _keeps_grants(workspace: Workspace, name: str) -> bool:
    try:
        return keeps_grants(workspace.connect(name))
    except ConfigurationError:  # no connection here: every rule on the source says so
        return False


def _registered(workspace: Workspace) -> Registered:
    """Who is in the register, for which table, as people write both."""
    found = (entry.row for entry in entries(workspace, GrantRow))
    return frozenset(
        (row.principal.casefold(), row.table_name.casefold())
        for row in found
        if row.principal and row.table_name
    )


def _judged(workspace: Workspace, control: str, dataset: Dataset, known: Registered) -> RuleResult:
    source = workspace.source(dataset.source)
    columns = personal_columns(workspace, dataset, source)
    live = source.live_table(dataset.table, dataset.schema_name)
    with source.reading(dataset.table) as connection:
        found = readers(connection, live, columns) if columns else set()
    unknown = {name for name in found if not _is_registered(name, dataset, known)}
    place = (dataset.source, dataset.table)
    refs = sorted(workspace.hashing.ref(*place, (name,)) for name in unknown)
    return RuleResult(
        control=control,
        rule=GRANTS,
        source=dataset.source,
        table=dataset.table,
        columns=columns,
        status="fail" if unknown else "pass",
        rows=len(unknown),
        row_refs=tuple(refs[: workspace.hashing.limit]),
    )


def personal_columns(workspace: Workspace, dataset: Dataset, source: Source) -> tuple[str, ...]:
    """The columns of the table that are personal, or that nobody declared."""
    categories = workspace.rulebook.policy.categories
    live = source.live_table(dataset.table, dataset.schema_name)
    declared = {column.name: column.category for column in dataset.columns}
    return tuple(
        column.name
        for column in live.columns
        if (category := declared.get(column.name)) is None or categories[category].personal
    )


def _is_registered(name: str, dataset: Dataset, known: Registered) -> bool:
    tables = {each.casefold() for each in (dataset.table, dataset.name, dataset.id)}
    return any((login, table) in known for login in written(name) for table in tables)


def unread(
    control: str,
    rule: str,
    dataset: Dataset,
    status: Status,
    reason: str,
    **facts: str | int | float,
) -> RuleResult:
    """The result on a table whose privileges could not be read."""
    said: Facts = {"source": dataset.source, "table": dataset.table, **facts}
    return RuleResult(
        control=control,
        rule=rule,
        source=dataset.source,
        table=dataset.table,
        status=status,
        reason=reason,
        facts=said,
    )
