"""The ways on which contracts lead from a subject to rows of a table: keys and foreign keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from include.governance.model.contract import Dataset
from include.governance.retention.links import Link, links_from

#: Columns that hold a key, one or several together.
Places = Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class Ways:
    """All tables above one, the columns in which they name an entity, and what leads up to them.

    ``places`` are columns that hold the entity's key, per dataset id; ``links`` are the foreign
    keys by which rows hang on others, those that lead to no such columns left out.
    """

    dataset: Dataset
    places: Mapping[str, Places]
    links: tuple[Link, ...]

    @cached_property
    def tables(self) -> tuple[Dataset, ...]:
        """The table itself and those that ways lead through."""
        above = {link.parent.id: link.parent for link in self.links}
        return tuple(({self.dataset.id: self.dataset} | above).values())

    def above(self, dataset: Dataset) -> list[Link]:
        """The foreign keys of one of the tables."""
        return [link for link in self.links if link.child.id == dataset.id]

    @cached_property
    def in_circles(self) -> bool:
        """Whether some table hangs on itself, at once or by way of others."""
        waiting = {link.child.id for link in self.links}
        while waiting:
            stay = {e.child.id for e in self.links if {e.child.id, e.parent.id} <= waiting}
            if stay == waiting:
                return True
            waiting = stay
        return False


def ways(dataset: Dataset, entity: str, datasets: Sequence[Dataset]) -> Ways:
    """Every way from an entity down to the rows of a dataset."""
    tables, links = _upwards(dataset, datasets)
    places = {each.id: tuple(_places(each, entity, datasets)) for each in tables}
    leading: set[str] = set()
    while found := {
        link.child.id
        for link in links
        if link.child.id not in leading and _leads(link, entity, places, leading)
    }:
        leading |= found
    useful = (link for link in links if _leads(link, entity, places, leading))
    return Ways(dataset, places, tuple(useful))


def _upwards(dataset: Dataset, datasets: Sequence[Dataset]) -> tuple[list[Dataset], list[Link]]:
    tables, links = [dataset], list[Link]()
    for each in tables:
        for link in links_from(each, datasets):
            links.append(link)
            if link.parent.id not in {known.id for known in tables}:
                tables.append(link.parent)
    return tables, links


def _places(
    dataset: Dataset, entity: str, datasets: Sequence[Dataset]
) -> Iterator[tuple[str, ...]]:
    """The table's own key, its subject key, and foreign keys to the table of the entity."""
    persons = {other.entity for other in datasets if other.kind == "subject_master"}
    if dataset.entity == entity:
        yield dataset.primary_key
    elif entity in persons and dataset.subject_key:
        yield (dataset.subject_key,)
    for link in links_from(dataset, datasets):
        if _by_key(link, entity):
            yield link.here


def _by_key(link: Link, entity: str) -> bool:
    """The foreign key holds the entity's own key, so its table need not be read."""
    return link.parent.entity == entity and link.there == link.parent.primary_key


def _leads(link: Link, entity: str, places: Mapping[str, Places], leading: set[str]) -> bool:
    """Rows of the parent can be held in a way that the child's own columns do not tell."""
    told = {link.there} if _by_key(link, entity) else set()
    return bool(set(places[link.parent.id]) - told) or link.parent.id in leading
