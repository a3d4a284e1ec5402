"""Compare the contracts with the databases they speak of, in both directions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from include.governance.errors import SourceError, SourceMismatch
from include.governance.lint.everything import ordered
from include.governance.lint.logical import agrees
from include.governance.lint.place import at_column, at_table, suggested, warned
from include.governance.model.contract import Dataset
from include.governance.model.mistake import Mistake
from include.governance.source.database import Source
from include.governance.source.live import LiveTable
from include.governance.source.places import Kind, Place

#: What only shows the data of others need not be declared, but is not scanned until it is.
_SHOWN: Mapping[Kind, str] = {
    "view": "view_undeclared",
    "foreign_table": "foreign_table_undeclared",
}


def drift(
    datasets: Sequence[Dataset],
    sources: Mapping[str, Source],
    own_tables: Collection[str] = (),
) -> list[Mistake]:
    """Where a contract and its database say different things.

    A source that does not answer is an error, never silence. ``own_tables`` are the tables this
    product keeps beside the data; nobody declares them.
    """
    found: list[Mistake] = []
    for name in sorted({dataset.source for dataset in datasets} | set(sources)):
        declared = [dataset for dataset in datasets if dataset.source == name]
        source = sources.get(name)
        if source is None:
            found.append(at_table(declared[0], "", "source_not_given", source=name))
            continue
        try:
            found += _source(source, declared, own_tables)
        except SourceError as error:
            found.append(_unreachable(name, declared, error))
    return ordered(found)


def _unreachable(name: str, declared: Sequence[Dataset], error: SourceError) -> Mistake:
    file = declared[0].file if declared else name
    facts: dict[str, str | int] = {"source": name, "reason": error.code, "tables": len(declared)}
    return Mistake(file=file, line=1, path=name, code="source_unreachable", facts=facts)


def _source(
    source: Source, declared: Sequence[Dataset], own_tables: Collection[str]
) -> Iterator[Mistake]:
    there = source.places()
    claimed: set[Place] = set()
    for dataset in declared:
        place = next((p for p in there if p.is_named(dataset.schema_name, dataset.table)), None)
        claimed |= {place} if place else set()
        live = _live(source, dataset, place)
        if live:
            yield from _table(dataset, live, source.dialect)
        else:
            near = {p.name for p in there if dataset.schema_name in (p.schema, p.home)}
            promised = {each.table for each in declared}
            code, facts = suggested("table_missing", dataset.table, near - promised)
            yield at_table(dataset, "", code, **facts, source=source.name)
    for place in there:
        if place in claimed or (place.schema is None and place.name in own_tables):
            continue
        if place.holds_data:
            yield _nobody_declared(source.name, place.label, "table_undeclared")
        elif place.shows_data:
            yield warned(_nobody_declared(source.name, place.label, _SHOWN[place.kind]))


def _live(source: Source, dataset: Dataset, place: Place | None) -> LiveTable | None:
    """The declared table, None when it is not there; another MySQL database lists no places."""
    if place is None and dataset.schema_name is None:
        return None
    try:
        schema = place.schema if place else dataset.schema_name
        return source.live_table(dataset.table, schema)
    except SourceMismatch as error:
        if error.code != "table_missing":
            raise
        return None


def _nobody_declared(source: str, name: str, code: str) -> Mistake:
    """No file to point at: the mistake is that there is none."""
    facts: dict[str, str | int] = {"source": source, "table": name}
    return Mistake(file=source, line=1, path=name, code=code, facts=facts)


def _table(dataset: Dataset, live: LiveTable, dialect: str) -> Iterator[Mistake]:
    there = {column.name: column for column in live.columns}
    declared = {column.name for column in dataset.columns}
    for column in dataset.columns:
        if column.name not in there:
            code, facts = suggested("column_missing", column.name, set(there) - declared)
            yield at_column(dataset, column, "", code, **facts)
        elif not agrees(column.logical_type, there[column.name].type, dialect):
            yield at_column(
                dataset,
                column,
                "",
                "type_disagrees",
                promised=column.logical_type or "-",
                found=type(there[column.name].type).__name__,
            )
    for name in there:
        if name not in declared:
            yield at_table(dataset, "", "column_undeclared", column=name)
    if live.primary_key and set(live.primary_key) != set(dataset.primary_key):
        promised, found = ", ".join(dataset.primary_key), ", ".join(live.primary_key)
        yield at_table(dataset, "", "key_disagrees", promised=promised or "-", found=found)
