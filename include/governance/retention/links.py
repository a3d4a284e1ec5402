"""The foreign keys that contracts declare, and the rows they lead to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select, tuple_

from include.governance.errors import ContractError
from include.governance.model.contract import Dataset
from include.governance.source.rows import table_of


@dataclass(frozen=True)
class Link:
    """Columns ``here`` of the child name a row of the parent by its columns ``there``."""

    child: Dataset
    parent: Dataset
    here: tuple[str, ...]
    there: tuple[str, ...]


def links_from(child: Dataset, datasets: Sequence[Dataset]) -> Iterator[Link]:
    """The foreign keys of a dataset into declared tables of its own source."""
    for relation in child.relationships:
        for parent in datasets:
            same = parent.source == child.source and parent.schema_name == child.schema_name
            if same and relation.table in (parent.table, parent.name):
                _declared(child, relation.here)
                _declared(parent, relation.there)
                yield Link(child, parent, relation.here, relation.there)
                break


def _declared(dataset: Dataset, columns: Sequence[str]) -> None:
    for name in columns:
        if dataset.column(name) is None:
            raise ContractError("key_undeclared", table=dataset.id, name=name)


def links_to(parent: Dataset, datasets: Sequence[Dataset]) -> Iterator[Link]:
    """The foreign keys that lead to a dataset, its own to itself included."""
    for child in datasets:
        for link in links_from(child, datasets):
            if link.parent.id == parent.id:
                yield link


def pointing(link: Link, parents: ColumnElement[bool]) -> ColumnElement[bool]:
    """Child rows whose foreign key names a parent row that meets a condition; never NULL.

    The subquery stands alone, so the same table may occur again around it.
    """
    return _among(link.child, link.here, link.parent, link.there, parents)


def names_nothing(link: Link) -> ColumnElement[bool]:
    """Child rows whose foreign key is empty, in one of its columns at least."""
    table = table_of(link.child)
    return or_(*(table.c[name].is_(None) for name in link.here))


def pointed_at(link: Link, children: ColumnElement[bool]) -> ColumnElement[bool]:
    """Parent rows that a child row meeting a condition names; never NULL."""
    return _among(link.parent, link.there, link.child, link.here, children)


def _among(
    near: Dataset,
    own: tuple[str, ...],
    far: Dataset,
    other: tuple[str, ...],
    condition: ColumnElement[bool],
) -> ColumnElement[bool]:
    here, there = table_of(near), table_of(far)
    filled = (there.c[name].is_not(None) for name in other)
    wanted = [there.c[name] for name in other]
    chosen = select(*wanted).select_from(there).where(condition, *filled).correlate(None)
    columns = [here.c[name] for name in own]
    value = columns[0] if len(columns) == 1 else tuple_(*columns)
    return and_(*(column.is_not(None) for column in columns), value.in_(chosen))
