"""Check keys, owners and foreign keys: what rows are named by and how they hang together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from include.governance.lint.place import at_table, suggested
from include.governance.model.condition import wrong_type
from include.governance.model.contract import Dataset, Relationship, Where
from include.governance.model.mistake import Mistake
from include.governance.yamlfile import did_you_mean

Tables = Mapping[tuple[str, str], Dataset]


def mistakes(datasets: Sequence[Dataset]) -> Iterator[Mistake]:
    """Tables without key, owner or entity, and names of columns that do not exist."""
    tables = {(dataset.source, dataset.table): dataset for dataset in datasets}
    for dataset in datasets:
        if not dataset.primary_key:
            yield at_table(dataset, "", "no_primary_key")
        if not dataset.owner:
            yield at_table(dataset, "", "no_owner")
        if dataset.record_classes and not dataset.entity:
            yield at_table(dataset, "", "no_entity")
        yield from _words(dataset)
        for link in dataset.relationships:
            yield from _relationship(dataset, link, tables)


def _words(dataset: Dataset) -> Iterator[Mistake]:
    if dataset.subject_key:
        yield from _column(dataset, "subjectKey", dataset.subject_key)
    if dataset.append_only:
        yield from _clock(dataset, dataset.append_only.clock)
    for at, use in enumerate(dataset.record_classes):
        part = f"recordClasses[{at}]"
        named = [where.column for where in (use.when, *use.disposed) if where]
        for name in dict.fromkeys([*named, *([use.disposed_at] if use.disposed_at else [])]):
            yield from _column(dataset, part, name)
        for where in (use.when, *use.disposed):
            yield from _value(dataset, part, where) if where else ()


def _clock(dataset: Dataset, event: str) -> Iterator[Mistake]:
    """Exactly one column says on which day a row of an append-only table was added."""
    found = len(dataset.clock(event))
    if found > 1:
        yield at_table(dataset, "appendOnly", "append_clock_twice", clock=event, found=found)
    elif not found:
        known = {clock for column in dataset.columns for clock in column.clocks}
        code, facts = suggested("append_clock_unknown", event, sorted(known))
        yield at_table(dataset, "appendOnly", code, **facts)


def _value(dataset: Dataset, part: str, where: Where) -> Iterator[Mistake]:
    """A value of another type, or one that the contract itself forbids: no row would meet it."""
    column = dataset.column(where.column)
    wanted = wrong_type(where, column)
    if column and wanted:
        promised = column.logical_type or "-"
        facts = {"column": column.name, "promised": promised, "wanted": wanted}
        yield at_table(dataset, part, "value_of_another_type", **facts)
    elif column and column.allowed and where.equals not in (None, *column.allowed):
        known = [str(value) for value in column.allowed]
        near = did_you_mean(str(where.equals), known)
        facts = {"column": column.name, "allowed": near or ", ".join(known)}
        yield at_table(dataset, part, "value_never_occurs", **facts)


def _column(dataset: Dataset, part: str, name: str) -> Iterator[Mistake]:
    known = [column.name for column in dataset.columns]
    if name not in known:
        code, facts = suggested("column_unknown", name, known)
        yield at_table(dataset, part, code, **facts)


def _relationship(dataset: Dataset, link: Relationship, tables: Tables) -> Iterator[Mistake]:
    part = _part(dataset, link)
    for name in link.here:
        yield from _column(dataset, part, name)
    there = tables.get((dataset.source, link.table))
    if there is None:
        known = [table for source, table in tables if source == dataset.source]
        code, facts = suggested("link_table_unknown", link.table, known)
        yield at_table(dataset, part, code, **facts, source=dataset.source)
        return
    if len(link.here) != len(link.there):
        yield at_table(
            dataset, part, "link_lengths", here=", ".join(link.here), there=", ".join(link.there)
        )
    columns = [column.name for column in there.columns]
    for name in link.there:
        if name not in columns:
            code, facts = suggested("link_column_unknown", name, columns)
            yield at_table(dataset, part, code, **facts, target=there.table)


def _part(dataset: Dataset, link: Relationship) -> str:
    """A foreign key stands at its column; one over several columns at the table."""
    names = [column.name for column in dataset.columns]
    if len(link.here) == 1 and link.here[0] in names:
        return f"columns[{names.index(link.here[0])}]"
    return ""
