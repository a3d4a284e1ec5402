"""Run the retention conditions of one dataset in its source and report what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, select

from include.governance.errors import GovernanceError
from include.governance.model.contract import Dataset, RecordClassUse
from include.governance.model.policy import FiscalYear
from include.governance.model.result import RuleResult
from include.governance.model.schedule import RetentionSchedule
from include.governance.retention.calendar import last_day
from include.governance.retention.holds import OpenHold, held
from include.governance.retention.rules import Governed, governed, over_retained, undated
from include.governance.source.clocks import Zone, as_day
from include.governance.source.database import Key, Source
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


@dataclass(frozen=True)
class RuleNames:
    """The controls that retention results are reported under."""

    undated: str
    premature: str


def measure(
    source: Source, dataset: Dataset, terms: Terms, names: RuleNames, hashing: Hashing
) -> Iterator[RuleResult]:
    """Over-retained, undated and prematurely disposed rows of every record class of a dataset.

    A rule that cannot be evaluated is an error result; a lost connection raises
    SourceUnavailable, since trying again may help.
    """
    for use in dataset.record_classes:
        control = _control(use, terms)
        yield _attempt(dataset, control, use, partial(_over, source, dataset, use, terms, hashing))
        yield _attempt(
            dataset, names.undated, use, partial(_undated, source, dataset, use, terms, hashing)
        )
        if use.disposed_at and _floor(use, terms):
            yield _attempt(
                dataset,
                names.premature,
                use,
                partial(_premature, source, dataset, use, terms, hashing),
            )


def _control(use: RecordClassUse, terms: Terms) -> str:
    record = terms.schedule.record_classes.get(use.record_class)
    return record.control if record else "S6-10"


def _floor(use: RecordClassUse, terms: Terms) -> bool:
    record = terms.schedule.record_classes.get(use.record_class)
    return bool(record and record.keep_at_least and not record.keep_at_least.period.is_zero)


def _attempt(
    dataset: Dataset, control: str, use: RecordClassUse, found: Callable[[], RowRefs]
) -> RuleResult:
    base: dict[str, Any] = {
        "control": control,
        "rule": use.record_class,
        "source": dataset.source,
        "table": dataset.table,
    }
    try:
        rows = found()
    except GovernanceError as error:
        if error.retryable:
            raise
        return RuleResult(**base, status="error", reason=error.code, facts=dict(error.facts))
    status = "fail" if rows.rows else "pass"
    return RuleResult(**base, status=status, rows=rows.rows, row_refs=rows.refs)


def open_rule(
    source: Source, dataset: Dataset, use: RecordClassUse, schedule: RetentionSchedule
) -> Governed:
    """A record class of a dataset, joined to the live columns of its clocks."""
    live = source.live_table(dataset.table, dataset.schema_name)
    stored = stored_columns(live, source.dialect)
    return governed(dataset, use, schedule, table_of(dataset), stored)


def due(rule: Governed, terms: Terms) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Rows past their period that nothing holds, and those that a hold keeps."""
    over = over_retained(rule, terms.as_of, terms.fiscal_year, terms.zone)
    kept = held(rule.dataset, rule.stored, terms.holds, terms.datasets)
    return and_(over, not_(kept)), and_(over, kept)


def _over(
    source: Source, dataset: Dataset, use: RecordClassUse, terms: Terms, hashing: Hashing
) -> RowRefs:
    rule = open_rule(source, dataset, use, terms.schedule)
    return matching(source, dataset, due(rule, terms)[0], hashing)


def _undated(
    source: Source, dataset: Dataset, use: RecordClassUse, terms: Terms, hashing: Hashing
) -> RowRefs:
    rule = open_rule(source, dataset, use, terms.schedule)
    return matching(source, dataset, undated(rule, terms.as_of, terms.zone), hashing)


def _premature(
    source: Source, dataset: Dataset, use: RecordClassUse, terms: Terms, hashing: Hashing
) -> RowRefs:
    """Disposed of on or before the last day of the floor (rows that say on which day)."""
    rule = open_rule(source, dataset, use, terms.schedule)
    floor = rule.record.keep_at_least
    if floor is None or use.disposed_at is None:
        return RowRefs()
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

    return hashed(dataset, early(), hashing)
