"""Which rows may go, and which keep themselves and all they hang on, as conditions asked twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from sqlalchemy import ColumnElement, and_, false, not_, or_, tuple_

from include.governance.model.contract import Dataset, RecordClassUse
from include.governance.model.schedule import Action, Ceiling
from include.governance.retention.holds import OpenHold, held
from include.governance.retention.measure import Terms, open_rule
from include.governance.retention.rules import over_retained
from include.governance.source.clocks import Clock, any_of, before, checked
from include.governance.source.database import Source
from include.governance.source.rows import table_of
from include.governance.source.types import Stored, stored_columns

Kept = Callable[[Sequence[OpenHold]], Mapping[str, ColumnElement[bool]]]


@dataclass(frozen=True)
class Guard:
    """A row of ``table`` whose ``clock`` is not before ``since`` keeps the root it hangs on."""

    table: str
    clock: str
    since: date


@dataclass(frozen=True)
class Selection:
    """Roots: rows of ``root`` that meet ``wanted``, a condition that no hold enters.

    ``kept`` gives, for holds as they are now, the rows per dataset id that must stay: a root stays
    as well when one of them would go along with it. ``actions`` name what happens to columns;
    without any, rows are deleted. ``marks`` are columns that say on which day that was.
    """

    root: Dataset
    rule: str
    as_of: date
    wanted: ColumnElement[bool]
    kept: Kept
    actions: Mapping[str, Action] = field(default_factory=dict)
    marks: Mapping[str, date] = field(default_factory=dict)

    @property
    def deletes(self) -> bool:
        """Whole rows go."""
        return not self.actions


def of_record_class(
    source: Source,
    dataset: Dataset,
    use: RecordClassUse,
    terms: Terms,
    actions: Mapping[str, Action],
    guards: Sequence[Guard] = (),
) -> Selection:
    """The rows that a record class makes due; ``terms.holds`` are not used, holds come later."""
    rule = open_rule(source, dataset, use, terms)
    wanted = over_retained(rule, terms.as_of, terms.fiscal_year, terms.zone)
    kept = keeping(source, terms, guards)
    return Selection(dataset, use.record_class, terms.as_of, wanted, kept, actions)


def of_keys(dataset: Dataset, keys: Sequence[tuple[int | str, ...]]) -> ColumnElement[bool]:
    """Rows that somebody named by their primary keys, declared in the contract."""
    table = table_of(dataset)
    columns = [table.c[name] for name in dataset.primary_key]
    if not keys:
        return false()
    if len(columns) == 1:
        return columns[0].in_([part for (part,) in keys])
    return tuple_(*columns).in_(list(keys))


def of_condition(
    source: Source,
    dataset: Dataset,
    rule: str,
    wanted: ColumnElement[bool],
    terms: Terms,
    actions: Mapping[str, Action],
) -> Selection:
    """Rows that meet a condition of somebody else's making, such as those of one person."""
    return Selection(dataset, rule, terms.as_of, wanted, keeping(source, terms, ()), actions)


def keeping(source: Source, terms: Terms, guards: Sequence[Guard]) -> Kept:
    """Rows that must stay: under a hold, in their statutory period, or younger than a guard says.

    Each table is looked at once, when it is first asked for.
    """
    names = set(source.table_names())
    there = {
        dataset.id: dataset
        for dataset in terms.datasets
        if dataset.source == source.name
        and (dataset.schema_name is not None or dataset.table in names)
    }

    @cache
    def always(name: str) -> tuple[Mapping[str, Stored], ColumnElement[bool]]:
        dataset = there[name]
        live = source.live_table(dataset.table, dataset.schema_name)
        stored = stored_columns(live, source.dialect)
        floors = (condition for _, condition in floors_of(source, dataset, terms))
        return stored, any_of([*floors, *_young(dataset, guards, stored, terms)])

    def kept(holds: Sequence[OpenHold]) -> Mapping[str, ColumnElement[bool]]:
        def condition(name: str) -> ColumnElement[bool]:
            stored, stays = always(name)
            under_hold = held(there[name], stored, holds, terms.datasets)
            parts = [part for part in (stays, under_hold) if not is_false(part)]
            return or_(*parts) if parts else false()

        return _Conditions(there, condition)

    return kept


class _Conditions(Mapping[str, ColumnElement[bool]]):
    """A condition per dataset id, put together only for those that are asked for."""

    def __init__(
        self, names: Collection[str], condition: Callable[[str], ColumnElement[bool]]
    ) -> None:
        self._names = names
        self._condition = condition

    def __getitem__(self, name: str) -> ColumnElement[bool]:
        if name not in self._names:
            raise KeyError(name)
        return self._condition(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names


def is_false(condition: ColumnElement[bool]) -> bool:
    """Nothing can meet it, so it need not be asked."""
    return bool(condition.compare(false()))


def floors_of(
    source: Source, dataset: Dataset, terms: Terms
) -> Iterator[tuple[str, ColumnElement[bool]]]:
    """Per record class, the rows that the law wants kept longer, undated ones included."""
    for use in dataset.record_classes:
        rule = open_rule(source, dataset, use, terms)
        floor = rule.record.keep_at_least
        if floor is None or floor.period.is_zero:
            continue
        record = rule.record.model_copy(update={"erase_after": Ceiling(period=floor.period)})
        alive = replace(rule, record=record, use=use.model_copy(update={"disposed": ()}))
        over = over_retained(alive, terms.as_of, terms.fiscal_year, terms.zone)
        yield use.record_class, and_(rule.of_class, not_(over))


def _young(
    dataset: Dataset, guards: Sequence[Guard], stored: Mapping[str, Stored], terms: Terms
) -> Iterator[ColumnElement[bool]]:
    """Rows that a guard names; without a readable date a row counts as young."""
    for guard in guards:
        if guard.table == dataset.table:
            kind = checked(
                guard.clock, stored.get(guard.clock, "other"), dataset.source, dataset.table
            )
            clock = Clock(table_of(dataset).c[guard.clock], kind)
            yield not_(before(clock, guard.since, terms.zone))
