"""Ask a source which rows are due and what hangs on them; nothing is changed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import cast

from sqlalchemy import ColumnElement, Select, and_, not_, or_, select

from include.governance.model.contract import Dataset, RecordClassUse
from include.governance.model.facts import Dependants, DueRows, RowSet
from include.governance.model.reference import key_text
from include.governance.retention.closure import Below, Closure, closure, key_of
from include.governance.retention.measure import Terms, counted, due, open_rule
from include.governance.retention.rules import Governed
from include.governance.source.database import Key, Source
from include.governance.source.rows import Hashing, table_of

_MODULUS = 1 << 256


def due_rows(
    source: Source, dataset: Dataset, use: RecordClassUse, terms: Terms, hashing: Hashing
) -> DueRows:
    """The due rows of one record class and, where whole rows go, everything that hangs on them.

    A row on which a held row hangs is held too.
    """
    rule = open_rule(source, dataset, use, terms)
    free, kept = due(source, rule, terms)
    whole_rows = rule.record.action == "delete"
    below: Closure | None = None
    if whole_rows:
        below = closure(source, dataset, free, terms.holds, terms.datasets)
        free, kept = and_(free, not_(below.kept)), or_(kept, and_(free, below.kept))
    stay = below.kept_keys if below else frozenset()
    found = _root(source, rule, free, terms, hashing, stay)
    return DueRows(
        source=dataset.source,
        table=dataset.table,
        record_class=use.record_class,
        total_rows=source.count(dataset.table, dataset.schema_name),
        due=found,
        held_rows=counted(source, dataset, kept) + len(stay),
        dependants=tuple(_dependants(source, below.below, hashing)) if below and found.rows else (),
    )


def _dependants(source: Source, tables: Iterable[Below], hashing: Hashing) -> Iterator[Dependants]:
    """The rows below, the nearest tables first."""
    for below in sorted(tables, key=lambda b: (b.depth, b.dataset.table)):
        child = below.dataset
        keys = below.keys if below.where is None else _keys(source, child, below.where)
        yield Dependants(
            source=child.source,
            table=child.table,
            depth=below.depth,
            total_rows=source.count(child.table, child.schema_name),
            found=_summed(child, ((key, None) for key in keys), hashing),
        )


def _keys(source: Source, dataset: Dataset, where: ColumnElement[bool]) -> Iterator[Key]:
    table = table_of(dataset)
    query = select(*(table.c[name] for name in key_of(dataset))).where(where)
    for batch in source.rows(query, dataset.table):
        yield from batch


def _root(
    source: Source,
    rule: Governed,
    where: ColumnElement[bool],
    terms: Terms,
    hashing: Hashing,
    stay: Collection[Key],
) -> RowSet:
    """The due rows themselves, with the days on which their periods started."""
    key = key_of(rule.dataset)
    clocks = [clock.column for clock in rule.of(*rule.record.trigger.events)]
    columns: Sequence[ColumnElement[object]] = [*(rule.table.c[name] for name in key), *clocks]
    chosen = [column.label(f"c{at}") for at, column in enumerate(columns)]
    query = cast("Select[tuple[object, ...]]", select(*chosen).where(where))

    def dated() -> Iterator[tuple[Key, date | None]]:
        for batch in source.rows(query, rule.dataset.table):
            for row in batch:
                if row[: len(key)] not in stay:
                    yield row[: len(key)], rule.event_day(row[len(key) :], terms.zone)

    return _summed(rule.dataset, dated(), hashing)


def _summed(dataset: Dataset, rows: Iterable[tuple[Key, date | None]], hashing: Hashing) -> RowSet:
    """Count, dates, and the sum of the rows' keyed hashes, which no order changes."""
    secret = hashing.secret.get_secret_value()
    total, number = 0, 0
    oldest: date | None = None
    youngest: date | None = None
    for key, day in rows:
        number += 1
        text = f"plan:{dataset.id}:{key_text(key)}".encode("utf-8", "surrogatepass")
        total += int.from_bytes(hmac.digest(secret, text, "sha256"), "big")
        if day:
            oldest, youngest = min(oldest or day, day), max(youngest or day, day)
    digest = hashlib.sha256(f"{number}:{total % _MODULUS:064x}".encode()).hexdigest()
    return RowSet(rows=number, oldest=oldest, youngest=youngest, key_digest=digest)
