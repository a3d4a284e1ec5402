"""Ask a source which rows are due and what hangs on them; nothing is changed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select

from include.governance.model.contract import Dataset, RecordClassUse
from include.governance.model.facts import Dependants, DueRows, RowSet
from include.governance.model.reference import key_text
from include.governance.retention.measure import Terms, as_day, due, open_rule
from include.governance.source.clocks import Zone
from include.governance.source.database import Source
from include.governance.source.rows import Hashing, table_of

_MODULUS = 1 << 256


def due_rows(
    source: Source, dataset: Dataset, use: RecordClassUse, terms: Terms, hashing: Hashing
) -> DueRows:
    """The due rows of one record class and, where whole rows go, everything that hangs on them."""
    rule = open_rule(source, dataset, use, terms.schedule)
    free, kept = due(rule, terms)
    clocks = [clock.column.name for clock in rule.of(*rule.record.trigger.events)]
    total = source.count(dataset.table, dataset.schema_name)
    first = min if rule.record.trigger.earliest_of else max
    found = _row_set(source, dataset, free, clocks, terms.zone, hashing, first)
    with source.reading(dataset.table) as connection:
        held_rows = connection.scalar(select(func.count()).select_from(rule.table).where(kept))
    whole_rows = rule.record.action == "delete" and found.rows > 0
    return DueRows(
        source=dataset.source,
        table=dataset.table,
        record_class=use.record_class,
        total_rows=total,
        due=found,
        held_rows=int(held_rows or 0),
        dependants=tuple(_dependants(source, dataset, free, terms, hashing)) if whole_rows else (),
    )


def _dependants(
    source: Source, root: Dataset, where: ColumnElement[bool], terms: Terms, hashing: Hashing
) -> Iterator[Dependants]:
    """Tables below ``root`` along the contracts' foreign keys, nearest first, each once."""
    conditions: dict[str, ColumnElement[bool]] = {root.id: where}
    level, depth = [root], 0
    while level and depth < len(terms.datasets):
        depth += 1
        below: dict[str, tuple[Dataset, list[ColumnElement[bool]]]] = {}
        for parent in level:
            for child in _children(parent, terms.datasets):
                if child.id not in conditions:
                    hanging = _hanging(child, parent, conditions[parent.id])
                    below.setdefault(child.id, (child, []))[1].append(hanging)
        for child, hangings in below.values():
            conditions[child.id] = or_(*hangings)
        level = [child for child, _ in below.values()]
        for child in level:
            found = _row_set(source, child, conditions[child.id], (), terms.zone, hashing)
            yield Dependants(
                source=child.source,
                table=child.table,
                depth=depth,
                total_rows=source.count(child.table, child.schema_name),
                found=found,
            )


def _children(parent: Dataset, datasets: Sequence[Dataset]) -> Iterator[Dataset]:
    for other in datasets:
        if other.source == parent.source and any(
            link.table == parent.name for link in other.relationships
        ):
            yield other


def _hanging(child: Dataset, parent: Dataset, where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Child rows whose foreign key points at a parent row that meets ``where``."""
    here, there = table_of(child), table_of(parent)
    links = []
    for link in child.relationships:
        if link.table == parent.name:
            pairs = zip(link.here, link.there, strict=True)
            links.append(
                select(1)
                .select_from(there)
                .where(where, *(here.c[a] == there.c[b] for a, b in pairs))
                .exists()
            )
    return or_(*links)


def _row_set(
    source: Source,
    dataset: Dataset,
    where: ColumnElement[bool],
    clocks: Sequence[str],
    zone: Zone,
    hashing: Hashing,
    deciding: Callable[[Sequence[date]], date] = max,
) -> RowSet:
    """Stream the keys once: count, dates, and the sum of their keyed hashes (order-free).

    ``deciding`` picks, of the events a row records, the one that starts its period.
    """
    table = table_of(dataset)
    key = dataset.primary_key or tuple(column.name for column in dataset.columns)
    query = select(*(table.c[name] for name in (*key, *clocks))).where(where)
    total, rows = 0, 0
    oldest: date | None = None
    youngest: date | None = None
    secret = hashing.secret.get_secret_value()
    for batch in source.rows(query, dataset.table):
        for row in batch:
            rows += 1
            text = f"plan:{dataset.id}:{key_text(row[: len(key)])}".encode("utf-8", "surrogatepass")
            total += int.from_bytes(hmac.digest(secret, text, "sha256"), "big")
            days = [day for value in row[len(key) :] if (day := as_day(value, zone))]
            if days:
                oldest = min(oldest or date.max, deciding(days))
                youngest = max(youngest or date.min, deciding(days))
    digest = hashlib.sha256(f"{rows}:{total % _MODULUS:064x}".encode()).hexdigest()
    return RowSet(rows=rows, oldest=oldest, youngest=youngest, key_digest=digest)
