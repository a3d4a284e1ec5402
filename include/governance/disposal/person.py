"""The rows of one person and of nobody else: keys are compared exactly, doubt is refused.

A hold may keep a row too many; what goes for a person's request must be theirs alone. A table
that has a subject key belongs to whom it names; another one to whom all its foreign keys lead,
empty ones aside. Rows from which one key leads to the person and another elsewhere are shared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, false, not_, or_

from include.governance.errors import PlanError
from include.governance.model.contract import Dataset
from include.governance.retention.links import Link, links_from, names_nothing, pointing
from include.governance.source.database import Source
from include.governance.source.letters import letters, written
from include.governance.source.rows import table_of
from include.governance.source.types import Stored, stored_columns

_WHOLE = re.compile(r"-?[0-9]{1,19}")
_LARGEST = 2**63 - 1


def whole_number(text: str) -> int | None:
    """A key as a number of 64 bits in ASCII digits; None for anything else."""
    number = int(text) if _WHOLE.fullmatch(text) else None
    return None if number is None or abs(number) > _LARGEST else number


@dataclass(frozen=True)
class Person:
    """One key of one kind of person."""

    entity: str
    key: str


def kinds_of_person(datasets: Sequence[Dataset]) -> list[str]:
    """The entities whose rows are persons."""
    return sorted({d.entity for d in datasets if d.kind == "subject_master" and d.entity})


def person_of(ref: str, request_id: str, datasets: Sequence[Dataset]) -> Person:
    """Whom a reference names: ``member:10``, or ``10`` where there is one kind of person only.

    Raises PlanError for any other, and for a key with blanks around it, which may be another's.
    """
    kinds = kinds_of_person(datasets)
    entity, colon, key = ref.partition(":")
    if not colon and len(kinds) == 1:
        entity, key = kinds[0], ref
    if entity.strip() not in kinds or not key or key != key.strip():
        raise PlanError(
            "disposal_request_whose", request=request_id, allowed=", ".join(kinds) or "-"
        )
    return Person(entity.strip(), key)


def rows_of(
    source: Source, dataset: Dataset, person: Person, datasets: Sequence[Dataset]
) -> ColumnElement[bool]:
    """The person's rows of a table; raises PlanError when its key may be another's."""
    return _rows(_Search(source, person, datasets), dataset, ())


def shared_rows_of(
    source: Source, dataset: Dataset, person: Person, datasets: Sequence[Dataset]
) -> ColumnElement[bool]:
    """Rows that lead to the person and elsewhere too, or hang on such a row."""
    leading = _rows(_Search(source, person, datasets, shared=True), dataset, ())
    return and_(leading, not_(rows_of(source, dataset, person, datasets)))


@dataclass(frozen=True)
class _Search:
    """``shared``: one foreign key that leads to the person is enough."""

    source: Source
    person: Person
    datasets: Sequence[Dataset]
    shared: bool = False


def _rows(search: _Search, dataset: Dataset, seen: tuple[str, ...]) -> ColumnElement[bool]:
    if dataset.entity == search.person.entity:
        return _keyed(search, dataset, dataset.primary_key)
    links = list(links_from(dataset, search.datasets))
    if dataset.subject_key:
        return _by_subject_key(search, dataset, dataset.subject_key, links, seen)
    above = [
        (link, pointing(link, condition))
        for link, condition in _above(search, dataset, links, seen)
        if not bool(condition.compare(false()))
    ]
    if not above:
        return false()
    some = or_(*(leads for _, leads in above))
    if search.shared:
        return some
    return and_(some, *(or_(names_nothing(link), leads) for link, leads in above))


def _above(
    search: _Search, dataset: Dataset, links: Sequence[Link], seen: tuple[str, ...]
) -> Iterator[tuple[Link, ColumnElement[bool]]]:
    for link in links:
        if link.parent.id not in (*seen, dataset.id):
            yield link, _rows(search, link.parent, (*seen, dataset.id))


def _by_subject_key(
    search: _Search, dataset: Dataset, column: str, links: Sequence[Link], seen: tuple[str, ...]
) -> ColumnElement[bool]:
    """By the value itself, or along its foreign key as the database compares it."""
    kinds = kinds_of_person(search.datasets)
    own = [link for link in links if link.here == (column,) and link.parent.entity in kinds]
    if any(link.parent.entity != search.person.entity for link in own):
        return false()
    if not own and len(kinds) > 1:
        raise PlanError("disposal_request_key", table=dataset.id, columns=column)
    same = [_keyed(search, dataset, (column,))]
    same += [pointing(link, above) for link, above in _above(search, dataset, own, seen)]
    return or_(*same)


def _keyed(search: _Search, dataset: Dataset, columns: Sequence[str]) -> ColumnElement[bool]:
    """Rows whose columns hold the key; the parts of a longer key are joined by ``|``."""
    key = search.person.key
    parts = key.split("|") if len(columns) > 1 else [key]
    if not columns or len(parts) != len(columns):
        return false()
    source, table = search.source, table_of(dataset)
    live = source.live_table(dataset.table, dataset.schema_name)
    stored = stored_columns(live, source.dialect)
    return and_(
        *(
            _equal(table.c[name], part, stored.get(name, "other"), source.dialect)
            for name, part in zip(columns, parts, strict=True)
        )
    )


def _equal(
    column: ColumnElement[object], key: str, stored: Stored, dialect: str
) -> ColumnElement[bool]:
    """The column holds the key; one that cannot be of its type is in no row."""
    if not key.isprintable():
        return false()
    match stored:
        case "number":
            number = whole_number(key)
            return and_(column.is_not(None), false() if number is None else column == number)
        case "text":
            return and_(
                column.is_not(None),
                column == key,
                letters(column, dialect) == written(key, dialect),
            )
        case _:
            return and_(column.is_not(None), cast(column, Text).in_(_spellings(key)))


def _spellings(key: str) -> list[str]:
    """The key, and a UUID as databases write it."""
    try:
        return sorted({key, str(UUID(key))})
    except ValueError:
        return [key]
