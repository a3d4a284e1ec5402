"""Which rows may go, and which keep themselves and all they hang on, as conditions asked twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, false, not_, or_, tuple_

from include.governance.erasure.coarser import AgeCap
from include.governance.erasure.keys import Key
from include.governance.erasure.pseudonym import PseudonymKey
from include.governance.model.contract import Dataset, RecordClassUse
from include.governance.model.schedule import Action, Ceiling
from include.governance.retention.holds import OpenHold, held
from include.governance.retention.key_kinds import KeyColumns
from include.governance.retention.measure import Terms, open_rule
from include.governance.retention.rules import over_retained
from include.governance.source.clocks import any_of
from include.governance.source.database import Source
from include.governance.source.letters import letters, written
from include.governance.source.rows import table_of
from include.governance.source.types import stored_columns

#: Conditions on rows per dataset id.
Rows = Mapping[str, ColumnElement[bool]]


@dataclass(frozen=True)
class Selection:
    """Roots: rows of ``root`` that meet ``wanted``, a condition that no hold enters.

    ``on_hold`` gives, for holds as they are now, the rows that must stay as they are; rows
    ``in_period`` must stay too, though they may forget a parent that goes. ``actions`` name what
    happens to columns; without any, rows are deleted. ``marks`` are columns that say on which day
    that was; ``key`` is what pseudonyms are made with.
    """

    root: Dataset
    rule: str
    as_of: date
    wanted: ColumnElement[bool]
    on_hold: Callable[[Sequence[OpenHold]], Rows]
    in_period: Rows
    actions: Mapping[str, Action] = field(default_factory=dict)
    marks: Mapping[str, date] = field(default_factory=dict)
    key: PseudonymKey | None = None
    age_cap: AgeCap | None = None

    def kept(self, holds: Sequence[OpenHold]) -> Rows:
        """The rows that must stay: a root stays too when one of them would go along with it."""
        both = (self.on_hold(holds), self.in_period)

        def condition(name: str) -> ColumnElement[bool]:
            found = [rows[name] for rows in both if name in rows]
            parts = [part for part in found if not is_false(part)]
            return or_(*parts) if parts else false()

        return _Conditions({name for rows in both for name in rows}, condition)

    @property
    def key_id(self) -> str | None:
        """The key that pseudonyms are made with, if there are any."""
        return self.key.id if self.key and "pseudonymise" in self.actions.values() else None

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
) -> Selection:
    """The rows that a record class makes due; ``terms.holds`` are not used, holds come later."""
    rule = open_rule(source, dataset, use, terms)
    wanted = over_retained(rule, terms.as_of, terms.fiscal_year, terms.zone)
    return Selection(
        dataset, use.record_class, terms.as_of, wanted, *keeping(source, terms), actions
    )


def of_keys(source: Source, dataset: Dataset, keys: Sequence[Key]) -> ColumnElement[bool]:
    """Rows that somebody named by their primary keys, declared in the contract.

    Texts are compared letter by letter: what a collation takes for the same nobody named.
    """
    if not keys:
        return false()
    table, dialect = table_of(dataset), source.dialect
    live = source.live_table(dataset.table, dataset.schema_name)
    stored = stored_columns(live, dialect)
    names = dataset.primary_key
    named = _among([table.c[name] for name in names], keys)
    texts = [stored[name] == "text" for name in names]
    if not any(texts):
        return named
    exact = [
        letters(table.c[name], dialect) if is_text else table.c[name]
        for name, is_text in zip(names, texts, strict=True)
    ]
    plain = [
        tuple(
            written(str(part), dialect) if is_text else part
            for part, is_text in zip(key, texts, strict=True)
        )
        for key in keys
    ]
    return and_(named, _among(exact, plain))


def _among(
    columns: Sequence[ColumnElement[Any]], values: Sequence[tuple[Any, ...]]
) -> ColumnElement[bool]:
    if len(columns) == 1:
        return columns[0].in_([part for (part,) in values])
    return tuple_(*columns).in_(list(values))


def of_condition(
    source: Source,
    dataset: Dataset,
    rule: str,
    wanted: ColumnElement[bool],
    terms: Terms,
    actions: Mapping[str, Action],
) -> Selection:
    """Rows that meet a condition of somebody else's making, such as those of one person."""
    return Selection(dataset, rule, terms.as_of, wanted, *keeping(source, terms), actions)


def of_nothing(
    dataset: Dataset, rule: str, as_of: date, actions: Mapping[str, Action]
) -> Selection:
    """No row is wanted and none kept, so a plan is measured by its keys and receipts alone."""
    return Selection(dataset, rule, as_of, false(), lambda _holds: {}, {}, actions)


def keeping(source: Source, terms: Terms) -> tuple[Callable[[Sequence[OpenHold]], Rows], Rows]:
    """Rows under given holds, and rows in their statutory period.

    Each table is looked at once, when it is first asked for.
    """
    names = set(source.table_names())
    there = {
        dataset.id: dataset
        for dataset in terms.datasets
        if dataset.source == source.name
        and (dataset.schema_name is not None or dataset.table in names)
    }

    columns = KeyColumns(source)

    @cache
    def floor(name: str) -> ColumnElement[bool]:
        return any_of(condition for _, condition in floors_of(source, there[name], terms))

    def on_hold(holds: Sequence[OpenHold]) -> Rows:
        return _Conditions(there, lambda name: held(there[name], columns, holds, terms.datasets))

    return on_hold, _Conditions(there, floor)


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
