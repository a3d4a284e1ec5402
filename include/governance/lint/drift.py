"""Compare the contracts with the databases they speak of, in both directions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from include.governance.errors import SourceError
from include.governance.lint.everything import ordered
from include.governance.lint.logical import agrees
from include.governance.lint.place import at_column, at_table, suggested
from include.governance.model.contract import Dataset
from include.governance.model.mistake import Mistake
from include.governance.source.database import LiveTable, Source


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
    schemas = {dataset.schema_name for dataset in declared} or {None}
    for schema in sorted(schemas, key=str):
        here = [dataset for dataset in declared if dataset.schema_name == schema]
        live = source.table_names(schema)
        promised = {dataset.table for dataset in here}
        for dataset in here:
            if dataset.table in live:
                table = source.live_table(dataset.table, dataset.schema_name)
                yield from _table(dataset, table, source.dialect)
            else:
                code, facts = suggested("table_missing", dataset.table, set(live) - promised)
                yield at_table(dataset, "", code, **facts, source=source.name)
        for name in live:
            if name not in promised and name not in own_tables:
                yield _undeclared_table(source.name, name)


def _undeclared_table(source: str, name: str) -> Mistake:
    """No file to point at: the mistake is that there is none."""
    facts: dict[str, str | int] = {"source": source, "table": name}
    return Mistake(file=source, line=1, path=name, code="table_undeclared", facts=facts)


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
