"""Everything that hangs on rows that would go, along the contracts' foreign keys.

A row that a hold keeps keeps the rows it hangs on as well. Where foreign keys form no cycle, both
are conditions that the database evaluates. Where they do (a table that refers to itself included)
the rows are followed key by key to a fixed point.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import ColumnElement, and_, false, not_, select, tuple_

from include.governance.model.contract import Dataset
from include.governance.retention.hold_scope import OpenHold
from include.governance.retention.holds import held
from include.governance.retention.key_kinds import KeyColumns
from include.governance.retention.links import Link, links_to, pointed_at, pointing
from include.governance.source.clocks import any_of
from include.governance.source.database import Key, Source
from include.governance.source.rows import table_of

_KEYS_PER_QUERY = 2_000


@dataclass(frozen=True)
class Below:
    """A table with rows that go along: which, as a condition, or as keys where that is not enough.

    ``depth`` counts foreign keys from the root, by the longest way.
    """

    dataset: Dataset
    depth: int
    where: ColumnElement[bool] | None = None
    keys: frozenset[Key] = frozenset()


@dataclass(frozen=True)
class Closure:
    """The root rows that a hold further down keeps, and the tables below the others."""

    kept: ColumnElement[bool]
    kept_keys: frozenset[Key]
    below: tuple[Below, ...]


def key_of(dataset: Dataset) -> tuple[str, ...]:
    """What tells the rows of a dataset apart."""
    return dataset.primary_key or tuple(column.name for column in dataset.columns)


def closure(
    source: Source,
    root: Dataset,
    where: ColumnElement[bool],
    holds: Sequence[OpenHold],
    datasets: Sequence[Dataset],
) -> Closure:
    """What hangs on the rows of ``root`` that meet ``where``."""
    links = _reachable(root, datasets)
    order = _parents_first(root, links)
    held_in = _held(source, order or [link.child for link in links], holds, datasets)
    if order is None:
        return _Walk(source, root, links, held_in).closure(where)
    kept: dict[str, ColumnElement[bool]] = dict(held_in)
    for dataset in reversed(order):
        hanging = (
            pointed_at(link, kept[link.child.id]) for link in links if _is(link.parent, dataset)
        )
        own = [kept[dataset.id]] if dataset.id in kept and dataset.id != root.id else []
        kept[dataset.id] = any_of([*own, *(hanging if holds else ())])
    goes = {root.id: and_(where, not_(kept[root.id]))}
    depth = {root.id: 0}
    for dataset in order[1:]:
        above = [link for link in links if _is(link.child, dataset)]
        goes[dataset.id] = any_of(pointing(link, goes[link.parent.id]) for link in above)
        depth[dataset.id] = 1 + max(depth[link.parent.id] for link in above)
    below = (Below(dataset, depth[dataset.id], goes[dataset.id]) for dataset in order[1:])
    return Closure(kept[root.id], frozenset(), tuple(below))


def _is(one: Dataset, other: Dataset) -> bool:
    return one.id == other.id


def _held(
    source: Source,
    tables: Collection[Dataset],
    holds: Sequence[OpenHold],
    datasets: Sequence[Dataset],
) -> dict[str, ColumnElement[bool]]:
    columns = KeyColumns(source)
    return {each.id: held(each, columns, holds, datasets) for each in tables}


def _reachable(root: Dataset, datasets: Sequence[Dataset]) -> list[Link]:
    """Every foreign key on the way down from the root."""
    links: list[Link] = []
    seen, level = {root.id}, [root]
    while level:
        found = [link for parent in level for link in links_to(parent, datasets)]
        links += found
        level = []
        for link in found:
            if link.child.id not in seen:
                seen.add(link.child.id)
                level.append(link.child)
    return links


def _parents_first(root: Dataset, links: Sequence[Link]) -> list[Dataset] | None:
    """The tables in an order in which parents stand before their children; None in a cycle."""
    tables = {root.id: root} | {link.child.id: link.child for link in links}
    order: list[Dataset] = []
    waiting = dict(tables)
    while waiting:
        ready = [
            dataset
            for dataset in waiting.values()
            if not any(_is(link.child, dataset) and link.parent.id in waiting for link in links)
        ]
        if not ready:
            return None
        for dataset in ready:
            order.append(waiting.pop(dataset.id))
    return order


Node = tuple[str, Key]


@dataclass
class _Walk:
    """Follow foreign keys from row to row, in memory."""

    source: Source
    root: Dataset
    links: Sequence[Link]
    held_in: Mapping[str, ColumnElement[bool]]
    parents: dict[Node, set[Node]] = field(default_factory=dict)
    children: dict[Node, set[Node]] = field(default_factory=dict)

    def closure(self, where: ColumnElement[bool]) -> Closure:
        """Find the rows, those that holds keep, and what is left when they stay."""
        seeds = set(self._rows(self.root, self._columns(self.root), where))
        roots = {(self.root.id, row[: len(key_of(self.root))]) for row in seeds}
        self._follow({self.root.id: seeds})
        kept = self._upwards(self._held_nodes())
        depth: dict[Node, int] = dict.fromkeys(roots - kept, 0)
        level = set(depth)
        rounds = 0
        while level:
            rounds += 1
            level = {n for node in level for n in self.children.get(node, ())} - set(depth)
            depth |= dict.fromkeys(level, rounds)
        return Closure(
            false(), frozenset(key for _, key in roots & kept), tuple(self._below(depth))
        )

    def _below(self, depth: Mapping[Node, int]) -> Iterator[Below]:
        """The rows by table; a table stands deeper than those it hangs on, cycles aside."""
        tables = {self.root.id: self.root} | {link.child.id: link.child for link in self.links}
        keys: dict[str, set[Key]] = {name: set() for name in tables}
        deepest = dict.fromkeys(tables, 0)
        for (name, key), at in depth.items():
            deepest[name] = max(deepest[name], at)
            if at:
                keys[name].add(key)
        straight = [link for link in self.links if not self._leads_up(link)]
        for _ in tables:
            for link in straight:
                lowest = deepest[link.parent.id] + 1
                deepest[link.child.id] = max(deepest[link.child.id], lowest)
        for name, dataset in tables.items():
            if keys[name] or name != self.root.id:
                yield Below(dataset, deepest[name], None, frozenset(keys[name]))

    def _leads_up(self, link: Link) -> bool:
        """The foreign key is part of a cycle."""
        reached, level = {link.child.id}, {link.child.id}
        while level:
            level = {x.child.id for x in self.links if x.parent.id in level} - reached
            reached |= level
        return link.parent.id in reached

    def _columns(self, dataset: Dataset) -> tuple[str, ...]:
        """Its key, then every column that a foreign key uses."""
        used = [c for link in self.links if _is(link.parent, dataset) for c in link.there]
        used += [c for link in self.links if _is(link.child, dataset) for c in link.here]
        return (*key_of(dataset), *dict.fromkeys(used))

    def _rows(
        self, dataset: Dataset, columns: Sequence[str], where: ColumnElement[bool]
    ) -> Iterator[Key]:
        table = table_of(dataset)
        query = select(*(table.c[name].label(f"c{at}") for at, name in enumerate(columns)))
        for batch in self.source.rows(query.where(where), dataset.table):
            yield from batch

    def _follow(self, level: dict[str, set[Key]]) -> None:
        seen = {name: set(rows) for name, rows in level.items()}
        while level:
            below: dict[str, set[Key]] = {}
            for link in self.links:
                for child_row in self._hanging(link, level.get(link.parent.id, set())):
                    if child_row not in seen.setdefault(link.child.id, set()):
                        seen[link.child.id].add(child_row)
                        below.setdefault(link.child.id, set()).add(child_row)
            level = below

    def _hanging(self, link: Link, parents: set[Key]) -> Iterator[Key]:
        """The child rows of these parents; who hangs on whom is noted."""
        by_value: dict[Key, set[Node]] = {}
        wanted: set[Key] = set()
        for row in parents:
            value = self._values(link.parent, row, link.there)
            if None not in value:
                node = (link.parent.id, row[: len(key_of(link.parent))])
                by_value.setdefault(_folded(value), set()).add(node)
                wanted.add(value)
        table = table_of(link.child)
        here = [table.c[name] for name in link.here]
        values = iter(wanted)
        while chunk := list(islice(values, _KEYS_PER_QUERY)):
            among = (
                tuple_(*here).in_(chunk) if len(here) > 1 else here[0].in_([v for (v,) in chunk])
            )
            for row in self._rows(link.child, self._columns(link.child), among):
                child = (link.child.id, row[: len(key_of(link.child))])
                above = by_value.get(_folded(self._values(link.child, row, link.here)), set())
                for node in above - {child}:
                    self.children.setdefault(node, set()).add(child)
                    self.parents.setdefault(child, set()).add(node)
                yield row

    def _values(self, dataset: Dataset, row: Key, names: Sequence[str]) -> Key:
        columns = self._columns(dataset)
        return tuple(row[columns.index(name)] for name in names)

    def _held_nodes(self) -> set[Node]:
        found: set[Node] = set()
        tables = {link.child.id: link.child for link in self.links}
        for name, dataset in tables.items():
            keys = self._rows(dataset, key_of(dataset), self.held_in[name])
            found |= {(name, key) for key in keys} & set(self.parents)
        return found

    def _upwards(self, level: set[Node]) -> set[Node]:
        kept = set(level)
        while level:
            level = {up for node in level for up in self.parents.get(node, ())} - kept
            kept |= level
        return kept


def _folded(value: Key) -> Key:
    """Text as a collation may compare it: upper and lower case alike, padding cut off."""
    return tuple(part.casefold().rstrip() if isinstance(part, str) else part for part in value)
