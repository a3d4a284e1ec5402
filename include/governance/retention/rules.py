"""Which rows a record class makes due or cannot date, as conditions.

Pure: contract, schedule and day in, SQL conditions out. Who runs them is not decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, TableClause, and_, false, not_, or_, true

from include.governance.errors import ContractError
from include.governance.model.contract import Dataset, RecordClassUse, Where
from include.governance.model.policy import FiscalYear
from include.governance.model.schedule import RecordClass, RetentionSchedule, Trigger
from include.governance.retention.calendar import cutoff
from include.governance.source.clocks import (
    Clock,
    Zone,
    any_of,
    before,
    checked,
    readable,
    unreadable,
)
from include.governance.source.types import Stored

#: An event dated this far after the day of the run is a typing error, not a plan.
IMPLAUSIBLY_AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Governed:
    """One record class as it governs one table."""

    dataset: Dataset
    use: RecordClassUse
    name: str
    record: RecordClass
    table: TableClause
    clocks: Mapping[str, tuple[Clock, ...]]

    def of(self, *events: str) -> tuple[Clock, ...]:
        """The clocks that record these events."""
        return tuple(clock for event in events for clock in self.clocks[event])

    @property
    def alive(self) -> ColumnElement[bool]:
        """The row is of this class and was not disposed of yet."""
        own = [met(self.table, self.use.when)] if self.use.when else []
        return and_(true(), *own, *(not_met(self.table, where) for where in self.use.disposed))


def governed(
    dataset: Dataset,
    use: RecordClassUse,
    schedule: RetentionSchedule,
    table: TableClause,
    stored: Mapping[str, Stored],
) -> Governed:
    """Join a use of a record class to the schedule and the columns of its clocks.

    Raises ContractError when the class or a clock is not declared, SourceMismatch when a clock
    column is not there or is not a date.
    """
    record = schedule.record_classes.get(use.record_class)
    if record is None:
        raise ContractError("record_class_unknown", table=dataset.id, name=use.record_class)
    clocks = {
        event: tuple(
            Clock(
                table.c[column.name],
                checked(
                    column.name, stored.get(column.name, "other"), dataset.source, dataset.table
                ),
                event in record.trigger.last_day,
            )
            for column in dataset.clock(event)
        )
        for event in record.trigger.events
    }
    main = record.trigger.latest_of or record.trigger.earliest_of
    if not any(clocks[event] for event in main):
        raise ContractError(
            "clock_missing", table=dataset.id, name=use.record_class, events=", ".join(main)
        )
    return Governed(dataset, use, use.record_class, record, table, clocks)


def met(table: TableClause, where: Where) -> ColumnElement[bool]:
    """A condition written as data; never NULL."""
    column: ColumnElement[Any] = table.c[where.column]
    if where.is_null is not None:
        return column.is_(None) if where.is_null else column.is_not(None)
    return and_(column.is_not(None), column == where.equals)


def not_met(table: TableClause, where: Where) -> ColumnElement[bool]:
    """Its opposite; never NULL either."""
    column: ColumnElement[Any] = table.c[where.column]
    if where.is_null is not None:
        return column.is_not(None) if where.is_null else column.is_(None)
    return or_(column.is_(None), column != where.equals)


def over_retained(rule: Governed, as_of: date, year: FiscalYear, zone: Zone) -> ColumnElement[bool]:
    """Rows of the class whose period and grace ended before ``as_of``, holds not considered."""
    day = due_before(rule.record, as_of, year)
    return and_(rule.alive, _triggered_before(rule, day, zone))


def due_before(record: RecordClass, as_of: date, year: FiscalYear) -> date:
    """Records whose event happened before this day are due on ``as_of``."""
    ceiling = record.erase_after
    if ceiling.period is None:
        return as_of + timedelta(days=1)
    moved = as_of - timedelta(days=ceiling.grace.days)
    if ceiling.grace.months:
        moved = cutoff(moved, Trigger(latest_of=("grace",)), ceiling.grace, year)
    return cutoff(moved, record.trigger, ceiling.period, year)


def _triggered_before(rule: Governed, day: date, zone: Zone) -> ColumnElement[bool]:
    trigger = rule.record.trigger
    if trigger.earliest_of:
        main = any_of(before(clock, day, zone) for clock in rule.of(*trigger.earliest_of))
    else:
        main = _latest_before(rule.of(*trigger.latest_of), day, zone)
    if not trigger.fallback:
        return main
    unrecorded = and_(true(), *(clock.column.is_(None) for clock in rule.of(*_main(trigger))))
    return or_(main, and_(unrecorded, _latest_before(rule.of(*trigger.fallback), day, zone)))


def _latest_before(clocks: tuple[Clock, ...], day: date, zone: Zone) -> ColumnElement[bool]:
    """Every recorded one is before the day, and one is recorded."""
    if not clocks:
        return false()
    each = (or_(clock.column.is_(None), before(clock, day, zone)) for clock in clocks)
    return and_(true(), *each, any_of(clock.column.is_not(None) for clock in clocks))


def _main(trigger: Trigger) -> tuple[str, ...]:
    return trigger.latest_of or trigger.earliest_of


def undated(rule: Governed, as_of: date, zone: Zone) -> ColumnElement[bool]:
    """Rows of the class for which no period can be computed.

    No event recorded (unless that means it has not happened), a date that cannot be read, or one
    more than a year ahead: such a row would be kept for ever without anybody knowing.
    """
    implausible = as_of + IMPLAUSIBLY_AHEAD
    trigger = rule.record.trigger
    clocks = rule.of(*trigger.events)
    reasons = [unreadable(clock) for clock in clocks]
    reasons += [
        and_(readable(clock), not_(before(clock, implausible, zone)))
        for clock in clocks
        if not clock.last_day
    ]
    if trigger.missing == "undated":
        reasons.append(and_(true(), *(clock.column.is_(None) for clock in clocks)))
    return and_(rule.alive, any_of(reasons))
