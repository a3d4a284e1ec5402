"""Run the retention conditions of one dataset in its source and report what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, select

from include.governance.errors import GovernanceError
from include.governance.model.contract import Dataset, RecordClassUse
from include.governance.model.policy import FiscalYear, PrivacyPolicy
from include.governance.model.result import RuleResult
from include.governance.model.schedule import RetentionSchedule
from include.governance.retention.calendar import last_day
from include.governance.retention.declared import Declared, Kind, RuleNames, declared
from include.governance.retention.hold_scope import OpenHold
from include.governance.retention.holds import held
from include.governance.retention.key_kinds import KeyColumns
from include.governance.retention.rules import Governed, governed, over_retained, undated
from include.governance.retention.uncovered import uncovered
from include.governance.source.clocks import Zone, as_day
from include.governance.source.database import Key, Source
from include.governance.source.keys import agreed
from include.governance.source.rows import Hashing, RowRefs, hashed, matching, table_of
from include.governance.source.types import stored_columns


@dataclass(frozen=True)
class Terms:
    """What a retention run is measured against."""

    as_of: date
    schedule: RetentionSchedule
    fiscal_year: FiscalYear
    zone: Zone
    holds: tuple[OpenHold, ...]
    datasets: tuple[Dataset, ...]
    policy: PrivacyPolicy


@dataclass(frozen=True)
class Found:
    """What a rule found; ``facts`` hold counts."""

    rows: RowRefs
    facts: dict[str, str | int | float] = field(default_factory=dict)


def measure(
    source: Source, dataset: Dataset, terms: Terms, names: RuleNames, hashing: Hashing
) -> Iterator[RuleResult]:
    """The result of every rule that the record classes of a dataset declare.

    A rule that cannot be evaluated is an error result; a lost connection raises
    SourceUnavailable, since trying again may help.
    """
    for each in declared(dataset, terms.schedule, names):
        find = partial(_FIND[each.kind], source, dataset, each.use, terms, hashing)
        yield _attempt(dataset, each, find)


def _attempt(dataset: Dataset, each: Declared, find: Callable[[], Found]) -> RuleResult:
    base: dict[str, Any] = {
        "control": each.control,
        "rule": each.rule,
        "source": dataset.source,
        "table": dataset.table,
    }
    try:
        found = find()
    except GovernanceError as error:
        if error.retryable:
            raise
        return RuleResult(**base, status="error", reason=error.code, facts=dict(error.facts))
    status = "fail" if found.rows.rows else "pass"
    return RuleResult(
        **base,
        status=status,
        rows=found.rows.rows,
        row_refs=found.rows.refs,
        facts=found.facts,
    )


def open_rule(source: Source, dataset: Dataset, use: RecordClassUse, terms: Terms) -> Governed:
    """A record class of a dataset, joined to the live columns of its clocks."""
    live = source.live_table(dataset.table, dataset.schema_name)
    agreed(dataset, live)
    stored = stored_columns(live, source.dialect)
    return governed(dataset, use, terms.schedule, terms.policy, table_of(dataset), stored)


def due(
    source: Source, rule: Governed, terms: Terms
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Rows past their period that nothing holds, and those that a hold keeps."""
    over = over_retained(rule, terms.as_of, terms.fiscal_year, terms.zone)
    kept = held(rule.dataset, KeyColumns(source), terms.holds, terms.datasets)
    return and_(over, not_(kept)), and_(over, kept)


def counted(source: Source, dataset: Dataset, where: ColumnElement[bool]) -> int:
    """How many rows of a dataset meet a condition."""
    query = select(func.count()).select_from(table_of(dataset)).where(where)
    with source.reading(dataset.table) as connection:
        return int(connection.scalar(query) or 0)


def _over(
    source: Source, dataset: Dataset, use: RecordClassUse, terms: Terms, hashing: Hashing
) -> Found:
    """Rows past their period; those that a hold keeps are counted beside them."""
    free, kept = due(source, open_rule(source, dataset, use, terms), terms)
    rows = matching(source, dataset, free, hashing)
    held_rows = counted(source, dataset, kept) if terms.holds else 0
    return Found(rows, {"held_rows": held_rows} if held_rows else {})


def _undated(
    source: Source, dataset: Dataset, use: RecordClassUse, terms: Terms, hashing: Hashing
) -> Found:
    rule = open_rule(source, dataset, use, terms)
    return Found(matching(source, dataset, undated(rule, terms.as_of, terms.zone), hashing))


def _uncovered(
    source: Source, dataset: Dataset, _use: RecordClassUse, terms: Terms, hashing: Hashing
) -> Found:
    rules = [open_rule(source, dataset, use, terms) for use in dataset.record_classes]
    return Found(matching(source, dataset, uncovered(rules), hashing))


def _premature(
    source: Source, dataset: Dataset, use: RecordClassUse, terms: Terms, hashing: Hashing
) -> Found:
    """Disposed of on or before the last day of the floor (rows that say on which day)."""
    rule = open_rule(source, dataset, use, terms)
    floor = rule.record.keep_at_least
    if floor is None or use.disposed_at is None:
        return Found(RowRefs())
    disposed, trigger = rule.table.c[use.disposed_at], rule.record.trigger
    clocks = [clock.column for clock in rule.of(*trigger.events)]
    keys = [rule.table.c[name] for name in dataset.primary_key]
    query = select(*keys, disposed, *clocks).where(rule.of_class, disposed.is_not(None))
    width = len(keys)

    def early() -> Iterator[Key]:
        for batch in source.rows(query, dataset.table):
            for row in batch:
                on = as_day(row[width], terms.zone)
                event = rule.event_day(row[width + 1 :], terms.zone)
                if on and event and on <= last_day(event, trigger, floor.period, terms.fiscal_year):
                    yield row[:width]

    return Found(hashed(dataset, early(), hashing))


_FIND: Mapping[Kind, Callable[[Source, Dataset, RecordClassUse, Terms, Hashing], Found]] = {
    "over": _over,
    "undated": _undated,
    "premature": _premature,
    "uncovered": _uncovered,
}
