"""Which rows a record class makes due or cannot date, as conditions.

Pure: contract, schedule and day in, SQL conditions out. Who runs them is not decided here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    TableClause,
    and_,
    false,
    not_,
    or_,
    true,
)

from include.governance.errors import ContractError, SourceMismatch
from include.governance.model.condition import wrong_type
from include.governance.model.contract import Dataset, RecordClassUse, Where
from include.governance.model.period import Period
from include.governance.model.policy import FiscalYear, PrivacyPolicy
from include.governance.model.schedule import RecordClass, RetentionSchedule, Trigger
from include.governance.retention.calendar import cutoff
from include.governance.retention.condition import compared
from include.governance.retention.emptied import emptied
from include.governance.source.clocks import (
    Clock,
    Zone,
    any_of,
    as_day,
    before,
    checked,
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
    stored: Mapping[str, Stored]
    clocks: Mapping[str, tuple[Clock, ...]]
    emptied: ColumnElement[bool]

    def of(self, *events: str) -> tuple[Clock, ...]:
        """The clocks that record these events."""
        return tuple(clock for event in events for clock in self.clocks[event])

    @property
    def alive(self) -> ColumnElement[bool]:
        """The row is of this class and was not disposed of yet; a mark alone is no proof of it."""
        if not self.use.disposed:
            return self.of_class
        unmarked = and_(true(), *(not_met(self, where) for where in self.use.disposed))
        return and_(self.of_class, or_(unmarked, not_(self.emptied)))

    @property
    def of_class(self) -> ColumnElement[bool]:
        """The row is of this class, disposed of or not."""
        return met(self, self.use.when) if self.use.when else true()

    def event_day(self, values: Sequence[object], zone: Zone) -> date | None:
        """The day on which the period of a row started, from what its clocks hold.

        ``values`` are in the order of ``of(*trigger.events)``.
        """
        trigger, given = self.record.trigger, iter(values)
        recorded = {
            event: [
                (clock, value) for clock in self.clocks[event] if (value := next(given)) is not None
            ]
            for event in trigger.events
        }
        deciding = _main(trigger)
        if not any(recorded[event] for event in deciding):
            deciding = trigger.fallback
        days = [_day_in(clock, value, zone) for e in deciding for clock, value in recorded[e]]
        read = [day for day in days if day]
        return min(read, default=None) if trigger.earliest_of else max(read, default=None)


def governed(
    dataset: Dataset,
    use: RecordClassUse,
    schedule: RetentionSchedule,
    policy: PrivacyPolicy,
    table: TableClause,
    stored: Mapping[str, Stored],
) -> Governed:
    """Join a use of a record class to the schedule and the columns of its clocks.

    Raises ContractError when the class, a clock or a column of its conditions is not declared, or
    a condition's value is of another type than its column; SourceMismatch when a clock column is
    not there or is not a date. Only events of ``fallback`` may go unrecorded. The policy says which
    columns are personal.
    """
    record = schedule.record_classes.get(use.record_class)
    if record is None:
        raise ContractError("record_class_unknown", table=dataset.id, name=use.record_class)
    for name in _named(use):
        if name not in table.c:
            raise ContractError("column_undeclared", table=dataset.id, name=name)
    for where in _conditions(use):
        wanted = wrong_type(where, dataset.column(where.column))
        if stored.get(where.column) == "number" and isinstance(where.equals, str):
            wanted = "integer"
        if wanted:
            at = {"table": dataset.id, "name": use.record_class, "column": where.column}
            raise ContractError("condition_type", wanted=wanted, **at)
    clocked = [c.name for event in record.trigger.events for c in dataset.clock(event)]
    for name in (*clocked, *_named(use)):
        if name not in stored:
            place = {"source": dataset.source, "table": dataset.table}
            raise SourceMismatch("column_missing", column=name, **place)
    clocks = {
        event: tuple(
            Clock(
                table.c[column.name],
                checked(column.name, stored.get(column.name), dataset.source, dataset.table),
                event in record.trigger.last_day,
            )
            for column in dataset.clock(event)
        )
        for event in record.trigger.events
    }
    unrecorded = [event for event in _main(record.trigger) if not clocks[event]]
    if unrecorded:
        # one of several is not enough: the later event that nobody records keeps the row
        raise ContractError(
            "clock_missing", table=dataset.id, name=use.record_class, events=", ".join(unrecorded)
        )
    empty = emptied(dataset, use, record, policy, stored)
    return Governed(dataset, use, use.record_class, record, table, stored, clocks, empty)


def _named(use: RecordClassUse) -> list[str]:
    """The columns that the use itself names."""
    own = [use.disposed_at] if use.disposed_at else []
    return [*own, *(where.column for where in _conditions(use))]


def _conditions(use: RecordClassUse) -> list[Where]:
    return [*use.disposed, *([use.when] if use.when else [])]


def met(rule: Governed, where: Where) -> ColumnElement[bool]:
    """A condition written as data; never NULL."""
    column: ColumnElement[Any] = rule.table.c[where.column]
    if where.is_null is not None:
        return column.is_(None) if where.is_null else column.is_not(None)
    return and_(column.is_not(None), column == compared(where, rule.stored))


def not_met(rule: Governed, where: Where) -> ColumnElement[bool]:
    """Its opposite; never NULL either."""
    column: ColumnElement[Any] = rule.table.c[where.column]
    if where.is_null is not None:
        return column.is_not(None) if where.is_null else column.is_(None)
    return or_(column.is_(None), column != compared(where, rule.stored))


def over_retained(rule: Governed, as_of: date, year: FiscalYear, zone: Zone) -> ColumnElement[bool]:
    """Rows of the class whose period and grace ended before ``as_of``, holds not considered."""
    day = due_before(rule.record, as_of, year)
    return and_(rule.alive, _triggered_before(rule, day, zone))


def floor_running(rule: Governed, as_of: date, year: FiscalYear, zone: Zone) -> ColumnElement[bool]:
    """Rows of the class that its floor still keeps, undated ones among them."""
    floor = rule.record.keep_at_least
    if floor is None:
        return false()
    day = cutoff(as_of, rule.record.trigger, floor.period, year)
    return and_(rule.alive, not_(_triggered_before(rule, day, zone)))


def due_before(record: RecordClass, as_of: date, year: FiscalYear) -> date:
    """Records whose event happened before this day are due on ``as_of``."""
    ceiling, day = record.erase_after, as_of
    if ceiling.at_once and as_of < date.max:
        day += timedelta(days=1)
    return cutoff(day, record.trigger, ceiling.period or Period(), year, ceiling.grace)


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
    implausible = min(as_of, date.max - IMPLAUSIBLY_AHEAD) + IMPLAUSIBLY_AHEAD
    trigger = rule.record.trigger
    clocks = rule.of(*trigger.events)
    reasons = [
        # what cannot be read is before no day
        unreadable(clock)
        if clock.last_day
        else and_(clock.column.is_not(None), not_(before(clock, implausible, zone)))
        for clock in clocks
    ]
    if trigger.missing == "undated":
        reasons.append(and_(true(), *(clock.column.is_(None) for clock in clocks)))
    return and_(rule.alive, any_of(reasons))


def _day_in(clock: Clock, value: object, zone: Zone) -> date | None:
    day = as_day(value, zone)
    return day + timedelta(days=1) if day and clock.last_day and day < date.max else day
